"""A layout audit: the positions of the text of a report's PDF, read back, and what a typesetter would object to.

It knows the page of GB/T 9704 only: where the text block is, how large its letters are, how paragraphs are indented.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar
from pdfminer.layout import LTPage
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage

if TYPE_CHECKING:
    from pdfminer.psparser import PSLiteral
    from pdfminer.utils import Matrix

MM = 72 / 25.4
LEFT, RIGHT = 28 * MM, 184 * MM
TOP, BOTTOM = (297 - 37) * MM, (297 - 262) * MM
THIRD = (TOP - BOTTOM) / 3
BODY = 15  # points; smaller letters stand in tables, captions and notes
INDENT = 20  # points from the left edge, from which a line begins a paragraph
FULL = 30  # points from the right edge, within which a line is full
APART = 0.8  # of a letter: more than that between two letters parts two cells
STRETCHED = 0.14  # of a letter between the Chinese letters of a line: from there on the eye stops at it
SMALLEST = 7.5  # points (六号): letters in a figure
NEAR = 2  # pages from where the text speaks of a figure or table to where it stands
RUNT = 2  # characters: one and its full stop
MARKS = "，。、；：？！）》”’〕〉】%"
UNITS = "个人元家所名岁年月日天次倍项条期份万亿百千种类组户间层周分小平公点号"

CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
HEADING = re.compile(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）")
CAPTION = re.compile(r"(图|表)(\d+)　?")
CONTINUED = re.compile(r"续表\d+$")
INTERNAL = re.compile(r"\.(?:csv|toml|xlsx|json|parquet|ipynb)\b|data/raw|〃")
SECTION = re.compile(r"([一二三四五六七八九十]+)、|（([一二三四五六七八九十]+)）")
ANNEX = re.compile(r"附件\d*")
DECIMAL = re.compile(r"\d{1,2}\.\s*\d")
PAGE_NUMBER = re.compile(r"—\s*\d+\s*—")
PARTED = (
    ("数和单位分在两行", re.compile(rf"\d\n[{UNITS}%‰㎡]")),
    ("图、表和序号分在两行", re.compile(r"[^目公发代][图表]\n\d")),
    ("约和数分在两行", re.compile(r"约\n\d")),
    ("标点在行首", re.compile(r"\n[，。、；：？！）》”’〕]")),
    ("日期分在两行", re.compile(r"\d年\n(?:\d+月|[底末])|\d月\n(?:\d+日|[底末])|\d\n[年月日]")),
)


@dataclass
class Run:
    """Letters of a line that stand together: a line of the text, or of one cell."""

    page: int
    letters: list[LTChar]

    @property
    def text(self) -> str:
        return "".join(one.get_text() for one in self.letters).strip()

    @property
    def size(self) -> float:
        return Counter(round(one.size, 1) for one in self.letters).most_common(1)[0][0]

    @property
    def left(self) -> float:
        return float(self.letters[0].x0)

    @property
    def right(self) -> float:
        return float(self.letters[-1].x1)

    @property
    def base(self) -> float:
        return float(self.letters[0].y0)

    @property
    def body(self) -> bool:
        return self.size > BODY

    @property
    def indented(self) -> bool:
        return self.left > LEFT + INDENT

    @property
    def full(self) -> bool:
        return self.right > RIGHT - FULL


@dataclass
class Sheet:
    """A page: its lines from the top, each in runs, and how low it is filled."""

    number: int
    lines: list[list[Run]] = field(default_factory=list)
    lowest: float = TOP
    lettering: float = BODY  # points, of most letters in its figures

    @property
    def body(self) -> list[Run]:
        return [line[0] for line in self.lines if line[0].body]

    @property
    def opens_part(self) -> bool:
        return bool(self.lines) and ANNEX.fullmatch(self.lines[0][0].text) is not None


@cache
def sheets_of(content: bytes) -> list[Sheet]:
    """The pages, without page numbers and without the letters inside figures."""
    made = []
    for number, (page, lettering) in enumerate(_pages(content), 1):
        sheet = Sheet(number, lettering=lettering)
        letters = [
            one for one in page if isinstance(one, LTChar) and BOTTOM - 3 < one.y0 < TOP + 3 and one.get_text().strip()
        ]
        bottoms = [one.y0 for one in letters]
        bottoms += [one.y0 for one in page if not isinstance(one, LTChar) and one.y0 > BOTTOM - 3]
        sheet.lowest = min(bottoms, default=TOP)
        for line in _lines(letters):
            runs = _runs(number, line)
            if not (PAGE_NUMBER.fullmatch(runs[0].text)):
                sheet.lines.append(runs)
        made.append(sheet)
    return made


class _OutsideFigures(PDFPageAggregator):
    """Collects what is drawn, but no letters of figures: a figure is marked content that has a description (Alt)."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager, laparams=None)
        self._described: list[bool] = []
        self.sizes: list[float] = []

    def begin_tag(self, tag: PSLiteral, props: object = None) -> None:  # noqa: ARG002 - as it is called
        self._described.append(isinstance(props, dict) and "Alt" in props)

    def end_tag(self) -> None:
        self._described.pop()

    def render_char(self, matrix: Matrix, *about: Any) -> float:  # noqa: ANN401 - handed on as it comes
        if not any(self._described):
            return super().render_char(matrix, *about)
        drawn = len(self.cur_item)
        advance = super().render_char(matrix, *about)
        self.sizes += [round(one.size, 1) for one in self.cur_item._objs[drawn:]]
        del self.cur_item._objs[drawn:]  # the next letter still stands where this one ends
        return advance


