"""图 — the figures of the report: one function each, facts in, a finished figure out, None without evidence.

What belongs here: what a figure shows and how it is described in words. How figures look stands in ``text.drawing``.
Numbers are printed by ``wording``, so text and figures round alike.
"""

from __future__ import annotations

from decimal import ROUND_CEILING
from decimal import ROUND_FLOOR
from decimal import ROUND_HALF_UP
from decimal import Decimal
from itertools import cycle
from itertools import pairwise
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.childcare.annexes import before_of
from tuoyu.childcare.annexes import why
from tuoyu.childcare.roles import COMMUNITY
from tuoyu.childcare.roles import SCENARIO
from tuoyu.childcare.tables import at_census
from tuoyu.childcare.tables import latest
from tuoyu.childcare.tables import own_target
from tuoyu.childcare.tables import parts_of
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.wording import BOUND_WORDS
from tuoyu.facts.wording import TEN_THOUSAND
from tuoyu.facts.wording import choice
from tuoyu.facts.wording import interval
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import sources_note
from tuoyu.nouns.fact import LESS
from tuoyu.nouns.fact import MORE
from tuoyu.nouns.period import in_words
from tuoyu.text.drawing import AMBER
from tuoyu.text.drawing import BLUE
from tuoyu.text.drawing import CLEAR
from tuoyu.text.drawing import FAINT
from tuoyu.text.drawing import GREY
from tuoyu.text.drawing import INK
from tuoyu.text.drawing import LIGHT
from tuoyu.text.drawing import ORANGE
from tuoyu.text.drawing import OVER
from tuoyu.text.drawing import STROKES
from tuoyu.text.drawing import UNDER
from tuoyu.text.drawing import Chart
from tuoyu.text.drawing import bounded
from tuoyu.text.drawing import drawing
from tuoyu.text.drawing import drawn
from tuoyu.text.drawing import ends_named
from tuoyu.text.drawing import is_bound
from tuoyu.text.drawing import lying
from tuoyu.text.drawing import lying_bars
from tuoyu.text.drawing import panels
from tuoyu.text.drawing import points_of
from tuoyu.text.drawing import whiskers
from tuoyu.text.drawing import wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

MOST_COMMUNITIES = 15  # that are drawn; the table has them all
FEWEST_BARS = 4  # what fewer bars would show, a sentence says
BROKEN = ("-.", "--", ":")
AHEAD = tuple({"color": look["color"], "linestyle": line} for look, line in zip(STROKES, BROKEN, strict=True))
MISSING = "#efefef"  # behind years without a number


def births(facts: Facts) -> Chart | None:
    """出生人口 by year as a line with its gaps, and the scenarios of the years to come apart from it."""
    known = facts.series("births")
    if len(known) < 2:
        return None
    scenarios = _scenarios(facts, "births_outlook")
    with drawing(72) as (figure, axes):
        axes.set(ylabel="出生人口（万人）", ylim=(0, max(_wan(one) for one in known) * 1.2))
        _years(axes, [*known, *(one for ahead in scenarios.values() for one in ahead)], room=2.6 if scenarios else 0.6)
        _past(axes, known)
        for (_, ahead), look in zip(scenarios.items(), cycle(AHEAD), strict=False):
            _drawn_ahead(axes, [known[-1], *ahead], look)
        _ends(axes, scenarios)
        image = drawn(figure)
    listed = "，".join(f"{in_words(one.period)}{printed(one)}" for one in known)
    gaps = "；有的年份没有取得数字，线条断开，底色标出" if _has_gaps(known) else ""
    ahead_words = "；以后各年为分方案的推算" if scenarios else ""
    city = facts.city.name if facts.city else ""
    rows = [(in_words(one.period), one) for one in known]
    rows += [(f"{one.part.name}方案{one.period}年", one) for ahead in scenarios.values() for one in ahead]
    note = sources_note(facts, [one.id for one in known]) + ("虚线为推算。" if scenarios else "")
    note += "底色为没有取得数字的年份。" if _has_gaps(known) else ""
    alt = f"折线图，{city}出生人口：{listed}{gaps}{ahead_words}。"
    return Chart(
        "fig-births", "出生人口变化和分方案推算" if scenarios else "出生人口变化", alt, note, image, points_of(rows)
    )


