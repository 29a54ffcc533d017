"""Finds the figures in the layouts that really arrive: one :class:`Row` per printed figure.

What belongs here: where in a sheet the place, the indicator, the date and the figure stand.
What does not: whether the text is a number, or which indicator a name means (``cleaning``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from tuoyu.analysis.grids import Grid
from tuoyu.analysis.grids import address
from tuoyu.analysis.periods import read_period
from tuoyu.analysis.reading import UnreadableError
from tuoyu.analysis.reading import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable

FOOTNOTE = re.compile(r"^(注|说明|数据来源|资料来源|备注)(?:[:：\d]|$)")
UNIT_LINE = re.compile(r"单位[:：](.+)")


@dataclass(frozen=True)
class Row:
    """一处数字 — a figure as printed, with everything that its sheet says about it."""

    sheet: str
    cell: str
    printed: object
    indicator: str
    place: str = ""
    unit: str = ""
    period: str = ""
    basis: str = ""
    scope: str = ""
    option: str = ""
    respondents: str = ""
    producer: str = ""
    document: str = ""
    mention: str = ""


@dataclass(frozen=True)
class Misread:
    """A place in a sheet whose layout is not as expected: cell, what is wrong, what to do."""

    sheet: str
    cell: str
    what: str
    action: str


@dataclass(frozen=True)
class Layout:
    """Rows and misreadings of one grid."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Misread] = field(default_factory=list)


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


def _read_list(grid: Grid, needed: tuple[str, ...], row_of: Callable[[Grid, int, dict[str, int]], Row]) -> Layout:
    """A list with one figure per line under a header that has the columns ``needed``; empty lines are passed over."""
    header = _columns(grid, needed)
    if isinstance(header, Misread):
        return Layout(faults=[header])
    start, columns = header
    filled = (n for n in range(start + 1, len(grid.rows)) if any(_cells(grid, n, columns).values()))
    return Layout([row_of(grid, number, columns) for number in filled])


def read_figures(grid: Grid) -> Layout:
    """指标摘录表: one figure per line, with columns 地区, 指标, 数据, 时点 and optional others."""
    return _read_list(grid, ("地区", "指标", "数据", "时点"), _figure)


def _figure(grid: Grid, number: int, columns: dict[str, int]) -> Row:
    text = _cells(grid, number, columns)
    return Row(
        grid.sheet,
        address(number, columns["数据"]),
        _raw(grid, number, columns["数据"]),
        text["指标"],
        place=text["地区"],
        period=text["时点"],
        basis=text.get("口径", ""),
        producer=_plain(grid, number, columns, "发布机构"),
        document=_plain(grid, number, columns, "文件"),
        mention=_mention(text),
    )


def _mention(text: dict[str, str]) -> str:
    """Whether the document only says the figure again."""
    return text.get("备注", "") if text.get("备注", "") in {"复述", "小标题"} else ""


def read_survey(grid: Grid) -> Layout:
    """问卷结果表: published shares with columns 题目, 选项, 占比, 样本量."""
    return _read_list(grid, ("题目", "选项", "占比", "样本量"), _share)


def _share(grid: Grid, number: int, columns: dict[str, int]) -> Row:
    text = _cells(grid, number, columns)
    return Row(
        grid.sheet,
        address(number, columns["占比"]),
        _raw(grid, number, columns["占比"]),
        f"{text['题目']}/{text['选项']}",
        period=text.get("时点", ""),
        option=text["选项"],
        respondents=text["样本量"],
        mention=_mention(text),
    )


def read_communities(grid: Grid) -> Layout:
    """社区婴幼儿数表: streets in merged cells, their communities, and a total line for each street."""
    header = _columns(grid, ("街道", "社区"))
    if isinstance(header, Misread):
        return Layout(faults=[header])
    start, columns = header
    count = next((name for name in columns if name.startswith("社区数")), None)
    children = next((name for name in columns if name.startswith("3岁以下")), None)
    if count is None or children is None:
        what = "表头缺少“社区数”或“3岁以下婴幼儿数”列"
        return Layout(faults=[Misread(grid.sheet, f"第{start + 1}行", what, "按原表恢复列名和列的位置")])
    rows: list[Row] = []
    period = _title_period(grid, start)
    for number in range(start + 1, len(grid.rows)):
        street, community = grid.text(number, columns["街道"]), grid.text(number, columns["社区"]).lstrip("#")
        if FOOTNOTE.match(street) or not (street or community):
            continue
        total = community in {"合计", "小计", "街道合计", ""}
        scope = street if total else f"{street}·{community}"
        rows.append(_count(grid, number, columns[children], "3岁以下婴幼儿数", scope=scope, period=period))
        if total:
            rows.append(_count(grid, number, columns[count], "社区数", scope=scope, period=period))
    return Layout(rows)


