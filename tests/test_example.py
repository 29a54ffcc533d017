"""示例市: made-up data of every kind, the same every time, and never to be taken for real."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import clean_at
from conftest import copy_repository
from openpyxl import load_workbook

from tuoyu.childcare import example
from tuoyu.childcare.institutions.entries import is_credit_code
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.front.cli import main
from tuoyu.workspace.opening import load_stages

MARK = "示例数据"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_repository(tmp_path_factory.mktemp("example") / "site")
    assert main(load_stages(root), root=root, arguments=["new", "--example"]) == 0
    return root


@pytest.fixture(scope="module")
def reports(site: Path) -> Path:
    assert main(load_stages(site), root=site, arguments=["run", example.EDITION]) == 0
    return site / "reports" / example.EDITION


def test_same_bytes_every_time() -> None:
    assert example.files() == example.files()


def test_every_file_says_that_it_is_made_up() -> None:
    for name, content in example.files().items():
        if name.endswith(".xlsx"):
            book = load_workbook(io.BytesIO(content))
            assert all(MARK in sheet.title and MARK in str(sheet["A1"].value) for sheet in book.worksheets)
        else:
            assert MARK in content.decode("utf-8-sig")


def test_it_has_what_it_promises(site: Path) -> None:
    result, _ = clean_at(site, example.EDITION)
    assert not [one for one in result.findings if one.severity == "error"]
    whole = {
        one.indicator: one for one in result.observations if one.place == example.CODE and not one.part and one.basis
    }
    assert whole["institutions"].value == 60
    assert 290 <= whole["respondents"].value <= 300
    streets = [one for one in result.observations if one.indicator == "children" and one.part.axis == "街道"]
    assert len(streets) == 12
    said = " ".join(one.what for one in result.findings)
    assert "同一机构列了两次" in said
    assert "所用时间少于30秒" in said


def test_register_is_reconciled_with_the_published_total(site: Path) -> None:
    result, _ = clean_at(site, example.EDITION)
    (apart,) = [
        one for one in checks.check_observations(result.observations, vocabulary()) if one.code == "unreconciled"
    ]
    assert "托育机构数按机构名单计算为60家" in apart.what
    assert "公布为“61家”，少1家" in apart.what


def test_codes_pass_their_own_check() -> None:
    assert all(is_credit_code(example.credit_code(serial)) for serial in range(1, 100))


def test_example_is_not_made_twice(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in (site / "data/raw/example").iterdir()}
    assert main(load_stages(site), root=site, arguments=["new", "--example"]) == 2
    assert "已经存在，没有改动" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (site / "data/raw/example").iterdir()} == before


@pytest.mark.slow
def test_every_page_and_property_says_so(reports: Path) -> None:
    page = (reports / "report.html").read_text("utf-8")
    assert "示例数据，非真实统计" in page.partition("<body")[2][:3000]
    assert MARK in re.search("<title>(.*?)</title>", page)[1]  # type: ignore[index]
    document = pypdfium2.PdfDocument(reports / "report.pdf")
    for sheet in document:
        assert MARK in sheet.get_textpage().get_text_bounded().replace("\r\n", "")
    document.close()
    with pikepdf.open(reports / "report.pdf") as file, file.open_metadata() as metadata:
        assert MARK in str(file.docinfo["/Title"])
        assert MARK in str(metadata["dc:title"])


@pytest.mark.slow
def test_no_line_of_the_questionnaires_reaches_a_product(reports: Path) -> None:
    """Exact times of answers are what an export holds of persons here; open answers are dropped likewise."""
    answers = example.files()["家长问卷（示例数据）_按文本_300_300.xlsx"]
    times = {row[1] for row in load_workbook(io.BytesIO(answers)).worksheets[0].iter_rows(min_row=3, values_only=True)}
    assert len(times) > 20
    for path in [*reports.rglob("*"), *(reports.parents[1] / "data/processed/example-2024").rglob("*")]:
        if path.is_file():
            content = path.read_bytes().decode("utf-8", "ignore")
            assert not any(str(time) in content for time in times)


def test_workbooks_hold_no_clock_and_no_name() -> None:
    for name, content in example.files().items():
        if name.endswith(".xlsx"):
            archive = zipfile.ZipFile(io.BytesIO(content))
            assert {entry.date_time[0] for entry in archive.infolist()} == {2000}
            core = archive.read("docProps/core.xml").decode()
            assert "2000-01-01" in core
            assert not re.search("20(1|2)[0-9]-", core)


def test_made_up_and_real_figures_do_not_mix(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy_repository(tmp_path / "mixed")
    name = "公布数据（示例数据）.csv"
    for ending in ("", ".source.toml"):
        (root / f"data/raw/jiangmen/{name}{ending}").write_bytes(
            (site / f"data/raw/example/{name}{ending}").read_bytes()
        )
    assert main(load_stages(root), root=root, arguments=["check", "jiangmen-2024-08"]) == 4
    assert "示例数据和真实数据不能放在同一个文件夹" in capsys.readouterr().err
