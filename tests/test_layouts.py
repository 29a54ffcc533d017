"""Where the figures stand: lists, communities, and statistics tables in the shapes in which they really arrive.

Sheets are typed as text with ``|`` between the cells; numbers stand as numbers in a workbook, as text in a list.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from received import cleaned as clean
from received import received
from received import sidecar

from tuoyu.nouns.fact import Part
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.layouts.headings import kind_of
from tuoyu.reading.layouts.lists import LAYOUTS
from tuoyu.reading.layouts.lists import Layout
from tuoyu.reading.layouts.lists import Row
from tuoyu.reading.layouts.lists import read_communities
from tuoyu.reading.layouts.lists import read_figures
from tuoyu.reading.layouts.lists import read_statistics
from tuoyu.reading.layouts.lists import read_survey
from tuoyu.reading.layouts.rows import bare_name
from tuoyu.reading.layouts.rows import is_unit
from tuoyu.reading.layouts.rows import split_unit
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.periods import read_period
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import read_quantities

CITIES = {
    "town": {
        "name": "某某市",
        "short": "某某",
        "code": "440700",
        "districts": [{"name": "东湖区", "code": "440703"}],
    }
}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("指标", "指标 项目 指标名称 项目名称 统计指标 主要指标"),
        ("地区", "地区 地区名称 区县 县区 市县 县市 县市区 市县区 区县市 城市 县(市、区) 区、县"),
        ("地区", "行政区划 行政区划名称 区划名称 行政区 行政区域 区域 辖区 单位名称 地市 省份 省市 省市区 省区市"),
        ("地区", "Name 市别 县别 区别 区县别 县区别 地区别 地区分组 地方"),
        ("年份", "年份 年度 时间"),
        ("单位", "单位 计量单位"),
        ("代码", "行政区划代码 区划代码 地区代码 代码 adcode ZONING_CODE code"),
        ("旁注", "序号 备注 说明 行次"),
        ("", "出生人口 2023年 东湖区 合计"),
    ],
)
def test_every_heading_of_a_column_without_figures_is_known(kind: str, words: str) -> None:
    assert {word: kind_of(word) for word in words.split()} == dict.fromkeys(words.split(), kind)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("人", True), ("万人", True), ("%", True), ("万", False), ("", False), ("怪", False), ("东湖", False)],
)
def test_magnitude_alone_is_no_unit(text: str, *, unit: bool) -> None:
    assert is_unit(text) is unit
    assert split_unit(f"出生人口({text})") == (("出生人口", text) if unit else (f"出生人口({text})", ""))


def cells(text: str) -> list[list[str]]:
    lines = text.strip("\n").split("\n")
    return [[cell.strip(" ").replace("\\n", "\n").replace("\\t", "\t") for cell in line.split("|")] for line in lines]


def workbook(text: str, *merged: str) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in cells(text):
        sheet.append([int(cell) if re.fullmatch("[0-9]+", cell) else cell or None for cell in row])
    for area in merged:
        sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def comma_list(text: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(cells(text))
    return stream.getvalue().encode("utf-8-sig")


def sheet(text: str, *merged: str) -> Grid:
    (grid,) = open_grids(workbook(text, *merged), ".xlsx")
    return grid


def table(text: str, *merged: str) -> Layout:
    return read_statistics(sheet(text, *merged))


def filled(layout: Layout) -> list[Row]:
    return [row for row in layout.rows if blank_meaning(row.printed) is None]


def said(layout: Layout) -> dict[str, tuple[str, str, str, str]]:
    """Cell → indicator, place, period, unit of every figure of a table without faults."""
    assert layout.faults == []
    return {row.cell: (row.indicator, row.place, row.period, row.unit) for row in filled(layout)}


def column(layout: Layout, name: str) -> list[str]:
    assert layout.faults == []
    return [getattr(row, name) for row in filled(layout)]


def faults(layout: Layout) -> dict[str, str]:
    return {one.cell: one.what for one in layout.faults}


def cleaned(text: str) -> Cleaned:
    return clean(received(workbook(text), sidecar("statistics", title="年鉴")))


# headers: what stands down, what across


TWO_ROWS = """
表4-1　人口主要指标
项目|计量单位|2007年|2008年|||
||||江城区|海陵区|阳东县
年末总户数|户|100|110|50|40|20
出生人口|人|10|11|5|4|2
人口出生率|‰|8.1|8.2|8.3|8.4|8.5
"""
MERGED = ("A2:A3", "B2:B3", "C2:C3", "D2:G2")
TOWN_AND_DISTRICTS = [
    ("", "2007年"), ("", "2008年"), ("江城区", "2008年"), ("海陵区", "2008年"), ("阳东县", "2008年"),
]  # fmt: skip


@pytest.mark.parametrize("merged", [MERGED, ()], ids=["merged", "only the first cell has text"])
def test_b4_two_row_header_of_years_and_places(merged: tuple[str, ...]) -> None:
    layout = table(TWO_ROWS, *merged)
    assert layout.faults == []
    births = [row for row in layout.rows if row.indicator == "出生人口"]
    assert [(row.place, row.period) for row in births] == TOWN_AND_DISTRICTS
    assert [row.printed for row in births] == [10, 11, 5, 4, 2]


def test_b4_two_row_header_of_a_comma_separated_list() -> None:
    (grid,) = open_grids(comma_list(TWO_ROWS), ".csv")
    births = [row for row in read_statistics(grid).rows if row.indicator == "出生人口"]
    assert [(row.place, row.period) for row in births] == TOWN_AND_DISTRICTS


def test_b3_unit_column_holds_for_its_line() -> None:
    units = {row.indicator: row.unit for row in table(TWO_ROWS).rows}
    assert units == {"年末总户数": "户", "出生人口": "人", "人口出生率": "‰"}


def test_b4_total_of_the_city_under_a_heading_of_its_own() -> None:
    layout = table("指标|2023年||\n|全市|东湖区|西湖区\n出生人口(人)|9|5|4")
    assert [(row.place, row.period) for row in layout.rows] == [
        ("", "2023年"),
        ("东湖区", "2023年"),
        ("西湖区", "2023年"),
    ]


@pytest.mark.parametrize(
    "heading",
    ["地区", "地 区", "地区名称", "行政区划", "区县", "县(市、区)", "县（市、区）", "区（县）", "市、县", "单位名称",
     "区域"],
)  # fmt: skip
def test_places_down_years_across(heading: str) -> None:
    layout = table(f"指标：出生人口（人）\n{heading}|2022年|2023年\n东湖区|1|2")
    assert said(layout) == {"B3": ("出生人口", "东湖区", "2022年", "人"), "C3": ("出生人口", "东湖区", "2023年", "人")}


def test_places_down_indicators_across_with_the_year_of_the_title() -> None:
    layout = table("2023年各县（市、区）人口\n地区|出生人口（人）|人口出生率（‰）\n东湖区|600|5.93")
    assert said(layout) == {"B3": ("出生人口", "东湖区", "2023年", "人"), "C3": ("人口出生率", "东湖区", "2023年", "‰")}


def test_places_down_indicators_and_years_across() -> None:
    layout = table("地区|出生人口(人)||死亡人口(人)|\n|2022年|2023年|2022年|2023年\n东湖区|1|2|3|4", "B1:C1", "D1:E1")
    assert said(layout) == {
        "B3": ("出生人口", "东湖区", "2022年", "人"),
        "C3": ("出生人口", "东湖区", "2023年", "人"),
        "D3": ("死亡人口", "东湖区", "2022年", "人"),
        "E3": ("死亡人口", "东湖区", "2023年", "人"),
    }


def test_years_may_stand_above_the_heading_of_the_places() -> None:
    layout = table("|2022年||2023年|\n地区|出生人口|死亡人口|出生人口|死亡人口\n东湖区|1|2|3|4\n单位：人")
    assert column(layout, "period") == ["2022年", "2022年", "2023年", "2023年"]
    assert column(layout, "indicator") == ["出生人口", "死亡人口"] * 2


def test_one_date_at_the_right_above_the_header_is_that_of_the_table() -> None:
    layout = table("||2023年\n地区|出生人口(人)|死亡人口(人)\n东湖区|1|2")
    assert column(layout, "period") == ["2023年", "2023年"]


def test_year_within_a_heading() -> None:
    layout = table("地区|2022年出生人口(人)|2023年末常住人口(万人)\n东湖区|1|2")
    assert said(layout) == {
        "B2": ("出生人口", "东湖区", "2022年", "人"),
        "C2": ("常住人口", "东湖区", "2023年末", "万人"),
    }


def test_years_down_indicators_across() -> None:
    layout = table("年份|出生人口(人)|死亡人口(人)\n2022|1|2\n2023年|3|4")
    assert column(layout, "period") == ["2022", "2022", "2023年", "2023年"]
    assert column(layout, "indicator") == ["出生人口", "死亡人口"] * 2


def test_long_table_fills_places_down() -> None:
    layout = table(
        "地区|年份|指标|数值|单位\n东湖区|2022|出生人口|5|人\n|2023|出生人口|6|人\n西湖区|2022|死亡人口|7|人"
    )
    assert said(layout) == {
        "D2": ("出生人口", "东湖区", "2022", "人"),
        "D3": ("出生人口", "东湖区", "2023", "人"),
        "D4": ("死亡人口", "西湖区", "2022", "人"),
    }


def test_parts_of_an_indicator_across_bear_its_name() -> None:
    layout = table("2023年\n地区|出生人口||\n|合计|男|女\n东湖区|3|1|2\n单位：人", "A2:A3", "B2:D2")
    assert column(layout, "indicator") == ["出生人口", "出生人口·男", "出生人口·女"]


def test_one_name_under_two_headings_bears_both() -> None:
    layout = table("2023年\n地区|城区托育||镇区托育|\n|机构数|托位数|机构数|入托人数\n东湖区|3|1|2|4\n单位：个")
    assert column(layout, "indicator") == ["城区托育·机构数", "托位数", "镇区托育·机构数", "入托人数"]


def test_b11_basis_over_columns_and_in_brackets() -> None:
    across = table("地区|2023年出生人口(人)|\n|户籍|常住\n东湖区|1|2")
    assert column(across, "basis") == ["户籍口径", "常住口径"]
    written_out = table("地区|2023年出生人口(人)|\n|户籍口径|常住口径\n东湖区|1|2")
    assert column(written_out, "basis") == ["户籍口径", "常住口径"]
    assert column(written_out, "indicator") == ["出生人口"] * 2
    down = table("指标|2023年\n出生人口（户籍口径）（人）|1")
    assert said(down) == {"B2": ("出生人口(户籍口径)", "", "2023年", "人")}
    assert column(down, "basis") == ["户籍口径"]


def test_b11_rate_printed_with_the_wrong_sign_is_refused() -> None:
    (finding,) = cleaned("指标|2023年\n人口出生率（%）|5.93").findings
    assert finding.severity == "error"
    assert "单位是“%”，人口出生率应以“‰”计" in finding.what


def test_b13_export_of_the_national_bureau() -> None:
    text = """
