"""Lowers the assembled notebook to pandoc Markdown: the one road to print.

Code is left out; of the outputs only declared figures and tables stay, numbered in order of appearance.
Raw HTML is not let through: only the carriers of lineage (``span.fact``, ``span.policy``, ``span.evidence``) are kept.
Attributes and fenced blocks are ours alone: typed in prose they stay text, so nothing can pose as an exhibit.
The notebook is an ordinary one: what it says for other readers (captions in cells of their own, ``div`` around the key
box, ``tbl-`` before the ids of tables) is taken back here, and headings get the anchors that the cell keeps for them.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.nouns.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from nbformat import NotebookNode

CARRIER = re.compile(r'<span class="(fact|policy|evidence)" data-id="([^"<>]+)">(.*?)</span>', re.DOTALL)
WRAPPED = re.compile(r'<div class="(?:keybox|annexmark)">\n\n(.*?)\n\n</div>\s*', re.DOTALL)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|$~^:.@])")  # a sign that the text keeps from its meaning
_BOLD = re.compile(r"\*\*(.+)\*\*", re.DOTALL)  # within a carrier: around it, for pandoc
_BROKEN_BOLD = re.compile(r"(?<![\\*])\*{4}(?!\*)")
_MEANT = re.compile(r"<|&(?=#?\w+;)|(?<=\])[{:]|:::|```")
HEADING = re.compile(r"^#{1,4} .*", re.MULTILINE)
LABELLED, TABLE = "](#tbl-", "](#tab-"
TITLE, CAPTION, KEYBOX, ANNEX = "title", "caption", "keybox", "annex"
ASIDE = frozenset({TITLE, CAPTION})  # cells for other readers: we print these words from what is on record
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
TARGET = re.compile(r"(?:^#+ .*|^::: )\{#([^\s}]+)", re.MULTILINE)
REFERENCE = re.compile(r"\]\(#([^)\s]+)\)")
NAMES = {"figure": "图", "table": "表"}


@dataclass(frozen=True)
class Part:
    """Markdown of one piece of the body, a cell of text or an exhibit, and whether it stands in an annex."""

    text: str
    annexed: bool = False


@dataclass
class Lowered:
    """Markdown of the body in its parts, the figures' SVG by file name; by their ids their PNG and what they say."""

    parts: tuple[Part, ...] = ()
    figures: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    alts: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole body."""
        return "\n\n".join(part.text for part in self.parts) + "\n"


def lower(notebook: NotebookNode) -> Lowered:
    """Everything after the title, as Markdown with figures and tables captioned and numbered."""
    lowered = Lowered()
    counts = dict.fromkeys(NAMES, 0)
    parts: list[Part] = []
    annexed = False
    for cell in notebook.cells:
        marks = cell.metadata.get("tuoyu", {})
        annexed |= marks.get("role") == ANNEX
        if cell.cell_type == "markdown" and marks.get("role") not in ASIDE:
            parts.append(Part(prose(cell.source, marks), annexed))
        for about, data in _exhibits(cell):
            kind = about["kind"]
            counts[kind] += 1
            caption = f"{NAMES[kind]}{counts[kind]}　{about['title']}"
            text = _figure(about, data, caption, lowered) if kind == "figure" else _table(about, data, caption)
            parts.append(Part(text, annexed))
    lowered.parts = tuple(part for part in parts if part.text.strip())
    _refuse_lost_references(lowered.text)
    return lowered


def _refuse_lost_references(text: str) -> None:
    """RenderError where a reference leads nowhere, or to one of two: a figure would stand for another."""
    names = TARGET.findall(text)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"报告中有重复的标识：{'、'.join(twice)}→ 请让每个标题、图、表的标识各不相同"
        raise RenderError(msg)
    lost = sorted({name for name in REFERENCE.findall(text) if name not in names})
    if lost:
        msg = f"文中提到的图、表或标题不在报告中：{'、'.join(lost)}→ 请核对标识"
        raise RenderError(msg)


def prose(source: str, marks: Mapping[str, Any]) -> str:
    """A cell of text with its marks, as pandoc reads it."""
    image = IMAGE.search(source)
    if image:
        msg = f"报告文字中有插图“{image.group()[:60]}”→ 图只能由代码单元格给出，请从文字中删去"
        raise RenderError(msg)
    role = marks.get("role")
    bare = WRAPPED.sub(r"\1", source) if role == KEYBOX else WRAPPED.sub("", source)
    text = _anchored(carried(bare.replace(LABELLED, TABLE)), marks.get("anchors", ()))
    if role == KEYBOX:
        return _keybox(text)
    if role == ANNEX:
        return f"::: {{.annexmark}}\n附件{marks['annex']}\n:::\n\n{text}"
    return text


def _keybox(text: str) -> str:
    """Key figures as a list of number, name and remark; key sentences under a bold word of their own."""
    if re.match(r"[-*+] ", text):
        return f"::: keybox\n{text}\n:::"
    return f"::: keypoints\n**要点**\n\n{text}\n:::"


def _anchored(text: str, anchors: Sequence[str]) -> str:
    """The text with its headings under the names that the cell keeps for them, in order."""
    waiting = iter(anchors)

    def named(heading: re.Match[str]) -> str:
        anchor = next(waiting, "")
        return f"{heading[0]} {{#{anchor}}}" if anchor else heading[0]

    return HEADING.sub(named, text)


def carried(source: str) -> str:
    """Lineage spans as pandoc's own spans; every other angle bracket as text."""
    pieces, end = [], 0
    for match in CARRIER.finditer(source):
        pieces.append(_plain(source[end : match.start()]))
        bold = _BOLD.fullmatch(match[3])
        inner = _literal(html.unescape(_ESCAPED.sub(r"\1", bold[1] if bold else match[3])))
        made = f"[{inner}]{{.{match[1]} data-id={_attribute(html.unescape(match[2]))}}}"
        pieces.append(f"**{made}**" if bold else made)
        end = match.end()
    return _BROKEN_BOLD.sub("", "".join([*pieces, _plain(source[end:])]))


