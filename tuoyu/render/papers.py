"""Working papers (计算底稿): executed notebooks as HTML that loads nothing and tells nothing of the machine."""

from __future__ import annotations

import copy
import html
import importlib.metadata
import json
import re
from functools import cache
from typing import TYPE_CHECKING

from tuoyu.render.html import refuse_external
from tuoyu.workspace.raw import digest

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

NOTHING = ""
# images in texts are not taken in: there are none, and to look for them takes every number out of its span
OPTIONS = {
    "template_name": "basic",
    "exclude_anchor_links": True,
    "language_code": "zh",
    "mathjax_url": NOTHING,
    "require_js_url": NOTHING,
    "jquery_url": NOTHING,
    "mermaid_js_url": NOTHING,
}
CODE = {"name": "python", "pygments_lexer": "text"}  # shown as it is written: colours would take all of IPython
MOVABLE = 'tabindex="0"'
_HEAD = 1000  # characters in which the mark of a page stands


def to_paper(notebook: NotebookNode, *, earlier: str = "") -> str:
    """The notebook with text, code and results as one page.

    A page that was made ``earlier`` of just this is handed back. Raises RenderError where the page would load anything.
    """
    plain = _plain(notebook)
    mark = f'<meta name="generator" content="tuoyu {_digest(plain)}">'
    return earlier if mark in earlier[:_HEAD] else _page(plain, mark)


def _plain(notebook: NotebookNode) -> NotebookNode:
    """What is shown of the notebook."""
    plain = copy.deepcopy(notebook)
    plain.metadata = {"language_info": CODE}
    for cell in plain.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return plain


def _digest(plain: NotebookNode) -> str:
    """One SHA-256 for all that the page depends on."""
    made_by = [importlib.metadata.version("nbconvert"), OPTIONS, POLICY, STYLE]
    return digest(json.dumps([plain, made_by], ensure_ascii=False, sort_keys=True).encode())


def _page(plain: NotebookNode, mark: str) -> str:
    body, _ = exporter().from_notebook_node(plain)
    # what is wider than the screen is moved by keys too
    body = re.sub(r'<div class="output(?=[ "])', f'<div {MOVABLE} class="output', body)
    body = body.replace("<pre>", f"<pre {MOVABLE}>")
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
    """What makes the pages, with its templates compiled and what it loads for code and tables."""
    from nbconvert import HTMLExporter
    from nbformat.v4 import new_code_cell
    from nbformat.v4 import new_markdown_cell
    from nbformat.v4 import new_notebook

    made = HTMLExporter(**OPTIONS)
    cells = [new_markdown_cell("| a |\n|---|\n| b |"), new_code_cell("import a")]
    made.from_notebook_node(new_notebook(cells=cells, metadata={"language_info": CODE}))
    return made


def _title(notebook: NotebookNode) -> str:
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    return first.splitlines()[0].lstrip("# ").strip() if first else ""


POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #4d4d4d; --line: #b8b8b8; --paper: #fff; --raised: #f5f7fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e0; --soft: #b4b8bd; --line: #50565e; --paper: #16191d; --raised: #22272e; }
  svg { filter: invert(.91) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { font: 16px/1.7 "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 0; }
body { color: var(--ink); background: var(--paper); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem; overflow-wrap: anywhere; }
pre { background: var(--raised); border: 1px solid var(--line); padding: .6rem .8rem; font-size: .875rem; }
pre { white-space: pre-wrap; overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; overflow-wrap: normal; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; }
.prompt { color: var(--soft); font-size: .8rem; } .output { overflow-x: auto; } svg { max-width: 100%; height: auto; }
"""
