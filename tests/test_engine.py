"""The engine: a run is proved by its products, and a failed one leaves the earlier products alone."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import toy
from filelock import FileLock

from tuoyu.engine import folders
from tuoyu.engine import staging
from tuoyu.engine.cache import Cache
from tuoyu.engine.folders import Folders
from tuoyu.engine.manifest import STATE
from tuoyu.engine.manifest import digest_notebook
from tuoyu.engine.notebook import prepare
from tuoyu.engine.notebook import read_notebook
from tuoyu.engine.notebook import read_written
from tuoyu.engine.runner import Job
from tuoyu.engine.runner import Step
from tuoyu.engine.runner import rehearse_edition
from tuoyu.engine.runner import render_edition
from tuoyu.engine.runner import run_edition
from tuoyu.engine.staging import check_products
from tuoyu.engine.surroundings import Surroundings
from tuoyu.engine.traces import clean
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.errors import DataError
from tuoyu.nouns.errors import RenderError
from tuoyu.nouns.errors import StageError
from tuoyu.workspace.editions import load_edition

if TYPE_CHECKING:
    from tuoyu.engine.runner import Render
    from tuoyu.nouns.stage import Stage

NOTEBOOKS = Path(__file__).parent / "notebooks"
PAGE = "report.html"


def render_names(processed: Path, executed: dict[str, Path], reports: Path) -> None:
    """A stand-in for rendering: what it was given, as text."""
    assert all(path.is_relative_to(processed) for path in executed.values())
    (reports / PAGE).write_text(" ".join(executed), encoding="utf-8")


def job(root: Path, *stages: Stage, render: Render = render_names, steps: list[Step] | None = None) -> Job:
    report = (steps if steps is not None else []).append
    return Job(root, load_edition(root, "toy-2024"), stages, report=report, render=render)


def tree(root: Path) -> dict[str, str]:
    """Digest of every product, by path; locks, cache, journal and the record of freshness are nobody's product."""
    paths = [path for place in ("data/processed", "reports") for path in (root / place).glob("[!.]*/**/*")]
    files = [path for path in paths if path.is_file() and path.name != STATE]
    names = {path.relative_to(root).as_posix(): path for path in files}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names.items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root whose name holds what papermill and jupyter would substitute, and Chinese."""
    return toy.build(tmp_path / "站点 {2024} $HOME", toy.clean_stage(), toy.sum_stage())


@pytest.fixture
def made(root: Path) -> dict[str, str]:
    """Earlier products, which no failure may touch."""
    for name in ("data/processed/toy-2024/sums.json", f"reports/toy-2024/{PAGE}"):
        path = root / name
        path.parent.mkdir(parents=True)
        path.write_text("上次的成果", encoding="utf-8")
    return tree(root)


def use(root: Path, notebook: str, **changes: object) -> Stage:
    """A first stage with another notebook, declared in the toy repository."""
    return toy.use(root, toy.clean_stage(notebook, **changes))


def failure(root: Path, stage: Stage, kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught:
        run_edition(job(root, stage))
    return str(caught.value)


def untouched(root: Path) -> dict[str, str]:
    """Products now, without the notebook that a failed run keeps for a look."""
    return {name: value for name, value in tree(root).items() if ".failed/" not in name}


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_run_makes_every_product_twice_the_same_and_sweeps_up(root: Path) -> None:
    steps: list[Step] = []
    stages = (toy.clean_stage(), toy.sum_stage())
    assert run_edition(job(root, *stages, steps=steps))
    first = tree(root)
    assert sorted(first) == [
        "data/processed/toy-2024/executed/makes a fact file.ipynb",
        "data/processed/toy-2024/executed/makes one table.ipynb",
        "data/processed/toy-2024/numbers.parquet",
        "data/processed/toy-2024/sums.json",
        "reports/toy-2024/manifest.json",
        f"reports/toy-2024/{PAGE}",
    ]
    assert [(step.title, step.state) for step in steps[:2]] == [("整理", "started"), ("整理", "executed")]
    assert steps[-1].title == "生成报告"
    sums = json.loads((root / "data/processed/toy-2024/sums.json").read_bytes())
    assert sums == {"合计": 6, "期": "toy-2024"}
    assert not run_edition(job(root, *stages))
    assert run_edition(replace(job(root, *stages), force=True))
    assert tree(root) == first


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_manifest_lists_inputs_and_products_without_times_or_machine_paths(root: Path) -> None:
    run_edition(job(root, toy.clean_stage()))
    text = (root / "reports/toy-2024/manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["inputs"].keys() == {
        "editions/toy-2024.toml",
        "data/raw/nation/births.csv",
        "data/raw/nation/births.csv.source.toml",
        "data/raw/town/births.csv",
        "data/raw/town/births.csv.source.toml",
        "data/raw/town/city.toml",
    }
    products = {name: value for name, value in tree(root).items() if not name.endswith("manifest.json")}
    assert manifest["products"] == products
    assert manifest["edition"]["assumptions"]["demand_rate"] == "30%"
    assert manifest["notebooks"].keys() == {"makes one table.ipynb"}
    assert str(root) not in text
    assert str(Path.home()) not in text


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_failing_cell_is_named_with_stage_notebook_heading_and_code(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "fails in second cell"), StageError)
    assert "环节“整理”（笔记本 fails in second cell.ipynb），“二、再算”标题下，第7个单元格出错" in message
    assert "ZeroDivisionError: division by zero" in message
    assert "│ share = total / parts" in message
    assert "出错的代码行：share = total / parts" in message
    assert "reports/.toy-2024.failed/fails in second cell.ipynb" in message
    assert "Traceback" not in message
    assert (root / "reports/.toy-2024.failed/fails in second cell.ipynb").is_file()
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_error_of_ours_comes_out_as_itself(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "raises data error"), DataError)
    assert message.startswith("人口.csv 第3行：应为数字，现为“约三万”→ 请核对原表")
    assert "Traceback" not in message
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_dead_kernel_is_a_failure_though_papermill_says_completed(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "kills its kernel"), StageError)
    assert "“内存不足”标题下，第4个单元格" in message
    assert "内核意外退出" in message
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_cell_beyond_its_time_limit_is_stopped(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "sleeps too long", time_limit=2), StageError)
    assert "“很慢”标题下，第4个单元格" in message
    assert "运行超过 2 秒" in message
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_promise_that_was_not_kept_is_a_failure(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "writes nothing"), StageError)
    assert "运行完毕，但没有写出 numbers.parquet" in message
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_undeclared_write_is_refused_with_its_place(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "writes an undeclared file"), ContractError)
    assert "写出了没有声明的 extra" in message
    assert "位置：环节“整理”（笔记本 writes an undeclared file.ipynb），“存盘”标题下，第5个单元格" in message
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_file_opened_by_hand_is_refused_with_its_place(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "opens a raw file by hand"), ContractError)
    assert "直接打开了 data" in message
    assert str(root) not in message
    assert "“偷看”标题下，第5个单元格" in message
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_a_kernel_may_open_its_stage_again_as_in_jupyterlab(root: Path) -> None:
    run_edition(job(root, use(root, "opens its stage twice")))
    assert (root / "data/processed/toy-2024/numbers.parquet").is_file()


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_file_slipped_past_the_workspace_is_found_afterwards(root: Path, made: dict[str, str]) -> None:
    message = failure(root, use(root, "slips a file past its workspace"), ContractError)
    assert "改动了没有声明的文件：secret" in message
    assert untouched(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_executed_notebook_holds_nothing_that_changes_from_run_to_run(root: Path) -> None:
    run_edition(job(root, use(root, "prints what changes from run to run")))
    name = "data/processed/toy-2024/executed/prints what changes from run to run.ipynb"
    text = (root / name).read_text(encoding="utf-8")
    assert "<object object at 0x…>" in text
    assert "<单元格>:3: UserWarning: 当心" in text
    assert str(root) not in text
    assert "papermill" not in text
    assert "start_time" not in text


def test_bad_data_stops_a_run_before_any_kernel(root: Path, made: dict[str, str]) -> None:
    (root / "data/raw/town/births.csv").write_text("改过\n", encoding="utf-8")
    steps: list[Step] = []
    with pytest.raises(DataError):
        run_edition(job(root, toy.clean_stage(), steps=steps))
    assert steps == []
    assert tree(root) == made


def test_breach_of_contract_stops_a_run_before_any_kernel(root: Path, made: dict[str, str]) -> None:
    steps: list[Step] = []
    with pytest.raises(ContractError):
        run_edition(job(root, use(root, "breaks every rule"), steps=steps))
    assert steps == []
    assert tree(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_failed_rendering_leaves_the_earlier_products(root: Path, made: dict[str, str]) -> None:
    def fail(processed: Path, executed: dict[str, Path], reports: Path) -> None:
        (reports / PAGE).write_text(f"半份 {processed} {executed}", encoding="utf-8")
        msg = "缺字形"
        raise RenderError(msg)

    with pytest.raises(RenderError, match="缺字形"):
        run_edition(job(root, toy.clean_stage(), render=fail))
    assert tree(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_input_that_changes_during_a_run_voids_it(root: Path, made: dict[str, str]) -> None:
    def meddle(processed: Path, executed: dict[str, Path], reports: Path) -> None:
        render_names(processed, executed, reports)
        toy.add_raw(root / "data/raw/town/late.csv", "x\n")

    with pytest.raises(StageError, match="运行期间原始数据、参数文件或程序被改动"):
        run_edition(job(root, toy.clean_stage(), render=meddle))
    assert tree(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_input_that_changes_and_changes_back_voids_a_run_and_is_not_kept(
    root: Path, made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, real = root / "data/raw/town/births.csv", staging.execute

    def meddle(*given: object, **named: object) -> object:
        content = raw.read_bytes()
        raw.write_bytes(content + b"\n")
        executed = real(*given, **named)  # type: ignore[arg-type]
        raw.write_bytes(content)
        return executed

    monkeypatch.setattr(staging, "execute", meddle)
    with pytest.raises(StageError, match="运行期间原始数据、参数文件或程序被改动"):
        run_edition(job(root, toy.clean_stage()))
    assert tree(root) == made
    assert Cache(root / "data/processed/.cache").size() == 0


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_rehearsal_puts_nothing_in_place_and_is_kept_in_the_cache(root: Path, made: dict[str, str]) -> None:
    seen: list[str] = []

    def look(processed: Path, executed: dict[str, Path], _: Path) -> None:
        seen.append(
            f"{sorted(path.name for path in processed.iterdir())} {[path.is_file() for path in executed.values()]}"
        )

    steps: list[Step] = []
    for _ in range(2):
        rehearse_edition(job(root, toy.clean_stage(), render=look, steps=steps))
    assert seen == ["['executed', 'numbers.parquet'] [True]"] * 2
    assert [one.state for one in steps if one.state != "started"] == ["executed", "restored"]
    assert tree(root) == made


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_rehearsal_of_what_is_fresh_makes_nothing(root: Path) -> None:
    run_edition(job(root, toy.clean_stage()))
    steps: list[Step] = []
    seen: list[Path] = []
    rehearse_edition(job(root, toy.clean_stage(), render=lambda processed, *_: seen.append(processed), steps=steps))
    assert (seen, steps) == ([root / "data/processed/toy-2024"], [])


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_pages_are_rendered_again_without_a_kernel(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_edition(job(root, toy.clean_stage()))
    before = tree(root)
    monkeypatch.setattr("tuoyu.engine.staging.execute", None)

    def again(processed: Path, executed: dict[str, Path], reports: Path) -> None:
        (reports / PAGE).write_text(f"改过的文字 {processed.name} {len(executed)}", encoding="utf-8")

    render_edition(job(root, toy.clean_stage(), render=again))
    assert (root / "reports/toy-2024" / PAGE).read_text(encoding="utf-8") == "改过的文字 toy-2024 1"
    changed = {name for name, value in tree(root).items() if before[name] != value}
    assert changed == {f"reports/toy-2024/{PAGE}", "reports/toy-2024/manifest.json"}


def edit_cell(path: Path, kind: str, text: str) -> None:
    """Write more into the first cell of a kind."""
    record = json.loads(path.read_bytes())
    cell = next(one for one in record["cells"] if one["cell_type"] == kind and "parameters" not in str(one["metadata"]))
    cell["source"] = [*cell["source"], text]
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("warmed")
def test_pages_are_made_of_the_words_of_today_and_a_run_makes_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words count for no result; they stand in the pages all the same, whichever verb makes them."""

    def papers(_: Path, executed: dict[str, Path], reports: Path) -> None:
        cells = (cell["source"] for path in executed.values() for cell in read_notebook(path).cells)
        (reports / PAGE).write_text("\n".join(cells), encoding="utf-8")

    notebook = root / "notebooks/makes one table.ipynb"
    run_edition(job(root, toy.clean_stage(), render=papers))
    before, written = tree(root), notebook.read_bytes()
    monkeypatch.setattr("tuoyu.engine.staging.execute", None)
    edit_cell(notebook, "markdown", "（试改）")
    render_edition(job(root, toy.clean_stage(), render=papers))
    rendered = tree(root)
    assert "（试改）" in (root / "reports/toy-2024" / PAGE).read_text(encoding="utf-8")
    assert {name for name in before if rendered[name] != before[name]} == {
        "data/processed/toy-2024/executed/makes one table.ipynb",
        f"reports/toy-2024/{PAGE}",
        "reports/toy-2024/manifest.json",
    }
    assert not run_edition(job(root, toy.clean_stage(), render=papers))
    notebook.write_bytes(written)
    assert run_edition(job(root, toy.clean_stage(), render=papers))
    assert tree(root) == before
    edit_cell(notebook, "markdown", "（试改）")
    assert run_edition(job(root, toy.clean_stage(), render=papers))
    assert tree(root) == rendered
    edit_cell(notebook, "code", "\n1")
    with pytest.raises(ContractError, match=r"makes one table\.ipynb 的代码在上次运行之后改过，请先重新运行"):
        render_edition(job(root, toy.clean_stage(), render=papers))
    assert tree(root) == rendered


