"""图 — the figures of the report: one function each, facts in, a finished figure out, None without evidence.

What belongs here: what a figure shows and how it is described in words. The look stands in
``tuoyu.mplstyle``. Numbers are printed by ``wording``, so text and figures round alike.
"""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager
from matplotlib import style
from matplotlib.figure import Figure

from tuoyu.facts.wording import LESS
from tuoyu.facts.wording import MORE
from tuoyu.facts.wording import TEN_THOUSAND
from tuoyu.facts.wording import choice
from tuoyu.facts.wording import interval
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import sources_note
from tuoyu.nouns.fact import round_half_up
from tuoyu.nouns.period import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

INCHES = 156 / 25.4  # width of the text block
# Told apart in grey print by lightness, from dark to light, and by every common kind of colour vision by hue.
BLUE, ORANGE, GREY, LIGHT = "#1f5a94", "#d9822b", "#b8b8b8", "#dbe6f1"
INK, FAINT, AMBER = "#222222", "#666666", "#8a4b08"  # text: plain, of what is not known, of what is pointed out

BESIDE: dict[str, Any] = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # keeps a number readable where a line runs behind


STREETS = 5  # of which communities are drawn; the table has them all


@dataclass(frozen=True)
class Chart:
    """图 — finished SVG with its id, title, description in words (alt) and note on sources."""

    id: str
    title: str
    alt: str
    note: str
    svg: str

    @property
    def kind(self) -> Literal["figure"]:
        """A figure."""
        return "figure"

    @property
    def data(self) -> Mapping[str, str]:
        """The drawing, and a line of text for where no drawing can be shown."""
        return {"image/svg+xml": self.svg, "text/plain": f"图：{self.title}"}

    @property
    def about(self) -> Mapping[str, Any]:
        """What pages need."""
        return {"kind": self.kind, "id": self.id, "title": self.title, "alt": self.alt, "note": self.note}


def births(facts: Facts) -> Chart | None:
    """出生人口 by year; years without a figure stay empty on the axis."""
    years = {int(one.as_of): one for one in facts.select("births_") if re.fullmatch(r"births_\d{4}", one.id)}
    if len(years) < 2:
        return None
    span = range(min(years), max(years) + 1)
    heights = [float(years[year].value / TEN_THOUSAND) if year in years else 0.0 for year in span]
    with _axes(70) as (figure, axes):
        # Without its full saturation seaborn's blue would not be the blue of the other figures.
        sns.barplot(x=[str(year) for year in span], y=heights, ax=axes, color=BLUE, saturation=1, width=0.6)
        for position, year in enumerate(span):
            known = year in years
            label = _in_ten_thousands(years[year]) if known else "未取得"
            upright = not known and len(span) > 10  # side by side the words would run into each other
            _above(axes, "\n".join(label) if upright else label, (position, heights[position]), INK if known else FAINT)
        axes.set(xlabel="年份", ylabel="出生人口（万人）", ylim=(0, max(heights) * 1.15))
        svg = _svg(figure)
    listed = "，".join(f"{year}年{printed(years[year])}" for year in sorted(years))
    rest = "；其余年份没有取得数字" if len(span) > len(years) else ""
    alt = f"柱形图，{facts.edition['city_name']}出生人口：{listed}{rest}。"
    return Chart("fig-births", "出生人口变化", alt, sources_note(facts, [one.id for one in years.values()]), svg)


