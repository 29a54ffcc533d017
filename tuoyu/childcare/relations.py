"""What figures of one place say about each other: ratios that no place leaves, rates and what they are of.

The bounds are wide: they tell a digit too many, a unit left out, a line mistaken, not an unusual city.
"""

from __future__ import annotations

from decimal import Decimal

from tuoyu.facts.checks_relations import Rate
from tuoyu.facts.checks_relations import Ratio
from tuoyu.facts.checks_relations import Relations


def _ratio(over: str, under: str, least: str, most: str, within: int = 1) -> Ratio:
    return Ratio(over, under, Decimal(least), Decimal(most), within)


RELATIONS = Relations(
    ratios=(
        _ratio("registered_population", "residents", "0.15", "2.5", 4),
        _ratio("births", "residents", "0.002", "0.03", 4),
        _ratio("deaths", "residents", "0.001", "0.02", 4),
        _ratio("deaths", "births", "0.1", "6"),
        _ratio("age_0", "residents", "0.002", "0.03", 4),
        _ratio("age_1_to_4", "age_0", "3", "10"),
        _ratio("age_0_to_14", "age_1_to_4", "1.5", "6"),
        _ratio("age_0_to_14", "age_0", "9", "40"),
        _ratio("children", "residents", "0.005", "0.08", 4),
        _ratio("places", "residents", "0.0002", "0.02", 4),
        _ratio("places", "institutions", "5", "250"),
        _ratio("enrolled", "places", "0.05", "2"),
        _ratio("kindergarten_places", "kindergartens", "4", "400"),
        _ratio("registered_institutions", "institutions", "0.001", "1"),
        _ratio("institutions", "residents", "0.000003", "0.001", 4),
        _ratio("preschool_children", "preschools", "20", "600"),
        _ratio("preschool_children", "residents", "0.005", "0.08", 4),
        _ratio("income_yearly", "income", "11.98", "12.02", 0),
        _ratio("income_urban", "income", "12", "17.5", 0),
        _ratio("income_rural", "income", "4.8", "12", 0),
        _ratio("income_urban", "income_rural", "1", "4", 0),
        _ratio("fee", "income", "0.05", "2.5", 4),
        _ratio("state_group_places", "state_group_nurseries", "4", "400"),
        _ratio("rural_parents", "rural_children", "0.5", "4"),
        _ratio("centre_floor_area", "centre_site_area", "0.1", "10"),
        _ratio("centre_floor_area", "centre_places", "5", "500"),
    ),
    rates=(
        Rate("birth_rate", "births", ("residents", "registered_population"), 1000),
        Rate("death_rate", "deaths", ("residents", "registered_population"), 1000),
        Rate("places_per_thousand", "places", ("residents",), 1000),
        Rate("use_rate", "enrolled", ("places",), 100),
    ),
    differences=(("natural_growth_rate", "birth_rate", "death_rate"),),
    between=(("income_yearly", "income_rural", "income_urban"),),
    children=(("census_under_five", Decimal(1)), ("births_three_years", Decimal("1.3"))),
)
