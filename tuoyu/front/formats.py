"""The formats (格式) in which a report can be had, and which of them a command asks for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tuoyu.engine.manifest import MANIFEST
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import suggestion

if TYPE_CHECKING:
    from pathlib import Path

PAGE, SHEETS, WORD, LEDGER = "report.html", "report.pdf", "report.docx", "核算表.xlsx"
FORMATS = {"html": PAGE, "pdf": SHEETS, "word": WORD, "workbook": LEDGER}
FILES = tuple(FORMATS.values())
_SYNONYMS = {"docx": WORD, "xlsx": LEDGER}
_BETWEEN = re.compile(r"[,，、\s]+")


def files_in(folder: Path) -> tuple[str, ...]:
    """The files that were made there, by the manifest: what can be held against it; all of them where there is none."""
    try:
        products = json.loads((folder / MANIFEST).read_bytes())["products"]
    except (OSError, ValueError, KeyError, TypeError):
        return FILES
    return tuple(file for file in FILES if f"reports/{folder.name}/{file}" in products) or FILES


def files_of(text: str) -> tuple[str, ...]:
    """The files that ``--to`` asks for, ``html,pdf``; none where it is not given. ParameterError for other words."""
    known = {**FORMATS, **_SYNONYMS}
    names = [name.lower() for name in _BETWEEN.split(text) if name]
    for name in names:
        if name not in known:
            msg = f"--to 没有“{name}”这种格式{suggestion(name, known)}（几种之间用逗号隔开，如 --to html,pdf）"
            raise ParameterError(msg)
    asked = {known[name] for name in names}
    return tuple(file for file in FILES if file in asked)
