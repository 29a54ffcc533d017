"""From `new` to a first report, as a person does it: scaffold, fill in, accept, check, run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import copy_repository
from openpyxl import load_workbook

from tuoyu.front.cli import main
from tuoyu.front.formats import FILES
from tuoyu.front.overview import entries
from tuoyu.front.publication import SUMMARY
from tuoyu.front.publication import facts_at
from tuoyu.front.publication import findings_of
from tuoyu.nouns.errors import ParameterError
from tuoyu.workspace.opening import load_stages

EDITION = "huizhou-2024-12"
TYPED = {
    "常住人口": ("607.34", "2023年末"),
    "托育机构数": ("412", "2024年末"),
    "开设托班幼儿园数": ("301", "2024年末"),
    "托位数": ("26120", "2024年末"),
    "在托人数": ("9870", "2024年末"),
    "备案机构数": ("88", "2024年末"),
    "全日托平均托费": ("2300", "2024年"),
    "居民月人均可支配收入": ("3900", "2023年"),
    "城镇居民人均可支配收入": ("52000", "2023年"),
    "农村居民人均可支配收入": ("29000", "2023年"),
}


def say(root: Path, *words: str) -> int:
    return main(load_stages(root), root=root, arguments=words)


def tree(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which ten figures were typed into the scaffold of 惠州."""
    root = copy_repository(tmp_path_factory.mktemp("new") / "site")
    assert say(root, "new", "惠州", "--as-of", "2024-12-31") == 0
    folder = root / "data/raw/huizhou"
    book = load_workbook(folder / "托育指标.xlsx")
    sheet = book.worksheets[0]
    (header,) = [row for row in sheet.iter_rows() if any(cell.value == "指标" for cell in row)]
    columns = {cell.value: cell.column for cell in header}
    for row in range(header[0].row + 1, sheet.max_row + 1):
        name, example = sheet.cell(row, columns["指标"]).value, sheet.cell(row, 1).value
        if name in TYPED and example != "示例":
            sheet.cell(row, columns["数据"]).value, sheet.cell(row, columns["时点"]).value = TYPED[str(name)]
    book.save(folder / "托育指标.xlsx")
    paper = folder / "托育指标.xlsx.source.toml"
    paper.write_text(re.sub("（填写[^）]*）", "测试单位提供的资料", paper.read_text("utf-8")), "utf-8")
    return root


