"""What of a notebook file counts, and where one is in it, in words that help to find the place in JupyterLab."""

from __future__ import annotations

import ast
import copy
import io
import json
import re
import tokenize
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 4
PARAMETERS = "parameters"
INJECTED = "injected-parameters"
OF_THE_KERNEL = frozenset({"kernelspec", "language_info"})  # of a notebook's metadata, what a run writes anew
# By these nbclient passes over a cell, or lets it fail; no other tag has a part in a run.
TAGS_THAT_COUNT = frozenset({"skip-execution", "raises-exception"})
_MARKS = "tuoyu"  # a cell's part in the report
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


def source_of(cell: Mapping[str, Any]) -> str:
    """The text of a cell, which a notebook file may keep as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def essential(record: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook as it goes into a run and on to the pages: a copy with nothing that may change without effect.

    No results, no comments in code, no tags but those that count, no traces of who looked at it with what.
    """
    kept = {key: value for key, value in record.get("metadata", {}).items() if key in OF_THE_KERNEL}
    return {**record, "metadata": copy.deepcopy(kept), "cells": [_essential(cell) for cell in record["cells"]]}


def _essential(cell: Mapping[str, Any]) -> dict[str, Any]:
    metadata, source = cell.get("metadata", {}), source_of(cell)
    tags = [tag for tag in metadata.get("tags", ()) if tag in {PARAMETERS, *TAGS_THAT_COUNT}]
    kept = {**({"tags": tags} if tags else {}), **({_MARKS: metadata[_MARKS]} if _MARKS in metadata else {})}
    made = copy.deepcopy({**cell, "metadata": kept, "source": source})
    if cell["cell_type"] == "code":
        made |= {"source": without_comments(source), "outputs": [], "execution_count": None}
    return made


def without_comments(source: str) -> str:
    r"""Python code without its comments and without the lines that hold nothing else; other text as it is.

    >>> without_comments('x = 1  # one\n# two\nprint("#")')
    'x = 1\nprint("#")'
    """
    if "#" not in source or "\r" in source.replace("\r\n", ""):  # Python ends a line at a lone CR, tokenize does not
        return source
    try:
        ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, ValueError, tokenize.TokenError):
        return source
    lines: list[str | None] = list(source.split("\n"))
    for token in tokens:
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = (lines[row - 1] or "")[:column].rstrip() or None
    return "\n".join(line for line in lines if line is not None).rstrip("\n")


def last_heading(kind: str, source: str) -> str:
    """The last Markdown heading in a cell, without marks and explicit id; empty if it has none."""
    if kind != "markdown":
        return ""
    found = re.findall(r"^#{1,6}\s+(.+?)\s*(?:\{[^}]*\}\s*)?$", source, flags=re.MULTILINE)
    return str(found[-1]) if found else ""
