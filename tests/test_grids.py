"""Files as they arrive: every format that is read gives the same values; every other is refused by its name."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import date
from datetime import datetime
from datetime import time
from decimal import Decimal
from itertools import starmap
from typing import TYPE_CHECKING
from typing import Any

import pytest
import xlwt
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tuoyu.reading.files.grids import SUPPORTED
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import kind_of
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.quantities import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = tuple[tuple[object, ...], ...]
AUGUST = date(2024, 8, 31)


def only(content: bytes, suffix: str) -> Grid:
    (grid,) = open_grids(content, suffix)
    return grid


def refusal(content: bytes, suffix: str) -> str:
    with pytest.raises(UnreadableError) as refused:
        open_grids(content, suffix)
    return str(refused.value)


# .xlsx


def xlsx(
    rows: list[list[object]], formats: dict[str, str] | None = None, replaced: tuple[str, str] = ("", "")
) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str) and not value.startswith("="):
                cell.data_type = "s"
    for cell_name, number_format in (formats or {}).items():
        sheet[cell_name].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return with_parts(stream.getvalue(), "xl/worksheets/sheet1.xml", *replaced) if replaced[0] else stream.getvalue()


CELL = '<c r="{}".*?</c>'


def with_parts(content: bytes, name: str, old: str, new: str) -> bytes:
    """The archive with what a pattern finds in one part changed, or with a part more."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(stream, "w") as after:
        for member in before.namelist():
            text = before.read(member)
            if member == name:
                text, count = re.subn(old.encode(), new.encode(), text)
                assert count
            after.writestr(member, text)
        if name not in before.namelist():
            after.writestr(name, new)
    return stream.getvalue()


def test_values_of_a_workbook_are_exact() -> None:
    grid = only(xlsx([[2.86, 0.1 + 0.2, 440700.0, 12, "061966", True, AUGUST, time(8, 30)]]), ".xlsx")
    expected = (Decimal("2.86"), Decimal("0.3"), 440700, 12, "061966", "TRUE", datetime(2024, 8, 31), "08:30:00")  # noqa: DTZ001 - cells have no zone
    assert grid.rows == (expected,)
    assert not any(isinstance(value, float) for value in grid.rows[0])


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (0.38, "0.0%", "38%"),
        (0.4809, "0%", "48.09%"),
        (1, "0%", "100%"),
        (0.07, "[Red]0%;-0%", "7%"),
        (38, '0"%"', "38%"),
        (38.5, r"0.0\%", "38.5%"),
        (2.86, '0.00"万人"', Decimal("2.86")),
        (0.38, "0.00", Decimal("0.38")),
    ],
)
def test_percentage_is_read_as_it_is_shown(value: float, number_format: str, expected: object) -> None:
    assert only(xlsx([[value]], {"A1": number_format}), ".xlsx").rows == ((expected,),)


def test_all_sheets_are_read_hidden_or_not() -> None:
    book = Workbook()
    book.create_sheet("隐").sheet_state = "hidden"
    book.create_sheet("深").sheet_state = "veryHidden"
    for sheet in book.worksheets:
        sheet.append([sheet.title])
    stream = io.BytesIO()
    book.save(stream)
    grids = open_grids(stream.getvalue(), ".xlsx")
    assert [(grid.sheet, grid.rows) for grid in grids] == [(name, ((name,),)) for name in ("Sheet", "隐", "深")]


def test_empty_ends_of_rows_and_sheet_are_cut_off_but_gaps_stay() -> None:
    rows: list[list[object]] = [["甲", None, None], [None, None], [None, "乙", None], [None], ["", None]]
    grid = only(xlsx(rows, {"Z99": "0%"}), ".xlsx")
    assert grid.rows == (("甲",), (), (None, "乙"))
    assert grid.width == 2


def test_wrong_dimension_in_the_file_loses_nothing() -> None:
    content = xlsx([["甲", "乙"], ["丙", "丁"]], replaced=('<dimension ref="A1:B2"/>', '<dimension ref="B2"/>'))
    assert only(content, ".xlsx").rows == (("甲", "乙"), ("丙", "丁"))


