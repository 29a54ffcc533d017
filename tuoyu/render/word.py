"""The report as a Word document by GB/T 9704, for offices that edit and forward it; the same bytes every time.

Faces are named, not embedded: Windows and WPS have 仿宋_GB2312 and its like. No theme, which would override them.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
from importlib.resources import files
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.nouns.exhibit import size_of
from tuoyu.render.footnotes import notes_of
from tuoyu.render.markdown import lower
from tuoyu.render.pdf import refuse_unprintable
from tuoyu.render.remarks import remarks_of
from tuoyu.render.tree import PIECE
from tuoyu.render.tree import tree_of
from tuoyu.render.wordtext import Body
from tuoyu.render.wordtext import Picture
from tuoyu.render.wordtext import bookmark
from tuoyu.render.wordtext import fielded
from tuoyu.render.wordtext import has_class
from tuoyu.render.wordtext import paragraph
from tuoyu.render.wordtext import plain
from tuoyu.render.wordtext import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

    from nbformat import NotebookNode

LONG = 12000  # characters, about twenty pages: from here on there are contents
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
# A4; margins 37, 26, 35 and 28 mm; 22 lines (28 letters in each by the spacing of the styles); a foot for odd and one
# for even pages
SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="even" r:id="rId4"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1400" w:gutter="0"/>'
    '<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>'
)
SETTINGS = (
    f"{HEAD}<w:settings {SPACES}>"
    '<w:zoom w:percent="100"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:useFELayout/><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)
PARTS = {
    "word/styles.xml": (f"{MAIN}.styles+xml", f"{OFFICE}/styles"),
    "word/settings.xml": (f"{MAIN}.settings+xml", f"{OFFICE}/settings"),
    "word/footer1.xml": (f"{MAIN}.footer+xml", f"{OFFICE}/footer"),
    "word/footer2.xml": (f"{MAIN}.footer+xml", f"{OFFICE}/footer"),
    "word/footnotes.xml": (f"{MAIN}.footnotes+xml", f"{OFFICE}/footnotes"),
}
FOOT = (  # of the text block, as wide as it
    '<w:framePr w:w="8845" w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="left" w:yAlign="bottom"/>'
)
REMARKS = {"word/comments.xml": (f"{MAIN}.comments+xml", f"{OFFICE}/comments")}
_FIRST = re.compile(r"<w:pPr>(?:<w:pStyle [^>]*/>)?")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_word(notebook: NotebookNode, *, remarks: bool = False) -> bytes:
    """The document; with ``remarks``, every number carries what it rests on. Raises RenderError in Chinese."""
    about = notebook.metadata["tuoyu"]
    lowered = lower(notebook)
    refuse_unprintable(f"{lowered.text}{about['title']}{about['subtitle']}{about['issuer']}")
    drawings = {name.removesuffix(".svg"): svg for name, svg in lowered.figures.items()}
    pngs = {name: base64.b64decode(code) for name, code in lowered.pictures.items()}
    body = Body(_pictures(pngs), notes_of(about), remarks_of(about) if remarks else {})
    blocks = [one for one in json.loads(tree_of(lowered.parts))["blocks"] if not has_class(one, PIECE)]
    titles = [plain(one["c"][2]) for one in blocks if one["t"] == "Header" and one["c"][0] == 1]
    text = body.written(blocks, _closing(about, titles))
    contents = _contents(body.entries) if len(lowered.text) > LONG and not about.get("letterhead") else ""
    if contents:  # a paragraph with the break in it would fill a page of its own behind contents that just fill theirs
        text = _FIRST.sub(r"\g<0><w:pageBreakBefore/>", text, count=1)
    document = f"<w:body>{_opening(about)}{contents}{text}{_imprint(about)}{SECTION}</w:body>"
    parts: dict[str, bytes] = {
        "word/document.xml": f"{HEAD}<w:document {SPACES}>{document}</w:document>".encode(),
        "word/styles.xml": files("tuoyu.render.templates").joinpath("word-styles.xml").read_bytes(),
        "word/settings.xml": SETTINGS.encode(),
        "word/footer1.xml": _footer("right").encode(),
        "word/footer2.xml": _footer("left").encode(),
        "word/footnotes.xml": _footnotes(body.footnotes).encode(),
        "docProps/core.xml": _core(about).encode(),
    }
    if body.remarks:
        parts["word/comments.xml"] = _remarks(body.remarks).encode()
    for name, svg in drawings.items():
        parts[f"word/media/{name}.png"] = pngs[name]
        parts[f"word/media/{name}.svg"] = svg.encode()
    return _packed(parts, list(drawings))


def _pictures(pngs: Mapping[str, bytes]) -> dict[str, Picture]:
    """Every figure with its relations and its size."""
    return {
        name: Picture(f"rIdP{number}", f"rIdS{number}", *size_of(png))
        for number, (name, png) in enumerate(pngs.items())
    }


def _opening(about: dict[str, Any]) -> str:
    """Letterhead, mark of a draft, title and subtitle."""
    draft = paragraph(run(about["status"]), "af1") if about["status"] == "送审稿" else ""
    head = ""
    if about.get("letterhead"):
        head = paragraph(run(about["letterhead"]), "ae") + paragraph(run(about.get("document_number") or ""), "af")
    made_up = paragraph(run("示例数据，非真实统计"), "af2") if about["synthetic"] else ""
    return f"{draft}{head}{made_up}{paragraph(run(about['title']), 'a3')}{paragraph(run(about['subtitle']), 'a4')}"


def _contents(entries: Sequence[tuple[int, str, str]]) -> str:
    """A table of contents that Word brings up to date, with its entries until then."""
    begin = '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
    code = r' TOC \o "1-2" \h \z \t "附件标题,1" '
    begin += f'<w:r><w:instrText xml:space="preserve">{html.escape(code)}</w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    lines = []
    listed = [one for one in entries if one[0] <= 2]
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    for at, (level, words, name) in enumerate(listed, 1):
        link = f"{run(words)}<w:r><w:tab/></w:r>{fielded(f'PAGEREF {bookmark(name)} {chr(92)}h', '')}"
        line = f'<w:hyperlink w:anchor="{bookmark(name)}">{link}</w:hyperlink>'
        ends = (begin if at == 1 else "", end if at == len(listed) else "")
        lines.append(paragraph(line.join(ends), f"TOC{level}"))
    return paragraph(run("目　录"), "af2") + "".join(lines)


def _closing(about: dict[str, Any], annexes: Sequence[str]) -> str:
    """附件说明, 署名 and 成文日期."""
    lines = []
    for number, name in enumerate(annexes, 1):
        label = ("附件：" if number == 1 else "　　　") + (f"{number}." if len(annexes) > 1 else "")
        lines.append(paragraph(run(label + name), "ac"))
    blank = paragraph("", properties="<w:keepNext/>")
    signed = about["date_text"] or "　　　年　月　日"
    signature = paragraph(run(about["issuer"]), "ad", "<w:keepNext/>") + paragraph(run(signed), "ad")
    return f"{blank if annexes else ''}{''.join(lines)}{blank}{signature}"


def _imprint(about: dict[str, Any]) -> str:
    """版记, where there is a letterhead: at the foot of the page on which the text ends.

    It is held by the last paragraph, which is empty and takes no room.
    """
    copied, printed = about.get("copy_to"), about.get("printed_by")
    if not about.get("letterhead") or not (copied or printed):
        return ""
    lines = [paragraph(run(f"抄送：{copied}。"), "af0", FOOT)] if copied else []
    if printed:
        day = f"<w:r><w:tab/></w:r>{run(about['printed_on'] + '印发')}" if about.get("printed_on") else ""
        lines.append(paragraph(run(printed) + day, "af0", FOOT))
    return "".join(lines) + paragraph("", properties='<w:spacing w:line="20" w:lineRule="exact"/>')


def _footer(side: str) -> str:
    """— 1 —, outside: right on odd pages, left on even ones."""
    content = run("— ") + fielded("PAGE", "1") + run(" —")
    return f"{HEAD}<w:ftr {SPACES}>{paragraph(content, 'af3', f'<w:jc w:val={chr(34)}{side}{chr(34)}/>')}</w:ftr>"


def _footnotes(notes: Sequence[str]) -> str:
    mark = '<w:r><w:rPr><w:rStyle w:val="af5"/></w:rPr><w:footnoteRef/></w:r>'
    rules = (
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0">'
        "<w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>"
    )
    told = "".join(
        f'<w:footnote w:id="{number}">{paragraph(mark + run(" " + note), "af4")}</w:footnote>'
        for number, note in enumerate(notes, 1)
    )
    return f"{HEAD}<w:footnotes {SPACES}>{rules}{told}</w:footnotes>"


def _remarks(remarks: Sequence[str]) -> str:
    """Remarks in the margin, of the program and of no person; without the time, which would change every day."""
    told = "".join(
        f'<w:comment w:id="{number}" w:author="数据出处" w:initials="出处">'
        f"{''.join(paragraph(run(line)) for line in remark.splitlines())}</w:comment>"
        for number, remark in enumerate(remarks)
    )
    return f"{HEAD}<w:comments {SPACES}>{told}</w:comments>"


def _core(about: dict[str, Any]) -> str:
    """Properties; the date is that of the data, not of a clock."""
    day = f"{about['as_of']}T00:00:00Z"
    dated = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{day}</dcterms:{name}>' for name in ("created", "modified")
    )
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{html.escape(about['title'])}</dc:title><dc:creator>{html.escape(about['issuer'])}</dc:creator>"
        f"<cp:keywords>{html.escape('、'.join(about['keywords']))}</cp:keywords><dc:language>zh-CN</dc:language>"
        f"{dated}</cp:coreProperties>"
    )


def _packed(parts: dict[str, bytes], pictures: Sequence[str]) -> bytes:
    """The parts as one file, with what each is and how they belong together."""
    own = PARTS | {name: kinds for name, kinds in REMARKS.items() if name in parts}
    kinds = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _) in own.items())
    types = (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="svg" ContentType="image/svg+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>{kinds}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        "</Types>"
    )
    related = [(f"rId{at}", kind, name.removeprefix("word/")) for at, (name, (_, kind)) in enumerate(own.items(), 1)]
    for at, name in enumerate(pictures):
        related += [
            (f"rIdP{at}", f"{OFFICE}/image", f"media/{name}.png"),
            (f"rIdS{at}", f"{OFFICE}/image", f"media/{name}.svg"),
        ]
    core = f"{PACKAGE}/relationships/metadata/core-properties"
    whole = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": _relations(
            [("rId1", f"{OFFICE}/officeDocument", "word/document.xml"), ("rId2", core, "docProps/core.xml")]
        ),
        "word/_rels/document.xml.rels": _relations(related),
        **parts,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _relations(entries: Sequence[tuple[str, str, str]]) -> bytes:
    links = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{re.sub(" ", "%20", to)}"/>' for name, kind, to in entries
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'.encode()
