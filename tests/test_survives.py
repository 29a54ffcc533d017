"""What a run survives: killed processes, a full or read-only disk, runaway cells, a second run, a damaged cache.

Every case is the real thing done to real processes. Whatever happens: it is told in Chinese, earlier products stay as
they were, no process stays behind, and the next run makes the very bytes that an undisturbed one makes.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import toy
from running import PATIENCE

from tuoyu.nouns.stage import Stage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc, and disks are mounted"),
]

PACKAGE = Path(__file__).resolve().parents[1]
NAME = "toy-2024"
NOTEBOOK = "stops where it is told"
PLACES = ("data/processed", "reports")
CHANGED = (("data/processed", "sums.json"), ("reports", "report.html"))
MARK = "TUOYU_TEST_SITE"
MORE_BIRTHS = f"{toy.BIRTHS}测试市,出生人口,27000人,2024年\n"
# The command line as it is, but for pages that need no facts. Where a file says "stop at …", it stops there until
# the file "stopped" is taken away.
DRIVER = """

def stop(moment):
    if (ROOT / f"stop at {moment}").exists():
        (ROOT / f"stop at {moment}").replace(ROOT / "stopped")
    while (ROOT / "stopped").exists():
        time.sleep(0.02)


def render(processed, executed, reports):
    text = (processed / "sums.json").read_text(encoding="utf-8")
    write_atomically(reports / "report.html", text.encode() * 1000)
    stop("pages")
    write_atomically(reports / "appendix.html", text.encode() * 2000)


def rename(path, target):
    renames.append(original(path, target))
    stop(f"rename {len(renames)}")
    return renames[-1]


def show(step):
    tell(step)
    if step.state == "executed":
        stop(f"end of {step.title}")


def products(self):
    stop("store")
    return iterate(self)


if __name__ == "__main__":
    import time
    from pathlib import Path

    from tuoyu.front import making, progress
    from tuoyu.front.cli import main
    from tuoyu.workspace.writing import write_atomically

    ROOT = Path(__file__).parent
    renames, original, Path.rename = [], Path.rename, rename
    tell, progress.show = progress.show, show
    making.renderer, making.FILES = lambda root, stages, wanted: render, ()
    making.preparer = lambda root, edition: lambda executed: None
    if (ROOT / "stop at store").exists():
        from tuoyu.engine.store import Products

        iterate, Products.__iter__ = Products.__iter__, products
    raise SystemExit(main(STAGES, root=ROOT))
"""


def stages(notebook: str = NOTEBOOK, **changes: object) -> tuple[Stage, ...]:
    return toy.clean_stage(notebook, **changes), toy.sum_stage()


def declare(root: Path, *declared: Stage) -> None:
    lines = ["from tuoyu.nouns.stage import Stage", f"STAGES = {declared!r}"]
    (root / "pipeline.py").write_text("\n".join(lines) + DRIVER, encoding="utf-8")
    for stage in declared:
        shutil.copy(toy.NOTEBOOKS / stage.notebook, root / "notebooks" / stage.notebook)


def tree(root: Path) -> dict[str, str]:
    """Digest of everything in the two folders of the edition, by path."""
    files = [path for place in PLACES for path in (root / place / NAME).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def scratch(root: Path) -> set[str]:
    """What lies beside the products but the lock, the cache and the journal."""
    kept = {NAME, f".{NAME}.lock", ".cache", ".cache.lock", ".cache.damaged", ".journal.jsonl", "index.html"}
    return {path.name for place in PLACES for path in (root / place).iterdir()} - kept


def processes(root: Path) -> dict[int, bytes]:
    """Every process that a run of the site has started, or that is one, with its command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={root}\0".encode() in (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "cmdline").read_bytes()
        except OSError:
            continue
    return found


def child(root: Path, parent: int, program: str) -> int:
    """The process with this program that ``parent`` has started, or forked from itself."""
    (found,) = (
        one
        for one, words in processes(root).items()
        if program.encode() in words and f"PPid:\t{parent}\n" in Path(f"/proc/{one}/status").read_text("utf-8")
    )
    return found


