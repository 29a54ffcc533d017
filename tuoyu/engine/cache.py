"""The cache (缓存): executed notebooks and their products by fingerprint, so that nothing is made twice.

It may be lost at any time without harm. Everything that comes out of it is what went in, digest by digest; what is
damaged counts as not there. One process at a time works on it: jupyter-cache alone loses entries when several do.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeVar

from filelock import FileLock
from filelock import Timeout

from tuoyu.engine.cells import cut
from tuoyu.engine.host import in_words
from tuoyu.workspace.raw import digest
from tuoyu.workspace.writing import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping
    from pathlib import Path

    from nbformat import NotebookNode

    from tuoyu.engine.store import Store

LIMIT = 20_000
EXECUTED = "executed"
_FORMAT = 2
_PATIENCE = 120.0
_POLL = 0.01
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Entry:
    """缓存记录 — a notebook by file name and its products, each with the digest it had when it was stored."""

    key: str
    notebook: str
    digest: str
    products: Mapping[str, str]

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Entry:
        """The value behind :meth:`to_dict`; raises ValueError or KeyError if it is none or points out of its folder."""
        entry = cls(record["key"], record["notebook"], record["digest"], dict(record["products"]))
        if record["format"] != _FORMAT or not all(_stays_inside(name) for name in (entry.notebook, *entry.products)):
            msg = "not an entry of this cache"
            raise ValueError(msg)
        return entry

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"format": _FORMAT, **vars(self), "products": dict(self.products)}


_loading = Lock()


def load() -> None:
    """Load jupyter-cache, which takes long; others that ask for it meanwhile wait."""
    with _loading:
        import tuoyu.engine.store  # noqa: F401


def _keep_quiet(_: str) -> None:
    return


@dataclass(frozen=True)
class Cache:
    """缓存 — a folder (``data/processed/.cache``), made on demand; ``tell`` hears, in Chinese, what is wrong with it.

    No method raises for a cache that is damaged, held by others for too long or cannot be written: then nothing is
    found and nothing is stored.
    """

    folder: Path
    tell: Callable[[str], None] = _keep_quiet
    limit: int = LIMIT

    def find(self, key: str) -> Entry | None:
        """What is stored under a fingerprint."""
        return self._ask(lambda store: _entry(store, key), None) if self.folder.exists() else None

    def restore(self, entry: Entry, target: Path) -> Path | None:
        """Write the products of an entry below ``target`` and its notebook to ``target/executed``; returns the latter.

        Nothing is written, and None returned, where anything is not as it was stored.
        """
        contents = self._ask(lambda store: self._verified(store, entry), None)
        if contents is None:
            return None
        for name, content in contents.items():
            write_atomically(target / PurePosixPath(name), content)
        return target / EXECUTED / entry.notebook

    def store(self, key: str, notebook: Path, products: Mapping[str, Path]) -> None:
        """Keep an executed notebook and its products, by their names, under a fingerprint.

        Whoever has not been used for longest gives way.
        """
        import nbformat

        node = nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)
        contents = {name: path.read_bytes() for name, path in products.items()}
        text = nbformat.writes(node, nbformat.NO_CONVERT)
        digests = {name: digest(content) for name, content in contents.items()}
        entry = Entry(key, notebook.name, digest(text.encode()), digests)
        self._ask(lambda store: _put(store, entry, node, contents), None)

    def size(self) -> int:
        """How many entries there are."""
        return self._ask(lambda store: store.count(), 0) if self.folder.exists() else 0

    def _verified(self, store: Store, entry: Entry) -> dict[str, bytes] | None:
        """All files of an entry; it is dropped if one of them is lost or altered."""
        if _entry(store, entry.key) != entry:
            return None
        try:
            text, contents = store.read(entry.key, entry.products)
        except (OSError, ValueError):
            text, contents = "", {}
        found = {name: digest(content) for name, content in contents.items()}
        if digest(text.encode()) != entry.digest or found != entry.products:
            store.drop(entry.key)
            self.tell(f"缓存中 {entry.notebook} 的一条记录不完整或被改动，已丢弃，将重新运行")
            return None
        return {**contents, f"{EXECUTED}/{entry.notebook}": f"{text.rstrip()}\n".encode()}

    def _ask(self, question: Callable[[Store], _Answer], otherwise: _Answer) -> _Answer:
        """The answer from the store; from an empty one where it is damaged, ``otherwise`` where there can be none."""
        load()
        from tuoyu.engine.store import TROUBLE
        from tuoyu.engine.store import is_sound

        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._beside("lock"), timeout=_PATIENCE, poll_interval=_POLL):
                try:
                    return self._answer(question)
                except TROUBLE:
                    if is_sound(self.folder):
                        raise
                    self._set_aside()
                return self._answer(question)
        except Timeout:
            self.tell(f"缓存 {self.folder.name} 一直被另一个程序占用，本次不用缓存")
        except TROUBLE as error:
            self.tell(f"缓存 {self.folder.name} 无法使用（{_why(error)}），本次不用缓存；成果不受影响")
        return otherwise

    def _answer(self, question: Callable[[Store], _Answer]) -> _Answer:
        from tuoyu.engine.store import Store
        from tuoyu.engine.store import is_ours

        if self.folder.exists() and not is_ours(self.folder):
            self._set_aside()
        store = Store(self.folder, self.limit)
        try:
            return question(store)
        finally:
            store.close()

    def _set_aside(self) -> None:
        aside = self._beside("damaged")
        if aside.is_dir():
            shutil.rmtree(aside)
        else:
            aside.unlink(missing_ok=True)
        self.folder.replace(aside)
        name = self.folder.name
        self.tell(f"缓存 {name} 已损坏或版本不符，已改名为 {aside.name}（可以删除）并重新建立；成果不受影响")

    def _beside(self, ending: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{ending}")


def _why(error: Exception) -> str:
    """What is wrong with the machine, else the first line of what the library says."""
    return in_words(getattr(error, "errno", None)) or cut(str(error).partition("\n")[0], 100)


def _entry(store: Store, key: str) -> Entry | None:
    try:
        record = store.about(key)
        entry = None if record is None else Entry.from_dict(record)
    except (KeyError, ValueError, TypeError, AttributeError):
        store.drop(key)
        return None
    return entry if entry is not None and entry.key == key else None


def _put(store: Store, entry: Entry, notebook: NotebookNode, contents: Mapping[str, bytes]) -> None:
    store.put(entry.key, notebook, contents, entry.to_dict())


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name
