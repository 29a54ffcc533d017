"""核验（地区）— a figure beside those of other places: districts and city, city and nation, communities and streets."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import combinations
from itertools import pairwise
from typing import TYPE_CHECKING

from tuoyu.facts.doubts import digits_of
from tuoyu.facts.doubts import end_of
from tuoyu.facts.doubts import named
from tuoyu.facts.doubts import of_observation
from tuoyu.facts.doubts import plain
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.indicator import NATION
from tuoyu.nouns.observation import COUNTED
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

ADDED = {"人", "个"}  # units of what districts add up to
_SAME_DIGITS = 4
_IN_ORDER = 8  # neighbours in order that do not stand so by chance
_STREETS = 4
_TIMES = 3


def wrong_wholes(observations: Iterable[Observation], facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """Figures of a city that its districts, all of one source and day, do not add up to."""
    city = facts.city
    if city is None or len(city.districts) < 2:
        return []
    codes = [one.code for one in city.districts]
    found: dict[tuple[str, str], dict[str, Observation]] = defaultdict(dict)
    for one in observations:
        if plain(one) and one.unit in ADDED and one.period and one.place in {city.code, *codes}:
            found[one.indicator, one.period].setdefault(one.place, one)
    findings = []
    for (indicator, _), of_places in found.items():
        whole = of_places.get(city.code)
        parts = [of_places[code] for code in codes if code in of_places]
        total = sum((one.value for one in parts), Decimal(0))
        if whole is None or not parts or len({one.basis for one in parts}) > 1:
            continue
        allowed = sum((one.resolution for one in [whole, *parts] if one.resolution > 1), Decimal(0)) / 2
        apart = total - whole.value
        complete = len(parts) == len(codes)
        if apart > allowed or (complete and apart < -allowed):
            listed = "＋".join(named(one) for one in parts)
            counted = "各" if complete else f"{len(parts)}个"
            what = (
                f"{vocabulary[indicator].name}：{counted}区县合计{total:f}{whole.unit}，"
                f"{'多于' if apart > 0 else '少于'}全市“{whole.printed}”{abs(apart):f}{whole.unit}：{listed}"
            )
            findings.append(
                Finding(
                    "warning",
                    "wrong-whole",
                    whole.where,
                    what,
                    "逐个对照原文" + ("；差额是9的倍数，可能有两位数字对调" if apart % 9 == 0 else ""),
                    (indicator,),
                    city.code,
                    whole.period,
                )
            )
    return findings


def beyond_whole(observations: Iterable[Observation], facts: Facts, vocabulary: Vocabulary) -> list[Finding]:
    """Counts of a city above those of its province, counts of a province above those of the nation."""
    levels = [facts.place, facts.city.province_code or "" if facts.city else "", NATION]
    found: dict[tuple[str, str], dict[str, Observation]] = defaultdict(dict)
    for one in observations:
        end = end_of(one)
        if plain(one) and one.unit in ADDED and end is not None and one.place in levels:
            found[one.indicator, str(end.year)].setdefault(one.place, one)
    findings = []
    for (indicator, _), of_places in found.items():
        held = [of_places[code] for code in levels if code in of_places]
        for small, large in combinations(held, 2):
            if small.value >= large.value:
                what = f"{vocabulary[indicator].name}“{small.printed}”不小于上级地区的{named(large)}"
                findings.append(of_observation(small, "warning", "beyond-whole", what, "核对地区、数字和单位"))
    return findings


def same_elsewhere(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Figures of two places that are the same to the last of four digits."""
    found: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        if plain(one) and one.basis not in COUNTED and digits_of(one) >= _SAME_DIGITS and end_of(one) is not None:
            found[one.indicator, one.value, one.period[:4]].append(one)
    findings = []
    for group in found.values():
        for one in group[1:]:
            if one.place != group[0].place:
                what = f"{vocabulary[one.indicator].name}“{one.printed}”与别处的{named(group[0])}完全相同"
                findings.append(of_observation(one, "warning", "same-elsewhere", what, "核对是否抄错了行或拿错了表"))
    return findings


