"""Scenarios of one file: checked all at once, made like any what-if edition, and put side by side."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
import toy
from making import fact
from making import facts
from openpyxl import load_workbook

from tuoyu.front import scenarios
from tuoyu.front import trying
from tuoyu.front.cli import main
from tuoyu.front.making import Outcome
from tuoyu.front.scenarios import Scenario
from tuoyu.nouns.edition import WhatIf
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.whatif import file_of
from tuoyu.workspace.whatif import list_what_ifs

STAGES = (toy.clean_stage(),)
FILE = """
[high]
title = "需求率四成"
assumptions.demand_rate = "40%"
outlook = { until = 2035 }

[late]
as_of = 2024-07-31
benchmarks = []
"""
HIGH = WhatIf(base="toy-2024", settings={"assumptions.demand_rate": "40%", "outlook.until": "2035"})
LATE = WhatIf(base="toy-2024", settings={"as_of": "2024-07-31", "benchmarks": "[]"})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return toy.register_targets(toy.build(tmp_path / "site", *STAGES))


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Names of the editions that would have been made."""
    asked: list[list[str]] = []

    def note(_: object, names: list[str], *__: object, **___: object) -> list[Outcome]:
        asked.append(names)
        return [Outcome(name, "失败", 0.0, 4) for name in names]

    monkeypatch.setattr("tuoyu.front.cli._make_each", note)
    return asked


def say(root: Path, text: str, *words: str) -> int:
    (root / "方案.toml").write_text(text, encoding="utf-8")
    return main(STAGES, root=root, arguments=["run", "toy-2024", "--scenarios", str(root / "方案.toml"), *words])


def test_every_section_is_a_what_if_edition_of_its_own(root: Path, tried: list[list[str]]) -> None:
    assert say(root, FILE) == 4
    assert tried == [["toy-2024", "toy-2024-high", "toy-2024-late"]]
    assert not (root / "reports").exists(), "what has failed is not compared"
    assert [load_edition(root, name).what_if for name in tried[0][1:]] == [HIGH, LATE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "没有方案；每个方案一节"),
        ("as_of = 2024-07-31", "[as_of] 写在方案之外"),
        ("[high]", "[high] 没有写参数"),
        ('[high]\ntitle = "一"', "[high] 没有写参数"),
        ('[High]\nassumptions.demand_rate = "40%"', "只用小写字母、数字、连字符"),
        ('[high]\nassumptions.demand_rte = "40%"', "是不是 demand_rate？"),
        ('[high]\nassumptions.demand_rate = "140%"', "[high] assumptions.demand_rate：应大于 0%，不超过 100%"),
        ("[high]\noutlook.until = 1990", "现为 1990"),
        ('[high]\ntargets.places = "plces"', "是不是 places？"),
        ("[high", "无法读取：文件末尾"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_and_nothing_is_kept(
    root: Path, tried: list[list[str]], capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    assert say(root, f'[ok]\nassumptions.demand_rate = "40%"\n{text}' if text.startswith("[") else text) == 2
    said = capsys.readouterr().err
    assert expected in said
    assert said.count("\n  1. ") <= 1, "faults are numbered once"
    assert (tried, list_what_ifs(root)) == ([], [])


def test_one_way_of_trying_at_a_time(root: Path, tried: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert say(root, FILE, "--as", "toy-b") == 2
    assert "只能用一种" in capsys.readouterr().err
    assert main(STAGES, root=root, arguments=["run", "--scenarios", "nowhere.toml", "toy-2024"]) == 2
    assert "没有方案文件 nowhere.toml" in capsys.readouterr().err
    assert tried == []


def test_main_figures_and_what_moves_stand_side_by_side(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {
        "toy-2024": facts(fact("places", "900"), fact("births", "50"), fact("wanted_places", "30")),
        "toy-2024-high": facts(fact("places", "900"), fact("births", "50"), fact("wanted_places", "40")),
    }
    monkeypatch.setattr(scenarios, "_facts", lambda _, name: made.get(name))
    scenarios.tell(root, "toy-2024", [Scenario("toy-2024-high", "需求率四成", HIGH)])
    said = capsys.readouterr().out
    assert "需求率四成" in said
    assert "reports/试算/toy-2024.xlsx" in said
    grids = {
        one.title: one for one in scenarios.side_by_side(made, "toy-2024", [Scenario("toy-2024-high", "高", HIGH)])
    }
    assert ("托位数", "900个", "900个") in grids[scenarios.MAIN].rows
    (moved,) = grids[scenarios.MOVED].rows
    assert moved[1:] == (printed(30), printed(40))
    book = load_workbook(io.BytesIO((root / "reports/试算/toy-2024.xlsx").read_bytes()))
    assert book.sheetnames == ["方案", scenarios.MAIN, scenarios.MOVED]
    assert "需求率四成" in (root / "reports/试算/toy-2024.html").read_text(encoding="utf-8")


def printed(places: int) -> str:
    from tuoyu.facts import wording

    return wording.printed(fact("wanted_places", str(Decimal(places))))


def test_try_is_dropped_with_all_that_was_made_of_it(
    root: Path, tried: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(root, FILE) == 4
    left = {path for path in root.rglob("*") if path.is_file() and ".what-if" not in path.parts}
    for folder in ("reports", "data/processed", "reports/退回单"):
        (root / folder / "toy-2024-high").mkdir(parents=True)
        (root / folder / "toy-2024-high" / "一.json").write_text("{}", encoding="utf-8")
    compared = root / trying.COMPARED / "toy-2024.html"
    compared.parent.mkdir()
    compared.write_text("", encoding="utf-8")
    assert main(STAGES, root=root, arguments=["drop", "toy-2024-high"]) == 0
    assert (list_what_ifs(root), compared.exists()) == (["toy-2024-late"], True)
    assert main(STAGES, root=root, arguments=["drop", "--all"]) == 0
    assert "已删去　toy-2024-late" in capsys.readouterr().out
    now = {path for path in root.rglob("*") if path.is_file() and not path.name.endswith(".lock")}
    assert (now, tried) == (left, [["toy-2024", "toy-2024-high", "toy-2024-late"]])
    assert not file_of(root, "toy-2024-high").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["toy-2024"], "toy-2024 是一期报告，不是试算，没有改动"),
        (["toy-hihg"], "没有名为 toy-hihg 的试算"),
        ([], "写要删去的试算的期名"),
        (["--all", "toy-b"], "写要删去的试算的期名"),
    ],
)
def test_nothing_but_a_try_is_dropped(
    root: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: str
) -> None:
    before = sorted(root.rglob("*"))
    assert main(STAGES, root=root, arguments=["drop", *words]) == 2
    assert expected in capsys.readouterr().err
    assert sorted(root.rglob("*")) == before
