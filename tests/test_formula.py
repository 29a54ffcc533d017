"""Formulas that functions write themselves: whatever is done to symbols, the text computes the same as the numbers."""

from __future__ import annotations

import operator
import re
from decimal import Decimal
from decimal import localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.childcare.subject import subject
from tuoyu.render.formula import Symbol
from tuoyu.render.formula import written

NAMES = {"甲": Decimal("3.7"), "乙": Decimal(-2), "丙": Decimal("0.125")}
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
leaves = st.one_of(st.sampled_from(list(NAMES)), st.sampled_from([Decimal(1000), Decimal(-3), Decimal("0.5"), 12]))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(list(OPERATIONS)), inner, inner), st.tuples(st.sampled_from(["neg", "abs"]), inner)
    ),
    max_leaves=12,
)


def done(tree: Any, known: dict[str, Any]) -> Any:  # noqa: ANN401 - a tree of names, numbers and operations
    if isinstance(tree, str):
        return known[tree]
    if isinstance(tree, Decimal | int):
        return Decimal(tree)
    if len(tree) == 2:
        inner = done(tree[1], known)
        return -inner if tree[0] == "neg" else abs(inner)
    return OPERATIONS[tree[0]](done(tree[1], known), done(tree[2], known))


def computed(formula: str) -> Decimal:
    """A formula of these names as a spreadsheet would compute it, with exact numbers."""
    numbers = {"ABS": abs, "SQRT": Decimal.sqrt, **NAMES}
    quoted = "".join(f"D('{piece}')" if piece[:1].isdigit() else piece for piece in _pieces(formula))
    return eval(quoted, {"D": Decimal, **numbers})  # type: ignore[no-any-return]  # noqa: S307 - our own formula


def _pieces(formula: str) -> list[str]:

    return re.findall(r"\d+(?:\.\d+)?|[^\d]", formula)


@given(trees)
def test_text_computes_what_was_done(tree: Any) -> None:  # noqa: ANN401 - as above
    with localcontext() as context:
        context.prec = 60
        try:
            expected = done(tree, NAMES)
        except ArithmeticError:
            return
        formula = done(tree, {name: Symbol(name) for name in NAMES})
        if isinstance(formula, Symbol):
            assert computed(formula.text) == pytest.approx(expected, rel=Decimal("1e-40"))


def test_function_of_every_indicator_writes_its_formula() -> None:
    for indicator in subject().vocabulary.values():
        if indicator.function:
            names = [Symbol(name) for name in indicator.inputs]
            formula = written(indicator.function, names)
            assert all(name in formula for name in indicator.inputs), indicator.id


@pytest.mark.parametrize(
    "function",
    [
        max,
        lambda one, other: one or other,
        lambda one, other: one + float(other),
        lambda one, other: f"{one}{other}",
    ],
)
def test_function_that_chooses_or_words_has_no_formula(function: Any) -> None:  # noqa: ANN401 - a function
    assert written(function, [Symbol("甲"), Symbol("乙")]) == ""
