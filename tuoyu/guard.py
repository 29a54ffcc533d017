"""Refuses files that a notebook opens by hand instead of through its workspace.

The hook cannot be taken off again, so it is installed once per process, and only in a notebook
kernel: elsewhere (tests, the command line) opening the repository's files is nobody's mistake.
"""

from __future__ import annotations

import functools
import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import ParamSpec
from typing import TypeVar

from tuoyu.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_GUARDED = ("data", "reports", "editions")
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


@dataclass
class _Watch:
    """What the one hook of this process looks at; another stage in the same kernel replaces it."""

    installed: bool = False
    notebook: str = ""
    folders: tuple[str, ...] = ()
    roots: tuple[tuple[str, int], ...] = ()


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
    if not _watch.installed:
        _watch.installed = True
        sys.addaudithook(_hook)


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
    if path.startswith(_watch.folders):
        shown = next(path[length:] for start, length in _watch.roots if path.startswith(start))
        msg = (
            f"笔记本 {_watch.notebook} 直接打开了 {shown}："
            "数据和成果一律经由工作区读写（work.load_… / work.save_…），并写进 pipeline.py 的 needs 或 makes"
        )
        raise ContractError(msg)
