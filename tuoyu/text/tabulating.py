"""A table (表) as the report shows it, and the cells that all tables write alike.

Numbers stand in their carriers of lineage; what is not known prints as ``—``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.wording import inert
from tuoyu.facts.wording import span
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

UNKNOWN, STEADY = "—", "持平"
MARKS = {"left": ":---", "right": "---:", "center": ":---:"}
BENCHMARKED = ("residents", "institutions", "registered_institutions", "places", "places_per_thousand")


@dataclass(frozen=True)
class Table:
    """表 — columns and rows of finished cells, with relative ``widths``; ``long`` may break over pages."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[str, ...]
    widths: tuple[float, ...]
    note: str = ""
    long: bool = False

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
            "widths": list(self.widths),
            "long": self.long,
        }

    def markdown(self) -> str:
        """A pipe table; cells are finished Markdown."""
        lines = [self.columns, tuple(MARKS[one] for one in self.align), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text(value: str) -> str:
    """Plain text as a cell: Markdown's signs escaped, never empty."""
    return inert(value) or UNKNOWN


def carried(facts: Facts, name: str) -> str:
    """A fact in its carrier of lineage, or a dash."""
    return span(facts[name]) if name in facts else UNKNOWN


def when(fact: Fact) -> str:
    """The date of a fact in words, or a dash."""
    return in_words(fact.as_of) if fact.as_of else UNKNOWN


def moved(now: Fact, before: Fact) -> str:
    """升, 降 or 持平: a difference that the digits of both cannot tell from none is none."""
    difference = now.value - before.value
    return STEADY if abs(difference) <= now.uncertainty + before.uncertainty else "升" if difference > 0 else "降"


def dated(facts: Facts, name: str) -> str:
    """A fact with its date behind it, or a dash."""
    return f"{span(facts[name])}（{when(facts[name])}）" if name in facts else UNKNOWN


def short(facts: Facts, folder: str) -> str:
    """The city's short name, as the labels of its facts begin with it; its folder where it has none."""
    known = ((name, facts.get(f"{folder}_{name}")) for name in BENCHMARKED)
    return next((one.label.removesuffix(name_of(name)) for name, one in known if one), folder)


def name_of(id_: str) -> str:
    """The name that the vocabulary gives an indicator."""
    return str(vocabulary()[id_]["name"])
