"""算式 — the arithmetic of every computed indicator: exact decimals in, an exact decimal out, nothing rounded.

The names of a function's parameters are the indicators and roles that it needs, so lineage is the signature. Names,
units and definitions stand in ``indicators.toml``; they follow the usage of national statistics
(国家统计局《中国统计年鉴》主要统计指标解释) and of childcare policy (国家卫生健康委 托育服务统计口径:
托位数, 每千人口托位数, 入托率).
"""

from __future__ import annotations

from decimal import Decimal

THOUSAND = Decimal(1000)
HUNDRED = Decimal(100)


# 人口


def births_decline(births_first: Decimal, births_latest: Decimal) -> Decimal:
    """已知最早年份到最新年份出生人口减少的幅度，增加的为上升幅度，计算时记作负数。

    >>> births_decline(Decimal(1000), Decimal(460))
    Decimal('54.00')
    """
    return (births_first - births_latest) / births_first * HUNDRED


def births_yearly_decline(births_previous: Decimal, births_latest: Decimal) -> Decimal:
    """最新一年出生人口比上一年减少的幅度，增加的为上升幅度，计算时记作负数。

    >>> births_yearly_decline(Decimal(200), Decimal(190))
    Decimal('5.00')
    """
    return (births_previous - births_latest) / births_previous * HUNDRED


def birth_rate_resident(births_latest: Decimal, residents_mean: Decimal) -> Decimal:
    """粗出生率，以年平均常住人口为分母。

    >>> birth_rate_resident(Decimal(60), Decimal(10000))
    Decimal('6.000')
    """
    return births_latest / residents_mean * THOUSAND


def birth_rate_registered(births_latest: Decimal, registered_mean: Decimal) -> Decimal:
    """粗出生率，以年平均户籍人口为分母。

    >>> birth_rate_registered(Decimal(70), Decimal(10000))
    Decimal('7.000')
    """
    return births_latest / registered_mean * THOUSAND


def births_three_years(births_before_previous: Decimal, births_previous: Decimal, births_latest: Decimal) -> Decimal:
    """最近三个年份出生人口合计。

    >>> births_three_years(Decimal(3), Decimal(2), Decimal(1))
    Decimal('6')
    """
    return births_before_previous + births_previous + births_latest


def children_wanting_care(births_three_years: Decimal, demand_rate: Decimal) -> Decimal:
    """按假定的送托意愿比例测算的有送托需求的婴幼儿数。

    >>> children_wanting_care(Decimal(1000), Decimal(30))
    Decimal('300')
    """
    return births_three_years * demand_rate / HUNDRED


def census_under_five(age_0: Decimal, age_1_to_4: Decimal) -> Decimal:
    """人口普查登记的不满五周岁的常住人口。

    >>> census_under_five(Decimal(10), Decimal(50))
    Decimal('60')
    """
    return age_0 + age_1_to_4


def census_under_five_share(census_under_five: Decimal, census_residents: Decimal) -> Decimal:
    """人口普查时不满五周岁的人口占全部常住人口的比例。

    >>> census_under_five_share(Decimal(60), Decimal(1000))
    Decimal('6.00')
    """
    return census_under_five / census_residents * HUNDRED


def natural_increase(births_latest: Decimal, deaths: Decimal) -> Decimal:
    """一年内出生人口多于死亡人口的数量，少于时为负。

    >>> natural_increase(Decimal(5), Decimal(7))
    Decimal('-2')
    """
    return births_latest - deaths


def two_largest_districts_share(
    district_1_under_five: Decimal, district_2_under_five: Decimal, census_under_five: Decimal
) -> Decimal:
    """五岁以下人口最多的两个区县所占的比例。

    >>> two_largest_districts_share(Decimal(3), Decimal(2), Decimal(10))
    Decimal('50.0')
    """
    return (district_1_under_five + district_2_under_five) / census_under_five * HUNDRED


# 供给


def kindergarten_share(kindergartens: Decimal, institutions: Decimal) -> Decimal:
    """开设托班的幼儿园占全部托育机构的比例。

    >>> kindergarten_share(Decimal(3), Decimal(4))
    Decimal('75.00')
    """
    return kindergartens / institutions * HUNDRED


