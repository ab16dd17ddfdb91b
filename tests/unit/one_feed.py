"""One feed of a home with a warehouse, for the tests of staging and loading: deliver, run, look.

Belongs here: what a person at the inbox and a person at the warehouse can do. Does not belong here: any claim.
"""

import csv
import datetime
import os
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.exports.ingest import Staged, stage
from dagster_project.exports.load import load_batch, mark_passed, overtaken
from dagster_project.home import make_home

CONTRACTS = load_contracts()
SEPTEMBER, OCTOBER, NOVEMBER = (datetime.date(2026, month, 1) for month in (9, 10, 11))
EVENT = {"Supervision ID": "S1", "Staff ID": "A1", "Date": "2026-09-10", "Kind": "1:1", "Status": "held"}
POST = {
    "Month": "2026-09", "Staff ID": "A1", "Name": "Zebedee Quillfeather", "E-mail": "zq@example.invalid",
    "Registration number": "SW987654", "Role": "social worker", "Contracted FTE": "1", "Contracted days": "22",
    "Available days": "20", "Team": "North", "Service": "Adults", "Start date": "2020-01-01",
}  # fmt: skip


RETURN = {"Month": "2026-09", "Manager staff ID": "M1", "Regularly using evidence": "4"}


class Feed:
    """One feed of a home with a warehouse: deliver files, run batches, look at what is current."""

    def __init__(self, root: Path, contract: Contract, start: dict[str, str]) -> None:
        self.home = make_home(root, {"settle_seconds": 0, "max_rejected_share": 0.5})
        self.contract, self.start, self.n = contract, start, 0
        with self.opened() as connection:
            on = dict.fromkeys(CONTRACTS, True)
            warehouse.prepare(connection, CONTRACTS.values(), on, "run", OCTOBER, NOVEMBER)

    def opened(self) -> Any:
        return warehouse.opened(self.home.warehouse)

    def deliver(self, *rows: dict[str, str], name: str = "", sender: str = "") -> Path:
        """A file in the inbox, later than every one before it."""
        self.n += 1
        path = self.home.inbox / self.contract.feed / sender / (name or f"{self.n}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(self.start))
            writer.writeheader()
            writer.writerows({**self.start, **row} for row in rows)
        os.utime(path, (self.n, self.n))
        return path

    def land(self) -> archive.Landed:
        return archive.land(self.home, {self.contract.feed: self.overtaken()}, self.home.keys)[self.contract.feed]

    def overtaken(self) -> set[str]:
        with self.opened() as connection:
            return overtaken(connection, self.contract.feed)

    def stage(self, connection: duckdb.DuckDBPyConnection, batch: str = "b") -> Staged:
        return stage(self.home, connection, self.contract, batch)

    def run(self) -> int:
        """A batch whose gate passes, as the steps of a run load it; the change in current rows."""
        self.land()
        with self.opened() as connection:
            stage(self.home, connection, self.contract, "b", has_passed=True)
            change = load_batch(connection, self.contract)
            self.stage(connection)
            mark_passed(self.home, connection, self.contract)
            return change + load_batch(connection, self.contract)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.opened() as connection:
            return connection.execute(query).fetchall()

    def current(self, columns: str) -> list[tuple[Any, ...]]:
        return self.ask(f"select {columns} from raw.{self.contract.feed} where _superseded_by is null order by all")

    def touched(self) -> list[datetime.date]:
        """The months to model again, since last asked."""
        with self.opened() as connection:
            found = connection.execute("select distinct month from ledger.touched_months order by 1").fetchall()
            connection.execute("delete from ledger.touched_months")
        return [month for (month,) in found]

    def hashes(self) -> list[str]:
        return [found.file_hash for found in archive.deliveries(self.home, self.contract.feed, self.home.keys)]


def event(number: int, day: str = "2026-09-10", status: str = "held") -> dict[str, str]:
    return {"Supervision ID": f"S{number}", "Date": day, "Status": status}


def post(staff: str, month: str = "2026-09", team: str = "North") -> dict[str, str]:
    return {"Staff ID": staff, "Month": month, "Team": team}
