"""A sheet as rows of cell values with addresses, whatever file it came in.

What belongs here: what a cell's value is to a reader, and how much of it is too much.
What does not: the formats of files (``workbooks``, ``legacy``, ``opendocument``, ``grids``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from datetime import time
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from typing import NoReturn

from openpyxl.utils import get_column_letter

from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

MOST_CELLS = 400_000
MOST_POSITIONS = 4_000_000
MOST_REPEATS = 10_000  # of one filled row; more is a sheet that was filled down by accident
# what a number format says literally: quoted text, escaped characters, padding, colours and conditions
LITERAL = re.compile(r'"[^"]*"|[\\_*!].|\[[^\]]*\]')
FOREIGN = (
    "公式引用了别的工作簿，这里采用的是文件中存下的结果，可能已经过时；请与被引用的工作簿核对，核对后把公式粘贴为数值"
)


@dataclass(frozen=True)
class Grid:
    """工作表 — a sheet as rows of raw cell values; a CSV file is one grid without a sheet name.

    Rows end at their last filled cell. ``doubts`` are pairs of a cell and what a person should look at there.
    """

    sheet: str
    rows: tuple[tuple[object, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()

    def value(self, row: int, column: int) -> object:
        """The cell at zero-based row and column, None outside the grid; merged cells share their text."""
        top, left, _ = self.area(row, column)
        return self._raw(top, left)

    def area(self, row: int, column: int) -> tuple[int, int, int]:
        """First row, first column and last column of the merged range that holds a cell; of itself if none does."""
        spans = self._spans.get(row, [])
        before = bisect_right(spans, column, key=lambda span: span[0])
        if before and column <= spans[before - 1][1]:
            left, right, top = spans[before - 1]
            return top, left, right
        return row, column, column

    def _raw(self, row: int, column: int) -> object:
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def text(self, row: int, column: int) -> str:
        """The cell's text without accidents of typing."""
        return clean_text(self.value(row, column))

    @cached_property
    def width(self) -> int:
        """Number of columns of the widest row."""
        return max((len(row) for row in self.rows), default=0)

    @cached_property
    def _spans(self) -> dict[int, list[tuple[int, int, int]]]:
        """Row → first and last column of its merged ranges, from left to right, and the row of their text."""
        spans: dict[int, list[tuple[int, int, int]]] = {}
        for top, left, bottom, right in sorted(self.merged, key=lambda one: one[1]):
            for row in range(top, min(bottom, len(self.rows) - 1) + 1):
                spans.setdefault(row, []).append((left, right, top))
        return spans


@dataclass
class Room:
    """How many more filled cells a file may bring."""

    left: int = MOST_CELLS

    def take(self, cells: int) -> None:
        """Room for so many cells. Raises ``UnreadableError`` when there is none."""
        self.left -= cells
        if self.left < 0:
            refuse_as_too_large(f"有内容的单元格超过 {MOST_CELLS // 10_000} 万个")


def refuse_as_too_large(what: str) -> NoReturn:
    """Raises ``UnreadableError`` for a file that holds more than tables of statistics do."""
    msg = f"文件过大（{what}），请删去多余的空行、空列、格式和与监测无关的内容，或拆成几个文件"
    raise UnreadableError(msg)


def address(row: int, column: int) -> str:
    """A1 address of zero-based row and column.

    >>> address(4, 1)
    'B5'
    """
    return f"{get_column_letter(column + 1)}{row + 1}"


def raised(run: str, before: str) -> str:
    """A run of raised characters behind ``before``: the number of a footnote, unless it belongs to a unit as in m².

    >>> raised("1", "20144"), raised("2", "m"), raised("注", "人口")
    ('〔1〕', '2', '注')
    """
    mark = run.strip()
    behind_a_letter = re.search(r"[A-Za-z]\s*$", before)
    is_footnote = bool(re.fullmatch(r"\d{1,2}", mark) and before.strip()) and not behind_a_letter
    return f"〔{mark}〕" if is_footnote else run


def gathered(rows: Iterable[tuple[Sequence[object], int]], room: Room) -> tuple[tuple[object, ...], ...]:
    """Rows, each given with the number of times it is repeated, without the empty ends of rows and sheet.

    >>> gathered([(["甲", None], 1), ([], 2), ([1], 1), (["", None], 1048576)], Room())
    (('甲',), (), (), (1,))
    """
    kept: list[tuple[object, ...]] = []
    empty = widest = 0
    for values, times in rows:
        row = _without_empty_end(values)
        if not row:
            empty += times
            continue
        if times > MOST_REPEATS:
            refuse_as_too_large(f"同一行内容重复了 {times} 次")
        room.take(times * sum(not _empty(value) for value in row))
        widest = max(widest, len(row))
        if (len(kept) + empty + times) * widest > MOST_POSITIONS:
            refuse_as_too_large(f"数据散布在 {len(kept) + empty + times} 行、{widest} 列的范围里")
        kept += [()] * empty + [row] * times
        empty = 0
    return tuple(kept)


def ranges(
    merged: Iterable[tuple[int, int, int, int]], rows: tuple[tuple[object, ...], ...]
) -> tuple[tuple[int, int, int, int], ...]:
    """Merged ranges as they are. Raises ``UnreadableError`` where they cover more than the rows can hold."""
    kept = tuple(merged)
    if sum(max(0, min(bottom, len(rows) - 1) - top + 1) for top, _, bottom, _ in kept) > MOST_POSITIONS:
        refuse_as_too_large("合并单元格过多")
    return kept


def _without_empty_end(values: Sequence[object]) -> tuple[object, ...]:
    end = len(values)
    while end and _empty(values[end - 1]):
        end -= 1
    return tuple(values[:end])


def _empty(value: object) -> bool:
    return value is None or value == ""


def shown(value: object, number_format: str = "") -> object:
    """The value as a spreadsheet shows it: percentages with their sign, no noise of binary fractions.

    >>> shown(0.38, "0.0%"), shown(38, '0"%"'), shown(0.1 + 0.2), shown(440700.0)
    ('38%', '38%', Decimal('0.3'), 440700)
    """
    if value is None or isinstance(value, str | date):  # a datetime is a date
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, time | timedelta) or not isinstance(value, int | float):
        return str(value)
    number = _exact(value)
    if isinstance(number, str) or "%" not in number_format:
        return number
    is_fraction = "%" in LITERAL.sub("", number_format)
    return f"{(Decimal(number) * (100 if is_fraction else 1)).normalize():f}%"


def _exact(value: float) -> int | Decimal | str:
    """The decimal number of the fifteen digits that a spreadsheet shows; what is no number as text."""
    if isinstance(value, int):
        return value
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        return str(value)
    return int(number) if number == number.to_integral_value() else number
