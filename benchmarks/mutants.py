"""Changes the program at random and tells which changes no test notices: ``python benchmarks/mutants.py``.

Every change is tried in a temporary copy, against the tests that concern its module, quick ones first, up to the first
that fails. Tests run in processes that are forked from this one, which has imported the libraries, so that one change
costs little more than its tests.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import argparse
import gc
import importlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from mutations import Mutation
from mutations import chosen
from noticing import Swapping
from noticing import noticed
from noticing import start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence
    from multiprocessing import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
SURVIVORS = Path(__file__).with_name("survivors.toml")
LIBRARIES = (
    *("hypothesis", "matplotlib.pyplot", "nbconvert", "nbformat", "numpy", "openpyxl", "pandas", "pikepdf"),
    *("pydantic", "pypandoc", "pypdfium2", "seaborn", "typst"),
)

# a module of the rooms that compute, decide and word → the test files that concern it, its own first
CONCERNED = {
    "facts/ascribing": "difference",
    "facts/board": "board computing deriving",
    "facts/checks": "checks doubts doubt_limits computing",
    "facts/checks_place": "doubt_limits doubts checks",
    "facts/checks_relations": "doubt_limits doubts checks",
    "facts/checks_shares": "doubt_limits doubts checks",
    "facts/checks_text": "doubt_limits doubts checks",
    "facts/checks_time": "doubt_limits doubts checks",
    "facts/claims": "claims conclusions conditions",
    "facts/computing": "computing recount",
    "facts/deriving": "deriving computing reckoning",
    "facts/relations": "relations conclusions",
    "facts/settling": "settling quality",
    "facts/selecting": "selecting computing",
    "facts/statistics": "statistics wording",
    "facts/wording": "wording prose relations",
    "childcare/annexes": "tables recount",
    "childcare/attaining": "attaining tables",
    "childcare/formulas": "recount computing",
    "childcare/outlook": "reckoning recount tables",
    "childcare/reckoning": "reckoning recount computing",
    "childcare/tables": "tables recount",
    "childcare/institutions/categories": "institutions",
    "childcare/institutions/entries": "institutions recount",
    "childcare/institutions/register": "institutions recount",
    "childcare/institutions/sums": "institutions recount",
    "reading/cleaning": "cleaning entering reading messy as_they_come settling reading_log",
    "reading/entering": "entering",
    "reading/figures": "cleaning entering messy layouts as_they_come",
    "reading/periods": "periods cleaning as_they_come",
    "reading/places": "cleaning messy layouts as_they_come",
    "reading/quantities": "reading as_they_come cleaning",
    "reading/layouts/frames": "layouts as_they_come",
    "reading/layouts/headings": "layouts cleaning as_they_come",
    "reading/layouts/lists": "layouts cleaning as_they_come",
    "reading/layouts/rows": "layouts cleaning as_they_come",
    "reading/layouts/tidied": "layouts as_they_come",
    "reading/layouts/yearbooks": "layouts cleaning as_they_come",
    "reading/survey/answers": "answers survey",
    "reading/survey/choices": "answers survey",
    "reading/survey/disclosure": "disclosure survey",
    "reading/survey/exports": "answers survey",
    "reading/survey/shares": "survey answers",
    "reading/survey/validity": "answers survey",
    "text/answering": "answering",
    "text/conditions": "conditions sections",
    "text/gaps": "prose document",
    "text/printing": "printing prose",
    "text/prose": "prose sections",
    "text/quoting": "quoting prose",
    "workspace/editions": "parameters",
    "engine/folders": "folders",
    "front/difference": "difference",
    "front/leftovers": "leftovers",
}
SEED = "2026"
COUNT = 20
OWN: list[Path] = []  # the copy in which this process tries its changes
HEADINGS = ("模块", "改动", "不计", "察觉", "漏掉", "察觉的比例")


@dataclass
class Tally:
    """一个模块的结果 — how many changes were tried, left out, noticed; and those that nothing noticed."""

    module: str
    left_out: int = 0
    noticed: int = 0
    survived: list[Mutation] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """The changes that matter."""
        return self.noticed + len(self.survived)


class UntouchedError(Exception):
    """Tests fail though nothing is changed."""


def main() -> int:
    """Try the changes, tell the score; 1 if fewer than 92 % of those that matter were noticed."""
    asked = _arguments()
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # what is imported is never looked through again
    with tempfile.TemporaryDirectory(prefix="tuoyu-mutants-") as scratch:
        forks = multiprocessing.get_context("fork")
        copies = forks.SimpleQueue()
        for number in range(asked.jobs):
            copies.put(_copy(Path(scratch) / str(number)))
        with ProcessPoolExecutor(asked.jobs, forks, _own, (copies,)) as workers:
            trials = [workers.submit(_of_module, module, asked.seed, asked.count) for module in asked.modules]
            broken = [str(error) for trial in trials if (error := trial.exception())]
        tallies = [trial.result() for trial in trials if not trial.exception()]
    text = report(tallies, asked.seed, asked.count)
    sys.stdout.write(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    noticed, counted = sum(one.noticed for one in tallies), sum(one.counted for one in tallies)
    sys.stderr.write("".join(f"{one}\n" for one in broken))
    return 0 if noticed * 100 >= counted * 92 and not broken else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="随机改动程序，看测试能不能察觉")
    parser.add_argument("--seed", default=SEED, help=f"种子，默认 {SEED}")
    parser.add_argument("--count", type=int, default=COUNT, help=f"每个模块改动几处，默认 {COUNT}")
    parser.add_argument("--modules", default="", help="只改这几个模块，用逗号隔开，例如 facts/wording,reading/periods")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="同时试几个模块，默认 2")
    parser.add_argument("--out", type=Path, help="结果另存")
    asked = parser.parse_args()
    asked.modules = asked.modules.split(",") if asked.modules else list(CONCERNED)
    unknown = [name for name in asked.modules if name not in CONCERNED]
    if unknown:
        parser.error(f"没有登记 {'、'.join(unknown)} 由哪些测试负责，见 CONCERNED")
    return asked


def _copy(target: Path) -> Path:
    """The repository's own files; bytecode of the tests and of the package is kept there."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - our own words
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    words = ["git", "init", "--quiet"]  # some tests ask git for the files
    subprocess.run(words, cwd=target, check=True)  # noqa: S603 - our own words
    return target


