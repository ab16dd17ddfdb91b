"""Intervals of shares, rates, means and of differences between two shares.

Belongs here: confidence intervals of one figure, or of the difference or ratio of two, as functions over arrays.
Does not belong here: limits that a team is judged by (funnels.py), tests (small_samples.py), words.

Counts are numbers or arrays of one shape; what is missing (None, NaN) has a missing interval. Groups are pooled by
summing their counts first: percentages are never averaged. `confidence` is a fraction or a percentage from 90 on.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

FloatArray = NDArray[np.float64]

EXACT_BELOW = 10


@dataclass(frozen=True, eq=False)
class Intervals:
    """Estimates with their limits: three arrays of one shape, in the unit of the estimate."""

    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray

    def excludes(self, value: float) -> NDArray[np.bool_]:
        """Where `value` lies outside the interval; false where the interval is missing."""
        return (self.lower > value) | (self.upper < value)


def wilson(x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Intervals:
    """Share x / n with its Wilson score interval (Wilson 1927), within 0 to 1. `x` need not be whole.

    Raises ValueError unless 0 <= x <= n and n > 0.
    """
    x, n = _counts(x, n)
    _refuse(x > n, "a numerator is above its denominator")
    if confidence in (1, 100):
        return Intervals(x / n, np.zeros_like(x), np.ones_like(x))
    share = x / n
    lower, upper = proportion_confint(x, n, alpha=1 - _fraction(confidence), method="wilson")
    return Intervals(share, np.clip(lower, 0, share), np.clip(upper, share, 1))


def rate(x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Intervals:
    """Rate of `x` events in `n`: exact Poisson limits below 10 events, Byar's from there on (OHID's convention).

    Raises ValueError unless x >= 0 and n > 0.
    """
    x, n = _counts(x, n)
    exact, byar = exact_count(x, confidence), byar_count(x, confidence)
    is_exact = x < EXACT_BELOW
    lower, upper = np.where(is_exact, exact.lower, byar.lower), np.where(is_exact, exact.upper, byar.upper)
    return Intervals(x / n, lower / n, upper / n)


def rate_method(x: float) -> Literal["Exact", "Byars"]:
    """Which limits `rate` gives a count of `x` events."""
    return "Exact" if x < EXACT_BELOW else "Byars"


def exact_count(x: ArrayLike, confidence: float = 0.95) -> Intervals:
    """A count of events with its exact Poisson limits (Garwood 1936)."""
    x, tail = np.asarray(x, float), (1 - _fraction(confidence)) / 2
    lower = np.where(x == 0, 0, stats.chi2.ppf(tail, 2 * x) / 2)
    return Intervals(x, lower, stats.chi2.isf(tail, 2 * x + 2) / 2)


def byar_count(x: ArrayLike, confidence: float = 0.95) -> Intervals:
    """A count of events with Byar's limits (Breslow and Day 1987); a lower limit below 0 is missing."""
    x = np.asarray(x, float)
    z = stats.norm.isf((1 - _fraction(confidence)) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    y = x + 1
    upper = y * (1 - 1 / (9 * y) + z / (3 * np.sqrt(y))) ** 3
    return Intervals(x, np.where(lower < 0, np.nan, lower), upper)


def mean(values: ArrayLike, confidence: float = 0.95) -> Intervals:
    """Mean of a plain sequence with Student's t limits, which fewer than two values do not have."""
    values = np.asarray(values, float)
    middle = values.mean() if values.size else np.nan
    error = stats.sem(values) if values.size > 1 else np.nan
    half = stats.t.isf((1 - _fraction(confidence)) / 2, values.size - 1) * error
    return Intervals(np.asarray(middle), np.asarray(middle - half), np.asarray(middle + half))


def difference(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95) -> Intervals:
    """x1 / n1 less x2 / n2 with Newcombe's hybrid score interval (Newcombe 1998, method 10)."""
    first, second = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    lower, upper = confint_proportions_2indep(
        *_counts(x1, n1), *_counts(x2, n2), method="newcomb", compare="diff", alpha=1 - _fraction(confidence)
    )
    estimate = first.estimate - second.estimate
    return Intervals(estimate, np.clip(lower, -1, estimate), np.clip(upper, estimate, 1))


def ratio(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95) -> Intervals:
    """x1 / n1 over x2 / n2 with limits recovered from the two Wilson intervals, as Newcombe's are for the difference.

    Donner and Zou 2012 (MOVER-R). Where x2 is 0 the ratio is missing and has no upper limit (infinity).
    """
    first, second = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    product = first.estimate * second.estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(second.estimate > 0, first.estimate / second.estimate, np.nan)
        lower = _recovered(product, first.lower, first.estimate, second.upper, second.estimate, -1)
        upper = _recovered(product, first.upper, first.estimate, second.lower, second.estimate, 1)
    return Intervals(estimate, np.fmin(np.maximum(lower, 0), estimate), np.where(second.lower > 0, upper, np.inf))


def _recovered(
    product: FloatArray, of_first: FloatArray, p1: FloatArray, of_second: FloatArray, p2: FloatArray, sign: int
) -> FloatArray:
    """The limit of the ratio where the shares stand at `of_first` and `of_second`."""
    spread = of_first * of_second * (2 * p1 - of_first) * (2 * p2 - of_second)
    root = np.sqrt(np.maximum(product**2 - spread, 0))
    return np.asarray((product + sign * root) / (of_second * (2 * p2 - of_second)))


def _counts(x: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = (counts.copy() for counts in np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float)))
    _refuse(x < 0, "a numerator is below 0")
    _refuse(n <= 0, "a denominator is not above 0; leave out what nobody is in")
    return x, n


def _refuse(is_wrong: NDArray[np.bool_], why: str) -> None:
    if is_wrong.any():
        place = np.flatnonzero(is_wrong)[0]
        raise ValueError(f"interval: {why} (number {place + 1} of {is_wrong.size})")


def _fraction(confidence: float) -> float:
    fraction = confidence / 100 if confidence > 1 else confidence
    if not 0.9 <= fraction < 1:
        raise ValueError(f"interval: confidence is {confidence}; give 0.9 to 0.999, or 90 to 99.9 for per cent")
    return fraction
