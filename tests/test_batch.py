"""Many editions: at once on processes or a cluster, whatever fails or dies, with the products of a run one by one."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
import unicodedata
import uuid
from collections import Counter
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import pytest
from assembled import executed_of
from conftest import EDITIONS
from conftest import ROOT
from conftest import Made
from conftest import copy_repository
from conftest import document_of
from running import MARK
from running import PATIENCE
from running import marked
from running import run
from running import start

from tuoyu.engine import batch
from tuoyu.engine import journal
from tuoyu.engine.batch import WorkerDiedError
from tuoyu.engine.batch import do_all
from tuoyu.engine.batch import processes
from tuoyu.front import progress
from tuoyu.front.cli import main
from tuoyu.front.making import Order
from tuoyu.front.making import Outcome
from tuoyu.front.making import make_all
from tuoyu.nouns.errors import StageError
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import load_stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Sequence
    from concurrent.futures import Future

    from nbformat import NotebookNode

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
SMALL = ("jiangmen-2023-12", "ordos-2024", "yulin-2024")
QUICK = ("ordos-2024", "shenzhen-2024", "yulin-2024")  # where it does not matter which
DAMAGED = "data/raw/jiangmen/家长问卷结果.csv"
DIES = partial(signal.raise_signal, signal.SIGKILL)
TWO = partial(processes, 2)
SECONDS = 60.0  # that work takes which nobody waits for


def dies_once(note: Path) -> Callable[[], int]:
    """Work that kills its worker the first time."""
    return partial(subprocess.call, ["sh", "-c", f"mkdir '{note}' && kill -9 $PPID; true"])


def until(true: Callable[[], bool], what: str) -> None:
    """Return as soon as it is true."""
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        if true():
            return
        time.sleep(0.02)
    pytest.fail(f"waited in vain: {what}")


def products(site: Path, *names: str) -> dict[str, bytes]:
    """Every product of these editions."""
    folders = [site / place / name for place in ("data/processed", "reports") for name in names]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in paths}


def results(site: Path, name: str) -> list[str]:
    """What became of an edition in each run, by the journal."""
    return [entry["result"] for entry in journal.entries(site, name)]


def newest_first(names: Sequence[str]) -> list[str]:
    """Editions in the order of the page of all: by the date of their data, those of one date by name."""
    dates = {name: load_edition(ROOT, name).as_of for name in names}
    return sorted(sorted(names), key=dates.__getitem__, reverse=True)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_repository(tmp_path_factory.mktemp("bare") / "site")


@pytest.fixture
def fresh(bare: Path, tmp_path: Path) -> Path:
    """A clone in which nothing has been made."""
    return Path(shutil.copytree(bare, tmp_path / "托育 site"))


@pytest.fixture
def copied(all_made: Made, tmp_path: Path) -> Path:
    """A copy of the clone in which all editions were made."""
    return Path(shutil.copytree(all_made.place.root, tmp_path / "托育 site"))


@pytest.fixture
def emptied(copied: Path) -> Path:
    """The same with nothing in place; but what notebooks give is in the cache."""
    for path in (*(copied / "data/processed").iterdir(), *(copied / "reports").iterdir()):
        if path.is_dir() and path.name != ".cache":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    return copied


# The work itself


def test_results_come_as_they_are_had_and_errors_among_them() -> None:
    work = {"late": partial(time.sleep, 2), "wrong": partial(int, "一"), "seven": partial(int, "7")}
    begun: list[str] = []
    pulses: list[float] = []
    had = list(do_all(work, TWO, begun=begun.append, pulse=lambda: pulses.append(time.monotonic())))
    assert [name for name, _ in had] == ["wrong", "seven", "late"]
    assert isinstance(had[0][1], ValueError)
    assert [result for _, result in had[1:]] == [7, None]
    assert begun == ["late", "wrong", "seven"]
    assert len(pulses) >= 4


def test_work_is_taken_up_only_when_a_worker_is_free_for_it() -> None:
    begun: list[str] = []
    had = do_all({str(each): partial(time.sleep, 0.2) for each in range(4)}, partial(processes, 1), begun=begun.append)
    for done, (name, _) in enumerate(had, 1):
        assert begun == [str(each) for each in range(done)]
        assert name == str(done - 1)


def test_work_that_kills_its_worker_every_time_is_given_up_and_no_other() -> None:
    begun: list[str] = []
    work = {"poison": DIES, "slow": partial(time.sleep, 3), **{str(each): partial(int, "7") for each in range(5)}}
    had = dict(do_all(work, TWO, begun=begun.append))
    assert isinstance(had.pop("poison"), WorkerDiedError)
    assert had == {"slow": None, **{str(each): 7 for each in range(5)}}
    assert Counter(begun) == {**dict.fromkeys(work, 1), "poison": batch.ATTEMPTS}


def test_work_whose_worker_died_is_done_by_another(tmp_path: Path) -> None:
    assert dict(do_all({"once": dies_once(tmp_path / "died")}, partial(processes, 1))) == {"once": 0}
    assert (tmp_path / "died").is_dir()


def test_iterator_that_is_closed_early_ends_its_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    had = do_all({"short": partial(int, "7"), "long": partial(time.sleep, SECONDS)}, TWO)
    assert next(had) == ("short", 7)
    workers = [number for number, words in marked(mark).items() if b"spawn_main" in words]
    assert len(workers) == 2
    had.close()  # type: ignore[attr-defined]
    assert not marked(mark).keys() & set(workers)


def test_when_nobody_is_left_to_work_every_piece_has_an_outcome() -> None:
    @contextmanager
    def deserted() -> Iterator[Any]:
        yield Deserted()

    class Deserted:
        def width(self) -> int:
            msg = "没有工作进程"
            raise StageError(msg)

        def submit(self, work: Callable[[], Any]) -> Future[Any]:
            raise AssertionError(work)

        def deaths(self, _: object) -> int:
            return 0

    had = dict(do_all({"a": partial(int, "1"), "b": partial(int, "2")}, deserted))
    assert {name: str(error) for name, error in had.items()} == {"a": "没有工作进程", "b": "没有工作进程"}


def test_memory_of_the_parent_stays_flat() -> None:
    script = """
