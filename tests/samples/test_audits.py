"""Audits and protected time in the samples: all rows good, the planted levels, association and null there again."""

import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file
from dagster_project.samples import audits, protected_time, truths
from dagster_project.samples.months import months_to
from dagster_project.samples.people import in_post, make_people, make_teams
from tests.unit.association_tables import OFF, tables_of

END = datetime.date(2025, 10, 31)
MONTHS, STAFF, SEED = 12, 2000, 3


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """`audits` and `protected_time`: every row of a year of a large council, each with its service."""
    folder = tmp_path_factory.mktemp("audits")
    months, teams = months_to(END, MONTHS), make_teams(STAFF)
    people = make_people(SEED, STAFF, months, teams)
    connection = duckdb.connect()
    for month in months:
        present = in_post(people, month)
        services = {one.person.payroll: truths.SERVICES[teams[one.team].service].name for one in present}
        connection.execute(
            "create or replace table services as select unnest(?) as person_id, unnest(?) as service_id",
            [list(services), list(services.values())],
        )
        path = protected_time.write_month(folder, month, SEED, present, teams)
        take(connection, folder, path, "protected_time")
        path = audits.write_month(folder, month, SEED, present, teams)
        take(connection, folder, path, "audits")
    return connection


def take(connection: duckdb.DuckDBPyConnection, folder: Path, path: Path, feed: str) -> None:
    reading = read_file(connection, path, load_contracts()[feed], folder, max_rejected_share=0)
    assert (reading.refusal, reading.n_rejected, reading.warnings) == (None, 0, [])
    with_service = "select * from typed_rows join services using (person_id)"
    connection.execute(f"create table if not exists {feed} as {with_service} limit 0")
    connection.execute(f"insert into {feed} {with_service}")


def share(found: duckdb.DuckDBPyConnection, of: str, feed: str, where: str) -> float:
    value, n_rows = found.execute(f"select avg(({of})::integer), count(*) from {feed} where {where}").fetchone()
    assert n_rows > 300
    return float(value)


RANDOM = "sampling_method = 'random'"
GOOD = "coalesce(moderated_grade, first_grade) in ('outstanding', 'good')"
LOW = f"service_id = '{truths.LOW_USE}'"


def test_one_service_has_conditions_to_look_into(found: duckdb.DuckDBPyConnection) -> None:
    """Its audits seldom name evidence and its protected time is often displaced; the others are alike."""
    for is_low, naming, displaced in ((LOW, 0.18, 0.45), (f"not {LOW}", 0.52, 0.18)):
        assert (
            abs(share(found, "is_evidence_named", "audits", f"{RANDOM} and is_evidence_asked and {is_low}") - naming)
            < 0.04
        )
        assert abs(share(found, "coalesce(outcome, '') = 'displaced'", "protected_time", is_low) - displaced) < 0.02


def test_work_that_names_evidence_is_graded_better(found: duckdb.DuckDBPyConnection) -> None:
    """The planted association: 750 and 500 per mille."""
    named = share(found, GOOD, "audits", f"{RANDOM} and is_evidence_named")
    not_named = share(found, GOOD, "audits", f"{RANDOM} and not is_evidence_named")
    assert abs(named - truths.GOOD_NAMED / 1000) < 0.04
    assert abs(not_named - truths.GOOD_NOT_NAMED / 1000) < 0.04


def test_whether_the_question_is_asked_has_nothing_to_do_with_the_grade(found: duckdb.DuckDBPyConnection) -> None:
    """The planted null: 800 per mille of both."""
    for graded in (GOOD, f"not {GOOD}"):
        assert abs(share(found, "is_evidence_asked", "audits", f"{RANDOM} and {graded}") - truths.ASKED / 1000) < 0.03


@pytest.mark.parametrize(("of", "is_there"), [("is_evidence_named", True), ("is_evidence_asked", False)])
def test_comparison_finds_the_association_and_not_the_null(
    found: duckdb.DuckDBPyConnection, of: str, is_there: bool
) -> None:
    """Within services, of which one names little evidence."""
    strata = found.execute(
        "select 'audit_grade', 'good_or_better', 'audits_good_or_better', date '2024-11-01', date '2025-10-31', "
        f"service_id, 'any', count(*) filter ({of} and {GOOD}), count(*) filter ({of}), "
        f"count(*) filter (not {of} and {GOOD}), count(*) filter (not {of}), false "
        f"from audits where {RANDOM} group by service_id"
    ).fetchall()
    (row,), _ = tables_of(strata, [], OFF, [])
    planted = (truths.GOOD_NAMED - truths.GOOD_NOT_NAMED) / 1000 if is_there else 0
    for name in ("difference", "stratified_difference"):
        assert row[f"{name}_lower"] <= planted <= row[f"{name}_upper"]
        assert (row[f"{name}_lower"] <= 0 <= row[f"{name}_upper"]) is not is_there


def test_moderation_only_lowers_and_targeted_audits_are_worse(found: duckdb.DuckDBPyConnection) -> None:
    order = "list_position(['inadequate', 'requires_improvement', 'good', 'outstanding'], {})"
    raised = f"{order.format('moderated_grade')} > {order.format('first_grade')}"
    assert share(found, raised, "audits", "moderated_grade is not null") == 0
    assert share(found, GOOD, "audits", "sampling_method = 'targeted'") < 0.3


def test_some_sessions_have_no_outcome_and_hours_only_where_taken(found: duckdb.DuckDBPyConnection) -> None:
    assert abs(share(found, "outcome is null", "protected_time", "true") - truths.NOT_RECORDED / 1000) < 0.01
    assert share(found, "hours_taken is null", "protected_time", "outcome is distinct from 'taken'") == 1
    assert share(found, "hours_taken between 1 and hours_booked", "protected_time", "outcome = 'taken'") == 1
