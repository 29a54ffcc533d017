"""Return sheets: every fault marked in a harmless copy of the file, nothing personal, the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from handmade_secrets import SECRETS
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from received import sidecar

from tuoyu.nouns.finding import Finding
from tuoyu.nouns.finding import Severity
from tuoyu.nouns.observation import locate
from tuoyu.nouns.observation import parse_location
from tuoyu.nouns.source import RawFile
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import open_grids
from tuoyu.render.returns import FILLS
from tuoyu.render.returns import LIST
from tuoyu.render.returns import LONGEST_NOTE
from tuoyu.render.returns import return_sheet
from tuoyu.workspace.raw import digest
from tuoyu.workspace.workbook import sheet_name
from tuoyu.workspace.workbook import to_bytes

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

PATH = "data/raw/town/托育机构.xlsx"
RED, AMBER = FILLS["error"], FILLS["warning"]
addresses = st.from_regex(r"[A-Z]{1,2}[1-9][0-9]{0,3}", fullmatch=True)
cells = st.one_of(
    addresses,
    st.tuples(addresses, addresses).map(":".join),
    st.integers(1, 99999).map(lambda row: f"第{row}行"),
)


def raw_file(content: bytes, path: str = PATH) -> RawFile:
    suffix = path[path.rindex(".") :]
    return RawFile(path, "town", suffix, content, sidecar("statistics", title="托育机构基本情况表"))


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def workbook() -> Workbook:
    """Two sheets as offices make them: a title over merged cells, bold headers, wide columns."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "机构"
    sheet.append(["托育机构一览表"])
    sheet.merge_cells("A1:C1")
    sheet.append(["名称", "托位数", "入托人数"])
    sheet.append(["甲园", 60, "六十二"])
    sheet.append(["乙园", "八", 5])
    sheet["A2"].font = Font(bold=True)
    sheet["B3"].number_format = "0.00"
    sheet.column_dimensions["A"].width = 31
    book.create_sheet("备用").append(["不涉及"])
    return book


def fault(where: str, severity: Severity = "error", what: str = "“八”不是数字", action: str = "改为数字") -> Finding:
    return Finding(severity, "layout", where, what, action)


def returned(content: bytes, *findings: Finding, path: str = PATH, **more: object) -> Workbook:
    raw = raw_file(content, path)
    made = return_sheet(raw, open_grids(content, raw.suffix), findings, **more)  # type: ignore[arg-type]
    assert made is not None
    return load_workbook(io.BytesIO(made))


def rows_of(book: Workbook) -> list[list[object]]:
    """The lines of the list under its header."""
    lines = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    start = next(number for number, line in enumerate(lines) if line[0] == "序号")
    return lines[start + 1 :]


def words_of(book: Workbook) -> str:
    return "\n".join(str(cell.value or "") for row in book.worksheets[0].iter_rows() for cell in row)


def colour(sheet: Worksheet, address: str) -> str:
    return str(sheet[address].fill.start_color.rgb)[2:] if sheet[address].fill.fill_type == "solid" else ""


def note(sheet: Worksheet, address: str) -> str:
    comment = sheet[address].comment
    return comment.text if comment else ""


# --- where


@given(
    file=st.text(min_size=1),
    sheet=st.text(),
    named=st.lists(cells, max_size=4),
)
def test_location_is_parsed_back_to_what_was_located(file: str, sheet: str, named: list[str]) -> None:
    assert parse_location(locate(file, sheet, "；".join(named)), file) == (sheet, tuple(named))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (PATH, ("", ())),
        (f"{PATH}，D35；D36；D40", ("", ("D35", "D36", "D40"))),
        (f"{PATH}，工作表“机构”，F3:F62", ("机构", ("F3:F62",))),
        (f"{PATH}，工作表“机构”", ("机构", ())),
        (f"{PATH}，工作表“机构”，页脚", ("机构", ())),
        (f"{PATH}.source.toml", None),
        ("data/raw/town/别的.xlsx，D35", None),
        ("每千人口托位数", None),
    ],
)
def test_location_of_a_file(where: str, expected: tuple[str, tuple[str, ...]] | None) -> None:
    assert parse_location(where, PATH) == expected


