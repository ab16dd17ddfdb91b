"""The simulation of the method page: the same rate of use passes at the same rate, whatever the hours."""

import functools
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from dagster_project.people.clauses import Evidence, expected, window
from dagster_project.people.policy import Clause, Policy
from dagster_project.purposes import months_kept
from tests.people.clause_cases import ALL_MONTHS, FULL_TIME_DAYS, MONTHS, PANEL, days_of, found, staff, used

PATTERNS = {"1.0": staff("1"), "0.8": staff("0.8"), "0.6": staff("0.6"), "0.4": staff("0.4"),
            "six months' leave": staff("1", away=range(1, 7))}  # fmt: skip
OTHER_HOURS = {hours: staff(hours) for hours in ("0.9", "0.75", "0.7", "0.5", "0.45")}
KEPT = months_kept({})["usage"]  # 25
FROM_A_THIRD_TO_THREE_TIMES = [tenths / 10 for tenths in range(3, 31)]


@functools.cache
def pass_rate(pattern: str, rate: float, at_least: int, n_covered: int = len(MONTHS)) -> float:
    """The exact share who reach what is asked, each available day being one of use with probability `rate`."""
    frame = window((PATTERNS | OTHER_HOURS)[pattern], PANEL, 12, MONTHS[-1 - n_covered : -1])
    clause = Clause(id="use", rule="Use", feed="resource_usage", count="days", at_least=at_least, is_scaled=True)
    asked = expected(clause, [each.scale for each in frame], 12)
    n_days = int(sum(each.available_days for each in frame))
    return float(binom.sf(asked - 1, n_days, rate))


def spread(patterns: Collection[str], at_least: int, n_covered: int = len(MONTHS)) -> float:
    """By how much the shares differ at most, at any rate of use."""
    shares = [
        [pass_rate(pattern, times * at_least / (12 * FULL_TIME_DAYS), at_least, n_covered) for pattern in patterns]
        for times in FROM_A_THIRD_TO_THREE_TIMES
    ]
    return max(max(each) - min(each) for each in shares)


@pytest.mark.parametrize("at_least", [6, 12, 18, 24, 36, 48])
def test_same_rate_of_use_passes_at_the_same_rate_at_any_hours_and_after_leave(at_least: int) -> None:
    """F1, F4. With records of thirty months no difference at all; with the 25 that use is kept, within five points."""
    assert spread(PATTERNS, at_least) == 0
    assert KEPT == 25
    assert spread(PATTERNS, at_least, KEPT) <= 0.05


@pytest.mark.parametrize("at_least", [12, 18, 24, 36])
def test_hours_that_fit_no_whole_number_of_months_are_within_seven_points(at_least: int) -> None:
    assert 0 < spread(["1.0", *OTHER_HOURS], at_least) <= 0.07


def test_table_of_the_method_page_is_what_the_rule_gives() -> None:
    text = (Path(__file__).parents[2] / "docs" / "people.md").read_text("utf-8")
    for times in (0.8, 1.0, 1.2, 1.5, 2.0):
        rate = times * 24 / (12 * FULL_TIME_DAYS)
        shares = " | ".join(f"{100 * pass_rate(pattern, rate, 24, 25):.0f}%" for pattern in PATTERNS)
        assert f"| {times:.1f} | {shares} |" in text


def test_drawn_people_pass_as_the_exact_shares_say(policy: Policy) -> None:
    """Through `find` itself: 400 people a pattern, whose days are drawn."""
    draws = np.random.default_rng(7)
    rate = 1.2 * 12 / (12 * FULL_TIME_DAYS)
    for pattern, months in PATTERNS.items():
        frame = window(months, PANEL, 12, ALL_MONTHS)
        passed = 0
        for _ in range(400):
            rows = [
                text
                for each in frame
                for day in range(int(each.available_days))
                if draws.random() < rate
                for text in [f"{each.month:%Y-%m}-{day + 1:02}"]
            ]
            result = found(policy, "steady_use", {"resource_usage": Evidence(used(*rows), ALL_MONTHS)}, months=months)
            passed += result.state == "shown"
        assert abs(passed / 400 - pass_rate(pattern, rate, 12)) < 0.07, pattern


def test_identical_people_get_identical_clauses(policy: Policy) -> None:
    """F1: nothing but the evidence, the time there was and the policy decides; no chance, no other person."""
    evidence = {"resource_usage": Evidence(used(*days_of(9)), ALL_MONTHS), "supervision": Evidence([], ALL_MONTHS)}
    one, other = ([found(policy, clause.id, evidence) for clause in policy.clauses] for _ in range(2))
    assert one == other
