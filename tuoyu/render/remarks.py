"""Remarks (批注) on the numbers of the report: what a number is, how it is reckoned, where it comes from.

Belongs here: the words of a remark, from the lineage that the document carries. How it is set is the format's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping


def remarks_of(about: Mapping[str, Any]) -> dict[str, str]:
    """What a remark says of every fact that the report prints, by its id; one line for each thing."""
    facts = about["facts"]
    return {id_: "\n".join(_lines(one, facts, about.get("findings") or {})) for id_, one in facts.items()}


def _lines(one: Mapping[str, Any], facts: Mapping[str, Any], findings: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['label']}，{one['when']}" if one.get("when") else one["label"]
    if one.get("formula"):
        yield f"算式：{one['formula']}"
    used = [facts[id_] for id_ in one.get("inputs") or () if id_ in facts]
    if used:
        yield "所用：" + "、".join(f"{fact['label']}{fact['printed']}" for fact in used)
    if one.get("basis"):
        yield f"口径：{one['basis']}"
    for origin in one.get("origins") or ():
        place = [f"{origin['producer']}　{origin['document']}", origin.get("locator"), _cell(origin)]
        quoted = f"原文“{origin['printed']}”" if origin.get("printed") else ""
        yield "出处：" + "，".join(part for part in (*place, quoted) if part)
    for finding in findings.get(one["id"]) or ():
        yield f"核验意见：{finding}"


def _cell(origin: Mapping[str, Any]) -> str:
    sheet = f"工作表“{origin['sheet']}”" if origin.get("sheet") else ""
    return "，".join(part for part in (origin.get("file"), sheet, origin.get("cell")) if part)
