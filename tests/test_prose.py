"""Filling the prose: omission by sentence, ordinals, harmless data, no number by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import facts_of

from tuoyu.nouns.errors import ContractError
from tuoyu.text.prose import Prose
from tuoyu.text.prose import number_points
from tuoyu.text.prose import typed_numbers

FACTS = facts_of("jiangmen-2023-12")
PROSE = Prose(FACTS, numbers={"fig-births": "图1"})


def fill(template: str) -> str:
    return PROSE.fill(template, where="测试").text


def test_number_carries_its_lineage() -> None:
    assert fill("共有{{ 托育机构数 }}。") == '共有<span class="fact" data-id="institutions">357家</span>。'


def test_filters() -> None:
    assert ">357<" in fill("{{ 托育机构数|数 }}")
    assert ">2023年末<" in fill("{{ 托育机构数|时点 }}")
    assert ">2.86万人<" in fill("{{ 最新年出生人口|万 }}")


def test_sentence_without_evidence_is_left_out_with_its_reason() -> None:
    filled = PROSE.fill("托位{{ 托位数 }}。在托{{ 在托人数 }}。共{{ 托育机构数 }}。", where="测试")
    assert "在托" not in filled.text
    assert filled.text.endswith("</span>。")
    assert filled.omissions == [{"what": "在托…。", "reason": "在托人数：本期没有这项数据"}]


def test_paragraph_goes_with_its_first_sentence() -> None:
    assert fill("在托{{ 在托人数 }}。这一数字偏低。\n\n托位{{ 托位数 }}。").startswith("托位")


def test_bold_finding_stands_or_falls_with_its_first_evidence() -> None:
    assert fill("**使用不足。**在托{{ 在托人数 }}。后一句。") == ""


def test_reference_to_a_figure_that_is_not_shown() -> None:
    assert fill("首句。见{{ 图('fig-births') }}。见{{ 图('fig-price') }}。") == "首句。见[图1](#fig-births)。"


def test_points_and_items_are_counted() -> None:
    text, last = number_points(PROSE.fill("{{ 点 }}甲。\n\n{{ 点 }}乙：{{ 序 }}丙；{{ 序 }}丁。", where="测试").text)
    assert text == "1\\.甲。\n\n2\\.乙：一是丙；二是丁。"
    assert last == 2


@pytest.mark.parametrize(
    "text", ["全市有462家机构。", "超过三成的家庭。", "月托费两千元。", "15分钟以内。", "全角２个。", "三分之二"]
)
def test_typed_number_is_found(text: str) -> None:
    assert typed_numbers(text)


@pytest.mark.parametrize(
    "text", ["{{ 托位数 }}", "3岁以下婴幼儿", "“十四五”目标", "一是二是", "成本较高", "“1+1+N”的服务体系"]
)
def test_terms_and_ordinals_are_no_numbers(text: str) -> None:
    assert typed_numbers(text) == []


def test_unknown_placeholder_is_named() -> None:
    with pytest.raises(ContractError, match="用了不存在的名称：'托位总量数' is undefined"):
        fill("{{ 托位总量数 }}")


def test_broken_placeholder_is_located() -> None:
    with pytest.raises(ContractError, match="测试第1行的占位符写法有误"):
        fill("{{ 托位数 }")


def test_condition_on_a_missing_number_is_refused() -> None:
    with pytest.raises(ContractError, match="不能直接用作条件"):
        fill("{% if 在托人数 %}有{% endif %}")


def test_markup_in_data_is_text() -> None:
    evil = ({"id": "坏", "topic": "x", "text": "<script>alert()</script>#import", "place": "jiangmen", "file": "f"},)
    text = Prose(replace(FACTS, evidence=evil), numbers={}).fill("{{ 证据('坏') }}。", where="测试").text
    assert "<script>" not in text


def test_templates_cannot_reach_python() -> None:
    with pytest.raises(ContractError):
        fill("{{ ''.__class__.__mro__ }}")
