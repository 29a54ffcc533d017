"""Finds the figures of statistics tables: indicators, places or years down, the others across, blocks with 续表.

What belongs here: from the lines of a table to one :class:`Row` per figure. What does not: its header (``headings``).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.frames import Frame
from tuoyu.reading.layouts.frames import read_frame
from tuoyu.reading.layouts.headings import CODE
from tuoyu.reading.layouts.headings import GENERIC
from tuoyu.reading.layouts.headings import INDICATOR
from tuoyu.reading.layouts.headings import PERIOD
from tuoyu.reading.layouts.headings import PLACE
from tuoyu.reading.layouts.headings import SUMS
from tuoyu.reading.layouts.headings import UNIT
from tuoyu.reading.layouts.headings import Header
from tuoyu.reading.layouts.headings import Heading
from tuoyu.reading.layouts.headings import corner
from tuoyu.reading.layouts.headings import read_header
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
from tuoyu.reading.layouts.rows import split_unit
from tuoyu.reading.layouts.rows import texts_of
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.layouts.tidied import tidied
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_code
from tuoyu.reading.quantities import without_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tuoyu.nouns.source import Reading
    from tuoyu.reading.files.grids import Grid

_LISTED = {"地区", "指标", "数据", "时点"}  # the columns of a list with one figure a line
_NUMBERED = {"甲", "栏次", "列次"}
_CALLED = {INDICATOR: "指标名", PLACE: "地区名", PERIOD: "年份"}
_MARKED = re.compile(r"[*①-⑳⑴-⒇]")


@dataclass(frozen=True)
class Table:
    """One header with the lines below it, before ``stop``, and what stands around them.

    ``others`` says that the sidecar passes over what the vocabulary does not know.
    """

    grid: Grid
    header: Header
    frame: Frame
    stop: int
    others: bool = False

    @cached_property
    def merged(self) -> set[tuple[int, int]]:
        """Row and column of the first cell of every merged area."""
        return {(top, left) for top, left, _, _ in self.grid.merged}

    def misread(self, row: int, column: int, what: str, action: str) -> Misread:
        """A fault or doubt that names a cell of this table."""
        return Misread(self.grid.sheet, address(row, column), what, action)


@dataclass(frozen=True)
class Line:
    """A line with figures: its labels by column, the indicator that it names, and that label's unit."""

    row: int
    labels: dict[int, str]
    name: str = ""
    unit: str = ""


def read_statistics(grid: Grid, declared: Reading | None = None) -> Layout:
    """统计年鉴式表: indicators, places or years down, the others across; header of one row or more; 续表 below.

    What the sidecar declares for the whole file goes before what the titles say.
    """
    tables = [_with_declared(table, declared) for table in _tables(tidied(grid))]
    if not tables:
        what = "找不到表头（首栏的列名应为“指标”“地区”或“年份”）"
        action = "核对是否换了表或删了表头；首栏没有列名的，补上“指标”或“地区”"
        return Layout(faults=[Misread(grid.sheet, "第1行", what, action)], headless=True)
    layout = Layout()
    first = tables[0]
    if above := above_header(first.grid, first.header.top, first.header.columns):
        layout.faults.append(above)
    for table in tables:
        columns = _columns(table, layout)
        lines = list(_lines(table, layout)) if columns else []
        for line in _named(table, lines):
            for column, heading in columns.items():
                layout.add(_row(table, line, column, heading))
    return layout


def _with_declared(table: Table, declared: Reading | None) -> Table:
    if declared is None:
        return table
    name, unit = split_unit(clean_text(declared.indicator))
    frame = replace(
        table.frame,
        indicator=name or table.frame.indicator,
        unit=declared.unit or unit or table.frame.unit,
        period=declared.period or table.frame.period,
    )
    return replace(table, frame=frame, others=declared.others is not None)


