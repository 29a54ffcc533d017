"""Forked kernels: fresh, isolated, like ordinary ones in all but the time they take, and gone when they should be."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbclient.exceptions import DeadKernelError

from tuoyu import kernels
from tuoyu.kernels import INTERPRETER
from tuoyu.kernels import VARIABLE
from tuoyu.kernels import available
from tuoyu.kernels import warm_kernels
from tuoyu.kernels import zygote
from tuoyu.kernels.forking import Helper
from tuoyu.kernels.forking import NotForked
from tuoyu.kernels.provisioner import Kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "ipykernel_launcher", "-f", "kernel.json"]
SLEEPER = "import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
STATE = """
import json, logging, os, signal, sys, threading, warnings
import matplotlib, matplotlib.pyplot as plt, numpy, pandas as pd, seaborn
from pandas._config import config
print(json.dumps({
    "pandas": {name: repr(pd.get_option(name)) for name in config._registered_options},
    "defaults": {name: repr(option.defval) for name, option in config._registered_options.items()},
    "matplotlib": {name: repr(value) for name, value in sorted(matplotlib.rcParams.items())},
    "path": sys.path,
    "arguments": [os.path.basename(sys.argv[0]), sys.argv[1], sys.argv[3:], sys.orig_argv[1:3]],
    "environment": {
        name: value for name, value in os.environ.items() if name not in {"JPY_PARENT_PID", "PYTEST_CURRENT_TEST"}
    },
    "folder": os.getcwd(),
    "encodings": [sys.stdout.encoding, sys.__stdout__.encoding, sys.getfilesystemencoding()],
    "hash": hash("托育"),
    "flags": repr(sys.flags),
    "signals": repr([signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]),
    "main": [name for name in vars(sys.modules["__main__"]) if name.startswith("__")],
    "project": [name for name in sys.modules if name.split(".")[0] == "tuoyu"],
    "numpy": repr(numpy.get_printoptions()),
    "threads": sorted(type(thread).__name__ for thread in threading.enumerate()),
    "logging": repr(logging.getLogger().handlers),
    "filters": sorted({repr(each) for each in warnings.filters}),
}))
"""
NOTEBOOK = (
    STATE,
    "frame = pd.DataFrame({f'列{n}': range(70) for n in range(25)})\nframe",
    "frame.describe()",
    "print(frame)\nrepr(frame)",
    "seaborn.lineplot(x=[1, 2, 3], y=[3, 1, 2]);",
    "figure, axes = plt.subplots()\naxes.plot([1, 2])",
    "plt.rcParams['backend'], plt.get_backend(), plt.isinteractive()",
    "import warnings\nwarnings.warn('当心')\nwarnings.warn('旧', DeprecationWarning)",
    "print('错', file=sys.stderr)\nos.system('echo 子进程');",
    "1 / 0",
)


def notebook(*sources: str) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    return nbformat.v4.new_notebook(cells=cells)


def run(kernel: type[AsyncKernelManager], *sources: str, **changes: Any) -> list[str]:  # noqa: ANN401 - as execute
    """What the cells print, after all of them ran in a kernel of this class."""
    return [text_of(cell) for cell in execute(kernel, *sources, **changes).cells]


def execute(
    kernel: type[AsyncKernelManager],
    *sources: str,
    environment: dict[str, str] | None = None,
    **options: Any,  # noqa: ANN401 - whatever nbclient takes
) -> nbformat.NotebookNode:
    return client(kernel, *sources, **options).execute(env=surroundings(environment))


def client(
    kernel: type[AsyncKernelManager],
    *sources: str,
    folder: Path | None = None,
    **options: Any,  # noqa: ANN401 - whatever nbclient takes
) -> NotebookClient:
    if folder:
        options["resources"] = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook(*sources), kernel_manager_class=kernel, kernel_name="python3", **options)


def surroundings(changes: dict[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, **INTERPRETER, **(changes or {})}


def text_of(cell: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.get("name") == "stdout")


def parent_of_kernel(kernel: type[AsyncKernelManager]) -> int:
    return int(run(kernel, "import os\nprint(os.getppid())")[0])


def running(number: int) -> bool:
    """Whether a process is there and not merely waiting to be reaped."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def gone(*numbers: int, seconds: float = 5.0) -> bool:
    """Whether all of these processes end within this time."""
    latest = time.monotonic() + seconds
    while any(map(running, numbers)) and time.monotonic() < latest:
        time.sleep(0.02)
    return not any(map(running, numbers))


@pytest.fixture(scope="module")
def warm() -> Iterator[type[Kernel]]:
    """Kernels of a helper that has done all its imports."""
    with warm_kernels() as kernel:
        loaded = ""
        while "seaborn" not in loaded:
            loaded = run(kernel, "import sys\nprint('seaborn' in sys.modules and 'seaborn')")[0]
        yield kernel