def _pages(content: bytes) -> Iterator[tuple[LTPage, float]]:
    """What is drawn on each page, letter by letter, nothing grouped, and how large most letters in figures are."""
    manager = PDFResourceManager()
    device = _OutsideFigures(manager)
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.get_pages(io.BytesIO(content)):
        device.sizes.clear()
        interpreter.process_page(page)
        yield device.get_result(), Counter(device.sizes).most_common(1)[0][0] if device.sizes else BODY


def _lines(letters: list[LTChar]) -> list[list[LTChar]]:
    lines: list[list[LTChar]] = []
    for one in sorted(letters, key=lambda letter: (-letter.matrix[5], letter.x0)):
        if lines and abs(lines[-1][0].matrix[5] - one.matrix[5]) < 2:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [sorted(line, key=lambda letter: letter.x0) for line in lines]


def _runs(page: int, line: list[LTChar]) -> list[Run]:
    runs = [Run(page, [line[0]])]
    for before, after in pairwise(line):
        if after.x0 - before.x1 > APART * after.size and not runs[-1].body:
            runs.append(Run(page, []))
        runs[-1].letters.append(after)
    return runs


def audit(content: bytes) -> list[tuple[str, int, str]]:
    """What is wrong: kind, page, and the text where it is."""
    sheets = sheets_of(content)
    found: list[tuple[str, int, str]] = []
    for sheet, following in zip(sheets, [*sheets[1:], None], strict=True):
        ends_part = following is None or following.opens_part
        found += _emptiness(sheet, ends_part=ends_part)
        found += _page_ends(sheet, following)
        found += _runts(sheet)
        found += _stretched(sheet)
        found += _continued(sheet)
        found += _uneven(sheet)
        found += _short_cells(sheet)
        found += _internals(sheet)
        found += _run_together(sheet)
        found += _small_letters(sheet)
    found += _parted(sheets)
    found += _order(sheets)
    found += _far(sheets)
    found += _cut(sheets)
    found += _alone(sheets)
    return found


