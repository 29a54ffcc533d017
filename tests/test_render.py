"""The pages: HTML that loads nothing, PDF by the standard, both the same bytes every time."""

from __future__ import annotations

import copy
import io
import json
import re
import tempfile

import nbformat
import pikepdf
import pytest
from conftest import EDITIONS
from conftest import document_of
from pdfminer.high_level import extract_text
from sample_document import figure
from sample_document import sample_document
from sample_document import table

from tuoyu.nouns.errors import RenderError
from tuoyu.render import fonts
from tuoyu.render import pdf
from tuoyu.render.html import inline_svg
from tuoyu.render.html import to_html
from tuoyu.render.marks import Marks
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
    assert set(re.findall(r'(?:src|href)="(?!#|data:)([^"]*)"', text)) == {"report.pdf"}  # beside it
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_html_has_contents_figures_and_numbers(page: str) -> None:
    for title in ("一、基本状况", "（二）托育供给分析", "附件4　方法、口径与数据来源"):
        assert re.search(f'<li class="level-[123]"><a href="#[^"]+">{title}</a></li>', page)
    assert len(re.findall(r'<svg role="img" aria-label="[^"]{10,}"', page)) == 8
    assert page.count('<span class="fact') > 200
    assert '<th scope="col">' in page


def test_html_carries_the_lineage_of_every_number(page: str) -> None:
    record = json.loads(re.search(r'<script type="application/json" id="facts">(.*?)</script>', page)[1])
    for name in set(re.findall(r'data-id="([^"]+)"', re.sub(r"<script.*", "", page, flags=re.DOTALL))):
        fact = record["facts"].get(name)
        assert fact is None or fact["inputs"] or fact["origins"]
    assert record["facts"]["use_rate.440700.2024-08-31"]["formula"] == "在托人数÷托位数×100%"
    assert record["findings"]["survey_site_community.440700.2024"]


@pytest.mark.parametrize("name", EDITIONS)
def test_every_number_of_the_page_is_in_its_lineage(name: str) -> None:
    document = document_of(name)
    page = re.sub(r"<script.*", "", to_html(document), flags=re.DOTALL)
    carried = re.findall(r'<span\s+class="fact[^"]*"\s+data-id="([^"]+)"', page)
    assert len(carried) > 50
    assert set(carried) <= set(document.metadata["tuoyu"]["facts"])
    assert len(page.encode()) < 1_000_000  # with the lineage the page has to stay below 1.5 MB


def test_files_beside_the_page_are_linked_and_no_others() -> None:
    page = to_html(sample_document(), beside=("report.pdf", "report.docx"))
    assert '<a href="report.docx">Word 文档</a>' in page
    alone = to_html(sample_document(), beside=())
    assert "report.docx" not in alone
    assert alone.count("<li>无</li>") == 1
    with pytest.raises(RenderError, match="外部引用"):
        to_html(with_text("[链接](report.exe)"))


REGISTERS = {
    "findings": {},
    "evidence": {"visit-1": {"document": "座谈记录", "locator": "第2页", "caution": ""}},
    "policies": {
        "plan": {"title": "发展规划", "issuer": "省政府", "number": "〔2021〕1号", "year": "2021", "verified": True}
    },
}


def test_evidence_and_documents_have_notes_at_the_end_that_lead_back() -> None:
    marks = Marks(REGISTERS)
    evidence, policy = (
        '<span class="evidence" data-id="visit-1">补助不足</span>',
        '<span class="policy" data-id="plan">{}</span>',
    )
    made = marks.marked(
        f"<p>{evidence}。{policy.format('2021年')}，{policy.format('《发展规划》')}提出；{evidence}。</p>"
    )
    assert [re.sub("<[^>]+>", "", one) for one in re.split("(?<=</sup>)", made)] == [
        "补助不足。1",
        "2021年，《发展规划》2",  # by its title, not where only its year stands
        "提出；补助不足。1",
        "",
    ]
    notes = marks.notes()
    assert '<li id="note-1">座谈记录，第2页。<a href="#ref-1"' in notes
    assert '<li id="note-2">《发展规划》，省政府，〔2021〕1号，2021年。<a href="#ref-2"' in notes
    assert made.count('id="ref-1"') == 1
    unknown = '<span class="evidence" data-id="visit-2">补助不足</span>'
    assert Marks(REGISTERS).marked(unknown) == unknown
    assert Marks(REGISTERS).notes() == ""


