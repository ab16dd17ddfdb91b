"""From logins, addresses and names to people in their time: late, corrected, withdrawn, given to somebody else."""

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.replay import empty_feed, withdraw_file
from tests.unit.feeds_of_people import Feeds
from tests.unit.one_feed import POST


def test_late_staff_data_match_rows_that_came_before_them(by_email: Feeds) -> None:
    by_email.uses("zq@example.invalid", day="2026-08-10")
    by_email.uses("zq@example.invalid")
    assert by_email.people() == [None, None]
    by_email.touched()
    by_email.staff("A1")
    assert by_email.people() == [None, "A1"], "in August nobody had sent that they were staff"
    assert ("resource_usage", "2026-09") in by_email.touched(), "the month that changed is modelled again"
    by_email.staff("A1", month="2026-08")
    assert by_email.people() == ["A1", "A1"]
    assert [found for found in by_email.touched() if found[0] == "resource_usage"] == [("resource_usage", "2026-08")]
    by_email.staff("A1", month="2026-10")
    assert [found for found in by_email.touched() if found[0] == "resource_usage"] == []


def test_address_of_somebody_who_left_is_theirs_in_their_time(by_email: Feeds) -> None:
    """A1 leaves at the end of September, and A2 is given the address in October."""
    sender = {"sender": "hr"}
    for month, staff in (("2026-09", "A1"), ("2026-10", "A2")):
        row = {**POST, "Staff ID": staff, "Month": month, "E-mail": "duty@example.invalid"}
        by_email.deliver("workforce", row, **sender)
    for day in ("2026-09-30", "2026-10-01", "2026-11-20"):
        by_email.uses("duty@example.invalid", day=day)
    assert by_email.people() == ["A1", "A2", "A2"], "the newest snapshot counts on, until the next one comes"


def test_login_given_to_somebody_else_counts_for_each_in_their_time(by_login: Feeds) -> None:
    by_login.identifier("A1", "library login", "duty1", "2026-01-01", "2026-09-15")
    by_login.identifier("A2", "library login", "DUTY1", "2026-09-16")
    for day in ("2025-12-31", "2026-09-15", "2026-09-16"):
        by_login.uses("duty1", day=day)
    assert by_login.people() == [None, "A1", "A2"]


def test_register_that_contradicts_itself_matches_nobody(by_login: Feeds) -> None:
    by_login.identifier("A1", "library login", "duty1", "2026-01-01")
    by_login.identifier("A2", "library login", "duty1", "2026-06-01")
    for day in ("2026-05-31", "2026-06-01"):
        by_login.uses("duty1", day=day)
    assert by_login.people() == ["A1", None]


def test_row_delivered_again_is_a_repeat_whoever_it_is_about_by_now(by_login: Feeds) -> None:
    by_login.uses("zq1")
    by_login.identifier("A1", "library login", "zq1", "2026-01-01")
    by_login.uses("zq1", "other")
    assert by_login.people() == ["A1", None]


def test_corrected_snapshot_takes_its_identifiers_back(by_email: Feeds) -> None:
    by_email.staff("A1", **{"E-mail": "wrong@example.invalid"})
    by_email.uses("wrong@example.invalid")
    by_email.staff("A1", **{"E-mail": "right@example.invalid"})
    assert by_email.people() == [None]


def test_withdrawn_file_takes_its_identifiers_back(by_email: Feeds) -> None:
    by_email.staff("A1", **{"E-mail": "zq@example.invalid"})
    by_email.uses("zq@example.invalid")
    (found,) = archive.deliveries(by_email.home, "workforce", by_email.home.keys)
    withdraw_file(by_email.home, found.file_hash, "sent in error")
    by_email.load("workforce")
    assert by_email.people() == [None]


def test_rebuild_matches_as_the_runs_did(by_login: Feeds) -> None:
    """Rows first, their identifiers last: the order of deliveries decides nothing."""
    by_login.uses("zq1", "other")
    by_login.identifier("A1", "library login", "zq1", "2026-01-01")
    with warehouse.opened(by_login.home.warehouse) as connection:
        for contract in by_login.contracts.values():
            empty_feed(connection, contract)
        connection.execute("delete from ledger.crosswalk; delete from ledger.identifiers")
    for feed in ("identifiers", "resource_usage", "workforce"):
        by_login.load(feed)
    assert by_login.people() == ["A1", None]
