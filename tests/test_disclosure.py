"""Which shares of a question are left out: no fewer than a small count needs, and no others than stand beside it."""

from __future__ import annotations

import pytest

from tuoyu.reading.survey.disclosure import Cell
from tuoyu.reading.survey.disclosure import suppressed


def cell(by: str, group: str, chosen: int, respondents: int = 40, option: str = "全") -> Cell:
    return Cell(by, group, option, frozenset({option}), chosen, respondents)


def left_out(*cells: Cell, exclusive: bool = False) -> set[str]:
    return {f"{one.option}{one.group}" for one in suppressed(cells, exclusive=exclusive)}


DISTRICTS = (cell("区县", "甲", 20), cell("区县", "乙", 3), cell("区县", "丙", 9))
ROWS = {"甲": (20, 15, 5), "乙": (3, 20, 17), "丙": (10, 15, 15)}
CROSSED = [
    *(
        cell("区县", group, n, 40, option)
        for group, row in ROWS.items()
        for option, n in zip("全半临", row, strict=True)
    ),
    *(cell("", "", n, 120, option) for option, n in zip("全半临", (33, 50, 37), strict=True)),
]


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        (DISTRICTS, {"全乙"}),  # nothing tells the whole
        ((*DISTRICTS, cell("", "", 32, 120)), {"全乙", "全丙"}),
        # the other division tells the whole too
        ((*DISTRICTS[:2], cell("性别", "男", 12), cell("性别", "女", 11)), {"全乙", "全甲"}),
        ((*DISTRICTS, cell("性别", "男", 12, 60), cell("性别", "女", 20, 60)), {"全乙", "全丙"}),
        ((cell("", "", 30, 120), cell("区县", "甲", 20), cell("区县", "乙", 5), cell("区县", "丙", 5)), set()),
        (CROSSED, {"全乙", "全丙"}),  # where several may be chosen, other options tell nothing
    ],
)
def test_small_count_and_what_would_tell_it_are_left_out_and_nothing_else(
    cells: tuple[Cell, ...], hidden: set[str]
) -> None:
    assert left_out(*cells) == hidden


def test_of_a_single_choice_the_other_options_tell_too() -> None:
    answers = (("全", 20), ("半", 3), ("临", 8), ("无", 9))
    assert left_out(*(cell("", "", n, 40, option) for option, n in answers), exclusive=True) == {"半", "临"}
    assert left_out(*CROSSED, exclusive=True) == {"全", "全甲", "全乙", "全丙", "半乙", "临甲", "临乙"}
