"""Incremental by content, on the real notebooks: a change makes again exactly what depends on it.

Everything goes through the command line: ``explain`` says beforehand what ``run`` is about to do, and the journal tells
how each step ended. The four steps are written in their order: 01_clean, 02_indicators, 03_report, the pages.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest
from conftest import copy_repository

from tuoyu.engine import journal
from tuoyu.engine.manifest import STATE
from tuoyu.engine.notebook import read_notebook
from tuoyu.engine.notebook import write_notebook
from tuoyu.engine.reach import Package
from tuoyu.engine.reach import Reach
from tuoyu.engine.reach import Target
from tuoyu.engine.runner import Render
from tuoyu.front.cli import main
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.stage import Stage
from tuoyu.text.document import assemble
from tuoyu.text.texts import Texts
from tuoyu.workspace.opening import load_stages
from tuoyu.workspace.texts import read_texts

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("warmed")]

NAME = "yulin-2024"
CLEAN, INDICATORS, REPORT = "01_clean", "02_indicators", "03_report"
TEXT = "notebooks/report/简报-引言.md"
EDIT = ("简报只记述，", "简报只记述（试改），")
TITLES = ("整理原始数据", "计算指标并核验", "撰写报告", "生成报告")
BEHIND = ("", *(f"上游环节 {title}" for title in TITLES[:-1]))
ALL_STAGES = "上游环节 整理原始数据、计算指标并核验、撰写报告"
Four = tuple[str, str, str, str]
NOTHING: Four = ("", "", "", "")
UNCHANGED: tuple[str, ...] = ()
PAGES_ONLY: Four = ("carried", "carried", "carried", "done")
HEAVY = (
    "pandas",
    "numpy",
    "matplotlib",
    "seaborn",
    "pyarrow",
    "nbconvert",
    "nbformat",
    "nbclient",
    "papermill",
    "IPython",
    "ipykernel",
    "jupyter_client",
    "zmq",
    "openpyxl",
    "sqlalchemy",
    "jupyter_cache",
    # Not typst, which lists the fonts of the machine, on which the pages depend: 0.02 s to import, 0.02 s to list.
    "fontTools",
    "pypandoc",
)


@dataclass
class Desk:
    """A repository in which one edition was run, and the command line in it."""

    root: Path
    capsys: pytest.CaptureFixture[str]
    before: dict[Path, bytes] = field(default_factory=dict)

    def say(self, *words: str) -> tuple[int, str]:
        """Exit code of a command line, and all that it said."""
        code = main(load_stages(self.root), root=self.root, arguments=[*words])
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def explain(self) -> Four:
        """Why each step would be done again; nothing for one that would not."""
        code, said = self.say("explain", NAME)
        assert code == 0, said
        told = dict(line.split("　", 1) for line in said.splitlines())
        assert list(told) == list(TITLES)
        first, second, third, pages = (told[title].removeprefix("重做：").replace("不必重做", "") for title in TITLES)
        return first, second, third, pages

    def run(self, *words: str, name: str = NAME) -> tuple[str, ...]:
        """How each step ended; nothing where the run had nothing to do."""
        code, said = self.say("run", name, *words)
        assert code == 0, said
        last = journal.entries(self.root, name)[-1]
        assert (last["result"] == "未变") is ("成果不必重做" in said) is (not last["steps"])
        return tuple(step["state"] for step in last["steps"])

    def products(self) -> dict[str, str]:
        """Digest of every product of the edition."""
        folders = [self.root / "data" / "processed" / NAME, self.root / "reports" / NAME]
        files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
        names = {path.relative_to(self.root).as_posix(): path for path in files if path.name != STATE}
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names.items()}

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def remember(self) -> None:
        """Keep everything that people edit, for :meth:`undo`."""
        self.before = {path: path.read_bytes() for path in self.edited()}

    def undo(self) -> None:
        for path in set(self.edited()) - self.before.keys():
            path.unlink()
        for path, content in self.before.items():
            path.write_bytes(content)

    def edited(self) -> list[Path]:
        folders = [self.root / name for name in ("data/raw", "editions", "notebooks", "tuoyu")]
        return [
            path
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        ]

    def edit(self, name: str, old: str, new: str) -> None:
        content = (self.root / name).read_bytes()
        assert old.encode() in content
        (self.root / name).write_bytes(content.replace(old.encode(), new.encode(), 1))

    def cell(self, notebook: str, start: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """A notebook as it is stored, and its cell that begins, or is tagged, like this."""
        record = json.loads(self.text(f"notebooks/{notebook}.ipynb"))
        for cell in record["cells"]:
            if "".join(cell["source"]).startswith(start) or start in cell["metadata"].get("tags", ()):
                return record, cell
        raise AssertionError(start)

    def edit_cell(self, notebook: str, start: str, old: str, new: str) -> None:
        record, cell = self.cell(notebook, start)
        source = "".join(cell["source"])
        assert old in source
        cell["source"] = source.replace(old, new, 1)
        self.put(notebook, record)

    def put(self, notebook: str, record: dict[str, Any]) -> None:
        text = json.dumps(record, ensure_ascii=False, indent=1)
        (self.root / f"notebooks/{notebook}.ipynb").write_text(text, encoding="utf-8")


def plain_renderer(root: Path, stages: Sequence[Stage], wanted: Sequence[str]) -> Render:
    """The pages with stand-ins for HTML, PDF, Word and workbook: what matters here is when they are made."""

    def render(processed: Path, executed: dict[str, Path], reports: Path) -> None:
        last = stages[-1]
        facts = Facts.from_dict(json.loads((processed / "facts.json").read_bytes()))
        document = assemble(Texts.read(read_texts(root)).sections, read_notebook(executed[last.name]), facts)
        (reports / "report.ipynb").write_bytes(write_notebook(document))
        for path in executed.values():
            shutil.copy(path, reports)
        for name in wanted:
            (reports / name).write_bytes(b"stand-in")

    return render


@pytest.fixture(scope="module", autouse=True)
def plain_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tuoyu.front.making.renderer", plain_renderer)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone in which the edition was run once, to be copied."""
    root = copy_repository(tmp_path_factory.mktemp("made") / "site")
    assert main(load_stages(root), root=root, arguments=["run", NAME]) == 0
    return root


