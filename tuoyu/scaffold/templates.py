"""Workbooks to fill in (填报表): headings with notes, an example, drop-down lists, and a page of instructions.

Belongs here: how such a workbook looks and behaves. Which tables there are, and their words, is the subject's.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Final
from typing import Literal

from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.styles import Border
from openpyxl.styles import Font
from openpyxl.styles import PatternFill
from openpyxl.styles import Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tuoyu.workspace.workbook import new_workbook
from tuoyu.workspace.workbook import to_bytes
from tuoyu.workspace.workbook import write_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping
    from datetime import date

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from tuoyu.scaffold.places import Place

INSTRUCTIONS, CHOICES = "填表说明", "选项"
EXAMPLE = "示例"
LAST_ROW = 2000  # lists and formats reach so far
TEXT: Final = "文字"
WHOLE: Final = "整数"
AMOUNT: Final = "数值"
_FORMATS = {TEXT: "@", WHOLE: "0", AMOUNT: "General"}
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING = PatternFill("solid", fgColor="DCE6F1")
_SHADED = PatternFill("solid", fgColor="F2F2F2")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)


@dataclass(frozen=True)
class Column:
    """列 — heading, width in characters, the note that the heading carries, and what may stand below it.

    ``choices`` fill a drop-down list; with ``only`` nothing else is accepted. Text keeps what is typed as it is
    typed (1.20%, a code of 18 digits); whole numbers and amounts may not be negative.
    """

    title: str
    width: int
    note: str
    choices: tuple[str, ...] = ()
    only: bool = False
    kind: Literal["文字", "整数", "数值"] = TEXT


@dataclass(frozen=True)
class Template:
    """填报表 — the sheet, its columns, one line as an example, lines begun already, and the instructions.

    A ``title`` stands above the headings where the table needs one.
    """

    sheet: str
    columns: tuple[Column, ...]
    example: tuple[str | int, ...]
    lines: tuple[tuple[str | int, ...], ...]
    instructions: tuple[str, ...]
    title: str = ""


def beside(template: Template, figure: str, earlier: Callable[[Mapping[str, str | int]], tuple[str, str]]) -> Template:
    """The template with what was known before right of the column ``figure``: number and date of every line."""
    titles = [column.title for column in template.columns]
    place = titles.index(figure) + 1
    added = (
        Column("上期数", 16, "已有的最近一个数，供对照；程序不读取这一列。"),
        Column("上期时点", 14, "上期数的时点；程序不读取这一列。"),
    )

    def widened(line: tuple[str | int, ...], known: tuple[str, str]) -> tuple[str | int, ...]:
        return (*line[:place], *known, *line[place:])

    return replace(
        template,
        columns=(*template.columns[:place], *added, *template.columns[place:]),
        example=widened(template.example, ("", "")),
        lines=tuple(widened(line, earlier(dict(zip(titles, line, strict=True)))) for line in template.lines),
    )


def workbook(template: Template) -> bytes:
    """The file of a template, the same bytes every time."""
    book = new_workbook()
    sheet = book.create_sheet(template.sheet)
    first = _write_table(sheet, template)
    _write_instructions(book.create_sheet(INSTRUCTIONS), template)
    _add_lists(book, sheet, template, first)
    book.active = 0
    return to_bytes(book)


def _write_table(sheet: Worksheet, template: Template) -> int:
    """Writes headings, example and lines; returns the number of the first line below the headings."""
    heading = 2 if template.title else 1
    for number, column in enumerate(template.columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.number_format = column.width, _FORMATS[column.kind]
        cell = sheet.cell(heading, number)
        _put(cell, column.title)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), _HEADING, _BORDER, _CENTRED
        cell.comment = Comment(column.note, "tuoyu", height=110, width=260)
    sheet.row_dimensions[heading].height = 32
    if template.title:
        _put(sheet.cell(1, 1), template.title)
        sheet.cell(1, 1).font = Font(bold=True, size=13)
    for number, line in enumerate((template.example, *template.lines), heading + 1):
        _write_line(sheet, number, line, template.columns)
    for cell in sheet[heading + 1]:
        cell.fill, cell.font = _SHADED, Font(italic=True, color="7F7F7F")
    sheet.freeze_panes = f"A{heading + 1}"
    return heading + 1


def _write_line(sheet: Worksheet, row: int, line: tuple[str | int, ...], columns: tuple[Column, ...]) -> None:
    for number, (value, column) in enumerate(zip(line, columns, strict=True), 1):
        cell = sheet.cell(row, number)
        _put(cell, value)
        cell.border, cell.number_format = _BORDER, _FORMATS[column.kind]
        cell.alignment = _WRAPPED


def _put(cell: Cell | MergedCell, value: str | int) -> None:
    if isinstance(value, int):
        cell.value = value
    elif value:
        write_text(cell, value)


def _write_instructions(sheet: Worksheet, template: Template) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    notes = ((column.title, column.note) for column in template.columns)
    lines = [(INSTRUCTIONS, ""), *(("", text) for text in template.instructions), ("各列的填法", ""), *notes]
    for number, texts in enumerate(lines, 1):
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(number, column)
            _put(cell, text)
            cell.alignment = _WRAPPED
        sheet.cell(number, 1).font = Font(bold=True)


def _add_lists(book: Workbook, sheet: Worksheet, template: Template, first: int) -> None:
    """Drop-down lists and limits; long lists do not fit into a rule, so all of them stand on a sheet of their own."""
    lists = None
    for number, column in enumerate(template.columns, 1):
        if column.choices:
            lists = lists or book.create_sheet(CHOICES)
            rule = _choice(column, _write_list(lists, column))
        elif column.kind != TEXT:
            rule = _limit(column)
        else:
            continue
        letter = get_column_letter(number)
        rule.add(f"{letter}{first}:{letter}{LAST_ROW}")
        sheet.add_data_validation(rule)


def _write_list(sheet: Worksheet, column: Column) -> str:
    """Writes the choices below the column's title; returns where they stand, as a rule names it."""
    number = 1 if sheet.cell(1, 1).value is None else sheet.max_column + 1
    letter = get_column_letter(number)
    for row, text in enumerate((column.title, *column.choices), 1):
        _put(sheet.cell(row, number), text)
    sheet.cell(1, number).font = Font(bold=True)
    sheet.column_dimensions[letter].width = column.width + 4
    return f"'{sheet.title}'!${letter}$2:${letter}${len(column.choices) + 1}"


