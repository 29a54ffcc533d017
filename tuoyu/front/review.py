"""Reads the raw tables of an edition without running a notebook, for the verb ``check``.

Stands before the notebooks as ``publication`` stands behind them: the command line itself knows no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.city import City
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.questions import Questions
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import load_forms
from tuoyu.workspace.raw import load_raw
from tuoyu.workspace.texts import read_entries
from tuoyu.workspace.texts import read_texts
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.source import RawFile
    from tuoyu.reading.cleaning import Cleaned
    from tuoyu.text.needs import Lack

RETURNS = "退回单"


@dataclass(frozen=True)
class Review:
    """What ``check`` has to say: findings, return sheets written, missing data with the sections they cost.

    ``reading`` tells of every file how much of it was read and what became of that.
    """

    findings: tuple[Finding, ...]
    returns: tuple[Path, ...]
    wanting: tuple[Lack, ...]
    reading: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Judged:
    """What the checks say of raw files, and the facts where nothing stands in their way."""

    cleaned: Cleaned
    findings: tuple[Finding, ...]
    facts: Facts | None


def judge(root: Path, edition: Edition, raw_files: Sequence[RawFile]) -> Judged:
    """Reads, checks and computes as a run does; the forms are those of the folders, the files those that are given."""
    from tuoyu.childcare.subject import subject
    from tuoyu.facts.checks import check_facts
    from tuoyu.facts.checks import check_observations
    from tuoyu.facts.checks import settled
    from tuoyu.facts.computing import compute_facts
    from tuoyu.facts.computing import conclude

    childcare = subject()
    cities = load_forms(root, edition, City)
    cleaned = clean_raw(root, edition, raw_files, cities)
    findings = settled([*cleaned.findings, *check_observations(cleaned.observations, childcare.vocabulary)])
    if _wrong(findings):
        return Judged(cleaned, tuple(findings), None)
    previous = load_edition(root, edition.previous) if edition.previous else None
    entries = [entry for kind in cleaned.registers.values() for entry in kind]
    policies = [one for one in entries if isinstance(one, Policy)]
    evidence = [one for one in entries if isinstance(one, Evidence)]
    facts = compute_facts(cleaned.observations, edition, cities, policies, evidence, childcare, previous=previous)
    findings = settled([*findings, *check_facts(facts, cleaned.observations, childcare)], last=True)
    if _wrong(findings):
        return Judged(cleaned, tuple(findings), None)
    facts = conclude(facts, findings, childcare)
    return Judged(cleaned, facts.findings, facts)


def review(root: Path, edition: Edition) -> Review:
    """What a run would say of the raw files and of the text, without running a notebook.

    Raises DataError for files that are unfit, ContractError for faults of the text, RenderError for characters that
    no font would draw.
    """
    from tuoyu.childcare.subject import subject
    from tuoyu.render.pdf import refuse_unprintable
    from tuoyu.text.needs import wanting
    from tuoyu.text.texts import Texts
    from tuoyu.text.texts import check_texts

    raw_files = load_raw(root, edition)
    judged = judge(root, edition, raw_files)
    returns = write_returns(root, edition, raw_files, judged.findings)
    if judged.facts is None:
        return Review(judged.findings, returns, (), judged.cleaned.reading)
    texts = Texts.read(read_texts(root))
    check_texts(texts, judged.facts, entries=read_entries(root))
    refuse_unprintable("".join(_printed(root, edition, judged.facts)))
    lacking = wanting(judged.facts, texts.sections, subject())
    return Review(judged.findings, returns, tuple(lacking), judged.cleaned.reading)


def _printed(root: Path, edition: Edition, facts: Facts) -> Iterator[str]:
    """What may come to stand in the report, as far as it is known before it is made."""
    for content in read_texts(root).values():
        yield content.decode(errors="ignore")
    yield edition.publication.model_dump_json()
    yield from (one.name for one in (facts.city, *facts.benchmarks) if one)
    yield from (f"{one.label}{one.unit}" for one in facts.values())
    yield from (one.title for one in facts.policies)
    yield from (one.text for one in facts.evidence)


def _wrong(findings: Sequence[Finding]) -> bool:
    return any(one.severity == "error" for one in findings)


def clean_raw(root: Path, edition: Edition, raw_files: Sequence[RawFile], cities: Mapping[str, City]) -> Cleaned:
    """What a run would read of these files."""
    from tuoyu.childcare.institutions.sums import institutions_reader
    from tuoyu.childcare.vocabulary import vocabulary
    from tuoyu.reading.cleaning import clean

    readers = {"institutions": institutions_reader(edition.targets.floor_area)}
    corrections, questions = load_forms(root, edition, Corrections), load_forms(root, edition, Questions)
    return clean(raw_files, cities, corrections, questions, vocabulary(), readers)


def write_returns(
    root: Path, edition: Edition, raw_files: Sequence[RawFile], findings: Sequence[Finding]
) -> tuple[Path, ...]:
    """退回单 — for every faulty workbook a marked copy in ``reports/退回单/<edition>``; earlier ones are taken away."""
    from tuoyu.reading.files.grids import open_grids
    from tuoyu.reading.quantities import UnreadableError
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
        sheet = return_sheet(raw, grids, [*errors, *doubts], open_questions=raw.source.reading.kind == "answers")
        if sheet is not None:
            path = folder / f"{raw.path.rpartition('/')[2].removesuffix('.xlsx')}（退回）.xlsx"
            write_atomically(path, sheet)
            written.append(path)
    return tuple(written)
