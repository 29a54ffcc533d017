"""Messy figures that only show when files are read together: each item of the catalogue that is no matter of layout."""

from __future__ import annotations

from decimal import Decimal

from received import cleaned
from received import received
from received import sidecar
from received import town

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.nouns.city import City
from tuoyu.nouns.source import RawFile
from tuoyu.reading.cleaning import Cleaned

CITY = town(districts=[{"name": "甲区", "code": "440703"}, {"name": "乙县", "code": "440784"}])
HEADER = "地区,指标,数据,口径,时点,备注"


def figures(*lines: str, name: str = "表.csv", **reading: object) -> RawFile:
    return received("\n".join([HEADER, *lines]).encode(), sidecar("figures", **reading), name)


def read(*files: RawFile, city: City = CITY) -> Cleaned:
    return cleaned(*files, cities={"town": city})


def said(*files: RawFile) -> str:
    result = read(*files)
    return "\n".join(
        one.text for one in [*result.findings, *checks.check_observations(result.observations, vocabulary())]
    )


def test_b2_difference_that_rounding_explains_is_none() -> None:
    assert said(figures("某某市,出生人口,3.41万人,,2021年,", "某某市,出生人口,34120人,,2021年,")) == ""


def test_b10_two_vintages_of_one_figure_are_named() -> None:
    text = said(figures("某某市,常住人口,4448871人,,2010年11月1日,", "某某市,常住人口,4450703人,,2010年11月1日,"))
    assert "同一数字有两个值" in text
    assert "C2" in text
    assert "C3" in text


def test_b11_same_figure_on_two_bases_is_no_contradiction() -> None:
    assert said(figures("某某市,出生人口,1.0万人,常住口径,2023年,", "某某市,出生人口,1.2万人,户籍口径,2023年,")) == ""


def test_b12_one_figure_in_three_units_is_one_figure() -> None:
    lines = [f"某某市,托位数,{printed},,2023年," for printed in ("1.9万个", "19000个", "19千个")]
    assert {one.value for one in read(figures(*lines)).observations} == {Decimal(19000)}


def test_figures_of_one_cell_are_told_apart_by_the_indicator_else_by_their_order() -> None:
    named = read(figures("某某市,示范托育机构年运营补贴(国家/自治区/市),10/8/5万元/年,,2023年,"))
    assert [(one.option, one.value) for one in named.observations] == [
        ("国家", 100000),
        ("自治区", 80000),
        ("市", 50000),
    ]
    others = read(figures("某某市,示范托育机构年运营补贴(国家/自治区/市),10/8万元/年,,2023年,"))
    assert [one.option for one in others.observations] == ["第一档", "第二档"]
    many = "/".join(str(n) for n in range(12, 0, -1))
    long = read(figures(f"某某市,示范托育机构年运营补贴(国家/自治区/市),{many}万元/年,,2023年,"))
    assert [one.option for one in long.observations][8:] == ["第九档", "第十档", "第11档", "第12档"]


def test_b14_names_and_codes_of_one_place_are_one_place() -> None:
    places = ("某某市", "某某", "440700", "4407", "440700.0", "440700000000")
    result = read(figures(*(f"{place},托位数,5个,,{year}年," for year, place in enumerate(places, 2001))))
    assert not result.findings
    assert {one.place for one in result.observations} == {"440700"}


def test_b14_city_wins_over_a_county_of_its_short_name() -> None:
    city = town(districts=[{"name": "某某县", "code": "440785"}])
    result = read(figures("某某,托位数,5个,,2023年,", "某某县,托位数,3个,,2023年,"), city=city)
    assert [one.place for one in result.observations] == ["440700", "440785"]


def test_d5_figure_quoted_again_must_agree_with_itself() -> None:
    lines = ("某某市,托位数,23595个,,2024年8月底,", "某某市,托位数,23559个,,2024年8月底,复述")
    assert "同一数字有两个值" in said(figures(*lines))


def test_d7_letter_that_looks_like_another_is_pointed_out() -> None:
    assert "不认识的指标“人托率”，是不是 入托率？" in said(figures("某某市,人托率,6.3%,,2024年,"))
    assert "不认识的地区“某某巿”，是不是 某某" in said(figures("某某巿,入托率,6.3%,,2024年,"))


def test_yearbook_page_of_which_a_few_lines_are_wanted() -> None:
    lines = ("某某市,托位数,5个,,2023年,", "某某市,水泥产量,7个,,2023年,")
    result = read(figures(*lines, others="不采用"))
    assert [one.indicator for one in result.observations] == ["places"]
    (note,) = result.findings
    assert (note.severity, note.what) == ("note", "表中另有1项指标不在指标词表内，没有采用：水泥产量")
    assert "不认识的指标“水泥产量”" in said(figures(*lines))


def test_smallest_city_of_the_country_is_no_fault() -> None:
    assert said(figures("某某市,常住人口,2333人,,2020年11月1日,")) == ""  # 三沙市, census of 2020
