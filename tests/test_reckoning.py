"""Figures of no single formula, by hand-calculated numbers: spans, means, streets, groups, accepted fee, outlook."""

from __future__ import annotations

from decimal import Decimal

import pytest
from making import DISTRICT
from making import EDITION
from making import NEAR
from making import NEIGHBOUR
from making import OWN
from making import TOWN
from making import fact

from tuoyu.childcare import outlook
from tuoyu.childcare import reckoning
from tuoyu.childcare.roles import COMPARATORS
from tuoyu.childcare.roles import ROLES
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.board import Board
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part

LAST = EDITION.model_copy(update={"outlook": EDITION.outlook.model_copy(update={"until": 2026})})


def board(*some: Fact) -> Board:
    made = Board(
        vocabulary=vocabulary(),
        roles={role.id: role for role in ROLES},
        city=TOWN,
        cities={OWN: TOWN, NEAR: NEIGHBOUR},
        words=dict(COMPARATORS),
    )
    made.add(some)
    return made


def births(*values: str, last: int = 2023, **more: object) -> list[Fact]:
    first = last - len(values) + 1
    return [fact("births", value, period=str(year), **more) for year, value in enumerate(values, first)]


def residents(year: int, value: str, **more: object) -> Fact:
    return fact("residents", value, period=f"{year}-12-31", **more)


# spans and means


def test_span_of_births_runs_from_the_first_to_the_latest_year() -> None:
    known = board(fact("births", "1500", period="2017"), *births("1000", "900"))
    reckoning.births_span(known, EDITION)
    span = known.find("births_span")
    assert span is not None
    assert (span.value, span.period, span.inputs) == (
        6,
        "2017/2023",
        tuple(one.id for one in (known.find("births_first"), known.find("births_latest")) if one),
    )


def test_one_year_has_no_span() -> None:
    known = board(*births("1000"))
    reckoning.births_span(known, EDITION)
    assert known.find("births_span") is None


def mean(*some: Fact) -> Fact | None:
    known = board(*births("900"), *some)
    reckoning.mean_populations(known, EDITION)
    return known.find("residents_mean")


def test_mean_population_is_that_of_both_ends_of_the_year_of_the_births() -> None:
    made = mean(residents(2021, "1"), residents(2022, "100000"), residents(2023, "110000"), residents(2024, "9"))
    assert made is not None
    assert (made.value, made.period, made.formula) == (105000, "2023", reckoning.BOTH_ENDS)
    assert len(made.inputs) == 2


def test_year_end_alone_stands_for_the_mean_and_says_so() -> None:
    made = mean(residents(2023, "110000"))
    assert made is not None
    assert (made.value, made.formula) == (110000, reckoning.ONE_END)


@pytest.mark.parametrize("known", [[], [residents(2022, "100000")], [fact("residents", "1", period="2023-06-30")]])
def test_without_the_end_of_the_year_there_is_no_mean(known: list[Fact]) -> None:
    assert mean(*known) is None


def test_mean_carries_bounds_and_what_rounding_leaves_open() -> None:
    ends = [residents(year, "100000", uncertainty=Decimal(50)) for year in (2022, 2023)]
    plain, bounded = mean(*ends), mean(ends[0], residents(2023, "100000", bound=">"))
    assert plain is not None
    assert bounded is not None
    assert (plain.uncertainty, plain.bound, bounded.bound) == (50, "=", ">")
    assert mean(residents(2022, "100000", bound="<"), residents(2023, "100000", bound=">")) is None


# streets, groups, fee


BIG, SMALL = Part("街道", "大街"), Part("街道", "小街")


def community(name: str, street: str, value: str, **more: object) -> Fact:
    return fact("children", value, place=DISTRICT, part=Part("社区", name, street), **more)


def test_street_has_the_sum_of_its_own_communities_and_the_places_it_needs() -> None:
    known = board(
        fact("children", "900", place=DISTRICT, part=BIG, period="2023"),
        fact("children", "500", place=DISTRICT, part=SMALL),
        fact("children", "400", place="440704", part=BIG),
        community("一", "大街", "120", period="2023"),
        community("二", "大街", "80", period="2023"),
        community("三", "小街", "70"),
        community("四", "大街", "90", period="2022"),
        community("五", "大街", "95", period="2023", edition="toy-2023"),
        fact("enrolment_target", "28.6", "%", place="440000"),
    )
    reckoning.streets(known, EDITION)
    listed = {(one.place, one.part.name): one for one in known.parts("listed_children", "街道")}
    assert {key: one.value for key, one in listed.items()} == {(DISTRICT, "大街"): 200, (DISTRICT, "小街"): 70}
    assert listed[DISTRICT, "大街"].period == "2023"
    needed = {(one.place, one.part.words): one for one in known.axes("places_needed_locally")}
    assert len(needed) == 7
    assert needed[DISTRICT, "大街"].value == Decimal("257.4")
    assert printed(needed[DISTRICT, "大街一"]) == "34个"
    assert needed[DISTRICT, "大街"].inputs[0] == known.parts("children", "街道")[0].id
    assert known.find("street_1_places_needed") == needed[DISTRICT, "大街"]
    assert known.find("largest_community_places_needed") == needed[DISTRICT, "大街一"]


