"""The page that tells what differs between two editions (比较): tables under headings, loading nothing."""

from __future__ import annotations

import html
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence


@dataclass(frozen=True)
class Grid:
    """A table of plain texts under a heading, with what is to be said below it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def to_comparison(title: str, grids: Iterable[Grid]) -> str:
    """One page of all tables; those without rows are left out, their notes are not."""
    template = files("tuoyu.render.templates").joinpath("comparison.html").read_text(encoding="utf-8")
    return Template(template).substitute(title=html.escape(title), body="\n".join(map(_section, grids)))


def _section(grid: Grid) -> str:
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in grid.notes)
    return f"<section><h2>{html.escape(grid.title)}</h2>{_table(grid) if grid.rows else ''}{notes}</section>"


def _table(grid: Grid) -> str:
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in grid.columns)
    rows = "\n".join(f"<tr>{_cells(row)}</tr>" for row in grid.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def _cells(row: Sequence[str]) -> str:
    return "".join(f"<td>{html.escape(cell)}</td>" for cell in row)
