"""What counts in a stage's fingerprint, and what does not."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.engine.fingerprint import Fingerprint
from tuoyu.engine.fingerprint import Sight
from tuoyu.engine.fingerprint import Site
from tuoyu.engine.fingerprint import fingerprint_pages
from tuoyu.engine.fingerprint import fingerprint_stage
from tuoyu.engine.fingerprint import look_at_module
from tuoyu.engine.fingerprint import look_at_notebook
from tuoyu.engine.fingerprint import stage_inputs
from tuoyu.engine.fingerprint import stage_parameters
from tuoyu.engine.reach import Package
from tuoyu.engine.reach import Target
from tuoyu.engine.reach import read_source
from tuoyu.engine.reads import PLACES
from tuoyu.engine.reads import PREVIOUS
from tuoyu.engine.reads import parameters_read
from tuoyu.engine.surroundings import Surroundings
from tuoyu.workspace.editions import load_edition

OPEN = "work = open_stage('clean', edition)"

CODE = '''
import shop

def double(number):
    """Twice as much."""
    # why not
    return {"a": number * 2}
'''

SAME = {
    "comment": CODE.replace("# why not", "# because"),
    "comment removed": CODE.replace("    # why not\n", ""),
    "docstring": CODE.replace("Twice as much.", "The double."),
    "docstring removed": CODE.replace('    """Twice as much."""\n', ""),
    "blank lines": CODE.replace("\n\n", "\n\n\n\n"),
    "quotes": CODE.replace('"a"', "'a'"),
    "spacing": CODE.replace("number * 2", "number*2"),
    "line breaks": CODE.replace('{"a": number * 2}', '{\n        "a": number * 2,\n    }'),
}
DIFFERENT = {
    "number": CODE.replace("* 2", "* 3"),
    "name": CODE.replace("double", "twice"),
    "text": CODE.replace('"a"', '"b"'),
    "import": CODE.replace("import shop", "import stall"),
    "order": CODE.replace("import shop\n", "") + "import shop\n",
    "syntax error": CODE + "(",
}


@pytest.mark.parametrize("code", SAME.values(), ids=SAME.keys())
def test_form_of_a_module_does_not_count(code: str) -> None:
    assert code != CODE
    assert read_source((code,), "shop").statements == read_source((CODE,), "shop").statements


@pytest.mark.parametrize("code", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_a_module_does_counts(code: str) -> None:
    assert read_source((code,), "shop").statements != read_source((CODE,), "shop").statements


@given(st.lists(st.sampled_from(["", "# 说明", "    # 缩进的说明", "  ", "#"]), min_size=9, max_size=9))
def test_comments_and_blank_lines_between_any_two_lines_do_not_count(added: list[str]) -> None:
    lines = zip(CODE.strip().splitlines(), added, strict=False)
    woven = "\n".join(part for pair in lines for part in pair)
    assert read_source((woven,), "shop").statements == read_source((CODE,), "shop").statements


def test_how_code_is_cut_into_cells_counts() -> None:
    assert read_source(("a = 1\nb = 2",)).statements != read_source(("a = 1", "b = 2")).statements


@pytest.mark.parametrize(("shown", "hidden"), [("a", "a;"), ("a  # b", "a;  # b"), ('"a#b"', '"a#b";')])
def test_semicolon_that_hides_the_result_of_a_cell_counts(shown: str, hidden: str) -> None:
    assert read_source((shown,)).statements != read_source((hidden,)).statements


def test_semicolon_elsewhere_does_not_count() -> None:
    assert read_source(("a = 1; b\n",)).statements == read_source(("a = 1\nb",)).statements
    assert read_source(('a = ";"',)).statements == read_source(("a = ';'",)).statements


def test_text_that_opens_a_cell_is_a_result_not_a_docstring() -> None:
    assert read_source(('"一"',)).statements != read_source(('"二"',)).statements


SHOP = {
    "__init__.py": (
        "from typing import TYPE_CHECKING\n"
        "from shop.till import ring\n"
        "if TYPE_CHECKING:\n"
        "    from shop.room import bread\n"
        "    from shop.room import cheese\n"
        "def __getattr__(name):\n"
        "    import importlib\n"
        "    return importlib.import_module(f'shop.room.{name}')\n"
    ),
    "till.py": "def ring():\n    from shop import coins\n    return coins\n",
    "coins.py": '"""Coins."""\nimport decimal\nVALUE = 1\n',
    "room/__init__.py": "",
    "room/bread.py": (
        "from typing import TYPE_CHECKING\n"
        "import flour\n"
        "from . import oven\n"
        "if TYPE_CHECKING:\n"
        "    from shop.room import cellar\n"
        "else:\n"
        "    import yeast.dry\n"
        "RECIPE = 'recipe.toml'\n"
    ),
    "room/oven.py": "HEAT = 200\n",
    "room/cheese.py": "FOLDER = 'shop.room.labels'\nNAME = f'{FOLDER}.txt'\n",
    "room/cellar.py": "DARK = True\n",
    "room/recipe.toml": "salt = 1\n",
    "room/other.toml": "salt = 2\n",
    "room/labels/__init__.py": "",
    "room/labels/gouda.txt": "Gouda",
    "room/docs.py": "from shop import coins\nprint(coins.__doc__)\n",
    "room/plugins.py": "import importlib\nimportlib.import_module('shop.' + input())\n",
}
ALWAYS = {"shop", "shop.till", "shop.coins"}
BREAD = {"shop.room", "shop.room.bread", "shop.room.oven", "shop/room/recipe.toml"}
CHEESE = {"shop.room", "shop.room.cheese", "shop/room/labels/gouda.txt"}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A package with lazily loaded rooms, data files, and imports of every kind."""
    return write(tmp_path / "package" / "shop", SHOP)