# --- marks


def test_faults_are_marked_in_their_cells_and_listed_with_links() -> None:
    book = returned(
        saved(workbook()),
        fault(f"{PATH}，工作表“机构”，C3", "warning", "入托人数写成汉字", "请核对"),
        fault(f"{PATH}，工作表“机构”，B4"),
    )
    assert book.sheetnames == [LIST, "机构", "备用"]
    sheet = book["机构"]
    assert (colour(sheet, "B4"), colour(sheet, "C3"), colour(sheet, "B3")) == (RED, AMBER, "")
    assert note(sheet, "B4") == "1．矛盾：“八”不是数字\n处理：改为数字"
    assert note(sheet, "C3").startswith("2．存疑：入托人数写成汉字")
    assert rows_of(book) == [
        [1, "机构", "B4", "“八”不是数字", "改为数字", "矛盾"],
        [2, "机构", "C3", "入托人数写成汉字", "请核对", "存疑"],
    ]
    links = [cell.hyperlink.location for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'机构'!B4", "'机构'!C3"]


def test_faults_are_listed_as_they_stand_in_the_sheet_what_must_be_mended_first() -> None:
    cells = [("D19", "error"), ("B9", "error"), ("D14", "warning"), ("AA9", "error"), ("第1行", "error")]
    faults = [fault(locate(PATH, "机构", cell), severity) for cell, severity in cells]  # type: ignore[arg-type]
    listed = [row[2] for row in rows_of(returned(saved(workbook()), *faults))]
    assert listed == ["第1行", "B9", "AA9", "D19", "D14"]


def test_list_names_file_and_title_and_asks_politely() -> None:
    words = words_of(returned(saved(workbook()), fault(PATH)))
    assert "文件：托育机构.xlsx" in words
    assert "标题：托育机构基本情况表" in words
    assert "改正后发回，谢谢支持" in words
    assert "data/raw" not in words


def test_copy_keeps_formats_widths_and_values() -> None:
    sheet = returned(saved(workbook()), fault(f"{PATH}，工作表“机构”，B4"))["机构"]
    assert sheet["A2"].font.bold
    assert sheet["B3"].number_format == "0.00"
    assert sheet.column_dimensions["A"].width == 31
    assert [str(block) for block in sheet.merged_cells.ranges] == ["A1:C1"]
    assert [cell.value for cell in sheet[4]] == ["乙园", "八", 5]


def test_fault_in_a_merged_block_is_marked_at_its_corner() -> None:
    book = returned(saved(workbook()), fault(f"{PATH}，工作表“机构”，C1"))
    assert colour(book["机构"], "A1") == RED
    assert "“八”不是数字" in note(book["机构"], "A1")
    assert rows_of(book)[0][2] == "C1"


def test_several_findings_of_a_cell_stand_in_one_note_under_the_graver_colour() -> None:
    where = f"{PATH}，工作表“机构”，B4"
    sheet = returned(saved(workbook()), fault(where, "warning", "似有误"), fault(where, "error", "不是数字"))["机构"]
    assert colour(sheet, "B4") == RED
    assert [line[:1] for line in note(sheet, "B4").splitlines()] == ["1", "处", "2", "处"]


def test_ranges_rows_and_lists_of_cells_are_marked_where_they_begin() -> None:
    where = f"{PATH}，工作表“机构”，"
    sheet = returned(saved(workbook()), fault(f"{where}B3:B4"), fault(f"{where}第2行"), fault(f"{where}C3；C4"))["机构"]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {"B3", "A2", "C3", "C4"}


def test_finding_without_a_cell_stands_in_the_list_only() -> None:
    book = returned(saved(workbook()), fault(PATH, what="缺少工作表“收费”"))
    assert rows_of(book) == [[1, None, None, "缺少工作表“收费”", "改为数字", "矛盾"]]
    assert not any(cell.comment for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("where", [f"{PATH}，工作表“没有”，B4", f"{PATH}，B4", f"{PATH}，工作表“机构”，ZZZ9"])
def test_cell_that_cannot_be_found_is_listed_and_not_marked(where: str) -> None:
    book = returned(saved(workbook()), fault(where))
    assert rows_of(book)[0][3] == "“八”不是数字"
    assert not any(cell.comment for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def test_hidden_sheet_row_and_column_with_a_fault_are_shown() -> None:
    book = workbook()
    book["机构"].sheet_state = "hidden"
    book["机构"].row_dimensions[4].hidden = True
    book["机构"].column_dimensions["B"].hidden = True
    sheet = returned(saved(book), fault(f"{PATH}，工作表“机构”，B4"))["机构"]
    assert sheet.sheet_state == "visible"
    assert not sheet.row_dimensions[4].hidden
    assert not sheet.column_dimensions["B"].hidden


def test_long_note_ends_with_an_ellipsis() -> None:
    where = f"{PATH}，工作表“机构”，B4"
    book = returned(saved(workbook()), fault(where, what="误" * 600))
    assert len(note(book["机构"], "B4")) == LONGEST_NOTE
    assert note(book["机构"], "B4").endswith("…")
    assert rows_of(book)[0][3] == "误" * 600


def test_nothing_is_returned_where_nothing_is_to_be_mended() -> None:
    content = saved(workbook())
    others = [
        fault("data/raw/town/别的.xlsx，B4"),
        fault(f"{PATH}，工作表“机构”，B4", "note"),
        fault(PATH, what="corrections.toml 登记的更正没有找到"),
    ]
    assert return_sheet(raw_file(content), open_grids(content, ".xlsx"), others) is None
    assert return_sheet(raw_file(content), open_grids(content, ".xlsx"), []) is None


def test_our_own_papers_are_no_business_of_the_sender() -> None:
    action = "核对原文的单位；原文确实印错的，在 corrections.toml 登记"
    finding = fault(PATH, what="与data/raw/town/旧.csv，D4的“7”不一致", action=action)
    (row,) = rows_of(returned(saved(workbook()), finding))
    assert row[3:5] == ["与旧.csv，D4的“7”不一致", "核对原文的单位"]


def test_name_of_the_list_does_not_clash() -> None:
    book = workbook()
    book["备用"].title = LIST
    made = returned(saved(book), fault(f"{PATH}，工作表“{LIST}”，A1"))
    assert made.sheetnames == [f"{LIST}（2）", "机构", LIST]
    assert colour(made[LIST], "A1") == RED


# --- other formats


def test_csv_becomes_a_sheet_of_texts_as_written() -> None:
    content = "名称,托位数\n甲园,060\n乙园,八\n".encode("gb18030")
    path = "data/raw/town/机构[2024].csv"
    book = returned(content, fault(f"{path}，B3"), path=path)
    assert book.sheetnames == [LIST, "机构_2024_"]
    sheet = book.worksheets[1]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["名称", "托位数"],
        ["甲园", "060"],
        ["乙园", "八"],
    ]
    assert colour(sheet, "B3") == RED
    assert rows_of(book)[0][1:3] == ["机构_2024_", "B3"]


def test_values_of_an_old_workbook_keep_their_kind() -> None:
    grid = Grid("长" * 40, ((Decimal("2.86"), 7, date(2024, 8, 31), None, "\x07文字", float("nan")),), ((0, 0, 0, 1),))
    path = "data/raw/town/旧表.xls"
    made = return_sheet(raw_file(b"", path), [grid], [fault(f"{path}，工作表“{'长' * 40}”，C1")])
    assert made is not None
    sheet = load_workbook(io.BytesIO(made)).worksheets[1]
    assert sheet.title == "长" * 31
    assert sheet["A1"].value == 2.86
    assert sheet["C1"].value.date() == date(2024, 8, 31)
    assert (sheet["E1"].value, sheet["F1"].value) == ("文字", "nan")
    assert colour(sheet, "C1") == RED
    assert [str(block) for block in sheet.merged_cells.ranges] == ["A1:B1"]


def test_file_that_does_not_open_is_returned_with_the_list_alone() -> None:
    made = return_sheet(raw_file(b"PK damaged"), (), [fault(PATH, what="不是完好的 .xlsx 工作簿")])
    assert made is not None
    book = load_workbook(io.BytesIO(made))
    assert book.sheetnames == [LIST]
    assert "不附标注副本" in words_of(book)


# --- harmless


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 750", "-1+A1", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://a","b")']
)
@pytest.mark.parametrize("path", [PATH, "data/raw/town/机构.csv"])
def test_text_that_looks_like_a_formula_stays_text(text: str, path: str) -> None:
    if path == PATH:
        book = Workbook()
        cell = book.worksheets[0]["A1"]
        cell.value = text
        cell.data_type = "s"
        content = saved(book)
    else:
        content = f'"{text.replace(chr(34), chr(34) * 2)}"\n'.encode()
    where = f"{path}，工作表“Sheet”，A1" if path == PATH else f"{path}，A1"
    made = returned(content, fault(where, what=text, action=text), path=path)
    cells = [made.worksheets[1]["A1"], *(c for row in made.worksheets[0].iter_rows() for c in row if c.value == text)]
    assert len(cells) == 3
    assert all(cell.value == text and cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_formula_becomes_its_last_value_or_its_text() -> None:
    book = workbook()
    book["机构"]["D3"] = "=B3*2"
    book["机构"]["D4"] = "=B4*2"
    content = with_cached(saved(book), "=B3*2", "120")
    sheet = returned(content, fault(f"{PATH}，工作表“机构”，B4"))["机构"]
    assert (sheet["D3"].value, sheet["D3"].data_type) == (120, "n")
    assert (sheet["D4"].value, sheet["D4"].data_type) == ("=B4*2", "s")


def with_cached(content: bytes, formula: str, value: str) -> bytes:
    """The workbook as Excel would have saved it, with the value of one formula."""
    stream, changed = io.BytesIO(), 0
    uncomputed = re.compile(f"(<f>{re.escape(formula[1:])}</f>)<v */>|(<f>{re.escape(formula[1:])}</f>)<v></v>")
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            text, count = uncomputed.subn(rf"\1\2<v>{value}</v>", source.read(name).decode())
            changed += count
            target.writestr(name, text)
    assert changed == 1
    return stream.getvalue()


def test_nothing_that_acts_or_tells_more_goes_along() -> None:
    book = workbook()
    sheet = book["机构"]
    sheet["A3"].comment = Comment("电话 13800000000", "李四")
    sheet["A3"].hyperlink = "https://example.org/"
    sheet.conditional_formatting.add("B3:B4", CellIsRule("equal", ["60"], fill=PatternFill("solid", bgColor="00FF00")))
    sheet.auto_filter.ref = "A2:C4"
    book.defined_names["外部"] = DefinedName("外部", attr_text="'机构'!$A$1")
    book.properties.creator = "王五"
    raw = raw_file(saved(book))
    made = return_sheet(raw, open_grids(raw.content, ".xlsx"), [fault(f"{PATH}，工作表“机构”，B4")])
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        everything = "".join(parts.read(name).decode("utf-8") for name in parts.namelist())
    for word in ("13800000000", "李四", "王五", "example.org", "conditionalFormatting", "<autoFilter", "外部"):
        assert word not in everything


# --- personal


def test_personal_columns_are_emptied_in_every_sheet_and_named() -> None:
    book = workbook()
    sheet = book["机构"]
    for row, (name, phone) in enumerate([("负责人", "联系 电话"), ("张三", 13800001111), (None, "0750-3333333")], 2):
        sheet.cell(row, 4, name)
        sheet.cell(row, 5, phone)
    book["备用"]["B1"] = "负责人"
    book["备用"]["B9"] = "赵六"
    findings = [
        fault(f"{PATH}，工作表“机构”，E3", what="“13800001111”不是座机", action="请张三核对"),
        fault(f"{PATH}，工作表“机构”，B4", what="“八”不是数字"),
    ]
    made = returned(saved(book), *findings)
    sheet = made["机构"]
    assert [sheet[address].value for address in ("D2", "D3", "D4", "E3", "E4")] == [
        "负责人",
        "（已隐去）",
        None,
        "（已隐去）",
        "（已隐去）",
    ]
    assert made["备用"]["B9"].value == "（已隐去）"
    assert sheet["A3"].value == "甲园"
    assert rows_of(made)[0][3:5] == ["“（已隐去）”不是座机", "请（已隐去）核对"]
    assert "隐去了工作表“机构”的“负责人”“联系电话”列、工作表“备用”的“负责人”列的内容" in words_of(made)
    content = to_bytes(made)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        everything = "".join(parts.read(name).decode("utf-8") for name in parts.namelist())
    assert not any(secret in everything for secret in ("张三", "赵六", "13800001111", "3333333"))


def test_header_over_merged_cells_hides_every_column_below_it() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["机构", "联系人", None, "托位"], [None, "负责人", "联系电话", None], ["甲园", "张三", 138, 60]):
        sheet.append(row)
    sheet.merge_cells("B1:C1")
    made = returned(saved(book), fault(f"{PATH}，工作表“Sheet”，D3")).worksheets[1]
    assert [cell.value for cell in made[2]] == [None, "负责人", "联系电话", None]
    assert [cell.value for cell in made[3]] == ["甲园", "（已隐去）", "（已隐去）", 60]


