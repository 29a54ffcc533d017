"""Markup of every kind in names and notes of the data is text on the page: nothing runs, nothing is lost."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from conftest import copy_repository
from openpyxl import load_workbook

from tuoyu.childcare import example
from tuoyu.front.cli import main
from tuoyu.text.drawing import drawing
from tuoyu.text.drawing import drawn
from tuoyu.workspace.opening import load_stages

HOSTILE = (
    "<script>alert(1)</script>街道",
    '甲#import"/etc/passwd":x镇',
    "$x^2$镇",
    "[点](http://example.com/)镇",
    "{{托位数}}镇",
    "甲**粗**_斜_镇",
    "a|b镇",
    "`代码`镇",
    '"><img/src=x/onerror=alert(1)>镇',
    f"壬{'W' * 90}镇",
    "\\newpage镇",
    "{%raw%}镇",
    "$\\frac{1}{2}$镇",
    "&lt;b&gt;镇",
    "=1+1镇",
    "@SUM(A1)镇",
)
WIDE = 90  # signs without a break: wider than a table or a small figure
POLICY_ID, TARGET_ID = "规划<b>&lt;i&gt;$x$#y", "目标=1+1 *x* <i>"
POLICY = "示例省<u>托育</u>**规划**$\\frac{1}{2}$&amp;=1+1"
SELF = "我<b>*市*</b>"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_repository(tmp_path_factory.mktemp("hostile") / "site")
    with pytest.MonkeyPatch.context() as patch:
        names = iter(HOSTILE)
        patch.setattr(example, "STREETS", {place: tuple(next(names) for _ in range(4)) for place in example.DISTRICTS})
        patch.setattr(
            example, "EVIDENCE", example.EVIDENCE.replace("老旧小区", "<b>老旧</b>小区#let x = 1 $y$ [z](http://e.com)")
        )
        policies = example.POLICIES.replace("example-plan", POLICY_ID).replace("example-places-2025", TARGET_ID)
        policies = policies.replace('title = "示例省托育服务发展规划（示例数据）"', f"title = '{POLICY}（示例数据）'")
        patch.setattr(example, "POLICIES", policies)
        for form in ("EDITION_FORM", "EARLIER_FORM"):
            patch.setattr(example, form, getattr(example, form).replace("example-places-2025", TARGET_ID))
        city = example._city().replace('self_name = "我市"', f'self_name = "{SELF}"')
        patch.setattr(example, "_city", lambda: city)
        example.create_example(root)
    paper = root / "data/raw/example/街道社区婴幼儿数（示例数据）.xlsx.source.toml"
    text = paper.read_text("utf-8").replace('producer = "示例数据生成程序"', "producer = '<i>单位</i> #set text(red)'")
    paper.write_text(text, "utf-8")
    assert main(load_stages(root), root=root, arguments=["run", example.EDITION]) == 0
    return root / "reports" / example.EDITION


def unzipped(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name).decode("utf-8", "replace") for name in parts.namelist()}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_page_shows_the_text_and_runs_none_of_it(reports: Path) -> None:
    page = (reports / "report.html").read_text("utf-8")
    outside = re.sub(r"<script[^>]*>.*?</script>", "", page, count=2, flags=re.DOTALL)
    assert "<script" not in outside.partition("<main")[2]
    assert not re.search(r"<(?:img|i|b)[ >][^>]*(?:onerror|单位|老旧)", page)
    assert not re.search(r'href="http', page)
    shown = squeezed(html.unescape(re.sub(r"<[^>]+>", "", outside)))
    for name in HOSTILE:
        assert squeezed(name) in shown, name
    assert squeezed("<b>老旧</b>小区#let x = 1 $y$ [z](http://e.com)") in shown
    assert squeezed("<i>单位</i> #set text(red)") in shown


def test_pdf_shows_the_text_and_reads_no_file(reports: Path) -> None:
    document = pypdfium2.PdfDocument(reports / "report.pdf")
    shown = squeezed("".join(page.get_textpage().get_text_bounded() for page in document))
    document.close()
    assert "root:" not in shown
    for name in HOSTILE:
        assert squeezed(name) in shown, name


def test_word_shows_the_text(reports: Path) -> None:
    parts = unzipped(reports / "report.docx")
    shown = squeezed(html.unescape(re.sub(r"<[^>]+>", "", parts["word/document.xml"])))
    for text in (*HOSTILE, POLICY, "<i>单位</i> #set text(red)"):
        assert squeezed(text) in shown, text
    assert not re.search(r'TargetMode="External"', "".join(parts.values()))


def test_workbook_shows_the_text_and_computes_none_of_it(reports: Path) -> None:
    book = load_workbook(reports / "核算表.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    shown = squeezed("".join(str(cell.value) for cell in cells))
    for text in HOSTILE:
        assert squeezed(text) in shown, text
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert formulas
    assert not [one for one in formulas for text in HOSTILE if text in one]
    assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]


def test_figures_and_their_words_show_the_text(reports: Path) -> None:
    figures = reports.parents[1] / "data/processed" / example.EDITION / "figures"
    drawn = {path.stem: path.read_text("utf-8") for path in figures.glob("*.svg")}
    for name, image in drawn.items():
        parts = list(ET.fromstring(image).iter())  # noqa: S314 - our own figure
        assert not [one for one in parts if "script" in str(one.tag)], name
        links = [value for one in parts for key, value in one.attrib.items() if key.endswith("href")]
        assert not [one for one in links if not one.startswith("#")], name
    page = (reports / "report.html").read_text("utf-8")
    told = [squeezed(html.unescape(one)) for one in re.findall(r'<svg[^>]* aria-label="([^"]*)"', page)]
    communities = next(one for one in told if "东园社区" in one)
    assert [text for text in HOSTILE if squeezed(text) in communities]


@pytest.mark.parametrize("text", [*(one for one in HOSTILE if len(one) < WIDE), POLICY])
def test_chart_draws_the_text_as_it_stands(text: str) -> None:
    with drawing(40) as (_, axes):
        axes.set_title(text)
        axes.annotate(text, (0, 0))
        axes.set_yticks([0], [text])
        image = drawn(axes.figure)
    assert "<script" not in str(image)


def test_no_template_of_the_data_was_filled(reports: Path) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", (reports / "report.html").read_text("utf-8")))
    assert "{{托位数}}镇" in page
