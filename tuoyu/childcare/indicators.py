"""指标定义 — every computed indicator: formula in words, unit, basis, and the function that computes it.

The names of a function's parameters are the ids of the facts it needs, so lineage is the signature.
Functions take and return exact decimals; nothing is rounded here. Definitions follow the usage of
national statistics (国家统计局《中国统计年鉴》主要统计指标解释) and of childcare policy
(国家卫生健康委 托育服务统计口径: 托位数, 每千人口托位数, 入托率).
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

THOUSAND = Decimal(1000)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Indicator:
    """指标 — id, Chinese label, unit, decimals printed, formula in words, basis, function and inputs.

    ``dated_by`` is the input whose date the result carries; ``within`` the number of years that the raw figures
    behind it may lie apart.
    """

    id: str
    label: str
    unit: str
    decimals: int
    formula: str
    basis: str
    dated_by: str
    function: Callable[..., Decimal]
    within: int | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Ids of the facts that the function takes, in order."""
        return tuple(inspect.signature(self.function).parameters)

    @property
    def definition(self) -> str:
        """First sentence of the docstring."""
        return (self.function.__doc__ or "").partition("\n")[0].strip()


INDICATORS: dict[str, Indicator] = {}


def indicator(
    label: str,
    unit: str,
    decimals: int,
    *,
    formula: str,
    basis: str = "",
    dated_by: str = "",
    within: int | None = None,
) -> Callable[[Callable[..., Decimal]], Callable[..., Decimal]]:
    """Declares a function as an indicator; inputs must be declared or observed before it."""

    def declare(function: Callable[..., Decimal]) -> Callable[..., Decimal]:
        name = function.__name__
        first = next(iter(inspect.signature(function).parameters))
        INDICATORS[name] = Indicator(name, label, unit, decimals, formula, basis, dated_by or first, function, within)
        return function

    return declare


# 人口


@indicator(
    "出生人口下降率", "%", 1, formula="（首年出生人口－最新年出生人口）÷首年出生人口×100%", dated_by="births_latest"
)
def births_decline(births_first: Decimal, births_latest: Decimal) -> Decimal:
    """已知最早年份到最新年份出生人口减少的幅度，增加时为负。

    >>> births_decline(Decimal(1000), Decimal(460))
    Decimal('54.00')
    """
    return (births_first - births_latest) / births_first * HUNDRED


@indicator(
    "出生人口比上年降幅", "%", 1, formula="（上年出生人口－最新年出生人口）÷上年出生人口×100%", dated_by="births_latest"
)
def births_yearly_decline(births_previous: Decimal, births_latest: Decimal) -> Decimal:
    """最新一年出生人口比上一年减少的幅度，增加时为负。

    >>> births_yearly_decline(Decimal(200), Decimal(190))
    Decimal('5.00')
    """
    return (births_previous - births_latest) / births_previous * HUNDRED


@indicator(
    "常住口径出生率",
    "‰",
    2,
    formula="最新年出生人口÷年平均常住人口×1000‰",
    basis="出生人口为户籍统计数，除以常住人口，两者口径不同",
    dated_by="births_latest",
)
def birth_rate_resident(births_latest: Decimal, residents_mean: Decimal) -> Decimal:
    """粗出生率，以年平均常住人口为分母。

    >>> birth_rate_resident(Decimal(60), Decimal(10000))
    Decimal('6.000')
    """
    return births_latest / residents_mean * THOUSAND


@indicator(
    "户籍口径出生率", "‰", 2, formula="最新年出生人口÷年平均户籍人口×1000‰", basis="户籍人口", dated_by="births_latest"
)
def birth_rate_registered(births_latest: Decimal, registered_mean: Decimal) -> Decimal:
    """粗出生率，以年平均户籍人口为分母。

    >>> birth_rate_registered(Decimal(70), Decimal(10000))
    Decimal('7.000')
    """
    return births_latest / registered_mean * THOUSAND


