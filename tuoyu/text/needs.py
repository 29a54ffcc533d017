"""What a report still wants: which data and materials are missing, and which of its sections that costs.

What belongs here: from the names in the text back to the raw figures that they rest on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.indicator import CITY
from tuoyu.text.conditions import Ask
from tuoyu.text.conditions import atoms
from tuoyu.text.conditions import is_shut_out
from tuoyu.text.quoting import entry_of
from tuoyu.text.references import answers
from tuoyu.text.sections import PROBLEM
from tuoyu.text.sections import PROPOSAL
from tuoyu.text.templates import Call
from tuoyu.text.templates import Name
from tuoyu.text.templates import Text
from tuoyu.text.templates import expressions
from tuoyu.text.templates import unfiltered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.indicator import Role
    from tuoyu.text.sections import Section


MATERIALS = "调研材料"
_OF = "（{}的）"
_OF_THE_EDITION = frozenset({"资料简报", "有上期", "有示范城市"})  # flags that no data change


@dataclass(frozen=True)
class Lack:
    """缺项 — data or materials that an edition does not have, in the words of those who provide them."""

    what: str
    sections: tuple[str, ...]


def wanting(facts: Facts, sections: Sequence[Section], subject: Subject) -> list[Lack]:
    """Missing data in the order of the vocabulary, then missing materials, each with the sections that it costs.

    Sections of which the edition would have none, such as those of another kind of report, cost nothing.
    """
    search = _Search(facts, subject)
    given = {one.id for one in subject.claims if one.flag in _OF_THE_EDITION}
    sections = [one for one in sections if not (one.condition and is_shut_out(one.condition, facts, given))]
    costs: dict[str, dict[str, None]] = {}
    for section in sections:
        for name in names_of(section):
            for called in search.behind(name):
                costs.setdefault(called, {})[section.title] = None
    order = list(dict.fromkeys(one.called for one in subject.vocabulary.values() if one.called))
    known = sorted(costs, key=lambda called: order.index(called.partition(_OF[0])[0]))
    data = [Lack(called, tuple(costs[called])) for called in known]
    return data + list(_materials(facts, sections))


def names_of(section: Section) -> tuple[str, ...]:
    """The names of facts that a section rests on, asks for or prints, each once."""
    found = list(section.rests_on)
    for sentence in section.sentences:
        found += _printed(sentence.template)
    for line in section.costs:
        found += _printed(line)
    asked = (atom for condition in section.conditions for atom in atoms(condition))
    found += [name for atom in asked if isinstance(atom, Ask) and atom.question == "有" for name in atom.names]
    return tuple(dict.fromkeys([*found, *([section.indicator] if section.indicator else [])]))


def _printed(template: Iterable[object]) -> Iterator[str]:
    for expression in expressions(template):  # type: ignore[arg-type]
        inner = unfiltered(expression)
        named = inner.arguments if isinstance(inner, Call) else (inner,)
        yield from (one.name for one in named if isinstance(one, Name))


class _Search:
    """From names of facts that are missing to how the raw figures behind them are called."""

    def __init__(self, facts: Facts, subject: Subject) -> None:
        self.facts = facts
        self.vocabulary = subject.vocabulary
        self.roles: Mapping[str, Role] = {key: role for role in subject.roles for key in (role.id, role.name)}
        self.ids = {one.name: id_ for id_, one in subject.vocabulary.items()}

    def behind(self, name: str, above: frozenset[str] = frozenset()) -> Iterator[str]:
        """How those call it who provide what a missing fact waits for; nothing for one that is there."""
        if name in self.facts or name in above:
            return
        role = self.roles.get(name)
        if role is not None:
            if role.place == CITY and not role.of_previous:
                yield from self._behind_role(role, above | {name})
            return
        indicator = self.vocabulary.get(self.ids.get(name, name))
        if indicator is None:
            return
        if indicator.called:
            yield indicator.called
        elif indicator.computed:
            for needed in indicator.inputs:
                yield from self.behind(needed, above | {name})

    def _behind_role(self, role: Role, above: frozenset[str]) -> Iterator[str]:
        """Where some parts of the indicator are there, as those of streets, only those that are not are wanting."""
        axes = {one.part.axis for one in self.facts.select(role.indicator) if one.part} if role.axis else set()
        if role.axis not in axes:
            for called in self.behind(role.indicator, above):
                yield f"{called}{_OF.format(role.axis)}" if axes else called


def _materials(facts: Facts, sections: Sequence[Section]) -> Iterator[Lack]:
    """Problems that rest on materials of which not one is at hand, with the recommendations that go with them."""
    for problem in (one for one in sections if one.kind == PROBLEM):
        rests = _evidence_of(problem, facts)
        if rests and not any(entry_of(facts, id_) for id_ in rests):
            following = [one.title for one in sections if one.kind == PROPOSAL and answers(one, problem)]
            yield Lack(f"{MATERIALS}（{problem.title}）", (problem.title, *following))


def _evidence_of(section: Section, facts: Facts) -> set[str]:
    """The pieces of evidence that a section names: what is no name of a fact and no conclusion."""
    named = {id_ for id_ in section.rests_on if id_ not in facts.missing and id_ not in facts.names}
    quoted = {
        argument.text
        for sentence in section.sentences
        for one in expressions(sentence.template)
        if isinstance(one, Call) and one.function == "证据"
        for argument in one.arguments
        if isinstance(argument, Text)
    }
    return {id_ for id_ in named | quoted | {s.cause for s in section.sentences if s.cause} if id_ not in facts.claims}