def test_header_is_found_wherever_it_stands() -> None:
    book = Workbook()
    for _ in range(12):
        book.worksheets[0].append(["机构", None])
    book.worksheets[0].append(["机构", "负责人"])
    book.worksheets[0].append(["甲园", "张三"])
    made = returned(saved(book), fault(f"{PATH}，工作表“Sheet”，A14"))
    assert made.worksheets[1]["B14"].value == "（已隐去）"


def test_form_at_the_foot_of_a_table_is_emptied_beside_its_labels() -> None:
    book = workbook()
    book["机构"].append(["填表人", "张三", "联系电话", "待补"])
    sheet = returned(saved(book), fault(f"{PATH}，工作表“机构”，B4"))["机构"]
    assert [cell.value for cell in sheet[5]] == ["填表人", "（已隐去）", "联系电话", "（已隐去）"]


def test_form_above_a_table_is_emptied_beside_its_labels_and_the_table_stays() -> None:
    book = Workbook()
    table = [["机构名称", "托位数", "办托形式"], ["甲园", 60, "独立"], ["乙园", "八", "独立"]]
    for row in (["托育机构一览表"], ["填报单位：", "东湖区", "联系人：", "张三"], *table):
        book.worksheets[0].append(row)
    sheet = returned(saved(book), fault(f"{PATH}，工作表“Sheet”，B5")).worksheets[1]
    assert [cell.value for cell in sheet[2]] == ["填报单位：", "东湖区", "联系人：", "（已隐去）"]
    assert [[cell.value for cell in row][:3] for row in sheet.iter_rows(min_row=3)] == table


