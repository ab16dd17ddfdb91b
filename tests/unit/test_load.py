"""From `incoming` to `raw`: repeats, corrections, snapshots, held batches, by hand-worked deliveries."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports import archive
from dagster_project.exports.ingest import stage
from dagster_project.exports.load import hold_files, load_batch, staged_files
from tests.unit.one_feed import CONTRACTS, EVENT, NOVEMBER, OCTOBER, POST, RETURN, SEPTEMBER, Feed, event, post


@pytest.fixture
def posts(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "home", CONTRACTS["workforce"], POST)


def test_repeat_is_dropped_and_correction_supersedes_naming_its_file(events: Feed) -> None:
    events.deliver(event(1), event(2))
    events.run()
    events.deliver(event(1), event(2, status="cancelled"), event(3))
    assert events.run() == 1, "three rows: one said before, one corrected, one new"
    first, second = events.hashes()
    assert events.current("supervision_id, status, _file_hash = '" + second + "'") == [
        ("S1", "held", False), ("S2", "cancelled", True), ("S3", "held", True),
    ]  # fmt: skip
    lineage = "supervision_id, status, _file_hash, _superseded_by"
    assert events.ask(f"select {lineage} from raw.supervision where _superseded_by is not null") == [
        ("S2", "held", first, second)
    ]


def test_correction_taken_back_is_a_correction_again(events: Feed) -> None:
    for status in ("held", "cancelled", "held"):
        events.deliver(event(1, status=status), event(events.n + 10))
        events.run()
    assert events.current("supervision_id, status")[0] == ("S1", "held")
    assert events.ask("select count(*) from raw.supervision where supervision_id = 'S1'") == [(3,)]


def test_of_two_files_in_one_batch_the_later_delivered_wins(events: Feed) -> None:
    events.deliver(event(1, status="cancelled"), name="z.csv")
    events.deliver(event(1), name="a.csv")
    assert events.run() == 1
    assert events.current("status") == [("held",)]


def test_snapshot_replaces_its_month_and_sender_only(posts: Feed) -> None:
    posts.deliver(post("A1"), post("A2"), sender="north")
    posts.deliver(post("B1"), post("B2"), sender="south")
    posts.deliver(post("A1", "2026-10"), sender="north")
    assert posts.run() == 5
    posts.deliver(post("A2", team="East"), sender="north")
    assert posts.run() == -1, "one of the two left"
    keys = posts.home.keys
    expected = [("north", SEPTEMBER, "A2", "East"), ("north", OCTOBER, "A1", "North"),
                ("south", SEPTEMBER, "B1", "North"), ("south", SEPTEMBER, "B2", "North")]  # fmt: skip
    assert posts.current("_sender, month, person_id, team_id") == sorted(
        (sender, month, keys.person_id(staff), team) for sender, month, staff, team in expected
    )
    latest = posts.hashes()[-1]
    assert posts.ask(f"select count(*) from raw.workforce where _superseded_by = '{latest}'") == [(2,)]


USE = {"Staff ID": "A1", "Date": "2026-09-10", "Resource": "Law Finder", "Resource type": "case law"}


@pytest.mark.parametrize("batches", ["one", "two"])
def test_use_told_by_two_files_that_share_one_day_counts_once(tmp_path: Path, batches: str) -> None:
    """The files overlap in a day, as exports by week do."""
    uses = Feed(tmp_path / "home", CONTRACTS["resource_usage"], USE)
    uses.deliver({"Date": "2026-09-09"}, {}, {"Resource": "Guidance Hub"})
    if batches == "two":
        uses.run()
    uses.deliver({}, {"Date": "2026-09-11"})
    uses.run()
    assert uses.current("usage_date, resource_id") == [
        (datetime.date(2026, 9, 9), "Law Finder"), (datetime.date(2026, 9, 10), "Guidance Hub"),
        (datetime.date(2026, 9, 10), "Law Finder"), (datetime.date(2026, 9, 11), "Law Finder"),
    ]  # fmt: skip


SURVEY = {"Wave": "Autumn", "Closing day": "2026-09-30", "Response": "1", "Role": "social worker", "Service": "Adults",
          "Item": "regular_use", "Answer": "yes"}  # fmt: skip


@pytest.mark.parametrize("batches", ["one", "two"])
def test_two_senders_of_one_wave_do_not_erase_each_other(tmp_path: Path, batches: str) -> None:
    """Two forms that number their responses from 1; a sender's own response sent again is still a correction."""
    answers = Feed(tmp_path / "home", CONTRACTS["surveys"], SURVEY)
    answers.deliver({"Response": "1"}, {"Response": "2"}, sender="north")
    if batches == "two":
        assert answers.run() == 2
    answers.deliver({"Response": "1", "Answer": "no"}, {"Response": "2"}, sender="south")
    answers.run()
    given = [("north", "1", "yes"), ("north", "2", "yes"), ("south", "1", "no"), ("south", "2", "yes")]
    assert answers.current("_sender, response_id, answer") == given
    answers.deliver({"Response": "2", "Answer": "no"}, sender="north")
    assert answers.run() == 0
    given[1] = ("north", "2", "no")
    assert answers.current("_sender, response_id, answer") == given


