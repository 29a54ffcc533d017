"""Several what-if editions of one base side by side (方案比较), for ``run --scenarios``.

Belongs here: what a file of scenarios says, and the table that holds their main figures against the base. How a
single what-if edition is set up stands in ``trying``.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any

import tomlkit
from rich.console import Console
from rich.text import Text

from tuoyu.facts.wording import printed
from tuoyu.front import comparing
from tuoyu.front import trying
from tuoyu.front.publication import SHOWN
from tuoyu.front.publication import facts_at
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import read_form
from tuoyu.render.comparison import Grid
from tuoyu.render.comparison import to_comparison
from tuoyu.render.ledger import Book
from tuoyu.render.ledger import Sheet
from tuoyu.render.ledger import to_workbook
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.edition import WhatIf
    from tuoyu.nouns.fact import Facts

TITLE = "title"
MAIN, MOVED = "主要指标", "随方案变化的其他数字"
_ABSENT = "—"
_MOST_ROWS = 20  # of a table on the terminal
_WIDTHS = (40, 22)  # characters of the columns in the workbook
_EXAMPLE = '每个方案一节，节名用小写字母、数字、连字符，例如：[high]，下面写 assumptions.demand_rate = "40%"'


@dataclass(frozen=True)
class Scenario:
    """方案 — the what-if edition of one section of the file, and how its column is headed."""

    name: str
    title: str
    what_if: WhatIf


def set_up(root: Path, base: str, file: Path) -> list[Scenario]:
    """Keep every scenario of a file; ParameterError with all that is wrong in it, in which case nothing is kept."""
    if not file.is_file():
        msg = f"没有方案文件 {file}；{_EXAMPLE}"
        raise ParameterError(msg)
    try:
        sections = read_form(file)
    except FormError as error:
        msg = f"方案文件 {file} 无法读取：{error}"
        raise ParameterError(msg) from None
    found, faults = [], [] if sections else [f"没有方案；{_EXAMPLE}"]
    for key, section in sections.items():
        try:
            found.append(_scenario(root, base, key, section))
        except ParameterError as error:
            faults += [f"[{key}] {fault}" for fault in error.faults]
    if faults:
        lines = (f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        raise ParameterError("\n".join([f"方案文件 {file} 有 {len(faults)} 处问题，没有试算：", *lines]))
    for one in found:
        trying.keep(root, one.name, one.what_if)
    return found


def _scenario(root: Path, base: str, key: str, section: object) -> Scenario:
    if not isinstance(section, dict):
        msg = f"写在方案之外；{_EXAMPLE}"
        raise ParameterError(msg)
    title, settings = str(section.get(TITLE, key)), dict(_settings({k: v for k, v in section.items() if k != TITLE}))
    if not settings:
        msg = '没有写参数，例如 assumptions.demand_rate = "40%"'
        raise ParameterError(msg)
    name = f"{base}-{key}"
    return Scenario(name, title, trying.checked(root, base, settings, name))


def _settings(section: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every parameter by its dotted path, with its value as ``--set`` has it."""
    for key, value in section.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value if isinstance(value, str) else tomlkit.item(value).as_string()


def tell(root: Path, base: str, tried: Sequence[Scenario]) -> None:
    """The scenarios that were made, side by side on the terminal, and as page and workbook in ``reports/试算``."""
    if not tried:
        return
    made = {name: _facts(root, name) for name in (base, *(one.name for one in tried))}
    grids = side_by_side(made, base, tried)
    title = f"{base} 的方案比较"
    folder = root / trying.COMPARED
    write_atomically(folder / f"{base}.html", to_comparison(title, grids).encode())
    sheets = tuple(Sheet(one.title, tuple(zip(one.columns, _widths(one), strict=True)), one.rows) for one in grids)
    write_atomically(folder / f"{base}.xlsx", to_workbook(Book(title, sheets)))
    console = Console()
    console.width = max(console.width, comparing.WIDTH)
    console.print(Text(title))
    for grid in grids:
        comparing.show(console, _beginning(grid))
    for ending in ("html", "xlsx"):
        console.print(Text(f"  {(folder / f'{base}.{ending}').relative_to(root).as_posix()}"), soft_wrap=True)


def _beginning(grid: Grid) -> Grid:
    """As much of a table as a terminal can show."""
    more = len(grid.rows) - _MOST_ROWS
    if more <= 0:
        return grid
    return replace(grid, rows=grid.rows[:_MOST_ROWS], notes=(f"另有 {more} 个没有列出，见下面的文件",))


def _widths(grid: Grid) -> list[int]:
    return [_WIDTHS[0], *[_WIDTHS[1]] * (len(grid.columns) - 1)]


def _facts(root: Path, name: str) -> Facts:
    return facts_at(root / "data" / "processed" / name / "facts.json")


def side_by_side(made: Mapping[str, Facts], base: str, columns: Sequence[Scenario]) -> list[Grid]:
    """What was set, the main figures, and every other figure that is not the same in all of them."""
    from tuoyu.childcare.subject import subject

    names = (base, *(one.name for one in columns))
    head = (f"底本 {base}", *(one.title for one in columns))
    known = subject().vocabulary.values()
    main = [one.id for one in known if SHOWN in one.tables and any(one.id in made[name] for name in names)]
    figures = tuple(
        (
            next(made[name][id_].label for name in names if id_ in made[name]),
            *(_number(made[name], id_) for name in names),
        )
        for id_ in main
    )
    in_main = {made[name][id_].id for name in names for id_ in main if id_ in made[name]}
    return [
        Grid("方案", ("方案", "期名", "参数"), tuple((one.title, one.name, one.what_if.words) for one in columns)),
        Grid(MAIN, ("指标", *head), figures),
        Grid(MOVED, ("指标", *head), tuple(_moved(made, names, in_main))),
    ]


def _moved(made: Mapping[str, Facts], names: Sequence[str], known: set[str]) -> Iterator[tuple[str, ...]]:
    labels = {id_: trying.called(one) for name in names for id_, one in made[name].facts.items()}
    rows = ((label, *(_number(made[name], id_) for name in names)) for id_, label in labels.items() if id_ not in known)
    # what all of them have comes first
    yield from sorted((row for row in rows if len(set(row[1:])) > 1), key=lambda row: _ABSENT in row)


def _number(facts: Facts, id_: str) -> str:
    return printed(facts[id_]) if id_ in facts else _ABSENT
