"""The command line's own words in Chinese: help pages, and what typer says about wrong usage."""

from __future__ import annotations

import inspect
import re
import unicodedata
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.nouns.forms import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = "python pipeline.py"
_MORE = f"用法见 {PROGRAM} --help"


def complaint(message: str, verbs: Mapping[str, Any]) -> str:
    """What typer said about wrong usage, in Chinese, with the nearest verb."""
    verb = re.search(r"No such command '(.*?)'", message)
    if verb:
        return f"没有“{verb[1]}”这个用法{suggestion(verb[1], verbs)}（{_MORE}）"
    option = re.search(r"No such option: (\S+)", message)
    if option:
        return f"没有 {option[1]} 这个选项（{_MORE}）"
    argument = re.search(r"Missing (?:argument|option|parameter) '(.*?)'", message)
    if argument:
        return f"缺少{_parameter_name(argument[1])}（{_MORE}）"
    extra = re.search(r"unexpected extra argument\S* \((.*)\)", message)
    if extra:
        return f"多写了 {extra[1]}（{_MORE}）"
    return f"用法不对（{_MORE}）"


def _parameter_name(name: str) -> str:
    return "期名" if name.strip("[]{}.").lower() in {"edition", "editions"} else f" {name}"


def overview(title: str, verbs: Mapping[str, Any]) -> str:
    """The help page of the whole program."""
    width = max(len(name) for name in verbs)
    lines = [title, "", f"用法：{PROGRAM} 用法名 [期名…]", ""]
    lines += [f"  {name:<{width}}  {_summary(verb)[0]}" for name, verb in verbs.items()]
    lines += ["", f"单个用法的说明：{PROGRAM} 用法名 --help", _EXIT_CODES]
    return "\n".join(lines)


_EXIT_CODES = "退出码：0 完成；1 环节失败；2 用法或参数有误；3 笔记本或流程不合约定；4 数据有误；5 成稿失败"


def page(name: str, verb: Any) -> str:  # noqa: ANN401 - typer's command classes are private
    """The help page of one verb."""
    arguments = [_placeholder(parameter) for parameter in verb.params]
    lines = [f"用法：{PROGRAM} {name} {' '.join(arguments)}".rstrip(), "", *_summary(verb)]
    width = max((_columns(one) for one in arguments), default=0)
    lines += [
        f"  {one}{' ' * (width - _columns(one))}  {parameter.help}"
        for one, parameter in zip(arguments, verb.params, strict=True)
    ]
    return "\n".join(lines)


def _placeholder(parameter: Any) -> str:  # noqa: ANN401 - as above
    if parameter.param_type_name == "option":
        return f"[{parameter.opts[0]}{'' if parameter.is_flag else ' …'}]"
    name = "城市" if parameter.name == "city" else "期名…" if parameter.nargs == -1 else "期名"
    return name if parameter.required else f"[{name}]"


def _columns(text: str) -> int:
    """How wide the text is on a terminal: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _summary(verb: Any) -> list[str]:  # noqa: ANN401 - as above
    return inspect.cleandoc(verb.help).splitlines()
