"""Executed notebooks with their products on disk; the only door to jupyter-cache.

What jupyter-cache does not do is done here: its key is the code of a notebook, and data files do not count; ours is the
fingerprint, which a notebook carries in its metadata for as long as it is in here. Not safe for two processes at once,
and nothing that comes out is verified: both is the business of ``cache``. Slow to import.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from typing import Any

import nbformat
from jupyter_cache import __version__
from jupyter_cache.base import NbArtifactsAbstract
from jupyter_cache.cache.db import DB_NAME
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.cache.db import session_context
from jupyter_cache.cache.main import CacheBundleIn
from jupyter_cache.cache.main import JupyterCacheBase
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from nbformat import NotebookNode

# What jupyter-cache lets out when its database or its folder is not as it should be.
TROUBLE = (SQLAlchemyError, RuntimeError, OSError, ValueError, LookupError, TypeError)
_KEY = "fingerprint"


def _probe(key: str) -> NotebookNode:
    """A notebook that holds nothing but the key."""
    probe: NotebookNode = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(key)])
    return probe


@dataclass(frozen=True)
class Products(NbArtifactsAbstract):  # type: ignore[misc] # the library has no annotations
    """The products of a stage as jupyter-cache wants to be handed them."""

    contents: Mapping[str, bytes]

    @property
    def relative_paths(self) -> list[Path]:
        """The paths below the folder of an entry."""
        return [Path(name) for name in self.contents]

    def __iter__(self) -> Iterator[tuple[Path, io.BytesIO]]:
        """Each path with its contents as an open file."""
        return ((Path(name), io.BytesIO(content)) for name, content in self.contents.items())


class Store(JupyterCacheBase):  # type: ignore[misc] # the library has no annotations
    """A folder of jupyter-cache whose key is the fingerprint; the entries used last are kept."""

    def __init__(self, folder: Path, limit: int) -> None:
        super().__init__(folder)
        self.limit = limit

    def create_hashed_notebook(
        self, nb: NotebookNode, nb_metadata: Iterable[str] | None = (), cell_metadata: Iterable[str] | None = ()
    ) -> tuple[NotebookNode, str]:
        """The notebook as it is, prose included, and what jupyter-cache calls it: its fingerprint alone counts."""
        _, hashed = super().create_hashed_notebook(_probe(nb.metadata[_KEY]), nb_metadata, cell_metadata)
        return nb, str(hashed)

    def truncate_caches(self) -> None:
        """Drop what was not used for longest, beyond the limit; entries without their files too."""
        with session_context(self.db) as session:
            query = session.query(NbCacheRecord.hashkey).order_by(NbCacheRecord.accessed, NbCacheRecord.pk)
            beyond = [hashed for (hashed,) in query.limit(max(query.count() - self.limit, 0))]
        for hashed in beyond:
            self._drop(hashed)

    def put(self, key: str, notebook: NotebookNode, products: Mapping[str, bytes], about: dict[str, Any]) -> None:
        """Keep a notebook and its products under a key, in place of an earlier entry or of what a kill left of one."""
        self.drop(key)
        marked = nbformat.from_dict({**notebook, "metadata": {**notebook.metadata, _KEY: key}})
        bundle = CacheBundleIn(marked, about["notebook"], artifacts=Products(products), data=about)
        self.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def about(self, key: str) -> dict[str, Any] | None:
        """What was noted about an entry when it was put here; None where there is none."""
        try:
            record = NbCacheRecord.record_from_hashkey(self._hashed(key), self.db)
        except KeyError:
            return None
        return dict(record.data)

    def read(self, key: str, products: Iterable[str]) -> tuple[str, dict[str, bytes]]:
        """The notebook's text and the products of an entry, used now.

        Raises OSError where one is lost, ValueError where the notebook is none.
        """
        hashed = self._hashed(key)
        node = nbformat.read(self._get_notebook_path_cache(hashed), nbformat.NO_CONVERT)
        node.metadata.pop(_KEY, None)
        folder = self._get_artifact_path_cache(hashed)
        contents = {name: (folder / PurePosixPath(name)).read_bytes() for name in products}
        NbCacheRecord.touch_hashkey(hashed, self.db)
        return nbformat.writes(node, nbformat.NO_CONVERT), contents

    def drop(self, key: str) -> None:
        """Forget an entry, whatever is left of it."""
        self._drop(self._hashed(key))

    def count(self) -> int:
        """How many entries there are."""
        with session_context(self.db) as session:
            return int(session.query(NbCacheRecord.pk).count())

    def close(self) -> None:
        """Let go of the database."""
        if self._db is not None:
            self._db.dispose()

    def _hashed(self, key: str) -> str:
        return str(super().create_hashed_notebook(_probe(key))[1])

    def _drop(self, hashed: str) -> None:
        shutil.rmtree(self._get_notebook_path_cache(hashed).parent, ignore_errors=True)
        with session_context(self.db) as session:
            session.query(NbCacheRecord).filter_by(hashkey=hashed).delete()
            session.commit()


def is_ours(folder: Path) -> bool:
    """Whether a folder is a cache of the version that is installed, or is to become one."""
    if not (folder / DB_NAME).exists():
        return folder.is_dir()
    try:
        return bool((folder / "__version__.txt").read_text(encoding="utf-8").strip() == __version__)
    except (OSError, ValueError):
        return False


def is_sound(folder: Path) -> bool:
    """Whether the database of a cache is in order."""
    database = folder / DB_NAME
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()
            connection.execute("SELECT pk, hashkey, uri, description, data, created, accessed FROM nbcache LIMIT 1")
            connection.execute("SELECT pk, key, value FROM settings LIMIT 1")
    except sqlite3.Error:
        return False
    return bool(verdict == ("ok",))
