"""The catalogue lists all that was asked for and all that is measured, and calls nothing live that is not."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from dagster_project.catalogue import COLUMNS, KINDS, LIVE, catalogue, live_feeds, measures_of, requirements
from dagster_project.dbt_call import METRICS_DIR, default_thresholds
from dagster_project.exports.contract import load_contracts
from dagster_project.metric_records import load_records
from dagster_project.profiles import load_profile, profile_names
from dagster_project.warehouse import READ_COPY_TABLES
from dashboards.build import build_site
from dashboards.metric_page import vendor_words
from tests.conftest import Cli
from tests.council import council
from tests.unit.test_dashboards import make_figures

RECORDS, CONTRACTS = load_records(METRICS_DIR), load_contracts()
ROWS = requirements()


def test_every_row_of_both_articles_is_there_once_and_has_a_kind() -> None:
    assert [row.id for row in ROWS] == [f"A{n:02}" for n in range(1, 48)] + [f"B{n:02}" for n in range(1, 30)]
    assert {row.kind for row in ROWS} == set(KINDS)


def test_every_measure_is_answered_by_a_record_or_a_table() -> None:
    assert [row.id for row in ROWS if row.kind == "measure" and not measures_of(row, RECORDS) and not row.tables] == []
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


def test_row_says_all_that_is_asked_of_it_and_leaves_open_only_what_its_kind_has_not() -> None:
    """A row without a source, an owner or a question stood in the list as if somebody answered it."""
    kinds = {row.id: row.kind for row in ROWS}
    said = [row for row in catalogue(RECORDS, CONTRACTS, {}) if row["id"] in kinds]
    for row in said:
        always = ["kind", "title", "question", "definition", "owner", "version"]
        answered = ["sources", "exclusions", "live", "burden_minutes"]
        needed = always if kinds[row["id"]] in ("rule", "not_measurable") else [*always, *answered]
        assert [name for name in needed if row[name] in ("", None)] == [], row["id"]


def test_measure_says_its_cadence_window_and_all_that_a_page_prints() -> None:
    for record in RECORDS.values():
        empty = [name for name, value in record.model_dump().items() if value in ("", [])]
        assert set(empty) <= {"breakdowns", "thresholds", "exclusions"}, record.metric_id
        assert re.fullmatch(r"\d+ (day|month|quarter|wave|round|year)s?", record.window), record.metric_id


def test_no_headline_of_any_profile_is_only_a_count_of_activity_and_each_stands_beside_a_measure_of_quality() -> None:
    """A pair of activities, such as use in the logs beside use as managers see it, is no quality."""
    leads = {name for profile in profile_names() for name in load_profile(profile).leads}
    headlines = {name for name, record in RECORDS.items() if record.is_headline} | leads
    assert {RECORDS[name].kind for name in headlines} == {"proportion"}
    pairs = {name: RECORDS[name].paired_with for name in headlines}
    quality = {name for name, record in RECORDS.items() if record.theme == "quality" and record.kind == "proportion"}
    assert {name: pair for name, pair in pairs.items() if pair not in quality - {name}} == {}
    assert {name for name, record in RECORDS.items() if record.paired_with} == headlines


def test_figure_of_a_vendor_says_so_and_no_headline_rests_on_one_alone() -> None:
    of_vendors = {feed for feed, contract in CONTRACTS.items() if contract.vendor_supplied}
    assert of_vendors == {"counter_usage", "access_accounts"}
    rows = {row["id"]: row for row in catalogue(RECORDS, CONTRACTS, {})}
    for name, record in RECORDS.items():
        is_labelled = bool(of_vendors & set(record.sources))
        assert bool(vendor_words(record)) == is_labelled, name
        assert ("vendor's count" in rows[name]["sources"]) == is_labelled, name
        assert not record.is_headline or set(record.sources) - of_vendors - {"workforce"}, name


def test_every_feed_says_what_it_costs_to_supply() -> None:
    assert [feed for feed, contract in CONTRACTS.items() if contract.burden_minutes is None] == []


def test_measure_is_as_live_as_the_least_live_of_its_feeds_and_a_row_as_its_best_measure() -> None:
    live = {"workforce": "plain_template", "audits": "real_layout", "published_statistics": "real_layout"}
    rows = {row["id"]: row for row in catalogue(RECORDS, CONTRACTS, live)}
    assert list(rows["A32"]) == list(COLUMNS)
    assert rows["audits_naming_evidence"]["live"] == LIVE["plain_template"]
    assert rows["published_rates_reproduced"]["live"] == rows["A46"]["live"] == LIVE["real_layout"]
    assert rows["regularly_using_evidence"]["live"] == LIVE["never"]
    assert (rows["A28"]["live"], rows["A15"]["live"]) == ("", "")
    assert (rows["A26"]["live"], rows["A21"]["live"]) == (LIVE["never"], LIVE["never"])
    burden = [CONTRACTS[feed].burden_minutes or 0 for feed in ("workforce", "audits")]
    assert rows["audits_naming_evidence"]["burden_minutes"] == sum(burden)
    nothing = Counter(row["live"] for row in catalogue(RECORDS, CONTRACTS, {}))
    assert set(nothing) == {"", LIVE["never"]}
    surveys_only = {row["id"]: row["live"] for row in catalogue(RECORDS, CONTRACTS, {"surveys": "plain_template"})}
    assert surveys_only["A26"] == surveys_only["A03"] == LIVE["plain_template"]


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