def test_number_with_a_doubt_is_marked() -> None:
    assert '<span class="fact doubtful" data-id="use_rate">' in to_html(sample_document())


def test_numbers_behind_a_figure_stand_below_it_and_open() -> None:
    document = sample_document()
    data = {"columns": ["名称", "数值", "单位"], "rows": [["托位<b>", "12000", "个"]], "facts": ["places"]}
    for cell in document.cells:
        for output in cell.get("outputs", ()):
            if output.get("metadata", {}).get("tuoyu", {}).get("id") == "fig-one":
                output.metadata["tuoyu"]["data"] = data
    page = to_html(document)
    cells = '<td>托位&lt;b&gt;</td><td class="right"><span class="fact" data-id="places">12000</span></td><td>个</td>'
    assert cells in page
    assert page.count("<summary>图中数据") == 1


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
        '[字]{onclick="alert(1)"}',
        '[字](#s-1){onclick="alert(1)"}',
        '## 标题 {#x onclick="alert(1)"}',
        '`字`{onclick="alert(1)"}',
        '::: {.exhibit kind="table"}\n字\n:::',
        "- ::: keybox\n  字\n  :::",
        "---\ntitle: x\n---",
        "正文^[注]、`<b>粗</b>`{=html}",
        "$x^2$ `code` *a* @ref <b>粗</b>",
    ],
)
def test_markup_in_text_is_text(text: str) -> None:
    document = with_text(text)
    html = to_html(document)
    assert not re.search(r"<[^<>]*\sonclick=", html)
    assert html.count('class="keypoints"') == 1
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "<b>粗</b>" not in html
    assert to_pdf(document).startswith(b"%PDF")


def test_ranges_with_tildes_stay_ranges() -> None:
    page = to_html(sample_document())
    assert "1500~2000元、2000~3000元" in page
    assert "<sub>" not in page


def test_picture_in_text_is_refused() -> None:
    with pytest.raises(RenderError, match=r"有插图“!\[图\]\(a\.png\)”"):
        to_pdf(with_text("![图](a.png)"))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//example.org"])
def test_links_lead_nowhere_but_into_the_page(address: str) -> None:
    with pytest.raises(RenderError, match="外部引用"):
        to_html(with_text(f"[链接]({address})"))


def test_nothing_in_the_data_can_end_its_script() -> None:
    page = to_html(sample_document())
    assert len(re.findall("<script", page)) == 2
    assert "\u2028" not in page
    record = json.loads(re.search(r'id="facts">(.*?)</script>', page)[1])
    assert record["facts"]["places"]["origins"][0]["document"].endswith("</script>")


def test_ids_of_the_page_are_unique() -> None:
    for document in (sample_document(), document_of(FULL)):
        page = re.sub(r"<script.*?</script>", "", to_html(document), flags=re.DOTALL)
        names = re.findall(r'\sid="([^"]+)"', page)
        assert len(names) == len(set(names))


def test_only_declared_outputs_are_printed() -> None:
    document = sample_document()
    for text in (to_html(document), squeezed(to_pdf(document))):
        assert "不属于报告的输出" not in text
        assert "不应印出的代码" not in text


def test_exhibits_are_numbered_in_one_sequence() -> None:
    page = to_html(sample_document())
    assert re.findall(r"<caption>(表\d)|<figcaption>(图\d)", page) == [
        ("", "图1"),
        ("表1", ""),
        ("", "图2"),
        ("表2", ""),
        ("表3", ""),
    ]


