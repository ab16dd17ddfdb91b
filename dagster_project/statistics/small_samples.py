"""Comparisons of few people, exact where there is an exact way, and how large a difference they could have shown.

Belongs here: two shares, rates, sets of grades or means compared; the detectable difference.
Does not belong here: comparing teams with each other every month (funnels.py) or months (spc.py), words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.stats.contingency import odds_ratio as conditional_odds_ratio

from dagster_project.statistics import intervals


@dataclass(frozen=True)
class Compared:
    """An estimate with its 95% limits and the two-sided p of there being no difference."""

    estimate: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True)
class SharesCompared:
    """Difference with Newcombe's limits; Fisher's p, and Boschloo's, which finds more and is exact too."""

    difference: intervals.Intervals
    fisher_p: float
    boschloo_p: float


def shares(x1: int, n1: int, x2: int, n2: int) -> SharesCompared:
    """x1 of n1 people against x2 of n2; raises ValueError unless 0 <= x <= n and n > 0."""
    difference = intervals.difference(x1, n1, x2, n2)
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    if x1 + x2 in (0, n1 + n2):  # nothing to tell them apart by
        return SharesCompared(difference, 1.0, 1.0)
    by_column = np.transpose(table)  # scipy takes columns for the groups of fixed size
    return SharesCompared(
        difference, float(stats.fisher_exact(table).pvalue), float(stats.boschloo_exact(by_column).pvalue)
    )


def odds_ratio(x1: int, n1: int, x2: int, n2: int) -> Compared:
    """Conditional maximum likelihood odds ratio with its exact limits, and Fisher's p."""
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    found = conditional_odds_ratio(table, kind="conditional")
    limits = found.confidence_interval(0.95)
    return Compared(float(found.statistic), limits.low, limits.high, float(stats.fisher_exact(table).pvalue))


def share_against(x: int, n: int, expected: float) -> Compared:
    """x of n against a share known beforehand: exact binomial, Clopper and Pearson's limits."""
    found = stats.binomtest(x, n, expected)
    limits = found.proportion_ci(0.95, "exact")
    return Compared(x / n, float(limits.low), float(limits.high), float(found.pvalue))


def rates(x1: int, t1: float, x2: int, t2: float) -> Compared:
    """Ratio of x1 events in t1 to x2 in t2: exact conditional binomial. Infinite where x2 is 0; one event is needed."""
    found = stats.binomtest(x1, x1 + x2, t1 / (t1 + t2))
    limits = found.proportion_ci(0.95, "exact")
    lower, upper = (share / (1 - share) * t2 / t1 if share < 1 else np.inf for share in limits)
    return Compared((x1 / t1) / (x2 / t2) if x2 else np.inf, lower, upper, float(found.pvalue))


def grades(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Chance that one of `first` is above one of `second`, ties shared out, and the p of Mann and Whitney's test.

    Exact where no two grades are the same, else corrected for ties and continuity.
    """
    tied = len(set(first) | set(second)) < len(first) + len(second)
    found = stats.mannwhitneyu(first, second, method="asymptotic" if tied else "exact")
    return float(found.statistic / (len(first) * len(second))), float(found.pvalue)


def grades_of_several(*groups: Sequence[float]) -> float:
    """The p of Kruskal and Wallis's test that grades of several groups are alike."""
    return float(stats.kruskal(*groups).pvalue)


def means(first: Sequence[float], second: Sequence[float]) -> Compared:
    """Difference of two means with Welch's limits."""
    found = stats.ttest_ind(first, second, equal_var=False)
    limits = found.confidence_interval(0.95)
    return Compared(float(np.mean(first) - np.mean(second)), limits.low, limits.high, float(found.pvalue))


def detectable_difference(n1: int, n2: int, share: float, power: float = 0.8) -> float | None:
    """The least difference from `share`, of n2 people, that n1 people would show at 95% with the given power.

    Towards the half, where shares vary most. None where not even the largest difference would show. Normal
    approximation with the two variances apart (Fleiss, Levin and Paik 2003, chapter 4): the difference d that is so
    many standard errors, which grow with d, long; a quadratic equation.
    """
    low = min(share, 1 - share)
    squared = (stats.norm.isf(0.025) + stats.norm.ppf(power)) ** 2
    a, b = 1 + squared / n1, squared * (1 - 2 * low) / n1
    c = squared * low * (1 - low) * (1 / n1 + 1 / n2)
    difference = float((b + np.sqrt(b**2 + 4 * a * c)) / (2 * a))
    return difference if difference < 1 - low else None
