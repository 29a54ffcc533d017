"""What several tests share: the repository's own editions, read and computed once."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import settings
from running import Place
from running import start

from tuoyu.childcare.institutions.sums import institutions_reader
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.kernels import warm_kernels
from tuoyu.nouns.city import City
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.questions import Questions
from tuoyu.reading import cleaning
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import load_forms
from tuoyu.workspace.raw import load_raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

# A slow machine is no fault of ours: no deadline. Seeds are fresh every time; a failure prints how to repeat it.
settings.register_profile("tuoyu", deadline=None, derandomize=False, print_blob=True, database=None)
settings.load_profile("tuoyu")

ROOT = Path(__file__).resolve().parents[1]
# Files whose tests start kernels, a browser, an office program or whole runs, or read very large files; those that take
# most come first, so that no process is left alone with one of them at the end.
SLOW = (
    *("batch", "survives", "incremental", "adversarial", "browser", "reproducible", "handbook"),
    *("end_to_end", "lineage", "benchmarks", "layout", "cache", "word", "ledger"),
    *("render", "hostile_text", "privacy", "sweep", "survey", "quarto"),
    *("same_everywhere", "report_text", "example", "new_city", "agreement", "older_figures"),
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


@dataclass(frozen=True)
class Made:
    """A clone in which all editions were made, where and how, and what that said."""

    place: Place
    said: str
    complained: str


@pytest.fixture(scope="session")
def all_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """All editions, made on two processes, once for all processes that test; to be read, and copied before a change."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    surroundings = {
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "LANGUAGE": "zh_CN",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "1",
    }
    home = shared / "home-of-one"
    place = Place(shared / "all-made" / "托育 site", home, "user-of-the-first", "host-of-the-first", surroundings)
    with FileLock(shared / "all-made.lock"):
        if not (home / "done").exists():
            shutil.rmtree(place.root, ignore_errors=True)
            running = start(copy_repository(place.root), "run", "--all", "--jobs", "2", environment=place.environment())
            code, _, complained = running.ended()
            assert code == 0, complained
            assert not running.left()
            (home / "done").touch()
    before = stamps(place.root)
    yield Made(place, *((place.root / name).read_text("utf-8") for name in ("stdout", "stderr")))
    assert stamps(place.root) == before, "a test has written where others read"


def stamps(root: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file."""
    found = {path: path.stat() for path in root.rglob("*")}
    return {path.relative_to(root).as_posix(): (one.st_size, one.st_mtime_ns) for path, one in found.items()}


@pytest.fixture(scope="module")
def warmed() -> Iterator[None]:
    """One helper for all kernels of a file, which would else be started and ended with every run in this process."""
    with warm_kernels():
        yield


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the repository in a folder with a name that is hard on programs."""
    return copy_repository(tmp_path / "托育 site")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files, so that ``-m "not slow"`` is a quick loop, and put them first."""
    order = {f"test_{name}": number for number, name in enumerate(SLOW)}
    for item in items:
        if item.path.stem in order:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
