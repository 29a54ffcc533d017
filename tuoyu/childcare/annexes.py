"""Annex tables (附件的表): parameters, definitions, sources, findings, changes — what a reviewer looks up.

One function each: facts in, a table out, None without evidence.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from tuoyu.childcare.roles import EU
from tuoyu.childcare.roles import OECD
from tuoyu.childcare.roles import SCENARIO
from tuoyu.childcare.tables import listed_in
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.ascribing import Sides
from tuoyu.facts.ascribing import reasons_of
from tuoyu.facts.relations import SAME_FIGURE
from tuoyu.facts.wording import cite
from tuoyu.facts.wording import document_number
from tuoyu.facts.wording import span
from tuoyu.nouns.fact import KIND_NAMES
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import by_date
from tuoyu.nouns.finding import SETTLED
from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.nouns.finding import VERIFIED
from tuoyu.nouns.indicator import NATION
from tuoyu.nouns.period import in_words
from tuoyu.text.tabulating import UNKNOWN
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import by_how_much
from tuoyu.text.tabulating import dated
from tuoyu.text.tabulating import moved
from tuoyu.text.tabulating import shortest
from tuoyu.text.tabulating import text
from tuoyu.text.tabulating import when

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.facts.ascribing import Reason
    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.fact import Origin
    from tuoyu.nouns.finding import Finding

TARGETS = ("places_target", "national_places_target", "enrolment_target", "floor_area_per_place")
CELL = re.compile(r"data/raw/[^，；]+(?:，工作表“[^”]*”)?，(?:[A-Z]+\d+(?::[A-Z]+\d+)?|target“[^”]*”)")
DESCRIBED = re.compile(r"（([^，（）]+)，[^（）]*）")
NAMED = 3  # uses of a source or a figure; of more only how many
CALLED = {"questions": "问卷题目登记"}
FILE = re.compile(r" ?([\w（）-]+)\.(?:toml|csv|xlsx) ?")


def parameters(facts: Facts) -> Table | None:
    """本期参数 — the parameters of the edition in words, with the targets that they choose."""
    edition, city = facts.edition, facts.city
    if edition is None or city is None:
        return None
    assumed = edition.assumptions
    wanted, ahead = "children_wanting_care" in facts, any(facts.select("under_threes", axis=SCENARIO))
    others = [f"{rate}%" for rate in (assumed.demand_rate_low, assumed.demand_rate_high) if rate]
    known = {
        "数据截止日期": in_words(edition.as_of.isoformat()),
        "人口数据日期": in_words(edition.population_as_of.isoformat()),
        "示范城市": "、".join(one.short for one in facts.benchmarks) or "无",
    }
    if wanted:
        rate = f"{assumed.demand_rate}%（{edition.assumed_from('demand_rate')}）"
        known["送托意愿测算比例"] = f"{rate}；展望另取{'、'.join(others)}" if others else rate
    if ahead:
        scenarios = edition.outlook.scenarios.items()
        known["展望方案"] = "、".join(f"{name}（{share.normalize():f}%）" for name, share in scenarios)
    targets = [(facts[name].label, dated(facts, name)) for name in TARGETS if name in facts]
    rows = [(text(name), text(value)) for name, value in known.items()]
    rows += targets
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
    return f"{indicator.definition}{KIND_NAMES[one.kind]}，出自{_shortly(one.origins[0])}{note}。{basis}"


def sources(facts: Facts) -> Table | None:
    """Every document that a figure of the edition rests on, and for which; the report keeps those that it prints."""
    city = facts.city
    ranks = {facts.place: 0, **dict.fromkeys((one.code for one in city.districts) if city else (), 0)}
    ranks |= {NATION: -2, (city.province_code or "") if city else "": -1}
    ranks |= dict.fromkeys((other.code for other in facts.benchmarks), 1) | {OECD: 2, EU: 2}
    views = (facts, *(facts.at(other.code) for other in facts.benchmarks))
    used: dict[tuple[str, str], dict[str, Fact]] = {}
    for id_ in facts.behind(*dict.fromkeys(id_ for view in views for id_ in view.names.values())):
        one = facts.facts[id_]
        if one.kind != "assumption" and not one.edition and one.place in ranks:
            for origin in one.origins:
                used.setdefault((origin.producer, cite(origin)), {})[id_] = one
    if not used:
        return None

    def order(listed: tuple[tuple[str, str], dict[str, Fact]]) -> tuple[int, str]:
        """Of the nation, the province, the city, its benchmarks, abroad; what tells of the city is the city's."""
        (producer, _), rests_on = listed
        return min((ranks[one.place] for one in rests_on.values()), key=lambda rank: (rank != 0, rank)), producer

    listed = sorted(used.items(), key=order)
    rows = tuple((text(document), text(_some(_names(rests_on)))) for (_, document), rests_on in listed)
    return Table(
        "tab-sources",
        "数据来源",
        ("发布单位和文件", "用于指标"),
        rows,
        ("left", "left"),
        shortest(2, rows, {}),
        long=True,
        rests_on=tuple(tuple(rests_on) for _, rests_on in listed),
    )


