"""Who has not sent what, and what a run's summary says of it."""

import json
from datetime import date

import pytest

from dagster_project import steps, summary, warehouse
from dagster_project.chase import chase_rows, status_rows
from dagster_project.exports.contract import load_contracts
from dagster_project.steps import Run
from tests.gates.conftest import GOOD, OF_ONESELF, SmallHome

EARLY, LATE = date(2026, 11, 10), date(2026, 11, 11)
SEPTEMBER = [row.replace("/10/2026", "/09/2026").replace("S", "R") for row in GOOD]


def chased(small: SmallHome, run: Run, feed: str = "supervision") -> dict[object, dict[str, object]]:
    """Rows of the chase list for a feed, by sender."""
    with warehouse.opened(small.home.warehouse) as connection:
        return {row["sender"]: row for row in chase_rows(connection, run) if row["feed"] == feed}


def test_feed_nobody_ever_sent_is_chased(small_home: SmallHome) -> None:
    [row] = chased(small_home, small_home.run(as_at=EARLY)).values()
    assert (row["sender"], row["month"], row["state"]) == ("nobody yet", "2026-10", "not due yet")
    assert (row["due"], row["what_to_do"]) == ("2026-11-10", "Send supervision records for October 2026.")
    [row] = chased(small_home, small_home.run(as_at=LATE)).values()
    assert row["state"] == "overdue"


def test_feed_that_is_off_is_not_chased(small_home: SmallHome) -> None:
    assert chased(small_home, small_home.run(), "resource_usage") == {}


def test_senders_who_sent_the_month_are_not_chased(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD, sender="north")
    small_home.deliver("supervision", SEPTEMBER, sender="south")
    assert list(chased(small_home, small_home.load("supervision"))) == ["south"]


def test_booking_of_a_month_to_come_does_not_cover_it(small_home: SmallHome) -> None:
    """October's register, sent on 2 November, held a booking of 5 November: November read as observed, without use."""
    october = [row.replace("/10/2026", "/10/2024") for row in GOOD]
    small_home.deliver("supervision", [*october, "B1,Z1,Z99,05/11/2024,One to one,Held,Yes,"])
    small_home.load("supervision")
    with warehouse.opened(small_home.home.warehouse) as connection:
        connection.execute("update raw.supervision set _delivered_at = timestamp '2024-11-02 09:00:00'")
    run = Run(small_home.home, load_contracts(), date(2024, 11, 1), date(2024, 12, 11), "next month's")
    steps.land(run)
    assert small_home.ask("select feed, month from ledger.feed_months") == [("supervision", date(2024, 10, 1))]
    [row] = chased(small_home, run).values()
    assert (row["month"], row["state"]) == ("2024-11", "overdue")
    steps.copy_for_readers(run)
    [feed] = [row for row in status_rows(small_home.home) if row["feed"] == "supervision"]
    assert (feed["newest_period"], feed["freshness"]) == ("2024-10", "stale")


@pytest.mark.parametrize(
    ("last", "missing", "due", "state", "freshness"),
    [
        ("2025-09", "2025-10", "2026-02-08", "overdue", "stale"),
        ("2026-07", "2026-08", "2026-12-09", "not due yet", "not due yet"),
    ],
)
def test_feed_with_a_hundred_days_to_come_is_overdue_by_its_oldest_missing_month(
    small_home: SmallHome, last: str, missing: str, due: str, state: str, freshness: str
) -> None:
    small_home.deliver("manager_classification", [f"{last},Z99,2,9"])
    run = small_home.load("manager_classification")
    [row] = chased(small_home, run, "manager_classification").values()
    assert (row["month"], row["due"], row["state"]) == (missing, due, state)
    assert str(row["what_to_do"]).endswith(f"for {date.fromisoformat(missing + '-01'):%B %Y} to October 2026.")
    steps.copy_for_readers(run)
    [feed] = [row for row in status_rows(small_home.home) if row["feed"] == "manager_classification"]
    assert feed["freshness"] == freshness


def test_expected_senders_are_chased_before_they_ever_send(small_home: SmallHome) -> None:
    text = small_home.home.config.read_text("utf-8")
    small_home.home.config.write_text(text + "senders: {supervision: [north, west]}\n", encoding="utf-8")
    small_home.deliver("supervision", GOOD, sender="north")
    assert list(chased(small_home, small_home.load("supervision"))) == ["west"]


def test_sender_whose_newest_delivery_was_turned_back_is_told_why(small_home: SmallHome) -> None:
    small_home.deliver("supervision", SEPTEMBER)
    small_home.load("supervision")
    small_home.deliver("supervision", OF_ONESELF)
    [row] = chased(small_home, small_home.load("supervision")).values()
    assert str(row["what_to_do"]).startswith("The newest delivery was held: Supervisor and supervisee")


@pytest.mark.parametrize("at_once", [True, False])
def test_sender_whose_older_delivery_was_turned_back_is_asked_for_the_month(
    small_home: SmallHome, at_once: bool
) -> None:
    small_home.deliver("supervision", ["not enough cells"])
    if not at_once:
        small_home.load("supervision")
    small_home.deliver("supervision", SEPTEMBER)
    run = small_home.load("supervision")
    assert small_home.ask("select count(*) from ledger.deliveries where status = 'refused'") == [(1,)]
    [row] = chased(small_home, run).values()
    assert row["what_to_do"] == "Send supervision records for October 2026."


def test_summary_of_a_run_without_a_draft_does_not_show_an_older_runs(
    small_home: SmallHome, capsys: pytest.CaptureFixture[str]
) -> None:
    run = small_home.load("supervision")
    steps.copy_for_readers(run)
    draft = small_home.home.drafts / "2026-10"
    draft.mkdir()
    (draft / "draft.json").write_text(json.dumps({"run_id": run.run_id}))
    (draft / "chase_list.csv").write_text(
        "feed,sender,month,state,due,what_to_do\nsupervision,north,2026-10,overdue,2026-11-10,Send it.\n"
    )
    summary.print_summary(small_home.home, run.month)
    assert "Not sent (overdue, due 2026-11-10): supervision from north. Send it." in capsys.readouterr().out
    steps.copy_for_readers(small_home.load("supervision"))
    summary.print_summary(small_home.home, run.month)
    said = capsys.readouterr().out
    assert "An earlier run's draft stays: " in said
    assert "Not sent" not in said
