"""Finds the columns of a workbook that hold personal data, by their headers wherever these stand.

Belongs here: what is a header and what stands below it. Which headings are personal says ``nouns.personal``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.personal import HIDDEN
from tuoyu.nouns.personal import is_open_question
from tuoyu.nouns.personal import is_personal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    _Cell = Cell | MergedCell
    _Row = tuple[_Cell, ...]

_YEARS = range(1900, 2100)
# what stands before a value beside names and telephones, where a form is filled in line by line
_OF_A_FORM = ("单位", "部门", "日期", "时间", "科室", "职务")


@dataclass(frozen=True)
class Personal:
    """One header and the cells that it is about: below it, or beside it where it stands in a form."""

    header: str
    cells: tuple[_Cell, ...]


def personal_columns(sheet: Worksheet, *, open_questions: bool) -> list[Personal]:
    """Every personal header of a sheet with its cells, from top to bottom.

    A header stands in a row of several texts without any figure: a title stands alone, and data has figures. Above all
    data there may be years in it. In a sheet of one column every text stands alone.
    """
    rows = [tuple(row) for row in sheet.iter_rows()]
    alone = max((len(_filled(row)) for row in rows), default=0) == 1
    data = next((number for number, row in enumerate(rows) if not _all_words(row, and_years=True)), len(rows))
    headers = [
        _headers_in(row, open_questions=open_questions) if _may_head(row, alone=alone, on_top=number < data) else []
        for number, row in enumerate(rows)
    ]
    known = {cell.coordinate for row in headers for cell in row}
    found = []
    for number, row in enumerate(headers):
        form = bool(row) and _is_form(rows, number, known)
        for cell in row:
            bottom, left, right = _reach(sheet, cell)
            below = [] if form else [one for line in rows[bottom:] for one in line[left - 1 : right]]
            cells = [one for one in below if _is_filled(one) and one.coordinate not in known]
            about = cells or _beside(rows[number], cell, known)
            if about:
                found.append(Personal(_joined(cell.value), tuple(about)))
    return found


def _may_head(row: _Row, *, alone: bool, on_top: bool) -> bool:
    return (alone or len(_filled(row)) > 1) and _all_words(row, and_years=on_top)


def _headers_in(row: _Row, *, open_questions: bool) -> list[_Cell]:
    return [
        cell
        for cell in _filled(row)
        if is_personal(_joined(cell.value)) or (open_questions and is_open_question(_joined(cell.value)))
    ]


def _is_form(rows: list[_Row], number: int, known: set[str]) -> bool:
    """Whether a row of labels and values, one after the other, stands above the header of a table."""
    filled = _filled(rows[number])
    labels, values = filled[::2], filled[1::2]
    beside = {one.coordinate for one in values} & known
    if len(labels) != len(values) or beside or not all(one.coordinate in known or _labels(one) for one in labels):
        return False
    below = [line for line in map(_filled, rows[number + 1 :]) if line]
    return len(below) > 1 and len(below[0]) > 1 and _all_words(below[0]) and not _all_words(below[1])


def _labels(cell: _Cell) -> bool:
    return _joined(cell.value).rstrip(":：").endswith(_OF_A_FORM)


def _all_words(row: Sequence[_Cell], *, and_years: bool = False) -> bool:
    return not any(_is_figure(cell.value, or_year=not and_years) for cell in row if _is_filled(cell))


def _reach(sheet: Worksheet, cell: _Cell) -> tuple[int, int, int]:
    """Last row, first and last column of a header, which may stand over merged cells."""
    from openpyxl.worksheet.cell_range import CellRange

    blocks = (one.coord for one in sheet.merged_cells.ranges)
    over = CellRange(next((one for one in blocks if one.partition(":")[0] == cell.coordinate), cell.coordinate))
    return over.bounds[3], over.bounds[0], over.bounds[2]


def _beside(row: _Row, header: _Cell, known: set[str]) -> list[_Cell]:
    """The next filled cell to the right, where that is no header itself."""
    following = _filled(row[header.column :])[:1]
    return [cell for cell in following if cell.coordinate not in known]


def _filled(row: _Row) -> list[_Cell]:
    return [cell for cell in row if _is_filled(cell)]


def _is_filled(cell: _Cell) -> bool:
    return cell.value not in {None, "", HIDDEN}


def _is_figure(value: object, *, or_year: bool) -> bool:
    text = str(value).strip()
    if text.isdecimal() and int(text) in _YEARS:
        return or_year
    return not isinstance(value, str) or text.replace(".", "", 1).isdigit()


def _joined(value: object) -> str:
    return "".join(value.split()) if isinstance(value, str) else ""
