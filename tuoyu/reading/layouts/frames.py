"""Reads what stands around a statistics table and holds for all its figures: 单位, 指标, 时间, the year of the title.

What belongs here: lines above the header and below the last figure. What does not: the header itself (``headings``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.reading.layouts.rows import CONTINUED
from tuoyu.reading.layouts.rows import ENUMERATOR
from tuoyu.reading.layouts.rows import FOOTNOTE
from tuoyu.reading.layouts.rows import TOTALS
from tuoyu.reading.layouts.rows import UNIT_LINE
from tuoyu.reading.layouts.rows import bare_name
from tuoyu.reading.layouts.rows import split_unit
from tuoyu.reading.layouts.rows import texts_of
from tuoyu.reading.periods import is_period
from tuoyu.reading.periods import period_in
from tuoyu.reading.quantities import without_mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuoyu.reading.files.grids import Grid

_KEYED = re.compile(r"(指标|指标名称|时间|年份|地区|数据库):(.*)")
# who made the table and when says nothing of its figures
_MADE = re.compile(r"印|制表|编制|填报|填表|发布|日期")
_PLACE_NAME = re.compile(r".+[省市区县旗州盟国]")


@dataclass(frozen=True)
class Frame:
    """表外说明 — empty texts where nothing is said; ``titles`` tell whether the next table continues this one."""

    indicator: str = ""
    unit: str = ""
    period: str = ""
    place: str = ""
    titles: tuple[str, ...] = ()


def read_frame(grid: Grid, above: range, below: range, before: Frame) -> Frame:
    """What the rows ``above`` the header and the unit lines ``below`` it say; a 续表 takes the rest from ``before``."""
    texts = list(_texts(grid, above))
    keyed = {found[1]: found[2] for text in texts if (found := _KEYED.fullmatch(text))}
    titles = tuple(text for text in texts if not _KEYED.fullmatch(text) and not UNIT_LINE.fullmatch(text))
    indicator, unit = split_unit(bare_name(keyed.get("指标") or keyed.get("指标名称") or ""))
    units = [found[1] for text in texts if (found := UNIT_LINE.search(text))]
    units += [one for title in titles if (one := split_unit(title)[1])]
    units += [found[1] for text in _texts(grid, below) if (found := UNIT_LINE.fullmatch(text))]
    own = Frame(
        without_mark(indicator),
        unit or next(iter(units), ""),
        _period(keyed, titles),
        _place(keyed),
        titles,
    )
    return _continued(own, before) if _continues(titles, before) else own


def _texts(grid: Grid, rows: Iterable[int]) -> list[str]:
    """The texts of lines that are no notes; a line of two cells as 指标 | 出生人口 is one text."""
    found = []
    for row in rows:
        texts = texts_of(grid, row)
        if not texts or FOOTNOTE.match(texts[0]) or re.match(ENUMERATOR, texts[0]):
            continue
        pair = f"{texts[0].rstrip(':')}:{texts[1]}" if len(texts) == 2 else ""
        found += [pair] if _KEYED.fullmatch(pair) or UNIT_LINE.fullmatch(pair) else texts
    return found


def _period(keyed: dict[str, str], titles: tuple[str, ...]) -> str:
    stated = keyed.get("时间") or keyed.get("年份") or ""
    return stated if is_period(stated) else period_in(title for title in titles if not _MADE.search(title))


def _place(keyed: dict[str, str]) -> str:
    stated = keyed.get("地区", "")
    return stated if stated not in TOTALS and _PLACE_NAME.fullmatch(stated) else ""


def _continues(titles: tuple[str, ...], before: Frame) -> bool:
    """Whether a table goes on with the one before: it says 续表, repeats the title, or has none."""
    return any(CONTINUED.search(title) for title in titles) or set(titles) <= set(before.titles)


def _continued(own: Frame, before: Frame) -> Frame:
    return Frame(
        own.indicator or before.indicator,
        own.unit or before.unit,
        own.period or before.period,
        own.place or before.place,
        own.titles + before.titles,
    )
