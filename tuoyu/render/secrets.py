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
    from openpyxl.cell.cell import Cell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    _Cell = Cell | MergedCell


@dataclass(frozen=True)
class Personal:
    """One header and the cells that it is about: below it, or beside it where it stands at the end of a form."""

    header: str
    cells: tuple[_Cell, ...]


def personal_columns(sheet: Worksheet, *, open_questions: bool) -> list[Personal]:
    """Every personal header of a sheet with its cells, from top to bottom.

    A header stands in a row of several texts without any figure: a title stands alone, and data has figures.
    """
    rows = [tuple(row) for row in sheet.iter_rows()]
    headers = [_headers_in(row, open_questions=open_questions) for row in rows]
    known = {cell.coordinate for row in headers for cell in row}
    found = []
    for number, row in enumerate(headers):
        for cell in row:
            bottom, left, right = _reach(sheet, cell)
            below = [one for line in rows[bottom:] for one in line[left - 1 : right]]
            cells = [one for one in below if _is_filled(one) and one.coordinate not in known]
            beside = cells or _beside(rows[number], cell, known)
            if beside:
                found.append(Personal(_joined(cell.value), tuple(beside)))
    return found


def _headers_in(row: tuple[_Cell, ...], *, open_questions: bool) -> list[_Cell]:
    filled = [cell for cell in row if _is_filled(cell)]
    if len(filled) < 2 or any(_is_figure(cell.value) for cell in filled):
        return []
    return [
        cell
        for cell in filled
        if is_personal(_joined(cell.value)) or (open_questions and is_open_question(_joined(cell.value)))
    ]


def _reach(sheet: Worksheet, cell: _Cell) -> tuple[int, int, int]:
    """Last row, first and last column of a header, which may stand over merged cells."""
    from openpyxl.worksheet.cell_range import CellRange

    blocks = (one.coord for one in sheet.merged_cells.ranges)
    over = CellRange(next((one for one in blocks if one.partition(":")[0] == cell.coordinate), cell.coordinate))
    return over.bounds[3], over.bounds[0], over.bounds[2]


def _beside(row: tuple[_Cell, ...], header: _Cell, known: set[str]) -> list[_Cell]:
    """The next filled cell to the right, where that is no header itself."""
    following = [cell for cell in row[header.column :] if _is_filled(cell)][:1]
    return [cell for cell in following if cell.coordinate not in known]


def _is_filled(cell: _Cell) -> bool:
    return cell.value not in {None, "", HIDDEN}


def _is_figure(value: object) -> bool:
    return not isinstance(value, str) or value.strip().replace(".", "", 1).isdigit()


def _joined(value: object) -> str:
    return "".join(value.split()) if isinstance(value, str) else ""
