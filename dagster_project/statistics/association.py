"""Does use of evidence go with an outcome: two groups compared, as they are and within strata of tenure and hours.

Belongs here: the comparison of those who use evidence with the others, at one stage or along a chain of stages.
Does not belong here: who uses evidence and what happened (dbt), words. Nothing here shows a cause. No regression or
survival models: the numbers cannot carry them.
"""

import datetime
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from dagster_project.statistics import intervals
from dagster_project.statistics.intervals import FloatArray, Intervals
from dagster_project.statistics.small_samples import detectable_difference


@dataclass(frozen=True)
class Stratum:
    """People alike in tenure and hours: of `users` of evidence `users_with` had the outcome; the others likewise."""

    users_with: int
    users: int
    others_with: int
    others: int

    def __post_init__(self) -> None:
        if not (0 <= self.users_with <= self.users and 0 <= self.others_with <= self.others):
            raise ValueError("association: a stratum has more people with the outcome than people")


@dataclass(frozen=True)
class Estimate:
    """Users against the others, with 95% limits: a difference of shares (none: 0) or their ratio (none: 1)."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Association:
    """One comparison. Estimates are None where a group is below the minimum; the stratified ones also where no stratum
    has people of both groups, and ratios where none of the others had the outcome.

    `detectable` is the least difference from the share of both groups together that groups of this size would show
    with 80% power; None where there is none. `by_construction`: policy asks for use before the outcome, so that the
    two go together whatever use does. `n_in_strata` counts the people the stratified estimates rest on.
    """

    users: int
    others: int
    detectable: float | None
    by_construction: bool
    difference: Estimate | None
    ratio: Estimate | None
    stratified_difference: Estimate | None
    stratified_ratio: Estimate | None
    n_in_strata: int


def associate(
    strata: Sequence[Stratum],
    *,
    use_until: datetime.date,
    outcome_from: datetime.date,
    minimum: int,
    by_construction: bool = False,
) -> Association:
    """Users against the others over all strata, compared where either group has `minimum` people or more.

    `use_until` is the last day whose use was counted, `outcome_from` the first day on which an outcome could fall;
    raises ValueError unless use comes strictly before.
    """
    if use_until >= outcome_from:
        raise ValueError(
            f"association: use is counted until {use_until} and outcomes from {outcome_from} on; use must be measured "
            "strictly before the outcome"
        )
    users_with, users, others_with, others = (int(total) for total in _counts(strata).sum(axis=0))
    together = (users_with + others_with) / (users + others) if users + others else 0.0
    detectable = detectable_difference(users, others, together) if users and others else None
    if min(users, others) < max(1, minimum):
        return Association(users, others, detectable, by_construction, None, None, None, None, 0)
    alike = [stratum for stratum in strata if stratum.users and stratum.others]
    return Association(
        users=users,
        others=others,
        detectable=detectable,
        by_construction=by_construction,
        difference=_estimate(intervals.difference(users_with, users, others_with, others)),
        ratio=_estimate(intervals.ratio(users_with, users, others_with, others)) if others_with else None,
        stratified_difference=_pooled_difference(_counts(alike)) if alike else None,
        stratified_ratio=_pooled_ratio(alike) if alike else None,
        n_in_strata=sum(stratum.users + stratum.others for stratum in alike),
    )


def associate_chain(
    stages: Mapping[str, Sequence[Stratum]],
    *,
    use_until: datetime.date,
    outcome_from: datetime.date,
    minimum: int,
    by_construction: Container[str] = (),
) -> dict[str, Association]:
    """The comparison at each stage (applied, portfolio complete, progressed), among those who reached it."""
    return {
        stage: associate(
            strata,
            use_until=use_until,
            outcome_from=outcome_from,
            minimum=minimum,
            by_construction=stage in by_construction,
        )
        for stage, strata in stages.items()
    }


def _counts(strata: Sequence[Stratum]) -> FloatArray:
    """A row for each stratum: users with the outcome, users, others with the outcome, others."""
    rows = [(s.users_with, s.users, s.others_with, s.others) for s in strata]
    return np.array(rows, dtype=float).reshape(-1, 4)


def _estimate(found: Intervals) -> Estimate:
    return Estimate(float(found.estimate), float(found.lower), float(found.upper))


def _pooled_difference(counts: FloatArray) -> Estimate:
    """Mantel and Haenszel's difference with the limits of Sato 1989, good for few large and for many small strata."""
    a, n, c, m = counts.T
    total = n + m
    weight = (n * m / total).sum()
    value = ((a * m - c * n) / total).sum() / weight
    of_value = ((n**2 * c - m**2 * a + n * m * (m - n) / 2) / total**2).sum()
    of_chance = ((a * (m - c) + c * (n - a)) / (2 * total)).sum()
    half = stats.norm.isf(0.025) * np.sqrt(max(0.0, value * of_value + of_chance)) / weight
    return Estimate(float(value), float(max(-1, value - half)), float(min(1, value + half)))


def _pooled_ratio(strata: Sequence[Stratum]) -> Estimate | None:
    """Mantel and Haenszel's ratio with the limits of Greenland and Robins 1985; None without outcomes on both sides."""
    a, n, c, m = _counts(strata).T
    total = n + m
    users_part, others_part = (a * m / total).sum(), (c * n / total).sum()
    if not (users_part and others_part):
        return None
    tables = [np.array([[s.users_with, s.users - s.users_with], [s.others_with, s.others - s.others_with]])
              for s in strata]  # fmt: skip
    value = float(StratifiedTable(tables).riskratio_pooled)
    variance = ((n * m * (a + c) - a * c * total) / total**2).sum() / (users_part * others_part)
    spread = float(np.exp(stats.norm.isf(0.025) * np.sqrt(variance)))
    return Estimate(value, value / spread, value * spread)