def test_merged_cells_share_their_text() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["B2"], sheet["D2"], sheet["D4"] = "环市街道", "另", 1
    sheet.merge_cells("B2:C4")
    sheet.merge_cells("D2:E3")
    stream = io.BytesIO()
    book.save(stream)
    grid = only(stream.getvalue(), ".xlsx")
    assert {grid.text(row, column) for row in (1, 2, 3) for column in (1, 2)} == {"环市街道"}
    assert (grid.text(2, 4), grid.text(3, 3), grid.text(0, 1), grid.text(3, 4)) == ("另", "1", "", "")
    assert set(grid.merged) == {(1, 1, 3, 2), (1, 3, 2, 4)}


def test_formula_that_was_never_computed_is_shown_as_written() -> None:
    assert only(xlsx([["=3+4", 1]]), ".xlsx").rows == (("=3+4", 1),)


def test_formula_whose_result_is_no_text_is_empty() -> None:
    content = xlsx([["=A2", "甲"]], replaced=(CELL.format("A1"), '<c r="A1" t="str"><f>A2</f><v></v></c>'))
    assert only(content, ".xlsx").rows == ((None, "甲"),)


@pytest.mark.parametrize("formula", ["[1]Sheet1!A1", "1+'[12]年报 表1'!$B$3", "SUM([1]!人口)"])
def test_formula_of_another_workbook_gives_its_value_and_a_doubt(formula: str) -> None:
    computed = f'<c r="B1"><f>{formula}</f><v>61966</v></c>'
    grid = only(xlsx([["出生人口", "=3+4"]], replaced=(CELL.format("B1"), computed)), ".xlsx")
    assert grid.rows == (("出生人口", 61966),)
    ((cell, what),) = grid.doubts
    assert cell == "B1"
    assert "别的工作簿" in what


@pytest.mark.parametrize("formula", ["A2+8", "表1[人数]", "SUM(Sheet2!A1:A3)"])
def test_formula_of_the_same_workbook_is_no_doubt(formula: str) -> None:
    computed = f'<c r="A1"><f>{formula}</f><v>8</v></c>'
    grid = only(xlsx([["=3+4"]], replaced=(CELL.format("A1"), computed)), ".xlsx")
    assert (grid.rows, grid.doubts) == (((8,),), ())


@pytest.mark.parametrize("text", ["=cmd|'/C calc'!A0", "+1+1", "@SUM(1)", "-2+3"])
def test_text_like_a_formula_is_text(text: str) -> None:
    written = f'<c r="A1" t="str"><v>{text}</v></c>'
    assert only(xlsx([["甲"]], replaced=(CELL.format("A1"), written)), ".xlsx").rows == ((text,),)
    assert only(f"{text},1".encode(), ".csv").rows == ((text, "1"),)
    assert only(xls([[text]]), ".xls").rows == ((text,),)


def test_strict_workbook_is_named() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = xlsx([[1]], replaced=(main, "http://purl.oclc.org/ooxml/spreadsheetml/main"))
    assert "严格 Open XML" in refusal(content, ".xlsx")


TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters='_"'), min_size=1)
CELLS = st.one_of(TEXTS, st.integers(-(10**15), 10**15))


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=5))
@settings(deadline=None)
def test_texts_and_whole_numbers_come_back_from_a_workbook(rows: list[list[object]]) -> None:
    plain = [[value for value in row if not str(value).startswith("=")] or [1] for row in rows]
    assert only(xlsx(plain), ".xlsx").rows == tuple(map(tuple, plain))


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_texts_and_whole_numbers_come_back_from_a_list(rows: list[list[object]], end: str) -> None:
    content = end.join(",".join(f'"{value}"' for value in row) for row in rows).encode()
    assert only(content, ".csv").rows == tuple(tuple(map(str, row)) for row in rows)


# .xls


def xls(rows: list[list[object]], formats: dict[tuple[int, int], str] | None = None) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            style = xlwt.XFStyle()
            style.num_format_str = (formats or {}).get((row, column), "General")
            sheet.write(row, column, value, style)
    return saved(book)


