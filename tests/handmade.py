"""Facts made by hand, for tests of rules."""

from __future__ import annotations

from decimal import Decimal

from tuoyu.facts.statistics import wilson_interval
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin

ORIGIN = Origin("公报", "统计局", "a.xlsx", "人口", "B5", "1")
CITY = "440700"


def fact(value: str, unit: str = "%", decimals: int = 1, **more: object) -> Fact:
    """An observed figure; what is not said does not matter."""
    fields = {
        "indicator": "x",
        "place": CITY,
        "period": "2024",
        "name": "指标",
        "label": "指标",
        "basis": "",
        "formula": "",
        "kind": "observed",
        "origins": (ORIGIN,),
        **more,
    }
    return Fact(value=Decimal(value), unit=unit, decimals=decimals, **fields)  # type: ignore[arg-type]


def target(value: str, unit: str = "%", decimals: int = 1, **more: object) -> Fact:
    """A number that a policy sets."""
    return fact(value, unit, decimals, kind="policy", **{"label": "目标", "period": "2025", **more})


def share(value: str, n: int, **more: object) -> Fact:
    """A survey share with its interval."""
    return fact(value, decimals=2, respondents=n, interval=wilson_interval(Decimal(value), n), **more)


def facts_of(missing: dict[str, str] | None = None, /, **named: Fact) -> Facts:
    """Facts under the names given."""
    names = {name: one.id for name, one in named.items()}
    return Facts({one.id: one for one in named.values()}, names=names, missing=missing or {})
