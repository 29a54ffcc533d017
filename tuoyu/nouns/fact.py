"""A fact (指标值): one number that the report may print, with all that stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import ROUND_HALF_UP
from decimal import Decimal
from typing import Any
from typing import Literal

from tuoyu.nouns.finding import Finding

FactKind = Literal["observed", "computed", "assumption", "policy"]
KIND_NAMES: dict[FactKind, str] = {
    "observed": "原始数据",
    "computed": "计算所得",
    "assumption": "测算假定",
    "policy": "政策文件",
}


@dataclass(frozen=True)
class Origin:
    """出处 — where a figure stands: document, and file, sheet and cell that hold it as printed."""

    document: str
    producer: str
    file: str
    sheet: str
    cell: str
    printed: str

    @property
    def place(self) -> str:
        """File, sheet and cell in words: ``data/raw/…/人口.xlsx，工作表“人口”，B5``."""
        sheet = f"工作表“{self.sheet}”，" if self.sheet else ""
        return f"{self.file}，{sheet}{self.cell}"


@dataclass(frozen=True)
class Fact:
    """指标值 — a value with unit, basis, date, formula and lineage.

    ``value`` is exact and unrounded, in ``unit`` (counts in single units, shares in %, birth rates
    in ‰). ``decimals`` is how many are printed; rounding happens once, on printing, half up.
    ``bound`` is ``=`` for a plain value, else ``>``, ``>=``, ``<``, ``<=`` or ``≈``.
    ``inputs`` are ids of facts; an observed fact has ``origins`` instead.
    ``interval`` is the 95 % interval of a survey share in % and ``respondents`` its n.
    ``scope`` names the part of the city (``环市街道·龙溪社区``), ``option`` a survey option as printed.
    ``uncertainty`` is what rounding in the sources leaves open: half the last printed digit of a raw figure, its
    effect on a computed one. Never more digits are printed than it allows.
    """

    id: str
    label: str
    value: Decimal
    unit: str
    decimals: int
    as_of: str
    basis: str
    formula: str
    kind: FactKind
    inputs: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    bound: str = "="
    interval: tuple[Decimal, Decimal] | None = None
    respondents: int | None = None
    note: str = ""
    scope: str = ""
    option: str = ""
    uncertainty: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal) or not self.value.is_finite():
            msg = f"{self.id}: the value must be a finite Decimal, not {self.value!r}"
            raise ValueError(msg)
        if not (self.inputs or self.origins):
            msg = f"{self.id}: a fact without inputs or origins cannot be traced"
            raise ValueError(msg)

    def rounded(self, decimals: int | None = None) -> Decimal:
        """The value as printed: half up (四舍五入) to ``decimals``, the fact's own by default."""
        return round_half_up(self.value, self.decimals if decimals is None else decimals)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; decimals as strings, so that they stay exact."""
        return {
            "id": self.id,
            "label": self.label,
            "value": str(self.value),
            "unit": self.unit,
            "decimals": self.decimals,
            "as_of": self.as_of,
            "basis": self.basis,
            "formula": self.formula,
            "kind": self.kind,
            "inputs": list(self.inputs),
            "origins": [vars(origin) for origin in self.origins],
            "bound": self.bound,
            "interval": [str(end) for end in self.interval] if self.interval else None,
            "respondents": self.respondents,
            "note": self.note,
            "scope": self.scope,
            "option": self.option,
            "uncertainty": str(self.uncertainty),
        }

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Fact:
        """The fact that :meth:`to_dict` wrote."""
        interval = record["interval"]
        return cls(
            **{
                **record,
                "value": Decimal(record["value"]),
                "uncertainty": Decimal(record["uncertainty"]),
                "inputs": tuple(record["inputs"]),
                "origins": tuple(Origin(**origin) for origin in record["origins"]),
                "interval": (Decimal(interval[0]), Decimal(interval[1])) if interval else None,
            }
        )


@dataclass(frozen=True)
class Facts(Mapping[str, Fact]):
    """All facts of an edition, by id and by Chinese label, with what is missing and why.

    ``claims`` hold the conclusions that the facts carry: id → {"holds": True, False or None, "reason"};
    ``missing`` gives for each id or label that could not be had the reason in Chinese.
    """

    facts: Mapping[str, Fact]
    edition: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    policies: tuple[Mapping[str, Any], ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        labels = {fact.label: fact.id for fact in self.facts.values()}
        if len(labels) != len(self.facts):
            twice = sorted(fact.label for fact in self.facts.values() if labels[fact.label] != fact.id)
            msg = f"two facts with one label: {twice}"
            raise ValueError(msg)
        object.__setattr__(self, "_labels", labels)

    def __getitem__(self, name: str) -> Fact:
        labels: dict[str, str] = self.__dict__["_labels"]
        return self.facts[labels.get(name, name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def has(self, *names: str) -> bool:
        """Whether every one of these facts is known."""
        return all(name in self for name in names)

    def select(self, prefix: str) -> tuple[Fact, ...]:
        """The facts whose id begins so, in the order they were made."""
        return tuple(fact for id_, fact in self.facts.items() if id_.startswith(prefix))

    def behind(self, *ids: str) -> tuple[str, ...]:
        """These facts and all that they were computed from, each once, inputs after what uses them."""
        found: dict[str, None] = {}
        waiting = [self[name].id for name in ids]
        while waiting:
            current = waiting.pop(0)
            if current not in found:
                found[current] = None
                waiting.extend(self[current].inputs)
        return tuple(found)

    def origins(self, *ids: str) -> tuple[Origin, ...]:
        """Where the figures behind these facts stand in the raw files."""
        return tuple(dict.fromkeys(o for id_ in self.behind(*ids) for o in self[id_].origins))

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary of everything."""
        return {
            "facts": [fact.to_dict() for fact in self.facts.values()],
            "edition": dict(self.edition),
            "claims": {name: dict(claim) for name, claim in self.claims.items()},
            "missing": dict(self.missing),
            "findings": [finding.to_dict() for finding in self.findings],
            "policies": [dict(policy) for policy in self.policies],
            "evidence": [dict(piece) for piece in self.evidence],
        }

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Facts:
        """The facts that :meth:`to_dict` wrote."""
        facts = [Fact.from_dict(fact) for fact in record["facts"]]
        rest = {key: tuple(record[key]) for key in ("policies", "evidence")}
        return cls(
            facts={fact.id: fact for fact in facts},
            edition=record["edition"],
            claims=record["claims"],
            missing=record["missing"],
            findings=tuple(Finding.from_dict(one) for one in record["findings"]),
            **rest,
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
