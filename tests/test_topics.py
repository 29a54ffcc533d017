"""Evidence called for by its topic, documents by their date of issue, recommendations by the year of the edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from conftest import facts_of

from tuoyu.facts.claims import Claim
from tuoyu.facts.claims import state_claims
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.register import TOPICS
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy
from tuoyu.nouns.register import Practice
from tuoyu.text.conditions import decide
from tuoyu.text.conditions import parse_condition
from tuoyu.text.gaps import Missing
from tuoyu.text.gaps import plain_words
from tuoyu.text.prose import Prose
from tuoyu.text.quoting import evidence
from tuoyu.text.references import Known
from tuoyu.text.references import faults_of_references
from tuoyu.text.sections import Section
from tuoyu.text.sections import read_section
from tuoyu.text.tasks import deadline
from tuoyu.text.tasks import faults_of_dates
from tuoyu.text.tasks import faults_of_values
from tuoyu.text.tasks import in_a_paragraph
from tuoyu.text.tasks import task_table

BOUND = {"document": "调研记录", "published": "2024"}


def entry(id_: str, topic: str, text: str = "", *, place: str = "jiangmen", left_out: str = "") -> Evidence:
    return Evidence(id=id_, topic=topic, text=text, place=place, left_out=left_out, **BOUND)  # type: ignore[arg-type]


@pytest.fixture
def facts() -> Facts:
    told = (
        entry("a", "场地资金", "公共用房少"),
        entry("b", "场地资金", "租期短"),
        entry("c", "场地资金", left_out="没有依据"),
        entry("d", "备案", "消防手续难办", place="yulin"),
        Practice(id="e", topic="监管", text="联合检查", group="监管", place="jiangmen", **BOUND),  # type: ignore[arg-type]
    )
    return replace(facts_of("jiangmen-2024-08"), evidence=told)


def proposal(by: str, **more: str) -> Section:
    front = "title: 办好社区托育\nkind: 建议\norder: 1\nanswers: 甲\nlead: [教育]\nfor: 家庭\n"
    front += "".join(f"{key}: {value}\n" for key, value in {"money": "需测算", **more}.items())
    section, faults = read_section("甲.md", f"---\n{front}by: {by}\n---\n{{{{ 序 }}}}先办一处。\n".encode())
    assert section, faults
    return section


def test_a_topic_stands_for_all_that_was_found_in_the_city_on_it(facts: Facts) -> None:
    told = str(evidence(facts, "场地资金"))
    assert told.index("公共用房少") < told.index("。") < told.index("租期短")
    assert "a" in told and "b" in told  # noqa: PT018 - the carriers of both
    assert "公共用房少" not in str(evidence(facts, "b"))


@pytest.mark.parametrize("topic", ["备案", "监管", "队伍"])
def test_other_cities_and_what_a_city_does_are_no_findings(facts: Facts, topic: str) -> None:
    assert isinstance(evidence(facts, topic), Missing)
    assert decide(parse_condition(f"有证据 {topic}"), facts) is False
    stated = state_claims([Claim(id="甲", topic=topic)], facts)
    assert stated["甲"]["holds"] is None


def test_conditions_and_claims_ask_for_topics(facts: Facts) -> None:
    assert decide(parse_condition("有证据 场地资金"), facts) is True
    assert decide(parse_condition("有证据 a、场地资金"), facts) is True
    assert state_claims([Claim(id="甲", topic="场地资金")], facts)["甲"]["holds"] is True


def test_an_unknown_topic_is_an_error_with_the_nearest_name(facts: Facts) -> None:
    section, _ = read_section("甲.md", '---\ntitle: 甲\nkind: 章\norder: 1\n---\n{{ 证据("场地资全") }}。\n'.encode())
    assert section
    (fault,) = faults_of_references([section], Known.of(facts, [section]))
    assert "场地资全" in fault.what
    assert "场地资金" in fault.what
    known = Known.of(facts, [section])
    assert not [topic for topic in TOPICS if known.unknown("quotation", topic)]


@pytest.mark.parametrize(
    ("year", "issued", "known"),
    [
        ("2024", "2024-07", False),
        ("2023", "2023-12", True),
        ("2023", "2023-12-31", True),
        ("2023", "", True),
        ("2024", "", False),
        ("", "", True),
    ],
)
def test_a_document_is_known_from_its_issue_on(year: str, issued: str, *, known: bool) -> None:
    policy = Policy(id="甲", title="甲", issuer="乙", year=year, issued=issued)
    assert policy.known_by(date(2023, 12, 31)) is known


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("次年6月", "2025年6月底前"),
        ("第三年12月", "2026年12月底前"),
        ("当年10月", "2024年10月底前"),
        ("2025-12", "2025年12月底前"),
        ("2025", "2025年底前"),
    ],
)
def test_a_date_may_be_set_from_the_year_of_the_edition(facts: Facts, by: str, told: str) -> None:
    assert deadline(facts, proposal(by)) == told
    assert not list(faults_of_dates([proposal(by)], facts))


@pytest.mark.parametrize("by", ["2024-07", "2023", "当年3月"])
def test_a_date_before_the_edition_is_an_error(facts: Facts, by: str) -> None:
    (fault,) = faults_of_dates([proposal(by)], facts)
    assert "早于本期的截止日期 2024-08-31" in fault.what


@pytest.mark.parametrize(
    ("indicator", "value", "wrong"),
    [
        ("托位使用率", "建议38.2%", True),  # as it is
        ("托位使用率", "建议38%", True),
        ("托位使用率", "建议38.3%", False),
        ("托位使用率", "建议比本期提高7个百分点", False),
        ("托位使用率", "建议20人", False),  # of something else
        ("提供普惠托育机构占比", "建议10%", True),
        ("提供普惠托育机构占比", "建议50%", False),
        ("保育人员高中及以下学历比例", "建议60%", True),  # fewer would be better
        ("保育人员高中及以下学历比例", "建议40%", False),
        ("有效问卷数", "建议100人", False),  # nothing speaks against it
    ],
)
def test_value_that_is_reached_already_is_not_proposed(indicator: str, value: str, *, wrong: bool) -> None:
    facts = facts_of("jiangmen-2024-08")
    found = list(faults_of_values([proposal("次年6月", indicator=indicator, target=value)], facts))
    assert bool(found) is wrong
    assert all("现状已经是" in one.what for one in found)


def test_value_that_leads_on_from_the_present_needs_one(facts: Facts) -> None:
    section = proposal("次年6月", indicator="托位使用率", target="建议不低于本期")
    assert "建议不低于本期" in in_a_paragraph(Prose(facts, {}), section)
    bare = replace(facts, names={name: id_ for name, id_ in facts.names.items() if name != "托位使用率"})
    prose = Prose(bare, {})
    assert "衡量，建议先取得现状的数字，再定目标值。" in in_a_paragraph(prose, section)
    assert task_table(prose, [section]).rows[0][-1] == "托位使用率：暂无数据→建议先取得现状的数字，再定目标值"


@pytest.mark.parametrize(
    ("own", "national", "planned"),
    [
        ("5.5", "4.9", "5.5个"),
        ("4.5", "4.9", "4.9个"),  # the province's is reached
        ("", "4.9", "4.9个"),
        ("5.5", "", "5.5个"),
        ("4.5", "4.5", ""),
    ],
)
def test_target_of_a_plan_is_told_with_its_number(facts: Facts, own: str, national: str, planned: str) -> None:
    names, known = dict(facts.names), dict(facts.facts)
    for name, value in {"每千人口托位数目标": own, "全国每千人口托位数目标": national}.items():
        id_ = names.pop(name)
        if value:
            names[name] = id_
            known[id_] = replace(known[id_], value=Decimal(value))
    prose = Prose(replace(facts, names=names, facts=known), {})
    section = proposal("次年6月", indicator="每千人口托位数", target="建议达到规划目标")
    for told in (in_a_paragraph(prose, section), task_table(prose, [section]).rows[0][-1]):
        assert plain_words(told).rstrip("。").endswith(f"建议达到规划目标{planned}")


@pytest.mark.parametrize(("value", "told"), [("9200000", True), ("0", False), ("-5000", False)])
def test_no_money_is_asked_for_nobody(facts: Facts, value: str, *, told: bool) -> None:
    fund = replace(facts["备案机构奖补参考资金"], value=Decimal(value))
    prose = Prose(replace(facts, facts={**facts.facts, fund.id: fund}), {})
    section = proposal("次年6月", money='"各奖补一次需{{ 备案机构奖补参考资金 }}。"')
    assert ("各奖补一次需" in in_a_paragraph(prose, section)) is told
    assert ("各奖补一次需" in task_table(prose, [section]).rows[0][4]) is told


@pytest.mark.parametrize(
    ("level", "districts", "told"),
    [
        ("地级市", False, ("每个县（市、区）至少1个", "各县（市、区）政府")),
        ("地区", False, ("每个县（市、区）至少1个", "各县（市、区）政府")),
        ("县级市", False, ("每个镇（街）至少1个", "各镇（街）")),
        ("市辖区", False, ("每个镇（街）至少1个", "各镇（街）")),
        ("县", True, ("每个县（市、区）至少1个", "各县（市、区）政府")),  # as declared
    ],
)
def test_county_has_no_counties_below_it(facts: Facts, level: str, *, districts: bool, told: tuple[str, str]) -> None:
    known = facts.city
    assert known
    city = known.model_copy(update={"level": level, "districts": known.districts if districts else ()})
    section = proposal(
        "次年6月",
        indicator="社区托育点数",
        target="建议每个县（市、区）至少1个",
        **{"with": "[财政, 各县（市、区）政府]"},
    )
    prose = Prose(replace(facts, city=city), {})
    paragraph, (row,) = in_a_paragraph(prose, section), task_table(prose, [section]).rows
    for words in told:
        assert words in paragraph
        assert words in "".join(row)
    assert ("县（市、区）" in f"{paragraph}{row}") is city.has_districts
