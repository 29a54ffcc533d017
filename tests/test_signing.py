"""Signatures: bound to the products as they were made, told everywhere, void once anything changes, without persons."""

from __future__ import annotations

import shutil
from datetime import date
from datetime import timedelta
from pathlib import Path

import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.engine.manifest import digest_inputs
from tuoyu.engine.runner import Job
from tuoyu.engine.runner import explain
from tuoyu.engine.runner import run_edition
from tuoyu.front import overview
from tuoyu.front.cli import main
from tuoyu.front.signing import VOID
from tuoyu.front.signing import sealed
from tuoyu.front.signing import sign
from tuoyu.front.signing import standing
from tuoyu.nouns.edition import WhatIf
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.errors import StageError
from tuoyu.nouns.personal import is_office
from tuoyu.nouns.signature import STATUSES
from tuoyu.nouns.signature import Signature
from tuoyu.render.index import Entry
from tuoyu.render.index import to_index
from tuoyu.render.signed import with_signatures
from tuoyu.render.signed import without_signatures
from tuoyu.workspace.editions import list_editions
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.signing import file_of
from tuoyu.workspace.signing import read_signatures
from tuoyu.workspace.signing import write_signatures
from tuoyu.workspace.whatif import file_of as what_if_file
from tuoyu.workspace.whatif import to_toml
from tuoyu.workspace.writing import write_atomically

NAME, OFFICE = "toy-2024", "测试市卫生健康局"
PAGE, SHEETS = f"reports/{NAME}/report.html", f"reports/{NAME}/report.pdf"
LINE = f"{OFFICE}　2024年10月15日　送审"
STAGE = toy.clean_stage()
OFFICES = (
    "测试市卫生健康局",
    "市教育局",
    "江门市妇幼保健院",
    "广东省卫生健康委",
    "高新区管委会",
    "方志办公室",
    "某大学",
)
NO_OFFICES = (
    "张三",
    "王建社",
    "李文会",
    "张三所长",
    "市卫健局 李主任",
    "市卫健局（0750-3456789）",
    "test@a.gov.cn",
    "",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = toy.build(tmp_path_factory.mktemp("signing") / "site", STAGE)
    run_edition(job(root))
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "site", symlinks=True)


def job(root: Path) -> Job:
    def render(_: Path, executed: dict[str, Path], reports: Path) -> None:
        text = "".join(path.read_text(encoding="utf-8") for path in executed.values())
        (reports / "report.html").write_text(f"{len(text)}<footer><dl></dl></footer>", encoding="utf-8")
        (reports / "report.pdf").write_text("%PDF", encoding="utf-8")

    edition = load_edition(root, NAME)
    return Job(root, edition, (STAGE,), lambda _: None, sealed(render, root, NAME))


def signed(root: Path) -> None:
    sign(job(root), OFFICE, "送审", "2024-10-15", unanswered=2)
    assert run_edition(job(root))


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("warmed")]


def test_signature_stands_on_the_page_and_changes_no_other_product(root: Path) -> None:
    page, sheets = ((root / name).read_bytes() for name in (PAGE, SHEETS))
    signed(root)
    assert standing(root, NAME) == [LINE]
    assert LINE in (root / PAGE).read_text(encoding="utf-8")
    assert without_signatures((root / PAGE).read_text(encoding="utf-8")).encode() == page
    assert (root / SHEETS).read_bytes() == sheets
    assert f"editions/签发/{NAME}.toml" in digest_inputs(root, load_edition(root, NAME))
    assert list_editions(root) == [NAME]
    assert all(one.fresh for one in explain(job(root)))
    assert not run_edition(job(root))
    (signature,) = read_signatures(root, NAME)
    assert signature.unanswered == 2
    assert {PAGE, SHEETS, f"data/processed/{NAME}/numbers.parquet"} <= signature.products.keys()


def test_second_signature_stands_beside_the_first(root: Path) -> None:
    signed(root)
    sign(job(root), "测试市教育局", "会签", "2024-10-16", unanswered=0)
    run_edition(job(root))
    assert standing(root, NAME) == [LINE, "测试市教育局　2024年10月16日　会签"]


@pytest.mark.parametrize("name", [SHEETS, PAGE, f"data/processed/{NAME}/numbers.parquet"])
def test_any_product_that_is_altered_or_missing_voids_it(root: Path, name: str) -> None:
    signed(root)
    (root / name).write_bytes((root / name).read_bytes() + b" ")
    assert standing(root, NAME) == [f"{LINE}（{VOID}）"]
    (root / name).unlink()
    assert standing(root, NAME) == [f"{LINE}（{VOID}）"]


