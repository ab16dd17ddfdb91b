"""Of a published edition no hidden value can be worked out, and an edition of which one can is found."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue, TeamService, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dagster_project.statistics.edition_audit import Finding, Known, audit, hide_until_safe

MONTH = datetime.date(2026, 9, 1)
KINDS = {"using": "proportion", "requests": "rate"}
COUNTS_ONLY = DisclosureSettings(minimum_denominator=1)


def make(unit: str, numerator: float, denominator: float, *, breakdown: str = "all/all", metric: str = "using",
         people: int | None = None, month: datetime.date = MONTH, year: bool = False) -> MetricValue:  # fmt: skip
    """`unit` is "all", "service:S0" or "team:S0T1"; `breakdown` is "role/a"."""
    level, _, unit_id = ("organisation", "", "all") if unit == "all" else unit.partition(":")
    start = month.replace(year=month.year - 1, month=month.month + 1) if year else month
    return MetricValue(
        metric, "twelve_months" if year else "month", start, month.replace(day=28), level, unit_id,
        *breakdown.split("/"), numerator, denominator, int(denominator) if people is None else people,
        None, None, numerator / denominator if denominator else None, "observed",
    )  # fmt: skip


def known(given_settings: DisclosureSettings = COUNTS_ONLY, teams: Sequence[str] = (), **further: object) -> Known:
    """`teams` are named after their service: S0T1."""
    rows = [TeamService(MONTH, team, team.split("T")[0]) for team in teams]
    return Known(given_settings, KINDS, rows, **{"months": {MONTH}, **further})  # type: ignore[arg-type]


def without(values: Sequence[MetricValue], *places: int) -> list[MetricValue]:
    gone = {"numerator": None, "denominator": None, "people": None, "value": None, "value_state": SUPPRESSED}
    return [replace(value, **gone) if place in places else value for place, value in enumerate(values)]  # type: ignore[arg-type]


def places(findings: Sequence[Finding]) -> set[int]:
    return {finding.place for finding in findings}


SERVICES = [make("all", 40, 80), make("service:A", 2, 20), make("service:B", 18, 30), make("service:C", 20, 30)]


def test_single_hidden_service_is_found_and_another_hidden_with_it() -> None:
    masked = without(SERVICES, 1)
    assert {(f.place, f.measure, f.bounds) for f in audit(SERVICES, masked, known())} == {
        (1, "numerator", None), (1, "denominator", None), (1, "people", None),
    }  # fmt: skip
    safe, left = hide_until_safe(SERVICES, masked, known())
    assert left == []
    assert [value.value_state == SUPPRESSED for value in safe] == [False, True, True, False]


def test_few_who_can_be_told_apart_within_narrow_bounds_are_found() -> None:
    """Two services hidden, 3 in both together used evidence."""
    values = [make("all", 33, 90), make("service:A", 1, 30), make("service:B", 2, 30), make("service:C", 30, 30)]
    found = audit(values, without(values, 1, 2), known())
    assert {(f.place, f.measure) for f in found} == {(1, "numerator"), (2, "numerator")}
    assert all(f.bounds is not None and (f.bounds.lowest, f.bounds.highest) == (0, 3) for f in found)
    assert audit(values, without(values, 1, 2), known(months=())) == []  # bounds are sought in the months given
    assert hide_until_safe(values, without(values, 1, 2), known())[1] == []


def test_events_of_few_people_are_small_however_many() -> None:
    """A's numerator is its 26 in role x and 0 to 3 more: no secret of many people's sessions, but of one person's."""
    values = [
        make("all", 57, 160), make("service:A", 28, 30), make("service:B", 29, 30), make("service:C", 0, 100),
        make("service:A", 26, 28, breakdown="role/x"), make("service:A", 2, 2, breakdown="role/y"),
        make("service:B", 28, 28, breakdown="role/x"), make("service:B", 1, 2, breakdown="role/y"),
    ]  # fmt: skip
    found = audit(values, without(values, 1, 2, 5, 7), known())
    assert (1, "numerator") not in {(f.place, f.measure) for f in found}
    values[1] = replace(values[1], numerator_people=1)
    (of_one,) = (
        f for f in audit(values, without(values, 1, 2, 5, 7), known()) if (f.place, f.measure) == (1, "numerator")
    )
    assert of_one.bounds is not None
    assert (of_one.bounds.lowest, of_one.bounds.highest) == pytest.approx((26, 29))


