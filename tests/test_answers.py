"""Survey exports as they arrive: every layout of 问卷星 gives the same answers, and nobody is recognisable."""

from __future__ import annotations

import tomllib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.nouns.questions import Survey
from tuoyu.nouns.questions import read_questions
from tuoyu.reading.files.grids import Grid
from tuoyu.reading.survey.answers import Answers
from tuoyu.reading.survey.answers import read_answers
from tuoyu.reading.survey.answers import read_api_string
from tuoyu.reading.survey.choices import OTHER_OPTION
from tuoyu.reading.survey.choices import UNKNOWN
from tuoyu.reading.survey.choices import Options
from tuoyu.reading.survey.choices import chosen_in
from tuoyu.reading.survey.exports import title_of

FORM = ["全日托", "半日托", "临时托"]
MAP = """
[[survey]]
file = "家长问卷.xlsx"
period = "2024年6月"
SETTINGS
[[survey.question]]
title = "您希望选择哪种托育形式"
kind = "single"
codes = { "1" = "全日托", "2" = "半日托", "4" = "临时托" }
options = { "半日托" = "半日托比例", "全日托" = "全日托比例", "临时托" = "" }
"""
PLACES = """
[[survey.question]]
title = "您希望托育点在哪里"
kind = "multiple"
options = { "小区内" = "社区布局意愿比例", "ACG文化(动漫、游戏等)" = "幼儿园布局意愿比例", "其他【请注明】" = "" }
"""
MATRIX = """
[[survey.question]]
title = "您对下列服务的态度—送餐"
kind = "matrix"
codes = { "1" = "需要", "2" = "不需要" }
options = { "需要" = "送餐比例", "不需要" = "" }
[[survey.question]]
title = "您对下列服务的态度—医疗"
kind = "matrix"
codes = { "1" = "需要", "2" = "不需要" }
options = { "需要" = "医疗比例", "不需要" = "" }
"""
CHECK = """
[[survey.question]]
title = "此题请选择“非常同意”"
kind = "check"
expect = "非常同意"
"""
ABOUT = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "总分")
TITLE = "1、您希望选择哪种托育形式"
PRIVATE = ("13800000001", "127.0.0.1(本地)", "王小明", "微信朋友圈·王家", "2024/6/3 12:00:07", "家住东街9号")


def survey_of(text: str = MAP, settings: str = "") -> Survey:
    return read_questions(tomllib.loads(text.replace("SETTINGS", settings))).survey[0]


def read(rows: list[list[object]], text: str = MAP, settings: str = "") -> Answers:
    return read_answers(Grid("Sheet1", tuple(tuple(row) for row in rows)), survey_of(text, settings))


def chosen(answers: Answers, number: int = 0) -> list[tuple[str, ...] | None]:
    return list(list(answers.questions.values())[number].chosen)


def told(answers: Answers) -> str:
    return "\n".join(f"{one.cell} {one.what} {one.action}" for one in (*answers.faults, *answers.doubts))


# A2, A3, A11: the header


@pytest.mark.parametrize(
    "title",
    [
        "1、您希望选择哪种托育形式",
        "1. 您希望选择哪种托育形式",
        "1：您希望选择哪种托育形式",
        "Q1:您希望选择哪种托育形式",
        "您希望选择哪种托育形式 ",
        "1、您希望选择\t哪种　托育\n形式？",
        "1、您希望选择哪种托育形式【单选题】*",
        "１、您希望选择哪种托育形式（必填）",
    ],
)
def test_question_is_found_under_its_heading(title: str) -> None:
    answers = read([[*ABOUT, title], [1, *[""] * 6, "全日托"]])
    assert chosen(answers) == [("全日托",)]
    assert not answers.faults


def test_header_may_stand_below_a_title() -> None:
    answers = read([["2024年家长问卷"], ["序号", TITLE], [1, "全日托"], [2, "半日托"]])
    assert chosen(answers) == [("全日托",), ("半日托",)]
    assert answers.questions["您希望选择哪种托育形式"].cells == "B3:B4"
    assert answers.rows == (3, 4)


def test_six_leading_columns_may_be_blank_but_for_the_number() -> None:
    answers = read([[*ABOUT[:6], TITLE], [1, None, None, None, None, None, "全日托"]])
    assert (answers.read, chosen(answers)) == (1, [("全日托",)])


