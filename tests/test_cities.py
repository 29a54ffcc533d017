"""Facts of other cities: each its own figures and targets, little where little is known, nothing undecided."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT
from conftest import facts_of

from tuoyu.facts.relations import Outcome
from tuoyu.facts.relations import Relation
from tuoyu.facts.relations import relate
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.fact import Facts
from tuoyu.workspace.editions import load_edition

CITIES = ("shenzhen-2024", "yulin-2024", "ordos-2024")
NATION = "100000"


@pytest.mark.parametrize("name", CITIES)
def test_benchmarks_never_include_the_city_itself(name: str) -> None:
    facts = facts_of(name)
    assert facts.place not in {one.code for one in facts.benchmarks}
    assert facts.city is not None
    assert facts.city.folder == load_edition(ROOT, name).city


@pytest.mark.parametrize("name", CITIES)
def test_names_mean_the_citys_own_figures(name: str) -> None:
    facts = facts_of(name)
    named = {facts[one].place for one in ("places", "institutions", "residents", "births") if one in facts}
    assert named == {facts.place}
    elsewhere = {one.place for one in facts.values()} - {facts.place}
    assert all(facts[one].place in elsewhere | {facts.place} for one in facts.names)


@pytest.mark.parametrize("name", CITIES)
def test_same_figure_is_the_same_fact_in_every_edition_that_knows_it(name: str) -> None:
    facts = facts_of(name)
    known = {one.code: facts_of("jiangmen-2024-08").at(one.code) for one in facts_of("jiangmen-2024-08").benchmarks}
    seen = known[facts.place]
    shared = [one for one in ("places", "institutions", "residents") if one in facts and one in seen]
    assert shared
    assert all((facts[one].id, facts[one].value) == (seen[one].id, seen[one].value) for one in shared)


def outcome(facts: Facts, target: str = "national_places_target") -> Outcome:
    return relate(Relation.TARGET, facts["places_per_thousand"], facts[target]).outcome


def test_city_above_the_target_has_no_gap_to_close() -> None:
    facts = facts_of("ordos-2024")
    assert outcome(facts) is Outcome.ABOVE
    assert facts["national_target_gap"].value < 0


def test_city_below_the_target_is_so_by_a_plain_number() -> None:
    facts = facts_of("yulin-2024")
    assert outcome(facts) is Outcome.BELOW
    gap = facts["national_target_gap"]
    assert gap.value == facts["national_places_target"].value - facts["places_per_thousand"].value > 0


def test_lower_bound_decides_nothing_about_a_target_above_it() -> None:
    facts = facts_of("shenzhen-2024")
    assert facts["places_per_thousand"].bound == ">"
    assert facts["places_per_thousand"].value < facts["places_target"].value
    assert outcome(facts) is outcome(facts, "places_target") is Outcome.OPEN


def test_target_is_that_of_the_own_province_or_none() -> None:
    assert facts_of("shenzhen-2024")["places_target"].value == Decimal("5.5")
    for name in ("yulin-2024", "ordos-2024"):
        assert "places_target" not in facts_of(name)
        assert "places_gap" not in facts_of(name)
        assert facts_of(name)["national_places_target"].value == Decimal("4.5")


def test_published_rate_stands_where_population_is_too_old() -> None:
    facts = facts_of("yulin-2024")
    rate, residents = facts["places_per_thousand"], facts["residents"]
    if residents.period > "2022":
        pytest.skip("the residents of a later year are at hand")
    assert rate.kind == "observed"
    assert any(one.code == "published-only" and rate.indicator in one.indicators for one in facts.findings)


@pytest.mark.parametrize(
    ("name", "count"), {"shenzhen-2024": 988112, "yulin-2024": 243136, "ordos-2024": 124623}.items()
)
def test_census_of_children_is_a_source_with_its_own_date(name: str, count: int) -> None:
    under_five = facts_of(name)["census_under_five"]
    assert (under_five.value, under_five.period) == (count, "2020-11-01")
    assert facts_of(name)["census_residents"].period == "2020-11-01"


@pytest.mark.parametrize("name", CITIES)
def test_what_is_missing_has_a_reason(name: str) -> None:
    facts = facts_of(name)
    assert facts.missing["入托率"].startswith("缺少")
    assert facts.missing["全日托比例"] == "本期没有这项数据"


def test_edition_before_knows_less_and_says_why() -> None:
    facts = facts_of("jiangmen-2023-12")
    assert facts["use_rate"].kind == "observed"
    assert "enrolment_rate" not in facts
    assert facts.missing["入托率"] == "缺少在托人数"
    assert not any(one.respondents for one in facts.values())
    assert facts.benchmarks == ()


def test_materials_are_those_of_the_places_of_the_edition() -> None:
    for name in (*CITIES, "jiangmen-2024-08"):
        facts = facts_of(name)
        folders = set(load_edition(ROOT, name).places)
        assert {one.place for one in facts.evidence} <= folders
        assert all(one.published[:4] <= "2024" for one in facts.evidence)


def test_two_folders_of_one_city_are_refused(clone: Path) -> None:
    edition = clone / "editions/ordos-2024.toml"
    target = clone / "data/raw/again"
    target.mkdir()
    (target / "city.toml").write_text((clone / "data/raw/ordos/city.toml").read_text("utf-8"), "utf-8")
    edition.write_text(edition.read_text("utf-8").replace('"shenzhen", "yulin"', '"again"'), "utf-8")
    with pytest.raises(ParameterError, match="again 与本市 ordos 的行政区划代码相同，是同一个城市"):
        load_edition(clone, "ordos-2024")
