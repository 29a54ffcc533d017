"""How one number stands to another, or to a threshold: above, level, below, undecided, or no evidence (关系).

What belongs here: the one rule for bounds, rounding, 约, ranges, sampling error, units, dates and bases, and the words
for a pair. Every comparison, attainment and change of the report goes through :func:`relate`. Which pairs are looked
at is the business of the decision tables (``claims``).

Every number stands for an extent in which the true one lies: a bound is open to one side, a printed figure reaches half
its last digit to either side, 约 a whole one, a survey share its 95 % interval. Above and below need extents that do
not meet. Where they meet, numbers that print alike are level, all else is undecided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from tuoyu.facts.statistics import error_of_difference
from tuoyu.facts.statistics import wilson_interval
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import LESS
from tuoyu.nouns.fact import MORE
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from tuoyu.nouns.fact import Fact

STEADY = Decimal("0.5")  # a change of less than half a per cent of the earlier figure is a slight one
SAME_FIGURE = "未更新"  # for a table: both editions rest on the same figure
LISTED = frozenset({"列举", "比例"})  # printed as the source has them: no numbers to compare
HEADS = frozenset({"人", "个"})  # one place is for one child, so that people and places can be held against each other
_THRESHOLD = re.compile(r"(-?\d+(?:\.\d+)?)\s*(\D*)")


class Outcome(StrEnum):
    """结果 — how the left number stands to the right one."""

    ABOVE = "高于"
    LEVEL = "持平"
    BELOW = "低于"
    OPEN = "未定"
    ABSENT = "缺据"


class Relation(StrEnum):
    """关系 — in which sense two numbers are held against each other."""

    COMPARED = "比较"
    TARGET = "目标"
    CHANGE = "变化"
    SHARES = "份额"
    MOST = "多数"
    THRESHOLD = "门槛"


class Obstacle(StrEnum):
    """障碍 — why a pair is undecided or without evidence."""

    NONE = ""
    BOUNDS = "上下限"
    ROUNDING = "精度"
    SAMPLING = "抽样误差"
    SAME = "同一数字"
    ORDER = "时点先后"
    RESPONDENTS = "样本量"
    LISTED = "照原文列出"


_OPEN_WORDS = {
    Obstacle.BOUNDS: "只有上限、下限或范围，不能判断",
    Obstacle.ROUNDING: "差别在数字的精度以内，不能判断",
    Obstacle.SAMPLING: "差别没有超出抽样误差",
}
_ABSENT_WORDS = {
    Obstacle.SAME: "是同一时点的数字，不是变化",
    Obstacle.ORDER: "时点先后不符，不作比较",
    Obstacle.RESPONDENTS: "样本量不同或不详，不作比较",
    Obstacle.LISTED: "照原文列出，不能比较",
}

RULES: dict[Relation, str] = {
    Relation.COMPARED: (
        "两个数字各有一个范围：来源的数字为末位的半个单位，带“约”字的为末位的一个单位，写明上限、下限的向一侧不限，"
        "问卷占比为95%置信区间。两个范围不相接的，写“高于”或“低于”；相接的，按较粗一方的位数印出来相同，写“持平”，"
        "否则不作判断。两个数字印出来相同的，写“持平”。时点、口径不同的，注明后再比较；单位不同的，不能比较。"
    ),
    Relation.TARGET: (
        "与政策文件规定的目标比较，用未经修约的数值（GB/T 8170—2008的全数值比较法）："
        "不低于目标为“已达到”，低于目标为“尚未达到”；差别小于印出的末位的，冠以“略”字；只知道约数、上限或下限，因而判断不了的，不写。"
    ),
    Relation.CHANGE: (
        "与“比较”相同，左为后来的数字，右为先前的数字；"
        f"变动不到先前数字的{STEADY}%的，写“略有上升”或“略有下降”；两期是同一时点的同一项数字的，不是变化，不作比较。"
    ),
    Relation.SHARES: (
        "同一道题的两个选项相比，应答人数必须相同；两者之差超过1.96倍标准误的，写“明显高于”或“明显低于”，"
        "没有超过的，写差异没有超出抽样误差；应答人数不同或不详的，不作比较。"
    ),
    Relation.MOST: (
        "占比的95%置信区间全部在界限（一般为50%）以上的，可以说多数；全部在界限以下的，可以说不到；"
        "跨过界限或没有样本量的，不作判断。"
    ),
    Relation.THRESHOLD: "与声明了依据的界限比较：印出来与界限相同的，为“持平”；约数的范围跨过界限的，不作判断。",
}


@dataclass(frozen=True)
class Threshold:
    """界限 — a number that a decision table sets, with its unit where it has one; ``text`` as written there."""

    value: Decimal
    unit: str = ""
    text: str = ""

    @classmethod
    def read(cls, text: str) -> Threshold | None:
        """The threshold that a text such as ``50%`` or ``0`` states; None where it is no number.

        >>> Threshold.read("50%")
        Threshold(value=Decimal('50'), unit='%', text='50%')
        >>> Threshold.read("托位数") is None
        True
        """
        match = _THRESHOLD.fullmatch(text.strip())
        return cls(Decimal(match[1]), match[2].strip(), text.strip()) if match else None


ZERO = Threshold(Decimal(0), text="零")
HALF = Threshold(Decimal(50), "%", "50%")


@dataclass(frozen=True)
class Verdict:
    """判断 — the outcome with its reason, a clause in Chinese.

    ``slight`` says that the difference is decided but smaller than what is printed, or a change below half a per cent.
    ``obstacle`` is why an outcome is undecided or absent.
    """

    outcome: Outcome
    reason: str
    slight: bool = False
    obstacle: Obstacle = Obstacle.NONE


@dataclass(frozen=True)
class _Extent:
    """Where the true number lies; an end that is None is open, ``excluded`` ends are not reached."""

    low: Decimal | None
    high: Decimal | None
    low_excluded: bool = False
    high_excluded: bool = False

    @property
    def exact(self) -> bool:
        return self.low is not None and self.low == self.high

    def reaches(self, other: _Extent) -> bool:
        """Whether this is certainly at least the other."""
        return self.low is not None and other.high is not None and self.low >= other.high

    def above(self, other: _Extent) -> bool:
        """Whether this is certainly more than the other."""
        return self.reaches(other) and (self.low != other.high or self.low_excluded or other.high_excluded)


def relate(relation: Relation, left: Fact, right: Fact | Threshold) -> Verdict:
    """How ``left`` stands to ``right``. Raises ValueError for units that cannot be compared: a fault of ours."""
    absent = _absent(relation, left, right)
    if absent is not Obstacle.NONE:
        return Verdict(Outcome.ABSENT, f"{_named(left, right)}{_ABSENT_WORDS[absent]}", obstacle=absent)
    _refuse_other_units(left, right)
    if not isinstance(right, Threshold) and _sampled(left) and _sampled(right):
        verdict = _of_shares(left, right)
    else:
        verdict = _of_extents(relation, left, right)
    slight = verdict.slight or (relation is Relation.CHANGE and _is_slight(verdict, left, right))
    return replace(verdict, slight=slight)


def _absent(relation: Relation, left: Fact, right: Fact | Threshold) -> Obstacle:
    """Why there is nothing to say about the pair."""
    facts = [left] if isinstance(right, Threshold) else [left, right]
    if any(one.unit in LISTED for one in facts):
        return Obstacle.LISTED
    sampled = [_sampled(one) for one in facts]
    if relation is Relation.MOST and not sampled[0]:
        return Obstacle.RESPONDENTS
    if relation is Relation.SHARES or (len(facts) == 2 and all(sampled)):
        same = len(facts) == 2 and all(sampled) and facts[0].respondents == facts[1].respondents
        if not same:
            return Obstacle.RESPONDENTS
    if relation is Relation.CHANGE and not isinstance(right, Threshold):
        return _no_change(left, right)
    return Obstacle.NONE


def _no_change(later: Fact, earlier: Fact) -> Obstacle:
    """Whether the two are no figure and its earlier one: the same observation, or in the wrong order."""
    what = [(one.indicator, one.place, one.period, one.part) for one in (later, earlier)]
    ends = [last_day(one.period) for one in (later, earlier)]
    if what[0] == what[1] or (ends[0] is not None and ends[0] == ends[1]):
        return Obstacle.SAME
    return Obstacle.ORDER if ends[0] and ends[1] and ends[0] < ends[1] else Obstacle.NONE


def _refuse_other_units(left: Fact, right: Fact | Threshold) -> None:
    if left.unit == right.unit or {left.unit, right.unit} <= HEADS or (isinstance(right, Threshold) and not right.unit):
        return
    msg = f"{left.indicator} in {left.unit!r} cannot be held against {right!r} in {right.unit!r}"
    raise ValueError(msg)


def _sampled(one: Fact) -> bool:
    return one.unit == "%" and one.respondents is not None


def _extent(one: Fact | Threshold) -> _Extent:
    """Where the true number lies."""
    if isinstance(one, Threshold):
        return _Extent(one.value, one.value)
    low, high = one.value, one.value if one.upper is None else one.upper
    if _sampled(one) and one.respondents:
        low, high = one.interval or wilson_interval(one.value, one.respondents)
    off = one.uncertainty
    if one.bound == "≈":
        off = max(off, Decimal(1).scaleb(-one.decimals))
    open_above, open_below = one.bound in MORE, one.bound in LESS
    return _Extent(
        None if open_below else low - off,
        None if open_above else high + off,
        low_excluded=one.bound == ">" and not off,
        high_excluded=one.bound == "<" and not off,
    )


def _of_shares(left: Fact, right: Fact) -> Verdict:
    """Two shares of the same people: apart only by more than the sampling error of their difference."""
    if {left.bound, right.bound} != {"="}:
        return _open(left, right, Obstacle.BOUNDS)
    if left.rounded() == right.rounded():
        return _decided(Outcome.LEVEL, left, right)
    apart = abs(left.value - right.value) - left.uncertainty - right.uncertainty
    error = error_of_difference(left.value, right.value, left.respondents or 1)
    if apart <= error:
        return _open(left, right, Obstacle.SAMPLING)
    return _decided(Outcome.ABOVE if left.value > right.value else Outcome.BELOW, left, right)


def _of_extents(relation: Relation, left: Fact, right: Fact | Threshold) -> Verdict:
    """Two numbers by where the true ones can lie and by how they print."""
    one, other = _extent(left), _extent(right)
    alike = _print_alike(left, right)
    target = _is_target(left) or _is_target(right)
    vague = "≈" in {left.bound, right.bound if not isinstance(right, Threshold) else ""}
    if alike and not target and not (vague and isinstance(right, Threshold)):
        return _decided(Outcome.LEVEL, left, right)
    if one.above(other):
        return _decided(Outcome.ABOVE, left, right, slight=alike)
    if other.above(one):
        return _decided(Outcome.BELOW, left, right, slight=alike)
    if _level(left, right, one, other, alike=alike, vague=vague) or (
        relation is Relation.TARGET and one.reaches(other)
    ):
        return _decided(Outcome.LEVEL, left, right)
    return _open(left, right, _obstacle(left, right, vague=vague))


def _level(left: Fact, right: Fact | Threshold, one: _Extent, other: _Extent, *, alike: bool, vague: bool) -> bool:
    """Whether numbers that are not certainly apart count as level: equal, or printed alike to the coarser digits."""
    if one.exact and other.exact:
        return True
    if vague or not (_plain(left) and _plain(right)):
        return False
    if isinstance(right, Threshold) or _is_target(left) or _is_target(right):
        return alike
    digits = min(left.decimals, right.decimals)
    return left.rounded(digits) == right.rounded(digits)


def _plain(one: Fact | Threshold) -> bool:
    """Whether it is one number, neither bound nor range nor a share of a sample."""
    return isinstance(one, Threshold) or (one.bound in {"=", "≈"} and one.upper is None and not _sampled(one))


def _print_alike(left: Fact, right: Fact | Threshold) -> bool:
    if not (_plain(left) and _plain(right)):
        return False
    return left.rounded() == (right.value if isinstance(right, Threshold) else right.rounded())


def _is_target(one: Fact | Threshold) -> bool:
    """Whether it is a limit that a policy sets, against which the unrounded value counts."""
    return not isinstance(one, Threshold) and one.kind == "policy"


def _obstacle(left: Fact, right: Fact | Threshold, *, vague: bool) -> Obstacle:
    facts = [left] if isinstance(right, Threshold) else [left, right]
    if any(one.bound in MORE | LESS or one.upper is not None for one in facts):
        return Obstacle.BOUNDS
    if any(_sampled(one) for one in facts) and not vague:
        return Obstacle.SAMPLING
    return Obstacle.ROUNDING


def _decided(outcome: Outcome, left: Fact, right: Fact | Threshold, *, slight: bool = False) -> Verdict:
    words = {Outcome.ABOVE: "高于", Outcome.BELOW: "低于", Outcome.LEVEL: "持平于"}[outcome]
    return Verdict(outcome, f"{_shown(left)}{'略' if slight else ''}{words}{_shown(right)}", slight=slight)


def _open(left: Fact, right: Fact | Threshold, obstacle: Obstacle) -> Verdict:
    return Verdict(Outcome.OPEN, f"{_named(left, right)}{_OPEN_WORDS[obstacle]}", obstacle=obstacle)


def _shown(one: Fact | Threshold) -> str:
    return one.text if isinstance(one, Threshold) else f"{one.label}（{printed(one)}）"


def _named(left: Fact, right: Fact | Threshold) -> str:
    return f"{_shown(left)}与{_shown(right)}："


def _is_slight(verdict: Verdict, later: Fact, earlier: Fact | Threshold) -> bool:
    decided = verdict.outcome in {Outcome.ABOVE, Outcome.BELOW}
    return decided and abs(later.value - earlier.value) * 100 < STEADY * abs(earlier.value)


def told(amount: Fact) -> bool:
    """Whether a difference may be told as an amount: certainly more than none, and still so as printed."""
    return amount.rounded() > 0 and relate(Relation.THRESHOLD, amount, ZERO).outcome is Outcome.ABOVE


def gap(more: Fact, less: Fact) -> Decimal | None:
    """By how much the one number exceeds the other, to the coarser digits; None where that is not to be told."""
    if relate(Relation.COMPARED, more, less).outcome is not Outcome.ABOVE:
        return None
    amount = round_half_up(more.value - less.value, min(more.decimals, less.decimals))
    return amount if amount > 0 else None


def comparison(one: Fact, other: Fact) -> str | None:
    """高于, 低于, 持平于, with 略 where the two print alike; None where nothing is to be said."""
    words = {Outcome.ABOVE: "高于", Outcome.BELOW: "低于", Outcome.LEVEL: "持平于"}
    return _worded(relate(Relation.COMPARED, one, other), words)


def attainment(one: Fact, target: Fact) -> str | None:
    """已达到 or 尚未达到; None where nothing is to be said."""
    words = {Outcome.ABOVE: "已达到", Outcome.BELOW: "尚未达到", Outcome.LEVEL: "已达到"}
    return words.get(relate(Relation.TARGET, one, target).outcome)


def direction(later: Fact, earlier: Fact) -> str | None:
    """上升, 下降, 略有上升, 略有下降 or 基本持平; None where nothing is to be said."""
    words = {Outcome.ABOVE: "上升", Outcome.BELOW: "下降", Outcome.LEVEL: "基本持平"}
    return _worded(relate(Relation.CHANGE, later, earlier), words, slightly="略有")


def survey_comparison(one: Fact, other: Fact) -> str | None:
    """明显高于, 明显低于, or 基本相当于 within sampling error; None where nothing is to be said."""
    verdict = relate(Relation.SHARES, one, other)
    words = {Outcome.ABOVE: "明显高于", Outcome.BELOW: "明显低于", Outcome.LEVEL: "基本相当于"}
    return "基本相当于" if verdict.obstacle is Obstacle.SAMPLING else words.get(verdict.outcome)


def moved(now: Fact, before: Fact) -> str:
    """升, 降, 持平 or 未更新 (SAME_FIGURE) for a table; empty where nothing is to be said."""
    verdict = relate(Relation.CHANGE, now, before)
    if verdict.obstacle is Obstacle.SAME:
        return SAME_FIGURE
    return {Outcome.ABOVE: "升", Outcome.BELOW: "降", Outcome.LEVEL: "持平"}.get(verdict.outcome, "")


def _worded(verdict: Verdict, words: dict[Outcome, str], *, slightly: str = "略") -> str | None:
    word = words.get(verdict.outcome)
    return f"{slightly}{word}" if word and verdict.slight else word


COMPARISONS: dict[str, Callable[[Fact, Fact], str | None]] = {
    "比较": comparison,
    "达标": attainment,
    "升降": direction,
    "相当": survey_comparison,
}
