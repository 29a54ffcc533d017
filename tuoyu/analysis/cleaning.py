"""Turns the rows of received files into observations: names, units, dates, places, declared corrections.

What belongs here: reading without judgement; whatever cannot be read becomes a finding with its cell.
What does not: whether figures agree with each other (``checks``).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.analysis.grids import open_grids
from tuoyu.analysis.layouts import LAYOUTS
from tuoyu.analysis.layouts import Row
from tuoyu.analysis.periods import read_period
from tuoyu.analysis.reading import Quantity
from tuoyu.analysis.reading import UnreadableError
from tuoyu.analysis.reading import blank_meaning
from tuoyu.analysis.reading import clean_text
from tuoyu.analysis.reading import read_quantities
from tuoyu.finding import Finding
from tuoyu.observation import Observation
from tuoyu.observation import Status
from tuoyu.observation import from_frame
from tuoyu.observation import locate
from tuoyu.observation import to_frame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.source import RawFile

__all__ = ["Cleaned", "clean", "from_frame", "places_of", "to_frame", "vocabulary"]

FIXED_PLACES = {"全国": "100000", "经合组织": "OECD", "OECD": "OECD", "欧盟": "EU", "EU": "EU", "EU27": "EU"}
RESPONDENTS = re.compile(r"([0-9]+)[份人名]?")
REGISTERS = {"policies", "evidence", "practice"}


@dataclass
class Cleaned:
    """What reading all raw files gave: observations, texts of the registers, findings."""

    observations: list[Observation] = field(default_factory=list)
    registers: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in sorted(REGISTERS)})
    findings: list[Finding] = field(default_factory=list)


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """指标词表 — indicator id → name, aliases, unit, range; from ``vocabulary.toml``."""
    return tomllib.loads(files("tuoyu.analysis").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


@cache
def _names() -> dict[str, str]:
    return {
        clean_text(name): indicator
        for indicator, entry in vocabulary().items()
        for name in (entry["name"], *entry.get("aliases", ()))
    }


def places_of(cities: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Every name under which the cities, their districts and provinces appear → GB/T 2260 code."""
    known = dict(FIXED_PLACES)
    for city in cities.values():
        known |= {city["name"]: city["code"], city["short"]: city["code"]}
        if "province" in city:
            province = city["province"]
            known |= {province: city["province_code"], province.removesuffix("省"): city["province_code"]}
        for district in city.get("districts", ()):
            name, code = district["name"], district["code"]
            for prefix in ("", city["name"], city["short"], city["name"] + "·", city["short"] + "·"):
                known |= {prefix + name: code, prefix + name[:-1]: code}
    return known


def clean(
    raw_files: Iterable[RawFile],
    cities: Mapping[str, Mapping[str, Any]],
    corrections: Mapping[str, Mapping[str, Any]],
) -> Cleaned:
    """Observations and registers of all raw files, with a finding for everything that cannot be read."""
    declared = {
        (f"data/raw/{place}/{entry['file']}", entry["cell"]): entry
        for place, record in corrections.items()
        for entry in record.get("correction", ())
    }
    known, result, matched = places_of(cities), Cleaned(), set[tuple[str, str]]()
    for raw in raw_files:
        kind = raw.source.get("reading", {}).get("kind", "")
        if kind in REGISTERS:
            _read_register(raw, kind, result)
        elif kind in LAYOUTS:
            _read_file(raw, kind, known, declared=declared, matched=matched, result=result)
        else:
            what = f"来源说明里的 reading.kind“{kind}”不认识"
            action = f"改为 {'、'.join(sorted([*LAYOUTS, *REGISTERS]))} 之一"
            result.findings.append(Finding("error", "kind-unknown", f"{raw.path}.source.toml", what, action))
    result.findings += [_stale(key) for key in declared if key not in matched]
    return result


def _stale(key: tuple[str, str]) -> Finding:
    what = "corrections.toml 登记的更正没有找到对应的单元格或原文已变"
    return Finding(
        "error", "correction-stale", locate(key[0], "", key[1]), what, "核对来源是否已自行更正，是则删去这条更正"
    )


