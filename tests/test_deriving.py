"""One computed fact from its inputs: value, bounds, what rounding leaves open, ranges, lineage."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume
from hypothesis import given
from hypothesis import strategies as st
from making import DISTRICT
from making import fact

from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.facts.deriving import compute
from tuoyu.facts.wording import printed
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part

BOUNDS = ("=", "≈", ">", ">=", "<", "<=")


def derived(name: str, *inputs: Fact) -> Fact | None:
    return compute(vocabulary()[name], inputs, place=inputs[0].place, dated=inputs[0])


def known(name: str, *inputs: Fact) -> Fact:
    made = derived(name, *inputs)
    assert made is not None
    return made


def rate(places: str, residents: str) -> Fact | None:
    """Places per thousand of 50000 places and 10 million residents, each with a bound."""
    return derived(
        "places_per_thousand", fact("places", "50000", bound=places), fact("residents", "1e7", bound=residents)
    )


@pytest.mark.parametrize(
    ("places", "residents", "bound"),
    [
        ("=", "=", "="),
        ("≈", "=", "≈"),
        (">", "=", ">"),
        (">=", "=", ">"),
        ("=", ">", "<"),
        ("<", "=", "<"),
        ("=", "<=", ">"),
        (">", "<", ">"),
        ("≈", ">", "<"),
        (">", ">", None),
        ("<", "<=", None),
    ],
)
def test_bound_of_a_quotient_follows_from_its_parts(places: str, residents: str, bound: str | None) -> None:
    made = rate(places, residents)
    assert (made.bound if made else None) == bound


@pytest.mark.parametrize("places", ["0", "0.5", "9000000"])
def test_bound_of_any_size_is_carried_over(places: str) -> None:
    made = known("places_per_thousand", fact("places", places, bound=">"), fact("residents", "1e7"))
    assert made.bound == ">"


def test_bound_of_a_difference_turns_with_what_is_taken_away() -> None:
    made = known("places_gap", fact("places_needed", "100"), fact("places", "40", bound=">"))
    assert printed(made) == "不足60个"


@given(st.sampled_from(BOUNDS), st.sampled_from(BOUNDS), st.integers(1, 10**6), st.integers(1, 10**6))
def test_true_quotient_never_contradicts_the_bound(left: str, right: str, places: int, children: int) -> None:
    """Whatever the true inputs may be under their bounds, the printed bound holds of the true result."""
    made = derived(
        "places_per_hundred_children",
        fact("places", str(places), bound=left),
        fact("births_three_years", str(children), bound=right),
    )
    if made is None or made.bound not in {">", "<"}:
        return
    further = {">": 2, ">=": 2, "<": Decimal("0.5"), "<=": Decimal("0.5")}
    true = places * further.get(left, 1) / Decimal(children * further.get(right, 1)) * 100
    assert true > made.value if made.bound == ">" else true < made.value


def test_exact_inputs_print_all_digits_of_the_indicator() -> None:
    made = known("places_per_thousand", fact("places", "23595"), fact("residents", "4822400"))
    assert (printed(made), made.uncertainty, made.bound) == ("4.89个", 0, "=")


@pytest.mark.parametrize(
    ("births", "wanting", "in_words"),
    [("92617", "27785.1", "2.78万人"), ("1458", "437.4", "437人"), ("15", "4.5", "5人"), ("30000", "9000", "9000人")],
)
def test_small_figures_are_not_rounded_away(births: str, wanting: str, in_words: str) -> None:
    made = known("children_wanting_care", fact("births_three_years", births), fact("demand_rate", "30"))
    assert (made.value, printed(made)) == (Decimal(wanting), in_words)
    coarse = known("children_wanting_care", fact("births_three_years", "1458", decimals=-1), fact("demand_rate", "30"))
    assert printed(coarse) == "440人"


def test_of_digits_that_rounding_leaves_open_one_is_printed_with_about() -> None:
    places = fact("places", "19000", decimals=-3, uncertainty=Decimal(500))
    made = known("places_per_thousand", places, fact("residents", "4822200", uncertainty=Decimal(50)))
    assert printed(made) == "约3.94个"  # 3.84 to 4.04: the tenths are open, and one digit more is printed
    assert made.uncertainty == pytest.approx(Decimal("0.10373"), abs=Decimal("0.0001"))


@given(st.integers(1000, 10**6), st.integers(0, 500), st.integers(10**5, 10**7), st.integers(0, 500), st.data())
def test_uncertainty_holds_the_true_result(n: int, off_n: int, d: int, off_d: int, data: st.DataObject) -> None:
    assume(off_d * 10 < d)
    made = known(
        "places_per_thousand",
        fact("places", str(n), uncertainty=Decimal(off_n)),
        fact("residents", str(d), uncertainty=Decimal(off_d)),
    )
    true = Decimal(n + data.draw(st.integers(-off_n, off_n))) / (d + data.draw(st.integers(-off_d, off_d))) * 1000
    # to first order: a divisor that is smaller moves the quotient by a little more than one that is larger
    assert abs(true - made.value) <= made.uncertainty * (1 + Decimal(2 * off_d + 1) / d + Decimal(off_n + 1) / n)
    assert made.bound == "≈" or made.decimals == 2


def test_range_is_computed_at_both_ends() -> None:
    fee = fact("fee", "1500", upper=Decimal(3000))
    share = known("fee_income_share", fee, fact("income", "3000"))
    assert (share.value, share.upper) == (50, 100)
    assert (known("fee_yearly", fee).value, known("fee_yearly", fee).upper) == (18000, 36000)


def test_range_in_a_divisor_gives_its_ends_in_order() -> None:
    share = known("fee_income_share", fact("fee", "1000"), fact("income", "2000", upper=Decimal(4000)))
    assert (share.value, share.upper) == (25, 50)


@pytest.mark.parametrize("places", ["0", "40"])
def test_division_by_zero_is_an_arithmetic_error(places: str) -> None:
    with pytest.raises(ArithmeticError):
        derived("places_per_institution", fact("places", places), fact("institutions", "0"))


def test_indicator_without_formula_is_not_computed() -> None:
    with pytest.raises(ValueError, match="residents has no formula"):
        compute(vocabulary()["residents"], [fact("places", "1")], place="", dated=fact("places", "1"))


def test_result_says_what_it_is_of_and_from_what() -> None:
    street = Part("街道", "大街")
    children, target = (
        fact("children", "70", place=DISTRICT, part=street, period="2023"),
        fact("enrolment_target", "28.6"),
    )
    made = compute(
        vocabulary()["places_needed_locally"],
        [children, target],
        place=DISTRICT,
        dated=children,
        part=street,
        label="达标所需托位数（街道：大街）",
    )
    assert made is not None
    assert (made.indicator, made.place, made.part, made.period) == ("places_needed_locally", DISTRICT, street, "2023")
    assert (made.kind, made.inputs, made.origins) == ("computed", (children.id, target.id), ())
    assert (made.name, made.label) == ("达标所需托位数", "达标所需托位数（街道：大街）")
    assert made.formula == vocabulary()["places_needed_locally"].formula
    assert printed(made) == "20个"
