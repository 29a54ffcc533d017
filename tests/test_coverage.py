"""The registers are the inventory of what the source documents know: what of it an edition prints, and why not more."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

import pytest
from conftest import ROOT
from reported import report_of

from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy
from tuoyu.text.conditions import Ask
from tuoyu.text.conditions import atoms
from tuoyu.text.references import claims_named
from tuoyu.text.templates import Call
from tuoyu.text.templates import Text
from tuoyu.text.templates import expressions
from tuoyu.text.texts import Texts
from tuoyu.workspace.texts import read_entries
from tuoyu.workspace.texts import read_texts

FULL, EARLIER = "jiangmen-2024-08", "jiangmen-2023-12"
BRIEFINGS = {"shenzhen-2024": "shenzhen", "yulin-2024": "yulin", "ordos-2024": "ordos"}
REPORT, ANNEX, PROPOSAL = "江协〔2024〕48号", "江协〔2024〕48号附件", "江门市政协提案"
# the inventory from which the registers were made lies beside the repository where they are written
INVENTORY = ROOT.parent / "shared" / "facts" / "evidence.toml"
OWN_OF_REGISTERS = {"jm-data-places", "jm-data-cost"}  # gaps that the inventory does not list as items


@dataclass(frozen=True)
class Account:
    """What became of one item of the inventory: ``how`` it is printed, or ``why`` it is not."""

    how: str = ""
    why: str = ""


@cache
def entries() -> tuple[Evidence | Policy, ...]:
    found = (one for one in read_entries(ROOT) if one.place != "example")
    return tuple(one for one in found if isinstance(one, Evidence | Policy))


@cache
def named_anywhere() -> frozenset[str]:
    """Ids, topics and groups that the text files name, in any edition."""
    found: set[str] = set()
    for section in Texts.read(read_texts(ROOT)).sections:
        found |= {*section.rests_on, *claims_named(section)}
        asked = [atom for condition in section.conditions for atom in atoms(condition) if isinstance(atom, Ask)]
        found |= {name for atom in asked for name in atom.names}
        for sentence in section.sentences:
            called = [one for one in expressions(sentence.template) if isinstance(one, Call)]
            found |= {one.text for call in called for one in call.arguments if isinstance(one, Text)}
            found |= {sentence.cause} if sentence.cause else set()
    return frozenset(found)


@cache
def accounts(edition: str) -> dict[str, Account]:
    """Every item of every register, and what became of it in this edition."""
    report = report_of(edition)
    quoted = report.cited("evidence") | report.cited("policy")
    printed = {report.facts.facts[id_] for id_ in report.cited("fact") if id_ in report.facts.facts}
    numbers = {name for one in printed for name in (one.name, one.label, one.indicator)}
    numbers |= {name for name, id_ in report.facts.names.items() if id_ in report.cited("fact")}
    rested = {name for section in report.layout.sections for name in section.rests_on}
    known = {one.id for one in (*report.facts.evidence, *report.facts.policies)}
    told: dict[str, Account] = {}
    for entry in entries():
        account = _account(entry, quoted, numbers, rested, known)
        for id_ in (entry.id, *entry.covers):
            if id_ not in told or (account.how and not told[id_].how):
                told[id_] = account
    return told


def _account(
    entry: Evidence | Policy, quoted: set[str], numbers: set[str], rested: set[str], known: set[str]
) -> Account:
    if entry.id in quoted:
        return Account("原文概述")
    if isinstance(entry, Evidence) and numbers.intersection(entry.figures):
        return Account("数字")
    if rested.intersection((entry.id, *entry.covers)):
        return Account("写进所依据的一节")
    if isinstance(entry, Evidence) and entry.left_out:
        return Account(why=entry.left_out)
    if entry.id not in known:
        return Account(why="不属本期各地，或晚于本期")
    return Account(why="写它的一节或一段，条件在本期不成立")


def of(document: str) -> list[str]:
    """Ids of the items of one source document."""
    found = [one for one in entries() if isinstance(one, Evidence) and _source(one) == document]
    return sorted({id_ for one in found for id_ in (one.id, *one.covers)})


def _source(entry: Evidence) -> str:
    return PROPOSAL if entry.document.startswith(PROPOSAL) else entry.document


@pytest.mark.parametrize(("edition", "document"), [(FULL, REPORT), (FULL, ANNEX), (EARLIER, PROPOSAL)])
def test_no_more_than_a_fifth_of_a_document_is_missing_and_each_with_its_reason(edition: str, document: str) -> None:
    told = accounts(edition)
    missing = {id_: told[id_].why for id_ in of(document) if not told[id_].how}
    assert all(missing.values())
    assert len(missing) <= len(of(document)) / 5, missing


@pytest.mark.parametrize(("edition", "place"), BRIEFINGS.items())
def test_a_briefing_prints_what_is_known_of_its_city(edition: str, place: str) -> None:
    told = accounts(edition)
    found = [one for one in entries() if isinstance(one, Evidence) and one.place == place]
    own = {id_ for one in found for id_ in (one.id, *one.covers)}
    missing = {id_: told[id_].why for id_ in own if not told[id_].how}
    assert len(missing) <= len(own) / 5, missing


def test_what_no_edition_prints_was_left_out_on_purpose() -> None:
    printed = {id_ for name in (FULL, EARLIER, *BRIEFINGS) for id_, one in accounts(name).items() if one.how}
    silent = [
        one.id
        for one in entries()
        if isinstance(one, Evidence) and not one.left_out and not printed.intersection((one.id, *one.covers))
    ]
    assert silent == []


def test_every_entry_with_words_is_called_for_by_a_text_file() -> None:
    """By its id, by one that it covers, by its topic, or, for what a city does, by its group."""
    idle = [
        one.id
        for one in entries()
        if isinstance(one, Evidence)
        and one.text
        and not named_anywhere().intersection((one.id, *one.covers, one.topic, one.group or ""))
    ]
    assert idle == []


def test_registers_hold_the_whole_inventory() -> None:
    if not INVENTORY.is_file():
        pytest.skip("the inventory is not here")
    listed = {item["id"] for item in tomllib.loads(INVENTORY.read_text(encoding="utf-8"))["item"]}
    held = {id_ for one in entries() for id_ in (one.id, *one.covers)}
    assert sorted(listed - held) == []
    of_evidence = {id_ for one in entries() if isinstance(one, Evidence) for id_ in (one.id, *one.covers)}
    assert of_evidence - listed <= OWN_OF_REGISTERS