def _count(grid: Grid, row: int, column: int, indicator: str, *, scope: str, period: str) -> Row:
    unit = "人" if indicator.startswith("3岁") else "个"
    cell, printed = address(row, column), _raw(grid, row, column)
    return Row(grid.sheet, cell, printed, indicator, unit=unit, scope=scope, period=period)


def _title_period(grid: Grid, header: int) -> str:
    for number in range(header):
        for column in range(grid.width):
            found = re.search(r"\d{4}年(?:\d{1,2}月)?(?:年?[底末])?", grid.text(number, column))
            if found:
                return found.group()
    return ""


def read_statistics(grid: Grid) -> Layout:
    """统计年鉴式表: indicators down, years across (header of one or two rows), unit in a column or line."""
    header = next(
        (
            (r, c)
            for r in range(len(grid.rows))
            for c in range(grid.width)
            if grid.text(r, c) in {"指标", "项目", "指标名称"}
        ),
        None,
    )
    if header is None:
        what = "找不到表头（应有“指标”一栏和各年份）"
        return Layout(faults=[Misread(grid.sheet, "第1行", what, "核对是否换了表或删了表头")])
    first, label_column = header
    periods, body = _year_columns(grid, first)
    if not periods:
        what = "表头中没有年份"
        return Layout(faults=[Misread(grid.sheet, f"第{first + 1}行", what, "按原表恢复各年份的列名")])
    layout = Layout()
    unit_column = next(
        (c for c in range(grid.width) for r in range(first, body) if grid.text(r, c) in {"单位", "计量单位"}), None
    )
    for number in range(body, len(grid.rows)):
        label = grid.text(number, label_column)
        if FOOTNOTE.match(label):
            break
        if not label and any(clean_text(grid.value(number, column)) for column in periods):
            what, action = "这一行有数字而没有指标名", "补上指标名，或删去这一行"
            layout.faults.append(Misread(grid.sheet, address(number, label_column), what, action))
        if label:
            unit = grid.text(number, unit_column) if unit_column is not None else _sheet_unit(grid)
            _read_line(grid, number, layout, label=label, unit=unit, periods=periods, known={label_column, unit_column})
    return layout


def _read_line(
    grid: Grid,
    row: int,
    layout: Layout,
    *,
    label: str,
    unit: str,
    periods: dict[int, str],
    known: set[int | None],
) -> None:
    name, unit_in_label = _split_unit(label)
    basis = next((f"{word}口径" for word in ("户籍", "常住") if f"({word}口径)" in label), "")
    stock = "末" if "年末" in label else ""
    for column in range(grid.width):
        printed = _raw(grid, row, column)
        if column in periods:
            layout.rows.append(
                Row(
                    grid.sheet,
                    address(row, column),
                    printed,
                    name,
                    unit=unit_in_label or unit,
                    period=periods[column] + stock,
                    basis=basis,
                )
            )
        elif column not in known and clean_text(printed):
            what = f"“{clean_text(printed)}”所在的列没有年份（表头为空），数字可能错列"
            action = "对照原表，把数字移回所属年份的列，或补上该列的年份"
            layout.faults.append(Misread(grid.sheet, address(row, column), what, action))


def _split_unit(label: str) -> tuple[str, str]:
    """指标名 and the unit in its brackets: 出生人口(人) → 出生人口, 人; a basis in brackets stays out."""
    match = re.fullmatch(r"(.+?)\((万?人|‰|%|元|万?个|个/千人|元/月)\)", label)
    return (match[1], match[2]) if match else (label, "")


def _year_columns(grid: Grid, first: int) -> tuple[dict[int, str], int]:
    """Column → period of the header, and the row at which the body begins."""
    periods: dict[int, str] = {}
    body = first + 1
    for number in range(first, min(first + 3, len(grid.rows))):
        for column in range(grid.width):
            text = grid.text(number, column)
            if re.match(r"\d{4}", text) and _is_period(text) and not isinstance(grid.value(number, column), float):
                if len(text) == 4 and number > first + 1:
                    continue
                periods[column] = text
                body = max(body, number + 1)
        if periods and number >= first + 1 and not any(grid.text(number, c) for c in periods):
            break
    return periods, body


def _is_period(text: str) -> bool:
    try:
        return bool(read_period(text)) and text[:2] in {"19", "20"} and (len(text) == 4 or "年" in text)
    except UnreadableError:
        return False


def _sheet_unit(grid: Grid) -> str:
    for number in range(min(6, len(grid.rows))):
        for column in range(grid.width):
            match = UNIT_LINE.search(grid.text(number, column))
            if match:
                return match[1]
    return ""


def _cells(grid: Grid, row: int, columns: dict[str, int]) -> dict[str, str]:
    return {name: grid.text(row, column) for name, column in columns.items()}


def _raw(grid: Grid, row: int, column: int) -> object:
    value = grid.value(row, column)
    return value.strip() if isinstance(value, str) else value


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
