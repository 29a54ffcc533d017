"""Reading dates and periods as sources print them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.analysis.periods import in_words
from tuoyu.analysis.periods import last_day
from tuoyu.analysis.periods import read_period
from tuoyu.analysis.reading import UnreadableError


@pytest.mark.parametrize(
    ("printed", "period", "words"),
    [
        ("2023年末", "2023-12-31", "2023年末"),
        ("2023年底", "2023-12-31", "2023年末"),
        ("2024年初", "2023-12-31", "2023年末"),
        ("截至2024年8月底", "2024-08-31", "2024年8月底"),
        ("2024年4月4日", "2024-04-04", "2024年4月4日"),
        ("2024-08", "2024-08", "2024年8月"),
        ("2023", "2023", "2023年"),
        ("2017→2023", "2017/2023", "2017—2023年"),
        ("2021起", "2021/", "2021年起"),
        ("至2026年", "/2026", "到2026年"),
        ("2019年9月—2024年", "2019-09/2024", "2019年9月至2024年"),
        ("未注明", "", "时点未注明"),
    ],
)
def test_period_is_read_and_written(printed: str, period: str, words: str) -> None:
    assert read_period(printed) == period
    assert in_words(period) == words


def test_recent_years_need_an_anchor() -> None:
    assert read_period("近三年", latest_year=2023) == "2021/2023"
    with pytest.raises(UnreadableError, match="缺少起算年份"):
        read_period("近三年")


@pytest.mark.parametrize("printed", ["2024年13月", "去年", "二〇二四年", "2024-02-31", "12月"])
def test_what_is_no_date_is_refused(printed: str) -> None:
    with pytest.raises(UnreadableError):
        read_period(printed)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31)))
def test_any_day_comes_back(day: date) -> None:
    assert last_day(read_period(f"{day.year}年{day.month}月{day.day}日")) == day
    assert read_period(in_words(day.isoformat())) == day.isoformat()


@given(st.text(max_size=15))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        period = read_period(text)
    except UnreadableError:
        return
    assert in_words(period)