def places(facts: Facts) -> Chart | None:
    """托位: have, need by the target, and the gap where the target is not reached yet."""
    names = ("places", "places_needed", "places_gap")
    if not facts.has(*names):
        return None
    have, need, gap = (facts[name] for name in names)
    if gap.bound in MORE or gap.bound in LESS:  # of a number that is at least so much no bar can be drawn
        return None
    with _axes(52) as (figure, axes):
        labels = [f"现有托位（{in_words(have.as_of)}）", f"目标所需托位（{in_words(need.as_of)}）"]
        ends = [float(have.value), float(need.value)]
        axes.barh(labels, ends, color=[BLUE, LIGHT], height=0.5, edgecolor=BLUE)
        _inside(axes, printed(have), (ends[0], 0), max(ends), "white")
        _inside(axes, printed(need), (ends[1], 1), max(ends), INK)
        if gap.value > 0:
            missing: dict[str, Any] = {"color": "white", "edgecolor": ORANGE, "hatch": "////", "height": 0.5}
            axes.barh(labels[:1], [ends[1] - ends[0]], left=ends[:1], **missing)
            axes.annotate(f"缺口{printed(gap)}", (ends[1], 0), **BESIDE, bbox=CLEAR, color=AMBER)
        axes.set(xlabel="托位（个）", xlim=(0, max(ends) * 1.28))
        _lying(axes)
        svg = _svg(figure)
    target = f"按每千人口{printed(facts['places_target'])}的目标" if "places_target" in facts else "按目标"
    result = f"缺口{printed(gap)}" if gap.value > 0 else "目标已经达到"
    alt = f"条形图，现有托位{printed(have)}，{target}需要{printed(need)}，{result}。"
    return Chart("fig-places", "现有托位与目标所需托位", alt, sources_note(facts, names), svg)


def institutions(facts: Facts) -> Chart | None:
    """托育机构 by kind."""
    names = ("kindergartens", "other_institutions")
    if not facts.has(*names, "kindergarten_share"):
        return None
    kinds = [facts[name] for name in names]
    labels = ["开设托班的幼儿园", "其他托育机构"]
    with _axes(42) as (figure, axes):
        axes.barh(labels, [float(one.value) for one in kinds], color=[BLUE, LIGHT], edgecolor=BLUE, height=0.5)
        for position, one in enumerate(kinds):
            axes.annotate(printed(one), (float(one.value), position), **BESIDE, bbox=CLEAR)
        axes.set(xlabel="机构数（家）", xlim=(0, float(max(one.value for one in kinds)) * 1.15))
        _lying(axes)
        svg = _svg(figure)
    alt = (
        f"条形图，开设托班的幼儿园{printed(kinds[0])}，其他托育机构{printed(kinds[1])}，"
        f"幼儿园托班占{printed(facts['kindergarten_share'])}。"
    )
    return Chart("fig-institutions", "托育机构构成", alt, sources_note(facts, names), svg)


COMPARED = {  # what the enrolment rate is held against: its name, and its colour
    "enrolment_target": ("目标", ORANGE),
    "oecd_enrolment_rate": ("经合组织", GREY),
    "eu_enrolment_rate": ("欧盟", GREY),
}


def enrolment(facts: Facts) -> Chart | None:
    """入托率 against the target and international figures, below 托位使用率 where that is known."""
    city = (facts.edition["city_short"], BLUE)
    compared = [_dated(facts[name], *look) for name, look in COMPARED.items() if name in facts]
    if "enrolment_rate" not in facts or not compared:
        return None
    groups = {"3岁以下婴幼儿入托率": [_dated(facts["enrolment_rate"], *city), *compared]}
    title, apart = "入托率与目标及国际水平比较", ""
    if "use_rate" in facts:
        groups = {"托位使用率": [_dated(facts["use_rate"], *city)], **groups}
        title, apart = "托位使用率，入托率与目标及国际水平比较", "托位使用率与入托率分母不同，不能相互比较。"
    bars = [bar for members in groups.values() for bar in members]
    with _axes(20 + 7.5 * (len(groups) + len(bars))) as (figure, axes):
        _grouped(axes, groups)
        axes.set(xlabel="比例（%）")
        svg = _svg(figure)
    listed = "；".join(
        f"{heading}：" + "，".join(f"{name}{printed(one)}" for name, one, _ in members)
        for heading, members in groups.items()
    )
    note = sources_note(facts, [one.id for _, one, _ in bars]) + f"{apart}各方统计口径不同，仅供参照。"
    return Chart("fig-enrolment", title, f"条形图，{listed}。", note, svg)


