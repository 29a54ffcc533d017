"""All editions at a glance: what each last report says, for the summary of a run and for ``reports/index.html``.

Stands before ``render`` like ``publication``: reads the products of editions, computes nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tuoyu.front.publication import REPORT_FILES
from tuoyu.front.publication import SUMMARY
from tuoyu.render.index import LINKS
from tuoyu.render.index import Entry
from tuoyu.render.index import to_index
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.opening import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "index.html"


def entries(root: Path) -> list[Entry]:
    """Every edition that has a whole report, by name."""
    found = []
    for name in list_editions(root):
        if is_made(root, name):
            record = json.loads((root / "reports" / name / SUMMARY).read_bytes())
            figures = tuple((label, number, when) for label, number, when in record.pop("figures"))
            files = tuple(file for file in LINKS if (root / "reports" / name / file).is_file())
            found.append(Entry(name=name, figures=figures, files=files, **record))
    return found


def is_made(root: Path, name: str) -> bool:
    """Whether the edition has a whole report."""
    return all((root / "reports" / name / file).is_file() for file in (*REPORT_FILES, SUMMARY))


def write_index(root: Path) -> Path:
    """Write ``reports/index.html``, which links to the report of every edition that has one."""
    path = root / "reports" / INDEX
    write_atomically(path, to_index(entries(root)).encode())
    return path
