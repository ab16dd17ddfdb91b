"""The catalogue lists all that was asked for and all that is measured, and calls nothing live that is not."""

import csv
import io
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from dagster_project.catalogue import COLUMNS, KINDS, LIVE, catalogue, live_feeds, measures_of, requirements
from dagster_project.dbt_call import METRICS_DIR, default_thresholds
from dagster_project.exports.contract import load_contracts
from dagster_project.metric_records import load_records
from dagster_project.warehouse import READ_COPY_TABLES
from dashboards.build import build_site
from tests.conftest import Cli
from tests.council import council
from tests.unit.test_dashboards import make_figures

RECORDS, CONTRACTS = load_records(METRICS_DIR), load_contracts()
ROWS = requirements()

# Rows whose feeds are not there yet. A row leaves this list when a record names it, and none may be added.
AWAITED = {"A01", "B01", "B03", "B04"}


def test_every_row_of_both_articles_is_there_once_and_has_a_kind() -> None:
    assert [row.id for row in ROWS] == [f"A{n:02}" for n in range(1, 48)] + [f"B{n:02}" for n in range(1, 30)]
    assert {row.kind for row in ROWS} == set(KINDS)


def test_every_measure_is_answered_by_a_record_or_a_table() -> None:
    without = {row.id for row in ROWS if row.kind == "measure" and not measures_of(row, RECORDS) and not row.tables}
    assert without == AWAITED
    assert {table for row in ROWS for table in row.tables} <= set(READ_COPY_TABLES)


def test_every_measure_has_hand_worked_answers() -> None:
    assert set(RECORDS) == {answer.metric_id for answer in council.load_answers()}


def test_records_name_rows_and_feeds_and_nearest_measures_that_exist() -> None:
    known = {row.id for row in ROWS}
    assert {name: set(r.requirements) - known for name, r in RECORDS.items() if set(r.requirements) - known} == {}
    assert {
        name: set(r.sources) - set(CONTRACTS) for name, r in RECORDS.items() if set(r.sources) - set(CONTRACTS)
    } == {}
    assert {near for row in ROWS for near in row.nearest} <= set(RECORDS)


def test_every_feed_says_what_it_costs_to_supply() -> None:
    assert [feed for feed, contract in CONTRACTS.items() if contract.burden_minutes is None] == []


def test_measure_is_as_live_as_the_least_live_of_its_feeds_and_a_row_as_its_best_measure() -> None:
    live = {"workforce": "plain_template", "audits": "real_layout", "published_statistics": "real_layout"}
    rows = {row["id"]: row for row in catalogue(RECORDS, CONTRACTS, live)}
    assert list(rows["A32"]) == list(COLUMNS)
    assert rows["audits_naming_evidence"]["live"] == LIVE["plain_template"]
    assert rows["published_rates_reproduced"]["live"] == rows["A46"]["live"] == LIVE["real_layout"]
    assert rows["regularly_using_evidence"]["live"] == LIVE["never"]
    assert (rows["A28"]["live"], rows["B04"]["live"]) == ("", "no source yet")
    burden = [CONTRACTS[feed].burden_minutes or 0 for feed in ("workforce", "audits")]
    assert rows["audits_naming_evidence"]["burden_minutes"] == sum(burden)
    nothing = Counter(row["live"] for row in catalogue(RECORDS, CONTRACTS, {}))
    assert set(nothing) <= {"", "no source yet", LIVE["never"]}


@pytest.mark.parametrize(
    ("layouts", "state"), [(["columns"], "plain_template"), (["columns", "qualtrics"], "real_layout")]
)
def test_feed_is_live_by_what_was_loaded(layouts: list[str], state: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema ledger")
        connection.execute("create table ledger.deliveries (feed varchar, layout varchar, status varchar)")
        for layout in layouts:
            connection.execute("insert into ledger.deliveries values ('surveys', ?, 'loaded')", [layout])
        connection.execute("insert into ledger.deliveries values ('audits', 'columns', 'refused')")
        assert live_feeds(connection) == {"surveys": state}


def test_page_says_what_cannot_be_measured_and_what_would_change_that(tmp_path: Path) -> None:
    shown = {name: RECORDS[name] for name in ("work_in_time", "survey_responses")}
    figures = make_figures(records=shown, values=(), thresholds=default_thresholds())
    build_site(figures, tmp_path / "site", signed_off_by=None, edition=None)
    page = (tmp_path / "site" / "catalogue.html").read_text("utf-8")
    _, *rest = page.split("<h2>")
    assert [part.split("</h2>")[0] for part in rest[:3]] == ["Asked for, not measurable here", "Asked for", "Measured"]
    for row in ROWS:
        assert page.count(f">{row.id}</span>") == 1, row.id
    not_here = rest[0]
    for row in ROWS:
        assert (f">{row.id}</span>" in not_here) == (row.kind == "not_measurable")
    assert 'href="metrics/work_in_time.html"' in not_here


def test_command_prints_every_row_and_every_measure(cli: Cli) -> None:
    found = list(csv.DictReader(io.StringIO(cli("catalogue", "--format", "csv").stdout)))
    assert [row["id"] for row in found] == [*(row.id for row in ROWS), *RECORDS]
    assert tuple(found[0]) == COLUMNS
    assert all(row["kind"] and row["title"] for row in found)
    assert all(row["question"] and row["definition"] and row["owner"] and row["version"] for row in found[len(ROWS) :])
