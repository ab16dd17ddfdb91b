"""Managers' returns: spread between managers and agreement with what is recorded (F13)."""

import duckdb
import pytest

from dagster_project.people.fairness import ALIKE, OFFERED, SEEN, TAKEN, of_views, read_stages
from dagster_project.people.managers import View, agreed, read_views, spread
from dagster_project.statistics.disclosure import DisclosureSettings

RULES = DisclosureSettings()


def views(*managers: tuple[int, int]) -> list[View]:
    """Of each manager so many reports seen as regular, of so many."""
    return [
        View(f"m{number}", f"p{number}-{report}", report < n_seen, None)
        for number, (n_seen, n) in enumerate(managers)
        for report in range(n)
    ]


def test_managers_who_say_the_same_of_like_teams_do_not_vary_beyond_chance() -> None:
    found = spread(views(*[(5, 10)] * 12))
    assert found is not None
    assert (found.n_managers, found.phi, found.points) == (12, 0.0, 0.0)


def test_spread_of_lenient_and_strict_managers_by_hand() -> None:
    """F13. Six see 9 of 10, six 1 of 10. On the arcsine scale each is 0.4636 from the middle, 2.932 standard errors.

    phi = 2.932 squared = 8.597. tau2 = (12 x 8.597 - 11) / (12 x 40 - 40) = 0.2095; at a share of half, as points
    100 x 2 x sqrt(0.25 x 0.2095) = 45.8.
    """
    found = spread(views(*[(9, 10)] * 6, *[(1, 10)] * 6))
    assert found is not None
    assert (found.phi, found.points) == (pytest.approx(8.597, abs=0.01), pytest.approx(45.8, abs=0.1))


@pytest.mark.parametrize("managers", [[(5, 10)] * 9, [(2, 4)] * 30, [(10, 10)] * 12, []])
def test_spread_of_few_managers_of_small_teams_or_of_one_mind_is_not_told(managers: list[tuple[int, int]]) -> None:
    assert spread(views(*managers)) is None


def counted(seen: int, only_seen: int, only_recorded: int, neither: int) -> list[View]:
    cells = [(True, True, seen), (True, False, only_seen), (False, True, only_recorded), (False, False, neither)]
    return [View("m", f"p{a}{b}{n}", a, b) for a, b, count in cells for n in range(count)]


def test_agreement_with_records_is_told_where_no_number_is_small() -> None:
    """30 of 40 say the same; half would by chance: kappa 0.5."""
    found = agreed([*counted(15, 5, 5, 15), View("m", "p", True, None)], RULES)
    assert found is not None
    assert (found.n, found.observed, found.kappa.value) == (40, 0.75, pytest.approx(0.5))
    assert agreed(counted(15, 4, 6, 15), RULES) is None
    assert agreed(counted(5, 0, 0, 0), RULES) is None


def test_who_is_not_counted_is_in_no_comparison_with_records() -> None:
    stages = of_views([View("m", "a", True, True), View("m", "b", True, False), View("m", "c", False, None)])
    assert [(each.person_id, each.is_in) for each in stages[SEEN]] == [("a", True), ("b", True), ("c", False)]
    assert [(each.person_id, each.is_in) for each in stages[ALIKE]] == [("a", True), ("b", False)]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Full-time Ann is offered 10 hours of 100 days, half-time Bo 6 of 50, Cy, away for most of it, none of 20."""
    connection = duckdb.connect()
    connection.execute("create schema intermediate")
    for table in (
        "int_manager__classified_reports as select * from (values ('m', 'ann', date '2026-03-01', 0, true), "
        "('m', 'ann', date '2026-09-01', 1, true), ('m', 'bo', date '2026-09-01', 1, false)) "
        "as t(manager_person_id, person_id, month, is_regular, is_named)",
        "int_staff__regular_use as select 'ann' as person_id, date '2026-09-01' as month, 0 as is_regular",
        "int_staff__months as select * from (values ('ann', date '2026-09-01', 100, false), "
        "('bo', date '2026-09-01', 50, false), ('cy', date '2026-09-01', 20, false), "
        "('agency', date '2026-09-01', 20, true)) as t(person_id, month, available_days, is_agency)",
        "int_protected_time__placed as select * from (values ('ann', date '2026-09-01', 10, 'taken'), "
        "('bo', date '2026-09-01', 3, 'displaced'), ('bo', date '2026-09-01', 3, 'not_recorded')) "
        "as t(person_id, month, hours_booked, outcome)",
        "int_progression__entries (person_id varchar, period_end date, is_eligible boolean, is_application boolean, "
        "has_portfolio boolean, outcome varchar)",
    ):
        connection.execute(f"create table intermediate.{table}")
    return connection


def test_last_return_of_the_year_about_a_named_report_counts(connection: duckdb.DuckDBPyConnection) -> None:
    assert read_views(connection, 2026) == [View("m", "ann", True, False)]


def test_protected_time_is_compared_by_the_time_people_work(connection: duckdb.DuckDBPyConnection) -> None:
    """F3. 16 hours of 170 days are 0.094 a day: Ann's 0.1 and Bo's 0.12 are as much or more, though Bo has fewer."""
    stages = read_stages(connection, 2026, {}, with_use=False)
    assert [(each.person_id, each.is_in) for each in stages[OFFERED]] == [("ann", True), ("bo", True), ("cy", False)]
    assert [(each.person_id, each.is_in) for each in stages[TAKEN]] == [("ann", True), ("bo", False)]
    assert read_stages(connection, 2025, {}, with_use=False)[OFFERED] == []
