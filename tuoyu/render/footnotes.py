"""Footnotes (注释) of the report: what is told of a document or a piece of evidence where the text rests on it.

Belongs here: the words of the notes, the same in every format. How they are numbered and set is the format's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Key = tuple[str, str]  # class and id of the carrier in the text


def notes_of(about: Mapping[str, Any]) -> dict[Key, str]:
    """What a footnote says of a document or a piece of evidence, by class and id of its carrier."""
    notes = {}
    for name, policy in (about.get("policies") or {}).items():
        dated = f"{policy['year']}年" if policy.get("year") else ""
        checked = "" if policy.get("verified") else "未核对原文，据其他文件引用"
        told = [policy.get("issuer", ""), policy.get("number", ""), dated, checked]
        notes["policy", name] = "，".join(one for one in told if one) + "。"
    for name, one in (about.get("evidence") or {}).items():
        document, locator = one.get("document", ""), one.get("locator", "")
        told = ["" if locator.startswith(document) else document, locator, one.get("caution", "")]
        notes["evidence", name] = "，".join(part.rstrip("。") for part in told if part) + "。"
    return notes
