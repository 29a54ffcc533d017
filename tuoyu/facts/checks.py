"""核验 — all checks of observations and facts in their order, and those of single figures, agreement and recomputation.

What a figure says beside others stands in ``checks_time``, ``checks_place``, ``checks_shares`` and
``checks_relations``. Each check is a pure function that returns findings. ``error`` is kept for what must not be
printed; everything that a careful reader should know is a ``warning`` or a ``note`` and stands in 附件3.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from tuoyu.facts import checks_entry
from tuoyu.facts import checks_place
from tuoyu.facts import checks_relations
from tuoyu.facts import checks_shares
from tuoyu.facts import checks_text
from tuoyu.facts import checks_time
from tuoyu.facts import checks_usual
from tuoyu.facts import settling
from tuoyu.facts.doubts import ends_of
from tuoyu.facts.doubts import of_fact
from tuoyu.facts.doubts import of_observation
from tuoyu.facts.doubts import with_cells
from tuoyu.facts.wording import printed
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import by_date
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import ANSWERS
from tuoyu.nouns.observation import COUNTED
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.indicator import Indicator
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

_DAY = re.compile(r"\d{4}(?:-\d{2}){0,2}")  # a day, a month or a year at the beginning of what may go on in words
LARGE_POINTS = Decimal(10)  # percentage points against the previous edition, for shares
LARGE_CHANGE = Decimal(20)  # per cent against the previous edition; more asks for a look at the basis


def stop_if_wrong(findings: Iterable[Finding]) -> None:
    """Raise DataError with every finding that must be mended; nothing happens where there is none."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise DataError.from_findings(errors)


def settled(findings: Iterable[Finding], *, last: bool = False) -> list[Finding]:
    """The findings, with the doubts that ``corrections.toml`` says were verified as explanations."""
    return settling.settled(findings, last=last)


