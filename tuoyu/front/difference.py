"""What differs between two editions of one city, or one edition before and after: figures, causes, conclusions, text.

Pure: facts and passages in, one value out. Why a figure is another one says ``facts.ascribing``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.facts.ascribing import Cause
from tuoyu.facts.ascribing import Reason
from tuoyu.facts.ascribing import Sides
from tuoyu.facts.ascribing import is_same
from tuoyu.facts.ascribing import reasons_of
from tuoyu.facts.ascribing import shares
from tuoyu.facts.relations import SAME_FIGURE
from tuoyu.facts.wording import measure
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.fact import Part
    from tuoyu.render.passages import Passage

LEVEL, OPEN = "持平", "不能比较"
ADDED, DROPPED, ALTERED, NUMBERS = "新增", "删去", "改动", "数字"
LITTLE = "小于印出的位数"
_ONE_MORE = 1  # digit of a change behind its first
_ALIKE = 0.6  # from here on two sentences are taken for one that was changed
_DIGITS = re.compile(r"[\d.]+")
_PLAIN = frozenset({"=", "≈"})
Thing = tuple[str, str, "Part"]


@dataclass(frozen=True)
class Share:
    """How much of a change one cause makes, exactly."""

    cause: Cause
    by: str


@dataclass(frozen=True)
class Figure:
    """A figure on one side: its id, as printed, its date in words, and its exact value."""

    id: str
    printed: str
    when: str
    value: str

    @classmethod
    def of(cls, one: Fact) -> Figure:
        """The figure of a fact."""
        return cls(one.id, printed(one), _when(one), str(one.value))


@dataclass(frozen=True)
class Movement:
    """An indicator in both editions, or in one; ``state`` is 新增, 删去, 未更新, 持平, 改动 or 不能比较.

    ``change`` is by how much in words, ``by`` exactly, and ``shares`` how much of that each cause makes, one changed
    after another in the order of ``Cause``.
    """

    indicator: str
    label: str
    state: str
    old: Figure | None = None
    new: Figure | None = None
    change: str = ""
    by: str = ""
    reasons: tuple[Reason, ...] = ()
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A conclusion that came out otherwise."""

    claim: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class Rewording:
    """A sentence that is new, gone or changed; ``kind`` is 新增, 删去, 改动 or, where only numbers differ, 数字."""

    kind: str
    section: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Restated:
    """A raw figure of one and the same date that has another value now."""

    label: str
    when: str
    old: str
    new: str
    old_where: str
    new_where: str


@dataclass(frozen=True)
class Difference:
    """Everything that differs. ``sentences`` is None where a report was not at hand."""

    old: str
    new: str
    indicators: tuple[Movement, ...]
    conclusions: tuple[Turn, ...]
    restated: tuple[Restated, ...]
    sentences: tuple[Rewording, ...] | None = None

    @property
    def moved(self) -> tuple[Movement, ...]:
        """The indicators of which there is anything to tell."""
        return tuple(one for one in self.indicators if one.state not in {SAME_FIGURE, LEVEL} or one.reasons)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        return {**asdict(self), "order_of_causes": [str(one) for one in Cause]}


def compare(
    old: Facts,
    new: Facts,
    subject: Subject,
    old_text: Sequence[Passage] | None = None,
    new_text: Sequence[Passage] | None = None,
) -> Difference:
    """The difference between the facts of two editions, and between their reports where both are given."""
    both = old_text is not None and new_text is not None
    return Difference(
        old=old.edition.name if old.edition else "",
        new=new.edition.name if new.edition else "",
        indicators=tuple(_movements(Sides(old, new), subject)),
        conclusions=tuple(_turns(old.claims, new.claims)),
        restated=tuple(_restated(old, new)),
        sentences=tuple(reworded(old_text or (), new_text or ())) if both else None,
    )


# indicators


def _movements(sides: Sides, subject: Subject) -> Iterator[Movement]:
    old, new = sides.old, sides.new
    one_edition = bool(old.edition and new.edition and old.edition.name == new.edition.name)
    before, after = (_standing(facts, with_changes=one_edition) for facts in (old, new))
    for key, one in after.items():
        yield _movement(sides, subject, before[key], one) if key in before else _alone(one, ADDED)
    yield from (_alone(one, DROPPED) for key, one in before.items() if key not in after)


def _standing(facts: Facts, *, with_changes: bool) -> dict[Thing, Fact]:
    """The figure that stands for each indicator of each place and part; changes against an earlier one on demand."""
    found: dict[Thing, Fact] = {}
    for one in facts.values():
        if one.edition or (not with_changes and any(facts.facts[id_].edition for id_ in one.inputs)):
            continue
        key = (one.indicator, one.place, one.part)
        known = found.get(key)
        if known is None or _rank(facts, one) > _rank(facts, known):
            found[key] = one
    return found


