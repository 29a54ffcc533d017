"""Markup of every kind in names and notes of the data is text on the page: nothing runs, nothing is lost."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pypdfium2
import pytest
from conftest import copy_repository

from tuoyu.childcare import example
from tuoyu.front.cli import main
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
    "甲#panic(1)镇",
    "\\newpage镇",
    "{%raw%}镇",
)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_repository(tmp_path_factory.mktemp("hostile") / "site")
    with pytest.MonkeyPatch.context() as patch:
        names = iter(HOSTILE)
        patch.setattr(example, "STREETS", {place: tuple(next(names) for _ in range(3)) for place in example.DISTRICTS})
        patch.setattr(
            example, "EVIDENCE", example.EVIDENCE.replace("老旧小区", "<b>老旧</b>小区#let x = 1 $y$ [z](http://e.com)")
        )
        example.create_example(root)
    paper = root / "data/raw/example/街道社区婴幼儿数（示例数据）.xlsx.source.toml"
    text = paper.read_text("utf-8").replace('producer = "示例数据生成程序"', "producer = '<i>单位</i> #set text(red)'")
    paper.write_text(text, "utf-8")
    assert main(load_stages(root), root=root, arguments=["run", example.EDITION]) == 0
    return root / "reports" / example.EDITION


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


def test_no_template_of_the_data_was_filled(reports: Path) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", (reports / "report.html").read_text("utf-8")))
    assert "{{托位数}}镇" in page