REACHED = {
    "from shop import ring": ALWAYS,
    "import shop.coins": ALWAYS,
    "from shop import bread": ALWAYS | BREAD,
    "from shop.room import bread as b": ALWAYS | BREAD,
    "import shop.room.bread": ALWAYS | BREAD,
    "if True:\n    from shop.room.bread import RECIPE": ALWAYS | BREAD,
    "from shop import cheese": ALWAYS | CHEESE,
    "import shop": ALWAYS | BREAD | CHEESE,
    "from shop import *": ALWAYS | BREAD | CHEESE,
    "from shop import unknown": ALWAYS,
    "import pandas": set(),
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop": set(),
}


@pytest.mark.parametrize(("code", "reached"), REACHED.items(), ids=REACHED.keys())
def test_reach_follows_imports_to_modules_and_the_data_they_name(shop: Path, code: str, reached: set[str]) -> None:
    assert Package(shop).reach(read_source((code,)).imports).items.keys() == reached


def test_reach_names_the_other_packages_that_are_imported(shop: Path) -> None:
    foreign = Package(shop).reach([Target("shop", "bread")]).foreign
    assert foreign - sys.stdlib_module_names == {"flour", "yeast"}


def test_import_by_a_name_made_at_run_time_reaches_everything(shop: Path) -> None:
    reached = Package(shop).reach([Target("shop.room.plugins")]).items
    assert reached.keys() >= {"shop.room.cellar", "shop.room.docs", *BREAD, *CHEESE}


def items(shop: Path, *targets: Target) -> dict[str, str]:
    return dict(Package(shop).reach(targets).items)


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_change_of_a_module_or_data_file_shows_under_its_name(shop: Path) -> None:
    target = Target("shop", "bread")
    before = items(shop, target)
    write(shop, {"room/oven.py": "HEAT = 220\n", "room/recipe.toml": "salt = 3\n", "room/cellar.py": "DARK = False\n"})
    assert changed(before, items(shop, target)) == {"shop.room.oven", "shop/room/recipe.toml"}


