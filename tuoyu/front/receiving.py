"""The verbs for setting up and taking in data: ``init``, ``new``, ``accept``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tuoyu.front import progress
from tuoyu.front import usage
from tuoyu.nouns.edition import DEFAULT_EDITION
from tuoyu.nouns.errors import ParameterError
from tuoyu.workspace.editions import load_edition


def init(
    folder: Annotated[str, typer.Argument(help="空文件夹，没有就新建")],
) -> int:
    """在空文件夹里布置一个项目：笔记本、报告文字、参数文件、公开资料和使用说明"""
    from tuoyu.scaffold.project import create_project

    target = Path(folder)
    for name, count in create_project(target).items():
        progress.say(f"  新建　{name}" + (f"/（{count} 个文件）" if count else ""))
    progress.say(f"接下来：进入文件夹（cd {folder}），看 使用说明.md；试一试：{usage.PROGRAM} run")
    return 0


def new(
    context: typer.Context,
    city: Annotated[str | None, typer.Argument(help="城市或区县的名称，或六位行政区划代码")] = None,
    *,
    following: Annotated[str, typer.Option("--next", help="由这一期写出下一期，连同填报表")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="数据截止日期，如 2024-12-31；不写则为上年末，下一期为一年以后")
    ] = "",
    example: Annotated[bool, typer.Option("--example", help="生成示例市，数据都是编造的，用来学习")] = False,
) -> int:
    """新建一个城市，或已有城市的下一期：参数文件和填报表"""
    if sum((bool(city), bool(following), example)) != 1:
        msg = "写一个城市的名称或代码，或者写 --next 期名，或者只写 --example"
        raise ParameterError(msg)
    site: usage.Site = context.obj
    if following:
        return _create_next(site, following, as_of)
    from tuoyu.childcare.example import create_example
    from tuoyu.childcare.forms import FORMS_OF_A_CITY
    from tuoyu.scaffold.city import create_city

    day = _day(as_of) or date(date.today().year - 1, 12, 31)  # noqa: DTZ011 - the user's own calendar
    made = create_example(site.root) if example else create_city(site.root, str(city), FORMS_OF_A_CITY, as_of=day)
    name = _tell_made(site, made)
    then = "run" if example else "accept"
    first = "" if example else "填好填报表，写好来源说明，用不着的表移走，然后 "
    progress.say(f"接下来：{first}{usage.PROGRAM} {then} {name}")
    return 0


def _create_next(site: usage.Site, name: str, as_of: str) -> int:
    from tuoyu.childcare.forms import FORMS_OF_A_CITY
    from tuoyu.childcare.vocabulary import vocabulary
    from tuoyu.front.following import create_next
    from tuoyu.scaffold.following import a_year_later

    edition = load_edition(site.root, name)
    day = _day(as_of) or a_year_later(edition.as_of)
    made, following, known = create_next(site.root, edition, FORMS_OF_A_CITY, vocabulary(), day)
    _tell_made(site, made)
    told = {
        "改动": following.changed,
        "沿用": following.kept,
        "未沿用": following.dropped,
        "请核对": following.doubtful,
    }
    for word, lines in told.items():
        for line in lines:
            progress.say(f"  {word}　{line}")
    if known:
        progress.say(f"  沿用　已有的 {len(known)} 个数，收到新数以前继续采用；逐个列在填报表的“上期数”一列")
    progress.say(
        f"接下来：填好填报表，写好来源说明，移入 data/raw/{edition.city}/，然后 {usage.PROGRAM} accept {following.name}"
    )
    return 0


def _tell_made(site: usage.Site, made: list[Path]) -> str:
    """Tell what was written; the name of the edition among it."""
    for path in made:
        progress.say(f"  新建　{path.relative_to(site.root).as_posix()}")
    return next(path.stem for path in made if path.parent.name == "editions")


def _day(text: str) -> date | None:
    """The day that ``--as-of`` names, if it does."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"--as-of 写作 2024-12-31，现为“{text}”"
        raise ParameterError(msg) from None


def accept(context: typer.Context, edition: usage.Name = DEFAULT_EDITION) -> int:
    """本市的文件填好或换新以后，把校验值记入来源说明"""
    from tuoyu.workspace.raw import accept_files

    site: usage.Site = context.obj
    accepted = accept_files(site.root, load_edition(site.root, edition).city)
    for path in accepted:
        progress.say(f"  已记入　{path.relative_to(site.root).as_posix()}")
    following = f"；接下来：{usage.PROGRAM} check {edition}"
    progress.say(f"{len(accepted)} 份文件的校验值已更新{following}" if accepted else "没有改过的文件")
    return 0
