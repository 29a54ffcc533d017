"""Reckonings (推算): figures of no single formula — spans, mean populations, streets, the fee that parents accept.

What belongs here: figures that are chosen, added up or carried forward, each with its lineage.
What does not: indicators with a formula of their own (``formulas``).
"""

from __future__ import annotations

import operator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.childcare.roles import COMMUNITY
from tuoyu.childcare.roles import MAIN
from tuoyu.childcare.roles import STREET
from tuoyu.facts.deriving import compute
from tuoyu.facts.deriving import digits_of
from tuoyu.facts.subject import Rule
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part
from tuoyu.nouns.period import first_year
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import read_quantities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence
    from typing import Any

    from tuoyu.facts.board import Board
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.indicator import Indicator

BOTH_ENDS = "（上年末数＋本年末数）÷2"
ONE_END = "缺上年末数，以本年末数代替"


def mean(*values: Decimal) -> Decimal:
    """The mean of several values.

    >>> mean(Decimal(4), Decimal(5))
    Decimal('4.5')
    """
    return total(*values) / len(values)


def total(*values: Decimal) -> Decimal:
    """The sum of several values.

    >>> total(Decimal(4), Decimal(5))
    Decimal('9')
    """
    return sum(values, Decimal(0))


RULES = {
    "residents_mean": Rule(mean),
    "registered_mean": Rule(mean),
    "listed_children": Rule(total),
    "change": Rule(operator.sub),
}


def _ruled(board: Board, name: str, **more: Any) -> Indicator:  # noqa: ANN401 - fields of an indicator
    """The indicator with the arithmetic of its reckoning as its function."""
    return board.vocabulary[name].model_copy(update={"function": RULES[name].function, **more})


def reckoned(
    board: Board,
    name: str,
    value: Decimal,
    inputs: Sequence[Fact],
    *,
    period: str,
    part: Part = WHOLE,
    **more: object,
) -> Fact:
    """A computed fact of an indicator without a formula of its own; ``more`` are further fields of the fact."""
    indicator = board.vocabulary[name]
    where = f"（{part.axis}：{part.words}）" if part else ""
    made = Fact(
        indicator=name,
        place=board.city.code,
        period=period,
        part=part,
        name=indicator.name,
        label=f"{indicator.name}{where}",
        value=value,
        unit=indicator.measure or indicator.unit,
        decimals=digits_of(indicator.decimals or 0, value, inputs),
        basis=indicator.basis,
        formula=indicator.formula,
        kind="computed",
        inputs=tuple(one.id for one in inputs),
        below_zero=indicator.below_zero,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields of a fact, by their names


def births_span(board: Board, _: Edition) -> None:
    """How many years lie between the first and the latest births."""
    first, latest = board.find("births_first"), board.find("births_latest")
    if first is None or latest is None:
        return
    years = (first_year(latest.period) or 0) - (first_year(first.period) or 0)
    span = f"{first.period}/{latest.period}"
    board.prefer(reckoned(board, "births_span", Decimal(years), [first, latest], period=span))


def mean_populations(board: Board, _: Edition) -> None:
    """Mean population of the year of the latest births: of both year ends, else of the one known."""
    births = board.find("births_latest")
    year = first_year(births.period) if births else None
    for source, name in (("residents", "residents_mean"), ("registered_population", "registered_mean")):
        ends = {one.period: one for one in board.series(source)}
        now = ends.get(f"{year}-12-31")
        if year is None or now is None:
            continue
        before = ends.get(f"{year - 1}-12-31")
        used = [one for one in (before, now) if one is not None]
        rule = _ruled(board, name)
        made = compute(rule, used, place=now.place, dated=now)
        if made is not None:
            board.prefer(replace(made, period=str(year), formula=BOTH_ENDS if before else ONE_END))


def streets(board: Board, _: Edition) -> None:
    """What is listed of each street, and the places that the enrolment target would need there."""
    communities = board.parts("children", COMMUNITY)
    for street in board.parts("children", STREET):
        whose = (street.place, street.period, street.part.name)
        listed = [one for one in communities if (one.place, one.period, one.part.within) == whose]
        if listed:
            rule = _ruled(board, "listed_children")
            label = f"{rule.name}（{street.part.axis}：{street.part.words}）"
            made = compute(rule, listed, place=street.place, dated=street, part=street.part, label=label)
            board.add([made] if made else [])
    target = board.find("enrolment_target")
    if target is not None:
        _of_parts(
            board, "places_needed_locally", ([one, target] for one in (*board.parts("children", STREET), *communities))
        )


def groups(board: Board, _: Edition) -> None:
    """Groups of institutions with the use of their places, where both are counted."""
    places = {(one.place, one.part, one.period): one for one in board.axes("places")}
    counted = ((one, places.get((one.place, one.part, one.period))) for one in board.axes("enrolled"))
    _of_parts(board, "use_rate", ([one, have] for one, have in counted if have is not None and have.value))


def _of_parts(board: Board, name: str, inputs: Iterable[list[Fact]]) -> None:
    """One indicator of every part of the city, by the rule of the whole; the first input says of which part."""
    indicator = board.vocabulary[name]
    for values in inputs:
        first = values[0]
        label = f"{indicator.name}（{first.part.axis}：{first.part.words}）"
        made = compute(indicator, values, place=first.place, dated=first, part=first.part, label=label)
        if made is not None:
            board.add([made])


def changes(board: Board, _: Edition) -> None:
    """By how much every main indicator moved against the edition before."""
    for indicator in board.vocabulary.values():
        now, before = board.latest(indicator.id), board.of_previous(indicator.id)
        if not indicator.main or now is None or before is None:
            continue
        unit = "百分点" if now.unit == "%" else now.unit
        digits = max(now.decimals, before.decimals)
        told = _ruled(board, "change", unit=unit, decimals=digits)
        part = Part(MAIN, indicator.name)
        made = compute(told, [now, before], place=now.place, dated=now, part=part, label=f"{indicator.name}比上期变动")
        if made is not None:
            board.add([made])


def accepted_fee(board: Board, _: Edition) -> None:
    """The fee that most parents find reasonable, from the option's own words."""
    low = board.find("survey_price_low")
    if low is None:
        return
    try:
        limit = read_quantities(low.option.replace("/月", ""))[0]
    except UnreadableError:
        return  # an option such as 面议 names no fee
    board.prefer(
        reckoned(board, "accepted_fee", limit.value, [low], period=low.period, basis="受访家长认为合理的月托费的上限")
    )
