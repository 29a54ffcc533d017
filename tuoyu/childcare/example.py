"""示例市 — a city that does not exist, with made-up figures of every kind, for learning and for tests.

Everything follows from one fixed seed; every file, its sidecar and its sheets say 示例数据.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import get_args

from tuoyu.childcare.example_entries import entered_again
from tuoyu.childcare.institutions.entries import CODE_CHARACTERS
from tuoyu.nouns.city import Duty
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.questions import QUESTIONS
from tuoyu.nouns.register import TOPICS
from tuoyu.scaffold.writing import publish
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.raw import digest
from tuoyu.workspace.workbook import new_workbook
from tuoyu.workspace.workbook import to_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl import Workbook

FOLDER, CODE = "example", "990100"
EDITION, EARLIER = "example-2024", "example-2023"
SEED = 20241231
MARK = "示例数据，非真实统计"
DISTRICTS = {"甲区": "990102", "乙区": "990103", "丙县": "990121", "丁县": "990122"}
STREETS = {
    "甲区": ("春风街道", "夏荷街道", "朝霞街道"),
    "乙区": ("秋月街道", "冬青街道", "晨星街道"),
    "丙县": ("碧水镇", "青山镇", "金谷镇"),
    "丁县": ("银杏镇", "红枫镇", "白云镇"),
}
COMMUNITIES = ("东园社区", "西园社区", "南园社区", "北园社区")
FORMS = {"幼儿园托班": 34, "独立托育机构": 14, "社区嵌入式托育": 7, "用人单位办托": 3, "家庭托育点": 2}
# place, those under one, those from one to four, everybody at the census
CENSUS = (
    ("", 21840, 101220, 2430600),
    ("甲区", 7310, 33980, 893200),
    ("乙区", 6020, 27610, 701500),
    ("丙县", 5130, 24020, 496700),
    ("丁县", 3380, 15610, 339200),
)
ANSWERS = 300
INSTITUTIONS = sum(FORMS.values())


@dataclass(frozen=True)
class Choice:
    """一道选择题 — its heading, its options and how often each is chosen."""

    title: str
    options: dict[str, int]


ASKED = (
    Choice("您所在的区县", {"甲区": 38, "乙区": 30, "丙县": 20, "丁县": 12}),
    Choice("孩子目前的月龄", {"12个月以下": 30, "13—24个月": 36, "25—36个月": 34}),
    Choice("您希望选择哪种托育形式", {"全日托": 74, "半日托": 15, "计时托": 8, "临时托": 3}),
    Choice("您希望孩子多大时入托", {"18个月以下": 28, "18个月以上": 72}),
    Choice("选择托育机构时您首先考虑什么", {"距离": 35, "保育质量": 38, "硬件设施": 12, "价格": 15}),
    Choice("您希望托育机构由谁举办", {"公办": 58, "民办": 12, "普惠民办": 30}),
    Choice("您能接受的接送时间", {"15分钟以内": 84, "15分钟以上": 16}),
    Choice("您希望托育点设在哪里", {"社区服务中心或居住小区": 52, "幼儿园托班": 36, "工作单位附近": 12}),
    Choice("您能接受的月托费", {"1500元以下": 44, "1500-2000元": 33, "2000-3000元": 18, "3000元以上": 5}),
)
SERVICES = Choice("您还需要哪些服务", {"育儿指导": 60, "亲子活动": 45, "健康咨询": 30, "临时照看": 25})
INDICATORS = {
    "您希望选择哪种托育形式": {"全日托": "全日托比例"},
    "您希望孩子多大时入托": {"18个月以上": "十八个月以上入托比例"},
    "选择托育机构时您首先考虑什么": {
        "距离": "距离优先比例",
        "保育质量": "保育质量优先比例",
        "硬件设施": "硬件设施优先比例",
    },
    "您希望托育机构由谁举办": {"公办": "公办意愿比例", "民办": "民办意愿比例", "普惠民办": "普惠民办意愿比例"},
    "您能接受的接送时间": {"15分钟以内": "通勤较短比例", "15分钟以上": "通勤较长比例"},
    "您希望托育点设在哪里": {
        "社区服务中心或居住小区": "社区布局意愿比例",
        "幼儿园托班": "幼儿园布局意愿比例",
    },
    "您能接受的月托费": {
        "1500元以下": "价格一档比例",
        "1500-2000元": "价格二档比例",
        "2000-3000元": "价格三档比例",
        "3000元以上": "价格四档比例",
    },
}


def create_example(root: Path) -> list[Path]:
    """Write 示例市 and its edition; returns the files. Raises ParameterError if they are there already."""
    folder = root / "data" / "raw" / FOLDER
    edition, earlier = (root / "editions" / f"{name}.toml" for name in (EDITION, EARLIER))
    there = [path.relative_to(root).as_posix() for path in (folder, edition, earlier) if path.exists()]
    if there:
        msg = f"{'、'.join(there)} 已经存在，没有改动；要重新生成示例，请先把它移走"
        raise ParameterError(msg)
    publish(folder, files(), edition, EDITION_FORM.encode())
    earlier.write_bytes(EARLIER_FORM.encode())
    return [*sorted(folder.iterdir()), edition, earlier]


def files() -> dict[str, bytes]:
    """Name → contents of every file of the example's folder; the same bytes every time."""
    chance = random.Random(SEED)  # noqa: S311 - made-up figures, no secret
    survey_file = f"家长问卷（示例数据）_按文本_{ANSWERS}_{ANSWERS}.xlsx"
    population, streets, told, policies = (
        f"{name}（示例数据）{ending}"
        for name, ending in (
            ("人口主要指标", ".xlsx"),
            ("街道社区婴幼儿数", ".xlsx"),
            ("公布数据", ".csv"),
            ("政策文件登记", ".toml"),
        )
    )
    typed = {population: _population(), told: _published()}
    tables = {
        population: (to_bytes(_book("人口（示例数据）", typed[population])), 'kind = "statistics"'),
        survey_file: (_answers(chance), 'kind = "answers"'),
        "托育机构名单（示例数据）.xlsx": (
            _institutions(chance),
            'kind = "institutions"\ncovers = "全部"\nperiod = "2024年末"',
        ),
    }
    typed[streets] = _streets(chance)
    tables |= {
        streets: (to_bytes(_book("婴幼儿数（示例数据）", typed[streets])), 'kind = "communities"'),
        told: (_as_csv(typed[told]), 'kind = "figures"'),
        policies: (POLICIES.encode(), 'kind = "policies"'),
        "调研记录（示例数据）.toml": (EVIDENCE.encode(), 'kind = "evidence"'),
        "二次录入（示例数据）.csv": (
            entered_again("示例市", typed, {policies: POLICIES}),
            'kind = "second_entry"',
        ),
    }
    made = {CITY: _city().encode(), QUESTIONS: _question_map(survey_file).encode()}
    for name, (content, reading) in tables.items():
        made[name] = content
        made[f"{name}{SIDECAR}"] = _papers(name, content, reading).encode()
    return made


