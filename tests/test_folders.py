"""The exchange of folders: both or neither, however it ends, and nothing left behind."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from tuoyu.engine.folders import Folders
from tuoyu.nouns.errors import StageError

PLACES = ("data/processed", "reports")
NAME = "toy-2024"
Fail = Callable[[Path, OSError], None]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Earlier products, and new ones that are whole."""
    for place in PLACES:
        for folder, text in ((NAME, "old"), (f".{NAME}.new", "new")):
            (tmp_path / place / folder).mkdir(parents=True)
            (tmp_path / place / folder / "product").write_text(text, encoding="utf-8")
    return Folders(tmp_path, NAME)


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Fail:
    """Lets every renaming of one folder fail."""
    rename = Path.rename

    def held(which: Path, error: OSError) -> None:
        def renamed(path: Path, target: Path) -> Path:
            if path == which:
                raise error
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", renamed)

    return held


def found(folders: Folders) -> dict[str, str]:
    """What stands in every folder of the edition, by its path."""
    files = (path for place in PLACES for path in (folders.root / place).rglob("product"))
    return {path.parent.relative_to(folders.root).as_posix(): path.read_text("utf-8") for path in files}


OLD = {f"{place}/{NAME}": "old" for place in PLACES}
NEW = {f"{place}/{NAME}": "new" for place in PLACES}
SCRATCH = {f"{place}/.{NAME}.new": "new" for place in PLACES}


def test_folders_stand_where_everybody_looks_for_them(tmp_path: Path) -> None:
    folders = Folders(tmp_path, NAME)
    names = {
        one: getattr(folders, one).relative_to(tmp_path).as_posix()
        for one in ("processed", "reports", "new_processed", "new_reports", "kernel", "failed", "lock", "exchange")
    }
    assert names == {
        "processed": "data/processed/toy-2024",
        "reports": "reports/toy-2024",
        "new_processed": "data/processed/.toy-2024.new",
        "new_reports": "reports/.toy-2024.new",
        "kernel": "data/processed/.toy-2024.kernel",
        "failed": "reports/.toy-2024.failed",
        "lock": "data/processed/.toy-2024.lock",
        "exchange": "data/processed/.toy-2024.exchange",
    }


def test_new_folders_take_the_place_of_the_old_ones_and_nothing_is_left(folders: Folders) -> None:
    folders.put_in_place()
    assert found(folders) == NEW
    assert sorted(path.name for place in PLACES for path in (folders.root / place).iterdir()) == [NAME, NAME]


def test_first_products_need_no_older_ones(tmp_path: Path) -> None:
    folders = Folders(tmp_path, NAME)
    folders.new_reports.mkdir(parents=True)
    (folders.new_reports / "product").write_text("new", encoding="utf-8")
    folders.processed.parent.mkdir(parents=True)
    folders.put_in_place()
    assert found(folders) == {f"reports/{NAME}": "new"}


def test_exchange_is_announced_before_anything_moves(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, announced = Path.rename, []

    def renamed(path: Path, target: Path) -> Path:
        if not path.name.endswith(".tmp"):
            announced.append(folders.exchange.exists() or path.name)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", renamed)
    folders.put_in_place()
    assert len(announced) >= 4
    assert set(announced) == {True}


@pytest.mark.parametrize("which", ["processed", "reports", "new_processed", "new_reports"])
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, ""), "其中有文件正被打开，请先关闭 PDF"),
        (PermissionError(errno.EPERM, ""), "其中有文件正被打开，请先关闭 PDF"),
        (OSError(errno.ENOSPC, ""), "磁盘"),
        (OSError(errno.EBUSY, ""), "其中有文件正被打开，请先关闭 PDF"),
    ],
)
def test_failed_exchange_leaves_the_earlier_products_and_no_marker(
    folders: Folders, fail: Fail, which: str, error: OSError, words: str
) -> None:
    fail(getattr(folders, which), error)
    place = "reports" if "reports" in which else "data/processed"
    with pytest.raises(StageError, match=rf"无法替换 {place.rpartition('/')[2]}/{NAME}：.*{words}.*（原有成果未动）"):
        folders.put_in_place()
    assert not folders.exchange.exists()
    assert {name: text for name, text in found(folders).items() if "/." not in name} == OLD
    folders.drop_scratch()
    assert found(folders) == OLD


@pytest.mark.parametrize("moved", range(5))
def test_exchange_that_was_cut_short_is_finished_by_the_next_run(folders: Folders, moved: int) -> None:
    """Killed before any of its four renamings, between two of them, or after the last."""
    folders.exchange.write_bytes(b"")
    steps = [
        step
        for place in PLACES
        for step in ((NAME, f".{NAME}.old"), (f".{NAME}.new", NAME))
        for step in [(folders.root / place / step[0], folders.root / place / step[1])]
    ]
    for source, target in steps[:moved]:
        source.rename(target)
    folders.sweep()
    assert found(folders) == NEW
    assert sorted(path.name for place in PLACES for path in (folders.root / place).iterdir()) == [NAME, NAME]


def test_without_the_marker_what_was_put_aside_comes_back(folders: Folders) -> None:
    """A version that wrote no marker was killed between the two renamings of one folder."""
    folders.reports.rename(folders.reports.with_name(f".{NAME}.old"))
    folders.sweep()
    assert found(folders) == OLD


def test_what_was_put_aside_does_not_replace_what_is_there(folders: Folders) -> None:
    aside = folders.reports.with_name(f".{NAME}.old")
    aside.mkdir()
    (aside / "product").write_text("older", encoding="utf-8")
    for folder in (folders.failed, folders.kernel):
        folder.mkdir()
    folders.sweep()
    assert found(folders) == OLD
    assert sorted(path.name for place in PLACES for path in (folders.root / place).iterdir()) == [NAME, NAME]


def test_scratch_is_kept_amid_an_exchange(folders: Folders) -> None:
    folders.exchange.write_bytes(b"")
    folders.drop_scratch()
    assert found(folders) == OLD | SCRATCH
    folders.exchange.unlink()
    folders.kernel.mkdir()
    folders.drop_scratch()
    assert found(folders) == OLD
    assert not folders.kernel.exists()


@pytest.mark.parametrize("place", PLACES)
def test_link_is_refused_and_nothing_is_moved(folders: Folders, tmp_path: Path, place: str) -> None:
    link = folders.root / place / NAME
    (link / "product").unlink()
    link.rmdir()
    link.symlink_to(tmp_path / place / f".{NAME}.new")
    with pytest.raises(StageError, match=rf"{place}/{NAME} 是链接.*把 {place} 整个做成链接"):
        folders.sweep()
    assert link.is_symlink()
    assert SCRATCH.items() <= found(folders).items()


@pytest.mark.parametrize("held", [("new_processed",), ("new_reports",), ("new_processed", "new_reports")])
def test_scratch_that_cannot_be_removed_is_named(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, held: tuple[str, ...]
) -> None:
    import shutil

    kept = {getattr(folders, one) for one in held}
    remove = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", lambda path, **more: None if path in kept else remove(path, **more))
    where = "、".join(getattr(folders, one).relative_to(folders.root).as_posix() for one in held)
    with pytest.raises(StageError, match=f"无法清除上次运行留下的 {where}：其中有文件正被打开"):
        folders.sweep()
    assert OLD.items() <= found(folders).items()
