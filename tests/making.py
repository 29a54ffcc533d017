"""Facts made by hand for tests: short to write, complete enough for every room that takes facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.nouns.city import City
from tuoyu.nouns.city import District
from tuoyu.nouns.edition import Assumptions
from tuoyu.nouns.edition import Edition
from tuoyu.nouns.edition import Publication
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.observation import Observation
from tuoyu.reading.quantities import read_quantities

OWN, DISTRICT, NEAR, NATION = "440700", "440703", "440300", "100000"
ORIGIN = Origin("测试公报", "测试统计局", "data/raw/town/a_b.csv", "", "C2", "1")
TOWN = City(
    name="测试市",
    short="测试",
    code=OWN,
    level="地级市",
    province="广东省",
    province_code="440000",
    districts=(District(name="甲区", code=DISTRICT), District(name="乙区", code="440704")),
    folder="town",
)
NEIGHBOUR = City(
    name="邻近市",
    short="邻近",
    code=NEAR,
    level="地级市",
    province="广东省",
    province_code="440000",
    districts=(District(name="南山区", code="440305"),),
    folder="near",
)
EDITION = Edition(
    name="toy-2024",
    city="town",
    as_of=date(2024, 8, 31),
    population_as_of=date(2023, 12, 31),
    benchmarks=("near",),
    comparators=(),
    assumptions=Assumptions.model_validate({"demand_rate": "30%", "demand_rate_source": "测试"}),
    publication=Publication(title="测试报告", subtitle="（测试）", issuer="测试单位", status="送审稿"),
)


def fact(indicator: str, value: str, unit: str = "", decimals: int | None = None, **more: Any) -> Fact:  # noqa: ANN401
    """A fact of the test city; unit and name as the vocabulary has them, an origin unless inputs are given."""
    known = vocabulary().get(indicator)
    name = known.name if known else indicator
    shown = max(0, -int(Decimal(value).as_tuple().exponent)) if decimals is None else decimals
    made: dict[str, Any] = {
        "indicator": indicator,
        "place": OWN,
        "period": "2024",
        "name": name,
        "label": name,
        "value": Decimal(value),
        "unit": unit or (known.measure or known.unit if known else "个"),
        "decimals": shown,
        "basis": "",
        "formula": "",
        "kind": "observed",
        "origins": () if more.get("inputs") else (ORIGIN,),
    }
    return Fact(**{**made, **more})


def facts(*some: Fact, roles: dict[str, Fact] | None = None, **more: Any) -> Facts:  # noqa: ANN401
    """Facts of the test edition; each is known by its indicator and name, and by the names in ``roles``."""
    everything = (*some, *(roles or {}).values())
    own = [one for one in everything if one.place == OWN and not one.part and not one.edition]
    names = {name: one.id for one in own for name in (one.indicator, one.name)}
    names |= {name: one.id for name, one in (roles or {}).items()}
    made = Facts({one.id: one for one in everything}, names=names, edition=EDITION, city=TOWN, benchmarks=(NEIGHBOUR,))
    return replace(made, **more)


def seen(indicator: str, text: str, period: str = "2023", **more: Any) -> Observation:  # noqa: ANN401
    """An observation of the test city as a source prints it."""
    quantity = read_quantities(text)[0]
    made: dict[str, Any] = {
        "place": OWN,
        "indicator": indicator,
        "period": period,
        "value": quantity.value,
        "upper": quantity.upper,
        "unit": quantity.unit,
        "bound": quantity.bound,
        "resolution": quantity.resolution,
        "basis": "",
        "part": WHOLE,
        "option": "",
        "respondents": None,
        "printed": text,
        "producer": "测试统计局",
        "document": "测试公报",
        "published": "2024-10",
        "file": "data/raw/town/a.csv",
        "sheet": "",
        "cell": "D2",
        "status": "used",
        "remark": "",
    }
    return Observation(**{**made, **more})
