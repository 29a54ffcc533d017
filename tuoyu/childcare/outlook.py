"""展望 — under-threes and places in the years to come, from births, by declared scenarios.

The method: births of the latest year are carried forward year by year; each scenario takes a declared share of the mean
yearly change of the last three years. Under-threes of a year are the births of that year and of the two before.
Migration and deaths are not counted. Cities without births of three years, each a plain number, get none of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.childcare.reckoning import reckoned
from tuoyu.childcare.reckoning import total
from tuoyu.childcare.roles import SCENARIO
from tuoyu.facts.subject import Rule
from tuoyu.nouns.fact import Part
from tuoyu.nouns.period import first_year

if TYPE_CHECKING:
    from tuoyu.facts.board import Board
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.fact import Fact

HUNDRED = Decimal(100)
WANTED = {  # by which assumption, for which indicator
    "demand_rate_low": "places_wanted_low",
    "demand_rate": "places_wanted",
    "demand_rate_high": "places_wanted_high",
}
YEARS_NEEDED = 3  # of births, for one number of under-threes


def carried_forward(births: Decimal, rate: Decimal, share: Decimal) -> Decimal:
    """Births of the year after, by a share of the mean yearly change, both in %.

    >>> carried_forward(Decimal(1000), Decimal(-10), Decimal(50))
    Decimal('950.00')
    """
    return births * (1 + rate / HUNDRED * share / HUNDRED)


def per_hundred(count: Decimal, children: Decimal) -> Decimal:
    """How many there are for a hundred children.

    >>> per_hundred(Decimal(30), Decimal(200))
    Decimal('15.00')
    """
    return count / children * HUNDRED


def wanted_places(children: Decimal, rate: Decimal) -> Decimal:
    """Places for so many per cent of the children.

    >>> wanted_places(Decimal(200), Decimal(30))
    Decimal('60')
    """
    return children * rate / HUNDRED


RULES = {
    "births_outlook": Rule(carried_forward, scenario=True),
    "under_threes": Rule(total),
    "places_per_hundred_outlook": Rule(per_hundred),
    "needed_per_hundred_outlook": Rule(per_hundred),
    **dict.fromkeys(WANTED.values(), Rule(wanted_places)),
}


def outlook(board: Board, edition: Edition) -> None:
    """Births, under-threes, places per hundred and places wanted to the last year, scenario by scenario."""
    recent = [board.find(name) for name in ("births_before_previous", "births_previous", "births_latest")]
    rate = board.find("births_yearly_rate")
    known = [one for one in recent if one is not None and _plain(one)]
    if rate is None or len(known) < YEARS_NEEDED:
        return
    start = first_year(known[-1].period) or 0
    for name, share in edition.outlook.scenarios.items():
        part = Part(SCENARIO, name)
        births = dict(zip(range(start - 2, start + 1), known, strict=True))
        for year in range(start + 1, edition.outlook.until + 1):
            births[year] = _next(board, births[year - 1], rate, share, year, part)
            _of_year(board, [births[one] for one in (year - 2, year - 1, year)], str(year), part)


def _plain(one: Fact) -> bool:
    """Whether it is one number: what is only at least or at most so much cannot be carried forward."""
    return one.bound in {"=", "≈"} and one.upper is None


def _next(board: Board, before: Fact, rate: Fact, share: Decimal, year: int, part: Part) -> Fact:
    value = carried_forward(before.value, rate.value, share)
    formula = f"上一年出生人口×（1＋出生人口年均变动率×{share.normalize():f}%）"
    made = reckoned(
        board, "births_outlook", value, [before, rate], period=str(year), part=part, formula=formula, bound="≈"
    )
    board.add([made])
    return made


def _of_year(board: Board, births: list[Fact], year: str, part: Part) -> None:
    number = total(*(one.value for one in births))
    children = reckoned(board, "under_threes", number, births, period=year, part=part, bound="≈")
    board.add([children])
    places = board.find("places")
    if places is not None and _plain(places) and number:
        there = per_hundred(places.value, number)
        board.add(
            [
                reckoned(
                    board,
                    "places_per_hundred_outlook",
                    there,
                    [places, children],
                    period=year,
                    part=part,
                    bound="≈",
                )
            ]
        )
    needed = board.find("places_needed")
    if needed is not None and number:
        share = per_hundred(needed.value, number)
        board.add(
            [
                reckoned(
                    board, "needed_per_hundred_outlook", share, [needed, children], period=year, part=part, bound="≈"
                )
            ]
        )
    for name, wanted in WANTED.items():
        rate = board.find(name)
        if rate is not None:
            value = wanted_places(children.value, rate.value)
            board.add([reckoned(board, wanted, value, [children, rate], period=year, part=part, bound="≈")])


def coverage(board: Board, _: Edition) -> None:
    """The first year in which the present places are as many as are wanted, scenario by scenario, if there is one."""
    places = board.find("places")
    if places is None or not _plain(places):
        return
    wanted = sorted(board.axes("places_wanted"), key=lambda one: one.period)
    enough: dict[Part, Fact] = {}
    for one in wanted:
        if one.value <= places.value:
            enough.setdefault(one.part, one)
    board.add(
        reckoned(board, "covering_year", Decimal(one.period), [places, one], period=one.period, part=part)
        for part, one in enough.items()
    )
