"""Reads a register of childcare institutions, counts each once, and adds them up.

What belongs here: a register in, sums of the city and of its groups out. What does not: whether the sums agree
with published figures (``checks``). How headings and categories are written stands in ``categories.toml``.

Personal columns are never read. A message names cell and institution, and repeats a cell only as a number that was
read: what stands in a wrong column may be a person's name or number. A register with faults gives no sums at all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from dataclasses import replace
from decimal import ROUND_HALF_UP
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.childcare.institutions.categories import categories
from tuoyu.childcare.institutions.categories import folded
from tuoyu.childcare.institutions.categories import words_of
from tuoyu.childcare.institutions.entries import CITY_LEVEL
from tuoyu.childcare.institutions.entries import UNSTATED
from tuoyu.childcare.institutions.entries import Institution
from tuoyu.childcare.institutions.entries import is_credit_code
from tuoyu.childcare.institutions.entries import plain_name
from tuoyu.childcare.institutions.entries import read_entry
from tuoyu.childcare.institutions.entries import read_number
from tuoyu.childcare.institutions.outliers import outliers
from tuoyu.childcare.institutions.register import COUNTS
from tuoyu.childcare.institutions.register import NAMES
from tuoyu.childcare.institutions.register import Register
from tuoyu.childcare.institutions.register import full_names
from tuoyu.childcare.institutions.register import lines_of
from tuoyu.childcare.institutions.register import read_header
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Part
from tuoyu.nouns.observation import REGISTER
from tuoyu.nouns.register import Entry
from tuoyu.nouns.register import Policy
from tuoyu.reading import log
from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.rows import Layout
from tuoyu.reading.layouts.rows import Misread
from tuoyu.reading.layouts.rows import Row
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.quantities import Quantity
from tuoyu.reading.quantities import percent
from tuoyu.reading.quantities import read_quantities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.reading.parts import Around
    from tuoyu.reading.parts import Piece
    from tuoyu.reading.parts import Reader


REGISTERED = Part("备案情况", "备案机构")  # sums over a list of the registered only: never those of the city


@dataclass(frozen=True)
class Roll:
    """名单 — all sheets of one list; a remark on institutions of several sheets stands with the first of them."""

    registers: tuple[Register, ...]

    @property
    def first(self) -> Register:
        """The sheet with which the list begins."""
        return self.registers[0]

    def of(self, one: Institution) -> Register:
        """The sheet of an institution."""
        return next(register for register in self.registers if register.number == one.sheet)

    def has(self, *columns: str) -> bool:
        """Whether every sheet has one of these columns."""
        return all(register.columns.keys() & set(columns) for register in self.registers)

    def note(self, rule: str, column: str, members: Iterable[Institution], detail: str = "") -> None:
        """Keep a remark on one field of institutions."""
        listed = sorted(members, key=_position)
        first = self.of(listed[0])
        cells = "、".join(self.of(one).piece.cells(self.of(one).cell(one.row, column), first.piece) for one in listed)
        words = f"{cells}“{first.named(listed[0].row)}”{detail}"
        first.said[rule].append((first.cell(listed[0].row, column), words))

    def cells(self, members: Sequence[Institution], column: str) -> str:
        """The ranges from the first to the last of these institutions, sheet by sheet."""
        home = self.of(min(members, key=_position)).piece
        found = []
        for register in self.registers:
            rows = [one.row for one in members if one.sheet == register.number]
            if rows:
                ends = dict.fromkeys(register.cell(row, column) for row in (min(rows), max(rows)))
                found.append(register.piece.cells(":".join(ends), home))
        return "、".join(found)


def _position(one: Institution) -> tuple[int, int]:
    return one.sheet, one.row


def institutions_reader(area_target: str | None = None) -> Reader:
    """A reader of registers of institutions; ``area_target`` is the id of the target for the area of a place.

    All sheets and files of one place that cover the same at the same time are one list.
    """

    def read(pieces: Sequence[Piece], around: Around) -> Sequence[Layout]:
        lists: dict[tuple[str | None, str | None], list[int]] = defaultdict(list)
        for number, piece in enumerate(pieces):
            lists[piece.reading.covers, piece.reading.period].append(number)
        area = _area(around.registers, area_target)
        found: dict[int, Layout] = {}
        for (covers, period), numbers in lists.items():
            parts = {number: pieces[number] for number in numbers}
            if covers and period:
                found |= _read_list(parts, covers, period, around.districts, area)
            else:
                found |= {number: _undeclared(piece) for number, piece in parts.items()}
        return [found[number] for number in range(len(pieces))]

    return read


def _area(registers: Mapping[str, Iterable[Entry]], target: str | None) -> Decimal | None:
    """The least area of a place by the target of this id, where a register of policies has it."""
    entries = registers.get("policies", ())
    targets = [one for entry in entries if isinstance(entry, Policy) for one in entry.target if one.id == target]
    return read_quantities(targets[0].value)[0].value if targets else None


def _undeclared(piece: Piece) -> Layout:
    what = "来源说明没有写明名单的范围和时点"
    action = "在 [reading] 写 covers（全部或备案）和 period（如“2024年8月底”）"
    return Layout(faults=[Misread(piece.grid.sheet, "", what, action)])


def _read_list(
    parts: Mapping[int, Piece], covers: str, period: str, districts: Mapping[str, str], area: Decimal | None
) -> dict[int, Layout]:
    """The layouts of all sheets of a list by number; what holds for the whole list stands with the first of them."""
    layouts: dict[int, Layout] = {}
    registers: list[Register] = []
    listed: list[Institution] = []
    totals: list[tuple[Register, list[int]]] = []
    for number, piece in parts.items():
        register = read_header(piece, number, covers, period, districts)
        if isinstance(register, Layout):
            layouts[number] = register
            continue
        lines, sums = lines_of(register)
        if not lines:
            layouts[number] = Layout(doubts=[_unfilled(register)])
            continue
        registers.append(register)
        totals.append((register, sums))
        listed += [one for line in lines if (one := read_entry(register, line))]
    if registers:
        layouts |= _layouts(Roll(tuple(registers)), listed, totals, area, whole=not _any_fault(layouts))
    return layouts


def _unfilled(register: Register) -> Misread:
    where = f"第{register.header + 1}行"
    return Misread(register.grid.sheet, where, "名单还没有填写", "填好以后重新检查；不用的表移走")


def _any_fault(layouts: Mapping[int, Layout]) -> bool:
    """Whether a sheet of the list cannot be read; one without a header may be none of it."""
    return any(layout.faults and not layout.headless for layout in layouts.values())


def _layouts(
    roll: Roll,
    listed: list[Institution],
    totals: list[tuple[Register, list[int]]],
    area: Decimal | None,
    *,
    whole: bool,
) -> dict[int, Layout]:
    covered = [one for one in listed if _is_covered(roll.of(one), one)]
    counted = _counted_once(roll, covered)
    if not counted:
        cell = f"第{roll.first.header + 1}行"
        roll.first.said["empty"].append((cell, f"{cell}以下"))
    _check(roll, counted, area)
    for rule, column, members, numbers in outliers(counted):
        one = members[0]
        beside = f"（建筑面积在{roll.of(one).cell(one.row, 'area')}）" if "建筑面积" in numbers else ""
        roll.note(rule, column, members, numbers + beside)
    _check_totals(counted, totals)
    rows: dict[int, list[Row]] = defaultdict(list)
    if whole and not any(register.faulty for register in roll.registers):
        for number, row in _rows(roll, counted):
            rows[number].append(row)
    layouts = {register.number: register.layout(rows[register.number]) for register in roll.registers}
    for number, layout in layouts.items():
        on_sheet = [sum(one.sheet == number for one in some) for some in (listed, covered, counted)]
        layout.became[log.LISTED] = on_sheet[2]
        layout.became[log.LISTED_TWICE] = on_sheet[1] - on_sheet[2]
        layout.became[log.NOT_COVERED] = on_sheet[0] - on_sheet[1]
    return layouts


def _is_covered(register: Register, one: Institution) -> bool:
    """Whether the list counts a line: a list of the registered leaves out those that no longer are."""
    if register.covers == "全部" or one.registered is not False:
        return True
    name = "registered" if register.text(one.row - 1, "registered") else "registered_on"
    if folded(register.text(one.row - 1, name)) not in words_of("withdrawn"):
        register.note("unregistered-listed", name, [one.row])
    return False


def _counted_once(roll: Roll, listed: Iterable[Institution]) -> list[Institution]:
    """The institutions in the order of the list, those that stand in several lines once."""
    with_code: dict[str, dict[str, list[Institution]]] = defaultdict(lambda: defaultdict(list))
    counted: list[Institution] = []
    for one in listed:
        if one.code:
            with_code[one.code][plain_name(one.name)].append(one)
        else:
            counted.append(one)
    for names in with_code.values():
        counted += _present_names(roll, [_merged(roll, lines) for lines in names.values()])
    counted.sort(key=_position)
    namesakes: dict[str, list[Institution]] = defaultdict(list)
    for one in counted:
        namesakes[plain_name(one.name)].append(one)
        if one.code and not is_credit_code(one.code):
            roll.note("code", "code", [one])
    for same in namesakes.values():
        if len(same) > 1:
            roll.note("same-name", "name", same)
    return counted


def _merged(roll: Roll, lines: list[Institution]) -> Institution:
    """One institution of all its lines; what one line leaves out, another may say."""
    if len(lines) == 1:
        return lines[0]
    roll.note("repeat", "name", lines)
    merged: dict[str, Any] = {"former": frozenset().union(*(one.former for one in lines))}
    for name in vars(lines[0]).keys() - {"row", "name", "code", "former", "sheet"}:
        said = {getattr(one, name) for one in lines} - {None, ""}
        if len(said) > 1:
            roll.note("two-districts" if name == "district" else "repeat-differs", name, lines)
        merged[name] = min(said) if said else getattr(lines[0], name)
    return replace(min(lines, key=_position), **merged)


def _present_names(roll: Roll, same_code: list[Institution]) -> list[Institution]:
    """The institutions of one code without those whose name another one gives as its former name."""
    present = [one for one in same_code if not any(_renamed(one, other) for other in same_code)] or same_code
    for one in same_code:
        if one not in present:
            others = [other for other in same_code if _renamed(one, other)]
            roll.note("renamed", "name", [one, *others])
    if len(present) > 1:
        roll.note("same-code", "code", present)
    return present


def _renamed(one: Institution, other: Institution) -> bool:
    return plain_name(one.name) in other.former and plain_name(other.name) not in one.former


def _check(roll: Roll, counted: list[Institution], area: Decimal | None) -> None:
    whole = roll.first.covers == "全部"
    for one in counted:
        register = roll.of(one)
        _check_places(register, one, area)
        asked = whole and "registered" in register.columns and not register.text(one.row - 1, "registered")
        if asked and one.registered is None:
            register.note("registered-blank", "registered", [one.row])
        if whole and one.fee is None and "fee" in register.columns and not register.text(one.row - 1, "fee"):
            register.note("fee-missing", "fee", [one.row])
        for name in COUNTS:
            if name in register.columns and getattr(one, name) is None and not register.text(one.row - 1, name):
                register.note("missing" if whole else "not-summed", name, [one.row])


def _check_places(register: Register, one: Institution, area: Decimal | None) -> None:
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
    if area and embedded and one.area is not None and places is not None and one.area < area * places:
        numbers = f"建筑面积{one.area:f}平方米、托位{places:f}个，每托位应有{area:f}平方米"
        register.note("narrow", "area", [one.row], numbers)


def _check_totals(counted: list[Institution], totals: list[tuple[Register, list[int]]]) -> None:
    """A printed total beside the sum of its sheet's lines; subtotals are not compared."""
    for register, numbers in totals:
        own = [one for one in counted if one.sheet == register.number]
        for number in numbers:
            printed = {written(register.grid, number, column) for column in range(register.grid.width)}
            for name, unit in COUNTS.items():
                added = _sum(own, name)
                whole = "小计" not in printed and register.text(number, name)
                given = read_number(register, number, name) if whole else None
                if given is not None and added is not None and given not in {added, _sum(counted, name)}:
                    cell = address(number, register.columns[name])
                    words = f"{cell}写{given:f}{unit}，逐家相加为{added:f}{unit}"
                    register.said["total"].append((cell, words))


