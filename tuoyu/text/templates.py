"""Placeholders (占位符) as they are written: ``{{ 托位数|时点 }}`` to a small tree of names, texts and filters.

Belongs here: what may stand between braces at all. Jinja reads the syntax; of its language only names, calls with
names or texts, and filters without arguments are let through, so that a template can print nothing that is not a
name. What a name stands for is the business of ``prose``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment
from jinja2 import TemplateSyntaxError
from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FILTERS, MOST_ARGUMENTS = 3, 12
LONGEST = 4000  # characters of one sentence with its placeholders
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_KINDS: dict[type[nodes.Node], str] = {
    nodes.Const: "直接写的文字或数字",
    nodes.TemplateData: "直接写的文字",
    nodes.Getattr: "点号取值",
    nodes.Getitem: "方括号取值",
    nodes.CondExpr: "条件算式",
    nodes.Concat: "拼接",
    nodes.Compare: "比较算式",
    nodes.Test: "is 判断",
    nodes.List: "列表",
    nodes.Tuple: "逗号并列",
    nodes.Dict: "字典",
}
_parser = Environment(autoescape=False)  # noqa: S701 - nothing is rendered by it


@dataclass(frozen=True)
class Name:
    """A name: of a fact, or of something the text may quote."""

    name: str


@dataclass(frozen=True)
class Text:
    """A text between quotation marks, as the argument of a function."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function with its arguments: ``文件("plan")``, ``比较(甲, 乙)``."""

    function: str
    arguments: tuple[Name | Text, ...]


@dataclass(frozen=True)
class Filtered:
    """A name or a call through a filter: ``托位数|时点``."""

    of: Expression
    filter: str


Expression = Name | Call | Filtered
Template = tuple[str | Expression, ...]


class TemplateFault(ValueError):  # noqa: N818 - it is told as one of many faults, never raised to the user
    """A placeholder that is written wrongly; the message is Chinese."""


@lru_cache(maxsize=8192)
def parse_template(text: str) -> Template:
    """Words and placeholders of one sentence, in order. Raises TemplateFault.

    >>> parse_template("共{{ 托位数|数 }}个")
    ('共', Filtered(of=Name(name='托位数'), filter='数'), '个')
    """
    _refuse_other_signs(text)
    try:
        body = _parser.parse(text).body
    except TemplateSyntaxError as error:
        msg = f"占位符写法有误（{error.message}），请检查花括号、引号是否成对，名称是否写对"
        raise TemplateFault(msg) from None
    except RecursionError:
        msg = "占位符括号层数太多"
        raise TemplateFault(msg) from None
    return tuple(_pieces(body))


def _refuse_other_signs(text: str) -> None:
    if len(text) > LONGEST:
        msg = f"一句话有 {len(text)} 个字符，超过 {LONGEST} 个，请分成几句"
        raise TemplateFault(msg)
    rest = _PLACEHOLDER.sub("", text)
    if "{%" in rest or "{#" in rest:
        msg = '正文里不能写 {% … %} 或 {# … #}；条件写成独立的块：::: {when="…"}'
        raise TemplateFault(msg)
    found = re.search(r".{0,6}[{}｛｝].{0,6}", rest)
    if found:
        msg = f"花括号“{found[0].strip()}”不成占位符，占位符写作两个半角花括号：{{{{ 名称 }}}}"
        raise TemplateFault(msg)


def _pieces(body: list[nodes.Node]) -> Iterator[str | Expression]:
    for node in body:
        if not isinstance(node, nodes.Output):
            raise _refused(node)
        for piece in node.nodes:
            yield piece.data if isinstance(piece, nodes.TemplateData) else _expression(piece)


def _expression(node: nodes.Node) -> Expression:
    filters: list[str] = []
    while isinstance(node, nodes.Filter):
        if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            msg = f"筛选“{node.name}”后面不写括号"
            raise TemplateFault(msg)
        if node.node is None or len(filters) == MOST_FILTERS:
            msg = f"一个占位符最多用 {MOST_FILTERS} 个筛选"
            raise TemplateFault(msg)
        filters.append(node.name)
        node = node.node
    made: Expression = _call(node) if isinstance(node, nodes.Call) else _name(node)
    for name in reversed(filters):
        made = Filtered(made, name)
    return made


def _name(node: nodes.Node) -> Name:
    if not isinstance(node, nodes.Name):
        raise _refused(node)
    return Name(node.name)


def _call(node: nodes.Call) -> Call:
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        msg = "函数的参数只写名称或加引号的文字，用逗号隔开"
        raise TemplateFault(msg)
    if len(node.args) > MOST_ARGUMENTS:
        msg = f"函数的参数最多 {MOST_ARGUMENTS} 个"
        raise TemplateFault(msg)
    return Call(_name(node.node).name, tuple(_argument(one) for one in node.args))


def _argument(node: nodes.Node) -> Name | Text:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return Text(node.value)
    return _name(node)


def _refused(node: nodes.Node) -> TemplateFault:
    what = _KINDS.get(type(node), "运算")
    return TemplateFault(f"花括号里不能写{what}，只能写名称、已有的函数和筛选")


def expressions(template: Template) -> Iterator[Expression]:
    """The placeholders of a template."""
    return (piece for piece in template if not isinstance(piece, str))


def unfiltered(expression: Expression) -> Name | Call:
    """What stands before all filters."""
    while isinstance(expression, Filtered):
        expression = expression.of
    return expression


def typed(template: Template) -> str:
    """The words of a template with ``□`` for every placeholder."""
    return "".join(piece if isinstance(piece, str) else "□" for piece in template)
