"""What commands cost: wall time, and CPU time of all their processes."""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import ctypes
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNSET = ("PYTHONDONTWRITEBYTECODE", "TUOYU_KERNELS", "TUOYU_ROOT", "TUOYU_PROCESSED")
_PATIENCE = 20.0
_SUBREAPER = 36
_SHOWN = 2000
_adopting = threading.Event()


@dataclass(frozen=True)
class Command:
    """命令 — words, and the folder where they are said."""

    words: tuple[str, ...]
    folder: Path


# Commands of one chain run one after another; chains may run side by side.
Chain = tuple[Command, ...]


@dataclass(frozen=True)
class Cost:
    """用时 — seconds by the clock, and seconds of processors."""

    wall: float
    processor: float


class CommandFailedError(Exception):
    """A command ended with an error, so that there is nothing to compare; says which, and its last words."""


def surroundings(root: Path) -> dict[str, str]:
    """Environment variables for every way: the package of this copy, programs of this interpreter, bytecode kept."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**kept, "PATH": path, "PYTHONPATH": str(root)}


def adopt_orphans() -> None:
    """From here on, processes whose parent has ended are children of this one, so that their CPU time is counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        _adopting.set()


def measure(chains: Sequence[Chain], root: Path, *, jobs: int = 1) -> Cost:
    """Run chains of commands, as many side by side as given. Raises CommandFailedError if one fails."""
    before, start = processor_time(), time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(partial(_run_chain, root), chains))
    wall = time.perf_counter() - start
    bury_orphans()
    return Cost(wall, processor_time() - before)


def _run_chain(root: Path, chain: Chain) -> None:
    for command in chain:
        say(command, root)


def say(command: Command, root: Path) -> str:
    """What a command prints, on both streams. Raises CommandFailedError if it fails."""
    done = subprocess.run(  # noqa: S603 - our own words
        command.words,
        cwd=command.folder,
        env=surroundings(root),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    text = done.stdout.decode(errors="replace")
    if done.returncode:
        msg = f"命令失败（退出码 {done.returncode}）：{' '.join(command.words)}\n{text[-_SHOWN:]}"
        raise CommandFailedError(msg)
    return text


def bury_orphans() -> None:
    """Wait until nothing that was started is running any more; give up after a while.

    Without :func:`adopt_orphans` nothing is waited for: children may be those of others in this process.
    """
    until = time.monotonic() + _PATIENCE
    while _adopting.is_set() and time.monotonic() < until:
        try:
            number, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not number:
            time.sleep(0.02)


def processor_time() -> float:
    """CPU seconds, of users and system, of all descendants that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def median(costs: Sequence[Cost]) -> Cost:
    """The middle of each of the two."""
    return Cost(statistics.median(one.wall for one in costs), statistics.median(one.processor for one in costs))


def quotient(costs: Sequence[Cost], others: Sequence[Cost]) -> Cost:
    """The medians of the ratios within each round.

    >>> quotient([Cost(1, 2), Cost(1, 1)], [Cost(4, 4), Cost(2, 4)])
    Cost(wall=0.375, processor=0.375)
    """
    pairs = list(zip(costs, others, strict=True))
    return median([Cost(one.wall / other.wall, one.processor / other.processor) for one, other in pairs])
