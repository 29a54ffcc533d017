"""How the checks word what they find: about one observation, about several, about one fact.

What belongs here: the shape of a finding of the checks. What is doubtful stands in ``checks`` and ``checks_*``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.facts.wording import printed
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.finding import Severity
    from tuoyu.nouns.observation import Observation


def of_observation(one: Observation, severity: Severity, code: str, what: str, action: str) -> Finding:
    """A finding about one observation."""
    return Finding(severity, code, one.where, what, action, (one.indicator,), one.place, one.period)


def of_several(first: Observation, others: Iterable[Observation], code: str, what: str, action: str) -> Finding:
    """A doubt about figures of one place that do not go together; it stands with the first."""
    indicators = tuple(dict.fromkeys([first.indicator, *(one.indicator for one in others)]))
    return Finding("warning", code, first.where, what, action, indicators, first.place, first.period)


def of_fact(fact: Fact, severity: Severity, code: str, what: str, action: str) -> Finding:
    """A finding about one fact."""
    where = fact.origins[0].where if fact.origins else fact.label
    return Finding(severity, code, where, what, action, (fact.indicator,), fact.place, fact.period)


def named(one: Observation) -> str:
    """A figure with the cell where it stands, for a reason: “2.86万人”（data/raw/…/人口.csv，D5）."""
    return f"“{one.printed}”（{one.where}）"


def end_of(one: Observation) -> date | None:
    """The last day of a figure of one year or one day; None for spans, open periods and figures without a date."""
    return None if "/" in one.period else last_day(one.period)


def plain(one: Observation) -> bool:
    """Whether a figure is a used, plain number of a whole place."""
    return one.status == "used" and not one.part and not one.option and one.upper is None and one.bound in {"=", "≈"}


def digits_of(one: Observation) -> int:
    """How many significant digits a figure prints, without noughts at its ends."""
    step = one.resolution or 1
    return len(str(int(abs(one.value) / step)).strip("0"))


def ends_of(one: Observation | Fact) -> tuple[Decimal, ...]:
    """The value, or both ends of a range."""
    return (one.value,) if one.upper is None else (one.value, one.upper)


def with_cells(raw: Iterable[Fact]) -> str:
    """Raw figures, each with its cell, for a reason."""
    return "；".join(f"{one.label}{printed(one)}，见{one.origins[0].where}" for one in raw)
