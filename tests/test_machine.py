"""The machine does not matter: what a user has set up makes no other products, or is refused or told in words."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import toy
from rich.console import Console

from tuoyu.engine import host
from tuoyu.engine.fingerprint import Sight
from tuoyu.engine.fingerprint import Site
from tuoyu.engine.fingerprint import fingerprint_pages
from tuoyu.engine.folders import Folders
from tuoyu.engine.folders import swap_in
from tuoyu.engine.freshness import Made
from tuoyu.engine.freshness import judge
from tuoyu.engine.host import ended_like_an_interrupt
from tuoyu.engine.host import have_home
from tuoyu.engine.host import own_temporary
from tuoyu.engine.manifest import digest_tree
from tuoyu.front import making
from tuoyu.front import progress
from tuoyu.front.making import Order
from tuoyu.front.making import make
from tuoyu.nouns.errors import StageError
from tuoyu.workspace.editions import load_edition

ROOT = Path(__file__).resolve().parents[1]


def told(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a command says with these environment variables."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, *words]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT, env=surroundings
    )


@pytest.mark.parametrize(
    "name", [".ipynb_checkpoints/report-checkpoint.ipynb", "working-papers/.DS_Store", "~$report.docx", "Thumbs.db"]
)
def test_a_look_at_products_leaves_them_as_they_are(name: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("1", encoding="utf-8")
    before = digest_tree(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("2", encoding="utf-8")
    assert digest_tree(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上建链接要管理员权限")
@pytest.mark.parametrize("where", ["reports", "data/processed"])
def test_folder_of_products_that_is_a_link_is_refused_at_once(where: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / where / "toy"
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(StageError, match=f"{where}/toy 是链接"):
        Folders(tmp_path, "toy").sweep()
    assert link.is_symlink()


def test_message_names_the_folder_that_could_not_be_replaced(tmp_path: Path) -> None:
    new, final = tmp_path / "new", tmp_path / "first"
    new.mkdir()
    final.mkdir()
    with pytest.raises(StageError, match=r"无法替换 .*/second："):
        swap_in([(new, final), (tmp_path / "missing", tmp_path / "second")])
    assert new.is_dir()


def test_everything_temporary_is_made_in_a_folder_that_is_swept_away(tmp_path: Path) -> None:
    folders = Folders(tmp_path, "toy")
    before = tempfile.gettempdir()
    with own_temporary(folders.kernel):
        left = Path(tempfile.mkdtemp())  # as a process leaves it that is killed here
    assert tempfile.gettempdir() == before
    assert left.parent == folders.kernel
    folders.sweep()
    assert not left.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 的程序不是脚本")
def test_other_pandoc_on_the_path_is_not_taken(tmp_path: Path) -> None:
    other = tmp_path / "pandoc"
    other.write_text("#!/bin/sh\necho pandoc 99.1\n", encoding="utf-8")
    other.chmod(0o755)
    script = "from tuoyu.render.tree import READER, pandoc\nprint(pandoc('**字**', READER, 'html5', 'html.lua'))"
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    assert told("-c", script, PATH=path, PYPANDOC_PANDOC=str(other)).stdout.strip() == "<p><strong>字</strong></p>"


def test_interpreter_without_docstrings_is_refused_in_words() -> None:
    done = told("pipeline.py", "list", PYTHONOPTIMIZE="2")
    assert done.returncode == 2
    assert "PYTHONOPTIMIZE=2" in done.stderr


@pytest.mark.skipif(shutil.which("localedef") is None, reason="要用 localedef 造一个 GBK 的语言环境")
@pytest.mark.parametrize("mode", ["0", "1"])
def test_locale_of_another_code_is_refused_in_words_unless_python_is_told(mode: str, tmp_path: Path) -> None:
    made = subprocess.run(
        ["localedef", "-i", "zh_CN", "-f", "GBK", str(tmp_path / "zh_CN.GBK")], capture_output=True, check=False
    )
    if not (tmp_path / "zh_CN.GBK").is_dir():
        pytest.skip(f"造不出 GBK 的语言环境：{made.stderr!r}")
    done = subprocess.run(
        [sys.executable, "pipeline.py", "list"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "LOCPATH": str(tmp_path), "LC_ALL": "zh_CN.GBK", "PYTHONUTF8": mode, "PYTHONIOENCODING": ""},
    )
    assert (done.returncode, b"PYTHONUTF8=1" in done.stderr) == ((2, True) if mode == "0" else (0, False))


def test_worker_with_other_source_makes_nothing(tmp_path: Path) -> None:
    root = toy.build(tmp_path)
    outcome = make(root, "toy-2024", Order(source="other"))
    assert (outcome.result, outcome.code) == ("失败", 1)
    assert "程序与发出任务的主机不同" in outcome.said
    assert not (root / "reports").exists()


def test_orders_to_others_carry_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = []

    def do_all(work: dict[str, object], *_: object, **__: object) -> list[object]:
        orders.extend(one.args[2] for one in work.values())  # type: ignore[attr-defined]
        return []

    monkeypatch.setattr(making, "do_all", do_all)
    list(making.make_all(tmp_path, ["toy"], Order()))
    assert len(orders[0].source) == 64


def test_other_fonts_are_a_reason_to_set_the_pages_anew(tmp_path: Path) -> None:
    site = Site(toy.build(tmp_path), load_edition(tmp_path, "toy-2024"))
    sight = Sight("", "", {}, ())

    def fonts(family: str) -> dict[str, str]:
        return {"字体“仿宋”": family}

    before = fingerprint_pages(site, (), {}, sight=sight, machine=fonts("FangSong"))
    now = fingerprint_pages(site, (), {}, sight=sight, machine=fonts("Noto Serif SC"))
    (reason,) = judge(now, Made(before, {}, sight), {})
    assert reason.words == "环境 字体“仿宋” FangSong→Noto Serif SC"


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", "✓"), ("gbk", "√")])
def test_marks_are_ones_that_the_console_has(encoding: str, mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console()
    monkeypatch.setattr(Console, "encoding", encoding)
    assert progress._mark(console, "✓", "√") == mark


def test_user_without_a_home_gets_one_in_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        msg = "Could not determine home directory."
        raise RuntimeError(msg)

    monkeypatch.setenv("HOME", str(tmp_path))
    have_home(tmp_path / "home")
    assert os.environ["HOME"] == str(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "not there"))  # what the list of users says of one made without a home
    have_home(tmp_path / "home")
    assert os.environ["HOME"] == str(tmp_path / "home")
    monkeypatch.setattr(Path, "home", homeless)
    have_home(tmp_path / "home")
    assert os.environ["HOME"] == str(tmp_path / "home")
    assert (tmp_path / "home").is_dir()


def test_nothing_is_said_of_folders_that_cannot_be_written_where_a_notebook_would_keep_it(tmp_path: Path) -> None:
    done = told("-c", "import tuoyu; tuoyu.charts", HOME="/dev/null", TMPDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no terminals that hang up")
def test_request_to_end_is_an_interrupt_and_a_hangup_that_is_ignored_stays_so() -> None:
    with ended_like_an_interrupt(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with ended_like_an_interrupt():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_compiled_source_that_a_full_disk_cut_short_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "__file__", str(tmp_path / "tuoyu/engine/host.py"))
    compiled = tmp_path / "tuoyu/facts/__pycache__/claims.pyc"
    compiled.parent.mkdir(parents=True)
    compiled.write_bytes(b"cut")
    assert host.mended_bytecode("EOFError", "EOF when reading a line") == ""
    assert compiled.exists()
    assert "请重新运行" in host.mended_bytecode("EOFError", "marshal data too short")
    assert not compiled.exists()
