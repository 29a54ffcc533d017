"""Return sheets (退回单): a copy of a faulty file with every fault marked, to be sent back to whoever made it.

Belongs here: what is marked and told, and what of it is meant for the sender. That the copy is harmless is the
business of ``workbook``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import time
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from typing import Protocol

from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.nouns.observation import parse_location
from tuoyu.nouns.personal import HIDDEN
from tuoyu.nouns.personal import without_personal
from tuoyu.render.secrets import personal_columns
from tuoyu.workspace.workbook import new_workbook
from tuoyu.workspace.workbook import open_plain
from tuoyu.workspace.workbook import printable
from tuoyu.workspace.workbook import sheet_name
from tuoyu.workspace.workbook import to_bytes
from tuoyu.workspace.workbook import write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.finding import Severity
    from tuoyu.nouns.source import RawFile

LIST = "退回说明"
LONGEST_NOTE = 500
FILLS: dict[Severity, str] = {"error": "FFC7CE", "warning": "FFEB9C"}
_HEADINGS = {"序号": 6, "工作表": 16, "单元格": 16, "问题": 60, "处理办法": 44, "轻重": 10}
_REQUEST = "请对照下表和标出的单元格核对原表，在原文件中改正后发回，谢谢支持。"
_LEGEND = "红底的是矛盾，必须改正；黄底的存疑，请核对。批注写明问题和处理办法；本副本中的公式已换成数值。"
_NO_COPY = "原文件无法打开，本表不附标注副本。"
_LAST_ROW, _LAST_COLUMN = 1048576, 16384
_NUMBER = re.compile(r"[0-9.,+-]+")
# Our own papers: nothing that the sender of a file could mend.
_OURS = re.compile(r"\.toml|sha256|来源说明|reading\.|set_aside")


class Grid(Protocol):
    """A sheet as rows of values; ``sheet`` is empty for a CSV file."""

    @property
    def sheet(self) -> str: ...  # noqa: D102

    @property
    def rows(self) -> Sequence[Sequence[object]]: ...  # noqa: D102


@dataclass(frozen=True)
class _Fault:
    sheet: str
    cells: tuple[str, ...]
    severity: Severity
    what: str
    action: str


def return_sheet(
    raw: RawFile, grids: Sequence[Grid], findings: Sequence[Finding], *, open_questions: bool = False
) -> bytes | None:
    """A marked copy of the file as .xlsx with the list 退回说明 in front; None if nothing in it is to be mended.

    Errors and warnings that the sender can mend are told, errors first. Personal columns are blanked out, of answers
    (``open_questions``) also those that people wrote in words of their own; what stood in them is taken out of the
    words of the findings too, and telephones and the like out of every other cell. ``grids`` are what ``reading``
    made of the file; none where it could not: then the list stands alone.
    """
    faults = _faults(raw, findings)
    if not faults:
        return None
    book, sheets = _copy(raw, grids)
    columns, secrets = _hide(sheets.values(), open_questions=open_questions)
    faults = [replace(one, what=_without(secrets, one.what), action=_without(secrets, one.action)) for one in faults]
    places = [_places(sheets, fault) for fault in faults]
    _mark(faults, places)
    front = book.create_sheet(sheet_name(LIST, book.sheetnames), 0)
    book.active = front
    book.properties.title = LIST
    _write_list(front, raw, faults, places=places, remarks=_remarks(sheets, columns))
    return to_bytes(book)


def _faults(raw: RawFile, findings: Iterable[Finding]) -> list[_Fault]:
    faults: dict[_Fault, None] = {}
    for finding in findings:
        location = parse_location(finding.where, raw.path)
        if location is None or finding.severity not in FILLS or _OURS.search(finding.what):
            continue
        what, action = _plain(finding.what), _plain(_for_sender(finding.action))
        faults[_Fault(*location, finding.severity, what, action)] = None
    return sorted(faults, key=lambda fault: (list(FILLS).index(fault.severity), fault.sheet, *_position(fault)))


def _position(fault: _Fault) -> tuple[int, int, str]:
    """Where in a sheet the first cell of a fault stands, from above to below; what is of all of it comes first."""
    found = re.match(r"第?([A-Z]*)(\d+)", fault.cells[0]) if fault.cells else None
    return (int(found[2]), len(found[1]), found[1]) if found else (0, 0, "")


def _plain(text: str) -> str:
    """The text without the folders in which we keep the files."""
    return re.sub(r"data/raw/[a-z0-9_-]+/", "", printable(text))


def _for_sender(action: str) -> str:
    """What the sender can do of an action.

    >>> _for_sender("核对原文的单位；原文确实印错的，在 corrections.toml 登记")
    '核对原文的单位'
    """
    for mark in "；，":
        kept = [clause for clause in action.split(mark) if not _OURS.search(clause)]
        if kept:
            return mark.join(kept)
    return "请核对并改正"


def _copy(raw: RawFile, grids: Sequence[Grid]) -> tuple[Workbook, dict[str, Worksheet]]:
    """A workbook with what the file holds, and its sheets by the names that findings use.

    A file of which no grid could be read may be harmful and is not opened again.
    """
    book = open_plain(raw.content) if grids and raw.suffix == ".xlsx" else None
    if book is not None:
        return book, _renamed(book)
    book, sheets = new_workbook(), dict[str, "Worksheet"]()
    for grid in grids:
        wanted = grid.sheet or PurePosixPath(raw.path).stem
        sheets[grid.sheet] = sheet = book.create_sheet(sheet_name(wanted, book.sheetnames))
        for number, row in enumerate(grid.rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    _write(sheet.cell(number, column), value)
        for top, left, bottom, right in getattr(grid, "merged", ()):
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return book, sheets


def _renamed(book: Workbook) -> dict[str, Worksheet]:
    """The sheets of a received workbook, without what their names tell of persons, as ``reading`` names them too."""
    sheets: dict[str, Worksheet] = {without_personal(sheet.title): sheet for sheet in book.worksheets}
    for name, sheet in sheets.items():
        if sheet.title != name:
            sheet.title = sheet_name(name, book.sheetnames)
    return sheets


def _write(cell: Cell | MergedCell, value: object) -> None:
    exact = isinstance(value, bool | int | date | time | timedelta) or (
        isinstance(value, Decimal) and value.is_finite()
    )
    if exact:
        cell.value = value  # type: ignore[assignment]
    else:
        write_text(cell, str(value))


def _hide(sheets: Iterable[Worksheet], *, open_questions: bool) -> tuple[dict[str, list[str]], set[str]]:
    """Blanks out what is personal: headers of the columns by sheet, and what stood in them."""
    columns: dict[str, list[str]] = {}
    secrets: set[str] = set()
    for sheet in sheets:
        for column in personal_columns(sheet, open_questions=open_questions):
            columns.setdefault(sheet.title, []).append(column.header)
            for cell in column.cells:
                secrets |= {str(cell.value), "".join(str(cell.value).split())}
                write_text(cell, HIDDEN)
        for row in sheet.iter_rows():
            for cell in row:
                _clear(cell)
    return columns, secrets


def _clear(cell: Cell | MergedCell) -> None:
    """Takes telephones and the like out of a cell of any column."""
    if cell.value is None or isinstance(cell.value, bool | date | time | timedelta | float):
        return
    text = str(cell.value)
    cleared = without_personal(text)
    if cleared != text:
        write_text(cell, cleared)


def _without(secrets: set[str], text: str) -> str:
    """The text without what was blanked out; single characters and short numbers could be anything."""
    for secret in sorted(secrets, key=lambda one: (-len(one), one)):
        if len(secret) >= (6 if _NUMBER.fullmatch(secret) else 2):
            text = text.replace(secret, HIDDEN)
    return text


def _places(sheets: dict[str, Worksheet], fault: _Fault) -> list[Cell]:
    """The cells to be marked: the first of a range, of a row, and of a merged block."""
    only = next(iter(sheets.values())) if len(sheets) == 1 and not fault.sheet else None
    sheet = sheets.get(fault.sheet, only)
    if sheet is None:
        return []
    firsts = [f"A{one[1:-1]}" if one.startswith("第") else one.partition(":")[0] for one in fault.cells]
    return [sheet[_corner(sheet, first)] for first in firsts if _exists(first)]


def _exists(address: str) -> bool:
    from openpyxl.utils.cell import coordinate_to_tuple

    row, column = coordinate_to_tuple(address)
    return row <= _LAST_ROW and column <= _LAST_COLUMN


def _corner(sheet: Worksheet, address: str) -> str:
    blocks = (block.coord for block in sheet.merged_cells.ranges if address in block)
    return next(blocks, address).partition(":")[0]


def _mark(faults: Sequence[_Fault], places: Sequence[Sequence[Cell]]) -> None:
    """Fills and comments; the graver fault gives the colour, and one comment tells all of a cell."""
    notes: dict[tuple[str, str], tuple[Cell, list[tuple[int, _Fault]]]] = {}
    for number, (fault, cells) in enumerate(zip(faults, places, strict=True), 1):
        for cell in cells:
            notes.setdefault((cell.parent.title, cell.coordinate), (cell, []))[1].append((number, fault))
    for cell, told in notes.values():
        _mark_cell(cell, dict(told))


def _mark_cell(cell: Cell, told: dict[int, _Fault]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    sheet: Worksheet = cell.parent  # type: ignore[assignment]
    lines = [
        f"{number}．{SEVERITY_NAMES[fault.severity]}：{fault.what}\n处理：{fault.action}"
        for number, fault in told.items()
    ]
    text = "\n".join(lines)
    text = text if len(text) <= LONGEST_NOTE else text[: LONGEST_NOTE - 1] + "…"
    cell.comment = Comment(text, "数据核验", width=360, height=60 + 18 * (len(text) // 24 + text.count("\n")))
    colour = FILLS[next(iter(told.values())).severity]
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    sheet.sheet_state = "visible"
    sheet.row_dimensions[cell.row].hidden = False
    for columns in sheet.column_dimensions.values():
        if columns.min and columns.max and columns.min <= cell.column <= columns.max:
            columns.hidden = False


def _remarks(sheets: dict[str, Worksheet], columns: dict[str, list[str]]) -> list[str]:
    hidden = [f"工作表“{sheet}”的“{'”“'.join(dict.fromkeys(names))}”列" for sheet, names in columns.items()]
    remarks = [_REQUEST, _LEGEND if sheets else _NO_COPY]
    return [*remarks, f"为保护个人信息，副本隐去了{'、'.join(hidden)}的内容。"] if hidden else remarks


def _write_list(
    front: Worksheet, raw: RawFile, faults: Sequence[_Fault], *, places: Sequence[Sequence[Cell]], remarks: list[str]
) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    head = [f"文件：{PurePosixPath(raw.path).name}", f"标题：{raw.source.title}", *remarks]
    for number, line in enumerate([LIST, *head], 1):
        write_text(front.cell(number, 1), line)
    front["A1"].font = Font(bold=True, size=16)
    start = front.max_row + 1
    for column, (heading, width) in enumerate(_HEADINGS.items(), 1):
        front.cell(start, column, heading).font = Font(bold=True)
        front.column_dimensions[get_column_letter(column)].width = width
    for number, (fault, cells) in enumerate(zip(faults, places, strict=True), 1):
        sheet = cells[0].parent.title if cells else fault.sheet
        words = [sheet, "；".join(fault.cells), fault.what, fault.action, SEVERITY_NAMES[fault.severity]]
        _write_line(front, start + number, number, words=words, target=cells[0] if cells else None)
    front.freeze_panes = f"A{start + 1}"
    front.print_title_rows = f"{start}:{start}"
    front.page_setup.orientation, front.page_setup.paperSize, front.page_setup.fitToHeight = "landscape", "9", 0
    front.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_line(front: Worksheet, row: int, number: int, *, words: list[str], target: Cell | None) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.styles import Font
    from openpyxl.utils import quote_sheetname
    from openpyxl.worksheet.hyperlink import Hyperlink

    front.cell(row, 1, number)
    for column, text in enumerate(words, 2):
        write_text(front.cell(row, column), text)
    if target is not None:
        cell = front.cell(row, 3)
        cell.hyperlink = Hyperlink(ref="", location=f"{quote_sheetname(target.parent.title)}!{target.coordinate}")
        cell.font = Font(color="0563C1", underline="single")
    for column in range(1, len(words) + 2):
        front.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
