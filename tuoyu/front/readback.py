"""Reads the finished products back (回读) and holds them against the document: page, sheets and workbook say the same.

What is compared: headings, captions, paragraphs, cells of tables, descriptions of figures, and every number and
quotation with what it stands for, in their order. Whitespace and what looks the same are no difference.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from html.parser import HTMLParser
from itertools import zip_longest
from typing import TYPE_CHECKING

from tuoyu.front.ledger import PRINTED
from tuoyu.front.publication import LEDGER
from tuoyu.render.passages import passages
from tuoyu.render.plaintext import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from tuoyu.render.passages import Passage

NOTHING = "（没有）"
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_CELLS = frozenset({"td", "th"})
_CAPTIONS = frozenset({"caption", "figcaption"})
_SILENT = frozenset({"script", "style", "svg", "nav", "header", "footer", "dialog", "template"})
_VOID = frozenset({"br", "hr", "img", "col", "input", "meta", "link", "wbr"})
_CARRIERS = frozenset({"fact", "policy"})
_CONTROLS = frozenset({"anchor", "noteref", "data"})  # what a page offers beside the report's own words
_BROKEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")  # where a line ends, a long name is broken with a hyphen
_ANNEX = re.compile(r"附件\d+(?=.)")
_LONGEST_NUMBER = 16  # characters of a cell that is hardly ever broken over two pages
_SHOWN = 40  # characters of a text in a message


@dataclass
class _Open:
    """An element whose end has not been seen, with the text in it so far."""

    tag: str
    kind: str = ""
    id: str = ""
    silent: bool = False
    words: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """What a page says, kind by kind, each in order."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.captions: list[str] = []
        self.rows: list[list[str]] = []
        self.descriptions: list[str] = []
        self.carried: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self._open: list[_Open] = []
        self._silent = 0
        self._main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self._main = self._main or known.get("id") == "main"
        if tag == "svg" and known.get("role") == "img":
            self.descriptions.append(known.get("aria-label", ""))
        if tag in _VOID:
            return
        classes = set(known.get("class", "").split())
        silent = tag in _SILENT or bool(classes & _CONTROLS)
        self._open.append(_Open(tag, next(iter(classes & _CARRIERS), ""), known.get("data-id", ""), silent=silent))
        self._silent += silent
        if tag == "tr" and not self._silent:
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            ended = self._open.pop()
            self._silent -= ended.silent
            if self._main and not self._silent:
                self._close(ended)
            if ended.tag == tag:
                return

    def _close(self, ended: _Open) -> None:
        text = "".join(ended.words)
        if ended.tag in _HEADINGS:
            self.headings.append(text)
        elif ended.tag in _CAPTIONS:
            self.captions.append(text)
        elif ended.tag in _CELLS:
            self.rows[-1].append(text)
        if ended.kind and ended.id and text:
            self.carried.append((ended.kind, ended.id, text))

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.words.append(data)
        for one in self._open:
            one.words.append(data)


def differences(document: NotebookNode, page: str, sheets: Iterable[str], workbook: bytes) -> list[str]:
    """Where report.html, report.pdf and 核算表.xlsx do not say what the document says; empty where all agree.

    ``sheets`` are the texts of the PDF, one a paragraph, heading or cell, as ``texts_of`` reads them.
    """
    told = list(passages(document))
    return [
        *(f"report.html：{one}" for one in _of_page(told, page)),
        *(f"report.pdf：{one}" for one in _of_sheets(told, sheets)),
        *(f"{LEDGER}：{one}" for one in _of_workbook(told, workbook)),
    ]


def _of_page(told: Sequence[Passage], page: str) -> Iterator[str]:
    read = _Page()
    read.feed(page)
    annexed = [_ANNEX.sub("", squeeze(one), count=1) for one in read.headings]
    yield from _first("标题", _texts(told, "heading"), annexed)
    yield from _first("图表标题", _texts(told, "caption"), map(squeeze, read.captions))
    yield from _first("图的说明", _texts(told, "description"), map(squeeze, read.descriptions))
    yield from _rows(told, read.rows)
    for kind, what in (("fact", "数字"), ("policy", "文件引文")):
        wanted = (f"{squeeze(one.text)}［{one.id}］" for passage in told for one in passage.carried if one.kind == kind)
        found = (f"{squeeze(text)}［{id_}］" for carrier, id_, text in read.carried if carrier == kind)
        yield from _first(what, wanted, found)
    words = squeeze("".join(read.words))
    yield from (one.words for one in _missing(told, words, ("paragraph", "note")))


