"""Leftovers (残留): names of other places in the products of an edition, as copying from another city leaves them.

Stands in front like ``review``: it reads raw folders with ``reading`` and products with ``render``.
What the edition's own sidecars and registers declare may be quoted, whatever place it names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import read_form
from tuoyu.render.plaintext import GAP
from tuoyu.render.plaintext import squeeze
from tuoyu.render.plaintext import text_of
from tuoyu.scaffold.places import load_places
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.raw import list_inputs
from tuoyu.workspace.raw import list_raw
from tuoyu.workspace.raw import sidecar_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Iterator
    from collections.abc import Mapping
    from pathlib import Path

    from tuoyu.nouns.edition import Edition
    from tuoyu.reading.files.grids import Grid
    from tuoyu.reading.layouts.lists import Row

_ACTIONS = """请逐处处理：
  确需写到这个地区的，在 editions/{edition}.toml 的 benchmarks（示范城市）或 comparators（比较对象）中写上它的文件夹名；
  确需引用这份文件的，在本市数据文件的来源说明或登记表中写明发布单位、标题和文号；
  其余的，改正报告文字（notebooks/report/）、参数文件或数据文件中的名称。"""
AROUND = 12  # characters of context on each side
MOST_LISTED = 20
_ASCII = re.compile(r"[\x00-\x7f]+")
_SHORTEST_PHRASE = 4
_SHORTEST_TITLE = 8  # shorter titles (人口主要指标) could be those of any city
_PREFECTURES = {"地级市", "地区", "自治州", "盟"}


@dataclass(frozen=True)
class Leftover:
    """残留 — one name of a place that the edition has nothing to do with: product, name, whose it is, its context."""

    file: str
    name: str
    belongs_to: str
    context: str

    @property
    def text(self) -> str:
        """One line: where, which name, in which words."""
        owner = "" if self.belongs_to == self.name else f"（属于{self.belongs_to}）"
        return f"{self.file}：“{self.name}”{owner}，见“{self.context}”"


@dataclass
class _Folder:
    """What one raw folder is called and what it calls others; every text squeezed as the products are."""

    name: str = ""
    short: str = ""
    province: str = ""
    places: set[str] = field(default_factory=set)
    communities: set[str] = field(default_factory=set)
    sources: list[dict[str, Any]] = field(default_factory=list)
    phrases: set[str] = field(default_factory=set)


def read_products(reports: Path) -> dict[str, str]:
    """The words of every file below ``reports``, its name first, by path from there: what is searched."""
    return dict(read_product(reports, path) for path in sorted(reports.rglob("*")) if path.is_file())


def read_product(reports: Path, path: Path) -> tuple[str, str]:
    """The same of one file."""
    file = path.relative_to(reports).as_posix()
    return file, GAP.join([squeeze(file), text_of(file, path.read_bytes())])


def find_leftovers(words: Mapping[str, str], forbidden: Mapping[str, str], phrases: Collection[str]) -> list[Leftover]:
    """Every name of another place in these products; for what is forbidden see :func:`known_places`."""
    found: dict[Leftover, None] = {}
    for file, text in sorted(words.items()):
        found |= dict.fromkeys(_search(text, file, forbidden, phrases))
    return list(found)


def refuse_leftovers(root: Path, edition: Edition, words: Mapping[str, str]) -> None:
    """ContractError that lists where the products name places that are none of the edition's."""
    told: dict[tuple[str, str], list[Leftover]] = {}
    for one in find_leftovers(words, *known_places(root, edition)):
        told.setdefault((one.file, one.name), []).append(one)
    if not told:
        return
    lines = ["报告里有其他地区的名称或文件，可能是从别处复制后漏改的："]
    for number, places in enumerate(list(told.values())[:MOST_LISTED], 1):
        lines.append(f"  {number}. {places[0].text}" + (f"等{len(places)}处" if len(places) > 1 else ""))
    if len(told) > MOST_LISTED:
        lines.append(f"  ……另有 {len(told) - MOST_LISTED} 个名称")
    lines.append(_ACTIONS.format(edition=edition.name))
    raise ContractError("\n".join(lines))


def _search(text: str, file: str, forbidden: Mapping[str, str], phrases: Collection[str]) -> Iterator[Leftover]:
    """Longest first: a name within a longer declared phrase, or within another name, is not seen."""
    # Looking for each of thousands of names takes long; nearly all have a pair of characters that the text lacks.
    # What is no Chinese (markup of data, encoded pictures) makes most of a text and a few names: those are looked for.
    chinese = _ASCII.sub(GAP, text)
    pairs = {chinese[position : position + 2] for position in range(len(chinese) - 1)}
    near = (name for name in forbidden if _ASCII.search(name) or (name[:2] in pairs and name[-2:] in pairs))
    present = [name for name in near if name in text]
    if not present:
        return
    shields = {phrase for phrase in phrases if any(name in phrase for name in present)}
    known = sorted({*present, *shields}, key=lambda name: (-len(name), name))
    for match in re.finditer("|".join(map(re.escape, known)), text):
        if match[0] not in shields:
            before = text[max(0, match.start() - AROUND) : match.start()].rpartition(GAP)[2]
            after = text[match.end() : match.end() + AROUND].partition(GAP)[0]
            yield Leftover(file, match[0], forbidden[match[0]], before + match[0] + after)


