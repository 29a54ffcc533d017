"""A signature (签发): that an office stands by an edition as it was made, by the digests of its products.

No name of a person belongs here, and no secret: it records a step of the office's own procedure and proves nothing of
who took it. It holds for as long as every product is the one that was signed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Literal
from typing import get_args

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["送审", "会签", "定稿"]
STATUSES: tuple[str, ...] = get_args(Status)
Text = Annotated[str, Field(min_length=1)]


class Signature(BaseModel):
    """签发 — who stands by the products, since when, and their digests by path from the root."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    status: Status = Field(title="环节")
    office: Text = Field(title="单位")
    on: date = Field(title="日期")
    unanswered: Annotated[int, Field(ge=0)] = Field(title="当时尚未答复的核验意见条数")
    products: dict[Text, Text] = Field(title="成果的校验值")

    def altered(self, products: Mapping[str, str]) -> tuple[str, ...]:
        """Products that are no longer those that were signed, by path."""
        names = sorted(self.products.keys() | products.keys())
        return tuple(name for name in names if self.products.get(name) != products.get(name))


class Signatures(BaseModel):
    """The keys of a record of signatures, oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    signature: Annotated[tuple[Signature, ...], Field(strict=False)] = Field(default=(), title="签发")
