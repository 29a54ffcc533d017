"""The command line: verbs, progress, exit codes.

Nothing heavy is imported before it is needed: a wrong parameter is reported well within a second.
"""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from typer.exceptions import TyperException

from tuoyu import usage
from tuoyu.errors import ParameterError
from tuoyu.errors import TuoyuError
from tuoyu.finding import SEVERITY_NAMES
from tuoyu.parameters import DEFAULT_EDITION
from tuoyu.parameters import list_editions
from tuoyu.parameters import load_edition

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.engine.runner import Job
    from tuoyu.engine.runner import Step
    from tuoyu.parameters import Edition
    from tuoyu.stage import Stage

TITLE = "托育服务监测报告流水线：由原始统计数据生成报告（HTML、PDF）"
_HELP = {"--help", "-h"}
_INTERRUPTED = 130
_HOST_FAULTS = {errno.ENOSPC: "磁盘已满", errno.EACCES: "没有权限，或文件正被打开", errno.EROFS: "磁盘只读"}

app = typer.Typer(add_completion=False, add_help_option=False, rich_markup_mode=None)


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
    if not words or _HELP & set(words):
        _say(_help_page(words[:1], verbs))
        return 0 if words else 2
    site = Site(root.resolve(), tuple(stages))
    try:
        code: int = command.main(words, usage.PROGRAM, standalone_mode=False, obj=site)
    except TyperException as error:
        return _complain(usage.complaint(error.format_message(), verbs), 2)
    except TuoyuError as error:
        return _complain(str(error), error.exit_code)
    except OSError as error:
        if error.errno not in _HOST_FAULTS:
            raise
        return _complain(f"无法写文件（{error.filename}）：{_HOST_FAULTS[error.errno]}；原有成果未动", 1)
    # typer turns an interrupt into this number, as shells do.
    return _complain("已中断，原有成果未动", code) if code == _INTERRUPTED else code


def _help_page(words: list[str], verbs: dict[str, Any]) -> str:
    named = [word for word in words if word in verbs]
    return usage.page(named[0], verbs[named[0]]) if named else usage.overview(TITLE, verbs)


Names = Annotated[list[str] | None, typer.Argument(help=f"不写则为 {DEFAULT_EDITION}；可写多个")]
Everything = Annotated[bool, typer.Option("--all", help="生成 editions/ 里的全部各期")]
Name = Annotated[str, typer.Argument(help=f"不写则为 {DEFAULT_EDITION}")]


@app.command(add_help_option=False)
def run(context: typer.Context, editions: Names = None, *, everything: Everything = False) -> int:
    """从原始数据生成报告：检查数据和笔记本，执行各环节，成稿"""
    from tuoyu.engine.runner import run_edition

    return _each(context.obj, _chosen(context.obj, editions, everything=everything), run_edition)


@app.command(add_help_option=False)
def render(context: typer.Context, editions: Names = None, *, everything: Everything = False) -> int:
    """只改了文字时重新成稿：用上次运行的结果，不执行笔记本"""
    from tuoyu.engine.runner import render_edition

    return _each(context.obj, _chosen(context.obj, editions, everything=everything), render_edition)


def _chosen(site: Site, names: list[str] | None, *, everything: bool) -> list[str]:
    if everything and names:
        msg = f"--all 表示全部各期，不用再写期名 {'、'.join(names)}"
        raise ParameterError(msg)
    return list_editions(site.root) if everything else names or [DEFAULT_EDITION]


@app.command(add_help_option=False)
def check(context: typer.Context, edition: Name = DEFAULT_EDITION) -> int:
    """只检查参数、原始数据和笔记本，不执行；列出缺少的数据，有差错的表写出退回单"""
    from tuoyu.engine.contract import check_contract

    site: Site = context.obj
    loaded = load_edition(site.root, edition)
    code = 0
    inspections = (partial(_check_tables, site, loaded), partial(check_contract, site.root, site.stages))
    for inspection in inspections:
        try:
            inspection()
        except TuoyuError as error:
            code = code or error.exit_code
            _complain(str(error), code)
    if code == 0:
        _say(f"{edition}：参数、原始数据、笔记本均符合要求")
    return code


