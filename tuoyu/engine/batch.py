"""Many pieces of work on one executor: a failure, or a worker that dies, stops none of the others.

The executor is that of ``concurrent.futures``: processes of this machine, or a Dask cluster. What the work is, and
who is told of it, is the caller's.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import FIRST_COMPLETED
from concurrent.futures import BrokenExecutor
from concurrent.futures import Executor
from concurrent.futures import Future
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import wait
from contextlib import AbstractContextManager
from contextlib import contextmanager
from typing import TYPE_CHECKING
from typing import TypeVar

from tuoyu.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Mapping

_Result = TypeVar("_Result")
ATTEMPTS = 3
PULSE = 0.5


class WorkerDiedError(Exception):
    """The process that did a piece of work ended before its time, as often as it was tried."""


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """``count`` processes of this machine, each an interpreter of its own."""
    # A fork would take over locks and the helper of warm kernels in whatever state they are.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as executor:
        yield executor


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a Dask scheduler; they must see the same files under the same paths."""
    try:
        from distributed import Client
    except ImportError:
        msg = '--scheduler 需要 Dask，请先安装：pip install -c constraints.txt -e ".[cluster]"'
        raise ParameterError(msg) from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        msg = f"连不上 Dask 调度器 {address}（{error}），请核对地址，并先启动 dask scheduler 和 dask worker"
        raise ParameterError(msg) from None
    with client, client.get_executor(retries=ATTEMPTS) as executor:
        yield executor


def do_all(
    work: Mapping[str, Callable[[], _Result]],
    executor: Callable[[], AbstractContextManager[Executor]],
    *,
    begun: Callable[[str], None] = lambda _: None,
    pulse: Callable[[], None] = lambda: None,
) -> Iterator[tuple[str, _Result | BaseException]]:
    """Name and result, or error, of every piece of work as it is finished.

    ``begun`` is told of work that a worker has taken up, ``pulse`` is called twice a second. Where a process of this
    machine dies, nobody can tell whose work it held: what was not finished is begun again in new processes, and a
    piece of work that was under way ``ATTEMPTS`` times when that happened is given up.
    """
    left, attempts = dict(work), dict.fromkeys(work, 0)
    while left:
        with executor() as pool:
            futures = {pool.submit(one): name for name, one in left.items()}
            started: set[str] = set()
            broken = False
            for name, future in _as_finished(futures, started, begun, pulse):
                error = future.exception()
                if isinstance(error, BrokenExecutor):
                    broken = True
                    continue
                del left[name]
                yield name, error if error is not None else future.result()
        if broken:
            for name in started & left.keys():
                attempts[name] += 1
                if attempts[name] >= ATTEMPTS:
                    del left[name]
                    yield name, WorkerDiedError(name)


def _as_finished(
    futures: dict[Future[_Result], str],
    started: set[str],
    begun: Callable[[str], None],
    pulse: Callable[[], None],
) -> Iterator[tuple[str, Future[_Result]]]:
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=PULSE, return_when=FIRST_COMPLETED)
        for future in [*done, *waiting]:
            name = futures[future]
            if name not in started and (future.running() or future.done()):
                started.add(name)
                begun(name)
        pulse()
        for future in done:
            yield futures[future], future
