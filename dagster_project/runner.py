"""One run of the path from the command line: prepare dbt and Dagster, run the job, say what happened.

Belongs here: running `publish_month` in this process with progress, and its outcome in plain words.
Does not belong here: what the steps do (steps), how the command line speaks (cli).
"""

import datetime
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from dagster_project import dbt_call, parsed_models, warehouse
from dagster_project.files import write_atomically
from dagster_project.home import Home
from dagster_project.identity.vault import open_vault
from dagster_project.people.erasure import refuse_while_unfinished

if TYPE_CHECKING:
    from dagster_project.defs.execute import JobResult

log = logging.getLogger(__name__)

DAGSTER_SETTINGS = {
    "telemetry": {"enabled": False},
    "retention": {
        "schedule": {"purge_after_days": 90},
        "sensor": {"purge_after_days": {"skipped": 3, "failure": 30, "success": 90}},
    },
    # A daemon's run whose process was killed would keep its place, the only one, for ever.
    "run_monitoring": {"enabled": True, "max_runtime_seconds": 6 * 60 * 60, "free_slots_after_run_end_seconds": 60},
    "concurrency": {"pools": {"default_limit": 1, "granularity": "op"}, "runs": {"max_concurrent_runs": 1}},
}

EVENT_LOG = {"module": "dagster_project.defs.event_log", "class": "EventLog"}


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
    settings = DAGSTER_SETTINGS | {
        "event_log_storage": EVENT_LOG | {"config": {"base_dir": str(folder / "history" / "runs")}}
    }
    write_atomically(folder / "dagster.yaml", yaml.safe_dump(settings).encode())
    return folder


def run_month(
    home: Home, month: datetime.date, as_at: datetime.date, meanwhile: Callable[[], None] = lambda: None
) -> Outcome:
    """Run the whole path over `home` in this process; `meanwhile` is called before its first step.

    The caller holds the warehouse.
    """
    refuse_before_work(home)
    parsing = parsed_models.start_parse(home)
    os.environ["DAGSTER_HOME"] = str(dagster_home(home))
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    import great_expectations  # noqa: F401  imported while dbt may be reading the models

    from dagster_project.definitions import build_defs
    from dagster_project.defs.execute import run_here

    manifest = parsed_models.finish_parse(home, parsing)
    meanwhile()
    log.info("ready")
    defs = build_defs(home, manifest=manifest, as_at=as_at.isoformat())
    with warehouse.kept_open(home.warehouse):
        result = run_here(defs, "publish_month", f"{month:%Y-%m}", home.logs / "run.log")
    return outcome(home, month, result)


def refuse_before_work(home: Home) -> None:
    """Raise what would stop the run anyway: another home's key, a misspelt threshold, a damaged warehouse."""
    refuse_while_unfinished(home.vault)
    open_vault(home.vault, home.keys, role="the run", why="trying the key", people=[])
    dbt_call.thresholds(home.settings.thresholds)
    if home.warehouse.exists():
        with warehouse.opened(home.warehouse):
            pass


def outcome(home: Home, month: datetime.date, result: "JobResult") -> Outcome:
    """A finished job in words; raises the problem that stopped it, where its message is for people."""
    from dagster_project.verdicts import failures

    if result.is_success:
        return Outcome(result.run_id, month)
    if result.problem:
        raise result.problem
    with warehouse.opened(home.warehouse) as connection:
        held = failures(connection, result.run_id)
    broken = [f"{step}: {kind}" for step, kind in result.errors.items()] or ["the run failed before its first step"]
    return Outcome(result.run_id, month, held=held, errors=[] if held else broken)
