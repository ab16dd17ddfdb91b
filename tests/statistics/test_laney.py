"""Limits that follow denominators: widths, what is left out, and what is refused."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics.laney import p_lines, p_prime_lines

COUNTS = st.lists(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2)


def test_p_limits_are_three_binomial_sigmas_wide() -> None:
    """Centre 30 / 100; sqrt(.3 * .7 / 50) and sqrt(.3 * .7 / 25)."""
    lines = p_lines([18, 6, 6], [50, 25, 25])
    assert lines.centre == pytest.approx(0.3)
    assert lines.value == pytest.approx([0.36, 0.24, 0.24])
    assert lines.upper == pytest.approx([0.3 + 3 * math.sqrt(0.21 / n) for n in (50, 25, 25)])
    assert lines.near_lower == pytest.approx([0.3 - 2 * math.sqrt(0.21 / n) for n in (50, 25, 25)])


@settings(max_examples=60, deadline=None)
@given(counts=COUNTS, screen_outliers=st.booleans())
def test_p_prime_limits_are_those_of_p_widened_alike_everywhere(
    counts: list[tuple[int, int]], screen_outliers: bool
) -> None:
    numerators, denominators = zip(*counts, strict=True)
    p, p_prime = (
        p_lines(numerators, denominators),
        p_prime_lines(numerators, denominators, screen_outliers=screen_outliers),
    )
    ratios = []
    for place in range(len(counts)):
        upper, other = p.upper[place], p_prime.upper[place]
        if upper is None or other is None:
            assert other is None
        elif max(upper, other) < 1:
            ratios.append((other - p.centre) / (upper - p.centre))
            assert 0 <= p_prime.lower[place] <= p_prime.near_lower[place] <= p.centre
            assert p.centre < p_prime.near_upper[place] < other
    assert ratios == pytest.approx(ratios[:1] * len(ratios))


@pytest.mark.parametrize("lines_of", [p_lines, p_prime_lines])
def test_a_month_without_a_denominator_is_left_out(lines_of: Any) -> None:
    with_gaps = lines_of([8, None, 5, 0, 6, 7], [10, 4, 9, 0, 11, None])
    without = lines_of([8, 5, 6], [10, 9, 11])
    for name in ("value", "lower", "upper", "near_lower", "near_upper"):
        first, gap, second, empty, third, last = getattr(with_gaps, name)
        assert [first, second, third] == getattr(without, name)
        assert (gap, empty, last) == (None, None, None)
    assert with_gaps.centre == without.centre


@pytest.mark.parametrize(
    ("numerators", "denominators", "centre"),
    [([0, 0, 0], [4, 5, 6], 0), ([4, 5, 6], [4, 5, 6], 1), ([2, 3, 4], [4, 6, 8], 0.5), ([None], [3], None)],
)
def test_months_that_do_not_vary_have_no_limits(
    numerators: list[Any], denominators: list[Any], centre: float | None
) -> None:
    lines = p_prime_lines(numerators, denominators)
    assert lines.centre == centre
    assert set(lines.lower) | set(lines.upper) | set(lines.near_lower) | set(lines.near_upper) == {None}
    assert (p_lines(numerators, denominators).lower[0] is None) == (centre != 0.5)


def test_months_that_vary_once_keep_their_limits_under_screening() -> None:
    numerators, denominators = [10] * 6 + [5] + [10] * 6, [10] * 13
    screened = p_prime_lines(numerators, denominators)
    assert screened == p_prime_lines(numerators, denominators, screen_outliers=False)
    assert screened.lower[0] < screened.centre


@pytest.mark.parametrize(
    ("numerators", "denominators", "message"),
    [
        ([1, 5], [3, 4], "at place 1 the numerator is 5 and the denominator 4"),
        ([-1], [3], "at place 0"),
        ([math.nan], [3], "at place 0"),
        ([1], [math.inf], "at place 0"),
        ([1, 2], [3], "2 numerators and 1 denominators"),
    ],
)
def test_counts_that_are_no_share_are_refused(numerators: list[Any], denominators: list[Any], message: str) -> None:
    for lines_of in (p_lines, p_prime_lines):
        with pytest.raises(ValueError, match=message):
            lines_of(numerators, denominators)
