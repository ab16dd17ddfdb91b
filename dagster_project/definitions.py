"""The only place where the graph is put together.

`build_defs(home, as_at)` gives the Definitions of a home; the module's `defs` are those of the home named by
PRACTICE_METRICS_HOME, for the web interface.
"""

import os
from pathlib import Path

import dagster as dg

from dagster_project import parsed_models
from dagster_project.defs import ingest, jobs, publish, transform, validate
from dagster_project.defs.resources import MonthRun
from dagster_project.defs.schedules import schedules
from dagster_project.defs.sensors import inbox_sensor
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home, open_home


def build_defs(home: Home, *, manifest: Path | None = None, as_at: str = "") -> dg.Definitions:
    """The whole graph over `home`. `manifest` is dbt's, made here where it is not given."""
    contracts = list(load_contracts().values())
    if manifest is None:
        manifest = parsed_models.finish_parse(home, parsed_models.start_parse(home))
    return dg.Definitions(
        assets=[
            ingest.archived_deliveries,
            *ingest.feed_assets(contracts),
            transform.model_assets(manifest),
            publish.signals,
            publish.read_copy,
            publish.draft,
        ],
        asset_checks=[*validate.feed_gates(contracts), validate.metric_values_gate],
        jobs=[jobs.publish_month, jobs.refresh_warehouse, jobs.send_digest],
        schedules=schedules(home.settings),
        sensors=[inbox_sensor(home.root)],
        executor=dg.in_process_executor,
        resources={
            "month_run": MonthRun(home=str(home.root), as_at=as_at),
            "dbt": transform.dbt_resource(),
        },
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build_defs(open_home(Path(os.environ["PRACTICE_METRICS_HOME"])))
