"""Raw folders and editions of as many cities as wanted: ``python benchmarks/cities.py FOLDER --count 337``.

Names and codes are real; the figures are made up, the same every time, and marked so on every page of the reports.
With ``--census`` population and infants are those of the 2020 census where the file has the city.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import argparse
import csv
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tuoyu.scaffold.places import Place
from tuoyu.scaffold.places import load_places
from tuoyu.scaffold.writing import publish
from tuoyu.workspace.raw import CITY
from tuoyu.workspace.raw import SIDECAR
from tuoyu.workspace.raw import digest

REPOSITORY = Path(__file__).resolve().parents[1]
FIGURES = "测试数据.csv"
MARK = "测试数据，非真实统计"
CENSUS = "国家统计局,第七次全国人口普查分县资料"
PARTLY = "标有“七普”的数字取自第七次全国人口普查分县资料，其余数字是编造的"
_UNDER_PROVINCE = "90"  # counties that no city governs have no prefecture's report


@dataclass(frozen=True)
class Infants:
    """普查人口 — residents, infants below one year, and those of one to four; ``real`` if a census counted them."""

    residents: int
    age_0: int
    age_1_4: int
    real: bool


def prefectures() -> tuple[Place, ...]:
    """The four municipalities and all units of prefecture level, in the order of the codes."""
    return tuple(place for place in load_places() if place.code[2:4] != _UNDER_PROVINCE)


def make_cities(root: Path, count: int, source: Path | None = None) -> list[str]:
    """Write folder and edition of the first ``count`` cities into a repository; returns the names of the editions.

    ``source`` is a census table with the columns adcode, population_2020, age_0 and age_1_4. Nothing is overwritten.
    Raises ValueError if there are not so many cities.
    """
    places = prefectures()
    if not 1 <= count <= len(places):
        msg = f"城市数应在 1 至 {len(places)} 之间，现为 {count}"
        raise ValueError(msg)
    census = read_census(source) if source else {}
    names = []
    for place in places[:count]:
        folder = f"city-{place.code}"
        infants = census.get(place.code) or _invented(place)
        name = f"{folder}-2024"
        edition = root / "editions" / f"{name}.toml"
        publish(root / "data" / "raw" / folder, city_files(place, infants), edition, _edition(place, folder).encode())
        names.append(name)
    return names


def read_census(path: Path) -> dict[str, Infants]:
    """What a census table says of each city, by six-digit code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["adcode"].partition(".")[0]: Infants(
                *(int(Decimal(row[key])) for key in ("population_2020", "age_0", "age_1_4")), real=True
            )
            for row in csv.DictReader(file)
        }


