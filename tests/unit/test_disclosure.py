"""Small numbers: hand-worked cases, and properties that must hold whatever the council looks like."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics.disclosure import DisclosureSettings, MetricValue, TeamService, mask_values

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


def test_agency_staff_in_the_total_are_guarded_like_others() -> None:
    values = [
        make("all", 30, 60), make("all", 29, 57, breakdown="employment_type/employed"),
        make("all", 1, 3, breakdown="employment_type/agency"),
    ]  # fmt: skip
    assert hidden(values, ON) == {"all/agency", "all/employed"}


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        DisclosureSettings(threshold=0)


# Properties. A council is services of teams; a team is (numerator, denominator) for each of two roles.
part = st.integers(0, 14).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
team_parts = st.tuples(part, part)
councils = st.lists(st.lists(team_parts, min_size=1, max_size=4), min_size=1, max_size=4)


def values_of(council: list[list[tuple[tuple[int, int], ...]]], *, with_roles: bool) -> list[MetricValue]:
    values = []
    for slice_ in ("all/all", "role/a", "role/b") if with_roles else ("all/all",):
        role = {"all/all": slice(None), "role/a": slice(0, 1), "role/b": slice(1, 2)}[slice_]
        service_sums = []
        for s, teams in enumerate(council):
            sums = [tuple(map(sum, zip(*team[role], strict=True))) for team in teams]
            service_sums.append(tuple(map(sum, zip(*sums, strict=True))))
            values.append(make(f"service:S{s}", *service_sums[-1], breakdown=slice_))
            if slice_ == "all/all":
                values += [make(f"team:S{s}T{t}", *pair) for t, pair in enumerate(sums)]
        values.append(make("all", *map(sum, zip(*service_sums, strict=True)), breakdown=slice_))
    return values


def rows_of(council: list) -> list[TeamService]:
    return [TeamService(MONTH, f"S{s}T{t}", f"S{s}") for s, teams in enumerate(council) for t in range(len(teams))]


def sums_of(values: Sequence[MetricValue]) -> Iterator[tuple[int, list[int]]]:
    """Every total with its parts, written down apart from the code under test."""
    return ((total, parts) for total, parts in _sums_of(values) if parts)


def _sums_of(values: Sequence[MetricValue]) -> Iterator[tuple[int, list[int]]]:
    for total, parent in enumerate(values):
        same = [i for i, v in enumerate(values) if v.breakdown_value == parent.breakdown_value]
        if parent.unit_level == "organisation":
            yield total, [i for i in same if values[i].unit_level == "service"]
        if parent.unit_level == "service":
            yield total, [i for i in same if values[i].unit_id.startswith(f"{parent.unit_id}T")]
        if parent.breakdown == "all":
            yield total, [i for i, v in enumerate(values) if v.unit_id == parent.unit_id and v.breakdown == "role"]


@settings(max_examples=150, deadline=None)
@given(councils, st.integers(1, 8), st.sampled_from([1, 10]), st.booleans())
def test_higher_threshold_never_shows_more(council: list, threshold: int, minimum: int, zeros_ok: bool) -> None:
    values = values_of(council, with_roles=True)
    lower = DisclosureSettings(threshold, minimum, zeros_ok)
    higher = replace(lower, threshold=threshold + 1)
    states = [[v.value_state for v in mask_values(values, at, KINDS, rows_of(council))] for at in (lower, higher)]
    assert all(high == "suppressed" for low, high in zip(*states, strict=True) if low == "suppressed")


@settings(max_examples=150, deadline=None)
@given(councils, st.integers(1, 8), st.sampled_from([1, 10]))
def test_no_hidden_value_is_a_shown_total_less_its_shown_parts(council: list, threshold: int, minimum: int) -> None:
    values = values_of(council, with_roles=True)
    masked = mask_values(values, DisclosureSettings(threshold, minimum), KINDS, rows_of(council))
    for total, parts in sums_of(values):
        unknown = [i for i in [total, *parts] if masked[i].value_state == "suppressed"]
        assert len(unknown) != 1
        if total not in unknown and unknown:
            assert sum(values[i].people or 0 for i in unknown) > threshold


@settings(max_examples=150, deadline=None)
@given(councils, st.integers(1, 6))
def test_no_hidden_unit_follows_from_all_the_shown_ones_together(council: list, threshold: int) -> None:
    """Solves every sum of the hierarchy at once: no hidden value is the only solution."""
    values = values_of(council, with_roles=False)
    masked = mask_values(values, DisclosureSettings(threshold), KINDS, rows_of(council))
    unknown = [i for i, value in enumerate(masked) if value.value_state == "suppressed"]
    rows = [[Fraction((i == total) - (i in parts)) for i in unknown] for total, parts in sums_of(values)]
    reduced = echelon(rows)
    assert all(sum(bool(cell) for cell in row) != 1 for row in reduced)


def echelon(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Reduced row echelon form: a row with one entry is a value that is known exactly."""
    done: list[list[Fraction]] = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [cell / pivot[column] for cell in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        done = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in done] + [pivot]
    return done


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
