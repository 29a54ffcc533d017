"""Reading printed figures: exactly, in the unit meant, or not at all."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.reading.quantities import UNITS
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import footnote_mark
from tuoyu.reading.quantities import own_unit
from tuoyu.reading.quantities import read_code
from tuoyu.reading.quantities import read_quantities
from tuoyu.reading.quantities import without_mark


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("6.39%", "6.39", "%"),
        ("3.41万人", "34100", "人"),
        ("61966人", "61966", "人"),
        ("61,966 人", "61966", "人"),
        ("４８２．２４　万人", "4822400", "人"),
        ("7.42‰", "7.42", "‰"),
        ("4.89个/千人", "4.89", "个/千人"),
        ("2700元/月", "2700", "元/月"),
        ("30亿元", "3000000000", "元"),
        ("400万元/年", "4000000", "元/年"),
        ("9㎡/托位", "9", "㎡/托位"),
        ("-0.29‰", "-0.29", "‰"),
        ("三成", "30", "%"),
        ("一刻钟", "15", "分钟"),
        ("4.89\n\n个", "4.89", "个"),
        ("482.24 万人", "4822400", "人"),
        ("61，966人", "61966", "人"),
        ("1.9万个", "19000", "个"),
        ("3.2千人", "3200", "人"),
        ("5千元", "5000", "元"),
        ("110.5万户", "1105000", "户"),
        ("34100*", "34100", ""),
        ("482.24万人〔1〕", "4822400", "人"),
        (28600, "28600", ""),
        (2.86, "2.86", ""),
    ],
)
def test_figure_is_read_exactly(printed: object, value: str, unit: str) -> None:
    (quantity,) = read_quantities(printed)
    assert (quantity.value, quantity.unit, quantity.bound) == (Decimal(value), unit, "=")


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        *(("一成", 10), ("两成", 20), ("二成", 20), ("三成", 30), ("四成", 40), ("五成", 50), ("六成", 60)),
        *(("七成", 70), ("八成", 80), ("九成", 90), ("一半", 50), ("二分之一", 50), ("十分之三", 30), ("四分之三", 75)),
    ],
)
def test_share_in_words_is_read(printed: str, value: int) -> None:
    (quantity,) = read_quantities(printed)
    assert (quantity.value, quantity.unit, quantity.bound) == (value, "%", "=")


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        *(
            ("18.9个百分点", "18.9", "百分点"),
            ("6百分点", "6", "百分点"),
            ("38.2%以上", "38.2", "%"),
            ("3所", "3", "个"),
        ),
        *(("3间", "3", "个"), ("5位", "5", "人"), ("5名", "5", "人"), ("2张", "2", "个"), ("7部门", "7", "个")),
        *(
            ("7个部门", "7", "个"),
            ("287份", "287", "个"),
            ("4.5张/千人", "4.5", "个/千人"),
            ("9平方米/托位", "9", "㎡/托位"),
        ),
        *(("60平方米", "60", "㎡"), ("60m²", "60", "㎡"), ("20家/年", "20", "个/年"), ("20个/年", "20", "个/年")),
        *(("4期", "4", "期/年"), ("4期/年", "4", "期/年"), ("3百人", "300", "人"), ("2百万元", "2000000", "元")),
        *(("4.5个/千常住人口", "4.5", "个/千人"), ("2万元/机构·年", "20000", "元/机构·年"), ("2岁", "2", "岁")),
        *(("600元/孩·年", "600", "元/孩·年"), ("3次", "3", "次"), ("2.5人/户", "2.5", "人/户"), ("5对", "5", "对")),
    ],
)
def test_units_of_one_kind_are_one_unit(printed: str, value: str, unit: str) -> None:
    (quantity,) = read_quantities(printed)
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        (">= ≥ 不低于 不少于 至少 大于等于", ">="),
        ("<= ≤ 不超过 不高于 至多", "<="),
        ("> 超过 超 逾 大于 高于 多于", ">"),
        ("< 不足 不到 低于 小于 少于", "<"),
        ("约 大约 接近 近 ≈ 左右", "≈"),
    ],
)
def test_every_word_of_a_bound_before_a_figure(words: str, bound: str) -> None:
    for word in words.split():
        (quantity,) = read_quantities(f"{word}60%")
        assert (quantity.value, quantity.bound) == (60, bound), word


@pytest.mark.parametrize(
    ("words", "bound"), [("余 多", ">"), ("以上 及以上", ">="), ("以下 及以下", "<="), ("左右", "≈")]
)
def test_every_word_of_a_bound_behind_a_figure(words: str, bound: str) -> None:
    for word in words.split():
        for printed in (f"60{word}家", f"60家{word}"):
            (quantity,) = read_quantities(printed)
            assert (quantity.value, quantity.bound) == (60, bound), printed


@pytest.mark.parametrize(
    ("printed", "bound"),
    [
        (">30%", ">"),
        ("＞1000家", ">"),
        ("超过1000家", ">"),
        ("逾5万个", ">"),
        ("1000余家", ">"),
        (">=95%", ">="),
        ("不低于60%", ">="),
        ("至少60%", ">="),
        ("95%以上", ">="),
        ("约3398元/月", "≈"),
        ("不足10%", "<"),
        ("5万多个", ">"),
    ],
)
def test_bound_is_kept(printed: str, bound: str) -> None:
    assert read_quantities(printed)[0].bound == bound


@pytest.mark.parametrize(
    "printed", ["2-3所", "2—3所", "2–3所", "2－3所", "2~3所", "2至3所", "2 至 3 所", "2 - 3所", "2 — 3所"]
)
def test_d2_range_keeps_both_ends_with_any_dash(printed: str) -> None:
    (quantity,) = read_quantities(printed)
    assert (quantity.value, quantity.upper) == (2, 3)


@pytest.mark.parametrize("day", [date(2024, 2, 3), datetime(2024, 2, 3)])  # noqa: DTZ001 - cells have no time zone
def test_range_that_became_a_date_is_named(day: date) -> None:
    with pytest.raises(UnreadableError, match=r"“2024-02-03”是日期.*“2-3”"):
        read_quantities(day)


def test_list_gives_one_figure_each() -> None:
    assert [one.value for one in read_quantities("8/5/3万元/年")] == [80000, 50000, 30000]


def test_fraction_and_ratio() -> None:
    assert read_quantities("2/3份额")[0].unit == "%"
    assert round(read_quantities("三分之二")[0].value, 2) == Decimal("66.67")
    assert (read_quantities("1:1")[0].value, read_quantities("1:1")[0].unit) == (1, "比例")


def test_resolution_is_the_last_printed_digit() -> None:
    assert read_quantities("2.86万人")[0].resolution == 100
    assert read_quantities("48.09%")[0].resolution == Decimal("0.01")


@pytest.mark.parametrize("blank", ["", " ", "…", "...", "⋯", "-", "--", "—", "——", "―", "一", "#", "—①", None])
def test_yearbook_blanks_are_not_numbers(blank: object) -> None:
    assert blank_meaning(blank) is not None


def test_zero_is_not_a_blank() -> None:
    assert blank_meaning("0") is None


@pytest.mark.parametrize(
    "printed",
    [
        *("1:0", "3/0份额", "3/36—3人", "1:2:3", "2-3-4所", "5-3人", "待核实", "12.3.4人", "5斤", "1.2.3", "人"),
        *("8842                30", "=1+1", "<script>", "4\n5", "4.\n5", "4,\n500", "2 -3", "８　８", "3千美元", "*"),
        *("①", "5①6"),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_refused_in_chinese(printed: str) -> None:
    with pytest.raises(UnreadableError, match=r"不是可识别的数字|不认识的计量单位|一格里有几个数字|没有存下结果"):
        read_quantities(printed)


@given(
    st.decimals(min_value=0, max_value=10**9, places=3),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from(["", "万", "亿"]),
)
def test_any_printed_decimal_comes_back_exactly(number: Decimal, unit: str, magnitude: str) -> None:
    if unit in {"比例", "份额", "%以上"}:
        return
    (quantity,) = read_quantities(f"{number:f}{magnitude}{unit}")
    factor = {"": 1, "万": 10**4, "亿": 10**8}[magnitude]
    assert quantity.value == number * factor
    assert quantity.unit == UNITS[unit][0]


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        quantities = read_quantities(text)
    except UnreadableError:
        return
    assert all(one.value.is_finite() for one in quantities)


@given(st.text(max_size=20))
def test_cleaning_text_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize("mark", ["*", "＊", "①", "⑳", "〔1〕", "[2]", "【12】", "**", "†"])
def test_b1_mark_of_a_footnote_is_no_part_of_a_figure_or_label(mark: str) -> None:
    for text in ("34100", "2.86万人", "出生人口", "平方米"):
        assert footnote_mark(text + mark) == clean_text(mark)
        assert without_mark(clean_text(text + mark)) == text


@pytest.mark.parametrize(
    "text", ["34100", "100m²", "出生人口(人)", "45-49岁(女)", "*", "①", "", "某〔2024〕1号", "〔2024〕"]
)
def test_what_bears_no_mark_stays_whole(text: str) -> None:
    assert footnote_mark(text) == ""
    assert without_mark(text) == text


@pytest.mark.parametrize(
    ("printed", "unit"),
    [("34100人", "人"), ("3.41万人", "万人"), ("3.41万", ""), ("34100", ""), ("1000余家", "家"), ("5万多个", "万个"),
     ("95%以上", "%"), ("34100人*", "人"), ("待核实", ""), (34100, ""), (None, "")],
)  # fmt: skip
def test_unit_that_a_figure_carries_itself(printed: object, unit: str) -> None:
    assert own_unit(printed) == unit


@pytest.mark.parametrize(
    "raw",
    [
        440700,
        440700.0,
        Decimal(440700),
        "440700",
        "440700.0",
        "4407",
        4407.0,
        "440700000",
        "440700000000",
        "４４０７００",
    ],
)
def test_b14_code_of_a_place_in_any_length(raw: object) -> None:
    assert read_code(raw) == "440700"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        None,
        "44",
        "44070",
        "4407000",
        "440703001",
        "440703001002",
        "1998",
        2023,
        "202300",
        "999900",
        "440700.5",
        "江门市",
    ],
)
def test_b14_what_is_no_code_is_none(raw: object) -> None:
    assert read_code(raw) is None


def test_code_of_the_nation() -> None:
    assert read_code("100000") == "100000"


@given(st.sampled_from([11, 15, 31, 44, 46, 54, 65, 71, 82]), st.integers(0, 99), st.integers(0, 99))
def test_b14_code_comes_back_from_every_way_of_writing_it(province: int, city: int, district: int) -> None:
    code = f"{province}{city:02d}{district:02d}"
    assert {read_code(one) for one in (code, int(code), float(code), f"{code}000", f"{code}000000", f" {code}.0 ")} == {
        code
    }


@given(st.integers(1900, 2099))
def test_year_is_no_code(year: int) -> None:
    assert read_code(year) is None


def test_date_of_a_cell_is_a_date_without_hours() -> None:
    assert clean_text(datetime(2023, 12, 31)) == "2023-12-31"  # noqa: DTZ001 - cells have no time zone
