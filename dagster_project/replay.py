"""Going back: taking a file out, and making the warehouse again from the archive.

Belongs here: what undoes a load. Does not belong here: loading (exports/ingest); the archive is what both trust.
"""

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.problems import SettingsProblem

MINIMUM_DIGITS = 8


def withdraw_file(home: Home, file_hash: str, reason: str) -> str:
    """Mark the file so that it is never loaded again unless delivered again, and empty its feed's raw table.

    The next run reads the feed's other files from the archive, so what the file had superseded is current again.
    Raises SettingsProblem where the hash names no delivery or more than one.
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
    if len(found) != 1:
        raise SettingsProblem(f"{len(found)} delivered files have a hash that starts with {file_hash}; nothing was changed.")
    contract, delivery = found[0]
    archive.leave_out(home, home.keys, delivery, f"withdrawn: {reason}")
    with warehouse.opened(home.warehouse) as connection:
        connection.execute(warehouse.LEDGER)
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
    return f"Withdrawn from {contract.feed}: {delivery.file_hash[:12]}. Run the month to see its figures without it."


def set_warehouse_aside(home: Home) -> None:
    """Put the warehouse file aside, so that the next run makes a new one; the one before that is dropped.

    Raises KeyProblem where the archive cannot be opened, before anything is moved.
    """
    for feed in load_contracts():
        archive.deliveries(home, feed, home.keys)
    for path in (home.warehouse, home.warehouse.with_name(home.warehouse.name + ".wal")):
        if path.exists():
            path.replace(path.with_name(path.name + ".before_rebuild"))
