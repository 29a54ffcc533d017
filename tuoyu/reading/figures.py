"""From one printed figure to observations: which indicator, place and date it is of, and in which unit.

What belongs here: one :class:`Row` with its file's sidecar in, observations and findings out.
What does not: where a figure stands in its sheet (``layouts``), or which files there are (``cleaning``).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tuoyu.nouns.finding import CORRECTED
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import near
from tuoyu.nouns.glyphs import lacking
from tuoyu.nouns.glyphs import shown
from tuoyu.nouns.glyphs import visible
from tuoyu.nouns.observation import Observation
from tuoyu.nouns.observation import Status
from tuoyu.nouns.observation import locate
from tuoyu.reading import log
from tuoyu.reading.dated import odd_words
from tuoyu.reading.dated import slips
from tuoyu.reading.entering import Entered
from tuoyu.reading.entering import figure_of
from tuoyu.reading.periods import read_period
from tuoyu.reading.quantities import Quantity
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_code
from tuoyu.reading.quantities import read_quantities
from tuoyu.reading.quantities import read_unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.city import Correction
    from tuoyu.nouns.indicator import Vocabulary
    from tuoyu.nouns.source import RawFile
    from tuoyu.reading.layouts.lists import Row
    from tuoyu.reading.places import Gazetteer

Fault = tuple[str, str, str]  # cell, what is wrong, what to do
_SEVERAL = re.compile("[、,;]")
_PERIODS = "时点写成“2023年末”“截至2024年8月底”“2021—2023年”等形式"
COPIED = "本中心转录，非原始文件"  # where a sidecar says so with a mere yes
_RESPONDENTS = re.compile(r"([0-9]{1,9})[份人名]?")
_NEW_INDICATOR = (
    "改用指标词表中的名称；确要采用的新指标，在词表登记；"
    '本表词表以外的指标都不需要的，在来源说明 [reading] 写 others = "不采用"'
)
_NEW_PLACE = (
    "改用规范的行政区划名称，或在 city.toml 登记该区县；"
    '本表另有别处的数字而不需要的，在来源说明 [reading] 写 other_places = "不采用"'
)
_BECAME: dict[Status, str] = {"used": log.USED, "repeat": log.REPEATED, "set_aside": log.SET_ASIDE}
_FEW = 3  # figures of a file that may all be of another place
_SUGGESTED = 10  # unknown names of a file that are compared with the whole vocabulary


@dataclass(frozen=True)
class Words:
    """用词 — the vocabulary, and every name of its indicators."""

    vocabulary: Vocabulary

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names as compared → id."""
        return {
            clean_text(name): indicator
            for indicator, entry in self.vocabulary.items()
            for name in (entry.name, *entry.aliases)
        }

    def indicator(self, printed: str) -> str | None:
        """The indicator that a name means; one below a heading (``parent·label``) counts with its heading only."""
        name = clean_text(printed)
        return self.names.get(name) or self.names.get(name.replace("·", ""))


@dataclass
class Unknown:
    """What a file names and the report does not know: name → the cell where it stands first, and how often."""

    cells: dict[str, str] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    def note(self, name: str, where: str) -> None:
        """Keep one occurrence of a name."""
        self.cells.setdefault(name, where)
        self.times[name] += 1


