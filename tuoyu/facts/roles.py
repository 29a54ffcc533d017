"""Facts that play a part in an edition: births first and latest, mean population, streets, targets, assumptions.

What belongs here: figures that are chosen, added up or taken from a register, each with its lineage.
What does not: indicators with a formula of their own (``indicators``).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.childcare.indicators import INDICATORS
from tuoyu.facts.deriving import SPECIAL
from tuoyu.facts.deriving import compute
from tuoyu.facts.deriving import label_of
from tuoyu.facts.selecting import to_fact
from tuoyu.facts.statistics import wilson_interval
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Origin
from tuoyu.reading.quantities import read_quantities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.observation import Observation


def _same(fact: Fact, id_: str) -> Fact:
    """A fact under the name of the part it plays."""
    return replace(
        fact, id=id_, label=SPECIAL[id_], kind="computed", inputs=(fact.id,), origins=(), formula=f"取自{fact.label}"
    )


def births(years: Mapping[int, Fact]) -> dict[str, Fact]:
    """Births by year, and under the names of their parts: first, latest, the two years before, the span."""
    facts = {fact.id: fact for fact in years.values()}
    if not years:
        return facts
    first, latest = min(years), max(years)
    parts = {"births_latest": latest, "births_previous": latest - 1, "births_before_previous": latest - 2}
    if first != latest:
        parts["births_first"] = first
        facts["births_decline_span"] = Fact(
            id="births_decline_span",
            label=SPECIAL["births_decline_span"],
            value=Decimal(latest - first),
            unit="年",
            decimals=0,
            as_of=f"{first}/{latest}",
            basis="",
            formula="最新年份－首年年份",
            kind="computed",
            inputs=(years[first].id, years[latest].id),
        )
    return facts | {id_: _same(years[year], id_) for id_, year in parts.items() if year in years}


def mean_population(years: Mapping[int, Fact], name: str, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Mean population of the year of the latest births: of both year ends, else of the one known."""
    if "births_latest" not in facts:
        return {}
    year = int(facts["births_latest"].as_of)
    ends = [years[one] for one in (year - 1, year) if one in years]
    if year not in years:
        return {}
    formula = "（上年末数＋本年末数）÷2" if len(ends) == 2 else "缺上年末数，以本年末数代替"
    mean = Fact(
        id=name,
        label=SPECIAL[name],
        value=sum((one.value for one in ends), Decimal(0)) / len(ends),
        unit="人",
        decimals=-2,
        as_of=str(year),
        basis="",
        formula=formula,
        kind="computed",
        inputs=tuple(one.id for one in ends),
        uncertainty=max(one.uncertainty for one in ends),
    )
    return {one.id: one for one in ends} | {name: mean}


def census_residents(found: Observation | None) -> dict[str, Fact]:
    """The residents that the census counted, whatever later figure stands for 常住人口."""
    id_ = "census_residents"
    return {id_: to_fact(found, id_=id_, label=SPECIAL[id_])} if found else {}