def test_changed_tables_are_accepted_checked_and_told_what_they_lack(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(site, "check", EDITION) == 4
    assert "accept" in capsys.readouterr().err
    assert say(site, "accept", EDITION) == 0
    assert "托育指标.xlsx" in capsys.readouterr().out
    assert say(site, "accept", EDITION) == 0
    assert "没有改过的文件" in capsys.readouterr().out
    assert say(site, "check", EDITION) == 0
    shown = capsys.readouterr().out
    assert re.search("缺少　近三年出生人口→ 影响“.*托育需求分析", shown)
    assert re.search("缺少　家长问卷→ 影响“", shown)
    assert "缺少　托位数" not in shown


def test_first_report_is_true_of_the_city(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(site, "accept", EDITION) == 0
    assert say(site, "run", EDITION) == 0, capsys.readouterr().err
    page = re.sub(r"<[^>]+>", "", (site / "reports" / EDITION / "report.html").read_text("utf-8"))
    assert "惠州市3岁以下婴幼儿托育服务监测报告" in page
    assert "每千人口托位数4.30个" in page
    assert "托位使用率37.8%" in page
    for other in ("江门", "深圳", "榆林", "鄂尔多斯"):
        assert other not in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("yulin", "榆林市（610800"), ("榆林", "已经有数据文件夹 data/raw/yulin"),
        ("惠洲", "惠州市（441300，广东省）？"),
        ("广东", "省"), ("../惠州", ""), ("惠州/../../x", ""), ("", ""), ("惠" * 300, ""),
        ("惠州\n市", ""), ("<script>", ""), ("=1+1", ""),
    ],
)  # fmt: skip
def test_name_that_does_not_tell_one_city_is_refused(
    clone: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    before = tree(clone.parent)
    assert say(clone, "new", name) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown
    assert tree(clone.parent) == before


@pytest.mark.parametrize("name", ["../x", "..", "a/b", "C:\\x", "", "jiangmen-2024-08.toml", "/etc/passwd", "\0"])
def test_edition_name_cannot_point_elsewhere(clone: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    before = tree(clone.parent)
    for verb in ("run", "check", "accept", "render"):
        assert say(clone, verb, name) == 2
    assert "没有名为" in capsys.readouterr().err
    assert tree(clone.parent) == before


def test_date_that_is_none_is_refused(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(clone, "new", "惠州", "--as-of", "2024-13-01") == 2
    assert "--as-of 写作 2024-12-31" in capsys.readouterr().err


def test_all_and_names_together_are_refused(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert say(clone, "run", "--all", "yulin-2024") == 2
    assert "--all 表示全部各期" in capsys.readouterr().err


def test_faulty_table_comes_back_marked(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = clone / "data/raw/jiangmen/人口主要指标.xlsx"
    book = load_workbook(path)
    book["人口"]["C5"] = "待核实"
    book.save(path)
    say(clone, "accept", "jiangmen-2024-08")
    before = path.read_bytes()
    assert say(clone, "check", "jiangmen-2024-08") == 4
    shown = capsys.readouterr().out
    assert "退回单　reports/退回单/jiangmen-2024-08/人口主要指标（退回）.xlsx" in shown
    returned = load_workbook(clone / "reports/退回单/jiangmen-2024-08/人口主要指标（退回）.xlsx")
    assert returned.sheetnames[0] == "退回说明"
    assert "待核实" in returned["人口"]["C5"].comment.text
    assert path.read_bytes() == before
    book["人口"]["C5"] = "483.51"
    book.save(path)
    say(clone, "accept", "jiangmen-2024-08")
    assert say(clone, "check", "jiangmen-2024-08") == 0
    assert not list((clone / "reports/退回单").rglob("*.xlsx"))


def test_name_of_another_city_in_the_prose_stops_the_report(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = clone / "notebooks/report/简报-引言.md"
    path.write_text(path.read_text("utf-8") + "本节参考了蓬江区的写法。\n", "utf-8")
    assert say(clone, "run", "yulin-2024") == 3
    shown = capsys.readouterr().err
    assert "蓬江区" in shown
    assert not (clone / "reports/yulin-2024").exists()


def test_sidecar_that_is_not_utf_8_is_told(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper = clone / "data/raw/yulin/公开数据摘录.csv.source.toml"
    paper.write_bytes(paper.read_text("utf-8").encode("gbk"))
    assert say(clone, "accept", "yulin-2024") == 4
    assert "公开数据摘录.csv.source.toml 无法读取：文件不是 UTF-8 编码" in capsys.readouterr().err


def test_digest_is_entered_without_touching_the_ends_of_lines(clone: Path) -> None:
    paper = clone / "data/raw/yulin/公开数据摘录.csv.source.toml"
    lines = re.sub(rb'sha256 = "[^"]*"', b'sha256 = "0"', paper.read_bytes()).replace(b"\n", b"\r\n")
    paper.write_bytes(lines)
    assert say(clone, "accept", "yulin-2024") == 0
    entered = paper.read_bytes()
    assert b'sha256 = "0"' not in entered
    assert entered.count(b"\r\n") == entered.count(b"\n") == lines.count(b"\n")


def test_register_in_a_folder_below_that_of_its_place_counts(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = clone / "data/raw/guangdong"
    (folder / "政策").mkdir()
    for path in sorted(folder.glob("政策文件登记.toml*")):
        path.rename(folder / "政策" / path.name)
    assert say(clone, "check", "jiangmen-2024-08") == 0, capsys.readouterr().err


def test_results_of_another_version_are_told_or_left_out(tmp_path: Path) -> None:
    (tmp_path / "editions").mkdir()
    (tmp_path / "editions/town-2024.toml").touch()
    reports, processed = tmp_path / "reports/town-2024", tmp_path / "data/processed/town-2024"
    reports.mkdir(parents=True)
    processed.mkdir(parents=True)
    for name in (*FILES, SUMMARY):
        (reports / name).write_text('{"figures": [], "other": 1}')
    for name in ("facts.json", "findings.json"):
        (processed / name).write_text('[{"other": 1}]')
    assert entries(tmp_path) == []
    assert findings_of(tmp_path, "town-2024") == []
    with pytest.raises(ParameterError, match=r"不是本版程序生成的 facts\.json"):
        facts_at(processed / "facts.json")