def same_as_nation(facts: Facts) -> list[Finding]:
    """Figures of the city that are exactly the nation's of any year, which a source may have quoted as its own."""
    nation = {
        (one.indicator, one.value): one for one in facts.select(place=NATION, part=WHOLE) if one.kind == "observed"
    }
    findings = []
    for fact in facts.select(place=facts.place, part=WHOLE):
        other = nation.get((fact.indicator, fact.value))
        if other and fact.kind == "observed":
            what = (
                f"{fact.name}{printed(fact)}（{in_words(fact.period)}）与{other.label}"
                f"（{in_words(other.period)}）数值相同，可能引用的是全国数"
            )
            findings.append(
                Finding(
                    "warning",
                    "same-as-nation",
                    fact.origins[0].where,
                    what,
                    "向提供单位核实是否为本市的调查结果",
                    (fact.indicator,),
                    fact.place,
                    fact.period,
                )
            )
    return findings


def parts_exceeding_totals(observations: Iterable[Observation]) -> list[Finding]:
    """Parts of a part, such as the communities listed of a street, must not exceed it."""
    used = [one for one in observations if one.part and one.status == "used" and one.basis not in COUNTED]
    parts: dict[tuple[str, str, str, str], list[Observation]] = defaultdict(list)
    for one in used:
        if one.part.within:
            parts[one.place, one.indicator, one.period, one.part.within].append(one)
    findings = []
    for total in used:
        own = parts.get((total.place, total.indicator, total.period, total.part.name), [])
        listed = sum((one.value for one in own), Decimal(0))
        if not total.part.within and listed > total.value:
            what = (
                f"{total.part.name}列出的各部分合计{listed}{total.unit}，超过其合计{total.value}{total.unit}："
                f"{'＋'.join(f'{one.printed}（{one.cell}）' for one in own)}"
            )
            findings.append(of_observation(total, "error", "parts-exceed-total", what, "核对合计和各部分的数字"))
    return findings


def listed_twice(observations: Iterable[Observation]) -> list[Finding]:
    """A community with one figure under two streets."""
    found: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.status == "used" and one.part.within:
            found[one.file, one.indicator, one.period, one.part.name].append(one)
    findings = []
    for group in found.values():
        if len(group) == 2 and group[0].value == group[1].value and digits_of(group[0]) > 1:
            other, one = group
            what = f"{one.part.words}与{other.part.words}{named(other)}同名同数，可能列了两次"
            findings.append(of_observation(one, "warning", "listed-twice", what, "核对这个社区属于哪个街道"))
    return findings


def without_total(observations: Iterable[Observation]) -> list[Finding]:
    """A street of which communities are listed and the whole is not, while other streets have it."""
    used = [one for one in observations if one.status == "used" and one.part and one.basis not in COUNTED]
    totals = {(one.file, one.indicator, one.period, one.place, one.part.name) for one in used if not one.part.within}
    tables = {key[:3] for key in totals}
    findings = []
    seen: set[tuple[str, ...]] = set()
    for one in used:
        key = (one.file, one.indicator, one.period, one.place, one.part.within)
        if one.part.within and key[:3] in tables and key not in totals and key not in seen:
            seen.add(key)
            what = f"{one.part.within}列出了社区，没有合计，别的街道都有"
            findings.append(of_observation(one, "warning", "without-total", what, "对照原文补上合计"))
    return findings


