"""图 — the figures of the report: one function each, facts in, a finished figure out, None without evidence.

What belongs here: what a figure shows and how it is described in words. The look stands in
``tuoyu.mplstyle``. Numbers are printed by ``wording``, so text and figures round alike.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
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

from tuoyu.analysis.periods import in_words
from tuoyu.analysis.wording import TEN_THOUSAND
from tuoyu.analysis.wording import interval
from tuoyu.analysis.wording import printed
from tuoyu.analysis.wording import sources_note
from tuoyu.fact import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from tuoyu.fact import Fact
    from tuoyu.fact import Facts

INCHES = 156 / 25.4  # width of the text block
BLUE, ORANGE, GREY, LIGHT = "#1f5a94", "#d9822b", "#8c8c8c", "#c9d9ea"  # told apart in grey print by lightness


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
    with _axes(70) as (figure, axes):
        span = range(min(years), max(years) + 1)
        heights = [float(years[year].value) / 10000 if year in years else 0 for year in span]
        sns.barplot(x=[str(year) for year in span], y=heights, ax=axes, color=BLUE, width=0.6)
        for position, year in enumerate(span):
            text = f"{round_half_up(years[year].value / TEN_THOUSAND, 2)}" if year in years else "未取得"
            axes.annotate(
                text,
                (position, heights[position]),
                (0, 3),
                textcoords="offset points",
                ha="center",
                color="#222222" if year in years else GREY,
            )
        axes.set(xlabel="年份", ylabel="出生人口（万人）", ylim=(0, max(heights) * 1.15))
        svg = _svg(figure)
    known = "，".join(f"{year}年{printed(one)}" for year, one in years.items())
    alt = f"柱形图，{facts.edition['city_name']}出生人口：{known}；其余年份没有取得数字。"
    return Chart("fig-births", "出生人口变化", alt, sources_note(facts, [one.id for one in years.values()]), svg)


def places(facts: Facts) -> Chart | None:
    """托位: have, need by the target, gap."""
    names = ("places", "places_needed", "places_gap")
    if not facts.has(*names) or facts["places_gap"].value <= 0:
        return None
    have, need, gap = (facts[name] for name in names)
    with _axes(52) as (figure, axes):
        labels = [f"现有托位\n（{in_words(have.as_of)}）", f"目标所需托位\n（{in_words(need.as_of)}）"]
        axes.barh(labels, [float(have.value), float(need.value)], color=[BLUE, LIGHT], height=0.5, edgecolor=BLUE)
        axes.barh(
            labels[:1],
            [float(gap.value)],
            left=[float(have.value)],
            color="white",
            edgecolor=ORANGE,
            hatch="////",
            height=0.5,
        )
        axes.text(float(have.value) / 2, 0, printed(have), ha="center", va="center", color="white")
        axes.text(float(need.value) / 2, 1, printed(need), ha="center", va="center")
        axes.text(float(need.value) * 1.01, 0, f"缺口{printed(gap)}", ha="left", va="center", color="#8a4b08")
        axes.set(xlabel="托位（个）", xlim=(0, float(need.value) * 1.2))
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        svg = _svg(figure)
    target = f"按每千人口{printed(facts['places_target'])}的目标"
    alt = f"条形图，现有托位{printed(have)}，{target}需要{printed(need)}，缺口{printed(gap)}。"
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
            axes.annotate(printed(one), (float(one.value), position), (4, 0), textcoords="offset points", va="center")
        axes.set(xlabel="机构数（家）", xlim=(0, float(max(one.value for one in kinds)) * 1.15))
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        svg = _svg(figure)
    alt = (
        f"条形图，开设托班的幼儿园{printed(kinds[0])}，其他托育机构{printed(kinds[1])}，"
        f"幼儿园托班占{printed(facts['kindergarten_share'])}。"
    )
    return Chart("fig-institutions", "托育机构构成", alt, sources_note(facts, names), svg)


def enrolment(facts: Facts) -> Chart | None:
    """入托率 against the target and international figures."""
    names = ("enrolment_rate", "enrolment_target", "oecd_enrolment_rate", "eu_enrolment_rate")
    known = [facts[name] for name in names if name in facts]
    if "enrolment_rate" not in facts or len(known) < 2:
        return None
    words = {
        "enrolment_rate": facts.edition["city_short"],
        "enrolment_target": "目标",
        "oecd_enrolment_rate": "经合组织",
        "eu_enrolment_rate": "欧盟",
    }
    labels = [f"{words[one.id]}（{in_words(one.as_of)}）" for one in known]
    with _axes(62) as (figure, axes):
        colours = [
            BLUE if one.id == "enrolment_rate" else ORANGE if one.id == "enrolment_target" else GREY for one in known
        ]
        _bars(axes, labels, known, colours)
        axes.set(xlabel="3岁以下婴幼儿入托率（%）")
        svg = _svg(figure)
    listed = "，".join(f"{label}{printed(one)}" for label, one in zip(labels, known, strict=True))
    note = sources_note(facts, [one.id for one in known]) + "各方统计口径不同，仅供参照。"
    return Chart("fig-enrolment", "入托率与目标及国际水平比较", f"条形图，3岁以下婴幼儿入托率：{listed}。", note, svg)


def benchmarks(facts: Facts) -> Chart | None:
    """每千人口托位数 of the city and of benchmark cities, against the target."""
    cities = [""] + [f"{folder}_" for folder in facts.edition.get("benchmarks", ())]
    known = [facts[f"{prefix}places_per_thousand"] for prefix in cities if f"{prefix}places_per_thousand" in facts]
    if len(known) < 2:
        return None
    labels = [(one.label.removesuffix("每千人口托位数") or facts.edition["city_short"]) for one in known]
    with _axes(58) as (figure, axes):
        _bars(axes, labels, known, [BLUE] + [GREY] * (len(known) - 1))
        if "places_target" in facts:
            target = facts["places_target"]
            axes.axvline(float(target.value), color=ORANGE, linestyle="--", linewidth=1.2)
            axes.annotate(
                f"{facts.edition['city_short']}所在省目标 {printed(target)}",
                (float(target.value), 1),
                (-4, 3),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="right",
                color="#8a4b08",
            )
            axes.set_xlim(0, float(max(target.value, *(one.value for one in known))) * 1.15)
        axes.set(xlabel="每千人口托位数（个）")
        svg = _svg(figure)
    listed = "，".join(f"{label}{printed(one)}" for label, one in zip(labels, known, strict=True))
    note = sources_note(facts, [one.id for one in known]) + "各市时点不尽相同。"
    return Chart("fig-benchmarks", "各市每千人口托位数", f"条形图，每千人口托位数：{listed}。", note, svg)


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
    charged = next((n for n, one in enumerate(bands) if _holds(one.option, float(fee.value))), None)
    with _axes(66) as (figure, axes):
        labels = [_months(one.option) for one in bands]
        axes.bar(
            labels,
            [float(one.value) for one in bands],
            color=[ORANGE if n == charged else BLUE for n in range(len(bands))],
            width=0.55,
        )
        for position, one in enumerate(bands):
            axes.annotate(printed(one), (position, float(one.value)), (0, 3), textcoords="offset points", ha="center")
        if charged is not None:
            axes.annotate(
                f"全日托平均托费{printed(fee)}\n（{in_words(fee.as_of)}）落在此档",
                (charged, float(bands[charged].value) + 6),
                (charged, 42),
                ha="center",
                color="#8a4b08",
                arrowprops={"arrowstyle": "->", "color": ORANGE},
            )
        axes.set(ylabel="占受访家长的比例（%）", xlabel="可接受的月托费", ylim=(0, 65))
        axes.grid(visible=False, axis="x")
        svg = _svg(figure)
    listed = "，".join(f"{label}占{printed(one)}" for label, one in zip(labels, bands, strict=True))
    alt = f"柱形图，受访家长可接受的月托费：{listed}；全日托平均托费为每月{printed(fee)}（{in_words(fee.as_of)}）。"
    return Chart(
        "fig-price", "家长可接受的月托费与现行托费", alt, sources_note(facts, [*(one.id for one in bands), "fee"]), svg
    )


def communities(facts: Facts) -> Chart | None:
    """Children under three in the largest listed communities of each street."""
    listed = [one for one in facts.select("community_") if "·" in one.scope]
    if not listed:
        return None
    streets = list(dict.fromkeys(one.scope.partition("·")[0] for one in listed))
    labels = [one.scope.partition("·")[2] for one in listed]
    with _axes(22 + 7.5 * len(listed)) as (figure, axes):
        colours = [(BLUE, LIGHT, GREY, ORANGE)[streets.index(one.scope.partition("·")[0]) % 4] for one in listed]
        _bars(axes, labels, listed, colours)
        for street, colour in zip(streets, (BLUE, LIGHT, GREY, ORANGE), strict=False):
            axes.barh([0], [0], color=colour, edgecolor=BLUE, label=street)
        axes.legend(loc="lower right")
        axes.set(xlabel="3岁以下婴幼儿数（人）")
        svg = _svg(figure)
    words = "，".join(f"{one.scope.replace('·', '')}{printed(one)}" for one in listed)
    note = sources_note(facts, [one.id for one in listed]) + "仅列出婴幼儿较多的社区。"
    return Chart("fig-communities", "部分社区3岁以下婴幼儿数", f"条形图，3岁以下婴幼儿数：{words}。", note, svg)


def _shares(facts: Facts, names: Iterable[str], id_: str, title: str) -> Chart | None:
    known = [facts[name] for name in names if name in facts]
    if len(known) < 2:
        return None
    ends = [(one, *(one.interval or (one.value, one.value))) for one in known]
    with _axes(24 + 12 * len(known)) as (figure, axes):
        errors = [[float(one.value - low) for one, low, _ in ends], [float(high - one.value) for one, _, high in ends]]
        labels = [one.option for one in known]
        axes.barh(
            labels,
            [float(one.value) for one in known],
            xerr=errors,
            color=LIGHT,
            edgecolor=BLUE,
            height=0.5,
            error_kw={"ecolor": "#222222", "capsize": 3, "elinewidth": 1},
        )
        for position, (one, _, high) in enumerate(ends):
            axes.annotate(printed(one), (float(high), position), (5, 0), textcoords="offset points", va="center")
        axes.set(xlabel="占受访家长的比例（%）", xlim=(0, float(max(high for *_, high in ends)) * 1.2))
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        svg = _svg(figure)
    listed = "，".join(f"{one.option}{printed(one)}（95%区间{interval(one)}）" for one in known)
    note = sources_note(facts, [one.id for one in known]) + f"样本量{known[0].respondents}，短线为95%置信区间。"
    return Chart(id_, title, f"条形图，{title}：{listed}。", note, svg)


def _bars(axes: Axes, labels: list[str], known: list[Fact], colours: list[str]) -> None:
    """Horizontal bars in the order given, each with its number."""
    axes.barh(
        range(len(known)),
        [float(one.value) for one in known],
        color=colours,
        edgecolor="#555555",
        linewidth=0.5,
        height=0.55,
    )
    axes.set_yticks(range(len(known)), labels)
    for position, one in enumerate(known):
        axes.annotate(printed(one), (float(one.value), position), (4, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, float(max(one.value for one in known)) * 1.15)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")


def _months(option: str) -> str:
    """``1500-2000元/月`` → ``1500—2000元``."""
    return option.replace("/月", "").replace("-", "—")


def _holds(option: str, amount: float) -> bool:
    ends = [float(part) for part in re.findall(r"\d+(?:\.\d+)?", option)]
    return len(ends) == 2 and ends[0] < amount <= ends[1]


@cache
def _register_font() -> None:
    font_manager.fontManager.addfont(Path(str(files("pylopdf_fonts_zh_cn"))) / "NotoSansSC-Regular.otf")


@contextmanager
def _axes(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Axes as wide as the text block and ``height`` mm high, in the report's style."""
    _register_font()
    with mpl.rc_context():
        sns.set_theme(style="whitegrid")
        style.use(Path(str(files("tuoyu.analysis"))) / "tuoyu.mplstyle")
        figure = Figure(figsize=(INCHES, height / 25.4), layout="constrained")
        yield figure, figure.subplots()


def _svg(figure: Figure) -> str:
    """The figure as SVG that is the same for the same figure; a missing glyph is an error."""
    buffer = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
