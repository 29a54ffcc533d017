"""The cases that are measured, each as a row of the last table: one edition, several editions at once, the PDF."""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import compileall
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

import ways
from cities import copy_repository
from costs import Command
from costs import CommandFailedError
from costs import Cost
from costs import measure
from costs import say

from tuoyu.engine import journal
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.raw import list_inputs
from tuoyu.workspace.raw import list_raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from costs import Chain

WORKERS = 2
HEAVY = ("pandas", "matplotlib", "seaborn", "ipykernel", "papermill")
EDITED = "（试改）"
_EDITED_FOLDERS = ("notebooks", "data/raw")


@dataclass(frozen=True)
class Row:
    """一行 — costs of each way, one a round; goals for the ratios; and what else has to hold, in words.

    ``remark`` is there instead of numbers where the case could not be measured.
    """

    case: str
    ours: Sequence[Cost] = ()
    naive: Sequence[Cost] = ()
    floor: Sequence[Cost] = ()
    of_naive: float | None = None
    of_floor: float | None = None
    demands: tuple[tuple[str, bool], ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Bench:
    """测试台 — a folder for copies of the repository, how many rounds, and the edition that is measured."""

    folder: Path
    repeat: int
    edition: str
    tell: Callable[[str], None]

    @property
    def original(self) -> Path:
        """The repository as it was when it was first asked for, with its bytecode; not to be touched."""
        root = self.folder / "original"
        if not root.exists():
            copy_repository(root)
            compileall.compile_dir(root / "tuoyu", quiet=1)
        return root

    def copy(self, name: str) -> Path:
        """A copy of it in a folder of that name."""
        return Path(shutil.copytree(self.original, self.folder / name))


def executed(root: Path, edition: str) -> int:
    """How many notebooks the last run of an edition executed, by the journal."""
    steps = journal.entries(root, edition)[-1]["steps"]
    return sum(step["state"] == "executed" for step in steps)


@dataclass(frozen=True)
class _Variant:
    """One step of our way: what is changed before it, and how many notebooks it may execute."""

    key: str
    case: str
    group: str
    change: Callable[[Path, str], None]
    executes: int
    of_naive: float | None = None
    of_floor: float | None = None
    formats: str = ""


@dataclass
class _Seen:
    """What was measured so far."""

    naive: list[Cost] = field(default_factory=list)
    floor: list[Cost] = field(default_factory=list)
    ours: dict[str, list[Cost]] = field(default_factory=dict)
    executed: dict[str, set[int]] = field(default_factory=dict)
    light: bool = True


def one_edition(bench: Bench, groups: Sequence[str]) -> list[Row]:
    """Rows of the cases cold, unchanged, prose and figure; every round measures the naive way and the floor anew."""
    roots = {name: bench.copy(name) for name in ("ours", "naive", "floor")}
    variants = [one for one in _VARIANTS if one.group in groups or one.key == "cold"]
    seen = _Seen()

    def ours() -> None:
        _restore(roots["ours"], bench.original)
        for one in variants:
            one.change(roots["ours"], bench.edition)
            bench.tell(one.case)
            cost = measure(ways.ours(roots["ours"], [bench.edition], formats=one.formats), roots["ours"])
            seen.ours.setdefault(one.key, []).append(cost)
            seen.executed.setdefault(one.key, set()).add(executed(roots["ours"], bench.edition))
            if one.key == "unchanged":
                seen.light &= _is_light(roots["ours"], bench.edition)

    def naive() -> None:
        bench.tell("朴素做法")
        ways.clear(roots["naive"])
        seen.naive.append(measure(ways.naive(roots["naive"], [bench.edition]), roots["naive"]))

    def floor() -> None:
        bench.tell("单个脚本")
        ways.clear(roots["floor"])
        seen.floor.append(measure(ways.floor(roots["floor"], [bench.edition]), roots["floor"]))

    alternate(bench.repeat, [naive, floor, ours])
    return [_row(one, seen) for one in variants if one.group in groups]


def alternate(repeat: int, turns: Sequence[Callable[[], None]]) -> None:
    """Take the turns in every round, every other round the other way about."""
    for number in range(repeat):
        for turn in reversed(turns) if number % 2 else turns:
            turn()


def _row(one: _Variant, seen: _Seen) -> Row:
    counts = seen.executed[one.key]
    words = f"执行 {'、'.join(map(str, sorted(counts)))} 个笔记本，应为 {one.executes} 个"
    demands = [(words, counts == {one.executes})]
    if one.key == "unchanged":
        demands.append((f"{'没有' if seen.light else ''}载入 pandas、matplotlib、内核", seen.light))
    floor = seen.floor if one.of_floor is not None else ()
    return Row(one.case, seen.ours[one.key], seen.naive, floor, one.of_naive, one.of_floor, tuple(demands))


def _is_light(root: Path, edition: str) -> bool:
    command = Command((sys.executable, "-X", "importtime", "pipeline.py", "run", edition), root)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in say(command, root).splitlines()}
    return not loaded & set(HEAVY)


def _restore(root: Path, original: Path) -> None:
    """Take away products and edits."""
    ways.clear(root)
    for name in _EDITED_FOLDERS:
        shutil.rmtree(root / name)
        shutil.copytree(original / name, root / name)


def _nothing(_root: Path, _edition: str) -> None:
    return


def _from_nothing(root: Path, _edition: str) -> None:
    """No products and nothing kept of earlier runs."""
    ways.clear(root)


