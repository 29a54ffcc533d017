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
DOORS = {
    "papermill": ["engine/notebook.py"],
    "typer": ["front/cli.py", "front/looking.py", "front/receiving.py", "front/usage.py"],
    "filelock": ["engine/cache.py", "engine/locking.py"],
    "jupyter_cache": ["engine/store.py"],
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


def test_imports_follow_the_arrows() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_every_module_lies_in_a_room() -> None:
    assert [path.name for path in PACKAGE.glob("*.py")] == ["__init__.py"]


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
