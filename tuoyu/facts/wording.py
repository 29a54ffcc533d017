"""Chinese wording of numbers: how a fact is printed, and which word a number earns.

What belongs here: rules with their thresholds, stated once. Every rule prefers the weaker word.
"""

from __future__ import annotations

import html
import re
from decimal import ROUND_CEILING
from decimal import ROUND_FLOOR
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.fact import round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable

BOUND_WORDS = {"=": "", ">": "超过", ">=": "不低于", "<": "不足", "<=": "不超过", "≈": "约"}
MORE, LESS = {">", ">="}, {"<", "<="}
TENTHS = "零一二三四五六七八九"
STEADY = Decimal("0.5")  # a change of less than half a per cent is 持平
Z_95 = Decimal("1.959963984540054")  # 0.975 quantile of the standard normal distribution
MEASURES = {
    "个/千人": "个",
    "元/月": "元",
    "元/年": "元",
    "个/年": "个",
    "元/机构·年": "元",
    "㎡/托位": "㎡",
    "期/年": "期",
    "百分点": "个百分点",
    "元/孩·年": "元",
    "比例": "",
    "份额": "",
    "名次": "",
}
TEN_THOUSAND = Decimal(10000)
# Markdown's signs, and what makes some readers of it see an address
SIGNS = re.compile(r"[\\`*_{}\[\]#|$~^]|:(?=//)|(?<=www)\.|@")
PRIVATE = re.compile("[\ue000-\uf8ff]")  # the marks of ``prose``; data must not be able to set them


def chinese(number: int) -> str:
    """A counting number below one hundred in Chinese numerals.

    >>> chinese(3), chinese(10), chinese(12), chinese(20), chinese(45)
    ('三', '十', '十二', '二十', '四十五')
    """
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        msg = f"no numeral for {number}"
        raise ValueError(msg)
    return ("" if not tens else "十" if tens == 1 else f"{TENTHS[tens]}十") + (TENTHS[ones] if ones else "")


def number(fact: Fact) -> str:
    """The number alone, rounded once: ``23595``, ``38.2``, ``482.24`` (万), with the word of its bound.

    >>> from tuoyu.nouns.fact import Origin
    >>> o = Origin("d", "p", "f", "s", "B2", "38.2%")
    >>> number(Fact("u", "使用率", Decimal("38.237"), "%", 1, "2024", "", "", "observed", origins=(o,)))
    '38.2'
    """
    return printed(fact).removesuffix(_suffix(fact))


def _suffix(fact: Fact) -> str:
    return "" if fact.unit == "比例" else _magnitude(fact)[1] + measure(fact)


def _magnitude(fact: Fact) -> tuple[Decimal, str, int]:
    """Divisor, its word and the decimals left: 亿 for figures printed in it, else 万, else none."""
    for power, word in ((8, "亿"), (4, "万")):
        if fact.decimals <= -power + 2 and abs(fact.value) >= 10**power:
            return Decimal(10) ** power, word, power + fact.decimals
    return Decimal(1), "", fact.decimals


def measure(fact: Fact) -> str:
    """The measure word that follows the number in a sentence (``个`` for 个/千人)."""
    return MEASURES.get(fact.unit, fact.unit)


def printed(fact: Fact) -> str:
    """The fact as a sentence prints it: number with unit, ranges and ratios as in the source.

    Counts whose last printed digit is above one (``decimals`` < 0) print in 万.
    """
    word = BOUND_WORDS[fact.bound]
    if fact.option and fact.unit in {"比例", "列举"}:
        return fact.option
    divisor, magnitude, decimals = _magnitude(fact)
    if not magnitude:
        return f"{word}{_directed(fact.value, decimals, fact.bound):f}{measure(fact)}"
    number = _directed(fact.value / divisor, max(decimals, 0), fact.bound)
    return word + _plain(f"{number:f}") + magnitude + measure(fact)


def _directed(value: Decimal, decimals: int, bound: str) -> Decimal:
    """Half up for a plain value; a lower bound is rounded down and an upper one up, so that each stays true."""
    if bound in MORE or bound in LESS:
        unit = Decimal(1).scaleb(-decimals)
        direction = ROUND_FLOOR if bound in MORE else ROUND_CEILING
        return (value / unit).to_integral_value(direction) * unit
    return round_half_up(value, decimals)


def in_ten_thousands(fact: Fact, decimals: int = 2) -> str:
    """The number in 万, rounded half up from the exact value; trailing zeros dropped.

    ``1.9`` for 19000, ``2.86`` for 28600.
    """
    return _trimmed(fact.value / TEN_THOUSAND, decimals)


def _trimmed(value: Decimal, decimals: int) -> str:
    return _plain(f"{round_half_up(value, max(decimals, 0)):f}")


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(fact: Fact, text: str | None = None) -> str:
    """The HTML carrier of lineage around a printed number."""
    return f'<span class="fact" data-id="{fact.id}">{inert(printed(fact) if text is None else text)}</span>'


def inert(text: str) -> str:
    """Text of the data as one line of prose in which no sign means anything to Markdown, HTML or the templates."""
    line = html.escape(" ".join(PRIVATE.sub("", text).split()), quote=False)
    return SIGNS.sub(r"\\\g<0>", line)


