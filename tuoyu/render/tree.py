"""The report as pandoc's tree: its Markdown is read once, which takes longest, and every format is written from that.

The parts of the body are told apart by an empty ``div`` before each: the page is put together from them.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from functools import lru_cache
from importlib.resources import as_file
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import pypandoc

from tuoyu.nouns.errors import RenderError

if TYPE_CHECKING:
    from tuoyu.render.markdown import Part

# Named one by one: pandoc's own Markdown would turn "1500~2000元、2000~3000元" into a subscript.
READER = "markdown_strict-raw_html" + "".join(
    f"+{extension}"
    for extension in (
        "all_symbols_escapable",
        "backtick_code_blocks",
        "blank_before_header",
        "bracketed_spans",
        "east_asian_line_breaks",
        "escaped_line_breaks",
        "fenced_divs",
        "header_attributes",
        "intraword_underscores",
        "pipe_tables",
        "space_in_atx_header",
        "startnum",
    )
)
TREE = "json"
PIECE = "piece"  # the class of the div before each part
_reading = Lock()


def tree_of(parts: tuple[Part, ...]) -> str:
    """The tree of a body in JSON. Several formats may ask for it at once: the first one reads, the others wait."""
    with _reading:
        return _read(parts)


@lru_cache(maxsize=1)
def _read(parts: tuple[Part, ...]) -> str:
    text = "\n\n".join(f"::: {{.{PIECE}{' .annexed' if part.annexed else ''}}}\n:::\n\n{part.text}" for part in parts)
    return pandoc(f"{text}\n", READER, TREE)


def pandoc(text: str, of: str, to: str, lua: str = "") -> str:
    """One conversion by pandoc, through one of our filters; it may read nothing else, and its complaints are ours."""
    _choose_pandoc()
    with as_file(files("tuoyu.render.templates").joinpath(lua)) as path:
        arguments = ["--wrap=none", "--sandbox", *([f"--lua-filter={path}"] if lua else [])]
        try:
            return str(pypandoc.convert_text(text, to, format=of, extra_args=arguments, verify_format=False))
        except RuntimeError as error:
            msg = f"pandoc 未能转换报告文字：{str(error).replace(str(path), lua)}"
            raise RenderError(msg) from None


@cache
def _choose_pandoc() -> None:
    """Let pypandoc take the pandoc that was installed with it: it would prefer a newer one on PATH."""
    packaged = Path(pypandoc.__file__).with_name("files") / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
    if packaged.is_file():
        os.environ["PYPANDOC_PANDOC"] = str(packaged)
