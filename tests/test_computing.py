"""Which figure an edition takes, what it cannot compute, and how many digits it may print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from conftest import cleaned
from conftest import facts_of

from tuoyu.childcare.claims import state_claims
from tuoyu.facts.selecting import Cut
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.observation import Observation

CUT = Cut(date(2024, 8, 31), date(2023, 12, 31))


def some(indicator: str, period: str, published: str = "2024-10") -> Observation:
    first = cleaned("jiangmen-2024-08")[0].observations[0]
    return replace(first, indicator=indicator, period=period, published=published)


@pytest.mark.parametrize(
    ("one", "known"),
    [
        (some("places", "2024-08-31"), True),
        (some("places", "2024-12-31"), False),
        (some("residents", "2024-06-30"), False),
        (some("births", "2024", "2025-03"), False),
        (some("survey_full_day", "2024"), True),
        (some("service_circle", ""), True),
        (some("service_circle", "", "2025"), False),
        (some("service_points_target", "2026"), True),
    ],
)
def test_nothing_later_than_the_edition_is_known(one: Observation, known: bool) -> None:  # noqa: FBT001
    assert CUT.allows(one) is known


def test_finest_figure_of_a_year_is_taken() -> None:
    facts = facts_of("jiangmen-2024-08")
    assert facts["births_2022"].value == 29917
    assert facts["births_2021"].value == 34100


def test_edition_before_knows_less_and_says_why() -> None:
    facts = facts_of("jiangmen-2023-12")
    assert printed(facts["use_rate"]) == "40.7%"
    assert facts["use_rate"].kind == "observed"
    assert "enrolment_rate" not in facts
    assert facts.missing["入托率"] == "缺少在托人数"
    assert not facts.select("survey_")
    assert not facts.select("yulin_")


def test_coarse_inputs_give_fewer_digits() -> None:
    facts = facts_of("jiangmen-2023-12")
    assert printed(facts["places"]) == "1.9万个"
    assert printed(facts["places_per_thousand"]) == "约3.9个"
    assert printed(facts["places_gap"]) == "约8000个"
    assert printed(facts_of("jiangmen-2024-08")["places_gap"]) == "2928个"


def test_bound_is_carried_through_a_computation() -> None:
    assert printed(facts_of("jiangmen-2024-08")["shenzhen_places_per_thousand"]).startswith("超过2.8")


@pytest.mark.parametrize("edition", ["jiangmen-2024-08", "jiangmen-2023-12"])
def test_every_fact_leads_back_to_cells(edition: str) -> None:
    facts = facts_of(edition)
    for name in facts:
        origins = facts.origins(name)
        assert origins, name
        assert all(one.file and one.cell and one.printed and one.document for one in origins), name


def test_facts_survive_json() -> None:
    facts = facts_of("jiangmen-2024-08")
    assert Facts.from_dict(facts.to_dict()) == facts


def test_claims_follow_the_numbers() -> None:
    facts = facts_of("jiangmen-2024-08")
    assert facts.claims["托位未达目标"]["holds"] is True
    above = replace(facts["places_per_thousand"], value=Decimal("5.6"))
    turned = state_claims(replace(facts, facts={**facts.facts, above.id: above}))
    assert (turned["托位未达目标"]["holds"], turned["托位达到目标"]["holds"]) == (False, True)
    without = {name: fact for name, fact in facts.facts.items() if name != "places_target"}
    assert state_claims(replace(facts, facts=without))["托位未达目标"]["holds"] is None


def test_each_street_has_its_own_formula() -> None:
    second = facts_of("jiangmen-2024-08")["street_2_places_needed"]
    assert second.formula == "次位街道婴幼儿数×入托率目标"
    assert second.inputs == ("street_2_children", "enrolment_target")
