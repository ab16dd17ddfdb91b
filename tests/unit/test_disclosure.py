"""Small numbers: which values are hidden, and which others with them, worked by hand."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dagster_project.statistics.disclosure import MetricValue, TeamService, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings

MONTH = datetime.date(2026, 9, 1)
KINDS = {"using": "proportion", "requests": "rate"}
ON = DisclosureSettings()
COUNTS_ONLY = DisclosureSettings(minimum_denominator=1)


def make(unit: str, numerator: float, denominator: float, *, breakdown: str = "all/all", metric: str = "using",
         people: int | None = None, state: str = "observed",
         behind: tuple[int | None, int | None] = (None, None)) -> MetricValue:  # fmt: skip
    """`unit` is "all", "service:North" or "team:N1"; `breakdown` is "role/social_worker".

    `behind` are the people behind numerator and rest.
    """
    level, _, unit_id = ("organisation", "", "all") if unit == "all" else unit.partition(":")
    name, _, value = breakdown.partition("/")
    return MetricValue(
        metric, "month", MONTH, datetime.date(2026, 9, 30), level, unit_id, name, value,
        numerator, denominator, int(denominator) if people is None else people,
        *behind, numerator / denominator if denominator else None, state,
    )  # fmt: skip


def hidden(values: Sequence[MetricValue], given_settings: DisclosureSettings, *teams: str) -> set[str]:
    """Names of hidden values; `teams` are "N1 North"."""
    rows = [TeamService(MONTH, *team.split()) for team in teams]
    masked = mask_values(values, given_settings, KINDS, rows)
    for value in masked:
        if value.value_state == "suppressed":
            assert (value.numerator, value.denominator, value.people, value.value) == (None, None, None, None)
    return {f"{v.unit_id}/{v.breakdown_value}" for v in masked if v.value_state == "suppressed"}


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_hidden"),
    [
        (4, 20, True),  # four people used evidence
        (5, 20, False),
        (16, 20, True),  # four people did not
        (15, 20, False),
        (0, 20, False),  # nobody: shown while zeros_ok
        (20, 20, False),  # everybody
        (5, 9, True),  # a share of nine
        (5, 10, False),
        (0, 0, False),  # an empty unit hides nobody
    ],
)
def test_share_of_few_people_is_hidden(numerator: int, denominator: int, is_hidden: bool) -> None:
    assert bool(hidden([make("all", numerator, denominator)], ON)) is is_hidden


@pytest.mark.parametrize("numerator", [0, 20])
def test_nobody_and_everybody_are_hidden_where_zeros_are_not_ok(numerator: int) -> None:
    assert hidden([make("all", numerator, 20)], replace(ON, zeros_ok=False)) == {"all/all"}


def test_rate_of_requests_is_judged_by_its_people_alone() -> None:
    """Three requests are not three people; a rate over four people is about them."""
    assert hidden([make("all", 3, 8.5, metric="requests", people=9)], ON) == set()
    assert hidden([make("all", 900, 3.5, metric="requests", people=4)], ON) == {"all/all"}


def test_events_of_few_people_are_hidden() -> None:
    """Twelve supervisions of three people are about three people."""
    assert hidden([make("all", 6, 12, people=3)], ON) == {"all/all"}


@pytest.mark.parametrize(("people", "is_hidden"), [(9, True), (10, False)])
def test_minimum_of_a_share_counts_people_and_not_their_hours(people: int, is_hidden: bool) -> None:
    """38 hours of 7 people were shown as a share of 38."""
    assert bool(hidden([make("all", 20, 38, people=people, behind=(6, 7))], ON)) is is_hidden


def test_few_hours_of_many_people_are_shown() -> None:
    """Two and a half hours taken by six people: nobody can say who took how much."""
    assert hidden([make("all", 2.5, 38, people=12, behind=(6, 12))], ON) == set()
    assert hidden([make("all", 2.5, 38, people=12, behind=(4, 12))], ON) == {"all/all"}


def test_hidden_services_of_few_people_together_take_another_however_many_their_hours() -> None:
    values = [
        make("all", 70, 150, people=40, behind=(30, 30)), make("service:A", 25, 50, people=30, behind=(20, 20)),
        make("service:B", 25, 50, people=5, behind=(5, 5)), make("service:C", 20, 50, people=4, behind=(4, 4)),
    ]  # fmt: skip
    assert hidden(values, ON) == {"A/all", "B/all", "C/all"}
    assert hidden([*values[:2], replace(values[2], people=6), values[3]], ON) == {"B/all", "C/all"}


@pytest.mark.parametrize(
    ("behind", "is_hidden"),
    [((1, 20), True), ((4, 20), True), ((5, 20), False), ((20, 4), True), ((20, 5), False), ((None, None), False)],
)
def test_events_of_many_are_hidden_where_one_side_is_of_few(behind: tuple[int, int], is_hidden: bool) -> None:
    """Twenty of forty sessions were taken, and one person took them all."""
    assert bool(hidden([make("all", 20, 40, people=20, behind=behind)], ON)) is is_hidden


def test_hidden_services_whose_events_are_of_few_together_take_another() -> None:
    """The sessions taken in B and C are two people's: 45 taken in all less 15 in A would say how many they took."""
    values = [
        make("all", 45, 100, behind=(17, 60)), make("service:A", 15, 40, behind=(15, 40)),
        make("service:B", 15, 30, behind=(1, 10)), make("service:C", 15, 30, behind=(1, 10)),
    ]  # fmt: skip
    assert hidden(values, ON) == {"A/all", "B/all", "C/all"}
    enough = [*values[:3], replace(values[3], numerator_people=4)]
    assert hidden(enough, ON) == {"B/all", "C/all"}


