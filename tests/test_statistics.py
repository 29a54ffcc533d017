"""Sampling statistics: Wilson's interval against published values, and which shares a whole count can give."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.facts.statistics import Z_95
from tuoyu.facts.statistics import possible_count
from tuoyu.facts.statistics import wilson_interval
from tuoyu.nouns.fact import round_half_up

# Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3 (score, no continuity correction)
NEWCOMBE = [
    (81, 263, "0.2553", "0.3662"),
    (15, 148, "0.0624", "0.1605"),
    (0, 20, "0.0000", "0.1611"),
    (1, 29, "0.0061", "0.1718"),
]


@pytest.mark.parametrize(("count", "n", "low", "high"), NEWCOMBE)
def test_interval_is_the_published_one(count: int, n: int, low: str, high: str) -> None:
    found = wilson_interval(Decimal(count) * 100 / n, n)
    assert [round_half_up(end / 100, 4) for end in found] == [Decimal(low), Decimal(high)]


@given(st.integers(1, 5000), st.data())
def test_interval_holds_the_share_within_0_and_100(n: int, data: st.DataObject) -> None:
    share = data.draw(st.decimals(min_value=0, max_value=100, places=2))
    low, high = wilson_interval(share, n)
    assert 0 <= low <= share <= high <= 100
    assert low < high


@given(st.integers(1, 5000), st.data())
def test_interval_of_the_rest_is_the_mirror_image(n: int, data: st.DataObject) -> None:
    share = data.draw(st.decimals(min_value=0, max_value=100, places=2))
    low, high = wilson_interval(share, n)
    rest = wilson_interval(100 - share, n)
    tiny = Decimal("1e-20")
    assert abs(rest[0] - (100 - high)) < tiny
    assert abs(rest[1] - (100 - low)) < tiny


@given(st.integers(1, 2000), st.data())
def test_ends_are_the_shares_that_the_score_test_just_rejects(n: int, data: st.DataObject) -> None:
    share = Decimal(data.draw(st.integers(0, n))) / n
    for end in wilson_interval(share * 100, n):
        p = end / 100
        assert abs((share - p) ** 2 - Z_95**2 * p * (1 - p) / n) < Decimal("1e-20")


@given(st.integers(1, 2000), st.decimals(min_value=0, max_value=100, places=1))
def test_more_answers_make_a_narrower_interval(n: int, share: Decimal) -> None:
    few, many = wilson_interval(share, n), wilson_interval(share, n + 1)
    assert many[1] - many[0] < few[1] - few[0]


@pytest.mark.parametrize(("share", "n"), [("50", 0), ("50", -1), ("-0.1", 10), ("100.1", 10)])
def test_what_is_no_share_has_no_interval(share: str, n: int) -> None:
    with pytest.raises(ValueError, match="has no interval"):
        wilson_interval(Decimal(share), n)


@given(st.integers(1, 3000), st.data(), st.integers(0, 4))
def test_printed_share_of_a_count_is_possible(n: int, data: st.DataObject, decimals: int) -> None:
    count = data.draw(st.integers(0, n))
    printed = round_half_up(Decimal(count) * 100 / n, decimals)
    found = possible_count(printed, decimals, n)
    assert found is not None
    assert round_half_up(Decimal(found) * 100 / n, decimals) == printed


@given(st.integers(1, 300), st.decimals(min_value=0, max_value=100, places=2), st.integers(0, 2))
def test_impossible_means_that_no_count_at_all_gives_it(n: int, share: Decimal, decimals: int) -> None:
    wanted = round_half_up(share, decimals)
    counts = [k for k in range(n + 1) if round_half_up(Decimal(k) * 100 / n, decimals) == wanted]
    assert (possible_count(share, decimals, n) is None) == (not counts)


@pytest.mark.parametrize(("share", "decimals"), [("48.09", 2), ("54.21", 2), ("12.7", 1), ("1.38", 2), ("85.91", 2)])
def test_these_shares_cannot_come_from_287_answers(share: str, decimals: int) -> None:
    assert possible_count(Decimal(share), decimals, 287) is None


def test_printed_digits_decide() -> None:
    assert possible_count(Decimal("48.1"), 1, 287) == 138
    assert possible_count(Decimal("38.33"), 2, 287) == 110
    assert possible_count(Decimal(48), 0, 287) is not None


def test_nobody_gives_no_share() -> None:
    assert possible_count(Decimal(0), 0, 0) is None


def test_more_than_everybody_or_less_than_nobody_is_impossible() -> None:
    assert possible_count(Decimal("100.4"), 1, 287) is None
    assert possible_count(Decimal("-0.4"), 1, 287) is None
