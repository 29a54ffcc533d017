"""方法说明 — the methodology page, made from the subject's indicators and claims and from the rules of the facts.

What belongs here: the page as text, in Chinese throughout. Writing it to ``docs/methods.md`` is the business of whoever
asks. What a check or a rule of wording does is told here for the reader; its docstring speaks to the programmer.
"""

from __future__ import annotations

import doctest
import inspect
import re
from typing import TYPE_CHECKING

from tuoyu.facts import checks
from tuoyu.facts.claims import ALL_RULES
from tuoyu.facts.relations import STEADY
from tuoyu.reading.survey import disclosure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tuoyu.facts.claims import Claim
    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.indicator import Function
    from tuoyu.nouns.indicator import Indicator
    from tuoyu.nouns.indicator import Vocabulary

COMMAND = "python tests/test_methods.py"
GENERAL = (
    "计算用精确的十进制数，中间不修约；只在印出时四舍五入一次（0.05印一位小数为0.1，-0.04印一位小数为0.0）。",
    (
        "来源的数字只精确到最后一位的半个单位，逐个清点的人数、个数没有这一误差。计算结果的误差是各个输入误差的影响之和；"
        "误差容不下的位数不印，少印了位数的冠以“约”字。"
    ),
    "来源写明“超过”“不低于”“不足”“不超过”的，计算结果也带上这个词；几个输入的上下限方向相反、结果没有方向的，不计算。",
    "上限印出时向上取整，下限向下取整，使印出的数字仍然成立。来源是一个范围的，计算结果也是一个范围。",
    "年平均人口是上年末与本年末人口的平均；缺上年末数的，以本年末数代替，并在算式中说明。",
    "同一指标同一时点有几个数字时，先取确数，再取位数最细的；正文用截止日期之前最近的一个。",
    (
        "截止日期之后的数字不用。没有时点、只有起始时点、面向将来的（如目标）和只写当年的数字，"
        "其文件在截止日期当年以前发布的，可以使用；常住人口、户籍人口以人口数据日期为限。"
    ),
    "名单、答卷逐条计算的数字，优先于同一时点公布的数字。",
)
WORDING = (
    ("四舍五入", "恰为一半的进位，负数按绝对值进位；修约后为零的不带负号。"),
    ("上下限", "“>”写“超过”，“>=”写“不低于”，“<”写“不足”，“<=”写“不超过”，“≈”写“约”；与前后文字重复的，只写一次。"),
    ("万、亿", "只精确到百位以上的人数、金额，以万或亿为单位；不足一万的数字不写成“万”。"),
    ("比较", "高于、略高于、持平于、略低于、低于，规则见上文“比较”；不能判断的，不写这句话。"),
    ("达标", "已达到、尚未达到，规则见上文“目标”。"),
    ("升降", f"上升、略有上升、基本持平、略有下降、下降，规则见上文“变化”；变动不到{STEADY}%的为“略有”。"),
    ("相当", "明显高于、明显低于；没有超出抽样误差的写“基本相当于”，规则见上文“份额”。"),
    ("差额", "只写修约后大于零、误差也不及零的差额；零和负数不作为差距写出。"),
    (
        "成数",
        (
            "比整成少不到2个百分点（含）的写“接近几成”；多不到1个百分点（含）的写“约几成”；"
            "置信区间全部高于整成的写“超过几成”，全部低于一成的写“不足一成”；"
            "其余相差3个百分点以内的写“约几成”，再远的照印百分数。"
        ),
    ),
)
SAMPLING = (
    (
        "问卷占比的95%置信区间",
        "威尔逊得分法，不作连续性校正（E. B. Wilson，《美国统计学会杂志》第22卷，1927年，第209—212页）。",
    ),
    (
        "两项占比之差",
        (
            "同一批应答者对同一道题的两个选项，差的方差为〔（p＋q）－（p－q）²〕÷n（L. Kish，《抽样调查》，1965年）；"
            "差的绝对值超过1.96倍标准误，才说两者有高低。"
        ),
    ),
    (
        "占比能否由整数人数得出",
        "印到若干位的占比，应当等于某个整数人数除以应答人数（N. Brown和J. Heathers的粒度检验，2017年）。",
    ),
)
DISCLOSURE = (
    (
        "不公布的格",
        (
            f"应答不足{disclosure.MINIMUM}人的组整组不公布；选择某一选项的有1至{disclosure.MINIMUM - 1}人的占比不公布，"
            f"交叉表中没有选择它的有1至{disclosure.MINIMUM - 1}人的，也不公布。没有人选择、全部选择，可以公布。"
        ),
    ),
    (
        "不能推算出来",
        (
            "一道题的总计、各分组、各选项和合并的选项放在一起判断：按印出的全部数字，用整数规划求出每个不公布的小数最少、"
            f"最多各是多少（求解器为highspy）；两者相差不到{disclosure.MARGIN}人的（应答者更少的，按能差的人数），"
            "再隐去一个次小的占比，直到推算不出为止。一个选项隐去的各组，合计不少于"
            f"{disclosure.MINIMUM}人。求解超过{disclosure.MOST_NODES}步没有结果的，按已被推算出来处理。"
        ),
    ),
    (
        "假定读者知道的",
        (
            "各组有多少人应答；同一选项在各种分组下合计相同；单选题每人选一项；哪些选项没有人选。"
            "占比按能还原为确切人数看待，不因修约而放宽。"
        ),
    ),
    (
        "不在保证之内的",
        (
            "不同题目不放在一起判断，题目之间没有交叉表；多选题的各选项不相加。应答者自己和知情的人所知道的，不计在内。"
            "同一份答卷用于两期，算法相同，隐去的格也相同；中间改了题目对照（如合并选项）的，两期合看可能推算出来，"
            "应一并复核，必要时更正上期。"
        ),
    ),
)
CHECKS = {  # by function: the code of its findings, its name, what it does
    "out_of_range": ("out-of-range", "超出合理范围", "原始数字不在该指标的合理范围之内，必须改正。"),
    "fractional": ("fractional", "计数不是整数", "只能是整数的指标，原文印的不是整数，多半漏写了“万”，必须改正。"),
    "disagreements": (
        "two-values",
        "同一数字有两个值",
        "同一地方、指标、时点和口径有两个不同的值，且不是取整造成的，必须改正。",
    ),
    "unreconciled": ("unreconciled", "相加的数与公布的数不符", "由名单或答卷计算的总数，与同一年公布的总数不同。"),
    "parts_exceeding_totals": (
        "parts-exceed-total",
        "部分之和超过合计",
        "列出的社区之和超过所在街道的合计，必须改正。",
    ),
    "wrong_sums": (
        "wrong-sum",
        "分项之和与合计不符",
        "声明由几项相加的数字，与各项之和不符，且不是取整造成的，必须改正。",
    ),
    "impossible_shares": (
        "impossible-share",
        "占比不能由样本量得出",
        "公布的问卷占比，不能由整数人数除以应答人数得出。",
    ),
    "impossible_parts": (
        "part-exceeds-whole",
        "部分大于整体",
        "如在托人数多于托位数、备案机构多于全部机构，必须改正。",
    ),
    "computed_out_of_range": (
        "computed-out-of-range",
        "计算结果超出合理范围",
        "计算的数字不在该指标的合理范围之内，所用的数字必有一个有误。",
    ),
    "impossible_shares_of_counts": (
        "impossible-share",
        "占比不能由家数得出",
        "公布的占比，不能由整数家数除以同一时点的总家数得出。",
    ),
    "restated_targets": ("restated-target", "目标互为折算", "两项目标换算后相同，可能不是分别提出的。"),
    "wrong_totals": ("wrong-total", "各选项合计不符", "一道单选题的各选项合计超过100%，或全部选项合计不足100%。"),
    "equal_options": ("equal-options", "两个选项相同", "一道题有两个选项的占比到最后一位都相同，可能抄重了。"),
    "wrong_respondents": ("respondents", "样本量不符", "某题的样本量多于有效问卷，或与同一问卷别的题不同。"),
    "jumps": ("jump", "相邻年份变动异常", "数字与上一年相差超过该指标通常的变动，或超过本系列历年变动的三倍。"),
    "repeats": ("same-as-before", "与上年相同", "数字与上一年到最后一位都相同（三位以上有效数字），可能抄了上年的数。"),
    "misdated": ("misdated", "时点不合", "时点晚于文件发布的年份、早于1990年，或与公报的年份不同。"),
    "noughts": ("nought", "数字为零", "一般不为零的指标写成了零，可能是没有填报。"),
    "loose_ranges": ("loose-range", "区间过宽", "现状数写成区间，或区间两端相差三倍以上。"),
    "wrong_wholes": ("wrong-whole", "区县与全市不符", "同一来源、同一时点各区县之和与全市不同。"),
    "beyond_whole": ("beyond-whole", "大于上级地区", "市的数不小于省的，省的数不小于全国的。"),
    "same_elsewhere": ("same-elsewhere", "与别处相同", "两个地方同一年的数字到四位有效数字都相同，可能抄错了行。"),
    "listed_twice": ("listed-twice", "社区列了两次", "同名同数的社区列在两个街道。"),
    "round_counts": ("round-count", "整数关口", "一千以上的现状数只有一位有效数字，可能漏写了“约”“超过”。"),
    "odd_dates": ("misdated", "时点与同表不同", "同一文件的同一指标，别的地区都是一个时点，只有一个地区不同。"),
    "without_total": ("without-total", "缺街道合计", "列出了社区的街道没有合计，别的街道都有。"),
    "out_of_order": ("out-of-order", "不在次序中", "从大到小排列的表里，只有一行不在次序中。"),
    "odd_averages": (
        "odd-average",
        "平均数过大或过小",
        "街道平均每个社区的婴幼儿数与别的街道相差三倍以上，或大于列出的较大社区。",
    ),
    "too_many_children": (
        "too-many-children",
        "街道合计过多",
        "各街道婴幼儿合计多于普查五岁以下人口或近三年出生人口所容许的。",
    ),
    "odd_ratios": ("odd-ratio", "比例异常", "同一地方的两个数字之比超出各地都有的范围，多半是位数或单位有误。"),
    "wrong_rates": ("wrong-rate", "率与分子分母不符", "公布的率不能由同一年的分子和分母得出，误差超过百分之一。"),
    "wrong_differences": ("wrong-difference", "差不符", "自然增长率不等于出生率减死亡率。"),
    "not_between": ("not-between", "不在两者之间", "全体居民收入不在农村和城镇居民收入之间。"),
    "clashing_targets": ("target", "目标值不一致", "政策登记的目标值与原始数据所载不同，或与现状相差悬殊。"),
    "unlike_told": (
        "unlike-text",
        "文字与数字不一致",
        "材料文字里的数字，在同一处摘录的数字里没有，而摘录的另一个数在文字里也没有。",
    ),
    "unlike_published": ("not-reproduced", "重算与原文不一致", "重新计算的数字修约到原文的位数后，与原文不同。"),
    "same_as_nation": ("same-as-nation", "与全国数值相同", "本市的数字与全国的数字完全相同，可能引用的是全国数。"),
    "mixed_dates": ("mixed-dates", "时点混用", "主要指标由不同年份的数字计算。"),
    "published_only": ("published-only", "只有公布值", "有算式而缺数据、只能采用公布值的指标。"),
    "large_changes": (
        "large-change",
        "与上期相比变动过大",
        f"主要指标与上期相比变动超过{checks.LARGE_CHANGE}%，百分比变动超过{checks.LARGE_POINTS}个百分点。",
    ),
}
OUTCOME_WORDS = ("高于", "略高于", "持平", "略低于", "低于", "未定", "缺据", "成立", "不成立")
_PLACES = ("个", "十", "百", "千", "万", "十万", "百万", "千万", "亿")


