"""The facts of an edition: what is computed for which place, the edition before, and why figures are missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from conftest import EDITIONS
from conftest import facts_of
from making import EDITION
from making import NATION
from making import NEAR
from making import NEIGHBOUR
from making import OWN
from making import TOWN
from making import seen

from tuoyu.childcare.roles import ROLES
from tuoyu.childcare.subject import subject
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import computing
from tuoyu.facts.wording import printed
from tuoyu.nouns.edition import Assumptions
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Part
from tuoyu.nouns.fact import fact_id
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy
from tuoyu.nouns.register import Practice

FULL = "jiangmen-2024-08"
BEFORE = EDITION.model_copy(
    update={"name": "toy-2023", "as_of": date(2023, 12, 31), "population_as_of": date(2022, 12, 31), "benchmarks": ()}
)
PLACES, RESIDENTS = seen("places", "23595个", "2024-08-31", cell="D3"), seen("residents", "482.24万人", "2023-12-31")
ENROLLED = seen("enrolled", "9022人", "2024-08-31", cell="D4")
OLDER = [
    seen("places", "1.9万个", "2023-12-31", cell="D5"),
    seen("residents", "482.22万人", "2022-12-31", cell="D6"),
    seen("use_rate", "40.7%", "2023-12-31", cell="D7"),
]


def computed(*known: Observation, edition: Edition = EDITION, **more: object) -> Facts:
    settings = {"policies": (), "previous": None, **more}
    cities = {"town": TOWN, "near": NEIGHBOUR}
    policies, evidence, previous = settings["policies"], settings.get("evidence", ()), settings["previous"]
    return computing.compute_facts(known, edition, cities, policies, evidence, subject(), previous=previous)  # type: ignore[arg-type]


def policy(target: str, indicator: str, value: str, place: str, **more: object) -> Policy:
    record = {"id": target, "indicator": indicator, "value": value, "year": "2025", "place": place}
    entry = {"id": f"{target}-plan", "title": "测试规划", "issuer": "测试机关", "year": "2021", "file": "p.toml"}
    return Policy.model_validate({**entry, "target": [record], **more})


def material(place: str, *, practice: bool = False) -> Evidence:
    entry = {"id": f"{place}-{practice}", "place": place, "file": "e.toml", "text": "家长希望离家近", "group": "财政"}
    form = Practice if practice else Evidence
    return form.model_validate({**entry, "document": "测试材料", "published": "2024-05"}, strict=False)


# material


@pytest.mark.parametrize("near", ["benchmarks", "comparators"])
def test_what_was_found_in_another_city_is_no_evidence_here(near: str) -> None:
    others = {"benchmarks": (), "comparators": ("national",), near: ("near",)}
    known = [material(place, practice=practice) for place in ("town", "near", "national") for practice in (False, True)]
    told = {one.id for one in computed(evidence=known, edition=EDITION.model_copy(update=others)).evidence}
    own = {"town-False", "town-True", "national-False", "national-True"}
    assert told == own | ({"near-True"} if near == "benchmarks" else set())


# the city


def test_indicators_are_computed_from_the_figures_at_hand() -> None:
    facts = computed(PLACES, RESIDENTS, ENROLLED)
    assert printed(facts["places_per_thousand"]) == "4.89个"
    assert facts["每千人口托位数"] == facts["places_per_thousand"]
    assert facts["places_per_thousand"].inputs == (facts["places"].id, facts["residents"].id)
    assert facts["空置托位数"].value == 23595 - 9022
    assert {one.document for one in facts.origins("places_per_thousand")} == {"测试公报"}


def test_computed_figure_stands_before_the_printed_one() -> None:
    facts = computed(PLACES, ENROLLED, seen("use_rate", "38.9%", "2024-08-31", cell="D9"))
    assert (facts["use_rate"].kind, printed(facts["use_rate"])) == ("computed", "38.2%")


def test_printed_figure_stands_where_nothing_can_be_computed() -> None:
    facts = computed(PLACES, seen("use_rate", "38.9%", "2024-08-31", cell="D9"))
    assert (facts["use_rate"].kind, printed(facts["use_rate"])) == ("observed", "38.9%")
    assert printed(facts["enrolled_implied"]) == "约9178人"


@pytest.mark.parametrize(
    ("known", "name", "reason"),
    [
        ((PLACES,), "入托率", "缺少在托人数、近三年出生人口"),
        ((PLACES,), "每千人口托位数", "缺少常住人口"),
        ((PLACES,), "上期托位数", "没有上期的这项数据"),
        ((), "托位数", "本期没有这项数据"),
        (
            (seen("places", "0个", "2024-08-31"), seen("enrolled", "0人", "2024-08-31", cell="D4")),
            "托位使用率",
            "在托人数、托位数中有零，不能计算",
        ),
        (
            (seen("places", ">2万个", "2024-08-31"), seen("enrolled", ">9000人", "2024-08-31", cell="D4")),
            "托位使用率",
            "在托人数、托位数只有上限或下限，不能计算",
        ),
        (
            (PLACES, seen("residents", "479.81万人", "2020-11-01")),
            "每千人口托位数",
            "托位数（2024年8月底）、常住人口（2020年11月1日）时点相隔4年，不宜一起计算",
        ),
    ],
)
def test_what_is_missing_has_its_reason(known: tuple[Observation, ...], name: str, reason: str | None) -> None:
    assert computed(*known).missing.get(name) == reason


def test_figures_two_years_apart_may_still_be_put_together() -> None:
    assert "places_per_thousand" in computed(PLACES, seen("residents", "482.22万人", "2022-12-31"))
    assert "places_per_thousand" not in computed(PLACES, seen("residents", "483.51万人", "2021-12-31"))


LIMITS = {"places_per_thousand": 2, "places_gap": 2, "places_needed_per_hundred": 2}  # years, as they are meant


def test_only_these_indicators_have_a_limit_of_staleness() -> None:
    assert {one.id: one.within for one in subject().vocabulary.values() if one.within is not None} == LIMITS


@pytest.mark.parametrize(("province", "word"), [("广东省", "全省"), ("内蒙古自治区", "全区"), (None, "全市")])
def test_province_is_called_by_its_kind(province: str | None, word: str) -> None:
    assert TOWN.model_copy(update={"province": province}).whole_province == word


def test_lower_bound_gives_a_lower_bound() -> None:
    facts = computed(seen("places", ">5万个", "2024-08-31"), RESIDENTS)
    assert printed(facts["places_per_thousand"]).startswith("超过10.3")


def test_figures_that_are_not_the_latest_say_of_when_they_are() -> None:
    facts = computed(PLACES, OLDER[0])
    assert {one.label for one in facts.series("places")} == {"托位数", "2023年末托位数"}
    assert facts["托位数"].period == "2024-08-31"


def test_parts_say_of_what_they_are_and_no_date() -> None:
    street = Part("街道", "大街")
    facts = computed(*(seen("children", "9人", year, part=street, cell=f"D{year}") for year in ("2022", "2023")))
    assert {one.label for one in facts.select("children")} == {"3岁以下婴幼儿数（街道：大街）"}


# other places


def test_comparators_and_benchmarks_are_computed_from_figures_of_one_year() -> None:
    facts = computed(
        PLACES,
        seen("places", "5万个", "2023-12-31", place=NEAR, cell="E1"),
        seen("residents", "1000万人", "2023-12-31", place=NEAR, cell="E2"),
        seen("places", "477万个", "2023-12-31", place=NATION, cell="E3"),
        seen("residents", "14亿人", "2023-12-31", place=NATION, cell="E4"),
    )
    assert facts["全国每千人口托位数"].label == "全国每千人口托位数"
    assert round(facts["全国每千人口托位数"].value, 2) == Decimal("3.41")
    near = facts.at(NEAR)
    assert (near["每千人口托位数"].value, near["places_per_thousand"].label) == (5, "邻近每千人口托位数")
    assert "places_per_thousand" not in facts


def test_what_others_print_stands_before_a_mixture_of_years() -> None:
    others = [
        seen("places", "5万个", "2024-08-31", place=NEAR, cell="E1"),
        seen("residents", "1000万人", "2023-12-31", place=NEAR, cell="E2"),
    ]
    mixed = computed(*others).at(NEAR)["places_per_thousand"]
    assert (mixed.kind, mixed.value) == ("computed", 5)
    printed_too = computed(*others, seen("places_per_thousand", "4.8个/千人", "2023", place=NEAR, cell="E3"))
    assert printed_too.at(NEAR)["places_per_thousand"].kind == "observed"


@pytest.mark.parametrize(("printed", "kind"), [("2023-12-31", "observed"), ("2022", "computed")])
def test_rate_that_others_print_of_the_same_year_stands_before_our_reckoning(printed: str, kind: str) -> None:
    facts = computed(
        seen("places", "573.7万个", "2023-12-31", place=NATION, cell="E1"),
        seen("residents", "140828万人", "2023-12-31", place=NATION, cell="E2"),
        seen("places_per_thousand", "4.08个/千人", printed, place=NATION, cell="E3"),
    )
    stands = facts["全国每千人口托位数"]
    assert (stands.kind, round(stands.value, 2)) == (kind, Decimal("4.08" if kind == "observed" else "4.07"))


def test_no_place_is_held_against_what_is_not_its_own() -> None:
    facts = computed(
        PLACES,
        seen("places_per_thousand", "3.38个/千人", "2023", place=NATION, cell="E3"),
        seen("places_per_thousand", "4.8个/千人", "2023", place=NEAR, cell="E4"),
        seen("residents", "1000万人", "2023-12-31", place=NEAR, cell="E2"),
    )
    assert not facts.select("national_places_difference", place=NEAR)
    assert not facts.select("national_places_difference", place=NATION)


def test_districts_are_computed_too() -> None:
    district = TOWN.districts[0].code
    facts = computed(
        seen("age_0", "100人", "2020-11-01", place=district, cell="F1"),
        seen("age_1_to_4", "500人", "2020-11-01", place=district, cell="F2"),
    )
    assert facts.at(district)["census_under_five"].value == 600
    assert facts.at(district)["census_under_five"].label == "甲区普查五岁以下人口"
    assert "census_under_five" not in facts


def test_same_names_mean_another_citys_figures_seen_from_there() -> None:
    facts = facts_of(FULL)
    city = facts.benchmarks[0]
    near = facts.at(city.code)
    assert near.city == city
    assert near["托位数"].place == city.code
    assert facts["托位数"].place == facts.place
    assert {*near.names, *near.missing} >= {*facts.names, *facts.missing}
    assert all(near[name].place == city.code for name in near.names)


# targets and assumptions


def targets(**more: str) -> Facts:
    edition = EDITION.model_copy(update={"targets": EDITION.targets.model_copy(update=more)})
    policies = [
        policy("province", "places_per_thousand", "5.5个/千人", "440000", number="测〔2021〕1号"),
        policy("nation", "places_per_thousand", "4.5个/千人", NATION),
        policy("other", "enrolment_rate", "15%", "440000"),
        policy("far", "places_per_thousand", "9个/千人", "610000"),
    ]
    return computed(PLACES, RESIDENTS, edition=edition, policies=policies)


@pytest.mark.parametrize(
    ("verified", "caution", "note"),
    [
        (True, "", ""),
        (True, "只指城区", "只指城区"),
        (False, "", "该文件的名称、年份或目标值未能核对原文"),
        (False, "只指城区", "该文件的名称、年份或目标值未能核对原文；只指城区"),
    ],
)
def test_target_bears_what_is_to_be_minded(verified: bool, caution: str, note: str) -> None:  # noqa: FBT001
    known = policy("province", "places_per_thousand", "5.5个/千人", "440000", verified=verified)
    known = known.model_copy(update={"target": [known.target[0].model_copy(update={"caution": caution})]})
    edition = EDITION.model_copy(update={"targets": EDITION.targets.model_copy(update={"places": "province"})})
    assert computed(PLACES, RESIDENTS, edition=edition, policies=[known])["places_target"].note == note


def test_figures_of_another_city_are_put_together_if_they_are_of_one_year() -> None:
    """Where it prints the rate itself, that stands before a mixture of years."""
    printed_rate = seen("places_per_thousand", "5.0个/千人", "2024", place=NEAR, cell="D9")

    def rate(period: str) -> Fact:
        some = (
            seen("places", "600个", "2023", place=NEAR),
            seen("residents", "100000人", period, place=NEAR, cell="D8"),
        )
        found = computed(PLACES, RESIDENTS, *some, printed_rate).select("places_per_thousand", place=NEAR)
        return next((one for one in found if one.kind == "computed"), found[0])

    assert (rate("2022").value, rate("2022").kind) == (5, "observed")
    assert (rate("2023").value, rate("2023").kind) == (6, "computed")


def test_targets_are_those_of_their_place() -> None:
    facts = targets(places="province", national_places="nation")
    assert (facts["places_target"].value, facts["places_target"].place) == (Decimal("5.5"), "440000")
    assert (facts["national_places_target"].value, facts["national_places_target"].place) == (Decimal("4.5"), NATION)
    assert {one.kind for one in facts.select("places_target")} == {"policy"}
    assert not facts.select("places_target", place="610000")
    assert facts["places_target"].origins[0].document == "测试规划（测〔2021〕1号）"
    assert facts["places_target"].note == "该文件的名称、年份或目标值未能核对原文"
    assert printed(facts["places_gap"]) == "2928个"
    assert facts["national_target_gap"].value < 0 < facts["places_per_thousand_gap"].value


def test_city_without_a_target_has_no_gap() -> None:
    facts = computed(PLACES, RESIDENTS)
    assert facts.missing["托位缺口"] == "缺少目标所需托位数"
    assert facts.missing["每千人口托位数目标"] == "本期没有这项数据"


def test_assumptions_are_facts_with_their_source() -> None:
    births = [seen("births", f"{n}人", year, cell=f"G{n}") for n, year in ((900, "2021"), (800, "2022"), (700, "2023"))]
    facts = computed(*births)
    rate = facts["送托意愿测算比例"]
    assert (rate.kind, rate.value, rate.origins[0].file) == ("assumption", 30, "editions/toy-2024.toml")
    assert (facts["children_wanting_care"].value, facts["births_three_years"].value) == (720, 2400)
    assert "demand_rate_low" not in facts


@pytest.mark.parametrize(("rate", "said"), [("30%", "30%"), ("12.5%", "12.5%"), ("100%", "100%"), ("7.25%", "7.25%")])
def test_assumption_is_printed_as_it_was_declared(rate: str, said: str) -> None:
    assumptions = Assumptions.model_validate({"demand_rate": rate, "demand_rate_source": "测试"})
    facts = computed(PLACES, edition=EDITION.model_copy(update={"assumptions": assumptions}))
    assert printed(facts["送托意愿测算比例"]) == said


# the edition before


def test_figures_of_the_edition_before_stand_beside() -> None:
    facts = computed(PLACES, RESIDENTS, ENROLLED, *OLDER, previous=BEFORE)
    assert (printed(facts["previous_places"]), printed(facts["托位数"])) == ("1.9万个", "23595个")
    before = facts["上期每千人口托位数"]
    assert (before.edition, before.label, before.id.rpartition("@")[2]) == (
        "toy-2023",
        "上期每千人口托位数",
        "toy-2023",
    )
    assert all(facts.facts[id_].edition == "toy-2023" for id_ in before.inputs)
    assert printed(facts["previous_use_rate"]) == "40.7%"
    assert facts["places_change"].value == 4595
    assert {one.part.name: one.value for one in facts.select("change")}["托位数"] == 4595
    assert not any(one.edition for one in facts.series("places"))


def test_edition_before_knows_nothing_later_than_itself() -> None:
    facts = computed(PLACES, RESIDENTS, *OLDER, previous=BEFORE)
    assert {one.period for one in facts.values() if one.edition and one.kind == "observed"} <= {
        "2023-12-31",
        "2022-12-31",
    }


def test_without_an_edition_before_nothing_is_compared() -> None:
    facts = computed(PLACES, RESIDENTS, *OLDER)
    assert not facts.has("previous_places")
    assert not any(one.edition for one in facts.values())
    assert not facts.select("change")


# all of it


@pytest.mark.parametrize("name", EDITIONS)
def test_names_and_missing_hold_every_name_once(name: str) -> None:
    facts = facts_of(name)
    every = {one for role in ROLES for one in (role.id, role.name)}
    every |= {one for entry in vocabulary().values() for one in (entry.id, entry.name, f"全国{entry.name}")}
    every |= {f"上期{entry.name}" for entry in vocabulary().values() if entry.main}
    assert every <= {*facts.names, *facts.missing}
    assert not {*facts.names} & {*facts.missing}
    assert all(facts.names[one] in facts.facts for one in facts.names)
    assert all(facts.missing.values())


@pytest.mark.parametrize("name", EDITIONS)
def test_every_fact_leads_back_to_cells(name: str) -> None:
    facts = facts_of(name)
    for id_ in facts:
        origins = facts.origins(id_)
        assert origins, id_
        assert all(one.file and one.cell and one.printed and one.document for one in origins), id_


@pytest.mark.parametrize("name", EDITIONS)
def test_id_of_a_fact_follows_from_what_it_is_of(name: str) -> None:
    for id_, one in facts_of(name).facts.items():
        assert id_ == one.id == fact_id(one.indicator, one.place, one.period, one.part, one.edition)


@pytest.mark.parametrize("name", EDITIONS)
def test_facts_survive_json(name: str) -> None:
    facts = facts_of(name)
    assert Facts.from_dict(facts.to_dict()) == facts


def test_inputs_of_every_formula_stand_before_it() -> None:
    order = list(vocabulary())
    roles = {role.id: role.indicator for role in ROLES}
    reckoned = {one.id for one in vocabulary().values() if one.function is None}
    for indicator in vocabulary().values():
        for name in indicator.inputs:
            needed = roles.get(name, name)
            assert needed in vocabulary(), (indicator.id, name)
            assert needed in reckoned or order.index(needed) < order.index(indicator.id), (indicator.id, name)


def test_every_computed_indicator_says_how_it_is_computed_and_how_it_prints() -> None:
    for indicator in vocabulary().values():
        if indicator.computed:
            assert indicator.formula, indicator.id
            assert indicator.definition, indicator.id
            assert indicator.decimals is not None, indicator.id
            assert indicator.dated in indicator.inputs, indicator.id


def finding(place: str, period: str) -> Finding:
    return Finding("warning", "x", "表，D3", "有疑", "核对", ("places",), place, period)


@pytest.mark.parametrize(
    ("one", "kept"),
    [
        (finding(OWN, "2024-08-31"), True),
        (finding(OWN, ""), True),
        (finding(OWN, "2019"), False),
        (finding(NEAR, "2024-08-31"), False),
        (Finding("warning", "x", "表，D3", "有疑", "核对"), True),
    ],
)
def test_only_findings_on_figures_of_the_edition_are_kept(one: Finding, kept: bool) -> None:  # noqa: FBT001
    assert computing.conclude(computed(PLACES), [one], subject()).findings == (one,) * kept


def test_overview_lists_the_figures_of_one_edition() -> None:
    facts = computed(PLACES, RESIDENTS, *OLDER, previous=BEFORE)
    now, before = computing.overview(facts), computing.overview(facts, previous=True)
    assert len(now) + len(before) == len(facts)
    assert "4.89个" in set(now.loc[now["指标"] == "每千人口托位数", "取值"])
    assert set(before["指标"].str[:2]) == {"上期"}
    assert list(now.columns) == ["指标", "取值", "时点", "算式或出处"]
    rows = {row["指标"]: tuple(row)[1:] for _, row in now.iterrows()}
    assert rows["每千人口托位数"] == ("4.89个", "2024年8月底", "托位数÷常住人口×1000")
    assert rows["托位数"][:2] == ("23595个", "2024年8月底")
    assert rows["托位数"][2].startswith("data/raw/town/a.csv，D")


def test_later_policies_and_materials_are_not_known() -> None:
    later = policy("later", "places_per_thousand", "6个/千人", "440000", year="2025")
    assert computed(PLACES, policies=[later]).policies == ()
    assert len(computed(PLACES, policies=[policy("now", "places_per_thousand", "6个/千人", "440000")]).policies) == 1


def test_fact_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be traced"):
        Fact("places", OWN, "2024", "托位数", "托位数", Decimal(1), "个", 0, "", "", "observed")
    with pytest.raises(ValueError, match="finite Decimal"):
        Fact("places", OWN, "2024", "托位数", "托位数", Decimal("NaN"), "个", 0, "", "", "observed")


def test_share_whose_premise_does_not_hold_is_missing_with_the_reason() -> None:
    """Of those that are registered some must be kindergartens where they are more than all others."""
    known = [seen("institutions", "131家", "2024-08-31"), seen("kindergartens", "96家", "2024-08-31", cell="D4")]
    few, many = (
        computed(*known, seen("registered_institutions", f"{count}家", "2024-08-31", cell="D5")) for count in (35, 71)
    )
    assert printed(few["registered_share_of_others"]) == "100.0%"
    assert "registered_share_of_others" not in many
    assert many.missing["registered_share_of_others"] == "计算为202.9%，超过100%，算式的前提不成立"
