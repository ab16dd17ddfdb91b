"""Referrals, leavers, forms and court counts in the samples: all rows good, the planted levels there again."""

import datetime

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file
from dagster_project.samples import cases, exits, feedback, truths
from dagster_project.samples.months import months_to
from dagster_project.samples.organisation import Organisation
from dagster_project.samples.people import make_people, make_teams

END = datetime.date(2025, 10, 31)
STAFF, SEED = 2000, 3


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A table of rows for each feed of a large council; of a case given twice the later row, as loading does."""
    folder = tmp_path_factory.mktemp("cases")
    months, teams = months_to(END, 12), make_teams(STAFF)
    council = Organisation(SEED, STAFF, months, teams, make_people(SEED, STAFF, months, teams), [])
    connection = duckdb.connect()
    files = {
        "cases": cases.write_sample(folder, council),
        "exits": exits.write_sample(folder, council),
        "feedback": [path for month in months for path in feedback.write_month(folder, month, SEED, STAFF)],
        "court_analyses": feedback.write_sample(folder, council),
    }
    for feed, paths in files.items():
        contract = load_contracts()[feed]
        for path in paths:
            reading = read_file(connection, path, contract, folder, max_rejected_share=0)
            assert (reading.refusal, reading.n_rejected, reading.warnings) == (None, 0, [])
            connection.execute(f"create table if not exists {feed} as select * from typed_rows limit 0")
            key = " and ".join(f"{feed}.{name} = typed_rows.{name}" for name in contract.key)
            if not contract.key_within_sender:
                connection.execute(f"delete from {feed} using typed_rows where {key}")
            connection.execute(f"insert into {feed} select * from typed_rows")
    return connection


def share(found: duckdb.DuckDBPyConnection, of: str, rows: str) -> float:
    value, n_rows = found.execute(f"select avg(({of})::integer), count(*) from {rows}").fetchone()
    assert n_rows > 100
    return float(value)


def test_cases_begin_three_years_before_the_last_31_march(found: duckdb.DuckDBPyConnection) -> None:
    first, last, n_late, n_open = found.execute(
        "select min(start_date), max(start_date), count(*) filter (closure_date > '2025-10-31'),"
        " count(*) filter (closure_date is null and not is_nfa) from cases"
    ).fetchone()
    assert (first, last.month, n_late) == (datetime.date(2022, 4, 1), 10, 0)
    assert n_open > 100


def test_families_return_less_often_where_evidence_was_named(found: duckdb.DuckDBPyConnection) -> None:
    """Of closures two years ago, everybody has been followed for a year."""
    again = (
        "exists (from cases as later where later.family_id = closed.family_id"
        " and later.start_date > closed.closure_date and later.start_date <= closed.closure_date + interval 1 year)"
    )
    rows = "cases as closed where closure_date between '2023-04-01' and '2024-03-31' and is_evidence_named is "
    named, not_named = share(found, again, rows + "true"), share(found, again, rows + "false")
    assert abs(1000 * named - truths.RETURNED_NAMED) < 30
    assert abs(1000 * not_named - truths.RETURNED) < 30


def test_leavers_forms_and_court_counts_are_at_their_levels(found: duckdb.DuckDBPyConnection) -> None:
    left = share(found, "main_reason = 'development'", "exits where main_reason is not null")
    assert abs(1000 * left - truths.LEFT_FOR_DEVELOPMENT) < 80
    assert share(found, "main_reason is null", "exits") > 0.2
    understood = "reasons_explained = 'yes' and understood_why = 'yes'"
    answered = "feedback where reasons_explained is not null and understood_why is not null"
    both = truths.EXPLAINED * truths.UNDERSTOOD / 1000
    assert abs(1000 * share(found, understood, answered) - both) < 30
    (cited,) = found.execute("select 1000.0 * sum(n_citing) / sum(n_statements) from court_analyses").fetchone()
    assert abs(float(cited) - truths.CITED) < 100
