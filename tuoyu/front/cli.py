"""The command line: verbs, progress, exit codes.

Nothing heavy is imported before it is needed: a wrong parameter is reported well within a second.
"""

from __future__ import annotations

import sys
from functools import cache
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer
from typer.exceptions import TyperException

from tuoyu.engine import host
from tuoyu.front import looking
from tuoyu.front import progress
from tuoyu.front import quarto
from tuoyu.front import receiving
from tuoyu.front import trying
from tuoyu.front import usage
from tuoyu.front.formats import files_of
from tuoyu.nouns.edition import DEFAULT_EDITION
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import TuoyuError
from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.workspace.editions import check_targets
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import load_stages
from tuoyu.workspace.opening import nearest_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuoyu.front.making import Order
    from tuoyu.front.making import Outcome
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.stage import Stage

TITLE = "托育服务监测报告流水线：由原始统计数据生成报告（网页、PDF、Word、核算表）"
INIT = "init"
_ANYWHERE = {INIT, "doctor"}  # verbs that need no project
_HELP = {"--help", "-h"}
_VERSION = "--version"
_WITHOUT_DOCSTRINGS = 2
_STRIPPED = "Python 以 -OO 运行（或设了环境变量 PYTHONOPTIMIZE=2），程序自己的说明文字会丢失；请去掉这个设置再运行"
_INTERRUPTED = 130

_NOWHERE = (
    f"这里不在项目文件夹里（项目文件夹有 pipeline.py 和 notebooks）：请先进入项目文件夹；"
    f"还没有的，用 tuoyu {INIT} 文件夹 布置一个"
)

app = typer.Typer(cls=usage.Verbs, add_completion=False, add_help_option=False, rich_markup_mode=None)


