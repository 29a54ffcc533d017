"""Decision tables: how they are read, and what they make of facts; every claim is tried in ``test_conclusions``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from handmade import CITY
from handmade import fact
from handmade import facts_of
from handmade import share

from tuoyu.childcare.subject import subject
from tuoyu.facts.claims import ALL_RULES
from tuoyu.facts.claims import Claim
from tuoyu.facts.claims import check_names
from tuoyu.facts.claims import parse_claims
from tuoyu.facts.claims import state_claims
from tuoyu.facts.relations import Threshold
from tuoyu.nouns.city import City
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Part
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.register import Evidence

CLAIMS = {one.id: one for one in subject().claims}


def parsed(text: str) -> tuple[Claim, ...]:
    return parse_claims(text.encode(), "claims.toml")


def fault(text: str) -> str:
    with pytest.raises(ContractError) as caught:
        parsed(text)
    return str(caught.value)


def stated(text: str, facts: Facts) -> dict[str, Any]:
    return state_claims(parsed(text), facts)["甲"]


COMPARED = """
["甲"]
left = "左"
relation = "比较"
right = "右"
holds = ["高于"]
["甲".words]
"高于" = "高一些"
"略高于" = "略高一些"
"低于" = "低一些"
"""
OTHERS = '["乙"]\nflag = "有上期"\n["丙"]\nflag = "有核验意见"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('["甲"]\nleft = "左"', "须写且只写一项"),
        ('["甲"]\nflag = "有上期"\ntopic = "政策"', "须写且只写一项"),
        ('["甲"]\nleft = "左"\nrelation = "比较"\nright = "右"', "要写 left 和 holds"),
        ('["甲"]\nrelation = "比较"\nright = "右"\nholds = ["高于"]', "要写 left 和 holds"),
        ('["甲"]\nleft = "左"\nrelation = "门槛"\nright = "50%"\nholds = ["高于"]', "用 source 写明"),
        ('["甲"]\nleft = "左"\nrelation = "门槛"\nright = "右"\nsource = "文件"\nholds = ["高于"]', "要写数字"),
        ('["甲"]\nleft = "左"\nrelation = "比较"\nright = "50%"\nholds = ["高于"]', "要写指标名称"),
        ('["甲"]\nleft = "左"\nrelation = "比较"\nholds = ["高于"]', "要写指标名称"),
        ('["甲"]\nleft = "左"\nrelation = "持续"\nright = "右"\nholds = ["高于"]', "不写 right"),
        ('["甲"]\nflag = "有上期"\nholds = ["高于"]', "只用于写了 relation"),
        ('["甲"]\nbasis = "户籍"', "要写 left"),
        ('["甲"]\nflag = "有缺年"', "要写 left"),
        ('["甲"]\nleft = "左"\nrelation = "大于"\nright = "右"\nholds = ["高于"]', "[甲] relation：只能是"),
        ('["甲"]\nleft = "左"\nrelation = "比较"\nright = "右"\nholds = ["大于"]', "[甲] holds"),
        ('["甲"]\nflag = "有上期"\nagainst = "是"', "[甲] against：应为 true 或 false"),
        ('["甲"]\nflag = "有上期"\nneed = ["乙"]', "不认识的键 need，是不是 needs？"),
        ('["甲"]\nflag = "有上期"\nwords = { "大于" = "多" }', "[甲] words"),
        (f'{OTHERS}["甲"]\nall = ["乙", "丁"]', "[甲] 没有“丁”这条结论"),
        ('["使用率低"]\nflag = "有上期"\n["甲"]\nany = ["使用率偏低"]', "，是不是 使用率低？"),
        (f'{OTHERS}["甲"]\nall = ["乙：较高"]', "没有“较高”这种结果"),
        ('["甲"]\nall = ["乙"]\n["乙"]\nany = ["甲"]', "又用到它自己"),
        ('["甲"]\nall = ["乙：成立"]\n["乙"]\nany = ["丙：不成立"]\n["丙"]\nall = ["甲：成立"]', "又用到它自己"),
        ("[甲]\nflag = 1", "claims.toml：第1行"),
    ],
)
def test_faulty_table_is_told(text: str, message: str) -> None:
    assert message in fault(text)


def test_all_faults_are_told_at_once() -> None:
    told = fault('["甲"]\nflag = "无"\n["乙"]\nall = ["丙"]\n')
    assert told.startswith("claims.toml 有 2 处不合规则：")


def test_unknown_name_is_an_error_with_the_nearest() -> None:
    claims = parsed(COMPARED.replace("左", "托位使用律"))
    with pytest.raises(ContractError, match=r"没有“托位使用律”这个指标，是不是 托位使用率？"):
        check_names(claims, {"托位使用率", "右"})
    with pytest.raises(ContractError, match="没有“托位使用律”这个指标"):
        state_claims(claims, facts_of(托位使用率=fact("5"), 右=fact("4", period="2023")))


@pytest.mark.parametrize(
    ("left", "holds", "outcome", "words"),
    [
        (fact("5", indicator="y"), True, "高于", "高一些"),
        (fact("3", indicator="y"), False, "低于", "低一些"),
        (fact("4", indicator="y"), False, "持平", ""),
        (fact("3", indicator="y", bound=">"), None, "未定", ""),
        (fact("4.04", indicator="y", kind="policy"), True, "高于", "略高一些"),
    ],
)
def test_comparison(left: Fact, holds: bool | None, outcome: str, words: str) -> None:  # noqa: FBT001
    record = stated(COMPARED, facts_of(左=left, 右=fact("4")))
    assert (record["holds"], record["outcome"], record["words"]) == (holds, outcome, words)
    assert record["reason"].startswith("左与右比较，结果为高于：指标（")
    assert record["against"] is False


def test_claim_tells_by_which_facts_it_is_decided_through_those_that_it_combines() -> None:
    left, right = fact("5", indicator="y"), fact("4")
    assert stated(COMPARED, facts_of(左=left, 右=right))["rests_on"] == sorted([left.id, right.id])
    combined = f'{COMPARED.replace("甲", "乙")}\n["甲"]\nall = ["乙"]'
    assert stated(combined, facts_of(左=left, 右=right))["rests_on"] == sorted([left.id, right.id])
    assert stated('["甲"]\nflag = "有上期"', facts_of(左=left))["rests_on"] == []


def test_missing_fact_leaves_a_claim_open_with_the_reason() -> None:
    record = stated(COMPARED, facts_of({"右": "本期没有取得右"}, 左=fact("5")))
    assert (record["holds"], record["outcome"]) == (None, "缺据")
    assert record["reason"].endswith("：本期没有取得右")
    needing = COMPARED.replace('holds = ["高于"]', 'holds = ["高于"]\nneeds = ["别的"]')
    record = stated(needing, facts_of({"别的": "缺"}, 左=fact("5", indicator="y"), 右=fact("4")))
    assert record["holds"] is None


def test_undecided_holds_where_the_table_says_so() -> None:
    text = COMPARED.replace('holds = ["高于"]', 'holds = ["未定"]')
    assert stated(text, facts_of(左=fact("3", bound=">", indicator="y"), 右=fact("4")))["holds"] is True


def test_what_is_no_evidence_holds_where_the_table_says_so() -> None:
    """The same figure in both editions is no change."""
    text = COMPARED.replace('holds = ["高于"]', 'holds = ["缺据"]').replace("比较", "变化")
    same = {"左": fact("5"), "右": fact("5", edition="2023")}
    assert stated(text, facts_of(**same))["holds"] is True
    assert stated(text.replace('"缺据"', '"持平"'), facts_of(**same))["holds"] is None


PARTS = """
["多"]
left = "左"
relation = "门槛"
right = "5"
source = "测试"
holds = ["高于"]
["少"]
left = "右"
relation = "门槛"
right = "5"
source = "测试"
holds = ["低于"]
["全"]
all = ["多", "少"]
["或"]
any = ["多", "少"]
["指明"]
all = ["多：持平", "少：高于"]
["缺"]
all = ["多：缺据"]
"""


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("6", "4", {"全": True, "或": True, "指明": False, "缺": False}),
        ("6", "6", {"全": False, "或": True, "指明": False, "缺": False}),
        ("4", "6", {"全": False, "或": False, "指明": False, "缺": False}),
        ("5", "6", {"全": False, "或": False, "指明": True, "缺": False}),
        ("", "4", {"全": None, "或": True, "指明": False, "缺": True}),
        ("", "6", {"全": False, "或": None, "指明": None, "缺": True}),
        ("", "", {"全": None, "或": None, "指明": None, "缺": True}),
    ],
)
def test_claims_made_of_claims(left: str, right: str, expected: dict[str, bool | None]) -> None:
    known = {name: fact(value, indicator=name) for name, value in (("左", left), ("右", right)) if value}
    record = state_claims(parsed(PARTS), facts_of({"左": "缺", "右": "缺"}, **known))
    assert {name: record[name]["holds"] for name in expected} == expected
    assert record["全"]["outcome"] == {True: "成立", False: "不成立", None: "缺据"}[expected["全"]]


def test_reason_of_an_open_claim_is_that_of_its_open_parts() -> None:
    record = state_claims(parsed(PARTS), facts_of({"左": "没有左"}, 右=fact("4", indicator="右")))
    assert record["全"]["reason"] == f"多；少，全部成立：{record['多']['reason']}"
    assert record["多"]["reason"].endswith("：没有左")


def test_parts_may_stand_below() -> None:
    text = '["甲"]\nall = ["乙"]\n["乙"]\nflag = "有核验意见"\n'
    finding = Finding("warning", "large-change", "表", "变动较大", "核对", ("x",), CITY)
    assert stated(text, facts_of(左=fact("5")))["holds"] is False
    assert stated(text, replace(facts_of(左=fact("5")), findings=(finding,)))["holds"] is True


def evidence(id_: str, place: str = "own", **more: str) -> Evidence:
    fields = {"topic": "政策", "text": "有", "document": "报告", "published": "2024", **more}
    return Evidence.model_validate({"id": id_, "place": place, **fields})


def city(folder: str, code: str = CITY) -> City:
    return City(name="某市", short="某", code=code, level="地级市", folder=folder)


@pytest.mark.parametrize("rule", ['evidence = ["a", "b"]', 'topic = "政策"'])
def test_evidence_is_that_of_the_city_itself(rule: str) -> None:
    text = f'["甲"]\n{rule}\n'
    facts = replace(facts_of(左=fact("5")), city=city("own"))
    assert stated(text, facts)["holds"] is None
    assert stated(text, replace(facts, evidence=(evidence("b"),)))["holds"] is True
    assert stated(text, replace(facts, evidence=(evidence("b", "other"),)))["holds"] is None
    assert stated(text, replace(facts, evidence=(evidence("b", text="", left_out="未核实"),)))["holds"] is None
    assert stated(text, replace(facts, evidence=(evidence("c", topic="别的"),)))["holds"] is None


def test_states_of_the_edition() -> None:
    facts = facts_of(左=fact("5"))
    for flag in ("有上期", "有示范城市", "有核验意见", "资料简报"):
        assert stated(f'["甲"]\nflag = "{flag}"\n', facts)["holds"] is False
    earlier = fact("4", edition="2023")
    assert stated('["甲"]\nflag = "有上期"\n', facts_of(左=fact("5"), 上期左=earlier))["holds"] is True
    assert stated('["甲"]\nflag = "有示范城市"\n', replace(facts, benchmarks=(city("b", "610800"),)))["holds"] is True


def years(*named: tuple[str, str]) -> Facts:
    found = [fact(value, "人", 0, period=year) for year, value in named]
    facts = facts_of(**{one.period: one for one in found}, 左=found[-1])
    return replace(facts, city=city("own"))


def test_gap_in_a_series() -> None:
    text = '["甲"]\nleft = "左"\nflag = "有缺年"\n'
    assert stated(text, years(("2021", "5"), ("2022", "4"), ("2023", "3")))["holds"] is False
    assert stated(text, years(("2017", "5"), ("2022", "4"), ("2023", "3")))["holds"] is True


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ("543", "低于"),
        ("345", "高于"),
        ("553", "未定"),
        ("535", "未定"),
        ("555", "持平"),
    ],
)
def test_movement_that_goes_on(values: str, outcome: str) -> None:
    text = '["甲"]\nleft = "左"\nrelation = "持续"\nholds = ["低于"]\n'
    series = years(*((str(2021 + n), value) for n, value in enumerate(values)))
    assert stated(text, series)["outcome"] == outcome
    assert stated(text, years(("2022", "5"), ("2023", "3")))["outcome"] == "缺据"


def communities(*values: str) -> Facts:
    made = [
        fact(value, "人", 0, part=Part("社区", f"第{n}社区", "某街道"), name=f"第{n}") for n, value in enumerate(values)
    ]
    other = fact("1", "人", 0, part=Part("社区", "别的社区", "别的街道"))
    largest = max(made, key=lambda one: one.value)
    return facts_of(**{one.name: one for one in made}, 别的=other, 左=largest)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        (("692", "407", "359"), "高于"),
        (("300", "250", "200"), "持平"),
        (("300", "300", "300"), "低于"),
        (("9", "1"), "缺据"),
    ],
)
def test_parts_that_differ_much(values: tuple[str, ...], outcome: str) -> None:
    text = '["甲"]\nleft = "左"\nrelation = "悬殊"\nright = "1.5倍"\nsource = "测试"\nholds = ["高于"]\n'
    assert stated(text, communities(*values))["outcome"] == outcome


@pytest.mark.parametrize(
    ("left", "right", "outcome"),
    [
        ("2024-08-31", "2024-04-04", "高于"),
        ("2024", "2024-12-31", "持平"),
        ("2021", "2024", "低于"),
        ("", "2024", "缺据"),
        ("2021/", "2024", "缺据"),
    ],
)
def test_dates(left: str, right: str, outcome: str) -> None:
    text = '["甲"]\nleft = "左"\nrelation = "时点"\nright = "右"\nholds = ["低于"]\n'
    facts = facts_of(左=fact("5", period=left, indicator="y"), 右=fact("4", period=right))
    assert stated(text, facts)["outcome"] == outcome


def test_basis_kind_and_finding() -> None:
    facts = facts_of(左=fact("5", basis="机构登记"), 右=fact("4", kind="computed", indicator="y"))
    assert stated('["甲"]\nleft = "左"\nbasis = "机构登记"\n', facts)["holds"] is True
    assert stated('["甲"]\nleft = "左"\nbasis = "登记"\n', facts)["holds"] is False
    assert stated('["甲"]\nleft = "右"\nkind = "计算所得"\n', facts)["holds"] is True
    assert stated('["甲"]\nleft = "左"\nkind = "计算所得"\n', facts)["holds"] is False
    found = replace(facts, findings=(Finding("warning", "large-change", "表", "变动", "核对", ("x",), CITY, "2024"),))
    assert stated('["甲"]\nfinding = "large-change"\n', facts)["holds"] is False
    assert stated('["甲"]\nfinding = "large-change"\n', found)["holds"] is True
    assert stated('["甲"]\nfinding = "large-change"\nleft = "左"\n', found)["holds"] is True
    assert stated('["甲"]\nfinding = "large-change"\nleft = "右"\n', found)["holds"] is False


# 本项目的结论


def known_names() -> set[str]:
    known = {name for one in subject().vocabulary.values() for name in (one.id, one.name)}
    words = [*subject().comparators.values(), "全省", "上期"]
    known |= {f"{word}{one.name}" for one in subject().vocabulary.values() for word in words}
    return known | {name for role in subject().roles for name in (role.id, role.name)}


def test_every_claim_is_about_known_numbers() -> None:
    check_names(CLAIMS.values(), known_names())


def test_every_relation_has_its_rule() -> None:
    assert {one.relation for one in CLAIMS.values() if one.relation} <= set(ALL_RULES)


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [
        ("使用率偏低", fact("49.97"), False),  # prints 50.0 %
        ("使用率偏低", fact("49.94"), True),
        ("使用率偏低", fact("50"), False),
        ("普惠机构偏少", fact("50"), False),
        ("普惠机构偏少", fact("14.7"), True),
        ("学历偏低", fact("50"), False),
        ("学历偏低", fact("52.75", decimals=2), True),
        ("无社区托位", fact("0", "个", 0), True),
        ("无社区托位", fact("0", "个", 0, bound=">="), None),
        ("无社区托位", fact("1", "个", 0), False),
        ("需求占相当比例", fact("30", decimals=0, bound=">"), True),
        ("需求占相当比例", fact("3", decimals=0), False),
        ("绝大多数由家庭照护", fact("59"), False),
        ("绝大多数由家庭照护", fact("9.7"), True),
        ("就近为主", share("95.82", 287), True),
        ("就近为主", share("52", 287), None),
        ("远途为少数", share("60.28", 287), False),
        ("远途为少数", share("4.18", 287), True),
        ("低价位为多数", share("30", 287), False),
        ("社区有群众基础", share("4", 287), False),
        ("社区有群众基础", share("48.09", 287), True),
    ],
)
def test_thresholds_of_this_project(name: str, value: Fact, holds: bool | None) -> None:  # noqa: FBT001
    claim = CLAIMS[name]
    assert state_claims([claim], facts_of(**{claim.left: value}))[name]["holds"] is holds


def test_fee_above_what_is_accepted() -> None:
    wanted = [CLAIMS[name] for name in ("托费高于可接受水平", *CLAIMS["托费高于可接受水平"].all)]

    def holds(fee: Fact, low: Fact) -> bool | None:
        accepted = fact("2000", "元/月", 0, indicator="accepted_fee")
        facts = facts_of(全日托平均托费=fee, 可接受托费上限=accepted, 低价位接受比例=low)
        found: bool | None = state_claims(wanted, facts)["托费高于可接受水平"]["holds"]
        return found

    many, few = share("85.91", 287, indicator="low"), share("30", 287, indicator="low")
    assert holds(fact("2700", "元/月", 0), many) is True
    assert holds(fact("2000", "元/月", 0), many) is False
    assert holds(fact("300", "元/月", 0), many) is False
    assert holds(fact("3000", "元/月", 0, bound="<="), many) is None
    assert holds(fact("2700", "元/月", 0), few) is False


def test_limit_is_read_with_its_unit() -> None:
    assert Threshold.read("1.5倍") == Threshold(Decimal("1.5"), "倍", "1.5倍")
    assert Threshold.read("-2") == Threshold(Decimal(-2), "", "-2")
    assert Threshold.read("5以上5") is None


def test_date_of_the_edition_may_stand_on_the_right() -> None:
    claim = CLAIMS["托费为往年数字"]
    edition = Edition.model_construct(name="2024-08", as_of=date(2024, 8, 31), kind="监测报告")

    def outcome(period: str) -> str:
        facts = facts_of(全日托平均托费=fact("2700", "元/月", 0, period=period))
        return str(state_claims([claim], replace(facts, edition=edition))[claim.id]["outcome"])

    assert claim.names == ("全日托平均托费",)
    assert [outcome(period) for period in ("2021", "2024-08-31", "2024", "")] == ["低于", "持平", "高于", "缺据"]
