"""An oracle of its own: what is true of given facts, told without the rules of the report.

Nothing of ``facts.relations`` or ``facts.claims`` is used here. A number stands for a handful of values that it may
truly have; two numbers are held against each other by trying all of them.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING
from typing import Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

FAR, TINY = Fraction(10) ** 15, Fraction(1, 10**12)
ABOVE, LEVEL, BELOW, OPEN, ABSENT = "高于", "持平", "低于", "未定", "缺据"
Z = 1.959963984540054


def candidates(fact: Fact) -> list[Fraction]:
    """Values that the true number may have: the extremes, as far as the source leaves them open."""
    value = Fraction(fact.value)
    top = value if fact.upper is None else Fraction(fact.upper)
    if fact.unit == "%" and fact.respondents:
        low, high = wilson(float(fact.value), fact.respondents)
        value, top = Fraction(low), Fraction(high)
    off = Fraction(fact.uncertainty)
    if fact.bound == "≈":
        off = max(off, Fraction(10) ** -fact.decimals)
    ends = [value - off, top + off]
    if fact.bound in (">", ">="):
        ends = [value - off + (TINY if fact.bound == ">" and not off else 0), FAR]
    if fact.bound in ("<", "<="):
        ends = [-FAR, top + off - (TINY if fact.bound == "<" and not off else 0)]
    return ends


def as_printed(fact: Fact, decimals: int | None = None) -> Decimal:
    """The number that a reader sees."""
    digits = fact.decimals if decimals is None else decimals
    scaled = (fact.value * Decimal(10) ** digits).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return scaled / Decimal(10) ** digits


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's interval in %, in floating point."""
    p, z2 = share / 100, Z * Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


def plain(fact: Fact) -> bool:
    """One number with neither bound nor range nor sampling error."""
    return fact.bound in ("=", "≈") and fact.upper is None and not (fact.unit == "%" and fact.respondents)


def stands(left: Fact, right: Fact | Decimal, *, target: bool = False) -> str:  # noqa: PLR0911
    """How two numbers stand to one another by all values that they may have."""
    limit = isinstance(right, Decimal)
    rights = [Fraction(right)] if isinstance(right, Decimal) else candidates(right)
    pairs = list(product(candidates(left), rights))
    seen = {(a > b) - (a < b) for a, b in pairs}
    policy = not limit and "policy" in (left.kind, right.kind)  # type: ignore[union-attr]
    alike = plain(left) and (
        as_printed(left) == right
        if isinstance(right, Decimal)
        else plain(right) and as_printed(left) == as_printed(right)
    )
    about = "≈" in (left.bound, "" if isinstance(right, Decimal) else right.bound)
    if alike and not policy and not (about and limit):
        return OPEN if target and seen == {-1} else LEVEL
    if seen == {1}:
        return ABOVE
    if seen == {-1}:
        return BELOW
    if seen == {0} or (target and -1 not in seen):
        return LEVEL
    if about or not plain(left) or not (limit or plain(right)):  # type: ignore[arg-type]
        return OPEN
    if limit or policy:
        return LEVEL if alike else OPEN
    digits = min(left.decimals, right.decimals)  # type: ignore[union-attr]
    return LEVEL if as_printed(left, digits) == as_printed(right, digits) else OPEN  # type: ignore[arg-type]


def of_shares(left: Fact, right: Fact) -> str:
    """How two answers of the same people stand to one another."""
    sampled = all(one.unit == "%" and one.respondents for one in (left, right))
    if not sampled or left.respondents != right.respondents:
        return ABSENT
    if left.bound != "=" or right.bound != "=":
        return OPEN
    if as_printed(left) == as_printed(right):
        return LEVEL
    p, q, n = float(left.value) / 100, float(right.value) / 100, float(left.respondents or 1)
    error = Z * math.sqrt(((p + q) - (p - q) ** 2) / n)
    apart = abs(p - q) - float(left.uncertainty + right.uncertainty) / 100
    if abs(apart - error) < 1e-9:
        return "?"
    return OPEN if apart < error else ABOVE if p > q else BELOW


def time_of(fact: Fact) -> str:
    """The end of a period as text that sorts."""
    end = fact.period.rpartition("/")[2]
    return end if len(end) == 10 or not end else (f"{end}-12-31" if len(end) == 4 else f"{end}-31")


