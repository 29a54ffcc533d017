"""故障演练 — plants faults in copies of the inputs, one at a time, and tells which of them the checks see.

    python benchmarks/drill.py --faults 300 --seed 1 --out 结果.md

Inputs are changed in memory; reading, computing and checking run in this process as ``check`` runs them. A fault counts
where a number that the report prints rests on it.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from cities import copy_repository
from drill_books import Spot
from drill_controls import CONTROLS
from drill_faults import TYPED
from drill_faults import World
from drill_lists import LISTED

from tuoyu.childcare import annexes
from tuoyu.childcare import attaining
from tuoyu.childcare import tables
from tuoyu.childcare.example import create_example
from tuoyu.facts.wording import printed
from tuoyu.front.review import judge
from tuoyu.nouns.errors import TuoyuError
from tuoyu.nouns.period import in_words
from tuoyu.reading import cleaning
from tuoyu.reading.entering import SECOND_ENTRY
from tuoyu.reading.files.grids import open_grids
from tuoyu.text.layout import Heading
from tuoyu.text.layout import Shown
from tuoyu.text.layout import lay_out
from tuoyu.text.texts import Texts
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import load_raw
from tuoyu.workspace.texts import read_texts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from drill_faults import Planted

    from tuoyu.front.review import Judged
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.source import RawFile
    from tuoyu.text.tabulating import Table

EDITIONS = ("example-2024", "jiangmen-2024-08", "jiangmen-2023-12", "yulin-2024", "ordos-2024", "shenzhen-2024")
SHARES = {"example-2024": 6, "jiangmen-2024-08": 8, "jiangmen-2023-12": 2}  # how often an edition is taken; others once
FAULTS = {**TYPED, **LISTED}
REFUSED, FOUND, SHOWN, ESCAPED = OUTCOMES = ("拒绝", "指出", "有疑", "漏过")
ALARMS = {"error", "warning"}
ADDED_UP = {"institutions", "answers", "policies"}  # kinds of files whose cells stand behind a number together
cleaning.open_grids = cache(open_grids)  # type: ignore[attr-defined]  # most files are the same from one fault to the next
BEGIN, END = "<!-- 演练结果开始 -->", "<!-- 演练结果结束 -->"
_CARRIER = re.compile(r'<span class="fact" data-id="([^"]+)"')
_TRIES = 40


@dataclass(frozen=True)
class Sound:
    """An edition as it is: its files, what is said of them, and the numbers that its report prints."""

    root: Path
    edition: Edition
    files: dict[str, RawFile]
    judged: Judged
    shown: frozenset[str]
    world: World

    @classmethod
    def of(cls, root: Path, name: str, *, single: bool = False) -> Sound:
        """Judge an edition as it is; with ``single`` as if nothing had been entered twice."""
        edition = load_edition(root, name)
        received = load_raw(root, edition)
        files = {raw.path: raw for raw in received if not (single and raw.source.reading.kind == SECOND_ENTRY)}
        judged = judge(root, edition, list(files.values()))
        facts = judged.facts
        if facts is None:
            raise SystemExit("\n".join(one.text for one in judged.findings))
        shown = frozenset(printed_ids(root, facts))
        behind = (facts.facts[id_] for id_ in facts.behind(*shown))
        spots = {Spot.at(o.file, o.sheet, o.cell) for one in behind for o in one.origins}
        world = World(
            files,
            judged.cleaned.observations,
            frozenset(one for one in spots if one),
            facts.city.code if facts.city else "",
        )
        return cls(root, edition, files, judged, shown, world)

    def with_(self, changed: Iterable[RawFile]) -> Judged:
        """What is said of the edition with some files changed."""
        return judge(self.root, self.edition, list({**self.files, **{raw.path: raw for raw in changed}}.values()))


@dataclass
class Case:
    """One fault and what became of it."""

    edition: str
    kind: str
    words: str
    where: str
    outcome: str
    told: str = ""


@dataclass
class Drilled:
    """All cases of a drill, alarms on harmless changes, and faults that change no printed number."""

    seed: int
    cases: list[Case] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    controls: int = 0
    idle: int = 0

    @property
    def caught(self) -> float:
        """The share of faults that are refused or found, in per cent."""
        good = sum(one.outcome in {REFUSED, FOUND} for one in self.cases)
        return 100 * good / len(self.cases) if self.cases else 0.0


def printed_ids(root: Path, facts: Facts) -> set[str]:
    """Ids of the facts that text and tables of the report print."""
    silent = _Silent()
    recorder = _Recorder()
    notebook = nbformat.read(root / "notebooks/03_report.ipynb", 4)
    rooms = {"annexes": annexes, "attaining": attaining, "tables": tables, "charts": silent}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "report.show(" in cell.source:
            exec(cell.source, {**rooms, "facts": facts, "report": recorder})  # noqa: S102 - our own notebook
    shown = {one.about["id"]: Shown(one.about["id"], dict(one.about), dict(one.data)) for one in recorder.exhibits}
    layout = lay_out(Texts.read(read_texts(root)).sections, shown, facts)
    contents = [piece.content for piece in layout.pieces]
    texts = [one.text if isinstance(one, Heading) else one for one in contents if not isinstance(one, Shown)]
    texts += ["".join(map(str, one.data.values())) for one in contents if isinstance(one, Shown)]
    return {id_ for text in texts for id_ in _CARRIER.findall(text) if id_ in facts.facts}


class _Silent:
    """Stands for the charts, which print no number that the tables do not."""

    def __getattr__(self, name: str) -> object:
        return lambda *_given, **_named: None


class _Recorder:
    """Stands for the report of the notebook and keeps the tables."""

    def __init__(self) -> None:
        self.exhibits: list[Table] = []

    def show(self, _name: str, *exhibits: Table | None) -> None:
        self.exhibits += [one for one in exhibits if one is not None]


def outcome_of(sound: Sound, planted: Planted) -> tuple[str, str] | None:
    """What became of a fault, and the words of who saw it; None where it changes no printed number."""
    try:
        judged = sound.with_(planted.changed)
    except TuoyuError as error:
        return REFUSED, str(error)
    spots = set(planted.spots)
    known = {one.text for one in sound.judged.findings}
    new = [one for one in judged.findings if one.text not in known]
    added_up = any(sound.files[spot.file].source.reading.kind in ADDED_UP for spot in spots)
    touched = added_up or bool(spots & sound.world.printed)
    facts = judged.facts
    changed = _changed(sound, facts) if facts is not None else []
    if facts is not None and not changed:
        return None
    errors = [one for one in new if one.severity == "error"]
    if errors:
        return (REFUSED, errors[0].text) if touched else None
    doubts = [one for one in new if one.severity in ALARMS]
    for one in doubts:
        if any(_names(one, spot) for spot in spots) or (planted.whole and one.where == planted.changed[0].path):
            return FOUND, one.text
    for one in doubts:
        if any(one.concerns(fact.indicator, fact.place, fact.period) for fact in changed):
            return SHOWN, one.text
    return ESCAPED, "；".join(fact.label for fact in changed[:3])


def _changed(sound: Sound, facts: Facts) -> list[Fact]:
    """Facts that the sound report prints and that are otherwise now, or gone."""
    before = sound.judged.facts.facts if sound.judged.facts else {}
    return [
        before[id_]
        for id_ in sorted(sound.shown)
        if id_ not in facts.facts or _as_printed(facts.facts[id_]) != _as_printed(before[id_])
    ]


def _as_printed(fact: Fact) -> tuple[object, ...]:
    return printed(fact), in_words(fact.period), fact.interval


def _names(finding: Finding, spot: Spot) -> bool:
    """Whether a finding names file and cell, in its place or in its words."""
    if spot.sheet.startswith("target“"):
        return spot.file in finding.text and spot.sheet in finding.text
    cell = re.search(rf"(?<![A-Z0-9:]){spot.address}(?![0-9:])", finding.text)
    return spot.file in finding.text and (cell is not None or f"第{spot.row}行" in finding.text)


def drill(sounds: Sequence[Sound], faults: int, seed: int) -> Drilled:
    """Plant faults of every kind in turn until so many have changed a printed number."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    done = Drilled(seed)
    pool = [sound for sound in sounds for _ in range(SHARES.get(sound.edition.name, 1))]
    kinds = list(FAULTS)
    dry: Counter[str] = Counter()
    number = 0
    while len(done.cases) < faults and len([kind for kind in kinds if dry[kind] < _TRIES]) > 0:
        kind = kinds[number % len(kinds)]
        number += 1
        if dry[kind] >= _TRIES:
            continue
        sound = chance.choice(pool)
        planted = chance.choice(FAULTS[kind])(sound.world, chance)
        result = outcome_of(sound, planted) if planted is not None else None
        if planted is None or result is None:
            dry[kind] += 1
            done.idle += planted is not None
            number -= dry[kind] < _TRIES  # the same kind again
            continue
        dry[kind] = 0
        spot = planted.spots[0]
        where = f"{spot.file.removeprefix('data/raw/')} {spot.sheet} {spot.address}"
        done.cases.append(Case(sound.edition.name, kind, planted.words, where, *result))
    for sound in sounds:
        for name, change in CONTROLS.items():
            done.controls += 1
            done.alarms += [f"{sound.edition.name} {name}：{text}" for text in alarms_of(sound, change(sound.world))]
    return done


