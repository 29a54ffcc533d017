"""Runs the stages of one edition and proves the run by its products.

Everything is made in scratch folders beside the real ones; they take their place at the end, both
or neither. A run that fails, or is killed, leaves the earlier products as they were.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Literal

from filelock import FileLock
from filelock import Timeout

from tuoyu.engine.contract import check_contract
from tuoyu.engine.folders import Folders
from tuoyu.engine.folders import swap_in
from tuoyu.engine.manifest import MANIFEST
from tuoyu.engine.manifest import build_manifest
from tuoyu.engine.manifest import digest_inputs
from tuoyu.engine.manifest import digest_tree
from tuoyu.engine.notebook import ExecutionFailed
from tuoyu.engine.notebook import execute
from tuoyu.engine.notebook import prepare
from tuoyu.engine.notebook import read_notebook
from tuoyu.engine.notebook import write_notebook
from tuoyu.errors import ContractError
from tuoyu.errors import DataError
from tuoyu.errors import StageError
from tuoyu.source import check_sources
from tuoyu.workspace import PROCESSED_VARIABLE
from tuoyu.workspace import ROOT_VARIABLE
from tuoyu.workspace import to_json
from tuoyu.workspace import write_atomically

if TYPE_CHECKING:
    from tuoyu.parameters import Edition
    from tuoyu.stage import Stage

EXECUTED = "executed"


@dataclass(frozen=True)
class Step:
    """进度 — one thing that a run tells while it works; ``seconds`` is for the eye, never for a product."""

    title: str
    state: Literal["started", "done", "failed"]
    seconds: float = 0.0


Report = Callable[[Step], None]
Render = Callable[[Path, dict[str, Path], Path], None]


@dataclass(frozen=True)
class Job:
    """任务 — one edition to be made from the stages of one repository.

    ``render(processed, executed, reports)`` turns the executed notebooks, by stage name, into pages.
    """

    root: Path
    edition: Edition
    stages: tuple[Stage, ...]
    report: Report
    render: Render

    @property
    def folders(self) -> Folders:
        """Where this edition's products are, and where they are made."""
        return Folders(self.root, self.edition.name)


def check_data(root: Path, edition: Edition) -> None:
    """Raises DataError with everything that is wrong with the raw files as files; runs nothing."""
    findings = check_sources(root, edition)
    if findings:
        raise DataError.from_findings(findings)


def run_edition(job: Job) -> Path:
    """Make every product of an edition; returns its folder ``reports/<edition>``."""
    check_data(job.root, job.edition)
    check_contract(job.root, job.stages)
    with _alone(job.folders):
        _make(job)
    return job.folders.reports


def render_edition(job: Job) -> Path:
    """Make the pages again from the products of the last run, without executing any notebook."""
    folders = job.folders
    executed = {stage.name: folders.processed / EXECUTED / stage.notebook for stage in job.stages}
    if not all(path.is_file() for path in executed.values()):
        name = job.edition.name
        msg = f"{name} 还没有运行过，请先运行 python pipeline.py run {name}"
        raise StageError(msg)
    with _alone(folders):
        folders.new_reports.mkdir(parents=True)
        with _timed("生成报告", job.report):
            job.render(folders.processed, executed, folders.new_reports)
        _write_manifest(job, folders.processed)
        swap_in([(folders.new_reports, folders.reports)])
    return folders.reports


@contextmanager
def _alone(folders: Folders) -> Iterator[None]:
    """Hold the edition against other programs; sweep before, and leave no scratch behind."""
    folders.lock.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folders.lock)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        msg = f"另一个程序正在生成 {folders.edition}，请等它结束后再运行"
        raise StageError(msg) from None
    try:
        folders.sweep()
        yield
    finally:
        folders.drop_scratch()
        lock.release()


def _make(job: Job) -> None:
    folders = job.folders
    inputs = digest_inputs(job.root, job.edition)
    folders.new_processed.mkdir(parents=True)
    folders.new_reports.mkdir(parents=True)
    executed = {}
    for stage in job.stages:
        with _timed(stage.title, job.report):
            executed[stage.name] = _run_stage(job, stage)
    with _timed("生成报告", job.report):
        job.render(folders.new_processed, executed, folders.new_reports)
    if digest_inputs(job.root, job.edition) != inputs:
        msg = "运行期间原始数据或参数文件被改动，本次成果作废，原有成果未动；请重新运行"
        raise StageError(msg)
    _write_manifest(job, folders.new_processed)
    swap_in([(folders.new_processed, folders.processed), (folders.new_reports, folders.reports)])


def _write_manifest(job: Job, processed: Path) -> None:
    reports = job.folders.new_reports
    manifest = build_manifest(
        job.root, job.edition, stages=job.stages, processed=processed, reports=reports
    )
    write_atomically(reports / MANIFEST, to_json(manifest).encode())


def _run_stage(job: Job, stage: Stage) -> Path:
    processed = job.folders.new_processed
    before = digest_tree(processed)
    prepared = prepare(read_notebook(job.root / "notebooks" / stage.notebook), {"edition": job.edition.name})
    try:
        executed = execute(prepared, stage, environment=_surroundings(job), root=job.root)
    except ExecutionFailed as failure:
        kept = job.folders.failed / stage.notebook
        write_atomically(kept, write_notebook(failure.notebook))
        where = kept.relative_to(job.root).as_posix()
        msg = f"{failure.error}\n  运行到出错处的笔记本：{where}（原有成果未动）"
        raise type(failure.error)(msg) from None
    check_products(stage, before, digest_tree(processed), folder=processed)
    path = processed / EXECUTED / stage.notebook
    write_atomically(path, write_notebook(executed))
    return path


def _surroundings(job: Job) -> dict[str, str]:
    """Environment variables of the kernels."""
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, os.environ.get("PYTHONPATH", "")]
    return {
        ROOT_VARIABLE: str(job.root),
        PROCESSED_VARIABLE: str(job.folders.new_processed),
        # The kernel imports the package that runs it, even where another copy is installed.
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        # A user's own IPython start-up files and history have no part in a run.
        "IPYTHONDIR": str(job.folders.kernel),
    }


def check_products(stage: Stage, before: dict[str, str], after: dict[str, str], *, folder: Path) -> None:
    """Raises if a promised file is missing or empty, or if anything else was written or removed."""
    where = f"环节“{stage.title}”（笔记本 {stage.notebook}）"
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    undeclared = [name for name in changed if not stage.may_write(name)]
    if undeclared:
        names = "、".join(undeclared)
        msg = f"{where}改动了没有声明的文件：{names}→ 确需写出的，请写进 pipeline.py 中该环节的 makes"
        raise ContractError(msg)
    missing = [pattern for pattern in stage.makes if not any(fnmatchcase(name, pattern) for name in after)]
    empty = [name for name in changed if not (folder / name).stat().st_size]
    if missing or empty:
        parts = [f"没有写出 {'、'.join(missing)}"] if missing else []
        parts += [f"写出的 {'、'.join(empty)} 是空文件"] if empty else []
        msg = f"{where}运行完毕，但{'；'.join(parts)}，本次成果作废，原有成果未动"
        raise StageError(msg)


@contextmanager
def _timed(title: str, report: Report) -> Iterator[None]:
    """Tell when a step starts, and how long it took until it was done or failed."""
    start = time.perf_counter()
    report(Step(title, "started"))
    try:
        yield
    except BaseException:
        report(Step(title, "failed", time.perf_counter() - start))
        raise
    report(Step(title, "done", time.perf_counter() - start))
