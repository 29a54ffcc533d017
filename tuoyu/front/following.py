"""Writes the next edition of a city (下一期) and its forms, with what is known already beside the empty cells.

Stands in front like ``review``: ``scaffold`` knows how an edition and a form look, ``reading`` what figures there are.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tuoyu.front.review import clean_raw
from tuoyu.nouns.city import City
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day
from tuoyu.reading.figures import Words
from tuoyu.reading.quantities import read_unit
from tuoyu.scaffold import dates
from tuoyu.scaffold.city import sidecar
from tuoyu.scaffold.following import Following
from tuoyu.scaffold.following import follow
from tuoyu.scaffold.places import District
from tuoyu.scaffold.places import Place
from tuoyu.scaffold.templates import beside
from tuoyu.scaffold.templates import workbook
from tuoyu.scaffold.writing import publish
from tuoyu.workspace.raw import load_forms
from tuoyu.workspace.raw import load_raw
from tuoyu.workspace.raw import sidecar_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from datetime import date

    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.observation import Observation
    from tuoyu.scaffold.templates import Forms
    from tuoyu.scaffold.templates import Table

FORMS = "填报表"
_FIGURES = {"figures": "数据", "survey": "占比"}  # kind of table → its column of figures


class Known:
    """已有的数 — the last figures of a city before a day, by the words of a form's line."""

    def __init__(self, observations: Iterable[Observation], vocabulary: Vocabulary, code: str, as_of: date) -> None:
        self.words = Words(vocabulary)
        self.latest: dict[str, dict[str, Observation]] = {}
        for one in sorted(observations, key=lambda one: one.period, reverse=True):
            day = last_day(one.period)
            if one.place == code and one.part == WHOLE and one.status == "used" and day and day <= as_of:
                self.latest.setdefault(one.indicator, {}).setdefault(one.period, one)
        self.asked: dict[str, int] = {}
        self.given: list[Observation] = []

    def beside(self, line: Mapping[str, str | int]) -> tuple[str, str]:
        """Number and date for a line; the second line of an indicator gets the number before the last, and so on."""
        name = str(line.get("指标") or f"{line.get('题目')}/{line.get('选项')}")
        known = list(self.latest.get(self.words.indicator(name) or "", {}).values())
        number = self.asked[name] = self.asked.get(name, -1) + 1
        if number >= len(known):
            return "", ""
        one = known[number]
        self.given.append(one)
        return _in_unit_of(line, one), in_words(one.period)


def _in_unit_of(line: Mapping[str, str | int], known: Observation) -> str:
    """The figure in the unit that the line asks for, so that the new one is written like it; else in its own."""
    asked = str(line.get("单位") or "")
    unit, factor = read_unit(asked) if asked else ("", Decimal(1))
    value, unit = (known.value / factor, asked) if unit == known.unit else (known.value, known.unit)
    return f"{value.normalize():f}{unit}"


def create_next(
    root: Path, edition: Edition, forms: Forms, vocabulary: Vocabulary, as_of: date
) -> tuple[list[Path], Following, list[Observation]]:
    """The files of the next edition, what became of the parameters, and the figures known already.

    Raises ParameterError where any of the files is there, DataError where the raw files cannot be read.
    """
    if edition.what_if:
        msg = f"{edition.name} 是试算，下一期请由 {edition.what_if.base} 写出"
        raise ParameterError(msg)
    following = follow(root, edition, as_of)
    path, folder = root / "editions" / f"{following.name}.toml", root / "reports" / FORMS / following.name
    there = [one.relative_to(root).as_posix() for one in (path, folder) if one.exists()]
    if there:
        msg = f"{'、'.join(there)} 已经存在，没有改动；要重新写出，请先把它移走"
        raise ParameterError(msg)
    cities = load_forms(root, edition, City)
    city = cities[edition.city]
    cleaned = clean_raw(root, edition, load_raw(root, edition), cities)
    known = Known(cleaned.observations, vocabulary, city.code, as_of)
    place = _place_of(city, edition.city)
    contents: dict[str, bytes] = {}
    for table in forms.tables(place, as_of):
        contents |= _form(table, place, as_of, known)
    folder.parent.mkdir(parents=True, exist_ok=True)
    publish(folder, contents, path, following.text.encode())
    return [path, *sorted(folder.iterdir())], following, known.given


def _form(table: Table, place: Place, as_of: date, known: Known) -> dict[str, bytes]:
    """A form and its papers, named after the day so that they can lie beside those of other years."""
    named = replace(table, file=f"{Path(table.file).stem}（{dates.in_words(as_of)}）.xlsx")
    figure = _FIGURES.get(table.kind)
    content = workbook(beside(table.template, figure, known.beside) if figure else table.template)
    paper = sidecar_of(Path(named.file)).name
    return {named.file: content, paper: sidecar(place, as_of, named, content)}


def _place_of(city: City, folder: str) -> Place:
    districts = tuple(District(one.code, one.name) for one in city.districts)
    province, code = city.province or city.name, city.province_code or city.code
    return Place(city.code, city.name, city.short, folder, city.level, province, code, districts)