def test_number_of_an_earlier_edition_is_known_unless_it_has_changed() -> None:
    """P17. A and B are hidden now; B was shown before, and A is the total less B and C."""
    masked = without(SERVICES, 1, 2)
    assert audit(SERVICES, masked, known()) == []
    assert places(audit(SERVICES, masked, known(earlier=[SERVICES[2]]))) == {1}
    revised = replace(SERVICES[2], numerator=17.0)
    assert audit(SERVICES, masked, known(earlier=[revised])) == []
    assert audit(SERVICES, masked, known(earlier=without([SERVICES[2]], 0))) == []
    safe, left = hide_until_safe(SERVICES, masked, known(earlier=[SERVICES[2]]))
    assert left == []
    assert safe[3].value_state == SUPPRESSED


def test_edition_that_cannot_be_saved_is_told() -> None:
    """An earlier edition shows everything but the hidden service."""
    _, left = hide_until_safe(SERVICES, without(SERVICES, 1), known(earlier=[SERVICES[0], *SERVICES[2:]]))
    assert places(left) == {1}


def test_year_gives_its_hidden_month_away() -> None:
    months = [datetime.date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(12)]
    values = [make("service:A", 2 if month.month == 6 else 8, 20, month=month) for month in months]
    values.append(make("service:A", 90, 240, year=True, people=20))
    june = [value.month.month for value in values].index(6)
    assert places(audit(values, without(values, june), known())) == {june}
    assert audit(values, without(values, june, 12), known()) == []


def test_breakdown_beside_its_total_gives_nobody_away() -> None:
    """Agency staff stand beside the total, which is the employed alone."""
    values = [
        make("all", 30, 60), make("all", 30, 60, breakdown="employment_type/employed"),
        make("all", 1, 3, breakdown="employment_type/agency"),
    ]  # fmt: skip
    assert audit(values, without(values, 2), known()) == []
    assert places(audit(values, without(values, 1), known())) == {1}


def test_rate_of_few_people_is_protected_by_its_people() -> None:
    """Requests are not people: 3 requests of 30 people are no small count, 3 people are."""
    values = [
        make("all", 90, 60.5, metric="requests", people=36), make("service:A", 3, 20.5, metric="requests", people=30),
        make("service:B", 87, 40, metric="requests", people=6),
    ]  # fmt: skip
    assert audit(values, without(values, 1, 2), known()) == []
    few = [values[0], replace(values[1], people=33), replace(values[2], people=3)]
    assert audit(few, without(few, 1, 2), known()) == []  # 0 to 36 people each
    one_short = [replace(values[0], people=3), replace(values[1], people=1), replace(values[2], people=2)]
    assert {f.measure for f in audit(one_short, without(one_short, 1, 2), known())} == {"people"}


def test_nobody_is_protected_where_zeros_are_not_ok() -> None:
    values = [make("all", 2, 60), make("service:A", 0, 30), make("service:B", 2, 30)]
    strict = replace(COUNTS_ONLY, zeros_ok=False)
    assert places(audit(values, without(values, 1, 2), known(strict))) == {1, 2}
    assert places(audit(values, without(values, 1, 2), known())) == {2}


