"""Keeps shares of a survey from telling about few people: which counts must not be printed.

What belongs here: the rule and what follows from it by arithmetic. What does not: where counts come from (``shares``).
What a reader can work out is not guessed: a solver finds the least and the most that every count left out can be,
given all that is printed of a question, over all its cross-tables together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MINIMUM = 5
"""Disclosure rule: nothing is printed that fewer people than this stand behind.

* A group with fewer respondents is left out altogether.
* A share is left out where one to four people chose the option; in a cross-table also where one to four did not.
* What could then be worked out from the shares that remain, to within one person, is protected by leaving out the next
  smallest share: another group of the option, another option of the group, the overall share, or any other. Those left
  out of one option hold at least five people together.

Nobody having chosen an option may be said, and everybody too.
"""

MARGIN = 2  # a reader may not know a small count more closely than so many people
MOST_NODES = 2_000  # of a search; a count that it leaves open counts as known


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
    reader = _Reader(cells, hidden, exclusive=exclusive) if any(cell.wanted for cell in hidden) else None
    settled: set[Cell] = set()
    while reader is not None and (partner := _next(cells, hidden, settled, reader, exclusive=exclusive)):
        hidden.add(partner)
        reader.leave_out(partner)
    return frozenset(cell for cell in hidden if cell.wanted)


def _next(
    cells: Sequence[Cell], hidden: set[Cell], settled: set[Cell], reader: _Reader, *, exclusive: bool
) -> Cell | None:
    """One more cell to leave out, for the first hidden one that is not safe; None when all are, or none is left.

    ``settled`` are cells that need no more care: what is safe stays so when more is left out.
    """
    for cell in cells:
        if cell not in hidden or not cell.wanted:
            continue
        lines = _lines(cell, cells, exclusive=exclusive)
        few = [line for line in lines if _hides_few(line, hidden)]
        if not few and (cell in settled or not cell.is_small or reader.leaves_open(cell)):
            settled.add(cell)
            continue
        alone = [line for line in lines if sum(one in hidden and _is_open(one) for one in line) <= 1]
        chosen = [[one for one in line if one.chosen] for line in (*few, *alone, *lines, cells)]
        for line in (*chosen, cells):  # that nobody chose an option is the last to be left out
            shown = [one for one in line if one not in hidden]
            if shown:
                return min(shown, key=lambda one: (not one.by, one.chosen, one.group, one.option))
        settled.add(cell)
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


class _Reader:
    """What a reader of all that is printed of a question can know: the least and the most that a count can be.

    The reader is taken to know the size of every group, how many there are of an option in all divisions alike, that
    whoever answered chose one option, and where nobody chose an option, whether that is printed or not.
    """

    def __init__(self, cells: Sequence[Cell], hidden: set[Cell], *, exclusive: bool) -> None:
        self._cells = cells
        self._first = next((cell.by for cell in cells if cell.by), "")
        atoms = [cell for cell in cells if len(cell.parts) == 1 and (cell.by or not self._first)]
        self._columns = {(cell.by, cell.group, cell.option): number for number, cell in enumerate(atoms)}
        self._model = _empty_model()
        self._rows: dict[Cell, int] = {}
        for cell in atoms:
            self._model.addVar(0, cell.respondents)
        for number in self._columns.values():
            self._model.changeColIntegrality(number, _integer())
        for cell in cells:
            self._rows[cell] = self._add(
                dict.fromkeys(self._of(cell), 1), *self._ends(cell, known=cell not in hidden or not _is_open(cell))
            )
        if exclusive:
            self._add_groups()
        self._add_divisions()

    def leave_out(self, cell: Cell) -> None:
        """Take a cell from what is printed."""
        self._model.changeRowBounds(self._rows[cell], *self._ends(cell, known=not _is_open(cell)))

    def leaves_open(self, cell: Cell) -> bool:
        """Whether a small count stays unknown, as far as so few people can be unknown."""
        wanted = min(MARGIN, max(1, cell.respondents - 1))
        least, most = (self._end(cell, sense) for sense in ("kMinimize", "kMaximize"))
        return least is not None and most is not None and most - least >= wanted

    def _end(self, cell: Cell, sense: str) -> int | None:
        import highspy

        for number in self._columns.values():
            self._model.changeColCost(number, 0)
        for number in self._of(cell):
            self._model.changeColCost(number, 1)
        self._model.changeObjectiveSense(getattr(highspy.ObjSense, sense))
        self._model.run()
        found = self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return round(self._model.getInfo().objective_function_value) if found else None

    def _of(self, cell: Cell) -> list[int]:
        """The variables that add up to a cell; the whole survey is the sum over the groups of the first division."""
        by = cell.by or self._first
        return [
            number
            for (division, group, option), number in self._columns.items()
            if division == by and option in cell.parts and (group == cell.group or not cell.by)
        ]

    def _ends(self, cell: Cell, *, known: bool) -> tuple[int, int]:
        """Between what a cell lies for a reader who sees it or not."""
        return (cell.chosen, cell.chosen) if known else (0, cell.respondents)

    def _add(self, factors: dict[int, int], least: int, most: int) -> int:
        self._model.addRow(least, most, len(factors), [*factors], [*factors.values()])
        return int(self._model.getNumRow()) - 1

    def _add_groups(self) -> None:
        sizes = {(cell.by, cell.group): cell.respondents for cell in self._cells}
        for (by, group), size in sizes.items():
            own = [number for key, number in self._columns.items() if key[:2] == (by, group)]
            if own:
                self._add(dict.fromkeys(own, 1), size, size)

    def _add_divisions(self) -> None:
        divisions = {by for by, _, _ in self._columns} - {self._first}
        for by in sorted(divisions):
            for option in sorted({option for _, _, option in self._columns}):
                sides = {number: 1 for (b, _, o), number in self._columns.items() if (b, o) == (self._first, option)}
                sides |= {number: -1 for (b, _, o), number in self._columns.items() if (b, o) == (by, option)}
                self._add(sides, 0, 0)


def _empty_model() -> Any:  # noqa: ANN401 - the solver has no types
    import highspy

    model = highspy._core._Highs()  # noqa: SLF001 - the class around it greets on standard output
    for option, value in (("output_flag", False), ("threads", 1), ("mip_max_nodes", MOST_NODES), ("mip_rel_gap", 0.0)):
        model.setOptionValue(option, value)
    return model


def _integer() -> Any:  # noqa: ANN401 - the solver has no types
    import highspy

    return highspy.HighsVarType.kInteger