def _emptiness(sheet: Sheet, *, ends_part: bool) -> list[tuple[str, int, str]]:
    if ends_part or (sheet.number == 1 and any("目" in run[0].text for run in sheet.lines)):
        return []
    filled = TOP - sheet.lowest
    if filled < THIRD:
        return [("一面不到三分之一", sheet.number, f"{filled / MM:.0f}毫米")]
    return [("面末空白过多", sheet.number, f"{(sheet.lowest - BOTTOM) / MM:.0f}毫米")] if filled < 1.4 * THIRD else []


def _page_ends(sheet: Sheet, following: Sheet | None) -> list[tuple[str, int, str]]:
    found = []
    if sheet.lines and sheet.lines[-1][0].body:
        last = sheet.lines[-1][0]
        if HEADING.match(last.text) and last.indented and following is not None and not last.text.endswith("。"):
            found.append(("标题落在面末", sheet.number, last.text))
        if following and following.lines:
            opening = following.lines[0][0]
            goes_on = opening.body and not opening.indented and not ANNEX.fullmatch(opening.text)
            if goes_on and last.indented and last.full:
                found.append(("段落首行单独留在面末", sheet.number, last.text))
            after = following.lines[1][0] if len(following.lines) > 1 else None
            if goes_on and (after is None or not after.body or after.indented):
                found.append(("段落末行单独落在下一面", following.number, opening.text))
    return found


def _runts(sheet: Sheet) -> list[tuple[str, int, str]]:
    return [
        ("末行只有一个字", sheet.number, line[0].text)
        for line in sheet.lines
        if line[0].body and not line[0].indented and len(line) == 1 and len(line[0].text.strip(MARKS)) < RUNT
    ]


