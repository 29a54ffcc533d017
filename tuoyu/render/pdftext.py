"""The texts of a tagged PDF, each whole: a paragraph, a heading, a cell, with its broken lines joined.

Only the structure tells that the last word of one cell and the first of the next are no one word.
"""

from __future__ import annotations

import ctypes
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field
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
_RUNNING = frozenset({"P", "LBody"})  # a cell seldom does, and the next one would look just like it
_QUESTIONS = (raw.FPDF_StructElement_GetAltText, raw.FPDF_StructElement_GetActualText, raw.FPDF_StructElement_GetTitle)
_CHARACTERS = ctypes.POINTER(ctypes.c_ushort)
_LONG = 1 << 12  # bytes: hardly any piece of text takes more
_NOTHING = 2  # bytes: the end mark alone


class _Block(NamedTuple):
    """An element that is a text of its own: where it stands in the document, and its structure type."""

    page: int
    number: int
    kind: str


@dataclass
class _Structure:
    """Of one page: the block of every marked piece of content by its number, and what elements say of themselves."""

    blocks: dict[int, _Block] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def texts_of(name: str, content: bytes) -> list[str]:
    """Every text of a PDF: pages, bookmarks, properties, descriptions. Raises RenderError for one that is broken."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        msg = f"{name} 不是完好的 PDF，无法核对其中的文字→ 请重新生成报告"
        raise RenderError(msg) from None
    with closing(document):
        found = [bookmark.get_title() for bookmark in document.get_toc()]
        found += document.get_metadata_dict().values()
        last: _Block | None = None
        running: list[str] = []
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as words:
                structure = _structure(page.raw, number)
                found += structure.told
                for mark, text in _pieces(page.raw, words.raw):
                    block = structure.blocks.get(mark)
                    if block is None:  # what belongs to the page, not to the text: its number, a repeated table head
                        found.append(text)
                    elif last is None or _goes_on(last, block):
                        running.append(text)
                    else:
                        found.append("".join(running))
                        running = [text]
                    last = block or last
        found.append("".join(running))
    return [text for text in found if text]


def _goes_on(last: _Block, block: _Block) -> bool:
    return block == last or (block.page == last.page + 1 and block.kind == last.kind and block.kind in _RUNNING)


def _structure(page: Any, number: int) -> _Structure:  # noqa: ANN401 - a pointer of the PDF library
    structure = _Structure()
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return structure
    roots = range(raw.FPDF_StructTree_CountChildren(tree))
    waiting = [(raw.FPDF_StructTree_GetChildAtIndex(tree, at), _Block(number, 0, "")) for at in roots]
    seen = 0
    while waiting:
        element, block = waiting.pop()
        if not element:
            continue
        kind = _told(raw.FPDF_StructElement_GetType, element)
        if kind not in _INLINE:
            seen += 1
            block = _Block(number, seen, kind)
        structure.told += [text for ask in _QUESTIONS if (text := _told(ask, element))]
        for at in range(raw.FPDF_StructElement_CountChildren(element)):
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, at)
            if mark >= 0:
                structure.blocks[mark] = block
            else:
                waiting.append((raw.FPDF_StructElement_GetChildAtIndex(element, at), block))
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
