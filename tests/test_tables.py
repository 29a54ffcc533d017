"""Tables: nothing without evidence, every cell from its own fact, directions as the one evaluator tells them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pypandoc
import pytest
from conftest import EDITIONS
from conftest import facts_of
from making import DISTRICT
from making import EDITION
from making import NATION
from making import NEAR
from making import NEIGHBOUR
from making import ORIGIN
from making import OWN
from making import TOWN
from making import fact
from making import facts

from tuoyu.childcare import annexes
from tuoyu.childcare import attaining
from tuoyu.childcare import tables
from tuoyu.childcare.subject import subject
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import span
from tuoyu.front.difference import Figure
from tuoyu.front.difference import compare
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Part
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.observation import ANSWERS
from tuoyu.nouns.observation import REGISTER
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import shortest
from tuoyu.text.tabulating import text

FULL = "jiangmen-2024-08"
PROVINCE = "440000"
Maker = Callable[[Facts], Table | None]
OF_THE_FULL_EDITION: dict[str, Maker] = {
    "tab-population": tables.population,
    "tab-supply": tables.supply,
    "tab-survey": tables.survey,
    "tab-affordability": tables.affordability,
    "tab-communities": tables.communities,
    "tab-benchmarks": tables.benchmarks,
    "tab-district-needs": tables.district_needs,
    "tab-outlook": tables.outlook,
    "tab-dashboard": attaining.dashboard,
    "tab-definitions": annexes.definitions,
    "tab-sources": annexes.sources,
    "tab-carried": annexes.carried_over,
    "tab-findings": annexes.findings,
    "tab-corrections": annexes.corrections,
    "tab-changes": annexes.changes,
}
OF_REGISTERS: dict[str, Maker] = {
    "tab-kinds": tables.kinds,
    "tab-districts": tables.districts,
    "tab-survey-groups": tables.survey_groups,
}
ALL: dict[str, Maker] = {**OF_THE_FULL_EDITION, **OF_REGISTERS, "tab-parameters": annexes.parameters}


def plain(cell: str) -> str:
    return re.sub(r"<[^>]+>", "", cell)


def rows(table: Table | None) -> list[tuple[str, ...]]:
    assert table is not None
    return [tuple(plain(cell) for cell in row) for row in table.rows]


def carried(table: Table | None) -> list[str]:
    """Ids of the facts that a table carries, in order."""
    return re.findall(r'data-id="([^"]+)"', table.markdown()) if table else []


# every table


@pytest.mark.parametrize("id_", [*OF_THE_FULL_EDITION, "tab-parameters"])
def test_table_of_the_full_edition_is_complete(id_: str) -> None:
    table = ALL[id_](facts_of(FULL))
    assert table is not None
    assert table.id == id_
    assert 0 < len(table.title) <= 25
    assert all(plain(cell).strip() for row in (table.columns, *table.rows) for cell in row)
    assert len(set(table.columns)) == len(table.columns)
    assert "None" not in table.markdown() + table.note
    assert table.long is ALL[id_].__module__.endswith("annexes")  # only what is looked up may break over pages


# title and headings of each table, with the sign of how a column stands: < left, > right, - in the middle
HEADINGS = {
    "tab-population": "历年出生人口：-年份 >出生人口 -升降 -口径 <来源",
    "tab-supply": "托育供给、使用与目标对照：<指标 >现状 <目标或参照 >差距 -时点",
    "tab-survey": "家长问卷主要结果：<题目 <选项 >占比 -95%置信区间 >样本量",
    "tab-affordability": "托费与居民收入对照：<指标 >数值 -时点 <算式",
    "tab-communities": "部分街道和社区3岁以下婴幼儿数：-街道 >社区数 >婴幼儿数 <婴幼儿较多的社区 >所需托位",
    "tab-benchmarks": "各市托育服务主要指标：<指标 >江门 >深圳 >榆林 >鄂尔多斯",
    "tab-district-needs": (
        "各区县婴幼儿规模与目标对应的托位：<区县 >零岁人口 >一至四岁人口 >五岁以下合计 >常住人口 >目标对应托位"
    ),
    "tab-outlook": (
        "2030年婴幼儿数和托位需要的测算："
        "<方案 >婴幼儿数 >每百名婴幼儿托位 >较低意愿需要 >居中意愿需要 >较高意愿需要 -现有托位够用年份"
    ),
    "tab-dashboard": "监测指标一览：<指标 >现状 >目标 -完成情况 >比上期 -时点",
    "tab-definitions": "主要指标的定义、算式和取值：<指标 <定义、算式和口径 -时点 >取值",
    "tab-sources": "数据来源：<发布单位和文件 <用于指标",
    "tab-findings": "核验意见：-序号 -性质 <指标或出处 <情况 <处理",
    "tab-corrections": "已登记的更正：-序号 <指标或出处 <情况 <处理",
    "tab-changes": "与上期主要指标比较：<指标 >上期 -上期时点 >本期 -本期时点 >变动 -变动原因",
    "tab-parameters": "本期参数：<参数 <取值",
}


@pytest.mark.parametrize("id_", HEADINGS)
def test_headings_are_those_of_what_stands_below_them(id_: str) -> None:
    table = ALL[id_](facts_of(FULL))
    assert table is not None
    signs = {"left": "<", "right": ">", "center": "-"}
    columns = " ".join(signs[side] + name for side, name in zip(table.align, table.columns, strict=True))
    assert f"{table.title}：{columns}" == HEADINGS[id_]


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("id_", ALL)
def test_table_reads_as_one_table(name: str, id_: str) -> None:
    table = ALL[id_](facts_of(name))
    if table is None:
        return
    page = pypandoc.convert_text(table.markdown(), "html", format="markdown_strict+pipe_tables+all_symbols_escapable")
    assert page.count("<table") == 1
    assert page.count("<tr") == len(table.rows) + 1
    assert page.count("<td") == len(table.rows) * len(table.about["widths"])


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("id_", ALL)
def test_every_carried_number_belongs_to_a_fact(name: str, id_: str) -> None:
    known = facts_of(name)
    assert all(one in known.facts for one in carried(ALL[id_](known)))


@pytest.mark.parametrize("id_", [one for one in ALL if one != "tab-parameters"])
def test_nothing_is_shown_without_evidence(id_: str) -> None:
    assert ALL[id_](facts()) is None


def test_rows_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="tab-x"):
        Table("tab-x", "表", ("甲", "乙"), (("一",),), ("left", "left"), (1, 1))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a|b", r"a\|b"),
        ("*x* [y] <z>", r"\*x\* \[y\] &lt;z&gt;"),
        ("两行\n文字", "两行 文字"),
        ("", "—"),
        ("  ", "—"),
    ],
)
def test_text_is_safe_in_a_cell(value: str, cell: str) -> None:
    assert text(value) == cell


def test_columns_are_as_wide_as_keeps_the_table_short() -> None:
    wordy = [("1", "少", "字" * 60), ("2", "字" * 12, "字" * 90)]
    number, narrow, wide = shortest(3, wordy, {0: 2})
    assert (number, round(number + narrow + wide)) == (2.8, 41)
    assert 2 * narrow < wide
    assert len(shortest(6, [], {0: 2, 3: 7.5})) == 6


# births


def births(year: str, value: str, off: str = "0.5", **more: Any) -> Fact:  # noqa: ANN401
    return fact("births", value, period=year, uncertainty=Decimal(off), **more)


def test_births_tell_their_direction_as_far_as_their_digits_hold() -> None:
    years = [
        births("2017", "61966"),
        births("2021", "34100", "50", decimals=-2),
        births("2022", "34120"),
        births("2023", "28600"),
    ]
    found = rows(tables.population(facts(*years[::-1])))
    assert [row[:3] for row in found] == [
        ("2017年", "61966人", "—"),
        ("2021年", "3.41万人", "降"),
        ("2022年", "34120人", "持平"),
        ("2023年", "28600人", "降"),
    ]


def test_births_note_tells_only_of_differences_that_there_are() -> None:
    other = replace(ORIGIN, document="年鉴")
    for basis, origin, told in (
        ("", ORIGIN, (False, True)),
        ("户籍口径", other, (True, True)),
        ("常住口径", ORIGIN, (False, False)),
    ):
        known = [births("2022", "9", basis="常住口径"), births("2023", "8", basis=basis, origins=(origin,))]
        table = tables.population(facts(*known))
        assert table is not None
        assert ("不同文件" in table.note, "仅供参考" in table.note) == told


def test_births_say_on_what_basis_and_by_which_document() -> None:
    documents = [replace(ORIGIN, document=one) for one in ("年鉴", "公报")]
    known = [births("2022", "9", basis="户籍口径", origins=tuple(documents)), births("2023", "8", place=NEAR)]
    assert rows(tables.population(facts(*known))) == [("2022年", "9人", "—", "户籍口径", "年鉴；公报")]


def test_bound_on_births_decides_only_what_it_can() -> None:
    rising = [births("2022", "9000"), births("2023", "9500", "0", bound=">")]
    decline = fact("births_yearly_decline", "-5.5", "%", 1, bound="<", inputs=tuple(one.id for one in rising))
    assert rows(tables.population(facts(*rising, decline)))[1][2] == "升"
    open_ = [births("2022", "9000"), births("2023", "8500", "0", bound=">")]
    assert rows(tables.population(facts(*open_)))[1][2] == "—"


def test_a_column_of_dashes_is_not_shown() -> None:
    def made(*rows: tuple[str, ...]) -> Table:
        return Table("t", "表", ("甲", "乙", "丙"), rows, ("left", "right", "left"), (1, 2, 3), groups=1)

    empty = made(("一", "—", "二"), ("一", "—", "—"))
    assert empty.markdown() == "| 甲 | 丙 |\n| :--- | :--- |\n| 一 | 二 |\n| 一 | — |"
    assert empty.about["widths"] == [1, 3]
    assert made(("一", "—", "二"), ("一", "3", "—")).about["widths"] == [1, 2, 3]
    assert made().about["widths"] == [1, 2, 3]


def test_one_figure_of_several_cities_is_printed_alike() -> None:
    cities = (fact("residents", "4822400", "人", -2), fact("residents", "3624750", "人", place=NEAR))
    known = replace(facts(*cities), city=TOWN, benchmarks=(NEIGHBOUR,))
    assert rows(tables.benchmarks(known))[0][1:] == ("482.24万人（2024年）", "362.48万人（2024年）")
    coarse = (fact("places", "50000", "个", -4, bound=">"), fact("places", "23595", "个", place=NEAR))
    known = replace(facts(*coarse), city=TOWN, benchmarks=(NEIGHBOUR,))
    assert rows(tables.benchmarks(known))[0][1:] == ("超过5万个（2024年）", "23595个（2024年）")


# supply


@pytest.mark.parametrize(
    ("have", "need", "gap", "words"),
    [
        ("900", "1000", "100", "低100个"),
        ("1100", "1000", "-100", "高100个"),
        ("9", "9", "0", "持平"),
    ],
)
def test_difference_tells_its_direction(have: str, need: str, gap: str, words: str) -> None:
    known = facts(fact("places", have), fact("places_needed", need), fact("places_gap", gap))
    assert rows(tables.supply(known)) == [("托位数", f"{have}个", f"目标所需{need}个", words, "2024年")]


@pytest.mark.parametrize(
    ("value", "bound", "gap", "words"),
    [
        ("4.5", "=", "1", "低1.00个"),
        ("5.499", "=", "0.001", "略低"),
        ("5.5", "=", "0", "持平"),
        ("6", ">", "-0.5", "高"),
        ("5", ">", "0.5", "不能判断"),
        ("6", "<", "-0.5", "不能判断"),
    ],
)
def test_difference_from_a_target_claims_no_more_than_bounds_allow(
    value: str, bound: str, gap: str, words: str
) -> None:
    turned = {">": "<", "<": ">"}.get(bound, bound)
    known = facts(
        fact("places_per_thousand", value, decimals=2, bound=bound),
        fact("places_per_thousand_gap", gap, decimals=2, bound=turned),
        roles={"places_target": fact("places_target", "5.5", place=PROVINCE, kind="policy")},
    )
    assert [row[2:4] for row in rows(tables.supply(known))] == [("本省目标5.5个", words)]


def test_every_row_of_supply_is_of_its_own_pair() -> None:
    nation = {"place": NATION}
    known = facts(
        fact("places_per_thousand", "4.89"),
        fact("places_per_thousand_gap", "0.61"),
        fact("national_target_gap", "-0.39"),
        fact("national_places_difference", "1.51"),
        fact("enrolment_rate", "9.7"),
        fact("enrolment_gap", "18.9", "百分点"),
        fact("enrolled", "9022"),
        fact("enrolled_needed", "26488"),
        fact("use_rate", "38.2", period="2023-12-31"),
        roles={
            "places_target": fact("places_target", "5.5", place=PROVINCE, kind="policy"),
            "national_places_target": fact("places_target", "4.5", kind="policy", **nation),
            "national_places_per_thousand": fact("places_per_thousand", "3.38", **nation),
            "enrolment_target": fact("enrolment_target", "28.6", place=PROVINCE, kind="policy"),
        },
    )
    assert rows(tables.supply(known)) == [
        ("每千人口托位数", "4.89个", "本省目标5.5个", "低0.61个", "2024年"),
        ("每千人口托位数", "4.89个", "全国目标4.5个", "高0.39个", "2024年"),
        ("每千人口托位数", "4.89个", "全国水平3.38个", "高1.51个", "2024年"),
        ("入托率", "9.7%", "目标28.6%", "低18.9个百分点", "2024年"),
        ("在托人数", "9022人", "入托率目标对应数26488人", "低", "2024年"),
        ("托位使用率", "38.2%", "—", "—", "2023年末"),
    ]


def test_sources_of_targets_are_named_with_the_supply() -> None:
    known = facts_of(FULL)
    table = tables.supply(known)
    assert table is not None
    assert known["enrolment_target"].origins[0].document in table.note


# survey


def share(indicator: str, value: str, n: int = 100, option: str = "", **more: Any) -> Fact:  # noqa: ANN401
    ends = (Decimal(value) - n // 50, Decimal(value) + n // 25)
    return fact(indicator, value, "%", 1, option=option or indicator, interval=ends, respondents=n, **more)


def test_every_share_stands_with_its_own_option_interval_and_sample() -> None:
    known = [
        share("survey_quality", "34.8", 250, "保育质量"),
        share("survey_full_day", "89.9", 300, "全日托"),
        share("survey_distance", "38.3", 200, "距离"),
    ]
    assert rows(tables.survey(facts(*known))) == [
        ("选托首要考虑", "距离", "38.3%", "34.3%～46.3%", "200"),
        ("选托首要考虑", "保育质量", "34.8%", "29.8%～44.8%", "250"),
        ("托育形式", "全日托", "89.9%", "83.9%～101.9%", "300"),
    ]


def test_survey_is_the_citys_latest_and_of_everybody() -> None:
    own = share("survey_distance", "38", period="2024")
    others = [
        replace(own, period="2022", value=Decimal(1)),
        replace(own, place=NEAR, value=Decimal(2)),
        replace(own, part=Part("区县", "甲区"), value=Decimal(3)),
        replace(own, edition="toy-2023", value=Decimal(4)),
    ]
    assert [row[2] for row in rows(tables.survey(facts(own, *others)))] == ["38.0%"]
    assert [row[2] for row in rows(tables.survey(facts(*others, own)))] == ["38.0%"]


def test_groups_of_a_survey_have_each_their_own_numbers() -> None:
    first = share("survey_distance", "40", 100, "距离", part=Part("区县", "甲区"))
    second = share("survey_distance", "20", 50, "距离", part=Part("区县", "乙区"))
    third = share("survey_full_day", "70", 150, "全日托", part=Part("月龄", "12个月以下"))
    whole, near = share("survey_distance", "1"), replace(first, place=NEAR)
    assert rows(tables.survey_groups(facts(whole, third, first, second, near))) == [
        ("托育形式：全日托", "月龄", "12个月以下", "70.0%", "67.0%～76.0%", "150"),
        ("选托首要考虑：距离", "区县", "甲区", "40.0%", "38.0%～44.0%", "100"),
        ("选托首要考虑：距离", "区县", "乙区", "20.0%", "19.0%～22.0%", "50"),
    ]


# institutions


def group(axis: str, name: str, *values: str, **more: Any) -> list[Fact]:  # noqa: ANN401
    """Institutions, places, enrolled and use rate of a group."""
    names = ("institutions", "places", "enrolled", "use_rate")
    settings = {"part": Part(axis, name), "basis": REGISTER, **more}
    return [fact(one, value, **settings) for one, value in zip(names, values, strict=False)]


TOTAL = [
    fact(one, value)
    for one, value in zip(
        ("institutions", "places", "enrolled", "use_rate"), ("60", "8000", "4400", "55.0"), strict=True
    )
]


def test_kinds_of_institutions_column_by_column() -> None:
    known = [
        *group("普惠", "是", "40", "6000", "3600", "60.0"),
        *group("普惠", "否", "20", "2000", "800", "40.0"),
        *group("办托形式", "幼儿园托班", "34", "5000", "2500", "50.0"),
        *group("办托形式", "独立托育机构", "26", "3000"),
        *group("举办性质", "公办", "25", "3500", "2100", "60.1"),
        *group("区县", "甲区", "1", "2", "3", "4"),
    ]
    table = tables.kinds(facts(*TOTAL, *known))
    assert table is not None
    assert table.columns == ("分类", "类别", "机构数", "托位数", "在托人数", "托位使用率")
    assert rows(table) == [
        ("办托形式", "幼儿园托班", "34家", "5000个", "2500人", "50.0%"),
        ("办托形式", "独立托育机构", "26家", "3000个", "—", "—"),
        ("举办性质", "公办", "25家", "3500个", "2100人", "60.1%"),
        ("普惠", "普惠", "40家", "6000个", "3600人", "60.0%"),
        ("普惠", "非普惠", "20家", "2000个", "800人", "40.0%"),
        ("合计", "—", "60家", "8000个", "4400人", "55.0%"),
    ]


def test_headings_of_tables_of_registers_and_groups() -> None:
    group_ = group("区县", "甲区", "40", "6000", "3600", "60.0")
    table = tables.districts(facts(*group_))
    assert table is not None
    assert (table.title, table.align) == ("分区县托育服务情况", ("left", "left", *["right"] * 4))
    assert table.columns == ("分类", "类别", "机构数", "托位数", "在托人数", "托位使用率")
    assert "测试统计局《测试公报》" in table.note
    shared = share("survey_distance", "40", 100, "距离", part=Part("区县", "甲区"))
    answers = tables.survey_groups(facts(shared))
    assert answers is not None
    assert (answers.title, answers.long, answers.groups) == ("家长问卷分组结果", True, 2)
    assert answers.columns == ("题目和选项", "分组", "组别", "占比", "95%置信区间", "应答人数")
    assert answers.align == ("left", "center", "left", "right", "center", "right")


def test_districts_column_by_column() -> None:
    known = [*group("区县", "甲区", "40", "6000", "3600", "60.0"), *group("区县", "乙区", "20", "2000", "800", "40.0")]
    assert rows(tables.districts(facts(*known))) == [
        ("区县", "甲区", "40家", "6000个", "3600人", "60.0%"),
        ("区县", "乙区", "20家", "2000个", "800人", "40.0%"),
        ("合计", "—", "—", "—", "—", "—"),
    ]


def test_groups_are_those_of_the_citys_latest_register() -> None:
    own = group("举办性质", "公办", "25", "3500", "2100", "60.0", period="2024-08-31")
    others = [
        *group("举办性质", "公办", "1", "2", "3", "4", period="2022-12-31"),
        *group("举办性质", "公办", "5", "6", "7", "8", place=NEAR),
        *group("举办性质", "民办", "5", basis=""),
    ]
    for known in ([*own, *others], [*others, *own]):
        found = rows(tables.kinds(facts(*known)))
        assert found[:-1] == [("举办性质", "公办", "25家", "3500个", "2100人", "60.0%")]


# fee


def test_fee_stands_beside_income_with_its_own_date_and_formula() -> None:
    fee = fact("fee", "2700", period="2021")
    share_ = fact("fee_income_share", "79.5", kind="computed", formula="甲÷乙", inputs=(fee.id,), period="2021")
    table = tables.affordability(facts(share_, fee, fact("income", "3398", period="2023")))
    assert rows(table) == [
        ("全日托平均托费", "2700元", "2021年", "公布值"),
        ("居民月人均可支配收入", "3398元", "2023年", "公布值"),
        ("托费占收入比重", "79.5%", "2021年", "甲÷乙"),
    ]
    assert table is not None
    assert "年份不同" in table.note
    same = tables.affordability(facts(replace(fee, period="2023"), fact("income", "3398", period="2023")))
    assert same is not None
    assert "年份不同" not in same.note


def test_fee_stands_beside_the_income_of_its_own_year_alone_where_that_is_known() -> None:
    known = [
        fact("fee", "2700", period="2021"),
        fact("income_urban", "47727", period="2023"),
        fact("fee_urban_share", "67.9", kind="computed", period="2021"),
    ]
    of_2021 = {
        "income_urban_of_fee_year": fact("income_urban", "43622", period="2021"),
        "fee_urban_share_of_same_year": fact("fee_urban_share_of_same_year", "74.3", kind="computed", period="2021"),
    }
    table = tables.affordability(facts(*known, roles=of_2021))
    assert [row[1:3] for row in rows(table)] == [("2700元", "2021年"), ("43622元", "2021年"), ("74.3%", "2021年")]
    assert table is not None
    assert "年份不同" not in table.note


def test_what_was_counted_here_is_not_called_published() -> None:
    known = [
        fact("fee", "2022", basis=REGISTER),
        fact("survey_price_low", "77.7", basis=ANSWERS),
        fact("income", "3110"),
    ]
    assert [row[3] for row in rows(tables.affordability(facts(*known)))] == [
        "由机构名单计算",
        "由原始答卷计算",
        "公布值",
    ]


def test_fee_alone_and_income_alone_are_no_comparison() -> None:
    assert tables.affordability(facts(fact("fee", "2700"))) is None
    assert tables.affordability(facts(fact("fee", "2700"), fact("fee_yearly", "32400"))) is None
    assert tables.affordability(facts(fact("income", "3398"), fact("income_urban", "47727"))) is None


# streets


def street(name: str, children: str, district: str = DISTRICT, **more: Any) -> Fact:  # noqa: ANN401
    return fact("children", children, part=Part("街道", name), place=district, **more)


def community(name: str, within: str, children: str, district: str = DISTRICT) -> Fact:
    return fact("children", children, part=Part("社区", name, within), place=district)


def test_streets_stand_in_their_order_with_what_is_theirs() -> None:
    known = [
        street("小街", "100"),
        street("大街", "300"),
        fact("community_count", "12", part=Part("街道", "大街"), place=DISTRICT),
        fact("places_needed_locally", "86", "个", part=Part("街道", "大街"), place=DISTRICT),
        fact("places_needed_locally", "29", "个", part=Part("街道", "小街"), place=DISTRICT),
        community("一社区", "大街", "200"),
        community("二社区", "大街", "90"),
        community("三社区", "小街", "70"),
    ]
    assert rows(tables.communities(facts(*known))) == [
        ("大街", "12个", "300人", "一社区200人、二社区90人", "86个"),
        ("小街", "—", "100人", "三社区70人", "29个"),
    ]


def test_streets_of_one_name_are_told_apart_by_district_and_keep_their_own() -> None:
    known = [
        street("大街", "300"),
        street("大街", "200", "440704"),
        community("一社区", "大街", "120", "440704"),
        street("大街", "999", "440305"),
        community("二社区", "大街", "998", "440305"),
    ]
    assert [row[0:1] + row[2:4] for row in rows(tables.communities(facts(*known)))] == [
        ("甲区大街", "300人", "—"),
        ("乙区大街", "200人", "一社区120人"),
    ]


def test_street_that_was_counted_twice_stands_once_with_its_latest_number() -> None:
    years = [street("大街", "300", period="2022"), street("大街", "280", period="2023")]
    for known in (years, years[::-1]):
        assert [row[2] for row in rows(tables.communities(facts(*known)))] == ["280人"]


# other cities, districts


def test_unknown_figures_are_dashes_and_figures_nobody_has_are_left_out() -> None:
    known = facts(fact("places", "10"), fact("institutions", "3"), fact("places", "20", place=NEAR, period="2023"))
    table = tables.benchmarks(known)
    assert table is not None
    assert table.columns == ("指标", "测试", "邻近")
    assert rows(table) == [("托位数", "10个（2024年）", "20个（2023年）")]
    unknown = tables.benchmarks(facts(fact("places", "20", place=NEAR)))
    assert rows(unknown) == [("托位数", "—", "20个（2024年）")]


def test_every_city_stands_beside_the_target_of_its_own_province() -> None:
    far = NEIGHBOUR.model_copy(update={"code": "610800", "short": "远方", "province_code": "610000"})
    known = facts(
        *(fact("places", value, place=city.code) for value, city in (("1", TOWN), ("2", NEIGHBOUR), ("3", far))),
        fact("places_target", "5.5", place=PROVINCE),
        fact("places_target", "4.8", place="610000"),
        fact("places_target", "4.5", place=NATION),
        benchmarks=(NEIGHBOUR, far),
    )
    assert rows(tables.benchmarks(known)) == [
        ("托位数", "1个（2024年）", "2个（2024年）", "3个（2024年）"),
        ("所在省（自治区）目标", "5.5个", "5.5个", "4.8个"),
    ]


def counted(district: str, *values: str, day: str = "2020-11-01") -> list[Fact]:
    names = ("age_0", "age_1_to_4", "census_under_five", "residents", "places_needed")
    return [fact(one, value, place=district, period=day) for one, value in zip(names, values, strict=True)]


def test_districts_are_held_against_one_another_by_one_census() -> None:
    first, second = (one.code for one in TOWN.districts)
    known = [
        *counted(first, "10", "50", "60", "2000", "11"),
        *counted(second, "20", "70", "90", "3000", "17"),
        fact("residents", "9999", place=first, period="2023-12-31"),
        fact("places_needed", "55", place=first, period="2023-12-31"),
    ]
    assert rows(tables.district_needs(facts(*known))) == [
        ("甲区", "10人", "50人", "60人", "2000人", "11个"),
        ("乙区", "20人", "70人", "90人", "3000人", "17个"),
    ]
    assert tables.district_needs(facts(*known[:5])) is None


# outlook


def ahead(indicator: str, scenario: str, value: str, year: str = "2030") -> Fact:
    return fact(indicator, value, part=Part("方案", scenario), period=year)


def test_scenarios_have_each_their_own_numbers_of_the_last_year() -> None:
    names = ("under_threes", "places_per_hundred_outlook", "places_wanted_low", "places_wanted", "places_wanted_high")
    known = [ahead(one, "持平", str(n)) for n, one in enumerate(names, 11)]
    known += [ahead(one, "延续", str(n)) for n, one in enumerate(names[:2], 21)]
    known += [ahead("under_threes", "持平", "99", "2029"), ahead("covering_year", "延续", "2027", "2027")]
    table = tables.outlook(facts(*known))
    assert table is not None
    assert table.title.startswith("2030年")
    assert rows(table) == [
        ("持平", "11人", "12个", "13个", "14个", "15个", "—"),
        ("延续", "21人", "22个", "—", "—", "—", "2027年"),
    ]
    assert "“持平”为0%、“减半”为50%、“延续”为100%" in table.note


# annexes


def test_parameters_need_no_facts() -> None:
    found = dict(rows(annexes.parameters(facts())))
    assert found["数据截止日期"] == "2024年8月底"
    assert found["人口数据日期"] == "2023年末"
    assert found["示范城市"] == "邻近"
    assert set(found) == {"数据截止日期", "人口数据日期", "示范城市"}
    alone = dict(rows(annexes.parameters(facts(benchmarks=()))))
    assert alone["示范城市"] == "无"


def test_parameters_tell_what_was_set() -> None:
    far = NEIGHBOUR.model_copy(update={"code": "610800", "short": "远方"})
    target = fact("places_target", "5.5", place=PROVINCE, period="2025", kind="policy", label="全省托位目标")
    known = facts(roles={"places_target": target}, benchmarks=(NEIGHBOUR, far))
    found = rows(annexes.parameters(known))
    assert ("示范城市", "邻近、远方") in found
    assert ("全省托位目标", "5.5个（2025年）") in found


def test_meaning_tells_formula_basis_and_source() -> None:
    worked = fact("use_rate", "40", kind="computed", formula="甲÷乙", basis="常住", inputs=("x",))
    raw = fact("places", "9", note="存疑", basis="机构登记")
    found = {row[0]: row[1] for row in rows(annexes.definitions(facts(worked, raw, fact("fee", "9", basis=""))))}
    assert found["托位使用率"].endswith("算式：甲÷乙。口径：常住。")
    assert found["托位数"].endswith("原始数据，出自测试统计局《测试公报》（存疑）。口径：机构登记。")
    assert found["全日托平均托费"].endswith("原始数据，出自测试统计局《测试公报》。")
    bare = replace(worked, formula="", basis="")
    assert "算式" not in rows(annexes.definitions(facts(bare)))[0][1]


def test_parameters_name_the_targets() -> None:
    known = facts_of(FULL)
    table = annexes.parameters(known)
    assert table is not None
    found = dict(table.rows)
    assert found[known["places_target"].label].startswith(span(known["places_target"]))
    assert found["送托意愿测算比例"].startswith("30%（江协")
    assert found["送托意愿测算比例"].endswith("；展望另取20%、40%")
    assert found["展望方案"] == "持平（0%）、减半（50%）、延续（100%）"


def test_definitions_hold_formula_and_main_raw_figures() -> None:
    known = facts_of(FULL)
    found = {row[0]: row for row in rows(annexes.definitions(known))}
    assert known["use_rate"].formula in found["托位使用率"][1]
    assert "出自江协〔2024〕48号" in found["托位数"][1]
    assert found["托位数"][3] == printed(known["places"])
    names = [name for name in tables.listed_in("definitions") if name in known]
    assert list(found) == [known[name].name for name in names]


def test_source_is_named_once_with_what_it_is_used_for() -> None:
    other = replace(ORIGIN, document="年鉴")
    known = facts(
        fact("places", "10"), fact("institutions", "3"), fact("births", "9", origins=(other,)), fact("enrolled", "1")
    )
    assert rows(annexes.sources(known)) == [
        ("测试统计局《测试公报》", "托位数、托育机构数、在托人数"),
        ("测试统计局《年鉴》", "出生人口"),
    ]


@pytest.mark.parametrize(
    ("many", "words"),
    [(3, "托位数、在托人数、托育机构数"), (5, "托位数、在托人数、托育机构数等5项")],
)
def test_three_uses_of_a_source_are_named_and_more_counted(many: int, words: str) -> None:
    names = ("places", "enrolled", "institutions", "use_rate", "fee")[:many]
    ((_, used),) = rows(annexes.sources(facts(*(fact(name, "9") for name in names))))
    assert used == words


def test_sources_are_those_of_this_edition_and_of_places_that_play_a_part() -> None:
    papers = [replace(ORIGIN, document=one) for one in ("上期公报", "外县公报", "测算假定")]
    roles = {
        "previous_places": fact("places", "9", edition="toy-2023", origins=(papers[0],)),
        "of_elsewhere": fact("places", "9", place="999999", origins=(papers[1],)),
        "demand_rate": fact("demand_rate", "30", kind="assumption", origins=(papers[2],)),
    }
    assert rows(annexes.sources(facts(fact("places", "10"), roles=roles))) == [("测试统计局《测试公报》", "托位数")]


def test_sources_are_listed_from_the_nation_down_and_then_abroad() -> None:
    places = {"外国": "OECD", "示范市": NEAR, "本市": OWN, "区县": DISTRICT, "全国": NATION, "本省": TOWN.province_code}
    known = {
        name: fact("places", "9", place=place, origins=(replace(ORIGIN, document=f"{name}公报"),))
        for name, place in places.items()
    }
    found = rows(annexes.sources(facts(roles=known)))
    assert [row[0] for row in found] == [
        f"测试统计局《{name}公报》" for name in ("全国", "本省", "本市", "区县", "示范市", "外国")
    ]


def test_figures_a_year_before_the_edition_are_carried_over_with_what_rests_on_them() -> None:
    old = fact("fee", "2700", period="2021")
    yearly = fact("fee_yearly", "32400", kind="computed", inputs=(old.id,), period="2021")
    known = facts(
        old,
        yearly,
        fact("places", "10", period="2024-08-31"),
        fact("births", "9", period="2022"),
        fact("births", "8", period="2023"),
        fact("residents", "9", period="2020", place=NEAR),
    )
    (row,) = rows(annexes.carried_over(known))
    assert row[0] == "全日托平均托费"
    assert (row[2], row[3]) == ("2021年", "全年托费")
    assert annexes.carried_over(facts(fact("places", "10", period="2023-09-30"))) is None


def test_sources_of_the_full_edition_are_named_once_each() -> None:
    found = rows(annexes.sources(facts_of(FULL)))
    assert len({row[0] for row in found}) == len(found)


def test_findings_are_numbered_in_their_order_and_corrections_stand_apart() -> None:
    some = [Finding("warning", "x", f"data/raw/town/{n}.csv", f"有疑{n}", "核对") for n in (1, 2)]
    settled = Finding("warning", "correction", "data/raw/town/3.csv", "改读", "")
    known = facts(findings=(some[0], settled, replace(some[1], severity="note")))
    assert rows(annexes.findings(known)) == [
        ("1", "存疑", "1", "有疑1", "核对"),
        ("2", "提示", "2", "有疑2", "核对"),
    ]
    assert rows(annexes.corrections(known)) == [("1", "3", "改读", "—")]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (ORIGIN.where, "测试统计局《测试公报》"),
        ("data/raw/town/几份文件.xlsx，工作表“一”，B2；C4", "几份文件"),
        ("data/raw/town/公报.csv，D4", "江协〔2024〕48号，正文第2段"),
        ("data/raw/town/公报.csv，D5", "江协〔2024〕48号"),
        ("每千人口托位数", "每千人口托位数"),
    ],
)
def test_a_finding_tells_the_document_not_the_file(where: str, told: str) -> None:
    paper = replace(ORIGIN, document="报告（江协〔2024〕48号）", file="data/raw/town/公报.csv", sheet="", cell="D4")
    finding = Finding("warning", "x", where, f"同{paper.where}的“9”不符", "按 questions.toml 的规定处理")
    known = facts(
        fact("places", "10"),
        fact("enrolled", "1", origins=(replace(paper, locator="正文第2段"),)),
        findings=(finding,),
    )
    [(_, _, place, what, action)] = rows(annexes.findings(known))
    assert (place, what) == (told, "同江协〔2024〕48号，正文第2段的“9”不符")
    assert action == "按问卷题目登记的规定处理"


def test_a_finding_tells_a_described_document_by_the_first_of_it() -> None:
    paper = replace(ORIGIN, producer="市政协", document="（2023年度提案，案由：发展模式）", locator="提案二")
    known = facts(fact("places", "10", origins=(paper,)), findings=(Finding("warning", "x", paper.where, "有疑", ""),))
    assert rows(annexes.findings(known))[0][2] == "市政协（2023年度提案），提案二"


# against the edition before


def pair(before: str, now: str, off: str = "0", **more: Any) -> tuple[Fact, Fact]:  # noqa: ANN401
    earlier = fact("places", before, period="2023-12-31", edition="toy-2023", uncertainty=Decimal(off))
    cell = replace(ORIGIN, cell="Z9")
    return earlier, fact("places", now, **{"period": "2024-08-31", "origins": (cell,), **more})


@pytest.mark.parametrize(
    ("before", "now", "off", "word"),
    [("90", "100", "0", "升"), ("100", "90", "0", "降"), ("100", "100", "0", "持平"), ("96", "100", "5", "—")],
)
def test_change_within_the_digits_printed_is_none(before: str, now: str, off: str, word: str) -> None:
    known = facts(*pair(before, now, off))
    assert rows(annexes.changes(known)) == [
        ("托位数", f"{before}个", "2023年末", f"{now}个", "2024年8月底", word, "更新")
    ]


def test_change_is_printed_where_it_is_a_fact() -> None:
    earlier, now = pair("100", "90")
    change = fact("change", "-10", "个", inputs=(now.id, earlier.id), part=Part("主要指标", "托位数"))
    other = fact("change", "-77", "个", inputs=("x", "y"), part=Part("主要指标", "在托人数"))
    assert rows(annexes.changes(facts(earlier, now, other, change)))[0][5] == "降10个"
    assert rows(annexes.changes(facts(earlier, now, other)))[0][5] == "降"


def test_same_figure_in_both_editions_is_no_change() -> None:
    earlier, now = pair("100", "100", origins=(ORIGIN,), period="2023-12-31")
    assert rows(annexes.changes(facts(earlier, now)))[0][5:] == ("—", "未更新")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ("升", "更新")),
        ({"period": "2023-12-31"}, ("—", "来源重述")),
        ({"basis": "含幼儿园托班"}, ("升", "更新、口径变化")),
        ({"period": "2023-12-31", "basis": "含幼儿园托班"}, ("—", "来源重述、口径变化")),
        ({"kind": "computed", "origins": (), "inputs": ("institutions.440700.2024",)}, ("升", "更新、算法变化")),
    ],
)
def test_reason_of_a_change_is_what_differs_between_the_two_figures(
    more: dict[str, Any], said: tuple[str, str]
) -> None:
    earlier, now = pair("100", "110", **more)
    assert rows(annexes.changes(facts(earlier, now)))[0][5:] == said


def test_other_assumption_is_a_change_of_the_parameter_though_the_figures_are_the_same() -> None:
    known = []
    for edition, rate in (("toy-2023", "30"), ("", "40")):
        births = fact("births", "100", "人", period="2023", edition=edition)
        share = fact("demand_rate", rate, "%", kind="assumption", edition=edition)
        inputs = (births.id, share.id)
        wanting = fact("children_wanting_care", rate, kind="computed", period="2023", edition=edition, inputs=inputs)
        known += [births, share, wanting]
    told = {row[0]: row[5:] for row in rows(annexes.changes(facts(*known)))}
    assert told["出生人口"] == ("—", "未更新")
    assert told["有送托需求婴幼儿数"] == ("—", "参数变化")


def test_annex_ascribes_as_the_command_that_compares_editions_does() -> None:
    now = facts_of(FULL)
    assert now.edition is not None
    found = compare(facts_of(now.edition.previous), now, subject())
    by_name = {one.indicator: one for one in found.indicators if one.old and one.new and now.get(one.indicator)}
    compared = [
        (one, annexes.why(now, now[name], before))
        for name, before in annexes.before_of(now).items()
        if (one := by_name.get(name)) and one.new == Figure.of(now[name]) and one.old.value == str(before.value)
    ]
    assert len(compared) >= 5
    for one, reasons in compared:
        assert {reason.cause for reason in reasons} == {reason.cause for reason in one.reasons}, one.label


def test_figure_that_stood_for_the_last_edition_is_the_computed_one_else_the_latest() -> None:
    computed = fact("places", "3", period="2022", edition="toy-2023", kind="computed", inputs=("x",))
    years = [fact("places", n, period=year, edition="toy-2023") for n, year in (("1", "2021"), ("2", "2023"))]
    for known in ([computed, *years], [*years[::-1], computed]):
        assert annexes.before_of(facts(*known))["places"].value == 3
        assert annexes.before_of(facts(*(one for one in known if one.origins)))["places"].value == 2


def test_only_main_indicators_of_both_editions_are_compared() -> None:
    earlier, now = pair("90", "100")
    fees = [fact("fee", "1", edition="toy-2023"), fact("fee", "2")]
    known = facts(earlier, now, *fees, fact("enrolled", "5"), fact("institutions", "3", edition="toy-2023"))
    assert [row[0] for row in rows(annexes.changes(known))] == ["托位数"]
    assert EDITION.name not in str(rows(annexes.changes(known)))


def test_target_of_a_register_is_told_by_its_document() -> None:
    where = "data/raw/province/政策文件登记.toml，target“places-2025”"
    origin = replace(ORIGIN, file="data/raw/province/政策文件登记.toml", cell="target“places-2025”", locator="")
    known = facts(
        fact("places_target", "5.5", place=PROVINCE, period="2025", kind="policy", origins=(origin,)),
        findings=(Finding("warning", "not-reproduced", where, f"与目标5.5个（{where}）不同", "核对"),),
    )
    (row,) = rows(annexes.findings(known))
    assert row[2] == "测试统计局《测试公报》"
    assert row[3] == "与目标5.5个（测试统计局《测试公报》）不同"
