"""Landing, staging and loading as assets: archive/deliveries -> incoming/<feed> -> raw/<feed>.

Belongs here: one asset of each kind a contract. Does not belong here: the gate between staging and loading (validate).
"""

from collections.abc import Iterable

import dagster as dg

from dagster_project import steps
from dagster_project.defs.resources import MonthRun
from dagster_project.exports.contract import Contract
from dagster_project.home import writing

DELIVERIES = dg.AssetKey(["archive", "deliveries"])
WRITER = "duckdb_writer"


@dg.asset(key=DELIVERIES, group_name="archive", pool=WRITER)
def archived_deliveries(context: dg.AssetExecutionContext, month_run: MonthRun) -> dg.MaterializeResult:
    """Every delivered file, sealed by content hash."""
    run = month_run.over(context.run_id)
    with writing(run.home, "Dagster run"):
        landed = steps.land(run)
    return dg.MaterializeResult(
        metadata={
            "new": sum(feed.new for feed in landed.values()),
            "seen_before": sum(feed.seen_before for feed in landed.values()),
            "still_changing": sum(feed.still_changing for feed in landed.values()),
        }
    )


def feed_assets(contracts: Iterable[Contract]) -> list[dg.AssetsDefinition]:
    """The staged batch and the raw table of each feed."""
    return [asset for contract in contracts for asset in (_incoming(contract), _raw(contract))]


def incoming_key(contract: Contract) -> dg.AssetKey:
    return dg.AssetKey(["incoming", contract.feed])


def raw_key(feed: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", feed])


def _incoming(contract: Contract) -> dg.AssetsDefinition:
    @dg.asset(
        key=incoming_key(contract), deps=[DELIVERIES], group_name=contract.domain, pool=WRITER,
        description=f"New deliveries of {contract.title.lower()}, read and waiting for the gate.",
    )  # fmt: skip
    def incoming(context: dg.AssetExecutionContext, month_run: MonthRun) -> dg.MaterializeResult:
        run = month_run.over(context.run_id)
        with writing(run.home, "Dagster run"):
            staged = steps.stage_feed(run, contract.feed)
        return dg.MaterializeResult(
            metadata={
                "files": staged.n_files,
                "files_refused": staged.n_refused,
                "rows_accepted": staged.n_accepted,
                "rows_rejected": staged.n_rejected,
            }
        )

    return incoming


def _raw(contract: Contract) -> dg.AssetsDefinition:
    key, check = raw_key(contract.feed), f"{contract.feed}_fresh"

    @dg.asset(
        key=key, deps=[incoming_key(contract)], group_name=contract.domain, pool=WRITER,
        description=contract.about, tags={"delivery": contract.delivery},
        check_specs=[dg.AssetCheckSpec(check, asset=key, description="The newest month is as new as is due.")],
    )  # fmt: skip
    def raw(context: dg.AssetExecutionContext, month_run: MonthRun) -> dg.MaterializeResult:
        run = month_run.over(context.run_id)
        with writing(run.home, "Dagster run"):
            loaded = steps.load_feed(run, contract.feed)
        is_fresh = dg.AssetCheckResult(
            check_name=check, passed=loaded.freshness != "stale", severity=dg.AssetCheckSeverity.WARN,
            metadata={"freshness": loaded.freshness},
        )  # fmt: skip
        return dg.MaterializeResult(
            metadata={"change_in_current_rows": loaded.change, "newest_month": str(loaded.newest_month)},
            check_results=[is_fresh],
        )

    return raw
