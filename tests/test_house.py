"""The house stands as designed: who may import whom, and what stays out of the command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tuoyu"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = ("analysis", "engine", "render", "kernels")
FRONT = ("cli", "publication", "review", "doctor", "usage", "overview", "leftovers", "scaffold", "works", "telling")
BETWEEN = {"publication.py", "review.py", "leftovers.py"}  # they stand between the rooms and work with analysis
DOORS = {
    "papermill": ["engine/notebook.py"],
    "typer": ["cli.py"],
    "filelock": ["engine/cache.py", "engine/holding.py"],
    "jupyter_cache": ["engine/shelf.py"],
}
HEAVY = ("pandas", "numpy", "matplotlib", "seaborn", "papermill", "nbconvert", "nbformat", "typst")


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, as a dotted name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(path: Path) -> str:
    """The folder of a module; ``front`` for the command line's modules, ``nouns`` for the rest."""
    first = path.relative_to(PACKAGE).parts[0]
    if first in ROOMS:
        return first
    return "front" if first.removesuffix(".py") in FRONT else "nouns"


def rooms_used(path: Path) -> set[str]:
    parts = {name.split(".")[1] for name in imported(path) if name.startswith("tuoyu.")}
    return {part for part in parts if part in ROOMS} | ({"front"} if parts & set(FRONT) else set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_arrows(path: Path) -> None:
    room = room_of(path)
    # The package's front page names what notebooks may use, and that lies in analysis.
    allowed = {
        "engine": {"engine", "kernels"},
        "front": {"front", "engine", "render", "kernels"} | ({"analysis"} if path.name in BETWEEN else set()),
        "nouns": {"analysis"} if path.name == "__init__.py" else set(),
    }.get(room, {room})
    assert rooms_used(path) <= allowed


def test_pipeline_imports_nothing_but_stages_and_the_command_line() -> None:
    assert {name for name in imported(ROOT / "pipeline.py") if "tuoyu" in name} == {
        "tuoyu.cli.main",
        "tuoyu.stage.Stage",
    }


@pytest.mark.parametrize(("library", "door"), DOORS.items())
def test_library_has_its_door(library: str, door: list[str]) -> None:
    users = [path for path in MODULES if any(name.split(".")[0] == library for name in imported(path))]
    assert [path.relative_to(PACKAGE).as_posix() for path in users] == door


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_are_one_a_line(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert all(len(node.names) == 1 for node in imports)


def test_command_line_starts_without_anything_heavy() -> None:
    script = f"import sys, tuoyu.cli, tuoyu.source\nprint(set(sys.modules) & set({HEAVY!r}))"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"
