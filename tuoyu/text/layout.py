"""Lays out the report (编排): headings, paragraphs and exhibits in their order, numbered, without what is empty.

Belongs here: sections and exhibits in, one flat list of pieces out. How pieces are written into a notebook is the
business of ``cells``.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.facts.wording import chinese
from tuoyu.nouns.errors import ContractError
from tuoyu.text.answering import chosen
from tuoyu.text.conditions import claims_of
from tuoyu.text.gaps import Omission
from tuoyu.text.prose import Filled
from tuoyu.text.prose import Judged
from tuoyu.text.prose import Prose
from tuoyu.text.prose import number_points
from tuoyu.text.references import TASK_TABLE
from tuoyu.text.sections import BENCHMARK
from tuoyu.text.sections import PROPOSAL
from tuoyu.text.sections import TASKS
from tuoyu.text.tasks import in_a_paragraph
from tuoyu.text.tasks import task_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Facts
    from tuoyu.text.sections import Section

WORDS = {"figure": "图", "table": "表"}
ANNEX, CHAPTER, PART, POINT = 1, 2, 3, 4
LEVELS = {"附件": ANNEX, "章": CHAPTER, TASKS: CHAPTER, "附件节": CHAPTER, BENCHMARK: CHAPTER}
LEVELS |= dict.fromkeys(("节", "问题", PROPOSAL), PART)
_DEEPEST = 9
EMPTY = "本节各段均缺少所需数据或材料"


@dataclass(frozen=True)
class Shown:
    """An exhibit that can be shown: its id, what pages need of it, its content, and its printed number."""

    id: str
    about: Mapping[str, Any]
    data: Mapping[str, Any]
    number: str = ""

    @property
    def kind(self) -> str:
        """``figure`` or ``table``."""
        return str(self.about["kind"])


@dataclass(frozen=True)
class Heading:
    """A heading with its level, its ordinal (一、（一）1. or 附件1) and its anchor."""

    level: int
    text: str
    ordinal: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Piece:
    """One heading, paragraph or exhibit of the report, and the section that it is of."""

    section: Section
    content: Heading | Shown | str


@dataclass(frozen=True)
class Layout:
    """The report as laid out, what was left out, the sections that are in it, and what claims decided.

    ``judged`` are sentences and headings, each with the ids of the facts on which these claims rest.
    """

    pieces: tuple[Piece, ...]
    omissions: tuple[Omission, ...]
    sections: tuple[Section, ...]
    judged: tuple[Judged, ...] = ()


@dataclass
class _Record:
    """What is kept of the sections while they are written."""

    omissions: list[Omission]
    judged: list[Judged] = field(default_factory=list)


def lay_out(sections: Sequence[Section], shown: Mapping[str, Shown], facts: Facts) -> Layout:
    """The report of these facts. An annex that turns out to be empty takes its references and its number along."""
    prose = Prose(facts, dict.fromkeys(shown, ""))
    written, unproved = chosen(sections, prose)
    annexes = [one.stem for one in written if one.kind == "附件"]
    while True:
        numbers, exhibits = _numbered(written, shown)
        numbers |= {stem: f"附件{number}" for number, stem in enumerate(annexes, 1)}
        record = _Record(list(unproved))
        pieces = _without_empty(list(_pieces(written, exhibits, Prose(facts, numbers), record)), record.omissions)
        left = [piece.section.stem for piece in pieces if piece.section.kind == "附件" and _is_heading(piece)]
        if left == annexes:
            return Layout(tuple(_with_ordinals(pieces)), tuple(record.omissions), written, tuple(record.judged))
        annexes = left


def _numbered(written: Iterable[Section], shown: Mapping[str, Shown]) -> tuple[dict[str, str], dict[str, Shown]]:
    """图1, 图2 … 表1 … in the order in which sections list them; what no written section lists is not in the report."""
    numbers: dict[str, str] = {}
    exhibits: dict[str, Shown] = {}
    counts = dict.fromkeys(WORDS, 0)
    homes: dict[str, Section] = {}
    for section in written:
        for id_ in section.exhibits:
            if homes.setdefault(id_, section) is not section:
                msg = f"{section.file} 和 {homes[id_].file} 在同一份报告里都列了 {id_}，一个图表只列一处"
                raise ContractError(msg)
        listed = [shown[id_] for id_ in section.exhibits if id_ in shown]
        if section.kind == TASKS:
            listed.append(Shown(TASK_TABLE, {"kind": "table"}, {}))
        for one in listed:
            if one.id in exhibits:
                msg = f"{section.file}：{one.id} 已经在本期的另一节里，一个图表在一期里只放一处"
                raise ContractError(msg)
            counts[one.kind] += 1
            numbers[one.id] = f"{WORDS[one.kind]}{counts[one.kind]}"
            exhibits[one.id] = replace(one, number=numbers[one.id])
    return numbers, exhibits


def _pieces(
    written: Sequence[Section], exhibits: Mapping[str, Shown], prose: Prose, record: _Record
) -> Iterator[Piece]:
    for section in written:
        if section.kind == BENCHMARK:
            for city in prose.facts.benchmarks:
                yield from _section(section, city.name, prose.at(city.code), {}, record)
            continue
        own = {id_: exhibits[id_] for id_ in (*section.exhibits, TASK_TABLE) if id_ in exhibits}
        if section.kind != TASKS:
            own.pop(TASK_TABLE, None)
        else:
            own[TASK_TABLE] = _tasks(prose, written, own[TASK_TABLE])
        yield from _section(section, section.title, prose, own, record)


def _tasks(prose: Prose, written: Sequence[Section], shown: Shown) -> Shown:
    table = task_table(prose, [one for one in written if one.kind == PROPOSAL])
    return replace(shown, about=table.about, data=table.data)


def _section(
    section: Section, title: str, prose: Prose, exhibits: Mapping[str, Shown], record: _Record
) -> Iterator[Piece]:
    filled = prose.section(section)
    record.omissions += filled.omissions
    record.judged += filled.judged
    level = LEVELS.get(section.kind)
    if level:
        record.judged.append((title, prose.rests_on(claims_of(section.condition) if section.condition else ())))
        yield Piece(section, Heading(level, title))
    if section.kind == PROPOSAL:
        filled = replace(
            filled,
            paragraphs=(*filled.paragraphs, in_a_paragraph(prose, section)),
            mentions=(*filled.mentions, frozenset()),
        )
    for content in placed(filled, exhibits):
        yield Piece(section, content)


def placed(filled: Filled, exhibits: Mapping[str, Shown]) -> Iterator[Heading | Shown | str]:
    """Paragraphs with every exhibit behind the one that first mentions it, figures and tables each in their order."""
    after: dict[int, list[Shown]] = {}
    furthest = dict.fromkeys(WORDS, 0)
    end = max(len(filled.paragraphs) - 1, 0)
    for one in exhibits.values():
        first = next((n for n, mentioned in enumerate(filled.mentions) if one.id in mentioned), end)
        furthest[one.kind] = max(furthest[one.kind], first)
        after.setdefault(furthest[one.kind], []).append(one)
    for number, paragraph in enumerate(filled.paragraphs or ("",)):
        if paragraph.startswith("#"):
            yield Heading(POINT, paragraph.lstrip("# "))
        elif paragraph:
            yield paragraph
        yield from after.get(number, ())


def _is_heading(piece: Piece) -> bool:
    return isinstance(piece.content, Heading)


def _without_empty(pieces: list[Piece], omissions: list[Omission]) -> list[Piece]:
    """The same without headings under which nothing is left, from the deepest level up."""
    kept: list[Piece] = []
    content = 0
    for piece in reversed(pieces):
        if not isinstance(piece.content, Heading):
            content = _DEEPEST
        elif content > piece.content.level:
            content = piece.content.level
        else:
            omissions.append(Omission(f"“{piece.content.text}”一节", EMPTY))
            continue
        kept.append(piece)
    return kept[::-1]


def _with_ordinals(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Write 一、（一）1. on headings, 附件N on annexes, 1. before points and 一是 before items."""
    counts = [0, 0, 0]
    annex = point = 0
    for piece in pieces:
        content = piece.content
        if isinstance(content, Heading):
            point = 0
            if content.level == ANNEX:
                annex, counts = annex + 1, [0, 0, 0]
                yield replace(piece, content=replace(content, ordinal=f"附件{annex}", anchor=f"annex-{annex}"))
            else:
                yield replace(piece, content=_ordinal(content, counts, annex))
        elif isinstance(content, str):
            text, point = number_points(content, point)
            yield replace(piece, content=text)
        else:
            yield piece


def _ordinal(heading: Heading, counts: list[int], annex: int) -> Heading:
    level = heading.level - CHAPTER
    counts[level] += 1
    counts[level + 1 :] = [0] * (len(counts) - level - 1)
    number = counts[level]
    ordinal = (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}\\.")[level]
    anchor = "-".join([f"a{annex}" if annex else "s", *map(str, counts[: level + 1])])
    return replace(heading, ordinal=ordinal, anchor=anchor)
