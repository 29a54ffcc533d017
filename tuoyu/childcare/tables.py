"""表 — the tables of the report: one function each, facts in, a table out, None without evidence.

Numbers stand in their carriers of lineage; what is not known prints as ``—``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tuoyu.childcare.roles import COMMUNITY
from tuoyu.childcare.roles import DISTRICT
from tuoyu.childcare.roles import SCENARIO
from tuoyu.childcare.roles import STREET
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.relations import Outcome
from tuoyu.facts.relations import Relation
from tuoyu.facts.relations import relate
from tuoyu.facts.wording import choice
from tuoyu.facts.wording import document_number
from tuoyu.facts.wording import interval
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import sources_note
from tuoyu.facts.wording import span
from tuoyu.facts.wording import ten_thousands
from tuoyu.nouns.observation import ANSWERS
from tuoyu.nouns.observation import REGISTER
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day
from tuoyu.text.tabulating import STEADY
from tuoyu.text.tabulating import UNKNOWN
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import by_how_much
from tuoyu.text.tabulating import carried
from tuoyu.text.tabulating import moved
from tuoyu.text.tabulating import text
from tuoyu.text.tabulating import when

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.fact import Part

KINDS = ("办托形式", "举办性质", "普惠")
HOW_KNOWN = {ANSWERS: "由原始答卷计算", REGISTER: "由机构名单计算"}
TO_A_HUNDRED = -2  # decimals: what is known to the hundred loses nothing that matters in 万 with two decimals
YES_NO = {("普惠", "是"): "普惠", ("普惠", "否"): "非普惠"}


def listed_in(table: str) -> list[str]:
    """Indicators that the vocabulary puts into a table, in its order."""
    return [one.id for one in vocabulary().values() if table in one.tables]


def latest(found: Iterable[Fact]) -> list[Fact]:
    """Of figures of one indicator, place and part the latest, in the order in which these first come."""
    known: dict[tuple[str, str, Part], Fact] = {}
    for one in found:
        other = known.setdefault((one.indicator, one.place, one.part), one)
        if (last_day(one.period) or date.min) > (last_day(other.period) or date.min):
            known[one.indicator, one.place, one.part] = one
    return list(known.values())


def parts_of(facts: Facts, indicator: str, axis: str) -> list[Fact]:
    """One indicator of every part of the city on one axis, the latest of each."""
    own = {facts.place, *(one.code for one in (facts.city.districts if facts.city else ()))}
    return latest(one for one in facts.select(indicator, axis=axis) if one.place in own)


def population(facts: Facts) -> Table | None:
    """出生人口 by year, each with its basis and its document."""
    years = facts.series("births")
    if not years:
        return None
    rows = []
    for one, before in zip(years, (None, *years), strict=False):
        documents = "；".join(dict.fromkeys(document_number(origin) or origin.document for origin in one.origins))
        change = UNKNOWN if before is None else moved(one, before)
        rows.append((when(one), span(one), change, text(one.basis or "来源未注明"), text(documents)))
    several = len({row[-1] for row in rows}) > 1
    alike = len({one.basis for one in years}) == 1 and years[0].basis
    note = "不同年份的数字来自不同文件，精度未必相同；同一年份有多个数字的，采用较精确的一个。" if several else ""
    note += f"升降与上一个有数字的年份相比{'' if alike else '，口径不同或未注明的仅供参考'}。"
    return Table(
        "tab-population",
        "历年出生人口",
        ("年份", "出生人口", "升降", "口径", "来源"),
        tuple(rows),
        ("center", "right", "center", "center", "left"),
        (1, 1.4, 1.2, 1.6, 4),
        note,
    )


SUPPLY = (  # figure, what it is held against, the difference, word for the latter two
    ("places_per_thousand", "places_target", "places_per_thousand_gap", "本省目标"),
    ("places_per_thousand", "national_places_target", "national_target_gap", "全国目标"),
    ("places_per_thousand", "national_places_per_thousand", "national_places_difference", "全国水平"),
    ("places", "places_needed", "places_gap", "目标所需"),
    ("enrolment_rate", "enrolment_target", "enrolment_gap", "目标"),
    ("enrolled", "enrolled_needed", "", "入托率目标对应数"),
    ("use_rate", "", "", ""),
)
WAYS = "“低”“高”指现状低于、高于目标或参照。"


def supply(facts: Facts) -> Table | None:
    """Main figures of supply and use beside target or reference, and the difference."""
    rows = []
    shown: list[str] = []
    said: set[str] = set()
    for have, against, gap, word in SUPPLY:
        if have not in facts or (against and against not in facts):
            continue
        shown += [name for name in (have, against) if name]
        reference = f"{word}{span(facts[against])}" if against else UNKNOWN
        apart = _apart(facts[have], facts[against], facts.get(gap)) if against else UNKNOWN
        said |= {way for way in ("低", "高") if way in apart}
        rows.append((facts[have].name, span(facts[have]), reference, apart, when(facts[have])))
    if not rows:
        return None
    return Table(
        "tab-supply",
        "托育供给、使用与目标对照",
        ("指标", "现状", "目标或参照", "差距", "时点"),
        tuple(rows),
        ("left", "right", "left", "right", "center"),
        (2.4, 1.5, 3, 2, 2.1),
        (WAYS if said else "") + sources_note(facts, shown),
        groups=2,
    )


def _apart(have: Fact, against: Fact, gap: Fact | None) -> str:
    """How the one stands to the other, and by how much: ``低2928个``, ``高1.51个``; 不能判断 where it is open."""
    words = {Outcome.ABOVE: "高", Outcome.BELOW: "低", Outcome.LEVEL: STEADY, Outcome.OPEN: "不能判断"}
    return by_how_much(words.get(relate(Relation.COMPARED, have, against).outcome, UNKNOWN), gap)


def survey(facts: Facts) -> Table | None:
    """All survey shares with intervals and n, by question."""
    order = list(vocabulary())
    shares = latest(one for one in facts.select(place=facts.place) if one.interval and not one.part)
    if not shares:
        return None
    questions = list(dict.fromkeys(_question(one) for one in shares))
    shares.sort(key=lambda one: (questions.index(_question(one)), order.index(one.indicator)))
    rows = tuple(
        (
            text(_question(one)),
            text(choice(one)),
            span(one),
            span(one, interval(one)),
            span(one, str(one.respondents or UNKNOWN)),
        )
        for one in shares
    )
    note = (
        sources_note(facts, [one.id for one in shares])
        + "区间按威尔逊方法计算；部分题目的应答人数可能少于样本量，见数据核验情况。"
    )
    return Table(
        "tab-survey",
        "家长问卷主要结果",
        ("题目", "选项", "占比", "95%置信区间", "样本量"),
        rows,
        ("left", "left", "right", "center", "right"),
        (2.6, 3, 1.3, 2.2, 1.2),
        note,
        groups=1,
    )


def _question(one: Fact) -> str:
    return vocabulary()[one.indicator].question


INCOMES = ("income", "income_yearly", "income_urban", "income_rural")
FEES = (  # each of the year of the fee where that is known, else as it is
    *("fee", "accepted_fee", "survey_price_low", "fee_excess", "fee_yearly"),
    "income_of_fee_year|income",
    "income_urban_of_fee_year|income_urban",
    "income_rural_of_fee_year|income_rural",
    "fee_share_of_same_year|fee_income_share",
    "fee_urban_share_of_same_year|fee_urban_share",
    "fee_rural_share_of_same_year|fee_rural_share",
)


def affordability(facts: Facts) -> Table | None:
    """Fee, price found reasonable, and income side by side."""
    found = (next((name for name in names.split("|") if name in facts), "") for names in FEES)
    known = [facts[name] for name in found if name]
    if "fee" not in facts or not any(one.indicator in INCOMES for one in known):
        return None
    rows = tuple(
        (one.name, span(one), when(one), text(one.formula or HOW_KNOWN.get(one.basis, "公布值"))) for one in known
    )
    years = {one.period[:4] for one in known if one.kind == "observed" and one.unit.startswith("元")}
    apart = "托费与部分收入年份不同，有关比重仅供参考。" if len(years) > 1 else ""
    note = f"托费以月计，城镇、农村居民收入以年计。{apart}{sources_note(facts, [one.id for one in known])}"
    return Table(
        "tab-affordability",
        "托费与居民收入对照",
        ("指标", "数值", "时点", "算式"),
        rows,
        ("left", "right", "center", "left"),
        (3.6, 1.4, 1.2, 4.2),
        note,
    )


def communities(facts: Facts) -> Table | None:
    """Streets, their communities and children, and the places that the enrolment target would need."""
    streets = parts_of(facts, "children", STREET)
    if not streets:
        return None
    names = [one.part.name for one in streets]
    districts = {one.code: one.name for one in facts.city.districts} if facts.city else {}
    listed = parts_of(facts, "children", COMMUNITY)
    beside = {
        indicator: {(one.place, one.part): one for one in parts_of(facts, indicator, STREET)}
        for indicator in ("community_count", "places_needed_locally")
    }
    rows = []
    shown: list[str] = []
    for street in sorted(streets, key=lambda one: -one.value):
        own = [one for one in listed if (one.place, one.part.within) == (street.place, street.part.name)]
        among = "、".join(text(one.part.name) + span(one) for one in own) or UNKNOWN
        twice = names.count(street.part.name) > 1
        name = f"{districts.get(street.place, '')}{street.part.name}" if twice else street.part.name
        others = [beside[indicator].get((street.place, street.part)) for indicator in beside]
        shown += [street.id, *(one.id for one in own), *(one.id for one in others if one)]
        counted, needed = (span(one) if one else UNKNOWN for one in others)
        rows.append((text(name), counted, span(street), among, needed))
    return Table(
        "tab-communities",
        "部分街道和社区3岁以下婴幼儿数",
        ("街道", "社区数", "婴幼儿数", "婴幼儿较多的社区", "所需托位"),
        tuple(rows),
        ("center", "right", "right", "left", "right"),
        (1.6, 1.2, 1.5, 5, 1.6),
        sources_note(facts, shown) + "所需托位按入托率目标测算。",
        long=len(rows) > 12,
    )


def benchmarks(facts: Facts) -> Table | None:
    """The city and its benchmark cities side by side, each with its own target."""
    cities = {city.code: city.short for city in (facts.city, *facts.benchmarks) if city}
    seen = {code: facts if code == facts.place else facts.at(code) for code in cities}
    others = [code for code in cities if code != facts.place]
    # A figure that no benchmark city has offers nothing to compare.
    names = [name for name in listed_in("benchmarks") if any(name in seen[code] for code in others)]
    if not names:
        return None
    rows = [(vocabulary()[name].name, *_side_by_side([seen[code].get(name) for code in cities])) for name in names]
    targets = [own_target(facts, code) for code in cities]
    if any(targets):
        rows.append(("所在省（自治区）目标", *(span(one) if one else UNKNOWN for one in targets)))
    shown = [seen[code][name].id for name in names for code in cities if name in seen[code]]
    return Table(
        "tab-benchmarks",
        "各市托育服务主要指标",
        ("指标", *(text(short) for short in cities.values())),
        tuple(rows),
        ("left", *["right"] * len(cities)),
        (2, *[2.4] * len(cities)),
        sources_note(facts, [*shown, *(one.id for one in targets if one)]),
    )


def _side_by_side(row: Sequence[Fact | None]) -> list[str]:
    """One figure of several cities, each with its date: 482.24万人 beside 362.48万人, however the sources print it."""
    known = [one for one in row if one is not None]
    alike = any("万" in printed(one) for one in known) and all(one.decimals >= TO_A_HUNDRED for one in known)
    words = ten_thousands if alike else printed
    return [f"{span(one, words(one))}（{when(one)}）" if one else UNKNOWN for one in row]


def own_target(facts: Facts, code: str) -> Fact | None:
    """The target of places per thousand that applies to a city: its province's."""
    owner = next((city for city in (facts.city, *facts.benchmarks) if city and city.code == code), None)
    place = (owner.province_code or owner.code) if owner else ""
    return next(iter(facts.select("places_target", place=place)), None)


