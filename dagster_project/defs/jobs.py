"""Jobs: selections of the graph with a sentence each."""

import dagster as dg

from dagster_project.defs.publish import notice_of_held_month

publish_month = dg.define_asset_job(
    "publish_month",
    selection="*",
    description="The whole path of a month: land, read, gate, load, model, measure, gate, draft.",
    executor_def=dg.in_process_executor,
    hooks={notice_of_held_month},
)
