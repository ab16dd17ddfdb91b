"""The dbt models as assets.

Belongs here: the wiring of dbt into the graph. Does not belong here: what dbt is told (dbt_call), models (dbt/).
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from dagster_project import analysis, dbt_call, steps, warehouse
from dagster_project.defs.ingest import WRITER
from dagster_project.defs.resources import MonthRun
from dagster_project.home import writing


class PathTranslator(DagsterDbtTranslator):
    """Names models and sources by layer and name, as the rest of the path does."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props.get("schema") or "models")


def model_assets(manifest: Path) -> dg.AssetsDefinition:
    """Every dbt model of `manifest`; unit tests belong to `make test`, not to a month."""

    @dbt_assets(
        manifest=manifest, dagster_dbt_translator=PathTranslator(), exclude="resource_type:unit_test", pool=WRITER
    )
    def models(context: dg.AssetExecutionContext, dbt: DbtCliResource, month_run: MonthRun) -> Iterator[Any]:
        run = month_run.over(context.run_id)
        with writing(run.home, "Dagster run"):
            os.environ.update(dbt_call.environment(run.home))
            arguments = ["build", *dbt_call.BUILD_OPTIONS, "--vars", dbt_call.variables(run.home.settings.thresholds)]
            if steps.needs_full_refresh(run):
                arguments.append("--full-refresh")
            warehouse.let_go()
            # The analysis' libraries take seconds to import, and this process waits for dbt's anyway.
            threading.Thread(target=analysis.import_statistics).start()
            yield from dbt.cli(arguments, context=context).stream()
            if not context.is_subset:
                steps.modelled(run)

    return models


class DbtChild(DbtCliResource):
    """dbt as a child process alone: the library also makes a dbt of its own in this process, to ask for column metadata
    that nobody asks for here, and that takes seconds.
    """

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:  # noqa: ARG002
        return None


def dbt_resource() -> DbtCliResource:
    return DbtChild(
        project_dir=str(dbt_call.DBT_DIR), profiles_dir=str(dbt_call.DBT_DIR), dbt_executable=str(dbt_call.EXECUTABLE)
    )