def _of_module(module: str, seed: str, count: int) -> Tally:
    """Try the changes of one module in this process's own copy."""
    source = OWN[0] / "tuoyu" / f"{module}.py"
    content = source.read_bytes()
    known = {(one["line"], one["change"]) for one in survivors().get(module, [])}
    drawn = chosen(content, f"{seed}:{module}", count)
    waiting = [one for one in drawn if (one.context, one.words) not in known]
    limit, verdicts = _swapped(module, source, waiting)
    for number, one in enumerate(waiting):
        if verdicts[number] is None:
            verdicts[number] = _anew(module, source, one, limit)
    survived = [one for one, verdict in zip(waiting, verdicts, strict=True) if not verdict]
    tally = Tally(module, len(drawn) - len(waiting), verdicts.count(True), survived)
    words = "".join(f"\n  漏掉 {module}:{one.line}　{one.words}" for one in survived)
    sys.stderr.write(f"{module}：{tally.noticed}/{tally.counted}{words}\n")
    sys.stderr.flush()
    return tally


def survivors() -> dict[str, list[dict[str, str]]]:
    """Changes that make no difference, or none that matters, by module, each with its reason."""
    found: dict[str, list[dict[str, str]]] = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))
    return found


def _swapped(module: str, source: Path, waiting: Sequence[Mutation]) -> tuple[float, list[bool | None]]:
    """Try changes in forks of a process that has imported and collected everything; how long each may take."""
    copy = OWN[0]
    results = copy / "mutants.json"
    results.unlink(missing_ok=True)
    os.waitpid(start(copy, module, CONCERNED[module], Swapping(source, waiting, copy)), 0)
    if not results.exists():
        sys.stderr.write((copy / "mutants.log").read_text("utf-8", "replace")[-2000:])
        msg = f"{module} 的测试在没有改动时就不通过"
        raise UntouchedError(msg)
    found = json.loads(results.read_text("utf-8"))
    return found["limit"], found["verdicts"]


def _anew(module: str, source: Path, mutation: Mutation, limit: float) -> bool:
    """Try one change in a process that imports everything anew."""
    content = source.read_bytes()
    source.write_bytes(mutation.applied(content))
    for compiled in source.parent.glob(f"__pycache__/{source.stem}.*.pyc"):
        compiled.unlink()
    found = noticed(start(OWN[0], module, CONCERNED[module]), limit)
    source.write_bytes(content)
    return found


def _own(copies: SimpleQueue[Path]) -> None:
    OWN.append(copies.get())


def report(tallies: Sequence[Tally], seed: str, count: int) -> str:
    """The score as a table in Markdown, and what survived."""
    return "\n".join([f"种子 {seed}，每个模块 {count} 处。", *_lines(tallies), ""])


def _lines(tallies: Sequence[Tally]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"| {' | '.join([':--', *['--:'] * (len(HEADINGS) - 1)])} |"
    everything = Tally("合计", sum(one.left_out for one in tallies), sum(one.noticed for one in tallies))
    everything.survived = [mutation for one in tallies for mutation in one.survived]
    for one in [*tallies, everything]:
        cells = (one.module, one.counted + one.left_out, one.left_out, one.noticed, len(one.survived))
        rate = f"{one.noticed * 100 / one.counted:.0f}%" if one.counted else "—"
        yield f"| {' | '.join(map(str, cells))} | {rate} |"
    if everything.survived:
        yield ""
        yield "没有察觉的："
        yield ""
    for one in tallies:
        for mutation in one.survived:
            yield f"- {one.module}:{mutation.line} `{mutation.context}`：`{mutation.words}`"


if __name__ == "__main__":
    sys.exit(main())
