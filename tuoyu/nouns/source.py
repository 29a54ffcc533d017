"""A source (来源): what a raw file says about itself in the sidecar ``NAME.source.toml`` beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from typing import Literal

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field

Text = Annotated[str, Field(min_length=1)]


class Reading(BaseModel):
    """读法 — how ``reading`` is to read the file: its kind, the place it speaks of, its sheets.

    ``others = "不采用"`` passes over indicators that the vocabulary does not know, as in a yearbook page of which a
    few lines are wanted; ``other_places = "不采用"`` places outside the edition, as in a table of all provinces.
    ``indicator``, ``unit`` and ``period`` say what the sheet does not: they hold for the whole file where its lines and
    columns do not say otherwise, and go before what its titles say. ``covers`` is for registers of institutions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Text = Field(title="文件种类")
    place: Annotated[str, Field(pattern=r"^(\d{6}|OECD|EU)$")] | None = Field(
        default=None, title="所指地区的六位行政区划代码"
    )
    sheets: list[Text] | None = Field(default=None, title="要读取的工作表")
    others: Literal["不采用"] | None = Field(default=None, title="词表以外的指标，只能写“不采用”")
    other_places: Literal["不采用"] | None = Field(default=None, title="本期以外的地区，只能写“不采用”")
    covers: Literal["全部", "备案"] | None = Field(default=None, title="机构名单的范围")
    indicator: Text | None = Field(default=None, title="全表的指标名称")
    unit: Text | None = Field(default=None, title="全表的计量单位")
    period: Text | None = Field(default=None, title="全表或机构名单的时点")


class Source(BaseModel):
    """来源 — who published the file, when, under what number, and the digest it had when received."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    producer: Text = Field(title="发布单位")
    title: Text = Field(title="文件标题")
    document_number: Text | None = Field(default=None, title="文号")
    published: date | Annotated[str, Field(pattern=r"^\d{4}")] = Field(title="发布日期，以年份开头")
    accessed: date = Field(title="取得日期")
    locator: Text = Field(title="出处：页、表、段或网址")
    transcription: bool | Text | None = Field(default=None, title="是否为本中心转录")
    basis: Text = Field(title="使用依据")
    confidence: Literal["高", "中", "低"] = Field(title="可信程度")
    sha256: Text = Field(title="文件的 SHA-256 校验值")
    synthetic: bool = Field(default=False, title="是否为示例数据")
    reading: Reading = Field(title="小节 [reading]")


@dataclass(frozen=True)
class RawFile:
    """原始文件 — as received: ``path`` from the root with ``/``, its bytes, and what its sidecar says.

    The bytes are those whose digest was compared with the sidecar: nothing reads the file again.
    """

    path: str
    place: str
    suffix: str
    content: bytes
    source: Source

    @property
    def name(self) -> str:
        """The file's own name, as people know it."""
        return self.path.rpartition("/")[2]