def out_of_order(observations: Iterable[Observation]) -> list[Finding]:
    """The one line of a table sorted by size that does not stand in its place."""
    lists: dict[tuple[str, ...], list[list[Observation]]] = defaultdict(list)
    for one in observations:
        if one.status == "used" and one.part.within:
            groups = lists[one.file, one.sheet, one.indicator, one.period]
            if not groups or groups[-1][-1].part.within != one.part.within:
                groups.append([])
            groups[-1].append(one)
    findings = []
    for groups in lists.values():
        pairs = [pair for group in groups for pair in pairwise(group)]
        wrong = [(one, other) for one, other in pairs if one.value < other.value]
        if len(pairs) - len(wrong) < _IN_ORDER - 1 or len(wrong) != 1:
            continue
        one, other = wrong[0]
        what = (
            f"{other.part.words}“{other.printed}”大于排在前面的{one.part.name}{named(one)}，"
            "表中其余各行都是从大到小排列的"
        )
        findings.append(of_observation(other, "warning", "out-of-order", what, "对照原文核对这两行的数字"))
    return findings


def odd_averages(observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Streets whose children to a community are far from those of all others, or more than the listed ones allow."""
    used = [one for one in observations if one.status == "used" and one.part]
    counts = {
        (one.file, one.place, one.period, one.part.name): one for one in used if one.indicator == "community_count"
    }
    found: dict[tuple[str, str], list[tuple[Observation, Observation]]] = defaultdict(list)
    listed: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for one in used:
        if one.indicator != "children":
            continue
        if one.part.within:
            listed[one.file, one.place, one.part.within].append(one)
        elif (one.file, one.place, one.period, one.part.name) in counts:
            count = counts[one.file, one.place, one.period, one.part.name]
            if count.value:
                found[one.file, one.period].append((one, count))
    findings = []
    for streets in found.values():
        for total, count in streets:
            average = total.value / count.value
            others = [one.value / number.value for one, number in streets if one is not total]
            far = len(others) >= _STREETS and not min(others) / _TIMES <= average <= max(others) * _TIMES
            if far or _beyond_listed(total, count, listed[total.file, total.place, total.part.name]):
                name = vocabulary[total.indicator].name
                beside = "别的街道" if far else "列出的较大社区"
                what = (
                    f"{total.part.name}{name}“{total.printed}”、社区{named(count)}，平均每个社区"
                    f"{average.quantize(Decimal(1)):f}人，与{beside}相比过{_size(average, others, far=far)}"
                )
                findings.append(of_observation(total, "warning", "odd-average", what, "核对合计和社区数"))
    return findings


def _size(average: Decimal, others: Sequence[Decimal], *, far: bool) -> str:
    return "小" if far and average < min(others) else "大"


def _beyond_listed(total: Observation, count: Observation, listed: Sequence[Observation]) -> bool:
    """Whether the communities that are not listed would be larger than the smallest of those in falling order."""
    values = [one.value for one in listed]
    if values and count.value <= len(values):
        return sum(values, Decimal(0)) != total.value or count.value < len(values)
    if len(values) < _STREETS or values != sorted(values, reverse=True) or count.value <= len(values):
        return False
    return (total.value - sum(values, Decimal(0))) / (count.value - len(values)) > values[-1]


def too_many_children(
    observations: Iterable[Observation], facts: Facts, limits: Mapping[str, Decimal]
) -> list[Finding]:
    """Streets that add up to more children than their district or city can have, by indicators that bound them."""
    sums: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        if one.status == "used" and one.indicator == "children" and one.part and not one.part.within:
            sums[one.place, one.period].append(one)
    findings = []
    for (place, _), streets in sums.items():
        total = sum((one.value for one in streets), Decimal(0))
        for indicator, times in limits.items():
            bound = max(facts.series(indicator, place=place), key=lambda one: one.period, default=None)
            if bound is not None and bound.bound == "=" and total > times * bound.value:
                largest = max(streets, key=lambda one: one.value)
                what = (
                    f"各街道3岁以下婴幼儿合计{total:f}人，多于{bound.label}{printed(bound)}所容许的，"
                    f"其中最多的是{largest.part.name}“{largest.printed}”"
                )
                findings.append(of_observation(largest, "warning", "too-many-children", what, "核对各街道的合计"))
                break
    return findings
