"""Individuals charts: hand-worked series, segments and baselines, what the profiles do differently, and symmetries.

Belongs here: cases of our own. Does not belong here: results of the references (test_spc_vectors.py), what is left out
(test_spc_guards.py), how often a signal is false (test_false_signals.py).
"""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dagster_project.statistics.spc import XmrChart, xmr

LISTS = ("mean", "lower", "upper", "rule", "direction", "point_type")
SERIES = st.lists(st.integers(-40, 40), min_size=13, max_size=40)
SCREENED = st.sampled_from([True, False])
PROFILES = st.sampled_from(["ptd", "mdc"])
IMPROVEMENTS = st.sampled_from(["increase", "decrease", "neutral"])
WAVE = [10, 12, 11, 13, 9, 12, 10, 11, 13, 10, 12, 9, 11]  # 13 points, nothing in them

few = settings(max_examples=60, deadline=None)


def moved(line: list[float | None], scale: float, shift: float) -> list[float | None]:
    return [None if value is None else value * scale + shift for value in line]


def assert_lines(chart: XmrChart, mean: float, lower: float, upper: float, place: int = 0) -> None:
    lines = (chart.mean[place], chart.lower[place], chart.upper[place])
    assert lines == (pytest.approx(mean), pytest.approx(lower), pytest.approx(upper))


# Hand-worked


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    """Mean 58 / 5; moving ranges 2, 1, 2, 1."""
    chart = xmr([10, 12, 11, 13, 12], improvement="increase", min_points=2)
    assert_lines(chart, 11.6, 11.6 - 2.66 * 1.5, 11.6 + 2.66 * 1.5)
    assert set(chart.point_type) == {"common_cause"}
    assert (chart.variation, chart.assurance, chart.n_points) == ("common_cause", None, 5)
    assert chart.notes == ["from point 1 on the lines rest on 5 points: they may still move"]


def test_screening_leaves_large_moving_ranges_out_of_the_limits_and_not_out_of_the_mean() -> None:
    """Moving ranges 1 eleven times and 19 twice: 19 > 3.267 * 49 / 13."""
    values = [10, 11] * 3 + [30] + [11, 10] * 3 + [11]
    ranges = [1] * 5 + [19, 19] + [1] * 6
    mean, spread = sum(values) / 14, sum(ranges) / 13
    assert_lines(xmr(values, improvement="increase", profile="ptd"), mean, mean - 2.66, mean + 2.66)
    assert_lines(xmr(values, improvement="increase"), mean, mean - 2.66 * spread, mean + 2.66 * spread)


def test_a_point_outside_the_limits_is_a_signal_in_its_direction() -> None:
    values = [*WAVE, 30]
    for improvement, expected in (("increase", "improvement"), ("decrease", "concern"), ("neutral", "neutral_high")):
        chart = xmr(values, improvement=improvement)
        assert (chart.rule[-1], chart.direction[-1], chart.variation) == ("outside_limits", 1, expected)
        assert set(chart.point_type[:-1]) == {"common_cause"}


def test_seven_on_one_side_are_a_shift_and_six_are_not() -> None:
    alternating = [14, 6] * 10
    shift = [11, 9, 11, 9, 11, 9, 11]  # no trend, no side but above the mean once 2 is added
    seven = xmr([*alternating, *(value + 2.5 for value in shift)], improvement="increase")
    six = xmr([*alternating, *(value + 2.5 for value in shift[:6])], improvement="increase")
    assert seven.rule[-7:] == ["shift"] * 7
    assert set(six.rule) == {None}


def test_seven_rising_points_are_a_trend_and_an_equal_pair_breaks_it() -> None:
    before = [10, 14, 6, 14, 6, 14, 6, 14]
    rising = xmr([*before, 7, 8, 9, 10, 11, 12, 13, 6], improvement="increase")
    assert rising.rule == [None] * 8 + ["trend"] * 7 + [None]
    tied = xmr([*before, 7, 8, 9, 10, 10, 11, 12, 6], improvement="increase")
    assert set(tied.rule) == {None}


def test_the_peak_between_two_trends_belongs_to_the_falling_one() -> None:
    values = [*[0, 30] * 8, 8, 10, 12, 14, 16, 18, 20, 18.5, 16.5, 14.5, 12.5, 10.5, 8.5, 30]
    by_order = xmr(values, improvement="increase", profile="ptd")
    assert by_order.direction == [0] * 16 + [1] * 6 + [-1] * 7 + [0]
    assert xmr(values, improvement="increase", conflict="improvement").direction == [0] * 16 + [1] * 7 + [-1] * 6 + [0]


# What the two profiles do differently


