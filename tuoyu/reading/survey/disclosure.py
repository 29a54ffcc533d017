"""Keeps shares of a survey from telling about few people: which counts must not be printed.

What belongs here: the rule and what follows from it by arithmetic. What does not: where counts come from (``survey``).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

MINIMUM = 5
"""Disclosure rule: nothing is printed that fewer people than this stand behind.

* A group with fewer respondents is left out altogether.
* A share is left out where one to four people chose the option; in a cross-table also where one to four did not.
* What could then be had by subtraction from the shares that remain is protected by leaving out the next smallest share:
  another group of the option, another option of the group, or the overall share. Those left out of one option hold at
  least five people together.

Nobody having chosen an option may be said, and everybody too.
"""

_Variable = tuple[str, str, str]
_Equation = dict[_Variable, Fraction]


@dataclass(frozen=True)
class Cell:
    """格 — how many of the respondents of a group chose an option; ``by`` and ``group`` are empty for the whole survey.

    ``parts`` are the single options that make up a combined one. A cell that nobody asks for is not ``wanted``.
    """

    by: str
    group: str
    option: str
    parts: frozenset[str]
    chosen: int
    respondents: int
    wanted: bool = True

    @property
    def is_small(self) -> bool:
        """Whether the rule forbids this cell by itself."""
        if self.respondents < MINIMUM or 0 < self.chosen < MINIMUM:
            return True
        return bool(self.by) and 0 < self.respondents - self.chosen < MINIMUM


def suppressed(cells: Sequence[Cell], *, exclusive: bool) -> frozenset[Cell]:
    """The wanted cells of a question that must not be printed.

    ``exclusive`` says that everybody chose just one option, so that options add up to the respondents.
    """
    hidden = {cell for cell in cells if not cell.wanted or cell.is_small}
    hopeless: set[Cell] = set()
    while True:
        partner = _next(cells, hidden, hopeless, exclusive=exclusive)
        if partner is None:
            return frozenset(cell for cell in hidden if cell.wanted)
        hidden.add(partner)


def _next(cells: Sequence[Cell], hidden: set[Cell], hopeless: set[Cell], *, exclusive: bool) -> Cell | None:
    """One more cell to leave out, for the first hidden one that can still be told; None when all are safe."""
    known = _Known(cells, hidden, exclusive=exclusive)
    for cell in cells:
        if cell not in hidden or not cell.wanted or cell in hopeless:
            continue
        lines = _lines(cell, cells, exclusive=exclusive)
        few = [line for line in lines if _hides_few(line, hidden)]
        if not few and not known.tells(cell):
            continue
        alone = [line for line in lines if sum(one in hidden and _is_open(one) for one in line) <= 1]
        for line in (*few, *alone, *lines):
            shown = [one for one in line if one not in hidden and one.chosen]
            if shown:
                return min(shown, key=lambda one: (not one.by, one.chosen, one.group, one.option))
        hopeless.add(cell)
    return None


def _is_open(cell: Cell) -> bool:
    """Whether a reader has to guess the cell when it is left out: that nobody chose an option may be known anyhow."""
    return cell.chosen > 0 or cell.respondents < MINIMUM


def _lines(cell: Cell, cells: Sequence[Cell], *, exclusive: bool) -> list[list[Cell]]:
    """The cells that add up together with this one: the groups of its option, the options of its group, its parts."""
    same = [one for one in cells if one.option == cell.option]
    divisions = {one.by for one in same if one.by and cell.by in {"", one.by}}
    lines = [[one for one in same if one.by in {"", by}] for by in sorted(divisions)]
    if exclusive:
        beside = [one for one in cells if (one.by, one.group) == (cell.by, cell.group)]
        atoms = [one for one in beside if len(one.parts) == 1]
        lines += [atoms] if cell in atoms else []
        for one in beside:
            if len(one.parts) > 1 and cell.parts <= one.parts:
                lines.append([one, *(atom for atom in atoms if atom.parts <= one.parts)])
    return lines


def _hides_few(line: Sequence[Cell], hidden: set[Cell]) -> bool:
    """Whether the groups left out of an option are few people together, as the overall share would tell."""
    parts = [one for one in line if one.by and one in hidden]
    totals = [one for one in line if not one.by]
    if not parts or not totals or hidden & set(totals):
        return False
    chosen = sum(one.chosen for one in parts)
    others = sum(one.respondents for one in parts) - chosen
    return 0 < chosen < MINIMUM or 0 < others < MINIMUM


class _Known:
    """What a reader can work out exactly: every sum of cells that follows from those printed and the respondents."""

    def __init__(self, cells: Sequence[Cell], hidden: set[Cell], *, exclusive: bool) -> None:
        self._open = [(one.by, one.group, one.option) for one in cells if len(one.parts) == 1 and _is_open(one)]
        self._first = next((by for by, _, _ in self._open if by), "")
        self._basis: dict[_Variable, _Equation] = {}
        for cell in cells:
            if cell not in hidden:
                self._learn(self._sum_of(cell))
        if exclusive:
            for by, group in {(by, group) for by, group, _ in self._open if bool(by) is bool(self._first)}:
                self._learn(self._all(by, group=group))
        for by in {by for by, _, _ in self._open if by} - {self._first}:
            for option in {option for _, _, option in self._open}:
                elsewhere = {variable: Fraction(-1) for variable in self._all(by, options={option})}
                self._learn(self._all(self._first, options={option}) | elsewhere)

    def tells(self, cell: Cell) -> bool:
        """Whether the cell's count follows from what is known."""
        return not self._reduced(self._sum_of(cell))

    def _sum_of(self, cell: Cell) -> _Equation:
        if cell.by or not self._first:
            return self._all(cell.by, group=cell.group, options=cell.parts)
        return self._all(self._first, options=cell.parts)

    def _all(self, by: str, *, group: str | None = None, options: AbstractSet[str] | None = None) -> _Equation:
        return {
            variable: Fraction(1)
            for variable in self._open
            if variable[0] == by and group in {None, variable[1]} and (options is None or variable[2] in options)
        }

    def _learn(self, equation: _Equation) -> None:
        rest = self._reduced(equation)
        if rest:
            pivot = min(rest)
            self._basis[pivot] = {variable: factor / rest[pivot] for variable, factor in rest.items()}

    def _reduced(self, equation: _Equation) -> _Equation:
        """What is left of a sum after everything known is taken away."""
        rest = dict(equation)
        while pivots := rest.keys() & self._basis.keys():
            pivot = min(pivots)
            factor = rest[pivot]
            for variable, share in self._basis[pivot].items():
                rest[variable] = rest.get(variable, Fraction(0)) - factor * share
                if not rest[variable]:
                    del rest[variable]
        return rest