def _rows(roll: Roll, counted: list[Institution]) -> Iterator[tuple[int, Row]]:
    """The sums that the list can bear: those of the city only where it holds every institution."""
    if roll.first.covers == "备案":
        yield _count(roll, "备案机构数", counted)
        for part, members in _groups(roll, counted):
            yield _count(roll, "备案机构数", members, part)
        yield from _amounts(roll, counted, REGISTERED)
        return
    yield _count(roll, "托育机构数", counted)
    yield from _amounts(roll, counted)
    if roll.has("registered", "registered_on"):
        yield _count(roll, "备案机构数", [one for one in counted if one.registered])
    yield from _by_kind(roll, counted)
    yield from _mean_fee(roll, counted)
    for part, members in _groups(roll, counted):
        yield _count(roll, "托育机构数", members, part)
        yield from _amounts(roll, members, part)


def _by_kind(roll: Roll, counted: list[Institution]) -> Iterator[tuple[int, Row]]:
    """Figures that rest on a kind, where every institution states its kind."""
    if all(one.form for one in counted):
        kindergartens = [one for one in counted if one.form == "幼儿园托班"]
        if kindergartens:
            yield _count(roll, "开设托班幼儿园数", kindergartens)
        else:
            where = f"第{roll.first.header + 1}行"
            roll.first.said["no-kindergarten"].append((where, f"{len(counted)}家机构的办托形式"))
        embedded = [one for one in counted if one.form == "社区嵌入式托育"]
        added = _sum(embedded, "places")
        if added is not None and roll.has("places"):
            printed = f"{len(embedded)}家机构相加"
            quantity = Quantity(added, "个", "=", Decimal(1), printed)
            yield _row(roll, "社区嵌入式托位数", quantity, "places", embedded or counted)
    if all(one.inclusive is not None for one in counted):
        number = sum(one.inclusive is True for one in counted)
        quantity = Quantity(percent(number, len(counted)), "%", "=", Decimal(0), f"{len(counted)}家机构中{number}家")
        yield _row(roll, "提供普惠托育机构占比", quantity, "name", counted)


