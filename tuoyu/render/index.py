"""The page that lists all editions (总目): main figures side by side, findings, and links to each report."""

from __future__ import annotations

import html
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = "report.html"
LINKS = {
    PAGE: "网页",
    "report.pdf": "PDF",
    "report.docx": "Word",
    "核算表.xlsx": "核算表",
    "working-papers/02_indicators.html": "计算底稿",
}
ALWAYS = (PAGE, "report.pdf", "working-papers/02_indicators.html")


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
    as_of: str = ""
    files: tuple[str, ...] = ALWAYS
    city: str = ""
    signed: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """What the title leads to."""
        return f"{self.name}/{self.files[0]}" if self.files else f"{self.name}/"


def to_index(editions: Sequence[Entry]) -> str:
    """One page that loads nothing; the newest edition first, made-up ones last; links lead to the files beside it."""
    template = files("tuoyu.render.templates").joinpath("index.html").read_text(encoding="utf-8")
    newest = sorted(sorted(editions, key=lambda one: one.name), key=lambda one: one.as_of, reverse=True)
    ordered = sorted(newest, key=lambda one: one.synthetic)
    cards = "\n".join(_card(one) for one in ordered) or "<p>还没有生成任何一期报告。</p>"
    return Template(template).substitute(count=len(ordered), overview=_overview(ordered), cards=cards)


def _overview(editions: Sequence[Entry]) -> str:
    """The main figures of all editions in one table; nothing where there is nothing to compare."""
    labels = list(dict.fromkeys(label for one in editions for label, _, _ in one.figures))
    if not labels:
        return ""
    head = "".join(f'<th scope="col">{html.escape(label)}</th>' for label in labels)
    rows = "\n".join(_row(one, labels) for one in editions)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="各期主要指标">'
        "<table><caption>各期主要指标</caption>"
        f'<thead><tr><th scope="col">报告</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        '<p class="hint">表较宽，可左右滑动。</p>'
    )


def _row(one: Entry, labels: Sequence[str]) -> str:
    known = {label: (number, when) for label, number, when in one.figures}
    cells = "".join(
        f"<td>{html.escape(known[label][0])}<small>{html.escape(known[label][1])}</small></td>"
        if label in known
        else '<td class="none">—</td>'
        for label in labels
    )
    name, address = html.escape(one.city or one.title), html.escape(one.first, quote=True)
    told = "".join(f"<small>{html.escape(text)}</small>" for text in (_kind(one) + one.subtitle,) if text)
    return f'<tr{_class(one)}><th scope="row"><a href="{address}">{name}</a>{told}{_made_up(one)}</th>{cells}</tr>'


def _kind(one: Entry) -> str:
    """What the title calls the report: ``监测报告`` of ``江门市3岁以下婴幼儿托育服务监测报告``."""
    return one.title.rpartition("服务")[2] if one.city else ""


def _class(one: Entry) -> str:
    return ' class="made-up"' if one.synthetic else ""


def _made_up(one: Entry) -> str:
    return '<small class="synthetic">示例数据，非真实统计</small>' if one.synthetic else ""


def _card(one: Entry) -> str:
    folder = html.escape(one.name, quote=True)
    links = "".join(
        f'<li><a href="{folder}/{file}">{word}</a></li>' for file, word in LINKS.items() if file in one.files
    )
    if PAGE in one.files:
        links += f'<li><a href="{folder}/{PAGE}#review">数字核对</a></li>'
    doubts = f"存疑{one.doubts}条" if one.doubts else "没有存疑的"
    omitted = f"省略{one.omissions}处" if one.omissions else "没有省略"
    signed = "".join(f'<p class="state">签发：{html.escape(line)}</p>' for line in one.signed)
    return (
        f'<article id="{folder}"{_class(one)}><h2><a href="{html.escape(one.first, quote=True)}">'
        f"{html.escape(one.title)}</a></h2>"
        f"<p>{html.escape(one.subtitle)}{_made_up(one)}</p>"
        f'<p class="state">{html.escape(one.status)}；{doubts}；{omitted}；期名 {folder}</p>'
        f"{signed}<ul>{links}</ul></article>"
    )
