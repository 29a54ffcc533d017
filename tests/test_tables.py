"""Tables: nothing without evidence, no blank cell, every number carried, differences told with their direction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pypandoc
import pytest
from conftest import EDITIONS
from conftest import facts_of

from tuoyu.childcare import annexes
from tuoyu.childcare import tables
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import span
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.finding import Finding
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import text

FULL = "jiangmen-2024-08"
ORIGIN = Origin("测试公报", "测试统计局", "data/raw/town/a_b.csv", "", "C2", "1")
EDITION = {
    "name": "toy-2024",
    "city_name": "测试市",
    "city_short": "测试",
    "as_of": "2024-08-31",
    "population_as_of": "2023-12-31",
    "benchmarks": ["near"],
    "assumptions": {"demand_rate": "30", "demand_rate_source": "测试"},
    "publication": {"issuer": "测试单位", "status": "送审稿"},
}
OPTIONAL: dict[str, Callable[[Facts], Table | None]] = {
    "tab-population": tables.population,
    "tab-supply": tables.supply,
    "tab-survey": tables.survey,
    "tab-affordability": tables.affordability,
    "tab-communities": tables.communities,
    "tab-benchmarks": tables.benchmarks,
    "tab-findings": annexes.findings,
    "tab-changes": annexes.changes,
}
ALWAYS: dict[str, Callable[[Facts], Table | None]] = {
    "tab-parameters": annexes.parameters,
    "tab-definitions": annexes.definitions,
    "tab-sources": annexes.sources,
}


def fact(id_: str, value: str, unit: str = "个", decimals: int = 0, **more: object) -> Fact:
    values = {"label": id_, "as_of": "2024", "basis": "", "formula": "", "kind": "observed", "origins": (ORIGIN,)}
    return Fact(id=id_, value=Decimal(value), unit=unit, decimals=decimals, **{**values, **more})  # type: ignore[arg-type]


def toy(*known: Fact, **more: object) -> Facts:
    return Facts({one.id: one for one in known}, edition=EDITION, **more)  # type: ignore[arg-type]


def made(table: Table | None) -> Table:
    assert table is not None
    return table


def plain(cell: str) -> str:
    return re.sub(r"<[^>]+>", "", cell)


@pytest.mark.parametrize(("id_", "make"), [*OPTIONAL.items(), *ALWAYS.items()])
def test_table_of_the_full_edition_is_complete(id_: str, make: Callable[[Facts], Table | None]) -> None:
    table = made(make(facts_of(FULL)))
    assert table.id == id_
    assert 0 < len(table.title) <= 25
    assert all(plain(cell).strip() for row in (table.columns, *table.rows) for cell in row)
    assert len(set(table.columns)) == len(table.columns)


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("make", [*OPTIONAL.values(), *ALWAYS.values()], ids=[*OPTIONAL, *ALWAYS])
def test_table_reads_as_one_table(name: str, make: Callable[[Facts], Table | None]) -> None:
    table = make(facts_of(name))
    if table is None:
        return
    page = pypandoc.convert_text(table.markdown(), "html", format="markdown_strict+pipe_tables+all_symbols_escapable")
    assert page.count("<table") == 1
    assert page.count("<tr") == len(table.rows) + 1
    assert page.count("<td") == len(table.rows) * len(table.columns)


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("make", [*OPTIONAL.values(), *ALWAYS.values()], ids=[*OPTIONAL, *ALWAYS])
def test_every_carried_number_belongs_to_a_fact(name: str, make: Callable[[Facts], Table | None]) -> None:
    facts = facts_of(name)
    table = make(facts)
    carried = re.findall(r'data-id="([^"]+)"', table.markdown()) if table else []
    assert all(id_ in facts for id_ in carried)


@pytest.mark.parametrize("make", OPTIONAL.values(), ids=OPTIONAL)
def test_nothing_is_shown_without_evidence(make: Callable[[Facts], Table | None]) -> None:
    assert make(toy()) is None


def test_parameters_need_no_facts() -> None:
    rows = dict(annexes.parameters(toy()).rows)
    assert rows["数据截止日期"] == "2024年8月底"
    assert rows["上一期"] == "无"


def test_parameters_name_the_targets() -> None:
    facts = facts_of(FULL)
    target = facts["places_target"]
    assert dict(annexes.parameters(facts).rows)[target.label].startswith(span(target))


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


def test_births_tell_their_direction_and_no_more_than_their_digits_hold() -> None:
    known = {"2017": ("61966", "0.5"), "2021": ("34100", "50"), "2022": ("34120", "0.5"), "2023": ("28600", "0.5")}
    years = [
        fact(f"births_{year}", value, "人", as_of=year, uncertainty=Decimal(digits))
        for year, (value, digits) in known.items()
    ]
    decline = fact("births_yearly_decline", "16.2", "%", 1, as_of="2023", kind="computed", inputs=("births_2023",))
    table = made(tables.population(toy(*years, decline)))
    assert [plain(row[2]) for row in table.rows] == ["—", "降", "持平", "降16.2%"]
    apart = made(tables.population(toy(years[0], years[3], decline)))
    assert [plain(row[2]) for row in apart.rows] == ["—", "降"]


def test_rows_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="tab-x"):
        Table("tab-x", "表", ("甲", "乙"), (("一",),), ("left", "left"), (1, 1))


@pytest.mark.parametrize(("have", "need", "words"), [("900", "1000", "低100个"), ("1100", "1000", "高100个")])
def test_difference_tells_its_direction(have: str, need: str, words: str) -> None:
    gap = str(Decimal(need) - Decimal(have))
    facts = toy(fact("places", have), fact("places_needed", need), fact("places_gap", gap))
    (row,) = made(tables.supply(facts)).rows
    assert plain(row[3]) == words


def test_difference_from_the_nation_counts_the_other_way() -> None:
    facts = facts_of(FULL)
    row = next(row for row in made(tables.supply(facts)).rows if "全国水平" in row[2])
    assert plain(row[3]) == f"高{printed(facts['national_places_difference'])}"


def test_no_difference_is_told_in_words() -> None:
    facts = toy(fact("places", "9"), fact("places_needed", "9"), fact("places_gap", "0"))
    assert plain(made(tables.supply(facts)).rows[0][3]) == "持平"


def test_sources_of_targets_are_named_with_the_supply() -> None:
    facts = facts_of(FULL)
    assert facts["enrolment_target"].origins[0].document in made(tables.supply(facts)).note


def test_question_is_named_once() -> None:
    rows = made(tables.survey(facts_of(FULL))).rows
    questions = [row[0] for row in rows if row[0] != "〃"]
    assert len(questions) == len(set(questions))
    assert rows[0][0] != "〃"


def test_unknown_figures_are_dashes_and_figures_nobody_has_are_left_out() -> None:
    facts = toy(fact("places", "10"), fact("institutions", "3"), fact("near_places", "20", label="近市托位数"))
    table = made(tables.benchmarks(facts))
    assert table.columns == ("指标", "测试", "近市")
    assert [row[0] for row in table.rows] == ["托位数"]
    unknown = made(tables.benchmarks(toy(fact("near_places", "20", label="近市托位数"))))
    assert unknown.rows[0][1] == "—"


def test_streets_stand_in_their_order_with_their_communities() -> None:
    known = [
        fact("street_1_children", "300", "人", scope="甲街道"),
        fact("street_3_children", "100", "人", scope="乙街道"),
        fact("community_1_1", "200", "人", scope="甲街道·一社区"),
    ]
    table = made(tables.communities(toy(*known)))
    assert [plain(row[0]) for row in table.rows] == ["甲街道", "乙街道"]
    assert [plain(row[3]) for row in table.rows] == ["一社区200人", "—"]


def test_definitions_hold_formula_and_main_raw_figures() -> None:
    facts = facts_of(FULL)
    rows = {row[0]: row for row in annexes.definitions(facts).rows}
    assert facts["use_rate"].formula in rows["托位使用率"][1]
    assert facts["places"].origins[0].document in rows["托位数"][1]
    computed = [one for one in facts.values() if one.kind == "computed" and not one.id.startswith("previous_")]
    assert {one.label for one in computed} <= set(rows)


def test_sources_name_every_file_of_the_full_edition_once() -> None:
    rows = annexes.sources(facts_of(FULL)).rows
    assert len({row[:3] for row in rows}) == len(rows)
    assert annexes.sources(toy(fact("places", "10"))).rows[0][2] == r"town/a\_b.csv"


def test_findings_are_numbered_in_their_order() -> None:
    findings = tuple(Finding("warning", "x", f"data/raw/town/{n}.csv", "有疑", "核对") for n in (1, 2))
    rows = made(annexes.findings(toy(findings=findings))).rows
    assert [(row[0], row[1], row[2]) for row in rows] == [("1", "请核对", "town/1.csv"), ("2", "请核对", "town/2.csv")]


@pytest.mark.parametrize(
    ("before", "now", "uncertainty", "word"),
    [("90", "100", "0", "升"), ("100", "90", "0", "降"), ("100", "100", "0", "持平"), ("96", "100", "5", "持平")],
)
def test_change_within_the_digits_printed_is_none(before: str, now: str, uncertainty: str, word: str) -> None:
    earlier = replace(fact("previous_places", before), uncertainty=Decimal(uncertainty))
    (row,) = made(annexes.changes(toy(earlier, fact("places", now)))).rows
    assert row[5] == word


def test_change_is_printed_where_it_is_a_fact() -> None:
    facts = toy(fact("previous_places", "100"), fact("places", "90"), fact("places_change", "-10"))
    (row,) = made(annexes.changes(facts)).rows
    assert plain(row[5]) == "降10个"
