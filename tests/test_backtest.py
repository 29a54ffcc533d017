"""Back test: every recomputable figure of the 2024 document against what it printed.

EXPLAINED lists the differences with their reasons; whatever is not listed must agree to the printed digit.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import cleaned
from conftest import facts_of

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.facts.statistics import possible_count
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.observation import Observation

EDITION, CITY, NATION = "jiangmen-2024-08", "440700", "100000"
EXPLAINED = {
    # printed, recomputed: why
    "births_decline": ("53.84%", "53.85", "（61966－28600）÷61966＝53.8457%，原文截去尾数，应为53.85%"),
}
RECOMPUTED = {
    "births_decline", "births_three_years", "children_wanting_care", "kindergarten_share", "places_per_thousand",
    "places_needed", "places_gap", "use_rate", "enrolment_rate",
}  # fmt: skip


def published() -> dict[str, tuple[Fact, Observation]]:
    found = checks.published_figures(cleaned(EDITION)[0].observations, facts_of(EDITION), vocabulary())
    return {
        fact.indicator: (fact, one) for fact, one in found if fact.place == CITY and "江协〔2024〕48号" in one.document
    }


def test_every_recomputable_figure_is_compared() -> None:
    assert set(published()) >= RECOMPUTED


@pytest.mark.parametrize("name", sorted(RECOMPUTED))
def test_figure_agrees_or_its_difference_is_explained(name: str) -> None:
    fact, one = published()[name]
    assert fact == facts_of(EDITION)[name]
    if name in EXPLAINED:
        original, recomputed, _ = EXPLAINED[name]
        assert one.printed == original
        assert f"{round(fact.value, 2)}" == recomputed
        assert not checks.recomputed_agrees(fact, one)
    else:
        assert checks.recomputed_agrees(fact, one)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("places_per_thousand", "4.89个"),
        ("places_needed", "26523个"),
        ("places_gap", "2928个"),
        ("use_rate", "38.2%"),
        ("enrolment_rate", "9.7%"),
        ("kindergarten_share", "72.9%"),
        ("births_three_years", "9.26万人"),
        ("children_wanting_care", "2.78万人"),
        ("birth_rate_registered", "7.09‰"),
        ("birth_rate_resident", "5.93‰"),
    ],
)
def test_printed_form(name: str, form: str) -> None:
    assert printed(facts_of(EDITION)[name]) == form


def test_the_printed_birth_rate_is_the_national_one_and_not_used() -> None:
    facts = facts_of(EDITION)
    rates = {one.period: one.value for one in facts.series("birth_rate", place=NATION)}
    assert rates["2023"] == Decimal("6.39")
    assert all(origin.printed != "6.39%" for fact in facts.values() for origin in fact.origins)
    assert any("6.39%" in finding.what for finding in facts.findings)


def test_only_these_survey_shares_cannot_come_from_287_answers() -> None:
    shares = [one for one in facts_of(EDITION).select(place=CITY) if one.respondents == 287 and one.unit == "%"]
    impossible = {str(one.value) for one in shares if possible_count(one.value, one.decimals, 287) is None}
    assert impossible == {"48.09", "54.21", "12.7", "1.38", "85.91"}


def test_a_figure_that_equals_the_nations_is_doubted() -> None:
    (doubt,) = [one for one in facts_of(EDITION).findings if one.code == "same-as-nation"]
    assert (doubt.indicators, doubt.place, doubt.period) == (("fee",), CITY, "2021")
    assert "全日托平均托费2700元（2021年）与全国全日托平均托费（2020年）数值相同" in doubt.what


def test_price_bands_add_up() -> None:
    facts = facts_of(EDITION)
    parts = facts["survey_price_1"].value + facts["survey_price_2"].value
    assert facts["survey_price_low"].value == parts == Decimal("85.91")


def test_figures_that_do_not_follow_from_the_source_are_in_the_findings() -> None:
    text = "\n".join(one.text for one in facts_of(EDITION).findings)
    for doubt in ("53.84%", "6.39%", "48.09%", "54.21%", "4.89人", "3.43", "35%", "32.7%"):
        assert doubt in text


def test_finest_figure_of_a_year_is_taken() -> None:
    births = {one.period: one.value for one in facts_of(EDITION).series("births")}
    assert births["2022"] == 29917
    assert births["2021"] == 34100
