"""The read copy and the draft as assets, and what is still done where a run fails.

Belongs here: the end of the path as Dagster sees it. Does not belong here: how a draft is made (publishing).
"""

import dagster as dg

from dagster_project import chase, failed_run, publishing, steps
from dagster_project.defs.ingest import WRITER
from dagster_project.defs.resources import MONTHS, MonthRun
from dagster_project.defs.validate import METRIC_VALUES
from dagster_project.home import writing

READ_COPY = dg.AssetKey(["published", "read_copy"])
DRAFT = dg.AssetKey(["published", "draft"])
SERIES_BREAKS = dg.AssetKey(["metrics", "fct_series_breaks"])
SIGNALS = dg.AssetKey(["metrics", "fct_metric_signals"])
TARGETS = dg.AssetKey(["staging", "stg_targets"])
CHART_CHANGES = dg.AssetKey(["staging", "stg_chart_changes"])
GATE_FAILED = "DagsterAssetCheckFailedError"  # Dagster exports no name for it


@dg.asset(
    key=SIGNALS, deps=[METRIC_VALUES, SERIES_BREAKS, TARGETS, CHART_CHANGES], group_name="metrics", pool=WRITER,
    check_specs=[dg.AssetCheckSpec(steps.NOTHING_RECOVERABLE, asset=SIGNALS, blocking=True)],
)  # fmt: skip
def signals(context: dg.AssetExecutionContext, month_run: MonthRun) -> dg.MaterializeResult:
    """Mask, interval, signal and data quality of each metric value."""
    run = month_run.over(context.run_id)
    with writing(run.home, "Dagster run"):
        [verdict] = steps.analyse(run)
    check = dg.AssetCheckResult(
        check_name=verdict.rule, passed=verdict.is_passed, metadata={"recoverable": verdict.n_failing}
    )
    return dg.MaterializeResult(check_results=[check])


@dg.asset(key=READ_COPY, deps=[SIGNALS], group_name="published", pool=WRITER)
def read_copy(context: dg.AssetExecutionContext, month_run: MonthRun) -> None:
    """The compact copy of the warehouse that pages and commands read."""
    run = month_run.over(context.run_id)
    with writing(run.home, "Dagster run"):
        _tell_readers(run)
    failed_run.forget(run.home)


@dg.asset(key=DRAFT, deps=[READ_COPY], group_name="published", pool=WRITER, partitions_def=MONTHS)
def draft(context: dg.AssetExecutionContext, month_run: MonthRun) -> dg.MaterializeResult:
    """The month's draft, for someone to sign."""
    run = month_run.over(context.run_id)
    with writing(run.home, "Dagster run"):
        folder = publishing.write_draft(run)
    return dg.MaterializeResult(metadata={"draft": dg.MetadataValue.path(str(folder))})


@dg.failure_hook(required_resource_keys={"month_run"})
def notice_of_held_month(context: dg.HookContext) -> None:
    """Publish why, where a gate holds the month; a bug of ours holds nothing and publishes nothing."""
    run = context.resources.month_run.over(context.run_id)
    _remember_crash(context, run)
    with writing(run.home, "Dagster run"):
        _tell_readers(run)
        publishing.publish_notice(run)


@dg.failure_hook(required_resource_keys={"month_run"})
def copy_in_spite_of_failure(context: dg.HookContext) -> None:
    """Let readers see what arrived and what failed: without its read copy, a failed refresh is seen by nobody."""
    run = context.resources.month_run.over(context.run_id)
    _remember_crash(context, run)
    with writing(run.home, "Dagster run"):
        _tell_readers(run)


def _tell_readers(run: steps.Run) -> None:
    steps.copy_for_readers(run)
    chase.write_status(run.home)


def _remember_crash(context: dg.HookContext, run: steps.Run) -> None:
    """For the digest, before the warehouse is asked for: another process may have it. A gate's verdict is no crash."""
    kind = type(context.op_exception).__name__
    if kind != GATE_FAILED:
        failed_run.remember(run, context.job_name, context.step_key, kind)
