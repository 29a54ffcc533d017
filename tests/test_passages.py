"""The report as a reader goes through it, and workbooks searched like every other product."""

from __future__ import annotations

import io

import nbformat
from openpyxl import Workbook

from tuoyu.render.passages import passages
from tuoyu.render.passages import plain
from tuoyu.render.plaintext import GAP
from tuoyu.render.plaintext import text_of

NUMBER = '<span class="fact" data-id="places.440700.2024">23595个</span>'


def told(*cells: nbformat.NotebookNode) -> list[tuple[str, str, str]]:
    document = nbformat.v4.new_notebook(cells=list(cells))
    return [(one.kind, one.under, one.text) for one in passages(document)]


def prose(text: str, **marks: object) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(text, metadata={"tuoyu": {"role": "body", "section": "供给", **marks}})


def test_headings_paragraphs_and_tables_in_a_text_come_in_their_order() -> None:
    text = f"## 一、供给\n\n**共有{NUMBER}**。\n\n### （一）分布\n\n| 项目 | 数 |\n|:--|--:|\n| 托位 | {NUMBER} |"
    assert told(prose(text)) == [
        ("heading", "一、供给", "一、供给"),
        ("paragraph", "一、供给", "共有23595个。"),
        ("heading", "（一）分布", "（一）分布"),
        ("head", "（一）分布", "项目　数"),
        ("row", "（一）分布", "托位　23595个"),
    ]


def test_numbers_keep_what_they_stand_for_and_the_words_before() -> None:
    row = f"| 项目 | 数 |\n| --- | --- |\n| 甲\\|乙 | {NUMBER} |"
    found = [one for one in passages(nbformat.v4.new_notebook(cells=[prose(row)])) if one.carried]
    assert found[0].cells == ("甲|乙", "23595个")
    assert [(one.kind, one.id, one.text) for one in found[0].carried] == [("fact", "places.440700.2024", "23595个")]
    assert found[0].carried[0].before.endswith("乙")


def test_sentences_end_with_their_marks_and_closing_quotes() -> None:
    text = "有托位。家长说：“太远了！”还有吗？没有"
    assert next(passages(nbformat.v4.new_notebook(cells=[prose(text)]))).sentences == (
        "有托位。",
        "家长说：“太远了！”",
        "还有吗？",
        "没有",
    )


def test_signs_that_mean_something_to_markdown_are_the_reader_s() -> None:
    assert plain("a\\_b\\*c &lt;d&gt; **粗** [图1](#fig-a) <!-- 依据：x -->") == "a_b*c <d> 粗 图1"


def test_words_of_a_workbook_are_searched_cell_by_cell() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title, sheet["A1"], sheet["A2"] = "原始数据", "深圳", "市卫生健康局"
    stream = io.BytesIO()
    book.save(stream)
    words = text_of("核算表.xlsx", stream.getvalue()).split(GAP)
    assert {"深圳", "市卫生健康局"} <= set(words)
    assert any("原始数据" in one for one in words)
