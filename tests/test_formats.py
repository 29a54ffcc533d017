"""Which files of a report a command makes: those asked for; others stay while they are fresh."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toy

from tuoyu.engine.manifest import MANIFEST
from tuoyu.engine.runner import Job
from tuoyu.engine.runner import explain
from tuoyu.engine.runner import render_edition
from tuoyu.engine.runner import run_edition
from tuoyu.engine.runner import verify_edition
from tuoyu.front.formats import FILES
from tuoyu.front.formats import LEDGER
from tuoyu.front.formats import PAGE
from tuoyu.front.formats import SHEETS
from tuoyu.front.formats import WORD
from tuoyu.front.formats import files_in
from tuoyu.front.formats import files_of
from tuoyu.nouns.errors import ParameterError
from tuoyu.workspace.editions import load_edition


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("", ()),
        ("html", (PAGE,)),
        ("pdf,html", (PAGE, SHEETS)),
        ("docx、XLSX", (WORD, LEDGER)),
        ("word workbook,word", (WORD, LEDGER)),
    ],
)
def test_formats_are_asked_for_by_name(text: str, files: tuple[str, ...]) -> None:
    assert files_of(text) == files


@pytest.mark.parametrize(("text", "told"), [("html,pdff", "“pdff”这种格式，是不是 pdf？"), ("图", "可用的有：docx")])
def test_unknown_format_is_told_with_the_nearest(text: str, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        files_of(text)


class Desk:
    """A repository without stages, whose pages tell how often they were made."""

    def __init__(self, root: Path) -> None:
        self.root = toy.build(root)
        self.reports = root / "reports/toy-2024"
        self.times = 0

    def job(self, *wanted: str) -> Job:
        def render(_: Path, __: dict[str, Path], reports: Path) -> None:
            self.times += 1
            (reports / "report.ipynb").write_text("文稿", encoding="utf-8")
            for name in wanted:
                if not (reports / name).exists():
                    (reports / name).write_text(f"第{self.times}次", encoding="utf-8")

        edition = load_edition(self.root, "toy-2024")
        return Job(self.root, edition, (), lambda _: None, render, wanted=wanted)

    @property
    def made(self) -> dict[str, str]:
        files = {name: self.reports / name for name in FILES}
        return {name: path.read_text(encoding="utf-8") for name, path in files.items() if path.is_file()}

    def touch(self) -> None:
        """Change an input of the pages."""
        path = self.root / "editions/toy-2024.toml"
        path.write_text(path.read_text("utf-8").replace("测试报告", "测试报告改"), "utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "site")


def test_what_is_not_asked_for_is_not_made_and_a_later_run_makes_it_alone(desk: Desk) -> None:
    assert run_edition(desk.job(PAGE))
    assert desk.made == {PAGE: "第1次"}
    assert not run_edition(desk.job(PAGE))
    assert explain(desk.job(*FILES))[-1].words == "成果缺失 report.pdf、report.docx、核算表.xlsx"
    assert run_edition(desk.job(*FILES))
    assert desk.made == {PAGE: "第1次", SHEETS: "第2次", WORD: "第2次", LEDGER: "第2次"}
    assert explain(desk.job(*FILES))[-1].fresh
    assert not run_edition(desk.job(*FILES))


def test_what_is_fresh_stays_though_it_is_not_asked_for(desk: Desk) -> None:
    run_edition(desk.job(PAGE, SHEETS))
    assert not run_edition(desk.job(PAGE))
    assert run_edition(desk.job(WORD))
    assert desk.made == {PAGE: "第1次", SHEETS: "第1次", WORD: "第2次"}
    assert render_edition(desk.job(SHEETS))
    assert desk.made == {PAGE: "第1次", SHEETS: "第3次", WORD: "第2次"}


@pytest.mark.parametrize("verb", [run_edition, render_edition])
def test_what_is_stale_and_not_asked_for_goes(desk: Desk, verb: object) -> None:
    run_edition(desk.job(*FILES))
    desk.touch()
    assert callable(verb)
    assert verb(desk.job(PAGE))
    assert desk.made == {PAGE: "第2次"}
    assert files_in(desk.reports) == (PAGE,)
    recorded = json.loads((desk.reports / MANIFEST).read_bytes())["products"]
    assert sorted(recorded) == ["reports/toy-2024/report.html", "reports/toy-2024/report.ipynb"]


def test_a_file_that_was_lost_or_altered_takes_no_other_along(desk: Desk) -> None:
    run_edition(desk.job(*FILES))
    (desk.reports / WORD).unlink()
    (desk.reports / LEDGER).write_text("改过", encoding="utf-8")
    assert run_edition(desk.job(PAGE, LEDGER))
    assert desk.made == {PAGE: "第1次", SHEETS: "第1次", LEDGER: "第2次"}
    assert run_edition(desk.job(*FILES))
    assert desk.made == {PAGE: "第1次", SHEETS: "第1次", WORD: "第3次", LEDGER: "第2次"}


def test_verification_makes_what_the_manifest_lists(desk: Desk) -> None:
    run_edition(desk.job(PAGE))
    desk.times = 0
    assert verify_edition(desk.job(*files_in(desk.reports))).holds


def test_all_files_are_wanted_where_no_manifest_tells(tmp_path: Path) -> None:
    assert files_in(tmp_path) == FILES
    (tmp_path / MANIFEST).write_text("{", encoding="utf-8")
    assert files_in(tmp_path) == FILES
