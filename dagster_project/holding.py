"""What a gate says of a batch, and which of the batch's files it holds back: no more than it must.

Belongs here: asking the gate of a batch, finding the files that fail alone, asking again without them.
Does not belong here: the rules and how they are asked (expectations), what being held means for a file (exports/load).
"""

import logging
from collections.abc import Callable, Sequence

import duckdb

from dagster_project import warehouse
from dagster_project.exports import load
from dagster_project.exports.coerce import sql_text
from dagster_project.exports.contract import Contract
from dagster_project.home import Home
from expectations import gate
from expectations.gate import Rule, Verdict

log = logging.getLogger(__name__)

# One bad file among a thousand is found by asking some twenty times. A batch so full of faults that this is not enough
# is not searched to the end: the parts that still fail are held whole.
MOST_ASKED = 200


def ask_batch(home: Home, contract: Contract) -> list[Verdict]:
    """The verdicts over all that is staged of the feed, none where nothing is."""
    return _ask(home, contract, gate.feed_rules(contract))


def done_asking(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Drop what the gate was asked about; the batch itself stays."""
    connection.execute(f"drop view if exists raw.{_judged(contract)}")


def reasons(verdicts: Sequence[Verdict]) -> list[str]:
    """The messages of the critical rules that failed."""
    return [verdict.message for verdict in verdicts if verdict.severity == "critical" and not verdict.is_passed]


def hold_failing(home: Home, contract: Contract, verdicts: Sequence[Verdict]) -> None:
    """Hold the files for which the batch got its `verdicts`, until the rest passes together.

    Where none of them fails alone the fault lies between files, nobody can say in which, and all that are left go.
    """
    while why := reasons(verdicts):
        held = _failing_alone(home, contract, verdicts)
        with warehouse.opened(home.warehouse) as connection:
            held = held or dict.fromkeys(load.staged_files(connection, contract.feed), "; ".join(why))
            load.hold_files(home, connection, contract, held)
        log.info("held %d files of %s", len(held), contract.feed)
        verdicts = ask_batch(home, contract)


def _failing_alone(home: Home, contract: Contract, verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Why each file of the batch fails that does so alone. Only the rules are asked again that the batch broke."""
    broken = {verdict.rule for verdict in verdicts if not verdict.is_passed}
    rules = [rule for rule in gate.feed_rules(contract) if rule.id in broken]

    def ask(some: Sequence[str]) -> list[str]:
        return reasons(_ask(home, contract, rules, some))

    return failing_files(judged_files(home, contract), reasons(verdicts), ask)


def failing_files(
    files: Sequence[str], why: Sequence[str], ask: Callable[[Sequence[str]], list[str]]
) -> dict[str, str]:
    """Which of `files`, that fail together for the reasons `why`, fail alone, each with its own reasons. By halving.

    `ask` gives the reasons for which some of the files fail, none where they pass.
    """
    found: dict[str, str] = {}
    failing, n_asked = [(list(files), list(why))], 0
    while failing:
        some, why_some = failing.pop(0)
        if len(some) == 1 or n_asked >= MOST_ASKED:
            found |= dict.fromkeys(some, "; ".join(why_some))
            continue
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            n_asked += 1
            if why_half := ask(half):
                failing.append((half, why_half))
    return found


def judged_files(home: Home, contract: Contract) -> list[str]:
    """The staged files that have rows to judge, in the order in which they came."""
    with warehouse.opened(home.warehouse) as connection:
        if not _is_staged(connection, contract):
            return []
        rows = connection.execute(
            f"select _file_hash from raw.{contract.incoming} where {_is_newest(contract)} "
            "group by _file_hash order by min(rowid)"
        ).fetchall()
    return [row[0] for row in rows]


def _ask(home: Home, contract: Contract, rules: Sequence[Rule], files: Sequence[str] | None = None) -> list[Verdict]:
    """The verdicts of `rules` over what is staged, of all files or of some; none where that has no rows."""
    of_files = "true" if files is None else f"_file_hash in ({', '.join(map(sql_text, files))})"
    with warehouse.opened(home.warehouse) as connection:
        if not _is_staged(connection, contract):
            return []
        connection.execute(
            f"create or replace view raw.{_judged(contract)} as select * from raw.{contract.incoming} "
            f"where {_is_newest(contract)} and {of_files}"
        )
        if not connection.execute(f"select 1 from raw.{_judged(contract)} limit 1").fetchone():
            return []
    return gate.run_gate(home.warehouse, "raw", _judged(contract), rules)


def _judged(contract: Contract) -> str:
    return f"{contract.feed}__judged"


def _is_newest(contract: Contract) -> str:
    """SQL: whether a row is judged. Of a snapshot sent twice only the newer is, so that a correction is let in."""
    if contract.delivery != "snapshot":
        return "true"
    place, batch = contract.snapshot_place, f"raw.{contract.incoming}"
    return f"({place}, _file_hash) in (select {place}, arg_max(_file_hash, rowid) from {batch} group by {place})"


def _is_staged(connection: duckdb.DuckDBPyConnection, contract: Contract) -> bool:
    found = connection.execute(
        "select count(*) from information_schema.tables where table_schema = 'raw' and table_name = ?",
        [contract.incoming],
    ).fetchone()
    return bool(found and found[0])
