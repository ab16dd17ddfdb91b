"""What sets off a refresh: files that have arrived in the inbox.

Belongs here: watching the inbox. Does not belong here: taking files in (ingest), when drafts are made (schedules).
"""

import hashlib
import json
from pathlib import Path

import dagster as dg

from dagster_project.defs.jobs import refresh_warehouse
from dagster_project.exports.archive import inbox_files
from dagster_project.exports.contract import load_contracts
from dagster_project.files import sha256
from dagster_project.home import open_home


def inbox_sensor(root: Path) -> dg.SensorDefinition:
    """Asks for a refresh once the inbox has looked the same at two looks, and once for each look.

    The run key holds the content of the files, not their names: the same name with other content is a new delivery, and
    so is the same content sent again later (it may have been held).
    """

    @dg.sensor(
        name="inbox_sensor", job=refresh_warehouse, minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )  # fmt: skip
    def watch(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        home = open_home(root)
        files = [path for feed in load_contracts() for path in inbox_files(home, feed)]
        looks = json.dumps([[str(path), path.stat().st_size, path.stat().st_mtime_ns] for path in files])
        before, asked = json.loads(context.cursor or '["", ""]')
        context.update_cursor(json.dumps([looks, looks if looks == before else asked]))
        if not files:
            return dg.SkipReason("the inbox is empty")
        if looks != before:
            return dg.SkipReason("files have just arrived or are still being written")
        if looks == asked:
            return dg.SkipReason("a refresh has been asked for; what is still there belongs to a feed that is off")
        content = "\n".join([looks, *(sha256(path) for path in files)])
        return dg.RunRequest(run_key=hashlib.sha256(content.encode()).hexdigest())

    return watch
