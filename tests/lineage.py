"""Which digits of a text have a lineage: they stand in a printed form of a fact, or in words that a source has.

A digit is explained where a whole phrase covers it: a fact as printed, its date, interval, option or definition; the
title, number, date or place of a document; a finding; a parameter; or where a rule of form does (图1, 序号, 3岁以下).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.childcare.annexes import CELL
from tuoyu.facts import wording
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.period import in_words
from tuoyu.render.passages import passages
from tuoyu.render.plaintext import squeeze

if TYPE_CHECKING:
    from nbformat import NotebookNode

DIGIT = re.compile(r"\d+(?:[.,]\d+)*")
# by form: numbers of exhibits, annexes, points, pages and cells; what the subject is called; the level of all
# intervals; what the report itself proposes, and counts of what it lists
FORMS = re.compile(
    r"[续见]?[图表]\d+|注\d+(?=在文中)|附件:?\d+|m2|^\d+\.?$|[—-]\d+[—-]|(?<![A-Z0-9])[A-Z]{1,2}\d+(?!\d)"
    r"|3岁以下|95%(?=置信区间|区间)|置信水平为95%"
    r"|(?:建议|^)\d{4}年\d{1,2}月底前|等\d+项"
)
ORDINAL = re.compile(r"^\d{1,2}\.(?!\d+$)")
NUMBER_OF_DOCUMENT = re.compile(r"[一-龥]+〔\d{4}〕\d+号")
PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
SHORT = re.compile(r"\d{1,2}")  # so short a number stands for nothing without its unit


def phrases_of(facts: Facts) -> Iterator[str]:
    """All that facts, findings and registers say."""
    for one in facts.facts.values():
        yield from _forms(one)
        yield from (in_words(one.period), one.label, one.formula, one.basis, one.note, one.option, one.part.words)
    for finding in facts.findings:  # the report tells documents where a finding tells files and cells
        yield from (piece for words in (finding.what, finding.action) for piece in CELL.split(words))
    for thing in (facts.findings, facts.policies, facts.evidence, facts.edition, facts.city, facts.benchmarks):
        yield from _texts(thing)
    for one in facts.facts.values():
        for origin in one.origins:
            yield from _texts(origin)
            yield wording.cite(origin)


def typed(texts: Iterable[bytes]) -> Iterator[str]:
    """What people have typed into the text files, between the placeholders: the lexicon has looked at its digits."""
    for content in texts:
        for line in content.decode().splitlines():
            for piece in PLACEHOLDER.split(line):
                value = piece.partition(": ")[2]  # of the front matter: what a measure proposes
                yield from (piece, value, value.removeprefix("建议"))


def _forms(one: Fact) -> Iterator[str]:
    yield from (wording.printed(one), wording.tenths(one))
    yield wording.printed(dataclasses.replace(one, value=abs(one.value)))
    if one.interval:
        yield wording.interval(one)
    if one.option:
        yield wording.choice(one)
    if one.respondents:
        yield str(one.respondents)


def _texts(thing: Any) -> Iterator[str]:  # noqa: ANN401 - any record
    if isinstance(thing, str):
        yield thing
        if re.fullmatch(r"\d{4}(-\d\d){0,2}", thing):
            yield in_words(thing)
    elif isinstance(thing, date):
        yield in_words(thing.isoformat())
    elif isinstance(thing, Decimal):
        yield from (f"{thing.normalize():f}", f"{thing.normalize():f}%")
    elif isinstance(thing, dict):
        yield from (text for item in thing.values() for text in _texts(item))
    elif isinstance(thing, list | tuple):
        yield from (text for item in thing for text in _texts(item))
    elif dataclasses.is_dataclass(thing):
        yield from _texts(
            [getattr(thing, field.name) for field in dataclasses.fields(thing) if field.name != "printed"]
        )
    elif hasattr(type(thing), "model_fields"):
        yield from _texts([getattr(thing, name) for name in type(thing).model_fields])


class Lineage:
    """What is known of one edition."""

    def __init__(self, facts: Facts, document: NotebookNode, texts: Iterable[bytes] = ()) -> None:
        carried = (one.text for passage in passages(document) for one in passage.carried)
        about = _texts({key: value for key, value in document.metadata["tuoyu"].items() if key != "facts"})
        told = {squeeze(text) for text in (*phrases_of(facts), *carried, *about, *typed(texts))}
        told |= {number for text in told for number in NUMBER_OF_DOCUMENT.findall(text)}
        known = (text for text in told if DIGIT.search(text) and not SHORT.fullmatch(text))
        self.phrases = sorted(known, key=len, reverse=True)
        self.numbers = {found[0] for one in facts.facts.values() if (found := DIGIT.search(wording.printed(one)))}

    def unexplained(self, text: str) -> list[str]:
        """The digits that nothing covers, each with its surroundings; the number of a point is part of no other."""
        words = squeeze(text)
        if words in self.numbers:  # a cell of the numbers behind a figure: the unit stands over the column
            return []
        return min((self._bare(one) for one in (words, ORDINAL.sub("", words))), key=len)

    def without(self, texts: Iterable[str]) -> list[str]:
        """The same of many texts, each with the beginning of the text that it stands in."""
        return [f"{digit}（{text[:40]}）" for text in texts for digit in self.unexplained(text)]

    def _bare(self, words: str) -> list[str]:
        covered = {at for found in self._covers(words) for at in range(*found.span())}
        return [
            words[max(0, found.start() - 8) : found.end() + 6]
            for found in DIGIT.finditer(words)
            if not covered.issuperset(range(*found.span()))
        ]

    def _covers(self, words: str) -> Iterator[re.Match[str]]:
        """Phrases wherever they stand; a digit at the edge of one is not part of a longer number."""
        yield from FORMS.finditer(words)
        for phrase in self.phrases:
            if phrase in words:
                before = "(?<![0-9.])" if phrase[0].isdigit() else ""
                after = "(?![0-9]|[.][0-9])" if phrase[-1].isdigit() else ""
                yield from re.finditer(f"{before}{re.escape(phrase)}{after}", words)
