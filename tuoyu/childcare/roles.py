"""Roles (角色): figures under the names of the parts that they play in formulas and in prose."""

from __future__ import annotations

from tuoyu.nouns.indicator import BENCHMARK
from tuoyu.nouns.indicator import DISTRICTS
from tuoyu.nouns.indicator import NATION
from tuoyu.nouns.indicator import PROVINCE
from tuoyu.nouns.indicator import Role

STREET, COMMUNITY, DISTRICT, SCENARIO, MAIN = "街道", "社区", "区县", "方案", "主要指标"  # axes of parts
PER_HUNDRED = "places_needed_per_hundred"
CENSUS_DAY = "2020-11-01"  # 第七次全国人口普查标准时点
OECD, EU = "OECD", "EU"
COMPARATORS = {NATION: "全国", OECD: "经合组织", EU: "欧盟"}
TARGETS = {
    "places": ("places_target", PROVINCE),
    "national_places": ("places_target", NATION),
    "enrolment": ("enrolment_target", PROVINCE),
    "floor_area": ("floor_area_per_place", NATION),
}
ASSUMPTIONS = {
    "demand_rate": "demand_rate",
    "demand_rate_low": "demand_rate_low",
    "demand_rate_high": "demand_rate_high",
}

_BIRTHS = (
    Role("births_first", "首年出生人口", "births", pick="first"),
    Role("births_latest", "最新年出生人口", "births"),
    Role("births_previous", "上年出生人口", "births", years_before=1),
    Role("births_before_previous", "前年出生人口", "births", years_before=2),
    Role("residents_before", "上年末常住人口", "residents", years_before=1),
    Role("census_residents", "普查常住人口", "residents", period=CENSUS_DAY),
)
_REFERENCES = (
    Role("places_target", "每千人口托位数目标", "places_target", place=PROVINCE),
    Role("national_places_target", "全国每千人口托位数目标", "places_target", place=NATION),
    Role("enrolment_target", "入托率目标", "enrolment_target", place=PROVINCE),
    Role("national_places_per_thousand", "全国每千人口托位数", "places_per_thousand", place=NATION),
    Role("oecd_enrolment_rate", "经合组织入托率", "enrolment_rate", place=OECD),
    Role("eu_enrolment_rate", "欧盟入托率", "enrolment_rate", place=EU),
    Role("national_fee_by_then", "同期全国全日托平均托费", "fee", place=NATION, by_time_of="fee"),
    Role("income_of_fee_year", "同年居民人均可支配收入", "income_yearly", year_of="fee"),
    Role("income_urban_of_fee_year", "同年城镇居民人均可支配收入", "income_urban", year_of="fee"),
    Role("income_rural_of_fee_year", "同年农村居民人均可支配收入", "income_rural", year_of="fee"),
    Role("reward_elsewhere", "外地机构奖补标准", "reward_per_institution", place=BENCHMARK),
    Role("fund_per_place_elsewhere", "外地每托位资金标准", "fund_per_place", place=BENCHMARK),
    Role("fund_per_point_elsewhere", "外地每点资金标准", "fund_per_point", place=BENCHMARK),
    Role("rebuilding_elsewhere", "外地每平方米改建费用", "investment_per_area", place=BENCHMARK),
)
_DISTRICTS = (
    Role("district_1_under_five", "首位区县普查五岁以下人口", "census_under_five", place=DISTRICTS, rank=1),
    Role("district_2_under_five", "次位区县普查五岁以下人口", "census_under_five", place=DISTRICTS, rank=2),
    Role("district_3_under_five", "第三位区县普查五岁以下人口", "census_under_five", place=DISTRICTS, rank=3),
    Role("district_last_under_five", "末位区县普查五岁以下人口", "census_under_five", place=DISTRICTS, rank=-1),
    Role("densest_target", "目标托位最密区县每百名五岁以下托位数", PER_HUNDRED, place=DISTRICTS, rank=1),
    Role("sparsest_target", "目标托位最疏区县每百名五岁以下托位数", PER_HUNDRED, place=DISTRICTS, rank=-1),
    Role("most_used_district", "使用率最高区县托位使用率", "use_rate", axis=DISTRICT, rank=1),
    Role("least_used_district", "使用率最低区县托位使用率", "use_rate", axis=DISTRICT, rank=-1),
)
_STREETS = (
    Role("street_1_children", "首位街道婴幼儿数", "children", axis=STREET, rank=1),
    Role("street_2_children", "次位街道婴幼儿数", "children", axis=STREET, rank=2),
    Role("street_1_communities", "首位街道社区数", "community_count", axis=STREET, rank=1, ranked_by="children"),
    Role("street_2_communities", "次位街道社区数", "community_count", axis=STREET, rank=2, ranked_by="children"),
    Role(
        "street_1_listed_children",
        "首位街道列出社区婴幼儿合计",
        "listed_children",
        axis=STREET,
        rank=1,
        ranked_by="children",
    ),
    Role(
        "street_1_places_needed",
        "首位街道达标所需托位数",
        "places_needed_locally",
        axis=STREET,
        rank=1,
        ranked_by="children",
    ),
    Role("largest_community", "首位社区婴幼儿数", "children", axis=COMMUNITY, rank=1),
    Role("second_community", "次位社区婴幼儿数", "children", axis=COMMUNITY, rank=2),
    Role(
        "largest_community_places_needed",
        "首位社区达标所需托位数",
        "places_needed_locally",
        axis=COMMUNITY,
        rank=1,
        ranked_by="children",
    ),
)
_PREVIOUS = (
    Role("previous_institutions", "上期托育机构数", "institutions", of_previous=True),
    Role("previous_places", "上期托位数", "places", of_previous=True),
    Role("previous_use_rate", "上期托位使用率", "use_rate", of_previous=True),
    Role("previous_places_per_thousand", "上期每千人口托位数", "places_per_thousand", of_previous=True),
    Role("previous_enrolled", "上期在托人数", "enrolled_implied", of_previous=True),
    Role("previous_enrolled_published", "上期公布的在托人数", "enrolled", of_previous=True),
)
_OUTLOOK = (
    Role("outlook_end", "测算末年", "under_threes", axis=SCENARIO, part="持平"),
    Role(
        "target_on",
        "末年每百名婴幼儿目标托位数延续方案",
        "needed_per_hundred_outlook",
        axis=SCENARIO,
        part="延续",
    ),
    Role("wanted_middle_level", "末年需要托位数居中意愿持平方案", "places_wanted", axis=SCENARIO, part="持平"),
    Role("under_threes_level", "末年婴幼儿数持平方案", "under_threes", axis=SCENARIO, part="持平"),
    Role("under_threes_half", "末年婴幼儿数减半方案", "under_threes", axis=SCENARIO, part="减半"),
    Role("under_threes_on", "末年婴幼儿数延续方案", "under_threes", axis=SCENARIO, part="延续"),
    Role(
        "per_hundred_level", "末年每百名婴幼儿托位数持平方案", "places_per_hundred_outlook", axis=SCENARIO, part="持平"
    ),
    Role(
        "per_hundred_half", "末年每百名婴幼儿托位数减半方案", "places_per_hundred_outlook", axis=SCENARIO, part="减半"
    ),
    Role("per_hundred_on", "末年每百名婴幼儿托位数延续方案", "places_per_hundred_outlook", axis=SCENARIO, part="延续"),
    Role("wanted_low", "末年需要托位数较低意愿", "places_wanted_low", axis=SCENARIO, part="延续"),
    Role("wanted_middle", "末年需要托位数居中意愿", "places_wanted", axis=SCENARIO, part="延续"),
    Role("wanted_high", "末年需要托位数较高意愿", "places_wanted_high", axis=SCENARIO, part="延续"),
    Role("covered_from", "现有托位可覆盖年份", "covering_year", axis=SCENARIO, part="延续"),
)
ROLES = (*_BIRTHS, *_REFERENCES, *_DISTRICTS, *_STREETS, *_OUTLOOK, *_PREVIOUS)
