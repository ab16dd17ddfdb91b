"""Funnels are those of the reference implementations, and judge teams no more often than stated."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics import funnels, intervals
from tests.statistics.vector_files import assert_close, column, of_family, use

WRITTEN = 1e-9
SIX_PLACES = 6e-7
LABELS = {
    "Low (0.001)": "low_998", "Low (0.025)": "low_95", "High (0.001)": "high_998", "High (0.025)": "high_95",
    "Not significant": None,
}  # fmt: skip


def labels(rows: list[dict[str, Any]]) -> list[funnels.Position]:
    return [LABELS[row["significance"]] for row in rows]


def assert_limits(ours: funnels.Limits, rows: list[dict[str, Any]], names: list[str], **tolerance: float) -> None:
    """`names` are the reference's lower and upper limit at 95%, then at 99.8%."""
    for values, name in zip((ours.lower_95, ours.upper_95, ours.lower_998, ours.upper_998), names, strict=True):
        np.testing.assert_allclose(values, column(rows, name), **{"rtol": 0, "atol": 1e-12, **tolerance})


OHID = ["lower_2s_limit", "upper_2s_limit", "lower_3s_limit", "upper_3s_limit"]


def share_limits(rows: list[dict[str, Any]], centre: float) -> funnels.Limits:
    """Normal limits on OHID's scale of 0 to 100."""
    ours = funnels.normal_limits(column(rows, "Population"), centre)
    return funnels.Limits(*(100 * values for values in vars(ours).values()))


def check_ohid_run(vectors: dict[str, Any]) -> None:
    grid = vectors["sigma_adjustment_grid"]
    for row in grid:
        ours = funnels.normal_limits(row["population"], row["avg"])
        theirs = [row[name] for name in ("low_0.025", "high_0.025", "low_0.001", "high_0.001")]
        assert_close(list(vars(ours).values()), np.clip(theirs, 0, 1), WRITTEN)
    teams = vectors["teams"]
    ours = funnels.proportion_funnel(column(teams, "num"), column(teams, "den"))
    assert_close(ours.centre, vectors["team_average"], WRITTEN)
    assert ours.positions == labels(teams)
    table = vectors["team_limits_table_multiplier100"]
    assert_limits(share_limits(table, ours.centre), table, OHID, rtol=WRITTEN)


def check_ohid_tests(vectors: dict[str, Any]) -> None:
    points = vectors["points"]
    ours = funnels.proportion_funnel(column(points, "numerator"), column(points, "denominator"))
    assert_close(100 * ours.centre, vectors["baseline"], WRITTEN)
    assert ours.positions == labels(points)
    assert_limits(share_limits(vectors["limits"], ours.centre), vectors["limits"], OHID, atol=SIX_PLACES)
    axis = vectors["limits_axis_variation"]
    assert_limits(share_limits(axis, axis[0]["baseline"] / 100), axis, OHID, atol=SIX_PLACES)
    ratios = vectors["ratio_points"]
    assert funnels.ratio_positions(column(ratios, "obs"), column(ratios, "expected")) == labels(ratios)
    check_ratio_table(vectors["ratio_limits"])


def check_ratio_table(rows: list[dict[str, Any]]) -> None:
    """The expected events at which so many observed ones reach a limit are the limits of the observed count itself.

    The reference finds them by search, to four or five digits.
    """
    observed = column(rows, "Observed_events")
    for sigma, confidence in (("2s", 0.95), ("3s", 0.998)):
        ours = intervals.exact_count(observed, confidence)
        for side, expected in (("lower", ours.upper), ("upper", ours.lower)):
            assert_close(expected, column(rows, f"{side}_{sigma}_exp_events"), 5e-5)
            assert_close(100 * observed / expected, column(rows, f"{side}_{sigma}_isr"), 5e-5)
            assert_close(observed / expected, 1 + column(rows, f"{side}_{sigma}_count"), 5e-5)


def check_exact(vectors: dict[str, Any]) -> None:
    for theta in {row["theta"] for row in vectors["rows"]}:
        rows = [row for row in vectors["rows"] if row["theta"] == theta]
        ours = funnels.exact_limits(column(rows, "n"), theta)
        assert_limits(ours, rows, ["l95", "u95", "l998", "u998"], rtol=WRITTEN)