def benchmarks(facts: Facts) -> Chart | None:
    """每千人口托位数 of the city and of benchmark cities, against the target."""
    cities = [""] + [f"{folder}_" for folder in facts.edition.get("benchmarks", ())]
    known = [facts[f"{prefix}places_per_thousand"] for prefix in cities if f"{prefix}places_per_thousand" in facts]
    if len(known) < 2:
        return None
    labels = [(one.label.removesuffix("每千人口托位数") or facts.edition["city_short"]) for one in known]
    with _axes(58) as (figure, axes):
        _bars(axes, labels, known, [BLUE] + [GREY] * (len(known) - 1))
        target = facts.get("places_target")
        named = f"{facts.edition['city_short']}所在省目标{printed(target)}" if target else ""
        if target:
            _target(axes, target, named)
        axes.set(xlabel="每千人口托位数（个）")
        svg = _svg(figure)
    listed = "，".join(f"{label}{printed(one)}" for label, one in zip(labels, known, strict=True))
    alt = f"条形图，每千人口托位数：{listed}" + (f"；虚线为{named}。" if named else "。")
    note = sources_note(facts, [one.id for one in (*known, target) if one]) + "各市时点不尽相同。"
    return Chart("fig-benchmarks", "各市每千人口托位数", alt, note, svg)


def considerations(facts: Facts) -> Chart | None:
    """What decides the choice of an institution, with 95 % intervals."""
    names = ("survey_distance", "survey_quality", "survey_facilities")
    return _shares(facts, names, "fig-considerations", "家长选择托育机构的首要考虑")


def sites(facts: Facts) -> Chart | None:
    """Where parents want the place to be, with 95 % intervals."""
    return _shares(facts, ("survey_site_community", "survey_site_kindergarten"), "fig-sites", "家长希望的托育点位置")


def price(facts: Facts) -> Chart | None:
    """The monthly fee that parents accept, by band, and the fee that is charged."""
    bands = [facts[name] for name in (f"survey_price_{band}" for band in range(1, 9)) if name in facts]
    if len(bands) < 2 or "fee" not in facts:
        return None
    fee = facts["fee"]
    charged = next((n for n, one in enumerate(bands) if _holds(one.option, fee.value)), None)
    labels = [choice(one).replace("/月", "") for one in bands]
    ticks = [label.replace("—", "—\n") if len(bands) > 5 else label for label in labels]
    heights = [float(one.value) for one in bands]
    with _axes(70) as (figure, axes):
        colours = [ORANGE if n == charged else BLUE for n in range(len(bands))]
        axes.bar(ticks, heights, color=colours, width=0.55)
        for position, one in enumerate(bands):
            _above(axes, printed(one), (position, heights[position]))
        side = max(0.6, 0.12 * len(bands))  # room for the words above a bar at either end
        axes.set(ylabel="占受访家长的比例（%）", xlabel="可接受的月托费")
        axes.set(xlim=(-side, len(bands) - 1 + side), ylim=(0, max(heights) * 1.6))
        axes.grid(visible=False, axis="x")
        _point_out(axes, fee, None if charged is None else (charged, heights[charged]), max(heights))
        svg = _svg(figure)
    listed = "，".join(f"{label}占{printed(one)}" for label, one in zip(labels, bands, strict=True))
    alt = f"柱形图，受访家长可接受的月托费：{listed}；全日托平均托费为每月{printed(fee)}（{in_words(fee.as_of)}）。"
    note = sources_note(facts, [*(one.id for one in bands), "fee"]) + _sample(bands)
    return Chart("fig-price", "家长可接受的月托费与现行托费", alt, note, svg)


