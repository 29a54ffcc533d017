"""Opens lists saved as text (.csv) as a grid: the encodings, separators and quotes that programs here really write."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from tuoyu.reading.files.sheets import Grid
from tuoyu.reading.files.sheets import Room
from tuoyu.reading.files.sheets import gathered
from tuoyu.reading.files.sheets import refuse_as_too_large
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WITHOUT_MARK = ("utf-8", "gb18030")
MOST_LINES = 2_000_000
SAMPLE = 20
DECLARED_SEPARATOR = re.compile(r"sep=([,;\t])\s*")
# possessive, so that a field of any length is gone through once
FIELD = {
    sign: re.compile(rf'(?:"[^"]*+"(?:"[^"]*+")*+|(?!")[^{sign}\r\n]*+)(?=[{sign}\r\n]|\Z)')
    for sign in (",", ";", "\t")
}
LINE_END = re.compile(r"\r\n?|\n")
SAVE_AS_TEXT = "请用 Excel 或 WPS 打开，另存为“CSV UTF-8（逗号分隔）”"


def encodings(content: bytes) -> tuple[str, ...]:
    """The encodings that the first bytes leave open, in the order in which to try them."""
    return next(((encoding,) for mark, encoding in MARKS.items() if content.startswith(mark)), WITHOUT_MARK)


def read_list(content: bytes) -> tuple[Grid, ...]:
    """The one grid of a .csv file. Raises ``UnreadableError`` in Chinese."""
    before = csv.field_size_limit(max(len(content), 1))
    try:
        for encoding in encodings(content):
            try:
                return (Grid("", gathered(_rows(content, encoding), Room())),)
            except UnicodeDecodeError:
                continue
    finally:
        csv.field_size_limit(before)
    if encodings(content) == WITHOUT_MARK:
        msg = f"文字编码既不是 UTF-8 也不是 GB18030，{SAVE_AS_TEXT}"
    else:
        msg = f"文字编码与文件开头的标记不符，文件可能不完整，{SAVE_AS_TEXT}"
    raise UnreadableError(msg)


def _rows(content: bytes, encoding: str) -> Iterator[tuple[list[str], int]]:
    first = [line for _, line in zip(range(SAMPLE), _text(content, encoding), strict=False)]
    declared = DECLARED_SEPARATOR.fullmatch(first[0]) if first else None
    separator = declared[1] if declared else _separator(first, encoding)
    record: list[str] = []
    number = 0
    lines = _lines(_text(content, encoding), record)
    if declared:  # a line to Excel, which does not count it as a row
        next(lines)
        record.clear()
        number = 1
    reader = csv.reader(lines, delimiter=separator, strict=True)
    begun = number + 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            raise _misquoted(record, begun, separator) from None
        if row is None:
            return
        yield row, 1
        begun = number + reader.line_num + 1
        record.clear()


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _lines(text: io.TextIOWrapper, record: list[str]) -> Iterator[str]:
    """The lines as they are, each laid down in ``record`` too."""
    for number, line in enumerate(text, 1):
        if "\0" in line:
            msg = f"第{number}行有空字符（NUL），不是纯文本或文件已损坏，{SAVE_AS_TEXT}"
            raise UnreadableError(msg)
        if number > MOST_LINES:
            refuse_as_too_large(f"超过 {MOST_LINES // 10_000} 万行")
        record.append(line)
        yield line


def _separator(first: list[str], encoding: str) -> str:
    """Tabs where Excel saved Unicode text, or where there are tabs and no commas at all."""
    has_tabs = any("\t" in line.strip() for line in first)
    has_commas = any("," in line for line in first)
    return "\t" if has_tabs and (encoding == "utf-16" or not has_commas) else ","


def _misquoted(record: list[str], begun: int, separator: str) -> UnreadableError:
    """The refusal that names the line in which the wrong quote opens."""
    text = "".join(record)
    position = 0
    while (field := FIELD[separator].match(text, position)) and field.end() < len(text):
        position = field.end() + 1
    line = begun + len(LINE_END.findall(text, 0, position))
    msg = (
        f"第{line}行的引号没有正确闭合，其后的内容会连成一格；请补上或删去该处的引号（格内的引号要写两个），"
        f"也可以{SAVE_AS_TEXT.removeprefix('请')}"
    )
    return UnreadableError(msg)