数据库：分省年度数据
指标：出生人口(万人)
时间：最近10年
地区|2023年\\t|2022年\\t|2021年\\t
某某市|10|11|12
东湖区|103|105|118
数据来源：国家统计局
"""
    (grid,) = open_grids(comma_list(text), ".csv")
    found = said(read_statistics(grid))
    assert found["B5"] == ("出生人口", "某某市", "2023年", "万人")
    assert found["D6"] == ("出生人口", "东湖区", "2021年", "万人")
    assert len(found) == 6


@pytest.mark.parametrize(
    "line", ["指标：出生人口(万人)", "指标：出生人口（万人）", "指标|出生人口（万人）", "指标：|出生人口(万人)"]
)
def test_b13_indicator_above_the_table_in_either_form(line: str) -> None:
    layout = table(f"数据库|年度数据\n{line}\n时间|2023年\n地区|数值\n东湖区|7")
    assert said(layout) == {"B5": ("出生人口", "东湖区", "2023年", "万人")}


def test_b6_headers_with_line_breaks_and_mixed_brackets() -> None:
    layout = table("2020年\n地区|性别比\\n（女=100）|45-49岁（女)|出生人口\\n（人）\n东湖区|104|5|6")
    assert column(layout, "indicator") == ["性别比(女=100)", "45-49岁(女)", "出生人口"]
    assert column(layout, "unit") == ["", "", "人"]


# units


@pytest.mark.parametrize(
    "text",
    [
        "单位：万人|\n指标|2023年\n出生人口|3",
        "表1|单位：万人\n指标|2023年\n出生人口|3",
        "表1（单位：万人）|\n指标|2023年\n出生人口|3",
        "表1（万人）|\n指标|2023年\n出生人口|3",
        "计量单位：万人|\n指标|2023年\n出生人口|3",
        "单位|万人\n指标|2023年\n出生人口|3",
        "指标|2023年\n出生人口|3\n|单位：万人",
        "指标|2023年\n出生人口|3\n注：快报数\n单位：万人|",
        "指标|2023年（万人）\n出生人口|3",
        "指标|2023年\n|万人\n出生人口|3",
        "指标|2023年\n出生人口（万人）|3",
        "指标|2023年\n出生人口\\n（单位：万人）|3",
    ],
)
def test_b3_unit_in_title_header_label_or_below(text: str) -> None:
    (row,) = filled(table(text))
    assert (row.indicator, row.period, row.unit) == ("出生人口", "2023年", "万人")


def test_b12_nearest_unit_holds() -> None:
    layout = table("单位：万人||\n指标|2022年(人)|2023年\n出生人口|1|2\n人均可支配收入(元)|3|4")
    assert column(layout, "unit") == ["人", "万人", "元", "元"]


def test_office_that_filled_in_the_form_is_no_unit() -> None:
    (row,) = filled(table("填报单位：某某市统计局\n指标|2023年\n出生人口|3"))
    assert row.unit == ""


def test_b12_unknown_unit_is_named() -> None:
    (finding,) = cleaned("单位：千美元\n指标|2023年\n出生人口|3").findings
    assert "不认识的计量单位“千美元”" in finding.what


def test_of_several_units_above_a_table_the_one_that_an_indicator_can_have_is_its_own() -> None:
    result = cleaned("单位：万人、‰\n指标|2023年\n出生人口|3\n人口出生率|8.5")
    assert [(one.value, one.unit) for one in result.observations] == [(30000, "人"), (Decimal("8.5"), "‰")]
    assert any(
        "不认识的计量单位“万人、人”" in one.what for one in cleaned("单位：万人、人\n指标|2023年\n出生人口|3").findings
    )


# continued tables and notes


CONTINUED = """
表1　人口
|||单位：万人
指标|2021年|2022年|2023年
年末常住人口|1|2|3