def _names(some: Mapping[str, Fact]) -> list[str]:
    return list(dict.fromkeys(one.name for one in some.values()))


def carried_over(facts: Facts) -> Table | None:
    """沿用的较早数字 — raw figures of the city a year or more before the edition's date, for want of later ones.

    Those on which another figure rests, and those that are watched from edition to edition.
    """
    used: dict[str, dict[str, None]] = {}
    for id_ in dict.fromkeys(facts.names.values()):
        one = facts.facts[id_]
        if not one.edition and one.place == facts.place:
            for behind in facts.behind(id_):
                if behind != id_:
                    used.setdefault(behind, {})[one.name] = None
    rows = []
    shown = {facts[name].name for name in listed_in("dashboard") if name in facts}
    for id_ in dict.fromkeys(facts.names.values()):
        one = facts.facts[id_]
        latest = facts.series(one.indicator)[-1:] == (one,) or bool(one.part)
        own = one.kind == "observed" and one.place == facts.place and not one.edition and latest
        if own and facts.is_older(one):
            uses = [name for name in used.get(id_, {}) if name != one.name]
            if not uses and one.name not in shown:
                continue
            rows.append((text(one.name), span(one), text(when(one)), text(_some(uses)) or UNKNOWN))
    if not rows:
        return None
    return Table(
        "tab-carried",
        "沿用的较早数字",
        ("指标", "取值", "时点", "用于计算"),
        tuple(rows),
        ("left", "right", "center", "left"),
        shortest(4, rows, {1: 4.5, 2: 6.5}),
        long=True,
    )


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:NAMED]) + (f"等{len(names)}项" if len(names) > NAMED else "")


def findings(facts: Facts) -> Table | None:
    """核验意见 — every finding that wants an answer or an explanation, without what is registered as settled."""
    open_ = [one for one in facts.findings if one.code not in SETTLED]
    rows = [(SEVERITY_NAMES[one.severity], *_told(facts, one)) for one in open_]
    return _numbered("tab-findings", "核验意见", {"性质": 0.9, **TOLD}, rows)


def corrections(facts: Facts) -> Table | None:
    """已登记的更正和核实 — errors and doubts that were settled in advance, with the reason."""
    settled = [one for one in facts.findings if one.code in SETTLED]
    title = f"已登记的更正{'和核实' if any(one.code == VERIFIED for one in settled) else ''}"
    return _numbered("tab-corrections", title, SETTLED_AS, [_told(facts, one) for one in settled])


# heads, with the widths of their columns
TOLD = {"指标或出处": 3.0, "情况": 5.3, "处理": 2.5}
SETTLED_AS = {"指标或出处": 3.1, "情况": 6.2, "处理": 1.6}


def _told(facts: Facts, one: Finding) -> tuple[str, ...]:
    """What a reader of the report sees of a finding: the document, not the file and cell that hold its figure."""

    def said(words: str) -> str:
        named = CELL.sub(lambda found: _place(facts, found[0]), words)
        return FILE.sub(lambda found: CALLED.get(found[1], found[1]), named)

    return text(_place(facts, one.where)), text(said(one.what)), text(said(one.action))


