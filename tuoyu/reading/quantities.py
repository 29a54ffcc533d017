"""Reads figures and blanks as Chinese statistical sources print them.

What belongs here: one printed text in, one typed value out, exactly and without guessing.
What does not: which indicator a figure belongs to (``figures``) or whether it is plausible (``checks``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

MAGNITUDES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8}
# unit as printed → (canonical unit, factor); units of one dimension share the canonical unit
UNITS: dict[str, tuple[str, int]] = {
    **dict.fromkeys(("人", "名", "位"), ("人", 1)),
    **dict.fromkeys(("个", "家", "所", "间", "部门", "个部门", "份", "张"), ("个", 1)),
    **{unit: (unit, 1) for unit in ("人次", "次", "节", "场", "级", "名次", "分钟", "年", "岁", "比例", "份额")},
    **dict.fromkeys(("%", "%以上"), ("%", 1)),
    **dict.fromkeys(("‰",), ("‰", 1)),
    **dict.fromkeys(("百分点", "个百分点"), ("百分点", 1)),
    **{unit: (unit, 1) for unit in ("户", "对", "人/户")},
    **dict.fromkeys(("个/千人", "个/千常住人口", "张/千人"), ("个/千人", 1)),
    **dict.fromkeys(("㎡", "平方米"), ("㎡", 1)),
    **dict.fromkeys(("㎡/托位", "平方米/托位"), ("㎡/托位", 1)),
    "元": ("元", 1),
    "元/月": ("元/月", 1),
    "元/年": ("元/年", 1),
    "元/机构·年": ("元/机构·年", 1),
    "元/孩·年": ("元/孩·年", 1),
    "家/年": ("个/年", 1),
    "个/年": ("个/年", 1),
    "期/年": ("期/年", 1),
    "期": ("期/年", 1),
    "": ("", 1),
}
# what the symbols of a yearbook mean (reader's notes of the 统计年鉴 series)
BLANKS = {
    "": "不详或无",
    "…": "数值不足最小单位",
    "...": "数值不足最小单位",
    "……": "数值不足最小单位",
    "⋯": "数值不足最小单位",
    **dict.fromkeys(("-", "--", "—", "——", "–", "―", "─", "一"), "无该项指标"),
    "#": "其中主要项",
    "(空)": "未作答",
}
BOUNDS_BEFORE = {
    ">=": ">=",
    "≥": ">=",
    "不低于": ">=",
    "不少于": ">=",
    "至少": ">=",
    "大于等于": ">=",
    "<=": "<=",
    "≤": "<=",
    "不超过": "<=",
    "不高于": "<=",
    "至多": "<=",
    ">": ">",
    "超过": ">",
    "超": ">",
    "逾": ">",
    "大于": ">",
    "高于": ">",
    "多于": ">",
    "<": "<",
    "不足": "<",
    "不到": "<",
    "低于": "<",
    "小于": "<",
    "少于": "<",
    "约": "≈",
    "大约": "≈",
    "接近": "≈",
    "近": "≈",
    "≈": "≈",
    "左右": "≈",
}
BOUNDS_AFTER = {"余": ">", "多": ">", "以上": ">=", "及以上": ">=", "以下": "<=", "及以下": "<=", "左右": "≈"}
# province part of every code of GB/T 2260, so that a year (1998, 2023) is never taken for a code
PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]"
CHINESE_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

# raised digits behind a letter are its power, as in m²
_MARK = re.compile(r"(?:[*†‡①-⑳⑴-⒇]|〔\d{1,2}〕|\[\d{1,2}\]|【\d{1,2}】|(?<![A-Za-z])[¹²³⁰⁴-⁹])\Z")
_LONGEST_MARK = 4
_MOST_DIGITS = 18
_HALF_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {ord("﹪"): "%"}
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")
_LONGEST_SHOWN = 60
# digits on both sides of a space or line break; a dash with spaces around it is that of a range
_FUSED = re.compile(r"[\d.,，．]\s+(?:[\d.,，．]|[-－](?=\d))")
_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_BEFORE = "|".join(sorted(map(re.escape, BOUNDS_BEFORE), key=len, reverse=True))
_AFTER = "|".join(sorted(BOUNDS_AFTER, key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?P<before>{_BEFORE})?"
    rf"(?P<numbers>{_NUMBER}(?:(?:[/:：~～—–至]|-)(?:{_NUMBER}))*)"
    rf"(?P<middle>{_AFTER})?(?P<unit>[^\d]*?)(?P<after>{_AFTER})?"
)


_REMARK = re.compile(r"\(([^()]*)\)$")  # behind a figure
_ALONE = "格里只留数字和单位，说明移到“口径”“备注”一类的栏或表下的注"
_RECALCULATE = "用 Excel 或 WPS 打开，等公式算出结果再存盘；引用别的工作簿的，把公式粘贴为数值"
_WORDS_ALONE = "没有数字的空着，确实是零的填 0，说明写到“备注”一类的栏"


class UnreadableError(ValueError):
    """A printed text that is no figure or no date; says in Chinese why and, where it is known, what to do."""

    def __init__(self, what: str, action: str = "") -> None:
        super().__init__(what)
        self.action = action


@dataclass(frozen=True)
class Quantity:
    """数值 — a figure with canonical unit, bound and resolution.

    ``value`` is exact, in ``unit``; ``upper`` is the upper end of a printed range.
    ``resolution`` is the size of the last printed digit (100 人 for ``2.86万人``).
    """

    value: Decimal
    unit: str
    bound: str
    resolution: Decimal
    printed: str
    upper: Decimal | None = None


def clean_text(raw: object) -> str:
    r"""Text of a cell without the accidents of typing: full-width forms, spaces, line breaks.

    >>> clean_text("４８２．２４ 万人")
    '482.24万人'
    >>> clean_text("开设托班的\n幼儿园（家）")
    '开设托班的幼儿园(家)'
    """
    if raw is None:
        return ""
    if isinstance(raw, float):
        raw = repr(raw).removesuffix(".0")
    if isinstance(raw, datetime) and raw.time() == datetime.min.time():
        raw = raw.date()
    if isinstance(raw, int | Decimal):  # most cells of a large table; nothing to clean
        return str(raw)
    return _cleaned(str(raw))


@lru_cache(maxsize=2**16)  # a table says the same few texts over and over
def _cleaned(text: str) -> str:
    return _SPACES.sub("", text.translate(_HALF_WIDTH))


def blank_meaning(raw: object) -> str | None:
    """What a cell without a figure means by the rules of a yearbook; None if it is no blank.

    >>> blank_meaning("…"), blank_meaning("—"), blank_meaning("0")
    ('数值不足最小单位', '无该项指标', None)
    """
    return BLANKS.get(without_mark(clean_text(raw)))


def footnote_mark(raw: object) -> str:
    """The mark of a footnote behind a label or a figure, empty if it has none.

    >>> footnote_mark("482.24〔1〕"), footnote_mark("34100*"), footnote_mark("*"), footnote_mark("244.18²")
    ('〔1〕', '*', '', '²')
    """
    text = clean_text(raw)
    end = len(text)
    while found := _MARK.search(text, max(1, end - _LONGEST_MARK), end):
        end = found.start()
    return text[end:]


def without_mark(text: str) -> str:
    """Clean text without the mark of a footnote behind it.

    >>> without_mark("出生人口①")
    '出生人口'
    """
    return text.removesuffix(footnote_mark(text))


def read_code(raw: object) -> str | None:
    """Six-digit code of a place as GB/T 2260 has it, from a code with 4, 6, 9 or 12 digits; None for anything else.

    A street's own code is no code of its district: what follows the sixth digit must be zeros.

    >>> read_code(440700.0), read_code("4407"), read_code("440700000000"), read_code("440703001"), read_code(2023)
    ('440700', '440700', '440700', None, None)
    """
    digits = re.sub(r"\.0+$", "", clean_text(raw))
    if not re.fullmatch(rf"100000(?:000|000000)?|(?:{PROVINCES})\d{{2}}(?:\d\d(?:000|000000)?)?", digits):
        return None
    return digits[:6].ljust(6, "0")


def read_unit(printed: str) -> tuple[str, Decimal]:
    """Canonical unit and factor of a printed unit, with its magnitude (万, 亿).

    >>> read_unit("万人")
    ('人', Decimal('10000'))
    """
    text = clean_text(printed)
    for magnitude in sorted(MAGNITUDES, key=len, reverse=True):
        rest = text.removeprefix(magnitude)
        if (not magnitude or text.startswith(magnitude)) and rest in UNITS:
            unit, factor = UNITS[rest]
            return unit, Decimal(factor * MAGNITUDES[magnitude])
    msg = f"不认识的计量单位“{_cut(printed)}”"
    raise UnreadableError(msg)


def own_unit(raw: object) -> str:
    """The unit that a figure carries itself; empty if it has none, only a magnitude, or is no figure.

    >>> own_unit("3.41万人"), own_unit("3.41万"), own_unit("超过1000余家"), own_unit("27513（含幼儿园托班）")
    ('万人', '', '家', '')
    """
    match = _FIGURE.fullmatch(_spelled_out(without_mark(clean_text(raw))))
    written = re.sub("[余多]", "", match["unit"]) if match else ""
    return "" if written in MAGNITUDES or _REMARK.search(written) else written


def read_quantities(raw: object, unit: str = "") -> tuple[Quantity, ...]:
    """The figure or figures of one cell; ``unit`` is that of the column or header, if any.

    A list with slashes (``10/15/20万元``) gives one quantity each; ``2/3`` with unit 份额 is a
    fraction; a range (``1-2所``) gives its ends; the mark of a footnote is passed over.
    Raises :class:`UnreadableError`.

    >>> read_quantities("3.41万人")[0].value
    Decimal('34100')
    >>> [str(q.value) for q in read_quantities("10/15/20万元")]
    ['100000', '150000', '200000']
    >>> read_quantities("＞30％")[0].bound
    '>'
    """
    printed = str(raw).strip() if not isinstance(raw, float) else clean_text(raw)
    if isinstance(raw, date):
        msg = f"“{clean_text(raw)}”是日期，不是可识别的数字（可能是表格软件把“2-3”之类改成了日期）"
        raise UnreadableError(msg)
    if _FUSED.search(printed):
        msg = f"“{' '.join(printed.split())}”一格里有几个数字，分不清是哪一个"
        raise UnreadableError(msg)
    text = _spelled_out(without_mark(clean_text(raw)))
    match = _FIGURE.fullmatch(text)
    if not match:
        raise _unreadable(printed)
    if re.search(rf"\d{{{_MOST_DIGITS + 1}}}", match["numbers"].replace(",", "")):
        raise _unreadable(printed)
    written = re.sub("[余多]", "", match["unit"])
    if remark := _REMARK.search(written):
        what = f"“{_cut(printed)}”的数字后面带有说明“{remark[1]}”"
        raise UnreadableError(what, _ALONE)
    if written in MAGNITUDES and unit:
        if written and clean_text(unit).startswith(written):
            what = f"“{_cut(printed)}”已经写了“{written}”，单位又是“{unit}”，分不清是不是乘了两次"
            raise UnreadableError(what, f"数字和单位里只留一个“{written}”")
        written += unit
    canonical, factor = read_unit(written)
    bound = BOUNDS_BEFORE.get(match["before"] or "") or BOUNDS_AFTER.get(match["middle"] or match["after"] or "")
    bound = bound or (">" if re.search("[余多]", match["unit"]) else "=")
    try:
        return _quantities(match["numbers"].replace(",", ""), canonical, factor, bound=bound, printed=printed)
    except (ArithmeticError, ValueError):  # separators of two kinds, as in 3/36—3
        raise _unreadable(printed) from None


def percent(part: int, whole: int) -> Decimal:
    """A counted share in %, to the twelve places that a table of observations keeps; the counts stand beside it."""
    return (Decimal(part) / Decimal(whole) * 100).quantize(Decimal("1e-12"))


def _quantities(numbers: str, unit: str, factor: Decimal, *, bound: str, printed: str) -> tuple[Quantity, ...]:
    """Numbers without thousands separators, by the form in which they are printed."""
    if "/" in numbers:
        parts = numbers.split("/")
        if unit == "份额":
            numerator, denominator = (int(part) for part in _two(parts, printed))
            return (Quantity(percent(numerator, denominator), "%", bound, Decimal(0), printed),)
        return tuple(Quantity(*_exact(part, factor, unit, bound), printed) for part in parts)
    if ":" in numbers or "：" in numbers:
        left, right = _two(re.split("[:：]", numbers), printed)
        return (Quantity(Decimal(left) / Decimal(right), "比例", bound, Decimal(0), printed),)
    ends = re.split(r"[~～—–至]|(?<=\d)-", numbers)
    first = Quantity(*_exact(ends[0], factor, unit, bound), printed)
    if len(ends) == 1:
        return (first,)
    upper = _exact(_two(ends, printed)[1], factor, unit, bound)[0]
    if upper < first.value:
        raise _unreadable(printed)
    return (replace(first, upper=upper),)


def _two(parts: list[str], printed: str) -> tuple[str, str]:
    """The two ends of a ratio or range; a third is no figure."""
    if len(parts) != 2:
        raise _unreadable(printed)
    return parts[0], parts[1]


def _unreadable(printed: str) -> UnreadableError:
    if printed.startswith("="):
        return UnreadableError(f"公式“{_cut(printed)}”没有存下结果", _RECALCULATE)
    if re.fullmatch(r"#[A-Z/\d]+[!?]?", printed):
        return UnreadableError(f"“{printed}”是公式的出错提示，不是数字", "在原表改正公式，或填上数字")
    action = "" if any(map(str.isdigit, printed)) else _WORDS_ALONE
    return UnreadableError(f"“{_cut(printed)}”不是可识别的数字", action)


def _cut(printed: str) -> str:
    return printed if len(printed) <= _LONGEST_SHOWN else f"{printed[:_LONGEST_SHOWN]}…"


def _exact(text: str, factor: Decimal, unit: str, bound: str) -> tuple[Decimal, str, str, Decimal]:
    """Value, unit, bound and resolution of one printed number."""
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    resolution = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) * factor
    return _plain(number * factor), unit, bound, _plain(resolution)


def _plain(number: Decimal) -> Decimal:
    """The same value without exponent and trailing zeros, so that equal figures look equal."""
    return Decimal(f"{number.normalize():f}")


def _spelled_out(text: str) -> str:
    """Figures in words as digits: 三成 → 30%, 三分之二 → 2/3份额, 一半 → 50%, 一刻钟 → 15分钟."""
    text = re.sub("m[2²]", "㎡", text.replace("一刻钟", "15分钟").replace("一半", "50%"))
    share = re.fullmatch(r"(.*?)([一二三四五六七八九十])分之([一二三四五六七八九十])(.*)", text)
    if share:
        numerator, denominator = CHINESE_DIGITS[share[3]], CHINESE_DIGITS[share[2]]
        return f"{share[1]}{numerator}/{denominator}份额{share[4]}"
    tenths = re.fullmatch(r"(.*?)([一二两三四五六七八九])成(多|以上|左右)?", text)
    if tenths:
        return f"{tenths[1]}{CHINESE_DIGITS[tenths[2]] * 10}%{tenths[3] or ''}"
    return text
