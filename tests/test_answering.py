"""Problems and recommendations: each is written where it is due, and nothing against the city goes unanswered."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from toy_report import EDITION
from toy_report import FACTS
from toy_report import changed
from toy_report import claim
from toy_report import file

from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.fact import Facts
from tuoyu.text.answering import check_answers
from tuoyu.text.answering import chosen
from tuoyu.text.prose import Prose
from tuoyu.text.sections import Section
from tuoyu.text.sections import read_section

LINES = {"lead": "[教育]", "by": "2025-12", "indicator": "使用率", "money": "不需要新增财政投入", "for": "家庭"}


def section(stem: str, kind: str, order: int, **front: object) -> Section:
    more = LINES if kind == "建议" else {}
    made, _ = read_section(f"{stem}.md", file("一句。", title=stem, kind=kind, order=order, **{**more, **front}))
    assert made is not None
    return made


CHAPTER = section("状况", "章", 1)
SHORT = section("缺托位", "问题", 2, when="托位未达目标")
UNUSED = section("空托位", "问题", 3, when="使用率偏低")
FEWER = section("少出生", "问题", 4, when="出生下降")
BUILD = section("补托位", "建议", 5, answers="缺托位")
USE = section("用托位", "建议", 6, answers="[使用率偏低]")
TASKS = section("清单", "任务清单", 7)
EVERYTHING = (CHAPTER, SHORT, UNUSED, FEWER, BUILD, USE, TASKS)


def written(facts: Facts, *sections: Section) -> tuple[list[str], list[str]]:
    """Stems of the sections that are written, and what is told of the others."""
    kept, omissions = chosen(sections or EVERYTHING, Prose(facts))
    return [one.stem for one in kept], [one.what for one in omissions]


def test_what_holds_is_written_with_its_answer_and_what_is_undecided_is_told() -> None:
    assert written(FACTS) == (["状况", "缺托位", "补托位", "清单"], ["关于“出生下降”的判断和建议"])


def test_claim_that_decides_nothing_is_not_told_as_undecided() -> None:
    either = section("甲", "节", 1, when="托位未达目标 或 出生下降")
    neither = section("乙", "节", 2, when="使用率偏低 且 出生下降")
    assert written(FACTS, either, neither) == (["甲"], [])


def test_recommendation_may_answer_a_claim_itself() -> None:
    claims = {**FACTS.claims, "使用率偏低": claim(), "托位未达目标": claim(holds=False)}
    assert written(changed(claims=claims))[0] == ["状况", "空托位", "用托位", "清单"]
    assert written(changed(claims=claims), CHAPTER, USE, TASKS)[0] == ["状况", "用托位", "清单"]


def test_without_recommendations_there_is_no_table_of_tasks() -> None:
    claims = {name: claim(holds=False) for name in FACTS.claims}
    assert written(changed(claims=claims)) == (["状况"], [])


def test_recommendation_is_not_written_where_its_own_condition_is_not_met() -> None:
    build = section("补托位", "建议", 5, answers="缺托位", when="使用率偏低")
    assert written(FACTS, SHORT, build)[0] == ["缺托位"]


def faults(sections: Sequence[Section], facts: Facts = FACTS) -> list[str]:
    with pytest.raises(ContractError) as caught:
        check_answers(sections, facts)
    first, *lines = str(caught.value).splitlines()
    assert first == f"本期的问题和建议有 {len(lines)} 处没有对上："
    return lines


def test_report_whose_problems_are_answered_passes() -> None:
    check_answers([CHAPTER, SHORT, BUILD], FACTS)
    claims = {**FACTS.claims, "使用率偏低": claim(against=True)}
    check_answers([SHORT, BUILD, section("空", "问题", 3, rests_on="[使用率偏低]"), USE], changed(claims=claims))


def test_problem_without_an_answer_is_a_fault() -> None:
    assert faults([SHORT]) == [
        "  1. 缺托位.md：这个问题写进了本期，但没有一条写进本期的建议针对它",
        "  2. 结论“托位未达目标”成立，对本市不利，但没有一条写进本期的建议针对它（写在建议的 answers）",
    ]
    assert len(faults([SHORT, BUILD, UNUSED])) == 1


def test_what_speaks_against_the_city_must_be_named() -> None:
    (one,) = faults([CHAPTER])
    assert one.startswith("  1. 结论“托位未达目标”成立，对本市不利，但没有一个写进本期的问题说到它")
    (one,) = faults([UNUSED, USE])
    assert "没有一个写进本期的问题说到它" in one


@pytest.mark.parametrize("holds", [False, None])
def test_what_does_not_hold_or_speaks_not_against_the_city_need_not_be_named(*, holds: bool | None) -> None:
    check_answers([CHAPTER], changed(claims={"甲": claim(holds=holds, against=True), "乙": claim(against=False)}))


def test_briefing_without_problems_owes_no_answer() -> None:
    briefing = changed(edition=EDITION.model_copy(update={"kind": "资料简报"}))
    check_answers([CHAPTER], briefing)
    assert len(faults([SHORT], briefing)) == 2
    assert "没有一个写进本期的问题" in faults([BUILD], briefing)[0]
