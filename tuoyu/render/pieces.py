"""Converts the report to HTML piece by piece (分段), so that a piece that was converted before is not converted again.

A piece is the text of one cell, or one exhibit. Nothing in it reaches into another: what Markdown could define for a
whole text (references, fences) is escaped when it is lowered, and whether a piece stands in an annex is told with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.nouns.errors import RenderError
from tuoyu.render.tree import TREE
from tuoyu.render.tree import pandoc
from tuoyu.render.tree import tree_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from collections.abc import Sequence

    from tuoyu.render.markdown import Part

_BETWEEN = "<!-- piece -->"  # no text can pose as it: every angle bracket of a text is escaped


def to_body(parts: Sequence[Part], known: MutableMapping[Part, str]) -> str:
    """The HTML of all pieces; those that are not ``known`` are converted, at once, and known from then on."""
    waiting = list(dict.fromkeys(part for part in parts if part not in known))
    if waiting:
        known.update(zip(waiting, _converted(waiting), strict=True))
    return "\n".join(known[part] for part in parts) + "\n"


def _converted(parts: Sequence[Part]) -> list[str]:
    before, *pieces = pandoc(tree_of(tuple(parts)), TREE, "html5", "html.lua").split(f"{_BETWEEN}\n")
    if before or len(pieces) != len(parts):
        msg = "报告文字的分段在转换时乱了，常见原因是某一段里有没有配对的代码标记（```）→ 请从文字中删去"
        raise RenderError(msg)
    return [piece.rstrip("\n") for piece in pieces]
