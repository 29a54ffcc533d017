"""Changes the program at random and tells which changes no test notices: ``python benchmarks/mutants.py``.

Every change is tried in a temporary copy, against the tests that concern its module. Tests run in processes that are
forked from this one, which has imported the libraries, so that one change costs little more than its tests.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mutations import Mutation
from mutations import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
SURVIVORS = Path(__file__).with_name("survivors.toml")
LIBRARIES = (
    *("hypothesis", "matplotlib.pyplot", "nbconvert", "nbformat", "numpy", "openpyxl", "pandas", "pikepdf"),
    *("pydantic", "pypandoc", "pypdfium2", "seaborn", "typst"),
)

# a module of the rooms that compute, decide and word → the test files that concern it, its own first
CONCERNED = {
    "facts/board": "board computing deriving",
    "facts/checks": "checks computing",
    "facts/claims": "claims conclusions conditions",
    "facts/computing": "computing recount",
    "facts/deriving": "deriving computing reckoning",
    "facts/relations": "relations conclusions",
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
    "reading/cleaning": "cleaning reading messy",
    "reading/figures": "cleaning messy layouts",
    "reading/periods": "periods cleaning",
    "reading/places": "cleaning messy layouts",
    "reading/quantities": "reading as_they_come cleaning",
    "reading/layouts/headings": "layouts cleaning",
    "reading/layouts/lists": "layouts cleaning",
    "reading/layouts/rows": "layouts cleaning",
    "reading/layouts/yearbooks": "layouts cleaning",
    "reading/survey/answers": "answers survey",
    "reading/survey/choices": "answers survey",
    "reading/survey/disclosure": "survey",
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
PATIENCE = 30  # seconds beyond ten times what the tests take on the untouched copy
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


@dataclass
class Trial:
    """A change that is being tried: in which copy, by which process, until when."""

    tally: Tally
    mutation: Mutation
    copy: Path
    process: int
    until: float


def main() -> int:
    """Try the changes, tell the score; 1 if fewer than 92 % of those that matter were noticed."""
    asked = _arguments()
    for name in LIBRARIES:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="tuoyu-mutants-") as scratch:
        copies = [_copy(Path(scratch) / str(number)) for number in range(asked.jobs)]
        tallies = [_of_module(module, copies, asked) for module in asked.modules]
    text = report(tallies, asked.seed, asked.count)
    sys.stdout.write(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    noticed, counted = sum(one.noticed for one in tallies), sum(one.counted for one in tallies)
    return 0 if noticed * 100 >= counted * 92 else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="随机改动程序，看测试能不能察觉")
    parser.add_argument("--seed", default=SEED, help=f"种子，默认 {SEED}")
    parser.add_argument("--count", type=int, default=COUNT, help=f"每个模块改动几处，默认 {COUNT}")
    parser.add_argument("--modules", default="", help="只改这几个模块，用逗号隔开，例如 facts/wording,reading/periods")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="同时试几处，默认 2")
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


def _of_module(module: str, copies: Sequence[Path], asked: argparse.Namespace) -> Tally:
    """Try the changes of one module, as many side by side as there are copies."""
    source = Path("tuoyu") / f"{module}.py"
    content = (copies[0] / source).read_bytes()
    limit = _untouched(module, copies)
    tally = Tally(module)
    known = {(one["line"], one["change"]) for one in survivors().get(module, [])}
    waiting: list[Mutation] = []
    for one in chosen(content, f"{asked.seed}:{module}", asked.count):
        if (one.context, one.words) in known:
            tally.left_out += 1
        else:
            waiting.append(one)
    free: list[Path] = list(copies)
    running: list[Trial] = []
    while waiting or running:
        while waiting and free:
            copy, mutation = free.pop(), waiting.pop(0)
            (copy / source).write_bytes(mutation.applied(content))
            for compiled in (copy / source).parent.glob(f"__pycache__/{source.stem}.*.pyc"):
                compiled.unlink()
            running.append(Trial(tally, mutation, copy, _start(module, copy), time.monotonic() + limit))
        for trial in [one for one in running if _is_over(one)]:
            running.remove(trial)
            (trial.copy / source).write_bytes(content)
            free.append(trial.copy)
        time.sleep(0.02)
    _tell(f"{module}：{tally.noticed}/{tally.counted}")
    return tally


def survivors() -> dict[str, list[dict[str, str]]]:
    """Changes that make no difference, or none that matters, by module, each with its reason."""
    found: dict[str, list[dict[str, str]]] = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))
    return found


def _untouched(module: str, copies: Sequence[Path]) -> float:
    """How long the tests of a module may take; they must pass as long as nothing is changed."""
    started = time.monotonic()
    for copy in copies:  # so that each has its bytecode
        process = _start(module, copy, keep=True)
        _, status = os.waitpid(process, 0)
        if status:
            sys.stderr.write((copy / "mutants.log").read_text("utf-8", "replace")[-2000:])
            msg = f"{module} 的测试在没有改动时就不通过"
            raise SystemExit(msg)
    return 10 * (time.monotonic() - started) / len(copies) + PATIENCE


def _start(module: str, copy: Path, *, keep: bool = False) -> int:
    """Run the tests of a module, and its doctests, in a process of its own; returns its number."""
    process = os.fork()
    if process:
        return process
    code = 3
    try:
        code = _test(module, copy, keep=keep)
        sys.stdout.flush()
    finally:
        os._exit(code)


def _test(module: str, copy: Path, *, keep: bool) -> int:
    return _test_files(copy, CONCERNED[module], f"tuoyu/{module}.py", keep=keep)


def _test_files(copy: Path, tests: str, *more: str, keep: bool) -> int:
    os.setsid()
    log = os.open(copy / "mutants.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not keep:
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = not keep
    sys.path[:] = [str(copy), *(one for one in sys.path if one not in {str(ROOT), str(ROOT / "benchmarks"), ""})]
    files = [f"tests/test_{name}.py" for name in tests.split()]
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=1", "--no-header", "--tb=line"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # libraries were imported before pytest began
    return int(pytest.main([*options, *files, *more]))


def _is_over(trial: Trial) -> bool:
    """Whether a change has been judged: noticed where a test failed, or where the tests do not come to an end."""
    number, status = os.waitpid(trial.process, os.WNOHANG)
    if not number and time.monotonic() < trial.until:
        return False
    _end(trial.process)
    if not number:
        os.waitpid(trial.process, 0)
    if number and status == 0:
        trial.tally.survived.append(trial.mutation)
        _tell(f"  漏掉 {trial.tally.module}:{trial.mutation.line}　{trial.mutation.words}")
    else:
        trial.tally.noticed += 1
    return True


def _end(group: int) -> None:
    """End what the tests started and did not end themselves."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


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
