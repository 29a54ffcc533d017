"""Which observation an edition takes for a fact, with made-up figures: cut, latest, finest, places, streets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from conftest import cleaned
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.facts.selecting import Cut
from tuoyu.facts.selecting import births_by_year
from tuoyu.facts.selecting import communities
from tuoyu.facts.selecting import roles_of
from tuoyu.facts.selecting import select
from tuoyu.facts.selecting import to_fact
from tuoyu.facts.selecting import year_ends
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.period import last_day
from tuoyu.reading.quantities import read_quantities

CUT = Cut(date(2024, 8, 31), date(2023, 12, 31))
OWN, DISTRICT = "440700", "440703"
CITIES = {
    "town": {"code": OWN, "name": "某某市", "short": "某某", "province_code": "440000"},
    "near": {"code": "440300", "name": "邻近市", "short": "邻近", "districts": [{"name": "南山区", "code": "440305"}]},
}
ROLES = roles_of("town", CITIES)


def seen(indicator: str, text: str, period: str, **more: object) -> Observation:
    quantity = read_quantities(text)[0]
    one = replace(
        cleaned("jiangmen-2024-08")[0].observations[0],
        place=OWN, indicator=indicator, period=period, value=quantity.value, upper=quantity.upper, unit=quantity.unit,
        bound=quantity.bound, resolution=quantity.resolution, basis="", scope="", option="", respondents=None,
        printed=text, published="2024-10", file="data/raw/town/a.csv", sheet="", cell="D2", status="used", remark="",
    )  # fmt: skip
    return replace(one, **more)


def chosen(*observations: Observation) -> dict[str, Fact]:
    return select(observations, ROLES, CUT)


@given(st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 12, 31)))
def test_dated_figure_is_known_from_its_last_day_on(day: date) -> None:
    assert CUT.allows(seen("places", "1个", day.isoformat())) == (day <= CUT.as_of)
    assert CUT.allows(seen("residents", "1万人", day.isoformat())) == (day <= CUT.population_as_of)


@given(st.integers(2010, 2030), st.integers(2010, 2030))
def test_nothing_later_than_the_cut_is_ever_taken(year: int, published: int) -> None:
    one = seen("use_rate", "40%", str(year), published=f"{published}-01")
    facts = chosen(one)
    end = last_day(one.period)
    assert end is not None
    if "use_rate" in facts:
        assert end <= CUT.as_of or (year == 2024 and published <= 2024)
    else:
        assert end > CUT.as_of


def test_latest_figure_is_taken() -> None:
    facts = chosen(
        seen("places", "19000个", "2023-12-31"),
        seen("places", "23595个", "2024-08-31", cell="D3"),
        seen("places", "26000个", "2024-12-31", cell="D4"),
    )
    assert printed(facts["places"]) == "23595个"
    assert facts["places"].origins[0].cell == "D3"


def test_of_equally_late_figures_the_plain_then_the_finest_is_taken() -> None:
    coarse, fine = seen("births", "2.86万人", "2023"), seen("births", "28600人", "2023", cell="D3")
    bounded = seen("births", ">28500人", "2023", cell="D4")
    for group in ((coarse, fine, bounded), (bounded, fine, coarse), (fine, bounded, coarse)):
        assert chosen(*group)["births"].origins[0].cell == "D3"


def test_repeats_set_aside_parts_and_strangers_are_no_facts() -> None:
    assert not chosen(
        seen("places", "1个", "2023", status="repeat"),
        seen("places", "2个", "2023", status="set_aside"),
        seen("children", "3人", "2023", scope="某街道"),
        seen("places", "4个", "2023", place="110000"),
    )


def test_places_play_their_parts() -> None:
    facts = chosen(
        seen("places_per_thousand", "4.89个/千人", "2023"),
        seen("places_per_thousand", "3.38个/千人", "2023", place="100000"),
        seen("enrolment_rate", "36%", "2022", place="OECD"),
        seen("places", "50000个", "2023", place="440300"),
        seen("places", "900个", "2023", place="440305"),
    )
    assert {name: fact.label for name, fact in facts.items()} == {
        "places_per_thousand": "每千人口托位数",
        "national_places_per_thousand": "全国每千人口托位数",
        "oecd_enrolment_rate": "经合组织入托率",
        "near_places": "邻近托位数",
        "near_440305_places": "邻近南山托位数",
    }


def test_rule_of_the_nation_needs_no_place_before_it() -> None:
    facts = chosen(seen("service_circle", "15分钟", "", place="100000"))
    assert set(facts) == {"service_circle"}


def test_birth_years_each_with_their_finest_figure() -> None:
    years = births_by_year(
        [
            seen("births", "61966人", "2017"),
            seen("births", "2.99万人", "2022"),
            seen("births", "29917人", "2022", cell="D3"),
            seen("births", "7000人", "2024-03"),
            seen("births", "1人", "2021", status="set_aside"),
            seen("births", "2人", "2020", place=DISTRICT),
        ],
        OWN,
        CUT,
    )
    assert {year: fact.value for year, fact in years.items()} == {2017: 61966, 2022: 29917}
    assert (years[2022].id, years[2022].label) == ("births_2022", "2022年出生人口")


def test_population_counts_at_year_ends_up_to_its_own_cut() -> None:
    ends = year_ends(
        [
            seen("residents", "482.22万人", "2022-12-31"),
            seen("residents", "482.24万人", "2023-12-31"),
            seen("residents", "479万人", "2020-11-01"),
            seen("residents", "483万人", "2024-12-31"),
        ],
        OWN,
        "residents",
        CUT,
    )
    assert list(ends) == [2022, 2023]
    assert ends[2023].label == "2023年末常住人口"


def test_streets_are_ranked_by_children_and_hold_their_communities() -> None:
    facts = communities(
        [
            seen("children", "700人", "2024", scope="小街", place=DISTRICT),
            seen("children", "900人", "2024", scope="大街", place=DISTRICT),
            seen("community_count", "12个", "2024", scope="大街", place=DISTRICT),
            seen("children", "80人", "2024", scope="大街·乙社区", place=DISTRICT),
            seen("children", "120人", "2024", scope="大街·甲社区", place=DISTRICT),
            seen("children", "5000人", "2024", scope="外街", place="110101"),
        ],
        [DISTRICT],
        CUT,
    )
    assert {name: (fact.value, fact.scope) for name, fact in facts.items()} == {
        "street_1_children": (900, "大街"),
        "street_1_communities": (12, "大街"),
        "community_1_1": (120, "大街·甲社区"),
        "community_1_2": (80, "大街·乙社区"),
        "street_2_children": (700, "小街"),
    }


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
    ],
)
def test_observed_fact_prints_as_its_source_does(indicator: str, text: str, form: str) -> None:
    fact = to_fact(seen(indicator, text, "2023"), id_="x", label="x")
    assert printed(fact) == form
    quantity = read_quantities(text)[0]
    counted = quantity.unit in {"个", "人"} and quantity.resolution == 1
    rounded = quantity.bound == "≈" or (quantity.bound == "=" and not counted)
    assert fact.uncertainty == (quantity.resolution / 2 if rounded else 0)


def test_several_figures_of_one_cell_are_one_fact() -> None:
    parts = read_quantities("10/15/20万元")
    listed = [
        seen("places", "1个", "2023", value=one.value, option=f"第{n}档", unit="元", printed="10/15/20万元")
        for n, one in zip("一二三", parts, strict=True)
    ]
    (fact,) = chosen(*listed).values()
    assert (fact.unit, fact.option, printed(fact)) == ("列举", "10万元、15万元、20万元", "10万元、15万元、20万元")


def test_printed_fraction_stays_in_words() -> None:
    fact = to_fact(seen("use_rate", "2/3份额", "2023"), id_="x", label="x")
    assert printed(fact) == "三分之二"
    assert round(fact.value, 2) == Decimal("66.67")