def communities(facts: Facts) -> Chart | None:
    """Children under three in the largest listed communities, street by street."""
    listed = [one for one in facts.select("community_") if "·" in one.scope and int(one.id.split("_")[1]) <= STREETS]
    if not listed:
        return None
    streets: dict[str, list[tuple[str, Fact, str]]] = {}
    for one in listed:
        street, _, community = one.scope.partition("·")
        members = streets.setdefault(street, [])
        members.append((community, one, (BLUE, LIGHT)[list(streets).index(street) % 2]))
    with _axes(20 + 6.5 * (len(streets) + len(listed))) as (figure, axes):
        _grouped(axes, streets)
        axes.set(xlabel="3岁以下婴幼儿数（人）")
        svg = _svg(figure)
    words = "，".join(f"{one.scope.replace('·', '')}{printed(one)}" for one in listed)
    note = sources_note(facts, [one.id for one in listed]) + "仅列出婴幼儿较多的社区。"
    return Chart("fig-communities", "部分社区3岁以下婴幼儿数", f"条形图，3岁以下婴幼儿数：{words}。", note, svg)


def _shares(facts: Facts, names: Iterable[str], id_: str, title: str) -> Chart | None:
    """Shares of one question with whiskers for their 95 % intervals; None unless every share has one."""
    known = [facts[name] for name in names if name in facts]
    ends = [one.interval for one in known if one.interval]
    if len(known) < 2 or len(ends) < len(known):
        return None
    lows, highs = zip(*ends, strict=True)
    with _axes(24 + 12 * len(known)) as (figure, axes):
        errors = [
            [float(one.value - low) for one, low in zip(known, lows, strict=True)],
            [float(high - one.value) for one, high in zip(known, highs, strict=True)],
        ]
        whiskers = {"ecolor": INK, "capsize": 3, "elinewidth": 1}
        shares = [float(one.value) for one in known]
        axes.barh(range(len(known)), shares, xerr=errors, color=LIGHT, edgecolor=BLUE, height=0.5, error_kw=whiskers)
        axes.set_yticks(range(len(known)), [textwrap.fill(choice(one), 14) for one in known])
        for position, (one, high) in enumerate(zip(known, highs, strict=True)):
            axes.annotate(printed(one), (float(high), position), **BESIDE, bbox=CLEAR)
        axes.set(xlabel="占受访家长的比例（%）", xlim=(0, float(max(highs)) * 1.2))
        _lying(axes)
        svg = _svg(figure)
    listed = "，".join(f"{choice(one)}{printed(one)}（95%区间{interval(one)}）" for one in known)
    note = sources_note(facts, [one.id for one in known]) + f"{_sample(known)}短线为95%置信区间。"
    return Chart(id_, title, f"条形图，{title}：{listed}。", note, svg)


def _sample(shares: Sequence[Fact]) -> str:
    """How many answered, where all shares rest on the same respondents: ``样本量287。``."""
    sizes = {one.respondents for one in shares}
    return "" if len(sizes) > 1 or None in sizes else f"样本量{sizes.pop()}。"


def _in_ten_thousands(fact: Fact) -> str:
    """The number in 万 with two decimals like its neighbours, or fewer where the source has fewer."""
    decimals = max(0, min(2, 4 + fact.decimals))
    return f"{round_half_up(fact.value / TEN_THOUSAND, decimals):f}"


def _dated(fact: Fact, name: str, colour: str) -> tuple[str, Fact, str]:
    """A bar whose name tells its date."""
    return f"{name}（{in_words(fact.as_of)}）", fact, colour


def _grouped(axes: Axes, groups: Mapping[str, Sequence[tuple[str, Fact, str]]]) -> None:
    """Lying bars under the heading of their group; a bar is its name, its number and its colour."""
    ticks: list[str] = []
    places: list[int] = []
    for heading, members in groups.items():
        ticks += [heading, *(name for name, _, _ in members)]
        places += range(len(ticks) - len(members), len(ticks))
    bars = [bar for members in groups.values() for bar in members]
    _bars(axes, ticks, [one for _, one, _ in bars], [colour for _, _, colour in bars], places)
    for position, tick in enumerate(axes.get_yticklabels()):
        if position not in places:
            tick.set(color=BLUE, size=10.5)