def saved(book: xlwt.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_values_of_an_old_workbook_are_exact() -> None:
    rows = [[2.86, 0.1 + 0.2, 440700.0, "061966", True, AUGUST, 0.38, 38], [None, "乙", None], [None]]
    grid = only(xls(rows, {(0, 5): "yyyy-mm-dd", (0, 6): "0.0%", (0, 7): '0"%"'}), ".xls")
    moment = datetime(2024, 8, 31)  # noqa: DTZ001 - cells have no zone
    assert grid.rows[0] == (Decimal("2.86"), Decimal("0.3"), 440700, "061966", "TRUE", moment, "38%", "38%")
    assert grid.rows[1:] == ((None, "乙"),)


def test_sheets_and_merged_cells_of_an_old_workbook() -> None:
    book = xlwt.Workbook()
    book.add_sheet("甲").write_merge(1, 3, 0, 1, "环市街道")
    book.add_sheet("隐").write(0, 0, 1)
    book.get_sheet(1).visibility = 1
    first, hidden = open_grids(saved(book), ".xls")
    assert first.merged == ((1, 0, 3, 1),)
    assert first.text(1, 1) == "环市街道"
    assert (hidden.sheet, hidden.rows) == ("隐", ((1,),))


def test_old_formula_of_another_workbook_is_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    book = xlwt.Workbook()
    sheet, _ = book.add_sheet("甲"), book.add_sheet("Other")
    sheet.write(0, 0, xlwt.Formula("1+1"))
    sheet.write(2, 1, xlwt.Formula("Other!A1+1"))
    assert [grid.doubts for grid in open_grids(saved(book), ".xls")] == [(), ()]
    name = "other.xls"
    outside = struct.pack("<HHB", 1, len(name), 0) + name.encode() + struct.pack("<HB", 1, 0) + b"S"
    record = struct.pack("<HH", 0x1AE, len(outside)) + outside
    monkeypatch.setattr(xlwt.BIFFRecords.InternalReferenceSupBookRecord, "get", lambda _: record)
    first, second = open_grids(saved(book), ".xls")
    assert [cell for cell, _ in first.doubts] == ["B3"]
    assert second.doubts == ()


# .ods

NAMES = ("office", "table", "text")
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in NAMES)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(*tables: str, manifest: str = "<manifest/>") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", f"<office:body {SPACES} {CALC}>{''.join(tables)}</office:body>")
    return stream.getvalue()


def table(*rows: str, name: str = "表") -> str:
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}">{lines}</table:table>'


def cell(kind: str = "", value: str = "", text: str = "", more: str = "") -> str:
    typed = f'office:value-type="{kind}"' if kind else ""
    name = {"date": "date-value", "boolean": "boolean-value", "string": "string-value"}.get(kind, "value")
    valued = f'office:{name}="{value}"' if value else ""
    return f"<table:table-cell {typed} {valued} {more}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


@pytest.mark.parametrize(
    ("given_cell", "expected"),
    [
        (("float", "2.86", "2.9"), Decimal("2.86")),
        (("float", "0.30000000000000004", "0.3"), Decimal("0.3")),
        (("float", "440700", "440,700"), 440700),
        (("float", "38", "38%"), "38%"),
        (("percentage", "0.38", "38.0%"), "38%"),
        (("percentage", "0.4809", "48%"), "48.09%"),
        (("currency", "2700", "￥2,700"), 2700),
        (("date", "2024-08-31", "24年8月"), datetime(2024, 8, 31)),  # noqa: DTZ001 - cells have no zone
        (("boolean", "true", "真"), "TRUE"),
        (("string", "", "061966"), "061966"),
        (("string", "甲", ""), "甲"),
        (("string", "", "开设<text:s text:c='2'/>托班<text:span>的<text:tab/></text:span>园"), "开设  托班的\t园"),
        (("float", "0", "#DIV/0!", 'calcext:value-type="error"'), "#DIV/0!"),
        (("", "", "", 'table:formula="of:=3+4"'), "=3+4"),
    ],
)
def test_values_of_an_open_document_are_exact(given_cell: tuple[str, ...], expected: object) -> None:
    assert only(ods(table(cell(*given_cell))), ".ods").rows == ((expected,),)


