"""The first edition of a new city: its parameter file, with the provinces and targets that the repository has.

Belongs here: what such a file says. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from tuoyu.nouns.edition import Targets
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import read_form
from tuoyu.nouns.register import Policy
from tuoyu.nouns.register import entries_of
from tuoyu.scaffold.dates import in_words
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.raw import is_litter

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from tuoyu.scaffold.places import Place
    from tuoyu.scaffold.templates import Forms

NATION = "national"
_CODE_OF_THE_NATION = "100000"
_WIDTH, _WIDE = 34, 44  # where the remarks begin


@dataclass(frozen=True)
class Target:
    """A number that a policy register sets: id, indicator, year, and the code of the place for which it is set."""

    id: str
    indicator: str
    year: str
    owner: str


def code_of(folder: Path) -> str | None:
    """The place whose data a folder of ``data/raw`` holds, by its city.toml, else by a sidecar; None if unsaid."""
    if (folder / CITY).is_file():
        return _text(folder / CITY, "code")
    return next((code for sidecar in _sidecars(folder) if (code := _text(sidecar, "reading", "place"))), None)


def _sidecars(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob(f"*{SIDECAR}") if not is_litter(path, folder))


def _text(path: Path, *keys: str) -> str | None:
    try:
        value: object = read_form(path)
    except FormError:
        return None
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def edition_toml(raw: Path, place: Place, forms: Forms, *, folder: str, as_of: date) -> str:
    """The parameter file of the first edition; ``raw`` is the folder of all raw data."""
    nation = NATION if (raw / NATION).is_dir() else ""
    province, parent = _province_folder(raw, place), _parent_folder(raw, place)
    year = as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1
    at_hand = [one for folder in (nation, province, parent) if folder for one in registered(raw / folder)]
    near = {place.parent_code: place.parent} if place.parent_code else {}
    targets = [
        *_targets(at_hand, {**near, place.province_code: ""}, forms.of_province, as_of),
        *_targets(at_hand, {_CODE_OF_THE_NATION: ""}, forms.of_nation, as_of),
    ]
    order = list(Targets.model_fields)
    return _EDITION.format(
        name=place.name,
        month=f"{as_of.year}年{as_of.month}月",
        city=_line("city", f'"{folder}"', "本市数据文件夹，在 data/raw 下"),
        as_of=_line("as_of", as_of.isoformat(), "托育数据截止日期"),
        population=_line("population_as_of", f"{year}-12-31", "人口数据日期，不能晚于上面的日期"),
        benchmarks=_line("benchmarks", "[]", '示范城市，例如 ["shenzhen"]；没有就写 []', _WIDE),
        comparators=_line("comparators", _list(nation, province, parent), "国家、省、国际数据所在的文件夹", _WIDE),
        targets="\n".join(line for _, line in sorted(targets, key=lambda one: order.index(one[0]))),
        date=in_words(as_of),
        title=forms.title,
        assumptions=forms.assumptions,
        issuer=forms.issuer,
    )


def _parent_folder(raw: Path, place: Place) -> str:
    """The folder of the city to which a county or district belongs, empty if there is none."""
    folders = sorted(path for path in raw.glob("[!.]*") if path.is_dir() and (path / CITY).is_file())
    return next((path.name for path in folders if place.parent_code and code_of(path) == place.parent_code), "")


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


def _targets(
    known: Collection[Target], owners: Mapping[str, str], wanted: Mapping[str, tuple[str, str]], as_of: date
) -> Iterator[tuple[str, str]]:
    """Key and line of each target; a comment where no register at hand sets it, so that what needs it is left out.

    ``owners`` are the codes of those whose targets apply, the nearest first, each with the name that is to be told.
    """
    for key, (indicator, title) in wanted.items():
        target = _applicable([one for one in known if one.indicator == indicator], owners, as_of)
        if target:
            name = owners[target.owner]
            remark = f"{title}；没有登记本地自己的，用的是所属的{name}的" if name else title
            yield key, _line(key, f'"{target.id}"', remark, _WIDE)
        else:
            yield key, _line(f"# {key}", '""', f"{title}；先在政策文件登记里登记，再写编号", _WIDE)


def _applicable(known: Iterable[Target], owners: Iterable[str], as_of: date) -> Target | None:
    """The target of the nearest owner for the nearest year that is not past, else for its last year of all."""
    for code in owners:
        own = [one for one in known if one.owner == code]
        ahead = [one for one in own if one.year >= str(as_of.year)]
        if own:
            return min(ahead, key=lambda one: one.year) if ahead else max(own, key=lambda one: one.year)
    return None


def registered(folder: Path) -> Iterator[Target]:
    """Targets of every policy register in a folder; one that is broken is told by ``check``, not here."""
    owner = code_of(folder) or ""
    for sidecar in _sidecars(folder):
        register = sidecar.with_name(sidecar.name.removesuffix(SIDECAR))
        if _text(sidecar, "reading", "kind") != "policies" or not register.is_file():
            continue
        place = _text(sidecar, "reading", "place") or owner
        try:
            policies = entries_of("policies", read_form(register), place=folder.name, file=register.name)
        except (FormError, ValidationError):
            continue
        for policy in policies:
            if isinstance(policy, Policy):
                for one in policy.target:
                    yield Target(one.id, one.indicator, one.year, one.place or place)


_EDITION = """\
# {name}{month}期：本期报告的全部参数都在这里，代码中不再另写。
# 要编下一期，运行 python pipeline.py new --next 期名，由本文件写出下一期的。
# 文字加英文双引号；日期写作 2024-08-31，不加引号；“#”后面是说明，不起作用。

{city}
{as_of}
{population}
# previous = ""                   # 上一期的期名；没有上一期就不写
{benchmarks}
{comparators}

[assumptions]
{assumptions}
[targets]
# 目标值本身在政策文件登记里，这里只写目标的编号；没有编号的目标，报告就不与它比较。
{targets}

[publication]
title = "{name}{title}"
subtitle = "（截至{date}）"
issuer = "{name}{issuer}"
status = "送审稿"                 # 送审稿 或 定稿
# date = "2024年10月15日"         # 成文日期，定稿时填写
# letterhead = ""                 # 版头，一般不用；用了版头，下面四项才印出
# document_number = "示托研〔2024〕1号"     # 发文字号
# copy_to = ""                    # 抄送机关
# printed_by = ""                 # 印发机关
# printed_on = ""                 # 印发日期，写作 2024年10月16日
"""
