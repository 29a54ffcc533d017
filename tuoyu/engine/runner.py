"""Runs one edition: only what is stale, and proved by its products.

Everything is made in scratch folders beside the real ones; they take their place at the end, both
or neither. A run that fails, or is killed, leaves the earlier products as they were.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import ExitStack
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cache as once
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from typing import Literal

from tuoyu.engine.cache import EXECUTED
from tuoyu.engine.cache import Cache
from tuoyu.engine.cache import load as load_cache
from tuoyu.engine.contract import check_contract
from tuoyu.engine.fingerprint import Sight
from tuoyu.engine.fingerprint import Site
from tuoyu.engine.fingerprint import fingerprint_pages
from tuoyu.engine.fingerprint import look_at_module
from tuoyu.engine.folders import Folders
from tuoyu.engine.freshness import Kind
from tuoyu.engine.freshness import Made
from tuoyu.engine.freshness import Reason
from tuoyu.engine.freshness import Verdict
from tuoyu.engine.freshness import examine
from tuoyu.engine.freshness import judge
from tuoyu.engine.freshness import list_products
from tuoyu.engine.freshness import load_state
from tuoyu.engine.freshness import save_state
from tuoyu.engine.host import faults_told
from tuoyu.engine.host import own_temporary
from tuoyu.engine.locking import hold
from tuoyu.engine.manifest import MANIFEST
from tuoyu.engine.manifest import STATE
from tuoyu.engine.manifest import Verification
from tuoyu.engine.manifest import all_products
from tuoyu.engine.manifest import build_manifest
from tuoyu.engine.manifest import compare
from tuoyu.engine.manifest import digest_tree
from tuoyu.engine.manifest import read_manifest
from tuoyu.engine.manifest import stand_of_inputs
from tuoyu.engine.notebook import load
from tuoyu.engine.surroundings import Surroundings
from tuoyu.kernels import warm_kernels
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.errors import StageError
from tuoyu.workspace.opening import to_json
from tuoyu.workspace.raw import check_sources
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_client.manager import AsyncKernelManager

    from tuoyu.engine.fingerprint import Fingerprint
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.stage import Stage

PAGES = "pages"
CACHE = ".cache"
State = Literal["started", "carried", "restored", "executed", "done", "failed"]


@dataclass(frozen=True)
class Step:
    """进度 — one thing that a run tells while it works; ``seconds`` is for the eye, never for a product."""

    title: str
    state: State
    seconds: float = 0.0


Report = Callable[[Step], None]
Render = Callable[[Path, dict[str, Path], Path], None]
Stand = dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Job:
    """任务 — one edition to be made from the stages of one repository.

    ``render(processed, executed, reports)`` turns the executed notebooks, by stage name, into pages; ``pages`` is the
    module that does so, on whose source the pages depend. ``force`` makes everything anew. ``tell`` hears what is
    wrong with the cache; ``prepare(executed)`` is called beside the notebooks, with those that have run, to load and
    make what the pages need; and with None where none runs, to load as little as can be, for then nothing else has to
    be waited for. ``machine`` tells what of this machine the pages depend on, such as its fonts. ``wanted`` are the
    pages that must be there in the end; ``render`` makes those that it does not find. Others that are there stay for as
    long as they are fresh.
    """

    root: Path
    edition: Edition
    stages: tuple[Stage, ...]
    report: Report
    render: Render
    pages: str = ""
    wanted: tuple[str, ...] = ()
    force: bool = False
    tell: Callable[[str], None] = lambda _: None
    prepare: Callable[[Sequence[Path] | None], None] = lambda _: None
    surroundings: Surroundings = field(default_factory=Surroundings)
    machine: Callable[[], Mapping[str, str]] = dict

    @property
    def folders(self) -> Folders:
        """Where this edition's products are, and where they are made."""
        return Folders(self.root, self.edition.name)

    @property
    def site(self) -> Site:
        """The edition in its surroundings."""
        return Site(self.root, self.edition, self.surroundings)


def check_data(root: Path, edition: Edition) -> None:
    """Raises DataError with everything that is wrong with the raw files as files; runs nothing."""
    findings = check_sources(root, edition)
    if findings:
        raise DataError.from_findings(findings)