def test_who_is_behind_a_shown_numerator_goes_no_further() -> None:
    (masked,) = mask_values([make("all", 20, 40, behind=(15, 18))], ON, KINDS, [])
    assert (masked.numerator, masked.numerator_people, masked.rest_people) == (20, None, None)


def test_value_without_figures_keeps_its_state_and_carries_no_people() -> None:
    late = replace(make("all", 0, 0, state="feed_stale"), people=3)
    (masked,) = mask_values([late], ON, KINDS, [])
    assert (masked.value_state, masked.people) == ("feed_stale", None)


def test_too_few_is_hidden_like_any_other_value() -> None:
    assert hidden([make("all", 1, 12, state="too_few")], ON) == {"all/all"}


def test_switched_off_hides_nothing() -> None:
    assert hidden([make("all", 1, 2)], replace(ON, is_on=False)) == set()


def test_only_hidden_service_takes_the_next_smallest_with_it() -> None:
    """60 - 30 - 22 would give the third service away."""
    values = [make("all", 30, 60), make("service:A", 15, 30), make("service:B", 11, 22), make("service:C", 4, 8)]
    assert hidden(values, ON) == {"C/all", "B/all"}


def test_hidden_services_that_together_are_too_few_take_another() -> None:
    """B and C together are 1 of 18: 21 of 60 less 20 of 42 would say so."""
    values = [
        make("all", 21, 60), make("service:A", 10, 21), make("service:B", 1, 9), make("service:C", 0, 9),
        make("service:D", 10, 21),
    ]  # fmt: skip
    assert hidden(values, ON) == {"A/all", "B/all", "C/all"}


def test_empty_service_is_no_cover_for_a_hidden_one() -> None:
    values = [make("all", 20, 40), make("service:A", 15, 32), make("service:B", 5, 8), make("service:C", 0, 0)]
    assert hidden(values, ON) == {"A/all", "B/all"}


def test_hidden_service_hides_enough_of_its_teams() -> None:
    """With both its teams shown, the service is their sum."""
    values = [
        make("all", 40, 80), make("service:A", 5, 9), make("service:B", 12, 24), make("service:C", 23, 47),
        make("team:B1", 6, 12), make("team:B2", 6, 12),
    ]  # fmt: skip
    assert hidden(values, ON, "B1 B", "B2 B") == {"A/all", "B/all", "B1/all"}


def test_one_team_service_is_hidden_with_its_team() -> None:
    values = [make("all", 40, 60), make("service:A", 3, 12), make("service:B", 37, 48), make("team:A1", 3, 12)]
    assert hidden(values, ON, "A1 A") == {"A/all", "A1/all", "B/all"}


