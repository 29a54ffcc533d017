"""Chinese wording of numbers: how a fact is printed, and which word a number earns.

What belongs here: rules with their thresholds, stated once. Every rule prefers the weaker word.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from decimal import ROUND_CEILING
from decimal import ROUND_FLOOR
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.nouns.fact import LESS
from tuoyu.nouns.fact import MORE
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.fact import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable

BOUND_WORDS = {"=": "", ">": "超过", ">=": "不低于", "<": "不足", "<=": "不超过", "≈": "约"}
TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
TENTHS = "零一二三四五六七八九"
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
NUMBERED = re.compile(r"[^（）《》，]*〔\d{4}〕\d+号")  # the number of a document, by which its readers know it
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
    """The number alone, rounded once: ``23595``, ``38.2``, ``482.24`` (万), with the word of its bound."""
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
    """The fact as a sentence prints it: number with unit; lists and ratios as in the source, ranges with both ends.

    Counts whose last printed digit is above one (``decimals`` < 0) print in 万. What has a word for its sign prints
    with that: 富余977个 for a gap below nought.
    """
    if _turned(fact):
        return fact.below_zero + printed(unsigned(fact))
    if fact.option and fact.unit in {"比例", "列举"}:
        return fact.option
    divisor, magnitude, decimals = _magnitude(fact)
    ends = [fact.value] if fact.upper is None else [fact.value, fact.upper]
    figures = [f"{_directed(end / divisor, max(decimals, 0) if magnitude else decimals, fact.bound):f}" for end in ends]
    if magnitude:
        figures = [_plain(figure) for figure in figures]
    between = "%～" if measure(fact) == "%" else "～"
    return BOUND_WORDS[fact.bound] + between.join(figures) + magnitude + measure(fact)


def _turned(fact: Fact) -> bool:
    """Whether a word stands for the sign."""
    return bool(fact.below_zero) and fact.value < 0 and (fact.upper is None or fact.upper <= 0)


def unsigned(fact: Fact) -> Fact:
    """The size of a value below nought: at least so little is at most so much, and a range turns round."""
    if fact.value >= 0:
        return fact
    value, upper = (fact.value, None) if fact.upper is None else (fact.upper, -fact.value)
    return replace(fact, value=abs(value), upper=upper, bound=TURNED.get(fact.bound, fact.bound))


def rounded_ends(fact: Fact) -> tuple[Decimal, ...]:
    """The number, or both ends of a range, rounded as printed and in the fact's own unit: for who reckons on."""
    ends = [fact.value] if fact.upper is None else [fact.value, fact.upper]
    return tuple(_directed(end, fact.decimals, fact.bound) for end in ends)


def _directed(value: Decimal, decimals: int, bound: str) -> Decimal:
    """Half up for a plain value; a lower bound is rounded down and an upper one up, so that each stays true."""
    if bound in MORE or bound in LESS:
        unit = Decimal(1).scaleb(-decimals)
        direction = ROUND_FLOOR if bound in MORE else ROUND_CEILING
        return (value / unit).to_integral_value(direction) * unit
    return round_half_up(value, decimals)


def ten_thousands(fact: Fact) -> str:
    """The fact in 万 with two decimals at most, trailing zeros dropped, and no more digits than it has.

    ``1.9万个`` for 19000, ``2.86万人`` for 28600. A number below ten thousand is printed as it is.
    """
    if _turned(fact):
        return fact.below_zero + ten_thousands(unsigned(fact))
    if abs(fact.value) < TEN_THOUSAND or fact.upper is not None:
        return printed(fact)
    figure = _directed(fact.value / TEN_THOUSAND, max(min(2, 4 + fact.decimals), 0), fact.bound)
    return f"{BOUND_WORDS[fact.bound]}{_plain(f'{figure:f}')}万{measure(fact)}"


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(fact: Fact, text: str | None = None) -> str:
    """The HTML carrier of lineage around a printed number."""
    return f'<span class="fact" data-id="{fact.id}">{inert(printed(fact) if text is None else text)}</span>'


def inert(text: str) -> str:
    """Text of the data as one line of prose in which no sign means anything to Markdown, HTML or the templates."""
    line = html.escape(" ".join(PRIVATE.sub("", text).split()), quote=False)
    return SIGNS.sub(r"\\\g<0>", line)


