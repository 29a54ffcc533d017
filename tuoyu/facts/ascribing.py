"""Why a figure is another one than before, and how much of the change each cause makes.

Pure. A change is ascribed by what differs in the lineage of the two figures. How much each cause makes says the earlier
figure reckoned again with one kind of cause after another, in the order of ``Cause``: figures of another period first,
then restated ones, other bases, other formulas, and last other parameters. What the functions of the program do not
explain is the formulas'.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import KIND_NAMES
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence
    from decimal import Decimal

    from tuoyu.facts.subject import Rule
    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts


class Cause(StrEnum):
    """原因 — why a figure is another one, in the order in which they are told and reckoned."""

    PERIOD = "更新"
    SOURCE = "来源重述"
    BASIS = "口径变化"
    FORMULA = "算法变化"
    PARAMETER = "参数变化"


ORDER = tuple(Cause)
Pairs = list[tuple["Fact", "Fact"]]


@dataclass(frozen=True)
class Sides:
    """The facts among which the earlier and the later figure stand; the same where one edition holds both."""

    old: Facts
    new: Facts

    def inputs(self, before: Fact, after: Fact) -> tuple[Pairs, list[Fact], list[Fact]]:
        """Inputs of two computed figures in pairs, and what is left over on either side."""
        return paired([self.old.facts[id_] for id_ in before.inputs], [self.new.facts[id_] for id_ in after.inputs])


@dataclass(frozen=True)
class Reason:
    """One cause of a change: of which figure, and what it was before and after."""

    cause: Cause
    of: str
    words: str


def paired(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[Pairs, list[Fact], list[Fact]]:
    """Figures of the same thing together, those of one period first; and what is left over on either side."""
    partner: dict[str, Fact] = {}
    right = list(after)
    for alike in (_is_same_figure, _is_same_thing):
        for one in before:
            other = next((it for it in right if alike(one, it)), None) if one.id not in partner else None
            if other is not None:
                partner[one.id] = other
                right.remove(other)
    pairs = [(one, partner[one.id]) for one in before if one.id in partner]
    return pairs, [one for one in before if one.id not in partner], right


def _is_same_thing(one: Fact, other: Fact) -> bool:
    return (one.indicator, one.place, one.part) == (other.indicator, other.place, other.part)


def _is_same_figure(one: Fact, other: Fact) -> bool:
    return _is_same_thing(one, other) and one.period == other.period


def is_same(one: Fact, other: Fact) -> bool:
    """Whether both are the same number."""
    return (one.value, one.upper, one.bound) == (other.value, other.upper, other.bound)


def reasons_of(sides: Sides, before: Fact, after: Fact) -> tuple[Reason, ...]:
    """Why the later figure is another one than the earlier: what differs in all that they rest on."""
    found = dict.fromkeys(_reasons(sides, before, after))
    if not found and not is_same(before, after):
        found = {Reason(Cause.FORMULA, after.label, "所用数据相同，算法不同"): None}
    order = list(Cause)
    return tuple(sorted(found, key=lambda one: order.index(one.cause)))


def _reasons(sides: Sides, before: Fact, after: Fact) -> Iterator[Reason]:
    if "computed" in {before.kind, after.kind}:
        yield from _of_computed(sides, before, after)
    elif before.kind == after.kind == "observed":
        yield from _of_observed(before, after)
    elif not is_same(before, after) or before.period != after.period:
        yield Reason(Cause.PARAMETER, after.label, f"{printed(before)}→{printed(after)}")


def _when(one: Fact) -> str:
    return in_words(one.period) if one.period else ""


def _of_observed(before: Fact, after: Fact) -> Iterator[Reason]:
    if before.period != after.period:
        yield Reason(Cause.PERIOD, after.label, f"{_when(before)}→{_when(after)}")
    elif not is_same(before, after):
        when = f"（{_when(after)}）" if after.period else ""
        yield Reason(Cause.SOURCE, after.label, f"{printed(before)}→{printed(after)}{when}")
    if before.basis != after.basis:
        yield Reason(Cause.BASIS, after.label, f"{before.basis or '未注明'}→{after.basis or '未注明'}")


def _of_computed(sides: Sides, before: Fact, after: Fact) -> Iterator[Reason]:
    if before.kind != after.kind:
        yield Reason(Cause.FORMULA, after.label, f"{KIND_NAMES[before.kind]}→{KIND_NAMES[after.kind]}")
        if before.period != after.period:
            yield Reason(Cause.PERIOD, after.label, f"{_when(before)}→{_when(after)}")
        return
    if before.formula != after.formula:
        yield Reason(Cause.FORMULA, after.label, f"{before.formula or '未写明'}→{after.formula or '未写明'}")
    if before.basis != after.basis:
        yield Reason(Cause.BASIS, after.label, f"{before.basis or '未注明'}→{after.basis or '未注明'}")
    pairs, gone, come = sides.inputs(before, after)
    for one, other in pairs:
        yield from _reasons(sides, one, other)
    if gone or come:
        yield Reason(Cause.FORMULA, after.label, f"所用数据由{_listed(gone)}换为{_listed(come)}")


def _listed(facts: Iterable[Fact]) -> str:
    return "、".join(one.label for one in facts) or "无"


def cause_of(before: Fact, after: Fact) -> Cause:
    """The one cause to which the difference of two figures that are not computed is put down."""
    if {before.kind, after.kind} <= {"assumption", "policy"}:
        return Cause.PARAMETER
    if before.period != after.period:
        return Cause.PERIOD
    if before.kind != after.kind:
        return Cause.FORMULA
    return Cause.BASIS if before.basis != after.basis else Cause.SOURCE


def shares(sides: Sides, subject: Subject, before: Fact, after: Fact) -> dict[Cause, Decimal]:
    """By how much each cause moved the figure, in its unit; they add up to the whole. Empty where it cannot be told."""
    try:
        steps = [_value(sides, subject, before, after, stage=stage) for stage in range(len(ORDER) + 1)]
    except (ArithmeticError, TypeError):
        return {}
    found = {cause: steps[stage + 1] - steps[stage] for stage, cause in enumerate(ORDER)}
    found[Cause.FORMULA] += steps[0] - before.value + after.value - steps[-1]
    return {cause: by for cause, by in found.items() if by}


def _value(sides: Sides, subject: Subject, before: Fact, after: Fact, *, stage: int) -> Decimal:
    """The figure when the first ``stage`` kinds of causes are as they are now, and the others as they were."""
    rule = subject.rule_of(after.indicator)
    if rule is None or not (before.inputs and after.inputs):
        return after.value if ORDER.index(cause_of(before, after)) < stage else before.value
    pairs, gone, come = sides.inputs(before, after)
    values = [_value(sides, subject, one, other, stage=stage) for one, other in pairs]
    if gone or come:  # another make-up: the earlier one until it is the formulas' turn
        ours = [other.id for _, other in pairs] if _is_turn(Cause.FORMULA, stage) else [one.id for one, _ in pairs]
        known = dict(zip(ours, values, strict=True))
        side = after if _is_turn(Cause.FORMULA, stage) else before
        rest = {one.id: one.value for one in (*gone, *come)}
        values = [known[id_] if id_ in known else rest[id_] for id_ in side.inputs]
    return rule.function(*values, *_scenario(sides, rule, before, after, stage))


def _is_turn(cause: Cause, stage: int) -> bool:
    return ORDER.index(cause) < stage


def _scenario(sides: Sides, rule: Rule, before: Fact, after: Fact, stage: int) -> Iterable[Decimal]:
    """The share of the scenario, where the rule takes one."""
    if not rule.scenario:
        return ()
    one, facts = (after, sides.new) if _is_turn(Cause.PARAMETER, stage) else (before, sides.old)
    shares_of = facts.edition.outlook.scenarios if facts.edition else {}
    return (shares_of[one.part.name],) if one.part.name in shares_of else ()
