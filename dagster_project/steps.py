"""The path, step by step, as plain functions: land, stage, judge, load, judge the figures, copy, draft.

Belongs here: what one step of a run does, and what a failed gate holds back. Dagster calls these in order (defs/); so
can anything else. Does not belong here: how any of it is done (exports, expectations, dashboards), the orchestrator.

What holds what: a failed gate of the staff spine, or of the metric values, holds the month. Any other feed's failed
gate holds the files that fail only (holding): the feed's other files are loaded, its metrics keep their last good data.
"""

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from dagster_project import (
    analysis,
    associations,
    conditions,
    data_quality,
    dbt_call,
    editions,
    gaps,
    holding,
    reconciliation,
    warehouse,
)
from dagster_project.code_version import code_version
from dagster_project.exports import archive, ingest, load, registers
from dagster_project.exports.contract import Contract
from dagster_project.home import Home
from dagster_project.identity import crosswalk
from dagster_project.metric_records import load_records
from dagster_project.purposes import SEALED_FEED
from dagster_project.verdicts import failures, is_judged, log_verdicts, passed, write_verdicts
from expectations import gate
from expectations.gate import Verdict

log = logging.getLogger(__name__)

METRIC_GATE = "metric_values"
DISCLOSURE_GATE = "disclosure"
NOTHING_RECOVERABLE = "nothing_hidden_can_be_worked_out"


@dataclass(frozen=True)
class Run:
    """One run over a home: the month reported, the date as at which, and the run's id."""

    home: Home
    contracts: dict[str, Contract]
    month: datetime.date
    as_at: datetime.date
    run_id: str

    def is_on(self, contract: Contract) -> bool:
        """Whether the feed may be loaded: a monitoring feed needs an assessment that is current."""
        assessment = self.home.assessment
        return not contract.monitoring or (assessment is not None and assessment.is_current(self.as_at))


