"""What those who answer for an edition find in its workbook: checks and how doubts were settled, and what was assumed.

Everything is gathered from facts, findings and the report: nothing in it is typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from tuoyu.facts.wording import cite
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import KIND_NAMES
from tuoyu.nouns.finding import SETTLED
from tuoyu.nouns.finding import SEVERITY_NAMES
from tuoyu.nouns.period import in_words
from tuoyu.render.ledger import Sheet
from tuoyu.render.passages import passages
from tuoyu.text.checklist import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.finding import Finding
    from tuoyu.render.ledger import Cell

FINDINGS, CHECKED, ASSUMPTIONS = "核验意见", "核验记录", "假设清单"
READING = ("读取文件", "每个文件逐格读取：种类、工作表、地区、时点、单位、口径，登记的更正是否仍对得上原文。")
OPEN, EXPLAINED = "待答复", "提示，不需答复"
PASSED, WAITING, ANSWERED = "没有意见", "有待答复的意见", "有意见，均已答复或只作提示"
SCENARIO, METHOD = "展望方案", "方法假定"
_ASSUMED = re.compile("近似|假定")  # how a basis says that it takes one thing for another
_MOST = 60  # names in a cell
_FINDINGS = (
    ("序号", 6),
    ("性质", 10),
    ("位置", 40),
    ("情况", 60),
    ("处理", 44),
    ("指标", 28),
    ("时点", 12),
    ("核验项目", 20),
    ("答复情况", 14),
    ("答复单位", 24),
    ("答复日期", 12),
)
_CHECKED = (
    ("序号", 6),
    ("核验项目", 26),
    ("内容", 70),
    ("意见", 8),
    ("已更正", 8),
    ("已核实", 8),
    ("提示", 8),
    ("待答复", 8),
    ("结果", 26),
)
_ASSUMPTIONS = (
    ("序号", 6),
    ("假设或参数", 34),
    ("数值", 14),
    ("性质", 12),
    ("依据", 44),
    ("出处", 44),
    ("附注", 30),
    ("影响的数字", 10),
    ("影响的指标", 60),
    ("影响的结论", 40),
    ("写入的章节", 40),
)


def finding_sheet(facts: Facts, subject: Subject) -> Sheet:
    """核验意见 — every finding, and how it was settled, by which office and when."""
    rows = (
        (
            order,
            SEVERITY_NAMES[one.severity],
            one.where,
            one.what,
            one.action,
            "、".join(subject.vocabulary[id_].name for id_ in one.indicators if id_ in subject.vocabulary),
            in_words(one.period) if one.period else "",
            check_of(one)[0],
            settlement(one),
            one.office,
            one.on,
        )
        for order, one in enumerate(facts.findings, 1)
    )
    return Sheet(FINDINGS, _FINDINGS, tuple(rows))


def check_of(one: Finding) -> tuple[str, str]:
    """The check that a finding is of: its name, and what it does."""
    return _checks().get(one.code, READING)


@cache
def _checks() -> dict[str, tuple[str, str]]:
    """The checks by the code of their findings; those of one code together. Any other code comes from reading."""
    by_code: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, name, content in CHECKS.values():
        by_code[code].append((name, content))
    joined = ((code, zip(*said, strict=True)) for code, said in by_code.items())
    return {code: ("、".join(names), "".join(contents)) for code, (names, contents) in joined}


def settlement(one: Finding) -> str:
    """How a finding was settled."""
    return SETTLED.get(one.code) or (EXPLAINED if one.severity == "note" else OPEN)


def check_sheet(facts: Facts) -> Sheet:
    """核验记录 — every check that was made, with what it had to say and what of that is still open."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in facts.findings:
        found[check_of(one)].append(settlement(one))
    made = (READING, *_checks().values())
    rows: list[tuple[Cell, ...]] = []
    for order, check in enumerate(made, 1):
        said = found[check]
        counts = [said.count(word) for word in (*SETTLED.values(), EXPLAINED, OPEN)]
        result = WAITING if OPEN in said else ANSWERED if said else PASSED
        rows.append((order, *check, len(said), *counts, result))
    return Sheet(CHECKED, _CHECKED, tuple(rows))


def assumption_sheet(facts: Facts, subject: Subject, document: NotebookNode) -> Sheet:
    """假设清单 — assumptions, targets and scenarios, and what was computed, concluded and printed with each."""
    weight = _Weight(facts, subject, document)
    rows: list[tuple[Cell, ...]] = []
    for one in facts.values():
        if one.kind in {"assumption", "policy"}:
            cited = "；".join(dict.fromkeys(cite(origin) for origin in one.origins))
            where = "；".join(dict.fromkeys(origin.where for origin in one.origins))
            about = (one.label, printed(one), KIND_NAMES[one.kind], one.basis or cited, where, one.note)
            rows.append((*about, *weight.of([one.id])))
    edition = facts.edition
    for name, share in edition.outlook.scenarios.items() if edition else ():
        own = [one.id for one in facts.values() if one.part.name == name and not one.edition]
        where = f"{edition.file_of('outlook.scenarios')}，outlook.scenarios" if edition else ""
        about = (f"方案“{name}”", f"{share}%", SCENARIO, "出生人口按近年变动率的这一比例推算", where, "")
        rows.append((*about, *weight.of(own, themselves=True)))
    for indicator in subject.vocabulary.values():
        own = [one.id for one in facts.select(indicator.id) if one.kind == "computed"]
        if own and _ASSUMED.search(indicator.basis):
            about = (indicator.name, "", METHOD, indicator.basis, indicator.formula, "")
            rows.append((*about, *weight.of(own, themselves=True)))
    return Sheet(ASSUMPTIONS, _ASSUMPTIONS, tuple((order, *row) for order, row in enumerate(rows, 1)))


class _Weight:
    """What hangs on a fact: all that was computed from it, concluded from that, and printed of it."""

    def __init__(self, facts: Facts, subject: Subject, document: NotebookNode) -> None:
        self.facts = facts
        self.used: dict[str, list[str]] = defaultdict(list)
        for one in facts.values():
            for given in one.inputs:
                self.used[given].append(one.id)
        self.claims: Mapping[str, set[str]] = {
            claim.id: {facts[name].id for name in claim.names if name in facts}
            for claim in subject.claims
            if claim.id in facts.claims
        }
        self.sections: dict[str, dict[str, None]] = defaultdict(dict)
        for passage in passages(document):
            for carried in passage.carried:
                self.sections[carried.id][passage.under or passage.section] = None

    def of(self, ids: Iterable[str], *, themselves: bool = False) -> tuple[int, str, str, str]:
        """How many figures hang on these, of which indicators, and the claims and sections with any of them."""
        first = dict.fromkeys(ids)
        reached = self._reached(first)
        hanging = [self.facts.facts[id_] for id_ in reached if themselves or id_ not in first]
        claims = [claim for claim, names in self.claims.items() if names & reached.keys()]
        sections = dict.fromkeys(section for id_ in reached for section in self.sections[id_])
        return len(hanging), _listed(one.name for one in hanging), _listed(claims), _listed(sections)

    def _reached(self, first: Mapping[str, None]) -> dict[str, None]:
        reached, waiting = dict(first), list(first)
        while waiting:
            for user in self.used[waiting.pop()]:
                if user not in reached:
                    reached[user] = None
                    waiting.append(user)
        return {id_: None for id_ in self.facts if id_ in reached}  # in the order of the facts


def _listed(names: Iterable[str]) -> str:
    known = list(dict.fromkeys(names))
    return "、".join(known[:_MOST]) + (f"等{len(known)}项" if len(known) > _MOST else "")
