"""Opens OpenDocument spreadsheets (.ods) as grids, after ``archives`` has let them pass.

Read here and not by a library: percentages, merged cells and formulas of other books stand only in the XML.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import IO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import iterparse

from tuoyu.reading.files.archives import DAMAGED
from tuoyu.reading.files.archives import MOST_COLUMNS
from tuoyu.reading.files.archives import MOST_ROWS
from tuoyu.reading.files.archives import open_archive
from tuoyu.reading.files.archives import survey
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
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

ODF = "{urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT = f"{ODF}table:1.0}}", f"{ODF}office:1.0}}", f"{ODF}text:1.0}}"
STYLE = f"{ODF}style:1.0}}"
SHOWN_AS = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}
MANIFEST, ENCRYPTED = "META-INF/manifest.xml", b"encryption-data"
FOREIGN_FORMULA = re.compile(r"'[^']+'#")


def read_opendocument(content: bytes) -> tuple[Grid, ...]:
    """All sheets of an .ods file, hidden ones too. Raises ``UnreadableError`` in Chinese."""
    with open_archive(content) as archive:
        survey(archive)
        try:
            _refuse_password(archive)
            with archive.open("content.xml") as stream:
                return tuple(_tables(stream))
        except UnreadableError:
            raise
        except Exception:  # noqa: BLE001 - whatever stands wrongly in the XML, the file is not as it should be
            raise UnreadableError(DAMAGED) from None


def _refuse_password(archive: ZipFile) -> None:
    if MANIFEST in archive.namelist() and ENCRYPTED in archive.read(MANIFEST):
        msg = "工作簿设有打开密码，请用密码打开，撤去密码后另存为 .xlsx"
        raise UnreadableError(msg)


def _tables(stream: IO[bytes]) -> Iterator[Grid]:
    room, events = Room(), iterparse(stream, ("start", "end"))  # noqa: S314 - ``survey`` refused declarations
    above: set[str] = set()
    for event, element in events:
        if event == "end" and element.tag == f"{STYLE}style":
            texts = element.iterfind(f"{STYLE}text-properties")
            if any(one.get(f"{STYLE}text-position", "").startswith("super") for one in texts):
                above.add(element.get(f"{STYLE}name", ""))
        if event == "start" and element.tag == f"{TABLE}table":
            table = _Table(element.get(f"{TABLE}name", ""), above)
            rows = gathered(table.rows(events), room)
            if not table.is_copy:
                yield Grid(table.name, rows, ranges(table.merged, rows), tuple(table.doubts))


class _Table:
    """A sheet while its rows go by."""

    def __init__(self, name: str, above: set[str]) -> None:
        self.name = name
        self._above = above  # names of the styles of raised text
        self.is_copy = False  # of a sheet of another book, kept for formulas
        self.merged: list[tuple[int, int, int, int]] = []
        self.doubts: list[tuple[str, str]] = []
        self._height = 0

    def rows(self, events: Iterator[tuple[str, Element]]) -> Iterator[tuple[list[object], int]]:
        """Each row with the number of times it is repeated, up to the end of the table."""
        for event, element in events:
            if element.tag == f"{TABLE}table":
                if event == "start":
                    msg = f"工作表“{self.name}”的单元格里套有表格，请另存为 .xlsx"
                    raise UnreadableError(msg)
                return
            if event == "end" and element.tag == f"{TABLE}table-source":
                self.is_copy = True
            if event == "end" and element.tag == f"{TABLE}table-row":
                yield self._row(element)
                element.clear()

    def _row(self, element: Element) -> tuple[list[object], int]:
        values: list[object] = []
        empty = 0
        for cell in element:
            if cell.tag not in CELLS:
                continue
            value = _value(cell, self._above) if cell.tag == f"{TABLE}table-cell" else None
            times = _number(cell, "number-columns-repeated", MOST_COLUMNS)
            if value is None:
                self._note(cell, len(values) + empty)
                empty += times
                continue
            values += [None] * empty
            empty = 0
            self._note(cell, len(values))
            values += [value] * times
            if len(values) > MOST_COLUMNS:
                raise UnreadableError(DAMAGED)
        times = _number(element, "number-rows-repeated", MOST_ROWS)
        self._height += times
        return values, times

    def _note(self, cell: Element, column: int) -> None:
        height = _number(cell, "number-rows-spanned", MOST_ROWS)
        width = _number(cell, "number-columns-spanned", MOST_COLUMNS)
        if height > 1 or width > 1:
            self.merged.append((self._height, column, self._height + height - 1, column + width - 1))
        if FOREIGN_FORMULA.search(cell.get(f"{TABLE}formula", "")):
            self.doubts.append((address(self._height, column), FOREIGN))


def _number(element: Element, name: str, most: int) -> int:
    number = int(element.get(f"{TABLE}{name}", "1"))
    if not 1 <= number <= most:
        raise UnreadableError(DAMAGED)
    return number


def _value(cell: Element, above: set[str]) -> object:
    """The cell's value: a number as its exact value, with its sign if it is a percentage, else the text it shows."""
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind in {"float", "currency", "percentage"} and cell.get(SHOWN_AS) != "error":
        return shown(_float(cell), "%" if kind == "percentage" else '"%"' if _text(cell, above).endswith("%") else "")
    if kind == "boolean":
        return shown(cell.get(f"{OFFICE}boolean-value") == "true")
    if kind == "date":
        with suppress(ValueError):  # years beyond those of Python
            return datetime.fromisoformat(cell.get(f"{OFFICE}date-value", ""))
    formula = cell.get(f"{TABLE}formula", "").partition(":")[2]
    return _text(cell, above) or cell.get(f"{OFFICE}string-value") or (formula if not kind and formula else None)


def _float(cell: Element) -> float:
    text = cell.get(f"{OFFICE}value", "")
    return int(text) if re.fullmatch(r"-?\d{1,15}", text) else float(text)


def _text(cell: Element, above: set[str]) -> str:
    return "\n".join(_paragraph(paragraph, above) for paragraph in cell.iterfind(f"{TEXT}p"))


def _paragraph(paragraph: Element, above: set[str]) -> str:
    text = paragraph.text or ""
    for child in paragraph:
        run = "".join(_pieces(child))
        text += raised(run, text) if child.get(f"{TEXT}style-name") in above else run
        text += child.tail or ""
    return text


def _pieces(element: Element) -> Iterator[str]:
    if element.tag == f"{TEXT}s":
        yield " " * min(int(element.get(f"{TEXT}c", "1")), 1000)
    elif element.tag in {f"{TEXT}tab", f"{TEXT}line-break"}:
        yield "\t" if element.tag.endswith("tab") else "\n"
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