import resource
from functools import partial
from tuoyu.engine.batch import do_all, processes

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

if __name__ == "__main__":
    for count in (10, 300):
        for _, result in do_all({str(each): partial(bytes, 500_000) for each in range(count)}, partial(processes, 2)):
            assert len(result) == 500_000
        print(peak())
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    before, after = map(int, done.stdout.split())
    assert after - before < 30


# Several editions on processes of this machine


@pytest.mark.slow
def test_five_editions_on_two_processes_are_told_in_plain_lines(all_made: Made) -> None:
    site, said = all_made.place.root, all_made.said
    assert all_made.complained == ""
    for name in EDITIONS:
        assert f"{name}：开始\n" in said
        assert re.search(rf"^{name}：完成（[\d.]+ 秒）$", said, re.MULTILINE)
    assert said.endswith("共 5 期，失败 0 期；总目：reports/index.html\n")
    assert "\x1b" not in said
    index = (site / "reports/index.html").read_text("utf-8")
    assert re.findall('<article id="([^"]*)"', index) == newest_first(EDITIONS)
    noted = (site / "data/processed" / journal.JOURNAL).read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["edition"] for line in noted) == sorted(EDITIONS)


@pytest.mark.slow
def test_every_product_lies_in_the_folder_of_its_edition(all_made: Made, bare: Path) -> None:
    site = all_made.place.root
    before, after = (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} for folder in (bare, site)
    )
    ours = products(site, *EDITIONS).keys()
    shared = {"reports/index.html", "stdout", "stderr", f"data/processed/{journal.JOURNAL}"}
    hidden = {name for name in after if name.startswith("data/processed/.")}
    compiled = {name for name in after if "__pycache__/" in name}
    assert after - before - ours - shared - hidden - compiled == set()
    # Names that are one and the same to Windows or macOS.
    same = Counter(unicodedata.normalize("NFC", name).casefold() for name in ours)
    assert [name for name, count in same.items() if count > 1] == []


