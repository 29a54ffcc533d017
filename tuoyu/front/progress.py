"""Tells on the terminal how a run goes: steps of one edition, a live table of several, and the summary at the end."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tuoyu.engine.manifest import MANIFEST
from tuoyu.front.formats import FILES
from tuoyu.front.overview import entries
from tuoyu.front.overview import write_index
from tuoyu.front.publication import DOCUMENT
from tuoyu.front.publication import OMISSIONS
from tuoyu.front.publication import PAPERS
from tuoyu.front.publication import count_omissions
from tuoyu.front.publication import questions_left
from tuoyu.front.signing import standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console
    from rich.console import Group

    from tuoyu.engine.runner import Step
    from tuoyu.front.making import Outcome
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.edition import WhatIf

_WORDS = {"carried": "未变", "restored": "取自缓存", "executed": "", "done": ""}
MOST_FIGURES = 3
MOST_DIFFERENCES = 20
_WIDTH = 100


def say(text: str) -> None:
    """One line of the program's output."""
    print(text, flush=True)  # noqa: T201 - this is the program's output


def complain(text: str, code: int) -> int:
    """A message about what went wrong; hands back the exit code."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - as above
    return code


def show(step: Step) -> None:
    """One line for each finished step; on a terminal also what is under way."""
    from rich.console import Console

    console = Console(stderr=True)
    if step.state == "started":
        if console.is_terminal:
            console.print(f"  … {step.title}", end="\r", highlight=False, markup=False)
        return
    mark = _mark(console, *(("✗", "×") if step.state == "failed" else ("✓", "√")))
    how = _WORDS.get(step.state, "")
    line = f"  {mark} {step.title}（{how + '，' if how else ''}{step.seconds:.1f} 秒）"
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def _mark(console: Console, best: str, common: str) -> str:
    """The mark, or one that a console of an older code page (GBK) has."""
    try:
        best.encode(console.encoding)
    except UnicodeEncodeError:
        return common
    return best


def conclude(root: Path, edition: Edition, *, told: bool = False) -> None:
    """Where the products of an edition are, one path a line so that it can be copied, and what wants an answer.

    Doubts that the run has ``told``, and that new sentences cannot change, are only counted.
    """
    folder = f"reports/{edition.name}"
    say("完成：")
    missing = [file for file in FILES if not (root / folder / file).is_file()]
    for file in (*FILES, DOCUMENT, f"{PAPERS}/", MANIFEST):
        if file not in missing:
            say(f"  {folder}/{file}")
    if missing:
        say(f"--to 没有要的不做，原来有而已过时的撤下：{'、'.join(missing)}")
    omitted = count_omissions(root, edition.name)
    if omitted:
        say(f"因缺少数据或材料省略 {omitted} 处，原因见报告的指标口径附件和 {OMISSIONS}")
    for line in standing(root, edition.name):
        say(f"签发：{line}")
    open_questions = questions_left(root, edition)
    if open_questions and told:
        say(f"有 {len(open_questions)} 条存疑，同上次运行；要逐条看，用 check {edition.name}")
        return
    say(f"有 {len(open_questions)} 条存疑，请核对：" if open_questions else "没有存疑的")
    for number, text in enumerate(open_questions, 1):
        say(f"  {number}. {text.replace(f'data/raw/{edition.city}/', '')}")


def compare(what_if: WhatIf, differences: Sequence[str] | None) -> None:
    """What a what-if edition has otherwise than its base."""
    if differences is None:
        say(f"{what_if.base} 还没有生成，不能比较；先运行 run {what_if.base}，再运行一次")
        return
    if not differences:
        say(f"与 {what_if.base} 相比，没有变化的数字")
        return
    say(f"与 {what_if.base} 相比（{what_if.words}），变化的数字 {len(differences)} 个：")
    for line in differences[:MOST_DIFFERENCES]:
        say(f"  {line}")
    if len(differences) > MOST_DIFFERENCES:
        say(f"  ……另有 {len(differences) - MOST_DIFFERENCES} 个")


class Board:
    """看板 — the editions of a run and how far each is: a live table on a terminal, plain lines elsewhere."""

    def __init__(self, names: Sequence[str]) -> None:
        from rich.console import Console
        from rich.live import Live

        self.states = dict.fromkeys(names, "等待")
        self.begun: dict[str, float] = {}
        self.console = Console(stderr=True)
        # Lines above the table go through it where they would meet it, not where they are written to a file.
        self.live = Live(console=self.console, auto_refresh=False, transient=True, redirect_stdout=sys.stdout.isatty())

    @contextmanager
    def shown(self) -> Iterator[Board]:
        """Show the table for as long as the body runs."""
        if not self.console.is_terminal:
            yield self
            return
        with self.live:
            yield self

    def begin(self, name: str) -> None:
        """An edition has been taken up, or taken up again because its worker died."""
        if name in self.begun:
            say(f"{name}：执行的进程意外退出，重新开始")
        elif not self.console.is_terminal:
            say(f"{name}：开始")
        self.states[name], self.begun[name] = "进行中", time.monotonic()

    def end(self, outcome: Outcome) -> None:
        """An edition is finished, one way or the other."""
        self.states[outcome.name] = outcome.result
        self.pulse()
        say(f"{outcome.name}：{outcome.result}（{outcome.seconds:.1f} 秒）")
        if outcome.said:
            complain(outcome.said, outcome.code)

    def pulse(self) -> None:
        """Draw the table as things stand now: counts of all, and what is under way."""
        if self.console.is_terminal:
            self.live.update(self._drawn(), refresh=True)

    def _drawn(self) -> Group:
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        states = list(self.states.values())
        counts = "　".join(f"{state} {states.count(state)}" for state in dict.fromkeys(states))
        table = Table(box=None, pad_edge=False, show_header=False)
        for name, state in self.states.items():
            if state == "进行中":
                table.add_row(name, state, f"{time.monotonic() - self.begun[name]:.0f} 秒")
        return Group(Text(f"共 {len(states)} 期：{counts}"), table)


def sum_up(root: Path, outcomes: Sequence[Outcome]) -> None:
    """The page that lists all editions; after a run of several, a table of them too."""
    found = entries(root)
    index = write_index(root, found)
    if len(outcomes) < 2:
        return
    from rich.console import Console
    from rich.table import Table

    tried = [one.name for one in outcomes if one.name not in {entry.name for entry in found}]
    made = {one.name: one for one in (*found, *entries(root, tried))}
    table = Table(box=None, pad_edge=False)
    labels = list(dict.fromkeys(label for one in made.values() for label, _, _ in one.figures))[:MOST_FIGURES]
    for heading in ("期名", "结果", "用时", *labels, "存疑", "省略"):
        table.add_column(heading)
    for outcome in sorted(outcomes, key=lambda one: one.name):
        one = made.get(outcome.name)
        figures = {label: number for label, number, _ in one.figures} if one else {}
        shown = [figures.get(label, "—") for label in labels]
        counts = [f"{one.doubts} 条", f"{one.omissions} 处"] if one else ["—", "—"]
        table.add_row(outcome.name, outcome.result, f"{outcome.seconds:.1f} 秒", *shown, *counts)
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(table)
    failed = [one.name for one in outcomes if one.result == "失败"]
    which = f"：{'、'.join(failed)}" if failed else ""
    say(f"共 {len(outcomes)} 期，失败 {len(failed)} 期{which}；总目：{index.relative_to(root).as_posix()}")
