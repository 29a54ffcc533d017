"""核验 — checks of observations and facts: ranges, agreement, parts and totals, granularity, magnitude.

Each check is a pure function that returns findings. ``error`` is kept for what must not be printed;
everything that a careful reader should know is a ``warning`` or a ``note`` and stands in 附件3.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from tuoyu.childcare.indicators import INDICATORS
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.selecting import ANSWERS
from tuoyu.facts.selecting import COUNTED
from tuoyu.facts.statistics import possible_count
from tuoyu.facts.wording import printed
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.observation import Observation

LARGE_CHANGE = Decimal(20)  # per cent against the previous edition; more asks for a look at the basis
AT_MOST = (("enrolled", "places"), ("registered_institutions", "institutions"), ("kindergartens", "institutions"))


def stop_if_wrong(findings: Iterable[Finding]) -> None:
    """Raise DataError with every finding that must be mended; nothing happens where there is none."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DataError.from_findings(errors)


def check_observations(observations: Iterable[Observation]) -> list[Finding]:
    """All checks of raw figures: range, agreement, parts against totals, granularity of shares."""
    everything = list(observations)
    usable = [one for one in everything if one.status != "set_aside"]
    return [
        *out_of_range(usable),
        *disagreements(usable),
        *unreconciled(usable),
        *parts_exceeding_totals(usable),
        *wrong_sums(usable),
        *impossible_shares(usable),
    ]


def out_of_range(observations: Iterable[Observation]) -> list[Finding]:
    """Figures outside what their indicator can be."""
    findings = []
    for one in observations:
        entry = vocabulary()[one.indicator]
        ends = (one.value, one.value if one.upper is None else one.upper)
        if not all(entry.get("least", end) <= end <= entry.get("most", end) for end in ends):
            limits = f"{entry.get('least', '')}至{entry.get('most', '')}{entry['unit']}"
            what = f"“{one.printed}”超出{entry['name']}的合理范围（{limits}）"
            action = "核对数字和单位；原文确实如此的，在 corrections.toml 登记"
            findings.append(Finding("error", "out-of-range", one.where, what, action, (one.indicator,)))
    return findings


def disagreements(observations: Iterable[Observation]) -> list[Finding]:
    """Two different values for one figure, beyond what rounding of the printed digits allows."""
    groups: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.period:
            groups[one.place, one.indicator, one.period, one.scope, one.option].append(one)
    findings = []
    for group in groups.values():
        for one, other in combinations(group, 2):
            if not _same_basis(one, other) or _agree(one, other):
                continue
            what = f"“{one.printed}”与{other.where}的“{other.printed}”不一致，同一数字有两个值"
            action = "查明以哪个为准，另一个在 corrections.toml 登记为不采用（set_aside）并写明理由"
            findings.append(Finding("error", "two-values", one.where, what, action, (one.indicator,)))
    return findings


def _same_basis(one: Observation, other: Observation) -> bool:
    if (one.basis in COUNTED) is not (other.basis in COUNTED):
        return False  # counted here against printed there: `unreconciled` says by how much they differ
    return not one.basis or not other.basis or one.basis == other.basis


def _agree(one: Observation, other: Observation) -> bool:
    return abs(one.value - other.value) <= max(one.resolution, other.resolution) / 2


def unreconciled(observations: Iterable[Observation]) -> list[Finding]:
    """Totals counted from a register or from answers that are not what a source printed for the same year."""
    used = [one for one in observations if one.status == "used" and not one.scope and one.period]
    printed_totals: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for one in used:
        if one.basis not in COUNTED:
            printed_totals[one.place, one.indicator, one.period[:4]].append(one)
    findings = []
    for ours in used:
        published = printed_totals[ours.place, ours.indicator, ours.period[:4]] if ours.basis in COUNTED else []
        for one in published:
            apart = ours.value - one.value
            if abs(apart) > max(one.resolution, ours.resolution) / 2:
                name, unit = vocabulary()[ours.indicator]["name"], _unit_of_difference(ours)
                what = (
                    f"{name}按{'答卷' if ours.basis == ANSWERS else '机构名单'}计算为{_shown(ours)}，"
                    f"{one.where}公布为“{one.printed}”，{'多' if apart > 0 else '少'}{_shown(ours, abs(apart))}{unit}"
                )
                action = "本报告采用逐份、逐家计算的数；请核对两者的统计范围和时点"
                findings.append(Finding("warning", "unreconciled", ours.where, what, action, (ours.indicator,)))
    return findings


