"""Words that may not be typed: each is told with file, line, word and what to do; harmless ones are listed."""

from __future__ import annotations

import pytest
from toy_report import FILES
from toy_report import file

from tuoyu.facts.claims import FLAGS
from tuoyu.text.lexicon import JUDGING
from tuoyu.text.lexicon import faults_of_words
from tuoyu.text.lexicon import read_phrases
from tuoyu.text.lexicon import typed_numbers
from tuoyu.text.sections import read_section
from tuoyu.text.texts import Texts

FRONT = {"title": "一节", "kind": "节", "order": 1}


def faults(body: str, **front: object) -> list[str]:
    """What is wrong with the words of a file."""
    section, _ = read_section("甲.md", file(body, **{**FRONT, **front}))
    assert section is not None
    return [one.text for one in faults_of_words([section], ())]


@pytest.mark.parametrize("word", JUDGING)
def test_judging_word_is_told(word: str) -> None:
    found = faults(f"这里{word}那里。")
    assert found
    assert found[0].startswith("甲.md 第6行：“")
    assert "结论(…)" in found[0]


@pytest.mark.parametrize(
    ("body", "front"),
    [
        ('::: {when="使用率偏低"}\n使用率明显偏低。\n:::', {}),
        ('::: {when="有证据 甲"}\n多数机构如此。\n:::', {}),
        ("使用率明显偏低。", {"when": "使用率偏低 且 有 托位数"}),
        ("不仅要新建，也要改建。", {}),
        ("{{ 比较(甲, 乙) }}全国。", {}),
    ],
)
def test_word_that_something_decides_is_right(body: str, front: dict[str, object]) -> None:
    assert faults(body, **front) == []


@pytest.mark.parametrize("condition", ["有 托位数", "有图 fig-a", "同年 甲、乙", "缺 甲", *FLAGS])
def test_that_numbers_are_there_decides_nothing(condition: str) -> None:
    assert faults(f'::: {{when="{condition}"}}\n使用率明显偏低。\n:::')


def test_title_is_looked_at_too() -> None:
    assert faults("一句。", title="使用率偏低")[0].startswith("甲.md 第2行：“偏低”")
    assert faults("一句。", title="使用率偏低", kind="问题", when="使用率偏低") == []


@pytest.mark.parametrize("word", ["由于", "因为", "导致", "造成", "使得", "因此", "与收入有关"])
def test_cause_names_its_evidence(word: str) -> None:
    assert f"“{word}”说的是原因" in faults(f"{word}家庭不便。")[0]
    assert faults(f"{word}{{{{ 证据('甲') }}}}，家庭不便。") == []
    assert faults(f"{word}家庭不便。 <!-- 依据：甲 -->") == []


@pytest.mark.parametrize(
    "text",
    [
        *("全市有462家机构", "超过三成的家庭", "月托费两千元", "15分钟以内", "全角２个", "三分之二"),
        *("三百二十万人", "百分之五", "翻了三倍", "占①成", "约½的家庭", "二十所幼儿园"),
        *("半数以上", "一半以上", "翻番", "翻一番", "百余家", "二〇二四年", "数十家", "过半", "十余个"),
    ],
)
def test_typed_number_is_found(text: str) -> None:
    assert typed_numbers(text)
    assert "手写了数字" in faults(f"{text}。")[-1]


@pytest.mark.parametrize(
    "text", ["3岁以下婴幼儿", "“十四五”目标", "一是二是", "成本", "“1+1+N”的服务体系", "十分重要", "半日托", "千方百计"]
)
def test_terms_and_ordinals_are_no_numbers(text: str) -> None:
    assert typed_numbers(text) == []


def test_proposals_are_typed_in_the_front_matter_alone() -> None:
    assert [one for one in Texts.read(FILES).faults if "手写" in one.what] == []
    cost = FILES["补托位.md"].replace("需测算：需要各机构的成本".encode(), "约5万元".encode())
    found = Texts.read({**FILES, "补托位.md": cost}).faults
    assert any("手写了数字" in one.what for one in found)


def test_harmless_phrase_is_passed_over() -> None:
    phrases = '[[harmless]]\nphrase = "减少审批环节"\nreason = "措施，不是对数字的判断"\n'.encode()
    text = {"甲.md": file("减少审批环节。", **FRONT)}
    assert Texts.read(text).faults
    assert Texts.read({**text, "用语.toml": phrases}).faults == ()
    assert Texts.read({**text, "甲.md": file("简化审批。", **FRONT), "用语.toml": phrases}).faults[0].text == (
        "用语.toml：“减少审批环节”在报告文字中没有用到，请删去"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[[harmless]]\nphrase = "简化审批"\nreason = "措施"', "没有要核对的用语"),
        ('[[harmless]]\nphrase = "减少审批"', "缺少"),
        ('[[harmless]]\nphrase = "减少审批"\nreson = "措施"', "不认识的键"),
        ("[[harmless]\n", "第1行"),
    ],
)
def test_faults_of_the_list_are_told(content: str, said: str) -> None:
    assert any(said in one.text for one in read_phrases(content.encode())[1])
