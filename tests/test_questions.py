"""The question map: what staff write about a survey, and how faults in it are told."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.nouns.questions import Questions
from tuoyu.nouns.questions import QuestionsError
from tuoyu.nouns.questions import plain
from tuoyu.nouns.questions import read_questions

GOOD = """
[[survey]]
file = "家长问卷_按文本_300_300.xlsx"
period = "2024年6月"
minimum_seconds = 60
duplicates = ["手机号"]
[[survey.question]]
title = "您希望选择哪种托育形式"
kind = "single"
by = ["区县"]
codes = { "1" = "全日托", "3" = "半日托" }
options = { "全日托" = "全日托比例", "半日托" = "" }
[[survey.question]]
title = "您能接受的月托费"
kind = "single"
options = { "1500元以下" = "价格一档比例", "1500-2000元" = "价格二档比例" }
[[survey.question.combined]]
indicator = "低价位接受比例"
option = "2000元以下"
options = ["1500元以下", "1500-2000元"]
[[survey.question]]
title = "您所在的区县"
kind = "single"
group = "区县"
[[survey.question]]
title = "此题请选择非常同意"
kind = "check"
expect = "非常同意"
"""


def read(old: str = "", new: str = "") -> Questions:
    assert old in GOOD
    return read_questions(tomllib.loads(GOOD.replace(old, new, 1) if old else GOOD))


def faults(old: str, new: str) -> str:
    with pytest.raises(QuestionsError) as raised:
        read(old, new)
    return str(raised.value)


def test_good_map_is_read() -> None:
    survey = read().of("家长问卷_按文本_300_300.xlsx")
    assert survey is not None
    assert survey.minimum_seconds == 60
    assert [question.kind for question in survey.question] == ["single", "single", "single", "check"]
    assert survey.question[1].combined[0].options == ("1500元以下", "1500-2000元")


def test_survey_of_a_file_that_is_not_declared() -> None:
    assert read().of("另一份.xlsx") is None


def test_codes_may_have_holes_and_another_order() -> None:
    assert read().survey[0].question[0].codes == {"1": "全日托", "3": "半日托"}


def test_options_are_known_however_they_are_dashed() -> None:
    assert read().survey[0].question[1].known[plain("1500 — 2000元")] == "1500-2000元"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "check"', 'kind = "排序"', "只能是 single、multiple、matrix、check，现为 “排序”"),
        ('title = "您所在的区县"\n', "", "缺少 survey 第1条 question 第3条 title（题干）"),
        ('period = "2024年6月"', "period = 2024", "period：应为文字，请加英文双引号"),
        ("minimum_seconds = 60", "minimum_seconds = 0", "minimum_seconds：应大于 0"),
        ("duplicates =", "duplicate =", "不认识的键 survey 第1条 duplicate，是不是 duplicates？"),
        ('"1" = "全日托"', '"甲" = "全日托"', "等号左边应为导出文件里的序号"),
        ('"3" = "半日托"', '"3" = "全日托"', "选项“全日托”有 2 个序号"),
        ('"3" = "半日托"', '"3" = "计时托"', "选项“半日托”没有序号，是不是"),
        ('options = ["1500元以下", "1500-2000元"]', 'options = ["1500元以下"]', "合并的选项至少要有两个"),
        (
            'options = ["1500元以下", "1500-2000元"]',
            'options = ["1500元以下", "1500-200元"]',
            "“1500-200元”不在 options",
        ),
        ('option = "2000元以下"', 'option = "1500元以下"', "“1500元以下”已是另一个选项的名称"),
        ('"价格二档比例"', '"价格一档比例"', "指标“价格一档比例”对应了 2 个选项"),
        ('by = ["区县"]', 'by = ["区"]', "没有 group 为“区”的分组题"),
        ('group = "区县"', 'group = "区县"\nby = ["区县"]', "不能按本题自己的分组“区县”作交叉表"),
        ('group = "区县"', "", "既没有 options 也没有 group"),
        ('kind = "single"\ngroup', 'kind = "multiple"\ngroup', "分组题应为单选题"),
        ('expect = "非常同意"', "", "要用 expect 写明正确选项"),
        ('group = "区县"', 'group = "区县"\nexpect = "是"', "只有甄别题"),
        ('title = "您所在的区县"', 'title = "您能接受的 月托费"', "题干“您能接受的月托费”写了 2 次"),
    ],
)
def test_fault_is_told_in_chinese(old: str, new: str, told: str) -> None:
    assert told in faults(old, new)


def test_a_number_that_is_both_code_and_option_is_refused() -> None:
    numbers = '{ "1" = "2", "2" = "1" }\noptions = { "1" = "甲比例", "2" = "乙比例" }\n'
    text = GOOD.replace('{ "1" = "全日托", "3" = "半日托" }\n', numbers).replace(
        'options = { "全日托" = "全日托比例", "半日托" = "" }\n', ""
    )
    with pytest.raises(QuestionsError, match="“1”既是序号又是选项"):
        read_questions(tomllib.loads(text))


def test_all_faults_are_listed_at_once() -> None:
    text = GOOD.replace('kind = "single"', 'kind = "单选"')
    with pytest.raises(QuestionsError) as raised:
        read_questions(tomllib.loads(text))
    assert len(raised.value.faults) == 3


def test_one_file_is_one_survey() -> None:
    with pytest.raises(QuestionsError, match="写了 2 次"):
        read_questions(tomllib.loads(GOOD + GOOD))


@pytest.mark.parametrize("record", [{}, {"survey": 1}, {"survey": [1]}, {"survey": [{"question": [{"combined": 3}]}]}])
def test_anything_else_is_refused_in_chinese(record: dict[str, Any]) -> None:
    with pytest.raises(QuestionsError) as raised:
        read_questions(record)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in fault) for fault in raised.value.faults)


@given(st.text(max_size=20))
def test_comparing_text_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)
