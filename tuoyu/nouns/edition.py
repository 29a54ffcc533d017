"""The typed, frozen parameters of an edition (期); every fault of an edition file is listed at once.

Nothing heavy is imported here: a wrong edition file is reported well before any kernel starts.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any
from typing import Literal
from typing import LiteralString

from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import PlainSerializer
from pydantic import ValidationInfo
from pydantic import field_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_EDITION = "jiangmen-2024-08"
_WHOLE = 100
_MOST = Decimal("Infinity")
# births stay as they are, go on changing half as fast as of late, or as fast
SCENARIOS = {"持平": Decimal(0), "减半": Decimal(50), "延续": Decimal(100)}
_YEARS = range(2000, 2101)


def _unfit(what: LiteralString) -> PydanticCustomError:
    return PydanticCustomError("edition", what)


def _percent(value: object) -> Decimal:
    """30 for ``"30%"``: the sign is required, so that 0.3 and 30 cannot be mistaken for one another."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[%％]", value) if isinstance(value, str) else None
    if match is None:
        raise _unfit(what='应为带引号的百分数，写作 "30%"')
    percent = Decimal(match[1])
    if not 0 < percent <= _WHOLE:
        raise _unfit(what="应大于 0%，不超过 100%")
    return percent


def _share(value: object) -> Decimal:
    """50 for ``"50%"``; none and more than all are allowed."""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*[%％]", value) if isinstance(value, str) else None
    if match is None:
        raise _unfit(what='应为带引号的百分数，写作 "50%"')
    return Decimal(match[1])


def _in_percent(value: Decimal) -> str:
    return f"{value}%"


def _day(value: object) -> object:
    if isinstance(value, date) and value.year not in _YEARS:
        raise _unfit(what="年份应在 2000 至 2100 之间")
    return value


def _folder(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value):
        raise _unfit(what="应为 data/raw 下的文件夹名（小写字母、数字、连字符）")
    return value


