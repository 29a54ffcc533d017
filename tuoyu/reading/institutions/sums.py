"""Reads a register of childcare institutions, counts each once, and adds them up.

What belongs here: a register in, sums of the city and of its groups out. What does not: whether the sums agree
with published figures (``checks``). How headings and categories are written stands in ``categories.toml``.

Personal columns are never read. A message names cell and institution, and repeats a cell only as a number that was
read: what stands in a wrong column may be a person's name or number. A register with faults gives no sums at all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import ROUND_HALF_UP
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import address
from tuoyu.reading.institutions.categories import categories
from tuoyu.reading.institutions.categories import folded
from tuoyu.reading.institutions.categories import words_of
from tuoyu.reading.institutions.entries import CITY_LEVEL
from tuoyu.reading.institutions.entries import UNSTATED
from tuoyu.reading.institutions.entries import Institution
from tuoyu.reading.institutions.entries import is_credit_code
from tuoyu.reading.institutions.entries import plain_name
from tuoyu.reading.institutions.entries import read_entry
from tuoyu.reading.institutions.entries import read_number
from tuoyu.reading.institutions.register import COUNTS
from tuoyu.reading.institutions.register import COVERS
from tuoyu.reading.institutions.register import NAMES
from tuoyu.reading.institutions.register import Register
from tuoyu.reading.institutions.register import full_names
from tuoyu.reading.institutions.register import lines_of
from tuoyu.reading.institutions.register import read_header
from tuoyu.reading.layouts.rows import Layout
from tuoyu.reading.layouts.rows import Misread
from tuoyu.reading.layouts.rows import Row
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.quantities import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping


BASIS = "机构登记"
REGISTERED_SCOPE = "备案机构"  # sums over a list of the registered only: never those of the city
AREA_PER_PLACE = Decimal(9)  # ㎡, 城市社区嵌入式服务设施建设导则（试行）


def read_institutions(grid: Grid, *, covers: str, period: str, districts: Mapping[str, str]) -> Layout:
    """Sums of a register (机构登记): of the whole list and of its groups by form, ownership, 普惠 and district.

    ``covers`` is 全部 where the list holds every institution of the city, 备案 where it holds the registered only;
    ``districts`` gives codes by name, the full name of a district before its other names.
    """
    if covers not in COVERS:
        what = f"机构名单的范围“{covers}”不认识"
        return Layout(faults=[Misread(grid.sheet, "A1", what, f"来源说明中 covers 写“{'”或“'.join(COVERS)}”")])
    register = read_header(grid, covers, period, districts)
    if isinstance(register, Misread):
        return Layout(faults=[register])
    lines, totals = lines_of(register)
    if not lines:
        empty = Misread(grid.sheet, f"第{register.header + 1}行", "名单还没有填写", "填好以后重新检查；不用的表移走")
        return Layout(doubts=[empty])
    listed = [one for number in lines if (one := read_entry(register, number))]
    counted = _counted_once(register, [one for one in listed if _is_covered(register, one)])
    if not counted:
        cell = f"第{register.header + 1}行"
        register.said["empty"].append((cell, f"{cell}以下"))
    _check(register, counted)
    _check_totals(register, counted, totals)
    return register.layout([] if register.faulty else _rows(register, counted))


def _is_covered(register: Register, one: Institution) -> bool:
    """Whether the list counts a line: a list of the registered leaves out those that no longer are."""
    if register.covers == "全部" or one.registered is not False:
        return True
    name = "registered" if register.text(one.row - 1, "registered") else "registered_on"
    if folded(register.text(one.row - 1, name)) not in words_of("withdrawn"):
        register.note("unregistered-listed", name, [one.row])
    return False


def _counted_once(register: Register, listed: Iterable[Institution]) -> list[Institution]:
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


def _merged(register: Register, lines: list[Institution]) -> Institution:
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


def _present_names(register: Register, same_code: list[Institution]) -> list[Institution]:
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


def _check(register: Register, counted: list[Institution]) -> None:
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


def _check_places(register: Register, one: Institution) -> None:
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


def _check_totals(register: Register, counted: list[Institution], totals: list[int]) -> None:
    """A printed total of the list beside the sum of its lines; subtotals are not compared."""
    for number in totals:
        printed = {written(register.grid, number, column) for column in range(register.grid.width)}
        for name, unit in COUNTS.items():
            added = _sum(counted, name)
            whole = "小计" not in printed and register.text(number, name)
            given = read_number(register, number, name) if whole else None
            if given is not None and added is not None and given != added:
                cell = address(number, register.columns[name])
                words = f"{cell}写{given:f}{unit}，逐家相加为{added:f}{unit}"
                register.said["total"].append((cell, words))


def _rows(register: Register, counted: list[Institution]) -> Iterator[Row]:
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


def _by_kind(register: Register, counted: list[Institution]) -> Iterator[Row]:
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


def _mean_fee(register: Register, counted: list[Institution]) -> Iterator[Row]:
    stating = [one for one in counted if one.fee is not None]
    if stating:
        mean = sum((one.fee for one in stating if one.fee is not None), Decimal(0)) / len(stating)
        printed = f"{len(stating)}家机构收费的平均数"
        # kept to the cent, printed to the yuan: fees are stated in whole ones
        quantity = Quantity(mean.quantize(Decimal("0.01"), ROUND_HALF_UP), "元/月", "=", Decimal(1), printed)
        yield _row(register, "全日托平均托费", quantity, "fee", stating)


def _groups(register: Register, counted: list[Institution]) -> Iterator[tuple[str, list[Institution]]]:
    """Scope and members of each group, those of one axis together; 未注明 last, so that groups add up to the whole."""
    inclusive = {True: "是", False: "否", None: ""}
    axes = {
        "办托形式": ([*categories()["form"]], {one.row: one.form for one in counted}),
        "举办性质": ([*categories()["ownership"]], {one.row: one.ownership for one in counted}),
        "普惠": (["是", "否"], {one.row: inclusive[one.inclusive] for one in counted}),
        "区县": (
            [*full_names(register.districts).values(), CITY_LEVEL],
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


def _amounts(register: Register, members: list[Institution], scope: str = "") -> Iterator[Row]:
    for name, unit in COUNTS.items():
        added = _sum(members, name)
        if added is not None and name in register.columns:
            quantity = Quantity(added, unit, "=", Decimal(1), f"{len(members)}家机构相加")
            yield _row(register, NAMES[name], quantity, name, members, scope)


def _count(register: Register, indicator: str, members: list[Institution], scope: str = "") -> Row:
    quantity = Quantity(Decimal(len(members)), "个", "=", Decimal(1), f"{len(members)}家机构计数")
    return _row(register, indicator, quantity, "name", members, scope)


def _row(
    register: Register, indicator: str, quantity: Quantity, column: str, members: list[Institution], scope: str = ""
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
