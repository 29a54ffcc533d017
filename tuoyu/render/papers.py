"""Working papers (计算底稿): executed notebooks as HTML that loads nothing and tells nothing of the machine."""

from __future__ import annotations

import copy
import html
import importlib.metadata
import json
from functools import cache
from typing import TYPE_CHECKING

from tuoyu.render.html import refuse_external
from tuoyu.workspace.raw import digest

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

NOTHING = ""
_HEAD = 1000  # characters in which the mark of a page stands


def to_paper(notebook: NotebookNode, *, prose: bool = True, earlier: str = "") -> str:
    """The notebook with code and results as one page; without ``prose`` its first text cell alone is kept.

    A page that was made ``earlier`` of just this is handed back. Raises RenderError where the page would load anything.
    """
    plain = _plain(notebook, prose=prose)
    mark = f'<meta name="generator" content="tuoyu {_digest(plain)}">'
    return earlier if mark in earlier[:_HEAD] else _page(plain, mark)


def _plain(notebook: NotebookNode, *, prose: bool) -> NotebookNode:
    """What is shown of the notebook."""
    plain = copy.deepcopy(notebook)
    if not prose:
        texts = [cell for cell in plain.cells if cell.cell_type == "markdown"]
        plain.cells = [cell for cell in plain.cells if cell.cell_type == "code" or cell is texts[0]]
    plain.metadata.pop("papermill", None)
    for cell in plain.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return plain


def _digest(plain: NotebookNode) -> str:
    """One SHA-256 for all that the page depends on."""
    made_by = [importlib.metadata.version("nbconvert"), POLICY, STYLE]
    return digest(json.dumps([plain, made_by], ensure_ascii=False, sort_keys=True).encode())


def _page(plain: NotebookNode, mark: str) -> str:
    body, _ = exporter().from_notebook_node(plain)
    title = html.escape(_title(plain))
    page = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'{mark}\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>计算底稿：{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
    refuse_external(page, "计算底稿")
    return page


@cache
def exporter() -> HTMLExporter:
    """What makes the pages, with its templates compiled."""
    from nbconvert import HTMLExporter
    from nbformat.v4 import new_notebook

    made = HTMLExporter(
        template_name="basic",
        exclude_anchor_links=True,
        language_code="zh",
        mathjax_url=NOTHING,
        require_js_url=NOTHING,
        jquery_url=NOTHING,
        mermaid_js_url=NOTHING,
        embed_images=True,
    )
    made.from_notebook_node(new_notebook())
    return made


def _title(notebook: NotebookNode) -> str:
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    return first.splitlines()[0].lstrip("# ").strip() if first else ""


POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = """
body { font: 16px/1.7 "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #1a1a1a; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem; }
pre { background: #f5f7fa; border: 1px solid #d5dbe2; padding: .6rem .8rem; font-size: .875rem; white-space: pre-wrap; }
table { border-collapse: collapse; font-size: .85rem; }
th, td { border: 1px solid #b8b8b8; padding: .2rem .5rem; text-align: left; }
.prompt { color: #4d4d4d; font-size: .8rem; } .output { overflow-x: auto; } svg { max-width: 100%; height: auto; }
"""