def decides(one: Fact, other: Fact) -> bool:
    """Whether bounds leave it open which is more: 超过5 against 6 decides nothing, 超过7 against 6 does."""
    may_be_more = one.bound in MORE or other.bound in LESS
    may_be_less = one.bound in LESS or other.bound in MORE
    if one.value == other.value:
        return not (may_be_more or may_be_less)
    return not (may_be_less if one.value > other.value else may_be_more)


def comparison(one: Fact, other: Fact) -> str | None:
    """高于 / 低于 / 持平于 by the values as printed, so that text and numbers agree; None where bounds leave it."""
    if not decides(one, other):
        return None
    decimals = min(one.decimals, other.decimals)
    left, right = round_half_up(one.value, decimals), round_half_up(other.value, decimals)
    return "持平于" if left == right else "高于" if left > right else "低于"


def attainment(one: Fact, target: Fact) -> str | None:
    """已达到 / 尚未达到: exact value against the target, never the rounded one; None where bounds leave it open."""
    reached = one.value == target.value and one.bound in MORE and target.bound == "="
    if not (reached or decides(one, target)):
        return None
    return "已达到" if one.value >= target.value else "尚未达到"


def direction(later: Fact, earlier: Fact) -> str | None:
    """上升 / 下降 / 基本持平: less than 0.5 % of the earlier value is 基本持平; None where bounds leave it open."""
    if not decides(later, earlier):
        return None
    if earlier.value == 0:
        return "上升" if later.value > 0 else "基本持平"
    change = (later.value - earlier.value) / abs(earlier.value) * 100
    return "基本持平" if abs(change) < STEADY else "上升" if change > 0 else "下降"


def shares_differ(one: Fact, other: Fact) -> bool:
    """Whether two shares of the same respondents, as alternative answers to one question, differ at 95 %.

    The variance of a difference of two multinomial shares is ((p+q) − (p−q)²)/n
    (Kish, Survey Sampling, 1965); it must exceed 1.96 standard errors.
    """
    if one.respondents is None or one.respondents != other.respondents:
        return False
    p, q, n = one.value / 100, other.value / 100, Decimal(one.respondents)
    error = (((p + q) - (p - q) ** 2) / n).sqrt()
    return abs(p - q) > Z_95 * error


def survey_comparison(one: Fact, other: Fact) -> str:
    """明显高于 / 明显低于 / 基本相当于: a difference within sampling error is 基本相当."""
    if not shares_differ(one, other):
        return "基本相当于"
    return "明显高于" if one.value > other.value else "明显低于"


def tenths(fact: Fact) -> str:
    """A share in 成 that claims no more than its interval.

    超过八成 needs the whole interval above 80 % and the nearest tenth outside it; 接近 needs the value
    at most 2 points below the tenth; otherwise 约 the nearest tenth.
    """
    low, high = fact.interval or (fact.value, fact.value)
    floor = int(low // 10)
    nearest = int(round_half_up(fact.value / 10, 0))
    gap = nearest * 10 - fact.value
    if floor >= 1 and low > floor * 10 and not low <= nearest * 10 <= high and abs(gap) > 1:
        return f"超过{TENTHS[floor]}成"
    if fact.value < 10:
        return "不足一成" if high < 10 else "约一成"
    if nearest == 10:
        return "绝大多数"
    return f"接近{TENTHS[nearest]}成" if 0 < gap <= 2 else f"约{TENTHS[nearest]}成"


def interval(fact: Fact) -> str:
    """The 95 % interval in words of the report: ``42.4%～53.8%``."""
    if fact.interval is None:
        msg = f"{fact.id} has no interval"
        raise ValueError(msg)
    low, high = (round_half_up(end, 1) for end in fact.interval)
    return f"{low:f}%～{high:f}%"


def choice(fact: Fact) -> str:
    """A survey option as printed, with the dash of a range: ``1500—2000元/月``."""
    return dashed(fact.option)


def dashed(text: str) -> str:
    """Ranges with the dash of Chinese print: ``1-2所`` → ``1—2所``."""
    return re.sub(r"(?<=\d)[-–](?=\d)", "—", text)


def sources_note(facts: Facts, names: Iterable[str]) -> str:
    """数据来源 of a figure or table: the documents behind its facts, each once."""
    cited = dict.fromkeys(cite(origin) for origin in facts.origins(*names))
    return f"数据来源：{'；'.join(cited)}。"


def cite(origin: Origin) -> str:
    """Producer and document, the title in book-title marks and its number outside them.

    >>> cite(Origin("公共服务规划（国发〔2021〕1号）", "国务院", "f", "s", "B2", "1"))
    '国务院《公共服务规划》（国发〔2021〕1号）'
    """
    title, bracket, number = origin.document.partition("（")
    if "《" in origin.document or not (bracket and "〔" in number):
        return origin.producer + (origin.document if "《" in origin.document else f"《{origin.document}》")
    return f"{origin.producer}《{title}》{bracket}{number}"


COMPARISONS: dict[str, Callable[[Fact, Fact], str | None]] = {
    "比较": comparison,
    "达标": attainment,
    "升降": direction,
    "相当": survey_comparison,
}
