"""The verbs for what has been made: ``verify``, ``sign``, ``diff``, ``list``, ``drop``. And ``doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Annotated

import typer

from tuoyu.front import progress
from tuoyu.front import usage
from tuoyu.nouns.edition import DEFAULT_EDITION
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import TuoyuError
from tuoyu.nouns.signature import STATUSES
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.whatif import list_what_ifs

if TYPE_CHECKING:
    from pathlib import Path

    from tuoyu.nouns.edition import Edition


def verify(context: typer.Context, edition: usage.Name = DEFAULT_EDITION) -> int:
    """重新执行一遍，同清单逐个核对成果；不改动现有成果"""
    from tuoyu.engine import journal
    from tuoyu.engine.runner import verify_edition
    from tuoyu.front import making

    site: usage.Site = context.obj
    job = making.job_of(site.root, site.stages, load_edition(site.root, edition), report=progress.show)
    found = verify_edition(job)
    last = next((one for one in reversed(journal.entries(site.root, edition)) if one.get("result") == "完成"), None)
    since = f"（上次生成于 {last['time']}，主机 {last['host']}）" if last else ""
    for name in found.altered:
        progress.say(f"  改动　{name} 与清单不符：生成以后被改动、增加或移走{since}")
    for name in found.differing:
        progress.say(f"  不同　{name} 重新生成的结果与清单不同{since}")
    for cause in found.causes:
        progress.say(f"  变化　{cause}")
    _tell_signatures(site.root, edition)
    progress.say(f"{edition}：{'全部成果与清单逐字节相同' if found.holds else '有成果与清单不同，见上'}")
    return 0 if found.holds else 1


def sign(
    context: typer.Context,
    edition: usage.Name = DEFAULT_EDITION,
    *,
    office: Annotated[str, typer.Option("--office", help="签发的单位或内设机构，写全称；不写个人姓名")],
    status: Annotated[str, typer.Option("--status", help=f"环节：{'、'.join(STATUSES)}")],
    on: Annotated[str, typer.Option("--on", help="日期，如 2024-10-15；不写则为今天")] = "",
) -> int:
    """记下送审、会签、定稿：哪个单位、哪一天、签的是哪些成果；成果一有改动即失效"""
    from tuoyu.front import making
    from tuoyu.front import signing
    from tuoyu.front.publication import questions_left

    site: usage.Site = context.obj
    loaded = load_edition(site.root, edition)
    job = making.job_of(site.root, site.stages, loaded)
    waiting = len(questions_left(site.root, loaded))
    record = signing.sign(job, office, status, on, unanswered=waiting)
    progress.say(f"  记入　{record.relative_to(site.root).as_posix()}")
    outcome = making.make(site.root, edition, making.Order("run"), progress.show)
    if outcome.said:
        return progress.complain(f"签发已记下，网页没有更新：{outcome.said}", outcome.code)
    progress.sum_up(site.root, [])
    _tell_signatures(site.root, edition)
    if waiting:
        progress.say(f"请注意：签发时有 {waiting} 条存疑没有答复，已一并记下")
    return 0


def _tell_signatures(root: Path, name: str) -> None:
    from tuoyu.front.signing import standing

    for line in standing(root, name):
        progress.say(f"  签发　{line}")


def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="期名，或者事先存下的 facts.json 的路径")],
    new: Annotated[str, typer.Argument(help="期名，写法相同；例如 diff jiangmen-2023-12 jiangmen-2024-08")],
    *,
    record: Annotated[str, typer.Option("--json", help="另存为 JSON 文件，写文件名")] = "",
    page: Annotated[str, typer.Option("--html", help="另存为网页，写文件名")] = "",
) -> int:
    """比较同一城市的两期，或同一期改动前后：指标及变动原因、结论、文字、来源修订的数字"""
    from tuoyu.front import comparing

    site: usage.Site = context.obj
    found = comparing.difference(site.root, old, new)
    comparing.save(found, record=record, page=page)
    comparing.tell(found)
    return 0


def list_all(context: typer.Context) -> int:
    """列出各期和试算，及其状态"""
    site: usage.Site = context.obj
    for name in [*list_editions(site.root), *list_what_ifs(site.root)]:
        try:
            loaded = load_edition(site.root, name)
        except TuoyuError:
            progress.say(f"{name}  参数文件有误，请运行 {usage.PROGRAM} check {name}")
        else:
            mark = f"（试算，底本 {loaded.what_if.base}）" if loaded.what_if else ""
            progress.say(f"{name}{mark}  {loaded.publication.headline}  {_state(site.root, loaded)}")
    return 0


def drop(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="试算的期名；可写多个")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="全部试算")] = False,
) -> int:
    """删去试算，连同它的成果；真正的各期不动"""
    from tuoyu.front import trying

    site: usage.Site = context.obj
    if everything is bool(names):
        msg = "写要删去的试算的期名，或者只写 --all"
        raise ParameterError(msg)
    chosen = list_what_ifs(site.root) if everything else [*dict.fromkeys(names or [])]
    trying.refuse_others(site.root, chosen)
    for name in chosen:
        trying.drop(site.root, name)
        progress.say(f"  已删去　{name}")
    return 0


def doctor() -> int:
    """检查本机环境：Python、依赖包、内核、字体、Quarto"""
    from tuoyu.front.doctor import examine

    checkups = examine()
    for checkup in checkups:
        progress.say(f"{checkup.verdict}  {checkup.name}：{checkup.words}")
    return 0 if all(checkup.fine or not checkup.needed for checkup in checkups) else 1


def _state(root: Path, edition: Edition) -> str:
    from tuoyu.front.overview import is_made
    from tuoyu.front.publication import questions_left
    from tuoyu.front.signing import standing

    if not is_made(root, edition.name):
        return "未生成"
    signed = "".join(f"；签发：{line}" for line in standing(root, edition.name))
    return f"已生成，{len(questions_left(root, edition))} 条存疑{signed}"
