"""Made-up returns of children's cases as other projects publish them, unmodified: the outcome and counts of each."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import Reading, read_file
from tests.real.test_counter_files import FILES

pytestmark = pytest.mark.real
CASES = load_contracts()["cases"]


def read(path: Path, folder: Path) -> tuple[Reading, list[tuple[Any, ...]]]:
    with duckdb.connect() as connection:
        reading = read_file(connection, path, CASES, folder, max_rejected_share=0)
        assert reading.refusal is None, reading.refusal
        counts = connection.execute(
            "select record, count(*), count(distinct child_id), count(*) filter (is_nfa), count(is_nfa), "
            "count(closure_date), count(team_id), min(start_date)::varchar from typed_rows "
            "group by record order by record desc"
        ).fetchall()
    return reading, counts


def test_annex_a_workbook(tmp_path: Path) -> None:
    """Six referrals and five children in need; nothing of the other nine lists, nor of names and dates of birth."""
    reading, counts = read(FILES / "annex_a_liia" / "Annex_A_old.xlsx", tmp_path)
    assert (reading.layout, reading.n_read, reading.n_rejected) == ("annex_a", 11, 0)
    assert counts == [
        ("referral", 6, 6, 0, 6, 0, 6, "2020-09-16"),
        ("episode", 5, 5, 0, 0, 0, 0, "2006-11-23"),
    ]


def test_children_in_need_census(tmp_path: Path) -> None:
    """One referral of 1970, closed, not without further action."""
    reading, counts = read(FILES / "cin_census" / "BAR_cin_2022.xml", tmp_path)
    assert (reading.layout, reading.n_read, reading.n_rejected) == ("xml", 1, 0)
    assert counts == [("referral", 1, 1, 0, 1, 1, 0, "1970-10-06")]


def test_children_in_need_census_as_a_table(tmp_path: Path) -> None:
    """101 rows of 89 children with dd/mm/yyyy dates and a column without a heading; 63 of them are closed."""
    reading, counts = read(FILES / "cin_census" / "tables" / "CINdetails.csv", tmp_path)
    assert (reading.layout, reading.n_read, reading.n_rejected) == ("columns", 101, 0)
    assert counts == [("referral", 101, 89, 0, 101, 63, 0, "2004-09-05")]


def test_workforce_census_fails_its_own_schema_in_twelve_places(tmp_path: Path) -> None:
    """Twelve of thirty workers have no institute of qualification; without the schema all thirty are read."""
    folder, contract = FILES / "csww_census_liia", load_contracts()["workforce_census"]
    path, schema = folder / "social_work_workforce_2022.xml", folder / "social_work_workforce_2022.xsd"
    with duckdb.connect() as connection:
        refused = read_file(connection, path, contract, tmp_path, max_rejected_share=0, schema=schema)
        assert refused.refusal is not None
        assert refused.refusal.message.startswith("12 places do not fit")
        assert len(refused.problems) == 12
        assert {problem.rule for problem in refused.problems} == {"not_in_schema"}
        reading = read_file(connection, path, contract, tmp_path, max_rejected_share=0)
        assert (reading.refusal, reading.n_read, reading.n_rejected) == (None, 30, 0)
        counts = connection.execute(
            "select count(*) filter (is_agency), count(distinct registration_id), count(role_end_date) from typed_rows"
        ).fetchone()
    assert counts == (18, 30, 13)