def test_sum_of_communities_is_as_bounded_as_they_are() -> None:
    known = board(
        fact("children", "900", place=DISTRICT, part=BIG),
        community("一", "大街", "120", bound=">"),
        community("二", "大街", "80"),
    )
    reckoning.streets(known, EDITION)
    (listed,) = known.parts("listed_children", "街道")
    assert (listed.bound, listed.value) == (">", 200)


def test_parts_of_another_city_are_none_of_this_one() -> None:
    known = board(
        fact("children", "900", place="440305", part=BIG),
        fact("children", "500", place=DISTRICT, part=SMALL),
        fact("enrolled", "40", place=NEAR, part=Part("举办性质", "公办")),
        fact("places", "100", place=NEAR, part=Part("举办性质", "公办")),
    )
    reckoning.groups(known, EDITION)
    assert [one.part for one in known.parts("children", "街道")] == [SMALL]
    assert not any(one.indicator == "use_rate" for one in known.facts.values())


def test_street_is_one_street_at_every_time() -> None:
    years = [
        fact("children", n, place=DISTRICT, part=BIG, period=year) for n, year in (("900", "2022"), ("800", "2023"))
    ]
    known = board(*years, fact("children", "700", place=DISTRICT, part=SMALL, period="2023"))
    found = [known.find(f"street_{n}_children") for n in (1, 2)]
    assert [(one.part, one.value) for one in found if one] == [(BIG, 800), (SMALL, 700)]


def test_without_a_target_no_street_needs_places() -> None:
    known = board(fact("children", "900", place=DISTRICT, part=BIG))
    reckoning.streets(known, EDITION)
    assert known.axes("places_needed_locally") == []
    assert known.axes("listed_children") == []


def test_every_group_has_the_use_of_its_own_places() -> None:
    public, private, none = (Part("举办性质", name) for name in ("公办", "民办", "其他"))
    known = board(
        fact("places", "100", part=public),
        fact("enrolled", "40", part=public),
        fact("places", "200", part=private),
        fact("enrolled", "150", part=private),
        fact("enrolled", "9", part=Part("普惠", "是")),
        fact("enrolled", "60", part=public, period="2023"),
        fact("places", "0", part=none),
        fact("enrolled", "0", part=none),
    )
    reckoning.groups(known, EDITION)
    assert {one.part: one.value for one in known.axes("use_rate")} == {public: 40, private: 75}


@pytest.mark.parametrize(
    ("option", "limit"),
    [
        ("2000元以下", 2000),
        ("2000元/月以下", 2000),
        ("1500元及以下", 1500),
        ("1500元以下/月", 1500),
        ("面议", None),
        ("", None),
    ],
)
def test_accepted_fee_is_the_limit_of_the_option(option: str, limit: int | None) -> None:
    known = board(fact("survey_price_low", "85.91", "%", option=option))
    reckoning.accepted_fee(known, EDITION)
    made = known.find("accepted_fee")
    assert (made.value if made else None) == limit


def test_without_the_option_no_fee_is_accepted() -> None:
    known = board(fact("fee", "2700"))
    reckoning.accepted_fee(known, EDITION)
    assert known.find("accepted_fee") is None


def test_reckoned_figure_says_of_which_part_it_is() -> None:
    known = board()
    plain, part = (
        reckoning.reckoned(known, "births_outlook", Decimal(9), [fact("births", "9")], period="2030", part=part)
        for part in (Part("", ""), Part("方案", "持平"))
    )
    assert (plain.label, part.label) == (plain.name, f"{plain.name}（方案：持平）")
    assert (part.kind, part.period, part.place, part.unit) == ("computed", "2030", OWN, "人")


# changes


def test_main_figures_change_against_the_edition_before_only() -> None:
    known = board(
        fact("places", "19000", period="2023-12-31", edition="toy-2023", decimals=-3, uncertainty=Decimal(500)),
        fact("use_rate", "40.7", "%", 1, edition="toy-2023"),
        fact("fee", "2700", edition="toy-2023"),
        fact("places", "18000", period="2022-12-31"),
        fact("places", "23595", period="2024-08-31"),
        fact("use_rate", "38.2", "%", 1, period="2024-08-31"),
        fact("fee", "2600"),
        fact("enrolled", "9000"),
    )
    reckoning.changes(known, EDITION)
    made = {one.part.name: one for one in known.axes("change")}
    assert {name: (one.value, one.unit) for name, one in made.items()} == {
        "托位数": (4595, "个"),
        "托位使用率": (Decimal("-2.5"), "百分点"),
    }
    assert made["托位数"].period == "2024-08-31"
    assert printed(made["托位数"]) == "约4600个"
    assert [known.facts[id_].edition for id_ in made["托位数"].inputs] == ["", "toy-2023"]


