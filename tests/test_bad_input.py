"""Bad raw files: one Chinese list that names file, sheet and cell and says what to do; products untouched."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from conftest import clean_at
from conftest import cleaned
from openpyxl import load_workbook

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.front.cli import main
from tuoyu.nouns.errors import DataError
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import load_stages
from tuoyu.workspace.raw import check_sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook

EDITION = "jiangmen-2024-08"
POPULATION = "data/raw/jiangmen/人口主要指标.xlsx"
REPORT = "data/raw/jiangmen/社区托育民主监督报告摘录.csv"
SURVEY = "data/raw/jiangmen/家长问卷结果.csv"


def adopt(path: Path) -> None:
    """Enter a changed file into its sidecar, as staff do for a new version."""
    sidecar = path.with_name(path.name + ".source.toml")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sidecar.write_text(re.sub('sha256 = ".*"', f'sha256 = "{digest}"', sidecar.read_text("utf-8")), "utf-8")


def change_workbook(path: Path, change: Callable[[Workbook], object]) -> None:
    book = load_workbook(path)
    change(book)
    book.save(path)
    adopt(path)


def change_row(path: Path, number: str, column: str, text: str) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    position = rows[0].index(column)
    for row in rows:
        if row[0] == number:
            row[position] = text
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8-sig")
    adopt(path)


def findings_of(clone: Path) -> list[str]:
    """What 01_clean would stop with."""
    result, _ = clean_at(clone, EDITION)
    findings = [*result.findings, *checks.check_observations(result.observations, vocabulary())]
    return [one.text for one in findings if one.severity == "error"]


def test_the_repository_itself_has_no_errors(clone: Path) -> None:
    assert check_sources(clone, load_edition(clone, EDITION)) == []
    assert findings_of(clone) == []


def test_missing_file_altered_file_and_missing_sidecar_are_listed_at_once(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    products = clone / "reports" / EDITION
    products.mkdir(parents=True)
    (products / "report.html").write_text("earlier")
    (clone / POPULATION).unlink()
    (clone / SURVEY).write_bytes(b"\xef\xbb\xbf" + "题目,选项\r\n".encode())
    (clone / f"{REPORT}.source.toml").unlink()
    code = main(load_stages(clone), root=clone, arguments=["run", EDITION])
    shown = capsys.readouterr().err
    assert code == 4
    assert "Traceback" not in shown
    for file, what in ((POPULATION, "文件不在"), (SURVEY, "文件与收到时不同"), (REPORT, "缺少来源说明")):
        assert re.search(f"{re.escape(file)}.*{what}", shown.replace("\n", ""))
    assert (products / "report.html").read_text() == "earlier"


def test_renamed_sheet(clone: Path) -> None:
    change_workbook(clone / POPULATION, lambda book: setattr(book["人口"], "title", "人口与户籍"))
    (finding,) = [one for one in findings_of(clone) if "缺少工作表" in one]
    assert finding.startswith(f"{POPULATION}：缺少工作表“人口”（现有“人口与户籍”")


def test_shifted_column(clone: Path) -> None:
    def shift(book: Workbook) -> None:
        sheet = book["人口"]
        for row in range(5, 13):
            sheet.cell(row, 6).value = sheet.cell(row, 5).value
            sheet.cell(row, 5).value = None

    change_workbook(clone / POPULATION, shift)
    found = [one for one in findings_of(clone) if "没有年份" in one]
    assert any(f"{POPULATION}，工作表“人口”，F5：" in one for one in found)
    assert all("把数字移回所属年份的列" in one for one in found)


def test_header_without_years(clone: Path) -> None:
    def strip(book: Workbook) -> None:
        for column in (3, 4, 5):
            book["人口"].cell(4, column).value = None

    change_workbook(clone / POPULATION, strip)
    assert any("工作表“人口”，第3行：表头中没有年份" in one for one in findings_of(clone))


def test_missing_column_of_a_list(clone: Path) -> None:
    path = clone / REPORT
    path.write_text(path.read_text("utf-8-sig").replace("时点", "日期", 1), "utf-8-sig")
    adopt(path)
    assert any(f"{REPORT}，第1行：表头缺少“时点”列" in one for one in findings_of(clone))


def test_unknown_unit(clone: Path) -> None:
    change_row(clone / REPORT, "F048", "数据", "23595斤")
    (finding,) = findings_of(clone)
    assert re.match(f"{re.escape(REPORT)}，D\\d+：不认识的计量单位“斤”→ 对照原文", finding)


def test_wrong_unit_for_the_indicator(clone: Path) -> None:
    change_row(clone / REPORT, "F056", "数据", "9022%")
    assert any("“9022%”的单位是“%”，在托人数应以“人”计" in one for one in findings_of(clone))


def test_text_where_a_number_should_be(clone: Path) -> None:
    change_row(clone / REPORT, "F044", "数据", "待核实")
    assert any("“待核实”不是可识别的数字" in one for one in findings_of(clone))


def test_fused_cell(clone: Path) -> None:
    change_row(clone / REPORT, "F044", "数据", "462     337家")
    assert any("一格里有几个数字" in one for one in findings_of(clone))


def test_two_values_for_one_figure_name_both_cells(clone: Path) -> None:
    change_row(clone / REPORT, "F055", "数据", "23959个")
    (finding,) = [one for one in findings_of(clone) if "有两个值" in one]
    assert finding.count(REPORT) == 2
    assert "corrections.toml" in finding


def test_figure_out_of_range(clone: Path) -> None:
    change_row(clone / REPORT, "F083", "数据", "527.5%")
    assert any("超出保育人员高中及以下学历比例的合理范围" in one for one in findings_of(clone))


def test_part_larger_than_its_whole(clone: Path) -> None:
    change_workbook(
        clone / "data/raw/jiangmen/社区婴幼儿数.xlsx", lambda book: setattr(book["社区婴幼儿数"]["D4"], "value", 774)
    )
    assert any("超过其合计774人" in one for one in findings_of(clone))


def test_correction_fails_once_the_source_is_mended(clone: Path) -> None:
    change_row(clone / REPORT, "F014", "数据", "5.93‰")
    assert any("corrections.toml 登记的更正没有找到对应的单元格" in one for one in findings_of(clone))


def test_unknown_place_and_indicator(clone: Path) -> None:
    change_row(clone / REPORT, "F044", "地区", "河门市")
    change_row(clone / REPORT, "F045", "指标", "开办托班数目")
    found = findings_of(clone)
    assert any("不认识的地区“河门市”" in one for one in found)
    assert any("不认识的指标“开办托班数目”" in one for one in found)


def test_broken_workbook(clone: Path) -> None:
    (clone / POPULATION).write_bytes((clone / POPULATION).read_bytes()[:500])
    adopt(clone / POPULATION)
    assert any("文件不完整或已损坏" in one for one in findings_of(clone))


def test_errors_stop_with_the_whole_list() -> None:
    result, _ = cleaned(EDITION)
    checks.stop_if_wrong(result.findings)
    wrong = checks.Finding("error", "x", "a.csv，D1", "不是数字", "改正")
    with pytest.raises(DataError, match=r"2 处问题[\s\S]*1\. a\.csv，D1：不是数字→ 改正[\s\S]*2\. "):
        checks.stop_if_wrong([wrong, *result.findings, wrong])


def test_nothing_is_dropped_silently() -> None:
    """Every row of every figures list is an observation or a finding; none is lost."""
    result, _ = cleaned(EDITION)
    read = {(one.file, one.cell) for one in result.observations}
    for path in sorted((ROOT / "data/raw/jiangmen").glob("*[!入].csv")):  # a second entry holds none of its own
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
        column = rows[0].index("数据" if "数据" in rows[0] else "占比")
        for number, _ in enumerate(rows[1:], 2):
            assert (path.relative_to(ROOT).as_posix(), f"{'ABCDEFGH'[column]}{number}") in read
