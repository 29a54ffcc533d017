"""The notebook contract: every breach is found before a kernel starts, all at once, with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toy

from tuoyu.engine.cells import read_cells
from tuoyu.engine.contract import check_contract
from tuoyu.engine.contract import notebook_faults
from tuoyu.engine.contract import notebooks_with_results
from tuoyu.engine.contract import plan_faults
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.stage import Stage
from tuoyu.workspace.opening import load_stages

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = Path(__file__).parent / "notebooks"
STAGES = load_stages(ROOT)


def faults_of_cell(tmp_path: Path, source: str, **changes: object) -> list[str]:
    """Faults of a notebook that is right but for one cell."""
    record = json.loads((NOTEBOOKS / "makes one table.ipynb").read_bytes())
    record["cells"].append({"cell_type": "code", "id": "x", "metadata": {}, "source": source})
    path = tmp_path / "makes one table.ipynb"
    path.write_text(json.dumps(record), encoding="utf-8")
    return notebook_faults(path, toy.clean_stage(**{"needs": (), **changes}))


def test_all_breaches_are_listed_with_notebook_heading_and_cell(tmp_path: Path) -> None:
    stage = toy.clean_stage("breaks every rule")
    with pytest.raises(ContractError) as caught:
        check_contract(toy.build(tmp_path, stage), [stage])
    message = str(caught.value)
    assert caught.value.exit_code == 3
    assert "有 12 处不合约定" in message
    assert "没有执行任何笔记本" in message
    for expected in (
        "参数单元格只能写“名称 = 字面值”",
        "参数应当是 edition，现为 city",
        "“自作主张”标题下，第4个单元格（%matplotlib inline）：不能用魔法命令",
        "第1行引入了 os",
        "第1行定义了 add",
        "第1行调用了 open()",
        "第3行调用了 read_csv()",
        "'data/raw/town/births.csv'",
        "代码有 16 行，超过 15 行",
        "第10个单元格（broken = (）：第1行有语法错误",
    ):
        assert expected in message


def test_parameters_cell_is_required() -> None:
    (fault,) = notebook_faults(NOTEBOOKS / "has no parameters.ipynb", toy.clean_stage())
    assert "没有带 parameters 标签的单元格" in fault


def test_second_parameters_cell_is_refused(tmp_path: Path) -> None:
    record = json.loads((NOTEBOOKS / "makes one table.ipynb").read_bytes())
    record["cells"].append(record["cells"][1])
    path = tmp_path / "twice.ipynb"
    path.write_text(json.dumps(record), encoding="utf-8")
    faults = notebook_faults(path, toy.clean_stage())
    assert any("有 2 个带 parameters 标签的单元格" in fault for fault in faults)


def test_title_cell_comes_first(tmp_path: Path) -> None:
    record = json.loads((NOTEBOOKS / "makes one table.ipynb").read_bytes())
    path = tmp_path / "untitled.ipynb"
    path.write_text(json.dumps({**record, "cells": record["cells"][1:]}), encoding="utf-8")
    assert any("第1个单元格：应为标题" in fault for fault in notebook_faults(path, toy.clean_stage()))


@pytest.mark.parametrize(
    "source",
    [
        "!ls",
        "%time 1",
        "class Table: pass",
        "async def later(): pass",
        "from tuoyu.engine.runner import run_edition",
        "import tuoyu.render",
        "from .here import there",
        "import numpy as np",
        "eval('1')",
        "frame.to_csv()",
        "figure.savefig(target)",
        "where = '/etc/passwd'",
        "where = '../data'",
        r"where = 'C:\\数据'",
        "where = 'https://example.org'",
        "where = f'data/raw/{place}'",
        "where = f'{name}.xlsx'",
    ],
)
def test_breach_is_found(tmp_path: Path, source: str) -> None:
    assert faults_of_cell(tmp_path, source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "unit = '个/千人'",
        "label = 'OECD/EU'",
        "share = frame.query('托位 > 0')",
        "import seaborn as sns",
        "from tuoyu import open_stage",
        "order = sorted(rows, key=lambda row: row.year)",
        "work.save_text('numbers.parquet', text)",
        "pattern = r'\\d+年'",
        "table = frame.to_html()",
    ],
)
def test_honest_code_is_let_pass(tmp_path: Path, source: str) -> None:
    assert faults_of_cell(tmp_path, source) == []


def test_file_that_is_no_notebook_is_reported(tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_text("{", encoding="utf-8")
    (fault,) = notebook_faults(tmp_path / "broken.ipynb", toy.clean_stage())
    assert "不是有效的 Jupyter 笔记本" in fault


def test_missing_notebook_is_reported(tmp_path: Path) -> None:
    (fault,) = notebook_faults(tmp_path / "gone.ipynb", toy.clean_stage())
    assert "没有这个文件" in fault


def test_need_that_nobody_makes_is_a_fault_of_the_plan() -> None:
    (fault,) = plan_faults([toy.sum_stage()])
    assert "环节 indicators 需要 numbers.parquet，但它前面没有环节写出这个文件" in fault


def test_doubled_names_and_products_are_faults_of_the_plan() -> None:
    message = "\n".join(plan_faults([toy.clean_stage(), toy.clean_stage()]))
    assert "环节名 clean 用了两次" in message
    assert "numbers.parquet 由两个环节写出" in message


def test_stage_refuses_paths_that_leave_its_folder() -> None:
    with pytest.raises(ValueError, match="not a path below"):
        toy.clean_stage(makes=("../secret",))


def test_heading_above_is_the_nearest_one_without_its_id(tmp_path: Path) -> None:
    cells = [("markdown", "# 标题\n\n## 一、供给 {#s1}"), ("code", "x = 1")]
    record = {"nbformat": 4, "cells": [{"cell_type": kind, "source": source} for kind, source in cells]}
    path = tmp_path / "headings.ipynb"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert read_cells(path)[1].where == "“一、供给”标题下，第2个单元格（x = 1）"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_notebooks_of_the_repository_keep_the_contract(stage: Stage) -> None:
    assert notebook_faults(ROOT / "notebooks" / stage.notebook, stage) == []


def test_plan_of_the_repository_is_sound() -> None:
    assert list(plan_faults(STAGES)) == []


def test_notebooks_of_the_repository_are_kept_without_results() -> None:
    assert notebooks_with_results(ROOT, STAGES) == []
