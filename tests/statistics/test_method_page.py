"""The rates docs/method.md states are those of simulated data: false signals, points beyond limits, coverage.

Belongs here: draws without any change, and the tables of the page. Numbers there are per cent, of more draws than here.
Does not belong here: rates that follow from the rules (test_false_signals.py).
"""

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from dagster_project.statistics import funnels, intervals
from dagster_project.statistics.laney import p_prime_lines
from dagster_project.statistics.spc import Profile, xmr

PAGE = (Path(__file__).parents[2] / "docs" / "method.md").read_text("utf-8")
MONTHS = 24
SERVICES = (12, 20, 30, 40, 60)
CHARTS, TEAMS, DRAWS = 400, 4_000, 20_000
CHANCE = 3  # standard errors that a seeded draw may lie beside what is stated

Random = np.random.Generator
Stated = dict[str, list[float]]


def stated(heading: str) -> Stated:
    """The table under a heading of the page: the numbers of each row by its first cell."""
    section = PAGE.split(f"\n### {heading}\n")[1].split("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:2] == "| "]
    return {label: [float(cell) for cell in cells] for label, *cells in rows[1:]}


def assert_stated(draws: np.ndarray, per_cent: float) -> None:
    """The mean of `draws` is what is stated, to the digit stated and chance."""
    spread = math.sqrt(per_cent * (100 - per_cent)) if draws.dtype == bool else 100 * draws.std()
    assert 100 * draws.mean() == pytest.approx(per_cent, abs=0.05 + CHANCE * spread / math.sqrt(len(draws)))


def organisation(random: Random) -> np.ndarray:
    """Each service, and the whole."""
    users = random.binomial(np.array(SERVICES)[:, None], 0.6, (len(SERVICES), MONTHS))
    return np.vstack([users / np.array(SERVICES)[:, None], users.sum(axis=0) / sum(SERVICES)])


def as_the_month_before(random: Random) -> np.ndarray:
    """Of 140 people half, each month others, do as they did the month before."""
    people = random.random((MONTHS, 140)) < 0.6
    for before, now in pairwise(people):
        stays = random.random(140) < 0.5
        now[stays] = before[stays]
    return people.mean(axis=1)[None, :]


UNCHANGED: dict[str, Callable[[Random], np.ndarray]] = {
    "values of a normal distribution": lambda random: random.normal(size=(1, MONTHS)),
    "counts of about 4": lambda random: random.poisson(4, (1, MONTHS)),
    "80 % of 20": lambda random: random.binomial(20, 0.8, (1, MONTHS)) / 20,
    "97 % of 20": lambda random: random.binomial(20, 0.97, (1, MONTHS)) / 20,
    "60 % of 140, of whom half do as the month before": as_the_month_before,
    "60 % in services of 12, 20, 30, 40 and 60, and the whole": organisation,
}


def false_signals(name: str, profile: Profile, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """For each draw the share of its months with a signal, and whether the last month of any figure has one."""
    random = np.random.default_rng(24)
    months, last = [], []
    for _ in range(draws):
        charts = [xmr(series, improvement="increase", profile=profile) for series in UNCHANGED[name](random).tolist()]
        months.append(np.mean([[rule is not None for rule in chart.rule] for chart in charts]))
        last.append(any(chart.rule[-1] is not None for chart in charts))
    return np.array(months), np.array(last)


@pytest.mark.parametrize("name", UNCHANGED)
def test_months_without_change_have_a_false_signal_as_often_as_stated(name: str) -> None:
    mdc_months, mdc_last, ptd_months, ptd_last = stated("False signals")[name]
    for profile, of_months, of_last in (("mdc", mdc_months, mdc_last), ("ptd", ptd_months, ptd_last)):
        months, last = false_signals(name, profile, CHARTS // len(UNCHANGED[name](np.random.default_rng(1))))
        assert_stated(months, of_months)
        assert_stated(last, of_last)


def beyond_p_prime(random: Random, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Months of 5 to 60 people beyond 2 sigma, and beyond 3."""
    beyond = []
    for _ in range(draws // MONTHS):
        n = random.integers(5, 61, MONTHS)
        lines = p_prime_lines(random.binomial(n, 0.6).tolist(), n.tolist())
        limits = zip(lines.value, lines.near_lower, lines.near_upper, lines.lower, lines.upper, strict=True)
        beyond += [[not low <= value <= high, not lower <= value <= upper] for value, low, high, lower, upper in limits]
    return tuple(np.array(beyond).T)


def beyond_funnel(method: funnels.Method) -> Callable[[Random, int], tuple[np.ndarray, np.ndarray]]:
    def beyond(random: Random, draws: int) -> tuple[np.ndarray, np.ndarray]:
        n = random.integers(5, 61, draws)
        found = np.array(funnels.proportion_funnel(random.binomial(n, 0.6), n, method).positions, dtype=object)
        return found != None, np.isin(found, ["low_998", "high_998"])  # noqa: E711

    return beyond


LIMITS = {
    "p' of 24 months": beyond_p_prime,
    "normal funnel": beyond_funnel("normal"),
    "exact funnel": beyond_funnel("exact"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_figures_alike_but_for_chance_are_beyond_limits_as_often_as_stated(name: str) -> None:
    for is_beyond, per_cent in zip(LIMITS[name](np.random.default_rng(8), TEAMS), stated("Limits")[name], strict=True):
        assert_stated(is_beyond, per_cent)


def covered(found: intervals.Intervals, truth: float) -> np.ndarray:
    return ~found.excludes(truth)


def of_shares(truth: float, n: int, random: Random, draws: int) -> tuple[np.ndarray, int, np.ndarray, int]:
    return random.binomial(n, truth, draws), n, random.binomial(2 * n, truth, draws), 2 * n


COVERED: dict[str, Callable[[float, int, Random, int], np.ndarray]] = {
    "Wilson": lambda p, n, random, k: covered(intervals.wilson(random.binomial(n, p, k), n), p),
    "Newcombe": lambda p, n, random, k: covered(intervals.difference(*of_shares(p, n, random, k)), 0),
    "ratio": lambda p, n, random, k: covered(intervals.ratio(*of_shares(p, n, random, k)), 1),
    "rate": lambda p, n, random, k: covered(intervals.rate(random.poisson(p * n, k), n), p),
}
SIZES = (12, 30, 150)


@pytest.mark.parametrize("name", [f"{method}, {share} %" for method in COVERED for share in (20, 50, 90)])
def test_intervals_cover_as_often_as_stated(name: str) -> None:
    method, share = name.removesuffix(" %").split(", ")
    for n, per_cent in zip(SIZES, stated("Coverage")[name], strict=True):
        assert_stated(COVERED[method](int(share) / 100, n, np.random.default_rng(n), DRAWS), per_cent)