def _mean_fee(roll: Roll, counted: list[Institution]) -> Iterator[tuple[int, Row]]:
    stating = [one for one in counted if one.fee is not None]
    if stating:
        mean = sum((one.fee for one in stating if one.fee is not None), Decimal(0)) / len(stating)
        printed = f"{len(stating)}家机构收费的平均数"
        # kept to the cent, printed to the yuan: fees are stated in whole ones
        quantity = Quantity(mean.quantize(Decimal("0.01"), ROUND_HALF_UP), "元/月", "=", Decimal(1), printed)
        yield _row(roll, "全日托平均托费", quantity, "fee", stating)


def _groups(roll: Roll, counted: list[Institution]) -> Iterator[tuple[Part, list[Institution]]]:
    """Part and members of each group, those of one axis together; 未注明 last, so that groups add up to the whole."""
    inclusive = {True: "是", False: "否", None: ""}
    axes = {
        "办托形式": ([*categories()["form"]], {_position(one): one.form for one in counted}),
        "举办性质": ([*categories()["ownership"]], {_position(one): one.ownership for one in counted}),
        "普惠": (["是", "否"], {_position(one): inclusive[one.inclusive] for one in counted}),
        "区县": (
            [*full_names(roll.first.districts).values(), CITY_LEVEL],
            {_position(one): one.district for one in counted},
        ),
    }
    for axis, (values, stated) in axes.items():
        if not any(stated.values()):
            continue
        silent = [one for one in counted if not stated[_position(one)]]
        for one in silent:
            roll.note(axis, "name", [one])
        for value in values:
            members = [one for one in counted if stated[_position(one)] == value]
            if members:
                yield Part(axis, value), members
        if silent:
            yield Part(axis, UNSTATED), silent


