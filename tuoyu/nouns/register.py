"""Registers (登记表): policies, evidence and practice — texts that the report quotes, each with where it stands.

Belongs here: the keys of these TOML files. What the report does with an entry is the business of ``text``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any
from typing import Literal
from typing import LiteralString

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import model_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence
    from datetime import date

Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Dated = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")]
Strength = Literal["数据", "访谈", "判断", "计划", "文件"]
Group = Literal["概况", "机制", "规范", "供给", "财政", "人才", "监管", "案例"]
# topics of evidence for which the text has a place, whatever the city; registers may have others
TOPICS = (
    *("调研", "政策支持", "场地资金", "部门协同", "队伍", "供需错位"),
    *("社区托育", "备案", "指导阵地", "机构运营", "监管"),
)


def _unfit(what: LiteralString) -> PydanticCustomError:
    return PydanticCustomError("form", what)


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Target(_Form):
    """目标 — a number that a policy document sets."""

    id: Text = Field(title="目标编号")
    indicator: Text = Field(title="指标代码")
    value: Text = Field(title="目标值，照原文写")
    year: Annotated[str, Field(pattern=r"^\d{4}$|^$")] = Field(default="", title="目标年份")
    definition: str = Field(default="", title="定义")
    place: str = Field(default="", title="目标所属地区的行政区划代码")
    caution: str = Field(default="", title="使用时应注意")
    twice: bool = Field(default=False, title="两次录入是否相符，由程序填写")


class Entry(_Form):
    """An entry of a register; ``place`` (folder) and ``file`` are known once it has been read."""

    id: Text = Field(title="编号")
    place: str = Field(default="", title="数据文件夹，由程序填写")
    file: str = Field(default="", title="登记表，由程序填写")


class Policy(Entry):
    """政策文件 — ``asks`` is what it asks for, as a clause that can follow its title (提出…).

    ``issued`` is the date as far as it is known; by it, or else by ``year``, an edition knows the document or not.
    """

    title: Text = Field(title="文件名称")
    issuer: Text = Field(title="发文机关")
    number: str = Field(default="", title="文号")
    year: Annotated[str, Field(pattern=r"^\d{4}$|^$")] = Field(default="", title="发文年份，四位数字，不详写空")
    issued: Dated | Literal[""] = Field(default="", title="发文年月，写作 2024-07 或 2024-07-18，不详写空")
    asks: str = Field(default="", title="要求的内容")
    verified: bool = Field(default=False, title="是否核对过原文")
    covers: Texts = Field(default=(), title="对应的证据清单编号")
    target: Annotated[tuple[Target, ...], Field(strict=False)] = Field(default=(), title="目标")

    def known_by(self, day: date) -> bool:
        """Whether the document was issued by that day; a month or a year counts from its beginning."""
        return (self.issued or self.year) <= day.isoformat()


class Evidence(Entry):
    """材料 — what a document reports beside plain numbers, in words of our own.

    ``text`` is one or more finished sentences without the last full stop. ``group`` and ``serves`` are for what a city
    does: its text follows the name of the city, and ``serves`` names the measures (标签) for which it is an example.
    ``figures`` are names of indicators by which an item is told instead of a text, ``left_out`` the reason why it is
    not told at all; one of the three is there. ``covers`` are ids of the inventory that the entry carries too.
    """

    topic: str = Field(default="", title="主题")
    text: str = Field(default="", title="内容")
    document: Text = Field(title="出自哪份文件")
    published: Dated = Field(title="发布年月，写作 2024-10")
    locator: str = Field(default="", title="在文件中的位置（章节、段落）")
    strength: Strength | None = Field(default=None, title="依据的性质")
    caution: str = Field(default="", title="使用时应注意")
    group: Group | None = Field(default=None, title="类别")
    serves: Texts = Field(default=(), title="可供哪些建议参考（标签）")
    figures: Texts = Field(default=(), title="以哪些指标写出")
    left_out: str = Field(default="", title="不写入报告的理由")
    covers: Texts = Field(default=(), title="一并写出的证据清单编号")

    @model_validator(mode="after")
    def _says_something(self) -> Evidence:
        if not (self.text or self.figures or self.left_out):
            raise _unfit(what="text、figures、left_out 至少写一项")
        return self


class Practice(Evidence):
    """做法 — what a city does, by group."""

    group: Group = Field(title="类别")


class Policies(_Form):
    """The keys of a register of policies."""

    policy: Annotated[tuple[Policy, ...], Field(strict=False)] = Field(default=(), title="政策文件")


class EvidenceRegister(_Form):
    """The keys of a register of evidence."""

    evidence: Annotated[tuple[Evidence, ...], Field(strict=False)] = Field(default=(), title="调研材料")


class PracticeRegister(_Form):
    """The keys of a register of practice."""

    practice: Annotated[tuple[Practice, ...], Field(strict=False)] = Field(default=(), title="做法")


# kind of file → its form and the name under which its entries stand
REGISTERS: dict[str, tuple[type[BaseModel], str]] = {
    "policies": (Policies, "policy"),
    "evidence": (EvidenceRegister, "evidence"),
    "practice": (PracticeRegister, "practice"),
}


def restored(kind: str, records: Sequence[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """The entries of one kind that were written as JSON."""
    form, name = REGISTERS[kind]
    entries: tuple[Entry, ...] = getattr(form.model_validate({name: records}), name)
    return entries


def entries_of(kind: str, record: dict[str, Any], *, place: str, file: str) -> tuple[Entry, ...]:
    """The entries of a register, each with where it stands. Raises pydantic's ValidationError with every fault."""
    form, name = REGISTERS[kind]
    entries: tuple[Entry, ...] = getattr(form.model_validate(record), name)
    return tuple(entry.model_copy(update={"place": place, "file": file}) for entry in entries)