def _rank(facts: Facts, one: Fact) -> tuple[bool, date, str, bool]:
    stands = facts.names.get(one.indicator) == one.id  # what prose means by the name of the indicator
    return stands, last_day(one.period) or date.min, one.period, one.kind == "computed"


def _alone(one: Fact, state: str) -> Movement:
    old, new = (None, Figure.of(one)) if state == ADDED else (Figure.of(one), None)
    return Movement(one.indicator, one.label, state, old, new)


def _movement(sides: Sides, subject: Subject, before: Fact, after: Fact) -> Movement:
    reasons = reasons_of(sides, before, after)
    made = Movement(after.indicator, after.label, OPEN, Figure.of(before), Figure.of(after), reasons=reasons)
    if is_same(before, after):
        return replace(made, state=LEVEL if reasons else SAME_FIGURE)
    if not (_is_plain(before) and _is_plain(after)):
        return made
    told = tuple(Share(cause, f"{by.normalize():f}") for cause, by in shares(sides, subject, before, after).items())
    by = f"{(after.value - before.value).normalize():f}"
    return replace(made, state=ALTERED, change=_amount(before, after), by=by, shares=told)


def _when(one: Fact) -> str:
    return in_words(one.period) if one.period else ""


def _is_plain(one: Fact) -> bool:
    return one.bound in _PLAIN and one.upper is None


def _amount(before: Fact, after: Fact) -> str:
    """By how much, to the digits that both allow: ``增105家``, ``增约4600个``, ``减2.5个百分点``.

    Two digits at least where they are certain: of 27785 and 26300, printed as 2.8万 and 2.6万, 减1000 would seem wrong.
    """
    if measure(before) != measure(after):
        return ""
    by = after.value - before.value
    doubt, finest = before.uncertainty + after.uncertainty, max(before.decimals, after.decimals)
    sure = -(2 * doubt).adjusted() if doubt else finest  # digits that are certain; one more is told, with 约
    told = round_half_up(abs(by), min(max(finest, _ONE_MORE - by.adjusted()) if finest < 0 else finest, sure + 1))
    if not told:
        return LITTLE
    about = "约" if sure < finest or (finest < 0 and told != abs(by)) or "≈" in {before.bound, after.bound} else ""
    unit = "个百分点" if after.unit == "%" else measure(after)
    return f"{'增' if by > 0 else '减'}{about}{told:f}{unit}"


# conclusions, sources


def _turns(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> Iterator[Turn]:
    for name in dict.fromkeys((*new, *old)):
        before, after = (_verdict(claims.get(name)) for claims in (old, new))
        if before != after:
            reason = (new.get(name) or old[name]).get("reason", "")
            yield Turn(name, before, after, str(reason))


def _verdict(claim: Mapping[str, Any] | None) -> str:
    """成立, 不成立 or 不作判断, with the outcome where it has one of its own."""
    if claim is None:
        return "没有这条结论"
    word = "不作判断" if claim.get("holds") is None else "成立" if claim["holds"] else "不成立"
    outcome = str(claim.get("outcome") or "")
    return word if outcome in {"", word} else f"{word}（{outcome}）"


def _restated(old: Facts, new: Facts) -> Iterator[Restated]:
    for id_, after in new.facts.items():
        before = old.facts.get(id_)
        if before is None or after.edition or "observed" not in {before.kind, after.kind} or is_same(before, after):
            continue
        where = ["；".join(origin.where for origin in one.origins) or one.formula for one in (before, after)]
        yield Restated(after.label, _when(after), printed(before), printed(after), where[0], where[1])


# text


def reworded(old: Iterable[Passage], new: Iterable[Passage]) -> Iterator[Rewording]:
    """Sentences that are new, gone or changed, section by section."""
    before, after = _by_section(old), _by_section(new)
    for section in dict.fromkeys((*after, *before)):
        yield from _of_section(section, before.get(section, []), after.get(section, []))


def _by_section(passages: Iterable[Passage]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in passages:
        if one.kind == "paragraph":
            found[one.section] += one.sentences
    return found


def _of_section(section: str, old: list[str], new: list[str]) -> Iterator[Rewording]:
    for _, low, high, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = old[low:high], new[start:stop]
        if gone == come:
            continue
        for sentence in come:
            earlier = max(gone, key=lambda one: _likeness(one, sentence), default="")
            if earlier and _likeness(earlier, sentence) >= _ALIKE:
                gone.remove(earlier)
                kind = NUMBERS if _masked(earlier) == _masked(sentence) else ALTERED
                yield Rewording(kind, section, earlier, sentence)
            else:
                yield Rewording(ADDED, section, new=sentence)
        for sentence in gone:
            yield Rewording(DROPPED, section, old=sentence)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _masked(one), _masked(other), autojunk=False).ratio()


def _masked(sentence: str) -> str:
    return _DIGITS.sub("#", sentence)
