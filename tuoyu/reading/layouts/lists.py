"""Finds the figures in the layouts that really arrive: lists and counts of communities here, tables in ``yearbooks``.

What belongs here: where in a list the place, the indicator, the date and the figure stand.
What does not: whether the text is a number, or which indicator a name means (``cleaning``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.rows import CONTINUED
from tuoyu.reading.layouts.rows import FOOTNOTE
from tuoyu.reading.layouts.rows import TOTALS
from tuoyu.reading.layouts.rows import UNIT_LINE
from tuoyu.reading.layouts.rows import Layout
from tuoyu.reading.layouts.rows import Misread
from tuoyu.reading.layouts.rows import Row
from tuoyu.reading.layouts.rows import bare_name
from tuoyu.reading.layouts.rows import is_example
from tuoyu.reading.layouts.rows import raw_value
from tuoyu.reading.layouts.rows import split_unit
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.layouts.yearbooks import read_statistics
from tuoyu.reading.periods import period_in
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import own_unit
from tuoyu.reading.quantities import read_code
from tuoyu.reading.quantities import read_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

__all__ = [
    "LAYOUTS",
    "Layout",
    "Misread",
    "Row",
    "read_communities",
    "read_figures",
    "read_statistics",
    "read_survey",
]

_CHILDREN = re.compile(r"3岁以下|三岁以下|0[-~—–至]3岁")
_STREET_TOTALS = {"合计", "小计", "街道合计", ""}
_ALL_STREETS = TOTALS | {"全区", "全县", "全区合计", "全县合计"}


def _columns(grid: Grid, needed: tuple[str, ...]) -> tuple[int, dict[str, int]] | Misread:
    """Header row and column of each heading; the header is the first row that holds any two of them."""
    for number in range(len(grid.rows)):
        found = {grid.text(number, column): column for column in range(grid.width)}
        if len(found.keys() & set(needed)) >= min(2, len(needed)):
            missing = [name for name in needed if name not in found]
            if missing:
                what = f"表头缺少“{'”“'.join(missing)}”列"
                return Misread(grid.sheet, f"第{number + 1}行", what, "按原表恢复列名和列的位置")
            return number, found
    return Misread(grid.sheet, "第1行", f"找不到表头（应有“{'”“'.join(needed)}”）", "核对是否换了表或删了表头")


def _read_list(
    grid: Grid, needed: tuple[str, ...], figure: str, row_of: Callable[[Grid, int, dict[str, int]], Row | Misread]
) -> Layout:
    """A list with one figure per line; lines without one (of an unfilled form) and examples are passed over."""
    header = _columns(grid, needed)
    if isinstance(header, Misread):
        return Layout(faults=[header])
    start, columns = header
    layout = Layout()
    for number in range(start + 1, len(grid.rows)):
        if is_example(grid, number) or not grid.text(number, columns[figure]):
            continue
        read = row_of(grid, number, columns)
        if isinstance(read, Misread):
            layout.faults.append(read)
        else:
            layout.add(read)
    return layout


def read_figures(grid: Grid) -> Layout:
    """指标摘录表: one figure per line, with columns 地区, 指标, 数据, 时点 and optional others (单位, 口径 …)."""
    return _read_list(grid, ("地区", "指标", "数据", "时点"), "数据", _figure)


def _figure(grid: Grid, number: int, columns: dict[str, int]) -> Row | Misread:
    text = _cells(grid, number, columns)
    cell, printed, unit = (
        address(number, columns["数据"]),
        raw_value(grid, number, columns["数据"]),
        text.get("单位", ""),
    )
    its_own = own_unit(printed)
    if its_own and unit and not _same_unit(its_own, unit):
        what = f"“{text['数据']}”自带单位“{its_own}”，与“单位”列的“{unit}”不同"
        return Misread(grid.sheet, cell, what, "对照原文，只留下正确的单位")
    return Row(
        grid.sheet,
        cell,
        printed,
        text["指标"],
        place=read_code(text["地区"]) or text["地区"],
        unit=unit,
        period=text["时点"],
        basis=text.get("口径", ""),
        producer=_plain(grid, number, columns, "发布机构"),
        document=_plain(grid, number, columns, "文件"),
        mention=_mention(text),
    )


def _same_unit(one: str, other: str) -> bool:
    try:
        return read_unit(one) == read_unit(other)
    except UnreadableError:
        return one == other


def _mention(text: dict[str, str]) -> str:
    """Whether the document only says the figure again."""
    return text.get("备注", "") if text.get("备注", "") in {"复述", "小标题"} else ""


def read_survey(grid: Grid) -> Layout:
    """问卷结果表: published shares with columns 题目, 选项, 占比, 样本量."""
    return _read_list(grid, ("题目", "选项", "占比", "样本量"), "占比", _share)


def _share(grid: Grid, number: int, columns: dict[str, int]) -> Row:
    text = _cells(grid, number, columns)
    return Row(
        grid.sheet,
        address(number, columns["占比"]),
        raw_value(grid, number, columns["占比"]),
        f"{text['题目']}/{text['选项']}",
        period=text.get("时点", ""),
        option=text["选项"],
        respondents=text["样本量"],
        mention=_mention(text),
    )


@dataclass(frozen=True)
class _Line:
    """A line of a list of communities: names filled down, and whether the line names its own street or community."""

    row: int
    district: str
    street: str
    community: str
    named: bool

    @property
    def is_total(self) -> bool:
        """Whether the line counts a whole street, or all of them."""
        return self.community in _STREET_TOTALS


def read_communities(grid: Grid) -> Layout:
    """社区婴幼儿数表: streets in merged cells or filled down, their communities, and total lines if any."""
    header = _columns(grid, ("街道", "社区"))
    if isinstance(header, Misread):
        return Layout(faults=[header])
    start, columns = header
    children = next((column for name, column in columns.items() if _CHILDREN.match(name)), None)
    if children is None:
        what = "表头缺少“3岁以下婴幼儿数”列"
        return Layout(faults=[Misread(grid.sheet, f"第{start + 1}行", what, "按原表恢复列名和列的位置")])
    count = next((column for name, column in columns.items() if name.startswith("社区数")), None)
    period = period_in(grid.text(row, column) for row in range(start) for column in range(grid.width))
    unit = split_unit(grid.text(start, children))[1] or "人"
    layout = Layout()
    lines = list(_lines(grid, start, columns))
    for line in lines:
        figures = [column for column in (children, count) if column is not None and _holds(grid, line.row, column)]
        if figures and (lacking := _lacking(line)):
            what = f"这一行有数字而没有{lacking}"
            action = f"补上{lacking}，或删去这一行"
            layout.faults.append(Misread(grid.sheet, address(line.row, figures[0]), what, action))
        elif children in figures:
            layout.add(_count(grid, line, children, "3岁以下婴幼儿数", unit=unit, period=period))
    if count is not None:
        _add_counts(grid, lines, count, period, layout)
    return layout


def _add_counts(grid: Grid, lines: list[_Line], column: int, period: str, layout: Layout) -> None:
    """The number of communities of each street: in its total line, or the only one written beside the street."""
    for place in dict.fromkeys((line.district, line.street) for line in lines):
        own = [line for line in lines if (line.district, line.street) == place]
        totals = [line for line in own if line.is_total and _holds(grid, line.row, column)]
        beside = [line for line in own if not line.is_total and blank_meaning(written(grid, line.row, column)) is None]
        for line in totals or beside[:1]:
            whole = replace(line, community="")
            layout.add(_count(grid, whole, column, "社区数", unit="个", period=period))
        if not totals and len(beside) > 1:
            what, action = "一个街道有几行写了社区数，只读取了第一行", "核对社区数应写在街道合计行，还是各行相同"
            layout.doubts.append(Misread(grid.sheet, address(beside[0].row, column), what, action))


def _lacking(line: _Line) -> str:
    """What a line with figures lacks of its names, empty if nothing."""
    if not line.named:
        return "街道和社区名"
    return "" if line.street or line.is_total else "街道名"


def _lines(grid: Grid, start: int, columns: dict[str, int]) -> Iterator[_Line]:
    """The lines below the header; the district and the street hold for the empty cells below them."""
    district = street = ""
    for row in range(start + 1, len(grid.rows)):
        texts = [text for column in range(len(grid.rows[row])) if (text := written(grid, row, column))]
        repeated = grid.text(row, columns["街道"]) == "街道"
        if not texts or is_example(grid, row) or repeated or UNIT_LINE.fullmatch(texts[-1]):
            continue
        if any(CONTINUED.search(text) for text in texts):
            continue
        if FOOTNOTE.match(texts[0]):
            return
        own_district = grid.text(row, columns["区县"]) if "区县" in columns else ""
        own, community = bare_name(grid.text(row, columns["街道"])), bare_name(grid.text(row, columns["社区"]))
        if own_district and own_district != district:
            district, street = own_district, ""
        street = own or street
        yield _Line(row, district, street, community, bool(own or community or own_district in TOTALS))


def _holds(grid: Grid, row: int, column: int) -> bool:
    return bool(grid.text(row, column)) and blank_meaning(grid.text(row, column)) is None


def _count(grid: Grid, line: _Line, column: int, indicator: str, *, unit: str, period: str) -> Row:
    street = "" if line.street in _ALL_STREETS else line.street
    scope = street if line.is_total else f"{street}·{line.community}"
    cell, printed = address(line.row, column), raw_value(grid, line.row, column)
    place = "" if line.district in TOTALS else read_code(line.district) or line.district
    return Row(grid.sheet, cell, printed, indicator, place=place, unit=unit, scope=scope, period=period)


def _cells(grid: Grid, row: int, columns: dict[str, int]) -> dict[str, str]:
    return {name: grid.text(row, column) for name, column in columns.items()}


def _plain(grid: Grid, row: int, columns: dict[str, int], name: str) -> str:
    """Text as written (titles keep their spaces and punctuation)."""
    value = grid.value(row, columns[name]) if name in columns else None
    return str(value).strip() if value is not None else ""


LAYOUTS: dict[str, Callable[[Grid], Layout]] = {
    "figures": read_figures,
    "survey": read_survey,
    "communities": read_communities,
    "statistics": read_statistics,
}