def check_observations(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """All checks that need raw figures only."""
    everything = list(observations)
    usable = [one for one in everything if one.status != "set_aside"]
    return [
        *out_of_range(usable, vocabulary),
        *fractional(usable, vocabulary),
        *checks_usual.unusual(usable, vocabulary),
        *disagreements(usable),
        *unreconciled(usable, vocabulary),
        *checks_place.parts_exceeding_totals(usable),
        *wrong_sums(usable, vocabulary),
        *checks_shares.impossible_shares(usable, vocabulary),
        *checks_shares.wrong_totals(usable, vocabulary),
        *checks_shares.equal_options(usable, vocabulary),
        *checks_shares.decimal_shares(usable, vocabulary),
        *checks_shares.wrong_respondents(usable),
        *checks_time.jumps(usable, vocabulary),
        *checks_time.repeats(usable, vocabulary),
        *checks_time.misdated(usable, vocabulary),
        *checks_time.noughts(usable, vocabulary),
        *checks_time.loose_ranges(usable, vocabulary),
        *checks_place.same_elsewhere(usable, vocabulary),
        *checks_place.listed_twice(usable),
        *checks_time.round_counts(usable, vocabulary),
        *checks_time.odd_dates(usable, vocabulary),
        *checks_place.without_total(usable),
        *checks_place.out_of_order(usable),
        *checks_place.odd_averages(usable, vocabulary),
    ]


def out_of_range(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Figures outside what their indicator can be."""
    findings = []
    for one in observations:
        entry = vocabulary[one.indicator]
        if not all(map(entry.allows, ends_of(one))):
            what = f"“{one.printed}”超出{entry.name}的合理范围（{entry.range_in_words}）"
            action = "核对数字和单位；原文确实如此的，在 corrections.toml 登记"
            findings.append(of_observation(one, "error", "out-of-range", what, action))
    return findings


def fractional(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Exact counts that are no whole numbers, such as 1.08 births: a unit (万人) was left out or a digit slipped."""
    return [
        of_observation(
            one,
            "error",
            "fractional",
            f"“{one.printed}”不是整数，{vocabulary[one.indicator].name}只能是整数",
            "核对数字和单位，看是否漏写了“万”",
        )
        for one in observations
        if vocabulary[one.indicator].whole and one.bound == "=" and any(end % 1 for end in ends_of(one))
    ]


def disagreements(observations: Iterable[Observation]) -> list[Finding]:
    """Two different values for one figure, beyond what rounding of the printed digits allows."""
    groups: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.period:
            groups[one.place, one.indicator, one.period, one.part, one.option].append(one)
    findings = []
    for group in groups.values():
        for one, other in combinations(group, 2):
            if not _same_basis(one, other) or _agree(one, other):
                continue
            what = f"“{one.printed}”与{other.where}的“{other.printed}”不一致，同一数字有两个值"
            action = "查明以哪个为准，另一个在 corrections.toml 登记为不采用（set_aside）并写明理由"
            findings.append(of_observation(one, "error", "two-values", what, action))
    return findings


def _same_basis(one: Observation, other: Observation) -> bool:
    if (one.basis in COUNTED) is not (other.basis in COUNTED):
        return False  # counted here against printed there: `unreconciled` says by how much they differ
    return not one.basis or not other.basis or one.basis == other.basis


def _agree(one: Observation, other: Observation) -> bool:
    return abs(one.value - other.value) <= max(one.resolution, other.resolution) / 2


def unreconciled(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Totals counted from a register or from answers that are not what a source printed for the same year."""
    used = [one for one in observations if one.status == "used" and not one.part and one.period]
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
                entry = vocabulary[ours.indicator]
                what = (
                    f"{entry.name}按{'答卷' if ours.basis == ANSWERS else '机构名单'}计算为{_shown(ours, ours.value)}"
                    f"{'%' if ours.unit == '%' else _unit_of_difference(entry)}，{one.where}公布为“{one.printed}”，"
                    f"{'多' if apart > 0 else '少'}{_shown(ours, abs(apart))}{_unit_of_difference(entry)}"
                )
                action = "本报告采用逐份、逐家计算的数；请核对两者的统计范围和时点"
                findings.append(of_observation(ours, "warning", "unreconciled", what, action))
    return findings


def _shown(one: Observation, value: Decimal) -> str:
    return f"{round_half_up(value, 1 if one.unit == '%' else 0):f}"


def _unit_of_difference(entry: Indicator) -> str:
    return "个百分点" if entry.unit == "%" else (entry.measure or entry.unit).partition("/")[0]


def wrong_sums(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Figures declared as the sum of others (``sum_of`` in the vocabulary) that are not, beyond rounding."""
    # shares counted here add up by themselves; kept to twelve places, they only seem not to
    used = [one for one in observations if one.status == "used" and one.basis not in COUNTED]
    findings = []
    for one in used:
        names = vocabulary[one.indicator].sum_of
        parts = [part for part in used if part.indicator in names and _beside(part, one)]
        allowed = sum((part.resolution for part in [*parts, one]), Decimal(0)) / 2
        total = sum((part.value for part in parts), Decimal(0))
        if len(parts) == len(names) and parts and abs(one.value - total) > allowed:
            what = f"“{one.printed}”应为{'＋'.join(part.printed for part in parts)}之和（{total:f}{one.unit}）"
            findings.append(of_observation(one, "error", "wrong-sum", what, "核对各分项和合计"))
    return findings


def _beside(one: Observation, other: Observation) -> bool:
    """Whether two figures of one file are of the same place, part and time."""
    return all(getattr(one, key) == getattr(other, key) for key in ("file", "place", "part", "period"))


def check_facts(facts: Facts, observations: Iterable[Observation], subject: Subject) -> list[Finding]:
    """All checks that need facts, the places of the edition or what the subject knows of its figures."""
    vocabulary, relations = subject.vocabulary, subject.relations
    usable = [one for one in observations if one.status != "set_aside"]
    published = published_figures(usable, facts, vocabulary)
    recomputed = frozenset(one.where for _, one in published)
    return [
        *impossible_parts(facts, vocabulary),
        *computed_out_of_range(facts, vocabulary),
        *checks_usual.computed_unusual(facts, vocabulary),
        *checks_relations.mixed_bases(facts),
        *checks_shares.impossible_shares_of_counts(facts, vocabulary),
        *restated_targets(facts, vocabulary),
        *checks_relations.clashing_targets(facts, usable, vocabulary),
        *unlike_published(published, facts),
        *checks_place.same_as_nation(facts),
        *checks_place.wrong_wholes(usable, facts, vocabulary),
        *checks_place.beyond_whole(usable, facts, vocabulary),
        *checks_place.too_many_children(usable, facts, dict(relations.children)),
        *checks_relations.odd_ratios(usable, relations, vocabulary),
        *checks_relations.wrong_rates(usable, relations, vocabulary, recomputed),
        *checks_relations.wrong_differences(usable, relations, vocabulary),
        *checks_relations.not_between(usable, relations, vocabulary),
        *checks_text.unlike_told(facts, usable, vocabulary),
        *mixed_dates(facts, vocabulary),
        *published_only(facts, subject),
        *large_changes(facts),
        *checks_entry.entered_once(facts),
    ]


def impossible_parts(facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """A part larger than its whole, such as more registered institutions than there are."""
    pairs = [(facts[one.id], facts[one.at_most]) for one in vocabulary.values() if facts.has(one.id, one.at_most)]
    return [
        of_fact(
            part,
            "error",
            "part-exceeds-whole",
            f"{part.label}{printed(part)}大于{whole.label}{printed(whole)}{_at(whole)}",
            "核对两个数字的范围、时点和口径",
        )
        for part, whole in pairs
        if part.value > whole.value
    ]


def _at(fact: Fact) -> str:
    return f"（{fact.origins[0].where}）" if fact.origins else ""


def computed_out_of_range(facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """Computed figures outside what their indicator can be: one of the inputs must be wrong.

    What comes only of a figure that is told already, a part larger than its whole among them, is not told again; nor
    are further years and parts of one indicator.
    """
    told = {id_ for one in impossible_parts(facts, vocabulary) for id_ in (facts[name].id for name in one.indicators)}
    kinds: set[tuple[str, str]] = set()
    findings = []
    for one in facts.values():
        entry = vocabulary[one.indicator]
        if one.kind != "computed" or all(map(entry.allows, ends_of(one))):
            continue
        if not told.intersection(one.inputs) and (one.indicator, one.place) not in kinds:
            what = f"{one.label}按{one.formula}计算为{printed(one)}，超出合理范围（{entry.range_in_words}）"
            action = f"核对所用的数字和单位：{_inputs_of(one, facts)}"
            findings.append(of_fact(one, "error", "computed-out-of-range", what, action))
            kinds.add((one.indicator, one.place))
        told.add(one.id)
    return findings


def restated_targets(facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """Targets that are another target in other words: they ask for nothing more."""
    findings = []
    for indicator in vocabulary.values():
        ours, target = facts.get(indicator.id), facts.get(indicator.restates)
        if ours is not None and target is not None and ours.rounded(target.decimals) == target.rounded():
            what = (
                f"{target.label}{printed(target)}与{ours.formula}的结果{printed(ours)}相同，"
                "可能是由另一项目标换算出来的，不是单独提出的目标"
            )
            findings.append(of_fact(target, "warning", "restated-target", what, "核对规划原文是否载有这项目标"))
    return findings


def _inputs_of(fact: Fact, facts: Facts) -> str:
    """The raw figures behind a computed one, each with its cell."""
    return with_cells(facts.facts[id_] for id_ in facts.behind(fact.id) if facts.facts[id_].origins)


def published_figures(
    observations: Iterable[Observation], facts: Facts, vocabulary: Vocabulary
) -> list[tuple[Fact, Observation]]:
    """Computed facts, each with what a source printed for the same indicator, place and date."""
    computed = {
        (vocabulary[one.indicator].printed_as or one.indicator, one.place): one
        for one in facts.values()
        if one.kind == "computed" and not one.part and not one.edition and not _assumed_otherwise(one, facts)
    }
    found: dict[str, tuple[Fact, Observation]] = {}
    for one in observations:
        fact = computed.get((one.indicator, one.place))
        if fact is None or one.part or one.status != "used" or _on_other_people(fact, one):
            continue
        if last_day(one.period) == last_day(fact.period) or _looks_ahead(fact, one, facts):
            found.setdefault(fact.id, (fact, one))
    return list(found.values())


def _on_other_people(fact: Fact, one: Observation) -> bool:
    """Whether the source counts residents where the fact counts those on the register, or the other way round."""
    said = [{word for word in ("常住", "户籍") if word in basis} for basis in (fact.basis, one.basis)]
    return all(said) and not set.intersection(*said)


def _assumed_otherwise(fact: Fact, facts: Facts) -> bool:
    """Whether it rests on an assumption in an edition that is there to try another."""
    tried = facts.edition.what_if.settings if facts.edition and facts.edition.what_if else {}
    return any(path.startswith("assumptions.") for path in tried) and any(
        facts.facts[id_].kind == "assumption" for id_ in fact.inputs
    )


def _looks_ahead(fact: Fact, one: Observation, facts: Facts) -> bool:
    """Whether a source dates by itself, or by the year of the target, what rests on an assumption or a target.

    Not where figures went in that are younger than the source: it speaks of the state of an earlier year.
    """
    inputs = [facts.facts[id_] for id_ in fact.inputs]
    day = _DAY.match(one.published)
    published = last_day(day[0]) if day else None
    given = [last_day(known.period) for known in inputs if known.kind not in {"assumption", "policy"}]
    if published and any(end and end > published for end in given):
        return False
    return any(
        known.kind == "assumption" or (known.kind == "policy" and last_day(known.period) == last_day(one.period))
        for known in inputs
    )


def unlike_published(published: Iterable[tuple[Fact, Observation]], facts: Facts) -> list[Finding]:
    """Recomputed figures that differ from the printed ones when rounded to the printed digits."""
    findings = []
    for ours, one in published:
        if not recomputed_agrees(ours, one):
            what = (
                f"{ours.label}原文为“{one.printed}”，按{ours.formula}计算为"
                f"{_to_resolution(ours.value, one.resolution):f}{one.unit}。所用数字：{_inputs_of(ours, facts)}"
            )
            action = "本报告采用计算值" + ("，原文似为直接截去尾数" if _truncated(ours.value, one) else "")
            findings.append(
                Finding(
                    "warning", "not-reproduced", one.where, what, action, (ours.indicator,), ours.place, ours.period
                )
            )
    return findings


def recomputed_agrees(fact: Fact, one: Observation) -> bool:
    """Whether the exact value, rounded half up to the printed digits, is what the source printed."""
    return _to_resolution(fact.value, one.resolution) == one.value


def comparison(observations: Iterable[Observation], facts: Facts, vocabulary: Vocabulary) -> pd.DataFrame:
    """对照表 — every recomputed figure beside what its source printed, and whether they agree."""
    import pandas as pd

    rows = [
        {
            "指标": fact.label,
            "原文": one.printed,
            "重算": f"{_to_resolution(fact.value, one.resolution):f}{one.unit}",
            "一致": recomputed_agrees(fact, one),
            "出处": one.where,
        }
        for fact, one in published_figures(observations, facts, vocabulary)
    ]
    return pd.DataFrame(rows, columns=["指标", "原文", "重算", "一致", "出处"])


def _to_resolution(value: Decimal, resolution: Decimal) -> Decimal:
    return round_half_up(value / resolution, 0) * resolution if resolution else value


def _truncated(value: Decimal, one: Observation) -> bool:
    return bool(one.resolution) and (value // one.resolution) * one.resolution == one.value


def mixed_dates(facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """Headline figures of the city whose inputs are of different years: the reader must know."""
    findings = []
    for fact in facts.select(place=facts.place):
        inputs = [facts.facts[name] for name in fact.inputs]
        dated = (one.period for one in inputs if one.period and one.kind in {"observed", "computed"})
        dates = {last_day(period) or period for period in dated}  # a year and its end are of one date
        if len({one.indicator for one in inputs}) < 2:  # a sum of years is of several years by its nature
            continue
        if fact.kind == "computed" and "definitions" in vocabulary[fact.indicator].tables and len(dates) > 1:
            parts = "、".join(f"{one.label}（{in_words(one.period)}）" for one in inputs if one.period)
            what = f"{fact.label}由不同时点的数字计算：{parts}"
            findings.append(of_fact(fact, "note", "mixed-dates", what, "文中已注明时点"))
    return findings


def published_only(facts: Facts, subject: Subject) -> list[Finding]:
    """Figures of the city that a source printed and that cannot be computed again from what is at hand."""
    findings = []
    for indicator in subject.vocabulary.values():
        fact = facts.get(indicator.id) if indicator.computed else None
        if fact is not None and fact.kind == "observed" and fact.place == facts.place:
            absent = "、".join(subject.names[name] for name in indicator.inputs if name not in facts)
            reason = f"缺少{absent}" if absent else "所用数据的时点相隔较远，或者只有上限、下限"
            what = f"{fact.label}采用公布的{printed(fact)}，没有重新计算：{reason}"
            findings.append(of_fact(fact, "note", "published-only", what, "取得同一时点的数据后再核对"))
    return findings


def large_changes(facts: Facts) -> list[Finding]:
    """Main figures that moved by more than a fifth, shares by more than ten points, against the previous edition."""
    findings = []
    earlier = [one for one in facts.select(place=facts.place, part=WHOLE, edition=None) if one.edition]
    earlier.sort(key=lambda one: (one.kind == "computed", by_date(one)))
    for before in {one.indicator: one for one in earlier}.values():  # of each the figure that stood for it
        now = facts.get(before.indicator)
        if now is None or before.value == 0 or now.kind == "assumption" or (now.kind == "computed" and now.unit != "%"):
            continue  # what is derived moves with what it is derived from, what is assumed as somebody will
        apart = now.value - before.value
        share = now.unit == "%"
        if abs(apart) > LARGE_POINTS if share else abs(apart / before.value) * 100 > LARGE_CHANGE:
            much = abs(apart) if share else abs(apart / before.value) * 100
            told = f"{round_half_up(much, 1):f}{'个百分点' if share else '%'}"
            what = (
                f"{now.label}由{in_words(before.period)}的{printed(before)}变为{in_words(now.period)}的{printed(now)}，"
                f"{'增加' if apart > 0 else '减少'}{told}，幅度较大"
            )
            action = "核对两期的统计口径是否一致（如是否都含幼儿园托班）"
            findings.append(of_fact(now, "warning", "large-change", what, action))
    return findings
