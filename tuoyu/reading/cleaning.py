"""Turns the rows of received files into observations: names, units, dates, places, declared corrections.

What belongs here: reading without judgement; whatever cannot be read becomes a finding with its cell.
What does not: whether figures agree with each other (``checks``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cache
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from typing import Any

from pydantic import ValidationError

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.nouns.city import Corrections
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import near
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.observation import Status
from tuoyu.nouns.observation import from_frame
from tuoyu.nouns.observation import locate
from tuoyu.nouns.observation import to_frame
from tuoyu.nouns.questions import Questions
from tuoyu.nouns.register import REGISTERS
from tuoyu.nouns.register import entries_of
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.institutions.sums import read_institutions
from tuoyu.reading.layouts.lists import LAYOUTS
from tuoyu.reading.layouts.lists import Layout
from tuoyu.reading.layouts.lists import Row
from tuoyu.reading.periods import read_period
from tuoyu.reading.quantities import Quantity
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import blank_meaning
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_code
from tuoyu.reading.quantities import read_quantities
from tuoyu.reading.survey.answers import read_answers
from tuoyu.reading.survey.shares import survey_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.source import RawFile
    from tuoyu.reading.files.grids import Grid

    Forms = Mapping[str, Mapping[str, Any]]

__all__ = ["Cleaned", "clean", "from_frame", "places_of", "to_frame"]

FIXED_PLACES = {"全国": "100000", "经合组织": "OECD", "OECD": "OECD", "欧盟": "EU", "EU": "EU", "EU27": "EU"}
PROVINCE_ENDING = re.compile("(?:省|(?:壮族|回族|维吾尔)?自治区)$")
RESPONDENTS = re.compile(r"([0-9]+)[份人名]?")
UNKNOWN_INDICATOR = (
    "改用指标词表中的名称；确要采用的新指标，在 vocabulary.toml 登记；"
    '本表词表以外的指标都不需要的，在来源说明 [reading] 写 others = "不采用"'
)
KINDS = sorted([*LAYOUTS, *REGISTERS, "answers", "institutions"])


@dataclass
class Cleaned:
    """What reading all raw files gave: observations, texts of the registers, findings."""

    observations: list[Observation] = field(default_factory=list)
    registers: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in sorted(REGISTERS)})
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Declared:
    """What the folders declare beside their files: names of places, corrections by file, question maps."""

    known: Mapping[str, str]
    corrections: Mapping[str, list[Mapping[str, Any]]]
    questions: Forms
    cities: Forms
    used: set[tuple[str, int]] = field(default_factory=set)

    def correction(self, file: str, row: Row) -> Mapping[str, Any] | None:
        """The declared correction of this cell, if the cell still prints what it expects."""
        for number, entry in enumerate(self.corrections.get(file, ())):
            here = entry["cell"] == row.cell and entry.get("sheet") in {None, row.sheet}
            if here and clean_text(entry["printed"]) == clean_text(row.printed):
                self.used.add((file, number))
                return entry
        return None


@cache
def _names() -> dict[str, str]:
    return {
        clean_text(name): indicator
        for indicator, entry in vocabulary().items()
        for name in (entry["name"], *entry.get("aliases", ()))
    }


def places_of(cities: Forms) -> dict[str, str]:
    """Every name under which the cities, their districts and provinces appear → GB/T 2260 code."""
    known: dict[str, str] = {}
    for city in cities.values():
        for district in city.get("districts", ()):
            name, code = district["name"], district["code"]
            known[code] = code
            for prefix in ("", city["name"], city["short"], city["name"] + "·", city["short"] + "·"):
                known |= {prefix + name: code, prefix + name[:-1]: code}
        if "province" in city:
            province, code = city["province"], city["province_code"]
            known |= {province: code, PROVINCE_ENDING.sub("", province): code}
    for city in cities.values():  # last: 长沙 is the city, not 长沙县, and 吉林 in a table of 吉林市 not the province
        known |= {city["name"]: city["code"], city["short"]: city["code"], city["code"]: city["code"]}
    return known | FIXED_PLACES


def clean(raw_files: Iterable[RawFile], cities: Forms, corrections: Forms, questions: Forms | None = None) -> Cleaned:
    """Observations and registers of all raw files, with a finding for everything that cannot be read.

    The forms are ``city.toml``, ``corrections.toml`` and ``questions.toml`` by folder.
    """
    result = Cleaned()
    declared = _Declared(places_of(cities), _corrections(corrections, result), questions or {}, cities)
    for raw in raw_files:
        kind = raw.source.get("reading", {}).get("kind", "")
        if kind in REGISTERS:
            _read_register(raw, kind, result)
        elif kind in KINDS:
            _read_file(raw, kind, declared, result)
        else:
            what = f"来源说明里的 reading.kind“{kind}”不认识"
            action = f"改为 {'、'.join(KINDS)} 之一"
            result.findings.append(Finding("error", "kind-unknown", f"{raw.path}.source.toml", what, action))
    result.findings += [
        _stale(file, entry)
        for file, entries in declared.corrections.items()
        for number, entry in enumerate(entries)
        if (file, number) not in declared.used
    ]
    return result


def _corrections(forms: Forms, result: Cleaned) -> dict[str, list[Mapping[str, Any]]]:
    """Declared corrections by raw file; a form with faults gives findings instead."""
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for place, record in forms.items():
        try:
            Corrections.model_validate(record)
        except ValidationError as error:
            where = f"data/raw/{place}/corrections.toml"
            result.findings += [
                Finding("error", "correction-form", where, fault, "按提示改正")
                for fault in faults_of(error, Corrections)
            ]
            continue
        for entry in record.get("correction", ()):
            by_file.setdefault(f"data/raw/{place}/{entry['file']}", []).append(entry)
    return by_file


def _stale(file: str, entry: Mapping[str, Any]) -> Finding:
    what = "corrections.toml 登记的更正没有找到对应的单元格或原文已变"
    where = locate(file, entry.get("sheet", ""), entry["cell"])
    return Finding("error", "correction-stale", where, what, "核对来源是否已自行更正，是则删去这条更正")


def _read_register(raw: RawFile, kind: str, result: Cleaned) -> None:
    form, _ = REGISTERS[kind]
    try:
        entries = entries_of(kind, parse_form(raw.content))
    except FormError as error:
        result.findings.append(Finding("error", "register-unreadable", raw.path, str(error), "按提示改正"))
    except ValidationError as error:
        result.findings += [
            Finding("error", "register-unreadable", raw.path, fault, "按提示改正") for fault in faults_of(error, form)
        ]
    else:
        result.registers[kind] += [{**entry, "place": raw.place, "file": raw.path} for entry in entries]


def _read_file(raw: RawFile, kind: str, declared: _Declared, result: Cleaned) -> None:
    try:
        grids = open_grids(raw.content, raw.suffix)
        read = _reader(raw, kind, declared)
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
    unknown: list[str] = []
    before = len(result.observations)
    for grid in grids:
        if not expected or grid.sheet in expected:
            _read_grid(raw, grid, read(grid), declared=declared, result=result, unknown=unknown)
    if len(result.observations) > before:
        result.findings += _unwritten_papers(raw)
    if unknown:
        what = f"表中另有{len(unknown)}项指标不在指标词表内，没有采用：{'、'.join(dict.fromkeys(unknown))}"
        result.findings.append(Finding("note", "others", raw.path, what, ""))


def _unwritten_papers(raw: RawFile) -> list[Finding]:
    """Figures may not rest on a sidecar that still asks to be filled in."""
    blank = [key for key, value in raw.source.items() if isinstance(value, str) and value.startswith("（填写")]
    if not blank:
        return []
    what = f"来源说明的 {'、'.join(blank)} 还没有填写，数字没有出处"
    action = f"打开 {raw.path.rpartition('/')[2]}.source.toml，写明是谁提供的、出自哪里"
    return [Finding("error", "papers-unwritten", f"{raw.path}.source.toml", what, action)]


def _reader(raw: RawFile, kind: str, declared: _Declared) -> Callable[[Grid], Layout]:
    """How the sheets of this file are read. Raises ``UnreadableError`` where a declaration for it is missing."""
    districts = {one["name"]: one["code"] for one in declared.cities.get(raw.place, {}).get("districts", ())}
    reading = raw.source["reading"]
    if kind == "answers":
        name = PurePosixPath(raw.path).name
        maps = Questions.model_validate(declared.questions.get(raw.place, {})).survey
        survey = next((one for one in maps if one.file == name), None)
        if survey is None:
            msg = f"同一文件夹的 questions.toml 没有这份问卷的题目对照，请增加一条 [[survey]]，file 写“{name}”"
            raise UnreadableError(msg)
        return lambda grid: survey_rows(read_answers(grid, survey), survey, districts=districts)
    if kind == "institutions":
        covers, period = reading.get("covers"), reading.get("period")
        if not (covers and period):
            msg = "来源说明的 [reading] 要写 covers（名单范围：全部或备案）和 period（时点，如“2024年8月底”）"
            raise UnreadableError(msg)
        return partial(read_institutions, covers=covers, period=period, districts=districts)
    return LAYOUTS[kind]


def _read_grid(
    raw: RawFile, grid: Grid, layout: Layout, *, declared: _Declared, result: Cleaned, unknown: list[str]
) -> None:
    result.findings += [
        Finding("error", "layout", locate(raw.path, one.sheet, one.cell), one.what, one.action) for one in layout.faults
    ]
    doubts = [(one.sheet, one.cell, one.what, one.action) for one in layout.doubts]
    doubts += [(grid.sheet, cell, what, "核对原表，必要时向提供单位索取数值") for cell, what in grid.doubts]
    result.findings += [
        Finding("warning", "layout-doubt", locate(raw.path, sheet, cell), what, action)
        for sheet, cell, what, action in doubts
    ]
    for row in layout.rows:
        if blank_meaning(row.printed) is not None:
            continue
        if raw.source["reading"].get("others") and _indicator(row) is None:
            unknown.append(row.indicator)
            continue
        _read_row(raw, row, declared, result)


def _indicator(row: Row) -> str | None:
    """The indicator that a row's name means; a name below a heading (``parent·label``) counts with its heading only."""
    name = clean_text(row.indicator)
    return _names().get(name) or _names().get(name.replace("·", ""))


def _read_row(raw: RawFile, row: Row, declared: _Declared, result: Cleaned) -> None:
    where = locate(raw.path, row.sheet, row.cell)
    printed: object = row.printed
    correction = declared.correction(raw.path, row)
    if correction and correction["action"] == "read_as":
        printed = correction["read_as"]
    indicator = _indicator(row)
    unknown = f"不认识的指标“{row.indicator}”{near(row.indicator, _names())}"
    faults = [] if indicator else [(unknown, UNKNOWN_INDICATOR)]
    code = _code(row.place, raw, declared.known)
    if code is None:
        unknown = f"不认识的地区“{row.place}”{near(row.place, declared.known)}"
        faults.append((unknown, "改用规范的行政区划名称，或在 city.toml 登记该区县"))
    quantities: tuple[Quantity, ...] = ()
    period = ""
    try:
        quantities = (row.exact,) if row.exact else read_quantities(printed, row.unit)
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
    if not place:
        return raw.source["reading"].get("place") or None
    return known.get(place) or known.get(read_code(place) or "")


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
