"""What counts against a feed's month: who was expected, which files still stand, whom the rows are about."""

import datetime
from pathlib import Path

from dagster_project.data_quality import write_data_quality
from dagster_project.settings import Settings
from tests.unit.one_feed import CONTRACTS, EVENT, POST, RETURN, Feed, event, post

Months = dict[str, object]


def facts(feed: Feed, fact: str, **senders: list[str]) -> Months:
    """One column of metrics.fct_data_quality by month, in a run of October; dbt knows of no month that is late."""
    with feed.opened() as connection:
        connection.execute("create schema if not exists intermediate; create schema if not exists metrics")
        connection.execute(
            "create or replace table intermediate.int_feeds__month_coverage (feed varchar, month date, severity int)"
        )
        write_data_quality(connection, CONTRACTS, Settings(senders=senders))
        rows = connection.execute(
            f"select strftime(month, '%Y-%m'), {fact} from metrics.fct_data_quality where feed = ? order by month",
            [feed.contract.feed],
        ).fetchall()
    return dict(rows)


def snapshot(feed: Feed, month: str, *people: str) -> None:
    """Rows of the staff snapshot in a home of another feed; people by pseudonym."""
    with feed.opened() as connection:
        for person in people:
            connection.execute(
                "insert into raw.workforce by name select cast(? as date) as month, ? as person_id, '1' as post_id",
                [f"{month}-01", person],
            )


def person(feed: Feed, staff: str) -> str:
    return feed.home.keys.person_id(staff)


def two_folders(feed: Feed) -> None:
    """North sends August to October, south September only."""
    feed.deliver(event(1, "2026-08-10"), event(2, "2026-09-10"), event(3, "2026-10-10"), sender="north")
    feed.deliver(event(4, "2026-09-11"), sender="south")
    feed.run()


def test_who_has_sent_is_expected_from_then_on(events: Feed) -> None:
    two_folders(events)
    assert facts(events, "coverage") == {"2026-08": 1, "2026-09": 1, "2026-10": 0.5}


def test_only_whom_the_settings_name_is_expected_where_they_name_anybody(events: Feed) -> None:
    two_folders(events)
    assert set(facts(events, "coverage", supervision=["north"]).values()) == {1}
    assert facts(events, "coverage", workforce=["east"]) == {"2026-08": 1, "2026-09": 1, "2026-10": 0.5}


def test_who_is_named_and_never_sent_lacks_in_every_month(events: Feed) -> None:
    two_folders(events)
    found = facts(events, "coverage", supervision=["north", "south", "east", "west"])
    assert found == {"2026-08": 1 / 3, "2026-09": 2 / 4, "2026-10": 1 / 4}


def test_month_that_others_overtook_is_left_out_and_next_months_bookings_are_no_month(events: Feed) -> None:
    events.deliver(*(event(number, f"2026-{number:02}-10") for number in (5, 6, 7, 9, 10, 12)))
    events.run()
    found = facts(events, "freshness")
    assert found == dict.fromkeys(("2026-05", "2026-06", "2026-07", "2026-09", "2026-10"), "fresh") | {
        "2026-08": "left_out"
    }


def test_month_whose_only_event_moved_to_another_month_was_not_sent(events: Feed) -> None:
    events.deliver(event(1, "2026-08-10"), event(2))
    events.deliver(event(1, "2026-09-12"))
    events.run()
    assert facts(events, "freshness") == {"2026-09": "fresh"}


def test_returns_by_the_quarter_leave_no_month_out(tmp_path: Path) -> None:
    returns = Feed(tmp_path / "home", CONTRACTS["manager_classification"], RETURN)
    returns.deliver(*({"Month": f"2026-{month:02}"} for month in (3, 6, 9)))
    returns.run()
    assert list(facts(returns, "freshness")) == ["2026-03", "2026-06", "2026-09"]


BAD = event(9, "2026-09-31")


def test_file_sent_again_without_its_bad_row_is_held_against_nobody(events: Feed) -> None:
    events.deliver(event(1), event(2), event(3), BAD)
    events.run()
    assert facts(events, "rejected_share") == {"2026-09": 1 / 4}
    events.deliver(event(1), event(2), event(3, status="cancelled"), event(9, "2026-09-30"))
    events.run()
    assert facts(events, "rejected_share") == {"2026-09": 0}


