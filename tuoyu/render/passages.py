"""The report as a reader goes through it: headings, paragraphs, captions, rows of tables, in their order.

Belongs here: the assembled notebook taken apart into passages of plain text, each with the numbers and quotations that
it carries. Who lists them, compares them or looks for them in a page starts from here.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Literal

from tuoyu.render.markdown import CAPTION
from tuoyu.render.markdown import CARRIER
from tuoyu.render.markdown import TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

Kind = Literal["heading", "paragraph", "key", "caption", "note", "head", "row", "description"]
AROUND = 24  # characters of context before a number
SENTENCE = re.compile(r"[^。！？]*[。！？]?[”’）》]*")
_DIV = re.compile(r"</?div[^>]*>")
_HEADING = re.compile(r"#{1,6} +(.*?)(?: \{#[^}]*\})?", re.DOTALL)
_ALIGNMENT = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_CELLS = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(#[^)]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(
    r"(?<![\\*])\*(?=[^\s*])([^*\n]+?)(?<![\s\\])\*(?!\*)"
    r"|(?<![\\\w])_(?=[^\s_])([^_\n]+?)(?<![\s\\])_(?!\w)"
    r"|(?<!\\)`([^`]+)`"
)
_RULE = re.compile(r"(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})")
_ITEM = re.compile(r"[-*+]\s+")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_KEY = "｜"  # between number, name and remark of a key figure
_NUMBERED = re.compile(r"[图表]\d+　")


@dataclass(frozen=True)
class Carried:
    """A number or a quotation as printed, what it stands for, and the words before it."""

    kind: str
    id: str
    text: str
    before: str


@dataclass(frozen=True)
class Passage:
    """One piece of the report: its text, where it stands, and what it carries.

    ``section`` is the file of the text, ``under`` the heading over it, ``exhibit`` the number and title of the figure
    or table that it is part of; ``cells`` are the columns of a row.
    """

    kind: Kind
    text: str
    section: str
    under: str
    exhibit: str = ""
    carried: tuple[Carried, ...] = ()
    cells: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of a paragraph, each with its mark."""
        return tuple(found for one in SENTENCE.findall(self.text) if (found := one.strip()))


def plain(markdown: str) -> str:
    r"""Markdown of the report as the words that a reader sees.

    >>> plain('**共有<span class="fact" data-id="p">3\\~5家</span>**，见[图1](#fig-a)')
    '共有3~5家，见图1'
    """
    bare = _TAG.sub("", _COMMENT.sub("", _LINK.sub(r"\1", markdown)).replace("**", ""))
    bare = _EMPHASIS.sub(lambda found: found[found.lastindex or 0], bare)
    return html.unescape(_ESCAPED.sub(r"\1", bare)).strip()


def passages(document: NotebookNode) -> Iterator[Passage]:
    """Every passage of the assembled report."""
    section = under = title = ""
    for cell in document.cells:
        marks = cell.metadata.get("tuoyu", {})
        section = marks.get("section", section)
        if marks.get("role") == TITLE:
            continue
        if cell.cell_type == "markdown" and marks.get("role") == CAPTION:
            for text in _paragraphs(cell.source):
                kind: Kind = "caption" if _NUMBERED.match(text) else "note"
                title = plain(text) if kind == "caption" else title
                yield Passage(kind, plain(text), section, under, title)
        elif cell.cell_type == "markdown":
            for text in _paragraphs(cell.source):
                heading = _HEADING.fullmatch(text)
                if heading:
                    under = plain(heading[1])
                    yield Passage("heading", under, section, under)
                elif text.startswith("|"):
                    yield from _table(text, section, under, "")
                elif not _RULE.fullmatch(text):
                    yield from _prose(text, section, under)
        else:
            yield from _exhibit(cell, section, under, title)


def _paragraphs(source: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", _DIV.sub("", source)):
        if block.strip():
            yield block.strip()


def _prose(text: str, section: str, under: str) -> Iterator[Passage]:
    """A paragraph, a quotation, or the items of a list, of which a key figure is one part after the other."""
    items = text.splitlines()
    if not all(map(_ITEM.match, items)):
        yield Passage("paragraph", plain(_QUOTED.sub("", text)), section, under, carried=_carried(text))
        return
    for item in items:
        words = plain(_ITEM.sub("", item, count=1))
        parts = tuple(part.strip() for part in words.split(_KEY))
        kind: Kind = "key" if len(parts) > 1 else "paragraph"
        yield Passage(kind, words, section, under, carried=_carried(item), cells=parts if kind == "key" else ())


def _exhibit(cell: NotebookNode, section: str, under: str, title: str) -> Iterator[Passage]:
    for output in cell.get("outputs", ()):
        about = output.get("metadata", {}).get("tuoyu", {})
        if about.get("kind") == "table":
            yield from _table("".join(output["data"]["text/markdown"]), section, under, title)
        elif about.get("kind") == "figure":
            yield Passage("description", about["alt"], section, under, about["title"])


def _table(markdown: str, section: str, under: str, exhibit: str) -> Iterator[Passage]:
    lines = [line.strip() for line in markdown.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if not _ALIGNMENT.fullmatch(line):
            cells = tuple(plain(cell) for cell in _CELLS.split(line)[1:-1])
            kind: Kind = "row" if number else "head"
            yield Passage(kind, "　".join(cells), section, under, exhibit, _carried(line), cells)


def _carried(markdown: str) -> tuple[Carried, ...]:
    found = []
    for match in CARRIER.finditer(markdown):
        before = plain(markdown[: match.start()].replace("|", " "))
        before = " ".join(before.split())[-AROUND:]
        found.append(Carried(match[1], html.unescape(match[2]), plain(match[3]), before))
    return tuple(found)
