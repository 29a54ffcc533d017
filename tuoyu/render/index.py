"""The page that lists all editions (总目): main figures, findings, and links to each report."""

from __future__ import annotations

import html
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


LINKS = {"report.html": "网页", "report.pdf": "PDF", "working-papers/02_indicators.html": "计算底稿"}


@dataclass(frozen=True)
class Entry:
    """一期 — one edition with what its last report says; ``figures`` are label, number as printed and date."""

    name: str
    title: str
    subtitle: str
    status: str
    synthetic: bool
    figures: tuple[tuple[str, str, str], ...]
    doubts: int
    omissions: int


def to_index(editions: Sequence[Entry]) -> str:
    """One page that loads nothing; its links lead to the files beside it."""
    template = files("tuoyu.render.templates").joinpath("index.html").read_text(encoding="utf-8")
    cards = "\n".join(_card(one) for one in editions) or "<p>还没有生成任何一期报告。</p>"
    return Template(template).substitute(count=len(editions), cards=cards)


def _card(one: Entry) -> str:
    folder = html.escape(one.name, quote=True)
    links = "　".join(f'<a href="{folder}/{file}">{word}</a>' for file, word in LINKS.items())
    figures = "".join(
        f"<div><dt>{html.escape(label)}</dt><dd>{html.escape(number)}<small>{html.escape(when)}</small></dd></div>"
        for label, number, when in one.figures
    )
    made_up = '<p class="synthetic">示例数据，非真实统计</p>' if one.synthetic else ""
    doubts = f"请核对 {one.doubts} 条" if one.doubts else "没有需要核对的"
    omitted = f"省略 {one.omissions} 处" if one.omissions else "没有省略"
    return (
        f'<article id="{folder}"><h2><a href="{folder}/report.html">{html.escape(one.title)}</a></h2>'
        f"<p>{html.escape(one.subtitle)}　{html.escape(one.status)}　期名 {folder}</p>{made_up}"
        f"<dl>{figures}</dl><p>{doubts}；{omitted}。</p><p>{links}</p></article>"
    )
