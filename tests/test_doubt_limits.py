"""Where each check of figures beside others begins to doubt: at its limit a figure passes, one step beyond it does not.

Every case is a list of what is held together, and whether a doubt is raised.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from making import DISTRICT
from making import EDITION
from making import NATION
from making import NEAR
from making import OWN
from making import TOWN
from making import fact
from making import facts
from making import seen
from test_doubts import KNOWN
from test_doubts import communities
from test_doubts import street
from test_doubts import years

from tuoyu.facts import checks_place
from tuoyu.facts import checks_relations
from tuoyu.facts import checks_shares
from tuoyu.facts import checks_text
from tuoyu.facts import checks_time
from tuoyu.facts.checks_relations import Rate
from tuoyu.facts.checks_relations import Ratio
from tuoyu.facts.checks_relations import Relations
from tuoyu.nouns.fact import Part
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import ANSWERS
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.register import Evidence

RATIO = Relations(ratios=(Ratio("births", "residents", Decimal("0.001"), Decimal("0.05")),))
RATE = Relations(rates=(Rate("birth_rate", "births", ("residents",), 1000),))
TWO_BASES = Relations(rates=(Rate("birth_rate", "births", ("residents", "registered_population"), 1000),))
RISE = Relations(differences=(("natural_growth_rate", "birth_rate", "death_rate"),))
INCOMES = Relations(between=(("income_yearly", "income_rural", "income_urban"),))


def births(value: str, period: str = "2023", **more: object) -> Observation:
    return seen("births", f"{value}人", period, **more)


def residents(value: str, period: str = "2023", **more: object) -> Observation:
    return seen("residents", f"{value}人", period, **more)


def ratios(*some: Observation) -> list[Finding]:
    return checks_relations.odd_ratios(some, RATIO, KNOWN)


@pytest.mark.parametrize(
    ("some", "told"),
    [
        ([births("50"), residents("1000")], ""),
        ([births("51"), residents("1000")], "0.051，一般在0.001至0.05之间"),
        ([births("1"), residents("1000")], ""),
        ([births("1"), residents("2000")], "0.0005"),
        ([births("1000"), residents("8101")], "0.123"),
        ([births("12345"), residents("10")], "1234.5"),
        ([births("500"), residents("1000", "2022")], "0.5"),
        ([births("500"), residents("1000", "2021")], ""),
        ([births("500"), residents("1000", place=NEAR)], ""),
        ([births("500"), residents("1000", "")], ""),
        ([births("500"), residents("0")], ""),
        ([seen("births", ">500人"), residents("1000")], "0.5"),
        # the finer of two figures of one year, whichever comes first; the earlier of two years that are as near
        ([births("500"), seen("residents", "1万人"), residents("12000")], ""),
        ([births("500"), residents("12000"), seen("residents", "0.9万人")], ""),
        ([births("500"), residents("9000", "2022"), residents("12000", "2024")], "0.0556"),
        ([births("500"), residents("9000", "2022"), residents("12000", "2023")], ""),
    ],
)
def test_ratio_of_two_figures_lies_between_its_limits(some: list[Observation], told: str) -> None:
    found = ratios(*some)
    assert [f"之比为{told}" in one.what for one in found] == [True] * bool(told)


@pytest.mark.parametrize(
    ("rate", "others", "told"),
    [
        ("5.03", [residents("1000000")], ""),  # 5 × 0.4 % + 0.01 + 0.001
        ("5.04", [residents("1000000")], "5.00"),
        ("4.96", [residents("1000000")], "5.00"),
        ("5.18", [residents("1000000", "2021")], ""),  # 3 % more for two years
        ("5.19", [residents("1000000", "2021")], "5.00"),
        ("9.00", [residents("1000000", "2019")], "5.00"),
        ("9.00", [residents("1000000", "2018")], ""),
        ("6.67", [residents("500000", "2022"), residents("1000000")], ""),  # by the mean of two years
        ("5.00", [residents("500000", "2022"), residents("1000000")], ""),
        ("6.20", [residents("500000", "2022"), residents("1000000")], "6.67"),  # of two, the nearer one is told
        ("5.40", [residents("500000", "2022"), residents("1000000")], "5.00"),
        ("9.00", [residents("0")], ""),
    ],
)
def test_rate_is_what_its_counts_give(rate: str, others: list[Observation], told: str) -> None:
    some = [seen("birth_rate", f"{rate}‰", cell="D9"), births("5000"), *others]
    found = checks_relations.wrong_rates(some, RATE, KNOWN)
    assert [f"计算约为{told}‰" in one.what for one in found] == [True] * bool(told)
    assert checks_relations.wrong_rates(some, RATE, KNOWN, frozenset({some[0].where})) == []


def test_rate_of_a_nought_is_not_reckoned() -> None:
    some = [seen("birth_rate", "9.00‰"), births("0"), residents("1000000")]
    assert len(checks_relations.wrong_rates(some, RATE, KNOWN)) == 1  # whatever the rate, nobody was born


@pytest.mark.parametrize(
    ("registered", "wrong"),
    [([], True), ([("2021", "800000")], False), ([("2023", "800000")], True), ([("2023", "555000")], False)],
)
def test_rate_may_be_by_a_basis_that_is_not_known_for_its_year(
    registered: list[tuple[str, str]], *, wrong: bool
) -> None:
    others = [seen("registered_population", f"{value}人", year) for year, value in registered]
    some = [seen("birth_rate", "9.00‰"), births("5000"), residents("1000000"), *others]
    assert len(checks_relations.wrong_rates(some, TWO_BASES, KNOWN)) == wrong


@pytest.mark.parametrize(("rise", "wrong"), [("-0.29", False), ("-0.30", False), ("-0.31", True), ("-0.27", True)])
def test_difference_may_be_off_by_what_rounding_makes(rise: str, *, wrong: bool) -> None:
    some = [seen("natural_growth_rate", f"{rise}‰"), seen("birth_rate", "7.42‰"), seen("death_rate", "7.71‰")]
    found = checks_relations.wrong_differences(some, RISE, KNOWN)
    assert ["即-0.29‰" in one.what for one in found] == [True] * wrong
    for n in range(3):  # of two figures none can be wrong
        assert checks_relations.wrong_differences([*some[:n], *some[n + 1 :]], RISE, KNOWN) == []


@pytest.mark.parametrize(
    ("rural", "all_", "urban", "wrong"),
    [("10", "10", "10", False), ("10", "9", "11", True), ("10", "11", "10", True), ("11", "", "10", True)],
)
def test_mean_of_two_groups_lies_between_them(rural: str, all_: str, urban: str, *, wrong: bool) -> None:
    named = (("income_rural", rural), ("income_yearly", all_), ("income_urban", urban))
    some = [seen(name, f"{value}元") for name, value in named if value]
    assert len(checks_relations.not_between(some, INCOMES, KNOWN)) == wrong


@pytest.mark.parametrize(
    ("of", "place", "wrong"),
    [(NATION, NATION, True), (NATION, OWN, False), (OWN, OWN, True), (OWN, NATION, False), (NEAR, OWN, True)],
)
def test_target_is_held_against_figures_of_its_own_place(of: str, place: str, *, wrong: bool) -> None:
    target = fact("places_target", "5.5", kind="policy", period="2025", place=of)
    told = [seen("places_target", "4.5个/千人", "2025", place=place)]
    assert len(checks_relations.clashing_targets(facts(target), told, KNOWN)) == wrong


@pytest.mark.parametrize(("value", "wrong"), [("4.85", False), ("4.84", True), ("48.5", False), ("48.6", True)])
def test_target_is_at_most_five_times_and_at_least_half_the_latest_figure(value: str, *, wrong: bool) -> None:
    target = fact("enrolment_target", value, kind="policy", period="2025")
    now = [fact("enrolment_rate", rate, period=year) for year, rate in (("2022", "1"), ("2024", "9.7"), ("2023", "2"))]
    assert len(checks_relations.clashing_targets(facts(target, *now), [], KNOWN)) == wrong


# places


@pytest.mark.parametrize(
    ("city", "parts", "wrong"),
    [
        ("100人", ("40人", "60人"), ""),
        ("99人", ("40人", "60人"), "多于"),
        ("101人", ("40人", "60人"), "少于"),
        ("1.0万人", ("0.43万人", "0.63万人"), ""),  # ±500, ±50, ±50
        ("1.0万人", ("0.43万人", "0.64万人"), "多于"),
        ("1.0万人", ("0.43万人", "0.51万人"), ""),
        ("1.0万人", ("0.43万人", "0.50万人"), "少于"),
    ],
)
def test_whole_may_differ_from_its_parts_by_what_rounding_makes(city: str, parts: tuple[str, ...], wrong: str) -> None:
    some = [seen("births", text, place=one.code) for text, one in zip(parts, TOWN.districts, strict=True)]
    found = checks_place.wrong_wholes([seen("births", city), *some], facts(), KNOWN)
    assert [f"{wrong}全市" in one.what for one in found] == [True] * bool(wrong)


def test_parts_of_two_bases_or_days_and_shares_are_not_added_up() -> None:
    codes = [one.code for one in TOWN.districts]

    def wrong(*parts: Observation) -> list[Finding]:
        return checks_place.wrong_wholes([births("100"), *parts], facts(), KNOWN)

    assert wrong(births("90", place=codes[0]), births("90", place=codes[1]))
    assert not wrong(births("90", place=codes[0], basis="户籍"), births("90", place=codes[1], basis="常住"))
    assert not wrong(births("90", place=codes[0]), births("90", "2022", place=codes[1]))
    assert not wrong(births("90", place=codes[0]), births("90", place=codes[1], bound=">"))
    rates = [seen("birth_rate", "9‰", place=code) for code in (OWN, *codes)]
    assert not checks_place.wrong_wholes(rates, facts(), KNOWN)
    alone = TOWN.model_copy(update={"districts": TOWN.districts[:1]})
    parts = [births("100"), births("190", place=codes[0])]
    assert not checks_place.wrong_wholes(parts, facts(city=alone), KNOWN)


@pytest.mark.parametrize(
    ("own", "province", "nation", "count"),
    [("9", "10", "11", 0), ("10", "10", "11", 1), ("9", "11", "11", 1), ("12", "10", "11", 2), ("11", "", "11", 1)],
)
def test_count_of_a_city_is_less_than_that_of_what_it_belongs_to(
    own: str, province: str, nation: str, count: int
) -> None:
    levels = ((own, OWN), (province, "440000"), (nation, NATION))
    some = [births(value, place=place) for value, place in levels if value]
    assert len(checks_place.beyond_whole(some, facts(), KNOWN)) == count
    assert checks_place.beyond_whole([replace(one, unit="‰") for one in some], facts(), KNOWN) == []


@pytest.mark.parametrize(
    ("value", "other", "wrong"),
    [
        ("2861", {}, True),
        ("286", {}, False),
        ("2860", {}, False),
        ("28601", {}, True),
        ("2861", {"period": "2022"}, False),
        ("2861", {"period": "2023-12-31"}, True),
        ("2861", {"basis": ANSWERS}, False),
        ("2861", {"place": OWN}, False),
    ],
)
def test_four_digits_do_not_agree_by_chance(value: str, other: dict[str, str], *, wrong: bool) -> None:
    some = [births(value), births(value, **{"period": "2023", "place": NEAR, **other})]
    assert len(checks_place.same_elsewhere(some, KNOWN)) == wrong


@pytest.mark.parametrize(
    ("value", "other", "wrong"),
    [
        ("377", {}, True),
        ("9", {}, False),
        ("377", {"status": "set_aside"}, False),
        ("377", {"part": Part("社区", "双龙社区")}, False),
        ("377", {"part": Part("社区", "甲社区", "小街")}, False),
        ("377", {"period": "2022"}, False),
        ("377", {"file": "data/raw/town/b.csv"}, False),
    ],
)
def test_community_of_one_name_and_figure_under_two_streets_is_listed_twice(
    value: str, other: dict[str, Any], *, wrong: bool
) -> None:
    parts = [Part("社区", "双龙社区", street_) for street_ in ("大街", "小街")]
    one, more = (seen("children", f"{value}人", part=part) for part in parts)
    assert len(checks_place.listed_twice([one, replace(more, **other)])) == wrong


def test_neighbours_are_in_order_that_stand_so_seven_times() -> None:
    eight = [900, 800, 700, 600, 650, 500, 400, 300, 300]
    assert len(checks_place.out_of_order(communities("大街", *eight))) == 1
    assert checks_place.out_of_order(communities("大街", *eight[:-1])) == []


@pytest.mark.parametrize(
    ("total", "count", "listed", "wrong"),
    [
        (2985, 6, (692, 683, 407, 401), False),  # the two others as large as the smallest that is listed
        (2987, 6, (692, 683, 407, 401), True),
        (2987, 6, (692, 683, 401), False),
        (2987, 6, (692, 401, 683, 407), False),
        (2183, 4, (692, 683, 407, 401), False),
        (2184, 4, (692, 683, 407, 401), True),
        (2183, 3, (692, 683, 407, 401), True),
    ],
)
def test_communities_that_are_not_listed_are_no_larger(
    total: int, count: int, listed: tuple[int, ...], *, wrong: bool
) -> None:
    some = [*street("大街", str(total), str(count), 20), *communities("大街", *listed)]
    found = checks_place.odd_averages(some, KNOWN)
    assert ["与列出的较大社区相比过大" in one.what for one in found] == [True] * wrong


@pytest.mark.parametrize(
    ("children", "others", "told"),
    [
        ("6000", ("1000", "1500", "1900", "2000"), ""),
        ("6010", ("1000", "1500", "1900", "2000"), "过大"),
        ("400", ("1200", "1500", "1900", "2000"), ""),
        ("390", ("1200", "1500", "1900", "2000"), "过小"),
        ("9000", ("1000", "1500", "2000"), ""),
    ],
)
def test_street_is_within_three_times_of_all_others(children: str, others: tuple[str, ...], told: str) -> None:
    some = [one for n, value in enumerate((children, *others)) for one in street(f"{n}街", value, "10", n + 2)]
    found = checks_place.odd_averages(some, KNOWN)
    assert [one.what.startswith("0街") and one.what.endswith(f"相比{told}") for one in found] == [True] * bool(told)


@pytest.mark.parametrize(("census", "wrong"), [("5500", False), ("5499", True), (">5000", False)])
def test_streets_may_add_up_to_their_bound(census: str, *, wrong: bool) -> None:
    known = facts(
        fact("census_under_five", census.strip(">"), place=DISTRICT, bound=">" if ">" in census else "="),
        fact("census_under_five", "9", place=DISTRICT, period="2010"),
    )
    streets = [*street("大街", "6000", "9", 2), *street("小街", "5000", "9", 3)]
    found = checks_place.too_many_children(streets, known, {"census_under_five": Decimal(2)})
    assert ["大街“6000人”" in one.what for one in found] == [True] * wrong


# shares


def options(*shares: str, of: str = "survey_commute_{}") -> list[Observation]:
    return [
        seen(of.format(end), f"{share}%", cell=f"D{n}")
        for n, (share, end) in enumerate(zip(shares, ("short", "long"), strict=True))
    ]


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        (("95.82", "4.19"), ""),
        (("95.82", "4.20"), "合计100.02%，超过100%"),
        (("95.82", "4.17"), ""),
        (("95.82", "4.16"), "合计99.98%，不足100%"),
        (("95.8", "4.1"), ""),
        (("96", "3"), ""),
        (("96", "2"), "合计98%，不足100%"),
    ],
)
def test_options_come_to_a_hundred_but_for_rounding(shares: tuple[str, str], told: str) -> None:
    found = checks_shares.wrong_totals(options(*shares), KNOWN)
    assert [told in one.what for one in found] == [True] * bool(told)


@pytest.mark.parametrize(("share", "wrong"), [("50.1", True), ("50", False), ("5.1", False), ("33.45", True)])
def test_three_digits_of_two_options_do_not_agree_by_chance(share: str, *, wrong: bool) -> None:
    assert len(checks_shares.equal_options(options(share, share), KNOWN)) == wrong


@pytest.mark.parametrize(
    ("answers", "whole", "told"),
    [
        ((287, 287, 287, 287, 278), "", "同一问卷别的占比都写287"),
        ((287, 287, 287, 278), "", ""),
        ((287, 287, 287, 287, 278, 270), "", ""),
        ((287, 287), "287", ""),
        ((288, 287), "287", "多于有效问卷"),
        ((280, 280), "287", "各题占比却都按280份计算"),
        ((280, 281), "287", ""),
    ],
)
def test_numbers_of_answers_agree(answers: tuple[int, ...], whole: str, told: str) -> None:
    some = [seen("survey_public", f"1{n}%", respondents=number) for n, number in enumerate(answers)]
    known = [seen("respondents", f"{whole}名")] if whole else []
    found = checks_shares.wrong_respondents([*some, *known])
    assert [told in one.what for one in found] == [True] * bool(told)


# years


@pytest.mark.parametrize("order", [1, -1])
def test_finer_of_two_figures_of_one_date_is_held_against_other_years(order: int) -> None:
    """By the rounded 200万 nothing moved; by the exact figure it fell by a fifth."""
    same = [seen("residents", "200万人", "2022", cell="D3"), seen("residents", "160.05万人", "2022", cell="D4")][
        ::order
    ]
    (found,) = checks_time.jumps([seen("residents", "200.31万人", "2021"), *same], KNOWN)
    assert found.where.endswith("D4")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("67.85", "67.35"), ""),
        (("67.85", "67.05"), "减少0.8个百分点"),
        (("67.85", "70.85"), ""),
        (("67.85", "70.86"), "增加3.0个百分点"),
    ],
)
def test_share_that_rises_may_fall_by_half_a_point(values: tuple[str, str], told: str) -> None:
    found = checks_time.jumps(years("urbanisation", "%", *values), KNOWN)
    assert [told in one.what for one in found] == [True] * bool(told)


@pytest.mark.parametrize(("value", "wrong"), [("103.99", False), ("104.01", True)])
def test_change_within_half_a_year_is_held_against_the_limit_of_a_year(value: str, *, wrong: bool) -> None:
    some = [seen("residents", "100.00万人", "2024-06-30"), seen("residents", f"{value}万人", "2024-12-31")]
    assert len(checks_time.jumps(some, KNOWN)) == wrong


@pytest.mark.parametrize(("first", "wrong"), [("2022", True), ("2020", True), ("2019", False)])
def test_figures_more_than_three_years_apart_are_not_held_against_each_other(first: str, *, wrong: bool) -> None:
    some = [seen("residents", "100.00万人", first), seen("residents", "200.00万人", "2023")]
    assert len(checks_time.jumps(some, KNOWN)) == wrong


def test_of_the_two_steps_that_a_slip_makes_the_smaller_does_not_excuse_the_larger() -> None:
    """1 % a year, then 5 % down and 14 % up, which is little for births and much for this series."""
    steady = ("10000", "10100", "10201", "10303", "9813")
    assert len(checks_time.jumps(years("births", "人", *steady, "11187"), KNOWN)) == 1
    assert checks_time.jumps(years("births", "人", *steady, "9912"), KNOWN) == []


def test_document_came_out_in_the_latest_year_that_it_bears() -> None:
    document = "关于2021年以来托育工作的报告"
    assert checks_time.misdated([births("9", "2023", document=document, published="2024-10")], KNOWN) == []
    assert len(checks_time.misdated([births("9", "2023", document=document, published="")], KNOWN)) == 1


@pytest.mark.parametrize(
    ("first", "second", "apart", "wrong"),
    [
        ("300", "300", 1, False),  # one significant digit
        ("317", "317", 1, True),
        ("31", "31", 1, False),
        ("317", "317", 2, True),
        ("317", "318", 1, False),
    ],
)
def test_three_digits_of_two_years_do_not_agree_by_chance(first: str, second: str, apart: int, *, wrong: bool) -> None:
    some = [births(first, "2020"), births(second, str(2020 + apart))]
    assert len(checks_time.repeats(some, KNOWN)) == wrong


def test_years_that_are_no_neighbours_agree_by_chance_in_three_digits_and_not_in_four() -> None:
    assert checks_time.repeats(years("births", "人", "317", "900", "317"), KNOWN) == []
    assert len(checks_time.repeats(years("births", "人", "3171", "9000", "3171"), KNOWN)) == 1


@pytest.mark.parametrize(("period", "wrong"), [("1990", False), ("1989", True), ("2024", False), ("2025", True)])
def test_figure_is_of_a_year_between_the_earliest_and_that_of_its_document(period: str, *, wrong: bool) -> None:
    assert len(checks_time.misdated([births("9", period)], KNOWN)) == wrong


@pytest.mark.parametrize(("year", "wrong"), [("2034", False), ("2035", True)])
def test_need_may_bear_a_year_ten_years_ahead(year: str, *, wrong: bool) -> None:
    assert len(checks_time.misdated([seen("places_needed", "9个", year)], KNOWN)) == wrong


@pytest.mark.parametrize(("fee", "wrong"), [("1000-3000", False), ("1000-3001", True)])
def test_ends_of_a_range_lie_within_three_times(fee: str, *, wrong: bool) -> None:
    assert len(checks_time.loose_ranges([seen("fee", f"{fee}元/月")], KNOWN)) == wrong


@pytest.mark.parametrize(
    ("places", "wrong"), [("2020 2020 2020 2019", True), ("2020 2020 2019", False), ("2020 2020 2020 2019 2018", False)]
)
def test_one_of_four_places_of_another_date_is_odd(places: str, *, wrong: bool) -> None:
    some = [seen("age_0", "9人", year, place=f"44070{n}") for n, year in enumerate(places.split())]
    assert len(checks_time.odd_dates(some, KNOWN)) == wrong


@pytest.mark.parametrize(
    ("dates", "wrong"), [("2024 2024 2024 2023", True), ("2024 2024 2023", False), ("2024 2024 2024 2023 2022", False)]
)
def test_one_of_four_shares_of_another_date_is_odd(dates: str, *, wrong: bool) -> None:
    some = [seen("survey_public", f"1{n}%", year, respondents=9) for n, year in enumerate(dates.split())]
    found = [one for one in checks_time.odd_dates(some, KNOWN) if "同一问卷" in one.what]
    assert len(found) == wrong


# texts


def told(*figures: Observation, text: str = "投入专项资金3150万元") -> list[Finding]:
    known = {"topic": "调研", "document": "甲", "published": "2024", "strength": "文件", "locator": "附件三"}
    entry = Evidence.model_validate({**known, "id": "a", "text": text})
    entry = entry.model_copy(update={"file": "data/raw/town/材料.toml"})
    return checks_text.unlike_told(facts(evidence=(entry,), edition=EDITION), figures, KNOWN)


def fund(text: str, cell: str = "D2", **more: object) -> Observation:
    return seen("circle_fund", text, "2024", **{"locator": "附件三", "cell": cell, **more})


def test_of_several_figures_the_nearest_to_the_text_is_doubted_and_the_others_are_named() -> None:
    figures = [fund("0万元", "D1"), fund("350万元", "D2"), fund("3000万元", "D3"), fund("90000万元", "D4")]
    for some in (figures, figures[::-1]):
        (found,) = told(*some)
        assert found.where == "data/raw/town/a.csv，D3"
        assert "“3150万元”，同一处的" in found.what
        assert [f"，{cell}）" in found.what for cell in ("D1", "D2", "D3", "D4")] == [True, True, False, True]


@pytest.mark.parametrize(
    "other",
    [
        {"file": "data/raw/near/a.csv"},
        {"locator": "附件四"},
        {"status": "set_aside"},
        {"unit": "人"},
    ],
)
def test_figures_of_another_folder_passage_or_unit_are_not_held_against_a_text(other: dict[str, str]) -> None:
    assert told(fund("350万元"))
    assert told(fund("350万元", **other)) == []


@pytest.mark.parametrize("unit", ["元", "元/月", "元/孩·年"])
def test_unit_of_a_text_is_the_first_of_a_figures(unit: str) -> None:
    figure = replace(fund("350元"), unit=unit)
    assert len(told(figure, text="每月补助450元")) == 1
    assert told(replace(figure, value=Decimal(450)), text="每月补助450元") == []


def test_text_that_some_figure_of_the_folder_has_is_right() -> None:
    assert told(fund("350万元"), fund("3150万元", locator="附件四")) == []
    assert told(fund("350万元"), fund("1000-3150万元", locator="附件四")) == []
    assert told(fund("350万元"), fund("3150万元", file="data/raw/near/a.csv"))
    assert told(fund("350万元"), text="投入专项资金3150万元，另有350万元") == []
