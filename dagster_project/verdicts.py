"""What gates said, written down and read back: the ledger of verdicts.

Belongs here: writing, reading and telling verdicts of a run. Does not belong here: asking a gate (expectations), what a
failed one holds back (steps).
"""

import datetime
import logging
from collections.abc import Sequence

import duckdb

from expectations.gate import Verdict

log = logging.getLogger(__name__)


def passed(verdicts: Sequence[Verdict]) -> bool:
    """Whether no critical rule was broken."""
    return all(verdict.is_passed for verdict in verdicts if verdict.severity == "critical")


def failures(connection: duckdb.DuckDBPyConnection, run_id: str, gate_name: str | None = None) -> list[str]:
    """The messages of the critical rules that failed in a run: of one gate, or of all that hold the month."""
    only = "holds = 'month'" if gate_name is None else "gate = ?"
    rows = connection.execute(
        f"select message from ledger.verdicts where run_id = ? and severity = 'critical' and not is_passed and {only} "
        "order by rule",
        [run_id] if gate_name is None else [run_id, gate_name],
    ).fetchall()
    return [row[0] for row in rows]


def is_judged(connection: duckdb.DuckDBPyConnection, run_id: str, gate_name: str) -> bool:
    """Whether the gate has given a verdict in the run."""
    found = connection.execute(
        "select count(*) from ledger.verdicts where run_id = ? and gate = ?", [run_id, gate_name]
    ).fetchone()
    return bool(found and found[0])


def write_verdicts(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    month: datetime.date,
    gate_name: str,
    verdicts: Sequence[Verdict],
    holds: str,
) -> None:
    """Put the gate's verdicts in the place of those it gave before in the run; `holds` is "month" or "feed"."""
    connection.execute("begin")
    connection.execute("delete from ledger.verdicts where run_id = ? and gate = ?", [run_id, gate_name])
    for verdict in verdicts:
        connection.execute(
            "insert into ledger.verdicts values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [run_id, month, gate_name, verdict.rule, verdict.severity, holds, verdict.is_passed,
             verdict.n_failing, verdict.message],
        )  # fmt: skip
    connection.execute("commit")


def log_verdicts(gate_name: str, verdicts: Sequence[Verdict]) -> None:
    """Say what the gate found, each broken rule in a line."""
    log.info("gate of %s: %d rules asked, %s", gate_name, len(verdicts), "passed" if passed(verdicts) else "FAILED")
    for verdict in verdicts:
        if not verdict.is_passed:
            log.info("  %s: %s: %s (%d)", verdict.severity, verdict.rule, verdict.message, verdict.n_failing)