def _tables(grid: Grid) -> Iterator[Table]:
    headers: list[Header] = []
    row = 0
    while row < len(grid.rows):
        column = corner(grid, row)
        if column is None:
            row += 1
            continue
        header = read_header(grid, row, column)
        if header.body >= len(grid.rows) or corner(grid, header.body) is None:  # else a line such as 指标 | 出生人口
            headers.append(header)
        row = header.body
    if not headers:
        return
    begins = [_begin(grid, before, header) for before, header in zip([None, *headers], headers, strict=False)]
    frame = Frame()
    for header, begin, stop in zip(headers, begins, [*begins[1:], len(grid.rows)], strict=True):
        frame = read_frame(grid, range(begin, header.top), range(header.body, stop), frame)
        yield Table(grid, header, frame, stop)


def _begin(grid: Grid, before: Header | None, header: Header) -> int:
    """The first row of the titles above a header: below the last figure or note of the table before."""
    if before is None:
        return 0
    row = header.top
    while row > before.body and not any(holds_figure(grid, row - 1, column) for column in before.columns):
        if any(FOOTNOTE.match(written(grid, row - 1, column)) for column in range(len(grid.rows[row - 1]))):
            break
        row -= 1
    return row


def _columns(table: Table, layout: Layout) -> dict[int, Heading]:
    """The columns whose figures can be read; every other is named as a fault or doubt."""
    header, frame = table.header, table.frame
    repeated = [name for name, often in Counter(_label_headings(table)).items() if often > 1]
    dated = bool(frame.period or PERIOD in header.kinds)
    where = f"第{header.row + 1}行"
    if repeated:
        what = f"表头有两个“{repeated[0]}”列，一行里并排着两组数字"
        layout.faults.append(Misread(table.grid.sheet, where, what, "把并排的两组拆成上下两段，各带表头"))
        return {}
    if not dated and not any(heading.period for heading in header.columns.values()):
        what = "表头中没有年份，标题里也没有"
        action = "按原表恢复各年份的列名，或在来源说明 [reading] 写 period"
        if {table.grid.text(header.row, column) for column in range(table.grid.width)} >= _LISTED:
            action = '这张表一行一个数字，把来源说明 [reading] 的 kind 改为 "figures"'
        layout.faults.append(Misread(table.grid.sheet, where, what, action))
        return {}
    readable: dict[int, Heading] = {}
    seen: dict[Heading, int] = {}
    for column, heading in header.columns.items():
        key = replace(heading, row=0, text="", full=False, names=(_indicator(table, "", heading),))
        if heading.derived:
            what = f"“{heading.text}”一列由别的数字算得，没有读取"
            layout.doubts.append(table.misread(heading.row, column, what, "需要这些数字时，另作摘录"))
        elif table.others and not _is_named(table, key):
            what = f"“{heading.text}”一列没有写明是什么指标，没有采用"
            layout.doubts.append(table.misread(heading.row, column, what, "来源说明写有 others，不需要的不必处理"))
        elif fault := _fault_of(table, heading, key, dated=dated, seen=seen):
            layout.faults.append(table.misread(heading.row, column, *fault))
        else:
            readable[column] = heading
            seen[key] = column
    return readable


def _label_headings(table: Table) -> list[str]:
    header = table.header
    return [table.grid.text(header.row, column) for column in header.naming]


def _is_named(table: Table, key: Heading) -> bool:
    return INDICATOR in table.header.kinds or bool(key.names[0])


def _fault_of(
    table: Table, heading: Heading, key: Heading, *, dated: bool, seen: dict[Heading, int]
) -> tuple[str, str] | None:
    if heading.remark:
        what = f"列名“{heading.text}”里的“{heading.remark}”看不懂"
        return what, "全年数、年末数的列名只写年份，说明移到表下的注；不足一年的数移走"
    if not dated and not heading.period:
        return f"“{heading.text}”一列没有年份", "对照原表，在这一列的列名中补上年份"
    if not _is_named(table, key):
        what = f"“{heading.text}”一列没有写明是什么指标"
        return what, "在来源说明 [reading] 写 indicator，连同单位，如“出生人口（人）”"
    if key in seen:
        same = address(heading.row, seen[key])
        return f"“{heading.text}”一列与{same}的列名相同", "对照原表改正列名（年份、地区或指标），或删去重复的列"
    return None


