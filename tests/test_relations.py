"""How one number stands to another: every relation at its ties, bounds, roundings and sampling errors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from handmade import fact
from handmade import share
from handmade import target
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.facts import relations
from tuoyu.facts.relations import Obstacle
from tuoyu.facts.relations import Outcome
from tuoyu.facts.relations import Relation
from tuoyu.facts.relations import Threshold
from tuoyu.facts.relations import Verdict
from tuoyu.facts.relations import relate
from tuoyu.nouns.fact import Fact
from tuoyu.nouns.fact import Part


def outcome(relation: str, left: Fact, right: Fact | Threshold | str) -> str:
    held = Threshold.read(right) if isinstance(right, str) else right
    assert held is not None
    return str(relate(Relation(relation), left, held).outcome)


def rounded(value: str, decimals: int = 1, **more: object) -> Fact:
    """A figure as a source printed it: uncertain by half its last digit."""
    return fact(value, decimals=decimals, uncertainty=Decimal(1).scaleb(-decimals) / 2, **more)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (fact("5.6"), fact("5.5"), "高于"),
        (fact("5.4"), fact("5.5"), "低于"),
        (fact("5.5"), fact("5.5"), "持平"),
        # by the printed digits: 4.4 and 4.4, 4.5 and 4.4
        (fact("4.44"), fact("4.36"), "持平"),
        (fact("4.46"), fact("4.36"), "高于"),
        (fact("-0.04"), fact("0.04"), "持平"),
        # printed with different digits and exact: apart
        (fact("5.46", decimals=2), fact("5.5"), "低于"),
        # printed with different digits, the coarser one rounded: level as far as it says
        (fact("5.46", decimals=2), rounded("5.5"), "持平"),
        (fact("5.44", decimals=2), rounded("5.5"), "低于"),
        (fact("5.45", decimals=2), rounded("5.5"), "持平"),
        (rounded("33", 0), rounded("33.4"), "持平"),
        (rounded("33", 0), rounded("33.5"), "未定"),
        (rounded("33", 0), rounded("33.6"), "低于"),
        # bounds
        (fact("5", bound=">"), fact("6"), "未定"),
        (fact("7", bound=">"), fact("6"), "高于"),
        (fact("6", bound=">"), fact("6"), "高于"),
        (fact("6", bound=">="), fact("6"), "未定"),
        (fact("6", bound="<"), fact("6"), "低于"),
        (fact("6", bound="<="), fact("6"), "未定"),
        (fact("5", bound="<="), fact("6"), "低于"),
        (fact("7", bound="<="), fact("6"), "未定"),
        (fact("6", bound=">"), fact("6", bound="<"), "高于"),
        (fact("6", bound=">="), fact("6", bound="<="), "未定"),
        (fact("6", bound=">"), fact("6", bound=">"), "未定"),
        # about: a whole last digit to either side
        (fact("4", decimals=0, bound="≈"), fact("4.08", decimals=2), "未定"),
        (fact("4", decimals=0, bound="≈"), fact("5.01", decimals=2), "低于"),
        (fact("4", decimals=0, bound="≈"), fact("5", decimals=0), "未定"),
        (fact("3.9", bound="≈"), fact("3.9", bound="≈"), "持平"),
        # ranges
        (fact("20", upper=Decimal(30)), fact("31"), "低于"),
        (fact("20", upper=Decimal(30)), fact("30"), "未定"),
        (fact("20", upper=Decimal(30)), fact("19.9"), "高于"),
        (fact("20", upper=Decimal(30)), fact("20", upper=Decimal(30)), "未定"),
    ],
)
def test_two_numbers(left: Fact, right: Fact, expected: str) -> None:
    assert outcome("比较", left, right) == expected


@pytest.mark.parametrize(
    ("left", "expected", "slight"),
    [
        (fact("5.5"), "持平", False),
        (fact("5.6"), "高于", False),
        (fact("5.499"), "低于", True),
        (fact("5.501"), "高于", True),
        (fact("5.46"), "低于", True),
        (fact("5.46", decimals=2), "低于", False),
        # known only as printed: 5.50 reaches 5.5, 5.5 does too, 5.49 does not
        (rounded("5.50", 2), "持平", False),
        (rounded("5.5"), "持平", False),
        (rounded("5.49", 2), "低于", False),
        (fact("5.49996", decimals=2, uncertainty=Decimal("0.00006")), "持平", False),
        (fact("5.49", decimals=2, bound="≈"), "未定", False),
        (fact("5.49", decimals=1, bound="≈"), "未定", False),
        (fact("5.5", decimals=1, bound="≈"), "未定", False),
        (fact("4", decimals=0, bound="≈"), "低于", False),
        (fact("5", decimals=0, bound="≈"), "未定", False),
        (fact("5.5", bound=">="), "持平", False),
        (fact("5.5", bound=">"), "高于", False),
        (fact("5", bound=">"), "未定", False),
        (fact("5.5", bound="<"), "低于", False),
        (fact("5.5", bound="<="), "未定", False),
        (fact("6", bound="<="), "未定", False),
    ],
)
def test_target(left: Fact, expected: str, *, slight: bool) -> None:
    verdict = relate(Relation.TARGET, left, target("5.5"))
    assert (verdict.outcome, verdict.slight) == (expected, slight)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (fact("49.97"), "50%", "持平"),  # prints 50.0
        (fact("49.94"), "50%", "低于"),
        (fact("50"), "50%", "持平"),
        (fact("50.05"), "50%", "高于"),
        (fact("50", bound="≈", decimals=0), "50%", "未定"),
        (fact("48.9", bound="≈", decimals=0), "50%", "低于"),
        (fact("49", bound="≈", decimals=0), "50%", "未定"),
        (fact("49.94", decimals=0), "49.94%", "持平"),  # equal, though printed as 50
        (fact("0", "个", 0), "0", "持平"),
        (fact("1", "个", 0), "0", "高于"),
        (fact("0", "个", 0, bound=">="), "0", "未定"),
        (fact("0", "个", 0, bound=">"), "0", "高于"),
        (fact("-2", "个", 0), "0个", "低于"),
        (fact("0.4", "个", 0), "0", "持平"),
        (fact("3", "个", 0, uncertainty=Decimal(5)), "0", "未定"),
        (share("60", 100), "50%", "高于"),
        (share("52", 100), "50%", "未定"),
    ],
)
def test_threshold(left: Fact, right: str, expected: str) -> None:
    assert outcome("门槛", left, right) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (share("60", 287), "高于"),
        (share("52", 287), "未定"),
        (share("48", 287), "未定"),
        (share("40", 287), "低于"),
        (fact("60"), "缺据"),  # of no sample
    ],
)
def test_majority(left: Fact, expected: str) -> None:
    assert outcome("多数", left, "50%") == expected


def test_majority_asks_for_the_sample_of_the_share_and_not_of_its_limit() -> None:
    assert outcome("多数", share("60", 287), fact("50")) == "高于"
    assert outcome("多数", fact("60"), share("50", 287)) == "缺据"


def test_majority_needs_the_whole_interval() -> None:
    low, high = Decimal(50), Decimal(60)
    assert outcome("多数", fact("55", respondents=300, interval=(low, high)), "50%") == "未定"
    assert outcome("多数", fact("55", respondents=300, interval=(low + Decimal("0.1"), high)), "50%") == "高于"


@pytest.mark.parametrize(
    ("left", "right", "expected", "obstacle"),
    [
        (share("38.33", 287), share("10.8", 287), "高于", Obstacle.NONE),
        (share("10.8", 287), share("38.33", 287), "低于", Obstacle.NONE),
        (share("38.33", 287), share("34.84", 287), "未定", Obstacle.SAMPLING),
        (share("34.84", 287), share("34.84", 287), "持平", Obstacle.NONE),
        (share("38.33", 287), share("10.8", 286), "缺据", Obstacle.RESPONDENTS),
        (share("38.33", 287), fact("10.8"), "缺据", Obstacle.RESPONDENTS),
        (fact("38.33"), fact("10.8"), "缺据", Obstacle.RESPONDENTS),
    ],
)
@pytest.mark.parametrize("relation", ["份额"])
def test_shares(left: Fact, right: Fact, expected: str, obstacle: Obstacle, relation: str) -> None:
    verdict = relate(Relation(relation), left, right)
    assert (verdict.outcome, verdict.obstacle) == (expected, obstacle)


def test_shares_just_beyond_the_sampling_error() -> None:
    # of 100: 1.96 × √((0.6 + 0.4) − (p − q)²)/10 is 19.2 points at 59.6 to 40.4
    assert outcome("份额", share("59.7", 100), share("40.3", 100)) == "高于"
    assert outcome("份额", share("59.5", 100), share("40.5", 100)) == "未定"


def test_survey_shares_are_compared_as_shares_whatever_is_asked() -> None:
    for relation in ("比较", "变化", "份额"):
        assert outcome(relation, share("38.33", 287, period="2024"), share("34.84", 287, period="2023")) == "未定"
        assert outcome(relation, share("38.33", 287, period="2024"), share("10.8", 286, period="2023")) == "缺据"


@pytest.mark.parametrize(
    ("later", "earlier", "expected", "slight"),
    [
        (fact("101"), fact("100", period="2023"), "高于", False),
        (fact("100.5"), fact("100", period="2023"), "高于", False),
        (fact("100.4"), fact("100", period="2023"), "高于", True),
        (fact("99.6"), fact("100", period="2023"), "低于", True),
        (fact("99"), fact("100", period="2023"), "低于", False),
        (fact("100.04"), fact("100", period="2023"), "持平", False),
        (fact("1", "家", 0), fact("0", "家", 0, period="2023"), "高于", False),
        (fact("0", "家", 0), fact("0", "家", 0, period="2023"), "持平", False),
        (fact("0", "家", 0), fact("1", "家", 0, period="2023"), "低于", False),
        (fact("463", "家", 0), fact("462", "家", 0, period="2023"), "高于", True),
        (fact("20000", "个", 0, bound=">"), fact("19500", "个", 0, period="2023"), "高于", False),
        (fact("20000", "个", 0, bound=">"), fact("21000", "个", 0, period="2023"), "未定", False),
    ],
)
def test_change(later: Fact, earlier: Fact, expected: str, *, slight: bool) -> None:
    verdict = relate(Relation.CHANGE, later, earlier)
    assert (verdict.outcome, verdict.slight) == (expected, slight)


def test_same_observation_is_no_change() -> None:
    now, before = fact("28600", "人", 0), fact("28600", "人", 0, edition="2023-12")
    assert relate(Relation.CHANGE, now, before).obstacle is Obstacle.SAME
    assert relations.moved(now, before) == "未更新"
    assert relations.direction(now, before) is None
    revised = fact("28500", "人", 0, edition="2023-12")
    assert relate(Relation.CHANGE, now, revised).obstacle is Obstacle.SAME
    assert relate(Relation.CHANGE, fact("1", period="2024-12-31"), fact("2", period="2024")).obstacle is Obstacle.SAME
    assert relate(Relation.CHANGE, fact("1", period="2023"), fact("2", period="2024")).obstacle is Obstacle.ORDER
    assert relate(Relation.CHANGE, fact("1"), fact("2", period="2023", part=Part("街道", "甲"))).outcome == "低于"


def test_what_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="cannot be held against"):
        relate(Relation.COMPARED, fact("5", "元"), fact("5", "%"))
    with pytest.raises(ValueError, match="cannot be held against"):
        relate(Relation.THRESHOLD, fact("5", "元"), Threshold(Decimal(50), "%"))
    listed = fact("10", "列举", 0, option="10万元、15万元")
    assert relate(Relation.COMPARED, listed, fact("5", "元")).obstacle is Obstacle.LISTED
    # a place is for a child
    assert outcome("比较", fact("28000", "人", 0), fact("23595", "个", 0)) == "高于"


def test_reason_says_what_was_compared() -> None:
    verdict = relate(Relation.TARGET, fact("5.499", label="每千人口托位数"), target("5.5"))
    assert verdict.reason == "每千人口托位数（5.5%）略低于目标（5.5%）"
    undecided = relate(Relation.COMPARED, fact("5", decimals=0, bound=">"), fact("6", decimals=0))
    assert undecided.reason == "指标（超过5%）与指标（6%）：只有上限、下限或范围，不能判断"


# 词


def test_words_of_a_pair() -> None:
    assert relations.comparison(fact("5.6"), fact("5.5")) == "高于"
    assert relations.comparison(fact("5.46"), target("5.5")) == "略低于"
    assert relations.comparison(fact("5", bound=">"), fact("6")) is None
    assert relations.attainment(fact("5.499"), target("5.5")) == "尚未达到"
    assert relations.attainment(fact("5.5"), target("5.5")) == "已达到"
    assert relations.attainment(fact("5.49", decimals=2, bound="≈"), target("5.5")) is None
    before = fact("100", period="2023")
    assert relations.direction(fact("100.4"), before) == "略有上升"
    assert relations.direction(fact("99.6"), before) == "略有下降"
    assert relations.direction(fact("100.5"), before) == "上升"
    assert relations.direction(fact("99"), before) == "下降"
    assert relations.direction(fact("100.01"), before) == "基本持平"
    assert relations.direction(fact("1"), fact("0", period="2023")) == "上升"
    assert relations.survey_comparison(share("38.33", 287), share("34.84", 287)) == "基本相当于"
    assert relations.survey_comparison(share("38.33", 287), share("10.8", 287)) == "明显高于"
    assert relations.survey_comparison(share("38.33", 287), share("10.8", 286)) is None


@pytest.mark.parametrize(
    ("name", "word"), [("比较", "低于"), ("达标", "尚未达到"), ("升降", "下降"), ("相当", "明显低于")]
)
def test_words_go_by_their_names(name: str, word: str) -> None:
    later, earlier = fact("4", period="2025"), target("5", period="2024")
    if name == "相当":
        later, earlier = share("10", 100), share("40", 100)
    assert relations.COMPARISONS[name](later, earlier) == word
    assert len(relations.COMPARISONS) == 4


def test_words_of_tables() -> None:
    before = fact("19000", "个", -3, uncertainty=Decimal(500), period="2023-12-31")
    assert relations.moved(fact("23595", "个", 0), before) == "升"
    assert relations.moved(fact("18000", "个", 0), before) == "降"
    assert relations.moved(fact("19400", "个", 0), before) == "持平"
    assert relations.moved(fact("20000", "个", 0, bound=">"), fact("23595", "个", 0, period="2023")) == ""
    nothing = fact("0", "个", 0, period="2023")
    assert relations.moved(fact("1", "个", 0), nothing) == "升"
    assert relations.moved(fact("0", "个", 0), nothing) == "持平"
    assert relations.moved(nothing, fact("1", "个", 0, period="2022")) == "降"


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (fact("2928.2", "个", 0), True),
        (fact("0.2", "个", 0), False),
        (fact("0", "个", 0), False),
        (fact("-2200", "人", -2), False),
        (fact("49", "人", -2), False),
        (fact("3", "个", 0, uncertainty=Decimal(5)), False),
        (fact("100", "个", 0, bound=">"), True),
        (fact("100", "个", 0, bound="<"), False),
        (fact("0", "个", 0, bound=">"), False),
    ],
)
def test_only_a_certain_amount_above_zero_is_told(amount: Fact, *, told: bool) -> None:
    assert relations.told(amount) is told


def test_gap_between_two_numbers() -> None:
    assert relations.gap(fact("26523.2", "个", 0), fact("23595", "个", 0)) == 2928
    assert relations.gap(fact("26523.2", "个", 0), fact("26523", "个", 0)) is None
    assert relations.gap(fact("23595", "个", 0), fact("26523.2", "个", 0)) is None
    assert relations.gap(rounded("5.5"), rounded("5.46", 2)) is None


# 性质

BOUNDS = st.sampled_from(["=", "=", "=", ">", ">=", "<", "<=", "≈"])


@st.composite
def numbers(draw: st.DrawFn, **more: object) -> Fact:
    """Figures close together, so that ties, roundings and bounds meet."""
    decimals = draw(st.integers(0, 2))
    value = draw(st.decimals(min_value=-2, max_value=8, places=3))
    fields: dict[str, Any] = {"bound": draw(BOUNDS), **more}
    if fields["bound"] in {"=", "≈"} and draw(st.booleans()):
        fields["uncertainty"] = Decimal(1).scaleb(-decimals) / 2
    if draw(st.integers(0, 5)) == 0:
        fields["upper"] = value + draw(st.decimals(min_value=0, max_value=2, places=2))
    kind = draw(st.sampled_from(["observed", "policy"]))
    return fact(str(value), decimals=decimals, **{"kind": kind, **fields})


def extent(one: Fact) -> tuple[Decimal, Decimal]:
    """Where the true number can lie, as generous as the sources are."""
    off = max(one.uncertainty, Decimal(1).scaleb(-one.decimals) if one.bound == "≈" else Decimal(0))
    far = Decimal(1000)
    low, high = one.value, one.upper if one.upper is not None else one.value
    return (-far if one.bound in {"<", "<="} else low - off, far if one.bound in {">", ">="} else high + off)


TURNED = {Outcome.ABOVE: Outcome.BELOW, Outcome.BELOW: Outcome.ABOVE}


@given(numbers(), numbers())
def test_above_and_below_are_two_sides_of_one_thing(one: Fact, other: Fact) -> None:
    there, back = relate(Relation.COMPARED, one, other), relate(Relation.COMPARED, other, one)
    assert back.outcome is TURNED.get(there.outcome, there.outcome)
    assert (back.slight, back.obstacle) == (there.slight, there.obstacle)


@given(numbers(period="2024"), numbers(period="2023"))
def test_all_relations_of_one_pair_agree(one: Fact, other: Fact) -> None:
    told = [relate(relation, one, other).outcome for relation in (Relation.COMPARED, Relation.TARGET, Relation.CHANGE)]
    decided = {outcome for outcome in told if outcome in TURNED}
    assert len(decided) <= 1
    assert not (decided and Outcome.LEVEL in told)


@given(numbers(), numbers())
def test_attainment_and_comparison_never_clash(one: Fact, other: Fact) -> None:
    clashing = {
        ("持平于", "尚未达到"),
        ("高于", "尚未达到"),
        ("略高于", "尚未达到"),
        ("低于", "已达到"),
        ("略低于", "已达到"),
    }
    assert (relations.comparison(one, other), relations.attainment(one, other)) not in clashing


@given(numbers(), numbers())
def test_nothing_within_the_uncertainty_is_asserted(one: Fact, other: Fact) -> None:
    verdict = relate(Relation.COMPARED, one, other)
    (low, high), (other_low, other_high) = extent(one), extent(other)
    if verdict.outcome is Outcome.ABOVE:
        assert low >= other_high
        assert one.value > other.value or {one.bound, other.bound} & {"<", ">"}
    if verdict.outcome is Outcome.LEVEL:
        digits = min(one.decimals, other.decimals)
        assert one.rounded(digits) == other.rounded(digits)
    if relations.attainment(one, other) == "尚未达到":
        assert high <= other_low


@given(numbers())
def test_told_amount_is_positive_as_printed(amount: Fact) -> None:
    if relations.told(amount):
        assert amount.rounded() > 0
        assert extent(amount)[0] >= 0


@given(st.integers(1, 400), st.data())
def test_shares_apart_by_less_than_the_error_are_never_above(n: int, data: st.DataObject) -> None:
    p = data.draw(st.integers(0, n))
    q = data.draw(st.integers(0, n - p))
    one, other = (share(str(Decimal(count * 100) / n), n) for count in (p, q))
    verdict: Verdict = relate(Relation.SHARES, one, other)
    error = 1.96 * (((p + q) / n - ((p - q) / n) ** 2) / n) ** 0.5
    if verdict.outcome in TURNED:
        assert abs(p - q) / n >= error * 0.999
    else:
        assert abs(p - q) / n <= error * 1.001 + 0.0001
