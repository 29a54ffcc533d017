"""A figure that is older than the edition is printed with its date: in its paragraph, or in table, head or note."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import EDITIONS
from conftest import document_of
from conftest import facts_of

from tuoyu.nouns.fact import Facts
from tuoyu.render.passages import Passage
from tuoyu.render.passages import passages

RELATIVE = {"residents": "上年末"}  # said beside the year to which it is relative


def undated(facts: Facts, report: list[Passage]) -> list[str]:
    """Older figures whose year is not told where they stand."""
    around: dict[str, str] = {}
    for one in report:
        if one.exhibit and one.kind in {"head", "caption", "note"}:
            around[one.exhibit] = around.get(one.exhibit, "") + one.text
    found = []
    for one in report:
        words = one.text + (around.get(one.exhibit, "") if one.kind == "row" else "")
        for carried in one.carried if one.kind in {"paragraph", "key", "row"} else ():
            fact = facts.facts.get(carried.id)
            if fact is None or fact.kind not in {"observed", "computed"} or fact.edition or not facts.is_older(fact):
                continue
            if fact.period[:4] not in words and RELATIVE.get(fact.indicator, fact.id) not in words:
                found.append(f"{one.section}：{fact.label} {carried.text}（{fact.period}）")
    return found


@pytest.mark.parametrize("name", EDITIONS)
def test_every_older_figure_is_printed_with_its_date(name: str) -> None:
    facts, report = facts_of(name), list(passages(document_of(name)))
    older = [one for one in facts.facts.values() if facts.is_older(one)]
    assert older
    assert undated(facts, report) == []


def test_figure_without_its_date_is_seen() -> None:
    facts, report = facts_of("yulin-2024"), list(passages(document_of("yulin-2024")))
    silent = [replace(one, text=one.text.replace("2020年", "")) for one in report]
    assert any("（2020-11-01）" in one for one in undated(facts, silent))
