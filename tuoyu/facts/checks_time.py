"""核验（时间）— a figure beside those of other years: jumps, last year's figure again, dates that cannot be."""

from __future__ import annotations

import re
from collections import Counter
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from itertools import pairwise
from typing import TYPE_CHECKING

from tuoyu.facts.doubts import digits_of
from tuoyu.facts.doubts import end_of
from tuoyu.facts.doubts import named
from tuoyu.facts.doubts import of_observation
from tuoyu.facts.doubts import plain
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import COUNTED
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence
    from datetime import date

    from tuoyu.nouns.indicator import Indicator
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

EARLIEST = 1990  # of the figures that a report on childcare rests on
AHEAD = 10  # years that a target may lie ahead of its document
MOST_YEARS = 3  # between two figures that are held against each other
STEADY = 3  # changes that tell how steady a series is
_TIMES = 3  # as much as the largest of the other changes
_ROUND = 1000
_SAME_DIGITS = 3  # significant digits that do not repeat by chance
_FALL = {"%": Decimal("0.5")}  # points; others in per cent
_GAZETTE = re.compile(r"^[《〈（(〔](?:\D{0,12})(20\d\d)年(?!\d{1,2}月)")
_YEARS = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class _Step:
    """From one figure of a series to the next: by how much, in per cent or points, and within how many years."""

    before: Observation
    after: Observation
    change: Decimal
    years: Decimal

    @property
    def yearly(self) -> Decimal:
        return abs(self.change) / self.years


def series_of(observations: Iterable[Observation]) -> list[list[Observation]]:
    """Plain figures of one indicator and place by date, one a date; those of other bases apart."""
    groups: dict[tuple[str, str], dict[date, Observation]] = defaultdict(dict)
    for one in observations:
        end = end_of(one)
        if plain(one) and end is not None:
            known = groups[one.place, one.indicator].get(end)
            if known is None or one.resolution < known.resolution:
                groups[one.place, one.indicator][end] = one
    return [[found[day] for day in sorted(found)] for found in groups.values()]


def _steps(series: Sequence[Observation], entry: Indicator) -> list[_Step]:
    steps = []
    for before, after in pairwise(series):
        first, last = end_of(before), end_of(after)
        if first is None or last is None or (before.basis and after.basis and before.basis != after.basis):
            continue
        years = max(Decimal(1), Decimal((last - first).days) / 365)
        if years > MOST_YEARS + 1:
            continue
        apart = after.value - before.value
        if entry.unit != "%":
            smaller = min(abs(before.value), abs(after.value))
            if not smaller:
                continue  # a nought is told by itself
            apart = apart / smaller * 100
        steps.append(_Step(before, after, apart, years))
    return steps


