"""The path without the command line and the orchestrator: a home prepared for dbt, dbt, a whole month.

Belongs here: what tests and the SQL lint need to call dbt as a run does. Does not belong here: any claim.
"""

import atexit
import contextlib
import datetime
import functools
import hashlib
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from dagster_project import chase, dbt_call, parsed_models, publishing, steps, warehouse
from dagster_project.dbt_child import stand_beside_warehouse
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home, make_home
from dagster_project.steps import Run
from dagster_project.verdicts import passed
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
        warehouse.prepare(connection, contracts.values(), is_on, run.run_id, run.month, run.as_at, home.joins(as_at))
    parsed_models.write_sources(contracts.values())
    return run


def load_everything(home: Home) -> Run:
    """Every delivery of the inbox through its gate into `raw`, the spine first, which other gates compare with."""
    run = prepare(home)
    steps.land(run)
    for feed in sorted(run.contracts, key=lambda feed: not run.contracts[feed].holds_month):
        steps.stage_feed(run, feed)
        steps.judge_feed(run, feed)
        steps.load_feed(run, feed)
    return run


def run_month(home: Home) -> Run:
    """A whole run of the council's month up to its draft, by the plain functions that the orchestrator calls."""
    run = load_everything(home)
    refresh = ["--full-refresh"] if steps.needs_full_refresh(run) else []
    done = dbt(home, "build", "--exclude-resource-type", "unit_test", *refresh)
    assert done.returncode == 0, done.stdout[-3000:]
    steps.modelled(run)
    assert passed(steps.judge_metrics(run))
    assert passed(steps.analyse(run))
    steps.copy_for_readers(run)
    chase.write_status(home)
    publishing.write_draft(run)
    return run


def dbt(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call dbt with what a run gives it; the test decides what a failure means.

    It runs in this process, and takes the models as an earlier call with the same variables read them.
    """
    variables = dbt_call.variables(home.settings.thresholds)
    shared = shared_parse(variables)
    parsed = dbt_call.target(home) / shared.name
    parsed.parent.mkdir(parents=True, exist_ok=True)
    if shared.exists():
        shutil.copy(shared, parsed)
    command = [
        "--no-use-colors", *arguments, "--project-dir", str(dbt_call.DBT_DIR), "--profiles-dir", str(dbt_call.DBT_DIR),
        "--vars", variables,
    ]  # fmt: skip
    said = io.StringIO()
    with as_a_child(dbt_call.environment(home)), contextlib.redirect_stdout(said):
        result = dbtRunner().invoke(command)
    if parsed.exists():
        shutil.copy(parsed, shared)
    return subprocess.CompletedProcess(command, 0 if result.success else 1, said.getvalue(), str(result.exception))


def shared_parse(variables: str) -> Path:
    """Where this process keeps the models as read with `variables`: at first as the install read them."""
    path = shared_folder() / hashlib.sha256(variables.encode()).hexdigest()[:16] / "partial_parse.msgpack"
    path.parent.mkdir(exist_ok=True)
    if not path.exists() and parsed_models.is_of(parsed_models.AT_INSTALL, parsed_models.stamp_of({})):
        shutil.copy(parsed_models.AT_INSTALL / path.name, path)
    return path


@functools.cache
def shared_folder() -> Path:
    """One a process; it goes with the process."""
    folder = tempfile.mkdtemp(prefix="dbt_of_tests_")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@contextlib.contextmanager
def as_a_child(environment: dict[str, str]) -> Iterator[None]:
    """Stand where dbt stands as a run's child; afterwards as before, and DuckDB's file is free again."""
    before, was_in = dict(os.environ), Path.cwd()
    os.environ.update(environment)
    stand_beside_warehouse()
    try:
        yield
    finally:
        os.chdir(was_in)
        os.environ.clear()
        os.environ.update(before)
        DuckDBConnectionManager.close_all_connections()
