"""Reads a survey export into answers without personal data: who answered is forgotten, what was chosen is kept.

What belongs here: which answers count, and which options each of them chose. What does not: shares and groups
(``shares``), headings (``exports``), the inside of a cell (``choices``).

Only texts of the question map, and the values of questions that divide the respondents, go into :class:`Answers`;
messages name cells, never what stands in them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from tuoyu.nouns.forms import suggestion
from tuoyu.nouns.personal import is_personal
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.lists import Misread
from tuoyu.reading.survey.choices import MISSING
from tuoyu.reading.survey.choices import OTHER_OPTION
from tuoyu.reading.survey.choices import UNKNOWN
from tuoyu.reading.survey.choices import Options
from tuoyu.reading.survey.choices import chosen_in
from tuoyu.reading.survey.choices import parts_in
from tuoyu.reading.survey.choices import read_api_string
from tuoyu.reading.survey.exports import ABOUT_THE_ANSWER
from tuoyu.reading.survey.exports import OTHER
from tuoyu.reading.survey.exports import Export
from tuoyu.reading.survey.exports import Heading
from tuoyu.reading.survey.exports import columns_of
from tuoyu.reading.survey.exports import open_export
from tuoyu.reading.survey.validity import counted_rows
from tuoyu.reading.survey.validity import file_name_doubt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.questions import Question
    from tuoyu.nouns.questions import Survey

__all__ = ["Answered", "Answers", "read_answers", "read_api_string"]

_TICKS = frozenset({"1", "√"})
_LISTED = 5


@dataclass(frozen=True)
class Answered:
    """一题的作答 — the data range of a question, and what each answer chose: None where it was not answered.

    ``at`` is the cell of each answer.
    """

    cells: str
    column: int
    chosen: tuple[tuple[str, ...] | None, ...]
    at: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """答卷 — the answers that count, in the order of the file, by the title of each question."""

    sheet: str
    read: int = 0
    cells: str = ""
    rows: tuple[int, ...] = ()
    questions: Mapping[str, Answered] = field(default_factory=dict)
    faults: tuple[Misread, ...] = ()
    doubts: tuple[Misread, ...] = ()
    headless: bool = False
    became: Mapping[str, int] = field(default_factory=dict)


def read_answers(grid: Grid, survey: Survey, *, name: str = "", seen: set[tuple[str, ...]] | None = None) -> Answers:
    """The answers that count by the rule of the question map, each question with those who answered it.

    ``name`` is that of the file, ``seen`` what tells repeats in the parts of the survey that were read before.
    """
    export = open_export(grid, survey)
    if isinstance(export, Misread):
        return Answers(grid.sheet, faults=(export,), headless=True)
    file_name_doubt(export, name or survey.file)
    rows = counted_rows(export, survey, set() if seen is None else seen)
    used: set[int] = set()
    questions = {}
    for question in survey.question:
        columns = columns_of(question, export.headings)
        if not isinstance(columns, str):
            used |= {heading.column for heading in columns}
        if question.kind == "check":
            continue
        if isinstance(columns, str):
            export.fault(export.header_cell, columns, "把 questions.toml 的题干改成表头的文字，或重新导出")
        elif Options.of(question).free and is_personal(question.title):
            what = f"题目“{question.title}”是个人信息，不能用来分组"
            export.fault(export.header_cell, what, "在 questions.toml 里删去这一题")
        else:
            questions[question.title] = _read_question(export, question, columns, rows)
    _list_unused(export, used)
    return Answers(
        grid.sheet,
        len(export.rows),
        export.cells([0]),
        tuple(row + 1 for row in rows),
        questions,
        tuple(export.faults),
        tuple(export.doubts),
        became=export.became,
    )


def _list_unused(export: Export, used: set[int]) -> None:
    """One doubt with the titles of all questions that were not read; personal columns are only counted."""
    unused = [heading for heading in export.headings if heading.column not in used]
    personal = [heading for heading in unused if is_personal(heading.title) and not heading.label]
    titles = dict.fromkeys(
        f"第{heading.number}题" if heading.label else heading.title
        for heading in unused
        if heading not in personal and heading.title not in ABOUT_THE_ANSWER
    )
    asked = [heading for heading in personal if heading.title not in ABOUT_THE_ANSWER]
    if titles:
        what = f"没有读取的题目有{len(titles)}个：{'、'.join(titles)}"
        what += f"；另有个人信息{len(asked)}列，不读取" if asked else ""
        export.doubt(export.header_cell, what, "要用的在 questions.toml 登记，不用的不必处理")


def _read_question(export: Export, question: Question, columns: Sequence[Heading], rows: list[int]) -> Answered:
    options = Options.of(question)
    if columns[0].label:
        chosen = _read_ticks(export, question, options, columns=columns, rows=rows)
    else:
        chosen = _read_column(export, question, options, column=columns[0].column, rows=rows)
    seen = {option for one in chosen for option in one or ()} | {options.resolve(heading.label) for heading in columns}
    never = [option for option in dict.fromkeys(options.known.values()) if option not in seen]
    if never and not options.free:
        what = f"题目“{question.title}”的选项“{'”“'.join(never)}”没有人选"
        export.doubt(address(export.header, columns[0].column), what, "确实没有人选的不必处理，选项文字写错的请改正")
    at = tuple(address(row, columns[0].column) for row in rows)
    return Answered(export.cells([heading.column for heading in columns]), columns[0].column, chosen, at)


def _read_column(
    export: Export, question: Question, options: Options, *, column: int, rows: list[int]
) -> tuple[tuple[str, ...] | None, ...]:
    """A question in one column, its options by text or by code."""
    several = question.kind == "multiple"
    chosen = tuple(chosen_in(export.grid.value(row, column), options, several=several) for row in rows)
    others = [row for row, one in zip(rows, chosen, strict=True) if OTHER_OPTION in (one or ())]
    if others and OTHER_OPTION not in options.known:
        _doubt_others(export, question, address(others[0], column), len(others))
    unknown = defaultdict[str, list[int]](list)
    for row, one in zip(rows, chosen, strict=True):
        parts = parts_in(export.grid.value(row, column), options, several=several) if UNKNOWN in (one or ()) else None
        for part in parts or ():
            if options.resolve(part) == UNKNOWN:
                unknown[part].append(row)
    _fault_unknown(export, question, column, unknown)
    return chosen


def _doubt_others(export: Export, question: Question, cell: str, count: int) -> None:
    what = f"题目“{question.title}”有 {count} 份答卷选了“其他”类选项，计入作答人数，不作指标"
    export.doubt(cell, what, "要作指标的在 questions.toml 的 options 里登记")


def _fault_unknown(export: Export, question: Question, column: int, found: Mapping[str, list[int]]) -> None:
    """One fault for each text that the map does not name, without showing it: it may be what somebody typed."""
    if len(found) > _LISTED:
        everywhere = [row for rows in found.values() for row in rows]
        what = f"题目“{question.title}”有 {len(everywhere)} 份答卷、{len(found)} 种写法不在 questions.toml 的选项之内"
        action = "核对这一题是不是选择题、题型（kind）写对没有，再补全 options"
        export.fault(address(min(everywhere), column), what, action)
        return
    for text, rows in found.items():
        action = f"在 options 里登记或改正这个选项{suggestion(text, question.known.values())}"
        if text.isdecimal():
            action += "；按序号导出的文件，在 codes 里写明各序号的选项"
        what = f"题目“{question.title}”有 {len(rows)} 份答卷选了 questions.toml 里没有的选项"
        export.fault(address(rows[0], column), what, action)


def _read_ticks(
    export: Export, question: Question, options: Options, *, columns: Sequence[Heading], rows: list[int]
) -> tuple[tuple[str, ...] | None, ...]:
    """A multiple choice with a column of 0 and 1 for each option; 0 in all of them is no answer, as in text exports."""
    marks = {heading: {row: export.plain(row, heading.column) for row in rows} for heading in columns}
    ticked = {heading: {row for row in rows if _is_ticked(marks[heading][row], heading)} for heading in columns}
    wrong = [
        address(row, heading.column)
        for heading in columns
        for row in rows
        if row not in ticked[heading] and marks[heading][row] not in MISSING | {"0"}
    ]
    if wrong:
        what = f"题目“{question.title}”的各列应为 0 或 1，有 {len(wrong)} 格不是"
        export.fault(wrong[0], what, "核对这一题是不是排序题，或重新按选项序号导出")
    chosen = [tuple(heading for heading in columns if row in ticked[heading]) for row in rows]
    zero = [row for row, one in zip(rows, chosen, strict=True) if not one and "0" in {marks[h][row] for h in columns}]
    if zero:
        what = f"题目“{question.title}”有 {len(zero)} 份答卷各选项都记 0，按未作答处理"
        export.doubt(address(zero[0], columns[0].column), what, "核对这一题是否可以不答")
    names = {heading: options.resolve(heading.label) for heading in columns}
    for heading, name in names.items():
        _note_label(export, question, heading, name=name, count=len(ticked[heading]))
    return tuple(tuple(dict.fromkeys(names[heading] for heading in one)) or None for one in chosen)


def _is_ticked(mark: str, heading: Heading) -> bool:
    """Whether a cell says that its column's option was chosen: a sign, the option itself, or text typed at 其他."""
    typed = OTHER.match(heading.label) is not None and mark not in MISSING and not mark.isdecimal()
    return typed or mark in {*_TICKS, heading.label}


def _note_label(export: Export, question: Question, heading: Heading, *, name: str, count: int) -> None:
    """A column whose option the map does not name."""
    cell = address(export.header, heading.column)
    if name == OTHER_OPTION and OTHER_OPTION not in question.known and count:
        _doubt_others(export, question, cell, count)
    elif name == UNKNOWN:
        what = f"题目“{question.title}”的选项“{heading.label}”不在 questions.toml 里（{count} 份答卷选了）"
        export.fault(cell, what, f"在 options 里登记或改正这个选项{suggestion(heading.label, question.known.values())}")
