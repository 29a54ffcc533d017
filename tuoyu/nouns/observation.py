"""An observation (观测值): one raw figure, read and tied to place, indicator and date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import fields
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.fact import Part
from tuoyu.nouns.personal import without_personal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    import pandas as pd

ANSWERS, REGISTER = "原始答卷", "机构登记"  # basis of figures that were counted here, not printed in a source
COUNTED = frozenset({ANSWERS, REGISTER})
Status = Literal["used", "repeat", "set_aside"]
_PARTS = {"part": ("part_axis", "part_name", "part_within")}  # a table has no columns of columns
# what a file says in words of its own; where it stands and what it is of are names of ours
_FREE = ("basis", "option", "printed", "producer", "document", "sheet", "remark", "locator", "transcription")
_SHEET = re.compile(r"工作表“(.*)”(?:，([^”]*))?", re.DOTALL)
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]*(?::[A-Z]{1,3}[1-9][0-9]*)?|第[1-9][0-9]*行")


@dataclass(frozen=True)
class Observation:
    """观测值 — one row of ``observations.parquet``: one figure of one cell.

    ``place`` is a GB/T 2260 code (100000 全国; OECD, EU), ``part`` the part of it, if not the whole, ``period`` as in
    ``nouns.period``, ``value`` exact in ``unit``, ``upper`` the end of a printed range, ``bound`` one of
    = > >= < <= ≈, ``resolution`` the size of the last printed digit, ``basis`` 口径, ``option`` a survey option or
    the position in a printed list, ``respondents`` the n of a share.
    ``locator`` says where in the document the figure stands, ``transcription`` who copied it, if it was copied,
    ``confidence`` how far the source is to be trusted, ``accessed`` when it was had. ``twice`` says that it was entered
    a second time and found the same. ``status``: used, repeat (the document says it again), set_aside (declared in
    corrections.toml).
    """

    place: str
    indicator: str
    period: str
    value: Decimal
    upper: Decimal | None
    unit: str
    bound: str
    resolution: Decimal
    basis: str
    part: Part
    option: str
    respondents: int | None
    printed: str
    producer: str
    document: str
    published: str
    file: str
    sheet: str
    cell: str
    status: Status
    remark: str
    locator: str = ""
    transcription: str = ""
    confidence: str = ""
    accessed: str = ""
    twice: bool = False

    def __post_init__(self) -> None:
        # Observations are printed and published as findings are: what a file says of a person must not get there.
        for name in _FREE:
            object.__setattr__(self, name, without_personal(getattr(self, name)))
        named = Part(self.part.axis, without_personal(self.part.name), without_personal(self.part.within))
        if named != self.part:
            object.__setattr__(self, "part", named)

    @property
    def where(self) -> str:
        """File, sheet and cell in words."""
        return locate(self.file, self.sheet, self.cell)


def to_frame(observations: Iterable[Observation]) -> pd.DataFrame:
    """The observations as a table, one row each, columns as the fields of :class:`Observation`; a part has three."""
    import pandas as pd

    columns = [name for one in fields(Observation) for name in _PARTS.get(one.name, (one.name,))]
    frame = pd.DataFrame([_flat(one) for one in observations], columns=columns)
    return frame.assign(respondents=frame["respondents"].astype("Int64"))


def from_frame(frame: pd.DataFrame) -> list[Observation]:
    """The observations that :func:`to_frame` wrote."""
    rows: list[dict[str, Any]] = [
        {str(name): None if _absent(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]
    return [_whole(row) for row in rows]


def _flat(one: Observation) -> dict[str, Any]:
    part = one.part
    rest = {name: value for name, value in vars(one).items() if name not in _PARTS}
    return rest | {"part_axis": part.axis, "part_name": part.name, "part_within": part.within}


def _whole(row: dict[str, Any]) -> Observation:
    axis, name, within = (row.pop(column) for column in _PARTS["part"])
    return Observation(**row, part=Part(axis, name, within) if axis else WHOLE)


def _absent(value: object) -> bool:
    import pandas as pd

    return value is None or value is pd.NA or value != value  # noqa: PLR0124 - NaN is the value unequal to itself


def locate(file: str, sheet: str, cell: str) -> str:
    """File, sheet and cell as findings and sources name them."""
    return "，".join([file, *([f"工作表“{sheet}”"] if sheet else []), *([cell] if cell else [])])


def parse_location(where: str, file: str) -> tuple[str, tuple[str, ...]] | None:
    """Sheet (empty for none) and cells that ``where`` names in ``file``; None where it speaks of something else.

    Cells are addresses, ranges and rows; other words are no cells.

    >>> parse_location("人口.xlsx，工作表“续表”，D16；F3:F62；第3行", "人口.xlsx")
    ('续表', ('D16', 'F3:F62', '第3行'))
    """
    if where == file:
        return "", ()
    if not where.startswith(f"{file}，"):
        return None
    rest = where.removeprefix(f"{file}，")
    named = _SHEET.fullmatch(rest)
    sheet, cells = (named[1], named[2] or "") if named else ("", rest)
    pieces = (piece.strip() for piece in re.split("[；，、;,]", cells))
    return sheet, tuple(piece for piece in pieces if _CELL.fullmatch(piece))
