"""Agreement of two classifications of the same people, beyond what chance would give.

Belongs here: Cohen's kappa, weighted kappa and Gwet's coefficient with their intervals, and who says more.
Does not belong here: counting who was classified how (dbt), words.

A table has a row for each category of the first classification (a manager's) and a column for each of the second
(recorded use), in one order, unused categories included. Where nearly everybody is in one category kappa is near 0
however well the two agree, and Gwet's coefficient is not; so both are given, beside the share that agrees.
"""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa

from dagster_project.statistics.intervals import FloatArray

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True)
class Coefficient:
    """1 is full agreement, 0 what chance gives. Error and limits are missing (NaN) where the table has none."""

    value: float
    standard_error: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Agreement:
    """`observed` is the share classified alike; `says_more` the exact McNemar p of yes and no, None for more grades."""

    n: int
    observed: float
    kappa: Coefficient
    gwet: Coefficient
    says_more: float | None


def agreement(table: ArrayLike, weights: Weights = "none", confidence: float = 0.95) -> Agreement:
    """Agreement in a square table of counts; `weights` say how far apart two grades are.

    Raises ValueError unless the table is square, of two categories or more, and holds two people or more.
    """
    counts = np.asarray(table, float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2:
        raise ValueError("agreement: the table needs a row and a column for each of two or more categories")
    if counts.sum() < 2 or (counts < 0).any():
        raise ValueError("agreement: the table needs two people or more, and no count below 0")
    n = int(counts.sum())
    return Agreement(
        n=n,
        observed=float(np.trace(counts) / n),
        kappa=_kappa(counts, weights, confidence),
        gwet=_gwet(counts, weights, confidence),
        says_more=float(mcnemar(counts, exact=True).pvalue) if len(counts) == 2 else None,
    )


def _kappa(counts: FloatArray, weights: Weights, confidence: float) -> Coefficient:
    """Cohen 1960 and 1968, with the error of Fleiss, Cohen and Everitt 1969."""
    if np.isclose(_expected_alike(counts), 1):
        return Coefficient(np.nan, np.nan, np.nan, np.nan)
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        result = cohens_kappa(counts, wt=None if weights == "none" else weights)
    value, error = float(result.kappa), float(result.std_kappa)
    half = float(stats.norm.isf((1 - confidence) / 2)) * error
    return Coefficient(value, error, value - half, value + half)


def _expected_alike(counts: FloatArray) -> float:
    shares = counts / counts.sum()
    return float(shares.sum(axis=1) @ shares.sum(axis=0))


def _gwet(counts: FloatArray, weights: Weights, confidence: float) -> Coefficient:
    """Gwet's AC1, and with weights AC2, with t limits cut off at -1 and 1 (Gwet 2008 and 2014, chapter 5)."""
    n, categories = counts.sum(), len(counts)
    alike = _alike(categories, weights)
    shares = counts / n
    used = (shares.sum(axis=0) + shares.sum(axis=1)) / 2
    scale = alike.sum() / (categories * (categories - 1))
    observed, by_chance = float((alike * shares).sum()), float(scale * (used * (1 - used)).sum())
    value = (observed - by_chance) / (1 - by_chance)
    # What each cell's people contribute, to the agreement seen and to that by chance.
    of_chance = scale * (1 - (used[:, None] + used[None, :]) / 2)
    parts = (alike - by_chance) / (1 - by_chance) - 2 * (1 - value) * (of_chance - by_chance) / (1 - by_chance)
    error = float(np.sqrt((shares * (parts - value) ** 2).sum() / (n - 1)))
    half = float(stats.t.isf((1 - confidence) / 2, n - 1)) * error
    return Coefficient(value, error, max(-1.0, value - half), min(1.0, value + half))


def _alike(categories: int, weights: Weights) -> FloatArray:
    """How far each pair of categories counts as agreement: 1 on the diagonal, 0 at the ends."""
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / (categories - 1)
    if weights == "none":
        return np.eye(categories)
    return np.asarray(1 - (apart if weights == "linear" else apart**2))
