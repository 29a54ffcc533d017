"""A fingerprint (指纹): all that the products of a stage depend on, by content, in parts that have names.

Two equal fingerprints mean equal products; where they differ, the parts say what has changed. Nothing is executed
or imported for it, and no file time is trusted.
"""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import dataclass
from dataclasses import field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.engine.cells import MOST_KEPT
from tuoyu.engine.cells import PARAMETERS
from tuoyu.engine.cells import TAGS_THAT_COUNT
from tuoyu.engine.cells import cells_of
from tuoyu.engine.cells import essential
from tuoyu.engine.reach import Target
from tuoyu.engine.reach import read_source
from tuoyu.engine.reads import PLACES
from tuoyu.engine.reads import PREVIOUS
from tuoyu.engine.reads import parameters_read
from tuoyu.engine.surroundings import Surroundings
from tuoyu.nouns.stage import CITIES
from tuoyu.nouns.stage import RAW
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import digest
from tuoyu.workspace.raw import list_inputs
from tuoyu.workspace.signing import file_of
from tuoyu.workspace.texts import list_texts

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping
    from collections.abc import Sequence
    from pathlib import Path

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.stage import Stage

CODE = "code"
PARAMETER = "parameter"
INPUT = "input"
TEXT = "text"
PACKAGE = "package"
ENVIRONMENT = "environment"
PARTS = (CODE, PARAMETER, INPUT, TEXT, PACKAGE, ENVIRONMENT)
ABSENT = "无"
NOTEBOOK = "notebook"
DECLARATION = "declaration"
FONTS_VARIABLE = "TUOYU_FONTS"
_UNREADABLE = "无法读取"


@dataclass(frozen=True)
class Fingerprint:
    """指纹 — item → digest or value, in every part of ``PARTS``."""

    parts: Mapping[str, Mapping[str, str]]

    @property
    def key(self) -> str:
        """One SHA-256 for all of it."""
        return digest(json.dumps(self.parts, ensure_ascii=False, sort_keys=True).encode())

    def changes(self, earlier: Fingerprint, part: str) -> dict[str, tuple[str, str]]:
        """Items of a part that differ from an earlier fingerprint: name → (before, now), ``无`` where there is none.

        >>> a, b = (Fingerprint({"parameter": {"x": value}}) for value in "12")
        >>> b.changes(a, "parameter")
        {'x': ('1', '2')}
        """
        before, now = earlier.parts.get(part, {}), self.parts.get(part, {})
        names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
        return {name: (before.get(name, ABSENT), now.get(name, ABSENT)) for name in names}


@dataclass(frozen=True)
class Sight:
    """What reading source found; it holds for as long as the very same bytes (``seen``) are there.

    ``package`` and ``foreign`` hold as long as the package and what is imported of it (``asked``) are the same, so
    that other words in a notebook do not make the package be read again. ``parameters`` are the edition's parameters
    that a notebook can read, None where that cannot be told.
    """

    seen: str
    code: str
    package: Mapping[str, str]
    foreign: tuple[str, ...]
    parameters: tuple[str, ...] | None = None
    asked: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return dict(vars(self))

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Sight:
        """The value behind :meth:`to_dict`."""
        parameters = record["parameters"]
        known = {**record, "foreign": tuple(record["foreign"])}
        return cls(**{**known, "parameters": None if parameters is None else tuple(parameters)})


def look_at_notebook(path: Path, surroundings: Surroundings, known: Sight | None = None) -> Sight:
    """What a notebook says and reaches; ``known`` is handed back if nothing has changed, byte for byte."""
    content = _content(path)
    seen = _seen(surroundings, digest(content))
    if known is not None and known.seen == seen:
        return known
    try:
        cells = cells_of(content)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Sight(seen, _UNREADABLE, {}, ())
    cells = tuple(cell for cell in cells if cell.kind == "code")
    # The parameters cell holds defaults for JupyterLab: where it stands counts, not what it says.
    code = tuple("" if PARAMETERS in cell.tags else cell.source for cell in cells)
    source = read_source(code)
    tags = [sorted(TAGS_THAT_COUNT & set(cell.tags)) for cell in cells]
    statements = digest(json.dumps([source.statements, tags]).encode())
    package, foreign, asked = _reach(surroundings, source.imports, known, docstrings=source.reads_docstrings)
    read = parameters_read(code)
    return Sight(seen, statements, package, foreign, None if read is None else tuple(sorted(read)), asked)


def look_at_module(name: str, surroundings: Surroundings, known: Sight | None = None) -> Sight:
    """The same of a module of the package, such as the one that makes the pages."""
    seen = _seen(surroundings, name)
    if known is not None and known.seen == seen:
        return known
    package, foreign, asked = _reach(surroundings, [Target(name)], known)
    return Sight(seen, "", package, foreign, asked=asked)


