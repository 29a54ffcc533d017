"""Many pieces of work at once: a failure, or a worker that dies, stops none of the others.

Who does the work is a crew: processes of this machine, or the workers of a Dask scheduler. What the work is, and who
is told of it, is the caller's.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED
from concurrent.futures import BrokenExecutor
from concurrent.futures import CancelledError
from concurrent.futures import Future
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import wait
from contextlib import AbstractContextManager
from contextlib import contextmanager
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from typing import Any
from typing import Protocol
from typing import TypeVar

from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import StageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

_Result = TypeVar("_Result")
ATTEMPTS = 3
PULSE = 0.5
PATIENCE = 60.0  # seconds for which a cluster may be without workers
_CONNECT = 10.0


class WorkerDiedError(Exception):
    """The process that did a piece of work ended before its time, as often as it was tried."""


class Crew(Protocol):
    """Who does the work."""

    def width(self) -> int:
        """How many pieces of work can be under way, as things stand; StageError where nobody is left to do any."""

    def submit(self, work: Callable[[], _Result]) -> Future[_Result]:
        """Hand over a piece of work; StageError where nobody can be found to do it."""

    def deaths(self, error: object) -> int:
        """How many deaths of workers an error stands for; 0 for an error of the work itself."""


def do_all(
    work: Mapping[str, Callable[[], _Result]],
    crew: Callable[[], AbstractContextManager[Crew]],
    *,
    begun: Callable[[str], None] = lambda _: None,
    pulse: Callable[[], None] = lambda: None,
) -> Iterator[tuple[str, _Result | BaseException]]:
    """Name and result, or error, of every piece of work as it is finished.

    ``begun`` is told of work that is taken up, ``pulse`` is called twice a second. Work whose worker died comes up
    again after all the rest, is taken up ``ATTEMPTS`` times at most, and then given up with WorkerDiedError. Closing
    the iterator ends the crew.
    """
    left, attempts = deque(work), dict.fromkeys(work, 0)
    under_way: dict[Future[_Result], str] = {}
    with crew() as workers:
        while left or under_way:
            try:
                for _ in range(min(workers.width() - len(under_way), len(left))):
                    under_way[workers.submit(work[left[0]])] = left[0]
                    begun(left.popleft())
            except StageError as nobody:
                yield from ((name, nobody) for name in [*under_way.values(), *left])
                return
            done = _wait(under_way)
            pulse()
            for future in done:
                name, result = under_way.pop(future), _result_of(future)
                attempts[name] += workers.deaths(result)
                if workers.deaths(result) and attempts[name] < ATTEMPTS:
                    left.append(name)
                else:
                    yield name, WorkerDiedError(name) if workers.deaths(result) else result


def _wait(under_way: Mapping[Future[_Result], str]) -> set[Future[_Result]]:
    if not under_way:
        time.sleep(PULSE)
    return wait(under_way, timeout=PULSE, return_when=FIRST_COMPLETED).done


def _result_of(future: Future[_Result]) -> _Result | BaseException:
    try:
        error = future.exception()
    except CancelledError as cancelled:
        return cancelled
    return future.result() if error is None else error


@contextmanager
def processes(count: int) -> Iterator[Crew]:
    """``count`` processes of this machine, each an interpreter of its own; they end with this one, however it ends."""
    # A fork would take over locks and the helper of warm kernels in whatever state they are.
    context = multiprocessing.get_context("spawn")
    there, here = context.Pipe(duplex=False)
    hire = partial(ProcessPoolExecutor, 1, mp_context=context, initializer=_live_with, initargs=(there,))
    crew = _Processes(count, hire)
    try:
        yield crew
    finally:
        here.close()  # all end at once, and whoever is still at work drops it
        crew.dismiss()
        there.close()


def _live_with(parent: Connection) -> None:
    """Let this process end with the one that holds the other end, and leave Ctrl-C to that one."""
    # Not ignored altogether: the kernels that are started from here would inherit that.
    signal.signal(signal.SIGINT, lambda *_: None)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Connection) -> None:
    with suppress(EOFError, OSError):
        parent.recv_bytes()
    os._exit(0)


class _Processes:
    """A pool of its own for every process: one that dies takes no other along, and it is known whose work it held."""

    def __init__(self, count: int, hire: Callable[[], ProcessPoolExecutor]) -> None:
        self.count, self.hire = count, hire
        self.latest: dict[ProcessPoolExecutor, Future[Any]] = {}

    def width(self) -> int:
        return self.count

    def submit(self, work: Callable[[], _Result]) -> Future[_Result]:
        for pool in [one for one, future in self.latest.items() if future.done()]:
            try:
                return self._hand(work, pool)
            except BrokenExecutor:  # it died, at its work or at rest
                self._dismiss(pool)
        return self._hand(work, self.hire())

    def deaths(self, error: object) -> int:
        return int(isinstance(error, BrokenExecutor))

    def dismiss(self) -> None:
        """Return when everybody is gone."""
        for pool in list(self.latest):
            self._dismiss(pool)

    def _hand(self, work: Callable[[], _Result], pool: ProcessPoolExecutor) -> Future[_Result]:
        try:
            future = pool.submit(work)
        except OSError as error:
            msg = f"无法启动新的进程（{error.strerror}），请减小 --jobs 后重新运行，做完的不会重做"
            raise StageError(msg) from error
        self.latest[pool] = future
        return future

    def _dismiss(self, pool: ProcessPoolExecutor) -> None:
        pool.shutdown(cancel_futures=True)
        del self.latest[pool]


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """The workers of a Dask scheduler; they must see the same files under the same paths."""
    try:
        from distributed import Client
    except ImportError:
        msg = '--scheduler 需要 Dask，请先安装：pip install -c constraints.txt -e ".[cluster]"'
        raise ParameterError(msg) from None
    for name in ("distributed", "distributed.client"):  # what they have to say comes to the user in our words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_CONNECT)
    except Exception as error:  # of many kinds, from a wrong scheme to a port that is none
        msg = (
            f"连不上 Dask 调度器 {address}，请核对地址（形如 tcp://主机:8786），并先启动 dask scheduler 和 dask worker"
        )
        raise ParameterError(msg) from error
    with client:  # where it is left early the scheduler withdraws what nobody has taken up
        # Not pure: the same order given again, or by somebody else, is work again.
        yield _Cluster(address, client, client.get_executor(pure=False))


class _Cluster:
    """The workers behind a Dask client; which of them does what is the scheduler's choice."""

    def __init__(self, address: str, client: Any, executor: Any) -> None:  # noqa: ANN401 - distributed has no types
        self.address, self.client, self.executor = address, client, executor
        self.seen = time.monotonic()

    def width(self) -> int:
        if self.client.status == "closed":
            msg = f"同 Dask 调度器 {self.address} 的连接断了，没有做完的未生成；恢复后重新运行，做完的不会重做"
            raise StageError(msg)
        if self.client.status != "running":  # it looks for a scheduler that has gone
            return 0
        try:
            threads: int = sum(self.client.nthreads().values())
        except OSError:  # it is about to notice
            return 0
        if threads:
            self.seen = time.monotonic()
        elif time.monotonic() - self.seen > PATIENCE:
            msg = f"Dask 调度器 {self.address} 上没有工作进程，请启动 dask worker 后重新运行，做完的不会重做"
            raise StageError(msg)
        return max(threads, 1)  # a cluster that grows on demand has none before there is work

    def submit(self, work: Callable[[], _Result]) -> Future[_Result]:
        future: Future[_Result] = self.executor.submit(work)
        return future

    def deaths(self, error: object) -> int:
        from distributed import KilledWorker

        # The scheduler itself gives work that killed its workers to others several times before it says so.
        return ATTEMPTS if isinstance(error, KilledWorker) else int(isinstance(error, CancelledError))