def outlook(facts: Facts) -> Chart | None:
    """Under-threes by scenario to the last year, what would be wanted of places, and the places there are."""
    children = _scenarios(facts, "under_threes")
    places, now = facts.get("places"), facts.get("births_three_years")
    if not children or places is None or now is None:
        return None
    wanted = _scenarios(facts, "places_wanted")
    low, high = _scenarios(facts, "places_wanted_low"), _scenarios(facts, "places_wanted_high")
    with panels(100, 2) as (figure, (above, below)):
        top = max(_wan(one) for one in (now, *(ahead[-1] for ahead in children.values())))
        above.set(ylabel="3岁以下婴幼儿（万人）", ylim=(0, top * 1.15))
        _years(above, [now, *(one for ahead in children.values() for one in ahead)], room=2.6)
        for (_, ahead), look in zip(children.items(), cycle(AHEAD), strict=False):
            _drawn_ahead(above, [now, *ahead], look)
        _ends(above, children, share=0.5)
        ends = [lines[-1] for part in (wanted, high) for lines in part.values()]
        below.set(ylabel="托位（万个）", ylim=(0, max(_wan(one) for one in (places, *ends)) * 1.2))
        below.grid(visible=False, axis="x")
        for number, ((name, ahead), look) in enumerate(zip(wanted.items(), cycle(AHEAD), strict=False)):
            _drawn_ahead(below, ahead, look)
            if name in low and name in high:
                aside = _year(ahead[-1]) + 0.12 * (number + 1)
                span = [_wan(low[name][-1]), _wan(high[name][-1])]
                below.plot([aside, aside], span, color=look["color"], linewidth=1.6, solid_capstyle="butt")
        _ends(below, wanted, share=0.5, aside=0.5)
        below.axhline(_wan(places), color=ORANGE, linewidth=1.6)
        words, start = f"现有托位{printed(places)}", (_year(now) - 0.5, _wan(places))
        under = any(ahead[0].value > places.value for ahead in wanted.values())
        shift, side = (-4, "top") if under else (4, "bottom")
        below.annotate(words, start, (0, shift), textcoords="offset points", color=AMBER, va=side)
        above.set_xlabel("")
        below.set_xlabel("年份")
        image = drawn(figure)
    reached, asked = (
        "，".join(f"{name}方案{printed(ahead[-1])}" for name, ahead in lines.items()) for lines in (children, wanted)
    )
    last = next(iter(children.values()))[-1].period
    alt = (
        f"上下两幅折线图。上图：3岁以下婴幼儿数由{in_words(now.period)}的{printed(now)}变为{last}年的{reached}。"
        f"下图：现有托位{printed(places)}" + (f"，需要托位{asked}" if asked else "") + "。"
    )
    rows = [
        (f"{one.name}·{one.part.name}方案", one)
        for lines in (children, low, wanted, high)
        for line in lines.values()
        for one in line
    ]
    note = sources_note(facts, [now.id, places.id]) + "各方案为条件推算，不是预测。"
    rate = facts.get("demand_rate")
    if wanted and rate:
        around = "，右端竖线为较低至较高意愿的范围" if low and high else ""
        note += f"需要托位按{printed(rate)}的送托意愿测算{around}。"
    return Chart("fig-outlook", "3岁以下婴幼儿数和需要托位的测算", alt, note, image, points_of(rows))


FLOW = ("births_three_years", "children_wanting_care", "places_needed", "places", "enrolled")