def kinds(facts: Facts) -> Table | None:
    """Institutions of the register by kind on three axes: number, places, enrolled, use."""
    return _grouped(facts, KINDS, "tab-kinds", "托育机构分类情况")


def districts(facts: Facts) -> Table | None:
    """Institutions of the register by district."""
    return _grouped(facts, (DISTRICT,), "tab-districts", "分区县托育服务情况")


def _grouped(facts: Facts, axes: tuple[str, ...], id_: str, title: str) -> Table | None:
    """One row for each group of the axes, and the total that each axis adds up to."""
    names = listed_in("groups")
    counted = [one for axis in axes for one in parts_of(facts, "institutions", axis) if one.basis == REGISTER]
    parts = list(dict.fromkeys(one.part for one in counted))
    if not parts:
        return None
    found = {(name, one.part): one for name in names for axis in axes for one in parts_of(facts, name, axis)}
    rows = []
    for part in parts:
        numbers = (found.get((name, part)) for name in names)
        rows.append((text(part.axis), text(_group(part)), *(span(one) if one else UNKNOWN for one in numbers)))
    rows.append((text("合计"), UNKNOWN, *(carried(facts, name) for name in names)))
    shown = [found[name, part].id for part in parts for name in names if (name, part) in found]
    return Table(
        id_,
        title,
        ("分类", "类别", "机构数", "托位数", "在托人数", "托位使用率"),
        tuple(rows),
        ("left", "left", "right", "right", "right", "right"),
        (1.5, 2.6, 1.3, 1.3, 1.5, 1.7),
        sources_note(facts, shown) + "由机构名单逐家相加。",
        groups=1,
    )


