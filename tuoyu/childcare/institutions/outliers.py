"""What one institution of a list says that all others do not: numbers far from theirs, a name but for its ending.

What belongs here: doubts about single lines. What does not: rules that every institution must keep (``sums``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from tuoyu.childcare.institutions.entries import plain_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Sequence

    from tuoyu.childcare.institutions.entries import Institution

MANY = 10  # institutions that tell what is usual
LEAST_AREA = Decimal(3)  # square metres a place; no place to sleep and play has less
_ENDINGS = re.compile(r"(?:有限责任公司|股份有限公司|有限公司|个体工商户|\(个体工商户\))+$")


def outliers(counted: Sequence[Institution]) -> Iterator[tuple[str, str, list[Institution], str]]:
    """Rule, column, institutions and numbers in words of everything that stands out."""
    yield from _far(counted, "places", lambda one: one.places, "托位{}个")
    yield from _far(counted, "fee", lambda one: one.fee, "收费{}元/月")
    yield from _far(counted, "places", _area_a_place, "每托位建筑面积{}平方米")
    for one in counted:
        area = _area_a_place(one)
        if area is not None and area < LEAST_AREA:
            yield "crowded", "places", [one], f"建筑面积{one.area:f}平方米、托位{one.places:f}个"
    yield from _near_names(counted)


def _area_a_place(one: Institution) -> Decimal | None:
    return one.area / one.places if one.area and one.places else None


def _far(
    counted: Sequence[Institution], column: str, value_of: Callable[[Institution], Decimal | None], words: str
) -> Iterator[tuple[str, str, list[Institution], str]]:
    """The largest or smallest value, where it is far from the next and from what is usual."""
    known = sorted(
        ((value, number) for number, one in enumerate(counted) if (value := value_of(one))), key=lambda pair: pair
    )
    if len(known) < MANY:
        return
    usual = median(value for value, _ in known)
    (least, first), (second_least, _) = known[:2]
    (second, _), (most, last) = known[-2:]
    for value, number, is_far in (
        (most, last, most > 4 * usual and most > 2 * second),
        (least, first, least < usual / 4 and least < second_least / 2),
    ):
        if is_far:
            told = words.format(f"{value.quantize(Decimal('0.1')).normalize():f}")
            yield "outlier", column, [counted[number]], f"{told}，别的机构一般为{usual.normalize():.4g}"


def _near_names(counted: Sequence[Institution]) -> Iterator[tuple[str, str, list[Institution], str]]:
    found: dict[tuple[str, str], list[Institution]] = defaultdict(list)
    for one in counted:
        found[_ENDINGS.sub("", plain_name(one.name)), one.district].append(one)
    for same in found.values():
        if len({plain_name(one.name) for one in same}) > 1:
            yield "near-name", "name", same, ""
