"""How an indicator stands to its target: attained, near, missed, or in doubt, and what puts it in doubt."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from making import NATION
from making import NEAR
from making import ORIGIN
from making import OWN
from making import fact
from making import facts

from tuoyu.childcare.attaining import State
from tuoyu.childcare.attaining import dashboard
from tuoyu.childcare.attaining import state_of
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.finding import CORRECTED
from tuoyu.nouns.finding import Finding
from tuoyu.nouns.finding import Severity

PROVINCE = "440000"
TARGET = fact("places_target", "5", "个/千人", place=PROVINCE, period="2025", kind="policy")


def rate(value: str, bound: str = "=", **more: object) -> Fact:
    return fact("places_per_thousand", value, "个/千人", 2, bound=bound, **more)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("5.01", State.ATTAINED),
        ("5", State.ATTAINED),
        ("4.995", State.NEAR),  # 99.9 %, printed as 5.00
        ("4.5", State.NEAR),
        ("4.495", State.MISSED),  # 89.9 %
        ("0", State.MISSED),
    ],
)
def test_state_by_the_share_of_the_target(value: str, state: State) -> None:
    one = rate(value)
    assert state_of(facts(one, TARGET), one, TARGET) is state


@pytest.mark.parametrize(
    ("value", "bound", "state"),
    [
        ("6", ">", State.ATTAINED),
        ("5", ">=", State.ATTAINED),
        ("4.9", ">", State.DOUBTFUL),
        ("2", ">", State.DOUBTFUL),
        ("6", "<", State.DOUBTFUL),
        ("4.8", "<", State.DOUBTFUL),  # below, but nobody knows how near
        ("2", "<", State.MISSED),
        ("6", "≈", State.ATTAINED),
        ("5", "≈", State.DOUBTFUL),
        ("4.995", "≈", State.DOUBTFUL),
        ("3", "≈", State.MISSED),
    ],
)
def test_bounds_and_about_decide_only_what_they_can(value: str, bound: str, state: State) -> None:
    one = rate(value, bound)
    assert state_of(facts(one, TARGET), one, TARGET) is state


@pytest.mark.parametrize(
    ("low", "high", "state"),
    [
        ("5", "6", State.ATTAINED),
        ("4", "6", State.DOUBTFUL),
        ("4.6", "4.8", State.NEAR),
        ("4", "4.8", State.DOUBTFUL),
        ("3", "4", State.MISSED),
    ],
)
def test_range_decides_where_both_ends_agree(low: str, high: str, state: State) -> None:
    one = rate(low, upper=Decimal(high))
    assert state_of(facts(one, TARGET), one, TARGET) is state


def test_without_a_target_there_is_no_state() -> None:
    assert state_of(facts(rate("5")), rate("5"), None) is State.NONE


def doubt(indicator: str, place: str, period: str, severity: Severity = "warning", code: str = "x") -> Finding:
    return Finding(severity, code, "表，D3", "有疑", "核对", (indicator,), place, period)


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (doubt("places_per_thousand", OWN, "2024"), State.DOUBTFUL),
        (doubt("places_per_thousand", OWN, ""), State.DOUBTFUL),
        (doubt("places_target", PROVINCE, "2025"), State.DOUBTFUL),
        (doubt("places_per_thousand", OWN, "2023"), State.ATTAINED),
        (doubt("places_per_thousand", NEAR, "2024"), State.ATTAINED),
        (doubt("places_per_thousand", NATION, ""), State.ATTAINED),
        (doubt("use_rate", OWN, "2024"), State.ATTAINED),
        (doubt("places_per_thousand", OWN, "2024", "note"), State.ATTAINED),
        (doubt("places_per_thousand", OWN, "2024", code=CORRECTED), State.ATTAINED),
    ],
)
def test_finding_casts_doubt_on_the_figure_that_it_is_about(finding: Finding, state: State) -> None:
    one = rate("6")
    assert state_of(facts(one, TARGET, findings=(finding,)), one, TARGET) is state
    about_the_target = finding.place == PROVINCE
    alone = State.DOUBTFUL if state is State.DOUBTFUL and not about_the_target else State.NONE
    assert state_of(facts(one, findings=(finding,)), one, None) is alone


def test_finding_on_a_cell_casts_doubt_on_the_target_that_comes_from_it() -> None:
    of_target = replace(TARGET, origins=(replace(ORIGIN, cell="target“places”"),))
    cells = (of_target.origins[0].where, "别处")
    told = [Finding("warning", "double-entry", where, "两次录入不同", "") for where in cells]
    states = [state_of(facts(rate("6"), of_target, findings=(one,)), rate("6"), of_target) for one in told]
    assert states == [State.DOUBTFUL, State.ATTAINED]


# the page of indicators


KNOWN = (
    fact("places", "100"),
    fact("institutions", "4"),
    rate("4.5"),
    fact("enrolment_rate", "30", "%", 1),
    fact("fee", "2700"),
)


def plain_rows(*some: Fact, roles: dict[str, Fact] | None = None) -> dict[str, tuple[str, ...]]:
    table = dashboard(facts(*some, roles=roles))
    assert table is not None
    return {row[0]: tuple(re.sub("<[^>]+>", "", cell) for cell in row[1:]) for row in table.rows}


def test_every_indicator_stands_beside_its_own_target() -> None:
    enrolment = fact("enrolment_target", "28.6", "%", place=PROVINCE, period="2025", kind="policy")
    rows = plain_rows(*KNOWN, roles={"places_target": TARGET, "enrolment_target": enrolment})
    assert rows["每千人口托位数"][:3] == ("4.50个", "5个", "◐ 接近")
    assert rows["入托率"][:3] == ("30.0%", "28.6%", "● 已达到")
    assert rows["托位数"][:3] == ("100个", "—", "—")
    assert list(rows) == ["托育机构数", "托位数", "每千人口托位数", "入托率", "全日托平均托费"]


def test_target_of_the_nation_stands_where_the_province_has_none() -> None:
    nation = fact("places_target", "4.5", "个/千人", place=NATION, period="2025", kind="policy")
    rows = plain_rows(*KNOWN, roles={"national_places_target": nation})
    assert rows["每千人口托位数"][1:3] == ("4.5个", "● 已达到")
    assert rows["入托率"][1:3] == ("—", "—")
    both = plain_rows(*KNOWN, roles={"national_places_target": nation, "places_target": TARGET})
    assert both["每千人口托位数"][1:3] == ("5个", "◐ 接近")


def test_change_and_date_stand_behind() -> None:
    before = fact("places", "90", period="2023-12-31", edition="toy-2023")
    now = replace(KNOWN[0], period="2024-08-31", origins=(replace(KNOWN[0].origins[0], cell="Z9"),))
    change = fact("change", "10", "个", inputs=(now.id, before.id), kind="computed")
    rows = plain_rows(now, *KNOWN[1:], before, change)
    assert rows["托位数"][3:] == ("升10个", "2024年8月底")
    assert rows["托育机构数"][3:] == ("—", "2024年")


def test_note_tells_only_of_what_the_page_shows() -> None:
    before = fact("places", "90", period="2023-12-31", edition="toy-2023")
    change = fact("change", "10", "个", inputs=(KNOWN[0].id, before.id), kind="computed")
    pages = [
        dashboard(facts(*KNOWN, *more, roles={"places_target": TARGET} if target else None))
        for target in (False, True)
        for more in ((), (before, change))
    ]
    assert not any("△" in one.note for one in pages if one)
    doubted = dashboard(facts(*KNOWN, findings=(doubt("places", OWN, "2024"),)))
    assert doubted is not None
    assert "△存疑" in doubted.note
    told = [(("目标为本省目标" in one.note), re.findall("—(.*)。", one.note)) for one in pages if one]
    assert told == [(False, []), (False, ["没有上期数字"]), (True, ["没有目标"]), (True, ["没有目标或没有上期数字"])]


def test_two_indicators_make_no_page() -> None:
    assert dashboard(facts(*KNOWN[:3])) is not None
    assert dashboard(facts(*KNOWN[:2])) is None
    assert dashboard(facts()) is None
