"""A new city's folder and first edition, written in one go or not at all.

Belongs here: which files there are and what they say, and putting them in place. Nothing is ever overwritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import get_args

from tuoyu.nouns.city import Duty
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.register import TOPICS
from tuoyu.scaffold.edition import code_of
from tuoyu.scaffold.edition import edition_toml
from tuoyu.scaffold.places import find_place
from tuoyu.scaffold.places import load_places
from tuoyu.scaffold.templates import workbook
from tuoyu.scaffold.writing import publish
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.raw import digest

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tuoyu.scaffold.places import Place
    from tuoyu.scaffold.templates import Forms
    from tuoyu.scaffold.templates import Table

REGISTER, INTERVIEWS = "政策文件登记.toml", "调研记录.toml"
_YEARS = range(2000, 2101)
_POLICIES, _EVIDENCE = (f'kind = "{kind}"\nplace = "{{code}}"' for kind in ("policies", "evidence"))
# formal names that are not just the field and 局
_OFFICES = {
    "发展改革": "发展和改革局",
    "住房城乡建设": "住房和城乡建设局",
    "人力资源社会保障": "人力资源和社会保障局",
}


def create_city(root: Path, name: str, forms: Forms, *, as_of: date) -> list[Path]:
    """The files of a new city, as written below ``data/raw`` and ``editions``; ParameterError if it has any already.

    The same call gives the same bytes.
    """
    place = find_place(name, load_places())
    if as_of.year not in _YEARS:
        msg = f"截止日期 {as_of.isoformat()} 的年份应在 2000 至 2100 之间"
        raise ParameterError(msg)
    raw = root / "data" / "raw"
    folder = _folder(raw, place)
    edition = root / "editions" / f"{folder}-{as_of.year}-{as_of.month:02d}.toml"
    if edition.exists():
        msg = f"参数文件 editions/{edition.name} 已经存在，没有改动；请先把它改名或移走"
        raise ParameterError(msg)
    parameters = edition_toml(raw, place, forms, folder=folder, as_of=as_of)
    publish(raw / folder, city_files(place, as_of, forms), edition, parameters.encode())
    return [*sorted((raw / folder).iterdir()), edition]


def sidecar(place: Place, as_of: date, table: Table, content: bytes) -> bytes:
    """The papers of a form to be filled in."""
    title = f"{place.name}{table.file.removesuffix('.xlsx')}"
    return _sidecar(place, as_of, title, content, _reading(table)).encode()


def city_files(place: Place, as_of: date, forms: Forms) -> dict[str, bytes]:
    """Name → contents of everything in the folder of a new city."""
    contents = {CITY: _city_toml(place).encode(), REGISTER: _register_toml(place).encode()}
    contents[INTERVIEWS] = _interviews_toml(place, as_of).encode()
    papers = {
        REGISTER: _sidecar(place, as_of, f"政策文件登记（{place.name}）", contents[REGISTER], _POLICIES).encode(),
        INTERVIEWS: _sidecar(place, as_of, f"调研记录（{place.name}）", contents[INTERVIEWS], _EVIDENCE).encode(),
    }
    for table in forms.tables(place, as_of):
        contents[table.file] = workbook(table.template)
        papers[table.file] = sidecar(place, as_of, table, contents[table.file])
    return contents | {f"{name}{SIDECAR}": paper for name, paper in papers.items()}


def _folder(raw: Path, place: Place) -> str:
    """The name of the new folder: the pinyin, with the code where another place of that sound has it."""
    owners = {path.name: code_of(path) for path in sorted(raw.glob("[!.]*")) if path.is_dir()}
    for name, code in owners.items():
        if code == place.code:
            msg = (
                f"{place.name}（{place.code}）已经有数据文件夹 data/raw/{name}，没有改动；"
                "要编新的一期，请运行 python pipeline.py new --next 期名"
            )
            raise ParameterError(msg)
    folder = place.pinyin if owners.get(place.pinyin) is None else f"{place.pinyin}-{place.code}"
    if (raw / folder).exists():
        msg = f"data/raw/{folder} 已经存在，但看不出是哪个城市的（没有可读的 {CITY}），没有改动；请先把它改名或移走"
        raise ParameterError(msg)
    return folder


def _city_toml(place: Place) -> str:
    province = ""
    if place.province_code != place.code:
        province = f'province = "{place.province}"\nprovince_code = "{place.province_code}"\n'
    districts = "".join(f'    {{ name = "{one.name}", code = "{one.code}" }},\n' for one in place.districts)
    owner = place.self_name.removeprefix("我")
    departments = "".join(f'# "{field}" = "{owner}{_OFFICES.get(field, f"{field}局")}"\n' for field in get_args(Duty))
    return _CITY.format(
        name=place.name,
        short=place.short,
        code=place.code,
        level=place.level,
        province=province,
        self_name=place.self_name,
        districts=f"[\n{districts}]" if districts else "[]",
        departments=departments,
    )


def _register_toml(place: Place) -> str:
    return _REGISTER.format(
        name=place.name,
        pinyin=place.pinyin,
        government="行政公署" if place.level in {"地区", "盟"} else "人民政府",
        province=place.province,
        province_code=place.province_code,
    )


def _interviews_toml(place: Place, as_of: date) -> str:
    return _INTERVIEWS.format(name=place.name, pinyin=place.pinyin, year=as_of.year, topics="、".join(TOPICS))


def _reading(table: Table) -> str:
    lines = (f'kind = "{table.kind}"', 'place = "{code}"', f'sheets = ["{table.template.sheet}"]', *table.reading)
    return "\n".join(lines)


def _sidecar(place: Place, as_of: date, title: str, content: bytes, reading: str) -> str:
    return _SIDECAR.format(
        title=title,
        day=as_of.isoformat(),
        sha256=digest(content),
        reading=reading.replace("{code}", place.code),
    )


_CITY = """\
# 城市信息：名称、行政区划代码（GB/T 2260）和所辖区县。区划有调整的，照最新的改。
name = "{name}"
short = "{short}"
code = "{code}"
level = "{level}"
{province}self_name = "{self_name}"
districts = {districts}

