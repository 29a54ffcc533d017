"""Writes the report into the cells of an ordinary notebook, by the conventions that other programs read.

JupyterLab and nbconvert show headings, bold and captions as they stand; Quarto reads ``label``, ``fig-cap``,
``fig-alt``, ``tbl-cap`` and ``echo`` from the metadata of a cell, scalars all of them. What only our own pages need
(anchors, the part that a cell plays) stands in ``tuoyu``.
"""

from __future__ import annotations

import base64
import json
import re
from itertools import groupby
from typing import TYPE_CHECKING
from typing import Any

import nbformat

from tuoyu.facts.wording import inert
from tuoyu.nouns.exhibit import size_of
from tuoyu.text.layout import ANNEX
from tuoyu.text.layout import Heading
from tuoyu.text.layout import Piece
from tuoyu.text.layout import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from tuoyu.text.sections import Section

TABLE, LABELLED = "tab-", "tbl-"  # our ids of tables, and those that Quarto takes for tables
TITLE, KEYBOX, CAPTION, BODY, ANNEXED = "title", "keybox", "caption", "body", "annex"
_BOLD = re.compile(r"\*\*(?=\S)(.+?)\*\*", re.DOTALL)
_SPAN = re.compile(r"(<span [^>]*>)(.*?)(</span>)", re.DOTALL)
_ENDING = re.compile(r"[，。；：！？、]+$")
_EDGES = re.compile(r"([^\w<]*)(.*?)([^\w>]*)", re.DOTALL)
# nbconvert leaves the source of such a cell out, without being told to
_WITHOUT_SOURCE = {"transient": {"remove_source": True}}
_REFERENCE = re.compile(rf"\]\(#{TABLE}")


def front_cells(about: Mapping[str, Any]) -> Iterator[NotebookNode]:
    """Title, subtitle and author: first as Quarto reads them, with nothing to be executed; then for everybody else."""
    lines = [
        "---",
        *(f"{key}: {json.dumps(about[name], ensure_ascii=False)}" for key, name in _FRONT),
        "lang: zh",
        "execute:",
        "  enabled: false",
        "---",
    ]
    yield _cell("raw", "front", "\n".join(lines), _WITHOUT_SOURCE)
    made_up = "示例数据，非真实统计" if about["synthetic"] else ""
    shown = [inert(one) for one in (about["subtitle"], about["issuer"], about["date_text"], made_up) if one]
    source = within(TITLE, "\n\n".join([f"# {inert(about['title'])}", *shown]))
    yield _cell("markdown", "title", source, {"tuoyu": {"role": TITLE}})


_FRONT = (("title", "title"), ("subtitle", "subtitle"), ("author", "issuer"))


def cells_of(pieces: Iterable[Piece]) -> Iterator[NotebookNode]:
    """The cells of the report: one of text up to the next heading of a section or exhibit, one for an exhibit."""
    numbered = enumerate(_blocks(pieces), 1)
    for number, (section, contents) in numbered:
        first = contents[0]
        if isinstance(first, Shown):
            yield from _exhibit(first, section)
        else:
            yield _text(number, section, [one for one in contents if not isinstance(one, Shown)])


def _blocks(pieces: Iterable[Piece]) -> Iterator[tuple[Section, list[Heading | Shown | str]]]:
    for stem, group in groupby(pieces, lambda piece: piece.section.stem):
        block: list[Heading | Shown | str] = []
        section = None
        for piece in group:
            section = piece.section
            begins = isinstance(piece.content, Heading) and piece.content.level <= 3
            if block and (begins or isinstance(piece.content, Shown) or isinstance(block[0], Shown)):
                yield section, block
                block = []
            block.append(piece.content)
        if section is not None and stem:
            yield section, block


def _text(number: int, section: Section, contents: list[Heading | str]) -> NotebookNode:
    marks: dict[str, Any] = {"role": KEYBOX if section.kind == "要点" else BODY, "section": section.stem}
    anchors = [one.anchor for one in contents if isinstance(one, Heading)]
    blocks = [_heading(one) if isinstance(one, Heading) else prose(one) for one in contents]
    first = contents[0]
    if isinstance(first, Heading) and first.level == ANNEX:
        marks |= {"role": ANNEXED, "annex": int(first.ordinal.removeprefix("附件"))}
        blocks.insert(0, within("annexmark", first.ordinal))
    if anchors:
        marks["anchors"] = anchors
    source = "\n\n".join(blocks)
    if marks["role"] == KEYBOX:
        source = within(KEYBOX, source)
    return _cell("markdown", f"text-{number}", source, {"tuoyu": marks})