def test_a_falling_trend_above_the_mean_is_what_the_conflict_rule_says() -> None:
    """The last seven fall (concern) and lie above the mean (improvement)."""
    values = [2, 0] * 8 + [9, 8.5, 8, 7.5, 7, 6.5, 6]
    kwargs = {"improvement": "increase", "screen_outliers": False}
    assert xmr(values, **kwargs).variation == "concern"
    assert xmr(values, **kwargs, conflict="improvement").variation == "improvement"
    by_order = xmr(values, **kwargs, profile="ptd")
    assert (by_order.rule[-1], by_order.variation) == ("trend", "concern")
    assert by_order.rule[16] == "outside_limits"
    assert by_order.point_type[16] == "improvement"
    assert xmr(values, **kwargs).point_type[16] == "concern"
    assert xmr(values, improvement="neutral").variation == "neutral_high"


def test_only_trends_cross_a_rebase_and_only_in_mdc() -> None:
    values = [10, 14, 6, 14, 6, 14, 6, 7, 8, 9, 10, 11, 12, 13, 10, 14, 6, 14, 6, 14]
    mdc = xmr(values, improvement="increase", rebase_at=[10])
    assert mdc.rule[6:14] == ["trend"] * 8
    assert set(xmr(values, improvement="increase", rebase_at=[10], profile="ptd").rule) == {None}
    shift = [10, 0] * 7 + [6, 7] * 5
    assert "shift" in xmr(shift, improvement="increase").rule
    assert "shift" not in xmr(shift, improvement="increase", rebase_at=[18]).rule


def test_two_in_three_does_not_cross_a_rebase() -> None:
    """Lines of the first 16: 11 -/+ 3.55 at 2 sigma, 11 -/+ 5.32 at 3; the second segment's are 0.2 higher."""
    values = [*[10, 12] * 8, 12, 15, 15.5, *[10, 12] * 7, 10]
    kwargs = {"improvement": "increase", "profile": "ptd", "baseline": 16}
    assert xmr(values, **kwargs).rule[17:19] == ["two_in_three"] * 2
    assert set(xmr(values, rebase_at=[18], **kwargs).rule) == {None}


def test_a_run_stops_at_the_end_of_the_baseline_in_mdc() -> None:
    values = [*[10, 14, 6, 14, 6, 14, 6, 10.5, 6], *[11, 12, 11], *[12, 11, 12, 11], 6]
    assert (
        xmr(values, improvement="increase", baseline=12, profile="ptd", screen_outliers=False).rule.count("shift") == 7
    )
    assert "shift" not in xmr(values, improvement="increase", baseline=12).rule


def test_a_target_on_a_limit_counts_in_mdc_only() -> None:
    values = [1, 2] * 7
    upper, lower = (getattr(xmr(values, improvement="increase"), name)[0] for name in ("upper", "lower"))
    for target, increase, decrease in ((upper, "fail", "pass"), (lower, "pass", "fail")):
        assert xmr(values, improvement="increase", target=target).assurance == increase
        assert xmr(values, improvement="decrease", target=target).assurance == decrease
        assert xmr(values, improvement="increase", target=target, profile="ptd").assurance == "inconsistent"
    assert xmr(values, improvement="increase", target=1.5).assurance == "inconsistent"
    assert xmr(values, improvement="neutral", target=upper).assurance is None


def test_points_beyond_the_limits_count_towards_two_in_three_only_where_asked() -> None:
    """The baseline's lines: 11 -/+ 3.55 at 2 sigma, 11 -/+ 5.32 at 3."""
    values = [*[10, 12] * 8, 15, 17, 12]
    between, beyond = (xmr(values, improvement="increase", zone=zone, baseline=16) for zone in ("between", "beyond"))
    assert between.rule[-3:] == [None, "outside_limits", None]
    assert beyond.rule[-3:] == ["two_in_three", "outside_limits", None]


# Segments and baselines


@few
@given(first=SERIES, second=SERIES, screen_outliers=SCREENED)
def test_a_rebased_chart_is_the_charts_of_its_segments(
    first: list[int], second: list[int], screen_outliers: bool
) -> None:
    kwargs: dict[str, Any] = {"improvement": "increase", "profile": "ptd", "screen_outliers": screen_outliers}
    chart = xmr([*first, *second], rebase_at=[len(first)], **kwargs)
    one, two = xmr(first, **kwargs), xmr(second, target=4, **kwargs)
    for name in LISTS:
        assert getattr(chart, name) == getattr(one, name) + getattr(two, name)
    assert chart.variation == two.variation


