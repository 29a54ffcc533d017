"""Wording rules at their thresholds; rounding once, half up."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.facts import wording
from tuoyu.facts.statistics import possible_count
from tuoyu.facts.statistics import wilson_interval
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.fact import round_half_up

ORIGIN = Origin("公报", "统计局", "a.xlsx", "人口", "B5", "1")


def fact(value: str, unit: str = "%", decimals: int = 1, **more: object) -> Fact:
    return Fact("x", "指标", Decimal(value), unit, decimals, "2024", "", "", "observed", origins=(ORIGIN,), **more)


@pytest.mark.parametrize(
    ("one", "printed", "number"),
    [
        (fact("38.25"), "38.3%", "38.3"),
        (fact("23595", "个", 0), "23595个", "23595"),
        (fact("4822400", "人", -2), "482.24万人", "482.24"),
        (fact("19000", "个", -3), "1.9万个", "1.9"),
        (fact("3000000000", "元", -8), "30亿元", "30"),
        (fact("50000", "个", -4, bound=">"), "超过5万个", "超过5"),
        (fact("4.8928", "个/千人", 2), "4.89个", "4.89"),
        (fact("18.86", "百分点", 1), "18.9个百分点", "18.9"),
        (fact("1", "比例", 0, option="1:1"), "1:1", "1:1"),
    ],
)
def test_fact_is_printed_with_its_unit(one: Fact, printed: str, number: str) -> None:
    assert wording.printed(one) == printed
    assert wording.number(one) == number


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6), st.integers(0, 4))
def test_rounding_is_half_up_and_within_half_a_digit(value: Decimal, decimals: int) -> None:
    rounded = round_half_up(value, decimals)
    assert abs(rounded - value) <= Decimal(1).scaleb(-decimals) / 2
    assert rounded == value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def test_target_counts_exactly_not_as_printed() -> None:
    assert wording.attainment(fact("5.499", decimals=1), fact("5.5")) == "尚未达到"
    assert wording.attainment(fact("5.5"), fact("5.5")) == "已达到"


def test_comparison_follows_the_printed_numbers() -> None:
    assert wording.comparison(fact("4.44"), fact("4.36")) == "持平于"
    assert wording.comparison(fact("4.46"), fact("4.36")) == "高于"
    assert wording.comparison(fact("4.3"), fact("4.36")) == "低于"


def test_small_change_is_steady() -> None:
    assert wording.direction(fact("100.49"), fact("100")) == "基本持平"
    assert wording.direction(fact("100.5"), fact("100")) == "上升"
    assert wording.direction(fact("99.4"), fact("100")) == "下降"


def test_difference_within_sampling_error_is_about_equal() -> None:
    distance, quality = fact("38.33", respondents=287), fact("34.84", respondents=287)
    assert wording.survey_comparison(distance, quality) == "基本相当于"
    assert wording.survey_comparison(distance, fact("10.8", respondents=287)) == "明显高于"
    assert wording.survey_comparison(distance, replace(quality, respondents=286)) == "基本相当于"


@pytest.mark.parametrize(
    ("value", "words"), [("85.91", "超过八成"), ("89.9", "接近九成"), ("30.4", "约三成"), ("95.82", "超过九成")]
)
def test_tenths_claim_no_more_than_the_interval(value: str, words: str) -> None:
    share = Decimal(value)
    assert wording.tenths(fact(value, interval=wilson_interval(share, 287), respondents=287)) == words


@given(st.integers(20, 2000), st.data())
def test_more_than_a_tenth_needs_the_whole_interval_above(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    share = Decimal(count * 100) / n
    low, high = wilson_interval(share, n)
    assert low <= share <= high
    words = wording.tenths(fact(str(share), interval=(low, high), respondents=n))
    if words.startswith("超过"):
        assert low > wording.TENTHS.index(words[2]) * 10


@given(st.integers(1, 3000), st.data(), st.integers(0, 3))
def test_share_of_a_count_is_always_possible(n: int, data: st.DataObject, decimals: int) -> None:
    count = data.draw(st.integers(0, n))
    printed = round_half_up(Decimal(count * 100) / n, decimals)
    assert possible_count(printed, decimals, n) is not None


def test_wilson_interval_against_published_values() -> None:
    # 15 of 20: 0.531–0.888 (R, binom::binom.confint(15, 20, methods = "wilson"))
    low, high = wilson_interval(Decimal(75), 20)
    assert (round(low, 1), round(high, 1)) == (Decimal("53.1"), Decimal("88.8"))
