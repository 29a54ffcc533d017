"""A sheet as its readers expect it: without the translations of bilingual yearbooks, with a heading in an empty corner.

What belongs here: what is true of whole sheets before their layout is known. Every cell keeps its address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.reading.layouts.headings import INDICATOR
from tuoyu.reading.layouts.headings import PLACE
from tuoyu.reading.layouts.headings import PLACE_NAME
from tuoyu.reading.layouts.headings import corner
from tuoyu.reading.layouts.headings import kind_of
from tuoyu.reading.layouts.rows import FOOTNOTE
from tuoyu.reading.layouts.rows import TOTALS
from tuoyu.reading.layouts.rows import bare_name
from tuoyu.reading.layouts.rows import holds_figure
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.periods import is_period
from tuoyu.reading.quantities import clean_text

if TYPE_CHECKING:
    from tuoyu.reading.files.grids import Grid

_HAN = re.compile(r"[\u3400-\u9fff]")
# behind the Chinese a line, a space or a stroke, then words of Latin letters to the end, and not only a sign as GDP
_TRANSLATED = re.compile(
    r"(?s)(?P<own>.*?[\u3400-\u9fff)）%‰\d])[\s|/]+(?P<words>[A-Za-z(][^\u3400-\u9fff]*)\Z",
)
_WORD = re.compile(r"[A-Za-z][a-z]{2,}")
_FOREIGN_HEADINGS = {"item", "items", "indicator", "indicators", "region", "regions", "district", "districts"}


def tidied(grid: Grid) -> Grid:
    """The sheet in one language, and with a heading over its labels where they have none."""
    return _with_corner(_in_chinese(grid))


def _in_chinese(grid: Grid) -> Grid:
    """The sheet without translations; one in which no cell and no heading is in two languages stays as it is."""
    if not any(_translated(value) or _is_foreign_heading(value) for row in grid.rows for value in row):
        return grid
    return replace(grid, rows=tuple(tuple(map(_own_words, row)) for row in grid.rows))


def _is_foreign_heading(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() in _FOREIGN_HEADINGS


def _translated(value: object) -> re.Match[str] | None:
    found = _TRANSLATED.match(value) if isinstance(value, str) and _HAN.search(value) else None
    return found if found and _WORD.search(found["words"]) else None


def _own_words(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = _translated(value)
    if found:
        return found["own"].rstrip()
    foreign = _WORD.search(value) and not _HAN.search(value) and not kind_of(clean_text(value))
    return None if foreign or _is_foreign_heading(value) else value


def _with_corner(grid: Grid) -> Grid:
    """The sheet with 指标 or 地区 in the empty cell beside a row of years, if it has no heading of labels at all."""
    if any(corner(grid, row) is not None for row in range(len(grid.rows))):
        return grid
    for row in range(len(grid.rows) - 1):
        texts = [written(grid, row, column) for column in range(1, len(grid.rows[row]))]
        if written(grid, row, 0) or not texts or not all(is_period(text) for text in texts if text) or not any(texts):
            continue
        labels = _labels_below(grid, row)
        if labels:
            places = all(name in TOTALS or PLACE_NAME.fullmatch(name) for name in labels)
            named = (PLACE if places else INDICATOR, *grid.rows[row][1:])
            return replace(grid, rows=(*grid.rows[:row], named, *grid.rows[row + 1 :]))
    return grid


def _labels_below(grid: Grid, row: int) -> list[str]:
    """The labels of the lines below; none where a line of figures has no label."""
    labels = []
    for number in range(row + 1, len(grid.rows)):
        label = written(grid, number, 0)
        if not label and any(holds_figure(grid, number, column) for column in range(1, len(grid.rows[number]))):
            return []
        if label and not FOOTNOTE.match(label):
            labels.append(bare_name(label))
    return labels
