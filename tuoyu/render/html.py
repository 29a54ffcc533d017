"""The report as one HTML file that loads nothing, with the lineage of every number behind a control."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.nouns.errors import RenderError
from tuoyu.nouns.period import in_words
from tuoyu.render.markdown import lower
from tuoyu.render.marks import Marks
from tuoyu.render.pieces import to_body

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from tuoyu.render.markdown import Part

# files that may stand beside the page, and how a link to each reads
BESIDE = {"report.pdf": "PDF 文件", "report.docx": "Word 文档", "核算表.xlsx": "核算表"}
HEADING = re.compile(r'<h([2-6])\s+id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
NUMBER = "数值"  # the column of a figure's data that opens
PLAIN = re.compile(r"-?[\d.]+")
LISTED = 3  # levels of headings in the contents
EXTERNAL = re.compile(
    rf"""\bhref\s*=\s*["'](?!#|(?:{"|".join(map(re.escape, BESIDE))})["'])[^"']*"""
    r"""|\b(?:src|srcset|poster|action|formaction|data|ping)\s*=\s*["'](?!data:)[^"']*"""
    r"""|@import|url\((?!["']?(?:#|data:))"""
)
STYLES = ("report.css", "review.css")
SCRIPTS = ("lineage.js", "exhibits.js", "reading.js", "review.js")  # in this order: later ones use earlier ones


def to_html(
    notebook: NotebookNode, beside: Sequence[str] = ("report.pdf",), known: MutableMapping[Part, str] | None = None
) -> str:
    """The page, with links to the files ``beside`` it. Raises RenderError where anything would come from outside.

    ``known`` are pieces of earlier pages, which need not be converted again; those of this one are put to it.
    """
    about = notebook.metadata["tuoyu"]
    templates = files("tuoyu.render.templates")
    lowered = lower(notebook)
    body = to_body(lowered.parts, {} if known is None else known)
    marks = Marks(about)
    tables = _figure_data(notebook)
    for name, svg in lowered.figures.items():
        identifier = name.removesuffix(".svg")
        body = body.replace(f'<img src="{name}" />', inline_svg(svg, identifier, lowered.alts[identifier]))
        body = body.replace(f"<!-- {identifier} -->", tables.get(identifier, ""))
    text = marks.marked(_anchored(body))
    script = f'"use strict";\n(() => {{\n{_joined(SCRIPTS)}}})();'
    page = Template(templates.joinpath("report.html").read_text(encoding="utf-8")).substitute(
        {key: html.escape(str(about[key] or "")) for key in ("title", "subtitle", "issuer", "date_text")},
        policy=_content_policy(script),
        letterhead=_line("letterhead", about.get("letterhead")),
        status=_line("status", about["status"] if about["status"] == "送审稿" else None),
        synthetic=_line("synthetic", "示例数据，非真实统计" if about["synthetic"] else None),
        contents=_contents(body),
        body=text,
        notes=marks.notes(),
        links=_beside(beside),
        beside=_beside(beside) or "<li>无</li>",
        cite=html.escape(_citation(about)),
        as_of=html.escape(in_words(str(about["as_of"]))),
        status_text=html.escape(about["status"]),
        data=_data(about),
        style=_joined(STYLES),
        script=script,
    )
    refuse_external(page)
    return page


def refuse_external(page: str, name: str = "网页") -> None:
    """RenderError where a tag or a style of the page would load anything or lead away from it."""
    text = re.sub(r"(<script[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", text, flags=re.DOTALL)
    for piece in [*styles, *re.findall(r"<[a-zA-Z][^<>]*>", text)]:
        found = EXTERNAL.search(piece)
        if found:
            msg = f"{name}中有外部引用“{found.group()[:60]}”，内网无法打开→ 请从文字中删去链接"
            raise RenderError(msg)


def inline_svg(svg: str, identifier: str, alt: str) -> str:
    """An SVG as part of the page: described, and with ids of its own so that figures do not mix."""
    drawing = svg[svg.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"""(\sid=["'])""", rf"\g<1>{identifier}-", drawing)
    drawing = re.sub(r"""(href=["'])#""", rf"\g<1>#{identifier}-", drawing)
    drawing = re.sub(r"""url\((["']?)#""", rf"url(\g<1>#{identifier}-", drawing)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{html.escape(alt, quote=True)}"', 1)


def _line(name: str, text: str | None) -> str:
    """A line of the title block, where there is anything to say."""
    return f'<p class="{name}">{html.escape(text)}</p>' if text else ""


def _words(inner: str) -> str:
    return re.sub(r"<[^>]+>", "", inner).strip()


def _contents(body: str) -> str:
    """Table of contents of levels one to three (一、 and （一） and annexes)."""
    return "\n".join(
        f'<li class="level-{int(level) - 1}"><a href="#{identifier}">{_words(inner)}</a></li>'
        for level, identifier, inner in HEADING.findall(body)
        if int(level) <= LISTED
    )


def _anchored(body: str) -> str:
    """Every heading with a link to itself, to be copied."""

    def anchored(match: re.Match[str]) -> str:
        level, identifier, inner = match.groups()
        link = f'<a class="anchor" href="#{identifier}" aria-label="“{_words(inner)}”的链接">¶</a>'
        return f"{match[0].removesuffix(f'</h{level}>')}{link}</h{level}>"

    return HEADING.sub(anchored, body)


def _beside(names: Sequence[str]) -> str:
    return "".join(f'<li><a href="{name}">{BESIDE[name]}</a></li>' for name in names)


def _citation(about: dict[str, Any]) -> str:
    """How the report is cited."""
    dated = about["date_text"] or f"数据截至{in_words(str(about['as_of']))}，{about['status']}"
    return f"{about['issuer']}：《{about['title']}》{about['subtitle']}，{dated}。"


def _joined(names: Sequence[str]) -> str:
    templates = files("tuoyu.render.templates")
    return "\n".join(templates.joinpath(name).read_text(encoding="utf-8") for name in names)


def _figure_data(notebook: NotebookNode) -> dict[str, str]:
    """The numbers behind every figure that gives them, as a table below it, which opens."""
    records = (
        output.get("metadata", {}).get("tuoyu") or {} for cell in notebook.cells for output in cell.get("outputs", ())
    )
    return {
        one["id"]: _data_table(one["data"], one["title"])
        for one in records
        if one.get("kind") == "figure" and one.get("data")
    }


def _data_table(data: dict[str, Any], title: str) -> str:
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in data["columns"])
    rows = []
    for row, identifier in zip(data["rows"], data["facts"], strict=True):
        cells = []
        for column, text in zip(data["columns"], map(html.escape, row), strict=True):
            cell = f'<span class="fact" data-id="{html.escape(identifier)}">{text}</span>' if column == NUMBER else text
            cells.append(f'<td class="right">{cell}</td>' if PLAIN.fullmatch(text) else f"<td>{cell}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    label = html.escape(f"图中数据：{title}", quote=True)
    movable = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'
    return f'<details class="data"><summary>图中数据</summary>{movable}</details>'


def _data(about: dict[str, Any]) -> str:
    """Facts, documents and doubts as JSON that cannot end the script element."""
    record = {key: about.get(key) or {} for key in ("facts", "findings", "policies", "evidence")}
    record["judged"] = about.get("judged") or []
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _content_policy(script: str) -> str:
    """A policy that forbids every request; our own script by its digest, styles only from within the page."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{digest}'"
    )
