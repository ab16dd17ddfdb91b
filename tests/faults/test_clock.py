"""A clock that was a month ahead: what it left behind does no harm once the clock is right again."""

import datetime
import os
import time
from types import SimpleNamespace

import pytest

from dagster_project import publishing, steps
from dagster_project.exports import archive
from dagster_project.home import Home
from tests.council import council
from tests.gates.conftest import SmallHome, post

AHEAD = datetime.timedelta(days=31)
NINE = [post("2026-10", number) for number in range(9)]
WRONG, RIGHT = ["S1,Z1,Z99,01/10/2026,One to one,Held,No,"], ["S1,Z1,Z99,01/10/2026,One to one,Held,Yes,"]


class ClockAhead(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "ClockAhead":
        return cls.fromtimestamp(time.time() + AHEAD.total_seconds(), tz)


@pytest.fixture
def clock_ahead(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The clock by which deliveries are written down is a month ahead until the patch is undone."""
    clock = SimpleNamespace(datetime=ClockAhead, timedelta=datetime.timedelta, UTC=datetime.UTC)
    monkeypatch.setattr(archive, "datetime", clock)
    return monkeypatch


def test_delivery_after_the_clock_is_right_again_is_the_later_one(
    small_home: SmallHome, clock_ahead: pytest.MonkeyPatch
) -> None:
    small_home.deliver("supervision", WRONG)
    small_home.load("supervision")
    clock_ahead.undo()
    small_home.deliver("supervision", RIGHT)
    small_home.load("supervision")
    home = small_home.home
    first, second = archive.deliveries(home, "supervision", home.keys)
    assert datetime.datetime.fromisoformat(first.delivered_at) > datetime.datetime.now(datetime.UTC)
    assert second.delivered_at > first.delivered_at
    assert small_home.ask(
        "select is_evidence_discussed, _delivered_at = max(_delivered_at) over () from raw.supervision "
        "where _superseded_by is null"
    ) == [(True, True)]


def test_booking_that_a_clock_ahead_of_its_time_took_for_past_covers_no_month(
    small_home: SmallHome, clock_ahead: pytest.MonkeyPatch
) -> None:
    today = datetime.date.today()
    booked = today + AHEAD / 2
    row = [f"S1,Z1,Z99,{booked:%d/%m/%Y},One to one,Held,No,"]
    covered = f"select count(*) from ledger.feed_months where month = date '{booked:%Y-%m}-01'"
    small_home.deliver("supervision", row)
    small_home.load("supervision")
    clock_ahead.undo()
    small_home.run(today)
    assert small_home.ask(covered) == [(0,)]
    small_home.run(booked)
    assert small_home.ask(covered) == [(1,)]


def test_file_dated_later_than_now_is_taken_in(small_home: SmallHome) -> None:
    small_home.deliver("supervision", RIGHT, name="later.csv")
    later = time.time() + AHEAD.total_seconds()
    os.utime(small_home.home.inbox / "supervision" / "later.csv", (later, later))
    small_home.run()
    assert not archive.inbox_files(small_home.home, "supervision")
    assert len(archive.deliveries(small_home.home, "supervision", small_home.home.keys)) == 1


def newest_page(home: Home) -> str:
    return (home.published / "latest" / "index.html").read_text("utf-8")


def test_notice_of_a_month_that_had_not_ended_gives_way_to_the_right_month(small_home: SmallHome) -> None:
    """With the clock a month ahead, the last complete month is one nobody has sent yet: its notice is published."""

    def held(month: datetime.date, as_at: datetime.date) -> None:
        run = small_home.run(as_at)
        run = steps.Run(run.home, run.contracts, month, as_at, run.run_id)
        steps.judge_feed(run, "workforce")
        publishing.publish_notice(run)

    november = council.MONTH + AHEAD
    held(november, council.AS_AT + AHEAD)
    assert "2026-11/held.html" in newest_page(small_home.home)
    held(council.MONTH, council.AS_AT)
    assert "2026-10/held.html" in newest_page(small_home.home)
