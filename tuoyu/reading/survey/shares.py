"""Counts the answers of a survey: the share of every option, overall and by group, as rows of figures.

What belongs here: what is counted, among whom, and what is left out for the sake of the respondents.
What does not: how an export is read (``answers``) or which counts are too small (``disclosure``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Part
from tuoyu.nouns.observation import ANSWERS
from tuoyu.nouns.questions import plain
from tuoyu.reading.layouts.lists import Layout
from tuoyu.reading.layouts.lists import Misread
from tuoyu.reading.layouts.lists import Row
from tuoyu.reading.quantities import Quantity
from tuoyu.reading.quantities import percent
from tuoyu.reading.survey.choices import UNKNOWN
from tuoyu.reading.survey.disclosure import MINIMUM
from tuoyu.reading.survey.disclosure import Cell
from tuoyu.reading.survey.disclosure import suppressed
from tuoyu.reading.survey.exports import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.questions import Question
    from tuoyu.nouns.questions import Survey
    from tuoyu.reading.survey.answers import Answered
    from tuoyu.reading.survey.answers import Answers

DISTRICT = "区县"
RESPONDENTS = "有效问卷数"
_LISTED = 5


@dataclass(frozen=True)
class _Item:
    """What is counted for one share: an option, or several taken as one; without an indicator it is not reported."""

    option: str
    parts: frozenset[str]
    indicator: str = ""


@dataclass(frozen=True)
class _Division:
    """How a grouping question divides the answers: the groups in order, and each answer's; ``""`` is no group."""

    name: str
    order: tuple[str, ...]
    groups: tuple[str, ...]


def survey_rows(answers: Answers, survey: Survey, *, districts: Mapping[str, str]) -> Layout:
    """One row for the number of answers and one for each share that may be printed, overall and by group.

    ``districts`` maps the names of the city's districts to their codes.
    """
    layout = Layout(faults=list(answers.faults), doubts=list(answers.doubts), headless=answers.headless)
    if not answers.rows:
        return layout
    layout.rows.append(_respondents(answers, survey))
    divisions = {
        name: _divide(answers, question, districts, layout)
        for question in survey.question
        if (name := question.group) and question.title in answers.questions
    }
    hidden = 0
    for question in survey.question:
        answered = answers.questions.get(question.title)
        if answered and (question.options or question.combined):
            by = [divisions[name] for name in question.by if name in divisions]
            hidden += _report(answers, survey, question, answered=answered, divisions=by, layout=layout)
    if hidden:
        what = f"有 {hidden} 个比例因人数太少，或可由其他比例推出太少的人数，不予列出"
        layout.doubts.append(Misread(answers.sheet, answers.cells, what, f"凡涉及不足 {MINIMUM} 人的都不列，不必处理"))
    return layout


def _respondents(answers: Answers, survey: Survey) -> Row:
    kept = len(answers.rows)
    printed = f"收回{answers.read}份，有效{kept}份"
    exact = Quantity(Decimal(kept), "人", "=", Decimal(1), printed)
    return Row(answers.sheet, answers.cells, printed, RESPONDENTS, period=survey.period, basis=ANSWERS, exact=exact)


def _divide(answers: Answers, question: Question, districts: Mapping[str, str], layout: Layout) -> _Division:
    listed = tuple(dict.fromkeys(question.known.values()))
    values = tuple("".join(chosen or ()) for chosen in answers.questions[question.title].chosen)
    if question.group != DISTRICT:
        groups = tuple(value if value in listed or not listed else "" for value in values)
        return _Division(question.group or "", listed or tuple(dict.fromkeys(groups)), groups)
    official = {code: name for name, code in reversed(list(districts.items()))}
    names = _names(districts, official)
    found = tuple(_official(value, names) for value in values)
    declared = {option for option, indicator in question.options.items() if not indicator} | {UNKNOWN}
    lost = [
        cell
        for cell, value, name in zip(answers.questions[question.title].at, values, found, strict=True)
        if value and not name and value not in declared and not OTHER.match(value)
    ]
    if lost:
        more = "等" if len(lost) > _LISTED else ""
        what = f"题目“{question.title}”有 {len(lost)} 份答卷的区县不在本市（{'、'.join(lost[:_LISTED])}{more}）"
        action = '核对 city.toml 的区县名称；确有外地的，把这一题的选项全部写进 options，各写作 "选项" = ""'
        layout.faults.append(Misread(answers.sheet, lost[0], what, action))
    return _Division(DISTRICT, tuple(official[code] for code in dict.fromkeys(districts.values())), found)