def test_docstrings_of_a_module_count_once_something_reads_them(shop: Path) -> None:
    plain, reader = Target("shop", "ring"), Target("shop.room.docs")
    before = items(shop, plain), items(shop, reader), Package(shop).reach([plain], docstrings=True).items
    write(shop, {"coins.py": SHOP["coins.py"].replace("Coins.", "Money.")})
    assert changed(before[0], items(shop, plain)) == set()
    assert changed(before[1], items(shop, reader)) == {"shop.coins"}
    assert changed(dict(before[2]), dict(Package(shop).reach([plain], docstrings=True).items)) == {"shop.coins"}


def test_new_module_that_hides_a_lazy_name_is_noticed(shop: Path) -> None:
    write(shop, {"bread.py": ""})
    assert items(shop, Target("shop", "bread")).keys() == ALWAYS | {"shop.bread"}


def test_broken_module_is_taken_as_it_is_written(shop: Path) -> None:
    before = items(shop, Target("shop", "ring"))
    write(shop, {"coins.py": "VALUE = (\n"})
    broken = items(shop, Target("shop", "ring"))
    assert changed(before, broken) == {"shop.coins"}
    write(shop, {"coins.py": "VALUE = ((\n"})
    assert changed(broken, items(shop, Target("shop", "ring"))) == {"shop.coins"}


READ = {
    "nothing": ([OPEN, "work.save_table('numbers', work.load_table('sums'))"], set()),
    "one parameter": ([OPEN, "work.edition.city"], {"city"}),
    "a section": ([OPEN, "work.edition.targets.places"], {"targets"}),
    "places": ([OPEN, "work.edition.places"], PLACES),
    "previous": ([OPEN, "work.previous"], {"previous", PREVIOUS}),
    "several cells": (["import pandas", OPEN, "work.edition.as_of", "work.edition.name"], {"as_of", "name"}),
    "by the front door": (["from tuoyu import open_stage", OPEN], set()),
    "by the long way": (["from tuoyu.workspace.opening import open_stage", OPEN], set()),
    "no workspace": (["1 + 1"], set()),
}
UNTOLD = {
    "whole edition": [OPEN, "work.edition.to_dict()"],
    "edition handed on": [OPEN, "show(work.edition)"],
    "workspace handed on": [OPEN, "show(work)"],
    "by name": [OPEN, "getattr(work, 'edition')"],
    "alias": [OPEN, "other = work\nother.edition"],
    "insides": [OPEN, "work.__dict__"],
    "unnamed workspace": ["open_stage('clean', edition).edition"],
    "renamed door": ["from tuoyu import open_stage as enter", "enter('clean', edition).edition"],
    "door handed on": ["f = open_stage\nf('clean', edition).edition"],
    "two names": ["a = b = open_stage('clean', edition)"],
    "in a block": ["if True:\n    work = open_stage('clean', edition)"],
    "back door": ["from tuoyu.workspace.editions import load_edition"],
    "other back door": ["import tuoyu.workspace.opening"],
    "door beside it": ["from tuoyu.workspace import editions"],
    "syntax error": [OPEN, "("],
}


@pytest.mark.parametrize(("code", "read"), READ.values(), ids=READ.keys())
def test_parameters_read_through_the_workspace_are_told(code: list[str], read: set[str]) -> None:
    assert parameters_read(code) == read


@pytest.mark.parametrize("code", UNTOLD.values(), ids=UNTOLD.keys())
def test_where_it_cannot_be_told_every_parameter_counts(code: list[str]) -> None:
    assert parameters_read(code) is None


@pytest.fixture
def site(tmp_path: Path, shop: Path) -> Site:
    root = toy.build(tmp_path / "root", toy.clean_stage(), toy.sum_stage())
    return Site(root, load_edition(root, "toy-2024"), Surroundings(Package(shop)))


