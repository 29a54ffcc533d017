"""The ways of making an edition that are held against one another, as command lines.

``ours`` is the pipeline; ``naive`` is papermill and nbconvert, one notebook after the other; ``floor`` is the same work
in one plain script, without kernels. Run by its path, this file is that script, and makes one PDF in either way.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import time
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from costs import Command

import tuoyu
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import Workspace
from tuoyu.workspace.opening import load_stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from costs import Chain
    from nbformat import NotebookNode

    from tuoyu.nouns.exhibit import Exhibit

SCRIPT = Path(__file__).resolve()
EXECUTED = "executed"
PRODUCTS = ("data/processed", "reports", EXECUTED)


def notebooks(root: Path) -> list[str]:
    """The names of the notebooks that a copy declares, in order."""
    return [stage.notebook for stage in load_stages(root)]


def ours(root: Path, names: Sequence[str], jobs: int = 1, formats: str = "") -> list[Chain]:
    """The pipeline itself, with all formats or with those that are named."""
    side_by_side = ("--jobs", str(jobs)) if jobs > 1 else ()
    chosen = ("--to", formats) if formats else ()
    return [(Command((sys.executable, "pipeline.py", "run", *names, *side_by_side, *chosen), root),)]


def naive(root: Path, names: Sequence[str]) -> list[Chain]:
    """Papermill for every notebook, then nbconvert for the last, from the command line; one chain an edition."""
    sources, chains = notebooks(root), []
    for name in names:
        folder = root / EXECUTED / name
        folder.mkdir(parents=True, exist_ok=True)
        made = [str(folder / notebook) for notebook in sources]
        words = [("papermill", *pair, "-p", "edition", name) for pair in zip(sources, made, strict=True)]
        words.append(("jupyter", "nbconvert", "--to", "html", made[-1]))
        chains.append(tuple(Command(one, root / "notebooks") for one in words))
    return chains


def floor(root: Path, names: Sequence[str], jobs: int = 1) -> list[Chain]:
    """The plain script, in as many processes as given, each with its share of the editions."""
    shares = [names[number::jobs] for number in range(jobs)]
    return [(Command((sys.executable, str(SCRIPT), "floor", str(root), *share), root),) for share in shares if share]


def one_pdf(way: str, root: Path, notebook: Path, target: Path) -> list[Chain]:
    """The PDF of an assembled report: ``pdf`` by Typst, ``webpdf`` by nbconvert and Chromium."""
    return [(Command((sys.executable, str(SCRIPT), way, str(notebook), str(target)), root),)]


def clear(root: Path) -> None:
    """Take away all that any way has made in a copy, its cache included."""
    for name in PRODUCTS:
        shutil.rmtree(root / name, ignore_errors=True)


@dataclass(frozen=True)
class _Plain(Workspace):
    """A workspace without a kernel: what a notebook shows is kept in a list."""

    shown: list[Exhibit] = field(default_factory=list)
    unattended = True

    def show(self, exhibit: Exhibit | None) -> None:
        if exhibit is None:
            return
        if exhibit.kind == "figure":
            self.save_text(f"figures/{exhibit.id}.svg", exhibit.data["image/svg+xml"])
        self.shown.append(exhibit)


def make_plainly(root: Path, name: str) -> None:
    """Make products, HTML and PDF of one edition in this process, from the very code of the notebooks."""
    from tuoyu.engine.notebook import read_notebook
    from tuoyu.engine.notebook import write_notebook
    from tuoyu.front.formats import FILES
    from tuoyu.front.publication import compose
    from tuoyu.nouns.fact import Facts
    from tuoyu.render.html import to_html
    from tuoyu.render.pdf import to_pdf

    processed, reports = root / "data" / "processed" / name, root / "reports" / name
    for notebook in notebooks(root):
        executed = read_notebook(root / "notebooks" / notebook)
        _run_cells(executed, root, name)
    facts = Facts.from_dict(json.loads((processed / "facts.json").read_bytes()))
    document = compose(root, facts, executed)
    reports.mkdir(parents=True, exist_ok=True)
    (reports / "report.ipynb").write_bytes(write_notebook(document))
    (reports / "report.html").write_text(to_html(document, beside=FILES[1:]), encoding="utf-8")
    (reports / "report.pdf").write_bytes(to_pdf(document))


def _run_cells(notebook: NotebookNode, root: Path, name: str) -> None:
    """Run the code of a notebook here, and put what it shows where a kernel would have put it."""
    from nbformat.v4 import new_output

    shown: list[Exhibit] = []
    stages = {stage.name: stage for stage in load_stages(root)}

    def open_here(stage: str, edition: str) -> _Plain:
        processed = root / "data" / "processed" / edition
        return _Plain(root, stages[stage], load_edition(root, edition), processed, shown)

    tuoyu.open_stage = open_here
    names: dict[str, Any] = {"edition": name}
    for cell in notebook.cells:
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", ()):
            continue
        exec(compile(cell.source, "cell", "exec"), names)  # noqa: S102 - the repository's own notebooks
        cell.outputs = [
            new_output("display_data", data=dict(one.data), metadata={"tuoyu": dict(one.about)}) for one in shown
        ]
        shown.clear()


def _our_pdf(notebook: Path, target: Path) -> Callable[[], object]:
    """The conversion, with all imports done."""
    from tuoyu.engine.notebook import read_notebook
    from tuoyu.render.pdf import to_pdf

    return lambda: target.write_bytes(to_pdf(read_notebook(notebook)))


def _web_pdf(notebook: Path, target: Path) -> Callable[[], object]:
    """The same by nbconvert, with the Chromium of this machine where there is one, else with Playwright's."""
    from nbconvert.nbconvertapp import NbConvertApp
    from playwright import async_api

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    launch: Any = async_api.BrowserType.launch

    async def launch_here(browser: object, **options: object) -> object:
        given = {"executable_path": chromium} if chromium else {}
        return await launch(browser, **{**options, **given})

    async_api.BrowserType.launch = launch_here  # type: ignore[assignment] # nbconvert cannot be told which browser
    words = ["--to", "webpdf", "--disable-chromium-sandbox", "--log-level", "ERROR"]
    words += ["--output", target.stem, "--output-dir", str(target.parent), str(notebook)]
    return lambda: NbConvertApp.launch_instance(words)


def seconds_beside(target: Path) -> Path:
    """Where the wall and CPU time of the conversion alone are written, without the start of the process."""
    return target.with_suffix(".json")


def _timed(work: Callable[[], object], target: Path) -> None:
    start, before = time.perf_counter(), _processor()
    work()
    record = [time.perf_counter() - start, _processor() - before]
    seconds_beside(target).write_text(json.dumps(record), encoding="utf-8")


def _processor() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> int:
    """``floor ROOT NAME…``, ``pdf NOTEBOOK TARGET`` or ``webpdf NOTEBOOK TARGET``."""
    parser = argparse.ArgumentParser(description="measure.py 调用的几种做法")
    parser.add_argument("way", choices=["floor", "pdf", "webpdf"])
    parser.add_argument("where", type=Path)
    parser.add_argument("names", nargs="+")
    chosen = parser.parse_args()
    if chosen.way == "floor":
        for name in chosen.names:
            make_plainly(chosen.where, name)
    else:
        notebook, target = chosen.where.resolve(), Path(chosen.names[0]).resolve()
        _timed((_our_pdf if chosen.way == "pdf" else _web_pdf)(notebook, target), target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
