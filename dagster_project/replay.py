"""Going back: taking a file out, and making the warehouse again from the archive.

Belongs here: what undoes a load. Does not belong here: loading (exports/ingest); the archive is what both trust.
"""

import duckdb

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.home import Home
from dagster_project.problems import SettingsProblem

MINIMUM_DIGITS = 8


def withdraw_file(home: Home, file_hash: str, reason: str) -> str:
    """Mark the file so that it is never loaded again unless delivered again, and empty its feed's raw table.

    The next run reads the feed's other files from the archive, so what the file had superseded is current again.
    A file that was put into the folders of two feeds is taken out of both. Raises SettingsProblem where the hash names
    no file or more than one.
    """
    wanted = file_hash.lower()
    if len(wanted) < MINIMUM_DIGITS:
        raise SettingsProblem(f"Give at least {MINIMUM_DIGITS} digits of the file's hash.")
    found = [
        (contract, delivery)
        for contract in load_contracts().values()
        for delivery in archive.deliveries(home, contract.feed, home.keys)
        if delivery.file_hash.startswith(wanted)
    ]
    hashes = {delivery.file_hash for _, delivery in found}
    if len(hashes) != 1:
        raise SettingsProblem(
            f"{len(hashes)} delivered files have a hash that starts with {file_hash}; nothing was changed."
        )
    with warehouse.opened(home.warehouse) as connection:
        connection.execute(warehouse.LEDGER)
        for contract, _ in found:
            empty_feed(connection, contract)
    for _, delivery in found:  # last: after a kill before this, the next run reads all of the feed again
        archive.leave_out(home, home.keys, delivery, f"withdrawn: {reason}")
    feeds = ", ".join(contract.feed for contract, _ in found)
    warehouse.write_read_copy(home.warehouse, home.read_copy)
    return f"Withdrawn from {feeds}: {hashes.pop()[:12]}. Run the month to see its figures without it."


def empty_feed(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Forget every row and file of a feed, so that the next run reads its archive again."""
    connection.execute(f"create table if not exists raw.{contract.feed} ({warehouse.columns_sql(contract)})")
    connection.execute("begin")
    connection.execute(
        f"insert into ledger.touched_months select distinct '{contract.feed}', "
        f"cast(date_trunc('month', {contract.period}) as date) from raw.{contract.feed}"
    )
    connection.execute(f"delete from raw.{contract.feed}")
    connection.execute("delete from ledger.deliveries where feed = ?", [contract.feed])
    connection.execute("delete from rejected.rows where feed = ?", [contract.feed])
    connection.execute("commit")


def set_warehouse_aside(home: Home) -> None:
    """Put the warehouse file aside, so that the next run makes a new one; the one before that is dropped.

    Raises KeyProblem where the archive cannot be opened, before anything is moved.
    """
    for feed in load_contracts():
        archive.deliveries(home, feed, home.keys)
    wal = home.warehouse.with_name(home.warehouse.name + ".wal")
    aside = home.warehouse.with_name("before_rebuild.duckdb")
    aside_wal = aside.with_name(aside.name + ".wal")
    aside_wal.unlink(missing_ok=True)  # that of an older file
    for path, target in ((wal, aside_wal), (home.warehouse, aside)):  # a new warehouse must not find the old one's
        if path.exists():
            path.replace(target)