def test_years_may_stand_in_a_header_and_a_list_of_one_column_has_one() -> None:
    book = workbook()
    book["备用"].delete_rows(1)
    for text in ("联系人", "张三", "李四"):
        book["备用"].append([text])
    book["机构"].insert_rows(2)
    for column, value in enumerate(("名称", 2023, 2024, "负责人"), 1):
        book["机构"].cell(2, column, value)
    book["机构"]["D4"] = "王五"
    made = returned(saved(book), fault(f"{PATH}，工作表“机构”，B5"))
    assert [cell.value for cell in made["备用"]["A"]] == ["联系人", "（已隐去）", "（已隐去）"]
    assert made["机构"]["D4"].value == "（已隐去）"


@pytest.mark.parametrize("number", [1950, 2000])
def test_answer_in_a_line_with_a_number_like_a_year_is_no_header(number: int) -> None:
    book = Workbook()
    for row in (
        ["序号", "您的身份", "机构"],
        [1, "其他", "甲园"],
        [number, "园长", "乙园"],
        [number + 1, "家长", "丙园"],
    ):
        book.worksheets[0].append(row)
    sheet = returned(saved(book), fault(f"{PATH}，工作表“Sheet”，A2")).worksheets[1]
    assert [cell.value for cell in sheet["B"]] == ["您的身份", "其他", "园长", "家长"]