def expected(record: Mapping[str, Any], facts: Facts) -> str | None:  # noqa: PLR0911
    """The outcome of a decision table, by hand; None for kinds of tables that are not judged here."""
    relation, left, right = record.get("relation"), record.get("left", ""), record.get("right", "50%")
    number = re.match(r"-?\d+(\.\d+)?", right)
    names = [left, *([] if number else [right]), *record.get("needs", [])]
    if relation not in {"比较", "目标", "变化", "份额", "多数", "门槛"}:
        return None
    if any(name not in facts for name in names):
        return ABSENT
    one = facts[left]
    other: Any = Decimal(number[0]) if number else facts[right]
    if any(fact.unit in {"列举", "比例"} for fact in [one, *([] if number else [other])]):
        return ABSENT
    if relation == "变化":
        if time_of(one) and time_of(one) == time_of(other):
            return ABSENT
        if time_of(one) and time_of(other) and time_of(one) < time_of(other):
            return ABSENT
    if relation == "多数" and not one.respondents:
        return ABSENT
    if relation == "份额" or (not number and one.respondents and other.respondents and one.unit == other.unit == "%"):
        return of_shares(one, other)
    return stands(one, other, target=relation == "目标")


# 报告里的话

Saying = tuple[str, "Callable[[Facts], bool]"]


def _ways(facts: Facts, left: str, right: str | int, *, target: bool = False) -> str:
    """How two numbers stand, by their names; a whole number is a limit."""
    if left not in facts or (isinstance(right, str) and right not in facts):
        return ABSENT
    one = facts[left]
    other = Decimal(right) if isinstance(right, int) else facts[right]
    if not isinstance(other, Decimal) and one.unit == other.unit == "%" and one.respondents and other.respondents:
        return of_shares(one, other)
    return stands(one, other, target=target)


def says(left: str, right: str | int, *ways: str, target: bool = False) -> Callable[[Facts], bool]:
    """What must be so where a sentence says it."""
    allowed = {*ways, "?"}
    return lambda facts: _ways(facts, left, right, target=target) in allowed


def both(*truths: Callable[[Facts], bool]) -> Callable[[Facts], bool]:
    """All of it must be so."""
    return lambda facts: all(truth(facts) for truth in truths)