@pytest.fixture
def helper() -> Iterator[Helper]:
    """A helper of its own, for tests that end it."""
    started = Helper.start(INTERPRETER)
    yield started
    started.end()


def kernel_of(started: Helper) -> type[Kernel]:
    class OwnKernel(Kernel):
        helper = started

    return OwnKernel


def helper_of(kernel: type[Kernel]) -> Helper:
    assert kernel.helper is not None
    return kernel.helper


@pytest.fixture(scope="module")
def ordinary() -> nbformat.NotebookNode:
    return execute(AsyncKernelManager, *NOTEBOOK, allow_errors=True)


def assert_alike(forked: nbformat.NotebookNode, ordinary: nbformat.NotebookNode) -> None:
    mine, theirs = (json.loads(text_of(each.cells[0])) for each in (forked, ordinary))
    assert {name: value for name, value in mine.items() if value != theirs[name]} == {}
    for one, other in zip(forked.cells[1:], ordinary.cells[1:], strict=True):
        assert lasting(one) == lasting(other)


def lasting(cell: nbformat.NotebookNode) -> str:
    """The outputs of a cell without what differs in any two processes."""
    return re.sub(r"0x[0-9a-f]+|ipykernel_\d+", "…", json.dumps(cell.outputs))


@pytest.mark.slow
def test_forked_kernel_is_like_an_ordinary_one(warm: type[Kernel], ordinary: nbformat.NotebookNode) -> None:
    assert_alike(execute(warm, *NOTEBOOK, allow_errors=True), ordinary)


@pytest.mark.slow
def test_so_is_one_that_is_forked_before_the_helper_has_everything(
    helper: Helper, ordinary: nbformat.NotebookNode
) -> None:
    kernel = kernel_of(helper)
    first = execute(kernel, *NOTEBOOK, "print(os.getppid())", allow_errors=True)
    assert int(text_of(first.cells.pop())) == helper.process.pid
    assert_alike(first, ordinary)


@pytest.mark.slow
def test_implicit_figures_appear(warm: type[Kernel]) -> None:
    drawn = execute(warm, *NOTEBOOK, allow_errors=True).cells
    kinds = [[kind for output in drawn[n].outputs for kind in output.get("data", {})] for n in (4, 5)]
    assert all("image/png" in each for each in kinds)


@pytest.mark.slow
def test_kernels_are_isolated_from_one_another(warm: type[Kernel]) -> None:
    change = "import os, pandas as pd\nfound = 1\npd.options.display.max_rows = 3\nos.environ['LEFT'] = '1'"
    look = "import os, pandas as pd\nprint('found' in globals(), pd.options.display.max_rows, 'LEFT' in os.environ)"
    run(warm, change)
    assert run(warm, look) == ["False 60 False\n"]


@pytest.mark.slow
def test_two_kernels_work_at_once(warm: type[Kernel], tmp_path: Path) -> None:
    meet = (
        "import os, time, pathlib\nplace = pathlib.Path({folder!r})\n(place / {mine!r}).touch()\n"
        "while not (place / {other!r}).exists(): time.sleep(0.01)\nprint(os.getppid(), os.getpid())"
    )
    sources = [meet.format(folder=str(tmp_path), mine=a, other=b) for a, b in (("a", "b"), ("b", "a"))]

    async def run_together() -> list[nbformat.NotebookNode]:
        clients = [client(warm, source, timeout=20) for source in sources]
        return await asyncio.gather(*(each.async_execute(env=surroundings()) for each in clients))

    results = [text_of(result.cells[0]).split() for result in asyncio.run(run_together())]
    assert {parent for parent, _ in results} == {str(helper_of(warm).process.pid)}
    assert len({own for _, own in results}) == 2


@pytest.mark.slow
def test_random_numbers_start_from_a_fixed_seed_in_every_kernel(warm: type[Kernel]) -> None:
    source = "import random, numpy\nprint(random.random(), numpy.random.randint(1000000))"
    first, second = run(warm, source), run(warm, source)
    assert first == second
    assert float(first[0].split()[0]) == random.Random(zygote.SEED).random()  # noqa: S311 - no secret


