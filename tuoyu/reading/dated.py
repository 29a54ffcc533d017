"""年份、日期、文号 — as people write them in registers: dates that no calendar has, numbers of documents of no year.

What belongs here: what can be told from the words of one entry alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping

    from tuoyu.nouns.register import Entry
    from tuoyu.nouns.source import Source

EARLIEST, AHEAD = 1949, 15  # years that a document may name; how far it may look ahead
_OFTEN = 3  # times that a name stands in a file which is surely spelled so
_MOST_APART = 2  # years between the number of a document and its publication
_DATE = re.compile(r"(?<![\d.])(?:(\d{3,})年(?!一遇|以)(?:(\d+)月份?(?:(\d+)日)?)?|(\d+)月(\d+)日)")
_NUMBER = re.compile(r"〔([^〕]*)〕")


def odd_dates(entry: Entry, known: int) -> Iterator[str]:
    """What is odd about the dates and numbers of documents of an entry that was at hand in the year ``known``."""
    record = entry.model_dump(mode="json")
    for name in ("title", "number", "document", "text", "asks"):
        yield from odd_words(str(record.get(name, "")), known)
    if isinstance(entry, Policy):
        yield from _odd_years({"year": entry.year, "issued": entry.issued[:4]}, entry.number, known)
    elif isinstance(entry, Evidence):
        yield from _odd_years({"published": entry.published[:4]}, entry.document, known)


def odd_papers(source: Source) -> Iterator[str]:
    """What is odd about the dates and the number that a sidecar gives."""
    for words in (source.title, source.document_number or ""):
        yield from odd_words(words, source.accessed.year)
    yield from _odd_years({"published": str(source.published)[:4]}, source.document_number or "", source.accessed.year)


def odd_words(text: str, known: int) -> Iterator[str]:
    """Dates in a text that are none, and numbers of documents without a year.

    >>> list(odd_words("于20233年启动，要求到2024年13月；江协〔224〕48号", 2026))
    ['“20233年”不是可能的年份', '“2024年13月”不是日期', '文号“〔224〕”里不是年份']
    """
    for found in _DATE.finditer(text):
        year, month, day = found[1], found[2] or found[4], found[3] or found[5]
        if year and not _is_year(year, known + AHEAD):
            yield f"“{year}年”不是可能的年份"
        elif (month and not 1 <= int(month) <= 12) or (day and not 1 <= int(day) <= 31):
            yield f"“{found[0]}”不是日期"
    for found in _NUMBER.finditer(text):
        if not _is_year(found[1], known):
            yield f"文号“{found[0]}”里不是年份"


def slips(names: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Names that stand once and lack or double one character of a name that stands often, each with that name.

    >>> list(slips({"国家统计局": 9, "国统计局": 1, "江门市统计局": 1, "教育部": 5}))
    [('国统计局', '国家统计局')]
    """
    often = [name for name, times in names.items() if times >= _OFTEN]
    for name in (name for name, times in names.items() if times == 1):
        for other in often:
            short, long = sorted((name, other), key=len)
            if len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long))):
                yield name, other


def _odd_years(said: dict[str, str], number: str, known: int) -> Iterator[str]:
    years = {name: year for name, year in said.items() if year}
    for name, year in years.items():
        if not _is_year(year, known):
            yield f"{name} 写的是{year}年，晚于取得资料的{known}年，或早得不合情理"
    if len(set(years.values())) > 1:
        yield f"{'和'.join(years)} 的年份不同：{'、'.join(years.values())}"
    numbered = {one for one in _NUMBER.findall(number) if _is_year(one, known)}
    for year in dict.fromkeys(year for year in years.values() if _is_year(year, known)):
        if numbered and all(abs(int(year) - int(one)) > _MOST_APART for one in numbered):
            yield f"文号的年份是{'、'.join(sorted(numbered))}，写明的年份却是{year}"


def _is_year(digits: str, latest: int) -> bool:
    return bool(re.fullmatch(r"\d{4}", digits)) and EARLIEST <= int(digits) <= latest
