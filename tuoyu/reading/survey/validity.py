"""Decides which answers of a survey count, by the rule that its question map declares, and says how many do not.

Order of the rule: answers that were too fast, answers that failed an attention check, then repeats of those left.
"""

from __future__ import annotations

import re
from datetime import UTC
from datetime import datetime
from typing import TYPE_CHECKING

from tuoyu.nouns.questions import plain
from tuoyu.reading.files.grids import address
from tuoyu.reading.log import ANSWERS_DROPPED
from tuoyu.reading.log import ANSWERS_USED
from tuoyu.reading.survey.choices import MISSING
from tuoyu.reading.survey.choices import Options
from tuoyu.reading.survey.choices import chosen_in
from tuoyu.reading.survey.exports import RUNNING_NUMBER
from tuoyu.reading.survey.exports import STARTED
from tuoyu.reading.survey.exports import SUBMITTED
from tuoyu.reading.survey.exports import TIME_TAKEN
from tuoyu.reading.survey.exports import column_named
from tuoyu.reading.survey.exports import columns_of

if TYPE_CHECKING:
    from tuoyu.nouns.questions import Question
    from tuoyu.nouns.questions import Survey
    from tuoyu.reading.survey.exports import Export

_DURATION = re.compile(r"(?:(\d{1,9})(?:小?时|:))?(?:(\d{1,9})(?:分钟?|:))?(?:(\d{1,9})(?:秒钟?|s)?)?")
_MONTH_FIRST = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")  # as programs in English write it
_HALF_DAY = re.compile(r"(?i)\b(AM|PM)\b|(上午|下午)")
_COUNTS_IN_NAME = re.compile(r"(?<!\d)(\d+)_(\d+)(?:_[0-2])?(?:\(\d+\))?\.\w+$")


def file_name_doubt(export: Export, name: str) -> None:
    """Notes a doubt where the counts that 问卷星 writes into the file's name are not the number of answers read."""
    counts = _COUNTS_IN_NAME.search(name)
    read = len(export.rows)
    if counts and {int(counts[1]), int(counts[2])} != {read}:
        what = f"文件名里的份数是{counts[1]}和{counts[2]}，实际读到{read}份"
        export.doubt(export.header_cell, what, "核对导出时是否筛选过答卷，或文件是否完整")


def counted_rows(export: Export, survey: Survey, seen: set[tuple[str, ...]]) -> list[int]:
    """The rows of the answers that count; what was dropped and why is noted as one doubt.

    ``seen`` holds what tells repeats in the parts of the survey that were read before.
    """
    left, dropped = export.rows, []
    slow = _slow_enough(export, left, survey)
    dropped.append((f"所用时间少于{survey.minimum_seconds}秒", len(left) - len(slow)))
    careful = _passed(export, slow, survey)
    dropped.append(("甄别题答错", len(slow) - len(careful)))
    single = _without_repeats(export, careful, survey, seen)
    dropped.append((f"{'、'.join(survey.duplicates)}重复", len(careful) - len(single)))
    export.became.update({ANSWERS_DROPPED.format(reason): count for reason, count in dropped})
    export.became[ANSWERS_USED] = len(single)
    reasons = "、".join(f"{reason}的{count}份" for reason, count in dropped if count)
    if reasons:
        what = f"读到{len(export.rows)}份答卷，{reasons}不计，计{len(single)}份"
        export.doubt(export.header_cell, what, "按 questions.toml 的规定处理，请核对份数")
    return single


def _slow_enough(export: Export, rows: list[int], survey: Survey) -> list[int]:
    minimum = survey.minimum_seconds
    if minimum is None:
        return rows
    column, start, end = (export.column(names) for names in (TIME_TAKEN, STARTED, SUBMITTED))
    if survey.duration is not None:
        named = column_named(survey.duration, export.headings)
        if isinstance(named, str):
            export.fault(export.header_cell, f"判定所用时间时，{named}", "把 duration 改成表头的列名")
            return rows
        column = named
    if column is None and (start is None or end is None):
        what = "questions.toml 规定了最短所用时间，表头里却没有“所用时间”列"
        export.fault(
            export.header_cell,
            what,
            '在 questions.toml 写 duration = "列名"；没有这一列的，重新导出，或删去 minimum_seconds',
        )
        return rows
    taken = {
        row: _between(export, row, start, end) if column is None else _seconds(export.plain(row, column))
        for row in rows
    }
    unreadable = [row for row in rows if taken[row] is None]
    if unreadable:
        cell = address(unreadable[0], end or 0 if column is None else column)
        export.doubt(cell, f"有 {len(unreadable)} 份答卷的所用时间读不出，仍计入", "核对这些答卷是否有效")
    return [row for row in rows if (seconds := taken[row]) is None or seconds >= minimum]