def test_blank_lines_are_no_answers() -> None:
    assert read([["序号", TITLE], [None, None], [1, "全日托"], ["", " "]]).read == 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["甲", "乙"]],
        # the header was deleted: an answer must not be taken for one
        [[1, *PRIVATE, "全日托"], [2, *PRIVATE, "1、半日托"]],
    ],
)
def test_missing_header_is_a_fault_that_shows_no_answer(rows: list[list[object]]) -> None:
    answers = read(rows)
    assert "找不到问卷的表头" in answers.faults[0].what
    assert not any(value in repr(answers) for value in PRIVATE)


def test_header_without_answers_is_a_fault() -> None:
    assert "没有答卷" in told(read([["序号", TITLE]]))


def test_missing_question_is_a_fault_with_the_nearest_heading() -> None:
    answers = read([["序号", "1、您希望选哪种托育方式"], [1, "全日托"]])
    assert "找不到题目“您希望选择哪种托育形式”，最接近的是“您希望选哪种托育方式”" in answers.faults[0].what


def test_two_columns_of_one_title_need_a_number() -> None:
    rows: list[list[object]] = [
        ["序号", "3、您希望选择哪种托育形式", "8、您希望选择哪种托育形式"],
        [1, "全日托", "半日托"],
    ]
    assert "写明 number（题号）" in told(read(rows))
    assert chosen(read(rows, MAP.replace("codes", "number = 8\ncodes"))) == [("半日托",)]


def test_questions_that_nobody_asked_for_are_listed_once() -> None:
    rows: list[list[object]] = [
        [*ABOUT, TITLE, "2、孩子几个月", "3、您的姓名", "第4题(甲)", "第4题(乙)"],
        [1, *[""] * 6, "全日托"],
    ]
    (doubt,) = [one for one in read(rows).doubts if "没有读取" in one.what]
    assert doubt.what == "没有读取的题目有2个：孩子几个月、第4题；另有个人信息1列，不读取"


# A10: other platforms


def test_other_platforms_headings() -> None:
    settings = "minimum_seconds = 30"
    rows: list[list[object]] = [
        ["答题序号", "开始时间", "提交时间", "Q1:您希望选择哪种托育形式"],
        ["1", "2024-06-03 08:00:00", "2024-06-03 08:00:29", "全日托"],
        ["2", "2024-06-03 08:00:00", datetime(2024, 6, 3, 8, 0, 30), "半日托"],  # noqa: DTZ001 - as Excel has it
    ]
    assert chosen(read(rows, settings=settings)) == [("半日托",)]


# A4, A5: multiple choice


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("小区内", ("小区内",)),
        ("小区内┋ACG文化(动漫、游戏等)", ("小区内", "ACG文化(动漫、游戏等)")),
        ("小区内┋小区内", ("小区内",)),
        ("小区内,其他【请注明】", ("小区内", "其他【请注明】")),
        ("其他【请注明】〖奶奶家〗", ("其他【请注明】",)),
        ("其他〖奶奶家〗┋小区内", (OTHER_OPTION, "小区内")),
        ("小区内〖〗", ("小区内",)),
        ("小区内〖a┋b〗┋其他【请注明】〖c〗", ("小区内", "其他【请注明】")),
        ("小区内〖a,b〗,其他【请注明】", ("小区内", "其他【请注明】")),
        ("小区内〖附加", ("小区内",)),
        ("其他【请注明】〖附加┋小区内", ("其他【请注明】", "小区内")),
        ("其他【请注明】〖甲┋乙", ("其他【请注明】",)),
        ("小区内〖x〗后缀", ("小区内",)),
        ("ACG文化（动漫、游戏等）〖原神〗", ("ACG文化(动漫、游戏等)",)),
        ("小区内┋", ("小区内",)),
        ("小区内,,其他【请注明】,", ("小区内", "其他【请注明】")),
        ("〖只有附言〗", (UNKNOWN,)),
    ],
)
def test_cell_of_a_multiple_choice(cell: str, expected: tuple[str, ...]) -> None:
    answers = read([["序号", "6、您希望托育点在哪里"], [1, cell]], MAP.partition("[[survey.q")[0] + PLACES)
    assert chosen(answers) == [expected]


def test_option_with_a_comma_stays_whole() -> None:
    options = Options({"早,中": "早,中", "晚": "晚", "早": "早"}, {})
    assert chosen_in("早,中,晚,早", options, several=True) == ("早,中", "晚", "早")


def test_option_may_go_on_behind_what_was_typed() -> None:
    options = Options({"每月元": "每月____元"}, {})
    assert chosen_in("每月〖2000〗元", options, several=False) == ("每月____元",)


