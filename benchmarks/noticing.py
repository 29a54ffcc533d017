"""Runs the tests of a changed module, in processes that are forked from one which has imported the libraries.

What a test concerns is imported and collected once for all changes of a module: a change within a function is made in
a fork by giving the function its other code. Where that is not enough, because what was changed has run on import or
stands outside of functions, everything is imported anew.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import gc
import inspect
import json
import os
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import CodeType
from types import FunctionType
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence
    from types import FrameType

    from mutations import Mutation

PATIENCE = 30  # seconds beyond ten times what the tests take on the untouched copy
STEPS = (0.05, 0.3, 1.5, float("inf"))  # seconds: tests that take about as long stay in their order
OPTIONS = (
    *("-x", "-q", "--no-header", "--tb=line", "--hypothesis-seed=1", "--hypothesis-profile=mutants"),
    *("-p", "no:cacheprovider", "-p", "no:unraisableexception", "-p", "no:threadexception"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # libraries were imported before pytest began
)
# an example that fails is not made smaller: that it fails is all that is asked
settings.register_profile("mutants", deadline=None, database=None, phases=[Phase.explicit, Phase.generate])


def start(copy: Path, module: str, tests: str, *plugins: object) -> int:
    """Run tests, and the doctests of a module, in a process of its own; returns its number."""
    process = os.fork()
    if process:
        return process
    code = 3
    try:
        code = _run(copy, module, tests, plugins)
        sys.stdout.flush()
    finally:
        os._exit(code)


def _run(copy: Path, module: str, tests: str, plugins: Sequence[object]) -> int:
    os.setsid()
    log = os.open(copy / "mutants.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(copy)
    os.environ.update(PYTHONPATH=str(copy), PYTHONDONTWRITEBYTECODE="1")
    here = Path(__file__).resolve().parent
    others = {"", str(here), str(here.parent)}
    sys.path[:] = [str(copy), *(one for one in sys.path if one not in others)]
    files = [f"tests/test_{name}.py" for name in tests.split()]
    words = [*OPTIONS, f"--basetemp={copy.parent / f'{copy.name}-tmp'}", *files, f"tuoyu/{module}.py"]
    return int(pytest.main(words, plugins=[Times(copy.parent / f"{copy.name}.json"), *plugins]))


def end(group: int) -> None:
    """End what the tests started and did not end themselves."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


class Times:
    """How long each test took on the untouched copy; those that take long come last."""

    def __init__(self, file: Path, *, keep: bool = False) -> None:
        self.file, self.keep = file, keep
        self.taken: dict[str, float] = json.loads(file.read_text("utf-8")) if file.exists() else {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Quick tests first, otherwise in their order."""
        items.sort(key=lambda one: next(n for n, at in enumerate(STEPS) if self.taken.get(one.nodeid, 0) <= at))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the time of a test and of what it needs."""
        if self.keep:
            self.taken[report.nodeid] = self.taken.get(report.nodeid, 0) + report.duration

    def pytest_sessionfinish(self) -> None:
        """Write the times down."""
        if self.keep:
            self.file.write_text(json.dumps(self.taken), "utf-8")


class Swapping:
    """Tries changes in forks of one session that has collected its tests; what became of each goes into a file.

    ``True`` is a change that a test noticed, ``None`` one for which everything must be imported anew. Nothing is
    written where a test fails on the untouched copy.
    """

    def __init__(self, source: Path, waiting: Sequence[Mutation], copy: Path) -> None:
        self.source, self.waiting, self.copy = source, waiting, copy
        self.content = source.read_bytes()
        self.ran: set[tuple[str, int]] = set()
        self.limit = PATIENCE

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self) -> None:
        """From the first import on, tell what of the module runs; what is compiled may be kept."""
        sys.dont_write_bytecode = False
        sys.setprofile(self._record)

    def _record(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == str(self.source):
            self.ran.add(_key(frame.f_code))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object:
        """Instead of running the tests: fork for each change, and run them there."""
        sys.setprofile(None)
        sys.dont_write_bytecode = True
        functions: dict[tuple[str, int], list[FunctionType]] = defaultdict(list)
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename == str(self.source):
                functions[_key(one.__code__)].append(one)
        gc.freeze()
        times = Times(self.copy.parent / f"{self.copy.name}.json", keep=True)
        times.taken = {}
        if not (process := _fork()):
            session.config.pluginmanager.register(times)
            return None
        started = time.monotonic()
        if noticed(process, 100 * PATIENCE):
            return True
        self.limit += 10 * (time.monotonic() - started)
        Times(times.file).pytest_collection_modifyitems(session.items)
        verdicts: list[bool | None] = []
        for mutation in self.waiting:
            old, new = self._codes(mutation)
            swapped = functions.get(_key(old), []) if old and new else []
            if not swapped or not new:
                verdicts.append(None)
                continue
            self.source.write_bytes(mutation.applied(self.content))
            if not (process := _fork()):
                for one in swapped:
                    one.__code__ = new
                return None
            verdicts.append(noticed(process, self.limit))
            self.source.write_bytes(self.content)
        text = json.dumps({"limit": self.limit, "verdicts": verdicts})
        (self.copy / "mutants.json").write_text(text, "utf-8")
        return True

    def _codes(self, mutation: Mutation) -> tuple[CodeType | None, CodeType | None]:
        """The one function that has other code, before and after; none where that is not all there is to it."""
        before = compile(self.content, str(self.source), "exec", dont_inherit=True)
        after = compile(mutation.applied(self.content), str(self.source), "exec", dont_inherit=True)
        pairs = [pair for pair in _pairs(before, after) if pair is None or _bare(pair[0]) != _bare(pair[1])]
        if len(pairs) != 1 or pairs[0] is None or not _is_function(pairs[0][0]):
            return None, None
        old, new = pairs[0]
        name, line = _key(old)
        inside = any((one, at) == (name, line) or one.startswith(f"{name}.<locals>") for one, at in self.ran)
        alike = old.co_freevars == new.co_freevars and old.co_argcount == new.co_argcount
        once = [_key(one) for one in _tops(before)].count(_key(old)) == 1
        return (old, new) if not inside and alike and once else (None, None)


def _fork() -> int:
    process = os.fork()
    if not process:
        os.setsid()
    return process


def noticed(process: int, limit: float) -> bool:
    """Whether the tests in a process failed, or did not come to an end."""
    until = time.monotonic() + limit
    number, status = 0, 0
    while not number and time.monotonic() < until:
        number, status = os.waitpid(process, os.WNOHANG)
        time.sleep(0.01)
    end(process)
    if not number:
        os.waitpid(process, 0)
    return not number or status != 0


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED)


def _children(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _tops(code: CodeType) -> Iterator[CodeType]:
    """A module, its classes, and the functions of both; not what is inside of functions."""
    yield code
    if not _is_function(code):
        for one in _children(code):
            yield from _tops(one)


def _pairs(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType] | None]:
    """The same of two versions side by side; None where they are not made alike."""
    old, new = list(_tops(before)), list(_tops(after))
    if [one.co_qualname for one in old] != [one.co_qualname for one in new]:
        yield None
        return
    yield from zip(old, new, strict=True)


def _bare(code: CodeType) -> tuple[object, ...]:
    """What a code does, wherever it stands; of modules and classes without the functions in them."""
    whole = _is_function(code)
    constants = [
        (_bare(one) if whole else one.co_qualname) if isinstance(one, CodeType) else (type(one), repr(one))
        for one in code.co_consts
    ]
    return code.co_code, tuple(constants), code.co_names, code.co_varnames, code.co_freevars, code.co_flags