def explain(job: Job) -> list[Verdict]:
    """Why each stage, and last the pages, would run or not; nothing is executed."""
    products, pages = list_products(job.folders.processed), digest_tree(job.folders.reports)
    verdicts = _judge_stages(job, products)
    return [*verdicts, _judge_pages(job, verdicts, products, pages)]


def _judge_stages(job: Job, products: dict[str, str]) -> list[Verdict]:
    forced = [stage.name for stage in job.stages] if job.force else []
    return examine(job.site, job.stages, products, forced=forced)


def _judge_pages(job: Job, verdicts: list[Verdict], products: dict[str, str], pages: dict[str, str]) -> Verdict:
    made = load_state(job.folders.processed).get(PAGES)
    fingerprint, sight = _look_at_pages(job, products, made)
    reasons = judge(fingerprint, made, pages)
    recorded = made.products if made else {}
    lacking = tuple(name for name in job.wanted if name not in pages and name not in recorded)
    reasons += [Reason(Kind.MISSING, lacking)] if made and lacking else []
    stale = {one.stage for one in verdicts if not one.fresh}
    if stale:
        reasons.append(Reason(Kind.UPSTREAM, tuple(one.title for one in job.stages if one.name in stale)))
    return Verdict(PAGES, tuple(reasons), fingerprint, sight)


def run_edition(job: Job) -> bool:
    """Make every product of an edition that is stale; whether there was any."""
    _finish_exchange(job.folders)
    with ExitStack() as early:
        if not (job.folders.processed / STATE).is_file():  # a first run: the helper's imports go on beside the checks
            early.enter_context(warm_kernels())
        check_data(job.root, job.edition)
        check_contract(job.root, job.stages)
        with _alone(job.folders):
            products, pages = list_products(job.folders.processed), digest_tree(job.folders.reports)
            verdicts = _judge_stages(job, products)
            if all(one.fresh for one in verdicts):
                verdicts.append(_judge_pages(job, verdicts, products, pages))
                if verdicts[-1].fresh:
                    # What has changed without any effect, such as a comment, is on record nevertheless.
                    _record_sights(job, verdicts)
                    _write_manifest(job, job.folders.reports, products, pages)
                    return False
                # Only the pages: nothing else will load what they need.
                Thread(target=job.prepare, args=(None,), daemon=True).start()
            else:
                early.enter_context(warm_kernels())
            _make_aside(job, products)
            job.folders.put_in_place()
    return True


def render_edition(job: Job) -> bool:
    """Make the wanted pages again from the products of the last run, without executing any notebook; always true."""
    from tuoyu.engine.staging import words_of_today

    folders = job.folders
    _finish_exchange(folders)
    executed_in_place(folders, job.stages)
    with _alone(folders):
        processed, made = words_of_today(job.site, folders, job.stages)
        folders.new_reports.mkdir(parents=True)
        products = list_products(processed)
        fingerprint, sight = _look_at_pages(job, products, made.get(PAGES))
        with _timed("生成报告", job.report):
            if job.wanted:
                held = {name: one for name, one in digest_tree(folders.reports).items() if name not in job.wanted}
                _carry(job, fingerprint, made.get(PAGES), held)
            job.render(processed, _executed(job.stages, processed), folders.new_reports)
        pages = digest_tree(folders.new_reports)
        _write_manifest(job, folders.new_reports, products, pages)
        # First the record: pages that did not get into place are then made again, and no failure comes after them.
        save_state(processed, {**made, PAGES: Made(fingerprint, pages, sight)})
        folders.put_in_place()
    return True


def executed_in_place(folders: Folders, stages: Sequence[Stage]) -> dict[str, Path]:
    """The notebooks that the last run executed, by stage; StageError where there was none."""
    executed = _executed(stages, folders.processed)
    if not all(path.is_file() for path in executed.values()):
        name = folders.edition
        msg = f"{name} 还没有运行过，请先运行 python pipeline.py run {name}"
        raise StageError(msg)
    return executed


