"""Chooses, for one edition, which observation stands for which fact.

What belongs here: which place plays which part, what is known as of the edition's date, which of
several figures is taken. What does not: any arithmetic (``indicators``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.analysis.cleaning import vocabulary
from tuoyu.analysis.periods import first_year
from tuoyu.analysis.periods import last_day
from tuoyu.analysis.wording import dashed
from tuoyu.fact import Fact
from tuoyu.fact import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from decimal import Decimal

    from tuoyu.observation import Observation

POPULATION = {"residents", "registered_population"}
COMPARATORS = {"100000": ("national_", "全国"), "OECD": ("oecd_", "经合组织"), "EU": ("eu_", "欧盟")}
RANKS = ("首位", "次位", "第三位", "第四位", "第五位", "第六位")


@dataclass(frozen=True)
class Cut:
    """What an edition may know: nothing after ``as_of``; population not after ``population_as_of``."""

    as_of: date
    population_as_of: date

    def allows(self, one: Observation) -> bool:
        """Whether the figure was known at the edition's date.

        A dated figure counts by the last day it covers. One with an open or no date, one that looks ahead (a
        target), or one dated only by the running year counts if its document came out by the end of that year.
        """
        limit = self.population_as_of if one.indicator in POPULATION else self.as_of
        end = last_day(one.period)
        if end is not None and end <= limit:
            return True
        ahead = vocabulary()[one.indicator].get("forward", False)
        this_year = one.period.rpartition("/")[2] == str(limit.year)
        return (end is None or ahead or this_year) and int(one.published[:4]) <= limit.year


def roles_of(city: str, cities: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Place code → prefix of fact ids and of labels, for the city, benchmarks and comparators."""
    own = cities[city]
    roles = {own["code"]: ("", ""), **COMPARATORS}
    if "province_code" in own:
        roles[own["province_code"]] = ("province_", "全省")
    for folder, other in cities.items():
        if folder != city:
            roles[other["code"]] = (f"{folder}_", other["short"])
            for district in other.get("districts", ()):
                roles[district["code"]] = (f"{folder}_{district['code']}_", other["short"] + district["name"][:-1])
    return roles


def select(observations: Iterable[Observation], roles: Mapping[str, tuple[str, str]], cut: Cut) -> dict[str, Fact]:
    """One observed fact for every indicator of every place that plays a part: the latest, then the finest."""
    groups: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.status == "used" and not one.scope and one.place in roles and cut.allows(one):
            groups[one.place, one.indicator].append(one)
    facts = {}
    for (place, indicator), group in groups.items():
        prefix, label = roles[place]
        best = _best(group)
        siblings = [one for one in group if (one.file, one.cell) == (best.file, best.cell)]
        if vocabulary()[indicator].get("bare") and place == "100000":
            prefix = label = ""
        fact = to_fact(best, id_=prefix + indicator, label=label + str(vocabulary()[indicator]["name"]))
        facts[fact.id] = _listed(fact, siblings) if len(siblings) > 1 else fact
    return facts


def _best(group: list[Observation]) -> Observation:
    """The latest figure; of equally late ones the plain value, then the finest, then the first."""
    return max(
        group,
        key=lambda one: (
            last_day(one.period) or date.min,
            one.bound == "=" or one.indicator == "demand_share",
            -one.resolution,
        ),
    )


def to_fact(one: Observation, *, id_: str, label: str) -> Fact:
    """The observed fact of one observation; decimals are those printed."""
    entry = vocabulary()[one.indicator]
    option, unit = one.option, str(entry.get("measure", one.unit))
    if one.upper is not None:
        option, unit = dashed(one.printed), "列举"
    elif one.unit == "比例":
        option = one.printed
    elif re.fullmatch(r"\d+/\d+.*", one.printed) and one.unit == "%":
        option, unit = _fraction(one.printed), "列举"
    return Fact(
        id=id_,
        label=label,
        value=one.value,
        unit=unit,
        decimals=_decimals(one.resolution),
        as_of=one.period,
        basis=one.basis,
        formula="",
        kind="observed",
        origins=(origin_of(one),),
        bound=one.bound,
        respondents=one.respondents,
        note=one.remark,
        scope=one.scope,
        option=option,
        uncertainty=one.resolution / 2,
    )


def origin_of(one: Observation) -> Origin:
    """Where the figure stands."""
    return Origin(one.document, one.producer, one.file, one.sheet, one.cell, one.printed)


def _decimals(resolution: Decimal) -> int:
    return -resolution.adjusted() if resolution else 1


def _fraction(printed: str) -> str:
    numerator, denominator = re.findall(r"\d+", printed)[:2]
    numerals = "零一二三四五六七八九十"
    return f"{numerals[int(denominator)]}分之{numerals[int(numerator)]}"


def _listed(fact: Fact, siblings: list[Observation]) -> Fact:
    """Several figures of one cell (``10/15/20万元``) as one fact that prints them all."""
    numbers, unit = re.match(r"([\d./]+)(.*)", siblings[0].printed).groups()  # type: ignore[union-attr]
    unit = unit.partition("/")[0]
    return replace(fact, unit="列举", option="、".join(part + unit for part in numbers.split("/")))


def births_by_year(observations: Iterable[Observation], place: str, cut: Cut) -> dict[int, Fact]:
    """Births of the city by calendar year, the finest figure of each year."""
    years: dict[int, list[Observation]] = defaultdict(list)
    for one in observations:
        own = (one.place, one.indicator, one.scope, one.status) == (place, "births", "", "used")
        if own and len(one.period) == 4 and cut.allows(one):
            years[int(one.period)].append(one)
    return {
        year: to_fact(_best(group), id_=f"births_{year}", label=f"{year}年出生人口")
        for year, group in sorted(years.items())
    }


def year_ends(observations: Iterable[Observation], place: str, indicator: str, cut: Cut) -> dict[int, Fact]:
    """Population of the city at year ends, by year."""
    years: dict[int, list[Observation]] = defaultdict(list)
    for one in observations:
        if one.status == "used" and (one.place, one.indicator) == (place, indicator) and one.period.endswith("-12-31"):
            year = first_year(one.period)
            if cut.allows(one) and year is not None:
                years[year].append(one)
    name = vocabulary()[indicator]["name"]
    return {
        year: to_fact(_best(group), id_=f"{indicator}_{year}", label=f"{year}年末{name}")
        for year, group in sorted(years.items())
    }


def communities(observations: Iterable[Observation], districts: Iterable[str], cut: Cut) -> dict[str, Fact]:
    """Streets by number of children under three, and the communities that their table lists."""
    places = set(districts)
    used = [
        one for one in observations if one.status == "used" and one.scope and one.place in places and cut.allows(one)
    ]
    children = sorted((one for one in used if one.indicator == "children"), key=lambda one: -one.value)
    streets = [one for one in children if "·" not in one.scope]
    facts: dict[str, Fact] = {}
    for rank, (word, street) in enumerate(zip(RANKS, streets, strict=False), 1):
        facts[f"street_{rank}_children"] = to_fact(street, id_=f"street_{rank}_children", label=f"{word}街道婴幼儿数")
        for one in used:
            if one.indicator == "community_count" and one.scope == street.scope:
                facts[f"street_{rank}_communities"] = to_fact(
                    one, id_=f"street_{rank}_communities", label=f"{word}街道社区数"
                )
        listed = [one for one in children if one.scope.startswith(street.scope + "·")]
        for number, one in enumerate(listed, 1):
            name = f"community_{rank}_{number}"
            facts[name] = to_fact(one, id_=name, label=f"{one.scope.replace('·', '')}婴幼儿数")
    return facts
