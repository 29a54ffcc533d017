"""The next edition of a city: dates put forward, what is out of date left out and told, last figures on the forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import toy
from conftest import clean_at
from conftest import copy_repository
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tuoyu.front.cli import main
from tuoyu.nouns.errors import ParameterError
from tuoyu.scaffold.dates import contradicting
from tuoyu.scaffold.dates import in_words
from tuoyu.scaffold.dates import put_forward
from tuoyu.scaffold.following import Following
from tuoyu.scaffold.following import a_year_later
from tuoyu.scaffold.following import follow
from tuoyu.workspace.editions import load_edition

POLICIES = """
[[policy]]
id = "plan"
title = "规划"
issuer = "测试机关"
target = [
    { id = "places", indicator = "places_per_thousand", value = "5个/千人", year = "2024" },
    { id = "places-2030", indicator = "places_per_thousand", value = "8个/千人", year = "2030" },
    { id = "enrolment", indicator = "enrolment_rate", value = "20%", year = "2024" },
    { id = "floor-area", indicator = "floor_area_per_place", value = "9平方米", year = "2023" },
    { id = "national-places", indicator = "national_places_per_thousand", value = "4个/千人", year = "2025" },
]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    toy.build(tmp_path)
    register = tmp_path / "data/raw/nation/登记.toml"
    toy.add_raw(register, POLICIES)
    sidecar = register.with_name("登记.toml.source.toml")
    sidecar.write_text(
        sidecar.read_text(encoding="utf-8").replace('"figures"', '"policies"\nplace = "440000"'), "utf-8"
    )
    return tmp_path


def following(root: Path, as_of: date = date(2025, 8, 31), **changes: str) -> Following:
    text = toy.EDITION
    for before, now in changes.items():
        text = text.replace(before, now)
    (root / "editions/toy-2024.toml").write_text(text, encoding="utf-8")
    made = follow(root, load_edition(root, "toy-2024"), as_of)
    (root / f"editions/{made.name}.toml").write_text(made.text, encoding="utf-8")
    return made


def test_next_edition_is_sound_and_names_the_last_as_its_previous(root: Path) -> None:
    made = following(root)
    edition = load_edition(root, made.name)
    assert made.name == "toy-2025-08"
    assert (edition.as_of, edition.population_as_of) == (date(2025, 8, 31), date(2024, 12, 31))
    assert edition.previous == "toy-2024"
    assert edition.publication.subtitle == "（2025年8月）"


def test_only_targets_in_force_are_carried_and_every_other_is_told(root: Path) -> None:
    made = following(root)
    targets = load_edition(root, made.name).targets
    assert targets.model_dump() == {
        "places": "places-2030",
        "national_places": "national-places",
        "enrolment": None,
        "floor_area": "floor-area",
    }
    assert any("places 的目标年份2024年已过，改为 places-2030" in words for words in made.changed)
    assert any("enrolment 的目标年份2024年已过" in words for words in made.dropped)
    assert any("floor-area（2023年起的要求，上一期已经在用）" in words for words in made.kept)
    assert "# 没有沿用：targets.enrolment" in made.text


def test_comments_and_order_of_the_file_are_kept(root: Path) -> None:
    text = f"# 测试市2024年8月期\n{toy.EDITION}".replace('status = "送审稿"', 'status = "定稿"  # 稿次')
    (root / "editions/toy-2024.toml").write_text(text, encoding="utf-8")
    made = follow(root, load_edition(root, "toy-2024"), date(2025, 8, 31))
    assert "# 测试市2025年8月期" in made.text
    assert 'status = "送审稿"  # 稿次' in made.text
    assert any("定稿→送审稿" in words for words in made.changed)


def test_what_belongs_to_the_last_issue_only_is_left_out(root: Path) -> None:
    proposals = '[proposals."甲"]\nby = "2025-06"\n[proposals."乙"]\nby = "2026-12"\n'
    text = f'{toy.EDITION}date = "2024年10月15日"\n{proposals}'
    (root / "editions/toy-2024.toml").write_text(text, encoding="utf-8")
    made = follow(root, load_edition(root, "toy-2024"), date(2025, 8, 31))
    (root / "editions/next.toml").write_text(made.text, encoding="utf-8")
    edition = load_edition(root, "next")
    assert edition.publication.date is None
    assert list(edition.proposals) == ["乙"]
    assert [words.partition("（")[0] for words in made.dropped] == [
        "targets.enrolment",
        "publication.date",
        "proposals.甲",
    ]


