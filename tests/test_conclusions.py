"""Every claim of this project on every outcome, against what it means, entered here a second time by hand.

``claims.toml`` says what the report asserts and when. An altered side, limit, direction or word there is noticed only
by somebody who has said independently what was meant: that is the table ``MEANT``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from handmade import CITY
from handmade import fact
from handmade import facts_of
from handmade import share

from tuoyu.childcare.subject import subject
from tuoyu.facts.claims import Claim
from tuoyu.facts.claims import state_claims
from tuoyu.nouns.city import City
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.indicator import Indicator
from tuoyu.nouns.register import Evidence
from tuoyu.text.prose import CITY_NAMES

CLAIMS = {one.id: one for one in subject().claims}
ABOVE, LEVEL, BELOW, OPEN, ABSENT = "高于", "持平", "低于", "未定", "缺据"
SIGNS = {
    ">": {ABOVE},
    "<": {BELOW},
    "=": {LEVEL},
    "≥": {ABOVE, LEVEL},
    "≤": {BELOW, LEVEL},
    "≠": {ABOVE, BELOW},
}
# 结论：关系　左边　成立的方向　右边；对本市不利的，前面加“！”。
# “｜”以后为左边较大、相等、较小和不能判断时，写出的话里必有的字；“—”为不写。
MEANT = """
有问卷：门槛　有效问卷数 > 0
出生人口下降：变化　最新年出生人口 < 首年出生人口｜增加　持平　减少　—
出生人口比上年：变化　最新年出生人口 < 上年出生人口｜增加　持平　减少　—
！托位未达目标：目标　每千人口托位数 < 每千人口托位数目标｜已经达到　已经达到　尚未达到　不能判断
托位达到目标：目标　每千人口托位数 ≥ 每千人口托位数目标
！托位未达全国目标：目标　每千人口托位数 < 全国每千人口托位数目标｜已经达到　已经达到　尚未达到　不能判断
机构数比上期：变化　托育机构数 > 上期托育机构数｜增加　没有变化　减少　—
没有托位：门槛　托位数 = 0
！无社区托位：门槛　社区嵌入式托位数 = 0
！普惠机构偏少：门槛　提供普惠托育机构占比 < 50%
！学历偏低：门槛　保育人员高中及以下学历比例 > 50%
！使用率偏低：门槛　托位使用率 < 50%｜超过一半　正好一半　不到一半　不能判断
！入托率未达目标：目标　入托率 < 入托率目标｜已经达到　已经达到　尚未达到　不能判断
入托目标超过托位：比较　入托率目标对应在托人数 > 托位数｜多于　相当　少于　不能判断
托费对比可接受上限：比较　全日托平均托费 > 可接受托费上限｜高于　持平　低于　—
低价位为多数：多数　低价位接受比例 > 50%
出生人口持续减少：持续　最新年出生人口 < 各年｜逐年增加　持平　逐年减少　有增有减
出生率与全国同期：时点　常住口径出生率 = 全国人口出生率
平台使用率另有时点：时点　平台托位使用率 ≠ 托位使用率
平台使用率对比：比较　平台托位使用率 ≠ 托位使用率｜高　相同　低　—
需求对比托位：比较　有送托需求婴幼儿数 > 托位数｜多于　相当　少于　不能判断
需求占相当比例：门槛　送托意愿比例 > 20%
绝大多数由家庭照护：门槛　入托率 < 20%
托费为往年数字：时点　全日托平均托费 < 截止日期
托费与收入同期：时点　全日托平均托费 = 居民月人均可支配收入
农村收入低于城镇：比较　农村居民人均可支配收入 < 城镇居民人均可支配收入
远途为少数：多数　通勤较长比例 < 50%
全日托为主：多数　全日托比例 > 50%
就近为主：多数　通勤较短比例 > 50%
公办比民办受欢迎：份额　公办意愿比例 > 民办意愿比例
公办比普惠民办受欢迎：份额　公办意愿比例 > 普惠民办意愿比例
社区有群众基础：多数　社区布局意愿比例 > 20%
幼儿园有群众基础：多数　幼儿园布局意愿比例 > 20%
社区婴幼儿数相差较大：悬殊　首位社区婴幼儿数 > 1.5倍
列出社区占比较高：门槛　首位街道列出社区占比 > 30%
上期托位对照目标：目标　上期每千人口托位数 < 每千人口托位数目标
上期使用率偏低：门槛　上期托位使用率 < 50%
有托位缺口：门槛　托位缺口 ≥ 1个
！托费占收入比重高：门槛　同年托费占收入比重 > 50%
！非幼儿园机构备案偏少：门槛　非幼儿园机构备案比例 < 50%
出生人口比首年：变化　最新年出生人口 < 首年出生人口｜增加　持平　减少　不能判断
自然增长：比较　最新年出生人口 < 死亡人口｜出生多于死亡　相抵　出生少于死亡　不能判断
常住人口比上年：变化　常住人口 < 上年末常住人口｜增加　持平　减少　不能判断
托位数比上期：变化　托位数 > 上期托位数｜增加　持平　减少　不能判断
在托人数比上期：变化　在托人数 > 上期在托人数｜增加　持平　减少　不能判断
使用率比上期：变化　托位使用率 < 上期托位使用率｜提高　持平　下降　不能判断
在托与需求：比较　在托人数 < 有送托需求婴幼儿数｜已经多于　相当　相当于其中的　目前在托
十八个月为主：多数　十八个月以上入托比例 > 50%
社区与幼儿园意愿：份额　社区布局意愿比例 > 幼儿园布局意愿比例｜前者多于后者　相当　后者多于前者　没有超出抽样误差
距离与质量：份额　距离优先比例 > 保育质量优先比例｜前者多于后者　不分先后　后者多于前者　没有超出抽样误差
硬件与质量：份额　硬件设施优先比例 < 保育质量优先比例｜更多　不相上下　更少　没有超出抽样误差
硬件与距离：份额　硬件设施优先比例 < 距离优先比例
公办与民办：份额　公办意愿比例 > 民办意愿比例｜前者明显更多　不相上下　后者明显更多　没有超出抽样误差
办托性质公布不全：门槛　办托性质已公布占比 < 95%
托费同全国：比较　全日托平均托费 = 同期全国全日托平均托费
每千人口托位有新数：时点　每千人口托位数 > 上期每千人口托位数
使用率有新数：时点　托位使用率 > 上期托位使用率
目标年份已过：时点　每千人口托位数目标 < 截止日期
完成率印作满百：门槛　托位目标完成率 ≥ 100%
首位社区居首：比较　首位社区婴幼儿数 > 次位社区婴幼儿数
前两位区县居前：比较　次位区县普查五岁以下人口 > 第三位区县普查五岁以下人口
托费与合理价位：比较　全日托平均托费 > 可接受托费上限｜高出　持平　每月低　不能判断
城乡托费负担：比较　全年托费占同年农村居民收入比重 > 全年托费占同年城镇居民收入比重｜农村家庭　相当　城镇家庭　不能判断
托位与省目标：目标　每千人口托位数 < 每千人口托位数目标｜已经达到　已经达到　尚未达到　不能判断
托位与全国目标：目标　每千人口托位数 < 全国每千人口托位数目标｜已经达到　已经达到　尚未达到　不能判断
托位与全国：比较　每千人口托位数 < 全国每千人口托位数｜高于　持平　低于　不能判断
托位与全省：比较　每千人口托位数 < 全省每千人口托位数｜高于　持平　低于　不能判断
空置为正：门槛　空置托位数 > 0
空置与缺口：比较　空置托位数 > 托位缺口｜空着的比缺的多　相当　补不上　一并考虑
使用率过半：门槛　托位使用率 > 50%｜的过半　正好一半　不到一半　不能判断
托位已满：门槛　托位使用率 ≥ 100%
幼儿园托班占多数：门槛　幼儿园托班占比 > 50%｜主体　各占一半　少于　不能判断
备案数不多于其他机构：比较　备案机构数 ≤ 非幼儿园托育机构数
其他机构备案过半：门槛　非幼儿园机构备案比例 < 50%｜已经过半　正好一半　不到一半　不能判断
普惠机构过半：门槛　提供普惠托育机构占比 > 50%｜已经过半　正好一半　不到一半　不能判断
入托率与经合组织：比较　入托率 < 经合组织入托率｜高　持平　低　平均为
入托率与欧盟：比较　入托率 < 欧盟入托率｜高　持平　低　为
入托率与目标：目标　入托率 < 入托率目标｜已经达到　已经达到　尚未达到　不能判断
区县目标松紧不一：比较　目标托位最密区县每百名五岁以下托位数 > 目标托位最疏区县每百名五岁以下托位数
区县使用率不一：比较　使用率最高区县托位使用率 > 使用率最低区县托位使用率
婴幼儿数走向：变化　末年婴幼儿数延续方案 < 近三年出生人口｜多　持平　少　不能判断
托位与末年居中需求：比较　托位数 > 末年需要托位数居中意愿｜够用有余　正好够用　不够用　不能判断
托位与末年较高需求：比较　托位数 > 末年需要托位数较高意愿｜同样够用　正好够用　不够用　不能判断
托位与末年居中需求持平方案：比较　托位数 > 末年需要托位数居中意愿持平方案｜托位够用　正好够用　不够用　不能判断
末年托位对策：比较　托位数 > 末年需要托位数居中意愿｜托位够用　正好够用　不够用　逐年校正
"""
# the same where a slight difference has words of its own: both ways, or where a target is only just missed
SLIGHT = {
    **dict.fromkeys(("出生人口下降", "出生人口比上年", "出生人口比首年", "常住人口比上年", "托位数比上期"), "略　略"),
    **dict.fromkeys(("在托人数比上期", "使用率比上期", "婴幼儿数走向"), "略　略"),
    **dict.fromkeys(("托位未达目标", "托位未达全国目标", "入托率未达目标"), "—　接近而尚未达到"),
    **dict.fromkeys(("托位与省目标", "托位与全国目标", "入托率与目标"), "—　接近而尚未达到"),
}
COMBINED = {
    "与上期变动较大": "机构变动较大 或 托位变动较大",
    "！托费高于可接受水平": "托费对比可接受上限 且 低价位为多数",
    "公办更受欢迎": "公办比民办受欢迎 且 公办比普惠民办受欢迎",
    "社区和幼儿园都有群众基础": "社区有群众基础 且 幼儿园有群众基础",
    "社区分布集中": "社区婴幼儿数相差较大 且 列出社区占比较高",
    "在托增而使用率降": "在托人数比上期 且 托位数比上期 且 使用率比上期",
    "使用率没有偏低": "使用率偏低：高于 或 使用率偏低：持平 或 使用率偏低：未定 或 使用率偏低：缺据",
    "！布局错位": "供需错位 且 使用率没有偏低",
    "！场地资金不足": "场地资金紧张 或 机构运营困难",
    "！部门协同不足": "部门分头管理 或 联合监管薄弱",
}
TOPICS = {
    "！备案有困难": "备案",
    "！社区托育薄弱": "社区托育",
    "供需错位": "供需错位",
    "！社区指导阵地不足": "指导阵地",
    "！队伍不稳": "队伍",
    "！支持政策不足": "政策支持",
    "场地资金紧张": "场地资金",
    "机构运营困难": "机构运营",
    "部门分头管理": "部门协同",
    "联合监管薄弱": "监管",
}
OF_A_FIGURE = {  # the figure, and its basis or kind
    "有机构名单": ("托育机构数", "basis", "机构登记"),
    "问卷为原始答卷": ("有效问卷数", "basis", "原始答卷"),
    "出生人口为户籍口径": ("最新年出生人口", "basis", "户籍口径"),
    "出生人口为常住口径": ("最新年出生人口", "basis", "常住口径"),
    "每千人口托位为折算": ("每千人口托位数", "kind", "computed"),
}
FOUND = {  # code of the finding, and the figure that it must be about
    "部分占比不能复算": ("impossible-share", ""),
    "普惠占比不能复算": ("impossible-share", "提供普惠托育机构占比"),
    "机构变动较大": ("large-change", "托育机构数"),
    "托位变动较大": ("large-change", "托位数"),
    "入托率目标似为折算": ("restated-target", "入托率目标"),
}
STATES = {"资料简报", "有上期", "有示范城市", "有核验意见", "出生人口有缺年", "下辖区县"}


@dataclass(frozen=True)
class Meant:
    """What a claim says: relation, both sides, the outcomes under which it holds, a word for each of four outcomes."""

    relation: str
    left: str
    holds: set[str]
    right: str
    words: tuple[str, ...]


def meant() -> dict[str, Meant]:
    found = {}
    for line in MEANT.split("\n")[1:-1]:
        said, _, words = line.removeprefix("！").partition("｜")
        name, relation, left, sign, right = re.split("[：　 ]", said)
        told = tuple("" if word == "—" else word for word in words.split("　")) if words else ("",) * 4
        found[name] = Meant(relation, left, SIGNS[sign], right, told)
    return found


PAIRS = meant()


def plain(names: set[str] | dict[str, Any]) -> set[str]:
    return {name.removeprefix("！") for name in names}


def test_every_claim_is_entered_a_second_time() -> None:
    groups = [set(PAIRS), plain(COMBINED), plain(TOPICS), set(OF_A_FIGURE), set(FOUND), STATES]
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert set().union(*groups) == set(CLAIMS)
    assert {name: one.relation for name, one in PAIRS.items()} == {name: CLAIMS[name].relation for name in PAIRS}


def test_what_speaks_against_the_city_is_marked() -> None:
    entered = {line.partition("：")[0] for line in MEANT.split("\n")} | {*COMBINED, *TOPICS}
    assert {one.id for one in CLAIMS.values() if one.against} == {
        name.removeprefix("！") for name in entered if name.startswith("！")
    }


def test_words_of_a_claim_print_only_what_it_needs() -> None:
    """A figure that may be missing would drop a sentence whose claim is decided."""
    for claim in CLAIMS.values():
        printed = {name for words in claim.words.values() for name in re.findall(r"\{\{ (.*?)(?:\|.*?)? \}\}", words)}
        assert printed <= {*claim.names, *CITY_NAMES}, claim.id


# 两边相比的结论


def unit_of(name: str) -> str:
    """The unit in which a figure is counted."""
    roles = {role.name: role.indicator for role in subject().roles}
    by_name: dict[str, Indicator] = {one.name: one for one in subject().vocabulary.values()}
    indicator = subject().vocabulary[roles[name]] if name in roles else by_name[name]
    return indicator.measure or indicator.unit


def number(text: str) -> Decimal | None:
    found = re.match(r"\d+(\.\d+)?", text)
    return Decimal(found[0]) if found else None


def two_numbers(one: Meant, outcome: str) -> dict[str, Fact]:
    """Both sides of a comparison such that it comes out so; from a limit they are apart by the last printed digit."""
    unit, limit = unit_of(one.left), number(one.right)
    way = {ABOVE: 1, LEVEL: 0, BELOW: -1, OPEN: -1}[outcome]
    value = Decimal(50 + way) if limit is None else limit + way * Decimal("0.1")
    left = fact(str(value), unit, indicator=one.left, bound=">" if outcome == OPEN else "=")
    if limit is not None:
        return {one.left: left}
    other = {"目标": {"kind": "policy"}, "变化": {"period": "2023"}}.get(one.relation, {})
    return {one.left: left, one.right: fact("50", unit, indicator=one.right, **other)}


def shares(one: Meant, outcome: str) -> dict[str, Fact]:
    """Shares of a survey: of a thousand answers a third and a quarter differ, 30.0 and 29.0 % do not."""
    values = {ABOVE: ("33", "25"), LEVEL: ("30", "30"), BELOW: ("25", "33"), OPEN: ("30", "29")}[outcome]
    return {name: share(value, 1000, indicator=name) for name, value in zip((one.left, one.right), values, strict=True)}


def majority(one: Meant, outcome: str) -> dict[str, Fact]:
    """A share of a million answers, a fifth of a point from the limit that is meant."""
    limit = number(one.right) or Decimal(0)
    off = {ABOVE: Decimal("0.2"), BELOW: Decimal("-0.2"), OPEN: Decimal("0.05")}[outcome]
    return {one.left: share(str(limit + off), 1_000_000, indicator=one.left)}


def series(one: Meant, outcome: str) -> dict[str, Fact]:
    values = {ABOVE: (3, 4, 5), LEVEL: (4, 4, 4), BELOW: (5, 4, 3), OPEN: (4, 5, 3)}[outcome]
    years = [fact(str(value), "人", 0, indicator=one.left, period=str(2021 + n)) for n, value in enumerate(values)]
    return {**{year.period: year for year in years}, one.left: years[-1]}


def listed(one: Meant, outcome: str) -> dict[str, Fact]:
    """Three communities of a street, the largest with so many times as many children as the smallest."""
    largest = {ABOVE: "151", LEVEL: "150", BELOW: "149"}[outcome]
    made = {
        name: fact(value, "人", 0, indicator=one.left, part=Part("社区", name, "某街道"))
        for name, value in (("甲", largest), ("乙", "120"), ("丙", "100"))
    }
    return {**made, one.left: made["甲"]}


def dates(one: Meant, outcome: str) -> dict[str, Fact]:
    period = {ABOVE: "2024-09", LEVEL: "2024-08-31", BELOW: "2024-07"}[outcome]
    left = fact("5", unit_of(one.left), indicator=one.left, period=period)
    right = fact("4", unit_of(one.left), indicator=one.right, period="2024-08")
    return {one.left: left} if one.right == "截止日期" else {one.left: left, one.right: right}


Maker = Callable[[Meant, str], dict[str, Fact]]
MAKERS: dict[str, Maker] = {
    **dict.fromkeys(("比较", "目标", "变化", "门槛"), two_numbers),
    "份额": shares,
    "多数": majority,
    "持续": series,
    "悬殊": listed,
    "时点": dates,
}
NEVER = {"多数": {LEVEL}, "悬殊": {OPEN}, "时点": {OPEN}}  # outcomes that a relation does not have
EDITION = Edition.model_construct(name="2024-08", as_of=date(2024, 8, 31), kind="监测报告")


def known(name: str, outcome: str) -> dict[str, Fact]:
    """What a claim on two sides needs to come out so; nothing where evidence is to be missing."""
    one = PAIRS[name]
    if outcome == ABSENT:
        return {}
    return MAKERS[one.relation](one, outcome) | {need: fact("1", indicator=need) for need in CLAIMS[name].needs}


def stated(claims: list[Claim], named: dict[str, Fact], **more: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """What is made of claims by facts under these names; all other names that they ask for are missing."""
    asked = {name for one in claims for name in one.names}
    facts = facts_of(dict.fromkeys(asked - set(named), "缺"), **named)
    return state_claims(claims, replace(facts, **{"edition": EDITION, **more}))


def record(name: str, named: dict[str, Fact]) -> dict[str, Any]:
    return stated([CLAIMS[name]], named)[name]


@pytest.mark.parametrize("name", PAIRS)
def test_each_outcome_holds_or_not_as_meant_and_is_said_so(name: str) -> None:
    one = PAIRS[name]
    outcomes = [outcome for outcome in (ABOVE, LEVEL, BELOW, OPEN) if outcome not in NEVER.get(one.relation, ())]
    records = {outcome: record(name, known(name, outcome)) for outcome in outcomes}
    for outcome, found in records.items():
        assert found["outcome"] == outcome
        assert found["holds"] is (None if outcome == OPEN else outcome in one.holds), outcome
    told = dict(zip((ABOVE, LEVEL, BELOW, OPEN), one.words, strict=True))
    for outcome, found in records.items():
        assert bool(found["words"]) is bool(told[outcome]), outcome
        assert told[outcome] in found["words"]
        if outcome != OPEN:
            said = re.sub(r"\{\{.*?\}\}", "", found["words"]).replace(told[outcome], "")
            others = {told[other] for other in (ABOVE, LEVEL, BELOW)} - {told[outcome], ""}
            assert not any(word in said for word in others), outcome


@pytest.mark.parametrize("name", PAIRS)
def test_nothing_is_said_where_a_figure_is_missing(name: str) -> None:
    claim, full = CLAIMS[name], known(name, BELOW)
    for lost in claim.names:
        found = record(name, {key: value for key, value in full.items() if key != lost})
        assert (found["outcome"], found["holds"], found["words"]) == (ABSENT, None, "")
        assert found["reason"] == f"{claim.rule}：缺"


JUST = {"变化": {ABOVE: "1000.4", BELOW: "999.6"}, "目标": {ABOVE: "1000.04", BELOW: "999.96"}}


@pytest.mark.parametrize("name", [name for name, one in PAIRS.items() if one.relation in JUST])
def test_slight_difference_has_its_own_words_where_meant(name: str) -> None:
    """Less than half a per cent of the earlier figure, or less than what is printed below a target."""
    one = PAIRS[name]
    words = {ABOVE: one.words[0], BELOW: one.words[2]}
    for outcome, word in zip((ABOVE, BELOW), SLIGHT.get(name, "—　—").split("　"), strict=True):
        pair = known(name, outcome)
        pair[one.left] = replace(pair[one.left], value=Decimal(JUST[one.relation][outcome]))
        pair[one.right] = replace(pair[one.right], value=Decimal(1000))
        found = record(name, pair)
        assert (found["outcome"], found["holds"]) == (outcome, outcome in one.holds)
        assert words[outcome] in found["words"]
        assert word in found["words"] or (word == "—" and not re.search("略|接近", found["words"]))


# 由别的结论合成的结论


def values_of(name: str) -> dict[bool | None, list[dict[str, Any]]]:
    """How a part may come out: by whether it holds, what must be known for it: facts, findings or evidence."""
    if name in PAIRS:
        found: dict[bool | None, list[dict[str, Any]]] = {True: [], False: [], None: [{}]}
        for outcome in (ABOVE, LEVEL, BELOW, OPEN):
            if outcome not in NEVER.get(PAIRS[name].relation, ()):
                holds = None if outcome == OPEN else outcome in PAIRS[name].holds
                found[holds].append({"named": known(name, outcome)})
        return found
    if name in FOUND:
        code, left = FOUND[name]
        one = fact("5", unit_of(left), indicator=left)
        given = {"named": {left: one}}
        return {True: [{**given, "findings": (about(code, one),)}], False: [given], None: [{}]}
    return {True: [{"evidence": (entry(TOPICS[name]),)}], None: [{}]}


def about(code: str, one: Fact | None) -> Finding:
    return Finding("warning", code, "表", "变动", "核对", (one.indicator if one else "x",), CITY, "2024")


def entry(topic: str, place: str = "own", **more: str) -> Evidence:
    fields = {"id": topic, "topic": topic, "text": "有", "document": "报告", "published": "2024", "place": place}
    return Evidence.model_validate({**fields, **more})


OWN = City(name="某市", short="某", code=CITY, level="地级市", folder="own")


def joined(parts: list[bool | None], word: str) -> bool | None:
    """All or any of three-valued parts, by hand."""
    if word == "且":
        return False if False in parts else None if None in parts else True
    return True if True in parts else None if None in parts else False


SIMPLE = {name.removeprefix("！"): text for name, text in COMBINED.items() if "：" not in text}


@pytest.mark.parametrize("name", [name for name in SIMPLE if name != "布局错位"])
def test_combined_claim_is_of_its_parts(name: str) -> None:
    word = "且" if "且" in SIMPLE[name] else "或"
    parts = SIMPLE[name].split(f" {word} ")
    ways = [[(holds, way) for holds, ways in values_of(part).items() for way in ways] for part in parts]
    seen = set()
    for chosen in product(*ways):
        given = merged([way for _, way in chosen])
        if given is not None:
            found = stated([CLAIMS[name], *(CLAIMS[part] for part in parts)], city=OWN, **given)
            assert [found[part]["holds"] for part in parts] == [holds for holds, _ in chosen]
            assert found[name]["holds"] is joined([holds for holds, _ in chosen], word)
            seen.add(found[name]["holds"])
    assert seen >= {True, None}


def merged(ways: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What several parts need together; None where one figure would have two values."""
    named: dict[str, Fact] = {}
    for way in ways:
        for name, one in way.get("named", {}).items():
            if named.setdefault(name, one) != one:
                return None
    more = {key: tuple(one for way in ways for one in way.get(key, ())) for key in ("findings", "evidence")}
    return {"named": named, **more}


