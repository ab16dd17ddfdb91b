"""Files of one feed that name people in two ways: a proxy's log by login, a table by payroll number."""

import datetime
import os
from pathlib import Path

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.match import unmatched
from dagster_project.people.erasure import erase
from dagster_project.replay import empty_feed
from tests.unit.feeds_of_people import Feeds

PAGE = "http://www.sciencedirect.com/science/article/pii/S1"


def read_by(feeds: Feeds, *logins: str) -> None:
    """A proxy's log of 10 September in which each of `logins` reads a page, loaded as a run loads it."""
    feeds.n += 1
    path = feeds.home.inbox / "resource_usage" / "proxy" / f"{feeds.n}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f'10.1.2.3 - {login} [10/Sep/2026:10:00:00 +0100] "GET {PAGE} HTTP/1.1" 200 1\n' for login in logins]
    path.write_text("".join(lines), "utf-8")
    os.utime(path, (feeds.n, feeds.n))
    archive.land(feeds.home, {"resource_usage": set()}, feeds.home.keys)
    feeds.load("resource_usage")


def test_login_of_a_log_is_translated_and_a_payroll_number_of_a_table_is_not(tmp_path: Path) -> None:
    """A2 is a payroll number in the table; in the log it is an account that happens to be called so."""
    feeds = Feeds(tmp_path / "home", None)
    feeds.identifier("A1", "library_login", "zq1", "2026-01-01")
    read_by(feeds, "ZQ1", "A2")
    feeds.uses("A2", day="2026-09-11")
    assert feeds.people() == ["A1", None, "A2"]
    (row,) = unmatched(feeds.home, feeds.contracts)
    assert (row["kind"], row["identifier"], row["rows"]) == ("library login", "A2", 1)


def test_log_that_came_before_its_logins_were_known_counts_once_they_are(tmp_path: Path) -> None:
    feeds = Feeds(tmp_path / "home", None)
    read_by(feeds, "zq1")
    assert feeds.people() == [None]
    feeds.touched()
    feeds.identifier("A1", "library_login", "zq1", "2026-01-01")
    assert feeds.people() == ["A1"]
    assert ("resource_usage", "2026-09") in feeds.touched()


def test_log_out_of_which_somebody_was_erased_still_names_the_others_by_login(tmp_path: Path) -> None:
    """The log is written anew as a table, and a table's cells were read as payroll numbers."""
    feeds = Feeds(tmp_path / "home", None)
    feeds.identifier("A1", "library_login", "zq1", "2026-01-01")
    feeds.identifier("A2", "library_login", "zq2", "2026-01-01")
    read_by(feeds, "zq1", "zq2")
    erase(feeds.home, "A1", "objection", datetime.date(2026, 11, 22), role="Data protection officer")
    with warehouse.opened(feeds.home.warehouse) as connection:
        empty_feed(connection, feeds.contracts["resource_usage"])
    feeds.load("resource_usage")
    assert feeds.people() == ["A2"]
