"""结论 — what the facts allow the report to say: decision tables read from TOML and evaluated on the facts.

What belongs here: the form of a claim, and its outcome on given facts. How two numbers stand to one another is the
business of ``relations``; which claims there are is the business of the subject.

Without its facts a claim is neither true nor false: the report then says nothing, and the reason is on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any
from typing import Literal
from typing import LiteralString

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from tuoyu.facts.relations import HALF
from tuoyu.facts.relations import RULES
from tuoyu.facts.relations import Outcome
from tuoyu.facts.relations import Relation
from tuoyu.facts.relations import Threshold
from tuoyu.facts.relations import Verdict
from tuoyu.facts.relations import relate
from tuoyu.nouns.errors import ContractError
from tuoyu.nouns.fact import KIND_NAMES
from tuoyu.nouns.finding import SPOKEN
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.forms import suggestion
from tuoyu.nouns.period import first_year
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Collection
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.register import Evidence

Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
HOLDS, FAILS = "成立", "不成立"  # outcomes of claims that hold no two numbers against each other
UNDECIDED = {Outcome.OPEN, Outcome.ABSENT}
SLIGHTLY = "略"
OUTCOMES = (*(one.value for one in Outcome), *(f"{SLIGHTLY}{one.value}" for one in (Outcome.ABOVE, Outcome.BELOW)))
Result = Literal["高于", "持平", "低于", "未定", "缺据"]
Worded = Literal["高于", "略高于", "持平", "低于", "略低于", "未定", "缺据", "成立", "不成立"]
Related = Literal["比较", "目标", "变化", "份额", "多数", "门槛", "持续", "悬殊", "时点"]
STEADILY, UNEVEN, TIMED = "持续", "悬殊", "时点"
CUT = "截止日期"  # on the right of 时点: the day of the edition
FORMS = ("relation", "all", "any", "evidence", "topic", "flag", "basis", "kind", "finding")
ENOUGH = 3  # numbers of a series, for a movement that goes on
SERIES_RULES = {
    STEADILY: f"同一指标有数字的各年逐一相比（至少{ENOUGH}个年份）："
    "每次都上升为“高于”，每次都下降为“低于”，其余为“未定”。",
    UNEVEN: "同一范围内列出的各部分，最大的一个与最小的一个之比，与界限比较。",
    TIMED: "两项数字的截止时点相比，较晚为“高于”，同时为“持平”，较早为“低于”；时点未注明的，不作判断。",
}


def _unfit(what: LiteralString) -> PydanticCustomError:
    return PydanticCustomError("claim", what)


@dataclass(frozen=True)
class _State:
    """How a claim stands on given facts."""

    outcome: str
    holds: bool | None
    reason: str
    slight: bool = False


class Claim(BaseModel):
    """结论 — one decision table: what is held against what, under which outcomes it holds, and its wordings.

    ``relation`` with ``left`` and ``right`` (a name, or a number for a threshold) is the common form. Others combine
    claims (``all``, ``any``; an entry is an id, or ``id：低于`` for one outcome), or ask for entries of the registers
    (``evidence`` ids, ``topic``), a state of the edition (``flag``), the ``basis`` or ``kind`` of ``left``, or a
    ``finding`` (about ``left``, where that is given).
    ``against`` claims speak against the city: a problem must name them and a recommendation answer them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Text = Field(title="结论名称")
    left: str = Field(default="", title="左边的指标")
    relation: Related | None = Field(default=None, title="关系")
    right: str = Field(default="", title="右边的指标或界限")
    source: str = Field(default="", title="界限的依据")
    holds: Annotated[tuple[Result, ...], Field(strict=False)] = Field(default=(), title="成立的结果")
    against: bool = Field(default=False, title="是否对本市不利")
    needs: Texts = Field(default=(), title="还须具备的指标")
    all: Texts = Field(default=(), title="须全部成立的结论")
    any: Texts = Field(default=(), title="有一项成立即可的结论")
    evidence: Texts = Field(default=(), title="材料编号")
    topic: str = Field(default="", title="材料主题")
    flag: Literal["", "资料简报", "有上期", "有示范城市", "有核验意见", "有缺年", "下辖区县"] = Field(
        default="", title="本期的情况"
    )
    basis: str = Field(default="", title="口径")
    kind: Literal["", "原始数据", "计算所得", "测算假定", "政策文件"] = Field(default="", title="数字的性质")
    finding: str = Field(default="", title="核验意见的代码")
    words: dict[Worded, Text] = Field(default_factory=dict, title="各种结果的措辞")

    @model_validator(mode="after")
    def _has_one_form(self) -> Claim:
        if sum(bool(getattr(self, one)) for one in FORMS) != 1:
            raise _unfit(what="relation、all、any、evidence、topic、flag、basis、kind、finding 须写且只写一项")
        if (self.basis or self.kind or self.flag == "有缺年") and not self.left:
            raise _unfit(what="写了 basis、kind 或者 flag 为有缺年的，要写 left")
        return self

    @model_validator(mode="after")
    def _relates_two_sides(self) -> Claim:
        if self.relation is None:
            if self.right or self.source or self.holds:
                raise _unfit(what="right、source、holds 只用于写了 relation 的结论")
            return self
        if not (self.left and self.holds):
            raise _unfit(what="写了 relation 的，要写 left 和 holds")
        if self.relation in {"门槛", UNEVEN} and not (self.threshold and self.source):
            raise _unfit(what="relation 为门槛、悬殊的，right 要写数字，并用 source 写明这一界限的依据")
        if self.relation not in {"门槛", "多数", UNEVEN, STEADILY} and (not self.right or self.threshold):
            raise _unfit(what="relation 为比较、目标、变化、份额、时点的，right 要写指标名称")
        if self.relation == STEADILY and self.right:
            raise _unfit(what="relation 为持续的，不写 right")
        return self

    @property
    def threshold(self) -> Threshold | None:
        """The number on the right, if it is one; half for a majority where none is given."""
        if self.relation == "多数" and not self.right:
            return HALF
        return Threshold.read(self.right)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the facts without which nothing can be said."""
        sides = (self.left, "" if self.threshold or self.right == CUT else self.right)
        return tuple(dict.fromkeys(name for name in (*sides, *self.needs) if name))

    @property
    def parts(self) -> tuple[str, ...]:
        """The claims that it combines, with an outcome where one is asked for."""
        return self.all or self.any

    def worded(self, outcome: str, *, slight: bool = False) -> str:
        """The wording for an outcome, that with 略 first where the difference is slight; empty where there is none."""
        words = {str(key): text for key, text in self.words.items()}
        return (words.get(f"{SLIGHTLY}{outcome}") if slight else None) or words.get(outcome, "")

    @property
    def rule(self) -> str:
        """The rule in one Chinese clause."""
        if self.relation:
            against = self.threshold.text if self.threshold else self.right
            return f"{self.left}{'与' if against else ''}{against}{self.relation}，结果为{'、'.join(self.holds)}"
        if self.parts:
            return f"{'；'.join(self.parts)}，{'全部成立' if self.all else '有一项成立'}"
        if self.basis or self.kind:
            return f"{self.left}{'的口径' if self.basis else ''}为{self.basis or self.kind}"
        if self.finding:
            return f"{'关于' if self.left else ''}{self.left}有“{SPOKEN.get(self.finding, self.finding)}”的核验意见"
        return self.flag or f"调研材料中有{'、'.join(self.evidence) or f'“{self.topic}”方面的内容'}"


def parse_claims(content: bytes, where: str) -> tuple[Claim, ...]:
    """The claims of a TOML file, in its order; ContractError with every fault, in Chinese."""
    try:
        records = parse_form(content)
    except FormError as error:
        msg = f"{where}：{error}"
        raise ContractError(msg) from None
    claims: list[Claim] = []
    faults: list[str] = []
    for name, record in records.items():
        try:
            claims.append(Claim.model_validate({**record, "id": name} if isinstance(record, dict) else record))
        except ValidationError as error:
            faults += [f"[{name}] {fault}" for fault in faults_of(error, Claim)]
    _stop_if_wrong([*faults, *_wrong_parts(claims, known=records)], where)
    return tuple(claims)


def _stop_if_wrong(faults: list[str], where: str) -> None:
    if faults:
        lines = [f"{where} 有 {len(faults)} 处不合规则：", *(f"  {n}. {one}" for n, one in enumerate(faults, 1))]
        raise ContractError("\n".join(lines))


def _wrong_parts(claims: Iterable[Claim], *, known: Collection[str]) -> list[str]:
    """Parts that are no claims, ask for outcomes there are none of, or lead back to the claim itself."""
    table = {one.id: one for one in claims}
    faults = []
    for claim in table.values():
        for part in claim.parts:
            name, _, outcome = part.partition("：")
            if name not in known:
                faults.append(f"[{claim.id}] 没有“{name}”这条结论{suggestion(name, known)}")
            elif outcome and outcome not in (*OUTCOMES, HOLDS, FAILS):
                faults.append(f"[{claim.id}] “{part}”：没有“{outcome}”这种结果{suggestion(outcome, OUTCOMES)}")
        if claim.id in _behind(claim, table):
            faults.append(f"[{claim.id}] 的成立条件又用到它自己")
    return faults


def _behind(claim: Claim, table: Mapping[str, Claim]) -> set[str]:
    """Ids of all claims that a claim is made of."""
    found: set[str] = set()
    waiting = [part.partition("：")[0] for part in claim.parts]
    while waiting:
        name = waiting.pop()
        if name not in found and name in table:
            found.add(name)
            waiting += [part.partition("：")[0] for part in table[name].parts]
    return found


def check_names(claims: Iterable[Claim], known: Collection[str], where: str = "结论规则") -> None:
    """Raise ContractError for every name of a fact that is none of the known ones, with the nearest."""
    faults = [
        f"[{claim.id}] 没有“{name}”这个指标{suggestion(name, known)}"
        for claim in claims
        for name in claim.names
        if name not in known
    ]
    _stop_if_wrong(faults, where)


def state_claims(claims: Iterable[Claim], facts: Facts) -> dict[str, dict[str, Any]]:
    """Every claim with whether it holds (None without evidence), outcome, wording, reason and what decides it.

    The facts may be those of the edition's city or, by ``facts.at``, of another.
    """
    table = {one.id: one for one in claims}
    check_names(table.values(), {*facts.names, *facts.missing, *facts})
    stated: dict[str, dict[str, Any]] = {}
    for claim in table.values():
        _state(claim, table, facts, stated)
    return {name: stated[name] for name in table}


def _state(claim: Claim, table: Mapping[str, Claim], facts: Facts, stated: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if claim.id not in stated:
        asked = [part.partition("：") for part in claim.parts]
        parts = [(outcome, _state(table[name], table, facts, stated)) for name, _, outcome in asked]
        state = _of_claim(claim, facts, parts)
        stated[claim.id] = {
            "holds": state.holds,
            "outcome": str(state.outcome),
            "slight": state.slight,
            "words": claim.worded(state.outcome, slight=state.slight),
            "reason": f"{claim.rule}：{state.reason}",
            "against": claim.against,
            "rests_on": sorted({*_decisive(claim, facts), *(id_ for _, part in parts for id_ in part["rests_on"])}),
        }
    return stated[claim.id]


def _decisive(claim: Claim, facts: Facts) -> Iterator[str]:
    """The ids of the facts by whose values a claim is decided, without those of the claims that it combines."""
    for name in claim.names:
        if name in facts:
            yield facts[name].id
    if claim.relation == STEADILY and claim.left in facts:
        left = facts[claim.left]
        yield from (one.id for one in facts.series(left.indicator, place=left.place, edition=left.edition))


def _of_claim(claim: Claim, facts: Facts, parts: list[tuple[str, dict[str, Any]]]) -> _State:
    absent = [name for name in claim.names if name not in facts]
    if absent:
        reasons = dict.fromkeys(facts.missing.get(name) or f"缺少{name}" for name in absent)
        return _State(Outcome.ABSENT, holds=None, reason="；".join(reasons))
    if claim.relation is not None:
        verdict = _verdict(claim, claim.relation, facts)
        known = verdict.outcome in claim.holds or verdict.outcome not in UNDECIDED
        holds = verdict.outcome in claim.holds if known else None
        return _State(verdict.outcome, holds, verdict.reason, slight=verdict.slight)
    holds, reason = _combined(claim, parts) if parts else _recorded(claim, facts)
    return _State(Outcome.ABSENT if holds is None else HOLDS if holds else FAILS, holds, reason)


def _verdict(claim: Claim, relation: Related, facts: Facts) -> Verdict:
    left = facts[claim.left]
    if relation == STEADILY:
        return _steadily(facts.series(left.indicator, place=left.place, edition=left.edition))
    if relation == TIMED:
        return _timed(left, None if claim.right == CUT else facts[claim.right], facts)
    if relation == UNEVEN:
        return _uneven(left, facts, claim.threshold or HALF)
    return relate(Relation(relation), left, claim.threshold or facts[claim.right])


def _steadily(series: tuple[Fact, ...]) -> Verdict:
    """Whether each number of a series lies on the same side of the one before."""
    verdicts = [relate(Relation.CHANGE, later, earlier) for earlier, later in pairwise(series)]
    if len(series) < ENOUGH:
        return Verdict(Outcome.ABSENT, f"有数字的年份不足{ENOUGH}个")
    found = {one.outcome for one in verdicts}
    outcome = found.pop() if len(found) == 1 else Outcome.OPEN
    return Verdict(outcome, "；".join(one.reason for one in verdicts))


def _timed(left: Fact, right: Fact | None, facts: Facts) -> Verdict:
    """Which of two numbers is the later one; against the day of the edition where there is no other."""
    cut = facts.edition.as_of if facts.edition else None
    end, other = last_day(left.period), last_day(right.period) if right else cut
    if end is None or other is None:
        return Verdict(Outcome.ABSENT, "时点未注明")
    outcome = Outcome.ABOVE if end > other else Outcome.LEVEL if end == other else Outcome.BELOW
    return Verdict(outcome, f"时点分别为{in_words(left.period)}和{in_words(right.period if right else str(other))}")


def _uneven(largest: Fact, facts: Facts, times: Threshold) -> Verdict:
    """How the largest of the parts listed in one place stands to the smallest, as a multiple."""
    parts = facts.select(largest.indicator, place=largest.place, axis=largest.part.axis, edition=largest.edition)
    listed = [one for one in parts if one.part.within == largest.part.within and one.period == largest.period]
    least = min(listed, key=lambda one: one.value, default=largest)
    if len(listed) < ENOUGH or least.value <= 0 or any(one.bound != "=" for one in (largest, least)):
        return Verdict(Outcome.ABSENT, f"列出的部分不足{ENOUGH}个，或者数字不确切")
    ratio = max(one.value for one in listed) / least.value
    outcome = Outcome.ABOVE if ratio > times.value else Outcome.LEVEL if ratio == times.value else Outcome.BELOW
    return Verdict(outcome, f"最大的与最小的之比{outcome}{times.text}")


def _combined(claim: Claim, parts: list[tuple[str, dict[str, Any]]]) -> tuple[bool | None, str]:
    """Whether all, or any, of the parts hold: None where a missing one could turn it."""
    values = [part_holds(outcome, record) for outcome, record in parts]
    holds = joined(values, decisive=not claim.all)
    if holds is None:
        return None, "；".join(
            record["reason"] for value, (_, record) in zip(values, parts, strict=True) if value is None
        )
    return holds, HOLDS if holds else FAILS


def joined(parts: Collection[bool | None], *, decisive: bool) -> bool | None:
    """What all parts (``decisive`` False) or any of them (True) come to: None where a missing one could turn it."""
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def part_holds(outcome: str, record: Mapping[str, Any]) -> bool | None:
    """Whether a claim on record holds, or came out as ``outcome``; None where the evidence decides neither way.

    ``略低于`` asks for a slight difference, ``低于`` for one of any size.
    """
    if not outcome:
        holds: bool | None = record["holds"]
        return holds
    plain = outcome.removeprefix(SLIGHTLY)
    if record["outcome"] == plain:
        return plain == outcome or bool(record.get("slight"))
    return None if record["outcome"] in UNDECIDED and plain not in UNDECIDED else False


def _recorded(claim: Claim, facts: Facts) -> tuple[bool | None, str]:
    """Claims on registers, on the edition and on how a figure was had."""
    if claim.flag:
        holds: bool | None = FLAGS[claim.flag](facts, claim.left)
    elif claim.basis:
        holds = facts[claim.left].basis == claim.basis
    elif claim.kind:
        holds = KIND_NAMES[facts[claim.left].kind] == claim.kind
    elif claim.finding:
        holds = any(_found(claim, one, facts) for one in facts.findings)
    else:
        holds = any(_asked_for(claim, one) for one in facts.evidence if is_own(facts, one)) or None
    if holds is None:
        return None, "本期没有这方面的材料"
    return holds, HOLDS if holds else FAILS


def _found(claim: Claim, finding: Finding, facts: Facts) -> bool:
    if finding.code != claim.finding or not claim.left:
        return finding.code == claim.finding
    one = facts[claim.left]
    return finding.concerns(one.indicator, one.place, one.period)


def is_own(facts: Facts, entry: Evidence) -> bool:
    """Whether an entry is of the city itself, and of what was found there, not of what it does (做法)."""
    return not entry.group and (facts.city is None or entry.place == facts.city.folder)


def _asked_for(claim: Claim, entry: Evidence) -> bool:
    return not entry.left_out and (entry.id in claim.evidence or bool(claim.topic and entry.topic == claim.topic))


def _is_briefing(facts: Facts, _: str) -> bool:
    return facts.edition is not None and facts.edition.kind == "资料简报"


def _has_previous(facts: Facts, _: str) -> bool:
    return any(one.edition for one in facts.facts.values())


def _has_benchmarks(facts: Facts, _: str) -> bool:
    return bool(facts.benchmarks)


def _has_findings(facts: Facts, _: str) -> bool:
    return bool(facts.findings)


def _has_districts(facts: Facts, _: str) -> bool:
    return facts.city is not None and facts.city.has_districts


def _has_gaps(facts: Facts, name: str) -> bool:
    """Whether the years of a series leave out any between the first and the last."""
    one = facts[name]
    years = {first_year(other.period) for other in facts.series(one.indicator, place=one.place, edition=one.edition)}
    known = [year for year in years if year is not None]
    return bool(known) and max(known) - min(known) + 1 > len(known)


FLAGS: dict[str, Callable[[Facts, str], bool]] = {
    "资料简报": _is_briefing,
    "有上期": _has_previous,
    "有示范城市": _has_benchmarks,
    "有核验意见": _has_findings,
    "有缺年": _has_gaps,
    "下辖区县": _has_districts,
}
ALL_RULES = {**{relation.value: rule for relation, rule in RULES.items()}, **SERIES_RULES}
