"""Properties of hidden small numbers that must hold whatever the council looks like."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics.disclosure import MetricValue, TeamService, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from tests.unit.test_disclosure import KINDS, MONTH, make

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
