"""Makes editions: one after another in this process, or several at once on other processes or a cluster.

What belongs here: the piece of work that a worker does, and what it hands back. How it is told stands in ``progress``.
"""

from __future__ import annotations

import atexit
import gc
import os
import platform
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import lru_cache
from functools import partial
from typing import TYPE_CHECKING
from typing import Literal

from tuoyu.engine import journal
from tuoyu.engine.batch import ATTEMPTS
from tuoyu.engine.batch import WorkerDiedError
from tuoyu.engine.batch import cluster
from tuoyu.engine.batch import do_all
from tuoyu.engine.batch import processes
from tuoyu.engine.folders import Folders
from tuoyu.engine.host import have_home
from tuoyu.engine.locking import hold
from tuoyu.engine.runner import Job
from tuoyu.engine.runner import Step
from tuoyu.engine.runner import render_edition
from tuoyu.engine.runner import run_edition
from tuoyu.engine.surroundings import Surroundings
from tuoyu.front.formats import FILES
from tuoyu.front.publication import MODULE
from tuoyu.front.publication import preparer
from tuoyu.front.publication import renderer
from tuoyu.front.signing import sealed
from tuoyu.kernels import stay_warm
from tuoyu.nouns.errors import StageError
from tuoyu.nouns.errors import TuoyuError
from tuoyu.workspace.editions import check_targets
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import load_stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.stage import Stage

HOME = ".home"
Result = Literal["完成", "未变", "失败"]
_VERBS = {"run": run_edition, "render": render_edition}
_warmed = threading.Event()
_TURN = 0.0005  # seconds that one thread may keep the others waiting: the usual ten times as long cost a twentieth
_OBJECTS = 50_000  # new ones between two searches for cycles; the usual 700 costs a twentieth of a run


@dataclass(frozen=True)
class Order:
    """What is to be done with every edition: the verb, whether to make anew what is fresh, which files of a report.

    ``given`` tells one command from the next: the source of the package is read once for each. ``source`` is the
    digest of the source of whoever gives the order: a worker with other source would make other products.
    """

    verb: Literal["run", "render"] = "run"
    force: bool = False
    formats: tuple[str, ...] = ()
    given: str = field(default_factory=lambda: f"{os.getpid()} {time.time_ns()}")
    source: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one edition; ``said`` is the error, or what was wrong with the cache."""

    name: str
    result: Result
    seconds: float
    code: int = 0
    said: str = ""


@lru_cache(maxsize=1)
def _surroundings(given: str) -> Surroundings:  # noqa: ARG001 - the question of which command
    return Surroundings()


def job_of(
    root: Path,
    stages: Sequence[Stage],
    edition: Edition,
    *,
    report: Callable[[Step], None] = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
    order: Order | None = None,
) -> Job:
    """The job of one edition, as every verb needs it."""
    order = order or Order()
    have_home(root / "data" / "processed" / HOME)
    wanted = order.formats or FILES
    return Job(
        root,
        edition,
        tuple(stages),
        report,
        sealed(renderer(root, stages, wanted), root, edition.name),
        pages=MODULE,
        wanted=wanted,
        force=order.force,
        tell=tell,
        prepare=preparer(root, edition),
        surroundings=_surroundings(order.given),
        machine=_fonts,
    )


def _fonts() -> dict[str, str]:
    """The fonts in which this machine sets the sheets, by role: other fonts make other sheets."""
    from tuoyu.render.fonts import chosen_faces

    return {f"字体“{one.role}”": one.family for one in chosen_faces()}


def _refuse_other_source(order: Order) -> None:
    if order.source and order.source != _surroundings(order.given).package.raw_digest():
        msg = f"主机 {platform.node()} 上的程序与发出任务的主机不同，这一期没有做；请在各台机器上换成同一版程序再运行"
        raise StageError(msg)


def settle() -> None:
    """Let this process keep what one edition after the other needs."""
    if not _warmed.is_set():
        _warmed.set()
        stay_warm()
        gc.set_threshold(_OBJECTS)
        sys.setswitchinterval(_TURN)
        atexit.register(gc.freeze)  # or the end of the process is spent on a last search through all that was loaded


def make(root: Path, name: str, order: Order, report: Callable[[Step], None] | None = None) -> Outcome:
    """Make one edition and put it into the journal; no error leaves this function, so that no other edition suffers."""
    settle()
    start = time.perf_counter()
    steps: list[Step] = []
    said: list[str] = []

    def hear(step: Step) -> None:
        steps.append(step)
        if report:
            report(step)

    code = 0
    try:
        _refuse_other_source(order)
        edition = load_edition(root, name)
        check_targets(root, edition)
        job = job_of(root, load_stages(root), edition, report=hear, tell=said.append, order=order)
        result: Result = "完成" if _VERBS[order.verb](job) else "未变"
    except TuoyuError as error:
        result, code = "失败", error.exit_code
        said.append(str(error))
    except Exception:  # noqa: BLE001 - a fault of ours keeps its traceback, and stops this edition only
        result, code = "失败", 1
        said.append(traceback.format_exc())
    seconds = time.perf_counter() - start
    told = [{"title": one.title, "state": one.state, "seconds": round(one.seconds, 3)} for one in steps]
    told = [one for one in told if one["state"] != "started"]
    journal.note(
        root, {"edition": name, "verb": order.verb, "result": result, "seconds": round(seconds, 3), "steps": told}
    )
    return Outcome(name, result, seconds, code, "\n".join(said))


def make_all(
    root: Path,
    names: Sequence[str],
    order: Order,
    *,
    jobs: int = 1,
    scheduler: str = "",
    begun: Callable[[str], None] = lambda _: None,
    pulse: Callable[[], None] = lambda: None,
) -> Iterator[Outcome]:
    """Outcomes in the order in which they are had, from ``jobs`` processes or the workers of a Dask scheduler."""
    order = replace(order, source=_surroundings(order.given).package.raw_digest())
    work = {name: partial(make, root, name, order) for name in names}
    crew = partial(cluster, scheduler) if scheduler else partial(processes, jobs)
    unfinished: set[str] = set()

    def taken_up(name: str) -> None:
        unfinished.add(name)
        begun(name)

    try:
        for name, outcome in do_all(work, crew, begun=taken_up, pulse=pulse):
            if isinstance(outcome, Outcome):
                unfinished.discard(name)
                yield outcome
            else:
                journal.note(root, {"edition": name, "verb": order.verb, "result": "失败", "seconds": 0.0, "steps": []})
                yield _undone(name, outcome)
    finally:
        for name in unfinished:
            tidy(root, name)


def _undone(name: str, error: BaseException) -> Outcome:
    """The outcome of an edition from which nothing came back but this error."""
    if isinstance(error, TuoyuError):
        return Outcome(name, "失败", 0.0, error.exit_code, str(error))
    if isinstance(error, WorkerDiedError):
        said = f"执行的进程意外退出（试了 {ATTEMPTS} 次），常见原因是内存不足；请减少同时做的期数，再重新运行"
    else:
        fault = "".join(traceback.format_exception_only(error)).strip()
        said = f"工作进程没有接下这一期（{fault}），请核对各台机器装的程序版本是否相同"
    return Outcome(name, "失败", 0.0, StageError.exit_code, said)


def tidy(root: Path, name: str) -> None:
    """Take away what an edition that was broken off has left, unless somebody is still making it."""
    folders = Folders(root, name)
    with suppress(StageError, OSError), hold(folders.lock, name):
        folders.sweep()
