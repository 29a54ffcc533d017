"""Every edition's sheets, read back: nothing in them that a typesetter would object to."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import pikepdf
import pytest
from conftest import EDITIONS
from conftest import document_of
from layout import audit
from layout import sheets_of
from pypdfium2 import PdfDocument
from sample_document import prose_cell
from sample_document import sample_document
from sample_document import table

from tuoyu.render import fonts
from tuoyu.render.pdf import to_pdf

if TYPE_CHECKING:
    from nbformat import NotebookNode


@pytest.fixture(autouse=True)
def _packaged_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fonts.PACKAGED_ONLY, "packaged")


@cache
def sheets_made(name: str) -> bytes:
    """The PDF of an edition, once."""
    return to_pdf(document_of(name))


def words(content: bytes, page: int) -> str:
    return "".join(run.text for line in sheets_of(content)[page].lines for run in line).replace(" ", "")


MOST_LOOKED_UP = 8  # pages of findings, definitions and sources together


@pytest.mark.parametrize("name", EDITIONS)
def test_nothing_on_the_pages_to_object_to(name: str) -> None:
    content = sheets_made(name)
    assert audit(content) == []
    pages = ["".join(run.text for line in sheet.lines for run in line) for sheet in sheets_of(content)]
    first = next(at for at, page in enumerate(pages) if page.startswith("附件") and "数据核验情况" in page)
    assert len(pages) - first <= MOST_LOOKED_UP


def document(*paragraphs: str, rows: list[list[str]] | None = None, **about: str) -> NotebookNode:
    """A small report of these paragraphs, with a table behind the first one."""
    made = sample_document(**about)
    cells = [prose_cell("\n\n".join(part), "body") for part in (paragraphs[:1], paragraphs[1:]) if part]
    if rows:
        cells.insert(1, table("tab-one", rows, widths=[3] * len(rows[0]), long=True))
    made.cells = [*cells, prose_cell("# 附件 {#annex-1}\n\n附件文字。", "annex", annex=1)]
    return made


def kinds(content: bytes) -> set[str]:
    return {kind for kind, _, _ in audit(content)}


ROWS = [["指标", "数值"], *[[f"第{number}项", "一"] for number in range(80)]]


def test_the_signature_stands_with_rows_of_the_table_before_it() -> None:
    for rows in (15, 18, 21):
        made = to_pdf(document("各项见表1。", rows=ROWS[:rows]))
        assert "落款独占一面" not in kinds(made), rows


@pytest.mark.parametrize("rows", [3, 4, 6, 8])
def test_tall_rows_leave_neither_the_signature_alone_nor_a_page_empty(rows: int) -> None:
    tall = [["指标", "数值"], *[[f"第{number}项", "一二三四五六七八九十" * 18] for number in range(rows)]]
    assert kinds(to_pdf(document("各项见表1。", rows=tall[:rows]))) == set()


def test_the_audit_finds_an_ordinal_that_runs_into_a_number() -> None:
    made = document("## 一、情况 {#s-1}", "1\\.**60家机构里，幼儿园占多数。**其余是别的。", "2\\.**全市60家机构。**")
    assert [text[:5] for kind, _, text in audit(to_pdf(made)) if kind == "序号和数连成一个数"] == ["1.60家"]


def test_heading_that_opens_a_paragraph_is_as_large_as_its_text() -> None:
    made = document("## 一、情况 {#s-1}", "1\\.**使用情况。**在托人数没有取得，不能判断现有托位用得怎样。")
    assert "一行里字号不一" not in kinds(to_pdf(made))


def test_no_line_is_drawn_out_wherever_its_numbers_fall() -> None:
    numbers = "2024年，市有托育机构207家，托位10789个，在托人数9022人，使用率38.2%，比2023年末下降2.5个百分点。"
    assert kinds(to_pdf(document(*("字" * lead + numbers for lead in range(28))))) == set()


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([["指标", "出处"], ["托位数", "社区托育报告.csv，D4"]], "印出内部的名称"),
        ([["指标", "出处"], ["托位数", "表格在后面"]], "图、表在文中提到之前"),
    ],
)
def test_the_audit_finds_what_should_not_be_printed(rows: list[list[str]], kind: str) -> None:
    assert kind in kinds(to_pdf(document("各项另有说明。", "此外没有。", rows=rows)))


def test_letters_of_figures_are_left_out_and_their_captions_are_not() -> None:
    content = sheets_made("jiangmen-2024-08")
    text = "".join(words(content, page) for page in range(len(sheets_of(content))))
    assert "图3家长问卷各题结果" in text.replace("\u3000", "")
    assert any("占受访家长的比例（%）" in page.get_textpage().get_text_bounded() for page in PdfDocument(content))
    assert "占受访家长的比例（%）" not in text


def test_a_letterhead_has_a_number_and_an_imprint() -> None:
    about = {"document_number": "示儿研〔2024〕3号", "copy_to": "市政协办公室", "printed_by": "示例中心办公室"}
    content = to_pdf(sample_document(letterhead="示例市文件", printed_on="2024年9月30日", **about))
    assert "示儿研〔2024〕3号" in words(content, 0)
    assert words(content, -1).endswith("抄送：市政协办公室。示例中心办公室2024年9月30日印发")
    assert "抄送" not in "".join(words(to_pdf(sample_document(**about)), at) for at in (0, -1))


@pytest.mark.parametrize(
    ("paragraphs", "pages", "numbered"),
    [
        (6, 2, 2),  # ends on the front of a sheet
        (20, 2, 2),  # ends on the back, with room below
        (28, 4, 2),  # ends on the back, without: a blank front, and no numbers from there on
    ],
)
def test_the_imprint_stands_on_the_back_of_the_last_sheet(paragraphs: int, pages: int, numbered: int) -> None:
    made = sample_document(letterhead="示例市文件", copy_to="市政协办公室", printed_by="示例中心办公室")
    made.cells = [prose_cell("\n\n".join(["文字。"] * paragraphs), "body")]
    found = [page.get_textpage().get_text_bounded() for page in PdfDocument(to_pdf(made))]
    assert len(found) == pages
    assert "抄送：市政协办公室。" in found[-1]
    assert [f"— {n + 1} —" in text for n, text in enumerate(found)] == [n < numbered for n in range(pages)]


def test_the_text_names_its_annexes_and_is_signed_and_dated() -> None:
    content = to_pdf(sample_document(date_text="2024年9月28日"))
    text = "".join(words(content, page) for page in range(len(sheets_of(content))))
    assert "附件：1.示例城市经验2.指标口径与数据来源示例市儿童早期发展研究中心2024年9月28日附件1" in text


def test_only_a_draft_is_marked() -> None:
    assert "送审稿" in words(to_pdf(sample_document()), 0)
    assert "定稿" not in words(to_pdf(sample_document(status="定稿")), 0)


def test_a_long_report_has_contents_and_bookmarks_with_ordinals() -> None:
    content = sheets_made("jiangmen-2024-08")
    assert "目录一、基本状况" in words(content, 0)
    with pikepdf.open(io.BytesIO(content)) as document, document.open_outline() as outline:
        titles = [str(item.title) for item in outline.root]
        inside = [str(item.title) for item in outline.root[-3].children]
    assert titles[:2] == ["一、基本状况", "二、存在问题"]
    assert titles[-4:-2] == ["附件1　与上期比较", "附件2　示范城市经验"]
    assert inside[0] == "一、深圳市"


def test_exhibits_have_captions_in_the_structure() -> None:
    content = to_pdf(sample_document())
    with pikepdf.open(io.BytesIO(content)) as document:
        kinds = [str(one.get("/S")) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]
    assert kinds.count("/Caption") == 5
