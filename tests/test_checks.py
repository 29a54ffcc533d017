"""Each check by itself: what it finds, how gravely, where, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import cleaned
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import FactKind
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import Observation
from tuoyu.reading.quantities import read_quantities

ORIGIN = Origin("公报", "统计局", "data/raw/town/a.csv", "", "D9", "1")
SUMMED = next((name, entry) for name, entry in vocabulary().items() if entry.get("sum_of"))


def seen(indicator: str, text: str, cell: str = "D2", **more: object) -> Observation:
    quantity = read_quantities(text)[0]
    one = replace(
        cleaned("jiangmen-2024-08")[0].observations[0],
        place="440700", indicator=indicator, period="2023", value=quantity.value, upper=quantity.upper,
        unit=quantity.unit, bound=quantity.bound, resolution=quantity.resolution, basis="", scope="", option="",
        respondents=None, printed=text, file="data/raw/town/a.csv", sheet="", cell=cell, status="used", remark="",
    )  # fmt: skip
    return replace(one, **more)


def fact(
    id_: str, value: str, unit: str = "个", decimals: int = 0, kind: FactKind = "observed", **more: object
) -> Fact:
    made = Fact(id_, id_, Decimal(value), unit, decimals, "2023", "", "甲÷乙", kind, origins=(ORIGIN,))
    return replace(made, **more)


def facts(*some: Fact) -> Facts:
    return Facts({one.id: one for one in some})


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.code) for one in findings]


@pytest.mark.parametrize(
    ("indicator", "text", "wrong"),
    [
        ("staff_low_education", "100%", False), ("staff_low_education", "0%", False),
        ("staff_low_education", "100.1%", True), ("staff_low_education", "-0.1%", True),
        ("natural_growth_rate", "-0.29‰", False), ("residents", "482.24万人", False), ("residents", "482.24人", True),
        ("places_target", "5.5个/千人", False), ("places_target", "55个/千人", True),
    ],
)  # fmt: skip
def test_range_of_an_indicator(indicator: str, text: str, wrong: bool) -> None:  # noqa: FBT001
    found = checks.out_of_range([seen(indicator, text)])
    assert codes(found) == [("error", "out-of-range")] * wrong
    assert all(one.text.startswith(f"data/raw/town/a.csv，D2：“{text}”超出") for one in found)


def test_what_was_set_aside_is_not_checked() -> None:
    aside = seen("use_rate", "382%", status="set_aside")
    assert checks.check_observations([aside, seen("use_rate", "38%", "D3")]) == []


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("28600人", "2.86万人", True), ("28649人", "2.86万人", True), ("28650人", "2.86万人", True),
        ("28651人", "2.86万人", False), ("23595人", "23596人", False), ("38.2%", "38.24%", True),
        ("38.2%", "38.26%", False),
    ],
)  # fmt: skip
def test_two_values_disagree_beyond_the_coarser_rounding(one: str, other: str, agree: bool) -> None:  # noqa: FBT001
    pair = [seen("births", one), seen("births", other, "E7")]
    for group in (pair, pair[::-1]):
        found = checks.disagreements(group)
        assert codes(found) == [("error", "two-values")] * (not agree)
        assert all("D2" in finding.text and "E7" in finding.text for finding in found)


@given(st.decimals(min_value=0, max_value=10**7, places=4), st.integers(0, 4), st.integers(-4, 4))
def test_roundings_of_one_number_never_disagree(value: Decimal, fine: int, coarse: int) -> None:
    pair = []
    for digits in (fine, min(fine, coarse)):
        unit = Decimal(1).scaleb(-digits)
        rounded = checks.round_half_up(value, digits)
        pair.append(seen("births", "1人", value=rounded, resolution=unit))
    exact = seen("births", "1人", value=value, resolution=Decimal("0.0001"))
    assert checks.disagreements([exact, pair[0]]) == []
    assert checks.disagreements([exact, pair[1]]) == []


@pytest.mark.parametrize(
    "difference",
    [{"period": "2022"}, {"place": "440703"}, {"scope": "某街道"}, {"option": "距离"}],
)
def test_figures_of_different_things_may_differ(difference: dict[str, str]) -> None:
    pair = [seen("births", "1人"), replace(seen("births", "2人"), **difference)]
    assert checks.disagreements(pair) == []
    assert checks.disagreements([seen("births", "1人"), seen("deaths", "2人")]) == []


def test_basis_tells_figures_apart_only_where_both_state_it() -> None:
    resident, registered = seen("births", "1人", basis="常住口径"), seen("births", "2人", basis="户籍口径")
    assert checks.disagreements([resident, registered]) == []
    assert len(checks.disagreements([resident, seen("births", "2人")])) == 1


def test_figures_without_a_date_are_not_compared() -> None:
    assert checks.disagreements([seen("births", "1人", period=""), seen("births", "2人", period="")]) == []


def test_communities_fit_into_their_street() -> None:
    parts = [seen("children", f"{n}人", scope=f"大街·{name}") for n, name in ((60, "甲"), (40, "乙"))]
    assert checks.parts_exceeding_totals([*parts, seen("children", "100人", scope="大街")]) == []
    (found,) = checks.parts_exceeding_totals([*parts, seen("children", "99人", "D8", scope="大街")])
    assert (found.severity, found.where) == ("error", "data/raw/town/a.csv，D8")
    assert "合计100人，超过街道合计99人" in found.what


def test_declared_sum_must_add_up_but_for_rounding() -> None:
    name, entry = SUMMED
    parts = [seen(one, f"{10 + n}.11%", f"D{n}") for n, one in enumerate(entry["sum_of"], 3)]
    total = sum((one.value for one in parts), Decimal(0))
    allowed = Decimal("0.01") * (len(parts) + 1) / 2
    whole = seen(name, "1.00%")
    for value, wrong in ((total, False), (total + allowed, False), (total + allowed + Decimal("0.001"), True)):
        found = checks.wrong_sums([replace(whole, value=value), *parts])
        assert codes(found) == [("error", "wrong-sum")] * wrong
    assert checks.wrong_sums([replace(whole, value=total + 5), *parts[1:]]) == []


def test_impossible_shares_of_a_question_are_one_warning() -> None:
    name, _ = SUMMED
    wrong = [
        seen("survey_distance", "48.09%", "D4", respondents=287),
        seen("survey_distance", "1.38%", "D5", respondents=287),
    ]
    (found,) = checks.impossible_shares([*wrong, seen("survey_distance", "38.33%", "D6", respondents=287)])
    assert (found.severity, found.where) == ("warning", "data/raw/town/a.csv，D4；D5")
    assert "48.09%、1.38%不能由287份问卷中的整数人数得出" in found.what
    assert checks.impossible_shares([seen(name, "48.09%")]) == []


@pytest.mark.parametrize(("part", "whole"), checks.AT_MOST)
def test_part_is_not_larger_than_its_whole(part: str, whole: str) -> None:
    assert checks.impossible_parts(facts(fact(part, "100"), fact(whole, "100"))) == []
    (found,) = checks.impossible_parts(facts(fact(part, "101"), fact(whole, "100")))
    assert (found.severity, found.indicators) == ("error", (part, whole))
    assert checks.impossible_parts(facts(fact(part, "101"))) == []


@pytest.mark.parametrize(
    ("value", "text", "agrees", "truncated"),
    [
        ("53.8457", "53.84%", False, True), ("53.8457", "53.85%", True, False), ("38.237", "38.2%", True, False),
        ("38.25", "38.3%", True, False), ("38.25", "38.2%", False, True), ("92617", "9.26万人", True, False),
        ("92650", "9.26万人", False, True), ("4.8928", "4.98个/千人", False, False),
    ],
)  # fmt: skip
def test_recomputed_figure_against_the_printed_one(value: str, text: str, agrees: bool, truncated: bool) -> None:  # noqa: FBT001
    ours, one = fact("use_rate", value, "%", 2, "computed"), seen("use_rate", text)
    assert checks.recomputed_agrees(ours, one) is agrees
    found = checks.unlike_published(facts(ours), {"use_rate": one})
    assert codes(found) == [("warning", "not-reproduced")] * (not agrees)
    assert all(("截去尾数" in finding.action) is truncated for finding in found)
    table = checks.comparison(facts(ours), {"use_rate": one})
    assert list(table["一致"]) == [agrees]
    assert list(table["出处"]) == ["data/raw/town/a.csv，D2"]


def test_observed_figures_are_not_recomputed() -> None:
    assert checks.unlike_published(facts(fact("use_rate", "1")), {"use_rate": seen("use_rate", "2%")}) == []


def test_city_with_the_nations_figure_is_doubted() -> None:
    nation = fact("national_fee", "2700", "元")
    (found,) = checks.same_as_nation(facts(fact("fee", "2700", "元"), nation))
    assert (found.severity, found.indicators) == ("warning", ("fee",))
    assert checks.same_as_nation(facts(fact("fee", "2701", "元"), nation)) == []
    assert checks.same_as_nation(facts(fact("fee", "2700", "元", 0, "computed"), nation)) == []


def test_inputs_of_different_dates_are_noted() -> None:
    places, residents = fact("places", "1", as_of="2024-08-31"), fact("residents", "1", as_of="2023-12-31")
    rate = fact("places_per_thousand", "1", "个/千人", 2, "computed", inputs=("places", "residents"))
    (found,) = checks.mixed_dates(facts(places, residents, rate))
    assert found.severity == "note"
    assert "places（2024年8月底）、residents（2023年末）" in found.what
    assert checks.mixed_dates(facts(replace(places, as_of="2023-12-31"), residents, rate)) == []


@pytest.mark.parametrize(
    ("before", "now", "large"),
    [("100", "120", False), ("100", "120.1", True), ("100", "80", False), ("100", "79.9", True), ("0", "50", False)],
)
def test_change_against_the_previous_edition(before: str, now: str, large: bool) -> None:  # noqa: FBT001
    found = checks.large_changes(facts(fact("places", now), fact("previous_places", before)))
    assert codes(found) == [("warning", "large-change")] * large


def test_shares_may_change_and_new_figures_have_no_change() -> None:
    assert checks.large_changes(facts(fact("use_rate", "80", "%"), fact("previous_use_rate", "20", "%"))) == []
    assert checks.large_changes(facts(fact("previous_places", "20"))) == []


def test_only_errors_stop_the_run() -> None:
    warning, error = Finding("warning", "a", "表，D2", "可疑", "核对"), Finding("error", "b", "表，D3", "有误", "改正")
    checks.stop_if_wrong([])
    checks.stop_if_wrong([warning, replace(warning, severity="note")])
    with pytest.raises(DataError) as caught:
        checks.stop_if_wrong([warning, error])
    assert "表，D3：有误→ 改正" in str(caught.value)
    assert "可疑" not in str(caught.value)
