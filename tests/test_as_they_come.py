"""Files as people have them: odd books, sheets and headings are read rightly or refused with their cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.cell.rich_text import TextBlock
from openpyxl.cell.text import InlineFont
from received import cleaned
from received import received
from received import sidecar
from received import town

from tuoyu.nouns.fact import Part
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.places import gazetteer
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import read_quantities

Rows = list[list[object]]
YEARBOOK: Rows = [["指标", "单位", 2022, 2023], ["年末常住人口", "万人", 482.22, 482.24]]


def book(sheets: dict[str, Rows], *merged: str) -> bytes:
    """A workbook; the ranges are merged in its first sheet."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for area in merged:
        made.worksheets[0].merge_cells(area)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode("utf-8-sig")


def rebuilt(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same archive with every member changed; None takes it away."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            member = change(name, old.read(name))
            if member is not None:
                new.writestr(name, member)
    return stream.getvalue()


def read(content: bytes, kind: str = "statistics", name: str = "表.xlsx", **reading: object) -> Cleaned:
    return cleaned(received(content, sidecar(kind, **reading), name))


def errors(result: Cleaned) -> list[str]:
    return [one.text for one in result.findings if one.severity == "error"]


def figures(result: Cleaned) -> list[tuple[str, str, Decimal]]:
    """Indicator, period and value of every observation of a file without faults."""
    assert errors(result) == []
    return [(one.indicator, one.period, one.value) for one in result.observations]


# the book


@pytest.mark.parametrize("name", ["xl/worksheets/sheet2.xml", "xl/workbook.xml"])
def test_book_of_which_a_part_is_missing_is_damaged(name: str) -> None:
    content = book({"甲": YEARBOOK, "乙": YEARBOOK})
    with pytest.raises(UnreadableError):
        open_grids(rebuilt(content, lambda member, old: None if member == name else old), ".xlsx")


def test_book_that_lists_no_sheets_is_damaged() -> None:
    def without_sheets(name: str, old: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return old
        start, end = old.index(b"<sheets>"), old.index(b"</sheets>")
        return old[:start] + b"<sheets>" + old[end:]

    with pytest.raises(UnreadableError, match="不完整或已损坏"):
        open_grids(rebuilt(book({"甲": YEARBOOK}), without_sheets), ".xlsx")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_book_with_two_members_of_one_name_is_damaged() -> None:
    stream = io.BytesIO(book({"甲": YEARBOOK}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/workbook.xml", archive.read("xl/workbook.xml"))
    with pytest.raises(UnreadableError, match="不完整或已损坏"):
        open_grids(stream.getvalue(), ".xlsx")


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<mergeCell ref="A1:B1"/>', b"<mergeCell/>"), (b'<row r="1"', b'<row r="1e999"'), (b'r="A1"', b'r="1A"')],
)
def test_sheet_whose_markup_is_wrong_is_damaged(old: bytes, new: bytes) -> None:
    content = book({"甲": [["标题", None], *YEARBOOK]}, "A1:B1")
    with pytest.raises(UnreadableError, match="不完整或已损坏"):
        open_grids(rebuilt(content, lambda _, member: member.replace(old, new)), ".xlsx")


def test_carriage_returns_written_as_escapes_are_line_breaks() -> None:
    rows: Rows = [["指标", "2023年"], ["年末常_x000D_\n住人口(万人)", 482.24], ["出生_x005F_x000D_", 1]]
    result = read(book({"表": rows}))
    assert [one.indicator for one in result.observations] == ["residents"]
    assert "不认识的指标“出生_x000D_”" in errors(result)[0]  # an escaped underscore is an underscore


def test_raised_number_of_a_footnote_is_no_digit_of_the_figure() -> None:
    def with_note(text: str, mark: str) -> CellRichText:
        return CellRichText(text, TextBlock(InlineFont(vertAlign="superscript"), mark))

    rows: Rows = [["指标", "2023年"], [with_note("出生人口(人)", "1"), with_note("20144", "1")]]
    result = read(book({"表": rows}))
    assert figures(result) == [("births", "2023", Decimal(20144))]
    assert "带有脚注标记“〔1〕”" in result.findings[0].what


@pytest.mark.parametrize(("printed", "value"), [("244.18²", "244.18"), ("20144¹", "20144"), ("12m²", "12")])
def test_raised_characters_are_marks_except_in_a_unit(printed: str, value: str) -> None:
    assert [one.value for one in read_quantities(printed)] == [Decimal(value)]


@pytest.mark.parametrize("printed", ["1" + "*" * 32_000 + "x", "9" * 5_000, "9" * 5_000 + "人", "1" * 40_000 + "斤"])
def test_endless_texts_are_refused_in_few_words(printed: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_quantities(printed)
    assert len(str(refused.value)) < 100


def test_raised_number_in_a_shared_text_is_no_digit_either() -> None:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    text = '<r><t>20144</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    inline, shared = b't="inlineStr"><is><t>20144</t></is>', b't="s"><v>0</v>'
    changes = {
        "[Content_Types].xml": (
            "</Types>",
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>',
        ),
        "xl/_rels/workbook.xml.rels": (
            "</Relationships>",
            f'<Relationship Id="rIdS" Type="{relation}" Target="/xl/sharedStrings.xml"/></Relationships>',
        ),
    }

    def changed(name: str, old: bytes) -> bytes:
        before, after = changes.get(name, ("", ""))
        return old.replace(before.encode(), after.encode()) if before else old.replace(inline, shared)

    stream = io.BytesIO(rebuilt(book({"表": [["指标", "2023年"], ["出生人口(人)", "20144"]]}), changed))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst {space}><si>{text}</si></sst>")
    result = read(stream.getvalue())
    assert figures(result) == [("births", "2023", Decimal(20144))]
    assert "带有脚注标记“〔1〕”" in result.findings[0].what


# sheets


def test_sheets_of_one_layout_keep_their_own_years_and_cells() -> None:
    sheets: dict[str, Rows] = {
        year: [[f"{year}年人口主要指标", None], ["指标", "数据"], ["出生人口(人)", 10 + number]]
        for number, year in enumerate(("2022", "2023"))
    }
    result = read(book(sheets))
    assert figures(result) == [("births", "2022", Decimal(10)), ("births", "2023", Decimal(11))]
    assert [(one.sheet, one.cell) for one in result.observations] == [("2022", "B3"), ("2023", "B3")]


def test_correction_names_the_sheet_where_two_print_the_same_in_one_cell() -> None:
    sheets: dict[str, Rows] = {
        year: [[f"{year}年人口", None], ["指标", "数据"], ["出生人口(人)", 10]] for year in ("2022", "2023")
    }
    entry = {"file": "表.xlsx", "cell": "B3", "printed": "10", "action": "set_aside", "reason": "误印"}
    file = received(book(sheets), sidecar("statistics"))
    (vague,) = errors(cleaned(file, corrections=[entry]))
    assert "没有写明工作表，2022、2023里都有这个单元格和原文" in vague
    result = cleaned(file, corrections=[{**entry, "sheet": "2023"}])
    assert [(one.sheet, one.status) for one in result.observations] == [("2022", "used"), ("2023", "set_aside")]
    assert errors(result) == []


@pytest.mark.parametrize("beside", [{"Sheet2": [], "Sheet3": []}, {"CNKI": [["http://www.cnki.net/"]]}])
def test_empty_sheets_and_links_are_passed_over(beside: dict[str, Rows]) -> None:
    assert len(figures(read(book({"人口": YEARBOOK, **beside})))) == 2
    register: Rows = [["机构名称", "托位数"], ["甲园", 50]]
    result = read(book({"名单": register, **beside}), "institutions", covers="备案", period="2024年末")
    assert errors(result) == []
    assert {one.value for one in result.observations if one.indicator == "registered_institutions"} == {1}


def test_sheet_without_a_header_that_holds_figures_is_no_remark() -> None:
    (fault,) = errors(read(book({"人口": YEARBOOK, "续": [["出生人口", 20144]]})))
    assert "工作表“续”，第1行：找不到表头" in fault


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (book({"Sheet1": [], "Sheet2": []}), "文件里没有任何内容"),
        (book({"表": [["指标", "2023年"], ["出生人口(人)", None]]}), "没有读到任何数字"),
    ],
)
def test_book_that_yields_nothing_is_an_error(content: bytes, what: str) -> None:
    assert what in errors(read(content))[0]


def test_register_of_no_bytes_is_an_error() -> None:
    assert "登记表是空的" in errors(read(b"", "policies", "政策.toml"))[0]


# places


def test_own_district_goes_before_one_of_the_same_name_elsewhere() -> None:
    other = town(name="乙市", short="乙", code="440300", districts=[{"name": "东湖区", "code": "440309"}])
    street = csv("2024年各街道婴幼儿数", "区县,街道,社区,3岁以下婴幼儿数", "东湖区,甲街道,合计,2100")
    cities = {"town": town(), "other": other}
    own = cleaned(received(street, sidecar("communities"), "街道.csv"), cities=cities)
    theirs = cleaned(received(street, sidecar("communities"), "街道.csv", "other"), cities=cities)
    assert [one.place for one in own.observations + theirs.observations] == ["440703", "440309"]


def test_name_of_two_places_must_be_written_in_full_in_a_folder_that_is_neither() -> None:
    other = town(name="乙市", short="乙", code="440300", districts=[{"name": "东湖区", "code": "440309"}])
    lines = csv("地区,指标,数据,时点", "东湖区,托位数,5个,2024年", "乙市东湖区,托位数,7个,2024年")
    file = received(lines, sidecar("figures", place="100000"), "表.csv", "nation")
    result = cleaned(file, cities={"town": town(), "other": other})
    assert "“东湖区”不止一处（某某市东湖区、乙市东湖区）" in errors(result)[0]
    assert [one.place for one in result.observations] == ["440309"]


def test_places_outside_the_edition_are_told_once_each_and_passed_over_by_declaration() -> None:
    lines = csv("地区,2022年,2023年", "全市,5,6", "北京,1,2", "西湖区,3,4")
    faults = errors(read(lines, name="表.csv", indicator="出生人口（人）"))
    assert [fault.partition("→")[0] for fault in faults] == [
        "data/raw/town/表.csv，B3：不认识的地区“北京”（共2处）",
        "data/raw/town/表.csv，B4：不认识的地区“西湖区”，是不是 东湖区？（共2处）",
    ]
    result = read(lines, name="表.csv", indicator="出生人口（人）", other_places="不采用")
    assert len(figures(result)) == 2
    assert result.findings[-1].what == "表中另有2个地区不在本期范围内，没有采用：北京、西湖区"


@pytest.mark.parametrize("name", ["江干区", "甲区", "东湖"])
def test_only_a_name_that_differs_in_one_character_is_suggested(name: str) -> None:
    assert gazetteer({"town": town(districts=[{"name": "滨江区", "code": "440703"}])}, "town").doubt(name).endswith("”")


# dates, indicators and units outside the sheet


def test_what_the_sidecar_declares_holds_for_the_file() -> None:
    census = book({"1-7": [["各地区人口", None], ["单位：万人", None], ["地区", "常住人口"], ["全市", 1.5]]})
    assert "写 period" in errors(read(census))[0]
    assert figures(read(census, period="2020年11月1日")) == [("residents", "2020-11-01", Decimal(15000))]
    births = csv("各区县出生人口", "地区,2020年,2021年", "全市,1078,1012")
    assert "写 indicator" in errors(read(births, name="表.csv"))[0]
    declared = read(births, name="表.csv", indicator="出生人口", unit="百人")
    assert figures(declared) == [("births", "2020", Decimal(107800)), ("births", "2021", Decimal(101200))]
    listed = csv("地区,数据", "某某市,5")
    assert figures(read(listed, "figures", "表.csv", indicator="托位数（个）", period="2024年末")) == [
        ("places", "2024-12-31", Decimal(5))
    ]


def test_what_a_line_or_a_column_says_goes_before_the_sidecar() -> None:
    lines = csv("地区,指标,数据,时点", "某某市,托位数,5个,2023年末", "某某市,托位数,6个,")
    result = read(lines, "figures", "表.csv", period="2024年末")
    assert figures(result) == [("places", "2023-12-31", Decimal(5)), ("places", "2024-12-31", Decimal(6))]
    wide = csv("指标,2022年,2023年", "出生人口(人),7,8")
    assert [period for _, period, _ in figures(read(wide, name="表.csv", period="2024年"))] == ["2022", "2023"]


def test_columns_that_name_no_indicator_are_passed_over_with_other_indicators() -> None:
    rows: Rows = [["地区", "合计", "出生人口(人)"], ["全市", 9, 5]]
    result = read(book({"表": rows}), others="不采用", period="2023年")
    assert figures(result) == [("births", "2023", Decimal(5))]


# headings


@pytest.mark.parametrize(
    "rows",
    [
        [["指 标\nItem", 2023], ["出生人口(人)\nBirths (person)", 5]],
        [["指 标", "Item", 2023], ["出生人口(人)", "Births", 5]],
        [["3-1 人口", None], ["3-1 Population (2023)", None], ["指 标 | Item", 2023], ["出生人口(人) Births", 5]],
        [["3-1 人口", None], [None, "2023年"], ["出生人口(人)", 5]],
        [["单位：人", None], [None, 2023], ["出生人口", 5]],
    ],
)
def test_bilingual_tables_and_empty_corners_are_read(rows: Rows) -> None:
    assert figures(read(book({"表": rows}))) == [("births", "2023", Decimal(5))]


def test_empty_corner_over_places_heads_places() -> None:
    rows: Rows = [["2023年出生人口", None], [None, "2022年", "2023年"], ["某某市", 5, 6], ["东湖区", 3, 4]]
    result = read(book({"表": rows}), indicator="出生人口（人）")
    assert len(figures(result)) == 4
    assert {one.place for one in result.observations} == {"440700", "440703"}


def test_abbreviations_are_no_translations() -> None:
    rows: Rows = [["指标\nItem", "2023年"], ["出生人口(人)\nBirths", 5], ["人均 GDP", 7]]
    assert "不认识的指标“人均GDP”" in errors(read(book({"表": rows})))[0]


@pytest.mark.parametrize("heading", ["市 别", "县别", "区县别"])
def test_headings_of_places_in_old_tables_are_known(heading: str) -> None:
    rows: Rows = [[heading, 2022, 2023], ["某某", 5, 6]]
    assert len(figures(read(book({"表": rows}), indicator="出生人口（人）"))) == 2


@pytest.mark.parametrize(
    ("lines", "kind", "cell"),
    [
        (("某某市,托位数,5个,2024年", "地区,指标,数据,时点", "某某市,在托人数,3人,2024年"), "figures", "C1"),
        (("东湖区,甲街道,合计,5", "区县,街道,社区,3岁以下婴幼儿数", "东湖区,乙街道,合计,6"), "communities", "D1"),
        (("出生人口,4,5", "指标,2022年,2023年", "常住人口,5人,6人"), "statistics", "B1"),
    ],
)
def test_figures_above_a_header_are_told(lines: tuple[str, ...], kind: str, cell: str) -> None:
    faults = errors(read(csv(*lines), kind, "表.csv"))
    assert any(fault.startswith(f"data/raw/town/表.csv，{cell}：表头在第2行，它上面的数字没有读取") for fault in faults)


# figures in the wrong column


@pytest.mark.parametrize(("line", "cell"), [("某某市,托位数,,5个,2024年,", "D2"), ("某某市,托位数,,,2024年,5", "F2")])
def test_figure_one_column_off_is_told(line: str, cell: str) -> None:
    content = csv("地区,指标,数据,口径,时点,备注", line, "某某市,托位数,,,2023年,")
    (fault,) = errors(read(content, "figures", "表.csv"))
    assert fault.startswith(f"data/raw/town/表.csv，{cell}：“")
    assert "这一行的“数据”是空的→ 把数字移到“数据”列" in fault


STREETS = ("2024年社区婴幼儿数", "街道,社区,3岁以下婴幼儿数")


def test_figure_of_a_community_in_a_column_without_a_heading_is_told() -> None:
    (fault,) = errors(read(csv(*STREETS, "甲街道,一社区,,7"), "communities", "表.csv"))
    assert "D3：“7”所在的列没有列名" in fault


def test_community_that_stands_twice_is_told() -> None:
    lines = ("甲街道,一社区,7", "甲街道,二社区,8", "乙街道,一社区,9", "甲街道,一社区,7")
    (fault,) = errors(read(csv(*STREETS, *lines), "communities", "表.csv"))
    assert "C6：“甲街道一社区”写了两次，第3行已有" in fault


def test_street_merged_over_the_column_of_communities_is_the_whole_street() -> None:
    rows: Rows = [["2024年", None, None], ["街道", "社区", "3岁以下婴幼儿数"], ["甲街道", None, 900]]
    result = read(book({"表": rows}, "A3:B3"), "communities")
    assert [one.part for one in result.observations] == [Part("街道", "甲街道")]


def test_three_hundred_streets_are_read() -> None:
    lines = [f"第{number}街道,合计,{number}" for number in range(1, 301)]
    assert len(figures(read(csv(*STREETS, *lines), "communities", "表.csv"))) == 300


# published shares


SHARES = "题目,选项,占比,样本量,时点"


@pytest.mark.parametrize("answers", ["412份", "412", "412人", "412名"])
def test_number_of_answers_may_be_written_as_the_form_asks(answers: str) -> None:
    result = read(csv(SHARES, f"样本量,有效问卷,{answers},412,2024年"), "survey", "表.csv")
    assert figures(result) == [("respondents", "2024", Decimal(412))]


def test_share_of_nobody_knows_how_many_is_told() -> None:
    (fault,) = errors(read(csv(SHARES, "选托首要考虑,距离,38.33%,,2024年"), "survey", "表.csv"))
    assert fault.startswith("data/raw/town/表.csv，D2：“38.33%”没有写样本量")


# who published it


def test_issuer_of_another_city_left_in_a_form_is_told_once() -> None:
    lines = [f"某某市,托位数,5个,{year}年末,乙市卫生健康局" for year in (2022, 2023)]
    lines += ["某某市,托位数,6个,2024年末,某某市卫生健康局", "某某市,在托人数,6人,2024年末,广东省统计局"]
    result = read(csv("地区,指标,数据,时点,发布机构", *lines), "figures", "表.csv")
    (doubt,) = result.findings
    assert (doubt.severity, doubt.where) == ("warning", "data/raw/town/表.csv，C2")
    assert doubt.what == "发布机构“乙市卫生健康局”不是本市的单位"


def test_figure_of_another_city_may_be_published_there() -> None:
    cities = {"town": town(), "other": town(name="乙市", short="乙", code="440300", districts=[])}
    lines = csv("地区,指标,数据,时点,发布机构", "乙市,托位数,5个,2024年末,乙市卫生健康局")
    assert cleaned(received(lines, sidecar("figures"), "表.csv"), cities=cities).findings == []


# registers in parts, with sections and side by side


HEADINGS: list[object] = ["机构名称", "统一社会信用代码", "托位数", "在托人数"]
REGISTER = {"covers": "备案", "period": "2024年末"}


def institution(number: int) -> list[object]:
    return [f"机构{number}", None, 50, 20]


def sums(result: Cleaned) -> dict[str, Decimal]:
    """What a register without faults adds up to, but for its groups."""
    assert errors(result) == []
    return {one.indicator: one.value for one in result.observations if one.part.axis in {"", "备案情况"}}


@pytest.mark.parametrize("sizes", [(4, 4, 4), (3, 4, 5)])
def test_register_of_several_sheets_is_one_list(sizes: tuple[int, ...]) -> None:
    numbers = iter(range(sum(sizes)))
    sheets = {f"{size}{part}": [HEADINGS, *(institution(next(numbers)) for _ in range(size))]
              for part, size in enumerate(sizes)}  # fmt: skip
    result = read(book(sheets), "institutions", **REGISTER)
    assert sums(result) == {"registered_institutions": 12, "places": 600, "enrolled": 240}
    one = next(one for one in result.observations if one.indicator == "places")
    first, second, third = sheets
    assert (one.sheet, one.cell) == (
        first,
        f"C2:C{sizes[0] + 1}、工作表“{second}”C2:C{sizes[1] + 1}、工作表“{third}”C2:C{sizes[2] + 1}",
    )


def test_register_of_several_files_is_one_list_and_an_institution_in_two_of_them_is_counted_once() -> None:
    code = "91350100M000100Y43"
    parts = [[HEADINGS, institution(1), ["甲园", code, 50, 20]], [HEADINGS, ["甲园", code, 50, 20], institution(2)]]
    files = [
        received(book({"名单": rows}), sidecar("institutions", **REGISTER), f"名单{number}.xlsx")
        for number, rows in enumerate(parts)
    ]
    result = cleaned(*files)
    assert sums(result) == {"registered_institutions": 3, "places": 150, "enrolled": 60}
    (repeat,) = [one for one in result.findings if "甲园" in one.what]
    assert "A3、名单1.xlsx 工作表“名单”A2“甲园”" in repeat.what


def test_registers_of_other_extent_or_date_are_other_lists() -> None:
    content = book({"名单": [HEADINGS, institution(1)]})
    files = [
        received(content, sidecar("institutions", **{**REGISTER, "period": period}), f"名单{period}.xlsx")
        for period in ("2023年末", "2024年末")
    ]
    assert [
        (one.period, one.value) for one in cleaned(*files).observations if one.indicator == "registered_institutions"
    ] == [("2023-12-31", 1), ("2024-12-31", 1)]


def test_part_that_cannot_be_read_leaves_no_sum() -> None:
    result = read(
        book({"甲": [HEADINGS, institution(1)], "乙": [HEADINGS, ["乙园", None, "若干", 20]]}),
        "institutions",
        **REGISTER,
    )
    assert "工作表“乙”，C2" in errors(result)[0]
    assert result.observations == []


@pytest.mark.parametrize("merged", [(), ("A2:D2", "A4:D4")])
@pytest.mark.parametrize("words", [("一、东湖区（1家）", "二、西湖区（1家）"), ("东湖区（1家）", "西湖区（共1家）")])
def test_headings_of_sections_are_no_institutions(words: tuple[str, str], merged: tuple[str, ...]) -> None:
    rows: Rows = [HEADINGS]
    for number, heading in enumerate(words):
        rows += [[heading, None, None, None], institution(number)]
    result = read(book({"名单": rows}, *merged), "institutions", **REGISTER)
    assert sums(result) == {"registered_institutions": 2, "places": 100, "enrolled": 40}


def test_merged_heading_of_a_section_needs_no_number() -> None:
    rows: Rows = [HEADINGS, ["东湖区", None, None, None], institution(1)]
    assert sums(read(book({"名单": rows}, "A2:D2"), "institutions", **REGISTER))["registered_institutions"] == 1


def test_list_of_two_side_by_side_is_to_be_put_one_below_the_other() -> None:
    rows: Rows = [["机构名称", "托位数", "机构名称", "托位数"], ["甲园", 5, "乙园", 6]]
    (fault,) = errors(read(book({"名单": rows}), "institutions", **REGISTER))
    assert "A1“机构名称”、C1“机构名称”" in fault
    assert fault.endswith("→ 把并排的两组拆成上下两段，各带表头")
    below: Rows = [*([[*row[:2]] for row in rows]), *([[*row[2:]] for row in rows])]
    assert sums(read(book({"名单": below}), "institutions", **REGISTER))["registered_institutions"] == 2


def test_institutions_above_a_header_are_told() -> None:
    rows: Rows = [institution(1), HEADINGS, institution(2)]
    (fault,) = errors(read(book({"名单": rows}), "institutions", **REGISTER))
    assert "A1：表头在第2行，它上面的机构没有读取" in fault


# answers


QUESTIONS = [
    {"title": "您希望选择哪种托育形式", "kind": "single", "options": {"全日托": "全日托比例", "半日托": ""}},
    {"title": "您看重哪些方面", "kind": "multiple", "options": {"距离": "距离优先比例", "师资": "", "其他": ""}},
]


def survey(*lines: str, parts: tuple[tuple[str, ...], ...] = (), **settings: object) -> Cleaned:
    """The answers of a survey in one file, and in further ones."""
    names = ("答卷.csv", *(f"答卷{number}.csv" for number in range(1, len(parts) + 1)))
    files = [received(csv(*one), sidecar("answers"), name) for name, one in zip(names, (lines, *parts), strict=True)]
    form = {"file": names[0], "files": list(names[1:]), "period": "2024年6月", "question": QUESTIONS, **settings}
    return cleaned(*files, questions=[form])


def shares(result: Cleaned) -> dict[str, tuple[Decimal, int | None]]:
    """Indicator → share and number of answers, of a survey without faults."""
    assert errors(result) == []
    return {one.indicator: (one.value, one.respondents) for one in result.observations if one.option}


HEAD = "序号,提交时间,您希望选择哪种托育形式,您看重哪些方面,填写时长"


def answers(first: int, last: int, form: str = "全日托") -> list[str]:
    return [f"{number},2024-06-01 12:00:{number:02d},{form},距离┋师资,1分钟" for number in range(first, last + 1)]


def test_survey_of_several_files_is_one() -> None:
    result = survey(HEAD, *answers(1, 10), parts=((HEAD, *answers(11, 20, "半日托")),))
    assert shares(result) == {"survey_full_day": (Decimal(50), 20), "survey_distance": (Decimal(100), 20)}
    assert result.observations[0].value == 20
    assert result.observations[0].cell == "A2:A11、答卷1.csv A2:A11"


def test_answer_that_stands_in_two_files_of_a_survey_is_counted_once() -> None:
    result = survey(HEAD, *answers(1, 10), parts=((HEAD, *answers(10, 19)),), duplicates=["序号"])
    assert result.observations[0].value == 19
    assert any("序号重复的1份不计" in one.what for one in result.findings)


def test_question_over_the_first_of_its_option_columns_has_its_options_in_the_row_below() -> None:
    head = (
        "Respondent ID,Start Date,您希望选择哪种托育形式？,您看重哪些方面？,,",
        ",,Response,距离,师资,其他（请注明）",
    )
    lines = [f"{number},06/02/2024 12:00:00 PM,全日托,{'距离' if number <= 6 else ''},师资," for number in range(1, 11)]
    lines[9] = "10,06/02/2024 12:00:00 PM,半日托,,,离单位近"
    result = survey(*head, *lines)
    assert shares(result) == {"survey_full_day": (Decimal(90), 10), "survey_distance": (Decimal(60), 10)}


def test_options_may_stand_with_their_letters() -> None:
    lines = [line.replace("全日托", "A.全日托").replace("距离", "A、距离") for line in answers(1, 10)]
    assert shares(survey(HEAD, *lines))["survey_full_day"] == (Decimal(100), 10)


@pytest.mark.parametrize(
    ("heading", "settings"),
    [("填写时长", {}), ("作答时长", {}), ("用时", {}), ("本次作答秒数", {"duration": "本次作答秒数"})],
)
def test_time_taken_is_known_by_its_names_or_by_the_one_declared(heading: str, settings: dict[str, str]) -> None:
    lines = [line.replace("1分钟", "10秒") if line.startswith(("1,", "2,")) else line for line in answers(1, 12)]
    result = survey(HEAD.replace("填写时长", heading), *lines, minimum_seconds=30, **settings)
    assert shares(result)["survey_full_day"] == (Decimal(100), 10)


def test_time_taken_that_is_not_found_may_be_declared() -> None:
    (fault,) = errors(survey(HEAD.replace("填写时长", "秒"), *answers(1, 9), minimum_seconds=30))
    assert 'duration = "列名"' in fault
    (fault,) = errors(survey(HEAD, *answers(1, 9), minimum_seconds=30, duration="耗时"))
    assert "找不到列“耗时”" in fault


@pytest.mark.parametrize(
    "time", ["2024/6/1 12:00:{:02d}", "06/01/2024 12:00:{:02d} PM", "2024年6月1日 下午12:00:{:02d}"]
)
def test_of_repeats_the_one_handed_in_first_counts_in_whatever_order_they_stand(time: str) -> None:
    lines = [f"{number},{time.format(number)},{'半日托' if number == 7 else '全日托'},距离," for number in range(1, 8)]
    lines[6] = lines[6].replace("7,", "1,", 1)  # the answer of the first, again
    result = survey(HEAD, *reversed(lines), duplicates=["序号"])
    assert result.observations[0].value == 6
    assert {one.option: one.value for one in result.observations}["全日托"] == 100


def test_repeats_of_which_nothing_tells_the_first_are_told() -> None:
    head = "手机号,您希望选择哪种托育形式,您看重哪些方面"
    lines = [f"{number},全日托,距离" for number in (1, 1, 2, 3, 4, 5, 6)]
    found = survey(head, *lines, duplicates=["手机号"]).findings
    assert any("分不清先后，保留了排在前面的一份" in one.what for one in found)


def test_answers_above_a_header_are_told() -> None:
    assert any("表头在第3行" in fault for fault in errors(survey(*answers(1, 2), HEAD, *answers(3, 9))))


@pytest.mark.parametrize("taken", ["9" * 5_000, "9" * 5_000 + "秒"])
def test_endless_numbers_in_a_survey_are_no_accident(taken: str) -> None:
    lines = [*answers(1, 9), f"{'9' * 5_000},{'9' * 5_000},全日托,距离,{taken}"]
    result = survey(HEAD, *lines, minimum_seconds=30, duplicates=["序号"])
    assert any("所用时间读不出，仍计入" in one.what for one in result.findings)


# what is told of a file that can be read


def doubts(result: Cleaned) -> list[tuple[str, str]]:
    return [(one.code, one.where.rpartition("，")[2]) for one in result.findings if one.severity == "warning"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("𠮷里社区", "“𠮷里社区”中有字体不能显示的字符：“𠮷”（U+20BB7）"),
        ("甲\u202e社区", "“甲□社区”中有字体不能显示的字符：（U+202E）"),  # turns the rest of the line
        ("甲\u2066社区", "“甲□社区”中有字体不能显示的字符：（U+2066）"),
    ],
)
def test_name_that_no_font_can_draw_is_told_with_its_cell(name: str, told: str) -> None:
    rows: Rows = [["街道", "社区", "3岁以下婴幼儿数（人）"], ["大街", "合计", 90], ["", name, 60]]
    (error,) = errors(read(book({"表": rows}), "communities", place="440703"))
    assert f"工作表“表”，C3：{told}" in error


def test_line_that_names_its_source_and_has_no_figure_is_told() -> None:
    lines = (
        "地区,指标,数据,时点,文件",
        "某某市,托位数,,2024年末,公报",
        "某某市,在托人数,,,",
        "某某市,出生人口,9人,2024年,公报",
    )
    assert doubts(read(csv(*lines), "figures", "表.csv")) == [("layout-doubt", "C2")]


def test_year_left_out_between_two_others_is_told() -> None:
    rows: Rows = [
        ["指标", "2021年", "2022年", "2023年"],
        ["出生人口（人）", 30, None, 29],
        ["死亡人口（人）", None, 8, 9],
    ]
    assert doubts(read(book({"表": rows}))) == [("left-out", "C2")]


@pytest.mark.parametrize(
    ("title", "told"),
    [("深圳市人口主要指标", True), ("某某市人口主要指标", False), ("全市人口", False), ("主要城市人口", False)],
)
def test_title_of_another_city_is_told(title: str, told: bool) -> None:  # noqa: FBT001
    rows: Rows = [[title], ["指标", "2023年"], ["出生人口（人）", 30]]
    assert doubts(read(book({"表": rows}))) == [("title-elsewhere", "第1行")] * told


def test_file_that_holds_nothing_of_its_place_is_told() -> None:
    lines = [f"全国,出生人口,{n}00万人,202{n}年" for n in range(3)]
    heads = "地区,指标,数据,时点"
    assert doubts(read(csv(heads, *lines), "figures", "表.csv")) == [("file-elsewhere", "data/raw/town/表.csv")]
    assert doubts(read(csv(heads, *lines, "某某市,托位数,9个,2024年末"), "figures", "表.csv")) == []


def test_institutions_that_stand_out_are_told() -> None:
    heads = ["机构名称", "托位数", "在托人数", "全日托收费(元/月)", "建筑面积"]
    sound: Rows = [[f"第{n}托育园", 50 + n, 30, 1500 + 10 * n, (50 + n) * 9] for n in range(12)]
    said = {"covers": "全部", "period": "2024年末"}

    def told(rows: Rows) -> list[str]:
        found = read(book({"表": [heads, *rows]}), "institutions", **said).findings
        words = ("相差过大", "不合情理", "只差公司字样")
        return [one.text for one in found for word in words if word in one.what]

    assert told(sound) == []
    (places,) = told([*sound, ["多一位托育园", 600, 30, 1600, 5400]])
    assert "B14“多一位托育园”托位600个" in places
    (fee,) = told([*sound, ["全年收费托育园", 60, 30, 18000, 540]])
    assert "D14“全年收费托育园”收费18000元/月" in fee
    narrow = told([*sound, ["面积少一位托育园", 60, 30, 1600, 130]])
    assert len(narrow) == 2  # far from the others, and too little for anybody
    assert all("建筑面积在E14" in one for one in narrow)
    (name,) = told([*sound, ["第3托育园有限公司", 53, 30, 1530, 477]])
    assert "A5、A14" in name