def flow(facts: Facts) -> Chart | None:
    """From children to those enrolled: how many there are, want care, have a place, and how many places are idle."""
    named = [(facts[name].name, facts[name]) for name in FLOW if name in facts]
    if len(named) < FEWEST_BARS or "enrolled" not in facts:
        return None
    enrolled, vacant = facts["enrolled"], facts.get("vacant_places")
    split = named[-2][1].indicator == "places" and vacant is not None and vacant.value > 0
    shown = named[:-1] if split else named
    colours = [BLUE if one.indicator == "enrolled" else LIGHT for _, one in shown]
    labels = [printed(one) for _, one in shown]
    with drawing(20 + 10 * len(shown)) as (figure, axes):
        if split and vacant is not None:
            labels[-1] += f"：在托{printed(enrolled)}，空置{printed(vacant)}"
            axes.barh([len(shown) - 1], [float(enrolled.value)], color=BLUE, height=0.55, zorder=3)
        lying_bars(axes, shown, colours, labels)
        axes.set(xlabel="人、个")
        image = drawn(figure)
    listed = "，".join(f"{name}{printed(one)}" for name, one in named)
    if split and vacant is not None:
        named.append((vacant.name, vacant))
        listed += f"，{vacant.name}{printed(vacant)}"
    note = sources_note(facts, [one.id for _, one in named]) + "深色为在托；人数和托位数并列，用来对照。"
    return Chart(
        "fig-flow", "婴幼儿、需求、托位和在托人数", f"条形图，从上到下：{listed}。", note, image, points_of(named)
    )


def targets(facts: Facts) -> Chart | None:
    """每千人口托位数 of the city and its benchmarks as dots, each against the target that applies to it."""
    cities = [city for city in (facts.city, *facts.benchmarks) if city]
    seen = [(city.short, facts if city.code == facts.place else facts.at(city.code), city.code) for city in cities]
    known = [(short, view["places_per_thousand"], code) for short, view, code in seen if "places_per_thousand" in view]
    if len(known) < 2:
        return None
    nation = facts.get("national_places_target")
    with drawing(22 + 10.5 * len(known)) as (figure, axes):
        ends = []
        for position, (_, one, code) in enumerate(known):
            target = own_target(facts, code)
            if target is not None:
                line = ":" if is_bound(one) else "-"
                both = [float(one.value), float(target.value)]
                axes.plot(both, [position] * 2, color=GREY, linewidth=2, linestyle=line, zorder=1)
                axes.plot([float(target.value)], [position], marker="D", color=ORANGE, markersize=7, zorder=2)
                axes.annotate(f"目标{printed(target)}", (float(target.value), position), **UNDER, color=AMBER)
                ends.append(float(target.value))
            face = "white" if is_bound(one) else BLUE
            axes.plot([float(one.value)], [position], marker="o", color=BLUE, mfc=face, markersize=8, zorder=3)
            bounded(axes, one, position)
            axes.annotate(printed(one), (float(one.value), position), (0, 7), textcoords="offset points", ha="center")
            ends.append(float(one.value))
        if nation is not None:
            axes.axvline(float(nation.value), color=FAINT, linestyle=":", linewidth=1.2)
            ends.append(float(nation.value))
            axes.annotate(f"全国目标{printed(nation)}", (float(nation.value), -0.7), **OVER, color=FAINT)
        axes.set_yticks(range(len(known)), [wrapped(short) for short, _, _ in known])
        axes.set(xlabel="每千人口托位数（个）", xlim=(0, max(ends) * 1.1), ylim=(-0.7, len(known) - 0.3))
        lying(axes)
        image = drawn(figure)
    told = []
    for short, one, code in known:
        target = own_target(facts, code)
        told.append(f"{short}{printed(one)}" + (f"，所在省（自治区）目标{printed(target)}" if target else ""))
    alt = f"点图，每千人口托位数：{'；'.join(told)}。" + (f"全国目标{printed(nation)}。" if nation else "")
    note = sources_note(facts, [one.id for _, one, _ in known])
    note += (
        "圆点为现状，菱形为本省（自治区）目标，点线为全国目标；空心圆点和箭头表示只知道下限或上限。各市时点不尽相同。"
    )
    return Chart(
        "fig-targets",
        "各市每千人口托位数与目标",
        alt,
        note,
        image,
        points_of((s, one) for s, one, _ in known),
    )


