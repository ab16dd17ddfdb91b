"""What the data team and leaders are shown of the department's rates: the differences, and nothing, in that order."""

import csv

from dagster_project.dbt_call import METRICS_DIR
from dagster_project.home import Home
from dagster_project.metric_records import load_records


def test_draft_lists_every_rate_that_its_parts_do_not_give(council_home: Home) -> None:
    """The four of the fictional council's files: two exactly at the tolerance, none that has a symbol."""
    with (council_home.drafts / "2026-10" / "published_differences.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [
        (r["rate"], r["year_to"], r["area_name"], r["published"], r["recomputed"], r["difference"]) for r in rows
    ] == [
        ("caseload_fte", "2025-09-30", "Fictional North", "15.0", "15.06", "0.06"),
        ("caseload_fte", "2024-09-30", "Fictional council", "16.4", "16.5", "0.1"),
        ("turnover_rate_fte", "2024-09-30", "England", "13.9", "13.77", "-0.13"),
        ("vacancy_agency_cover_rate_fte", "2025-09-30", "Fictional North", "90.6", "90.75", "0.15"),
    ]
    england = rows[2]
    assert (england["geographic_level"], england["numerator"], england["denominator"]) == (
        "national",
        "137.7",
        "1000.0",
    )
    assert (england["tolerance"], england["unit"]) == ("0.10", "percent")


def test_leaders_are_not_shown_how_well_national_rates_are_reproduced(council_home: Home) -> None:
    title = load_records(METRICS_DIR)["published_rates_reproduced"].title
    pages = list((council_home.published / "2026-10" / "01").rglob("*.html"))
    assert len(pages) > 1
    assert not [page.name for page in pages if title in page.read_text("utf-8")]
