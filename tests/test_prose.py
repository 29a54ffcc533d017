"""Filling the text: lineage, omission by sentence, quotations, ordinals, and that braces are no loophole."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_report import FACTS
from toy_report import OTHER
from toy_report import TOWN
from toy_report import changed
from toy_report import claim
from toy_report import fact
from toy_report import file

from tuoyu.nouns.city import District
from tuoyu.nouns.fact import Facts
from tuoyu.text import quoting
from tuoyu.text.gaps import GAP
from tuoyu.text.prose import CITY_NAMES
from tuoyu.text.prose import Filled
from tuoyu.text.prose import Prose
from tuoyu.text.prose import number_points
from tuoyu.text.sections import Section
from tuoyu.text.sections import read_section
from tuoyu.text.templates import TemplateFault
from tuoyu.text.templates import parse_template

PLACES = '<span class="fact" data-id="places.990100.2024-08-31">{}</span>'


def section(body: str, **front: object) -> Section:
    """A section of this text."""
    made, faults = read_section("甲.md", file(body, **{"title": "一节", "kind": "节", "order": 1, **front}))
    assert made is not None, faults
    return made


def filled(body: str, facts: Facts = FACTS, numbers: dict[str, str] | None = None) -> Filled:
    """The filled text of one section."""
    return Prose(facts, numbers or {}).section(section(body))


def text(body: str, facts: Facts = FACTS) -> str:
    """Its paragraphs."""
    return "\n\n".join(filled(body, facts).paragraphs)


def test_number_carries_its_lineage() -> None:
    assert text("共有{{ 托位数 }}。") == f"共有{PLACES.format('1200个')}。"


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{{ 托位数|数 }}", "1200"),
        ("{{ 托位数|时点 }}", "2024年8月底"),
        ("{{ 托位差距|绝对值 }}", "300个"),
        ("{{ 托位差距|增减 }}", "减少"),
        ("{{ 托位差距|减增 }}", "增加"),
        ("{{ 我市 }}", "我市"),
        ("{{ 城市 }}", "测试市"),
        ("{{ 本省 }}", "全省"),
        ("{{ 部门('卫生健康', '教育') }}", "市卫生健康局、市教育局"),
        ("{{ 部门('财政') }}", "财政部门"),
        ("{{ 部门等('卫生健康') }}", "市卫生健康局等部门"),
        ("{{ 文件('plan') }}", "《托育规划》（测〔2021〕1号）"),
        ("{{ 文件年份('plan') }}", "2021年"),
        ("{{ 文件要求('plan') }}", "增加托位"),
        ("{{ 目标文件('places') }}", 'data-id="plan"'),
        ("{{ 外地做法('补助') }}", '邻市<span class="evidence" data-id="other-money">按在托人数补助</span>'),
        ("{{ 比较(托位数, 托位数目标) }}", "低于"),
        ("{{ 达标(托位数, 托位数目标) }}", "尚未达到"),
        ("{{ 结论('托位未达目标') }}", "比目标低<span"),
    ],
)
def test_placeholder(template: str, printed: str) -> None:
    assert printed in text(f"{template}。")


def test_evidence_is_inert_and_leads_to_its_document() -> None:
    assert text("{{ 证据('甲—1') }}。") == '<span class="evidence" data-id="甲—1">社区场地难找\\*</span>。'


def test_markup_in_data_is_text() -> None:
    entry = FACTS.evidence[0].model_copy(update={"id": 'a"<b', "text": f"<script>{{{{ 托位数 }}}}{GAP}"})
    made = text("""{{ 证据('a"<b') }}。""", changed(evidence=(entry,)))
    assert 'data-id="a&quot;&lt;b"' in made
    assert "<script>" not in made
    assert "1200" not in made


@pytest.mark.parametrize(
    "words",
    [
        *("<img src=x>", "{{ 托位数 }}", "</span>", "**粗**", "$x^2$", "#import", "\\newpage", "甲\n\n# 题"),
        *("![图](https://example.org/a.png)", "见[此处](https://example.org/)", "\ue000甲：乙\ue001"),
    ],
)
def test_markup_in_data_is_printed_as_it_stands(words: str) -> None:
    entry = FACTS.evidence[0].model_copy(update={"text": words})
    made = text(f"{{{{ 证据('{entry.id}') }}}}。", changed(evidence=(entry,)))
    assert made
    assert not re.search(r"<(?!/?span)|(?<!\\)\]\(|^#|1200", made, re.MULTILINE)
    assert made.count("</span>") == 1


def test_sentence_without_evidence_is_left_out_with_its_reason() -> None:
    made = filled("托位{{ 托位数 }}。\n在托{{ 在托人数 }}。\n使用率{{ 使用率 }}。")
    assert "在托" not in made.paragraphs[0]
    assert [one.to_dict() for one in made.omissions] == [{"what": "在托…。", "reason": "在托人数：本期没有这项数据"}]


def test_line_of_a_list_without_evidence_is_left_out_with_its_reason() -> None:
    made = filled("- 甲{{ 在托人数 }}\n- 乙\n- 丙{{ 使用率 }}")
    assert made.paragraphs[0].startswith("- 乙")
    assert [one.to_dict() for one in made.omissions] == [{"what": "甲…", "reason": "在托人数：本期没有这项数据"}]


def test_record_of_what_was_left_out_is_short_and_plain() -> None:
    first = f"**{'很长的话' * 9}有**{{{{ 点 }}}}{{{{ 在托人数 }}}}和其他各项内容。"
    made = filled(f"首句。\n{first}\n**{{{{ 在托人数 }}}}，{{{{ 出生人口 }}}}**，")
    long, bare = made.omissions
    assert long.what == f"{'很长的话' * 9}有…和其……"
    assert bare.to_dict() == {
        "what": "在托人数、出生人口",
        "reason": "在托人数：本期没有这项数据；出生人口：本期没有这项数据",
    }


@pytest.mark.parametrize(("length", "told"), [(40, "字" * 39 + "…"), (41, "字" * 40 + "……")])
def test_record_of_forty_characters_is_whole(length: int, told: str) -> None:
    (one,) = filled(f"首句。\n{'字' * (length - 1)}{{{{ 在托人数 }}}}").omissions
    assert one.what == told


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ 在托人数|时点 }}", "在托人数：本期没有这项数据"),
        ("{{ 表('tab-b') }}", "所引的表：缺少作图或制表所需的数据"),
        ("{{ 图('fig-b') }}", "所引的图：缺少作图或制表所需的数据"),
        ("{{ 附件('annex-b') }}", "所引的附件：没有可以写入的内容"),
        ("{{ 比较(托位数, 在托人数) }}", "在托人数：本期没有这项数据"),
        ("{{ 比较(在托人数, 托位数) }}", "在托人数：本期没有这项数据"),
    ],
)
def test_reason_of_what_was_left_out_is_that_of_the_placeholder(template: str, reason: str) -> None:
    (one,) = filled(f"首句。\n其中{template}。").omissions
    assert one.reason == reason


def test_section_without_a_condition_is_always_met() -> None:
    assert Prose(FACTS).holds(None) is True


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("在托{{ 在托人数 }}。\n后一句。", ""),
        ("**结论。**\n在托{{ 在托人数 }}。\n后一句。", ""),
        ("**结论。**在托{{ 在托人数 }}。\n后一句。", ""),
        ("**结论。**", ""),
        ("**结论。**\n首句。\n在托{{ 在托人数 }}。", "**结论。**首句。"),
        ("**结论。**\n首句。\n后一句。\n末句。", "**结论。**首句。后一句。末句。"),
        ("**结论。**\n首句。\n在托{{ 在托人数 }}。\n末句。", "**结论。**首句。末句。"),
        ("- 甲{{ 在托人数 }}\n- 乙", "- 乙"),
        ("首句。\n\n在托{{ 在托人数 }}。\n\n末句。", "首句。\n\n末句。"),
    ],
)
def test_rule_of_omission(body: str, left: str) -> None:
    assert text(body) == left


def test_blocks_stand_in_their_paragraph() -> None:
    body = '首句。\n::: {when="托位未达目标"}\n未达。\n:::\n::: {when="使用率偏低"}\n偏低。\n:::\n末句。'
    assert text(body) == "首句。未达。末句。"


def test_undecided_block_is_on_record() -> None:
    made = filled('::: {when="出生下降"}\n一句。\n:::\n::: {when="非 出生下降"}\n两句话。\n:::')
    assert made.paragraphs == ()
    assert [one.what for one in made.omissions] == ["关于“出生下降”的判断和建议"]


def test_what_is_told_as_undecided_is_no_omission() -> None:
    made = filled('::: {when="出生下降"}\n下降。\n:::\n::: {when="出生下降：缺据"}\n还不能判断。\n:::')
    assert (made.paragraphs, made.omissions) == (("还不能判断。",), ())


def test_cause_without_its_evidence_is_left_out() -> None:
    assert text("首句。\n因此不便。 <!-- 依据：甲—1 -->") == "首句。因此不便。"
    assert text("首句。\n因此不便。 <!-- 依据：甲—1 -->", changed(evidence=())) == "首句。"


def test_reference_to_what_is_not_in_the_report() -> None:
    made = filled("首句。\n见{{ 图('fig-a') }}。\n见{{ 表('tab-b') }}。", numbers={"fig-a": "图1"})
    assert made.paragraphs == ("首句。见[图1](#fig-a)。",)
    assert made.mentions == (frozenset({"fig-a"}),)


def test_benchmark_city_is_seen_with_its_own_numbers() -> None:
    made = Prose(FACTS).at(OTHER.code).section(section("{{ 该市 }}有{{ 托位数 }}。\n{{ 该市 }}{{ 做法('财政') }}。"))
    assert "邻市有<span" in made.paragraphs[0]
    assert "3000个" in made.paragraphs[0]
    assert "按在托人数补助" in made.paragraphs[0]


@pytest.mark.parametrize(
    ("name", "province", "words"),
    [
        ("测试市", "广东省", "测试市 我市 全市 市级 街道（乡镇） 全省 省级"),
        ("测试市", "内蒙古自治区", "测试市 我市 全市 市级 街道（乡镇） 全区 自治区"),
        ("测试市", None, "测试市 我市 全市 市级 街道（乡镇） 全市 市级"),
        ("测试盟", "内蒙古自治区", "测试盟 我市 全盟 盟级 街道（乡镇） 全区 自治区"),
        ("测试地区", "新疆维吾尔自治区", "测试地区 我市 全地区 地区级 街道（乡镇） 全区 自治区"),
        ("测试区", "广东省", "测试区 我市 全区 区级 街道（乡镇） 全省 省级"),
    ],
)
def test_city_is_called_by_its_kind_and_province(name: str, province: str | None, words: str) -> None:
    town = TOWN.model_copy(update={"name": name, "province": province})
    named = quoting.city_names(town)
    assert tuple(named) == CITY_NAMES
    assert " ".join(named.values()) == words
    assert text("，".join(f"{{{{ {one} }}}}" for one in CITY_NAMES), changed(city=town)) == "，".join(words.split())
    with_districts = town.model_copy(update={"districts": (District(name="东湖区", code="440703"),)})
    assert quoting.city_names(with_districts)["下辖地区"] == "区县"


def test_own_practice_is_not_that_of_others() -> None:
    assert text("首句。\n{{ 做法('财政') }}。") == "首句。"


def test_claim_without_words_says_nothing() -> None:
    facts = changed(claims={"甲": claim(holds=None, outcome="缺据")})
    assert filled("{{ 结论('甲') }}。", facts).omissions[0].reason == "“甲”：没有数据"


@pytest.mark.parametrize("value", ["0", "0.3", "-0.2"])
def test_no_gap_of_nothing_is_told(value: str) -> None:
    gap = fact("gap", "托位差距", value)
    facts = changed(facts={**FACTS.facts, gap.id: gap})
    assert text("还差{{ 托位差距|绝对值 }}。", facts) == ""


def test_no_change_is_told_as_none() -> None:
    facts = changed(facts={**FACTS.facts, (gap := fact("gap", "托位差距", "0")).id: gap})
    assert "没有变化" in text("托位{{ 托位差距|增减 }}。", facts)


@pytest.mark.parametrize(
    ("value", "decimals", "more", "less"),
    [("1", 0, "增加1个", "减少1个"), ("-1", 0, "减少1个", "增加1个"), ("0.1", 1, "增加0.1个", "减少0.1个")],
)
def test_least_change_is_a_change(value: str, decimals: int, more: str, less: str) -> None:
    facts = changed(facts={**FACTS.facts, (gap := fact("gap", "托位差距", value, decimals=decimals)).id: gap})
    for way, words in (("增减", more), ("减增", less)):
        assert re.sub("<[^>]+>", "", text(f"托位{{{{ 托位差距|{way} }}}}。", facts)) == f"托位{words}。"


def test_bound_turns_with_the_sign() -> None:
    gap = replace(FACTS["托位差距"], bound="<")
    assert "超过300个" in text("{{ 托位差距|绝对值 }}。", changed(facts={**FACTS.facts, gap.id: gap}))


def test_range_turns_with_the_sign() -> None:
    gap = replace(FACTS["托位差距"], value=Decimal(-300), upper=Decimal(-200))
    assert "200～300个" in text("{{ 托位差距|绝对值 }}。", changed(facts={**FACTS.facts, gap.id: gap}))


@pytest.mark.parametrize("told", ["{{ 托位差距|绝对值 }}。", "托位{{ 托位差距|增减 }}。"])
def test_change_that_may_go_either_way_is_not_told(told: str) -> None:
    gap = replace(FACTS["托位差距"], bound=">")  # more than 300 below: it may be above
    assert text(told, changed(facts={**FACTS.facts, gap.id: gap})) == ""


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ '12345个' }}", "不能写直接写的文字或数字"),
        ("{{ 7 }}", "不能写直接写的文字或数字"),
        ("{{ 7*7 }}", "不能写运算"),
        ("{{ 托位数 + 使用率 }}", "不能写运算"),
        ("{{ 托位数.fact.value }}", "不能写点号取值"),
        ("{{ 托位数['value'] }}", "不能写方括号取值"),
        ("{{ ''.__class__ }}", "不能写点号取值"),
        ("{{ 甲 if 乙 else 丙 }}", "不能写条件算式"),
        ("{{ 甲 ~ 乙 }}", "不能写拼接"),
        ("{{ 甲 == 乙 }}", "不能写比较算式"),
        ("{{ [甲] }}", "不能写列表"),
        ("{{ 甲|数(1) }}", "后面不写括号"),
        ("{{ 文件(编号='甲') }}", "函数的参数只写名称或加引号的文字"),
        ("{{ 文件(1) }}", "不能写"),
        ("{{ 图(图('a')) }}", "不能写"),
        ("{{ 托位数 }", "不成占位符"),
        ("{ 托位数 }", "不成占位符"),
        ("｛｛托位数｝｝", "不成占位符"),
        ("{% set 甲 = 1 %}", "不能写 {% … %}"),
        ("{# 注 #}", "{# … #}"),
        ("甲" * 5000, "超过 4000 个"),
    ],
)
def test_braces_are_no_loophole(template: str, said: str) -> None:
    with pytest.raises(TemplateFault, match=said.replace("{", r"\{").replace("#", r"\#").replace("|", r"\|")):
        parse_template(template)


@given(st.text(alphabet="{}甲乙|('\")数.+*~[]1 %#", max_size=40))
def test_any_template_is_read_or_refused(template: str) -> None:
    try:
        made = parse_template(template)
    except TemplateFault as fault:
        assert str(fault)  # noqa: PT017 - any text may be either
    else:
        assert "{" not in "".join(piece for piece in made if isinstance(piece, str))


SENTENCES = st.lists(
    st.sampled_from(["甲句。", "托位{{ 托位数 }}。", "在托{{ 在托人数 }}。", "**结论。**", "{{ 点 }}一项。", ""]),
    max_size=9,
)


@given(SENTENCES)
def test_nothing_is_lost_and_no_mark_is_left(lines: list[str]) -> None:
    made = filled("\n".join(lines))
    whole = "".join(made.paragraphs)
    assert "\ue000" not in whole
    assert "{{" not in whole
    assert ("在托{{ 在托人数 }}。" in lines) is any("在托" in one.reason for one in made.omissions)


def test_points_and_items_are_counted() -> None:
    first, last = number_points(text("{{ 点 }}甲：{{ 序 }}丙；{{ 序 }}丁。"), 1)
    assert (first, last) == ("2\\.甲：一是丙；二是丁。", 2)
