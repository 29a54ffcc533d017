"""完成情况 — how main indicators stand to their targets and to the edition before, for the page of indicators.

The thresholds: attained at or above the target; near from nine tenths of it on; doubtful where bounds leave it open or
a finding casts doubt on the figure. Shapes and words tell the state, so that nothing hangs on colour.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from tuoyu.childcare.annexes import before_of
from tuoyu.childcare.annexes import change_of
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.relations import Outcome
from tuoyu.facts.relations import Relation
from tuoyu.facts.relations import relate
from tuoyu.facts.wording import span
from tuoyu.nouns.fact import LESS
from tuoyu.text.tabulating import UNKNOWN
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import text
from tuoyu.text.tabulating import when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

NEAR = Decimal("0.9")  # of the target
NATIONAL = "national_places_target"


class State(StrEnum):
    """状态 — attained, near, missed, doubtful, or without a target."""

    ATTAINED = "● 已达到"
    NEAR = "◐ 接近"
    MISSED = "○ 未达到"
    DOUBTFUL = "△ 存疑"
    NONE = "—"


def state_of(facts: Facts, fact: Fact, target: Fact | None) -> State:
    """How an indicator stands to its target; without a target only whether its figure is doubtful."""
    if target is None:
        return State.DOUBTFUL if _doubted(facts, fact) else State.NONE
    outcome = relate(Relation.TARGET, fact, target).outcome
    if outcome in {Outcome.OPEN, Outcome.ABSENT} or _doubted(facts, fact, target):
        return State.DOUBTFUL
    if outcome in {Outcome.ABOVE, Outcome.LEVEL}:
        return State.ATTAINED
    # an upper bound may be anything below, a range anything between its ends
    ends = [
        fact.value,
        *([fact.upper] if fact.upper is not None else []),
        *([Decimal(0)] if fact.bound in LESS else []),
    ]
    near = {end >= target.value * NEAR for end in ends}
    return State.DOUBTFUL if len(near) > 1 else State.NEAR if near == {True} else State.MISSED


def _doubted(facts: Facts, *some: Fact) -> bool:
    return any(finding.asks for one in some for finding in facts.findings_on(one))


def dashboard(facts: Facts) -> Table | None:
    """监测指标一览 — value, target, state, change and date of the main indicators."""
    measured = {one.target_of: one.id for one in vocabulary().values() if one.target_of}
    earlier = before_of(facts)
    rows = []
    for indicator in vocabulary().values():
        now = facts.get(indicator.id) if "dashboard" in indicator.tables else None
        if now is None:
            continue
        target = facts.get(measured.get(indicator.id, "")) or _of_nation(facts, indicator.id)
        before = earlier.get(indicator.id)
        rows.append(
            (
                text(indicator.name),
                span(now),
                span(target) if target else UNKNOWN,
                text(state_of(facts, now, target)),
                change_of(facts, now, before) if before else UNKNOWN,
                when(now),
            )
        )
    if len(rows) < 3:
        return None
    return Table(
        "tab-dashboard",
        "监测指标一览",
        ("指标", "现状", "目标", "完成情况", "比上期", "时点"),
        tuple(rows),
        ("left", "right", "right", "center", "right", "center"),
        (2.5, 1.5, 1.5, 1.5, 2, 1.7),
        _legend(rows),
    )


def _legend(rows: Sequence[tuple[str, ...]]) -> str:
    """What the table leaves to be said of the columns that it shows."""
    targets, changes = (any(row[column] != UNKNOWN for row in rows) for column in (2, 4))
    told = ["●已达到", "◐接近，达到目标的九成及以上", "○未达到"] if targets else []
    if any(row[3] == State.DOUBTFUL for row in rows):
        told.append("△存疑，数字或者目标有核验意见，或者只有上限、下限而不能判断")
    none = [word for word, there in (("没有目标", targets), ("没有上期数字", changes)) if there]
    if none:
        told.append(f"—{'或'.join(none)}")
    return ("目标为本省目标，没有取得的用全国目标。" if targets else "") + (f"{'；'.join(told)}。" if told else "")


def _of_nation(facts: Facts, indicator: str) -> Fact | None:
    """The national target, where no target of the province is at hand."""
    return facts.get(NATIONAL) if vocabulary()["places_target"].target_of == indicator else None
