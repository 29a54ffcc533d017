"""Kernels that are ready in tens of milliseconds, because each is a fork of a process that has done the imports.

The helper process (``zygote``) imports ipykernel, pandas, matplotlib and seaborn once; every kernel is
a fresh, isolated fork of it. Where forking cannot be done, or the fork would differ from an ordinary
kernel, the kernel is started the ordinary way. No notebook can tell the difference, but for one
thing: the global generators of ``random`` and numpy start from a fixed seed.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tuoyu.kernels.forking import Helper
    from tuoyu.kernels.provisioner import Kernel

VARIABLE = "TUOYU_KERNELS"
# Kernels with other values of these are not forked: an interpreter reads them when it starts.
INTERPRETER = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "PYTHONOPTIMIZE": ""}
_ORDINARY = "ordinary"


@dataclass
class _Shared:
    """The one helper of this process, and how many are using it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    helper: Helper | None = None


_shared = _Shared()


def available() -> tuple[bool, str]:
    """Whether kernels are forked on this machine, and in Chinese which way they are started and why."""
    choice = os.environ.get(VARIABLE, "")
    if choice == _ORDINARY:
        return False, f"逐个启动（环境变量 {VARIABLE} 设为 {_ORDINARY}）"
    if sys.platform != "linux":
        return False, "逐个启动（内核预热只用于 Linux；成果相同，只是用时较长）"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False, "逐个启动（内核预热需要 Linux 5.3 或更高；成果相同，只是用时较长）"
    unknown = f"；环境变量 {VARIABLE} 的值“{choice}”无效，已忽略，只能设为 {_ORDINARY}" if choice else ""
    return True, f"预热后复制，启动较快（如需逐个启动，请设环境变量 {VARIABLE}={_ORDINARY}）{unknown}"


@contextmanager
def warm_kernels() -> Iterator[type[Kernel]]:
    """The kernel manager class for papermill and nbclient, with a helper process as long as anyone is inside.

    Enter it when it is certain that a notebook will run, but as early as that: the helper does its
    imports beside whatever comes next. Inside each other or in several threads, all share one helper.
    """
    ours = _join()  # before our own imports, which take as long as a third of the helper's
    try:
        from tuoyu.kernels.provisioner import Kernel

        class SharedKernel(Kernel):
            helper = ours

        yield SharedKernel
    finally:
        _part()


def stay_warm() -> None:
    """From here on a helper that was once started is kept until this process ends, for whoever comes next."""
    with _shared.lock:
        _shared.users += 1
    atexit.register(_part)


def _join() -> Helper | None:
    with _shared.lock:
        if _shared.helper is not None and _shared.helper.owner != os.getpid():  # this process is a fork of its owner
            _shared.helper, _shared.users = None, 0
        _shared.users += 1
        if _shared.helper is None and available()[0]:
            _shared.helper = _start()
        return _shared.helper


def _part() -> None:
    with _shared.lock:
        _shared.users -= 1
        if _shared.users == 0 and _shared.helper is not None:
            _shared.helper.end()
            _shared.helper = None


def _start() -> Helper | None:
    from tuoyu.kernels.forking import Helper

    try:
        return Helper.start(INTERPRETER)
    except OSError:
        return None
