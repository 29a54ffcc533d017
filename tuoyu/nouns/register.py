"""Registers (登记表): policies, evidence and practice — texts that the report quotes, each with where it stands.

Belongs here: the keys of these TOML files. What the report does with an entry is the business of ``analysis``.
"""

from __future__ import annotations

from typing import Annotated
from typing import Any

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field

Text = Annotated[str, Field(min_length=1)]
Dated = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Target(_Form):
    """目标 — a number that a policy document sets."""

    id: Text = Field(title="目标编号")
    indicator: Text = Field(title="指标代码")
    value: Text = Field(title="目标值，照原文写")
    year: Annotated[str, Field(pattern=r"^\d{4}$|^$")] = Field(default="", title="目标年份")
    definition: str = Field(default="", title="定义")


class Policy(_Form):
    """政策文件."""

    id: Text = Field(title="编号")
    title: Text = Field(title="文件名称")
    issuer: Text = Field(title="发文机关")
    number: str = Field(default="", title="文号")
    year: Annotated[str, Field(pattern=r"^\d{4}$|^$")] = Field(default="", title="发文年份，四位数字，不详写空")
    asks: str = Field(default="", title="要求的内容")
    verified: bool = Field(default=False, title="是否核对过原文")
    target: Annotated[tuple[Target, ...], Field(strict=False)] = Field(default=(), title="目标")


class Evidence(_Form):
    """调研材料 — what a document reports that is no number."""

    id: Text = Field(title="编号")
    topic: Text = Field(title="主题")
    text: Text = Field(title="内容")
    document: Text = Field(title="出自哪份文件")
    published: Dated = Field(title="发布年月，写作 2024-10")


class Practice(_Form):
    """做法 — what a city does, by group (机制、规范、供给、财政、人才、监管)."""

    id: Text = Field(title="编号")
    group: Text = Field(title="类别")
    text: Text = Field(title="内容")
    document: Text = Field(title="出自哪份文件")
    published: Dated = Field(title="发布年月，写作 2024-10")


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


def entries_of(kind: str, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a register as written. Raises pydantic's ValidationError with every fault."""
    form, name = REGISTERS[kind]
    form.model_validate(record)
    return list(record.get(name, ()))