@pytest.mark.slow
def test_environment_search_path_and_folder_are_those_asked_for(warm: type[Kernel], tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/only_here.py").write_text("WORD = '找到'", encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(tmp_path / "lib"), os.environ.get("PYTHONPATH", "")]))
    source = (
        "import os, only_here\nfrom IPython import get_ipython\n"
        "print(only_here.WORD, os.getcwd(), os.environ['TUOYU_ROOT'], get_ipython().ipython_dir, os.getppid())"
    )
    environment = {"PYTHONPATH": path, "TUOYU_ROOT": "某处", "IPYTHONDIR": str(tmp_path / "profile")}
    seen = run(warm, source, environment=environment, folder=tmp_path)[0].split()
    parent = helper_of(warm).process.pid
    assert seen == ["找到", str(tmp_path), "某处", str(tmp_path / "profile"), str(parent)]


@pytest.mark.slow
def test_cell_beyond_its_time_limit_is_interrupted_and_the_kernel_ends(warm: type[Kernel], tmp_path: Path) -> None:
    log = tmp_path / "log"
    source = (
        f"import os, time, pathlib\nlog = pathlib.Path({str(log)!r})\nlog.write_text(str(os.getpid()))\n"
        "try:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    log.write_text(log.read_text() + ' interrupted')"
    )
    with pytest.raises(CellTimeoutError):
        run(warm, source, timeout=1)
    number, word = log.read_text(encoding="utf-8").split()
    assert word == "interrupted"
    assert gone(int(number))


@pytest.mark.slow
@pytest.mark.parametrize(
    "death",
    ["os.kill(os.getpid(), 9)", "import ctypes; ctypes.string_at(0)", "os._exit(0)"],
    ids=["killed", "crashed", "left"],
)
def test_death_of_a_kernel_is_noticed_and_its_programs_end(warm: type[Kernel], tmp_path: Path, death: str) -> None:
    note = tmp_path / "child"
    source = f"{SLEEPER}import os, pathlib\npathlib.Path({str(note)!r}).write_text(str(child.pid))\n{death}"
    with pytest.raises(DeadKernelError):
        run(warm, source)
    assert gone(int(note.read_text(encoding="utf-8")), seconds=2)


@pytest.mark.slow
def test_shutdown_runs_exit_functions_and_writes_open_files(warm: type[Kernel], tmp_path: Path) -> None:
    source = (
        f"import atexit, pathlib\nplace = pathlib.Path({str(tmp_path)!r})\n"
        "atexit.register(lambda: (place / 'exit').write_text('跑过'))\n"
        "unclosed = (place / 'open').open('w')\nunclosed.write('写完');"
    )
    run(warm, source)
    assert (tmp_path / "exit").read_text(encoding="utf-8") == "跑过"
    assert (tmp_path / "open").read_text(encoding="utf-8") == "写完"


@pytest.mark.slow
def test_shutdown_ends_programs_that_the_notebook_left_running(warm: type[Kernel]) -> None:
    source = "import subprocess\nprint(subprocess.getoutput('sleep 60 >/dev/null 2>&1 & echo $!'))"
    assert gone(int(run(warm, source)[0]))


CLIENT = """
import nbformat, os, pathlib, sys
from nbclient import NotebookClient
from tuoyu.kernels import INTERPRETER, warm_kernels
source = {source!r}
book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
with warm_kernels() as kernel:
    NotebookClient(book, kernel_manager_class=kernel).execute(env={{**os.environ, **INTERPRETER}})
"""


@pytest.mark.slow
def test_nothing_is_left_when_the_client_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    source = (
        f"{SLEEPER}import os, pathlib, time\ndraft = pathlib.Path({str(tmp_path / 'draft')!r})\n"
        f"draft.write_text(f'{{os.getppid()}} {{os.getpid()}} {{child.pid}}')\n"
        f"draft.rename({str(note)!r})\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", CLIENT.format(source=source)], cwd=ROOT) as client:
        latest = time.monotonic() + 20
        while not note.exists() and time.monotonic() < latest:
            time.sleep(0.02)
        numbers = [int(word) for word in note.read_text(encoding="utf-8").split()]
        assert all(map(running, numbers))
        client.kill()
    assert gone(*numbers)


@pytest.mark.slow
def test_when_the_helper_is_killed_its_kernels_end_and_the_next_is_an_ordinary_one(
    helper: Helper, tmp_path: Path
) -> None:
    kernel = kernel_of(helper)
    note = tmp_path / "number"
    source = (
        f"import os, pathlib, signal, time\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"
    )
    with pytest.raises(DeadKernelError):
        run(kernel, source)
    assert gone(int(note.read_text(encoding="utf-8")))
    assert parent_of_kernel(kernel) == os.getpid()


@pytest.mark.slow
def test_a_kernel_can_be_restarted(warm: type[Kernel]) -> None:
    async def restart() -> list[int]:
        kernel = warm(kernel_name="python3")
        await kernel.start_kernel(env=surroundings())
        numbers = [kernel.provisioner.pid]
        await kernel.restart_kernel()
        numbers.append(kernel.provisioner.pid)
        await kernel.shutdown_kernel(now=True)
        return numbers

    first, second = asyncio.run(restart())
    assert first != second
    assert gone(first, second)


