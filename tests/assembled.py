"""A report assembled without a kernel: the cells of 03_report run here, with what they show kept."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING

import nbformat
from conftest import ROOT
from conftest import facts_of

from tuoyu.childcare import annexes
from tuoyu.childcare import attaining
from tuoyu.childcare import charts
from tuoyu.childcare import tables
from tuoyu.front.publication import compose

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from tuoyu.nouns.exhibit import Exhibit
    from tuoyu.nouns.fact import Facts

SHOWS = "report.show("


@dataclass
class Recorder:
    """Stands for the report of the notebook and keeps what it is given."""

    outputs: list[NotebookNode] = field(default_factory=list)

    def show(self, name: str, *exhibits: Exhibit | None) -> None:  # noqa: ARG002 - as the notebook calls it
        self.outputs += [
            nbformat.v4.new_output("display_data", data=dict(one.data), metadata={"tuoyu": dict(one.about)})
            for one in exhibits
            if one is not None
        ]


def executed(root: Path, facts: Facts) -> NotebookNode:
    """03_report of the repository at ``root`` with its figures and tables, as the engine would leave it."""
    notebook: NotebookNode = nbformat.read(root / "notebooks/03_report.ipynb", 4)
    rooms = {"annexes": annexes, "attaining": attaining, "charts": charts, "tables": tables}
    for cell in notebook.cells:
        if cell.cell_type == "code" and SHOWS in cell.source:
            report = Recorder()
            exec(cell.source, {**rooms, "facts": facts, "report": report})  # noqa: S102 - our own notebook
            cell.outputs = report.outputs
    return notebook


@cache
def executed_of(name: str) -> NotebookNode:
    """The last notebook of an edition of this repository, once."""
    return executed(ROOT, facts_of(name))


@cache
def report_of(name: str) -> NotebookNode:
    """The report of an edition of this repository, once."""
    return compose(ROOT, facts_of(name), copy.deepcopy(executed_of(name)))


def assembled(root: Path, facts: Facts) -> NotebookNode:
    """The report of these facts by the text files of the repository at ``root``."""
    return compose(root, facts, executed(root, facts))
