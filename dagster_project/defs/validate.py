"""The gates as blocking asset checks: one on each staged batch, one on the metric values.

Belongs here: verdicts as Dagster shows them, and what a failure blocks. Does not belong here: the rules.

Every gate blocks. A failure of the staff spine or of the metric values has severity ERROR, which stops all that comes
after; any other feed's has severity WARN: the files that failed are held, the others are loaded, the month goes on.
"""

from collections.abc import Iterable, Sequence

import dagster as dg

from dagster_project import steps
from dagster_project.defs.ingest import WRITER, incoming_key, raw_key
from dagster_project.defs.resources import MonthRun
from dagster_project.exports.contract import Contract
from dagster_project.home import writing
from dagster_project.verdicts import passed
from expectations.gate import Verdict, feeds_read

METRIC_VALUES = dg.AssetKey(["metrics", "fct_metric_values"])


def feed_gates(contracts: Iterable[Contract]) -> list[dg.AssetChecksDefinition]:
    return [_feed_gate(contract) for contract in contracts]


def _feed_gate(contract: Contract) -> dg.AssetChecksDefinition:
    severity = dg.AssetCheckSeverity.ERROR if contract.holds_month else dg.AssetCheckSeverity.WARN
    compared_with = [raw_key(feed) for feed in sorted(feeds_read(contract))]

    @dg.asset_check(
        asset=incoming_key(contract), additional_deps=compared_with, name=f"{contract.feed}_gate", blocking=True,
        pool=WRITER,
    )  # fmt: skip
    def feed_gate(context: dg.AssetCheckExecutionContext, month_run: MonthRun) -> dg.AssetCheckResult:
        """The batch obeys its contract and its suite."""
        run = month_run.over(context.run.run_id)
        with writing(run.home, "Dagster run"):
            verdicts = steps.judge_feed(run, contract.feed)
        return as_result(verdicts, severity)

    return feed_gate


@dg.asset_check(asset=METRIC_VALUES, name="metric_values_gate", blocking=True, pool=WRITER)
def metric_values_gate(context: dg.AssetCheckExecutionContext, month_run: MonthRun) -> dg.AssetCheckResult:
    """Every figure obeys what all figures must."""
    run = month_run.over(context.run.run_id)
    with writing(run.home, "Dagster run"):
        verdicts = steps.judge_metrics(run)
    return as_result(verdicts, dg.AssetCheckSeverity.ERROR)


def as_result(verdicts: Sequence[Verdict], severity: dg.AssetCheckSeverity) -> dg.AssetCheckResult:
    """Verdicts as one check result, with places of failing rows. A failed warning is told; the check passes."""
    not_passed = {
        v.rule: f"{v.severity}: {v.message} ({v.n_failing}{': ' if v.places else ''}{'; '.join(v.places)})"
        for v in verdicts
        if not v.is_passed
    }
    return dg.AssetCheckResult(
        passed=passed(verdicts), severity=severity, metadata={"rules_asked": len(verdicts), **not_passed}
    )