def test_a_rebase_on_the_first_point_or_on_a_missing_one_is_a_rebase() -> None:
    assert xmr(WAVE, improvement="increase", rebase_at=[0]) == xmr(WAVE, improvement="increase")
    values = [*WAVE, None, *(value + 20 for value in WAVE)]
    chart = xmr(values, improvement="increase", rebase_at=[13])
    assert chart.mean[13] == chart.mean[14] == pytest.approx(chart.mean[0] + 20)


@few
@given(values=SERIES, later=st.lists(st.integers(-40, 40), min_size=1, max_size=9), profile=PROFILES)
def test_points_after_the_baseline_do_not_move_the_lines(values: list[int], later: list[int], profile: str) -> None:
    alone = xmr(values, improvement="increase", profile=profile)
    frozen = xmr([*values, *later], improvement="increase", profile=profile, baseline=len(values))
    for name in ("mean", "lower", "upper"):
        assert getattr(frozen, name) == [getattr(alone, name)[0]] * (len(values) + len(later))


def test_a_baseline_is_of_each_segment() -> None:
    values = [*WAVE, 40, *(value + 100 for value in WAVE), 140]
    chart = xmr(values, improvement="increase", rebase_at=[14], baseline=13)
    assert chart.mean[14] == pytest.approx(chart.mean[0] + 100)
    assert (chart.rule[13], chart.rule[-1]) == ("outside_limits", "outside_limits")


def test_short_segments_and_baselines_are_noted() -> None:
    chart = xmr([*WAVE, *WAVE[:4]], improvement="increase", rebase_at=[13])
    assert chart.notes == ["from point 14 on the lines rest on 4 points: they may still move"]
    chart = xmr([*WAVE, *WAVE[:4]], improvement="increase", baseline=5)
    assert chart.notes == ["from point 1 on the lines rest on 5 points: they may still move"]
    assert [
        len(xmr(WAVE[:12], improvement="increase", min_points=2, profile=name).notes) for name in ("mdc", "ptd")
    ] == [0, 1]


# Properties


@few
@given(values=SERIES, scale=st.sampled_from([0.25, 0.5, 2, 8]), shift=st.integers(-500, 500), profile=PROFILES,
       screen_outliers=SCREENED, improvement=IMPROVEMENTS)  # fmt: skip
def test_lines_move_with_the_values_and_signals_stay(
    values: list[int], scale: float, shift: int, profile: str, screen_outliers: bool, improvement: str
) -> None:
    kwargs: dict[str, Any] = {"improvement": improvement, "profile": profile, "screen_outliers": screen_outliers}
    before = xmr(values, target=5, **kwargs)
    after = xmr([value * scale + shift for value in values], target=5 * scale + shift, **kwargs)
    for name in ("mean", "lower", "upper"):
        assert getattr(after, name) == pytest.approx(moved(getattr(before, name), scale, shift))
    if before.upper[0] is not None:  # a value on a line may round to either side of it
        limit = before.upper[0] - before.mean[0]
        near = [before.mean[0] + factor * limit for factor in (-1, -2 / 3, 2 / 3, 1)]
        assume(not any(math.isclose(value, line, abs_tol=1e-9) for value in [*values, 5] for line in near))
    for name in ("rule", "direction", "point_type", "variation", "assurance"):
        assert getattr(after, name) == getattr(before, name)


@few
@given(values=SERIES, profile=PROFILES, screen_outliers=SCREENED, conflict=st.sampled_from(["concern", "improvement"]),
       zone=st.sampled_from(["between", "beyond"]), data=st.data())  # fmt: skip
def test_a_mirrored_series_with_a_mirrored_aim_has_the_mirrored_chart(
    values: list[int], profile: str, screen_outliers: bool, conflict: str, zone: str, data: st.DataObject
) -> None:
    kwargs: dict[str, Any] = {
        "profile": profile, "screen_outliers": screen_outliers, "conflict": conflict, "zone": zone,
        "rebase_at": data.draw(st.sets(st.integers(0, 12), max_size=2)),
    }  # fmt: skip
    chart = xmr(values, improvement="increase", target=7, **kwargs)
    mirror = xmr([-value for value in values], improvement="decrease", target=-7, **kwargs)
    assert mirror.mean == moved(chart.mean, -1, 0)
    assert (mirror.lower, mirror.upper) == (moved(chart.upper, -1, 0), moved(chart.lower, -1, 0))
    assert mirror.direction == [-direction for direction in chart.direction]
    for name in ("rule", "point_type", "variation", "assurance", "n_points", "notes"):
        assert getattr(mirror, name) == getattr(chart, name)


def test_arrays_are_charted_as_lists_are() -> None:
    assert xmr(np.array(WAVE, dtype=float), improvement="increase") == xmr(WAVE, improvement="increase")
