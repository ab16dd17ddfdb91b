"""Individuals and p charts are those of the reference implementations, and differ where a reference is wrong.

Belongs here: each result of a reference in the role its manifest gives it. Does not belong here: cases of our own.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from dagster_project.statistics import laney
from dagster_project.statistics.spc import XmrChart, xmr
from tests.statistics.vector_files import MANIFEST, assert_close, of_family, use

TOLERANCE = 1e-9
FAMILY = of_family("charts")

Vectors = dict[str, Any]

PTD_LABELS = {
    "Above UCL": ("outside_limits", 1),
    "Below LCL": ("outside_limits", -1),
    "7 Point Trend (Increasing)": ("trend", 1),
    "7 Point Trend (Decreasing)": ("trend", -1),
    "2 in 3 Above CL": ("two_in_three", 1),
    "2 in 3 Below CL": ("two_in_three", -1),
    "7 Points Above CL": ("shift", 1),
    "7 Points Below CL": ("shift", -1),
    "Common Cause": (None, 0),
}
ASSURANCES = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "inconsistent", None: None}
CONSTANT = {"edge_constant", "edge_constant_unscreened"}

# The label that each of these series has there and not here; every other series has the same labels.
POWERBI_DIFFERS = {
    "edge_2of3_with_beyond3_first": "shift",  # points on the centre line do not break a run there
    "pr24_tie_in_trend": "trend",  # nor an equal pair a trend
}
POWERBI_RULES = {
    "astpoint": "outside_limits", "trend": "trend", "two_in_three": "two_in_three", "shift": "shift",
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILY)
def test_every_reference_is_used_in_its_role(name: str) -> None:
    use(name, CHECKS)


def chart_of(vectors: Vectors, **arguments: Any) -> XmrChart:
    """Our chart of a series. The references pass over rebase dates that are none of its dates."""
    dates, params = vectors["dates"], vectors["params"]
    return xmr(
        vectors["values"],
        improvement=params["improvement_direction"],
        target=params.get("target"),
        rebase_at=[dates.index(date) for date in params["rebase_dates"] if date in dates],
        **arguments,
    )


def ptd_chart_of(vectors: Vectors) -> XmrChart:
    params = vectors["params"]
    return chart_of(
        vectors, profile="ptd", screen_outliers=params["screen_outliers"], baseline=params["fix_after_n_points"]
    )


def check_ptd(vectors: Vectors) -> None:
    chart, expected = ptd_chart_of(vectors), vectors["expected"]
    assert_same_chart(chart, expected)
    labels = [PTD_LABELS[label] for label in expected["special_cause_type"]]
    assert list(zip(chart.rule, chart.direction, strict=True)) == labels
    assert [rule == "outside_limits" for rule in chart.rule] == [bool(flag) for flag in expected["outside_limits"]]
    assert [rule is not None for rule in chart.rule] == expected["special_cause_flag"]
    assert any("may still move" in note for note in chart.notes) == expected["warned_short_group"]


def check_mdc(vectors: Vectors) -> None:
    arguments = MANIFEST["xmr_mdc_sql_v25.json"]["arguments"]
    for series in vectors["series"]:
        chart = chart_of(series, profile="mdc", **arguments)
        if series["name"] in CONSTANT:
            assert_says_nothing(chart)
        else:
            assert_same_chart(chart, series["expected"])
    assert {series["name"] for series in vectors["series"]} >= CONSTANT


def assert_same_chart(chart: XmrChart, expected: Vectors) -> None:
    for ours, theirs in ((chart.mean, "mean"), (chart.lower, "lpl"), (chart.upper, "upl")):
        assert_close(ours, expected[theirs], TOLERANCE)
    assert chart.point_type == [point_type.removeprefix("special_cause_") for point_type in expected["point_type"]]
    assert icon(chart) == expected["variation_icon"]
    assert chart.assurance == ASSURANCES[expected["assurance_type"]]


def icon(chart: XmrChart) -> str | None:
    """The references' name of the variation icon, which says the direction of the signal too."""
    if chart.variation not in ("improvement", "concern"):
        return chart.variation
    return f"{chart.variation}_{'high' if chart.direction[-1] > 0 else 'low'}"


def check_constant(vectors: Vectors) -> None:
    assert vectors["expected"]["lpl"] == [None] * 15
    assert vectors["expected"]["assurance_type"] == "inconsistent"
    assert_says_nothing(ptd_chart_of(vectors))


def check_constant_unscreened(vectors: Vectors) -> None:
    assert vectors["expected"]["lpl"] == vectors["expected"]["mean"]
    assert_says_nothing(ptd_chart_of(vectors))


def assert_says_nothing(chart: XmrChart) -> None:
    assert set(chart.mean) == {7}
    assert set(chart.lower) == set(chart.upper) == {None}
    assert set(chart.rule) == {None}
    assert (chart.variation, chart.assurance) == (None, None)


