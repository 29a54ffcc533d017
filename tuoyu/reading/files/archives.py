"""Looks into a packed workbook before any reader does: what is too large, unsafe or broken is refused.

What belongs here: zip archives and the XML in them, judged by what they hold and not by what they say they hold.
What does not: the values of cells (``workbooks``, ``opendocument``).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING
from xml.parsers import expat

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.constants import SHEET_MAIN_NS

from tuoyu.reading.files.sheets import raised
from tuoyu.reading.files.sheets import refuse_as_too_large
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS = 5_000
MOST_UNPACKED = 200 * 2**20
MOST_MARKUP = 6_000_000
MOST_LAID_OUT = 10_000_000
MOST_ROWS, MOST_COLUMNS = 2**20, 2**14  # of a sheet, in every program
LONGEST_TAG = 2**20
LONGEST_NAMESPACE = 2_000
MOST_FORMULAS = 2_000  # of a sheet, that are worked out again
CHUNK = 2**16
_TRUE = {"1", "true", "on"}
ENTRY = b"PK\x01\x02"
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others unpack without a bound
BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
# how much each element costs a reader: what cells and texts are made of little, all others many times as much
WEIGHTS = dict.fromkeys(("f", "v", "is", "t", "row", "r", "rPr", "rFont", "sz", "color", "family", "charset", "b"), 1)
WEIGHTS |= dict.fromkeys(("table-cell", "covered-table-cell", "table-row", "p", "span", "s", "a"), 1)
WEIGHTS |= {"c": 2, "si": 4}
HEAVY = 10
FOREIGN_FORMULA = re.compile(r"\[\d+\][^\[\]!]*!")
DAMAGED = "文件不完整或已损坏，请重新下载，或请提供单位重新发来"
STRICT = "是“严格 Open XML”格式的工作簿，请用 Excel 打开，另存为普通的“Excel 工作簿（.xlsx）”"


@dataclass
class Facts:
    """What a sheet's XML says beyond the values: merged ranges, formulas without value, cells that quote other books.

    ``raised`` are texts kept in their cells of which a part is raised, with that part as a mark. ``formulas`` stand
    beside a stored result. ``hidden_columns`` are pairs of the first and the last.

    Cells are zero-based rows and columns.
    """

    merged: list[str] = field(default_factory=list)
    uncomputed: dict[tuple[int, int], str] = field(default_factory=dict)
    foreign: list[tuple[int, int]] = field(default_factory=list)
    raised: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Surveyed:
    """What an archive holds: facts of every sheet by the name of its part, and how many sheets the book lists."""

    sheets: dict[str, Facts] = field(default_factory=dict)
    listed: int = 0


@dataclass
class Left:
    """What may still come in one archive."""

    unpacked: int = MOST_UNPACKED
    markup: int = MOST_MARKUP
    laid_out: int = MOST_LAID_OUT


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The archive, of which nothing is unpacked yet. Raises ``UnreadableError`` if it is none."""
    if content.count(ENTRY) > MOST_MEMBERS:
        refuse_as_too_large("压缩包里的文件过多")
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableError(DAMAGED) from None


def survey(archive: zipfile.ZipFile) -> Surveyed:
    """What the archive holds, after all of it was unpacked once and counted."""
    left, found = Left(), Surveyed()
    names = archive.namelist()
    if len(set(names)) < len(names):
        raise UnreadableError(DAMAGED)  # of two members of one name, one would be read and the other not
    for member in archive.infolist():
        if member.flag_bits & 1:
            msg = "压缩包设有密码，请解开后撤去密码，重新保存"
            raise UnreadableError(msg)
        if member.compress_type not in METHODS:
            raise UnreadableError(DAMAGED)
        try:
            part = _surveyed(_unpacked(archive, member, left), left)
        except UnreadableError:
            raise
        except expat.ExpatError:
            if member.filename.lower().endswith(".vml"):  # frames of old notes: often ill-formed, never read
                continue
            raise UnreadableError(DAMAGED) from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
            LookupError,
            ArithmeticError,
        ):
            raise UnreadableError(DAMAGED) from None
        found.listed += part.listed
        if part.is_sheet:
            found.sheets[member.filename] = part.facts
    return found


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: Left) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            left.unpacked -= len(chunk)
            if left.unpacked < 0:
                refuse_as_too_large(f"解压后超过 {MOST_UNPACKED // 2**20} MB")
            yield chunk


def _surveyed(chunks: Iterator[bytes], left: Left) -> _Part:
    """One member: its XML is gone through, anything else is only unpacked."""
    part = _Part(left)
    first = next(chunks, b"")
    is_xml = first.lstrip(BEFORE_MARKUP).startswith(b"<")
    if is_xml:
        part.feed(first)
    for chunk in chunks:
        if is_xml:
            part.feed(chunk)
    if is_xml:
        part.close()
    return part


