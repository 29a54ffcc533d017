"""The report as text: long enough, every number a fact, nothing blank, nothing left over."""

from __future__ import annotations

import re
from itertools import pairwise

import nbformat
import pytest
from assembled import report_of
from conftest import EDITIONS
from conftest import ROOT
from conftest import facts_of
from lineage import Lineage

from tuoyu.render.passages import passages
from tuoyu.text.lexicon import FIXED_TERMS
from tuoyu.workspace.texts import read_texts

FULL = "jiangmen-2024-08"
CARRIED = re.compile(r'<span class="(?:fact|policy|evidence)" data-id="[^"]+">.*?</span>', re.DOTALL)
# what the program writes itself: ordinals, references, annexes, the proposed dates and values of a recommendation
WRITTEN = re.compile(
    r"\[(?:图|表|附件)\d+\]\(#[^)]*\)|^\d+\\\.|^\|.*\|$|^附件\d+$|^[图表]\d+　.*$|本项工作由.*$", re.MULTILINE
)


def written(name: str) -> list[nbformat.NotebookNode]:
    """The cells of text, without title and captions."""
    cells = [cell for cell in report_of(name).cells if cell.cell_type == "markdown"]
    return [cell for cell in cells if cell.metadata.tuoyu.role not in {"title", "caption"}]


def prose(name: str) -> str:
    """All text of a report."""
    return "\n\n".join(cell.source for cell in written(name))


def shown(name: str) -> list[dict[str, str]]:
    """What is known of its figures and tables."""
    outputs = [output for cell in report_of(name).cells for output in cell.get("outputs", ())]
    return [output.metadata.tuoyu for output in outputs if "tuoyu" in output.metadata]


def test_main_text_is_a_full_report() -> None:
    main = prose(FULL).partition('<div class="annexmark">')[0]
    assert len(re.findall(r"[\u4e00-\u9fff]", re.sub(r"<[^>]+>", "", main))) >= 9000
    assert len(set(re.findall(r'class="fact" data-id="([^"]+)"', main))) >= 40
    kinds = [about["kind"] for about in shown(FULL)]
    assert kinds.count("figure") >= 8
    assert kinds.count("table") >= 8


def test_problems_and_recommendations_answer_one_another() -> None:
    problems, advice = prose(FULL).split("## 二、存在问题")[1].split("## 三、对策建议")
    tasks = advice.split("## 四、")[0]
    assert problems.count("\n### ") == tasks.count("\n### ") >= 5
    assert tasks.count("本项工作由") == tasks.count("\n### ")


@pytest.mark.parametrize("name", EDITIONS)
def test_every_digit_has_a_lineage_in_notes_titles_and_descriptions_too(name: str) -> None:
    document = report_of(name)
    texts = [text for one in passages(document) for text in one.cells or (one.text,)]
    assert Lineage(facts_of(name), document, read_texts(ROOT).values()).without(texts) == []


@pytest.mark.parametrize("name", EDITIONS)
def test_no_digit_was_typed_by_hand(name: str) -> None:
    text = WRITTEN.sub("", CARRIED.sub("", prose(name)))
    for term in FIXED_TERMS:
        text = text.replace(term, "")
    assert not re.findall(r".{0,10}[0-9０-９].{0,10}", re.sub(r"<[^>]+>", "", text))


@pytest.mark.parametrize("name", EDITIONS)
def test_every_printed_fact_has_its_lineage_in_the_document(name: str) -> None:
    document = report_of(name)
    printed = set(re.findall(r'class=\\"fact\\" data-id=\\"([^"\\]+)\\"', nbformat.writes(document)))
    known = document.metadata.tuoyu.facts
    assert printed
    assert printed <= set(known)
    assert all(source in known for fact in known.values() for source in fact["inputs"])


@pytest.mark.parametrize("name", EDITIONS)
def test_quotations_lead_to_their_documents(name: str) -> None:
    about = report_of(name).metadata.tuoyu
    cited = re.findall(r'class="(policy|evidence)" data-id="([^"]+)"', prose(name))
    assert all(id_ in about["policies" if kind == "policy" else "evidence"] for kind, id_ in cited)


@pytest.mark.parametrize("name", EDITIONS)
def test_nothing_is_left_over_or_blank(name: str) -> None:
    text = prose(name)
    assert not re.search(r"[{][{%]|[%}][}]|[\ue000-\ue0ff]|None|nan|undefined|:::|\{#", text)
    assert not re.search(r"[，、；：]{2}|。。|，。|（）|《》|“”", re.sub(r"<[^>]+>", "", text))
    blocks = [
        block
        for cell in report_of(name).cells
        for block in (
            cell.source.split("\n\n") if cell.cell_type == "markdown" else ["exhibit"] * len(cell.get("outputs", ()))
        )
        if block.strip()
    ]
    levels = [len(block.split(" ")[0]) if block.startswith("#") else 9 for block in blocks]
    assert all(after > before for before, after in pairwise(levels) if before in {2, 3})


def test_earlier_edition_leaves_out_what_it_does_not_know() -> None:
    text = prose("jiangmen-2023-12")
    assert "# 示范城市经验" not in text
    assert "受访家长" not in text
    omissions = report_of("jiangmen-2023-12").metadata.tuoyu.omissions
    assert all(one["what"] and one["reason"] for one in omissions)
    assert "## 五、省略的内容" in text