def test_name_of_a_sheet_and_page_header_tell_nobody() -> None:
    book = workbook()
    book["机构"].title = "机构13800138027"
    book.worksheets[0].oddHeader.center.text = "填报人张三"
    raw = raw_file(saved(book))
    grids = open_grids(raw.content, ".xlsx")
    made = return_sheet(raw, grids, [fault(f"{PATH}，工作表“{grids[0].sheet}”，B4")])
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        everything = "".join(parts.read(name).decode("utf-8") for name in parts.namelist())
    assert "13800138027" not in everything
    assert "张三" not in everything
    assert colour(load_workbook(io.BytesIO(made)).worksheets[1], "B4") == RED


@pytest.mark.parametrize("value", ["园长", "联系人", "家长"])
def test_answer_that_sounds_like_a_header_is_none(value: str) -> None:
    book = Workbook()
    for row in (["序号", "您的身份", "机构"], [1, value, "甲园"], [2, "其他", "乙园"]):
        book.worksheets[0].append(row)
    sheet = returned(saved(book), fault(f"{PATH}，工作表“Sheet”，A2")).worksheets[1]
    assert [sheet[f"B{row}"].value for row in (1, 2, 3)] == ["您的身份", value, "其他"]


def test_title_and_names_are_no_headers() -> None:
    book = Workbook()
    rows = [["托育机构联系电话"], ["机构名称", "托位数"], ["VIP托育园", 60], ["园长之家托育园", 45]]
    for row in rows:
        book.worksheets[0].append(row)
    sheet = returned(saved(book), fault(f"{PATH}，工作表“Sheet”，B3")).worksheets[1]
    assert [[cell.value for cell in row if cell.value] for row in sheet.iter_rows()] == rows