def _papers(name: str, content: bytes, reading: str) -> str:
    return (
        'producer = "示例数据生成程序"\n'
        f'title = "{name.rpartition(".")[0]}"\n'
        'published = "2024-12-31"\naccessed = 2024-12-31\n'
        'locator = "随程序生成"\n'
        f'basis = "{MARK}"\nconfidence = "低"\nsynthetic = true\n'
        f'sha256 = "{digest(content)}"\n\n[reading]\n{reading}\nplace = "{CODE}"\n'
    )


def _city() -> str:
    rows = "\n".join(f'    {{ name = "{name}", code = "{code}" }},' for name, code in DISTRICTS.items())
    offices = "\n".join(f'"{duty}" = "市{duty}局"' for duty in get_args(Duty))
    return (
        f"# 城市信息（{MARK}）\n"
        f'name = "示例市"\nshort = "示例"\ncode = "{CODE}"\nlevel = "地级市"\n'
        f'province = "示例省"\nprovince_code = "990000"\nself_name = "我市"\nsynthetic = true\n'
        f"districts = [\n{rows}\n]\n\n[departments]\n{offices}\n"
    )


def _book(sheet: str, rows: Sequence[Sequence[object]]) -> Workbook:
    book = new_workbook()
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(list(row))
    return book


def _population() -> list[list[object]]:
    return [
        [f"示例市人口主要指标（{MARK}）"],
        [],
        ["指标", "计量单位", "2019年", "2020年", "2021年", "2022年", "2023年", "2024年"],
        ["年末常住人口", "万人", 241.06, 243.52, 244.18, 244.6, 245.03, 245.31],
        ["年末户籍人口", "万人", 232.4, 233.1, 233.52, 233.7, 233.66, 233.41],
        ["常住人口城镇化率", "%", 60.2, 61.4, 62.3, 63.1, 63.8, 64.4],
        ["出生人口", "人", 25316, 22870, 20144, 18236, 17105, 17862],
        ["死亡人口", "人", 14820, 15003, 15420, 16180, 17350, 17011],
        ["城镇居民人均可支配收入", "元", "…", "…", "…", 41260, 43105, 45012],
        ["农村居民人均可支配收入", "元", "…", "…", "…", 20870, 22315, 23806],
        [f"注：{MARK}。出生、死亡人口为户籍口径。"],
    ]


