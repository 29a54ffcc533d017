"""Fills the prose of the report: Jinja templates in Chinese, omission by sentence, ordinals and references.

What belongs here: one template text in, finished Markdown out, with a record of every sentence left out.
What does not: notebooks, files, pages.

A placeholder whose evidence is missing marks its sentence; marked sentences are dropped. If the first
sentence of a paragraph goes, the paragraph goes; a heading with nothing under it goes too.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import Any

from jinja2 import StrictUndefined
from jinja2 import TemplateError
from jinja2 import TemplateSyntaxError
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tuoyu.analysis import wording
from tuoyu.analysis.deriving import known_labels
from tuoyu.analysis.periods import in_words
from tuoyu.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping

    from tuoyu.fact import Fact
    from tuoyu.fact import Facts

# private-use characters: they cannot come from a template or a fact
GAP, GAP_END, ITEM, POINT, OMITTED = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
FIXED_TERMS = ("3岁以下", "0—3岁", "“1+1+N”", "“十四五”", "“十五五”", "“一老一小”", "一刻钟", "GB/T 2260", "95%")
TYPED = re.compile(
    r"[0-9０-９]+|[一二两三四五六七八九十百千数几半]+(?:成(?!立|本|员|效|果|长)|倍|分之|个百分点|万|亿|元|分钟)"
)
SENTENCE = re.compile(r"[^。！？]*(?:[。！？][”’）」》]*(?:\*\*)?|$)", re.DOTALL)
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Missing:
    """Stands where a fact should: prints a mark that drops its sentence; cannot be compared."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{GAP}{self.name}：{self.reason}{GAP_END}"

    __html__ = __str__

    def __bool__(self) -> bool:
        msg = f"{self.name}没有数据，不能直接用作条件，请改用 成立(…) 或 有(…)"
        raise UndefinedError(msg)


@dataclass(frozen=True)
class Printed:
    """A fact inside a template: prints with its lineage."""

    fact: Fact

    def __str__(self) -> str:
        return wording.span(self.fact)

    __html__ = __str__


@dataclass
class Filled:
    """Finished Markdown of one cell, with what was left out and why."""

    text: str
    omissions: list[dict[str, str]] = field(default_factory=list)


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
            compiled = self.environment.from_string(template)
            text = compiled.render(self._known(template))
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
        return _without_gaps(text)

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
            "范围": _on_fact(lambda one: html.escape(one.scope.rpartition("·")[2])),
            "选项": _on_fact(lambda one: wording.span(one, wording.choice(one))),
            "区间": _on_fact(lambda one: wording.span(one, wording.interval(one))),
            "样本量": _on_fact(_respondents),
            "成数": _on_fact(lambda one: wording.span(one, wording.tenths(one))),
        }

    def _names(self) -> dict[str, object]:
        edition = self.facts.edition
        return {
            "城市": edition.get("city_name", ""),
            "我市": edition.get("self_name", "我市"),
            "全省": edition.get("province", ""),
            "序": ITEM,
            "点": POINT,
            "省略情况": OMITTED,
            "示范城市": tuple(edition.get("benchmarks", ())),
            "成立": self._claim,
            "有": self.facts.has,
            "文件": self._policy,
            "文件年份": lambda slug: self._policy(slug, year=True),
            "图": self._reference,
            "表": self._reference,
            "证据": self._evidence,
            "做法": self._practice,
            **{name: _on_pair(rule) for name, rule in wording.COMPARISONS.items()},
        }

    def _claim(self, name: str) -> bool:
        if name not in self.facts.claims:
            msg = f"没有“{name}”这条结论规则"
            raise UndefinedError(msg)
        claim = self.facts.claims[name]
        if claim["holds"] is None:
            self._unproved[name] = claim["reason"]
        return claim["holds"] is True

    def _policy(self, slug: str, *, year: bool = False) -> str | Missing:
        for policy in self.facts.policies:
            if policy["id"] == slug:
                number = f"（{policy['number']}）" if policy.get("number") else ""
                title = policy["title"] if policy["title"].startswith("《") else f"《{policy['title']}》"
                text = f"{policy['year']}年" if year else f"{title}{number}"
                return f'<span class="policy" data-id="{slug}">{html.escape(text)}</span>'
        return Missing(slug, "政策登记表中没有这份文件或其晚于本期")

    def _reference(self, name: str) -> str | Missing:
        if name in self.numbers:
            return f"[{self.numbers[name]}](#{name})"
        return Missing("所引图表", "缺少作图或制表所需的数据")

    def _evidence(self, name: str) -> str | Missing:
        for entry in self.facts.evidence:
            if entry["id"] == name:
                return html.escape(entry["text"].rstrip("。"))
        return Missing(name, "没有这方面的调研材料")

    def _practice(self, place: str, group: str) -> str | Missing:
        texts = [e["text"].rstrip("。") for e in self.facts.evidence if (e["place"], e.get("group")) == (place, group)]
        benchmarks = self.facts.edition.get("benchmarks", ())
        if texts and place in benchmarks:
            return html.escape("；".join(texts))
        return Missing(f"{place}{group}", "没有这方面的材料")


