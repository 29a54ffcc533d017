"""The workbook tells every check, how each doubt was settled and by whom, and what hangs on what was assumed."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from conftest import ROOT
from conftest import facts_of
from making import fact
from making import facts
from pydantic import ValidationError
from test_ledger import document
from test_ledger import report_of

from tuoyu.childcare.subject import subject
from tuoyu.front import quality
from tuoyu.nouns.city import Correction
from tuoyu.nouns.finding import CORRECTED
from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.nouns.finding import VERIFIED
from tuoyu.nouns.finding import Finding
from tuoyu.reading.figures import _told
from tuoyu.render.ledger import Sheet
from tuoyu.text.checklist import CHECKS

NAME = "jiangmen-2024-08"
WHERE = "data/raw/town/a.csv，D2"
CORRECTION = {"file": "a.csv", "cell": "D2", "printed": "1", "action": "set_aside", "reason": "转引有误"}


def rows(sheet: Sheet) -> list[dict[str, Any]]:
    titles = [title for title, _ in sheet.columns]
    return [dict(zip(titles, row, strict=True)) for row in sheet.rows]


def codes_of(path: str) -> set[str]:
    """Second text beside a severity in every call of a module: the code of a finding."""
    found = set()
    for call in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call):
            texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
            found |= {str(code) for severity, code in pairwise(texts) if severity in SEVERITY_NAMES}
    return found


def test_every_check_has_a_code_and_every_code_of_a_check_its_check() -> None:
    modules = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tuoyu" / "facts").glob("checks*.py")]
    made = {code for path in modules for code in codes_of(path)}
    assert len(made) > 10
    assert made <= {code for code, _, _ in CHECKS.values()}


def test_every_check_is_on_record_with_what_is_open() -> None:
    found = [
        Finding("warning", "large-change", WHERE, "变动较大", "核对"),
        Finding("note", "large-change", WHERE, "变动较大", ""),
        Finding("note", VERIFIED, WHERE, "与上年相同", "已核实：确实如此"),
        Finding("warning", CORRECTED, WHERE, "原文有误", "不采用"),
    ]
    checked = {one["核验项目"]: one for one in rows(quality.check_sheet(facts(findings=tuple(found))))}
    assert {name for _, name, _ in CHECKS.values()} == {name for key in checked for name in key.split("、")} - {
        "读取文件"
    }
    change = checked["与上期相比变动过大"]
    assert (change["意见"], change["提示"], change["待答复"], change["结果"]) == (2, 1, 1, "有待答复的意见")
    read = checked["读取文件"]
    assert (read["已更正"], read["已核实"], read["结果"]) == (1, 1, "有意见，均已答复或只作提示")
    assert checked["计数不是整数"]["结果"] == "没有意见"


def test_correction_tells_by_which_office_and_when() -> None:
    entry = Correction.model_validate({**CORRECTION, "office": "测试市统计局", "on": date(2024, 9, 1)})
    finding = _told(entry, WHERE, "births", "440700")
    assert Finding.from_dict(finding.to_dict()) == finding
    (row,) = rows(quality.finding_sheet(facts(findings=(finding,)), subject()))
    answered = [row[title] for title in ("核验项目", "答复情况", "答复单位", "答复日期")]
    assert answered == ["读取文件", "已更正", "测试市统计局", "2024-09-01"]
    silent = _told(Correction.model_validate(CORRECTION), WHERE, None, None)
    assert (silent.office, silent.on) == ("", "")


def test_person_settles_nothing() -> None:
    with pytest.raises(ValidationError, match="不写个人姓名"):
        Correction.model_validate({**CORRECTION, "office": "张三"})


def test_what_hangs_on_an_assumption_follows_from_the_lineage() -> None:
    rate = fact("demand_rate", "30", kind="assumption", note="", basis="按三成计")
    children = fact("births_three_years", "1000")
    wanted = fact("wanted_places", "300", inputs=(rate.id, children.id), kind="computed")
    gap = fact("vacant_places", "100", inputs=(wanted.id,), kind="computed")
    known = facts(rate, children, wanted, gap)
    text = f'需要<span class="fact" data-id="{gap.id}">100个</span>。'
    (row, *_) = rows(quality.assumption_sheet(known, subject(), document("## 一、需求", text)))
    assert (row["数值"], row["性质"], row["依据"]) == ("30%", "测算假定", "按三成计")
    assert row["影响的数字"] == 2
    assert row["影响的指标"] == f"{wanted.name}、{gap.name}"
    assert "一、需求" in row["写入的章节"]
    alone = rows(quality.assumption_sheet(facts(replace(rate), children), subject(), document()))
    assert alone[0]["影响的数字"] == 0


def test_nothing_that_is_assumed_of_an_edition_is_left_out() -> None:
    """Held against the lineage itself, fact by fact."""
    known = facts_of(NAME)
    sheet = rows(quality.assumption_sheet(known, subject(), report_of(NAME)))
    taken = [one for one in known.values() if one.kind in {"assumption", "policy"}]
    assert [row["假设或参数"] for row in sheet[: len(taken)]] == [one.label for one in taken]
    for one, row in zip(taken, sheet, strict=False):
        hanging = [other for other in known.values() if other.id != one.id and one.id in known.behind(other.id)]
        assert row["影响的数字"] == len(hanging), one.label
    assert known.edition is not None
    scenarios = {row["假设或参数"] for row in sheet if row["性质"] == quality.SCENARIO}
    assert scenarios == {f"方案“{name}”" for name in known.edition.outlook.scenarios}
    assert "近三年出生人口" in " ".join(row["假设或参数"] for row in sheet if row["性质"] == quality.METHOD)