def command(arguments: Sequence[str] | None = None) -> int:
    """The installed command ``tuoyu``: acts on the project in which one stands; a few verbs need none."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    root = nearest_project(Path.cwd())
    if root is not None:
        return main(load_stages(root), root=root, arguments=words)
    if words and words[0] in _verbs() and words[0] not in _ANYWHERE and not _HELP & set(words):
        return progress.complain(_NOWHERE, 2)
    return main((), root=Path.cwd(), arguments=words)


def main(stages: Sequence[Stage], *, root: Path, arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code. Only faults of our own code show a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console of another code page prints what it can instead of failing.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    words = list(sys.argv[1:] if arguments is None else arguments)
    verbs = _verbs()
    answered = _answer_at_once(words, verbs)
    if answered is not None:
        return answered
    site = usage.Site(root.resolve(), tuple(stages))
    try:
        with host.ended_like_an_interrupt():
            code: int = _group().main(words, usage.PROGRAM, standalone_mode=False, obj=site)
    except TyperException as error:
        return progress.complain(usage.complaint(error, verbs.get(words[0])), 2)
    except TuoyuError as error:
        return progress.complain(str(error), error.exit_code)
    except EOFError as error:
        mended = host.mended_bytecode(type(error).__name__, str(error))
        if not mended:
            raise
        return progress.complain(mended, 1)
    except OSError as error:
        complaint = host.complaint(error, site.root)
        if not complaint:
            raise
        return progress.complain(complaint, 1)
    # typer turns an interrupt into this number, as shells do.
    return progress.complain("已中断，没有做完的各期原有成果未动", code) if code == _INTERRUPTED else code


@cache
def _group() -> Any:  # noqa: ANN401 - typer's own
    return typer.main.get_command(app)


def _verbs() -> dict[str, Any]:
    return dict(_group().commands)


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


Formats = Annotated[str, typer.Option("--to", help="只做几种文件：html、pdf、word、workbook，用逗号隔开；不写都做")]
Everything = Annotated[bool, typer.Option("--all", help="生成 editions/ 里的全部各期")]


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def run(  # noqa: PLR0913 - the options of the verb
    context: typer.Context,
    editions: usage.Names = None,
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
    file: Annotated[Path | None, typer.Option("--scenarios", help="试算几个方案并列表比较，写方案文件（TOML）")] = None,
) -> int:
    """从原始数据生成报告：检查数据和笔记本，执行有变化的环节，成稿"""
    from tuoyu.front.making import Order

    site: usage.Site = context.obj
    order = Order("run", force=force, formats=files_of(formats))
    names = _chosen(site, editions, everything=everything)
    if file is not None and (settings or name):
        msg = "--scenarios 和 --set、--as 只能用一种：方案的参数和期名都写在方案文件里"
        raise ParameterError(msg)
    if file is not None:
        return _scenarios(site, trying.only_one(names), file, order, jobs, scheduler)
    if settings or name:
        names = [trying.set_up(site.root, names, settings or [], name)]
    return _each(site, names, order, jobs=jobs, scheduler=scheduler)


def _scenarios(site: usage.Site, base: str, file: Path, order: Order, jobs: int, scheduler: str) -> int:
    """Make an edition and the scenarios of a file, and put them side by side."""
    from tuoyu.front import scenarios

    tried = scenarios.set_up(site.root, base, file)
    outcomes = _make_each(site, [base, *(one.name for one in tried)], order, jobs=jobs, scheduler=scheduler)
    made = {one.name for one in outcomes if not one.code}
    scenarios.tell(site.root, base, [one for one in tried if {base, one.name} <= made])
    return _code(outcomes)


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def render(
    context: typer.Context,
    editions: usage.Names = None,
    *,
    everything: Everything = False,
    formats: Formats = "",
    way: Annotated[str, typer.Option("--with", help="写 quarto：由 Quarto 另外排版，放在 reports/期名.quarto/")] = "",
    sources: Annotated[
        bool, typer.Option("--with-sources", help="另做一份 Word，每个数字的批注写明出处：reports/期名.出处.docx")
    ] = False,
) -> int:
    """只改了文字时重新成稿：用上次运行的结果，不执行笔记本"""
    from tuoyu.front.making import Order

    order = Order("render", formats=files_of(formats))
    names = _chosen(context.obj, editions, everything=everything)
    if sources and (formats or way):
        msg = "--with-sources 另做一份 Word，不和 --to、--with 一起写"
        raise ParameterError(msg)
    if sources:
        return _with_remarks(context.obj, names)
    if not way:
        return _each(context.obj, names, order)
    quarto.make(context.obj.root, context.obj.stages, names, way, order.formats or tuple(quarto.FORMATS))
    return 0


def _with_remarks(site: usage.Site, names: list[str]) -> int:
    from tuoyu.front.making import job_of
    from tuoyu.front.publication import with_remarks

    for name in names:
        path = with_remarks(job_of(site.root, site.stages, load_edition(site.root, name)))
        progress.say(f"  {path.relative_to(site.root).as_posix()}")
    return 0


def _chosen(site: usage.Site, names: list[str] | None, *, everything: bool) -> list[str]:
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
    edition: usage.Name = DEFAULT_EDITION,
    *,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="不打开浏览器，只显示网址")] = True,
) -> int:
    """在浏览器里边改边看：存盘以后自动更新，只在本机；按 Ctrl-C 结束"""
    import webbrowser

    from tuoyu.front.preview import serve

    site: usage.Site = context.obj
    load_edition(site.root, edition)

    def opened(address: str) -> None:
        progress.say(f"{edition} 的预览，按 Ctrl-C 结束：\n  {address}")
        if browser:
            webbrowser.open(address)

    serve(site.root, edition, opened)
    progress.say(f"预览已结束；改过的文字要写进成果，请运行 {usage.PROGRAM} render {edition}")
    return 0


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def check(
    context: typer.Context,
    edition: usage.Name = DEFAULT_EDITION,
    *,
    rows: Annotated[bool, typer.Option("--rows", help="列出每个文件读出多少格，按哪条规则采用或不采用")] = False,
) -> int:
    """只检查参数、原始数据和笔记本，不执行；列出缺少的数据，有差错的表写出退回单"""
    from tuoyu.engine.contract import check_contract

    site: usage.Site = context.obj
    loaded = load_edition(site.root, edition)
    code = 0
    inspections = (
        partial(check_targets, site.root, loaded),
        partial(_check_tables, site, loaded, rows=rows),
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


def _check_tables(site: usage.Site, edition: Edition, *, rows: bool) -> None:
    """Prove the raw files and read every table of them; errors are raised all at once, doubts are told."""
    from tuoyu.front.publication import doubts_of
    from tuoyu.front.review import review
    from tuoyu.nouns.errors import DataError
    from tuoyu.reading.log import in_words
    from tuoyu.text.needs import MATERIALS

    seen = review(site.root, edition)
    for path in seen.returns:
        progress.say(f"  退回单　{path.relative_to(site.root).as_posix()}（差错已在单元格里标出，可发还提供单位改正）")
    for file, outcomes in seen.reading.items() if rows else ():
        progress.say(f"  读取　{file}：{in_words(outcomes)}")
    errors = [one for one in seen.findings if one.severity == "error"]
    if errors:
        raise DataError.from_findings(errors)
    for doubt in doubts_of(edition):
        progress.say(f"  {SEVERITY_NAMES['warning']}　{doubt}")
    for one in seen.findings:
        check = f"［{one.code}］" if one.asks else ""
        progress.say(f"  {one.standing}　{one.text}{check}")
    materials = [lack for lack in seen.wanting if lack.what.startswith(MATERIALS)]
    for lack in seen.wanting:
        if lack not in materials:
            progress.say(f"  缺少　{lack.what}→ 影响“{'”“'.join(lack.sections)}”")
    if materials:
        problems = "”“".join(lack.sections[0] for lack in materials)
        progress.say(f"  缺少　{MATERIALS}→ 影响“{problems}”和针对它们的建议")
    if len(seen.wanting) > 1:
        most = max(seen.wanting, key=lambda one: len(one.sections))
        progress.say(f"  先补　{most.what}，影响的部分最多（{len(most.sections)} 处）")


@app.command(cls=usage.Verb, add_help_option=False, rich_help_panel=usage.MAKING)
def explain(context: typer.Context, edition: usage.Name = DEFAULT_EDITION) -> int:
    """说明各环节会不会重做、为什么；不执行"""
    from tuoyu.engine.runner import explain as examine
    from tuoyu.front import making

    site: usage.Site = context.obj
    titles = {stage.name: stage.title for stage in site.stages} | {"pages": "生成报告"}
    verdicts = examine(making.job_of(site.root, site.stages, load_edition(site.root, edition)))
    for one in verdicts:
        progress.say(f"{titles[one.stage]}　{'不必重做' if one.fresh else f'重做：{one.words}'}")
    return 0


for _panel, _members in (
    (usage.MAKING, (looking.drop,)),
    (usage.RECEIVING, (receiving.init, receiving.new, receiving.accept)),
    (usage.LOOKING, (looking.verify, looking.sign, looking.diff, looking.list_all, looking.doctor)),
):
    for _verb in _members:
        _name = _verb.__name__.partition("_")[0]  # list_all: a verb may be called like a word of Python
        app.command(_name, cls=usage.Verb, add_help_option=False, rich_help_panel=_panel)(_verb)


def _each(site: usage.Site, names: list[str], order: Order, *, jobs: int = 1, scheduler: str = "") -> int:
    """Make several editions; the exit code of the first that fails."""
    return _code(_make_each(site, names, order, jobs=jobs, scheduler=scheduler))


def _code(outcomes: Sequence[Outcome]) -> int:
    return next((one.code for one in outcomes if one.code), 0)


def _make_each(
    site: usage.Site, names: list[str], order: Order, *, jobs: int = 1, scheduler: str = ""
) -> list[Outcome]:
    """Make several editions and tell how each went; a failed one does not stop the others."""
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
            _tell_outcome(site.root, outcomes[-1], order)
    try:
        progress.sum_up(site.root, outcomes)
    except OSError:
        if not _code(outcomes):  # what has failed before has failed for the same reason, and that was told
            raise
    return outcomes


def _title(root: Path, name: str) -> str:
    try:
        return f"{name}：{load_edition(root, name).publication.headline}"
    except TuoyuError:  # told when it is made
        return name


def _tell_outcome(root: Path, outcome: Outcome, order: Order) -> None:
    if outcome.said:
        progress.complain(outcome.said, outcome.code)
    if outcome.result == "未变":
        progress.say(f"{outcome.name}：数据、参数、笔记本和程序都没有变，成果不必重做")
    elif outcome.result == "完成":
        edition = load_edition(root, outcome.name)
        progress.conclude(root, edition, told=order.verb == "render")
        if edition.what_if:
            progress.compare(edition.what_if, trying.differences(root, edition))