def test_rendering_before_any_run_says_what_to_run(root: Path) -> None:
    with pytest.raises(StageError, match=r"请先运行 python pipeline\.py run toy-2024"):
        render_edition(job(root, toy.clean_stage()))


def test_second_program_on_the_same_edition_waits_its_turn(root: Path, made: dict[str, str]) -> None:
    lock = FileLock(Folders(root, "toy-2024").lock)
    with lock, pytest.raises(StageError, match="另一个程序正在生成 toy-2024"):
        run_edition(job(root, toy.clean_stage()))
    assert tree(root) == made


def new_products(root: Path) -> list[tuple[Path, Path]]:
    places = Folders(root, "toy-2024")
    for folder in (places.new_processed, places.new_reports):
        folder.mkdir()
        (folder / "new.txt").write_text("新", encoding="utf-8")
    return [(places.new_processed, places.processed), (places.new_reports, places.reports)]


@pytest.mark.usefixtures("made")
def test_exchange_replaces_both_folders(root: Path) -> None:
    folders.swap_in(new_products(root))
    assert sorted(tree(root)) == ["data/processed/toy-2024/new.txt", "reports/toy-2024/new.txt"]


def test_folder_held_open_undoes_the_whole_exchange(
    root: Path, made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = new_products(root)
    rename = Path.rename

    def held_open(path: Path, target: Path) -> Path:
        if path == root / "reports" / "toy-2024":
            raise PermissionError
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held_open)
    with pytest.raises(StageError, match="请先关闭 PDF"):
        folders.swap_in(pairs)
    Folders(root, "toy-2024").drop_scratch()
    assert tree(root) == made


