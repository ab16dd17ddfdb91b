"""Staff, the register of identifiers and a feed that names people, loaded as a run loads them.

Belongs here: delivering rows and asking who they are about. Does not belong here: any claim.
"""

import csv
import datetime
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.exports.contract import Contract
from dagster_project.exports.ingest import stage
from dagster_project.exports.load import load_batch
from dagster_project.home import Home, make_home
from dagster_project.identity import crosswalk
from tests.unit.one_feed import CONTRACTS, POST

USE = {"Staff ID": "", "Date": "2026-09-10", "Resource": "Shelf", "Resource type": "research"}


def named_by(kind: str | None) -> Contract:
    """The feed of resource use, its people named by `kind` whoever sends it."""
    contract = CONTRACTS["resource_usage"]
    columns = [
        column.model_copy(update={"identifier": kind}) if column.name == "person_id" else column
        for column in contract.columns
    ]
    return contract.model_copy(update={"columns": columns, "monitoring": False})


class Feeds:
    """Staff, the register of identifiers and one feed that names people by `kind`, loaded as the steps load them.

    `also` are further feeds.
    """

    def __init__(
        self, root: Path, kind: str | None, config: dict[str, object] | None = None, also: Collection[str] = ()
    ) -> None:
        self.home: Home = make_home(root, {"settle_seconds": 0, "max_rejected_share": 0.5} | (config or {}))
        names = ("workforce", "identifiers", *also)
        self.contracts = {name: CONTRACTS[name] for name in names} | {"resource_usage": named_by(kind)}
        self.n = 0
        with warehouse.opened(self.home.warehouse) as connection:
            on = dict.fromkeys(self.contracts, True)
            day = datetime.date(2026, 11, 1)
            warehouse.prepare(connection, self.contracts.values(), on, "run", day, day)

    def deliver(self, feed: str, *rows: dict[str, str], sender: str = "default") -> None:
        """A file of the feed, loaded as a run loads it."""
        self.n += 1
        path = self.home.inbox / feed / sender / f"{self.n}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        os.utime(path, (self.n, self.n))
        archive.land(self.home, {feed: set()}, self.home.keys)
        self.load(feed)

    def load(self, feed: str) -> None:
        contract = self.contracts[feed]
        with warehouse.opened(self.home.warehouse) as connection:
            stage(self.home, connection, contract, f"b{self.n}")
            load_batch(connection, contract)
            if crosswalk.is_source(contract):
                crosswalk.refresh(connection, list(self.contracts.values()))

    def staff(self, staff: str, month: str = "2026-09", **other: str) -> None:
        """A snapshot of one person, from a sender of their own."""
        self.deliver("workforce", {**POST, "Staff ID": staff, "Month": month, **other}, sender=f"of_{staff.lower()}")

    def uses(self, *given: str, day: str = "2026-09-10") -> None:
        self.deliver("resource_usage", *({**USE, "Staff ID": text, "Date": day} for text in given))

    def identifier(self, staff: str, kind: str, text: str, start: str, end: str = "") -> None:
        row = {"Staff ID": staff, "Kind": kind, "Identifier": text, "Valid from": start, "Valid to": end}
        self.deliver("identifiers", row)

    def people(self) -> list[str | None]:
        """Who the current rows are about, by payroll number; None where nobody knows."""
        known = {self.home.keys.person_id(staff): staff for staff in ("A1", "A2", "A3")}
        rows = self.ask(
            "select person_id from raw.resource_usage__known where _superseded_by is null "
            "order by usage_date, _delivered_at, _row_number"
        )
        return [known.get(person) for (person,) in rows]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with warehouse.opened(self.home.warehouse) as connection:
            return connection.execute(query).fetchall()

    def touched(self) -> list[tuple[str, str]]:
        found = self.ask("select distinct feed, strftime(month, '%Y-%m') from ledger.touched_months order by all")
        self.ask("delete from ledger.touched_months")
        return found
