"""A fact (指标值): one number that the report may print, with all that stands behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import fields
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP
from decimal import Decimal
from functools import cached_property
from typing import Any
from typing import Literal
from urllib.parse import quote

from tuoyu.nouns.city import City
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.period import last_day
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Policy
from tuoyu.nouns.register import Practice

FactKind = Literal["observed", "computed", "assumption", "policy"]
MORE, LESS = frozenset({">", ">="}), frozenset({"<", "<="})  # bounds: at least, at most
KIND_NAMES: dict[FactKind, str] = {
    "observed": "原始数据",
    "computed": "计算所得",
    "assumption": "测算假定",
    "policy": "政策文件",
}


@dataclass(frozen=True)
class Origin:
    """出处 — where a figure stands: document and place in it, and file, sheet and cell that hold it as printed.

    ``locator`` is the place in the document, ``transcription`` says who copied it where the file is no original,
    ``confidence``, ``published`` and ``accessed`` (the day on which it was had) what the sidecar says of the source;
    ``twice`` that the figure was entered a second time and found the same.
    """

    document: str
    producer: str
    file: str
    sheet: str
    cell: str
    printed: str
    locator: str = ""
    transcription: str = ""
    confidence: str = ""
    published: str = ""
    accessed: str = ""
    twice: bool = False

    @property
    def where(self) -> str:
        """File, sheet and cell in words: ``data/raw/…/人口.xlsx，工作表“人口”，B5``."""
        sheet = f"工作表“{self.sheet}”，" if self.sheet else ""
        return f"{self.file}，{sheet}{self.cell}"


@dataclass(frozen=True)
class Part:
    """部分 — which part of a place a number is of: a street, a district, a kind of institution, a group, a scenario.

    ``axis`` names the kind of part (街道, 社区, 区县, 办托形式 …), ``name`` the part, ``within`` the part that holds it
    (the street of a community). The whole place has no part.
    """

    axis: str = ""
    name: str = ""
    within: str = ""

    def __bool__(self) -> bool:
        return bool(self.axis)

    @property
    def words(self) -> str:
        """The part in words: ``环市街道龙溪社区``."""
        return f"{self.within}{self.name}"


NOT_AT_HAND = "本期没有这项数据"  # why a name of the vocabulary has no fact
WHOLE = Part()


def fact_id(indicator: str, place: str, period: str, part: Part = WHOLE, edition: str = "") -> str:
    """The one id of a number, from what it is of: for files, anchors and references. Never taken apart.

    >>> fact_id("places", "440700", "2024-08-31")
    'places.440700.2024-08-31'
    >>> fact_id("children", "440703", "2023", Part("街道", "环市街道"))
    'children.440703.2023.%E8%A1%97%E9%81%93.%E7%8E%AF%E5%B8%82%E8%A1%97%E9%81%93'
    """
    pieces = [indicator, place, period.replace("/", "~")]
    pieces += [quote(piece, safe="") for piece in (part.axis, part.within, part.name) if piece]
    return ".".join(pieces) + (f"@{edition}" if edition else "")


@dataclass(frozen=True)
class Fact:
    """指标值 — a value with what it is of, unit, basis, formula and lineage.

    What it is of: ``indicator`` (id), ``place`` (GB/T 2260 code), ``period`` (date or time, as ``nouns.period``),
    ``part`` of the place, and ``edition`` where it was reckoned for an earlier edition. ``name`` is the indicator's
    name, ``label`` the name with whose and of when it is, as far as a reader must be told.

    ``value`` is exact and unrounded, in ``unit`` (counts in single units, shares in %, birth rates
    in ‰). ``decimals`` is how many are printed; rounding happens once, on printing, half up.
    ``bound`` is ``=`` for a plain value, else ``>``, ``>=``, ``<``, ``<=`` or ``≈``; ``upper`` is the other end of a
    printed range. ``inputs`` are ids of facts; an observed fact has ``origins`` instead.
    ``interval`` is the 95 % interval of a survey share in % and ``respondents`` its n; ``option`` a survey option as
    printed. ``below_zero`` is the word that stands for the sign where the value is below nought.
    ``uncertainty`` is what rounding in the sources leaves open: half the last printed digit of a raw figure,
    its effect on a computed one. Never more digits are printed than it allows.
    """

    indicator: str
    place: str
    period: str
    name: str
    label: str
    value: Decimal
    unit: str
    decimals: int
    basis: str
    formula: str
    kind: FactKind
    part: Part = WHOLE
    edition: str = ""
    inputs: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    bound: str = "="
    upper: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None
    respondents: int | None = None
    note: str = ""
    option: str = ""
    below_zero: str = ""
    uncertainty: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal) or not self.value.is_finite():
            msg = f"{self.id}: the value must be a finite Decimal, not {self.value!r}"
            raise ValueError(msg)
        if not (self.inputs or self.origins):
            msg = f"{self.id}: a fact without inputs or origins cannot be traced"
            raise ValueError(msg)

    @cached_property
    def id(self) -> str:
        """The one id, from what the number is of."""
        return fact_id(self.indicator, self.place, self.period, self.part, self.edition)

    def rounded(self, decimals: int | None = None) -> Decimal:
        """The value as printed: half up (四舍五入) to ``decimals``, the fact's own by default."""
        return round_half_up(self.value, self.decimals if decimals is None else decimals)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary, id included; decimals as strings, so that they stay exact."""
        record = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            **record,
            "id": self.id,
            "value": str(self.value),
            "upper": None if self.upper is None else str(self.upper),
            "part": vars(self.part),
            "inputs": list(self.inputs),
            "origins": [vars(origin) for origin in self.origins],
            "interval": [str(end) for end in self.interval] if self.interval else None,
            "uncertainty": str(self.uncertainty),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Fact:
        """The fact that :meth:`to_dict` wrote."""
        interval, upper = record["interval"], record["upper"]
        rest = {key: value for key, value in record.items() if key != "id"}
        return cls(
            **{
                **rest,
                "value": Decimal(record["value"]),
                "upper": None if upper is None else Decimal(upper),
                "uncertainty": Decimal(record["uncertainty"]),
                "part": Part(**record["part"]),
                "inputs": tuple(record["inputs"]),
                "origins": tuple(Origin(**origin) for origin in record["origins"]),
                "interval": (Decimal(interval[0]), Decimal(interval[1])) if interval else None,
            }
        )


def by_date(fact: Fact) -> tuple[date, str]:
    """Sorts facts from early to late; those without a date come first."""
    return last_day(fact.period) or date.min, fact.period


@dataclass(frozen=True)
class Facts(Mapping[str, Fact]):
    """All facts of an edition by id, with the names under which they are known, and what is missing and why.

    ``names`` leads from every name that formulas and prose may use (id of an indicator or role, or its Chinese name)
    to the id of the fact; ``missing`` gives for each name that has none the reason in Chinese. Together they hold
    every name there is. ``city`` is the city from which the names are seen, ``benchmarks`` the cities it is held
    against, in the order of the edition. ``claims`` are the conclusions.
    """

    facts: Mapping[str, Fact]
    names: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    edition: Edition | None = None
    city: City | None = None
    benchmarks: tuple[City, ...] = ()
    claims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    policies: tuple[Policy, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __getitem__(self, name: str) -> Fact:
        return self.facts[self.names.get(name, name)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.names.get(name, name) in self.facts

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    @property
    def place(self) -> str:
        """Code of the city of the edition."""
        return self.city.code if self.city else ""

    def has(self, *names: str) -> bool:
        """Whether every one of these facts is known."""
        return all(name in self for name in names)

    def select(
        self,
        indicator: str = "",
        *,
        place: str | None = None,
        part: Part | None = None,
        axis: str | None = None,
        edition: str | None = "",
    ) -> tuple[Fact, ...]:
        """Facts by what they are of, in the order they were made; what is not given may be anything.

        ``edition`` is "" for those of this edition, None for all.
        """
        return tuple(
            one
            for one in self.facts.values()
            if (not indicator or one.indicator == indicator)
            and (place is None or one.place == place)
            and (part is None or one.part == part)
            and (axis is None or one.part.axis == axis)
            and (edition is None or one.edition == edition)
        )

    def series(self, indicator: str, *, place: str | None = None, edition: str = "") -> tuple[Fact, ...]:
        """One indicator of a whole place (the city by default), by period."""
        where = self.place if place is None else place
        return tuple(
            sorted(
                self.select(indicator, place=where, part=WHOLE, edition=edition),
                key=by_date,
            )
        )

    def at(self, place: str) -> Facts:
        """The same facts as seen from another place: its names mean its own latest figures."""
        own = {one.indicator for one in self.facts.values() if one.place == place}
        latest = {indicator: self.series(indicator, place=place) for indicator in own}
        names = {
            name: found[-1].id for indicator, found in latest.items() if found for name in (indicator, found[-1].name)
        }
        wanting = {name: NOT_AT_HAND for name in (*self.names, *self.missing) if name not in names}
        city = next((one for one in self.benchmarks if one.code == place), self.city)
        return replace(self, names=names, missing=wanting, city=city)

    def findings_on(self, fact: Fact) -> tuple[Finding, ...]:
        """The findings on what a fact is of; of those that are on nothing in particular, the ones on its own cell."""
        cells = {origin.where for origin in fact.origins}
        return tuple(
            one
            for one in self.findings
            if one.concerns(fact.indicator, fact.place, fact.period) or (not one.indicators and one.where in cells)
        )

    def is_older(self, fact: Fact) -> bool:
        """Whether a figure is of a year or more before the edition's date, so that a reader must be told of when."""
        edition, day = self.edition, last_day(fact.period)
        since = last_day(f"{edition.as_of.year - 1}-{edition.as_of.month:02}") if edition else None
        return day is not None and since is not None and day <= since

    def behind(self, *names: str) -> tuple[str, ...]:
        """Ids of these facts and of all that they were computed from, each once, inputs after what uses them."""
        found: dict[str, None] = {}
        waiting = [self[name].id for name in names]
        while waiting:
            current = waiting.pop(0)
            if current not in found:
                found[current] = None
                waiting.extend(self.facts[current].inputs)
        return tuple(found)

    def origins(self, *names: str) -> tuple[Origin, ...]:
        """Where the figures behind these facts stand in the raw files."""
        return tuple(dict.fromkeys(o for id_ in self.behind(*names) for o in self.facts[id_].origins))

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary of everything."""
        return {
            "facts": [fact.to_dict() for fact in self.facts.values()],
            "names": dict(self.names),
            "missing": dict(self.missing),
            "edition": self.edition.to_dict() if self.edition else None,
            "city": self.city.model_dump(mode="json") if self.city else None,
            "benchmarks": [city.model_dump(mode="json") for city in self.benchmarks],
            "claims": {name: dict(claim) for name, claim in self.claims.items()},
            "findings": [finding.to_dict() for finding in self.findings],
            "policies": [policy.model_dump(mode="json") for policy in self.policies],
            "evidence": [piece.model_dump(mode="json") for piece in self.evidence],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Facts:
        """The facts that :meth:`to_dict` wrote."""
        facts = [Fact.from_dict(fact) for fact in record["facts"]]
        return cls(
            facts={fact.id: fact for fact in facts},
            names=record["names"],
            missing=record["missing"],
            edition=Edition.from_dict(record["edition"]) if record["edition"] else None,
            city=City.model_validate_json(json.dumps(record["city"])) if record["city"] else None,
            benchmarks=tuple(City.model_validate_json(json.dumps(city)) for city in record["benchmarks"]),
            claims=record["claims"],
            findings=tuple(Finding.from_dict(one) for one in record["findings"]),
            policies=tuple(Policy.model_validate(one, strict=False) for one in record["policies"]),
            # what has a group is a practice: it was written as one
            evidence=tuple(
                (Practice if one["group"] else Evidence).model_validate(one, strict=False) for one in record["evidence"]
            ),
        )


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """四舍五入 — the one rounding rule of the report (GB/T 8170 allows it where declared).

    >>> round_half_up(Decimal("38.25"), 1)
    Decimal('38.3')
    >>> round_half_up(Decimal("-0.04"), 1)
    Decimal('0.0')
    """
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded
