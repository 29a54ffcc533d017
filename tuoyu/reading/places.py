"""Names of places → GB/T 2260 codes, as one folder means them: its own places go before those of other cities.

What belongs here: which place a name means, and what to say where it means none or several.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.reading.quantities import read_code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping

    from tuoyu.nouns.city import City

FIXED_PLACES = {"全国": "100000", "经合组织": "OECD", "OECD": "OECD", "欧盟": "EU", "EU": "EU", "EU27": "EU"}
_PROVINCE_ENDING = re.compile("(?:省|(?:壮族|回族|维吾尔)?自治区)$")
_CITY_OF = re.compile(r"(?:中共|[^省市]{2,8}(?:省|自治区))?([^省市]{1,6}市)")
_NO_CITY = re.compile("[全本我各分每个城区县地部按及、和第0-9]")  # 各地市, 全国主要城市
_SHORTEST = 3  # characters of a name that is like another if it differs in one


@dataclass(frozen=True)
class Gazetteer:
    """地名 — every name that a folder may use → code; ``own`` are those of its own city.

    ``shared`` are names of several places, with their full names.
    """

    known: Mapping[str, str]
    own: frozenset[str]
    shared: Mapping[str, tuple[str, ...]]

    def code(self, place: str) -> str | None:
        """The code of a place by name or code; None where it is not known, or the name is that of several."""
        return self.known.get(place) or self.known.get(read_code(place) or "")

    def is_foreign(self, producer: str, code: str) -> bool:
        """Whether a producer is of another city than the folder's, and than the one of this code."""
        found = _CITY_OF.match(producer) if self.own else None
        if not found or found[1] in self.own:
            return False
        return self.known.get(found[1], "")[:4] != code[:4]

    def elsewhere(self, title: str) -> str:
        """The other city that the title of a table begins with; empty where it names none."""
        found = _CITY_OF.match(title) if self.own else None
        if not found or found[1] in self.own or len(found[1]) < _SHORTEST or _NO_CITY.search(found[1]):
            return ""
        return found[1]

    def doubt(self, place: str) -> str:
        """Why a name has no code, in Chinese."""
        if place in self.shared:
            return f"“{place}”不止一处（{'、'.join(self.shared[place])}）"
        near = next((name for name in self.known if _differ_in_one(name, place)), "")
        return f"不认识的地区“{place}”" + (f"，是不是 {near}？" if near else "")


def gazetteer(cities: Mapping[str, City], folder: str = "") -> Gazetteer:
    """The names as used in one folder, which stand for its own city's places first."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for city in cities.values():
        for name, (code, full) in _names(city).items():
            found[name][code] = full
    own = {name: code for name, (code, _) in _names(cities[folder]).items()} if folder in cities else {}
    single = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    known = single | own | FIXED_PLACES
    shared = {name: tuple(codes.values()) for name, codes in found.items() if name not in known}
    return Gazetteer(known, frozenset(own), shared)


def _names(city: City) -> dict[str, tuple[str, str]]:
    """Names of a city and its places → code and full name; 长沙 is the city, not 长沙县, and 吉林 not the province."""
    names: dict[str, tuple[str, str]] = {}
    if city.province and city.province_code:
        place = (city.province_code, city.province)
        names |= dict.fromkeys((city.province, _PROVINCE_ENDING.sub("", city.province), city.province_code), place)
    for district in city.districts:
        place = (district.code, f"{city.name}{district.name}")
        names |= dict.fromkeys(_names_of_district(city, district.name), place) | {district.code: place}
    return names | dict.fromkeys((city.name, city.short, city.code), (city.code, city.name))


def _names_of_district(city: City, name: str) -> Iterator[str]:
    for before in ("", city.name, city.short, f"{city.name}·", f"{city.short}·"):
        yield before + name
        yield before + name[:-1]


def _differ_in_one(one: str, other: str) -> bool:
    """Whether two names of some length differ in one character, written wrong, left out or put in."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST or len(long) - len(short) > 1 or one == other or one.isdecimal():
        return False
    same = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return long[same + 1 :] == short[same + (len(long) == len(short)) :]
