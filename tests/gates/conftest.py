"""Homes and runs for the gates' tests.

Belongs here: making a small home, rows and files for it, steps of a run over it. Does not belong here: any claim.
"""

import datetime
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project import steps, warehouse
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home, make_home
from dagster_project.steps import Run
from tests.council import council

SETTINGS = {"organisation": "Fictional council", "sample": True, "settle_seconds": 0}
SUPERVISION_HEADINGS = "Supervision ID,Staff ID,Supervisor staff ID,Date,Kind,Status,Evidence discussed,Evidence source"
WORKFORCE_HEADINGS = (
    "Month,Staff ID,Role,Contracted FTE,Contracted days,Available days,Team,Service,Start date,Post ID,Name"
)
RETURN_HEADINGS = "Month,Manager staff ID,Regularly using evidence,Direct reports"
HEADINGS = {"workforce": WORKFORCE_HEADINGS, "manager_classification": RETURN_HEADINGS}

# Rows of a clean batch of supervisions, of one that is held, and of one that is only remarked on.
GOOD = [f"S{n},Z{n},Z99,0{n}/10/2026,One to one,Held,{'Yes' if n % 2 else 'No'}," for n in range(1, 7)]
OF_ONESELF = [f"T{n},Z{n},Z{n},0{n}/10/2026,One to one,Held,Yes," for n in range(1, 7)]
SOURCE_WITHOUT_DISCUSSION = ["U1,Z1,Z99,01/10/2026,One to one,Held,No,Research"]

CopyCouncil = Callable[[], Home]


def post(month: str, number: int, available: int = 20) -> str:
    """A row of the workforce snapshot."""
    return f"{month},Z{number},Social worker,1,20,{available},North,Safeguarding,01/01/2020,1,Made Upname{number}"


class SmallHome:
    """A home with the first steps of runs over it: land, read, judge, load. No model is built."""

    def __init__(self, root: Path) -> None:
        self.home = make_home(root, SETTINGS)
        self.n_files = self.n_runs = 0

    def deliver(self, feed: str, lines: list[str], name: str = "", sender: str = "") -> None:
        """Put a CSV into the inbox, one second after the one before."""
        headings = HEADINGS.get(feed, SUPERVISION_HEADINGS)
        self.n_files += 1
        path = self.home.inbox / feed / sender / (name or f"{self.n_files}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([headings, *lines]) + "\n", encoding="utf-8")
        delivered = council.FIRST_DELIVERY.timestamp() + self.n_files
        os.utime(path, (delivered, delivered))

    def run(self, as_at: datetime.date = council.AS_AT) -> Run:
        """A new run, with the inbox landed. The home is opened again, as each run of the command line does."""
        self.n_runs += 1
        run = Run(Home(self.home.root), load_contracts(), council.MONTH, as_at, f"run{self.n_runs}")
        steps.land(run)
        return run

    def load(self, feed: str) -> Run:
        """A whole run of one feed up to `raw`."""
        run = self.run()
        steps.stage_feed(run, feed)
        steps.judge_feed(run, feed)
        steps.load_feed(run, feed)
        return run

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with warehouse.opened(self.home.warehouse) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def small_home(tmp_path: Path) -> SmallHome:
    return SmallHome(tmp_path / "home")


@pytest.fixture
def copy_council(council_home: Home, tmp_path: Path) -> CopyCouncil:
    """Copy the council after its month, with its key file, into a folder that may be changed."""

    def copy() -> Home:
        shutil.copytree(council_home.root.parent, tmp_path / "council", symlinks=True)
        return Home(tmp_path / "council" / council_home.root.name)

    return copy
