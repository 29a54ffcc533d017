"""What the text refers to (所引): names, claims, exhibits, evidence, policies, targets — each must be in a register.

Belongs here: the check that nothing unknown is named anywhere, in blocks that are written or not. A name that is
known but has no evidence in an edition is no fault; its sentence is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import get_args

from tuoyu.nouns.city import Duty
from tuoyu.nouns.edition import Targets
from tuoyu.nouns.forms import near
from tuoyu.nouns.forms import suggestion
from tuoyu.nouns.register import TOPICS
from tuoyu.nouns.register import Evidence
from tuoyu.nouns.register import Group
from tuoyu.nouns.register import Policy
from tuoyu.text.conditions import Holds
from tuoyu.text.conditions import atoms
from tuoyu.text.printing import FILTERS
from tuoyu.text.prose import CITY_NAMES
from tuoyu.text.prose import CLAIM
from tuoyu.text.prose import MARKS
from tuoyu.text.prose import PAIRS
from tuoyu.text.prose import THIS_CITY
from tuoyu.text.sections import BENCHMARK
from tuoyu.text.sections import PROBLEM
from tuoyu.text.sections import PROPOSAL
from tuoyu.text.sections import TASKS
from tuoyu.text.sections import Fault
from tuoyu.text.templates import Call
from tuoyu.text.templates import Filtered
from tuoyu.text.templates import Name
from tuoyu.text.templates import TemplateFault
from tuoyu.text.templates import Text
from tuoyu.text.templates import expressions
from tuoyu.text.templates import parse_template

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.register import Entry
    from tuoyu.text.conditions import Condition
    from tuoyu.text.sections import Section
    from tuoyu.text.templates import Expression
    from tuoyu.text.templates import Template

TASK_TABLE = "tab-tasks"
# what the arguments of each function name: one kind, or one for each; the last may be repeated where "…" follows
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "部门": ("duty", "…"),
    "部门等": ("duty", "…"),
    "文件": ("policy",),
    "文件年份": ("policy",),
    "文件要求": ("policy",),
    "目标文件": ("target",),
    "证据": ("quotation",),
    "做法": ("group",),
    "外地做法": ("tag",),
    "图": ("exhibit",),
    "表": ("exhibit",),
    "附件": ("annex",),
    CLAIM: ("claim",),
    **dict.fromkeys(PAIRS, ("name", "name")),
}
ASKED = {
    "有": "name",
    "缺": "name",
    "同年": "name",
    "有证据": "evidence",
    "有做法": "group",
    "有外地做法": "tag",
    "有图": "exhibit",
    "有表": "exhibit",
}
WORDS = {
    "name": "指标",
    "claim": "结论",
    "exhibit": "图表",
    "evidence": "材料",
    "quotation": "材料",
    "group": "做法的类别",
    "tag": "做法的标签",
    "policy": "政策文件",
    "target": "目标",
    "duty": "部门",
    "annex": "附件的文件名",
    "filter": "筛选",
    "function": "函数",
}


@dataclass(frozen=True)
class Known:
    """All that the text may refer to, by kind: what any edition of the repository has, not only this one."""

    names: frozenset[str]
    claims: frozenset[str]
    evidence: AbstractSet[str]
    quotations: AbstractSet[str]
    tags: frozenset[str]
    policies: frozenset[str]
    exhibits: frozenset[str]
    annexes: frozenset[str]

    @classmethod
    def of(cls, facts: Facts, sections: Iterable[Section], entries: Iterable[Entry] = ()) -> Known:
        """What facts, sections and the registers of the repository have; exhibits are those that any section lists."""
        written = tuple(sections)
        told = [*facts.evidence, *facts.policies, *entries]
        evidence = [one for one in told if isinstance(one, Evidence)]
        topics = {*TOPICS, *(one.topic for one in evidence if one.topic and one.text and not one.group)}
        listed = [id_ for section in written for id_ in section.exhibits]
        return cls(
            names=frozenset({*facts.names, *facts.missing}),
            claims=frozenset(facts.claims),
            evidence=topics.union(*((one.id, *one.covers) for one in evidence)),
            quotations=topics.union(*((one.id, *one.covers) for one in evidence if one.text)),
            tags=frozenset(tag for one in evidence for tag in one.serves),
            policies=frozenset(id_ for one in told if isinstance(one, Policy) for id_ in (one.id, *one.covers)),
            exhibits=frozenset({*listed, TASK_TABLE}),
            annexes=frozenset(section.stem for section in written if section.kind == "附件"),
        )

    def kind(self, kind: str) -> Collection[str]:
        """All names of one kind."""
        fixed: dict[str, Collection[str]] = {
            "name": self.names,
            "claim": self.claims,
            "evidence": self.evidence,
            "quotation": self.quotations,
            "tag": self.tags,
            "policy": self.policies,
            "exhibit": self.exhibits,
            "annex": self.annexes,
            "group": get_args(Group),
            "duty": get_args(Duty),
            "target": Targets.model_fields,
            "filter": FILTERS,
            "function": ARGUMENTS,
        }
        return fixed[kind]

    def unknown(self, kind: str, name: str) -> str:
        """What is wrong with a name, with the nearest right one; empty if it is known."""
        known = self.kind(kind)
        if name in known:
            return ""
        if kind == "quotation" and name in self.evidence:
            return f"材料“{name}”没有文字可引，它以指标写出，或者不写入报告"
        if kind == "claim" and name.startswith(tuple(ASKED)):  # perhaps a question without its space
            known = [*known, *(f"{question} {one}" for question, of in ASKED.items() for one in self.kind(of))]
        nearest = near(name, known) if len(known) > 15 else suggestion(name, known)
        return f"没有名为“{name}”的{WORDS[kind]}{nearest}"


def faults_of_references(sections: Iterable[Section], known: Known) -> Iterator[Fault]:
    """Every unknown name of every section, and problems and recommendations that do not answer one another."""
    written = tuple(sections)
    for section in written:
        yield from _of_front(section, known, {one.stem: one for one in written})
        for line, what in _of_body(section, known):
            yield Fault(section.file, line, what)
    yield from _unanswered(written)


def _of_front(section: Section, known: Known, by_stem: dict[str, Section]) -> Iterator[Fault]:
    def told(key: str, faults: Iterable[str]) -> Iterator[Fault]:
        return (Fault(section.file, section.line_of(key), what) for what in faults if what)

    if section.condition:
        yield from told("when", _of_condition(section.condition, known))
    yield from told("rests_on", (_unfounded(name, known) for name in section.rests_on))
    yield from told("exhibits", (known.unknown("exhibit", id_) for id_ in section.exhibits))
    for line in section.costs:
        yield from told("money", _of_template(line, known, benchmark=False))
    if section.indicator:
        yield from told("indicator", [known.unknown("name", section.indicator)])
    for name in section.answers:
        answered = by_stem.get(name)
        if answered is None and name not in known.claims:
            problems = [stem for stem, one in by_stem.items() if one.kind == PROBLEM]
            hint = near(name, [*problems, *known.claims])
            yield from told("answers", [f"没有名为“{name}”的问题（文件名）或结论{hint}"])
        elif answered is not None and answered.kind != PROBLEM:
            yield from told("answers", [f"{answered.file} 不是“{PROBLEM}”，建议只针对问题或结论"])


def _unfounded(name: str, known: Known) -> str:
    if name in known.names or name in known.evidence or name in known.claims:
        return ""
    return f"rests_on 中的“{name}”不是指标、材料或结论{near(name, [*known.names, *known.evidence, *known.claims])}"


def _of_body(section: Section, known: Known) -> Iterator[tuple[int, str]]:
    told: set[tuple[Condition, ...]] = set()
    for sentence in section.sentences:
        if sentence.conditions not in told:
            told.add(sentence.conditions)
            for condition in sentence.conditions:
                yield from ((sentence.line, what) for what in _of_condition(condition, known))
        faults = list(_of_template(sentence.template, known, benchmark=section.kind == BENCHMARK))
        if sentence.cause:
            faults.append(known.unknown("evidence", sentence.cause))
        yield from ((sentence.line, what) for what in dict.fromkeys(faults) if what)


def _of_condition(condition: Condition, known: Known) -> Iterator[str]:
    for atom in atoms(condition):
        pairs = [("claim", atom.claim)] if isinstance(atom, Holds) else [(ASKED[atom.question], n) for n in atom.names]
        for kind, name in pairs:
            fault = known.unknown(kind, name)
            if fault:
                yield f"条件中{fault}"


def _of_template(template: Template, known: Known, *, benchmark: bool) -> Iterator[str]:
    for expression in expressions(template):
        yield from _of_expression(expression, known, benchmark=benchmark)


def _of_expression(expression: Expression, known: Known, *, benchmark: bool) -> Iterator[str]:
    if isinstance(expression, Filtered):
        yield known.unknown("filter", expression.filter)
        if not isinstance(expression.of, Name):
            yield "一个占位符只用一个筛选，筛选前面只写指标名称"
        elif expression.of.name in {*CITY_NAMES, THIS_CITY, *MARKS}:
            yield f"“{expression.of.name}”后面不能用筛选"
        else:
            yield known.unknown("name", expression.of.name)
    elif isinstance(expression, Call):
        yield from _of_call(expression, known)
    elif expression.name == THIS_CITY and not benchmark:
        yield f"“{THIS_CITY}”只在 kind 为“{BENCHMARK}”的文件里用"
    elif expression.name not in {*CITY_NAMES, THIS_CITY, *MARKS}:
        in_call = "（函数要写括号和参数）" if expression.name in ARGUMENTS else ""
        fault = known.unknown("name", expression.name)
        yield fault and fault + in_call


def _of_call(call: Call, known: Known) -> Iterator[str]:
    kinds = ARGUMENTS.get(call.function)
    if kinds is None:
        yield known.unknown("function", call.function)
        return
    several = kinds[-1] == "…"
    expected = kinds[:1] * max(len(call.arguments), 1) if several else kinds
    if len(expected) != len(call.arguments):
        yield f"“{call.function}”的括号里应写 {len(expected)} 项，现为 {len(call.arguments)} 项"
        return
    for kind, argument in zip(expected, call.arguments, strict=True):
        word = argument.text if isinstance(argument, Text) else argument.name
        if (kind == "name") is isinstance(argument, Text):
            yield f"“{call.function}”的括号里，{WORDS[kind]}“{word}”" + ("不加引号" if kind == "name" else "要加引号")
        yield known.unknown(kind, word)


def faults_of_claims(facts: Facts, known: Known) -> Iterator[Fault]:
    """What is wrong with the words of claims, as far as this edition would print them."""
    for id_, claim in facts.claims.items():
        try:
            template = parse_template(claim["words"])
        except TemplateFault as fault:
            yield Fault("claims.toml", 0, f"“{id_}”的措辞：{fault}")
            continue
        calls = [one for one in expressions(template) if isinstance(one, Call) and one.function == CLAIM]
        if calls:
            yield Fault("claims.toml", 0, f"“{id_}”的措辞里不能再引结论")
        for what in _of_template(template, known, benchmark=False):
            if what:
                yield Fault("claims.toml", 0, f"“{id_}”的措辞：{what}")


def claims_named(section: Section) -> frozenset[str]:
    """The claims that a section names: in conditions, in what it rests on, or quoted."""
    asked = {a.claim for condition in section.conditions for a in atoms(condition) if isinstance(a, Holds)}
    quoted = {
        argument.text
        for sentence in section.sentences
        for one in expressions(sentence.template)
        if isinstance(one, Call) and one.function == CLAIM
        for argument in one.arguments
        if isinstance(argument, Text)
    }
    return frozenset({*asked, *quoted, *section.rests_on})


def answers(proposal: Section, problem: Section) -> bool:
    """Whether a recommendation answers a problem: by its name, or by a claim on which its being written rests."""
    return problem.stem in proposal.answers or not claims_named(problem).isdisjoint(proposal.answers)


def _unanswered(sections: tuple[Section, ...]) -> Iterator[Fault]:
    """Problems that no recommendation names, whatever the edition, and tables that no file can hold."""
    proposals = [one for one in sections if one.kind == PROPOSAL]
    for problem in sections:
        if problem.kind == PROBLEM and not any(answers(one, problem) for one in proposals):
            what = f"没有一条建议针对这个问题，请在建议的 answers 里写上“{problem.stem}”"
            yield Fault(problem.file, 1, what)
    for section in sections:
        if section.exhibits and section.kind == BENCHMARK:
            yield Fault(section.file, section.line_of("exhibits"), f"{BENCHMARK}的文件各市各写一遍，图表请列在别的文件")
    tables = [one for one in sections if one.kind == TASKS]
    for one in tables[1:]:
        yield Fault(one.file, one.line_of("kind"), f"{TASKS}只能有一份，{tables[0].file} 已经是")
