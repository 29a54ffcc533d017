"""What every layout hands on: one :class:`Row` per printed figure, faults, doubts; and the lines that hold none.

What belongs here: what all layouts share. What does not: where in one kind of table a figure stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Part
from tuoyu.reading.files.grids import address
from tuoyu.reading.periods import is_period
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import footnote_mark
from tuoyu.reading.quantities import read_quantities
from tuoyu.reading.quantities import read_unit
from tuoyu.reading.quantities import without_mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuoyu.reading.files.grids import Grid
    from tuoyu.reading.quantities import Quantity

FOOTNOTE = re.compile(r"^(注|说明|数据来源|资料来源|备注)(?:[:：\d]|$)")
# who filled the form in, below its last figure
SIGNED = re.compile(
    r"(?:单位|部门)?(?:填表|填报|制表|审核|复核|审批|负责|经办|联系)(?:人|单位|日期|时间|电话)(?:\(?(?:签字|签名|盖章)\)?)?(?:[:：]|$)"
)
# 填报单位 and the like name an office
UNIT_LINE = re.compile(r"\(?(?:计量)?(?<!填报)(?<!填表)(?<!制表)(?<!编制)(?<!报送)(?<!主管)单位:([^():;]+)\)?")
CONTINUED = re.compile(r"续表|\(续\)|[\d表]续\d*$")
TOTALS = {"合计", "总计", "全市", "全市合计", "全市总计", "本市"}
_EXAMPLE = re.compile(r"(?:示例|例)\d*:?")
# 一、二孩 is no enumerator, nor is 3.5岁
ENUMERATOR = (
    r"[一二三四五六七八九十]+、(?![一二三四五六七八九十])|\([一二三四五六七八九十]+\)|\(\d{1,2}\)|\d{1,2}[、.](?!\d)"
)
_FEW = 3  # figures without a date that are told one by one
_BEFORE_NAME = re.compile(rf"(?:[#*]|其中[:,]?|{ENUMERATOR})+")


@dataclass(frozen=True)
class Row:
    """一处数字 — a figure as printed, with everything that its sheet says about it.

    ``exact`` is given where the figure was counted or added up from many cells: ``printed`` then only says how.
    ``name_cell``, ``place_cell`` and ``period_cell`` are where a list says what the figure is of; empty where that
    stands in a header or around the sheet.
    """

    sheet: str
    cell: str
    printed: object
    indicator: str
    place: str = ""
    unit: str = ""
    period: str = ""
    basis: str = ""
    part: Part = WHOLE
    option: str = ""
    respondents: str = ""
    producer: str = ""
    document: str = ""
    locator: str = ""
    mention: str = ""
    note: str = ""
    exact: Quantity | None = None
    name_cell: str = ""
    place_cell: str = ""
    period_cell: str = ""


@dataclass(frozen=True)
class Misread:
    """A place in a sheet whose layout is not as expected: cell, what is wrong, what to do."""

    sheet: str
    cell: str
    what: str
    action: str


@dataclass(frozen=True)
class Layout:
    """Rows of one grid, ``faults`` that must be mended, and ``doubts`` that a person should look at.

    ``headless`` says that no header was found: the sheet may be none of those that are wanted. ``became`` counts what
    was added up to rows, such as answers.
    """

    rows: list[Row] = field(default_factory=list)
    faults: list[Misread] = field(default_factory=list)
    doubts: list[Misread] = field(default_factory=list)
    headless: bool = False
    became: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Keep a figure, with a doubt if it bears the mark of a footnote."""
        self.rows.append(row)
        mark = footnote_mark(row.printed)
        if mark:
            text = clean_text(row.printed)
            what = f"“{text}”带有脚注标记“{mark}”，按“{without_mark(text)}”读取"
            self.doubts.append(Misread(row.sheet, row.cell, what, "对照表下的注，核对这个数字的口径和范围"))


def with_undated(layout: Layout) -> Layout:
    """The layout with a doubt where figures have no date; one for all that are many, or have one date in common."""
    rows = [row for row in layout.rows if not row.period and blank_meaning(row.printed) is None]
    alone = rows if len(rows) <= _FEW and all(row.period_cell for row in rows) else rows[:1]
    for row in alone:
        others = f"等{len(rows)}个数" if len(alone) < len(rows) else ""
        what = f"“{clean_text(row.printed)}”{others}没有写时点，不知是什么时候的数"
        action = "对照原文补上；原文没有写明的，填“未注明”"
        layout.doubts.append(Misread(row.sheet, row.period_cell or row.cell, what, action))
    return layout


def is_example(grid: Grid, row: int) -> bool:
    """Whether a line is the filled-in example of a form: its first cell says 示例 or 例."""
    return _EXAMPLE.fullmatch(grid.text(row, 0)) is not None


def raw_value(grid: Grid, row: int, column: int) -> object:
    """The cell as received, without the spaces around a text."""
    value = grid.value(row, column)
    return value.strip() if isinstance(value, str) else value


def written(grid: Grid, row: int, column: int) -> str:
    """The text that stands in the cell itself, not that of the merged area around it."""
    if row >= len(grid.rows) or column >= len(grid.rows[row]):
        return ""
    return clean_text(grid.rows[row][column])


def texts_of(grid: Grid, row: int) -> list[str]:
    """The texts of the filled cells of a row, from left to right."""
    return [text for column in range(len(grid.rows[row])) if (text := written(grid, row, column))]


def holds_figure(grid: Grid, row: int, column: int) -> bool:
    """Whether the cell itself holds a figure, and not the date of a title."""
    text = written(grid, row, column)
    try:
        return not is_period(text) and bool(read_quantities(text))
    except UnreadableError:
        return False


def above_header(grid: Grid, header: int, columns: Iterable[int]) -> Misread | None:
    """A fault where figures stand above the header in columns that it heads: a list sorted together with its header."""
    for row in range(header):
        for column in columns:
            if holds_figure(grid, row, column):
                what = f"表头在第{header + 1}行，它上面的数字没有读取"
                action = "把表头移到最上面一行；上面是另一张表的，补上它的表头"
                return Misread(grid.sheet, address(row, column), what, action)
    return None


def bare_name(label: str) -> str:
    """A label without enumerator, mark of a footnote, and the signs of a part of a whole (``#``, 其中).

    >>> bare_name("（一）出生人口①"), bare_name("#城镇"), bare_name("其中：女性"), bare_name("一、二孩")
    ('出生人口', '城镇', '女性', '一、二孩')
    """
    text = clean_text(label)
    before = _BEFORE_NAME.match(text)
    return without_mark(text[before.end() :] if before else text)


def split_unit(label: str) -> tuple[str, str]:
    """The name and the unit in the brackets behind it; a basis in brackets stays with the name.

    >>> split_unit("出生人口(万人)"), split_unit("性别比(女=100)"), split_unit("出生人口(户籍口径)(人)")
    (('出生人口', '万人'), ('性别比(女=100)', ''), ('出生人口(户籍口径)', '人'))
    """
    match = re.fullmatch(r"(.+?)\((?:(?:计量)?单位:)?([^()]+)\)", without_mark(label))
    return (match[1], match[2]) if match and is_unit(match[2]) else (label, "")


def is_unit(text: str) -> bool:
    """Whether a text is a unit of measurement, with or without a magnitude."""
    try:
        return bool(text) and bool(read_unit(text)[0])
    except UnreadableError:
        return False