# Properties. A council is services of teams; a team is (numerator, denominator) for each of three roles.
part = st.integers(0, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
team_parts = st.tuples(part, part, part)
councils = st.lists(st.lists(team_parts, min_size=1, max_size=3), min_size=2, max_size=4)


def values_of(council: list) -> tuple[list[MetricValue], list[str]]:
    """The month of the organisation and its services by role, and a year of teams alike; and the teams' names."""
    values, names = [], []
    for breakdown, roles in (("all/all", slice(None)), *((f"role/{n}", slice(n, n + 1)) for n in range(3))):
        service_sums = []
        for s, teams in enumerate(council):
            sums = [tuple(map(sum, zip(*team[roles], strict=True))) for team in teams]
            service_sums.append(tuple(map(sum, zip(*sums, strict=True))))
            values.append(make(f"service:S{s}", *service_sums[-1], breakdown=breakdown))
            if breakdown == "all/all":
                names += [f"S{s}T{t}" for t in range(len(teams))]
                values += [make(f"team:S{s}T{t}", *pair, year=True) for t, pair in enumerate(sums)]
                values.append(make(f"service:S{s}", *service_sums[-1], year=True))
        values.append(make("all", *map(sum, zip(*service_sums, strict=True)), breakdown=breakdown))
    return values, names


def worked_out(values: Sequence[MetricValue], masked: Sequence[MetricValue]) -> set[int]:
    """Hidden values alone in a row of the echelon form of all sums, in fractions, written down apart from the audit."""
    unknown = [place for place, value in enumerate(masked) if value.value_state == SUPPRESSED]
    rows = [
        [Fraction((place == total) - (place in parts)) for place in unknown]
        for total, parts in sums_of(values)
        if parts
    ]
    done: list[list[Fraction]] = []
    for column in range(len(unknown)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is not None:
            rows = [row for row in rows if row is not pivot]
            pivot = [cell / pivot[column] for cell in pivot]
            rows, done = (
                [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in some]
                for some in (rows, done)
            )
            done.append(pivot)
    alone = [[column for column, cell in enumerate(row) if cell] for row in done]
    return {unknown[columns[0]] for columns in alone if len(columns) == 1}


def less(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    return [a - row[column] * b for a, b in zip(row, pivot, strict=True)]


def sums_of(values: Sequence[MetricValue]) -> list[tuple[int, list[int]]]:
    sums = []
    for total, whole in enumerate(values):
        alike = [
            place for place, value in enumerate(values)
            if (value.period_type, value.breakdown_value) == (whole.period_type, whole.breakdown_value)
        ]  # fmt: skip
        if whole.unit_level == "organisation":
            sums.append((total, [place for place in alike if values[place].unit_level == "service"]))
        if whole.unit_level == "service":
            sums.append((total, [place for place in alike if values[place].unit_id.startswith(f"{whole.unit_id}T")]))
        if whole.breakdown == "all" and whole.period_type == "month":
            of_unit = [place for place, value in enumerate(values) if value.unit_id == whole.unit_id]
            sums.append((total, [place for place in of_unit if values[place].breakdown == "role"]))
    return sums


@settings(max_examples=40, deadline=None)
@given(councils, st.integers(1, 6), st.sampled_from([1, 10]))
def test_no_linear_combination_of_published_cells_gives_a_hidden_one(
    council: list, threshold: int, minimum: int
) -> None:
    values, teams = values_of(council)
    rules = DisclosureSettings(threshold, minimum)
    given_known = known(rules, teams)
    masked = mask_values(values, rules, KINDS, given_known.team_services)
    safe, left = hide_until_safe(values, masked, given_known)
    assert left == []
    assert worked_out(values, safe) == set()
    hidden = [value.value_state == SUPPRESSED for value in masked]
    assert all(after.value_state == SUPPRESSED for after, away in zip(safe, hidden, strict=True) if away)
    assert all(a == b for a, b in zip(safe, values, strict=True) if a.value_state != SUPPRESSED)


@settings(max_examples=60, deadline=None)
@given(councils, st.sets(st.integers(0, 30), max_size=14))
def test_whatever_is_hidden_the_audit_finds_what_can_be_worked_out(council: list, hidden: set[int]) -> None:
    """Empty parts add up by chance too, so the audit may find more than the sums that always hold give."""
    values, teams = values_of(council)
    masked = without(values, *hidden)
    assert worked_out(values, masked) <= places(audit(values, masked, known(teams=teams, months=())))


def test_square_that_hides_two_of_every_sum_and_still_gives_one_away_is_mended() -> None:
    """Four services by four roles: every row and column hides two, and one cell is the bridge between two squares."""
    hidden = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (0, 2)}
    values = [make("all", 160, 320)]
    values += [make(f"service:S{s}", 40, 80) for s in range(4)]
    values += [make("all", 40, 80, breakdown=f"role/{role}") for role in range(4)]
    cells = [(s, role) for s in range(4) for role in range(4)]
    values += [make(f"service:S{s}", 10, 20, breakdown=f"role/{role}") for s, role in cells]
    masked = without(values, *(9 + number for number, cell in enumerate(cells) if cell in hidden))
    assert places(audit(values, masked, known())) == {9 + cells.index((0, 2))}
    safe, left = hide_until_safe(values, masked, known())
    assert left == []
    assert worked_out(values, safe) == set()


@pytest.mark.parametrize("state", ["feed_stale", "not_due"])
def test_value_without_figures_is_no_part_of_a_sum(state: str) -> None:
    values = [*SERVICES, replace(make("service:D", 0, 0), value_state=state, people=None)]
    assert places(audit(values, without(values, 1), known())) == {1}
