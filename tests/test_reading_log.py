"""What was read of every file and what became of it is on record: nothing is counted twice, nothing is left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import toy
from conftest import EDITIONS
from conftest import clean_at
from conftest import cleaned

from tuoyu.childcare import example
from tuoyu.front.cli import main
from tuoyu.reading import cleaning
from tuoyu.reading import log
from tuoyu.scaffold.project import create_project

OF_FIGURES = {"used": (log.USED, log.CORRECTED), "repeat": (log.REPEATED,), "set_aside": (log.SET_ASIDE,)}
FIGURES = """地区,指标,数据,时点,备注
测试市,出生人口,31000人,2022年,
测试市,出生人口,28600人,2023年,
测试市,出生人口,—,2021年,
测试市,出生人口,29000人,2024年,
测试市,猫的只数,5只,2023年,
外地市,出生人口,5人,2023年,
"""
CORRECTIONS = """
[[correction]]
file = "births.csv"
cell = "C5"
printed = "29000人"
action = "set_aside"
reason = "转引有误"

[[correction]]
file = "births.csv"
cell = "C3"
printed = "28600人"
action = "read_as"
read_as = "28601人"
reason = "抄错"
office = "测试市统计局"
on = 2024-09-01
"""


@pytest.mark.parametrize("name", EDITIONS)
def test_counts_are_those_of_the_observations(name: str) -> None:
    result, _ = cleaned(name)
    cells = {(one.file, one.sheet, one.cell, one.status) for one in result.observations}
    by_status = Counter((file, status) for file, _, _, status in cells)
    for file, outcomes in result.reading.items():
        for status, words in OF_FIGURES.items():
            assert sum(outcomes.get(word, 0) for word in words) == by_status[file, status], file
    assert {one.file for one in result.observations} <= result.reading.keys()
    entries = sum(outcomes.get(log.ENTRIES, 0) for outcomes in result.reading.values())
    assert entries == sum(map(len, result.registers.values()))


def test_table_has_a_row_for_every_file() -> None:
    result, _ = cleaned(EDITIONS[0])
    frame = cleaning.overview(result)
    assert frame.to_numpy().sum() == sum(sum(outcomes.values()) for outcomes in result.reading.values())
    assert list(frame.index) == list(result.reading)
    assert frame.columns[0] == log.USED


def test_every_rule_by_which_a_figure_is_not_used_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = toy.register_targets(toy.build(tmp_path, toy.clean_stage()))
    toy.add_raw(root / "data/raw/town/births.csv", FIGURES)
    sidecar = root / "data/raw/town/births.csv.source.toml"
    declared = 'others = "不采用"\nother_places = "不采用"\n'
    sidecar.write_text(sidecar.read_text(encoding="utf-8") + declared, encoding="utf-8")
    (root / "data/raw/town/corrections.toml").write_text(CORRECTIONS, encoding="utf-8")
    main((toy.clean_stage(),), root=root, arguments=["check", "toy-2024", "--rows"])
    said = capsys.readouterr().out
    rules = (log.USED, log.CORRECTED, log.SET_ASIDE, log.BLANK, log.OTHERS, log.ELSEWHERE)
    counted = "，".join(f"{rule} 1" for rule in rules)
    assert f"  读取　data/raw/town/births.csv：{counted}\n" in said
    main((toy.clean_stage(),), root=root, arguments=["check", "toy-2024"])
    assert "  读取　" not in capsys.readouterr().out


def test_answers_and_institutions_that_do_not_count_are_told_by_rule(tmp_path: Path) -> None:
    create_project(tmp_path / "site")
    example.create_example(tmp_path / "site")
    result, _ = clean_at(tmp_path / "site", example.EDITION)
    (answers,) = (one for one in result.reading.values() if log.ANSWERS_USED in one)
    assert answers[log.ANSWERS_USED] + answers[log.ANSWERS_DROPPED.format("所用时间少于30秒")] == example.ANSWERS
    (listed,) = (one for one in result.reading.values() if log.LISTED in one)
    assert (listed[log.LISTED], listed[log.LISTED_TWICE]) == (example.INSTITUTIONS, 1)