def check_collapsed(vectors: Vectors) -> None:
    expected, chart = vectors["expected"], ptd_chart_of(vectors)
    assert expected["lpl"] == expected["mean"] == expected["upl"]
    assert all(expected["special_cause_flag"])
    unscreened = chart_of(vectors, profile="ptd", screen_outliers=False)
    assert chart.lower[0] < chart.mean[0] < chart.upper[0]
    for name in ("mean", "lower", "upper", "rule", "direction", "point_type", "variation", "assurance"):
        assert getattr(chart, name) == getattr(unscreened, name)


def check_missing_in_the_middle(vectors: Vectors) -> None:
    assert_left_out(vectors, place=3)
    assert ptd_chart_of(vectors).lower[0] != pytest.approx(vectors["expected"]["lpl"][0], rel=1e-3)


def check_missing_at_the_end(vectors: Vectors) -> None:
    assert_left_out(vectors, place=23)
    assert_close(ptd_chart_of(vectors).lower, vectors["expected"]["lpl"], TOLERANCE)


def assert_left_out(vectors: Vectors, place: int) -> None:
    """The reference judges the point that is not there; ours is the chart of the others, and says so."""
    assert vectors["values"][place] is None
    assert vectors["expected"]["outside_limits"][place] is None
    assert vectors["expected"]["point_type"][place] == "common_cause"
    chart = ptd_chart_of(vectors)
    others = ptd_chart_of(vectors | {"values": [value for value in vectors["values"] if value is not None]})
    for name in ("mean", "lower", "upper", "rule", "direction", "point_type"):
        ours = getattr(chart, name)
        assert ours[:place] + ours[place + 1 :] == getattr(others, name)
    assert (chart.rule[place], chart.n_points, chart.variation) == (None, others.n_points, others.variation)
    assert chart.notes[0] == f"no value at point {place + 1}: left out of lines and rules"


def check_powerbi(vectors: Vectors) -> None:
    """Its sigma is the mean moving range / 1.128, ours is 2.66 / 3 of it; labels differ for the reasons given."""
    for series in vectors["series"]:
        params, expected = series["params"], series["expected"]
        chart = chart_of(series, profile="ptd", screen_outliers=not params["outliers_in_limits"], zone="beyond")
        assert_close(chart.mean, expected["target"], TOLERANCE)
        if series["name"] in CONSTANT:
            assert expected["ll99"] == expected["target"]
            assert_says_nothing(chart)
            continue
        for line, theirs in ((chart.lower, "ll99"), (chart.upper, "ul99")):
            moved = [mean + (limit - mean) * 3 / 1.128 / 2.66 for mean, limit in zip(chart.mean, line, strict=True)]
            assert_close(moved, expected[theirs], TOLERANCE)
            assert line != expected[theirs]
        labels = powerbi_labels(expected)
        differing = {label for ours, label in zip(chart.rule, labels, strict=True) if ours != label}
        assert differing == {POWERBI_DIFFERS[name] for name in POWERBI_DIFFERS if name == series["name"]}
        if "shift" in differing:
            assert any(value == mean for value, mean in zip(series["values"], chart.mean, strict=True))
        if "trend" in differing:
            assert any(before == after for before, after in pairwise(series["values"]))
    assert {series["name"] for series in vectors["series"]} >= set(POWERBI_DIFFERS)


def powerbi_labels(expected: Vectors) -> list[str | None]:
    """It keeps all rules of a point; this is the one that would label it here."""
    return [
        next((rule for name, rule in POWERBI_RULES.items() if expected[name][place] != "none"), None)
        for place in range(len(expected["target"]))
    ]


def check_pchart(vectors: Vectors) -> None:
    lines_of = {"p": laney.p_lines, "pp": laney.p_prime_lines}
    assert {chart["chart"] for chart in vectors["charts"]} == set(lines_of)
    for chart in vectors["charts"]:
        lines = lines_of[chart["chart"]](chart["numerators"], chart["denominators"])
        for ours, theirs in (
            (lines.value, "value"), ([lines.centre] * len(lines.value), "target"), (lines.lower, "ll99"),
            (lines.near_lower, "ll95"), (lines.near_upper, "ul95"), (lines.upper, "ul99"),
        ):  # fmt: skip
            assert_close(ours, [point[theirs] / chart["scale"] for point in chart["expected"]], TOLERANCE)


CHECKS: dict[tuple[str, str], Callable[[Vectors], None]] = {
    (name, "oracle"): check_ptd for name in FAMILY if MANIFEST.get(name, {}).get("profile") == "ptd"
} | {
    ("xmr_mdc_sql_v25.json", "oracle"): check_mdc,
    ("xmr_powerbi_engine.json", "contrast"): check_powerbi,
    ("xmr_edge_constant.json", "contrast"): check_constant,
    ("xmr_edge_constant_unscreened.json", "contrast"): check_constant_unscreened,
    ("xmr_edge_mostly_100pct.json", "contrast"): check_collapsed,
    ("xmr_edge_mostly_zero_screened.json", "contrast"): check_collapsed,
    ("xmr_edge_NA_middle.json", "contrast"): check_missing_in_the_middle,
    ("xmr_issue156_NA.json", "contrast"): check_missing_at_the_end,
    ("pchart_powerbi_engine.json", "oracle"): check_pchart,
}  # fmt: skip