@indicator(
    "近三年出生人口",
    "人",
    -2,
    formula="最近三年出生人口相加",
    basis="出生人口，作为3岁以下婴幼儿数的近似，未计迁移和死亡",
    dated_by="births_latest",
)
def births_three_years(births_before_previous: Decimal, births_previous: Decimal, births_latest: Decimal) -> Decimal:
    """最近三个年份出生人口合计，用来近似3岁以下婴幼儿数。

    >>> births_three_years(Decimal(3), Decimal(2), Decimal(1))
    Decimal('6')
    """
    return births_before_previous + births_previous + births_latest


@indicator("有送托需求婴幼儿数", "人", -3, formula="近三年出生人口×送托意愿测算比例", basis="测算数，比例为假定")
def children_wanting_care(births_three_years: Decimal, demand_rate: Decimal) -> Decimal:
    """按假定的送托意愿比例测算的有送托需求的婴幼儿数。

    >>> children_wanting_care(Decimal(1000), Decimal(30))
    Decimal('300')
    """
    return births_three_years * demand_rate / HUNDRED


@indicator("普查五岁以下人口", "人", 0, formula="普查零岁人口＋普查一至四岁人口", basis="普查登记的常住人口")
def census_under_five(age_0: Decimal, age_1_to_4: Decimal) -> Decimal:
    """人口普查登记的不满五周岁的常住人口。

    >>> census_under_five(Decimal(10), Decimal(50))
    Decimal('60')
    """
    return age_0 + age_1_to_4


@indicator("普查五岁以下人口占比", "%", 1, formula="普查五岁以下人口÷普查常住人口×100%", basis="普查登记的常住人口")
def census_under_five_share(census_under_five: Decimal, census_residents: Decimal) -> Decimal:
    """人口普查时不满五周岁的人口占全部常住人口的比例。

    >>> census_under_five_share(Decimal(60), Decimal(1000))
    Decimal('6.00')
    """
    return census_under_five / census_residents * HUNDRED


# 供给


@indicator("幼儿园托班占比", "%", 1, formula="开设托班幼儿园数÷托育机构数×100%")
def kindergarten_share(kindergartens: Decimal, institutions: Decimal) -> Decimal:
    """开设托班的幼儿园占全部托育机构的比例。

    >>> kindergarten_share(Decimal(3), Decimal(4))
    Decimal('75.00')
    """
    return kindergartens / institutions * HUNDRED


@indicator("非幼儿园托育机构数", "家", 0, formula="托育机构数－开设托班幼儿园数")
def other_institutions(institutions: Decimal, kindergartens: Decimal) -> Decimal:
    """幼儿园以外的托育机构数。

    >>> other_institutions(Decimal(4), Decimal(3))
    Decimal('1')
    """
    return institutions - kindergartens


@indicator(
    "备案机构占比",
    "%",
    1,
    formula="备案机构数÷托育机构数×100%",
    basis="分母含幼儿园托班；幼儿园托班一般不在托育机构备案名单内",
)
def registered_share(registered_institutions: Decimal, institutions: Decimal) -> Decimal:
    """在卫生健康部门备案的机构占全部托育机构的比例。

    >>> registered_share(Decimal(1), Decimal(10))
    Decimal('10.0')
    """
    return registered_institutions / institutions * HUNDRED


@indicator("平均每机构托位数", "个", 1, formula="托位数÷托育机构数")
def places_per_institution(places: Decimal, institutions: Decimal) -> Decimal:
    """平均每家托育机构的托位数。

    >>> places_per_institution(Decimal(100), Decimal(4))
    Decimal('25')
    """
    return places / institutions


@indicator("每千人口托位数", "个/千人", 2, formula="托位数÷常住人口×1000", basis="常住人口", within=2)
def places_per_thousand(places: Decimal, residents: Decimal) -> Decimal:
    """每千名常住人口拥有的托位数。

    >>> places_per_thousand(Decimal(45), Decimal(10000))
    Decimal('4.5000')
    """
    return places / residents * THOUSAND


