"""What several sheets or files are to a reader that takes them for one: a register or a survey delivered in parts.

What belongs here: what is handed to such a reader and back. What does not: what a register counts.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tuoyu.reading.layouts.rows import Layout

if TYPE_CHECKING:
    from tuoyu.nouns.register import Entry
    from tuoyu.nouns.source import Reading
    from tuoyu.reading.files.grids import Grid


@dataclass(frozen=True)
class Piece:
    """分表 — one sheet of one file, and how the file's sidecar says it is to be read."""

    file: str
    grid: Grid
    reading: Reading

    def cells(self, cells: str, first: Piece) -> str:
        """Cells of this sheet in words, as seen from the ``first`` one of the list."""
        file = "" if self.file == first.file else f"{PurePosixPath(self.file).name} "
        sheet = "" if (self.file, self.grid.sheet) == (first.file, first.grid.sheet) else self.grid.sheet
        return file + (f"工作表“{sheet}”" if sheet else "") + cells


@dataclass(frozen=True)
class Around:
    """周边 — what a reader may know beside the sheets: districts of the city by name, and the registers read."""

    districts: Mapping[str, str] = field(default_factory=dict)
    registers: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)


# reads all sheets of one kind of one place, and gives a layout for each, in their order
Reader = Callable[[Sequence[Piece], Around], Sequence[Layout]]
