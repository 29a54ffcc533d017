"""方法说明 — the methodology page, made from the definitions, rules and docstrings of ``analysis``.

What belongs here: the page as text. Writing it to ``docs/methods.md`` is the business of whoever asks.
"""

from __future__ import annotations

import doctest
import inspect
import re
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.childcare.claims import CLAIMS
from tuoyu.childcare.claims import EVIDENCE_CLAIMS
from tuoyu.childcare.indicators import INDICATORS
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts import checks
from tuoyu.facts import selecting
from tuoyu.facts import statistics
from tuoyu.facts import wording
from tuoyu.facts.deriving import SPECIAL
from tuoyu.nouns.fact import round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable

    from tuoyu.childcare.indicators import Indicator

COMMAND = "python tests/test_methods.py"
WORDING = (
    ("四舍五入", round_half_up),
    ("印出的数字", wording.printed),
    ("比较：高于、低于、持平于", wording.comparison),
    ("达标：已达到、尚未达到", wording.attainment),
    ("升降：上升、下降、基本持平", wording.direction),
    ("相当：明显高于、明显低于、基本相当于", wording.survey_comparison),
    ("占比之差是否显著", wording.shares_differ),
    ("成数：超过几成、接近几成、约几成", wording.tenths),
)
SAMPLING = (
    ("问卷占比的95%置信区间", statistics.wilson_interval),
    ("占比能否由整数人数得出", statistics.possible_count),
)
CHECKS = (
    ("超出合理范围", checks.out_of_range),
    ("同一数字有两个值", checks.disagreements),
    ("相加的数与公布的数不符", checks.unreconciled),
    ("社区之和超过街道合计", checks.parts_exceeding_totals),
    ("分项之和与合计不符", checks.wrong_sums),
    ("占比不能由样本量得出", checks.impossible_shares),
    ("部分大于整体", checks.impossible_parts),
    ("重算与原文不一致", checks.unlike_published),
    ("与全国数值相同", checks.same_as_nation),
    ("只有公布值、不能重算", checks.published_only),
    ("时点混用", checks.mixed_dates),
    ("与上期相比变动过大", checks.large_changes),
)


def methods_page() -> str:
    """The whole page in Markdown, the same text for the same code."""
    parts = (
        f"# 方法说明\n\n本文件由程序生成，请勿手改。更新：`{COMMAND}`",
        (
            "定义、算式和例子取自 `tuoyu/analysis/` 各函数的说明；英文部分是函数说明的原文。"
            "取值、时点和出处随各期而变，见各期报告的附件。"
        ),
        _general(),
        f"## 计算的指标\n\n共 {len(INDICATORS)} 个。例子用的是假设的数字。",
        *(_indicator(one) for one in INDICATORS.values()),
        _claims(),
        "## 措辞规则\n\n用词由数字决定，拿不准时用较弱的词。",
        _functions("规则", WORDING),
        "## 抽样误差\n\n问卷占比都给出置信区间。",
        _functions("内容", SAMPLING),
        "## 核验\n\n“必须改正”的，流程停下；“请核对”和“说明”列入报告的数据核验附件。",
        _functions("项目", CHECKS),
        _vocabulary(),
    )
    return "\n\n".join(parts) + "\n"


def _general() -> str:
    rules = (
        "计算用精确的十进制数，中间不修约；只在印出时四舍五入一次。",
        (
            "来源的数字只精确到最后一位的半个单位。计算结果的误差是各个输入误差的影响之和；"
            "误差容不下的位数不印，少印了位数的冠以“约”字。"
        ),
        "来源写明“超过”“不低于”“不足”“不超过”的，计算结果也带上这个词。",
        "年平均人口是上年末与本年末人口的平均；缺上年末数的，以本年末数代替，并在算式中说明。",
        (
            f"与上期相比变动超过 {checks.LARGE_CHANGE}% 的主要指标（百分比除外），列为“请核对”；"
            f"变动不到 {wording.STEADY}% 的，写“基本持平”。"
        ),
        "同一指标有几个数字时，取截止日期之前最近的一个；同样近的，先取确数，再取位数最细的。",
    )
    text = "\n".join(f"- {rule}" for rule in rules)
    known = _quoted(_paragraphs(selecting.Cut.allows))
    return f"## 通则\n\n{text}\n\n一个数字能不能用于某一期（`Cut.allows`）：\n\n{known}"