def test_open_answers_are_emptied_where_the_file_holds_answers() -> None:
    book = Workbook()
    for row in (["序号", "3、您有什么意见或建议？", "托育形式"], [1, "我家住隔壁", "其他〖外婆带〗"]):
        book.worksheets[0].append(row)
    where = fault(f"{PATH}，工作表“Sheet”，A2")
    sheet = returned(saved(book), where, open_questions=True).worksheets[1]
    assert [cell.value for cell in sheet[2]] == [1, "（已隐去）", "其他（已隐去）"]
    assert returned(saved(book), where).worksheets[1]["B2"].value == "我家住隔壁"


@pytest.mark.parametrize("secret", SECRETS)
def test_no_spelling_of_anything_personal_gets_through(secret: str) -> None:
    book = workbook()
    book["机构"]["A3"] = f"甲园（{secret}）"
    book["备用"]["C7"] = secret
    content = saved(book)
    raw = raw_file(content)
    findings = [fault(f"{PATH}，工作表“机构”，A3", what=f"“甲园（{secret}）”重复", action=f"请核对{secret}")]
    made = return_sheet(raw, open_grids(content, ".xlsx"), findings)
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        everything = "".join(parts.read(name).decode("utf-8") for name in parts.namelist())
    assert secret not in everything
    assert "甲园" in everything


@pytest.mark.parametrize("secret", [13800138027, "138-0013-8027"])
def test_telephone_in_an_unexpected_column_is_taken_out(secret: object) -> None:
    book = workbook()
    book["机构"]["C4"] = secret
    sheet = returned(saved(book), fault(f"{PATH}，工作表“机构”，B4"))["机构"]
    assert sheet["C4"].value == "（已隐去）"


# --- the same bytes


def test_same_file_gives_the_same_bytes_and_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = raw_file(saved(workbook()))
    before = digest(raw.content)
    findings = [fault(f"{PATH}，工作表“机构”，B4")]
    grids = open_grids(raw.content, ".xlsx")
    first = return_sheet(raw, grids, findings)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    assert return_sheet(raw, grids, findings) == first
    assert digest(raw.content) == before
    assert first is not None
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time[0] for entry in parts.infolist()} == {2000}
        assert b"2000-01-01T00:00:00Z</dcterms:modified>" in parts.read("docProps/core.xml")


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=3))
def test_sheet_name_is_one_that_excel_takes(wanted: str, others: list[str]) -> None:
    name = sheet_name(wanted, others)
    assert 0 < len(name) <= 31
    assert not set(name) & set("[]:*?/\\")
    assert name.lower() not in {other.lower() for other in others}
    Workbook().create_sheet(name)
