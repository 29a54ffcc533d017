"""A question map (题目对照): what the answers of a survey mean, from ``questions.toml`` beside ``city.toml``.

Belongs here: the form of that file and everything that can be wrong with it before a survey is opened.
How answers are read and counted is the business of ``reading``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any
from typing import Literal
from typing import LiteralString

from pydantic import AfterValidator
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import shown
from tuoyu.nouns.forms import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

QUESTIONS = "questions.toml"
_DASHES = "‐‑‒–—―−─﹣－~～〜"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_TO_HYPHEN = str.maketrans(dict.fromkeys(_DASHES, "-"))


class QuestionsError(ValueError):
    """A question map that cannot be used; ``faults`` lists in Chinese everything that is wrong with it."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def plain(text: object) -> str:
    """Text as titles and options are compared: full-width forms, spaces and kinds of dash make no difference.

    >>> plain("1500 — 2000元")
    '1500-2000元'
    >>> plain("其他（请注明）")
    '其他(请注明)'
    """
    half_width = unicodedata.normalize("NFKC", str(text)).translate(_TO_HYPHEN)
    joined = re.sub(r"-+", "-", re.sub(rf"[\s{_INVISIBLE}]+", "", half_width))
    return unicodedata.normalize("NFKC", joined)  # marks that a space had kept apart


def _unfit(what: LiteralString) -> PydanticCustomError:
    return PydanticCustomError("form", what)


def _refuse(faults: Iterable[str]) -> None:
    """Raises one fault of a section that says everything; its keys are told by ``forms``."""
    listed = "；".join(faults)
    if listed:
        kind, template = "form", "{faults}"
        raise PydanticCustomError(kind, template, {"faults": listed})


def _positive(number: int) -> int:
    if number < 1:
        raise _unfit(what="应大于 0")
    return number


def _codes(codes: dict[str, str]) -> dict[str, str]:
    if not all(re.fullmatch(r"[0-9]+", code) for code in codes):
        raise _unfit(what='等号左边应为导出文件里的序号，写作 "1" = "全日托"')
    return codes


