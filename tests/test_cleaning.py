"""Rows of received files become observations or findings; small made-up files, cell by cell."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import cleaned
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from received import cleaned as clean
from received import received
from received import sidecar
from received import town

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.nouns.fact import Part
from tuoyu.nouns.observation import from_frame
from tuoyu.nouns.observation import to_frame
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.source import RawFile
from tuoyu.reading.cleaning import Cleaned
from tuoyu.reading.files.grids import address
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.places import FIXED_PLACES
from tuoyu.reading.places import gazetteer
from tuoyu.reading.quantities import UNITS
from tuoyu.reading.quantities import UnreadableError
from tuoyu.reading.quantities import clean_text

HEAD = "序号,地区,指标,数据,口径,时点,备注"
LINE = "F1,某某市,托位数,23595个,,截至2024年8月底,"


def raw(content: bytes | str, kind: str = "figures", suffix: str = ".csv", **reading: object) -> RawFile:
    data = content.encode("utf-8-sig") if isinstance(content, str) else content
    return received(data, sidecar(kind, document_number="某〔2024〕1号", **reading), f"表{suffix}")


def read(*lines: str, head: str = HEAD, kind: str = "figures", **correction: str) -> Cleaned:
    return clean(raw("\r\n".join([head, *lines]), kind), corrections=[correction] if correction else None)


def workbook(sheets: dict[str, list[list[object]]], merged: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def errors(result: Cleaned) -> list[str]:
    return [one.text for one in result.findings if one.severity == "error"]


def test_line_becomes_an_observation_with_its_cell() -> None:
    result = read(LINE)
    (one,) = result.observations
    assert not result.findings
    assert (one.place, one.indicator, one.period, one.value, one.unit) == (
        "440700", "places", "2024-08-31", 23595, "个",
    )  # fmt: skip
    assert (one.where, one.printed, one.document) == ("data/raw/town/表.csv，D2", "23595个", "公报（某〔2024〕1号）")


def test_order_of_columns_and_lines_above_the_header_do_not_matter() -> None:
    (one,) = read("2024年8月底,某某市,2.36万个,托位数", head="某表\r\n\r\n时点,地区,数据,指标").observations
    assert (one.cell, one.value) == ("C4", 23600)


def test_empty_lines_and_cells_without_a_figure_are_passed_over() -> None:
    result = read("", ",,,,,,", "F1,某某市,托位数,—,,2023年末,", LINE)
    assert [one.cell for one in result.observations] == ["D5"]
    assert not result.findings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_excel(encoding: str) -> None:
    content = f"{HEAD}\r\n{LINE}\r\n".encode(encoding)
    assert [one.value for one in clean(raw(content)).observations] == [23595]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("某某市", "440700"), ("某某", "440700"), ("东湖区", "440703"), ("东湖", "440703"), ("某某市东湖区", "440703"),
        ("某某·东湖", "440703"), ("广东省", "440000"), ("广东", "440000"), ("全国", "100000"), ("经合组织", "OECD"),
        ("欧盟", "EU"),
    ],
)  # fmt: skip
def test_place_is_known_by_its_names(place: str, code: str) -> None:
    assert read(LINE.replace("某某市", place)).observations[0].place == code
    assert gazetteer({"town": town()}, "town").code(place) == code


def test_faults_of_one_line_are_all_named_at_its_cell() -> None:
    found = errors(read("F1,河门市,托位总量,23595斤,,去年,", LINE))
    assert len(found) == 4
    assert all("→ " in one for one in found)
    cells = {
        "C2": "不认识的指标“托位总量”",
        "B2": "不认识的地区“河门市”",
        "D2": "不认识的计量单位“斤”",
        "F2": "“去年”不是可识别的时点",
    }
    for cell, what in cells.items():
        assert any(one.startswith(f"data/raw/town/表.csv，{cell}：{what}") for one in found)


def test_figures_of_a_file_that_names_no_place_are_refused_once() -> None:
    content = workbook({"人口": [["指标", "2022年", "2023年"], ["出生人口（人）", 8, 9], ["死亡人口（人）", 7, 6]]})
    assert errors(clean(raw(content, "statistics", ".xlsx", place=None))) == [
        "data/raw/town/表.xlsx.source.toml：来源说明没有写明是哪里的数字→ 在 [reading] 写 place（六位行政区划代码）"
    ]


def test_unit_of_another_kind_is_refused() -> None:
    (fault,) = errors(read(LINE.replace("23595个", "38.2%")))
    assert "“38.2%”的单位是“%”，托位数应以“个”计" in fault
    (fault,) = errors(read(LINE.replace("23595个", "23595")))
    assert "“23595”没有写单位，托位数以“个”计" in fault


def test_list_in_a_cell_gives_one_observation_each() -> None:
    name = next(n for n, entry in vocabulary().items() if entry.unit == "元/年")
    line = f"F1,某某市,{vocabulary()[name].name},8/5/3万元/年,,2023年,"
    result = read(line)
    assert [(one.option, one.value) for one in result.observations] == [
        ("第一档", 80000), ("第二档", 50000), ("第三档", 30000),
    ]  # fmt: skip


def test_list_of_what_there_is_one_number_of_is_refused() -> None:
    (fault,) = errors(read(LINE.replace("23595个", "870/1800个")))
    assert "“870/1800个”写了2个数，托位数只有一个数" in fault


def test_repeated_figure_is_kept_apart() -> None:
    assert [one.status for one in read(LINE, LINE + "复述").observations] == ["used", "repeat"]


def test_declared_correction_is_read_as_entered() -> None:
    result = read(
        LINE.replace("23595个", "23595人"), file="表.csv", cell="D2", printed="23595人", action="read_as",
        read_as="23595个", reason="单位误印",
    )  # fmt: skip
    (one,), (finding,) = result.observations, result.findings
    assert (one.value, one.unit, one.printed, one.remark) == (23595, "个", "23595人", "单位误印")
    assert (finding.severity, finding.indicators) == ("warning", ("places",))
    assert "按“23595个”读取" in finding.action


def test_declared_correction_sets_a_figure_aside() -> None:
    result = read(LINE, file="表.csv", cell="D2", printed="２３５９５ 个", action="set_aside", reason="未注明口径")
    assert [(one.status, one.remark) for one in result.observations] == [("set_aside", "未注明口径")]
    assert not errors(result)


@pytest.mark.parametrize(("cell", "printed"), [("D3", "23595个"), ("D2", "23959个")])
def test_correction_of_what_is_not_there_is_an_error(cell: str, printed: str) -> None:
    result = read(LINE, file="表.csv", cell=cell, printed=printed, action="set_aside", reason="x")
    assert [one.status for one in result.observations] == ["used"]
    (fault,) = errors(result)
    assert fault.startswith(f"data/raw/town/表.csv，{cell}：corrections.toml 登记的更正没有找到")


def test_correction_of_a_file_that_is_not_there_is_an_error() -> None:
    result = read(LINE, file="旧表.csv", cell="D2", printed="23595个", action="set_aside", reason="x")
    assert [one.status for one in result.observations] == ["used"]
    (fault,) = errors(result)
    assert fault.startswith("data/raw/town/旧表.csv：corrections.toml 登记的更正没有找到对应的文件")


def test_correction_of_a_sheet_that_is_not_there_says_which() -> None:
    result = read(LINE, file="表.csv", sheet="附表", cell="D2", printed="23595个", action="set_aside", reason="x")
    assert [one.status for one in result.observations] == ["used"]
    (fault,) = errors(result)
    assert fault.startswith("data/raw/town/表.csv，工作表“附表”，D2：corrections.toml 登记的更正没有找到")


def test_figure_keeps_its_remark_and_who_copied_it() -> None:
    (one,) = read(LINE + "存疑").observations
    assert (one.remark, one.status, one.transcription) == ("存疑", "used", "")
    copied = raw(f"{HEAD}\r\n{LINE}")
    for said, kept in ((True, "本中心转录，非原始文件"), ("某馆抄录", "某馆抄录"), (None, "")):
        source = copied.source.model_copy(update={"transcription": said})
        (one,) = clean(replace(copied, source=source)).observations
        assert one.transcription == kept


def test_parts_of_a_register_are_told_of_their_own_files() -> None:
    head = ("机构名称", "办托形式", "托位数")
    files = [
        received(workbook({"名单": [list(head), [name, "独立托育机构", places]]}), paper, f"{name}.xlsx")
        for name, places in (("甲", 10), ("乙", 20))
        for paper in [sidecar("institutions", covers="全部", period="2024年末")]
    ]
    found = clean(*files)
    assert not [one for one in found.findings if one.severity == "error"]
    counted = [one for one in found.observations if one.indicator == "institutions" and not one.part]
    assert [(one.value, one.file) for one in counted] == [(2, "data/raw/town/甲.xlsx")]


def test_sheet_of_a_few_words_beside_the_figures_is_passed_over() -> None:
    rows = [HEAD.split(","), LINE.split(",")]
    (note,) = clean(raw(workbook({"数据": rows, "说明": [["数据来自公报"]]}), suffix=".xlsx")).findings
    assert (note.severity, note.what) == ("note", "不是数据表，没有读取")
    assert errors(clean(raw(workbook({"说明": [["数据来自公报"]]}), suffix=".xlsx")))


def test_missing_column_is_named() -> None:
    (fault,) = errors(read("某某市,托位数,23595个", head="地区,指标,数据"))
    assert "第1行：表头缺少“时点”列→ 按原表恢复列名" in fault


def test_two_headings_tell_a_header_and_the_others_are_missed() -> None:
    (fault,) = errors(read("某某市,托位数,个", head="地区,指标,单位"))
    assert "表头缺少“数据”" in fault
    assert "时点" in fault


def test_file_without_a_header_is_named() -> None:
    (fault,) = errors(clean(raw("甲,乙\r\n1,2")))
    assert "找不到表头（应有“地区”“指标”“数据”“时点”）" in fault


@pytest.mark.parametrize(
    ("content", "suffix", "what"),
    [
        (b"PK\x03\x04 half a file", ".xlsx", "文件不完整或已损坏"),
        (b"", ".xlsx", "文件是空的（0 字节）"),
        (b"\xff\xfe\xff\xff\x81", ".csv", "文字编码与文件开头的标记不符"),
        (b"a,b\n\x81\x20\xff", ".csv", "文字编码"),
        ("地区,指标\n".encode(), ".xls", "扩展名是 .xls，内容却是纯文本，请把扩展名改为 .csv"),
    ],
)
def test_file_that_cannot_be_opened_says_what_to_do(content: bytes, suffix: str, what: str) -> None:
    (fault,) = errors(clean(raw(content, suffix=suffix)))
    assert fault.startswith(f"data/raw/town/表{suffix}：{what}")


def test_unknown_kind_of_file_is_named_with_the_known_ones() -> None:
    (fault,) = errors(clean(raw(LINE, "tables")))
    assert "reading.kind“tables”不认识" in fault
    assert all(kind in fault for kind in ("figures", "survey", "communities", "statistics", "policies", "evidence"))


def test_faulty_register_is_named_with_its_line() -> None:
    (fault,) = errors(clean(raw('[[policy]]\nid = "x', "policies", ".toml")))
    assert "data/raw/town/表.toml：文件末尾：引号没有配对" in fault


def test_register_entries_keep_their_place_and_file() -> None:
    entry = {"id": "甲", "topic": "家庭", "text": "乙", "document": "丙", "published": "2024-10"}
    content = "[[evidence]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items())
    result = clean(raw(content.encode(), "evidence", ".toml"))
    assert result.registers["evidence"] == (Evidence(**entry, place="town", file="data/raw/town/表.toml"),)


def test_character_that_no_face_has_is_named_with_its_entry() -> None:
    entry = {"id": "甲", "topic": "家庭", "text": "𠮷人", "document": "丙", "published": "2024-10"}
    content = "[[evidence]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items())
    (fault,) = errors(clean(raw(content.encode(), "evidence", ".toml")))
    assert "“甲”中有字体不能显示的字符" in fault


def test_register_without_content_is_an_error() -> None:
    for content in (b"", b" \n"):
        (fault,) = errors(clean(raw(content, "evidence", ".toml")))
        assert "登记表是空的（0 字节）" in fault


def test_every_fault_of_a_register_is_listed() -> None:
    found = errors(clean(raw(b'[[policy]]\nid = "x"\nyaer = "2024"\n', "policies", ".toml")))
    assert [one.partition("：")[2].partition("→")[0] for one in found] == [
        "缺少 policy 第1条 title（文件名称）",
        "缺少 policy 第1条 issuer（发文机关）",
        "不认识的键 policy 第1条 yaer，是不是 year？",
    ]


STATISTICS = [
    ["表1 人口主要指标", None, None, None],
    ["指标", "单位", 2022, "2023年"],
    ["年末常住人口", "万人", 482.22, 482.24],
    ["出生人口(人)", None, 29917, None],
    ["注：据公报。", None, None, 7],
]


def statistics(rows: list[list[object]], **reading: object) -> Cleaned:
    return clean(raw(workbook({"人口": rows}), "statistics", ".xlsx", **reading))


def test_yearbook_table() -> None:
    result = statistics(STATISTICS)
    assert not result.findings
    assert [(one.cell, one.indicator, one.period, one.value) for one in result.observations] == [
        ("C3", "residents", "2022-12-31", 4822200),
        ("D3", "residents", "2023-12-31", 4822400),
        ("C4", "births", "2022", 29917),
    ]
    assert {one.sheet for one in result.observations} == {"人口"}


def test_unit_above_a_yearbook_table() -> None:
    rows: list[list[object]] = [["单位：万人", None], ["指标", 2023], ["年末常住人口", 482.24]]
    assert [one.value for one in statistics(rows).observations] == [4822400]


def test_figure_under_no_year_is_refused() -> None:
    rows = [*STATISTICS[:2], ["出生人口", "人", 1, 2, 29917]]
    (fault,) = errors(statistics(rows))
    assert "工作表“人口”，E3：“29917”所在的列没有年份" in fault


def test_only_the_sheets_named_are_read() -> None:
    result = statistics(STATISTICS, sheets=["人口", "收入"])
    (fault,) = errors(result)
    assert "缺少工作表“收入”（现有“人口”）" in fault
    assert len(result.observations) == 3


def test_merged_streets_share_their_name() -> None:
    rows: list[list[object]] = [
        ["2024年社区婴幼儿数", None, None, None],
        ["街道", "社区数", "社区", "3岁以下婴幼儿数"],
        ["环市街道", None, "龙溪社区", 120],
        [None, None, "里村社区", 80],
        [None, 12, "合计", 900],
    ]
    result = clean(raw(workbook({"社区": rows}, ("A3:A5",)), "communities", ".xlsx", place="440703"))
    assert not result.findings
    assert [(one.part, one.indicator, one.value) for one in result.observations] == [
        (Part("社区", "龙溪社区", within="环市街道"), "children", 120),
        (Part("社区", "里村社区", within="环市街道"), "children", 80),
        (Part("街道", "环市街道"), "children", 900),
        (Part("街道", "环市街道"), "community_count", 12),
    ]
    assert {(one.place, one.period) for one in result.observations} == {("440703", "2024")}


def test_survey_share_keeps_option_and_answers() -> None:
    line = "选托首要考虑,距离,38.33%,287,2024年"
    (one,) = read(line, head="题目,选项,占比,样本量,时点", kind="survey").observations
    assert (one.indicator, one.option, one.value, one.respondents, one.cell) == (
        "survey_distance", "距离", Decimal("38.33"), 287, "C2",
    )  # fmt: skip


def test_table_of_observations_and_back() -> None:
    observations = cleaned("jiangmen-2024-08")[0].observations
    assert from_frame(to_frame(observations)) == observations
    assert from_frame(to_frame([])) == []
    assert from_frame(to_frame([replace(observations[0], respondents=None)]))[0].respondents is None


def test_names_of_the_vocabulary_are_one_to_one_and_its_units_known() -> None:
    names: dict[str, str] = {}
    for indicator, entry in vocabulary().items():
        assert entry.computed or entry.unit in {unit for unit, _ in UNITS.values()}, indicator
        assert entry.most is None or (entry.least or 0) <= entry.most, indicator
        for name in {clean_text(one) for one in (entry.name, *entry.aliases)}:
            assert names.setdefault(name, indicator) == indicator, name


@given(st.lists(st.lists(st.text(max_size=6), max_size=7), max_size=6))
def test_any_list_is_read_or_refused_without_breaking(rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    result = read(*quoted)
    assert all(one.what and one.where for one in result.findings)


@given(st.binary(max_size=200), st.sampled_from([".csv", ".xlsx", ".xls", ".pdf"]))
def test_any_bytes_are_opened_or_refused_in_chinese(content: bytes, suffix: str) -> None:
    message = ""
    try:
        open_grids(content, suffix)
    except UnreadableError as error:
        message = str(error)
    assert not message or any("\u4e00" <= char <= "\u9fff" for char in message)


@given(st.integers(0, 10**5), st.integers(0, 16383))
def test_address_names_one_cell(row: int, column: int) -> None:
    letters = address(row, column).rstrip("0123456789")
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    assert (position - 1, int(address(row, column)[len(letters) :]) - 1) == (column, row)


def test_nation_and_international_bodies_have_their_codes() -> None:
    known = gazetteer({})
    assert {name: known.code(name) for name in FIXED_PLACES} == {
        **dict.fromkeys(("经合组织", "OECD"), "OECD"),
        **dict.fromkeys(("欧盟", "EU", "EU27"), "EU"),
        "全国": "100000",
    }
    assert known.code("某国") is None


@pytest.mark.parametrize(
    ("name", "near"),
    [("东湖巨", "东湖区"), ("东胡区", "东湖区"), ("东区", ""), ("东湖区区", "东湖区"), ("西湖县", ""), ("某木", "")],
)
def test_name_of_three_characters_is_like_another_if_it_differs_in_one(name: str, near: str) -> None:
    doubt = gazetteer({"town": town()}, "town").doubt(name)
    assert doubt == f"不认识的地区“{name}”" + (f"，是不是 {near}？" if near else "")
