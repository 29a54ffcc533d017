"""What a notebook must look like before it may run; every breach of every notebook is listed at once.

The reasons: a notebook with one literal parameters cell can be run for any edition; without ``def``
it stays a report whose functions live in the package, tested; without paths and foreign imports it
reads and writes only what its stage declared.
"""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from tuoyu.engine.cells import MOST_KEPT
from tuoyu.engine.cells import PARAMETERS
from tuoyu.engine.cells import Cell
from tuoyu.engine.cells import cells_of
from tuoyu.engine.cells import cut
from tuoyu.engine.cells import read_cells
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.stage import CITIES
from tuoyu.nouns.stage import RAW

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.stage import Stage

PARAMETER_NAMES = frozenset({"edition"})
MOST_LINES = 15
_PACKAGES = frozenset({"tuoyu", "pandas", "seaborn"})
_ALLOWED = "只能引入 tuoyu（engine、render、cli 除外）、pandas、seaborn"
_BACK_ROOMS = ("tuoyu.engine", "tuoyu.render", "tuoyu.front.cli")
_FOLDERS = re.compile(r"^(?:/|~|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\w+://|(?:data|reports|editions|notebooks|tests)[/\\])")
_SUFFIXES = re.compile(
    r"\.(?:csv|tsv|txt|xlsx?|xlsb|ods|docx?|pdf|html?|json|toml|ya?ml|parquet|feather|pickle|pkl|svg|png|jpe?g|ipynb|py)$",
    flags=re.IGNORECASE,
)
_FORBIDDEN_CALLS = frozenset({"open", "exec", "eval", "compile", "__import__"})
_READERS = {RAW: {"raw_files", "corrections", "questions"}, CITIES: {"cities"}}  # how a notebook asks for inputs
_WRITERS = frozenset({"to_csv", "to_excel", "to_parquet", "to_feather", "to_json", "to_pickle", "savefig"})


def check_contract(root: Path, stages: Sequence[Stage]) -> None:
    """Raises ContractError with every fault of the plan and of the notebooks; returns if there is none."""
    faults = [*plan_faults(stages)]
    for stage in stages:
        faults += notebook_faults(root / "notebooks" / stage.notebook, stage)
    if faults:
        lines = [f"笔记本或流程有 {len(faults)} 处不合约定，请改正后重新运行（没有执行任何笔记本）："]
        lines += [f"  {number}. {fault}" for number, fault in enumerate(faults, 1)]
        raise ContractError("\n".join(lines))


def plan_faults(stages: Sequence[Stage]) -> Iterator[str]:
    """Faults between stages: doubled names or products, needs that no earlier stage makes."""
    made: set[str] = {RAW, CITIES}
    for position, stage in enumerate(stages):
        earlier = stages[:position]
        if stage.name in [other.name for other in earlier]:
            yield f"pipeline.py：环节名 {stage.name} 用了两次"
        for product in stage.makes:
            if product in made:
                yield f"pipeline.py：{product} 由两个环节写出，环节 {stage.name} 不应再写"
        for need in stage.needs:
            if need not in made:
                yield f"pipeline.py：环节 {stage.name} 需要 {need}，但它前面没有环节写出这个文件"
        made.update(stage.makes)


def notebook_faults(path: Path, stage: Stage) -> list[str]:
    """Faults of one notebook, each naming notebook, heading and cell."""
    name = f"笔记本 {path.name}"
    if not path.is_file():
        return [f"{name}：notebooks 文件夹里没有这个文件"]
    return [f"{name}{fault}" for fault in _faults_of(path.read_bytes(), stage)]


@lru_cache(maxsize=MOST_KEPT)
def _faults_of(content: bytes, stage: Stage) -> tuple[str, ...]:
    try:
        cells = cells_of(content)
    except ValueError:
        return ("：不是有效的 Jupyter 笔记本（格式 4），请用 JupyterLab 打开检查",)
    faults = [*_shape_faults(cells)]
    for cell in cells:
        if cell.kind == "code":
            faults += [f"{cell.where}：{fault}" for fault in _code_faults(cell, stage)]
    faults += _unread_faults(cells, stage)
    return tuple(f"，{fault}" for fault in faults)


def notebooks_with_results(root: Path, stages: Iterable[Stage]) -> list[str]:
    """Names of notebooks saved with outputs or execution counts: they run, but do not belong in git."""
    paths = (root / "notebooks" / stage.notebook for stage in stages)
    return [path.name for path in paths if any(cell.has_results for cell in read_cells(path))]