def _pick(chance: random.Random, choice: Choice) -> str:
    return chance.choices(list(choice.options), weights=list(choice.options.values()))[0]


def _answers(chance: random.Random) -> bytes:
    headings = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    headings += [f"{n}、{one.title}" for n, one in enumerate((*ASKED, SERVICES), 1)]
    headings += [f"{len(ASKED) + 2}、您对托育服务还有什么建议"]
    rows: list[list[object]] = [[f"示例市家长问卷（{MARK}）"], [*headings]]
    for number in range(1, ANSWERS + 1):
        seconds = chance.randint(70, 600) if number % 100 else chance.randint(5, 25)
        chosen = [_pick(chance, one) for one in ASKED]
        if chance.random() < 0.03:
            chosen[chance.randrange(2, len(chosen))] = "(空)"
        wanted = [name for name, weight in SERVICES.options.items() if chance.random() * 100 < weight]
        more = "┋".join(wanted) or "(空)"
        rows.append(
            [number, f"2024/6/{chance.randint(1, 30)} 10:00:00", f"{seconds}秒", "微信", "", "", *chosen, more, "(空)"]
        )
    return to_bytes(_book("答卷（示例数据）", rows))


def _question_map(file: str) -> str:
    lines = [f"# 题目对照（{MARK}）：问卷的题和选项 → 指标", "[[survey]]", f'file = "{file}"', 'period = "2024年6月"']
    lines += ["minimum_seconds = 30"]
    groups = {ASKED[0].title: "区县", ASKED[1].title: "月龄"}
    for one in (*ASKED, SERVICES):
        named = INDICATORS.get(one.title, {})
        lines += ["", "[[survey.question]]", f'title = "{one.title}"']
        lines += [f'kind = "{"multiple" if one is SERVICES else "single"}"']
        if one.title in groups:
            lines += [f'group = "{groups[one.title]}"', "[survey.question.options]"]
            lines += [f'"{option}" = ""' for option in one.options]
            continue
        if one.title in {"您希望选择哪种托育形式", "您能接受的接送时间"}:
            lines += ['by = ["区县", "月龄"]']
        lines += ["[survey.question.options]"]
        lines += [f'"{option}" = "{named.get(option, "")}"' for option in one.options]
        if one is ASKED[-1]:
            lines += ["", "[[survey.question.combined]]", 'indicator = "低价位接受比例"', 'option = "2000元以下"']
            lines += ['options = ["1500元以下", "1500-2000元"]']
    return "\n".join(lines) + "\n"


