"""Files as they really come: late, twice, corrected, half written, in the wrong folder, by the thousand.

One kind of delivery a row of the runbook's table; each says what becomes of the rows, what the sender finds in
`rejected/` and what the data team sees.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project import warehouse
from dagster_project.chase import chase_rows
from dagster_project.exports import archive
from dagster_project.replay import withdraw_file
from dagster_project.steps import Run
from tests.gates.conftest import GOOD, SmallHome, post

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
DELIVERED = "select sender, status, message from ledger.deliveries order by rowid"
EVENTS = "select supervision_id, status from raw.supervision where _superseded_by is null order by 1"
POSTS = "select _sender, count(*) from raw.workforce where _superseded_by is null group by 1 order by 1"
RETURNS = "select count(*), sum(n_regular)::bigint from raw.manager_classification where _superseded_by is null"
TOUCHED = "select distinct feed, strftime(month, '%Y-%m') from ledger.touched_months order by 1, 2"

KINDS: set[str] = set()
Test = Callable[..., None]


def kind(name: str) -> Callable[[Test], Test]:
    """The row of the runbook's table that a test is of."""
    KINDS.add(name)
    return lambda test: test


def reports(small: SmallHome, feed: str) -> str:
    """All that senders of the feed find in `rejected/`."""
    found = sorted((small.home.rejected / feed).rglob("*.csv"))
    return "".join(path.read_text("utf-8-sig") for path in found)


def chased(small: SmallHome, run: Run, feed: str) -> dict[object, object]:
    with warehouse.opened(small.home.warehouse) as connection:
        return {row["sender"]: row["what_to_do"] for row in chase_rows(connection, run) if row["feed"] == feed}


def forget_touched(small: SmallHome) -> None:
    with warehouse.opened(small.home.warehouse) as connection:
        connection.execute("delete from ledger.touched_months")


def give_return(small: SmallHome, manager: str, regular: int, sender: str = "") -> None:
    small.deliver("manager_classification", [f"2026-10,{manager},{regular},9"], sender=sender)


@kind("the same file twice")
def test_same_file_twice_counts_once_whatever_it_is_called(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD, "October.csv")
    small_home.deliver("supervision", GOOD, "October (1).csv")
    small_home.load("supervision")
    forget_touched(small_home)
    small_home.deliver("supervision", GOOD, "October.csv", sender="north")
    small_home.load("supervision")
    assert len(small_home.ask(EVENTS)) == len(GOOD)
    assert [status for _, status, _ in small_home.ask(DELIVERED)] == ["loaded"]
    assert small_home.ask(TOUCHED) == []
    assert archive.inbox_files(small_home.home, "supervision") == []
    assert reports(small_home, "supervision") == ""


@kind("a snapshot of the same month again")
def test_snapshot_again_replaces_its_senders_month_only(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)], sender="north")
    small_home.deliver("workforce", [post("2026-10", number) for number in range(10, 15)], sender="south")
    small_home.deliver("workforce", [post("2026-09", number) for number in range(9)], sender="north")
    small_home.load("workforce")
    small_home.deliver("workforce", [post("2026-10", number) for number in range(8)], sender="north")
    small_home.load("workforce")
    assert small_home.ask(POSTS) == [("north", 17), ("south", 5)]


@kind("forty managers' files side by side")
def test_forty_managers_files_stand_side_by_side_and_one_may_send_again(small_home: SmallHome) -> None:
    for number in range(40):
        give_return(small_home, f"M{number}", 2)
    small_home.load("manager_classification")
    assert small_home.ask(RETURNS) == [(40, 80)]
    give_return(small_home, "M7", 5)
    small_home.load("manager_classification")
    assert small_home.ask(RETURNS) == [(40, 83)]


def test_one_wrong_return_among_forty_holds_that_managers_only(small_home: SmallHome) -> None:
    for number in range(40):
        give_return(small_home, f"M{number}", 99 if number == 23 else 2)
    small_home.load("manager_classification")
    assert small_home.ask(RETURNS) == [(39, 78)]
    assert reports(small_home, "manager_classification").count(",held,") == 1


@kind("a corrected event")
def test_corrected_event_replaces_the_row_and_its_month_is_measured_again(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD)
    small_home.load("supervision")
    forget_touched(small_home)
    small_home.deliver("supervision", [GOOD[1].replace("Held", "Cancelled"), *GOOD[2:]])
    small_home.load("supervision")
    found = dict(small_home.ask(EVENTS))
    assert (len(found), found["S2"], found["S3"]) == (6, "cancelled", "held")
    assert small_home.ask(TOUCHED) == [("supervision", "2026-10")]
    replaced = "select supervision_id from raw.supervision where _superseded_by is not null"
    assert small_home.ask(replaced) == [("S2",)], "what it said before is kept"


@kind("a month that comes late")
def test_late_month_is_added_and_only_it_is_measured_again(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD)
    small_home.load("supervision")
    forget_touched(small_home)
    small_home.deliver("supervision", [row.replace("/10/", "/08/").replace("S", "A", 1) for row in GOOD])
    run = small_home.load("supervision")
    assert len(small_home.ask(EVENTS)) == 12
    assert small_home.ask(TOUCHED) == [("supervision", "2026-08")]
    assert chased(small_home, run, "supervision") == {}


