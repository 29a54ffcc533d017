"""登记表词表: how headings, kinds and answers are written in registers of institutions, from ``categories.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text

_SEPARATORS = r"[、,;/|┋+·()【】\-—]*"
BRACKETS = str.maketrans("【〔［[〖「『】〕］]〗」』", "(((((((" + ")))))))")


@cache
def categories() -> dict[str, Any]:
    """登记表词表 — headings and categories as they are written; from ``categories.toml``."""
    return tomllib.loads(files("tuoyu.childcare.institutions").joinpath("categories.toml").read_text(encoding="utf-8"))


def folded(raw: object) -> str:
    """Text as headings and categories are compared: half-width, without spaces, in lower case."""
    return clean_text(raw).casefold()


@cache
def words_of(kind: str) -> frozenset[str]:
    """The words of one kind, as compared."""
    return frozenset(folded(word) for word in categories()["words"][kind])


def is_blank(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return text.casefold() in words_of("missing") or blank_meaning(text) is not None


def kinds_known() -> str:
    """All kinds in their canonical names, for messages."""
    return "、".join([*categories()["form"], *categories()["ownership"], "普惠", "非普惠"])


def registered_known() -> str:
    """Ways to say whether an institution is registered, for messages."""
    return "、".join(
        categories()["words"][kind][0] for kind in ("registered", "unregistered", "withdrawn", "yes", "no")
    )


@cache
def _kind_words() -> dict[str, tuple[str, str]]:
    words = {word: ("", word) for word in words_of("neutral")}
    for axis in ("form", "ownership", "inclusive"):
        for kind, others in categories()[axis].items():
            asked = axis == "inclusive"  # 是 and 否 stand for a kind only where 普惠 is asked for
            words |= {folded(word): (axis, kind) for word in ((*others,) if asked else (kind, *others))}
    return words


@cache
def _any_kind_word() -> str:
    return "|".join(sorted(map(re.escape, _kind_words()), key=len, reverse=True))


def split_kinds(raw: object, *, asks_inclusive: bool = False) -> list[tuple[str, str]] | None:
    """Axes and kinds that a category names, in whatever mixture; None if part of it is no known word.

    >>> split_kinds("普惠性民办幼儿园托班")
    [('inclusive', '是'), ('ownership', '民办'), ('form', '幼儿园托班')]
    """
    text = folded(raw)
    if asks_inclusive and text in words_of("yes") | words_of("no"):
        return [("inclusive", "是" if text in words_of("yes") else "否")]
    word = _any_kind_word()
    if not re.fullmatch(rf"(?:{_SEPARATORS}(?:{word}))+{_SEPARATORS}", text):
        return None
    found = [_kind_words()[part] for part in re.findall(word, text)]
    return [(axis, kind) for axis, kind in found if axis]
