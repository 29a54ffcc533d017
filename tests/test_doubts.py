"""Checks of figures beside others: what each finds, and the sound figures that it lets pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from making import DISTRICT
from making import NATION
from making import NEAR
from making import OWN
from making import TOWN
from making import fact
from making import facts
from making import seen

from tuoyu.childcare.relations import RELATIONS
from tuoyu.childcare.subject import subject
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.facts import checks_place
from tuoyu.facts import checks_relations
from tuoyu.facts import checks_shares
from tuoyu.facts import checks_text
from tuoyu.facts import checks_time
from tuoyu.facts import checks_usual
from tuoyu.nouns.fact import Part
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import ANSWERS
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.register import Evidence

KNOWN = vocabulary()
Check = Callable[[list[Observation]], list[Finding]]


def years(indicator: str, unit: str, *values: str, first: int = 2019, **more: object) -> list[Observation]:
    """A series, one figure a year, in cells D2, D3, …"""
    return [
        seen(indicator, f"{value}{unit}", str(first + n), cell=f"D{n + 2}", **more)
        for n, value in enumerate(values)
        if value
    ]


def street(name: str, children: str, communities: str, row: int) -> list[Observation]:
    part = Part("街道", name)
    return [
        seen("children", f"{children}人", part=part, cell=f"D{row}", place=DISTRICT),
        seen("community_count", f"{communities}个", part=part, cell=f"B{row}", place=DISTRICT),
    ]


def communities(within: str, *values: int, first: int = 2) -> list[Observation]:
    return [
        seen(
            "children",
            f"{value}人",
            part=Part("社区", f"{'甲乙丙丁戊己庚辛壬癸'[n]}社区", within),
            cell=f"D{first + n}",
            place=DISTRICT,
        )
        for n, value in enumerate(values)
    ]


def jumps(some: list[Observation]) -> list[Finding]:
    return checks_time.jumps(some, KNOWN)


SERIES = years("residents", "万人", "241.06", "243.52", "244.18", "244.60", "245.03", "245.31")
BIRTHS = years("births", "人", "25316", "22870", "20144", "18236", "17105", "17862")
TWICE = Part("社区", "双龙社区", "大街"), Part("社区", "双龙社区", "小街")

# check, what is wrong (cells that must be named), what is sound
CASES: dict[str, tuple[Check, list[Observation], tuple[str, ...], list[Observation]]] = {
    "a digit dropped in the last year": (
        jumps,
        years("residents", "万人", "241.06", "243.52", "244.18", "244.60", "245.03", "24.31"),
        ("D7", "D6"),
        SERIES,
    ),
    "two digits exchanged in a steady series": (
        jumps,
        years("residents", "万人", "241.06", "243.52", "244.18", "244.60", "245.03", "254.31"),
        ("D7", "D6"),
        SERIES,
    ),
    "a year that stands out": (
        jumps,
        years("births", "人", "25316", "22870", "20144", "12836", "17105", "17862"),
        ("D5", "D4", "D6"),
        BIRTHS,
    ),
    "points, not per cent, for shares": (
        jumps,
        years("use_rate", "%", "40.7", "85"),
        ("D3", "D2"),
        years("use_rate", "%", "40.7", "38.2"),
    ),
    "a share of ten is not a change by half": (
        jumps,
        years("enrolment_rate", "%", "10", "21"),
        ("D3",),
        years("enrolment_rate", "%", "10", "16"),
    ),
    "urbanisation falls": (
        jumps,
        years("urbanisation", "%", "67.85", "66.68"),
        ("D3", "D2"),
        years("urbanisation", "%", "67.85", "68.66"),
    ),
    "far years are not compared": (
        jumps,
        years("births", "人", "61966", "31966"),
        ("D3",),
        years("births", "人", "61966", "", "", "", "", "28600"),
    ),
    "bounds are not compared": (
        jumps,
        years("institutions", "家", "718", "2718"),
        ("D3",),
        [*years("institutions", "家", "718", first=2023), seen("institutions", ">2000家", "2024")],
    ),
    "last year's figure again": (
        lambda some: checks_time.repeats(some, KNOWN),
        years("births", "人", "29917", "29917"),
        ("D3", "D2"),
        years("births", "人", "29917", "28600") + years("births", "人", "300", "300", place=NEAR),
    ),
    "a date after the document": (
        lambda some: checks_time.misdated(some, KNOWN),
        [seen("places", "9个", "2042")],
        ("D2",),
        [seen("places", "9个", "2024")],
    ),
    "another year than the gazette": (
        lambda some: checks_time.misdated(some, KNOWN),
        [seen("births", "9人", "2022", document="《2023年某市统计公报》（2024年）")],
        ("D2",),
        [
            seen("births", "9人", "2023", document="《2023年某市统计公报》（2024年）"),
            seen("births", "9人", "2023", document="（2023年3月23日发布会）"),
        ],
    ),
    "a target lies ahead of its document": (
        lambda some: checks_time.misdated(some, KNOWN),
        [seen("places", "9个", "2035")],
        ("D2",),
        [seen("places_target", "5.5个/千人", "2035")],
    ),
    "a nought": (
        lambda some: checks_time.noughts(some, KNOWN),
        [seen("places", "0个")],
        ("D2",),
        [seen("community_places", "0个")],
    ),
    "a range where the state is counted": (
        lambda some: checks_time.loose_ranges(some, KNOWN),
        [seen("places", "200-400个")],
        ("D2",),
        [seen("fee", "1500-3000元/月"), seen("public_institutions_per_county", "1-2所")],
    ),
    "ends far apart": (
        lambda some: checks_time.loose_ranges(some, KNOWN),
        [seen("fee", "150-3000元/月")],
        ("D2",),
        [seen("fee", "1500元/月")],
    ),
    "a round thousand": (
        lambda some: checks_time.round_counts(some, KNOWN),
        [seen("institutions", "1000家")],
        ("D2",),
        [
            seen("institutions", ">1000家"),
            seen("institutions", "1010家"),
            seen("births", "1.0万人"),
            seen("institutions", "100家"),
            seen("new_places_target", "2000个"),
        ],
    ),
    "one district of another census": (
        lambda some: checks_time.odd_dates(some, KNOWN),
        [seen("age_0", "9人", "2019" if n == 3 else "2020", place=f"44070{n}", cell=f"D{n}") for n in range(5)],
        ("D3",),
        [seen("age_0", "9人", "2020", place=f"44070{n}") for n in range(5)] + [seen("age_0", "9人", "2010")],
    ),
    "more than a hundred": (
        lambda some: checks_shares.wrong_totals(some, KNOWN),
        [seen("survey_public", "63.45%", cell="D8"), seen("survey_private", "38.01%", cell="D9")],
        ("D8", "D9"),
        [seen("survey_public", "33.45%"), seen("survey_private", "38.01%")],
    ),
    "all options and less than a hundred": (
        lambda some: checks_shares.wrong_totals(some, KNOWN),
        [seen("survey_commute_short", "95.28%", cell="D8"), seen("survey_commute_long", "4.18%", cell="D9")],
        ("D8", "D9"),
        [
            seen("survey_commute_short", "95.82%"),
            seen("survey_commute_long", "4.18%"),
            seen("survey_price_1", "54.21%"),
        ],
    ),
    "a share typed twice": (
        lambda some: checks_shares.equal_options(some, KNOWN),
        [seen("survey_public", "33.45%", cell="D8"), seen("survey_private", "33.45%", cell="D9")],
        ("D8", "D9"),
        [seen("survey_public", "33.45%"), seen("survey_private", "8.01%"), seen("survey_quality", "33.45%")],
    ),
    "one number of answers among others": (
        checks_shares.wrong_respondents,
        [seen("survey_public", f"1{n}%", respondents=278 if n == 3 else 287, cell=f"D{n}") for n in range(6)],
        ("D3",),
        [seen("survey_public", f"1{n}%", respondents=287) for n in range(6)]
        + [seen("survey_public", "1%", respondents=9, basis=ANSWERS)],
    ),
    "more answers than questionnaires": (
        checks_shares.wrong_respondents,
        [seen("respondents", "287名"), seen("survey_public", "1%", respondents=827, cell="D4")],
        ("D4", "D2"),
        [
            seen("respondents", "287名"),
            seen("survey_public", "1%", respondents=280, cell="D4"),
            seen("survey_private", "1%", respondents=287),
        ],
    ),
    "one figure in two places": (
        lambda some: checks_place.same_elsewhere(some, KNOWN),
        [seen("births", "28611人"), seen("births", "28611人", place=NEAR, cell="D9")],
        ("D9", "D2"),
        [
            seen("births", "28611人"),
            seen("births", "28610人", place=NEAR),
            seen("births", "600人"),
            seen("births", "600人", place=NEAR),
        ],
    ),
    "a community under two streets": (
        checks_place.listed_twice,
        [seen("children", "377人", part=TWICE[0], cell="D8"), seen("children", "377人", part=TWICE[1], cell="D18")],
        ("D8", "D18"),
        [seen("children", "377人", part=TWICE[0]), seen("children", "378人", part=TWICE[1])],
    ),
    "one line out of order": (
        checks_place.out_of_order,
        communities("大街", 692, 683, 407, 401, 737, 359, 350, 349, 340),
        ("D6", "D5"),
        communities("大街", 692, 683, 407, 401, 377, 359, 350, 349, 340) + communities("小街", 9, 8, first=30),
    ),
    "a table in no order": (
        checks_place.out_of_order,
        communities("大街", 692, 683, 407, 401, 377, 359, 350, 349, 350),
        ("D10",),
        communities("大街", 692, 683, 707, 401, 737, 359, 350, 349, 340),
    ),
    "communities without the whole": (
        checks_place.without_total,
        [*communities("大街", 60), *street("小街", "90", "2", 9)],
        ("D2",),
        [*communities("大街", 60), *street("大街", "90", "2", 9)],
    ),
    "a street far from all others": (
        lambda some: checks_place.odd_averages(some, KNOWN),
        [
            one
            for n, value in enumerate(("2400", "2500", "2600", "2700", "28677"))
            for one in street(f"{n}街", value, "10", n + 2)
        ],
        ("D6", "B6"),
        [
            one
            for n, value in enumerate(("2400", "2500", "2600", "2700", "5867"))
            for one in street(f"{n}街", value, "10", n + 2)
        ],
    ),
    "more than the listed communities allow": (
        lambda some: checks_place.odd_averages(some, KNOWN),
        [*street("大街", "77422", "26", 9), *communities("大街", 692, 683, 407, 401)],
        ("D9", "B9"),
        [*street("大街", "7742", "26", 9), *communities("大街", 692, 683, 407, 401)],
    ),
    "fewer communities than are listed": (
        lambda some: checks_place.odd_averages(some, KNOWN),
        [*street("大街", "7742", "3", 9), *communities("大街", 692, 683, 407, 401)],
        ("D9", "B9"),
        [*street("大街", "2183", "4", 9), *communities("大街", 692, 683, 407, 401)],
    ),
    "births of another scale": (
        lambda some: checks_relations.odd_ratios(some, RELATIONS, KNOWN),
        [seen("births", "286000人"), seen("residents", "482.24万人", cell="D3")],
        ("D2", "D3"),
        [seen("births", "28600人"), seen("residents", "482.24万人", cell="D3"), seen("births", "1人", place=NEAR)],
    ),
    "a month that is not a twelfth of the year": (
        lambda some: checks_relations.odd_ratios(some, RELATIONS, KNOWN),
        [
            seen("income_yearly", "37320元"),
            seen("income", "3101元/月", cell="D3"),
            seen("income_yearly", "40001元", "2024"),
        ],
        ("D2", "D3"),
        [seen("income_yearly", "37320元"), seen("income", "3110元/月", cell="D3")],
    ),
    "a rate that its counts do not give": (
        lambda some: checks_relations.wrong_rates(some, RELATIONS, KNOWN),
        [
            seen("birth_rate", "6.93‰"),
            seen("births", "902万人", cell="D3"),
            *years("residents", "万人", "141175", "140967", first=2022),
        ],
        ("D2", "D3"),
        [
            seen("birth_rate", "6.39‰"),
            seen("births", "902万人", cell="D3"),
            *years("residents", "万人", "141175", "140967", first=2022),
        ],
    ),
    "a rate of another basis": (
        lambda some: checks_relations.wrong_rates(some, RELATIONS, KNOWN),
        [
            seen("birth_rate", "7.24‰"),
            seen("births", "29917人"),
            seen("registered_population", "403.41万人"),
            seen("residents", "482.22万人"),
        ],
        ("D2",),
        [
            seen("birth_rate", "7.42‰"),
            seen("births", "29917人"),
            seen("registered_population", "403.41万人"),
            seen("residents", "482.22万人"),
        ],
    ),
    "a difference": (
        lambda some: checks_relations.wrong_differences(some, RELATIONS, KNOWN),
        [
            seen("natural_growth_rate", "-0.92‰"),
            seen("birth_rate", "7.42‰", cell="D3"),
            seen("death_rate", "7.71‰", cell="D4"),
        ],
        ("D2", "D3", "D4"),
        [seen("natural_growth_rate", "-0.29‰"), seen("birth_rate", "7.42‰"), seen("death_rate", "7.71‰")],
    ),
    "urban below rural": (
        lambda some: checks_relations.not_between(some, RELATIONS, KNOWN),
        [seen("income_urban", "26130元"), seen("income_rural", "47727元", cell="D3")],
        ("D2", "D3"),
        [seen("income_urban", "47727元"), seen("income_rural", "26130元"), seen("income_yearly", "40777元")],
    ),
}


@pytest.mark.parametrize(("check", "wrong", "cells", "sound"), CASES.values(), ids=CASES)
def test_check_finds_the_fault_and_passes_sound_figures(
    check: Check, wrong: list[Observation], cells: tuple[str, ...], sound: list[Observation]
) -> None:
    found = check(wrong)
    assert found
    assert all(one.severity == "warning" for one in found)
    assert any(all(f"，{cell}" in one.text for cell in cells) for one in found), [one.text for one in found]
    assert [one.text for one in check(sound)] == []


@pytest.mark.parametrize("city", ["100", "109"])
def test_districts_add_up_to_their_city(city: str) -> None:
    parts = [
        seen("age_0", f"{n}人", place=one.code, cell=f"D{n}") for n, one in zip((40, 60), TOWN.districts, strict=True)
    ]
    found = checks_place.wrong_wholes([seen("age_0", f"{city}人"), *parts], facts(), KNOWN)
    assert [one.code for one in found] == ["wrong-whole"] * (city != "100")
    assert all(cell in one.text for one in found for cell in ("D2", "D40", "D60", "差额是9的倍数"))
    assert checks_place.wrong_wholes([seen("age_0", "200人"), parts[0]], facts(), KNOWN) == []
    assert len(checks_place.wrong_wholes([seen("age_0", "30人"), parts[0]], facts(), KNOWN)) == 1
    assert checks_place.wrong_wholes([seen("places_gap", "-977个")], facts(), KNOWN) == []


def test_city_is_smaller_than_the_nation() -> None:
    nation = seen("births", "902万人", place=NATION, cell="D9")
    assert checks_place.beyond_whole([seen("births", "28600人"), nation], facts(), KNOWN) == []
    (found,) = checks_place.beyond_whole([seen("births", "2860万人"), nation], facts(), KNOWN)
    assert "D2" in found.text
    assert "D9" in found.text


def test_streets_have_no_more_children_than_their_district() -> None:
    streets = [*street("大街", "6000", "9", 2), *street("小街", "5000", "9", 3)]
    for census, wrong in (("10000", True), ("12000", False)):
        known = facts(fact("census_under_five", census, place=DISTRICT))
        found = checks_place.too_many_children(streets, known, {"census_under_five": Decimal(1)})
        assert [one.where for one in found] == ["data/raw/town/a.csv，D2"] * wrong


@pytest.mark.parametrize(
    ("told", "wrong"),
    [("5.5个/千人", False), ("4.5个/千人", True), (">5.5个/千人", False)],
)
def test_target_is_what_the_raw_data_say_of_it(told: str, wrong: bool) -> None:  # noqa: FBT001
    target = fact("places_target", "5.5", kind="policy", period="2025")
    found = checks_relations.clashing_targets(facts(target), [seen("places_target", told, "2025")], KNOWN)
    assert [one.code for one in found] == ["target"] * wrong
    assert checks_relations.clashing_targets(facts(target), [seen("places_target", "4.5个/千人", "2030")], KNOWN) == []
    assert (
        checks_relations.clashing_targets(
            facts(target), [seen("places_target", "4.5个/千人", "2025", place=NEAR)], KNOWN
        )
        == []
    )


@pytest.mark.parametrize(("value", "wrong"), [("15", False), ("1.5", True), ("85", True), ("28.6", False)])
def test_target_is_not_far_from_the_present(value: str, wrong: bool) -> None:  # noqa: FBT001
    known = facts(fact("enrolment_target", value, kind="policy", period="2025"), fact("enrolment_rate", "9.7"))
    assert [one.code for one in checks_relations.clashing_targets(known, [], KNOWN)] == ["target"] * wrong


@pytest.mark.parametrize(("seen_as", "wrong"), [("3150万元", False), ("350万元", True)])
def test_text_of_a_passage_is_held_against_its_figures(seen_as: str, wrong: bool) -> None:  # noqa: FBT001
    told = {"topic": "调研", "document": "甲", "published": "2024", "strength": "文件", "locator": "附件三"}
    entry = Evidence.model_validate({**told, "id": "a", "text": "投入专项资金3150万元，办班两期"})
    entry = entry.model_copy(update={"file": "data/raw/town/材料.toml"})
    figure = seen("circle_fund", seen_as, "2024", locator="附件三")
    others = [seen("platform_fund", "600万元", "2024", locator="附件四", cell="D9")]
    found = checks_text.unlike_told(facts(evidence=(entry,)), [figure, *others], KNOWN)
    assert [one.where for one in found] == ["data/raw/town/a.csv，D2"] * wrong
    assert all("3150万元" in one.what for one in found)


def test_a_doubt_is_about_the_figure_that_it_stands_with() -> None:
    (found,) = jumps(years("residents", "万人", "241.06", "24.52"))
    assert found.concerns("residents", OWN, "2020")
    assert not found.concerns("residents", OWN, "2019")
    assert not found.concerns("residents", NEAR, "2020")


def test_what_is_set_aside_raises_no_doubt() -> None:
    aside = [replace(one, status="set_aside") for one in years("residents", "万人", "241.06", "24.52")]
    assert jumps(aside) == []
    assert checks_time.noughts([seen("places", "0个", status="set_aside")], KNOWN) == []


def test_every_yearly_limit_and_relation_is_of_a_known_indicator() -> None:
    relations = subject().relations
    named = {name for one in relations.ratios for name in (one.over, one.under)}
    named |= {name for one in relations.rates for name in (one.rate, one.over, *one.under)}
    named |= {name for three in (*relations.differences, *relations.between) for name in three}
    assert named <= KNOWN.keys()
    assert all(one.least < one.most for one in relations.ratios)


@pytest.mark.parametrize(("value", "wrong"), [("9", False), ("99", True), ("1", True)])
def test_target_lies_in_the_range_of_its_indicator(value: str, wrong: bool) -> None:  # noqa: FBT001
    target = fact("floor_area_per_place", value, kind="policy", period="2023")
    assert [one.code for one in checks_relations.clashing_targets(facts(target), [], KNOWN)] == ["target"] * wrong


@pytest.mark.parametrize(("year", "wrong"), [("2042", True), ("1924", True), ("2025", False)])
def test_rate_that_is_reckoned_from_a_target_may_bear_its_year(year: str, wrong: bool) -> None:  # noqa: FBT001
    assert [one.code for one in checks_time.misdated([seen("places_needed", "9个", year)], KNOWN)] == [
        "misdated"
    ] * wrong


# figures that can be, and seldom are


def test_more_children_than_places_is_doubtful_and_no_error_until_there_are_twice_as_many() -> None:
    def of(enrolled: str) -> list[tuple[str, str, str]]:
        places, children = fact("places", "23595"), fact("enrolled", enrolled)
        rate = f"{int(enrolled) * 100 / 23595:.1f}"
        use = fact("use_rate", rate, "%", 1, kind="computed", inputs=(children.id, places.id))
        known = facts(places, children, use)
        found = [*checks.computed_out_of_range(known, KNOWN), *checks_usual.computed_unusual(known, KNOWN)]
        assert all({"use_rate"} <= set(one.indicators) for one in found)
        return [(one.severity, one.code, one.where) for one in found]

    cell = fact("enrolled", "1").origins[0].where
    assert of("23595") == []
    assert of("24000") == [("warning", "unusual", cell)]
    assert [one[:2] for one in of("47300")] == [("error", "computed-out-of-range")]


@pytest.mark.parametrize(("printed", "severities"), [("100%", []), ("103.5%", ["warning"]), ("200.1%", ["error"])])
def test_printed_use_rate_above_the_usual_is_doubtful(printed: str, severities: list[str]) -> None:
    found = checks.check_observations([seen("use_rate", printed, "2024")], KNOWN)
    assert [one.severity for one in found] == severities


def test_one_unusual_fee_is_one_doubt_however_many_shares_are_computed_of_it() -> None:
    fee, urban, rural = fact("fee", "13000"), fact("income_urban", "50000"), fact("income_rural", "25000")
    yearly = fact("fee_yearly", "156000", kind="computed", inputs=(fee.id,))
    shares = [
        fact(name, value, "%", 1, kind="computed", inputs=(yearly.id, income.id))
        for name, value, income in (("fee_urban_share", "312.0", urban), ("fee_rural_share", "624.0", rural))
    ]
    (found,) = checks_usual.computed_unusual(facts(fee, urban, rural, yearly, *shares), KNOWN)
    assert (found.where, found.indicators) == (fee.origins[0].where, ("fee", "fee_urban_share", "fee_rural_share"))
    assert "一般不超过300%" in found.what


@pytest.mark.parametrize("count", [2, 3, 5])
def test_equal_years_in_a_row_are_one_doubt(count: int) -> None:
    (found,) = checks_time.repeats(years("births", "人", *["28600"] * count), KNOWN)
    assert found.what.count("“28600人”") == count


@pytest.mark.parametrize(("basis", "wrong"), [("常住口径", True), ("户籍口径", False), ("", False)])
def test_sum_over_figures_of_other_people_is_doubtful(basis: str, *, wrong: bool) -> None:
    births = [
        fact("births", value, period=year, basis=of)
        for value, year, of in (("29917", "2022", "户籍口径"), ("28600", "2023", "户籍口径"), ("34100", "2021", basis))
    ]
    inputs = tuple(one.id for one in births)
    total = fact("births_three_years", "92617", kind="computed", inputs=inputs, period="2023")
    found = checks_relations.mixed_bases(facts(*births, total))
    assert [one.where for one in found] == [births[2].origins[0].where] * wrong
    assert all({"births", "births_three_years"} == set(one.indicators) for one in found)