@indicator(
    "每千人口托位数差距", "个/千人", 2, formula="每千人口托位数目标－每千人口托位数", dated_by="places_per_thousand"
)
def places_per_thousand_gap(places_target: Decimal, places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数与目标之差，已达到目标时为负。

    >>> places_per_thousand_gap(Decimal("5.5"), Decimal("4.5"))
    Decimal('1.0')
    """
    return places_target - places_per_thousand


@indicator("托位目标完成率", "%", 1, formula="每千人口托位数÷每千人口托位数目标×100%")
def target_attainment(places_per_thousand: Decimal, places_target: Decimal) -> Decimal:
    """每千人口托位数相当于目标的比例。

    >>> target_attainment(Decimal("4.5"), Decimal("5.0"))
    Decimal('90.0')
    """
    return places_per_thousand / places_target * HUNDRED


@indicator("目标所需托位数", "个", 0, formula="每千人口托位数目标×常住人口÷1000", basis="常住人口不变的假定")
def places_needed(places_target: Decimal, residents: Decimal) -> Decimal:
    """按现有常住人口，达到目标所需的托位数。

    >>> places_needed(Decimal("5.5"), Decimal(10000))
    Decimal('55.0')
    """
    return places_target * residents / THOUSAND


@indicator("托位缺口", "个", 0, formula="目标所需托位数－托位数", dated_by="places", within=2)
def places_gap(places_needed: Decimal, places: Decimal) -> Decimal:
    """达到目标还差的托位数，已达到目标时为负。

    >>> places_gap(Decimal(55), Decimal(45))
    Decimal('10')
    """
    return places_needed - places


@indicator("与全国每千人口托位数之差", "个/千人", 2, formula="每千人口托位数－全国每千人口托位数")
def national_places_difference(places_per_thousand: Decimal, national_places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数与全国之差，高于全国为正。

    >>> national_places_difference(Decimal(5), Decimal(3))
    Decimal('2')
    """
    return places_per_thousand - national_places_per_thousand


# 使用


@indicator("空置托位数", "个", 0, formula="托位数－在托人数")
def vacant_places(places: Decimal, enrolled: Decimal) -> Decimal:
    """没有幼儿在托的托位数。

    >>> vacant_places(Decimal(100), Decimal(40))
    Decimal('60')
    """
    return places - enrolled


@indicator("托位使用率", "%", 1, formula="在托人数÷托位数×100%", dated_by="enrolled")
def use_rate(enrolled: Decimal, places: Decimal) -> Decimal:
    """在托人数占托位数的比例。

    >>> use_rate(Decimal(40), Decimal(100))
    Decimal('40.0')
    """
    return enrolled / places * HUNDRED


@indicator(
    "入托率", "%", 1, formula="在托人数÷近三年出生人口×100%", basis="分母为近三年出生人口，不是3岁以下常住婴幼儿数"
)
def enrolment_rate(enrolled: Decimal, births_three_years: Decimal) -> Decimal:
    """在托人数占3岁以下婴幼儿数的比例，婴幼儿数以近三年出生人口近似。

    >>> enrolment_rate(Decimal(10), Decimal(100))
    Decimal('10.0')
    """
    return enrolled / births_three_years * HUNDRED


@indicator("入托率差距", "百分点", 1, formula="入托率目标－入托率", dated_by="enrolment_rate")
def enrolment_gap(enrolment_target: Decimal, enrolment_rate: Decimal) -> Decimal:
    """入托率与目标之差，已达到目标时为负。

    >>> enrolment_gap(Decimal(28), Decimal(10))
    Decimal('18')
    """
    return enrolment_target - enrolment_rate


@indicator("入托率目标对应在托人数", "人", 0, formula="近三年出生人口×入托率目标")
def enrolled_needed(births_three_years: Decimal, enrolment_target: Decimal) -> Decimal:
    """按近三年出生人口，达到入托率目标时的在托人数。

    >>> enrolled_needed(Decimal(1000), Decimal(28))
    Decimal('280')
    """
    return births_three_years * enrolment_target / HUNDRED


@indicator("在托人数占有需求比例", "%", 1, formula="在托人数÷有送托需求婴幼儿数×100%", basis="分母为测算数")
def demand_met(enrolled: Decimal, children_wanting_care: Decimal) -> Decimal:
    """在托人数占测算的有送托需求婴幼儿数的比例。

    >>> demand_met(Decimal(30), Decimal(100))
    Decimal('30.0')
    """
    return enrolled / children_wanting_care * HUNDRED


@indicator("未满足需求婴幼儿数", "人", -2, formula="有送托需求婴幼儿数－在托人数", basis="测算数", dated_by="enrolled")
def demand_unmet(children_wanting_care: Decimal, enrolled: Decimal) -> Decimal:
    """测算有送托需求而未在托的婴幼儿数。

    >>> demand_unmet(Decimal(100), Decimal(30))
    Decimal('70')
    """
    return children_wanting_care - enrolled


@indicator(
    "与全国每千人口托位数目标之差",
    "个/千人",
    2,
    formula="全国每千人口托位数目标－每千人口托位数",
    dated_by="places_per_thousand",
)
def national_target_gap(national_places_target: Decimal, places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数与全国目标之差，已达到目标时为负。

    >>> national_target_gap(Decimal("4.5"), Decimal("4.0"))
    Decimal('0.5')
    """
    return national_places_target - places_per_thousand


@indicator("与经合组织入托率之差", "百分点", 1, formula="经合组织入托率－入托率", dated_by="enrolment_rate")
def oecd_gap(oecd_enrolment_rate: Decimal, enrolment_rate: Decimal) -> Decimal:
    """经合组织成员国平均入托率与本市之差，两者统计口径不同。

    >>> oecd_gap(Decimal(32), Decimal(10))
    Decimal('22')
    """
    return oecd_enrolment_rate - enrolment_rate


@indicator("与欧盟入托率之差", "百分点", 1, formula="欧盟入托率－入托率", dated_by="enrolment_rate")
def eu_gap(eu_enrolment_rate: Decimal, enrolment_rate: Decimal) -> Decimal:
    """欧盟3岁以下接受正规托育的比例与本市入托率之差，两者统计口径不同。

    >>> eu_gap(Decimal(37), Decimal(10))
    Decimal('27')
    """
    return eu_enrolment_rate - enrolment_rate


# 费用


@indicator("托费高出可接受上限", "元", 0, formula="全日托平均托费－可接受托费上限", basis="每月")
def fee_excess(fee: Decimal, accepted_fee: Decimal) -> Decimal:
    """平均托费高出多数受访家长可接受价格上限的金额，未超出时为负。

    >>> fee_excess(Decimal(2700), Decimal(2000))
    Decimal('700')
    """
    return fee - accepted_fee


@indicator(
    "托费占收入比重",
    "%",
    1,
    formula="全日托平均托费÷居民月人均可支配收入×100%",
    basis="一人托费与一人收入之比，两者年份见各自时点",
)
def fee_income_share(fee: Decimal, income: Decimal) -> Decimal:
    """一名婴幼儿的全日托平均托费相当于居民月人均可支配收入的比例。

    >>> fee_income_share(Decimal(1000), Decimal(4000))
    Decimal('25.00')
    """
    return fee / income * HUNDRED


@indicator("全年托费", "元", 0, formula="全日托平均托费×12", basis="按全年十二个月计，未扣除假期")
def fee_yearly(fee: Decimal) -> Decimal:
    """一名婴幼儿按全日托平均托费计算的全年费用。

    >>> fee_yearly(Decimal(1000))
    Decimal('12000')
    """
    return fee * 12


@indicator(
    "全年托费占城镇居民收入比重",
    "%",
    1,
    formula="全年托费÷城镇居民人均可支配收入×100%",
    basis="一人托费与一人收入之比，两者年份见各自时点",
)
def fee_urban_share(fee_yearly: Decimal, income_urban: Decimal) -> Decimal:
    """一名婴幼儿的全年托费相当于城镇居民人均可支配收入的比例。

    >>> fee_urban_share(Decimal(12000), Decimal(48000))
    Decimal('25.00')
    """
    return fee_yearly / income_urban * HUNDRED


@indicator(
    "全年托费占农村居民收入比重",
    "%",
    1,
    formula="全年托费÷农村居民人均可支配收入×100%",
    basis="一人托费与一人收入之比，两者年份见各自时点",
)
def fee_rural_share(fee_yearly: Decimal, income_rural: Decimal) -> Decimal:
    """一名婴幼儿的全年托费相当于农村居民人均可支配收入的比例。

    >>> fee_rural_share(Decimal(12000), Decimal(24000))
    Decimal('50.0')
    """
    return fee_yearly / income_rural * HUNDRED


# 社区


@indicator("街道婴幼儿合计", "人", 0, formula="首位、次位街道3岁以下婴幼儿数相加")
def streets_children(street_1_children: Decimal, street_2_children: Decimal) -> Decimal:
    """3岁以下婴幼儿最多的两个街道合计。

    >>> streets_children(Decimal(3), Decimal(4))
    Decimal('7')
    """
    return street_1_children + street_2_children


@indicator("首位街道列出社区占比", "%", 1, formula="列出社区婴幼儿数之和÷首位街道婴幼儿数×100%")
def listed_share(street_1_listed_children: Decimal, street_1_children: Decimal) -> Decimal:
    """婴幼儿最多的街道中，列出的较大社区所占的比例。

    >>> listed_share(Decimal(3), Decimal(4))
    Decimal('75.00')
    """
    return street_1_listed_children / street_1_children * HUNDRED


@indicator("街道达标所需托位数", "个", 0, formula="街道婴幼儿合计×入托率目标")
def streets_places_needed(streets_children: Decimal, enrolment_target: Decimal) -> Decimal:
    """已取得数据的街道按入托率目标所需的托位数。

    >>> streets_places_needed(Decimal(1000), Decimal(28))
    Decimal('280')
    """
    return streets_children * enrolment_target / HUNDRED


@indicator("首位街道达标所需托位数", "个", 0, formula="首位街道婴幼儿数×入托率目标")
def street_1_places_needed(street_1_children: Decimal, enrolment_target: Decimal) -> Decimal:
    """婴幼儿最多的街道按入托率目标所需的托位数。

    >>> street_1_places_needed(Decimal(100), Decimal(28))
    Decimal('28')
    """
    return street_1_children * enrolment_target / HUNDRED


@indicator("首位社区达标所需托位数", "个", 0, formula="首位社区婴幼儿数×入托率目标")
def largest_community_places_needed(largest_community: Decimal, enrolment_target: Decimal) -> Decimal:
    """婴幼儿最多的社区按入托率目标所需的托位数。

    >>> largest_community_places_needed(Decimal(100), Decimal(28))
    Decimal('28')
    """
    return largest_community * enrolment_target / HUNDRED


# 与上期比较


@indicator("托育机构数比上期增加", "家", 0, formula="托育机构数－上期托育机构数")
def institutions_change(institutions: Decimal, previous_institutions: Decimal) -> Decimal:
    """托育机构数比上一期增加的数量，减少时为负。

    >>> institutions_change(Decimal(5), Decimal(3))
    Decimal('2')
    """
    return institutions - previous_institutions


@indicator("托位数比上期增加", "个", -2, formula="托位数－上期托位数", basis="上期托位数以万个公布，差额只到百位")
def places_change(places: Decimal, previous_places: Decimal) -> Decimal:
    """托位数比上一期增加的数量，减少时为负。

    >>> places_change(Decimal(500), Decimal(300))
    Decimal('200')
    """
    return places - previous_places


@indicator("每千人口托位数比上期增加", "个/千人", 2, formula="每千人口托位数－上期每千人口托位数")
def places_per_thousand_change(places_per_thousand: Decimal, previous_places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数比上一期增加的数量，减少时为负。

    >>> places_per_thousand_change(Decimal(5), Decimal(4))
    Decimal('1')
    """
    return places_per_thousand - previous_places_per_thousand


@indicator("托位使用率比上期变化", "百分点", 1, formula="托位使用率与上期托位使用率之差的绝对值")
def use_rate_change(use_rate: Decimal, previous_use_rate: Decimal) -> Decimal:
    """托位使用率与上一期之差的绝对值，升降由文字说明。

    >>> use_rate_change(Decimal(38), Decimal(40))
    Decimal('2')
    """
    return abs(use_rate - previous_use_rate)