def _on_fact(rule: Callable[[Fact], str]) -> Callable[[object], object]:
    def apply(value: object) -> object:
        return rule(value.fact) if isinstance(value, Printed) else value

    return apply


def _respondents(fact: Fact) -> str:
    if fact.respondents is None:
        msg = f"{fact.label}没有样本量"
        raise UndefinedError(msg)
    return wording.span(fact, str(fact.respondents))


def _on_pair(rule: Callable[[Fact, Fact], str]) -> Callable[[object, object], object]:
    def apply(one: object, other: object) -> object:
        for value in (one, other):
            if isinstance(value, Missing):
                return value
        if isinstance(one, Printed) and isinstance(other, Printed):
            return rule(one.fact, other.fact)
        msg = "比较须用两个指标"
        raise UndefinedError(msg)

    return apply


def _dated(fact: Fact) -> str:
    return wording.span(fact, in_words(fact.as_of))


def _without_gaps(text: str) -> Filled:
    """Drop what is marked, by the rule of omission, paragraph by paragraph."""
    blocks: list[str] = []
    omissions: list[dict[str, str]] = []
    for block in re.split(r"\n{2,}", text.strip("\n")):
        lines = block.split("\n")
        listed = all(re.match(r"\s*[-|#]", line) for line in lines)
        parts = lines if listed else ["".join(lines)]
        kept = [done for part in parts if (done := _paragraph(part, omissions)).strip()]
        if kept:
            blocks.append("\n".join(kept))
    return Filled("\n\n".join(blocks), omissions)


def _paragraph(text: str, omissions: list[dict[str, str]]) -> str:
    if GAP not in text:
        return text
    if re.match(r"\s*[-|#]", text):
        _record(text, omissions)
        return ""
    sentences = [sentence for sentence in SENTENCE.findall(text) if sentence]
    if len(sentences) > 1 and sentences[0].endswith("**"):
        sentences[:2] = ["".join(sentences[:2])]  # a bold finding stands or falls with its first evidence
    kept = []
    for number, sentence in enumerate(sentences):
        if GAP not in sentence:
            kept.append(sentence)
            continue
        _record(sentence, omissions)
        if number == 0:
            return ""
    return "".join(kept)


def _record(sentence: str, omissions: list[dict[str, str]]) -> None:
    reasons = re.findall(f"{GAP}(.*?){GAP_END}", sentence)
    plain = re.sub(f"{GAP}.*?{GAP_END}", "…", sentence)
    plain = re.sub(r"<[^>]+>|[*#\\]|\[|\]\(#[^)]*\)", "", plain).replace(ITEM, "").replace(POINT, "").strip(" -")
    if not re.search(r"[\u4e00-\u9fff]", plain):
        plain = "、".join(dict.fromkeys(reason.partition("：")[0] for reason in reasons))
    omissions.append(
        {"what": plain[:40] + ("……" if len(plain) > 40 else ""), "reason": "；".join(dict.fromkeys(reasons))}
    )


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
        paragraphs.append(items[0] + "".join(f"{NUMERALS[n]}是{piece}" for n, piece in enumerate(items[1:])))
    return "\n\n".join(paragraphs), point