ADJUSTED, CHANCE = [f"OD{c}" for c in ("95LCL", "95UCL", "99LCL", "99UCL")], ["LCL95", "UCL95", "LCL99", "UCL99"]
ADJUSTED_AXIS, CHANCE_AXIS = ["odll95", "odul95", "odll998", "odul998"], ["ll95", "ul95", "ll998", "ul998"]


def check_funnelplotr(vectors: dict[str, Any]) -> None:
    check_shares(vectors["PR_dev_binom"]["winsor10"], 0.1)
    check_shares(vectors["PR_dev_binom"]["no_winsor"], 0.0)
    check_shares(vectors["PR_teams12"]["winsor10"], 0.1)
    check_shares(vectors["PR_teams12"]["unadjusted95"], None)
    check_shares(vectors["PR_teams25_binomial"]["winsor10"], 0.1)
    for run, winsorised in ((vectors["SR_test"]["shmi"], 0.0), (vectors["SR_test"]["cqc"], 0.05)):
        check_dispersion(run, winsorised)
        assert_limits(funnels.ratio_limits(column(run["points"], "denominator")), run["points"], CHANCE, rtol=WRITTEN)
        axis = run["limits_head"]
        assert_limits(funnels.ratio_limits(column(axis, "number_seq")), axis, CHANCE_AXIS, rtol=WRITTEN)
    check_counts(vectors["RC_test"]["rc"])
    unit = vectors["unit"]
    rows = [dict(zip(CHANCE_AXIS, row, strict=True)) for row in zip(*(unit[n] for n in CHANCE_AXIS), strict=True)]
    assert_limits(funnels.ratio_limits(unit["number_seq"]), rows, CHANCE_AXIS, rtol=2e-7)


def check_dispersion(run: dict[str, Any], winsorised: float) -> None:
    ours = funnels.overdispersion(column(run["points"], "Uzscore"), column(run["points"], "s"), winsorised)
    assert_close([ours.phi, ours.tau2], [run["phi"], run["tau2"]], WRITTEN)


def check_counts(run: dict[str, Any]) -> None:
    """For ratios of two counts the reference prints another standard error than the one behind its phi and tau2."""
    x, n = column(run["points"], "numerator"), column(run["points"], "denominator")
    errors = np.sqrt(x / (x + 0.5) ** 2 + n / (n + 0.5) ** 2)
    ours = funnels.overdispersion(column(run["points"], "Uzscore"), errors)
    assert_close([ours.phi, ours.tau2], [run["phi"], run["tau2"]], WRITTEN)


def check_shares(run: dict[str, Any], winsorised: float | None) -> None:
    """`winsorised` is None where the reference was asked for no adjustment."""
    points, axis = run["points"], run["limits_head"]
    x, n = column(points, "numerator"), column(points, "denominator")
    z, errors = funnels.arcsine_scores(x, n)
    assert_close(z, column(points, "Uzscore"), WRITTEN)
    assert_close(errors, column(points, "s"), WRITTEN)
    centre = float(x.sum() / n.sum())
    if winsorised is not None:
        check_dispersion(run, winsorised)
    tau2 = run["tau2"] if run["draw_adjusted"] else 0.0
    assert_limits(funnels.arcsine_limits(n, centre, tau2), points, ADJUSTED, rtol=WRITTEN)
    assert_limits(funnels.arcsine_limits(n, centre), points, CHANCE, rtol=WRITTEN)
    for names, between in ((ADJUSTED_AXIS, tau2), (CHANCE_AXIS, 0.0)):
        limits = funnels.arcsine_limits(column(axis, "number_seq"), centre, between)
        assert_limits(limits, [unfolded(row, centre, between, names) for row in axis], names, rtol=WRITTEN)


