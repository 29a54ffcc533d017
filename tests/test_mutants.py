"""The mutation run: what it changes, the same for a seed every time, and that its lists are about what is there."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
Load = Callable[[str], ModuleType]
PROGRAM = '''"""Docstring 1."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import os
LIMITS = {"甲": 1, "乙": 2}

def told(value: int = 3) -> str:
    """Docstring 2."""
    if 0 < value <= LIMITS["甲"] and not LIMITS:
        msg = f"值为 {value + 1} 个" if value else "没有"
        raise ValueError(msg)
    found = [one for one in (value, -value) if one != 5]
    found.append(min(found))
    return "多" if found else "少"
'''


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Imports a module of the benchmarks by its name, as their own scripts do."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module


def test_operators_constants_conditions_and_statements_are_changed(load: Load) -> None:
    found = [one.words for one in load("mutations").mutations(PROGRAM.encode())]
    for change in (
        "< → <=", "< → >=", "<= → <", "<= → >", "!= → ==", "-value → (value)", "min → max", "one != 5 → True",
        '"甲" → \'甲※\'', "1 → 2", "1 → (0)", '"甲": 1, → ', "0 → 1", "3 → 4",
        "found.append(min(found)) → pass", "raise ValueError(msg) → pass",
        'return "多" if found else "少" → return None',
        '"多" if found else "少" → ("少" if found else "多")', "not LIMITS → bool(LIMITS)",
    ):  # fmt: skip
        assert change in found, change


def test_words_docstrings_annotations_and_imports_for_types_are_left_alone(load: Load) -> None:
    module = load("mutations")
    changed = [one.applied(PROGRAM.encode()).decode() for one in module.mutations(PROGRAM.encode())]
    assert len(set(changed)) == len(changed) > 30
    for text in changed:
        assert text.startswith(
            '"""Docstring 1."""\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os\n'
        )
        assert '"""Docstring 2."""' in text
        assert "值为" in text
        assert '"没有"' in text
        assert ") -> str:" in text


def test_widths_of_tables_are_left_alone(load: Load) -> None:
    program = b'x = Table("a", "b", (1, 2), rows(3), (4,), (5, 6.5), 7)\n'
    changed = {one.before for one in load("mutations").mutations(program)}
    assert {"1", "2", "3", "4", "7"} <= changed
    assert "5" not in changed


def test_same_seed_draws_the_same_changes_and_each_is_a_program(load: Load) -> None:
    module = load("mutations")
    content = (ROOT / "tuoyu/facts/wording.py").read_bytes()
    drawn = module.chosen(content, "1", 15)
    assert drawn == module.chosen(content, "1", 15) != module.chosen(content, "2", 15)
    assert len({(one.start, one.end) for one in drawn}) == 15
    before = ast.dump(ast.parse(content))
    assert all(ast.dump(ast.parse(one.applied(content))) != before for one in drawn)


def test_modules_and_their_tests_are_there(load: Load) -> None:
    for module, tests in load("mutants").CONCERNED.items():
        assert (ROOT / f"tuoyu/{module}.py").is_file()
        assert all((ROOT / f"tests/test_{name}.py").is_file() for name in tests.split())


def test_every_change_that_is_left_out_is_one_that_can_be_made(load: Load) -> None:
    known = load("mutants").survivors()
    for module, entries in known.items():
        content = (ROOT / f"tuoyu/{module}.py").read_bytes()
        possible = {(one.context, one.words) for one in load("mutations").mutations(content)}
        for entry in entries:
            assert entry.keys() == {"line", "change", "reason"}
            assert (entry["line"], entry["change"]) in possible, (module, entry)


def test_report_counts_what_was_noticed_of_what_matters(load: Load) -> None:
    module = load("mutants")
    (lost,) = load("mutations").chosen(b"x = 1\n", "1", 1)
    tallies = [module.Tally("facts/a", 2, 17, [lost]), module.Tally("facts/b", 0, 20), module.Tally("facts/c", 1)]
    lines = module.report(tallies, "7", 20).splitlines()
    assert lines[0] == "种子 7，每个模块 20 处。"
    assert "| facts/a | 20 | 2 | 17 | 1 | 94% |" in lines
    assert "| facts/c | 1 | 1 | 0 | 0 | — |" in lines
    assert "| 合计 | 41 | 3 | 37 | 1 | 97% |" in lines
    assert lines[-1] == f"- facts/a:1 `x = 1`：`{lost.words}`"