def _read_register(raw: RawFile, kind: str, result: Cleaned) -> None:
    try:
        record = tomllib.loads(raw.content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = f"不是有效的 TOML 文件（{error}）"
        result.findings.append(Finding("error", "register-unreadable", raw.path, what, "按原格式修正该行"))
        return
    name = {"policies": "policy"}.get(kind, kind)
    for entry in record.get(name, ()):
        result.registers[kind].append({**entry, "place": raw.place, "file": raw.path})


def _read_file(
    raw: RawFile,
    kind: str,
    known: Mapping[str, str],
    *,
    declared: Mapping[tuple[str, str], Mapping[str, Any]],
    matched: set[tuple[str, str]],
    result: Cleaned,
) -> None:
    try:
        grids = open_grids(raw.content, raw.suffix)
    except UnreadableError as error:
        result.findings.append(
            Finding("error", "file-unreadable", raw.path, str(error), "处理后同时更新来源说明中的 sha256")
        )
        return
    expected = raw.source["reading"].get("sheets")
    found = [grid.sheet for grid in grids]
    for sheet in expected or []:
        if sheet not in found:
            what = f"缺少工作表“{sheet}”（现有“{'”“'.join(found)}”）"
            result.findings.append(
                Finding("error", "sheet-missing", raw.path, what, "把工作表名改回原名，或重新取得文件")
            )
    for grid in grids:
        if expected and grid.sheet not in expected:
            continue
        layout = LAYOUTS[kind](grid)
        for fault in layout.faults:
            where = locate(raw.path, fault.sheet, fault.cell)
            result.findings.append(Finding("error", "layout", where, fault.what, fault.action))
        for row in layout.rows:
            if blank_meaning(row.printed) is not None:
                continue
            key = (raw.path, row.cell)
            correction = declared.get(key)
            if correction and clean_text(correction["printed"]) == clean_text(row.printed):
                matched.add(key)
            else:
                correction = None
            _read_row(raw, row, known, correction=correction, result=result)


def _read_row(
    raw: RawFile, row: Row, known: Mapping[str, str], *, correction: Mapping[str, Any] | None, result: Cleaned
) -> None:
    where = locate(raw.path, row.sheet, row.cell)
    printed: object = row.printed
    if correction and correction["action"] == "read_as":
        printed = correction["read_as"]
    indicator = _names().get(clean_text(row.indicator))
    faults = (
        []
        if indicator
        else [(f"不认识的指标“{row.indicator}”", "改用指标词表中的名称，或在 vocabulary.toml 登记新指标")]
    )
    code = _code(row.place, raw, known)
    if code is None:
        faults.append((f"不认识的地区“{row.place}”", "改用规范的行政区划名称，或在 city.toml 登记该区县"))
    quantities: tuple[Quantity, ...] = ()
    period = ""
    try:
        quantities = read_quantities(printed, row.unit)
    except UnreadableError as error:
        faults.append((str(error), "对照原文改正该单元格的数字或单位"))
    try:
        period = read_period(row.period)
    except UnreadableError as error:
        faults.append((str(error), "时点写成“2023年末”“截至2024年8月底”“2021—2023年”等形式"))
    set_aside = bool(correction and correction["action"] == "set_aside")
    if indicator and quantities and not set_aside:
        faults += _unit_faults(indicator, quantities)
    if row.respondents and not RESPONDENTS.fullmatch(row.respondents):
        faults.append((f"样本量“{row.respondents}”不是可识别的数字", "写成 287 或 287份"))
    result.findings += [Finding("error", "row-unreadable", where, what, action) for what, action in faults]
    if correction:
        what = f"原文“{correction['printed']}”：{correction['reason']}"
        action = "不采用" if set_aside else f"按“{correction['read_as']}”读取"
        result.findings.append(Finding("warning", "correction", where, what, action, (indicator,) if indicator else ()))
    if faults or indicator is None or code is None:
        return
    base = _observation(raw, row, indicator, code=code, period=period, quantity=quantities[0])
    status: Status = "set_aside" if set_aside else "repeat" if row.mention else "used"
    remark = str(correction["reason"]) if correction else row.mention
    for number, quantity in enumerate(quantities):
        option = row.option or (_listed(row.indicator, number, len(quantities)) if len(quantities) > 1 else "")
        result.observations.append(
            replace(base, value=quantity.value, upper=quantity.upper, option=option, status=status, remark=remark)
        )


def _code(place: str, raw: RawFile, known: Mapping[str, str]) -> str | None:
    return known.get(place) if place else raw.source["reading"].get("place") or None


def _unit_faults(indicator: str, quantities: tuple[Quantity, ...]) -> list[tuple[str, str]]:
    expected = vocabulary()[indicator]["unit"]
    unit = quantities[0].unit
    if unit == expected or ({unit, expected} == {"个", "人"} and indicator == "institutions"):
        return []
    name = vocabulary()[indicator]["name"]
    what = f"“{quantities[0].printed}”的单位是“{unit or '无'}”，{name}应以“{expected}”计"
    return [(what, "核对原文的单位；原文确实印错的，在 corrections.toml 登记")]


def _listed(indicator: str, number: int, total: int) -> str:
    """Label of one figure of a printed list: from the brackets of the indicator, else 第几档."""
    inner = indicator.partition("(")[2].rstrip(")")
    parts = inner.split("/")
    return parts[number] if len(parts) == total else f"第{'一二三四五六七八九'[number]}档"


def _observation(raw: RawFile, row: Row, indicator: str, *, code: str, period: str, quantity: Quantity) -> Observation:
    source = raw.source
    number = source.get("document_number")
    document = row.document or source["title"] + (f"（{number}）" if number else "")
    return Observation(
        place=code,
        indicator=indicator,
        period=period,
        value=quantity.value,
        upper=quantity.upper,
        unit=quantity.unit,
        bound=quantity.bound,
        resolution=quantity.resolution,
        basis=row.basis,
        scope=row.scope,
        option=row.option,
        respondents=int(found[1]) if (found := RESPONDENTS.fullmatch(row.respondents)) else None,
        printed=str(row.printed),
        producer=row.producer or source["producer"],
        document=document,
        published=str(source["published"]),
        file=raw.path,
        sheet=row.sheet,
        cell=row.cell,
        status="used",
        remark="",
    )