@pytest.mark.parametrize("outcome", [ABOVE, LEVEL, BELOW, OPEN, ABSENT])
def test_places_may_be_in_the_wrong_place_unless_too_few_are_used(outcome: str) -> None:
    asked = [CLAIMS[name] for name in ("布局错位", "供需错位", "使用率没有偏低", "使用率偏低")]
    found = stated(asked, known("使用率偏低", outcome), city=OWN, evidence=(entry("供需错位"),))
    assert found["使用率没有偏低"]["holds"] is (outcome != BELOW)
    assert found["布局错位"]["holds"] is (outcome != BELOW)
    silent = stated(asked, known("使用率偏低", outcome), city=OWN)
    assert silent["布局错位"]["holds"] is (False if outcome == BELOW else None)


def test_combined_claims_are_of_the_parts_that_are_meant() -> None:
    for name, text in COMBINED.items():
        claim = CLAIMS[name.removeprefix("！")]
        assert list(claim.all or claim.any) == re.split(" [且或] ", text)
        assert bool(claim.all) is ("且" in text)


# 材料、口径、核验意见和本期的情况


@pytest.mark.parametrize(("name", "topic"), [(name.removeprefix("！"), topic) for name, topic in TOPICS.items()])
def test_claim_on_evidence_holds_with_evidence_of_its_topic(name: str, topic: str) -> None:
    def holds(*evidence: Evidence) -> bool | None:
        found: bool | None = stated([CLAIMS[name]], {}, city=OWN, evidence=evidence)[name]["holds"]
        return found

    assert holds(entry(topic)) is True
    assert holds() is None
    assert holds(entry(topic, "other")) is None
    assert holds(*(entry(other) for other in TOPICS.values() if other != topic)) is None


