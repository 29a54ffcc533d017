"""The report as text: long enough, every number a fact, nothing blank, nothing left over."""

from __future__ import annotations

import re
from itertools import pairwise

import nbformat
import pytest
from conftest import EDITIONS
from conftest import ROOT
from conftest import document_of
from conftest import facts_of

from tuoyu.nouns.errors import ContractError
from tuoyu.text.document import assemble
from tuoyu.text.prose import FIXED_TERMS

FULL = "jiangmen-2024-08"
CARRIED = re.compile(r'<span class="(?:fact|policy)" data-id="[^"]+">.*?</span>', re.DOTALL)


def parts(name: str) -> tuple[list[nbformat.NotebookNode], list[nbformat.NotebookNode]]:
    """Cells of the main text and of the annexes."""
    cells = document_of(name).cells
    first = next(n for n, cell in enumerate(cells) if cell.metadata.get("tuoyu", {}).get("role") == "annex")
    return cells[:first], cells[first:]


def shown(cells: list[nbformat.NotebookNode]) -> list[dict[str, str]]:
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return [output.metadata.tuoyu for output in outputs if "tuoyu" in output.metadata]


def prose(cells: list[nbformat.NotebookNode]) -> str:
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_main_text_is_a_full_report() -> None:
    main, _ = parts(FULL)
    text = prose(main)
    assert len(re.findall(r"[\u4e00-\u9fff]", re.sub(r"<[^>]+>", "", text))) >= 7000
    assert len(set(re.findall(r'class="fact" data-id="([^"]+)"', text))) >= 25
    kinds = [about["kind"] for about in shown(main)]
    assert kinds.count("figure") >= 5
    assert kinds.count("table") >= 4


def test_key_box_has_five_numbers() -> None:
    for name in EDITIONS:
        (box,) = [c for c in document_of(name).cells if c.metadata.get("tuoyu", {}).get("role") == "keybox"]
        lines = [line for line in box.source.splitlines() if line.strip()]
        assert len(lines) == 5
        assert all(line.startswith("- <span") for line in lines)


def test_sections_follow_the_outline() -> None:
    text = prose(document_of(FULL).cells)
    headings = re.findall(r"^#{1,3} (.*?) \{#", text, flags=re.MULTILINE)
    for title in (
        "一、基本状况",
        "（一）托育需求分析",
        "（二）托育供给分析",
        "二、存在问题",
        "三、对策建议",
        "示范城市经验",
        "指标口径与数据来源",
        "数据核验情况",
        "与上期比较",
    ):
        assert title in headings
    problems, advice = text.split("## 二、存在问题")[1].split("## 三、对策建议")
    assert (
        len(re.findall("^### ", problems, re.MULTILINE))
        == len(re.findall("^### ", advice.split("# 示范城市经验")[0], re.MULTILINE))
        >= 5
    )


@pytest.mark.parametrize("name", EDITIONS)
def test_no_digit_was_typed_by_hand(name: str) -> None:
    for cell in document_of(name).cells:
        role = cell.metadata.get("tuoyu", {}).get("role")
        if cell.cell_type != "markdown" or role == "title":
            continue
        text = CARRIED.sub("", cell.source)
        text = re.sub(r"\{#[^}]*\}|\[[图表]\d+\]\(#[^)]*\)|^\d+\\\.|^\|.*\|$", "", text, flags=re.MULTILINE)
        text = re.sub(r"〔\d{4}〕\d+号", "", text)  # the number of a document that a register names
        for term in FIXED_TERMS:
            text = text.replace(term, "")
        assert not re.findall(r".{0,10}[0-9０-９].{0,10}", text)


@pytest.mark.parametrize("name", EDITIONS)
def test_every_printed_fact_has_its_lineage_in_the_document(name: str) -> None:
    document = document_of(name)
    text = nbformat.writes(document)
    printed = set(re.findall(r'class=\\"fact\\" data-id=\\"([^"\\]+)\\"', text))
    known = document.metadata.tuoyu.facts
    assert printed
    assert printed <= set(known)
    assert all(source in known for fact in known.values() for source in fact["inputs"])


@pytest.mark.parametrize("name", EDITIONS)
def test_nothing_is_left_over_or_blank(name: str) -> None:
    text = prose(document_of(name).cells)
    assert not re.search(r"[{][{%]|[%}][}]|[\ue000-\ue0ff]|None|nan|undefined", text)
    assert not re.search(r"[，、；：]{2}|。。|，。|（）|《》|“”", re.sub(r"<[^>]+>", "", text))
    blocks = [
        block
        for cell in document_of(name).cells
        for block in (cell.source.split("\n\n") if cell.cell_type == "markdown" else ["exhibit"] * len(shown([cell])))
        if block.strip()
    ]
    levels = [len(block.split(" ")[0]) if block.startswith("#") else 9 for block in blocks]
    assert all(after > before for before, after in pairwise(levels) if before in {2, 3})


def test_earlier_edition_leaves_out_what_it_does_not_know() -> None:
    document = document_of("jiangmen-2023-12")
    text = prose(document.cells)
    assert "# 示范城市经验" not in text
    assert "受访家长" not in text.split("# 指标口径与数据来源")[0]
    omissions = document.metadata.tuoyu.omissions
    assert all(one["what"] and one["reason"] for one in omissions)
    assert any("示范城市经验" in one["what"] for one in omissions)
    assert "缺少的数据或材料 | 受影响的部分" in text
    assert "| 家长问卷 | " in text


def test_typed_number_stops_the_assembly() -> None:
    source = nbformat.read(ROOT / "notebooks/03_report.ipynb", 4)
    cell = next(c for c in source.cells if c.metadata.get("tuoyu", {}).get("role") == "body")
    cell.source += "\n\n全市有托位23595个。"
    with pytest.raises(ContractError, match="1 处手写的数字"):
        assemble(source, source, facts_of(FULL))


def test_changed_code_asks_for_a_run() -> None:
    source = nbformat.read(ROOT / "notebooks/03_report.ipynb", 4)
    executed = nbformat.read(ROOT / "notebooks/03_report.ipynb", 4)
    next(c for c in source.cells if c.source.startswith("work.show")).source += "  # changed"
    with pytest.raises(ContractError, match="请先重新运行"):
        assemble(source, executed, facts_of(FULL))
