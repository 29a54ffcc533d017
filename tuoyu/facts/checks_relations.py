"""核验（关系）— figures of one place that bound each other: rates and what they are of, ratios, incomes, targets.

Which figures stand in a relation is the business of the subject; here is what a relation means.
"""

from __future__ import annotations

from collections import Counter
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from tuoyu.facts.doubts import end_of
from tuoyu.facts.doubts import named
from tuoyu.facts.doubts import of_fact
from tuoyu.facts.doubts import of_several
from tuoyu.facts.doubts import plain
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.indicator import NATION
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation

_TOLERANCE = Decimal("0.004")  # of a rate: mean and end of the year, later revisions
_DRIFT = Decimal("0.015")  # more for every year between a count and the population it is held against
_MOST_YEARS = 4
_FAR_BELOW, _FAR_ABOVE = Decimal("0.5"), Decimal(5)


@dataclass(frozen=True)
class Ratio:
    """比例 — ``over`` ÷ ``under`` of one place lies between ``least`` and ``most``, years at most ``within`` apart."""

    over: str
    under: str
    least: Decimal
    most: Decimal
    within: int = 1
    words: str = ""


@dataclass(frozen=True)
class Rate:
    """率 — ``rate`` is ``over`` ÷ one of ``under`` × ``times``; any of the bases that gives it will do."""

    rate: str
    over: str
    under: tuple[str, ...]
    times: int


@dataclass(frozen=True)
class Relations:
    """关系 — all that the figures of one place say about each other.

    ``differences`` are triples: the first is the second less the third; ``between``: the first lies between the second
    and the third. ``children`` bounds those of streets by indicators of their district or city.
    """

    ratios: tuple[Ratio, ...] = ()
    rates: tuple[Rate, ...] = ()
    differences: tuple[tuple[str, str, str], ...] = ()
    between: tuple[tuple[str, str, str], ...] = ()
    children: tuple[tuple[str, Decimal], ...] = ()


class _Board:
    """Plain figures by place, indicator and year, the finest of each."""

    def __init__(self, observations: Iterable[Observation], *, bounds: bool = False) -> None:
        self._found: dict[tuple[str, str], dict[int, Observation]] = defaultdict(dict)
        for one in observations:
            end = end_of(one)
            if plain(replace(one, bound="=") if bounds else one) and end is not None:
                known = self._found[one.place, one.indicator].get(end.year)
                if known is None or one.resolution < known.resolution:
                    self._found[one.place, one.indicator][end.year] = one

    def places(self, indicator: str) -> list[str]:
        return [place for place, name in self._found if name == indicator]

    def of(self, place: str, indicator: str) -> Mapping[int, Observation]:
        return self._found.get((place, indicator), {})

    def near(self, place: str, indicator: str, year: int, within: int) -> tuple[int, Observation] | None:
        known = self.of(place, indicator)
        years = [one for one in known if abs(one - year) <= within]
        best = min(years, key=lambda one: (abs(one - year), one), default=None)
        return None if best is None else (best, known[best])


def odd_ratios(observations: Iterable[Observation], relations: Relations, vocabulary: Vocabulary) -> list[Finding]:
    """Two figures of a place whose ratio no place has: a digit too many, a unit left out, a wrong line."""
    board = _Board(observations, bounds=True)  # ratios are wide enough for 超过 and 不到
    findings = []
    for ratio in relations.ratios:
        for place in board.places(ratio.over):
            for year, one in board.of(place, ratio.over).items():
                found = board.near(place, ratio.under, year, ratio.within)
                if found is None or not found[1].value:
                    continue
                value = one.value / found[1].value
                if not ratio.least <= value <= ratio.most:
                    over, under = vocabulary[ratio.over].name, vocabulary[ratio.under].name
                    what = (
                        f"{over}“{one.printed}”与{under}{named(found[1])}之比为{_short(value)}，"
                        f"一般在{_short(ratio.least)}至{_short(ratio.most)}之间"
                    )
                    findings.append(of_several(one, [found[1]], "odd-ratio", what, "核对两个数字的单位、位数和口径"))
    return findings


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}" if value == value.quantize(Decimal("0.0001")) else f"{Decimal(f'{value:.3g}'):f}"


