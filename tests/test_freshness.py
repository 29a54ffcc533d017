"""Every kind of change makes exactly the stages stale that depend on it, says why, and is forgotten when undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from pathlib import Path

import pytest
import toy

from tuoyu.engine import reach
from tuoyu.engine import surroundings
from tuoyu.engine.fingerprint import Site
from tuoyu.engine.freshness import STATE
from tuoyu.engine.freshness import Kind
from tuoyu.engine.freshness import Made
from tuoyu.engine.freshness import Reason
from tuoyu.engine.freshness import Verdict
from tuoyu.engine.freshness import examine
from tuoyu.engine.freshness import list_products
from tuoyu.engine.freshness import load_state
from tuoyu.engine.freshness import products_of
from tuoyu.engine.freshness import renewed
from tuoyu.engine.freshness import save_state
from tuoyu.engine.notebook import prepare
from tuoyu.engine.notebook import read_written
from tuoyu.engine.reach import Package
from tuoyu.engine.surroundings import Surroundings
from tuoyu.nouns.stage import Stage
from tuoyu.workspace.editions import load_edition

HEAVY = (
    "pandas",
    "numpy",
    "matplotlib",
    "seaborn",
    "ipykernel",
    "IPython",
    "jupyter_client",
    "zmq",
    "nbformat",
    "papermill",
    "openpyxl",
    "sqlalchemy",
    "jupyter_cache",
)
PACKAGE = {
    "__init__.py": "from shop.till import ring\n",
    "till.py": 'def ring(number):\n    """Rings."""\n    return number  # once\n',
    "scales.py": "import flour\nWEIGHT = 1\n",
    "yard.py": "OPEN = True\n",
}
NOTEBOOKS = {
    "clean": ("from shop import scales", "work = open_stage('clean', edition)", "work.save(scales.WEIGHT)  # 存"),
    "sum": ("from shop import ring", "work = open_stage('sum', edition)", "work.save(ring(work.edition.as_of))"),
    "aside": ("work = open_stage('aside', edition)", "work.edition.assumptions"),
}
STAGES = (
    Stage("clean", "clean.ipynb", needs=("raw",), makes=("numbers.json",), title="整理"),
    Stage("sum", "sum.ipynb", needs=("numbers.json",), makes=("sums/*.json",), title="合计"),
    Stage("aside", "aside.ipynb", needs=("cities",), makes=("aside.json",), title="旁注"),
)
PRODUCTS = {"clean": ["numbers.json"], "sum": ["sums/a.json", "sums/b.json"], "aside": ["aside.json"]}


@dataclass
class Shop:
    """A repository, a package beside it, and what is installed; nothing in it is ever executed."""

    root: Path
    package: Path
    installed: Path
    stages: tuple[Stage, ...] = STAGES
    undo: list[Callable[[], object]] = field(default_factory=list)

    @property
    def processed(self) -> Path:
        return self.root / "data" / "processed" / "toy-2024"

    def site(self) -> Site:
        return Site(self.root, load_edition(self.root, "toy-2024"), Surroundings(Package(self.package)))

    def examine(self, *forced: str) -> dict[str, Verdict]:
        return {
            verdict.stage: verdict
            for verdict in examine(self.site(), self.stages, list_products(self.processed), forced=forced)
        }

    def stale(self, *forced: str) -> dict[str, str]:
        """The words of every stage that is not fresh."""
        return {name: verdict.words for name, verdict in self.examine(*forced).items() if not verdict.fresh}

    def run(self) -> None:
        """Leave what a run would leave: products, executed notebooks, the record."""
        for stage in STAGES:
            for name in [*PRODUCTS[stage.name], f"executed/{stage.notebook}"]:
                self.write(self.processed / name, f"成果 {name}")
        products = list_products(self.processed)
        made = {}
        for name, verdict in self.examine().items():
            (stage,) = [one for one in STAGES if one.name == name]
            made[name] = Made(verdict.fingerprint, products_of(stage, products), verdict.sight)
        save_state(self.processed, made)

    def write(self, path: Path, text: str) -> None:
        """Write a file so that it can be undone."""
        before = path.read_bytes() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.undo.append(lambda: path.unlink() if before is None else path.write_bytes(before))

    def move(self, path: Path, target: Path) -> None:
        path.rename(target)
        self.undo.append(lambda: target.rename(path))

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def declare(self, name: str, **changes: object) -> None:
        before = self.stages
        self.stages = tuple(replace(one, **changes) if one.name == name else one for one in before)  # type: ignore[arg-type]
        self.undo.append(lambda: setattr(self, "stages", before))

    def edit_cell(self, name: str, position: int, **changes: object) -> None:
        path = self.root / "notebooks" / f"{name}.ipynb"
        record = json.loads(path.read_bytes())
        record["cells"][position].update(changes)
        self.write(path, json.dumps(record, ensure_ascii=False))


def write_notebook(path: Path, cells: tuple[str, ...]) -> None:
    parameters = {"metadata": {"tags": ["parameters"]}, "source": 'edition = "toy-2024"'}
    prose = {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": f"# {path.stem}"}
    code = [parameters, *({"metadata": {}, "source": cell} for cell in cells)]
    blank: dict[str, object] = {"cell_type": "code", "outputs": [], "execution_count": None}
    numbered = [{**blank, "id": f"cell-{number}", **cell} for number, cell in enumerate(code)]
    record = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [prose, *numbered]}
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def install(folder: Path, version: str) -> Path:
    about = folder / f"flour-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: flour\nVersion: {version}\n", encoding="utf-8")
    return about


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The shop after a run."""
    made = Shop(toy.build(tmp_path / "站点 {2024}"), tmp_path / "package" / "shop", tmp_path / "installed")
    made.package.mkdir(parents=True)
    for name, text in PACKAGE.items():
        (made.package / name).write_text(text, encoding="utf-8")
    for name, cells in NOTEBOOKS.items():
        write_notebook(made.root / "notebooks" / f"{name}.ipynb", cells)
    install(made.installed, "1.0")
    monkeypatch.syspath_prepend(made.installed)
    made.run()
    made.undo.clear()
    return made


