"""Two editions side by side for the verb ``diff``: reads what their runs left, tells it on the terminal.

What differs is found in ``difference``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tuoyu.childcare.subject import subject
from tuoyu.engine.notebook import read_notebook
from tuoyu.facts.ascribing import Cause
from tuoyu.facts.relations import SAME_FIGURE
from tuoyu.front.difference import ADDED
from tuoyu.front.difference import ALTERED
from tuoyu.front.difference import DROPPED
from tuoyu.front.difference import NUMBERS
from tuoyu.front.difference import compare
from tuoyu.front.publication import facts_at
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import StageError
from tuoyu.render.comparison import Grid
from tuoyu.render.comparison import to_comparison
from tuoyu.render.passages import passages
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import to_json
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuoyu.front.difference import Difference
    from tuoyu.front.difference import Figure
    from tuoyu.front.difference import Movement
    from tuoyu.render.passages import Passage

FACTS, REPORT = "facts.json", "report.ipynb"
TEXT = "文字变化"
WIDTH = 120
_NARROW = 72  # characters of a cell on the terminal
_MOST, _MOST_REASONS, _MOST_SENTENCES = 12, 3, 40  # labels, causes and sentences on the terminal


def difference(root: Path, old: str, new: str) -> Difference:
    """What differs between two editions, each given by its name or by a facts.json that was kept.

    Raises StageError for an edition that has not been run, ParameterError for a file that holds no facts and for
    editions of two cities.
    """
    before, after = _located(root, old), _located(root, new)
    facts = [facts_at(path) for path, _ in (before, after)]
    cities = [one.city.name if one.city else "" for one in facts]
    if cities[0] != cities[1]:
        msg = f"{old} 是{cities[0]}的，{new} 是{cities[1]}的；只比较同一城市的两期"
        raise ParameterError(msg)
    texts = [_text(report) for _, report in (before, after)]
    return compare(facts[0], facts[1], subject(), texts[0], texts[1])


def _located(root: Path, name: str) -> tuple[Path, Path]:
    """Where the facts and the report of an edition are: of its last run, or of files that were kept."""
    path = Path(name)
    if path.suffix == ".json" or path.is_dir():
        facts = path / FACTS if path.is_dir() else path
        if not facts.is_file():
            msg = f"没有 {facts} 这个文件；写期名，或者写事先存下的 {FACTS} 的路径"
            raise ParameterError(msg)
        beside = facts.parent / REPORT
        processed = root / "data" / "processed"
        of_run = facts.resolve().parent.parent == processed.resolve()
        return facts, root / "reports" / facts.resolve().parent.name / REPORT if of_run else beside
    load_edition(root, name)
    facts = root / "data" / "processed" / name / FACTS
    if not facts.is_file():
        msg = f"{name} 还没有运行过，请先运行 python pipeline.py run {name}"
        raise StageError(msg)
    return facts, root / "reports" / name / REPORT


def _text(path: Path) -> Sequence[Passage] | None:
    return tuple(passages(read_notebook(path))) if path.is_file() else None


def save(found: Difference, *, record: str = "", page: str = "") -> None:
    """Everything that differs, as JSON and as a page, in the files that are named."""
    if record:
        write_atomically(Path(record), to_json(found.to_dict()).encode())
    if page:
        write_atomically(Path(page), to_comparison(_title(found), _grids(found)).encode())


def tell(found: Difference, console: Console | None = None) -> None:
    """The difference as tables on the terminal; of a long text the beginning."""
    out = console or Console()
    out.width = max(out.width, WIDTH)
    out.print(Text(_title(found)))
    for grid in _grids(found):
        shown = grid.rows[:_MOST_SENTENCES] if grid.title == TEXT else grid.rows
        show(out, replace(grid, rows=tuple(tuple(map(_cut, row)) for row in shown)))
        if len(grid.rows) > len(shown):
            out.print(Text(f"另有 {len(grid.rows) - len(shown)} 句没有列出，用 --html 或 --json 可以存下全部"))


def _title(found: Difference) -> str:
    return f"{found.old} → {found.new}"


def _grids(found: Difference) -> list[Grid]:
    return [_indicators(found), _conclusions(found), _sources(found), _sentences(found)]


def _indicators(found: Difference) -> Grid:
    moved = [one for one in found.moved if one.state not in {ADDED, DROPPED}]
    rows = tuple((one.label, _dated(one.old), _dated(one.new), *_told(one)) for one in moved)
    notes = []
    for state in (ADDED, DROPPED):
        labels = [one.label for one in found.indicators if one.state == state]
        if labels:
            more = f"等{len(labels)}项" if len(labels) > _MOST else ""
            notes.append(f"{state}的指标：{'、'.join(labels[:_MOST])}{more}")
    states = Counter(one.state for one in found.indicators)
    counts = "，".join(f"{state} {count} 项" for state, count in states.items())
    notes.append(f"指标共 {len(found.indicators)} 项：{counts}")
    notes.append(f"原因由两边所用的数据对照得出，依次为{'、'.join(Cause)}；两边用的是同一个数字的，为{SAME_FIGURE}")
    return Grid("指标变化", ("指标", "先前", "现在", "变动", "原因"), rows, tuple(notes))


def _conclusions(found: Difference) -> Grid:
    rows = tuple((one.claim, one.old, one.new, one.reason) for one in found.conclusions)
    return Grid("结论变化", ("结论", "先前", "现在", "依据"), rows, () if rows else ("结论没有变化",))


def _sources(found: Difference) -> Grid:
    rows = tuple((one.label, one.when, one.old, one.new, one.new_where) for one in found.restated)
    nothing = ("同一时点的原始数字没有变化",)
    return Grid("来源重述的数字", ("指标", "时点", "先前", "现在", "出处"), rows, () if rows else nothing)


def _sentences(found: Difference) -> Grid:
    columns = ("变化", "章节", "先前", "现在")
    if found.sentences is None:
        return Grid(TEXT, columns, (), (f"文字没有比较：两期的 {REPORT} 要都在",))
    rows = tuple((one.kind, one.section, one.old, one.new) for one in found.sentences if one.kind != NUMBERS)
    kinds = Counter(one.kind for one in found.sentences)
    counts = "，".join(f"{kind} {kinds[kind]} 句" for kind in (ADDED, DROPPED, ALTERED) if kinds[kind])
    return Grid(TEXT, columns, rows, (f"句子：{counts or '没有增删改'}；只有数字不同的 {kinds[NUMBERS]} 句，未列出",))


def _dated(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{figure.printed}（{figure.when}）" if figure.when else figure.printed


def _told(one: Movement) -> tuple[str, str]:
    """The change, and its causes with what they are of where that is not the indicator itself."""
    told = [
        f"{reason.cause}：{'' if reason.of == one.label else reason.of + ' '}{reason.words}"
        for reason in one.reasons[:_MOST_REASONS]
    ]
    more = len(one.reasons) - len(told)
    if len(one.shares) > 1:
        told.append(f"逐项换算：{'，'.join(f'{share.cause}{_signed(share.by)}' for share in one.shares)}")
    return one.change or one.state, "；".join([*told, *([f"另有{more}项"] if more > 0 else [])])


def _signed(number: str) -> str:
    """A share of a change, to four digits: ``+0.9512``."""
    value = Decimal(number)
    return f"{value:+.{max(0, 3 - value.adjusted())}f}"


def show(out: Console, grid: Grid) -> None:
    """A table on the terminal, with its notes below."""
    table = Table(title=grid.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in grid.columns:
        table.add_column(column, overflow="fold")
    for row in grid.rows:
        table.add_row(*map(Text, row))
    if grid.rows:
        out.print(table)
    for note in grid.notes:
        out.print(Text(note))


def _cut(cell: str) -> str:
    return cell if len(cell) <= _NARROW else f"{cell[:_NARROW]}……"