def _texts(told: Iterable[Passage], kind: str) -> list[str]:
    return [squeeze(one.text) for one in told if one.kind == kind]


def _rows(told: Iterable[Passage], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Cells row by row; of a cell that goes on from the row above, the page has one."""
    wanted = [tuple(map(squeeze, one.cells)) for one in told if one.kind in {"head", "row"}]
    found = [tuple(map(squeeze, row)) for row in rows]
    for number, (one, other) in enumerate(zip_longest(wanted, found, fillvalue=()), 1):
        if not other or one[len(one) - len(other) :] != other:
            yield f"表格第{number}行应为{_shown('｜'.join(one))}，现为{_shown('｜'.join(other))}"
            return


def _of_sheets(told: Sequence[Passage], sheets: Iterable[str]) -> Iterator[str]:
    blocks = [_BROKEN.sub("", squeeze(text)) for text in sheets]
    kinds = ("heading", "caption", "paragraph", "note", "description", "head", "row")
    for one in _missing(told, "".join(blocks), kinds, broken=True):
        if not (one.kind == "paragraph" and _in_pieces(one.text, blocks)):
            yield one.words
    # a number that stands in one cell may not stand in for that of another
    wanted = Counter(cell for one in told if one.kind == "row" for cell in _numbers(one))
    found = Counter(blocks)
    for cell, times in wanted.items():
        if found[cell] < times:
            yield f"表格中{_shown(cell)}应有{times}处，现有{found[cell]}处"


def _numbers(row: Passage) -> Iterator[str]:
    """The cells of a row that are a number with a word beside it, and short: such are never broken over two pages."""
    carried = tuple(squeeze(one.text) for one in row.carried if one.kind == "fact")
    cells = map(squeeze, row.cells)
    return (one for one in cells if len(one) <= _LONGEST_NUMBER and one.startswith(carried) | one.endswith(carried))


def _in_pieces(text: str, blocks: Sequence[str]) -> bool:
    """Whether a paragraph stands in several pieces, one ending a block and the next beginning a later one.

    So it is where a figure or a table stands at the head of a page over which the paragraph goes on.
    """
    rest = _BROKEN.sub("", squeeze(text))
    begun = [(_ending(rest, block), number) for number, block in enumerate(blocks)]
    length, number = max(begun, key=lambda one: one[0], default=(0, 0))
    rest, following = rest[length:], blocks[number + 1 :]
    while length and rest:
        if any(block.startswith(rest) for block in following):
            return True
        length, number = max(
            ((len(block), at) for at, block in enumerate(following) if len(block) > 3 and rest.startswith(block)),
            default=(0, 0),
        )
        rest, following = rest[length:], following[number + 1 :]
    return False


def _ending(text: str, block: str) -> int:
    """How much of the beginning of a text is the end of a block."""
    longest = min(len(text), len(block))
    return next((size for size in range(longest, 0, -1) if block.endswith(text[:size])), 0)


@dataclass(frozen=True)
class _Missing:
    """A text of the document that a product does not have."""

    kind: str
    text: str
    words: str


def _missing(told: Iterable[Passage], whole: str, kinds: Sequence[str], *, broken: bool = False) -> Iterator[_Missing]:
    for one in told:
        for text in one.cells or (one.text,):
            wanted = _BROKEN.sub("", squeeze(text)) if broken else squeeze(text)
            if one.kind in kinds and wanted and wanted not in whole:
                yield _Missing(one.kind, text, f"“{one.under or one.section}”中没有{_shown(text)}")


def _of_workbook(told: Iterable[Passage], workbook: bytes) -> Iterator[str]:
    from openpyxl import load_workbook

    rows = list(
        load_workbook(io.BytesIO(workbook), read_only=True, data_only=True)[PRINTED].iter_rows(values_only=True)
    )
    at = rows[0].index("印作")
    wanted = [one.text for passage in told for one in passage.carried]
    yield from _first("数字或引文", wanted, (str(row[at]) for row in rows[1:]))


def _first(what: str, wanted: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    """The first place where two sequences part; what follows would only repeat it."""
    for number, (one, other) in enumerate(zip_longest(wanted, found), 1):
        if one != other:
            yield f"第{number}个{what}应为{_shown(one)}，现为{_shown(other)}"
            return


def _shown(text: str | None) -> str:
    if text is None:
        return NOTHING
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '……'}”"
