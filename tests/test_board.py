"""Which fact a name means: roles, places, parts, the edition before, and what is missing and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from making import DISTRICT
from making import NATION
from making import NEAR
from making import NEIGHBOUR
from making import OWN
from making import TOWN
from making import fact

from tuoyu.childcare.roles import COMPARATORS
from tuoyu.childcare.roles import ROLES
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.board import Board
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part

PROVINCE = "440000"


def board(*some: Fact) -> Board:
    made = Board(
        vocabulary=vocabulary(),
        roles={role.id: role for role in ROLES},
        city=TOWN,
        cities={OWN: TOWN, NEAR: NEIGHBOUR},
        words={**COMPARATORS, PROVINCE: "全省"},
    )
    made.add(some)
    return made


def births(*years: int) -> list[Fact]:
    return [fact("births", str(1000 + year), period=str(year)) for year in years]


def test_births_play_their_parts_by_year() -> None:
    known = board(*births(2019, 2023, 2022, 2021))
    found = {name: one.period for name in ("births_first", "births_latest") if (one := known.find(name))}
    assert found == {"births_first": "2019", "births_latest": "2023"}
    assert [one.period for one in (known.find("births_previous"), known.find("births_before_previous")) if one] == [
        "2022",
        "2021",
    ]


def test_year_that_is_not_known_is_no_year_before() -> None:
    known = board(*births(2017, 2023))
    assert known.find("births_previous") is None
    assert board(*births(2023)).find("births_first") is None


def test_computed_figure_stands_for_its_indicator() -> None:
    known = board(fact("use_rate", "40", period="2024-12-31"))
    computed = fact("use_rate", "38", period="2024-08-31", kind="computed")
    known.prefer(computed)
    assert known.find("use_rate") == computed


def test_target_of_the_province_is_the_target_of_its_cities_only() -> None:
    target = fact("places_target", "5.5", place=PROVINCE, period="2025")
    known = board(target, fact("places_target", "4.5", place=NATION, period="2025"))
    assert known.find("places_target") == target
    assert known.find("places_target", NEAR) == target
    assert known.find("places_target", NATION) is None


def test_income_of_the_year_of_the_fee() -> None:
    incomes = [fact("income_yearly", value, period=year) for value, year in (("30000", "2021"), ("35000", "2023"))]
    known = board(*incomes, fact("fee", "2700", period="2021"))
    assert known.find("income_of_fee_year") == incomes[0]
    assert board(incomes[1], fact("fee", "2700", period="2021")).find("income_of_fee_year") is None


@pytest.mark.parametrize(
    ("year", "period"), [("2021", "2020"), ("2020", "2020"), ("2024-08-31", "2022"), ("2025", "2025"), ("2019", None)]
)
def test_fee_of_the_nation_that_was_known_by_the_time(year: str, period: str | None) -> None:
    nation = [fact("fee", n, place=NATION, period=n) for n in ("2025", "2020", "2022")]
    found = board(*nation, fact("fee", "2700", period=year)).find("national_fee_by_then")
    assert (found.period if found else None) == period
    assert board(*nation).find("national_fee_by_then") is None


def test_streets_by_their_order() -> None:
    streets = [fact("children", n, part=Part("街道", name)) for n, name in (("70", "小街"), ("90", "大街"))]
    known = board(*streets)
    assert [known.find(name) for name in ("street_1_children", "street_2_children")] == streets[::-1]
    assert board(streets[0]).find("street_2_children") is None


def test_edition_before_is_found_by_its_own_name() -> None:
    before = fact("places", "19000", period="2023-12-31", edition="toy-2023")
    now = fact("places", "23595", period="2024-08-31")
    known = board(before, now)
    assert (known.find("previous_places"), known.find("places")) == (before, now)


def test_every_name_leads_to_a_fact_or_to_a_reason() -> None:
    known = board(fact("places", "23595"), fact("places", "4770000", place=NATION))
    found = {name: (one, reason) for name, one, reason in known.names() if one is not None}
    wanting = {name: reason for name, one, reason in known.names() if one is None and name not in found}
    assert found["托位数"][0] == found["places"][0]
    assert found["全国托位数"][0] is not found["托位数"][0]
    assert wanting["上期托位数"] == "没有上期的这项数据"
    assert wanting["入托率"] == "本期没有这项数据"
    assert {role.name for role in ROLES} <= {*found, *wanting}


def test_later_fact_of_the_same_thing_takes_the_place_of_the_earlier() -> None:
    known = board(fact("places", "1"), fact("places", "2"))
    assert [str(one.value) for one in known.series("places")] == ["2"]


@pytest.mark.parametrize(
    "change", [{"period": "2023"}, {"place": NEAR}, {"part": Part("区县", "甲区")}, {"edition": "x"}]
)
def test_what_differs_in_one_dimension_is_another_fact(change: dict[str, object]) -> None:
    one = fact("places", "1")
    assert replace(one, **change).id != one.id


def part(indicator: str, value: str, axis: str, name: str, **more: Any) -> Fact:  # noqa: ANN401 - fields of a fact
    return fact(indicator, value, part=Part(axis, name), **more)


def test_what_is_told_of_a_street_is_told_of_the_one_with_the_most_children() -> None:
    """Not of the one with the most communities."""
    streets = [part("children", n, "街道", name) for n, name in (("70", "小街"), ("90", "大街"))]
    counts = [part("community_count", n, "街道", name) for n, name in (("16", "小街"), ("9", "大街"))]
    known = board(*streets, *counts)
    assert [known.find(name) for name in ("street_1_communities", "street_2_communities")] == counts[::-1]
    assert board(streets[0], counts[1]).find("street_1_communities") is None
    assert board(*counts).find("street_1_communities") is None


def test_parts_are_those_of_the_city_and_its_districts_in_this_edition_the_latest_of_each() -> None:
    own = part("children", "70", "街道", "小街", place=DISTRICT)
    others = [
        part("children", "900", "街道", "别街", place=NEAR),
        part("children", "800", "街道", "旧街", edition="toy-2023"),
        part("children", "99", "街道", "小街", place=DISTRICT, period="2022"),
    ]
    for some in ((own, *others), (*others, own)):
        known = board(*some)
        assert known.parts("children", "街道") == [own]
        assert known.find("street_1_children") == own
        assert {one.period for one in known.axes("children")} == {"2024", "2022"}


def test_standard_of_elsewhere_is_never_the_citys_own() -> None:
    own, theirs = (fact("fund_per_place", value, place=place) for value, place in (("9", OWN), ("5", NEAR)))
    assert board(own, theirs).find("fund_per_place_elsewhere") == theirs
    assert board(own).find("fund_per_place_elsewhere") is None
    assert board(theirs).find("fund_per_place_elsewhere", NEAR) is None


def test_districts_by_their_order() -> None:
    codes = [one.code for one in TOWN.districts]
    found = [fact("census_under_five", value, place=code) for value, code in zip(("30", "50"), codes, strict=True)]
    known = board(*found, fact("census_under_five", "900"), fact("census_under_five", "800", place="440305"))
    names = ("district_1_under_five", "district_2_under_five", "district_last_under_five")
    assert [known.find(name) for name in names] == [found[1], found[0], found[0]]
    assert board(found[0]).find("district_2_under_five") is None
    assert board(found[0]).find("district_last_under_five") is None  # of one alone nothing is the smallest


def test_groups_of_institutions_by_their_order() -> None:
    found = [part("use_rate", value, "区县", name) for value, name in (("40", "甲区"), ("60", "乙区"), ("50", "丙区"))]
    known = board(*found, part("use_rate", "90", "举办性质", "公办"))
    assert [known.find(name) for name in ("most_used_district", "least_used_district")] == [found[1], found[0]]


def test_scenario_is_told_of_its_last_year() -> None:
    found = [
        part("under_threes", "9", "方案", name, period=year) for year in ("2025", "2030") for name in ("持平", "延续")
    ]
    known = board(*found[::-1])
    assert [known.find(name) for name in ("under_threes_level", "under_threes_on")] == found[2:]
    assert known.find("under_threes_half") is None


def test_figure_of_the_edition_before_is_the_computed_and_latest_one() -> None:
    printed = fact("use_rate", "40", period="2024-06-30", edition="toy-2023")
    worked, older = (
        fact("use_rate", value, period=day, edition="toy-2023", kind="computed")
        for value, day in (("38", "2023-12-31"), ("37", "2022-12-31"))
    )
    for some in ((printed, worked, older), (older, worked, printed)):
        assert board(*some).of_previous("use_rate") == worked
    assert board(printed).of_previous("use_rate") == printed
    assert board(replace(printed, place=NEAR), fact("use_rate", "5")).of_previous("use_rate") is None


def test_residents_of_the_census_are_those_of_its_day() -> None:
    residents = [fact("residents", value, period=day) for value, day in (("9", "2020-11-01"), ("8", "2020-12-31"))]
    assert board(*residents).find("census_residents") == residents[0]
    assert board(residents[1]).find("census_residents") is None


def test_rule_of_the_nation_stands_for_every_place() -> None:
    rule = fact("service_circle", "15", place=NATION)
    assert board(rule).find("service_circle") == board(rule).find("service_circle", NEAR) == rule
    assert board(fact("places", "9", place=NATION)).find("places") is None