@pytest.mark.parametrize(("name", "of"), OF_A_FIGURE.items())
def test_claim_on_a_basis_or_kind(name: str, of: tuple[str, str, str]) -> None:
    left, key, value = of
    given = {"basis": "", "kind": "observed"}
    assert record(name, {left: fact("5", **{**given, key: value})})["holds"] is True
    for other in ("公开发布", "") if key == "basis" else ("observed", "policy", "assumption"):
        assert record(name, {left: fact("5", **{**given, key: other})})["holds"] is False
    assert record(name, {})["holds"] is None


@pytest.mark.parametrize(("name", "of"), FOUND.items())
def test_claim_on_a_finding(name: str, of: tuple[str, str]) -> None:
    code, left = of
    one = fact("5", indicator="left")
    named = {left: one} if left else {"别的": one}

    def holds(*findings: Finding) -> bool | None:
        found: bool | None = stated([CLAIMS[name]], named, findings=findings)[name]["holds"]
        return found

    assert holds(about(code, one)) is True
    assert holds() is False
    assert holds(about("two-values", one)) is False
    assert holds(about(code, None)) is not bool(left)


def test_states_of_the_edition() -> None:
    one, year = fact("5"), fact("4", "人", 0, period="2017")
    calm = {"最新年出生人口": fact("5", "人", 0, period="2018"), "2017": year}
    states: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "资料简报": ({"edition": EDITION.model_copy(update={"kind": "资料简报"})}, {}),
        "有上期": ({"named": {"上期": fact("5", edition="2023-12")}}, {"named": {"本期": one}}),
        "有示范城市": ({"benchmarks": (OWN,)}, {}),
        "下辖区县": ({"city": OWN}, {"city": OWN.model_copy(update={"level": "县", "districts": ()})}),
        "有核验意见": ({"findings": (about("two-values", one),)}, {}),
        "出生人口有缺年": (
            {"named": {"最新年出生人口": fact("5", "人", 0, period="2019"), "2017": year}},
            {"named": calm},
        ),
    }
    assert set(states) == STATES
    for name, (such, other) in states.items():
        for expected, given in ((True, such), (False, {"named": {"本期": one}, **other})):
            more = {"named": {"本期": one}, **given}
            named = more.pop("named")
            assert stated([CLAIMS[name]], named, **more)[name]["holds"] is expected, name