def methods_page(subject: Subject) -> str:
    """The whole page in Markdown, the same text for the same subject and rules."""
    names = subject.names
    computed = [one for one in subject.vocabulary.values() if one.computed]
    parts = (
        f"# 方法说明\n\n本文件由程序生成，请勿手改。更新：`{COMMAND}`",
        "定义、算式和结论取自登记的指标和规则。取值、时点和出处随各期而变，见各期报告的附件。",
        "## 通则\n\n" + "\n".join(f"- {rule}" for rule in GENERAL),
        f"## 计算的指标\n\n共 {len(computed)} 个。例子用的是假设的数字。",
        *(_indicator(one, names) for one in computed),
        _relations(),
        _claims(subject.claims),
        _words(subject.claims),
        "## 措辞规则\n\n用词由数字决定，拿不准时用较弱的词。\n\n" + _table(("措辞", "规则"), WORDING),
        "## 抽样误差\n\n问卷占比都给出置信区间。\n\n" + _table(("内容", "方法"), SAMPLING),
        (
            "## 小样本的保密\n\n问卷的占比背后人数很少的，不公布，也不让人由其他占比推算出来。\n\n"
            + _table(("内容", "方法和限度"), DISCLOSURE)
        ),
        (
            "## 核验\n\n“必须改正”的，流程停下；其余列入报告的数据核验附件，标为“请核对”或“说明”。\n\n"
            + _table(("代号", "项目", "内容"), CHECKS.values())
        ),
        _raw(subject.vocabulary),
    )
    return "\n\n".join(parts) + "\n"


