"""Growth with the number of cities: time per edition, memory of the parent, a kill on the way, freshness of all."""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

import ways
from cases import WORKERS
from cases import Row
from cities import make_cities
from costs import Command
from costs import CommandFailedError
from costs import Cost
from costs import bury_orphans
from costs import measure
from costs import processor_time
from costs import surroundings

from tuoyu.engine.journal import JOURNAL

if TYPE_CHECKING:
    from pathlib import Path

    from cases import Bench

MOST_GROWTH = 1.10
FRESH_SECONDS = 2.0
_PULSE = 0.1
_WARMING = 2 * WORKERS  # the first editions of each worker wait for imports
_ALL = (sys.executable, "pipeline.py", "run", "--all", "--jobs", str(WORKERS))
_SMALL = 10


@dataclass(frozen=True)
class Watched:
    """What was seen of one run: its cost, and the peak memory of the parent when the first edition was done and last.

    Memory is in MB, None where the system does not tell.
    """

    cost: Cost
    first_peak: float | None
    last_peak: float | None


def growth(bench: Bench, count: int, census: Path | None) -> list[Row]:
    """Rows of a run of so many cities: growth over a tenth as many and within the run, and freshness of all."""
    few = max(count // _SMALL, 1)
    small, large = _site(bench, "few-cities", few, census), _site(bench, "many-cities", count, census)
    bench.tell(f"{few} 个城市")
    _watch(small)
    small_seconds = _steady(_made(small))
    bench.tell(f"{count} 个城市：先运行一部分，强行结束")
    _watch(large, until=few)
    before = _made(large)
    bench.tell(f"{count} 个城市：接着做完")
    watched = _watch(large)
    after = _made(large)[len(before) :]
    redone = len({one["edition"] for one in before} & {one["edition"] for one in after})
    demands = [
        _ratio(f"每期用时，{count} 城比 {few} 城", small_seconds, _steady(after)),
        _ratio("每期用时，后十分之一比前十分之一", *_ends(after)),
        _memory(watched),
        (f"中断前做完 {len(before)} 期，重做 {redone} 期", redone == 0),
        (f"做完 {len(before) + len(after)} 期", len(before) + len(after) == count),
    ]
    whole = Row(f"{len(after)} 个城市，从头做，两个进程", [watched.cost], demands=tuple(demands))
    return [whole, *(_freshness(bench, large, count, jobs) for jobs in (1, WORKERS))]


def _site(bench: Bench, name: str, count: int, census: Path | None) -> Path:
    """A copy of the repository with editions of these cities only."""
    root = bench.copy(name)
    for path in (root / "editions").iterdir():
        path.unlink()
    make_cities(root, count, census)
    return root


def _freshness(bench: Bench, root: Path, count: int, jobs: int) -> Row:
    names = sorted(path.stem for path in (root / "editions").glob("*.toml"))
    bench.tell(f"{count} 个城市：核对是否有变化，{jobs} 个进程")
    costs = [measure(ways.ours(root, names, jobs), root) for _ in range(bench.repeat)]
    seconds = statistics.median(cost.wall for cost in costs)
    demand = (f"{seconds:.1f} 秒，应不超过 {FRESH_SECONDS:.0f} 秒", seconds <= FRESH_SECONDS)
    return Row(f"{count} 个城市，都没有变，{jobs} 个进程", costs, demands=(demand,))


def _watch(root: Path, until: int | None = None) -> Watched:
    """Run all editions of a site; kill the run, by its own process group, once so many are done."""
    command = Command(_ALL, root)
    before, start = processor_time(), time.perf_counter()
    done_before, peaks = len(_made(root)), []
    log = root / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own words
            command.words,
            cwd=command.folder,
            env=surroundings(root),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                done = len(_made(root)) - done_before
                if until is not None and done >= until:
                    break
                peak = _peak(process.pid)
                if done and peak is not None:
                    peaks.append(peak)
                time.sleep(_PULSE)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
    wall = time.perf_counter() - start
    bury_orphans()
    if code and until is None:
        msg = f"{' '.join(command.words)} 失败（退出码 {code}）\n{log.read_text('utf-8', errors='replace')[-2000:]}"
        raise CommandFailedError(msg)
    first, last = (peaks[0], peaks[-1]) if peaks else (None, None)
    return Watched(Cost(wall, processor_time() - before), first, last)


def _peak(number: int) -> float | None:
    """The most memory that a process has had in use, in MB."""
    try:
        with open(f"/proc/{number}/status", encoding="utf-8") as status:  # noqa: PTH123 - no file of ours
            line = next((line for line in status if line.startswith("VmHWM:")), "")
    except OSError:
        return None
    return int(line.split()[1]) / 1024 if line else None


def _made(root: Path) -> list[dict[str, Any]]:
    """What the journal says of every edition that was made, in order."""
    try:
        lines = (root / "data" / "processed" / JOURNAL).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    entries = [json.loads(line) for line in lines if line.endswith("}")]
    return [entry for entry in entries if entry["result"] == "完成"]


def _steady(entries: list[dict[str, Any]]) -> float:
    """Median seconds of an edition, once the workers have done their imports."""
    return statistics.median(entry["seconds"] for entry in entries[_WARMING:] or entries)


def _ends(entries: list[dict[str, Any]]) -> tuple[float, float]:
    """Median seconds of an edition among the first tenth and among the last."""
    seconds = [entry["seconds"] for entry in entries[_WARMING:] or entries]
    tenth = max(len(seconds) // 10, 1)
    return statistics.median(seconds[:tenth]), statistics.median(seconds[-tenth:])


def _ratio(words: str, before: float, after: float) -> tuple[str, bool]:
    quotient = after / before
    return f"{words}：{after:.2f}÷{before:.2f}={quotient:.2f}，应不超过 {MOST_GROWTH:.2f}", quotient <= MOST_GROWTH


def _memory(watched: Watched) -> tuple[str, bool]:
    first, last = watched.first_peak, watched.last_peak
    if first is None or last is None:
        return "父进程内存：本机测不到", False
    return f"父进程内存峰值 {first:.0f}→{last:.0f} MB，增长应不超过一成", last <= first * MOST_GROWTH