def _several(options: tuple[str, ...]) -> tuple[str, ...]:
    if len(options) < 2:
        raise _unfit(what="合并的选项至少要有两个")
    return options


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Number = Annotated[int, AfterValidator(_positive)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Combined(_Form):
    """合并选项 — several options that are counted as one: who chose any of them."""

    indicator: Text = Field(title="指标名称")
    option: Text = Field(title="合并后的选项名称")
    options: Annotated[Texts, AfterValidator(_several)] = Field(title="要合并的选项")


class Question(_Form):
    """题目 — one question of a survey, with the indicator that each of its options stands for.

    An option with an empty indicator is known and counts among those who answered, but is not reported.
    """

    title: Text = Field(title="题干")
    kind: Literal["single", "multiple", "matrix", "check"] = Field(title="题型")
    number: Number | None = Field(default=None, title="题号")
    group: Text | None = Field(default=None, title="分组名称")
    by: Texts = Field(default=(), title="按哪些分组作交叉表")
    codes: Annotated[dict[str, Text], AfterValidator(_codes)] = Field(default={}, title="序号与选项")
    options: dict[Text, str] = Field(default={}, title="选项与指标名称")
    combined: Annotated[tuple[Combined, ...], Field(strict=False)] = Field(default=(), title="合并选项")
    expect: Text | None = Field(default=None, title="甄别题的正确选项")

    @model_validator(mode="after")
    def _holds_together(self) -> Question:
        _refuse([*_kind_faults(self), *_option_faults(self)])
        return self

    @property
    def known(self) -> dict[str, str]:
        """Every option that the map names, as compared → as written."""
        parts = [option for one in self.combined for option in one.options]
        expected = [self.expect] if self.expect else []
        written = [*self.options, *self.codes.values(), *parts, *expected]
        return {plain(option): option for option in reversed(written)}


class Survey(_Form):
    """问卷 — one exported file of answers and the questions that are read from it."""

    file: Text = Field(title="文件名")
    period: Text = Field(title="调查时间")
    files: Texts = Field(default=(), title="同一份问卷的其余文件")
    duration: Text | None = Field(default=None, title="所用时间的列名")
    minimum_seconds: Number | None = Field(default=None, title="最短所用时间（秒）")
    duplicates: Texts = Field(default=(), title="判定重复答卷的列")
    question: Annotated[tuple[Question, ...], Field(strict=False)] = Field(title="小节 [[survey.question]]")

    @model_validator(mode="after")
    def _holds_together(self) -> Survey:
        _refuse(_survey_faults(self))
        return self

    def grouping(self, name: str) -> Question | None:
        """The question that divides the respondents by ``name`` (区县, 月龄)."""
        return next((question for question in self.question if question.group == name), None)


class Questions(_Form):
    """题目对照 — the keys of ``questions.toml``: all surveys of one place."""

    survey: Annotated[tuple[Survey, ...], Field(strict=False)] = Field(title="小节 [[survey]]")

    @model_validator(mode="after")
    def _names_a_file_once(self) -> Questions:
        files = Counter(file for survey in self.survey for file in (survey.file, *survey.files))
        _refuse(f"文件{shown(file)}写了 {count} 次，应合为一份问卷" for file, count in files.items() if count > 1)
        return self

    def of(self, file: str) -> Survey | None:
        """The survey whose answers stand in the file of this name."""
        return next((survey for survey in self.survey if file in {survey.file, *survey.files}), None)


def read_questions(record: dict[str, Any]) -> Questions:
    """The question map of a parsed ``questions.toml``; raises :class:`QuestionsError` with every fault it has."""
    try:
        return Questions.model_validate(record)
    except ValidationError as error:
        raise QuestionsError(faults_of(error, Questions)) from None


def _survey_faults(survey: Survey) -> Iterator[str]:
    if not survey.question:
        yield "没有任何题目，请写 [[survey.question]]"
    titles = Counter(plain(question.title) for question in survey.question)
    yield from (f"题干{shown(title)}写了 {count} 次" for title, count in titles.items() if count > 1)
    groups = Counter(question.group for question in survey.question if question.group)
    yield from (f"有 {count} 题的 group 都是{shown(group)}，只能留一题" for group, count in groups.items() if count > 1)
    named = Counter(name for question in survey.question for name in _indicators(question))
    for indicator, count in named.items():
        if count > 1:
            how = "几个选项合成一个指标的，改用 [[survey.question.combined]]"
            yield f"指标{shown(indicator)}对应了 {count} 个选项；{how}"
    for question in survey.question:
        for name in question.by:
            where = f"题目{shown(question.title)}的 by"
            if name not in groups:
                yield f"{where}：没有 group 为{shown(name)}的分组题{suggestion(name, filter(None, groups))}"
            elif name == question.group:
                yield f"{where}：不能按本题自己的分组{shown(name)}作交叉表"


def _indicators(question: Question) -> Iterator[str]:
    yield from filter(None, question.options.values())
    yield from (one.indicator for one in question.combined)


def _kind_faults(question: Question) -> Iterator[str]:
    if question.kind == "check":
        if question.expect is None:
            yield "甄别题（kind = check）要用 expect 写明正确选项"
    elif question.expect is not None:
        yield "只有甄别题（kind = check）才写 expect"
    elif not (question.group or question.options or question.combined):
        yield "既没有 options 也没有 group，读了没有用处"
    if question.group and question.kind in {"multiple", "check"}:
        yield "分组题应为单选题（kind = single）"


def _option_faults(question: Question) -> Iterator[str]:
    written = Counter(plain(option) for option in question.options)
    yield from (f"options：选项{shown(option)}重复" for option, count in written.items() if count > 1)
    coded = Counter(plain(option) for option in question.codes.values())
    yield from (f"codes：选项{shown(option)}有 {count} 个序号" for option, count in coded.items() if count > 1)
    known = written | coded
    for code, option in question.codes.items():
        if code in known and code != plain(option):
            yield f"codes：{shown(code)}既是序号又是选项，分不清"
    for option in question.options:
        if coded and plain(option) not in coded:
            yield f"codes：选项{shown(option)}没有序号{suggestion(option, question.codes.values())}"
    names = Counter(plain(one.option) for one in question.combined)
    yield from (
        f"combined：{shown(name)}已是另一个选项的名称" for name in names if names[name] > 1 or name in question.known
    )
    for one in question.combined:
        for option in one.options:
            if known and plain(option) not in known:
                yield f"combined：选项{shown(option)}不在 options 里{suggestion(option, question.options)}"