def test_several_brackets_within_an_option_are_no_part_of_it() -> None:
    options = Options({"每月元至元": "每月__元至__元"}, {})
    assert chosen_in("每月〖1000〗元至〖2000〗元", options, several=False) == ("每月__元至__元",)


@pytest.mark.parametrize("mark", ["A.", "b、", "C:", "d)", "1、", "12.", "3：", "4）"])
def test_letter_or_number_before_an_option_is_no_part_of_it(mark: str) -> None:
    assert chosen(read([["序号", TITLE], [1, f"{mark}全日托"]])) == [("全日托",)]


def test_free_value_is_kept_without_what_was_typed_behind_it() -> None:
    options = Options({}, {}, free=True)
    for text in ("东街", "东街〖9号〗", "东街〖9号", " 东街 〖9号〗〖王家"):
        assert chosen_in(text, options, several=False) == ("东街",)
    assert chosen_in("(跳过)", options, several=False) is None


TICKS = [["序号", "第6题(小区内)", "第6题(ACG文化(动漫、游戏等))", "第6题(其他【请注明】)"]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((1, 0, 0), ("小区内",)),
        (("0", "1", "1"), ("ACG文化(动漫、游戏等)", "其他【请注明】")),
        ((1, None, ""), ("小区内",)),
        ((None, "", " "), None),
        ((-2, -2, -2), None),
        (("-3", "-3", "-3"), None),
        (("(跳过)", "（跳过）", "(空)"), None),
    ],
)
def test_one_column_for_each_option(cells: tuple[object, ...], expected: tuple[str, ...] | None) -> None:
    answers = read([*TICKS, [1, *cells]], MAP.partition("[[survey.q")[0] + PLACES)
    assert chosen(answers) == [expected]
    assert answers.questions["您希望托育点在哪里"].cells == "B2:D2"
    assert not answers.faults


def test_only_zeros_are_no_answer_and_a_doubt() -> None:
    answers = read([*TICKS, [1, 0, 0, 0], [2, 1, 0, 0]], MAP.partition("[[survey.q")[0] + PLACES)
    assert chosen(answers) == [None, ("小区内",)]
    assert "B2 题目“您希望托育点在哪里”有 1 份答卷各选项都记 0，按未作答处理" in told(answers)


def test_ranks_are_no_ticks() -> None:
    answers = read([*TICKS, [1, 1, 2, 3]], MAP.partition("[[survey.q")[0] + PLACES)
    assert answers.faults[0].cell == "C2"
    assert "应为 0 或 1，有 2 格不是" in answers.faults[0].what


def test_column_of_an_option_that_the_map_does_not_name_is_a_fault() -> None:
    rows: list[list[object]] = [[*TICKS[0], "第6题(幼儿园)"], [1, 1, 0, 0, 1]]
    (fault,) = read(rows, MAP.partition("[[survey.q")[0] + PLACES).faults
    assert (fault.cell, fault.what) == (
        "E1",
        "题目“您希望托育点在哪里”的选项“幼儿园”不在 questions.toml 里（1 份答卷选了）",
    )


def test_two_blocks_with_the_same_options_need_a_number() -> None:
    rows: list[list[object]] = [["序号", "第6题(小区内)", "第7题(小区内)"], [1, 1, 0]]
    text = MAP.partition("[[survey.q")[0] + PLACES
    assert "第6题、第7题的选项都与题目" in told(read(rows, text))
    assert chosen(read(rows, text.replace("options", "number = 7\noptions"))) == [None]


def test_options_may_stand_behind_the_title() -> None:
    rows: list[list[object]] = [
        ["序号", "6、您希望托育点在哪里(小区内)", "6、您希望托育点在哪里(其他【请注明】)"],
        [1, 0, 1],
    ]
    assert chosen(read(rows, MAP.partition("[[survey.q")[0] + PLACES)) == [("其他【请注明】",)]


@pytest.mark.parametrize("mark", ["(小区内)", "-小区内", ":小区内", "—小区内"])
def test_option_stands_behind_the_title_in_brackets_or_behind_a_sign(mark: str) -> None:
    rows: list[list[object]] = [["序号", f"6、您希望托育点在哪里{mark}", "6、您希望托育点在哪里"[:0]], [1, 1, ""]]
    assert chosen(read(rows, MAP.partition("[[survey.q")[0] + PLACES)) == [("小区内",)]


