"""A city (城市) and what its folder declares beside the raw files: ``city.toml`` and ``corrections.toml``.

Belongs here: the keys of these forms. How forms are read and how their faults are worded stands in ``forms``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from typing import Literal
from typing import LiteralString

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import field_validator
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from tuoyu.nouns.personal import is_office

Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^\d{6}$")]
Duty = Literal[
    "卫生健康",
    "教育",
    "发展改革",
    "财政",
    "自然资源",
    "住房城乡建设",
    "民政",
    "人力资源社会保障",
    "统计",
    "公安",
]
COUNTIES, TOWNSHIPS = "县（市、区）", "镇（街）"
_OF_COUNTIES = frozenset({"县级市", "市辖区", "县", "自治县", "旗", "自治旗", "特区", "林区"})


def _unfit(what: LiteralString) -> PydanticCustomError:
    return PydanticCustomError("form", what)


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class District(_Form):
    """区县 — name and GB/T 2260 code."""

    name: Text = Field(title="区县名称")
    code: Code = Field(title="六位行政区划代码")


class City(_Form):
    """城市 — the keys of ``city.toml``.

    ``departments`` names who is in charge (卫生健康 → 市卫生健康局); without it the report says 卫生健康部门.
    ``synthetic`` marks a city whose figures are made up; its report says so on every page.
    """

    name: Text = Field(title="城市全称")
    short: Text = Field(title="城市简称")
    code: Code = Field(title="六位行政区划代码")
    level: Text = Field(title="行政级别")
    province: Text | None = Field(default=None, title="所属省、自治区")
    province_code: Code | None = Field(default=None, title="省、自治区的行政区划代码")
    self_name: Text = Field(default="我市", title="报告中的自称")
    synthetic: bool = Field(default=False, title="是否为示例数据")
    districts: Annotated[tuple[District, ...], Field(strict=False)] = Field(default=(), title="所辖区县")
    departments: dict[Duty, Text] = Field(default_factory=dict, title="部门名称")
    folder: str = Field(default="", title="数据文件夹，由程序填写")

    @model_validator(mode="after")
    def _has_a_coded_province(self) -> City:
        if (self.province is None) is not (self.province_code is None):
            raise _unfit(what="province 和 province_code 要么都写，要么都不写")
        return self

    @property
    def kind(self) -> str:
        """What it is, as the end of its name says: 市, 县, 区, 州, 盟, 地区."""
        return "地区" if self.name.endswith("地区") else self.name[-1:]

    @property
    def has_districts(self) -> bool:
        """Whether there are districts or counties below it."""
        return bool(self.districts) or self.level not in _OF_COUNTIES

    @property
    def below(self) -> str:
        """What is next below it."""
        return COUNTIES if self.has_districts else TOWNSHIPS

    @property
    def whole_province(self) -> str:
        """全省, 全区 in an autonomous region, 全市 where the city is a province by itself."""
        province = self.province or ""
        return "全区" if province.endswith("自治区") else "全省" if province else "全市"


class Settled(_Form):
    """答复 — which office settled a doubt and when; no person is named."""

    office: Text | None = Field(default=None, title="处理单位")
    on: date | None = Field(default=None, title="处理日期")

    @field_validator("office")
    @classmethod
    def _is_an_office(cls, office: str | None) -> str | None:
        if office is not None and not is_office(office):
            raise _unfit(what="写单位或内设机构的全称，不写个人姓名、职务和电话")
        return office


class Correction(Settled):
    """更正 — one known error of a source: the cell, what it prints now, and how to take it.

    The entry fails once the cell prints something else.
    """

    file: Text = Field(title="文件名")
    sheet: Text | None = Field(default=None, title="工作表")
    cell: Text = Field(title="单元格")
    printed: Text = Field(title="原文现在的写法")
    action: Literal["read_as", "set_aside"] = Field(title="处理方式")
    read_as: Text | None = Field(default=None, title="改读为")
    reason: Text = Field(title="理由")

    @model_validator(mode="after")
    def _says_how_to_read(self) -> Correction:
        if (self.action == "read_as") is not (self.read_as is not None):
            raise _unfit(what="action 为 read_as 时要写 read_as，为 set_aside 时不写")
        return self


class Verified(Settled):
    """已核实 — a doubt of a check that was looked into: the cell, the check by its code, and what was found.

    The entry fails once the check has nothing to say of the cell any more.
    """

    file: Text = Field(title="文件名")
    sheet: Text | None = Field(default=None, title="工作表")
    cell: Text = Field(title="单元格")
    check: Text = Field(title="核验项目的代号")
    reason: Text = Field(title="核实的情况")


class Corrections(_Form):
    """The keys of ``corrections.toml``."""

    correction: Annotated[tuple[Correction, ...], Field(strict=False)] = Field(default=(), title="更正")
    verified: Annotated[tuple[Verified, ...], Field(strict=False)] = Field(default=(), title="已核实的存疑")
