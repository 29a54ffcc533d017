"""Spreadsheet formulas, written by the functions that compute: called with symbols, they say what they do.

Belongs here: a value that keeps the arithmetic done to it as text. Which cell a symbol stands for, and where the
formula is put, is the business of who makes the workbook.
"""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

LONGEST = 8000  # characters; Excel takes 8192


class Strength(IntEnum):
    """How firmly the parts of a formula hold together: what is weaker goes into brackets."""

    SUM = 1
    PRODUCT = 2
    WHOLE = 3


class Symbol:
    """A value that stands for a cell, or for what is made of cells, and behaves like a number in arithmetic.

    It has no size: a function that compares or chooses cannot be written down with it and raises TypeError.

    >>> places, people = Symbol("托位数"), Symbol("常住人口")
    >>> (places / people * Decimal(1000)).text
    '托位数/常住人口*1000'
    >>> ((places - people) / -places).text
    '(托位数-常住人口)/(-托位数)'
    """

    __slots__ = ("strength", "text")

    def __init__(self, text: str, strength: Strength = Strength.WHOLE) -> None:
        self.text = text
        self.strength = strength

    def __add__(self, other: object) -> Symbol:
        return self if other == 0 else _joined("+", self, other)

    def __radd__(self, other: object) -> Symbol:
        return self if other == 0 else _joined("+", other, self)

    def __sub__(self, other: object) -> Symbol:
        return _joined("-", self, other)

    def __rsub__(self, other: object) -> Symbol:
        return _joined("-", other, self)

    def __mul__(self, other: object) -> Symbol:
        return _joined("*", self, other)

    def __rmul__(self, other: object) -> Symbol:
        return _joined("*", other, self)

    def __truediv__(self, other: object) -> Symbol:
        return _joined("/", self, other)

    def __rtruediv__(self, other: object) -> Symbol:
        return _joined("/", other, self)

    def __neg__(self) -> Symbol:
        return Symbol(f"-{_held(self, Strength.WHOLE)}", Strength.SUM)

    def __abs__(self) -> Symbol:
        return Symbol(f"ABS({self.text})")

    def __bool__(self) -> bool:
        msg = f"{self.text} has no size"
        raise TypeError(msg)

    def sqrt(self) -> Symbol:
        """The square root, as Decimal has it."""
        return Symbol(f"SQRT({self.text})")


def _joined(sign: str, left: object, right: object) -> Symbol:
    strength = Strength.SUM if sign in "+-" else Strength.PRODUCT
    # after a sign that takes away or divides, equals must not run together
    firm = Strength(strength + 1) if sign in "-/" else strength
    return Symbol(_held(_symbol(left), strength) + sign + _held(_symbol(right), firm), strength)


def _symbol(value: object) -> Symbol:
    if isinstance(value, Symbol):
        return value
    if isinstance(value, Decimal | int):
        return Symbol(f"{Decimal(value):f}", Strength.WHOLE if value >= 0 else Strength.SUM)
    msg = f"no formula can be made of {value!r}"
    raise TypeError(msg)


def _held(symbol: Symbol, least: Strength) -> str:
    return symbol.text if symbol.strength >= least else f"({symbol.text})"


def written(function: Callable[..., object], operands: Sequence[Symbol]) -> str:
    """The formula of a function of these operands; empty where it does more than arithmetic.

    >>> written(lambda one, other: (one + other) / 2, [Symbol("甲"), Symbol("乙")])
    '(甲+乙)/2'
    >>> written(lambda one: one if one > 0 else -one, [Symbol("甲")])
    ''
    """
    try:
        made = function(*operands)
    except (TypeError, AttributeError):
        return ""
    return made.text if isinstance(made, Symbol) else ""
