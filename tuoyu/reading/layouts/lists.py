"""Finds the figures in the layouts that really arrive: lists and counts of communities here, tables in ``yearbooks``.

What belongs here: where in a list the place, the indicator, the date and the figure stand.
What does not: whether the text is a number, or which indicator a name means (``figures``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Part
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.rows import CONTINUED
from tuoyu.reading.layouts.rows import FOOTNOTE
from tuoyu.reading.layouts.rows import SIGNED
from tuoyu.reading.layouts.rows import TOTALS
from tuoyu.reading.layouts.rows import UNIT_LINE
from tuoyu.reading.layouts.rows import Layout
from tuoyu.reading.layouts.rows import Misread
from tuoyu.reading.layouts.rows import Row
from tuoyu.reading.layouts.rows import above_header
from tuoyu.reading.layouts.rows import bare_name
from tuoyu.reading.layouts.rows import holds_figure
from tuoyu.reading.layouts.rows import is_example
from tuoyu.reading.layouts.rows import raw_value
from tuoyu.reading.layouts.rows import split_unit
from tuoyu.reading.layouts.rows import texts_of
from tuoyu.reading.layouts.rows import with_undated
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.layouts.yearbooks import read_statistics
from tuoyu.reading.periods import is_period
from tuoyu.reading.periods import period_in
from tuoyu.reading.quantities import Quantity
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import own_unit
from tuoyu.reading.quantities import read_code
from tuoyu.reading.quantities import read_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from tuoyu.nouns.source import Reading

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
_SOURCES = ("文件", "位置", "出处")  # a line that names one was begun, not only foreseen by a form
_STREET_TOTALS = {"合计", "小计", "街道合计", ""}
# what these columns hold is no figure, whatever its digits: 15分钟以上, 1500-2000元, 3岁以下婴幼儿数
_NO_FIGURES = {"序号", "编号", "行次", "地区", "指标", "题目", "选项", "样本量", "页码", "时点", "出处", "文件", "文号"}
_LISTED = 12  # headings of a table that are told
_EARLIER = re.compile(r"上期|上年|上次|上季|上月|去年|往年")  # headings of figures that stand beside for comparison
_FEW = 3  # lines that show by themselves that two columns were exchanged
_ANSWERS = re.compile(r"(\d{1,9})[份人名]?")
_ALL_STREETS = TOTALS | {"全区", "全县", "全区合计", "全县合计"}


def _columns(grid: Grid, needed: tuple[str, ...]) -> tuple[int, dict[str, int]] | Layout:
    """Header row and column of each heading; the header is the first row that holds any two of them."""
    for number in range(len(grid.rows)):
        found = {grid.text(number, column): column for column in range(grid.width)}
        if len(found.keys() & set(needed)) >= min(2, len(needed)):
            missing = [name for name in needed if name not in found]
            if missing:
                others = [name for name in found if name and name not in needed]
                there = f"，现有的别的列是“{'”“'.join(others[:_LISTED])}”" if others else ""
                what = f"表头缺少“{'”“'.join(missing)}”列{there}"
                fault = Misread(grid.sheet, f"第{number + 1}行", what, "按原表恢复列名和列的位置")
                return Layout(faults=[fault])
            return number, found
    what = f"找不到表头（应有“{'”“'.join(needed)}”）"
    return Layout(faults=[Misread(grid.sheet, "第1行", what, "核对是否换了表或删了表头")], headless=True)


def _read_list(
    grid: Grid, needed: tuple[str, ...], figure: str, row_of: Callable[[Grid, int, dict[str, int]], Row | Misread]
) -> Layout:
    """A list with one figure per line; lines without one (of an unfilled form) and examples are passed over."""
    header = _columns(grid, needed)
    if isinstance(header, Layout):
        return header
    start, columns = header
    layout = Layout()
    if above := above_header(grid, start, [columns[figure]]):
        layout.faults.append(above)
    for number in range(start + 1, len(grid.rows)):
        if is_example(grid, number) or _is_signature(grid, number):
            continue
        if not grid.text(number, columns[figure]):
            if astray := _astray(grid, number, columns, figure):
                layout.faults.append(astray)
            elif source := next((name for name in _SOURCES if _plain(grid, number, columns, name)), ""):
                what = f"写明了{source}，“{figure}”没有填写：{'，'.join(texts_of(grid, number)[:4])}"
                cell = address(number, columns[figure])
                layout.doubts.append(Misread(grid.sheet, cell, what, "对照原文补上；原文没有的，删去这一行"))
            continue
        read = row_of(grid, number, columns)
        if isinstance(read, Misread):
            layout.faults.append(read)
        else:
            layout.add(read)
    return layout


def _is_signature(grid: Grid, row: int) -> bool:
    return any(SIGNED.match(text) for text in texts_of(grid, row)[:1])


def _astray(grid: Grid, row: int, columns: dict[str, int], figure: str) -> Misread | None:
    """A figure of a line whose own column is empty: typed beside it, it would be lost without a word."""
    headed = {column: name for name, column in columns.items()}
    for column in range(len(grid.rows[row])):
        name = headed.get(column, "")
        if name in _NO_FIGURES or _EARLIER.match(name):
            continue
        if holds_figure(grid, row, column):
            what = f"“{written(grid, row, column)}”不在“{figure}”列，这一行的“{figure}”是空的"
            return Misread(grid.sheet, address(row, column), what, f"把数字移到“{figure}”列")
    return None


def read_figures(grid: Grid, declared: Reading | None = None, also: tuple[str, ...] = ()) -> Layout:
    """指标摘录表: one figure per line, with columns 地区, 指标, 数据, 时点 and optional others (单位, 口径, 街道 …).

    A column whose contents the sidecar declares for the whole file may be missing; ``also`` are further columns that
    must be there.
    """
    said = {"指标": declared.indicator, "时点": declared.period} if declared else {}
    whole = {name: value for name, value in said.items() if value}
    unit = declared.unit if declared else None

    def row_of(sheet: Grid, number: int, columns: dict[str, int]) -> Row | Misread:
        return _figure(sheet, number, columns, {**whole, "单位": unit or ""})

    header = {grid.text(row, column) for row in range(len(grid.rows)) for column in range(len(grid.rows[row]))}
    needed = tuple(name for name in ("地区", "指标", "数据", "时点") if name in header or name not in whole)
    found = _columns(grid, needed)
    if not isinstance(found, Layout) and (exchanged := _exchanged(grid, *found)):
        return Layout(faults=[exchanged])
    return with_undated(_read_list(grid, (*needed, *also), "数据", row_of))


def _exchanged(grid: Grid, start: int, columns: dict[str, int]) -> Misread | None:
    """A fault where the dates of all lines stand in the column of the figures, and the figures in that of the dates."""
    if "时点" not in columns:
        return None
    lines = [number for number in range(start + 1, len(grid.rows)) if not is_example(grid, number)]
    dates = [number for number in lines if is_period(grid.text(number, columns["数据"]))]
    figures = [number for number in lines if holds_figure(grid, number, columns["时点"])]
    if len(dates) < _FEW or dates != figures:
        return None
    what = "“数据”和“时点”两列的内容对调了：“数据”列都是时点，“时点”列都是数字"
    return Misread(grid.sheet, address(dates[0], columns["数据"]), what, "把两列的内容换回来")


def _figure(grid: Grid, number: int, columns: dict[str, int], whole: Mapping[str, str]) -> Row | Misread:
    text = {
        name: value or whole.get(name, "")
        for name, value in (dict.fromkeys(whole, "") | _cells(grid, number, columns)).items()
    }
    if not text["指标"]:
        cell, action = address(number, columns["指标"]), "补上指标名，或删去这一行；合计由程序计算，不必填写"
        return Misread(grid.sheet, cell, f"这一行有数字“{text['数据']}”而没有指标名", action)
    indicator, in_name = split_unit(clean_text(text["指标"]))
    cell, printed, unit = (
        address(number, columns["数据"]),
        raw_value(grid, number, columns["数据"]),
        text["单位"] or in_name,
    )
    its_own = own_unit(printed)
    if its_own and unit and not _same_unit(its_own, unit):
        what = f"“{text['数据']}”自带单位“{its_own}”，与“单位”列的“{unit}”不同"
        return Misread(grid.sheet, cell, what, "对照原文，只留下正确的单位")
    return Row(
        grid.sheet,
        cell,
        printed,
        indicator,
        place=read_code(text["地区"]) or text["地区"],
        unit=unit,
        period=text["时点"],
        basis=text.get("口径", ""),
        part=_part(bare_name(text.get("街道", "")), bare_name(text.get("社区", ""))),
        respondents=text.get("样本量", ""),
        producer=_plain(grid, number, columns, "发布机构"),
        document=_plain(grid, number, columns, "文件"),
        locator=_plain(grid, number, columns, "位置"),
        mention=_mention(text),
        note=_note(grid, number, columns),
        name_cell=_where(number, columns, "指标"),
        place_cell=_where(number, columns, "地区"),
        period_cell=_where(number, columns, "时点"),
    )


def _where(row: int, columns: dict[str, int], name: str) -> str:
    return address(row, columns[name]) if name in columns else ""


def _same_unit(one: str, other: str) -> bool:
    try:
        return read_unit(one) == read_unit(other)
    except UnreadableError:
        return one == other


def _mention(text: dict[str, str]) -> str:
    """Whether the document only says the figure again."""
    return text.get("备注", "") if text.get("备注", "") in {"复述", "小标题"} else ""


def _note(grid: Grid, number: int, columns: dict[str, int]) -> str:
    """What the transcriber says of a figure: a doubt, or what the document leaves open."""
    note = _plain(grid, number, columns, "备注")
    return "" if _mention({"备注": note}) else note


def read_survey(grid: Grid, declared: Reading | None = None) -> Layout:
    """问卷结果表: published shares with columns 题目, 选项, 占比, 样本量."""
    period = (declared.period if declared else None) or ""

    def row_of(sheet: Grid, number: int, columns: dict[str, int]) -> Row | Misread:
        return _share(sheet, number, columns, period)

    return with_undated(_read_list(grid, ("题目", "选项", "占比", "样本量"), "占比", row_of))


def _share(grid: Grid, number: int, columns: dict[str, int], period: str) -> Row | Misread:
    text = _cells(grid, number, columns)
    printed = raw_value(grid, number, columns["占比"])
    answers = _ANSWERS.fullmatch(text["占比"])
    if not answers and not text["样本量"]:
        what = f"“{text['占比']}”没有写样本量，不知是多少人中的比例"
        return Misread(grid.sheet, address(number, columns["样本量"]), what, "补上回答这一题的人数")
    return Row(
        grid.sheet,
        address(number, columns["占比"]),
        printed,
        f"{text['题目']}/{text['选项']}",
        period=text.get("时点", "") or period,
        option=text["选项"],
        respondents=text["样本量"],
        locator=_plain(grid, number, columns, "位置"),
        mention=_mention(text),
        note=_note(grid, number, columns),
        exact=Quantity(Decimal(answers[1]), "人", "=", Decimal(1), str(printed)) if answers else None,
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


def read_communities(grid: Grid, declared: Reading | None = None) -> Layout:
    """社区婴幼儿数表: streets in merged cells or filled down, their communities, and total lines if any."""
    header = _columns(grid, ("街道", "社区"))
    if isinstance(header, Layout):
        return header
    start, columns = header
    children = next((column for name, column in columns.items() if _CHILDREN.match(name)), None)
    if children is None:
        what = "表头缺少“3岁以下婴幼儿数”列"
        return Layout(faults=[Misread(grid.sheet, f"第{start + 1}行", what, "按原表恢复列名和列的位置")])
    count = next((column for name, column in columns.items() if name.startswith("社区数")), None)
    titled = period_in(grid.text(row, column) for row in range(start) for column in range(grid.width))
    period = (declared.period if declared else None) or titled
    unit = split_unit(grid.text(start, children))[1] or "人"
    layout = Layout()
    if above := above_header(grid, start, [children]):
        layout.faults.append(above)
    lines = list(_lines(grid, start, columns))
    figures = tuple(column for column in (children, count) if column is not None)
    _check_lines(grid, lines, columns, figures, layout)
    for line in lines:
        if _holds(grid, line.row, children) and not _lacking(line):
            layout.add(_count(grid, line, children, "3岁以下婴幼儿数", unit=unit, period=period))
    if count is not None:
        _add_counts(grid, lines, count, period, layout)
    return with_undated(layout)


def _check_lines(
    grid: Grid, lines: list[_Line], columns: dict[str, int], figures: tuple[int, ...], layout: Layout
) -> None:
    """Faults of lines: figures that no name or no heading explains, and communities that stand there twice."""
    first: dict[tuple[str, str, str], int] = {}
    headed = {column for name, column in columns.items() if name}
    for line in lines:
        filled = [column for column in figures if _holds(grid, line.row, column)]
        if filled and (lacking := _lacking(line)):
            what = f"这一行有数字而没有{lacking}"
            action = f"补上{lacking}，或删去这一行"
            layout.faults.append(Misread(grid.sheet, address(line.row, filled[0]), what, action))
        astray = [n for n in range(len(grid.rows[line.row])) if n not in headed and holds_figure(grid, line.row, n)]
        if astray:
            what = f"“{written(grid, line.row, astray[0])}”所在的列没有列名，数字可能错列"
            layout.faults.append(Misread(grid.sheet, address(line.row, astray[0]), what, "把数字移回所属的列"))
        key = (line.district, line.street, "" if line.is_total else line.community)
        if filled and not _lacking(line) and first.setdefault(key, line.row) != line.row:
            what = f"“{line.street}{key[2]}”写了两次，第{first[key] + 1}行已有"
            layout.faults.append(Misread(grid.sheet, address(line.row, filled[0]), what, "对照原表，留下正确的一行"))


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
        texts = texts_of(grid, row)
        repeated = grid.text(row, columns["街道"]) == "街道"
        if not texts or is_example(grid, row) or repeated or UNIT_LINE.fullmatch(texts[-1]):
            continue
        if any(CONTINUED.search(text) for text in texts):
            continue
        if FOOTNOTE.match(texts[0]) or SIGNED.match(texts[0]):
            return
        own, community = bare_name(grid.text(row, columns["街道"])), bare_name(grid.text(row, columns["社区"]))
        top_left = grid.area(row, columns["街道"])[:2]
        if top_left == grid.area(row, columns["社区"])[:2]:  # what stands in one cell is said of the whole street
            community = ""
        own_district = grid.text(row, columns["区县"]) if "区县" in columns else ""
        if own_district and own_district != district:
            district, street = own_district, ""
        street = own or street
        yield _Line(row, district, street, community, bool(own or community or own_district in TOTALS))


def _holds(grid: Grid, row: int, column: int) -> bool:
    return bool(grid.text(row, column)) and blank_meaning(grid.text(row, column)) is None


def _count(grid: Grid, line: _Line, column: int, indicator: str, *, unit: str, period: str) -> Row:
    street = "" if line.street in _ALL_STREETS else line.street
    part = _part(street, "" if line.is_total else line.community)
    cell, printed = address(line.row, column), raw_value(grid, line.row, column)
    place = "" if line.district in TOTALS else read_code(line.district) or line.district
    return Row(grid.sheet, cell, printed, indicator, place=place, unit=unit, part=part, period=period)


def _part(street: str, community: str) -> Part:
    if community:
        return Part("社区", community, within=street)
    return Part("街道", street) if street else WHOLE


def _cells(grid: Grid, row: int, columns: dict[str, int]) -> dict[str, str]:
    return {name: grid.text(row, column) for name, column in columns.items()}


def _plain(grid: Grid, row: int, columns: dict[str, int], name: str) -> str:
    """Text as written (titles keep their spaces and punctuation)."""
    value = grid.value(row, columns[name]) if name in columns else None
    return str(value).strip() if value is not None else ""


LAYOUTS: dict[str, Callable[[Grid, Reading | None], Layout]] = {
    "figures": read_figures,
    "survey": read_survey,
    "communities": read_communities,
    "statistics": read_statistics,
}
