"""The finished products read again (回读): what a page, the sheets, the Word file and the workbook say, kind by kind.

Belongs here: bytes in, headings, captions, rows, descriptions and texts out, each in order. Whether they say the same
is the business of ``front.readback``. Texts are squeezed: whitespace and what looks the same are no difference.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tuoyu.render.pdftext import ALT
from tuoyu.render.pdftext import ASIDE
from tuoyu.render.pdftext import blocks_of
from tuoyu.render.plaintext import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping

_CAPTIONS, _CELLS = frozenset({"caption", "figcaption"}), frozenset({"td", "th"})
_SILENT = frozenset({"script", "style", "svg", "nav", "header", "footer", "dialog", "template"})
_VOID = frozenset({"br", "hr", "img", "col", "input", "meta", "link", "wbr"})
_CARRIERS = frozenset({"fact", "policy"})
_CONTROLS = frozenset({"anchor", "noteref", "data"})  # what a page offers beside the report's own words
_HEADING = re.compile("[hH][1-6]")
_ANNEX = re.compile(r"附件\d+(?=.)")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DESCRIBED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_HEADINGS_OF_WORD = frozenset({"1", "2", "3", "a6", "b1", "b2", "b3"})  # style ids of ``word-styles.xml``
_CAPTION_OF_WORD, _KEYBOX_OF_WORD = "a7", "a1"
_NUMBERED = re.compile(r"[图表]\d")
_CELL = re.compile(r'<c r="([A-Z]+)\d+"[^>]*?(t="s")?(?:/>|>(.*?)</c>)')
_ROW = re.compile(r"<row [^>]*>(.*?)</row>", re.DOTALL)
_SHARED = re.compile(r"<si>(.*?)</si>", re.DOTALL)
_WORDS = re.compile(r"<t(?: [^>]*)?>(.*?)</t>", re.DOTALL)
_SHEET = re.compile(r'<sheet name="([^"]*)"')


@dataclass
class Reading:
    """What one product says. ``rows`` have the cells that are not empty; ``carried`` are kind, id and text of numbers.

    ``texts`` is all that is neither a caption nor a cell (of a page: all of it as one), in the order of the product.
    """

    headings: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    carried: list[tuple[str, str, str]] | None = None


def of_page(content: bytes) -> Reading:
    """What ``report.html`` says between its title and its foot."""
    page = _Page()
    page.feed(content.decode())
    return replace(page.reading, texts=[squeeze("".join(page.words))])


@dataclass
class _Open:
    """An element whose end has not been seen, and at which piece of the words it begins."""

    tag: str
    begin: int
    kind: str
    id: str
    silent: bool


class _Page(HTMLParser):
    """What a page says, kind by kind, each in order."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = Reading(carried=[])
        self.words: list[str] = []
        self._open: list[_Open] = []
        self._cells: list[str] = []
        self._silent = 0
        self._main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self._main = self._main or known.get("id") == "main"
        if tag == "svg" and known.get("role") == "img":
            self.reading.descriptions.append(squeeze(known.get("aria-label", "")))
        if tag in _VOID:
            return
        classes = set(known.get("class", "").split())
        silent = tag in _SILENT or bool(classes & _CONTROLS)
        kind = next(iter(classes & _CARRIERS), "")
        self._open.append(_Open(tag, len(self.words), kind, known.get("data-id", ""), silent))
        self._silent += silent

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            ended = self._open.pop()
            self._silent -= ended.silent
            if self._main and not self._silent:
                self._close(ended)
            if ended.tag == tag:
                return

    def _close(self, ended: _Open) -> None:
        if _HEADING.fullmatch(ended.tag):
            self.reading.headings.append(_ANNEX.sub("", self._within(ended), count=1))
        elif ended.tag in _CAPTIONS:
            self.reading.captions.append(self._within(ended))
        elif ended.tag in _CELLS:
            self._cells.append(self._within(ended))
        elif ended.tag == "tr":
            self.reading.rows.append(_filled(self._cells))
            self._cells = []
        if ended.kind and ended.id and self.reading.carried is not None and (text := self._within(ended)):
            self.reading.carried.append((ended.kind, ended.id, text))

    def _within(self, ended: _Open) -> str:
        return squeeze("".join(self.words[ended.begin :]))

    def handle_data(self, data: str) -> None:
        if self._main and not self._silent:
            self.words.append(data)


def of_sheets(content: bytes) -> Reading:
    """What ``report.pdf`` says, by its structure."""
    reading = Reading()
    rows: dict[tuple[int, int], dict[int, str]] = {}
    for kind, words, place in blocks_of("report.pdf", content):
        text = squeeze(words)
        if place:
            cells = rows.setdefault(place[:2], {})
            cells[place[2]] = cells.get(place[2], "") + text
        elif kind == ALT:
            reading.descriptions.append(text)
        elif kind == "Caption":
            reading.captions.append(text)
        elif kind != ASIDE:
            reading.texts.append(text)
            if _HEADING.fullmatch(kind):
                reading.headings.append(_ANNEX.sub("", text, count=1))
    reading.rows = [_filled(list(cells.values())) for cells in rows.values()]
    return reading


def of_word(content: bytes) -> Reading:
    """What the body of ``report.docx`` says."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = ET.fromstring(archive.read("word/document.xml"))[0]  # noqa: S314 - our own
    reading = Reading()
    for block in body:
        if block.tag == f"{_W}tbl":
            rows = [_filled([_letters(cell) for cell in row.iter(f"{_W}tc")]) for row in block.iter(f"{_W}tr")]
            if _named(block, "tblPr/tblStyle") == _KEYBOX_OF_WORD:
                reading.texts += [cell for row in rows for cell in row]
            else:
                reading.rows += rows
        elif block.tag == f"{_W}p":
            _read_paragraph(block, reading)
    return reading


def _read_paragraph(block: ET.Element, reading: Reading) -> None:
    reading.descriptions += [squeeze(one.get("descr", "")) for one in block.iter(_DESCRIBED)]
    style = _named(block, "pPr/pStyle")
    text = _letters(block)
    if style in _HEADINGS_OF_WORD:
        reading.headings.append(text)
    if style == _CAPTION_OF_WORD and _NUMBERED.match(text):
        reading.captions.append(text)
    elif text:
        reading.texts.append(text)


def _named(element: ET.Element, path: str) -> str:
    """The value of an element below this one, such as the id of its style."""
    found = element.find("/".join(f"{_W}{part}" for part in path.split("/")))
    return "" if found is None else found.get(f"{_W}val", "")


def _letters(element: ET.Element) -> str:
    return squeeze("".join(one.text or "" for one in element.iter(f"{_W}t")))


def _filled(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell for cell in cells if cell)


def column_of(content: bytes, sheet: str, title: str) -> list[str]:
    """The texts below a heading of a sheet of our own workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    names = [html.unescape(one) for one in _SHEET.findall(parts["xl/workbook.xml"])]
    shared = ["".join(_WORDS.findall(one)) for one in _SHARED.findall(parts["xl/sharedStrings.xml"])]
    head, *rows = _rows(parts[f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"], shared)
    letter = next(letter for letter, text in head.items() if text == title)
    return [row.get(letter, "") for row in rows]


def _rows(part: str, shared: list[str]) -> Iterator[Mapping[str, str]]:
    for row in _ROW.findall(part):
        yield {
            letter: html.unescape(shared[int(content[3:-4])]) for letter, text, content in _CELL.findall(row) if text
        }