def _shape_faults(cells: tuple[Cell, ...]) -> Iterator[str]:
    first = cells[0] if cells else None
    if first is None or first.kind != "markdown" or not first.source.startswith("# "):
        yield "第1个单元格：应为标题（Markdown 单元格，以“# ”开头）"
    tagged = [cell for cell in cells if PARAMETERS in cell.tags]
    if len(tagged) != 1:
        count = "没有" if not tagged else f"有 {len(tagged)} 个"
        yield f"{count}带 parameters 标签的单元格，应当恰好有一个"
    for cell in tagged:
        yield from (f"{cell.where}：{fault}" for fault in _parameter_faults(cell))


def _parameter_faults(cell: Cell) -> Iterator[str]:
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError:
        return
    names = []
    for statement in statements:
        target, value = _assignment(statement)
        if target is None or not _is_literal(value):
            yield f"参数单元格只能写“名称 = 字面值”，第{statement.lineno}行不是"
        else:
            names.append(target)
    expected = "、".join(sorted(PARAMETER_NAMES))
    if sorted(names) != sorted(PARAMETER_NAMES):
        yield f"参数应当是 {expected}，现为 {'、'.join(names) or '空'}"


def _assignment(statement: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
        value: ast.expr | None = statement.value
    elif isinstance(statement, ast.AnnAssign):
        target, value = statement.target, statement.value
    else:
        return None, None
    return (target.id if isinstance(target, ast.Name) else None), value


def _is_literal(value: ast.expr | None) -> bool:
    try:
        ast.literal_eval(value or ast.Name("missing"))
    except ValueError:
        return False
    return True


def _code_faults(cell: Cell, stage: Stage) -> Iterator[str]:
    lines = cell.source.splitlines()
    if len(lines) > MOST_LINES:
        yield f"代码有 {len(lines)} 行，超过 {MOST_LINES} 行，请拆成几格，中间加说明文字"
    magics = [line.strip() for line in lines if re.match(r"\s*[%!?]", line)]
    if magics:
        yield f"不能用魔法命令或系统命令：{cut(magics[0])}"
        return
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        yield f"第{error.lineno}行有语法错误"
        return
    for node in ast.walk(tree):
        yield from _node_faults(node, stage)


def _node_faults(node: ast.AST, stage: Stage) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield f"第{node.lineno}行定义了 {node.name}，函数和类请写在 tuoyu 程序包中"
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for package in _foreign_packages(node):
            yield f"第{node.lineno}行引入了 {package}，笔记本{_ALLOWED}"
    elif isinstance(node, ast.Call):
        name = _file_call(node.func)
        if name:
            yield f"第{node.lineno}行调用了 {name}()，数据和成果请经由工作区读写（work.load_… / work.save_…）"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_path(node.value, stage):
        hint = "路径由工作区掌握；如果是本环节的成果，请先写进 pipeline.py 的 needs 或 makes"
        yield f"第{node.lineno}行写了文件路径 {cut(node.value)!r}：{hint}"


def _unread_faults(cells: tuple[Cell, ...], stage: Stage) -> Iterator[str]:
    """Needs that no cell reads: they would make the stage run again for nothing."""
    words: set[str] = set()
    for cell in cells:
        if cell.kind == "code":
            try:
                tree = ast.parse(cell.source)
            except SyntaxError:
                return
            words |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            words |= {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    for need in stage.needs:
        stem = need.partition(".")[0]
        readers = _READERS.get(need, {need, stem, f"load_{stem}"})
        if not (readers & words or any(fnmatchcase(word, need) for word in words)):
            yield f"pipeline.py 声明环节 {stage.name} 要读取 {need}，笔记本没有读取，请从 needs 中删去"


def _foreign_packages(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        names = ["." * node.level + (node.module or "")]
    else:
        names = [alias.name for alias in node.names]
    return [name for name in names if name.split(".")[0] not in _PACKAGES or name.startswith(_BACK_ROOMS)]


def _file_call(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id if function.id in _FORBIDDEN_CALLS else ""
    if not isinstance(function, ast.Attribute):
        return ""
    owner = function.value.id if isinstance(function.value, ast.Name) else ""
    reads = owner in {"pd", "pandas"} and function.attr.startswith("read_")
    return function.attr if reads or function.attr in _WRITERS else ""


def _is_path(text: str, stage: Stage) -> bool:
    # A product's own name is how a notebook speaks of it to the workspace.
    if "\n" in text or stage.may_read(text):
        return False
    return bool(_FOLDERS.search(text) or _SUFFIXES.search(text))