def last_complete_month(as_at: datetime.date) -> datetime.date:
    return (as_at.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


def land(run: Run) -> dict[str, archive.Landed]:
    """Prepare the warehouse for this run and take the inbox in. Feeds that are off stay in the inbox, unopened."""
    is_on = {feed: run.is_on(contract) for feed, contract in run.contracts.items()}
    with warehouse.opened(run.home.warehouse) as connection:
        joins = run.home.joins(run.as_at)
        warehouse.prepare(connection, run.contracts.values(), is_on, run.run_id, run.month, run.as_at, joins)
    for feed in (feed for feed in run.contracts if not is_on[feed]):
        log.info("%s is off: assessment.yml names no current assessment", feed)
    with warehouse.opened(run.home.warehouse) as connection:
        overtaken = {feed: load.overtaken(connection, feed) for feed in run.contracts if is_on[feed]}
    landed = archive.land(run.home, overtaken, run.home.keys)
    landed[registers.FOLDER] = registers.land_workbooks(run.home, run.contracts, overtaken)
    for folder in archive.unclaimed(run.home, [*run.contracts, registers.FOLDER, SEALED_FEED]):
        log.info("files in %s are of no feed and stay there; the feeds are %s", folder, ", ".join(run.contracts))
    for feed, found in landed.items():
        log.info(
            "landed %s: %d new, %d seen before, %d still being written",
            feed, found.new, found.seen_before, found.still_changing,
        )  # fmt: skip
    return landed


def stage_feed(run: Run, feed: str) -> ingest.Staged:
    """Read the feed's new deliveries into `incoming`."""
    contract = run.contracts[feed]
    if not run.is_on(contract):
        return ingest.Staged()
    with warehouse.opened(run.home.warehouse) as connection:
        again = ingest.stage(run.home, connection, contract, run.run_id, has_passed=True)
        if again.n_files:
            load.load_batch(connection, contract)
            log.info("read %s again: %d files that had passed their gate", feed, again.n_files)
        staged = ingest.stage(run.home, connection, contract, run.run_id)
    log.info(
        "read %s: %d files, %d refused; %d rows accepted, %d rejected",
        feed, staged.n_files, staged.n_refused, staged.n_accepted, staged.n_rejected,
    )  # fmt: skip
    return staged


def judge_feed(run: Run, feed: str) -> list[Verdict]:
    """Ask the feed's gate about what is staged, write the verdicts down, hold the files that failed; the verdicts."""
    contract = run.contracts[feed]
    verdicts = holding.ask_batch(run.home, contract)
    if not contract.holds_month:
        holding.hold_failing(run.home, contract, verdicts)
    with warehouse.opened(run.home.warehouse) as connection:
        holding.done_asking(connection, contract)
        if contract.holds_month:
            verdicts.append(_spine_covers_month(connection, run, contract))
        write_verdicts(connection, run.run_id, run.month, feed, verdicts, "month" if contract.holds_month else "feed")
        if contract.holds_month and not passed([v for v in verdicts if v.rule != covers_month(contract)]):
            # Nothing after a failed spine runs in this month, so its load cannot do this.
            _hold_spine(run, connection, contract)
    log_verdicts(feed, verdicts)
    return verdicts


def _hold_spine(run: Run, connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Hold all that is staged of the spine: shares of staff need the whole month."""
    why = "; ".join(failures(connection, run.run_id, contract.feed))
    held = dict.fromkeys(load.staged_files(connection, contract.feed), why)
    load.hold_files(run.home, connection, contract, held)


def covers_month(contract: Contract) -> str:
    return f"{contract.feed}_covers_month"


def _spine_covers_month(connection: duckdb.DuckDBPyConnection, run: Run, contract: Contract) -> Verdict:
    """Every sender config.yml expects, or anybody where it names none, has given the month's spine."""
    senders = run.home.settings.senders.get(contract.feed, [])
    expected: Sequence[str | None] = senders or [None]
    of_month = f"{contract.period} = date '{run.month}'"
    missing = [
        sender
        for sender in expected
        if not _staged_rows(connection, contract, of_month, sender)
        and not _count(connection, f"select count(*) from raw.{contract.feed} where _superseded_by is null "
                       f"and {of_month} and ($1 is null or _sender = $1)", [sender])
    ]  # fmt: skip
    whom = " from " + ", ".join(sorted(filter(None, missing))) if senders else ""
    message = f"{contract.title}: nothing for {run.month:%B %Y}{whom}, so no share of staff can be worked out. Send it."
    return Verdict(covers_month(contract), "critical", not missing, len(missing), message)


@dataclass(frozen=True)
class Loaded:
    """The change in current rows, whether the feed is fresh now, in a word or two, and its newest month with rows."""

    change: int
    freshness: str
    newest_month: datetime.date | None


def load_feed(run: Run, feed: str) -> Loaded:
    """Move what the gate let through to `raw`.

    Raises RuntimeError where rows are staged that no gate of this run has judged.
    """
    with warehouse.opened(run.home.warehouse) as connection:
        change = _load(connection, run, run.contracts[feed])
        if crosswalk.is_source(run.contracts[feed]):
            crosswalk.refresh(connection, list(run.contracts.values()))
        found = connection.execute(f"from ({warehouse.FRESHNESS}) where feed = ?", [feed]).fetchone()
    _, newest_month, word = found or (feed, None, "never loaded")
    return Loaded(change, word, newest_month)


def _load(connection: duckdb.DuckDBPyConnection, run: Run, contract: Contract) -> int:
    feed = contract.feed
    if not run.is_on(contract):
        return 0
    if _staged_rows(connection, contract) and not is_judged(connection, run.run_id, feed):
        raise RuntimeError(f"{feed}: rows are staged that the gate has not judged in this run; run the whole path")
    if contract.holds_month and failures(connection, run.run_id, feed):
        _hold_spine(run, connection, contract)
        return 0
    load.mark_passed(run.home, connection, contract)
    return load.load_batch(connection, contract)


def modelled(run: Run) -> None:
    """dbt is done: no month is waiting for it."""
    log.info("modelled and measured")
    with warehouse.opened(run.home.warehouse) as connection:
        connection.execute("begin")
        connection.execute("delete from ledger.touched_months")
        connection.execute("delete from ledger.models")
        connection.execute("insert into ledger.models values (?)", [models_version(run)])
        connection.execute("commit")


def models_version(run: Run) -> str:
    """What decides a modelled row beside its data: the code and the thresholds in force."""
    return f"{code_version()} {dbt_call.variables(run.home.settings.thresholds)}"


def needs_full_refresh(run: Run) -> bool:
    """Whether other code or other thresholds built the models last: old months would keep the old rule."""
    with warehouse.opened(run.home.warehouse) as connection:
        return connection.execute("select code_version from ledger.models").fetchall() != [(models_version(run),)]


def judge_metrics(run: Run) -> list[Verdict]:
    """Run the gate of the metric values, write the verdicts down and return them."""
    verdicts = gate.run_gate(
        run.home.warehouse, "metrics", "fct_metric_values", gate.metric_rules(), place=gate.METRIC_KEY
    )
    with warehouse.opened(run.home.warehouse) as connection:
        write_verdicts(connection, run.run_id, run.month, METRIC_GATE, verdicts, "month")
    log_verdicts(METRIC_GATE, verdicts)
    return verdicts


def analyse(run: Run) -> list[Verdict]:
    """Write what stands beside each metric value, and whether anything hidden can be worked out; the verdict on that.

    A month in which it can is held: nothing of it may be published.
    """
    home = run.home
    records, disclosure = load_records(dbt_call.METRICS_DIR), home.settings.disclosure.rules()
    with warehouse.opened(home.warehouse) as connection:
        data_quality.write_data_quality(connection, run.contracts, home.settings)
        reconciliation.write_overlaps(connection, run.contracts)
        found = analysis.analyse(
            connection,
            records=records,
            disclosure=disclosure,
            month=run.month,
            quality=data_quality.grades(connection, run.contracts, records),
            earlier=editions.values_shown(home, run.month),
        )
        associations.write(connection, found.comparisons)
        conditions.write_conditions(
            connection, masked=found.values, thresholds=dbt_call.thresholds(home.settings.thresholds),
            minimum_audits=disclosure.minimum_denominator, month=run.month,
        )  # fmt: skip
        gaps.write_gaps(connection, items=home.survey_items, disclosure=disclosure)
        message = "A small number that is hidden could be worked out from those shown."
        verdict = Verdict(NOTHING_RECOVERABLE, "critical", not found.n_recoverable, found.n_recoverable, message)
        write_verdicts(connection, run.run_id, run.month, DISCLOSURE_GATE, [verdict], "month")
    log_verdicts(DISCLOSURE_GATE, [verdict])
    return [verdict]


def copy_for_readers(run: Run) -> None:
    """Replace the read copy."""
    warehouse.write_read_copy(run.home.warehouse, run.home.read_copy)


def _staged_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, condition: str = "true", sender: str | None = None
) -> int:
    """Rows of the feed that wait for the gate; there is no table where nothing was staged."""
    find = "select count(*) from information_schema.tables where table_schema = 'raw' and table_name = ?"
    if not _count(connection, find, [contract.incoming]):
        return 0
    query = f"select count(*) from raw.{contract.incoming} where {condition} and ($1 is null or _sender = $1)"
    return _count(connection, query, [sender])


def _count(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()) -> int:
    row = connection.execute(query, list(parameters)).fetchone()
    return int(row[0]) if row else 0
