"""Homes full of made-up exports, and dbt over them as a run calls it.

Belongs here: what several benchmarks are run over. Does not belong here: timings.
"""

import datetime
import os
import subprocess
from pathlib import Path

from dagster_project import dbt_call, parsed_models, steps, warehouse
from dagster_project.demo import ASSESSMENT
from dagster_project.exports import load
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home, make_home
from dagster_project.samples import generate
from dagster_project.steps import Run

LAST_MONTH, AS_AT = datetime.date(2026, 10, 1), datetime.date(2026, 11, 22)


def empty_home(root: Path) -> Home:
    """A home in which every feed is on and nothing was delivered."""
    home = make_home(root, {"sample": True, "settle_seconds": 0})
    (home.root / "assessment.yml").write_text(
        ASSESSMENT.format(approved="2000-01-01", notice="2000-01-01", review="2040-01-01"), encoding="utf-8"
    )
    return home


def fill_inbox(home: Home, *, staff: int, months: int, usage_events: int) -> None:
    generate(home.inbox, staff=staff, months=months, usage_events=usage_events, end_month=LAST_MONTH)


def run_of(home: Home, month: datetime.date = LAST_MONTH, as_at: datetime.date = AS_AT) -> Run:
    return Run(home, load_contracts(), month, as_at, "bench")


def load_feed(run: Run, feed: str) -> None:
    """What is staged into `raw`, without asking its gate."""
    contract = run.contracts[feed]
    with warehouse.opened(run.home.warehouse) as connection:
        load.mark_passed(run.home, connection, contract)
        load.load_batch(connection, contract)


def load_inbox(run: Run) -> None:
    """Every file of the inbox into `raw`, without asking the gates."""
    steps.land(run)
    for feed in run.contracts:
        steps.stage_feed(run, feed)
        load_feed(run, feed)


def dbt(run: Run, *arguments: str) -> None:
    """dbt in a process of its own, as a run calls it; raises RuntimeError with what it said."""
    home = run.home
    parsed_models.write_sources(run.contracts.values())
    done = subprocess.run(
        [str(dbt_call.EXECUTABLE), "--no-use-colors", *arguments, "--project-dir", str(dbt_call.DBT_DIR),
         "--profiles-dir", str(dbt_call.DBT_DIR), "--vars", dbt_call.variables(home.settings.thresholds)],
        env=os.environ | dbt_call.environment(home), capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-1000:])
