"""Received files for tests, made of what a test has to say about them and of nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

from tuoyu.childcare.institutions.sums import institutions_reader
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.nouns.city import City
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.questions import Questions
from tuoyu.nouns.source import RawFile
from tuoyu.nouns.source import Source
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.cleaning import clean

FOLDER = "data/raw/town"


def sidecar(kind: str, *, title: str = "公报", document_number: str | None = None, **reading: Any) -> Source:  # noqa: ANN401
    """A sidecar that says how a file of 某某市 is to be read."""
    return Source(
        producer="统计局",
        title=title,
        document_number=document_number,
        published="2024-10",
        accessed=date(2024, 11, 1),
        locator="全表",
        basis="公开",
        confidence="高",
        sha256="0",
        reading={"kind": kind, "place": "440700", **reading},
    )


def received(content: bytes, source: Source, name: str = "表.xlsx", place: str = "town") -> RawFile:
    """A file of this name in the folder of the town, or of another place."""
    suffix = name[name.rindex(".") :].lower()
    return RawFile(f"data/raw/{place}/{name}", place, suffix, content, source)


def town(**changes: Any) -> City:  # noqa: ANN401
    """某某市 with its one district 东湖区."""
    return City(
        **{
            "name": "某某市",
            "short": "某某",
            "code": "440700",
            "level": "地级市",
            "province": "广东省",
            "province_code": "440000",
            "districts": [{"name": "东湖区", "code": "440703"}],
            **changes,
        }
    )


def cleaned(
    *files: RawFile,
    cities: dict[str, City] | None = None,
    corrections: list[dict[str, str]] | None = None,
    questions: list[dict[str, Any]] | None = None,
) -> Cleaned:
    """What reading these files gives; the forms are those of the town."""
    return clean(
        files,
        cities or {"town": town()},
        {"town": Corrections.model_validate({"correction": corrections})} if corrections else {},
        {"town": Questions.model_validate({"survey": questions})} if questions else {},
        vocabulary(),
        {"institutions": institutions_reader("area")},
    )
