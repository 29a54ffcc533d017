"""Fills the prose of the report: Jinja templates in Chinese, omission by sentence, ordinals and references.

What belongs here: one template text in, finished Markdown out, with a record of every sentence left out.
What does not: notebooks, files, pages.

A placeholder whose evidence is missing marks its sentence, which is then dropped (``gaps``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any

from jinja2 import StrictUndefined
from jinja2 import Template
from jinja2 import TemplateError
from jinja2 import TemplateSyntaxError
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tuoyu.facts import wording
from tuoyu.facts.deriving import known_labels
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.period import in_words
from tuoyu.text import quoting
from tuoyu.text.gaps import ITEM
from tuoyu.text.gaps import OMITTED
from tuoyu.text.gaps import POINT
from tuoyu.text.gaps import Filled
from tuoyu.text.gaps import Missing
from tuoyu.text.gaps import without_gaps

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping
    from types import CodeType

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

FIXED_TERMS = (
    *("3岁以下", "0—3岁", "“1+1+N”", "“十四五”", "“十五五”", "“一老一小”"),
    *("一刻钟", "千家万户", "GB/T 2260", "95%"),
)
TYPED = re.compile(
    r"[0-9０-９①-⑳½⅓⅔¼¾]+|(?<!每)[一二两三四五六七八九十百千数几半]+(?:成(?!立|本|员|效|果|长)|倍|分之|个百分点|万|亿|元|分钟)"
    r"|(?<!每)[一二两三四五六七八九]*[十百千][一二三四五六七八九十百千]*[家所个人名份张处条项次岁年月天间位]"
)
_compiled: dict[str, CodeType] = {}


@dataclass(frozen=True)
class Printed:
    """A fact inside a template: prints with its lineage."""

    fact: Fact

    def __str__(self) -> str:
        return wording.span(self.fact)

    __html__ = __str__


class Prose:
    """报告文字的填写 — fills template cells with the facts of one edition.

    ``numbers`` maps figure and table ids to their printed names (图1, 表2); an id that is not there was
    not shown, and sentences that refer to it are dropped.
    """

    def __init__(self, facts: Facts, *, numbers: Mapping[str, str]) -> None:
        self.facts = facts
        self.numbers = numbers
        self.labels = tuple(known_labels())
        self._unproved: dict[str, str] = {}
        self.environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self.environment.filters.update(self._filters())
        self.environment.globals.clear()
        self.environment.globals.update(self._names())

    def fill(self, template: str, *, where: str) -> Filled:
        """The cell's finished Markdown. Raises ContractError in Chinese for a faulty template."""
        try:
            # Compiling takes longest, and all editions have the same templates.
            if template not in _compiled:
                _compiled[template] = self.environment.compile(template)
            whole = Template.from_code(self.environment, _compiled[template], self.environment.make_globals(None))
            text = whole.render(self._known(template))
        except TemplateSyntaxError as error:
            msg = f"{where}第{error.lineno}行的占位符写法有误：{error.message}→ 检查花括号是否成对、名称是否写对"
            raise ContractError(msg) from None
        except SecurityError:
            msg = f"{where}的占位符里有不允许的写法→ 占位符只写指标名称、筛选和已有的函数"
            raise ContractError(msg) from None
        except UndefinedError as error:
            msg = f"{where}用了不存在的名称：{error.message}→ 名称须是指标名称（见报告的指标口径附件）或已有的函数"
            raise ContractError(msg) from None
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            msg = f"{where}的占位符不能计算：{error}→ 占位符只写指标名称、筛选和已有的函数，不作运算"
            raise ContractError(msg) from None
        return without_gaps(text)

    @property
    def unproved(self) -> list[dict[str, str]]:
        """Conclusions that the templates asked for and that no evidence decides."""
        return [{"what": f"关于“{name}”的判断和建议", "reason": reason} for name, reason in self._unproved.items()]

    def _known(self, template: str) -> dict[str, object]:
        """Values for the names of this template: facts, or marks for facts that could not be had."""
        values: dict[str, object] = {}
        for name in set(re.findall(r"[^\W\d]\w*", template)):
            if name in self.facts:
                values[name] = Printed(self.facts[name])
            elif name in self.facts.missing:
                values[name] = Missing(name, self.facts.missing[name])
            elif name not in self.environment.globals and name.endswith(self.labels):
                values[name] = Missing(name, "本期没有这项数据")
        return values

    def _filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "数": _on_fact(lambda one: wording.span(one, wording.number(one))),
            "万": _on_fact(lambda one: wording.span(one, f"{wording.in_ten_thousands(one)}万{wording.measure(one)}")),
            "时点": _on_fact(_dated),
            "范围": _on_fact(lambda one: wording.inert(one.scope.rpartition("·")[2])),
            "选项": _on_fact(lambda one: wording.span(one, wording.choice(one))),
            "区间": _on_fact(lambda one: wording.span(one, wording.interval(one))),
            "样本量": _on_fact(_respondents),
            "成数": _on_fact(lambda one: wording.span(one, wording.tenths(one))),
            "增减": _on_fact(lambda one: _moved(one, more="增加", less="减少")),
            "减增": _on_fact(lambda one: _moved(one, more="减少", less="增加")),
        }

    def _names(self) -> dict[str, object]:
        return {
            **quoting.names(self.facts),
            "序": ITEM,
            "点": POINT,
            "省略情况": OMITTED,
            "示范城市": tuple(self.facts.edition.get("benchmarks", ())),
            "成立": self._claim,
            "有": self.facts.has,
            "同年": self._same_year,
            "计算所得": lambda name: name in self.facts and self.facts[name].kind == "computed",
            "图": self._reference,
            "表": self._reference,
            **{name: _on_pair(rule) for name, rule in wording.COMPARISONS.items()},
        }

    def _same_year(self, *names: str) -> bool:
        """Whether all of these facts are of one year; a missing one decides nothing."""
        return len({self.facts[name].as_of[:4] for name in names if name in self.facts}) < 2

    def _claim(self, name: str) -> bool:
        if name not in self.facts.claims:
            msg = f"没有“{name}”这条结论规则"
            raise UndefinedError(msg)
        claim = self.facts.claims[name]
        if claim["holds"] is None:
            self._unproved[name] = claim["reason"]
        return claim["holds"] is True

    def _reference(self, name: str) -> str | Missing:
        if name in self.numbers:
            return f"[{self.numbers[name]}](#{name})"
        return Missing("所引图表", "缺少作图或制表所需的数据")


