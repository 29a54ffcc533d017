"""Reads the header of a statistics table: what the labels of its lines name, and what each column holds.

What belongs here: one or more header rows in, a :class:`Header` out. What does not: the lines below (``yearbooks``).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.reading.layouts.rows import CONTINUED
from tuoyu.reading.layouts.rows import TOTALS
from tuoyu.reading.layouts.rows import bare_name
from tuoyu.reading.layouts.rows import holds_figure
from tuoyu.reading.layouts.rows import is_unit
from tuoyu.reading.layouts.rows import split_unit
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.periods import is_period
from tuoyu.reading.periods import split_period
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_code
from tuoyu.reading.quantities import read_quantities
from tuoyu.reading.quantities import without_mark

if TYPE_CHECKING:
    from tuoyu.reading.files.grids import Grid

INDICATOR, PLACE, PERIOD, UNIT, CODE, ASIDE = "指标", "地区", "年份", "单位", "代码", "旁注"
LABELS = (INDICATOR, PLACE, PERIOD)
_KINDS = {
    **dict.fromkeys(("指标", "项目", "指标名称", "项目名称", "统计指标", "主要指标"), INDICATOR),
    **dict.fromkeys(("地区", "地区名称", "区县", "县区", "市县", "县市", "县市区", "市县区", "区县市", "城市"), PLACE),
    **dict.fromkeys(("行政区划", "行政区划名称", "区划名称", "行政区", "行政区域", "区域", "辖区"), PLACE),
    **dict.fromkeys(("单位名称", "地市", "省份", "省市", "省市区", "省区市", "name"), PLACE),
    **dict.fromkeys(("市别", "县别", "区别", "区县别", "县区别", "地区别", "地区分组", "地方"), PLACE),
    **dict.fromkeys(("年份", "年度", "时间"), PERIOD),
    **dict.fromkeys(("单位", "计量单位"), UNIT),
    **dict.fromkeys(("行政区划代码", "区划代码", "地区代码", "代码", "adcode", "zoning_code", "code"), CODE),
    **dict.fromkeys(("序号", "备注", "说明", "行次"), ASIDE),
}
_ANY_CODE = {"代码", "code"}
# headings that say only that figures follow
_NEUTRAL = {"数值", "数据", "指标值", "指标", "项目", "年份", "年度", "时间", "地区", "区县"}
_DERIVED = re.compile(r"(?:比|较)(?:上年|去年|\d{4}年)|同比|环比|增长|增减|增幅|增速|位次|排名|±")
# words that name a part of something and nothing by themselves
GENERIC = {
    *("男", "女", "男性", "女性", "男孩", "女孩", "男童", "女童", "城镇", "农村", "乡村", "城市", "城区", "市镇"),
    *("公办", "民办", "普惠", "普惠性", "合计", "小计", "总计", "其他", "其它", "户籍", "常住"),
}
SUMS = {"合计", "小计", "总计"}
# behind a year: (快报), 1-6月, 上半年, 前三季度
_REMARK = re.compile(r"\(.*\)|\d{1,2}[-~—–至]\d{1,2}月.*|[上下]半年|(?:前|第)?[一二三四1-4]季度")
_BASES = {"户籍": "户籍口径", "常住": "常住口径", "户籍口径": "户籍口径", "常住口径": "常住口径"}
PLACE_NAME = re.compile(r".+[省市区县旗州盟]")
_PLAIN_NUMBER = re.compile(r"-?[\d,.]+[%‰]?")


@dataclass(frozen=True)
class Heading:
    """What the header says of the figures in one column; ``place`` is None where it says nothing.

    ``remark`` is what stands behind the year and makes of it less than a year, or a figure of another kind.
    """

    row: int
    text: str
    period: str = ""
    place: str | None = None
    unit: str = ""
    basis: str = ""
    derived: bool = False
    names: tuple[str, ...] = ()
    full: bool = False
    remark: str = ""

    def name(self, base: str) -> str:
        """The indicator of the column: the last name that is one, with its parts; below ``base`` if it names parts."""
        whole = [number for number, name in enumerate(self.names) if name not in GENERIC]
        names = self.names[whole[-1] if whole and not self.full else 0 :]
        parts = [name for name in names if name not in SUMS]
        return "·".join(parts if whole or not base else [base, *parts])


@dataclass(frozen=True)
class Header:
    """表头 — rows ``top`` to before ``body``; columns with labels by kind, with figures, and beside the matter."""

    top: int
    row: int
    body: int
    labels: dict[int, str]
    columns: dict[int, Heading] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[int]:
        """Columns with labels of one kind, from the left."""
        return [column for column, found in self.labels.items() if found == kind]

    @property
    def kinds(self) -> list[str]:
        """What the labels of a line name."""
        return [kind for kind in LABELS if self.of_kind(kind)]

    @property
    def naming(self) -> list[int]:
        """Columns whose labels name the line, from the left."""
        return [column for column, kind in self.labels.items() if kind in LABELS]


def kind_of(heading: str) -> str:
    """What a column with this heading holds if it holds no figures, else an empty text.

    >>> kind_of("县(市、区)"), kind_of("计量单位"), kind_of("出生人口")
    ('地区', '单位', '')
    """
    return _KINDS.get(re.sub(r"[()、,/和及]", "", heading).lower(), "")


def corner(grid: Grid, row: int) -> int | None:
    """The first column with a label's heading, if the row begins with such headings; else None."""
    code = None
    for column in range(len(grid.rows[row])):
        text = written(grid, row, column)
        kind = kind_of(text)
        if kind in LABELS:
            # 城市 may be a part (beside 农村) of the indicator above it
            part = text in GENERIC and any(holds_figure(grid, row, beside) for beside in range(column + 1, grid.width))
            return None if part else column
        if text and not kind:
            break
        code = column if kind == CODE and code is None else code
    return code


