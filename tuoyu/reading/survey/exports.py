"""Finds the columns of a survey export: the header among title rows, and the columns of each question.

What belongs here: headings as 问卷星 and similar tools write them. What does not: the answers below (``answers``).
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import TYPE_CHECKING

from tuoyu.nouns.personal import is_personal
from tuoyu.nouns.questions import plain
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import address
from tuoyu.reading.layouts.rows import Misread
from tuoyu.reading.layouts.rows import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence

    from tuoyu.nouns.questions import Question
    from tuoyu.nouns.questions import Survey

RUNNING_NUMBER = ("序号", "答题序号", "答题编号")
SUBMITTED = ("提交答卷时间", "提交时间", "结束时间", "完成时间", "答题结束时间", "EndDate", "SubmitDate")
STARTED = ("开始时间", "答题开始时间", "开始答题时间", "StartDate")
TIME_TAKEN = (
    *(
        "所用时间",
        "答题时长",
        "填写时长",
        "作答时长",
        "答卷时长",
        "填答时长",
        "用时",
        "答题用时",
        "填写用时",
        "作答用时",
    ),
    *("所用时长", "耗时", "答题耗时", "Duration", "Duration(inseconds)"),
)
ABOUT_THE_ANSWER = frozenset({*RUNNING_NUMBER, *SUBMITTED, *STARTED, *TIME_TAKEN, "来源", "来源详情", "来自IP", "总分"})
ABOUT_THE_ANSWER |= {"RespondentID", "CollectorID"}
"""Columns that the tool adds by itself: they say when and whence an answer came, not what it says."""
OTHER = re.compile("其[他它]")

_SEARCHED_ROWS = 10
_FEW = 2  # headings; a title row may have as many cells
_RESPONSES = {"Response", "Open-EndedResponse", "回答", "答案", "答复"}
_NOTE = re.compile(
    r"[(\[【〔〖](?:单选|多选|必答|必填|选填|填空|矩阵|量表|可多选|最多|最少|限选|不定项|排序)[^)\]】〕〗]*[)\]】〕〗]"
)
_BLOCK = re.compile(r"第(\d+)题\((.+)\)")
# neither a decimal, nor a time of day, nor an IP address
_NUMBERED = re.compile(r"Q?(\d{1,3})[、.:](?!\d+[.:]\d)(?=.*[^\W\d])(.+)", re.IGNORECASE)
_FIRST_OF_MATRIX = re.compile(r"(.+?)-(\d+)[、.:](.+)")


@dataclass(frozen=True)
class Heading:
    """列名 — where a column stands and what it asks.

    ``label`` is the option or the row of a matrix in ``第6题(运动)``, whose heading does not repeat the question.
    """

    column: int
    title: str
    number: int | None = None
    label: str = ""


@dataclass(frozen=True)
class Export:
    """导出文件 — a sheet of answers with its header found; what is wrong gathers in ``faults`` and ``doubts``."""

    grid: Grid
    header: int
    headings: list[Heading]
    rows: list[int]
    faults: list[Misread] = field(default_factory=list)
    doubts: list[Misread] = field(default_factory=list)
    became: dict[str, int] = field(default_factory=dict)

    @property
    def header_cell(self) -> str:
        """Where the header stands, for messages about a whole column or file."""
        return f"第{self.header + 1}行"

    def fault(self, cell: str, what: str, action: str) -> None:
        """Notes what must be mended."""
        self.faults.append(Misread(self.grid.sheet, cell, what, action))

    def doubt(self, cell: str, what: str, action: str) -> None:
        """Notes what a person should look at."""
        self.doubts.append(Misread(self.grid.sheet, cell, what, action))

    def plain(self, row: int, column: int) -> str:
        """A cell's text as it is compared."""
        value = self.grid.value(row, column)
        return "" if value is None else plain(value)

    def cells(self, columns: Sequence[int]) -> str:
        """The data range of these columns: ``C3:C302``."""
        first, last = (self.rows[0], self.rows[-1]) if self.rows else (self.header + 1, self.header + 1)
        return f"{address(first, min(columns))}:{address(last, max(columns))}"

    def column(self, names: Sequence[str]) -> int | None:
        """The first column with one of these headings."""
        return next((heading.column for heading in self.headings if heading.title in names), None)