@pytest.fixture
def returns(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "home", CONTRACTS["manager_classification"], RETURN)


@pytest.mark.parametrize("batches", ["one", "two"])
def test_managers_files_in_one_folder_stand_side_by_side(returns: Feed, batches: str) -> None:
    """Forty managers dropped their September files into one folder, and only the last one's counted."""
    returns.deliver({"Manager staff ID": "M1", "Regularly using evidence": "4"})
    if batches == "two":
        assert returns.run() == 1
    returns.deliver({"Manager staff ID": "M2", "Regularly using evidence": "1"})
    returns.run()
    assert sorted(returns.current("n_regular")) == [(1,), (4,)]


def test_manager_who_sends_again_replaces_that_managers_month_only(returns: Feed) -> None:
    returns.deliver(
        {"Manager staff ID": "M1", "Regularly using evidence": "4"},
        {"Manager staff ID": "M1", "Month": "2026-10", "Regularly using evidence": "5"},
        {"Manager staff ID": "M2", "Regularly using evidence": "1"},
        sender="office",
    )
    returns.run()
    returns.deliver({"Manager staff ID": "M1", "Regularly using evidence": "3"}, sender="M1")
    assert returns.run() == 0
    assert returns.current("month, n_regular") == [(SEPTEMBER, 1), (SEPTEMBER, 3), (OCTOBER, 5)]


def test_snapshot_dated_by_day_replaces_the_whole_month(tmp_path: Path) -> None:
    """A snapshot taken again on the 30th replaces the one of the 29th; both would count everybody twice."""
    contract = CONTRACTS["supervision"].model_copy(update={"delivery": "snapshot"})
    feed = Feed(tmp_path / "home", contract, EVENT)
    feed.deliver(event(1, "2026-09-29"), event(2, "2026-09-29"), event(3, "2026-10-01"))
    feed.run()
    feed.deliver(event(1, "2026-09-30"))
    feed.run()
    assert feed.current("supervision_id") == [("S1",), ("S3",)]


def test_held_batch_leaves_raw_alone_and_only_a_new_delivery_lets_it_in(events: Feed) -> None:
    events.deliver(event(1))
    events.run()
    before = events.ask("select * from raw.supervision")
    path = events.deliver(event(1, status="cancelled"), event(2))
    content = path.read_bytes()
    events.land()
    events.touched()
    with events.opened() as connection:
        events.stage(connection)
        held = dict.fromkeys(staged_files(connection, "supervision"), "too good to be true")
        hold_files(events.home, connection, events.contract, held)
        assert load_batch(connection, events.contract) == 0
    assert events.run() == 0
    assert (events.ask("select * from raw.supervision"), events.touched()) == (before, [])
    assert events.ask("select message from ledger.deliveries where status = 'held'") == [("too good to be true",)]
    path.write_bytes(content)
    assert events.run() == 1
    assert events.current("supervision_id, status") == [("S1", "cancelled"), ("S2", "held")]


