"""表 — the tables of the report: one function each, facts in, a table out, None without evidence.

Numbers stand in their carriers of lineage; what is not known prints as ``—``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.selecting import REGISTER
from tuoyu.facts.selecting import YES_NO
from tuoyu.facts.wording import LESS
from tuoyu.facts.wording import MORE
from tuoyu.facts.wording import choice
from tuoyu.facts.wording import interval
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import sources_note
from tuoyu.facts.wording import span
from tuoyu.text.tabulating import BENCHMARKED
from tuoyu.text.tabulating import STEADY
from tuoyu.text.tabulating import UNKNOWN
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import carried
from tuoyu.text.tabulating import dated
from tuoyu.text.tabulating import moved
from tuoyu.text.tabulating import name_of
from tuoyu.text.tabulating import short
from tuoyu.text.tabulating import text
from tuoyu.text.tabulating import when

if TYPE_CHECKING:
    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts


def population(facts: Facts) -> Table | None:
    """出生人口 by year, each with its basis and its document."""
    years = sorted(
        (one for one in facts.select("births_") if re.fullmatch(r"births_\d{4}", one.id)), key=lambda one: one.as_of
    )
    if not years:
        return None
    rows = []
    for one, before in zip(years, (None, *years), strict=False):
        documents = "；".join(dict.fromkeys(origin.document for origin in facts.origins(one.id)))
        change = UNKNOWN if before is None else _since(facts, one, before)
        rows.append((when(one), span(one), change, text(one.basis or "来源未注明"), text(documents)))
    note = (
        "不同年份的数字来自不同文件，精度不同；同一年份有多个数字的，采用较精确的一个。"
        "升降与上一个有数字的年份相比，口径不同或未注明的仅供参考。"
    )
    return Table(
        "tab-population",
        "历年出生人口",
        ("年份", "出生人口", "升降", "口径", "来源"),
        tuple(rows),
        ("center", "right", "center", "center", "left"),
        (1, 1.4, 1.2, 1.6, 4),
        note,
    )


def _since(facts: Facts, now: Fact, before: Fact) -> str:
    """Direction from the known year before; by how much where that is a fact of its own."""
    word = moved(now, before)
    by = facts.get("births_yearly_decline")
    told = by is not None and by.as_of == now.as_of and int(before.as_of) == int(now.as_of) - 1
    if by is None or not told or word == STEADY:
        return word
    return word + span(by, printed(replace(by, value=abs(by.value))))


SUPPLY = (  # figure, what it is held against, the difference, word for the latter two, whether more is above
    ("places_per_thousand", "places_target", "places_per_thousand_gap", "本省目标", False),
    ("places_per_thousand", "national_places_target", "national_target_gap", "全国目标", False),
    ("places_per_thousand", "national_places_per_thousand", "national_places_difference", "全国水平", True),
    ("places", "places_needed", "places_gap", "目标所需", False),
    ("enrolment_rate", "enrolment_target", "enrolment_gap", "目标", False),
    ("enrolled", "enrolled_needed", "", "入托率目标对应数", False),
    ("use_rate", "", "", "", False),
)


def supply(facts: Facts) -> Table | None:
    """Main figures of supply and use beside target or reference, and the difference."""
    rows = []
    shown: list[str] = []
    for have, against, gap, word, above in SUPPLY:
        if have not in facts or (against and against not in facts):
            continue
        shown += [name for name in (have, against) if name]
        reference = f"{word} {span(facts[against])}" if against else UNKNOWN
        apart = _apart(facts[gap], above=above) if gap in facts else UNKNOWN
        rows.append((facts[have].label, span(facts[have]), reference, apart, when(facts[have])))
    if not rows:
        return None
    return Table(
        "tab-supply",
        "托育供给、使用与目标对照",
        ("指标", "现状", "目标或参照", "差距", "时点"),
        tuple(rows),
        ("left", "right", "left", "right", "center"),
        (2.4, 1.5, 3, 2, 2.1),
        "“低”“高”指现状低于、高于目标或参照。" + sources_note(facts, shown),
    )


def _apart(gap: Fact, *, above: bool) -> str:
    """A difference in words: ``低2928个``, ``高1.51个``; ``above`` if a positive one means more than the reference."""
    if gap.bound in MORE or gap.bound in LESS:  # at least or at most this far apart says little
        return UNKNOWN
    if gap.value == 0:
        return span(gap, STEADY)
    higher = (gap.value > 0) is above
    return ("高" if higher else "低") + span(gap, printed(replace(gap, value=abs(gap.value))))


def survey(facts: Facts) -> Table | None:
    """All survey shares with intervals and n, by question."""
    shares = [one for one in facts.select("survey_") if one.interval]
    if not shares:
        return None
    order = list(vocabulary())
    questions = list(dict.fromkeys(_question(one) for one in shares))
    shares.sort(key=lambda one: (questions.index(_question(one)), order.index(one.id)))
    rows = []
    last = ""
    for one in shares:
        question = _question(one)
        asked = text(question) if question != last else "〃"
        numbers = (span(one), span(one, interval(one)), span(one, str(one.respondents or UNKNOWN)))
        rows.append((asked, text(choice(one)), *numbers))
        last = question
    note = (
        sources_note(facts, [one.id for one in shares])
        + "区间按威尔逊方法计算；部分题目的应答人数可能少于样本量，见数据核验情况。"
    )
    return Table(
        "tab-survey",
        "家长问卷主要结果",
        ("题目", "选项", "占比", "95%置信区间", "样本量"),
        tuple(rows),
        ("left", "left", "right", "center", "right"),
        (2.6, 3, 1.3, 2.2, 1.2),
        note,
    )


def _question(one: Fact) -> str:
    return str(vocabulary()[one.id]["question"])


AFFORDABILITY = (
    "fee",
    "accepted_fee",
    "survey_price_low",
    "fee_excess",
    "income",
    "fee_income_share",
    "fee_yearly",
    "income_urban",
    "fee_urban_share",
    "income_rural",
    "fee_rural_share",
)


def affordability(facts: Facts) -> Table | None:
    """Fee, price accepted and income side by side."""
    names = [name for name in AFFORDABILITY if name in facts]
    if "fee" not in names or len(names) < 2:
        return None
    known = [facts[name] for name in names]
    rows = tuple((one.label, span(one), when(one), text(one.formula or "公布值")) for one in known)
    years = {one.as_of[:4] for one in known if one.id in {"fee", "income", "income_urban", "income_rural"}}
    apart = "托费与收入年份不同，比重仅供参考。" if len(years) > 1 else ""
    note = f"托费以月计，城镇、农村居民收入以年计。{apart}{sources_note(facts, names)}"
    return Table(
        "tab-affordability",
        "托费与居民收入对照",
        ("指标", "数值", "时点", "算式"),
        rows,
        ("left", "right", "center", "left"),
        (3.4, 1.5, 1.3, 4.2),
        note,
    )


def communities(facts: Facts) -> Table | None:
    """Streets, their communities and children, and the places that the enrolment target would need."""
    streets = [one for one in facts.select("street_") if re.fullmatch(r"street_\d+_children", one.id)]
    if not streets:
        return None
    rows = []
    shown: list[str] = []
    for street in streets:
        stem = street.id.removesuffix("_children")
        listed = facts.select(f"{stem.replace('street', 'community')}_")
        shown += [street.id, *(one.id for one in listed), *(n for n in (f"{stem}_communities",) if n in facts)]
        names = "、".join(text(one.scope.partition("·")[2]) + span(one) for one in listed) or UNKNOWN
        numbers = (carried(facts, f"{stem}_communities"), span(street), names, carried(facts, f"{stem}_places_needed"))
        rows.append((text(street.scope), *numbers))
    return Table(
        "tab-communities",
        "部分街道和社区3岁以下婴幼儿数",
        ("街道", "社区数", "婴幼儿数", "其中：婴幼儿较多的社区", "所需托位"),
        tuple(rows),
        ("center", "right", "right", "left", "right"),
        (1.6, 1.2, 1.5, 5, 1.6),
        sources_note(facts, shown) + "所需托位按入托率目标测算。",
    )


def benchmarks(facts: Facts) -> Table | None:
    """The city and its benchmark cities side by side."""
    folders = tuple(facts.edition.get("benchmarks", ()))
    prefixes = ("", *(f"{folder}_" for folder in folders))
    # A figure that no benchmark city has offers nothing to compare.
    names = [name for name in BENCHMARKED if any(f"{prefix}{name}" in facts for prefix in prefixes[1:])]
    if not names:
        return None
    rows = tuple((name_of(name), *(dated(facts, prefix + name) for prefix in prefixes)) for name in names)
    shown = [prefix + name for prefix in prefixes for name in names if prefix + name in facts]
    return Table(
        "tab-benchmarks",
        "各市托育服务主要指标",
        ("指标", text(facts.edition["city_short"]), *(text(short(facts, folder)) for folder in folders)),
        rows,
        ("left", *["right"] * len(prefixes)),
        (2, *[2.4] * len(prefixes)),
        sources_note(facts, shown),
    )


AXES = ("办托形式", "举办性质", "普惠")
COUNTS = ("institutions", "places", "enrolled", "use_rate")


def kinds(facts: Facts) -> Table | None:
    """Institutions of the register by kind on three axes: number, places, enrolled, use."""
    return _grouped(facts, AXES, "tab-kinds", "托育机构分类情况")


def districts(facts: Facts) -> Table | None:
    """Institutions of the register by district."""
    return _grouped(facts, ("区县",), "tab-districts", "分区县托育服务情况")


def _grouped(facts: Facts, axes: tuple[str, ...], id_: str, title: str) -> Table | None:
    """One row for each group of the axes, and the total that each axis adds up to."""
    counted = [one for one in facts.select("group_") if one.basis == REGISTER and one.id.endswith("_institutions")]
    stems = {one.scope: one.id.removesuffix("_institutions") for one in counted if one.scope.partition("：")[0] in axes}
    if not stems:
        return None
    rows = []
    for scope, stem in stems.items():
        axis, _, value = scope.partition("：")
        value = YES_NO.get((axis, value), value)
        rows.append((text(axis), text(value), *(carried(facts, f"{stem}_{name}") for name in COUNTS)))
    rows.append((text("合计"), UNKNOWN, *(carried(facts, name) for name in COUNTS)))
    shown = [f"{stem}_{name}" for stem in stems.values() for name in COUNTS if f"{stem}_{name}" in facts]
    return Table(
        id_,
        title,
        ("分类", "类别", "机构数", "托位数", "在托人数", "托位使用率"),
        tuple(rows),
        ("left", "left", "right", "right", "right", "right"),
        (1.5, 2.6, 1.3, 1.3, 1.5, 1.7),
        sources_note(facts, shown) + "由机构名单逐家相加。",
    )


def survey_groups(facts: Facts) -> Table | None:
    """Survey shares by group of respondents, each with its n; small groups are not shown."""
    shares = [one for one in facts.select("group_") if one.respondents]
    if not shares:
        return None
    rows = tuple(
        (
            text(f"{vocabulary()[_indicator(one)].get('question', '')}：{choice(one)}"),
            text(one.scope.partition("：")[0]),
            text(one.scope.partition("：")[2]),
            span(one),
            span(one, interval(one)) if one.interval else UNKNOWN,
            str(one.respondents),
        )
        for one in sorted(
            shares, key=lambda one: (list(vocabulary()).index(_indicator(one)), one.scope.partition("：")[0])
        )
    )
    note = sources_note(facts, [one.id for one in shares]) + "应答人数过少的组不公布。"
    return Table(
        "tab-survey-groups",
        "家长问卷分组结果",
        ("题目和选项", "分组", "组别", "占比", "95%置信区间", "应答人数"),
        rows,
        ("left", "center", "left", "right", "center", "right"),
        (3.6, 1, 1.8, 1.2, 2.1, 1.3),
        note,
        long=True,
    )


def _indicator(one: Fact) -> str:
    """The indicator of a fact of a group: ``group_1_2_survey_full_day`` → ``survey_full_day``."""
    return one.id.split("_", 3)[3]