def _indicator(one: Indicator, names: dict[str, str]) -> str:
    inputs = "、".join(names.get(name, name) for name in one.inputs)
    lines = [
        f"- 定义：{one.definition}",
        f"- 算式：{one.formula}",
        f"- 单位：{one.unit}；{_digits(one.decimals or 0)}",
        *([f"- 口径：{one.basis}"] if one.basis else []),
        f"- 所用数据：{inputs}；时点从{names.get(one.dated, one.dated)}",
        *([f"- 所用数据的时点最多相隔{one.within}年"] if one.within is not None else []),
        *(f"- 例：{example}" for example in _examples(one.function, names)),
    ]
    return f"### {one.name}\n\n代码 `{one.id}`\n\n" + "\n".join(lines)


def _digits(decimals: int) -> str:
    if decimals > 0:
        return f"最多印 {decimals} 位小数"
    return f"印到{_PLACES[-decimals]}位"


def _examples(function: Function | None, names: dict[str, str]) -> list[str]:
    """The examples of a formula in words: 托位数45、常住人口10000，得4.5000."""
    found = doctest.DocTestParser().get_examples(inspect.getdoc(function) or "") if function else []
    inputs = list(inspect.signature(function).parameters) if function else []
    told = []
    for one in found:
        values = re.findall(r"Decimal\(\"?([-\d.]+)\"?\)", one.source)
        result = re.fullmatch(r"Decimal\('(.*)'\)", one.want.strip())
        if result and len(values) == len(inputs):
            given = "、".join(f"{names.get(name, name)}{value}" for name, value in zip(inputs, values, strict=True))
            told.append(f"{given}，得{result[1]}")
    return told


