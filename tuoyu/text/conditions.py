"""Conditions (条件) of the text: ``托位未达目标 且 非 使用率偏低`` — which blocks of the report are written.

Belongs here: the language and what it means. A condition is true, false, or undecided where there is no evidence;
what is undecided is not written, and neither is its opposite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.facts.claims import OUTCOMES
from tuoyu.facts.claims import is_own
from tuoyu.facts.claims import joined
from tuoyu.facts.claims import part_holds
from tuoyu.nouns.forms import near

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Collection
    from collections.abc import Iterator

    from tuoyu.nouns.fact import Facts

QUESTIONS = ("有", "缺", "有证据", "有做法", "有外地做法", "有图", "有表", "同年")
NOT, AND, OR = "非", "且", "或"
DEEPEST = 20
_TOKEN = re.compile(r"[()（）]|[^\s()（）]+")


@dataclass(frozen=True)
class Holds:
    """A claim holds; or, with ``outcome``, it came out so."""

    claim: str
    outcome: str = ""


@dataclass(frozen=True)
class Ask:
    """A question about what there is: ``有 甲、乙``, ``有证据 id``."""

    question: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Not:
    """非"""

    of: Condition


@dataclass(frozen=True)
class Every:
    """且"""

    of: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """或"""

    of: tuple[Condition, ...]


Condition = Holds | Ask | Not | Every | Any


class ConditionFault(ValueError):  # noqa: N818 - it is told as one of many faults, never raised to the user
    """A condition that is written wrongly; the message is Chinese."""


def parse_condition(text: str) -> Condition:
    """The condition that a text writes. Raises ConditionFault.

    >>> parse_condition("托位未达目标 且 非 使用率偏低")
    Every(of=(Holds(claim='托位未达目标', outcome=''), Not(of=Holds(claim='使用率偏低', outcome=''))))
    """
    joined = re.sub(r"\s*[：:]\s*", "：", re.sub(r"\s*、\s*", "、", text))
    reader = _Reader(_TOKEN.findall(joined.replace("(", "（").replace(")", "）")))
    condition = reader.either()
    if reader.next:
        msg = f"条件中“{reader.next}”前面缺“{AND}”或“{OR}”"
        raise ConditionFault(msg)
    return condition


class _Reader:
    """Reads tokens from left to right; 非 binds tighter than 且, 且 tighter than 或."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.depth = 0

    @property
    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def either(self) -> Condition:
        return self._several(OR, self.both, Any)

    def both(self) -> Condition:
        return self._several(AND, self.one, Every)

    def _several(self, word: str, read: Callable[[], Condition], make: type[Any | Every]) -> Condition:
        parts = [read()]
        while self.next == word:
            self.tokens.pop(0)
            parts.append(read())
        return parts[0] if len(parts) == 1 else make(tuple(parts))

    def one(self) -> Condition:
        token = self.tokens.pop(0) if self.tokens else ""
        self.depth += 1
        if self.depth > DEEPEST:
            msg = f"条件的括号和“{NOT}”超过 {DEEPEST} 层"
            raise ConditionFault(msg)
        made = self._bracketed() if token == "（" else Not(self.one()) if token == NOT else self._atom(token)  # noqa: S105 - a bracket
        self.depth -= 1
        return made

    def _bracketed(self) -> Condition:
        inner = self.either()
        if self.next != "）":
            msg = "条件的括号没有配对"
            raise ConditionFault(msg)
        self.tokens.pop(0)
        return inner

    def _atom(self, token: str) -> Condition:
        if token in {"", "）", AND, OR}:
            msg = f"条件中“{token}”前面缺内容" if token else "条件没有写完"
            raise ConditionFault(msg)
        if token in QUESTIONS:
            return Ask(token, self._names(token))
        claim, colon, outcome = token.partition("：")
        if colon and outcome not in OUTCOMES:
            msg = f"“{claim}”的结果“{outcome}”不认识{near(outcome, OUTCOMES)}，只能是{'、'.join(OUTCOMES)}"
            raise ConditionFault(msg)
        if not claim:
            msg = f"“{token}”缺结论的名称"
            raise ConditionFault(msg)
        return Holds(claim, outcome)

    def _names(self, question: str) -> tuple[str, ...]:
        token = self.tokens.pop(0) if self.tokens else ""
        names = tuple(token.split("、"))
        if not all(names) or token in {"（", "）", NOT, AND, OR}:
            msg = f"“{question}”后面空一格写名称，几个名称之间用顿号"
            raise ConditionFault(msg)
        return names


