"""示例市: made-up data of every kind, the same every time, and never to be taken for real.

Its tables and numbers are compared cell by cell with what pandas makes of the raw files.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pikepdf
import pypdfium2
import pytest
from conftest import clean_at
from conftest import copy_repository
from openpyxl import load_workbook

from tuoyu.childcare import example
from tuoyu.childcare import tables
from tuoyu.childcare.institutions.entries import is_credit_code
from tuoyu.childcare.subject import subject
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.facts import computing
from tuoyu.facts.wording import printed
from tuoyu.front.cli import main
from tuoyu.nouns.fact import Facts
from tuoyu.text.tabulating import Table
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.opening import load_stages

MARK = "示例数据"
AXES = {"办托形式": "办托形式", "举办性质": "举办性质", "普惠": "是否普惠"}
TARGET_PLACES, TARGET_ENROLMENT = Decimal("4.8"), Decimal(15)  # of the example's register of policies
Z_SQUARED = Decimal("3.841458820694124")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_repository(tmp_path_factory.mktemp("example") / "site")
    assert main(load_stages(root), root=root, arguments=["new", "--example"]) == 0
    return root


@pytest.fixture(scope="module")
def reports(site: Path) -> Path:
    assert main(load_stages(site), root=site, arguments=["run", example.EDITION]) == 0
    return site / "reports" / example.EDITION


def test_same_bytes_every_time() -> None:
    assert example.files() == example.files()


def test_every_file_says_that_it_is_made_up() -> None:
    for name, content in example.files().items():
        if name.endswith(".xlsx"):
            book = load_workbook(io.BytesIO(content))
            assert all(MARK in sheet.title and MARK in str(sheet["A1"].value) for sheet in book.worksheets)
        else:
            assert MARK in content.decode("utf-8-sig")


def test_it_has_what_it_promises(site: Path) -> None:
    result, _ = clean_at(site, example.EDITION)
    assert not [one for one in result.findings if one.severity == "error"]
    whole = {
        one.indicator: one for one in result.observations if one.place == example.CODE and not one.part and one.basis
    }
    assert whole["institutions"].value == 60
    assert 290 <= whole["respondents"].value <= 300
    streets = [one for one in result.observations if one.indicator == "children" and one.part.axis == "街道"]
    assert len(streets) == 12
    said = " ".join(one.what for one in result.findings)
    assert "同一机构列了两次" in said
    assert "所用时间少于 30 秒" in said


def test_register_is_reconciled_with_the_published_total(site: Path) -> None:
    result, _ = clean_at(site, example.EDITION)
    (apart,) = [
        one for one in checks.check_observations(result.observations, vocabulary()) if one.code == "unreconciled"
    ]
    assert "托育机构数按机构名单计算为60家" in apart.what
    assert "公布为“61家”，少1家" in apart.what


def test_codes_pass_their_own_check() -> None:
    assert all(is_credit_code(example.credit_code(serial)) for serial in range(1, 100))


def test_example_is_not_made_twice(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in (site / "data/raw/example").iterdir()}
    assert main(load_stages(site), root=site, arguments=["new", "--example"]) == 2
    assert "已经存在，没有改动" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (site / "data/raw/example").iterdir()} == before


@pytest.mark.slow
def test_every_page_and_property_says_so(reports: Path) -> None:
    page = (reports / "report.html").read_text("utf-8")
    assert "示例数据，非真实统计" in page.partition("<main")[2][:3000]
    assert MARK in re.search("<title>(.*?)</title>", page)[1]  # type: ignore[index]
    document = pypdfium2.PdfDocument(reports / "report.pdf")
    for sheet in document:
        assert MARK in sheet.get_textpage().get_text_bounded().replace("\r\n", "")
    document.close()
    with pikepdf.open(reports / "report.pdf") as file, file.open_metadata() as metadata:
        assert MARK in str(file.docinfo["/Title"])
        assert MARK in str(metadata["dc:title"])


@pytest.mark.slow
def test_no_line_of_the_questionnaires_reaches_a_product(reports: Path) -> None:
    """Exact times of answers are what an export holds of persons here; open answers are dropped likewise."""
    answers = example.files()["家长问卷（示例数据）_按文本_300_300.xlsx"]
    times = {row[1] for row in load_workbook(io.BytesIO(answers)).worksheets[0].iter_rows(min_row=3, values_only=True)}
    assert len(times) > 20
    for path in [*reports.rglob("*"), *(reports.parents[1] / "data/processed/example-2024").rglob("*")]:
        if path.is_file():
            content = path.read_bytes().decode("utf-8", "ignore")
            assert not any(str(time) in content for time in times)


def test_workbooks_hold_no_clock_and_no_name() -> None:
    for name, content in example.files().items():
        if name.endswith(".xlsx"):
            archive = zipfile.ZipFile(io.BytesIO(content))
            assert {entry.date_time[0] for entry in archive.infolist()} == {2000}
            core = archive.read("docProps/core.xml").decode()
            assert "2000-01-01" in core
            assert not re.search("20(1|2)[0-9]-", core)


def test_made_up_and_real_figures_do_not_mix(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy_repository(tmp_path / "mixed")
    name = "公布数据（示例数据）.csv"
    for ending in ("", ".source.toml"):
        (root / f"data/raw/jiangmen/{name}{ending}").write_bytes(
            (site / f"data/raw/example/{name}{ending}").read_bytes()
        )
    assert main(load_stages(root), root=root, arguments=["check", "jiangmen-2024-08"]) == 4
    assert "示例数据和真实数据不能放在同一个文件夹" in capsys.readouterr().err


# the numbers, reckoned again from the raw files


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
def facts(site: Path) -> Facts:
    """The facts of the example edition, as 02_indicators makes them."""
    result, cities = clean_at(site, example.EDITION)
    childcare = subject()
    evidence = [*result.registers["evidence"], *result.registers["practice"]]
    made = computing.compute_facts(
        result.observations,
        load_edition(site, example.EDITION),
        cities,
        result.registers["policies"],
        evidence,
        childcare,
    )
    found = checks.check_facts(made, result.observations, childcare)
    return computing.conclude(made, found, childcare)


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
    assert [row[2][:1] for row in found] == ["—", *words]
    last = half_up(abs(Decimal(values[-1] - values[-2])) / values[-2] * 100, 1)
    assert found[-1][2] == f"{words[-1]}{last}%"


def test_headline_numbers_are_those_of_the_raw_files(facts: Facts) -> None:
    register, population = raw().institutions, raw().population
    places, enrolled = Decimal(int(register["托位数"].sum())), Decimal(int(register["在托人数"].sum()))
    births = [Decimal(population.loc["出生人口", f"{year}年"]) for year in (2022, 2023, 2024)]
    residents = [Decimal(str(population.loc["年末常住人口", f"{year}年"])) * 10000 for year in (2023, 2024)]
    recorded = int((register["备案情况"] == "已备案").sum())
    kindergartens = int((register["办托形式"] == "幼儿园托班").sum())
    fee = Decimal(int(register["全日托收费(元/月)"].sum())) / len(register)
    expected = {
        "institutions": f"{len(register)}家",
        "places": f"{places}个",
        "enrolled": f"{enrolled}人",
        "vacant_places": f"{places - enrolled}个",
        "use_rate": f"{half_up(enrolled / places * 100, 1)}%",
        "places_per_thousand": f"{half_up(places / residents[1] * 1000, 2)}个",
        "places_needed": f"{half_up(TARGET_PLACES * residents[1] / 1000)}个",
        "places_gap": f"{half_up(TARGET_PLACES * residents[1] / 1000 - places)}个",
        "enrolment_rate": f"{half_up(enrolled / sum(births) * 100, 1)}%",
        "enrolment_gap": f"{half_up(TARGET_ENROLMENT - enrolled / sum(births) * 100, 1)}个百分点",
        "births_three_years": f"{half_up(sum(births) / 10000, 2)}万人",
        "birth_rate_resident": f"{half_up(births[2] / (sum(residents) / 2) * 1000, 2)}‰",
        "kindergartens": f"{kindergartens}家",
        "registered_institutions": f"{recorded}家",
        "registered_share_of_others": f"{half_up(Decimal(100 * recorded) / (len(register) - kindergartens), 1)}%",
        "places_per_institution": f"{half_up(places / len(register), 1)}个",
        "inclusive_institution_share": share(int((register["是否普惠"] == "是").sum()), len(register)),
        "fee": f"{half_up(fee)}元",
    }
    assert {name: printed(facts[name]) for name in expected} == expected


def test_outlook_is_that_of_the_births(facts: Facts) -> None:
    births = [Decimal(raw().population.loc["出生人口", f"{year}年"]) for year in (2022, 2023, 2024)]
    yearly = (births[2] / births[0]).sqrt() - 1
    places = Decimal(int(raw().institutions["托位数"].sum()))
    expected = []
    for name, part in (("持平", Decimal(0)), ("减半", Decimal("0.5")), ("延续", Decimal(1))):
        line = list(births)
        while len(line) < 9:  # to 2030
            line.append(line[-1] * (1 + yearly * part))
        children = sum(line[-3:])
        wanted = children * Decimal("0.3")
        per_hundred = half_up(places / children * 100, 1)
        numbers = (f"约{half_up(children / 10000, 2)}万人", f"约{per_hundred}个", f"约{half_up(wanted / 10000, 2)}万个")
        expected.append((name, *numbers))
    assert [(row[0], row[1], row[2], row[4]) for row in rows(tables.outlook(facts))] == expected
