"""Forms and tables as offices hand them in: each slip is told at its own cell, once, with what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from received import cleaned
from received import received
from received import sidecar

from tuoyu.nouns.finding import Finding
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.files.grids import open_grids
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.workbook import to_bytes

HEAD = ["序号", "地区", "指标", "数据", "单位", "时点", "口径", "备注"]
PLACES: list[object] = [1, "某某市", "托位数", 23595, "个", "2024年8月底", None, None]
ENROLLED: list[object] = [2, "某某市", "在托人数", 9022, "人", "2024年8月底", None, None]
BIRTHS: list[object] = [3, "某某市", "出生人口", 28600, "人", "2023年", "户籍口径", None]


def book(*rows: list[object], title: str = "指标") -> Workbook:
    made = Workbook()
    made.worksheets[0].title = title
    for row in rows:
        made.worksheets[0].append(row)
    return made


def read(made: Workbook, kind: str = "figures", name: str = "表.xlsx", **reading: object) -> Cleaned:
    return cleaned(received(to_bytes(made), sidecar(kind, **reading), name))


def form(*rows: list[object]) -> Cleaned:
    return read(book(HEAD, *rows))


def changed(line: list[object], **cells: object) -> list[object]:
    return [cells.get(name, value) for name, value in zip(HEAD, line, strict=True)]


def told(result: Cleaned, severity: str = "error") -> list[Finding]:
    return [one for one in result.findings if one.severity == severity]


@pytest.mark.parametrize(
    ("cells", "cell", "what", "action"),
    [
        ({"数据": "2.3万", "单位": "万个"}, "D2", "“2.3万”已经写了“万”，单位又是“万个”", "只留一个“万”"),
        ({"数据": "23595（含幼儿园托班）"}, "D2", "后面带有说明“含幼儿园托班”", "说明移到“口径”“备注”"),
        ({"数据": "#REF!"}, "D2", "“#REF!”是公式的出错提示", "在原表改正公式"),
        ({"单位": None}, "D2", "“23595”没有写单位，托位数以“个”计", "补上单位"),
        ({"数据": "暂无"}, "D2", "“暂无”不是可识别的数字", "没有数字的空着，确实是零的填 0"),
        ({"数据": "=20000+3595"}, "D2", "公式“=20000+3595”没有存下结果", "等公式算出结果再存盘"),
        ({"数据": "='[汇总.xlsx]甲'!B2"}, "D2", "没有存下结果", "把公式粘贴为数值"),
        ({"数据": "两万多"}, "D2", "“两万多”不是可识别的数字", "没有数字的空着"),
        ({"时点": 45535}, "F2", "“45535”不是可识别的时点或时期", "时点写成"),
        ({"地区": "河门市"}, "B2", "不认识的地区“河门市”", "规范的行政区划名称"),
        ({"指标": "托位总量"}, "C2", "不认识的指标“托位总量”，是不是 托位总数？", "指标词表"),
        ({"指标": "托位数😀"}, "C2", "是不是 托位数？", "指标词表"),
        ({"指标": None}, "C2", "有数字“23595”而没有指标名", "合计由程序计算"),
    ],
)
def test_slip_in_a_form_is_told_at_its_own_cell(cells: dict[str, object], cell: str, what: str, action: str) -> None:
    (found,) = told(form(changed(PLACES, **cells)))
    assert found.where == f"data/raw/town/表.xlsx，工作表“指标”，{cell}"
    assert what in found.what
    assert action in found.action


@pytest.mark.parametrize(
    "cells",
    [
        {"数据": "23595 "},
        {"数据": "２３，５９５"},
        {"数据": "23595个"},
        {"地区": " 某 某 市 "},
        {"指标": "托位\n数"},
        {"指标": "托位数（个）", "单位": None},
        {"时点": date(2024, 8, 31)},
        {"时点": "2024/8/31"},
        {"备注": "👍已核对"},
    ],
)
def test_habit_of_typing_changes_nothing(cells: dict[str, object]) -> None:
    result = form(changed(PLACES, **cells))
    assert result.findings == []
    assert [(one.value, one.unit, one.period) for one in result.observations] == [(23595, "个", "2024-08-31")]


def test_columns_that_were_exchanged_are_told_once() -> None:
    lines = [changed(one, 数据=one[5], 时点=one[3]) for one in (PLACES, ENROLLED, BIRTHS)]
    (found,) = told(form(*lines))
    assert "“数据”和“时点”两列的内容对调了" in found.what


def test_figure_without_a_date_is_doubtful_and_a_date_that_nobody_knows_is_written_so() -> None:
    (found,) = told(form(changed(PLACES, 时点=None)), "warning")
    assert (found.where[-2:], "没有写时点" in found.what, "填“未注明”" in found.action) == ("F2", True, True)
    assert form(changed(PLACES, 时点="未注明")).findings == []


def test_sheet_without_any_date_is_one_doubt() -> None:
    streets = book(["街道", "社区", "3岁以下婴幼儿数"], ["甲街道", "合计", 300], ["乙街道", "合计", 200])
    (found,) = told(read(streets, "communities"), "warning")
    assert "“300”等2个数没有写时点" in found.what
    assert told(read(streets, "communities", period="2024年"), "warning") == []


@pytest.mark.parametrize(
    "words", ["填表人：", "审核人", "单位负责人（签字）：", "填报日期：2025年1月5日", "联系电话："]
)
def test_who_signed_below_a_table_is_no_figure_of_it(words: str) -> None:
    signed: list[object] = [None, words, None, "13", None, None, None, None]
    result = form(PLACES, signed)
    assert (result.findings, len(result.observations)) == ([], 1)
    yearbook = read(book(["指标", "单位", "2023年"], ["出生人口", "人", 28600], [words, None, None]), "statistics")
    assert (yearbook.findings, len(yearbook.observations)) == ([], 1)


def test_missing_column_is_told_with_the_columns_that_are_there() -> None:
    (found,) = told(read(book([*HEAD[:3], "数值", *HEAD[4:]], PLACES)))
    assert "表头缺少“数据”列，现有的别的列是“序号”“数值”" in found.what


def test_sheet_of_another_name_is_told_once() -> None:
    (found,) = told(read(book(HEAD, PLACES, title="指标 (2)"), sheets=["指标"]))
    assert "缺少工作表“指标”（现有“指标 (2)”）" in found.what


def test_rows_that_a_filter_hides_are_one_doubt() -> None:
    made = book(HEAD, PLACES, ENROLLED, BIRTHS, PLACES)
    for row in (2, 3, 5):
        made.worksheets[0].row_dimensions[row].hidden = True
    (grid,) = open_grids(to_bytes(made), ".xlsx")
    ((cell, what),) = grid.doubts
    assert (cell, "隐藏的第2至3、5行里有数字" in what) == ("A2", True)


def test_list_that_is_declared_as_a_yearbook_is_told_its_kind() -> None:
    (found,) = told(read(book(HEAD, PLACES), "statistics"))
    assert 'kind 改为 "figures"' in found.action


@pytest.mark.parametrize(
    ("heading", "remark"),
    [
        ("2024年（快报）", "(快报)"),
        ("2024年1-12月", "1-12月"),
        ("2024年上半年", "上半年"),
        ("2024年前三季度", "前三季度"),
    ],
)
def test_remark_behind_a_year_is_no_place(heading: str, remark: str) -> None:
    (found,) = told(read(book(["指标", "单位", "2023年", heading], ["出生人口", "人", 28600, 100]), "statistics"))
    assert (found.where[-2:], f"里的“{remark}”看不懂" in found.what) == ("D1", True)


def test_part_that_is_called_like_places_is_no_second_header() -> None:
    whole: list[list[object]] = [["指标", "单位", "2023年"], ["居民人均可支配收入", "元", 41234]]
    rural: list[object] = ["农村", "元", 25432]
    result = read(book(*whole, ["城镇", "元", 50123], rural), "statistics")
    assert result.findings == []
    assert [one.indicator for one in result.observations] == ["income_yearly", "income_urban", "income_rural"]
    (found,) = told(read(book(*whole, ["城市", "元", 50123], rural), "statistics"))
    assert found.what == "不认识的指标“居民人均可支配收入·城市”，是不是 居民人均可支配收入·城镇？"


def test_file_of_another_format_under_a_known_ending_says_that_its_sidecar_goes_along() -> None:
    (found,) = told(read(book(HEAD, PLACES), name="表.xls"))
    assert "请把扩展名改为 .xlsx" in found.what
    assert "来源说明跟着改名" in found.action


def test_sidecar_that_an_editor_gave_another_ending_is_told_alone(tmp_path: Path) -> None:
    from tuoyu.workspace.raw import _check_file
    from tuoyu.workspace.raw import _received

    table, paper = tmp_path / "表.xlsx", tmp_path / f"表.xlsx{SIDECAR}.txt"
    table.write_bytes(b"PK")
    paper.write_text("", "utf-8")
    found = [one for path in (table, paper) for one in _check_file(_received(path, path.name))]
    assert [(one.where, one.what) for one in found] == [(paper.name, "来源说明的文件名后面多了“.txt”")]