def written(condition: Condition) -> str:
    """The condition as text that :func:`parse_condition` reads back."""
    match condition:
        case Holds(claim, outcome):
            return f"{claim}：{outcome}" if outcome else claim
        case Ask(question, names):
            return f"{question} {'、'.join(names)}"
        case Not(of):
            return f"{NOT} {_inner(of)}"
        case Every(of):
            return f" {AND} ".join(_inner(one) for one in of)
        case Any(of):
            return f" {OR} ".join(_inner(one) for one in of)


def _inner(condition: Condition) -> str:
    return f"（{written(condition)}）" if isinstance(condition, Every | Any) else written(condition)


def atoms(condition: Condition) -> Iterator[Holds | Ask]:
    """All claims and questions of a condition, from left to right."""
    match condition:
        case Not(of):
            yield from atoms(of)
        case Every(of) | Any(of):
            for one in of:
                yield from atoms(one)
        case _:
            yield condition


def claims_of(condition: Condition) -> tuple[str, ...]:
    """The claims that a condition names."""
    return tuple(dict.fromkeys(atom.claim for atom in atoms(condition) if isinstance(atom, Holds)))


def decide(condition: Condition, facts: Facts, shown: Collection[str] = ()) -> bool | None:
    """Whether a condition is met; None where the evidence decides neither way. ``shown`` are ids of exhibits."""

    def answer(atom: Holds | Ask) -> bool | None:
        if isinstance(atom, Ask):
            return _asked(facts, shown, atom.question, atom.names)
        return part_holds(atom.outcome, facts.claims[atom.claim]) if atom.claim in facts.claims else None

    return _decided(condition, answer)


def is_shut_out(condition: Condition, facts: Facts, given: Collection[str]) -> bool:
    """Whether a condition cannot be met whatever data come: by the claims ``given`` with the edition alone."""

    def answer(atom: Holds | Ask) -> bool | None:
        if isinstance(atom, Ask) or atom.claim not in given or atom.claim not in facts.claims:
            return None
        return part_holds(atom.outcome, facts.claims[atom.claim])

    return _decided(condition, answer) is False


def _decided(condition: Condition, answer: Callable[[Holds | Ask], bool | None]) -> bool | None:
    match condition:
        case Not(of):
            inner = _decided(of, answer)
            return None if inner is None else not inner
        case Every(of):
            return joined([_decided(one, answer) for one in of], decisive=False)
        case Any(of):
            return joined([_decided(one, answer) for one in of], decisive=True)
        case _:
            return answer(condition)


def _asked(facts: Facts, shown: Collection[str], question: str, names: tuple[str, ...]) -> bool | None:
    if question in {"有", "缺"}:
        known = [name in facts for name in names]
        return all(known) if question == "有" else not any(known)
    if question == "同年":
        years = {facts[name].period[:4] for name in names if name in facts}
        return len(years) == 1 if facts.has(*names) else None
    there = _there(facts, shown, question)
    return all(name in there for name in names)


def _there(facts: Facts, shown: Collection[str], question: str) -> Collection[str]:
    """What a question of this kind finds: ids and topics of evidence, groups, tags, exhibits."""
    if question == "有证据":
        told = [entry for entry in facts.evidence if not entry.left_out]
        topics = {entry.topic for entry in told if entry.text and is_own(facts, entry)}
        return topics.union(*((entry.id, *entry.covers) for entry in told))
    if question == "有做法":
        folder = facts.city.folder if facts.city else ""
        return {entry.group for entry in facts.evidence if entry.place == folder and entry.group and entry.text}
    if question == "有外地做法":
        folders = {city.folder for city in facts.benchmarks}
        told = [entry for entry in facts.evidence if entry.place in folders and entry.group and entry.text]
        return {tag for entry in told for tag in entry.serves}
    return shown
