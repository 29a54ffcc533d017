"""Opens Excel workbooks (.xlsx) as grids, after ``archives`` has let them pass."""

from __future__ import annotations

import io
import re
import warnings
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.cell.rich_text import TextBlock
from openpyxl.utils import get_column_letter
from openpyxl.utils import range_boundaries

from tuoyu.reading.files.archives import DAMAGED
from tuoyu.reading.files.archives import Facts
from tuoyu.reading.files.archives import Surveyed
from tuoyu.reading.files.archives import open_archive
from tuoyu.reading.files.archives import survey
from tuoyu.reading.files.recalculating import stale
from tuoyu.reading.files.sheets import FOREIGN
from tuoyu.reading.files.sheets import Grid
from tuoyu.reading.files.sheets import Room
from tuoyu.reading.files.sheets import address
from tuoyu.reading.files.sheets import gathered
from tuoyu.reading.files.sheets import raised
from tuoyu.reading.files.sheets import ranges
from tuoyu.reading.files.sheets import shown
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator


_LISTED = 10  # cells that a doubt names
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_workbook(content: bytes) -> tuple[Grid, ...]:
    """All sheets of an .xlsx file, hidden ones too. Raises ``UnreadableError`` in Chinese."""
    with open_archive(content) as archive:
        found = survey(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that a table of figures does not need
            return _sheets(content, found)
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, the file is not as it should be
        raise UnreadableError(DAMAGED) from None


def _sheets(content: bytes, found: Surveyed) -> tuple[Grid, ...]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False, rich_text=True)
    if not 0 < found.listed == len(book.sheetnames):
        raise UnreadableError(DAMAGED)  # the library passes over sheets whose part is not there
    room = Room()
    grids = []
    sheets: list[Any] = book.worksheets  # typed as the kind that is read at once
    for sheet in sheets:
        # each part serves one sheet: a book that shows one part many times would be read as often
        fact = found.sheets.pop(sheet._worksheet_path)  # noqa: SLF001 - nothing else names it
        sheet.reset_dimensions()  # what files say of their size is often wrong
        rows = gathered(((row, 1) for row in _rows(sheet, fact)), room)
        doubts = [(address(*cell), FOREIGN) for cell in fact.foreign]
        doubts += [*_hidden(rows, fact), *_outdated(rows, fact)]
        if rows and sheet.sheet_state != "visible":
            doubts.append(("", "这是隐藏的工作表，同看得见的一样读取"))
        grids.append(Grid(sheet.title, rows, ranges(map(_bounds, fact.merged), rows), tuple(doubts)))
    book.close()
    return tuple(grids)


def _hidden(rows: tuple[tuple[object, ...], ...], fact: Facts) -> Iterator[tuple[str, str]]:
    """Rows and columns that nobody sees and that hold numbers."""
    hidden = [row for row in sorted(fact.hidden_rows) if row < len(rows)]
    filled = {row: [address(row, n) for n, value in enumerate(rows[row]) if _is_number(value)] for row in hidden}
    unseen = [row for row in hidden if filled[row]]
    runs = _runs(unseen)  # a filter hides many rows at once: one doubt for all of them
    yield from _unseen("、".join(runs) + "行", [cell for row in unseen for cell in filled[row]])
    for first, last in fact.hidden_columns:
        for column in range(first, min(last, max(map(len, rows), default=0) - 1) + 1):
            cells = [address(n, column) for n, row in enumerate(rows) if column < len(row) and _is_number(row[column])]
            yield from _unseen(f"{get_column_letter(column + 1)}列", cells)


def _runs(rows: list[int]) -> list[str]:
    """Rows in words, those that follow one another as one: 第3至9、11."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    words = [f"{run[0] + 1}至{run[-1] + 1}" if len(run) > 1 else f"{run[0] + 1}" for run in runs]
    words = words[:_LISTED] + ["等"] * (len(words) > _LISTED)
    return [f"第{words[0]}", *words[1:]] if words else []


def _unseen(what: str, cells: list[str]) -> Iterator[tuple[str, str]]:
    if cells:
        listed = "、".join(cells[:_LISTED]) + ("等" if len(cells) > _LISTED else "")
        yield cells[0], f"隐藏的{what}里有数字（{listed}），同看得见的一样读取"


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal)


def _outdated(rows: tuple[tuple[object, ...], ...], fact: Facts) -> Iterator[tuple[str, str]]:
    for cell, formula, result in stale(rows, fact.formulas):
        stored = rows[cell[0]][cell[1]]
        yield address(*cell), f"存下的结果是{stored}，而公式{formula}得{result.normalize():f}，公式可能没有重新计算"


def _rows(sheet: Any, fact: Facts) -> Iterator[list[object]]:  # noqa: ANN401 - one of openpyxl's kinds of sheet
    for number, cells in enumerate(sheet.iter_rows()):
        values = [None if cell.value is None else shown(_text(cell.value), str(cell.number_format)) for cell in cells]
        if fact.raised:
            values = [fact.raised.get((number, column), value) for column, value in enumerate(values)]
        if fact.uncomputed:
            formulas = (fact.uncomputed.get((number, column)) for column in range(len(values)))
            values = [formula if value is None else value for value, formula in zip(values, formulas, strict=True)]
        yield values


def _text(value: object) -> object:
    """A text as it is meant: characters that XML cannot hold are written ``_x000D_``; a raised digit is a mark."""
    if isinstance(value, CellRichText):
        text = ""
        for run in value:
            is_raised = isinstance(run, TextBlock) and run.font.vertAlign == "superscript"
            text += raised(str(run), text) if is_raised else str(run)
        value = text
    if not isinstance(value, str) or "_x" not in value:
        return value
    meant = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    return _UNWRITABLE.sub(" ", meant).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _bounds(reference: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(reference)
    if left is None or top is None or right is None or bottom is None:
        raise UnreadableError(DAMAGED)
    return top - 1, left - 1, bottom - 1, right - 1
