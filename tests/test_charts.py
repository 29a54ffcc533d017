"""Figures: nothing without evidence, every mark and every digit from its fact, the same drawing for the same facts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from conftest import EDITIONS
from conftest import facts_of
from making import DISTRICT
from making import NATION
from making import NEAR
from making import NEIGHBOUR
from making import ORIGIN
from making import TOWN
from making import fact
from making import facts

from tuoyu.childcare import charts
from tuoyu.facts.wording import choice
from tuoyu.facts.wording import cite
from tuoyu.facts.wording import interval
from tuoyu.facts.wording import printed
from tuoyu.nouns.city import District
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Part
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.period import in_words
from tuoyu.text.drawing import Chart
from tuoyu.text.drawing import points_of
from tuoyu.text.drawing import wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FULL = "jiangmen-2024-08"
Draw = Callable[[Facts], Chart | None]
DRAWINGS: dict[str, Draw] = {
    "fig-births": charts.births,
    "fig-outlook": charts.outlook,
    "fig-flow": charts.flow,
    "fig-targets": charts.targets,
    "fig-survey": charts.survey,
    "fig-districts": charts.districts,
    "fig-communities": charts.communities,
    "fig-changes": charts.changes,
    "fig-affordability": charts.affordability,
}
OF_THE_FULL_EDITION = [one for one in DRAWINGS if one != "fig-affordability"]  # it has no income of the fee's year
FIXED = ("95%", "3岁", "上期为100")  # digits that name what is shown


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Axes]:
    """The axes of every figure that is drawn, before it becomes SVG."""
    caught: list[Axes] = []
    finish = charts.drawn

    def catch(figure: Figure) -> str:
        caught.extend(figure.axes)
        return finish(figure)

    monkeypatch.setattr(charts, "drawn", catch)
    return caught


def drawn(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def bars(axes: Axes) -> list[tuple[str, float, str]]:
    """Name, length and number of every lying bar, from top to bottom."""
    names = [label.get_text().replace("\n", "") for label in axes.get_yticklabels()]
    lengths = [bar.get_width() for bar in sorted(axes.patches, key=lambda one: one.get_y())]  # type: ignore[attr-defined]
    numbers = [text.get_text() for text in sorted(axes.texts, key=lambda one: one.xy[1])]  # type: ignore[attr-defined]
    assert axes.yaxis_inverted()
    return list(zip(names, lengths, numbers, strict=True))


def lines(axes: Axes) -> list[list[tuple[float, float]]]:
    return [[(float(x), float(y)) for x, y in line.get_xydata()] for line in axes.lines]  # type: ignore[union-attr]


def words_of(known: Facts) -> list[str]:
    """Everything with digits that facts print, the longest first."""
    found = set(FIXED)
    for one in known.values():
        found |= {printed(one), in_words(one.period), one.name, one.label, one.part.words, choice(one)}
        found |= {f"{one.period[:4]}年", str(one.respondents)}
        found |= {re.sub(r"\.?0*$", "", f"{round_half_up(one.value / 10000, 2):f}")}
        found |= {interval(one)} if one.interval else set()
        found |= {one.note}
        found |= {cite(origin) for origin in one.origins}
    return sorted(found, key=len, reverse=True)


def left_over(text: str, words: list[str]) -> str:
    """What digits of a text no fact accounts for."""
    for word in words:
        if re.search(r"\d", word):
            text = text.replace(word, "")
    return "".join(re.findall(r"[^，。；]*\d[^，。；]*", text))


# every figure


@dataclass(frozen=True)
class Drawn:
    """A figure of an edition of this repository, drawn once for all tests, with the words in its picture."""

    chart: Chart | None
    texts: tuple[str, ...] = ()
    upright: tuple[str, ...] = ()


@cache
def of_edition(name: str, id_: str) -> Drawn:
    caught: list[Axes] = []
    finish = charts.drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "drawn", lambda figure: (caught.extend(figure.axes), finish(figure))[1])
        chart = DRAWINGS[id_](facts_of(name))
    if chart is None:
        return Drawn(None)
    words = (text.get_text() for text in caught[0].texts)
    return Drawn(chart, tuple(words), tuple(label.get_text() for label in caught[0].get_yticklabels()))


@pytest.mark.parametrize("id_", OF_THE_FULL_EDITION)
def test_figure_of_the_full_edition_is_complete(id_: str) -> None:
    chart = drawn(of_edition(FULL, id_).chart)
    assert chart.id == id_
    assert 0 < len(chart.title) <= 25
    assert re.search(r"\d", chart.alt)
    assert chart.alt.endswith("。")
    assert chart.note.startswith("数据来源：")
    assert chart.points["rows"]
    assert len(chart.points["facts"]) == len(chart.points["rows"])
    assert not re.search(r"《》|；；|。。|None", chart.note + chart.alt)


@pytest.mark.parametrize("id_", OF_THE_FULL_EDITION)
def test_drawing_is_plain_svg_as_wide_as_the_text_block(id_: str) -> None:
    svg = drawn(of_edition(FULL, id_).chart).image.svg
    root = ET.fromstring(svg)  # noqa: S314 - drawn here
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(156 / 25.4 * 72, abs=0.1)
    styles = {text.attrib["style"] for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert styles
    assert all("Noto Sans SC" in one for one in styles)
    assert not re.search(r"/root|/home|/tmp|/work|site-packages|<dc:date>|Matplotlib v", svg)


@pytest.mark.parametrize("id_", OF_THE_FULL_EDITION)
def test_same_facts_give_the_same_drawing_whatever_a_user_has_set(id_: str) -> None:
    first = of_edition(FULL, id_).chart
    users = {
        "font.size": 30,
        "lines.linewidth": 9,
        "axes.facecolor": "red",
        "axes.prop_cycle": mpl.cycler(color=["pink"]),
        "svg.fonttype": "path",
        "svg.hashsalt": "other",
        "savefig.bbox": "tight",
        "figure.dpi": 33,
        "axes.unicode_minus": False,
    }
    with mpl.rc_context(users):
        assert DRAWINGS[id_](facts_of(FULL)) == first


@pytest.mark.parametrize("id_", DRAWINGS)
def test_nothing_is_drawn_without_evidence(id_: str) -> None:
    assert DRAWINGS[id_](facts()) is None


def test_drawing_leaves_no_figure_open_and_no_setting_changed() -> None:
    before = dict(mpl.rcParams)
    for draw in (charts.births, charts.survey):
        drawn(draw(facts_of(FULL)))
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("id_", DRAWINGS)
def test_every_digit_in_words_and_labels_is_a_facts(name: str, id_: str) -> None:
    one = of_edition(name, id_)
    if one.chart is None:
        return
    chart, words = one.chart, words_of(facts_of(name))
    labels = [text.replace("\n", "") for text in (*one.texts, *(one.upright if id_ not in OF_AXES else ()))]
    told = [chart.title, chart.alt, chart.note, *(row[0] for row in chart.points["rows"]), *labels]
    assert [rest for rest in (left_over(text, words) for text in told) if rest] == []


@pytest.mark.parametrize("id_", OF_THE_FULL_EDITION)
def test_numbers_behind_a_figure_are_those_of_its_facts(id_: str) -> None:
    known = facts_of(FULL)
    points = drawn(of_edition(FULL, id_).chart).points
    at = {title: points["columns"].index(title) for title in ("数值", "单位", "时点")}
    assert points["rows"]
    for row, name in zip(points["rows"], points["facts"], strict=True):
        one = known.facts[name]
        assert Decimal(row[at["数值"]]) == one.rounded()
        assert (row[at["单位"]], row[at["时点"]]) == (one.unit, in_words(one.period))


def test_bound_and_interval_have_columns_of_their_own() -> None:
    share = fact("survey_place", "48.09", unit="%", decimals=1, interval=(Decimal("42.36"), Decimal("53.88")))
    bound = fact("places_per_thousand", "2.816", unit="个/千人", decimals=2, bound=">")
    made = points_of([("甲", share), ("乙", bound)])
    rows = [dict(zip(made["columns"], row, strict=True)) for row in made["rows"]]
    assert (rows[0]["数值"], rows[0]["95%区间下限"], rows[0]["95%区间上限"]) == ("48.1", "42.4", "53.9")
    assert (rows[1]["限定"], rows[1]["数值"]) == ("超过", "2.81")
    assert points_of([("甲", share)])["columns"] == ["名称", "数值", "单位", "95%区间下限", "95%区间上限", "时点"]


OF_AXES = {"fig-births", "fig-outlook", "fig-changes"}  # their upright axis has a scale, not names


# births and outlook


def births(*values: tuple[int, str], **more: Any) -> list[Fact]:  # noqa: ANN401
    return [fact("births", value, period=str(year), **more) for year, value in values]


def test_line_of_births_breaks_where_years_are_missing(seen: list[Axes]) -> None:
    known = births((2017, "61966"), (2021, "34100"), (2022, "29917"))
    chart = drawn(charts.births(facts(*known)))
    assert lines(seen[0])[:2] == [[(2017, 6.1966)], [(2021, 3.41), (2022, 2.9917)]]
    assert [text.get_text() for text in seen[0].texts] == ["6.2", "3.41", "2.99"]
    assert chart.alt.startswith("折线图，测试市出生人口：2017年61966人，2021年34100人，2022年29917人；")
    assert chart.alt.endswith("有的年份没有取得数字，线条断开，底色标出。")
    [shaded] = [one.get_extents().bounds for one in (patch.get_path() for patch in seen[0].patches)]
    assert shaded[0] < 1
    assert "底色为没有取得数字的年份" in chart.note
    assert chart.title == "出生人口变化"
    whole = drawn(charts.births(facts(*births((2021, "1000"), (2022, "900")))))
    assert "线条断开" not in whole.alt


def test_births_print_no_more_than_is_known_and_round_half_up(seen: list[Axes]) -> None:
    known = [*births((2020, "10050")), *births((2021, "34000"), decimals=-3), *births((2022, "28567"), bound=">")]
    charts.births(facts(*known))
    assert [text.get_text() for text in seen[0].texts] == ["1.01", "3.4", "超过2.85"]


def ahead(indicator: str, scenario: str, year: int, value: str) -> Fact:
    return fact(indicator, value, part=Part("方案", scenario), period=str(year))


def test_scenarios_start_from_the_last_known_year_each_with_its_own_line(seen: list[Axes]) -> None:
    known = births((2022, "20000"), (2023, "10000"))
    for scenario, values in (("延续", ("9000", "8000")), ("持平", ("10001", "10002"))):
        known += [
            ahead("births_outlook", scenario, year, value) for year, value in zip((2024, 2025), values, strict=True)
        ]
    chart = drawn(charts.births(facts(*known)))
    assert lines(seen[0])[1:] == [
        [(2023, 1.0), (2024, 1.0001), (2025, 1.0002)],
        [(2023, 1.0), (2024, 0.9), (2025, 0.8)],
    ]
    ends = {text.get_text(): text.xy for text in seen[0].texts[2:]}  # type: ignore[attr-defined]
    assert chart.points["rows"][-1] == ["延续方案2025年", "8000", "人", "2025年"]
    assert ends == {"持平 1": (2025, 1.0002), "延续 0.8": (2025, 0.8)}
    assert all(line.get_linestyle() != "-" for line in seen[0].lines[1:])
    assert "推算" in chart.title
    assert "虚线为推算" in chart.note


def test_outlook_tells_where_each_scenario_ends(seen: list[Axes]) -> None:
    known = [
        *(ahead("under_threes", name, 2030, value) for name, value in (("持平", "60000"), ("延续", "40000"))),
        *(ahead("places_wanted", name, 2030, value) for name, value in (("持平", "18000"), ("延续", "12000"))),
        fact("places", "15000"),
        fact("births_three_years", "70000", period="2021/2023"),
    ]
    chart = drawn(charts.outlook(facts(*known)))
    assert "持平方案60000人，延续方案40000人" in chart.alt
    assert "现有托位15000个，需要托位持平方案18000个，延续方案12000个" in chart.alt
    above, below = seen
    assert lines(above) == [[(2023, 7.0), (2030, 6.0)], [(2023, 7.0), (2030, 4.0)]]
    assert lines(below) == [[(2030, 1.8)], [(2030, 1.2)], [(0.0, 1.5), (1.0, 1.5)]]
    assert [text.get_text() for text in above.texts] == ["持平 6", "延续 4"]
    assert [text.get_text() for text in below.texts] == ["持平 1.8", "延续 1.2", "现有托位15000个"]
    assert charts.outlook(facts(*known[:5])) is None


def test_outlook_draws_how_far_low_and_high_demand_lie_apart(seen: list[Axes]) -> None:
    known = [ahead("under_threes", "持平", 2030, "60000"), ahead("places_wanted", "持平", 2030, "18000")]
    known += [ahead("places_wanted_low", "持平", 2030, "9000"), ahead("places_wanted_high", "持平", 2030, "27000")]
    known += [fact("places", "15000"), fact("births_three_years", "70000", period="2021/2023")]
    known += [fact("demand_rate", "30", "%", kind="assumption", period="")]
    chart = drawn(charts.outlook(facts(*known)))
    assert [[y for _, y in line] for line in lines(seen[1])][1] == [0.9, 2.7]
    assert chart.note.endswith("需要托位按30%的送托意愿测算，右端竖线为较低至较高意愿的范围。")
    single = [one for one in known if one.indicator not in {"places_wanted_low", "places_wanted_high"}]
    assert drawn(charts.outlook(facts(*single))).note.endswith("需要托位按30%的送托意愿测算。")


# bars


FLOW = (("births_three_years", "900"), ("children_wanting_care", "300"), ("places", "200"), ("enrolled", "100"))


def test_flow_goes_from_children_to_those_enrolled(seen: list[Axes]) -> None:
    known = [fact(name, value) for name, value in FLOW]
    chart = drawn(charts.flow(facts(*known[::-1])))
    assert bars(seen[0]) == [
        ("近三年出生人口", 900, "900人"),
        ("有送托需求婴幼儿数", 300, "300人"),
        ("托位数", 200, "200个"),
        ("在托人数", 100, "100人"),
    ]
    assert chart.alt.startswith("条形图，从上到下：近三年出生人口900人，")
    assert charts.flow(facts(*known[:3], fact("places_needed", "250"))) is None


def test_flow_splits_places_into_used_and_idle_ones(seen: list[Axes]) -> None:
    known = [*(fact(name, value) for name, value in FLOW), fact("vacant_places", "100")]
    chart = drawn(charts.flow(facts(*known)))
    [used, *whole] = seen[0].patches
    assert (used.get_width(), [one.get_width() for one in whole]) == (100, [900, 300, 200])  # type: ignore[attr-defined]
    assert seen[0].texts[-1].get_text() == "200个：在托100人，空置100个"
    assert "在托人数100人，空置托位数100个" in chart.alt


def test_flow_needs_those_enrolled() -> None:
    known = [fact(name, value) for name, value in FLOW]
    assert charts.flow(facts(*known[1:])) is None


def test_fee_stands_against_incomes_of_its_own_year_where_these_are_known(seen: list[Axes]) -> None:
    known = [fact("fee_yearly", "32400", period="2021"), fact("income_urban", "47727", period="2023")]
    same = {
        f"income_{area}_of_fee_year": fact(f"income_{area}", value, period="2021")
        for area, value in (("urban", "43622"), ("rural", "23376"))
    }
    same["income_of_fee_year"] = fact("income_yearly", "33000", period="2021")
    chart = drawn(charts.affordability(facts(*known, roles=same)))
    assert [number for _, _, number in bars(seen[0])][1:] == [
        "33000元（2021年）",
        "43622元（2021年）",
        "23376元（2021年）",
    ]
    assert "不是同一年" not in chart.note


def test_fee_stands_against_each_income(seen: list[Axes]) -> None:
    known = facts(
        fact("fee_yearly", "32400", period="2021"),
        fact("income_urban", "47727", period="2023"),
        fact("income_rural", "26130", period="2023"),
        roles={"income_of_fee_year": fact("income_yearly", "33000", period="2021")},
    )
    chart = drawn(charts.affordability(known))
    assert bars(seen[0]) == [
        ("全年托费", 32400, "32400元（2021年）"),
        ("居民人均可支配收入", 33000, "33000元（2021年）"),
        ("城镇居民人均可支配收入", 47727, "47727元（2023年）"),
        ("农村居民人均可支配收入", 26130, "26130元（2023年）"),
    ]
    assert lines(seen[0]) == [[(32400, 0), (32400, 1)]]
    assert "农村居民人均可支配收入26130元（2023年）" in chart.alt
    assert "托费和有的收入不是同一年的" in chart.note


def test_districts_from_the_largest_down(seen: list[Axes]) -> None:
    codes = [f"44070{n}" for n in range(3, 7)]
    city = TOWN.model_copy(update={"districts": tuple(District(name=f"{n}区", code=n) for n in codes)})
    known = [
        fact("census_under_five", str(n), place=code, period="2020-11-01")
        for n, code in zip((3, 9, 5, 7), codes, strict=True)
    ]
    chart = drawn(charts.districts(facts(*known, city=city)))
    assert bars(seen[0]) == [
        ("440704区", 9, "9人"), ("440706区", 7, "7人"), ("440705区", 5, "5人"), ("440703区", 3, "3人"),
    ]  # fmt: skip
    assert "2020年11月1日人口普查" in chart.alt
    assert charts.districts(facts(*known[:3], city=city)) is None


def test_districts_show_those_under_one_apart_where_all_are_known(seen: list[Axes]) -> None:
    codes = [f"44070{n}" for n in range(3, 7)]
    city = TOWN.model_copy(update={"districts": tuple(District(name=f"{n}区", code=n) for n in codes)})
    known = [
        fact(name, value, place=code, period="2020-11-01")
        for code in codes
        for name, value in (("census_under_five", "9"), ("age_0", "2"))
    ]
    chart = drawn(charts.districts(facts(*known, city=city)))
    assert [one.get_width() for one in seen[0].patches] == [2] * 4 + [9] * 4  # type: ignore[attr-defined]
    assert "440703区9人（其中零岁2人）" in chart.alt
    charts.districts(facts(*known[:-1], city=city))
    assert len(seen[1].patches) == 4


def community(name: str, street: str, value: int, place: str = DISTRICT) -> Fact:
    return fact("children", str(value), part=Part("社区", name, street), place=place)


def test_communities_are_the_citys_largest_each_with_its_street(seen: list[Axes]) -> None:
    known = [community(f"{chr(0x4E00 + n)}村", "甲乙丙丁戊"[n % 5] + "街", 100 + n) for n in range(20)]
    chart = drawn(charts.communities(facts(*known, community("外地", "大街", 999, "440305"))))
    found = bars(seen[0])
    assert len(found) == charts.MOST_COMMUNITIES
    assert found[0] == ("戊街" + chr(0x4E00 + 19) + "村", 119, "119人")
    assert [length for _, length, _ in found] == list(range(119, 104, -1))
    assert "外地" not in chart.alt
    assert "颜色" not in chart.note  # five streets cannot be told apart
    two = [replace(one, part=Part("社区", one.part.name, "甲乙"[n % 2] + "街")) for n, one in enumerate(known)]
    assert "颜色区分街道" in drawn(charts.communities(facts(*two))).note
    assert charts.communities(facts(*known[:3])) is None


# dots


def share(indicator: str, value: str, n: int = 100, **more: Any) -> Fact:  # noqa: ANN401
    ends = (Decimal(value) - 5, Decimal(value) + 7)
    return fact(indicator, value, "%", 1, **{"option": indicator, "interval": ends, "respondents": n, **more})


OPTIONS = (
    share("survey_full_day", "90", option="全日托"),
    share("survey_distance", "38", option="距离"),
    share("survey_quality", "35", option="保育质量"),
    share("survey_public", "33", option="公办"),
)


def test_every_option_has_its_own_share_and_interval(seen: list[Axes]) -> None:
    chart = drawn(charts.survey(facts(*OPTIONS, share("survey_price_low", "86", option="2000元以下"))))
    ticks = [label.get_text() for label in seen[0].get_yticklabels()]
    assert ticks == ["托育形式", "全日托", "选托首要考虑", "距离", "保育质量", "期望办托性质", "公办"]
    marks = lines(seen[0])
    assert marks[::2] == [[(85, 1), (97, 1)], [(33, 3), (45, 3)], [(30, 4), (42, 4)], [(28, 6), (40, 6)]]
    assert marks[1::2] == [[(90, 1)], [(38, 3)], [(35, 4)], [(33, 6)]]
    assert [text.get_text() for text in seen[0].texts] == ["90.0%", "38.0%", "35.0%", "33.0%"]
    assert "选托首要考虑：距离38.0%（95%区间33.0%～45.0%），保育质量35.0%" in chart.alt
    assert "2000元以下" not in chart.alt


def test_sample_is_told_where_it_is_one() -> None:
    assert "样本量100。" in drawn(charts.survey(facts(*OPTIONS))).note
    doubted = replace(OPTIONS[1], note="只公布一项")
    assert "距离：只公布一项。" in drawn(charts.survey(facts(*OPTIONS[2:], OPTIONS[0], doubted))).note
    mixed = drawn(charts.survey(facts(*OPTIONS[1:], replace(OPTIONS[0], respondents=90))))
    assert "样本量" not in mixed.note


def test_survey_of_another_city_or_group_is_not_drawn() -> None:
    others = [replace(OPTIONS[0], place=NEAR), replace(OPTIONS[0], part=Part("区县", "甲区"))]
    assert charts.survey(facts(*OPTIONS[1:], *others)) is None
    without = replace(OPTIONS[0], interval=None)
    assert charts.survey(facts(*OPTIONS[1:], without)) is None


def test_every_city_stands_against_its_own_target(seen: list[Axes]) -> None:
    far = NEIGHBOUR.model_copy(update={"code": "610800", "short": "远方", "province_code": "610000"})
    known = facts(
        fact("places_per_thousand", "4.9", decimals=1),
        fact("places_per_thousand", "2.8", decimals=1, place=NEAR, bound=">"),
        fact("places_per_thousand", "3.1", decimals=1, place="610800"),
        fact("places_target", "5.5", place="440000", kind="policy"),
        fact("places_target", "4.2", place="610000", kind="policy"),
        roles={"national_places_target": fact("places_target", "4.5", place=NATION, kind="policy")},
        benchmarks=(NEIGHBOUR, far),
    )
    chart = drawn(charts.targets(known))
    assert chart.alt == (
        "点图，每千人口托位数：测试4.9个，所在省（自治区）目标5.5个；邻近超过2.8个，所在省（自治区）目标5.5个；"
        "远方3.1个，所在省（自治区）目标4.2个。全国目标4.5个。"
    )
    assert [label.get_text() for label in seen[0].get_yticklabels()] == ["测试", "邻近", "远方"]
    told = [text.get_text() for text in seen[0].texts]
    assert told == ["目标5.5个", "4.9个", "目标5.5个", "超过2.8个", "目标4.2个", "3.1个", "全国目标4.5个"]
    links = [line for line in lines(seen[0]) if len(line) == 2 and line[0][1] == line[1][1]]
    assert links == [[(4.9, 0), (5.5, 0)], [(2.8, 1), (5.5, 1)], [(3.1, 2), (4.2, 2)]]
    assert [(4.5, 0), (4.5, 1)] in lines(seen[0])
    alone = facts(fact("places_per_thousand", "4.9"), benchmarks=(NEIGHBOUR, far))
    assert charts.targets(alone) is None


def test_bound_ends_in_an_arrow(seen: list[Axes]) -> None:
    for bound, mark in ((">", ">"), ("<=", "<"), ("=", "")):
        known = [fact("places_per_thousand", "3", bound=bound), fact("places_per_thousand", "4", place=NEAR)]
        charts.targets(facts(*known))
        assert [line.get_marker() for line in seen[-1].lines if line.get_marker() in "<>"] == [mark] * bool(mark)


# against the edition before


def pairs(*names: str, fresh: bool = True) -> list[Fact]:
    cell = replace(ORIGIN, cell="Z9")
    made = []
    for number, name in enumerate(names, 1):
        made.append(fact(name, "100", period="2023-12-31", edition="toy-2023", label=f"上期{name}"))
        now = fact(name, str(100 + 20 * number), origins=(cell,)) if fresh else replace(made[-1], edition="")
        made.append(now)
    return made


def test_change_of_each_indicator_is_drawn_as_a_share_of_its_earlier_value(seen: list[Axes]) -> None:
    chart = drawn(charts.changes(facts(*pairs("institutions", "places", "enrolled"))))
    assert lines(seen[0]) == [[(0, 100), (1, 120)], [(0, 100), (1, 140)], [(0, 100), (1, 160)]]
    assert [text.get_text() for text in seen[0].texts] == [
        "托育机构数：100家→120家", "托位数：100个→140个", "在托人数：100人→160人",
    ]  # fmt: skip
    assert "托位数由100个变为140个" in chart.alt


def test_what_has_no_good_direction_or_no_new_figure_is_no_change() -> None:
    assert charts.changes(facts(*pairs("institutions", "places", "children_wanting_care"))) is None
    assert charts.changes(facts(*pairs("institutions", "places", "enrolled", fresh=False))) is None


def test_labels_of_lines_that_end_together_do_not_touch(seen: list[Axes]) -> None:
    known = [one for one in pairs("institutions", "places", "enrolled") if one.edition]
    now = [
        replace(one, edition="", period="2024", value=Decimal(110), origins=(replace(ORIGIN, cell="Z9"),))
        for one in known
    ]
    charts.changes(facts(*known, *now))
    heights = sorted(seen[0].transData.transform(text.xyann)[1] for text in seen[0].texts)  # type: ignore[attr-defined]
    letters = 9.5 / 72 * seen[0].figure.dpi
    assert all(later - earlier > letters for earlier, later in pairwise(heights))


# letters


def test_glyph_that_the_font_lacks_is_an_error() -> None:
    with pytest.raises(UserWarning, match="Glyph"):
        charts.survey(facts(*OPTIONS[1:], replace(OPTIONS[0], option="社区\U0001f37c")))


@pytest.mark.parametrize(("name", "count"), [("短名", 1), ("一" * 14, 1), ("一" * 15, 2), ("一" * 60, 3), ("", 1)])
def test_long_names_are_broken_and_at_last_cut(name: str, count: int) -> None:
    found = wrapped(name).split("\n")
    assert len(found) == count
    assert all(len(line) <= 14 for line in found)
    assert found[-1].endswith("…") is (len(name) > 42)