@dataclass
class Desk:
    """案头 — all that is needed to read the figures of one file, and what has been read of it."""

    raw: RawFile
    words: Words
    places: Gazetteer
    corrections: Sequence[Correction]
    observations: list[Observation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    became: Counter[str] = field(default_factory=Counter)
    used: dict[int, set[str]] = field(default_factory=dict)
    indicators: Unknown = field(default_factory=Unknown)
    elsewhere: Unknown = field(default_factory=Unknown)
    foreign: Unknown = field(default_factory=Unknown)
    entered: list[Entered] = field(default_factory=list)

    def correction(self, row: Row) -> Correction | None:
        """The declared correction of this cell, if the cell still prints what it expects."""
        for number, entry in enumerate(self.corrections):
            here = entry.cell == row.cell and entry.sheet in {None, row.sheet}
            if here and clean_text(entry.printed) == clean_text(row.printed):
                self.used.setdefault(number, set()).add(row.sheet)
                return entry
        return None

    def read(self, row: Row) -> str:
        """Enter one figure: observations, or a finding for everything that is wrong with it; what became of it."""
        where, placed, named = (
            locate(self.raw.path, row.sheet, cell or row.cell) for cell in ("", row.place_cell, row.name_cell)
        )
        correction = self.correction(row)
        printed: object = correction.read_as if correction and correction.read_as else row.printed
        indicator = self.words.indicator(row.indicator)
        if indicator is None:
            self.indicators.note(row.indicator, named)
        code = self.places.code(row.place) if row.place else self.raw.source.reading.place
        if code is None:
            self.elsewhere.note(row.place, placed)
        if indicator is None and self.raw.source.reading.others:
            return log.OTHERS
        if code is None and self.raw.source.reading.other_places:
            return log.ELSEWHERE
        quantities, period, faults = _understood(row, printed, self._unit(row.unit, indicator))
        self.enter(row)
        set_aside = correction is not None and correction.action == "set_aside"
        wrong: list[tuple[str, str]] = []
        if indicator and quantities and not set_aside:
            wrong += [*self._unit_faults(indicator, quantities[0]), *self._list_faults(indicator, quantities)]
        faults += [(row.cell, *one) for one in (*wrong, *_undrawable(row))]
        self.findings += [
            Finding("error", "row-unreadable", locate(self.raw.path, row.sheet, cell), what, action)
            for cell, what, action in faults
        ]
        if correction:
            self.findings.append(_told(correction, where, indicator, code))
        if faults or indicator is None or code is None:
            return log.UNREADABLE
        if row.producer != self.raw.source.producer and self.places.is_foreign(row.producer, code):
            self.foreign.note(row.producer, where)
        base = self._observation(row, indicator, code=code, period=period, quantity=quantities[0])
        status: Status = "set_aside" if set_aside else "repeat" if row.mention else "used"
        remark = correction.reason if correction else row.mention or row.note
        for number, quantity in enumerate(quantities):
            option = row.option or (_listed(row.indicator, number, len(quantities)) if len(quantities) > 1 else "")
            self.observations.append(
                replace(base, value=quantity.value, upper=quantity.upper, option=option, status=status, remark=remark)
            )
        return log.CORRECTED if correction and status == "used" else _BECAME[status]

    def enter(self, row: Row) -> None:
        """Keep one figure as it was entered, before any correction, for the comparison with another entry."""
        indicator = self.words.indicator(row.indicator)
        code = self.places.code(row.place) if row.place else self.raw.source.reading.place
        quantities, period, _ = _understood(row, row.printed, self._unit(row.unit, indicator))
        respondents = _RESPONDENTS.fullmatch(row.respondents)
        self.entered.append(
            Entered(
                row.document,
                self.raw.path,
                row.sheet,
                row.cell,
                row.indicator,
                indicator or clean_text(row.indicator),
                code or read_code(row.place) or row.place,
                row.part,
                period or clean_text(row.period),
                row.basis,
                respondents[1] if respondents else row.respondents,
                str(row.printed),
                figure_of(row.printed, quantities),
            )
        )

    def _unit(self, printed: str, indicator: str | None) -> str:
        """The unit of a figure; where a table names several (万人、‰), the one that its indicator can have."""
        if indicator is None or not _SEVERAL.search(printed):
            return printed
        fitting = [one for one in _SEVERAL.split(printed) if _is_unit_of(one, self.words.vocabulary[indicator].unit)]
        return fitting[0] if len(fitting) == 1 else printed

    def _unit_faults(self, indicator: str, quantity: Quantity) -> list[tuple[str, str]]:
        entry = self.words.vocabulary[indicator]
        if quantity.unit == entry.unit:
            return []
        if not quantity.unit:
            share = "；百分数连同百分号写明，如 75.3%" if entry.unit == "%" else ""
            return [(f"“{quantity.printed}”没有写单位，{entry.name}以“{entry.unit}”计", f"对照原文补上单位{share}")]
        what = f"“{quantity.printed}”的单位是“{quantity.unit}”，{entry.name}应以“{entry.unit}”计"
        return [(what, "核对原文的单位；原文确实印错的，在 corrections.toml 登记")]

    def _list_faults(self, indicator: str, quantities: Sequence[Quantity]) -> list[tuple[str, str]]:
        """A list, such as steps of a subsidy, where there can be one number only: 在托人数“870/1800”."""
        if len(quantities) == 1 or not self.words.vocabulary[indicator].whole:
            return []
        what = f"“{quantities[0].printed}”写了{len(quantities)}个数，{self.words.vocabulary[indicator].name}只有一个数"
        return [(what, "对照原文，只留这一指标的数")]

    def _observation(self, row: Row, indicator: str, *, code: str, period: str, quantity: Quantity) -> Observation:
        source = self.raw.source
        title = source.title + (f"（{source.document_number}）" if source.document_number else "")
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
            part=row.part,
            option=row.option,
            respondents=int(found[1]) if (found := _RESPONDENTS.fullmatch(row.respondents)) else None,
            printed=str(row.printed),
            producer=row.producer or source.producer,
            document=row.document or title,
            published=str(source.published),
            file=self.raw.path,
            sheet=row.sheet,
            cell=row.cell,
            status="used",
            remark="",
            locator=row.locator or source.locator,
            transcription=COPIED if source.transcription is True else source.transcription or "",
            confidence=source.confidence,
            accessed=source.accessed.isoformat(),
        )

    @property
    def is_faulty(self) -> bool:
        """Whether something of the file could not be read."""
        reading = self.raw.source.reading
        unknown = (self.indicators.cells and not reading.others) or (self.elsewhere.cells and not reading.other_places)
        return bool(unknown) or any(one.severity == "error" for one in self.findings)

    @property
    def says_anything(self) -> bool:
        """Whether there is anything to tell of the file yet: figures, faults, names that nobody knows."""
        return bool(self.observations or self.findings or self.indicators.cells or self.elsewhere.cells)

    def closed(self) -> list[Finding]:
        """All that is to be said of the file, once its last figure is read."""
        return [
            *self.findings,
            *self._on_indicators(),
            *self._on_places(),
            *self._on_producers(),
            *self._on_papers(),
            *self._on_the_whole(),
            *self._on_corrections(),
        ]

    def _on_indicators(self) -> list[Finding]:
        unknown = self.indicators
        if not unknown.cells:
            return []
        if self.raw.source.reading.others:
            listed = "、".join(unknown.cells)
            what = f"表中另有{len(unknown.cells)}项指标不在指标词表内，没有采用：{listed}"
            return [Finding("note", "others", self.raw.path, what, "")]
        return [
            Finding("error", "indicator-unknown", where, self._not_known(name, number), _NEW_INDICATOR)
            for number, (name, where) in enumerate(unknown.cells.items())
        ]

    def _not_known(self, name: str, number: int) -> str:
        suggestion = near(name, self.words.names) if number < _SUGGESTED else ""
        return f"不认识的指标“{name}”{suggestion}{_often(self.indicators.times[name])}"

    def _on_places(self) -> list[Finding]:
        unknown = self.elsewhere
        if not unknown.cells:
            return []
        if self.raw.source.reading.other_places:
            listed = "、".join(unknown.cells)
            what = f"表中另有{len(unknown.cells)}个地区不在本期范围内，没有采用：{listed}"
            return [Finding("note", "other-places", self.raw.path, what, "")]
        if "" in unknown.cells:
            what, action = "来源说明没有写明是哪里的数字", "在 [reading] 写 place（六位行政区划代码）"
            return [Finding("error", "place-unknown", f"{self.raw.path}.source.toml", what, action)]
        return [
            Finding("error", "place-unknown", where, self.places.doubt(name) + _often(unknown.times[name]), _NEW_PLACE)
            for name, where in unknown.cells.items()
        ]

    def _on_producers(self) -> list[Finding]:
        action = "核对是否沿用了别处的表；确是该单位发布的，不必处理"
        return [
            Finding("warning", "issuer-elsewhere", where, f"发布机构“{name}”不是本市的单位", action)
            for name, where in self.foreign.cells.items()
        ]

    def _on_papers(self) -> Iterator[Finding]:
        """Documents of impossible dates, and issuers that are mistyped."""
        first: dict[str, str] = {}
        for one in self.observations:
            first.setdefault(one.document, one.where)
            first.setdefault(one.producer, one.where)
        for document in dict.fromkeys(one.document for one in self.observations):
            for what in odd_words(document, self.raw.source.accessed.year):
                yield Finding("warning", "odd-date", first[document], f"文件“{document}”：{what}", "对照原文核对")
        for name, other in slips(Counter(one.producer for one in self.observations)):
            what = f"发布机构“{name}”同别处的“{other}”差一个字"
            yield Finding("warning", "near-name", first[name], what, "核对是否写错")

    def _on_the_whole(self) -> list[Finding]:
        """A file that holds nothing of the place that it is said to be of."""
        place = self.raw.source.reading.place
        if not place or len(self.observations) < _FEW or any(one.place[:4] == place[:4] for one in self.observations):
            return []
        what = "整个文件没有来源说明所写地区的数字"
        return [
            Finding("warning", "file-elsewhere", self.raw.path, what, "核对是否拿错了文件，或来源说明的 place 写错")
        ]

    def _on_corrections(self) -> list[Finding]:
        return [
            finding
            for number, entry in enumerate(self.corrections)
            if (finding := _misplaced(entry, self.raw.path, self.used.get(number, set())))
        ]