def read_header(grid: Grid, row: int, column: int) -> Header:
    """The header whose first heading of labels stands at ``row`` and ``column``."""
    top, body = _top(grid, row, column), _body(grid, row, column)
    labels = {
        number: kind_of(grid.text(row, number))
        for number in range(grid.width)
        if number == column or _heads_labels(grid, number, row, body)
    }
    header = Header(top, row, body, _with_codes(grid, row, labels))
    found = {}
    for number in range(grid.width):
        parts = [] if number in header.labels else _parts(grid, header, number)
        if parts:
            found[number] = _heading(parts, header.kinds)
    header.columns.update(_told_apart(found))
    return header


def _top(grid: Grid, row: int, column: int) -> int:
    """The first row of the header: dates may stand above the heading of the labels."""
    top = row
    while top > 0 and not any(written(grid, top - 1, number) for number in range(column + 1)):
        texts = [clean_text(value) for value in grid.rows[top - 1]]
        first = next((number for number, text in enumerate(texts) if text), 0)
        beside = [written(grid, row, number) for number in range(first)]
        if not any(texts) or not all(is_period(text) for text in texts if text):
            break
        if not all(kind_of(text) for text in beside if text):
            break
        top -= 1
    return top


def _body(grid: Grid, row: int, column: int) -> int:
    """The first row below the header: one with a label, or with figures; a merged heading is part of the header."""
    body = row + 1
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom and left <= column <= right:
            body = min(bottom + 1, len(grid.rows))
    while body < min(row + 5, len(grid.rows)) and _goes_on(grid, row, body, column):
        body += 1
    return body


def _goes_on(grid: Grid, first: int, row: int, column: int) -> bool:
    if grid.text(row, column) not in {"", grid.text(first, column)}:
        return False
    seen = False
    for number in range(len(grid.rows[row])):
        text = written(grid, row, number)
        kind = kind_of(grid.text(first, number))
        if not text or (kind and text == grid.text(first, number)):
            continue
        if kind in {UNIT, CODE, ASIDE} or not _like_heading(text) or "单位:" in text or CONTINUED.search(text):
            return False
        if is_period(text) and any(is_period(grid.text(above, number)) for above in range(first, row)):
            return False
        seen = True
    return seen


