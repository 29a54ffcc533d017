"""Which observation an edition takes for a fact, with made-up figures: cut, latest, finest, places, parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import DISTRICT
from making import NATION
from making import NEAR
from making import OWN
from making import seen

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.selecting import Cut
from tuoyu.facts.selecting import select
from tuoyu.facts.selecting import to_fact
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part
from tuoyu.nouns.observation import REGISTER
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.period import last_day
from tuoyu.reading.quantities import read_quantities

CUT = Cut(date(2024, 8, 31), date(2023, 12, 31), vocabulary())
PLACES = {OWN: "", DISTRICT: "甲区", NATION: "全国", "OECD": "经合组织", NEAR: "邻近", "440305": "邻近南山区"}


def chosen(*observations: Observation) -> dict[str, Fact]:
    return {one.id: one for one in select(observations, PLACES, CUT)}


@given(st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 12, 31)))
def test_dated_figure_is_known_from_its_last_day_on(day: date) -> None:
    assert CUT.allows(seen("places", "1个", day.isoformat())) == (day <= CUT.as_of)
    assert CUT.allows(seen("residents", "1万人", day.isoformat())) == (day <= CUT.population_as_of)


@given(st.integers(2010, 2030), st.integers(2010, 2030))
def test_nothing_later_than_the_cut_is_ever_taken(year: int, published: int) -> None:
    one = seen("use_rate", "40%", str(year), published=f"{published}-01")
    end = last_day(one.period)
    assert end is not None
    if chosen(one):
        assert end <= CUT.as_of or (year == 2024 and published <= 2024)
    else:
        assert end > CUT.as_of


@pytest.mark.parametrize(
    ("indicator", "period", "published", "known"),
    [
        ("places", "2024-08-31", "2024-10", True),
        ("places", "2024-12-31", "2024-10", False),
        ("residents", "2024-06-30", "2024-10", False),
        ("births", "2024", "2025-03", False),
        ("survey_full_day", "2024", "2024-10", True),
        ("service_circle", "", "2024-10", True),
        ("service_circle", "", "2025", False),
        ("service_points_target", "2026", "2024-10", True),
    ],
)
def test_open_dates_and_targets_count_by_their_document(
    indicator: str,
    period: str,
    published: str,
    known: bool,  # noqa: FBT001
) -> None:
    one = seen(indicator, "1%" if "survey" in indicator else "1人" if "i" in indicator else "1个", period)
    assert CUT.allows(Observation(**{**vars(one), "published": published})) is known


def test_every_date_has_its_own_fact() -> None:
    facts = chosen(
        seen("places", "19000个", "2023-12-31"),
        seen("places", "23595个", "2024-08-31", cell="D3"),
        seen("places", "26000个", "2024-12-31", cell="D4"),
    )
    assert {one.period: printed(one) for one in facts.values()} == {"2023-12-31": "19000个", "2024-08-31": "23595个"}


def test_of_figures_of_one_date_the_plain_then_the_finest_is_taken() -> None:
    coarse, fine = seen("births", "2.86万人"), seen("births", "28600人", cell="D3")
    bounded = seen("births", ">28500人", cell="D4")
    for group in ((coarse, fine, bounded), (bounded, fine, coarse), (fine, bounded, coarse)):
        (fact,) = chosen(*group).values()
        assert fact.origins[0].cell == "D3"


def test_same_cell_of_two_sheets_is_two_places() -> None:
    first = seen("places", "1个", sheet="甲", printed="1个")
    second = seen("places", "2个", "2022", sheet="乙", printed="2个")
    assert [printed(one) for one in chosen(first, second).values()] == ["1个", "2个"]


def test_year_end_of_a_figure_for_a_whole_year_is_that_year() -> None:
    (fact,) = chosen(seen("births", "28600人", "2023-12-31")).values()
    assert fact.period == "2023"


def test_dates_that_end_on_one_day_are_one_date_and_open_ones_each_their_own() -> None:
    ends = [seen("places", "23595个", day, cell=cell) for day, cell in (("2023", "D2"), ("2023-12-31", "D3"))]
    assert len(chosen(*ends)) == 1
    open_ = [seen("places", f"{n}个", period, cell=f"D{n}", published="2024") for n, period in ((2, ""), (3, "2021/"))]
    assert {one.period for one in chosen(*open_).values()} == {"", "2021/"}


def test_repeats_set_aside_and_strangers_are_no_facts() -> None:
    assert not chosen(
        seen("places", "1个", status="repeat"),
        seen("places", "2个", status="set_aside"),
        seen("places", "4个", place="110000"),
    )


def test_places_play_their_parts() -> None:
    facts = chosen(
        seen("places_per_thousand", "4.89个/千人"),
        seen("places_per_thousand", "3.38个/千人", place=NATION),
        seen("enrolment_rate", "36%", "2022", place="OECD"),
        seen("places", "50000个", place=NEAR),
        seen("places", "900个", place="440305"),
    )
    assert [one.label for one in facts.values()] == [
        "每千人口托位数",
        "全国每千人口托位数",
        "经合组织入托率",
        "邻近托位数",
        "邻近南山区托位数",
    ]


def test_rule_of_the_nation_needs_no_place_before_it() -> None:
    (fact,) = chosen(seen("service_circle", "15分钟", "", place=NATION)).values()
    assert fact.label == "服务圈时间"


def test_parts_keep_what_they_are_of() -> None:
    street, community = Part("街道", "大街"), Part("社区", "甲社区", "大街")
    facts = chosen(
        seen("children", "900人", "2024", part=street, place=DISTRICT),
        seen("children", "120人", "2024", part=community, place=DISTRICT),
    )
    assert {one.part: one.value for one in facts.values()} == {street: 900, community: 120}


def test_counted_figures_stand_before_published_ones_that_are_no_later() -> None:
    counted = seen("institutions", "9家", "2024-06-30", basis=REGISTER, cell="第1行")
    older, newer = seen("institutions", "12家", "2023-12-31"), seen("institutions", "10家", "2024-08-31", cell="D3")
    assert {printed(one) for one in chosen(counted, older).values()} == {"9家"}
    assert {printed(one) for one in chosen(counted, older, newer).values()} == {"9家", "10家"}


def test_published_figure_of_the_same_day_or_before_the_latest_count_gives_way() -> None:
    """Of two registers the later one decides what is no later."""
    counted = [
        seen("institutions", f"{n}家", day, basis=REGISTER, cell=f"第{n}行")
        for n, day in ((8, "2023-12-31"), (9, "2024-06-30"))
    ]
    same = seen("institutions", "12家", "2024-06-30")
    between = seen("institutions", "11家", "2024-03-31", cell="D3")
    for known in ([*counted, same, between], [between, same, *counted[::-1]]):
        assert {printed(one) for one in chosen(*known).values()} == {"8家", "9家"}


def test_counted_figure_stands_before_a_finer_published_one_of_the_same_day() -> None:
    counted = seen("fee", "2078元/月", "2024-06-30", basis=REGISTER, cell="第1行")
    finer = seen("fee", "2081.50元/月", "2024-06-30")
    assert [printed(one) for one in chosen(counted, finer).values()] == ["2078元"]
    assert [printed(one) for one in chosen(finer, counted).values()] == ["2078元"]


def test_published_figure_of_something_else_does_not_give_way() -> None:
    counted = seen("institutions", "9家", "2024-06-30", basis=REGISTER, cell="第1行")
    others = [
        seen("enrolled", "300人", "2023-12-31"),
        seen("institutions", "12家", "2023-12-31", place=NEAR),
        seen("institutions", "3家", "2023-12-31", part=Part("区县", "甲区"), cell="D4"),
    ]
    assert {printed(one) for one in chosen(counted, *others).values()} == {"9家", "300人", "12家", "3家"}


def test_suppressed_option_is_not_replaced_by_the_published_one() -> None:
    counted = seen("survey_distance", "30%", "2024", basis="原始答卷", respondents=100)
    published = seen("survey_quality", "40%", "2024", respondents=100, cell="D3")
    assert {one.indicator for one in chosen(counted, published).values()} == {"survey_distance"}


@pytest.mark.parametrize(
    ("indicator", "text", "form"),
    [
        ("places", "23595个", "23595个"),
        ("births", "2.86万人", "2.86万人"),
        ("births", "28600人", "28600人"),
        ("institutions", ">1000家", "超过1000家"),
        ("institutions", "约462个", "约462家"),
        ("use_rate", "38.20%", "38.20%"),
        ("service_points_target", "1-2所", "1—2所"),
        ("matching_ratio", "1:1", "1:1"),
    ],
)
def test_observed_fact_prints_as_its_source_does(indicator: str, text: str, form: str) -> None:
    fact = to_fact(seen(indicator, text), vocabulary()[indicator])
    assert printed(fact) == form
    quantity = read_quantities(text)[0]
    counted = quantity.unit in {"个", "人"} and quantity.resolution == 1
    rounded = quantity.bound == "≈" or (quantity.bound == "=" and not counted)
    assert fact.uncertainty == (quantity.resolution / 2 if rounded else 0)


def test_range_keeps_both_ends() -> None:
    fact = to_fact(seen("fee", "1500-3000元/月"), vocabulary()["fee"])
    assert (fact.value, fact.upper) == (1500, 3000)


def test_several_figures_of_one_cell_are_one_fact() -> None:
    parts = read_quantities("10/15/20万元")
    listed = [
        seen("building_subsidy", "1元", value=one.value, option=f"第{n}档", printed="10/15/20万元")
        for n, one in zip("一二三", parts, strict=True)
    ]
    (fact,) = chosen(*listed).values()
    assert (fact.unit, printed(fact)) == ("列举", "10万元、15万元、20万元")
    pair = [replace(one, printed="10/15万元/年") for one in listed[:2]]
    (fact,) = chosen(*pair).values()
    assert (fact.unit, printed(fact)) == ("列举", "10万元、15万元")
    (fact,) = chosen(listed[0], replace(listed[1], cell="D9")).values()
    assert fact.unit != "列举"


def test_printed_fraction_stays_in_words() -> None:
    fact = to_fact(seen("use_rate", "2/3份额"), vocabulary()["use_rate"])
    assert printed(fact) == "三分之二"
    assert round(fact.value, 2) == Decimal("66.67")


def test_fraction_that_has_no_numerals_stays_as_printed() -> None:
    fact = to_fact(seen("use_rate", "1%", printed="7/12"), vocabulary()["use_rate"])
    assert printed(fact) == "7/12"
