"""From a feed's incoming table to its raw one: what a batch supersedes, what becomes of files that failed their gate.

Belongs here: the one transaction that loads a batch, and holding files. Does not belong here: reading files (ingest),
deciding which files pass (expectations, holding).
"""

from collections.abc import Mapping

import duckdb

from dagster_project.exports import archive
from dagster_project.exports.contract import Contract
from dagster_project.exports.error_report import add_to_report
from dagster_project.exports.ingest import report_path
from dagster_project.home import Home

HELD = "Nothing of this file was loaded. Correct it and send it again."


def load_batch(connection: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Move the incoming rows to raw.<feed> in one transaction, superseding what it replaces; rows loaded.

    snapshot: a file replaces every current row of its sender, or of the scope of the contract, for the months it
    holds. append: a row whose key is there with the same content from the same sender is a repeat and dropped, any
    other supersedes.
    Files go in the order in which they were delivered, so a later one wins.
    """
    feed = contract.feed
    files = staged_files(connection, feed)
    if not files:
        return 0
    connection.execute("begin")
    before = _current_rows(connection, feed)
    if contract.delivery == "append" and not _has_known_keys(connection, contract):
        _add_new_events(connection, contract)
    else:
        for file_hash in files:
            if contract.delivery == "snapshot":
                _supersede_snapshot(connection, contract, file_hash)
            else:
                _supersede_corrected(connection, contract, file_hash)
            connection.execute(
                f"insert into raw.{feed} select * from raw.{contract.incoming} where _file_hash = ?", [file_hash]
            )
    _name_touched_months(connection, contract, files)
    connection.execute("update ledger.deliveries set status = 'loaded' where feed = ? and status = 'staged'", [feed])
    connection.execute(f"drop table if exists raw.{contract.incoming}")
    connection.execute("commit")
    return _current_rows(connection, feed) - before


def _add_new_events(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """The whole batch as it is. Where the feed has no rows yet, the batch's table takes the place of the empty one."""
    feed = contract.feed
    if connection.execute(f"select 1 from raw.{feed} limit 1").fetchone():
        connection.execute(f"insert into raw.{feed} select * from raw.{contract.incoming}")
    else:
        connection.execute(f"drop table raw.{feed}")
        connection.execute(f"alter table raw.{contract.incoming} rename to {feed}")


def _name_touched_months(connection: duckdb.DuckDBPyConnection, contract: Contract, files: list[str]) -> None:
    """Write down the months of the rows that came and of those that they superseded, for dbt."""
    connection.execute(
        f"insert into ledger.touched_months select distinct '{contract.feed}', "
        f"cast(date_trunc('month', {contract.period}) as date) from raw.{contract.feed} "
        "where list_contains($1, _file_hash) or list_contains($1, _superseded_by)",
        [files],
    )


def _has_known_keys(connection: duckdb.DuckDBPyConnection, contract: Contract) -> bool:
    """Whether a key of the batch is also in `raw`, or in the batch twice. New events are neither and load at once.

    No file holds a key twice. So where the key has a day in it, only the days that another file has too are looked at.
    """
    feed, day, key = contract.feed, contract.period, ", ".join(contract.event_key)
    same_key = " and ".join(f"old.{name} = new.{name}" for name in contract.event_key)
    where = f"where {day} in (select day from shared_days)" if day in contract.event_key else ""
    found = connection.execute(
        f"with batch_days as (select distinct {day} as day, _file_hash from raw.{contract.incoming}), "
        f"shared_days as (select day from batch_days group by day having count(*) > 1 union "
        f"select {day} from raw.{feed} where _superseded_by is null and {day} in (select day from batch_days)), "
        f"new as (select {key} from raw.{contract.incoming} {where}) "
        f"select exists(select 1 from new group by {key} having count(*) > 1) or exists("
        f"select 1 from raw.{feed} as old join new on {same_key} where old._superseded_by is null)"
    ).fetchone()
    return bool(found and found[0])


def _current_rows(connection: duckdb.DuckDBPyConnection, feed: str) -> int:
    row = connection.execute(f"select count(*) from raw.{feed} where _superseded_by is null").fetchone()
    return int(row[0]) if row else 0


def _supersede_snapshot(connection: duckdb.DuckDBPyConnection, contract: Contract, file_hash: str) -> None:
    feed, place = contract.feed, contract.snapshot_place
    connection.execute(
        f"update raw.{feed} set _superseded_by = ? where _superseded_by is null and ({place}) in "
        f"(select distinct {place} from raw.{contract.incoming} where _file_hash = ?)",
        [file_hash, file_hash],
    )


def _supersede_corrected(connection: duckdb.DuckDBPyConnection, contract: Contract, file_hash: str) -> None:
    feed = contract.feed
    same_key = " and ".join(f"old.{name} = new.{name}" for name in contract.event_key)
    same_content = " and ".join(f"old.{c.name} is not distinct from new.{c.name}" for c in contract.loaded)
    connection.execute(
        f"delete from raw.{contract.incoming} as new using raw.{feed} as old "
        f"where new._file_hash = ? and old._superseded_by is null and {same_key} and {same_content} "
        "and old._sender is not distinct from new._sender",
        [file_hash],
    )
    connection.execute(
        f"update raw.{feed} as old set _superseded_by = new._file_hash from raw.{contract.incoming} as new "
        f"where new._file_hash = ? and old._superseded_by is null and {same_key}",
        [file_hash],
    )


def overtaken(connection: duckdb.DuckDBPyConnection, feed: str) -> set[str]:
    """Files that are a new delivery when they come again: refused ones, and those whose rows something superseded."""
    rows = connection.execute(
        f"select file_hash from ledger.deliveries where feed = ? and status = 'refused' "
        f"union select _file_hash from raw.{feed} where _superseded_by is not null",
        [feed],
    ).fetchall()
    return {row[0] for row in rows}


def mark_passed(home: Home, connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Write into the archive that the staged deliveries passed, before they are loaded: a rebuild asks no gate."""
    staged = staged_files(connection, contract.feed)
    for delivery in archive.deliveries(home, contract.feed, home.keys):
        if delivery.file_hash in staged:
            archive.mark_passed(home, home.keys, delivery)


def staged_files(connection: duckdb.DuckDBPyConnection, feed: str) -> list[str]:
    """The files that wait for the gate, in the order in which they came."""
    rows = connection.execute(
        "select file_hash from ledger.deliveries where feed = ? and status = 'staged' order by rowid", [feed]
    ).fetchall()
    return [row[0] for row in rows]


def hold_files(home: Home, connection: duckdb.DuckDBPyConnection, contract: Contract, why: Mapping[str, str]) -> None:
    """Drop staged files that failed the gate, each with its reason: only a new delivery lets them in again."""
    if not why:
        return
    feed = contract.feed
    connection.execute("begin")
    connection.executemany(
        "update ledger.deliveries set status = 'held', message = ? where feed = ? and file_hash = ? "
        "and status = 'staged'",
        [[text, feed, file_hash] for file_hash, text in why.items()],
    )
    connection.execute(f"delete from raw.{contract.incoming} where list_contains(?, _file_hash)", [list(why)])
    if not staged_files(connection, feed):
        connection.execute(f"drop table raw.{contract.incoming}")
    connection.execute("commit")
    # Last: after a kill before this, the files are read and held again; the other way round nobody would hear of them.
    for delivery in archive.deliveries(home, feed, home.keys):
        if delivery.file_hash in why:
            add_to_report(report_path(home, delivery), "held", f"{why[delivery.file_hash]} {HELD}")
            archive.leave_out(home, home.keys, delivery, f"held: {why[delivery.file_hash]}")