def tenths(fact: Fact) -> str:
    """A share in 成 that claims no more than its interval; the share itself where no such word fits.

    接近 is for at most 2 points below a tenth, 约 for at most 1 above it, or 3 to either side where the interval holds
    it. 超过 needs the whole interval above, 不足一成 the whole below. A bound of a round tenth keeps its own word.
    """
    if fact.bound != "=" or fact.upper is not None:
        round_tenth = fact.bound != "≈" and fact.upper is None and fact.value % 10 == 0 and 0 < fact.value < 100
        return f"{BOUND_WORDS[fact.bound]}{_tenth(int(fact.value // 10))}" if round_tenth else printed(fact)
    low, high = fact.interval or (fact.value, fact.value)
    low, high = low - fact.uncertainty, high + fact.uncertainty
    nearest, floor = int(round_half_up(fact.value / 10, 0)), int(fact.value // 10)
    above = fact.value - nearest * 10
    if 0 < nearest < 10 and -2 <= above <= 1:
        return f"{'接近' if above < 0 else '约'}{_tenth(nearest)}"
    if 0 < floor < 10 and low > floor * 10:
        return f"超过{_tenth(floor)}"
    if high < 10:
        return f"不足{_tenth(1)}"
    return f"约{_tenth(nearest)}" if 0 < nearest < 10 and abs(above) <= 3 else printed(fact)


def _tenth(number: int) -> str:
    return f"{'两' if number == 2 else TENTHS[number]}成"


_FACT = r'(?:\*\*)?<span class="fact"[^>]*>'
_WORD = "超过|不低于|不足|不超过|约"
# what a writer put beside a placeholder, where the number brings a word of its own: pattern, and what stands instead
JOINTS = (
    (re.compile(f"(?:大约|约)(?=(?:有|为|占|需要?)?{_FACT}(?:{_WORD}))"), ""),
    (re.compile(f"(?:达到|达|仅有|只有|仅)(?={_FACT}(?:{_WORD}))"), ""),
    (re.compile(f"(?<![变成认作列升降增减])[为是](?={_FACT}约)"), ""),
    (re.compile(f"占(?={_FACT}(?:超过|不低于|不足|不超过))"), "占比"),
    (re.compile(f"({_FACT}(?:{_WORD})[^<]*</span>)(?:左右|上下|以上|以下)"), r"\1"),
    (re.compile(f"({_FACT})2(年</span>间)"), r"\1两\2"),
    (re.compile(f"由{_FACT}约?([^<]+)</span>变为({_FACT}\\1</span>)"), r"仍为\2"),
    (
        re.compile(f"由({_FACT}[^<]+</span>)的{_FACT}约?([^<]+)</span>变为({_FACT}[^<]+</span>)的({_FACT}\\2</span>)"),
        r"在\1和\3都是\4",
    ),
)


def joined(text: str) -> str:
    """Finished text in which the word of a bound fits the words around it.

    约有约2.8万人 → 有约2.8万人, 占不足75.0% → 占比不足75.0%, 达到超过5万个 → 超过5万个, 约3000人左右 → 约3000人,
    方案为约27.5个 → 方案约27.5个, 2年间 → 两年间, 由40%变为40% → 仍为40%.
    """
    for pattern, instead in JOINTS:
        text = pattern.sub(instead, text)
    return text


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

    A document without a title is described in brackets, which stay.

    >>> cite(Origin("公共服务规划（国发〔2021〕1号）", "国务院", "f", "s", "B2", "1"))
    '国务院《公共服务规划》（国发〔2021〕1号）'
    >>> cite(Origin("（2023年3月23日新闻发布会）", "教育部", "f", "s", "B2", "1"))
    '教育部（2023年3月23日新闻发布会）'
    """
    title, bracket, number = origin.document.partition("（")
    if "《" in origin.document or not title:
        return origin.producer + origin.document
    if bracket and "〔" in number:
        return f"{origin.producer}《{title}》{bracket}{number}"
    return f"{origin.producer}《{origin.document}》"


def document_number(origin: Origin) -> str:
    """The number under which a document was issued, empty where it has none: ``国发〔2021〕1号``."""
    number = NUMBERED.search(origin.document)
    return number[0] if number else ""