@pytest.mark.slow
def test_report_shows_the_figures_of_its_own_edition_only(all_made: Made) -> None:
    site = all_made.place.root
    figures = {name: [output for output in outputs(document_of(name)) if "alt" in output] for name in EDITIONS}
    everywhere = {figure["alt"] for each in figures.values() for figure in each}
    assert len(everywhere) > len(EDITIONS)
    for name, own in figures.items():
        page = (site / "reports" / name / "report.html").read_text("utf-8")
        assert re.findall('<svg[^>]* aria-label="([^"]*)"', page) == [figure["alt"] for figure in own]
        captions = [figure.split("<")[0].partition("\u3000")[2] for figure in page.split("<figcaption>图")[1:]]
        assert captions == [figure["title"] for figure in own]
        foreign = everywhere - {figure["alt"] for figure in own}
        texts = [page, *(path.read_text("utf-8") for path in (site / "reports" / name).glob("working-papers/*"))]
        assert not [alt for alt in foreign for text in texts if alt in text]
        # The notebook draws for all kinds of reports: it does not read the text, which says what stands in which.
        drawn = {output["id"] for output in outputs(executed_of(name)) if "alt" in output}
        files = {path.stem for path in (site / "data/processed" / name / "figures").iterdir()}
        assert files == drawn >= {figure["id"] for figure in own}


