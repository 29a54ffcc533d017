"""Odd input that staff can produce: read rightly, or refused in Chinese; never lost, never an accident."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st
from making import DISTRICT
from making import OWN
from making import seen
from openpyxl import Workbook
from received import cleaned
from received import received
from received import sidecar

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.selecting import Cut
from tuoyu.facts.selecting import select
from tuoyu.nouns.fact import Part
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day
from tuoyu.nouns.source import RawFile
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.layouts.lists import Layout
from tuoyu.reading.layouts.lists import read_statistics
from tuoyu.reading.periods import read_period
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import read_quantities

HEAD = [["指标", "单位", 2022, 2023]]


# printed figures and dates


@pytest.mark.parametrize(
    "text",
    [
        "6:0", "1:2:3",
        "1/0份额", "2.5/3份额",
        "3/36—3人", "1-2-3所",
        "5-3人",
        "1.2.3人", "12,34人", "5 000人", "1e5人", "十二人", "100-人", "3/",
    ],
)  # fmt: skip
def test_figure_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_quantities(text)


@given(st.text("0123456789./:-—~,%人份额约", max_size=8))
@example("6:0")
def test_nothing_like_a_figure_breaks_the_reader(text: str) -> None:
    try:
        quantities = read_quantities(text)
    except UnreadableError:
        return
    assert all(one.value.is_finite() for one in quantities)


@given(st.text("0123456789年月日末底初起至—-/", max_size=10))
@example("0000")
@example("0020底")
@example("0000年初")
def test_nothing_like_a_date_breaks_the_reader(text: str) -> None:
    try:
        period = read_period(text)
    except UnreadableError:
        return
    last_day(period)
    assert in_words(period)


# workbooks and lists


def statistics(rows: list[list[object]], formats: dict[str, str] | None = None) -> Layout:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    (grid,) = open_grids(stream.getvalue(), ".xlsx")
    return read_statistics(grid)


def figures(layout: Layout) -> dict[str, object]:
    return {row.cell: row.printed for row in layout.rows if row.printed is not None}


def test_label_that_begins_like_a_footnote_is_a_label() -> None:
    layout = statistics([*HEAD, ["注册护士数", "人", 5, 6], ["出生人口", "人", 7, 8]])
    assert figures(layout) == {"C2": 5, "D2": 6, "C3": 7, "D3": 8}


def test_figure_that_looks_like_a_year_is_a_figure() -> None:
    layout = statistics([*HEAD, ["托育机构数", "个", 1998, 2023], ["出生人口", "人", 7, 8]])
    assert figures(layout) == {"C2": 1998, "D2": 2023, "C3": 7, "D3": 8}
    assert {row.period for row in layout.rows} == {"2022", "2023"}


def test_percent_cell_is_read_as_excel_shows_it() -> None:
    layout = statistics([*HEAD, ["托位使用率", "%", 0.38, 0.41]], {"C2": "0.0%", "D2": "0.0%"})
    assert layout.faults or {str(value) for value in figures(layout).values()} <= {"38%", "41%"}


def test_formula_without_a_value_is_named() -> None:
    layout = statistics([*HEAD, ["出生人口", "人", "=3+4", 8]])
    assert layout.faults or set(figures(layout)) == {"C2", "D2"}


def test_figures_without_a_label_are_named() -> None:
    layout = statistics([*HEAD, ["出生人口", "人", 5, 6], [None, "人", 7, 8]])
    assert layout.faults or len(layout.rows) == 4


def raw(content: str, kind: str, suffix: str = ".csv", encoding: str = "utf-8", **reading: object) -> RawFile:
    return received(content.encode(encoding), sidecar(kind, **reading), f"表{suffix}")


def wrong(result: Cleaned) -> bool:
    return any(one.severity == "error" for one in result.findings)


@pytest.mark.parametrize("answers", ["287份", "28²", "287"])
def test_number_of_answers_is_read_or_refused(answers: str) -> None:
    line = f"题目,选项,占比,样本量,时点\n选托首要考虑,距离,38.33%,{answers},2024年\n"
    result = cleaned(raw(line, "survey"))
    assert wrong(result) or result.observations[0].respondents == 287


def test_file_without_a_place_is_named() -> None:
    file = raw("题目,选项,占比,样本量,时点\n选托首要考虑,距离,38.33%,287,2024年\n", "survey", place=None)
    assert wrong(cleaned(file))


def test_register_with_a_byte_order_mark_is_read() -> None:
    content = '[[policy]]\nid = "甲"\ntitle = "乙"\nissuer = "丙"\n'
    result = cleaned(raw(content, "policies", ".toml", "utf-8-sig"))
    assert not wrong(result)
    assert [one.id for one in result.registers["policies"]] == ["甲"]


def test_unclosed_quote_of_a_long_list_is_named() -> None:
    assert wrong(cleaned(raw('地区,指标,数据,时点\n某某市,"出生人口,' + "1人\n" * 60000, "figures")))


def test_publication_date_in_words_is_no_accident() -> None:
    one = seen("residents", "9人", "", published="未注明")
    assert not Cut(date(2024, 8, 31), date(2023, 12, 31), vocabulary()).allows(one)


def test_streets_of_one_name_in_two_districts_are_two_streets() -> None:
    street, community = Part("街道", "大街"), Part("社区", "甲社区", within="大街")
    listed = [
        seen("births", number, "2023", place=place, part=part)
        for place in (DISTRICT, OWN)
        for part, number in ((street, "900人"), (community, "80人"))
    ]
    facts = select(listed, {OWN: "", DISTRICT: "甲区"}, Cut(date(2024, 12, 31), date(2023, 12, 31), vocabulary()))
    assert len({one.id for one in facts}) == len(listed)
    assert {one.value for one in facts} == {Decimal(900), Decimal(80)}