def alarms_of(sound: Sound, changed: Iterable[RawFile]) -> list[str]:
    """What is said of harmless changes and was not said before."""
    judged = sound.with_(changed)
    before = Counter(map(_gist, sound.judged.findings))
    return [one.text for one in judged.findings if one.severity in ALARMS and not before[_gist(one)]]


def _gist(finding: Finding) -> tuple[object, ...]:
    return finding.severity, finding.code, finding.indicators, finding.place, finding.period


def table(done: Drilled) -> str:
    """The result as Markdown: kinds by outcome, then what escaped."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in FAULTS}
    for one in done.cases:
        counts[one.kind][one.outcome] += 1
    lines = [f"| 差错 | 次数 | {' | '.join(OUTCOMES)} |", "|:--|--:" + "|--:" * len(OUTCOMES) + "|"]
    for kind, found in counts.items():
        lines.append(f"| {kind} | {found.total()} | {' | '.join(str(found[name]) for name in OUTCOMES)} |")
    whole = Counter(one.outcome for one in done.cases)
    lines.append(f"| 合计 | {whole.total()} | {' | '.join(str(whole[name]) for name in OUTCOMES)} |")
    summary = (
        f"种子 {done.seed}，改变印出数字的差错 {len(done.cases)} 处，拒绝或指出 {done.caught:.1f}%；"
        f"无害改动 {done.controls} 处，误报 {len(done.alarms)} 处。"
    )
    return "\n".join([summary, "", *lines, ""])


def listing(done: Drilled) -> str:
    """Every case that was not refused or found, and every false alarm."""
    seen = [one for one in done.cases if one.outcome in {SHOWN, ESCAPED}]
    lines = [f"- {one.outcome}　{one.edition}　{one.kind}　{one.where}　{one.words}　{one.told}" for one in seen]
    return "\n".join([*lines, *(f"- 误报　{text}" for text in done.alarms), ""])


def examples(done: Drilled) -> str:
    """What escaped, a line a kind, with up to three cases of it."""
    by_kind: dict[str, list[str]] = {}
    for one in done.cases:
        if one.outcome in {SHOWN, ESCAPED}:
            by_kind.setdefault(one.kind, []).append(f"{one.where}：{one.words}".replace("|", "\\|"))
    if not by_kind:
        return "没有漏过的。\n"
    lines = [f"| {kind} | {'；'.join(cases[:3])} |" for kind, cases in by_kind.items()]
    return "\n".join(["漏过（含有疑）的例子：", "", "| 差错 | 漏过的例子 |", "|:--|:--|", *lines, ""])


def enter(page: Path, done: Drilled) -> None:
    """Put the result between the marks of a page of the documentation."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table(done)}\n{examples(done)}{END}{after}", "utf-8")


