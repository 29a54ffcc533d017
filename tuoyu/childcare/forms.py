"""What a new city is given to fill in (填报表): figures, survey results, communities, institutions, and its targets.

Belongs here: what each table asks, in the words of the vocabulary. How it looks stands in ``scaffold.templates``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.scaffold.dates import in_words
from tuoyu.scaffold.templates import AMOUNT
from tuoyu.scaffold.templates import EXAMPLE
from tuoyu.scaffold.templates import WHOLE
from tuoyu.scaffold.templates import Column
from tuoyu.scaffold.templates import Forms
from tuoyu.scaffold.templates import Table
from tuoyu.scaffold.templates import Template

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tuoyu.scaffold.places import Place

# indicator, unit, and what the person who fills in should know
INDICATORS = (
    ("常住人口", "万人", "年末数，统计公报或统计年鉴"),
    ("户籍人口", "万人", "年末数，公安或统计部门"),
    ("常住人口城镇化率", "%", "年末数，统计公报"),
    ("出生人口", "人", "最近一年；注明户籍口径还是常住口径"),
    ("出生人口", "人", "上一年；口径要与最近一年相同"),
    ("出生人口", "人", "再上一年；口径要与最近一年相同"),
    ("人口出生率", "‰", "最近一年；注明口径"),
    ("人口自然增长率", "‰", "最近一年；注明口径"),
    ("托育机构数", "家", "提供托育服务的各类机构，含开设托班的幼儿园"),
    ("开设托班幼儿园数", "所", "招收3岁以下幼儿的幼儿园"),
    ("备案机构数", "家", "在全国托育机构备案系统完成备案的"),
    ("托位数", "个", "全市全部托位，含幼儿园托班"),
    ("社区嵌入式托位数", "个", "社区内的托育机构和托育点"),
    ("在托人数", "人", "与托位数同一时点"),
    ("托位使用率", "%", "有正式公布数才填，否则由程序计算"),
    ("入托率", "%", "有正式公布数才填，否则由程序计算"),
    ("全日托平均托费", "元/月", "不含伙食费的，在备注写明"),
    ("城镇居民人均可支配收入", "元", "全年数，统计公报"),
    ("农村居民人均可支配收入", "元", "全年数，统计公报"),
    ("居民月人均可支配收入", "元/月", "全年数除以十二，或调查数"),
    ("保育人员高中及以下学历比例", "%", "托育机构保育人员中的比例"),
    ("提供普惠托育机构占比", "%", "托育机构中的比例"),
    ("公办园占比", "%", "全市幼儿园中的比例，教育部门"),
    ("普惠性幼儿园在园幼儿占比", "%", "公办园和普惠性民办园在园幼儿的比例，教育部门"),
)
UNITS = ("人", "万人", "个", "家", "所", "%", "‰", "元", "元/月", "个/千人")
BASES = ("户籍口径", "常住口径")
# question and option, as the vocabulary knows them
SURVEY = (
    ("样本量", "有效问卷"),
    ("托育形式", "全日托"),
    ("选托首要考虑", "距离"),
    ("选托首要考虑", "保育质量"),
    ("选托首要考虑", "硬件设施"),
    ("入托月龄", "18个月以上"),
    ("期望办托性质", "公办"),
    ("期望办托性质", "民办"),
    ("期望办托性质", "普惠民办"),
    ("可接受通勤时间", "15分钟以内"),
    ("可接受通勤时间", "15分钟以上"),
    ("期望托育点位置", "社区服务中心或居住小区"),
    ("期望托育点位置", "幼儿园托班"),
    ("可接受月托费", "1500元以下"),
    ("可接受月托费", "1500-2000元"),
    ("可接受月托费", "2000-3000元"),
    ("可接受月托费", "3000元以上"),
)
FORMS = ("独立托育机构", "社区嵌入式托育", "幼儿园托班", "用人单位办托", "家庭托育点", "托育综合服务中心")
OWNERSHIP = ("公办", "民办", "公办民营", "民办公助")
REGISTRATION = ("已备案", "未备案")

_NUMBER = Column("序号", 7, "顺次编号。写着“示例”的一行不读取，可以删去。")
_GENERAL = (
    "写着“示例”的一行只作示范，程序不读取。",
    "不知道的空着，不要填 0；空着的行不读取，报告里相应的句子自动省略。",
    "不要改工作表名和列名；可以增加行，可以删去用不着的行。",
    "来源说明（同名加 .source.toml）里的提供单位、出处和使用依据，照实写明。",
    "填好存盘以后，先运行 python pipeline.py accept 期名，再运行 python pipeline.py check 期名。",
    "用不着的填报表，连同它的来源说明一起删去。",
)


def tables(place: Place, as_of: date) -> tuple[Table, ...]:
    """Every table that a city fills in, as of a day."""
    return (_figures(place), _survey(), _communities(place, as_of), _institutions(place, as_of))


def _numbered(lines: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple((str(number), *line) for number, line in enumerate(lines, 1))


def _districts(place: Place) -> tuple[str, ...]:
    return tuple(one.name for one in place.districts)


def _figures(place: Place) -> Table:
    places = (place.name, *_districts(place))
    columns = (
        _NUMBER,
        Column("地区", 16, "数字所指的市或区县，从下拉列表中选。", places),
        Column("指标", 28, "指标名称。可以用的名称见 docs/methods.md 的“原始指标”。"),
        Column("数据", 14, "照原文写，不四舍五入，不换算；可以写 28600，也可以写 2.86万人、7.09‰、>30%。"),
        Column("单位", 9, "“数据”一列没有带单位的，在这里选。", UNITS),
        Column("时点", 14, "写作 2023年、2023年末、2024年8月底。每个数字都要有时点。"),
        Column("口径", 12, "人口数字写明户籍口径还是常住口径；其他数字有特别口径的照写。", BASES),
        Column("发布机构", 20, "公布或提供这个数字的单位，例如 市统计局。"),
        Column("文件", 34, "数字所在的文件或表，例如 2023年国民经济和社会发展统计公报。"),
        Column("备注", 36, "需要说明的情况。其中预先写好的是填写提示，可以改。"),
    )
    example = (EXAMPLE, place.name, "出生人口", "28600", "人", "2023年", BASES[0])
    lines = _numbered((place.name, name, "", unit, "", "", "", "", hint) for name, unit, hint in INDICATORS)
    about = ("一行一个数字。已经写好的行只需要填“数据”“时点”和出处。区县的数字、以前年份的数字，另加行填写。",)
    template = Template("指标", columns, (*example, "某市统计局", "某市2023年统计公报", ""), lines, (*about, *_GENERAL))
    return Table("托育指标.xlsx", "figures", template)


def _survey() -> Table:
    columns = (
        _NUMBER,
        Column("题目", 24, "题目的简称，用已经写好的写法。"),
        Column("选项", 34, "选项。样本量一题填有效问卷的份数。"),
        Column("占比", 12, "选这一项的人数占回答这一题的人数的比例，写作 38.33%。"),
        Column("样本量", 12, "回答这一题的人数，写作 287。各题不同的分别写。"),
        Column("时点", 16, "调查的时间，写作 2024年、2024年5月。"),
    )
    example = (EXAMPLE, "托育形式", "全日托", "89.9%", "287", "2024年")
    lines = _numbered((*line, "", "", "") for line in SURVEY)
    about = (
        "只有汇总结果（各选项占比）的，填这张表。",
        "“样本量”“有效问卷”一行，“占比”填份数，例如 287份。",
        "没有问过的题目空着或删去；选项的界线不同的（例如月托费的分档），照实际选项写。",
    )
    return Table("家长问卷结果.xlsx", "survey", Template("问卷结果", columns, example, lines, (*about, *_GENERAL)))


def _district(place: Place, title: str, note: str) -> tuple[Column, ...]:
    """The column of districts; none where the city has none (东莞, 中山, 儋州, 嘉峪关, counties)."""
    return (Column(title, 16, note, _districts(place), only=True),) if place.districts else ()


def _communities(place: Place, as_of: date) -> Table:
    columns = (
        _NUMBER,
        *_district(place, "区县", "街道、社区所在的区县，从下拉列表中选。"),
        Column("街道", 20, "街道或乡镇的名称。"),
        Column("社区", 24, "社区或村的名称；街道的合计写“合计”。"),
        Column("社区数", 10, "只在街道合计行填写：这个街道有几个社区。", kind=WHOLE),
        Column("3岁以下婴幼儿数", 16, "未满3周岁的婴幼儿人数。", kind=WHOLE),
    )
    example: tuple[str | int, ...] = (EXAMPLE, *_districts(place)[:1], "某某街道", "合计", 12, 856)
    about = ("一行一个街道或社区。", "表题里的时点是所有数字的时点，时点不同的请改表题。")
    title = f"{place.name}各街道、社区3岁以下婴幼儿数（{in_words(as_of)}）"
    template = Template("社区婴幼儿数", columns, example, (), (*about, *_GENERAL), title)
    return Table("社区婴幼儿数.xlsx", "communities", template)


def _institutions(place: Place, as_of: date) -> Table:
    columns = (
        _NUMBER,
        Column("机构名称", 34, "登记证书上的全称；幼儿园托班写幼儿园的全称。"),
        Column("统一社会信用代码", 24, "18位。没有的空着。"),
        Column("办托形式", 18, "从下拉列表中选一项。", FORMS, only=True),
        Column("举办性质", 12, "从下拉列表中选一项。", OWNERSHIP, only=True),
        Column("是否普惠", 10, "是否经认定提供普惠托育服务。", ("是", "否"), only=True),
        Column("托位数", 9, "能提供的托位，不是在托人数。", kind=WHOLE),
        Column("在托人数", 9, "现在实际在托的3岁以下婴幼儿人数。", kind=WHOLE),
        Column("备案情况", 10, "是否完成托育机构备案。", REGISTRATION, only=True),
        Column("全日托收费(元/月)", 12, "每名婴幼儿每月的全日托收费，只写数字。", kind=AMOUNT),
        Column("建筑面积(平方米)", 12, "托育部分的建筑面积，只写数字。", kind=AMOUNT),
        *_district(place, "所属区县", "机构所在的区县，从下拉列表中选。"),
    )
    example: tuple[str | int, ...] = (
        EXAMPLE,
        "某某托育园",
        "",
        FORMS[1],
        OWNERSHIP[1],
        "是",
        60,
        45,
        "已备案",
        2700,
        560,
        *_districts(place)[:1],
    )
    about = (
        "一行一家机构，含开设托班的幼儿园。只列备案机构的，把来源说明里的 covers 改为“备案”。",
        "不要填写联系人、电话、地址等个人信息。",
        "来源说明里的 period 是这张名单的时点，时点不同的请改。",
    )
    template = Template("机构名单", columns, example, (), (*about, *_GENERAL))
    return Table("托育机构名单.xlsx", "institutions", template, ('covers = "全部"', f'period = "{as_of.isoformat()}"'))


FORMS_OF_A_CITY = Forms(
    tables=tables,
    title="3岁以下婴幼儿托育服务监测报告",
    assumptions="""\
demand_rate = "30%"               # 送托意愿测算比例：有送托需求的婴幼儿所占比例，用于测算
# 上面的比例，本地有调查结果的改用调查结果；下面写比例的依据，印在报告里
demand_rate_source = "测算假定：按三成婴幼儿有送托需求计"
# demand_rate_low = "20%"         # 较低和较高的测算比例，用于展望；不写就只按上面的比例测算
# demand_rate_high = "40%"
""",
    issuer="卫生健康部门",
    of_province={
        "places": ("places_per_thousand", "本省每千人口托位数目标"),
        "enrolment": ("enrolment_rate", "入托率目标"),
    },
    of_nation={
        "national_places": ("places_per_thousand", "全国每千人口托位数目标"),
        "floor_area": ("floor_area_per_place", "社区嵌入式托育每托位建筑面积要求"),
    },
)