def outputs(notebook: NotebookNode) -> list[dict[str, Any]]:
    """What the exhibits of a notebook say about themselves."""
    return [output.metadata["tuoyu"] for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.slow
def test_failed_edition_stops_no_other_and_the_next_run_makes_only_that_one(emptied: Path) -> None:
    path = emptied / DAMAGED
    content = path.read_bytes()
    path.write_bytes(content + b"\n")
    code, said, complained = run(emptied, "run", *SMALL, "--jobs", "2", "--to", "html")
    assert code == 4
    assert Path(DAMAGED).name in complained
    assert "Traceback" not in complained
    assert "共 3 期，失败 1 期：jiangmen-2023-12；" in said
    assert [results(emptied, name) for name in SMALL] == [["失败"], ["完成"], ["完成"]]
    index = (emptied / "reports/index.html").read_text("utf-8")
    assert re.findall('<article id="([^"]*)"', index) == newest_first(["ordos-2024", "yulin-2024"])
    path.write_bytes(content)
    code, said, complained = run(emptied, "run", *SMALL, "--jobs", "2", "--to", "html")
    assert (code, complained) == (0, "")
    assert [results(emptied, name)[1:] for name in SMALL] == [["完成"], ["未变"], ["未变"]]
    assert re.search(r"^ordos-2024：未变（", said, re.MULTILINE)


@pytest.mark.slow
def test_editions_are_made_though_a_worker_is_killed(all_made: Made, emptied: Path) -> None:
    running = start(emptied, "run", *QUICK, "--jobs", "2")
    until(running.at_work, "an edition under way")
    os.kill(running.workers()[0], signal.SIGKILL)
    code, said, complained = running.ended()
    assert (code, complained) == (0, "")
    assert len(re.findall("：执行的进程意外退出，重新开始\n", said)) == 1
    assert products(emptied, *QUICK) == products(all_made.place.root, *QUICK)
    assert not running.left()


@pytest.mark.slow
def test_interrupt_ends_everything_at_once_and_leaves_nothing(fresh: Path) -> None:
    running = start(fresh, "run", *QUICK, "--jobs", "2")
    until(running.at_work, "an edition under way")
    os.killpg(running.process.pid, signal.SIGINT)
    code, _, complained = running.ended()
    assert code == 130
    assert complained.startswith("已中断")
    assert "Traceback" not in complained
    assert not running.left()
    assert not [path.name for place in ("data/processed", "reports") for path in (fresh / place).glob(".*.new")]
    assert not products(fresh, *QUICK)


@pytest.mark.slow
def test_workers_end_with_a_run_that_is_killed(fresh: Path) -> None:
    running = start(fresh, "run", *QUICK, "--jobs", "2")
    until(running.at_work, "an edition under way")
    assert len(running.workers()) == 2
    running.process.kill()
    running.process.wait()
    assert not running.left()


@pytest.mark.slow
def test_terminal_shows_a_live_table_above_the_summary(copied: Path) -> None:
    code, shown, _ = on_a_terminal(copied, "run", "--all", "--jobs", "2")
    assert code == 0
    assert re.search(r"共 5 期：.*进行中 2.*等待 3", shown)
    assert re.search(r"[\w-]+ +进行中 +\d+ 秒", shown)
    assert "共 5 期：未变 5" in shown
    assert shown.rstrip().endswith("共 5 期，失败 0 期；总目：reports/index.html")


@pytest.mark.slow
def test_lines_for_a_file_stay_out_of_the_live_table(copied: Path) -> None:
    code, shown, written = on_a_terminal(copied, "run", *SMALL, "--jobs", "2", written=True)
    assert code == 0
    assert "\x1b" not in written
    for name in SMALL:
        assert re.search(rf"^{name}：未变（[\d.]+ 秒）$", written, re.MULTILINE)
    assert "进行中" in shown
    assert "进行中" not in written


def on_a_terminal(site: Path, *words: str, written: bool = False) -> tuple[int, str, str]:
    """Exit code, what a pseudo-terminal showed without its codes, and what went to a file where ``written``."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    running = start(site, *words, stdout=None if written else theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # that is how a terminal without programs ends
        while part := os.read(ours, 1 << 16):
            shown += part
    os.close(ours)
    code, out, _ = running.ended()
    return code, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r\n", "\n"), out


# Outcomes and the board


def test_edition_given_up_is_told_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = {"died": WorkerDiedError("died"), "lost": StageError("连接断了"), "odd": ModuleNotFoundError("tuoyu")}
    monkeypatch.setattr("tuoyu.front.making.do_all", lambda *_, **__: iter(errors.items()))
    outcomes = {one.name: one for one in make_all(tmp_path, list(errors), Order())}
    assert [results(tmp_path, name) for name in errors] == [["失败"]] * 3
    assert {(one.result, one.code) for one in outcomes.values()} == {("失败", 1)}
    assert outcomes["died"].said.startswith("执行的进程意外退出（试了 3 次），常见原因是内存不足")
    assert outcomes["lost"].said == "连接断了"
    assert outcomes["odd"].said.startswith("工作进程没有接下这一期（ModuleNotFoundError: tuoyu），请核对")


def test_scratch_folders_of_an_edition_whose_worker_died_are_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(*_: object, begun: Callable[[str], None], **__: object) -> Iterator[tuple[str, WorkerDiedError]]:
        begun("甲")
        (tmp_path / "data/processed/.甲.new").mkdir(parents=True)
        (tmp_path / "reports/.甲.old").mkdir(parents=True)
        yield "甲", WorkerDiedError("甲")

    monkeypatch.setattr("tuoyu.front.making.do_all", died)
    assert [one.result for one in make_all(tmp_path, ["甲"], Order())] == ["失败"]
    assert not (tmp_path / "data/processed/.甲.new").exists()
    assert (tmp_path / "reports/甲").is_dir()


def test_board_counts_what_waits_and_what_is_finished(capsys: pytest.CaptureFixture[str]) -> None:
    board = progress.Board(["甲", "乙", "丙"])
    board.begin("甲")
    board.begin("甲")
    board.end(Outcome("甲", "失败", 1.25, 4, "原始数据有误"))
    captured = capsys.readouterr()
    assert captured.out == "甲：开始\n甲：执行的进程意外退出，重新开始\n甲：失败（1.2 秒）\n"
    assert captured.err == "原始数据有误\n"
    assert board.states == {"甲": "失败", "乙": "等待", "丙": "等待"}


# On a cluster


@dataclass
class Cluster:
    """A Dask scheduler of its own and two workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def dask(*words: str, site: Path, log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONWARNINGS": ""}
    with log.open("ab") as file:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        return subprocess.Popen(command, cwd=log.parent, env=environment, stdout=file, stderr=file)


@pytest.fixture
def cluster(bare: Path, tmp_path: Path) -> Iterator[Cluster]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, log = f"tcp://127.0.0.1:{port}", tmp_path / "dask.log"
    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", str(port), site=bare, log=log)
    worker = ("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path / "dask"))
    workers = [dask(*worker, site=bare, log=log) for _ in range(2)]
    try:
        until(lambda: log.read_text("utf-8").count("Registered to:") == 2, "two Dask workers")
        yield Cluster(address, scheduler, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_cluster_makes_all_editions_though_a_worker_is_killed(all_made: Made, fresh: Path, cluster: Cluster) -> None:
    running = start(fresh, "run", *QUICK[:2], "--scheduler", cluster.address)
    until(running.at_work, "an edition under way")
    cluster.workers[0].kill()
    code, said, complained = running.ended()
    assert (code, complained) == (0, "")
    assert said.endswith("共 2 期，失败 0 期；总目：reports/index.html\n")
    assert products(fresh, *QUICK[:2]) == products(all_made.place.root, *QUICK[:2])


SCRIPT = """
import time
from functools import partial
from tuoyu.engine import batch

batch._CONNECT, batch.PATIENCE = 2, 1
work = {"short": partial(int, "7"), "wrong": partial(int, "x"), "long": partial(time.sleep, 60), "next": partial(int)}
begun = lambda name: print("begun", name, flush=True)
for name, result in batch.do_all(work, partial(batch.cluster, ADDRESS), begun=begun):
    print("had", name, repr(result), flush=True)
"""


@pytest.mark.parametrize(
    ("gone", "told"),
    [("scheduler", "同 Dask 调度器 {address} 的连接断了"), ("workers", "Dask 调度器 {address} 上没有工作进程")],
)
def test_cluster_that_goes_away_is_told_for_every_piece_left(cluster: Cluster, gone: str, told: str) -> None:
    script = SCRIPT.replace("ADDRESS", repr(cluster.address))
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        said = ""
        while not ({"had short 7", "begun long"} <= set(said.splitlines()) and "\nhad wrong" in said):
            said += process.stdout.readline()
            assert process.poll() is None
        for each in [cluster.scheduler] if gone == "scheduler" else cluster.workers:
            each.kill()
        rest, complained = process.communicate(timeout=PATIENCE)
    had = dict(line.split(" ", 2)[1:] for line in (said + rest).splitlines() if line.startswith("had "))
    assert (process.returncode, complained) == (0, "")
    assert had.keys() == {"short", "wrong", "long", "next"}
    assert had["wrong"].startswith("ValueError")
    assert told.format(address=cluster.address) in had["long"]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "某台主机"])
def test_scheduler_that_cannot_be_reached_is_a_fault_of_usage(bare: Path, address: str) -> None:
    code, said, complained = run(bare, "run", "--all", "--scheduler", address)
    assert (code, said) == (2, "")
    assert complained.startswith(f"连不上 Dask 调度器 {address}，请核对地址")
    assert len(complained.splitlines()) == 1


def test_without_dask_it_is_said_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(load_stages(ROOT), root=ROOT, arguments=["run", "--all", "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err == (
        '--scheduler 需要 Dask，请先安装：pip install -c constraints.txt -e ".[cluster]"\n'
    )
