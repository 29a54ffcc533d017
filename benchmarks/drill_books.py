"""Tables as a typist sees them: cells to read, to overwrite, rows to add, hide and move, and bytes again at the end."""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.cell import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tuoyu.nouns.source import RawFile

_FIRST_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Spot:
    """One cell: file, sheet (empty for a text file), one-based row and column."""

    file: str
    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The cell as findings name it: D6."""
        return f"{get_column_letter(self.column)}{self.row}"

    @classmethod
    def at(cls, file: str, sheet: str, cell: str) -> Spot | None:
        """The cell of an observation; None for a range or a row."""
        if not re.fullmatch(r"[A-Z]{1,3}[0-9]+", cell):
            return None
        column, row = coordinate_from_string(cell)
        return cls(file, sheet, row, column_index_from_string(column))


class TextBook:
    """A .csv file as rows of texts."""

    def __init__(self, raw: RawFile) -> None:
        self._raw = raw
        self.rows = list(csv.reader(io.StringIO(raw.content.decode("utf-8-sig"))))

    @property
    def sheets(self) -> list[str]:
        """The one sheet, which has no name."""
        return [""]

    def value(self, spot: Spot) -> Any:  # noqa: ANN401 - whatever a cell holds
        """What stands in a cell."""
        row = self.rows[spot.row - 1] if spot.row <= len(self.rows) else []
        return row[spot.column - 1] if spot.column <= len(row) else ""

    def put(self, spot: Spot, value: Any) -> None:  # noqa: ANN401 - whatever a cell holds
        """Overwrite a cell."""
        self.rows[spot.row - 1][spot.column - 1] = "" if value is None else str(value)

    def spots(self) -> Iterator[Spot]:
        """Every cell."""
        for row, values in enumerate(self.rows, 1):
            for column in range(1, len(values) + 1):
                yield Spot(self._raw.path, "", row, column)

    def encoded(self, encoding: str = "utf-8-sig", end: str = "\r\n") -> RawFile:
        """The file with these rows."""
        stream = io.StringIO()
        csv.writer(stream, lineterminator=end).writerows(self.rows)
        return replace(self._raw, content=stream.getvalue().encode(encoding))


class Workbook:
    """An .xlsx file as openpyxl has it."""

    def __init__(self, raw: RawFile) -> None:
        self._raw = raw
        self.book = load_workbook(io.BytesIO(raw.content), rich_text=True)

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets."""
        return list(self.book.sheetnames)

    def value(self, spot: Spot) -> Any:  # noqa: ANN401 - whatever a cell holds
        """What stands in a cell."""
        return self.book[spot.sheet].cell(spot.row, spot.column).value

    def put(self, spot: Spot, value: Any) -> None:  # noqa: ANN401 - whatever a cell holds
        """Overwrite a cell."""
        self.book[spot.sheet].cell(spot.row, spot.column).value = value

    def spots(self) -> Iterator[Spot]:
        """Every filled cell."""
        for sheet in self.sheets:
            for cells in self.book[sheet].iter_rows():
                for cell in cells:
                    if cell.value is not None:
                        yield Spot(self._raw.path, sheet, cell.row, cell.column)

    def encoded(self, stored: dict[str, str] | None = None) -> RawFile:
        """The file as saved; ``stored`` are results that stand beside the formulas of these cells."""
        stream = io.BytesIO()
        self.book.save(stream)
        content = stream.getvalue()
        return replace(self._raw, content=_with_results(content, stored) if stored else content)


def _with_results(content: bytes, stored: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = part.decode()
                for cell, result in stored.items():
                    text = re.sub(
                        rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v ?/>',
                        rf"\g<1><v>{result}</v>",
                        text.replace("<v></v>", "<v/>"),
                    )
                part = text.encode()
            made.writestr(zipfile.ZipInfo(name, _FIRST_TIME), part)
    return target.getvalue()


def open_book(raw: RawFile) -> TextBook | Workbook:
    """A table to be changed."""
    return TextBook(raw) if raw.suffix == ".csv" else Workbook(raw)
