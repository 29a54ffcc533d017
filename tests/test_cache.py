"""The cache gives back what was put into it, or nothing; several writers lose nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from tuoyu.engine import cache as module
from tuoyu.engine.cache import Cache
from tuoyu.engine.cache import Entry
from tuoyu.engine.notebook import write_notebook

WRITERS, EACH = 8, 25
WRITER = """
import sys
from pathlib import Path
import test_cache
import tuoyu.engine.store
print("ready", flush=True)
sys.stdin.read()  # all begin at once
cache, work = Path(sys.argv[1]), Path(sys.argv[2])
for number in range(int(sys.argv[4])):
    test_cache.put(test_cache.Cache(cache), work, f"{sys.argv[3]}-{number}")
"""


def key(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def executed(word: str, *, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    """A notebook as the runner leaves it: prose, the injected parameters, results."""
    injected = f"# 由 pipeline.py 写入\nedition = {word!r}"
    cells = [
        nbformat.v4.new_markdown_cell("# 整理", id="a"),
        nbformat.v4.new_code_cell(injected, id="b", metadata={"tags": ["injected-parameters"]}, execution_count=1),
        nbformat.v4.new_code_cell("1 + 1", id="c", metadata={"tags": list(tags)}, execution_count=2),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def put(cache: Cache, work: Path, word: str) -> dict[str, bytes]:
    """Store a notebook and two products that are all about ``word``; returns what must come back."""
    work.mkdir(parents=True, exist_ok=True)
    contents = {"numbers.parquet": f"PAR1{word}".encode(), "figures/托位.svg": f"<svg>{word}</svg>".encode()}
    paths = {name: work / f"{word}-{position}" for position, name in enumerate(contents)}
    for name, path in paths.items():
        path.write_bytes(contents[name])
    notebook = work / f"{word}.ipynb"
    notebook.write_bytes(write_notebook(executed(word)))
    cache.store(key(word), notebook, paths)
    return {**contents, f"executed/{word}.ipynb": notebook.read_bytes()}


def get(cache: Cache, target: Path, word: str) -> dict[str, bytes] | None:
    """What the cache gives back for ``word``, None if it has nothing."""
    entry = cache.find(key(word))
    notebook = cache.restore(entry, target) if entry else None
    if notebook is None:
        assert not target.exists()
        return None
    assert notebook == target / "executed" / f"{word}.ipynb"
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, said: list[str]) -> Cache:
    return Cache(tmp_path / "站点 {2024}" / ".cache", said.append)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


def test_what_was_stored_comes_back_byte_for_byte(cache: Cache, work: Path, tmp_path: Path, said: list[str]) -> None:
    stored = put(cache, work, "甲")
    assert get(cache, tmp_path / "target", "甲") == stored
    assert (cache.size(), said) == (1, [])


def test_unknown_key_finds_nothing_and_makes_no_folder(cache: Cache) -> None:
    assert cache.find(key("甲")) is None
    assert cache.size() == 0
    assert not cache.folder.parent.exists()


def test_each_fingerprint_has_an_entry_of_its_own(cache: Cache, work: Path, tmp_path: Path) -> None:
    stored = {word: put(cache, work, word) for word in "甲乙"}
    assert {word: get(cache, tmp_path / word, word) for word in "甲乙"} == stored


def test_later_store_under_the_same_key_takes_the_place_of_the_earlier(
    cache: Cache, work: Path, tmp_path: Path
) -> None:
    put(cache, work, "甲")
    notebook = work / "另名.ipynb"
    notebook.write_bytes(write_notebook(executed("甲", tags=("shown",))))
    cache.store(key("甲"), notebook, {})
    entry = cache.find(key("甲"))
    assert entry is not None
    assert cache.restore(entry, tmp_path / "target") == tmp_path / "target/executed/另名.ipynb"
    assert cache.size() == 1
    assert not (tmp_path / "target/numbers.parquet").exists()


def test_what_a_kill_left_of_an_entry_does_not_stand_in_the_way(
    cache: Cache, work: Path, tmp_path: Path, said: list[str]
) -> None:
    put(cache, work, "a")
    with closing(sqlite3.connect(database(cache.folder))) as connection:
        connection.execute("DELETE FROM nbcache")
        connection.commit()
    stored = put(cache, work, "a")
    assert get(cache, tmp_path / "out", "a") == stored
    assert said == []


def test_beyond_the_limit_the_one_not_used_for_longest_gives_way(work: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / ".cache", limit=2)
    put(cache, work, "甲")
    put(cache, work, "乙")
    assert get(cache, tmp_path / "used", "甲") is not None
    put(cache, work, "丙")
    assert [word for word in "甲乙丙" if cache.find(key(word))] == ["甲", "丙"]
    assert len(list((cache.folder / "executed").iterdir())) == 2


def test_eight_processes_at_once_lose_no_entry(cache: Cache, work: Path, tmp_path: Path, said: list[str]) -> None:
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    command = [sys.executable, "-c", WRITER, str(cache.folder), str(work)]
    writers = [
        subprocess.Popen(
            [*command, str(number), str(EACH)],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(WRITERS)
    ]
    assert [writer.stdout.readline() for writer in writers if writer.stdout] == [b"ready\n"] * WRITERS
    for pipe in [writer.stdin for writer in writers]:
        assert pipe is not None
        pipe.close()
    assert [writer.wait() for writer in writers] == [0] * WRITERS
    for pipe in [writer.stdout for writer in writers]:
        assert pipe is not None
        pipe.close()
    words = [f"{number}-{turn}" for number in range(WRITERS) for turn in range(EACH)]
    assert cache.size() == len(words)
    assert [word for word in words if not cache.find(key(word))] == []
    for word in words[::20]:
        assert get(cache, tmp_path / word, word) is not None
    assert said == []


def database(folder: Path) -> Path:
    return folder / "global.db"


def truncate(folder: Path) -> None:
    with database(folder).open("r+b") as file:
        file.truncate(database(folder).stat().st_size // 2)


def empty(folder: Path) -> None:
    database(folder).write_bytes(b"")


def scribble(folder: Path) -> None:
    database(folder).write_bytes(b"not a database" * 1000)


def date_back(folder: Path) -> None:
    (folder / "__version__.txt").write_text("0.4.0", encoding="utf-8")


def drop_version(folder: Path) -> None:
    (folder / "__version__.txt").unlink()


def drop_table(folder: Path) -> None:
    with closing(sqlite3.connect(database(folder))) as connection:
        connection.execute("DROP TABLE nbcache")
        connection.commit()


def be_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("垃圾", encoding="utf-8")


WHOLE = (truncate, empty, scribble, date_back, drop_version, drop_table, be_a_file)


@pytest.mark.parametrize("damage", WHOLE, ids=lambda damage: damage.__name__)
def test_damaged_cache_is_set_aside_and_begun_anew(
    cache: Cache, work: Path, tmp_path: Path, said: list[str], damage: Callable[[Path], None]
) -> None:
    put(cache, work, "甲")
    damage(cache.folder)
    assert cache.find(key("甲")) is None
    assert said == ["缓存 .cache 已损坏或版本不符，已改名为 .cache.damaged（可以删除）并重新建立；成果不受影响"]
    assert cache.folder.with_name(".cache.damaged").exists()
    stored = put(cache, work, "甲")
    assert get(cache, tmp_path / "target", "甲") == stored
    assert len(said) == 1


@pytest.mark.parametrize("damage", WHOLE, ids=lambda damage: damage.__name__)
def test_storing_into_a_damaged_cache_works_at_once_and_again(
    cache: Cache, work: Path, tmp_path: Path, said: list[str], damage: Callable[[Path], None]
) -> None:
    for turn in (1, 2):
        put(cache, work, "甲")
        damage(cache.folder)
        stored = put(cache, work, "乙")
        assert get(cache, tmp_path / f"target {turn}", "乙") == stored
        assert len(said) == turn


def stored_at(folder: Path) -> Path:
    (entry,) = (folder / "executed").iterdir()
    return entry


def lose_a_product(folder: Path) -> None:
    (stored_at(folder) / "artifacts" / "numbers.parquet").unlink()


def alter_a_product(folder: Path) -> None:
    (stored_at(folder) / "artifacts" / "numbers.parquet").write_bytes(b"PAR1 forged")


def cut_the_notebook(folder: Path) -> None:
    path = stored_at(folder) / "base.ipynb"
    path.write_bytes(path.read_bytes()[:-20])


def break_the_encoding(folder: Path) -> None:
    (stored_at(folder) / "base.ipynb").write_bytes(b"\xff\xfe\xff")


def stop_before_the_files(folder: Path) -> None:
    shutil.rmtree(stored_at(folder))


def stop_amid_the_products(folder: Path) -> None:
    shutil.rmtree(stored_at(folder) / "artifacts" / "figures")


@pytest.mark.parametrize(
    "damage",
    [
        lose_a_product,
        alter_a_product,
        cut_the_notebook,
        break_the_encoding,
        stop_before_the_files,
        stop_amid_the_products,
    ],
    ids=lambda damage: damage.__name__,
)
def test_damaged_entry_gives_nothing_and_is_dropped(
    cache: Cache, work: Path, tmp_path: Path, said: list[str], damage: Callable[[Path], None]
) -> None:
    put(cache, work, "甲")
    damage(cache.folder)
    assert get(cache, tmp_path / "target", "甲") is None
    assert said == ["缓存中 甲.ipynb 的一条记录不完整或被改动，已丢弃，将重新运行"]
    assert cache.size() == 0
    stored = put(cache, work, "甲")
    assert get(cache, tmp_path / "target", "甲") == stored


@pytest.mark.parametrize(
    "record",
    [
        "null",
        "[]",
        "{}",
        '{"format": 99}',
        "broken",
        json.dumps({**Entry(key("甲"), "甲.ipynb", "0", {"../../昨天.txt": "0"}).to_dict()}),
        json.dumps({**Entry(key("甲"), "/甲.ipynb", "0", {}).to_dict()}),
    ],
)
def test_entry_with_strange_notes_is_no_entry(cache: Cache, work: Path, said: list[str], record: str) -> None:
    put(cache, work, "甲")
    with closing(sqlite3.connect(database(cache.folder))) as connection:
        connection.execute("UPDATE nbcache SET data = ?", [record])
        connection.commit()
    assert cache.find(key("甲")) is None
    assert cache.size() == 0
    assert said == []


def test_entry_that_gave_way_meanwhile_gives_nothing(cache: Cache, work: Path, tmp_path: Path) -> None:
    put(cache, work, "甲")
    entry = cache.find(key("甲"))
    assert entry is not None
    shutil.rmtree(cache.folder)
    assert cache.restore(entry, tmp_path / "target") is None
    assert not (tmp_path / "target").exists()


def test_cache_held_by_others_for_too_long_is_not_used(
    cache: Cache, work: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cache, work, "甲")
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    with FileLock(cache.folder.with_name(".cache.lock")):
        assert cache.find(key("甲")) is None
    assert said == ["缓存 .cache 一直被另一个程序占用，本次不用缓存"]
    assert cache.find(key("甲")) is not None


def test_cache_that_cannot_be_written_is_not_used(work: Path, tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    cache = Cache(tmp_path / "file" / ".cache", said.append)
    put(cache, work, "甲")
    assert cache.find(key("甲")) is None
    assert said
    assert all(line.startswith("缓存 .cache 无法使用（") for line in said)


def test_disk_that_is_full_does_not_cost_the_entries(
    cache: Cache, work: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cache, work, "甲")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tuoyu.engine.store.Store.put", fail)
        put(cache, work, "乙")
    assert cache.find(key("甲")) is not None
    assert len(said) == 1
    assert "磁盘已满" in said[0]
