"""Shares counted from raw answers: exact, of those who answered, and never about a handful of people."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
import xlwt
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tuoyu.nouns.questions import Survey
from tuoyu.nouns.questions import read_questions
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.files.grids import open_grids
from tuoyu.reading.layouts.lists import Layout
from tuoyu.reading.layouts.lists import Row
from tuoyu.reading.survey.answers import read_answers
from tuoyu.reading.survey.disclosure import MINIMUM
from tuoyu.reading.survey.shares import survey_rows

DISTRICTS = {"蓬江区": "440703", "新会区": "440705", "台山市": "440781"}
MAP = """
[[survey]]
file = "家长问卷.xlsx"
period = "2024年6月"
[[survey.question]]
title = "您希望选择哪种托育形式"
kind = "single"
by = ["区县", "月龄"]
codes = { "3" = "全日托", "1" = "半日托", "7" = "临时托" }
options = { "全日托" = "全日托比例", "半日托" = "距离优先比例", "临时托" = "保育质量优先比例" }
[[survey.question.combined]]
indicator = "低价位接受比例"
option = "非全日"
options = ["半日托", "临时托"]
[[survey.question]]
title = "您希望托育点在哪里"
kind = "multiple"
by = ["区县"]
options = { "小区内" = "社区布局意愿比例", "幼儿园" = "幼儿园布局意愿比例", "单位" = "" }
[[survey.question.combined]]
indicator = "通勤较短比例"
option = "家附近"
options = ["小区内", "幼儿园"]
[[survey.question]]
title = "您所在的区县"
kind = "single"
group = "区县"
[[survey.question]]
title = "孩子的月龄"
kind = "single"
group = "月龄"
"""
HEADER = ("序号", "1、您希望选择哪种托育形式", "2、您希望托育点在哪里", "3、您所在的区县", "4、孩子的月龄")
Answer = tuple[str, str, str, str]


def survey_of(text: str = MAP) -> Survey:
    return read_questions(tomllib.loads(text)).survey[0]


def counted(people: list[Answer], text: str = MAP) -> Layout:
    rows = (HEADER, *((number, *one) for number, one in enumerate(people, 1)))
    return rows_of(Grid("Sheet1", tuple(rows)), text)


def rows_of(grid: Grid, text: str = MAP) -> Layout:
    survey = survey_of(text)
    return survey_rows(read_answers(grid, survey), survey, districts=DISTRICTS)


def people(*groups: tuple[int, str, str, str, str]) -> list[Answer]:
    return [group[1:] for group in groups for _ in range(group[0])]


def of(row: Row) -> str:
    """The group of a row: 区县：蓬江区."""
    return f"{row.part.axis}：{row.part.name}" if row.part else ""


def found(layout: Layout, option: str, scope: str = "") -> Row | None:
    return next((row for row in layout.rows if (row.option, of(row)) == (option, scope)), None)


def printed(layout: Layout, option: str, scope: str = "") -> str:
    row = found(layout, option, scope)
    return str(row.printed) if row else "不列"


ORDINARY = people(
    (60, "全日托", "小区内┋幼儿园", "蓬江区", "13—18个月"),
    (30, "半日托", "小区内", "新会", "19-24个月"),
    (20, "临时托", "幼儿园", "江门市台山市", "13-18个月"),
    (10, "全日托", "单位", "台山市", "19—24个月"),
    (8, "(空)", "(跳过)", "蓬江区", "13-18个月"),
)


# rows


def test_share_is_exact_and_says_how_it_was_counted() -> None:
    row = found(counted(ORDINARY), "全日托")
    assert row is not None
    assert (row.cell, row.printed, row.respondents) == ("B2:B129", "120人中70人", "120")
    assert (row.indicator, row.period, row.basis) == ("全日托比例", "2024年6月", "原始答卷")
    assert row.exact is not None
    assert (row.exact.value, row.exact.unit) == (Decimal("58.333333333333"), "%")
    assert (row.exact.bound, row.exact.resolution, row.exact.printed) == ("=", 0, "120人中70人")


def test_every_question_has_its_own_respondents() -> None:
    layout = counted(
        people((20, "全日托", "小区内", "", ""), (10, "半日托", "(空)", "", ""), (5, "", "幼儿园", "", ""))
    )
    assert printed(layout, "全日托") == "30人中20人"
    assert printed(layout, "小区内") == "25人中20人"
    assert printed(layout, "") == "收回35份，有效35份"


def test_number_of_answers_is_a_row() -> None:
    text = MAP.replace('period = "2024年6月"', 'period = "2024年6月"\nduplicates = ["序号"]')
    rows = (HEADER, *((n % 30, *one) for n, one in enumerate(ORDINARY[:40])))
    row = rows_of(Grid("", rows), text).rows[0]
    assert (row.indicator, row.printed, row.cell) == ("有效问卷数", "收回40份，有效30份", "A2:A41")
    assert row.exact is not None
    assert (row.exact.value, row.exact.unit) == (30, "人")


def test_shares_of_a_multiple_choice_are_of_respondents() -> None:
    layout = counted(ORDINARY)
    assert printed(layout, "小区内") == "120人中90人"
    assert printed(layout, "幼儿园") == "120人中80人"


def test_combined_options_count_each_person_once() -> None:
    layout = counted(ORDINARY)
    assert printed(layout, "非全日") == "120人中50人"
    assert printed(layout, "家附近") == "120人中110人"


def test_option_without_an_indicator_counts_but_is_not_reported() -> None:
    layout = counted(ORDINARY)
    assert "单位" not in {row.option for row in layout.rows}
    assert not layout.faults


def test_unknown_option_counts_among_those_who_answered() -> None:
    layout = counted(people((90, "全日托", "", "", ""), (10, "全日託", "", "", "")))
    assert printed(layout, "全日托") == "100人中90人"
    assert len(layout.faults) == 1


def test_option_that_nobody_chose_is_nought() -> None:
    assert printed(counted(people((30, "全日托", "", "", ""))), "临时托") == "30人中0人"


def test_question_that_nobody_answered_gives_no_share() -> None:
    layout = counted(people((30, "", "小区内", "", "")))
    assert found(layout, "全日托") is None
    assert any("题目“您希望选择哪种托育形式”没有人作答" in doubt.what for doubt in layout.doubts)


def test_broken_export_gives_faults_and_no_rows() -> None:
    layout = rows_of(Grid("", (("甲",),)))
    assert (len(layout.rows), len(layout.faults)) == (0, 1)


# groups


def test_cross_table_by_district_under_official_names() -> None:
    layout = counted(ORDINARY)
    scopes = [of(row) for row in layout.rows if row.option == "小区内"]
    assert scopes == ["", "区县：蓬江区", "区县：新会区", "区县：台山市"]
    assert printed(layout, "小区内", "区县：台山市") == "30人中0人"


def test_cross_table_by_age_under_the_first_spelling() -> None:
    layout = counted(ORDINARY)
    assert printed(layout, "全日托", "月龄：13—18个月") == "80人中60人"
    assert printed(layout, "全日托", "月龄：19-24个月") == "40人中10人"


@pytest.mark.parametrize(
    "value", ["蓬江区", "蓬江", "江门市蓬江区", "广东省江门市蓬江区", "广东-江门-蓬江区", "蓬 江 区"]
)
def test_district_is_known_by_any_of_its_names(value: str) -> None:
    layout = counted(people((30, "全日托", "小区内", value, "")))
    assert found(layout, "全日托", "区县：蓬江区") is not None
    assert not layout.faults


@pytest.mark.parametrize("value", ["佛山市", "非蓬江区", "13800000001", "江门市"])
def test_unknown_district_is_a_fault_that_names_the_cell_only(value: str) -> None:
    layout = counted(people((30, "全日托", "小区内", "蓬江区", ""), (2, "全日托", "小区内", value, "")))
    (fault,) = layout.faults
    assert fault.cell == "D32"
    assert fault.what == "题目“您所在的区县”有 2 份答卷的区县不在本市（D32、D33）"
    assert value not in fault.what + fault.action


def test_declared_stranger_and_other_are_in_no_district() -> None:
    text = MAP.replace('group = "区县"', 'group = "区县"\noptions = { "蓬江区" = "", "外地" = "" }')
    layout = counted(
        people((30, "全日托", "", "蓬江区", ""), (9, "半日托", "", "外地", ""), (9, "", "", "其他", "")), text
    )
    assert not layout.faults
    assert {of(row) for row in layout.rows} == {"", "区县：蓬江区"}


def test_group_by_code() -> None:
    text = MAP.replace('group = "月龄"', 'group = "月龄"\ncodes = { "1" = "12个月以下", "2" = "12个月以上" }')
    layout = counted(people((10, "3", "", "", "2"), (10, "1", "", "", "1")), text)
    assert printed(layout, "全日托", "月龄：12个月以上") == "10人中10人"


# every export of the same answers says the same

EXPORTED = st.lists(
    st.tuples(
        st.sampled_from(["全日托", "半日托", "临时托", ""]),
        st.lists(st.sampled_from(["小区内", "幼儿园", "单位"]), unique=True, max_size=3),
        st.sampled_from(["蓬江区", "新会区", ""]),
        st.sampled_from(["13—18个月", "19—24个月"]),
    ),
    min_size=1,
    max_size=60,
)
CODES = {"全日托": 3, "半日托": 1, "临时托": 7, "": -2}
PLACES = ("小区内", "幼儿园", "单位")


def by_text(answers: list[tuple[str, list[str], str, str]], mark: str = "┋") -> tuple[tuple[object, ...], ...]:
    return (
        HEADER,
        *((n, a or "(空)", mark.join(b) or "(跳过)", c or "(空)", d) for n, (a, b, c, d) in enumerate(answers)),
    )


def by_index(answers: list[tuple[str, list[str], str, str]]) -> tuple[tuple[object, ...], ...]:
    header = (*HEADER[:2], *(f"第2题({place})" for place in PLACES), *HEADER[3:])
    ticks = ([int(place in b) for place in PLACES] if b else [-3] * 3 for _, b, _, _ in answers)
    rows = zip(answers, ticks, strict=True)
    return (header, *((n, CODES[a], *tick, c or -2, d) for n, ((a, _, c, d), tick) in enumerate(rows)))


def without_cells(layout: Layout) -> list[Row]:
    return [replace(row, cell="", sheet="") for row in layout.rows]


@settings(max_examples=30)  # the exact search for what could be worked out takes its time
@given(EXPORTED)
def test_text_and_index_exports_give_the_same_rows(answers: list[tuple[str, list[str], str, str]]) -> None:
    text, index = rows_of(Grid("", by_text(answers))), rows_of(Grid("", by_index(answers)))
    assert without_cells(text) == without_cells(index)
    assert without_cells(text) == without_cells(rows_of(Grid("", by_text(answers, ","))))
    assert text.faults == index.faults == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_every_encoding_give_the_same_rows(encoding: str) -> None:
    table = (HEADER, *((n, *one) for n, one in enumerate(ORDINARY)))
    written = io.StringIO()
    csv.writer(written).writerows(table)
    (grid,) = open_grids(written.getvalue().encode(encoding), ".csv")
    assert without_cells(rows_of(grid)) == without_cells(rows_of(Grid("", table)))


def test_workbooks_give_the_same_rows() -> None:
    answers = [(form, place.split("┋"), district, age) for form, place, district, age in ORDINARY[:100]]
    table = by_index(answers)
    expected = without_cells(rows_of(Grid("", by_text(answers))))
    new, old, content, old_content = Workbook(), xlwt.Workbook(), io.BytesIO(), io.BytesIO()
    sheet = old.add_sheet("答卷")
    assert new.active is not None
    for number, row in enumerate(table):
        new.active.append(row)
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    new.save(content)
    old.save(old_content)
    for written, suffix in ((content, ".xlsx"), (old_content, ".xls")):
        (grid,) = (one for one in open_grids(written.getvalue(), suffix) if one.rows)
        assert without_cells(rows_of(grid)) == expected


# disclosure


def multiple(*groups: tuple[str, int, int]) -> Layout:
    """Groups of (district, respondents, of them 小区内); the others chose 单位, which is not reported."""
    chosen = [(count, "", "小区内", name, "") for name, _, count in groups]
    others = [(total - count, "", "单位", name, "") for name, total, count in groups]
    return counted(people(*chosen, *others))


def test_small_group_is_left_out() -> None:
    layout = multiple(("蓬江区", 40, 20), ("新会区", 40, 15), ("台山市", 4, 0))
    assert printed(layout, "小区内", "区县：台山市") == "不列"


@pytest.mark.parametrize("few", [1, 4])
def test_few_who_chose_are_left_out_with_the_next_smallest(few: int) -> None:
    layout = multiple(("蓬江区", 40, 20), ("新会区", 40, 15), ("台山市", 40, few))
    shown = [printed(layout, "小区内", f"区县：{name}") for name in DISTRICTS]
    assert shown == ["40人中20人", "不列", "不列"]


@pytest.mark.parametrize("few", [1, 4])
def test_few_who_did_not_choose_are_left_out(few: int) -> None:
    layout = multiple(("蓬江区", 40, 20), ("新会区", 40, 15), ("台山市", 40, 40 - few))
    assert printed(layout, "小区内", "区县：台山市") == "不列"


@pytest.mark.parametrize("number", [0, 5, 35, 40])
def test_nobody_everybody_and_enough_are_printed(number: int) -> None:
    layout = multiple(("蓬江区", 40, 20), ("新会区", 40, 15), ("台山市", 40, number))
    assert printed(layout, "小区内", "区县：台山市") == f"40人中{number}人"


def test_groups_left_out_are_enough_people_together() -> None:
    layout = multiple(("蓬江区", 40, 20), ("新会区", 40, 2), ("台山市", 40, 1))
    assert [printed(layout, "小区内", f"区县：{name}") for name in DISTRICTS] == ["不列"] * 3


@pytest.mark.parametrize(("few", "shown"), [(1, "不列"), (4, "不列"), (5, "105人中5人")])
def test_few_overall_are_left_out(few: int, shown: str) -> None:
    text = MAP.replace('by = ["区县"]\n', "")
    layout = counted(people((few, "", "小区内", "", ""), (105 - few, "", "单位", "", "")), text)
    assert printed(layout, "小区内") == shown


def test_last_option_of_a_single_choice_is_not_left_to_be_reckoned() -> None:
    text = MAP.replace('临时托" = "保育质量优先比例', '临时托" = "').replace('by = ["区县", "月龄"]\n', "")
    layout = counted(people((200, "全日托", "", "", ""), (3, "半日托", "", "", "")), text)
    assert (printed(layout, "半日托"), printed(layout, "全日托")) == ("不列", "不列")
    layout = counted(people((200, "全日托", "", "", ""), (3, "半日托", "", "", ""), (7, "临时托", "", "", "")), text)
    assert (printed(layout, "半日托"), printed(layout, "全日托")) == ("不列", "210人中200人")


def test_one_doubt_counts_what_was_left_out() -> None:
    layout = multiple(("蓬江区", 40, 20), ("新会区", 40, 15), ("台山市", 40, 3))
    (doubt,) = [one for one in layout.doubts if "不予列出" in one.what]
    assert doubt.what.startswith("有 4 个比例因人数太少")
    assert not any("不予列出" in one.what for one in multiple(("蓬江区", 40, 20), ("新会区", 40, 15)).doubts)


Key = tuple[str, str, str]
TABLES = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.sampled_from(["全日托", "半日托", "临时托", "其他", ""]),
        st.sampled_from(["小区内", "小区内┋单位", "幼儿园", "单位", ""]),
        st.sampled_from([*DISTRICTS, ""]),
        st.sampled_from(["甲", "乙"]),
    ),
    min_size=1,
    max_size=25,
)


def follows(equations: list[dict[Key, int]], wanted: dict[Key, int]) -> bool:
    """Whether a sum is a combination of others, by elimination from the left."""
    names = sorted({name for one in (*equations, wanted) for name in one})
    *rows, target = [[Fraction(one.get(name, 0)) for name in names] for one in (*equations, wanted)]
    for column in range(len(names)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        rows = [[x - row[column] / pivot[column] * y for x, y in zip(row, pivot, strict=True)] for row in rows]
        target = [x - target[column] / pivot[column] * y for x, y in zip(target, pivot, strict=True)]
    return not any(target)


def is_few(count: int) -> bool:
    return 0 < count < MINIMUM


@settings(max_examples=200, deadline=None)
@given(TABLES, st.sampled_from(["小区内", "幼儿园"]))
def test_no_small_group_of_a_multiple_choice_can_be_had_by_subtraction(
    groups: list[tuple[int, str, str, str, str]], option: str
) -> None:
    everybody = [one for one in people(*groups) if one[1]]
    layout = counted(everybody)
    asked = {name: sum(one[2] == name for one in everybody) for name in (*DISTRICTS, "")}
    counts = {name: sum(one[2] == name and option in one[1] for one in everybody) for name in asked}
    shown = {name for name in DISTRICTS if found(layout, option, f"区县：{name}")}
    for name in shown:
        assert not any(is_few(count) for count in (asked[name], counts[name], asked[name] - counts[name]))
    hidden = [name for name in DISTRICTS if asked[name] and name not in shown]
    if found(layout, option) and any(counts[name] for name in hidden):
        assert not is_few(sum(counts[name] for name in hidden) + counts[""])
        assert len(hidden) > 1 or counts[""] or is_few(asked[""])


def cells(everybody: list[Answer], by: str, group: str | None, options: list[str]) -> dict[Key, int]:
    """What a reader has to guess, unless it is printed."""
    place = {"区县": 2, "月龄": 3}[by]
    names = {one[place] for one in everybody} if group is None else {group}
    return {(by, name, option): 1 for name in names for option in options}


def readable(everybody: list[Answer], layout: Layout) -> list[dict[Key, int]]:
    """The sums that a reader knows: every share printed, the size of every group, and one total for both divisions."""
    options = sorted({one[0] for one in everybody})
    known = [cells(everybody, by, one[place], options) for by, place in (("区县", 2), ("月龄", 3)) for one in everybody]
    for option in options:
        same = dict.fromkeys(cells(everybody, "月龄", None, [option]), -1)
        known.append(cells(everybody, "区县", None, [option]) | same)
    for row in layout.rows:
        by, group = row.part.axis, row.part.name
        parts = ["半日托", "临时托"] if row.option == "非全日" else [row.option]
        known.append(cells(everybody, by or "区县", group or None, parts))
    return [dict(one) for one in {tuple(sorted(one.items())) for one in known}]


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_no_small_count_of_a_single_choice_can_be_worked_out(groups: list[tuple[int, str, str, str, str]]) -> None:
    everybody = [one for one in people(*groups) if one[0]]
    known = readable(everybody, counted(everybody))
    options = {one[0] for one in everybody}
    places = [("区县", 2, name) for name in DISTRICTS] + [("月龄", 3, "甲"), ("月龄", 3, "乙")]
    for option in options - {"其他"}:
        total = sum(one[0] == option for one in everybody)
        assert not (is_few(total) and len(options) > 1 and follows(known, cells(everybody, "区县", None, [option])))
        for by, place, name in places:
            there = [one[0] for one in everybody if one[place] == name]
            if is_few(there.count(option)) and set(there) != {option}:
                assert not follows(known, cells(everybody, by, name, [option]))


FORMS = ("全日托", "半日托", "临时托")
SMALL = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(FORMS),
        st.just(""),
        st.sampled_from(["蓬江区", "新会区"]),
        st.sampled_from(["甲", "乙"]),
    ),
    min_size=2,
    max_size=5,
)
Counts = dict[tuple[str, str], int]


def split(size: int, ends: list[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """All ways to divide so many people over options, each between its ends."""
    if not ends:
        if not size:
            yield ()
        return
    (least, most), *rest = ends
    for number in range(least, min(most, size) + 1):
        for others in split(size - number, rest):
            yield (number, *others)


def possible(everybody: list[Answer], layout: Layout | None) -> dict[tuple[str, str], set[int]]:
    """Every count that each group and option can have, by trying all tables that agree with what is printed.

    Written apart from the rule: a reader knows the sizes of groups.
    """
    rows = [row for row in layout.rows if row.option] if layout else []
    printed_counts = {
        (row.part.axis, row.part.name, row.option): int(str(row.printed).partition("人中")[2].removesuffix("人"))
        for row in rows
    }
    overall = {option: number for (axis, _, option), number in printed_counts.items() if not axis}
    tables: dict[str, list[Counts]] = {}
    for axis, place in (("区县", 2), ("月龄", 3)):
        groups = sorted({one[place] for one in everybody})
        ways = [list(_ways(everybody, axis, place, name, printed_counts)) for name in groups]
        tables[axis] = [
            {(name, option): number for name, way in zip(groups, chosen, strict=True)
             for option, number in zip(FORMS, way, strict=True)}
            for chosen in product(*ways)
        ]  # fmt: skip

    def totals(table: Counts) -> tuple[int, ...]:
        return tuple(sum(number for (_, one), number in table.items() if one == option) for option in FORMS)

    def agrees(total: tuple[int, ...]) -> bool:
        by_option = dict(zip(FORMS, total, strict=True)) | {"非全日": total[1] + total[2]}
        return all(by_option[option] == number for option, number in overall.items())

    common = {total for total in map(totals, tables["区县"]) if agrees(total)} & set(map(totals, tables["月龄"]))
    found = defaultdict[tuple[str, str], set[int]](set)
    for listed in tables.values():
        for table in listed:
            if totals(table) in common:
                for key, number in table.items():
                    found[key].add(number)
    for total in common:
        for option, number in zip(FORMS, total, strict=True):
            found["", option].add(number)
    return found


def _ways(
    everybody: list[Answer], axis: str, place: int, name: str, printed_counts: dict[Key, int]
) -> Iterator[tuple[int, ...]]:
    there = [one[0] for one in everybody if one[place] == name]
    known = {option: printed_counts.get((axis, name, option)) for option in (*FORMS, "非全日")}
    ends = []
    for option in FORMS:
        number = known[option]
        ends.append((0, len(there)) if number is None else (number, number))
    for way in split(len(there), ends):
        if known["非全日"] in {None, way[1] + way[2]}:
            yield way


@settings(max_examples=60, deadline=None)
@example(
    [
        (1, "全日托", "", "蓬江区", "乙"),
        (4, "全日托", "", "新会区", "乙"),
        (1, "全日托", "", "新会区", "乙"),
        (4, "半日托", "", "蓬江区", "甲"),
        (1, "半日托", "", "蓬江区", "甲"),
    ]
)
@given(SMALL)
def test_no_small_count_can_be_had_to_within_one_from_all_tables_together(
    groups: list[tuple[int, str, str, str, str]],
) -> None:
    everybody = people(*groups)
    layout = counted(everybody)
    left, at_most = possible(everybody, layout), possible(everybody, None)
    for (name, option), numbers in left.items():
        there = [one[0] for one in everybody if name in {"", one[2], one[3]}]
        if is_few(there.count(option)) and len(set(there)) > 1:
            widest = max(at_most[name, option]) - min(at_most[name, option])
            wanted = min(2, max(1, len(there) - 1), widest)
            assert max(numbers) - min(numbers) >= wanted, (name, option)
