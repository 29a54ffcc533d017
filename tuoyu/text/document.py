"""Assembles the report (文稿): executed figures and tables, prose filled in, ordinals and numbers in place.

What belongs here: notebooks in, one notebook out, pure. What does not: pages (``render``) and files.
The prose comes from the notebook as it stands now, so that editing a sentence executes nothing.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING
from typing import Any

import nbformat
from nbformat import NotebookNode

from tuoyu.facts.wording import chinese
from tuoyu.facts.wording import inert
from tuoyu.facts.wording import printed
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.period import in_words
from tuoyu.text.gaps import OMITTED
from tuoyu.text.needs import wanting
from tuoyu.text.prose import Prose
from tuoyu.text.prose import number_points
from tuoyu.text.prose import typed_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

HEADING = re.compile(r"(#{1,4}) +(.*)")
WORDS = {"figure": "图", "table": "表"}
PROSE_ROLES = {"keybox", "body", "annex"}


def assemble(source: NotebookNode, executed: NotebookNode, facts: Facts) -> NotebookNode:
    """The document: ``source`` gives prose, ``executed`` the outputs, ``facts`` the numbers.

    Raises ContractError where a number was typed by hand, a placeholder is wrong, or code was changed
    after the notebook was executed.
    """
    _refuse_typed_numbers(source)
    done = {cell.id: cell for cell in executed.cells if cell.cell_type == "code"}
    cells = [_cell(cell, done) for cell in source.cells if _role(cell) != "notes"]
    prose = Prose(facts, numbers=_number(cells))
    omissions: list[dict[str, str]] = []
    for cell in cells:
        if _role(cell) in PROSE_ROLES:
            filled = prose.fill(cell.source, where=f"报告“{_first_line(cell)}”")
            cell.source = filled.text
            omissions += filled.omissions
    omissions = [*prose.unproved, *omissions]
    _drop_empty_headings(cells, omissions)
    _ordinals(cells)
    table = _wanting_table(facts, source)
    for cell in cells:
        cell.source = cell.source.replace(OMITTED, table)
    document: NotebookNode = nbformat.v4.new_notebook(
        cells=[_title(facts), *cells], metadata=copy.deepcopy(executed.metadata)
    )
    document.metadata["tuoyu"] = _about(facts, document, omissions)
    return document


def _role(cell: NotebookNode) -> str:
    """What a cell is in the report; prose added in JupyterLab needs no mark of its own."""
    default = "body" if cell.cell_type == "markdown" else ""
    return str(cell.metadata.get("tuoyu", {}).get("role", default))


def _first_line(cell: NotebookNode) -> str:
    line = next((line for line in cell.source.splitlines() if line.strip()), "")
    return re.sub(r"\{[{%].*?[}%]\}|[#*]", "", line).strip()[:20]


def _refuse_typed_numbers(source: NotebookNode) -> None:
    faults = [
        f"“{_first_line(cell)}”一格：{found}"
        for cell in source.cells
        if _role(cell) in PROSE_ROLES
        for found in typed_numbers(cell.source)
    ]
    if faults:
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        msg = f"报告文字中有 {len(faults)} 处手写的数字，请改用指标的占位符（如 {{{{ 托位数 }}}}）：\n{lines}"
        raise ContractError(msg)


def _cell(cell: NotebookNode, done: dict[str, NotebookNode]) -> NotebookNode:
    """A copy for the document: code with its outputs and hidden source, prose as it stands."""
    if cell.cell_type != "code":
        return copy.deepcopy(cell)
    tags = cell.metadata.get("tags", [])
    ran = done.get(cell.id)
    if ran is None or ("parameters" not in tags and ran.source != cell.source):
        msg = "报告笔记本的代码在上次运行之后改过，请先重新运行：python pipeline.py run"
        raise ContractError(msg)
    copied = copy.deepcopy(cell)
    copied.metadata["jupyter"] = {"source_hidden": True}
    copied.outputs = copy.deepcopy(ran.outputs)
    copied.execution_count = ran.execution_count
    if "parameters" in tags:
        injected = next((c for c in done.values() if "injected-parameters" in c.metadata.get("tags", [])), None)
        copied.source = injected.source if injected else copied.source
    return copied


def _shown(cell: NotebookNode) -> Iterator[dict[str, Any]]:
    for output in cell.get("outputs", ()):
        about = output.get("metadata", {}).get("tuoyu")
        if about and about.get("kind") in WORDS:
            yield about


def _number(cells: Iterable[NotebookNode]) -> dict[str, str]:
    """图1, 图2 … 表1 … in order of appearance, by id."""
    numbers: dict[str, str] = {}
    counts = dict.fromkeys(WORDS, 0)
    for cell in cells:
        for about in _shown(cell):
            counts[about["kind"]] += 1
            numbers[about["id"]] = f"{WORDS[about['kind']]}{counts[about['kind']]}"
    return numbers


def _drop_empty_headings(cells: list[NotebookNode], omissions: list[dict[str, str]]) -> None:
    """Remove headings under which nothing is left, from the deepest level up."""
    blocks = list(_blocks(cells))
    empty: set[tuple[int, str]] = set()
    content_level = 0
    for index, block in reversed(blocks):
        heading = HEADING.fullmatch(block) if block else None
        if heading is None:
            content_level = 9
            continue
        level = len(heading[1])
        if content_level > level:
            content_level = level
        else:
            empty.add((index, block))
            omissions.append({"what": f"“{heading[2]}”一节", "reason": "本节各段均缺少所需数据或材料"})
    for index, block in empty:
        kept = [part for part in cells[index].source.split("\n\n") if part != block]
        cells[index].source = "\n\n".join(kept)
    cells[:] = [cell for cell in cells if cell.cell_type == "code" or cell.source.strip()]


def _blocks(cells: list[NotebookNode]) -> Iterator[tuple[int, str]]:
    """Markdown blocks and shown outputs in order; an output is an empty text."""
    for index, cell in enumerate(cells):
        if cell.cell_type == "code":
            if any(True for _ in _shown(cell)):
                yield index, ""
            continue
        for block in cell.source.split("\n\n"):
            if block.strip():
                yield index, block


def _ordinals(cells: list[NotebookNode]) -> None:
    """Write 一、（一）1. before headings, 附件N on annexes, 1. before points and 一是 before items."""
    counts = [0, 0, 0]
    annex = point = 0
    for cell in cells:
        if cell.cell_type == "code":
            continue
        if _role(cell) == "annex":
            annex += 1
            cell.metadata["tuoyu"]["annex"] = annex
            counts = [0, 0, 0]
        parts = []
        for block in cell.source.split("\n\n"):
            heading = HEADING.fullmatch(block)
            if heading and len(heading[1]) > 1:
                point = 0
                parts.append(_heading(heading, counts, annex))
            elif heading:
                point = 0
                parts.append(f"# {heading[2]} {{#annex-{annex}}}")
            else:
                text, point = number_points(block, point)
                parts.append(text)
        cell.source = "\n\n".join(parts)


def _heading(heading: re.Match[str], counts: list[int], annex: int) -> str:
    level = len(heading[1]) - 2
    counts[level] += 1
    counts[level + 1 :] = [0] * (2 - level)
    number = counts[level]
    ordinal = (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}\\.")[level]
    anchor = "-".join([f"a{annex}" if annex else "s", *map(str, counts[: level + 1])])
    return f"{heading[1]} {ordinal}{heading[2]} {{#{anchor}}}"


def _wanting_table(facts: Facts, source: NotebookNode) -> str:
    """What data and materials are missing, and which parts of the report that touches."""
    lacking = wanting(facts, [cell.source for cell in source.cells if _role(cell) in PROSE_ROLES])
    if not lacking:
        return "本期各部分所需的数据和材料齐全。"
    rows = [
        f"| {number} | {inert(words)} | {inert('、'.join(sections))} |"
        for number, (words, sections) in enumerate(lacking, 1)
    ]
    head = ["| 序号 | 缺少的数据或材料 | 受影响的部分 |", "|:----:|:----------------|:----------------------------|"]
    return "\n".join([*head, *rows])


def _title(facts: Facts) -> NotebookNode:
    publication = facts.edition["publication"]
    text = f"# {publication['title']}\n\n{publication['subtitle']}"
    cell: NotebookNode = nbformat.v4.new_markdown_cell(text, id="report-title", metadata={"tuoyu": {"role": "title"}})
    return cell


def _about(facts: Facts, document: NotebookNode, omissions: list[dict[str, str]]) -> dict[str, Any]:
    """What pages need beside the cells: title, date, and the lineage of every number printed."""
    text = "\n".join(_texts(document))
    printed = [name for name in dict.fromkeys(re.findall(r'class="fact" data-id="([^"]+)"', text)) if name in facts]
    behind = facts.behind(*printed) if printed else ()
    doubts: dict[str, list[str]] = {}
    for finding in facts.findings:
        for name in finding.indicators:
            if name in behind:
                doubts.setdefault(name, []).append(f"{finding.what}。{finding.action}")
    publication = facts.edition["publication"]
    return {
        "title": publication["title"],
        "subtitle": publication["subtitle"],
        "date_text": publication.get("date") or "",
        "status": publication["status"],
        "issuer": publication["issuer"],
        "letterhead": publication.get("letterhead"),
        "city": facts.edition["city_name"],
        "edition": facts.edition["name"],
        "as_of": facts.edition["as_of"],
        "synthetic": bool(facts.edition.get("synthetic")),
        "keywords": ["托育服务", "3岁以下婴幼儿", facts.edition["city_name"]],
        "facts": {name: _record(facts[name]) for name in sorted(behind)},
        "findings": doubts,
        "policies": {policy["id"]: dict(policy) for policy in facts.policies},
        "omissions": omissions,
    }


def _record(fact: Fact) -> dict[str, Any]:
    """The fact with its number and date as pages print them."""
    return {**fact.to_dict(), "printed": printed(fact), "when": in_words(fact.as_of)}


def _texts(document: NotebookNode) -> Iterator[str]:
    for cell in document.cells:
        yield cell.source
        for output in cell.get("outputs", ()):
            yield "".join(output.get("data", {}).get("text/markdown", ""))