def _lines(table: Table, layout: Layout) -> Iterator[Line]:
    """The lines with labels; figures that no label or no heading explains become faults."""
    carried: dict[int, str] = {}
    noted = False
    for row in range(table.header.body, table.stop):
        texts = texts_of(table.grid, row)
        figures = [column for column in table.header.columns if _is_filled(table.grid, row, column)]
        if not texts or all(UNIT_LINE.search(text) or CONTINUED.search(text) for text in texts):
            continue
        if FOOTNOTE.match(texts[0]) or SIGNED.match(texts[0]) or (_MARKED.match(texts[0]) and not figures):
            noted = True
        elif noted:
            layout.faults.extend(_after_notes(table, row))
        elif not (CONTINUED.search(texts[0]) and not figures) and texts[0] not in _NUMBERED:
            labels = _labels(table, row, carried)
            lacking = _lacking(table, row, labels)
            if lacking and figures:
                what = f"这一行有数字而没有{_CALLED[lacking]}"
                column = table.header.of_kind(lacking)[-1]
                layout.faults.append(table.misread(row, column, what, f"补上{_CALLED[lacking]}，或删去这一行"))
            elif not lacking:
                layout.faults.extend(_strays(table, row))
                yield Line(row, labels)


def _is_filled(grid: Grid, row: int, column: int) -> bool:
    text = written(grid, row, column)
    return blank_meaning(text) is None and not UNIT_LINE.search(text) and not CONTINUED.search(text)


def _after_notes(table: Table, row: int) -> list[Misread]:
    first = next((column for column in table.header.columns if holds_figure(table.grid, row, column)), None)
    if first is None:
        return []
    what, action = "表下的注之后还有数字，没有读取", "把注移到表的末尾；另一张表的，补上它的表头"
    return [table.misread(row, first, what, action)]


def _labels(table: Table, row: int, carried: dict[int, str]) -> dict[int, str]:
    """The labels of a line; those of all but the last column hold for the empty cells below them."""
    naming = table.header.naming
    own = {column: table.grid.text(row, column) for column in naming}
    if any(own.values()):
        for number, column in enumerate(naming[:-1]):
            if own[column] and own[column] != carried.get(column):
                carried.update(dict.fromkeys(naming[number:-1], ""))
            carried[column] = own[column] or carried.get(column, "")
        own.update({column: carried[column] for column in naming[:-1]})
    return own


def _lacking(table: Table, row: int, labels: dict[int, str]) -> str:
    """The kind of label that a line lacks, empty if none; a code stands for a name."""
    header = table.header
    for kind in header.kinds:
        columns = header.of_kind(kind) + (header.of_kind(CODE) if kind == PLACE else [])
        if not any(bare_name(labels.get(column) or table.grid.text(row, column)) for column in columns):
            return kind
    return ""


def _strays(table: Table, row: int) -> list[Misread]:
    """Figures in columns without a heading, and figures in merged cells, which stand for no one cell."""
    header, grid, found = table.header, table.grid, []
    lack = "年份" if header.kinds == [INDICATOR] else "列名"
    for column in range(len(grid.rows[row])):
        text = written(grid, row, column)
        if column in header.labels or blank_meaning(text) is not None:
            continue
        if column not in header.columns:
            what = f"“{text}”所在的列没有{lack}（表头为空），数字可能错列"
            action = f"对照原表，把数字移回所属{lack}的列，或补上该列的{lack}"
            found.append(table.misread(row, column, what, action))
        elif (row, column) in table.merged:
            what = f"“{text}”在合并单元格里，分不清属于哪一行哪一列"
            found.append(table.misread(row, column, what, "取消合并，把数字写在所属的格里"))
    return found