def births(shop: Shop) -> Path:
    return shop.root / "data" / "raw" / "town" / "births.csv"


def edition(shop: Shop) -> Path:
    return shop.root / "editions" / "toy-2024.toml"


def upgrade(shop: Shop) -> None:
    shop.move(shop.installed / "flour-1.0.dist-info", shop.installed.with_name("old"))
    about = install(shop.installed, "1.1")
    shop.undo.append(lambda: about.rename(shop.installed.with_name("new")))


def upgrade_and_uninstall(shop: Shop) -> None:
    shop.move(shop.installed / "flour-1.0.dist-info", shop.installed.with_name("old"))


UPSTREAM = "上游环节 整理"
CHANGES: dict[str, tuple[Callable[[Shop], object], dict[str, str]]] = {
    "code": (
        lambda shop: shop.edit_cell("sum", 4, source="work.save(ring(work.edition.as_of), 2)"),
        {"sum": "代码"},
    ),
    "code of the first stage": (
        lambda shop: shop.edit_cell("clean", 4, source="work.save(2 * scales.WEIGHT)"),
        {"clean": "代码", "sum": UPSTREAM},
    ),
    "import in code": (
        lambda shop: shop.edit_cell("sum", 2, source="from shop import ring, yard"),
        {"sum": "代码"},
    ),
    "code that reads another parameter": (
        lambda shop: [
            shop.edit_cell("sum", 4, source="work.save(ring(work.edition.population_as_of), work.edition.as_of)"),
            shop.edit(edition(shop), "as_of = 2024-08-31", "as_of = 2024-12-31"),
        ],
        {"sum": "代码；参数 as_of 2024-08-31→2024-12-31"},
    ),
    "declaration": (
        lambda shop: shop.declare("sum", needs=("numbers.json", "aside.json")),
        {"sum": "代码；输入 aside.json（新增）"},
    ),
    "time limit and title": (
        lambda shop: shop.declare("sum", time_limit=1, title="总计"),
        {},
    ),
    "parameter": (
        lambda shop: shop.edit(edition(shop), "as_of = 2024-08-31", "as_of = 2024-12-31"),
        {"sum": "参数 as_of 2024-08-31→2024-12-31"},
    ),
    "parameter in a section": (
        lambda shop: shop.edit(edition(shop), '"30%"', '"25%"'),
        {"aside": "参数 assumptions.demand_rate 30%→25%"},
    ),
    "parameter left out": (
        lambda shop: shop.edit(edition(shop), 'demand_rate_source = "测试"', f'demand_rate_source = "{"长" * 50}"'),
        {"aside": f"参数 assumptions.demand_rate_source 测试→{'长' * 39}…"},
    ),
    "place": (
        lambda shop: shop.edit(edition(shop), 'comparators = ["nation"]', "comparators = []"),
        {
            "clean": (
                '参数 comparators ["nation"]→[]；'
                "输入 data/raw/nation/births.csv（已移走）、data/raw/nation/births.csv.source.toml（已移走）"
            ),
            "sum": UPSTREAM,
            "aside": '参数 comparators ["nation"]→[]',
        },
    ),
    "input": (
        lambda shop: shop.edit(births(shop), "31000", "31001"),
        {"clean": "输入 data/raw/town/births.csv", "sum": UPSTREAM},
    ),
    "input added": (
        lambda shop: shop.write(births(shop).with_name("late.csv"), "x"),
        {"clean": "输入 data/raw/town/late.csv（新增）", "sum": UPSTREAM},
    ),
    "input renamed": (
        lambda shop: shop.move(births(shop), births(shop).with_name("x.csv")),
        {"clean": "输入 data/raw/town/births.csv（已移走）、data/raw/town/x.csv（新增）", "sum": UPSTREAM},
    ),
    "many inputs": (
        lambda shop: [shop.write(births(shop).with_name(f"{number}.csv"), "") for number in range(7)],
        {
            "clean": "输入 " + "、".join(f"data/raw/town/{n}.csv（新增）" for n in range(5)) + "等 7 项",
            "sum": UPSTREAM,
        },
    ),
    "form of a city": (
        lambda shop: shop.edit(births(shop).with_name("city.toml"), "990100", "990200"),
        {"clean": "输入 data/raw/town/city.toml", "sum": UPSTREAM, "aside": "输入 data/raw/town/city.toml"},
    ),
    "package": (
        lambda shop: shop.edit(shop.package / "till.py", "return number", "return -number"),
        {"clean": "程序包 shop.till", "sum": f"程序包 shop.till；{UPSTREAM}"},
    ),
    "module of one stage": (
        lambda shop: shop.edit(shop.package / "scales.py", "1", "2"),
        {"clean": "程序包 shop.scales", "sum": UPSTREAM},
    ),
    "environment": (upgrade, {"clean": "环境 flour 1.0→1.1", "sum": UPSTREAM}),
    "environment lost": (upgrade_and_uninstall, {"clean": "环境 flour 1.0→无", "sum": UPSTREAM}),
    "product missing": (
        lambda shop: shop.move(shop.processed / "sums" / "a.json", shop.root / "a.json"),
        {"sum": "成果缺失 sums/a.json"},
    ),
    "product altered": (
        lambda shop: shop.write(shop.processed / "sums" / "a.json", "改过"),
        {"sum": "成果被改动 sums/a.json"},
    ),
    "product altered that another stage needs": (
        lambda shop: shop.write(shop.processed / "numbers.json", "改过"),
        {"clean": "成果被改动 numbers.json", "sum": UPSTREAM},
    ),
    "product missing that another stage needs": (
        lambda shop: shop.move(shop.processed / "numbers.json", shop.root / "a.json"),
        {"clean": "成果缺失 numbers.json", "sum": UPSTREAM},
    ),
    "product slipped in": (
        lambda shop: shop.write(shop.processed / "sums" / "c.json", "多出"),
        {"sum": "成果被改动 sums/c.json"},
    ),
    "executed notebook missing": (
        lambda shop: shop.move(shop.processed / "executed" / "sum.ipynb", shop.root / "sum.ipynb"),
        {"sum": "成果缺失 executed/sum.ipynb"},
    ),
    "several at once": (
        lambda shop: [
            shop.edit(edition(shop), "as_of = 2024-08-31", "as_of = 2024-12-31"),
            shop.write(shop.processed / "sums" / "a.json", "改过"),
            shop.edit(births(shop), "31000", "31001"),
        ],
        {
            "clean": "输入 data/raw/town/births.csv",
            "sum": f"参数 as_of 2024-08-31→2024-12-31；成果被改动 sums/a.json；{UPSTREAM}",
        },
    ),
    "record lost": (
        lambda shop: shop.move(shop.processed / STATE, shop.root / STATE),
        {"clean": "首次运行", "sum": f"首次运行；{UPSTREAM}", "aside": "首次运行"},
    ),
    "notebook lost": (
        lambda shop: shop.move(shop.root / "notebooks" / "aside.ipynb", shop.root / "aside.ipynb"),
        {"aside": "代码"},
    ),
}
NO_CHANGES: dict[str, Callable[[Shop], object]] = {
    "comment in code": lambda shop: shop.edit_cell("clean", 4, source="# 另一句\nwork.save(scales.WEIGHT)"),
    "tag": lambda shop: shop.edit_cell("sum", 4, metadata={"tags": ["hide-input"], "scrolled": True}),
    "id": lambda shop: shop.edit_cell("sum", 4, id="another"),
    "output": lambda shop: shop.edit_cell("sum", 4, outputs=[{"output_type": "stream"}], execution_count=7),
    "prose": lambda shop: shop.edit_cell("sum", 0, source="# 另一个标题"),
    "default of a parameter": lambda shop: shop.edit_cell("sum", 1, source='edition = "toy-2023"'),
    "parameter that nobody reads": lambda shop: shop.edit(edition(shop), "测试报告", "另一个标题"),
    "form of the edition file": lambda shop: shop.edit(edition(shop), "[targets]", "# 目标\n[targets]"),
    "package comment": lambda shop: shop.edit(shop.package / "till.py", "# once", "# twice"),
    "package docstring": lambda shop: shop.edit(shop.package / "till.py", "Rings.", "It rings."),
    "module out of reach": lambda shop: shop.edit(shop.package / "yard.py", "True", "False"),
    "input of another city": lambda shop: shop.write(shop.root / "data" / "raw" / "other" / "x.csv", "x"),
    "litter beside the inputs": lambda shop: shop.write(births(shop).with_name("~$births.csv"), "x"),
    "input touched": lambda shop: [os.utime(path, (1, 1)) for path in shop.root.rglob("*") if path.is_file()],
    "input renamed and back": lambda shop: [
        shop.move(births(shop), births(shop).with_name("x.csv")),
        shop.undo.pop()(),
    ],
    "product written anew, the same": lambda shop: shop.write(shop.processed / "aside.json", "成果 aside.json"),
}


