"""The texts of a tagged PDF, each whole: a paragraph, a heading, a cell, with its broken lines joined.

Only the structure tells that the last word of one cell and the first of the next are no one word.
"""

from __future__ import annotations

import ctypes
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING
from typing import Any
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from tuoyu.nouns.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Elements within a text, by the standard structure types of PDF; every other one is a text of its own.
_INLINE = frozenset({"Span", "Strong", "Em", "Link", "Code", "Quote", "Sub", "Reference", "Annot", "Ruby", "Warichu"})
# A text of these kinds may go on where the next page begins; between them stands the page's number.
# A cell seldom does, and the next one would look just like it; no heading is the last on its page, unless it goes on.
_RUNNING = frozenset({"P", "LBody", *(f"H{level}" for level in range(1, 7))})
_CELLS = frozenset({"TH", "TD"})
ALT, ASIDE = "alt", "aside"
_QUESTIONS = (
    (raw.FPDF_StructElement_GetAltText, ALT),
    (raw.FPDF_StructElement_GetActualText, ASIDE),
    (raw.FPDF_StructElement_GetTitle, ASIDE),
)
_CHARACTERS = ctypes.POINTER(ctypes.c_ushort)
_LONG = 1 << 12  # bytes: hardly any piece of text takes more
_NOTHING = 2  # bytes: the end mark alone


Place = tuple[int, int, int]  # page, row and cell of a text in a table


class Text(NamedTuple):
    """One text of a PDF: its kind, its words, and where it stands in a table.

    The kind is a structure type of PDF (P, H1, Caption …); ``ALT`` for what a figure says of itself, ``ASIDE`` for all
    else that is not printed in the text: bookmarks, properties, and the number of a page.
    """

    kind: str
    words: str
    place: Place | None = None


class _Block(NamedTuple):
    """An element that is a text of its own: where it stands in the document, its structure type, its row and cell."""

    page: int
    number: int
    kind: str
    row: int = 0
    cell: int = 0

    @property
    def place(self) -> Place | None:
        return (self.page, self.row, self.cell) if self.cell else None


@dataclass
class _Structure:
    """Of one page: the block of every marked piece of content by its number, in the order of the text."""

    blocks: dict[int, _Block] = field(default_factory=dict)
    told: list[Text] = field(default_factory=list)


def texts_of(name: str, content: bytes) -> list[str]:
    """Every text of a PDF: pages, bookmarks, properties, descriptions. Raises RenderError for one that is broken."""
    return [one.words for one in blocks_of(name, content)]


@lru_cache(maxsize=1)  # one file is read for several ends
def blocks_of(name: str, content: bytes) -> tuple[Text, ...]:
    """The same with the kind of every text, those of the pages in the order in which they are to be read."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        msg = f"{name} 不是完好的 PDF，无法核对其中的文字→ 请重新生成报告"
        raise RenderError(msg) from None
    with closing(document):
        found = [Text(ASIDE, bookmark.get_title()) for bookmark in document.get_toc()]
        found += [Text(ASIDE, one) for one in document.get_metadata_dict().values()]
        last: _Block | None = None
        running: list[str] = []
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as words:
                structure = _structure(page.raw, number)
                found += structure.told
                order = {mark: at for at, mark in enumerate(structure.blocks)}
                pieces = list(_pieces(page.raw, words.raw))
                # what belongs to the page, not to the text: its number
                found += [Text(ASIDE, text) for mark, text in pieces if mark not in order]
                for mark, text in sorted((one for one in pieces if one[0] in order), key=lambda one: order[one[0]]):
                    block = structure.blocks[mark]
                    if last and not _goes_on(last, block):
                        found.append(Text(last.kind, "".join(running), last.place))
                        running = []
                    running.append(text)
                    last = block
        if last:
            found.append(Text(last.kind, "".join(running), last.place))
    return tuple(one for one in found if one.words)


def _goes_on(last: _Block, block: _Block) -> bool:
    return block == last or (block.page == last.page + 1 and block.kind == last.kind and block.kind in _RUNNING)


def _structure(page: Any, number: int) -> _Structure:  # noqa: ANN401 - a pointer of the PDF library
    structure = _Structure()
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return structure
    roots = range(raw.FPDF_StructTree_CountChildren(tree))
    top = _Block(number, 0, "")
    waiting: list[tuple[Any, int, _Block]] = [
        (raw.FPDF_StructTree_GetChildAtIndex(tree, at), -1, top) for at in reversed(roots)
    ]
    seen = 0
    while waiting:
        element, mark, block = waiting.pop()
        if mark >= 0:
            structure.blocks[mark] = block
        if not element:
            continue
        kind = _told(raw.FPDF_StructElement_GetType, element)
        if kind not in _INLINE:
            seen += 1
            row = seen if kind == "TR" else block.row
            block = _Block(number, seen, kind, row, seen if kind in _CELLS else block.cell)
        for ask, told in _QUESTIONS:
            text = _told(ask, element)
            structure.told += [Text(told, text)] if text else []
        children = []
        for at in range(raw.FPDF_StructElement_CountChildren(element)):
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, at)
            child = None if mark >= 0 else raw.FPDF_StructElement_GetChildAtIndex(element, at)
            children.append((child, mark, block))
        waiting += reversed(children)
    raw.FPDF_StructTree_Close(tree)
    return structure


def _pieces(page: Any, words: Any) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - pointers of the PDF library
    """The pieces of text of a page in their order, each with the number of its mark, -1 for none."""

    def ask(thing: Any, buffer: Any, size: int) -> int:  # noqa: ANN401
        return int(raw.FPDFTextObj_GetText(thing, words, ctypes.cast(buffer, _CHARACTERS), size))

    for thing in _things(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject):
        if raw.FPDFPageObj_GetType(thing) == raw.FPDF_PAGEOBJ_TEXT:
            yield raw.FPDFPageObj_GetMarkedContentID(thing), _told(ask, thing)


def _things(holder: Any, count: Any, get: Any) -> Iterator[Any]:  # noqa: ANN401 - a pointer and functions of the library
    """All that a page draws, within its drawings too."""
    for at in range(count(holder)):
        thing = get(holder, at)
        if raw.FPDFPageObj_GetType(thing) == raw.FPDF_PAGEOBJ_FORM:
            yield from _things(thing, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)
        else:
            yield thing


def _told(ask: Any, whom: Any) -> str:  # noqa: ANN401 - a function and a pointer of the PDF library
    """The answer to a question that is put with a buffer and its size, and answered with the size needed."""
    buffer = ctypes.create_string_buffer(_LONG)
    size = ask(whom, buffer, _LONG)
    if size > _LONG:
        buffer = ctypes.create_string_buffer(size)
        ask(whom, buffer, size)
    return ctypes.string_at(buffer, size).decode("utf-16-le", errors="ignore").rstrip("\0") if size > _NOTHING else ""
