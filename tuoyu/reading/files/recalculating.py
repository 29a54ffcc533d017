"""Works out the plain formulas of a sheet again, to see whether the results stored beside them are still theirs.

What belongs here: sums and the four rules over cells of one sheet. A formula with anything else is passed over.
"""

from __future__ import annotations

import re
from decimal import Decimal
from decimal import InvalidOperation
from typing import TYPE_CHECKING

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import range_boundaries

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

_MOST_CELLS = 20_000  # of one range
_MOST_TOKENS = 400
_CLOSE = Decimal("0.000001")
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}(?::\$?[A-Z]{1,3}\$?[1-9]\d{0,6})?")
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)%")


class _PassedOverError(Exception):
    """A formula that is more than plain arithmetic."""


def stale(
    rows: Sequence[Sequence[object]], formulas: Mapping[tuple[int, int], str]
) -> Iterator[tuple[tuple[int, int], str, Decimal]]:
    """Cells whose stored result is not what their formula gives, each with the formula and its result.

    >>> list(stale([(2, 3, 6)], {(0, 2): "=SUM(A1:B1)"}))
    [((0, 2), '=SUM(A1:B1)', Decimal('5'))]
    """
    for cell, formula in formulas.items():
        stored = _number(_value(rows, *cell))
        try:
            result = _Reckoner(formula, rows).result()
        except (_PassedOverError, ArithmeticError, IndexError, ValueError):
            continue
        if stored is not None and abs(stored - result) > _CLOSE * max(Decimal(1), abs(result)):
            yield cell, formula, result


def _value(rows: Sequence[Sequence[object]], row: int, column: int) -> object:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    return Decimal(match[1]) / 100 if match else None


class _Reckoner:
    """One formula, worked out from left to right by the rank of its signs."""

    def __init__(self, formula: str, rows: Sequence[Sequence[object]]) -> None:
        kinds = Tokenizer(formula).items
        self._tokens = [one for one in kinds if one.type != Token.WSPACE]
        if not self._tokens or len(self._tokens) > _MOST_TOKENS:
            raise _PassedOverError
        self._rows = rows
        self._next = 0

    def result(self) -> Decimal:
        value = self._expression(0)
        if self._next != len(self._tokens):
            raise _PassedOverError
        return value

    def _expression(self, rank: int) -> Decimal:
        left = self._operand()
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.type == Token.OP_POST:
                self._next += 1
                left /= 100
                continue
            if token.type != Token.OP_IN or _RANK.get(token.value, 0) <= rank:
                break
            self._next += 1
            left = self._joined(token.value, left, self._expression(_RANK[token.value]))
        return left

    def _joined(self, sign: str, left: Decimal, right: Decimal) -> Decimal:
        if sign == "+":
            return left + right
        if sign == "-":
            return left - right
        if sign == "*":
            return left * right
        if sign == "/":
            return left / right
        raise _PassedOverError

    def _operand(self) -> Decimal:
        token = self._take()
        if token.type == Token.OP_PRE:
            value = self._expression(_RANK["*"])
            return -value if token.value == "-" else value
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            value = self._expression(0)
            self._close()
            return value
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            return self._function(token.value)
        if token.type == Token.OPERAND and token.subtype == Token.NUMBER:
            return Decimal(token.value)
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            values = self._cells(token.value)
            if len(values) == 1:
                return values[0] or Decimal(0)
        raise _PassedOverError

    def _function(self, opened: str) -> Decimal:
        make = _FUNCTIONS.get(opened.upper())
        if make is None:
            raise _PassedOverError
        values: list[Decimal | None] = []
        while True:
            token = self._tokens[self._next]
            follows = self._tokens[self._next + 1]
            ends = follows.type == Token.SEP or (follows.type == Token.FUNC and follows.subtype == Token.CLOSE)
            if token.type == Token.OPERAND and token.subtype == Token.RANGE and ends:
                self._next += 1
                values += self._cells(token.value)
            else:
                values.append(self._expression(0))
            if self._take().type != Token.SEP:
                return make([one for one in values if one is not None])

    def _cells(self, reference: str) -> list[Decimal | None]:
        if not _REFERENCE.fullmatch(reference):
            raise _PassedOverError  # names, other sheets, whole columns
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(reference))
        if (right - left + 1) * (bottom - top + 1) > _MOST_CELLS:
            raise _PassedOverError
        columns = range(left - 1, right)
        found = [_value(self._rows, row, column) for row in range(top - 1, bottom) for column in columns]
        if any(isinstance(one, str) and one.startswith("=") for one in found):
            raise _PassedOverError
        return [_number(one) for one in found]

    def _take(self) -> Token:
        self._next += 1
        token: Token = self._tokens[self._next - 1]
        return token

    def _close(self) -> None:
        if self._take().subtype != Token.CLOSE:
            raise _PassedOverError


def _rounded(values: Sequence[Decimal]) -> Decimal:
    number, digits = values
    try:
        return number.quantize(Decimal(1).scaleb(-int(digits)), "ROUND_HALF_UP")
    except InvalidOperation:
        raise _PassedOverError from None


_FUNCTIONS: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "SUM(": lambda values: sum(values, Decimal(0)),
    "AVERAGE(": lambda values: sum(values, Decimal(0)) / len(values),
    "ROUND(": _rounded,
    "MAX(": max,
    "MIN(": min,
}
