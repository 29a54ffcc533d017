"""Omission by sentence: a mark where evidence is missing, and the rule by which marked sentences are dropped.

A placeholder whose evidence is missing marks its sentence; marked sentences are dropped. If the first
sentence of a paragraph goes, the paragraph goes. What was dropped is recorded with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# private-use characters: they cannot come from a template or a fact
GAP, GAP_END, ITEM, POINT = "\ue000", "\ue001", "\ue002", "\ue003"
LISTED = re.compile(r"\s*(?:[-*+]\s|\||#)")
_LONGEST = 40
ALONE = "段首的结论后面没有写出依据"


@dataclass(frozen=True)
class Missing:
    """Stands where a fact should: prints a mark that drops its sentence."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{GAP}{self.name}：{self.reason}{GAP_END}"


@dataclass(frozen=True)
class Omission:
    """省略 — a sentence or section that is not in the report, and why."""

    what: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """Ready for JSON."""
        return {"what": self.what, "reason": self.reason}


def without_gaps(sentences: Sequence[str], omissions: list[Omission]) -> str:
    """One paragraph of these sentences by the rule of omission; list items stand and fall alone."""
    if sentences and all(LISTED.match(sentence) for sentence in sentences):
        kept = [one for one in sentences if GAP not in one]
        omissions += [omission_of(one) for one in sentences if GAP in one]
        return "\n".join(kept)
    units = _bound(sentences)
    if units and all(is_lead(one) for one in units):
        omissions.append(Omission(_plain(units[0]), ALONE))
        return ""
    omissions += [omission_of(one) for one in units if GAP in one]
    if units and GAP in units[0]:
        return ""
    return "".join(one for one in units if GAP not in one)


def _bound(sentences: Sequence[str]) -> list[str]:
    """The sentences, with a bold finding bound to the next one, its first evidence: they stand or fall together."""
    units = list(sentences)
    if units and is_lead(units[0]):
        units[:2] = ["".join(units[:2])]
    return units


def is_lead(sentence: str) -> bool:
    """Whether a sentence is a bold finding, with nothing behind it."""
    return sentence.endswith("**") and sentence.lstrip(POINT + ITEM).startswith("**")


def omission_of(sentence: str) -> Omission:
    """The record of a sentence that was dropped."""
    reasons = dict.fromkeys(re.findall(f"{GAP}(.*?){GAP_END}", sentence))
    plain = _plain(sentence)
    if not re.search(r"[\u4e00-\u9fff]", plain):
        plain = "、".join(dict.fromkeys(reason.partition("：")[0] for reason in reasons))
    return Omission(plain, "；".join(reasons))


def _plain(sentence: str) -> str:
    words = plain_words(re.sub(f"{GAP}.*?{GAP_END}", "…", sentence))
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "……"


def plain_words(text: str) -> str:
    """Finished text as a reader sees it, without tags, signs of Markdown and marks."""
    words = re.sub(r"<[^>]+>|[*#\\]|\[|\]\(#[^)]*\)", "", text)
    return words.translate(dict.fromkeys(map(ord, ITEM + POINT))).strip(" -")
