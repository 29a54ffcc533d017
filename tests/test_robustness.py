"""Odd input that staff can produce: read rightly, or refused in Chinese; never lost, never an accident.

Cases marked as expected failures are open faults; the marks are strict, so mending a fault asks for its mark to go.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from conftest import cleaned
from conftest import facts_of
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tuoyu.facts import wording
from tuoyu.facts.selecting import Cut
from tuoyu.facts.selecting import communities
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day
from tuoyu.nouns.source import RawFile
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.cleaning import clean
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.layouts.lists import Layout
from tuoyu.reading.layouts.lists import read_statistics
from tuoyu.reading.periods import read_period
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import read_quantities
from tuoyu.text.gaps import POINT
from tuoyu.text.prose import Prose
from tuoyu.text.prose import number_points
from tuoyu.text.prose import typed_numbers

FACTS = facts_of("jiangmen-2024-08")
ORIGIN = Origin("公报", "统计局", "a.xlsx", "人口", "B5", "1")
CITIES = {"town": {"name": "某某市", "short": "某某", "code": "440700", "districts": []}}
HEAD = [["指标", "单位", 2022, 2023]]


def fault(*values: object, why: str) -> object:
    return pytest.param(*values, marks=pytest.mark.xfail(reason=why))


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
    source = {
        "producer": "统计局",
        "title": "公报",
        "published": "2024-10",
        "reading": {"kind": kind, "place": "440700", **reading},
    }
    return RawFile(f"data/raw/town/表{suffix}", "town", suffix, content.encode(encoding), source)


def wrong(result: Cleaned) -> bool:
    return any(one.severity == "error" for one in result.findings)


@pytest.mark.parametrize("answers", ["287份", "28²", "287"])
def test_number_of_answers_is_read_or_refused(answers: str) -> None:
    line = f"题目,选项,占比,样本量,时点\n选托首要考虑,距离,38.33%,{answers},2024年\n"
    result = clean([raw(line, "survey")], CITIES, {})
    assert wrong(result) or result.observations[0].respondents == 287


def test_file_without_a_place_is_named() -> None:
    file = raw("题目,选项,占比,样本量,时点\n选托首要考虑,距离,38.33%,287,2024年\n", "survey")
    del file.source["reading"]["place"]
    assert wrong(clean([file], CITIES, {}))


def test_register_with_a_byte_order_mark_is_read() -> None:
    content = '[[policy]]\nid = "甲"\ntitle = "乙"\nissuer = "丙"\n'
    result = clean([raw(content, "policies", ".toml", "utf-8-sig")], CITIES, {})
    assert not wrong(result)
    assert [one["id"] for one in result.registers["policies"]] == ["甲"]


def test_unclosed_quote_of_a_long_list_is_named() -> None:
    assert wrong(clean([raw('地区,指标,数据,时点\n某某市,"出生人口,' + "1人\n" * 60000, "figures")], CITIES, {}))


@pytest.mark.parametrize("lacking", ["printed", "reason", "action", "read_as"])
def test_incomplete_correction_is_named(lacking: str) -> None:
    entry = {
        "file": "表.csv",
        "cell": "C2",
        "printed": "5人",
        "action": "read_as",
        "read_as": "6人",
        "reason": "误印",
    }
    del entry[lacking]
    content = "地区,指标,数据,时点\n某某市,出生人口,5人,2023年\n"
    assert wrong(clean([raw(content, "figures")], CITIES, {"town": {"correction": [entry]}}))


def test_publication_date_in_words_is_no_accident() -> None:
    one = replace(cleaned("jiangmen-2024-08")[0].observations[0], period="", published="未注明")
    assert not Cut(date(2024, 8, 31), date(2023, 12, 31)).allows(one)


def test_streets_of_one_name_in_two_districts_are_two_streets() -> None:
    first = next(one for one in cleaned("jiangmen-2024-08")[0].observations if "·" in one.scope)
    street = replace(first, scope="大街", value=Decimal(900))
    listed = replace(first, scope="大街·甲社区", value=Decimal(80))
    both = [street, listed, replace(street, place="440705"), replace(listed, place="440705")]
    facts = communities(both, {first.place: "甲区", "440705": "乙区"}, Cut(date(2024, 12, 31), date(2023, 12, 31)))
    told_apart = {"甲区大街", "甲区大街·甲社区", "乙区大街", "乙区大街·甲社区"}
    assert {one.scope for one in Facts(facts).values()} == told_apart


# wording


def fact(value: str, unit: str = "%", decimals: int = 1, **more: object) -> Fact:
    return Fact("x", "指标", Decimal(value), unit, decimals, "2024", "", "", "observed", origins=(ORIGIN,), **more)


def test_comparison_in_ten_thousands_follows_what_is_printed() -> None:
    one, other = fact("19000", "个", -3), fact("19040", "个", -3)
    assert wording.printed(one) == wording.printed(other)
    assert wording.comparison(one, other) == "持平于"


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("7", "5.96", "8.2"), ("3", "1", "5"),
        ("12", "9", "16"), ("85", "78", "89.9"), ("89.5", "89.3", "89.7"), ("96", "93", "98"),
    ],
)  # fmt: skip
def test_tenths_lie_within_the_interval(value: str, low: str, high: str) -> None:
    words = wording.tenths(fact(value, interval=(Decimal(low), Decimal(high))))
    assert "零" not in words
    found = re.search(f"约([{wording.TENTHS}])成", words)
    assert not found or wording.TENTHS.index(found[1]) * 10 <= Decimal(high)


# prose


@pytest.mark.parametrize(
    "template",
    [
        "{{ 托位数+1 }}", "{% if 托位数 > 3 %}多{% endif %}",
        "{{ 比较(托位数) }}", "{{ 文件() }}",
        "{{ 托位数|区间 }}", "{% include '另一篇' %}",
        "{{ 托位数|样本量 }}", "{{ 1/0 }}",
        "{{ 托位数|没有 }}", "{{ 成立('没有这条') }}", "{{ 没有的数 }}", "{% for n in range(3) %}{% endfor %}",
        "{{ 比较(托位数, '3') }}", "{{ 托位数 }", "{% if 托位数 %}",
    ],
)  # fmt: skip
def test_faulty_template_is_refused_in_chinese(template: str) -> None:
    with pytest.raises(ContractError, match=r"[\u4e00-\u9fff]+.*→ "):
        Prose(FACTS, numbers={}).fill(template, where="测试")


@pytest.mark.parametrize(
    "text",
    [
        "全市有三百家机构。", "二十所幼儿园开设托班。", "占①成。", "约½的家庭。",
        "三百二十万人", "百分之五", "两千元", "翻了三倍", "１２家",
    ],
)  # fmt: skip
def test_numbers_in_words_count_as_typed(text: str) -> None:
    assert typed_numbers(text)


def evidence(text: str) -> str:
    entry = {"id": "甲", "topic": "x", "text": text, "place": "jiangmen", "file": "f", "published": "2024"}
    return Prose(replace(FACTS, evidence=(entry,)), numbers={}).fill("{{ 证据('甲') }}。", where="测试").text


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x>", "{{ 托位数 }}", "</span>",
        "![图](http://example.com/a.png)", "见[此处](http://example.com/)", "甲\n\n# 题", "\ue000甲：乙\ue001",
        "**粗**", "$x^2$", "#import", "\\newpage",
    ],
)  # fmt: skip
def test_markup_in_data_is_printed_as_it_stands(text: str) -> None:
    printed = evidence(text)
    assert printed
    assert not re.search(r"<(?!span)|(?<!\\)\]\(|^#", printed, re.MULTILINE)


def test_template_signs_in_data_are_not_filled() -> None:
    assert "23595" not in evidence("{{ 托位数 }}")


def test_eleventh_item_has_a_numeral() -> None:
    assert number_points("\ue002甲" * 11)[0].count("是甲") == 11


def test_points_go_on_over_paragraphs() -> None:
    assert number_points(f"{POINT}甲\n\n乙\n\n{POINT}丙", 4) == ("5\\.甲\n\n乙\n\n6\\.丙", 6)
