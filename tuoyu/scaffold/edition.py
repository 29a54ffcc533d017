"""The first edition of a new city: its parameter file, with the provinces and targets that the repository has.

Belongs here: what such a file says. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import read_form
from tuoyu.scaffold.tables import in_words
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import SIDECAR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from tuoyu.scaffold.places import Place

NATION = "national"
# key → indicator of the target, and what it is
OF_PROVINCE = {
    "places": ("places_per_thousand", "本省每千人口托位数目标"),
    "enrolment": ("enrolment_rate", "入托率目标"),
}
OF_NATION = {
    "national_places": ("places_per_thousand", "全国每千人口托位数目标"),
    "floor_area": ("floor_area_per_place", "社区嵌入式托育每托位建筑面积要求"),
}
_WIDTH, _WIDE = 34, 44  # where the remarks begin


@dataclass(frozen=True)
class _Target:
    """A number that a policy register sets: id, indicator and year."""

    id: str
    indicator: str
    year: str


def code_of(folder: Path) -> str | None:
    """The place whose data a folder of ``data/raw`` holds, by its city.toml, else by a sidecar; None if unsaid."""
    if (folder / CITY).is_file():
        return _text(folder / CITY, "code")
    sidecars = sorted(folder.glob(f"*{SIDECAR}"))
    return next((code for sidecar in sidecars if (code := _text(sidecar, "reading", "place"))), None)


def _text(path: Path, *keys: str) -> str | None:
    try:
        value: object = read_form(path)
    except FormError:
        return None
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def edition_toml(raw: Path, place: Place, *, folder: str, as_of: date) -> str:
    """The parameter file of the first edition; ``raw`` is the folder of all raw data."""
    nation = NATION if (raw / NATION).is_dir() else ""
    province = _province_folder(raw, place)
    year = as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1
    targets = [*_targets(raw, province, OF_PROVINCE, as_of), *_targets(raw, nation, OF_NATION, as_of)]
    order = ["places", "national_places", "enrolment", "floor_area"]
    return _EDITION.format(
        name=place.name,
        month=f"{as_of.year}年{as_of.month}月",
        city=_line("city", f'"{folder}"', "本市数据文件夹，在 data/raw 下"),
        as_of=_line("as_of", as_of.isoformat(), "托育数据截止日期"),
        population=_line("population_as_of", f"{year}-12-31", "人口数据日期，不能晚于上面的日期"),
        benchmarks=_line("benchmarks", "[]", '示范城市，例如 ["shenzhen"]；没有就写 []', _WIDE),
        comparators=_line("comparators", _list(nation, province), "国家、省、国际数据所在的文件夹", _WIDE),
        targets="\n".join(line for _, line in sorted(targets, key=lambda one: order.index(one[0]))),
        date=in_words(as_of),
    )


def _line(key: str, value: str, remark: str, width: int = _WIDTH) -> str:
    return f"{key} = {value}".ljust(width - 2) + f"  # {remark}"


def _list(*names: str) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names if name) + "]"


def _province_folder(raw: Path, place: Place) -> str:
    """The folder that holds the data of the city's province, empty if there is none."""
    if place.province_code == place.code:
        return ""
    folders = sorted(path for path in raw.glob("[!.]*") if path.is_dir() and not (path / CITY).is_file())
    return next((path.name for path in folders if code_of(path) == place.province_code), "")


def _targets(raw: Path, folder: str, wanted: dict[str, tuple[str, str]], as_of: date) -> Iterator[tuple[str, str]]:
    """Key and line of each target; a comment where no register at hand sets it, so that what needs it is left out."""
    known = list(_registered(raw / folder)) if folder else []
    for key, (indicator, title) in wanted.items():
        target = _applicable([one for one in known if one.indicator == indicator], as_of)
        if target:
            yield key, _line(key, f'"{target}"', title, _WIDE)
        else:
            yield key, _line(f"# {key}", '""', f"{title}；先在政策文件登记里登记，再写编号", _WIDE)


def _applicable(targets: list[_Target], as_of: date) -> str | None:
    """The target for the nearest year that is not past, else for the last year of all."""
    ahead = [one for one in targets if one.year >= str(as_of.year)]
    best = min(ahead, key=lambda one: one.year) if ahead else max(targets, key=lambda one: one.year, default=None)
    return best.id if best else None


def _registered(folder: Path) -> Iterator[_Target]:
    """Targets of every policy register in a folder; one that is broken is told by ``check``, not here."""
    for sidecar in sorted(folder.glob(f"*{SIDECAR}")):
        register = sidecar.with_name(sidecar.name.removesuffix(SIDECAR))
        if _text(sidecar, "reading", "kind") != "policies" or not register.is_file():
            continue
        try:
            policies = read_form(register).get("policy", [])
        except FormError:
            continue
        for policy in policies:
            for target in policy.get("target", []):
                yield _Target(str(target["id"]), str(target["indicator"]), str(target.get("year", "")))


_EDITION = """\
# {name}{month}期：本期报告的全部参数都在这里，代码中不再另写。
# 要编下一期，复制本文件，改文件名（文件名即期名）和下面的日期，并写明上一期。
# 文字加英文双引号；日期写作 2024-08-31，不加引号；“#”后面是说明，不起作用。

{city}
{as_of}
{population}
# previous = ""                   # 上一期的期名；没有上一期就不写
{benchmarks}
{comparators}

[assumptions]
demand_rate = "30%"               # 托育需求率：有送托需求的婴幼儿所占比例，用于测算
demand_rate_source = "测算假定：按三成婴幼儿有送托需求计，本市有调查结果的应改用调查结果"

[targets]
# 目标值本身在政策文件登记里，这里只写目标的编号；没有编号的目标，报告就不与它比较。
{targets}

[publication]
title = "{name}3岁以下婴幼儿托育服务监测报告"
subtitle = "（截至{date}）"
issuer = "{name}卫生健康部门"
status = "送审稿"                 # 送审稿 或 定稿
# date = "2024年10月15日"         # 成文日期，定稿时填写
# letterhead = ""                 # 版头，一般不用

[rounding]
rule = "half_up"                  # 四舍五入，只在印出数字时修约一次
"""