def _understood(row: Row, printed: object, unit: str) -> tuple[tuple[Quantity, ...], str, list[Fault]]:
    """The figures and the period of a row, with what is wrong with them and what to do."""
    faults: list[Fault] = []
    quantities: tuple[Quantity, ...] = ()
    period = ""
    try:
        quantities = (row.exact,) if row.exact and printed is row.printed else read_quantities(printed, unit)
    except UnreadableError as error:
        faults.append((row.cell, str(error), error.action or "对照原文改正该单元格的数字或单位"))
    try:
        period = read_period(row.period)
    except UnreadableError as error:
        faults.append((row.period_cell or row.cell, str(error), error.action or _PERIODS))
    if row.respondents and not _RESPONDENTS.fullmatch(row.respondents):
        faults.append((row.cell, f"样本量“{row.respondents}”不是可识别的数字", "写成 287 或 287份"))
    return quantities, period, faults


def _undrawable(row: Row) -> list[tuple[str, str]]:
    """Names that the report would print and that no font has."""
    names = (row.part.name, row.part.within, row.option, row.producer, row.document)
    return [
        (f"“{visible(name)}”中有字体不能显示的字符：{shown(chars)}", "改用通行的写法，或用同音、同形的常用字代替并加注")
        for name in dict.fromkeys(names)
        if (chars := lacking(name))
    ]