def test_repeated_and_empty_cells_of_an_open_document() -> None:
    repeat = "table:number-columns-repeated"
    rows = (
        cell(more=f'{repeat}="2"') + cell("float", "1", "1", f'{repeat}="2"') + cell(more=f'{repeat}="16380"'),
        cell(more=f'{repeat}="16384"'),
        cell("float", "2", "2"),
    )
    content = ods(table(*rows).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="2">'))
    assert only(content, ".ods").rows == ((None, None, 1, 1),) * 2 + ((), ()) + ((2,), (2,))


def test_sheets_notes_and_merged_cells_of_an_open_document() -> None:
    spanned = 'table:number-columns-spanned="2" table:number-rows-spanned="3"'
    merged = cell("string", "", "环市街道", spanned).replace(
        "<text:p>", "<office:annotation><text:p>批注</text:p></office:annotation><text:p>"
    )
    copy = table(name="'file:///x.ods'#甲").replace("</table:table>", "<table:table-source/></table:table>")
    first, second = open_grids(ods(table(cell() + merged, name="甲"), copy, table(name="乙")), ".ods")
    assert (first.sheet, first.rows, first.merged) == ("甲", ((None, "环市街道"),), ((0, 1, 2, 2),))
    assert first.text(0, 2) == "环市街道"
    assert second == Grid("乙", ())


def test_open_document_formula_of_another_workbook_is_a_doubt() -> None:
    outside = """table:formula="of:=['file:///home/a.ods'#$甲.A1]\""""
    inside = 'table:formula="of:=[$甲.A1]"'
    grid = only(ods(table(cell("float", "1", "1", inside) + cell("float", "2", "2", outside))), ".ods")
    assert grid.rows == ((1, 2),)
    assert [where for where, _ in grid.doubts] == ["B1"]


def test_open_document_with_a_password_is_named() -> None:
    assert "密码" in refusal(ods(table(), manifest="<m><encryption-data/></m>"), ".ods")


# .csv

LIST: Rows = (("地区", "出生人口"), ("江门市", "28600"), ("蓬江区", "5,3 \U0001f476"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_list_is_read_in_the_encodings_that_programs_write(encoding: str, end: str) -> None:
    text = f'地区,出生人口{end}江门市,28600{end}蓬江区,"5,3 \U0001f476"{end}{end}{end},,{end}'
    assert only(text.encode(encoding), ".csv").rows == LIST


def test_unicode_text_of_excel_is_separated_by_tabs() -> None:
    text = "地区\t出生人口\r\n江门市\t28600\r\n蓬江区\t5,3 \U0001f476\r\n"
    assert only(text.encode("utf-16"), ".csv").rows == LIST


def test_tabs_at_the_ends_of_lines_do_not_separate() -> None:
    assert only("数据库：年度数据\t\n地区,2023年\n".encode(), ".csv").rows == (
        ("数据库：年度数据\t",),
        ("地区", "2023年"),
    )
    assert only("地区\t2023年\n".encode(), ".csv").rows == (("地区", "2023年"),)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_line_that_declares_the_separator_is_no_row(sign: str) -> None:
    assert only(f'sep={sign}\r\n甲{sign}1\r\n乙{sign}"2"\r\n'.encode("utf-8-sig"), ".csv").rows == (
        ("甲", "1"),
        ("乙", "2"),
    )


def test_rows_of_different_length_and_mixed_line_ends() -> None:
    assert only("甲,1,2\r\n乙\n\r丙,,3\r".encode(), ".csv").rows == (("甲", "1", "2"), ("乙",), (), ("丙", "", "3"))


def test_field_of_any_length_is_read() -> None:
    long = "1人\n" * 60000
    assert only(f'甲,"{long}"\n乙,2'.encode(), ".csv").rows == (("甲", long), ("乙", "2"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('甲,1\n乙,"2\n丙,3\n', 2),
        ('甲,1\n"乙\n,续",3\n丙,4\n丁,"5\n', 5),
        ('甲,"1\n"",\n",2,"3\n4', 3),
        ('甲,1\r\n乙,"2\r\n丙,"3"\r\n', 2),
        ('sep=,\n甲,1\n乙,"2\n', 3),
        ('甲,"1"个\n', 1),
    ],
)
def test_wrong_quote_is_named_with_the_line_where_it_opens(text: str, line: int) -> None:
    assert refusal(text.encode(), ".csv").startswith(f"第{line}行的引号没有正确闭合")


def test_quote_within_a_field_is_a_character() -> None:
    assert only('5"人,"甲""乙"'.encode(), ".csv").rows == (('5"人', '甲"乙'),)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("甲,1\n乙,\0".encode(), "第2行有空字符"),
        ("甲,1".encode("utf-16-le"), "空字符"),
        (b"\x81\xff,1", "既不是 UTF-8 也不是 GB18030"),
        (b"\xef\xbb\xbf\xff1", "与文件开头的标记不符"),
        ("甲,1".encode("utf-16")[:-1], "与文件开头的标记不符"),
    ],
)
def test_list_that_is_no_text_is_refused(content: bytes, why: str) -> None:
    assert why in refusal(content, ".csv")


# other formats and wrong extensions


def renamed_stream(name: str) -> bytes:
    """An old Office file whose content has another name."""
    content = xls([[1]])
    place = content.index("Workbook".encode("utf-16-le"))
    entry = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)
    return content[:place] + entry + content[place + 66 :]