def _invented(place: Place) -> Infants:
    chance = random.Random(int(place.code))  # noqa: S311 - made-up figures, no secret
    residents = chance.randrange(600_000, 9_000_000)
    age_0 = residents * chance.randrange(60, 110) // 10_000
    return Infants(residents, age_0, age_0 * chance.randrange(48, 58) // 10, real=False)


def city_files(place: Place, infants: Infants) -> dict[str, bytes]:
    """Name → contents of everything in the folder of a city."""
    content = _figures(place, infants)
    return {CITY: _city(place).encode(), FIGURES: content, f"{FIGURES}{SIDECAR}": _papers(place, infants, content)}


def _figures(place: Place, infants: Infants) -> bytes:
    chance = random.Random(int(place.code) + 1)  # noqa: S311 - as above
    places = infants.residents * chance.randrange(20, 52) // 10_000
    institutions = max(places // chance.randrange(45, 75), 2)
    births = [infants.age_0 * percent // 100 for percent in (94, 88, 85)]
    residents = infants.residents * chance.choice((981, 987, 992, 1004, 1009, 1016)) // 1000  # since the census
    rows = [
        ("常住人口(七普)", f"{infants.residents}人", "2020年11月1日"),
        ("0岁人口(七普)", f"{infants.age_0}人", "2020年11月1日"),
        ("1-4岁人口(七普)", f"{infants.age_1_4}人", "2020年11月1日"),
        ("常住人口", f"{residents}人", "2023年末"),
        *(("出生人口", f"{number}人", f"{year}年") for year, number in zip((2021, 2022, 2023), births, strict=True)),
        ("托育机构数", f"{institutions}家", "2024年末"),
        ("开设托班幼儿园数", f"{institutions * 6 // 10}家", "2024年末"),
        ("备案机构数", f"{institutions * 3 // 10}家", "2024年末"),
        ("托位数", f"{places}个", "2024年末"),
        ("在托人数", f"{places * chance.randrange(30, 75) // 100}人", "2024年末"),
    ]
    lines = ["序号,地区,指标,数据,口径,时点,发布机构,文件,备注"]
    for number, (indicator, value, when) in enumerate(rows, 1):
        counted = infants.real and indicator.endswith("(七普)")
        about = CENSUS if counted else f"测试数据生成程序,测试数据（{MARK}）"
        lines.append(f"{number},{place.name},{indicator},{value},,{when},{about},")
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _papers(place: Place, infants: Infants, content: bytes) -> bytes:
    basis = f"{MARK}；{PARTLY}" if infants.real else MARK
    return (
        f'producer = "测试数据生成程序"\ntitle = "{place.name}测试数据"\n'
        'published = "2024-12-31"\naccessed = 2024-12-31\nlocator = "由 benchmarks/cities.py 生成"\n'
        f'basis = "{basis}"\nconfidence = "低"\nsynthetic = true\nsha256 = "{digest(content)}"\n\n'
        f'[reading]\nkind = "figures"\nplace = "{place.code}"\n'
    ).encode()


def _city(place: Place) -> str:
    province = ""
    if place.province_code != place.code:
        province = f'province = "{place.province}"\nprovince_code = "{place.province_code}"\n'
    rows = "".join(f'    {{ name = "{one.name}", code = "{one.code}" }},\n' for one in place.districts)
    return (
        f"# 城市信息（{MARK}）\n"
        f'name = "{place.name}"\nshort = "{place.short}"\ncode = "{place.code}"\nlevel = "{place.level}"\n'
        f'{province}self_name = "{place.self_name}"\nsynthetic = true\ndistricts = [\n{rows}]\n'
    )


def _edition(place: Place, folder: str) -> str:
    return f"""# {place.name}2024年期（{MARK}）：只用来测速，由 benchmarks/cities.py 生成。

city = "{folder}"
as_of = 2024-12-31
population_as_of = 2023-12-31
benchmarks = []
comparators = ["national"]

[assumptions]
demand_rate = "30%"
demand_rate_source = "测试假定"

[targets]
national_places = "national-places-2025"

[publication]
title = "{place.name}3岁以下婴幼儿托育服务监测报告（测试数据）"
subtitle = "（截至2024年底，{MARK}）"
issuer = "测试单位"
status = "送审稿"
"""


def copy_repository(target: Path) -> Path:
    """The repository's own files, as a fresh clone would have them, in ``target``."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603 - fixed words
        command, cwd=REPOSITORY, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (REPOSITORY / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, target / name)
    return target


def main() -> int:
    """Copy the repository into a new folder and add the cities."""
    parser = argparse.ArgumentParser(description="复制一份项目，加上许多城市的测试数据")
    parser.add_argument("folder", type=Path, help="新文件夹，须不存在或为空")
    parser.add_argument("--count", type=int, default=len(prefectures()), help="城市数")
    parser.add_argument("--census", type=Path, help="普查表（CSV），列名 adcode、population_2020、age_0、age_1_4")
    chosen = parser.parse_args()
    if chosen.folder.exists() and any(chosen.folder.iterdir()):
        parser.error(f"{chosen.folder} 里已有文件，请换一个新文件夹")
    try:
        names = make_cities(copy_repository(chosen.folder), chosen.count, chosen.census)
    except ValueError as error:
        parser.error(str(error))
    known = read_census(chosen.census) if chosen.census else {}
    real = sum(name.split("-")[1] in known for name in names)
    sys.stdout.write(f"已生成 {len(names)} 个城市，其中 {real} 个用普查人口；接下来在 {chosen.folder} 里运行：\n")
    sys.stdout.write("python pipeline.py run --all --jobs 2\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
