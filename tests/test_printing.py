"""How a number is printed through each filter: what stands in the sentence, or why nothing can."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from handmade import fact
from handmade import share

from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part
from tuoyu.text.gaps import Missing
from tuoyu.text.printing import FILTERS
from tuoyu.text.printing import TOO_SMALL

COUNT = fact("23595", "个", 0, period="2024-08-31")
STREET = fact("692", "人", 0, part=Part("社区", "龙溪社区", "环市街道"))
ANSWER = share("38.33", 287, option="1-2所")


def printed(one: Fact, way: str) -> str:
    """The words that stand in a sentence, which carry their lineage."""
    words = FILTERS[way](one)
    assert isinstance(words, str)
    assert way == "范围" or f'data-id="{one.id}"' in words
    return re.sub("<[^>]+>", "", words)


@pytest.mark.parametrize(
    ("one", "way", "words"),
    [
        (COUNT, "数", "23595"),
        (COUNT, "万", "2.36万个"),
        (COUNT, "时点", "2024年8月底"),
        (STREET, "范围", "环市街道龙溪社区"),
        (ANSWER, "选项", "1—2所"),
        (ANSWER, "样本量", "287"),
        (ANSWER, "区间", "32.9%～44.1%"),
        (share("85.91", 287), "成数", "超过八成"),
        (COUNT, "绝对值", "23595个"),
        (fact("-300", "个", 0), "绝对值", "300个"),
        (fact("-300", "个", 0, bound="<="), "绝对值", "不低于300个"),
        (fact("-300", "个", 0, bound="<"), "绝对值", "超过300个"),
        (fact("300", "个", 0, bound=">="), "绝对值", "不低于300个"),
        (fact("-300", "个", 0, bound="≈"), "绝对值", "约300个"),
        (fact("300", "个", 0, bound=">"), "绝对值", "超过300个"),
        (fact("-5", "个", 0, upper=Decimal(-3)), "绝对值", "3～5个"),
        (fact("3", "个", 0, upper=Decimal(5)), "绝对值", "3～5个"),
        (fact("5", "家", 0), "增减", "增加5家"),
        (fact("-5", "家", 0), "增减", "减少5家"),
        (fact("5"), "减增", "减少5.0%"),
        (fact("-5"), "减增", "增加5.0%"),
        (fact("0", "家", 0), "增减", "没有变化"),
        (fact("0", "家", 0), "减增", "没有变化"),
    ],
)
def test_filter_prints(one: Fact, way: str, words: str) -> None:
    assert printed(one, way) == words


@pytest.mark.parametrize(
    ("one", "way", "reason"),
    [
        (fact("5", period=""), "时点", "时点未注明"),
        (COUNT, "范围", "数据没有注明所指的部分"),
        (COUNT, "选项", "不是问卷选项"),
        (COUNT, "区间", "没有置信区间"),
        (COUNT, "样本量", "没有样本量"),
        (fact("0", "个", 0), "绝对值", TOO_SMALL),
        (fact("-300", "个", 0, bound=">"), "绝对值", TOO_SMALL),  # it may be above nothing
        (fact("-300", "个", 0, bound=">="), "绝对值", TOO_SMALL),
        (fact("300", "个", 0, bound="<="), "绝对值", TOO_SMALL),
        (fact("0.4", "个", 0), "增减", TOO_SMALL),
        (fact("-0.4", "个", 0), "减增", TOO_SMALL),
    ],
)
def test_filter_says_why_there_is_nothing_to_print(one: Fact, way: str, reason: str) -> None:
    assert FILTERS[way](one) == Missing("指标", reason)
