"""The words of a product (HTML, PDF, Word, workbook, notebook, JSON) as one run of text to search for names.

All words are given that a person or a program could read, alternative texts, attributes and embedded data included.
Line breaks and markup inside words are gone; ``GAP`` stands where one text ends and an unrelated one begins.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.nouns.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Iterator

GAP = "\0"
_INVISIBLE = re.compile("[\x02\u00ad\u200b-\u200f\u2060\ufeff\ufffe]")
_TAG = re.compile(r"""</?([a-zA-Z][^\s/>]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt]")
_DRAWING = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=\s]+)")
_METADATA = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
_RUN = re.compile(r"</?w:(?:r|t|rPr|rStyle|fldChar|instrText|hyperlink|bookmark\w+)(?:\s[^<>]*)?/?>")
# Most tags of a workbook: of a cell, with nothing to read in their attributes.
_CELL = re.compile(r"""</?(?:c|v|f|row)(?:\s[\w:]+="[\w.:$ -]*")*/?>""", re.ASCII)
# Markup within a word; every other element ends a text.
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "big", "br", "button", "cite", "code", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup"),
        *("time", "tspan", "tt", "u", "var", "wbr"),
    )
)
_TELLING = re.compile("[^\x00-\x7f]|[&/]")  # what makes the value of an attribute worth reading


def text_of(name: str, content: bytes) -> str:
    """The words of a file, by its suffix. Raises RenderError for a PDF or Word document that cannot be opened."""
    if name.lower().endswith(".pdf"):
        return _pdf_text(name, content)
    if name.lower().endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return GAP.join(_markup_text(_CELL.sub(GAP, parts.read(part).decode())) for part in parts.namelist())
    if name.lower().endswith(".docx"):
        return _word_text(name, content)
    text = content.decode("utf-8", errors="ignore")
    if name.lower().endswith((".ipynb", ".json")):
        try:
            return GAP.join(map(_markup_text, _strings(json.loads(text))))
        except ValueError:
            pass
    return _markup_text(_ESCAPE.sub(lambda code: chr(int(code[1], 16)) if code[1] else "", text))


def squeeze(text: str) -> str:
    r"""The text without whitespace and invisible characters, and with one code for what looks the same.

    >>> squeeze("江\n 门⼯厂")
    '江门工厂'
    """
    return "".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split())


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON has no narrower type
    """Every text of a JSON document, keys included; a text stored line by line comes whole."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value) and any(item.endswith("\n") for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)


def _markup_text(text: str) -> str:
    if "<" not in text:
        return squeeze(html.unescape(text))
    drawings = [_decoded(code) for code in _DRAWING.findall(text)]
    attributes: list[str] = []

    def strip(tag: re.Match[str]) -> str:
        if _TELLING.search(tag[2], 0, len(tag[2].rstrip("/"))):
            values = (first or second for first, second in _ATTRIBUTE.findall(tag[2]))
            attributes.extend(value for value in values if _TELLING.search(value))
        return "" if tag[1].lower() in _INLINE else GAP

    words = _TAG.sub(strip, _COMMENT.sub(rf"{GAP}\1{GAP}", _DRAWING.sub("", text)))
    pieces = [squeeze(html.unescape(piece)) for piece in (words, *dict.fromkeys(attributes))]
    return GAP.join([*pieces, *map(_markup_text, drawings)])


def _decoded(code: str) -> str:
    try:
        return base64.b64decode(code).decode("utf-8", errors="ignore")
    except binascii.Error:
        return ""


def _word_text(name: str, content: bytes) -> str:
    """The words of a Word document: paragraphs, which runs of letters do not part, and descriptions of figures."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(part).decode() for part in archive.namelist() if part.endswith((".xml", ".svg"))]
    except zipfile.BadZipFile:
        msg = f"{name} 不是完好的 Word 文档，无法核对其中的文字→ 请重新生成报告"
        raise RenderError(msg) from None
    return GAP.join(_markup_text(_RUN.sub("", part)) for part in parts)


def _pdf_text(name: str, content: bytes) -> str:
    from tuoyu.render.pdftext import texts_of

    metadata = [_markup_text(found.decode("utf-8", errors="ignore")) for found in _METADATA.findall(content)]
    return GAP.join([*map(squeeze, texts_of(name, content)), *metadata])
