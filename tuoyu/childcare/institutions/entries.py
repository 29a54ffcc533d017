"""One line of a register: an institution with its kinds, numbers, district and code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.childcare.institutions.categories import BRACKETS
from tuoyu.childcare.institutions.categories import folded
from tuoyu.childcare.institutions.categories import is_blank
from tuoyu.childcare.institutions.categories import split_kinds
from tuoyu.childcare.institutions.categories import words_of
from tuoyu.childcare.institutions.register import COUNTS
from tuoyu.childcare.institutions.register import Register
from tuoyu.childcare.institutions.register import full_names
from tuoyu.childcare.institutions.register import spelled
from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.periods import read_period
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_quantities

if TYPE_CHECKING:
    from collections.abc import Mapping


UNSTATED, CITY_LEVEL = "未注明", "市直"
COUNTED = {"places", "enrolled", "inclusive_enrolled", "remaining"}
UNITS = {
    **{name: {"", "个", "人"} for name in COUNTED},
    "area": {"", "㎡"},
    "fee": {"", "元", "元/月"},
}
LARGEST = 10**6  # no institution has so many places; a telephone number has
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Institution:
    """机构 — one line of a register; None or an empty text is what the line does not say.

    ``row`` is the number of the line in its sheet, ``sheet`` that of the sheet in the list. ``name`` is for messages
    and for finding repeats only.
    """

    row: int
    name: str
    sheet: int = 0
    code: str = ""
    form: str = ""
    ownership: str = ""
    inclusive: bool | None = None
    places: Decimal | None = None
    enrolled: Decimal | None = None
    inclusive_enrolled: Decimal | None = None
    remaining: Decimal | None = None
    registered: bool | None = None
    fee: Decimal | None = None
    area: Decimal | None = None
    district: str = ""
    former: frozenset[str] = frozenset()


def read_entry(register: Register, number: int) -> Institution | None:
    """The institution of a line; None where it has no name or says that it is closed."""
    if not register.text(number, "name"):
        if any(register.text(number, name) for name in register.columns):
            cell = address(number, register.columns["name"])
            register.said["nameless"].append((cell, cell))
        return None
    row, closed = number + 1, ("places", "enrolled", "registered")
    for name in closed:
        if any(word in register.text(number, name) for word in words_of("closed")):
            register.note("closed", name, [row])
            return None
    kinds = _kinds(register, number)
    name = str(register.grid.value(number, register.columns["name"]))
    former = re.split("[、,;/]", register.text(number, "former"))
    return Institution(
        row,
        name,
        register.number,
        code=register.text(number, "code").upper(),
        form=kinds.get("form", ""),
        ownership=kinds.get("ownership", ""),
        inclusive={"是": True, "否": False}.get(kinds.get("inclusive", "")),
        registered=_registered(register, number),
        fee=_fee(register, number),
        district=_district(register, number),
        former=frozenset(plain_name(one) for one in former if one),
        **{name: _amount(register, number, name) for name in (*COUNTS, "inclusive_enrolled", "remaining", "area")},
    )


def plain_name(raw: object) -> str:
    """A name without accidents of typing, by which lines of one institution are recognised.

    >>> plain_name("贝贝 托育园（蓬江店）") == plain_name("贝贝托育园【蓬江店】")
    True
    """
    return clean_text(unicodedata.normalize("NFKC", str(raw))).translate(BRACKETS).casefold()


def _kinds(register: Register, number: int) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for column, asks_inclusive in register.kinds:
        text = register.grid.text(number, column)
        split = [] if is_blank(text) else split_kinds(text, asks_inclusive=asks_inclusive)
        if split is None:
            register.note("kind-unknown", column, [number + 1])
        for axis, kind in split or []:
            if kinds.setdefault(axis, kind) != kind:
                register.note("kind-twice", column, [number + 1])
    return kinds


def read_number(register: Register, number: int, name: str) -> Decimal | None:
    """The one exact figure of a cell in its unit; None where it is none."""
    column = register.columns[name]
    raw = register.grid.value(number, column)
    try:
        read = read_quantities(spelled(raw) if isinstance(raw, str) else raw)
    except UnreadableError:
        return None
    unit, factor = (read[0].unit, Decimal(1)) if read[0].unit else register.units[column]
    value = read[0].value * factor
    vague = len(read) > 1 or read[0].bound != "=" or read[0].upper is not None
    if vague or unit not in UNITS[name] or not 0 <= value < LARGEST:
        return None
    return None if name in COUNTED and value % 1 else value


def _amount(register: Register, number: int, name: str) -> Decimal | None:
    if not register.text(number, name):
        return None
    value = read_number(register, number, name)
    if value is None:
        register.note("unreadable" if name in COUNTS else "unread", name, [number + 1])
    own = written(register.grid, number, register.columns[name])
    if name in COUNTS and not own and written(register.grid, number, register.columns["name"]):
        register.note("merged", name, [number + 1])
    return value


def _fee(register: Register, number: int) -> Decimal | None:
    if not register.text(number, "fee"):
        return None
    value = read_number(register, number, "fee")
    if value is None:
        register.note("fee-unread", "fee", [number + 1])
    return value


def _registered(register: Register, number: int) -> bool | None:
    """Whether an institution is registered, by the column that says so, else by the date of registration."""
    for name in ("registered", "registered_on"):
        text = folded(register.text(number, name))
        if not text:
            continue
        if text in words_of("withdrawn"):
            register.note("withdrawn", name, [number + 1])
            return False
        if text in words_of("unregistered") | words_of("no"):
            return False
        if text in words_of("registered") | words_of("yes"):
            _check_date(register, number)
            return True
        if not re.search(r"\d", text):
            register.note("registered-unknown", name, [number + 1])
            return None
        _check_date(register, number, name)
        return True
    return None


def _check_date(register: Register, number: int, name: str = "registered_on") -> None:
    if register.text(number, name) and not is_date(register.grid.value(number, register.columns[name])):
        register.note("date", name, [number + 1])


def is_date(raw: object) -> bool:
    """Whether a cell holds a date in one of the forms of registration lists.

    >>> [is_date(raw) for raw in ("2024-03-05", "2024/3/5 10:00", "202403", "202413")]
    [True, True, True, False]
    """
    if isinstance(raw, date):
        return True
    text = str(raw).strip()
    text = clean_text(re.split(r"[\sT]", text)[0] if ":" in text else text)
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", text)
    try:
        return bool(read_period("-".join(filter(None, compact.groups())) if compact else text))
    except UnreadableError:
        return False


def _district(register: Register, number: int) -> str:
    """The full name of the district, by its name or the first six digits of its code."""
    names = full_names(register.districts)
    found = []
    for name, read in (("district", _code_in), ("district_code", _code_of)):
        text = register.text(number, name)
        if text in words_of("city_level"):
            return CITY_LEVEL
        code = read(text, register.districts)
        if text and code not in names:
            register.note("district-unknown", name, [number + 1])
        elif text:
            found.append(code)
    if len(set(found)) > 1:
        register.note("district-twice", "district", [number + 1])
    return names[found[0]] if found else ""


def _code_in(text: str, districts: Mapping[str, str]) -> str:
    """The code of the district that a name of several levels (广东省江门市蓬江区) names last."""
    if text in districts:
        return districts[text]
    known = [(text.rfind(name) + len(name), len(name), code) for name, code in districts.items() if name in text]
    return max(known, default=(0, 0, ""))[2]


def _code_of(text: str, districts: Mapping[str, str]) -> str:
    match = re.fullmatch(r"(\d{6})(?:\d{3}|\d{6})?(?:\.0+)?", text)
    return match[1] if match and match[1] in districts.values() else ""


def is_credit_code(code: str) -> bool:
    """Whether a code is a 统一社会信用代码 by GB 32100: 18 characters, of which the last checks the others.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y44")
    (True, False)
    """
    if len(code) != 18 or set(code) - set(CODE_CHARACTERS) or len(set(code)) == 1:
        return False
    digits = [CODE_CHARACTERS.index(character) for character in code]
    return (sum(digit * pow(3, place, 31) for place, digit in enumerate(digits[:17])) + digits[17]) % 31 == 0