def test_touched_months_are_exactly_those_whose_rows_changed(events: Feed) -> None:
    events.deliver(event(1), event(2, "2026-10-01"))
    events.run()
    assert events.touched() == [SEPTEMBER, OCTOBER]
    events.deliver(event(1), event(2, "2026-10-01", "cancelled"))
    events.run()
    assert events.touched() == [OCTOBER], "September was only said again"
    events.deliver(event(1, "2026-11-01"))
    events.run()
    assert events.touched() == [SEPTEMBER, NOVEMBER], "where it went, and where it was"
    events.deliver(event(1, "2026-11-01"), event(9, "2026-08-32"))
    events.run()
    assert events.touched() == []


def test_file_sent_again_after_a_mistaken_correction_is_in_force_again(events: Feed) -> None:
    """A, then B instead of it, then A again: the last word is A, also after the warehouse is made anew."""
    path = events.deliver(event(1))
    content = path.read_bytes()
    events.run()
    events.deliver(event(1, status="cancelled"))
    events.run()
    path.write_bytes(content)
    assert events.land().new == 1
    events.run()
    assert events.current("supervision_id, status") == [("S1", "held")]
    with events.opened() as connection:
        connection.execute("delete from raw.supervision")
        connection.execute("delete from ledger.deliveries")
    events.run()
    assert events.current("supervision_id, status") == [("S1", "held")]


def test_refused_file_sent_again_is_tried_again(events: Feed) -> None:
    path = events.deliver(event(1, "2026-13-01"))
    content = path.read_bytes()
    events.run()
    assert events.ask("select status from ledger.deliveries") == [("refused",)]
    path.write_bytes(content)
    assert events.land().new == 1


def test_deliveries_that_passed_are_loaded_again_without_their_gate(events: Feed) -> None:
    """A rebuild judged years of files as one batch, and a rule made for a month held them all for good."""
    for number in (1, 2, 3):
        events.deliver(event(number))
        events.run()
    with events.opened() as connection:
        connection.execute("delete from raw.supervision")
        connection.execute("delete from ledger.deliveries")
        assert stage(events.home, connection, events.contract, "new").n_files == 0, "nothing is left for the gate"
        assert stage(events.home, connection, events.contract, "again", has_passed=True).n_files == 3
        assert load_batch(connection, events.contract) == 3
    assert {delivery.left_out for delivery in archive.deliveries(events.home, "supervision", events.home.keys)} == {
        None
    }


FILES = st.lists(
    st.tuples(st.sampled_from(["north", "south"]), st.booleans(),
              st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["2026-09-10", "2026-10-10"]), st.integers(1, 3)),
                       min_size=1, max_size=4, unique_by=lambda row: row[0])),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=6, deadline=None, derandomize=True)
@given(files=FILES)
@pytest.mark.parametrize("delivery", ["append", "snapshot"])
def test_what_is_current_does_not_depend_on_how_files_fall_into_batches(
    delivery: str, files: list[tuple[str, bool, list[tuple[int, str, int]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against the definition itself: the last word on a key, or a sender's last file of a month."""
    contract = CONTRACTS["supervision"].model_copy(update={"delivery": delivery})
    feed = Feed(tmp_path_factory.mktemp("batches") / "home", contract, EVENT)
    expected: dict[Any, list[tuple[str, str, int]]] = {}
    for sender, ends_batch, rows in files:
        said = [(f"S{number}", day, minutes) for number, day, minutes in rows]
        feed.start = {**EVENT, "Minutes": "1", "Notes": str(feed.n)}  # so that no two files are the same bytes
        feed.deliver(*({"Supervision ID": key, "Date": day, "Minutes": str(n)} for key, day, n in said), sender=sender)
        for month in {day[:7] for _, day, _ in said} if delivery == "snapshot" else ():
            expected[sender, month] = [row for row in said if row[1][:7] == month]
        if delivery == "append":
            expected |= {row[0]: [row] for row in said}
        feed.land()
        if ends_batch:
            with feed.opened() as connection:
                feed.stage(connection)
                load_batch(connection, contract)
    feed.run()
    found = feed.current("supervision_id, cast(supervision_date as varchar), duration_minutes")
    assert found == sorted(row for rows in expected.values() for row in rows)