def test_parameters_that_are_not_read_are_left_out(site: Site) -> None:
    known = stage_parameters(site, toy.clean_stage(needs=("raw",)), ["as_of", "assumptions"])
    assert known == {
        "name": "toy-2024",
        "city": "town",
        "benchmarks": "[]",
        "comparators": '["nation"]',
        "as_of": "2024-08-31",
        "assumptions.demand_rate": "30%",
        "assumptions.demand_rate_source": "测试",
    }
    assert stage_parameters(site, toy.sum_stage(), []) == {"name": "toy-2024"}


def test_all_parameters_count_where_it_cannot_be_told(site: Site) -> None:
    known = stage_parameters(site, toy.sum_stage(), None)
    assert {"publication.title", "outlook.until", "targets.places", "population_as_of"} <= known.keys()


@pytest.mark.parametrize("read", [None, ["previous", PREVIOUS]])
def test_parameters_of_the_previous_edition_count_where_it_is_read(site: Site, read: list[str] | None) -> None:
    text = toy.EDITION.replace("2024-08-31", "2024-01-31")
    (site.root / "editions" / "toy-earlier.toml").write_text(text, encoding="utf-8")
    later = site.root / "editions" / "toy-2024.toml"
    later.write_text('previous = "toy-earlier"\n' + toy.EDITION, encoding="utf-8")
    known = stage_parameters(Site(site.root, load_edition(site.root, "toy-2024")), toy.sum_stage(), read)
    assert known["previous"] == "toy-earlier"
    assert known["previous.as_of"] == "2024-01-31"


def test_inputs_are_what_the_stage_declared(site: Site) -> None:
    products = {"numbers.parquet": "1", "other.json": "2", "figures/a.svg": "3"}
    raw = {f"data/raw/{place}/births.csv{end}" for place in ("town", "nation") for end in ("", ".source.toml")}
    city = {"data/raw/town/city.toml"}
    assert stage_inputs(site, toy.clean_stage(needs=("raw",)), products).keys() == raw | city
    assert stage_inputs(site, toy.clean_stage(needs=("cities",)), products).keys() == city
    assert stage_inputs(site, toy.clean_stage(needs=("figures/*.svg", "numbers.parquet")), products) == {
        "numbers.parquet": "1",
        "figures/a.svg": "3",
    }


def install(folder: Path, name: str, version: str, requires: tuple[str, ...] = (), provides: str = "") -> None:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {line}" for line in requires]
    about = folder / f"{name}-{version}.dist-info"
    write(about, {"METADATA": "\n".join(lines), **({"top_level.txt": provides} if provides else {})})


def test_environment_follows_requirements_of_what_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "Flour_Mill", "1.0", ("wheat>=2", "absent; sys_platform == 'win32'", "toaster; extra == 'test'"))
    install(tmp_path, "wheat", "2.5", ("flour-mill",))
    install(tmp_path, "toaster", "1.0")
    install(tmp_path, "BakersYeast", "7", provides="yeast")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("OVEN", "hot")
    found = Surroundings().environment(["flour_mill", "yeast", "nowhere"], variables=["OVEN", "COLD_OVEN"])
    assert found.pop("python") == sys.version.split()[0]
    assert found == {"bakersyeast": "7", "flour-mill": "1.0", "wheat": "2.5", "OVEN": "hot"}


def test_what_is_named_otherwise_than_imported_is_found_among_our_own_requirements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.metadata, "packages_distributions", dict)
    assert Surroundings().environment(["pypandoc"]).keys() == {"python", "pypandoc-binary"}


