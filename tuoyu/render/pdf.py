"""The report as PDF by GB/T 9704, through Typst; every warning of Typst is a failure."""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

import typst

from tuoyu.nouns.errors import RenderError
from tuoyu.nouns.glyphs import covered
from tuoyu.nouns.glyphs import lacking
from tuoyu.nouns.glyphs import shown
from tuoyu.render.fonts import faces
from tuoyu.render.fonts import found
from tuoyu.render.markdown import lower
from tuoyu.render.tree import TREE
from tuoyu.render.tree import pandoc
from tuoyu.render.tree import tree_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
TITLE_KEYS = (
    *("title", "subtitle", "date_text", "status", "issuer", "synthetic", "keywords", "as_of"),
    *("letterhead", "document_number", "copy_to", "printed_by", "printed_on"),
)


def to_pdf(notebook: NotebookNode) -> bytes:
    """The pages, the same bytes for the same notebook and fonts. Raises RenderError in Chinese."""
    with ThreadPoolExecutor(1) as pool:
        source = pool.submit(to_typst, notebook)
        covered(), faces()  # pandoc is a program of its own: meanwhile the fonts are looked for
        return typeset(source.result())


@dataclass(frozen=True)
class Source:
    """The report in Typst's language: its text, its figures as SVG by file name, what stands around the text."""

    text: str
    figures: dict[str, str]
    about: dict[str, Any]


def to_typst(notebook: NotebookNode) -> Source:
    """The first half of the way to the pages, of which pandoc takes most. Raises RenderError in Chinese."""
    lowered = lower(notebook)
    return Source(pandoc(tree_of(lowered.parts), TREE, "typst", "typst.lua"), lowered.figures, title_data(notebook))


def title_data(notebook: NotebookNode) -> dict[str, Any]:
    """What the template prints around the text."""
    return {key: notebook.metadata["tuoyu"].get(key) for key in TITLE_KEYS}


def typeset(source: Source) -> bytes:
    """The second half, of which Typst takes most. Raises RenderError in Chinese."""
    refuse_unprintable(f"{source.text}{json.dumps(source.about, ensure_ascii=False)}")
    template = files("tuoyu.render.templates").joinpath("gongwen.typ")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "gongwen.typ").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        for name, svg in source.figures.items():
            (folder / name).write_text(svg, encoding="utf-8")
        main = folder / "report.typ"
        text = f'#import "gongwen.typ": *\n#show: gongwen\n\n{source.text}\n'
        main.write_text(text, encoding="utf-8")
        return _compile(main, source.about)


def _compile(main: Path, about: dict[str, Any]) -> bytes:
    inputs = {"about": json.dumps(about, ensure_ascii=False), "fonts": json.dumps(faces())}
    try:
        pages, warnings = typst.compile_with_warnings(
            str(main),
            root=str(main.parent),
            font_paths=found(),
            sys_inputs=inputs,
            pdf_standards=[*STANDARDS],
        )
    except typst.TypstError as error:
        words = str(error.message).replace(f"{main.parent}{os.sep}", "")
        msg = f"排版失败：{words}" + "".join(f"（{hint}）" for hint in error.hints)
        raise RenderError(msg) from None
    if warnings:
        raise RenderError("排版时有警告，未生成 PDF：" + "；".join(str(one.message) for one in warnings))
    return bytes(pages)


def refuse_unprintable(text: str) -> None:
    """RenderError that names the characters which no font would draw.

    The packaged fonts end every stack, so what they lack may be missing on some machine.
    """
    missing = lacking(text)
    if missing:
        msg = f"报告中有字体不能显示的字符：{shown(missing)}→ 请在原始数据或报告文字中改用通行的写法"
        raise RenderError(msg)