def protected_xls() -> bytes:
    """An old workbook with the record that says it is encrypted."""
    content = bytearray(xls([[1]]))
    place = 512
    while struct.unpack_from("<H", content, place)[0] != 0x42:  # the code page
        place += 4 + struct.unpack_from("<H", content, place + 2)[0]
    struct.pack_into("<H", content, place, 0x2F)
    return bytes(content)


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return stream.getvalue()


MACROS = with_parts(xlsx([[1]]), "xl/vbaProject.bin", "", "x")
FILES = {
    "xlsx": xlsx([[1]]),
    "xls": xls([[1]]),
    "ods": ods(table()),
    "csv": "甲,1".encode("gb18030"),
    "xlsm": MACROS,
    "xlsb": archive("[Content_Types].xml", "xl/workbook.bin"),
    "docx": archive("[Content_Types].xml", "word/document.xml"),
    "zip": archive("a.txt"),
    "broken-zip": xlsx([[1]])[:900],
    "encrypted": renamed_stream("EncryptedPackage"),
    "doc": renamed_stream("WordDocument"),
    "broken-ole": xls([[1]])[:700],
    "html": "\ufeff\r\n<HTML xmlns:x='urn'><table><tr><td>甲".encode(),
    "xml": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    "mhtml": b"MIME-Version: 1.0\nContent-Type: multipart/related",
    "pdf": b"%PDF-1.7\n",
    "picture": b"\x89PNG\r\n",
    "binary": b"\0\1\2\3",
}


@pytest.mark.parametrize("kind", FILES)
def test_format_is_told_from_the_bytes(kind: str) -> None:
    assert kind_of(FILES[kind]) == kind


@pytest.mark.parametrize("suffix", SUPPORTED)
@pytest.mark.parametrize("kind", FILES)
def test_only_files_with_their_true_extension_are_read(kind: str, suffix: str) -> None:
    if f".{kind}" == suffix:
        assert open_grids(FILES[kind], suffix)
        assert open_grids(FILES[kind], suffix.upper())
    else:
        assert "请" in refusal(FILES[kind], suffix)


@pytest.mark.parametrize(
    ("kind", "suffix", "what", "action"),
    [
        ("xlsx", ".xls", "内容却是Excel 工作簿（.xlsx）", "把扩展名改为 .xlsx"),
        ("xls", ".xlsx", "Excel 97—2003", "把扩展名改为 .xls"),
        ("csv", ".xlsx", "纯文本", "把扩展名改为 .csv"),
        ("html", ".xls", "网页", "另存为 .xlsx"),
        ("xml", ".xls", "XML", "另存为 .xlsx"),
        ("xlsm", ".xlsx", "含宏", "另存为不含宏的 .xlsx"),
        ("encrypted", ".xlsx", "打开密码", "撤去密码"),
        ("encrypted", ".xls", "打开密码", "撤去密码"),
        ("zip", ".xlsx", "压缩包", "解压"),
        ("binary", ".xlsx", "无法识别", "是不是拿错了文件"),
        ("broken-zip", ".xlsx", "不完整或已损坏", "重新下载"),
        ("broken-ole", ".xls", "不完整或已损坏", "重新下载"),
        ("xlsb", ".xlsb", "暂不支持 .xlsb", "另存为 .xlsx"),
        ("xlsm", ".xlsm", "暂不支持 .xlsm", "另存为不含宏的 .xlsx"),
        ("xls", ".et", "WPS 表格", "另存为 .xlsx"),
        ("doc", ".doc", "Word", "复制到 Excel"),
        ("doc", ".wps", "WPS 文字", "复制到 Excel"),
        ("docx", ".docx", "Word", "复制到 Excel"),
        ("pdf", ".pdf", "PDF", "索取 .xlsx 格式的原表"),
        ("csv", ".txt", "暂不支持 .txt", "另存为 .xlsx 或 .csv"),
        ("csv", "", "没有扩展名", "另存为 .xlsx 或 .csv"),
    ],
)
def test_refusal_says_what_the_file_is_and_what_to_do(kind: str, suffix: str, what: str, action: str) -> None:
    said = refusal(FILES[kind], suffix)
    assert what in said
    assert action in said