def test_another_file_of_the_same_month_makes_no_bad_row_good(events: Feed) -> None:
    events.deliver(event(1), event(2), event(3), BAD)
    events.deliver(event(3), event(4), event(5), event(6))
    events.run()
    assert facts(events, "rejected_share") == {"2026-09": 1 / 8}


def test_same_rows_from_another_folder_make_no_bad_row_good(events: Feed) -> None:
    events.deliver(event(1), BAD, sender="north")
    events.deliver(event(1), event(9, "2026-09-30"), sender="south")
    events.run()
    assert facts(events, "rejected_share") == {"2026-09": 1 / 4}


def test_snapshot_sent_again_replaces_the_one_with_bad_rows(tmp_path: Path) -> None:
    staff = Feed(tmp_path / "home", CONTRACTS["workforce"], POST)
    staff.deliver(post("A1"), post("A2") | {"Contracted FTE": "nine"})
    staff.run()
    assert facts(staff, "rejected_share") == {"2026-09": 1 / 2}
    staff.deliver(post("A1"), post("A2"))
    staff.run()
    assert facts(staff, "rejected_share") == {"2026-09": 0}


def test_bad_row_counts_in_the_months_its_file_holds_and_in_no_other(events: Feed) -> None:
    events.deliver(event(1, "2026-08-10"), event(2, "2026-09-10"), BAD)
    events.deliver(event(3, "2026-10-10"))
    events.run()
    assert facts(events, "rejected_share") == {"2026-08": 1 / 3, "2026-09": 1 / 3, "2026-10": 0}


def test_leaver_is_known_in_the_month_after_and_not_later_nor_earlier(events: Feed) -> None:
    snapshot(events, "2026-08", person(events, "A1"))
    events.deliver(*(event(month, f"2026-{month:02}-10") for month in (7, 8, 9, 10)))
    events.run()
    assert facts(events, "unmatched_share") == {"2026-07": 1, "2026-08": 0, "2026-09": 0, "2026-10": 1}


def test_supervisor_from_outside_is_no_stranger(events: Feed) -> None:
    """Only whom every row must name has to be staff."""
    start = EVENT | {"Supervisor staff ID": "OUTSIDE"}
    events.start = start
    snapshot(events, "2026-09", person(events, "A1"))
    events.deliver(event(1), event(2), event(3) | {"Staff ID": "STRANGER"}, event(4))
    events.run()
    assert facts(events, "unmatched_share") == {"2026-09": 1 / 4}


def test_return_counts_against_the_feed_where_either_of_its_two_people_is_unknown(tmp_path: Path) -> None:
    start = {"Month": "2026-09", "Manager staff ID": "M1", "Staff ID": "A1", "Regularly using evidence": "yes"}
    returns = Feed(tmp_path / "home", CONTRACTS["manager_classification_reports"], start)
    snapshot(returns, "2026-09", *(person(returns, staff) for staff in ("M1", "A1", "A2")))
    returns.deliver({"Staff ID": "A1"}, {"Staff ID": "A2"}, {"Staff ID": "A3"}, {"Manager staff ID": "M2"})
    returns.run()
    assert facts(returns, "unmatched_share") == {"2026-09": 2 / 4}


def test_row_that_was_superseded_is_about_nobody(events: Feed) -> None:
    snapshot(events, "2026-09", person(events, "A1"))
    events.deliver(event(1) | {"Staff ID": "STRANGER"}, event(2))
    events.deliver(event(1))
    events.run()
    assert facts(events, "unmatched_share") == {"2026-09": 0}


def test_staff_snapshot_is_not_compared_with_itself(tmp_path: Path) -> None:
    staff = Feed(tmp_path / "home", CONTRACTS["workforce"], POST)
    staff.deliver(post("A1"))
    staff.run()
    assert facts(staff, "unmatched_share") == {"2026-09": None}


def test_feed_that_is_off_or_was_never_sent_has_nothing_to_rate(events: Feed) -> None:
    events.deliver(event(1))
    events.run()
    assert facts(events, "grade", workforce=["north"]) == {"2026-09": "weak"}
    with events.opened() as connection:
        connection.execute("update ledger.feeds set is_on = false")
    assert facts(events, "grade") == {}
    assert datetime.date(2026, 9, 1) in [month for (month,) in events.ask("select month from ledger.sender_months")]