def test_scratch_held_open_is_reported_and_not_built_upon(
    root: Path, made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new_products(root)
    monkeypatch.setattr(folders, "remove", lambda _: None)
    with pytest.raises(StageError, match=r"无法清除上次运行留下的 data/processed/\.toy-2024\.new"):
        Folders(root, "toy-2024").sweep()
    assert made.items() <= tree(root).items()


def test_run_killed_amid_the_exchange_is_put_right(root: Path, made: dict[str, str]) -> None:
    reports = root / "reports"
    (reports / "toy-2024").rename(reports / ".toy-2024.old")
    (reports / ".toy-2024.new").mkdir()
    Folders(root, "toy-2024").sweep()
    assert tree(root) == made
    assert [path.name for path in reports.iterdir()] == ["toy-2024"]


def test_products_of_an_earlier_stage_may_not_be_changed_or_removed(tmp_path: Path) -> None:
    before = {"numbers.parquet": "1", "old.json": "2"}
    with pytest.raises(ContractError, match=r"numbers\.parquet、old\.json"):
        check_products(toy.sum_stage(), before, {"numbers.parquet": "9", "sums.json": "3"}, folder=tmp_path)


def test_empty_product_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "sums.json").touch()
    with pytest.raises(StageError, match=r"写出的 sums\.json 是空文件"):
        check_products(toy.sum_stage(), {}, {"sums.json": "0"}, folder=tmp_path)


