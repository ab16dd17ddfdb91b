"""Funnels: how far a team's share may lie from the overall share by chance alone, given its size.

Belongs here: funnel limits (normal, exact binomial, overdispersed) and which side of them each team lies on.
Does not belong here: intervals of a team's own figure (intervals.py), series in time (spc.py), drawing. Teams are never
ranked.

The overall share is the sum of all numerators over the sum of all denominators. Limits are at 95% and 99.8%.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from dagster_project.statistics.intervals import FloatArray, rate

Position = Literal["low_998", "low_95", "high_998", "high_95"] | None
Method = Literal["normal", "exact", "overdispersed"]

TAIL_95, TAIL_998 = 0.025, 0.001
ARCSINE_DEVIATIONS = (-1.959964, 1.959964, -3.090232, 3.090232)  # to the digits the reference rounds them to
MINIMUM_TEAMS = 10  # fewer say too little about how teams differ


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits of teams, in their order, from 0 to 1 for shares."""

    lower_95: FloatArray
    upper_95: FloatArray
    lower_998: FloatArray
    upper_998: FloatArray


@dataclass(frozen=True)
class Overdispersion:
    """`phi`: how many times as variable as chance teams are; `tau2`: the variance between them, squared radians."""

    phi: float
    tau2: float


@dataclass(frozen=True, eq=False)
class Funnel:
    """Teams' limits and positions; `method` is the one used, which for too few teams is not the one asked for."""

    centre: float
    limits: Limits
    positions: list[Position]
    method: Method
    overdispersion: Overdispersion | None


def proportion_funnel(x: ArrayLike, n: ArrayLike, method: Method = "normal") -> Funnel:
    """The funnel of teams with `x` of `n` each.

    "overdispersed" asks for limits widened by what teams differ beyond chance. It needs ten teams and phi above 1 and
    falls back to normal limits without. Raises ValueError unless every 0 <= x <= n and n > 0.
    """
    x, n = np.asarray(x, float), np.asarray(n, float)
    if not (np.all(x >= 0) and np.all(x <= n) and np.all(n > 0)):
        raise ValueError("funnel: each team needs a numerator from 0 to its denominator, and a denominator above 0")
    centre = float(x.sum() / n.sum())
    spread = overdispersion(*arcsine_scores(x, n)) if method == "overdispersed" and len(x) >= MINIMUM_TEAMS else None
    if spread is not None and spread.phi > 1:
        limits = arcsine_limits(n, centre, spread.tau2)
        return Funnel(centre, limits, positions(x / n, limits), method, spread)
    if method == "exact":
        return Funnel(centre, exact_limits(n, centre), exact_positions(x, n, centre), method, None)
    limits = normal_limits(n, centre)
    return Funnel(centre, limits, positions(x / n, limits), "normal", spread)


def normal_limits(n: ArrayLike, centre: float) -> Limits:
    """`centre` -/+ z sqrt(centre (1 - centre) / n), within 0 to 1: the limits of OHID's proportion funnels."""
    error = np.sqrt(centre * (1 - centre) / np.asarray(n, float))
    return _within_0_to_1(lambda tail: centre + stats.norm.ppf(tail) * error)


def exact_limits(n: ArrayLike, centre: float) -> Limits:
    """Interpolated binomial limits (Spiegelhalter 2005, A.1.1), better than normal ones below about 30 people."""
    n = np.asarray(n, float)

    def limit(tail: float) -> FloatArray:
        r = stats.binom.ppf(tail, n, centre)
        beyond = (stats.binom.cdf(r, n, centre) - tail) / stats.binom.pmf(r, n, centre)
        return np.asarray((r - beyond) / n)

    return _within_0_to_1(limit)


def arcsine_limits(n: ArrayLike, centre: float, tau2: float = 0.0) -> Limits:
    """Limits on the arcsine scale, with `tau2` between teams (Spiegelhalter 2005b; 0: chance alone)."""
    middle, error = np.arcsin(np.sqrt(centre)), np.sqrt(1 / (4 * np.asarray(n, float)) + tau2)

    def limit(deviations: float) -> FloatArray:
        return np.asarray(np.sin(np.clip(middle + deviations * error, 0, np.pi / 2)) ** 2)

    return Limits(*(limit(deviations) for deviations in ARCSINE_DEVIATIONS))


def arcsine_scores(x: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Teams' z-scores on the arcsine scale, and the standard errors they are in units of."""
    errors = 1 / (2 * np.sqrt(n))
    return (np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(x.sum() / n.sum()))) / errors, errors


def overdispersion(z: FloatArray, errors: FloatArray, winsorised: float = 0.1) -> Overdispersion:
    """From z-scores drawn in to their `winsorised` quantiles (Spiegelhalter 2005b, DerSimonian and Laird 1986)."""
    drawn_in = np.clip(z, np.quantile(z, winsorised), np.quantile(z, 1 - winsorised))
    phi, teams, weights = float(np.mean(drawn_in**2)), len(z), 1 / errors**2
    between = (teams * phi - (teams - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
    return Overdispersion(phi, max(0.0, float(between)))


def positions(shares: FloatArray, limits: Limits) -> list[Position]:
    """Which limit each share lies beyond, the outer first; on a limit is within it."""
    return _beyond(
        shares < limits.lower_998, shares < limits.lower_95, shares > limits.upper_998, shares > limits.upper_95
    )


def exact_positions(x: ArrayLike, n: ArrayLike, centre: float) -> list[Position]:
    """Where so few, or so many, come by chance less often than the tail (binomial).

    Not by the interpolated limits: a whole count above the upper one may be likelier than its tail, most of all where
    nearly everybody counts.
    """
    few, many = stats.binom.cdf(x, n, centre), stats.binom.sf(np.asarray(x) - 1, n, centre)
    return _beyond(few < TAIL_998, few < TAIL_95, many < TAIL_998, many < TAIL_95)


def ratio_positions(observed: ArrayLike, expected: ArrayLike) -> list[Position]:
    """Where the interval of observed / expected events leaves 1 out: exact Poisson below 10 events, else Byar's."""
    outer, inner = rate(observed, expected, 1 - 2 * TAIL_998), rate(observed, expected, 1 - 2 * TAIL_95)
    return _beyond(outer.upper < 1, inner.upper < 1, outer.lower > 1, inner.lower > 1)


def ratio_limits(expected: ArrayLike) -> Limits:
    """Limits of observed / expected events around 1, by chance alone (exact Poisson)."""
    expected = np.asarray(expected, float)
    lower_95, lower_998 = (stats.chi2.ppf(tail, 2 * expected) / 2 / expected for tail in (TAIL_95, TAIL_998))
    upper_95, upper_998 = (stats.chi2.isf(tail, 2 * expected + 2) / 2 / expected for tail in (TAIL_95, TAIL_998))
    return Limits(lower_95, upper_95, lower_998, upper_998)


def _beyond(*is_beyond: NDArray[np.bool_]) -> list[Position]:
    names: tuple[Position, ...] = ("low_998", "low_95", "high_998", "high_95", None)
    return [names[number] for number in np.select(is_beyond, [0, 1, 2, 3], default=4).tolist()]


def _within_0_to_1(limit: Callable[[float], FloatArray]) -> Limits:
    tails = (TAIL_95, 1 - TAIL_95, TAIL_998, 1 - TAIL_998)
    return Limits(*(np.clip(limit(tail), 0, 1) for tail in tails))