@dataclass
class _Run:
    """A run of a text that is kept in its cell."""

    texts: list[str] = field(default_factory=list)
    is_raised: bool = False

    @property
    def text(self) -> str:
        return "".join(self.texts)


class _Part:
    """One XML part as it streams by: nothing of it is kept but counts and the facts of a sheet."""

    def __init__(self, left: Left) -> None:
        self.facts = Facts()
        self.is_sheet = False
        self.listed = 0
        self._is_book = False
        self._left = left
        self._fed = 0
        self._row = self._column = -1
        self._at_root = True
        self._holds_text = False
        self._cell: dict[str, list[str]] = {}
        self._runs: list[_Run] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._element
        self._parser.StartDoctypeDeclHandler = _refuse_declarations
        self._parser.StartNamespaceDeclHandler = _measure_namespace

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by position only
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG:
            raise UnreadableError(DAMAGED)

    def close(self) -> None:
        self._parser.Parse(b"", True)  # noqa: FBT003 - as above
        self._end_cell()

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._left.markup -= len(attributes) + WEIGHTS.get(local, HEAVY)
        if self._left.markup < 0:
            refuse_as_too_large("单元格、格式过多")
        if self._at_root:
            self._at_root, self.is_sheet, self._is_book = False, local == "worksheet", local == "workbook"
            if self.is_sheet and space != SHEET_MAIN_NS:
                raise UnreadableError(STRICT)
        elif self._is_book:
            self.listed += local == "sheet"
        elif self.is_sheet and space == SHEET_MAIN_NS:
            self._element_of_sheet(local, attributes)

    def _element_of_sheet(self, local: str, attributes: dict[str, str]) -> None:
        self._parser.CharacterDataHandler = None
        self._note_hidden(local, attributes)
        if local == "c":
            self._end_cell()
            self._begin_cell(attributes.get("r"))
            self._holds_text = attributes.get("t") == "str"
        elif local == "row":
            self._end_cell()
            self._begin_row(attributes.get("r"))
        elif local in {"f", "v"} and (local == "f" or "f" in self._cell):
            texts: list[str] = []
            self._cell[local] = texts
            self._parser.CharacterDataHandler = texts.append
        elif local in {"is", "r"}:
            self._runs.append(_Run())
        elif local == "t" and self._runs:
            self._parser.CharacterDataHandler = self._runs[-1].texts.append
        elif local == "vertAlign" and self._runs:
            self._runs[-1].is_raised = attributes.get("val") == "superscript"
        elif local == "mergeCell":
            self.facts.merged.append(attributes["ref"])
        elif local not in WEIGHTS and not self._runs:
            self._end_cell()

    def _note_hidden(self, local: str, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") not in _TRUE:
            return
        if local == "row":
            self.facts.hidden_rows.add(int(float(attributes["r"])) - 1 if "r" in attributes else self._row + 1)
        elif local == "col":
            self.facts.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))

    def _begin_row(self, number: str | None) -> None:
        row = int(float(number)) - 1 if number else self._row + 1
        if not self._row < row < MOST_ROWS:
            raise UnreadableError(DAMAGED)  # a reader would drop rows that are out of order
        self._take(row - self._row)
        self._row, self._column = row, -1

    def _begin_cell(self, reference: str | None) -> None:
        row, column = coordinate_to_tuple(reference) if reference else (self._row + 1, self._column + 2)
        if row - 1 != self._row or not self._column < column - 1 < MOST_COLUMNS:
            raise UnreadableError(DAMAGED)
        self._take(column - 1 - self._column)
        self._column = column - 1

    def _take(self, positions: int) -> None:
        self._left.laid_out -= positions
        if self._left.laid_out < 0:
            refuse_as_too_large("行、列的范围过大")

    def _end_cell(self) -> None:
        if any(run.is_raised for run in self._runs):
            text = ""
            for run in self._runs:
                text += raised(run.text, text) if run.is_raised else run.text
            self.facts.raised[self._row, self._column] = text
        self._runs = []
        if "f" not in self._cell:
            return
        formula = "".join(self._cell["f"]).strip()
        empty_text = self._holds_text and "v" in self._cell
        if not empty_text and not "".join(self._cell.get("v", [])).strip():
            self.facts.uncomputed[self._row, self._column] = f"={formula}"
        elif FOREIGN_FORMULA.search(formula):
            self.facts.foreign.append((self._row, self._column))
        elif formula and len(self.facts.formulas) < MOST_FORMULAS:
            self.facts.formulas[self._row, self._column] = f"={formula}"
        self._cell = {}


def _refuse_declarations(*_: object) -> None:
    msg = "文件的内部结构带有不该有的声明（DOCTYPE），可能有害，请向提供单位核实，重新取得文件"
    raise UnreadableError(msg)


def _measure_namespace(_: str | None, uri: str | None) -> None:
    if len(uri or "") > LONGEST_NAMESPACE:
        raise UnreadableError(DAMAGED)
