"""From a fresh folder to the finished files, as a newcomer would; the same bytes the second time."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import papermill
import pikepdf
import pytest

from tuoyu.engine.manifest import STATE
from tuoyu.front.cli import main
from tuoyu.render.word import to_word
from tuoyu.workspace.opening import load_stages

if TYPE_CHECKING:
    from conftest import Made

FULL, EARLIER = "jiangmen-2024-08", "jiangmen-2023-12"
PAGES = {"report.html", "report.pdf", "report.docx", "report.ipynb"}
PRODUCTS = {*PAGES, "manifest.json", "omissions.json", "summary.json"}
PAPERS = {"01_clean.html", "02_indicators.html", "03_report.html"}


def run(clone: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "pipeline.py", *words],
        cwd=clone,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def digests(folder: Path) -> dict[str, str]:
    """Digest of every product; cache, journal, locks and the record of freshness are none."""
    names = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if not name.parts[0].startswith(".") and name.name != STATE
    }


@pytest.fixture
def built(all_made: Made, tmp_path: Path) -> Path:
    """A copy of the clone in which all editions were made."""
    return Path(shutil.copytree(all_made.place.root, tmp_path / "托育 site"))


def test_two_editions_from_a_fresh_clone_are_the_bytes_that_another_clone_has(clone: Path, all_made: Made) -> None:
    shutil.rmtree(clone / "reports", ignore_errors=True)
    for words in ((), (EARLIER,)):
        done = run(clone, "run", *words, TZ="Asia/Shanghai", LC_ALL="C", PYTHONHASHSEED="7")
        assert done.returncode == 0, done.stderr
    reports = clone / "reports"
    for name in (FULL, EARLIER):
        assert {path.name for path in (reports / name).iterdir()} >= PRODUCTS
        assert {path.name for path in (reports / name / "working-papers").iterdir()} == PAPERS
        for place in ("reports", "data/processed"):
            assert digests(clone / place / name) == digests(all_made.place.root / place / name)
    assert json.loads((reports / FULL / "omissions.json").read_text("utf-8")) == []
    left_out = json.loads((reports / EARLIER / "omissions.json").read_text("utf-8"))
    assert len(left_out) > 10
    assert f"因缺少数据或材料省略 {len(left_out)} 处" in done.stdout
    manifest = json.loads((reports / FULL / "manifest.json").read_text("utf-8"))
    assert str(clone) not in json.dumps(manifest)
    for name in PRODUCTS - {"manifest.json"}:
        content = (reports / FULL / name).read_bytes()
        assert str(clone).encode() not in content
        assert os.uname().nodename.encode() not in content or len(os.uname().nodename) < 4


def test_prose_edit_is_rendered_without_running_anything(built: Path) -> None:
    path = built / "notebooks/report/引言.md"
    text = path.read_text("utf-8")
    assert "本报告所称托育服务，" in text
    path.write_text(text.replace("本报告所称托育服务，", "本报告所称托育服务（试改），"), "utf-8")
    before = digests(built / "data/processed")
    assert run(built, "render", EARLIER).returncode == 0
    assert digests(built / "data/processed") == before
    assert "（试改）" in (built / "reports" / EARLIER / "report.html").read_text("utf-8")


def test_formats_not_asked_for_come_with_the_next_run_and_no_notebook_runs(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(*words: str) -> str:
        assert main(load_stages(built), root=built, arguments=words) == 0
        return capsys.readouterr().out

    reports, path = built / "reports" / EARLIER, built / "notebooks/report/引言.md"
    first, processed = digests(reports), digests(built / "data/processed")
    assert "成果不必重做" in say("run", EARLIER, "--to", "html")
    path.write_text(path.read_text("utf-8").replace("本报告所称托育服务，", "本报告所称托育服务（试改），"), "utf-8")
    assert "撤下：report.pdf、核算表.xlsx" in say("run", EARLIER, "--to", "html,word")
    few = digests(reports)
    assert first.keys() - few.keys() == {"report.pdf", "核算表.xlsx"}
    page = (reports / "report.html").read_text("utf-8")
    assert 'href="report.docx"' in page
    assert 'href="report.pdf"' not in page
    assert f'href="{EARLIER}/report.pdf"' not in (built / "reports/index.html").read_text("utf-8")
    say("run", EARLIER)
    assert digests(reports).keys() == first.keys()
    assert digests(reports)["report.docx"] == few["report.docx"]
    assert 'href="report.pdf"' in (reports / "report.html").read_text("utf-8")
    assert digests(built / "data/processed") == processed


def test_product_that_says_something_else_is_not_put_in_place(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(document: nbformat.NotebookNode) -> bytes:
        other = copy.deepcopy(document)
        for cell in other.cells:
            cell.source = cell.source.replace("## 一、", "## 甲、")
        return to_word(other)

    before = digests(built / "reports" / EARLIER)
    monkeypatch.setattr("tuoyu.render.word.to_word", wrong)
    assert main(load_stages(built), root=built, arguments=["render", EARLIER]) == 5
    said = capsys.readouterr().err
    assert "成稿的文件互不一致，没有采用，原有成果未动" in said
    assert "1. report.docx：第1个标题应为“一、" in said
    assert digests(built / "reports" / EARLIER) == before


def test_plain_papermill_makes_the_same_products(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processed = built / "data/processed" / EARLIER
    ours = {name: digest for name, digest in digests(processed).items() if not name.startswith("executed/")}
    shutil.rmtree(processed)
    monkeypatch.chdir(built / "notebooks")
    for stage in load_stages(built):
        papermill.execute_notebook(
            stage.notebook, str(built / f"out-{stage.notebook}"), parameters={"edition": EARLIER}, progress_bar=False
        )
    assert digests(processed) == ours


def test_assembled_report_is_a_valid_notebook_that_executes_nothing(built: Path) -> None:
    report = nbformat.read(built / "reports" / EARLIER / "report.ipynb", 4)
    nbformat.validate(report)
    code = [cell for cell in report.cells if cell.cell_type == "code"]
    assert all(cell.outputs and cell.source.startswith("# ") for cell in code)


def test_failed_run_leaves_the_earlier_products(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digests(built / "reports" / EARLIER), digests(built / "data/processed" / EARLIER)
    path = built / "data/raw/jiangmen/托幼一体化集体提案摘录.csv"
    path.write_bytes(path.read_bytes().replace("1.9万个".encode(), "一点九万".encode()))
    sidecar = path.with_name(path.name + ".source.toml")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    lines = [
        f'sha256 = "{digest}"' if line.startswith("sha256") else line
        for line in sidecar.read_text("utf-8").splitlines()
    ]
    sidecar.write_text("\n".join(lines), "utf-8")
    assert main(load_stages(built), root=built, arguments=["run", EARLIER]) == 4
    shown = capsys.readouterr().err
    assert "托幼一体化集体提案摘录.csv，D5：“一点九万”不是可识别的数字" in shown.replace("\n", "")
    assert "Traceback" not in shown
    assert (digests(built / "reports" / EARLIER), digests(built / "data/processed" / EARLIER)) == before


def test_pdf_properties_name_no_person(built: Path) -> None:
    with pikepdf.open(built / "reports" / EARLIER / "report.pdf") as document:
        assert str(document.docinfo["/Author"]) == "江门市3岁以下儿童早期发展研究中心"
