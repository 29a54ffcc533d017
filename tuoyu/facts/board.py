"""The facts of an edition while they are being made: found by what they are of, and by the names that formulas use.

Belongs here: which fact a name means. What is put on the board is the business of ``selecting`` and ``computing``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import NOT_AT_HAND
from tuoyu.nouns.fact import by_date
from tuoyu.nouns.indicator import BENCHMARK
from tuoyu.nouns.indicator import CITY
from tuoyu.nouns.indicator import DISTRICTS
from tuoyu.nouns.indicator import NATION
from tuoyu.nouns.indicator import PROVINCE
from tuoyu.nouns.period import first_year
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from tuoyu.nouns.city import City
    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.indicator import Role
    from tuoyu.nouns.indicator import Vocabulary

NO_PREVIOUS = "没有上期的这项数据"


def _ranked(facts: Iterable[Fact], rank: int) -> Fact | None:
    """The largest, the second largest … or, for −1, the smallest of several; of one alone nothing is the smallest."""
    found = sorted(facts, key=lambda one: -one.value)
    if rank < 0:
        return found[rank] if len(found) > 1 else None
    return found[rank - 1] if len(found) >= rank else None


@dataclass
class Board:
    """Facts that are there so far.

    ``cities`` are the city of the edition and its benchmarks by code, ``words`` what stands before a name for figures
    of a comparator (全国…). ``missing`` are the reasons why indicators could not be had.
    """

    vocabulary: Vocabulary
    roles: Mapping[str, Role]
    city: City
    cities: Mapping[str, City]
    words: Mapping[str, str]
    facts: dict[str, Fact] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    _whole: dict[tuple[str, str, str], list[Fact]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _parts: dict[tuple[str, str], list[Fact]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _preferred: dict[tuple[str, str], Fact] = field(default_factory=dict, repr=False)

    def add(self, made: Iterable[Fact]) -> None:
        """Put facts on the board; a later fact of the same thing takes the place of an earlier one."""
        for one in made:
            known = self.facts.get(one.id)
            self.facts[one.id] = one
            shelf = (
                self._parts[one.indicator, one.part.axis]
                if one.part
                else self._whole[one.indicator, one.place, one.edition]
            )
            if known is not None:
                shelf.remove(known)
            shelf.append(one)

    def prefer(self, fact: Fact) -> None:
        """Put a computed fact on the board that stands for its indicator, whatever sources print."""
        self.add([fact])
        self._preferred[fact.indicator, fact.place] = fact

    def series(self, indicator: str, place: str = "", edition: str = "") -> list[Fact]:
        """One indicator of a whole place (the city by default), from early to late."""
        return sorted(self._whole.get((indicator, place or self.city.code, edition), ()), key=by_date)

    def speaks_of(self, name: str, place: str) -> bool:
        """Whether a name means something of this place: the nation's target is no city's own, nor the last edition."""
        role = self.roles.get(name)
        return role is None or place == self.city.code or (role.place in {CITY, PROVINCE} and not role.of_previous)

    def parts(self, indicator: str, axis: str) -> list[Fact]:
        """One indicator of the parts of the city on one axis, the latest of each, the largest first."""
        found = sorted((one for one in self._parts.get((indicator, axis), ()) if self._is_own(one)), key=by_date)
        latest = {(one.place, one.part): one for one in found}
        return sorted(latest.values(), key=lambda one: -one.value)

    def axes(self, indicator: str) -> list[Fact]:
        """One indicator of every part of the city at every time, in the order they were put here."""
        of_parts = (one for (name, _), found in self._parts.items() if name == indicator for one in found)
        return [one for one in of_parts if self._is_own(one)]

    def _is_own(self, one: Fact) -> bool:
        """Whether a figure is of the city or one of its districts, in this edition."""
        return not one.edition and one.place in {self.city.code, *(district.code for district in self.city.districts)}

    def latest(self, indicator: str, place: str = "") -> Fact | None:
        """The figure that stands for an indicator of a place: the computed one, else the latest of the sources."""
        where = place or self.city.code
        preferred = self._preferred.get((indicator, where))
        return preferred or next(reversed(self.series(indicator, where)), None)

    def find(self, name: str, place: str = "") -> Fact | None:
        """The fact that the id of a role or an indicator means, as seen from a place (the city by default)."""
        here = place or self.city.code
        role = self.roles.get(name)
        if role is None:
            bare = self.vocabulary[name].bare  # whose it is goes without saying
            return self.latest(name, here) or (self.latest(name, NATION) if bare else None)
        if role.axis or role.place in {BENCHMARK, DISTRICTS}:
            return self._among_several(role) if here == self.city.code else None
        where = {CITY: here, PROVINCE: self._province(here)}.get(role.place, role.place)
        if role.of_previous:
            return self.of_previous(role.indicator, where)
        if not (role.period or role.year_of or role.by_time_of or role.years_before or role.pick == "first"):
            return self.latest(role.indicator, where)
        return self._picked(role, where, here)

    def _among_several(self, role: Role) -> Fact | None:
        """The figure of one of several benchmark cities, districts or parts."""
        if role.place == BENCHMARK:
            others = (code for code in self.cities if code != self.city.code)
            return next((one for code in others if (one := self.latest(role.indicator, code))), None)
        if role.place == DISTRICTS:
            codes = (district.code for district in self.city.districts)
            return _ranked([one for code in codes if (one := self.latest(role.indicator, code))], role.rank)
        return self._of_part(role)

    def _of_part(self, role: Role) -> Fact | None:
        found = self.parts(role.indicator, role.axis)
        if role.part:
            return next((one for one in found if one.part.name == role.part), None)
        if not role.ranked_by:
            return _ranked(found, role.rank)
        first = _ranked(self.parts(role.ranked_by, role.axis), role.rank)
        return next((one for one in found if first and (one.place, one.part) == (first.place, first.part)), None)

    def _picked(self, role: Role, where: str, here: str) -> Fact | None:
        known = self.series(role.indicator, where)
        if role.period:
            return next((one for one in known if one.period == role.period), None)
        if role.by_time_of:
            other = self.find(role.by_time_of, here)
            until = last_day(other.period) if other else None
            return next(
                (one for one in reversed(known) if until and (end := last_day(one.period)) and end <= until), None
            )
        years = {year: one for one in known if (year := first_year(one.period)) is not None}
        if role.year_of:
            other = self.find(role.year_of, here)
            return years.get(first_year(other.period) or 0) if other else None
        if role.pick == "first":
            return years[min(years)] if len(years) > 1 else None
        return years.get(max(years) - role.years_before) if years else None

    def of_previous(self, indicator: str, place: str = "") -> Fact | None:
        """The figure of the edition before that stands for an indicator, the computed one first."""
        where = place or self.city.code
        found = [
            one
            for (name, code, edition), facts in self._whole.items()
            if name == indicator and code == where and edition
            for one in facts
        ]
        computed = [one for one in found if one.kind == "computed"]
        return max(computed or found, key=by_date, default=None)

    def name_of(self, name: str) -> str:
        """The Chinese name of a role or an indicator, whether or not there is a fact."""
        known = self.roles.get(name) or self.vocabulary[name]
        return known.name

    def _province(self, code: str) -> str:
        owner = self.cities.get(code) or next(
            (city for city in self.cities.values() if any(one.code == code for one in city.districts)), None
        )
        return (owner.province_code or owner.code) if owner else ""

    def names(self) -> Iterator[tuple[str, Fact | None, str]]:
        """Every name that formulas and prose may use, with the fact it means, or None and the reason."""
        for indicator in self.vocabulary.values():
            found = self.find(indicator.id) if indicator.bare else self.latest(indicator.id)
            reason = self.missing.get(indicator.id, NOT_AT_HAND)
            yield indicator.id, found, reason
            yield indicator.name, found, reason
            for place, word in self.words.items():
                yield f"{word}{indicator.name}", self.latest(indicator.id, place), NOT_AT_HAND
            if indicator.main:
                yield f"上期{indicator.name}", self.of_previous(indicator.id, self.city.code), NO_PREVIOUS
        for role in self.roles.values():
            found, reason = self.find(role.id), NO_PREVIOUS if role.of_previous else NOT_AT_HAND
            yield role.id, found, reason
            yield role.name, found, reason
