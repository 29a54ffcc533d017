"""What a run leaves in a notebook that differs from run to run, or from machine to machine.

Without it the same inputs give the same executed notebook, byte for byte.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

_KERNEL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")


def clean(notebook: NotebookNode, root: Path) -> NotebookNode:
    """The notebook without times, process numbers, memory addresses and this machine's paths."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if not cell.metadata.get("tags", True):
            cell.metadata.pop("tags")
        for output in cell.get("outputs", ()):
            _clean_output(output, root)
    return notebook


def _clean_output(output: NotebookNode, root: Path) -> None:
    if "text" in output:
        output["text"] = _neutral(output["text"], root)
    if "traceback" in output:
        output["traceback"] = [_neutral(line, root) for line in output["traceback"]]
    data = output.get("data", {})
    for kind in ("text/plain", "text/html"):
        if kind in data:
            data[kind] = _neutral(data[kind], root)


def _neutral(text: str, root: Path) -> str:
    text = _KERNEL_FILE.sub("<单元格>", _ADDRESS.sub("0x…", text))
    for folder, short in ((root, "."), (Path(sys.prefix), "…"), (Path.home(), "~")):
        if len(folder.parts) > 1:
            text = text.replace(str(folder), short)
    return text