def known_places(root: Path, edition: Edition, *, tables: bool = True) -> tuple[dict[str, str], set[str]]:
    """Names that must not appear, each with whose it is; and names and phrases in which they may be contained.

    Without ``tables`` what the edition's own tables name, which takes longest to read, is not looked up: more is
    forbidden then, and where nothing of that is found, nothing is left over.
    """
    names = sorted(path.name for path in (root / "data" / "raw").iterdir() if path.is_dir())
    ours = [_read_folder(root, place, own=True, tables=tables) for place in names if place in edition.places]
    others = {place: _read_folder(root, place) for place in names if place not in edition.places}
    allowed = {name for one in ours for name in (one.name, one.short, one.province, *one.places, *one.communities)}
    phrases = {phrase for one in ours for phrase in one.phrases}
    forbidden = _prefectures()
    for one in others.values():
        forbidden |= dict.fromkeys(_place_names(one, allowed), one.name)
    # A declaration such as producer = "江门市" does not let a whole city in.
    phrases -= forbidden.keys() - allowed
    cities = [one.name for one in others.values() if one.name]
    for place, one in others.items():
        for name, owner in _paper_names(one, cities, squeeze(f"data/raw/{place}/")).items():
            if name not in phrases:
                forbidden.setdefault(name, owner)
    return {name: owner for name, owner in forbidden.items() if name not in allowed}, allowed | phrases


def _place_names(one: _Folder, allowed: set[str]) -> Iterator[str]:
    yield from (name for name in (one.name, *one.places) if len(name) >= 2)
    yield from (name for name in one.communities if len(name) >= 3)
    if len(one.short) >= 2 and not any(one.short in name for name in allowed):
        yield one.short


def _paper_names(one: _Folder, cities: list[str], folder: str) -> dict[str, str]:
    """Producers, titles and document numbers of a city's sources, and its folder, with whose they are."""
    if not one.name:
        return {}
    names = {folder: one.name}
    for source in one.sources:
        producer, title, number = (_text(source, key) for key in ("producer", "title", "document_number"))
        owner = next((city for city in cities if city in producer), one.name)
        if any(city in producer for city in cities):  # others may be national bodies
            names[producer] = owner
        if len(title) >= _SHORTEST_TITLE:
            names[title] = owner
        if len(number) >= _SHORTEST_PHRASE:
            names[number] = owner
    return names


def _read_folder(root: Path, place: str, *, own: bool = False, tables: bool = False) -> _Folder:
    """What a folder declares, read once per process for as long as its files look the same."""
    files = ((path, path.stat()) for path in list_inputs(root, place))
    return _read_files(root, place, own, tables, *((path, state.st_mtime_ns, state.st_size) for path, state in files))


@cache
def _read_files(root: Path, place: str, own: object, tables: object, *_: object) -> _Folder:
    """What the files of a folder declare; how they look is part of the question.

    Broken forms of other cities are told when their own editions are run, not here.
    """
    city = _form(root / "data" / "raw" / place / CITY)
    folder = _Folder(_text(city, "name"), _text(city, "short"), _text(city, "province"))
    if city.get("synthetic"):
        folder.short = ""  # 示例 and 测试 are words of the language
    folder.places = {_text(district, "name") for district in _tables(city.get("districts"))} - {""}
    departments = {squeeze(text) for text in _texts(city.get("departments"))}
    naming = {text for text in departments if folder.short and folder.short in text}
    folder.places |= departments if own else naming
    for path in list_raw(root, place):
        source = _form(sidecar_of(path))
        folder.sources.append(source)
        reading = source.get("reading")
        kind = str(reading.get("kind")) if isinstance(reading, dict) else ""
        rows = list(_rows(path, kind)) if (tables if own else kind == "communities") else []
        folder.communities |= {squeeze(name) for row in rows for name in (row.part.within, row.part.name) if name}
        folder.phrases |= {squeeze(text) for row in rows for text in (row.producer, row.document)} if own else set()
    folder.phrases |= set(_phrases(root, place)) if own else set()
    folder.phrases = {phrase for phrase in folder.phrases if len(phrase) >= _SHORTEST_PHRASE}
    return folder


def _phrases(root: Path, place: str) -> Iterator[str]:
    """All that sidecars and registers of a folder say, and the names of its files."""
    for path in list_inputs(root, place):
        yield squeeze(path.name.removesuffix(SIDECAR))
        if path.suffix == ".toml" and path.name != CITY:
            yield from map(squeeze, _texts(_form(path)))


def _rows(path: Path, kind: str) -> Iterator[Row]:
    """The figures of the two kinds of table that name producers or communities."""
    from tuoyu.reading.layouts.lists import LAYOUTS

    if kind in {"figures", "communities"}:
        for grid in _grids(path):
            yield from LAYOUTS[kind](grid, None).rows


def _grids(path: Path) -> tuple[Grid, ...]:
    from tuoyu.reading.files.grids import open_grids
    from tuoyu.reading.quantities import UnreadableError

    try:
        return open_grids(path.read_bytes(), path.suffix.lower())
    except UnreadableError:
        return ()


def _form(path: Path) -> dict[str, Any]:
    try:
        return read_form(path) if path.is_file() else {}
    except FormError:
        return {}


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return squeeze(value) if isinstance(value, str) else ""


def _tables(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _prefectures() -> dict[str, str]:
    """Names of the prefecture-level cities of the country but the short ones → full name (恩施州, …自治州)."""
    cities = (place for place in load_places() if place.level in _PREFECTURES)
    return {squeeze(name): place.name for place in cities for name in place.names - {place.short}}
