"""表 — the tables of the report: one function each, facts in, a table out, None without evidence.

Numbers stand in their carriers of lineage; what is not known prints as ``—``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

from tuoyu.analysis.cleaning import vocabulary
from tuoyu.analysis.indicators import INDICATORS
from tuoyu.analysis.periods import in_words
from tuoyu.analysis.wording import choice
from tuoyu.analysis.wording import interval
from tuoyu.analysis.wording import literal
from tuoyu.analysis.wording import printed
from tuoyu.analysis.wording import sources_note
from tuoyu.analysis.wording import span
from tuoyu.fact import KIND_NAMES
from tuoyu.fact import Fact
from tuoyu.fact import Facts
from tuoyu.finding import SEVERITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

UNKNOWN, STEADY = "—", "持平"
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
    return literal(" ".join(value.split())) or UNKNOWN


def _cell(facts: Facts, name: str) -> str:
    return span(facts[name]) if name in facts else UNKNOWN


def _date(fact: Fact) -> str:
    return in_words(fact.as_of) if fact.as_of else UNKNOWN


def population(facts: Facts) -> Table | None:
    """出生人口 by year, each with its basis and its document."""
    years = sorted(
        (one for one in facts.select("births_") if re.fullmatch(r"births_\d{4}", one.id)), key=lambda one: one.as_of
    )
    if not years:
        return None
    rows = []
    for one, before in zip(years, (None, *years), strict=False):
        documents = "；".join(dict.fromkeys(origin.document for origin in facts.origins(one.id)))
        moved = UNKNOWN if before is None else _since(facts, one, before)
        rows.append((_date(one), span(one), moved, text(one.basis or "来源未注明"), text(documents)))
    note = (
        "不同年份的数字来自不同文件，精度不同；同一年份有多个数字的，采用较精确的一个。"
        "升降与上一个有数字的年份相比，口径不同或未注明的仅供参考。"
    )
    return Table(
        "tab-population",
        "历年出生人口",
        ("年份", "出生人口", "升降", "口径", "来源"),
        tuple(rows),
        ("center", "right", "center", "center", "left"),
        (1, 1.4, 1.2, 1.6, 4),
        note,
    )


def _since(facts: Facts, now: Fact, before: Fact) -> str:
    """Direction from the known year before; by how much where that is a fact of its own."""
    word = _moved(now, before)
    by = facts.get("births_yearly_decline")
    told = by is not None and by.as_of == now.as_of and int(before.as_of) == int(now.as_of) - 1
    if by is None or not told or word == STEADY:
        return word
    return word + span(by, printed(replace(by, value=abs(by.value))))


SUPPLY = (  # figure, what it is held against, the difference, word for the latter two, whether more is above
    ("places_per_thousand", "places_target", "places_per_thousand_gap", "全省目标", False),
    ("places_per_thousand", "national_places_target", "", "全国目标", False),
    ("places_per_thousand", "national_places_per_thousand", "national_places_difference", "全国水平", True),
    ("places", "places_needed", "places_gap", "目标所需", False),
    ("enrolment_rate", "enrolment_target", "enrolment_gap", "目标", False),
    ("enrolled", "enrolled_needed", "", "入托率目标对应数", False),
    ("use_rate", "", "", "", False),
)


def supply(facts: Facts) -> Table | None:
    """Main figures of supply and use beside target or reference, and the difference."""
    rows = []
    shown: list[str] = []
    for have, against, gap, word, above in SUPPLY:
        if have not in facts or (against and against not in facts):
            continue
        shown += [name for name in (have, against) if name]
        reference = f"{word} {span(facts[against])}" if against else UNKNOWN
        apart = _apart(facts[gap], above=above) if gap in facts else UNKNOWN
        rows.append((facts[have].label, span(facts[have]), reference, apart, _date(facts[have])))
    if not rows:
        return None
    return Table(
        "tab-supply",
        "托育供给、使用与目标对照",
        ("指标", "现状", "目标或参照", "差距", "时点"),
        tuple(rows),
        ("left", "right", "left", "right", "center"),
        (2.4, 1.5, 3, 2, 2.1),
        "“低”“高”指现状低于、高于目标或参照。" + sources_note(facts, shown),
    )


def _apart(gap: Fact, *, above: bool) -> str:
    """A difference in words: ``低2928个``, ``高1.51个``; ``above`` if a positive one means more than the reference."""
    if gap.value == 0:
        return span(gap, STEADY)
    higher = (gap.value > 0) is above
    return ("高" if higher else "低") + span(gap, printed(replace(gap, value=abs(gap.value))))


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
        asked = text(question) if question != last else "〃"
        numbers = (span(one), span(one, interval(one)), span(one, str(one.respondents or UNKNOWN)))
        rows.append((asked, text(choice(one)), *numbers))
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


AFFORDABILITY = (
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


def affordability(facts: Facts) -> Table | None:
    """Fee, price accepted and income side by side."""
    names = [name for name in AFFORDABILITY if name in facts]
    if "fee" not in names or len(names) < 2:
        return None
    known = [facts[name] for name in names]
    rows = tuple((one.label, span(one), _date(one), text(one.formula or "公布值")) for one in known)
    note = "托费以月计，城镇、农村居民收入以年计；托费与收入年份不同，比重仅供参考。" + sources_note(facts, names)
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
    streets = [one for one in facts.select("street_") if re.fullmatch(r"street_\d+_children", one.id)]
    if not streets:
        return None
    rows = []
    shown: list[str] = []
    for street in streets:
        stem = street.id.removesuffix("_children")
        listed = facts.select(f"{stem.replace('street', 'community')}_")
        shown += [street.id, *(one.id for one in listed), *(n for n in (f"{stem}_communities",) if n in facts)]
        names = "、".join(text(one.scope.partition("·")[2]) + span(one) for one in listed) or UNKNOWN
        numbers = (_cell(facts, f"{stem}_communities"), span(street), names, _cell(facts, f"{stem}_places_needed"))
        rows.append((text(street.scope), *numbers))
    return Table(
        "tab-communities",
        "部分街道和社区3岁以下婴幼儿数",
        ("街道", "社区数", "婴幼儿数", "其中：婴幼儿较多的社区", "所需托位"),
        tuple(rows),
        ("center", "right", "right", "left", "right"),
        (1.6, 1.2, 1.5, 5, 1.6),
        sources_note(facts, shown) + "所需托位按入托率目标测算。",
    )


BENCHMARKED = ("residents", "institutions", "registered_institutions", "places", "places_per_thousand")


def benchmarks(facts: Facts) -> Table | None:
    """The city and its benchmark cities side by side."""
    folders = tuple(facts.edition.get("benchmarks", ()))
    prefixes = ("", *(f"{folder}_" for folder in folders))
    # A figure that no benchmark city has offers nothing to compare.
    names = [name for name in BENCHMARKED if any(f"{prefix}{name}" in facts for prefix in prefixes[1:])]
    if not names:
        return None
    rows = tuple((_name(name), *(_dated(facts, prefix + name) for prefix in prefixes)) for name in names)
    shown = [prefix + name for prefix in prefixes for name in names if prefix + name in facts]
    return Table(
        "tab-benchmarks",
        "各市托育服务主要指标",
        ("指标", text(facts.edition["city_short"]), *(text(_short(facts, folder)) for folder in folders)),
        rows,
        ("left", *["right"] * len(prefixes)),
        (2, *[2.4] * len(prefixes)),
        sources_note(facts, shown),
    )


def _name(id_: str) -> str:
    return str(vocabulary()[id_]["name"])


def _short(facts: Facts, folder: str) -> str:
    """The city's short name, as the labels of its facts begin with it; its folder where it has none."""
    known = ((name, facts.get(f"{folder}_{name}")) for name in BENCHMARKED)
    return next((one.label.removesuffix(_name(name)) for name, one in known if one), folder)


