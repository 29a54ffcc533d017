"""双人录入 — the figures of a folder as they were entered a second time, held against the first entry one by one.

A second entry (``二次录入.csv``) is a list of figures of its own, whatever the layout of the files that were entered
first; its column 文件 says of which file a line is. It is the same document again: no source and no second witness.
What belongs here: which two entries are one figure, and in what they differ.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import near
from tuoyu.nouns.observation import locate
from tuoyu.nouns.register import Entry
from tuoyu.nouns.register import Policy
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_quantities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Part
    from tuoyu.nouns.source import RawFile
    from tuoyu.reading.quantities import Quantity

SECOND_ENTRY = "second_entry"  # the kind of file
CODE = "double-entry"
_AGAIN = "对照原文，改正录错的一份"
_TARGET = "target“"  # how the cell of a target begins
_MOST_APART = 2  # in how much two entries of one figure may differ


@dataclass(frozen=True)
class Entered:
    """一次录入 — one figure as it was entered: where, what it is of, and what it says.

    ``of`` names the file that holds the first entry; names that nobody knows stand as they were written.
    """

    of: str
    file: str
    sheet: str
    cell: str
    name: str
    indicator: str
    place: str
    part: Part
    period: str
    basis: str
    respondents: str
    printed: str
    figure: tuple[object, ...]

    @property
    def where(self) -> str:
        """File, sheet and cell in words."""
        return locate(self.file, self.sheet, self.cell)

    @property
    def stem(self) -> str:
        """The name of the file that holds the first entry, without its ending."""
        return self.of.rpartition(".")[0] or self.of

    @property
    def of_what(self) -> tuple[object, ...]:
        """What the figure is of."""
        return self.place, self.part, self.indicator, self.day

    @property
    def day(self) -> str:
        """The period, in which a year and its end are one."""
        return self.period.removesuffix("-12-31")

    @property
    def told(self) -> str:
        """The figure with what it is of, for a reason."""
        return f"{self.part.words}{self.name}“{self.printed}”"


def figure_of(printed: object, quantities: Sequence[Quantity]) -> tuple[object, ...]:
    """What a figure says, however it is typed: value, end of a range, bound and unit; else its text."""
    read = [(one.value, one.upper, one.bound, one.unit) for one in quantities]
    return tuple(read) or (clean_text(printed),)


@dataclass(frozen=True)
class Compared:
    """What the comparison of two entries gave: findings, and the cells (file, sheet, cell) that agree."""

    findings: tuple[Finding, ...]
    agreed: frozenset[tuple[str, str, str]]


def compare(first: Iterable[Entered], second: Iterable[Entered], files: Mapping[str, str]) -> Compared:
    """Hold every figure of the files that were entered twice against the other entry.

    ``files`` are the files of the folder, by name without ending.
    """
    findings: list[Finding] = []
    again: dict[str, list[Entered]] = defaultdict(list)
    lost: dict[str, list[Entered]] = defaultdict(list)
    for one in second:
        path = files.get(one.stem)
        if path is None:
            lost[one.of].append(one)
        else:
            again[path].append(one)
    known = [path.rpartition("/")[2] for path in files.values()]
    for name, lines in lost.items():
        often = f"（共{len(lines)}行）" if len(lines) > 1 else ""
        what = f"“文件”写的是“{name}”，这个文件夹里没有{near(name, known)}{often}，没有比较"
        findings.append(Finding("warning", CODE, lines[0].where, what, "首次录入的文件改了名的，这一栏跟着改"))
    before: dict[str, list[Entered]] = defaultdict(list)
    for one in first:
        before[one.file].append(one)
    agreed: set[tuple[str, str, str]] = set()
    for path, lines in again.items():
        waiting: dict[tuple[object, ...], list[Entered]] = defaultdict(list)
        for one in before[path]:
            waiting[one.of_what].append(one)
        theirs = []
        for line in lines:
            same = next((one for one in waiting[line.of_what] if not _apart(one, line)), None)
            if same is None:
                theirs.append(line)
                continue
            waiting[line.of_what].remove(same)
            agreed.add((same.file, same.sheet, same.cell))
        findings += _differences([one for left in waiting.values() for one in left], theirs, path)
    return Compared(tuple(findings), frozenset(agreed))


def _apart(one: Entered, other: Entered) -> list[tuple[str, str, str]]:
    """In what two entries differ: the heading, and what each of them says."""
    pairs = [
        ("地区", one.place, other.place, one.place == other.place),
        ("街道、社区", one.part.words, other.part.words, one.part == other.part),
        ("指标", one.name, other.name, one.indicator == other.indicator),
        ("时点", one.period, other.period, one.day == other.day),
        ("数据", one.printed, other.printed, one.figure == other.figure),
        ("口径", one.basis, other.basis, one.basis == other.basis),
        ("样本量", one.respondents, other.respondents, one.respondents == other.respondents),
    ]
    return [(head, ours, theirs) for head, ours, theirs, same in pairs if not same]


def _differences(ours: list[Entered], theirs: list[Entered], path: str) -> list[Finding]:
    """Findings for entries without their like: pairs that are one figure, then lines that the first entry lost.

    A figure that was entered only once is none: not every figure need be entered again.
    """
    findings = []
    left = sorted(
        ((len(_apart(one, other)), n, m) for n, one in enumerate(ours) for m, other in enumerate(theirs)),
    )
    met: set[tuple[str, int]] = set()
    for apart, n, m in left:
        if apart <= _MOST_APART and ("first", n) not in met and ("second", m) not in met:
            met |= {("first", n), ("second", m)}
            findings.append(_different(ours[n], theirs[m]))
    for m, other in enumerate(theirs):
        if ("second", m) not in met:
            what = f"第二次录入的{other.told}，在首次录入的 {path} 里没有{_nearest(other, ours)}"
            findings.append(Finding("warning", CODE, other.where, what, _AGAIN))
    return findings


def _different(one: Entered, other: Entered) -> Finding:
    """A doubt about a figure; where the place is open about its cell alone, so that it is told in any edition.

    The same for targets: a register gives them under the indicator that they are set for.
    """
    differing = _apart(one, other)
    told = "，".join(f"{head}“{ours or '（空）'}”与“{theirs or '（空）'}”" for head, ours, theirs in differing)
    what = f"{one.told}两次录入不同：{told}（后者在{other.where}）"
    known = one.place == other.place and not one.cell.startswith(_TARGET)
    indicators = tuple(dict.fromkeys((one.indicator, other.indicator))) if known else ()
    return Finding(
        "warning", CODE, one.where, what, _AGAIN, indicators, one.place, one.period if one.day == other.day else ""
    )


def _nearest(one: Entered, others: Sequence[Entered]) -> str:
    """The entry on the other side that is most like it, in words; empty where there is none."""
    nearest = min(others, key=lambda other: len(_apart(one, other)), default=None)
    return f"，最接近的是{nearest.told}（{nearest.where}）" if nearest else ""


def marked(entry: Entry, agreed: frozenset[tuple[str, str, str]]) -> Entry:
    """A policy with a mark on those of its targets whose two entries agree."""
    if not isinstance(entry, Policy):
        return entry
    targets = [
        one.model_copy(update={"twice": one.twice or (entry.file, "", f"{_TARGET}{one.id}”") in agreed})
        for one in entry.target
    ]
    return entry.model_copy(update={"target": tuple(targets)})


def targets_of(raw: RawFile, policies: Iterable[Entry]) -> Iterator[Entered]:
    """The targets of a register of policies as they were entered."""
    for policy in policies:
        for target in policy.target if isinstance(policy, Policy) and policy.file == raw.path else ():
            try:
                quantities = read_quantities(target.value)
            except UnreadableError:
                quantities = ()
            yield Entered(
                "",
                raw.path,
                "",
                f"{_TARGET}{target.id}”",
                target.definition or target.indicator,
                target.indicator,
                target.place or raw.source.reading.place or "",
                WHOLE,
                target.year,
                "",
                "",
                target.value,
                figure_of(target.value, quantities),
            )
