"""docs/methods.md says what the code says, in Chinese. To bring it up to date: ``python tests/test_methods.py``."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from tuoyu.childcare import formulas
from tuoyu.childcare.subject import subject
from tuoyu.facts import checks
from tuoyu.facts import checks_entry
from tuoyu.facts import checks_place
from tuoyu.facts import checks_relations
from tuoyu.facts import checks_shares
from tuoyu.facts import checks_text
from tuoyu.facts import checks_time
from tuoyu.facts import checks_usual
from tuoyu.facts import relations
from tuoyu.facts import statistics
from tuoyu.facts import wording
from tuoyu.facts.claims import ALL_RULES
from tuoyu.nouns.finding import Finding
from tuoyu.text.checklist import CHECKS
from tuoyu.text.methods import COMMAND
from tuoyu.text.methods import WORDING
from tuoyu.text.methods import methods_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "methods.md"


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == methods_page(subject()), f"docs/methods.md 已过时，请运行 {COMMAND}"


def test_page_has_every_computed_indicator_with_an_example() -> None:
    page = methods_page(subject())
    for one in subject().vocabulary.values():
        if one.computed:
            section = page.partition(f"### {one.name}\n")[2].partition("\n#")[0]
            assert "- 例：" in section, one.name
            assert f"- 算式：{one.formula}" in section


def test_page_has_every_relation_claim_threshold_and_wording() -> None:
    page = methods_page(subject())
    assert all(f"| {relation} | {rule} |" in page for relation, rule in ALL_RULES.items())
    for claim in subject().claims:
        assert f"| {claim.id} | {claim.rule} |" in page
        assert claim.source in page
        assert all(f"| {claim.id} | {outcome} |" in page for outcome in claim.words)


def test_page_has_every_check_that_makes_findings() -> None:
    gathered = {"check_observations", "check_facts", "settled"}
    modules = (
        checks,
        checks_entry,
        checks_place,
        checks_relations,
        checks_shares,
        checks_text,
        checks_time,
        checks_usual,
    )
    made = {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation == f"list[{Finding.__name__}]"
    }
    assert set(CHECKS) == made - gathered


def test_page_has_every_pair_of_words_that_prose_may_use() -> None:
    assert set(relations.COMPARISONS) <= {name for name, _ in WORDING}


def test_page_is_chinese_throughout() -> None:
    text = re.sub(r"`[^`]*`", "", methods_page(subject()))
    english = re.findall(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}", text)
    assert english == []


@pytest.mark.parametrize("module", [formulas, relations, statistics, wording], ids=lambda module: module.__name__)
def test_examples_hold(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


if __name__ == "__main__":
    PAGE.write_text(methods_page(subject()), encoding="utf-8", newline="\n")
