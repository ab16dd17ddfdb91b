"""What sets off a refresh: files that have arrived in the inbox.

Belongs here: watching the inbox. Does not belong here: taking files in (ingest), when drafts are made (schedules).
"""

import datetime
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import dagster as dg

from dagster_project.defs.jobs import refresh_warehouse
from dagster_project.exports.archive import inbox_files
from dagster_project.exports.contract import load_contracts
from dagster_project.exports.registers import FOLDER
from dagster_project.files import sha256
from dagster_project.home import Home, open_home
from dagster_project.steps import Run, last_complete_month

PATIENCE = datetime.timedelta(hours=1)


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def inbox_sensor(root: Path, now: Callable[[], datetime.datetime] = utc_now) -> dg.SensorDefinition:
    """Asks for a refresh once the inbox has looked the same at two looks, and again an hour later if it still does.

    A refresh takes what it was asked for out of the inbox; where it is still there, the refresh failed before that.
    The run key holds the content of the files, not their names: the same name with other content is a new delivery, and
    so is the same content sent again later (it may have been held). It holds the time of asking too, because a key once
    used is dropped for ever.
    """

    @dg.sensor(
        name="inbox_sensor", job=refresh_warehouse, minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )  # fmt: skip
    def watch(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        at = now()
        files = waiting_files(open_home(root), at.date())
        looks = json.dumps([[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files])
        before = json.loads(context.cursor or "{}")
        asked_at = before.get("asked_at") if looks == before.get("looks") else None
        is_patient = asked_at is not None and at < datetime.datetime.fromisoformat(asked_at) + PATIENCE
        asks = bool(files) and looks == before.get("looks") and not is_patient
        context.update_cursor(json.dumps({"looks": looks, "asked_at": at.isoformat() if asks else asked_at}))
        if asks:
            content = "\n".join([looks, at.isoformat(), *(sha256(path) for path in files)])
            return dg.RunRequest(run_key=hashlib.sha256(content.encode()).hexdigest())
        if not files:
            return dg.SkipReason("nothing waits in the inbox of a feed that is on")
        if is_patient:
            return dg.SkipReason(f"a refresh was asked for at {asked_at}")
        return dg.SkipReason("files have just arrived or are still being written")

    return watch


def waiting_files(home: Home, today: datetime.date) -> list[Path]:
    """Inbox files that a refresh would take: those of a feed that is off stay where they are."""
    run = Run(home, load_contracts(), last_complete_month(today), today, "sensor")
    is_on = [feed for feed, contract in run.contracts.items() if run.is_on(contract)]
    return [path for feed in [*is_on, FOLDER] for path in inbox_files(home, feed)]
