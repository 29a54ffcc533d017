"""What a report still wants: which data are missing, and which of its sections that costs.

What belongs here: from the templates of the prose back to the raw figures that they rest on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tuoyu.childcare.claims import EVIDENCE_CLAIMS
from tuoyu.childcare.indicators import INDICATORS
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.deriving import SPECIAL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from tuoyu.nouns.fact import Facts

# raw figures that a report rests on, and how the people who provide them call them
CORE = {
    "residents": "常住人口",
    "registered_population": "户籍人口",
    "births": "近三年出生人口",
    "urbanisation": "常住人口城镇化率",
    "institutions": "托育机构数",
    "kindergartens": "开设托班幼儿园数",
    "registered_institutions": "备案机构数",
    "places": "托位数",
    "enrolled": "在托人数",
    "use_rate": "托位使用率",
    "community_places": "社区嵌入式托位数",
    "fee": "全日托平均托费",
    "income": "居民月人均可支配收入",
    "income_urban": "城镇居民人均可支配收入",
    "income_rural": "农村居民人均可支配收入",
    "staff_low_education": "保育人员高中及以下学历比例",
    "inclusive_institution_share": "提供普惠托育机构占比",
    "public_kindergarten_share": "公办园占比",
    "age_0": "人口普查的零岁人口和一至四岁人口",
    "survey": "家长问卷",
    "children": "街道、社区婴幼儿数",
    "places_target": "本省每千人口托位数目标（政策登记）",
    "enrolment_target": "入托率目标（政策登记）",
}
_PARTS = {
    "births": ("births_",),
    "survey": ("survey_", "respondents", "accepted_fee"),
    "children": ("street_", "community_1", "largest_community", "streets_"),
    "residents": ("residents",),
    "registered_population": ("registered_mean", "registered_population"),
    "age_0": ("age_0", "age_1", "census_"),
}


def wanting(facts: Facts, templates: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Missing data of ``CORE`` in the words of those who provide them, each with the sections that it costs."""
    costs: dict[str, dict[str, None]] = {}
    for heading, names in _sections(templates):
        for leaf in dict.fromkeys(leaf for name in names for leaf in _leaves(name, facts)):
            core = _core(leaf, facts)
            if core is not None:
                costs.setdefault(core, {})[heading] = None
    found = [(words, tuple(costs[core])) for core, words in CORE.items() if core in costs]
    absent = [topic for claim, topic in EVIDENCE_CLAIMS.items() if facts.claims.get(claim, {}).get("holds") is None]
    return [*found, (f"调研材料（{'、'.join(absent)}）", ("存在问题", "对策建议"))] if absent else found


def _sections(templates: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Headings of the templates with the indicators that stand below each, as ids."""
    ids = {label: id_ for id_, label in SPECIAL.items()}
    ids |= {str(entry["name"]): id_ for id_, entry in vocabulary().items()}
    ids |= {rule.label: id_ for id_, rule in INDICATORS.items()}
    heading = "引言"
    for template in templates:
        for block in template.split("\n\n"):
            found = re.search(r"^(?:\{%[^%]*%\})*#{1,4} +([^\n{]+)", block)
            heading = found[1].strip() if found else heading
            names = re.findall(r"[^\W\d]\w*", " ".join(re.findall(r"\{\{(.*?)\}\}", block, re.DOTALL)))
            yield heading, [ids[name] for name in names if name in ids]


def _leaves(id_: str, facts: Facts) -> Iterator[str]:
    """The raw figures that a missing fact waits for; nothing for one that is there."""
    if id_ in facts:
        return
    rule = INDICATORS.get(id_)
    if rule is None:
        yield id_
        return
    for name in rule.inputs:
        yield from _leaves(name, facts)


def _core(leaf: str, facts: Facts) -> str | None:
    if leaf.startswith("previous_") or (leaf.endswith("_mean") and "births_latest" not in facts):
        return None
    for core, beginnings in _PARTS.items():
        if leaf.startswith(beginnings):
            return core
    return leaf if leaf in CORE else None
