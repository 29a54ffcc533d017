"""Opens workbooks of Excel 97-2003 (.xls) as grids.

Read with xlrd, which tells the number format of a cell (a percentage is stored as a fraction) and its merged ranges;
calamine is faster but does not tell formats, so that 38% would come out as 0.38.
"""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import Any

import xlrd
from xlrd.compdoc import CompDoc

from tuoyu.reading.files.archives import DAMAGED
from tuoyu.reading.files.sheets import FOREIGN
from tuoyu.reading.files.sheets import Grid
from tuoyu.reading.files.sheets import Room
from tuoyu.reading.files.sheets import address
from tuoyu.reading.files.sheets import gathered
from tuoyu.reading.files.sheets import ranges
from tuoyu.reading.files.sheets import refuse_as_too_large
from tuoyu.reading.files.sheets import shown
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlrd.book import Book
    from xlrd.sheet import Sheet

MOST_STORED = 2_000_000  # cells, formatted empty ones among them
STREAMS = ("Workbook", "Book")
BEGIN, END, FILEPASS, BOUNDSHEET, SUPBOOK, EXTERNSHEET, FORMULA = 0x0809, 0x0A, 0x2F, 0x85, 0x1AE, 0x17, 0x06
# records of one cell, and of many: with the size of a cell in them
ONE_CELL = {FORMULA, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0xFD}
MANY_CELLS = {0xBD: 6, 0xBE: 2}
THIS_BOOK, ADD_INS = b"\x01\x04", b"\x01\x3a"
# a cell, an area or a name of a sheet given by its number among the book's outside references
REFERENCES = bytes((0x39, 0x3A, 0x3B, 0x59, 0x5A, 0x5B, 0x79, 0x7A, 0x7B))
TOKENS = 22


@dataclass
class Records:
    """What a walk over the records tells before a reader gets them."""

    cells: int = 0
    offsets: list[int] = field(default_factory=list)
    books: list[bool] = field(default_factory=list)
    foreign_sheets: set[bytes] = field(default_factory=set)
    formulas: dict[int, list[tuple[int, int, bytes]]] = field(default_factory=dict)

    def foreign(self, sheet: int) -> Iterator[tuple[int, int]]:
        """Cells of a sheet whose formula quotes another book; rather one too many than one too few."""
        signs = [bytes((code,)) + number for code in REFERENCES for number in self.foreign_sheets]
        for row, column, tokens in self.formulas.get(self.offsets[sheet], ()) if signs else ():
            if any(sign in tokens for sign in signs):
                yield row, column


def names_inside(content: bytes) -> set[str]:
    """Names of the streams and folders in the top folder of an old Office file; none if it is broken."""
    try:
        entries = CompDoc(content, logfile=io.StringIO()).dirlist
        return {entries[number].name for number in entries[0].children}
    except Exception:  # noqa: BLE001 - a broken file may fail in any way
        return set()


def read_legacy(content: bytes) -> tuple[Grid, ...]:
    """All sheets of an .xls file, hidden ones too. Raises ``UnreadableError`` in Chinese."""
    try:
        records = _records(_stream(content))
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
        )
        return tuple(_grids(book, records))
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, the file is not as it should be
        raise UnreadableError(DAMAGED) from None


def _stream(content: bytes) -> bytes:
    document = CompDoc(content, logfile=io.StringIO())
    for name in STREAMS:
        memory, start, size = document.locate_named_stream(name)
        if memory:
            return bytes(memory[start : start + size])
    raise UnreadableError(DAMAGED)


def _records(stream: bytes) -> Records:
    found, position, begun = Records(), 0, [0]
    while position + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, position)
        data = stream[position + 4 : position + 4 + length]
        if code == BEGIN:  # a sheet, or a chart within one
            begun.append(position)
        elif code == END and len(begun) > 1:
            begun.pop()
        elif code in ONE_CELL or code in MANY_CELLS:
            found.cells += max(1, (length - 6) // MANY_CELLS[code]) if code in MANY_CELLS else 1
            if found.cells > MOST_STORED:
                refuse_as_too_large("单元格、格式过多")
        if code == FORMULA:
            row, column = struct.unpack_from("<HH", data)
            found.formulas.setdefault(begun[-1], []).append((row, column, data[TOKENS:]))
        _note(found, code, data)
        position += 4 + length
    return found


def _note(found: Records, code: int, data: bytes) -> None:
    if code == FILEPASS:
        msg = "工作簿设有打开密码，请用密码打开，撤去密码后另存为 .xlsx"
        raise UnreadableError(msg)
    if code == BOUNDSHEET and data[5] == 0:  # a worksheet, neither chart nor macro sheet
        found.offsets.append(struct.unpack_from("<I", data)[0])
    elif code == SUPBOOK:
        found.books.append(data[2:4] not in {THIS_BOOK, ADD_INS})
    elif code == EXTERNSHEET and found.books:  # older books than Excel 97 have no such list
        for number in range(struct.unpack_from("<H", data)[0]):
            (book,) = struct.unpack_from("<H", data, 2 + 6 * number)
            if found.books[book]:
                found.foreign_sheets.add(struct.pack("<H", number))


def _grids(book: Book, records: Records) -> Iterator[Grid]:
    room = Room()
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        rows = gathered(((_row(book, sheet, row), 1) for row in range(sheet.nrows)), room)
        merged = ((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
        doubts = tuple((address(*cell), FOREIGN) for cell in records.foreign(number))
        yield Grid(sheet.name, rows, ranges(merged, rows), doubts)
        book.unload_sheet(number)


def _row(book: Book, sheet: Sheet, row: int) -> list[object]:
    return [_value(book, sheet, row, column) for column in range(sheet.row_len(row))]


def _value(book: Book, sheet: Sheet, row: int, column: int) -> object:
    kind = sheet.cell_type(row, column)
    value: Any = sheet.cell_value(row, column)
    if kind in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
        return None
    if kind == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(value))
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code[value]
    if kind == xlrd.XL_CELL_DATE:
        with suppress(OverflowError):  # a number in a format of dates that is none
            moment = xlrd.xldate_as_datetime(value, book.datemode)
            return moment if value >= 1 else shown(moment.time())
    if kind in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        style = book.xf_list[sheet.cell_xf_index(row, column)]
        return shown(value, book.format_map[style.format_key].format_str)
    return value
