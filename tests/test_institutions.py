"""Registers of childcare institutions: every institution once, every sum with its cells, nobody's personal data."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.childcare.institutions.categories import categories
from tuoyu.childcare.institutions.categories import split_kinds
from tuoyu.childcare.institutions.entries import CODE_CHARACTERS
from tuoyu.childcare.institutions.entries import is_credit_code
from tuoyu.childcare.institutions.entries import is_date
from tuoyu.childcare.institutions.entries import plain_name
from tuoyu.childcare.institutions.sums import institutions_reader
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.nouns.fact import WHOLE
from tuoyu.nouns.register import Policy
from tuoyu.nouns.source import Reading
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.parts import Around
from tuoyu.reading.parts import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from tuoyu.reading.layouts.rows import Layout
    from tuoyu.reading.layouts.rows import Misread
    from tuoyu.reading.layouts.rows import Row

DISTRICTS = {"蓬江区": "440703", "江门市蓬江区": "440703", "蓬江": "440703", "江海区": "440704"}
HEADINGS = ("机构名称", "统一社会信用代码", "办托形式", "托位数", "在托人数")


def code(number: int) -> str:
    """A valid 统一社会信用代码 for each number, made up."""
    body = f"91440703{number:09d}"
    added = sum(CODE_CHARACTERS.index(one) * pow(3, place, 31) for place, one in enumerate(body))
    return body + CODE_CHARACTERS[-added % 31]


GUIDE = Policy(
    id="guide",
    title="导则",
    issuer="部门",
    target=[{"id": "area", "indicator": "floor_area_per_place", "value": "9㎡/托位"}],
)


def read_institutions(
    grid: Grid, *, covers: str = "全部", period: str = "2024年末", districts: dict[str, str] | None = None
) -> Layout:
    """The layout of a register that is one sheet."""
    around = Around(districts or {}, {"policies": (GUIDE,)})
    (layout,) = institutions_reader("area")([piece(grid, covers=covers, period=period)], around)
    return layout


def piece(grid: Grid, file: str = "data/raw/town/名单.xlsx", **reading: str | None) -> Piece:
    return Piece(file, grid, Reading(kind="institutions", **{"covers": "全部", "period": "2024年末", **reading}))


def of(row: Row) -> str:
    """The group of a row: 办托形式：幼儿园托班."""
    return f"{row.part.axis}：{row.part.name}" if row.part else ""


def register(*lines: tuple[object, ...], headings: tuple[object, ...] = HEADINGS, covers: str = "全部") -> Layout:
    """The layout of a register with its header in row 1, as of the end of 2024."""
    return read_institutions(Grid("名单", (headings, *lines)), covers=covers, period="2024年末", districts=DISTRICTS)


def column(heading: str, *cells: object, covers: str = "全部") -> Layout:
    """A register that is sound but for one more column, F."""
    lines = [(*sound(number), cell) for number, cell in enumerate(cells)]
    return register(*lines, headings=(*HEADINGS, heading), covers=covers)


def sound(number: int, name: str = "", form: str = "幼儿园托班") -> tuple[object, ...]:
    return name or f"机构{number}", code(number), form, 30, 20


def values(layout: Layout) -> dict[tuple[str, str], Decimal]:
    """Indicator and scope → value."""
    return {(row.indicator, of(row)): row.exact.value for row in layout.rows if row.exact is not None}


def city(layout: Layout) -> dict[str, Decimal]:
    return {indicator: value for (indicator, scope), value in values(layout).items() if not scope}


def words(layout: Layout) -> str:
    return "\n".join(f"{one.cell} {one.what} {one.action}" for one in (*layout.faults, *layout.doubts))


def only(listed: Sequence[Misread]) -> str:
    """What the only fault or doubt of a list says."""
    (one,) = listed
    return one.what


# sums and their cells


def test_register_is_counted_and_added_up() -> None:
    layout = register(sound(1), sound(2, form="社区嵌入式托育"), ("机构3", code(3), "独立托育机构", 50, 45))
    assert (layout.faults, layout.doubts) == ([], [])
    assert city(layout) == {
        "托育机构数": 3,
        "托位数": 110,
        "在托人数": 85,
        "开设托班幼儿园数": 1,
        "社区嵌入式托位数": 30,
    }


def test_sum_says_how_it_was_made_and_from_which_cells() -> None:
    row = next(row for row in register(sound(1), sound(2)).rows if row.indicator == "托位数")
    assert (row.sheet, row.cell, row.printed, row.basis) == ("名单", "D2:D3", "2家机构相加", "机构登记")
    assert (row.period, row.place, row.part) == ("2024年末", "", WHOLE)
    assert row.exact is not None
    assert (row.exact.value, row.exact.unit, row.exact.bound, row.exact.resolution) == (60, "个", "=", 1)


def test_every_indicator_is_one_of_the_vocabulary() -> None:
    headings = (*HEADINGS, "是否普惠", "备案情况", "全日托收费（元/月）")
    layout = register((*sound(1), "是", "已备案", 2000), headings=headings)
    units = {entry.name: entry.unit for entry in vocabulary().values()}
    assert len(city(layout)) == 8
    assert {row.indicator: row.exact.unit for row in layout.rows if row.exact} == {
        row.indicator: units[row.indicator] for row in layout.rows
    }


def test_groups_carry_axis_and_value() -> None:
    headings = (*HEADINGS, "举办性质", "是否普惠", "所属区县")
    layout = register((*sound(1), "公办", "是", "蓬江区"), (*sound(2), "民办", "否", "江海区"), headings=headings)
    scopes = {scope for _, scope in values(layout) if scope}
    assert scopes == {
        "办托形式：幼儿园托班",
        "举办性质：公办",
        "举办性质：民办",
        "普惠：是",
        "普惠：否",
        "区县：蓬江区",
        "区县：江海区",
    }
    assert values(layout)["托位数", "举办性质：公办"] == 30
    assert values(layout)["在托人数", "区县：江海区"] == 20


def test_inclusive_share_is_exact_to_twelve_places() -> None:
    row = next(row for row in column("是否普惠", "是", "否", "否").rows if row.indicator == "提供普惠托育机构占比")
    assert row.exact is not None
    assert (row.exact.value, row.exact.resolution) == (Decimal("33.333333333333"), 0)
    assert row.printed == "3家机构中1家"


def test_inclusive_share_needs_the_word_of_every_institution() -> None:
    layout = column("是否普惠", "是", "")
    assert "提供普惠托育机构占比" not in city(layout)
    assert values(layout)["托育机构数", "普惠：未注明"] == 1
    assert "F" not in layout.doubts[0].cell
    assert "A3“机构1”" in only(layout.doubts)


def test_mean_fee_is_of_those_stated() -> None:
    layout = column("收费", 2000, "２５００元/月", "暂无", "2,500元/人·月")
    row = next(row for row in layout.rows if row.indicator == "全日托平均托费")
    assert row.exact is not None
    assert (row.exact.value, row.exact.unit, row.printed) == (Decimal("2333.33"), "元/月", "3家机构收费的平均数")
    assert "F4“机构2”" in only(layout.doubts)


def test_unstated_form_gives_no_figure_that_rests_on_it() -> None:
    layout = register(sound(1), sound(2, form=""))
    assert {"开设托班幼儿园数", "社区嵌入式托位数"}.isdisjoint(city(layout))
    assert values(layout)["托位数", "办托形式：未注明"] == 30
    assert "办托形式没有写明" in only(layout.doubts)


def test_total_line_is_no_institution_but_is_compared() -> None:
    agreeing = register(sound(1), sound(2), ("合计", "", "", 60, 40))
    differing = register(sound(1), sound(2), ("合计", "", "", 70, 40))
    assert city(agreeing) == city(differing)
    assert agreeing.doubts == []
    assert only(differing.doubts).endswith("D4写70个，逐家相加为60个")


def test_notes_signatures_subtotals_and_repeated_headers_are_no_institutions() -> None:
    lines = (
        sound(1),
        ("小计", "", "", 30, 20),
        (),
        HEADINGS,
        sound(2),
        ("续表",),
        ("注：截至12月底",),
        ("填表人：甲某",),
    )
    layout = register(*lines)
    assert (city(layout)["托育机构数"], layout.doubts, layout.faults) == (2, [], [])


# headings


@pytest.mark.parametrize("above", range(5))
def test_header_stands_in_one_of_the_first_five_rows(above: int) -> None:
    rows = (*[("江门市托育机构名单",)] * above, HEADINGS, sound(1))
    layout = read_institutions(Grid("", rows), covers="全部", period="2024", districts={})
    assert city(layout)["托位数"] == 30


def test_header_further_down_is_not_looked_for() -> None:
    rows = (*[("说明",)] * 5, HEADINGS, sound(1))
    layout = read_institutions(Grid("", rows), covers="全部", period="2024", districts={})
    assert "找不到名单的表头" in only(layout.faults)


@pytest.mark.parametrize("grid", [Grid("", ()), Grid("", ((),)), Grid("", (("地区", "指标"), ("全国", "托位数")))])
def test_other_tables_are_refused(grid: Grid) -> None:
    assert read_institutions(grid, covers="全部", period="2024", districts={}).faults != []


def test_form_that_nobody_filled_in_is_a_doubt() -> None:
    layout = register()
    assert "还没有填写" in only(layout.doubts)
    assert not layout.faults
    assert not layout.rows


@pytest.mark.parametrize("lacking", ["covers", "period"])
def test_list_of_unsaid_extent_or_date_is_refused(lacking: str) -> None:
    silent = piece(Grid("名单", (HEADINGS, sound(1))), **{lacking: None})
    (layout,) = institutions_reader()([silent], Around())
    assert (only(layout.faults), layout.rows) == ("来源说明没有写明名单的范围和时点", [])


def test_two_columns_of_one_thing_are_a_fault() -> None:
    layout = column("实际入托", 20)
    assert "E1“在托人数”和F1“实际入托”" in only(layout.faults)
    assert layout.rows == []


def test_unknown_heading_is_a_doubt_and_its_column_is_not_read() -> None:
    layout = column("托位数（普惠）", 10)
    assert only(layout.doubts).endswith("F1“托位数(普惠)”")
    assert city(layout)["托位数"] == 30


def test_column_that_is_missing_altogether_gives_no_sum() -> None:
    layout = register(("机构1", code(1), "幼儿园托班"), headings=HEADINGS[:3])
    assert {"托位数", "在托人数", "社区嵌入式托位数"}.isdisjoint(city(layout))
    assert only(layout.doubts).endswith("托位数；在托人数")


@pytest.mark.parametrize("name", sorted(categories()["columns"].keys() - {"unused"}))
def test_no_heading_stands_for_two_fields(name: str) -> None:
    columns = categories()["columns"]
    own = {heading.casefold() for heading in columns[name]}
    others = {heading.casefold() for other, listed in columns.items() if other != name for heading in listed}
    assert own.isdisjoint(others)


# the national list (C1)


C1 = (
    "institution_name",
    "institution_other_name",
    "credit_code",
    "institution_type",
    "address",
    "zoning_name",
    "zoning_code",
    "finished_time",
)


def test_national_list_gives_registered_institutions_only() -> None:
    layout = register(
        ("甲托育园", "甲托育园", code(1), "社区嵌入式托育", "地址暂无", "江门市蓬江区", "440703000000", "2024-03-05"),
        ("乙托育园", "", "无", "幼儿园托班", "某路1号", "江海区", 440704, "202403"),
        ("丙托育园", "", code(3), "幼儿园托班", "某路2号", "江海区", "440704.0", ""),
        headings=C1,
        covers="备案",
    )
    assert layout.faults == []
    assert "没有这一列" in only(layout.doubts)
    assert values(layout) == {
        ("备案机构数", ""): 3,
        ("备案机构数", "办托形式：社区嵌入式托育"): 1,
        ("备案机构数", "办托形式：幼儿园托班"): 2,
        ("备案机构数", "区县：蓬江区"): 1,
        ("备案机构数", "区县：江海区"): 2,
    }


@pytest.mark.parametrize("raw", ["2024-03-05", "2024/3/5", "202403", "20240305", "2024年3月5日", datetime(2024, 3, 5)])  # noqa: DTZ001
def test_dates_of_registration_are_read(raw: object) -> None:
    assert is_date(raw)
    assert column("备案时间", raw).doubts == []


@pytest.mark.parametrize("raw", ["202413", "2024-02-30", "5/3"])
def test_unreadable_date_is_a_doubt(raw: str) -> None:
    layout = column("finished_time", raw)
    assert "备案时间读不出" in only(layout.doubts)
    assert city(layout)["备案机构数"] == 1


def test_no_date_of_registration_is_no_registration_in_a_whole_list() -> None:
    layout = column("finished_time", "2024-03-05", "", "无")
    assert (city(layout)["备案机构数"], layout.doubts) == (1, [])


@pytest.mark.parametrize("given_code", ["无", "—", "", None])
def test_missing_codes_make_no_duplicates(given_code: object) -> None:
    layout = register(("甲", given_code, "幼儿园托班", 30, 20), ("乙", given_code, "幼儿园托班", 30, 20))
    assert (city(layout)["托育机构数"], layout.doubts) == (2, [])


# a municipal platform (C2)


C2 = (
    "JiGou_MingCheng",
    "JiGou_FenLei",
    "FuWu_LeiXing",
    "BeiAn_QingKuang",
    "JianZhu_MianJi",
    "TuoWei_ZongShu",
    "TuoWei_ShengYuShu",
    "YingYouEr_RuTuoShu",
    "PuHui_RuTuoShu",
    "QuanRi_BaoYuFei",
    "HuWai_MianJi",
    "QuanZhi_RenShu",
    "BaoYu_RenShu",
)


def platform(**changed: object) -> Layout:
    line = dict(
        zip(
            C2,
            ("甲园", "社区嵌入式托育", "全日托", "已备案", "300㎡", "30人", 10, "20人", 5, 2500, 60, 9, 6),
            strict=True,
        )
    )
    return register(tuple((line | changed).values()), headings=C2)


def test_platform_columns_are_read_by_their_pinyin_names() -> None:
    layout = platform()
    assert layout.faults == []
    assert "没有一家开设托班的幼儿园" in only(layout.doubts)
    assert city(layout)["托位数"] == 30
    assert city(layout)["在托人数"] == 20
    assert city(layout)["社区嵌入式托位数"] == 30
    assert city(layout)["备案机构数"] == 1
    assert city(layout)["全日托平均托费"] == 2500


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"YingYouEr_RuTuoShu": "35人", "TuoWei_ShengYuShu": -5}, "H2“甲园”托位30个、在托35人"),
        ({"PuHui_RuTuoShu": 21}, "I2“甲园”普惠入托21人、在托20人"),
        ({"TuoWei_ShengYuShu": 12}, "G2“甲园”托位30个、在托20人、剩余12个"),
        ({"JianZhu_MianJi": "269.9"}, "E2“甲园”建筑面积269.9平方米、托位30个，每托位应有9平方米"),
        ({"JianZhu_MianJi": "约300"}, "E2“甲园”"),
    ],
)
def test_numbers_that_contradict_each_other_are_a_doubt(changed: dict[str, object], said: str) -> None:
    layout = platform(**changed)
    assert layout.faults == []
    assert any(one.what.endswith(said) for one in layout.doubts)


def test_area_is_not_judged_without_a_target() -> None:
    grid = Grid("", ((*HEADINGS, "建筑面积"), (*sound(1, form="社区嵌入式托育"), 200)))
    for reader in (institutions_reader(), institutions_reader("another")):
        (layout,) = reader([piece(grid)], Around(registers={"policies": (GUIDE,)}))
        assert not any("建筑面积" in one.what for one in layout.doubts)


def test_numbers_at_the_limit_are_no_doubt() -> None:
    changed = {"YingYouEr_RuTuoShu": 30, "PuHui_RuTuoShu": 30, "TuoWei_ShengYuShu": 0, "JianZhu_MianJi": "270平米"}
    assert {one.what for one in platform(**changed).doubts} == {one.what for one in platform().doubts}


def test_area_is_asked_of_embedded_institutions_only() -> None:
    layout = platform(JiGou_FenLei="幼儿园托班", JianZhu_MianJi="100")
    assert all("建筑面积" not in one.what for one in layout.doubts)


def test_a_rule_takes_one_line_with_ten_places() -> None:
    layout = register(*[(f"机构{n}", code(n), "幼儿园托班", 30, 31) for n in range(12)])
    text = only(layout.doubts)
    assert text.count("在托31人") == 10
    assert text.endswith("另有2处")


# kinds and their axes (C3)


@pytest.mark.parametrize("axis", ["form", "ownership"])
def test_every_word_of_the_vocabulary_is_split_into_itself(axis: str) -> None:
    for kind, others in categories()[axis].items():
        for word in (kind, *others):
            assert split_kinds(word) == [(axis, kind)], word


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("普惠民办", {"ownership": "民办", "inclusive": "是"}),
        ("民办（非普惠）", {"ownership": "民办", "inclusive": "否"}),
        ("公办民营", {"ownership": "公办民营"}),
        ("民办公助、普惠性", {"ownership": "民办公助", "inclusive": "是"}),
        ("普惠性民办幼儿园托班", {"inclusive": "是", "ownership": "民办", "form": "幼儿园托班"}),
        ("非营利性 托育机构", {}),
        ("公办", {"ownership": "公办"}),
    ],
)
def test_mixed_category_is_split_by_axis(text: str, kinds: dict[str, str]) -> None:
    assert dict(split_kinds(text) or ()) == kinds


@pytest.mark.parametrize("text", ["", "是", "早教中心", "公办早教", "张某某", "13800000000"])
def test_category_with_an_unknown_word_is_not_split(text: str) -> None:
    assert split_kinds(text) is None


def test_column_that_mixes_ownership_and_inclusive_care_does_not_say_who_is_not_inclusive() -> None:
    layout = column("机构性质", "公办", "民办", "普惠民办")
    assert values(layout)["托育机构数", "举办性质：民办"] == 2
    assert values(layout)["托育机构数", "普惠：是"] == 1
    assert "提供普惠托育机构占比" not in city(layout)


def test_unknown_category_is_a_fault_with_cell_and_known_list() -> None:
    layout = column("举办性质", "公办", "早教中心")
    assert (layout.faults[0].cell, layout.rows) == ("F3", [])
    assert "托育综合服务中心、公办民营" in only(layout.faults)


def test_two_kinds_of_one_axis_are_a_fault() -> None:
    assert "两种写法" in only(column("机构性质", "公办、民办").faults)
    assert "两种写法" in only(column("机构类型", "独立托育机构").faults)


# fees as labels and as values (C4)


@pytest.mark.parametrize(
    "printed", ["1000-3000元", "约2000元", "2000元以上", "1800/2500", "9000元/学期", "200元/天", "面议", "-5"]
)
def test_what_is_no_monthly_fee_is_a_doubt_and_left_out_of_the_mean(printed: str) -> None:
    layout = column("全日托收费（元/月）", printed, 2000)
    assert layout.faults == []
    assert only(layout.doubts).endswith("F2“机构0”")
    assert city(layout)["全日托平均托费"] == 2000


def test_label_of_a_price_band_gives_no_mean_where_nobody_states_a_fee() -> None:
    assert "全日托平均托费" not in city(column("QuanRi_BaoYuFei", "1000-3000元", "1000-2000"))


def test_fee_of_another_term_in_the_heading_is_not_taken_for_a_monthly_one() -> None:
    layout = column("收费（元/学期）", 9000)
    assert "全日托平均托费" not in city(layout)
    assert "每月一个确定的数" in only(layout.doubts)


def test_half_day_fee_is_not_read_as_full_day() -> None:
    assert "全日托平均托费" not in city(column("收费（半日托）", 900))


# what the list covers (C5)


def test_list_of_the_registered_claims_nothing_for_the_city() -> None:
    layout = register(sound(1), sound(2), covers="备案")
    assert city(layout) == {"备案机构数": 2}
    assert values(layout)["托位数", "备案情况：备案机构"] == 60
    assert values(layout)["在托人数", "备案情况：备案机构"] == 40
    assert {row.indicator for row in layout.rows} == {"备案机构数", "托位数", "在托人数"}


def test_whole_list_without_a_kindergarten_is_doubted() -> None:
    layout = register(sound(1, form="独立托育机构"))
    assert "开设托班幼儿园数" not in city(layout)
    assert "名单可能只含备案机构" in only(layout.doubts)


def test_missing_number_in_a_list_of_the_registered_gives_no_sum() -> None:
    layout = register(sound(1), ("乙", code(2), "幼儿园托班", "", 20), covers="备案")
    assert layout.faults == []
    assert ("托位数", "备案情况：备案机构") not in values(layout)
    assert values(layout)["在托人数", "备案情况：备案机构"] == 40
    assert "D3“乙”" in only(layout.doubts)


# institutions that stand in several lines (C6)


def test_institution_listed_twice_is_counted_once() -> None:
    layout = register(("贝贝（一店）", *sound(1)[1:]), sound(2), ("贝贝 (一店)", *sound(1)[1:]))
    assert (city(layout)["托育机构数"], city(layout)["托位数"]) == (2, 60)
    assert "A2、A4“贝贝(一店)”" in only(layout.doubts)


def test_line_that_repeats_may_fill_what_the_other_leaves_out() -> None:
    layout = register(("甲", code(1), "", "", 20), ("甲", code(1), "幼儿园托班", 30, ""))
    assert (layout.faults, city(layout)["托位数"], city(layout)["在托人数"]) == ([], 30, 20)


def test_lines_of_one_institution_that_differ_are_a_fault() -> None:
    layout = register(("甲", code(1), "幼儿园托班", 30, 20), ("甲", code(1), "幼儿园托班", 40, 20))
    assert "D2、D3“甲”" in only(layout.faults)


def test_same_code_under_other_names_is_counted_twice_with_a_doubt() -> None:
    layout = register(sound(1, "贝贝总店"), sound(1, "贝贝分店"))
    assert city(layout)["托育机构数"] == 2
    assert "分支机构或改名" in only(layout.doubts)
    assert "B2、B3" in only(layout.doubts)


@pytest.mark.parametrize("order", [1, -1])
def test_renamed_institution_is_counted_once_under_its_present_name(order: int) -> None:
    lines = [("新名", *sound(1)[1:], "旧名"), ("旧名", code(1), "幼儿园托班", 25, 10, "")]
    layout = register(*lines[::order], headings=(*HEADINGS, "曾用名"))
    assert (city(layout)["托育机构数"], city(layout)["托位数"]) == (1, 30)
    assert "只计现名：A2、A3“" in only(layout.doubts)


@pytest.mark.parametrize("former", [("乙", "甲", ""), ("乙", "丙", "甲"), ("甲", "乙", "丙")])
def test_names_that_no_line_says_to_be_past_are_all_kept(former: tuple[str, ...]) -> None:
    lines = [(name, *sound(1)[1:], past) for name, past in zip("甲乙丙", former, strict=True)]
    assert city(register(*lines, headings=(*HEADINGS, "曾用名")))["托育机构数"] == 3


def test_former_name_of_another_code_renames_nobody() -> None:
    lines = [("新名", *sound(1)[1:], "旧名"), ("旧名", *sound(2)[1:], "")]
    assert city(register(*lines, headings=(*HEADINGS, "曾用名")))["托育机构数"] == 2


def test_same_name_without_a_common_code_is_doubted_but_counted() -> None:
    layout = register(sound(1, "甲"), ("甲", "无", "幼儿园托班", 30, 20))
    assert city(layout)["托育机构数"] == 2
    assert "名称相同而代码不同或缺少" in only(layout.doubts)


def test_one_institution_in_two_districts_is_a_fault() -> None:
    headings = (*HEADINGS, "区县")
    layout = register((*sound(1, "甲"), "蓬江区"), (*sound(1, "甲"), "江海区"), headings=headings)
    assert "F2、F3“甲”" in only(layout.faults)


@pytest.mark.parametrize("state", ["注销", "已注销", "撤销", "备案已撤销"])
def test_withdrawn_registration_is_none(state: str) -> None:
    whole = column("备案情况", state, "已备案")
    assert (city(whole)["托育机构数"], city(whole)["备案机构数"]) == (2, 1)
    assert "F2“机构0”" in only(whole.doubts)
    listed = column("备案情况", state, "已备案", covers="备案")
    assert city(listed) == {"备案机构数": 1}
    assert values(listed)["托位数", "备案情况：备案机构"] == 30


@pytest.mark.parametrize(
    "states", [("已撤销", "未备案", "已备案"), ("未备案", "已撤销", "已备案"), ("未备案", "撤销", "注销")]
)
def test_state_is_that_of_the_line_itself(states: tuple[str, ...]) -> None:
    """A line that was withdrawn is told as such, one that never was registered as one that does not belong here."""
    told = [one.what + one.cell for one in column("备案情况", *states, covers="备案").doubts]
    for number, state in enumerate(states):
        strange = any(f"“机构{number}”" in one or f"F{number + 2}" in one for one in told if "没有计入" in one)
        assert strange is (state == "未备案"), told


@pytest.mark.parametrize(("state", "number"), [("是", 1), ("已备案", 1), ("2024-03-05", 1), ("否", 0), ("备案中", 0)])
def test_state_of_registration_is_read(state: str, number: int) -> None:
    assert city(column("是否备案", state))["备案机构数"] == number


def test_unknown_state_of_registration_is_a_fault_and_an_empty_one_a_doubt() -> None:
    assert "备案情况不认识" in only(column("备案情况", "待定").faults)
    blank = column("备案情况", "", "是")
    assert (city(blank)["备案机构数"], "按未备案计" in only(blank.doubts)) == (1, True)


def test_fault_of_a_word_tells_the_words_that_are_known_and_whose_it_is() -> None:
    assert only(column("备案情况", "待定").faults) == (
        "备案情况不认识（认识的有：已备案、未备案、注销、是、否）：F2“机构0”"
    )
    told = only(register(("甲", code(1), "怪", 10, 5)).faults)
    known = "独立托育机构、社区嵌入式托育、幼儿园托班、用人单位办托、家庭托育点、托育综合服务中心"
    assert told.startswith(f"机构类别不认识（认识的有：{known}、公办民营、民办公助、公办、民办、普惠、非普惠）：C2")


@pytest.mark.parametrize(
    ("last", "text", "number"),
    [(2, "东片区", 1), (4, "东片区", 1), (0, "一、东片区", 1), (0, "东片区(共5家)", 1), (0, "东片区(5所)", 1)],
)
def test_heading_of_a_section_is_no_institution(last: int, text: str, number: int) -> None:
    rows = (HEADINGS, (text, *[None] * 4), sound(1))
    grid = Grid("名单", rows, merged=((1, 0, 1, last),) if last else ())
    layout = read_institutions(grid, covers="全部", period="2024年末", districts={})
    assert (city(layout)["托育机构数"], layout.faults) == (number, [])


@pytest.mark.parametrize("rows", [((1, 0, 1, 1), "东片区"), ((1, 0, 2, 2), "东片区"), ((1, 2, 1, 4), "")])
def test_name_over_two_columns_or_lines_is_no_heading_of_a_section(rows: tuple[tuple[int, ...], str]) -> None:
    area, text = rows
    line = (text, None, None, None, None) if text else (None, None, "独立", None, None)
    grid = Grid("名单", (HEADINGS, line, sound(1)), merged=(area,))  # type: ignore[arg-type]
    layout = read_institutions(grid, covers="全部", period="2024年末", districts={})
    assert words(layout) != ""


def test_unregistered_line_in_a_list_of_the_registered_is_left_out() -> None:
    layout = column("备案情况", "未备案", "已备案", covers="备案")
    assert (city(layout)["备案机构数"], "没有计入" in only(layout.doubts)) == (1, True)


# credit codes


@given(st.integers(min_value=0, max_value=10**9 - 1), st.integers(0, 17), st.sampled_from(CODE_CHARACTERS))
def test_check_character_finds_every_single_error(number: int, place: int, wrong: str) -> None:
    right = code(number)
    assert is_credit_code(right)
    changed = right[:place] + wrong + right[place + 1 :]
    assert is_credit_code(changed) is (changed == right)


@pytest.mark.parametrize("wrong", ["9144070300000000", code(1) + "0", "I" * 18, "0" * 18, "9.14407E+17", ""])
def test_what_is_no_credit_code_is_told(wrong: str) -> None:
    assert not is_credit_code(wrong)


def test_wrong_code_is_a_doubt_that_does_not_repeat_it() -> None:
    identity_number = "110101199003070000"
    layout = register(("甲", identity_number, "幼儿园托班", 30, 20))
    assert "B2“甲”" in only(layout.doubts)
    assert identity_number not in words(layout)


def test_code_may_be_written_in_small_letters_and_with_spaces() -> None:
    assert register(("甲", f" {code(12).lower()} ", "幼儿园托班", 30, 20)).doubts == []


# cells


@pytest.mark.parametrize("printed", [30, 30.0, "30", "３０个", "30 人", "30个托位", Decimal(30), "30张"])
def test_number_is_read_in_the_forms_that_arrive(printed: object) -> None:
    layout = register(("甲", code(1), "幼儿园托班", printed, 20))
    assert (layout.faults, city(layout)["托位数"]) == ([], 30)


@pytest.mark.parametrize(
    "printed",
    ["约30", "20-30", "30以上", "20.5", "-3", "三十", "10/20", "30㎡", "3   0", "13800000000", datetime(2024, 2, 3)],  # noqa: DTZ001
)
def test_number_that_is_not_certain_is_a_fault(printed: object) -> None:
    layout = register(("甲", code(1), "幼儿园托班", printed, 20))
    assert only(layout.faults).endswith("D2“甲”")
    assert layout.rows == []


@pytest.mark.parametrize("blank", ["", None, "无", "空", "暂无", "—"])
def test_missing_number_is_a_fault_with_its_cell(blank: object) -> None:
    layout = register(sound(1), ("乙", code(2), "幼儿园托班", 30, blank))
    assert only(layout.faults).endswith("E3“乙”")
    assert layout.rows == []


@pytest.mark.parametrize("closed", ["停业", "暂停营业", "已停办"])
def test_closed_institution_is_left_out_with_a_doubt(closed: str) -> None:
    layout = register(sound(1), ("乙", code(2), "幼儿园托班", 30, closed))
    assert (city(layout)["托育机构数"], city(layout)["托位数"]) == (1, 30)
    assert only(layout.doubts).endswith("E3“乙”")


def test_zero_is_a_number() -> None:
    assert city(register(("甲", code(1), "幼儿园托班", 30, 0)))["在托人数"] == 0


def test_line_without_a_name_is_a_fault() -> None:
    assert only(register(sound(1), ("", code(2), "幼儿园托班", 30, 20)).faults).endswith("A3")


def test_number_of_two_lines_in_one_merged_cell_is_a_fault() -> None:
    rows = (HEADINGS, sound(1), ("乙", code(2), "幼儿园托班", None, 20))
    layout = read_institutions(Grid("", rows, merged=((1, 3, 2, 3),)), covers="全部", period="2024", districts={})
    assert "合并为一格" in only(layout.faults)
    assert layout.faults[0].cell == "D3"


def test_institution_in_merged_cells_over_two_lines_is_counted_once() -> None:
    rows = (HEADINGS, sound(1), (None, None, None, None, 20))
    merged = tuple((1, place, 2, place) for place in range(4))
    layout = read_institutions(Grid("", rows, merged=merged), covers="全部", period="2024", districts={})
    assert (layout.faults, city(layout)["托位数"], city(layout)["在托人数"]) == ([], 30, 20)


def test_merged_district_holds_for_its_lines() -> None:
    rows = ((*HEADINGS, "区县"), (*sound(1), "蓬江区"), sound(2))
    grid = Grid("", rows, merged=((1, 5, 2, 5),))
    layout = read_institutions(grid, covers="全部", period="2024", districts=DISTRICTS)
    assert values(layout)["托育机构数", "区县：蓬江区"] == 2


@pytest.mark.parametrize("printed", ["蓬江区", "江门市蓬江区", "广东省江门市蓬江区", "蓬江", "蓬江区白沙街道"])
def test_district_is_known_by_its_names(printed: str) -> None:
    assert values(column("所属区县", printed))["托位数", "区县：蓬江区"] == 30


@pytest.mark.parametrize("printed", [440703, "440703", "440703.0", "440703000000", "440703001"])
def test_district_is_known_by_its_code(printed: object) -> None:
    assert values(column("zoning_code", printed))["托位数", "区县：蓬江区"] == 30


def test_district_is_the_last_place_that_a_name_names() -> None:
    rows = ((*HEADINGS, "区县"), (*sound(1), "广东省江门市蓬江区"))
    known = {"蓬江区": "440703", "江门市": "440700"}
    layout = read_institutions(Grid("", rows), covers="全部", period="2024", districts=known)
    assert values(layout)["托位数", "区县：蓬江区"] == 30


def test_unknown_district_is_a_fault_with_the_known_ones() -> None:
    assert "蓬江区、江海区）" in only(column("区县", "新会区").faults)
    assert "区县不认识" in only(column("zoning_code", "440100").faults)


def test_name_and_code_of_different_districts_are_a_fault() -> None:
    headings = (*HEADINGS, "zoning_name", "zoning_code")
    assert "不是同一个区县" in only(register((*sound(1), "蓬江区", "440704"), headings=headings).faults)


def test_city_level_institution_is_a_group_of_its_own() -> None:
    assert values(column("区县", "市直", "蓬江区"))["托育机构数", "区县：市直"] == 1


def test_every_fault_is_told_at_once_and_once() -> None:
    headings = (*HEADINGS, "备案情况", "区县")
    layout = register(("甲", code(1), "早教中心", "约30", "", "待定", "新会区"), headings=headings)
    assert [one.cell for one in layout.faults] == ["C2", "F2", "G2", "D2", "E2"]
    assert (layout.doubts, layout.rows) == ([], [])


# personal data


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "联系人",
            "联系人姓名",
            "联系电话",
            "联系方式",
            "电话",
            "手机号码",
            "负责人",
            "负责人电话",
            "法定代表人",
            "法人",
        ),
        *("法人代表", "园长", "园长姓名", "身份证号码", "邮箱", "微信", "地址", "机构地址", "经营地址", "address"),
        *("LianXi_Ren", "LianXi_DianHua", "FuZe_Ren", "FaRen", "FaDing_DaiBiaoRen", "ShenFenZheng", "DiZhi"),
        *("园长（签字）", "举办者", "家庭住址", "法定代表人（负责人）及联系电话"),
    ],
)
def test_personal_columns_appear_nowhere(heading: str) -> None:
    layout = column(heading, "甲某某", "13800000000")
    assert layout == register(sound(0), sound(1))


def test_messages_repeat_no_text_of_a_wrong_column() -> None:
    person = ("甲某某", "13800000000")
    for heading in (
        "机构类型",
        "是否普惠",
        "备案情况",
        "备案时间",
        "收费",
        "建筑面积",
        "区县",
        "zoning_code",
        "剩余托位",
    ):
        said = words(column(heading, *person))
        assert said
        assert all(one not in said for one in person), heading


def test_number_typed_behind_a_name_is_not_shown() -> None:
    assert "13800000000" not in words(register(("甲园13800000000", code(1), "早教中心", 30, 20)))


# properties


Line = tuple[str, str, str, int, int, str]
WIDE = ("机构名称", "统一社会信用代码", "办托形式", "举办性质", "是否普惠", "托位数", "在托人数", "区县")
drawn_lines = st.lists(
    st.tuples(
        st.sampled_from([*categories()["form"], ""]),
        st.sampled_from([*categories()["ownership"], "普惠民办", ""]),
        st.sampled_from(["是", ""]),
        st.integers(0, 200),
        st.integers(0, 200),
        st.sampled_from(["蓬江区", "江海区", "市直", ""]),
    ),
    min_size=1,
    max_size=8,
)


def wide(drawn: list[Line]) -> list[tuple[object, ...]]:
    return [(f"机构{number}", code(number), *line) for number, line in enumerate(drawn)]


@given(drawn_lines)
def test_groups_of_every_axis_add_up_to_the_whole(drawn: list[Line]) -> None:
    layout = register(*wide(drawn), headings=WIDE)
    whole = city(layout)
    sums: dict[tuple[str, str], Decimal] = {}
    for (indicator, scope), value in values(layout).items():
        if scope:
            key = (scope.partition("：")[0], indicator)
            sums[key] = sums.get(key, Decimal(0)) + value
    assert layout.faults == []
    assert all(value == whole[indicator] for (_, indicator), value in sums.items())
    named = {scope.partition("：")[0] for _, scope in values(layout) if scope and "未注明" not in scope}
    assert {axis for axis, _ in sums} == named


@given(drawn_lines, st.randoms(use_true_random=False))
def test_order_of_lines_changes_cells_only(drawn: list[Line], chance: Random) -> None:
    ordered = wide(drawn)
    ordered.append(ordered[0])
    shuffled = ordered.copy()
    chance.shuffle(shuffled)
    one, other = register(*ordered, headings=WIDE), register(*shuffled, headings=WIDE)
    assert values(one) == values(other)
    assert len(one.doubts) == len(other.doubts)


@given(drawn_lines, st.data())
def test_repeated_lines_change_no_total(drawn: list[Line], data: st.DataObject) -> None:
    once = wide(drawn)
    again = data.draw(st.lists(st.sampled_from(once)))
    assert values(register(*once, *again, headings=WIDE)) == values(register(*once, headings=WIDE))


@given(st.lists(st.tuples(*[st.none() | st.integers() | st.text(max_size=6)] * 5), max_size=4))
def test_no_cell_breaks_the_reader(cells: list[tuple[object, ...]]) -> None:
    layout = register(*cells)
    assert all(one.cell and one.what and one.action for one in (*layout.faults, *layout.doubts))
    assert not (layout.faults and layout.rows)


@given(st.text("贝托育园AB12()", min_size=1, max_size=12), st.integers(0, 12))
def test_name_is_the_same_however_it_is_typed(name: str, place: int) -> None:
    full_width = name.translate({ord(one): ord(one) + 0xFEE0 for one in "AB12()"})
    assert plain_name(full_width[:place] + " \u3000" + full_width[place:]) == plain_name(name)


@pytest.mark.parametrize("typed", ["山山【一店】", "山山〔一店〕", "\u2f2d\u2f2d(一店)", "山山［一店］"])
def test_brackets_and_compatibility_forms_make_no_other_name(typed: str) -> None:
    assert plain_name(typed) == plain_name("山山（一店）")


def test_row_that_names_institutions_and_nothing_of_them_is_no_header() -> None:
    upper = ("机构名称", "规模", "", "备注")
    grid = Grid("名单", (upper, ("机构名称", "托位数", "在托人数", "备注"), ("甲托育", 40, 30, "")))
    layout = read_institutions(grid)
    assert [one.what for one in layout.faults] == ["表头在第2行，它上面的机构没有读取"]


LIST = ("机构名称", "统一社会信用代码", "托位数")


def sheets(*grids: Grid) -> Sequence[Layout]:
    return institutions_reader("area")([piece(grid) for grid in grids], Around(DISTRICTS, {"policies": (GUIDE,)}))


def test_sheet_without_a_header_spoils_no_list_and_a_faulty_one_does() -> None:
    sound = Grid("一", (LIST, ("甲托育", code(1), 40)))
    link = Grid("二", (("目录",),))
    faulty = Grid("三", ((*LIST, "托位数"), ("乙托育", code(2), 20, 20)))
    assert city(sheets(sound, link)[0])["托育机构数"] == 1
    assert [layout.rows for layout in sheets(sound, faulty)] == [[], []]


def test_lines_of_each_sheet_are_told_by_what_became_of_them() -> None:
    first = Grid("一", (LIST, ("甲托育", code(1), 40), ("甲托育", code(1), 40), ("乙托育", code(2), 20)))
    second = Grid("二", (LIST, ("丙托育", code(3), 40)))
    told = [{name: count for name, count in layout.became.items() if count} for layout in sheets(first, second)]
    assert told == [{"机构计入": 2, "机构重复不计": 1}, {"机构计入": 1}]
