"""核验（文字）— numbers that a register of evidence tells in words, beside the figures read from the same passage."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.facts.doubts import named
from tuoyu.facts.doubts import of_observation
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_quantities

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

_TOLD = re.compile(r"(\d[\d,]*(?:\.\d+)?)[余多]?(万|亿)?[余多]?(元|个|人次|人|家|%|名|所|节|场|平方米)")
_UNIT = re.compile(r"[/·]")


def unlike_told(facts: Facts, observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Numbers of a text that no figure of its folder has, while a figure of the same passage is in no text of it."""
    read: dict[str, list[Observation]] = defaultdict(list)
    for one in observations:
        read[_folder(one.file)].append(one)
    texts: dict[tuple[str, str], list[tuple[Decimal, str, str, str]]] = defaultdict(list)
    for entry in facts.evidence:
        if entry.locator and entry.text:
            told = ((*number, f"{entry.file}“{entry.id}”") for number in _numbers(entry.text))
            texts[_folder(entry.file), entry.locator] += told
    findings = []
    for (folder, locator), told_here in texts.items():
        for value, unit, words, where in told_here:
            if any(value in _ends(one) and _same_unit(one, unit) for one in read[folder]):
                continue
            silent = [
                one
                for one in read[folder]
                if one.locator == locator
                and one.status == "used"
                and _same_unit(one, unit)
                and not any(told in _ends(one) for told, *_ in told_here)
            ]
            if silent:
                one = min(silent, key=lambda one: _apart(one.value, value))
                others = "".join(f"，或{named(other)}" for other in silent if other is not one)
                what = f"{where}写作“{words}”，同一处的{vocabulary[one.indicator].name}却是“{one.printed}”{others}"
                findings.append(of_observation(one, "warning", "unlike-text", what, "对照原文，查明以哪个为准"))
    return findings


def _folder(file: str) -> str:
    return file.rpartition("/")[0]


def _numbers(text: str) -> Iterable[tuple[Decimal, str, str]]:
    for found in _TOLD.finditer(clean_text(text)):
        try:
            quantity = read_quantities(found[1] + (found[2] or "") + found[3])[0]
        except UnreadableError:
            continue
        yield quantity.value, quantity.unit, found[0]


def _ends(one: Observation) -> tuple[Decimal | None, ...]:
    return one.value, one.upper


def _same_unit(one: Observation, unit: str) -> bool:
    return _UNIT.split(one.unit)[0] == unit


def _apart(one: Decimal, other: Decimal) -> Decimal:
    return max(one, other) / min(one, other) if one > 0 and other > 0 else Decimal("Infinity")
