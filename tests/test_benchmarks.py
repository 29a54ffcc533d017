"""The benchmarks run, on the smallest of cases, and give a table; generated cities are such as the pipeline takes."""

from __future__ import annotations

import dataclasses
import importlib
import os
import random
import secrets
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import Made
from conftest import clean_at
from conftest import copy_repository

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import check_sources
from tuoyu.workspace.raw import list_inputs

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
Load = Callable[[str], ModuleType]
CENSUS = "adcode,city,population_2020,age_0,age_1_4\n110000,北京市,21893095,152730.0,863520\n"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Imports a module of the benchmarks by its name, as their own scripts do."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return copy_repository(tmp_path / "site")


def measure(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(BENCHMARKS / "measure.py"), *words],
        env={**os.environ, "PYTHONPATH": str(BENCHMARKS.parent)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_table_tells_every_way_and_whether_goals_are_met(tmp_path: Path) -> None:
    out = tmp_path / "table.md"
    done = measure("--repeat", "1", "--cases", "cold,unchanged", "--edition", "yulin-2024", "--out", str(out))
    assert done.returncode == 0, done.stderr
    table = [line.split(" | ") for line in out.read_text("utf-8").splitlines() if line.startswith("|")]
    assert done.stdout == out.read_text("utf-8")
    assert [row[0] for row in table[2:]] == [
        "| 一期，从头做，HTML、PDF",
        "| 一期，从头做，四种格式",
        "| 什么都没有变",
        "| 只改注释、标签、文件时间",
    ]
    assert {len(row) for row in table} == {8}
    two, cold, unchanged, remarks = table[2:]
    assert "—" not in two[1:6]
    assert "执行 3 个笔记本，应为 3 个" in two[6]
    assert "执行 3 个笔记本，应为 3 个" in cold[6]
    assert "执行 0 个笔记本，应为 0 个；没有载入 pandas" in unchanged[6]
    assert "执行 0 个笔记本，应为 0 个" in remarks[6]


def test_plain_script_makes_the_pages_that_the_pipeline_makes(load: Load, site: Path, all_made: Made) -> None:
    load("costs").measure(load("ways").floor(site, ["yulin-2024"]), site)
    for name in ("report.html", "report.pdf"):
        theirs, ours = (root / "reports/yulin-2024" / name for root in (site, all_made.place.root))
        assert theirs.read_bytes() == ours.read_bytes(), name


@pytest.mark.parametrize("words", [["--cases", "cold,hot"], ["--repeat", "0"], ["--cities", "many"]])
def test_wrong_words_are_refused_before_anything_runs(words: list[str]) -> None:
    done = measure(*words)
    assert done.returncode == 2
    assert "编译字节码" not in done.stderr


def test_ratio_is_taken_within_each_round(load: Load) -> None:
    costs = load("costs")
    ours = [costs.Cost(1, 1), costs.Cost(10, 1), costs.Cost(2, 3)]
    naive = [costs.Cost(4, 2), costs.Cost(20, 2), costs.Cost(5, 4)]
    assert costs.quotient(ours, naive) == costs.Cost(0.4, 0.5)


def test_goal_is_met_only_with_all_its_demands(load: Load) -> None:
    cases, costs, table = load("cases"), load("costs"), load("measure").table
    one, ten = [costs.Cost(1, 1)], [costs.Cost(10, 10)]
    rows = [
        cases.Row("甲", one, ten, of_naive=0.1),
        cases.Row("乙", one, ten, of_naive=0.09),
        cases.Row("丙", one, ten, of_naive=0.1, demands=(("另一项", False),)),
        cases.Row("丁", one, ten, one, 0.1, 0.9),
        cases.Row("戊", remark="略过"),
    ]
    verdicts = [line.split(" | ")[-1].rstrip(" |") for line in table(rows).splitlines()[2:]]
    assert verdicts == ["是", "**否**", "**否**", "**否**", "—"]


def test_failed_command_is_told_with_its_last_words(load: Load, tmp_path: Path) -> None:
    costs = load("costs")
    command = costs.Command((sys.executable, "-c", "import sys; print('坏了'); sys.exit(3)"), tmp_path)
    with pytest.raises(costs.CommandFailedError, match=r"(?s)退出码 3.*坏了"):
        costs.measure([(command,)], tmp_path)


def test_processor_time_of_children_is_counted(load: Load, tmp_path: Path) -> None:
    costs = load("costs")
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    command = costs.Command((sys.executable, "-c", nested), tmp_path)
    assert costs.measure([(command,)], tmp_path).processor >= 0.3


def test_every_prefecture_can_be_generated_and_loaded(load: Load, site: Path) -> None:
    there = list_editions(site)
    names = load("cities").make_cities(site, 337)
    assert len(set(names)) == 337
    assert sorted([*there, *names]) == list_editions(site)
    for name in names:
        assert check_sources(site, load_edition(site, name)) == [], name
    with pytest.raises(ValueError, match="1 至 337"):
        load("cities").make_cities(site, 338)


def test_generated_figures_are_read_without_findings(load: Load, site: Path) -> None:
    for name in load("cities").make_cities(site, 5):
        result, cities = clean_at(site, name)
        city = cities[load_edition(site, name).city]
        assert city.synthetic
        assert [one.text for one in result.findings if one.severity != "note"] == []
        assert [
            one.text for one in checks.check_observations(result.observations, vocabulary()) if one.severity == "error"
        ] == []
        ours = {one.indicator for one in result.observations if one.place == city.code}
        assert ours >= {"residents", "births", "places", "enrolled", "institutions"}


def test_generator_makes_the_same_bytes_again(load: Load, site: Path, tmp_path: Path) -> None:
    again = copy_repository(tmp_path / "again")
    for root in (site, again):
        load("cities").make_cities(root, 3)
    folders = sorted(path.name for path in (site / "data/raw").glob("city-*"))
    assert len(folders) == 3
    for folder in folders:
        pairs = zip(list_inputs(site, folder), list_inputs(again, folder), strict=True)
        assert all(one.read_bytes() == other.read_bytes() for one, other in pairs)


def test_census_is_taken_where_it_has_the_city_and_named_as_source(load: Load, site: Path, tmp_path: Path) -> None:
    table = tmp_path / "census.csv"
    table.write_text(CENSUS, "utf-8")
    load("cities").make_cities(site, 2, table)
    figures, papers = "测试数据.csv", "测试数据.csv.source.toml"
    counted, invented = site / "data/raw/city-110000", site / "data/raw/city-120000"
    assert "0岁人口(七普),152730人,,2020年11月1日,国家统计局" in (counted / figures).read_text("utf-8-sig")
    assert "第七次全国人口普查" in (counted / papers).read_text("utf-8")
    assert "国家统计局" not in (invented / figures).read_text("utf-8-sig")
    assert "第七次全国人口普查" not in (invented / papers).read_text("utf-8")


# the fault drill


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModuleType, Any]]:
    """The drill and the smallest edition, judged once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        drill = importlib.import_module("drill")
        root = copy_repository(tmp_path_factory.mktemp("drill") / "site")
        yield drill, drill.Sound.of(root, "jiangmen-2023-12")


def test_drill_with_a_fresh_seed_tells_what_became_of_every_fault(drilled: tuple[ModuleType, Any]) -> None:
    drill, sound = drilled
    done = drill.drill([sound], 12, secrets.randbelow(10**9))
    assert len(done.cases) == 12
    assert {one.outcome for one in done.cases} <= set(drill.OUTCOMES)
    assert all(one.told and one.where and one.words for one in done.cases)
    assert done.alarms == []
    assert f"| 合计 | {len(done.cases)} |" in drill.table(done)


@pytest.mark.parametrize("kind", ["百分号与千分号", "占比超过一百", "公式没有重算", "区县与全市"])
def test_drill_sees_kinds_of_faults_that_are_always_seen(drilled: tuple[ModuleType, Any], kind: str) -> None:
    drill, sound = drilled
    chance = random.Random()  # noqa: S311 - any fault of the kind
    results = []
    while not results:
        planted = chance.choice(drill.FAULTS[kind])(sound.world, chance)
        result = planted and drill.outcome_of(sound, planted)
        results += [(planted.words, *result)] if planted and result else []
    assert all(outcome in {drill.REFUSED, drill.FOUND} for _, outcome, _ in results), results


def test_drill_does_not_count_what_changes_no_printed_number(drilled: tuple[ModuleType, Any]) -> None:
    drill, sound = drilled
    faults = importlib.import_module("drill_faults")
    books = importlib.import_module("drill_books")
    raw = sound.files["data/raw/jiangmen/家长问卷结果.csv"]  # of a later year
    book = books.TextBook(raw)
    spot = books.Spot(raw.path, "", 3, 4)
    book.put(spot, "88.9%")
    assert drill.outcome_of(sound, faults.Planted((book.encoded(),), (spot,), "")) is None


def test_drill_passes_over_a_table_of_one_place(drilled: tuple[ModuleType, Any]) -> None:
    drill, sound = drilled
    nation = "data/raw/national/公开数据摘录.csv"
    world = dataclasses.replace(
        sound.world, printed=frozenset(one for one in sound.world.printed if one.file == nation)
    )
    assert world.printed
    chance = random.Random(1)  # noqa: S311 - any figure of the table
    assert [plant(world, chance) for plant in drill.FAULTS["地区不对"]] == [None]


def test_drill_enters_its_result_between_the_marks_of_a_page(drilled: tuple[ModuleType, Any], tmp_path: Path) -> None:
    drill, _ = drilled
    page = tmp_path / "limits.md"
    page.write_text(f"前\n{drill.BEGIN}\n旧结果\n{drill.END}\n后\n", "utf-8")
    done = drill.Drilled(7, [drill.Case("x", "目标值", "4.5→5.4", "a.toml target“b” A1", drill.ESCAPED)])
    drill.enter(page, done)
    text = page.read_text("utf-8")
    assert text.startswith(f"前\n{drill.BEGIN}\n种子 7，")
    assert text.endswith(f"| 目标值 | a.toml target“b” A1：4.5→5.4 |\n{drill.END}\n后\n")
    assert "旧结果" not in text


def test_drill_without_second_entries_reads_none(drilled: tuple[ModuleType, Any]) -> None:
    drill, sound = drilled
    alone = drill.Sound.of(sound.root, sound.edition.name, single=True)
    left_out = {path for path in sound.files if path not in alone.files}
    assert left_out == {path for path in sound.files if path.endswith("二次录入.csv")}
    assert not any(one.twice for one in alone.judged.cleaned.observations)