{again}
|||单位：人
指标|2021年|2022年|2023年
出生人口|4|5|6
注：1.2022年为快报数。
　　2.空格表示未载。
"""


@pytest.mark.parametrize("again", ["续表", "续表1", "续表一", "表1　人口（续表）", "表1　人口", "|续表1", "表1续"])
def test_b3_continued_table(again: str) -> None:
    found = said(table(CONTINUED.format(again=again)))
    assert found["D4"] == ("年末常住人口", "", "2023年末", "万人")
    assert found["B9"] == ("出生人口", "", "2021年", "人")
    assert len(found) == 6


def test_b3_continued_table_takes_the_unit_of_its_first_part() -> None:
    layout = table("单位：万人\n指标|2022年\n出生人口|1\n续表\n指标|2023年\n出生人口|2")
    assert column(layout, "unit") == ["万人", "万人"]
    assert column(layout, "period") == ["2022年", "2023年"]


def test_b3_continued_table_is_one_whatever_else_stands_above_it() -> None:
    layout = table("单位：万人\n指标|2022年\n出生人口|1\n第2页\n续表\n指标|2023年\n出生人口|2")
    assert column(layout, "unit") == ["万人", "万人"]


@pytest.mark.parametrize(
    "word", ["数值", "数据", "指标值", "指标", "项目", "年份", "年度", "时间", "地区", "区县", "合计", "全市"]
)
def test_heading_that_says_only_that_figures_follow_is_no_part_of_their_name(word: str) -> None:
    layout = table(f"2023年\n地区|出生人口(人)|\n|{word}|男\n东湖区|5|2", "A2:A3", "B2:C2")
    assert column(layout, "indicator") == ["出生人口", "出生人口·男"]
    assert column(layout, "place") == ["东湖区"] * 2


@pytest.mark.parametrize(
    "word", ["Item", "items", "INDICATOR", "Indicators", "Region", "regions", "District", "districts"]
)
def test_foreign_heading_alone_over_the_labels_is_none(word: str) -> None:
    indicators = table(f"{word}|2022年|2023年\n出生人口(人)|8|9\n死亡人口(人)|7|6")
    assert column(indicators, "indicator") == ["出生人口"] * 2 + ["死亡人口"] * 2
    places = table(f"指标：出生人口（人）\n{word}|2022年|2023年\n东湖区|8|9\n合计|7|6")
    assert column(places, "place") == ["东湖区"] * 2 + [""] * 2


def test_labels_of_which_only_some_could_be_places_are_indicators() -> None:
    layout = table("|2022年|2023年\n出生人口(人)|8|9\n合计|7|6")
    assert column(layout, "indicator") == ["出生人口"] * 2 + ["出生人口·合计"] * 2


def test_b3_another_table_does_not() -> None:
    layout = table("表1 人口|单位：万人\n指标|2022年\n出生人口|1\n表2 收入\n指标|2023年\n人均可支配收入|2")
    assert column(layout, "unit") == ["万人", ""]


def test_b3_header_repeated_at_the_head_of_a_page() -> None:
    layout = table("单位：人\n指标|2022年\n出生人口|1\n指标|2022年\n死亡人口|2")
    assert said(layout) == {"B3": ("出生人口", "", "2022年", "人"), "B5": ("死亡人口", "", "2022年", "人")}


def test_b3_note_ends_its_block_and_not_a_later_one() -> None:
    layout = table("指标|2022年\n出生人口(人)|1\n注：快报数\n续表\n指标|2022年\n死亡人口(人)|2\n数据来源：公报")
    assert column(layout, "indicator") == ["出生人口", "死亡人口"]


def test_figures_below_the_notes_are_named() -> None:
    layout = table("指标|2022年\n出生人口(人)|1\n注：2022年为快报数\n死亡人口(人)|2")
    assert faults(layout) == {"B4": "表下的注之后还有数字，没有读取"}


def test_note_under_its_mark_is_no_label() -> None:
    layout = table("指标|2022年\n出生人口①(人)|1\n①全年数，2023年快报。\n*不含市外出生。")
    assert said(layout) == {"B2": ("出生人口", "", "2022年", "人")}


# symbols and marks


@pytest.mark.parametrize("symbol", ["…", "...", "……", "-", "—", "——", "一", "#", "", " "])
def test_b1_symbols_of_a_yearbook_are_blanks(symbol: str) -> None:
    layout = table(f"指标|2022年|2023年\n出生人口(人)|{symbol}|7")
    assert list(said(layout)) == ["C2"]


@pytest.mark.parametrize(
    "label",
    ["#出生人口", "# 出生人口", "其中：出生人口", "其中:出生人口", "出生人口①", "出生人口*", "出生人口〔1〕",
     "*出生人口", "一、出生人口", "（一）出生人口", "1.出生人口", "（2）出生人口", "　　出生人口", "出 生\\n人口",
     "出生人口[2]"],
)  # fmt: skip
def test_b1_b5_label_is_its_name(label: str) -> None:
    layout = table(f"指标|2023年\n{label}|7")
    assert column(layout, "indicator") == ["出生人口"]


@pytest.mark.parametrize(
    "label", ["一、二孩生育率", "0-3岁婴幼儿数", "3岁以下婴幼儿数", "3.5岁幼儿数", "性别比(女=100)", "1+1+N"]
)
def test_d4_label_that_begins_like_a_number_stays_whole(label: str) -> None:
    assert bare_name(label) == label
    assert column(table(f"指标|2023年\n{label}|7"), "indicator") == [label]


@pytest.mark.parametrize(
    ("printed", "mark", "value"),
    [("34100*", "*", 34100), ("34100＊", "*", 34100), ("34100①", "①", 34100), ("34,100〔1〕", "〔1〕", 34100),
     ("34100[2]", "[2]", 34100), ("34100人*", "*", 34100)],
)  # fmt: skip
def test_b1_mark_on_a_figure_is_a_doubt(printed: str, mark: str, value: int) -> None:
    layout = table(f"指标|2023年\n出生人口(人)|{printed}")
    (row,) = filled(layout)
    (doubt,) = layout.doubts
    assert read_quantities(row.printed, row.unit)[0].value == value
    assert (doubt.cell, f"脚注标记“{mark}”" in doubt.what) == ("B2", True)


def test_b1_mark_alone_is_no_figure() -> None:
    (row,) = filled(table("指标|2023年\n出生人口(人)|*"))
    with pytest.raises(UnreadableError, match="不是可识别的数字"):
        read_quantities(row.printed, row.unit)


# labels with parts


PARTS = """
单位：万人
指标|2023年
年末常住人口|9
{indent}男性|1
{indent}女性|2
{indent}其中：城镇|3
户籍人口|8
{indent}男性|4
{indent}#城镇|5
"""


@pytest.mark.parametrize("indent", ["　", "　　", "\u00a0\u00a0", ""], ids=["full", "two", "half", "none"])
def test_b5_parts_bear_the_name_of_their_whole(indent: str) -> None:
    layout = table(PARTS.format(indent=indent))
    assert column(layout, "indicator") == [
        "年末常住人口", "年末常住人口·男性", "年末常住人口·女性", "年末常住人口·城镇", "户籍人口", "户籍人口·男性",
        "户籍人口·城镇",
    ]  # fmt: skip


def test_b5_levels_of_parts() -> None:
    layout = table("指标|2023年\n出生人口(人)|9\n　城镇|5\n　　男性|3\n　　女性|2\n　乡村|4")
    assert column(layout, "indicator") == [
        "出生人口", "出生人口·城镇", "出生人口·城镇·男性", "出生人口·城镇·女性", "出生人口·乡村",
    ]  # fmt: skip
    assert set(column(layout, "unit")) == {"人"}


def test_b5_name_that_stands_once_stays_as_printed() -> None:
    layout = table("指标|2023年\n死亡人口(人)|9\n　人口死亡率(‰)|5\n　自然增长率(‰)|3")
    assert column(layout, "indicator") == ["死亡人口", "人口死亡率", "自然增长率"]


@pytest.mark.parametrize(
    "part",
    [
        *("男", "女", "男性", "女性", "男孩", "女孩", "男童", "女童", "城镇", "农村", "乡村", "城区", "市镇"),
        *("公办", "民办", "普惠", "普惠性", "合计", "小计", "总计", "其他", "其它", "户籍", "常住"),
    ],
)
def test_b5_word_that_names_only_a_part_bears_its_whole_down_and_across(part: str) -> None:
    down = table(f"指标|2023年\n托位数(个)|9\n{part}|5")
    assert column(down, "indicator") == ["托位数", f"托位数·{part}"]
    if part not in {"合计", "小计", "总计", "户籍", "常住"}:  # across, these are no parts
        other = "民办" if part == "公办" else "公办"
        across = table(f"2023年\n地区|托位数(个)|\n|{other}|{part}\n东湖区|5|4", "A2:A3", "B2:C2")
        assert column(across, "indicator") == [f"托位数·{other}", f"托位数·{part}"]


def test_b5_line_of_the_same_name_in_another_place_is_no_other_part() -> None:
    layout = table("地区|指标|2023年\n东湖区|出生人口(人)|9\n|　早产(人)|1\n西湖区|出生人口(人)|8\n|　早产(人)|2")
    assert column(layout, "indicator") == ["出生人口", "早产"] * 2
    assert column(layout, "place") == ["东湖区"] * 2 + ["西湖区"] * 2


def test_b5_full_space_is_as_wide_as_two_others() -> None:
    layout = table("指标|2023年\n出生人口(人)|9\n　城镇|5\n\u00a0\u00a0男性|3\n\u00a0\u00a0\u00a0\u00a0女性|2")
    assert column(layout, "indicator") == ["出生人口", "出生人口·城镇", "出生人口·男性", "出生人口·男性·女性"]


@pytest.mark.parametrize("sign", ["　", "其中：", "其中:", "#", "＃"])
def test_b5_name_that_repeats_under_two_wholes_bears_them(sign: str) -> None:
    layout = table(f"指标|2023年\n公办园|9\n{sign}在园幼儿(人)|5\n民办园|3\n{sign}在园幼儿(人)|4")
    assert column(layout, "indicator") == ["公办园", "公办园·在园幼儿", "民办园", "民办园·在园幼儿"]


def test_b5_whole_beside_its_parts() -> None:
    layout = table("指标|项目|2022年\n出生人口(人)|合计|3\n|男性|1\n死亡人口(人)|合计|2\n|男性|1", "A2:A3", "A4:A5")
    assert column(layout, "indicator") == ["出生人口", "出生人口·男性", "死亡人口", "死亡人口·男性"]
    assert set(column(layout, "unit")) == {"人"}


def test_sum_below_unrelated_lines_takes_no_name_of_theirs() -> None:
    layout = table("指标|2023年\n公办园(所)|5\n民办园(所)|4\n合计|9")
    assert column(layout, "indicator") == ["公办园", "民办园", "民办园·合计"]


def test_b5_wide_space_within_a_name_is_no_indent() -> None:
    layout = table("指标：出生人口（人）\n地　区|2023年\n佳　县|9\n　东湖区|5")
    assert column(layout, "place") == ["佳县", "东湖区"]


# places


def test_total_of_places_is_the_place_of_the_file() -> None:
    for total in ("合计", "合　计", "总计", "全市", "全市合计", "全市总计", "本市"):
        layout = table(f"指标：出生人口（人）\n地区|2023年\n{total}|9\n东湖区|5")
        assert column(layout, "place") == ["", "东湖区"]


@pytest.mark.parametrize("code", ["440703", "440703.0", "440703000", "440703000000"])
def test_b14_codes_stand_for_a_place(code: str) -> None:
    for heading in ("地区", "行政区划代码", "adcode", "zoning_code"):
        layout = table(f"指标：出生人口（人）\n{heading}|2023年\n{code}|9")
        assert column(layout, "place") == ["440703"]


def test_b14_name_comes_before_the_code() -> None:
    layout = table("adcode|name|2023年出生人口(人)\n440703.0|东湖区|9\n4407||8")
    assert column(layout, "place") == ["东湖区", "440700"]


@pytest.mark.parametrize("heading", ["代码", "code", "Code"])
def test_b14_code_of_an_indicator_is_no_place(heading: str) -> None:
    layout = table(f"{heading}|指标|2023年\n01|出生人口(人)|9")
    assert said(layout) == {"C2": ("出生人口", "", "2023年", "人")}


def test_b8_place_without_a_code_keeps_its_name() -> None:
    layout = table("行政区划代码|地区|2020年出生人口(人)\n|高新区|9\n440703|东湖区|8")
    assert column(layout, "place") == ["高新区", "东湖区"]


def test_b8_line_without_code_and_name_is_named() -> None:
    layout = table("行政区划代码|地区|2020年出生人口(人)\n||9\n440703|东湖区|8")
    assert faults(layout) == {"B2": "这一行有数字而没有地区名"}
    assert [row.place for row in filled(layout)] == ["东湖区"]


def test_b8_district_of_two_levels() -> None:
    layout = table("城市|区县|2020年出生人口(人)\n某某市|合计|9\n|东湖区|8\n邻市||5")
    assert column(layout, "place") == ["某某市", "东湖区", "邻市"]


def test_b14_city_of_a_like_name_is_refused() -> None:
    result = cleaned("指标：出生人口（人）\n地区|2023年\n莫莫市|900")
    assert [one.what for one in result.findings] == ["不认识的地区“莫莫市”"]


def test_b15_d7_spoilt_names_are_refused() -> None:
    for label in ("出(chu)生(sheng)人(ren)口(kou)", "人托率"):
        (finding,) = cleaned(f"指标|2023年\n{label}(人)|9").findings
        assert finding.what.startswith(f"不认识的指标“{label}”")


# figures


@pytest.mark.parametrize(
    ("printed", "value"),
    [("３４１００", 34100), ("34，100", 34100), ("34,100", 34100), (" 34100 ", 34100), ("34100\\n\\n人", 34100),
     ("3.41 万人", 34100), ("2.86\\n万人", 28600)],
)  # fmt: skip
def test_d1_d2_number_as_text(printed: str, value: int) -> None:
    (row,) = filled(table(f"指标|2023年\n出生人口(人)|{printed}"))
    assert read_quantities(row.printed, row.unit)[0].value == value


@pytest.mark.parametrize("printed", ["8842                                  30", "5\\n5", "34\\n100", "3.\\n41万人"])
def test_b7_d1_two_numbers_in_a_cell_are_refused(printed: str) -> None:
    result = cleaned(f"指标|2023年\n出生人口(人)|{printed}")
    assert [one.severity for one in result.findings] == ["error"]
    assert "一格里有几个数字" in result.findings[0].what


def test_figures_under_no_heading_are_named() -> None:
    layout = table("指标|2022年|2023年|\n出生人口(人)|1|2|3")
    assert faults(layout) == {"D2": "“3”所在的列没有年份（表头为空），数字可能错列"}


def test_figure_in_merged_cells_is_named() -> None:
    layout = table("指标|2022年|2023年\n出生人口(人)|1|\n死亡人口(人)|2|3", "B2:C2")
    assert faults(layout) == {"B2": "“1”在合并单元格里，分不清属于哪一行哪一列"}


def test_line_that_is_merged_over_the_table_is_a_subtitle() -> None:
    layout = table("指标|2022年|2023年\n一、人口||\n出生人口(人)|2|3", "A2:C2")
    assert list(said(layout)) == ["B3", "C3"]


def test_two_columns_of_one_heading_are_named() -> None:
    layout = table("指标|2022年|2022年\n出生人口(人)|1|2")
    assert faults(layout) == {"C1": "“2022年”一列与B1的列名相同"}


def test_two_groups_side_by_side_are_refused() -> None:
    layout = table("2023年出生人口(人)\n地区|出生人口|地区|出生人口\n东湖区|1|西湖区|2")
    assert faults(layout) == {"第2行": "表头有两个“地区”列，一行里并排着两组数字"}
    assert layout.rows == []


def test_column_of_changes_is_passed_over_with_a_doubt() -> None:
    for heading in ("比上年增长(%)", "2023年比2022年增长（%）", "增长%", "同比±%"):
        layout = table(f"指标|单位|2023年|{heading}\n出生人口|人|1|2")
        assert said(layout) == {"C2": ("出生人口", "", "2023年", "人")}
        assert [one.cell for one in layout.doubts] == ["D1"]


def test_table_that_says_no_indicator_is_refused() -> None:
    layout = table("各地情况\n地区|2023年\n东湖区|1")
    assert faults(layout) == {"B2": "“2023年”一列没有写明是什么指标"}


@pytest.mark.parametrize("word", ["甲", "栏次", "列次"])
def test_line_that_numbers_the_columns_holds_no_figures(word: str) -> None:
    assert list(said(table(f"指标|2022年|2023年\n{word}|1|2\n出生人口(人)|3|4"))) == ["B3", "C3"]


def test_figures_above_the_header_are_named() -> None:
    """A list that was sorted together with its header."""
    layout = table("附表\n出生人口(人)|10\n指标|2023年\n死亡人口(人)|5")
    assert faults(layout) == {"B2": "表头在第3行，它上面的数字没有读取"}


def test_cell_beyond_the_end_of_its_row_or_of_the_sheet_is_empty() -> None:
    grid = Grid("表", (("甲",), ("乙", "丙")))
    assert [written(grid, *at) for at in ((0, 0), (0, 1), (1, 1), (2, 0))] == ["甲", "", "丙", ""]


def test_table_without_a_header_is_named() -> None:
    assert list(faults(table("甲|1|2"))) == ["第1行"]


# years


def test_b9_year_of_a_book_is_not_that_of_its_figures() -> None:
    for title in (
        "江门统计年鉴2024",
        "《江门统计年鉴—2024》",
        "2024年鉴",
        "2024年版",
        "2017—2023年人口",
        "2024年9月编印",
    ):
        layout = table(f"{title}\n地区|出生人口(人)\n东湖区|1")
        assert faults(layout) == {"第2行": "表头中没有年份，标题里也没有"}, title


@pytest.mark.parametrize(
    ("printed", "period"),
    [("2024年初", "2023-12-31"), ("截至2024年8月底", "2024-08-31"), ("2023年末", "2023-12-31"), ("2023", "2023"),
     ("2023年12月31日", "2023-12-31"), ("2023年度", "2023"), ("2020年11月1日", "2020-11-01")],
)  # fmt: skip
def test_b9_date_of_a_column(printed: str, period: str) -> None:
    for text in (f"指标|{printed}\n托位数(个)|7", f"{printed}托位情况\n地区|托位数(个)\n东湖区|7"):
        if printed != "2023" or text.startswith("指标"):
            (row,) = filled(table(text))
            assert read_period(row.period) == period


def test_stock_at_the_end_or_beginning_of_the_year() -> None:
    layout = table("指标|2023年|2024\n年末常住人口|1|2\n年初常住人口|3|4\n年底户籍人口|5|6\n单位：人")
    assert [read_period(one) for one in column(layout, "period")] == [
        "2023-12-31", "2024-12-31", "2022-12-31", "2023-12-31", "2023-12-31", "2024-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["托育机构数|个|1998|2023", "托育机构数|个|2021|2022"])
def test_b9_figures_like_years_are_figures(first: str) -> None:
    for head in ("指标|单位|2022|2023", "指标|单位|年份|\n||2022|2023", "项目|单位|2022年|2023年"):
        layout = table(f"{head}\n{first}\n出生人口|人|7|8")
        assert column(layout, "period")[-2:] == column(layout, "period")[:2]
        assert column(layout, "indicator") == ["托育机构数"] * 2 + ["出生人口"] * 2


def test_b9_figures_like_years_without_a_label_are_named() -> None:
    assert faults(table("指标|单位|2022|2023\n||1998|2023\n出生人口|人|7|8")) == {"A2": "这一行有数字而没有指标名"}


@pytest.mark.parametrize("heading", ["5.29", "6.1", "J210333", "5083"])
def test_d4_label_like_a_number_is_no_year(heading: str) -> None:
    assert faults(table(f"指标|{heading}\n出生人口(人)|7")) == {"第1行": "表头中没有年份，标题里也没有"}


# any table


NAMES = st.lists(st.sampled_from(["出生人口", "死亡人口", "托位数", "入托人数", "户籍人口"]), min_size=1, unique=True)
PLACES = st.lists(st.sampled_from(["合计", "东湖区", "西湖区", "佳　县", "南山市"]), min_size=1, unique=True)
YEARS = st.lists(st.integers(1990, 2030), min_size=1, max_size=4, unique=True)


@given(NAMES, PLACES, YEARS, st.sampled_from([".csv", ".xlsx"]), st.data())
def test_every_figure_is_found_under_its_names(
    names: list[str], places: list[str], years: list[int], suffix: str, data: st.DataObject
) -> None:
    places_down = data.draw(st.booleans())
    down, inner = (places, names) if places_down else (names, places)
    across = [(year, name) for year in years for name in inner]
    figures = data.draw(
        st.lists(st.integers(0, 3000), min_size=len(down) * len(across), max_size=len(down) * len(across))
    )
    head = ["地区" if places_down else "指标", *(f"{year}年" if name == inner[0] else "" for year, name in across)]
    lines = [[one, *map(str, figures[n * len(across) : (n + 1) * len(across)])] for n, one in enumerate(down)]
    text = "\n".join("|".join(line) for line in [head, ["", *(name for _, name in across)], *lines])
    content = comma_list(text) if suffix == ".csv" else workbook(text)
    layout = read_statistics(open_grids(content, suffix)[0])
    assert layout.faults == []
    expected = {
        (
            name if places_down else one,
            (one if places_down else name).replace("　", "").replace("合计", ""),
            f"{year}年",
        )
        for one in down
        for year, name in across
    }
    assert {(row.indicator, row.place, row.period) for row in layout.rows} == expected
    assert [int(str(row.printed)) for row in layout.rows] == figures


@given(NAMES, YEARS, st.sampled_from(["指标", "地区"]), st.data())
def test_a_cell_that_got_lost_never_takes_figures_with_it(
    names: list[str], years: list[int], heading: str, data: st.DataObject
) -> None:
    rows = [
        ["指标：出生人口(人)"],
        [heading, *(f"{year}年" for year in years)],
        *([one, *["7"] * len(years)] for one in names),
    ]
    row = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(years))) if row == 1 else 0
    rows[row][column] = ""
    layout = table("\n".join("|".join(line) for line in rows))
    if (row, column) == (1, 0):  # what the labels are can be seen from the years beside the empty corner
        assert len(filled(layout)) == len(names) * len(years)
    else:
        assert layout.faults
    assert all(row.indicator and row.period for row in filled(layout))


CELLS = st.sampled_from(
    [
        "",
        "指标",
        "地区",
        "年份",
        "单位",
        "2023年",
        "2022",
        "7",
        "7*",
        "人",
        "续表",
        "注：",
        "合计",
        "男",
        "出生人口(人)",
        "440703",
        "单位：人",
        "东湖区",
    ]
)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=7), st.sampled_from(sorted(LAYOUTS)))
def test_no_sheet_breaks_the_reader(rows: list[list[str]], kind: str) -> None:
    layout = LAYOUTS[kind](Grid("表", tuple(map(tuple, rows))))
    assert all(one.cell and one.what and one.action for one in [*layout.faults, *layout.doubts])
    assert all(rows[int(re.sub("[A-Z]", "", row.cell)) - 1] for row in layout.rows if row.printed)


@given(
    st.sampled_from(["人", "万人", "‰", "个/千人", "元/月", "户"]),
    st.sampled_from(["出生人口", "托位数(七普)", "性别比(女=100)"]),
)
def test_unit_in_brackets_is_split_from_any_name(unit: str, name: str) -> None:
    assert split_unit(f"{name}({unit})") == (name, unit)
    assert split_unit(name) == (name, "")


# lists


FIGURES = "序号|地区|指标|数据|单位|时点"


@pytest.mark.parametrize("mark", ["示例", "例", "示例1", "例："])
def test_example_of_a_form_is_passed_over(mark: str) -> None:
    layout = read_figures(sheet(f"{FIGURES}\n{mark}|某某市|出生人口|1|人|2023年\n1|某某市|出生人口|2|人|2023年"))
    assert column(layout, "cell") == ["D3"]
    survey = read_survey(sheet(f"序号|题目|选项|占比|样本量\n{mark}|问|答|1%|9\n1|问|答|2%|9"))
    assert column(survey, "cell") == ["D3"]
    counts = read_communities(sheet(f"序号|街道|社区|3岁以下婴幼儿数\n{mark}|某街道|某社区|1\n1|甲街道|乙社区|2"))
    assert column(counts, "cell") == ["D3"]


def test_line_that_nobody_filled_in_is_passed_over() -> None:
    layout = read_figures(sheet(f"{FIGURES}\n1|某某市|出生人口||人|2023年\n2|||||\n注：请填报"))
    assert layout == Layout()


def test_unit_beside_the_figure() -> None:
    lines = "1|某某市|出生人口|2.86|万人|2023年\n2|某某市|出生人口|2.86万人|万人|2023年\n3|某某市|托位数|9家|个|2023年"
    layout = read_figures(sheet(f"{FIGURES}\n{lines}\n4|某某市|出生人口|2.86万|人|2023年"))
    assert [read_quantities(row.printed, row.unit)[0].value for row in filled(layout)] == [28600, 28600, 9, 28600]
    assert layout.faults == []


@pytest.mark.parametrize(("printed", "unit"), [("28600人", "万人"), ("5.93‰", "%"), ("9斤", "人")])
def test_two_units_that_differ_are_named(printed: str, unit: str) -> None:
    layout = read_figures(sheet(f"{FIGURES}\n1|某某市|出生人口|{printed}|{unit}|2023年"))
    assert layout.rows == []
    (fault,) = layout.faults
    assert (fault.cell, f"与“单位”列的“{unit}”不同" in fault.what) == ("D2", True)


def test_b1_b14_mark_and_code_in_a_list() -> None:
    layout = read_figures(sheet(f"{FIGURES}\n1|440703.0|出生人口|5*|人|2023年"))
    assert column(layout, "place") == ["440703"]
    assert [one.cell for one in layout.doubts] == ["D2"]


# communities


FLAT = """
2024年末3岁以下婴幼儿数
区县|街道|社区|3岁以下婴幼儿数（人）
东湖区|甲街道|#一社区|1
{repeated}|二社区|2
|乙街道|三社区|3
西湖区|丙镇|四社区|4
注：截至年末
"""


@pytest.mark.parametrize(
    "repeated", ["东湖区|甲街道", "|甲街道", "|"], ids=["repeated", "street repeated", "left empty"]
)
def test_flat_table_of_communities(repeated: str) -> None:
    layout = read_communities(sheet(FLAT.format(repeated=repeated)))
    assert [(row.place, row.part.words, row.printed, row.period) for row in filled(layout)] == [
        ("东湖区", "甲街道一社区", 1, "2024年末"),
        ("东湖区", "甲街道二社区", 2, "2024年末"),
        ("东湖区", "乙街道三社区", 3, "2024年末"),
        ("西湖区", "丙镇四社区", 4, "2024年末"),
    ]
    assert layout.faults == []


def test_street_total_is_read_where_it_stands_and_never_made_up() -> None:
    head = "街道|社区数|社区|3岁以下婴幼儿数"
    without = read_communities(sheet(f"{head}\n甲街道|2|一社区|1\n||二社区|2"))
    assert [row.part for row in filled(without)] == [
        Part("社区", "一社区", within="甲街道"),
        Part("社区", "二社区", within="甲街道"),
        Part("街道", "甲街道"),
    ]
    assert column(without, "indicator") == ["3岁以下婴幼儿数"] * 2 + ["社区数"]
    with_total = read_communities(sheet(f"{head}\n甲街道||一社区|1\n||二社区|2\n|2|小计|9"))
    assert [(row.part.words, row.printed) for row in filled(with_total)][2:] == [("甲街道", 9), ("甲街道", 2)]


def test_number_of_communities_written_on_every_line_is_a_doubt() -> None:
    layout = read_communities(sheet("街道|社区数|社区|3岁以下婴幼儿数\n甲街道|2|一社区|1\n甲街道|2|二社区|2"))
    assert [row.printed for row in filled(layout) if row.indicator == "社区数"] == [2]
    assert [one.cell for one in layout.doubts if "社区数" in one.what] == ["B2"]


def test_total_of_all_streets_is_the_district() -> None:
    layout = read_communities(sheet("街道|社区|3岁以下婴幼儿数\n甲街道|一社区|1\n合计||9"))
    assert [(row.place, row.part.words, row.printed) for row in filled(layout)][-1] == ("", "", 9)


@pytest.mark.parametrize(
    ("line", "what"), [("|||8", "这一行有数字而没有街道和社区名"), ("西湖区||四社区|8", "这一行有数字而没有街道名")]
)
def test_children_of_no_street_are_named(line: str, what: str) -> None:
    layout = read_communities(sheet(f"区县|街道|社区|3岁以下婴幼儿数\n东湖区|甲街道|一社区|1\n{line}"))
    assert faults(layout) == {"D3": what}


def test_communities_without_the_column_of_children_are_refused() -> None:
    layout = read_communities(sheet("街道|社区|人数\n甲街道|一社区|1"))
    assert faults(layout) == {"第1行": "表头缺少“3岁以下婴幼儿数”列"}


def test_every_layout_has_its_reader() -> None:
    readers: dict[str, Callable[[Grid], Layout]] = LAYOUTS
    assert set(readers) >= {"figures", "survey", "communities", "statistics"}
