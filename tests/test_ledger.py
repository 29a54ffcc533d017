"""核算表.xlsx: live formulas that give the facts' own values, recalculated by another program; text that stays text."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from typing import Any

import nbformat
import pytest
from conftest import EDITIONS
from conftest import ROOT
from conftest import cleaned
from conftest import facts_of
from making import OWN
from making import fact
from making import facts
from openpyxl import load_workbook

from tuoyu.childcare.subject import subject
from tuoyu.facts.computing import compute_facts
from tuoyu.facts.wording import span
from tuoyu.front.ledger import CHANGED
from tuoyu.front.ledger import INDICATORS
from tuoyu.front.ledger import LIVE
from tuoyu.front.ledger import PARAMETERS
from tuoyu.front.ledger import PRINTED
from tuoyu.front.ledger import RAW
from tuoyu.front.ledger import STILL
from tuoyu.front.ledger import ledger
from tuoyu.front.quality import FINDINGS
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.fact import Part
from tuoyu.nouns.finding import Finding
from tuoyu.render.ledger import Book
from tuoyu.render.ledger import Formula
from tuoyu.render.ledger import Given
from tuoyu.render.ledger import Sheet
from tuoyu.render.ledger import to_workbook
from tuoyu.workspace.editions import load_edition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
# LibreOffice trusts the values that are stored beside formulas unless it is told to compute on loading.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def document(*texts: str) -> Any:  # noqa: ANN401 - a notebook
    cells = [nbformat.v4.new_markdown_cell(text, metadata={"tuoyu": {"role": "body"}}) for text in texts]
    about = {"policies": {"plan": {"id": "plan", "issuer": "国务院", "title": "规划", "year": "2021"}}, "evidence": {}}
    return nbformat.v4.new_notebook(cells=cells, metadata={"tuoyu": about})


@cache
def report_of(name: str) -> Any:  # noqa: ANN401 - a notebook
    """A document that prints every fact of an edition once."""
    return document("## 一、全部指标", *(f"{one.label}{span(one)}。" for one in facts_of(name).values()))


def book_of(name: str) -> Book:
    return ledger(facts_of(name), report_of(name), subject())


def rows_of(book: Book, name: str) -> dict[object, dict[str, Any]]:
    """The rows of a sheet by what stands in the last column that tells them apart."""
    sheet = next(one for one in book.sheets if one.name == name)
    titles = [title for title, _ in sheet.columns]
    rows = [dict(zip(titles, row, strict=True)) for row in sheet.rows]
    key = "标识" if "标识" in titles else titles[0]
    return {row[key]: row for row in rows}


@pytest.fixture(scope="module")
def recalculate(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Any]:
    """A workbook as LibreOffice computes it."""
    if OFFICE is None and "CI" not in os.environ:
        pytest.skip("没有 LibreOffice，略过（CI 中不得略过）")
    assert OFFICE, "LibreOffice is not installed"
    home = tmp_path_factory.mktemp("office")
    (home / "user").mkdir()
    (home / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")

    def computed(content: bytes) -> Any:  # noqa: ANN401 - a workbook
        folder: Path = tmp_path_factory.mktemp("book")
        (folder / "in.xlsx").write_bytes(content)
        settings = f"-env:UserInstallation={home.as_uri()}"
        words = [OFFICE, settings, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), "in.xlsx"]
        subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=240)
        return load_workbook(folder / "out" / "in.xlsx", data_only=True)

    return computed


def column(workbook: Any, sheet: str, title: str, *, key: str = "标识") -> dict[str, Any]:  # noqa: ANN401
    rows = list(workbook[sheet].iter_rows(values_only=True))
    at, by = rows[0].index(title), rows[0].index(key)
    return {row[by]: row[at] for row in rows[1:]}


def same(computed: object, value: Decimal) -> bool:
    return isinstance(computed, int | float) and computed == pytest.approx(float(value), rel=1e-12, abs=1e-12)


def deviations(workbook: Any, known: Facts) -> list[str]:  # noqa: ANN401
    found = column(workbook, INDICATORS, "数值")
    return [f"{one.label}: {found[one.id]}" for one in known.values() if not same(found[one.id], one.value)]


def forgetful(book: Book) -> Book:
    """The same with a wrong value beside every formula: what is read from it was computed anew."""
    sheets = [
        replace(
            sheet,
            rows=tuple(
                tuple(replace(cell, value=Decimal(-1)) if isinstance(cell, Formula) else cell for cell in row)
                for row in sheet.rows
            ),
        )
        for sheet in book.sheets
    ]
    return replace(book, sheets=tuple(sheets))


# formulas


def test_formula_of_an_indicator_is_that_of_its_function_over_named_cells() -> None:
    places, residents = fact("places", "500"), fact("residents", "100000", period="2023-12-31")
    made = fact(
        "places_per_thousand", "5", inputs=(places.id, residents.id), kind="computed", formula="托位数÷常住人口×1000"
    )
    book = ledger(facts(places, residents, made), document(), subject())
    row = rows_of(book, INDICATORS)[made.id]
    assert row["数值"] == Formula("托位数/常住人口*1000", Decimal(5))
    assert (row["重算"], row["算式"]) == (LIVE, "托位数÷常住人口×1000")
    assert book.names["托位数"] == "指标!$D$2"
    assert rows_of(book, INDICATORS)[places.id]["数值"] == Formula("原始数据!$D$2", Decimal(500))


def test_value_that_its_function_does_not_give_stays_a_value() -> None:
    places, residents = fact("places", "500"), fact("residents", "100000")
    made = fact("places_per_thousand", "6", inputs=(places.id, residents.id), kind="computed")
    row = rows_of(ledger(facts(places, residents, made), document(), subject()), INDICATORS)[made.id]
    assert (row["数值"], row["重算"], row["所用数据"]) == (Decimal(6), STILL, "托位数、常住人口")
    assert "不是算式得出" in row["附注"]


def test_range_gives_the_least_and_the_most_of_its_ends() -> None:
    enrolled, places = fact("enrolled", "40"), fact("places", "100", upper=Decimal(200))
    made = fact("use_rate", "20", upper=Decimal(40), inputs=(enrolled.id, places.id), kind="computed")
    row = rows_of(ledger(facts(enrolled, places, made), document(), subject()), INDICATORS)[made.id]
    assert row["数值"] == Formula("MIN(在托人数/托位数*100,在托人数/指标!$E$3*100)", Decimal(20))
    assert row["上端"] == Formula("MAX(在托人数/托位数*100,在托人数/指标!$E$3*100)", Decimal(40))


def test_outlook_hangs_on_the_share_of_its_scenario() -> None:
    births, rate = fact("births", "1000", period="2023"), fact("births_yearly_rate", "-10", kind="computed")
    made = fact(
        "births_outlook",
        "950",
        period="2024",
        part=Part("方案", "减半"),
        label="测算出生人口（方案：减半）",
        inputs=(births.id, rate.id),
        kind="computed",
    )
    book = ledger(facts(births, rate, made), document(), subject())
    assert rows_of(book, INDICATORS)[made.id]["数值"].text == "出生人口*(1+出生人口年均变动率/100*方案系数_减半/100)"
    assert rows_of(book, PARAMETERS)["方案系数：减半"]["数值"] == Given(Decimal(50))
    assert book.names["方案系数_减半"].startswith("参数!")


def test_sum_of_very_many_is_written_with_cells_instead_of_names() -> None:
    parts = [
        fact("children", "10", part=Part("社区", f"社区{n}", "长安街道"), label=f"婴幼儿数（社区：长安街道社区{n}）")
        for n in range(600)
    ]
    made = fact("listed_children", "6000", inputs=tuple(one.id for one in parts), kind="computed")
    formula = rows_of(ledger(facts(*parts, made), document(), subject()), INDICATORS)[made.id]["数值"].text
    assert formula.startswith("指标!$D$2+指标!$D$3+")
    assert len(formula) < 8192


def test_names_are_such_as_spreadsheets_accept_and_each_its_own() -> None:
    some = [
        fact("births", "1", period="2021", label="2021年出生人口"),
        fact("births", "2", period="2022", label="3岁以下 婴幼儿（合计）"),
        fact("births", "3", period="2023", label="3岁以下婴幼儿 （合计"),
        fact("places", "4", label="A1"),
        fact("enrolled", "5", label="=1+1"),
        fact("institutions", "6", label="𠮷"),
    ]
    names = list(ledger(facts(*some), document(), subject()).names)
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_\u4e00-\u9fff][0-9A-Za-z_\u4e00-\u9fff]*", name) for name in names)
    assert "_2021年出生人口" in names
    assert "A1" not in names


# what the sheets say


def test_every_printed_number_stands_in_its_order_with_value_and_source() -> None:
    births = fact("births", "28600", decimals=0)
    share = fact("births_decline", "53.846", decimals=1, unit="%")
    known = facts(births, share)
    text = (
        "## 一、人口\n\n出生"
        f"{span(births)}，比首年少{span(share)}，"
        '见<span class="policy" data-id="plan">2021年</span>规划。\n\n'
        f"| 年 | 数 |\n| --- | --- |\n| {span(births, '2024年')} | {span(births, '28600')} |"
    )
    rows = list(rows_of(ledger(known, document(text), subject()), PRINTED).values())
    assert [row["印作"] for row in rows] == ["28600人", "53.8%", "2021年", "2024年", "28600"]
    assert [row["写法"] for row in rows] == ["数值", "数值", "政策文件", "时点", "数值"]
    assert {row["章节"] for row in rows} == {"一、人口"}
    assert rows[0]["前文"] == "出生"
    assert rows[0]["数值"] == Formula("出生人口", Decimal(28600))
    assert rows[0]["算式或出处"] == "data/raw/town/a_b.csv，C2"
    assert rows[2]["算式或出处"] == "国务院规划"


def test_one_source_cell_is_one_row_however_many_editions_use_it() -> None:
    now, before = fact("births", "28600"), fact("births", "28600", edition="toy-2023", label="上期出生人口")
    book = ledger(facts(now, before), document(), subject())
    assert len(rows_of(book, RAW)) == 1
    assert {row["数值"].text for row in rows_of(book, INDICATORS).values()} == {"原始数据!$D$2"}


def test_findings_stand_in_a_sheet_and_beside_the_numbers_they_concern() -> None:
    births = fact("births", "28600")
    doubt = Finding("warning", "x", "a.csv，C2", "与另一处不同", "请核对", ("births",), OWN, "2024")
    book = ledger(facts(births, findings=(doubt,)), document(f"出生{span(births)}。"), subject())
    assert rows_of(book, FINDINGS)[1]["情况"] == "与另一处不同"
    assert rows_of(book, FINDINGS)[1]["指标"] == "出生人口"
    assert rows_of(book, PRINTED)[1]["核验意见"] == "与另一处不同"


# the file


def test_text_of_others_is_never_a_formula_and_values_are_stored_beside_formulas() -> None:
    hostile = ["=1+1", "+A1", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "{=1}", "https://x.cn", "12"]
    hostile += ["a\x00b"]
    rows = tuple((text, Formula("1+2", Decimal(3))) for text in hostile)
    content = to_workbook(Book("=试", (Sheet("表", (("文字", 10), ("数", 10)), rows),)))
    formulas, values = (load_workbook(io.BytesIO(content), data_only=only)["表"] for only in (False, True))
    for number, text in enumerate(hostile, 2):
        cell = formulas.cell(number, 1)
        assert (cell.data_type, cell.value) == ("s", text.replace("\x00", ""))
        assert cell.hyperlink is None
        assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))
        assert formulas.cell(number, 2).value == "=1+2"
        assert values.cell(number, 2).value == 3


def test_hostile_names_and_sources_of_facts_make_no_formula() -> None:
    origin = Origin("=1+1", "@部门", "+a.csv", "-表", "C2", "=cmd|x!A0")
    one = fact("births", "3", label="=1+1", basis="@x", note="-1", origins=(origin,))
    book = ledger(facts(one), document(), subject())
    workbook = load_workbook(io.BytesIO(to_workbook(book)))
    formulas = [cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ["=原始数据!$D$2"]


def test_equal_contents_give_equal_bytes() -> None:
    assert to_workbook(book_of("jiangmen-2024-08")) == to_workbook(book_of("jiangmen-2024-08"))


def test_nearly_every_computed_fact_of_the_editions_is_live() -> None:
    chosen = {"births_span", "accepted_fee", "covering_year"}  # read from dates, words and a row of years
    for name in EDITIONS:
        rows = rows_of(book_of(name), INDICATORS)
        still = {facts_of(name)[id_].indicator for id_, row in rows.items() if row["重算"] == STILL}
        assert still <= chosen


# recalculated by another program


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITIONS)
def test_recalculated_values_are_those_of_the_facts(name: str, recalculate: Callable[[bytes], Any]) -> None:
    workbook = recalculate(to_workbook(forgetful(book_of(name))))
    assert deviations(workbook, facts_of(name)) == []
    assert set(column(workbook, PRINTED, "变动", key="序号").values()) <= {None, ""}


@pytest.mark.slow
@pytest.mark.parametrize(("indicator", "factor"), [("places", "1.1"), ("births", "0.9"), ("residents", "1.01")])
def test_changed_raw_cell_recomputes_what_hangs_on_it(
    indicator: str, factor: str, recalculate: Callable[[bytes], Any]
) -> None:
    """Held against an edition that is reckoned anew from an observation changed in the same way."""
    name = "jiangmen-2024-08"
    known = facts_of(name)
    chosen = known[indicator]
    value = chosen.value * Decimal(factor)
    workbook = load_workbook(io.BytesIO(to_workbook(book_of(name))))
    formula = workbook[INDICATORS].cell(list(known).index(chosen.id) + 2, 4).value
    workbook[RAW][formula.rpartition("!")[2].replace("$", "")].value = float(value)
    stream = io.BytesIO()
    workbook.save(stream)
    again = recalculate(stream.getvalue())

    result, cities = cleaned(name)
    observations = [
        replace(one, value=value)
        if (one.indicator, one.place, one.value, one.cell)
        == (indicator, chosen.place, chosen.value, chosen.origins[0].cell)
        else one
        for one in result.observations
    ]
    edition = load_edition(ROOT, name)
    earlier = load_edition(ROOT, edition.previous) if edition.previous else None
    evidence = [*result.registers["evidence"], *result.registers["practice"]]
    expected = compute_facts(
        observations, edition, cities, result.registers["policies"], evidence, subject(), previous=earlier
    )
    still = {"covering_year"}
    ours = {one.id: one.value for one in expected.values() if one.indicator not in still and one.id in known}
    found = column(again, INDICATORS, "数值")
    assert [id_ for id_, wanted in ours.items() if not same(found[id_], wanted)] == []
    moved = [id_ for id_, wanted in ours.items() if wanted != known[id_].value]
    assert len(moved) > 5
    flags = column(again, PRINTED, "变动", key="指标")
    assert flags[chosen.label] == CHANGED