def _dated(facts: Facts, name: str) -> str:
    return f"{span(facts[name])}（{_date(facts[name])}）" if name in facts else UNKNOWN


TARGETS = ("places_target", "national_places_target", "enrolment_target", "floor_area_per_place")


def parameters(facts: Facts) -> Table:
    """本期参数 — the parameters of the edition in words, with the targets that they choose."""
    edition = facts.edition
    assumed, publication = edition["assumptions"], edition["publication"]
    known = {
        "期名": edition["name"],
        "城市": edition["city_name"],
        "数据截止日期": in_words(edition["as_of"]),
        "人口数据日期": in_words(edition["population_as_of"]),
        "上一期": edition.get("previous") or "无",
        "示范城市": "、".join(_short(facts, folder) for folder in edition.get("benchmarks", ())) or "无",
        "送托意愿测算比例": f"{assumed['demand_rate']}%（{assumed['demand_rate_source']}）",
    }
    rest = {
        "修约规则": "四舍五入，只在印出时修约一次",
        "编制单位": publication["issuer"],
        "稿次": publication["status"],
    }
    targets = [(facts[name].label, _dated(facts, name)) for name in TARGETS if name in facts]
    rows = [(text(name), text(value)) for name, value in known.items()]
    rows += [*targets, *((text(name), text(value)) for name, value in rest.items())]
    return Table("tab-parameters", "本期参数", ("参数", "取值"), tuple(rows), ("left", "left"), (1, 3.2), long=True)


