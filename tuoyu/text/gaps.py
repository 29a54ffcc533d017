"""Omission by sentence: a mark where evidence is missing, and the rule by which marked sentences are dropped.

A placeholder whose evidence is missing marks its sentence; marked sentences are dropped. If the first
sentence of a paragraph goes, the paragraph goes. What was dropped is recorded with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field

from jinja2 import UndefinedError

# private-use characters: they cannot come from a template or a fact
GAP, GAP_END, ITEM, POINT, OMITTED = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
SENTENCE = re.compile(r"[^。！？]*(?:[。！？][”’）」》]*(?:\*\*)?|$)", re.DOTALL)


@dataclass(frozen=True)
class Missing:
    """Stands where a fact should: prints a mark that drops its sentence; cannot be compared."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{GAP}{self.name}：{self.reason}{GAP_END}"

    __html__ = __str__

    def __bool__(self) -> bool:
        msg = f"{self.name}没有数据，不能直接用作条件，请改用 成立(…) 或 有(…)"
        raise UndefinedError(msg)


@dataclass
class Filled:
    """Finished Markdown of one cell, with what was left out and why."""

    text: str
    omissions: list[dict[str, str]] = field(default_factory=list)


def without_gaps(text: str) -> Filled:
    """Drop what is marked, by the rule of omission, paragraph by paragraph."""
    blocks: list[str] = []
    omissions: list[dict[str, str]] = []
    for block in re.split(r"\n{2,}", text.strip("\n")):
        lines = block.split("\n")
        listed = all(re.match(r"\s*[-|#]", line) for line in lines)
        parts = lines if listed else ["".join(lines)]
        kept = [done for part in parts if (done := _paragraph(part, omissions)).strip()]
        if kept:
            blocks.append("\n".join(kept))
    return Filled("\n\n".join(blocks), omissions)


def _paragraph(text: str, omissions: list[dict[str, str]]) -> str:
    if GAP not in text:
        return text
    if re.match(r"\s*[-|#]", text):
        _record(text, omissions)
        return ""
    sentences = [sentence for sentence in SENTENCE.findall(text) if sentence]
    if len(sentences) > 1 and sentences[0].endswith("**"):
        sentences[:2] = ["".join(sentences[:2])]  # a bold finding stands or falls with its first evidence
    kept = []
    for number, sentence in enumerate(sentences):
        if GAP not in sentence:
            kept.append(sentence)
            continue
        _record(sentence, omissions)
        if number == 0:
            return ""
    return "".join(kept)


def _record(sentence: str, omissions: list[dict[str, str]]) -> None:
    reasons = re.findall(f"{GAP}(.*?){GAP_END}", sentence)
    plain = re.sub(f"{GAP}.*?{GAP_END}", "…", sentence)
    plain = (
        re.sub(r"<[^>]+>|[*#\\]|\[|\]\(#[^)]*\)", "", plain)
        .translate(dict.fromkeys(map(ord, ITEM + POINT)))
        .strip(" -")
    )
    if not re.search(r"[\u4e00-\u9fff]", plain):
        plain = "、".join(dict.fromkeys(reason.partition("：")[0] for reason in reasons))
    omissions.append(
        {"what": plain[:40] + ("……" if len(plain) > 40 else ""), "reason": "；".join(dict.fromkeys(reasons))}
    )