def test_product_that_is_made_otherwise_voids_it_and_the_page_says_so(root: Path) -> None:
    signed(root)
    notebook = root / "notebooks" / STAGE.notebook
    before = notebook.read_bytes()
    notebook.write_bytes(before.replace(b"# ", "# 试改".encode(), 1))
    assert run_edition(job(root))
    assert f"{LINE}（{VOID}）" in (root / PAGE).read_text(encoding="utf-8")
    notebook.write_bytes(before)
    assert run_edition(job(root))
    assert standing(root, NAME) == [LINE]


def test_what_is_stale_or_was_altered_is_not_signed(root: Path) -> None:
    (root / SHEETS).write_text("改过", encoding="utf-8")
    with pytest.raises(StageError, match=r"成果不是最新的（成果被改动 report\.pdf）"):
        sign(job(root), OFFICE, "送审", "", unanswered=0)
    shutil.rmtree(root / "reports")
    with pytest.raises(StageError, match="还没有生成"):
        sign(job(root), OFFICE, "送审", "", unanswered=0)
    assert not file_of(root, NAME).exists()


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept(root: Path) -> None:
    tomorrow = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011 - the user's own calendar
    with pytest.raises(ParameterError) as told:
        sign(job(root), "张三", "定搞", tomorrow, unanswered=0)
    for words in ("不写个人姓名", "只能是 送审、会签、定稿，现为 “定搞”", "不晚于今天"):
        assert words in str(told.value)
    with pytest.raises(ParameterError, match="报告上印的是“送审稿”，不能签作“定稿”"):
        sign(job(root), OFFICE, "定稿", "", unanswered=0)
    assert not file_of(root, NAME).exists()


def test_try_is_not_signed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_atomically(what_if_file(root, "toy-b"), to_toml(WhatIf(base=NAME, settings={"as_of": "2024-07-31"})))
    assert main((STAGE,), root=root, arguments=["sign", "toy-b", "--status", "送审", "--office", OFFICE]) == 2
    assert "toy-b 是试算，不能签发；请签发 toy-2024" in capsys.readouterr().err


def test_command_line_asks_for_office_and_status(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main((STAGE,), root=root, arguments=["sign", NAME, "--status", "送审"]) == 2
    assert "--office 没有写：签发的单位" in capsys.readouterr().err


def test_damaged_record_is_told(root: Path) -> None:
    signed(root)
    file_of(root, NAME).write_text("[[signature]]\nstatus = 1\n", encoding="utf-8")
    said = "签发记录 editions/签发/toy-2024.toml 已损坏"
    (line,) = standing(root, NAME)
    assert line.startswith(said)
    with pytest.raises(ParameterError, match=said):
        sign(job(root), "测试市教育局", "会签", "", unanswered=0)


@pytest.mark.parametrize("text", OFFICES)
def test_names_of_offices_are_taken(text: str) -> None:
    assert is_office(text)


@pytest.mark.parametrize("text", NO_OFFICES)
def test_names_and_numbers_of_persons_are_not(text: str) -> None:
    assert not is_office(text)


@given(st.lists(st.tuples(st.sampled_from(STATUSES), st.text(min_size=1), st.dates(), st.text(min_size=1))))
def test_any_record_comes_back_from_its_file(
    tmp_path_factory: pytest.TempPathFactory, some: list[tuple[str, str, date, str]]
) -> None:
    root = tmp_path_factory.mktemp("record")
    signatures = tuple(
        Signature.model_validate({"status": status, "office": office, "on": day, "unanswered": 0, "products": {p: "1"}})
        for status, office, day, p in some
        if (office + p).isprintable()
    )
    write_signatures(root, NAME, signatures)
    assert read_signatures(root, NAME) == signatures


def test_page_keeps_nothing_but_the_lines_of_now() -> None:
    page = "<dl></dl>甲<footer>\n<dl><dt>稿次</dt><dd>定稿</dd></dl>\n</footer>"
    once = with_signatures(page, ["甲局 <b>", "乙局"])
    assert "甲局 &lt;b&gt;" in once
    assert with_signatures(once, ["丙局"]) == with_signatures(page, ["丙局"])
    assert with_signatures(once, []) == without_signatures(once) == page


def test_page_of_all_editions_tells_it(root: Path) -> None:
    entry = Entry("a", "甲", "", "定稿", synthetic=False, figures=(), doubts=0, omissions=0, signed=(LINE,))
    assert f"签发：{LINE}" in to_index([entry])
    signed(root)
    assert overview.standing(root, NAME) == [LINE]
