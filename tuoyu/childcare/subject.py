"""托育服务监测 — the subject of this project as one value for the rooms that take it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tuoyu.childcare import outlook
from tuoyu.childcare import reckoning
from tuoyu.childcare import roles
from tuoyu.childcare.relations import RELATIONS
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.claims import parse_claims
from tuoyu.facts.subject import Subject

CLAIMS = "claims.toml"


@cache
def subject() -> Subject:
    """The subject: indicators, roles, targets, assumptions, reckonings and claims."""
    return Subject(
        vocabulary=vocabulary(),
        roles=roles.ROLES,
        comparators=roles.COMPARATORS,
        targets=roles.TARGETS,
        assumptions=roles.ASSUMPTIONS,
        before=(
            reckoning.births_span,
            reckoning.mean_populations,
            reckoning.streets,
            reckoning.groups,
            reckoning.accepted_fee,
        ),
        after=(outlook.outlook, outlook.coverage, reckoning.changes),
        rules={**reckoning.RULES, **outlook.RULES},
        relations=RELATIONS,
        claims=parse_claims(files(__package__).joinpath(CLAIMS).read_bytes(), f"tuoyu/childcare/{CLAIMS}"),
    )
