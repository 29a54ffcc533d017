"""No digit stands in any product without a lineage: text, tables, titles, notes, descriptions and labels of charts."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from typing import TYPE_CHECKING
from typing import Any

import openpyxl
import pytest
from conftest import ROOT
from conftest import document_of
from conftest import facts_of
from lineage import DIGIT
from lineage import Lineage
from toy_report import FACTS
from toy_report import TEXTS
from toy_report import executed

from tuoyu.childcare.subject import subject
from tuoyu.front.ledger import PRINTED
from tuoyu.front.ledger import ledger
from tuoyu.nouns.fact import Facts
from tuoyu.render.html import to_html
from tuoyu.render.ledger import to_workbook
from tuoyu.render.passages import passages
from tuoyu.render.pdf import to_pdf
from tuoyu.render.pdftext import ASIDE
from tuoyu.render.pdftext import blocks_of
from tuoyu.render.plaintext import GAP
from tuoyu.render.plaintext import text_of
from tuoyu.render.word import to_word
from tuoyu.text.document import assemble
from tuoyu.workspace.texts import read_texts

if TYPE_CHECKING:
    from nbformat import NotebookNode

SHORT = "shenzhen-2024"
SPACE = re.compile(r'\sxmlns(?::\w+)?="[^"]*"')
REFERENCE = re.compile(r'<sup class="noteref".*?</sup>', re.DOTALL)  # the number of a note, as pages have them
PART = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
LETTERS = re.compile(r"<w:t[ >][^<]*</w:t>|<w:t>[^<]*</w:t>")


def of_page(document: NotebookNode, _: Facts) -> list[str]:
    """All words of the page, labels in its drawings and descriptions included, without what the dialogs hold."""
    page = REFERENCE.sub("", to_html(document, beside=()))
    return text_of("page.html", SPACE.sub("", page[page.index("<main") : page.index("</main>")]).encode()).split(GAP)


def of_sheets(document: NotebookNode, _: Facts) -> list[str]:
    """All texts of the PDF but its properties; those of its drawings are those of the page."""
    return [one.words for one in blocks_of("report.pdf", to_pdf(document)) if one.kind not in {"Figure", ASIDE}]


def of_word(document: NotebookNode, _: Facts) -> list[str]:
    """All paragraphs of the Word file, notes, feet and descriptions included, and the labels in its drawings."""
    found = []
    with zipfile.ZipFile(io.BytesIO(to_word(document))) as archive:
        for name in archive.namelist():
            part = archive.read(name).decode() if name.endswith((".xml", ".svg")) else ""
            if name.endswith(".svg"):
                found += text_of("drawing.svg", SPACE.sub("", part[part.index("<svg") :]).encode()).split(GAP)
            elif name.startswith("word/") and name != "word/styles.xml":
                found += [text_of("x.xml", "".join(LETTERS.findall(one)).encode()) for one in PART.findall(part)]
                found += re.findall(r' descr="([^"]*)"', part)
    return [re.sub(GAP, "", one) for one in found]


def of_workbook(document: NotebookNode, facts: Facts) -> list[str]:
    """What the sheet of printed numbers says of where each stands."""
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(ledger(facts, document, subject()))), read_only=True)
    head, *rows = book[PRINTED].iter_rows(values_only=True)
    columns = [head.index(title) for title in ("章节", "图表", "印作", "单位", "时点")]
    return [str(row[at] or "") for row in rows for at in columns]


def of_document(document: NotebookNode, _: Facts) -> list[str]:
    """Every passage, cell by cell."""
    return [text for one in passages(document) for text in one.cells or (one.text,)]


READERS = {"文稿": of_document, "网页": of_page, "PDF": of_sheets, "Word": of_word, "核算表": of_workbook}


@pytest.mark.parametrize("kind", READERS)
def test_every_digit_of_a_product_has_a_lineage(kind: str) -> None:
    texts = READERS[kind](document_of(SHORT), facts_of(SHORT))
    assert sum(bool(DIGIT.search(text)) for text in texts) > 30
    lineage = Lineage(facts_of(SHORT), document_of(SHORT), read_texts(ROOT).values())
    assert lineage.without(texts) == []


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60pt"><text x="9" y="9">{}</text>'
    '<rect width="9" height="6"/></svg>'
)


def toy(**planted: str) -> NotebookNode:
    """The toy's report with foreign digits where they are planted."""
    shown = copy.deepcopy(executed("fig-a", "tab-b"))
    figure, table = shown.cells[0].outputs
    figure.data["image/svg+xml"] = SVG.format(planted.get("label", "1200个"))
    about: dict[str, Any] = figure.metadata["tuoyu"]
    about["alt"], about["note"] = (f"柱状图{planted.get(key, '')}" for key in ("alt", "note"))
    about["title"] += planted.get("title", "")
    table.data["text/markdown"] = f"| 甲 | 乙 |\n|:---|---:|\n| 丙 | {planted.get('cell', '1200个')} |"
    document = assemble(TEXTS.sections, shown, FACTS)
    for cell in document.cells:
        cell.source = cell.source.replace("我市有托位", f"我市{planted.get('text', '')}有托位")
        cell.source = cell.source.replace("三、对策建议", f"三、对策建议{planted.get('heading', '')}")
    return document


PLANTED = {
    "text": "6321个",
    "heading": "7.5倍",
    "title": "4863个",
    "note": "2019年3月",
    "alt": "55.5%",
    "label": "8214个",
    "cell": "3977人",
}


@pytest.fixture(scope="module")
def known() -> Lineage:
    return Lineage(FACTS, toy(), [f"target: {section.target}".encode() for section in TEXTS.sections])


@pytest.mark.parametrize(
    ("kind", "unseen"), [("文稿", {"label"}), ("网页", set()), ("PDF", {"label"}), ("Word", set())]
)
def test_digit_without_lineage_is_found_wherever_it_stands(known: Lineage, kind: str, unseen: set[str]) -> None:
    assert known.without(READERS[kind](toy(), FACTS)) == []
    found = "".join(known.without(READERS[kind](toy(**PLANTED), FACTS)))
    assert {key for key, digits in PLANTED.items() if digits not in found} == unseen


@pytest.mark.parametrize("text", ["托位1201个", "托位1200家", "2024年9月底", "12.00个", "38.24", "和7个", "1200个5"])
def test_a_number_of_another_form_or_date_has_no_lineage(known: Lineage, text: str) -> None:
    assert known.unexplained(text)


def test_kinds_that_need_none_are_few(known: Lineage) -> None:
    for text in ("图1", "续表12", "附件3", "— 5 —", "7", "3岁以下", "95%置信区间", "1.甲项", "等8项", "B12"):
        assert known.unexplained(text) == [], text
