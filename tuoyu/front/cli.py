"""The command line: verbs, progress, exit codes.

Nothing heavy is imported before it is needed: a wrong parameter is reported well within a second.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer
from typer.exceptions import TyperException

from tuoyu.engine import host
from tuoyu.front import progress
from tuoyu.front import quarto
from tuoyu.front import trying
from tuoyu.front import usage
from tuoyu.front.formats import files_in
from tuoyu.front.formats import files_of
from tuoyu.nouns.edition import DEFAULT_EDITION
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import TuoyuError
from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.workspace.editions import check_targets
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.whatif import list_what_ifs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.front.making import Order
    from tuoyu.front.making import Outcome
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.stage import Stage

TITLE = "托育服务监测报告流水线：由原始统计数据生成报告（HTML、PDF）"
_HELP = {"--help", "-h"}
_VERSION = "--version"
_WITHOUT_DOCSTRINGS = 2
_STRIPPED = "Python 以 -OO 运行（或设了环境变量 PYTHONOPTIMIZE=2），程序自己的说明文字会丢失；请去掉这个设置再运行"
_INTERRUPTED = 130

app = typer.Typer(cls=usage.Verbs, add_completion=False, add_help_option=False, rich_markup_mode=None)


@dataclass(frozen=True)
class Site:
    """What ``pipeline.py`` hands over: the repository and its stages."""

    root: Path
    stages: tuple[Stage, ...]


def main(stages: Sequence[Stage], *, root: Path, arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code. Only faults of our own code show a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console of another code page prints what it can instead of failing.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    words = list(sys.argv[1:] if arguments is None else arguments)
    command: Any = typer.main.get_command(app)
    verbs = command.commands
    answered = _answer_at_once(words, verbs)
    if answered is not None:
        return answered
    site = Site(root.resolve(), tuple(stages))
    try:
        code: int = command.main(words, usage.PROGRAM, standalone_mode=False, obj=site)
    except TyperException as error:
        return progress.complain(usage.complaint(error, verbs.get(words[0])), 2)
    except TuoyuError as error:
        return progress.complain(str(error), error.exit_code)
    except OSError as error:
        complaint = host.complaint(error, site.root)
        if not complaint:
            raise
        return progress.complain(complaint, 1)
    # typer turns an interrupt into this number, as shells do.
    return progress.complain("已中断，没有做完的各期原有成果未动", code) if code == _INTERRUPTED else code


def _answer_at_once(words: list[str], verbs: dict[str, Any]) -> int | None:
    """The exit code where nothing has to be done: help, the version, an interpreter that has thrown words away."""
    if sys.flags.optimize >= _WITHOUT_DOCSTRINGS:
        return progress.complain(_STRIPPED, 2)
    if unread := host.names_unread():
        return progress.complain(unread, 2)
    if words == [_VERSION]:
        progress.say(usage.version())
        return 0
    if not words or _HELP & set(words):
        progress.say(_help_page(words[:1], verbs))
        return 0 if words else 2
    return None


def _help_page(words: list[str], verbs: dict[str, Any]) -> str:
    named = [word for word in words if word in verbs]
    return usage.page(named[0], verbs[named[0]]) if named else usage.overview(TITLE, verbs)


Names = Annotated[list[str] | None, typer.Argument(help=f"不写则为 {DEFAULT_EDITION}；可写多个")]
Formats = Annotated[str, typer.Option("--to", help="只做几种文件：html、pdf、word、workbook，用逗号隔开；不写都做")]
Everything = Annotated[bool, typer.Option("--all", help="生成 editions/ 里的全部各期")]
Name = Annotated[str, typer.Argument(help=f"不写则为 {DEFAULT_EDITION}")]


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def run(  # noqa: PLR0913 - the options of the verb
    context: typer.Context,
    editions: Names = None,
    *,
    everything: Everything = False,
    formats: Formats = "",
    jobs: Annotated[int, typer.Option("--jobs", help="几期同时做，用本机的几个进程")] = 1,
    scheduler: Annotated[str, typer.Option("--scheduler", help="在 Dask 集群上做，写调度器地址；须共用文件系统")] = "",
    force: Annotated[bool, typer.Option("--force", help="没有变的也重做")] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="试算：改一个参数，如 assumptions.demand_rate=40%；可写多个")
    ] = None,
    name: Annotated[str, typer.Option("--as", help="试算的期名；参数文件不动，成果另放")] = "",
) -> int:
    """从原始数据生成报告：检查数据和笔记本，执行有变化的环节，成稿"""
    from tuoyu.front.making import Order

    site: Site = context.obj
    order = Order("run", force=force, formats=files_of(formats))
    names = _chosen(site, editions, everything=everything)
    if settings or name:
        names = [trying.set_up(site.root, names, settings or [], name)]
    return _each(site, names, order, jobs=jobs, scheduler=scheduler)


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def render(
    context: typer.Context,
    editions: Names = None,
    *,
    everything: Everything = False,
    formats: Formats = "",
    way: Annotated[str, typer.Option("--with", help="写 quarto：由 Quarto 另外排版，放在 reports/期名.quarto/")] = "",
) -> int:
    """只改了文字时重新成稿：用上次运行的结果，不执行笔记本"""
    from tuoyu.front.making import Order

    order = Order("render", formats=files_of(formats))
    names = _chosen(context.obj, editions, everything=everything)
    if not way:
        return _each(context.obj, names, order)
    quarto.make(context.obj.root, context.obj.stages, names, way, order.formats or tuple(quarto.FORMATS))
    return 0


def _chosen(site: Site, names: list[str] | None, *, everything: bool) -> list[str]:
    if everything and names:
        msg = f"--all 表示全部各期，不用再写期名 {'、'.join(names)}"
        raise ParameterError(msg)
    if everything:  # one that is broken is told when its turn comes, and does not stop the others
        return list_editions(site.root)
    chosen = names or [DEFAULT_EDITION]
    for name in chosen:
        load_edition(site.root, name)
    return chosen


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def preview(
    context: typer.Context,
    edition: Name = DEFAULT_EDITION,
    *,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="打开浏览器；--no-browser 只显示网址")] = True,
) -> int:
    """在浏览器里边改边看：存盘以后自动更新，只在本机；按 Ctrl-C 结束"""
    import webbrowser

    from tuoyu.front.preview import serve

    site: Site = context.obj
    load_edition(site.root, edition)

    def opened(address: str) -> None:
        progress.say(f"{edition} 的预览：{address}（按 Ctrl-C 结束）")
        if browser:
            webbrowser.open(address)

    serve(site.root, edition, opened)
    progress.say(f"预览已结束；改过的文字要写进成果，请运行 {usage.PROGRAM} render {edition}")
    return 0


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def check(context: typer.Context, edition: Name = DEFAULT_EDITION) -> int:
    """只检查参数、原始数据和笔记本，不执行；列出缺少的数据，有差错的表写出退回单"""
    from tuoyu.engine.contract import check_contract

    site: Site = context.obj
    loaded = load_edition(site.root, edition)
    code = 0
    inspections = (
        partial(check_targets, site.root, loaded),
        partial(_check_tables, site, loaded),
        partial(check_contract, site.root, site.stages),
    )
    for inspection in inspections:
        try:
            inspection()
        except TuoyuError as error:
            code = code or error.exit_code
            progress.complain(str(error), code)
    if code == 0:
        progress.say(f"{edition}：参数、原始数据、笔记本均符合要求")
    return code


def _check_tables(site: Site, edition: Edition) -> None:
    """Prove the raw files and read every table of them; errors are raised all at once, doubts are told."""
    from tuoyu.front.review import doubts_of
    from tuoyu.front.review import review
    from tuoyu.nouns.errors import DataError

    seen = review(site.root, edition)
    for path in seen.returns:
        progress.say(f"  退回单　{path.relative_to(site.root).as_posix()}（差错已在单元格里标出，可发还提供单位改正）")
    errors = [one for one in seen.findings if one.severity == "error"]
    if errors:
        raise DataError.from_findings(errors)
    for doubt in doubts_of(edition):
        progress.say(f"  {SEVERITY_NAMES['warning']}　{doubt}")
    for one in seen.findings:
        progress.say(f"  {SEVERITY_NAMES[one.severity]}　{one.text}")
    for lack in seen.wanting:
        progress.say(f"  缺少　{lack.what}→ 影响“{'”“'.join(lack.sections)}”")
    if len(seen.wanting) > 1:
        most = max(seen.wanting, key=lambda one: len(one.sections))
        progress.say(f"  先补　{most.what}，影响的部分最多（{len(most.sections)} 处）")


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.RECEIVING)
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
    site: Site = context.obj
    if following:
        return _create_next(site, following, as_of)
    from tuoyu.childcare.example import create_example
    from tuoyu.childcare.forms import FORMS_OF_A_CITY
    from tuoyu.scaffold.city import create_city

    day = _day(as_of) or date(date.today().year - 1, 12, 31)  # noqa: DTZ011 - the user's own calendar
    made = create_example(site.root) if example else create_city(site.root, str(city), FORMS_OF_A_CITY, as_of=day)
    name = _tell_made(site, made)
    then = "run" if example else "accept"
    progress.say(f"接下来：{'' if example else '填好填报表，然后 '}{usage.PROGRAM} {then} {name}")
    return 0


def _create_next(site: Site, name: str, as_of: str) -> int:
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


def _tell_made(site: Site, made: list[Path]) -> str:
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


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.RECEIVING)
def accept(context: typer.Context, edition: Name = DEFAULT_EDITION) -> int:
    """本市的文件填好或换新以后，把校验值记入来源说明"""
    from tuoyu.workspace.raw import accept_files

    site: Site = context.obj
    accepted = accept_files(site.root, load_edition(site.root, edition).city)
    for path in accepted:
        progress.say(f"  已记入　{path.relative_to(site.root).as_posix()}")
    following = f"；接下来：{usage.PROGRAM} check {edition}"
    progress.say(f"{len(accepted)} 份文件的校验值已更新{following}" if accepted else "没有改过的文件")
    return 0


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def explain(context: typer.Context, edition: Name = DEFAULT_EDITION) -> int:
    """说明各环节会不会重做、为什么；不执行"""
    from tuoyu.engine.runner import explain as examine
    from tuoyu.front import making

    site: Site = context.obj
    titles = {stage.name: stage.title for stage in site.stages} | {"pages": "生成报告"}
    verdicts = examine(making.job_of(site.root, site.stages, load_edition(site.root, edition)))
    for one in verdicts:
        progress.say(f"{titles[one.stage]}　{'不必重做' if one.fresh else f'重做：{one.words}'}")
    return 0


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.LOOKING)
def verify(context: typer.Context, edition: Name = DEFAULT_EDITION) -> int:
    """重新执行一遍，同清单逐个核对成果；不改动现有成果"""
    from tuoyu.engine import journal
    from tuoyu.engine.runner import verify_edition
    from tuoyu.front import making

    site: Site = context.obj
    loaded, order = load_edition(site.root, edition), making.Order(formats=files_in(site.root / "reports" / edition))
    job = making.job_of(site.root, site.stages, loaded, report=progress.show, order=order)
    found = verify_edition(job)
    last = next((one for one in reversed(journal.entries(site.root, edition)) if one.get("result") == "完成"), None)
    since = f"（上次生成于 {last['time']}，主机 {last['host']}）" if last else ""
    for name in found.altered:
        progress.say(f"  改动　{name} 与清单不符：生成以后被改动、增加或移走{since}")
    for name in found.differing:
        progress.say(f"  不同　{name} 重新生成的结果与清单不同{since}")
    for cause in found.causes:
        progress.say(f"  变化　{cause}")
    progress.say(f"{edition}：{'全部成果与清单逐字节相同' if found.holds else '有成果与清单不同，见上'}")
    return 0 if found.holds else 1


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.LOOKING)
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="先前的一期；也可以写事先存下的 facts.json 的路径")],
    new: Annotated[str, typer.Argument(help="后来的一期；写法相同")],
    *,
    record: Annotated[str, typer.Option("--json", help="另存为 JSON 文件，写文件名")] = "",
    page: Annotated[str, typer.Option("--html", help="另存为网页，写文件名")] = "",
) -> int:
    """比较同一城市的两期，或同一期改动前后：指标及变动原因、结论、文字、来源重述的数字"""
    from tuoyu.front import comparing

    site: Site = context.obj
    found = comparing.difference(site.root, old, new)
    comparing.save(found, record=record, page=page)
    comparing.tell(found)
    return 0


@app.command("list", cls=usage.Verb, add_help_option=False, rich_help_panel=usage.LOOKING)
def list_all(context: typer.Context) -> int:
    """列出各期和试算，及其状态"""
    site: Site = context.obj
    for name in [*list_editions(site.root), *list_what_ifs(site.root)]:
        try:
            loaded = load_edition(site.root, name)
        except TuoyuError:
            progress.say(f"{name}  参数文件有误，请运行 {usage.PROGRAM} check {name}")
        else:
            mark = f"（试算，底本 {loaded.what_if.base}）" if loaded.what_if else ""
            progress.say(f"{name}{mark}  {_headline(loaded)}  {_state(site.root, name)}")
    return 0


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.LOOKING)
def doctor() -> int:
    """检查本机环境：Python、依赖包、内核、字体、Quarto"""
    from tuoyu.front.doctor import examine

    checkups = examine()
    for checkup in checkups:
        progress.say(f"{checkup.verdict}  {checkup.name}：{checkup.words}")
    return 0 if all(checkup.fine or not checkup.needed for checkup in checkups) else 1


def _each(site: Site, names: list[str], order: Order, *, jobs: int = 1, scheduler: str = "") -> int:
    """Make several editions; a failed one does not stop the others, the exit code of the first is kept."""
    from tuoyu.front import making

    editions = list(dict.fromkeys(names))
    if jobs < 1:
        msg = f"--jobs 应为 1 或更大的整数，现为 {jobs}"
        raise ParameterError(msg)
    if jobs > 1 and scheduler:
        msg = "--jobs 和 --scheduler 只能用一个：前者在本机，后者在集群上"
        raise ParameterError(msg)
    outcomes = []
    if scheduler or (jobs > 1 and len(editions) > 1):
        board = progress.Board(editions)
        with board.shown():
            made = making.make_all(
                site.root, editions, order, jobs=jobs, scheduler=scheduler, begun=board.begin, pulse=board.pulse
            )
            for outcome in made:
                outcomes.append(outcome)
                board.end(outcome)
        outcomes.sort(key=lambda one: editions.index(one.name))
    else:
        for name in editions:
            progress.say(_title(site.root, name))
            outcomes.append(making.make(site.root, name, order, progress.show))
            _tell_outcome(site.root, outcomes[-1])
    code = next((one.code for one in outcomes if one.code), 0)
    try:
        progress.sum_up(site.root, outcomes)
    except OSError:
        if not code:  # what has failed before has failed for the same reason, and that was told
            raise
    return code


def _title(root: Path, name: str) -> str:
    try:
        return f"{name}：{_headline(load_edition(root, name))}"
    except TuoyuError:  # told when it is made
        return name


def _tell_outcome(root: Path, outcome: Outcome) -> None:
    if outcome.said:
        progress.complain(outcome.said, outcome.code)
    if outcome.result == "未变":
        progress.say(f"{outcome.name}：数据、参数、笔记本和程序都没有变，成果不必重做")
    elif outcome.result == "完成":
        edition = load_edition(root, outcome.name)
        progress.conclude(root, edition)
        if edition.what_if:
            progress.compare(edition.what_if, trying.differences(root, edition))


def _headline(edition: Edition) -> str:
    return f"{edition.publication.title}{edition.publication.subtitle}"


def _state(root: Path, name: str) -> str:
    from tuoyu.front.overview import is_made
    from tuoyu.front.publication import findings_of
    from tuoyu.front.publication import unanswered

    if not is_made(root, name):
        return "未生成"
    return f"已生成，{len(unanswered(findings_of(root, name)))} 条请核对"
