"""Problems and recommendations hold together: what speaks against the city is named and answered, and only that.

Belongs here: which sections are written for an edition, and the errors of a text that leaves a problem unanswered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuoyu.nouns.errors import ContractError
from tuoyu.text.prose import undecided
from tuoyu.text.references import answers
from tuoyu.text.references import claims_named
from tuoyu.text.sections import PROBLEM
from tuoyu.text.sections import PROPOSAL
from tuoyu.text.sections import TASKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tuoyu.nouns.fact import Facts
    from tuoyu.text.gaps import Omission
    from tuoyu.text.prose import Prose
    from tuoyu.text.sections import Section


def chosen(sections: Sequence[Section], prose: Prose) -> tuple[tuple[Section, ...], list[Omission]]:
    """The sections that are written, and the conclusions for want of which others are not.

    A recommendation is written where its condition is met and something holds that it answers, the table of tasks
    where there is a recommendation.
    """
    decided = {one.stem: prose.holds(one.condition) for one in sections}
    met = [one for one in sections if decided[one.stem]]
    problems = [one for one in met if one.kind == PROBLEM]
    kept = [one for one in met if one.kind != PROPOSAL or _is_asked_for(one, problems, prose.facts)]
    some = any(one.kind == PROPOSAL for one in kept)
    open_ = [one.condition for one in sections if decided[one.stem] is None and one.condition]
    return tuple(one for one in kept if one.kind != TASKS or some), undecided(open_, prose.facts)


def _is_asked_for(proposal: Section, problems: Sequence[Section], facts: Facts) -> bool:
    holding = {id_ for id_, claim in facts.claims.items() if claim["holds"]}
    return any(answers(proposal, one) for one in problems) or not holding.isdisjoint(proposal.answers)


def check_answers(sections: Sequence[Section], facts: Facts) -> None:
    """ContractError where a problem of this report is not answered, or something against the city is not named.

    A report without problems and recommendations (资料简报) draws no conclusions and owes no answers.
    """
    problems = [one for one in sections if one.kind == PROBLEM]
    proposals = [one for one in sections if one.kind == PROPOSAL]
    if facts.edition and facts.edition.kind == "资料简报" and not (problems or proposals):
        return
    faults = [
        f"{one.file}：这个问题写进了本期，但没有一条写进本期的建议针对它"
        for one in problems
        if not any(answers(proposal, one) for proposal in proposals)
    ]
    for id_, claim in facts.claims.items():
        if claim["holds"] and claim["against"]:
            faults += _unmet(id_, problems, proposals)
    if faults:
        lines = [f"本期的问题和建议有 {len(faults)} 处没有对上："]
        lines += [f"  {number}. {fault}" for number, fault in enumerate(faults, 1)]
        raise ContractError("\n".join(lines))


def _unmet(id_: str, problems: Sequence[Section], proposals: Sequence[Section]) -> list[str]:
    naming = [one for one in problems if id_ in claims_named(one)]
    if not naming:
        return [f"结论“{id_}”成立，对本市不利，但没有一个写进本期的问题说到它（写在问题的 when 或 rests_on）"]
    if id_ in {claim for one in proposals for claim in one.answers}:
        return []
    if any(answers(proposal, problem) for problem in naming for proposal in proposals):
        return []
    return [f"结论“{id_}”成立，对本市不利，但没有一条写进本期的建议针对它（写在建议的 answers）"]