def test_reference_that_leads_nowhere_is_refused() -> None:
    for render in (to_html, to_pdf):
        with pytest.raises(RenderError, match=r"不在报告中：fig-nine→"):
            render(with_text("见[图9](#fig-nine)。"))


def test_one_id_for_two_exhibits_is_refused() -> None:
    document = sample_document()
    document.cells.append(figure("fig-one", width=100, height=100))
    with pytest.raises(RenderError, match=r"重复的标识：fig-one→"):
        to_html(document)


def test_cell_added_by_hand_is_prose() -> None:
    document = sample_document()
    document.cells.append(nbformat.v4.new_markdown_cell("手工添加的一段。"))
    assert "手工添加的一段。" in to_html(document)
    assert "手工添加的一段。" in squeezed(to_pdf(document))


def test_number_without_lineage_is_no_control() -> None:
    page = to_html(with_text('有<span class="fact" data-id="unheard_of">1</span>个'))
    assert '<span class="fact" data-id="unheard_of">1</span>' in page


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
        "表1监测指标一览",
    ):
        assert phrase in text


def test_pdf_keeps_to_the_text_block(pages: bytes) -> None:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextLine

    millimetre = 72 / 25.4
    lines = 0
    for number, sheet in enumerate(extract_pages(io.BytesIO(pages)), 1):
        for box in sheet:
            for line in box if hasattr(box, "__iter__") else ():
                if isinstance(line, LTTextLine) and not re.fullmatch(r"\s*—\s*\d+\s*—\s*", line.get_text()):
                    lines += 1
                    # the blank half of an opening mark at the line's start is set outside the block
                    hung = 8.5 if line.get_text()[0] in "《（“〔" else 1
                    assert line.x0 >= 28 * millimetre - hung, (number, line.get_text())
                    assert line.x1 <= 184 * millimetre + 9, (number, line.get_text())
                    assert line.y0 >= (297 - 262) * millimetre - 6, (number, line.get_text())
    assert lines > 50


def test_what_is_too_large_for_a_page_loses_nothing() -> None:
    content = to_pdf(sample_document())
    text = squeezed(content)
    assert text.count("情") == 260
    assert all(f"第{number}项" in text for number in range(60))
    assert text.count("项目") > 1  # the head is repeated
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) < 16


def lines_of(content: bytes) -> list[str]:
    return [re.sub(r"\s", "", line) for line in extract_text(io.BytesIO(content)).splitlines()]


@pytest.mark.parametrize("name", ["示例市三岁以下婴幼儿托育服务发展情况监测报告续", "关于托育服务情况的报告" * 4])
def test_long_title_is_broken_into_even_lines(name: str) -> None:
    lines = lines_of(to_pdf(sample_document(title=name)))
    start = next(i for i, line in enumerate(lines) if line and name.startswith(line))
    pieces, whole = [], ""
    for line in lines[start:]:
        if whole != name and line:
            pieces.append(len(line))
            whole += line
    assert whole == name
    assert len(pieces) > 1
    assert max(pieces) - min(pieces) <= len(pieces)


def test_short_cells_are_not_broken() -> None:
    document = sample_document()
    rows = [["指标", "数值", "时点"], *[["全日托平均托费占居民收入" * 2, "约32400元", "2024年8月底"]] * 3]
    document.cells.append(table("tab-narrow", rows, widths=[20, 1, 1]))
    lines = lines_of(to_pdf(document))
    assert sum("约32400元2024年8月底" in line for line in lines) == 3  # the reader joins a row's cells


