"""The journal (运行记录): when, where and how long each run took. No product depends on it; it may be thrown away."""

from __future__ import annotations

import json
import os
import socket
import time
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

JOURNAL = ".journal.jsonl"


def note(root: Path, record: Mapping[str, Any]) -> None:
    """Append one line with the time and the host; a journal that cannot be written is no reason to fail."""
    path = root / "data" / "processed" / JOURNAL
    about = {"time": time.strftime("%Y-%m-%d %H:%M:%S"), "host": socket.gethostname(), "process": os.getpid()}
    line = json.dumps({**about, **record}, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:  # one short write at the end of a file is not torn by another process
            file.write(line.encode())
    except OSError:
        return


def entries(root: Path, edition: str) -> list[dict[str, Any]]:
    """What is on record of an edition, oldest first; lines that cannot be read are passed over."""
    try:
        lines = (root / "data" / "processed" / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and record.get("edition") == edition:
            found.append(record)
    return found
