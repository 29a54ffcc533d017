"""How a fact is printed in a sentence: alone, and through the filters of the placeholders (``{{ 托位数|时点 }}``).

Belongs here: one function a filter, fact in, finished Markdown out, or a mark where there is nothing to print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.facts import wording
from tuoyu.facts.relations import ZERO
from tuoyu.facts.relations import Outcome
from tuoyu.facts.relations import Relation
from tuoyu.facts.relations import relate
from tuoyu.facts.relations import told
from tuoyu.nouns.period import in_words
from tuoyu.text.gaps import Missing

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping

    from tuoyu.nouns.fact import Fact

Printed = str | Missing
TOO_SMALL = "差别小于数字的精度，或者只知道上限、下限，不作为差距写出"


def _number(fact: Fact) -> Printed:
    return wording.span(fact, wording.number(fact))


def _in_ten_thousands(fact: Fact) -> Printed:
    return wording.span(fact, wording.ten_thousands(fact))


def _when(fact: Fact) -> Printed:
    return wording.span(fact, in_words(fact.period)) if fact.period else Missing(fact.label, "时点未注明")


def _part(fact: Fact) -> Printed:
    return wording.inert(fact.part.words) if fact.part else Missing(fact.label, "数据没有注明所指的部分")


def _option(fact: Fact) -> Printed:
    return wording.span(fact, wording.choice(fact)) if fact.option else Missing(fact.label, "不是问卷选项")


def _interval(fact: Fact) -> Printed:
    return wording.span(fact, wording.interval(fact)) if fact.interval else Missing(fact.label, "没有置信区间")


def _respondents(fact: Fact) -> Printed:
    if fact.respondents is None:
        return Missing(fact.label, "没有样本量")
    return wording.span(fact, str(fact.respondents))


def _tenths(fact: Fact) -> Printed:
    return wording.span(fact, wording.tenths(fact))


def _amount(fact: Fact) -> Printed:
    """The size of a difference; one that prints as nothing is none to be told."""
    amount = wording.unsigned(fact)
    return wording.span(fact, wording.printed(amount)) if told(amount) else Missing(fact.label, TOO_SMALL)


def _way(fact: Fact) -> Outcome:
    """Whether a difference is certainly above or below nothing."""
    return relate(Relation.THRESHOLD, fact, ZERO).outcome


def _moved(fact: Fact, *, more: str, less: str) -> Printed:
    """A change in words: 增加五家, 减少5.0%, 没有变化."""
    if fact.value == 0:
        return wording.span(fact, "没有变化")
    amount = _amount(fact)
    return amount if isinstance(amount, Missing) else (more if _way(fact) is Outcome.ABOVE else less) + amount


PART = "范围"
FILTERS: Mapping[str, Callable[[Fact], Printed]] = {
    "数": _number,
    "万": _in_ten_thousands,
    "时点": _when,
    PART: _part,
    "选项": _option,
    "区间": _interval,
    "样本量": _respondents,
    "成数": _tenths,
    "绝对值": _amount,
    "增减": lambda fact: _moved(fact, more="增加", less="减少"),
    "减增": lambda fact: _moved(fact, more="减少", less="增加"),
}
