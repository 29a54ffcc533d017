"""Recommendations as things to be done: who leads, for whom, by when, at what cost, measured by what (任务清单).

Belongs here: the closing paragraph of a recommendation and the table of them all, from the front matter of its file.
Date and proposed value are proposals and say so; the edition may set its own.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import get_args

from tuoyu.facts.relations import Outcome
from tuoyu.facts.wording import inert
from tuoyu.facts.wording import measure
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import span
from tuoyu.nouns.city import COUNTIES
from tuoyu.nouns.city import Duty
from tuoyu.nouns.edition import Proposal
from tuoyu.nouns.period import in_words
from tuoyu.text.conditions import decide
from tuoyu.text.gaps import GAP
from tuoyu.text.quoting import FULL_STOP
from tuoyu.text.quoting import departments
from tuoyu.text.references import TASK_TABLE
from tuoyu.text.sections import PROPOSAL
from tuoyu.text.sections import YEARS_ON
from tuoyu.text.sections import Fault
from tuoyu.text.tabulating import UNKNOWN
from tuoyu.text.tabulating import Table
from tuoyu.text.tabulating import shortest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.text.prose import Prose
    from tuoyu.text.sections import Section

_DATED = re.compile(r"\d{4}(-\d{2})?")
_RELATIVE = re.compile(rf"({'|'.join(YEARS_ON)})(\d+)月")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(\D+)")
_FACT = re.compile(r'<span class="fact" data-id="([^"]+)"')
PRESENT, NO_PRESENT = "本期", "先取得现状的数字，再定目标值"
PLANNED = "规划目标"
TO_RECKON = "需测算"
PROPOSED = "建议"
_ROLES = (("牵头", "lead"), ("配合", "partners"))
# names that stand for themselves; what else is no duty is the name of a department's business (市场监管)
_BODY = re.compile(r"(?:政府|机构|院校|学校|街道|社区|单位|企业|[局委办会园]|中心|医院|大学|学院|镇（街）|组织)$")


def _setting(facts: Facts, section: Section) -> Proposal:
    """What the edition sets for this recommendation."""
    given = facts.edition.proposals.get(section.stem) if facts.edition else None
    return given or Proposal()


def _here(facts: Facts, text: str) -> str:
    """What a file says of 县（市、区）, where a county has its townships below it."""
    if facts.city is None or facts.city.has_districts:
        return text
    return text.replace(f"{COUNTIES}政府", COUNTIES).replace(COUNTIES, facts.city.below)


def offices(facts: Facts, names: Sequence[str]) -> str:
    """Offices in words: 市卫生健康局、市教育局、市场监管部门、各县（市、区）政府."""
    duties = [one for one in names if one in get_args(Duty)]
    known = facts.city.departments if facts.city else {}
    named = all(duty in known for duty in duties)
    bodies = [inert(_here(facts, one)) for one in names if one not in duties and _BODY.search(one)]
    businesses = [one for one in names if one not in duties and not _BODY.search(one)]
    told = [departments(facts, duties)] if duties and named else []
    unnamed = businesses if named else [*duties, *businesses]
    return "、".join([*told, *(["、".join(map(inert, unnamed)) + "部门"] if unnamed else []), *bodies])


def deadline(facts: Facts, section: Section) -> str:
    """The proposed date in words: 2025年12月底前."""
    by = due(facts, section)
    if not _DATED.fullmatch(by):
        return inert(by)
    return f"{in_words(by)}底前" if "-" in by else f"{by}年底前"


def due(facts: Facts, section: Section) -> str:
    """The proposed date, of the edition or of the file, as 2025-12 or 2025; other words as the edition has them."""
    by = _setting(facts, section).by or section.by
    relative = _RELATIVE.fullmatch(by)
    if relative is None or facts.edition is None:
        return by
    return f"{facts.edition.as_of.year + YEARS_ON[relative[1]]}-{int(relative[2]):02}"


def faults_of_dates(sections: Iterable[Section], facts: Facts) -> Iterator[Fault]:
    """Recommendations of this edition that were to be done before its own date."""
    day = facts.edition.as_of.isoformat() if facts.edition else ""
    for section in sections:
        by = due(facts, section) if section.kind == PROPOSAL else ""
        if not _DATED.fullmatch(by) or by >= day[: len(by)]:
            continue
        if section.condition is None or decide(section.condition, facts) is not False:
            hint = "写作“次年12月”，各期自己推算，或者在本期的 [proposals] 里另定"
            yield Fault(section.file, section.line_of("by"), f"完成时限 {by} 早于本期的截止日期 {day}→ {hint}")


def faults_of_values(sections: Iterable[Section], facts: Facts) -> Iterator[Fault]:
    """Recommendations of this edition that propose a value which the city has reached already.

    Which way is better is told by what speaks against the city: too little of it, or too much.
    """
    for section in sections:
        fact = facts.get(section.indicator) if section.kind == PROPOSAL and section.indicator else None
        number = _NUMBER.fullmatch(_target(facts, section)) if fact else None
        if fact is None or number is None or number[2] != measure(fact):
            continue
        if section.condition is not None and decide(section.condition, facts) is False:
            continue
        better = Decimal(number[1]) - fact.rounded()
        if any(better <= 0 if too_little else better >= 0 for too_little in _ways_against(facts, fact)):
            what = f"建议值{number[0]}，现状已经是{printed(fact)}"
            yield Fault(
                section.file,
                section.line_of("target"),
                f"{what}→ 写作“比本期提高几个百分点”，或者在本期的 [proposals] 里另定",
            )


def _ways_against(facts: Facts, fact: Fact) -> set[bool]:
    """Whether there is too little (True) or too much (False) of it, by the conclusions against the city."""
    against = [
        one for one in facts.claims.values() if one["against"] and one["holds"] and fact.id in one.get("rests_on", ())
    ]
    return {one["outcome"] == Outcome.BELOW for one in against if one["outcome"] in {Outcome.BELOW, Outcome.ABOVE}}


def _target(facts: Facts, section: Section) -> str:
    """The proposed value, without the word that marks it as a proposal; one that leads on from nothing is none."""
    value = (_setting(facts, section).value or section.target).removeprefix(PROPOSED)
    if PRESENT in value and section.indicator not in facts:
        return NO_PRESENT
    words = inert(_here(facts, value))
    return f"{words}{_planned(facts, section.indicator)}" if words.endswith(PLANNED) else words


def _planned(facts: Facts, indicator: str) -> str:
    """The target of a plan that is not reached yet: that of the own province, or else the nation's."""
    present = facts.get(indicator)
    known = (facts.get(f"{of_nation}{indicator}目标") for of_nation in ("", "全国"))
    missed = (one for one in known if one and present and present.value < one.value)
    return next(map(span, missed), "")


