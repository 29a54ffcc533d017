"""Reads the exports of all surveys of one folder, each by its question map; the parts of one survey are one."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tuoyu.reading.layouts.rows import Layout
from tuoyu.reading.layouts.rows import Misread
from tuoyu.reading.survey.answers import Answered
from tuoyu.reading.survey.answers import Answers
from tuoyu.reading.survey.answers import read_answers
from tuoyu.reading.survey.shares import survey_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.questions import Questions
    from tuoyu.nouns.questions import Survey
    from tuoyu.reading.parts import Around
    from tuoyu.reading.parts import Piece
    from tuoyu.reading.parts import Reader


def survey_reader(questions: Questions | None) -> Reader:
    """A reader of exported answers, for the question maps of one folder."""

    def read(pieces: Sequence[Piece], around: Around) -> Sequence[Layout]:
        parts: dict[str, list[int]] = defaultdict(list)
        found: dict[int, Layout] = {}
        for number, piece in enumerate(pieces):
            survey = questions.of(_name(piece)) if questions else None
            if survey is None:
                found[number] = _unmapped(piece)
            else:
                parts[survey.file].append(number)
        for file, numbers in parts.items():
            survey = questions.of(file) if questions else None
            if survey is not None:
                found |= _read_survey({number: pieces[number] for number in numbers}, survey, around)
        return [found[number] for number in range(len(pieces))]

    return read


def _name(piece: Piece) -> str:
    return PurePosixPath(piece.file).name


def _unmapped(piece: Piece) -> Layout:
    what = "同一文件夹的 questions.toml 没有这份问卷的题目对照"
    action = f"增加一条 [[survey]]，file 写“{_name(piece)}”；是另一份文件的续表的，写进那一份的 files"
    return Layout(faults=[Misread(piece.grid.sheet, "", what, action)])


def _read_survey(parts: Mapping[int, Piece], survey: Survey, around: Around) -> dict[int, Layout]:
    """The layouts of all parts; the shares, which are those of the whole survey, stand with the first."""
    seen: set[tuple[str, ...]] = set()
    read = {number: read_answers(piece.grid, survey, name=_name(piece), seen=seen) for number, piece in parts.items()}
    layouts = {
        number: Layout(faults=[*one.faults], doubts=[*one.doubts], headless=one.headless, became={**one.became})
        for number, one in read.items()
    }
    whole = [number for number, one in read.items() if not one.headless]
    if not whole or any(layouts[number].faults for number in whole):
        return layouts
    first = whole[0]
    counted = survey_rows(_joined(read, parts, whole), survey, districts=around.districts)
    layouts[first].rows.extend(counted.rows)
    layouts[first].faults.extend(counted.faults)
    layouts[first].doubts.extend(counted.doubts)
    return layouts


def _joined(read: Mapping[int, Answers], parts: Mapping[int, Piece], numbers: Sequence[int]) -> Answers:
    """The answers of all parts as one; faults and doubts stay with the parts."""
    home = parts[numbers[0]]

    def cells(words: Mapping[int, str]) -> str:
        return "、".join(parts[number].cells(words[number], home) for number in numbers)

    return Answers(
        home.grid.sheet,
        sum(read[number].read for number in numbers),
        cells({number: read[number].cells for number in numbers}),
        tuple(row for number in numbers for row in read[number].rows),
        {
            title: Answered(
                cells({number: read[number].questions[title].cells for number in numbers}),
                asked.column,
                tuple(chosen for number in numbers for chosen in read[number].questions[title].chosen),
                tuple(parts[n].cells(cell, home) for n in numbers for cell in read[n].questions[title].at),
            )
            for title, asked in read[numbers[0]].questions.items()
        },
    )
