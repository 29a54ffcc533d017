"""Reads one cell of a survey export: the options chosen, without the text that the respondent typed.

What belongs here: separators, brackets and codes inside a cell. What does not: which cells belong to which question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.questions import plain
from tuoyu.reading.survey.exports import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tuoyu.nouns.questions import Question

MISSING = frozenset({"", "(空)", "(跳过)", "-2", "-3"})
"""What stands for no answer: left out or skipped by logic, in exports by text and by index."""
UNKNOWN = "未登记的选项"
"""Stands for an option that the question map does not name, so that its text need not be kept."""
OTHER_OPTION = "其他"

# an option with its letter or number: A.全日托
_LETTERED = re.compile(r"(?:[A-Za-z]|\d{1,2})[.、:)]")
_TYPED = re.compile("〖[^〗]*〗")
_API_CODE = re.compile(r"-?\d+(?:!\d+)?")


@dataclass(frozen=True)
class Options:
    """选项 — what may be chosen: as compared → as written, and the codes of an export by index.

    With ``free`` every text is an option: the values of a grouping question that lists none.
    """

    known: dict[str, str]
    codes: dict[str, str]
    free: bool = False

    @classmethod
    def of(cls, question: Question) -> Options:
        """The options that the question map names."""
        known = question.known
        codes = {code: known[plain(option)] for code, option in question.codes.items()}
        return cls(known, codes, free=not known)

    def resolve(self, part: str) -> str:
        """The option as the map writes it; ``〖〗`` marks where the respondent typed something."""
        before, _, after = part.partition("〖〗")
        for name in (before + after.replace("〖〗", ""), before):
            if name in self.codes or name in self.known:
                return self.codes.get(name) or self.known[name]
        lettered = _LETTERED.match(before)
        if lettered and before[lettered.end() :] in self.known:
            return self.known[before[lettered.end() :]]
        if OTHER.match(before) and not self.free:
            return OTHER_OPTION
        return UNKNOWN


def chosen_in(value: object, options: Options, *, several: bool) -> tuple[str, ...] | None:
    """The options chosen in one cell, each once; None where the question was not answered.

    >>> options = Options({"断电": "断电", "断网": "断网"}, {"1": "断电"})
    >>> chosen_in("断电〖a┋b〗┋断网〖c〗", options, several=True)
    ('断电', '断网')
    >>> chosen_in("断网,断电", options, several=True), chosen_in(1, options, several=False)
    (('断网', '断电'), ('断电',))
    >>> chosen_in("(跳过)", options, several=True) is None
    True
    """
    if options.free:
        return _written(value, options)
    parts = parts_in(value, options, several=several)
    return None if parts is None else tuple(dict.fromkeys(options.resolve(part) for part in parts))


def parts_in(value: object, options: Options, *, several: bool) -> tuple[str, ...] | None:
    """The options of one cell as they stand there, with empty brackets where something was typed."""
    text = "" if value is None else plain(value)
    if text in MISSING:
        return None
    text = _without_typed(text, options)
    if not several:
        return (text,)
    parts = text.split("┋") if "┋" in text else list(_by_comma(text, options))
    return tuple(part for part in parts if part) or None


def _written(value: object, options: Options) -> tuple[str] | None:
    """A free value as it was first written."""
    text = _TYPED.sub("", "" if value is None else str(value)).partition("〖")[0].strip()
    return None if plain(text) in MISSING else (options.known.setdefault(plain(text), text),)


def _without_typed(text: str, options: Options) -> str:
    """The text with empty brackets; after a bracket that is never closed only known options are believed."""
    closed = _TYPED.sub("〖〗", text)
    unclosed = re.search("〖(?!〗)", closed)
    if not unclosed:
        return closed
    later = [piece.partition("〖")[0] for piece in closed[unclosed.end() :].split("┋")[1:]]
    return "┋".join([closed[: unclosed.start()] + "〖〗", *(piece for piece in later if piece in options.known)])


def _by_comma(text: str, options: Options) -> Iterator[str]:
    """Parts between commas; an option that has commas of its own stays whole."""
    rest = text
    while rest:
        whole = [name for name in options.known if re.match(rf"{re.escape(name)}(?:〖〗)?(?:[,;]|$)", rest)]
        end = len(max(whole, key=len, default=""))
        mark = re.compile("[^,;]*").match(rest, end)
        part = rest[: mark.end()] if mark else rest
        yield part
        rest = rest[len(part) + 1 :]


def read_api_string(text: str) -> dict[int, tuple[str, ...]]:
    """Question number → codes, from the answer string of the 问卷星 interface; typed text is left out.

    Questions are numbered from 2 there, since 1 is the cover. A row of a matrix gives ``row!code``.

    >>> read_api_string("2$1|3}3$138 0000 0000}7$1!1|2,2!3")
    {2: ('1', '3'), 3: (), 7: ('1!1', '1!2', '2!3')}
    """
    found = {}
    for part in text.split("}"):
        number, answered, answer = part.partition("$")
        if answered and number.strip().isdecimal():
            found[int(number)] = tuple(code for row in answer.split(",") for code in _api_codes(row))
    return found


def _api_codes(row: str) -> Iterator[str]:
    prefix, mark, codes = row.rpartition("!")
    for code in codes.split("|"):
        full = f"{prefix}{mark}{code.partition('^')[0]}"
        if _API_CODE.fullmatch(full):
            yield full
