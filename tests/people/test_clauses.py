"""Clauses: what is asked follows the time there was, routes are equal, and what is not known counts against nobody."""

import datetime
from pathlib import Path

import pytest

from dagster_project.people.clauses import Evidence, eligibility, expected, window
from dagster_project.people.policy import Policy
from dagster_project.people.records import Challenge, StaffMonth
from tests.people.clause_cases import ALL_MONTHS, MONTHS, PANEL, days_of, found, staff, used
from tests.people.policies import POLICY, write


@pytest.mark.parametrize(("n", "state"), [(0, "not_yet_shown"), (11, "not_yet_shown"), (12, "shown"), (20, "shown")])
def test_clause_is_shown_from_the_days_it_asks_for(policy: Policy, n: int, state: str) -> None:
    evidence = {"resource_usage": Evidence(used(*days_of(n)), ALL_MONTHS)}
    result = found(policy, "steady_use", evidence)
    assert (result.state, result.figures) == (state, f"{n} days of 12 asked for.")
    assert result.sources == tuple(f"resource_usage ffffffff row {row}" for row in range(2, n + 2))


def test_days_count_once_and_only_of_the_kinds_the_clause_names(policy: Policy) -> None:
    rows = [*used("2026-05-04", "2026-05-04"), *used("2026-05-05", kind="policy")]
    assert found(policy, "steady_use", {"resource_usage": Evidence(rows, ALL_MONTHS)}).figures.startswith("1 day of")


def test_what_was_before_the_window_or_in_the_panels_month_does_not_count(policy: Policy) -> None:
    rows = used("2025-09-30", "2025-10-01", "2026-09-30", "2026-10-01")
    assert found(policy, "steady_use", {"resource_usage": Evidence(rows, ALL_MONTHS)}).figures.startswith("2 days of")


def test_part_time_and_absence_scale_what_is_asked(policy: Policy) -> None:
    """F1. By hand: at half time the twelve days may come from 24 months; of the last twelve alone 6 would be asked."""
    clause = policy.clause("steady_use")

    def asked(months: list[StaffMonth], n_covered: int) -> tuple[int, int]:
        frame = window(months, PANEL, 12, MONTHS[-1 - n_covered :])
        return expected(clause, [each.scale for each in frame], 12), len(frame)

    assert asked(staff(), 40) == (12, 12)
    assert asked(staff("0.5"), 40) == (12, 24)
    assert asked(staff("0.5"), 14) == (7, 14), "records began fourteen months ago"
    assert asked(staff("0.5"), 3) == (6, 12), "three months ago: asked for all the same, and said to be missing"
    assert asked(staff(half=range(1, 7)), 40) == (12, 15), "six months at half days, 3, and nine in full"
    assert asked(staff(half=range(1, 7)), 12) == (9, 12), "12 x (6 + 3) / 12"
    assert asked(staff("0.7"), 40) == (12, 17), "17 months are 11.9 of full-time, 18 are 12.6"
    assert asked(staff("0.05"), 12) == (1, 12)
    assert asked(staff()[-5:], 40) == (4, 4), "a starter of five months, one of them the panel's own"


def test_what_reaches_further_back_says_so(policy: Policy) -> None:
    evidence = {"resource_usage": Evidence(used(*days_of(11, "2024-10"), "2026-09-01"), ALL_MONTHS)}
    assert found(policy, "steady_use", evidence, months=staff("0.5")).figures == (
        "12 days of 12 asked for. Counted from October 2024 on: part-time work and time away reach further back."
    )
    assert found(policy, "steady_use", evidence).figures == "1 day of 12 asked for."


def test_time_away_freezes_the_window(policy: Policy) -> None:
    """F4: six months of leave reach back six more, and ask for the same twelve days as of everybody."""
    months = staff(away=range(1, 7))
    frame = window(months, PANEL, 12)
    assert [frame[0].month, frame[-1].month, len(frame)] == [
        datetime.date(2025, 4, 1), datetime.date(2026, 3, 1), 12,
    ]  # fmt: skip
    rows = used(*days_of(12, "2025-04"))
    assert found(policy, "steady_use", {"resource_usage": Evidence(rows, ALL_MONTHS)}, months=months).state == "shown"
    assert found(policy, "steady_use", {"resource_usage": Evidence(rows, ALL_MONTHS)}).state == "not_yet_shown"


def test_routes_are_equal_and_each_is_asked_for_its_own_clauses_only(policy: Policy) -> None:
    def states(route: str | None) -> dict[str, str]:
        examples = used("2026-03-02", "2026-06-01", feed="case_file_examples", verifier_role="team_manager")
        evidence = {
            "resource_usage": Evidence(used(*days_of(12)), ALL_MONTHS), "case_file_examples": Evidence(examples),
            "supervision": Evidence([], ALL_MONTHS),
        }  # fmt: skip
        return {clause.id: found(policy, clause.id, evidence, route).state for clause in policy.clauses}

    common = {"discussed": "not_yet_shown", "cpd": "cannot_be_known"}
    usage = {"steady_use": "shown", "one_example_with_use": "shown"}
    case_file = {"three_examples": "not_yet_shown", "examples_differ": "cannot_be_known"}
    assert states("usage") == {**usage, **dict.fromkeys(case_file, "not_applicable"), **common}
    assert states("case_file") == {**dict.fromkeys(usage, "not_applicable"), **case_file, **common}
    assert states("both") == {**usage, **case_file, **common}
    assert states(None) == states("none") == {**dict.fromkeys([*usage, *case_file], "not_yet_shown"), **common}


