"""Reading dates and periods as sources print them."""

from __future__ import annotations

from datetime import date
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day
from tuoyu.reading.periods import is_period
from tuoyu.reading.periods import period_in
from tuoyu.reading.periods import read_period
from tuoyu.reading.periods import split_period
from tuoyu.reading.quantities import UnreadableError


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


@pytest.mark.parametrize(
    ("count", "first"),
    [
        *(("两", 2022), ("三", 2021), ("四", 2020), ("五", 2019), ("六", 2018)),
        *(("七", 2017), ("八", 2016), ("九", 2015), ("十", 2014), ("2", 2022), ("12", 2012)),
    ],
)
def test_recent_years_are_counted_with_the_latest(count: str, first: int) -> None:
    assert read_period(f"近{count}年", latest_year=2023) == f"{first}/2023"


@pytest.mark.parametrize("printed", ["", "—", "-", "–", "未注明", "不详", None, " — "])
def test_what_says_that_no_date_is_known_is_no_date(printed: str | None) -> None:
    assert read_period(printed) == ""


@pytest.mark.parametrize(
    ("printed", "period"),
    [
        ("到2026年", "/2026"),
        ("自2021年起", "2021/"),
        ("截止2024年1月末", "2024-01-31"),
        ("2024年2月底", "2024-02-29"),
        ("2023年2月末", "2023-02-28"),
        ("2024年4月底", "2024-04-30"),
        ("2023年12月31日", "2023-12-31"),
        ("2024年1月1日", "2024-01-01"),
        ("2024/12/1", "2024-12-01"),
        ("2023年度", "2023"),
        ("2023全年", "2023"),
        ("2024年1月", "2024-01"),
        ("2024年12月", "2024-12"),
        ("1900年", "1900"),
        ("2100年", "2100"),
    ],
)
def test_first_and_last_of_what_is_possible(printed: str, period: str) -> None:
    assert read_period(printed) == period


@pytest.mark.parametrize(
    "printed",
    [
        *("2024年13月", "去年", "二〇二四年", "2024-02-31", "12月", "2024年0月", "2024年1月0日", "2024年4月31日"),
        *("2023-02-29", "2024年12月32日", "1899年", "2101年", "0年", "至", "起", "2023年—"),
    ],
)
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


@pytest.mark.parametrize("dash", ["-", "—", "–", "－", "~", "至", " 至 ", " — ", "→"])
def test_d2_span_of_years_with_any_dash(dash: str) -> None:
    assert read_period(f"2017{dash}2023年") == "2017/2023"


def test_date_of_a_spreadsheet_is_a_day() -> None:
    assert read_period(datetime(2023, 12, 31)) == "2023-12-31"  # noqa: DTZ001 - cells have no time zone
    assert read_period(date(2023, 12, 31)) == "2023-12-31"


@pytest.mark.parametrize(
    "text",
    [
        "2023",
        "2023年",
        "2023年末",
        "2024年初",
        "截至2024年8月底",
        "2020年11月1日",
        "2017—2023年",
        "2023-12-31",
        "2023-12",
    ],
)
def test_heading_that_is_a_date(text: str) -> None:
    assert is_period(text)
    assert split_period(text) == (text, "")


@pytest.mark.parametrize(
    "text", ["", "—", "4407", "1798", "2100", "2024年版", "5.29", "6.1", "比2022年增长", "近三年", "出生人口"]
)
def test_heading_that_is_no_date(text: str) -> None:
    assert not is_period(text)
    assert split_period(text) == ("", text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2023年出生人口", ("2023年", "出生人口")),
        ("2023年末常住人口", ("2023年末", "常住人口")),
        ("截至2024年8月底托位数", ("截至2024年8月底", "托位数")),
        ("2024年初在园幼儿", ("2024年初", "在园幼儿")),
        ("2023年度财政投入", ("2023年度", "财政投入")),
    ],
)
def test_heading_that_begins_with_a_date(text: str, parts: tuple[str, str]) -> None:
    assert split_period(text) == parts


@pytest.mark.parametrize(
    ("titles", "period"),
    [
        (["某某市2023年各区县出生人口"], "2023年"),
        (["托育机构情况（截至2024年8月底）"], "截至2024年8月底"),
        (["表1", "2020年11月1日零时"], "2020年11月1日"),
        (["2023年人口", "（2023年）"], "2023年"),
        (["某某统计年鉴2024"], ""),
        (["某某统计年鉴2024年版"], ""),
        (["2024年鉴"], ""),
        (["2017—2023年人口"], ""),
        (["2022年和2023年人口"], ""),
        ([], ""),
    ],
)
def test_b9_date_that_titles_name(titles: list[str], period: str) -> None:
    assert period_in(titles) == period


@given(st.text("0123456789年月日末底初截至—-版鉴人口", max_size=12))
def test_split_text_is_the_same_text(text: str) -> None:
    date_part, rest = split_period(text)
    assert date_part + rest == text
    assert not date_part or is_period(date_part)
