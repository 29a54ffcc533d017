"""Text files: front matter and sentences are read strictly, and every fault is told with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_report import FACTS
from toy_report import FILES
from toy_report import TEXTS
from toy_report import file

from tuoyu.nouns.errors import ContractError
from tuoyu.text.sections import KINDS
from tuoyu.text.sections import read_section
from tuoyu.text.sections import read_sections
from tuoyu.text.texts import Texts
from tuoyu.text.texts import check_form
from tuoyu.text.texts import check_texts

PLAIN = {"title": "一节", "kind": "节", "order": 1}


def faults(body: str, **front: object) -> list[str]:
    """What is wrong with a file of this text."""
    return [one.text for one in read_section("甲.md", file(body, **{**PLAIN, **front}))[1]]


def test_toy_has_no_faults() -> None:
    assert TEXTS.faults == ()
    check_texts(TEXTS, FACTS)


def test_sections_come_in_their_order() -> None:
    assert [one.stem for one in TEXTS.sections][:3] == ["要点", "状况", "空"]


def test_paragraphs_are_told_apart_by_empty_lines() -> None:
    section, _ = read_section("甲.md", file("一句。\n二句。\n\n\n三句。", **PLAIN))
    assert section is not None
    assert [(one.text, one.paragraph, one.line) for one in section.sentences] == [
        ("一句。", 1, 6),
        ("二句。", 1, 7),
        ("三句。", 2, 10),
    ]


def test_blocks_may_be_nested() -> None:
    body = '::: {when="甲"}\n一句。\n::: {when="乙"}\n二句。\n:::\n:::\n三句。'
    section, _ = read_section("甲.md", file(body, **PLAIN))
    assert section is not None
    assert [len(one.conditions) for one in section.sentences] == [1, 2, 0]


def test_closing_comment_names_the_evidence_of_a_cause() -> None:
    section, found = read_section("甲.md", file("因此不便。 <!-- 依据：甲—1 -->", **PLAIN))
    assert section is not None
    assert (section.sentences[0].cause, section.sentences[0].text, found) == ("甲—1", "因此不便。", ())


def test_windows_files_are_read() -> None:
    content = "\ufeff".encode() + file("一句。", **PLAIN).replace(b"\n", b"\r\n")
    section, found = read_section("甲.md", content)
    assert section is not None
    assert not found


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("没有句号", "句末要有句号"),
        ("一句。两句。", "一行写了两句"),
        ("共{ 托位数 }。", "花括号“共{ 托位数 }”不成占位符"),
        ("共｛｛托位数｝｝。", "不成占位符"),
        ("{% if 甲 %}乙。", "不能写 {% … %}"),
        ("一、开头。", "序号“一、”由程序编"),
        ("（一）开头。", "序号“（一）”由程序编"),
        ("1.开头。", "序号“1.”由程序编"),
        ("用<b>粗体</b>。", "不能写 HTML 标记"),
        ("有脚注[^甲]。", "报告不用脚注，“[^甲]。”请删去"),
        ("句中<!-- 注 -->。", "注释只能写在句末"),
        ("![图](a.png)。", "不能插图"),
        ("## 小标题", "标题写在 title"),
        ('::: {when="甲"}\n一句。', "条件块没有结束"),
        ("一句。\n:::", "多余的 :::"),
        ("::: {when=甲}\n一句。\n:::", "条件块写作"),
        ('::: {when="甲 且"}\n一句。\n:::', "条件没有写完"),
    ],
)
def test_fault_of_a_sentence_is_told(body: str, said: str) -> None:
    found = faults(body)
    assert any(said in one for one in found), found
    assert all(one.startswith("甲.md 第") for one in found)


@pytest.mark.parametrize(
    "body",
    [
        "**结论。**",
        "**结论。**依据一句。",
        "{{ 点 }}**结论。**依据一句。",
        "他说“行。不行。”的多。",
        "- 一项",
        "#### 小标题",
        "包括：",
        "真的吗？",
    ],
)
def test_these_are_sentences(body: str) -> None:
    assert faults(body) == []


def test_front_matter_is_strict() -> None:
    content = "---\ntitel: 甲\nkind: 问\norder: 先\norder: 2\n---\n".encode()
    assert [one.text for one in read_section("甲.md", content)[1]] == [
        "甲.md 第2行：不认识的键 titel，是不是 title？",
        "甲.md 第5行：order 写了两次",
        "甲.md 第1行：缺少 title（标题）",
        f"甲.md 第3行：kind 只能是{'、'.join(KINDS)}，现为“问”，是不是 问题？",
        "甲.md 第4行：order 写法不对，应为次序，写数字，现为“先”",
    ]


def test_file_without_front_matter_is_told() -> None:
    assert "开头应为文件信息" in read_section("甲.md", "一句。".encode())[1][0].text
    assert "不是 UTF-8" in read_section("甲.md", "一句。".encode("gb18030"))[1][0].text


def test_recommendation_is_complete() -> None:
    found = faults("一句。", kind="建议")
    told = [one.partition("建议缺少 ")[2].partition("（")[0] for one in found]
    assert told == ["answers", "lead", "for", "by", "money"]
    assert "只在 kind 为“建议”的文件里写" in faults("一句。", by="2025-12")[0]


def test_same_order_is_told() -> None:
    _, found = read_sections({"甲.md": file("一句。", **PLAIN), "乙.md": file("一句。", **PLAIN)})
    assert "order 与" in found[0].text


def test_all_faults_of_all_files_are_told_at_once() -> None:
    texts = Texts.read({"甲.md": file("没有句号", **PLAIN), "乙.md": file("一句。两句。", **{**PLAIN, "order": 2})})
    with pytest.raises(ContractError, match=r"(?s)有 2 处要改.*乙\.md.*甲\.md"):
        check_form(texts)


@pytest.mark.parametrize(
    ("body", "front", "said"),
    [
        ("共{{ 托位树 }}。", {}, "没有名为“托位树”的指标，是不是 托位数？"),
        ("{{ 托位数|时间点 }}。", {}, "没有名为“时间点”的筛选"),
        ("{{ 结论('托位未达标') }}。", {}, "没有名为“托位未达标”的结论，是不是 托位未达目标？"),
        ("{{ 证据('甲—2') }}。", {}, "没有名为“甲—2”的材料"),
        ("见{{ 图('fig-b') }}。", {}, "没有名为“fig-b”的图表"),
        ("{{ 文件('plam') }}。", {}, "没有名为“plam”的政策文件"),
        ("{{ 目标文件('place') }}。", {}, "没有名为“place”的目标"),
        ("{{ 做法('财务') }}。", {}, "没有名为“财务”的做法的类别"),
        ("{{ 外地做法('补贴') }}。", {}, "没有名为“补贴”的做法的标签"),
        ("{{ 部门('卫健') }}。", {}, "没有名为“卫健”的部门"),
        ("{{ 附件('省外') }}。", {}, "没有名为“省外”的附件的文件名"),
        ("{{ 该市 }}很好。", {}, "只在 kind 为“示范城市”的文件里用"),
        ("{{ 比较(托位数) }}。", {}, "应写 2 项，现为 1 项"),
        ("{{ 比较('托位数', 使用率) }}。", {}, "不加引号"),
        ("{{ 文件(plan) }}。", {}, "要加引号"),
        ("{{ 我市|数 }}。", {}, "后面不能用筛选"),
        ("一句。", {"when": "有 托位树"}, "条件中没有名为“托位树”的指标"),
        ("一句。", {"when": "托位未达标"}, "条件中没有名为“托位未达标”的结论"),
        ('::: {when="使用率偏高"}\n一句。\n:::', {}, "条件中没有名为“使用率偏高”的结论"),
        ('::: {when="有托位数"}\n一句。\n:::', {}, "没有名为“有托位数”的结论，是不是 有 托位数？"),
        ("一句。", {"rests_on": "[托位树]"}, "rests_on 中的“托位树”不是指标、材料或结论"),
        ("因此难办。 <!-- 依据：甲—9 -->", {}, "没有名为“甲—9”的材料"),
        ("一句。", {"kind": "问题"}, "没有一条建议针对这个问题"),
    ],
)
def test_unknown_name_is_an_error_in_every_block(body: str, front: dict[str, object], said: str) -> None:
    files = {**FILES, "甲.md": file(body, **{**PLAIN, "order": 99, **front})}
    with pytest.raises(ContractError, match=said):
        check_texts(Texts.read(files), FACTS)


def test_evidence_without_words_cannot_be_quoted() -> None:
    texts = Texts.read({**FILES, "甲.md": file("{{ 证据('丙') }}。", **{**PLAIN, "order": 99})})
    entry = FACTS.evidence[0].model_copy(update={"id": "丙", "text": "", "figures": ("托位数",)})
    with pytest.raises(ContractError, match="材料“丙”没有文字可引"):
        check_texts(texts, FACTS, entries=[entry])


def test_names_of_other_cities_are_known() -> None:
    texts = Texts.read({**FILES, "甲.md": file("{{ 证据('丙') }}。", **{**PLAIN, "order": 99})})
    entry = FACTS.evidence[0].model_copy(update={"id": "丙"})
    check_texts(texts, FACTS, entries=[entry])


@given(st.text(alphabet="一二。：{}%#<>!-*|\"'（）\n:—when= ", max_size=80))
def test_any_text_is_read_or_refused(body: str) -> None:
    section, found = read_section("甲.md", file(body, **PLAIN))
    assert section is not None or found
