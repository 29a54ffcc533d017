"""Executes one notebook in a kernel of its own; the only door to papermill.

What papermill does not do is done here. The kernel is always the interpreter that runs us,
whatever kernelspecs the machine has. Parameters are written with ``repr``: papermill's own writer
turns Chinese into escapes. Papermill returns without a word when a kernel died or a cell ran
too long, with every cell marked as completed, so each cell is asked whether it really ran.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.engine.cells import FORMAT
from tuoyu.engine.cells import INJECTED
from tuoyu.engine.cells import PARAMETERS
from tuoyu.engine.cells import cut
from tuoyu.engine.cells import essential
from tuoyu.engine.cells import heading_words
from tuoyu.engine.cells import last_heading
from tuoyu.engine.host import in_words_of
from tuoyu.engine.host import mended_bytecode
from tuoyu.engine.traces import clean
from tuoyu.nouns import errors
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.errors import StageError
from tuoyu.nouns.errors import TuoyuError

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

    from tuoyu.nouns.stage import Stage

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class ExecutionFailed(Exception):  # noqa: N818 - an outcome that the runner turns into the error inside
    """A notebook did not run to its end: the error to show, and the notebook as far as it got."""

    def __init__(self, error: TuoyuError, notebook: NotebookNode) -> None:
        super().__init__(str(error))
        self.error = error
        self.notebook = notebook


@dataclass
class _Progress:
    """The notebook in papermill's hands, and the cell it started last."""

    notebook: NotebookNode
    position: int | None = None
    options: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.options = {"on_notebook_start": self.take, "on_cell_execute": self.enter}

    def take(self, notebook: NotebookNode) -> None:
        self.notebook = notebook

    def enter(self, cell_index: int, **_: object) -> None:
        self.position = cell_index


def load() -> None:
    """Load what execution needs, ahead of the first notebook."""
    import papermill  # noqa: F401


def read_notebook(path: Path) -> NotebookNode:
    """The notebook in a file, as :func:`parse_notebook`."""
    return parse_notebook(path.read_bytes())


def parse_notebook(content: bytes) -> NotebookNode:
    """A notebook in format 4; cells of old notebooks get ids that are the same on every read."""
    import nbformat

    record = json.loads(content)
    for number, cell in enumerate(record["cells"], 1):
        cell.setdefault("id", f"cell-{number}")
    record["nbformat_minor"] = max(record["nbformat_minor"], 5)
    notebook: NotebookNode = nbformat.reads(json.dumps(record), as_version=FORMAT)
    return notebook


def read_written(path: Path) -> NotebookNode:
    """What counts of a source notebook: what a person wrote into it that has an effect."""
    import nbformat

    notebook: NotebookNode = nbformat.from_dict(essential(read_notebook(path)))
    return notebook


def write_notebook(notebook: NotebookNode) -> bytes:
    """The notebook as the bytes of a file."""
    import nbformat

    text: str = nbformat.writes(notebook)
    return (text.rstrip("\n") + "\n").encode()


def prepare(written: NotebookNode, parameters: dict[str, str]) -> NotebookNode:
    """A copy of a source notebook with the parameters set in a cell of their own."""
    import nbformat

    notebook: NotebookNode = nbformat.from_dict(written)
    lines = ["# 由 pipeline.py 写入", *(f"{name} = {value!r}" for name, value in sorted(parameters.items()))]
    cell = nbformat.v4.new_code_cell("\n".join(lines), metadata={"tags": [INJECTED]}, id=INJECTED)
    tagged = [number for number, existing in enumerate(notebook.cells) if PARAMETERS in tags_of(existing)]
    notebook.cells.insert(tagged[0] + 1 if tagged else 0, cell)
    return notebook


def tags_of(cell: NotebookNode) -> list[str]:
    """The tags of a cell."""
    return list(cell.metadata.get("tags", ()))


def execute(
    prepared: NotebookNode, stage: Stage, *, environment: dict[str, str], root: Path, kernel: type[AsyncKernelManager]
) -> NotebookNode:
    """The executed notebook, free of times and machine paths; raises ExecutionFailed otherwise.

    ``kernel`` starts the kernel, for the interpreter that runs us.
    """
    from nbclient.exceptions import CellTimeoutError
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    progress = _Progress(prepared)
    try:
        _run_papermill(prepared, stage, _kernel_of_this_interpreter(environment, kernel), progress)
    except PapermillExecutionError:
        error = _translate(progress, stage)
    except CellTimeoutError:
        what = f"运行超过 {stage.time_limit} 秒，已中止；确需更久的，请改 pipeline.py 的 time_limit"
        error = _unfinished(progress, stage, what)
    except (DeadKernelError, RuntimeError) as failure:
        error = _unfinished(progress, stage, f"内核意外退出（{cut(str(failure))}），{_memory(stage)}")
    else:
        skipped = next((n for n, cell in enumerate(progress.notebook.cells) if _never_ran(cell)), None)
        if skipped is None:
            return clean(progress.notebook, root)
        progress.position = skipped
        error = _unfinished(progress, stage, "没有运行到这一格，内核可能已意外退出或超过时限")
    raise ExecutionFailed(error, clean(progress.notebook, root))


