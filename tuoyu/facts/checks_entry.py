"""核验（录入）— how many of the figures that were copied by hand were entered twice and found the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.nouns.finding import Finding

if TYPE_CHECKING:
    from tuoyu.nouns.fact import Facts


def entered_once(facts: Facts) -> list[Finding]:
    """Copied figures that the edition uses: how many were entered twice, and how many rest on a single entry."""
    ids = facts.behind(*dict.fromkeys(facts.names.values()))
    used = {
        (origin.file, origin.sheet, origin.cell): origin.twice
        for one in map(facts.facts.__getitem__, ids)
        for origin in one.origins
        if origin.transcription or origin.twice
    }
    if not used:
        return []
    twice = sum(used.values())
    single = len(used) - twice
    if not twice:
        told = "都只录入过一次"
    elif not single:
        told = "都录入了两次，逐项比较相符"
    else:
        told = f"录入两次、逐项比较相符的{twice}个，只录入过一次的{single}个"
    what = f"由人工摘录的原始数字，本期用到{len(used)}个，{told}"
    return [
        Finding(
            "note",
            "entered-once",
            "原始数字的录入",
            what,
            "只录入过一次的，可请另一人对照原文再录一遍" if single else "",
        )
    ]
