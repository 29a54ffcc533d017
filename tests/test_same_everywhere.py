"""The finished products read back: page, sheets and workbook say what the document says, and a difference is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from conftest import ROOT
from conftest import copy_repository
from making import fact
from making import facts

from tuoyu.childcare.subject import subject
from tuoyu.facts.wording import span
from tuoyu.front.cli import main
from tuoyu.front.ledger import ledger
from tuoyu.front.publication import LEDGER
from tuoyu.front.readback import differences
from tuoyu.render.ledger import to_workbook
from tuoyu.render.pdftext import texts_of
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.opening import load_stages

if TYPE_CHECKING:
    from pathlib import Path

PLACES, RATE = fact("places", "23595"), fact("use_rate", "38.2", "%", 1)
KNOWN = facts(PLACES, RATE)
ALT = "条形图：托位23595个。"
TABLE = {"kind": "table", "id": "tab-a", "title": "供给"}
FIGURE = {"kind": "figure", "id": "fig-a", "title": "托位", "alt": ALT}


def caption(*lines: str) -> nbformat.NotebookNode:
    source = "\n\n".join(['<div class="caption">', *lines, "</div>"])
    return nbformat.v4.new_markdown_cell(source, metadata={"tuoyu": {"role": "caption"}})


def exhibit(about: dict[str, str], **data: str) -> nbformat.NotebookNode:
    content = {media.replace("_", "/"): text for media, text in data.items()}
    output = nbformat.v4.new_output("display_data", data=content, metadata={"tuoyu": about})
    return nbformat.v4.new_code_cell("# ", outputs=[output])


def document() -> nbformat.NotebookNode:
    text = f"## 一、供给\n\n全市有托位{span(PLACES)}，使用率{span(RATE)}，见[表1](#tbl-a)。"
    rows = f"| 指标 | 现状 |\n| --- | --- |\n| 托位 | {span(PLACES)} |\n| 托位 | {span(RATE)} |"
    cells = [
        nbformat.v4.new_markdown_cell(text, metadata={"tuoyu": {"role": "body", "section": "供给"}}),
        caption("表1　供给"),
        exhibit(TABLE, text_markdown=rows),
        exhibit(FIGURE, text_plain="图"),
        caption("图1　托位", "数据来源：测试公报。"),
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata={"tuoyu": {"policies": {}, "evidence": {}}})


PAGE = f"""<html><head><style>p {{}}</style></head><body><nav><h2>目录</h2></nav>
<main id="main"><header><h1>报告</h1></header>
<h2 id="s-1">一、供给<a class="anchor" href="#s-1">¶</a></h2>
<p>全市有托位<button class="fact" data-id="{PLACES.id}">23595个</button>，
使用率<span class="fact" data-id="{RATE.id}">38.2%</span>，见<a href="#tab-a">表1</a>。
<sup class="noteref"><a href="#note-1">1</a></sup></p>
<table><caption>表1　供给</caption><thead><tr><th>指标</th><th>现状</th></tr></thead><tbody>
<tr><td rowspan="2">托位</td><td><span class="fact" data-id="{PLACES.id}">23595个</span></td></tr>
<tr><td><span class="fact" data-id="{RATE.id}">38.2%</span></td></tr></tbody></table>
<figure><svg role="img" aria-label="{ALT}"><text>23595</text></svg><figcaption>图1　托位</figcaption>
<p class="note">数据来源：测试公报。</p>
<details class="data"><table><tr><td>1</td></tr></table></details></figure></main>
<script>var x = "<h2>别的</h2>";</script></body></html>"""
SHEETS = (
    "一、供给",
    "全市有托位23595个，使用",
    "表1　供给",
    "指标",
    "现状",
    "托位",
    "23595个",
    "38.2%",
    "率38.2%，见表1。",
    ALT,
    "图1　托位",
    "数据来源：测试公报。",
)


def workbook() -> bytes:
    return to_workbook(ledger(KNOWN, document(), subject()))


def test_products_that_agree_have_no_difference() -> None:
    assert differences(document(), PAGE, SHEETS, workbook()) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (">23595个</button>", ">23495个</button>", "第1个数字应为“23595个"),
        (">38.2%</span>，", ">38.2</span>%，", "第2个数字应为“38.2%"),
        (f'data-id="{RATE.id}"', f'data-id="{PLACES.id}"', "第2个数字应为“38.2%"),
        ("一、供给<a", "一、需求<a", "第1个标题应为“一、供给”，现为“一、需求”"),
        ("<caption>表1", "<caption>表2", "第1个图表标题应为“表1供给”，现为“表2供给”"),
        (ALT, "条形图。", "第1个图的说明应为"),
        ('<td rowspan="2">托位</td>', '<td rowspan="2">机构</td>', "表格第2行应为“托位｜23595个”，现为“机构｜23595个”"),
        ("</tbody>", "<tr><td>多出的行</td></tr></tbody>", "表格第4行应为“”，现为“多出的行”"),
        ("数据来源：测试公报。", "", "“一、供给”中没有“数据来源：测试公报。”"),
        ("全市有托位", "本市有托位", "中没有“全市有托位23595个，使用率38.2%，见表1。”"),
    ],
)
def test_page_that_differs_is_found(right: str, wrong: str, told: str) -> None:
    assert right in PAGE
    found = differences(document(), PAGE.replace(right, wrong, 1), SHEETS, workbook())
    assert found
    assert all(one.startswith("report.html：") for one in found)
    assert any(told in one for one in found), found


@pytest.mark.parametrize("number", range(len(SHEETS)))
def test_text_that_is_wrong_on_the_sheets_is_found(number: int) -> None:
    wrong = SHEETS[number].replace("23595", "23495").replace("38.2%", "38.3%")
    wrong = wrong if wrong != SHEETS[number] else "别的"
    found = differences(document(), PAGE, (*SHEETS[:number], wrong, *SHEETS[number + 1 :]), workbook())
    # words that stand elsewhere too, such as the head of a row, may stand in for one another; numbers may not
    assert found or SHEETS[number] == "托位"
    assert all(one.startswith("report.pdf：") for one in found)


def test_long_names_may_be_broken_with_a_hyphen_and_numbers_may_not() -> None:
    text = nbformat.v4.new_markdown_cell("见guangdong-enrolment，差-3个。", metadata={"tuoyu": {"role": "body"}})
    told = nbformat.v4.new_notebook(cells=[text], metadata={"tuoyu": {"policies": {}, "evidence": {}}})
    page, book = (
        "<main id=main><p>见guangdong-enrolment，差-3个。</p></main>",
        to_workbook(ledger(KNOWN, told, subject())),
    )
    assert differences(told, page, ["见guangdong-enrol-\nment，差-3个。"], book) == []
    assert differences(told, page, ["见guangdong-enrolment，差3个。"], book)


def test_workbook_that_differs_is_found() -> None:
    other = document()
    other.cells[0].source = other.cells[0].source.replace("23595个", "23495个")
    wrong = to_workbook(ledger(KNOWN, other, subject()))
    assert differences(document(), PAGE, SHEETS, wrong) == [f"{LEDGER}：第1个数字或引文应为“23595个”，现为“23495个”"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone in which every edition was run."""
    target = copy_repository(tmp_path_factory.mktemp("made") / "site")
    assert main(load_stages(target), root=target, arguments=("run", "--all", "--jobs", "2")) == 0
    return target


@pytest.mark.slow
@pytest.mark.parametrize("name", list_editions(ROOT))
def test_all_products_of_an_edition_say_the_same(made: Path, name: str) -> None:
    reports = made / "reports" / name
    page = (reports / "report.html").read_text("utf-8")
    texts = texts_of("report.pdf", (reports / "report.pdf").read_bytes())
    told, book = nbformat.read(reports / "report.ipynb", 4), (reports / LEDGER).read_bytes()
    assert differences(told, page, texts, book) == []
    assert differences(told, page.replace("<caption>表1", "<caption>表9", 1), texts, book)
