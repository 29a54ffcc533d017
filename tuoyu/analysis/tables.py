"""表 — the tables of the report: one function each, facts in, a table out, None without evidence.

Numbers stand in their carriers of lineage; what is not known prints as ``—``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

from tuoyu.analysis.cleaning import vocabulary
from tuoyu.analysis.indicators import INDICATORS
from tuoyu.analysis.periods import in_words
from tuoyu.analysis.wording import choice
from tuoyu.analysis.wording import interval
from tuoyu.analysis.wording import sources_note
from tuoyu.analysis.wording import span
from tuoyu.fact import KIND_NAMES
from tuoyu.fact import Fact
from tuoyu.fact import Facts
from tuoyu.finding import SEVERITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

UNKNOWN = "—"
MARKS = {"left": ":---", "right": "---:", "center": ":---:"}


@dataclass(frozen=True)
class Table:
    """表 — columns and rows of finished cells, with relative ``widths``; ``long`` may break over pages."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[str, ...]
    widths: tuple[float, ...]
    note: str = ""
    long: bool = False

    def __post_init__(self) -> None:
        sizes = {len(self.columns), len(self.align), len(self.widths), *(len(row) for row in self.rows)}
        if len(sizes) != 1:
            msg = f"{self.id}: columns, alignment, widths and rows differ in number: {sorted(sizes)}"
            raise ValueError(msg)

    @property
    def kind(self) -> Literal["table"]:
        """A table."""
        return "table"

    @property
    def data(self) -> Mapping[str, str]:
        """The table as Markdown, and a line of text."""
        return {"text/markdown": self.markdown(), "text/plain": f"表：{self.title}"}

    @property
    def about(self) -> Mapping[str, Any]:
        """What pages need."""
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "note": self.note,
            "widths": list(self.widths),
            "long": self.long,
        }

    def markdown(self) -> str:
        """A pipe table; cells are finished Markdown."""
        lines = [self.columns, tuple(MARKS[one] for one in self.align), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text(value: str) -> str:
    """Plain text as a cell: Markdown's signs escaped, never empty."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~^])", r"\\\1", " ".join(value.split())) or UNKNOWN


def _cell(facts: Facts, name: str) -> str:
    return span(facts[name]) if name in facts else UNKNOWN


def _date(fact: Fact) -> str:
    return in_words(fact.as_of) if fact.as_of else UNKNOWN


def population(facts: Facts) -> Table | None:
    """出生人口 by year with the change against the last known year."""
    years = sorted(
        (one for one in facts.select("births_") if re.fullmatch(r"births_\d{4}", one.id)), key=lambda one: one.as_of
    )
    if not years:
        return None
    rows = tuple(
        (_date(one), span(one), text(one.basis or "来源未注明"), text(one.origins[0].document)) for one in years
    )
    note = "不同年份的数字来自不同文件，精度不同；同一年份有多个数字的，采用较精确的一个。"
    return Table(
        "tab-population",
        "历年出生人口",
        ("年份", "出生人口", "口径", "来源"),
        rows,
        ("center", "right", "center", "left"),
        (1, 1.4, 1.7, 4.5),
        note,
    )


def supply(facts: Facts) -> Table | None:
    """Main figures of supply and use beside target or reference, and the difference."""
    plan = (
        ("places_per_thousand", "places_target", "places_per_thousand_gap", "全省目标"),
        ("places_per_thousand", "national_places_target", "", "全国目标"),
        ("places_per_thousand", "national_places_per_thousand", "national_places_difference", "全国水平"),
        ("places", "places_needed", "places_gap", "目标所需"),
        ("enrolment_rate", "enrolment_target", "enrolment_gap", "目标"),
        ("enrolled", "enrolled_needed", "", "入托率目标对应数"),
        ("use_rate", "", "", ""),
    )
    rows = tuple(
        (
            facts[have].label,
            span(facts[have]),
            _date(facts[have]),
            f"{word} {_cell(facts, against)}" if word else UNKNOWN,
            _cell(facts, gap),
        )
        for have, against, gap, word in plan
        if have in facts and (not against or against in facts)
    )
    if not rows:
        return None
    return Table(
        "tab-supply",
        "托育供给、使用与目标对照",
        ("指标", "现状", "时点", "目标或参照", "相差"),
        rows,
        ("left", "right", "center", "left", "right"),
        (2.4, 1.5, 2.1, 3, 1.6),
        sources_note(facts, dict.fromkeys(plan_row[0] for plan_row in plan if plan_row[0] in facts)),
    )


def survey(facts: Facts) -> Table | None:
    """All survey shares with intervals and n, by question."""
    shares = [one for one in facts.select("survey_") if one.interval]
    if not shares:
        return None
    questions = list(dict.fromkeys(_question(one) for one in shares))
    shares.sort(key=lambda one: questions.index(_question(one)))
    rows = []
    last = ""
    for one in shares:
        question = _question(one)
        rows.append(
            (
                text(question) if question != last else "〃",
                text(choice(one)),
                span(one),
                span(one, interval(one)),
                span(one, str(one.respondents)),
            )
        )
        last = question
    note = (
        sources_note(facts, [one.id for one in shares])
        + "区间按威尔逊方法计算；部分题目的应答人数可能少于样本量，见数据核验情况。"
    )
    return Table(
        "tab-survey",
        "家长问卷主要结果",
        ("题目", "选项", "占比", "95%置信区间", "样本量"),
        tuple(rows),
        ("left", "left", "right", "center", "right"),
        (2.6, 3, 1.3, 2.2, 1.2),
        note,
    )


def _question(one: Fact) -> str:
    return str(vocabulary()[one.id]["question"])


def affordability(facts: Facts) -> Table | None:
    """Fee, price accepted and income side by side."""
    names = (
        "fee",
        "accepted_fee",
        "survey_price_low",
        "fee_excess",
        "income",
        "fee_income_share",
        "fee_yearly",
        "income_urban",
        "fee_urban_share",
        "income_rural",
        "fee_rural_share",
    )
    rows = tuple(
        (facts[n].label, span(facts[n]), _date(facts[n]), text(facts[n].formula or "公布值"))
        for n in names
        if n in facts
    )
    if "fee" not in facts or len(rows) < 2:
        return None
    note = "收入为年数或月数，托费与收入年份不同；比重仅供参考。" + sources_note(
        facts, [n for n in names if n in facts]
    )
    return Table(
        "tab-affordability",
        "托费与居民收入对照",
        ("指标", "数值", "时点", "算式"),
        rows,
        ("left", "right", "center", "left"),
        (3.4, 1.5, 1.3, 4.2),
        note,
    )


def communities(facts: Facts) -> Table | None:
    """Streets, their communities and children, and the places that the enrolment target would need."""
    rows = []
    for rank in range(1, 7):
        street = facts.get(f"street_{rank}_children")
        if street is None:
            break
        listed = "、".join(f"{one.scope.partition('·')[2]}{span(one)}" for one in facts.select(f"community_{rank}_"))
        needed = _cell(facts, f"street_{rank}_places_needed")
        rows.append(
            (text(street.scope), _cell(facts, f"street_{rank}_communities"), span(street), needed, listed or UNKNOWN)
        )
    if not rows:
        return None
    note = sources_note(facts, ["street_1_children"]) + "所需托位按入托率目标测算。"
    return Table(
        "tab-communities",
        "部分街道和社区3岁以下婴幼儿数",
        ("街道", "社区数", "婴幼儿数", "所需托位", "其中：婴幼儿较多的社区"),
        tuple(rows),
        ("center", "right", "right", "right", "left"),
        (1.6, 1.2, 1.5, 1.6, 5),
        note,
    )


def benchmarks(facts: Facts) -> Table | None:
    """The city and its benchmark cities side by side."""
    folders = tuple(facts.edition.get("benchmarks", ()))
    names = ("residents", "institutions", "registered_institutions", "places", "places_per_thousand")
    if not folders:
        return None
    shorts = [
        next(
            (f.label.removesuffix(str(vocabulary()[n]["name"])) for n in names if (f := facts.get(f"{folder}_{n}"))),
            folder,
        )
        for folder in folders
    ]
    rows = tuple(
        (str(vocabulary()[n]["name"]), _dated(facts, n), *(_dated(facts, f"{folder}_{n}") for folder in folders))
        for n in names
    )
    ids = [f"{folder}_{n}" for folder in folders for n in names if f"{folder}_{n}" in facts]
    return Table(
        "tab-benchmarks",
        "各市托育服务主要指标",
        ("指标", facts.edition["city_short"], *shorts),
        rows,
        ("left", *["right"] * (len(folders) + 1)),
        (2, *[2.4] * (len(folders) + 1)),
        sources_note(facts, ids),
    )


def _dated(facts: Facts, name: str) -> str:
    return f"{span(facts[name])}（{_date(facts[name])}）" if name in facts else UNKNOWN


def parameters(facts: Facts) -> Table:
    """本期参数 — every parameter of the edition in words."""
    edition = facts.edition
    assumed = edition["assumptions"]
    known = {
        "期名": edition["name"],
        "城市": edition["city_name"],
        "数据截止日期": in_words(edition["as_of"]),
        "人口数据日期": in_words(edition["population_as_of"]),
        "上一期": edition.get("previous") or "无",
        "示范城市": "、".join(_short(facts, folder) for folder in edition.get("benchmarks", ())) or "无",
        "送托意愿测算比例": f"{assumed['demand_rate']}%（{assumed['demand_rate_source']}）",
        "修约规则": "四舍五入，只在印出时修约一次",
        "编制单位": edition["publication"]["issuer"],
        "稿次": edition["publication"]["status"],
    }
    rows = tuple((text(name), text(value)) for name, value in known.items())
    return Table("tab-parameters", "本期参数", ("参数", "取值"), rows, ("left", "left"), (1, 3.2), long=True)


def _short(facts: Facts, folder: str) -> str:
    one = facts.get(f"{folder}_places") or facts.get(f"{folder}_residents")
    return one.label.removesuffix("托位数").removesuffix("常住人口") if one else folder


def definitions(facts: Facts) -> Table:
    """Every computed indicator, target and assumption: definition, formula, basis, date and value."""
    rows = []
    for one in facts.values():
        rule = INDICATORS.get(one.id)
        if one.kind == "computed" and rule:
            meaning = f"{rule.definition}算式：{one.formula}。"
        elif one.kind in {"assumption", "policy"} and not one.id.startswith("previous_"):
            meaning = f"{KIND_NAMES[one.kind]}：{one.origins[0].document}" + (f"（{one.note}）" if one.note else "")
        else:
            continue
        rows.append((text(one.label), text(meaning), text(one.basis), text(_date(one)), span(one)))
    return Table(
        "tab-definitions",
        "指标的定义、算式和取值",
        ("指标", "定义与算式", "口径", "时点", "取值"),
        tuple(rows),
        ("left", "left", "left", "left", "right"),
        (2.1, 4.8, 2.6, 1.5, 1.6),
        long=True,
    )


def sources(facts: Facts) -> Table:
    """Every document that a fact rests on, with the raw file that holds it."""
    used: dict[tuple[str, str, str], list[str]] = {}
    for one in facts.values():
        if one.kind == "assumption" or one.id.startswith("previous_"):
            continue
        for origin in one.origins:
            used.setdefault((origin.document, origin.producer, origin.file), []).append(one.label)
    rows = tuple(
        (text(document), text(producer), text(file.removeprefix("data/raw/")), text(_some(labels)))
        for (document, producer, file), labels in sorted(used.items())
    )
    return Table(
        "tab-sources",
        "数据来源",
        ("文件", "发布单位", "数据文件（data/raw）", "用于指标"),
        rows,
        ("left", "left", "left", "left"),
        (3, 1.8, 2.8, 3.4),
        long=True,
    )


def _some(labels: Sequence[str]) -> str:
    return "、".join(labels[:4]) + (f"等{len(labels)}项" if len(labels) > 4 else "")


def findings(facts: Facts) -> Table | None:
    """核验意见 — every finding that did not stop the run."""
    if not facts.findings:
        return None
    rows = tuple(
        (
            str(number),
            SEVERITY_NAMES[one.severity],
            text(one.where.replace("data/raw/", "")),
            text(one.what),
            text(one.action),
        )
        for number, one in enumerate(facts.findings, 1)
    )
    return Table(
        "tab-findings",
        "核验意见",
        ("序号", "性质", "位置", "情况", "处理"),
        rows,
        ("center", "center", "left", "left", "left"),
        (0.8, 1.2, 3, 4.4, 3),
        long=True,
    )


def changes(facts: Facts) -> Table | None:
    """Main indicators of the previous edition and of this one."""
    names = [one.id.removeprefix("previous_") for one in facts.select("previous_")]
    shown = [
        n
        for n in names
        if (n in facts and n in INDICATORS) or n in {"institutions", "places", "use_rate", "births_latest"}
    ]
    rows = tuple(_change(facts[n], facts[f"previous_{n}"]) for n in dict.fromkeys(shown) if n in facts)
    if not rows:
        return None
    note = "上期数字精度较低的，差额只保留到相应位数。百分数之差以百分点计。"
    return Table(
        "tab-changes",
        "与上期主要指标比较",
        ("指标", "上期", "时点", "本期", "时点", "升降"),
        rows,
        ("left", "right", "center", "right", "center", "center"),
        (2.6, 1.6, 1.8, 1.6, 1.8, 1.2),
        note,
        long=True,
    )


def _change(now: Fact, before: Fact) -> tuple[str, ...]:
    allowed = now.uncertainty + before.uncertainty
    difference = now.value - before.value
    word = "持平" if abs(difference) <= max(allowed, Decimal(0)) else "升" if difference > 0 else "降"
    return (text(now.label), span(before), _date(before), span(now), _date(now), word)
