"""The text of the report as the body of a Word document: paragraphs, headings, figures, tables, fields.

What belongs here: pandoc's blocks in, WordprocessingML out. What does not: the files of the document (``word``).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from collections.abc import Sequence

WIDE = 8845  # twentieths of a point: the 156 mm of the text block
LEAST = 720  # the narrowest column
EMU = 12700  # in a point
POINTS = 442  # width of the text block
TALLEST = 480  # points: a figure with its caption stays on one page
DITTO = "〃"
DRAWN = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
ALIGNED = {"AlignRight": "right", "AlignCenter": "center"}


@dataclass(frozen=True)
class Picture:
    """A figure as it stands in the document: its relations to PNG and SVG, and its size in points."""

    png: str
    svg: str
    width: float
    height: float


@dataclass
class Body:
    """The body as it grows, with what it asks for elsewhere: footnotes, remarks on numbers, entries of the contents."""

    pictures: Mapping[str, Picture]
    notes_of: Mapping[tuple[str, str], str]
    remarks_of: Mapping[str, str] = field(default_factory=dict)
    annexes: list[str] = field(default_factory=list)
    entries: list[tuple[int, str, str]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    _marks: dict[str, int] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)
    _annex: str = ""

    def written(self, blocks: Sequence[dict[str, Any]], closing: str) -> str:
        """All blocks; ``closing`` (annex list and signature) stands before the first annex, else at the end."""
        self.numbers = dict(_numbers(blocks))
        end = next((at for at, block in enumerate(blocks) if has_class(block, "annexmark")), len(blocks))
        text = [self._block(block) for block in blocks[:end]]
        if end and blocks[end - 1]["t"] == "Para":  # no page with the signature alone
            text[-1] = text[-1].replace("<w:pPr>", "<w:pPr><w:keepNext/>", 1)
        return "".join([*text, closing, *map(self._block, blocks[end:])])

    def bookmarked(self, name: str, content: str) -> str:
        """The content as the target of references."""
        number = self._marks.setdefault(name, len(self._marks) + 1)
        return f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(name)}"/>{content}<w:bookmarkEnd w:id="{number}"/>'

    def _block(self, block: dict[str, Any]) -> str:  # noqa: PLR0911 - one for each kind
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in {"Para", "Plain"}:
            return paragraph(self._runs(content))
        if kind == "Header":
            return self._header(content)
        if kind == "Div":
            return self._div(block)
        if kind == "Table":
            return self._table(block, [])
        if kind == "BulletList":
            return "".join(paragraph(run("·") + self._inner(item), "af8") for item in content)
        if kind == "OrderedList":
            return "".join(
                paragraph(run(f"{number}.") + self._inner(item), "af8") for number, item in enumerate(content[1], 1)
            )
        if kind == "BlockQuote":
            return "".join(paragraph(self._inner([one]), "af7") for one in content)
        if kind == "HorizontalRule":
            return paragraph(
                "", "a", '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
            )
        return paragraph(run(plain(block)))

    def _inner(self, blocks: Sequence[dict[str, Any]]) -> str:
        return "".join(self._runs(one["c"]) if one["t"] in {"Para", "Plain"} else run(plain(one)) for one in blocks)

    def _header(self, content: list[Any]) -> str:
        level, (name, _, _), inlines = content
        words = plain(inlines)
        if level == 1:
            mark = self._annex
            self.annexes.append(words)
            self.entries.append((1, f"{mark}　{words}" if mark else words, name))
            return paragraph(run(mark), "a5") + paragraph(self.bookmarked(name, run(words)), "a6")
        rank = min(level - 1, 3)
        if self.annexes:
            return paragraph(self.bookmarked(name, self._runs(inlines)), f"b{rank}")
        self.entries.append((rank, words, name))
        return paragraph(self.bookmarked(name, self._runs(inlines)), str(rank))

    def _div(self, block: dict[str, Any]) -> str:
        (name, classes, pairs), blocks = block["c"]
        if "annexmark" in classes:
            self._annex = plain(blocks)
            return ""
        if "keybox" in classes:
            return self._keybox(blocks)
        if "exhibit" not in classes:
            return "".join(map(self._block, blocks))
        about = dict(pairs)
        caption = self._caption(name, about["caption"])
        note = paragraph(run(about["note"]), "ab") if about.get("note") else ""
        if about["kind"] == "figure":
            return self._picture(name, about["alt"]) + paragraph(caption, "a7") + (note or paragraph("", "ab"))
        widths = [float(one) for one in about.get("widths", "").split(",") if one]
        table = next(one for one in blocks if one["t"] == "Table")
        above = paragraph(caption, "a7", "<w:keepNext/>")
        return above + self._table(table, widths, about["caption"]) + (note or paragraph("", "ab"))

    def _caption(self, name: str, words: str) -> str:
        """图1　…, its number a field that Word counts itself."""
        match = re.match(r"(图|表)(\d+)(.*)", words)
        if match is None:
            return self.bookmarked(name, run(words))
        kind, number, rest = match.groups()
        return self.bookmarked(name, run(kind) + fielded(f"SEQ {kind} \\* ARABIC", number)) + run(rest)

    def _picture(self, name: str, alt: str) -> str:
        one = self.pictures[name]
        scale = min(POINTS / one.width, TALLEST / one.height, 1.5)
        wide, tall = round(one.width * scale * EMU), round(one.height * scale * EMU)
        number = self._marks.setdefault(f"picture {name}", len(self._marks) + 1)
        drawing = (
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{tall}"/>'
            f'<wp:docPr id="{number}" name="{_safe(name)}" descr="{_safe(alt)}"/>'
            f'<a:graphic {DRAWN}><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{_safe(name)}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{one.png}"><a:extLst><a:ext uri="{SVG_EXTENSION}">'
            f'<asvg:svgBlip xmlns:asvg="{SVG}" r:embed="{one.svg}"/></a:ext></a:extLst></a:blip>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{tall}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline>"
        )
        return paragraph(f"<w:r><w:drawing>{drawing}</w:drawing></w:r>", "a8")

    def _keybox(self, blocks: Sequence[dict[str, Any]]) -> str:
        """要点 as a table without inner lines: number, name, remark."""
        items = [item for one in blocks if one["t"] == "BulletList" for item in one["c"]]
        rows = []
        for item in items:
            parts = _split(item[0]["c"], "｜")
            number, label, *remarks = [*parts, [], []][: max(len(parts), 2)]
            remark = [
                one for at, part in enumerate(remarks) for one in ([{"t": "Str", "c": "，"}] if at else []) + part
            ]
            cells = ((number, "aa", 1500), (label, "aa", 3000), (remark, "a9", WIDE - 4500))
            rows.append(
                "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
                + "".join(
                    f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
                    f"{paragraph(self._runs(part), style)}</w:tc>"
                    for part, style, wide in cells
                )
                + "</w:tr>"
            )
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="8" w:space="0" w:color="000000"/>' for side in ("top", "bottom")
        )
        borders = f"<w:tblBorders>{edges}</w:tblBorders>"
        title = paragraph(run("要　点"), "a7", "<w:keepNext/>")
        return title + _framed(rows, [1500, 3000, WIDE - 4500], borders, "a1", "要点") + paragraph("", "ab")

    def _table(self, block: dict[str, Any], shares: Sequence[float], caption: str = "") -> str:
        _, _, specs, (_, head), bodies, _ = block["c"]
        widths = _widths(shares if len(shares) == len(specs) else [1.0] * len(specs))
        aligned = [ALIGNED.get(spec[0]["t"], "left") for spec in specs]
        rows = [
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{self._cells(row[1], widths, [], 'aa', {})}</w:tr>"
            for row in head
        ]
        above: dict[int, str] = {}
        for row in (row for body in bodies for row in body[3]):
            cells = self._cells(row[1], widths, aligned, "a9", above)
            rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
        return _framed(rows, widths, "", "af9", caption)

    def _cells(
        self, cells: Sequence[Any], widths: Sequence[int], aligned: Sequence[str], style: str, above: dict[int, str]
    ) -> str:
        """A row; a cell that repeats the one ``above`` (in the first column, or by a ditto mark) is merged with it."""
        out = []
        for column, cell in enumerate(cells):
            blocks = cell[4]
            words = plain(blocks)
            same = bool(aligned) and column in above and (words == DITTO or (column == 0 and words == above[0] != ""))
            merge = ""
            if aligned:
                merge = "<w:vMerge/>" if same else '<w:vMerge w:val="restart"/>'
            if not same:
                above[column] = words
            jc = f'<w:jc w:val="{aligned[column]}"/>' if aligned and aligned[column] != "left" else ""
            content = paragraph("" if same else self._inner(blocks), style, jc)
            out.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{widths[column]}" w:type="dxa"/>{merge}<w:vAlign w:val="center"/></w:tcPr>'
                f"{content}</w:tc>"
            )
        return "".join(out)

    def _runs(self, inlines: Iterable[dict[str, Any]], style: str = "") -> str:
        return "".join(self._inline(one, style) for one in inlines)

    def _inline(self, one: dict[str, Any], style: str) -> str:
        kind: str = one["t"]
        content: Any = one.get("c")
        if kind == "Strong":
            return self._runs(content, "af6")
        if kind == "Link":
            return self._link(content)
        if kind == "Span":
            (_, classes, pairs), inner = content
            identifier = dict(pairs).get("data-id", "")
            return self._remarked(self._runs(inner, style), identifier) + self._note(classes, identifier)
        if kind == "LineBreak":
            return "<w:r><w:br/></w:r>"
        return run(plain(one), style)

    def _link(self, content: list[Any]) -> str:
        """A reference: to a figure or table by its number, which Word can bring up to date, else to its place."""
        _, inlines, (target, _) = content
        name = target.removeprefix("#")
        if name in self.numbers:
            return fielded(f"REF {bookmark(name)} \\h", self.numbers[name])
        if target.startswith("#"):
            return f'<w:hyperlink w:anchor="{bookmark(name)}">{self._runs(inlines)}</w:hyperlink>'
        return self._runs(inlines)

    def _remarked(self, runs: str, identifier: str) -> str:
        """A number with its remark, wherever it is printed."""
        if identifier not in self.remarks_of:
            return runs
        number = len(self.remarks)
        self.remarks.append(self.remarks_of[identifier])
        return (
            f'<w:commentRangeStart w:id="{number}"/>{runs}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:commentReference w:id="{number}"/></w:r>'
        )

    def _note(self, classes: Sequence[str], identifier: str) -> str:
        """A footnote for a document or a piece of evidence, where it is named first."""
        key = (classes[0] if classes else "", identifier)
        if key not in self.notes_of or key in self._told:
            return ""
        self._told.add(key)
        self.footnotes.append(self.notes_of[key])
        return f'<w:r><w:rPr><w:rStyle w:val="af5"/></w:rPr><w:footnoteReference w:id="{len(self.footnotes)}"/></w:r>'


def paragraph(content: str, style: str = "a", properties: str = "") -> str:
    """A paragraph; properties of its own stand in the order that the schema asks for."""
    named = "" if style == "a" else f'<w:pStyle w:val="{style}"/>'
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{content}</w:p>"


def run(text: str, style: str = "") -> str:
    """Letters of one kind."""
    named = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{named}<w:t xml:space="preserve">{_safe(text)}</w:t></w:r>' if text else ""


def fielded(code: str, shown: str) -> str:
    """A field with what it shows until Word counts anew."""
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    instruction = f'<w:r><w:instrText xml:space="preserve"> {_safe(code)} </w:instrText></w:r>'
    return f"{begin}{instruction}{middle}{run(shown)}{end}"


def bookmark(name: str) -> str:
    """A name as Word allows it: letters, digits and underscores, at most 40."""
    return "_" + re.sub(r"\W", "_", name)[:39]


def _framed(rows: Sequence[str], widths: Sequence[int], borders: str, style: str, caption: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    told = f'<w:tblCaption w:val="{_safe(caption)}"/>' if caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/>{borders}'
        f'<w:tblLayout w:type="fixed"/>{told}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _widths(shares: Sequence[float]) -> list[int]:
    """Column widths by their shares of the text block, none too narrow."""
    total = sum(shares)
    wanted = [max(LEAST, WIDE * share / total) for share in shares]
    spare = sum(wanted) - WIDE
    broad = sum(one - LEAST for one in wanted) or 1
    widths = [int(one - spare * (one - LEAST) / broad) for one in wanted]
    return [*widths[:-1], WIDE - sum(widths[:-1])]


def _split(inlines: Sequence[dict[str, Any]], mark: str) -> list[list[dict[str, Any]]]:
    """Inlines in parts, between which the mark stands."""
    parts: list[list[dict[str, Any]]] = [[]]
    for one in inlines:
        if one["t"] != "Str" or mark not in one["c"]:
            parts[-1].append(one)
            continue
        first, *others = one["c"].split(mark)
        parts[-1].append({"t": "Str", "c": first})
        parts += [[{"t": "Str", "c": other}] for other in others]
    return parts


def _numbers(blocks: Sequence[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    for block in blocks:
        if has_class(block, "exhibit"):
            match = re.match(r"[图表]\d+", dict(block["c"][0][2])["caption"])
            if match:
                yield block["c"][0][0], match[0]


def has_class(block: dict[str, Any], name: str) -> bool:
    """Whether a block is a ``div`` of this class."""
    return block["t"] == "Div" and name in block["c"][0][1]


def plain(value: Any) -> str:  # noqa: ANN401, PLR0911 - any part of pandoc's tree, one way for each kind
    """The words of a part of the tree."""
    if isinstance(value, list):
        return "".join(map(plain, value))
    if not isinstance(value, dict):
        return ""
    kind: str = value.get("t", "")
    content: Any = value.get("c")
    if kind in {"Space", "SoftBreak", "LineBreak"}:
        return " "
    if kind == "Str":
        return str(content)
    if kind in {"Code", "RawInline", "Math", "CodeBlock", "RawBlock"}:
        return str(content[1])
    if kind == "Quoted":
        return f"“{plain(content[1])}”"
    return plain(content)


def _safe(text: str) -> str:
    return html.escape(text, quote=True).replace("&#x27;", "&apos;")