def helper_of(root: Path, process: subprocess.Popen[str]) -> int:
    return child(root, process.pid, "zygote.py")


def until(condition: Callable[[], object]) -> None:
    latest = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < latest, "waited in vain"
        time.sleep(0.02)


def start(root: Path, stop: str = "", verb: str = "run", **environment: str) -> subprocess.Popen[str]:
    """Begin a run; with ``stop`` come back when it has got there and waits."""
    if stop:
        (root / f"stop at {stop}").touch()
    process = subprocess.Popen(
        [sys.executable, "pipeline.py", verb, NAME],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(PACKAGE), MARK: str(root), "PYTHONUTF8": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if stop:
        until(lambda: (root / "stopped").exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[0]
    return process


def end(root: Path, process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and everything said by a run that may go on now; it leaves no process behind."""
    (root / "stopped").unlink(missing_ok=True)
    said, _ = process.communicate(timeout=PATIENCE)
    until(lambda: not processes(root))
    assert "Traceback" not in said
    assert process.returncode == 0 or re.search("[\u4e00-\u9fff]{4}", said)
    return process.returncode, said


def kill(root: Path, process: subprocess.Popen[str]) -> None:
    """Kill the run alone, where it has stopped; no process of it stays behind."""
    process.kill()
    process.communicate()
    until(lambda: not processes(root))
    (root / "stopped").unlink()


def run(root: Path) -> tuple[int, str]:
    return end(root, start(root))


@dataclass(frozen=True)
class Site:
    """A repository with earlier products, whose raw data have changed since; ``after`` is what comes of them."""

    root: Path
    before: dict[str, str]
    after: dict[str, str]

    def fails(self, process: subprocess.Popen[str], *words: str) -> str:
        """The run ends with a message that holds these words and leaves everything as it was; what it said."""
        code, said = end(self.root, process)
        assert code == 1, said
        for word in words:
            assert word in said
        assert tree(self.root) == self.before
        assert scratch(self.root) <= {f".{NAME}.failed"}
        return said

    def completes(self) -> str:
        """The next run makes what an undisturbed one makes, and sweeps up; what it said."""
        code, said = run(self.root)
        assert code == 0, said
        assert tree(self.root) == self.after
        assert not scratch(self.root)
        return said


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """A site before the undisturbed run, and one after it."""
    first = toy.register_targets(toy.build(tmp_path_factory.mktemp("first") / "site", *stages()))
    declare(first, *stages())
    assert run(first)[0] == 0
    before = tree(first)
    toy.add_raw(first / "data/raw/town/births.csv", MORE_BIRTHS)
    second = Path(shutil.copytree(first, tmp_path_factory.mktemp("second") / "site"))
    assert run(second)[0] == 0
    after = tree(second)
    assert after.keys() == before.keys()
    assert all(after[f"{place}/{NAME}/{name}"] != before[f"{place}/{NAME}/{name}"] for place, name in CHANGED)
    return Site(first, before, after), Site(second, after, after)


@pytest.fixture
def site(models: tuple[Site, Site], tmp_path: Path) -> Site:
    return Site(Path(shutil.copytree(models[0].root, tmp_path / "托育 site")), models[0].before, models[0].after)


# killed processes


@pytest.mark.parametrize("kernels", ["", "ordinary"])
def test_run_killed_while_a_cell_runs(site: Site, kernels: str) -> None:
    process = start(site.root, "cell", TUOYU_KERNELS=kernels)
    kill(site.root, process)
    assert tree(site.root) == site.before
    site.completes()


@pytest.mark.parametrize("moment", ["store", "end of 整理", "end of 合计", "pages"])
def test_run_killed_before_the_exchange_leaves_the_earlier_products(site: Site, moment: str) -> None:
    process = start(site.root, moment)
    kill(site.root, process)
    assert tree(site.root) == site.before
    site.completes()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_run_killed_amid_the_exchange_of_folders_is_finished_by_the_next(site: Site, number: int) -> None:
    process = start(site.root, f"rename {number}")
    kill(site.root, process)
    found = tree(site.root)
    for place in PLACES:
        now, before, after = (part_of(one, place) for one in (found, site.before, site.after))
        assert now in ({}, before, after)
    assert "成果不必重做" in site.completes()


def part_of(digests: dict[str, str], place: str) -> dict[str, str]:
    return {name: value for name, value in digests.items() if name.startswith(place)}


def test_exchange_cut_short_is_finished_before_pages_are_made_again(site: Site) -> None:
    process = start(site.root, "rename 1")
    kill(site.root, process)
    code, said = end(site.root, start(site.root, verb="render"))
    assert code == 0, said
    assert tree(site.root).keys() == site.after.keys()
    pages = part_of(tree(site.root), "reports")
    assert pages == part_of(site.after, "reports")
    assert not scratch(site.root)


def test_exchange_cut_short_is_finished_though_the_next_run_is_refused(site: Site) -> None:
    process = start(site.root, "rename 2")
    kill(site.root, process)
    (site.root / "data/raw/town/births.csv").write_text("改过\n", encoding="utf-8")
    code, said = run(site.root)
    assert code == 4
    assert "原有成果未动" in said
    assert tree(site.root) == site.after


@pytest.mark.parametrize("kernels", ["", "ordinary"])
def test_kernel_killed_while_a_cell_runs(site: Site, kernels: str) -> None:
    process = start(site.root, "cell", TUOYU_KERNELS=kernels)
    ordinary = kernels == "ordinary"
    kernel = (
        child(site.root, process.pid, "ipykernel_launcher")
        if ordinary
        else child(site.root, helper_of(site.root, process), "zygote.py")
    )
    os.kill(kernel, signal.SIGKILL)
    until((site.root / "reports" / f".{NAME}.failed").exists)
    said = site.fails(process, "环节“整理”", "“停一停”标题下", "内核意外退出", "原有成果未动")
    assert f"reports/.{NAME}.failed/{NOTEBOOK}.ipynb" in said
    site.completes()


def test_helper_of_the_kernels_killed_while_a_cell_runs(site: Site) -> None:
    process = start(site.root, "cell")
    os.kill(helper_of(site.root, process), signal.SIGKILL)
    until((site.root / "reports" / f".{NAME}.failed").exists)
    site.fails(process, "环节“整理”", "内核意外退出", "原有成果未动")
    site.completes()


def test_run_goes_on_when_the_helper_of_the_kernels_is_killed_between_two_stages(site: Site) -> None:
    process = start(site.root, "end of 整理")
    os.kill(helper_of(site.root, process), signal.SIGKILL)
    code, said = end(site.root, process)
    assert code == 0, said
    assert tree(site.root) == site.after


# a disk that is full or read-only


@pytest.fixture
def mount() -> Iterator[Callable[..., None]]:
    """Mount for the length of a test; whoever may not do so skips it."""
    mounted: list[Path] = []

    def do(target: Path, *words: str) -> None:
        done = subprocess.run(["mount", *words, str(target)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        mounted.append(target)

    yield do
    for target in dict.fromkeys(mounted):
        subprocess.run(["umount", "--lazy", str(target)], check=True)


def fill(folder: Path) -> Path:
    """Leave not a byte on the disk of a folder; what to remove to have room again."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    assert not shutil.disk_usage(folder).free
    return ballast


@pytest.mark.parametrize(("moment", "where"), [("cell", "环节“整理”"), ("pages", "✗ 生成报告")])
def test_full_disk(site: Site, mount: Callable[..., None], tmp_path: Path, moment: str, where: str) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount(small, "-t", "tmpfs", "-o", "size=4m", "tmpfs")
    little = Site(Path(shutil.copytree(site.root, small / "site")), site.before, site.after)
    process = start(little.root, moment)
    ballast = fill(small)
    little.fails(process, where, "磁盘已满，请腾出空间后重新运行", "原有成果未动")
    ballast.unlink()
    little.completes()


@pytest.mark.parametrize(("moment", "where"), [("cell", "环节“整理”"), ("pages", "✗ 生成报告")])
def test_no_file_may_grow_any_more(site: Site, moment: str, where: str) -> None:
    process = start(site.root, moment)
    for one in processes(site.root):
        resource.prlimit(one, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    site.fails(process, where, "超过系统允许的文件大小", "原有成果未动")
    site.completes()


@pytest.mark.parametrize("place", PLACES)
def test_read_only_folder(site: Site, mount: Callable[..., None], place: str) -> None:
    mount(site.root / place, "--bind", str(site.root / place))
    mount(site.root / place, "-o", "remount,bind,ro")
    site.fails(start(site.root), f"无法读写 {place}/", "磁盘只读，请换到可以写入的位置再运行", "原有成果未动")
    subprocess.run(["mount", "-o", "remount,bind,rw", str(site.root / place)], check=True)
    site.completes()


# cells that run away


def test_cell_that_never_ends_is_stopped_at_the_time_limit_of_its_stage(site: Site) -> None:
    declare(site.root, *stages("never ends", time_limit=3))
    said = site.fails(start(site.root), "环节“整理”", "“没完没了”标题下", "运行超过 3 秒，已中止")
    assert "请改 pipeline.py 的 time_limit" in said
    declare(site.root, *stages())
    site.completes()


@pytest.mark.parametrize("kernels", ["", "ordinary"])
def test_cell_that_eats_memory_is_stopped_at_the_memory_limit_of_its_stage(site: Site, kernels: str) -> None:
    declare(site.root, *stages("eats memory", memory_limit=200))
    process = start(site.root, TUOYU_KERNELS=kernels)
    said = site.fails(process, "环节“整理”", "“越来越多”标题下", "内存用量超过 200 MB，已中止")
    assert "请改 pipeline.py 的 memory_limit" in said
    declare(site.root, *stages())
    site.completes()


# two runs at once


def test_second_run_of_an_edition_says_who_has_it_and_the_first_completes(site: Site) -> None:
    first = start(site.root, "cell")
    second = start(site.root)
    said, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert "Traceback" not in said
    holder = f"另一个程序（进程 {first.pid}，主机 {socket.gethostname()}，"
    assert re.search(rf"{re.escape(holder)}[-\d]{{10}} [:\d]{{8}} 开始）正在生成 {NAME}，请等它结束后再运行", said)
    assert end(site.root, first)[0] == 0
    assert tree(site.root) == site.after
    assert not scratch(site.root)


# a damaged cache


def truncate_database(cache: Path) -> None:
    database = cache / "global.db"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])


def lose_products(cache: Path) -> None:
    for path in cache.rglob("*.parquet"):
        path.unlink()


def halve_notebooks(cache: Path) -> None:
    for path in cache.rglob("*.ipynb"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def put_a_file_in_its_place(cache: Path) -> None:
    shutil.rmtree(cache)
    cache.write_bytes(os.urandom(1000))


def take_another_version(cache: Path) -> None:
    (cache / "__version__.txt").write_text("0.0.1", encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (truncate_database, "已损坏或版本不符"),
        (take_another_version, "已损坏或版本不符"),
        (put_a_file_in_its_place, "已损坏或版本不符"),
        (lose_products, "的一条记录不完整或被改动，已丢弃，将重新运行"),
        (halve_notebooks, "的一条记录不完整或被改动，已丢弃，将重新运行"),
    ],
)
def test_damaged_cache_costs_nothing_but_time(
    models: tuple[Site, Site], tmp_path: Path, damage: Callable[[Path], None], told: str
) -> None:
    made = models[1]
    site = Site(Path(shutil.copytree(made.root, tmp_path / "site")), made.before, made.after)
    for place in PLACES:
        shutil.rmtree(site.root / place / NAME)
    damage(site.root / "data/processed/.cache")
    assert told in site.completes()
