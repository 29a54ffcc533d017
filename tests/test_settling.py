"""Doubts that were looked into: an entry of corrections.toml turns its doubt into an explanation, or is stale."""

from __future__ import annotations

import pytest
from received import received
from received import sidecar
from received import town

from tuoyu.childcare import annexes
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.finding import Finding
from tuoyu.reading.cleaning import clean

LINES = "地区,指标,数据,时点\n某某市,常住人口,241万人,2022年末\n某某市,常住人口,24.1万人,2023年末\n"
ENTRY = {"file": "表.csv", "cell": "C3", "check": "jump", "reason": "2023年起不含托管的园区，市统计局来函说明"}


def found(**changed: str) -> list[Finding]:
    corrections = Corrections.model_validate({"verified": [{**ENTRY, **changed}]})
    files = [received(LINES.encode("utf-8-sig"), sidecar("figures", title="公报"), "表.csv")]
    result = clean(files, {"town": town()}, {"town": corrections}, {}, vocabulary())
    first = checks.settled([*result.findings, *checks.check_observations(result.observations, vocabulary())])
    return checks.settled(first, last=True)


def test_verified_doubt_is_an_explanation_with_its_reason() -> None:
    (one,) = found()
    assert (one.severity, one.code) == ("note", "verified")
    assert one.action == "已核实：2023年起不含托管的园区，市统计局来函说明"


@pytest.mark.parametrize("changed", [{"cell": "C2"}, {"check": "nought"}, {"file": "别的.csv"}, {"sheet": "表"}])
def test_entry_that_meets_no_doubt_is_an_error_that_says_so(changed: dict[str, str]) -> None:
    doubt, stale = found(**changed)
    assert (doubt.severity, doubt.code) == ("warning", "jump")
    assert (stale.severity, stale.code) == ("error", "correction-stale")
    assert "没有对应的核验意见" in stale.what


def test_error_cannot_be_settled_by_saying_so() -> None:
    error = Finding("error", "out-of-range", "data/raw/town/表.csv，C3", "超出", "改正")
    waiver = Finding("note", "waiver", error.where, "看过了", "out-of-range")
    assert error in checks.settled([error, waiver])


def test_entry_waits_for_its_doubt_as_long_as_more_findings_come() -> None:
    waiver = Finding("note", "waiver", "data/raw/town/表.csv，C3", "看过了", "jump")
    assert checks.settled([waiver]) == [waiver]
    assert [one.severity for one in checks.settled([waiver], last=True)] == ["error"]


def test_verified_doubts_stand_with_the_corrections_and_not_among_what_is_to_be_looked_into() -> None:
    known = Facts({}, findings=tuple(found()))
    assert annexes.findings(known) is None
    table = annexes.corrections(known)
    assert table is not None
    assert table.title == "已登记的更正和核实"
    assert "已核实" in table.rows[0][3]


def test_a_reader_is_told_of_an_answered_finding_as_answered() -> None:
    corrected = Finding("warning", "correction", "data/raw/town/表.csv，C3", "印错", "不采用")
    assert [one.standing for one in (*found(), corrected)] == ["已核实", "已更正"]
    assert [one.standing for one in found(check="nought")] == ["存疑", "矛盾"]
    assert Finding("note", "mixed-dates", "入托率", "时点不同", "").standing == "提示"
