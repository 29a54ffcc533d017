"""One program at a time for one edition: a lock that the system lets go of when its holder dies, and a note of who."""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock
from filelock import Timeout

from tuoyu.nouns.errors import StageError
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class HeldError(StageError):
    """Another program has the lock; it will let go of it."""


@contextmanager
def hold(lock: Path, name: str) -> Iterator[None]:
    """Keep ``lock`` for as long as the body runs; HeldError that says who has it where another program does."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    note = lock.with_name(f"{lock.name}.holder")
    guard = FileLock(lock)
    try:
        guard.acquire(blocking=False)
    except Timeout:
        msg = f"另一个程序{_who(note)}正在生成 {name}，请等它结束后再运行"
        raise HeldError(msg) from None
    try:
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        record = {"process": os.getpid(), "host": socket.gethostname(), "since": started}
        write_atomically(note, json.dumps(record).encode())
        yield
    finally:
        note.unlink(missing_ok=True)
        guard.release()


def _who(note: Path) -> str:
    try:
        record = json.loads(note.read_bytes())
        return f"（进程 {record['process']}，主机 {record['host']}，{record['since']} 开始）"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
