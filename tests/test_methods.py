"""docs/methods.md says what the code says. To bring it up to date: ``python tests/test_methods.py``."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from tuoyu.childcare import indicators
from tuoyu.childcare.claims import CLAIMS
from tuoyu.childcare.indicators import INDICATORS
from tuoyu.facts import checks
from tuoyu.facts import statistics
from tuoyu.facts import wording
from tuoyu.facts.wording import COMPARISONS
from tuoyu.nouns.finding import Finding
from tuoyu.text.methods import CHECKS
from tuoyu.text.methods import COMMAND
from tuoyu.text.methods import SAMPLING
from tuoyu.text.methods import WORDING
from tuoyu.text.methods import methods_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "methods.md"


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == methods_page(), f"docs/methods.md 已过时，请运行 {COMMAND}"


def test_page_has_every_indicator_and_every_claim() -> None:
    page = methods_page()
    assert [one.label for one in INDICATORS.values() if f"### {one.label}\n" not in page] == []
    assert [claim.id for claim in CLAIMS if f"| {claim.id} | {claim.rule} |" not in page] == []


def test_page_has_every_check_that_makes_findings() -> None:
    gathered = {"check_observations", "check_facts"}
    made = {
        name
        for name, function in inspect.getmembers(checks, inspect.isfunction)
        if function.__module__ == checks.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation == f"list[{Finding.__name__}]"
    }
    assert {rule.__name__ for _, rule in CHECKS} == made - gathered


def test_page_has_every_comparison_that_prose_may_use() -> None:
    assert set(COMPARISONS.values()) <= {rule for _, rule in WORDING}


def test_every_function_on_the_page_explains_itself() -> None:
    rules = [rule for _, rule in (*WORDING, *SAMPLING, *CHECKS)] + [one.function for one in INDICATORS.values()]
    assert [rule.__name__ for rule in rules if not inspect.getdoc(rule)] == []


@pytest.mark.parametrize("module", [indicators, statistics, wording], ids=lambda module: module.__name__)
def test_examples_on_the_page_hold(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


if __name__ == "__main__":
    PAGE.write_text(methods_page(), encoding="utf-8", newline="\n")
