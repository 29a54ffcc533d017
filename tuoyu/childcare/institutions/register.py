"""A register as a sheet: its header, its lines, and what there is to say about its cells."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from tuoyu.childcare.institutions.categories import categories
from tuoyu.childcare.institutions.categories import folded
from tuoyu.childcare.institutions.categories import is_blank
from tuoyu.childcare.institutions.categories import kinds_known
from tuoyu.childcare.institutions.categories import registered_known
from tuoyu.childcare.institutions.categories import words_of
from tuoyu.nouns.personal import HIDDEN
from tuoyu.nouns.personal import is_personal
from tuoyu.nouns.personal import without_personal
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.rows import CONTINUED
from tuoyu.reading.layouts.rows import ENUMERATOR
from tuoyu.reading.layouts.rows import FOOTNOTE
from tuoyu.reading.layouts.rows import Layout
from tuoyu.reading.layouts.rows import Misread
from tuoyu.reading.layouts.rows import Row
from tuoyu.reading.layouts.rows import is_example
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.reading.parts import Piece


HEADER_ROWS = 5
LISTED = 10
COUNTS = {"places": "个", "enrolled": "人"}
NAMES = {"places": "托位数", "enrolled": "在托人数"}
PERSONAL = "personal"
KIND_COLUMNS, ASIDE = {"kind", "inclusive"}, {PERSONAL, "unused"}
SEVERAL = KIND_COLUMNS | ASIDE  # what several columns may hold
_MONTHLY = re.compile(r"元(?:/(?:[人生孩][·./]?)?月(?:[·./][人生孩])?|每月)")
_SPELLINGS = (("个托位", "个"), ("托位", "个"), ("平米", "平方米"))
_SECTION = 3  # columns that the heading of a section is merged over at least
_COUNTED = re.compile(r"\(共?\d+[家所个间]\)$")
_SIGNED = re.compile(r"(?:填表|填报|制表|审核|报送|联系|负责)\w*[:：]")


@dataclass(frozen=True)
class Register:
    """A sheet whose columns are known, and what there is to say about it: rule → cells and words.

    ``number`` tells which of the sheets it is that make up one list.
    """

    piece: Piece
    number: int
    header: int
    columns: Mapping[str, int]
    kinds: tuple[tuple[int, bool], ...]  # column, and whether it asks 是否普惠
    units: Mapping[int, tuple[str, Decimal]]
    covers: str
    period: str
    districts: Mapping[str, str]
    said: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def grid(self) -> Grid:
        """The sheet."""
        return self.piece.grid

    def text(self, row: int, name: str) -> str:
        """The cell of a field; empty where it is missing or says that nothing is known."""
        text = self.grid.text(row, self.columns[name]) if name in self.columns else ""
        return "" if is_blank(text) else text

    def note(self, rule: str, column: str | int, rows: Iterable[int], detail: str = "") -> None:
        """Keep a remark on the cells of one column in the rows with these (one-based) numbers."""
        numbers = sorted(rows)
        cells = "、".join(self.cell(number, column) for number in numbers)
        self.said[rule].append((self.cell(numbers[0], column), f"{cells}“{self.named(numbers[0])}”{detail}"))

    def cell(self, row: int, column: str | int) -> str:
        """The address of a field, or where there is no column for it of the name, in a (one-based) row."""
        return address(row - 1, self.columns.get(column, self.columns["name"]) if isinstance(column, str) else column)

    def named(self, row: int) -> str:
        """The name in a (one-based) row, for a message."""
        return _shown(self.grid.value(row - 1, self.columns["name"]))

    @property
    def faulty(self) -> bool:
        """Whether something must be mended before anything can be added up."""
        return bool(self.said.keys() & categories()["faults"].keys())

    def layout(self, rows: Iterable[Row] = ()) -> Layout:
        """The rows, and faults and doubts, a line for each rule."""
        layout = Layout([*rows])
        known = {
            "kinds": kinds_known(),
            "registered": registered_known(),
            "districts": "、".join(full_names(self.districts).values()) or "无",
        }
        for kind, listed in (("faults", layout.faults), ("doubts", layout.doubts)):
            for rule, (what, action) in categories()[kind].items():
                if rule in self.said:
                    whole = what.format(**known) + "：" + _listing([words for _, words in self.said[rule]])
                    listed.append(Misread(self.grid.sheet, self.said[rule][0][0], whole, action))
        return layout


def _shown(name: object) -> str:
    """A name for a message: a number typed behind it stays out, even one too short to be known as a telephone."""
    return re.sub(r"\d{7,}[\dXx]*", HIDDEN, without_personal(clean_text(name)))


def _listing(remarks: list[str]) -> str:
    rest = f"；另有{len(remarks) - LISTED}处" if len(remarks) > LISTED else ""
    return "；".join(remarks[:LISTED]) + rest


def full_names(districts: Mapping[str, str]) -> dict[str, str]:
    """District codes with the first, full name of each."""
    names: dict[str, str] = {}
    for name, code in districts.items():
        names.setdefault(code, name)
    return names


def read_header(piece: Piece, number: int, covers: str, period: str, districts: Mapping[str, str]) -> Register | Layout:
    """The columns by the first row among the upper ones that names institutions and something of them."""
    grid = piece.grid
    for row in range(min(HEADER_ROWS, len(grid.rows))):
        headings = {column: _heading(grid.text(row, column)) for column in range(grid.width)}
        named = {column: _field(name) for column, (name, _) in headings.items()}
        if "name" in named.values() and len(set(named.values()) - {"name", "", *ASIDE}) > 0:
            register = Register(
                piece,
                number,
                row,
                {name: column for column, name in named.items() if name and name not in SEVERAL},
                tuple((column, name == "inclusive") for column, name in named.items() if name in KIND_COLUMNS),
                {column: unit for column, (_, unit) in headings.items()},
                covers,
                period,
                districts,
            )
            fault = _twice(grid, row, named) or _above(register)
            return Layout(faults=[fault]) if fault else _with_unread(register, named)
    action = "核对是否换了表或删了表头；列名应含“机构名称”和“托位数”等"
    fault = Misread(grid.sheet, "第1行", f"前{HEADER_ROWS}行里找不到名单的表头", action)
    return Layout(faults=[fault], headless=True)


def _above(register: Register) -> Misread | None:
    """A fault where a line stands above the header that looks like one of the list."""
    columns = [register.columns[name] for name in register.columns if name != "name"]
    for row in range(register.header):
        own = [column for column in columns if written(register.grid, row, column)]
        if own and written(register.grid, row, register.columns["name"]):
            what = f"表头在第{register.header + 1}行，它上面的机构没有读取"
            return Misread(register.grid.sheet, address(row, register.columns["name"]), what, "把表头移到最上面一行")
    return None


@cache
def _fields() -> dict[str, str]:
    return {folded(heading): name for name, listed in categories()["columns"].items() for heading in listed}


def _field(name: str) -> str:
    """What a column of this name holds: a field, something personal, or (empty) nobody knows what.

    Personal columns are not read and not spoken of; the address of a family's place is where people live.
    """
    return _fields().get(name) or (PERSONAL if is_personal(name) else "")


def _heading(text: str) -> tuple[str, tuple[str, Decimal]]:
    """Name of a column, and unit and factor in the brackets behind it: 建筑面积(㎡) → 建筑面积, (㎡, 1)."""
    text = folded(text).strip("*")
    match = re.fullmatch(r"(.+?)\((?:单位:)?([^()]+)\)", text)
    if not match or text in _fields():
        return text, ("", Decimal(1))
    if match[2] in {"是/否", "是否", "是或否"}:
        return match[1], ("", Decimal(1))
    try:
        return match[1], read_unit(spelled(match[2]))
    except UnreadableError:
        # 元/学期 is a unit, though none that a monthly fee may have; other brackets belong to the name
        return (match[1], (match[2], Decimal(1))) if match[2].startswith("元") else (text, ("", Decimal(1)))


def _twice(grid: Grid, row: int, named: Mapping[int, str]) -> Misread | None:
    places: dict[str, list[str]] = defaultdict(list)
    for column, name in named.items():
        if name and name not in SEVERAL:
            places[name].append(f"{address(row, column)}“{grid.text(row, column)}”")
    twice_named = {name for name, cells in places.items() if len(cells) > 1}
    twice = ["和".join(places[name]) for name in places if name in twice_named]
    if not twice:
        return None
    if "name" in twice_named:
        what = f"表头有两个机构名称列（{'、'.join(places['name'])}），一行里并排着两组机构"
        return Misread(grid.sheet, f"第{row + 1}行", what, "把并排的两组拆成上下两段，各带表头")
    action = "留下要用的一列，另一列改名或删去"
    return Misread(grid.sheet, f"第{row + 1}行", f"两列说的是同一件事，不知用哪一列：{'；'.join(twice)}", action)


def _with_unread(register: Register, named: Mapping[int, str]) -> Register:
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


def lines_of(register: Register) -> tuple[list[int], list[int]]:
    """Zero-based rows of institutions, and those of totals.

    Notes, signatures, repeated headers and headings of sections (一、荔湾区（2家）) are neither.
    """
    grid, column = register.grid, register.columns["name"]
    lines: list[int] = []
    totals: list[int] = []
    for number in range(register.header + 1, len(grid.rows)):
        first = next((text for place in range(grid.width) if (text := written(grid, number, place))), "")
        name = grid.text(number, column)
        if not first or name == grid.text(register.header, column) or is_example(grid, number):
            continue
        if _heads_section(grid, number, column):
            continue
        if FOOTNOTE.match(first) or CONTINUED.search(first) or _SIGNED.match(first):
            continue
        if {first, name} & words_of("totals"):
            totals.append(number)
        else:
            lines.append(number)
    return lines, totals


def _heads_section(grid: Grid, row: int, column: int) -> bool:
    """Whether a line is one text only, over several columns or numbered or counted as the heading of a section."""
    filled = [place for place in range(len(grid.rows[row])) if written(grid, row, place)]
    if len(filled) != 1:
        return False
    top, left, right = grid.area(row, filled[0])
    wide = top == row and left <= column <= right and right - left >= _SECTION - 1
    text = written(grid, row, filled[0])
    return wide or re.match(ENUMERATOR, text) is not None or _COUNTED.search(text) is not None


def spelled(text: str) -> str:
    """Units as ``reading`` knows them: 元/人·月 → 元/月, 平米 → 平方米."""
    text = _MONTHLY.sub("元/月", text)
    for printed, meant in _SPELLINGS:
        text = text.replace(printed, meant)
    return text
