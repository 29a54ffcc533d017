"""The command line's own words in Chinese: help pages, the version, and what is wrong with how a verb was used."""

from __future__ import annotations

import inspect
import platform
import unicodedata
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - typer looks at the annotations
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer
from typer.core import TyperCommand
from typer.core import TyperGroup

from tuoyu import __version__
from tuoyu.nouns.edition import DEFAULT_EDITION
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import near
from tuoyu.nouns.forms import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typer.exceptions import TyperException

    from tuoyu.nouns.stage import Stage

PROGRAM = "python pipeline.py"
MAKING, RECEIVING, LOOKING = "编报告", "新建和收数", "核对和查看"
_GROUPS = (MAKING, RECEIVING, LOOKING)
_MORE = f"用法见 {PROGRAM} --help"


Names = Annotated[list[str] | None, typer.Argument(help=f"不写则为 {DEFAULT_EDITION}；可写多个")]
Name = Annotated[str, typer.Argument(help=f"不写则为 {DEFAULT_EDITION}")]


@dataclass(frozen=True)
class Site:
    """What ``pipeline.py`` hands over: the repository and its stages."""

    root: Path
    stages: tuple[Stage, ...]


class Verbs(TyperGroup):
    """用法 — all verbs; one that is not there is answered with the nearest."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's own classes are private
        """The verb that the first word names."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            msg = f"没有“{args[0]}”这个用法{suggestion(args[0], self.commands)}（{_MORE}）"
            raise ParameterError(msg)
        return super().resolve_command(ctx, args)


class Verb(TyperCommand):
    """One verb; words that it has no use for are told."""

    allow_extra_args = True  # so that typer leaves them to us

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - as above
        """Read the words behind the verb."""
        rest: list[str] = super().parse_args(ctx, args)
        if ctx.args:
            msg = f"多写了 {' '.join(ctx.args)}（{_MORE}）"
            raise ParameterError(msg)
        return rest


def complaint(error: TyperException, verb: Any = None) -> str:  # noqa: ANN401 - as above
    """What typer has to say about wrong usage of a verb, in Chinese: its kind and its parts tell, never its text."""
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    known = {name: one for one in (verb.params if verb else ()) for name in one.opts}
    if option is not None and option not in known:
        return f"没有 {option} 这个选项{near(option, known)}（{_MORE}）"
    if option is not None:
        return f"{option} 后面要写一个值：{known[option].help}（{_MORE}）"
    if isinstance(error, typer.BadParameter) and parameter is not None:
        what = "没有写" if hasattr(error, "param_type") else "写法不对"  # typer says so of what is missing only
        return f"{_called(parameter)}{what}：{parameter.help}（{_MORE}）"
    return f"用法不对（{_MORE}）"


def _called(parameter: Any) -> str:  # noqa: ANN401 - as above
    option = parameter.param_type_name == "option"
    return f"{parameter.opts[0]} " if option else _PLACES.get(parameter.name, "期名")


_PLACES = {"city": "城市", "folder": "文件夹", "old": "先前的一期", "new": "后来的一期"}


def version() -> str:
    """The program's version, and that of Python."""
    return f"tuoyu {__version__}（Python {platform.python_version()}）"


def overview(title: str, verbs: Mapping[str, Any]) -> str:
    """The help page of the whole program: verbs by what they are for."""
    width = max(len(name) for name in verbs)
    lines = [title, "", f"用法：{PROGRAM} 用法名 [期名…]"]
    for group in _GROUPS:
        members = {name: verb for name, verb in verbs.items() if verb.rich_help_panel == group}
        lines += ["", f"{group}："] if members else []
        lines += [f"  {name:<{width}}  {_summary(verb)[0]}" for name, verb in members.items()]
    lines += ["", f"单个用法的说明：{PROGRAM} 用法名 --help；版本：{PROGRAM} --version", _EXIT_CODES]
    return "\n".join(lines)


_EXIT_CODES = "退出码：0 完成；1 环节失败；2 用法或参数有误；3 笔记本或流程不合约定；4 数据有误；5 成稿失败"


def page(name: str, verb: Any) -> str:  # noqa: ANN401 - as above
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
        turns_off = parameter.is_flag and parameter.secondary_opts and parameter.default
        option = f"{(parameter.secondary_opts if turns_off else parameter.opts)[0]}{'' if parameter.is_flag else ' …'}"
        return option if parameter.required else f"[{option}]"
    name = _PLACES.get(parameter.name, "期名…" if parameter.nargs == -1 else "期名")
    return name if parameter.required else f"[{name}]"


def _columns(text: str) -> int:
    """How wide the text is on a terminal: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _summary(verb: Any) -> list[str]:  # noqa: ANN401 - as above
    return inspect.cleandoc(verb.help).splitlines()