def within(name: str, source: str) -> str:
    """Markdown in an HTML block of this class, which every reader of Markdown looks into."""
    return f'<div class="{name}">\n\n{source}\n\n</div>'


def _heading(heading: Heading) -> str:
    ordinal = "" if heading.level == ANNEX else heading.ordinal
    return f"{'#' * heading.level} {ordinal}{heading.text}"


def prose(text: str) -> str:
    """A paragraph whose bold opens and closes in every reader; references as labelled."""
    return _REFERENCE.sub(f"](#{LABELLED}", _BOLD.sub(_bold, text))


def _bold(found: re.Match[str]) -> str:
    """Bold that stands within a span, not around it, and with punctuation outside where a letter comes next to it.

    CommonMark opens and closes no ``**`` between a letter and punctuation, and to it ``<`` is punctuation too.
    """
    body = found[1]
    ending = _ENDING.search(body)
    after = found.string[found.end() : found.end() + 1]
    body, behind = (body[: ending.start()], ending[0]) if ending else (body, "")
    first, core, last = _EDGES.fullmatch(body).groups()  # type: ignore[union-attr]
    before = found.string[: found.start()][-1:]
    if not (before.isalnum() and first):
        first, core = "", first + core
    if not ((behind or after)[:1].isalnum() and last):
        core, last = core + last, ""
    pieces = _SPAN.split(core)  # text, and of every span its begin, its words and its end
    marked = [f"**{one}**" if at % 4 in {0, 2} and one else one for at, one in enumerate(pieces)]
    return f"{first}{''.join(marked)}{last}{behind}"


def label_of(id_: str) -> str:
    """The label of an exhibit as Quarto wants it: ``tbl-supply`` for ``tab-supply``."""
    return LABELLED + id_.removeprefix(TABLE) if id_.startswith(TABLE) else id_


def _exhibit(shown: Shown, section: Section) -> Iterator[NotebookNode]:
    """The exhibit in a cell of its own, with a caption for the readers that know nothing of labels."""
    title, note = f"{shown.number}　{inert(shown.about['title'])}", inert(str(shown.about.get("note", "")))
    above = [title] if shown.kind == "table" else []
    below = [line for line in ([note] if shown.kind == "table" else [title, note]) if line]
    if above:
        yield _caption(f"{shown.id}-title", above)
    yield _output(shown, section)
    if below:
        yield _caption(f"{shown.id}-note", below)


def _caption(id_: str, lines: list[str]) -> NotebookNode:
    source = within(CAPTION, "\n\n".join(lines))
    return _cell("markdown", id_, source, {"tuoyu": {"role": CAPTION}})


def _output(shown: Shown, section: Section) -> NotebookNode:
    about = shown.about
    data = dict(shown.data)
    kind = "fig" if shown.kind == "figure" else "tbl"
    metadata: dict[str, Any] = {
        "label": label_of(shown.id),
        f"{kind}-cap": about["title"],
        "note": about.get("note", ""),
        "echo": False,
        "tags": ["remove-input", "hide-input"],
        "jupyter": {"source_hidden": True},
        **_WITHOUT_SOURCE,
    }
    described: dict[str, Any] = {"tuoyu": dict(about)}
    if kind == "fig":
        metadata["fig-alt"] = about["alt"]
        described |= {media: {"alt": about["alt"]} for media in data if media.startswith("image/")}
        width, _ = size_of(base64.b64decode(data["image/png"]))
        described["image/png"]["width"] = round(width * 96 / 72)  # as wide on a screen as the SVG
    else:
        metadata["widths"] = ",".join(str(width) for width in about.get("widths", ()))
        metadata["long"] = "true" if about.get("long") else "false"
    output = {"output_type": "display_data", "data": data, "metadata": described}
    # a cell without source is passed over by some programs, its outputs too
    source = f"# {shown.number}　{about['title']}（{section.file}）"
    return _cell("code", shown.id, source, metadata, execution_count=None, outputs=[output])


def _cell(kind: str, id_: str, source: str, metadata: Mapping[str, Any], **more: object) -> NotebookNode:
    """A cell of this kind; the library's own makers hold each against the schema, which takes longer than all else."""
    record = {"cell_type": kind, "id": id_[:64], "source": source, "metadata": dict(metadata), **more}
    cell: NotebookNode = nbformat.from_dict(record)
    return cell
