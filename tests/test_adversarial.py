"""Files made to hurt: whatever comes in is read or refused in Chinese within a minute and a gigabyte."""

from __future__ import annotations

import io
import itertools
import multiprocessing
import os
import re
import sys
import zipfile
from collections.abc import Callable
from collections.abc import Iterator
from multiprocessing.context import BaseContext
from pathlib import Path

import pytest
import reading_apart
import xlwt
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.xml.constants import SHARED_STRINGS

from tuoyu.reading.files.grids import KINDS
from tuoyu.reading.files.grids import SUPPORTED
from tuoyu.reading.files.grids import kind_of
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.quantities import UnreadableError

ODS = b"application/vnd.oasis.opendocument.spreadsheet"
SECONDS, MEGABYTES = 60, 1000
FOURTH = 4  # what costs as much as there is of it has a fourth of what may come, in a fourth of time and memory
PATIENCE = 600  # wall seconds after which a file is taken to be waited for in vain
SHEET, STRINGS, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
TYPES = "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture(scope="module")
def readers() -> Iterator[BaseContext]:
    """Processes of their own that have read nothing yet, forked from one with the imports done."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["reading_apart"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        yield context


def told(readers: BaseContext, path: Path, share: int) -> str:
    """What a process of its own says of the file; it has so much processor time and memory."""
    ours, theirs = readers.Pipe(duplex=False)
    process = readers.Process(target=reading_apart.read, args=(theirs, path, SECONDS // share))  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), "waited in vain"
        used, said = ours.recv()  # at its end without a word, the process was killed for taking too much time
    finally:
        process.kill()
        process.join()
        ours.close()
    assert used < MEGABYTES // share
    return str(said)


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def parts() -> dict[str, bytes]:
    book = Workbook()
    book.worksheets[0].append(["甲", 1])
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    shared = b'<Override PartName="/%s" ContentType="%s"/></Types>' % (STRINGS.encode(), SHARED_STRINGS.encode())
    return found | {
        TYPES: found[TYPES].replace(b"</Types>", shared),
        STRINGS: f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'.encode(),
    }


def workbook(**replaced: bytes) -> bytes:
    names = {"sheet": SHEET, "strings": STRINGS, "styles": STYLES, "book": BOOK}
    return packed(parts() | {names.get(name, name): content for name, content in replaced.items()})


def sheet(rows: str, more: str = "", before: str = "") -> bytes:
    return workbook(sheet=worksheet(rows, more, before))


def worksheet(rows: str, more: str = "", before: str = "") -> bytes:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{more}</worksheet>'.encode()


def rows(count: int, cells: str = "", first: int = 1) -> str:
    numbers = map(str, range(first, first + count))
    return "".join(f'<row r="{number}">{cells.replace("#", number)}</row>' for number in numbers)


def most_cells() -> bytes:
    """As many cells as may be, each with a text of its own, in rows as programs write them."""
    texts = "".join(f"<si><t>文{number}</t></si>" for number in range(396_000))
    cells = "".join(
        f'<row r="{row}" spans="1:4" ht="14" customHeight="1">'
        + "".join(f'<c r="{"ABCD"[n]}{row}" s="0" t="s"><v>{4 * row - 4 + n}</v></c>' for n in range(4))
        + "</row>"
        for row in range(1, 99_001)
    )
    return packed(parts() | {SHEET: worksheet(cells), STRINGS: f'<sst xmlns="{MAIN}">{texts}</sst>'.encode()})


def one_sheet_many_times() -> bytes:
    (line,) = re.findall(rb"<sheet .*?/>", parts()[BOOK])
    lines = [re.sub(rb' name="[^"]*"', b' name="s%d"' % number, line) for number in range(9000)]
    return workbook(book=parts()[BOOK].replace(line, b"".join(lines)))


def opendocument(table: str) -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{urn}{name}:1.0"' for name in ("office", "table", "text"))
    content = f"<office:body {spaces}><table:table table:name='x'>{table}</table:table></office:body>"
    return packed({"mimetype": ODS, "content.xml": content.encode()})


def many_blanks() -> bytes:
    book = xlwt.Workbook()
    styled = xlwt.easyxf("pattern: pattern solid, fore_colour yellow")
    for number in range(40):
        page = book.add_sheet(f"表{number}")
        for row, column in itertools.product(range(200), range(256)):
            page.write(row, column, "", styled)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


LAUGHTER = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a0 'ha'>{LAUGHTER}]>"
NESTED = packed({"a.zip": packed({"b.zip": packed({"c.txt": b"c" * 1000})})})

TOO_LARGE = "文件过大"
HARMFUL = "DOCTYPE"
DAMAGED = "文件不完整或已损坏"
TEXT = '<c r="A#" t="inlineStr"><is><t>x#</t></is></c>'

NAMES = b"<definedNames>" + b'<definedName name="a">A1</definedName>' * 110_000 + b"</definedNames>"
MOST_ROWS, MOST_COLUMNS = 'table:number-rows-repeated="1048576"', 'table:number-columns-repeated="16384"'
ONE, WIDE = 'office:value-type="float" office:value="1"', '<table:table-cell table:number-columns-repeated="16383"/>'

Case = tuple[Callable[[], bytes], str]
WORKBOOKS: dict[str, Case] = {
    "zip bomb": (lambda: workbook(bomb=b"\0" * (300 << 20)), TOO_LARGE),
    "many small zip bombs": (
        lambda: workbook(**{f"bomb{n}": b" " * (25 << 20) for n in range(10)}),
        TOO_LARGE,
    ),
    "bomb of another method": (
        lambda: packed(parts() | {"bomb": b"\0" * (100 << 20)}, zipfile.ZIP_BZIP2),
        DAMAGED,
    ),
    "many members": (lambda: packed({f"xl/{n}": b"" for n in range(6000)}), TOO_LARGE),
    "zip in zip": (lambda: NESTED, "压缩包"),
    "zip in workbook": (lambda: workbook(inner=NESTED), "read 2"),
    "entities in a sheet": (
        lambda: sheet(rows(1, '<c r="A1" t="str"><v>&a11;</v></c>'), before=LAUGHS),
        HARMFUL,
    ),
    "entities in UTF-16": (lambda: workbook(strings=(LAUGHS + "<x>&a11;</x>").encode("utf-16")), HARMFUL),
    "outside entity": (lambda: workbook(styles=b'<!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>'), HARMFUL),
    "a quarter million empty rows": (lambda: sheet(rows(2**18)), "read 0"),
    "a million rows of formatted cells": (
        lambda: sheet(rows(2**20, '<c r="A#" s="0"/><c r="B#" s="0"/><c r="C#" s="0"/>')),
        TOO_LARGE,
    ),
    "many rows of formatted cells": (
        lambda: sheet(rows(62_500, '<c r="A#" s="0"/><c r="B#" s="0"/>')),
        "read 0",
    ),
    "last row of the sheet": (lambda: sheet(rows(1, '<c r="A#"><v>1</v></c>', 2**20)), "read 1"),
    "row beyond the sheet": (lambda: sheet(rows(1, "", 4 * 10**9)), DAMAGED),
    "rows out of order": (lambda: sheet(rows(1, "", 5) + rows(1, '<c r="A#"><v>1</v></c>', 2)), DAMAGED),
    "every row as wide as can be": (lambda: sheet(rows(10_000, '<c r="XFD#" s="0"/>')), TOO_LARGE),
    "most cells allowed": (most_cells, "read 396000"),
    "bare cells": (lambda: sheet(f"<row>{'<c/>' * 16_000}</row>" * 45), "read 0"),
    "texts in place": (lambda: sheet(rows(25_000, TEXT)), "read 25000"),
    "shared texts": (
        lambda: workbook(strings=f'<sst xmlns="{MAIN}">{"<si><t>x</t></si>" * 275_000}</sst>'.encode()),
        "read 2",
    ),
    "shared empty texts": (
        lambda: workbook(strings=f'<sst xmlns="{MAIN}">{"<si/>" * 350_000}</sst>'.encode()),
        "read 2",
    ),
    "formats": (
        lambda: workbook(
            styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 147_500}</cellXfs></styleSheet>'.encode()
        ),
        "read 2",
    ),
    "names": (lambda: workbook(book=parts()[BOOK].replace(b"<definedNames/>", NAMES)), "read 2"),
    "attributes": (
        lambda: sheet("", f"<x {' '.join(f'a{n}={chr(34) * 2}' for n in range(90_000))}/>" * 100),
        TOO_LARGE,
    ),
    "one tag without end": (lambda: sheet(f'<row r="1" x="{"y" * (150 << 20)}"/>'), DAMAGED),
    "one text without end": (lambda: sheet(rows(1, f'<c r="A#" t="str"><v>{"y" * (150 << 20)}</v></c>')), "read 1"),
    "name space without end": (
        lambda: sheet("", f'<a xmlns="{"y" * 500_000}">{"".join(f"<b{n}/>" for n in range(5000))}</a>'),
        DAMAGED,
    ),
    "deep nesting": (lambda: sheet("<c>" * 10**6 + "</c>" * 10**6), DAMAGED),
    "deep nesting elsewhere": (lambda: workbook(styles=b"<c>" * 10**6 + b"</c>" * 10**6), DAMAGED),
    "one sheet shown many times": (one_sheet_many_times, DAMAGED),
    "merged over merged": (
        lambda: sheet(
            rows(90_000, '<c r="A#"><v>1</v></c>'),
            "<mergeCells>" + '<mergeCell ref="A1:B90000"/>' * 200 + "</mergeCells>",
        ),
        TOO_LARGE,
    ),
    "many merged cells": (
        lambda: sheet(
            rows(1, '<c r="A#"><v>1</v></c>'),
            "<mergeCells>"
            + "".join(f'<mergeCell ref="A{2 * n + 1}:A{2 * n + 2}"/>' for n in range(110_000))
            + "</mergeCells>",
        ),
        "read 1",
    ),
}
OPEN_DOCUMENTS: dict[str, Case] = {
    "entities in ods": (
        lambda: packed({"mimetype": ODS, "content.xml": (LAUGHS + "<x>&a11;</x>").encode()}),
        HARMFUL,
    ),
    "repeated cells": (
        lambda: opendocument(
            f"<table:table-row {MOST_ROWS}><table:table-cell {ONE} {MOST_COLUMNS}/></table:table-row>"
        ),
        TOO_LARGE,
    ),
    "repeated beyond the sheet": (
        lambda: opendocument(
            '<table:table-row table:number-rows-repeated="99999999999"><table:table-cell/></table:table-row>'
        ),
        DAMAGED,
    ),
    "repeated wide cells": (
        lambda: opendocument(f"<table:table-row>{WIDE}<table:table-cell {ONE}/></table:table-row>" * 300_000),
        TOO_LARGE,
    ),
    "repeated empty cells": (
        lambda: opendocument(f"<table:table-row {MOST_ROWS}>{WIDE}</table:table-row>" * 75_000),
        "read 0",
    ),
}
OLD_WORKBOOKS: dict[str, Case] = {
    "formatted cells of an old workbook": (many_blanks, TOO_LARGE),
}
LISTS: dict[str, Case] = {
    "commas": (lambda: b"," * (12 << 20), "read 0"),
    "line ends": (lambda: b"\n" * (49 << 20), TOO_LARGE),
    "quotes": (lambda: b'"' * (49 << 20) + b"x", "第1行的引号"),
    "one quote": (lambda: b'"' + "甲".encode() * (16 << 20), "第1行的引号"),
    "one field": (lambda: "甲".encode() * (16 << 20) + "😀".encode(), "read 1"),
    "fields": (lambda: b"1,2\n" * 250_000, TOO_LARGE),
    "larger than any table": (lambda: b"1,2\n" * (13 << 20), TOO_LARGE),
}
OF_A_FOURTH = {
    *("a quarter million empty rows", "many rows of formatted cells", "bare cells", "texts in place", "shared texts"),
    *("shared empty texts", "formats", "names", "many merged cells", "repeated empty cells", "commas"),
}
CASES = {".xlsx": WORKBOOKS, ".ods": OPEN_DOCUMENTS, ".xls": OLD_WORKBOOKS, ".csv": LISTS}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the most memory that was in use")
@pytest.mark.parametrize(("suffix", "case"), [(suffix, case) for suffix, cases in CASES.items() for case in cases])
def test_file_made_to_hurt_is_read_or_refused_in_time(
    readers: BaseContext, suffix: str, case: str, tmp_path: Path
) -> None:
    make, answer = CASES[suffix][case]
    path = tmp_path / f"file{suffix}"
    path.write_bytes(make())
    assert answer in told(readers, path, FOURTH if case in OF_A_FOURTH else 1)


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods", ".csv"])
def test_file_of_no_bytes_is_said_to_be_empty(suffix: str) -> None:
    with pytest.raises(UnreadableError, match="文件是空的"):
        open_grids(b"", suffix)


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("表")
    for row in range(300):
        page.write(row, 0, f"指标{row}")
        page.write(row, 1, row / 7)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


WHOLE = {".xlsx": packed(parts()), ".xls": old_workbook(), ".ods": opendocument("<table:table-row/>")}


@pytest.mark.parametrize("suffix", WHOLE)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_workbook_cut_short_is_refused(suffix: str, data: st.DataObject) -> None:
    whole = WHOLE[suffix]
    length = data.draw(st.integers(8, len(whole) - 30))
    # an old workbook is padded at its end
    if suffix == ".xls" and length > len(whole) * 3 // 4:
        return
    with pytest.raises(UnreadableError, match=r"不完整|损坏"):
        open_grids(whole[:length], suffix)


@pytest.mark.parametrize("suffix", WHOLE)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_workbook_with_wrong_bytes_is_read_or_refused_in_chinese(suffix: str, data: st.DataObject) -> None:
    spoiled = bytearray(WHOLE[suffix])
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(spoiled) - 1), st.integers(0, 255)), max_size=9)
    ):
        spoiled[place] = byte
    said = ""
    try:
        open_grids(bytes(spoiled), suffix)
    except UnreadableError as error:
        said = str(error)
    assert not said or re.search("[\u4e00-\u9fff]", said)


@given(
    st.binary(max_size=300), st.sampled_from(["", "PK\x03\x04", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "<", "\xff\xfe"])
)
def test_any_bytes_have_a_kind(content: bytes, start: str) -> None:
    kind = kind_of(start.encode("latin-1") + content)
    assert kind in KINDS


def test_every_kind_has_a_name_and_every_kind_that_is_not_read_has_advice() -> None:
    assert all(name for name, _ in KINDS.values())
    assert {f".{kind}" for kind, (_, advice) in KINDS.items() if not advice} == set(SUPPORTED)
