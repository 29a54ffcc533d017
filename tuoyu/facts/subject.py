"""A subject (主题): what is particular to one field of monitoring, as a value that the rooms take.

Belongs here: the shape of a subject. Which indicators, roles and reckonings there are is the business of the subject's
own room.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from tuoyu.facts.board import Board
from tuoyu.facts.checks_relations import Relations
from tuoyu.nouns.edition import Edition

if TYPE_CHECKING:
    from tuoyu.facts.claims import Claim
    from tuoyu.nouns.indicator import Function
    from tuoyu.nouns.indicator import Role
    from tuoyu.nouns.indicator import Vocabulary

Reckoning = Callable[[Board, Edition], None]


@dataclass(frozen=True)
class Rule:
    """算法 — the arithmetic of a reckoned indicator: a function of the values of its inputs, in their order.

    With ``scenario`` it takes one value more: the share of the scenario that the fact is of.
    """

    function: Function
    scenario: bool = False


@dataclass(frozen=True)
class Subject:
    """主题 — indicators, the roles that figures play, how a report compares, and what is reckoned by no single formula.

    ``comparators`` lead from codes of places that every city is held against to their words (全国). ``targets`` lead
    from the keys under which an edition names its targets to the indicator and the place whose target it is,
    ``assumptions`` from the keys of its assumptions to their indicators. ``before`` and ``after`` are reckonings that
    run before and after the formulas; ``rules`` is the arithmetic of what they reckon, by indicator. ``relations``
    are what figures of one place say about each other.
    """

    vocabulary: Vocabulary
    roles: tuple[Role, ...] = ()
    comparators: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    assumptions: Mapping[str, str] = field(default_factory=dict)
    before: tuple[Reckoning, ...] = ()
    after: tuple[Reckoning, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    relations: Relations = field(default_factory=Relations)

    @property
    def names(self) -> dict[str, str]:
        """What indicators and roles are called, by id."""
        indicators = {one.id: one.name for one in self.vocabulary.values()}
        return indicators | {one.id: one.name for one in self.roles}

    def rule_of(self, indicator: str) -> Rule | None:
        """The arithmetic of an indicator: of its reckoning, else its own formula; None for a raw figure."""
        own = self.vocabulary[indicator].function if indicator in self.vocabulary else None
        return self.rules.get(indicator) or (Rule(own) if own else None)
