"""What is told of an association, on counts worked by hand: its numbers, the sizes alone, or nothing."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from dagster_project.statistics.disclosure import MetricValue, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from tests.unit.association_tables import MONTH, OFF, ON, PANEL, YEAR, empty, figure, tables_of

Counts = tuple[int, int, int, int]


def use_figures(**parts: tuple[int, int]) -> list[MetricValue]:
    """The figures of "applied": all, and by use of evidence."""
    n_with, n = (sum(counts) for counts in zip(*parts.values(), strict=True))
    figures = [figure("progression_applied", PANEL, "evidence_use", part, *counts) for part, counts in parts.items()]
    return [figure("progression_applied", PANEL, "all", "all", n_with, n), *figures]


def masked(figures: list[MetricValue]) -> list[MetricValue]:
    return mask_values(figures, ON, dict.fromkeys((figure.metric_id for figure in figures), "proportion"), [])


SHOWN = use_figures(regular=(24, 40), some=(10, 30), none=(5, 20))


def stratum(*counts: int, tenure: str = "under_2", stage: str = "applied", by_construction: bool = False) -> list[Any]:
    return ["progression", stage, f"progression_{stage}", MONTH, PANEL, tenure, "full_time", *counts, by_construction]


def applied(
    *strata: Counts, disclosure: DisclosureSettings = ON, figures: Iterable[MetricValue] = SHOWN, minimum: int = 10
) -> dict[str, Any]:
    rows = [stratum(*counts, tenure=str(number)) for number, counts in enumerate(strata)]
    (found,), _ = tables_of(rows, [], disclosure, figures, minimum)
    return found


def test_two_strata_worked_by_hand() -> None:
    """30 of 70 against 15 of 75; within strata as in the tests of the comparison itself."""
    found = applied((10, 40, 5, 40), (20, 30, 10, 35))
    assert (found["question"], found["stage"], found["metric_id"]) == ("progression", "applied", "progression_applied")
    assert (found["period_start"], found["period_end"], found["state"]) == (MONTH, PANEL, "compared")
    assert (found["users_with"], found["users"], found["others_with"], found["others"]) == (30, 70, 15, 75)
    assert found["difference"] == pytest.approx(30 / 70 - 15 / 75)
    assert found["ratio"] == pytest.approx(30 / 70 / (15 / 75))
    assert found["stratified_difference"] == pytest.approx(0.2393617, abs=1e-7)
    assert found["stratified_ratio"] == pytest.approx(2.2162162, abs=1e-7)
    assert found["n_in_strata"] == 145
    for name in ("difference", "ratio", "stratified_difference", "stratified_ratio"):
        assert found[f"{name}_lower"] < found[name] < found[f"{name}_upper"]
    assert 0 < found["detectable"] < 1


@pytest.mark.parametrize(
    ("counts", "is_hidden"),
    [
        ((24, 40, 15, 50), False),
        ((4, 40, 15, 50), True),  # four users applied
        ((5, 40, 15, 50), False),
        ((36, 40, 15, 50), True),  # four users did not
        ((35, 40, 15, 50), False),
        ((24, 40, 4, 50), True),  # four of the others applied
        ((24, 40, 5, 50), False),
        ((24, 40, 46, 50), True),  # four of the others did not
        ((24, 40, 45, 50), False),
        ((0, 40, 50, 50), False),  # nobody and everybody: shown while zeros_ok
    ],
)
def test_comparison_in_which_four_people_can_be_seen_tells_nothing(counts: Counts, is_hidden: bool) -> None:
    found = applied(counts)
    assert found["state"] == ("suppressed" if is_hidden else "compared")
    assert empty(found) is is_hidden


@pytest.mark.parametrize(("n", "state"), [(9, "suppressed"), (10, "compared")])
def test_group_below_the_minimum_denominator_tells_nothing(n: int, state: str) -> None:
    assert applied((0, n, 15, 50))["state"] == state
    assert applied((24, 40, 0, n))["state"] == state


def test_zeros_are_hidden_where_they_are_not_ok() -> None:
    strict = replace(ON, zeros_ok=False)
    assert applied((0, 40, 15, 50), disclosure=strict)["state"] == "suppressed"
    assert applied((24, 40, 50, 50), disclosure=strict)["state"] == "suppressed"
    assert applied((24, 40, 15, 50), disclosure=strict)["state"] == "compared"


def test_nothing_is_hidden_of_samples_whose_protection_is_off() -> None:
    found = applied((1, 10, 2, 12), disclosure=OFF, figures=[])
    assert (found["state"], found["users_with"], found["others_with"]) == ("compared", 1, 2)


def test_below_the_minimum_only_sizes_and_what_could_have_shown_are_told() -> None:
    """30 closures an arm at a base of 22%: about 33 points, and no comparison."""
    found = applied((8, 30, 5, 30), minimum=31)
    assert (found["state"], found["users"], found["others"]) == ("too_few", 30, 30)
    assert found["detectable"] == pytest.approx(0.33, abs=0.01)
    assert empty(found, "users", "others", "detectable")
    assert applied((8, 30, 5, 30), minimum=30)["state"] == "compared"


def test_without_users_there_is_nothing_to_compare_and_nobody_to_hide() -> None:
    found = applied((0, 0, 15, 50))
    assert (found["state"], found["users"], found["others"], found["detectable"]) == ("too_few", 0, 50, None)


@pytest.mark.parametrize(("n_apart", "told"), [(4, None), (5, 90)])
def test_few_people_whom_no_stratum_compares_are_not_the_difference_of_two_totals(
    n_apart: int, told: int | None
) -> None:
    found = applied((24, 40, 15, 50), (n_apart, n_apart, 0, 0))
    assert (found["state"], found["n_in_strata"]) == ("compared", told)
    assert found["stratified_difference"] is not None
    assert applied((24, 40, 15, 50), (4, 4, 0, 0), disclosure=OFF)["n_in_strata"] == 90


def test_no_ratio_where_none_of_the_others_had_the_outcome() -> None:
    found = applied((24, 40, 0, 50))
    assert (found["state"], found["difference"], found["ratio"]) == ("compared", 0.6, None)


def test_each_stage_is_a_row_and_says_what_policy_asks_for() -> None:
    rows = [
        stratum(24, 40, 15, 50),
        stratum(20, 24, 10, 15, stage="portfolio_complete", by_construction=True),
        stratum(10, 20, 5, 10, stage="progressed", by_construction=True),
    ]
    found, _ = tables_of(reversed(rows), [], OFF, [])
    assert [(row["stage"], row["by_construction"], row["users"]) for row in found] == [
        ("applied", False, 40), ("portfolio_complete", True, 24), ("progressed", True, 20),
    ]  # fmt: skip


# --- What is hidden elsewhere ---


def test_part_hidden_beside_one_that_is_shown_cannot_be_worked_out_from_the_comparison() -> None:
    """Two of those without use applied. They and the regular users are hidden; "some" and the total are not."""
    figures = masked(use_figures(regular=(8, 18), some=(10, 30), none=(2, 20)))
    assert [f.breakdown_value for f in figures if f.value_state == "suppressed"] == ["regular", "none"]
    assert empty(applied((8, 18, 12, 50), figures=figures))


def test_parts_hidden_together_stay_hidden_in_their_sum() -> None:
    figures = masked(use_figures(regular=(24, 40), some=(10, 30), none=(2, 20)))
    assert [f.breakdown_value for f in figures if f.value_state == "suppressed"] == ["some", "none"]
    assert applied((24, 40, 12, 50), figures=figures)["state"] == "compared"


def test_those_of_whom_use_is_not_known_cannot_be_worked_out_from_the_total() -> None:
    few = masked(use_figures(regular=(24, 40), some=(13, 30), none=(2, 20), not_known=(1, 12)))
    assert [f.breakdown_value for f in few if f.value_state == "suppressed"] == ["some", "none", "not_known"]
    many = masked(use_figures(regular=(24, 40), some=(13, 30), none=(2, 20), not_known=(6, 12)))
    assert [f.breakdown_value for f in many if f.value_state == "suppressed"] == ["none", "not_known"]
    all_shown = masked(use_figures(regular=(24, 40), some=(10, 30), none=(5, 20), not_known=(6, 12)))
    assert [applied((24, 40, 15, 50), figures=figures)["state"] for figures in (few, many, all_shown)] == [
        "suppressed",
        "suppressed",
        "compared",
    ]


@pytest.mark.parametrize(
    "figures",
    [
        [],
        SHOWN[:1],  # the breakdown is missing
        SHOWN[1:],  # the total is missing
        [replace(SHOWN[0], value_state="suppressed"), *SHOWN[1:]],
        [replace(value, period_end=YEAR[1]) for value in SHOWN],
        [replace(value, unit_level="service") for value in SHOWN],
        [replace(value, period_type="twelve_months") for value in SHOWN],
    ],
)
def test_comparison_whose_metric_is_not_told_is_not_told(figures: list[MetricValue]) -> None:
    assert applied((24, 40, 15, 50), figures=figures)["state"] == "suppressed"


def test_audits_are_compared_where_both_kinds_are_told() -> None:
    counts = {"named": (30, 40), "not_named": (20, 40), "not_asked": (8, 15)}
    row = ["audit_grade", "good_or_better", "audits_good_or_better", *YEAR, "under_2", "full_time", 30, 40, 20, 40]
    metric = "audits_good_or_better"
    parts = [figure(metric, YEAR[1], "evidence_named", part, *of) for part, of in counts.items()]
    figures = [figure(metric, YEAR[1], "all", "all", 58, 95), *parts]
    (found,), _ = tables_of([[*row, False]], [], ON, figures)
    assert (found["question"], found["state"], found["difference"]) == ("audit_grade", "compared", 0.25)
    hidden = [replace(f, value_state="suppressed") if f.breakdown_value == "not_asked" else f for f in figures]
    (found,), _ = tables_of([[*row, False]], [], ON, hidden)
    assert found["state"] == "suppressed"


@pytest.mark.parametrize(("n", "state"), [(99, "too_few"), (100, "compared")])
def test_returns_are_compared_from_a_hundred_closures_an_arm(n: int, state: str) -> None:
    row = ["re_referral", "returned", "return_after_closure", *YEAR, "not_known", "not_known", 30, n, 20, 100, False]
    (found,), _ = tables_of([row], [], OFF, [])
    assert (found["state"], found["users"], found["others"]) == (state, n, 100)
    assert (found["difference"] is None) == (state == "too_few")


@pytest.mark.parametrize(("not_known", "state"), [("observed", "compared"), ("suppressed", "suppressed")])
def test_staying_is_compared_unless_it_gives_away_those_whose_use_is_not_known(not_known: str, state: str) -> None:
    counts = {"regular": (40, 50), "some": (30, 40), "none": (15, 20), "not_known": (5, 10)}
    row = ["staying", "stayed", "staying", *YEAR, "under_2", "full_time", 40, 50, 45, 60, False]
    parts = [figure("staying", YEAR[1], "evidence_use", part, *of) for part, of in counts.items()]
    parts[3] = replace(parts[3], value_state=not_known)
    (found,), _ = tables_of([row], [], ON, [figure("staying", YEAR[1], "all", "all", 90, 120), *parts])
    assert found["state"] == state
