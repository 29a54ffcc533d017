"""Reports of other cities: true of that city, short where little is known, silent where nothing decides."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import ROOT
from conftest import document_of
from conftest import facts_of

from tuoyu.childcare.indicators import INDICATORS
from tuoyu.facts import wording
from tuoyu.facts.deriving import compute
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Origin
from tuoyu.text.needs import wanting
from tuoyu.workspace.editions import load_edition

CITIES = {"shenzhen-2024": "深圳", "yulin-2024": "榆林", "ordos-2024": "鄂尔多斯"}


def text_of(name: str, *, annexes: bool = False) -> str:
    cells = document_of(name).cells
    roles = [cell.metadata.get("tuoyu", {}).get("role") for cell in cells]
    end = len(cells) if annexes else roles.index("annex")
    sources = [cell.source for cell in cells[:end] if cell.cell_type == "markdown"]
    return re.sub(r"<[^>]+>|\\", "", "\n\n".join(sources))


@pytest.mark.parametrize(("name", "short"), CITIES.items())
def test_report_speaks_of_its_own_city(name: str, short: str) -> None:
    text = text_of(name)
    assert short in text
    for other in {"江门", *CITIES.values()} - {short}:
        assert other not in text.replace("江协〔2024〕48号", "")
    assert "广东" not in text or name == "shenzhen-2024"


@pytest.mark.parametrize("name", CITIES)
def test_benchmarks_never_include_the_city_itself(name: str) -> None:
    edition = load_edition(ROOT, name)
    assert edition.city not in edition.benchmarks
    headings = re.findall(r"^## .*", text_of(name, annexes=True).split("# 示范城市经验")[1], re.MULTILINE)
    assert not any(CITIES[name] in heading for heading in headings)


def test_city_above_the_target_is_not_told_to_close_a_gap() -> None:
    text = text_of("ordos-2024")
    assert "全国“十四五”目标为4.5个，我市已达到。" in text
    assert "还差" not in text
    assert "补足" not in text


def test_city_below_the_target_is_told_by_how_much() -> None:
    text = text_of("yulin-2024")
    assert "我市尚未达到" in text
    assert "比全国目标低1.44个" in text
    assert "### （一）按实际需求补足托位" in text


def test_lower_bound_decides_nothing_about_a_target_above_it() -> None:
    facts = facts_of("shenzhen-2024")
    assert facts["places_per_thousand"].bound == ">"
    assert facts.claims["托位未达目标"]["holds"] is None
    assert facts.claims["托位达到目标"]["holds"] is None
    text = text_of("shenzhen-2024")
    assert "每千人口托位数超过2.81个" in text
    assert "达到。" not in text
    assert "低于全国" not in text


def test_target_is_that_of_the_own_province_or_none() -> None:
    assert facts_of("shenzhen-2024")["places_target"].value == Decimal("5.5")
    for name in ("yulin-2024", "ordos-2024"):
        assert "places_target" not in facts_of(name)
        assert facts_of(name)["national_places_target"].value == Decimal("4.5")


def test_published_rate_stands_where_population_is_too_old() -> None:
    facts = facts_of("yulin-2024")
    rate = facts["places_per_thousand"]
    assert (rate.kind, rate.value) == ("observed", Decimal("3.06"))
    assert facts["residents"].as_of == "2020-11-01"
    assert "公布的每千人口托位数为3.06个" in text_of("yulin-2024")


@pytest.mark.parametrize(
    ("name", "count"), {"shenzhen-2024": 988112, "yulin-2024": 243136, "ordos-2024": 124623}.items()
)
def test_census_of_children_is_a_source_with_its_own_date(name: str, count: int) -> None:
    under_five = facts_of(name)["census_under_five"]
    assert under_five.value == count
    assert under_five.as_of == "2020-11-01"
    assert "2020年11月1日第七次全国人口普查时" in text_of(name)


@pytest.mark.parametrize("name", CITIES)
def test_what_is_missing_is_listed_with_the_parts_it_touches(name: str) -> None:
    text = text_of(name, annexes=True)
    assert "| 在托人数 | " in text
    assert "| 家长问卷 | " in text
    omissions = document_of(name).metadata.tuoyu.omissions
    assert all(one["what"] and one["reason"] for one in omissions)


def test_own_practice_is_told_once_and_as_its_own() -> None:
    text = text_of("ordos-2024", annexes=True)
    assert "### （二）已有政策和做法" in text
    assert text.count("把托育人员列入紧缺职业") == 1
    assert "本市做法" not in text_of("jiangmen-2024-08")
    assert "已有政策和做法" not in text_of("jiangmen-2024-08")


def test_wanting_of_a_full_report_is_nothing() -> None:
    facts = facts_of("jiangmen-2024-08")
    assert wanting(facts, ["## 甲\n\n{{ 托位数 }}{{ 入托率 }}"]) == []
    less = replace(
        facts, facts={id_: one for id_, one in facts.facts.items() if id_ not in {"enrolled", "enrolment_rate"}}
    )
    assert wanting(less, ["## 甲\n\n{{ 托位数 }}{{ 入托率 }}"]) == [("在托人数", ("甲",))]


def test_two_folders_of_one_city_are_refused(clone: object) -> None:
    from pathlib import Path

    root = Path(str(clone))
    edition = root / "editions/ordos-2024.toml"
    target = root / "data/raw/again"
    target.mkdir()
    (target / "city.toml").write_text((root / "data/raw/ordos/city.toml").read_text("utf-8"), "utf-8")
    edition.write_text(edition.read_text("utf-8").replace('"shenzhen", "yulin"', '"again"'), "utf-8")
    with pytest.raises(ParameterError, match="again 与本市 ordos 的行政区划代码相同，是同一个城市"):
        load_edition(root, "ordos-2024")


def fact(value: str, bound: str = "=", unit: str = "个") -> Fact:
    origin = Origin("d", "p", "f", "", "A1", value)
    return Fact(
        f"x{value}{bound}",
        f"甲{value}{bound}",
        Decimal(value),
        unit,
        2,
        "2024",
        "",
        "",
        "observed",
        origins=(origin,),
        bound=bound,
    )


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        (fact("7", ">"), fact("6"), "高于"), (fact("5", ">"), fact("6"), None), (fact("5", "<"), fact("6"), "低于"),
        (fact("7", "<"), fact("6"), None), (fact("6", ">"), fact("6"), None), (fact("7"), fact("6", ">"), None),
        (fact("5"), fact("6", ">"), "低于"), (fact("7", "≈"), fact("6"), "高于"),
    ],
)  # fmt: skip
def test_bounds_decide_only_what_they_can(left: Fact, right: Fact, word: str | None) -> None:
    assert wording.comparison(left, right) == word


def test_target_that_is_at_least_met_is_met() -> None:
    assert wording.attainment(fact("6", ">="), fact("6")) == "已达到"
    assert wording.attainment(fact("6", "<="), fact("6")) is None


@pytest.mark.parametrize(
    ("places", "residents", "bound"),
    [("=", "=", "="), (">", "=", ">"), ("=", ">", "<"), ("<", "=", "<"), (">", "<", ">"), (">", ">", None)],
)
def test_bound_of_a_quotient_follows_from_its_parts(places: str, residents: str, bound: str | None) -> None:
    inputs = [fact("50000", places), fact("10000000", residents, "人")]
    made = compute(INDICATORS["places_per_thousand"], inputs, dated=inputs[0])
    assert (made.bound if made else None) == bound


def test_bounds_are_rounded_so_that_they_stay_true() -> None:
    assert wording.printed(fact("2.876", ">")) == "超过2.87个"
    assert wording.printed(fact("2.871", "<")) == "不足2.88个"