@pytest.fixture
def desk(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A copy of it in a folder of its own, gone after the test."""
    root = Path(shutil.copytree(made, tmp_path / "托育 site"))
    desk = Desk(root, capsys)
    desk.remember()
    yield desk
    shutil.rmtree(root)


def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, to execute a notebook is a failure of the test."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a notebook was executed")

    monkeypatch.setattr("tuoyu.engine.staging.execute", refuse)


TABLE, AGAIN = "data/raw/yulin/公开数据摘录.csv", "data/raw/yulin/二次录入.csv"  # the same figures, entered twice


def save_results(desk: Desk) -> None:
    """What JupyterLab leaves in a notebook that was run in it."""
    for notebook in (CLEAN, REPORT):
        record, cell = desk.cell(notebook, "from tuoyu")
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "旧结果"}]
        cell["execution_count"] = 7
        cell["metadata"] = {"execution": {"iopub.status.busy": "2024-08-31T09:00:00Z"}, "tags": []}
        record["metadata"]["language_info"] = {"name": "python", "version": "3.10"}
        desk.put(notebook, record)


def tag(desk: Desk, notebook: str, name: str) -> None:
    record, cell = desk.cell(notebook, "from tuoyu")
    cell["metadata"] = {"tags": [name]}
    desk.put(notebook, record)


def add_cell(desk: Desk, source: str) -> None:
    record, _ = desk.cell(CLEAN, "#")
    blank: dict[str, Any] = {"cell_type": "code", "id": "another", "execution_count": None, "outputs": []}
    record["cells"].append({**blank, "metadata": {}, "source": source})
    desk.put(CLEAN, record)


def touch(desk: Desk) -> None:
    """Other times on all files that people edit."""
    for path in desk.edited():
        os.utime(path, (1, 1))


def change_number(desk: Desk) -> None:
    """Another number in a table of the city, received anew."""
    for table in (TABLE, AGAIN):
        desk.edit(table, "36304人", "36305人")
    assert desk.say("accept", NAME)[0] == 0


def move_table(desk: Desk) -> None:
    """A raw file under another name, with its sidecar."""
    for ending in ("", ".source.toml"):
        path = desk.root / f"{TABLE}{ending}"
        path.rename(path.with_name(f"公开数据.csv{ending}"))
    again = desk.root / AGAIN
    again.write_bytes(again.read_bytes().replace("公开数据摘录.csv".encode(), "公开数据.csv".encode()))
    assert desk.say("accept", NAME)[0] == 0


MOVED = (
    AGAIN,
    f"{AGAIN}.source.toml",
    "data/raw/yulin/公开数据.csv（新增）",
    "data/raw/yulin/公开数据.csv.source.toml（新增）",
    f"{TABLE}（已移走）",
    f"{TABLE}.source.toml（已移走）",
)
EDITION = f"editions/{NAME}.toml"


@dataclass(frozen=True)
class Change:
    """A change, why each step is then told to be stale, and how each ends: in the next run, and once it is undone."""

    make: Callable[[Desk], object]
    told: Four = NOTHING
    done: tuple[str, ...] = UNCHANGED
    undone: tuple[str, ...] = UNCHANGED


def written(notebook: str) -> Four:
    return ("", "", "", f"笔记本 {notebook}.ipynb")


CLEANING = "readers = "  # how the cell begins
CHANGES: dict[str, Change] = {
    "comment in code": Change(lambda desk: desk.edit_cell(CLEAN, CLEANING, "cleaned = ", "# 另一句说明\ncleaned = ")),
    "blank lines and spaces in code": Change(
        lambda desk: desk.edit_cell(CLEAN, CLEANING, "len(cleaned", "\n\nlen( cleaned"),
        written(CLEAN),
        PAGES_ONLY,
        PAGES_ONLY,
    ),
    "tag": Change(lambda desk: tag(desk, INDICATORS, "hide-input")),
    "tag by which a cell may fail": Change(
        lambda desk: tag(desk, INDICATORS, "raises-exception"),
        ("", "代码", BEHIND[2], f"{written(INDICATORS)[3]}；上游环节 计算指标并核验、撰写报告"),
        ("carried", "executed", "carried", "done"),
        ("carried", "restored", "carried", "done"),
    ),
    "results saved in notebooks": Change(save_results),
    "prose of the first notebook": Change(
        lambda desk: desk.edit_cell(CLEAN, "# 整理", "不猜、不丢", "不猜不丢"), written(CLEAN), PAGES_ONLY, PAGES_ONLY
    ),
    "prose of the report": Change(
        lambda desk: desk.edit(TEXT, *EDIT),
        ("", "", "", f"文字 {TEXT}"),
        PAGES_ONLY,
        PAGES_ONLY,
    ),
    "code whose products are equal": Change(
        lambda desk: desk.edit_cell(CLEAN, CLEANING, "len(cleaned", "0 + len(cleaned"),
        ("代码", BEHIND[1], BEHIND[2], f"{written(CLEAN)[3]}；{ALL_STAGES}"),
        ("executed", "carried", "carried", "done"),
        ("restored", "carried", "carried", "done"),
    ),
    "code whose products are others": Change(
        lambda desk: desk.edit_cell(CLEAN, "observations = ", "(cleaned.observations)", "(cleaned.observations[1:])"),
        ("代码", BEHIND[1], BEHIND[2], f"{written(CLEAN)[3]}；{ALL_STAGES}"),
        ("executed", "executed", "executed", "done"),
        ("restored", "restored", "restored", "done"),
    ),
    "code of the last notebook": Change(
        lambda desk: desk.edit_cell(REPORT, "from tuoyu", "work.load_facts()", "work.load_facts()\nlen(facts.claims)"),
        ("", "", "代码", f"{written(REPORT)[3]}；上游环节 撰写报告"),
        ("carried", "carried", "executed", "done"),
        ("carried", "carried", "restored", "done"),
    ),
    "cell without code": Change(
        lambda desk: add_cell(desk, "# 没有代码的单元格"),
        ("代码", BEHIND[1], BEHIND[2], f"{written(CLEAN)[3]}；{ALL_STAGES}"),
        ("executed", "carried", "carried", "done"),
        ("restored", "carried", "carried", "done"),
    ),
    "date of the data": Change(
        lambda desk: desk.edit(EDITION, "as_of = 2024-12-31", "as_of = 2024-06-30"),
        (
            "",
            "参数 as_of 2024-12-31→2024-06-30",
            f"参数 as_of 2024-12-31→2024-06-30；{BEHIND[2]}",
            "参数 as_of 2024-12-31→2024-06-30；上游环节 计算指标并核验、撰写报告",
        ),
        ("carried", "executed", "executed", "done"),
        ("carried", "restored", "restored", "done"),
    ),
    "status of the publication": Change(
        lambda desk: desk.edit(
            EDITION, 'status = "送审稿"                 # 送审稿 或 定稿', 'status = "定稿"\ndate = "2025年3月20日"'
        ),
        (
            "",
            "参数 publication.date 无→2025年3月20日、publication.status 送审稿→定稿",
            f"参数 publication.date 无→2025年3月20日、publication.status 送审稿→定稿；{BEHIND[2]}",
            "参数 publication.date 无→2025年3月20日、publication.status 送审稿→定稿；上游环节 计算指标并核验、撰写报告",
        ),
        ("carried", "executed", "executed", "done"),
        ("carried", "restored", "restored", "done"),
    ),
    "comment in the edition's file": Change(lambda desk: desk.edit(EDITION, "[targets]", "# 目标\n[targets]")),
    "number in a raw file": Change(
        change_number,
        (f"输入 {AGAIN}、{AGAIN}.source.toml、{TABLE}、{TABLE}.source.toml", BEHIND[1], BEHIND[2], ALL_STAGES),
        ("executed", "executed", "executed", "done"),
        ("restored", "restored", "restored", "done"),
    ),
    "raw file under another name": Change(
        move_table,
        (f"输入 {'、'.join(MOVED[:5])}等 {len(MOVED)} 项", BEHIND[1], BEHIND[2], ALL_STAGES),
        ("executed", "executed", "executed", "done"),
        ("restored", "restored", "restored", "done"),
    ),
    "files touched": Change(touch),
    "raw file renamed and back": Change(
        lambda desk: [
            (desk.root / TABLE).rename(desk.root / f"{TABLE}.x"),
            (desk.root / f"{TABLE}.x").rename(desk.root / TABLE),
        ]
    ),
    "comment in a sidecar": Change(
        lambda desk: desk.edit(f"{TABLE}.source.toml", "[reading]", "# 读法\n[reading]"),
        (f"输入 {TABLE}.source.toml", BEHIND[1], BEHIND[2], ALL_STAGES),
        ("executed", "carried", "carried", "carried"),
        ("restored", "carried", "carried", "carried"),
    ),
    "file of a city that is not in the edition": Change(
        lambda desk: desk.edit("data/raw/jiangmen/city.toml", "\n", "\n# 说明\n")
    ),
    "litter beside the raw files": Change(lambda desk: (desk.root / TABLE).with_name("~$x.csv").write_bytes(b"x")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_change_makes_what_depends_on_it_and_undone_brings_back_every_byte(
    desk: Desk, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.products()
    assert desk.explain() == NOTHING
    change.make(desk)
    assert desk.explain() == change.told
    if "executed" not in change.done:
        no_kernel(monkeypatch)
    assert desk.run() == change.done
    assert desk.explain() == NOTHING
    no_kernel(monkeypatch)
    assert desk.run() == UNCHANGED
    desk.undo()
    assert desk.run() == change.undone
    assert desk.explain() == NOTHING
    assert desk.products() == before


def test_renamed_raw_file_is_told_and_refused_before_anything_is_made(desk: Desk) -> None:
    before = desk.products()
    moved = desk.root / f"{TABLE}.x"
    (desk.root / TABLE).rename(moved)
    assert desk.explain()[0] == f"输入 {TABLE}（已移走）、{TABLE}.x（新增）"
    code, said = desk.say("run", NAME)
    assert code == 4
    assert "有来源说明，但文件不在" in said
    assert desk.products() == before
    moved.rename(desk.root / TABLE)
    assert desk.run() == UNCHANGED


def test_edited_words_stand_in_the_pages_beside_results_that_were_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_kernel(monkeypatch)
    desk.edit(TEXT, *EDIT)
    desk.edit_cell(CLEAN, CLEANING, "len(cleaned", "len( cleaned")
    desk.run()
    assert "（试改）" in desk.text(f"reports/{NAME}/report.ipynb")
    executed = json.loads(desk.text(f"data/processed/{NAME}/executed/{CLEAN}.ipynb"))
    (cell,) = [cell for cell in executed["cells"] if "len( cleaned" in "".join(cell["source"])]
    assert cell["outputs"]
    assert cell["execution_count"]


def test_parameters_cell_that_was_moved_counts_as_code(desk: Desk) -> None:
    record, cell = desk.cell(INDICATORS, "parameters")
    record["cells"].remove(cell)
    record["cells"].append(cell)
    desk.put(INDICATORS, record)
    assert desk.explain()[1] == "代码"
    code, said = desk.say("run", NAME)
    assert code == 1
    assert "NameError: name 'edition' is not defined" in said
    assert "Traceback" not in said


@dataclass(frozen=True)
class Loss:
    """Harm to what a run has left, what is told of it, and how the next run mends it without a kernel."""

    make: Callable[[Desk], object]
    told: Four
    done: tuple[str, ...]


PROCESSED, PAGES = f"data/processed/{NAME}", f"reports/{NAME}"
RESTORED = ("carried", "restored", "carried", "carried")
LOSSES: dict[str, Loss] = {
    "product missing": Loss(
        lambda desk: (desk.root / PROCESSED / "facts.json").unlink(),
        ("", "成果缺失 facts.json", BEHIND[2], "输入 facts.json（已移走）；上游环节 计算指标并核验、撰写报告"),
        RESTORED,
    ),
    "product altered": Loss(
        lambda desk: (desk.root / PROCESSED / "facts.json").write_text("{}"),
        ("", "成果被改动 facts.json", BEHIND[2], "输入 facts.json；上游环节 计算指标并核验、撰写报告"),
        RESTORED,
    ),
    "executed notebook missing": Loss(
        lambda desk: (desk.root / PROCESSED / f"executed/{INDICATORS}.ipynb").unlink(),
        (
            "",
            f"成果缺失 executed/{INDICATORS}.ipynb",
            BEHIND[2],
            f"输入 executed/{INDICATORS}.ipynb（已移走）；上游环节 计算指标并核验、撰写报告",
        ),
        RESTORED,
    ),
    "page missing": Loss(
        lambda desk: (desk.root / PAGES / "report.ipynb").unlink(), ("", "", "", "成果缺失 report.ipynb"), PAGES_ONLY
    ),
    "page altered": Loss(
        lambda desk: (desk.root / PAGES / "report.ipynb").write_text("改过", encoding="utf-8"),
        ("", "", "", "成果被改动 report.ipynb"),
        PAGES_ONLY,
    ),
    "all pages missing": Loss(
        lambda desk: shutil.rmtree(desk.root / PAGES),
        ("", "", "", "成果缺失 01_clean.ipynb、02_indicators.ipynb、03_report.ipynb、report.docx、report.html等 8 项"),
        PAGES_ONLY,
    ),
    "manifest missing": Loss(lambda desk: (desk.root / PAGES / "manifest.json").unlink(), NOTHING, UNCHANGED),
    "manifest damaged": Loss(
        lambda desk: (desk.root / PAGES / "manifest.json").write_text("{}", encoding="utf-8"), NOTHING, UNCHANGED
    ),
    "record damaged": Loss(
        lambda desk: (desk.root / PROCESSED / STATE).write_text("{", encoding="utf-8"),
        ("首次运行", f"首次运行；{BEHIND[1]}", f"首次运行；{BEHIND[2]}", f"首次运行；{ALL_STAGES}"),
        ("restored", "restored", "restored", "done"),
    ),
    "record missing": Loss(
        lambda desk: (desk.root / PROCESSED / STATE).unlink(),
        ("首次运行", f"首次运行；{BEHIND[1]}", f"首次运行；{BEHIND[2]}", f"首次运行；{ALL_STAGES}"),
        ("restored", "restored", "restored", "done"),
    ),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_loss_is_told_and_mended_from_the_cache_byte_for_byte(
    desk: Desk, loss: Loss, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.products()
    loss.make(desk)
    assert desk.explain() == loss.told
    no_kernel(monkeypatch)
    assert desk.run() == loss.done
    assert desk.products() == before
    assert desk.run() == UNCHANGED


def test_source_is_read_in_one_thread_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In two at once, Python's parser breaks down now and then."""
    threads: set[int] = set()
    reach = Package.reach

    def watched(self: Package, imports: Sequence[Target], *, docstrings: bool = False) -> Reach:
        threads.add(threading.get_ident())
        return reach(self, imports, docstrings=docstrings)

    monkeypatch.setattr(Package, "reach", watched)
    (desk.root / f"data/processed/{NAME}/{STATE}").unlink()
    assert desk.run("--force") == ("executed", "executed", "executed", "done")
    assert threads == {threading.get_ident()}


def test_without_the_cache_a_lost_product_is_made_anew_byte_for_byte(desk: Desk) -> None:
    before = desk.products()
    shutil.rmtree(desk.root / "data/processed/.cache")
    (desk.root / PROCESSED / "facts.json").unlink()
    assert desk.run() == ("carried", "executed", "carried", "carried")
    assert desk.products() == before


@pytest.mark.parametrize(
    "change", ["comment in the edition's file", "comment in code", "tag", "results saved in notebooks"]
)
def test_change_without_effect_is_on_record_nevertheless(desk: Desk, change: str) -> None:
    CHANGES[change].make(desk)
    assert desk.run() == UNCHANGED
    after = desk.products()
    assert desk.run("--force") == ("executed", "executed", "executed", "done")
    assert desk.products() == after


def test_everything_is_made_anew_on_request_byte_for_byte(desk: Desk) -> None:
    before = desk.products()
    assert desk.run("--force") == ("executed", "executed", "executed", "done")
    assert desk.products() == before


def test_other_release_of_a_library_is_told_with_both_versions(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.products()
    installed = importlib.metadata.distribution("pandas")
    about = tmp_path / "installed" / "pandas-99.9.dist-info"
    about.mkdir(parents=True)
    words = installed.read_text("METADATA") or ""
    version = f"Version: {installed.version}"
    (about / "METADATA").write_text(words.replace(version, "Version: 99.9", 1), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.syspath_prepend(about.parent)
        told = desk.explain()
        assert all(f"环境 pandas {installed.version}→99.9" in one for one in told[:3])
        assert desk.run() == ("executed", "executed", "executed", "done")
        assert json.loads(desk.text(f"{PAGES}/manifest.json"))["environment"]["pandas"] == "99.9"
    no_kernel(monkeypatch)
    assert desk.run() == ("restored", "restored", "restored", "done")
    assert desk.products() == before


def test_stage_in_a_state_that_was_seen_before_is_restored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for turn in range(4):
        if turn == 2:
            no_kernel(monkeypatch)
        old, new = ('demand_rate = "30%"', 'demand_rate = "25%"')[:: -1 if turn % 2 else 1]
        desk.edit(EDITION, old, new)
        assert desk.run() == ("carried", *(["executed"] * 2 if turn == 0 else ["restored"] * 2), "done")
        seen.append(desk.products())
    assert seen[0] == seen[2] != seen[1] == seen[3]


def test_second_edition_of_the_same_city_leaves_the_first_alone(desk: Desk) -> None:
    before = desk.products()
    other = "yulin-other"
    shutil.copy(desk.root / EDITION, desk.root / f"editions/{other}.toml")
    assert desk.run(name=other) == ("executed", "executed", "executed", "done")
    assert desk.run() == UNCHANGED
    assert desk.run(name=other) == UNCHANGED
    assert desk.products() == before


def in_the_clone(root: Path, *words: str) -> str:
    """What a command line says in a process of its own, with the package that lies in the clone."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def explain_in_the_clone(root: Path) -> tuple[str, ...]:
    lines = in_the_clone(root, "pipeline.py", "explain", NAME).splitlines()
    return tuple(line.split("　", 1)[1].removeprefix("重做：").replace("不必重做", "") for line in lines)


def run_in_the_clone(root: Path) -> tuple[str, ...]:
    in_the_clone(root, "pipeline.py", "run", NAME, "--to", "html")
    return tuple(step["state"] for step in journal.entries(root, NAME)[-1]["steps"])


FORMULAS = "tuoyu/childcare/formulas.py"
INDICATORS_FILE = "tuoyu/childcare/indicators.toml"
SENTENCE = "托育机构按规定条件可以同时收托的婴幼儿人数"
DEFINITION = f'definition = "{SENTENCE}'
REWORDED = f'definition = "按定义，{SENTENCE}'
DOCSTRING = '"""人口普查登记的不满五周岁的常住人口'


def everywhere(part: str) -> Four:
    """What is told of a part of the package that all stages and the pages reach."""
    told = f"程序包 {part}"
    return told, f"{told}；{BEHIND[1]}", f"{told}；{BEHIND[2]}", f"{told}；{ALL_STAGES}"


PACKAGE_CHANGES: dict[str, tuple[str, str, str, Four]] = {
    "comment and form": (FORMULAS, "from decimal", "# 说明\n\n\nfrom decimal", NOTHING),
    "code of a module that no notebook reaches": ("tuoyu/front/doctor.py", "import", "import os\nimport", NOTHING),
    "definition of an indicator, which the report prints": (
        INDICATORS_FILE,
        DEFINITION,
        REWORDED,
        everywhere(INDICATORS_FILE),
    ),
    "docstring of a formula, which nothing prints": (FORMULAS, DOCSTRING, f"{DOCSTRING}数", NOTHING),
    "code of a formula": (
        FORMULAS,
        "from decimal",
        "import math\nfrom decimal",
        everywhere("tuoyu.childcare.formulas"),
    ),
    "code of the charts": (
        "tuoyu/childcare/charts.py",
        "def births",
        "ANYTHING = 1\n\n\ndef births",
        ("", "", "程序包 tuoyu.childcare.charts", "上游环节 撰写报告"),
    ),
    "look of the pages": (
        "tuoyu/render/templates/report.css",
        "{",
        "/* 说明 */ {",
        ("", "", "", "程序包 tuoyu/render/templates/report.css"),
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "told"), PACKAGE_CHANGES.values(), ids=PACKAGE_CHANGES.keys())
def test_change_of_the_package_is_told_where_it_is_reached(
    desk: Desk, name: str, old: str, new: str, told: Four
) -> None:
    desk.edit(name, old, new)
    assert explain_in_the_clone(desk.root) == told
    desk.undo()
    assert explain_in_the_clone(desk.root) == NOTHING


def test_definition_of_an_indicator_comes_into_the_report_and_leaves_it_again(desk: Desk) -> None:
    before = desk.products()
    desk.edit(INDICATORS_FILE, DEFINITION, REWORDED)
    assert run_in_the_clone(desk.root) == ("executed", "executed", "executed", "done")
    assert f"按定义，{SENTENCE}" in desk.text(f"{PAGES}/report.html")
    desk.undo()
    assert run_in_the_clone(desk.root) == ("restored", "restored", "restored", "done")
    processed = {name: value for name, value in before.items() if name.startswith("data/")}
    assert processed.items() <= desk.products().items()


@pytest.mark.parametrize("verb", ["explain", "run"])
def test_what_is_unchanged_is_found_out_without_anything_heavy(desk: Desk, verb: str) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tuoyu.front.cli import main\n"
        "from tuoyu.workspace.opening import load_stages\n"
        "root = Path.cwd()\n"
        f"code = main(load_stages(root), root=root, arguments=[{verb!r}, {NAME!r}])\n"
        f"print(code, sorted(set(sys.modules) & set({HEAVY!r})))"
    )
    said = in_the_clone(desk.root, "-c", script).splitlines()
    assert "不必重做" in said[-2]
    assert said[-1] == "0 []"
