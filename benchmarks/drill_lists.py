"""Faults of lists of institutions, tables of communities, districts and workbooks, for the drill."""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from drill_books import Spot
from drill_books import Workbook
from drill_books import open_book
from drill_faults import NUMBER
from drill_faults import Fault
from drill_faults import Planted
from drill_faults import World
from drill_faults import doubled
from drill_faults import dropped
from drill_faults import mistyped
from drill_faults import spot_of
from drill_faults import swapped
from drill_faults import typed

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from collections.abc import Mapping

# registers and lists


def _columns(book: Workbook, sheet: str) -> dict[str, int]:
    """Headings of a register with their columns; the header is the first row that has several."""
    page = book.book[sheet]
    for cells in page.iter_rows(max_row=5):
        named = {str(cell.value): cell.column for cell in cells if cell.value is not None}
        if "机构名称" in named:
            return {**named, "": cells[0].row}
    return {}


_CHANGES: dict[str, tuple[str, Callable[[int, random.Random], int]]] = {
    "places": ("托位数", lambda value, _: value * 10),
    "digits": ("托位数", lambda value, chance: int(swapped(str(value), chance) or value)),
    "enrolled": ("在托人数", lambda value, chance: value * 4 + chance.randrange(20, 90)),
    "fee": ("全日托收费(元/月)", lambda value, _: value * 10),
    "fee-yearly": ("全日托收费(元/月)", lambda value, _: value * 12),
    "area": ("建筑面积", lambda value, _: value // 10),
}


def _register(change: str) -> Fault:
    """A fault of one line of a list of institutions: one number of it, or the line once more."""

    def plant(world: World, chance: random.Random) -> Planted | None:
        files = [raw for raw in world.of_kind("institutions") if raw.suffix == ".xlsx"]
        if not files:
            return None
        book = Workbook(files[0])
        sheet = book.sheets[0]
        named = _columns(book, sheet)
        row = chance.randrange(named[""] + 1, book.book[sheet].max_row)  # the last line is a repeat by itself
        if change not in _CHANGES:
            return _line_more(book, files[0].path, sheet, row, named, change)
        column, changed = _CHANGES[change]
        wrong = Spot(files[0].path, sheet, row, named[column])
        before = int(book.value(wrong))
        book.put(wrong, changed(before, chance))
        return Planted((book.encoded(),), (wrong,), f"{before}→{book.value(wrong)}")

    return plant


def _line_more(book: Workbook, path: str, sheet: str, row: int, named: Mapping[str, int], change: str) -> Planted:
    page = book.book[sheet]
    last = page.max_row + 1
    for column in range(1, page.max_column + 1):
        page.cell(last, column).value = page.cell(row, column).value
    name = Spot(path, sheet, last, named["机构名称"])
    if change == "repeat":
        words = "同一家再列一次"
        book.put(replace(name, column=named["统一社会信用代码"]), None)
    elif change == "company":
        words = "同一家换一种名称再列一次"
        book.put(name, f"{book.value(name)}有限公司")
        book.put(replace(name, column=named["统一社会信用代码"]), None)
    else:
        words = "隐藏行中的机构"
        book.put(name, "已停办托育机构")
        book.put(replace(name, column=named["统一社会信用代码"]), None)
        page.row_dimensions[last].hidden = True
    return Planted((book.encoded(),), (name, replace(name, row=row)), words)


def _community_twice(world: World, chance: random.Random) -> Planted | None:
    """A community listed under the next street once more."""
    spot = world.pick(chance, kinds=("communities",)) or _of_parts(world, chance)
    if spot is None:
        return None
    one = world.at(spot)
    if not one.part.within:
        return None
    book = open_book(world.files[spot.file])
    if not isinstance(book, Workbook):
        return None
    page = book.book[spot.sheet]
    others = [
        other
        for other in world.observations
        if other.file == spot.file and other.part.within not in {"", one.part.within}
    ]
    if not others:
        return None
    host = spot_of(chance.choice(others)) or spot
    names = [
        column for column in range(1, spot.column) if one.part.name in str(page.cell(spot.row, column).value or "")
    ]
    for column in (*names, spot.column):
        page.cell(host.row, column).value = page.cell(spot.row, column).value
    return Planted(
        (book.encoded(),), (host, replace(host, column=(names or [host.column])[0])), f"{one.part.name}在两个街道"
    )


def _of_parts(world: World, chance: random.Random) -> Spot | None:
    found = [spot for one in world.observations if one.part.within and (spot := spot_of(one)) is not None]
    return chance.choice(sorted(set(found), key=str)) if found else None


def _street_total(world: World, chance: random.Random) -> Planted | None:
    """A digit of the total of a street or of a number of communities."""
    found = [
        spot
        for one in world.observations
        if one.part and not one.part.within and (spot := spot_of(one)) in world.printed and spot is not None
    ]
    if not found:
        return None
    change = chance.choice([swapped, dropped, doubled, mistyped])
    return typed(
        world, chance.choice(sorted(set(found), key=str)), lambda text: change(text, chance) if text.isdigit() else None
    )


def _whole_of_districts(world: World, chance: random.Random) -> Planted | None:
    """A digit of a figure that districts add up to, or of one of these."""
    kept = [
        one
        for one in world.observations
        if one.indicator in {"age_0", "age_1_to_4", "residents"} and one.place.startswith(world.place[:4])
    ]
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in kept:
        places[one.indicator, one.period].add(one.place)
    found = [
        spot
        for one in kept
        if len(places[one.indicator, one.period]) > 2 and (spot := spot_of(one)) in world.printed and spot is not None
    ]
    if not found:
        return None
    change = chance.choice([swapped, dropped, mistyped])

    def retyped(text: str) -> str | None:
        number = NUMBER.search(text)
        digits = change(number[0], chance) if number else None
        return text.replace(number[0], digits, 1) if number and digits else None

    return typed(world, chance.choice(sorted(set(found), key=str)), retyped)


# workbooks


def _in_workbooks(world: World, chance: random.Random) -> tuple[Workbook, Spot] | None:
    found = [spot for spot in sorted(world.printed, key=str) if world.files[spot.file].suffix == ".xlsx" and spot.sheet]
    found = [spot for spot in found if world.files[spot.file].source.reading.kind == "statistics"]
    if not found:
        return None
    spot = chance.choice(found)
    return Workbook(world.files[spot.file]), spot


def _hidden_column(world: World, chance: random.Random) -> Planted | None:
    """The column of a figure hidden, with a figure in it that nobody sees any more."""
    found = _in_workbooks(world, chance)
    if found is None:
        return None
    book, spot = found
    before = book.value(spot)
    if not isinstance(before, int | float):
        return None
    book.put(spot, type(before)(before * 1.02))
    book.book[spot.sheet].column_dimensions[re.sub(r"\d", "", spot.address)].hidden = True
    return Planted((book.encoded(),), (spot,), f"隐藏列中{before}→{book.value(spot)}")


def _hidden_row(world: World, chance: random.Random) -> Planted | None:
    """The row of a figure hidden, with a figure in it that nobody sees any more."""
    found = _in_workbooks(world, chance)
    if found is None:
        return None
    book, spot = found
    before = book.value(spot)
    if not isinstance(before, int | float):
        return None
    book.put(spot, type(before)(before * 1.02))
    book.book[spot.sheet].row_dimensions[spot.row].hidden = True
    return Planted((book.encoded(),), (spot,), f"隐藏行中{before}→{book.value(spot)}")


def _stale(world: World, chance: random.Random) -> Planted | None:
    """A formula whose stored result is not what it gives any more."""
    found = _in_workbooks(world, chance)
    if found is None:
        return None
    book, spot = found
    before = book.value(spot)
    if not isinstance(before, int | float):
        return None
    half = before // 2
    book.put(spot, f"={half}+{before - half}")
    stored = f"{before * 1.04:.2f}" if isinstance(before, float) else f"{round(before * 1.04)}"
    return Planted((book.encoded({spot.address: stored}),), (spot,), f"公式得{before}，存{stored}")


def _header_exchanged(world: World, chance: random.Random) -> Planted | None:
    """Two years of the header exchanged."""
    found = _in_workbooks(world, chance)
    if found is None:
        return None
    book, spot = found
    page = book.book[spot.sheet]
    row = next(
        (
            cells
            for cells in page.iter_rows(max_row=6)
            if sum(bool(re.fullmatch(r"\d{4}年", str(one.value))) for one in cells) > 1
        ),
        None,
    )
    if row is None:
        return None
    years = [cell for cell in row if re.fullmatch(r"\d{4}年", str(cell.value))]
    one, other = chance.sample(years, 2)
    one.value, other.value = other.value, one.value
    wrong = [
        place
        for place in world.printed
        if (place.file, place.sheet) == (spot.file, spot.sheet) and place.column in {one.column, other.column}
    ]
    heads = [Spot(spot.file, spot.sheet, one.row, cell.column) for cell in (one, other)]
    return Planted((book.encoded(),), (*heads, *sorted(wrong, key=str)), "两年的列对调")


LISTED: dict[str, tuple[Fault, ...]] = {
    "名单里的数字": tuple(map(_register, _CHANGES)),
    "名单里多一家": tuple(map(_register, ("repeat", "company", "hidden"))),
    "年份的列对调": (_header_exchanged,),
    "社区列了两次": (_community_twice,),
    "街道合计": (_street_total,),
    "区县与全市": (_whole_of_districts,),
    "隐藏的行列": (_hidden_row, _hidden_column),
    "公式没有重算": (_stale,),
}
