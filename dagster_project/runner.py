"""One run of the path from the command line: prepare dbt and Dagster, run the job, say what happened.

Belongs here: running `publish_month` in this process with progress, and its outcome in plain words.
Does not belong here: what the steps do (steps), how the command line speaks (cli).
"""

import datetime
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from dagster_project import dbt_call, warehouse
from dagster_project.code_version import code_version
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.problems import WarehouseBusy

log = logging.getLogger(__name__)

DAGSTER_SETTINGS = {
    "telemetry": {"enabled": False},
    "retention": {
        "schedule": {"purge_after_days": 90},
        "sensor": {"purge_after_days": {"skipped": 3, "failure": 30, "success": 90}},
    },
    "concurrency": {"pools": {"default_limit": 1, "granularity": "op"}, "runs": {"max_concurrent_runs": 1}},
}


@dataclass
class Outcome:
    """What a run came to. `held` says why the month is held, `errors` what broke in us; both empty is success."""

    run_id: str
    month: datetime.date
    held: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def dagster_home(home: Home) -> Path:
    """The folder of Dagster's own storage, with its settings written."""
    folder = home.state / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dagster.yaml").write_text(yaml.safe_dump(DAGSTER_SETTINGS), encoding="utf-8")
    return folder


def run_month(home: Home, month: datetime.date, as_at: datetime.date) -> Outcome:
    """Run the whole path over `home` in this process. The caller holds the warehouse."""
    contracts = load_contracts()
    _ = home.keys, dbt_call.thresholds(home.settings.thresholds)  # refuse before any work
    stamp = code_version()
    parsing = dbt_call.start_parse(home, contracts.values(), stamp)
    os.environ["DAGSTER_HOME"] = str(dagster_home(home))
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    import great_expectations  # noqa: F401  imported while dbt parses in its own process

    from dagster_project.definitions import build_defs
    from dagster_project.defs.execute import run_here

    manifest = dbt_call.finish_parse(home, parsing, stamp)
    log.info("ready")
    defs = build_defs(home, manifest=manifest, as_at=as_at.isoformat())
    result = run_here(defs, "publish_month", f"{month:%Y-%m}", home.logs / "run.log")
    return outcome(home, month, result.run_id, result.is_success, result.errors)


def outcome(home: Home, month: datetime.date, run_id: str, is_success: bool, errors: dict[str, str]) -> Outcome:
    """A finished job in words; raises WarehouseBusy where another process had the warehouse open."""
    from dagster_project.steps import failures

    if is_success:
        return Outcome(run_id, month)
    if WarehouseBusy.__name__ in errors.values():
        raise WarehouseBusy(
            "another process has the warehouse open, perhaps the rest of a run that was ended; try again"
        )
    with warehouse.opened(home.warehouse) as connection:
        held = failures(connection, run_id)
    broken = [f"{step}: {kind}" for step, kind in errors.items()] or ["the run failed before its first step"]
    return Outcome(run_id, month, held=held, errors=[] if held else broken)
