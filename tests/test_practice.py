"""What the registers of practice and of the proposal promise to the text that quotes them."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tuoyu.nouns.register import entries_of

if TYPE_CHECKING:
    from tuoyu.nouns.register import Evidence

RAW = Path(__file__).parents[1] / "data/raw"
REGISTERS = {
    "shenzhen": ("practice", "示范城市做法.toml"),
    "yulin": ("practice", "示范城市做法.toml"),
    "ordos": ("practice", "示范城市做法.toml"),
    "jiangmen": ("evidence", "托幼一体化提案材料.toml"),
}


def _entries(place: str) -> list[Evidence]:
    kind, file = REGISTERS[place]
    record = tomllib.loads((RAW / place / file).read_text(encoding="utf-8"))
    entries = list(entries_of(kind, record, place=place, file=file))  # type: ignore[arg-type]
    assert entries
    return entries


@pytest.mark.parametrize("place", REGISTERS)
def test_a_text_can_stand_in_a_sentence(place: str) -> None:
    for entry in _entries(place):
        assert not entry.text.endswith(("。", "；", "，")), entry.id
        assert "。" not in entry.text, entry.id


@pytest.mark.parametrize("place", ["shenzhen", "yulin", "ordos"])
def test_practice_follows_the_name_of_its_city(place: str) -> None:
    city = tomllib.loads((RAW / place / "city.toml").read_text(encoding="utf-8"))["name"]
    for entry in _entries(place):
        assert not entry.text.startswith((city, "市委", "市政府", "该市", "我市")), entry.id


@pytest.mark.parametrize("place", ["shenzhen", "yulin", "ordos"])
def test_practice_of_a_city_speaks_of_no_other(place: str) -> None:
    names = {folder: tomllib.loads((RAW / folder / "city.toml").read_text(encoding="utf-8")) for folder in REGISTERS}
    others = [city["short"] for folder, city in names.items() if folder != place]
    for entry in _entries(place):
        told = entry.text + entry.caution + entry.left_out
        assert not [name for name in others if name in told], entry.id


def test_every_item_is_told_once() -> None:
    told = Counter(id_ for place in REGISTERS for entry in _entries(place) for id_ in (entry.id, *entry.covers))
    assert [id_ for id_, times in told.items() if times > 1] == []


@pytest.mark.parametrize("place", REGISTERS)
def test_what_is_left_out_has_a_reason_and_no_text(place: str) -> None:
    for entry in _entries(place):
        assert not (entry.left_out and (entry.text or entry.figures or entry.serves)), entry.id
