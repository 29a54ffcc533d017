"""Quotations: which entry a name stands for, whose it must be, and that every one leads to its document."""

from __future__ import annotations

import html
import re
from typing import Any

from toy_report import EDITION
from toy_report import FACTS
from toy_report import OTHER
from toy_report import TOWN
from toy_report import changed

from tuoyu.nouns.fact import Facts
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy
from tuoyu.nouns.register import Practice
from tuoyu.text import quoting
from tuoyu.text.gaps import Missing

THIRD = OTHER.model_copy(update={"code": "990300", "name": "远市", "folder": "third"})


def entry(id_: str, **more: Any) -> Evidence:  # noqa: ANN401 - fields of an entry
    fields = {"topic": "用地", "text": f"{id_}说。", "document": "记录", "published": "2024", "place": "town", **more}
    return Evidence(id=id_, **fields)


def practice(id_: str, place: str, **more: Any) -> Practice:  # noqa: ANN401
    fields = {
        "text": f"{id_}做。",
        "document": "文件",
        "published": "2024",
        "group": "财政",
        "serves": ("补助",),
        **more,
    }
    return Practice(id=id_, place=place, **fields)


def policy(id_: str, **more: Any) -> Policy:  # noqa: ANN401
    return Policy(id=id_, title=f"{id_}规划", issuer="机关", **more)


def said(value: object) -> list[tuple[str, str, str]]:
    """Kind, id and words of every quotation."""
    assert isinstance(value, str), value
    found = re.findall(r'<span class="(\w+)" data-id="([^"]*)">(.*?)</span>', value)
    return [(kind, html.unescape(id_), words) for kind, id_, words in found]


def of(facts: Facts, function: str, *names: str) -> object:
    return quoting.functions(facts)[function](*names)


def test_name_is_an_id_else_what_another_entry_carries_too_else_a_topic() -> None:
    facts = changed(evidence=(entry("甲"), entry("乙", covers=("丙",)), entry("丁", topic="收费")))
    assert said(of(facts, "证据", "甲")) == [("evidence", "甲", "甲说")]
    assert said(of(facts, "证据", "丙")) == [("evidence", "乙", "乙说")]
    assert said(of(facts, "证据", "用地")) == [("evidence", "甲", "甲说"), ("evidence", "乙", "乙说")]
    assert str(of(facts, "证据", "用地")).count("。") == 1
    assert of(facts, "证据", "监管") == Missing("监管", "没有这方面的调研材料")
    assert quoting.entry_of(facts, "用地") == facts.evidence[0]
    assert quoting.entry_of(facts, "监管") is None


def test_topic_is_told_by_material_about_the_city_itself_and_by_words() -> None:
    others = (
        entry("邻", place="other"),
        practice("做", "town", topic="用地"),
        entry("数", text="", figures=("托位数",)),
        entry("略", text="", left_out="未核实"),
    )
    assert isinstance(of(changed(evidence=others), "证据", "用地"), Missing)
    assert said(of(changed(evidence=(*others, entry("甲"))), "证据", "用地")) == [("evidence", "甲", "甲说")]
    assert said(of(changed(evidence=others), "证据", "邻")) == [("evidence", "邻", "邻说")]
    assert isinstance(of(changed(evidence=others), "证据", "略"), Missing)


def test_practice_is_the_citys_own_of_one_group() -> None:
    known = (
        practice("一", "town"),
        practice("二", "town", group="机制"),
        practice("三", "other"),
        practice("四", "town", text="", left_out="未核实"),
        practice("五", "town"),
    )
    facts = changed(evidence=known)
    assert said(of(facts, "做法", "财政")) == [("evidence", "一", "一做"), ("evidence", "五", "五做")]
    assert said(of(facts.at(OTHER.code), "做法", "财政")) == [("evidence", "三", "三做")]
    missing = of(changed(evidence=known[2:3]), "做法", "财政")
    assert isinstance(missing, Missing)
    assert missing.name == "财政方面的做法"


def test_example_is_what_benchmark_cities_do_for_a_measure() -> None:
    known = (
        practice("远", "third"),
        practice("邻", "other"),
        practice("本", "town"),
        practice("别", "elsewhere"),
        practice("它", "other", serves=("用地",)),
        practice("略", "other", text="", left_out="未核实"),
        entry("查", place="other", serves=("补助",)),
    )
    facts = changed(evidence=known, benchmarks=(OTHER, THIRD))
    told = of(facts, "外地做法", "补助")
    assert said(told) == [("evidence", "邻", "邻做"), ("evidence", "远", "远做")]
    assert re.sub("<[^>]+>", "", str(told)) == "邻市邻做。远市远做"
    assert isinstance(of(changed(evidence=known, benchmarks=()), "外地做法", "补助"), Missing)


def test_policy_is_quoted_with_title_number_year_and_what_it_asks() -> None:
    known = (
        policy("甲", number="〔2021〕1号", year="2021", asks="增加托位。", covers=("乙",)),
        policy("丙", number="", year=""),
        Policy(id="丁", title="《现成》的通知", issuer="机关"),
    )
    facts = changed(policies=known)
    for name in ("甲", "乙"):
        assert said(of(facts, "文件", name)) == [("policy", "甲", "《甲规划》（〔2021〕1号）")]
    assert said(of(facts, "文件", "丙")) == [("policy", "丙", "《丙规划》")]
    assert said(of(facts, "文件", "丁")) == [("policy", "丁", "《现成》的通知")]
    assert said(of(facts, "文件年份", "甲")) == [("policy", "甲", "2021年")]
    assert said(of(facts, "文件要求", "甲")) == [("policy", "甲", "增加托位")]
    assert of(facts, "文件年份", "丙") == Missing("丙规划", "政策登记表中没有写这一项")
    assert of(facts, "文件要求", "丙") == Missing("丙规划", "政策登记表中没有写这一项")
    assert isinstance(of(facts, "文件", "戊"), Missing)


def test_document_of_a_target_is_the_one_that_sets_it() -> None:
    target = {"id": "plan-places", "indicator": "places", "value": "1500个"}
    other = {**target, "id": "another"}
    known = (policy("甲", target=(other,)), policy("乙", target=(other, target)), policy("丙"))
    assert said(of(changed(policies=known), "目标文件", "places")) == [("policy", "乙", "《乙规划》")]
    assert isinstance(of(changed(policies=known[:1]), "目标文件", "places"), Missing)
    assert isinstance(of(changed(policies=known), "目标文件", "enrolment"), Missing)
    assert isinstance(of(changed(policies=known, edition=None), "目标文件", "places"), Missing)
    assert EDITION.targets.places == "plan-places"


def test_departments_are_called_by_their_own_names_where_all_are_declared() -> None:
    facts = changed(city=TOWN)
    assert of(facts, "部门", "卫生健康", "教育") == "市卫生健康局、市教育局"
    assert of(facts, "部门等", "卫生健康") == "市卫生健康局等部门"
    assert of(facts, "部门", "卫生健康", "财政") == "卫生健康、财政部门"
    assert of(facts, "部门等", "财政") == "财政等部门"
    assert of(changed(city=None), "部门", "教育") == "教育部门"


def test_words_of_an_entry_are_text_and_nothing_else() -> None:
    facts = changed(evidence=(entry('a"<b', text="<b>*粗*</b>"),))
    assert of(facts, "证据", 'a"<b') == (
        '<span class="evidence" data-id="a&quot;&lt;b">&lt;b&gt;\\*粗\\*&lt;/b&gt;</span>'
    )
    assert FACTS.city == TOWN