def _run_papermill(prepared: NotebookNode, stage: Stage, kernel: type[AsyncKernelManager], progress: _Progress) -> None:
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    # The notebook goes in as a value and comes out through the progress hook: a path would be run through
    # str.format by papermill, and a file would be left half written when the disk is full.
    progress.notebook = papermill.execute_notebook(
        prepared,
        None,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        execution_timeout=stage.time_limit,
        kernel_manager_class=kernel,
        **progress.options,
    )


def _kernel_of_this_interpreter(
    environment: dict[str, str], kernel: type[AsyncKernelManager]
) -> type[AsyncKernelManager]:
    from jupyter_client.kernelspec import KernelSpec

    spec = KernelSpec(
        # Whatever goes wrong is read from the notebook; the kernel's own log would only confuse.
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=CRITICAL"],
        display_name="Python 3",
        language="python",
        metadata={"supported_encryption": ["curve"]},
        # jupyter_client substitutes $NAME in these values.
        env={name: value.replace("$", "$$") for name, value in environment.items()},
    )

    class InterpreterKernel(kernel):  # type: ignore[misc,valid-type] # the class is chosen when a run begins
        """A kernel of the running interpreter, so that no installed kernelspec can point elsewhere."""

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return InterpreterKernel


def _never_ran(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip()) and cell.execution_count is None


def _translate(progress: _Progress, stage: Stage) -> TuoyuError:
    """The error of ours that a cell raised, as it is; any other as a StageError that says where."""
    notebook = progress.notebook
    position = progress.position = next(n for n, cell in enumerate(notebook.cells) if _raised(cell) or _failed(cell))
    cell = notebook.cells[position]
    if not _raised(cell):
        return _unfinished(progress, stage, f"出错，内核没能说明原因，{_memory(stage)}")
    raised = _raised(cell)[0]
    what = _lacking(raised, stage)
    if what:
        return _unfinished(progress, stage, what)
    known = getattr(errors, raised.ename, None)
    if isinstance(known, type) and issubclass(known, TuoyuError):
        # A fault of the data is mended in the data; any other must be found in the notebook.
        place = "" if issubclass(known, DataError) else f"\n  位置：{_where(notebook, position, stage)}"
        error: TuoyuError = known(f"{raised.evalue}{place}")
        return error
    first = f"{_where(notebook, position, stage)}出错：{raised.ename}: {raised.evalue}"
    last = _last_line(raised.traceback)
    return StageError("\n".join([first, *_code(cell.source), *([f"  出错的代码行：{last}"] if last else [])]))


def _lacking(raised: NotebookNode, stage: Stage) -> str:
    """What of memory, disk or permission a cell did not get; empty if it failed otherwise."""
    # pandas, numpy and pyarrow have names of their own for it.
    if raised.ename.endswith("MemoryError"):
        return f"内存用量超过 {stage.memory_limit} MB，已中止；确需更多的，请改 pipeline.py 的 memory_limit"
    if mended := mended_bytecode(raised.ename, raised.evalue):
        return f"没有执行：{mended}"
    words = in_words_of(raised.evalue)
    return f"无法读写文件：{words}" if words else ""


def _memory(stage: Stage) -> str:
    return f"常见原因是内存不足（上限 {stage.memory_limit} MB，见 pipeline.py 的 memory_limit）"


def _raised(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.get("outputs", ()) if output.output_type == "error"]


def _failed(cell: NotebookNode) -> bool:
    """Whether papermill marked the cell as failed; a kernel short of memory may not get out a word about it."""
    return bool(cell.metadata.get("papermill", {}).get("exception"))


def _unfinished(progress: _Progress, stage: Stage, what: str) -> StageError:
    position = progress.position or 0
    cell = progress.notebook.cells[position]
    return StageError("\n".join([f"{_where(progress.notebook, position, stage)}{what}", *_code(cell.source)]))


def _where(notebook: NotebookNode, position: int, stage: Stage) -> str:
    """Stage, notebook, heading and cell; cells that were put in by papermill or by us are not counted."""
    above = notebook.cells[: position + 1]
    headings = [last_heading(cell.cell_type, cell.source) for cell in above]
    heading = next((found for found in reversed(headings) if found), "")
    added = {INJECTED, "papermill-error-cell-tag"}
    number = sum(1 for cell in above if not added & set(tags_of(cell)))
    return f"环节“{stage.title}”（笔记本 {stage.notebook}），{heading_words(heading)}第{number}个单元格"


def _code(source: str) -> list[str]:
    lines = [line for line in source.splitlines() if line.strip()]
    shown = [f"  │ {cut(line, 100)}" for line in lines[:3]]
    return [*shown, "  │ …"] if len(lines) > len(shown) else shown


def _last_line(traceback: list[str]) -> str:
    """The line of the cell, or of the package, that the traceback points at last."""
    text = _COLOURS.sub("", "\n".join(traceback))
    # Without its number: comments, which have no part in a run, are not counted.
    pointed = re.findall(r"^-+>\s*\d+\s(.*)$", text, flags=re.MULTILINE)
    return cut(" ".join(pointed[-1].split()), 100) if pointed else ""
