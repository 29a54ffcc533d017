"""Computes one indicator from facts: its value, how far it is certain, and what it is of.

What belongs here: the step from inputs to one computed fact. What does not: which facts an edition needs.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import LESS
from tuoyu.nouns.fact import MORE
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuoyu.nouns.indicator import Indicator

_LARGE = 10_000


def compute(
    indicator: Indicator, inputs: Sequence[Fact], *, place: str, dated: Fact, part: Part = WHOLE, label: str = ""
) -> Fact | None:
    """The fact of one indicator from its inputs; of digits that rounding leaves open one is printed, with 约.

    None where the inputs' bounds pull in different directions: then the result is neither at least nor at most this.
    An input that is a range gives a range.
    """
    if indicator.function is None or indicator.decimals is None:
        msg = f"{indicator.id} has no formula"
        raise ValueError(msg)
    function = indicator.function
    ends = [(one.value,) if one.upper is None else (one.value, one.upper) for one in inputs]
    values = sorted(function(*chosen) for chosen in product(*ends))
    value = values[0]
    uncertainty = _uncertainty(indicator, inputs)
    printed = digits_of(indicator.decimals, value, inputs)
    sure = -(2 * uncertainty).adjusted() if uncertainty else printed  # digits that are certain
    bound = _bound(indicator, inputs)
    if bound is None:
        return None
    if bound == "=" and sure < printed:
        bound = "≈"
    return Fact(
        indicator=indicator.id,
        place=place,
        period=dated.period,
        part=part,
        name=indicator.name,
        label=label or indicator.name,
        value=value,
        upper=values[-1] if values[-1] != value else None,
        unit=indicator.measure or indicator.unit,
        decimals=min(printed, sure + 1),
        basis=indicator.basis,
        formula=indicator.formula,
        kind="computed",
        inputs=tuple(one.id for one in inputs),
        bound=bound,
        below_zero=indicator.below_zero,
        uncertainty=uncertainty,
    )


def digits_of(decimals: int, value: Decimal, inputs: Sequence[Fact]) -> int:
    """How many decimals are printed: figures are printed in hundreds or thousands where they are large enough for it.

    Below ten thousand three digits stay, so that 450 children of a small county do not become none; but none that
    its inputs do not print.
    """
    if decimals >= 0 or not value or abs(value) >= _LARGE:
        return decimals
    finest = min([2 - value.adjusted(), 0, *(one.decimals for one in inputs)])
    return max(decimals, finest)


def _bound(indicator: Indicator, inputs: Sequence[Fact]) -> str | None:
    """What the inputs' bounds make of the result: a dividend above 5 万 gives a quotient above, a divisor one below."""
    found = {one.bound for one in inputs if one.bound == "≈"}
    for position, one in enumerate(inputs):
        if one.bound in MORE or one.bound in LESS:
            step = max(abs(one.value), Decimal(1)) / 100
            moved = _moved(indicator, inputs, position, step if one.bound in MORE else -step)
            found |= {">" if moved > 0 else "<"} if moved else set()
    if {">", "<"} <= found:
        return None
    return next((one for one in (">", "<", "≈") if one in found), "=")


def _uncertainty(indicator: Indicator, inputs: Sequence[Fact]) -> Decimal:
    """How far the result can be off when every input is off by its uncertainty, added up."""
    moved = (_moved(indicator, inputs, n, one.uncertainty) for n, one in enumerate(inputs) if one.uncertainty)
    return sum((abs(one) for one in moved), Decimal(0))


def _moved(indicator: Indicator, inputs: Sequence[Fact], position: int, step: Decimal) -> Decimal:
    """By how much the result moves when one input does."""
    values = [one.value for one in inputs]
    shifted = [*values[:position], values[position] + step, *values[position + 1 :]]
    function = indicator.function
    return function(*shifted) - function(*values) if function else Decimal(0)
