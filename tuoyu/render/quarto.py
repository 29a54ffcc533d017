"""The report as a Quarto project: a folder that Quarto sets with our template, or shows while it is edited.

Belongs here: the assembled notebook in, the files of the folder out. Quarto executes nothing there. The cells carry
scalars alone, since Quarto makes one attribute of all that is not; captions and title are its own to write.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING
from typing import Any

import nbformat

from tuoyu.render.fonts import faces
from tuoyu.render.markdown import ASIDE
from tuoyu.render.markdown import LABELLED
from tuoyu.render.markdown import TABLE
from tuoyu.render.markdown import carried
from tuoyu.render.markdown import prose
from tuoyu.render.pdf import title_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

NOTEBOOK = "report.ipynb"
FOLDER = "_extensions/tuoyu"  # by its name the formats are called tuoyu-typst and tuoyu-html
_OURS = {"gongwen.typ": "gongwen.typ", "typst.lua": "typst.lua"}
_EXTENSION = ("_extension.yml", "page.typ", "quarto.lua")


def project(document: NotebookNode) -> dict[str, bytes]:
    """The files of the folder, by path: notebook, project, template and filters, title data and fonts."""
    templates = files("tuoyu.render.templates")
    made = {
        NOTEBOOK: nbformat.writes(notebook(document)).encode(),
        "_quarto.yml": templates.joinpath("quarto/_quarto.yml").read_bytes(),
        "about.json": _json(title_data(document)),
        "fonts.json": _json(faces()),
    }
    made |= {f"{FOLDER}/{name}": templates.joinpath(f"quarto/{name}").read_bytes() for name in _EXTENSION}
    made |= {f"{FOLDER}/{name}": templates.joinpath(source).read_bytes() for name, source in _OURS.items()}
    return made


def notebook(document: NotebookNode) -> NotebookNode:
    """The report with the text as pandoc reads it, and of every exhibit what Quarto reads."""
    made: NotebookNode = nbformat.v4.new_notebook(
        cells=list(_cells(document)), metadata={"kernelspec": document.metadata.get("kernelspec", _KERNEL)}
    )
    return made


_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def _cells(document: NotebookNode) -> Iterator[NotebookNode]:
    for cell in document.cells:
        marks = cell.metadata.get("tuoyu", {})
        if cell.cell_type == "raw":
            yield nbformat.v4.new_raw_cell(cell.source, id=cell.id)
        elif cell.cell_type == "code":
            yield _exhibit(cell)
        elif marks.get("role") not in ASIDE:
            text = prose(cell.source, marks).replace(TABLE, LABELLED)
            yield nbformat.v4.new_markdown_cell(text, id=cell.id)


def _exhibit(cell: NotebookNode) -> NotebookNode:
    """A cell with scalars alone, and one content: the drawing, or the table."""
    scalars = {key: value for key, value in cell.metadata.items() if isinstance(value, str | bool)}
    outputs = []
    for output in cell.outputs:
        if "image/svg+xml" in output.data:
            data = {"image/svg+xml": output.data["image/svg+xml"]}
        else:
            data = {"text/markdown": carried(output.data["text/markdown"]).replace(TABLE, LABELLED)}
        outputs.append(nbformat.v4.new_output("display_data", data=data))
    made: NotebookNode = nbformat.v4.new_code_cell(cell.source, id=cell.id, metadata=scalars, outputs=outputs)
    return made


def _json(value: Any) -> bytes:  # noqa: ANN401 - JSON has no narrower type
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
