"""Periods (时点、时期) as they are kept, and as they are written in words.

A period is a short text that sorts and compares: ``2023`` (a year), ``2023-12-31`` (a day, for stocks), ``2024-08``
(a month), ``2017/2023`` (a span), ``2021/`` (since), ``/2026`` (until), ```` (not stated).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def last_day(period: str) -> date | None:
    """The last day that a period covers; None where it is open or not stated.

    >>> last_day("2023"), last_day("2017/2023"), last_day("2021/") is None
    (datetime.date(2023, 12, 31), datetime.date(2023, 12, 31), True)
    """
    end = period.rpartition("/")[2]
    if not end:
        return None
    year, month, day = ([int(part) for part in end.split("-")] + [0, 0])[:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def first_year(period: str) -> int | None:
    """The year in which a period begins; None where it is not stated.

    >>> first_year("2017/2023"), first_year("2024-08-31"), first_year("")
    (2017, 2024, None)
    """
    start = period.partition("/")[0]
    return int(start[:4]) if start else None


def in_words(period: str) -> str:
    """A period in official Chinese.

    >>> in_words("2023-12-31"), in_words("2024-08-31"), in_words("2017/2023"), in_words("2024-04-04")
    ('2023年末', '2024年8月底', '2017—2023年', '2024年4月4日')
    """
    start, span, end = period.partition("/")
    if not span:
        return _point_in_words(start) if start else "时点未注明"
    if not end:
        return f"{_point_in_words(start)}起"
    if not start:
        return f"到{_point_in_words(end)}"
    if len(start) == 4 and len(end) == 4:
        return f"{start}—{end}年"
    return f"{_point_in_words(start)}至{_point_in_words(end)}"


def _point_in_words(point: str) -> str:
    parts = [int(part) for part in point.split("-")]
    if len(parts) == 1:
        return f"{parts[0]}年"
    if len(parts) == 2:
        return f"{parts[0]}年{parts[1]}月"
    year, month, day = parts
    if (month, day) == (12, 31):
        return f"{year}年末"
    if day == monthrange(year, month)[1]:
        return f"{year}年{month}月底"
    return f"{year}年{month}月{day}日"
