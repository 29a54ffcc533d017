"""What the checks of figures are called (核验项目), and what each does, as reader and workbook are told."""

from __future__ import annotations

from tuoyu.facts import checks

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
        "如备案机构多于全部机构，必须改正。",
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
    "unusual": (
        "unusual",
        "超出一般的范围",
        "数字有可能、但不常见，如托位使用率超过100%（超额招收）、全年托费超过收入三倍。",
    ),
    "computed_unusual": (
        "unusual",
        "计算结果超出一般的范围",
        "计算的数字有可能、但不常见，同一个原始数字引起的合为一条。",
    ),
    "mixed_bases": ("mixed-bases", "口径不同的数一同计算", "同一指标各年的口径不同（常住、户籍），一同相加或比较。"),
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
    "decimal_shares": ("decimal-share", "百分数写成小数", "以%计的数字不足一而没有写百分号，可能把61.3%写成了0.613。"),
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
    "entered_once": ("entered-once", "只录入过一次", "由人工摘录的原始数字，有多少录入了两次、逐项相符。"),
    "large_changes": (
        "large-change",
        "与上期相比变动过大",
        f"主要指标与上期相比变动超过{checks.LARGE_CHANGE}%，百分比变动超过{checks.LARGE_POINTS}个百分点。",
    ),
}
