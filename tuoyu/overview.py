"""All editions at a glance: what each last report says, for the summary of a run and for ``reports/index.html``.

Stands before ``render`` like ``publication``: reads the products of editions, computes nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tuoyu.errors import TuoyuError
from tuoyu.parameters import list_editions
from tuoyu.parameters import load_edition
from tuoyu.publication import REPORT_FILES
from tuoyu.publication import count_findings
from tuoyu.publication import count_omissions
from tuoyu.render.index import Entry
from tuoyu.render.index import to_index
from tuoyu.workspace import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "index.html"
FIGURES = ("places", "places_per_thousand", "use_rate", "enrolment_rate", "institutions")


def entries(root: Path) -> list[Entry]:
    """Every edition that has a whole report, by name; broken edition files are passed over."""
    found = []
    for name in list_editions(root):
        if not is_made(root, name):
            continue
        try:
            edition = load_edition(root, name)
        except TuoyuError:
            continue
        about = json.loads((root / "reports" / name / "report.ipynb").read_bytes())["metadata"]["tuoyu"]
        facts = about["facts"]
        found.append(
            Entry(
                name=name,
                title=edition.publication.title,
                subtitle=edition.publication.subtitle,
                status=edition.publication.status,
                synthetic=about["synthetic"],
                figures=tuple(
                    (facts[id_]["label"], facts[id_]["printed"], facts[id_]["when"]) for id_ in FIGURES if id_ in facts
                ),
                doubts=count_findings(root, name).get("warning", 0),
                omissions=count_omissions(root, name),
            )
        )
    return found


def is_made(root: Path, name: str) -> bool:
    """Whether the edition has a whole report."""
    return all((root / "reports" / name / file).is_file() for file in REPORT_FILES)


def write_index(root: Path) -> Path:
    """Write ``reports/index.html``, which links to the report of every edition that has one."""
    path = root / "reports" / INDEX
    write_atomically(path, to_index(entries(root)).encode())
    return path
