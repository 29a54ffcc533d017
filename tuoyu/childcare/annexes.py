"""Annex tables (附件的表): parameters, definitions, sources, findings, changes — what a reviewer looks up.

One function each: facts in, a table out, None without evidence.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.childcare.indicators import INDICATORS
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import span
from tuoyu.nouns.fact import KIND_NAMES
from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.nouns.period import in_words
from tuoyu.text.tabulating import STEADY
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import dated
from tuoyu.text.tabulating import moved
from tuoyu.text.tabulating import short
from tuoyu.text.tabulating import text
from tuoyu.text.tabulating import when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

TARGETS = ("places_target", "national_places_target", "enrolment_target", "floor_area_per_place")


def parameters(facts: Facts) -> Table:
    """本期参数 — the parameters of the edition in words, with the targets that they choose."""
    edition = facts.edition
    assumed, publication = edition["assumptions"], edition["publication"]
    known = {
        "期名": edition["name"],
        "城市": edition["city_name"],
        "数据截止日期": in_words(edition["as_of"]),
        "人口数据日期": in_words(edition["population_as_of"]),
        "上一期": edition.get("previous") or "无",
        "示范城市": "、".join(short(facts, folder) for folder in edition.get("benchmarks", ())) or "无",
        "送托意愿测算比例": f"{assumed['demand_rate']}%（{assumed['demand_rate_source']}）",
    }
    rest = {
        "修约规则": "四舍五入，只在印出时修约一次",
        "编制单位": publication["issuer"],
        "稿次": publication["status"],
    }
    targets = [(facts[name].label, dated(facts, name)) for name in TARGETS if name in facts]
    rows = [(text(name), text(value)) for name, value in known.items()]
    rows += [*targets, *((text(name), text(value)) for name, value in rest.items())]
    return Table("tab-parameters", "本期参数", ("参数", "取值"), tuple(rows), ("left", "left"), (1, 3.2), long=True)


OBSERVED = (
    "residents",
    "registered_population",
    "births",
    "institutions",
    "kindergartens",
    "registered_institutions",
    "places",
    "community_places",
    "enrolled",
    "platform_use_rate",
    "fee",
    "income",
    "respondents",
)


ELSEWHERE = re.compile(r"previous_|group_|street_(?:[3-9]|\d{2,})_")  # facts that have tables of their own


def definitions(facts: Facts) -> Table:
    """Main raw figures of the city, every computed one, every target and assumption, each with what it means."""
    observed = [facts[name] for name in OBSERVED if name in facts and facts[name].kind == "observed"]
    others = [one for one in facts.values() if one.kind != "observed" and not ELSEWHERE.match(one.id)]
    rows = tuple(
        (text(one.label), text(_meaning(one)), text(one.basis), text(when(one)), span(one))
        for one in (*observed, *others)
    )
    return Table(
        "tab-definitions",
        "指标的定义、算式和取值",
        ("指标", "定义与算式", "口径", "时点", "取值"),
        rows,
        ("left", "left", "left", "left", "right"),
        (2.1, 4.8, 2.6, 1.5, 1.6),
        long=True,
    )


def _meaning(one: Fact) -> str:
    """Definition and formula of a computed figure; kind and document of any other."""
    if one.kind == "computed":
        rule = INDICATORS.get(one.id)
        taken = one.formula.startswith("取自")
        formula = f"{'' if taken else '算式：'}{one.formula}。" if one.formula else ""
        return (rule.definition if rule else "") + formula
    return f"{KIND_NAMES[one.kind]}：{one.origins[0].document}" + (f"（{one.note}）" if one.note else "")


def sources(facts: Facts) -> Table:
    """Every document that a fact rests on, with the raw file that holds it."""
    used: dict[tuple[str, str, str], list[str]] = {}
    for one in facts.values():
        if one.kind == "assumption" or one.id.startswith("previous_"):
            continue
        for origin in one.origins:
            used.setdefault((origin.document, origin.producer, origin.file), []).append(one.label)
    rows = tuple(
        (text(document), text(producer), text(file.removeprefix("data/raw/")), text(_some(labels)))
        for (document, producer, file), labels in sorted(used.items())
    )
    return Table(
        "tab-sources",
        "数据来源",
        ("文件", "发布单位", "数据文件（data/raw）", "用于指标"),
        rows,
        ("left", "left", "left", "left"),
        (3, 1.8, 2.8, 3.4),
        long=True,
    )


def _some(labels: Sequence[str]) -> str:
    return "、".join(labels[:4]) + (f"等{len(labels)}项" if len(labels) > 4 else "")


def findings(facts: Facts) -> Table | None:
    """核验意见 — every finding that did not stop the run."""
    if not facts.findings:
        return None
    rows = tuple(
        (
            str(number),
            SEVERITY_NAMES[one.severity],
            text(one.where.replace("data/raw/", "")),
            text(one.what),
            text(one.action),
        )
        for number, one in enumerate(facts.findings, 1)
    )
    return Table(
        "tab-findings",
        "核验意见",
        ("序号", "性质", "位置", "情况", "处理"),
        rows,
        ("center", "center", "left", "left", "left"),
        (0.8, 1.2, 3, 4.4, 3),
        long=True,
    )


def changes(facts: Facts) -> Table | None:
    """Main indicators of the previous edition and of this one."""
    names = [one.id.removeprefix("previous_") for one in facts.select("previous_")]
    main = {"institutions", "places", "use_rate", "births_latest", *INDICATORS}
    rows = tuple(_change(facts, name) for name in names if name in facts and name in main)
    if not rows:
        return None
    note = "上期数字精度较低的，变动只保留到相应位数；变动不超出两期数字精度的为持平。"
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


def _change(facts: Facts, name: str) -> tuple[str, ...]:
    """One row; the change in numbers where it is a fact of its own, else its direction."""
    now, before, by = facts[name], facts[f"previous_{name}"], facts.get(f"{name}_change")
    word = moved(now, before)
    if by is not None and word != STEADY:
        word += span(by, printed(replace(by, value=abs(by.value))))
    return (text(now.label), span(before), when(before), span(now), when(now), word)