def _names(districts: Mapping[str, str], official: Mapping[str, str]) -> dict[str, str]:
    """Every name of a district → its official one, also without 区, 县, 市; names that fit two are left out."""
    names: dict[str, set[str]] = defaultdict(set)
    for name, code in districts.items():
        names[plain(name)].add(official[code])
        if len(name) > 2 and name[-1] in "区县市旗":
            names[plain(name[:-1])].add(official[code])
    return {name: min(found) for name, found in names.items() if len(found) == 1}


def _official(value: str, names: Mapping[str, str]) -> str:
    """The district that a value names, whether or not province and city stand before it; else nothing."""
    text = plain(value)
    if text in names:
        return names[text]
    starts = (mark.end() for mark in re.finditer("[省市·-]", text))
    return next((names[text[start:]] for start in starts if text[start:] in names), "")


def _report(
    answers: Answers,
    survey: Survey,
    question: Question,
    *,
    answered: Answered,
    divisions: Sequence[_Division],
    layout: Layout,
) -> int:
    """Adds the rows of one question; the number of shares that must not be printed."""
    exclusive = question.kind != "multiple"
    items = _items(question, answered)
    cells = {item: list(_cells(item, answered, divisions, exclusive=exclusive)) for item in items}
    if not any(one is not None for one in answered.chosen):
        what = f"题目“{question.title}”没有人作答"
        layout.doubts.append(Misread(answers.sheet, answered.cells, what, "核对是否导出了正确的文件"))
    families = [[cell for one in cells.values() for cell in one]] if exclusive else list(cells.values())
    hidden = frozenset[Cell]().union(*(suppressed(family, exclusive=exclusive) for family in families))
    for item in items:
        shown = [cell for cell in cells[item] if cell.wanted and cell not in hidden]
        layout.rows.extend(_row(answers.sheet, survey, answered, item=item, cell=cell) for cell in shown)
    return len(hidden)


def _items(question: Question, answered: Answered) -> list[_Item]:
    """The options that the map names or somebody chose, then those combined from them."""
    known = question.known
    seen = (option for one in answered.chosen for option in one or ())
    options = dict.fromkeys((*known.values(), *seen))
    return [
        *(_Item(option, frozenset({option}), question.options.get(option, "")) for option in options),
        *(
            _Item(one.option, frozenset(known[plain(part)] for part in one.options), one.indicator)
            for one in question.combined
        ),
    ]


def _cells(item: _Item, answered: Answered, divisions: Sequence[_Division], *, exclusive: bool) -> Iterator[Cell]:
    everybody = _Division("", ("",), ("",) * len(answered.chosen))
    # options chosen side by side do not add up: there a combined option stands for itself
    parts = item.parts if exclusive else frozenset({item.option})
    for division in (everybody, *divisions):
        chosen, respondents = Counter[str](), Counter[str]()
        for group, one in zip(division.groups, answered.chosen, strict=True):
            respondents[group] += one is not None
            chosen[group] += bool(item.parts & set(one or ()))
        for group in dict.fromkeys((*division.order, "")):
            wanted = bool(item.indicator) and (group != "" or division is everybody)
            if respondents[group]:
                yield Cell(division.name, group, item.option, parts, chosen[group], respondents[group], wanted)


def _row(sheet: str, survey: Survey, answered: Answered, *, item: _Item, cell: Cell) -> Row:
    printed = f"{cell.respondents}人中{cell.chosen}人"
    share = percent(cell.chosen, cell.respondents)
    return Row(
        sheet,
        answered.cells,
        printed,
        item.indicator,
        period=survey.period,
        basis=ANSWERS,
        part=Part(cell.by, cell.group) if cell.by else WHOLE,
        option=item.option,
        respondents=str(cell.respondents),
        exact=Quantity(share, "%", "=", Decimal(0), printed),
    )
