"""Wording rules at their thresholds; rounding once, half up."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP
from decimal import Decimal
from typing import Any

import pytest
from handmade import ORIGIN
from handmade import fact
from handmade import facts_of
from handmade import share
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.facts import wording
from tuoyu.facts.statistics import possible_count
from tuoyu.facts.statistics import wilson_interval
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import round_half_up

OTHER = replace(ORIGIN, producer="部门", document="年鉴（统〔2024〕1号）")


@pytest.mark.parametrize(
    ("one", "printed", "number"),
    [
        (fact("38.25"), "38.3%", "38.3"),
        (fact("23595", "个", 0), "23595个", "23595"),
        (fact("4822400", "人", -2), "482.24万人", "482.24"),
        (fact("19000", "个", -3), "1.9万个", "1.9"),
        (fact("3000000000", "元", -8), "30亿元", "30"),
        (fact("50000", "个", -4, bound=">"), "超过5万个", "超过5"),
        (fact("4.8928", "个/千人", 2), "4.89个", "4.89"),
        (fact("18.86", "百分点", 1), "18.9个百分点", "18.9"),
        (fact("1", "比例", 0, option="1:1"), "1:1", "1:1"),
        (fact("20", upper=Decimal(30)), "20.0%～30.0%", "20.0%～30.0"),
        (fact("2", "所", 0, upper=Decimal(3)), "2～3所", "2～3"),
        (fact("18000", "个", -3, upper=Decimal(20000)), "1.8～2万个", "1.8～2"),
        (fact("300", "个", -2), "300个", "300"),
        (fact("5.55", bound=">"), "超过5.5%", "超过5.5"),
        (fact("5.55", bound="<"), "不足5.6%", "不足5.6"),
    ],
)
def test_fact_is_printed_with_its_unit(one: Fact, printed: str, number: str) -> None:
    assert wording.printed(one) == printed
    assert wording.number(one) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (21, "二十一"),
        (90, "九十"),
        (99, "九十九"),
    ],
)
def test_counting_number_in_words(number: int, words: str) -> None:
    assert wording.chinese(number) == words


@pytest.mark.parametrize("number", [0, -1, 100])
def test_number_that_has_no_numeral_here_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        wording.chinese(number)


@pytest.mark.parametrize(
    ("bound", "word"), [("=", ""), (">", "超过"), (">=", "不低于"), ("<", "不足"), ("<=", "不超过"), ("≈", "约")]
)
def test_every_bound_has_its_word(bound: str, word: str) -> None:
    for unit, measure in (
        *(
            ("个/千人", "个"),
            ("元/月", "元"),
            ("元/年", "元"),
            ("个/年", "个"),
            ("元/机构·年", "元"),
            ("㎡/托位", "㎡"),
        ),
        *(
            ("期/年", "期"),
            ("百分点", "个百分点"),
            ("元/孩·年", "元"),
            ("份额", ""),
            ("名次", ""),
            ("人", "人"),
            ("%", "%"),
        ),
    ):
        one = fact("5", unit, 0, bound=bound)
        assert (wording.printed(one), wording.number(one)) == (f"{word}5{measure}", f"{word}5")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("两行\n  文字\t，", "两行 文字 ，"),
        ("<b>&\"'", "&lt;b&gt;&amp;\"'"),
        ("a*b_c`d[e]f{g}#|~$^", r"a\*b\_c\`d\[e\]f\{g\}\#\|\~\$\^"),
        ("https://a.cn www.b.cn c@d", r"https\://a.cn www\.b.cn c\@d"),
        ("\ue000甲\ue001", "甲"),
        ("比例1:1", "比例1:1"),
    ],
)
def test_text_of_the_data_means_nothing_to_anybody(text: str, line: str) -> None:
    assert wording.inert(text) == line


def test_sources_are_named_once_in_their_order() -> None:
    known = facts_of(甲=fact("5"), 乙=fact("6", indicator="y"), 丙=fact("7", indicator="z", origins=(OTHER,)))
    assert (
        wording.sources_note(known, ["甲", "丙", "乙"]) == "数据来源：统计局《公报》；部门《年鉴》（统〔2024〕1号）。"
    )


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6), st.integers(0, 4))
def test_rounding_is_half_up_and_within_half_a_digit(value: Decimal, decimals: int) -> None:
    rounded = round_half_up(value, decimals)
    assert abs(rounded - value) <= Decimal(1).scaleb(-decimals) / 2
    assert rounded == value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("value", "n", "words"),
    [
        ("85.91", 287, "超过八成"),
        ("89.9", 287, "接近九成"),
        ("30.4", 287, "约三成"),
        ("95.82", 287, "超过九成"),
        ("0", 30, "0.00%"),  # up to 11 % are possible
        ("0", 287, "不足一成"),
        ("4", 30, "4.00%"),
        ("6", 1000, "不足一成"),
        ("100", 287, "100.00%"),
        ("95", 20, "95.00%"),
        ("18", 1000, "接近两成"),
        ("17.99", 100000, "超过一成"),
        ("21", 287, "约两成"),
        ("21.01", 100000, "超过两成"),
        ("13", 100, "约一成"),
        ("13.01", 100, "13.01%"),
        ("25", 30, "25.00%"),
        ("50", 287, "约五成"),
        ("52", 287, "约五成"),
        ("58", 287, "接近六成"),
    ],
)
def test_tenths_claim_no_more_than_the_interval(value: str, n: int, words: str) -> None:
    assert wording.tenths(share(value, n)) == words


def test_tenths_allow_for_the_digits_that_a_source_prints() -> None:
    """55.8 % of 287 may be 55.75 %: then the interval begins below a half, as for 多数."""
    assert wording.tenths(share("55.8", 287)) == "超过五成"
    assert wording.tenths(share("55.8", 287, uncertainty=Decimal("0.05"))) == "55.80%"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (fact("30", decimals=0, bound=">"), "超过三成"),
        (fact("20", decimals=0, bound="<="), "不超过两成"),
        (fact("32", decimals=0, bound=">"), "超过32%"),
        (fact("0", decimals=0, bound=">"), "超过0%"),
        (fact("30", decimals=0, bound="≈"), "约30%"),
        (fact("30"), "约三成"),
        (fact("31"), "约三成"),
        (fact("31.1"), "超过三成"),
        (fact("28"), "接近三成"),
        (fact("27.9"), "超过两成"),
        (fact("9.9"), "接近一成"),
        (fact("7"), "不足一成"),
        (fact("35", uncertainty=Decimal(5)), "35.0%"),  # thirty is possible
        (fact("35", uncertainty=Decimal("4.9")), "超过三成"),
        (fact("6", uncertainty=Decimal(4)), "6.0%"),  # ten is possible
        (fact("6", uncertainty=Decimal("3.9")), "不足一成"),
        (fact("33", uncertainty=Decimal(4)), "约三成"),
        (fact("33.1", uncertainty=Decimal(4)), "33.1%"),
        (fact("37", uncertainty=Decimal(8)), "约四成"),
        (fact("36.9", uncertainty=Decimal(8)), "36.9%"),
        (fact("20", upper=Decimal(30)), "20.0%～30.0%"),
        (fact("100", decimals=0, bound="<"), "不足100%"),
        (fact("90", decimals=0, bound=">="), "不低于九成"),
    ],
)
def test_tenths_of_what_is_no_sample(one: Fact, words: str) -> None:
    assert wording.tenths(one) == words


@pytest.mark.parametrize(
    ("one", "printed"),
    [
        (fact("19000", "个", -3), "1.9万个"),
        (fact("28600", "人", 0), "2.86万人"),
        (fact("4822400", "人", -2), "482.24万人"),
        (fact("27785.1", "人", -3), "2.8万人"),
        (fact("10000", "人", 0), "1万人"),
        (fact("9999", "人", 0), "9999人"),
        (fact("300", "人", 0), "300人"),
        (fact("0", "人", 0), "0人"),
        (fact("50000", "个", -4, bound=">"), "超过5万个"),
        (fact("28649", "人", 0, bound=">"), "超过2.86万人"),
        (fact("28641", "人", 0, bound="<"), "不足2.87万人"),
    ],
)
def test_ten_thousands_print_no_more_than_is_known(one: Fact, printed: str) -> None:
    assert wording.ten_thousands(one) == printed


@pytest.mark.parametrize(
    ("written", "finished"),
    [
        ("约有{约2.8万人}有需求", "有{约2.8万人}有需求"),
        ("约{约2.8万人}", "{约2.8万人}"),
        ("约**{约2.8万人}**", "**{约2.8万人}**"),
        ("约有{2.8万人}", "约有{2.8万人}"),
        ("约需{超过2万个}", "需{超过2万个}"),
        ("占{不足75.0%}", "占比{不足75.0%}"),
        ("占{75.0%}", "占{75.0%}"),
        ("占{约75.0%}", "占{约75.0%}"),
        ("达到{超过5万个}", "{超过5万个}"),
        ("只有{不足5万个}", "{不足5万个}"),
        ("达到{5万个}", "达到{5万个}"),
        ("{约3000人}左右", "{约3000人}"),
        ("{3000人}左右", "{3000人}左右"),
        ("方案为{约27.5个}", "方案{约27.5个}"),
        ("方案为{27.5个}", "方案为{27.5个}"),
        ("变为{约27.5个}", "变为{约27.5个}"),
        ("{2年}间", "{两年}间"),
        ("{12年}间", "{12年}间"),
        ("{6年}间", "{6年}间"),
        ("由{462家}变为{462家}", "仍为{462家}"),
        ("由{约7733人}变为{7733人}", "仍为{7733人}"),
        ("由{3.94个}变为{4.89个}", "由{3.94个}变为{4.89个}"),
        ("由{2023年末}的{19000个}变为{2024年8月底}的{19000个}", "在{2023年末}和{2024年8月底}都是{19000个}"),
        ("由{2023年末}的{1.9万个}变为{2024年8月底}的{19000个}", "由{2023年末}的{1.9万个}变为{2024年8月底}的{19000个}"),
    ],
)
def test_word_of_a_bound_fits_the_words_around_it(written: str, finished: str) -> None:
    def carried(text: str) -> str:
        return text.replace("{", '<span class="fact" data-id="x.440700.2024">').replace("}", "</span>")

    assert wording.joined(carried(written)) == carried(finished)


@given(st.integers(20, 2000), st.data())
def test_more_than_a_tenth_needs_the_whole_interval_above(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    share = Decimal(count * 100) / n
    low, high = wilson_interval(share, n)
    assert low <= share <= high
    words = wording.tenths(fact(str(share), interval=(low, high), respondents=n))
    if words.startswith("超过"):
        assert low > wording.TENTHS.replace("二", "两").index(words[2]) * 10


@given(st.integers(1, 3000), st.data(), st.integers(0, 3))
def test_share_of_a_count_is_always_possible(n: int, data: st.DataObject, decimals: int) -> None:
    count = data.draw(st.integers(0, n))
    printed = round_half_up(Decimal(count * 100) / n, decimals)
    assert possible_count(printed, decimals, n) is not None


@pytest.mark.parametrize(
    ("value", "more", "printed"),
    [
        ("-977", {}, "富余977个"),
        ("977", {}, "977个"),
        ("-30000", {"decimals": -2}, "富余3万个"),
        ("-900", {"bound": "≈", "decimals": -2}, "富余约900个"),
        ("-977", {"bound": "<"}, "富余超过977个"),
        ("-977", {"bound": ">"}, "富余不足977个"),
        ("-977", {"bound": "<="}, "富余不低于977个"),
        ("-977", {"bound": ">="}, "富余不超过977个"),
        ("-50", {"upper": Decimal(-20)}, "富余20～50个"),
        ("-50", {"upper": Decimal(20)}, "-50～20个"),
    ],
)
def test_a_word_stands_for_the_sign_where_there_is_one(value: str, more: dict[str, Any], printed: str) -> None:
    one = fact(value, "个", **{"decimals": 0, "below_zero": "富余", **more})
    assert wording.printed(one) == printed
    assert wording.number(one) == printed.removesuffix("个").removesuffix("万")


def test_interval_is_printed_with_both_ends() -> None:
    assert wording.interval(share("38.33", 287)) == "32.9%～44.1%"
    assert wording.interval(fact("5", interval=(Decimal("1.25"), Decimal("9.949")))) == "1.3%～9.9%"
    with pytest.raises(ValueError, match="has no interval"):
        wording.interval(fact("5"))


@pytest.mark.parametrize(
    ("option", "words"), [("1500-2000元/月", "1500—2000元/月"), ("1–2所", "1—2所"), ("A-B", "A-B")]
)
def test_option_is_printed_with_the_dash_of_a_range(option: str, words: str) -> None:
    assert wording.choice(fact("5", option=option)) == words


def test_wilson_interval_against_published_values() -> None:
    # 15 of 20: 0.531–0.888 (R, binom::binom.confint(15, 20, methods = "wilson"))
    low, high = wilson_interval(Decimal(75), 20)
    assert (round(low, 1), round(high, 1)) == (Decimal("53.1"), Decimal("88.8"))