RATE, GOAL, NATION_GOAL = "每千人口托位数", "每千人口托位数目标", "全国每千人口托位数目标"
NATION = "全国每千人口托位数"
REACHED = (ABOVE, LEVEL)
HERE = "(?:全省|全区|全市)"
LIMIT = r"上限(?:[\d.]+元)?(?:相比，)?(?:每月)?"
# what a sentence says about this edition, and when it is true; sentences about the previous one are judged apart
SAYINGS: tuple[Saying, ...] = (
    (f"(?:尚未|没有)达到{HERE}", says(RATE, GOAL, BELOW, target=True)),
    (f"已经达到{HERE}", says(RATE, GOAL, *REACHED, target=True)),
    (r"(?:尚未|没有)达到全国|全国目标[\d.个]*也没有达到", says(RATE, NATION_GOAL, BELOW, target=True)),
    ("已经达到全国", says(RATE, NATION_GOAL, *REACHED, target=True)),
    (r"高于全国\d", says(RATE, NATION, ABOVE)),
    (r"低于全国\d", says(RATE, NATION, BELOW)),
    (r"与全国\d{4}年末的[\d.个]*持平", says(RATE, NATION, LEVEL)),
    ("高于全国目标", says(GOAL, NATION_GOAL, ABOVE)),
    ("低于全国目标", says(GOAL, NATION_GOAL, BELOW)),
    (
        r"还差(?:超过|约|不低于)?[\d.]+",
        both(says("托位缺口", 0, ABOVE), says(RATE, GOAL, BELOW, target=True)),
    ),
    ("用上的(?:托位)?不到一半|没有用上的托位比用上的还多", says("托位使用率", 50, BELOW)),
    ("用上的(?:托位)?过半", says("托位使用率", 50, ABOVE)),
    ("用上的(?:托位)?正好一半", says("托位使用率", 50, LEVEL)),
    ("空着的比缺的多", says("空置托位数", "托位缺口", ABOVE)),
    ("空着的补不上缺口", says("空置托位数", "托位缺口", BELOW)),
    ("空着的与缺的相当", says("空置托位数", "托位缺口", LEVEL)),
    ("以来出生人口减少", says("最新年出生人口", "首年出生人口", BELOW)),
    ("以来出生人口增加", says("最新年出生人口", "首年出生人口", ABOVE)),
    (r"出生人口已由.*减少到", says("最新年出生人口", "首年出生人口", BELOW)),
    ("与上年相比，出生人口(?:略有)?减少", says("最新年出生人口", "上年出生人口", BELOW, LEVEL)),
    ("与上年相比，出生人口(?:略有)?增加", says("最新年出生人口", "上年出生人口", ABOVE, LEVEL)),
    ("婴幼儿会随之变少", says("最新年出生人口", "上年出生人口", BELOW)),
    ("婴幼儿会随之变多", says("最新年出生人口", "上年出生人口", ABOVE)),
    ("出生少于死亡", says("最新年出生人口", "死亡人口", BELOW)),
    ("出生多于死亡", says("最新年出生人口", "死亡人口", ABOVE)),
    ("自然减少", says("最新年出生人口", "死亡人口", BELOW)),
    ("自然增加", says("最新年出生人口", "死亡人口", ABOVE)),
    ("平均每年减少|年均变动率（减少", says("出生人口年均变动率", 0, BELOW)),
    ("平均每年增加|年均变动率（增加", says("出生人口年均变动率", 0, ABOVE)),
    (r"托育机构增加(?:约|超过)?\d", says("托育机构数", "上期托育机构数", ABOVE)),
    (r"托育机构减少(?:约|超过)?\d", says("托育机构数", "上期托育机构数", BELOW)),
    ("社区嵌入式托位却是", says("社区嵌入式托位数", 0, LEVEL)),
    ("又与全国平均数相同", says("全日托平均托费", "同期全国全日托平均托费", LEVEL)),
    (r"若出生人口不再变化.*现有托位不够用", says("托位数", "末年需要托位数居中意愿持平方案", BELOW)),
    (r"若出生人口不再变化.*现有托位够用", says("托位数", "末年需要托位数居中意愿持平方案", ABOVE)),
    ("常住人口比上年末.{0,4}减少", says("常住人口", "上年末常住人口", BELOW)),
    ("常住人口比上年末.{0,4}增加", says("常住人口", "上年末常住人口", ABOVE)),
    (r"(?<!新)(?<!应)托位增加(?:约|超过|不足)?\d", says("托位数", "上期托位数", ABOVE)),
    (r"(?<!新)托位减少(?:约|超过|不足)?\d", says("托位数", "上期托位数", BELOW)),
    (r"在托(?:人数|婴幼儿)增加(?:约|超过|不足)?\d", says("在托人数", "上期在托人数", ABOVE)),
    (r"在托(?:人数|婴幼儿)减少(?:约|超过|不足)?\d", says("在托人数", "上期在托人数", BELOW)),
    (r"比\d{4}年末下降", says("托位使用率", "上期托位使用率", BELOW)),
    (r"比\d{4}年末提高", says("托位使用率", "上期托位使用率", ABOVE)),
    (
        "没有托位增得快|托位增加得更快|托位数的增幅大于在托人数的增幅",
        both(
            says("在托人数", "上期在托人数", ABOVE),
            says("托位数", "上期托位数", ABOVE),
            says("托位使用率", "上期托位使用率", BELOW),
        ),
    ),
    ("比托位增得快", both(says("在托人数", "上期在托人数", ABOVE), says("托位使用率", "上期托位使用率", ABOVE))),
    ("在托的孩子少了", says("在托人数", "上期在托人数", BELOW)),
    ("相当于其中的", says("在托人数", "有送托需求婴幼儿数", BELOW)),
    ("已经多于这一测算", says("在托人数", "有送托需求婴幼儿数", ABOVE)),
    (r"没有入托的，还有", says("未满足需求婴幼儿数", 0, ABOVE)),
    ("班次以全日托为主|家长要的首先是全天照护", says("全日托比例", 50, ABOVE)),
    ("班型向大月龄倾斜", says("十八个月以上入托比例", 50, ABOVE)),
    ("离家远的(?:空余)?托位，?满足不了", says("通勤较短比例", 50, ABOVE)),
    ("首先考虑距离的和首先考虑保育质量的，差别没有超出", says("距离优先比例", "保育质量优先比例", OPEN)),
    ("首先考虑距离的和首先考虑保育质量的，前者多于", says("距离优先比例", "保育质量优先比例", ABOVE)),
    ("首先考虑距离的和首先考虑保育质量的，后者多于", says("距离优先比例", "保育质量优先比例", BELOW)),
    ("同考虑质量的相比，明显更少", says("硬件设施优先比例", "保育质量优先比例", BELOW)),
    ("同考虑质量的相比，明显更多", says("硬件设施优先比例", "保育质量优先比例", ABOVE)),
    (
        "用在就近布点和提高照护质量上",
        both(
            says("硬件设施优先比例", "保育质量优先比例", BELOW),
            says("硬件设施优先比例", "距离优先比例", BELOW),
        ),
    ),
    ("希望设在幼儿园托班的，差别没有超出", says("社区布局意愿比例", "幼儿园布局意愿比例", OPEN)),
    ("两条路都有家长愿意走", both(says("社区布局意愿比例", 20, ABOVE), says("幼儿园布局意愿比例", 20, ABOVE))),
    ("倾向公办的与倾向民办的相比，前者明显更多", says("公办意愿比例", "民办意愿比例", ABOVE)),
    ("倾向公办的与倾向民办的相比，后者明显更多", says("公办意愿比例", "民办意愿比例", BELOW)),
    ("选择公办机构的多于选择民办机构的", says("公办意愿比例", "民办意愿比例", ABOVE)),
    (rf"{LIMIT}高出(?:约|超过)?\d", says("全日托平均托费", "可接受托费上限", ABOVE)),
    (rf"{LIMIT}低(?:约|超过)?\d", says("全日托平均托费", "可接受托费上限", BELOW)),
    (f"{LIMIT}两者持平", says("全日托平均托费", "可接受托费上限", LEVEL)),
    (
        "平均托费高于多数受访家长",
        both(says("全日托平均托费", "可接受托费上限", ABOVE), says("低价位接受比例", 50, ABOVE)),
    ),
    ("托费占收入的比重高", says("同年托费占收入比重", 50, ABOVE)),
    ("农村家庭的担子更重", says("全年托费占同年农村居民收入比重", "全年托费占同年城镇居民收入比重", ABOVE)),
    ("城镇家庭的担子更重", says("全年托费占同年农村居民收入比重", "全年托费占同年城镇居民收入比重", BELOW)),
    ("是办托的主体", says("幼儿园托班占比", 50, ABOVE)),
    ("备案的比例为.*，已经过半", says("非幼儿园机构备案比例", 50, ABOVE)),
    ("备案的比例为.*，还不到一半|机构多数没有备案", says("非幼儿园机构备案比例", 50, BELOW)),
    ("提供普惠托育的机构占.*，不到一半|没有提供的占多数", says("提供普惠托育机构占比", 50, BELOW)),
    ("提供普惠托育的机构占.*，已经过半", says("提供普惠托育机构占比", 50, ABOVE)),
    ("保育人员的学历偏低", says("保育人员高中及以下学历比例", 50, ABOVE)),
    (r"比经合组织国家[^，]*低(?:约|超过)?\d", says("入托率", "经合组织入托率", BELOW)),
    (r"比经合组织国家[^，]*高(?:约|超过)?\d", says("入托率", "经合组织入托率", ABOVE)),
    (r"比欧盟[^，]*低(?:约|超过)?\d", says("入托率", "欧盟入托率", BELOW)),
    (r"比欧盟[^，]*高(?:约|超过)?\d", says("入托率", "欧盟入托率", ABOVE)),
    (r"入托率为.*没有达到", says("入托率", "入托率目标", BELOW, target=True)),
    ("应有的在托人数多于现有托位|即使托位全部用上，也达不到", says("入托率目标对应在托人数", "托位数", ABOVE)),
    ("容得下应有的在托人数", says("入托率目标对应在托人数", "托位数", BELOW)),
    ("社区嵌入式托育还是空白|这一步还没有迈出", says("社区嵌入式托位数", 0, LEVEL)),
    ("与全国2020年的平均数相同", says("全日托平均托费", "同期全国全日托平均托费", LEVEL)),
    ("现有托位够用有余|现有托位够用，新增宜", says("托位数", "末年需要托位数居中意愿", ABOVE)),
    ("现有托位不够用，新增", says("托位数", "末年需要托位数居中意愿", BELOW)),
    ("现有托位同样够用", says("托位数", "末年需要托位数较高意愿", ABOVE)),
    ("比目前的.*少。", says("末年婴幼儿数延续方案", "近三年出生人口", BELOW)),
    ("比目前的.*多。", says("末年婴幼儿数延续方案", "近三年出生人口", ABOVE)),
)
EARLIER: tuple[Saying, ...] = (
    (
        "两期都没有达到",
        both(says(RATE, GOAL, BELOW, target=True), says("上期每千人口托位数", GOAL, BELOW, target=True)),
    ),
    ("两期都已达到", says(RATE, GOAL, *REACHED, target=True)),
    ("，已经达到，上期的结论不再成立", says(RATE, GOAL, *REACHED, target=True)),
    ("，没有达到，上期的结论不再成立", says(RATE, GOAL, BELOW, target=True)),
    ("两期都属偏低", both(says("托位使用率", 50, BELOW), says("上期托位使用率", 50, BELOW))),
    ("不再属于偏低", both(says("托位使用率", 50, *REACHED), says("上期托位使用率", 50, BELOW))),
)
# sayings of which a report may hold one at most
OPPOSED = (
    (f"(?:尚未|没有)达到{HERE}", f"已经达到{HERE}"),
    ("(?:尚未|没有)达到全国", "已经达到全国"),
    ("用上的(?:托位)?不到一半|没有用上的托位比用上的还多", "用上的(?:托位)?过半", "用上的(?:托位)?正好一半"),
    ("空着的比缺的多", "空着的补不上缺口", "空着的与缺的相当"),
    ("以来出生人口减少|出生人口已由.*减少到", "以来出生人口增加"),
    (r"(?<!新)托位增加(?:约|超过)?\d", r"(?<!新)托位减少(?:约|超过)?\d"),
    (r"在托(?:人数|婴幼儿)增加(?:约)?\d", r"在托(?:人数|婴幼儿)减少(?:约)?\d"),
    (rf"{LIMIT}高出\d", rf"{LIMIT}低\d", f"{LIMIT}两者持平"),
    ("相当于其中的", "已经多于这一测算"),
    ("现有托位够用有余", "现有托位不够用，新增"),
)
JUDGING = re.compile(
    "高于|低于|超过|不足|达到|尚未|多数|过半|不到|一半|只有|偏高|偏低|明显|上升|下降|提高|降到|增加|减少|多于|少于"
    "|够用|还差|更多|更少|变少|变多"
)
_SPAN = re.compile(r'<span class="fact" data-id="([^"]*)">(.*?)</span>')
_BOUND = "约|超过|不足|不低于|不超过"
_NOTHING = re.compile(
    rf"(?:还差|相差|高出|高|低|多出|增加|减少|下降|提高|还有|缺口)(?:{_BOUND})?0(?:\.0+)?(?:个百分点|个|人|元|%|家|万)"
)


