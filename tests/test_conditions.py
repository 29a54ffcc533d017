"""The language of conditions: what can be written, what it means, and that doubt decides nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_report import FACTS

from tuoyu.text import conditions
from tuoyu.text.conditions import Ask
from tuoyu.text.conditions import Condition
from tuoyu.text.conditions import ConditionFault
from tuoyu.text.conditions import Every
from tuoyu.text.conditions import Holds
from tuoyu.text.conditions import Not
from tuoyu.text.conditions import decide
from tuoyu.text.conditions import parse_condition
from tuoyu.text.conditions import written

NAMES = st.text(alphabet="甲乙丙丁非且或abc-1", min_size=1, max_size=6).filter(
    lambda name: name not in {"非", "且", "或", *conditions.QUESTIONS}
)
ATOMS = st.one_of(
    st.builds(Holds, NAMES, st.sampled_from(["", *conditions.OUTCOMES])),
    st.builds(Ask, st.sampled_from(conditions.QUESTIONS), st.lists(NAMES, min_size=1, max_size=3).map(tuple)),
)


def _several(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, parts), st.builds(Every, several), st.builds(conditions.Any, several))


CONDITIONS = st.recursive(ATOMS, _several, max_leaves=6)


@given(CONDITIONS)
def test_what_is_written_is_read_back(condition: Condition) -> None:
    assert parse_condition(written(condition)) == condition


@given(st.text(alphabet="非且或有缺甲乙（）()：、 图证据", max_size=30))
def test_any_text_is_a_condition_or_refused_in_chinese(text: str) -> None:
    try:
        parse_condition(text)
    except ConditionFault as fault:
        assert "条件" in str(fault) or "结果" in str(fault) or "名称" in str(fault)  # noqa: PT017 - any text may be either


@given(CONDITIONS)
def test_opposites_are_never_both_met(condition: Condition) -> None:
    assert [decide(condition, FACTS), decide(Not(condition), FACTS)].count(True) <= 1


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("托位未达目标", True),
        ("非 托位未达目标", False),
        ("使用率偏低", False),
        ("出生下降", None),
        ("非 出生下降", None),
        ("出生下降：缺据", True),
        ("出生下降：低于", None),
        ("托位未达目标：低于", True),
        ("托位未达目标 ： 高于", False),
        ("托位未达目标：略低于", False),
        ("非 托位未达目标：略低于", True),
        ("略有不足", True),
        ("略有不足：低于", True),
        ("略有不足：略低于", True),
        ("略有不足：略高于", False),
        ("出生下降：略低于", None),
        ("托位未达目标 且 出生下降", None),
        ("使用率偏低 且 出生下降", False),
        ("托位未达目标 或 出生下降", True),
        ("使用率偏低 或 托位未达目标 且 有 托位数", True),
        ("非（使用率偏低 或 缺 托位数）", True),
        ("非(使用率偏低 或 缺 托位数)", True),
        ("(托位未达目标)且(非 使用率偏低)", True),
        ("有 托位数、使用率", True),
        ("有 托位数、 在托人数", False),
        ("缺 在托人数、出生人口", True),
        ("缺 在托人数、托位数", False),
        ("有证据 甲—1", True),
        ("有证据 乙", False),
        ("有做法 财政", False),
        ("有外地做法 补助", True),
        ("有图 fig-a", True),
        ("有表 tab-z", False),
        ("同年 托位数、使用率", True),
        ("同年 托位数、托位数目标", False),
        ("同年 托位数、在托人数", None),
    ],
)
def test_meaning(text: str, *, met: bool | None) -> None:
    assert decide(parse_condition(text), FACTS, {"fig-a"}) is met


def test_claims_of_a_condition_are_named_once_in_their_order() -> None:
    condition = parse_condition("甲 且 （非 乙：低于 或 有 丙） 或 甲：高于 或 有证据 丁")
    assert conditions.claims_of(condition) == ("甲", "乙")
    assert conditions.claims_of(parse_condition("缺 甲")) == ()


def test_practice_is_that_of_the_city_from_which_facts_are_seen() -> None:
    condition = parse_condition("有做法 财政")
    assert decide(condition, FACTS.at("990200")) is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲 乙", "“乙”前面缺“且”或“或”"),
        ("甲 且", "条件没有写完"),
        ("且 甲", "“且”前面缺内容"),
        ("（甲", "括号没有配对"),
        ("甲：更高", "结果“更高”不认识"),
        ("有", "后面空一格写名称"),
        *((f"有 {word}", "“有”后面空一格写名称") for word in ("（", "）", "非", "且", "或", "甲、、乙")),
        ("）", "“）”前面缺内容"),
        ("或 甲", "“或”前面缺内容"),
        ("：低于", "缺结论的名称"),
        ("非 " * 30 + "甲", "超过 20 层"),
    ],
)
def test_fault_is_told(text: str, said: str) -> None:
    with pytest.raises(ConditionFault, match=said):
        parse_condition(text)


def test_twenty_levels_are_read_and_no_more() -> None:
    assert parse_condition("非 " * 19 + "甲")
    assert parse_condition("（" * 19 + "甲" + "）" * 19 + " 且 " + "（" * 19 + "乙" + "）" * 19)
    for text in ("非 " * 20 + "甲", "（" * 20 + "甲" + "）" * 20):
        with pytest.raises(ConditionFault, match="超过 20 层"):
            parse_condition(text)
