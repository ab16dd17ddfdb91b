"""One run of the path from the command line: prepare dbt and Dagster, run the job, say what happened.

Belongs here: running `publish_month` in this process with progress, and its outcome in plain words.
Does not belong here: what the steps do (steps), how the command line speaks (cli).
"""

import contextlib
import datetime
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dagster_project import dbt_call, warehouse
from dagster_project.code_version import code_version
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home

log = logging.getLogger(__name__)

DAGSTER_SETTINGS = {
    "telemetry": {"enabled": False},
    "concurrency": {"pools": {"default_limit": 1, "granularity": "op"}, "runs": {"max_concurrent_runs": 1}},
}

# Dagster keeps its own event log in the home; its console would drown ours.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


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
    import dagster as dg  # noqa: TID251  the one place outside defs/ that starts a run
    import great_expectations  # noqa: F401  imported while dbt parses in its own process

    from dagster_project.definitions import build_defs

    manifest = dbt_call.finish_parse(home, parsing, stamp)
    log.info("ready")
    defs = build_defs(home, manifest=manifest, month=f"{month:%Y-%m}", as_at=as_at.isoformat())
    with dg.DagsterInstance.get() as instance:
        free_slots(instance)
        with (home.logs / "run.log").open("w", encoding="utf-8") as output, contextlib.redirect_stdout(output):
            result = defs.resolve_job_def("publish_month").execute_in_process(
                instance=instance, raise_on_error=False, run_config=QUIET
            )
    return outcome(home, result, month)


def free_slots(instance: Any) -> None:
    """Give back the writer's slot of a run that was killed: holding the warehouse, we know that no other run lives."""
    storage = instance.event_log_storage
    for key in storage.get_concurrency_keys():
        for slot in storage.get_concurrency_info(key).claimed_slots:
            storage.free_concurrency_slots_for_run(slot.run_id)


def outcome(home: Home, result: Any, month: datetime.date) -> Outcome:
    from dagster_project.steps import failures

    found = Outcome(result.run_id, month)
    if result.success:
        return found
    with warehouse.opened(home.warehouse) as connection:
        found.held = failures(connection, result.run_id)
    if not found.held:
        found.errors = [
            f"{event.step_key}: {event.step_failure_data.error.cls_name}"
            for event in result.all_events
            if event.is_step_failure and event.step_failure_data.error
        ] or ["the run failed before its first step"]
    return found