def _reach(
    surroundings: Surroundings, imports: Collection[Target], known: Sight | None, *, docstrings: bool = False
) -> tuple[Mapping[str, str], tuple[str, ...], str]:
    """Modules of the package that are reached, other packages, and what was asked."""
    names = sorted(f"{one.module}:{one.name}" for one in imports)
    asked = _seen(surroundings, json.dumps([names, docstrings]))
    if known is not None and known.asked == asked:
        return known.package, known.foreign, asked
    reached = surroundings.package.reach(imports, docstrings=docstrings)
    return reached.items, tuple(sorted(reached.foreign - sys.stdlib_module_names)), asked


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _seen(surroundings: Surroundings, what: str) -> str:
    return digest(f"{platform.python_version()} {surroundings.package.raw_digest()} {what}".encode())


@dataclass(frozen=True)
class Site:
    """One edition of one repository, in its surroundings."""

    root: Path
    edition: Edition
    surroundings: Surroundings = field(default_factory=Surroundings)

    def notebook(self, stage: Stage) -> Path:
        """Where the notebook of a stage is."""
        return self.root / "notebooks" / stage.notebook


def fingerprint_stage(site: Site, stage: Stage, products: Mapping[str, str], *, sight: Sight) -> Fingerprint:
    """The fingerprint of a stage; ``products`` are digests of what the stages before it made, by name.

    Raises ParameterError where the notebook reads the previous edition and that has faults.
    """
    declaration = digest(json.dumps([stage.name, stage.needs, stage.makes], ensure_ascii=False).encode())
    return Fingerprint(
        {
            CODE: {NOTEBOOK: sight.code, DECLARATION: declaration},
            PARAMETER: stage_parameters(site, stage, sight.parameters),
            INPUT: stage_inputs(site, stage, products),
            PACKAGE: sight.package,
            ENVIRONMENT: site.surroundings.environment(sight.foreign),
        }
    )


def fingerprint_pages(
    site: Site,
    stages: Sequence[Stage],
    products: Mapping[str, str],
    *,
    sight: Sight,
    machine: Mapping[str, str] | None = None,
) -> Fingerprint:
    """The same of the pages that are made of the text files, the notebooks' prose and all ``products``.

    ``machine`` is what else of this machine they depend on, by name.
    """
    return Fingerprint(
        {
            CODE: {stage.notebook: _written(_content(site.notebook(stage))) for stage in stages},
            PARAMETER: flatten(site.edition.to_dict()),
            INPUT: {**products, **digest_record(site.root, site.edition.name)},
            TEXT: digest_texts(site.root),
            PACKAGE: sight.package,
            ENVIRONMENT: {
                **site.surroundings.environment(sight.foreign, variables=(FONTS_VARIABLE,)),
                **(machine or {}),
            },
        }
    )


def digest_record(root: Path, name: str) -> dict[str, str]:
    """Digest of the record of signatures, by path from the root; nothing where nobody has signed."""
    path = file_of(root, name)
    return {path.relative_to(root).as_posix(): digest(path.read_bytes())} if path.is_file() else {}


def digest_texts(root: Path) -> dict[str, str]:
    """Digests of the text files of the report, by path from the root."""
    return {path.relative_to(root).as_posix(): digest(path.read_bytes()) for path in list_texts(root)}


@lru_cache(maxsize=MOST_KEPT)
def _written(content: bytes) -> str:
    """Digest of everything that a person wrote into a notebook and that has an effect: prose, code, marks."""
    try:
        cells = essential(json.loads(content))["cells"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return _UNREADABLE
    return digest(json.dumps(cells, ensure_ascii=False, sort_keys=True).encode())


def stage_inputs(site: Site, stage: Stage, products: Mapping[str, str]) -> dict[str, str]:
    """Digests of the files that a stage declared to need: raw files, forms of cities, earlier products."""
    root = site.root
    paths: list[Path] = []
    if RAW in stage.needs:
        paths = [path for place in site.edition.places for path in list_inputs(root, place)]
    elif CITIES in stage.needs:
        forms = (root / "data" / "raw" / place / CITY for place in site.edition.places)
        paths = [path for path in forms if path.is_file()]
    files = {path.relative_to(root).as_posix(): digest(path.read_bytes()) for path in paths}
    needed = {name: value for name, value in products.items() if any(fnmatchcase(name, need) for need in stage.needs)}
    return files | needed


def stage_parameters(site: Site, stage: Stage, read: Collection[str] | None) -> dict[str, str]:
    """The parameters on which a stage depends, by dotted name; all of them where ``read`` is None.

    The name is written into the notebook of every stage, and the places decide which raw files it is given.
    """
    record = site.edition.to_dict()
    places = PLACES if {RAW, CITIES} & set(stage.needs) else ()
    kept = set(record) if read is None else {"name", *places, *read}
    known = flatten({key: value for key, value in record.items() if key in kept})
    if (read is None or PREVIOUS in read) and site.edition.previous:
        earlier = load_edition(site.root, site.edition.previous)
        known |= flatten(earlier.to_dict(), PREVIOUS)
    return known


def flatten(record: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Every value as text under its dotted name; what is not set is left out."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{above}{key}.")
        elif value is not None:
            flat[f"{above}{key}"] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return flat
