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
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())
# What each room may import beside itself; data flow one way, and nothing points upward.
ARROWS = {
    "nouns": set(),
    "workspace": {"nouns"},
    "kernels": set(),
    "reading": {"nouns", "childcare"},
    "facts": {"nouns", "reading", "childcare"},
    "text": {"nouns", "reading", "facts", "childcare"},
    "childcare": {"nouns", "reading", "facts", "text"},
    "engine": {"nouns", "workspace", "kernels"},
    "render": {"nouns", "workspace"},
    "scaffold": {"nouns", "workspace"},
    "front": set(ROOMS),
}
DOORS = {
    "papermill": ["engine/notebook.py"],
    "typer": ["front/cli.py"],
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_arrows(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    if room == "__init__.py":
        return  # the front page hands out what notebooks may use
    used = {name.split(".")[1] for name in imported(path) if name.startswith("tuoyu.")}
    assert used <= {room} | ARROWS[room]


def test_pipeline_imports_nothing_but_stages_and_the_command_line() -> None:
    assert {name for name in imported(ROOT / "pipeline.py") if "tuoyu" in name} == {
        "tuoyu.front.cli.main",
        "tuoyu.nouns.stage.Stage",
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
    script = f"import sys, tuoyu.front.cli, tuoyu.workspace.raw\nprint(set(sys.modules) & set({HEAVY!r}))"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"
