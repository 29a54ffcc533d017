"""The made-up city's figures entered a second time (二次录入), as a list: from the rows of its tables.

A generator cannot mistype; the list is there to show how a second entry looks.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.register import entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

_HEADINGS = ("序号", "文件", "地区", "街道", "社区", "指标", "数据", "口径", "时点")
_STOCKS = "年末"  # a row whose label says so is of the end of a year
_NAMES = {"places_per_thousand": "每千人口托位数", "enrolment_rate": "入托率"}
_Line = tuple[str, str, str, str, str, str]  # 地区, 街道, 社区, 指标, 数据, 时点


def entered_again(city: str, tables: Mapping[str, Sequence[Sequence[object]]], policies: Mapping[str, str]) -> bytes:
    """The list: ``tables`` are the rows of the files by name, ``policies`` the registers of policies."""
    ways = {"计量单位": _years, "社区": _streets, "指标": _figures}
    lines: list[tuple[str, _Line]] = []
    for file, rows in tables.items():
        start = next(number for number, row in enumerate(rows) if row and not ways.keys().isdisjoint(row))
        way = next(read for heading, read in ways.items() if heading in rows[start])
        lines += [(file, line) for line in way(city, rows[start], rows[start + 1 :])]
    for file, text in policies.items():
        lines += [(file, line) for line in _targets(city, text)]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    for number, (file, (place, street, community, name, value, period)) in enumerate(lines, 1):
        writer.writerow((number, file, place, street, community, name, value, "", period))
    return ("\ufeff" + written.getvalue()).encode()


def _years(city: str, head: Sequence[object], rows: Sequence[Sequence[object]]) -> Iterator[_Line]:
    """A table of years: one line a figure, with its unit."""
    for row in (row for row in rows if len(row) == len(head)):
        for year, value in zip(head[2:], row[2:], strict=False):
            if value != "…":
                name, end = str(row[0]), "末" if str(row[0]).startswith(_STOCKS) else ""
                yield city, "", "", name, f"{value}{row[1]}", f"{year}{end}"


def _streets(city: str, _head: Sequence[object], rows: Sequence[Sequence[object]]) -> Iterator[_Line]:
    """A table of streets and communities at the end of a year."""
    for row in rows:
        if len(row) < 5:
            continue
        district, street, community, count, children = row
        place, whole = f"{city}{district}", community == "合计"
        yield place, str(street), "" if whole else str(community), "3岁以下婴幼儿数", f"{children}人", "2024年末"
        if whole:
            yield place, str(street), "", "社区数", f"{count}个", "2024年末"


def _figures(_city: str, head: Sequence[object], rows: Sequence[Sequence[object]]) -> Iterator[_Line]:
    """A list of figures."""
    for row in rows:
        line = dict(zip(head, map(str, row), strict=False))
        yield line["地区"], "", "", line["指标"], line["数据"], line["时点"]


def _targets(city: str, text: str) -> Iterator[_Line]:
    """The targets of a register of policies."""
    for policy in entries_of("policies", parse_form(text.encode()), place="", file=""):
        for target in getattr(policy, "target", ()):
            yield city, "", "", _NAMES[target.indicator], target.value, target.year
