"""Individuals charts say nothing where nothing may be said: short, missing, flat and refused series.

Belongs here: cases of our own on what is left out. Does not belong here: what is said (test_spc.py).
"""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.statistics.spc import XmrChart, xmr
from tests.statistics.test_spc import IMPROVEMENTS, LISTS, PROFILES, SERIES, WAVE, few


def without(entries: list[Any], places: set[int]) -> list[Any]:
    return [entry for place, entry in enumerate(entries) if place not in places]


# What is left out


@pytest.mark.parametrize("profile", ["mdc", "ptd"])
def test_twelve_points_say_nothing_where_thirteen_are_needed(profile: str) -> None:
    asked: dict[str, Any] = {"improvement": "increase", "target": 11, "profile": profile, "min_points": 13}
    assert xmr(WAVE, **asked).variation == "common_cause"
    for values, ghost in ((WAVE[:12], []), ([*WAVE[:12], None], []), (WAVE, [4])):
        chart = xmr(values, ghost=ghost, **asked)
        assert set(chart.mean) | set(chart.lower) | set(chart.upper) == {None}
        assert (chart.variation, chart.assurance, chart.n_points) == (None, None, 12)
        assert "12 points: lines and signals need 13" in chart.notes
    assert xmr(WAVE[:12], improvement="increase").variation is None
    assert xmr(WAVE[:2], improvement="increase", profile="ptd").lower[0] is not None


def test_an_outlier_in_a_short_series_is_no_signal() -> None:
    chart = xmr([*WAVE[:11], 100], improvement="increase")
    assert set(chart.rule) == {None}
    assert set(chart.point_type) == {"common_cause"}


def test_a_series_without_any_value_has_a_chart_that_says_nothing() -> None:
    for profile in ("mdc", "ptd"):
        assert xmr([], improvement="increase", profile=profile).n_points == 0
        chart = xmr([None, None], improvement="increase", target=1, profile=profile)
        assert (chart.mean, chart.variation, chart.assurance) == ([None, None], None, None)


@few
@given(values=SERIES, data=st.data(), profile=PROFILES, improvement=IMPROVEMENTS)
def test_ghosts_and_missing_points_are_as_if_they_were_not_there(
    values: list[int], data: st.DataObject, profile: str, improvement: str
) -> None:
    kwargs: dict[str, Any] = {"improvement": improvement, "profile": profile, "target": 3, "baseline": 12}
    plain = xmr(values, **kwargs)
    extra = data.draw(st.sets(st.integers(0, len(values) + 2), min_size=1, max_size=3))
    with_extra: list[int | None] = list(values)
    for place in sorted(extra):
        with_extra.insert(place, data.draw(st.sampled_from([None, 1000])))
    extra = {place for place, value in enumerate(with_extra) if value in (None, 1000)}
    chart = xmr(with_extra, ghost=[place for place in extra if with_extra[place] is not None], **kwargs)
    for name in LISTS:
        assert without(getattr(chart, name), extra) == getattr(plain, name)
    assert (chart.variation, chart.assurance, chart.n_points) == (plain.variation, plain.assurance, plain.n_points)
    assert all(chart.rule[place] is None and chart.mean[place] == chart.mean[0] for place in extra)


def test_missing_points_are_named_and_ghosts_are_not() -> None:
    values = [*WAVE, None, 11, 12, 10]
    assert xmr(values, improvement="increase", ghost=[2]).notes == ["no value at point 14: left out of lines and rules"]
    assert xmr(values, improvement="increase", ghost=[13]).notes == []


def test_the_last_point_that_is_judged_gives_the_icon() -> None:
    for last, ghost in ((11, [14]), (None, [])):
        chart = xmr([*WAVE, 30, last], improvement="increase", target=25, ghost=ghost)
        assert (chart.variation, chart.point_type[-1], chart.assurance) == ("improvement", "common_cause", "fail")


# Guards


@pytest.mark.parametrize("value", [0, 1, 0.1])
@pytest.mark.parametrize("screen_outliers", [True, False])
def test_a_flat_series_has_no_limits_signals_or_icons(value: float, screen_outliers: bool) -> None:
    chart = xmr([value] * 15, improvement="increase", target=0.5, screen_outliers=screen_outliers)
    assert_flat(chart)


def assert_flat(chart: XmrChart) -> None:
    assert set(chart.lower) | set(chart.upper) | set(chart.rule) == {None}
    assert (chart.variation, chart.assurance) == (None, None)
    assert any("all the same" in note for note in chart.notes)


def test_the_same_number_summed_in_two_orders_is_flat() -> None:
    values = [0.1 + 0.2, 0.3] * 8
    assert values[0] != values[1]
    assert_flat(xmr(values, improvement="increase"))


def test_a_flat_baseline_judges_nothing_after_it() -> None:
    values = [5] * 12 + [5, 6, 7, 8, 9, 10, 11, 12]
    for profile in ("mdc", "ptd"):
        assert_flat(xmr(values, improvement="increase", profile=profile, baseline=12))


def test_a_flat_segment_does_not_silence_the_others() -> None:
    chart = xmr([*[3] * 13, *WAVE, 40], improvement="increase", rebase_at=[13])
    assert chart.lower[0] is None
    assert (chart.variation, chart.lower[-1] is None) == ("improvement", False)


@pytest.mark.parametrize("usual", [0, 100])
def test_a_mostly_constant_series_keeps_its_limits_under_screening(usual: int) -> None:
    """Counts that are nearly always nought, and shares that are nearly always all."""
    values = [usual] * 10 + [usual - 5] + [usual] * 5
    screened = xmr(values, improvement="increase", screen_outliers=True)
    unscreened = xmr(values, improvement="increase", screen_outliers=False)
    assert screened.lower[0] == unscreened.lower[0] < screened.mean[0] < screened.upper[0]
    assert screened.rule == unscreened.rule
    assert screened.variation == "common_cause"
    assert any("rest on all moving ranges" in note for note in screened.notes)


@pytest.mark.parametrize(
    ("values", "arguments", "message"),
    [
        ([1, math.nan, 2], {}, "value at place 1 is nan"),
        (np.array([1, math.inf]), {}, "value at place 1 is inf"),
        ([1, 2], {"target": math.nan}, "target is nan"),
        ([1, 2], {"rebase_at": [2]}, "rebase_at names place 2; the series has places 0 to 1"),
        ([1, 2], {"ghost": [-1]}, "ghost names place -1"),
        ([1, 2], {"baseline": 11, "profile": "ptd"}, "a baseline of 11 points; give 12 or more"),
        ([1, 2], {"baseline": 1}, "a baseline of 1 points; give 2 or more"),
        ([1, 2], {"improvement": "up"}, "improvement is 'up'; give one of increase, decrease, neutral"),
        ([1, 2], {"profile": "excel"}, "profile is 'excel'"),
        ([1, 2], {"conflict": "both"}, "conflict is 'both'"),
        ([1, 2], {"zone": "near"}, "zone is 'near'"),
    ],
)
def test_what_cannot_be_charted_is_refused(values: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        xmr(values, **({"improvement": "increase"} | arguments))
