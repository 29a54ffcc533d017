"""The program of the helper process: it imports once what every kernel needs, and forks a kernel for each request.

It is run as a file and never imported: a kernel must find the package that its own PYTHONPATH names,
so nothing of this project may be loaded before the fork. It has one Python thread, for only the
forking thread lives on in a fork. It knows three messages: a request (JSON, with the sockets to use),
a kernel's "ready", and the end of the connection, which ends the helper and every kernel it has.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import gc
import importlib
import importlib.util
import io
import json
import os
import random
import select
import signal
import socket
import sys
import threading
import time
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING
from typing import Any
from typing import NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

# Beside the kernel itself: what it loads only while it starts, or in its first cell.
KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "encodings.idna",
    "pdb",
    "psutil",
    "runpy",
    "sqlite3",
    "tornado.platform.asyncio",
)
# With what these libraries load only when it is first used.
DATA = (
    "pandas",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.html",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "pydantic.main",
    "pydantic.json_schema",
    "pydantic.types",
    "openpyxl",
    "tomllib",
    "importlib.resources.readers",
)
CHARTS = (
    "matplotlib",
    "matplotlib.font_manager",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "seaborn",
)
INLINE = "matplotlib_inline.backend_inline"
# Fixed, so that a run that draws numbers gives the same products when it is repeated.
SEED = 0
_AT_START = dict(os.environ)  # some libraries set variables when they are imported
_KILL_ME_WHEN_MY_PARENT_DIES = 1  # PR_SET_PDEATHSIG of prctl(2)
_LONGEST_REQUEST = 1 << 20
_SECONDS_BETWEEN_LOOKS = 1.0


@dataclass
class Zygote:
    """The helper at work: its client, and its kernels as {descriptor that tells when one has ended: its number}."""

    control: socket.socket
    client: int
    kernels: dict[int, int] = field(default_factory=dict)

    def attend(self, seconds: float) -> None:
        """Look once after requests and ended kernels, waiting for them as long as this."""
        ready, _, _ = select.select([self.control.fileno(), *self.kernels], [], [], seconds)
        for descriptor in ready:
            if descriptor in self.kernels:
                self.bury(descriptor)
        # A fork of the client may hold the connection open after the client's death: its number tells.
        if os.getppid() != self.client:
            self.leave()
        if self.control.fileno() in ready:
            self.answer()

    def answer(self) -> None:
        """Fork one kernel, or close the client's line without a word; leave where the client is gone."""
        try:
            request, descriptors, _, _ = socket.recv_fds(self.control, _LONGEST_REQUEST, 3)
        except ConnectionResetError:
            request = b""
        if not request:
            self.leave()
        if _fit_to_fork():
            self.fork(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    def fork(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """Fork, if the machine has room for one more."""
        gc.freeze()  # what is shared stays shared: the kernels' collectors do not touch it
        parent = os.getpid()
        try:
            number = os.fork()
        except OSError:
            return
        if number == 0:
            _tie_to(parent)
            os.setsid()
            for descriptor in [self.control.detach(), *self.kernels]:
                os.close(descriptor)
            become_kernel(request, *descriptors)
        self.kernels[os.pidfd_open(number)] = number

    def bury(self, descriptor: int) -> None:
        """End what an ended kernel left running; as long as it is not reaped, its number is its own."""
        number = self.kernels.pop(descriptor)
        with suppress(ProcessLookupError):
            os.killpg(number, signal.SIGKILL)
        os.waitpid(number, 0)
        os.close(descriptor)

    def leave(self) -> NoReturn:
        """End every kernel, then the helper."""
        for descriptor, number in list(self.kernels.items()):
            os.kill(number, signal.SIGKILL)
            self.bury(descriptor)
        sys.exit()


def become_kernel(request: dict[str, Any], reply: int, stdout: int, stderr: int) -> NoReturn:
    """Turn this fork into the kernel that was asked for, tell so, and work until it is shut down."""
    try:
        for descriptor, target in ((stdout, 1), (stderr, 2)):
            os.dup2(descriptor, target)
            os.close(descriptor)
        _move_in(request)
        kernel = _kernel(request["arguments"])
        _seed_before_the_first_cell(kernel.shell.events)
        with socket.socket(fileno=reply) as line:
            socket.send_fds(line, [str(os.getpid()).encode()], [os.pidfd_open(os.getpid())])
    except Exception:  # noqa: BLE001 - whatever it is, the client hears no answer and starts an ordinary kernel
        os._exit(1)
    kernel.start()
    sys.exit()


def _move_in(request: dict[str, Any]) -> None:
    """Take up the surroundings that the kernel was given, and drop those of the helper."""
    by_libraries = {name: value for name, value in os.environ.items() if _AT_START.get(name) != value}
    os.environ.clear()
    os.environ.update({**by_libraries, **request["environment"]})
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    time.tzset()
    os.chdir(request["folder"])
    _set_paths(request["command"])
    _forget_the_helper()


def _kernel(arguments: list[str]) -> Any:  # noqa: ANN401 - ipykernel's application, loaded after the fork at the latest
    """A kernel that listens."""
    from ipykernel.kernelapp import IPKernelApp

    application: Any = IPKernelApp
    # Its own default was read from the environment when it was imported.
    kernel = application.instance(parent_handle=os.getppid())
    kernel.initialize(arguments)
    # The process is about to end then: closing every socket in order gains nothing, and may wait for seconds.
    atexit.unregister(kernel.close)
    return kernel


def _set_paths(command: list[str]) -> None:
    """The search path and arguments that an interpreter started by this command would have."""
    entries = os.environ.get("PYTHONPATH", "")
    first = [os.path.abspath(entry) for entry in entries.split(os.pathsep)] if entries else []  # noqa: PTH100 - as site.py does, without resolving links
    sys.path[:] = dict.fromkeys([*first, *sys.path])
    importlib.invalidate_caches()
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv[:] = [str(launcher.origin) if launcher else "", *command[3:]]
    sys.orig_argv[:] = command


def _forget_the_helper() -> None:
    """Undo what the helper did for itself, and what importing early decided."""
    gc.enable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = os.environ.get("MPLBACKEND") or f"module://{INLINE}"


def _seed_before_the_first_cell(events: Any) -> None:  # noqa: ANN401 - IPython's, which has no types
    """Start the global generators anew: forks would otherwise go on with the helper's.

    No earlier than that: IPython draws a tip of the day at every greeting, and clients greet as often as they like.
    """

    def seed() -> None:
        events.unregister("pre_execute", seed)
        random.seed(SEED)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(SEED)

    events.register("pre_execute", seed)


def _tie_to(parent: int) -> None:
    """End this process with its parent, even where that one is killed."""
    ctypes.CDLL(None).prctl(_KILL_ME_WHEN_MY_PARENT_DIES, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _fit_to_fork() -> bool:
    """Whether no library started a thread or bound itself to a kernel that is not there yet."""
    return threading.active_count() == 1 and INLINE not in sys.modules


def _load(name: str) -> None:
    """Import a module; where it is missing or broken, the notebook that wants it will say so."""
    with suppress(Exception):
        importlib.import_module(name)


@contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Let pandas, which chooses defaults of its options on import, find what it finds in a kernel."""
    stdout = sys.stdout
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="UTF-8")
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=True)
    try:
        yield
    finally:
        del vars(builtins)["get_ipython"]
        sys.stdout = stdout


def _end() -> None:
    """End without taking the interpreter apart, which would first copy every page shared with the helper."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            with suppress(OSError):
                stream.flush()
    os._exit(0)


def main(descriptor: int, client: int) -> NoReturn:
    """Import, and fork as soon as the kernel and the tables are there; charts are drawn later than that."""
    atexit.register(_end)  # registered first, so it runs last, here and in every kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    if Path(sys.path[0]) == Path(__file__).parent:
        del sys.path[0]
    zygote = Zygote(socket.socket(fileno=descriptor), client)
    for name in KERNEL:
        _load(name)
    with _as_in_a_kernel():
        for name in DATA:
            _load(name)
    for name in CHARTS:
        zygote.attend(0)
        _load(name)
    while True:
        zygote.attend(_SECONDS_BETWEEN_LOOKS)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