def _bars(axes: Axes, ticks: list[str], known: list[Fact], colours: list[str], places: list[int] | None = None) -> None:
    """Lying bars in the order given, each with its number; ``places`` leaves ticks without a bar."""
    rows = list(range(len(known))) if places is None else places
    values = [float(one.value) for one in known]
    axes.barh(rows, values, color=colours, edgecolor="#555555", linewidth=0.5, height=0.55)
    axes.set_yticks(range(len(ticks)), ticks)
    for position, one in zip(rows, known, strict=True):
        axes.annotate(printed(one), (float(one.value), position), **BESIDE, bbox=CLEAR)
    axes.set(xlim=(0, max(values) * 1.15), ylim=(-0.6, len(ticks) - 0.4))
    _lying(axes)


def _lying(axes: Axes) -> None:
    """First bar on top, and no lines along the bars."""
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")


def _inside(axes: Axes, label: str, end: tuple[float, float], longest: float, colour: str) -> None:
    """A label in the middle of a lying bar, or beside a bar that is too short for it."""
    if end[0] < longest * 0.15:
        axes.annotate(label, end, **BESIDE, bbox=CLEAR)
    else:
        axes.text(end[0] / 2, end[1], label, ha="center", va="center", color=colour)


def _above(axes: Axes, label: str, point: tuple[float, float], colour: str = INK) -> None:
    """A label standing on the top of a bar."""
    axes.annotate(label, point, (0, 3), textcoords="offset points", ha="center", color=colour, bbox=CLEAR)


def _target(axes: Axes, target: Fact, name: str) -> None:
    """The target as a dashed line across lying bars, named above them on the side that has room."""
    value = float(target.value)
    axes.axvline(value, color=ORANGE, linestyle="--", linewidth=1.2, zorder=1)
    end = max(axes.get_xlim()[1], value * 1.15)
    axes.set_xlim(0, end)
    side, shift = ("right", -4) if value > end / 2 else ("left", 4)
    above: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "ha": side}
    axes.annotate(name, (value, 1), (shift, 3), **above, color=AMBER)


def _point_out(axes: Axes, fee: Fact, top: tuple[float, float] | None, highest: float) -> None:
    """The fee that is charged, above every bar, with an arrow to the band that holds it if one does."""
    label = f"全日托平均托费{printed(fee)}\n（{in_words(fee.as_of)}）"
    if top is None:
        axes.text(0.99, 0.98, label, ha="right", va="top", bbox=CLEAR, color=AMBER, transform=axes.transAxes)
        return
    arrow = {"arrowstyle": "->", "color": ORANGE}
    start, end = (top[0], highest * 1.28), (top[0], top[1] + highest * 0.12)
    centred: dict[str, Any] = {"ha": "center", "va": "bottom", "bbox": CLEAR, "color": AMBER}
    axes.annotate(f"{label}落在此档", end, start, **centred, arrowprops=arrow)


def _holds(option: str, amount: Decimal) -> bool:
    """Whether a band of prices holds an amount; one named by a bare number is not read as a band.

    >>> [_holds(band, Decimal(2000)) for band in ("2000元/月以下", "1500-2000元", "2000-3000元", "2000元")]
    [True, True, False, False]
    """
    ends = [Decimal(part) for part in re.findall(r"\d+(?:\.\d+)?", option)]
    if len(ends) == 2:
        return ends[0] < amount <= ends[1]
    below, above = option.endswith("以下"), option.endswith("以上")
    return len(ends) == 1 and ((below and amount <= ends[0]) or (above and amount > ends[0]))


@cache
def _register_font() -> None:
    font_manager.fontManager.addfont(Path(str(files("pylopdf_fonts_zh_cn"))) / "NotoSansSC-Regular.otf")


@contextmanager
def _axes(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Axes as wide as the text block and ``height`` mm high, in the report's style."""
    _register_font()
    with mpl.rc_context():
        sns.set_theme(style="whitegrid")
        style.use(Path(str(files("tuoyu.childcare"))) / "tuoyu.mplstyle")
        figure = Figure(figsize=(INCHES, height / 25.4), layout="constrained")
        yield figure, figure.subplots()


def _svg(figure: Figure) -> str:
    """The figure as SVG that is the same for the same figure; a missing glyph is an error."""
    buffer = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
