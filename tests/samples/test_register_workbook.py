"""The samples' workbook of registers: every sheet is a register, and every row of it is good."""

from pathlib import Path

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file
from dagster_project.exports.registers import register_sheets
from dagster_project.samples import Samples

CONTRACTS = load_contracts()
IN_WORKBOOK = ("access_accounts", "action_plan", "case_changes", "comments", "learning_calendar", "licences",
               "research_activity", "role_profiles", "system_changes", "team_changes", "worker_changes")  # fmt: skip


@pytest.fixture(scope="module")
def workbook(samples: Samples) -> Path:
    [path] = [path for path in samples.files if path.parent.name == "registers"]
    return path


def test_every_sheet_of_the_workbook_is_a_register(workbook: Path) -> None:
    feeds, others = register_sheets(workbook.read_bytes(), CONTRACTS)
    assert (sorted(feeds), others) == (list(IN_WORKBOOK), [])


@pytest.mark.parametrize("feed", IN_WORKBOOK)
def test_every_row_of_a_register_is_accepted(feed: str, workbook: Path, tmp_path: Path) -> None:
    reading = read_file(duckdb.connect(), workbook, CONTRACTS[feed], tmp_path, max_rejected_share=0)
    assert (reading.refusal, reading.problems) == (None, [])
    assert reading.n_accepted > 1


def test_one_block_has_no_owner_and_one_funding_has_ended(workbook: Path, tmp_path: Path) -> None:
    connection = duckdb.connect()
    read_file(connection, workbook, CONTRACTS["action_plan"], tmp_path, max_rejected_share=0)
    last = "(select max(due_date) filter (where done_date is not null) from typed_rows)"
    assert connection.execute(
        f"select count(*) filter (where owner_role is null), count(*) filter (where funding_end_date < {last}) "
        "from typed_rows"
    ).fetchall() == [(1, 1)]
