"""Assembles the report (文稿): text files, executed figures and tables and facts to one ordinary notebook.

What belongs here: values in, one notebook out, pure. What does not: pages (``render``) and files.
The text comes from its files as they stand now, so that editing a sentence executes nothing.
"""

from __future__ import annotations

import copy
import html
import re
from typing import TYPE_CHECKING
from typing import Any

import nbformat

from tuoyu.facts.wording import cite
from tuoyu.facts.wording import printed
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.forms import near
from tuoyu.nouns.period import in_words
from tuoyu.text.answering import check_answers
from tuoyu.text.cells import cells_of
from tuoyu.text.cells import front_cells
from tuoyu.text.gaps import ITEM
from tuoyu.text.gaps import POINT
from tuoyu.text.gaps import plain_words
from tuoyu.text.layout import WORDS
from tuoyu.text.layout import Layout
from tuoyu.text.layout import Shown
from tuoyu.text.layout import lay_out
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import text

if TYPE_CHECKING:
    from collections.abc import Container
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.text.needs import Lack
    from tuoyu.text.prose import Judged
    from tuoyu.text.sections import Section

_CARRIER = re.compile(r'<span class="(fact|policy|evidence)" data-id="([^"]+)"')
_SHOWN = re.compile(r"""\.show\(\s*["']([^"']+)["']""")
_POINTS = re.compile(f"[{ITEM}{POINT}]")  # where a number is put into a sentence
_WANTING = "tab-omissions"  # made when the report is assembled, not by a cell of the notebook


def assemble(
    sections: Sequence[Section],
    executed: NotebookNode,
    facts: Facts,
    *,
    lacking: Iterable[Lack] = (),
    keywords: Sequence[str] = (),
) -> NotebookNode:
    """The report: the text of ``sections``, which ``check_texts`` has passed, with what ``executed`` shows.

    ``lacking`` are data and materials that the edition wants, for the annex. Raises ContractError where a problem is
    not answered, or an exhibit stands in no section.
    """
    shown = {**exhibits_of(executed), **_wanting_table(lacking)}
    _refuse_homeless(sections, shown)
    _refuse_unseen(sections, executed)
    layout = lay_out(sections, shown, facts)
    check_answers(layout.sections, facts)
    about = _about(facts, layout, keywords)
    document: NotebookNode = nbformat.v4.new_notebook(
        cells=[*front_cells(about), *cells_of(layout.pieces)], metadata=copy.deepcopy(executed.metadata)
    )
    document.metadata["title"] = about["title"]
    judged = _judged(layout.judged, document)
    lineage = _lineage(facts, document, judged)
    _drop_unused_rows(facts, document, lineage["facts"])
    document.metadata["tuoyu"] = {**about, **lineage, "judged": judged}
    return document


def exhibits_of(executed: NotebookNode) -> dict[str, Shown]:
    """Every figure and table that the executed notebook shows, by id."""
    found: dict[str, Shown] = {}
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("tuoyu")
            if about and about.get("kind") in WORDS:
                found[about["id"]] = Shown(about["id"], about, output["data"])
    return found


def _refuse_homeless(sections: Iterable[Section], shown: Iterable[str]) -> None:
    listed = [id_ for section in sections for id_ in section.exhibits]
    homeless = [f"{id_}{near(id_, listed)}" for id_ in shown if id_ not in listed]
    if homeless:
        msg = f"03_report.ipynb 显示的图表没有写进任何一节的 exhibits：{'；'.join(homeless)}"
        raise ContractError(msg)


def _refuse_unseen(sections: Iterable[Section], executed: NotebookNode) -> None:
    """An exhibit that no cell shows would be missing without a word."""
    code = "\n".join(cell.source for cell in executed.cells if cell.cell_type == "code")
    seen = set(_SHOWN.findall(code))
    unseen = [one for one in sections if {*one.exhibits} - {_WANTING} and one.stem not in seen]
    if unseen:
        cells = "；".join(f'report.show("{one.stem}", …)，图表有{"、".join(one.exhibits)}' for one in unseen)
        msg = f"03_report.ipynb 没有显示下列各节的图表，请加上这样的一格：{cells}"
        raise ContractError(msg)


