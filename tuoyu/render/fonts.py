"""Faces for the roles of an official document, from what the machine has; the packaged Noto SC always last."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

from tuoyu.nouns.glyphs import packaged_folder

PACKAGED_ONLY = "TUOYU_FONTS"
# Debian puts Fandol where no font search looks
TEXLIVE = Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")
SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
_NOTO_SERIF = ("Noto Serif CJK SC", SERIF)
# Windows, WPS (Founder), macOS, Debian; by role of GB/T 9704. Typst knows FandolFang as "FandolFang R", and it
# lacks some 1,460 characters of the 通用规范汉字表: Noto stands behind it.
STACKS = {
    "song": ("SimSun", "STSong", "Songti SC", "FZShuSong-Z01S", "FandolSong", *_NOTO_SERIF),
    "biaosong": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", *_NOTO_SERIF),
    "fang": (
        *("FangSong_GB2312", "FangSong", "FZFangSong-Z02S", "STFangsong"),
        *("FandolFang R", "FandolFang", *_NOTO_SERIF),
    ),
    "kai": ("KaiTi_GB2312", "KaiTi", "FZKai-Z03S", "STKaiti", "Kaiti SC", "FandolKai", *_NOTO_SERIF),
    "hei": ("SimHei", "FZHei-B01S", "STHeiti", "Heiti SC", "FandolHei", "Noto Sans CJK SC", SANS),
}
ROLE_NAMES = {"song": "宋体", "biaosong": "小标宋", "fang": "仿宋", "kai": "楷体", "hei": "黑体"}
_STOOD_IN_FOR = frozenset({"biaosong", "fang", "kai"})


@dataclass(frozen=True)
class Face:
    """字体 — what a role of the standard gets on this machine; not ``proper`` where Song stands in for it."""

    role: str
    family: str
    proper: bool


def folders() -> list[str]:
    """Folders that are searched beside those of the system; the packaged one last."""
    extra = [] if packaged_only() or not TEXLIVE.is_dir() else [str(TEXLIVE)]
    return [*extra, str(packaged_folder())]


def packaged_only() -> bool:
    """Whether the environment asks for the packaged fonts alone (the same pages on every machine)."""
    return os.environ.get(PACKAGED_ONLY) == "packaged"


def found() -> typst.Fonts:
    """The fonts of this machine that may be used, searched for once."""
    return _found(packaged=packaged_only())


@cache
def _found(*, packaged: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=not packaged, font_paths=folders())


def faces() -> dict[str, tuple[str, ...]]:
    """Role → font families that exist here, best first; never empty."""
    known = set(found().families())
    return {role: tuple(name for name in stack if name in known) for role, stack in STACKS.items()}


def chosen_faces() -> list[Face]:
    """The face that each role gets here, for a look at the machine."""
    return [
        Face(ROLE_NAMES[role], names[0], proper=role not in _STOOD_IN_FOR or names[0] not in _NOTO_SERIF)
        for role, names in faces().items()
    ]
