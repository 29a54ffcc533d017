"""Reads the raw tables of an edition without running a notebook, for the verb ``check``.

Stands before ``analysis`` as ``publication`` stands behind it: the command line itself knows no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.questions import QUESTIONS
from tuoyu.workspace.opening import write_atomically
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import CORRECTIONS
from tuoyu.workspace.raw import load_forms
from tuoyu.workspace.raw import load_raw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.source import RawFile

RETURNS = "退回单"


@dataclass(frozen=True)
class Review:
    """What ``check`` has to say: findings, return sheets written, and missing data with the sections they cost."""

    findings: tuple[Finding, ...]
    returns: tuple[Path, ...]
    wanting: tuple[tuple[str, tuple[str, ...]], ...]


def review(root: Path, edition: Edition, notebook: Path) -> Review:
    """What 01_clean and 02_indicators would say of the raw files. Raises DataError for files that are unfit."""
    from tuoyu.facts.checks import check_observations
    from tuoyu.reading.cleaning import clean

    raw_files = load_raw(root, edition)
    cities, corrections, questions = (load_forms(root, edition, name) for name in (CITY, CORRECTIONS, QUESTIONS))
    cleaned = clean(raw_files, cities, corrections, questions)
    findings = [*cleaned.findings, *check_observations(cleaned.observations)]
    wrong = any(one.severity == "error" for one in findings)
    returns = write_returns(root, edition, raw_files, findings)
    if wrong:
        return Review(tuple(findings), returns, ())
    from tuoyu.engine.notebook import read_notebook
    from tuoyu.facts.computing import compute_facts
    from tuoyu.text.needs import wanting

    facts = compute_facts(cleaned.observations, edition.to_dict(), cities, cleaned.registers)
    templates = [cell.source for cell in read_notebook(notebook).cells if cell.cell_type == "markdown"]
    return Review(tuple(findings), returns, tuple(wanting(facts, templates)))


def write_returns(
    root: Path, edition: Edition, raw_files: Sequence[RawFile], findings: Sequence[Finding]
) -> tuple[Path, ...]:
    """退回单 — for every faulty workbook a marked copy in ``reports/退回单/<edition>``; earlier ones are taken away."""
    from tuoyu.reading.files.grids import open_grids
    from tuoyu.reading.quantities import UnreadableError
    from tuoyu.reading.survey.exports import PERSONAL
    from tuoyu.render.returns import return_sheet

    folder = root / "reports" / RETURNS / edition.name
    for stale in folder.glob("*.xlsx"):
        stale.unlink()
    written = []
    for raw in raw_files:
        errors = [one for one in findings if one.severity == "error" and one.where.startswith(raw.path)]
        if not errors or raw.place != edition.city:
            continue
        try:
            grids = open_grids(raw.content, raw.suffix)
        except UnreadableError:
            grids = ()
        doubts = [one for one in findings if one.severity == "warning" and one.where.startswith(raw.path)]
        sheet = return_sheet(raw, grids, [*errors, *doubts], personal=lambda heading: bool(PERSONAL.search(heading)))
        if sheet is not None:
            path = folder / f"{raw.path.rpartition('/')[2]}（退回）.xlsx"
            write_atomically(path, sheet)
            written.append(path)
    return tuple(written)
