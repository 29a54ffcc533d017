"""A project folder (项目文件夹) for an office that has installed the program and has no checkout.

Belongs here: what lies in one, and putting it in place. Nothing is ever overwritten. The files are those of the
repository; a wheel carries them beside the package (``pyproject.toml``).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tuoyu.nouns.errors import ParameterError
from tuoyu.workspace.opening import TABLE_OF_CONTENTS
from tuoyu.workspace.raw import is_litter

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKED = "tuoyu_starter"
GUIDE = "使用说明.md"
PARTS = (
    ".gitattributes",
    ".gitignore",
    "notebooks",
    "editions",
    "data/raw",
    TABLE_OF_CONTENTS,
)  # the last makes it one
_MOST_NAMES = 3


def create_project(folder: Path) -> dict[str, int]:
    """Lay out a project; what was made at the top, with the number of files in each folder (0 for a file).

    Raises ParameterError where anything is in the folder already; then nothing is written.
    """
    _refuse_what_is_there(folder)
    scratch = folder / f".{PACKED}.{os.getpid()}.new"
    try:
        scratch.mkdir(parents=True)
        for part in PARTS:
            _copy(starter() / part, scratch / part)
        shutil.copyfile(Path(__file__).with_name(GUIDE), scratch / GUIDE)
        made = {one: _count(scratch / one) for one in (*dict.fromkeys(Path(part).parts[0] for part in PARTS), GUIDE)}
        _move(scratch, folder, sorted(made, key=lambda one: one == TABLE_OF_CONTENTS))  # what makes it one comes last
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return made


def starter() -> Path:
    """Where the files are taken from: beside the installed package, else the repository around the package."""
    beside = Path(__file__).resolve().parents[2]
    packed = beside / PACKED
    return packed if packed.is_dir() else beside


def _move(scratch: Path, folder: Path, names: Iterable[str]) -> None:
    """All of them or none."""
    done: list[str] = []
    try:
        for name in names:
            (scratch / name).rename(folder / name)
            done.append(name)
    except OSError:
        for name in done:
            (folder / name).rename(scratch / name)
        raise


def _refuse_what_is_there(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} 是一个文件，不是文件夹；请另写一个文件夹的名称"
        raise ParameterError(msg)
    ours = {Path(part).parts[0] for part in PARTS}
    there = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    there = [name for name in there if name in ours or not name.startswith(".")]
    if there:
        more = f"等 {len(there)} 项" if len(there) > _MOST_NAMES else ""
        names = "、".join(there[:_MOST_NAMES])
        msg = f"文件夹 {folder} 不是空的（里面有 {names}{more}），没有改动；请换一个空文件夹，或者另起一个名称"
        raise ParameterError(msg)


def _copy(source: Path, target: Path) -> None:
    """A file, or every file of a folder that a person put there."""
    files = [source] if source.is_file() else sorted(source.rglob("*"))
    for path in files:
        if path.is_file() and (path == source or not (is_litter(path, source) or "__pycache__" in path.parts)):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _count(path: Path) -> int:
    return sum(one.is_file() for one in path.rglob("*")) if path.is_dir() else 0
