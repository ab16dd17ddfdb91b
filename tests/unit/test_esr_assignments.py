"""A trust's staff record gives a row an assignment, not a person; two rows of one person are two posts of theirs."""

from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file

HEADINGS = (
    "Effective Date,Employee Number,Full Name,Assignment Number,Primary Assignment,Job Role,Pay Band,FTE,"
    "Days Contracted,Days Available,Organisation,Division,Supervisor Employee Number,Latest Start Date,Absence Reason"
)
ROWS = (
    "30-SEP-2026,20001234,Somebody Named,20001234-2,N,Practice Educator,Band 7,0.60000,13,13,Learning,Corporate,"
    "20009999,01-APR-2019,",
    "30-SEP-2026,20001234,Somebody Named,20001234,Y,Social Worker,Band 6,0.40000,9,9,Older People,Adults,20008888,"
    "01-APR-2019,S10",
)


def test_each_assignment_is_a_post_and_the_primary_one_the_main_post(tmp_path: Path) -> None:
    path = tmp_path / "assignments.csv"
    path.write_text("\n".join([HEADINGS, *ROWS]) + "\n", encoding="utf-8")
    with duckdb.connect() as connection:
        reading = read_file(connection, path, load_contracts()["workforce"], tmp_path, max_rejected_share=0)
        assert (reading.refusal, reading.n_rejected) == (None, 0)
        rows = connection.execute(
            "select person_id, post_id, is_main_post, role, contracted_fte, team_id, service_id, month::varchar, "
            "start_date::varchar from typed_rows order by post_id"
        ).fetchall()
    when = ("2026-09-01", "2019-04-01")
    assert rows == [
        ("20001234", "20001234", True, "social_worker", Decimal("0.4"), "Older People", "Adults", *when),
        ("20001234", "20001234-2", False, "practice_educator", Decimal("0.6"), "Learning", "Corporate", *when),
    ]
    assert reading.n_unused_columns == 1  # the reason of an absence is nobody's business