def _like_heading(text: str) -> bool:
    """Whether a text may head a column: no blank, no figure; ages (3岁以下) and years are headings."""
    if is_period(text):
        return True
    if blank_meaning(text) is not None or _PLAIN_NUMBER.fullmatch(text):
        return False
    try:
        return read_quantities(text)[0].unit == "岁"
    except UnreadableError:
        return True


def _heads_labels(grid: Grid, column: int, row: int, body: int) -> bool:
    """Whether a heading of labels has labels below: no other headings (as 年份 over 2022, 2023) and no figures."""
    kind = kind_of(grid.text(row, column))
    if any(t <= row <= b and left <= column <= right and left < right for t, left, b, right in grid.merged):
        return False
    if any(grid.text(number, column) not in {"", grid.text(row, column)} for number in range(row + 1, body)):
        return False
    first = grid.text(body, column)
    figure = kind in {PLACE, INDICATOR} and _PLAIN_NUMBER.fullmatch(first) and read_code(first) is None
    return bool(kind) and not figure


def _with_codes(grid: Grid, row: int, labels: dict[int, str]) -> dict[int, str]:
    """A code of places names the place where no name does; a code of indicators is beside the matter."""
    kinds = set(labels.values())
    for column in [number for number, kind in labels.items() if kind == CODE]:
        if INDICATOR in kinds and grid.text(row, column).lower() in _ANY_CODE:
            labels[column] = ASIDE
        elif PLACE not in kinds:
            labels[column] = PLACE
            kinds.add(PLACE)
    return labels


def _parts(grid: Grid, header: Header, column: int) -> list[tuple[int, str]]:
    """Row and text of each heading over a column; in upper rows a heading holds for the empty cells to its right."""
    rows = range(header.top, header.body)
    own = [number for number in rows if grid.text(number, column)]
    parts: list[tuple[int, str]] = []
    for number in rows:
        text = grid.text(number, column)
        if not text and own and number < own[-1]:
            text = _to_the_left(grid, header, number, column)
        if text and text not in (part for _, part in parts):
            parts.append((number, text))
    return parts if own else []


def _to_the_left(grid: Grid, header: Header, row: int, column: int) -> str:
    for number in range(column - 1, -1, -1):
        if number in header.labels:
            return ""
        if grid.text(row, number):
            return grid.text(row, number)
    return ""


def _heading(parts: list[tuple[int, str]], kinds: list[str]) -> Heading:
    """Each part of a header by its shape, and by what the labels of the lines name already."""
    period = unit = basis = remark = ""
    place: str | None = None
    derived = False
    names: list[str] = []
    for _, part in parts:
        name, its_unit = split_unit(bare_name(part))
        unit = its_unit or unit
        date, name = split_period(without_mark(name))
        period = date or period
        if date and _REMARK.fullmatch(name):
            remark = name
        elif is_unit(name):
            unit = name
        elif _DERIVED.match(name):
            derived = True
        elif name in _BASES and len(parts) > 1:
            basis = _BASES[name]
        elif not name or name in _NEUTRAL or (name in TOTALS and len(parts) > 1 and PLACE in kinds):
            continue
        elif _names_place(name, kinds):
            place = "" if name in TOTALS else name
        else:
            names.append(name)
    return Heading(*parts[-1], period, place, unit, basis, derived, tuple(names), remark=remark)


def _names_place(name: str, kinds: list[str]) -> bool:
    """Whether a heading names a place: never beside lines of places; beside indicators whatever is no mere part."""
    if PLACE in kinds or (name in GENERIC and name not in TOTALS):
        return False
    return INDICATOR in kinds or name in TOTALS or PLACE_NAME.fullmatch(name) is not None


def _told_apart(columns: dict[int, Heading]) -> dict[int, Heading]:
    """Columns of one name under different groups bear the names of their groups too."""

    def key(one: Heading) -> tuple[str, str | None, str]:
        return one.period, one.place, one.name("")

    often = Counter(key(one) for one in columns.values())
    return {number: replace(one, full=often[key(one)] > 1 and len(one.names) > 1) for number, one in columns.items()}
