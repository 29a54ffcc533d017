"""All editions at a glance: what each last report says, for the summary of a run and for ``reports/index.html``.

Stands before ``render`` like ``publication``: reads the products of editions, computes nothing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from tuoyu.front.formats import FILES
from tuoyu.front.publication import SUMMARY
from tuoyu.front.signing import standing
from tuoyu.render.index import LINKS
from tuoyu.render.index import Entry
from tuoyu.render.index import to_index
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

INDEX = "index.html"


def entries(root: Path, names: Sequence[str] | None = None) -> list[Entry]:
    """Every edition that has a report, or those of these names; one that another version has made is left out."""
    found = []
    for name in list_editions(root) if names is None else names:
        if is_made(root, name):
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                found.append(_entry(root, name))
    return found


def _entry(root: Path, name: str) -> Entry:
    record = json.loads((root / "reports" / name / SUMMARY).read_bytes())
    figures = tuple((label, number, when) for label, number, when in record.pop("figures"))
    files = tuple(file for file in LINKS if (root / "reports" / name / file).is_file())
    return Entry(name=name, figures=figures, files=files, signed=tuple(standing(root, name)), **record)


def is_made(root: Path, name: str) -> bool:
    """Whether the edition has a report, in whatever formats were asked for."""
    folder = root / "reports" / name
    return (folder / SUMMARY).is_file() and any((folder / file).is_file() for file in FILES)


def write_index(root: Path, found: Sequence[Entry]) -> Path:
    """Write ``reports/index.html``, which links to the report of each of these editions."""
    path = root / "reports" / INDEX
    write_atomically(path, to_index(found).encode())
    return path
