"""核算表 — sheets of values, texts and live formulas as a workbook (.xlsx) that computes.

Belongs here: how such a workbook is written: a value beside every formula, so that a viewer shows it at once; text that
stays text; the same bytes for the same contents. What stands in one is the business of who makes it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import xlsxwriter

from tuoyu.workspace.workbook import is_risky
from tuoyu.workspace.workbook import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_DAY = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the format has no zone
_LONGEST_TEXT = 32_767  # characters that a cell holds
_HEAD, _GIVEN, _LINE = "#D9E2EC", "#FFF7D6", "#B8C2CC"
_FACE = "SimSun"
_A4 = 9  # the number of the paper


@dataclass(frozen=True)
class Formula:
    """A live cell: its formula without the equals sign, and the value that it has now."""

    text: str
    value: Decimal | str


@dataclass(frozen=True)
class Given:
    """A number that a person may change; everything that hangs on it is computed anew."""

    value: Decimal


Cell = str | int | Decimal | Formula | Given | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: a heading a column with its width in characters, and rows of cells."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Book:
    """A workbook: title, sheets, and names by which formulas call cells (``托位数`` → ``指标!$D$7``)."""

    title: str
    sheets: tuple[Sheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)


def to_workbook(book: Book) -> bytes:
    """The file. Equal books give equal bytes."""
    stream = io.BytesIO()
    written = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    written.set_properties({"title": printable(book.title), "created": _DAY})
    looks = _Looks(written)
    for sheet in book.sheets:
        _write(written.add_worksheet(sheet.name), sheet, looks)
    for name, place in book.names.items():
        written.define_name(name, f"={place}")
    written.close()
    return stream.getvalue()


class _Looks:
    """The few ways in which cells look, each made once."""

    def __init__(self, written: xlsxwriter.Workbook) -> None:
        base = {"font_name": _FACE, "font_size": 10, "valign": "top"}
        lined = {**base, "border": 1, "border_color": _LINE}
        self.head = written.add_format({**lined, "bold": True, "bg_color": _HEAD, "text_wrap": True})
        self.text = written.add_format({**lined, "text_wrap": True})
        self.number = written.add_format({**lined, "num_format": "General"})
        self.given = written.add_format({**lined, "num_format": "General", "bg_color": _GIVEN})
        # a sign that would begin a formula stays a sign even where a person edits the cell
        self.inert = written.add_format({**lined, "text_wrap": True})
        self.inert.set_quote_prefix()


def _write(worksheet: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    for column, (title, width) in enumerate(sheet.columns):
        worksheet.set_column(column, column, width)
        _put(worksheet, 0, column, title, looks, looks.head)
    for number, cells in enumerate(sheet.rows, 1):
        for column, cell in enumerate(cells):
            _put(worksheet, number, column, cell, looks, looks.text)
    worksheet.freeze_panes(1, 0)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)
    if sheet.rows:
        worksheet.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _put(worksheet: Worksheet, row: int, column: int, cell: Cell, looks: _Looks, look: Format) -> None:
    """One cell. Texts never go through the writer that guesses what they are."""
    if isinstance(cell, Formula):
        value = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
        worksheet.write_formula(row, column, f"={cell.text}", looks.number, value)
    elif isinstance(cell, Given):
        worksheet.write_number(row, column, float(cell.value), looks.given)
    elif isinstance(cell, int | Decimal):
        worksheet.write_number(row, column, float(cell), looks.number)
    elif cell is None or not cell:
        worksheet.write_blank(row, column, None, look)
    else:
        text = printable(cell)[:_LONGEST_TEXT]
        worksheet.write_string(row, column, text, looks.inert if is_risky(text) else look)
