"""Makes the facts of an edition: selects observed figures, computes the indicators, states the claims.

What belongs here: the order of work and the record of what is missing. Formulas stand in ``indicators``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

import pandas as pd

from tuoyu.analysis import selecting
from tuoyu.analysis.claims import state_claims
from tuoyu.analysis.cleaning import vocabulary
from tuoyu.analysis.indicators import INDICATORS
from tuoyu.analysis.indicators import Indicator
from tuoyu.analysis.periods import in_words
from tuoyu.analysis.periods import last_day
from tuoyu.analysis.reading import read_quantities
from tuoyu.analysis.statistics import wilson_interval
from tuoyu.analysis.wording import printed
from tuoyu.fact import Fact
from tuoyu.fact import Facts
from tuoyu.fact import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.finding import Finding
    from tuoyu.observation import Observation

MAIN = (
    "institutions",
    "places",
    "places_per_thousand",
    "places_gap",
    "use_rate",
    "enrolled",
    "enrolment_rate",
    "births_latest",
    "births_three_years",
    "children_wanting_care",
)


def compute_facts(
    observations: Iterable[Observation],
    edition: Mapping[str, Any],
    cities: Mapping[str, Mapping[str, Any]],
    registers: Mapping[str, Iterable[Mapping[str, Any]]],
) -> Facts:
    """All facts that the edition's raw figures carry, with the reason for each that they do not.

    ``edition`` is ``Edition.to_dict()``; ``cities`` are the ``city.toml`` by folder; ``registers`` the policy,
    evidence and practice registers that cleaning read.
    """
    used = [one for one in observations if one.status == "used"]
    cut = selecting.Cut(date.fromisoformat(edition["as_of"]), date.fromisoformat(edition["population_as_of"]))
    city = cities[edition["city"]]
    facts = selecting.select(used, selecting.roles_of(edition["city"], cities), cut)
    facts |= _births(selecting.births_by_year(used, city["code"], cut))
    for indicator, name in (("residents", "residents_mean"), ("registered_population", "registered_mean")):
        facts |= _mean(selecting.year_ends(used, city["code"], indicator, cut), name, facts)
    facts |= _streets(selecting.communities(used, [one["code"] for one in city.get("districts", ())], cut))
    facts |= _targets(edition, registers["policies"])
    facts |= _assumption(edition, facts)
    facts |= _survey(facts)
    facts |= _benchmarks(facts, {folder: cities[folder]["short"] for folder in edition["benchmarks"]})
    missing: dict[str, str] = {}
    for rule in INDICATORS.values():
        _compute(rule, facts, missing)
    facts |= _street_needs(facts)
    policies = tuple(one for one in registers["policies"] if str(one.get("year", ""))[:4] <= edition["as_of"][:4])
    evidence = tuple(one for kind in ("evidence", "practice") for one in registers[kind] if _known(one, cut))
    described = {
        **edition,
        "city_name": city["name"],
        "city_short": city["short"],
        "province": city.get("province", ""),
        "self_name": city.get("self_name", "我市"),
    }
    return Facts(facts, edition=described, missing=missing, policies=policies, evidence=evidence)


def _known(entry: Mapping[str, Any], cut: selecting.Cut) -> bool:
    return int(str(entry.get("published", "0"))[:4]) <= cut.as_of.year


def _compute(indicator: Indicator, facts: dict[str, Fact], missing: dict[str, str]) -> None:
    absent = [name for name in indicator.inputs if name not in facts]
    if absent:
        if indicator.id not in facts:
            names = "、".join(_label(name) for name in absent)
            missing[indicator.id] = missing[indicator.label] = f"缺少{names}"
        return
    facts[indicator.id] = compute(
        indicator, [facts[name] for name in indicator.inputs], dated=facts[indicator.dated_by]
    )


def compute(indicator: Indicator, inputs: list[Fact], *, dated: Fact, id_: str = "", label: str = "") -> Fact:
    """The fact of one indicator from its inputs; digits that rounding of the inputs leaves open are not printed."""
    values = [one.value for one in inputs]
    value = indicator.function(*values)
    uncertainty = _uncertainty(indicator, inputs, value)
    sure = -(2 * uncertainty).adjusted() if uncertainty else indicator.decimals
    bound = next(
        (one.bound for one in inputs if one.bound not in {"=", "≈"}), "≈" if sure < indicator.decimals else "="
    )
    return Fact(
        id=id_ or indicator.id,
        label=label or indicator.label,
        value=value,
        unit=indicator.unit,
        decimals=min(indicator.decimals, sure),
        as_of=dated.as_of,
        basis=indicator.basis,
        formula=indicator.formula,
        kind="computed",
        inputs=tuple(one.id for one in inputs),
        bound=bound,
        uncertainty=uncertainty,
    )


def _uncertainty(indicator: Indicator, inputs: list[Fact], value: Decimal) -> Decimal:
    """How far the result can be off when every input is off by its uncertainty, added up."""
    total = Decimal(0)
    for position, one in enumerate(inputs):
        if one.uncertainty:
            shifted = [other.value for other in inputs]
            shifted[position] += one.uncertainty
            total += abs(indicator.function(*shifted) - value)
    return total


def known_labels() -> frozenset[str]:
    """Labels that a fact of some edition can have; with a place before them they may stand in prose too."""
    names = {str(entry["name"]) for entry in vocabulary().values()}
    return frozenset(names | {one.label for one in INDICATORS.values()} | set(SPECIAL.values()))


def _label(name: str) -> str:
    if name in INDICATORS:
        return INDICATORS[name].label
    if name in vocabulary():
        return str(vocabulary()[name]["name"])
    return SPECIAL.get(name, name)


SPECIAL = {
    "births_first": "首年出生人口",
    "births_latest": "最新年出生人口",
    "births_previous": "上年出生人口",
    "births_before_previous": "前年出生人口",
    "residents_mean": "年平均常住人口",
    "registered_mean": "年平均户籍人口",
    "demand_rate": "送托意愿测算比例",
    "accepted_fee": "可接受托费上限",
    "largest_community": "首位社区婴幼儿数",
    "street_1_listed_children": "首位街道列出社区婴幼儿合计",
    "street_1_children": "首位街道婴幼儿数",
    "street_2_children": "次位街道婴幼儿数",
    "national_places_per_thousand": "全国每千人口托位数",
    "oecd_enrolment_rate": "经合组织入托率",
    "eu_enrolment_rate": "欧盟入托率",
    "previous_places": "上期托位数",
    "previous_institutions": "上期托育机构数",
    "previous_use_rate": "上期托位使用率",
    "previous_places_per_thousand": "上期每千人口托位数",
    "national_places_target": "全国每千人口托位数目标",
    "births_decline_span": "出生人口间隔年数",
}


def _same(fact: Fact, id_: str) -> Fact:
    """A fact under the name of the part it plays."""
    return replace(
        fact, id=id_, label=SPECIAL[id_], kind="computed", inputs=(fact.id,), origins=(), formula=f"取自{fact.label}"
    )


def _births(years: Mapping[int, Fact]) -> dict[str, Fact]:
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


def _mean(years: Mapping[int, Fact], name: str, facts: Mapping[str, Fact]) -> dict[str, Fact]:
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


def _streets(facts: dict[str, Fact]) -> dict[str, Fact]:
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


def _street_needs(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Places that the enrolment target would need in each further street, by the rule of the first."""
    rule = INDICATORS["street_1_places_needed"]
    target = facts.get("enrolment_target")
    streets = [
        one for id_, one in facts.items() if id_.startswith("street_") and id_.endswith("_children") and one.origins
    ]
    return {
        id_: compute(rule, [one, target], dated=one, id_=id_, label=one.label.replace("婴幼儿数", "达标所需托位数"))
        for one in streets
        if target and (id_ := one.id.replace("_children", "_places_needed")) != rule.id
    }