def _on_fact(rule: Callable[[Fact], str]) -> Callable[[object], object]:
    def apply(value: object) -> object:
        return rule(value.fact) if isinstance(value, Printed) else value

    return apply


def _respondents(fact: Fact) -> str:
    if fact.respondents is None:
        msg = f"{fact.label}没有样本量"
        raise UndefinedError(msg)
    return wording.span(fact, str(fact.respondents))


def _moved(one: Fact, *, more: str, less: str) -> str:
    """A change in words: 增加五家, 减少5.0%, 没有变化."""
    if one.value == 0:
        return wording.span(one, "没有变化")
    amount = wording.printed(replace(one, value=abs(one.value)))
    return (more if one.value > 0 else less) + wording.span(one, amount)


def _on_pair(rule: Callable[[Fact, Fact], str | None]) -> Callable[[object, object], object]:
    def apply(one: object, other: object) -> object:
        for value in (one, other):
            if isinstance(value, Missing):
                return value
        if isinstance(one, Printed) and isinstance(other, Printed):
            word = rule(one.fact, other.fact)
            return word or Missing(f"{one.fact.label}与{other.fact.label}", "只有上限或下限，不能比较")
        msg = "比较须用两个指标"
        raise UndefinedError(msg)

    return apply


def _dated(fact: Fact) -> str:
    return wording.span(fact, in_words(fact.as_of))


def typed_numbers(template: str) -> list[str]:
    """Numbers written by hand in a template, with what stands around them; there should be none.

    Placeholders, fixed terms (3岁以下) and Markdown's own signs do not count.

    >>> typed_numbers("全市有{{ 托育机构数 }}，3岁以下婴幼儿……")
    []
    >>> typed_numbers("超过三成的家庭")
    ['超过三成的家庭']
    """
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "□", template, flags=re.DOTALL)
    for term in FIXED_TERMS:
        text = text.replace(term, "")
    return [text[max(0, found.start() - 8) : found.end() + 8].strip() for found in TYPED.finditer(text)]


def number_points(text: str, start: int = 0) -> tuple[str, int]:
    """Put 一是、二是 within each paragraph and 1. 2. through a section; returns text and the last point."""
    paragraphs = []
    point = start
    for paragraph in text.split("\n\n"):
        pieces = paragraph.split(POINT)
        marked = pieces[0] + "".join(f"{point + n}\\.{piece}" for n, piece in enumerate(pieces[1:], 1))
        point += len(pieces) - 1
        items = marked.split(ITEM)
        paragraphs.append(items[0] + "".join(f"{wording.chinese(n)}是{piece}" for n, piece in enumerate(items[1:], 1)))
    return "\n\n".join(paragraphs), point
