"""A home prepared far enough for dbt: ledger and raw tables there, nothing in them.

Belongs here: what tests and the SQL lint need to call dbt as a run does. Does not belong here: any claim.
"""

import datetime
import os
import subprocess
from pathlib import Path

from dagster_project import dbt_call, steps, warehouse
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home, make_home
from dagster_project.steps import Run
from tests.council import council


def prepared_home(root: Path) -> Home:
    """A new home whose warehouse has the empty tables of every contract."""
    home = make_home(root, council.CONFIG)
    prepare(home)
    return home


def prepare(home: Home, as_at: datetime.date = council.AS_AT) -> Run:
    """Write the ledger of a run over `home`, as landing does, and dbt's sources."""
    contracts = load_contracts()
    run = Run(home, contracts, council.MONTH, as_at, "test")
    with warehouse.opened(home.warehouse) as connection:
        is_on = {feed: run.is_on(contract) for feed, contract in contracts.items()}
        warehouse.prepare(connection, contracts.values(), is_on, run.run_id, run.month, run.as_at)
    dbt_call.write_sources(home, contracts.values())
    return run


def load_everything(home: Home) -> Run:
    """Every delivery of the inbox through its gate into `raw`."""
    run = prepare(home)
    steps.land(run)
    for feed in run.contracts:
        steps.stage_feed(run, feed)
        steps.judge_feed(run, feed)
        steps.load_feed(run, feed)
    return run


def dbt(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call dbt as a run does; the test decides what a failure means."""
    return subprocess.run(
        [str(dbt_call.EXECUTABLE), "--no-use-colors", *arguments, "--project-dir", str(dbt_call.DBT_DIR),
         "--profiles-dir", str(dbt_call.DBT_DIR), "--vars", dbt_call.variables(home)],
        env=os.environ | dbt_call.environment(home), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
