"""The pages: HTML that loads nothing, PDF by the standard, both the same bytes every time."""

from __future__ import annotations

import copy
import io
import json
import re

import nbformat
import pikepdf
import pytest
from conftest import EDITIONS
from conftest import document_of
from pdfminer.high_level import extract_text

from tuoyu.errors import RenderError
from tuoyu.render import fonts
from tuoyu.render import pdf
from tuoyu.render.html import inline_svg
from tuoyu.render.html import to_html
from tuoyu.render.papers import to_paper
from tuoyu.render.pdf import to_pdf

FULL = "jiangmen-2024-08"


@pytest.fixture(autouse=True)
def _packaged_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fonts.PACKAGED_ONLY, "packaged")


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(document_of(FULL))


@pytest.fixture(scope="module")
def pages() -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(fonts.PACKAGED_ONLY, "packaged")
        return to_pdf(document_of(FULL))


def with_text(text: str) -> nbformat.NotebookNode:
    document = copy.deepcopy(document_of(FULL))
    next(c for c in document.cells if c.metadata.get("tuoyu", {}).get("role") == "body").source += f"\n\n{text}"
    return document


def squeezed(content: bytes) -> str:
    return re.sub(r"\s", "", extract_text(io.BytesIO(content)))


def test_html_is_chinese_and_loads_nothing(page: str) -> None:
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert "default-src 'none'" in page
    text = re.sub(r"<script.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="(?!#|data:)', text)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page.replace("url(#", "url(#"))


def test_html_has_contents_figures_and_numbers(page: str) -> None:
    for title in ("一、基本状况", "（二）托育供给分析", "附件2　指标口径与数据来源"):
        assert re.search(f'<li class="level-[123]"><a href="#[^"]+">{title}</a></li>', page)
    assert len(re.findall(r'<svg role="img" aria-label="[^"]{10,}"', page)) == 9
    assert page.count('class="fact" data-id=') > 200
    assert '<th scope="col">' in page


def test_html_carries_the_lineage_of_every_number(page: str) -> None:
    record = json.loads(re.search(r'<script type="application/json" id="facts">(.*?)</script>', page)[1])
    for name in set(re.findall(r'data-id="([^"]+)"', re.sub(r"<script.*", "", page, flags=re.DOTALL))):
        fact = record["facts"].get(name)
        assert fact is None or fact["inputs"] or fact["origins"]
    assert record["facts"]["use_rate"]["formula"] == "在托人数÷托位数×100%"
    assert record["findings"]["survey_site_community"]


def test_svg_ids_do_not_mix() -> None:
    drawing = '<?xml?><svg><defs><path id="a"/></defs><use href="#a"/><g clip-path="url(#a)"/></svg>'
    one = inline_svg(drawing, "fig-x", '说明"<')
    assert 'id="fig-x-a"' in one
    assert 'href="#fig-x-a"' in one
    assert "url(#fig-x-a)" in one
    assert 'aria-label="说明&quot;&lt;"' in one


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="http://example.org/x.png">',
        '#import "x.typ"',
        '#read("/etc/passwd")',
        "$x^2$ `code` *a* @ref <b>粗</b>",
    ],
)
def test_markup_in_text_is_text(text: str) -> None:
    document = with_text(text)
    html = to_html(document)
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<b>粗</b>" not in html
    assert to_pdf(document).startswith(b"%PDF")


def test_external_link_in_text_is_refused() -> None:
    with pytest.raises(RenderError, match="外部引用"):
        to_html(with_text("[链接](http://example.org/)"))


@pytest.mark.parametrize("name", EDITIONS)
def test_pages_are_the_same_bytes_twice(name: str) -> None:
    assert to_html(document_of(name)) == to_html(document_of(name))
    assert to_pdf(document_of(name)) == to_pdf(document_of(name))


def test_pdf_is_a4_with_embedded_fonts_and_without_a_clock(pages: bytes) -> None:
    with pikepdf.open(io.BytesIO(pages)) as document:
        assert len(document.pages) > 25
        for sheet in document.pages:
            assert [round(float(one)) for one in sheet.mediabox] == [0, 0, 595, 842]
            for font in sheet.Resources.get("/Font", {}).values():
                descendant = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())
        assert document.docinfo["/Title"] == "江门市3岁以下婴幼儿托育服务监测报告"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20240831")
        assert document.Root.Lang == "zh-CN"
        assert document.Root.MarkInfo.Marked


def test_pdf_text_reads_back(pages: bytes) -> None:
    text = squeezed(pages)
    for phrase in (
        "送审稿",
        "江门市3岁以下婴幼儿托育服务监测报告",
        "要点",
        "一、基本状况",
        "每千人口托位数4.89个",
        "附件1",
        "—1—",
        "图1出生人口变化",
        "表1历年出生人口",
    ):
        assert phrase in text


def test_pdf_keeps_to_the_text_block(pages: bytes) -> None:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextLine

    millimetre = 72 / 25.4
    for number, sheet in enumerate(extract_pages(io.BytesIO(pages)), 1):
        for box in sheet:
            for line in box if hasattr(box, "__iter__") else ():
                if isinstance(line, LTTextLine) and not re.fullmatch(r"\s*—\s*\d+\s*—\s*", line.get_text()):
                    # the blank half of an opening mark at the line's start is set outside the block
                    hung = 8.5 if line.get_text()[0] in "《（“〔" else 1
                    assert line.x0 >= 28 * millimetre - hung, (number, line.get_text())
                    assert line.x1 <= 184 * millimetre + 9, (number, line.get_text())
                    assert line.y0 >= (297 - 262) * millimetre - 6, (number, line.get_text())


def test_missing_glyph_is_an_error_that_names_it() -> None:
    with pytest.raises(RenderError, match=r"字体不能显示的字符：“𓀀”（U\+13000）"):
        to_pdf(with_text("古埃及字符𓀀"))


def test_warning_of_the_typesetter_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "faces", lambda: {**fonts.faces(), "fang": ("没有这种字体",)})
    with pytest.raises(RenderError, match="排版时有警告"):
        to_pdf(document_of(FULL))


def test_stacks_always_end_with_a_packaged_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(fonts.PACKAGED_ONLY)
    assert all(names[-1] in {fonts.SERIF, fonts.SANS} for names in fonts.faces().values())
    monkeypatch.setenv(fonts.PACKAGED_ONLY, "packaged")
    assert all(len(names) == 1 for names in fonts.faces().values())


def test_synthetic_data_says_so_on_every_page() -> None:
    document = copy.deepcopy(document_of(FULL))
    document.metadata.tuoyu.synthetic = True
    assert "示例数据，非真实统计" in to_html(document)
    content = to_pdf(document)
    with pikepdf.open(io.BytesIO(content)) as opened:
        count = len(opened.pages)
    assert squeezed(content).count("示例数据，非真实统计") == count


def test_working_paper_loads_nothing_and_hides_the_machine() -> None:
    notebook = nbformat.v4.new_notebook(metadata={"papermill": {"input_path": "/home/someone/x.ipynb"}})
    notebook.cells = [nbformat.v4.new_markdown_cell("# 整理"), nbformat.v4.new_code_cell("1 + 1", execution_count=1)]
    paper = to_paper(notebook)
    assert "计算底稿：整理" in paper
    assert "/home/someone" not in paper
    assert not re.search(r'(?:src|href)="https?:', paper)
