"""方法说明 — the methodology page, made from the subject's indicators and claims and from the rules of the facts.

What belongs here: the page as text, in Chinese throughout. Writing it to ``docs/methods.md`` is the business of whoever
asks. What a check or a rule of wording does is told here for the reader; its docstring speaks to the programmer.
"""

from __future__ import annotations

import doctest
import inspect
import re
from typing import TYPE_CHECKING

from tuoyu.facts.claims import ALL_RULES
from tuoyu.facts.relations import STEADY
from tuoyu.reading.survey import disclosure
from tuoyu.text.checklist import CHECKS

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
            "## 核验\n\n意见分三种。“矛盾”必须改正，流程停下；"
            "其余列入报告的数据核验附件：“存疑”请核对，“提示”只作说明。\n\n"
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
    return f"印到{_PLACES[-decimals]}位" + ("，不足一万的留三位有效数字" if decimals < 0 else "")


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