@pytest.mark.slow
def test_a_fork_that_does_not_become_a_kernel_is_left_to_the_ordinary_way(warm: type[Kernel], tmp_path: Path) -> None:
    helper = helper_of(warm)
    with pytest.raises(NotForked):
        asyncio.run(helper.fork(COMMAND, {"env": surroundings(), "cwd": tmp_path / "missing"}))
    assert parent_of_kernel(warm) == helper.process.pid


@pytest.mark.parametrize(
    "changes",
    [
        {"env": {"OMP_NUM_THREADS": "1"}},
        {"env": {"PYTHONHASHSEED": "7"}},
        {"env": {"PYTHONPATH": "elsewhere"}},
        {"env": {"TZ": "Asia/Shanghai"}},
        {"stdout": 1},
        {"command": ["/usr/bin/python3", *COMMAND[1:]]},
        {"command": [sys.executable, "-m", "other_kernel", "-f", "kernel.json"]},
    ],
    ids=str,
)
def test_a_fork_that_would_differ_is_not_made(
    helper: Helper, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    helper.environment["PYTHONPATH"] = "here"
    alike = surroundings({"PYTHONPATH": "front:here", "OTHER": "1"})
    assert helper._suits(alike, Path.cwd())
    environment = {**alike, **changes.pop("env", {})}
    monkeypatch.setattr("socket.send_fds", None)  # nothing is asked of the helper
    with pytest.raises(NotForked):
        asyncio.run(helper.fork(changes.pop("command", COMMAND), {"env": environment, **changes}))


def test_a_style_in_the_working_folder_is_left_to_an_ordinary_kernel(
    helper: Helper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "matplotlibrc").touch()
    monkeypatch.setattr("socket.send_fds", None)
    with pytest.raises(NotForked):
        asyncio.run(helper.fork(COMMAND, {"env": helper.environment, "cwd": tmp_path}))


def test_a_helper_that_does_not_answer_is_not_asked_again(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    os.kill(helper.process.pid, signal.SIGSTOP)
    monkeypatch.setattr("tuoyu.kernels.forking._PATIENCE", 0.1)
    with pytest.raises(NotForked):
        asyncio.run(helper.fork(COMMAND, {"env": helper.environment}))
    monkeypatch.setattr("socket.send_fds", None)
    with pytest.raises(NotForked):
        asyncio.run(helper.fork(COMMAND, {"env": helper.environment}))


@pytest.mark.parametrize("oddity", ["thread", "inline"])
def test_nothing_is_forked_once_a_library_has_gone_too_far(monkeypatch: pytest.MonkeyPatch, oddity: str) -> None:
    assert zygote._fit_to_fork()
    if oddity == "thread":
        monkeypatch.setattr("threading.active_count", lambda: 2)
    else:
        monkeypatch.setitem(sys.modules, zygote.INLINE, sys)
    assert not zygote._fit_to_fork()


def test_one_helper_serves_all_and_ends_with_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_shared", kernels._Shared())
    with warm_kernels() as outer:
        helper = helper_of(outer)
        with warm_kernels() as inner:
            assert helper_of(inner) is helper
        assert helper.process.poll() is None
    assert helper.process.poll() is not None
    with warm_kernels() as later:
        assert helper_of(later) is not helper


def test_a_fork_of_this_process_gets_a_helper_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_shared", kernels._Shared())
    with warm_kernels() as outer:
        helper = helper_of(outer)
        with monkeypatch.context() as fork:
            fork.setattr(os, "getpid", lambda: 1)
            with warm_kernels() as inner:
                assert helper_of(inner) is not helper
            helper.end()
            assert helper.process.poll() is None
        helper.end()


@pytest.mark.slow
def test_the_ordinary_way_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_shared", kernels._Shared())
    monkeypatch.setenv(VARIABLE, "ordinary")
    chosen, words = available()
    assert not chosen
    assert words == "逐个启动（环境变量 TUOYU_KERNELS 设为 ordinary）"
    with warm_kernels() as kernel:
        assert parent_of_kernel(kernel) == os.getpid()


def test_a_value_that_is_no_choice_is_told_and_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "快")
    chosen, words = available()
    assert chosen
    assert "TUOYU_KERNELS 的值“快”无效" in words


def test_elsewhere_kernels_are_started_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert available()[0]
    monkeypatch.setattr(sys, "platform", "win32")
    assert available() == (False, "逐个启动（内核预热只用于 Linux；成果相同，只是用时较长）")


def test_so_they_are_where_linux_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    assert not available()[0]