def wrong_rates(
    observations: Iterable[Observation],
    relations: Relations,
    vocabulary: Vocabulary,
    recomputed: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Printed rates that their counts do not give, for every place and year; ``recomputed`` ones are left out."""
    board = _Board(observations)
    findings = []
    for rate in relations.rates:
        for place in board.places(rate.rate):
            for year, one in board.of(place, rate.rate).items():
                over = board.of(place, rate.over).get(year)
                if over is None or one.where in recomputed:
                    continue
                bases = [base for name in rate.under for base in _bases(board, place, name, year)]
                worked = [(over.value / base * rate.times, allowed, cells) for base, allowed, cells in bases if base]
                allowed_by = [
                    abs(value - one.value) <= one.resolution + over.resolution / over.value * value + allowed * value
                    for value, allowed, _ in worked
                    if over.value
                ]
                needs_other = len(rate.under) > 1 and _own_basis(board, place, rate.under[1:], year)
                if worked and not any(allowed_by) and not needs_other:
                    value, _, cells = min(worked, key=lambda made: abs(made[0] - one.value))
                    decimals = max(0, -int(one.resolution.adjusted()))
                    what = (
                        f"{vocabulary[rate.rate].name}“{one.printed}”，按{vocabulary[rate.over].name}{named(over)}和"
                        f"{cells}计算约为{round_half_up(value, decimals):f}{one.unit}"
                    )
                    findings.append(of_several(one, [over], "wrong-rate", what, "核对率、分子和分母"))
    return findings


def _bases(board: _Board, place: str, name: str, year: int) -> Iterator[tuple[Decimal, Decimal, str]]:
    """What a count may have been divided by, how far the result may be off, and the cells."""
    known = board.of(place, name)
    if year in known and year - 1 in known:
        mean = (known[year].value + known[year - 1].value) / 2
        yield mean, _TOLERANCE, f"{named(known[year - 1])}、{named(known[year])}的平均数"
    if year in known:
        yield known[year].value, _TOLERANCE, named(known[year])
    elif (found := board.near(place, name, year, _MOST_YEARS)) is not None:
        yield found[1].value, _TOLERANCE + _DRIFT * abs(found[0] - year), named(found[1])


def _own_basis(board: _Board, place: str, names: Sequence[str], year: int) -> bool:
    """Whether a place also counts by another basis, which is not known for this year."""
    return any(board.of(place, name) and year not in board.of(place, name) for name in names)


def wrong_differences(
    observations: Iterable[Observation], relations: Relations, vocabulary: Vocabulary
) -> list[Finding]:
    """Figures that are the difference of two others and are not."""
    board = _Board(observations)
    findings = []
    for name, first, second in relations.differences:
        for place in board.places(name):
            for year, one in board.of(place, name).items():
                more, less = board.of(place, first).get(year), board.of(place, second).get(year)
                if more is None or less is None:
                    continue
                allowed = (one.resolution + more.resolution + less.resolution) / 2
                if abs(more.value - less.value - one.value) > allowed:
                    what = (
                        f"{vocabulary[name].name}“{one.printed}”应为{vocabulary[first].name}{named(more)}减"
                        f"{vocabulary[second].name}{named(less)}，即{more.value - less.value:f}{one.unit}"
                    )
                    findings.append(of_several(one, [more, less], "wrong-difference", what, "核对三个数字"))
    return findings


def not_between(observations: Iterable[Observation], relations: Relations, vocabulary: Vocabulary) -> list[Finding]:
    """A mean of two groups that does not lie between them, such as the income of all beside urban and rural."""
    board = _Board(observations)
    findings = []
    for name, low, high in relations.between:
        for place in board.places(low):
            for year, lower in board.of(place, low).items():
                upper, mean = board.of(place, high).get(year), board.of(place, name).get(year)
                known = [one for one in (lower, mean, upper) if one is not None]
                if any(one.value > other.value for one, other in pairwise(known)):
                    told = "、".join(f"{vocabulary[one.indicator].name}{named(one)}" for one in known)
                    first = mean or lower
                    what = f"{told}应当依次增大"
                    rest = [one for one in known if one is not first]
                    findings.append(of_several(first, rest, "not-between", what, "核对这几个数字是否互换或抄错"))
    return findings


def mixed_bases(facts: Facts) -> list[Finding]:
    """Figures of one indicator that go into one sum or change though they count other people (常住, 户籍)."""
    made: dict[str, list[Fact]] = defaultdict(list)
    beside: dict[str, Fact] = {}
    for fact in facts.select(place=facts.place):
        inputs = [one for id_ in fact.inputs if (one := facts.facts[id_]).kind == "observed" and _people(one)]
        groups: dict[str, list[Fact]] = defaultdict(list)
        for one in inputs:
            groups[one.indicator].append(one)
        for group in groups.values():
            often = Counter(map(_people, group))
            usual = max(group, key=lambda one: (often[_people(one)], one.period))
            for odd in (one for one in group if _people(one) != _people(usual)):
                made[odd.id].append(fact)
                beside.setdefault(odd.id, usual)
    findings = []
    for id_, facts_made in made.items():
        odd, usual = facts.facts[id_], beside[id_]
        labels = "、".join(dict.fromkeys(one.label for one in facts_made))
        what = (
            f"{odd.name}{in_words(odd.period)}是{odd.basis}，{in_words(usual.period)}是{usual.basis}"
            f"（{usual.origins[0].where}），一同用于计算{labels}"
        )
        finding = of_fact(odd, "warning", "mixed-bases", what, "各年改用同一口径的数；原文就是这样的，登记为已核实")
        indicators = tuple(dict.fromkeys((odd.indicator, *(one.indicator for one in facts_made))))
        findings.append(replace(finding, indicators=indicators, period=""))
    return findings


def _people(fact: Fact) -> str:
    return next((word for word in ("常住", "户籍") if word in fact.basis), "")


def clashing_targets(facts: Facts, observations: Iterable[Observation], vocabulary: Vocabulary) -> list[Finding]:
    """Targets of the register of policies that the raw data tell otherwise, or that lie far from the present."""
    told: dict[str, list[Observation]] = defaultdict(list)
    for one in observations:
        if one.status == "used" and one.bound == "=" and one.upper is None:
            told[one.indicator].append(one)
    findings = []
    for target in facts.values():
        if target.kind != "policy" or target.edition:
            continue
        own = {target.place, facts.place} if target.place != NATION else {target.place}
        for one in told[target.indicator]:
            same_time = not one.period or not target.period or one.period[:4] == target.period[:4]
            if one.place in own and same_time and one.value != target.value:
                what = f"{target.label}{printed(target)}与{named(one)}不一致"
                findings.append(of_fact(target, "warning", "target", what, "对照文件原文，查明以哪个为准"))
        entry = vocabulary[target.indicator]
        if not entry.allows(target.value):
            what = f"{target.label}{printed(target)}超出合理范围（{entry.range_in_words}）"
            findings.append(of_fact(target, "warning", "target", what, "对照文件原文核对目标值"))
        now = max(facts.series(entry.target_of, place=target.place), key=lambda one: one.period, default=None)
        now = now or facts.get(entry.target_of) if entry.target_of else None
        if now is not None and now.value and not _FAR_BELOW <= target.value / now.value <= _FAR_ABOVE:
            what = f"{target.label}{printed(target)}与{in_words(now.period)}的{now.label}{printed(now)}相差悬殊"
            findings.append(of_fact(target, "warning", "target", what, "对照文件原文核对目标值"))
    return findings