def _sum(members: list[Institution], name: str) -> Decimal | None:
    """The sum of one number, None if an institution does not state it."""
    stated = [value for one in members if (value := getattr(one, name)) is not None]
    return sum(stated, Decimal(0)) if len(stated) == len(members) else None


def _amounts(roll: Roll, members: list[Institution], part: Part = WHOLE) -> Iterator[tuple[int, Row]]:
    for name, unit in COUNTS.items():
        added = _sum(members, name)
        if added is not None and roll.has(name):
            quantity = Quantity(added, unit, "=", Decimal(1), f"{len(members)}家机构相加")
            yield _row(roll, NAMES[name], quantity, name, members, part)


def _count(roll: Roll, indicator: str, members: list[Institution], part: Part = WHOLE) -> tuple[int, Row]:
    quantity = Quantity(Decimal(len(members)), "个", "=", Decimal(1), f"{len(members)}家机构计数")
    return _row(roll, indicator, quantity, "name", members, part)


def _row(
    roll: Roll, indicator: str, quantity: Quantity, column: str, members: list[Institution], part: Part = WHOLE
) -> tuple[int, Row]:
    """A figure with the ranges of cells from the first to the last that it rests on, and the number of its sheet."""
    home = roll.of(min(members, key=_position)) if members else roll.first
    rows = (home.header + 2, len(home.grid.rows))
    cells = roll.cells(members, column) if members else ":".join(dict.fromkeys(home.cell(row, column) for row in rows))
    row = Row(
        home.grid.sheet,
        cells,
        quantity.printed,
        indicator,
        period=home.period,
        basis=REGISTER,
        part=part,
        exact=quantity,
    )
    return home.number, row