def open_export(grid: Grid, survey: Survey) -> Export | Misread:
    """The sheet with its header, which is the row among the first ones where most cells are headings."""
    wanted = {title_of(question.title) for question in survey.question} | ABOUT_THE_ANSWER
    found = [_headings_in(grid, row, wanted) for row in range(min(_SEARCHED_ROWS, len(grid.rows)))]
    most = max(found, default=0)
    if not most:
        what = "找不到问卷的表头（应有序号、提交答卷时间等列和“1、题干”式的题目）"
        action = "核对是否换了文件或删了表头，questions.toml 的题干与文件是否相符"
        return Misread(grid.sheet, "第1行", what, action)
    header = found.index(most)
    filled = [row for row in range(header + 1, len(grid.rows)) if any(grid.text(row, n) for n in range(grid.width))]
    headings = _read_headings(grid, header, wanted)
    if filled and _heads_options(grid, header, filled, headings):
        export = Export(grid, header, _two_row_headings(grid, header, filled[0]), filled[1:])
    else:
        export = Export(grid, header, headings, filled)
    above = [
        row for row in range(header) if sum(bool(grid.text(row, n)) for n in range(grid.width)) * 2 > len(headings)
    ]
    if above and len(headings) > _FEW:
        what = f"表头在第{header + 1}行，它上面的答卷没有读取"
        export.fault(address(above[0], 0), what, "把表头移到最上面一行，或重新从问卷平台导出")
    if not filled:
        export.fault(export.header_cell, "表头下面没有答卷", "重新从问卷平台导出")
    return export


def title_of(text: object) -> str:
    """The question as compared, without remarks such as 单选.

    >>> title_of("您希望选择哪种 托育形式？〔单选〕*")
    '您希望选择哪种托育形式'
    """
    return _NOTE.sub("", plain(text)).strip("*?:。")


def _heads_options(grid: Grid, header: int, filled: Sequence[int], headings: Sequence[Heading]) -> bool:
    """Whether the row below the header is its second: empty under what the tool adds by itself, with options elsewhere.

    So SurveyMonkey writes a question over the first of its option columns, and ``Response`` under one with a column.
    """
    second, after = filled[0], filled[1:2]
    own = [one.column for one in headings if one.title in ABOUT_THE_ANSWER or is_personal(one.title)]
    if not after or not own or any(grid.text(second, column) for column in own):
        return False
    if not any(grid.text(after[0], column) for column in own):
        return False
    below = [column for column in range(grid.width) if grid.text(second, column)]
    unheaded = [column for column in below if not written(grid, header, column)]
    return bool(unheaded) or all(plain(grid.value(second, column)) in _RESPONSES for column in below)


def _two_row_headings(grid: Grid, header: int, second: int) -> list[Heading]:
    """One heading for each column: the question, with the option in the row below it where it has several columns."""
    found: list[Heading] = []
    question: object = None
    for column in range(grid.width):
        own = grid.rows[header][column] if column < len(grid.rows[header]) else None
        question = own if own not in {None, ""} else question
        option = plain(grid.value(second, column) or "")
        heading = _read_heading(column, question)
        titled = heading.title if not option or option in _RESPONSES else f"{heading.title}-{option}"
        if own not in {None, ""} or option:
            found.append(replace(heading, title=titled))
    return [heading for heading in found if heading.title]


def _headings_in(grid: Grid, row: int, wanted: set[str]) -> int:
    """How many cells look like headings; none without one that is surely a heading, lest an answer be taken for it."""
    texts = {plain(value) for value in grid.rows[row] if value is not None}
    sure = {text for text in texts if _read_heading(0, text).title in wanted or _BLOCK.fullmatch(text)}
    return len(sure | {text for text in texts if _NUMBERED.fullmatch(text)}) if sure else 0


