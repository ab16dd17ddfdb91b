"""The lines of an individuals chart: which points of a series are judged, and the centre line and limits they set.

Belongs here: points, segments, baselines, moving ranges and their screening.
Does not belong here: rules (spc_rules.py), profiles and what a signal means (spc.py).
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import fmean
from typing import NamedTuple

from dagster_project.statistics.spc_rules import Standing

# Of the mean moving range: 3 / d2, and D4 for two points, as rounded by both references.
LIMITS_FACTOR = 2.66
NEAR_LIMITS_FACTOR = 2 * (2.66 / 3)
SCREENING_FACTOR = 3.267

# Values this close are one number that was computed in two orders.
ROUNDING = 1e-12


class Point(NamedTuple):
    """A point that is judged, by its place in the series, from 0."""

    place: int
    value: float
    segment: int
    is_in_baseline: bool


@dataclass(frozen=True)
class Lines:
    """The lines of a segment. `spread` is the mean moving range its limits rest on, None of a single point.

    `keeps_outliers`: screening was asked for and not done, because it would have left no spread.
    """

    mean: float
    spread: float | None
    keeps_outliers: bool

    @property
    def is_flat(self) -> bool:
        return self.spread == 0

    @property
    def lower(self) -> float | None:
        return self.mean - LIMITS_FACTOR * self.spread if self.spread else None

    @property
    def upper(self) -> float | None:
        return self.mean + LIMITS_FACTOR * self.spread if self.spread else None

    def standing(self, value: float) -> Standing:
        side = (value > self.mean) - (value < self.mean)
        if not self.spread or not self._is_beyond(value, NEAR_LIMITS_FACTOR * self.spread):
            return Standing(side, 0)
        return Standing(side, 3 if self._is_beyond(value, LIMITS_FACTOR * self.spread) else 2)

    def _is_beyond(self, value: float, distance: float) -> bool:
        return value > self.mean + distance or value < self.mean - distance


def segments_of(n_values: int, rebase_at: Collection[int]) -> list[int]:
    """The segment of each place; each place of `rebase_at` is the first of a segment."""
    starts = set(rebase_at)
    return list(accumulate(int(place in starts) for place in range(n_values)))


def judged_points(
    values: Sequence[float | None], ghosts: Collection[int], segments: Sequence[int], baseline: int | None
) -> list[Point]:
    """The points with a value that are no ghosts; the first `baseline` of each segment, or all, are its baseline."""
    points = []
    n_in_segment: Counter[int] = Counter()
    for place, (value, segment) in enumerate(zip(values, segments, strict=True)):
        if value is not None and place not in ghosts:
            n_in_segment[segment] += 1
            is_in_baseline = baseline is None or n_in_segment[segment] <= baseline
            points.append(Point(place, float(value), segment, is_in_baseline))
    return points


def lines_of(segment: Sequence[Point], screen_outliers: bool) -> Lines:
    """The lines that the baseline of a segment sets. Screening leaves the centre line as it is."""
    baseline = [point.value for point in segment if point.is_in_baseline]
    spread = mean_moving_range(baseline)
    screened = mean_moving_range(baseline, screen_outliers=True) if screen_outliers and spread else spread
    return Lines(fmean(baseline), screened or spread, keeps_outliers=bool(spread) and not screened)


def mean_moving_range(values: Sequence[float], *, screen_outliers: bool = False) -> float | None:
    """Mean distance of neighbours, None without two values.

    Screening leaves out, once, the distances of 3.267 times their mean or more; None where it would leave none.
    """
    ranges = [
        0.0 if math.isclose(before, after, rel_tol=ROUNDING) else abs(after - before)
        for before, after in pairwise(values)
    ]  # fmt: skip
    if ranges and screen_outliers:
        largest = SCREENING_FACTOR * fmean(ranges)
        ranges = [each for each in ranges if each < largest]
    return fmean(ranges) if ranges else None
