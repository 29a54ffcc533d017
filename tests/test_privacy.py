"""Personal data planted all over the files of an edition gets into nothing that a run writes, keeps or says."""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata
import zipfile
from itertools import cycle
from typing import TYPE_CHECKING

import pandas as pd
import pypdfium2
import pytest
from conftest import copy_repository
from handmade_secrets import SECRETS
from openpyxl import load_workbook
from openpyxl.comments import Comment

from tuoyu.childcare import example
from tuoyu.front.cli import main
from tuoyu.nouns.personal import HIDDEN
from tuoyu.workspace.opening import load_stages
from tuoyu.workspace.raw import accept_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FOLDER = "data/raw/example"
REGISTER, STREETS = "托育机构名单（示例数据）.xlsx", "街道社区婴幼儿数（示例数据）.xlsx"
POPULATION, FIGURES = "人口主要指标（示例数据）.xlsx", "公布数据（示例数据）.csv"
SURVEY = f"家长问卷（示例数据）_按文本_{example.ANSWERS}_{example.ANSWERS}.xlsx"
PEOPLE = tuple(f"欧阳{one}" for one in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")
"""Names that stand in columns of people and are known by nothing else."""
OF_PEOPLE = (
    *("联系人", "负责人", "法定代表人", "园长", "机构负责人及联系电话", "填表人", "监护人姓名", "举办者", "经办人"),
    *("LianXi_Ren", "家庭住址", "微信昵称", "（主要）负责人姓名*", "联 系 人", "园长（签字）", "托育园 园长"),
)
LEFT_OVER = ("欧阳", "138027", "345678", "zhangsan", "zhangatqq", "zs138", "abc12345", "502室", "900101")
"""What is left of a name or number that was taken out in part."""
TELEPHONES = SECRETS[: SECRETS.index("440703199001011234")]
OPEN = "我家住在欧阳巷口，孩子叫欧阳小宝"
KEPT = ("VIP托育园", "园长之家托育园", "微信小区138家庭园")
WRONG = ((4, "独立托育"), (10, "1800—2400元"), (11, "约千余"), (3, "52990100"))
"""Columns of the register, and what raises a doubt that names the institution."""


def planted(site: Path) -> None:
    """Personal data in every file of the example, in places where it is expected and where it is not."""
    secrets = cycle(SECRETS)
    _register(site / FOLDER / REGISTER, secrets)
    _survey(site / FOLDER / SURVEY, secrets)
    _streets(site / FOLDER / STREETS, secrets)
    _population(site / FOLDER / POPULATION, secrets)
    _figures(site / FOLDER / FIGURES, secrets)
    for again in (site / FOLDER).glob("二次录入*"):  # what is planted would be told from it
        again.unlink()
    accept_files(site, "example")


def _opened(path: Path, secrets: Iterator[str]) -> tuple[Workbook, Worksheet]:
    """A workbook with personal data where no table has cells: properties, comments, headers, a hidden sheet."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    book.properties.creator, book.properties.lastModifiedBy = PEOPLE[0], PEOPLE[1]
    book.properties.description, book.properties.keywords = next(secrets), next(secrets)
    sheet["A1"].comment = Comment(f"请问{PEOPLE[2]}，{next(secrets)}", PEOPLE[3])
    sheet.oddHeader.center.text = f"{PEOPLE[4]} {next(secrets)}"
    sheet["A1"] = f"{sheet['A1'].value}　联系人：{PEOPLE[5][:4]}　{next(secrets)}"
    sheet.title = f"{sheet.title[:8]}{next(one for one in secrets if len(one) < 15 and not set('：:*') & set(one))}"
    return book, sheet


def _register(path: Path, secrets: Iterator[str]) -> None:
    book, sheet = _opened(path, secrets)
    last, width = sheet.max_row, sheet.max_column
    people = cycle(PEOPLE)
    for column, heading in enumerate((*OF_PEOPLE, "联系电话", "来自IP"), width + 1):
        sheet.cell(2, column, heading)
        for row in range(3, last + 1):
            sheet.cell(row, column, next(people) if heading in OF_PEOPLE else next(secrets))
    aside = sheet.max_column + 1
    sheet.cell(2, aside, f"情况{next(secrets)}")
    for row in range(3, last + 1):
        sheet.cell(row, aside, next(secrets))
    sheet.column_dimensions[sheet.cell(2, aside).column_letter].hidden = True
    for row, (column, wrong) in zip(range(3, 60), cycle(WRONG), strict=False):
        sheet.cell(row, 2, f"{sheet.cell(row, 2).value}（{SECRETS[(row - 3) % len(SECRETS)]}）")
        sheet.cell(row, column, wrong)
    for row, name in zip((58, 59, 60), KEPT, strict=True):
        sheet.cell(row, 2, name)
        sheet.cell(row, 3, "52990100")
    sheet.append([f"注：本表由{PEOPLE[6]}填报，电话{next(secrets)}"])
    path.write_bytes(_saved(book))


def _survey(path: Path, secrets: Iterator[str]) -> None:
    book, sheet = _opened(path, secrets)
    sheet.insert_rows(2, 6)
    for row in range(2, 7):
        sheet.cell(row, 1, f"发放：{PEOPLE[7]}（{next(one for one in secrets if one in TELEPHONES)}）")
    header, last, width = 8, sheet.max_row, sheet.max_column
    for row in range(header + 1, last + 1):
        sheet.cell(row, 5, f"{PEOPLE[8]}的朋友圈")
        sheet.cell(row, 6, next(secrets))
        sheet.cell(row, width, f"{OPEN}{next(secrets)}")
    more = ("12、您的姓名", "13、您的联系方式（选填）", "14、孩子姓名", f"15、您对{SECRETS[0]}的服务满意吗")
    for column, heading in enumerate(more, width + 1):
        sheet.cell(header, column, heading)
        for row in range(header + 1, last + 1):
            sheet.cell(row, column, PEOPLE[row % 20] if "姓名" in heading else next(secrets))
    path.write_bytes(_saved(book))


def _streets(path: Path, secrets: Iterator[str]) -> None:
    book, sheet = _opened(path, secrets)
    for row in range(3, sheet.max_row):
        if sheet.cell(row, 3).value not in {None, "合计"}:
            sheet.cell(row, 3, f"{sheet.cell(row, 3).value}（{next(secrets)}）")
    path.write_bytes(_saved(book))


def _population(path: Path, secrets: Iterator[str]) -> None:
    book, sheet = _opened(path, secrets)
    sheet.append([f"制表：{PEOPLE[9][:3]}　审核：{PEOPLE[10][:3]}　{next(secrets)}"])
    path.write_bytes(_saved(book))


def _figures(path: Path, secrets: Iterator[str]) -> None:
    lines = path.read_text("utf-8-sig").splitlines()
    path.write_text(
        "\ufeff" + "\r\n".join([lines[0], *(f"{one}{next(secrets)}" for one in lines[1:])]) + "\r\n", "utf-8"
    )


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def spoilt(site: Path) -> None:
    """Faults that stop a run, each with personal data where a message would quote it."""
    secrets = cycle(SECRETS)
    path = site / FOLDER / FIGURES
    lines = [f"{n},甲区,每（{one}）托位数,7个,,2024年末,示例市,公报,," for n, one in enumerate(SECRETS, 90)]
    lines += [f"{n},甲区 {one},托位数,7个,,2024年末,示例市,公报,," for n, one in enumerate(SECRETS, 190)]
    lines += [f"{n},甲区,托位数,约{one}左右,,2024年{one},示例市,公报,," for n, one in enumerate(SECRETS, 290)]
    path.write_bytes(path.read_bytes() + "\r\n".join([*lines, ""]).encode())
    path = site / FOLDER / REGISTER
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(30, 58):
        sheet.cell(
            row, (4, 7, 9, 12)[row % 4], f"{PEOPLE[row % 20]}{next(one for one in secrets if one in TELEPHONES)}"
        )
    path.write_bytes(_saved(book))
    path = site / FOLDER / SURVEY
    book = load_workbook(path)
    for row in range(20, 60):
        book.worksheets[0].cell(row, 7 + row % 9, f"{PEOPLE[row % 20]}{next(secrets)}")
    path.write_bytes(_saved(book))
    accept_files(site, "example")


def told(path: Path) -> Iterator[str]:
    """All texts in a file: of archives every part with and without markup, of a table its cells, of a PDF its pages."""
    if path.suffix in {".xlsx", ".docx"}:
        with zipfile.ZipFile(path) as parts:
            for part in map(parts.read, parts.namelist()):
                yield part.decode("utf-8", "replace")
                yield html.unescape(re.sub("<[^>]+>", " ", part.decode("utf-8", "replace")))
    elif path.suffix == ".parquet":
        yield pd.read_parquet(path).to_csv()
    elif path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            yield "".join(page.get_textpage().get_text_bounded() for page in document)
            yield str(document.get_metadata_dict())
    elif path.suffix in {".svg", ".html"}:
        yield path.read_text("utf-8")
        yield html.unescape(re.sub("<[^>]+>", " ", path.read_text("utf-8")))
    else:
        yield path.read_bytes().decode("utf-8", "replace")


def leaks(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Where any of the planted data stands, in whatever spelling it may have been turned into on the way."""
    wanted = {*SECRETS, *LEFT_OVER, *map(json.dumps, SECRETS)}
    wanted |= {unicodedata.normalize("NFKC", "".join(one.split())) for one in wanted}
    return [f"{where}: {one}" for where, text in texts for one in sorted(wanted) if one.strip('"') in text]


def everything(site: Path) -> Iterator[tuple[str, str]]:
    for folder in ("reports", "data/processed"):
        for path in sorted((site / folder).rglob("*")):
            if path.is_file():
                yield from ((path.relative_to(site).as_posix(), text) for text in told(path))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_repository(tmp_path_factory.mktemp("privacy") / "site")
    example.create_example(root)
    planted(root)
    return root


def say(site: Path, capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[tuple[str, str]]]:
    """The exit code of a command, and what it said."""
    code = main(load_stages(site), root=site, arguments=list(arguments))
    said = capfd.readouterr()
    return code, [("stdout", said.out), ("stderr", said.err)]


def test_run_over_files_full_of_personal_data_keeps_and_says_none_of_it(
    site: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said = say(site, capfd, "run", example.EDITION)
    assert code == 0, said
    written = [*everything(site), *said]
    assert leaks(written) == []
    names = {where for where, _ in written}
    for name in ("report.html", "report.pdf", "report.docx", "report.ipynb", "核算表.xlsx", "manifest.json"):
        assert f"reports/{example.EDITION}/{name}" in names
    assert any(where.endswith("observations.parquet") for where in names)
    assert any("/.cache/" in where for where in names)
    assert any(where.endswith(".journal.jsonl") for where in names)
    findings = (site / "data/processed" / example.EDITION / "findings.json").read_text("utf-8")
    assert findings.count(HIDDEN) > len(SECRETS) / 3


def test_failed_run_and_return_sheets_tell_no_more(site: Path, capfd: pytest.CaptureFixture[str]) -> None:
    spoilt(site)
    failed, told_by_run = say(site, capfd, "run", example.EDITION)
    checked, told_by_check = say(site, capfd, "check", example.EDITION)
    assert (failed, checked) == (4, 4)
    written = [*everything(site), *told_by_run, *told_by_check]
    assert leaks(written) == []
    names = {where for where, _ in written}
    assert any(".failed/" in where for where in names)
    sheets = f"reports/退回单/{example.EDITION}"
    returned = {name: f"{sheets}/{name.removesuffix('.xlsx')}（退回）.xlsx" for name in (REGISTER, SURVEY, FIGURES)}
    assert set(returned.values()) <= names
    sheet = load_workbook(site / returned[REGISTER]).worksheets[1]
    assert [sheet.cell(row, 2).value for row in (58, 59, 60)] == list(KEPT)
    assert [sheet.cell(2, column).value for column in range(13, 13 + len(OF_PEOPLE))] == list(OF_PEOPLE)
    assert {sheet.cell(row, 13).value for row in range(3, 62)} == {HIDDEN}
