"""Opens the bytes of a received file as grids of cells with addresses.

What belongs here: file formats. What does not: what a row means (``layouts``).
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from tuoyu.analysis.reading import UnreadableError
from tuoyu.analysis.reading import clean_text

ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Grid:
    """工作表 — a sheet as rows of raw cell values; a CSV file is one grid without a sheet name."""

    sheet: str
    rows: tuple[tuple[object, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def value(self, row: int, column: int) -> object:
        """The cell at zero-based row and column, None outside the grid; merged cells share their text."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return self._raw(top, left)
        return self._raw(row, column)

    def _raw(self, row: int, column: int) -> object:
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def text(self, row: int, column: int) -> str:
        """The cell's text without accidents of typing."""
        return clean_text(self.value(row, column))

    @property
    def width(self) -> int:
        """Number of columns of the widest row."""
        return max((len(row) for row in self.rows), default=0)


def address(row: int, column: int) -> str:
    """A1 address of zero-based row and column.

    >>> address(4, 1)
    'B5'
    """
    return f"{get_column_letter(column + 1)}{row + 1}"


def open_grids(content: bytes, suffix: str) -> tuple[Grid, ...]:
    """The sheets of a file by its suffix (.xlsx, .csv). Raises ``UnreadableError`` in Chinese."""
    if suffix == ".csv":
        return (Grid("", _csv_rows(content)),)
    if suffix == ".xlsx":
        return _workbook(content)
    msg = f"暂不支持 {suffix} 格式，请另存为 .xlsx 或 .csv"
    raise UnreadableError(msg)


def _csv_rows(content: bytes) -> tuple[tuple[object, ...], ...]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline="")))
    msg = "文字编码既不是 UTF-8 也不是 GB18030，请用 Excel 另存为“CSV UTF-8”"
    raise UnreadableError(msg)


def _workbook(content: bytes) -> tuple[Grid, ...]:
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
        as_written = load_workbook(io.BytesIO(content))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError):
        msg = "不是完好的 .xlsx 工作簿（可能已损坏、加密或扩展名不符），请重新取得文件"
        raise UnreadableError(msg) from None
    return tuple(
        Grid(
            sheet.title,
            tuple(
                tuple(_shown(cell, written.value) for cell, written in zip(row, formulas, strict=True))
                for row, formulas in zip(sheet.iter_rows(), as_written[sheet.title].iter_rows(), strict=True)
            ),
            tuple((m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in sheet.merged_cells.ranges),
        )
        for sheet in book.worksheets
    )


def _shown(cell: Any, formula: object) -> object:  # noqa: ANN401 - openpyxl has several kinds of cell
    """The cell's value as Excel shows it: percentages with their sign, a formula that was never computed as written."""
    value = cell.value
    if value is None:
        return formula if isinstance(formula, str) and formula.startswith("=") else None
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    return _exact(value)


def _exact(value: object) -> object:
    """A float as the decimal that Excel shows for it: 2.86, not 2.8599999999999999."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    return value
