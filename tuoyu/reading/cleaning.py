"""Turns received files into observations and registers: names, units, dates, places, declared corrections.

What belongs here: which file is read how, and what belongs together; reading without judgement.
What does not: one figure (``figures``), the layout of a sheet (``layouts``), whether figures agree (``checks``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from tuoyu.nouns.finding import WAIVER
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.glyphs import lacking
from tuoyu.nouns.glyphs import shown
from tuoyu.nouns.glyphs import visible
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.observation import from_frame
from tuoyu.nouns.observation import locate
from tuoyu.nouns.observation import to_frame
from tuoyu.nouns.register import REGISTERS
from tuoyu.nouns.register import Entry
from tuoyu.nouns.register import Policy
from tuoyu.nouns.register import entries_of
from tuoyu.reading import log
from tuoyu.reading.dated import odd_dates
from tuoyu.reading.dated import odd_papers
from tuoyu.reading.entering import SECOND_ENTRY
from tuoyu.reading.entering import compare
from tuoyu.reading.entering import marked
from tuoyu.reading.entering import targets_of
from tuoyu.reading.figures import Desk
from tuoyu.reading.figures import Words
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.layouts.lists import LAYOUTS
from tuoyu.reading.layouts.lists import Layout
from tuoyu.reading.layouts.lists import read_figures
from tuoyu.reading.layouts.rows import Row
from tuoyu.reading.layouts.rows import holds_figure
from tuoyu.reading.layouts.rows import texts_of
from tuoyu.reading.layouts.rows import written
from tuoyu.reading.parts import Around
from tuoyu.reading.parts import Piece
from tuoyu.reading.parts import Reader
from tuoyu.reading.places import gazetteer
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_quantities
from tuoyu.reading.survey.reading import survey_reader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from collections.abc import Sequence

    import pandas as pd

    from tuoyu.nouns.city import City
    from tuoyu.nouns.city import Correction
    from tuoyu.nouns.city import Corrections
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.questions import Questions
    from tuoyu.nouns.source import RawFile
    from tuoyu.reading.files.grids import Grid

__all__ = ["Cleaned", "clean", "from_frame", "overview", "to_frame"]

ANSWERS = "answers"
_FEW_CELLS = 20
_REPLACED = "换了文件名的，来源说明跟着改名；处理好以后运行 python pipeline.py accept 期名"


@dataclass
class Cleaned:
    """What reading all raw files gave: observations, texts of the registers, findings, and how much was read."""

    observations: list[Observation] = field(default_factory=list)
    registers: dict[str, tuple[Entry, ...]] = field(default_factory=lambda: dict.fromkeys(sorted(REGISTERS), ()))
    findings: list[Finding] = field(default_factory=list)
    reading: log.Log = field(default_factory=dict)


def clean(
    raw_files: Iterable[RawFile],
    cities: Mapping[str, City],
    corrections: Mapping[str, Corrections],
    questions: Mapping[str, Questions],
    vocabulary: Vocabulary,
    readers: Mapping[str, Reader] | None = None,
) -> Cleaned:
    """Observations and registers of all raw files, with a finding for everything that cannot be read.

    The forms are those of each folder; ``readers`` are for further kinds of files, by the name of the kind.
    """
    received = list(raw_files)
    result = Cleaned()
    for raw in received:
        if raw.source.reading.kind in REGISTERS:
            _read_register(raw, result)
        where = f"{raw.path}.source.toml"
        result.findings += [_odd(where, what) for what in odd_papers(raw.source)]
    words = Words(vocabulary)
    folders: dict[str, list[RawFile]] = defaultdict(list)
    for raw in received:
        folders[raw.place].append(raw)
    for place, files in folders.items():
        city = cities.get(place)
        around = Around({one.name: one.code for one in city.districts} if city else {}, result.registers)
        known = {ANSWERS: survey_reader(questions.get(place)), **(readers or {})}
        declared = _by_file(place, corrections.get(place))
        result.findings += _waivers(place, corrections.get(place))
        names = gazetteer(cities, place)
        desks = [Desk(raw, words, names, declared.pop(raw.path, ())) for raw in files]
        _read_folder(desks, known, around)
        _compare_entries(desks, result)
        result.observations += [one for desk in desks for one in desk.observations]
        result.findings += [one for desk in desks for one in desk.closed()]
        result.reading |= {desk.raw.path: log.in_order(desk.became) for desk in desks if desk.became}
        result.findings += [_without_file(file) for file in declared]
    result.reading = {raw.path: result.reading[raw.path] for raw in received if raw.path in result.reading}
    return result


def overview(result: Cleaned) -> pd.DataFrame:
    """读取记录 — one row a file: how much of it was read, and what became of that."""
    return log.to_frame(result.reading)


def _by_file(place: str, corrections: Corrections | None) -> dict[str, Sequence[Correction]]:
    by_file: dict[str, list[Correction]] = defaultdict(list)
    for entry in corrections.correction if corrections else ():
        by_file[f"data/raw/{place}/{entry.file}"].append(entry)
    return dict(by_file)


def _waivers(place: str, corrections: Corrections | None) -> list[Finding]:
    """What was verified of the doubts of this folder, for the checks to meet."""
    return [
        Finding(
            "note",
            WAIVER,
            locate(f"data/raw/{place}/{one.file}", one.sheet or "", one.cell),
            one.reason,
            one.check,
            office=one.office or "",
            on=one.on.isoformat() if one.on else "",
        )
        for one in (corrections.verified if corrections else ())
    ]


def _without_file(file: str) -> Finding:
    what = "corrections.toml 登记的更正没有找到对应的文件"
    return Finding("error", "correction-stale", file, what, "核对文件名；文件不再使用的，删去这条更正")


def _odd(where: str, what: str) -> Finding:
    return Finding("warning", "odd-date", where, what, "对照原文核对")


def _read_register(raw: RawFile, result: Cleaned) -> None:
    kind = raw.source.reading.kind
    form, _ = REGISTERS[kind]
    if not raw.content.strip():
        what, action = "登记表是空的（0 字节）", "重新取得文件；还没有内容的，连同来源说明移走"
        result.findings.append(Finding("error", "register-unreadable", raw.path, what, action))
        return
    try:
        entries = entries_of(kind, parse_form(raw.content), place=raw.place, file=raw.path)
    except FormError as error:
        result.findings.append(Finding("error", "register-unreadable", raw.path, str(error), "按提示改正"))
    except ValidationError as error:
        result.findings += [
            Finding("error", "register-unreadable", raw.path, fault, "按提示改正") for fault in faults_of(error, form)
        ]
    else:
        result.registers[kind] += entries
        result.reading[raw.path] = {log.ENTRIES: len(entries)}
        for entry in entries:
            result.findings += _unreadable_targets(raw, entry)
            where = locate(raw.path, "", f"“{entry.id}”")
            result.findings += [_odd(where, what) for what in odd_dates(entry, raw.source.accessed.year)]
            if chars := lacking(str(entry.model_dump())):
                what = f"“{visible(entry.id)}”中有字体不能显示的字符：{shown(chars)}"
                result.findings.append(Finding("error", "undrawable", raw.path, what, "改用通行的写法"))


def _unreadable_targets(raw: RawFile, entry: Entry) -> list[Finding]:
    """Targets of a policy whose value is no figure."""
    findings = []
    for target in entry.target if isinstance(entry, Policy) else ():
        try:
            read_quantities(target.value)
        except UnreadableError as error:
            where = locate(raw.path, "", f"target“{target.id}”")
            findings.append(Finding("error", "row-unreadable", where, str(error), "对照文件原文改正 value"))
    return findings


def _read_folder(desks: Sequence[Desk], readers: Mapping[str, Reader], around: Around) -> None:
    """Reads the tables of one folder; those of a kind that counts as one list are read together."""
    pieces: dict[str, list[tuple[Desk, Grid]]] = defaultdict(list)
    for desk in desks:
        kind = desk.raw.source.reading.kind
        if kind in readers:
            pieces[kind] += [(desk, grid) for grid in _grids(desk)]
        elif kind == SECOND_ENTRY:
            _enter_again(desk)
        elif kind in LAYOUTS:
            _enter_all(desk, [(grid, LAYOUTS[kind](grid, desk.raw.source.reading)) for grid in _grids(desk)])
        elif kind not in REGISTERS:
            known = sorted([*LAYOUTS, *REGISTERS, *readers, SECOND_ENTRY])
            what, action = f"来源说明里的 reading.kind“{kind}”不认识", f"改为 {'、'.join(known)} 之一"
            desk.findings.append(Finding("error", "kind-unknown", f"{desk.raw.path}.source.toml", what, action))
    for kind, parts in pieces.items():
        layouts = readers[kind]([Piece(d.raw.path, grid, d.raw.source.reading) for d, grid in parts], around)
        read = [(desk, grid, layout) for (desk, grid), layout in zip(parts, layouts, strict=True)]
        for desk in desks:
            if desk.raw.source.reading.kind == kind:
                _enter_all(desk, [(grid, layout) for one, grid, layout in read if one is desk])


def _enter_again(desk: Desk) -> None:
    """Reads a second entry: nothing of it is an observation."""
    for grid in _grids(desk):
        layout = read_figures(grid, desk.raw.source.reading, also=("文件",))
        _tell(desk, grid, layout)
        for row in layout.rows:
            desk.enter(row)
        desk.became[log.ENTERED_AGAIN] += len(layout.rows)


def _compare_entries(desks: Sequence[Desk], result: Cleaned) -> None:
    """Holds the second entries of a folder against the first; what agrees bears a mark, what does not is told.

    A file that could not be read in full is compared once it is mended.
    """
    again = [desk for desk in desks if desk.raw.source.reading.kind == SECOND_ENTRY]
    if not again or any(desk.is_faulty for desk in again):
        return
    firsts = [desk for desk in desks if desk not in again]
    targets = [one for desk in firsts for one in targets_of(desk.raw, result.registers["policies"])]
    files = {desk.raw.name.rpartition(".")[0]: desk.raw.path for desk in firsts}
    wrong = {one.where.partition("，")[0] for one in result.findings if one.code == "register-unreadable"}
    wrong |= {desk.raw.path for desk in firsts if desk.is_faulty}
    second = [one for desk in again for one in desk.entered if files.get(one.stem) not in wrong]
    compared = compare([*targets, *(one for desk in firsts for one in desk.entered)], second, files)
    again[0].findings += compared.findings
    registers = result.registers
    registers["policies"] = tuple(marked(one, compared.agreed) for one in registers["policies"])
    for desk in firsts:
        desk.observations = [
            replace(one, twice=(one.file, one.sheet, one.cell) in compared.agreed) for one in desk.observations
        ]


def _grids(desk: Desk) -> list[Grid]:
    """The sheets of a file that are to be read."""
    raw = desk.raw
    try:
        grids = open_grids(raw.content, raw.suffix)
    except UnreadableError as error:
        desk.findings.append(Finding("error", "file-unreadable", raw.path, str(error), _REPLACED))
        return []
    expected = raw.source.reading.sheets
    found = [grid.sheet for grid in grids]
    for sheet in expected or []:
        if sheet not in found:
            what = f"缺少工作表“{sheet}”（现有“{'”“'.join(found)}”）"
            desk.findings.append(
                Finding("error", "sheet-missing", raw.path, what, "把工作表名改回原名，或改来源说明的 sheets")
            )
    wanted = [grid for grid in grids if not expected or grid.sheet in expected]
    filled = [grid for grid in wanted if grid.rows]
    if not filled and (wanted or not expected):
        what = f"工作表“{'”“'.join(expected)}”是空的" if expected else "文件里没有任何内容"
        desk.findings.append(Finding("error", "file-empty", raw.path, what, "重新取得文件，或核对 sheets 写的工作表"))
    return filled


def _enter_all(desk: Desk, read: Sequence[tuple[Grid, Layout]]) -> None:
    known = any(not layout.headless for _, layout in read)
    for grid, layout in read:
        if known and layout.headless and _is_beside_the_matter(grid):
            where = locate(desk.raw.path, grid.sheet, "")
            desk.findings.append(Finding("note", "sheet-passed-over", where, "不是数据表，没有读取", ""))
        else:
            _enter(desk, grid, layout)
    if desk.observations:
        desk.findings += _unwritten_papers(desk.raw)
    elif read and not desk.says_anything and desk.raw.source.reading.kind == "statistics":
        what, action = "没有读到任何数字", "核对是否拿错了文件，或数字没有填上"
        desk.findings.append(Finding("error", "file-without-figures", desk.raw.path, what, action))


def _is_beside_the_matter(grid: Grid) -> bool:
    """Whether a sheet without a header holds no figures and only a few words, as a link or a remark."""
    cells = [(row, column) for row, values in enumerate(grid.rows) for column in range(len(values))]
    filled = [(row, column) for row, column in cells if written(grid, row, column)]
    return len(filled) <= _FEW_CELLS and not any(holds_figure(grid, row, column) for row, column in filled)


def _tell(desk: Desk, grid: Grid, layout: Layout) -> None:
    """What is wrong or doubtful about the layout of a sheet."""
    path = desk.raw.path
    desk.findings += [
        Finding("error", "layout", locate(path, one.sheet, one.cell), one.what, one.action) for one in layout.faults
    ]
    doubts = [(one.sheet, one.cell, one.what, one.action) for one in layout.doubts]
    doubts += [(grid.sheet, cell, what, "核对原表，必要时向提供单位索取数值") for cell, what in grid.doubts]
    desk.findings += [
        Finding("warning", "layout-doubt", locate(path, sheet, cell), what, action)
        for sheet, cell, what, action in doubts
    ]


def _enter(desk: Desk, grid: Grid, layout: Layout) -> None:
    path = desk.raw.path
    _tell(desk, grid, layout)
    title = desk.places.elsewhere(next((text for text in texts_of(grid, 0)), "")) if grid.rows else ""
    if title:
        what, action = f"表的标题写的是{title}", "核对是否拿错了表"
        desk.findings.append(Finding("warning", "title-elsewhere", locate(path, grid.sheet, "第1行"), what, action))
    desk.became.update(layout.became)
    between = _between_filled(layout)
    for row in layout.rows:
        is_blank = row.exact is None and blank_meaning(row.printed) is not None
        desk.became[log.BLANK if is_blank else desk.read(row)] += 1
        if is_blank and row in between:
            what, action = f"{row.indicator}前后两年都有，这一年没有填写", "对照原文补上；原文没有的，写“…”"
            desk.findings.append(Finding("warning", "left-out", locate(path, row.sheet, row.cell), what, action))


def _between_filled(layout: Layout) -> list[Row]:
    """Empty cells of a line of years that has figures before and behind."""
    lines: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in layout.rows:
        if row.period and not row.part and not row.option:
            lines[row.sheet, row.indicator, row.place].append(row)
    return [
        row
        for line in lines.values()
        for before, row, after in zip(line, line[1:], line[2:], strict=False)
        if row.printed in {None, ""} and clean_text(before.printed) and clean_text(after.printed)
    ]


def _unwritten_papers(raw: RawFile) -> list[Finding]:
    """Figures may not rest on a sidecar that still asks to be filled in."""
    fields = raw.source.model_dump()
    blank = [key for key, value in fields.items() if isinstance(value, str) and value.startswith("（填写")]
    if not blank:
        return []
    what = f"来源说明的 {'、'.join(blank)} 还没有填写，数字没有出处"
    action = f"打开 {raw.name}.source.toml，写明是谁提供的、出自哪里"
    return [Finding("error", "papers-unwritten", f"{raw.path}.source.toml", what, action)]
