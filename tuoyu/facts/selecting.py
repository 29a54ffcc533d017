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
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.wording import chinese
from tuoyu.facts.wording import dashed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.period import first_year
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.observation import Observation

POPULATION = {"residents", "registered_population"}
COMPARATORS = {"100000": ("national_", "全国"), "OECD": ("oecd_", "经合组织"), "EU": ("eu_", "欧盟")}
ANSWERS, REGISTER = "原始答卷", "机构登记"  # basis of figures that were counted here, not printed in a source
COUNTED = {ANSWERS, REGISTER}
PUBLISHED_YEAR = re.compile(r"\d{4}")


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
        published = PUBLISHED_YEAR.match(one.published)
        return (end is None or ahead or this_year) and published is not None and int(published[0]) <= limit.year


def province_word(city: Mapping[str, Any]) -> str:
    """全省, 全区 in an autonomous region, 全市 where the city is a province by itself.

    >>> province_word({"province": "内蒙古自治区"}), province_word({"province": ""})
    ('全区', '全市')
    """
    province = str(city.get("province") or "")
    return "全区" if province.endswith("自治区") else "全省" if province else "全市"


def roles_of(city: str, cities: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Place code → prefix of fact ids and of labels, for the city, benchmarks and comparators."""
    own = cities[city]
    roles = {own["code"]: ("", ""), **COMPARATORS}
    if "province_code" in own:
        roles[own["province_code"]] = ("province_", province_word(own))
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
    counted = {_topic(one) for group in groups.values() for one in group if one.basis in COUNTED}
    for (place, indicator), found in groups.items():
        prefix, label = roles[place]
        group = _counted_first(found) if _topic(found[0]) in counted else found
        if not group:
            continue
        best = _best(group)
        siblings = [one for one in group if (one.file, one.cell) == (best.file, best.cell)]
        if vocabulary()[indicator].get("bare") and place == "100000":
            prefix = label = ""
        fact = to_fact(best, id_=prefix + indicator, label=label + str(vocabulary()[indicator]["name"]))
        facts[fact.id] = _listed(fact, siblings) if len(siblings) > 1 else fact
    return facts


def _topic(one: Observation) -> tuple[str, str]:
    """What must come from one source as a whole: all options of a survey question, else the single indicator."""
    return one.place, str(vocabulary()[one.indicator].get("question", one.indicator))


def _counted_first(group: list[Observation]) -> list[Observation]:
    """Figures counted from answers or registers, before published ones that are no later."""
    counted = [one for one in group if one.basis in COUNTED]
    if not counted:  # another option of the question was counted; this one was suppressed and stays so
        return [] if "question" in vocabulary()[group[0].indicator] else group
    latest = max(last_day(one.period) or date.min for one in counted)
    later = [one for one in group if one.basis not in COUNTED and (last_day(one.period) or date.min) > latest]
    return later or counted


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
        uncertainty=_uncertainty(one),
    )


def _uncertainty(one: Observation) -> Decimal:
    """Half the last printed digit; none for a bound, nor for a count in ones, which was not rounded."""
    counted = one.unit in {"个", "人"} and one.resolution == 1 and one.bound == "="
    return Decimal(0) if counted or one.bound not in {"=", "≈"} else one.resolution / 2


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


def residents_on(observations: Iterable[Observation], place: str, day: str, cut: Cut) -> Observation | None:
    """The count of residents of the city on one day, such as that of a census."""
    found = [
        one
        for one in observations
        if (one.place, one.indicator, one.scope, one.status, one.period) == (place, "residents", "", "used", day)
        and cut.allows(one)
    ]
    return _best(found) if found else None


def communities(observations: Iterable[Observation], districts: Mapping[str, str], cut: Cut) -> dict[str, Fact]:
    """Streets by number of children under three, and the communities that their table lists.

    ``districts`` gives names by code: a street whose name two districts have is told apart by its district.
    """
    used = [
        one
        for one in observations
        if one.status == "used"
        and one.scope
        and one.basis not in COUNTED
        and one.place in districts
        and cut.allows(one)
    ]
    children = sorted((one for one in used if one.indicator == "children"), key=lambda one: -one.value)
    streets = [one for one in children if "·" not in one.scope]
    homes = defaultdict(set)
    for one in streets:
        homes[one.scope].add(one.place)
    facts: dict[str, Fact] = {}
    for rank, street in enumerate(streets, 1):
        word = ("首位", "次位")[rank - 1] if rank <= 2 else f"第{chinese(rank)}位"
        own = [one for one in used if one.place == street.place and one.scope.partition("·")[0] == street.scope]
        name = (districts[street.place] if len(homes[street.scope]) > 1 else "") + street.scope
        made = [to_fact(replace(street, scope=name), id_=f"street_{rank}_children", label=f"{word}街道婴幼儿数")]
        made += [
            to_fact(replace(one, scope=name), id_=f"street_{rank}_communities", label=f"{word}街道社区数")
            for one in own
            if one.indicator == "community_count" and one.scope == street.scope
        ]
        listed = [one for one in children if one in own and "·" in one.scope]
        for number, one in enumerate(listed, 1):
            community = one.scope.partition("·")[2]
            named = replace(one, scope=f"{name}·{community}")
            made.append(to_fact(named, id_=f"community_{rank}_{number}", label=f"{name}{community}婴幼儿数"))
        facts |= {one.id: one for one in made}
    return facts


def groups(observations: Iterable[Observation], place: str, cut: Cut) -> dict[str, Fact]:
    """Figures counted for parts of the city (``区县：…``, ``办托形式：…``), as ``group_<axis>_<value>_<indicator>``."""
    used = [
        one
        for one in observations
        if one.status == "used"
        and one.place == place
        and one.basis in COUNTED
        and "：" in one.scope
        and cut.allows(one)
    ]
    axes: dict[str, list[str]] = {}
    for one in used:
        axis, _, value = one.scope.partition("：")
        values = axes.setdefault(axis, [])
        if value not in values:
            values.append(value)
    facts = {}
    for one in used:
        axis, _, value = one.scope.partition("：")
        id_ = f"group_{list(axes).index(axis) + 1}_{axes[axis].index(value) + 1}_{one.indicator}"
        label = f"{YES_NO.get((axis, value), value)}{vocabulary()[one.indicator]['name']}"
        facts[id_] = to_fact(one, id_=id_, label=label)
    return facts


YES_NO = {("普惠", "是"): "普惠", ("普惠", "否"): "非普惠"}