def _costs(prose: Prose, section: Section) -> tuple[list[str], str]:
    """Estimates as sentences without full stop, and what is needed to reckon the rest."""
    facts = prose.facts
    lines = [prose.fill(line).rstrip(FULL_STOP) for line in section.costs]
    known = [line for line in lines if GAP not in line and not _is_for_nothing(facts, line)]
    needed = next((line for line in known if line.startswith(TO_RECKON)), "")
    estimates = [
        f"所需经费{line}" if line.startswith("在") else line for line in known if not line.startswith(TO_RECKON)
    ]
    return estimates, needed.removeprefix(TO_RECKON).lstrip("：:")


def _is_for_nothing(facts: Facts, line: str) -> bool:
    """Whether an estimate comes to no money, or to less: nothing is short, or nobody is there to be paid."""
    told = (facts.facts[id_] for id_ in _FACT.findall(line) if id_ in facts.facts)
    return any(one.value <= 0 for one in told if one.unit == "元")


def in_a_paragraph(prose: Prose, section: Section) -> str:
    """Lead, support, target group, date, money and indicator of a recommendation in two to four sentences."""
    facts = prose.facts
    lead, partners = offices(facts, section.lead), offices(facts, section.partners)
    support = f"，{partners}配合" if partners else ""
    sentences = [f"本项工作由{lead}牵头{support}，面向{inert(section.whom)}，{PROPOSED}{deadline(facts, section)}完成"]
    estimates, needed = _costs(prose, section)
    sentences += estimates
    if needed or not estimates:
        purpose = f"，测算要用到{needed.removeprefix('需要')}" if needed else ""
        sentences.append(f"{'其余' if estimates else '所需'}经费有待测算{purpose}")
    if section.indicator:
        sentences.append(_measured(facts, section))
    return FULL_STOP.join(sentences) + FULL_STOP


def _measured(facts: Facts, section: Section) -> str:
    fact = facts.get(section.indicator)
    present = f"，{in_words(fact.period)}为{span(fact)}" if fact else ""
    target = _target(facts, section)
    proposed = f"{PROPOSED}值为{target}" if target[:1].isdigit() else f"{PROPOSED}{target}"
    return f"成效以{inert(section.indicator)}衡量{present}，{proposed}"


def task_table(prose: Prose, sections: Iterable[Section]) -> Table:
    """The recommendations of the report, one a row."""
    rows = tuple(_row(prose, number, section) for number, section in enumerate(sections, 1))
    columns = ("序号", "任务", "责任单位", "完成时限", "经费", "指标：现状→建议值")
    align = ("center", "left", "left", "left", "left", "left")
    widths = shortest(len(columns), rows, {0: 2, 3: 7.5})
    return Table(TASK_TABLE, "任务清单", columns, rows, align, widths, long=True)


def _row(prose: Prose, number: int, section: Section) -> tuple[str, ...]:
    facts = prose.facts
    estimates, _ = _costs(prose, section)
    return (
        str(number),
        inert(section.measure or section.title),
        "；".join(f"{role}：{named}" for role, names in _ROLES if (named := offices(facts, getattr(section, names)))),
        deadline(facts, section),
        "；".join(estimates) or TO_RECKON,
        _aim(facts, section) if section.indicator else UNKNOWN,
    )


def _aim(facts: Facts, section: Section) -> str:
    fact = facts.get(section.indicator)
    of_when = in_words(fact.period) if fact and facts.is_older(fact) else ""
    present = f"{of_when}{span(fact)}" if fact else "暂无数据"
    return f"{inert(section.indicator)}：{present}→{PROPOSED}{_target(facts, section)}"