def _group(part: Part) -> str:
    return YES_NO.get((part.axis, part.name), part.name)


def survey_groups(facts: Facts) -> Table | None:
    """Survey shares by group of respondents, each with its n; small groups are not shown."""
    order = list(vocabulary())
    shares = latest(one for one in facts.select(place=facts.place) if one.respondents and one.part)
    if not shares:
        return None
    shares.sort(key=lambda one: (order.index(one.indicator), one.part.axis))
    rows = tuple(
        (
            text(f"{_question(one)}：{choice(one)}"),
            text(one.part.axis),
            text(one.part.name),
            span(one),
            span(one, interval(one)) if one.interval else UNKNOWN,
            span(one, str(one.respondents)),
        )
        for one in shares
    )
    return Table(
        "tab-survey-groups",
        "家长问卷分组结果",
        ("题目和选项", "分组", "组别", "占比", "95%置信区间", "应答人数"),
        rows,
        ("left", "center", "left", "right", "center", "right"),
        (3.6, 1, 1.8, 1.2, 2.1, 1.3),
        sources_note(facts, [one.id for one in shares]) + "应答人数过少的组不公布。",
        long=True,
        groups=2,
    )


def district_needs(facts: Facts) -> Table | None:
    """Districts on the need side: children under five of the census, and the places that the target would mean."""
    if facts.city is None:
        return None
    rows = []
    shown: list[str] = []
    days: dict[str, None] = {}
    for district in facts.city.districts:
        seen = facts.at(district.code)
        if "census_under_five" not in seen:
            continue
        own = at_census(facts, seen["census_under_five"])
        shown += [one.id for one in own if one]
        days[in_words(seen["census_under_five"].period)] = None
        rows.append((text(district.name), *(span(one) if one else UNKNOWN for one in own)))
    if len(rows) < 2:
        return None
    return Table(
        "tab-district-needs",
        "各区县婴幼儿规模与目标对应的托位",
        ("区县", "零岁人口", "一至四岁人口", "五岁以下合计", "常住人口", "目标对应托位"),
        tuple(rows),
        ("left", "right", "right", "right", "right", "right"),
        (1.4, 1.5, 1.7, 1.7, 1.7, 1.7),
        f"{sources_note(facts, shown)}人口为{'、'.join(days)}普查时点数，"
        "目标对应托位按普查常住人口计算，只反映各区县之间的相对需要。",
    )