def _choice(column: Column, where: str) -> DataValidation:
    rule = DataValidation(type="list", formula1=where, allow_blank=True, showErrorMessage=True)
    rule.errorStyle = "stop" if column.only else "warning"
    rule.errorTitle = column.title
    rule.error = "请从下拉列表中选一项。" if column.only else "列表里没有这一项。确实需要的，选“是”保留。"
    return rule


def _limit(column: Column) -> DataValidation:
    kind: Literal["whole", "decimal"] = "whole" if column.kind == WHOLE else "decimal"
    rule = DataValidation(type=kind, operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    rule.showErrorMessage, rule.errorStyle, rule.errorTitle = True, "stop", column.title
    rule.error = f"请填{'整数' if column.kind == WHOLE else '数'}，不带单位；不知道的空着，不要填 0。"
    return rule


@dataclass(frozen=True)
class Table:
    """填报表 — its file, the kind by which it is read, and how the workbook looks.

    ``reading`` are further lines of the sidecar's section ``[reading]``.
    """

    file: str
    kind: str
    template: Template
    reading: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forms:
    """What a subject asks of a new city: its tables, and what the first edition file says.

    ``tables`` gives them for a place and a day; ``of_province`` and ``of_nation`` lead from the keys of an edition's
    targets to the indicator and what it is.
    """

    tables: Callable[[Place, date], tuple[Table, ...]]
    title: str
    assumptions: str
    issuer: str
    of_province: Mapping[str, tuple[str, str]]
    of_nation: Mapping[str, tuple[str, str]]