def _named(table: Table, lines: list[Line]) -> list[Line]:
    """The lines with their indicators; a part (男性, 其中：…) bears the name of its whole: 出生人口·男性."""
    columns = table.header.of_kind(INDICATOR)
    if not columns:
        return [replace(line, name=table.frame.indicator) for line in lines]
    column = columns[-1]
    often = Counter(_key(line, column) for line in lines)
    named: list[Line] = []
    above: list[tuple[int, Line]] = []
    for line in lines:
        name, unit = split_unit(bare_name(line.labels[column]))
        name = without_mark(name)
        depth = _depth(table.grid.value(line.row, column), name)
        while above and above[-1][0] >= depth:
            above.pop()
        beside = Line(line.row, {}, *split_unit(bare_name(line.labels[columns[-2]]))) if len(columns) > 1 else None
        whole = beside if beside and beside.name else above[-1][1] if above else None
        if whole and (name in GENERIC or often[_key(line, column)] > 1):
            name = whole.name if whole is beside and name in SUMS else f"{whole.name}·{name}"
            unit = unit or whole.unit
        named.append(replace(line, name=name, unit=unit))
        above.append((depth, named[-1]))
    return named


def _key(line: Line, column: int) -> tuple[str, ...]:
    """A line's indicator without its whole, together with its other labels."""
    others = [text for number, text in line.labels.items() if number != column]
    return (*others, split_unit(bare_name(line.labels[column]))[0])


def _depth(raw: object, name: str) -> int:
    """How far a label stands to the right; a part without an indent still stands below its whole."""
    text = str(raw)
    spaces = text[: len(text) - len(text.lstrip())]
    indent = sum(2 if char == "\u3000" else 1 for char in spaces)
    part = name in GENERIC or re.match("#|其中", clean_text(raw)) is not None
    return 2 * indent + part


def _indicator(table: Table, name: str, heading: Heading) -> str:
    if INDICATOR in table.header.kinds:
        return "·".join([name, *(part for part in heading.names if part not in TOTALS)])
    return heading.name(table.frame.indicator)


def _row(table: Table, line: Line, column: int, heading: Heading) -> Row:
    grid, header = table.grid, table.header
    value = grid.rows[line.row][column] if column < len(grid.rows[line.row]) else None
    indicator = _indicator(table, line.name, heading)
    years = [line.labels[number] for number in header.of_kind(PERIOD)]
    units = [grid.text(line.row, number) for number in header.of_kind(UNIT)]
    shown = "".join([*line.labels.values(), *heading.names])
    basis = next((f"{word}口径" for word in ("户籍", "常住") if f"({word}口径)" in shown), heading.basis)
    return Row(
        grid.sheet,
        address(line.row, column),
        value.strip() if isinstance(value, str) else value,
        indicator,
        place=_place(table, line, heading),
        unit=line.unit or "".join(units) or heading.unit or table.frame.unit,
        period=_at(heading.period or "".join(years) or table.frame.period, indicator),
        basis=basis,
    )


def _at(period: str, indicator: str) -> str:
    """The date of a stock: a year is its end where the indicator says so, its beginning where it says that."""
    end = re.search("年([末底初])", indicator)
    return f"{period[:4]}年{end[1]}" if end and re.fullmatch(r"\d{4}年?", period) else period


def _place(table: Table, line: Line, heading: Heading) -> str:
    """The place of a figure as printed, or its code; empty for the file's own, as in a total of places."""
    header = table.header
    names = [name for column in header.of_kind(PLACE) if (name := bare_name(line.labels[column]))]
    if not names:
        names = [code for column in header.of_kind(CODE) if (code := table.grid.text(line.row, column))]
    if not names:
        return table.frame.place if heading.place is None else heading.place
    named = [name for name in names if name not in TOTALS]
    return (read_code(named[-1]) or named[-1]) if named else ""