def _seconds(text: str) -> int | None:
    """Length of time in seconds: ``10秒``, ``1分20秒``, ``0:01:20``, ``80``; None if it is none of them.

    >>> _seconds("10秒"), _seconds("1分20秒"), _seconds("00:01:20"), _seconds("80"), _seconds("很快")
    (10, 80, 80, 80, None)
    """
    match = _DURATION.fullmatch(f"0:{text}" if text.count(":") == 1 else text) if text else None
    if not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _moment(export: Export, row: int, column: int | None) -> datetime | None:
    """The time in a cell, whether text (2026/9/3 12:00:00) or a date of Excel; None if there is none."""
    value = export.grid.value(row, column) if column is not None else None
    parts = [int(part) for part in re.findall(r"\d{1,9}", str(value))][:6]
    if len(parts) < 5:
        return None
    try:
        year, month, day, hour, minute, second = (*parts, 0)[:6]
        if _MONTH_FIRST.match(str(value).strip()):
            year, month, day = day, year, month
        if half := _HALF_DAY.search(str(value)):
            hour = hour % 12 + (12 if half[0].upper() in {"PM", "下午"} else 0)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _between(export: Export, row: int, start: int | None, end: int | None) -> int | None:
    began, ended = _moment(export, row, start), _moment(export, row, end)
    return int((ended - began).total_seconds()) if began and ended else None


def _passed(export: Export, rows: list[int], survey: Survey) -> list[int]:
    for question in survey.question:
        if question.kind == "check":
            failed = _failed(export, rows, question)
            rows = [row for row in rows if row not in failed]
    return rows


def _failed(export: Export, rows: list[int], question: Question) -> set[int]:
    """Rows whose answer is another one than expected; a question that was skipped is not failed."""
    columns = columns_of(question, export.headings)
    if isinstance(columns, str):
        export.fault(export.header_cell, columns, "把题干改成表头的文字，或重新导出")
        return set()
    options, expected = Options.of(question), plain(question.expect)
    answers = {row: chosen_in(export.grid.value(row, columns[0].column), options, several=False) for row in rows}
    return {row for row, chosen in answers.items() if chosen and expected not in map(plain, chosen)}


def _without_repeats(export: Export, rows: list[int], survey: Survey, seen: set[tuple[str, ...]]) -> list[int]:
    """Rows in the order of the file, of those alike in the declared columns only the one that was handed in first."""
    columns = []
    for name in survey.duplicates:
        column = column_named(name, export.headings)
        if isinstance(column, str):
            export.fault(export.header_cell, f"判定重复答卷时，{column}", "把 duplicates 改成表头的列名")
            return rows
        columns.append(column)
    first: dict[tuple[str, ...], int] = {}
    for row in _by_time(export, rows) if columns else []:
        key = tuple(export.plain(row, column) for column in columns)
        if not MISSING & set(key):
            first.setdefault(key, row)
    kept = {row for key, row in first.items() if key not in seen}
    seen.update(first)
    repeated = len(first) < sum(not _is_blank(export, row, columns) for row in rows) if columns else False
    if repeated and not _is_ordered(export, rows):
        what = "有重复答卷，而表中没有可读的提交时间和序号，分不清先后，保留了排在前面的一份"
        export.doubt(export.header_cell, what, "核对文件是否由先到后排列；最新在前的，重新导出带提交时间的文件")
    return [row for row in rows if row in kept or not columns or _is_blank(export, row, columns)]


def _is_blank(export: Export, row: int, columns: list[int]) -> bool:
    return any(export.plain(row, column) in MISSING for column in columns)


def _by_time(export: Export, rows: list[int]) -> list[int]:
    """Rows in the order in which they were handed in: by time, else by running number, else as they stand."""
    moments, numbers = _moments(export, rows), _numbers(export, rows)
    if all(moments.values()):
        return sorted(
            rows, key=lambda row: (moments[row] or datetime.max.replace(tzinfo=UTC), numbers.get(row, 0), row)
        )
    return sorted(rows, key=lambda row: (numbers[row], row)) if numbers else rows


def _is_ordered(export: Export, rows: list[int]) -> bool:
    """Whether the file tells which answer was handed in first."""
    return all(_moments(export, rows).values()) or bool(_numbers(export, rows))


def _moments(export: Export, rows: list[int]) -> dict[int, datetime | None]:
    return {row: _moment(export, row, export.column(SUBMITTED)) for row in rows}


def _numbers(export: Export, rows: list[int]) -> dict[int, int]:
    """Running numbers by row; none unless every row has one."""
    column = export.column(RUNNING_NUMBER)
    texts = {row: export.grid.text(row, column) if column is not None else "" for row in rows}
    numbered = all(re.fullmatch(r"\d{1,18}", text) for text in texts.values())
    return {row: int(text) for row, text in texts.items()} if numbered else {}
