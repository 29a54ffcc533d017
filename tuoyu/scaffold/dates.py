"""Dates that stand in words in titles and subtitles: found, compared with a day, and put forward to another."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_DATE = re.compile(r"(20\d\d)年(?:(\d{1,2})月(?:(\d{1,2})日|[底末])?|[底末])?")


def in_words(day: date) -> str:
    """A day as reports say it: 2024年8月底, 2024年8月15日.

    >>> from datetime import date
    >>> in_words(date(2024, 8, 31)), in_words(date(2024, 8, 15))
    ('2024年8月底', '2024年8月15日')
    """
    is_last = day.day == monthrange(day.year, day.month)[1]
    return f"{day.year}年{day.month}月" + ("底" if is_last else f"{day.day}日")


def contradicting(text: str, day: date) -> list[str]:
    """The dates in a text that are not this day, as far as they are given.

    >>> from datetime import date
    >>> contradicting("（截至2024年8月底）", date(2025, 8, 31)), contradicting("2025年报告", date(2025, 8, 31))
    (['2024年8月底'], [])
    """
    return [match[0] for match in _DATE.finditer(text) if not _means(match, day)]


def put_forward(text: str, before: date, now: date) -> str:
    """The text with the new day wherever it names the old one, as exactly as it names it.

    >>> from datetime import date
    >>> put_forward("2024年报告（截至2024年8月底）", date(2024, 8, 31), date(2025, 12, 31))
    '2025年报告（截至2025年12月底）'
    """
    return "".join(_pieces(text, before, now))


def _pieces(text: str, before: date, now: date) -> Iterator[str]:
    end = 0
    for match in _DATE.finditer(text):
        yield text[end : match.start()]
        yield _renewed(match, now) if _means(match, before) else match[0]
        end = match.end()
    yield text[end:]


def _means(match: re.Match[str], day: date) -> bool:
    year, month, exact = match.groups()
    at_end = match[0][-1] in "底末"
    same = int(year) == day.year and (month is None or int(month) == day.month)
    if at_end:
        return same and day.day == monthrange(day.year, day.month)[1] and (month is not None or day.month == 12)
    return same and (exact is None or int(exact) == day.day)


def _renewed(match: re.Match[str], now: date) -> str:
    _, month, exact = match.groups()
    if month is None and match[0].endswith("年"):
        return f"{now.year}年"
    if month is None and (now.month, now.day) == (12, 31):
        return f"{now.year}年{match[0][-1]}"
    return f"{now.year}年{now.month}月" if match[0].endswith("月") and exact is None else in_words(now)
