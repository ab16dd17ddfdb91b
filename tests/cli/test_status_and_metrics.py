"""What the reading commands print: the same rows as a table, JSON and CSV, and nothing beside them."""

import csv
import datetime
import hashlib
import io
import json

import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from tests.conftest import Cli
from tests.council import council
from tests.gates.conftest import CopyCouncil

VALUE_COLUMNS = [
    "metric_id", "period_type", "period_start", "period_end", "unit_level", "unit_id", "breakdown", "breakdown_value",
    "numerator", "denominator", "people", "value", "value_state", "lower", "upper", "variation", "assurance",
    "suppressed", "quality",
]  # fmt: skip
FEED_COLUMNS = [
    "feed", "is_on", "deliveries", "senders", "accepted", "rejected", "held", "refused", "newest_period", "freshness",
]  # fmt: skip
STATUS = ["month", "as_at", "run_id", "feeds", "failed_rules", "deliveries", "drafts", "editions", "lock"]
OCTOBER = ("--month", "2026-10")


def test_status_as_json_has_every_field(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    status = json.loads(cli("status", "--home", home.root, "--format", "json").stdout)
    assert list(status) == STATUS
    assert (status["month"], status["as_at"], status["lock"]) == ("2026-10", "2026-11-22", None)
    assert (status["drafts"], status["editions"]) == (["2026-10"], ["2026-10/01"])
    assert {rule["severity"] for rule in status["failed_rules"]} == {"warning"}
    assert [list(feed) for feed in status["feeds"]] == [FEED_COLUMNS] * len(load_contracts())
    found = {feed["feed"]: feed for feed in status["feeds"]}
    assert found["supervision"] == {
        "feed": "supervision", "is_on": True, "deliveries": 3, "senders": 1, "accepted": 51, "rejected": 1, "held": 0,
        "refused": 0, "newest_period": "2026-10", "freshness": "fresh",
    }  # fmt: skip
    assert found["counter_usage"]["freshness"] == "stale"


def test_status_names_every_delivery_by_the_hash_that_withdraw_takes(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    deliveries = json.loads(cli("status", "--home", home.root, "--format", "json").stdout)["deliveries"]
    exported = {hashlib.sha256(path.read_bytes()).hexdigest(): path.parent.name for path in council.export_files()}
    assert {delivery["file_hash"]: delivery["feed"] for delivery in deliveries} == exported
    assert {delivery["status"] for delivery in deliveries} == {"loaded"}
    given = hashlib.sha256((council.EXPORTS / "workforce" / "2026-10.csv").read_bytes()).hexdigest()
    [workforce] = [delivery for delivery in deliveries if delivery["file_hash"] == given]
    assert (workforce["sender"], workforce["first_month"], workforce["last_month"]) == ("default", "2026-10", "2026-10")


def test_status_file_says_what_the_command_says(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    said = json.loads(cli("status", "--home", home.root, "--format", "json").stdout)
    assert json.loads(home.status.read_text("utf-8")) == {name: said[name] for name in STATUS if name != "lock"}


def test_status_as_table_and_csv_is_about_feeds(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    done = cli("status", "--home", home.root, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["feed"] for row in rows] == list(load_contracts())
    assert "month 2026-10, as at 2026-11-22; warehouse: free" in done.stderr
    assert "drafts: 2026-10; editions: 2026-10/01" in done.stderr
    assert "resource_usage" in cli("status", "--home", home.root).stdout


def test_metrics_have_exactly_the_common_columns(council_home: Home, cli: Cli) -> None:
    rows = json.loads(cli("metrics", "--home", council_home.root, "--format", "json").stdout)
    assert len(rows) > 300
    assert all(list(row) == VALUE_COLUMNS for row in rows)
    as_csv = cli("metrics", "--home", council_home.root, "--format", "csv").stdout
    assert as_csv.splitlines()[0] == ",".join(VALUE_COLUMNS)
    read = list(csv.DictReader(io.StringIO(as_csv)))
    assert read == [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


def test_metrics_values_are_numbers_dates_and_states(council_home: Home, cli: Cli) -> None:
    rows = json.loads(cli("metrics", "--home", council_home.root, "--format", "json").stdout)
    for row in rows:
        start, end = (datetime.date.fromisoformat(row[name]) for name in ("period_start", "period_end"))
        assert start <= end
        assert row["unit_level"] in ("organisation", "service", "team")
        assert row["value_state"] in ("observed", "not_collected", "not_due", "feed_stale", "too_few")
        assert (row["value"] is not None) == (row["value_state"] == "observed")
        assert all(row[name] is None or isinstance(row[name], int | float) for name in ("numerator", "people", "value"))
    keys = [tuple(row[name] for name in VALUE_COLUMNS[:8]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_metrics_of_a_month_and_a_metric_are_those_among_all(council_home: Home, cli: Cli) -> None:
    every = json.loads(cli("metrics", "--home", council_home.root, "--format", "json").stdout)
    one = ("--metric", "supervisions_evidence_discussed", *OCTOBER)
    some = json.loads(cli("metrics", "--home", council_home.root, *one, "--format", "json").stdout)
    assert some
    assert some == [
        row
        for row in every
        if row["metric_id"] == "supervisions_evidence_discussed" and row["period_end"].startswith("2026-10")
    ]


@pytest.mark.parametrize(("form", "expected"), [("json", "[]\n"), ("csv", ",".join(VALUE_COLUMNS) + "\r\n")])
def test_metrics_of_a_month_without_values_are_no_rows(council_home: Home, cli: Cli, form: str, expected: str) -> None:
    done = cli("metrics", "--home", council_home.root, "--month", "1999-01", "--format", form)
    assert done.stdout.replace("\r\n", "\n") == expected.replace("\r\n", "\n")


def test_metrics_as_a_table_name_their_columns(council_home: Home, cli: Cli) -> None:
    table = cli("metrics", "--home", council_home.root, *OCTOBER).stdout
    assert table.split("\n")[0].split() == VALUE_COLUMNS


def test_asking_for_small_numbers_gives_the_same_where_none_are_hidden(copy_council: CopyCouncil, cli: Cli) -> None:
    home = copy_council()
    masked = cli("metrics", "--home", home.root, "--format", "json").stdout
    assert cli("metrics", "--home", home.root, "--format", "json", "--unmasked").stdout == masked
    assert (home.logs / "unmasked.log").read_text("utf-8").count("\n") == 1
