"""From the archive to `incoming`: lineage, kills, the vault, and what goes back to the sender."""

import datetime
from pathlib import Path

import pytest

from dagster_project.exports.ingest import Staged
from dagster_project.exports.load import load_batch
from dagster_project.identity.vault import open_vault
from tests.unit.one_feed import CONTRACTS, POST, SEPTEMBER, Feed, event, post


@pytest.fixture
def posts(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "home", CONTRACTS["workforce"], POST)


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


def test_direct_identifiers_are_in_the_vault_and_nowhere_else(posts: Feed) -> None:
    posts.deliver({}, {"Staff ID": "A2", "Name": "", "E-mail": "second@example.invalid"}, {"Month": "never"})
    posts.run()
    posts.deliver({"Team": "East"})
    posts.run()
    keys = posts.home.keys
    assert open_vault(posts.home.vault, keys, role="test", why="test") == {
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
    (person,) = open_vault(posts.home.vault, posts.home.keys, role="test", why="test").values()
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
    with events.opened() as connection:
        assert events.stage(connection) == Staged(), "a refused file is not read again"


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