# 各部门在报告中的称呼。要用正式名称的，删去行首的“#”再填写；不写的，报告称“卫生健康部门”等。
# [departments]
{departments}"""

_REGISTER = """\
# 政策文件登记（{name}）。每份文件一条 [[policy]]；文件里定了目标数的，下面再写 [[policy.target]]。
# 下面是写法示例，删去行首的“#”并换成真实内容后才起作用。没有核对过原文的，verified 写 false。
#
# [[policy]]
# id = "{pinyin}-plan"                      # 编号，自己起，不能重复
# title = "{name}“十四五”公共服务规划"
# issuer = "{name}{government}"
# number = ""                             # 文号，没有就不写
# year = "2021"                           # 发文年份
# asks = "提高每千人口拥有3岁以下婴幼儿托位数"
# verified = false
#
# 本省（自治区、直辖市）的目标也可以登记在这里，再把目标的编号写进参数文件的 [targets]：
#
# [[policy]]
# id = "province-{province_code}-plan"
# title = "{province}卫生健康事业发展“十四五”规划"
# issuer = "{province}人民政府办公厅"
# year = "2021"
# verified = false
#
# [[policy.target]]
# id = "province-{province_code}-places-2025"        # 写进 [targets] 的 places
# indicator = "places_per_thousand"
# value = "……个/千人"                     # 目标值，照原文写
# year = "2025"
# definition = "每千人口拥有3岁以下婴幼儿托位数"
#
# [[policy.target]]
# id = "province-{province_code}-enrolment-2025"     # 写进 [targets] 的 enrolment
# indicator = "enrolment_rate"
# value = "……%"
# year = "2025"
# definition = "3岁以下婴幼儿入托率"
"""

_INTERVIEWS = """\
# 调研记录（{name}）。访谈、座谈、走访所得，每条一个 [[evidence]]，用自己的话概括，不写个人姓名和电话。
# 主题决定写进报告的哪一处，可用的有：{topics}。
# 下面是写法示例，删去行首的“#”并换成真实内容后才起作用。
#
# [[evidence]]
# id = "{pinyin}-1"                         # 编号，自己起，不能重复
# topic = "场地资金"
# text = "老旧小区可用于托育的用房少，消防手续难办"      # 写成完整的句子，句末不加句号
# document = "{year}年调研记录"
# published = "{year}"                      # 记录的年月，写作 {year}-06
# strength = "访谈"                       # 数据、访谈、判断、计划、文件
"""

_SIDECAR = """\
# 来源说明：照实改写。文件填好以后运行 python pipeline.py accept 期名，sha256 会自动更新。
producer = "（填写提供数据的单位）"
title = "{title}"
# document_number = ""            # 文号，没有就不写
published = "{day}"          # 发布或填报的日期，须以年份开头
accessed = {day}             # 取得日期，不加引号
locator = "（填写出处：页、表、段或网址）"
basis = "（填写使用依据，例如：部门提供，供研究引用）"
confidence = "中"                 # 可信程度：高、中、低
sha256 = "{sha256}"

[reading]
{reading}
"""
