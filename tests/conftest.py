"""What several tests share: the repository's own editions, read and computed once."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tuoyu.childcare.institutions.sums import institutions_reader
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.nouns.city import City
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.questions import Questions
from tuoyu.reading import cleaning
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import load_forms
from tuoyu.workspace.raw import load_raw

if TYPE_CHECKING:
    from nbformat import NotebookNode

# A slow machine is no fault of ours: no deadline. Seeds are fresh every time; a failure prints how to repeat it.
settings.register_profile("tuoyu", deadline=None, derandomize=False, print_blob=True, database=None)
settings.load_profile("tuoyu")

ROOT = Path(__file__).resolve().parents[1]
# files whose tests start kernels, a browser, an office program or whole runs, or read very large files
SLOW = (
    *(
        "adversarial",
        "agreement",
        "batch",
        "benchmarks",
        "browser",
        "cache",
        "end_to_end",
        "example",
        "handbook",
        "hostile_text",
    ),
    *(
        "layout",
        "lineage",
        "ledger",
        "new_city",
        "privacy",
        "quarto",
        "render",
        "report_text",
        "reproducible",
        "same_everywhere",
        "survey",
        "sweep",
        "word",
    ),
)
EDITIONS = ("jiangmen-2024-08", "jiangmen-2023-12", "shenzhen-2024", "yulin-2024", "ordos-2024")


def clean_at(root: Path, name: str) -> tuple[cleaning.Cleaned, dict[str, City]]:
    """Observations of an edition of the repository at ``root``, and its cities."""
    edition = load_edition(root, name)
    cities = load_forms(root, edition, City)
    corrections, questions = load_forms(root, edition, Corrections), load_forms(root, edition, Questions)
    readers = {"institutions": institutions_reader(edition.targets.floor_area)}
    return cleaning.clean(load_raw(root, edition), cities, corrections, questions, vocabulary(), readers), cities


@cache
def cleaned(name: str) -> tuple[cleaning.Cleaned, dict[str, City]]:
    """The same of this repository, once."""
    return clean_at(ROOT, name)


@cache
def facts_of(name: str) -> Facts:
    """The facts of an edition of this repository, as 02_indicators makes them."""
    from tuoyu.childcare.subject import subject
    from tuoyu.facts import checks
    from tuoyu.facts import computing

    edition = load_edition(ROOT, name)
    result, cities = cleaned(name)
    earlier = load_edition(ROOT, edition.previous) if edition.previous else None
    evidence = [*result.registers["evidence"], *result.registers["practice"]]
    childcare = subject()
    facts = computing.compute_facts(
        result.observations, edition, cities, result.registers["policies"], evidence, childcare, previous=earlier
    )
    findings = [
        *result.findings,
        *checks.check_observations(result.observations, childcare.vocabulary),
        *checks.check_facts(facts, result.observations, childcare),
    ]
    return computing.conclude(facts, findings, childcare)


def document_of(name: str) -> NotebookNode:
    """The assembled report of an edition, with its figures and tables drawn here instead of in a kernel."""
    from assembled import report_of

    return report_of(name)


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files, so that ``-m "not slow"`` is a quick loop."""
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW:
            item.add_marker(pytest.mark.slow)