def test_answers_above_the_header_are_named() -> None:
    rows: list[list[object]] = [[1, "", "全日托", "x"], ["序号", "提交时间", TITLE, "2、其余"], [2, "", "半日托", "y"]]
    (fault,) = read(rows).faults
    assert (fault.cell, fault.what) == ("A1", "表头在第2行，它上面的答卷没有读取")
    (fault,) = read([[*row, *[""] * 6] for row in rows]).faults  # columns without a heading do not count
    assert fault.cell == "A1"
    titled: list[list[object]] = [["2024年", "家长问卷"], *rows[1:]]
    assert read(titled).faults == ()


@pytest.mark.parametrize("word", ["Response", "Open-Ended Response", "回答", "答案", "答复"])
def test_header_of_two_rows_has_the_options_below_their_question(word: str) -> None:
    title = "您希望托育点在哪里"
    rows: list[list[object]] = [
        ["Respondent ID", title, "", "您的年龄"],
        ["", "小区内", "其他【请注明】", word],
        ["9001", 1, 0, "30"],
        ["9002", 0, 1, "40"],
    ]
    answers = read(rows, MAP.partition("[[survey.q")[0] + PLACES)
    assert chosen(answers) == [("小区内",), ("其他【请注明】",)]
    assert answers.rows == (3, 4)


@pytest.mark.parametrize("word", ["Response", "Open-Ended Response", "回答", "答案", "答复"])
def test_second_row_that_says_only_that_answers_follow_is_none(word: str) -> None:
    rows: list[list[object]] = [["Respondent ID", TITLE], ["", word], ["9001", "全日托"], ["9002", "半日托"]]
    assert chosen(read(rows)) == [("全日托",), ("半日托",)]


@pytest.mark.parametrize("last", ["其他", "其它", "其他【请说明】"])
def test_block_is_known_by_half_of_its_options_without_other(last: str) -> None:
    """One of two is known; 其他 is in every block and does not count."""
    rows: list[list[object]] = [["序号", "第6题(小区内)", "第6题(路边)", f"第6题({last})"], [1, 1, 0, 0]]
    assert chosen(read(rows, MAP.partition("[[survey.q")[0] + PLACES)) == [("小区内",)]
    rows = [["序号", "第6题(小区内)", "第6题(路边)", "第6题(商场)"], [1, 1, 0, 0]]
    assert "找不到题目" in told(read(rows, MAP.partition("[[survey.q")[0] + PLACES))


# A6, A9: missing answers, codes


@pytest.mark.parametrize("missing", [None, "", " ", "(空)", "（空）", "(跳过)", -2, "-3"])
def test_missing_answer_is_no_option(missing: object) -> None:
    answers = read([["序号", TITLE], [1, missing], [2, "全日托"]])
    assert chosen(answers) == [None, ("全日托",)]
    assert not answers.faults


def test_codes_follow_the_map_not_the_order_of_options() -> None:
    answers = read([["序号", TITLE], [1, 1], [2, "2"], [3, 4]])
    assert chosen(answers) == [("全日托",), ("半日托",), ("临时托",)]


def test_code_of_a_deleted_option_is_a_fault() -> None:
    (fault,) = read([["序号", TITLE], [1, 1], [2, 3], [3, 3]]).faults
    assert (fault.cell, "有 2 份答卷" in fault.what, "codes" in fault.action) == ("B3", True, True)


@pytest.mark.parametrize("printed", ["1500-2000元", "1500—2000元", "1500 – 2000 元", "１５００～２０００元"])
def test_price_bands_match_however_they_are_dashed(printed: str) -> None:
    text = MAP.partition("codes")[0] + 'options = { "1500-2000元" = "价格二档比例", "2000-3000元" = "", "3000元" = "" }'
    assert chosen(read([["序号", TITLE], [1, printed], [2, "3000元"]], text)) == [("1500-2000元",), ("3000元",)]


# unknown options


def test_unknown_option_is_a_fault_with_its_first_cell_and_count() -> None:
    answers = read([["序号", TITLE], [1, "全日托"], [2, "全日託"], [3, "全日託"]])
    (fault,) = answers.faults
    assert fault.cell == "B3"
    assert "有 2 份答卷选了 questions.toml 里没有的选项" in fault.what
    assert "是不是 全日托" in fault.action
    assert chosen(answers)[1] == (UNKNOWN,)


def test_five_unknown_texts_are_told_each() -> None:
    answers = read([["序号", TITLE], *([n, f"随便写的{n}"] for n in range(1, 6))])
    assert [one.cell for one in answers.faults] == ["B2", "B3", "B4", "B5", "B6"]


