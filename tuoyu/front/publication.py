"""Turns the executed notebooks of an edition into the files that people read (成稿).

Stands between ``engine`` and ``render``, which do not know one another.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.engine.notebook import read_notebook
from tuoyu.engine.notebook import read_written
from tuoyu.engine.notebook import write_notebook
from tuoyu.nouns.fact import Facts
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import to_json
from tuoyu.workspace.opening import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.engine.runner import Render
    from tuoyu.nouns.stage import Stage

REPORT_FILES = ("report.html", "report.pdf", "report.ipynb")
PAPERS = "working-papers"
MODULE = "tuoyu.front.publication"  # what the pages are made by, for the engine to tell when they are stale
OMISSIONS = "omissions.json"
SUMMARY = "summary.json"
FIGURES = ("places", "places_per_thousand", "use_rate", "enrolment_rate", "institutions")

_loading = Lock()


def renderer(root: Path, stages: Sequence[Stage]) -> Render:
    """What the runner calls at the end: report and working papers from products and notebooks.

    Prose is taken from the last stage's notebook as it stands now, so that an edit of it needs no kernel.
    """

    def render(processed: Path, executed: dict[str, Path], reports: Path) -> None:
        prepare(False)  # noqa: FBT003 - or wait for the thread that does
        from tuoyu.front.leftovers import find_leftovers
        from tuoyu.front.leftovers import known_places
        from tuoyu.front.leftovers import read_product
        from tuoyu.front.leftovers import read_products
        from tuoyu.front.leftovers import refuse_leftovers
        from tuoyu.render.fonts import covered
        from tuoyu.render.fonts import faces
        from tuoyu.render.html import to_html
        from tuoyu.render.papers import to_paper
        from tuoyu.render.pdf import to_typst
        from tuoyu.render.pdf import typeset
        from tuoyu.text.document import assemble

        last = stages[-1]
        facts = Facts.from_dict(_records(processed / "facts.json"))
        edition = load_edition(root, facts.edition["name"])
        document = assemble(read_written(root / "notebooks" / last.notebook), read_notebook(executed[last.name]), facts)
        with ThreadPoolExecutor(1) as pool:
            # The way to the sheets is the longest, and mostly outside this interpreter: everything else goes beside it.
            source = pool.submit(to_typst, document)
            covered(), faces()
            write_atomically(reports / "report.ipynb", write_notebook(document))
            about = document.metadata["tuoyu"]
            write_atomically(reports / OMISSIONS, to_json(about["omissions"]).encode())
            write_atomically(reports / SUMMARY, to_json(_summary(about, facts)).encode())
            for name, path in executed.items():
                # The prose of the last notebook speaks of every city that it may serve; the report shows what applies.
                in_place = root / "reports" / edition.name / PAPERS / f"{path.stem}.html"
                earlier = in_place.read_text(encoding="utf-8") if in_place.is_file() else ""
                paper = to_paper(read_notebook(path), prose=name != last.name, earlier=earlier)
                write_atomically(reports / PAPERS / in_place.name, paper.encode())
            sheets = pool.submit(typeset, source.result())
            write_atomically(reports / "report.html", to_html(document).encode())
            words = read_products(reports)
            places = known_places(root, edition, tables=False)
            doubtful = find_leftovers(words, *places)
            write_atomically(reports / "report.pdf", sheets.result())
        words_of_sheets = dict([read_product(reports, reports / "report.pdf")])
        if doubtful or find_leftovers(words_of_sheets, *places):
            refuse_leftovers(root, edition, words | words_of_sheets)

    return render


def _summary(about: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """What the page of all editions says of this one."""
    shown = [about["facts"][name] for name in FIGURES if name in about["facts"]]
    return {
        **{key: about[key] for key in ("title", "subtitle", "status", "synthetic")},
        "figures": [[one["label"], one["printed"], one["when"]] for one in shown],
        "doubts": sum(finding.severity == "warning" for finding in facts.findings),
        "omissions": len(about["omissions"]),
    }


def prepare(executing: bool) -> None:  # noqa: FBT001 - as the engine calls it
    """Load what rendering needs, while something else has to be waited for; all of it where notebooks are executed."""
    with _loading:
        from tuoyu.render.fonts import covered
        from tuoyu.render.fonts import faces
        from tuoyu.render.papers import exporter

        if executing:  # else the working papers are those of before, and the fonts are looked for beside pandoc
            covered()
            faces()
            exporter()


def _records(path: Path) -> Any:  # noqa: ANN401 - JSON has no narrower type
    return json.loads(path.read_bytes())


def count_omissions(root: Path, name: str) -> int:
    """How many sentences, sections, figures and tables the last report of an edition left out."""
    path = root / "reports" / name / OMISSIONS
    return len(_records(path)) if path.is_file() else 0


def count_findings(root: Path, name: str) -> dict[str, int]:
    """How many findings of each severity the last run of an edition left; empty if it never ran."""
    path = root / "data" / "processed" / name / "findings.json"
    if not path.is_file():
        return {}
    severities = [finding["severity"] for finding in _records(path)]
    return {severity: severities.count(severity) for severity in dict.fromkeys(severities)}
