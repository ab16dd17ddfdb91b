"""A home for tests that deliver files of their own, one after the other.

Belongs here: putting rows into an inbox, asking the warehouse. Does not belong here: any claim, the fictional council.
"""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from dagster_project import warehouse
from dagster_project.home import make_home
from tests.council import council


class InboxHome:
    """A home under an assessment, into whose inbox files are put one second apart."""

    def __init__(self, root: Path) -> None:
        self.home = make_home(root, council.CONFIG)
        self.n_files = 0
        council.write_assessment(self.home.root)

    def deliver(self, feed: str, headings: list[str], rows: Iterable[list[str]], sender: str = "") -> None:
        self.n_files += 1
        path = self.home.inbox / feed / sender / f"{self.n_files}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([headings, *rows])
        delivered = council.FIRST_DELIVERY.timestamp() + self.n_files
        os.utime(path, (delivered, delivered))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with warehouse.opened(self.home.warehouse) as connection:
            return connection.execute(query).fetchall()