def credit_code(serial: int) -> str:
    """A made-up 统一社会信用代码 with a right check character (GB 32100—2015)."""
    body = f"52990100EX{serial:07d}"
    total = sum(CODE_CHARACTERS.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + CODE_CHARACTERS[-total % 31]


def _institutions(chance: random.Random) -> bytes:
    headings = ["序号", "机构名称", "统一社会信用代码", "办托形式", "举办性质", "是否普惠", "托位数", "在托人数"]
    headings += ["备案情况", "全日托收费(元/月)", "建筑面积", "所属区县"]
    rows: list[list[object]] = [[f"示例市托育机构名单（{MARK}）"], [*headings]]
    forms = [form for form, count in FORMS.items() for _ in range(count)]
    for number, form in enumerate(forms, 1):
        places = chance.randrange(10, 15) if form == "家庭托育点" else chance.randrange(40, 320, 5)
        enrolled = int(places * chance.uniform(0.3, 0.8))
        public = chance.random() < (0.6 if form in {"幼儿园托班", "社区嵌入式托育"} else 0.15)
        inclusive = public or chance.random() < 0.4
        fee = chance.randrange(1200, 1900, 50) if inclusive else chance.randrange(2000, 3600, 100)
        registered = "已备案" if form != "幼儿园托班" and chance.random() < 0.8 else "未备案"
        district = chance.choices(list(DISTRICTS), weights=(38, 30, 20, 12))[0]
        line = [number, f"示例托育机构{number:02d}", credit_code(number), form, "公办" if public else "民办"]
        line += ["是" if inclusive else "否", places, enrolled, registered, fee, places * chance.randint(9, 12)]
        line += [district]
        rows.append(line)
    rows.append([INSTITUTIONS + 1, *rows[-1][1:]])  # one institution that was entered twice, as happens
    return to_bytes(_book("机构名单（示例数据）", rows))


def _streets(chance: random.Random) -> list[list[object]]:
    rows: list[list[object]] = [[f"示例市2024年末街道、社区3岁以下婴幼儿数（{MARK}）"]]
    rows.append(["区县", "街道", "社区", "社区数（个）", "3岁以下婴幼儿数（人）"])
    for district, streets in STREETS.items():
        for street in streets:
            total = chance.randrange(2400, 6200)
            listed = COMMUNITIES[: chance.randint(2, 3)]
            rows += [[district, street, one, None, int(total * chance.uniform(0.08, 0.2))] for one in listed]
            rows.append([district, street, "合计", chance.randint(8, 18), total])
    return [*rows, [f"注：{MARK}。"]]


def _published() -> list[list[object]]:
    told = [
        ("示例市", "托育机构数", "61家", "2024年末"),
        ("示例市", "居民月人均可支配收入", "3110元/月", "2024年"),
        ("示例市", "保育人员高中及以下学历比例", "56.5%", "2024年末"),
        ("示例市", "居民人均可支配收入", "37320元", "2024年"),
        ("示例市", "公办园占比", "58.2%", "2024年末"),
        ("示例市", "普惠性幼儿园在园幼儿占比", "88.4%", "2024年末"),
        ("示例市", "托育机构数", "52家", "2023年末"),
        ("示例市", "托位数", "8320个", "2023年末"),
        ("示例市", "在托人数", "4610人", "2023年末"),
        ("示例市", "社区嵌入式托位数", "860个", "2023年末"),
    ]
    for place, newborn, older, everybody in CENSUS:
        told += [
            (f"示例市{place}", "0岁人口(七普)", f"{newborn}人", "2020年11月1日"),
            (f"示例市{place}", "1-4岁人口(七普)", f"{older}人", "2020年11月1日"),
            (f"示例市{place}", "常住人口(七普)", f"{everybody}人", "2020年11月1日"),
        ]
    office = ("示例市统计部门", f"示例公报（{MARK}）", "")
    return [
        ["序号", "地区", "指标", "数据", "口径", "时点", "发布机构", "文件", "备注"],
        *([number, *line[:3], "", line[3], *office] for number, line in enumerate(told, 1)),
    ]


def _as_csv(rows: Sequence[Sequence[object]]) -> bytes:
    lines = [",".join(map(str, row)) for row in rows]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


POLICIES = f"""# 政策文件登记（{MARK}）

[[policy]]
id = "example-plan"
title = "示例省托育服务发展规划（示例数据）"
issuer = "示例省有关部门"
year = "2021"
asks = "提高每千人口拥有3岁以下婴幼儿托位数和入托率"
verified = true

[[policy.target]]
id = "example-places-2025"
indicator = "places_per_thousand"
value = "4.8个/千人"
year = "2025"
definition = "每千人口拥有3岁以下婴幼儿托位数"

[[policy.target]]
id = "example-enrolment-2025"
indicator = "enrolment_rate"
value = "15%"
year = "2025"
definition = "3岁以下婴幼儿入托率"
"""
EVIDENCE = f"""# 调研记录（{MARK}）。编号自定；主题决定写进报告的哪一处，可用的有：{"、".join(TOPICS)}。

[[evidence]]
id = "调研"
topic = "调研"
text = "调研由示例单位在2024年9月至11月进行，走访四个区县的托育机构，召开部门、机构和家长座谈会，并发放家长问卷"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "政策配套"
topic = "政策支持"
text = "座谈的机构反映，市里还没有专门的建设和运营补助，水电气居民价格在一部分机构没有落实"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "补助申领"
topic = "政策支持"
text = "已有的省级奖补按年申报，机构要先垫付，小机构周转有困难"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "场地紧缺"
topic = "场地资金"
text = "老旧小区可用于托育的公共用房不多，产权和消防手续较难办理"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "租期不稳"
topic = "场地资金"
text = "租用的场地合同期短，机构不敢投入改造"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "部门配合"
topic = "部门协同"
text = "机构登记、备案、消防和卫生评价由几个部门分别办理，标准和时限没有统一告知"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "人员流动"
topic = "队伍"
text = "受访的保育人员反映薪酬低于幼儿园同类岗位，没有评职称的渠道，工作两三年就离开的不少"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "岗前培训"
topic = "队伍"
text = "一部分人员由幼儿园转岗，上岗前没有接受过婴幼儿照护的系统培训"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "布局错位"
topic = "供需错位"
text = "新建住宅区的机构要排队，老城区有的机构招不满，空位多在乳儿班"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "社区点少"
topic = "社区托育"
text = "社区举办的托育点多设在新城，老旧小区和乡镇还没有"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "备案卡点"
topic = "备案"
text = "没有备案的机构主要卡在消防和房屋用途两项"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "指导站弱"
topic = "指导阵地"
text = "乡镇的育儿指导站多为兼职人员，开放时间少，家长不大知道"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "经营压力"
topic = "机构运营"
text = "单独办托的机构房租和人员支出占大头，招生不满时难以为继"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"

[[evidence]]
id = "日常监管"
topic = "监管"
text = "对没有备案的机构缺少日常检查的办法，检查结果没有公布"
document = "示例调研记录（示例数据）"
published = "2024-11"
strength = "访谈"
"""
_PARAMETERS = """
[assumptions]
demand_rate = "30%"
demand_rate_low = "20%"
demand_rate_high = "40%"
demand_rate_source = "示例假定"

[targets]
places = "example-places-2025"
national_places = "national-places-2025"
enrolment = "example-enrolment-2025"
floor_area = "embedded-area-per-place"

[publication]
title = "示例市3岁以下婴幼儿托育服务监测报告（示例数据）"
issuer = "示例单位"
status = "送审稿"
"""
EDITION_FORM = f"""# 示例市2024年期（{MARK}）：用来学习和测试，由 python pipeline.py new --example 生成。
# 示例市不存在，示范城市和国家、省、国际数据是真的，用来看附件和对照怎样写。

city = "{FOLDER}"
as_of = 2024-12-31
population_as_of = 2024-12-31
previous = "{EARLIER}"
benchmarks = ["shenzhen", "yulin", "ordos"]
comparators = ["national", "international"]
{_PARAMETERS}subtitle = "（截至2024年底，{MARK}）"
"""
EARLIER_FORM = f"""# 示例市2023年期（{MARK}）：上一期，供“与上期比较”，由 python pipeline.py new --example 生成。

city = "{FOLDER}"
as_of = 2023-12-31
population_as_of = 2023-12-31
benchmarks = []
comparators = ["national", "international"]
{_PARAMETERS}subtitle = "（截至2023年底，{MARK}）"
"""
