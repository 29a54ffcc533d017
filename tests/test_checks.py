"""Each check by itself: what it finds, how gravely, of which place and time, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import DISTRICT
from making import EDITION
from making import NATION
from making import NEAR
from making import OWN
from making import fact
from making import facts
from making import seen

from tuoyu.childcare.subject import subject
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.facts import checks_place
from tuoyu.facts import checks_shares
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.edition import WhatIf
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import ANSWERS
from tuoyu.nouns.observation import REGISTER

KNOWN = vocabulary()
SUMMED = next(one for one in KNOWN.values() if one.sum_of)
BOUNDED = [(one.id, one.at_most) for one in KNOWN.values() if one.at_most]
WHOLE_NUMBERS = [one.id for one in KNOWN.values() if one.whole]


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.code) for one in findings]


def of(finding: Finding) -> tuple[tuple[str, ...], str, str]:
    """What a finding casts doubt on."""
    return finding.indicators, finding.place, finding.period


# raw figures


@pytest.mark.parametrize(
    ("indicator", "text", "wrong"),
    [
        ("staff_low_education", "100%", False),
        ("staff_low_education", "0%", False),
        ("staff_low_education", "100.1%", True),
        ("staff_low_education", "-0.1%", True),
        ("natural_growth_rate", "-0.29‰", False),
        ("residents", "482.24万人", False),
        ("residents", "482.24人", True),
        ("use_rate", "200%", False),
        ("use_rate", "200.1%", True),
        ("places_target", "5.5个/千人", False),
        ("places_target", "55个/千人", True),
        ("fee", "1500-3000元/月", False),
        ("fee", "1500-300000元/月", True),
    ],
)
def test_range_of_an_indicator(indicator: str, text: str, wrong: bool) -> None:  # noqa: FBT001
    found = checks.out_of_range([seen(indicator, text, place=NEAR)], KNOWN)
    assert codes(found) == [("error", "out-of-range")] * wrong
    assert all(one.text.startswith(f"data/raw/town/a.csv，D2：“{text}”超出") for one in found)
    assert all(of(one) == ((indicator,), NEAR, "2023") for one in found)


@pytest.mark.parametrize(
    ("indicator", "text", "wrong"),
    [
        ("births", "28600人", False),
        ("births", "2.86万人", False),
        ("births", "2.86003万人", True),
        ("births", "1.08人", True),
        ("births", "约1.08人", False),
        ("places", "23595.5个", True),
        ("income", "3398.5元/月", False),
        ("service_points_target", "1-2所", False),
    ],
)
def test_counts_are_whole_numbers(indicator: str, text: str, wrong: bool) -> None:  # noqa: FBT001
    found = checks.fractional([seen(indicator, text)], KNOWN)
    assert codes(found) == [("error", "fractional")] * wrong
    assert all(of(one) == ((indicator,), OWN, "2023") for one in found)


@given(st.sampled_from(WHOLE_NUMBERS), st.integers(0, 10**7), st.integers(1, 9))
def test_tenths_of_what_is_counted_are_always_found(indicator: str, whole: int, tenth: int) -> None:
    one = replace(seen("births", "1人"), indicator=indicator, value=Decimal(f"{whole}.{tenth}"))
    assert codes(checks.fractional([one], KNOWN)) == [("error", "fractional")]
    assert checks.fractional([replace(one, value=Decimal(whole))], KNOWN) == []


def test_what_was_set_aside_is_not_checked() -> None:
    aside = seen("use_rate", "382%", status="set_aside")
    assert checks.check_observations([aside, seen("use_rate", "38%", cell="D3")], KNOWN) == []


def test_every_check_of_raw_figures_is_run() -> None:
    wrong = [
        seen("births", "1.08人"),
        seen("residents", "482.24人", cell="D3"),
        seen("places", "1个", cell="D4"),
        seen("places", "2个", cell="D5"),
        seen("survey_distance", "48.09%", cell="D6", respondents=287),
        seen("institutions", "9家", cell="D7"),
        seen("institutions", "8家", basis=REGISTER, cell="第3行"),
    ]
    assert {one.code for one in checks.check_observations(wrong, KNOWN)} == {
        "fractional", "out-of-range", "two-values", "impossible-share", "unreconciled",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("28600人", "2.86万人", True),
        ("28649人", "2.86万人", True),
        ("28650人", "2.86万人", True),
        ("28651人", "2.86万人", False),
        ("23595人", "23596人", False),
        ("38.2%", "38.24%", True),
        ("38.2%", "38.26%", False),
    ],
)
def test_two_values_disagree_beyond_the_coarser_rounding(one: str, other: str, agree: bool) -> None:  # noqa: FBT001
    pair = [seen("births", one), seen("births", other, cell="E7")]
    for group in (pair, pair[::-1]):
        found = checks.disagreements(group)
        assert codes(found) == [("error", "two-values")] * (not agree)
        assert all("D2" in finding.text and "E7" in finding.text for finding in found)


@given(st.decimals(min_value=0, max_value=10**7, places=4), st.integers(0, 4), st.integers(-4, 4))
def test_roundings_of_one_number_never_disagree(value: Decimal, fine: int, coarse: int) -> None:
    exact = seen("births", "1人", value=value, resolution=Decimal("0.0001"))
    for digits in (fine, min(fine, coarse)):
        rounded = replace(exact, value=round_half_up(value, digits), resolution=Decimal(1).scaleb(-digits))
        assert checks.disagreements([exact, rounded]) == []


@pytest.mark.parametrize(
    "difference", [{"period": "2022"}, {"place": DISTRICT}, {"part": Part("街道", "某街道")}, {"option": "距离"}]
)
def test_figures_of_different_things_may_differ(difference: dict[str, object]) -> None:
    pair = [seen("births", "1人"), seen("births", "2人", **difference)]
    assert checks.disagreements(pair) == []
    assert checks.disagreements([seen("births", "1人"), seen("deaths", "2人")]) == []


def test_basis_tells_figures_apart_only_where_both_state_it() -> None:
    resident, registered = seen("births", "1人", basis="常住口径"), seen("births", "2人", basis="户籍口径")
    assert checks.disagreements([resident, registered]) == []
    assert len(checks.disagreements([resident, seen("births", "2人")])) == 1


def test_figures_without_a_date_are_not_compared() -> None:
    assert checks.disagreements([seen("births", "1人", ""), seen("births", "2人", "")]) == []


@pytest.mark.parametrize(
    ("ours", "published", "words"),
    [
        ("60家", "61家", "托育机构数按机构名单计算为60家，data/raw/town/a.csv，D2公布为“61家”，少1家"),
        ("60家", "58家", "公布为“58家”，多2家"),
        ("60家", "60家", ""),
    ],
)
def test_totals_counted_here_are_held_against_those_printed(ours: str, published: str, words: str) -> None:
    counted = seen("institutions", ours, "2023-12-31", basis=REGISTER, cell="第1行")
    found = checks.unreconciled([counted, seen("institutions", published)], KNOWN)
    assert codes(found) == [("warning", "unreconciled")] * bool(words)
    assert all(words in one.what and of(one) == (("institutions",), OWN, "2023-12-31") for one in found)
    assert checks.unreconciled([counted, seen("institutions", "61家", "2022")], KNOWN) == []
    assert checks.unreconciled([counted, seen("institutions", "61家", place=NEAR)], KNOWN) == []
    other = seen("institutions", "61家")
    assert checks.unreconciled([counted, other], KNOWN)
    for apart in ({"status": "set_aside"}, {"part": Part("举办性质", "公办")}, {"period": ""}):
        assert checks.unreconciled([counted, replace(other, **apart)], KNOWN) == []
        assert checks.unreconciled([replace(counted, **apart), other], KNOWN) == []


def test_shares_counted_here_are_told_apart_in_points() -> None:
    ours = seen("survey_distance", "30%", basis=ANSWERS, respondents=100)
    (found,) = checks.unreconciled([ours, seen("survey_distance", "40%", cell="D9")], KNOWN)
    assert "按答卷计算为30.0%" in found.what
    assert "少10.0个百分点" in found.what


def test_communities_fit_into_their_street() -> None:
    parts = [seen("children", f"{n}人", part=Part("社区", name, "大街")) for n, name in ((60, "甲"), (40, "乙"))]
    street = seen("children", "100人", part=Part("街道", "大街"), cell="D8")
    assert checks_place.parts_exceeding_totals([*parts, street]) == []
    less = replace(street, value=Decimal(99))
    (found,) = checks_place.parts_exceeding_totals([*parts, less])
    assert (found.severity, found.where) == ("error", "data/raw/town/a.csv，D8")
    assert "大街列出的各部分合计100人，超过其合计99人" in found.what


@pytest.mark.parametrize("other", [{"period": "2022"}, {"place": DISTRICT}, {"indicator": "community_count"}])
def test_communities_are_added_up_within_one_place_and_time(other: dict[str, str]) -> None:
    parts = [seen("children", "60人", part=Part("社区", name, "大街")) for name in ("甲", "乙")]
    street = seen("children", "100人", part=Part("街道", "大街"))
    assert len(checks_place.parts_exceeding_totals([*parts, street])) == 1
    assert checks_place.parts_exceeding_totals([parts[0], replace(parts[1], **other), street]) == []


def test_declared_sum_must_add_up_but_for_rounding() -> None:
    parts = [seen(one, f"{10 + n}.11%", cell=f"D{n}") for n, one in enumerate(SUMMED.sum_of, 3)]
    total = sum((one.value for one in parts), Decimal(0))
    allowed = Decimal("0.01") * (len(parts) + 1) / 2
    whole = seen(SUMMED.id, "1.00%")
    for value, wrong in ((total, False), (total + allowed, False), (total + allowed + Decimal("0.001"), True)):
        found = checks.wrong_sums([replace(whole, value=value), *parts], KNOWN)
        assert codes(found) == [("error", "wrong-sum")] * wrong
    off = replace(whole, value=total + 5)
    assert checks.wrong_sums([off, *parts[1:]], KNOWN) == []
    for change in ({"place": NEAR}, {"file": "b.csv"}, {"period": "2022"}, {"part": Part("区县", "甲区")}):
        assert checks.wrong_sums([off, *(replace(one, **change) for one in parts)], KNOWN) == []
    elsewhere = [replace(one, place=NEAR, value=Decimal(1)) for one in parts]
    assert len(checks.wrong_sums([off, *parts, *elsewhere], KNOWN)) == 1


def test_impossible_shares_of_a_question_are_one_warning() -> None:
    wrong = [
        seen("survey_distance", "48.09%", cell="D4", respondents=287),
        seen("survey_distance", "1.38%", cell="D5", respondents=287),
    ]
    possible = seen("survey_distance", "38.33%", cell="D6", respondents=287)
    (found,) = checks_shares.impossible_shares([*wrong, possible], KNOWN)
    assert (found.severity, found.where) == ("warning", "data/raw/town/a.csv，D4；D5")
    assert "48.09%、1.38%不能由287份问卷中的整数人数得出" in found.what
    assert checks_shares.impossible_shares([seen(SUMMED.id, "48.09%")], KNOWN) == []
    assert checks_shares.impossible_shares([replace(wrong[0], basis=ANSWERS)], KNOWN) == []


def test_impossible_share_is_a_doubt_on_its_own_place_and_time() -> None:
    one = seen("survey_distance", "48.09%", "2024", respondents=287)
    others = [replace(one, place=NEAR), replace(one, period="2023"), replace(one, respondents=288)]
    found = checks_shares.impossible_shares([one, *others[:2]], KNOWN)
    assert {of(finding)[1:] for finding in found} == {(OWN, "2024"), (NEAR, "2024"), (OWN, "2023")}
    (own,) = [finding for finding in found if of(finding)[1:] == (OWN, "2024")]
    assert own.concerns("survey_distance", OWN, "2024")
    assert not own.concerns("survey_distance", OWN, "2023")
    assert not own.concerns("survey_distance", NEAR, "2024")


# facts


@pytest.mark.parametrize(("part", "whole"), BOUNDED)
def test_part_is_not_larger_than_its_whole(part: str, whole: str) -> None:
    assert checks.impossible_parts(facts(fact(part, "100"), fact(whole, "100")), KNOWN) == []
    (found,) = checks.impossible_parts(facts(fact(part, "101"), fact(whole, "100")), KNOWN)
    assert (found.severity, of(found)) == ("error", ((part,), OWN, "2024"))
    assert checks.impossible_parts(facts(fact(part, "101")), KNOWN) == []


def worked(indicator: str, value: str, unit: str = "", decimals: int = 2, **more: object) -> Fact:
    given_ = fact("places", "40", place=str(more.get("place", OWN)))
    return fact(indicator, value, unit, decimals, kind="computed", inputs=(given_.id,), formula="甲÷乙", **more)


@pytest.mark.parametrize(
    ("indicator", "value", "wrong"),
    [
        ("birth_rate_registered", "7.09", False),
        ("birth_rate_registered", "60", False),
        ("birth_rate_registered", "70889", True),
        ("birth_rate_resident", "-0.1", True),
        ("use_rate", "200", False),
        ("use_rate", "200.01", True),
        ("places_per_thousand", "20", False),
        ("places_per_thousand", "40.13", True),
        ("fee_income_share", "1000", False),
        ("fee_income_share", "1000.1", True),
        ("kindergarten_share", "100.1", True),
        ("places_gap", "-500", False),
        ("places_per_thousand_gap", "-1.5", False),
        ("enrolment_rate", "101", True),
    ],
)
def test_computed_figure_out_of_range_says_what_to_look_at(indicator: str, value: str, wrong: bool) -> None:  # noqa: FBT001
    one = worked(indicator, value, place=NEAR)
    known = facts(fact("places", "40", place=NEAR), one)
    found = checks.computed_out_of_range(known, KNOWN)
    assert codes(found) == [("error", "computed-out-of-range")] * wrong
    assert all(of(finding) == ((indicator,), NEAR, "2024") for finding in found)
    assert all("托位数40个，见data/raw/town/a_b.csv，C2" in finding.action for finding in found)


def test_one_wrong_figure_is_told_once_and_not_again_where_it_was_computed_with() -> None:
    kindergartens, institutions = fact("kindergartens", "52"), fact("institutions", "1")
    share = fact("kindergarten_share", "5200", kind="computed", inputs=(kindergartens.id, institutions.id))
    beyond = fact("places_per_thousand", "4013", kind="computed", inputs=(fact("places", "40").id,))
    of_it = fact("enrolment_rate", "900", kind="computed", inputs=(beyond.id,))
    known = facts(kindergartens, institutions, share, fact("places", "40"), beyond, of_it)
    (first,) = checks.impossible_parts(known, KNOWN)
    assert "开设托班幼儿园数52家大于托育机构数1家（data/raw/town/a_b.csv，C2）" in first.what
    (second,) = checks.computed_out_of_range(known, KNOWN)
    assert second.indicators == ("places_per_thousand",)


def test_one_indicator_out_of_range_is_told_once_however_many_years_are_reckoned() -> None:
    years = [worked("places_per_thousand", "45", period=year) for year in ("2024", "2025", "2026")]
    (found,) = checks.computed_out_of_range(facts(fact("places", "40"), *years), KNOWN)
    assert found.period == "2024"


def test_range_of_a_computed_figure_holds_at_both_ends() -> None:
    one = worked("fee_income_share", "50", upper=Decimal(4000))
    assert len(checks.computed_out_of_range(facts(fact("places", "40"), one), KNOWN)) == 1


def test_every_computed_share_and_rate_has_a_range() -> None:
    rates = [one for one in KNOWN.values() if one.computed and one.unit in {"%", "‰", "百分点", "个/千人"}]
    without = {one.id for one in rates if one.least is None or one.most is None}
    assert without == {"registered_share_of_others"}  # kindergartens may be among those that are registered


def test_published_share_of_a_count_must_be_a_share_of_it() -> None:
    counted, share = fact("institutions", "10"), fact("inclusive_institution_share", "14.7")
    (found,) = checks_shares.impossible_shares_of_counts(facts(counted, share), KNOWN)
    assert (found.severity, found.code, of(found)) == (
        "warning", "impossible-share", (("inclusive_institution_share",), OWN, "2024"),
    )  # fmt: skip
    assert "14.7%不能由托育机构数10家中的整数家数得出" in found.what
    for whole in (
        fact("institutions", "462"),  # 68 of them
        replace(counted, bound=">"),
        replace(counted, uncertainty=Decimal(1)),
        replace(counted, period="2023"),
    ):
        assert checks_shares.impossible_shares_of_counts(facts(whole, share), KNOWN) == []
    worked_out = replace(share, kind="computed", inputs=(counted.id,))
    assert checks_shares.impossible_shares_of_counts(facts(counted, worked_out), KNOWN) == []
    assert checks_shares.impossible_shares_of_counts(facts(counted), KNOWN) == []


@pytest.mark.parametrize(
    ("value", "text", "agrees", "truncated"),
    [
        ("53.8457", "53.84%", False, True),
        ("53.8457", "53.85%", True, False),
        ("38.237", "38.2%", True, False),
        ("38.25", "38.3%", True, False),
        ("38.25", "38.2%", False, True),
        ("92617", "9.26万人", True, False),
        ("92650", "9.26万人", False, True),
        ("4.8928", "4.98个/千人", False, False),
    ],
)
def test_recomputed_figure_against_the_printed_one(value: str, text: str, agrees: bool, truncated: bool) -> None:  # noqa: FBT001
    ours, one = worked("use_rate", value), seen("use_rate", text)
    assert checks.recomputed_agrees(ours, one) is agrees
    found = checks.unlike_published([(ours, one)], facts(fact("places", "40"), ours))
    assert codes(found) == [("warning", "not-reproduced")] * (not agrees)
    assert all(("截去尾数" in finding.action) is truncated for finding in found)
    assert all(of(finding) == (("use_rate",), OWN, "2024") for finding in found)


def test_printed_figure_is_held_against_what_is_computed_of_the_same_place_and_time() -> None:
    ours = worked("use_rate", "38.2")
    known = facts(fact("places", "40"), ours)
    same = seen("use_rate", "38.3%", "2024")
    others = [
        seen("use_rate", "38.3%", "2023"),
        seen("use_rate", "38.3%", "2024", place=NEAR),
        seen("use_rate", "38.3%", "2024", part=Part("区县", "甲区")),
        seen("use_rate", "38.3%", "2024", status="set_aside"),
    ]
    assert checks.published_figures([*others, same], known, KNOWN) == [(ours, same)]
    table = checks.comparison([same], known, KNOWN)
    assert table.to_dict("records") == [
        {"指标": "托位使用率", "原文": "38.3%", "重算": "38.2%", "一致": False, "出处": "data/raw/town/a.csv，D2"}
    ]


def test_rate_that_sources_print_under_another_name_is_held_against_that() -> None:
    ours = worked("birth_rate_registered", "7.09", period="2023")
    printed = seen("birth_rate", "7.42‰", "2023")
    assert checks.published_figures([printed], facts(fact("places", "40"), ours), KNOWN) == [(ours, printed)]


def test_rate_of_residents_is_not_held_against_that_of_people_on_the_register() -> None:
    ours = worked("birth_rate_registered", "7.09", period="2023", basis="户籍人口")
    known = facts(fact("places", "40"), ours)
    residents, others = (seen("birth_rate", "7.42‰", "2023", basis=basis) for basis in ("常住口径", "户籍口径"))
    assert checks.published_figures([residents], known, KNOWN) == []
    assert checks.published_figures([residents, others], known, KNOWN) == [(ours, others)]


def test_projection_is_held_against_what_a_source_says_of_the_year_of_the_target() -> None:
    target = fact("places_target", "5.5", kind="policy", period="2025")
    ours = fact("places_needed", "26523", kind="computed", inputs=(target.id,), period="2023-12-31")
    rate = fact("demand_rate", "30", kind="assumption", period="")
    wanting = fact("children_wanting_care", "27785", kind="computed", inputs=(rate.id,), period="2023")
    known = facts(target, ours, rate, wanting)
    needed = seen("places_needed", "26523个", "2025")
    assert checks.published_figures([seen("places_needed", "1个", "2024"), needed], known, KNOWN) == [(ours, needed)]
    planned = seen("children_wanting_care", "2.8万人", "2024")
    assert checks.published_figures([planned], known, KNOWN) == [(wanting, planned)]


def test_projection_from_younger_figures_is_not_held_against_an_earlier_source() -> None:
    rate = fact("demand_rate", "30", kind="assumption", period="")
    target = fact("places_target", "5.5", kind="policy", period="2025")
    births = fact("children_under_3", "86327", period="2024")
    people = fact("resident_population", "4831000", period="2024-12-31")
    wanting = fact("children_wanting_care", "25898", kind="computed", inputs=(rate.id, births.id), period="2024")
    ours = fact("places_needed", "26571", kind="computed", inputs=(target.id, people.id), period="2024-12-31")
    known = facts(rate, target, births, people, wanting, ours)
    earlier = [
        seen("children_wanting_care", "2.8万人", "2023", published="2024-10"),
        seen("places_needed", "26523个", "2025", published="2024年10月印发"),
    ]
    assert checks.published_figures(earlier, known, KNOWN) == [(ours, earlier[1])], "the year alone does not tell"
    later = [replace(one, published="2025") for one in earlier]
    assert checks.published_figures(later, known, KNOWN) == [(wanting, later[0]), (ours, later[1])]


def test_projection_from_what_a_what_if_edition_assumes_is_held_against_no_source() -> None:
    rate = fact("demand_rate", "40", kind="assumption", period="")
    wanting = fact("children_wanting_care", "37000", kind="computed", inputs=(rate.id,), period="2023")
    planned = seen("children_wanting_care", "2.8万人", "2023")
    known = facts(rate, wanting)
    assert checks.published_figures([planned], replace(known, edition=_trying("outlook.until")), KNOWN)
    tried = replace(known, edition=_trying("assumptions.demand_rate"))
    assert checks.published_figures([planned], tried, KNOWN) == []


def _trying(path: str) -> Edition:
    return EDITION.model_copy(update={"what_if": WhatIf(base="toy", settings={path: "1"})})


def test_observed_figures_are_not_recomputed() -> None:
    assert checks.published_figures([seen("use_rate", "2%")], facts(fact("use_rate", "1", period="2023")), KNOWN) == []


def test_city_with_the_nations_figure_is_doubted() -> None:
    nation = fact("fee", "2700", place=NATION, period="2020", label="全国全日托平均托费")
    (found,) = checks_place.same_as_nation(facts(fact("fee", "2700", period="2021"), nation))
    assert (found.severity, of(found)) == ("warning", (("fee",), OWN, "2021"))
    assert "全日托平均托费2700元（2021年）与全国全日托平均托费（2020年）数值相同" in found.what
    later = fact("fee", "1900", place=NATION, period="2025", label="全国全日托平均托费")
    assert checks_place.same_as_nation(facts(fact("fee", "2700", period="2021"), nation, later)) == [found]
    for own in (
        fact("fee", "2701"),
        fact("fee", "2700", kind="computed"),
        fact("fee", "2700", place=NEAR),
        fact("fee", "2700", part=Part("区县", "甲区")),
        fact("fee_yearly", "2700"),
    ):
        assert checks_place.same_as_nation(facts(own, nation)) == []


@pytest.mark.parametrize(("date", "noted"), [("2023-12-31", True), ("2024-08-31", False)])
def test_inputs_of_different_dates_are_noted(date: str, noted: bool) -> None:  # noqa: FBT001
    places, residents = fact("places", "1", period="2024-08-31"), fact("residents", "1000", period=date)
    rate = fact("places_per_thousand", "1", kind="computed", inputs=(places.id, residents.id), period="2024-08-31")
    found = checks.mixed_dates(facts(places, residents, rate), KNOWN)
    assert codes(found) == [("note", "mixed-dates")] * noted
    assert all("托位数（2024年8月底）、常住人口（2023年末）" in one.what for one in found)
    assert all(of(one) == (("places_per_thousand",), OWN, "2024-08-31") for one in found)
    assert checks.mixed_dates(facts(places, residents, replace(rate, place=NEAR)), KNOWN) == []


def test_dates_of_inputs_are_noted_of_every_indicator_that_is_defined_in_the_report() -> None:
    defined = [one for one in KNOWN.values() if one.computed and "definitions" in one.tables and len(one.inputs) > 1]
    names = {role.id: role.indicator for role in subject().roles}
    told = set()
    for one in defined:
        inputs = [fact(names.get(name, name), "9", "个", period=str(2020 + n)) for n, name in enumerate(one.inputs)]
        made = fact(one.id, "1", kind="computed", inputs=tuple(other.id for other in inputs))
        told |= {found.indicators[0] for found in checks.mixed_dates(facts(*inputs, made), KNOWN)}
    assert told == {one.id for one in defined} - {"births_three_years"}
    assert told >= {"use_rate", "enrolment_rate", "places_per_thousand", "places_gap", "fee_income_share"}


@pytest.mark.parametrize("more", [{"kind": "policy", "period": "2025"}, {"kind": "assumption", "period": "2025"}])
def test_date_of_a_target_or_an_assumption_is_no_other_date(more: dict[str, str]) -> None:
    target, residents = fact("places_target", "5.5", **more), fact("residents", "1000", period="2024")
    needed = fact("places_needed", "1", kind="computed", inputs=(target.id, residents.id), period="2024")
    assert checks.mixed_dates(facts(target, residents, needed), KNOWN) == []
    undated = replace(target, kind="observed", period="")
    needed = replace(needed, inputs=(undated.id, residents.id))
    assert checks.mixed_dates(facts(undated, residents, needed), KNOWN) == []


def test_year_and_its_last_day_are_one_date() -> None:
    children, births = fact("enrolled", "9", period="2024-12-31"), fact("births_three_years", "90", period="2024")
    rate = fact("enrolment_rate", "10", kind="computed", inputs=(children.id, births.id), period="2024-12-31")
    assert checks.mixed_dates(facts(children, births, rate), KNOWN) == []


def test_sum_of_years_is_of_several_years_by_its_nature() -> None:
    years = [fact("births", "9", period=str(year)) for year in (2021, 2022, 2023)]
    total = fact("births_three_years", "27", kind="computed", inputs=tuple(one.id for one in years))
    assert checks.mixed_dates(facts(*years, total), KNOWN) == []


def test_published_figure_that_cannot_be_computed_says_what_is_missing() -> None:
    (found,) = checks.published_only(facts(fact("use_rate", "40"), fact("places", "9")), subject())
    assert (codes([found]), of(found)) == ([("note", "published-only")], (("use_rate",), OWN, "2024"))
    assert found.what == "托位使用率采用公布的40%，没有重新计算：缺少在托人数"
    apart = checks.published_only(facts(fact("use_rate", "40"), fact("places", "9"), fact("enrolled", "3")), subject())
    assert "时点相隔较远" in apart[0].what
    assert checks.published_only(facts(worked("use_rate", "40")), subject()) == []
    (found,) = checks.published_only(facts(fact("births_decline", "5")), subject())
    assert found.what.endswith("没有重新计算：缺少首年出生人口、最新年出生人口")  # roles are told by name, too


def before(indicator: str, value: str, **more: object) -> Fact:
    return fact(indicator, value, edition="toy-2023", **{"period": "2023", **more})


@pytest.mark.parametrize(
    ("indicator", "earlier", "now", "words"),
    [
        ("places", "100", "120", ""),
        ("places", "100", "120.1", "增加20.1%"),
        ("places", "100", "80", ""),
        ("places", "100", "79.9", "减少20.1%"),
        ("places", "0", "50", ""),
        ("use_rate", "40.7", "50.7", ""),
        ("use_rate", "40.7", "85", "增加44.3个百分点"),
        ("use_rate", "40.7", "30.6", "减少10.1个百分点"),
        ("use_rate", "4", "8", ""),
    ],
)
def test_change_against_the_previous_edition(indicator: str, earlier: str, now: str, words: str) -> None:
    found = checks.large_changes(facts(fact(indicator, now), before(indicator, earlier)))
    assert codes(found) == [("warning", "large-change")] * bool(words)
    assert all(words in one.what and of(one) == ((indicator,), OWN, "2024") for one in found)


def test_change_is_that_of_the_figure_that_stood_for_the_last_edition() -> None:
    years = [before("births", value, period=year) for value, year in (("99", "2022"), ("300", "2019"))]
    assert checks.large_changes(facts(fact("births", "100"), *years)) == []
    both = [before("use_rate", "40", kind="computed", inputs=("x",)), before("use_rate", "80", period="2023-12-31")]
    assert checks.large_changes(facts(fact("use_rate", "41"), *both)) == []


def test_computed_share_changes_too() -> None:
    assert len(checks.large_changes(facts(worked("use_rate", "85"), before("use_rate", "40")))) == 1


def test_only_figures_of_the_city_change() -> None:
    part = Part("区县", "甲区")
    assert checks.large_changes(facts(fact("places", "200"), before("places", "100", place=NEAR))) == []
    assert checks.large_changes(facts(fact("places", "200"), before("places", "100", part=part))) == []
    assert checks.large_changes(facts(before("places", "100"))) == []
    rates = [fact("demand_rate", value, kind="assumption", edition=name) for value, name in (("10", ""), ("60", "x"))]
    assert checks.large_changes(facts(*rates)) == []
    assert checks.large_changes(facts(worked("places_gap", "200"), before("places_gap", "100"))) == []


def test_every_check_of_facts_is_run() -> None:
    known = facts(
        fact("places", "40", period="2023-12-31"),
        fact("enrolled", "50", period="2024-08-31"),
        fact("kindergartens", "3"),
        fact("institutions", "2"),
        worked("use_rate", "225", period="2024-08-31"),
        worked("fee_income_share", "301"),
        fact("fee", "2700"),
        fact("fee", "2700", place=NATION),
        fact("places_per_thousand", "4"),
        before("enrolled", "10"),
        fact(
            "enrolment_rate",
            "9",
            "%",
            kind="computed",
            inputs=("enrolled.440700.2024-08-31", "places.440700.2023-12-31"),
        ),
        fact("places", "40"),
    )
    found = checks.check_facts(known, [seen("use_rate", "38%", "2024-08-31")], subject())
    assert {one.code for one in found} == {
        "part-exceeds-whole", "computed-out-of-range", "not-reproduced", "same-as-nation", "mixed-dates",
        "published-only", "large-change", "unusual",
    }  # fmt: skip


def test_only_errors_stop_the_run() -> None:
    warning, error = Finding("warning", "a", "表，D2", "可疑", "核对"), Finding("error", "b", "表，D3", "有误", "改正")
    checks.stop_if_wrong([])
    checks.stop_if_wrong([warning, replace(warning, severity="note")])
    with pytest.raises(DataError) as caught:
        checks.stop_if_wrong([warning, error])
    assert "表，D3：有误→ 改正" in str(caught.value)
    assert "可疑" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value", "told"),
    [("0.613", "0.613", True), ("61.3", "61.3", False), ("0.613%", "0.613", False), ("0.0", "0", False)],
)
def test_share_that_is_typed_as_a_decimal_is_told(text: str, value: str, told: bool) -> None:  # noqa: FBT001
    one = replace(seen("urbanisation", f"{value}%"), printed=text)
    found = checks_shares.decimal_shares([one], KNOWN)
    assert codes(found) == [("warning", "decimal-share")] * told
    assert all("61.3%" in finding.what for finding in found)
    assert checks_shares.decimal_shares([replace(one, basis=REGISTER)], KNOWN) == []
