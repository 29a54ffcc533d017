"""The text files of the report on disk, and the registers of every place against which they are checked."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import ValidationError

from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.register import REGISTERS
from tuoyu.nouns.register import entries_of
from tuoyu.workspace.raw import list_registers

if TYPE_CHECKING:
    from pathlib import Path

    from tuoyu.nouns.register import Entry

FOLDER = "notebooks/report"
_REGISTERS = 1000  # that are kept as read: all editions are checked against the same


def list_texts(root: Path) -> list[Path]:
    """The text files and what belongs to them, sorted; without what editors leave behind."""
    found = (root / FOLDER).glob("*")
    return sorted(path for path in found if path.suffix in {".md", ".toml"} and not path.name.startswith((".", "~")))


def read_texts(root: Path) -> dict[str, bytes]:
    """The contents of the text files, by name."""
    return {path.name: path.read_bytes() for path in list_texts(root)}


def read_entries(root: Path) -> tuple[Entry, ...]:
    """The entries of every register of the repository, whatever edition uses them.

    A register with faults is passed over here: who runs an edition of its place is told of them.
    """
    places = sorted(path.name for path in (root / "data" / "raw").glob("*") if path.is_dir())
    registers = ((place, path) for place in places for path in list_registers(root, place))
    return tuple(entry for place, path in registers for entry in _entries(path.read_bytes(), place, path.name))


@lru_cache(maxsize=_REGISTERS)
def _entries(content: bytes, place: str, file: str) -> tuple[Entry, ...]:
    try:
        record = parse_form(content)
        kind = next((kind for kind, (_, name) in REGISTERS.items() if name in record), "")
        return entries_of(kind, record, place=place, file=file) if kind else ()
    except (FormError, ValidationError):
        return ()
