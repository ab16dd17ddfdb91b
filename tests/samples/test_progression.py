"""Rounds of pay progression in the samples: all rows good, the planted association and null there again."""

import datetime

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file
from dagster_project.samples import pay_progression, truths
from dagster_project.samples.months import months_to
from dagster_project.samples.people import in_post, make_people, make_teams
from dagster_project.samples.resource_usage import make_habits
from tests.unit.association_tables import OFF, tables_of

END = datetime.date(2025, 10, 31)
MONTHS, STAFF, SEED = 12, 4000, 3


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """`entries`: every accepted row of a year's rounds of a large council, and whether use is the person's habit."""
    folder = tmp_path_factory.mktemp("rounds")
    months, teams = months_to(END, MONTHS), make_teams(STAFF)
    people = make_people(SEED, STAFF, months, teams)
    habits = make_habits(SEED, people, teams)
    connection = duckdb.connect()
    connection.execute("create table habits (round_date date, person_id varchar, has_habit boolean)")
    for month in months:
        present = in_post(people, month)
        for path in pay_progression.write_month(folder, month, MONTHS, SEED, present, teams, habits):
            reading = read_file(connection, path, load_contracts()["pay_progression"], folder, max_rejected_share=0)
            assert (reading.refusal, reading.n_rejected, reading.warnings) == (None, 0, [])
            connection.execute("create table if not exists entries as select * from typed_rows limit 0")
            connection.execute("insert into entries select * from typed_rows")
            levels = [service.using.at(month.index, MONTHS) for service in truths.SERVICES]
            found = [(one.person.payroll, bool(habits[one.index] < levels[teams[one.team].service])) for one in present]
            connection.execute(
                "insert into habits select (select max(round_date) from typed_rows), unnest(?), unnest(?)",
                [[payroll for payroll, _ in found], [has_habit for _, has_habit in found]],
            )
    return connection


def shares(rounds: duckdb.DuckDBPyConnection, of: str, where: str) -> tuple[float, float]:
    """The share of `of` among the rows `where`: with the habit of using evidence, and without."""
    found = dict(
        rounds.execute(
            f"select has_habit, avg(({of})::integer) from entries join habits using (round_date, person_id) "
            f"where {where} group by has_habit having count(*) > 200"
        ).fetchall()
    )
    return found[True], found[False]


def test_rounds_come_twice_a_year_and_the_latest_has_applications_pending(rounds: duckdb.DuckDBPyConnection) -> None:
    found = rounds.execute(
        "select round_id, avg((outcome = 'pending')::integer) from entries where has_applied group by 1 order by 1"
    ).fetchall()
    assert [name for name, _ in found] == ["Round 2025-04", "Round 2025-10"]
    assert found[0][1] == 0
    assert 0.1 < found[1][1] < 0.2


def test_people_who_use_evidence_apply_more_often(rounds: duckdb.DuckDBPyConnection) -> None:
    """The planted association: 550 and 250 per mille."""
    with_habit, without = shares(rounds, "has_applied", "is_eligible")
    assert abs(with_habit - 0.55) < 0.04
    assert abs(without - 0.25) < 0.04


def test_whether_an_application_is_granted_has_nothing_to_do_with_use(rounds: duckdb.DuckDBPyConnection) -> None:
    """The planted null: 600 per mille of both."""
    with_habit, without = shares(rounds, "outcome = 'progressed'", "outcome in ('progressed', 'not_progressed')")
    assert abs(with_habit - without) < 0.06
    assert abs(with_habit - 0.6) < 0.05


def test_comparison_of_each_round_finds_the_association_and_not_the_null(rounds: duckdb.DuckDBPyConnection) -> None:
    reached = {
        "applied": ("is_eligible", "has_applied"),
        "progressed": ("outcome in ('progressed', 'not_progressed')", "outcome = 'progressed'"),
    }
    strata = [
        row
        for stage, (is_counted, has_outcome) in reached.items()
        for row in rounds.execute(
            f"select 'progression', '{stage}', 'progression_{stage}', round_date, round_date, 'any', 'any', "
            f"count(*) filter (has_habit and {has_outcome}), count(*) filter (has_habit), "
            f"count(*) filter (not has_habit and {has_outcome}), count(*) filter (not has_habit), false "
            f"from entries join habits using (round_date, person_id) where {is_counted} group by round_date"
        ).fetchall()
    ]
    found, _ = tables_of(strata, [], OFF, [])
    assert [row["stage"] for row in found] == ["applied", "progressed"] * 2
    for row in found:
        is_found = not row["stratified_difference_lower"] <= 0 <= row["stratified_difference_upper"]
        assert is_found is (row["stage"] == "applied")
        if is_found:
            assert (
                row["difference_lower"] < (truths.APPLIED_WITH_HABIT - truths.APPLIED) / 1000 < row["difference_upper"]
            )
