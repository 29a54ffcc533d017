"""The way through Quarto (``render --with quarto``): a folder beside the products, set and shown by Quarto.

Belongs here: which Quarto there is, what is asked of it, what it answers. It executes nothing: notebooks are the
engine's. The folder is no product of the edition, so that no run, manifest or list knows of it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from tuoyu.front import progress
from tuoyu.front.formats import PAGE
from tuoyu.front.formats import SHEETS
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import RenderError
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.stage import Stage

NAME = "quarto"
OLDEST = (1, 10, 17)  # the first with a Typst that writes a PDF by two standards at once
FORMATS = {PAGE: "tuoyu-html", SHEETS: "tuoyu-typst"}
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_INSTALL = (
    f"请安装 Quarto {'.'.join(map(str, OLDEST))} 或更新的版本：用 conda 的，conda env create -f environment.yml；"
    "不用 conda 的，到 quarto.org 下载。不用 Quarto 也能生成全部成果，去掉 --with quarto 即可"
)
_PREVIEW = "quarto preview report.ipynb --to tuoyu-html"
_LINES = 12  # of what Quarto complains


def folder_of(root: Path, name: str) -> Path:
    """Where the project of an edition lies."""
    return root / "reports" / f"{name}.quarto"


def version() -> str:
    """The version of the Quarto that would be called; empty where there is none."""
    program = shutil.which(NAME)
    if program is None:
        return ""
    told = subprocess.run([program, "--version"], capture_output=True, check=False)  # noqa: S603 - found just now
    return told.stdout.decode(errors="replace").strip() or "不明"


def is_new_enough(told: str) -> bool:
    """Whether a Quarto of this version can set the sheets."""
    found = _VERSION.match(told)
    return found is not None and tuple(map(int, found.groups())) >= OLDEST


def refuse_unfit() -> str:
    """The program to call; RenderError where there is none, or one that is too old."""
    told = version()
    if not told:
        msg = f"没有找到 Quarto→ {_INSTALL}"
        raise RenderError(msg)
    if not is_new_enough(told):
        msg = f"Quarto 的版本是 {told}，太旧→ {_INSTALL}"
        raise RenderError(msg)
    return str(shutil.which(NAME))


def make(root: Path, stages: Sequence[Stage], names: Sequence[str], way: str, files: Sequence[str]) -> None:
    """Let Quarto make these files of every edition, and tell where they are. ``way`` is the word after ``--with``."""
    if way != NAME:
        msg = f"--with 只能写 {NAME}，现为“{way}”"
        raise ParameterError(msg)
    others = [file for file in files if file not in FORMATS]
    if others:
        msg = f"Quarto 只做 html、pdf，不做 {'、'.join(others)}；--with quarto 的 --to 写 html、pdf，或者不写"
        raise ParameterError(msg)
    for name in names:
        for path in render(root, stages, name, files):
            product = root / "reports" / name / path.name
            same = path.name == SHEETS and product.is_file() and product.read_bytes() == path.read_bytes()
            progress.say(f"  {path.relative_to(root).as_posix()}{'（与成果逐字节相同）' if same else ''}")
        progress.say(f"边改边看：在 {folder_of(root, name).relative_to(root).as_posix()} 里运行 {_PREVIEW}")


def render(root: Path, stages: Sequence[Stage], name: str, files: Sequence[str]) -> list[Path]:
    """Write the project of an edition anew and let Quarto make these files of it; what was made."""
    from tuoyu.front.making import job_of
    from tuoyu.front.publication import document_in_place
    from tuoyu.render.quarto import project

    program = refuse_unfit()
    folder = folder_of(root, name)
    for path, content in project(document_in_place(job_of(root, stages, load_edition(root, name)))).items():
        write_atomically(folder / path, content)
    return [_made(program, folder, file) for file in files]


def _made(program: str, folder: Path, file: str) -> Path:
    from tuoyu.render.quarto import NOTEBOOK

    made = folder / file
    made.unlink(missing_ok=True)
    command = [program, "render", NOTEBOOK, "--to", FORMATS[file]]
    done = subprocess.run(  # noqa: S603 - its own program with our words
        command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode or not made.is_file():
        told = done.stdout.decode(errors="replace").replace(f"{folder}{os.sep}", "").strip().splitlines()[-_LINES:]
        said = "".join(f"\n  │ {line}" for line in told) or "（没有说明原因）"
        msg = f"Quarto 没有做成 {file}（quarto {' '.join(command[1:])}）：{said}\n项目在 {folder.name}，可以在那里重试"
        raise RenderError(msg)
    return made


def _environment() -> dict[str, str]:
    """Our fonts for its Typst, and those of the system only where ours would be chosen from them too."""
    from tuoyu.render.fonts import folders
    from tuoyu.render.fonts import packaged_only

    alone = {"TYPST_IGNORE_SYSTEM_FONTS": "true"} if packaged_only() else {}
    return {**os.environ, "TYPST_FONT_PATHS": os.pathsep.join(folders()), **alone}