def at_census(facts: Facts, under_five: Fact) -> list[Fact | None]:
    """Children, residents and places needed of a district, all by the census that counted these under-fives."""
    known = {
        name: next((one for one in facts.series(name, place=under_five.place) if one.period == under_five.period), None)
        for name in ("age_0", "age_1_to_4", "residents", "places_needed")
    }
    return [known["age_0"], known["age_1_to_4"], under_five, known["residents"], known["places_needed"]]


def outlook(facts: Facts) -> Table | None:
    """Under-threes, places per hundred and places wanted in the last year, scenario by scenario."""
    last = max((one.period for one in facts.select("under_threes", axis=SCENARIO)), default="")
    if not last:
        return None
    names = ("under_threes", "places_per_hundred_outlook", "places_wanted_low", "places_wanted", "places_wanted_high")
    found = {
        (name, one.part.name): one for name in names for one in facts.select(name, axis=SCENARIO) if one.period == last
    }
    scenarios = list(dict.fromkeys(scenario for _, scenario in found))
    middle = "居中意愿需要" if any(name == "places_wanted_low" for name, _ in found) else "需要托位"
    covering = {one.part.name: one for one in facts.select("covering_year", axis=SCENARIO)}
    rows = tuple(
        (
            text(scenario),
            *(span(found[name, scenario]) if (name, scenario) in found else UNKNOWN for name in names),
            span(covering[scenario]) if scenario in covering else UNKNOWN,
        )
        for scenario in scenarios
    )
    return Table(
        "tab-outlook",
        f"{last}年婴幼儿数和托位需要的测算",
        ("方案", "婴幼儿数", "每百名婴幼儿托位", "较低意愿需要", middle, "较高意愿需要", "现有托位够用年份"),
        rows,
        ("left", "right", "right", "right", "right", "right", "center"),
        (1.1, 1.6, 1.8, 1.6, 1.6, 1.6, 1.8),
        _method(facts),
    )


def _method(facts: Facts) -> str:
    """How the scenarios are reckoned, in a sentence of the note."""
    scenarios = facts.edition.outlook.scenarios if facts.edition else {}
    told = "、".join(f"“{name}”为{share.normalize():f}%" for name, share in scenarios.items())
    return (
        f"出生人口按最近三年的年均变动率乘以方案系数逐年推算，方案系数：{told}；婴幼儿数为当年和前两年出生人口之和，"
        "未计迁移和死亡；托位按现有数量不变计。测算结果是条件推算，不是预测。"
    )
