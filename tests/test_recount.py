"""示例市 reckoned again: every computed number and every table, cell by cell, from its raw files by pandas.

Nothing of the package's own arithmetic is used to say what is expected.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest
from conftest import ROOT
from conftest import clean_at

from tuoyu.childcare import annexes
from tuoyu.childcare import attaining
from tuoyu.childcare import example
from tuoyu.childcare import tables
from tuoyu.childcare.subject import subject
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.facts import computing
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Facts
from tuoyu.text.tabulating import Table
from tuoyu.workspace.editions import load_edition

AXES = {"办托形式": "办托形式", "举办性质": "举办性质", "普惠": "是否普惠"}
TARGET_PLACES, TARGET_ENROLMENT = Decimal("4.8"), Decimal(15)  # of the example's register of policies
NATION_TARGET, AREA = Decimal("4.5"), "9㎡"  # of the register of the nation
WANTED = {"low": Decimal(20), "": Decimal(30), "high": Decimal(40)}  # per cent, by the example's editions
Z_SQUARED = Decimal("3.841458820694124")


@dataclass(frozen=True)
class Raw:
    """What pandas reads of the raw files: institutions, answers, population by year, streets."""

    institutions: pd.DataFrame
    answers: pd.DataFrame
    population: pd.DataFrame
    streets: pd.DataFrame


@cache
def raw() -> Raw:
    files = example.files()

    def sheet(name: str, header: int) -> pd.DataFrame:
        (content,) = (content for file, content in files.items() if file.startswith(name) and file.endswith("xlsx"))
        return pd.read_excel(io.BytesIO(content), header=header, dtype=object)

    answers = sheet("家长问卷", 1)
    seconds = answers["所用时间"].str.removesuffix("秒").astype(int)
    population = sheet("人口主要指标", 2).set_index("指标")
    return Raw(
        sheet("托育机构名单", 1).drop_duplicates("统一社会信用代码"),
        answers[seconds >= 30],
        population,
        sheet("街道社区", 1).dropna(subset=["街道"]),
    )


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts of the example edition and of the one before, as 02_indicators makes them."""
    root = tmp_path_factory.mktemp("recount")
    for folder in ("data/raw", "editions"):
        shutil.copytree(ROOT / folder, root / folder)
    example.create_example(root)
    result, cities = clean_at(root, example.EDITION)
    childcare = subject()
    evidence = [*result.registers["evidence"], *result.registers["practice"]]
    edition, earlier = load_edition(root, example.EDITION), load_edition(root, example.EARLIER)
    made = computing.compute_facts(
        result.observations, edition, cities, result.registers["policies"], evidence, childcare, previous=earlier
    )
    found = checks.check_facts(made, result.observations, childcare)
    return computing.conclude(made, found, childcare)


@dataclass(frozen=True)
class Known:
    """Figures of the raw files that several reckonings start from."""

    births: dict[int, Decimal]
    residents: dict[int, Decimal]
    registered: dict[int, Decimal]
    deaths: dict[int, Decimal]
    urban: dict[int, Decimal]
    rural: dict[int, Decimal]
    published: dict[tuple[str, str, str], Decimal]
    institutions: Decimal
    kindergartens: Decimal
    recorded: Decimal
    places: Decimal
    enrolled: Decimal
    fee: Decimal

    @property
    def threes(self) -> Decimal:
        """Births of the last three years."""
        return sum((self.births[year] for year in (2022, 2023, 2024)), Decimal(0))

    def of(self, name: str, day: str, place: str = "示例市") -> Decimal:
        """A figure that stands in the example's list of published ones."""
        return self.published[place, name, day]


@cache
def known() -> Known:
    population, register = raw().population, raw().institutions
    years = range(2019, 2025)

    def of_years(name: str, factor: int = 1) -> dict[int, Decimal]:
        values = {year: population.loc[name, f"{year}年"] for year in years}
        return {year: Decimal(str(value)) * factor for year, value in values.items() if value != "…"}

    (content,) = (
        content for name, content in example.files().items() if name.startswith("公布") and name.endswith("csv")
    )
    lines = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    published = {(one["地区"], one["指标"], one["时点"]): _number(one["数据"]) for one in lines}
    return Known(
        of_years("出生人口"),
        of_years("年末常住人口", 10000),
        of_years("年末户籍人口", 10000),
        of_years("死亡人口"),
        of_years("城镇居民人均可支配收入"),
        of_years("农村居民人均可支配收入"),
        published,
        Decimal(len(register)),
        Decimal(int((register["办托形式"] == "幼儿园托班").sum())),
        Decimal(int((register["备案情况"] == "已备案").sum())),
        Decimal(int(register["托位数"].sum())),
        Decimal(int(register["在托人数"].sum())),
        Decimal(int(register["全日托收费(元/月)"].sum())) / len(register),
    )