def _stretched(sheet: Sheet) -> list[tuple[str, int, str]]:
    found = []
    for run in sheet.body:
        if run.full and len(run.letters) > 10:
            gaps = sorted(
                (after.x0 - before.x1) / run.size
                for before, after in pairwise(run.letters)
                if CHINESE.match(before.get_text() + after.get_text())  # what is kept whole is never drawn out
            )
            if gaps and gaps[len(gaps) // 2] > STRETCHED:
                found.append(("字距拉开", sheet.number, run.text))
    return found


def _small_letters(sheet: Sheet) -> list[tuple[str, int, str]]:
    return [("图中的字过小", sheet.number, f"{sheet.lettering:.1f}磅")] if sheet.lettering < SMALLEST else []


def _continued(sheet: Sheet) -> list[tuple[str, int, str]]:
    """A table that goes on says so: small letters open a page only as a caption, 续表, or what belongs to a figure."""
    if not sheet.lines or sheet.lines[0][0].body:
        return []
    first = sheet.lines[0]
    named = CAPTION.match(first[0].text) or CONTINUED.match(first[0].text)
    boxed = "".join(run.text for run in first) == "要点"
    return [] if named or boxed or len(first) == 1 else [("续排的表没有“续表”", sheet.number, first[0].text)]


def _uneven(sheet: Sheet) -> list[tuple[str, int, str]]:
    return [
        ("一行里字号不一", sheet.number, run.text)
        for line in sheet.lines
        for run in line
        if max(one.size for one in run.letters) - min(one.size for one in run.letters) > 0.5
    ]


def _short_cells(sheet: Sheet) -> list[tuple[str, int, str]]:
    """A cell, a table's head or a note whose last line is one letter, below a line of several."""
    small = [run for line in sheet.lines for run in line if not run.body]
    return [
        ("格中末行只有一个字", sheet.number, f"{above.text}／{run.text}")
        for run in small
        if len(run.text.strip(MARKS)) == 1
        for above in small
        if 0.5 * run.size < above.base - run.base < 1.65 * run.size and len(above.text) > 3 and _aligned(above, run)
    ]


def _aligned(above: Run, below: Run) -> bool:
    sides = (
        above.left - below.left,
        above.right - below.right,
        (above.left + above.right - below.left - below.right) / 2,
    )
    return min(map(abs, sides)) < 1


def _internals(sheet: Sheet) -> list[tuple[str, int, str]]:
    runs = [run for line in sheet.lines for run in line]
    return [("印出内部的名称", sheet.number, run.text) for run in runs if INTERNAL.search(run.text)]


def _parted(sheets: list[Sheet]) -> list[tuple[str, int, str]]:
    found = []
    lines = [line for sheet in sheets for line in sheet.lines]
    for line, below in pairwise(lines):
        for run in line:
            for after in below:
                same = run.body == after.body and (run.body or (run.left < after.right and after.left < run.right))
                close = run.page != after.page or run.base - after.base < (2.2 if run.body else 1.65) * run.size
                if not same or not close or (run.body and not run.full) or (run.body and after.indented):
                    continue
                if not run.body and run.page != after.page:
                    continue
                joined = f"{run.text[-6:]}\n{after.text[:6]}"
                found += [(kind, run.page, joined.replace("\n", "／")) for kind, sign in PARTED if sign.search(joined)]
    return found


def _run_together(sheet: Sheet) -> list[tuple[str, int, str]]:
    """The ordinal of a paragraph before a number, with which it reads as one: 2.60家."""
    return [
        ("序号和数连成一个数", sheet.number, run.text) for run in sheet.body if run.indented and DECIMAL.match(run.text)
    ]


def _order(sheets: list[Sheet]) -> list[tuple[str, int, str]]:
    found = []
    last = {"图": 0, "表": 0}
    for sheet in sheets:
        for line in sheet.lines:
            match = CAPTION.match(line[0].text)
            if match and not line[0].body and line[0].left > LEFT + INDENT:
                kind, number = match[1], int(match[2])
                if number != last[kind] + 1:
                    found.append(("图、表次序不对", sheet.number, line[0].text))
                last[kind] = number
    return found


def _far(sheets: list[Sheet]) -> list[tuple[str, int, str]]:
    """A figure or table that stands before the text first speaks of it, or pages behind where it last did."""
    found = []
    said: dict[str, int] = {}
    for sheet in sheets:
        text = ""
        for line in sheet.lines:
            match = CAPTION.match(line[0].text)
            if line[0].body:
                text = text[-4:] + line[0].text
                said |= {kind + number: sheet.number for kind, number in re.findall(r"([图表])(\d+)", text)}
                said |= {kind + number: sheet.number for kind, number in re.findall(r"表\d+和([图表])(\d+)", text)}
            elif match and line[0].left > LEFT + INDENT:
                name = match[1] + match[2]
                if name not in said:
                    found.append(("图、表在文中提到之前", sheet.number, line[0].text))
                elif sheet.number - said[name] > NEAR:
                    found.append(("图、表离提到它的地方太远", sheet.number, line[0].text))
    return found


def _cut(sheets: list[Sheet]) -> list[tuple[str, int, str]]:
    """A figure or table between two lines of one paragraph."""
    found = []
    between = ""
    for sheet in sheets:
        for line in sheet.lines:
            if not line[0].body:
                between = between or (line[0].text if CAPTION.match(line[0].text) else "")
            else:
                if between and not line[0].indented and not ANNEX.fullmatch(line[0].text):
                    found.append(("图、表插在一段当中", sheet.number, between))
                between = ""
    return found


def _alone(sheets: list[Sheet]) -> list[tuple[str, int, str]]:
    """A signature without a line of the text on its page, and a section that is the only one of its kind."""
    found = []
    for sheet, following in pairwise(sheets):
        if (
            following.opens_part
            and not sheet.opens_part
            and sheet.lines
            and sheet.lines[0][0].text.startswith("附件：")
        ):
            found.append(("落款独占一面", sheet.number, sheet.lines[-1][0].text))
    lone: tuple[int, str] | None = None
    for sheet in sheets:
        for run in sheet.body:
            match = SECTION.match(run.text)
            if not match or not run.indented:
                continue
            if lone and not match[2]:
                found.append(("只有一个小节", *lone))
            lone = (sheet.number, run.text) if match[2] == "一" and len(run.text) < 30 else None
    return found