def test_team_name_of_two_services_is_guarded_in_both() -> None:
    values = [
        make("service:A", 20, 40), make("service:B", 20, 40), make("team:Duty", 2, 20),
        make("team:A1", 10, 20), make("team:B1", 8, 20),
    ]  # fmt: skip
    assert hidden(values, COUNTS_ONLY, "Duty A", "Duty B", "A1 A", "B1 B") == {"Duty/all", "A1/all", "B1/all"}


def test_team_without_a_service_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"September 2026.*marts\.dim_unit"):
        hidden([make("team:Lost", 9, 20)], ON)


def test_breakdown_of_one_unit_is_guarded_against_its_total() -> None:
    values = [
        make("all", 30, 60), make("all", 2, 11, breakdown="role/newly_qualified"),
        make("all", 13, 24, breakdown="role/social_worker"), make("all", 15, 25, breakdown="role/senior"),
    ]  # fmt: skip
    assert hidden(values, ON) == {"all/newly_qualified", "all/social_worker"}


def test_agency_staff_beside_the_total_hide_nobody_else() -> None:
    """The total is the employed alone: hiding them would hide nothing."""
    values = [
        make("all", 30, 60), make("all", 30, 60, breakdown="employment_type/employed"),
        make("all", 1, 3, breakdown="employment_type/agency"),
    ]  # fmt: skip
    assert hidden(values, ON) == {"all/agency"}


def test_audits_that_are_not_random_stand_beside_the_total_and_hide_nobody_else() -> None:
    values = [
        make("all", 30, 60), make("all", 30, 60, breakdown="sampling_method/random"),
        make("all", 8, 20, breakdown="sampling_method/themed"), make("all", 1, 3, breakdown="sampling_method/targeted"),
    ]  # fmt: skip
    assert hidden(values, ON) == {"all/targeted"}


def test_source_hidden_for_few_is_guarded_by_those_it_adds_up_with() -> None:
    """Where forms name one source, the whole less experience and colleagues was the three whom a manager told."""
    sources = {"research": 20, "policy": 5, "experience": 6, "manager": 3, "colleague": 6}
    values = [make("all", 15, 60), make("all", 9, 60, breakdown="source/only_manager_or_colleague")]
    values += [make("all", n, 60, breakdown=f"source/{source}") for source, n in sources.items()]
    assert hidden(values, ON) == {"all/manager", "all/colleague"}


def test_agency_staff_in_the_total_are_guarded_like_others() -> None:
    values = [
        make("all", 30, 60), make("all", 29, 57, breakdown="employment_type/employed"),
        make("all", 1, 3, breakdown="employment_type/agency"),
    ]  # fmt: skip
    assert hidden(values, ON) == {"all/agency", "all/employed"}


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        DisclosureSettings(threshold=0)


def year_of(june: float) -> list[MetricValue]:
    """Twelve months of a service of 20, 8 of whom use evidence but `june` in June; then its year and its two teams'."""
    months = [datetime.date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(12)]  # October to September
    monthly = [
        replace(
            make("service:S", june if month.month == 6 else 8, 20), period_start=month,
            period_end=month.replace(day=28),
        )
        for month in months
    ]  # fmt: skip
    year = {"period_type": "twelve_months", "period_start": months[0]}
    total = 88 + june
    pooled = [make("service:S", total, 240, people=20), make("team:T1", 40, 100), make("team:T2", total - 40, 140)]
    return monthly + [replace(value, **year) for value in pooled]  # type: ignore[arg-type]


def test_year_of_teams_does_not_give_a_hidden_month_away() -> None:
    """June is hidden; the year less the eleven other months would be June, and the teams add up to the year."""
    teams = [TeamService(MONTH, "T1", "S"), TeamService(MONTH, "T2", "S")]
    masked = mask_values(year_of(june=2), ON, KINDS, teams)
    state = {(v.period_type, v.unit_id, v.month.month): v.value_state for v in masked}
    assert state["month", "S", 6] == "suppressed"
    assert state["twelve_months", "S", 9] == "suppressed"
    assert "suppressed" in (state["twelve_months", "T1", 9], state["twelve_months", "T2", 9])
    assert {v.value_state for v in mask_values(year_of(june=8), ON, KINDS, teams)} == {"observed"}
