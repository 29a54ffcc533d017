"""What prose may quote beside numbers: the city and its departments, policies, evidence and practice.

What belongs here: names and functions of the templates that hand out texts of the registers, each safe to print.
What does not: numbers (``prose``) and the rule of omission (``gaps``).
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tuoyu.facts.claims import is_own
from tuoyu.facts.wording import inert
from tuoyu.text.gaps import Missing

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator

    from tuoyu.nouns.city import City
    from tuoyu.nouns.fact import Facts
    from tuoyu.nouns.register import Evidence
    from tuoyu.nouns.register import Policy

Value = str | Missing
NO_MATERIAL = "没有这方面的材料"
FULL_STOP = "。"


def city_names(city: City) -> dict[str, str]:
    """The names by which prose calls the city of the edition."""
    kind = inert(city.kind)
    province = city.whole_province
    return {
        "城市": inert(city.name),
        "我市": inert(city.self_name),
        "全市": f"全{kind}",
        "市级": f"{kind}级",
        "下辖地区": "区县" if city.districts else "街道（乡镇）",
        "本省": province,
        "省级": {"全省": "省级", "全区": "自治区"}.get(province, "市级"),
    }


def functions(facts: Facts) -> dict[str, Callable[..., Value]]:
    """The functions of templates that quote, by name; ``references`` has checked their arguments."""
    return {
        "部门": lambda *duties: departments(facts, duties),
        "部门等": lambda *duties: departments(facts, duties, several="等"),
        "文件": lambda id_: _of_policy(facts, id_, titled),
        "文件年份": lambda id_: _of_policy(facts, id_, lambda policy: f"{policy.year}年" if policy.year else ""),
        "文件要求": lambda id_: _of_policy(facts, id_, lambda policy: policy.asks.rstrip(FULL_STOP)),
        "目标文件": lambda key: _of_target(facts, key),
        "证据": lambda id_: evidence(facts, id_),
        "做法": lambda group: _practice(facts, group),
        "外地做法": lambda tag: _examples(facts, tag),
    }


def departments(facts: Facts, duties: Iterable[str], *, several: str = "") -> str:
    """市卫生健康局、市教育局 — by the city's own names if it has declared all of them, else 卫生健康、教育部门."""
    wanted = tuple(duties)
    known = {str(duty): name for duty, name in facts.city.departments.items()} if facts.city else {}
    if all(duty in known for duty in wanted):
        return "、".join(inert(known[duty]) for duty in wanted) + (several and f"{several}部门")
    return "、".join(inert(duty) for duty in wanted) + f"{several}部门"


def titled(policy: Policy) -> str:
    """The title in book-title marks, and its number."""
    title = policy.title if policy.title.startswith("《") else f"《{policy.title}》"
    return title + (f"（{policy.number}）" if policy.number else "")


def _of_policy(facts: Facts, id_: str, words: Callable[[Policy], str]) -> Value:
    policy = next((one for one in facts.policies if id_ in (one.id, *one.covers)), None)
    if policy is None:
        return Missing(id_, "政策登记表中这份文件晚于本期，或不属于本期各地")
    text = words(policy)
    return _carrier("policy", policy.id, text) if text else Missing(policy.title, "政策登记表中没有写这一项")


def _of_target(facts: Facts, key: str) -> Value:
    """The document that sets the target which the edition names under ``key``."""
    wanted = getattr(facts.edition.targets, key, None) if facts.edition else None
    for policy in facts.policies:
        if wanted and any(target.id == wanted for target in policy.target):
            return _carrier("policy", policy.id, titled(policy))
    return Missing("目标文件", "没有登记规定这项目标的文件")


def evidence(facts: Facts, name: str) -> Value:
    """The words of a piece of evidence, or of all of a topic, each in the carrier that leads to its document."""
    told = [_told(entry) for entry in entries_of(facts, name)]
    return FULL_STOP.join(told) or Missing(name, "没有这方面的调研材料")


def entries_of(facts: Facts, name: str) -> tuple[Evidence, ...]:
    """The entry of this id, or the one that tells it along with its own; else all of this topic about the city."""
    told = [entry for entry in facts.evidence if entry.text]
    named = [entry for entry in told if entry.id == name] or [entry for entry in told if name in entry.covers]
    return tuple(named[:1]) or tuple(entry for entry in told if entry.topic == name and is_own(facts, entry))


def entry_of(facts: Facts, name: str) -> Evidence | None:
    """The first of the entries that a name stands for."""
    return next(iter(entries_of(facts, name)), None)


def practices_of(facts: Facts, city: City | None, group: str) -> Iterator[Evidence]:
    """What a city does, of one group."""
    folder = city.folder if city else ""
    return (one for one in facts.evidence if folder and one.place == folder and one.group == group and one.text)


def _practice(facts: Facts, group: str) -> Value:
    told = [_told(one) for one in practices_of(facts, facts.city, group)]
    return FULL_STOP.join(told) or Missing(f"{group}方面的做法", NO_MATERIAL)


def _examples(facts: Facts, tag: str) -> Value:
    """What the benchmark cities do that serves as an example for a measure, each after the city's name."""
    told = [
        inert(city.name) + _told(one)
        for city in facts.benchmarks
        for one in facts.evidence
        if one.place == city.folder and one.group and one.text and tag in one.serves
    ]
    return FULL_STOP.join(told) or Missing(f"“{tag}”方面的外地做法", NO_MATERIAL)


def _told(entry: Evidence) -> str:
    return _carrier("evidence", entry.id, entry.text.rstrip(FULL_STOP))


def _carrier(kind: str, id_: str, text: str) -> str:
    """A quotation with what it is taken from, for pages to open; an id may be of any script."""
    return f'<span class="{kind}" data-id="{html.escape(id_, quote=True)}">{inert(text)}</span>'
