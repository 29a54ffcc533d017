"""Places (行政区划): every city of the mainland with its code, province and districts, and finding one by its name.

The table is ``places.csv``: six-digit code, name, and for provinces and cities also short name and pinyin.
Parents follow from the code. Nothing here touches a disk but to read that table.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from dataclasses import dataclass
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from typing import NoReturn

from tuoyu.nouns.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

MUNICIPALITIES = {"11", "12", "31", "50"}
UNDER_PROVINCE = "90"  # the third and fourth digit of counties that no city governs
LONGEST = 40
LISTED = 5
_LEVELS = {"市": "地级市", "地区": "地区", "州": "自治州", "盟": "盟"}
_SELF_NAMES = {"地区": "我地区", "自治州": "我州", "盟": "我盟"}
_SUFFIXES = {"地区": "地区", "自治州": "州", "盟": "盟"}
_HOW = "请写城市的全称、简称、拼音或六位行政区划代码，例如 惠州市、惠州、huizhou、441300；区县写全称或代码"


@dataclass(frozen=True)
class District:
    """区县 — name and GB/T 2260 code."""

    code: str
    name: str


@dataclass(frozen=True)
class Place:
    """城市 — what can have a report: a municipality, a prefecture-level unit, a county or a district.

    ``parent`` is the city to which a county or district belongs. ``remark`` is what a person should know who asked for
    it by name: which city of the same sound it is not.
    """

    code: str
    name: str
    short: str
    pinyin: str
    level: str
    province: str
    province_code: str
    districts: tuple[District, ...] = ()
    remark: str = ""
    parent: str = ""
    parent_code: str = ""

    @property
    def label(self) -> str:
        """Name, code and to what it belongs, as in messages: 榆林市（610800，陕西省）."""
        above = "".join(dict.fromkeys(one for one in (self.province, self.parent) if one != self.name))
        return f"{self.name}（{self.code}" + (f"，{above}" if above else "") + "）"

    @property
    def self_name(self) -> str:
        """How its own report calls it: 我市, 我州, 我盟, 我地区, 我县."""
        return _SELF_NAMES.get(self.level) or f"我{self.name[-1]}"

    @property
    def names(self) -> set[str]:
        """Full name, short name, and the short name with its level: 恩施州."""
        return {self.name, self.short, self.short + _SUFFIXES.get(self.level, "")}


@cache
def load_places() -> tuple[Place, ...]:
    """Every city, in the order of the codes."""
    rows = _rows()
    provinces = {code[:2]: name for code, name, _, _ in rows if code.endswith("0000")}
    districts: dict[str, list[District]] = {}
    for code, name, _, pinyin in rows:
        if not pinyin:
            districts.setdefault(_parent(code), []).append(District(code, name))
    return tuple(
        Place(
            *(code, name, short, pinyin, _level(code, name)),
            province=provinces[code[:2]],
            province_code=f"{code[:2]}0000",
            districts=tuple(districts.get(code, ())),
        )
        for code, name, short, pinyin in rows
        if pinyin and (code[:2] in MUNICIPALITIES or not code.endswith("0000"))
    )


@cache
def load_provinces() -> tuple[Place, ...]:
    """Provinces and autonomous regions, which have no report of their own here: only known in order to say so."""
    return tuple(
        Place(code, name, short, pinyin, "省级", province=name, province_code=code)
        for code, name, short, pinyin in _rows()
        if code.endswith("0000") and code[:2] not in MUNICIPALITIES
    )


def _rows() -> list[tuple[str, str, str, str]]:
    text = files("tuoyu.scaffold").joinpath("places.csv").read_text(encoding="utf-8")
    return [(row["code"], row["name"], row["short"], row["pinyin"]) for row in csv.DictReader(text.splitlines())]


def _parent(code: str) -> str:
    return f"{code[:2]}0000" if code[:2] in MUNICIPALITIES else f"{code[:4]}00"


def _level(code: str, name: str) -> str:
    if code[:2] in MUNICIPALITIES:
        return "直辖市"
    if code[2:4] == UNDER_PROVINCE:
        return "自治区直辖县级行政区" if code[:2] == "65" else "省直辖县级行政区"
    return next(level for suffix, level in _LEVELS.items() if name.endswith(suffix))


def find_place(name: str, places: Sequence[Place]) -> Place:
    """The city that a person means by a name, a code or its pinyin. Raises ParameterError where that is not certain.

    >>> find_place("榆林", load_places()).label
    '榆林市（610800，陕西省）'
    >>> find_place("榆林", load_places()).remark
    '不是玉林市（450900）'
    """
    written = unicodedata.normalize("NFKC", name).strip(" ")
    if not written:
        msg = f"没有写城市名称；{_HOW}"
        raise ParameterError(msg)
    if len(written) > LONGEST or not written.isprintable():
        _refuse_unknown(name, ())
    found = [place for place in places if written == place.code or written in place.names]
    spoken = found or [place for place in places if place.pinyin == _letters(written)]
    _refuse_provinces(written, spoken)
    if len(spoken) > 1:
        what = "、".join(place.label for place in spoken)
        msg = f"“{written}”可以指{what}，请写全称或六位行政区划代码"
        raise ParameterError(msg)
    if not spoken:
        district = _find_district(written, places)
        if district is None:
            _refuse_unknown(name, _near(written, places))
        return district
    return replace(spoken[0], remark=_remark(spoken[0], places))


def _letters(text: str) -> str:
    """Pinyin as the table writes it: small letters only, v for ü; empty if the text is no pinyin."""
    letters = re.sub(r"[ '’-]", "", text.lower().replace("ü", "v"))
    return letters if re.fullmatch("[a-z]+", letters) else ""


def _remark(found: Place, places: Iterable[Place]) -> str:
    others = (place for place in places if place.pinyin == found.pinyin and place.code != found.code)
    return "、".join(f"不是{place.name}（{place.code}）" for place in others)


def _refuse_provinces(written: str, cities: Sequence[Place]) -> None:
    """Raise for the name of a province, and for one that a province and a city have in common (吉林, 海南)."""
    for province in load_provinces():
        if written not in {province.code, province.name, province.short} and province.pinyin != _letters(written):
            continue
        if cities:
            what = "、".join(place.label for place in cities)
            msg = f"“{written}”可以指{what}，也可以指{province.name}；请写城市的全称或六位行政区划代码"
        else:
            msg = f"{province.name}是省级行政区，报告按城市编写；{_HOW}"
        raise ParameterError(msg)


def _find_district(written: str, places: Iterable[Place]) -> Place | None:
    """The county or district of this name or code, with its city before it or not; None where there is none."""
    meant = [
        (place, one)
        for place in places
        for one in place.districts
        if written in {one.code, one.name, _bare(one.name)}
        or written.removeprefix(place.name) == one.name
        or written.removeprefix(place.short) == one.name
    ]
    if len(meant) > 1:
        what = "、".join(f"{place.name}{one.name}（{one.code}）" for place, one in meant[:LISTED])
        more = "等" if len(meant) > LISTED else ""
        msg = f"“{written}”可以指{what}{more}，请在前面写上所属的城市，或写六位行政区划代码"
        raise ParameterError(msg)
    return _as_place(*meant[0]) if meant else None


def _as_place(city: Place, one: District) -> Place:
    """A county or district as a place of its own; its folder is named after its city and its code."""
    return Place(
        *(one.code, one.name, _bare(one.name), f"{city.pinyin}-{one.code}"),
        level="县级市" if one.name.endswith("市") else "市辖区" if one.name.endswith("区") else "县",
        province=city.province,
        province_code=city.province_code,
        parent=city.name,
        parent_code=city.code,
    )


def _bare(name: str) -> str:
    """A district's name without 区, 县, 市, 旗 where two characters or more are left."""
    return name[:-1] if len(name) > 2 else name


def _near(written: str, places: Iterable[Place]) -> tuple[Place, ...]:
    """The few cities whose names, short names or pinyin are most like what was written, best first."""
    words: dict[str, list[Place]] = {}
    for place in places:
        for word in sorted({*place.names, place.pinyin}):
            words.setdefault(word, []).append(place)
    if not written.isalnum():
        return ()
    cutoff = 0.5 if len(written) == 2 else 0.6  # of two characters, one may be wrong
    near = difflib.get_close_matches(_letters(written) or written, sorted(words), n=LISTED, cutoff=cutoff)
    return tuple(dict.fromkeys(place for word in near for place in words[word]))[:3]


def _refuse_unknown(name: str, near: Sequence[Place]) -> NoReturn:
    # A terminal must not obey what it shows.
    visible = "".join(char if char.isprintable() else "\ufffd" for char in name[:LONGEST])
    hint = f"，是不是{'、'.join(place.label for place in near)}？" if near else "；"
    msg = f"没有找到城市“{visible}{'…' if len(name) > LONGEST else ''}”{hint}{_HOW}"
    raise ParameterError(msg)
