"""An indicator (指标): everything that is to be known of a number before there is one, in one place.

Belongs here: the form of an indicator, of a role that a figure plays in formulas and prose, and of their names.
Which indicators there are is the business of the subject.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated
from typing import Literal

from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field

Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Exact = Annotated[Decimal, BeforeValidator(lambda value: Decimal(str(value)))]
Function = Callable[..., Decimal]

CITY, PROVINCE, NATION = "city", "province", "100000"  # places of roles; the first two differ from edition to edition
BENCHMARK, DISTRICTS = "benchmark", "districts"  # the first benchmark city that has the figure; the city's districts
Better = Literal["higher", "lower"]


class Indicator(BaseModel):
    """指标 — name, unit, range, wording and, for a computed one, formula and function.

    ``least`` and ``most`` are in ``unit``; ``whole`` says that only whole numbers exist; ``decimals`` is how many a
    computed value prints; ``measure`` the measure word of a sentence (家 for institutions). ``better`` says which way
    is good, where one is. ``question`` is the survey question of which this is an option.
    ``usual`` is up to where it ordinarily goes: more asks for a look. ``holds_to`` is up to where a computed
    value can be right: beyond it the premise of the formula does not hold, and there is none.
    ``sum_of`` are the indicators that add up to it, ``at_most`` the one that it cannot exceed. ``forward`` marks
    figures that look ahead, ``flow`` those of a whole year, ``population`` those that an edition knows as of the date
    of its population, ``bare`` those whose name says whose they are, ``lists`` a value known by its words,
    ``target_of`` the target of another, ``printed_as`` the indicator under which sources print it,
    ``share_of`` the count of which it is a share, ``restates`` the target that it would be another form of.
    ``yearly`` is by how much it may move within a year, in % (shares in points), ``rises`` says that it hardly ever
    falls, ``nil`` that a nought is an ordinary answer, ``exhausts`` how many options, this one among them, are all of
    the question. ``below_zero`` is the word for a value below nought, which then prints without its sign (富余 for a
    gap). ``main`` indicators are compared with the previous edition; ``tables`` names the tables where it
    stands; ``called`` is how those call it who provide it, when it is among the data that a
    report rests on. The names of the parameters of ``function`` are the roles and indicators that it needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)

    id: Text
    name: Text
    aliases: Texts = ()
    unit: str
    measure: str = ""
    least: Exact | None = None
    most: Exact | None = None
    usual: Exact | None = None
    holds_to: Exact | None = None
    whole: bool = False
    better: Better | None = None
    definition: str = ""
    formula: str = ""
    basis: str = ""
    decimals: int | None = None
    dated_by: str = ""
    within: int | None = None
    question: str = ""
    sum_of: Texts = ()
    at_most: str = ""
    forward: bool = False
    flow: bool = False
    population: bool = False
    target_of: str = ""
    printed_as: str = ""
    share_of: str = ""
    restates: str = ""
    yearly: Exact | None = None
    rises: bool = False
    nil: bool = False
    exhausts: int = 0
    below_zero: str = ""
    bare: bool = False
    lists: bool = False
    main: bool = False
    tables: Texts = ()
    called: str = ""
    function: Function | None = None

    @property
    def computed(self) -> bool:
        """Whether it has a formula of its own; a source may still print it."""
        return self.function is not None

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Roles or indicators that the function takes, in order; none for a raw figure."""
        return tuple(inspect.signature(self.function).parameters) if self.function else ()

    def allows(self, value: Decimal) -> bool:
        """Whether a value lies in the range of the indicator."""
        return (self.least is None or self.least <= value) and (self.most is None or value <= self.most)

    def is_usual(self, value: Decimal) -> bool:
        """Whether a value, where it is allowed at all, is nothing to wonder at."""
        return self.usual is None or value <= self.usual or not self.allows(value)

    @property
    def range_in_words(self) -> str:
        """The range as messages tell it: ``0至100%``."""
        ends = ["" if end is None else f"{end.normalize():f}" for end in (self.least, self.most)]
        return f"{'至'.join(ends)}{self.unit}" if all(ends) else f"不低于{ends[0]}{self.unit}" if ends[0] else ""

    @property
    def dated(self) -> str:
        """The input whose date the result carries."""
        return self.dated_by or next(iter(self.inputs), "")


Vocabulary = Mapping[str, Indicator]


@dataclass(frozen=True)
class Role:
    """角色 — a figure under the name of the part that it plays: 最新年出生人口, 全国每千人口托位数.

    ``place`` is a code, or ``city``, ``province``, ``benchmark`` or ``districts`` of the edition. ``pick`` takes one
    period of several: the first, the latest, or so many years before the latest; ``period`` a fixed one; ``year_of``
    that of another figure's year, ``by_time_of`` the latest that is no later than another figure. ``axis`` and
    ``rank`` name a part of the place by its order, ``axis`` and ``part`` by its name; ``rank`` alone a district; −1
    is the smallest; ``ranked_by`` is the indicator that gives the order, if it is another. ``of_previous`` is the
    figure of the edition before.
    """

    id: str
    name: str
    indicator: str
    place: str = CITY
    pick: Literal["latest", "first"] = "latest"
    years_before: int = 0
    period: str = ""
    year_of: str = ""
    by_time_of: str = ""
    axis: str = ""
    rank: int = 0
    ranked_by: str = ""
    part: str = ""
    of_previous: bool = False
