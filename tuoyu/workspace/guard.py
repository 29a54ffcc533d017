"""Refuses what a notebook's kernel may not do: open files by hand instead of through its workspace, eat all memory.

The hook cannot be taken off again, so it is installed once per process, and only in a notebook
kernel: elsewhere (tests, the command line) opening the repository's files is nobody's mistake.
"""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import ParamSpec
from typing import TypeVar

from tuoyu.nouns.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable

_MEGABYTE = 1 << 20
_FOR_THREADS = 72  # megabytes of address space that each thread of a library reserves for itself and hardly uses
_GUARDED = ("data", "reports", "editions")
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


@dataclass
class _Watch:
    """What the one hook of this process looks at; another stage in the same kernel replaces it."""

    installed: bool = False
    notebook: str = ""
    folders: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    roots: tuple[tuple[str, int], ...] = ()
    ceiling: int | None = None


_watch = _Watch()
_permitted: ContextVar[bool] = ContextVar("permitted", default=False)


def watch(root: Path, notebook: str) -> None:
    """From here on, refuse hand-opened files below data/, reports/ and editions/ of ``root``."""
    if not _in_kernel():
        return
    roots = dict.fromkeys((root.absolute(), root.resolve()))
    _watch.folders = tuple(f"{start / name}{os.sep}" for start in roots for name in _GUARDED)
    _watch.roots = tuple((str(start), len(str(start)) + 1) for start in roots)
    _watch.notebook = notebook
    # The run's own temporary folder lies among its scratch folders; libraries open what they like there.
    scratch = f"{os.path.abspath(tempfile.gettempdir())}{os.sep}"  # noqa: PTH100 - as below
    _watch.scratch = (scratch,) if scratch.startswith(_watch.folders) else ()
    if not _watch.installed:
        _watch.installed = True
        sys.addaudithook(_hook)


def limit_memory(megabytes: int) -> None:
    """From here on, let this kernel take so much more memory and no more: then a cell raises MemoryError.

    That lifts the limit until a stage is opened again, for to tell of it takes memory too. Where the system cannot
    limit it (Windows), it is not limited.
    """
    if not _in_kernel() or sys.platform == "win32":
        return
    import resource

    allowed, most = resource.getrlimit(resource.RLIMIT_AS)
    # Another stage in the same kernel is not held to the limit of the first, but to that of the system.
    _watch.ceiling = allowed if _watch.ceiling is None else _watch.ceiling
    wanted = _mapped() + (megabytes + _FOR_THREADS * (os.cpu_count() or 1)) * _MEGABYTE
    limited = wanted if _watch.ceiling == resource.RLIM_INFINITY else min(wanted, _watch.ceiling)
    with suppress(ValueError, OSError):  # macOS has the call, but not for every value
        resource.setrlimit(resource.RLIMIT_AS, (limited, most))
    sys.modules["IPython"].get_ipython().set_custom_exc((MemoryError,), _show_with_room)


def _show_with_room(shell: Any, *raised: Any, tb_offset: int | None = None) -> None:  # noqa: ANN401 - IPython's
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if _watch.ceiling is None else _watch.ceiling, most))
    shell.showtraceback(raised, tb_offset=tb_offset)


def _mapped() -> int:
    """Bytes of address space that libraries and their threads have taken already; 0 where that cannot be read."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def permitted(method: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Mark a function as the workspace's own: what it opens was checked against the declaration."""

    @functools.wraps(method)
    def allowed(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        token = _permitted.set(True)
        try:
            return method(*args, **kwargs)
        finally:
            _permitted.reset(token)

    return allowed


def _in_kernel() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or _permitted.get():
        return
    target = arguments[0]
    if not isinstance(target, (str, bytes)):
        return
    path = os.path.abspath(os.fsdecode(target))  # noqa: PTH100 - pathlib resolves links, which is slow here
    if path.startswith(_watch.folders) and not path.startswith(_watch.scratch):
        shown = next(path[length:] for start, length in _watch.roots if path.startswith(start))
        msg = (
            f"笔记本 {_watch.notebook} 直接打开了 {shown}："
            "数据和成果一律经由工作区读写（work.load_… / work.save_…），并写进 pipeline.py 的 needs 或 makes"
        )
        raise ContractError(msg)