INCOMES = (  # of the year of the fee where that is known, else the latest
    ("居民人均可支配收入", "income_of_fee_year", ""),
    ("城镇居民人均可支配收入", "income_urban_of_fee_year", "income_urban"),
    ("农村居民人均可支配收入", "income_rural_of_fee_year", "income_rural"),
)


def affordability(facts: Facts) -> Chart | None:
    """The fee of a year against incomes of the same year, or of the latest for which they are known."""
    fee = facts.get("fee_yearly")
    found = [(name, facts.get(same) or facts.get(latest)) for name, same, latest in INCOMES]
    named = [(name, one) for name, one in found if one is not None]
    if fee is None or 1 + len(named) < FEWEST_BARS:
        return None
    named.insert(0, ("全年托费", fee))
    labels = [f"{printed(one)}（{in_words(one.period)}）" for _, one in named]
    with drawing(18 + 7.5 * len(named)) as (figure, axes):
        lying_bars(axes, named, [ORANGE, *[BLUE] * (len(named) - 1)], labels)
        axes.axvline(float(fee.value), color=AMBER, linestyle="--", linewidth=1)
        axes.set(xlabel="元/年", xlim=(0, max(float(one.value) for _, one in named) * 1.4))
        image = drawn(figure)
    listed = "，".join(f"{name}{label}" for (name, _), label in zip(named, labels, strict=True))
    other = "" if len({one.period[:4] for _, one in named}) == 1 else "托费和有的收入不是同一年的。"
    note = sources_note(facts, [one.id for _, one in named]) + f"一人托费与一人收入，不是家庭负担。{other}"
    return Chart("fig-affordability", "全年托费与居民收入", f"条形图，{listed}。", note, image, points_of(named))


def survey(facts: Facts) -> Chart | None:
    """Every option of the survey with its 95 % interval, question by question."""
    order = list(vocabulary())
    shares = latest(one for one in facts.select(place=facts.place) if one.interval and not one.part)
    shares = [one for one in shares if not vocabulary()[one.indicator].sum_of]
    if len(shares) < FEWEST_BARS:
        return None
    shares.sort(key=lambda one: order.index(one.indicator))
    questions: dict[str, list[Fact]] = {}
    for one in shares:
        questions.setdefault(vocabulary()[one.indicator].question, []).append(one)
    rows = sum(len(options) for options in questions.values()) + len(questions)
    with drawing(16 + 6.2 * rows) as (figure, axes):
        ticks: list[str] = []
        for number, (question, options) in enumerate(questions.items()):
            ticks += [question, *(choice(one) for one in options)]
            for position, one in enumerate(options, len(ticks) - len(options)):
                whiskers(axes, position, one, (BLUE, AMBER)[number % 2])
        axes.set_yticks(range(len(ticks)), [wrapped(tick) for tick in ticks])
        for tick in axes.get_yticklabels():
            if tick.get_text().replace("\n", "") in questions:
                tick.set(color=BLUE, size=10.5)
        axes.set(xlabel="占受访家长的比例（%）", xlim=(0, 112), ylim=(-0.7, rows - 0.3))
        lying(axes)
        image = drawn(figure)
    told = "；".join(
        f"{question}：" + "，".join(f"{choice(one)}{printed(one)}（95%区间{interval(one)}）" for one in options)
        for question, options in questions.items()
    )
    sizes = {one.respondents for one in shares}
    sample = f"样本量{sizes.pop()}。" if len(sizes) == 1 else ""
    note = sources_note(facts, [one.id for one in shares]) + f"{sample}圆点为占比，横线为95%置信区间。"
    remarks: dict[str, list[str]] = {}
    for one in shares:
        if one.note:
            remarks.setdefault(one.note, []).append(choice(one))
    note += "".join(f"{'、'.join(choices)}：{remark}。" for remark, choices in remarks.items())
    return Chart(
        "fig-survey",
        "家长问卷各题结果",
        f"点图，{told}。",
        note,
        image,
        points_of((choice(one), one) for one in shares),
    )


