"""What prose may quote beside numbers: the city and its departments, policies, evidence, practice, what is wanting.

What belongs here: names and functions of the templates that hand out texts of the registers, each safe to print.
What does not: numbers (``prose``) and the rule of omission (``gaps``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.facts.selecting import province_word
from tuoyu.facts.wording import inert
from tuoyu.text.gaps import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from tuoyu.nouns.fact import Facts

# what a report without it cannot judge: fact → how prose names the data
WANTED = {
    "births_latest": "出生人口",
    "enrolled": "在托人数",
    "kindergartens": "机构构成",
    "fee": "托费",
    "respondents": "家长问卷",
    "places_target": "省级托位目标",
}


def names(facts: Facts) -> dict[str, object]:
    """The names that templates may use for what is no number."""
    edition = facts.edition
    own, benchmarks = str(edition.get("city", "")), tuple(edition.get("benchmarks", ()))
    city = str(edition.get("city_name", ""))
    return {
        "城市": city,
        "我市": edition.get("self_name", "我市"),
        "全市": f"全{city[-1:]}",
        "市级": f"{city[-1:]}级",
        "本省": province_word(edition),
        "省级": {"全省": "省级", "全区": "自治区", "全市": "市级"}[province_word(edition)],
        "有差距": _falls_short(facts),
        "有缺项": bool(_wanting(facts)),
        "缺少的数据": "、".join(_wanting(facts)),
        "出生人口有缺年": _births_have_gaps(facts),
        "部门": lambda *duties: _departments(edition, duties, ending="部门"),
        "部门等": lambda *duties: _departments(edition, duties, ending="等部门"),
        "文件": lambda slug: _policy(facts, slug),
        "文件年份": lambda slug: _policy(facts, slug, year=True),
        "目标文件": lambda key: _policy_of_target(facts, key),
        "本市文件": _own_policies(facts),
        "有本市文件": not isinstance(_own_policies(facts), Missing),
        "有本市做法": bool(_practices(facts, own)),
        "证据": lambda name: _evidence(facts, name),
        "做法": lambda place, group: _practice(facts, place if place in benchmarks else "", group),
        "本市做法": lambda group: _practice(facts, own, group),
        "本市材料": _documents(facts, (own,)),
        "示范材料": _documents(facts, benchmarks),
    }


def _falls_short(facts: Facts) -> bool:
    """Whether places fall short of the target that applies: that of the province, else that of the nation."""
    holds = {name: claim["holds"] for name, claim in facts.claims.items()}
    if "places_target" in facts:
        return holds.get("托位未达目标") is True
    return holds.get("托位未达全国目标") is True


def _wanting(facts: Facts) -> tuple[str, ...]:
    return tuple(words for name, words in WANTED.items() if name not in facts)


def _births_have_gaps(facts: Facts) -> bool:
    years = [int(one.as_of) for one in facts.select("births_") if re.fullmatch(r"births_\d{4}", one.id)]
    return bool(years) and max(years) - min(years) + 1 > len(years)


def _departments(edition: Mapping[str, Any], duties: tuple[str, ...], *, ending: str) -> str:
    """市卫生健康局、市教育局 — by the city's own names if it has declared all of them, else 卫生健康、教育部门."""
    known = edition.get("departments", {})
    if all(duty in known for duty in duties):
        return "、".join(inert(known[duty]) for duty in duties) + ("等部门" if ending == "等部门" else "")
    return "、".join(duties) + ending


def _policy(facts: Facts, slug: str, *, year: bool = False) -> str | Missing:
    for policy in facts.policies:
        if policy["id"] == slug and (policy.get("year") or not year):
            return _cited(policy, f"{policy['year']}年" if year else _titled(policy))
    return Missing(slug, "政策登记表中没有这份文件或其晚于本期")


def _titled(policy: Mapping[str, Any]) -> str:
    number = f"（{policy['number']}）" if policy.get("number") else ""
    return (policy["title"] if policy["title"].startswith("《") else f"《{policy['title']}》") + number


def _cited(policy: Mapping[str, Any], text: str) -> str:
    return f'<span class="policy" data-id="{policy["id"]}">{inert(text)}</span>'


def _policy_of_target(facts: Facts, key: str) -> str | Missing:
    """The document that sets the target which the edition names under ``key``."""
    wanted = (facts.edition.get("targets") or {}).get(key)
    for policy in facts.policies:
        if wanted and any(target["id"] == wanted for target in policy.get("target", ())):
            return _cited(policy, _titled(policy))
    return Missing("目标文件", "没有登记规定这项目标的文件")


def _own_policies(facts: Facts) -> str | Missing:
    # a city's own register may hold the documents of its province too, for their targets
    here = [policy for policy in facts.policies if policy.get("place") == facts.edition.get("city")]
    own = [policy for policy in here if policy["issuer"].startswith(str(facts.edition.get("city_name")))]
    # titles in book-title marks need no comma between them unless a number stands there (GB/T 15834)
    between = "、" if any(policy.get("number") for policy in own) else ""
    cited = between.join(_cited(policy, _titled(policy)) for policy in own)
    return cited or Missing("本市文件", "政策登记表中没有本市的文件")


def _evidence(facts: Facts, name: str) -> str | Missing:
    for entry in facts.evidence:
        if entry["id"] == name:
            return inert(entry["text"].rstrip("。"))
    return Missing(name, "没有这方面的调研材料")


def _practices(facts: Facts, place: str) -> list[Mapping[str, Any]]:
    return [entry for entry in facts.evidence if place and entry["place"] == place and "group" in entry]


def _practice(facts: Facts, place: str, group: str) -> str | Missing:
    texts = [entry["text"].rstrip("。") for entry in _practices(facts, place) if entry["group"] == group]
    return inert("；".join(texts)) if texts else Missing(f"{group}方面的做法", "没有这方面的材料")


def _documents(facts: Facts, places: Iterable[str]) -> str | Missing:
    """The documents that tell what these places do, each once."""
    documents = dict.fromkeys(entry["document"] for place in places for entry in _practices(facts, place))
    return inert("、".join(documents)) if documents else Missing("做法", "没有这方面的材料")