def _indicator(one: Indicator) -> str:
    inputs = "、".join(_label(name) for name in one.inputs)
    lines = [
        f"- 定义：{one.definition}",
        f"- 算式：{one.formula}",
        f"- 单位：{one.unit}；{_digits(one.decimals)}",
        *([f"- 口径：{one.basis}"] if one.basis else []),
        f"- 所用数据：{inputs}；时点从{_label(one.dated_by)}",
        *(f"- 例：`{example}` → {value}" for example, value in _examples(one.function)),
    ]
    return f"### {one.label}\n\n代码 `{one.id}`\n\n" + "\n".join(lines)


def _digits(decimals: int) -> str:
    if decimals > 0:
        return f"最多印 {decimals} 位小数"
    return "印到个位" if decimals == 0 else f"印到{ {-1: '十', -2: '百', -3: '千', -4: '万'}[decimals] }位"


def _label(name: str) -> str:
    if name in INDICATORS:
        return INDICATORS[name].label
    return SPECIAL.get(name) or str(vocabulary().get(name, {}).get("name", name))


def _claims() -> str:
    rows = [(claim.id, claim.rule, "、".join(_label(name) for name in claim.needs)) for claim in CLAIMS]
    rows += [(name, f"调研记录中有“{topic}”方面的材料", "调研记录") for name, topic in EVIDENCE_CLAIMS.items()]
    intro = "结论由规则判断：成立、不成立，或者缺少依据。缺少依据的，报告不写，并在附件中列出原因。"
    return f"## 结论规则\n\n{intro}\n\n" + _table(("结论", "规则", "所用数据"), rows)


def _functions(heading: str, rules: Iterable[tuple[str, Callable[..., Any]]]) -> str:
    rows = [(name, f"`{rule.__name__}`", " ".join(_paragraphs(rule))) for name, rule in rules]
    return _table((heading, "函数", "说明"), rows)


def _vocabulary() -> str:
    intro = (
        "原始数据里可以用的指标名、单位和合理范围，取自 `tuoyu/childcare/vocabulary.toml`。"
        "“也可写作”是已经登记的其他叫法；别的叫法要先登记。"
    )
    rows = [
        (entry["name"], "、".join(entry.get("aliases", ())), entry["unit"], _range(entry))
        for entry in vocabulary().values()
    ]
    return f"## 原始指标\n\n{intro}\n\n" + _table(("指标", "也可写作", "单位", "合理范围"), rows)


def _range(entry: dict[str, Any]) -> str:
    ends = [f"{Decimal(str(entry[key])):f}" if key in entry else "" for key in ("least", "most")]
    return "～".join(ends) if any(ends) else ""


def _paragraphs(function: Callable[..., Any]) -> list[str]:
    """The docstring's paragraphs in one line each, without examples."""
    blocks = re.split(r"\n\s*\n", inspect.getdoc(function) or "")
    return [" ".join(block.split()) for block in blocks if not block.lstrip().startswith(">>>")]


def _examples(function: Callable[..., Any]) -> list[tuple[str, str]]:
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(function) or "")
    return [(one.source.strip(), re.sub(r"^Decimal\('(.*)'\)$", r"\1", one.want.strip())) for one in examples]


def _quoted(paragraphs: Iterable[str]) -> str:
    return "\n>\n".join(f"> {paragraph}" for paragraph in paragraphs)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, (":--",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
