"""Where one is in a notebook, in words that help to find the place in JupyterLab."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 4
PARAMETERS = "parameters"
INJECTED = "injected-parameters"
MOST_KEPT = 32  # what is found in the same notebooks is found once for many editions


@dataclass(frozen=True)
class Cell:
    """One cell of a source notebook; ``number`` counts all cells from 1, as they stand."""

    number: int
    kind: str
    source: str
    tags: tuple[str, ...]
    heading: str
    has_results: bool

    @property
    def where(self) -> str:
        """``“二、供给”标题下，第7个单元格（facts = work.load_facts()）``."""
        first = next((line.strip() for line in self.source.splitlines() if line.strip()), "空单元格")
        return f"{heading_words(self.heading)}第{self.number}个单元格（{cut(first)}）"


def heading_words(heading: str) -> str:
    """``“二、供给”标题下，``; nothing where there is no heading above."""
    return f"“{heading}”标题下，" if heading else ""


def cut(line: str, length: int = 60) -> str:
    """A line short enough for a message."""
    return line if len(line) <= length else line[: length - 1] + "…"


def read_cells(path: Path) -> tuple[Cell, ...]:
    """The cells of a notebook file; ValueError if it is not a notebook in format 4."""
    return cells_of(path.read_bytes())


@lru_cache(maxsize=MOST_KEPT)
def cells_of(content: bytes) -> tuple[Cell, ...]:
    """The same from the bytes of the file."""
    record = json.loads(content)
    if not isinstance(record, dict) or record.get("nbformat") != FORMAT or "cells" not in record:
        msg = f"not a notebook in format {FORMAT}"
        raise ValueError(msg)
    cells = []
    heading = ""
    for number, cell in enumerate(record["cells"], 1):
        source = source_of(cell)
        heading = last_heading(cell["cell_type"], source) or heading
        tags = tuple(cell.get("metadata", {}).get("tags", ()))
        results = bool(cell.get("outputs")) or cell.get("execution_count") is not None
        cells.append(Cell(number, cell["cell_type"], source, tags, heading, results))
    return tuple(cells)


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell, which a notebook file may keep as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def last_heading(kind: str, source: str) -> str:
    """The last Markdown heading in a cell, without marks and explicit id; empty if it has none."""
    if kind != "markdown":
        return ""
    found = re.findall(r"^#{1,6}\s+(.+?)\s*(?:\{[^}]*\}\s*)?$", source, flags=re.MULTILINE)
    return str(found[-1]) if found else ""
