"""``python pipeline.py`` in repositories of their own: somewhere in particular, with all processes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import IO

MARK = "TUOYU_TEST_MARK"
PATIENCE = 600.0  # seconds after which a run is taken to be waited for in vain
# Both processes and kernels import this first: another host, as far as any Python program can tell.
HOST = """
import os, platform, socket
_name = {host!r}
_uname = os.uname()
socket.gethostname = socket.getfqdn = platform.node = lambda *_: _name
os.uname = lambda: os.uname_result((_uname.sysname, _name, _uname.release, _uname.version, _uname.machine))
"""


@dataclass(frozen=True)
class Place:
    """Somewhere to run: a clone, and what is peculiar to the machine and its user."""

    root: Path
    home: Path
    user: str
    host: str
    surroundings: Mapping[str, str] = field(default_factory=dict)
    umask: int = 0o022

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command line in this place."""
        return subprocess.run(
            [sys.executable, "pipeline.py", *words],
            cwd=self.root,
            env={**os.environ, **self.environment()},
            umask=self.umask,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    def environment(self) -> dict[str, str]:
        """What a process finds there."""
        start = self.home / "start"
        start.mkdir(parents=True, exist_ok=True)
        (start / "sitecustomize.py").write_text(HOST.format(host=self.host), encoding="utf-8")
        who = {"HOME": str(self.home), "USER": self.user, "LOGNAME": self.user, "HOSTNAME": self.host}
        return {**who, **self.surroundings, "PYTHONPATH": str(start)}

    @property
    def secrets(self) -> list[str]:
        """What no product may hold."""
        return [str(self.root), str(self.home), self.user, self.host, str(Path(sys.prefix))]


@dataclass
class Running:
    """``python pipeline.py`` in a repository; every process that comes of it bears its mark."""

    site: Path
    process: subprocess.Popen[bytes]
    mark: str

    def ended(self) -> tuple[int, str, str]:
        """Exit code and what was said."""
        self.process.wait(PATIENCE)
        return self.process.returncode, *((self.site / name).read_text("utf-8") for name in ("stdout", "stderr"))

    def at_work(self) -> bool:
        """Whether an edition is being made."""
        return any((self.site / "data/processed").glob(".*.new/*"))

    def workers(self) -> list[int]:
        """Processes of ``--jobs``."""
        return [number for number, words in marked(self.mark).items() if b"spawn_main" in words]

    def left(self) -> dict[int, bytes]:
        """Processes that are still there a while after the end."""
        latest = time.monotonic() + 10
        while marked(self.mark) and time.monotonic() < latest:
            time.sleep(0.05)
        return marked(self.mark)


def marked(mark: str) -> dict[int, bytes]:
    """Number and command line of every living process with this mark in its environment; none where no /proc is."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes()
            if words and f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found[int(folder.name)] = words
    return found


def start(
    site: Path,
    *words: str,
    stdout: int | IO[bytes] | None = None,
    stderr: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Running:
    """Begin a run."""
    mark = uuid.uuid4().hex
    with (site / "stdout").open("wb") as out, (site / "stderr").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "pipeline.py", *words],
            cwd=site,
            env={**os.environ, MARK: mark, "TERM": "xterm-256color", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out if stdout is None else stdout,
            stderr=err if stderr is None else stderr,
            start_new_session=True,
            # A shell that runs the tests in the background has them, and what they start, ignore the interrupt.
            preexec_fn=_heed_interrupts if os.name == "posix" else None,  # noqa: PLW1509 - no threads run yet
        )
    return Running(site, process, mark)


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(site: Path, *words: str) -> tuple[int, str, str]:
    """Exit code and what was said by a run to its end."""
    return start(site, *words).ended()