def other_institutions(institutions: Decimal, kindergartens: Decimal) -> Decimal:
    """幼儿园以外的托育机构数。

    >>> other_institutions(Decimal(4), Decimal(3))
    Decimal('1')
    """
    return institutions - kindergartens


def registered_share(registered_institutions: Decimal, institutions: Decimal) -> Decimal:
    """在卫生健康部门备案的机构占全部托育机构的比例。

    >>> registered_share(Decimal(1), Decimal(10))
    Decimal('10.0')
    """
    return registered_institutions / institutions * HUNDRED


def registered_share_of_others(registered_institutions: Decimal, other_institutions: Decimal) -> Decimal:
    """备案机构相当于幼儿园以外托育机构的比例。

    >>> registered_share_of_others(Decimal(1), Decimal(4))
    Decimal('25.00')
    """
    return registered_institutions / other_institutions * HUNDRED


def places_per_institution(places: Decimal, institutions: Decimal) -> Decimal:
    """平均每家托育机构的托位数。

    >>> places_per_institution(Decimal(100), Decimal(4))
    Decimal('25')
    """
    return places / institutions


def places_per_hundred_children(places: Decimal, births_three_years: Decimal) -> Decimal:
    """每百名3岁以下婴幼儿拥有的托位数。

    >>> places_per_hundred_children(Decimal(30), Decimal(200))
    Decimal('15.00')
    """
    return places / births_three_years * HUNDRED


def places_per_thousand(places: Decimal, residents: Decimal) -> Decimal:
    """每千名常住人口拥有的托位数。

    >>> places_per_thousand(Decimal(45), Decimal(10000))
    Decimal('4.5000')
    """
    return places / residents * THOUSAND


