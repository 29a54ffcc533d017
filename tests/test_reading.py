"""Reading printed figures: exactly, in the unit meant, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.analysis.reading import UNITS
from tuoyu.analysis.reading import UnreadableError
from tuoyu.analysis.reading import blank_meaning
from tuoyu.analysis.reading import clean_text
from tuoyu.analysis.reading import read_quantities


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("6.39%", "6.39", "%"),
        ("3.41万人", "34100", "人"),
        ("61966人", "61966", "人"),
        ("61,966 人", "61966", "人"),
        ("４８２．２４　万人", "4822400", "人"),
        ("7.42‰", "7.42", "‰"),
        ("4.89个/千人", "4.89", "个/千人"),
        ("2700元/月", "2700", "元/月"),
        ("30亿元", "3000000000", "元"),
        ("400万元/年", "4000000", "元/年"),
        ("9㎡/托位", "9", "㎡/托位"),
        ("-0.29‰", "-0.29", "‰"),
        ("三成", "30", "%"),
        ("一刻钟", "15", "分钟"),
        (28600, "28600", ""),
        (2.86, "2.86", ""),
    ],
)
def test_figure_is_read_exactly(printed: object, value: str, unit: str) -> None:
    (quantity,) = read_quantities(printed)
    assert (quantity.value, quantity.unit, quantity.bound) == (Decimal(value), unit, "=")


@pytest.mark.parametrize(
    ("printed", "bound"),
    [
        (">30%", ">"),
        ("＞1000家", ">"),
        ("超过1000家", ">"),
        ("逾5万个", ">"),
        ("1000余家", ">"),
        (">=95%", ">="),
        ("不低于60%", ">="),
        ("至少60%", ">="),
        ("95%以上", ">="),
        ("约3398元/月", "≈"),
        ("不足10%", "<"),
        ("5万多个", ">"),
    ],
)
def test_bound_is_kept(printed: str, bound: str) -> None:
    assert read_quantities(printed)[0].bound == bound


def test_range_keeps_both_ends() -> None:
    (quantity,) = read_quantities("1-2所")
    assert (quantity.value, quantity.upper) == (1, 2)


def test_list_gives_one_figure_each() -> None:
    assert [one.value for one in read_quantities("8/5/3万元/年")] == [80000, 50000, 30000]


def test_fraction_and_ratio() -> None:
    assert read_quantities("2/3份额")[0].unit == "%"
    assert round(read_quantities("三分之二")[0].value, 2) == Decimal("66.67")
    assert (read_quantities("1:1")[0].value, read_quantities("1:1")[0].unit) == (1, "比例")


def test_resolution_is_the_last_printed_digit() -> None:
    assert read_quantities("2.86万人")[0].resolution == 100
    assert read_quantities("48.09%")[0].resolution == Decimal("0.01")


@pytest.mark.parametrize("blank", ["", " ", "…", "...", "-", "—", "一", "#", None])
def test_yearbook_blanks_are_not_numbers(blank: object) -> None:
    assert blank_meaning(blank) is not None


def test_zero_is_not_a_blank() -> None:
    assert blank_meaning("0") is None


@pytest.mark.parametrize(
    "printed", ["待核实", "12.3.4人", "5斤", "1.2.3", "人", "8842                30", "=1+1", "<script>"]
)
def test_what_is_no_figure_is_refused_in_chinese(printed: str) -> None:
    with pytest.raises(UnreadableError, match=r"不是可识别的数字|不认识的计量单位|一格里有几个数字"):
        read_quantities(printed)


@given(
    st.decimals(min_value=0, max_value=10**9, places=3),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from(["", "万", "亿"]),
)
def test_any_printed_decimal_comes_back_exactly(number: Decimal, unit: str, magnitude: str) -> None:
    if unit in {"比例", "份额", "%以上"}:
        return
    (quantity,) = read_quantities(f"{number:f}{magnitude}{unit}")
    factor = {"": 1, "万": 10**4, "亿": 10**8}[magnitude]
    assert quantity.value == number * factor
    assert quantity.unit == UNITS[unit][0]


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        quantities = read_quantities(text)
    except UnreadableError:
        return
    assert all(one.value.is_finite() for one in quantities)


@given(st.text(max_size=20))
def test_cleaning_text_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
