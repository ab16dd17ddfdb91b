"""Limits of a proportion that follow its denominators: the p chart and Laney's p' chart.

Belongs here: the lines of a series of numerators and denominators.
Does not belong here: lines that ignore denominators (spc_lines.py), rules (spc_rules.py), intervals of one proportion.

An individuals chart takes all months as equally sure. Where a month rests on fewer than about 12, or the largest month
on more than twice the smallest, p' is the better chart. The p chart supposes that months differ by chance alone, which
is seldom so; it is here for comparison.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.statistics.spc_lines import mean_moving_range

D2 = 1.128  # mean moving range of two points of a normal distribution, in standard deviations


@dataclass(frozen=True)
class ProportionLines:
    """Lists with one entry a point, shares from 0 to 1.

    `lower` and `upper` are the limits at 3 sigma, `near_lower` and `near_upper` at 2, clipped to 0 and 1. A point
    without a denominator has no value and no limits; no point has limits where the values do not vary. `centre` is None
    without any value.
    """

    value: list[float | None]
    centre: float | None
    lower: list[float | None]
    upper: list[float | None]
    near_lower: list[float | None]
    near_upper: list[float | None]


def p_lines(numerators: Sequence[float | None], denominators: Sequence[float | None]) -> ProportionLines:
    """The p chart: centre sum(x) / sum(n), limits centre -/+ 3 * sqrt(centre * (1 - centre) / n).

    Raises ValueError where a numerator is not between 0 and its denominator, or the series differ in length.
    """
    return _lines(_counts(numerators, denominators), sigma_z=1.0)


def p_prime_lines(
    numerators: Sequence[float | None], denominators: Sequence[float | None], *, screen_outliers: bool = True
) -> ProportionLines:
    """The p' chart: the limits of the p chart, widened or narrowed by how much the months vary beyond chance.

    z = (x / n - centre) / sqrt(centre * (1 - centre) / n); sigma_z = mean moving range of z / 1.128; limits centre -/+
    3 * sigma_z * sqrt(centre * (1 - centre) / n). `screen_outliers` leaves large moving ranges out, as in `spc.xmr`.
    Source: Laney, Improved control charts for attributes, Quality Engineering 14 (2002) 531-537; screening PowerBI-SPC.
    Raises ValueError as `p_lines`.
    """
    counts = _counts(numerators, denominators)
    centre = _centre(counts)
    if centre is None or centre in (0, 1):
        return _lines(counts, sigma_z=None)
    z = [(x / n - centre) / math.sqrt(centre * (1 - centre) / n) for x, n in counts if n]
    spread = (mean_moving_range(z, screen_outliers=True) if screen_outliers else None) or mean_moving_range(z)
    return _lines(counts, sigma_z=spread / D2 if spread else None)


_Counts = list[tuple[float, float]]  # numerator and denominator of each point, 0 and 0 of one without


def _counts(numerators: Sequence[float | None], denominators: Sequence[float | None]) -> _Counts:
    if len(numerators) != len(denominators):
        raise ValueError(f"p chart: {len(numerators)} numerators and {len(denominators)} denominators; give as many")
    counts: _Counts = []
    for place, (x, n) in enumerate(zip(numerators, denominators, strict=True)):
        if x is None or n is None:
            counts.append((0.0, 0.0))
        elif 0 <= x <= n < math.inf:
            counts.append((float(x), float(n)))
        else:
            raise ValueError(
                f"p chart: at place {place} the numerator is {x} and the denominator {n}; give 0 <= x <= n"
            )
    return counts


def _centre(counts: _Counts) -> float | None:
    total = sum(n for _, n in counts)
    return sum(x for x, _ in counts) / total if total else None


def _lines(counts: _Counts, sigma_z: float | None) -> ProportionLines:
    centre = _centre(counts)

    def limits(sigmas: int) -> list[float | None]:
        if centre is None or centre in (0, 1) or sigma_z is None:
            return [None] * len(counts)
        width = sigmas * sigma_z * math.sqrt(centre * (1 - centre))
        return [min(max(centre + width / math.sqrt(n), 0.0), 1.0) if n else None for _, n in counts]

    return ProportionLines(
        value=[x / n if n else None for x, n in counts],
        centre=centre,
        lower=limits(-3),
        upper=limits(3),
        near_lower=limits(-2),
        near_upper=limits(2),
    )