Text = Annotated[str, Field(min_length=1)]
Percent = Annotated[Decimal, BeforeValidator(_percent), PlainSerializer(_in_percent)]
Share = Annotated[Decimal, BeforeValidator(_share), PlainSerializer(_in_percent)]
Day = Annotated[date, BeforeValidator(_day)]
Folder = Annotated[str, BeforeValidator(_folder)]
# TOML has lists only; lax mode turns them into tuples, the texts inside stay strict.
Folders = Annotated[tuple[Folder, ...], Field(strict=False)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Assumptions(_Section):
    """测算假定 — what the report assumes instead of knowing, with where it is taken from."""

    demand_rate: Percent = Field(title="送托意愿测算比例")
    demand_rate_source: Text = Field(title="送托意愿测算比例的依据")
    demand_rate_low: Percent | None = Field(default=None, title="较低的送托意愿测算比例，用于展望")
    demand_rate_high: Percent | None = Field(default=None, title="较高的送托意愿测算比例，用于展望")

    @field_validator("demand_rate_low")
    @classmethod
    def _is_lower(cls, low: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if low is not None and low >= info.data.get("demand_rate", _MOST):
            raise _unfit(what="应低于 demand_rate；试算时两项一并用 --set 写出")
        return low

    @field_validator("demand_rate_high")
    @classmethod
    def _is_higher(cls, high: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if high is not None and high <= info.data.get("demand_rate", 0):
            raise _unfit(what="应高于 demand_rate；试算时两项一并用 --set 写出")
        return high


class Targets(_Section):
    """目标 — ids of the policy register. A target that no document at hand sets is left out, and what needs it too."""

    places: Text | None = Field(default=None, title="本省每千人口托位数目标的政策编号")
    national_places: Text | None = Field(default=None, title="全国每千人口托位数目标的政策编号")
    enrolment: Text | None = Field(default=None, title="入托率目标的政策编号")
    floor_area: Text | None = Field(default=None, title="每托位建筑面积要求的政策编号")


class Publication(_Section):
    """印发信息 — what stands on the title page and in the footer."""

    title: Text = Field(title="报告标题")
    subtitle: Text = Field(title="副标题")
    issuer: Text = Field(title="编制单位")
    status: Literal["送审稿", "定稿"] = Field(title="稿次")
    date: Text | None = Field(default=None, title="成文日期")
    letterhead: Text | None = Field(default=None, title="版头")
    # GB/T 9704 asks for these beside a letterhead; without one they are not printed
    document_number: Text | None = Field(default=None, title="发文字号，写作 江托研〔2024〕3号")
    copy_to: Text | None = Field(default=None, title="抄送机关")
    printed_by: Text | None = Field(default=None, title="印发机关")
    printed_on: Text | None = Field(default=None, title="印发日期，写作 2024年10月16日")

    @property
    def headline(self) -> str:
        """Title and subtitle in one line."""
        return f"{self.title}{self.subtitle}"


class Outlook(_Section):
    """展望 — how far births are carried forward, and by which share of their recent yearly change (方案)."""

    until: Annotated[int, Field(ge=2000, le=2100)] = Field(default=2030, title="测算到哪一年")
    scenarios: dict[Text, Share] = Field(default=SCENARIOS, title="出生人口的各个方案")

    @field_validator("scenarios")
    @classmethod
    def _by_share(cls, scenarios: dict[str, Decimal]) -> dict[str, Decimal]:
        """From the smallest change to the largest, however they are written: JSON keeps no order of keys."""
        if any(scenarios.get(name, share) != share for name, share in SCENARIOS.items()):
            raise _unfit(what="“持平”为 0%，“减半”为 50%，“延续”为 100%；别的比例另起名称")
        return dict(sorted(scenarios.items(), key=lambda one: (one[1], one[0])))


class Proposal(_Section):
    """建议值 — date and value that a recommendation proposes, where the edition sets its own."""

    by: Text | None = Field(default=None, title="完成时限")
    value: Text | None = Field(default=None, title="目标值")


class EditionForm(_Section):
    """The keys of an edition file."""

    kind: Literal["监测报告", "资料简报"] = Field(default="监测报告", title="报告种类")
    city: Folder = Field(title="本市数据文件夹")
    as_of: Day = Field(title="数据截止日期")
    population_as_of: Day = Field(title="人口数据日期")
    previous: Text | None = Field(default=None, title="上一期")
    benchmarks: Folders = Field(title="示范城市")
    comparators: Folders = Field(title="国家、省、国际数据文件夹")
    assumptions: Assumptions = Field(title="小节 [assumptions]")
    targets: Targets = Field(default=Targets(), title="小节 [targets]")
    publication: Publication = Field(title="小节 [publication]")
    outlook: Outlook = Field(default=Outlook(), title="小节 [outlook]")
    proposals: dict[Text, Proposal] = Field(default_factory=dict, title="小节 [proposals]，按建议的文件名")

    @field_validator("population_as_of")
    @classmethod
    def _is_not_later(cls, day: date, info: ValidationInfo) -> date:
        if "as_of" in info.data and day > info.data["as_of"]:
            raise _unfit(what="不能晚于 as_of")
        return day


TRIED = "试算的 --set"
BY_TRIAL, FOR_COMPARISON = "试算时另设", "展望时另取，用来对照"


class WhatIf(_Section):
    """试算 — the edition that is changed for a try, and the parameters set otherwise, by dotted path, as typed."""

    base: Text = Field(title="底本的期名")
    settings: dict[Text, str] = Field(title="改动的参数")

    @property
    def words(self) -> str:
        """What was set: ``assumptions.demand_rate=40%``."""
        return "、".join(f"{path}={text}" for path, text in self.settings.items())


class Edition(EditionForm):
    """期 — one issue of the report: one city as of one date. Frozen; ``name`` is the file's name."""

    name: Text = Field(title="期名")
    what_if: WhatIf | None = Field(default=None, title="试算")

    @property
    def places(self) -> tuple[str, ...]:
        """Folders under ``data/raw`` that this edition may read: the city, benchmarks, comparators."""
        return (self.city, *self.benchmarks, *self.comparators)

    def file_of(self, key: str) -> str:
        """Where a parameter is written: the edition file, or ``--set`` for what a what-if edition has otherwise."""
        if self.what_if is None:
            return f"editions/{self.name}.toml"
        tried = any(f"{path}.".startswith(f"{key}.") for path in self.what_if.settings)
        return TRIED if tried else f"editions/{self.what_if.base}.toml"

    def assumed_from(self, key: str) -> str:
        """Where an assumption is taken from: the source is that of the rate in the edition file, and of no other."""
        if TRIED == self.file_of(f"assumptions.{key}") != self.file_of("assumptions.demand_rate_source"):
            return BY_TRIAL
        return self.assumptions.demand_rate_source if key == "demand_rate" else FOR_COMPARISON

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary of every parameter; dates as ISO text, decimals as text."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Edition:
        """The edition that :meth:`to_dict` wrote."""
        days = {key: date.fromisoformat(record[key]) for key in ("as_of", "population_as_of")}
        return cls.model_validate({**record, **days})
