"""Jobs: selections of the graph with a sentence each."""

import dagster as dg

from dagster_project import digest
from dagster_project.defs.publish import DRAFT, copy_in_spite_of_failure, notice_of_held_month
from dagster_project.defs.resources import MonthRun

publish_month = dg.define_asset_job(
    "publish_month",
    selection="*",
    description="The whole path of a month: land, read, gate, load, model, measure, gate, draft.",
    executor_def=dg.in_process_executor,
    hooks={notice_of_held_month},
)

refresh_warehouse = dg.define_asset_job(
    "refresh_warehouse",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(DRAFT),
    description="Everything but the draft: what arrived is read, gated, loaded and measured.",
    executor_def=dg.in_process_executor,
    hooks={copy_in_spite_of_failure},
)


@dg.op
def tell_data_team(context: dg.OpExecutionContext, month_run: MonthRun) -> None:
    """Send the digest of the day."""
    run = month_run.over(context.run_id)
    message = digest.digest(run.home, run.as_at)
    n_addresses = digest.send(run.home, message)
    context.log.info(f"{message.title}\n{message.body}\n(sent to {n_addresses} addresses)")


@dg.job(
    executor_def=dg.in_process_executor, description="The daily digest: what is missing, held or stale, or all well."
)
def send_digest() -> None:
    tell_data_team()
