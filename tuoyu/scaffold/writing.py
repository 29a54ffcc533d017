"""Writes the files of a new city: all of them or none, and never over what is there."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def publish(folder: Path, contents: Mapping[str, bytes], edition: Path, parameters: bytes) -> None:
    """Puts the folder and the edition in place; if either fails, neither is there."""
    scratch = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    draft = edition.with_name(f".{edition.name}.{os.getpid()}.new")
    edition.parent.mkdir(parents=True, exist_ok=True)
    try:
        scratch.mkdir(parents=True)
        for name, content in contents.items():
            (scratch / name).write_bytes(content)
        draft.write_bytes(parameters)
        scratch.rename(folder)
        try:
            draft.rename(edition)
        except BaseException:
            folder.rename(scratch)
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        draft.unlink(missing_ok=True)