def _shown(one: Observation, value: Decimal | None = None) -> str:
    number = one.value if value is None else value
    decimals = 1 if one.unit == "%" else 0
    unit = "" if value is not None else "%" if one.unit == "%" else _unit_of_difference(one)
    return f"{round_half_up(number, decimals):f}{unit}"


def _unit_of_difference(one: Observation) -> str:
    measure = str(vocabulary()[one.indicator].get("measure", one.unit))
    return "个百分点" if one.unit == "%" else measure.partition("/")[0]


def parts_exceeding_totals(observations: Iterable[Observation]) -> list[Finding]:
    """Listed communities must not exceed their street, nor their number the street's number."""
    children = [one for one in observations if one.indicator == "children" and one.scope and one.status == "used"]
    totals = {(one.place, one.scope): one for one in children if "·" not in one.scope}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in children:
        street, _, community = one.scope.partition("·")
        if community:
            sums[one.place, street] += one.value
    return [
        Finding(
            "error",
            "parts-exceed-total",
            total.where,
            f"{street}列出的社区3岁以下婴幼儿合计{sums[place, street]}人，超过街道合计{total.value}人",
            "核对街道合计和各社区数字",
            ("children",),
        )
        for (place, street), total in totals.items()
        if sums[place, street] > total.value
    ]


def wrong_sums(observations: Iterable[Observation]) -> list[Finding]:
    """Figures declared as the sum of others (``sum_of`` in the vocabulary) that are not, beyond rounding."""
    # shares counted here add up by themselves; kept to twelve places, they only seem not to
    used = [one for one in observations if one.status == "used" and one.basis not in COUNTED]
    findings = []
    for one in used:
        names = vocabulary()[one.indicator].get("sum_of", ())
        parts = [
            part for part in used if part.indicator in names and (part.file, part.period) == (one.file, one.period)
        ]
        allowed = sum((part.resolution for part in [*parts, one]), Decimal(0)) / 2
        total = sum((part.value for part in parts), Decimal(0))
        if len(parts) == len(names) and parts and abs(one.value - total) > allowed:
            what = f"“{one.printed}”应为{'＋'.join(part.printed for part in parts)}之和（{total:f}{one.unit}）"
            findings.append(Finding("error", "wrong-sum", one.where, what, "核对各分项和合计", (one.indicator,)))
    return findings


def impossible_shares(observations: Iterable[Observation]) -> list[Finding]:
    """Survey shares that no whole number of respondents can give, gathered by question."""
    wrong: dict[tuple[str, int, str], list[Observation]] = defaultdict(list)
    for one in observations:
        published = one.basis not in COUNTED and bool(one.resolution)
        if one.respondents and one.status == "used" and one.unit == "%" and published:
            decimals = max(0, -int(one.resolution.adjusted()))
            if possible_count(one.value, decimals, one.respondents) is None:
                question = vocabulary()[one.indicator].get("question", vocabulary()[one.indicator]["name"])
                wrong[question, one.respondents, one.file].append(one)
    return [
        Finding(
            "warning",
            "impossible-share",
            "；".join([group[0].where, *(one.cell for one in group[1:])]),
            f"“{question}”的占比{'、'.join(one.printed for one in group)}不能由{n}份问卷中的整数人数得出，"
            "该题的应答人数可能与问卷总数不同",
            "向调查方索取该题应答人数；在此之前按公布值引用，区间按问卷总数估计",
            tuple(one.indicator for one in group),
        )
        for (question, n, _), group in wrong.items()
    ]


def check_facts(facts: Facts, published: Mapping[str, Observation]) -> list[Finding]:
    """Checks of computed facts: against what sources printed, impossible parts, mixed dates, magnitude."""
    return [
        *impossible_parts(facts),
        *unlike_published(facts, published),
        *same_as_nation(facts),
        *mixed_dates(facts),
        *published_only(facts),
        *large_changes(facts),
    ]


def impossible_parts(facts: Facts) -> list[Finding]:
    """A part larger than its whole, such as more children enrolled than places."""
    return [
        Finding(
            "error",
            "part-exceeds-whole",
            facts[part].origins[0].place if facts[part].origins else facts[part].label,
            f"{facts[part].label}{printed(facts[part])}大于{facts[whole].label}{printed(facts[whole])}",
            "核对两个数字的时点和口径",
            (part, whole),
        )
        for part, whole in AT_MOST
        if facts.has(part, whole) and facts[part].value > facts[whole].value
    ]


