"""The fictional council's figures are the ones worked out by hand, from the exports to the mart to the page."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from dagster_project.dbt_call import METRICS_DIR, metric_names
from dagster_project.home import Home
from dagster_project.metric_records import load_records
from dagster_project.warehouse import read_only
from tests.conftest import Cli
from tests.council import council
from tests.council.council import Answer

RECORDS = load_records(METRICS_DIR)
ANSWERS = council.load_answers()


@pytest.fixture(scope="module")
def figures(council_home: Home) -> dict[tuple[str, ...], dict[str, object]]:
    """The metric values of the council, by cell; the months of teams, which no reader gets, are in the warehouse."""
    rows: list[dict[str, Any]] = []
    for path, query in (
        (council_home.read_copy, "select * from metrics.fct_metric_values"),
        (council_home.warehouse, "select * from intermediate.int_metrics__values where unit_level = 'team'"),
    ):
        with read_only(path) as connection:
            result = connection.execute(query)
            names = [column[0] for column in result.description]
            rows += [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {
        (
            r["metric_id"], r["period_type"], r["period_end"].replace(day=1), r["unit_level"], r["unit_id"],
            r["breakdown"], r["breakdown_value"],
        ): r
        for r in rows
    }  # fmt: skip


def name_of(answer: Answer) -> str:
    period = f"{answer.month:%Y-%m}" + ("" if answer.period_type == "month" else f"-{answer.period_type}")
    return f"{answer.metric_id}-{period}-{answer.unit_level}-{answer.unit_id}-{answer.breakdown_value}"


@pytest.mark.parametrize("answer", ANSWERS, ids=name_of)
def test_council_figure_is_the_hand_worked_one(
    answer: Answer, figures: dict[tuple[object, ...], dict[str, object]]
) -> None:
    found = figures.get((
        answer.metric_id, answer.period_type, answer.month, answer.unit_level, answer.unit_id,
        answer.breakdown, answer.breakdown_value,
    ))  # fmt: skip
    assert found is not None, f"no such figure; by hand: {answer.because}"
    expected = answer.at_minimum(RECORDS[answer.metric_id].minimum_n)
    assert found["value_state"] == expected.value_state, answer.because
    assert found["numerator"] == expected.numerator, answer.because
    assert found["denominator"] == expected.denominator, answer.because
    if expected.people is not None:
        assert found["people"] == expected.people, answer.because
    if expected.value is None:
        assert found["value"] is None, answer.because
    else:
        assert abs(Decimal(str(found["value"])) - expected.value) <= council.VALUE_TOLERANCE, answer.because


def test_every_metric_has_hand_worked_answers() -> None:
    assert {f"met_{answer.metric_id}" for answer in ANSWERS} == set(metric_names())


def test_council_rejects_exactly_the_planted_rows(council_home: Home) -> None:
    with read_only(council_home.read_copy) as connection:
        found = connection.execute("select feed, row_number, column_name, rule from rejected.rows").fetchall()
    planted = [(cell.file.split("/")[0], cell.row, cell.column, cell.rule) for cell in council.load_rejected()]
    assert sorted(found) == sorted(planted)


def test_council_senders_are_told_which_rows_and_what_to_do(council_home: Home) -> None:
    for cell in council.load_rejected():
        feed, file_name = cell.file.split("/")
        (report,) = (council_home.rejected / feed / "default").glob(f"{file_name}.*.csv")
        (row,) = csv.DictReader(io.StringIO(report.read_text("utf-8-sig")))
        assert (int(row["row"]), row["rule"]) == (cell.row, cell.rule)
        assert len(row["message"]) > 20


@pytest.mark.parametrize("tile", council.load_tiles(), ids=lambda tile: tile.metric_id)
def test_council_page_reads_the_hand_worked_tile(tile: council.Tile, council_home: Home) -> None:
    """Export -> mart -> page: the summary says the worked figure, or its theme where twelve others concern more."""
    edition = council_home.published / "2026-10" / "01"
    record = RECORDS[tile.metric_id]
    summary = (edition / "index.html").read_text("utf-8").partition("<h2>Headlines</h2>")[2]
    page = summary if record.title in summary else (edition / f"themes/{record.theme}.html").read_text("utf-8")
    start = page.index(record.title)
    shown = page[start : start + 3000]
    for text in (tile.value_text, tile.basis_text):
        if text is not None:
            assert text in shown


def test_published_values_of_the_command_line_are_the_mart_values(council_home: Home, cli: Cli) -> None:
    done = cli("metrics", "--home", council_home.root, "--month", "2026-10", "--format", "json")
    rows = json.loads(done.stdout)
    headline = {
        r["metric_id"]: (r["numerator"], r["denominator"]) for r in rows
        if (r["unit_level"], r["breakdown"], r["period_type"]) == ("organisation", "all", "month")
    }  # fmt: skip
    assert headline["using_evidence_this_month"] == (3, 8)
    assert headline["regularly_using_evidence"] == (4, 8)
