"""Figures: nothing without evidence, the same drawing for the same facts, robust to other numbers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from conftest import EDITIONS
from conftest import facts_of

from tuoyu.childcare import charts
from tuoyu.childcare.charts import Chart
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin

FULL = "jiangmen-2024-08"
ORIGIN = Origin("测试公报", "测试统计局", "data/raw/town/a.csv", "", "C2", "1")
EDITION = {"city_name": "测试市", "city_short": "测试", "benchmarks": ["near", "far"]}
DRAWINGS: dict[str, Callable[[Facts], Chart | None]] = {
    "fig-births": charts.births,
    "fig-places": charts.places,
    "fig-institutions": charts.institutions,
    "fig-enrolment": charts.enrolment,
    "fig-benchmarks": charts.benchmarks,
    "fig-considerations": charts.considerations,
    "fig-price": charts.price,
    "fig-sites": charts.sites,
    "fig-communities": charts.communities,
}


def fact(id_: str, value: str, unit: str = "个", decimals: int = 0, **more: object) -> Fact:
    values = {"label": id_, "as_of": "2024", "basis": "", "formula": "", "kind": "observed", "origins": (ORIGIN,)}
    return Fact(id=id_, value=Decimal(value), unit=unit, decimals=decimals, **{**values, **more})  # type: ignore[arg-type]


def toy(*known: Fact) -> Facts:
    return Facts({one.id: one for one in known}, edition=EDITION)


def share(id_: str, value: str, option: str) -> Fact:
    ends = (Decimal(value) - 5, Decimal(value) + 5)
    return fact(id_, value, "%", 1, option=option, interval=ends, respondents=100)


def places_of(have: str, need: str) -> Facts:
    gap = str(Decimal(need) - Decimal(have))
    return toy(
        fact("places", have),
        fact("places_needed", need),
        fact("places_gap", gap),
        fact("places_target", "5.5", "个/千人", 1),
    )


def prices(fee: str, *options: str) -> Facts:
    bands = [share(f"survey_price_{n}", "30", option) for n, option in enumerate(options, 1)]
    return toy(*bands, fact("fee", fee, "元/月"))


def drawn(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


@pytest.mark.parametrize(("id_", "draw"), DRAWINGS.items())
def test_figure_of_the_full_edition_is_complete(id_: str, draw: Callable[[Facts], Chart | None]) -> None:
    chart = drawn(draw(facts_of(FULL)))
    assert chart.id == id_
    assert 0 < len(chart.title) <= 25
    assert re.search(r"\d", chart.alt)
    assert chart.alt.endswith("。")
    assert chart.note.startswith("数据来源：")
    assert not re.search(r"《》|；；|。。|None", chart.note + chart.alt)


@pytest.mark.parametrize(("id_", "draw"), DRAWINGS.items())
def test_drawing_is_plain_svg_as_wide_as_the_text_block(id_: str, draw: Callable[[Facts], Chart | None]) -> None:
    svg = drawn(draw(facts_of(FULL))).svg
    root = ET.fromstring(svg)  # noqa: S314 - drawn here
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(156 / 25.4 * 72, abs=0.1), id_
    assert not root.findall(".//{http://www.w3.org/2000/svg}text")
    assert not re.search(r"/root|/home|/tmp|/work|site-packages|<dc:date>|Matplotlib v", svg)


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_same_facts_give_the_same_drawing(draw: Callable[[Facts], Chart | None]) -> None:
    assert draw(facts_of(FULL)) == draw(facts_of(FULL))


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_nothing_is_drawn_without_evidence(draw: Callable[[Facts], Chart | None]) -> None:
    assert draw(toy()) is None


@pytest.mark.parametrize("name", EDITIONS)
def test_drawing_leaves_no_figure_open_and_no_setting_changed(name: str) -> None:
    before = dict(mpl.rcParams)
    for draw in DRAWINGS.values():
        draw(facts_of(name))
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_missing_years_are_named_only_where_there_are_any() -> None:
    gap = toy(*(fact(f"births_{year}", "30000", "人", as_of=str(year)) for year in (2019, 2021)))
    whole = toy(*(fact(f"births_{year}", "30000", "人", as_of=str(year)) for year in (2020, 2021)))
    assert "其余年份没有取得数字" in drawn(charts.births(gap)).alt
    assert "其余年份" not in drawn(charts.births(whole)).alt


def test_births_print_no_more_digits_than_are_known() -> None:
    exact, coarse = fact("births_2017", "61966", "人"), fact("births_2021", "34000", "人", -3)
    assert [charts._in_ten_thousands(one) for one in (exact, coarse)] == ["6.20", "3.4"]


def test_words_for_missing_years_stand_upright_where_many_years_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    labels: list[str] = []
    monkeypatch.setattr(charts, "_above", lambda _axes, label, *_rest: labels.append(label))
    for first in (2019, 2008):
        known = [fact(f"births_{year}", "30000", "人", as_of=str(year)) for year in (first, 2021)]
        drawn(charts.births(toy(*known)))
    assert labels[1] == "未取得"
    assert labels[4] == "未\n取\n得"


@pytest.mark.parametrize(
    ("have", "need", "words"),
    [("900", "1000", "缺口100个"), ("1000", "1000", "已经达到"), ("1100", "1000", "已经达到")],
)
def test_places_are_drawn_on_either_side_of_the_target(have: str, need: str, words: str) -> None:
    chart = drawn(charts.places(places_of(have, need)))
    assert words in chart.alt
    assert ("缺口" in chart.alt) == ("缺口" in words)


@pytest.mark.parametrize(
    ("option", "amount", "holds"),
    [
        ("2000元/月以下", "2000", True),
        ("2000元/月以下", "2001", False),
        ("1500-2000元/月", "1500", False),
        ("1500—2000元", "1501", True),
        ("3000元以上", "3001", True),
        ("3000元", "3000", False),
        ("其他", "3000", False),
    ],
)
def test_band_holds_a_fee(option: str, amount: str, holds: bool) -> None:  # noqa: FBT001
    assert charts._holds(option, Decimal(amount)) is holds


def test_fee_outside_every_band_is_told_but_not_pointed_at() -> None:
    inside = drawn(charts.price(prices("1800", "1500元/月以下", "1500-2000元/月")))
    outside = drawn(charts.price(prices("2600", "1500元/月以下", "1500-2000元/月")))
    assert charts.ORANGE in inside.svg
    assert charts.ORANGE not in outside.svg
    assert "2600元" in outside.alt


def test_a_share_without_interval_is_not_drawn_with_whiskers() -> None:
    names = ("survey_site_community", "survey_site_kindergarten")
    both = [share(name, "40", name) for name in names]
    assert charts.sites(toy(*both)) is not None
    assert charts.sites(toy(both[0], replace(both[1], interval=None))) is None


def test_bound_is_printed_with_its_word() -> None:
    own, near = "places_per_thousand", "near_places_per_thousand"
    facts = toy(
        fact(own, "4.9", "个/千人", 1, label="每千人口托位数"),
        fact(near, "2.8", "个/千人", 1, label="近市每千人口托位数", bound=">"),
    )
    assert "测试4.9个，近市超过2.8个" in drawn(charts.benchmarks(facts)).alt


def test_numbers_in_the_description_are_printed_facts() -> None:
    facts = facts_of(FULL)
    alt = drawn(charts.enrolment(facts)).alt
    for name in ("enrolment_rate", "enrolment_target", "oecd_enrolment_rate", "eu_enrolment_rate"):
        assert printed(facts[name]) in alt


def test_use_of_places_stands_apart_from_enrolment() -> None:
    facts = facts_of(FULL)
    chart = drawn(charts.enrolment(facts))
    assert f"{printed(facts['use_rate'])}；3岁以下婴幼儿入托率：" in chart.alt
    assert "分母不同" in chart.note
    without = drawn(charts.enrolment(replace(facts, facts={n: f for n, f in facts.facts.items() if n != "use_rate"})))
    assert "使用率" not in without.title + without.alt + without.note


def test_target_of_the_benchmark_figure_is_described_with_its_document() -> None:
    facts = facts_of(FULL)
    chart = drawn(charts.benchmarks(facts))
    assert f"虚线为江门所在省目标{printed(facts['places_target'])}" in chart.alt
    assert facts["places_target"].origins[0].document in chart.note


def test_target_is_named_on_the_side_that_has_room() -> None:
    for value, side in (("0.8", "left"), ("5.5", "right")):
        with charts._axes(40) as (_, axes):
            charts._bars(axes, ["测试"], [fact("places_per_thousand", "6", "个/千人", 1)], [charts.BLUE])
            charts._target(axes, fact("places_target", value, "个/千人", 1), "目标")
            assert axes.texts[-1].get_horizontalalignment() == side


def test_sample_is_told_where_it_is_one() -> None:
    both = [share("survey_price_1", "40", "一"), share("survey_price_2", "40", "二")]
    assert charts._sample(both) == "样本量100。"
    assert charts._sample([both[0], replace(both[1], respondents=90)]) == ""


def test_glyph_that_the_font_lacks_is_an_error() -> None:
    facts = toy(
        share("survey_site_community", "40", "社区\U0001f37c"), share("survey_site_kindergarten", "40", "幼儿园")
    )
    with pytest.raises(UserWarning, match="Glyph"):
        charts.sites(facts)


def test_streets_of_any_number_are_drawn() -> None:
    known = [
        fact(f"community_{street}_{n}", "100", "人", scope=f"{name}街道·同名社区")
        for street, name in enumerate("甲乙丙丁戊", 1)
        for n in (1, 2)
    ]
    chart = drawn(charts.communities(toy(*known)))
    assert chart.alt.count("同名社区") == 10
