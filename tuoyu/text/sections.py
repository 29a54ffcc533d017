"""A section (文字文件) of the report: one Markdown file with front matter, read into a frozen value.

Belongs here: the form of these files, and every fault of form that one can have. What the names in it lead to is
checked by ``references``, the words by ``lexicon``; which are written is decided by ``conditions``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any
from typing import Literal
from typing import get_args

import yaml
from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError

from tuoyu.nouns.forms import near
from tuoyu.nouns.forms import shown
from tuoyu.nouns.forms import suggestion
from tuoyu.text.conditions import Condition
from tuoyu.text.conditions import ConditionFault
from tuoyu.text.conditions import parse_condition
from tuoyu.text.gaps import LISTED
from tuoyu.text.templates import Template
from tuoyu.text.templates import TemplateFault
from tuoyu.text.templates import parse_template

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

FOLDER = "notebooks/report"
_FILES = 512  # that are kept as read: most are the same from one reading of the text to the next
# the parser in C where PyYAML was built with it, as its wheels are: ten times as fast
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
Kind = Literal["要点", "监测指标", "引言", "章", "节", "问题", "建议", "任务清单", "附件", "附件节", "示范城市", "附注"]
KINDS: tuple[str, ...] = get_args(Kind)
PROBLEM, PROPOSAL, TASKS, BENCHMARK = "问题", "建议", "任务清单", "示范城市"
# keys that are words of Python → the fields that hold them
FIELDS = {"with": "partners", "for": "whom"}
NEEDED = ("answers", "lead", "whom", "by", "money")  # of a recommendation
YEARS_ON = {"当年": 0, "次年": 1, "第三年": 2}  # a date that is set from the year of the edition
DEADLINE = rf"^(20\d\d(-(0[1-9]|1[0-2]))?|({'|'.join(YEARS_ON)})(1[0-2]|[1-9])月)?$"
FENCE = re.compile(r':::+\s*\{\s*when\s*=\s*"([^"]*)"\s*\}\s*')
CAUSE = re.compile(r"\s*<!--\s*依据：\s*(\S+?)\s*-->\s*$")
ENDS = re.compile(r"[。！？：][”’）」》]*(?:\*\*)?$")
INNER_END = re.compile(r"[。！？][”’）」》]*(?:\*\*)?(?=[^。！？”’）」》*])")
ORDINAL = re.compile(r"(?:#+\s*)?(?:\*\*)?(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9０-９]+[.．、])")
_LEAD = re.compile(r"^□?\*\*[^*]*\*\*")  # a bold finding, behind the mark of a point
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|（[^）]*）|\{\{.*?\}\}")


def _listed(value: object) -> object:
    """A list as a tuple; a single text is a list of one."""
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else value


def _number(value: object) -> object:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


Words = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Words, ...], BeforeValidator(_listed)]


@dataclass(frozen=True)
class Fault:
    """One fault of a file: line and what is wrong, in Chinese."""

    file: str
    line: int
    what: str

    @property
    def text(self) -> str:
        """``基本状况.md 第3行：…``."""
        return f"{self.file} 第{self.line}行：{self.what}" if self.line else f"{self.file}：{self.what}"


@dataclass(frozen=True)
class Sentence:
    """句 — one line of text with the conditions under which it is written.

    ``cause`` is the piece of evidence that its closing comment names; ``paragraph`` counts from 1.
    """

    line: int
    paragraph: int
    template: Template
    conditions: tuple[Condition, ...] = ()
    cause: str = ""
    text: str = ""


class Section(BaseModel):
    """节 — front matter and sentences of one file; ``lines`` tells where each key of the front matter stands."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    file: Words
    title: Words = Field(title="标题")
    kind: Kind = Field(title="种类")
    order: Annotated[float, BeforeValidator(_number)] = Field(title="次序，写数字")
    when: Words | None = Field(default=None, title="全文的条件")
    rests_on: Texts = Field(default=(), title="依据的指标和材料")
    exhibits: Texts = Field(default=(), title="图表编号")
    answers: Texts = Field(default=(), title="针对的问题")
    measure: str = Field(default="", title="建议的标签")
    lead: Texts = Field(default=(), title="牵头部门")
    partners: Texts = Field(default=(), title="配合部门")
    whom: str = Field(default="", title="面向的对象")
    by: Annotated[str, Field(pattern=DEADLINE)] = Field(default="", title="完成时限，写作 2025-12 或 次年12月")
    money: str = Field(default="", title="经费")
    indicator: str = Field(default="", title="衡量的指标")
    target: str = Field(default="", title="建议值")
    condition: Condition | None = None
    costs: tuple[Template, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    lines: dict[str, int] = Field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The name of the file without its ending, by which other files refer to it."""
        return self.file.rpartition("/")[2].removesuffix(".md")

    def line_of(self, key: str) -> int:
        """Where a key of the front matter stands."""
        return self.lines.get(key, 1)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions of the file, each once."""
        own = [self.condition] if self.condition else []
        return tuple(dict.fromkeys([*own, *(one for sentence in self.sentences for one in sentence.conditions)]))


@dataclass
class _Draft:
    """What is known of a file while it is read."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, what: str) -> None:
        self.faults.append(Fault(self.file, line, what))


def read_sections(files: Mapping[str, bytes]) -> tuple[tuple[Section, ...], list[Fault]]:
    """The sections of these files (name → content) in the order of the report, and all faults of form."""
    sections: list[Section] = []
    faults: list[Fault] = []
    for name, content in sorted(files.items()):
        section, found = read_section(name, content)
        faults += found
        sections += [section] if section else []
    ordered = tuple(sorted(sections, key=lambda one: (one.order, one.stem)))
    return ordered, faults + _doubled(ordered)


def _doubled(sections: Iterable[Section]) -> list[Fault]:
    """Files whose ``order`` another has too: which comes first would be left to chance."""
    taken: dict[float, Section] = {}
    faults = []
    for one in sections:
        first = taken.setdefault(one.order, one)
        if first is not one:
            faults.append(Fault(one.file, one.line_of("order"), f"order 与 {first.file} 相同，请改成不同的数"))
    return faults


@lru_cache(maxsize=_FILES)
def read_section(file: str, content: bytes) -> tuple[Section | None, tuple[Fault, ...]]:
    """The section that a file holds, or None, and every fault of form that it has."""
    draft = _Draft(file)
    try:
        lines = content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return None, (Fault(file, 0, "文件不是 UTF-8 编码，请“另存为”，编码选 UTF-8"),)
    end = next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() == "---"), 0)
    if lines[0].rstrip() != "---" or not end:
        return None, (Fault(file, 1, "开头应为文件信息：第一行 ---，下面每行一个键，末行 ---"),)
    values, places = _front_matter(draft, lines[1 : end - 1])
    sentences = _sentences(draft, lines[end:], end + 1)
    section = _made(draft, values, places, sentences)
    return section, tuple(draft.faults)


def _front_matter(draft: _Draft, lines: list[str]) -> tuple[dict[str, Any], dict[str, int]]:
    """Values by key, and the line of every key."""
    try:
        node = yaml.compose("\n".join(lines), Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        draft.fault(mark.line + 2 if mark else 1, "不合写法，应为“键: 值”，冒号用半角，后面空一格；值里有冒号的加引号")
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        draft.fault(2, "文件信息应为每行一个“键: 值”，冒号用半角，后面空一格")
        return {}, {}
    known = [{value: key for key, value in FIELDS.items()}.get(name, name) for name in _KEYS]
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 2
        if name in places:
            draft.fault(line, f"{name} 写了两次")
        elif name not in known:
            draft.fault(line, f"不认识的键 {name}{suggestion(name, known)}")
        else:
            values[FIELDS.get(name, name)] = yaml.BaseLoader("").construct_object(value, deep=True)
        places.setdefault(name, line)
    return values, places


_KEYS = tuple(name for name in Section.model_fields if name not in {"file", "condition", "costs", "sentences", "lines"})


def _made(
    draft: _Draft, values: dict[str, Any], places: dict[str, int], sentences: tuple[Sentence, ...]
) -> Section | None:
    if not values:
        return None
    kept = {name: value for name, value in values.items() if value != ""}
    lines = {FIELDS.get(name, name): line for name, line in places.items()}
    if kept.get("when"):
        kept["condition"] = _condition(draft, str(kept["when"]), lines["when"])
    if kept.get("money"):
        written = [line.strip() for line in str(kept["money"]).splitlines() if line.strip()]
        kept["costs"] = tuple(_template(draft, line, lines["money"]) for line in written)
    try:
        section = Section(file=draft.file, sentences=sentences, lines=lines, **kept)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            draft.fault(lines.get(str(detail["loc"][0]), 1), _told(detail))
        return None
    _check_whole(draft, section)
    return section


def _told(detail: ErrorDetails) -> str:
    """A fault that pydantic found, in Chinese."""
    name = str(detail["loc"][0])
    key = next((word for word, held in FIELDS.items() if held == name), name)
    title = Section.model_fields[name].title
    if detail["type"] == "missing":
        return f"缺少 {key}（{title}）"
    if detail["type"] == "literal_error":
        return f"{key} 只能是{'、'.join(KINDS)}，现为{shown(detail['input'])}{near(str(detail['input']), KINDS)}"
    return f"{key} 写法不对，应为{title}，现为{shown(detail['input'])}"


def _check_whole(draft: _Draft, section: Section) -> None:
    """What no single key tells: a recommendation is complete, other files are none, titles hold no placeholders."""
    if "{" in section.title or "｛" in section.title:
        draft.fault(section.line_of("title"), "title 里不写占位符")
    if ORDINAL.match(section.title):
        draft.fault(section.line_of("title"), f"title 的序号“{ORDINAL.match(section.title)[0]}”由程序编，请删去")  # type: ignore[index]
    words = {held: word for word, held in FIELDS.items()}
    if section.kind == PROPOSAL:
        for name in NEEDED:
            if not getattr(section, name):
                draft.fault(1, f"建议缺少 {words.get(name, name)}（{Section.model_fields[name].title}）")
        if bool(section.indicator) is not bool(section.target):
            draft.fault(1, "indicator（衡量的指标）和 target（建议值）要么都写，要么都不写")
        return
    for name in ("answers", "measure", "lead", "partners", "whom", "by", "money", "indicator", "target"):
        if getattr(section, name):
            key = words.get(name, name)
            draft.fault(section.line_of(name), f"{key} 只在 kind 为“{PROPOSAL}”的文件里写")


def _condition(draft: _Draft, text: str, line: int) -> Condition | None:
    try:
        return parse_condition(text)
    except ConditionFault as fault:
        draft.fault(line, str(fault))
    return None


def _template(draft: _Draft, text: str, line: int) -> Template:
    try:
        return parse_template(text)
    except TemplateFault as fault:
        draft.fault(line, str(fault))
    return ()


def _sentences(draft: _Draft, lines: list[str], first: int) -> tuple[Sentence, ...]:
    """Every line of text; a fence holds whole lines and breaks no paragraph, an empty line ends one."""
    made: list[Sentence] = []
    paragraph, open_ = 1, list[tuple[Condition | None, int]]()
    for number, raw in enumerate(lines, first):
        line = raw.strip()
        fence = FENCE.fullmatch(line)
        if fence:
            open_.append((_condition(draft, fence[1], number), number))
        elif line.startswith(":::"):
            _close(draft, line, number, open_)
        elif not line:
            paragraph += bool(made) and made[-1].paragraph == paragraph
        else:
            conditions = tuple(condition for condition, _ in open_ if condition)
            made.append(_sentence(draft, line, number, paragraph, conditions))
    for _, number in open_:
        draft.fault(number, "条件块没有结束，请在块后另起一行写 :::")
    return tuple(made)


def _close(draft: _Draft, line: str, number: int, open_: list[tuple[Condition | None, int]]) -> None:
    if line.strip(":"):
        draft.fault(number, f'条件块写作 ::: {{when="…"}}，引号、等号、花括号都用半角，现为{shown(line)}')
        open_.append((None, number))
    elif open_:
        open_.pop()
    else:
        draft.fault(number, "多余的 :::，前面没有条件块")


def _sentence(draft: _Draft, line: str, number: int, paragraph: int, conditions: tuple[Condition, ...]) -> Sentence:
    cause = CAUSE.search(line)
    text = line[: cause.start()] if cause else line
    for fault in _faults_of_form(text):
        draft.fault(number, fault)
    return Sentence(number, paragraph, _template(draft, text, number), conditions, cause[1] if cause else "", text)


def _faults_of_form(text: str) -> Iterable[str]:
    bare = _QUOTED.sub("□", text)
    if "<!--" in bare or "-->" in bare:
        yield "注释只能写在句末，只有一种：<!-- 依据：材料编号 -->"
    elif "<" in bare:
        yield f"不能写 HTML 标记，“{bare[bare.index('<') :][:12]}”请删去；需要小于号的写“小于”"
    if "[^" in bare:
        yield f"报告不用脚注，“{bare[bare.index('[^') :][:8]}”请删去；要说明的写成一句话，或写在括号里"
    if "![" in bare:
        yield '文字里不能插图，图写 {{ 图("编号") }}，编号列在 exhibits'
    if ORDINAL.match(text):
        yield f"序号“{ORDINAL.match(text)[0]}”由程序编：段首写 {{{{ 点 }}}}，段内写 {{{{ 序 }}}}"  # type: ignore[index]
    if text.startswith("#") and not re.match(r"#{4} \S", text):
        yield "文件里的小标题写作“#### 标题”；本节的标题写在 title"
    if LISTED.match(text):
        return
    if not ENDS.search(text):
        yield "一句话写一行，句末要有句号（。！？：）"
    if INNER_END.search(_LEAD.sub("", bare)):
        yield "一行写了两句，请一句一行（段首的粗体结论可以同后面一句写在一行）"