@kind("a month withdrawn")
def test_withdrawn_month_is_gone_and_asked_for_again(small_home: SmallHome) -> None:
    small_home.deliver("supervision", [row.replace("/10/", "/09/").replace("S", "A", 1) for row in GOOD])
    small_home.deliver("supervision", GOOD, "October.csv")
    small_home.load("supervision")
    forget_touched(small_home)
    _, october = archive.deliveries(small_home.home, "supervision", small_home.home.keys)
    withdraw_file(small_home.home, october.file_hash, "of another team")
    run = small_home.load("supervision")
    assert [name for name, _ in small_home.ask(EVENTS)] == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert ("supervision", "2026-10") in small_home.ask(TOUCHED)
    assert chased(small_home, run, "supervision") == {"default": "Send supervision records for October 2026."}


@kind("a file still being written")
def test_file_still_being_written_is_left_alone_until_it_is_whole(
    small_home: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_home.home.config.read_text("utf-8")
    small_home.home.config.write_text(config.replace("settle_seconds: 0", "settle_seconds: 300"), encoding="utf-8")
    small_home.deliver("supervision", GOOD[:3], "growing.csv")
    growing = small_home.home.inbox / "supervision" / "growing.csv"
    growing.touch()

    def grow(seconds: float) -> None:
        with growing.open("a", encoding="utf-8") as file:
            file.write("\n".join(GOOD[3:]) + "\n")

    monkeypatch.setattr(time, "sleep", grow)
    small_home.load("supervision")
    assert small_home.ask(EVENTS) == []
    assert growing.exists()
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    small_home.load("supervision")
    assert len(small_home.ask(EVENTS)) == 6


@kind("a file of another feed in this folder")
def test_file_of_another_feed_is_refused_by_name_of_the_missing_columns(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)], "staff.csv")
    misplaced = small_home.home.inbox / "supervision" / "north" / "staff.csv"
    misplaced.parent.mkdir(parents=True)
    (small_home.home.inbox / "workforce" / "staff.csv").rename(misplaced)
    small_home.deliver("supervision", GOOD, sender="south")
    run = small_home.load("supervision")
    (north, north_status, why), south = small_home.ask(DELIVERED)
    assert (north, north_status, south) == ("north", "refused", ("south", "loaded", None))
    assert "Supervision ID" in str(why)
    assert str(why) in reports(small_home, "supervision").replace('""', '"')
    assert small_home.ask("select count(*) from raw.workforce") == [(0,)]
    assert len(small_home.ask(EVENTS)) == 6
    assert chased(small_home, run, "supervision") == {"north": f"The newest delivery was refused: {why}"}


@kind("a thousand small files")
@pytest.mark.whole_runs
def test_thousand_small_files_are_one_batch(small_home: SmallHome) -> None:
    for number in range(1000):
        give_return(small_home, f"M{number}", 99 if number == 617 else 2)
    started = time.process_time()
    small_home.load("manager_classification")
    seconds = time.process_time() - started
    assert small_home.ask(RETURNS) == [(999, 1998)]
    assert small_home.ask("select status, count(*) from ledger.deliveries group by 1 order by 1") == [
        ("held", 1), ("loaded", 999),
    ]  # fmt: skip
    assert seconds < 240


@kind("a file over the limit of rejected rows")
def test_file_over_the_limit_is_refused_whole_and_the_month_before_stays(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD)
    small_home.load("supervision")
    bad = [row.replace("/10/2026", "/13/2026").replace("S", "B", 1) for row in GOOD[:2]]
    small_home.deliver("supervision", [*bad, *(row.replace("S", "B", 1) for row in GOOD[2:])], "second.csv")
    small_home.load("supervision")
    assert len(small_home.ask(EVENTS)) == 6
    (_, loaded, _), (_, refused, why) = small_home.ask(DELIVERED)
    assert (loaded, refused) == ("loaded", "refused")
    assert "2 of 6 rows break a rule; at most 5% may" in str(why)
    lines = reports(small_home, "supervision").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["", "2", "3"]
    small_home.deliver("supervision", [row.replace("S", "B", 1) for row in GOOD], "second.csv")
    small_home.load("supervision")
    assert len(small_home.ask(EVENTS)) == 12


@kind("two senders of one month who disagree")
def test_two_senders_of_one_person_both_stand_and_the_data_team_is_told(small_home: SmallHome) -> None:
    small_home.deliver("workforce", [post("2026-10", number) for number in range(9)], sender="north")
    small_home.load("workforce")
    small_home.deliver("workforce", [post("2026-10", number) for number in range(8, 15)], sender="south")
    run = small_home.load("workforce")
    assert small_home.ask(POSTS) == [("north", 9), ("south", 7)]
    failed = f"select rule, severity, n_failing from ledger.verdicts where run_id = '{run.run_id}' and not is_passed"
    assert small_home.ask(failed) == [("workforce_person_of_one_sender", "warning", 1)]


def test_two_senders_of_one_event_or_one_manager_the_later_stands(small_home: SmallHome) -> None:
    small_home.deliver("supervision", GOOD, sender="north")
    small_home.deliver("supervision", [GOOD[0].replace("Held", "Cancelled")], sender="south")
    small_home.load("supervision")
    assert dict(small_home.ask(EVENTS))["S1"] == "cancelled"
    give_return(small_home, "M1", 2, sender="north")
    give_return(small_home, "M1", 3, sender="south")
    small_home.load("manager_classification")
    assert small_home.ask(RETURNS) == [(1, 3)]


def test_every_kind_of_delivery_in_the_runbook_is_tested() -> None:
    table = RUNBOOK.read_text("utf-8").split("## Deliveries")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| (?!-|kind)([^|]+?) \|", table, re.M)) == KINDS
