"""结论 — what the facts allow the report to say: each claim holds, does not hold, or has no evidence.

A rule names the facts it needs and a test of them. Without its facts a claim is neither true nor
false: the report then says nothing, and the reason is on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.facts.selecting import ANSWERS
from tuoyu.facts.selecting import REGISTER
from tuoyu.facts.wording import attainment
from tuoyu.facts.wording import decides
from tuoyu.facts.wording import shares_differ

if TYPE_CHECKING:
    from collections.abc import Callable

    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts

HALF = Decimal(50)


@dataclass(frozen=True)
class Claim:
    """结论 — id in Chinese, facts it needs, the test, and the rule in words with its threshold."""

    id: str
    needs: tuple[str, ...]
    holds: Callable[..., bool | None]
    rule: str


def _most(share: Fact) -> bool:
    return share.interval is not None and share.interval[0] > HALF


def _above(fee: Fact, accepted: Fact, share: Fact) -> bool:
    return fee.value > accepted.value and _most(share)


def _more(one: Fact, other: Fact) -> bool | None:
    """Whether ``one`` is the greater, None where bounds leave it open."""
    return one.value > other.value if decides(one, other) else None


def _over(level: Decimal) -> Callable[[Fact], bool | None]:
    return lambda one: _more(one, replace(one, value=level, bound="="))


def _under(level: Decimal) -> Callable[[Fact], bool | None]:
    return lambda one: _more(replace(one, value=level, bound="="), one)


def _reached(one: Fact, target: Fact) -> bool | None:
    word = attainment(one, target)
    return None if word is None else word == "已达到"


def _not_reached(one: Fact, target: Fact) -> bool | None:
    reached = _reached(one, target)
    return None if reached is None else not reached


CLAIMS = (
    Claim("出生人口下降", ("births_first", "births_latest"), _more, "最新年出生人口少于首年"),
    Claim("托位未达目标", ("places_per_thousand", "places_target"), _not_reached, "每千人口托位数低于本省目标"),
    Claim("托位达到目标", ("places_per_thousand", "places_target"), _reached, "每千人口托位数不低于本省目标"),
    Claim(
        "托位未达全国目标",
        ("places_per_thousand", "national_places_target"),
        _not_reached,
        "每千人口托位数低于全国目标",
    ),
    Claim("高于全国", ("places_per_thousand", "national_places_per_thousand"), _more, "每千人口托位数高于全国"),
    Claim("使用率偏低", ("use_rate",), _under(HALF), "托位使用率低于50%"),
    Claim("入托率未达目标", ("enrolment_rate", "enrolment_target"), _not_reached, "入托率低于目标"),
    Claim(
        "入托率低于国际",
        ("enrolment_rate", "oecd_enrolment_rate", "eu_enrolment_rate"),
        lambda one, oecd, eu: one.value < min(oecd.value, eu.value),
        "入托率低于经合组织和欧盟",
    ),
    Claim("幼儿园托班为主", ("kindergarten_share",), _over(HALF), "幼儿园托班占比高于50%"),
    Claim("无社区托位", ("community_places",), lambda one: one.value == 0, "社区嵌入式托位数为零"),
    Claim("备案率低", ("registered_share",), _under(HALF), "备案机构占比低于50%"),
    Claim(
        "托费高于可接受水平",
        ("fee", "accepted_fee", "survey_price_low"),
        _above,
        "平均托费高于上限，且接受该上限以下的比例的95%区间在50%以上",
    ),
    Claim("普惠机构偏少", ("inclusive_institution_share",), _under(HALF), "提供普惠托育的机构不到一半"),
    Claim("入托目标超过托位", ("enrolled_needed", "places"), _more, "入托率目标对应的在托人数多于现有托位数"),
    Claim("学历偏低", ("staff_low_education",), _over(HALF), "高中及以下学历比例高于50%"),
    Claim(
        "距离最受重视",
        ("survey_distance", "survey_quality"),
        lambda a, b: shares_differ(a, b) and a.value > b.value,
        "距离优先比例高于保育质量优先比例，且差异超出抽样误差",
    ),
    Claim("全日托为主", ("survey_full_day",), _most, "选择全日托的比例的95%区间在50%以上"),
    Claim("就近为主", ("survey_commute_short",), _most, "选择较短通勤时间的比例的95%区间在50%以上"),
    Claim(
        "公办更受欢迎",
        ("survey_public", "survey_private"),
        lambda a, b: shares_differ(a, b) and a.value > b.value,
        "倾向公办的比例高于倾向民办的比例，且差异超出抽样误差",
    ),
    Claim("有问卷", ("respondents",), lambda one: one.value > 0, "有问卷数据"),
    Claim("问卷为原始答卷", ("respondents",), lambda one: one.basis == ANSWERS, "问卷占比由原始答卷计算"),
    Claim("有机构名单", ("institutions",), lambda one: one.basis == REGISTER, "机构数由机构名单逐家相加"),
)
# claims that rest on interviews, not on numbers: topic of the evidence register → claim
EVIDENCE_CLAIMS = {"支持政策不足": "政策支持", "场地资金不足": "场地资金", "部门协同不足": "部门协同"}


def state_claims(facts: Facts) -> dict[str, dict[str, Any]]:
    """Every claim with ``holds`` (True, False, or None without evidence) and ``reason`` in Chinese."""
    return {**{claim.id: _state(claim, facts) for claim in CLAIMS}, **_from_evidence(facts), **_from_edition(facts)}


def _state(claim: Claim, facts: Facts) -> dict[str, Any]:
    absent = [name for name in claim.needs if name not in facts]
    if absent:
        reasons = "；".join(dict.fromkeys(facts.missing.get(name, "缺少所需指标") for name in absent))
        return {"holds": None, "reason": f"{claim.rule}：无法判断，{reasons}"}
    holds = claim.holds(*(facts[name] for name in claim.needs))
    if holds is None:
        return {"holds": None, "reason": f"{claim.rule}：数据只有上限或下限，不能判断"}
    return {"holds": holds, "reason": f"{claim.rule}：{'成立' if holds else '不成立'}"}


def _from_evidence(facts: Facts) -> dict[str, dict[str, Any]]:
    topics = {entry.get("topic") for entry in facts.evidence}
    return {
        claim: {
            "holds": True if topic in topics else None,
            "reason": f"调研记录中{'有' if topic in topics else '没有'}“{topic}”方面的材料",
        }
        for claim, topic in EVIDENCE_CLAIMS.items()
    }


def _from_edition(facts: Facts) -> dict[str, dict[str, Any]]:
    shaky = any(one.code == "impossible-share" and facts.has(*one.indicators) for one in facts.findings)
    conditions = {
        "部分占比不能复算": shaky,
        "与上期变动较大": any(one.code == "large-change" for one in facts.findings),
        "有核验意见": bool(facts.findings),
        "有示范城市": bool(facts.edition.get("benchmarks")),
        "有上期": bool(facts.select("previous_")),
    }
    return {
        name: {"holds": holds, "reason": f"{name}：{'是' if holds else '否'}"} for name, holds in conditions.items()
    }
