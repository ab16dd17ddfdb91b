"""A change of system: old numbers are followed, a month that two systems sent is compared and counted once."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from dagster_project import reconciliation, warehouse
from dagster_project.chase import chase_rows
from dagster_project.people import erasure
from dagster_project.people.erasure import erase
from dagster_project.people.subject_access import write_subject_access
from dagster_project.problems import SettingsProblem
from dagster_project.steps import Run
from tests.unit.feeds_of_people import Feeds
from tests.unit.one_feed import POST

ALSO = ("supervision", "cases", "timeliness", "team_changes", "worker_changes", "case_changes", "system_changes")
CHANGED = {"Changed on": "2026-10-01"}


@pytest.fixture
def feeds(tmp_path: Path) -> Feeds:
    return Feeds(tmp_path / "home", None, also=ALSO)


def renumbered(feeds: Feeds, old: str, new: str, **other: str) -> None:
    feeds.deliver("worker_changes", {"Old staff ID": old, "New staff ID": new, **CHANGED, **other})


def change_of(feeds: Feeds, feed: str, first_month: str = "2026-10") -> None:
    row = {"Export": feed, "Sender of the old system": "old", "Sender of the new system": "new"}
    feeds.deliver("system_changes", row | {"First month of the new system": first_month})


def current(feeds: Feeds, feed: str, *columns: str) -> list[tuple[Any, ...]]:
    return feeds.ask(f"select {', '.join(columns)} from raw.{feed}__known order by all")


def supervision(number: str, staff: str, day: str, **other: str) -> dict[str, str]:
    row = {"Supervision ID": number, "Staff ID": staff, "Supervisor staff ID": "BOSS", "Date": day}
    return row | {"Kind": "one to one", "Status": "held", "Duration in minutes": "60"} | other


def referral(child: str, day: str, closed: str = "") -> dict[str, str]:
    return {"Child ID": child, "Referral date": day, "Closure date": closed}


def test_person_keeps_their_history_under_a_new_number(feeds: Feeds) -> None:
    feeds.staff("OLD1", month="2026-09")
    feeds.uses("OLD1", "A2", day="2026-09-10")
    assert feeds.people() == [None, "A2"]
    feeds.touched()
    renumbered(feeds, "OLD1", "A1")
    feeds.uses("A1", "OLD1", day="2026-10-05")
    assert feeds.people() == ["A1", "A2", "A1"], "a log that still has the old number means the same use"
    assert [month for feed, month in feeds.touched() if feed == "workforce"] == ["2026-09"]
    assert current(feeds, "workforce", "person_id") == [(feeds.home.keys.person_id("A1"),)]


def test_register_that_comes_last_counts_for_rows_that_came_first_and_is_followed_twice(feeds: Feeds) -> None:
    renumbered(feeds, "MID1", "A1", **{"Changed on": "2026-11-01"})
    feeds.uses("OLD1", day="2026-09-10")
    renumbered(feeds, "OLD1", "MID1")
    assert feeds.people() == ["A1"]


def test_address_of_an_old_snapshot_and_of_a_new_one_are_one_persons(tmp_path: Path) -> None:
    feeds = Feeds(tmp_path / "home", "email", also=ALSO)
    for month, staff in (("2026-09", "OLD1"), ("2026-10", "A1")):
        feeds.staff(staff, month=month, **{"E-mail": "zq@example.invalid"})
    renumbered(feeds, "OLD1", "A1")
    for day in ("2026-09-10", "2026-10-10"):
        feeds.uses("zq@example.invalid", day=day)
    assert feeds.people() == ["A1", "A1"]


def test_number_that_is_given_out_again_is_each_persons_in_their_time(feeds: Feeds) -> None:
    renumbered(feeds, "A2", "A1", **{"Old one used until": "2026-09-30"})
    feeds.uses("A2", day="2026-09-30")
    feeds.uses("A2", day="2026-10-01")
    assert feeds.people() == ["A1", "A2"]


def test_team_keeps_its_figures_under_a_new_name(feeds: Feeds) -> None:
    row = {"Activity": "visit", "Due": "10", "Completed in timescale": "9"}
    for month, team in (("2026-09", "North 1"), ("2026-10", "North")):
        feeds.deliver("timeliness", {"Month": month, "Team": team, **row})
    feeds.deliver("team_changes", {"Old team": "North 1", "New team": "North", **CHANGED})
    assert current(feeds, "timeliness", "team_id") == [("North",), ("North",)]


def test_child_is_known_again_where_both_systems_count_from_one(feeds: Feeds) -> None:
    """Child 1 is 2 in the new system, and 2 is 3: no child becomes another through two rows of one change."""
    keys = feeds.home.keys
    change_of(feeds, "cases")
    rows = [{"Old child ID": old, "New child ID": new, **CHANGED} for old, new in (("1", "2"), ("2", "3"))]
    feeds.deliver("case_changes", *rows)
    feeds.deliver("cases", referral("1", "2026-07-01"), referral("2", "2026-08-01"), sender="old")
    feeds.deliver("cases", referral("2", "2026-10-05"), sender="new")
    two, three = keys.reference_id("child_id", "2"), keys.reference_id("child_id", "3")
    found = feeds.ask("select child_id, strftime(start_date, '%m') from raw.cases__known order by 2")
    assert found == [(two, "07"), (three, "08"), (two, "10")]


def test_new_system_has_the_last_word_on_what_the_old_one_had_and_none_on_other_history(feeds: Feeds) -> None:
    feeds.deliver("case_changes", {"Old child ID": "1", "New child ID": "501", **CHANGED})
    feeds.deliver("cases", referral("1", "2026-07-01"), sender="old")
    change_of(feeds, "cases")
    rows = [referral("501", "2026-07-01", "2026-11-03"), referral("777", "2026-07-02"), referral("778", "2026-10-02")]
    feeds.deliver("cases", *rows, sender="new")
    found = feeds.ask("select strftime(start_date, '%m-%d'), closure_date is null from raw.cases__known order by 1")
    assert found == [("07-01", False), ("10-02", True)]


def staffed(feeds: Feeds, sender: str, month: str, *staff: str, **other: str) -> None:
    rows = [{**POST, "Staff ID": each, "Month": month, **other} for each in staff]
    feeds.deliver("workforce", *rows, sender=sender)


def with_overlap(feeds: Feeds) -> None:
    """September of the old system, October of both, November and a history of September of the new one."""
    staffed(feeds, "old", "2026-09", "OLD1", "OLD2", "OLD3")
    staffed(feeds, "old", "2026-10", "OLD1", "OLD2", "OLD3")
    staffed(feeds, "new", "2026-09", "A1", **{"Post ID": "77"})
    staffed(feeds, "new", "2026-10", "A1", "A2", **{"Post ID": "77", "Contracted FTE": "0.5"})
    staffed(feeds, "new", "2026-11", "A1", "A2", **{"Post ID": "77"})
    renumbered(feeds, "OLD1", "A1")
    renumbered(feeds, "OLD2", "A2")
    change_of(feeds, "workforce")


def test_month_of_two_systems_is_counted_once(feeds: Feeds) -> None:
    with_overlap(feeds)
    found = feeds.ask(
        "select strftime(month, '%m'), _sender, count(*) from raw.workforce__known group by all order by all"
    )
    assert found == [("09", "old", 3), ("10", "new", 2), ("11", "new", 2)]


def test_month_of_two_systems_is_compared(feeds: Feeds) -> None:
    with_overlap(feeds)
    with warehouse.opened(feeds.home.warehouse) as connection:
        connection.execute("create schema metrics")
        reconciliation.write_overlaps(connection, feeds.contracts)
        warned = reconciliation.overlaps(connection)
    assert [feed for feed, _ in warned] == ["workforce", "workforce"]
    september, october = (words for _, words in warned)
    assert "3 rows in the old and 1 in the new, 1 in both; 2 only in the old." in september
    assert "It is counted once, from the old system." in september
    sent = "Workforce snapshot, October 2026: two systems sent it, 3 rows in the old and 2 in the new"
    assert october.startswith(sent)
    assert "2 in both; 1 only in the old. Of rows in both these differ: Contracted FTE in 2." in october
    assert "It is counted once, from the new system." in october


def test_records_with_numbers_of_their_own_are_told_apart_by_their_system(feeds: Feeds) -> None:
    """Both systems number from S1, and one record of the month of both is the same to the letter."""
    change_of(feeds, "supervision")
    same = supervision("S2", "A1", "2026-10-03")
    feeds.deliver("supervision", supervision("S1", "A1", "2026-09-03"), same, sender="old")
    feeds.deliver("supervision", supervision("S1", "A2", "2026-11-03"), same, sender="new")
    found = feeds.ask("select supervision_id, strftime(supervision_date, '%m'), _sender from raw.supervision__known")
    assert sorted(found) == [("S1", "11", "new"), ("S1 (old)", "09", "old"), ("S2", "10", "new")]
    feeds.deliver("supervision", supervision("S1", "A1", "2026-09-04"), sender="old")
    corrected = feeds.ask("select strftime(supervision_date, '%m-%d') from raw.supervision__known")
    assert sorted(corrected) == [("09-04",), ("10-03",), ("11-03",)], "a correction of the old system is its own"


def test_change_that_is_withdrawn_leaves_everything_as_it_was(feeds: Feeds) -> None:
    with_overlap(feeds)
    feeds.ask("update raw.system_changes set _superseded_by = 'f'; update raw.worker_changes set _superseded_by = 'f'")
    feeds.touched()
    feeds.load("system_changes")
    assert len(current(feeds, "workforce", "person_id")) == 11
    assert ("workforce", "2026-10") in feeds.touched()


def test_nobody_waits_for_an_old_system(feeds: Feeds) -> None:
    with_overlap(feeds)
    day = datetime.date(2026, 11, 22)
    with warehouse.opened(feeds.home.warehouse) as connection:
        run = Run(feeds.home, {"workforce": feeds.contracts["workforce"]}, datetime.date(2026, 12, 1), day, "run")
        waited = {row["sender"] for row in chase_rows(connection, run)}
        assert waited == {"new"}
        before = Run(feeds.home, run.contracts, datetime.date(2026, 8, 1), day, "run")
        assert {row["sender"] for row in chase_rows(connection, before)} == {"old", "new"}


@pytest.mark.parametrize("asked_as", ["A1", "OLD1"])
def test_erasure_takes_rows_under_the_old_number(feeds: Feeds, asked_as: str) -> None:
    renumbered(feeds, "OLD1", "A1")
    renumbered(feeds, "A3", "A1", **{"Old one used until": "2026-08-31"})
    feeds.uses("OLD1", "A2", day="2026-09-10")
    feeds.uses("A3", day="2026-08-10")
    feeds.uses("A3", day="2026-09-10")
    erase(feeds.home, asked_as, "objection", datetime.date(2026, 11, 22), role="Data protection officer")
    assert feeds.people() == ["A2", "A3"]
    assert feeds.ask("from raw.worker_changes") == feeds.ask("from ledger.renumbering") == []


def test_erasure_that_was_cut_off_is_finished_by_the_old_number(feeds: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    renumbered(feeds, "OLD1", "A1")
    feeds.uses("OLD1", "A2", day="2026-09-10")
    day, role = datetime.date(2026, 11, 22), "Data protection officer"
    with monkeypatch.context() as cut:
        cut.setattr(erasure, "from_pages", None)
        with pytest.raises(TypeError):
            erase(feeds.home, "OLD1", "objection", day, role=role)
    assert feeds.ask("from ledger.renumbering") == []
    with pytest.raises(SettingsProblem, match="Finish that one first"):
        erase(feeds.home, "A2", "objection", day, role=role)
    erase(feeds.home, "OLD1", "objection", day, role=role)
    assert feeds.people() == ["A2"]


def test_subject_access_by_an_old_number_is_the_same_persons(feeds: Feeds) -> None:
    feeds.staff("OLD1", month="2026-09")
    feeds.staff("A1", month="2026-10")
    renumbered(feeds, "OLD1", "A1")
    held = [
        json.loads((write_subject_access(feeds.home, number, datetime.date(2026, 11, 22), role="HR") / "held.json")
                   .read_text("utf-8"))
        for number in ("A1", "OLD1")
    ]  # fmt: skip
    assert held[0] == held[1]
    delivered = [row for section in held[0] for row in section["rows"] if "workforce" in section["title"]]
    assert len(delivered) >= 2