def test_many_unknown_texts_are_one_fault() -> None:
    answers = read([["序号", TITLE], *([n, f"随便写的{n}"] for n in range(1, 8))])
    (fault,) = answers.faults
    assert "有 7 份答卷、7 种写法" in fault.what
    assert "随便" not in repr(answers)


def test_other_is_only_a_doubt() -> None:
    answers = read([["序号", TITLE], [1, "其他〖亲戚带〗"], [2, "其它"]])
    assert not answers.faults
    assert "B2 题目“您希望选择哪种托育形式”有 2 份答卷选了“其他”类选项" in told(answers)


def test_option_that_nobody_chose_is_a_doubt() -> None:
    assert "选项“临时托”没有人选" in told(read([["序号", TITLE], [1, "全日托"], [2, "半日托"]]))


# A7: rows of a matrix


@pytest.mark.parametrize(
    "headings",
    [
        ["9、您对下列服务的态度—1.送餐", "2.医疗"],
        ["9、您对下列服务的态度—1、送餐", "2、医疗"],
        ["9、您对下列服务的态度—1.送餐", "9、您对下列服务的态度—2.医疗"],
        ["9、您对下列服务的态度—送餐", "9、您对下列服务的态度—医疗"],
        ["第9题(送餐)", "第9题(医疗)"],
    ],
)
@pytest.mark.parametrize("cells", [("需要", "不需要"), (1, 2)])
def test_matrix_is_read_by_its_rows(headings: list[str], cells: tuple[object, ...]) -> None:
    answers = read([["序号", *headings, "10、其余"], [1, *cells, ""]], MAP.partition("[[survey.q")[0] + MATRIX)
    assert (chosen(answers, 0), chosen(answers, 1)) == ([("需要",)], [("不需要",)])


def test_decimal_in_a_title_is_no_matrix() -> None:
    title = "您每天需要2-3.5小时托育吗"
    answers = read([["序号", f"1、{title}"], [1, "全日托"]], MAP.replace("您希望选择哪种托育形式", title))
    assert chosen(answers) == [("全日托",)]


# A1: two counts in the file's name


@pytest.mark.parametrize(
    ("name", "doubted"),
    [
        ("295603991_按文本_家长问卷_2_2.xlsx", False),
        ("295603991_按文本_家长问卷_3_2.xlsx", True),
        ("295603991_按文本_家长问卷_5_3.xlsx", True),
        ("[问卷星数据]2_2_0.xls", False),
        ("[问卷星数据]800_800_0.xls", True),
        ("家长问卷2024.xlsx", False),
    ],
)
def test_counts_in_the_name_are_compared_with_what_was_read(name: str, doubted: bool) -> None:  # noqa: FBT001
    answers = read([["序号", TITLE], [1, "全日托"], [2, "半日托"]], MAP.replace("家长问卷.xlsx", name))
    assert ("文件名里的份数" in told(answers)) is doubted


def test_both_counts_are_named() -> None:
    answers = read([["序号", TITLE], [1, "全日托"]], MAP.replace("家长问卷.xlsx", "1_按文本_3025_2246.xlsx"))
    assert "文件名里的份数是3025和2246，实际读到1份" in told(answers)


# A11: repeats and hasty answers


def test_of_repeats_the_first_handed_in_is_kept() -> None:
    rows: list[list[object]] = [
        ["序号", "提交答卷时间", TITLE, "2、您的手机号"],
        [1, "2024/6/3 12:00:00", "全日托", "13800000001"],
        [2, "2024/6/3 9:00:00", "半日托", "138 0000 0001"],
        [3, "2024/06/04 08:00:00", "临时托", 13800000002],
        [4, "2024-06-05 08:00:00", "临时托", ""],
        [5, "2024-06-05 08:00:01", "临时托", "(空)"],
    ]
    answers = read(rows, settings='duplicates = ["您的手机号"]')
    assert answers.rows == (3, 4, 5, 6)
    assert "读到5份答卷，您的手机号重复的1份不计，计4份" in told(answers)
    assert "13800000001" not in repr(answers)


def test_without_times_the_lower_number_is_first() -> None:
    rows: list[list[object]] = [["序号", TITLE, "手机号"], ["10", "全日托", "1"], ["9", "半日托", "1"]]
    assert chosen(read(rows, settings='duplicates = ["手机号"]')) == [("半日托",)]


