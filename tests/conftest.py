"""What several tests share: the repository's own editions, read and computed once."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import settings

from tuoyu.childcare import annexes
from tuoyu.childcare import charts
from tuoyu.childcare import tables
from tuoyu.facts import checks
from tuoyu.facts import computing
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.questions import QUESTIONS
from tuoyu.reading import cleaning
from tuoyu.text import document
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import CORRECTIONS
from tuoyu.workspace.raw import load_forms
from tuoyu.workspace.raw import load_raw

# A slow machine is no fault of ours: no deadline; in CI the same examples every time.
settings.register_profile("tuoyu", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("tuoyu")

ROOT = Path(__file__).resolve().parents[1]
EXHIBITS = {"annexes": annexes, "charts": charts, "tables": tables}
EDITIONS = ("jiangmen-2024-08", "jiangmen-2023-12", "shenzhen-2024", "yulin-2024", "ordos-2024")


def clean_at(root: Path, name: str) -> tuple[cleaning.Cleaned, dict[str, dict[str, Any]]]:
    """Observations of an edition of the repository at ``root``, and its cities."""
    edition = load_edition(root, name)
    cities, corrections, questions = (load_forms(root, edition, name) for name in (CITY, CORRECTIONS, QUESTIONS))
    return cleaning.clean(load_raw(root, edition), cities, corrections, questions), cities


@cache
def cleaned(name: str) -> tuple[cleaning.Cleaned, dict[str, dict[str, Any]]]:
    """The same of this repository, once."""
    return clean_at(ROOT, name)


@cache
def facts_of(name: str) -> Facts:
    """The facts of an edition of this repository, as 02_indicators makes them."""
    edition = load_edition(ROOT, name)
    result, cities = cleaned(name)
    facts = computing.compute_facts(result.observations, edition.to_dict(), cities, result.registers)
    if edition.previous:
        earlier = load_edition(ROOT, edition.previous).to_dict()
        facts = computing.with_previous(
            facts, computing.compute_facts(result.observations, earlier, cities, result.registers)
        )
    published = computing.published_figures(result.observations, facts, cities[edition.city]["code"])
    findings = [*result.findings, *checks.check_observations(result.observations)]
    return computing.conclude(facts, [*findings, *checks.check_facts(facts, published)])


@cache
def document_of(name: str) -> nbformat.NotebookNode:
    """The assembled report of an edition, with its figures and tables drawn here instead of in a kernel."""
    facts = facts_of(name)
    source = nbformat.read(ROOT / "notebooks/03_report.ipynb", 4)
    executed = nbformat.read(ROOT / "notebooks/03_report.ipynb", 4)
    for cell in executed.cells:
        module, _, function = cell.source.removeprefix("work.show(").removesuffix("(facts))").partition(".")
        if cell.source.startswith("work.show("):
            exhibit = getattr(EXHIBITS[module], function)(facts)
            if exhibit is not None:
                output = nbformat.v4.new_output(
                    "display_data", data=dict(exhibit.data), metadata={"tuoyu": dict(exhibit.about)}
                )
                cell.outputs = [output]
    return document.assemble(source, executed, facts)


def copy_repository(target: Path) -> Path:
    """The repository's own files, as a fresh clone would have them, in ``target``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the repository in a folder with a name that is hard on programs."""
    return copy_repository(tmp_path / "托育 site")