def unfolded(row: dict[str, Any], centre: float, tau2: float, names: list[str]) -> dict[str, Any]:
    """The reference folds angles below 0 and above a right one back; ours end at 0 and 1."""
    for name, deviations in zip(names, funnels.ARCSINE_DEVIATIONS, strict=True):
        angle = np.arcsin(np.sqrt(centre)) + deviations * np.sqrt(row["s"] ** 2 + tau2)
        if not 0 <= angle <= np.pi / 2:
            end = float(angle > 0)
            assert row[name] == end or row[name] == pytest.approx(np.sin(angle) ** 2, rel=WRITTEN)
            row = {**row, name: end}
    return row


CHECKS = {
    ("phe_run_funnel_proportion.json", "oracle"): check_ohid_run,
    ("phe_tests_funnel.json", "oracle"): check_ohid_tests,
    ("funnel_exact_binomial.json", "oracle"): check_exact,
    ("funnelplotr_run.json", "oracle"): check_funnelplotr,
}


@pytest.mark.parametrize("name", of_family("funnels"))
def test_funnels_are_those_of_the_reference(name: str) -> None:
    use(name, CHECKS)


def test_funnel_of_few_teams_is_not_widened_and_says_so() -> None:
    """Nine teams of 40, as unlike as can be."""
    x, n = np.array([2, 38, 5, 35, 3, 37, 4, 36, 20]), np.full(9, 40)
    ours = funnels.proportion_funnel(x, n, "overdispersed")
    assert (ours.method, ours.overdispersion) == ("normal", None)
    assert funnels.proportion_funnel([*x, 20], [*n, 40], "overdispersed").method == "overdispersed"


def test_teams_no_more_unlike_than_chance_are_not_widened() -> None:
    ours = funnels.proportion_funnel(np.full(12, 20), np.full(12, 40), "overdispersed")
    assert ours.method == "normal"
    assert ours.positions == [None] * 12


@pytest.mark.parametrize(("x", "n"), [([5, 1], [4, 2]), ([-1, 1], [4, 2]), ([0, 1], [0, 2])])
def test_teams_that_cannot_be_are_refused(x: list[int], n: list[int]) -> None:
    with pytest.raises(ValueError, match="denominator"):
        funnels.proportion_funnel(x, n)


METHODS: tuple[funnels.Method, ...] = ("normal", "exact", "overdispersed")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=15),
    st.sampled_from(["normal", "overdispersed"]),
)
def test_limits_lie_round_the_overall_share_and_turn_round_with_it(teams: list, method: funnels.Method) -> None:
    x, n = np.array(teams, dtype=float).T
    ours, turned = (funnels.proportion_funnel(counts, n, method) for counts in (x, n - x))
    limits = ours.limits
    order = [np.zeros_like(n), limits.lower_998, limits.lower_95, limits.upper_95, limits.upper_998, np.ones_like(n)]
    assert (np.diff(order, axis=0) >= -1e-9).all()
    assert (limits.lower_95 <= ours.centre + 1e-9).all()
    assert (limits.upper_95 >= ours.centre - 1e-9).all()
    assert_close(1 - turned.limits.upper_95, limits.lower_95, 1e-6)


@pytest.mark.parametrize("share", [0.4, 0.95])
def test_teams_alike_but_for_chance_are_seldom_beyond_exact_limits(share: float) -> None:
    """2,000 teams of 5 to 60 people."""
    random = np.random.default_rng(4)
    n = random.integers(5, 60, 2000)
    found = funnels.proportion_funnel(random.binomial(n, share), n, "exact").positions
    assert sum(position is not None for position in found) / len(found) <= 0.05
    assert sum(position in ("low_998", "high_998") for position in found) / len(found) <= 0.002 + 0.002
    assert {"low_95", "high_95"} <= set(found) or share > 0.9


def test_teams_alike_but_for_chance_are_seldom_beyond_normal_limits() -> None:
    random = np.random.default_rng(4)
    n = random.integers(30, 90, 2000)
    found = funnels.proportion_funnel(random.binomial(n, 0.4), n).positions
    assert 0.03 <= sum(position is not None for position in found) / len(found) <= 0.07


def test_team_far_from_the_others_is_found_by_every_method() -> None:
    x, n = np.array([*[20] * 11, 38]), np.full(12, 40)
    for method in METHODS:
        assert funnels.proportion_funnel(x, n, method).positions[-1] in ("high_95", "high_998")