def _check_tables(site: Site, edition: Edition) -> None:
    """Prove the raw files and read every table of them; errors are raised all at once, doubts are told."""
    from tuoyu.errors import DataError
    from tuoyu.review import review

    seen = review(site.root, edition, site.root / "notebooks" / site.stages[-1].notebook)
    for path in seen.returns:
        _say(f"  退回单　{path.relative_to(site.root).as_posix()}（差错已在单元格里标出，可发还提供单位改正）")
    errors = [one for one in seen.findings if one.severity == "error"]
    if errors:
        raise DataError.from_findings(errors)
    for one in seen.findings:
        _say(f"  {SEVERITY_NAMES[one.severity]}　{one.text}")
    for words, sections in seen.wanting:
        _say(f"  缺少　{words}→ 影响“{'”“'.join(sections)}”")


@app.command(add_help_option=False)
def new(
    context: typer.Context,
    city: Annotated[str | None, typer.Argument(help="城市名称或六位行政区划代码")] = None,
    *,
    as_of: Annotated[str, typer.Option("--as-of", help="数据截止日期，如 2024-12-31；不写则为上年末")] = "",
    example: Annotated[bool, typer.Option("--example", help="生成示例市，数据都是编造的，用来学习")] = False,
) -> int:
    """新建一个城市：城市信息、参数文件和填报表"""
    from tuoyu.scaffold import create_city
    from tuoyu.scaffold import create_example

    if bool(city) is example:
        msg = "写一个城市的名称或代码，或者只写 --example"
        raise ParameterError(msg)
    site: Site = context.obj
    made = create_example(site.root) if example else create_city(site.root, str(city), as_of=_day(as_of))
    for path in made:
        _say(f"  新建　{path.relative_to(site.root).as_posix()}")
    name = next(path.stem for path in made if path.parent.name == "editions")
    following = "run" if example else "accept"
    _say(f"接下来：{'' if example else '填好填报表，然后 '}{usage.PROGRAM} {following} {name}")
    return 0


def _day(text: str) -> date:
    """The day that ``--as-of`` names; the end of last year without it."""
    if not text:
        return date(date.today().year - 1, 12, 31)  # noqa: DTZ011 - the user's own calendar
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"--as-of 写作 2024-12-31，现为“{text}”"
        raise ParameterError(msg) from None


@app.command(add_help_option=False)
def accept(context: typer.Context, edition: Name = DEFAULT_EDITION) -> int:
    """本市的文件填好或换新以后，把校验值记入来源说明"""
    from tuoyu.source import accept_files

    site: Site = context.obj
    accepted = accept_files(site.root, load_edition(site.root, edition).city)
    for path in accepted:
        _say(f"  已记入　{path.relative_to(site.root).as_posix()}")
    following = f"；接下来：{usage.PROGRAM} check {edition}"
    _say(f"{len(accepted)} 份文件的校验值已更新{following}" if accepted else "没有改过的文件")
    return 0


@app.command("list", add_help_option=False)
def list_all(context: typer.Context) -> int:
    """列出各期及其状态"""
    site: Site = context.obj
    for name in list_editions(site.root):
        try:
            loaded = load_edition(site.root, name)
        except TuoyuError:
            _say(f"{name}  参数文件有误，请运行 {usage.PROGRAM} check {name}")
        else:
            _say(f"{name}  {_headline(loaded)}  {_state(site.root, name)}")
    return 0


@app.command(add_help_option=False)
def doctor() -> int:
    """检查本机环境：Python、依赖包、内核、字体、Quarto"""
    from tuoyu.doctor import examine

    checkups = examine()
    for checkup in checkups:
        _say(f"{checkup.verdict}  {checkup.name}：{checkup.words}")
    return 0 if all(checkup.fine or not checkup.needed for checkup in checkups) else 1


