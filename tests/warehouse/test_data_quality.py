"""Each figure of the fictional council has the grade that its sources earn, and a planted fault lowers it."""

import datetime
import shutil
from pathlib import Path

import pytest

from dagster_project import warehouse
from dagster_project.data_quality import FigureKey, grades, write_data_quality
from dagster_project.dbt_call import METRICS_DIR
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.metric_records import load_records
from dagster_project.settings import Settings
from dagster_project.statistics.data_quality import Rating
from tests.dbt_home import dbt

CONTRACTS, RECORDS = load_contracts(), load_records(METRICS_DIR)
USING, REGULARLY = "using_evidence_this_month", "regularly_using_evidence"
DISCUSSED, RETURNS = "supervisions_evidence_discussed", "manager_returns"
UNKNOWN_PEOPLE = "more than 10% of the rows are about people who are in no staff snapshot"

GOOD = Rating("good", ())
A_ROW_REJECTED = Rating("caution", ("Supervision records: more than 1% of the rows were rejected",))
BEN_AFTER_HE_LEFT = Rating("weak", (f"Supervision records: {UNKNOWN_PEOPLE}", *A_ROW_REJECTED.reasons))


def month(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{text}-01")


def copied(council_home: Home, folder: Path) -> Home:
    shutil.copytree(council_home.root.parent, folder, symlinks=True)
    return Home(folder / council_home.root.name)


def graded(home: Home, settings: Settings) -> dict[FigureKey, Rating]:
    """The grades of the home's figures, its data rated anew."""
    with warehouse.opened(home.warehouse) as connection:
        write_data_quality(connection, CONTRACTS, settings)
        return grades(connection, CONTRACTS, RECORDS)


def rows_of(home: Home, feed: str) -> dict[str, tuple[object, ...]]:
    with warehouse.opened(home.warehouse) as connection:
        rows = connection.execute(
            "select strftime(month, '%Y-%m'), freshness, coverage, rejected_share, unmatched_share, grade "
            "from metrics.fct_data_quality where feed = ?", [feed],
        ).fetchall()  # fmt: skip
    return {row[0]: row[1:] for row in rows}


@pytest.fixture(scope="module")
def rated(council_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The council after its month, with its data rated."""
    home = copied(council_home, tmp_path_factory.mktemp("rated") / "council")
    graded(home, home.settings)
    return home


@pytest.fixture(scope="module")
def late(council_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The council without October's supervisions, and with managers' last return by name in March."""
    home = copied(council_home, tmp_path_factory.mktemp("late") / "council")
    with warehouse.opened(home.warehouse) as connection:
        connection.execute("delete from raw.supervision where supervision_date >= date '2026-10-01'")
        connection.execute("update raw.manager_classification_reports set month = date '2026-03-01'")
    done = dbt(home, "run", "--select", "int_feeds__month_coverage")
    assert done.returncode == 0, done.stdout[-3000:]
    graded(home, home.settings)
    return home


@pytest.mark.parametrize(("metric", "period", "of_month", "rating"), [
    # No row of October was rejected, nobody in it is unknown, and everybody who sends sent it.
    (USING, "month", "2026-10", GOOD),
    (DISCUSSED, "month", "2026-10", GOOD),
    # One of the 32 rows of the two files that hold September.
    (USING, "month", "2026-09", A_ROW_REJECTED),
    # August and September are in October's window.
    (REGULARLY, "month", "2026-10", A_ROW_REJECTED),
    # One of May's two supervisions is Ben's, whose last snapshot is March's; April's one counts as March's.
    (DISCUSSED, "month", "2026-05", BEN_AFTER_HE_LEFT),
    (DISCUSSED, "month", "2026-04", A_ROW_REJECTED),
    (DISCUSSED, "twelve_months", "2026-10", BEN_AFTER_HE_LEFT),
    # Nine other months of managers' returns are not there, and were not asked for.
    (RETURNS, "month", "2026-09", GOOD),
    # One of the 20 rows of spring's first form and 126 answers of its second was rejected: less than 1%.
    ("survey_responses", "wave", "2026-03", GOOD),
    ("survey_responses", "wave", "2026-09", GOOD),
    # One of the 10 rows read is rejected, and one of October's 7 is about somebody who was never staff.
    ("progression_applied", "round", "2026-10", Rating("weak", (
        "Pay progression rounds: more than 5% of the rows were rejected", f"Pay progression rounds: {UNKNOWN_PEOPLE}",
    ))),
    ("published_rates_reproduced", "year", "2025-09", GOOD),
])  # fmt: skip
def test_figure_is_as_good_as_the_worst_of_its_sources_in_its_months(
    metric: str, period: str, of_month: str, rating: Rating, rated: Home
) -> None:
    with warehouse.opened(rated.warehouse) as connection:
        assert grades(connection, CONTRACTS, RECORDS)[metric, period, month(of_month)] == rating


def test_every_figure_has_a_grade_and_a_month_without_one_has_none(rated: Home) -> None:
    with warehouse.opened(rated.warehouse) as connection:
        found = grades(connection, CONTRACTS, RECORDS)
        known = connection.execute(
            "select distinct metric_id, period_type, cast(date_trunc('month', period_end) as date) "
            "from metrics.fct_metric_values where value_state in ('observed', 'too_few')"
        ).fetchall()
    assert set(found) == set(known)
    assert (USING, "month", month("2025-10")) not in found  # no use was collected


def test_readers_get_the_grades_without_the_warehouse(rated: Home) -> None:
    warehouse.write_read_copy(rated.warehouse, rated.read_copy)
    with warehouse.read_only(rated.read_copy) as connection:
        assert grades(connection, CONTRACTS, RECORDS)[USING, "month", month("2026-10")] == GOOD


def test_table_holds_the_facts_of_each_feeds_months(rated: Home) -> None:
    supervision = rows_of(rated, "supervision")
    assert supervision["2026-10"] == ("fresh", 1, 0, 0, "good")
    assert supervision["2026-05"] == ("fresh", 1, 1 / 22, 1 / 2, "weak")
    assert rows_of(rated, "resource_usage")["2025-10"] == ("left_out", None, None, None, "caution")
    # Returns by the quarter leave out no month; the next is not due. Rounds and surveys wait for nobody.
    assert {m: (f[0], f[-1]) for m, f in rows_of(rated, "manager_classification").items()} == {
        "2025-09": ("fresh", "good"), "2025-12": ("fresh", "good"), "2026-03": ("fresh", "good"),
        "2026-06": ("fresh", "good"), "2026-09": ("fresh", "good"), "2026-10": ("not_due", "caution"),
    }  # fmt: skip
    assert [rows_of(rated, "pay_progression")[m][:2] for m in ("2026-04", "2026-10")] == [("fresh", None)] * 2
    assert set(rows_of(rated, "surveys")) == {"2026-03", "2026-09"}
    assert rows_of(rated, "surveys")["2026-09"][3] is None  # an answer names nobody


def test_sender_that_is_expected_and_did_not_send_makes_figures_of_its_feed_weak(rated: Home, tmp_path: Path) -> None:
    home = copied(rated, tmp_path / "council")
    awaited = home.settings.model_copy(update={"senders": {"resource_usage": ["default", "west"]}})
    found = graded(home, awaited)
    weak = Rating("weak", ("Use of evidence resources: fewer than 80% of the expected senders sent it",))
    assert found[USING, "month", month("2026-10")] == weak
    assert found[DISCUSSED, "month", month("2026-10")] == GOOD


def test_figure_that_stands_without_an_overdue_source_is_weak(late: Home) -> None:
    """Use of evidence is told without supervisions, and is lower for that."""
    with warehouse.opened(late.warehouse) as connection:
        found = grades(connection, CONTRACTS, RECORDS)
    assert found[USING, "month", month("2026-10")] == Rating("weak", ("Supervision records: overdue",))
    assert found[USING, "month", month("2026-09")] == A_ROW_REJECTED


def test_of_managers_returns_by_number_and_by_name_either_will_do(late: Home) -> None:
    assert rows_of(late, "manager_classification_reports")["2026-06"][0] == "stale"
    with warehouse.opened(late.warehouse) as connection:
        assert grades(connection, CONTRACTS, RECORDS)[RETURNS, "month", month("2026-06")] == GOOD