def jumps(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Figures that moved more from one year to the next than their indicator does, or than this series does."""
    findings = []
    for series in series_of(observations):
        entry = vocabulary[series[0].indicator]
        if entry.yearly is None:
            continue
        steps = _steps(series, entry)
        wide = [one for one in steps if _is_wide(one, steps, entry)]
        while wide:
            step = wide.pop(0)
            beside = [one for one in wide if one.before is step.after and (one.change > 0) is not (step.change > 0)]
            if beside:
                wide.remove(beside[0])
                findings.append(_spike(step, beside[0], entry))
            else:
                findings.append(_jump(step, entry))
    return findings


def _is_wide(step: _Step, steps: Sequence[_Step], entry: Indicator) -> bool:
    limit = entry.yearly or Decimal(0)
    others = [one.yearly for one in steps if one is not step]
    if entry.unit != "%" and len(others) >= STEADY:
        calm = sorted(others)[:-1] if len(others) > STEADY else others  # a slip makes two steps
        limit = max(limit / 3, min(limit, _TIMES * max(calm)))
    fell = entry.rises and step.change < -_FALL.get(entry.unit, Decimal(1)) * step.years
    return step.yearly > limit or fell


def _by(step: _Step, entry: Indicator) -> str:
    word = "增加" if step.change > 0 else "减少"
    amount = round_half_up(abs(step.change), 1)
    if entry.unit == "%":
        return f"{word}{amount:f}个百分点"
    if step.change < 0:
        amount = round_half_up((1 - step.after.value / step.before.value) * 100, 1)
    return f"{word}{amount:f}%"


def _jump(step: _Step, entry: Indicator) -> Finding:
    what = (
        f"{entry.name}由{in_words(step.before.period)}的{named(step.before)}变为"
        f"{in_words(step.after.period)}的“{step.after.printed}”，{_by(step, entry)}，变动异常"
    )
    return of_observation(step.after, "warning", "jump", what, "对照两年的原文，核对数字、单位和口径")


def _spike(up: _Step, down: _Step, entry: Indicator) -> Finding:
    one = up.after
    what = (
        f"{entry.name}{in_words(one.period)}的“{one.printed}”与前后两年都相差过大："
        f"{in_words(up.before.period)}为{named(up.before)}，{in_words(down.after.period)}为{named(down.after)}"
    )
    return of_observation(one, "warning", "jump", what, "对照原文，核对这个数字和单位")


def repeats(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Figures that are those of the year before, or of another year, to the last digit."""
    findings = []
    for series in series_of(observations):
        entry = vocabulary[series[0].indicator]
        if entry.yearly is None:
            continue
        found: dict[Observation, list[Observation]] = {}  # of several equal years the first, with those after it
        for before, after in combinations(series, 2):
            same = before.value == after.value and before.period[:4] != after.period[:4]
            next_to = series.index(after) == series.index(before) + 1
            if same and min(map(digits_of, (before, after))) >= (_SAME_DIGITS if next_to else _SAME_DIGITS + 1):
                first = next((one for one, others in found.items() if before in others), before)
                if after not in found.setdefault(first, []):
                    found[first].append(after)
        for before, others in found.items():
            years = "、".join(f"{in_words(one.period)}的“{one.printed}”" for one in others)
            what = f"{entry.name}{years}与{in_words(before.period)}的{named(before)}完全相同，可能抄错了年份"
            findings.append(of_observation(others[-1], "warning", "same-as-before", what, "对照各年的原文"))
    return findings


def misdated(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Figures of a day after their document came out, and those of another year than the gazette that prints them."""
    findings = []
    others: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        entry, end = vocabulary[one.indicator], end_of(one)
        if one.status == "used" and entry.target_of and one.period.endswith("-12-31"):
            what = f"{entry.name}“{one.printed}”的时点是{in_words(one.period)}，目标一般只写年份，可能是当年的现状数"
            findings.append(of_observation(one, "warning", "misdated", what, "对照原文核对指标和年份"))
        if one.status != "used" or end is None or entry.forward or entry.target_of:
            continue
        out = max(map(int, _YEARS.findall(f"{one.document} {one.published}")), default=end.year)
        if entry.computed and EARLIEST <= end.year <= out + AHEAD:  # what a target asks for may bear the target's year
            continue
        if end.year > out:
            what = f"{entry.name}“{one.printed}”的时点是{in_words(one.period)}，晚于文件发布的{out}年"
        elif end.year < EARLIEST:
            what = f"{entry.name}“{one.printed}”的时点是{in_words(one.period)}，早得不合情理"
        else:
            if (gazette := _GAZETTE.match(one.document)) and not one.sheet and int(gazette[1]) != end.year:
                others[one.file, one.document].append(one)
            continue
        # the figure is in no edition under this date, so that the doubt is about no number of one
        findings.append(Finding("warning", "misdated", one.where, what, "对照原文核对年份"))
    for (_, document), found in others.items():
        for one in found if len(found) == 1 else ():  # a document of several years has several such
            what = (
                f"{vocabulary[one.indicator].name}“{one.printed}”的时点是{in_words(one.period)}，所据文件却是{document}"
            )
            findings.append(of_observation(one, "warning", "misdated", what, "对照原文核对年份"))
    return findings


def noughts(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """A nought where an ordinary place has something: a cell was not filled in, or a figure was lost."""
    return [
        of_observation(
            one,
            "warning",
            "nought",
            f"{vocabulary[one.indicator].name}为“{one.printed}”",
            "核实是没有，还是没有填报；没有填报的，留空",
        )
        for one in observations
        if one.status == "used" and one.value == 0 and one.upper is None and not vocabulary[one.indicator].nil
    ]


def loose_ranges(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Ranges where the present state is counted, and ranges whose ends lie far apart."""
    findings = []
    for one in observations:
        entry = vocabulary[one.indicator]
        if one.status != "used" or one.upper is None:
            continue
        far = one.value > 0 and one.upper > _TIMES * one.value
        if entry.forward and not far:
            continue
        if entry.whole or far or one.upper <= one.value:
            what = f"{entry.name}写成区间“{one.printed}”" + ("，两端相差过大" if far else "")
            findings.append(of_observation(one, "warning", "loose-range", what, "对照原文，看是否应为一个确定的数"))
    return findings


def round_counts(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Counts of thousands with one digit, printed as exact: 约 or 超过 may have been left out."""
    findings = []
    for one in observations:
        entry = vocabulary[one.indicator]
        round_ = one.value >= _ROUND and digits_of(one) == 1 and plain(one) and one.bound == "="
        if round_ and "." not in one.printed and entry.whole and not entry.forward and not entry.sum_of:
            what = f"{entry.name}“{one.printed}”恰为整数关口"
            findings.append(of_observation(one, "warning", "round-count", what, "对照原文，看是否漏写了“约”“超过”"))
    return findings


def odd_dates(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """The one place of a table, or the one share of a survey, that is of another date than all others."""
    found: dict[tuple[str, ...], dict[str, dict[str, Observation]]] = defaultdict(lambda: defaultdict(dict))
    asked: dict[str, list[Observation]] = defaultdict(list)
    for one in observations:
        if plain(one) and one.period:
            found[one.file, one.document, one.indicator][one.place][one.period] = one
        if one.status == "used" and one.respondents and one.basis not in COUNTED:
            asked[one.file].append(one)
    findings = []
    for shares in asked.values():
        usual, _ = Counter(one.period for one in shares).most_common(1)[0]
        odd = [one for one in shares if one.period != usual]
        if len(odd) == 1 and len(shares) > STEADY:
            what = f"“{odd[0].printed}”的时点是{in_words(odd[0].period)}，同一问卷别的占比都是{in_words(usual)}"
            findings.append(Finding("warning", "misdated", odd[0].where, what, "对照原文核对年份"))
    for places in found.values():
        usual = Counter(period for dates in places.values() for period in dates).most_common(1)[0][0]
        apart = [dates for dates in places.values() if usual not in dates]
        if len(places) > STEADY and len(apart) == 1 and len(apart[0]) == 1:
            one = next(iter(apart[0].values()))
            name = vocabulary[one.indicator].name
            what = f"{name}“{one.printed}”的时点是{in_words(one.period)}，同一文件别的地区都有{in_words(usual)}的数字"
            findings.append(of_observation(one, "warning", "misdated", what, "对照原文核对年份"))
    return findings