def _relations() -> str:
    intro = (
        "两个数字之间、一个数字与界限之间的关系，都由同一个规则判断，结果为高于、持平、低于、未定或缺据。"
        "同一对数字在一期报告里只有一种说法。"
    )
    return f"## 关系\n\n{intro}\n\n" + _table(("关系", "规则"), ALL_RULES.items())


def _claims(claims: Iterable[Claim]) -> str:
    intro = (
        "结论由规则判断：成立、不成立，或者缺少依据。缺少依据的，报告不写，并在附件中列出原因。"
        "“不利”指对本市不利：成立时，报告必须写明这一问题，并有建议回答它。"
    )
    rows = [
        (one.id, one.rule, "、".join((*one.names, *one.evidence)), one.source, "是" if one.against else "")
        for one in claims
    ]
    return f"## 结论规则\n\n{intro}\n\n" + _table(("结论", "规则", "所用数据和材料", "界限的依据", "不利"), rows)


def _words(claims: Iterable[Claim]) -> str:
    rows = [
        (claim.id, outcome, _plain(words[outcome]))
        for claim in claims
        if (words := {str(key): text for key, text in claim.words.items()})
        for outcome in OUTCOME_WORDS
        if outcome in words
    ]
    intro = "结论的措辞按结果选用。〔〕中是指标名称，成稿时换成数字。"
    return f"## 结论的措辞\n\n{intro}\n\n" + _table(("结论", "结果", "措辞"), rows)


def _plain(words: str) -> str:
    """A wording with its placeholders as a reader knows them: 〔首年出生人口的时点〕."""
    return re.sub(r"\{\{\s*(.*?)\s*\}\}", lambda match: f"〔{match[1].replace('|', '的')}〕", words)


def _raw(vocabulary: Vocabulary) -> str:
    intro = (
        "原始数据里可以用的指标名、单位和合理范围。“也可写作”是已经登记的其他叫法；别的叫法要先登记"
        "（`tuoyu/childcare/indicators.toml`）。"
    )
    rows = [(one.name, "、".join(one.aliases), one.unit, _range(one)) for one in vocabulary.values()]
    return f"## 指标名称\n\n{intro}\n\n" + _table(("指标", "也可写作", "单位", "合理范围"), rows)


def _range(one: Indicator) -> str:
    ends = ["" if end is None else f"{end:f}" for end in (one.least, one.most)]
    return "～".join(ends) if any(ends) else ""


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, (":--",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