def bare(text: str) -> str:
    """A sentence as a reader sees it."""
    return re.sub(r"<[^>]*>|\*\*", "", text).replace("\\", "")


def untrue(sentence: str, facts: Facts) -> list[str]:
    """What a sentence says that is not so."""
    known = EARLIER if "上期" in sentence and ("两期" in sentence or "本期" in sentence) else SAYINGS
    return [pattern for pattern, truth in known if re.search(pattern, sentence) and not truth(facts)]


def judged(sentence: str) -> bool:
    """Whether the oracle knows what a sentence says."""
    return any(re.search(pattern, sentence) for pattern, _ in (*SAYINGS, *EARLIER))


def ill_told(sentence: str) -> list[str]:
    """Amounts of nothing or below, and words of bounds that clash."""
    negative = [
        words for _, words in _SPAN.findall(sentence) if re.match(rf"(?:{_BOUND})?-\d", words) and "‰" not in words
    ]
    doubled = re.findall(rf"(?:{_BOUND})(?:{_BOUND})", bare(sentence))
    return [*negative, *doubled, *_NOTHING.findall(bare(sentence))]


def opposed(text: str) -> list[tuple[str, ...]]:
    """Sayings that stand together and must not."""
    return [group for group in OPPOSED if sum(bool(re.search(pattern, text)) for pattern in group) > 1]


def too_bold(sentence: str, facts: Facts) -> list[str]:
    """Tenths that claim more than the interval of their share."""
    found = []
    for id_, words in _SPAN.findall(sentence):
        match = re.fullmatch(r"超过([一两三四五六七八九])成", words)
        if match and id_ in facts.facts:
            tenth = "一两三四五六七八九".index(match[1]) * 10 + 10
            one = facts.facts[id_]
            low = min(candidates(one))
            found += [words] if low < tenth and one.bound not in (">", ">=") else []
    return found
