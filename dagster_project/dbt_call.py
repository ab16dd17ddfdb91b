"""What dbt is told: generated sources, variables, environment. Pure functions over plain values, and one subprocess.

Belongs here: deciding what dbt runs with. Does not belong here: models (dbt/), the orchestrator (defs/).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from dagster_project.dbt_child import PARENT
from dagster_project.exports.contract import Contract
from dagster_project.files import write_atomically
from dagster_project.home import Home
from dagster_project.problems import SettingsProblem

DBT_DIR = Path(__file__).parents[1] / "dbt"
METRICS_DIR = DBT_DIR / "models" / "metrics"
EXECUTABLE = Path(sys.executable).parent / "practice-metrics-dbt"

# Nobody reads a month's own manifest, nor the debug log of what went well; writing them takes seconds.
QUIET_LOG = ("--log-level-file", "info")
BUILD_OPTIONS = ("--exclude-resource-type", "unit_test", "--no-write-json", *QUIET_LOG)

LEDGER_TABLES = {
    "feeds": "Every feed: how it is delivered, when it is due, whether it is on.",
    "run_parameters": "One row: the month reported and the as-at date.",
    "touched_months": "Months whose rows a load changed and dbt has not modelled yet.",
    "feed_months": "Every month that has current rows, by feed.",
}


def metric_names(metrics_dir: Path = METRICS_DIR) -> list[str]:
    """The metric models, by the files that are there."""
    return sorted(path.stem for path in metrics_dir.glob("met_*.sql"))


def sources(contracts: Iterable[Contract]) -> dict[str, object]:
    """sources.yml: the raw table of every contract, with its columns and their descriptions, and the ledger."""
    raw = [
        {
            "name": contract.feed,
            "description": contract.about,
            "columns": [{"name": column.name, "description": column.description} for column in contract.loaded],
        }
        for contract in contracts
    ]
    ledger = [{"name": name, "description": about} for name, about in LEDGER_TABLES.items()]
    return {
        "sources": [
            {"name": "raw", "schema": "raw", "description": "Accepted rows, as they came.", "tables": raw},
            {"name": "ledger", "schema": "ledger", "description": "What arrived and what runs.", "tables": ledger},
        ]
    }


def default_thresholds() -> dict[str, object]:
    """The thresholds of the metrics, by name, as dbt_project.yml sets them."""
    named = yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text("utf-8"))["vars"]
    return {name: value for name, value in named.items() if name != "metrics"}


def thresholds(overrides: Mapping[str, object]) -> dict[str, object]:
    """The thresholds in force; raises SettingsProblem on a name dbt_project.yml does not know."""
    known = default_thresholds()
    unknown = sorted(set(overrides) - set(known))
    if unknown:
        raise SettingsProblem(f"config.yml: thresholds: {unknown[0]} is not one of {', '.join(known)}")
    return {**known, **overrides}


def variables(home: Home) -> str:
    """--vars for dbt. They change only when a metric or a threshold does, so that dbt need not parse anew."""
    return json.dumps({"metrics": metric_names(), **thresholds(home.settings.thresholds)}, sort_keys=True)


def environment(home: Home) -> dict[str, str]:
    """What dbt finds in its environment: where the home is, whose child it is. Nothing goes into the project."""
    return {
        PARENT: str(os.getpid()),
        "PRACTICE_METRICS_WAREHOUSE": str(home.warehouse),
        "PRACTICE_METRICS_DBT_GENERATED": str(home.state / "dbt" / "generated"),
        "DBT_TARGET_PATH": str(home.state / "dbt" / "target"),
        "DBT_LOG_PATH": str(home.logs / "dbt"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def manifest_path(home: Home) -> Path:
    return home.state / "dbt" / "target" / "manifest.json"


def write_sources(home: Home, contracts: Iterable[Contract]) -> None:
    """Write sources.yml where dbt looks for it, if it differs from what is there."""
    path = home.state / "dbt" / "generated" / "sources.yml"
    text = yaml.safe_dump(sources(contracts), sort_keys=False).encode()
    if not path.exists() or path.read_bytes() != text:
        write_atomically(path, text)


def start_parse(home: Home, contracts: Iterable[Contract], stamp: str) -> subprocess.Popen[bytes] | None:
    """Start `dbt parse`, so that the caller can do other work meanwhile; None where the manifest is of this `stamp`."""
    write_sources(home, contracts)
    stamp = f"{stamp} {variables(home)} {home.root}"
    stamp_file = home.state / "dbt" / "stamp"
    if manifest_path(home).exists() and stamp_file.exists() and stamp_file.read_text("utf-8") == stamp:
        return None
    stamp_file.unlink(missing_ok=True)
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / "dbt_parse.log").open("wb") as log:
        return subprocess.Popen(
            [str(EXECUTABLE), "--no-use-colors", "parse", "--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR),
             *QUIET_LOG, "--vars", variables(home)],
            env=os.environ | environment(home), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip


def finish_parse(home: Home, process: subprocess.Popen[bytes] | None, stamp: str) -> Path:
    """Wait for `start_parse`; the manifest's path. Raises RuntimeError where dbt could not parse."""
    if process is not None:
        if process.wait() != 0:
            raise RuntimeError(f"dbt could not read the models; see {home.logs / 'dbt_parse.log'}")
        write_atomically(home.state / "dbt" / "stamp", f"{stamp} {variables(home)} {home.root}".encode())
    return manifest_path(home)