@pytest.mark.parametrize(
    ("taken", "kept"), [("59秒", 0), ("60秒", 1), ("1分", 1), ("1分1秒", 1), ("0:00:59", 0), (61, 1), ("很久", 1)]
)
def test_hasty_answers_are_dropped(taken: object, kept: int) -> None:
    answers = read([["序号", "所用时间", TITLE], [1, taken, "全日托"]], settings="minimum_seconds = 60")
    assert len(answers.rows) == kept
    assert ("所用时间少于60秒的1份不计，计0份" in told(answers)) is (not kept)


@pytest.mark.parametrize(
    "heading",
    [
        *("所用时间", "答题时长", "填写时长", "作答时长", "答卷时长", "填答时长", "用时", "答题用时", "填写用时"),
        *("作答用时", "所用时长", "耗时", "答题耗时", "Duration", "Duration (in seconds)"),
    ],
)
def test_column_of_the_time_taken_is_known_by_every_name(heading: str) -> None:
    rows: list[list[object]] = [["序号", heading, TITLE], [1, "59", "全日托"], [2, "60", "半日托"]]
    assert chosen(read(rows, settings="minimum_seconds = 60")) == [("半日托",)]


@pytest.mark.parametrize(
    "submitted", ["提交答卷时间", "提交时间", "结束时间", "完成时间", "答题结束时间", "EndDate", "SubmitDate"]
)
@pytest.mark.parametrize("started", ["开始时间", "答题开始时间", "开始答题时间", "StartDate"])
def test_columns_of_beginning_and_end_are_known_by_every_name(started: str, submitted: str) -> None:
    rows: list[list[object]] = [
        ["序号", started, submitted, TITLE],
        [1, "2024/6/3 8:59:30", "2024/6/3 9:00:29", "全日托"],
        [2, "2024/6/3 8:59:30", "2024/6/3 9:00:30", "半日托"],
        [3, "2024/6/3 8:59:30", "9点", "临时托"],
    ]
    answers = read(rows, settings="minimum_seconds = 60")
    assert chosen(answers) == [("半日托",), ("临时托",)]
    assert "C4 有 1 份答卷的所用时间读不出，仍计入" in told(answers)


@pytest.mark.parametrize(
    ("taken", "kept"),
    [
        ("1小时0分5秒", 1), ("1时", 1), ("1:00:05", 1), ("2:01", 0), ("60:04", 0), ("60:05", 1), ("59分59秒", 0),
        ("60分钟5秒钟", 1), ("3605s", 1), ("3604", 0), ("120分", 1),
    ],
)  # fmt: skip
def test_length_of_time_is_read_in_hours_minutes_and_seconds(taken: str, kept: int) -> None:
    seconds = 3600 if taken == "1时" else 3605
    answers = read([["序号", "所用时间", TITLE], [1, taken, "全日托"]], settings=f"minimum_seconds = {seconds}")
    assert len(answers.rows) == kept


def test_rule_may_name_its_own_column_of_time() -> None:
    rows: list[list[object]] = [["序号", "秒数", "所用时间", TITLE], [1, 5, 99, "全日托"], [2, 99, 5, "半日托"]]
    assert chosen(read(rows, settings='minimum_seconds = 60\nduration = "秒数"')) == [("半日托",)]
    (fault,) = read(rows, settings='minimum_seconds = 60\nduration = "秒"').faults
    assert (fault.cell, fault.what) == ("第1行", "判定所用时间时，表头里找不到列“秒”，最接近的是“秒数”")
    assert chosen(read(rows, settings='minimum_seconds = 60\nduration = "秒"')) == [("全日托",), ("半日托",)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024/6/3 9:00", "2024/6/3 10:00"),
        ("2024-06-03 09:00:01", "2024-06-03 09:00:02"),
        ("1/12/2024 9:00:00", "6/3/2024 9:00:00"),  # as programs in English write it: January before June
        ("12/6/2023 9:00:00", "1/3/2024 9:00:00"),
        ("2024/6/3 11:59:59 AM", "2024/6/3 12:00:00 PM"),
        ("2024/6/3 12:00:00 AM", "2024/6/3 1:00:00 am"),
        ("2024/6/3 上午 11:00:00", "2024/6/3 下午 1:00:00"),
        ("2024/6/3 1:00:00 PM", "2024/6/3 13:30:00"),
        ("2024/6/3 12:30:00", "2024/6/3 1:00:00 PM"),
        ("2024/6/3 下午 12:30:00", "2024/6/3 下午 1:00:00"),
        (datetime(2024, 6, 3, 9), "2024/6/3 9:00:01"),  # noqa: DTZ001 - as Excel has it
    ],
)
def test_times_are_read_in_every_way_of_writing_them(first: object, second: object) -> None:
    """The answer that was handed in first stands below."""
    rows: list[list[object]] = [
        ["序号", "提交时间", TITLE, "手机号"],
        [1, second, "全日托", "1"],
        [2, first, "半日托", "1"],
    ]
    answers = read(rows, settings='duplicates = ["手机号"]')
    assert chosen(answers) == [("半日托",)]
    assert "分不清先后" not in told(answers)