def unlike_published(facts: Facts, published: Mapping[str, Observation]) -> list[Finding]:
    """Recomputed figures that differ from the printed ones when rounded to the printed digits."""
    findings = []
    for name, one in published.items():
        if name in facts and facts[name].kind == "computed" and not recomputed_agrees(facts[name], one):
            ours = facts[name]
            what = (
                f"{ours.label}原文为“{one.printed}”，按{ours.formula}计算为"
                f"{_to_resolution(ours.value, one.resolution):f}{one.unit}"
            )
            action = "本报告采用计算值" + ("，原文似为直接截去尾数" if _truncated(ours.value, one) else "")
            findings.append(Finding("warning", "not-reproduced", one.where, what, action, (name,)))
    return findings


def recomputed_agrees(fact: Fact, one: Observation) -> bool:
    """Whether the exact value, rounded half up to the printed digits, is what the source printed."""
    return _to_resolution(fact.value, one.resolution) == one.value


def comparison(facts: Facts, published: Mapping[str, Observation]) -> pd.DataFrame:
    """对照表 — every recomputed figure beside what its source printed, and whether they agree."""
    rows = [
        {
            "指标": facts[name].label,
            "原文": one.printed,
            "重算": f"{_to_resolution(facts[name].value, one.resolution):f}{one.unit}",
            "一致": recomputed_agrees(facts[name], one),
            "出处": one.where,
        }
        for name, one in published.items()
    ]
    return pd.DataFrame(rows, columns=["指标", "原文", "重算", "一致", "出处"])


def _to_resolution(value: Decimal, resolution: Decimal) -> Decimal:
    return round_half_up(value / resolution, 0) * resolution if resolution else value


def _truncated(value: Decimal, one: Observation) -> bool:
    return bool(one.resolution) and (value // one.resolution) * one.resolution == one.value


def same_as_nation(facts: Facts) -> list[Finding]:
    """Figures of the city that are exactly the nation's, which a source may have quoted as its own."""
    findings = []
    for fact in facts.values():
        nation = facts.get(f"national_{fact.id}")
        if nation and fact.kind == nation.kind == "observed" and fact.value == nation.value:
            what = (
                f"{fact.label}{printed(fact)}（{in_words(fact.as_of)}）与{nation.label}"
                f"（{in_words(nation.as_of)}）数值相同，可能引用的是全国数"
            )
            action = "向提供单位核实是否为本市的调查结果"
            findings.append(Finding("warning", "same-as-nation", fact.origins[0].place, what, action, (fact.id,)))
    return findings


def mixed_dates(facts: Facts) -> list[Finding]:
    """Computed facts whose inputs are of different years: the reader must know."""
    findings = []
    for fact in facts.values():
        stated = fact.kind == "computed" and fact.id in {"places_per_thousand", "fee_income_share", "enrolment_rate"}
        inputs = [facts[name] for name in fact.inputs if facts[name].kind in {"observed", "computed"}]
        dates = {one.as_of for one in inputs if one.as_of}
        if stated and len(dates) > 1:
            parts = "、".join(f"{one.label}（{in_words(one.as_of)}）" for one in inputs)
            what = f"{fact.label}由不同时点的数字计算：{parts}"
            findings.append(Finding("note", "mixed-dates", fact.label, what, "文中已注明时点", (fact.id,)))
    return findings


def published_only(facts: Facts) -> list[Finding]:
    """Figures of the city that a source printed and that cannot be computed again from what is at hand."""
    return [
        Finding(
            "note",
            "published-only",
            fact.origins[0].place,
            f"{fact.label}采用公布的{printed(fact)}，没有重新计算：{facts.missing[fact.id]}",
            "取得同一时点的数据后再核对",
            (fact.id,),
        )
        for fact in facts.values()
        if fact.kind == "observed" and fact.id in INDICATORS and fact.id in facts.missing
    ]


def large_changes(facts: Facts) -> list[Finding]:
    """Main figures that moved by more than 20 % against the previous edition."""
    findings = []
    for before in facts.select("previous_"):
        name = before.id.removeprefix("previous_")
        if name not in facts or before.value == 0 or facts[name].unit == "%":
            continue
        now = facts[name]
        change = (now.value - before.value) / before.value * 100
        if abs(change) > LARGE_CHANGE:
            what = (
                f"{now.label}由{in_words(before.as_of)}的{printed(before)}变为{in_words(now.as_of)}的{printed(now)}，"
                f"变动{round_half_up(change, 1):f}%，幅度较大"
            )
            action = "核对两期的统计口径是否一致（如是否都含幼儿园托班）"
            findings.append(Finding("warning", "large-change", now.label, what, action, (name,)))
    return findings