def rehearse_edition(job: Job) -> bool:
    """Hand ``render`` what the stages make of everything as it stands now; nothing of it is put in place. Always true.

    Where all products in place still hold, it is these.
    """
    folders = job.folders
    _finish_exchange(folders)
    check_data(job.root, job.edition)
    check_contract(job.root, job.stages)
    with _alone(folders):
        inputs, products, processed = _stand(job), list_products(folders.processed), folders.processed
        if not all(one.fresh for one in _judge_stages(job, products)):
            _stages_aside(job, products, inputs)
            processed = folders.new_processed
        job.render(processed, _executed(job.stages, processed), folders.new_reports)
    return True


def verify_edition(job: Job) -> Verification:
    """Make every product again, aside and without the cache, and hold it against the manifest; nothing is replaced."""
    _finish_exchange(job.folders)
    manifest = job.folders.reports / MANIFEST
    if not manifest.is_file():
        msg = f"{job.edition.name} 还没有生成，没有清单可以核对；请先运行 python pipeline.py run {job.edition.name}"
        raise StageError(msg)
    check_data(job.root, job.edition)
    check_contract(job.root, job.stages)
    recorded = read_manifest(manifest)
    with _alone(job.folders):
        _make_aside(replace(job, force=True), {})
        again = json.loads((job.folders.new_reports / MANIFEST).read_bytes())
        products, pages = list_products(job.folders.processed), digest_tree(job.folders.reports)
    return compare(recorded, again, all_products(job.edition.name, products, pages))


@contextmanager
def _alone(folders: Folders) -> Iterator[None]:
    """Hold the edition against other programs; sweep before, and leave no scratch behind."""
    with faults_told(folders.root), hold(folders.lock, folders.edition):
        try:
            folders.sweep()
            with own_temporary(folders.kernel):
                yield
        finally:
            folders.drop_scratch()


def _finish_exchange(folders: Folders) -> None:
    """Put whole products in their place where an earlier run was killed amid just that, before anyone looks at them."""
    if folders.exchange.exists():
        with _alone(folders):
            return


def _make_aside(job: Job, in_place: dict[str, str]) -> None:
    """Every product, with its record and manifest, in the scratch folders; of those in place, what still holds."""
    folders = job.folders
    inputs = _stand(job)
    folders.new_reports.mkdir(parents=True)
    earlier = load_state(folders.processed).get(PAGES)
    sight = _sight_of_pages(job, earlier)  # already now: a helper that has just been started is still at its imports
    made = _stages_aside(job, in_place, inputs)
    products = list_products(folders.new_processed)
    fingerprint = _fingerprint_pages(job, products, sight)
    with _timed("生成报告", job.report) as done:
        done.append(_pages(job, fingerprint, _executed(job.stages, folders.new_processed), earlier))
    pages = digest_tree(folders.new_reports)
    made[PAGES] = Made(fingerprint, pages, sight)
    _refuse_changed(job, inputs)
    save_state(folders.new_processed, made)
    _write_manifest(job, folders.new_reports, products, pages)


def _stages_aside(job: Job, in_place: dict[str, str], inputs: Stand) -> dict[str, Made]:
    """What the stages make, in the scratch folder, and in the cache if nothing has changed since ``inputs``."""
    from tuoyu.engine.staging import Workshop

    folders = job.folders
    folders.new_processed.mkdir(parents=True)
    cache = Cache(folders.processed.parent / CACHE, job.tell)
    with ExitStack() as stack:
        earlier = load_state(folders.processed)
        workshop = Workshop(job.site, folders, cache, _kernels(job, stack), earlier, in_place, job.force)
        try:
            for stage in job.stages:
                with _timed(stage.title, job.report) as done:
                    done.append(workshop.make(stage))
        finally:  # what was made before a stage failed need not be made again
            if _are_as_before(job, inputs):
                workshop.keep()
    _refuse_changed(job, inputs)
    return dict(workshop.made)


def _executed(stages: Sequence[Stage], processed: Path) -> dict[str, Path]:
    return {stage.name: processed / EXECUTED / stage.notebook for stage in stages}


def _stand(job: Job) -> Stand:
    return stand_of_inputs(job.root, job.edition, job.surroundings.package.folder)


def _are_as_before(job: Job, inputs: Stand) -> bool:
    try:
        return _stand(job) == inputs
    except FileNotFoundError:
        return False


def _refuse_changed(job: Job, inputs: Stand) -> None:
    if not _are_as_before(job, inputs):
        msg = "运行期间原始数据、参数文件或程序被改动，本次成果作废，原有成果未动；请重新运行"
        raise StageError(msg)


