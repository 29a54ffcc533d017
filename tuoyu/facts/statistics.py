"""Sampling statistics in exact decimals: intervals of shares, and whether a share fits its n."""

from __future__ import annotations

from decimal import Decimal

from tuoyu.nouns.fact import round_half_up

HUNDRED = Decimal(100)
Z_95 = Decimal("1.959963984540054")  # 0.975 quantile of the standard normal distribution


def wilson_interval(share: Decimal, respondents: int) -> tuple[Decimal, Decimal]:
    """95 % interval of a share, both in %, by Wilson's score method without continuity correction.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212.
    Raises ValueError for n < 1 or a share outside 0–100.

    >>> [round(end, 2) for end in wilson_interval(Decimal(50), 100)]
    [Decimal('40.38'), Decimal('59.62')]
    """
    if respondents < 1 or not 0 <= share <= HUNDRED:
        msg = f"a share of {share} % of {respondents} respondents has no interval"
        raise ValueError(msg)
    p, n, z2 = share / HUNDRED, Decimal(respondents), Z_95 * Z_95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * (p * (1 - p) / n + z2 / (4 * n * n)).sqrt() / (1 + z2 / n)
    # at the ends the formula gives 0 and 1 but for the last digit of the root
    low = Decimal(0) if p == 0 else max(Decimal(0), centre - half)
    high = Decimal(1) if p == 1 else min(Decimal(1), centre + half)
    return low * HUNDRED, high * HUNDRED


def error_of_difference(share: Decimal, other: Decimal, respondents: int) -> Decimal:
    """Half the 95 % interval of the difference of two shares, in %, as alternative answers to one question.

    The variance of a difference of two multinomial shares is ((p+q) − (p−q)²)/n (Kish, Survey Sampling, 1965).

    >>> round(error_of_difference(Decimal(40), Decimal(30), 100), 2)
    Decimal('16.28')
    """
    p, q = share / HUNDRED, other / HUNDRED
    return Z_95 * (((p + q) - (p - q) ** 2) / Decimal(respondents)).sqrt() * HUNDRED


def possible_count(share: Decimal, decimals: int, respondents: int) -> int | None:
    """The whole number of respondents that gives this printed share, None if there is none.

    A share printed to ``decimals`` places must be some count over n (the granularity test of
    N. Brown and J. Heathers, 2017).

    >>> possible_count(Decimal("38.33"), 2, 287), possible_count(Decimal("48.09"), 2, 287)
    (110, None)
    """
    if respondents < 1:
        return None
    nearest = int(round_half_up(share * respondents / HUNDRED, 0))
    for count in (nearest - 1, nearest, nearest + 1):
        if 0 <= count <= respondents:
            exact = Decimal(count) * HUNDRED / Decimal(respondents)
            if round_half_up(exact, decimals) == round_half_up(share, decimals):
                return count
    return None