def group_rates(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Groups of institutions with the use of their places, where both are counted."""
    rule = INDICATORS["use_rate"]
    made: dict[str, Fact] = {}
    for one in facts.values():
        stem = one.id.removesuffix("_enrolled")
        places = facts.get(f"{stem}_places")
        if stem != one.id and places is not None and places.value:
            label = one.label.replace("在托人数", rule.label)
            rate = compute(rule, [one, places], dated=one, id_=f"{stem}_{rule.id}", label=label)
            made |= {rate.id: replace(rate, scope=one.scope)} if rate else {}
    return facts | made


def street_totals(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Streets and communities with the sum of what is listed of the first street, and the largest community."""
    listed = [one for id_, one in facts.items() if id_.startswith("community_1_")]
    if not listed:
        return facts
    total = Fact(
        id="street_1_listed_children",
        label=SPECIAL["street_1_listed_children"],
        value=sum((one.value for one in listed), Decimal(0)),
        unit="人",
        decimals=0,
        as_of=listed[0].as_of,
        basis="",
        formula="列出的各社区相加",
        kind="computed",
        inputs=tuple(one.id for one in listed),
        scope=listed[0].scope.partition("·")[0],
    )
    largest = max((one for id_, one in facts.items() if id_.startswith("community_")), key=lambda one: one.value)
    scope = largest.scope.rpartition("·")[2]
    return facts | {total.id: total, "largest_community": replace(_same(largest, "largest_community"), scope=scope)}


def street_needs(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Places that the enrolment target would need in each further street, by the rule of the first."""
    rule = INDICATORS["street_1_places_needed"]
    target = facts.get("enrolment_target")
    streets = [
        one for id_, one in facts.items() if id_.startswith("street_") and id_.endswith("_children") and one.origins
    ]
    made: dict[str, Fact] = {}
    for one in streets:
        id_ = one.id.replace("_children", "_places_needed")
        if target and id_ != rule.id:
            label = one.label.replace("婴幼儿数", "达标所需托位数")
            needed = compute(rule, [one, target], dated=one, id_=id_, label=label)
            if needed:
                made[id_] = replace(needed, formula=f"{one.label}×{target.label}")
    return made


def targets(edition: Mapping[str, Any], policies: Iterable[Mapping[str, Any]]) -> dict[str, Fact]:
    """Targets by the ids that the edition names, from the policy register."""
    names = {
        "places": "places_target",
        "national_places": "national_places_target",
        "enrolment": "enrolment_target",
        "floor_area": "floor_area_per_place",
    }
    wanted = {edition["targets"][key]: id_ for key, id_ in names.items() if edition["targets"].get(key)}
    facts = {}
    for policy in policies:
        for target in policy.get("target", ()):
            if target["id"] in wanted:
                id_ = wanted[target["id"]]
                facts[id_] = _target(id_, policy, target)
    return facts


def _target(id_: str, policy: Mapping[str, Any], target: Mapping[str, Any]) -> Fact:
    quantity = read_quantities(target["value"])[0]
    number = f"（{policy['number']}）" if policy.get("number") else ""
    origin = Origin(
        f"{policy['title']}{number}", policy["issuer"], policy["file"], "", f"target“{target['id']}”", target["value"]
    )
    return Fact(
        id=id_,
        label=label_of(id_),
        value=quantity.value,
        unit=quantity.unit,
        decimals=max(0, -quantity.resolution.adjusted()),
        as_of=str(target.get("year", "")),
        basis=target.get("definition", ""),
        formula="",
        kind="policy",
        origins=(origin,),
        note="" if policy.get("verified", True) else "该文件的名称、年份或目标值未能核对原文",
    )


def assumptions(edition: Mapping[str, Any], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The assumed demand rate, and the fee that most parents accept, from the option's own words."""
    source = edition["assumptions"]["demand_rate_source"]
    rate = edition["assumptions"]["demand_rate"]
    origin = Origin(
        source,
        edition["publication"]["issuer"],
        f"editions/{edition['name']}.toml",
        "",
        "assumptions.demand_rate",
        f"{rate}%",
    )
    made = {
        "demand_rate": Fact(
            id="demand_rate",
            label=SPECIAL["demand_rate"],
            value=Decimal(rate),
            unit="%",
            decimals=0,
            as_of="",
            basis=source,
            formula="",
            kind="assumption",
            origins=(origin,),
        )
    }
    low = facts.get("survey_price_low")
    if low:
        limit = read_quantities(low.option.replace("/月", ""))[0]
        made["accepted_fee"] = Fact(
            id="accepted_fee",
            label=SPECIAL["accepted_fee"],
            value=limit.value,
            unit="元/月",
            decimals=0,
            as_of=low.as_of,
            basis="多数受访家长可接受的月托费上限",
            formula="取自该选项的文字",
            kind="computed",
            inputs=(low.id,),
        )
    return made


def benchmark_rates(facts: Mapping[str, Fact], benchmarks: Mapping[str, str]) -> dict[str, Fact]:
    """Places per thousand of benchmark cities that do not publish it, from their places and residents."""
    rule = INDICATORS["places_per_thousand"]
    made: dict[str, Fact] = {}
    for folder, short in benchmarks.items():
        id_, inputs = f"{folder}_{rule.id}", tuple(f"{folder}_{name}" for name in rule.inputs)
        if id_ not in facts and all(name in facts for name in inputs):
            values = [facts[name] for name in inputs]
            rate = compute(rule, values, dated=values[0], id_=id_, label=short + rule.label)
            made |= {id_: rate} if rate else {}
    return made


def survey_intervals(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Every survey share with its 95 % interval; the basis of a published one is those who answered."""
    return {
        id_: replace(one, interval=wilson_interval(one.value, one.respondents), basis=one.basis or "受访家长")
        for id_, one in facts.items()
        if one.respondents and "survey_" in id_
    }
