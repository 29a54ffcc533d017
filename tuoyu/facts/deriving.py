"""Computes one indicator from facts: its value, how far it is certain, and the label it carries.

What belongs here: the step from inputs to one computed fact. What does not: which facts an edition needs.
"""

from __future__ import annotations

from decimal import Decimal

from tuoyu.childcare.indicators import INDICATORS
from tuoyu.childcare.indicators import Indicator
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.wording import LESS
from tuoyu.facts.wording import MORE
from tuoyu.nouns.fact import Fact

# labels of facts that play a part and are no indicator of their own
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
    "census_residents": "普查常住人口",
}


def compute(indicator: Indicator, inputs: list[Fact], *, dated: Fact, id_: str = "", label: str = "") -> Fact | None:
    """The fact of one indicator from its inputs; digits that rounding of the inputs leaves open are not printed.

    None where the inputs' bounds pull in different directions: then the result is neither at least nor at most this.
    """
    values = [one.value for one in inputs]
    value = indicator.function(*values)
    uncertainty = _uncertainty(indicator, inputs, value)
    sure = -(2 * uncertainty).adjusted() if uncertainty else indicator.decimals
    bound = _bound(indicator, inputs, value)
    if bound is None:
        return None
    if bound == "=" and sure < indicator.decimals:
        bound = "≈"
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


def _bound(indicator: Indicator, inputs: list[Fact], value: Decimal) -> str | None:
    """What the inputs' bounds make of the result: a dividend above 5 万 gives a quotient above, a divisor one below."""
    found = {one.bound for one in inputs if one.bound == "≈"}
    for position, one in enumerate(inputs):
        if one.bound in MORE or one.bound in LESS:
            shifted = [other.value for other in inputs]
            step = max(abs(one.value), Decimal(1)) / 100
            shifted[position] += step if one.bound in MORE else -step
            moved = indicator.function(*shifted) - value
            found |= {">" if moved > 0 else "<"} if moved else set()
    if {">", "<"} <= found:
        return None
    return next((one for one in (">", "<", "≈") if one in found), "=")


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


def label_of(name: str) -> str:
    """The Chinese label that a fact of this id has, whether or not this edition has the fact."""
    if name in INDICATORS:
        return INDICATORS[name].label
    if name in vocabulary():
        return str(vocabulary()[name]["name"])
    return SPECIAL.get(name, name)
