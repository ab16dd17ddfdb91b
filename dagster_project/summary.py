"""What commands print about a home: the summary of a run, its status, its metric values.

Belongs here: gathering rows for the command line from the read copy. Does not belong here: forms of output (show).
"""

import csv
import datetime
import functools
import http.server
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dagster_project.chase import status
from dagster_project.dbt_call import METRICS_DIR
from dagster_project.home import Home, holder_text, is_held
from dagster_project.metric_records import load_records
from dagster_project.problems import SettingsProblem
from dagster_project.reconciliation import overlaps
from dagster_project.warehouse import read_only

VALUE_COLUMNS = (
    "metric_id", "period_type", "period_start", "period_end", "unit_level", "unit_id", "breakdown", "breakdown_value",
    "numerator", "denominator", "people", "value", "value_state",
)  # fmt: skip
BESIDE_COLUMNS = {
    "lower": "lower", "upper": "upper", "variation": "variation", "assurance": "assurance", "suppressed": "is_hidden",
    "quality": "quality",
}  # fmt: skip


def has_run(home: Home) -> None:
    if not home.read_copy.exists():
        raise SettingsProblem(f"Nothing has been run in {home.root} yet: practice-metrics run --home {home.root}")


def status_with_lock(home: Home) -> dict[str, Any]:
    """The status of the home and who holds its warehouse (None: nobody)."""
    has_run(home)
    return {**status(home), "lock": holder_text(home) if is_held(home) else None}


def print_summary(home: Home, month: datetime.date) -> None:
    """What a run came to, feed by feed, and who has not sent what."""
    if not home.read_copy.exists():
        return
    found = status(home)
    for row in found["feeds"]:
        left = [f"{row[what]} files {what}" for what in ("held", "refused") if row[what]]
        rows = f"{row['accepted']} rows accepted, {row['rejected']} rejected"
        print(f"{row['feed']}: {row['freshness']}; {rows}{'; ' + ', '.join(left) if left else ''}")
    if any(row["rejected"] or row["refused"] for row in found["feeds"]):
        print(f"Reports to the senders of rejected rows: {home.rejected}")
    draft = home.drafts / f"{month:%Y-%m}"
    if not (draft / "draft.json").exists():
        return
    if json.loads((draft / "draft.json").read_text("utf-8"))["run_id"] != found["run_id"]:
        print(f"An earlier run's draft stays: {draft / 'site' / 'index.html'}")
        return
    print(f"Draft: {draft / 'site' / 'index.html'}")
    with (draft / "chase_list.csv").open(encoding="utf-8-sig", newline="") as file:
        chased = list(csv.DictReader(file))
    for row in chased:
        print(f"Not sent ({row['state']}, due {row['due']}): {row['feed']} from {row['sender']}. {row['what_to_do']}")


def metric_rows(home: Home, month: datetime.date | None, metric: str | None, unmasked: bool) -> list[dict[str, Any]]:
    """Metric values with the common columns, masked unless asked; asking is written to logs/unmasked.log."""
    from dashboards.read import read_values

    has_run(home)
    records = load_records(METRICS_DIR)
    if metric is not None and metric not in records:
        raise SettingsProblem(f"There is no metric {metric}. The metrics are: {', '.join(records)}.")
    if unmasked:
        log_unmasked(home, month, metric)
    values = read_values(home.read_copy, records, month=month, metric=metric, unmasked=unmasked)
    return [
        {name: getattr(value, name) for name in VALUE_COLUMNS}
        | {name: getattr(value.beside, field) for name, field in BESIDE_COLUMNS.items()}
        for value in values
    ]


def changes_of_system(home: Home) -> list[str]:
    """What is said of each month that an old and a new system both sent."""
    with read_only(home.read_copy) as connection:
        return [words for _, words in overlaps(connection)]


def log_unmasked(home: Home, month: datetime.date | None, metric: str | None) -> None:
    home.logs.mkdir(parents=True, exist_ok=True)
    when = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    with (home.logs / "unmasked.log").open("a", encoding="utf-8") as log:
        log.write(f"{when} account {os.getuid()} asked for {metric or 'every metric'}, {month or 'every month'}\n")


def serve_folder(folder: Path, port: int, tell: Callable[[str], None]) -> None:
    """Serve plain files on this machine only: the pages hold figures that are not for the network."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        tell(f"http://127.0.0.1:{server.server_port}/latest/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            tell("stopped")
