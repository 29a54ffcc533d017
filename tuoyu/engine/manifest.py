"""The manifest (清单): what went into an edition and what came out, by content.

No clock times and no machine paths: the same inputs give the same manifest, byte for byte.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.engine.cells import cut
from tuoyu.engine.cells import read_cells
from tuoyu.engine.fingerprint import ABSENT
from tuoyu.engine.fingerprint import digest_record
from tuoyu.engine.fingerprint import digest_texts
from tuoyu.engine.fingerprint import flatten
from tuoyu.nouns.errors import StageError
from tuoyu.workspace.editions import edition_files
from tuoyu.workspace.raw import digest
from tuoyu.workspace.raw import is_litter
from tuoyu.workspace.raw import list_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.engine.surroundings import Surroundings
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.stage import Stage

MANIFEST = "manifest.json"
STATE = "stages.json"  # the record of freshness beside the products, which is none of them


def build_manifest(
    root: Path,
    edition: Edition,
    *,
    stages: Sequence[Stage],
    surroundings: Surroundings,
    products: Mapping[str, str],
    pages: Mapping[str, str],
) -> dict[str, Any]:
    """The manifest of one edition from the digests of what its stages made and of its pages."""
    notebooks = [root / "notebooks" / stage.notebook for stage in stages]
    return {
        "edition": edition.to_dict(),
        "inputs": digest_inputs(root, edition),
        "notebooks": {path.name: digest_notebook(path) for path in notebooks},
        "texts": digest_texts(root),
        "package": surroundings.package.raw_digest(),
        "environment": surroundings.requirements(),
        "commit": surroundings.commit(root),
        "products": all_products(edition.name, products, pages),
    }


def all_products(edition: str, products: Mapping[str, str], pages: Mapping[str, str]) -> dict[str, str]:
    """Digests of both, by path from the root."""
    return {
        **{f"data/processed/{edition}/{name}": value for name, value in products.items()},
        **{f"reports/{edition}/{name}": value for name, value in pages.items()},
    }


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an edition as a run wrote it; StageError where it has been damaged."""
    try:
        record = json.loads(path.read_bytes())
        if "package" in record and all(isinstance(record[part], dict) for part in (*_CAUSES, "products")):
            return dict(record)
    except (ValueError, KeyError, TypeError):
        pass
    name = path.parent.name
    msg = f"{name} 的清单 {path.name} 已损坏，无法核对；运行 python pipeline.py run {name} 会重新写出"
    raise StageError(msg)


@dataclass(frozen=True)
class Verification:
    """核对 — what came out otherwise than the manifest says, what was altered since, and what else has changed.

    ``causes`` are inputs, notebooks, texts, package, environment and parameters that are no longer those of
    the manifest.
    """

    differing: tuple[str, ...]
    altered: tuple[str, ...]
    causes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every product was made again byte for byte and lies there as it was made."""
        return not (self.differing or self.altered)


_DIGEST = re.compile(r"[0-9a-f]{64}")
_CAUSES = {"inputs": "输入", "notebooks": "笔记本", "texts": "文字", "environment": "环境", "edition": "参数"}


def compare(recorded: dict[str, Any], again: dict[str, Any], in_place: dict[str, str]) -> Verification:
    """Two manifests, and the products as they lie there now, held against one another."""
    causes = []
    for part, word in _CAUSES.items():
        before, now = flatten(recorded[part]), flatten(again[part])
        causes += [
            f"{word} {name}：{_short(before.get(name))}→{_short(now.get(name))}"
            for name in sorted(before.keys() | now.keys())
            if before.get(name) != now.get(name)
        ]
    causes += ["程序包"] if recorded["package"] != again["package"] else []
    made = recorded["products"]
    return Verification(
        differing=tuple(
            name
            for name in sorted(made.keys() | again["products"].keys())
            if made.get(name) != again["products"].get(name)
        ),
        altered=tuple(name for name in sorted(made.keys() | in_place.keys()) if made.get(name) != in_place.get(name)),
        causes=tuple(causes),
    )


def _short(value: str | None) -> str:
    """The first characters of a digest, and any other value as it is unless it is long."""
    if value is None:
        return ABSENT
    return value[:12] if _DIGEST.fullmatch(value) else cut(value, 40)


def digest_inputs(root: Path, edition: Edition) -> dict[str, str]:
    """SHA-256 of the edition's parameter files, its record of signatures and every file in its raw folders."""
    paths = edition_files(root, edition)
    paths += [path for place in edition.places for path in list_inputs(root, place)]
    digests = {path.relative_to(root).as_posix(): digest(path.read_bytes()) for path in paths}
    return digests | digest_record(root, edition.name)


def stand_of_inputs(root: Path, edition: Edition, package: Path) -> dict[str, tuple[str, int]]:
    """Raw files and parameter files by content and time, source files by time.

    For the length of a run alone: a file that was changed and changed back may have been read in between.
    """
    digests = digest_inputs(root, edition)
    inputs = {name: (value, (root / name).stat().st_mtime_ns) for name, value in digests.items()}
    sources = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return inputs | {path.as_posix(): ("", path.stat().st_mtime_ns) for path in sources}


def digest_notebook(path: Path) -> str:
    """SHA-256 of what a notebook says: kinds and sources of its cells, not results, ids or metadata."""
    content = [[cell.kind, cell.source] for cell in read_cells(path)]
    return digest(json.dumps(content, ensure_ascii=False).encode())


def digest_tree(folder: Path) -> dict[str, str]:
    """SHA-256 of every product below a folder, by its path from there; what is on record of the products is none."""
    names = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    return {name: digest(path.read_bytes()) for name, path in names.items() if name not in {MANIFEST, STATE}}


def _files(folder: Path) -> list[Path]:
    """Without what JupyterLab, Office and desktops leave behind when somebody has a look."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not is_litter(path, folder))