def _kernels(job: Job, stack: ExitStack) -> Callable[[Stage], type[AsyncKernelManager]]:
    """What starts the kernel of a stage, with a helper process from the first time it is asked for.

    While a notebook runs, what comes after it is loaded, and made as far as it can be.
    """

    def start() -> type[AsyncKernelManager]:
        kernel = stack.enter_context(warm_kernels())
        load()  # before any thread: two that load one library at once can meet it half loaded
        return kernel

    shared = once(start)

    def kernel_for(stage: Stage) -> type[AsyncKernelManager]:
        kernel = shared()
        before = job.stages[: job.stages.index(stage)]
        executed = list(_executed(before, job.folders.new_processed).values())
        # Pages that are there are perhaps made of just what comes out again, until the last notebook has to run, too.
        sure = stage is job.stages[-1] or not (job.folders.processed / STATE).is_file()
        Thread(target=_do_what_follows, args=(job, executed if sure else None), daemon=True).start()
        return kernel

    return kernel_for


def _do_what_follows(job: Job, executed: Sequence[Path] | None) -> None:
    # No source is read here: Python 3.11 cannot parse in two threads at once (SystemError: recursion depth mismatch).
    load_cache()
    if executed is not None:
        with suppress(Exception):  # whoever needs what could not be loaded or made says so
            job.prepare(executed)


def _pages(job: Job, fingerprint: Fingerprint, executed: dict[str, Path], made: Made | None) -> State:
    """The pages in the scratch folder: those in place if they still hold, else new ones."""
    folders = job.folders
    pages = digest_tree(folders.reports)
    held = {} if job.force else _carry(job, fingerprint, made, pages)
    if held and held == pages and made and held == made.products and held.keys() >= set(job.wanted):
        return "carried"
    job.render(folders.new_processed, executed, folders.new_reports)
    return "done"


def _carry(job: Job, fingerprint: Fingerprint, made: Made | None, pages: dict[str, str]) -> dict[str, str]:
    """Take the pages along into the scratch folder that lie as they were made, if nothing behind them has changed."""
    if made is None or judge(fingerprint, made, made.products):
        return {}
    held = {name: value for name, value in pages.items() if made.products.get(name) == value}
    for name in held:
        target = job.folders.new_reports / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(job.folders.reports / name, target)
    return held


def _look_at_pages(job: Job, products: dict[str, str], made: Made | None) -> tuple[Fingerprint, Sight]:
    sight = _sight_of_pages(job, made)
    return _fingerprint_pages(job, products, sight), sight


def _sight_of_pages(job: Job, made: Made | None) -> Sight:
    known = made.sight if made else None
    return look_at_module(job.pages, job.surroundings, known) if job.pages else Sight("", "", {}, ())


def _fingerprint_pages(job: Job, products: dict[str, str], sight: Sight) -> Fingerprint:
    return fingerprint_pages(job.site, job.stages, products, sight=sight, machine=job.machine())


def _record_sights(job: Job, verdicts: list[Verdict]) -> None:
    """Keep what reading source found, where it had to be read again, so that the next time it need not be."""
    made = load_state(job.folders.processed)
    seen = {one.stage: replace(made[one.stage], sight=one.sight) for one in verdicts}
    if seen != {name: made[name] for name in seen}:
        save_state(job.folders.processed, {**made, **seen})


def _write_manifest(job: Job, reports: Path, products: dict[str, str], pages: dict[str, str]) -> None:
    manifest = build_manifest(
        job.root, job.edition, stages=job.stages, surroundings=job.surroundings, products=products, pages=pages
    )
    content, path = to_json(manifest).encode(), reports / MANIFEST
    if not path.is_file() or path.read_bytes() != content:
        write_atomically(path, content)


@contextmanager
def _timed(title: str, report: Report) -> Iterator[list[State]]:
    """Tell when a step starts, and how it ended after how long; the body may say how in the list."""
    start = time.perf_counter()
    report(Step(title, "started"))
    ended: list[State] = []
    try:
        yield ended
    except BaseException:
        report(Step(title, "failed", time.perf_counter() - start))
        raise
    report(Step(title, ended[-1] if ended else "done", time.perf_counter() - start))
