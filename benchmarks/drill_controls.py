"""Harmless changes of the inputs, on which no check may raise an alarm, for the drill."""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drill_books import Spot
from drill_books import TextBook
from drill_books import Workbook
from drill_books import open_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from drill_faults import World

    from tuoyu.nouns.source import RawFile


def _all_tables(world: World, change: Callable[[TextBook | Workbook], RawFile | None]) -> tuple[RawFile, ...]:
    made = (change(open_book(raw)) for raw in world.files.values() if raw.suffix in {".csv", ".xlsx"})
    return tuple(one for one in made if one is not None)


def _of_texts(change: Callable[[TextBook], RawFile]) -> Callable[[World], tuple[RawFile, ...]]:
    return lambda world: _all_tables(world, lambda book: change(book) if isinstance(book, TextBook) else None)


def _of_workbooks(change: Callable[[Workbook], RawFile]) -> Callable[[World], tuple[RawFile, ...]]:
    return lambda world: _all_tables(world, lambda book: change(book) if isinstance(book, Workbook) else None)


def _wider(book: Workbook) -> RawFile:
    for sheet in book.sheets:
        book.book[sheet].column_dimensions["B"].width = 41
        book.book[sheet].row_dimensions[1].height = 33
    return book.encoded()


def _coloured(book: Workbook) -> RawFile:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    for sheet in book.sheets:
        book.book[sheet]["A1"].font = Font(bold=True, color="FF0000")
        book.book[sheet]["A1"].comment = Comment("已核", "核对人")
    return book.encoded()


def _remarked(book: TextBook) -> RawFile:
    if "备注" in book.rows[0]:
        column = book.rows[0].index("备注") + 1
        for row in range(2, len(book.rows) + 1):
            spot = Spot("", "", row, column)
            if row % 3 == 0 and not book.value(spot):
                book.put(spot, "已核对")
    return book.encoded()


def _blank_lines(book: TextBook) -> RawFile:
    book.rows += [[""] * len(book.rows[0])] * 3
    return book.encoded()


def _spelled(change: Callable[[str], str]) -> Callable[[TextBook], RawFile]:
    def respell(book: TextBook) -> RawFile:
        header = book.rows[0]
        column = next((header.index(name) for name in ("数据", "占比") if name in header), None)
        if column is not None:
            for row in book.rows[1:]:
                row[column] = change(row[column])
        return book.encoded()

    return respell


def _thousands(text: str) -> str:
    return re.sub(r"^\d{4,}(?=[人个元家]$)", lambda found: f"{int(found[0]):,}", text)


def _full_width(text: str) -> str:
    return (
        re.sub(r"\d", lambda found: chr(ord(found[0]) + 0xFEE0), text)
        if re.fullmatch(r"[\d.]+[人个家%‰]", text)
        else text
    )


CONTROLS: dict[str, Callable[[World], tuple[RawFile, ...]]] = {
    "重新保存工作簿": _of_workbooks(lambda book: book.encoded()),
    "列宽行高": _of_workbooks(_wider),
    "字体和批注": _of_workbooks(_coloured),
    "去掉 BOM": _of_texts(lambda book: book.encoded("utf-8")),
    "改用换行符": _of_texts(lambda book: book.encoded(end="\n")),
    "改用 GB18030": _of_texts(lambda book: book.encoded("gb18030")),
    "补备注": _of_texts(_remarked),
    "末尾空行": _of_texts(_blank_lines),
    "千位分隔": _of_texts(_spelled(_thousands)),
    "全角数字": _of_texts(_spelled(_full_width)),
    "前后空格": _of_texts(_spelled(lambda text: f" {text} ")),
}