# outlook: births of 1000, 900, 810 fall by ten per cent a year


def looked_ahead(*some: Fact, births_known: list[Fact] | None = None) -> Board:
    recent = births("1000", "900", "810") if births_known is None else births_known
    rate = fact("births_yearly_rate", "-10", "%", period="2023")
    known = board(*recent, rate, fact("demand_rate", "30", "%", kind="assumption", period=""), *some)
    outlook.outlook(known, LAST)
    outlook.coverage(known, LAST)
    return known


def by_scenario(known: Board, indicator: str) -> dict[str, dict[str, Decimal]]:
    lines: dict[str, dict[str, Decimal]] = {}
    for one in sorted(known.axes(indicator), key=lambda one: one.period):
        lines.setdefault(one.part.name, {})[one.period] = one.value
    return lines


def test_births_go_on_by_the_share_of_the_scenario() -> None:
    assert by_scenario(looked_ahead(), "births_outlook") == {
        "持平": {"2024": 810, "2025": 810, "2026": 810},
        "减半": {"2024": Decimal("769.5"), "2025": Decimal("731.025"), "2026": Decimal("694.47375")},
        "延续": {"2024": 729, "2025": Decimal("656.1"), "2026": Decimal("590.49")},
    }


def test_under_threes_are_the_births_of_three_years() -> None:
    assert by_scenario(looked_ahead(), "under_threes") == {
        "持平": {"2024": 2520, "2025": 2430, "2026": 2430},
        "减半": {"2024": Decimal("2479.5"), "2025": Decimal("2310.525"), "2026": Decimal("2194.99875")},
        "延续": {"2024": 2439, "2025": Decimal("2195.1"), "2026": Decimal("1975.59")},
    }


def test_places_are_held_against_the_children_of_each_scenario() -> None:
    known = looked_ahead(fact("places", "700"), fact("demand_rate_low", "20", "%", kind="assumption", period=""))
    assert by_scenario(known, "places_wanted")["延续"] == {
        "2024": Decimal("731.7"), "2025": Decimal("658.53"), "2026": Decimal("592.677"),
    }  # fmt: skip
    assert by_scenario(known, "places_wanted_low")["持平"] == {"2024": 504, "2025": 486, "2026": 486}
    assert known.axes("places_wanted_high") == []
    per_hundred = by_scenario(known, "places_per_hundred_outlook")
    assert round(per_hundred["持平"]["2026"], 2) == Decimal("28.81")
    assert all(one.bound == "≈" for one in known.axes("places_per_hundred_outlook"))


def test_first_year_in_which_the_places_suffice() -> None:
    known = looked_ahead(fact("places", "700"))
    assert by_scenario(known, "covering_year") == {"减半": {"2025": 2025}, "延续": {"2025": 2025}}
    assert known.find("covered_from") == next(one for one in known.axes("covering_year") if one.part.name == "延续")
    assert looked_ahead(fact("places", "500")).axes("covering_year") == []


def test_places_as_many_as_wanted_suffice() -> None:
    assert by_scenario(looked_ahead(fact("places", "729")), "covering_year")["持平"] == {"2025": 2025}


@pytest.mark.parametrize("place", [fact("places", "700", bound=">"), fact("places", "600", upper=Decimal(700))])
def test_places_that_are_no_plain_number_are_held_against_nothing(place: Fact) -> None:
    known = looked_ahead(place)
    assert known.axes("places_per_hundred_outlook") == known.axes("covering_year") == []
    assert known.axes("under_threes")


@pytest.mark.parametrize(
    "known",
    [
        births("900", "810"),
        [*births("1000", last=2020), *births("900", "810")],
        births("1000", "900", "810", bound=">"),
        births("1000", "900", "810", upper=Decimal(2000)),
    ],
)
def test_no_outlook_without_plain_births_of_three_years_running(known: list[Fact]) -> None:
    ahead = looked_ahead(fact("places", "700"), births_known=known)
    assert not any(one.part.axis == "方案" for one in ahead.facts.values())


def test_every_figure_ahead_leads_back_to_births() -> None:
    known = looked_ahead(fact("places", "700"))
    assert any(one.part for one in known.facts.values())
    for one in known.facts.values():
        waiting, raw = [one], set()
        while waiting:
            current = waiting.pop()
            raw |= {current.indicator} if current.origins else set()
            waiting += [known.facts[id_] for id_ in current.inputs]
        assert "births" in raw or not one.part