def districts(facts: Facts) -> Chart | None:
    """Children under five by district, as the census counted them, those under one apart."""
    own = facts.city.districts if facts.city else ()
    known = [(one.name, facts.at(one.code)) for one in own]
    named = [(name, view["census_under_five"]) for name, view in known if "census_under_five" in view]
    if len(named) < FEWEST_BARS:
        return None
    named.sort(key=lambda pair: -pair[1].value)
    youngest = [at_census(facts, one)[0] for _, one in named]
    whole = [one for one in youngest if one is not None]
    apart_ = len(whole) == len(named)
    with drawing(20 + 7 * len(named)) as (figure, axes):
        if apart_:
            axes.barh(range(len(whole)), [float(one.value) for one in whole], color=BLUE, height=0.55, zorder=3)
        lying_bars(axes, named, [LIGHT if apart_ else BLUE] * len(named))
        axes.set(xlabel="五岁以下人口（人）")
        image = drawn(figure)
    day = in_words(named[0][1].period)
    listed = "，".join(
        f"{name}{printed(one)}" + (f"（其中零岁{printed(youth)}）" if apart_ and youth else "")
        for (name, one), youth in zip(named, youngest, strict=True)
    )
    note = sources_note(facts, [one.id for _, one in named]) + f"{day}人口普查数。"
    note += "深色为零岁人口。" if apart_ else ""
    rows = [row for (name, one), youth in zip(named, youngest, strict=True) for row in ((name, one), (name, youth))]
    points = points_of((one.label if one.indicator == "age_0" else name, one) for name, one in rows if one is not None)
    return Chart("fig-districts", "各区县五岁以下人口", f"条形图，{day}人口普查：{listed}。", note, image, points)


def communities(facts: Facts) -> Chart | None:
    """Children under three in the largest listed communities, the largest first, coloured by street."""
    listed = sorted(parts_of(facts, "children", COMMUNITY), key=lambda one: -one.value)[:MOST_COMMUNITIES]
    if len(listed) < FEWEST_BARS:
        return None
    streets = list(dict.fromkeys(one.part.within for one in listed))
    few = 1 < len(streets) <= 3  # more cannot be told apart by colour
    colours = [(BLUE, LIGHT, GREY)[streets.index(one.part.within)] if few else BLUE for one in listed]
    named = [(f"{one.part.within}{one.part.name}", one) for one in listed]
    with drawing(18 + 6.5 * len(named)) as (figure, axes):
        lying_bars(axes, named, colours)
        axes.set(xlabel="3岁以下婴幼儿数（人）")
        image = drawn(figure)
    words = "，".join(f"{name}{printed(one)}" for name, one in named)
    note = sources_note(facts, [one.id for one in listed]) + (
        "仅列出婴幼儿较多的社区" + ("，颜色区分街道。" if few else "。")
    )
    return Chart(
        "fig-communities",
        "部分社区3岁以下婴幼儿数",
        f"条形图，3岁以下婴幼儿数：{words}。",
        note,
        image,
        points_of(named),
    )


def changes(facts: Facts) -> Chart | None:
    """Main indicators against the previous edition, each as a share of its earlier value."""
    earlier = before_of(facts)
    pairs = [
        (now, earlier[one.id])
        for one in vocabulary().values()
        if one.main and (now := facts.get(one.id)) and one.id in earlier and earlier[one.id].value > 0
    ]
    moved = [
        (now, before)
        for now, before in pairs
        if vocabulary()[now.indicator].better == "higher" and why(facts, now, before)
    ]
    if len(moved) < 3:
        return None
    with drawing(max(64, 24 + 6 * len(moved))) as (figure, axes):
        shares = [float(now.value / before.value * 100) for now, before in moved]
        room = max(max(shares) - min(100, *shares), 1) * 0.08
        axes.set(xlim=(-0.1, 2.3), ylim=(min(100, *shares) - room, max(100, *shares) + room), ylabel="上期为100")
        ends = []
        for number, ((now, before), share) in enumerate(zip(moved, shares, strict=True)):
            look = {**STROKES[number % 3], "color": (BLUE, AMBER, FAINT, ORANGE, INK)[number % 5]}
            axes.plot([0, 1], [100, share], **look, markersize=5, linewidth=1.4)
            ends.append((1, share, f"{now.name}：{printed(before)}→{printed(now)}", look["color"]))
        ends_named(axes, ends, gap=0.12)
        axes.set_xticks([0, 1], ["上期", "本期"])
        axes.grid(visible=False)
        image = drawn(figure)
    listed = "，".join(f"{now.name}由{printed(before)}变为{printed(now)}" for now, before in moved)
    rows = [row for now, before in moved for row in ((before.label, before), (now.label, now))]
    note = sources_note(facts, [one.id for pair in moved for one in pair]) + "各指标以上期为100。"
    return Chart("fig-changes", "主要指标与上期比较", f"斜线图，{listed}。", note, image, points_of(rows))


