"""The finished products read back: page, sheets, Word file and workbook say what the document says, or it is told."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode
from sample_document import sample_document
from toy_report import FACTS
from toy_report import TEXTS
from toy_report import executed

from tuoyu.childcare.subject import subject
from tuoyu.front.formats import LEDGER
from tuoyu.front.formats import PAGE
from tuoyu.front.formats import SHEETS
from tuoyu.front.formats import WORD
from tuoyu.front.ledger import ledger
from tuoyu.front.readback import _rows
from tuoyu.front.readback import differences
from tuoyu.front.readback import refuse
from tuoyu.nouns.errors import RenderError
from tuoyu.render.html import to_html
from tuoyu.render.ledger import to_workbook
from tuoyu.render.passages import Passage
from tuoyu.render.passages import passages
from tuoyu.render.pdf import to_pdf
from tuoyu.render.word import to_word
from tuoyu.text.document import assemble

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60pt"><rect width="9" height="6"/></svg>'
ROWS = "| 甲 | 乙 | 丙 |\n|:---|---:|---:|\n| 丙 | 1 | 7 |\n| 丙 | 2 | 〃 |\n| 丁 | 3 | 8 |"
MAKERS: dict[str, Callable[[NotebookNode], bytes]] = {
    PAGE: lambda document: to_html(document).encode(),
    SHEETS: to_pdf,
    WORD: to_word,
    LEDGER: lambda document: to_workbook(ledger(FACTS, document, subject())),
}
# what the document says, what a product says instead, and how it is told
FAULTS = (
    ("二、存在问题", "二、存在困难", "第2个标题应为“二、存在问题”，现为“二、存在困难”"),
    ("图1　标题fig-a", "图1　标题fig-b", "第1个图的标题应为“图1标题fig-a”，现为“图1标题fig-b”"),
    ("表1　标题tab-b", "表1　标题tab-c", "第1个表的标题应为“表1标题tab-b”，现为“表1标题tab-c”"),
    ("柱状图", "折线图", "第1个图的说明应为“柱状图”，现为“折线图”"),
    ("| 丁 | 3 | 8 |", "| 丁 | 8 | 3 |", "表格第4行应为“丁|3|8”，现为“丁|8|3”"),
    ("38.2%</span>。", "38.3%</span>。", "中没有“托位1200个。使用率38.2%。”"),
    ("1200个</span>，见", "1200家</span>，见", "“一、基本状况”中没有“托位比目标低300个。"),
    ("一是按街道摸清底数。", "", "“（一）补足托位”中没有“一是按街道摸清底数。"),
)


def document() -> NotebookNode:
    shown = executed("fig-a", "tab-b")
    for output in shown.cells[0].outputs:
        if "image/svg+xml" in output.data:
            output.data["image/svg+xml"] = SVG
        else:
            output.data["text/markdown"] = ROWS
            output.metadata["tuoyu"]["widths"] = [1, 1, 1]
    return assemble(TEXTS.sections, shown, FACTS)


TOLD = tuple(passages(document()))


def altered(*faults: tuple[str, str]) -> NotebookNode:
    """The document with other words in its text, its tables and the records of its exhibits."""
    content = nbformat.writes(document())
    for right, wrong in faults:
        assert right in content, right
        content = content.replace(right, wrong)
        title, other = (text.partition("　")[2] for text in (right, wrong))  # who prints a caption counts its number
        content = content.replace(f'"title": "{title}"', f'"title": "{other}"') if title else content
    return nbformat.reads(content, 4)


@pytest.mark.parametrize("name", MAKERS)
def test_products_that_agree_have_no_difference(name: str) -> None:
    assert differences(TOLD, {name: MAKERS[name](document())}) == []


@pytest.mark.parametrize("name", [PAGE, SHEETS, WORD])
def test_what_differs_is_found_in_every_product(name: str) -> None:
    wrong = MAKERS[name](altered(*((right, wrong) for right, wrong, _ in FAULTS)))
    found = differences(TOLD, {name: wrong})
    for *_, told in FAULTS:
        assert any(one.startswith(f"{name}：") and told in one.replace("｜", "|") for one in found), (told, found)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[0])
def test_each_difference_is_found_alone(fault: tuple[str, str, str]) -> None:
    right, wrong, told = fault
    found = differences(TOLD, {PAGE: MAKERS[PAGE](altered((right, wrong)))})
    assert found
    assert told in found[0].replace("｜", "|")


def page_of(*changes: tuple[str, str]) -> dict[str, bytes]:
    """The page with other words of its own, each once."""
    page = to_html(document())
    for right, wrong in changes:
        assert right in page, right
        page = page.replace(right, wrong, 1)
    return {PAGE: page.encode()}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('data-id="use_rate.990100.2024-08-31"', 'data-id="gap.990100.2024-08-31"', "第2个数字应为“38.2%［use_rate"),
        ("</tbody>", "<tr><td>多出的行</td></tr></tbody>", "表格第5行应为“序号｜任务"),
        ("</tbody></table></div></div>", "<tr><td>多</td></tr></tbody></table></div></div>", "多出1行，第一行为“多”"),
        ('<td class="right">2</td>', '<td class="right">2</td>\n<td class="right">7</td>\n<td>9</td>', "表格第3行应为"),
        ("<p>各项见", "<h2>七、多出的标题</h2><p>各项见", "第2个标题应为“二、存在问题”，现为“七、多出的标题”"),
        (">数据来源：测试。<", "><", "“一、基本状况”中没有“数据来源：测试。”"),
        ("<p>1.甲项：一是甲；二是乙。</p>", "", "中没有“1.甲项：一是甲；二是乙。”"),
    ],
)
def test_page_with_a_wrong_row_number_heading_or_note_is_found(right: str, wrong: str, told: str) -> None:
    both = [(right, wrong)] * (2 if "来源" in right else 1)  # the note stands twice
    found = differences(TOLD, page_of(*both))
    assert any(told in one for one in found), found


def test_paragraphs_in_another_order_are_found() -> None:
    first, second = "<p>邻市现有托位", "<p>邻市按在托人数补助。"
    page = to_html(document())
    start, middle = page.index(first), page.index(second)
    end = page.index("</p>", middle) + len("</p>")
    turned = page[:start] + page[middle:end] + page[start:middle] + page[end:]
    assert differences(TOLD, {PAGE: turned.encode()}) == ["report.html：“一、邻市”中“邻市按在托人数补助。”的次序不对"]


def test_workbook_that_differs_is_found() -> None:
    wrong = MAKERS[LEDGER](altered(("1200个</span>，见", "1300个</span>，见")))
    assert differences(TOLD, {LEDGER: wrong}) == [f"{LEDGER}：第5个数字或引文应为“1200个”，现为“1300个”"]


@pytest.mark.parametrize("name", [PAGE, SHEETS, WORD])
def test_lists_quotations_key_figures_and_tables_over_pages_are_no_difference(name: str) -> None:
    """A report with every kind of block; its captions stand in no cell, so that they alone are told."""
    made = sample_document()
    prose = nbformat.v4.new_markdown_cell(
        "见guangdong-enrolment-2023，差-3个，*斜体*、`代码`。", metadata={"tuoyu": {"role": "body"}}
    )
    made.cells.append(prose)
    found = differences(list(passages(made)), {name: MAKERS[name](made)})
    assert [one for one in found if "的标题应为（没有）" not in one] == []
    assert len(found) == 2


def test_findings_at_the_head_of_paragraphs_may_go_on_over_the_page() -> None:
    lines = [f"{number}\\.**第{number}段的首句很长{'，还没有完' * 14}**。其余文字。" for number in range(1, 30)]
    source = "\n\n".join(["## 一、各点", *lines])
    made = sample_document()
    made.cells = [nbformat.v4.new_markdown_cell(source, metadata={"tuoyu": {"role": "body"}})]
    assert differences(list(passages(made)), {SHEETS: to_pdf(made)}) == []


def test_a_number_that_is_wrong_in_a_table_over_pages_is_found() -> None:
    made = sample_document()
    told = list(passages(made))
    for cell in made.cells:
        for output in cell.get("outputs", ()):
            if "第45项 | 45" in output.get("data", {}).get("text/markdown", ""):
                output.data["text/markdown"] = output.data["text/markdown"].replace("第45项 | 45", "第45项 | 44")
    found = differences(told, {SHEETS: to_pdf(made)})
    assert any("表格第49行应为“第45项｜45”，现为“第45项｜44”" in one for one in found), found


def test_differences_fail_with_what_and_where() -> None:
    refuse([])
    with pytest.raises(RenderError, match=r"互不一致.*原有成果未动：\n  1\. 甲\n  2\. 乙\n这是排版程序的差错"):
        refuse(["甲", "乙"])
    with pytest.raises(RenderError, match="……另有 3 处"):
        refuse(["甲"] * 13)
    assert RenderError.exit_code == 5


def test_name_that_is_broken_at_the_end_of_a_line_is_no_difference() -> None:
    for name in ("target-places", "places-2025"):
        told = [Passage("row", name, "", "", cells=(name, "1-2"))]
        assert list(_rows(told, [(name.replace("-", ""), "1-2")])) == []
        assert list(_rows(told, [(name, "12")])) != []
