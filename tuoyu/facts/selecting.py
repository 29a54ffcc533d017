"""Chooses, for one edition, which observation stands for which fact.

What belongs here: what is known as of the edition's date, which of several figures is taken, and what a raw figure is
as a fact. What does not: any arithmetic (``deriving``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.facts.wording import dashed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.fact import Part
from tuoyu.nouns.observation import COUNTED
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.indicator import Indicator
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

PUBLISHED_YEAR = re.compile(r"\d{4}")
LISTED = "列举"  # the unit of a value that is known by the words of its source
_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Cut:
    """What an edition may know: nothing after ``as_of``; population not after ``population_as_of``."""

    as_of: date
    population_as_of: date
    vocabulary: Vocabulary

    @classmethod
    def of(cls, edition: Edition, vocabulary: Vocabulary) -> Cut:
        """The cut of an edition."""
        return cls(edition.as_of, edition.population_as_of, vocabulary)

    def allows(self, one: Observation) -> bool:
        """Whether the figure was known at the edition's date.

        A dated figure counts by the last day it covers. One with an open or no date, one that looks ahead (a
        target), or one dated only by the running year counts if its document came out by the end of that year.
        """
        indicator = self.vocabulary[one.indicator]
        limit = self.population_as_of if indicator.population else self.as_of
        end = last_day(one.period)
        if end is not None and end <= limit:
            return True
        this_year = one.period.rpartition("/")[2] == str(limit.year)
        published = PUBLISHED_YEAR.match(one.published)
        known_by_then = published is not None and int(published[0]) <= limit.year
        return (end is None or indicator.forward or this_year) and known_by_then


def select(observations: Iterable[Observation], places: Mapping[str, str], cut: Cut) -> list[Fact]:
    """Observed facts of every place that plays a part, and of its parts: for each date the finest figure.

    ``places`` lead from codes to what stands before the names of their figures. Where figures were counted from answers
    or a register, published ones that are no later give way.
    """
    groups: dict[tuple[str, str, Part], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.status == "used" and one.place in places and cut.allows(one):
            groups[one.place, one.indicator, one.part].append(one)
    counted = {
        _topic(one, cut.vocabulary)
        for group in groups.values()
        for one in group
        if one.basis in COUNTED and not one.part
    }
    facts: list[Fact] = []
    for (place, indicator, part), found in groups.items():
        group = found
        if not part and _topic(found[0], cut.vocabulary) in counted:
            group = _counted_first(found, cut.vocabulary)
        facts += _of_each_date(group, cut.vocabulary[indicator], places[place])
    return facts


def _of_each_date(group: list[Observation], indicator: Indicator, prefix: str) -> Iterator[Fact]:
    dates: dict[object, list[Observation]] = defaultdict(list)
    for one in group:
        dates[last_day(one.period) or one.period].append(one)
    for found in dates.values():
        best = _best(found, indicator)
        siblings = [one for one in found if (one.file, one.sheet, one.cell) == (best.file, best.sheet, best.cell)]
        fact = to_fact(best, indicator, prefix="" if indicator.bare else prefix)
        yield _listed(fact, siblings) if len(siblings) > 1 else fact


def _topic(one: Observation, vocabulary: Vocabulary) -> tuple[str, str]:
    """What must come from one source as a whole: all options of a survey question, else the single indicator."""
    return one.place, vocabulary[one.indicator].question or one.indicator


def _counted_first(group: list[Observation], vocabulary: Vocabulary) -> list[Observation]:
    """Figures counted from answers or registers, before published ones that are no later."""
    counted = [one for one in group if one.basis in COUNTED]
    if not counted:  # another option of the question was counted; this one was suppressed and stays so
        return [] if vocabulary[group[0].indicator].question else group
    latest = max(last_day(one.period) or date.min for one in counted)
    later = [one for one in group if one.basis not in COUNTED and (last_day(one.period) or date.min) > latest]
    return [*counted, *later]


def _best(group: list[Observation], indicator: Indicator) -> Observation:
    """Of figures of one date the plain value, then the finest, then the first."""
    return max(group, key=lambda one: (one.bound == "=" or indicator.lists, -one.resolution))


def to_fact(one: Observation, indicator: Indicator, *, prefix: str = "") -> Fact:
    """The observed fact of one observation; decimals are those printed."""
    option, unit = one.option, indicator.measure or one.unit
    if one.upper is not None:
        option, unit = dashed(one.printed), LISTED
    elif one.unit == "比例":
        option = one.printed
    elif re.fullmatch(r"\d+/\d+.*", one.printed) and one.unit == "%":
        option, unit = _fraction(one.printed), LISTED
    where = f"（{one.part.axis}：{one.part.words}）" if one.part else ""
    return Fact(
        indicator=indicator.id,
        place=one.place,
        period=one.period[:4] if indicator.flow and one.period.endswith("-12-31") else one.period,
        part=one.part,
        name=indicator.name,
        label=f"{prefix}{indicator.name}{where}",
        value=one.value,
        upper=one.upper,
        unit=unit,
        decimals=-one.resolution.adjusted() if one.resolution else 1,
        basis=one.basis,
        formula="",
        kind="observed",
        origins=(_origin(one),),
        bound=one.bound,
        respondents=one.respondents,
        note=one.remark,
        option=option,
        uncertainty=_uncertainty(one),
    )


def _origin(one: Observation) -> Origin:
    return Origin(
        one.document,
        one.producer,
        one.file,
        one.sheet,
        one.cell,
        one.printed,
        locator=one.locator,
        transcription=one.transcription,
        confidence=one.confidence,
        published=one.published,
        accessed=one.accessed,
        twice=one.twice,
    )


def _uncertainty(one: Observation) -> Decimal:
    """Half the last printed digit; none for a bound, nor for a count in ones, which was not rounded."""
    counted = one.unit in {"个", "人"} and one.resolution == 1 and one.bound == "="
    return Decimal(0) if counted or one.bound not in {"=", "≈"} else one.resolution / 2


def _fraction(printed: str) -> str:
    numerator, denominator = (int(number) for number in re.findall(r"\d+", printed)[:2])
    if max(numerator, denominator) >= len(_NUMERALS):
        return printed
    return f"{_NUMERALS[denominator]}分之{_NUMERALS[numerator]}"


def _listed(fact: Fact, siblings: list[Observation]) -> Fact:
    """Several figures of one cell (``10/15/20万元``) as one fact that prints them all."""
    numbers, unit = re.match(r"([\d./]+)(.*)", siblings[0].printed).groups()  # type: ignore[union-attr]
    unit = unit.partition("/")[0]
    return replace(fact, unit=LISTED, option="、".join(part + unit for part in numbers.split("/")))
