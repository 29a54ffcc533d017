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
from tuoyu.render.markdown import lower
from tuoyu.render.markdown import pandoc

if TYPE_CHECKING:
    from nbformat import NotebookNode

HEADING = re.compile(r'<h([1-4]) id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
EXTERNAL = re.compile(
    r"""\bhref\s*=\s*["'](?!#)[^"']*|\b(?:src|srcset|poster|action|formaction|data|ping)\s*=\s*["'](?!data:)[^"']*"""
    r"""|@import|url\((?!["']?(?:#|data:))"""
)
FACT = re.compile(
    r'([（《“‘〔]*)<span class="fact" data-id="([^"]+)">([^<]*)</span>([，。、；：？！）》”’〕]*)',
)
LONGEST_WHOLE = 24  # characters; a longer number may have to be broken on a narrow screen


def to_html(notebook: NotebookNode) -> str:
    """The page. Raises RenderError where anything would be loaded from outside."""
    about = notebook.metadata["tuoyu"]
    templates = files("tuoyu.render.templates")
    lowered = lower(notebook)
    body = pandoc(lowered.text, "html5", "html.lua")
    for name, svg in lowered.figures.items():
        identifier = name.removesuffix(".svg")
        body = body.replace(f'<img src="{name}" />', inline_svg(svg, identifier, lowered.alts[identifier]))
    style = templates.joinpath("report.css").read_text(encoding="utf-8")
    script = templates.joinpath("report.js").read_text(encoding="utf-8")
    page = Template(templates.joinpath("report.html").read_text(encoding="utf-8")).substitute(
        {key: html.escape(str(about[key] or "")) for key in ("title", "subtitle", "issuer", "status", "date_text")},
        policy=_content_policy(script),
        letterhead=_line("letterhead", about.get("letterhead")),
        synthetic=_line("synthetic", "示例数据，非真实统计" if about["synthetic"] else None),
        contents=_contents(body),
        body=_buttons(body, about["facts"]),
        data=_data(about),
        style=style,
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


def _buttons(body: str, facts: dict[str, Any]) -> str:
    """Every number with lineage as a control.

    Browsers break lines on both sides of a control, so the punctuation beside it is held to it: no line
    may begin with “。” or end with “（” (GB/T 15834).
    """

    def button(match: re.Match[str]) -> str:
        before, identifier, text, after = match.groups()
        if identifier not in facts:
            return match[0]
        made = f'<button type="button" class="fact" data-id="{identifier}" aria-haspopup="dialog">{text}</button>'
        made = f"{before}{made}{after}"
        whole = (before or after) and len(html.unescape(text)) <= LONGEST_WHOLE
        return f'<span class="whole">{made}</span>' if whole else made

    return FACT.sub(button, body)


def _contents(body: str) -> str:
    """Table of contents of levels one to three (一、 and （一） and annexes)."""
    entries = []
    for level, identifier, inner in HEADING.findall(body):
        words = re.sub(r"<[^>]+>", "", inner)
        if int(level) <= 3:
            entries.append(f'<li class="level-{level}"><a href="#{identifier}">{words}</a></li>')
    return "\n".join(entries)


def _data(about: dict[str, Any]) -> str:
    """Facts and doubts as JSON that cannot end the script element."""
    record = {"facts": about["facts"], "findings": about["findings"]}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _content_policy(script: str) -> str:
    """A policy that forbids every request; our own script by its digest, styles only from within the page."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{digest}'"
    )