@pytest.mark.parametrize("number", ["序号", "答题序号", "答题编号"])
def test_running_number_decides_between_equal_times(number: str) -> None:
    rows: list[list[object]] = [
        [number, "提交时间", TITLE, "手机号"],
        [2, "2024/6/3 9:00:00", "全日托", "1"],
        [1, "2024/6/3 9:00:00", "半日托", "1"],
    ]
    assert chosen(read(rows, settings='duplicates = ["手机号"]')) == [("半日托",)]


@pytest.mark.parametrize(
    ("rows", "doubted"),
    [
        ([["2024/6/3 9:00", "全日托", "1"], ["?", "半日托", "1"]], True),
        ([["?", "全日托", "1"], ["?", "半日托", "2"]], False),  # nothing repeats
        ([["?", "全日托", ""], ["?", "半日托", ""]], False),
        ([["2024/6/3 9:00", "全日托", "1"], ["2024/6/3 10:00", "半日托", "1"]], False),
    ],
)
def test_repeats_without_an_order_keep_the_upper_one_with_a_doubt(rows: list[list[object]], *, doubted: bool) -> None:
    answers = read([["提交时间", TITLE, "手机号"], *rows], settings='duplicates = ["手机号"]')
    assert ("分不清先后，保留了排在前面的一份" in told(answers)) is doubted
    if doubted:
        assert chosen(answers) == [("全日托",)]


def test_two_columns_tell_repeats_together() -> None:
    rows: list[list[object]] = [
        ["序号", TITLE, "姓名", "手机号"],
        [1, "全日托", "甲", "1"],
        [2, "全日托", "甲", "2"],
        [3, "半日托", "甲", "1"],
        [4, "半日托", "", "1"],
    ]
    answers = read(rows, settings='duplicates = ["姓名", "手机号"]')
    assert answers.rows == (2, 3, 5)
    assert "姓名、手机号重复的1份不计，计3份" in told(answers)


def test_every_reason_counts_what_it_alone_drops() -> None:
    rows: list[list[object]] = [
        ["序号", "所用时间", TITLE, "此题请选择“非常同意”", "手机号"],
        [1, "5", "全日托", "非常同意", "1"],
        [2, "99", "全日托", "同意", "1"],
        [3, "99", "全日托", "非常同意", "1"],
        [4, "99", "半日托", "非常同意", "1"],
        [5, "99", "半日托", "非常同意", "2"],
    ]
    answers = read(rows, MAP + CHECK, 'minimum_seconds = 60\nduplicates = ["手机号"]')
    assert answers.rows == (4, 6)
    assert "读到5份答卷，所用时间少于60秒的1份、甄别题答错的1份、手机号重复的1份不计，计2份" in told(answers)


def test_attention_check_that_is_missing_is_a_fault_and_drops_nobody() -> None:
    answers = read([["序号", TITLE], [1, "全日托"], [2, "半日托"]], MAP + CHECK)
    assert [one.cell for one in answers.faults] == ["第1行"]
    assert "找不到题目" in answers.faults[0].what
    assert len(answers.rows) == 2


def test_unreadable_time_is_a_doubt() -> None:
    answers = read([["序号", "所用时间", TITLE], [1, "很久", "全日托"]], settings="minimum_seconds = 60")
    assert "B2 有 1 份答卷的所用时间读不出，仍计入" in told(answers)


@pytest.mark.parametrize("settings", ["minimum_seconds = 60", 'duplicates = ["手机号"]'])
def test_rule_without_its_column_is_a_fault(settings: str) -> None:
    answers = read([["序号", TITLE, "手机"], [1, "全日托", "13800000001"]], settings=settings)
    assert len(answers.faults) == 1
    assert answers.faults[0].cell == "第1行"