def test_long_names_break_behind_their_signs_and_short_ones_do_not() -> None:
    long, short = "population_by_age_and_district_2024.csv", "ilc_caindformal"
    document = sample_document()
    rows = [["数据", "文件"], [f"Eurostat {short}（某某数据库）", f"data/raw/{long}"]]
    document.cells.append(table("tab-names", rows, widths=[4, 1]))
    text = extract_text(io.BytesIO(to_pdf(document)))
    assert short in text
    assert long not in text
    pieces = [line for line in text.partition("某某数据库")[2].split() if line in f"data/raw/{long}"]
    assert "".join(pieces) == f"data/raw/{long}"  # nothing invisible in between
    assert all(piece[-1] in "/_." for piece in pieces[:-1])


def test_text_below_a_table_stands_on_the_lines_of_the_page() -> None:
    from pdfminer.high_level import extract_pages

    document = sample_document()
    rows = [["文件", "情况"], ["data/raw/population_by_age.csv", "情况" * 60], ["一", "二"], ["情况" * 20, "三"]]
    for name, long in (("tab-float", False), ("tab-long", True)):
        document.cells.append(nbformat.v4.new_markdown_cell("前面的正文。"))
        document.cells.append(table(name, rows, widths=[1, 3], long=long))
        document.cells.append(nbformat.v4.new_markdown_cell("后面的正文。"))
    pitch = (225 / 25.4 * 72 - 16) / 21 - 0.004
    seen = 0
    for sheet in extract_pages(io.BytesIO(to_pdf(document))):
        for box in sheet:
            for line in box if hasattr(box, "__iter__") else ():
                if "面的正文。" in line.get_text():
                    seen += 1
                    off = ((297 - 37) / 25.4 * 72 - line.y1) / pitch
                    assert abs(off - round(off)) < 0.02, line.get_text()
    assert seen == 4


def test_row_of_a_few_lines_stays_on_one_page() -> None:
    document = sample_document()
    rows = [["项目", "情况"], *[[f"第{n}行", f"始{n}" + "情况" * 100 + f"终{n}"] for n in range(40)]]
    document.cells.append(table("tab-rows", rows, widths=[1, 3], long=True))
    sheets = [re.sub(r"\s", "", sheet) for sheet in extract_text(io.BytesIO(to_pdf(document))).split("\f")]
    for number in range(40):
        start, end = f"始{number}情", f"况终{number}"
        assert [start in sheet for sheet in sheets] == [bool(re.search(rf"{end}(?!\d)", sheet)) for sheet in sheets]


def test_letterhead_is_red_and_only_where_asked_for() -> None:
    for letterhead in (None, "示例市儿童早期发展研究中心文件"):
        content = to_pdf(sample_document(letterhead=letterhead))
        with pikepdf.open(io.BytesIO(content)) as document:
            drawing = document.pages[0].Contents.read_bytes()
        assert (letterhead is not None) == bool(re.search(rb"\b1 0\.25\d* 0\.21\d* (?:rg|scn|RG|SCN)", drawing))
        assert (letterhead or "一、基本状况") in squeezed(content)
        assert ('class="letterhead"' in to_html(sample_document(letterhead=letterhead))) == bool(letterhead)


def test_control_character_is_an_error_that_gives_its_code() -> None:
    with pytest.raises(RenderError, match=r"字体不能显示的字符：（U\+0007）"):
        to_pdf(with_text("响铃\a"))


def test_typesetting_error_does_not_name_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "pandoc", lambda *_: '#image("没有的图.svg")')
    with pytest.raises(RenderError, match="没有的图") as caught:
        to_pdf(sample_document())
    assert tempfile.gettempdir() not in str(caught.value)


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


def test_every_role_has_a_face_and_says_whether_it_is_the_proper_one() -> None:
    faces = {face.role: face for face in fonts.chosen_faces()}
    assert set(faces) == {"宋体", "小标宋", "仿宋", "楷体", "黑体"}
    assert [role for role, face in faces.items() if face.proper] == ["宋体", "黑体"]


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


def test_working_paper_with_an_outside_address_is_refused() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("![图](https://example.org/a.png)")])
    with pytest.raises(RenderError, match="计算底稿中有外部引用"):
        to_paper(notebook)
