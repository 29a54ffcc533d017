"""The workspace hands a notebook what its stage declared, in formats that keep values exact."""

from __future__ import annotations

import errno
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st
from making import fact
from making import facts as made

from tuoyu.engine.host import complaint
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.finding import Finding
from tuoyu.workspace import guard
from tuoyu.workspace import table
from tuoyu.workspace.opening import Workspace
from tuoyu.workspace.opening import open_stage
from tuoyu.workspace.writing import write_atomically

EVERYTHING = ("numbers.parquet", "facts.json", "findings.json", "records.json", "figures/*.svg")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return toy.build(tmp_path, toy.clean_stage(needs=("raw",), makes=EVERYTHING), toy.sum_stage())


@pytest.fixture
def work(root: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(root / "notebooks")
    return open_stage("clean", "toy-2024")


def test_root_is_found_upward_from_the_notebook(work: Workspace, root: Path) -> None:
    assert work.root == root
    assert work.processed == root / "data" / "processed" / "toy-2024"
    assert work.edition.name == "toy-2024"


def test_previous_edition_is_handed_out_where_there_is_one(work: Workspace, root: Path) -> None:
    assert work.previous is None
    (root / "editions" / "toy-2023.toml").write_text(toy.EDITION.replace("2024-08-31", "2023-12-31"), encoding="utf-8")
    later = toy.EDITION.replace("benchmarks", 'previous = "toy-2023"\nbenchmarks')
    (root / "editions" / "toy-2024.toml").write_text(later, encoding="utf-8")
    previous = open_stage("clean", "toy-2024").previous
    assert previous is not None
    assert previous.name == "toy-2023"


def test_environment_variables_of_the_runner_come_first(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("TUOYU_ROOT", str(root))
    monkeypatch.setenv("TUOYU_PROCESSED", str(elsewhere / "scratch"))
    assert open_stage("clean", "toy-2024").processed == elsewhere / "scratch"


def test_outside_a_repository_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContractError, match="请在项目文件夹内打开笔记本"):
        open_stage("clean", "toy-2024")


def test_unknown_stage_gets_the_nearest_name(work: Workspace) -> None:
    with pytest.raises(ContractError, match="没有名为 claen 的环节，是不是 clean？"):
        open_stage("claen", work.edition.name)


def test_unknown_edition_is_a_parameter_error(work: Workspace) -> None:
    assert work.stage.name == "clean"
    with pytest.raises(ParameterError):
        open_stage("clean", "toy-2042")


def test_table_comes_back_as_it_was(work: Workspace) -> None:
    frame = pd.DataFrame({"期": ["2023", None], "数": [Decimal("3.41"), None], "n": [1, 2]})
    work.save_table("numbers", frame)
    loaded = work.load_table("numbers")
    assert list(loaded.columns) == ["期", "数", "n"]
    assert str(loaded["数"][0]) == "3.41"
    assert pd.isna(loaded["数"][1])
    assert loaded["n"].tolist() == [1, 2]


@given(st.lists(st.decimals(min_value=-(10**12), max_value=10**12, places=6), min_size=1))
def test_decimals_in_tables_are_exact(values: list[Decimal]) -> None:
    loaded = table.from_parquet(table.to_parquet(pd.DataFrame({"x": values}, dtype=object)))
    assert loaded["x"].tolist() == values
    assert all("E" not in str(value) for value in loaded["x"])


def test_decimal_that_does_not_fit_is_refused_rather_than_rounded() -> None:
    with pytest.raises(ValueError, match=r"[Rr]escal"):
        table.to_parquet(pd.DataFrame({"x": [Decimal(1) / Decimal(3)]}, dtype=object))


def test_same_table_gives_the_same_bytes() -> None:
    frame = pd.DataFrame({"x": [Decimal("1.5")], "y": ["字"]})
    assert table.to_parquet(frame) == table.to_parquet(frame.copy())


def test_records_are_sorted_readable_and_end_with_a_newline(work: Workspace) -> None:
    work.save_records("records", {"乙": Decimal("1.50"), "甲": [1]})
    text = (work.processed / "records.json").read_text(encoding="utf-8")
    assert text == '{\n "乙": "1.50",\n "甲": [\n  1\n ]\n}\n'
    assert work.load_records("records") == {"乙": "1.50", "甲": [1]}


def test_number_that_json_has_not_is_refused(work: Workspace) -> None:
    with pytest.raises(ValueError, match="JSON"):
        work.save_records("records", {"x": float("nan")})


def test_facts_come_back_as_they_were(work: Workspace) -> None:
    facts = made(fact("residents", "4822400"), claims={"met": {"holds": True, "reason": "…"}})
    work.save_facts(facts)
    assert work.load_facts() == facts
    record = work.load_records("facts")
    assert record["claims"]["met"]["holds"] is True


def test_findings_come_back_as_they_were(work: Workspace) -> None:
    finding = Finding("warning", "sum", "a.csv", "不等于合计", "请核对", ("births",))
    work.save_findings("findings", [finding])
    assert work.load_findings("findings") == [finding]


def test_figures_match_a_pattern(work: Workspace) -> None:
    work.save_text("figures/fig-births.svg", "<svg/>")
    assert (work.processed / "figures" / "fig-births.svg").read_text(encoding="utf-8") == "<svg/>"


def test_undeclared_product_is_refused_with_stage_and_file(work: Workspace) -> None:
    message = "环节 clean（makes one table.ipynb）写出了没有声明的 extra.json"
    with pytest.raises(ContractError) as caught:
        work.save_records("extra", {})
    assert message in str(caught.value)
    assert not (work.processed / "extra.json").exists()


def test_undeclared_input_is_refused(work: Workspace) -> None:
    assert work.stage.name == "clean"
    later = open_stage("indicators", "toy-2024")
    for read in (later.raw_files, later.cities, later.corrections, lambda: later.load_records("facts")):
        with pytest.raises(ContractError, match="读取了没有声明的"):
            read()


def test_product_not_made_yet_says_what_to_run(work: Workspace) -> None:
    later = open_stage("indicators", work.edition.name)
    with pytest.raises(ContractError, match=r"python pipeline\.py run toy-2024"):
        later.load_table("numbers")


def test_raw_files_cities_and_corrections_are_handed_out(work: Workspace, root: Path) -> None:
    (root / "data" / "raw" / "town" / "corrections.toml").write_text("correction = []\n", encoding="utf-8")
    paths = [file.path for file in work.raw_files()]
    assert paths == ["data/raw/town/births.csv", "data/raw/nation/births.csv"]
    assert work.cities()["town"].code == "990100"
    assert work.corrections()["town"].correction == ()


def test_failed_write_leaves_the_earlier_product(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    work.save_text("figures/a.svg", "旧")

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError):  # noqa: PT011 - the disk's own error, whatever its words
        work.save_text("figures/a.svg", "新")
    monkeypatch.undo()
    assert (work.processed / "figures" / "a.svg").read_text(encoding="utf-8") == "旧"


def test_outside_a_kernel_nothing_is_watched(work: Workspace) -> None:
    assert (work.root / "editions" / "toy-2024.toml").read_text(encoding="utf-8")


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Make this process look like a notebook kernel; returns the hooks that would be installed."""
    hooks: list[object] = []
    monkeypatch.setattr(guard, "_watch", guard._Watch())
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))
    return hooks


def test_guard_is_installed_once_and_follows_the_last_stage(root: Path, kernel: list[object]) -> None:
    guard.watch(root, "first.ipynb")
    guard.watch(root, "second.ipynb")
    assert len(kernel) == 1
    with pytest.raises(ContractError, match=r"second\.ipynb 直接打开了 data.raw.town"):
        guard._hook("open", (str(root / "data" / "raw" / "town" / "births.csv"), "r", 0))


def test_guard_lets_everything_else_pass(root: Path, kernel: list[object]) -> None:
    guard.watch(root, "first.ipynb")
    assert kernel
    guard._hook("open", (str(root / "README.md"), "r", 0))
    guard._hook("open", (7, "r", 0))
    guard._hook("import", ("data",))
    guard.permitted(guard._hook)("open", (str(root / "data" / "x"), "r", 0))


def test_file_that_cannot_be_written_is_named_as_the_user_knows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, _: bytes) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(PermissionError) as caught:
        write_atomically(tmp_path / "表.source.toml", b"")
    assert complaint(caught.value, tmp_path).startswith("无法读写 表.source.toml：没有权限")
