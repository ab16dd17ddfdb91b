"""Case-file examples and challenges in the samples: each an applicant's, in time; some are verified or answered."""

import duckdb
import pytest

from dagster_project.samples import Samples


@pytest.fixture
def applications(read: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    read.execute(
        "create or replace temp view applications as "
        "select person_id, evidence_route, round_date from pay_progression where has_applied"
    )
    return read


def test_every_example_was_put_in_by_an_applicant_before_the_panel(
    applications: duckdb.DuckDBPyConnection, samples: Samples
) -> None:
    """But for those of whom the row of the application is a faulty one."""
    n_faulty = sum(fault.feed == "pay_progression" for fault in samples.faults)
    [(n, n_verified, n_without)] = applications.execute(
        "with put_in as (select *, exists (select 1 from applications as a "
        "where a.person_id = e.person_id and a.round_date > e.submitted_on) as is_in_time "
        "from case_file_examples as e) "
        "select count(*), count(verified_on), count(distinct person_id) filter (where not is_in_time) from put_in"
    ).fetchall()
    assert 0 < n_verified < n
    assert n_without <= n_faulty


def test_who_shows_no_evidence_put_no_example_in(applications: duckdb.DuckDBPyConnection) -> None:
    """Of those who applied once."""
    routes = applications.execute(
        "with once as (select person_id, max(evidence_route) as route from applications "
        "group by 1 having count(*) = 1) select route, count(e.person_id) > 0 from once "
        "left join case_file_examples as e using (person_id) group by 1"
    ).fetchall()
    assert dict(routes) == {"usage": True, "case_file": True, "both": True, "none": False}


def test_a_challenge_is_open_and_is_of_the_latest_round(applications: duckdb.DuckDBPyConnection) -> None:
    rows = applications.execute(
        "select c.answer is null, c.raised_on < max(a.round_date) from challenges as c "
        "join applications as a using (person_id) group by c.challenge_id, c.answer, c.raised_on"
    ).fetchall()
    assert (True, True) in rows
    assert all(is_before for _, is_before in rows)
