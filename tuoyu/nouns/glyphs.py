"""Characters that the report's fonts can draw (字形): what they lack is told where it stands, not when it is drawn."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path


def packaged_folder() -> Path:
    """Folder of the packaged OFL fonts."""
    return Path(str(files("pylopdf_fonts_zh_cn")))


@cache
def covered() -> frozenset[int]:
    """Code points that both packaged fonts can draw; they end every stack, so no less is covered anywhere."""
    from fontTools.ttLib import TTFont

    maps = []
    for path in sorted(packaged_folder().glob("*.otf")):
        with TTFont(path, lazy=True) as font:
            # no glyph is asked for by its name: else all names are read first, which takes longest
            font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
            maps.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*maps)


def lacking(text: str) -> list[str]:
    """Characters of a text that no packaged font has, sorted; the fonts are looked into only where one is unusual.

    >>> lacking("环市街道，2024年"), lacking("𠮷里社区")
    ([], ['𠮷'])
    """
    return sorted({char for char in text if not _usual(char) and ord(char) not in covered() and char not in "\n\t\r"})


@cache
def _usual(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return char.isprintable()


def visible(text: str) -> str:
    """The text with a box for each character that is not seen, or that turns the direction of what follows.

    >>> visible("甲\u202e街道"), visible("𠮷里")
    ('甲□街道', '𠮷里')
    """
    return "".join(char if char.isprintable() else "□" for char in text)


def shown(chars: list[str]) -> str:
    """Characters in words: “𠮷”（U+20BB7）."""
    return "、".join((f"“{char}”" if char.isprintable() else "") + f"（U+{ord(char):04X}）" for char in chars[:10])