def _scenarios(facts: Facts, indicator: str) -> dict[str, list[Fact]]:
    """Figures of the years to come, by scenario, from early to late."""
    lines: dict[str, list[Fact]] = {}
    for one in sorted(facts.select(indicator, axis=SCENARIO), key=lambda one: one.period):
        lines.setdefault(one.part.name, []).append(one)
    order = list(facts.edition.outlook.scenarios) if facts.edition else []
    return {name: lines[name] for name in order if name in lines}


def _past(axes: Axes, known: Sequence[Fact]) -> None:
    """What is known, year by year: a line where years follow one another, a gap where one is missing."""
    run: list[Fact] = []
    for one, after in zip(known, [*known[1:], None], strict=True):
        run.append(one)
        if after is None or _year(after) != _year(one) + 1:
            axes.plot(
                [_year(x) for x in run], [_wan(x) for x in run], color=INK, marker="o", markersize=5, linewidth=1.8
            )
            run = []
    for one, after in pairwise(known):
        if _year(after) - _year(one) > 1:
            axes.axvspan(_year(one) + 0.5, _year(after) - 0.5, color=MISSING, linewidth=0, zorder=0)
    for one in known:
        axes.annotate(_label(one), (_year(one), _wan(one)), (0, 6), textcoords="offset points", ha="center", bbox=CLEAR)


def _drawn_ahead(axes: Axes, line: Sequence[Fact], look: Mapping[str, Any]) -> None:
    """What is reckoned for the years to come, in broken lines."""
    axes.plot([_year(one) for one in line], [_wan(one) for one in line], **look, linewidth=1.4)


def _ends(axes: Axes, scenarios: Mapping[str, Sequence[Fact]], *, share: float = 1, aside: float = 0) -> None:
    """Name and last number of each scenario at the end of its line."""
    named = [
        (_year(ahead[-1]), _wan(ahead[-1]), f"{name} {_label(ahead[-1])}", look["color"])
        for (name, ahead), look in zip(scenarios.items(), cycle(AHEAD), strict=False)
    ]
    ends_named(axes, named, gap=0.3 + aside, share=share)


def _label(one: Fact) -> str:
    """The number in 万 with two decimals at most, rounded half up, a bound so that it stays true."""
    rounding = ROUND_FLOOR if one.bound in MORE else ROUND_CEILING if one.bound in LESS else ROUND_HALF_UP
    figure = f"{(one.value / TEN_THOUSAND).quantize(Decimal('0.01'), rounding):f}"
    return BOUND_WORDS[one.bound] + figure.rstrip("0").rstrip(".")


def _years(axes: Axes, shown: Sequence[Fact], *, room: float) -> None:
    """Whole years on the axis, as many as can be read, with room for words at the right end."""
    first, last = min(map(_year, shown)), max(map(_year, shown))
    step = max(1, (last - first) // 9 + ((last - first) % 9 > 0))
    axes.set_xticks(range(first, last + 1, step))
    axes.set(xlabel="年份", xlim=(first - 0.6, last + room))
    axes.grid(visible=False, axis="x")


def _has_gaps(known: Sequence[Fact]) -> bool:
    return _year(known[-1]) - _year(known[0]) + 1 > len(known)


def _year(one: Fact) -> int:
    return int(one.period[-4:] if one.period[-4:].isdigit() else one.period[:4])


def _wan(one: Fact) -> float:
    return float(one.value / TEN_THOUSAND)