def _number(text: str) -> Decimal:
    found = re.search(r"\d+(\.\d+)?", text)
    assert found
    return Decimal(found[0])


def elsewhere(folder: str, name: str, day: str) -> Decimal:
    """A figure of the repository's own raw files, in units of one."""
    second = ROOT / "data/raw" / folder / "二次录入.csv"
    for path in set((ROOT / "data/raw" / folder).glob("*.csv")) - {second}:
        for line in csv.DictReader(path.read_text("utf-8-sig").splitlines()):
            if (line["指标"], line["时点"]) == (name, day):
                return _number(line["数据"]) * (10000 if "万" in line["数据"] else 1)
    raise LookupError(name)


def half_up(value: Decimal, decimals: int = 0) -> str:
    return str(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def share(count: int, n: int) -> str:
    return f"{half_up(Decimal(100 * count) / n, 1)}%"


def interval(count: int, n: int) -> str:
    """Wilson's interval as the roots of (p - x)² = z² x (1 - x) / n."""
    p, z2 = Decimal(count) / n, Z_SQUARED
    root = (z2 * (4 * n * p * (1 - p) + z2)).sqrt()
    ends = [(2 * n * p + z2 + sign * root) / (2 * (n + z2)) * 100 for sign in (-1, 1)]
    return "～".join(f"{half_up(end, 1)}%" for end in ends)


def rows(table: Table | None) -> list[tuple[str, ...]]:
    assert table is not None
    return [tuple(re.sub("<[^>]+>", "", cell) for cell in row) for row in table.rows]


def of_group(members: pd.DataFrame) -> tuple[str, str, str, str]:
    """Institutions, places, enrolled and use rate of some institutions."""
    places, enrolled = int(members["托位数"].sum()), int(members["在托人数"].sum())
    return f"{len(members)}家", f"{places}个", f"{enrolled}人", share(enrolled, places)


def test_table_of_kinds_cell_by_cell(facts: Facts) -> None:
    register = raw().institutions
    found = rows(tables.kinds(facts))
    expected = {
        (axis, {"是": "普惠", "否": "非普惠"}.get(str(value), str(value))): of_group(members)
        for axis, column in AXES.items()
        for value, members in register.groupby(column)
    }
    assert {row[:2]: row[2:] for row in found[:-1]} == expected
    assert len(found) == len(expected) + 1
    assert found[-1] == ("合计", "—", *of_group(register))


def test_table_of_districts_cell_by_cell(facts: Facts) -> None:
    register = raw().institutions
    found = rows(tables.districts(facts))
    assert [row[1] for row in found[:-1]] == list(example.DISTRICTS)
    assert {row[1]: row[2:] for row in found[:-1]} == {
        name: of_group(members) for name, members in register.groupby("所属区县")
    }
    assert found[-1][2:] == of_group(register)


def answered(title: str) -> pd.Series:
    """Answers to a question, the empty ones left out."""
    answers = raw().answers
    (column,) = (one for one in answers.columns if str(one).endswith(title))
    return answers[column][answers[column] != "(空)"]


def counted() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Share, interval and n of every option that has an indicator, by indicator and option."""
    expected = {}
    for title, options in example.INDICATORS.items():
        answers = answered(title)
        for option, indicator in options.items():
            count, n = int((answers == option).sum()), len(answers)
            expected[indicator, option.replace("-", "—")] = (share(count, n), interval(count, n), str(n))
    prices = answered("您能接受的月托费")
    low = int(prices.isin(["1500元以下", "1500-2000元"]).sum())
    expected["低价位接受比例", "2000元以下"] = share(low, len(prices)), interval(low, len(prices)), str(len(prices))
    return expected


def test_table_of_the_survey_cell_by_cell(facts: Facts) -> None:
    known = {one.name: one.question for one in vocabulary().values()}
    expected = {(known[name], option): cells for (name, option), cells in counted().items()}
    found = {row[:2]: row[2:] for row in rows(tables.survey(facts))}
    assert found.items() <= expected.items()
    assert len(found) >= len(expected) - 2  # a rare option is not shown


def test_table_of_survey_groups_cell_by_cell(facts: Facts) -> None:
    known = {one.name: one.question for one in vocabulary().values()}
    answers = raw().answers
    expected = {}
    for axis, asked in (("区县", "您所在的区县"), ("月龄", "孩子目前的月龄")):
        groups = answered(asked)
        for title, options in example.INDICATORS.items():
            for option, indicator in options.items():
                for name, members in groups.groupby(groups):
                    those = answered(title).reindex(members.index).dropna()
                    count, n = int((those == option).sum()), len(those)
                    expected[f"{known[indicator]}：{option}", axis, str(name).replace("-", "—")] = (
                        share(count, n), interval(count, n), str(n),
                    )  # fmt: skip
    found = {row[:3]: row[3:] for row in rows(tables.survey_groups(facts))}
    assert len(answers) == 297
    assert {row[1] for row in found} == {"区县", "月龄"}
    assert len(found) >= 14
    assert found.items() <= expected.items()


def test_table_of_streets_cell_by_cell(facts: Facts) -> None:
    lines = raw().streets
    lines = lines[lines["街道"].notna() & lines["3岁以下婴幼儿数（人）"].notna()]
    expected = []
    for (_, street), members in lines.groupby(["区县", "街道"], sort=False):
        total = members[members["社区"] == "合计"].iloc[0]
        children = int(total["3岁以下婴幼儿数（人）"])
        listed = members[members["社区"] != "合计"]
        among = {f"{name}{n}人" for name, n in zip(listed["社区"], listed["3岁以下婴幼儿数（人）"], strict=True)}
        needed = half_up(children * TARGET_ENROLMENT / 100)
        expected.append((street, f"{total['社区数（个）']}个", f"{children}人", among, f"{needed}个"))
    expected.sort(key=lambda row: -int(row[2].removesuffix("人")))
    found = [(*row[:3], set(row[3].split("、")), row[4]) for row in rows(tables.communities(facts))]
    assert found == expected


def test_table_of_births_cell_by_cell(facts: Facts) -> None:
    births = raw().population.loc["出生人口"]
    known = {year: int(births[year]) for year in births.index if str(year).endswith("年")}
    found = rows(tables.population(facts))
    assert {row[0]: row[1] for row in found} == {year: f"{value}人" for year, value in known.items()}
    values = list(known.values())
    words = ["升" if now > before else "降" for before, now in pairwise(values)]
    assert [row[2] for row in found] == ["—", *words]


def reckoned() -> dict[str, str]:
    """Every computed number of the city as a whole, by its indicator, as a reader should see it."""
    one, register = known(), raw().institutions
    births, threes, residents = one.births, one.threes, one.residents[2024]
    mean, registered = (residents + one.residents[2023]) / 2, (one.registered[2024] + one.registered[2023]) / 2
    day = "2020年11月1日"
    five = one.of("0岁人口(七普)", day) + one.of("1-4岁人口(七普)", day)
    of_districts = [
        one.of("0岁人口(七普)", day, f"示例市{name}") + one.of("1-4岁人口(七普)", day, f"示例市{name}")
        for name in example.DISTRICTS
    ]
    rate = one.places / residents * 1000
    needed = TARGET_PLACES * residents / 1000
    nation = elsewhere("national", "每千人口托位数", "2024年末")  # as published
    enrolment, use = one.enrolled / threes * 100, one.enrolled / one.places * 100
    others = one.institutions - one.kindergartens
    income, fee = one.of("居民月人均可支配收入", "2024年"), one.fee
    before = {name: one.of(name, "2023年末") for name in ("托育机构数", "托位数", "在托人数")}
    totals = raw().streets[raw().streets["社区"] == "合计"]["3岁以下婴幼儿数（人）"].astype(int).nlargest(2)
    listed = raw().streets
    largest = listed[listed["街道"] == listed.loc[totals.index[0], "街道"]]
    of_listed = Decimal(int(largest[largest["社区"] != "合计"]["3岁以下婴幼儿数（人）"].sum()))
    streets = Decimal(int(totals.sum()))
    owners = sum(int((answered("您希望托育机构由谁举办") == name).sum()) for name in ("公办", "民办", "普惠民办"))
    reward = elsewhere("yulin", "市级奖补资金", "2021年起") / elsewhere("yulin", "奖补机构", "2021年起")
    fund = elsewhere("ordos", "15分钟托育圈专项资金", "至2026年") / elsewhere("ordos", "新增托位", "2026年")
    return {
        "births_span": "5年",
        "residents_mean": wan(mean, 2) + "人",
        "registered_mean": wan(registered, 2) + "人",
        "births_decline": percent((births[2019] - births[2024]) / births[2019]),
        "births_yearly_decline": "上升" + percent((births[2024] - births[2023]) / births[2023]),
        "births_yearly_rate": percent((births[2024] / births[2022]).sqrt() - 1),
        "births_three_years": wan(threes, 2) + "人",
        "birth_rate_resident": f"{half_up(births[2024] / mean * 1000, 2)}‰",
        "birth_rate_registered": f"{half_up(births[2024] / registered * 1000, 2)}‰",
        "natural_increase": f"{births[2024] - one.deaths[2024]}人",
        "census_under_five": f"{five}人",
        "census_under_five_share": percent(five / one.of("常住人口(七普)", day)),
        "two_largest_districts_share": percent(sum(sorted(of_districts)[-2:]) / five),
        "kindergarten_share": percent(one.kindergartens / one.institutions),
        "other_institutions": f"{others}家",
        "registered_share": percent(one.recorded / one.institutions),
        "registered_share_of_others": percent(one.recorded / others),
        "places_per_institution": f"{half_up(one.places / one.institutions, 1)}个",
        "places_per_hundred_children": f"{half_up(one.places / threes * 100, 1)}个",
        "places_per_thousand": f"{half_up(rate, 2)}个",
        "places_per_thousand_gap": f"{half_up(TARGET_PLACES - rate, 2)}个",
        "national_target_gap": f"{half_up(NATION_TARGET - rate, 2)}个",
        "national_places_difference": f"{half_up(rate - nation, 2)}个",
        "target_attainment": percent(rate / TARGET_PLACES),
        "places_needed": f"{half_up(needed)}个",
        "places_gap": f"{half_up(needed - one.places)}个",
        "target_as_enrolment": percent(needed / threes),
        "vacant_places": f"{one.places - one.enrolled}个",
        "use_rate": percent(use / 100),
        "enrolled_implied": f"{half_up(one.places * use / 100)}人",
        "enrolment_rate": percent(enrolment / 100),
        "enrolment_gap": f"{half_up(TARGET_ENROLMENT - enrolment, 1)}个百分点",
        "enrolled_needed": f"{half_up(threes * TARGET_ENROLMENT / 100)}人",
        "children_wanting_care": wan(threes * WANTED[""] / 100, 2).replace("0万", "万") + "人",
        "demand_met": percent(one.enrolled / (threes * WANTED[""] / 100)),
        "demand_unmet": wan(threes * WANTED[""] / 100 - one.enrolled, 2) + "人",
        "oecd_gap": f"约{half_up(elsewhere('international', '3岁以下入托率', '2022年') - enrolment, 1)}个百分点",
        "eu_gap": f"{half_up(elsewhere('international', '3岁以下接受正规托育比例', '2024年') - enrolment, 1)}个百分点",
        "accepted_fee": "2000元",
        "accepted_fee_income_share": percent(Decimal(2000) / income),
        "fee_excess": f"{half_up(fee - 2000)}元",
        "fee_income_share": percent(fee / income),
        "fee_yearly": f"约{half_up(fee * 12)}元",
        "fee_share_of_same_year": f"约{percent(fee * 12 / one.of('居民人均可支配收入', '2024年'))}",
        **{
            name: f"约{percent(fee * 12 / one.urban[2024])}"
            for name in ("fee_urban_share", "fee_urban_share_of_same_year")
        },
        **{
            name: f"约{percent(fee * 12 / one.rural[2024])}"
            for name in ("fee_rural_share", "fee_rural_share_of_same_year")
        },
        "streets_children": f"{streets}人",
        "streets_places_needed": f"{half_up(streets * TARGET_ENROLMENT / 100)}个",
        "listed_share": percent(of_listed / int(totals.iloc[0])),
        "owners_published": f"{half_up(Decimal(100 * owners) / len(answered('您希望托育机构由谁举办')), 2)}%",
        "institutions_change": f"{one.institutions - before['托育机构数']}家",
        "places_change": f"{one.places - before['托位数']}个",
        "enrolled_change": f"{one.enrolled - before['在托人数']}人",
        "places_per_thousand_change": f"{half_up(rate - before['托位数'] / one.residents[2023] * 1000, 2)}个",
        "use_rate_change": f"{half_up(abs(use - before['在托人数'] / before['托位数'] * 100), 1)}个百分点",
        "places_gap_fund": wan((needed - one.places) * fund) + "元",
        "registered_reward_fund": f"约{wan(one.recorded * reward)}元",
        "others_reward_fund": f"约{wan(others * reward)}元",
        "institutions": f"{len(register)}家",
        "kindergartens": f"{one.kindergartens}家",
        "registered_institutions": f"{one.recorded}家",
        "places": f"{one.places}个",
        "enrolled": f"{one.enrolled}人",
        "community_places": f"{int(register[register['办托形式'] == '社区嵌入式托育']['托位数'].sum())}个",
        "inclusive_institution_share": percent(Decimal(int((register["是否普惠"] == "是").sum())) / len(register)),
        "fee": f"{half_up(fee)}元",
        "respondents": f"{len(raw().answers)}人",
    }


def wan(value: Decimal, decimals: int = 0) -> str:
    return f"{half_up(value / 10000, decimals)}万"


def percent(value: Decimal) -> str:
    return f"{half_up(value * 100, 1)}%"


def test_every_computed_number_of_the_city_is_reckoned_again(facts: Facts) -> None:
    expected = reckoned()
    own = [one for one in facts.select(place=facts.place, part=WHOLE) if not one.edition]
    assert {one.indicator for one in own if one.kind == "computed"} <= expected.keys()
    found = {one.indicator: printed(one) for one in own if one.indicator in expected and facts[one.indicator] is one}
    assert {name: words for name, words in expected.items() if found.get(name) != words} == {}
    assert found == expected


def outlook(part: Decimal) -> dict[int, tuple[str, ...]]:
    """Births, under-threes, places per hundred of them, places needed per hundred, places wanted, year by year."""
    one = known()
    births = [one.births[year] for year in (2022, 2023, 2024)]
    yearly = 1 + ((births[2] / births[0]).sqrt() - 1) * part
    needed = TARGET_PLACES * one.residents[2024] / 1000
    found = {}
    for year in range(2025, 2031):
        births.append(births[-1] * yearly)
        children = sum(births[-3:], Decimal(0))
        wanted = [f"约{trimmed(children * share / 100)}万个" for share in WANTED.values()]
        per_hundred = [f"约{half_up(have / children * 100, 1)}个" for have in (one.places, needed)]
        found[year] = (f"约{trimmed(births[-1])}万人", f"约{trimmed(children)}万人", *per_hundred, *wanted)
    return found


def trimmed(value: Decimal) -> str:
    return half_up(value / 10000, 2).rstrip("0").rstrip(".")


SCENARIOS = {"持平": Decimal(0), "减半": Decimal("0.5"), "延续": Decimal(1)}
LOOKED_AHEAD = ("births_outlook", "under_threes", "places_per_hundred_outlook", "needed_per_hundred_outlook")
LOOKED_AHEAD += ("places_wanted_low", "places_wanted", "places_wanted_high")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_outlook_is_that_of_the_births(facts: Facts, scenario: str) -> None:
    expected = outlook(SCENARIOS[scenario])
    parts = [one for name in LOOKED_AHEAD for one in facts.select(name) if one.part.name == scenario]
    found = {
        year: tuple(
            printed(one) for name in LOOKED_AHEAD for one in parts if (one.indicator, one.period) == (name, str(year))
        )
        for year in expected
    }
    assert found == expected
    assert len(parts) == len(LOOKED_AHEAD) * len(expected)


def test_table_of_the_outlook_cell_by_cell(facts: Facts) -> None:
    ends = {name: outlook(part)[2030] for name, part in SCENARIOS.items()}
    expected = [(name, end[1], end[2], *end[4:], "—") for name, end in ends.items()]  # at no time there are enough
    assert rows(tables.outlook(facts)) == expected


# the remaining tables


def test_table_of_supply_cell_by_cell(facts: Facts) -> None:
    told, day = reckoned(), "2024年末"
    rate, places, enrolled = told["places_per_thousand"], told["places"], told["enrolled"]
    needed = f"目标所需{told['places_needed']}"
    nation = elsewhere("national", "每千人口托位数", day)
    assert rows(tables.supply(facts)) == [
        ("每千人口托位数", rate, f"本省目标{TARGET_PLACES}个", f"低{told['places_per_thousand_gap']}", day),
        ("每千人口托位数", rate, f"全国目标{NATION_TARGET}个", f"低{told['national_target_gap']}", day),
        ("每千人口托位数", rate, f"全国水平{half_up(nation, 2)}个", f"高{told['national_places_difference']}", day),
        ("托位数", places, needed, f"低{told['places_gap']}", day),
        ("入托率", told["enrolment_rate"], f"目标{TARGET_ENROLMENT}%", f"低{told['enrolment_gap']}", day),
        ("在托人数", enrolled, f"入托率目标对应数{told['enrolled_needed']}", "低", day),
        ("托位使用率", told["use_rate"], "—", "—", day),
    ]


def test_table_of_fees_cell_by_cell(facts: Facts) -> None:
    told, one = reckoned(), known()
    published = {
        "居民人均可支配收入": f"{one.of('居民人均可支配收入', '2024年')}元",
        "城镇居民人均可支配收入": f"{one.urban[2024]}元",
        "农村居民人均可支配收入": f"{one.rural[2024]}元",
    }
    low = share(
        int(answered("您能接受的月托费").isin(["1500元以下", "1500-2000元"]).sum()), len(answered("您能接受的月托费"))
    )
    counted_here = {"全日托平均托费": (told["fee"], "由机构名单计算"), "低价位接受比例": (low, "由原始答卷计算")}
    names = {one.name: one.id for one in vocabulary().values()}
    found = rows(tables.affordability(facts))
    assert {row[0] for row in found} >= {*published, *counted_here, "全年托费", "同年托费占收入比重", "可接受托费上限"}
    for name, value, day, how in found:
        assert day == (
            "2024年6月"
            if name in {"低价位接受比例", "可接受托费上限"}
            else "2024年"
            if name in published
            else "2024年末"
        )
        if name in published:
            assert (value, how) == (published[name], "公布值")
        elif name in counted_here:
            assert (value, how) == counted_here[name]
        else:
            assert value == told[names[name]]


def test_table_of_districts_needs_cell_by_cell(facts: Facts) -> None:
    day = "2020年11月1日"
    expected = []
    for name in example.DISTRICTS:
        newborn, older, everybody = (
            known().of(figure, day, f"示例市{name}")
            for figure in ("0岁人口(七普)", "1-4岁人口(七普)", "常住人口(七普)")
        )
        needed = half_up(everybody * TARGET_PLACES / 1000)
        expected.append((name, f"{newborn}人", f"{older}人", f"{newborn + older}人", f"{everybody}人", f"{needed}个"))
    assert rows(tables.district_needs(facts)) == expected


def before() -> dict[str, str]:
    """Main numbers of the edition before, reckoned again."""
    one = known()
    institutions, places, enrolled = (one.of(name, "2023年末") for name in ("托育机构数", "托位数", "在托人数"))
    threes, residents = sum(one.births[year] for year in (2021, 2022, 2023)), one.residents[2023]
    return {
        "births": f"{one.births[2023]}人",
        "births_three_years": wan(Decimal(threes), 2) + "人",
        "institutions": f"{institutions}家",
        "places": f"{places}个",
        "places_per_thousand": f"{half_up(places / residents * 1000, 2)}个",
        "places_gap": f"{half_up(TARGET_PLACES * residents / 1000 - places)}个",
        "enrolled": f"{enrolled}人",
        "use_rate": percent(enrolled / places),
        "enrolment_rate": percent(enrolled / threes),
        "children_wanting_care": wan(threes * WANTED[""] / 100, 2).replace("0万", "万") + "人",
    }


def moved() -> dict[str, str]:
    """By how much the main numbers moved from one edition to the next, to the digits that are printed."""
    one, told = known(), reckoned()
    threes = {year: sum(one.births[year - n] for n in range(3)) for year in (2023, 2024)}
    places, enrolled = one.of("托位数", "2023年末"), one.of("在托人数", "2023年末")
    gaps = [TARGET_PLACES * one.residents[year] / 1000 - have for year, have in ((2023, places), (2024, one.places))]
    return {
        "births": f"升{one.births[2024] - one.births[2023]}人",
        "births_three_years": f"降{half_up((threes[2023] - threes[2024]) / 100)}00人",
        "institutions": f"升{told['institutions_change']}",
        "places": f"升{told['places_change']}",
        "places_per_thousand": f"升{told['places_per_thousand_change']}",
        "places_gap": f"降{half_up(gaps[0] - gaps[1])}个",
        "enrolled": f"升{told['enrolled_change']}",
        "use_rate": f"升{told['use_rate_change']}",
        "enrolment_rate": f"升{half_up((one.enrolled / threes[2024] - enrolled / threes[2023]) * 100, 1)}个百分点",
        "children_wanting_care": f"降{half_up((threes[2023] - threes[2024]) * WANTED[''] / 10000)}00人",
    }


def test_table_of_changes_cell_by_cell(facts: Facts) -> None:
    now = {**reckoned(), "births": f"{known().births[2024]}人"}
    yearly = {"births", "births_three_years", "children_wanting_care"}
    expected = [
        (vocabulary()[name].name, value, "2023年" if name in yearly else "2023年末", now[name],
         "2024年" if name in yearly else "2024年末", moved()[name],
         # institutions, places and children were published in 2023 and counted from the list in 2024
         "更新" if name in yearly else "更新、口径变化")
        for name, value in before().items()
    ]  # fmt: skip
    assert rows(annexes.changes(facts)) == expected


def test_dashboard_cell_by_cell(facts: Facts) -> None:
    told = {**reckoned(), "births": f"{known().births[2024]}人", "staff_low_education": "56.5%"}
    names = {one.name: one.id for one in vocabulary().values()}
    targets = {"places_per_thousand": f"{TARGET_PLACES}个", "enrolment_rate": f"{TARGET_ENROLMENT}%"}
    found = rows(attaining.dashboard(facts))
    assert len(found) == len({row[0] for row in found}) >= 15
    for name, value, target, state, change, day in found:
        indicator = names[name]
        assert value == told[indicator]
        now = facts[indicator]
        doubts = [one for one in facts.findings if one.severity == "warning"]
        doubted = any(one.concerns(indicator, now.place, now.period) for one in doubts)
        without = "△ 存疑" if doubted else "—"
        assert (target, state) == (targets.get(indicator, "—"), "○ 未达到" if indicator in targets else without)
        assert change == moved().get(indicator, "—")
        assert day == ("2024年" if indicator == "births" else "2024年末")


def test_table_of_definitions_tells_the_numbers(facts: Facts) -> None:
    told = reckoned()
    names = {one.name: one.id for one in vocabulary().values()}
    found = rows(annexes.definitions(facts))
    assert {names[row[0]]: row[3] for row in found} == {names[row[0]]: told[names[row[0]]] for row in found}
    assert len(found) >= 15


def test_table_of_parameters_tells_what_was_set(facts: Facts) -> None:
    found = dict(rows(annexes.parameters(facts)))
    low, middle, high = WANTED.values()
    assert found["送托意愿测算比例"] == f"{middle}%（示例假定）；展望另取{low}%、{high}%"
    assert found["全省每千人口托位数目标"] == f"{TARGET_PLACES}个（2025年）"
    assert found["全国每千人口托位数目标"] == f"{NATION_TARGET}个（2025年）"
    assert found["全省入托率目标"] == f"{TARGET_ENROLMENT}%（2025年）"
    assert found["每托位建筑面积下限"] == f"{AREA}（2023年）"
    assert (found["数据截止日期"], found["人口数据日期"]) == ("2024年末", "2024年末")


def test_table_of_cities_cell_by_cell(facts: Facts) -> None:
    """The own city's column from its raw files, those of other cities from theirs."""
    told, one = reckoned(), known()
    table = tables.benchmarks(facts)
    assert table is not None
    assert table.columns == ("指标", "示例", "深圳", "榆林", "鄂尔多斯")
    found = {row[0]: row[1:] for row in rows(table)}
    own = {
        "常住人口": f"{half_up(one.residents[2024] / 10000, 2)}万人",
        "托育机构数": told["institutions"],
        "备案机构数": told["registered_institutions"],
        "托位数": told["places"],
        "每千人口托位数": told["places_per_thousand"],
    }
    assert {name: cells[0] for name, cells in found.items() if name in own} == {
        name: f"{value}（2024年末）" for name, value in own.items()
    }
    assert found["所在省（自治区）目标"][0] == f"{TARGET_PLACES}个"
    assert found.keys() == {*own, "所在省（自治区）目标"}
