"""核验（占比）— shares of a survey beside each other, beside the number of answers, and beside what was counted."""

from __future__ import annotations

from collections import Counter
from collections import defaultdict
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from tuoyu.facts.doubts import digits_of
from tuoyu.facts.doubts import named
from tuoyu.facts.doubts import of_fact
from tuoyu.facts.doubts import of_observation
from tuoyu.facts.statistics import possible_count
from tuoyu.facts.wording import printed
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import COUNTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

RESPONDENTS = "respondents"
_SAME_DIGITS = 3


def impossible_shares(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Survey shares that no whole number of respondents can give, gathered by question."""
    wrong: dict[tuple[str, int, str, str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.respondents and _published(one) and one.resolution:
            decimals = max(0, -int(one.resolution.adjusted()))
            if possible_count(one.value, decimals, one.respondents) is None:
                entry = vocabulary[one.indicator]
                question = entry.question or entry.name
                wrong[question, one.respondents, one.file, one.place, one.period].append(one)
    return [
        Finding(
            "warning",
            "impossible-share",
            "；".join([group[0].where, *(one.cell for one in group[1:])]),
            f"“{question}”的占比{'、'.join(one.printed for one in group)}不能由{n}份问卷中的整数人数得出，"
            "该题的应答人数可能与问卷总数不同",
            "向调查方索取该题应答人数；在此之前按公布值引用，区间按问卷总数估计",
            tuple(one.indicator for one in group),
            place,
            period,
        )
        for (question, n, _, place, period), group in wrong.items()
    ]


def _published(one: Observation) -> bool:
    """Whether a figure is a used share that a source printed, not one that was counted here."""
    return one.status == "used" and one.unit == "%" and one.basis not in COUNTED and not one.part


def _questions(observations: Iterable[Observation], vocabulary: Vocabulary) -> dict[tuple[str, ...], list[Observation]]:
    """The options of each question as a source printed them; sums of options are left out."""
    found: dict[tuple[str, ...], dict[str, Observation]] = defaultdict(dict)
    for one in observations:
        entry = vocabulary[one.indicator]
        if entry.question and not entry.sum_of and _published(one):
            found[entry.question, one.place, one.period, one.file].setdefault(one.indicator, one)
    return {question: list(options.values()) for question, options in found.items()}


def wrong_totals(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Questions whose options come to more than a hundred, or whose only options do not come to it."""
    findings = []
    for (question, *_), options in _questions(observations, vocabulary).items():
        total = sum((one.value for one in options), Decimal(0))
        allowed = sum((one.resolution for one in options), Decimal(0)) / 2
        whole = len(options) == max(vocabulary[one.indicator].exhausts for one in options)
        if total > 100 + allowed or (whole and total < 100 - allowed):
            parts = "＋".join(named(one) for one in options)
            what = f"“{question}”各选项合计{total:f}%，{'超过' if total > 100 else '不足'}100%：{parts}"
            indicators = tuple(one.indicator for one in options)
            action = "核对各选项的占比；多选题不在此列"
            first = options[0]
            findings.append(
                Finding("warning", "wrong-total", first.where, what, action, indicators, first.place, first.period)
            )
    return findings


def equal_options(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Two options of a question with one share to the last digit."""
    findings = []
    for (question, *_), options in _questions(observations, vocabulary).items():
        for one, other in combinations(options, 2):
            if one.value == other.value and digits_of(one) >= _SAME_DIGITS:
                what = f"“{question}”有两个选项的占比都是“{one.printed}”，另一个在{other.where}，可能抄重了"
                findings.append(of_observation(one, "warning", "equal-options", what, "对照原文核对两个选项"))
    return findings


def wrong_respondents(observations: Iterable[Observation]) -> list[Finding]:
    """Numbers of answers beside shares that differ within a question, or go beyond the answers there are."""
    shares: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    whole: dict[tuple[str, str, str], Observation] = {}
    for one in observations:
        key = one.file, one.place, one.period
        if one.indicator == RESPONDENTS and one.status == "used" and one.basis not in COUNTED:
            whole[key] = one
        elif one.respondents and one.status != "set_aside" and one.unit == "%" and one.basis not in COUNTED:
            shares[key].append(one)
    findings = []
    for key, group in shares.items():
        usual = Counter(one.respondents for one in group).most_common(1)[0][0]
        total = whole.get(key)
        for one in group:
            if total is not None and one.respondents and one.respondents > total.value:
                what = f"“{one.printed}”的样本量是{one.respondents}，多于有效问卷{named(total)}"
            elif one.respondents != usual and len(group) > _FEW:
                what = f"“{one.printed}”的样本量是{one.respondents}，同一问卷别的占比都写{usual}"
                if sum(other.respondents != usual for other in group) > 1:
                    continue  # questions that not all had to answer
            else:
                continue
            findings.append(of_observation(one, "warning", "respondents", what, "对照问卷核对该题的应答人数"))
        if total is not None and usual and usual < total.value and all(one.respondents == usual for one in group):
            what = f"有效问卷为“{total.printed}”，各题占比却都按{usual}份计算"
            findings.append(of_observation(total, "warning", "respondents", what, "对照问卷核对有效份数"))
    return findings


def decimal_shares(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Per cents below one without the sign: 0.613 under a heading of % may be meant as 61.3 %."""
    findings = []
    for one in observations:
        bare = one.unit == "%" and not {"%", "％"}.intersection(one.printed)
        if bare and one.status == "used" and one.basis not in COUNTED and 0 < one.value < 1:
            meant = f"{(one.value * 100).normalize():f}%"
            what = f"{vocabulary[one.indicator].name}“{one.printed}”以%计不足百分之一，可能把{meant}写成了小数"
            action = f"对照原文；确是{one.value.normalize():f}%的，连同百分号写明"
            findings.append(of_observation(one, "warning", "decimal-share", what, action))
    return findings


_FEW = 4


def impossible_shares_of_counts(facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """Published shares of something that was counted on the same day, which no whole number of it can give."""
    findings = []
    for indicator in vocabulary.values():
        share = facts.get(indicator.id) if indicator.share_of else None
        if share is None or share.kind != "observed":
            continue
        whole = next((one for one in facts.series(indicator.share_of) if one.period == share.period), None)
        if whole is None or whole.bound != "=" or whole.uncertainty:
            continue
        if possible_count(share.value, share.decimals, int(whole.value)) is None:
            what = (
                f"{share.label}{printed(share)}不能由{whole.label}{printed(whole)}中的整数家数得出，分母可能不是这个数"
            )
            findings.append(of_fact(share, "warning", "impossible-share", what, "向提供单位索取分子和分母"))
    return findings
