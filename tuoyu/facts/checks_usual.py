"""核验（常见范围）— figures that can be, and seldom are: more children enrolled than places, a fee above three incomes.

What lies beyond ``usual`` and within the range of its indicator belongs here; what cannot be stands in ``checks``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.facts.doubts import ends_of
from tuoyu.facts.doubts import of_fact
from tuoyu.facts.doubts import of_observation
from tuoyu.facts.doubts import with_cells
from tuoyu.facts.wording import printed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.indicator import Indicator
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

_IF_TRUE = "核对数字、单位和口径；确实如此的（如超额招收），登记为已核实"


def unusual(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Figures that can be, and seldom are: more children than places."""
    return [
        of_observation(one, "warning", "unusual", f"{entry.name}“{one.printed}”{_beyond(entry)}", _IF_TRUE)
        for one in observations
        if one.status == "used" and not all(map((entry := vocabulary[one.indicator]).is_usual, ends_of(one)))
    ]


def _beyond(entry: Indicator) -> str:
    return f"，一般不超过{entry.usual:f}{entry.unit}"


def computed_unusual(facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """Computed figures that can be, and seldom are; those that come of one raw figure are told as one, at its cell."""
    groups: dict[str, list[Fact]] = defaultdict(list)
    for one in facts.values():
        if one.kind == "computed" and not all(map(vocabulary[one.indicator].is_usual, ends_of(one))):
            groups[next((raw.id for raw in _raw(one, facts)), one.id)].append(one)
    findings = []
    for id_, made in groups.items():
        raw = facts.facts[id_]
        told = "；".join(f"{one.label}为{printed(one)}{_beyond(vocabulary[one.indicator])}" for one in made)
        inputs = dict.fromkeys(known for one in made for known in _raw(one, facts))
        finding = of_fact(raw, "warning", "unusual", f"{told}。所用数字：{with_cells(inputs)}", _IF_TRUE)
        indicators = tuple(dict.fromkeys((raw.indicator, *(one.indicator for one in made))))
        period = raw.period if {one.period for one in made} == {raw.period} else ""
        findings.append(replace(finding, indicators=indicators, period=period))
    return findings


def _raw(fact: Fact, facts: Facts) -> list[Fact]:
    """The raw figures behind a computed one, in the order of its formula."""
    found = (facts.facts[id_] for id_ in fact.inputs)
    return [raw for one in found for raw in ([one] if one.origins else _raw(one, facts))]