def main(words: Sequence[str] | None = None) -> int:
    """Run the drill; the table goes to standard output and to ``--out``, what escaped behind it."""
    parser = argparse.ArgumentParser(description="故障演练：在原始数据的副本里逐一植入差错，看核验能发现多少")
    parser.add_argument("--faults", type=int, default=300, help="植入多少处改变印出数字的差错")
    parser.add_argument("--seed", type=int, default=1, help="随机种子")
    parser.add_argument("--editions", default=",".join(EDITIONS), help="哪几期，逗号分隔")
    parser.add_argument("--single", action="store_true", help="不用第二次录入")
    parser.add_argument("--out", type=Path, help="结果另存")
    parser.add_argument("--docs", type=Path, help="结果写进文档的标记之间（docs/limits.md）")
    asked = parser.parse_args(words)
    if asked.faults < 1:
        parser.error("--faults 应为正整数")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        copy_repository(root)
        create_example(root)
        sounds = [Sound.of(root, name, single=asked.single) for name in asked.editions.split(",")]
        done = drill(sounds, asked.faults, asked.seed)
    text = f"{table(done)}\n{listing(done)}"
    sys.stdout.write(text)
    if asked.out:
        asked.out.write_text(text, "utf-8")
    if asked.docs:
        enter(asked.docs, done)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
