"""Reads dates and periods as statistical sources print them; how a period is kept stands in ``nouns.period``."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import TYPE_CHECKING

from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = {"", "—", "-", "–", "未注明", "不详"}
_YEAR = r"(?P<year>\d{4})"
_POINTS = (
    (re.compile(rf"(?:截至|截止|至)?{_YEAR}年?(?:年末|年底|末|底)"), "year end"),
    (re.compile(rf"{_YEAR}年初"), "year start"),
    (re.compile(rf"(?:截至|截止|至)?{_YEAR}年(?P<month>\d{{1,2}})月(?:底|末)"), "month end"),
    (re.compile(rf"(?:截至|截止|至)?{_YEAR}[-年./](?P<month>\d{{1,2}})[-月./](?P<day>\d{{1,2}})日?"), "day"),
    (re.compile(rf"{_YEAR}[-年](?P<month>\d{{1,2}})月?"), "month"),
    (re.compile(rf"{_YEAR}年?(?:度|全年)?"), "year"),
)
_LEADING = re.compile(r"(?:截至|截止|至)?\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:年?[底末初]|度)?(?![鉴版])")
_TWO_YEARS = re.compile(r"\d{4}年?[—–→至~-]\d{4}年")
_NUMERALS = {"两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def read_period(raw: object, *, latest_year: int | None = None) -> str:
    """The period of a printed date; ``latest_year`` anchors 近三年. Raises ``UnreadableError``.

    >>> read_period("2023年末"), read_period("截至2024年8月底"), read_period("2024年初")
    ('2023-12-31', '2024-08-31', '2023-12-31')
    >>> read_period("近三年", latest_year=2023), read_period("2017—2023年"), read_period("2021起")
    ('2021/2023', '2017/2023', '2021/')
    """
    text = clean_text(raw)
    if text in UNKNOWN:
        return ""
    recent = re.fullmatch(r"近(?P<count>[两三四五六七八九十]|\d+)年", text)
    if recent:
        return _recent(recent["count"], latest_year, text)
    if text.endswith("起"):
        return f"{_point(text[:-1].removeprefix('自'))}/"
    point = _point_or_none(text)
    if point is not None:
        return point
    if text.startswith(("至", "到")):
        return f"/{_point(text[1:])}"
    return _span(text)


def is_period(text: str) -> bool:
    """Whether a heading is a date and nothing else; four digits are one if they begin with 19 or 20.

    >>> is_period("2023"), is_period("截至2024年8月底"), is_period("4407"), is_period("2024年版")
    (True, True, False, False)
    """
    try:
        read = read_period(text)
    except UnreadableError:
        return False
    return bool(read) and ("年" in text or bool(re.fullmatch(r"(?:19|20)\d\d(?:-\d\d){0,2}", text)))


def split_period(text: str) -> tuple[str, str]:
    """The date with which a heading begins, as printed, and the rest; an empty date if there is none.

    >>> split_period("2023年末常住人口"), split_period("2023年"), split_period("2024年版")
    (('2023年末', '常住人口'), ('2023年', ''), ('', '2024年版'))
    """
    if is_period(text):
        return text, ""
    found = _LEADING.match(text)
    if found and is_period(found.group()):
        return found.group(), text[found.end() :]
    return "", text


def period_in(titles: Iterable[str]) -> str:
    """The one date that titles name, as printed; empty if they name none, several, or a span of years.

    A yearbook bears the year after its figures, so that the year of its name counts for nothing.

    >>> period_in(["2023年各区县出生人口"]), period_in(["江门统计年鉴2024"]), period_in(["2017—2023年出生人口"])
    ('2023年', '', '')
    """
    named = list(titles)
    if any(_TWO_YEARS.search(title) for title in named):
        return ""
    found = {match.group() for title in named for match in _LEADING.finditer(title) if is_period(match.group())}
    return found.pop() if len(found) == 1 else ""


def _recent(count: str, latest_year: int | None, text: str) -> str:
    if latest_year is None:
        msg = f"“{text}”缺少起算年份"
        raise UnreadableError(msg)
    years = _NUMERALS[count] if count in _NUMERALS else int(count)
    return f"{latest_year - years + 1}/{latest_year}"


def _span(text: str) -> str:
    for mark in ("—", "–", "→", "至", "~", "-", "/"):
        start, found, end = text.partition(mark)
        if found and _point_or_none(start) and _point_or_none(end):
            return f"{_point(start)}/{_point(end)}"
    msg = f"“{text}”不是可识别的时点或时期"
    raise UnreadableError(msg)


def _point(text: str) -> str:
    point = _point_or_none(text)
    if point is None:
        msg = f"“{text}”不是可识别的时点"
        raise UnreadableError(msg)
    return point


def _point_or_none(text: str) -> str | None:
    for pattern, kind in _POINTS:
        match = pattern.fullmatch(text)
        if match:
            return _canonical(kind, {name: int(part) for name, part in match.groupdict().items()})
    return None


def _canonical(kind: str, parts: dict[str, int]) -> str | None:
    year, month = parts["year"], parts.get("month", 12)
    if not (1900 <= year <= 2100 and 1 <= month <= 12):
        return None
    if kind == "year":
        return f"{year}"
    if kind == "month":
        return f"{year}-{month:02d}"
    if kind == "year start":
        return f"{year - 1}-12-31"
    day = parts.get("day", monthrange(year, month)[1])
    return f"{year}-{month:02d}-{day:02d}" if 1 <= day <= monthrange(year, month)[1] else None