OBSERVED = (
    "residents",
    "registered_population",
    "births",
    "institutions",
    "kindergartens",
    "registered_institutions",
    "places",
    "community_places",
    "enrolled",
    "platform_use_rate",
    "fee",
    "income",
    "respondents",
)


def definitions(facts: Facts) -> Table:
    """Main raw figures of the city, every computed one, every target and assumption, each with what it means."""
    observed = [facts[name] for name in OBSERVED if name in facts and facts[name].kind == "observed"]
    others = [one for one in facts.values() if one.kind != "observed" and not one.id.startswith("previous_")]
    rows = tuple(
        (text(one.label), text(_meaning(one)), text(one.basis), text(_date(one)), span(one))
        for one in (*observed, *others)
    )
    return Table(
        "tab-definitions",
        "指标的定义、算式和取值",
        ("指标", "定义与算式", "口径", "时点", "取值"),
        rows,
        ("left", "left", "left", "left", "right"),
        (2.1, 4.8, 2.6, 1.5, 1.6),
        long=True,
    )


def _meaning(one: Fact) -> str:
    """Definition and formula of a computed figure; kind and document of any other."""
    if one.kind == "computed":
        rule = INDICATORS.get(one.id)
        taken = one.formula.startswith("取自")
        formula = f"{'' if taken else '算式：'}{one.formula}。" if one.formula else ""
        return (rule.definition if rule else "") + formula
    return f"{KIND_NAMES[one.kind]}：{one.origins[0].document}" + (f"（{one.note}）" if one.note else "")


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
    main = {"institutions", "places", "use_rate", "births_latest", *INDICATORS}
    rows = tuple(_change(facts, name) for name in names if name in facts and name in main)
    if not rows:
        return None
    note = "上期数字精度较低的，变动只保留到相应位数；变动不超出两期数字精度的为持平。"
    return Table(
        "tab-changes",
        "与上期主要指标比较",
        ("指标", "上期", "上期时点", "本期", "本期时点", "变动"),
        rows,
        ("left", "right", "center", "right", "center", "right"),
        (2.5, 1.5, 1.7, 1.5, 1.8, 1.9),
        note,
        long=True,
    )


def _change(facts: Facts, name: str) -> tuple[str, ...]:
    """One row; the change in numbers where it is a fact of its own, else its direction."""
    now, before, by = facts[name], facts[f"previous_{name}"], facts.get(f"{name}_change")
    word = _moved(now, before)
    if by is not None and word != STEADY:
        word += span(by, printed(replace(by, value=abs(by.value))))
    return (text(now.label), span(before), _date(before), span(now), _date(now), word)


def _moved(now: Fact, before: Fact) -> str:
    """升, 降 or 持平: a difference that the digits of both cannot tell from none is none."""
    difference = now.value - before.value
    return STEADY if abs(difference) <= now.uncertainty + before.uncertainty else "升" if difference > 0 else "降"