def _read_headings(grid: Grid, row: int, wanted: set[str]) -> list[Heading]:
    """The headings of a row, with the stem of a matrix put before each of its parts."""
    found: list[Heading] = []
    stem, expected = "", 0
    for column, value in enumerate(grid.rows[row]):
        heading = _read_heading(column, value)
        first = None if heading.title in wanted else _FIRST_OF_MATRIX.fullmatch(heading.title)
        part = f"{stem}-{heading.title}"
        if heading.label or not heading.title:
            stem = ""
        elif first:
            stem, expected = first[1], int(first[2]) + 1
            heading = replace(heading, title=title_of(f"{stem}-{first[3]}"))
        elif stem and heading.number == expected and (part in wanted or heading.title not in wanted):
            heading, expected = replace(heading, title=part, number=None), expected + 1
        else:
            stem = ""
        found.append(heading)
    return [heading for heading in found if heading.title]


def _read_heading(column: int, value: object) -> Heading:
    text = plain(value) if value is not None else ""
    block = _BLOCK.fullmatch(text)
    if block:
        return Heading(column, text, int(block[1]), block[2])
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        return Heading(column, title_of(numbered[2]), int(numbered[1]))
    return Heading(column, title_of(text))


def columns_of(question: Question, headings: Sequence[Heading]) -> list[Heading] | str:
    """The columns that hold the answers to a question, or in Chinese why they cannot be told.

    One column without ``label``, or one column for each option.
    """
    title = title_of(question.title)
    same = [heading for heading in headings if heading.title == title]
    if len(same) > 1:
        same = [heading for heading in same if heading.number == question.number]
        if len(same) != 1:
            return f"表头里有几列都是“{title}”，请在 questions.toml 的这一题写明 number（题号）"
    if same:
        return same
    blocks = _option_columns(question, title, headings) or _matching_blocks(question, title, headings)
    if len(blocks) > 1:
        numbers = "、".join(f"第{block[0].number}题" for block in blocks)
        return f"{numbers}的选项都与题目“{title}”相合，请在 questions.toml 的这一题写明 number（题号）"
    return blocks[0] if blocks else f"表头里找不到题目“{title}”{_nearest(title, headings)}"


def column_named(name: str, headings: Sequence[Heading]) -> int | str:
    """The column with this heading, or in Chinese that there is none."""
    columns = [heading.column for heading in headings if heading.title == title_of(name)]
    return columns[0] if columns else f"表头里找不到列“{name}”{_nearest(title_of(name), headings)}"


def _nearest(title: str, headings: Sequence[Heading]) -> str:
    titles = [heading.title for heading in headings]
    near = difflib.get_close_matches(title, titles, n=1, cutoff=0.3)
    return f"，最接近的是“{near[0]}”" if near else ""


def _option_columns(question: Question, title: str, headings: Sequence[Heading]) -> list[list[Heading]]:
    """Columns headed by the question and one option: ``爱好(运动)``, ``爱好-运动``, ``爱好:运动``."""
    if question.kind != "multiple":
        return []
    rests = ((heading, heading.title.removeprefix(title)) for heading in headings if heading.title.startswith(title))
    labelled = [
        replace(heading, label=rest[1:-1] if rest[0] == "(" and rest[-1] == ")" else rest[1:])
        for heading, rest in rests
        if len(rest) > 1 and rest[0] in "(-:"
    ]
    return [labelled] if labelled else []


def _matching_blocks(question: Question, title: str, headings: Sequence[Heading]) -> list[list[Heading]]:
    """The blocks of ``第6题(…)`` that can be this question: by its number, else by its options or matrix row."""
    blocks: dict[int | None, list[Heading]] = defaultdict(list)
    for heading in headings:
        if heading.label and question.number in {None, heading.number}:
            blocks[heading.number].append(heading)
    candidates = list(_candidates(question, title, list(blocks.values())))
    most = max((matches for matches, _ in candidates), default=0)
    return [block for matches, block in candidates if matches == most]


def _candidates(question: Question, title: str, blocks: Sequence[list[Heading]]) -> Iterator[tuple[int, list[Heading]]]:
    known = question.known
    for block in blocks:
        if question.kind == "matrix":
            rows = [replace(heading, label="") for heading in block if title.endswith(f"-{title_of(heading.label)}")]
            yield from ((1, [row]) for row in rows)
        elif question.kind == "multiple":
            options = [heading.label for heading in block if not OTHER.match(heading.label)]
            matches = sum(label in known for label in options)
            if matches * 2 >= len(options) > 0 or question.number:
                yield matches, block
