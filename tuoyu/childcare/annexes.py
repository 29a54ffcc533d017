"""Annex tables (附件的表): parameters, definitions, sources, findings, changes — what a reviewer looks up.

One function each: facts in, a table out, None without evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.childcare.roles import COMPARATORS
from tuoyu.childcare.tables import listed_in
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.relations import SAME_FIGURE
from tuoyu.facts.wording import cite
from tuoyu.facts.wording import span
from tuoyu.nouns.fact import KIND_NAMES
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import by_date
from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.nouns.period import in_words
from tuoyu.text.tabulating import UNKNOWN
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import by_how_much
from tuoyu.text.tabulating import dated
from tuoyu.text.tabulating import moved
from tuoyu.text.tabulating import text
from tuoyu.text.tabulating import when

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.fact import Origin
    from tuoyu.nouns.finding import Finding

TARGETS = ("places_target", "national_places_target", "enrolment_target", "floor_area_per_place")
CORRECTED = "correction"  # the code of findings that were settled in advance


def parameters(facts: Facts) -> Table | None:
    """本期参数 — the parameters of the edition in words, with the targets that they choose."""
    edition, city = facts.edition, facts.city
    if edition is None or city is None:
        return None
    assumed = edition.assumptions
    rates = [assumed.demand_rate_low, assumed.demand_rate, assumed.demand_rate_high]
    known = {
        "城市": city.name,
        "数据截止日期": in_words(edition.as_of.isoformat()),
        "人口数据日期": in_words(edition.population_as_of.isoformat()),
        "示范城市": "、".join(one.short for one in facts.benchmarks) or "无",
        "送托意愿测算比例": f"{'、'.join(f'{rate}%' for rate in rates if rate)}（{assumed.demand_rate_source}）",
        "展望方案": "、".join(f"{name}（{share.normalize():f}%）" for name, share in edition.outlook.scenarios.items()),
    }
    rest = {
        "修约规则": "四舍五入，只在印出时修约一次",
        "编制单位": edition.publication.issuer,
        "稿次": edition.publication.status,
    }
    targets = [(facts[name].label, dated(facts, name)) for name in TARGETS if name in facts]
    rows = [(text(name), text(value)) for name, value in known.items()]
    rows += [*targets, *((text(name), text(value)) for name, value in rest.items())]
    return Table("tab-parameters", "本期参数", ("参数", "取值"), tuple(rows), ("left", "left"), (1, 3.2), long=True)


def definitions(facts: Facts) -> Table | None:
    """The headline indicators that the edition knows, each with what it means and how it is reckoned."""
    known = [facts[name] for name in listed_in("definitions") if name in facts]
    if not known:
        return None
    rows = tuple((text(one.name), text(_meaning(one)), text(when(one)), span(one)) for one in known)
    return Table(
        "tab-definitions",
        "主要指标的定义、算式和取值",
        ("指标", "定义、算式和口径", "时点", "取值"),
        rows,
        ("left", "left", "center", "right"),
        (2.1, 6.2, 1.6, 1.7),
        long=True,
    )


def _meaning(one: Fact) -> str:
    """Definition, formula and basis of a computed figure; kind and document of any other."""
    indicator = vocabulary()[one.indicator]
    basis = f"口径：{one.basis}。" if one.basis else ""
    if one.kind == "computed":
        formula = f"算式：{one.formula}。" if one.formula else ""
        return f"{indicator.definition}{formula}{basis}"
    note = f"（{one.note}）" if one.note else ""
    return f"{indicator.definition}{KIND_NAMES[one.kind]}，出自{cite(one.origins[0])}{note}。{basis}"


def sources(facts: Facts) -> Table | None:
    """Every document that a figure of the report rests on, with its issuer."""
    own = {facts.place, *COMPARATORS, *(city.code for city in facts.benchmarks)}
    used: dict[tuple[str, str], dict[str, None]] = {}
    for id_ in facts.behind(*dict.fromkeys(facts.names.values())):
        one = facts.facts[id_]
        if one.kind != "assumption" and not one.edition and one.place in own:
            for origin in one.origins:
                used.setdefault((cite(origin), origin.producer), {})[one.name] = None
    if not used:
        return None
    rows = tuple(
        (text(document), text(producer), text(_some(list(names)))) for (document, producer), names in used.items()
    )
    return Table(
        "tab-sources",
        "数据来源",
        ("文件", "发布单位", "用于指标"),
        tuple(sorted(rows, key=lambda row: row[1])),
        ("left", "left", "left"),
        (4.2, 2.2, 4),
        long=True,
    )


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:4]) + (f"等{len(names)}项" if len(names) > 4 else "")


def findings(facts: Facts) -> Table | None:
    """核验意见 — every finding that wants an answer or an explanation, without the corrections that are registered."""
    open_ = [one for one in facts.findings if one.code != CORRECTED]
    return _of_findings(open_, "tab-findings", "核验意见")


def corrections(facts: Facts) -> Table | None:
    """已登记的更正 — errors of the sources that were settled in advance, with the reason."""
    settled = [one for one in facts.findings if one.code == CORRECTED]
    return _of_findings(settled, "tab-corrections", "已登记的更正")


def _of_findings(found: Iterable[Finding], id_: str, title: str) -> Table | None:
    rows = tuple(
        (
            str(number),
            SEVERITY_NAMES[one.severity],
            text(one.where.replace("data/raw/", "")),
            text(one.what),
            text(one.action),
        )
        for number, one in enumerate(found, 1)
    )
    if not rows:
        return None
    return Table(
        id_,
        title,
        ("序号", "性质", "位置", "情况", "处理"),
        rows,
        ("center", "center", "left", "left", "left"),
        (0.8, 1.2, 3, 4.4, 3),
        long=True,
    )


def changes(facts: Facts) -> Table | None:
    """Main indicators of the previous edition and of this one."""
    earlier = before_of(facts)
    pairs = [(facts[name], earlier[name]) for name in vocabulary() if name in earlier and name in facts]
    rows = tuple(_change(facts, now, before) for now, before in pairs if vocabulary()[now.indicator].main)
    if not rows:
        return None
    note = (
        "上期数字精度较低的，变动只保留到相应位数；按较粗一方的位数印出来相同的为持平；"
        "精度、上下限容不下判断的写“—”；两期用的是同一个数字的，注明未更新。"
    )
    return Table(
        "tab-changes",
        "与上期主要指标比较",
        ("指标", "上期", "上期时点", "本期", "本期时点", "变动"),
        rows,
        ("left", "right", "center", "right", "center", "right"),
        (2.5, 1.5, 1.7, 1.5, 1.8, 1.9),
        note,
        long=True,
    )


def before_of(facts: Facts) -> dict[str, Fact]:
    """The figures of the edition before by indicator, the latest of each, a computed one first."""
    found = [one for one in facts.select(place=facts.place, part=WHOLE, edition=None) if one.edition]
    found.sort(key=lambda one: (one.kind == "computed", by_date(one)))
    return {one.indicator: one for one in found}


def _change(facts: Facts, now: Fact, before: Fact) -> tuple[str, ...]:
    """One row; the change in numbers where it is a fact of its own, else its direction."""
    return (text(now.name), span(before), when(before), span(now), when(now), change_of(facts, now, before))


def change_of(facts: Facts, now: Fact, before: Fact) -> str:
    """升、降 and by how much, 持平, or 未更新 where both editions rest on the same figures."""
    if raw_behind(facts, now) == raw_behind(facts, before):
        return SAME_FIGURE if now.value == before.value else UNKNOWN
    by = next((one for one in facts.values() if one.inputs == (now.id, before.id)), None)
    return by_how_much(moved(now, before), by)


def raw_behind(facts: Facts, one: Fact) -> set[Origin]:
    """The cells that a figure rests on, without what the edition assumes."""
    behind = (facts.facts[id_] for id_ in facts.behind(one.id))
    return {origin for fact in behind if fact.kind != "assumption" for origin in fact.origins}