def _wanting_table(lacking: Iterable[Lack]) -> dict[str, Shown]:
    """What data and materials are missing, and which parts of the report that touches; nothing where none are."""
    rows = tuple((str(number), text(one.what), text("；".join(one.sections))) for number, one in enumerate(lacking, 1))
    if not rows:
        return {}
    columns, align, widths = ("序号", "缺少的数据或材料", "受影响的部分"), ("center", "left", "left"), (0.8, 3, 6)
    table = Table(_WANTING, "缺少的数据和材料", columns, rows, align, widths, long=True)
    return {table.id: Shown(table.id, table.about, table.data)}


def _about(facts: Facts, layout: Layout, keywords: Sequence[str]) -> dict[str, Any]:
    """What pages need beside the cells: title, date, whose it is, what was left out."""
    edition, city = facts.edition, facts.city
    if edition is None or city is None:
        msg = "facts without an edition and a city cannot be reported"
        raise ValueError(msg)
    publication = edition.publication
    return {
        "title": publication.title,
        "subtitle": publication.subtitle,
        "date_text": publication.date or "",
        "status": publication.status,
        "issuer": publication.issuer,
        "letterhead": publication.letterhead,
        "city": city.name,
        "edition": edition.name,
        "kind": edition.kind,
        "as_of": edition.as_of.isoformat(),
        "synthetic": city.synthetic,
        "keywords": [*keywords, city.name],
        "omissions": [one.to_dict() for one in layout.omissions],
    }


def _lineage(facts: Facts, document: NotebookNode, judged: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Every number printed, drawn or held against another with all behind it and its doubts; what is quoted."""
    cited: dict[str, dict[str, None]] = {"fact": {}, "policy": {}, "evidence": {}}
    for source in _texts(document):
        for kind, id_ in _CARRIER.findall(source):
            cited[kind][html.unescape(id_)] = None
    cited["fact"] |= dict.fromkeys([*_drawn(document), *(id_ for _, ids in judged for id_ in ids)])
    known = [id_ for id_ in cited["fact"] if id_ in facts.facts]
    behind = {id_: facts.facts[id_] for id_ in (facts.behind(*known) if known else ())}
    doubts = {id_: _doubts(facts, fact) for id_, fact in behind.items()}
    return {
        "facts": {id_: _record(behind[id_]) for id_ in sorted(behind)},
        "findings": {id_: words for id_, words in doubts.items() if words},
        "policies": {one.id: one.model_dump(mode="json") for one in facts.policies},
        "evidence": {one.id: one.model_dump(mode="json") for one in facts.evidence if one.id in cited["evidence"]},
    }


def _judged(judged: Iterable[Judged], document: NotebookNode) -> list[list[Any]]:
    """The sentences and headings of the document that claims have decided, each with the facts on which these rest."""
    whole = plain_words("\n".join(cell.source for cell in document.cells))
    pieces = ((plain_words(piece), ids) for sentence, ids in judged for piece in _POINTS.split(sentence))
    return [[html.unescape(words), sorted(ids)] for words, ids in pieces if ids and words and words in whole]


def _drop_unused_rows(facts: Facts, document: NotebookNode, printed_facts: Container[str]) -> None:
    """Leave out the rows of a table that rest on facts which the report neither prints nor draws."""
    outputs = [output for cell in document.cells for output in cell.get("outputs", ())]
    notes = "".join(output.metadata.get("tuoyu", {}).get("note", "") for output in outputs)

    def is_used(id_: str) -> bool:
        return id_ in printed_facts or any(cite(origin) in notes for origin in facts.facts[id_].origins)

    for output in outputs:
        rests_on = output.metadata.get("tuoyu", {}).pop("rests_on", None)
        if rests_on:
            *head, first = output.data["text/markdown"].split("\n", 2)
            rows = zip(first.split("\n"), rests_on, strict=True)
            kept = [row for row, ids in rows if any(map(is_used, ids))]
            output.data["text/markdown"] = "\n".join([*head, *kept])


def _doubts(facts: Facts, fact: Fact) -> list[str]:
    return [f"{one.what}。{one.action}" for one in facts.findings_on(fact)]


def _record(fact: Fact) -> dict[str, Any]:
    """The fact with its number and date as pages print them."""
    return {**fact.to_dict(), "printed": printed(fact), "when": in_words(fact.period)}


def _drawn(document: NotebookNode) -> Iterator[str]:
    """The ids of the facts that figures draw."""
    for cell in document.cells:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("tuoyu", {})
            yield from (about.get("data") or {}).get("facts", ())


def _texts(document: NotebookNode) -> Iterator[str]:
    for cell in document.cells:
        yield cell.source
        for output in cell.get("outputs", ()):
            yield "".join(output.get("data", {}).get("text/markdown", ""))
