"""Intervals are those of the reference implementations, and hold what an interval promises."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics import intervals
from tests.statistics.vector_files import assert_close, column, of_family, use

WRITTEN = 1e-9
PRINTED = 1e-7  # files that hold 9 to 15 digits


def check_phe_tests(vectors: dict[str, Any]) -> None:
    for row in vectors["byars_wilson"]:
        level = float(row["confidence"].rstrip("%"))
        byar = row["method"] == "Byars"
        ours = intervals.byar_count(row["x"], level) if byar else intervals.wilson(row["x"], row["n"], level)
        assert_close([ours.lower, ours.upper], [row["lowercl"], row["uppercl"]], PRINTED)
    for kind, interval in (("proportions", intervals.wilson), ("rates", intervals.rate)):
        for rows in (vectors[kind], vectors[f"{kind}_grouped_input"]):
            for level, limit in ((0.95, "95_0cl"), (0.998, "99_8cl")):
                ours = interval(column(rows, "Numerator"), column(rows, "Denominator"), level)
                compare(ours, rows, "value", f"lower{limit}", f"upper{limit}")
        rows = vectors[f"{kind}_grouped_expected"]
        parts = [[row for row in vectors[f"{kind}_grouped_input"] if row["Area"] == pooled["Area"]] for pooled in rows]
        x, n = ([column(rows, name).sum() for rows in parts] for name in ("Numerator", "Denominator"))
        compare(interval(x, n), rows, "value", "lowercl", "uppercl")
    assert_methods(vectors["rates"] + vectors["rates_grouped_expected"])


def assert_methods(rows: list[dict[str, Any]]) -> None:
    known = [row for row in rows if row["Numerator"] is not None]
    assert [intervals.rate_method(row["Numerator"]) for row in known] == [row["method"] for row in known]


def compare(ours: intervals.Intervals, rows: list[dict[str, Any]], *names: str) -> None:
    per = column(rows, "multiplier")
    for values, name in zip((ours.estimate, ours.lower, ours.upper), names, strict=True):
        assert_close(values * per, column(rows, name), PRINTED)


def check_mean(vectors: dict[str, Any]) -> None:
    for row in vectors["expected"]:
        ours = intervals.mean([entry["v"] for entry in vectors["input"] if entry["area"] == row["area"]])
        assert_close([ours.estimate, ours.lower, ours.upper], [row["value"], row["lowercl"], row["uppercl"]], WRITTEN)


def check_newcombe(vectors: dict[str, Any]) -> None:
    rows = vectors["cases"]
    ours = intervals.difference(*(column(rows, name) for name in ("x1", "n1", "x2", "n2")))
    for values, name in ((ours.estimate, "diff"), (ours.lower, "lower95"), (ours.upper, "upper95")):
        assert_close(values, column(rows, name), WRITTEN)


CHECKS = {
    ("phe_tests_wilson_byars.json", "oracle"): check_phe_tests,
    ("phe_run_mean.json", "oracle"): check_mean,
    ("newcombe_difference.json", "oracle"): check_newcombe,
}


@pytest.mark.parametrize("name", of_family("intervals"))
def test_intervals_are_those_of_the_reference(name: str) -> None:
    use(name, CHECKS)


def test_worked_answer_of_two_shares() -> None:
    """19 of 20 against 68 of 100: 27 points, about 7 to 38."""
    ours = intervals.difference(19, 20, 68, 100)
    assert [round(100 * float(v)) for v in (ours.estimate, ours.lower, ours.upper)] == [27, 7, 38]


@pytest.mark.parametrize(("x", "n"), [(-1, 10), (11, 10), (0, 0), ([1, 2], [10, 1])])
def test_counts_that_cannot_be_are_refused(x: Any, n: Any) -> None:
    with pytest.raises(ValueError, match=r"numerator|denominator"):
        intervals.wilson(x, n)


@pytest.mark.parametrize("confidence", [0.5, 0.89, 100.5, 89, 0])
def test_odd_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        intervals.wilson(1, 10, confidence)


def test_certainty_is_everything_from_nobody_to_everybody() -> None:
    ours = intervals.wilson([0, 3], 10, 1)
    assert (ours.lower == 0).all()
    assert (ours.upper == 1).all()


def test_what_is_missing_excludes_nothing() -> None:
    assert not intervals.wilson(None, 10).excludes(0.5)
    assert intervals.wilson(9, 10).excludes(0.5)
    assert intervals.wilson(1, 10).excludes(0.5)


shares = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=50, deadline=None)
@given(shares, st.sampled_from([0.95, 0.998]))
def test_share_lies_in_its_interval_and_that_within_0_to_1(share: tuple[int, int], confidence: float) -> None:
    x, n = share
    ours = intervals.wilson(x, n, confidence)
    assert 0 <= ours.lower <= x / n <= ours.upper <= 1
    others = intervals.wilson(n - x, n, confidence)
    assert_close([1 - others.upper, 1 - others.lower], [ours.lower, ours.upper], 1e-9)


@settings(max_examples=50, deadline=None)
@given(shares, shares)
def test_difference_turns_round_with_its_groups_and_the_ratio_contains_its_estimate(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    ours, turned = intervals.difference(*first, *second), intervals.difference(*second, *first)
    assert -1 <= ours.lower <= ours.estimate <= ours.upper <= 1
    assert_close([-turned.upper, -turned.lower], [ours.lower, ours.upper], 1e-9)
    ratio = intervals.ratio(*first, *second)
    assert 0 <= ratio.lower <= ratio.upper
    if second[0]:
        assert ratio.lower <= ratio.estimate <= ratio.upper


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(1, 400))
def test_rate_lies_in_its_interval(x: int, n: int) -> None:
    ours = intervals.rate(x, n)
    assert 0 <= ours.lower <= ours.estimate <= ours.upper


DRAWS = 4000


def coverage(ours: intervals.Intervals, truth: float) -> float:
    return float(1 - ours.excludes(truth).mean())


@pytest.mark.parametrize("n", [12, 30, 150])
@pytest.mark.parametrize("truth", [0.2, 0.5, 0.9])
def test_intervals_cover_at_the_stated_rate(n: int, truth: float) -> None:
    """Of 4,000 simulated months; score intervals of few people lie up to 4 points beside the 95% stated."""
    random = np.random.default_rng(n)
    first, second = random.binomial(n, truth, DRAWS), random.binomial(2 * n, truth, DRAWS)
    assert 0.91 <= coverage(intervals.wilson(first, n), truth) <= 0.99
    assert 0.935 <= coverage(intervals.difference(first, n, second, 2 * n), 0) <= 0.99
    assert 0.935 <= coverage(intervals.ratio(first, n, second, 2 * n), 1) <= 0.99
    assert 0.945 <= coverage(intervals.rate(random.poisson(n * truth, DRAWS), n), truth) <= 1
    assert coverage(intervals.wilson(first, n, 0.998), truth) >= 0.99


def test_means_cover_at_the_stated_rate() -> None:
    samples = np.random.default_rng(1).normal(5, 2, (600, 8))
    ours = [intervals.mean(sample) for sample in samples]
    assert 0.93 <= np.mean([not interval.excludes(5) for interval in ours]) <= 0.97
