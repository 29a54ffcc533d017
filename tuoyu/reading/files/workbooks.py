"""Opens Excel workbooks (.xlsx) as grids, after ``archives`` has let them pass."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from tuoyu.reading.files.archives import DAMAGED
from tuoyu.reading.files.archives import Facts
from tuoyu.reading.files.archives import open_archive
from tuoyu.reading.files.archives import survey
from tuoyu.reading.files.sheets import FOREIGN
from tuoyu.reading.files.sheets import Grid
from tuoyu.reading.files.sheets import Room
from tuoyu.reading.files.sheets import address
from tuoyu.reading.files.sheets import gathered
from tuoyu.reading.files.sheets import ranges
from tuoyu.reading.files.sheets import shown
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_workbook(content: bytes) -> tuple[Grid, ...]:
    """All sheets of an .xlsx file, hidden ones too. Raises ``UnreadableError`` in Chinese."""
    with open_archive(content) as archive:
        facts = survey(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that a table of figures does not need
            return _sheets(content, facts)
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, the file is not as it should be
        raise UnreadableError(DAMAGED) from None


def _sheets(content: bytes, facts: dict[str, Facts]) -> tuple[Grid, ...]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    room = Room()
    grids = []
    sheets: list[Any] = book.worksheets  # typed as the kind that is read at once
    for sheet in sheets:
        # each part serves one sheet: a book that shows one part many times would be read as often
        fact = facts.pop(sheet._worksheet_path)  # noqa: SLF001 - nothing else names it
        sheet.reset_dimensions()  # what files say of their size is often wrong
        rows = gathered(((row, 1) for row in _rows(sheet, fact)), room)
        doubts = tuple((address(*cell), FOREIGN) for cell in fact.foreign)
        grids.append(Grid(sheet.title, rows, ranges(map(_bounds, fact.merged), rows), doubts))
    book.close()
    return tuple(grids)


def _rows(sheet: Any, fact: Facts) -> Iterator[list[object]]:  # noqa: ANN401 - one of openpyxl's kinds of sheet
    for number, cells in enumerate(sheet.iter_rows()):
        values = [None if cell.value is None else shown(cell.value, str(cell.number_format)) for cell in cells]
        if fact.uncomputed:
            formulas = (fact.uncomputed.get((number, column)) for column in range(len(values)))
            values = [formula if value is None else value for value, formula in zip(values, formulas, strict=True)]
        yield values


def _bounds(reference: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(reference)
    if left is None or top is None or right is None or bottom is None:
        raise UnreadableError(DAMAGED)
    return top - 1, left - 1, bottom - 1, right - 1