def test_failed_attention_check_is_dropped() -> None:
    rows: list[list[object]] = [
        ["序号", TITLE, "2、此题请选择“非常同意”"],
        [1, "全日托", "非常同意"],
        [2, "全日托", "同意"],
        [3, "半日托", "(跳过)"],
    ]
    answers = read(rows, MAP + CHECK)
    assert chosen(answers) == [("全日托",), ("半日托",)]
    assert "读到3份答卷，甄别题答错的1份不计，计2份" in told(answers)
    assert not answers.faults


def test_answer_dropped_for_haste_is_no_earlier_repeat() -> None:
    rows: list[list[object]] = [
        ["序号", "所用时间", TITLE, "手机号"],
        [1, "3秒", "全日托", "1"],
        [2, "90秒", "半日托", "1"],
    ]
    answers = read(rows, settings='minimum_seconds = 60\nduplicates = ["手机号"]')
    assert chosen(answers) == [("半日托",)]


# nobody can be recognised


PRIVATE_TEXT = st.text(alphabet="甲乙丙丁戊己庚辛0123456789", min_size=6, max_size=12).map("隐".__add__)


@given(st.lists(st.tuples(PRIVATE_TEXT, PRIVATE_TEXT, PRIVATE_TEXT), min_size=1, max_size=4))
def test_no_personal_value_comes_out(people: list[tuple[str, str, str]]) -> None:
    rows: list[list[object]] = [
        [*ABOUT, TITLE, "2、您的姓名", "3、联系方式", "4、详细地址", "5、您还想说什么", "6、邮箱"]
    ]
    for number, (first, second, third) in enumerate(people, 1):
        about = [number, second, third, first, second, third, ""]
        rows.append([*about, f"其他〖{first}〗", second, second, third, first, f"{third}〖{first}"])
        rows.append([*about, first, second, second, third, first, second])
    settings = 'minimum_seconds = 1\nduplicates = ["联系方式", "来自IP"]'
    answers = read(rows, settings=settings)
    assert not any(value in repr(answers) for person in people for value in person)


@pytest.mark.parametrize(
    "title", ["您的手机号码", "联系方式", "您的姓名", "QQ号", "详细地址", "来源详情", "提交答卷时间"]
)
def test_personal_column_cannot_divide_the_respondents(title: str) -> None:
    text = MAP + f'[[survey.question]]\ntitle = "{title}"\nkind = "single"\ngroup = "谁"\n'
    answers = read([["序号", TITLE, title], [1, "全日托", "13800000001"]], text)
    assert f"题目“{title}”是个人信息，不能用来分组" in told(answers)
    assert "13800000001" not in repr(answers)


def test_question_about_wechat_with_options_is_an_ordinary_question() -> None:
    answers = read([["序号", "1、您常用微信吗"], [1, "全日托"]], MAP.replace("您希望选择哪种托育形式", "您常用微信吗"))
    assert chosen(answers) == [("全日托",)]


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(-4, 9)), max_size=5), max_size=6))
def test_no_sheet_breaks_the_reader(rows: list[list[object]]) -> None:
    text = MAP + PLACES + MATRIX + CHECK
    answers = read([["序号", TITLE, *TICKS[0][1:]], *rows], text, 'minimum_seconds = 9\nduplicates = ["手机号"]')
    assert len(answers.rows) <= answers.read


@given(st.text(alphabet="甲,;┋〖〗() 其他1-2", max_size=12))
def test_cell_gives_only_options_that_the_map_names(text: str) -> None:
    options = Options({"甲": "甲", "1": "一"}, {"2": "甲"})
    found = chosen_in(text, options, several=True)
    assert found is None or set(found) <= {"甲", "一", OTHER_OPTION, UNKNOWN}


# A8: the string of the interface


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2$1}3$2", {2: ("1",), 3: ("2",)}),
        ("2$1|3", {2: ("1", "3")}),
        ("7$1!1|2,2!3", {7: ("1!1", "1!2", "2!3")}),
        ("2$-3}3$1^别的", {2: ("-3",), 3: ("1",)}),
        ("5$王小明 13800000001}6$1", {5: (), 6: ("1",)}),
        ("", {}),
        ("乱写", {}),
    ],
)
def test_interface_string_gives_codes_and_no_typed_text(text: str, expected: dict[int, tuple[str, ...]]) -> None:
    assert read_api_string(text) == expected


@given(st.text(alphabet="0123456789$}|,!^甲", max_size=20))
def test_no_interface_string_breaks_the_reader(text: str) -> None:
    assert all(isinstance(number, int) for number in read_api_string(text))


@given(st.text(max_size=20))
def test_title_does_not_change_when_compared_again(text: str) -> None:
    assert title_of(title_of(text)) == title_of(text)
