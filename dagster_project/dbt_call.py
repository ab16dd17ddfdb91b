"""What dbt is told: generated sources, variables, environment. Pure functions over plain values.

Belongs here: deciding what dbt runs with. Does not belong here: starting it (parsed_models, defs/), models (dbt/).
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from dagster_project.dbt_child import PARENT, WAREHOUSE
from dagster_project.exports.contract import Contract
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
    "joins": "Which joins of recorded use with HR records the assessment allows.",
    "run_parameters": "One row: the month reported and the as-at date.",
    "touched_months": "Months whose rows a load changed and dbt has not modelled yet.",
    "feed_months": "Every month that has current rows, by feed.",
    "system_changes": "Which sender of a feed took over from which, and from which month it counts.",
    "deliveries": "Every delivered file: when it came, and whether it was loaded.",
}


def metric_names(metrics_dir: Path = METRICS_DIR) -> list[str]:
    """The metric models, by the files that are there."""
    return sorted(path.stem for path in metrics_dir.glob("met_*.sql"))


def sources(contracts: Iterable[Contract]) -> dict[str, object]:
    """sources.yml: the raw table of every contract, with its columns and their descriptions, and the ledger."""
    raw = [
        {
            "name": contract.feed,
            "identifier": contract.known_table,
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


def variables(overrides: Mapping[str, object]) -> str:
    """--vars for dbt, with a home's thresholds. They change only when a metric or a threshold does."""
    return json.dumps({"metrics": metric_names(), **thresholds(overrides)}, sort_keys=True)


def environment(home: Home) -> dict[str, str]:
    """What dbt finds in its environment: where the home is, whose child it is. Nothing goes into the project."""
    return {
        PARENT: str(os.getpid()),
        WAREHOUSE: str(home.warehouse),
        "DBT_TARGET_PATH": str(target(home)),
        "DBT_LOG_PATH": str(home.logs / "dbt"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def target(home: Home) -> Path:
    """dbt's own folder in a home: the models as it read them, and what it made of them."""
    return home.state / "dbt" / "target"