def _change_remarks(root: Path, edition: str) -> None:
    """A comment in the code, a tag, and the times of all raw files."""
    path = root / "notebooks" / ways.notebooks(root)[1]
    notebook = json.loads(path.read_bytes())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[-1]["source"] = f"# 试改\n{''.join(code[-1]['source'])}"
    code[-1]["metadata"]["tags"] = [*code[-1]["metadata"].get("tags", ()), "edited"]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")
    for place in load_edition(root, edition).places:
        for file in list_inputs(root, place):
            os.utime(file, (1, 1))


def _change_prose(root: Path, _edition: str) -> None:
    """A remark at the end of the first sentence of the introduction."""
    path = root / "notebooks" / "report" / "引言.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("。", f"{EDITED}。", 1), encoding="utf-8")


def _change_papers(root: Path, edition: str) -> None:
    """A comment in a sidecar: the first stage has to run, and makes what it made before."""
    folder = load_edition(root, edition).city
    paper = next(path for path in list_inputs(root, folder) if path.name.endswith(SIDECAR))
    paper.write_text(f"# 试改\n{paper.read_text(encoding='utf-8-sig')}", encoding="utf-8")


def _change_figure(root: Path, edition: str) -> None:
    """The last digit of one figure of the census, accepted as a new version of the file."""
    for path in list_raw(root, load_edition(root, edition).city):
        if path.suffix != ".csv":
            continue
        text = path.read_text(encoding="utf-8-sig")
        changed = re.sub(r"(0岁人口\(七普\),\d*)(\d)(?=人)", lambda m: f"{m[1]}{(int(m[2]) + 1) % 10}", text, count=1)
        if changed != text:
            path.write_text(changed, encoding="utf-8-sig", newline="")
            say(Command((sys.executable, "pipeline.py", "accept", edition), root), root)
            return
    msg = f"{edition} 的数据里没有“0岁人口(七普)”，不能测“改一个原始数字”"
    raise CommandFailedError(msg)


_VARIANTS = (
    _Variant("two", "一期，从头做，HTML、PDF", "cold", _from_nothing, 3, 0.40, 1.3, "html,pdf"),
    _Variant("cold", "一期，从头做，四种格式", "cold", _from_nothing, 3, 0.45),
    _Variant("unchanged", "什么都没有变", "unchanged", _nothing, 0, 0.03),
    _Variant("remarks", "只改注释、标签、文件时间", "unchanged", _change_remarks, 0, 0.03),
    _Variant("prose", "只改报告文字，四种格式", "prose", _change_prose, 0, 0.20),
    _Variant("papers", "改来源说明的注释，第一环节的结果不变", "figure", _change_papers, 1, 0.14),
    _Variant("figure", "改一个原始数字，四种格式", "figure", _change_figure, 3, 0.38),
)


def several_editions(bench: Bench, count: int) -> list[Row]:
    """The row of many editions from nothing with two workers: the one edition under as many names."""
    roots = {name: bench.copy(f"{name}-{count}") for name in ("ours", "naive", "floor")}
    names = [f"{bench.edition}-{number:03d}" for number in range(1, count + 1)]
    for root in roots.values():
        for name in names:
            shutil.copyfile(root / "editions" / f"{bench.edition}.toml", root / "editions" / f"{name}.toml")
    chains: dict[str, Callable[[Path], list[Chain]]] = {
        "naive": lambda root: ways.naive(root, names),
        "floor": lambda root: ways.floor(root, names, WORKERS),
        "ours": lambda root: ways.ours(root, names, WORKERS),
    }
    costs: dict[str, list[Cost]] = {way: [] for way in chains}

    def turn(way: str) -> None:
        bench.tell(f"{count} 期：{way}")
        ways.clear(roots[way])
        costs[way].append(measure(chains[way](roots[way]), roots[way], jobs=WORKERS))

    alternate(bench.repeat, [lambda way=way: turn(way) for way in chains])
    case = f"{count} 期，从头做，四种格式，两个进程"
    return [Row(case, costs["ours"], costs["naive"], costs["floor"], 0.30, 2.0)]


def pdf(bench: Bench) -> list[Row]:
    """Two rows of our PDF against nbconvert's webpdf: whole processes, and the conversions alone."""
    root = bench.copy("pdf")
    measure(ways.ours(root, [bench.edition]), root)
    notebook = root / "reports" / bench.edition / "report.ipynb"
    costs: dict[str, list[Cost]] = {"pdf": [], "webpdf": []}
    inside: dict[str, list[Cost]] = {"pdf": [], "webpdf": []}

    def turn(way: str) -> None:
        bench.tell(f"PDF：{way}")
        target = bench.folder / f"{way}.pdf"
        costs[way].append(measure(ways.one_pdf(way, root, notebook, target), root))
        inside[way].append(Cost(*json.loads(ways.seconds_beside(target).read_bytes())))

    try:
        alternate(bench.repeat, [lambda way=way: turn(way) for way in costs])
    except CommandFailedError as failure:
        why = str(failure).strip().splitlines()[-1]
        return [Row("PDF 对 webpdf", remark=f"略过：{why}；需要 pip install 'nbconvert[webpdf]' 和 Chromium")]
    return [
        Row("PDF，整个进程，对 webpdf", costs["pdf"], costs["webpdf"], of_naive=0.20),
        Row("PDF，只计转换，对 webpdf", inside["pdf"], inside["webpdf"], of_naive=0.20),
    ]
