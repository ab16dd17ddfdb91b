"""From the archive to `raw`: repeats, corrections, snapshots, kills, holds and withdrawals, by hand-worked deliveries."""

import csv
import datetime
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.exports.ingest import Staged, stage
from dagster_project.exports.load import hold_batch, load_batch
from dagster_project.home import Home, make_home
from dagster_project.identity.vault import open_vault
from dagster_project.problems import SettingsProblem
from dagster_project.replay import withdraw_file

CONTRACTS = load_contracts()
SEPTEMBER, OCTOBER, NOVEMBER = (datetime.date(2026, month, 1) for month in (9, 10, 11))
EVENT = {"Supervision ID": "S1", "Staff ID": "A1", "Date": "2026-09-10", "Kind": "1:1", "Status": "held"}
POST = {
    "Month": "2026-09", "Staff ID": "A1", "Name": "Zebedee Quillfeather", "E-mail": "zq@example.invalid",
    "Registration number": "SW987654", "Role": "social worker", "Contracted FTE": "1", "Contracted days": "22",
    "Available days": "20", "Team": "North", "Service": "Adults", "Start date": "2020-01-01",
}  # fmt: skip


class Feed:
    """One feed of a home with a warehouse: deliver files, run batches, look at what is current."""

    def __init__(self, root: Path, contract: Contract, start: dict[str, str]) -> None:
        self.home = make_home(root, {"settle_seconds": 0, "max_rejected_share": 0.5})
        self.contract, self.start, self.n = contract, start, 0
        with self.opened() as connection:
            on = dict.fromkeys(CONTRACTS, True)
            warehouse.prepare(connection, CONTRACTS.values(), on, "run", OCTOBER, NOVEMBER)

    def opened(self) -> Any:
        return warehouse.opened(self.home.warehouse)

    def deliver(self, *rows: dict[str, str], name: str = "", sender: str = "") -> Path:
        """A file in the inbox, later than every one before it."""
        self.n += 1
        path = self.home.inbox / self.contract.feed / sender / (name or f"{self.n}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(self.start))
            writer.writeheader()
            writer.writerows({**self.start, **row} for row in rows)
        os.utime(path, (self.n, self.n))
        return path

    def land(self) -> archive.Landed:
        return archive.land(self.home, [self.contract.feed], self.home.keys)[self.contract.feed]

    def stage(self, connection: duckdb.DuckDBPyConnection, batch: str = "b") -> Staged:
        return stage(self.home, connection, self.contract, batch)

    def run(self) -> int:
        self.land()
        with self.opened() as connection:
            self.stage(connection)
            return load_batch(connection, self.contract)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.opened() as connection:
            return connection.execute(query).fetchall()

    def current(self, columns: str) -> list[tuple[Any, ...]]:
        return self.ask(f"select {columns} from raw.{self.contract.feed} where _superseded_by is null order by all")

    def touched(self) -> list[datetime.date]:
        """The months to model again, since last asked."""
        with self.opened() as connection:
            found = connection.execute("select distinct month from ledger.touched_months order by 1").fetchall()
            connection.execute("delete from ledger.touched_months")
        return [month for (month,) in found]

    def hashes(self) -> list[str]:
        return [found.file_hash for found in archive.deliveries(self.home, self.contract.feed, self.home.keys)]


@pytest.fixture
def events(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "home", CONTRACTS["supervision"], EVENT)


@pytest.fixture
def posts(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "home", CONTRACTS["workforce"], POST)


def event(number: int, day: str = "2026-09-10", status: str = "held") -> dict[str, str]:
    return {"Supervision ID": f"S{number}", "Date": day, "Status": status}


def post(staff: str, month: str = "2026-09", team: str = "North") -> dict[str, str]:
    return {"Staff ID": staff, "Month": month, "Team": team}


def test_row_carries_where_it_came_from_and_people_are_pseudonyms(events: Feed) -> None:
    events.deliver(event(1), sender="north")
    assert events.run() == 1
    person = events.home.keys.person_id("A1")
    assert events.current("supervision_id, person_id, supervisor_person_id, supervision_kind") == [
        ("S1", person, None, "one_to_one"),
    ]
    (file_hash,) = events.hashes()
    assert events.current("_file_hash, _row_number, _batch_id, _sender") == [(file_hash, 2, "b", "north")]
    assert events.ask("select status, layout, n_read, n_accepted, n_rejected, first_month, last_month "
                      "from ledger.deliveries") == [("loaded", "columns", 1, 1, 0, SEPTEMBER, SEPTEMBER)]  # fmt: skip


def test_repeat_is_dropped_and_correction_supersedes_naming_its_file(events: Feed) -> None:
    events.deliver(event(1), event(2))
    events.run()
    events.deliver(event(1), event(2, status="cancelled"), event(3))
    assert events.run() == 1, "three rows: one said before, one corrected, one new"
    first, second = events.hashes()
    assert events.current("supervision_id, status, _file_hash = '" + second + "'") == [
        ("S1", "held", False), ("S2", "cancelled", True), ("S3", "held", True),
    ]  # fmt: skip
    old = "select supervision_id, status, _file_hash, _superseded_by from raw.supervision where _superseded_by is not null"
    assert events.ask(old) == [("S2", "held", first, second)]


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


def test_snapshot_dated_by_day_replaces_the_whole_month(tmp_path: Path) -> None:
    """A snapshot taken again on the 30th replaces the one of the 29th; both would count everybody twice."""
    contract = CONTRACTS["supervision"].model_copy(update={"delivery": "snapshot"})
    feed = Feed(tmp_path / "home", contract, EVENT)
    feed.deliver(event(1, "2026-09-29"), event(2, "2026-09-29"), event(3, "2026-10-01"))
    feed.run()
    feed.deliver(event(1, "2026-09-30"))
    feed.run()
    assert feed.current("supervision_id") == [("S1",), ("S3",)]


def test_same_file_again_changes_nothing(posts: Feed) -> None:
    path = posts.deliver(post("A1"))
    content = path.read_bytes()
    posts.run()
    before = posts.ask("select * from raw.workforce"), posts.ask("select * from ledger.deliveries")
    posts.touched()
    path.write_bytes(content)
    assert posts.run() == 0
    assert (posts.ask("select * from raw.workforce"), posts.ask("select * from ledger.deliveries")) == before
    assert posts.touched() == []


def test_kill_between_staging_and_loading_stages_again(events: Feed) -> None:
    events.deliver(event(1))
    events.land()
    with events.opened() as connection:
        assert events.stage(connection, "killed") == Staged(n_files=1, n_accepted=1)
    events.deliver(event(2), event(3, "2026-02-31"))
    events.land()
    with events.opened() as connection:
        assert events.stage(connection, "next") == Staged(n_files=2, n_accepted=2, n_rejected=1)
        assert events.stage(connection, "next") == Staged(n_files=2, n_accepted=2, n_rejected=1)
        assert load_batch(connection, events.contract) == 2
        assert load_batch(connection, events.contract) == 0
    assert events.current("supervision_id, _batch_id") == [("S1", "next"), ("S2", "next")]
    assert events.ask("select count(*), count(distinct file_hash) from ledger.deliveries") == [(2, 2)]
    assert events.ask("select row_number, column_name, rule from rejected.rows") == [
        (3, "supervision_date", "not_a_date")
    ]


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
        hold_batch(events.home, connection, events.contract, "too good to be true")
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


def test_withdrawn_file_gives_back_what_it_had_superseded(events: Feed) -> None:
    events.deliver(event(1), event(2))
    events.run()
    path = events.deliver(event(2, status="cancelled"), event(3, "2026-10-01"))
    content = path.read_bytes()
    events.run()
    events.touched()
    withdrawn = events.hashes()[1]
    assert withdrawn[:12] in withdraw_file(events.home, withdrawn[:8].upper(), "sent by mistake")
    assert events.run() == 2
    assert events.current("supervision_id, status") == [("S1", "held"), ("S2", "held")]
    assert events.touched() == [SEPTEMBER, OCTOBER]
    assert events.run() == 0, "it stays out"
    path.write_bytes(content)
    assert events.run() == 1
    assert events.current("supervision_id, status")[1:] == [("S2", "cancelled"), ("S3", "held")]


def test_withdrawing_needs_enough_of_one_known_hash(events: Feed) -> None:
    events.deliver(event(1))
    events.run()
    before = events.ask("select * from raw.supervision")
    for wanted, words in {events.hashes()[0][:7]: "at least 8 digits", "0" * 64: "0 delivered files", "": "8"}.items():
        with pytest.raises(SettingsProblem, match=words):
            withdraw_file(events.home, wanted, "reason")
    assert events.ask("select * from raw.supervision") == before


def test_file_put_into_two_folders_is_withdrawn_from_both(events: Feed) -> None:
    """Dropped into the wrong folder first, refused there, then put right: it could never be withdrawn again."""
    content = events.deliver(event(1)).read_bytes()
    events.run()
    wrong = events.home.inbox / "workforce" / "s.csv"
    wrong.parent.mkdir()
    wrong.write_bytes(content)
    archive.land(events.home, ["workforce"], events.home.keys)
    assert "supervision, workforce" in withdraw_file(events.home, events.hashes()[0], "reason")
    assert events.run() == 0
    assert events.current("supervision_id") == []


def test_direct_identifiers_are_in_the_vault_and_nowhere_else(posts: Feed) -> None:
    posts.deliver({}, {"Staff ID": "A2", "Name": "", "E-mail": "second@example.invalid"}, {"Month": "never"})
    posts.run()
    posts.deliver({"Team": "East"}, name="bad.csv")
    posts.run()
    keys = posts.home.keys
    assert open_vault(posts.home.vault, keys) == {
        keys.person_id("A1"): {"staff_id": "A1", "full_name": "Zebedee Quillfeather", "email": "zq@example.invalid",
                               "registration_number": "SW987654"},
        keys.person_id("A2"): {"staff_id": "A2", "email": "second@example.invalid", "registration_number": "SW987654"},
    }  # fmt: skip
    for path in posts.home.root.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in ("Quillfeather", "zq@example", "second@example", "SW987654"):
            assert secret.encode() not in content, f"{secret} in {path}"
            assert secret not in path.name
    with posts.opened() as connection:
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            cells = {str(cell) for row in connection.execute(f"from {schema}.{table}").fetchall() for cell in row}
            assert not {"A1", "A2", "Zebedee Quillfeather", "zq@example.invalid", "SW987654"} & cells


def test_two_files_of_a_batch_add_up_in_the_vault(posts: Feed) -> None:
    """Where one file brings the name and the next the e-mail, both are kept."""
    posts.deliver({"Name": "", "E-mail": "zq@example.invalid", "Registration number": ""}, sender="north")
    posts.deliver({"Name": "Zebedee", "E-mail": "", "Registration number": "", "Month": "2026-10"}, sender="north")
    posts.run()
    (person,) = open_vault(posts.home.vault, posts.home.keys).values()
    assert person == {"staff_id": "A1", "full_name": "Zebedee", "email": "zq@example.invalid"}


def test_refused_and_rejected_are_told_to_the_sender_by_place_not_value(events: Feed) -> None:
    events.deliver({"Status": "Quillfeather"}, name="all bad.csv", sender="north")
    events.deliver(event(1), {**event(2), "Kind": "Quillfeather"}, name="one bad.csv", sender="north")
    events.deliver(event(3), name="good.csv", sender="south")
    assert events.run() == 2
    folder = events.home.rejected / "supervision"
    reports = {path.name[:-13]: path.read_text("utf-8-sig") for path in sorted((folder / "north").iterdir())}
    assert list(reports) == ["all bad.csv", "one bad.csv"]
    assert "too_many_rejected,1 of 1 rows break a rule; at most 50% may." in reports["all bad.csv"]
    assert "3,Kind,unknown_choice," in reports["one bad.csv"]
    assert "Quillfeather" not in "".join(reports.values())
    assert not (folder / "south").exists(), "who sent nothing wrong hears nothing"
    assert events.ask("select sender, status, n_read, n_accepted from ledger.deliveries order by all") == [
        ("north", "loaded", 2, 1), ("north", "refused", 1, 0), ("south", "loaded", 1, 1),
    ]  # fmt: skip
    assert events.ask("select feed, row_number, column_name, rule from rejected.rows order by all") == [
        ("supervision", 2, "status", "unknown_choice"), ("supervision", 3, "supervision_kind", "unknown_choice"),
    ]  # fmt: skip
    assert events.run() == 0, "a refused file is not read again"


@pytest.mark.parametrize("name", ["x" * 250 + ".csv", "\u00e9" * 124 + ".csv", "comma, \"quote\" & 'mark'.csv"])
def test_report_on_a_file_of_any_name_is_written(name: str, events: Feed) -> None:
    """A name as long as the file system allows left no room for the report's own ending, and stopped every run."""
    events.deliver({"Status": "?"}, name=name)
    events.run()
    (report,) = (events.home.rejected / "supervision" / "default").iterdir()
    assert report.name.startswith(name[:50])


def test_monitoring_rows_before_the_notice_never_reach_the_warehouse(tmp_path: Path) -> None:
    use = {"Staff ID": "A1", "Date": "2026-09-10", "Resource": "Shelf", "Resource type": "research"}
    feed = Feed(tmp_path / "home", CONTRACTS["resource_usage"], use)
    days = "approved_on: 2026-01-01\nreview_due: 2027-01-01\nstaff_consulted_on: 2026-01-01\n"
    (feed.home.root / "assessment.yml").write_text(
        f"reference: X\napproved_by_role: R\n{days}notice_given_on: 2026-09-11\n", encoding="utf-8"
    )
    feed.deliver({}, {"Date": "2026-09-11"})
    assert feed.run() == 1
    assert feed.current("usage_date") == [(datetime.date(2026, 9, 11),)]
    assert feed.ask("select row_number, rule from rejected.rows") == [(2, "before_notice")]


FILES = st.lists(
    st.tuples(st.sampled_from(["north", "south"]), st.booleans(),
              st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["2026-09-10", "2026-10-10"]), st.integers(1, 3)),
                       min_size=1, max_size=4, unique_by=lambda row: row[0])),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        if ends_batch:
            feed.run()
    feed.run()
    found = feed.current("supervision_id, cast(supervision_date as varchar), duration_minutes")
    assert found == sorted(row for rows in expected.values() for row in rows)