def _plain(text: str) -> str:
    """Typed text without what Markdown would take for a tag, an entity, an attribute, a block, or a link's target."""
    return _MEANT.sub(r"\\\g<0>", html.unescape(text))


def _attribute(text: str) -> str:
    """An id as a pandoc attribute: no sign of it may end the attribute or be read as something else."""
    return '"' + re.sub(r"([\\\"&`*_{}\[\]<>~^$@'|#%])", r"\\\1", text) + '"'


def _literal(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#|$~^{}@&])", r"\\\1", text)


def _exhibits(cell: NotebookNode) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    for output in cell.get("outputs", ()):
        about = output.get("metadata", {}).get("tuoyu")
        if about and about.get("kind") in NAMES:
            yield about, {name: "".join(content) for name, content in output["data"].items()}


def _figure(about: dict[str, Any], data: dict[str, str], caption: str, lowered: Lowered) -> str:
    name = f"{about['id']}.svg"
    lowered.figures[name] = data["image/svg+xml"]
    lowered.pictures[about["id"]] = data["image/png"]
    lowered.alts[about["id"]] = about["alt"]
    attributes = f'#{about["id"]} .exhibit kind="figure" caption={quoted(caption)} note={quoted(about.get("note", ""))}'
    return f"::: {{{attributes} alt={quoted(about['alt'])}}}\n![]({name})\n:::"


def _table(about: dict[str, Any], data: dict[str, str], caption: str) -> str:
    attributes = f'#{about["id"]} .exhibit kind="table" caption={quoted(caption)} note={quoted(about.get("note", ""))}'
    widths = ",".join(str(width) for width in about.get("widths", ()))
    long = "true" if about.get("long") else "false"
    return f'::: {{{attributes} widths="{widths}" long="{long}"}}\n\n{carried(data["text/markdown"])}\n\n:::'


def quoted(text: str) -> str:
    """A pandoc attribute value; an entity in it is text."""
    return json.dumps(text.replace("\n", " "), ensure_ascii=False).replace("&", r"\&")
