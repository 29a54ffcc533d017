"""Makes the facts of an edition: selects observed figures, computes the indicators, states the claims.

What belongs here: the order of work and the record of what is missing. Formulas stand in ``indicators``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from typing import Any

import pandas as pd

from tuoyu.childcare.claims import state_claims
from tuoyu.childcare.indicators import INDICATORS
from tuoyu.childcare.indicators import Indicator
from tuoyu.facts import roles
from tuoyu.facts import selecting
from tuoyu.facts.deriving import compute
from tuoyu.facts.deriving import label_of
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.observation import Observation

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


CENSUS_DAY = "2020-11-01"  # 第七次全国人口普查标准时点


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
    known = list(observations)
    cut = selecting.Cut(date.fromisoformat(edition["as_of"]), date.fromisoformat(edition["population_as_of"]))
    city = cities[edition["city"]]
    facts = selecting.select(known, selecting.roles_of(edition["city"], cities), cut)
    facts |= roles.births(selecting.births_by_year(known, city["code"], cut))
    for indicator, name in (("residents", "residents_mean"), ("registered_population", "registered_mean")):
        facts |= roles.mean_population(selecting.year_ends(known, city["code"], indicator, cut), name, facts)
    facts |= roles.census_residents(selecting.residents_on(known, city["code"], CENSUS_DAY, cut))
    names = {city["code"]: "", **{one["code"]: one["name"] for one in city.get("districts", ())}}
    facts |= roles.street_totals(selecting.communities(known, names, cut))
    facts |= roles.group_rates(selecting.groups(known, city["code"], cut))
    facts |= roles.targets(edition, registers["policies"])
    facts |= roles.assumptions(edition, facts)
    facts |= roles.survey_intervals(facts)
    facts |= roles.benchmark_rates(facts, {folder: cities[folder]["short"] for folder in edition["benchmarks"]})
    missing: dict[str, str] = {}
    for rule in INDICATORS.values():
        _compute(rule, facts, missing)
    facts |= roles.street_needs(facts)
    policies = tuple(one for one in registers["policies"] if str(one.get("year", ""))[:4] <= edition["as_of"][:4])
    evidence = tuple(one for kind in ("evidence", "practice") for one in registers[kind] if _known(one, cut))
    described = {
        **edition,
        "city_name": city["name"],
        "city_short": city["short"],
        "province": city.get("province", ""),
        "self_name": city.get("self_name", "我市"),
        "departments": dict(city.get("departments", {})),
        "synthetic": bool(city.get("synthetic")),
    }
    return Facts(facts, edition=described, missing=missing, policies=policies, evidence=evidence)


def _known(entry: Mapping[str, Any], cut: selecting.Cut) -> bool:
    return int(str(entry.get("published", "0"))[:4]) <= cut.as_of.year


def _compute(indicator: Indicator, facts: dict[str, Fact], missing: dict[str, str]) -> None:
    """Add the indicator to the facts, or the reason why it cannot be had; then a published figure of it stands."""
    absent = [name for name in indicator.inputs if name not in facts]
    reason = f"缺少{'、'.join(label_of(name) for name in absent)}" if absent else _too_far_apart(indicator, facts)
    made = None
    if not reason:
        inputs = [facts[name] for name in indicator.inputs]
        made = compute(indicator, inputs, dated=facts[indicator.dated_by])
        reason = f"{'、'.join(one.label for one in inputs)}只有上限或下限，不能计算"
    if made is not None:
        facts[indicator.id] = made
    else:  # where a source printed the figure, that stands, and the reason is for the reader to know
        missing[indicator.id] = missing[indicator.label] = reason


def _too_far_apart(indicator: Indicator, facts: Mapping[str, Fact]) -> str:
    """Why raw figures of different years must not be put together; empty where they may."""
    if indicator.within is None:
        return ""
    raw = [facts[id_] for id_ in Facts(facts).behind(*indicator.inputs) if facts[id_].kind == "observed"]
    days = {end: one for one in raw if (end := last_day(one.as_of))}
    if not days or max(days).year - min(days).year <= indicator.within:
        return ""
    first, last = days[min(days)], days[max(days)]
    dated = "、".join(f"{one.label}（{in_words(one.as_of)}）" for one in (last, first))
    return f"{dated}时点相隔{max(days).year - min(days).year}年，不宜一起计算"


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
