"""托育服务监测报告 — the names that a notebook may use.

open_stage(stage, edition)   the workspace of one stage: reads what it declared, writes what it promised
cleaning, checks             raw files → observations, and what is doubtful about them
computing                    observations → facts, and what they allow the report to say
subject                      what is particular to childcare: indicators, roles, claims
showing                      the text of the report, section by section
attaining, charts, tables, annexes   facts → figures and tables of the report
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.workspace.opening import open_stage

if TYPE_CHECKING:
    from tuoyu.childcare import annexes
    from tuoyu.childcare import attaining
    from tuoyu.childcare import charts
    from tuoyu.childcare import subject
    from tuoyu.childcare import tables
    from tuoyu.facts import checks
    from tuoyu.facts import computing
    from tuoyu.reading import cleaning
    from tuoyu.text import showing

__version__ = "0.2.0"

__all__ = [
    "annexes",
    "attaining",
    "charts",
    "checks",
    "cleaning",
    "computing",
    "open_stage",
    "showing",
    "subject",
    "tables",
]
_ROOMS = {
    "annexes": "childcare",
    "attaining": "childcare",
    "charts": "childcare",
    "checks": "facts",
    "cleaning": "reading",
    "computing": "facts",
    "showing": "text",
    "subject": "childcare",
    "tables": "childcare",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute has no narrower type
    """Load a room when a notebook asks for it, so that the command line stays quick."""
    if name in _ROOMS:
        # What it says of its folders and its list of fonts would stand in the notebook that imports it first.
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        return importlib.import_module(f"tuoyu.{_ROOMS[name]}.{name}")
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
