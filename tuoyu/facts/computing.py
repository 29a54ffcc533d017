"""Makes the facts of an edition: selects observed figures, computes the indicators, gives them their names.

What belongs here: the order of work and the record of what is missing. Formulas and roles come with the subject.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoyu.facts import selecting
from tuoyu.facts.board import Board
from tuoyu.facts.claims import state_claims
from tuoyu.facts.deriving import compute
from tuoyu.facts.statistics import wilson_interval
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Facts
from tuoyu.nouns.fact import Origin
from tuoyu.nouns.fact import fact_id
from tuoyu.nouns.indicator import CITY
from tuoyu.nouns.indicator import PROVINCE
from tuoyu.nouns.period import in_words
from tuoyu.nouns.period import last_day
from tuoyu.nouns.register import Practice
from tuoyu.reading.quantities import read_quantities

if TYPE_CHECKING:
    from collections.abc import Container
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    import pandas as pd

    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.city import City
    from tuoyu.nouns.edition import Edition
    from tuoyu.nouns.finding import Finding
    from tuoyu.nouns.indicator import Indicator
    from tuoyu.nouns.observation import Observation
    from tuoyu.nouns.register import Evidence
    from tuoyu.nouns.register import Policy
    from tuoyu.nouns.register import Target

ANSWERED = "受访家长"


def compute_facts(
    observations: Iterable[Observation],
    edition: Edition,
    cities: Mapping[str, City],
    policies: Sequence[Policy],
    evidence: Sequence[Evidence],
    subject: Subject,
    *,
    previous: Edition | None = None,
) -> Facts:
    """All facts that the edition's raw figures carry, with the reason for each that they do not.

    ``cities`` are the ``city.toml`` by folder. Facts of the previous edition are reckoned from the same observations by
    the parameters of that edition, and stand beside.
    """
    known = list(observations)
    here = {folder: cities[folder] for folder in (edition.city, *edition.benchmarks)}
    board = _board(edition, here, subject)
    if previous is not None:
        older = _filled(
            _board(previous, {previous.city: cities[previous.city]}, subject), known, previous, policies, subject
        )
        board.add(_as_previous(older, previous))
    _filled(board, known, edition, policies, subject)
    names: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name, fact, reason in board.names():
        if fact is not None:
            names[name] = fact.id
        else:
            missing.setdefault(name, reason)
    return Facts(
        board.facts,
        names=names,
        missing={name: reason for name, reason in missing.items() if name not in names},
        edition=edition,
        city=here[edition.city],
        benchmarks=tuple(here[folder] for folder in edition.benchmarks),
        policies=tuple(one for one in policies if one.known_by(edition.as_of)),
        evidence=tuple(one for one in evidence if _tells(one, edition, cities)),
    )


def _tells(one: Evidence, edition: Edition, cities: Container[str]) -> bool:
    """Whether material was there by the edition's date, and is on this city or on none in particular.

    Of another city only what it does is told, and only where it is taken for an example: what was heard, asked or found
    there is no evidence of what is so here, not even where it is the city to which a district belongs.
    """
    if int(one.published[:4]) > edition.as_of.year:
        return False
    if one.place == edition.city or one.place not in cities:
        return True
    return isinstance(one, Practice) and one.place in edition.benchmarks


def _board(edition: Edition, here: Mapping[str, City], subject: Subject) -> Board:
    city = here[edition.city]
    words = dict(subject.comparators)
    words[city.province_code or PROVINCE] = "全省"  # the name is known where there is no province, too
    return Board(
        vocabulary=subject.vocabulary,
        roles={role.id: role for role in subject.roles},
        city=city,
        cities={one.code: one for one in here.values()},
        words=words,
    )


def _filled(
    board: Board, known: Sequence[Observation], edition: Edition, policies: Sequence[Policy], subject: Subject
) -> Board:
    """The board with everything on it: raw figures, targets, assumptions, reckonings and formulas."""
    places = dict(_prefixes(board))
    facts = selecting.select(known, places, selecting.Cut.of(edition, subject.vocabulary))
    board.add(_with_interval(one) for one in facts)
    board.add(_dated(board))
    board.add(_targets(edition, policies, subject, board, places))
    board.add(_assumptions(edition, subject, board.city))
    for reckon in subject.before:
        reckon(board, edition)
    for indicator in subject.vocabulary.values():
        if indicator.computed:
            for code, prefix in places.items():
                if all(board.speaks_of(name, code) for name in indicator.inputs):
                    _compute(indicator, board, code, prefix)
    for reckon in subject.after:
        reckon(board, edition)
    return board


def _prefixes(board: Board) -> Iterator[tuple[str, str]]:
    """Codes of the places that play a part, with what stands before the names of their figures."""
    own = board.city
    yield own.code, ""
    yield from ((one.code, one.name) for one in own.districts)
    for code, word in board.words.items():
        yield code, own.whole_province if code == own.province_code else word
    for code, city in board.cities.items():
        if code != own.code:
            yield code, city.short
            yield from ((one.code, city.short + one.name) for one in city.districts)


def _with_interval(one: Fact) -> Fact:
    """A survey share with its 95 % interval; the basis of a published one is those who answered."""
    if not one.respondents or one.unit != "%":
        return one
    return replace(one, interval=wilson_interval(one.value, one.respondents), basis=one.basis or ANSWERED)


def _dated(board: Board) -> list[Fact]:
    """Figures that are not the latest of their kind, with their date before the name."""
    latest = {
        id(found[-1]) for one in board.facts.values() if (found := board.series(one.indicator, one.place, one.edition))
    }
    return [
        replace(one, label=f"{in_words(one.period)}{one.label}")
        for one in board.facts.values()
        if not one.part and not one.edition and id(one) not in latest
    ]


def _targets(
    edition: Edition, policies: Iterable[Policy], subject: Subject, board: Board, places: Mapping[str, str]
) -> Iterator[Fact]:
    """Targets from the policy register: those that the edition names, and those of other places that play a part."""
    chosen = {
        getattr(edition.targets, key): (indicator, board.city.code if where == CITY else where)
        for key, (indicator, where) in subject.targets.items()
    }
    of_others = {one.target_of: one.id for one in subject.vocabulary.values() if one.target_of}
    for policy in policies:
        for target in policy.target:
            indicator, where = chosen.get(target.id, (of_others.get(target.indicator, ""), target.place))
            place = board.city.province_code or board.city.code if where == PROVINCE else where
            if indicator and place in places:
                yield _target(subject.vocabulary[indicator], policy, target, place, places[place])


def _target(indicator: Indicator, policy: Policy, target: Target, place: str, prefix: str) -> Fact:
    quantity = read_quantities(target.value)[0]
    number = f"（{policy.number}）" if policy.number else ""
    cell = f"target“{target.id}”"
    document = f"{policy.title}{number}"
    origin = Origin(document, policy.issuer, policy.file, "", cell, target.value, twice=target.twice)
    notes = ["" if policy.verified else "该文件的名称、年份或目标值未能核对原文", target.caution]
    return Fact(
        indicator=indicator.id,
        place=place,
        period=target.year,
        name=indicator.name,
        label=f"{'' if indicator.bare else prefix}{indicator.name}",
        value=quantity.value,
        unit=quantity.unit,
        decimals=max(0, -quantity.resolution.adjusted()),
        basis=target.definition,
        formula="",
        kind="policy",
        origins=(origin,),
        note="；".join(note for note in notes if note),
    )


def _assumptions(edition: Edition, subject: Subject, city: City) -> Iterator[Fact]:
    """What the edition assumes instead of knowing, each with where it is taken from."""
    for key, name in subject.assumptions.items():
        value = getattr(edition.assumptions, key)
        if value is None:
            continue
        indicator = subject.vocabulary[name]
        path = f"assumptions.{key}"
        source = edition.assumed_from(key)
        origin = Origin(f"（{source}）", edition.publication.issuer, edition.file_of(path), "", path, f"{value}%")
        yield Fact(
            indicator=indicator.id,
            place=city.code,
            period="",
            name=indicator.name,
            label=indicator.name,
            value=Decimal(value),
            unit="%",
            decimals=max(0, -Decimal(value).as_tuple().exponent),  # type: ignore[operator]  # finite by its form
            basis=source,
            formula="",
            kind="assumption",
            origins=(origin,),
        )


def _compute(indicator: Indicator, board: Board, place: str, prefix: str) -> None:
    """Put the indicator of a place on the board, or the reason why it cannot be had.

    Where it cannot be computed and a source printed the figure, that stands, and the reason is for the reader to know.
    """
    found = {name: board.find(name, place) for name in indicator.inputs}
    absent = [name for name, one in found.items() if one is None]
    inputs = [one for one in found.values() if one is not None]
    stands = board.latest(indicator.id, place) if place != board.city.code else None
    if stands and (len(_years(inputs)) > 1 or _years(inputs) <= _years([stands])):
        return  # what others print of themselves is worth more than a mixture of years, or our reckoning of that year
    reason = f"缺少{'、'.join(map(board.name_of, absent))}" if absent else _too_far_apart(indicator, inputs, board)
    made = None
    if not reason:
        label = f"{prefix}{indicator.name}"
        try:
            made = compute(
                indicator, inputs, place=place, dated=inputs[indicator.inputs.index(indicator.dated)], label=label
            )
            reason = f"{'、'.join(one.label for one in inputs)}只有上限或下限，不能计算"
            if made and indicator.holds_to is not None and made.value > indicator.holds_to:
                reason = f"计算为{printed(made)}，超过{indicator.holds_to:f}{indicator.unit}，算式的前提不成立"
                made = None
        except ArithmeticError:
            reason = f"{'、'.join(one.label for one in inputs)}中有零，不能计算"
    if made is not None:
        board.prefer(made)
    elif place == board.city.code:
        board.missing[indicator.id] = reason


def _years(facts: Iterable[Fact]) -> set[str]:
    return {one.period[:4] for one in facts if one.period}


def _too_far_apart(indicator: Indicator, inputs: Sequence[Fact], board: Board) -> str:
    """Why raw figures of different years must not be put together; empty where they may."""
    if indicator.within is None:
        return ""
    raw = [one for fact in inputs for one in _raw_behind(fact, board)]
    days = {end: one for one in raw if (end := last_day(one.period))}
    if not days or max(days).year - min(days).year <= indicator.within:
        return ""
    first, last = days[min(days)], days[max(days)]
    dated = "、".join(f"{one.label}（{in_words(one.period)}）" for one in (last, first))
    return f"{dated}时点相隔{max(days).year - min(days).year}年，不宜一起计算"


def _raw_behind(fact: Fact, board: Board) -> list[Fact]:
    if fact.kind == "observed":
        return [fact]
    return [one for id_ in fact.inputs for one in _raw_behind(board.facts[id_], board)]


def _as_previous(board: Board, previous: Edition) -> list[Fact]:
    """Main figures of the previous edition, and what they rest on, as facts of that edition."""
    wanted_of_it = {role.indicator for role in board.roles.values() if role.of_previous}
    main = [
        found
        for one in board.vocabulary.values()
        if (one.main or one.id in wanted_of_it) and (found := board.latest(one.id))
    ]
    wanted: dict[str, Fact] = {}
    waiting = list(main)
    while waiting:
        one = waiting.pop()
        if one.id not in wanted:
            wanted[one.id] = one
            waiting += [board.facts[id_] for id_ in one.inputs]
    ids = {id_: fact_id(one.indicator, one.place, one.period, one.part, previous.name) for id_, one in wanted.items()}
    return [
        replace(one, edition=previous.name, label=f"上期{one.label}", inputs=tuple(ids[id_] for id_ in one.inputs))
        for id_, one in board.facts.items()
        if id_ in wanted
    ]


def conclude(facts: Facts, findings: Iterable[Finding], subject: Subject) -> Facts:
    """The facts together with what is doubtful about them and what they allow the report to say."""
    checked = replace(facts, findings=tuple(one for one in findings if _concerns(one, facts)))
    return replace(checked, claims=state_claims(subject.claims, checked))


def _concerns(finding: Finding, facts: Facts) -> bool:
    """Whether a finding is about a number of this edition; findings about no number always are."""
    return not finding.indicators or any(
        finding.concerns(one.indicator, one.place, one.period) for one in facts.values()
    )


def overview(facts: Facts, *, previous: bool = False) -> pd.DataFrame:
    """A table for the eye: label, value as printed, date, formula or source of every fact, or of those before."""
    import pandas as pd

    rows = [
        {
            "指标": one.label,
            "取值": printed(one),
            "时点": in_words(one.period),
            "算式或出处": one.formula or (one.origins[0].where if one.origins else ""),
        }
        for one in facts.values()
        if bool(one.edition) is previous
    ]
    return pd.DataFrame(rows, columns=["指标", "取值", "时点", "算式或出处"])