def places_per_thousand_gap(places_target: Decimal, places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数与目标之差，已达到目标的为超出数，计算时记作负数。

    >>> places_per_thousand_gap(Decimal("5.5"), Decimal("4.5"))
    Decimal('1.0')
    """
    return places_target - places_per_thousand


def target_attainment(places_per_thousand: Decimal, places_target: Decimal) -> Decimal:
    """每千人口托位数相当于目标的比例。

    >>> target_attainment(Decimal("4.5"), Decimal("5.0"))
    Decimal('90.0')
    """
    return places_per_thousand / places_target * HUNDRED


def places_needed(places_target: Decimal, residents: Decimal) -> Decimal:
    """按现有常住人口，达到目标所需的托位数。

    >>> places_needed(Decimal("5.5"), Decimal(10000))
    Decimal('55.0')
    """
    return places_target * residents / THOUSAND


def places_needed_per_hundred(places_needed: Decimal, census_under_five: Decimal) -> Decimal:
    """目标所需托位数相当于每百名五岁以下人口的个数。

    >>> places_needed_per_hundred(Decimal(30), Decimal(200))
    Decimal('15.00')
    """
    return places_needed / census_under_five * HUNDRED


def target_as_enrolment(places_needed: Decimal, births_three_years: Decimal) -> Decimal:
    """目标所需托位全部用上时，在托人数占近三年出生人口的比例。

    >>> target_as_enrolment(Decimal(30), Decimal(100))
    Decimal('30.0')
    """
    return places_needed / births_three_years * HUNDRED


def places_gap(places_needed: Decimal, places: Decimal) -> Decimal:
    """达到目标还差的托位数，富余的记作负数。

    >>> places_gap(Decimal(55), Decimal(45))
    Decimal('10')
    """
    return places_needed - places


def national_places_difference(places_per_thousand: Decimal, national_places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数与全国之差，高于全国为正。

    >>> national_places_difference(Decimal(5), Decimal(3))
    Decimal('2')
    """
    return places_per_thousand - national_places_per_thousand


# 使用


def vacant_places(places: Decimal, enrolled: Decimal) -> Decimal:
    """没有幼儿在托的托位数。

    >>> vacant_places(Decimal(100), Decimal(40))
    Decimal('60')
    """
    return places - enrolled


def use_rate(enrolled: Decimal, places: Decimal) -> Decimal:
    """在托人数占托位数的比例。

    >>> use_rate(Decimal(40), Decimal(100))
    Decimal('40.0')
    """
    return enrolled / places * HUNDRED


def enrolled_implied(places: Decimal, use_rate: Decimal) -> Decimal:
    """由托位数和公布的使用率推算的在托人数。

    >>> enrolled_implied(Decimal(100), Decimal(40))
    Decimal('40')
    """
    return places * use_rate / HUNDRED


def enrolment_rate(enrolled: Decimal, births_three_years: Decimal) -> Decimal:
    """在托人数占3岁以下婴幼儿数的比例。

    >>> enrolment_rate(Decimal(10), Decimal(100))
    Decimal('10.0')
    """
    return enrolled / births_three_years * HUNDRED


def enrolment_gap(enrolment_target: Decimal, enrolment_rate: Decimal) -> Decimal:
    """入托率与目标之差，已达到目标的为超出数，计算时记作负数。

    >>> enrolment_gap(Decimal(28), Decimal(10))
    Decimal('18')
    """
    return enrolment_target - enrolment_rate


def enrolled_needed(births_three_years: Decimal, enrolment_target: Decimal) -> Decimal:
    """按近三年出生人口，达到入托率目标时的在托人数。

    >>> enrolled_needed(Decimal(1000), Decimal(28))
    Decimal('280')
    """
    return births_three_years * enrolment_target / HUNDRED


def demand_met(enrolled: Decimal, children_wanting_care: Decimal) -> Decimal:
    """在托人数占测算的有送托需求婴幼儿数的比例。

    >>> demand_met(Decimal(30), Decimal(100))
    Decimal('30.0')
    """
    return enrolled / children_wanting_care * HUNDRED


def demand_unmet(children_wanting_care: Decimal, enrolled: Decimal) -> Decimal:
    """测算有送托需求而未在托的婴幼儿数。

    >>> demand_unmet(Decimal(100), Decimal(30))
    Decimal('70')
    """
    return children_wanting_care - enrolled


def national_target_gap(national_places_target: Decimal, places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数与全国目标之差，已达到目标的为超出数，计算时记作负数。

    >>> national_target_gap(Decimal("4.5"), Decimal("4.0"))
    Decimal('0.5')
    """
    return national_places_target - places_per_thousand


def oecd_gap(oecd_enrolment_rate: Decimal, enrolment_rate: Decimal) -> Decimal:
    """经合组织成员国平均入托率与本市之差，两者统计口径不同。

    >>> oecd_gap(Decimal(32), Decimal(10))
    Decimal('22')
    """
    return oecd_enrolment_rate - enrolment_rate


def eu_gap(eu_enrolment_rate: Decimal, enrolment_rate: Decimal) -> Decimal:
    """欧盟3岁以下接受正规托育的比例与本市入托率之差，两者统计口径不同。

    >>> eu_gap(Decimal(37), Decimal(10))
    Decimal('27')
    """
    return eu_enrolment_rate - enrolment_rate


# 费用


def fee_excess(fee: Decimal, accepted_fee: Decimal) -> Decimal:
    """平均托费高出多数受访家长可接受价格上限的金额，未超出的为低于上限的金额，计算时记作负数。

    >>> fee_excess(Decimal(2700), Decimal(2000))
    Decimal('700')
    """
    return fee - accepted_fee


def fee_income_share(fee: Decimal, income: Decimal) -> Decimal:
    """全日托平均托费相当于居民月人均可支配收入的比例。

    >>> fee_income_share(Decimal(1000), Decimal(4000))
    Decimal('25.00')
    """
    return fee / income * HUNDRED


def fee_yearly(fee: Decimal) -> Decimal:
    """一名婴幼儿按全日托平均托费计算的全年费用。

    >>> fee_yearly(Decimal(1000))
    Decimal('12000')
    """
    return fee * 12


def fee_share_of_same_year(fee_yearly: Decimal, income_of_fee_year: Decimal) -> Decimal:
    """一名婴幼儿的全年托费相当于同一年居民人均可支配收入的比例。

    >>> fee_share_of_same_year(Decimal(12000), Decimal(24000))
    Decimal('50.0')
    """
    return fee_yearly / income_of_fee_year * HUNDRED


def fee_urban_share(fee_yearly: Decimal, income_urban: Decimal) -> Decimal:
    """一名婴幼儿的全年托费相当于城镇居民人均可支配收入的比例。

    >>> fee_urban_share(Decimal(12000), Decimal(48000))
    Decimal('25.00')
    """
    return fee_yearly / income_urban * HUNDRED


def fee_rural_share(fee_yearly: Decimal, income_rural: Decimal) -> Decimal:
    """一名婴幼儿的全年托费相当于农村居民人均可支配收入的比例。

    >>> fee_rural_share(Decimal(12000), Decimal(24000))
    Decimal('50.0')
    """
    return fee_yearly / income_rural * HUNDRED


def fee_urban_share_of_same_year(fee_yearly: Decimal, income_urban_of_fee_year: Decimal) -> Decimal:
    """全年托费相当于同一年城镇居民人均可支配收入的比例。

    >>> fee_urban_share_of_same_year(Decimal(12000), Decimal(48000))
    Decimal('25.00')
    """
    return fee_yearly / income_urban_of_fee_year * HUNDRED


def fee_rural_share_of_same_year(fee_yearly: Decimal, income_rural_of_fee_year: Decimal) -> Decimal:
    """全年托费相当于同一年农村居民人均可支配收入的比例。

    >>> fee_rural_share_of_same_year(Decimal(12000), Decimal(24000))
    Decimal('50.0')
    """
    return fee_yearly / income_rural_of_fee_year * HUNDRED


def accepted_fee_income_share(accepted_fee: Decimal, income: Decimal) -> Decimal:
    """受访家长认为合理的月托费上限相当于居民月人均可支配收入的比例。

    >>> accepted_fee_income_share(Decimal(1000), Decimal(4000))
    Decimal('25.00')
    """
    return accepted_fee / income * HUNDRED


def owners_published(survey_public: Decimal, survey_private: Decimal, survey_inclusive: Decimal) -> Decimal:
    """公布了的几种办托性质的占比之和。

    >>> owners_published(Decimal(3), Decimal(2), Decimal(1))
    Decimal('6')
    """
    return survey_public + survey_private + survey_inclusive


# 经费


def reward_per_institution(reward_fund: Decimal, rewarded_institutions: Decimal) -> Decimal:
    """每年奖补资金平均到每家受奖机构的金额。

    >>> reward_per_institution(Decimal(400), Decimal(20))
    Decimal('20')
    """
    return reward_fund / rewarded_institutions


def fund_per_place(circle_fund: Decimal, new_places_target: Decimal) -> Decimal:
    """专项资金平均到每个计划新增托位的金额。

    >>> fund_per_place(Decimal(400), Decimal(20))
    Decimal('20')
    """
    return circle_fund / new_places_target


def fund_per_point(circle_fund: Decimal, service_points_target: Decimal) -> Decimal:
    """专项资金平均到每个计划建设的社区服务点的金额。

    >>> fund_per_point(Decimal(400), Decimal(20))
    Decimal('20')
    """
    return circle_fund / service_points_target


def investment_per_area(centre_investment: Decimal, centre_floor_area: Decimal) -> Decimal:
    """指导中心投资平均到每平方米建筑面积的金额。

    >>> investment_per_area(Decimal(400), Decimal(20))
    Decimal('20')
    """
    return centre_investment / centre_floor_area


def places_gap_fund(places_gap: Decimal, fund_per_place_elsewhere: Decimal) -> Decimal:
    """按外地每个新增托位的资金标准补足托位缺口需要的资金。

    >>> places_gap_fund(Decimal(4), Decimal(20))
    Decimal('80')
    """
    return places_gap * fund_per_place_elsewhere


def registered_reward_fund(registered_institutions: Decimal, reward_elsewhere: Decimal) -> Decimal:
    """按外地奖补标准，现有备案机构每年需要的资金。

    >>> registered_reward_fund(Decimal(4), Decimal(20))
    Decimal('80')
    """
    return registered_institutions * reward_elsewhere


def others_reward_fund(other_institutions: Decimal, reward_elsewhere: Decimal) -> Decimal:
    """按外地奖补标准，幼儿园以外的机构全部备案后每年需要的资金。

    >>> others_reward_fund(Decimal(4), Decimal(20))
    Decimal('80')
    """
    return other_institutions * reward_elsewhere


def smallest_facility_cost(floor_area_total: Decimal, rebuilding_elsewhere: Decimal) -> Decimal:
    """按外地每平方米费用，一处面积刚好达到下限的设施的改建费用。

    >>> smallest_facility_cost(Decimal(4), Decimal(20))
    Decimal('80')
    """
    return floor_area_total * rebuilding_elsewhere


# 社区


def streets_children(street_1_children: Decimal, street_2_children: Decimal) -> Decimal:
    """3岁以下婴幼儿最多的两个街道合计。

    >>> streets_children(Decimal(3), Decimal(4))
    Decimal('7')
    """
    return street_1_children + street_2_children


def listed_share(street_1_listed_children: Decimal, street_1_children: Decimal) -> Decimal:
    """婴幼儿最多的街道中，列出的较大社区所占的比例。

    >>> listed_share(Decimal(3), Decimal(4))
    Decimal('75.00')
    """
    return street_1_listed_children / street_1_children * HUNDRED


def streets_places_needed(streets_children: Decimal, enrolment_target: Decimal) -> Decimal:
    """已取得数据的街道按入托率目标所需的托位数。

    >>> streets_places_needed(Decimal(1000), Decimal(28))
    Decimal('280')
    """
    return streets_children * enrolment_target / HUNDRED


def places_needed_locally(children: Decimal, enrolment_target: Decimal) -> Decimal:
    """一个街道或社区按入托率目标所需的托位数。

    >>> places_needed_locally(Decimal(100), Decimal(28))
    Decimal('28')
    """
    return children * enrolment_target / HUNDRED


# 与上期比较


def institutions_change(institutions: Decimal, previous_institutions: Decimal) -> Decimal:
    """托育机构数比上一期增加的数量，减少的为减少数，计算时记作负数。

    >>> institutions_change(Decimal(5), Decimal(3))
    Decimal('2')
    """
    return institutions - previous_institutions


def places_change(places: Decimal, previous_places: Decimal) -> Decimal:
    """托位数比上一期增加的数量，减少的为减少数，计算时记作负数。

    >>> places_change(Decimal(500), Decimal(300))
    Decimal('200')
    """
    return places - previous_places


def places_per_thousand_change(places_per_thousand: Decimal, previous_places_per_thousand: Decimal) -> Decimal:
    """每千人口托位数比上一期增加的数量，减少的为减少数，计算时记作负数。

    >>> places_per_thousand_change(Decimal(5), Decimal(4))
    Decimal('1')
    """
    return places_per_thousand - previous_places_per_thousand


def use_rate_change(use_rate: Decimal, previous_use_rate: Decimal) -> Decimal:
    """托位使用率与上一期之差的绝对值，升降由文字说明。

    >>> use_rate_change(Decimal(38), Decimal(40))
    Decimal('2')
    """
    return abs(use_rate - previous_use_rate)


def enrolled_change(enrolled: Decimal, previous_enrolled: Decimal) -> Decimal:
    """在托人数比上一期增加的数量，减少的为减少数，计算时记作负数。

    >>> enrolled_change(Decimal(50), Decimal(30))
    Decimal('20')
    """
    return enrolled - previous_enrolled


# 展望


def births_yearly_rate(births_before_previous: Decimal, births_latest: Decimal) -> Decimal:
    """最近三个年份出生人口的年平均变动率，增加为正。

    >>> births_yearly_rate(Decimal(100), Decimal(81))
    Decimal('-10.0')
    """
    return ((births_latest / births_before_previous).sqrt() - 1) * HUNDRED
