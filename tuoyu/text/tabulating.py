"""A table (表) as the report shows it, and the cells that all tables write alike.

Numbers stand in their carriers of lineage; what is not known prints as ``—``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

from tuoyu.facts import relations
from tuoyu.facts.wording import inert
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import span
from tuoyu.nouns.fact import LESS
from tuoyu.nouns.fact import MORE
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

UNKNOWN, STEADY, DITTO = "—", "持平", "〃"
ACROSS, PADDING, NARROWEST = 42, 0.8, 5  # letters (五号) across a page, beside each cell, and in a column at least
_MARKUP = re.compile(r"<[^>]*>|\\")
MARKS = {"left": ":---", "right": "---:", "center": ":---:"}


@dataclass(frozen=True)
class Table:
    """表 — columns and rows of finished cells, with relative ``widths``; ``long`` may break over pages.

    A column of nothing but dashes is not shown. Equal cells one below another in the first ``groups`` columns are one
    cell. ``rests_on`` are the ids of facts for
    the sake of which each row is there: a row none of whose facts the report prints or draws is left out of it.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[str, ...]
    widths: tuple[float, ...]
    note: str = ""
    long: bool = False
    groups: int = 0
    rests_on: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        sizes = {len(self.columns), len(self.align), len(self.widths), *(len(row) for row in self.rows)}
        if len(sizes) != 1:
            msg = f"{self.id}: columns, alignment, widths and rows differ in number: {sorted(sizes)}"
            raise ValueError(msg)

    @property
    def kind(self) -> Literal["table"]:
        """A table."""
        return "table"

    @property
    def data(self) -> Mapping[str, str]:
        """The table as Markdown, and a line of text."""
        return {"text/markdown": self.markdown(), "text/plain": f"表：{self.title}"}

    @property
    def about(self) -> Mapping[str, Any]:
        """What pages need."""
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "note": self.note,
            "widths": [self.widths[n] for n in self._shown],
            "long": self.long,
            **({"rests_on": [list(ids) for ids in self.rests_on]} if self.rests_on else {}),
        }

    def markdown(self) -> str:
        """A pipe table; cells are finished Markdown. A cell that is one with the cell above it is a ditto mark."""
        lines = [self.columns, tuple(MARKS[one] for one in self.align), *self._merged()]
        return "\n".join(f"| {' | '.join(line[n] for n in self._shown)} |" for line in lines)

    @cached_property
    def _shown(self) -> list[int]:
        return [n for n in range(len(self.columns)) if not self.rows or any(row[n] != UNKNOWN for row in self.rows)]

    def _merged(self) -> Iterator[tuple[str, ...]]:
        """The rows; pages merge equal cells of the first column by themselves, and those of no other."""
        above: tuple[str, ...] = ()
        for row in self.rows:
            same = next((n for n in range(self.groups) if not above or row[n] != above[n]), self.groups)
            yield tuple(DITTO if 0 < n < same else cell for n, cell in enumerate(row))
            above = row


def shortest(count: int, rows: Sequence[Sequence[str]], given: Mapping[int, float]) -> tuple[float, ...]:
    """Widths of so many columns, in letters of a page, with which the table takes the fewest lines.

    The columns ``given`` are as wide as that, the others at least :data:`NARROWEST`. Of equals the most even are taken.
    """
    free = [column for column in range(count) if column not in given]
    room = int(ACROSS - count * PADDING - sum(given.values()))
    longs = [[_length(row[column]) for row in rows] for column in free]
    lines = [[[_lines(long, wide) for long in column] for wide in range(room + 1)] for column in longs]
    best = min(
        _split(room, len(free)),
        key=lambda widths: (
            sum(map(max, zip(*(column[wide] for column, wide in zip(lines, widths, strict=True)), strict=True))),
            sum(wide * wide for wide in widths),
        ),
    )
    wide = dict(zip(free, best, strict=True)) | dict(given)
    return tuple(wide[column] + PADDING for column in range(count))


def _split(room: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to give that much room to so many columns."""
    if parts == 1:
        yield (room,)
        return
    for first in range(NARROWEST, room - NARROWEST * (parts - 1) + 1):
        yield from ((first, *rest) for rest in _split(room - first, parts - 1))


def _lines(long: float, wide: int) -> int:
    """Lines of so many letters; numbers that are kept whole leave room at their ends."""
    return 1 if long <= wide else ceil((long + 1) / max(wide, 1))


def _length(cell: str) -> float:
    """The words of a cell in letters; a figure takes half the room of a Chinese one."""
    return sum(1 if ord(one) > ord("~") else 0.5 for one in _MARKUP.sub("", cell))


def text(value: str) -> str:
    """Plain text as a cell: Markdown's signs escaped, never empty."""
    return inert(value) or UNKNOWN


def carried(facts: Facts, name: str) -> str:
    """A fact in its carrier of lineage, or a dash."""
    return span(facts[name]) if name in facts else UNKNOWN


def when(fact: Fact) -> str:
    """The date of a fact in words, or a dash."""
    return in_words(fact.period) if fact.period else UNKNOWN


def moved(now: Fact, before: Fact) -> str:
    """升, 降 or 持平, or a dash where bounds, digits or dates leave it open."""
    return relations.moved(now, before).replace(relations.SAME_FIGURE, "") or UNKNOWN


def by_how_much(word: str, by: Fact | None) -> str:
    """升, 降, 高 or 低 with the amount; 略 where that prints as none, the word alone where it is no plain number."""
    if by is None or word in {STEADY, UNKNOWN} or by.bound in MORE or by.bound in LESS or by.upper is not None:
        return word
    if by.rounded() == 0:
        return f"略{word}"
    return word + span(by, printed(replace(by, value=abs(by.value))))


def dated(facts: Facts, name: str) -> str:
    """A fact with its date behind it, or a dash."""
    return f"{span(facts[name])}（{when(facts[name])}）" if name in facts else UNKNOWN
