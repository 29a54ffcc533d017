"""The client's side of the helper process: starting it, asking it for a kernel, and watching that kernel."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("zygote.py")
# Read by the interpreter or by a library when it is loaded, so a fork cannot take them up any more.
_READ_EARLY = (
    "ARROW_", "BLIS_", "GLIBC_", "HOME", "LANG", "LC_", "LD_", "MALLOC_", "MATPLOTLIB", "MIMALLOC_", "MKL_", "MPL",
    "NPY_", "NUMEXPR_", "OMP_", "OPENBLAS_", "PYDEVD_", "PYTHON", "TZ", "XDG_",
)  # fmt: skip
_TAKEN_UP = {"MPLBACKEND", "PYTHONPATH"}
_LAUNCHER = ["-m", "ipykernel_launcher"]
_STYLE = "matplotlibrc"  # matplotlib reads it from the working folder on import
_PATIENCE = 30.0


class NotForked(Exception):  # noqa: N818 - an outcome: this kernel is started the ordinary way
    """The helper has no kernel to give."""


class ForkedKernel:
    """A kernel that is the child of another process, with what ``subprocess.Popen`` would tell of it."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._ended = False

    def poll(self) -> int | None:
        """``None`` while the kernel runs; then 0, for only its parent learns how it ended."""
        self._ended = self._ended or self._readable(0)
        return 0 if self._ended else None

    def wait(self, timeout: float | None = None) -> int:
        """0 when the kernel has ended."""
        if not self._ended and not self._readable(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        self._ended = True
        return 0

    async def ended(self) -> None:
        """Return when the kernel has ended."""
        if self.poll() is None:
            await _readable(self._descriptor)

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel alone."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Give the descriptor back; the kernel counts as ended."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._ended = -1, True

    def _readable(self, timeout: float | None) -> bool:
        watch = select.poll()
        watch.register(self._descriptor, select.POLLIN)
        return bool(watch.poll(None if timeout is None else timeout * 1000))


@dataclass
class Helper:
    """The running helper process. It ends with this process, however that one ends."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    environment: dict[str, str]
    owner: int
    asked: bool = False
    silent: bool = False

    @classmethod
    def start(cls, interpreter: dict[str, str]) -> Helper:
        """Start one, which takes milliseconds: it imports while this process does other work."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(_PATIENCE)
        environment = {**os.environ, **interpreter}
        environment.pop("MPLBACKEND", None)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, str(PROGRAM), str(theirs.fileno()), str(os.getpid())],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # Ctrl-C in a terminal is for the client, which then ends the helper in order.
                start_new_session=True,
            )
        return cls(process, ours, environment, os.getpid())

    async def fork(self, command: list[str], options: dict[str, Any]) -> ForkedKernel:
        """A kernel that already answers; NotForked where it would differ from an ordinary one, or none comes."""
        request = self._request(command, options)
        self.asked = True
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            try:
                with theirs:
                    socket.send_fds(self.control, [json.dumps(request).encode()], [theirs.fileno(), 1, 2])
                await asyncio.wait_for(_readable(ours.fileno()), _PATIENCE)
                number, descriptors, _, _ = socket.recv_fds(ours, 64, 1)
            except OSError as failure:  # TimeoutError is among them: another kernel need not wait again
                self.silent = True
                raise NotForked from failure
        if not number:
            raise NotForked
        return ForkedKernel(int(number), descriptors[0])

    def end(self) -> None:
        """End the helper and its kernels; in a fork of the process that started it, do nothing."""
        if os.getpid() != self.owner:
            return
        self.control.close()
        if self.silent or not self.asked:  # it does not listen, or is importing and has nothing to tidy up
            self.process.kill()
        try:
            self.process.wait(_PATIENCE / 10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _request(self, command: list[str], options: dict[str, Any]) -> dict[str, Any]:
        environment, folder = options["env"], str(options.get("cwd") or Path.cwd())
        usual = command[0] == sys.executable and command[1:3] == _LAUNCHER
        redirected = any(options.get(stream) is not None for stream in ("stdin", "stdout", "stderr"))
        if self._gone() or not usual or redirected or not self._suits(environment, Path(folder)):
            raise NotForked
        return {"command": command, "arguments": command[3:], "environment": environment, "folder": folder}

    def _gone(self) -> bool:
        return self.silent or os.getpid() != self.owner or self.process.poll() is not None

    def _suits(self, environment: dict[str, str], folder: Path) -> bool:
        """Whether all that is read early is for this kernel as it was for the helper."""
        early = _read_early(environment) == _read_early(self.environment)
        entries, known = (_entries(each) for each in (environment, self.environment))
        # More folders in front are found by later imports; the helper cannot unlearn any of its own.
        path = entries[len(entries) - len(known) :] == known
        return early and path and not any((place / _STYLE).exists() for place in (folder, Path.cwd()))


def _read_early(environment: dict[str, str]) -> dict[str, str]:
    names = [name for name in environment if name.startswith(_READ_EARLY) and name not in _TAKEN_UP]
    return {name: environment[name] for name in names}


def _entries(environment: dict[str, str]) -> list[str]:
    return [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    seen = asyncio.Event()
    loop.add_reader(descriptor, seen.set)
    try:
        await seen.wait()
    finally:
        loop.remove_reader(descriptor)
