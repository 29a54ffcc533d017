"""Fills the sentences of the report: names become numbers with their lineage, claims become their words.

What belongs here: sentences and facts in, finished Markdown out, with a record of every sentence left out.
What does not: which files and blocks there are (``sections``), notebooks, pages.

A placeholder whose evidence is missing marks its sentence, which is then dropped (``gaps``).
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from itertools import groupby
from typing import TYPE_CHECKING

from tuoyu.facts import relations
from tuoyu.facts import wording
from tuoyu.facts.claims import UNDECIDED
from tuoyu.nouns.fact import NOT_AT_HAND
from tuoyu.text import quoting
from tuoyu.text.conditions import Holds
from tuoyu.text.conditions import atoms
from tuoyu.text.conditions import claims_of
from tuoyu.text.conditions import decide
from tuoyu.text.gaps import ITEM
from tuoyu.text.gaps import POINT
from tuoyu.text.gaps import Missing
from tuoyu.text.gaps import Omission
from tuoyu.text.gaps import without_gaps
from tuoyu.text.printing import FILTERS
from tuoyu.text.printing import PART
from tuoyu.text.templates import Call
from tuoyu.text.templates import Filtered
from tuoyu.text.templates import Name
from tuoyu.text.templates import Text
from tuoyu.text.templates import expressions
from tuoyu.text.templates import parse_template

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.text.conditions import Condition
    from tuoyu.text.sections import Section
    from tuoyu.text.sections import Sentence
    from tuoyu.text.templates import Expression
    from tuoyu.text.templates import Template

CITY_NAMES = ("城市", "我市", "全市", "市级", "下辖地区", "本省", "省级")
THIS_CITY = "该市"
MARKS = {"序": ITEM, "点": POINT}
REFERENCES = ("图", "表", "附件")
CLAIM, EVIDENCE = "结论", "证据"
PAIRS = relations.COMPARISONS
NO_EXHIBIT = "缺少作图或制表所需的数据"
Value = str | Missing
Judged = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Filled:
    """Finished paragraphs, the ids of exhibits that each mentions, and what was left out and why.

    ``judged`` are the sentences that claims have decided, each with the ids of the facts on which these rest.
    """

    paragraphs: tuple[str, ...] = ()
    mentions: tuple[frozenset[str], ...] = ()
    omissions: tuple[Omission, ...] = ()
    judged: tuple[Judged, ...] = ()


@dataclass
class Prose:
    """报告文字的填写 — fills sections with the facts of one edition.

    ``numbers`` maps ids of the exhibits and stems of the annexes that are in the report to what they are printed as
    (图1, 表2, 附件3); sentences that refer to any other are dropped. ``place`` is the benchmark city that the facts
    are seen from, where they are.
    """

    facts: Facts
    numbers: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    def __post_init__(self) -> None:
        self._names: dict[str, str] = dict(MARKS)
        if self.facts.city:
            self._names |= quoting.city_names(self.facts.city)
        self._seen = self.facts.at(self.place) if self.place else self.facts
        if self.place and self._seen.city:
            self._names[THIS_CITY] = wording.inert(self._seen.city.name)
        cities = [city for city in (self.facts.city, *self.facts.benchmarks) if city]
        self._places = {city.code: city.name for city in cities}
        self._places |= {one.code: one.name for city in cities for one in city.districts}
        self._quotes = quoting.functions(self._seen)
        self._mentioned: set[str] = set()

    def at(self, place: str) -> Prose:
        """The same, as seen from a benchmark city."""
        return Prose(self.facts, self.numbers, place)

    def holds(self, condition: Condition | None) -> bool | None:
        """Whether a condition is met here."""
        return True if condition is None else decide(condition, self._seen, self.numbers)

    def section(self, section: Section) -> Filled:
        """The text of a section whose own condition is met, paragraph by paragraph."""
        paragraphs: list[str] = []
        mentions: list[frozenset[str]] = []
        open_ = [c for s in section.sentences for c in s.conditions if self.holds(c) is None]
        omissions = undecided(open_, self._seen, told=_told(section))
        judged: list[Judged] = []
        for _, sentences in groupby(section.sentences, lambda one: one.paragraph):
            self._mentioned = set()
            kept = [one for one in sentences if all(self.holds(c) for c in one.conditions)]
            written = [self._sentence(one) for one in kept]
            judged += [(text, self.rests_on(_claims_in(one))) for text, one in zip(written, kept, strict=True)]
            text = without_gaps(written, omissions)
            if text:
                paragraphs.append(text)
                mentions.append(frozenset(self._mentioned))
        return Filled(tuple(paragraphs), tuple(mentions), tuple(omissions), tuple(judged))

    def rests_on(self, claims: Iterable[str]) -> frozenset[str]:
        """The ids of the facts by which these claims are decided here."""
        known = (self._seen.claims[claim] for claim in claims if claim in self._seen.claims)
        return frozenset(id_ for record in known for id_ in record.get("rests_on", ()))

    def _sentence(self, sentence: Sentence) -> str:
        text = wording.joined(self.fill(sentence.template))
        if sentence.cause and quoting.entry_of(self._seen, sentence.cause) is None:
            text += str(Missing(sentence.cause, "没有说明原因的材料"))
        return text

    def fill(self, template: Template) -> str:
        """A template with its placeholders filled; marks stand where evidence is missing."""
        return "".join(piece if isinstance(piece, str) else str(self._value(piece)) for piece in template)

    def _value(self, expression: Expression) -> Value:
        if isinstance(expression, Filtered):
            return self._filtered(expression)
        if isinstance(expression, Call):
            return self._called(expression)
        if expression.name in self._names:
            return self._names[expression.name]
        fact = self._fact(expression)
        return fact if isinstance(fact, Missing) else wording.span(fact)

    def _fact(self, name: Name | Text) -> Fact | Missing:
        known = name.name if isinstance(name, Name) else name.text
        if known in self._seen:
            return self._seen[known]
        return Missing(known, self._seen.missing.get(known, NOT_AT_HAND))

    def _filtered(self, expression: Filtered) -> Value:
        if not isinstance(expression.of, Name):
            msg = f"the filter {expression.filter} stands behind something else than a name"
            raise TypeError(msg)
        fact = self._fact(expression.of)
        if isinstance(fact, Missing):
            return fact
        if expression.filter == PART and not fact.part and fact.place in self._places:
            return wording.inert(self._places[fact.place])
        return FILTERS[expression.filter](fact)

    def _called(self, call: Call) -> Value:
        if call.function in PAIRS:
            return self._pair(call)
        words = [one.text if isinstance(one, Text) else one.name for one in call.arguments]
        if call.function in REFERENCES:
            return self._reference(call.function, words[0])
        if call.function == CLAIM:
            return self._claim(words[0])
        return self._quotes[call.function](*words)

    def _pair(self, call: Call) -> Value:
        one, other = (self._fact(name) for name in call.arguments)
        if isinstance(one, Missing):
            return one
        if isinstance(other, Missing):
            return other
        word = PAIRS[call.function](one, other)
        return word or Missing(f"{one.label}与{other.label}", "依据现有数字不能比较")

    def _reference(self, function: str, id_: str) -> Value:
        if id_ not in self.numbers:
            return Missing(f"所引的{function}", NO_EXHIBIT if function != "附件" else "没有可以写入的内容")
        self._mentioned.add(id_)
        number = self.numbers[id_]
        anchor = f"annex-{number.removeprefix('附件')}" if function == "附件" else id_
        return f"[{number}](#{anchor})"

    def _claim(self, id_: str) -> Value:
        """The words of a claim for its outcome, filled like any sentence; they cannot call for a claim themselves."""
        claim = self._seen.claims.get(id_)
        if claim is None or not claim["words"]:
            return Missing(f"“{id_}”", claim["reason"] if claim and claim["reason"] else "没有可以写出的结论")
        return self.fill(parse_template(claim["words"]))


def _told(section: Section) -> set[str]:
    """The claims of which a section says something where they are not decided: in a block of its own, or quoted."""
    asked = (atom for condition in section.conditions for atom in atoms(condition))
    blocks = {atom.claim for atom in asked if isinstance(atom, Holds) and atom.outcome in UNDECIDED}
    return blocks.union(*map(_quoted, section.sentences))


def _claims_in(sentence: Sentence) -> set[str]:
    """The claims that decide whether a sentence is written, and in which words."""
    return {claim for condition in sentence.conditions for claim in claims_of(condition)} | _quoted(sentence)


def _quoted(sentence: Sentence) -> set[str]:
    """The claims whose words a sentence takes over."""
    calls = (one for one in expressions(sentence.template) if isinstance(one, Call) and one.function == CLAIM)
    return {argument.text for one in calls for argument in one.arguments if isinstance(argument, Text)}


def undecided(conditions: Iterable[Condition], facts: Facts, told: Collection[str] = ()) -> list[Omission]:
    """The claims that conditions ask for and that no evidence decides; nothing of those that are ``told`` as such."""
    claims = dict.fromkeys(claim for condition in conditions for claim in claims_of(condition))
    found = [(claim, facts.claims.get(claim)) for claim in claims]
    return [
        Omission(f"关于“{claim}”的判断和建议", record["reason"])
        for claim, record in found
        if record and record["holds"] is None and claim not in told
    ]


def number_points(text: str, start: int = 0) -> tuple[str, int]:
    """Put 一是、二是 within a paragraph and 1. 2. through a section; returns text and the last point."""
    pieces = text.split(POINT)
    marked = pieces[0] + "".join(f"{start + n}\\.{piece}" for n, piece in enumerate(pieces[1:], 1))
    items = marked.split(ITEM)
    numbered = items[0] + "".join(f"{wording.chinese(n)}是{piece}" for n, piece in enumerate(items[1:], 1))
    return numbered, start + len(pieces) - 1