def test_records_in_part_say_so_and_count_against_nobody(policy: Policy) -> None:
    part = ALL_MONTHS - {datetime.date(2026, 2, 1), datetime.date(2026, 3, 1)}
    few = found(policy, "steady_use", {"resource_usage": Evidence(used(*days_of(5)), part)})
    assert (few.state, few.figures) == (
        "cannot_be_known",
        "5 days of 12 asked for. The records are in part: nothing came for 2 of 12 months.",
    )
    enough = found(policy, "steady_use", {"resource_usage": Evidence(used(*days_of(12)), part)})
    assert enough.state == "shown"
    assert "in part" in enough.figures


def test_what_is_not_collected_or_switched_off_cannot_be_known(policy: Policy) -> None:
    assert found(policy, "cpd", {}).figures == "Not collected: nothing of peer reflections comes in."
    off = found(policy, "steady_use", {"resource_usage": Evidence(why_unread="Off.")})
    assert (off.state, off.figures) == ("cannot_be_known", "Off.")
    assert (
        found(policy, "steady_use", {"resource_usage": Evidence([], ALL_MONTHS)}, months=[]).state == "cannot_be_known"
    )


def test_example_put_in_while_away_counts(policy: Policy) -> None:
    rows = used("2026-08-03", "2026-10-20", feed="case_file_examples", verifier_role="team_manager")
    result = found(
        policy, "three_examples", {"case_file_examples": Evidence(rows)}, "case_file", staff(away=range(1, 4))
    )
    assert result.figures == "2 rows of 3 asked for."


@pytest.mark.parametrize(
    ("change", "expected_answer"),
    [
        ({}, (True, "role, 79 months of service, G9 point 31")),
        ({"role": "team_manager"}, (False, "the role is team manager")),
        ({"start_date": datetime.date(2025, 10, 21)}, (True, "role, 12 months of service, G9 point 31")),
        ({"start_date": datetime.date(2025, 10, 22)}, (False, "11 months of service of 12")),
        ({"pay_point": "30"}, (False, "G9, point 30, is none from which the policy lets people apply")),
        ({"grade": None}, (None, "grade or pay point are not in the staff data")),
    ],
)
def test_eligibility_follows_policy_and_pay_point(
    policy: Policy, change: dict[str, object], expected_answer: tuple[bool | None, str]
) -> None:
    by_point = policy.model_copy(
        update={"eligibility": policy.eligibility.model_copy(update={"pay_points": {"G9": ["31", "32"]}})}
    )
    month = StaffMonth(**{**staff()[-1].__dict__, **change})  # type: ignore[arg-type]
    assert eligibility(by_point, [month], PANEL) == expected_answer
    assert eligibility(by_point, [], PANEL)[0] is None


def test_challenge_marks_the_months_it_names_and_a_misspelt_one_marks_everything() -> None:
    may, june = MONTHS[20], MONTHS[21]

    def marks(feed: str | None, month: datetime.date | None) -> list[bool]:
        challenge = Challenge(feed, month, PANEL, None, None)
        return [challenge.is_about("supervision", {may}), challenge.is_about("resource_usage", {may, june})]

    assert marks("supervision", may) == [True, False]
    assert marks("supervision", june) == [False, False]
    assert marks("resource_usage", june) == [False, True]
    assert marks(None, None) == [True, True]


def test_days_that_crowd_before_the_panel_are_told_and_change_nothing(policy: Policy) -> None:
    """F11. By hand: of 12 days 2 are expected in two of twelve months; 8 or more come by chance once in 8,000 times."""
    late = [*days_of(9, "2026-09"), *days_of(3, "2026-01")]
    crowded = found(policy, "steady_use", {"resource_usage": Evidence(used(*late), ALL_MONTHS)})
    assert crowded.state == "shown"
    assert crowded.figures == (
        "12 days of 12 asked for. 9 of the 12 days are of the last 2 months, where about 2 would be expected. A case, "
        "a course or the round itself may be why: ask, it changes nothing here."
    )
    spread_out = used(*(f"2026-0{month}-0{day}" for month in range(1, 7) for day in (2, 3)))
    told = found(policy, "steady_use", {"resource_usage": Evidence(spread_out, ALL_MONTHS)})
    assert told.figures == "12 days of 12 asked for."
    few = found(policy, "steady_use", {"resource_usage": Evidence(used(*days_of(4, "2026-09")), ALL_MONTHS)})
    assert few.figures == "4 days of 12 asked for.", "of four days nothing can be said"


def test_time_away_before_the_panel_is_no_burst(policy: Policy) -> None:
    """F11 with F4: the last two months are those of the person's own window."""
    rows = used(*days_of(9, "2026-05"), *days_of(3, "2026-01"))
    months = staff(away=range(1, 4))
    assert (
        "of the last 2 months"
        in found(policy, "steady_use", {"resource_usage": Evidence(rows, ALL_MONTHS)}, months=months).figures
    )
    rows = used(*days_of(6, "2025-12"), *days_of(6, "2026-01"))
    assert (
        "of the last 2 months"
        not in found(policy, "steady_use", {"resource_usage": Evidence(rows, ALL_MONTHS)}, months=months).figures
    )


def test_policy_file_of_these_tests_is_readable_by_hr(tmp_path: Path) -> None:
    """Every clause has words of its own; nothing else says what it means."""
    write(tmp_path)
    assert POLICY.count("rule: ") == POLICY.count("- id: ") == 6