def _targets(edition: Mapping[str, Any], policies: Iterable[Mapping[str, Any]]) -> dict[str, Fact]:
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
        label=_label(id_),
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


def _assumption(edition: Mapping[str, Any], facts: Mapping[str, Fact]) -> dict[str, Fact]:
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


def _benchmarks(facts: Mapping[str, Fact], benchmarks: Mapping[str, str]) -> dict[str, Fact]:
    """Places per thousand of benchmark cities that do not publish it, from their places and residents."""
    rule = INDICATORS["places_per_thousand"]
    made = {}
    for folder, short in benchmarks.items():
        id_, inputs = f"{folder}_{rule.id}", tuple(f"{folder}_{name}" for name in rule.inputs)
        if id_ not in facts and all(name in facts for name in inputs):
            made[id_] = compute(
                rule, [facts[name] for name in inputs], dated=facts[inputs[0]], id_=id_, label=short + rule.label
            )
    return made


def _survey(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Every survey share with its 95 % interval."""
    return {
        id_: replace(one, interval=wilson_interval(one.value, one.respondents), basis="受访家长")
        for id_, one in facts.items()
        if one.respondents and id_.startswith("survey_")
    }


def with_previous(facts: Facts, previous: Facts) -> Facts:
    """The facts with those of the previous edition beside them, as ``previous_…`` (上期…)."""
    names = [name for name in MAIN if name in previous]
    earlier = {
        f"previous_{id_}": replace(
            previous[id_],
            id=f"previous_{id_}",
            label=f"上期{previous[id_].label}",
            inputs=tuple(f"previous_{name}" for name in previous[id_].inputs),
        )
        for id_ in (previous.behind(*names) if names else ())
    }
    merged, missing = {**facts.facts, **earlier}, dict(facts.missing)
    for name in ("institutions_change", "places_change", "places_per_thousand_change", "use_rate_change"):
        _compute(INDICATORS[name], merged, missing)
        if name in merged:
            missing.pop(name, None)
            missing.pop(INDICATORS[name].label, None)
    return replace(facts, facts=merged, missing=missing)


def conclude(facts: Facts, findings: Iterable[Finding]) -> Facts:
    """The facts together with what is doubtful about them and what they allow the report to say."""
    checked = replace(facts, findings=tuple(one for one in findings if _concerns(one, facts)))
    return replace(checked, claims=state_claims(checked))


def _concerns(finding: Finding, facts: Facts) -> bool:
    """Whether a finding is about a number of this edition; findings about no number always are."""
    names = finding.indicators
    return not names or any(id_ == name or id_.endswith(f"_{name}") for id_ in facts for name in names)


def overview(facts: Facts, *, prefix: str = "") -> pd.DataFrame:
    """A table for the eye: label, value as printed, date, formula or document of every fact."""
    rows = [
        {
            "指标": one.label,
            "取值": printed(one),
            "时点": in_words(one.as_of),
            "算式或出处": one.formula or (one.origins[0].place if one.origins else ""),
        }
        for one in facts.select(prefix)
    ]
    return pd.DataFrame(rows, columns=["指标", "取值", "时点", "算式或出处"])


# a source dates a projection by itself, not by the figures that it projects
PROJECTIONS = frozenset({"children_wanting_care"})


def published_figures(observations: Iterable[Observation], facts: Facts, place: str) -> dict[str, Observation]:
    """What sources printed for facts that are computed here, for the comparison in 附件3."""
    found: dict[str, Observation] = {}
    for one in observations:
        fact = facts.get(one.indicator) or facts.get({"birth_rate": "birth_rate_registered"}.get(one.indicator, ""))
        if one.place != place or fact is None or fact.kind != "computed" or one.scope or one.status != "used":
            continue
        if last_day(one.period) == last_day(fact.as_of) or one.indicator in PROJECTIONS:
            found.setdefault(fact.id, one)
    return found