def test_parameters_are_written_as_they_read() -> None:
    source = read_notebook(NOTEBOOKS / "makes one table.ipynb")
    prepared = prepare(source, {"edition": "广东省-'2024'\n"})
    assert prepared.cells[2].source == "# 由 pipeline.py 写入\nedition = \"广东省-'2024'\\n\""
    assert prepared.cells[2].metadata.tags == ["injected-parameters"]
    assert len(source.cells) + 1 == len(prepared.cells)


def test_results_saved_in_a_source_notebook_are_not_carried_on(tmp_path: Path) -> None:
    record = json.loads((NOTEBOOKS / "makes one table.ipynb").read_bytes())
    record["cells"][1] |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "7"}]}
    (tmp_path / "a.ipynb").write_text(json.dumps(record), encoding="utf-8")
    prepared = prepare(read_written(tmp_path / "a.ipynb"), {"edition": "toy-2024"})
    code = [cell for cell in prepared.cells if cell.cell_type == "code"]
    assert all(cell.execution_count is None and cell.outputs == [] for cell in code)


def test_cleaning_spares_short_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    notebook = read_notebook(NOTEBOOKS / "makes one table.ipynb")
    notebook.cells[1].outputs = [{"output_type": "stream", "name": "stdout", "text": "1/2"}]
    assert clean(notebook, Path("/")).cells[1].outputs[0]["text"] == "1/2"


def test_notebook_digest_hears_words_and_ignores_results(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    record = json.loads((NOTEBOOKS / "makes one table.ipynb").read_bytes())
    path.write_text(json.dumps(record), encoding="utf-8")
    before = digest_notebook(path)
    record["cells"][1]["execution_count"] = 3
    record["cells"][1]["metadata"]["scrolled"] = True
    path.write_text(json.dumps(record), encoding="utf-8")
    assert digest_notebook(path) == before
    record["cells"][0]["source"] = ["# 另一个标题"]
    path.write_text(json.dumps(record), encoding="utf-8")
    assert digest_notebook(path) != before


def test_outside_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert Surroundings().commit(tmp_path) is None
    monkeypatch.setenv("PATH", os.devnull)
    assert Surroundings().commit(tmp_path) is None
