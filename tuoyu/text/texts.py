"""All text files of a report as one value, and the check that they may be printed at all.

Belongs here: files in, sections and faults out; every fault of every file in one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.errors import ContractError
from tuoyu.text.lexicon import HARMLESS
from tuoyu.text.lexicon import Phrase
from tuoyu.text.lexicon import faults_of_words
from tuoyu.text.lexicon import read_phrases
from tuoyu.text.references import Known
from tuoyu.text.references import faults_of_claims
from tuoyu.text.references import faults_of_references
from tuoyu.text.sections import Fault
from tuoyu.text.sections import Section
from tuoyu.text.sections import read_sections
from tuoyu.text.tasks import faults_of_dates
from tuoyu.text.tasks import faults_of_values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.register import Entry


@dataclass(frozen=True)
class Texts:
    """报告文字 — the sections in the order of the report, the harmless phrases, and the faults of form and words."""

    sections: tuple[Section, ...]
    phrases: tuple[Phrase, ...] = ()
    faults: tuple[Fault, ...] = ()

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> Texts:
        """What the files of ``notebooks/report`` hold, by name."""
        sections, faults = read_sections({name: content for name, content in files.items() if name.endswith(".md")})
        phrases, unfit = read_phrases(files.get(HARMLESS, b""))
        # words are looked for where every file could be read: else a phrase would seem unused
        words = [] if faults else list(faults_of_words(sections, phrases))
        return cls(sections, phrases, tuple(dict.fromkeys([*faults, *unfit, *words])))


def check_form(texts: Texts) -> None:
    """Raises ContractError with every fault that needs no facts to be seen."""
    _refuse(texts.faults)


def check_texts(texts: Texts, facts: Facts, *, entries: Iterable[Entry] = ()) -> None:
    """Raises ContractError with every fault of every file.

    ``entries`` are the registers of the whole repository: what another edition has is known here too, though it may
    not be told.
    """
    known = Known.of(facts, texts.sections, entries)
    references = (*faults_of_references(texts.sections, known), *faults_of_claims(facts, known))
    proposed = (*faults_of_dates(texts.sections, facts), *faults_of_values(texts.sections, facts))
    _refuse((*texts.faults, *references, *proposed))


def _refuse(faults: Iterable[Fault]) -> None:
    told = sorted({(one.file, one.line, one.text) for one in faults})
    if told:
        lines = [f"报告文字（notebooks/report）有 {len(told)} 处要改："]
        lines += [f"  {number}. {text}" for number, (_, _, text) in enumerate(told, 1)]
        raise ContractError("\n".join(lines))
