"""Reads a register of childcare institutions, counts each once, and adds them up.

What belongs here: a register in, sums of the city and of its groups out. What does not: whether the sums agree
with published figures (``checks``). How headings and categories are written stands in ``categories.toml``.

Personal columns are never read. A message names cell and institution, and repeats a cell only as a number that was
read: what stands in a wrong column may be a person's name or number. A register with faults gives no sums at all.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.analysis.grids import Grid
from tuoyu.analysis.grids import address
from tuoyu.analysis.periods import read_period
from tuoyu.analysis.reading import Quantity
from tuoyu.analysis.reading import UnreadableError
from tuoyu.analysis.reading import blank_meaning
from tuoyu.analysis.reading import clean_text
from tuoyu.analysis.reading import read_quantities
from tuoyu.analysis.reading import read_unit
from tuoyu.analysis.rows import CONTINUED
from tuoyu.analysis.rows import FOOTNOTE
from tuoyu.analysis.rows import Layout
from tuoyu.analysis.rows import Misread
from tuoyu.analysis.rows import Row
from tuoyu.analysis.rows import is_example
from tuoyu.analysis.rows import written

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

COVERS = ("全部", "备案")
BASIS = "机构登记"
REGISTERED_SCOPE = "备案机构"  # sums over a list of the registered only: never those of the city
UNSTATED, CITY_LEVEL = "未注明", "市直"
AREA_PER_PLACE = Decimal(9)  # ㎡, 城市社区嵌入式服务设施建设导则（试行）
HEADER_ROWS = 5
LISTED = 10
COUNTS = {"places": "个", "enrolled": "人"}
NAMES = {"places": "托位数", "enrolled": "在托人数"}
COUNTED = {"places", "enrolled", "inclusive_enrolled", "remaining"}
UNITS = {
    **{name: {"", "个", "人"} for name in COUNTED},
    "area": {"", "㎡"},
    "fee": {"", "元", "元/月"},
}
LARGEST = 10**6  # no institution has so many places; a telephone number has
KIND_COLUMNS, ASIDE = {"kind", "inclusive"}, {"personal", "unused"}
SEVERAL = KIND_COLUMNS | ASIDE  # what several columns may hold
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_MONTHLY = re.compile(r"元(?:/(?:[人生孩][·./]?)?月(?:[·./][人生孩])?|每月)")
_SPELLINGS = (("个托位", "个"), ("托位", "个"), ("平米", "平方米"))
_SIGNED = re.compile(r"(?:填表|填报|制表|审核|报送|联系|负责)\w*[:：]")
_SEPARATORS = r"[、,;/|┋+·()【】\-—]*"
_BRACKETS = str.maketrans("【〔［[〖「『】〕］]〗」』", "(((((((" + ")))))))")


@dataclass(frozen=True)
class Institution:
    """机构 — one line of a register; None or an empty text is what the line does not say.

    ``row`` is the number of the line in its sheet. ``name`` is for messages and for finding repeats only.
    """

    row: int
    name: str
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


@cache
def categories() -> dict[str, Any]:
    """登记表词表 — headings and categories as they are written; from ``categories.toml``."""
    return tomllib.loads(files("tuoyu.analysis").joinpath("categories.toml").read_text(encoding="utf-8"))


def _word(raw: object) -> str:
    return clean_text(raw).casefold()


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(_word(word) for word in categories()["words"][kind])


@dataclass(frozen=True)
class _Register:
    """A sheet whose columns are known, and what there is to say about it: rule → cells and words."""

    grid: Grid
    header: int
    columns: Mapping[str, int]
    kinds: tuple[tuple[int, bool], ...]  # column, and whether it asks 是否普惠
    units: Mapping[int, tuple[str, Decimal]]
    covers: str
    period: str
    districts: Mapping[str, str]
    said: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def text(self, row: int, name: str) -> str:
        """The cell of a field; empty where it is missing or says that nothing is known."""
        text = self.grid.text(row, self.columns[name]) if name in self.columns else ""
        return "" if _is_blank(text) else text

    def note(self, rule: str, column: str | int, rows: Iterable[int], detail: str = "") -> None:
        """Keep a remark on the cells of one column in the rows with these (one-based) numbers."""
        place = self.columns[column] if isinstance(column, str) else column
        numbers = sorted(rows)
        name = _shown(self.grid.value(numbers[0] - 1, self.columns["name"]))
        cells = "、".join(address(number - 1, place) for number in numbers)
        self.said[rule].append((address(numbers[0] - 1, place), f"{cells}“{name}”{detail}"))

    @property
    def faulty(self) -> bool:
        """Whether something must be mended before anything can be added up."""
        return bool(self.said.keys() & categories()["faults"].keys())

    def layout(self, rows: Iterable[Row] = ()) -> Layout:
        """The rows, and faults and doubts, a line for each rule."""
        layout = Layout([*rows])
        known = {
            "kinds": _kinds_known(),
            "registered": _registered_known(),
            "districts": "、".join(_full_names(self.districts).values()) or "无",
        }
        for kind, listed in (("faults", layout.faults), ("doubts", layout.doubts)):
            for rule, (what, action) in categories()[kind].items():
                if rule in self.said:
                    whole = what.format(**known) + "：" + _listing([words for _, words in self.said[rule]])
                    listed.append(Misread(self.grid.sheet, self.said[rule][0][0], whole, action))
        return layout


def _is_blank(text: str) -> bool:
    return text.casefold() in _words("missing") or blank_meaning(text) is not None


def _shown(name: object) -> str:
    """A name for a message: a telephone or identity number typed behind it stays out."""
    return re.sub(r"\d{7,}[\dXx]*", "…", clean_text(name))


def _listing(remarks: list[str]) -> str:
    rest = f"；另有{len(remarks) - LISTED}处" if len(remarks) > LISTED else ""
    return "；".join(remarks[:LISTED]) + rest


def _kinds_known() -> str:
    return "、".join([*categories()["form"], *categories()["ownership"], "普惠", "非普惠"])


def _registered_known() -> str:
    return "、".join(
        categories()["words"][kind][0] for kind in ("registered", "unregistered", "withdrawn", "yes", "no")
    )


def _full_names(districts: Mapping[str, str]) -> dict[str, str]:
    """District codes with the first, full name of each."""
    names: dict[str, str] = {}
    for name, code in districts.items():
        names.setdefault(code, name)
    return names


def read_institutions(grid: Grid, *, covers: str, period: str, districts: Mapping[str, str]) -> Layout:
    """Sums of a register (机构登记): of the whole list and of its groups by form, ownership, 普惠 and district.

    ``covers`` is 全部 where the list holds every institution of the city, 备案 where it holds the registered only;
    ``districts`` gives codes by name, the full name of a district before its other names.
    """
    if covers not in COVERS:
        what = f"机构名单的范围“{covers}”不认识"
        return Layout(faults=[Misread(grid.sheet, "A1", what, f"来源说明中 covers 写“{'”或“'.join(COVERS)}”")])
    register = _header(grid, covers, period, districts)
    if isinstance(register, Misread):
        return Layout(faults=[register])
    lines, totals = _lines(register)
    if not lines:
        empty = Misread(grid.sheet, f"第{register.header + 1}行", "名单还没有填写", "填好以后重新检查；不用的表移走")
        return Layout(doubts=[empty])
    listed = [one for number in lines if (one := _institution(register, number))]
    counted = _counted_once(register, [one for one in listed if _is_covered(register, one)])
    if not counted:
        cell = f"第{register.header + 1}行"
        register.said["empty"].append((cell, f"{cell}以下"))
    _check(register, counted)
    _check_totals(register, counted, totals)
    return register.layout([] if register.faulty else _rows(register, counted))


# the header


def _header(grid: Grid, covers: str, period: str, districts: Mapping[str, str]) -> _Register | Misread:
    """The columns by the first row among the upper ones that names institutions and something of them."""
    for number in range(min(HEADER_ROWS, len(grid.rows))):
        headings = {column: _heading(grid.text(number, column)) for column in range(grid.width)}
        named = {column: _fields().get(name, "") for column, (name, _) in headings.items()}
        if "name" in named.values() and len(set(named.values()) - {"name", "", *ASIDE}) > 0:
            register = _Register(
                grid,
                number,
                {name: column for column, name in named.items() if name and name not in SEVERAL},
                tuple((column, name == "inclusive") for column, name in named.items() if name in KIND_COLUMNS),
                {column: unit for column, (_, unit) in headings.items()},
                covers,
                period,
                districts,
            )
            return _twice(grid, number, named) or _with_unread(register, named)
    action = "核对是否换了表或删了表头；列名应含“机构名称”和“托位数”等"
    return Misread(grid.sheet, "第1行", f"前{HEADER_ROWS}行里找不到名单的表头", action)


@cache
def _fields() -> dict[str, str]:
    return {_word(heading): name for name, listed in categories()["columns"].items() for heading in listed}


def _heading(text: str) -> tuple[str, tuple[str, Decimal]]:
    """Name of a column, and unit and factor in the brackets behind it: 建筑面积(㎡) → 建筑面积, (㎡, 1)."""
    text = _word(text).strip("*")
    match = re.fullmatch(r"(.+?)\((?:单位:)?([^()]+)\)", text)
    if not match or text in _fields():
        return text, ("", Decimal(1))
    if match[2] in {"是/否", "是否", "是或否"}:
        return match[1], ("", Decimal(1))
    try:
        return match[1], read_unit(_spelled(match[2]))
    except UnreadableError:
        # 元/学期 is a unit, though none that a monthly fee may have; other brackets belong to the name
        return (match[1], (match[2], Decimal(1))) if match[2].startswith("元") else (text, ("", Decimal(1)))


def _twice(grid: Grid, row: int, named: Mapping[int, str]) -> Misread | None:
    places: dict[str, list[str]] = defaultdict(list)
    for column, name in named.items():
        if name and name not in SEVERAL:
            places[name].append(f"{address(row, column)}“{grid.text(row, column)}”")
    twice = ["和".join(cells) for cells in places.values() if len(cells) > 1]
    if not twice:
        return None
    action = "留下要用的一列，另一列改名或删去"
    return Misread(grid.sheet, f"第{row + 1}行", f"两列说的是同一件事，不知用哪一列：{'；'.join(twice)}", action)


def _with_unread(register: _Register, named: Mapping[int, str]) -> _Register:
    """The register, with a doubt on headings that nobody knows and on sums for which there is no column."""
    row = register.header
    for column, name in named.items():
        text = register.grid.text(row, column)
        if not name and text:
            register.said["headings"].append((address(row, column), f"{address(row, column)}“{_shown(text)}”"))
    for name in COUNTS:
        if name not in register.columns:
            register.said["no-column"].append((f"第{row + 1}行", NAMES[name]))
    return register


def _lines(register: _Register) -> tuple[list[int], list[int]]:
    """Zero-based rows of institutions, and those of totals; notes, signatures and repeated headers are neither."""
    grid, column = register.grid, register.columns["name"]
    lines: list[int] = []
    totals: list[int] = []
    for number in range(register.header + 1, len(grid.rows)):
        first = next((text for place in range(grid.width) if (text := written(grid, number, place))), "")
        name = grid.text(number, column)
        if not first or name == grid.text(register.header, column) or is_example(grid, number):
            continue
        if FOOTNOTE.match(first) or CONTINUED.search(first) or _SIGNED.match(first):
            continue
        if {first, name} & _words("totals"):
            totals.append(number)
        else:
            lines.append(number)
    return lines, totals


# one line


def _institution(register: _Register, number: int) -> Institution | None:
    """The institution of a line; None where it has no name or says that it is closed."""
    if not register.text(number, "name"):
        if any(register.text(number, name) for name in register.columns):
            cell = address(number, register.columns["name"])
            register.said["nameless"].append((cell, cell))
        return None
    row, closed = number + 1, ("places", "enrolled", "registered")
    for name in closed:
        if any(word in register.text(number, name) for word in _words("closed")):
            register.note("closed", name, [row])
            return None
    kinds = _kinds(register, number)
    name = str(register.grid.value(number, register.columns["name"]))
    former = re.split("[、,;/]", register.text(number, "former"))
    return Institution(
        row,
        name,
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
    return clean_text(unicodedata.normalize("NFKC", str(raw))).translate(_BRACKETS).casefold()


@cache
def _kind_words() -> dict[str, tuple[str, str]]:
    words = {word: ("", word) for word in _words("neutral")}
    for axis in ("form", "ownership", "inclusive"):
        for kind, others in categories()[axis].items():
            asked = axis == "inclusive"  # 是 and 否 stand for a kind only where 普惠 is asked for
            words |= {_word(word): (axis, kind) for word in ((*others,) if asked else (kind, *others))}
    return words


@cache
def _any_kind_word() -> str:
    return "|".join(sorted(map(re.escape, _kind_words()), key=len, reverse=True))


def split_kinds(raw: object, *, asks_inclusive: bool = False) -> list[tuple[str, str]] | None:
    """Axes and kinds that a category names, in whatever mixture; None if part of it is no known word.

    >>> split_kinds("普惠性民办幼儿园托班")
    [('inclusive', '是'), ('ownership', '民办'), ('form', '幼儿园托班')]
    """
    text = _word(raw)
    if asks_inclusive and text in _words("yes") | _words("no"):
        return [("inclusive", "是" if text in _words("yes") else "否")]
    word = _any_kind_word()
    if not re.fullmatch(rf"(?:{_SEPARATORS}(?:{word}))+{_SEPARATORS}", text):
        return None
    found = [_kind_words()[part] for part in re.findall(word, text)]
    return [(axis, kind) for axis, kind in found if axis]


def _kinds(register: _Register, number: int) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for column, asks_inclusive in register.kinds:
        text = register.grid.text(number, column)
        split = [] if _is_blank(text) else split_kinds(text, asks_inclusive=asks_inclusive)
        if split is None:
            register.note("kind-unknown", column, [number + 1])
        for axis, kind in split or []:
            if kinds.setdefault(axis, kind) != kind:
                register.note("kind-twice", column, [number + 1])
    return kinds


def _spelled(text: str) -> str:
    """Units as ``reading`` knows them: 元/人·月 → 元/月, 平米 → 平方米."""
    text = _MONTHLY.sub("元/月", text)
    for printed, meant in _SPELLINGS:
        text = text.replace(printed, meant)
    return text


def _number(register: _Register, number: int, name: str) -> Decimal | None:
    """The one exact figure of a cell in its unit; None where it is none."""
    column = register.columns[name]
    raw = register.grid.value(number, column)
    try:
        read = read_quantities(_spelled(raw) if isinstance(raw, str) else raw)
    except UnreadableError:
        return None
    unit, factor = (read[0].unit, Decimal(1)) if read[0].unit else register.units[column]
    value = read[0].value * factor
    vague = len(read) > 1 or read[0].bound != "=" or read[0].upper is not None
    if vague or unit not in UNITS[name] or not 0 <= value < LARGEST:
        return None
    return None if name in COUNTED and value % 1 else value


def _amount(register: _Register, number: int, name: str) -> Decimal | None:
    if not register.text(number, name):
        return None
    value = _number(register, number, name)
    if value is None:
        register.note("unreadable" if name in COUNTS else "unread", name, [number + 1])
    own = written(register.grid, number, register.columns[name])
    if name in COUNTS and not own and written(register.grid, number, register.columns["name"]):
        register.note("merged", name, [number + 1])
    return value


def _fee(register: _Register, number: int) -> Decimal | None:
    if not register.text(number, "fee"):
        return None
    value = _number(register, number, "fee")
    if value is None:
        register.note("fee-unread", "fee", [number + 1])
    return value


def _registered(register: _Register, number: int) -> bool | None:
    """Whether an institution is registered, by the column that says so, else by the date of registration."""
    for name in ("registered", "registered_on"):
        text = _word(register.text(number, name))
        if not text:
            continue
        if text in _words("withdrawn"):
            register.note("withdrawn", name, [number + 1])
            return False
        if text in _words("unregistered") | _words("no"):
            return False
        if text in _words("registered") | _words("yes"):
            _check_date(register, number)
            return True
        if not re.search(r"\d", text):
            register.note("registered-unknown", name, [number + 1])
            return None
        _check_date(register, number, name)
        return True
    return None


def _check_date(register: _Register, number: int, name: str = "registered_on") -> None:
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


def _district(register: _Register, number: int) -> str:
    """The full name of the district, by its name or the first six digits of its code."""
    names = _full_names(register.districts)
    found = []
    for name, read in (("district", _code_in), ("district_code", _code_of)):
        text = register.text(number, name)
        if text in _words("city_level"):
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


# every institution once


def _is_covered(register: _Register, one: Institution) -> bool:
    """Whether the list counts a line: a list of the registered leaves out those that no longer are."""
    if register.covers == "全部" or one.registered is not False:
        return True
    name = "registered" if register.text(one.row - 1, "registered") else "registered_on"
    if _word(register.text(one.row - 1, name)) not in _words("withdrawn"):
        register.note("unregistered-listed", name, [one.row])
    return False


def _counted_once(register: _Register, listed: Iterable[Institution]) -> list[Institution]:
    """The institutions in the order of the list, those that stand in several lines once."""
    with_code: dict[str, dict[str, list[Institution]]] = defaultdict(lambda: defaultdict(list))
    counted: list[Institution] = []
    for one in listed:
        if one.code:
            with_code[one.code][plain_name(one.name)].append(one)
        else:
            counted.append(one)
    for names in with_code.values():
        counted += _present_names(register, [_merged(register, lines) for lines in names.values()])
    counted.sort(key=lambda one: one.row)
    namesakes: dict[str, list[int]] = defaultdict(list)
    for one in counted:
        namesakes[plain_name(one.name)].append(one.row)
        if one.code and not is_credit_code(one.code):
            register.note("code", "code", [one.row])
    for rows in namesakes.values():
        if len(rows) > 1:
            register.note("same-name", "name", rows)
    return counted


def _merged(register: _Register, lines: list[Institution]) -> Institution:
    """One institution of all its lines; what one line leaves out, another may say."""
    if len(lines) == 1:
        return lines[0]
    rows = [one.row for one in lines]
    register.note("repeat", "name", rows)
    merged: dict[str, Any] = {"former": frozenset().union(*(one.former for one in lines))}
    for name in vars(lines[0]).keys() - {"row", "name", "code", "former"}:
        said = {getattr(one, name) for one in lines} - {None, ""}
        if len(said) > 1:
            column = name if name in register.columns else "name"
            register.note("two-districts" if name == "district" else "repeat-differs", column, rows)
        merged[name] = min(said) if said else getattr(lines[0], name)
    return replace(min(lines, key=lambda one: one.row), **merged)


def _present_names(register: _Register, same_code: list[Institution]) -> list[Institution]:
    """The institutions of one code without those whose name another one gives as its former name."""
    present = [one for one in same_code if not any(_renamed(one, other) for other in same_code)] or same_code
    for one in same_code:
        if one not in present:
            others = [other.row for other in same_code if _renamed(one, other)]
            register.note("renamed", "name", [one.row, *others])
    if len(present) > 1:
        register.note("same-code", "code", [one.row for one in present])
    return present


def _renamed(one: Institution, other: Institution) -> bool:
    return plain_name(one.name) in other.former and plain_name(other.name) not in one.former


# checks


def _check(register: _Register, counted: list[Institution]) -> None:
    whole = register.covers == "全部"
    for one in counted:
        _check_places(register, one)
        asked = whole and "registered" in register.columns and not register.text(one.row - 1, "registered")
        if asked and one.registered is None:
            register.note("registered-blank", "registered", [one.row])
        if whole and one.fee is None and "fee" in register.columns and not register.text(one.row - 1, "fee"):
            register.note("fee-missing", "fee", [one.row])
        for name in COUNTS:
            if name in register.columns and getattr(one, name) is None and not register.text(one.row - 1, name):
                register.note("missing" if whole else "not-summed", name, [one.row])


def _check_places(register: _Register, one: Institution) -> None:
    """What the numbers of one institution say about each other."""
    places, enrolled = one.places, one.enrolled
    if places is not None and enrolled is not None:
        both = f"托位{places:f}个、在托{enrolled:f}人"
        if enrolled > places:
            register.note("full", "enrolled", [one.row], both)
        if one.remaining is not None and one.remaining != places - enrolled:
            register.note("remaining", "remaining", [one.row], f"{both}、剩余{one.remaining:f}个")
    if one.inclusive_enrolled is not None and enrolled is not None and one.inclusive_enrolled > enrolled:
        numbers = f"普惠入托{one.inclusive_enrolled:f}人、在托{enrolled:f}人"
        register.note("inclusive-more", "inclusive_enrolled", [one.row], numbers)
    embedded = one.form == "社区嵌入式托育"
    if embedded and one.area is not None and places is not None and one.area < AREA_PER_PLACE * places:
        register.note("narrow", "area", [one.row], f"建筑面积{one.area:f}平方米、托位{places:f}个")


def _check_totals(register: _Register, counted: list[Institution], totals: list[int]) -> None:
    """A printed total of the list beside the sum of its lines; subtotals are not compared."""
    for number in totals:
        printed = {written(register.grid, number, column) for column in range(register.grid.width)}
        for name, unit in COUNTS.items():
            added = _sum(counted, name)
            whole = "小计" not in printed and register.text(number, name)
            given = _number(register, number, name) if whole else None
            if given is not None and added is not None and given != added:
                cell = address(number, register.columns[name])
                words = f"{cell}写{given:f}{unit}，逐家相加为{added:f}{unit}"
                register.said["total"].append((cell, words))


# sums


def _rows(register: _Register, counted: list[Institution]) -> Iterator[Row]:
    """The sums that the list can bear: those of the city only where it holds every institution."""
    if register.covers == "备案":
        yield _count(register, "备案机构数", counted)
        for scope, members in _groups(register, counted):
            yield _count(register, "备案机构数", members, scope)
        yield from _amounts(register, counted, REGISTERED_SCOPE)
        return
    yield _count(register, "托育机构数", counted)
    yield from _amounts(register, counted)
    if register.columns.keys() & {"registered", "registered_on"}:
        yield _count(register, "备案机构数", [one for one in counted if one.registered])
    yield from _by_kind(register, counted)
    yield from _mean_fee(register, counted)
    for scope, members in _groups(register, counted):
        yield _count(register, "托育机构数", members, scope)
        yield from _amounts(register, members, scope)


def _by_kind(register: _Register, counted: list[Institution]) -> Iterator[Row]:
    """Figures that rest on a kind, where every institution states its kind."""
    if all(one.form for one in counted):
        kindergartens = [one for one in counted if one.form == "幼儿园托班"]
        if kindergartens:
            yield _count(register, "开设托班幼儿园数", kindergartens)
        else:
            where = f"第{register.header + 1}行"
            register.said["no-kindergarten"].append((where, f"{len(counted)}家机构的办托形式"))
        embedded = [one for one in counted if one.form == "社区嵌入式托育"]
        added = _sum(embedded, "places")
        if added is not None and "places" in register.columns:
            printed = f"{len(embedded)}家机构相加"
            quantity = Quantity(added, "个", "=", Decimal(1), printed)
            yield _row(register, "社区嵌入式托位数", quantity, "places", embedded or counted)
    if all(one.inclusive is not None for one in counted):
        number = sum(one.inclusive is True for one in counted)
        # a table of observations keeps twelve places
        share = (Decimal(number) * 100 / len(counted)).quantize(Decimal("1e-12"))
        quantity = Quantity(share, "%", "=", Decimal(0), f"{len(counted)}家机构中{number}家")
        yield _row(register, "提供普惠托育机构占比", quantity, "name", counted)


def _mean_fee(register: _Register, counted: list[Institution]) -> Iterator[Row]:
    stating = [one for one in counted if one.fee is not None]
    if stating:
        mean = sum((one.fee for one in stating if one.fee is not None), Decimal(0)) / len(stating)
        printed = f"{len(stating)}家机构收费的平均数"
        # kept to the cent, printed to the yuan: fees are stated in whole ones
        quantity = Quantity(mean.quantize(Decimal("0.01"), ROUND_HALF_UP), "元/月", "=", Decimal(1), printed)
        yield _row(register, "全日托平均托费", quantity, "fee", stating)


def _groups(register: _Register, counted: list[Institution]) -> Iterator[tuple[str, list[Institution]]]:
    """Scope and members of each group, those of one axis together; 未注明 last, so that groups add up to the whole."""
    inclusive = {True: "是", False: "否", None: ""}
    axes = {
        "办托形式": ([*categories()["form"]], {one.row: one.form for one in counted}),
        "举办性质": ([*categories()["ownership"]], {one.row: one.ownership for one in counted}),
        "普惠": (["是", "否"], {one.row: inclusive[one.inclusive] for one in counted}),
        "区县": (
            [*_full_names(register.districts).values(), CITY_LEVEL],
            {one.row: one.district for one in counted},
        ),
    }
    for axis, (values, stated) in axes.items():
        if not any(stated.values()):
            continue
        silent = [one for one in counted if not stated[one.row]]
        for one in silent:
            register.note(axis, "name", [one.row])
        for value in values:
            members = [one for one in counted if stated[one.row] == value]
            if members:
                yield f"{axis}：{value}", members
        if silent:
            yield f"{axis}：{UNSTATED}", silent


def _sum(members: list[Institution], name: str) -> Decimal | None:
    """The sum of one number, None if an institution does not state it."""
    stated = [value for one in members if (value := getattr(one, name)) is not None]
    return sum(stated, Decimal(0)) if len(stated) == len(members) else None


def _amounts(register: _Register, members: list[Institution], scope: str = "") -> Iterator[Row]:
    for name, unit in COUNTS.items():
        added = _sum(members, name)
        if added is not None and name in register.columns:
            quantity = Quantity(added, unit, "=", Decimal(1), f"{len(members)}家机构相加")
            yield _row(register, NAMES[name], quantity, name, members, scope)


def _count(register: _Register, indicator: str, members: list[Institution], scope: str = "") -> Row:
    quantity = Quantity(Decimal(len(members)), "个", "=", Decimal(1), f"{len(members)}家机构计数")
    return _row(register, indicator, quantity, "name", members, scope)


def _row(
    register: _Register, indicator: str, quantity: Quantity, column: str, members: list[Institution], scope: str = ""
) -> Row:
    """A figure with the range of cells from the first to the last that it rests on."""
    place = register.columns[column]
    rows = [one.row for one in members] or [register.header + 2, len(register.grid.rows)]
    ends = dict.fromkeys(address(row - 1, place) for row in (min(rows), max(rows)))
    return Row(
        register.grid.sheet,
        ":".join(ends),
        quantity.printed,
        indicator,
        period=register.period,
        basis=BASIS,
        scope=scope,
        exact=quantity,
    )