def _is_unit_of(printed: str, canonical: str) -> bool:
    try:
        return read_unit(printed)[0] == canonical
    except UnreadableError:
        return False


def _often(times: int) -> str:
    return f"（共{times}处）" if times > 1 else ""


def _told(correction: Correction, where: str, indicator: str | None, code: str | None) -> Finding:
    what = f"原文“{correction.printed}”：{correction.reason}"
    action = f"按“{correction.read_as}”读取" if correction.read_as else "不采用"
    indicators, day = (indicator,) if indicator else (), correction.on.isoformat() if correction.on else ""
    office = correction.office or ""
    return Finding("warning", CORRECTED, where, what, action, indicators, code or "", office=office, on=day)


def _misplaced(entry: Correction, file: str, sheets: set[str]) -> Finding | None:
    """What is wrong with a correction that met no cell, or cells of several sheets."""
    where = locate(file, entry.sheet or "", entry.cell)
    if not sheets:
        what = "corrections.toml 登记的更正没有找到对应的单元格或原文已变"
        return Finding("error", "correction-stale", where, what, "核对来源是否已自行更正，是则删去这条更正")
    if len(sheets) > 1:
        what = f"corrections.toml 登记的更正没有写明工作表，{'、'.join(sorted(sheets))}里都有这个单元格和原文"
        return Finding("error", "correction-vague", where, what, "在这条更正里写 sheet（工作表名）")
    return None


def _listed(indicator: str, number: int, total: int) -> str:
    """Label of one figure of a printed list: from the brackets of the indicator, else 第几档."""
    inner = indicator.partition("(")[2].rstrip(")")
    parts = inner.split("/")
    if len(parts) == total:
        return parts[number]
    return f"第{'一二三四五六七八九十'[number]}档" if number < 10 else f"第{number + 1}档"