def test_old_workbook_with_a_password_is_named() -> None:
    assert "撤去密码" in refusal(protected_xls(), ".xls")


def test_files_that_cannot_be_read_are_told_apart() -> None:
    said = {
        refusal(b"", ".xlsx"),
        refusal(FILES["broken-zip"], ".xlsx"),
        refusal(FILES["zip"], ".xlsx"),
        refusal(FILES["encrypted"], ".xlsx"),
        refusal(protected_xls(), ".xls"),
        refusal(FILES["binary"], ".xlsx"),
    }
    assert len(said) == 6


# merged cells as such


@st.composite
def tilings(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Ranges of a sheet of nine rows and columns that do not overlap."""
    found: list[tuple[int, int, int, int]] = []
    for top, left, height, width in draw(st.lists(st.tuples(*[st.integers(0, 8)] * 4), max_size=12)):
        one = (top, left, min(8, top + height), min(8, left + width))
        if all(one[2] < o[0] or o[2] < one[0] or one[3] < o[1] or o[3] < one[1] for o in found):
            found.append(one)
    return found


@given(tilings())
def test_every_cell_of_a_merged_range_has_the_text_of_its_first(merged: list[tuple[int, int, int, int]]) -> None:
    rows = tuple(tuple(f"{row}-{column}" for column in range(9)) for row in range(9))
    grid = Grid("表", rows, tuple(merged))
    first = {
        (row, column): (top, left)
        for top, left, bottom, right in merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    cells = [(row, column) for row in range(9) for column in range(9)]
    texts = ["{}-{}".format(*first.get(one, one)) for one in cells]
    assert list(starmap(grid.text, cells)) == texts


def _with_sheet(rows: list[list[object]], change: Callable[[Any], object]) -> Grid:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return only(stream.getvalue(), ".xlsx")


def test_hidden_rows_and_columns_that_hold_numbers_are_told() -> None:
    rows: list[list[object]] = [["指标", 2022, 2023], ["甲", 1, 2], ["乙", 3, 4], ["丙", None, None]]

    def hide(sheet: Any) -> None:  # noqa: ANN401 - openpyxl has no narrower type
        sheet.row_dimensions[2].hidden = sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["C"].hidden = True

    grid = _with_sheet(rows, hide)
    told = [(cell, what.partition("里")[0]) for cell, what in grid.doubts]
    assert told == [("B2", "隐藏的第2行"), ("C1", "隐藏的C列")]
    assert _with_sheet(rows, lambda sheet: setattr(sheet.column_dimensions["C"], "width", 3)).doubts == ()


@pytest.mark.parametrize(
    ("formula", "stored", "stale"),
    [
        ("SUM(A1:B1)", "5", False),
        ("SUM(A1:B1)", "6", True),
        ("A1*B1-1", "5", False),
        ("(A1+B1)/2", "2.5", False),
        ("(A1+B1)/2", "2", True),
        ("ROUND(A1/3,2)", "0.67", False),
        ("AVERAGE(A1:B1)", "2.6", True),
        ("-A1^1", "99", False),
        ("IF(A1>0,1,2)", "99", False),
        ("Sheet9!A1", "99", False),
        ("SUM(A:A)", "99", False),
        ("A1&amp;B1", "99", False),
    ],
)
def test_stored_result_of_a_plain_formula_is_worked_out_again(formula: str, stored: str, stale: bool) -> None:  # noqa: FBT001
    computed = f'<c r="C1"><f>{formula}</f><v>{stored}</v></c>'
    grid = only(xlsx([[2, 3, "=3+4"]], replaced=(CELL.format("C1"), computed)), ".xlsx")
    assert [cell for cell, _ in grid.doubts] == ["C1"] * stale
    assert all(f"公式={formula}得" in what for _, what in grid.doubts)