@pytest.mark.parametrize(("change", "stale"), CHANGES.values(), ids=CHANGES.keys())
def test_change_is_told_with_its_reason_and_forgotten_when_undone(
    shop: Shop, change: Callable[[Shop], object], stale: dict[str, str]
) -> None:
    assert shop.stale() == {}
    change(shop)
    assert shop.stale() == stale
    while shop.undo:
        shop.undo.pop()()
    assert shop.stale() == {}


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES.keys())
def test_change_that_cannot_matter_leaves_every_stage_fresh(shop: Shop, change: Callable[[Shop], object]) -> None:
    change(shop)
    assert shop.stale() == {}


def test_change_that_cannot_matter_is_seen_beside_one_that_does(shop: Shop) -> None:
    NO_CHANGES["package comment"](shop)
    CHANGES["module of one stage"][0](shop)
    assert shop.stale() == {"clean": "程序包 shop.scales", "sum": UPSTREAM}


def test_first_run_is_told_as_such(shop: Shop) -> None:
    other = Shop(shop.root, shop.package, shop.installed)
    for path in sorted(other.processed.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert shop.stale() == {"clean": "首次运行", "sum": f"首次运行；{UPSTREAM}", "aside": "首次运行"}


BAD_RECORDS = ("", "{}", "[]", '{"format": 99, "stages": {}}', '{"format": 1, "stages": {"clean": 1}}')


@pytest.mark.parametrize("text", BAD_RECORDS)
def test_record_that_cannot_be_read_counts_as_none(shop: Shop, text: str) -> None:
    shop.write(shop.processed / STATE, text)
    assert set(shop.stale()) == {"clean", "sum", "aside"}
    assert load_state(shop.processed) == {}


def test_stage_is_run_again_on_request(shop: Shop) -> None:
    assert shop.stale("clean") == {"clean": "指定重做", "sum": UPSTREAM}
    assert shop.examine("clean")["clean"].reasons == (Reason(Kind.FORCED),)


def test_equal_products_stop_the_cascade(shop: Shop) -> None:
    CHANGES["module of one stage"][0](shop)
    first = shop.examine()["clean"]
    state = load_state(shop.processed)
    products = products_of(STAGES[0], list_products(shop.processed))
    save_state(shop.processed, {**state, "clean": Made(first.fingerprint, products, first.sight)})
    assert shop.stale() == {}


def test_products_that_came_out_different_are_told_as_input(shop: Shop) -> None:
    shop.write(shop.processed / "numbers.json", "别的结果")
    first = shop.examine()["clean"]
    state = load_state(shop.processed)
    products = products_of(STAGES[0], list_products(shop.processed))
    save_state(shop.processed, {**state, "clean": Made(first.fingerprint, products, first.sight)})
    assert shop.stale() == {"sum": "输入 numbers.json"}


def test_record_is_the_same_for_the_same_run(shop: Shop) -> None:
    before = (shop.processed / STATE).read_bytes()
    shop.run()
    assert (shop.processed / STATE).read_bytes() == before
    assert str(shop.root).encode() not in before


def test_fresh_stage_is_told_as_unchanged(shop: Shop) -> None:
    assert shop.examine()["clean"].words == "未变"


def test_freshness_loads_nothing_heavy(shop: Shop) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tuoyu.engine.fingerprint import Site\n"
        "from tuoyu.engine.freshness import examine\n"
        "from tuoyu.workspace.editions import load_edition\n"
        "from tuoyu.nouns.stage import Stage\n"
        f"stages = {STAGES!r}\n"
        f"root = Path({str(shop.root)!r})\n"
        "site = Site(root, load_edition(root, 'toy-2024'))\n"
        "print(len(examine(site, stages, {})))\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout.splitlines() == ["3", "[]"]


def calls_of(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """Grows by one whenever the source of a module, or what is installed, is read."""
    module = reach if hasattr(reach, name) else surroundings
    real, calls = getattr(module, name), []

    def count(*given: object) -> object:
        calls.append(given)
        return real(*given)

    monkeypatch.setattr(module, name, count)
    return calls


def test_source_is_read_again_only_where_it_changed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = calls_of(monkeypatch, "read_source")
    shop.examine()
    assert not calls
    shop.write(shop.package / "scales.py", f"# 又一条注释\n{PACKAGE['scales.py']}")
    assert shop.stale() == {}
    assert calls


@pytest.mark.parametrize("name", ["read_source", "_look_up", "_commit"])
def test_editions_of_one_command_share_what_was_read(shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    calls = calls_of(monkeypatch, name)
    save_state(shop.processed, {})
    site = shop.site()
    counts = []
    for _ in range(2):
        examine(site, STAGES, {})
        site.surroundings.commit(site.root)
        counts.append(len(calls))
    assert counts[0] == counts[1] > 0


def test_earlier_results_stand_in_the_notebook_of_today(shop: Shop) -> None:
    source = read_written(shop.root / "notebooks" / "sum.ipynb")
    executed = prepare(source, {"edition": "toy-2024"})
    executed.metadata["kernelspec"] = {"name": "python3"}
    for number, cell in enumerate(cell for cell in executed.cells if cell.cell_type == "code"):
        cell.execution_count = number + 1
    shop.edit_cell("sum", 0, source="# 今天的标题")
    shop.edit_cell("sum", 4, id="another", source="work.save(ring(work.edition.as_of))  # 今天的说明")
    today = prepare(read_written(shop.root / "notebooks" / "sum.ipynb"), {"edition": "toy-2024"})
    made = renewed(executed, today)
    assert [cell["source"] for cell in made["cells"]] == [cell.source for cell in today.cells]
    assert [cell.get("execution_count") for cell in made["cells"]] == [None, 1, 2, 3, 4, 5]
    assert made["metadata"] == {"kernelspec": {"name": "python3"}}
    assert made["cells"][-1]["id"] == "another"
    assert today.cells[2].execution_count is None


def test_results_of_other_code_cells_are_refused(shop: Shop) -> None:
    source = read_written(shop.root / "notebooks" / "sum.ipynb")
    executed = prepare(source, {"edition": "toy-2024"})
    with pytest.raises(ValueError, match="do not answer to one another"):
        renewed(executed, source)
