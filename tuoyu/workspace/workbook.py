"""Workbooks (.xlsx) that go out to other offices: the same bytes for the same contents, and text that stays text.

Belongs here: what every workbook that we write needs. What stands in one is the business of who makes it.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST_NAME = 31  # characters that Excel allows for a sheet
_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl writes dates without a zone
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
# What a spreadsheet may take for the beginning of a formula, the full-width signs of a Chinese keyboard included.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_bytes(book: Workbook) -> bytes:
    """The workbook as a file without clock times: equal workbooks give equal bytes."""
    book.properties.created = _DAY
    written, fixed = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _DAY.timetuple()[:6])
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(entry, _without_clock(name, source.read(name)))
    return fixed.getvalue()


def _without_clock(name: str, content: bytes) -> bytes:
    if name != "docProps/core.xml":  # openpyxl writes the time of saving there, whatever the properties say
        return content
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{_DAY.isoformat()}Z".encode(), content)


def new_workbook() -> Workbook:
    """A workbook without sheets and without a maker's name."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _forget_maker(book)
    return book


def open_plain(content: bytes) -> Workbook | None:
    """Values and looks of a received .xlsx, and nothing that acts; None where it does not open.

    Formulas become the values that were last computed, or text where none was. Macros, links, charts, pictures, pivot
    tables, old comments, page headers, names, validations and conditional formats stay behind: they could compute,
    load something, cover new marks, or keep a second copy of values that are to be blanked out.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot keep is left out on purpose
            book = load_workbook(io.BytesIO(content), keep_links=False, data_only=True)
            formulas = load_workbook(io.BytesIO(content), keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, TypeError, ValueError):
        return None
    for sheet in book.worksheets:
        _show_uncomputed(sheet, formulas[sheet.title])
        _disarm(sheet)
    for chart in book.chartsheets:
        book.remove(chart)
    book.defined_names.clear()
    _forget_maker(book)
    return book


def _forget_maker(book: Workbook) -> None:
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.packaging.custom import CustomPropertyList

    book.properties = DocumentProperties(creator="")
    vars(book)["custom_doc_props"] = CustomPropertyList()  # openpyxl's type stubs do not know it


def _show_uncomputed(sheet: Worksheet, formulas: Worksheet) -> None:
    for row in formulas.iter_rows():
        for cell in row:
            shown = sheet[cell.coordinate]
            if cell.data_type == "f" and shown.value is None:
                formula = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None)
                write_text(shown, formula or "（公式）")


def _disarm(sheet: Worksheet) -> None:
    from openpyxl.formatting.formatting import ConditionalFormattingList
    from openpyxl.worksheet.datavalidation import DataValidationList
    from openpyxl.worksheet.filters import AutoFilter
    from openpyxl.worksheet.header_footer import HeaderFooter
    from openpyxl.worksheet.scenario import ScenarioList

    sheet.defined_names.clear()
    sheet.tables.clear()
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.data_validations = DataValidationList()
    sheet.auto_filter = AutoFilter()
    sheet.scenarios = ScenarioList()
    sheet.HeaderFooter = HeaderFooter()
    sheet.protection.sheet = False
    sheet.sheet_view.tabSelected = False
    for kind in ("_charts", "_images", "_pivots"):  # openpyxl has no public way to take them out
        setattr(sheet, kind, [])
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment or cell.hyperlink:  # the covered cells of a merged block have neither
                cell.comment = cell.hyperlink = None
            if isinstance(cell.value, str) and cell.data_type != "e" and is_risky(cell.value):
                write_text(cell, cell.value)


def write_text(cell: Cell | MergedCell, text: str) -> None:
    """Puts text into a cell so that no program takes it for a formula, an error value or a number."""
    cell.value = printable(text)
    cell.data_type = "s"
    if is_risky(text):
        cell.quotePrefix = True


def is_risky(text: str) -> bool:
    """Whether a spreadsheet might compute the text if a person edits its cell.

    >>> is_risky("=1+1"), is_risky("28600人")
    (True, False)
    """
    return text.startswith(_FORMULA_SIGNS)


def printable(text: str) -> str:
    """The text without the characters that XML forbids."""
    return _UNPRINTABLE.sub("", text)


def sheet_name(wanted: str, taken: Iterable[str] = ()) -> str:
    """A name that Excel accepts and that no sheet has yet: forbidden signs replaced, cut to 31 characters.

    >>> sheet_name("2023/2024年", ["退回说明"])
    '2023_2024年'
    >>> sheet_name("人口", ["人口"])
    '人口（2）'
    """
    known = {name.lower() for name in taken}
    base = _NOT_IN_NAMES.sub("_", printable(wanted)).strip("' \t\r\n") or "工作表"
    name, number = base[:LONGEST_NAME], 1
    while name.lower() in known:
        number += 1
        suffix = f"（{number}）"
        name = base[: LONGEST_NAME - len(suffix)] + suffix
    return name