def _place(facts: Facts, where: str) -> str:
    """The document of which a cell is told, with the place in it; the name of a file that is of several documents."""
    found = [origin for fact in facts.facts.values() for origin in fact.origins if where.startswith(f"{origin.file}，")]
    cells = [origin for origin in found if origin.where == where]
    if cells:
        place = cells[0].locator
        return _shortly(cells[0]) + (f"，{place}" if place and not place.startswith("见“") else "")
    documents = list(dict.fromkeys(map(_shortly, found)))
    if len(documents) == 1:
        return documents[0]
    return PurePath(where.partition("，")[0]).stem if where.startswith("data/raw/") else where


def _shortly(origin: Origin) -> str:
    """A document by its number, or without what describes it further: the list of sources has it whole.

    ``江门市政协（2023年度提案，案由：以……）`` is 江门市政协（2023年度提案）.
    """
    return document_number(origin) or DESCRIBED.sub(r"（\1）", cite(origin))


def _numbered(id_: str, title: str, heads: Mapping[str, float], told: Sequence[tuple[str, ...]]) -> Table | None:
    if not told:
        return None
    rows = tuple((str(number), *row) for number, row in enumerate(told, 1))
    align = ("center", *("center" if head == "性质" else "left" for head in heads))
    return Table(id_, title, ("序号", *heads), rows, align, (0.7, *heads.values()), long=True)


def changes(facts: Facts) -> Table | None:
    """Main indicators of the previous edition and of this one."""
    earlier = before_of(facts)
    pairs = [(facts[name], earlier[name]) for name in vocabulary() if name in earlier and name in facts]
    rows = tuple(_change(facts, now, before) for now, before in pairs if vocabulary()[now.indicator].main)
    if not rows:
        return None
    note = (
        "上期数字精度较低的，变动只保留到相应位数；按较粗一方的位数印出来相同的为持平；"
        "精度、上下限容不下判断的写“—”。变动原因由两期所用的数据逐项对照得出：时点不同的为更新，"
        "同一时点的原始数字有改动的为来源重述，一期公布、一期计算或者算式不同的为算法变化；两期用的是同一个数字的，注明未更新。"
    )
    return Table(
        "tab-changes",
        "与上期主要指标比较",
        ("指标", "上期", "上期时点", "本期", "本期时点", "变动", "变动原因"),
        rows,
        ("left", "right", "center", "right", "center", "right", "center"),
        (2, 1.55, 1.3, 1.55, 1.7, 2.4, 1.7),
        note,
        long=True,
    )


def before_of(facts: Facts) -> dict[str, Fact]:
    """The figures of the edition before by indicator, the latest of each, a computed one first."""
    found = [one for one in facts.select(place=facts.place, part=WHOLE, edition=None) if one.edition]
    found.sort(key=lambda one: (one.kind == "computed", by_date(one)))
    return {one.indicator: one for one in found}


def _change(facts: Facts, now: Fact, before: Fact) -> tuple[str, ...]:
    """One row; the change in numbers where it is a fact of its own, else its direction, and why there is one."""
    by = change_of(facts, now, before)
    causes = "、".join(dict.fromkeys(str(one.cause) for one in why(facts, now, before)))
    told = (by, text(causes)) if causes else (UNKNOWN, SAME_FIGURE)
    return (text(now.name), span(before), when(before), span(now), when(now), *told)


def change_of(facts: Facts, now: Fact, before: Fact) -> str:
    """升、降 and by how much, 持平, or 未更新 where both editions rest on the same figures."""
    if not why(facts, now, before):
        return SAME_FIGURE
    by = next((one for one in facts.values() if one.inputs == (now.id, before.id)), None)
    return by_how_much(moved(now, before), by)


def why(facts: Facts, now: Fact, before: Fact) -> tuple[Reason, ...]:
    """Why a figure is another one than that of the edition before, as ``diff`` ascribes it; empty where it is none."""
    return reasons_of(Sides(facts, facts), before, now)