def _each(site: Site, names: list[str], make: Callable[[Job], Path]) -> int:
    """Make several editions; a failed one does not stop the others, its exit code is kept."""
    from tuoyu.engine.runner import Job
    from tuoyu.publication import renderer

    editions = [load_edition(site.root, name) for name in dict.fromkeys(names)]
    code = 0
    results: dict[str, str] = {}
    for edition in editions:
        render = renderer(site.root, site.stages)
        _say(f"{edition.name}：{_headline(edition)}")
        try:
            make(Job(site.root, edition, site.stages, report=_show, render=render))
        except TuoyuError as error:
            code = code or error.exit_code
            _complain(str(error), code)
            results[edition.name] = "失败"
        else:
            _conclude(site.root, edition)
            results[edition.name] = "完成"
    _sum_up(site.root, results)
    return code


def _sum_up(root: Path, results: dict[str, str]) -> None:
    """The page that lists all editions; after a run of several, a table of them too."""
    from tuoyu.overview import entries
    from tuoyu.overview import write_index

    index = write_index(root)
    if len(results) < 2:
        return
    made = {one.name: one for one in entries(root)}
    table = Table(box=None, pad_edge=False)
    for heading in ("期名", "结果", "每千人口托位数", "托位使用率", "请核对", "省略"):
        table.add_column(heading)
    for name, result in results.items():
        one = made.get(name)
        figures = {label: number for label, number, _ in one.figures} if one else {}
        shown = [figures.get("每千人口托位数", "—"), figures.get("托位使用率", "—")]
        counts = [f"{one.doubts} 条", f"{one.omissions} 处"] if one else ["—", "—"]
        table.add_row(name, result, *shown, *counts)
    console = Console()
    console.width = max(console.width, 100)
    console.print(table)
    _say(f"总目：{index.relative_to(root).as_posix()}")


def _headline(edition: Edition) -> str:
    return f"{edition.publication.title}{edition.publication.subtitle}"


def _show(step: Step) -> None:
    """One line for each finished step; on a terminal also what is under way."""
    console = Console(stderr=True)
    if step.state == "started":
        if console.is_terminal:
            console.print(f"  … {step.title}", end="\r", highlight=False, markup=False)
        return
    mark = "✓" if step.state == "done" else "✗"
    line = f"  {mark} {step.title}（{step.seconds:.1f} 秒）"
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def _conclude(root: Path, edition: Edition) -> None:
    from tuoyu.publication import OMISSIONS
    from tuoyu.publication import PAPERS
    from tuoyu.publication import REPORT_FILES
    from tuoyu.publication import count_findings
    from tuoyu.publication import count_omissions

    folder = f"reports/{edition.name}"
    _say(f"完成。报告：{'、'.join(f'{folder}/{name}' for name in REPORT_FILES)}")
    _say(f"计算底稿：{folder}/{PAPERS}；清单：{folder}/manifest.json")
    omitted = count_omissions(root, edition.name)
    if omitted:
        _say(f"因缺少数据或材料省略 {omitted} 处，原因见报告的指标口径附件和 {folder}/{OMISSIONS}")
    doubts = count_findings(root, edition.name).get("warning", 0)
    _say(f"核验意见中有 {doubts} 条请核对，见报告的数据核验附件" if doubts else "核验意见中没有需要核对的")


def _state(root: Path, name: str) -> str:
    from tuoyu.overview import is_made
    from tuoyu.publication import count_findings

    if not is_made(root, name):
        return "未生成"
    return f"已生成，{count_findings(root, name).get('warning', 0)} 条请核对"


def _say(text: str) -> None:
    print(text)  # noqa: T201 - this is the program's output


def _complain(text: str, code: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201 - as above
    return code
