"""Doubts that were looked into (已核实): entries of ``corrections.toml`` meet the findings of the checks.

Reading hands each entry on as a finding of its own (``WAIVER``), which goes where its doubt is found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.nouns.finding import VERIFIED
from tuoyu.nouns.finding import WAIVER
from tuoyu.nouns.forms import near

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuoyu.nouns.finding import Finding

_FORMS = {"correction", "correction-stale", "correction-vague", WAIVER, VERIFIED}


def settled(findings: Iterable[Finding], *, last: bool) -> list[Finding]:
    """The findings, with the doubts that were verified as explanations; errors stay what they are.

    With ``last`` no more findings come, and an entry that has met no doubt is an error.
    """
    everything = list(findings)
    waivers = [one for one in everything if one.code == WAIVER]
    met: set[int] = set()
    kept: list[Finding] = []
    for one in everything:
        if one.code == WAIVER:
            continue
        number = next((n for n, waiver in enumerate(waivers) if _meets(waiver, one)), None)
        if number is None:
            kept.append(one)
            continue
        met.add(number)
        waiver = waivers[number]
        action, office, on = f"已核实：{waiver.what}", waiver.office, waiver.on
        kept.append(replace(one, severity="note", code=VERIFIED, action=action, office=office, on=on))
    left = [waiver for n, waiver in enumerate(waivers) if n not in met]
    codes = {one.code for one in everything} - _FORMS
    return kept + ([_stale(one, codes) for one in left] if last else left)


def _meets(waiver: Finding, doubt: Finding) -> bool:
    same_place = doubt.where == waiver.where or doubt.where.startswith((f"{waiver.where}；", f"{waiver.where}:"))
    return doubt.severity == "warning" and doubt.code == waiver.action and same_place


def _stale(waiver: Finding, codes: Iterable[str]) -> Finding:
    what = f"corrections.toml 登记的已核实（{waiver.action}）没有对应的核验意见{near(waiver.action, list(codes))}"
    action = "核对单元格和核验项目的代号；数字已经改正的，删去这一条"
    return replace(waiver, severity="error", code="correction-stale", what=what, action=action)