def notebook(path: Path, *cells: str, **metadata: object) -> Path:
    record = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": [{"cell_type": "code", "id": str(n), "metadata": {}, "source": cell} for n, cell in enumerate(cells)],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def test_sight_survives_json_and_is_handed_back_while_nothing_changes(tmp_path: Path, shop: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "from shop import bread", OPEN)
    sight = look_at_notebook(path, Surroundings(Package(shop)))
    assert sight.foreign == ("flour", "yeast")
    assert sight.parameters == ()
    again = Sight.from_dict(json.loads(json.dumps(sight.to_dict())))
    assert again == sight
    assert look_at_notebook(path, Surroundings(Package(shop)), again) is again
    write(shop, {"room/oven.py": "HEAT = 1\n"})
    assert look_at_notebook(path, Surroundings(Package(shop)), again).package != sight.package
    untold = look_at_notebook(notebook(path, OPEN, "show(work)"), Surroundings(Package(shop)))
    assert Sight.from_dict(json.loads(json.dumps(untold.to_dict()))).parameters is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nbformat": 4, "cells": [1]}', '{"nbformat": 4, "cells": [{}]}'])
def test_notebook_that_cannot_be_read_counts_as_such(site: Site, text: str) -> None:
    path = site.notebook(toy.sum_stage())
    assert look_at_notebook(path, site.surroundings).code != "无法读取"
    path.write_text(text, encoding="utf-8")
    assert look_at_notebook(path, site.surroundings).code == "无法读取"
    path.unlink()
    assert look_at_notebook(path, site.surroundings).code == "无法读取"


def pages(site: Site) -> Fingerprint:
    sight = look_at_module("shop.room.bread", site.surroundings)
    return fingerprint_pages(site, [toy.clean_stage(), toy.sum_stage()], {"sums.json": "1"}, sight=sight)


def test_pages_depend_on_text_products_parameters_their_module_and_fonts(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TUOYU_FONTS", raising=False)
    before = pages(site)
    assert before.parts["input"] == {"sums.json": "1"}
    assert before.parts["parameter"]["publication.title"] == "测试报告"
    assert before.parts["package"].keys() == ALWAYS | BREAD
    path = site.notebook(toy.sum_stage())
    record = json.loads(path.read_bytes())
    record["cells"][1]["outputs"] = []
    path.write_text(json.dumps(record, indent=4), encoding="utf-8")
    assert pages(site).key == before.key
    record["cells"][0]["source"] = "# 另一个标题"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert pages(site).changes(before, "code").keys() == {"makes a fact file.ipynb"}
    text = site.root / "notebooks" / "report" / "甲.md"
    text.parent.mkdir()
    text.write_text("一句。", encoding="utf-8")
    (text.parent / ".甲.md.swp").write_text("编辑器留下的", encoding="utf-8")
    assert pages(site).changes(before, "text").keys() == {"notebooks/report/甲.md"}
    monkeypatch.setenv("TUOYU_FONTS", "/fonts")
    assert pages(site).changes(before, "environment") == {"TUOYU_FONTS": ("无", "/fonts")}


def test_key_hears_every_part(site: Site) -> None:
    stage = toy.clean_stage()
    sight = look_at_notebook(site.notebook(stage), site.surroundings)
    whole = fingerprint_stage(site, stage, {}, sight=sight)
    keys = {Fingerprint({**whole.parts, part: {"x": "y"}}).key for part in whole.parts}
    assert len(keys | {whole.key}) == len(whole.parts) + 1
    renamed = fingerprint_stage(site, toy.clean_stage(makes=("other.parquet",)), {}, sight=sight)
    assert renamed.changes(whole, "code").keys() == {"declaration"}


def test_key_is_the_same_in_another_process(shop: Path, tmp_path: Path) -> None:
    path = notebook(tmp_path / "a.ipynb", "from shop import bread, cheese", OPEN)
    script = (
        "from pathlib import Path\n"
        "from tuoyu.engine.fingerprint import look_at_notebook\n"
        "from tuoyu.engine.reach import Package\n"
        "from tuoyu.engine.surroundings import Surroundings\n"
        f"sight = look_at_notebook(Path({str(path)!r}), Surroundings(Package(Path({str(shop)!r}))))\n"
        "print(sight.to_dict())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