def test_what_cannot_be_put_forward_is_doubtful(root: Path) -> None:
    text = toy.EDITION.replace("（2024年8月）", "（截至2023年底）") + "[outlook]\nuntil = 2025\n"
    (root / "editions/toy-2024.toml").write_text(text, encoding="utf-8")
    made = follow(root, load_edition(root, "toy-2024"), date(2025, 8, 31))
    assert any("写着2023年底" in words for words in made.doubtful)
    assert any("outlook.until" in words for words in made.doubtful)


def test_an_earlier_day_is_refused(root: Path) -> None:
    with pytest.raises(ParameterError, match="下一期的截止日期应晚于 toy-2024 的 2024-08-31"):
        follow(root, load_edition(root, "toy-2024"), date(2024, 8, 31))


def test_nothing_is_overwritten(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = root / "editions/toy-2025-08.toml"
    file.write_text("mine", encoding="utf-8")
    assert main((), root=root, arguments=["new", "--next", "toy-2024"]) == 2
    assert "editions/toy-2025-08.toml 已经存在" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--next", "toy-2042"], "没有名为 toy-2042 的期，是不是 toy-2024？"),
        (["惠州", "--next", "toy-2024"], "写一个城市的名称或代码，或者写 --next 期名"),
        (["--next", "toy-2024", "--as-of", "明年"], "--as-of 写作 2024-12-31，现为“明年”"),
        (["--next", "toy-2024", "--as-of", "2023-01-01"], "下一期的截止日期应晚于"),
    ],
)
def test_wrong_orders_are_told(root: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: str) -> None:
    assert main((), root=root, arguments=["new", *words]) == 2
    assert expected in capsys.readouterr().err


def test_forms_have_the_last_figures_beside_the_empty_cells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = copy_repository(tmp_path)
    before = {path: path.read_bytes() for path in (root / "data").rglob("*") if path.is_file()}
    assert main((), root=root, arguments=["new", "--next", "jiangmen-2024-08"]) == 0
    said = capsys.readouterr().out
    assert "移入 data/raw/jiangmen/" in said
    assert {path: path.read_bytes() for path in before} == before
    (book,) = (root / "reports/填报表/jiangmen-2025-08").glob("托育指标*.xlsx")
    rows = list(load_workbook(book).worksheets[0].values)
    head = list(rows[0])
    lines = [dict(zip(head, row, strict=True)) for row in rows[2:]]
    births = [(line["数据"], line["上期数"], line["上期时点"]) for line in lines if line["指标"] == "出生人口"]
    assert births == [(None, "28600人", "2023年"), (None, "29917人", "2022年"), (None, "34100人", "2021年")]
    last = {str(line["指标"]): (line["上期数"], line["上期时点"]) for line in lines}
    assert last["托位数"] == ("23595个", "2024年8月底")
    assert (last["常住人口"][0], last["托育机构数"][0]) == ("482.24万人", "462家"), "in the unit that the line asks for"
    assert load_edition(root, "jiangmen-2025-08").previous == "jiangmen-2024-08"
    assert _read_after_filling(root, book) == []


def _read_after_filling(root: Path, book: Path) -> list[str]:
    """What is wrong with the forms where the lines without a new figure are left as they were written."""
    filled = load_workbook(book)
    for row in filled.worksheets[0].iter_rows(min_row=3):
        if row[2].value == "托位数":
            row[3].value, row[7].value = "25310", "2025年8月底"
    filled.save(book)
    for path in book.parent.iterdir():
        moved = path.rename(root / "data/raw/jiangmen" / path.name)
        if moved.suffix == ".toml":
            moved.write_text(moved.read_text("utf-8").replace("（填写", "测试（"), "utf-8")
    assert main((), root=root, arguments=["accept", "jiangmen-2025-08"]) == 0
    cleaned, _ = clean_at(root, "jiangmen-2025-08")
    places = [one for one in cleaned.observations if one.value == 25310]
    assert [(one.indicator, one.period) for one in places] == [("places", "2025-08-31")]
    return [one.text for one in cleaned.findings if one.severity == "error"]


DAYS = st.dates(date(2000, 1, 1), date(2098, 12, 31))


@given(DAYS, DAYS)
def test_a_date_in_words_is_put_forward_to_the_other_day(before: date, now: date) -> None:
    assert put_forward(f"（截至{in_words(before)}）", before, now) == f"（截至{in_words(now)}）"
    assert contradicting(in_words(now), now) == []
    assert bool(contradicting(in_words(before), now)) is (before != now)


@given(st.text(), DAYS)
def test_a_text_without_the_date_stays_as_it_is(text: str, day: date) -> None:
    assert put_forward(text, day, day) == text or "年" in text


@given(DAYS)
def test_a_year_later_is_in_the_same_month(day: date) -> None:
    later = a_year_later(day)
    assert (later.year, later.month) == (day.year + 1, day.month)
