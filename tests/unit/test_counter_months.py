"""Which months of a COUNTER report are whole, and which of its noughts are true."""

import json

import pytest

from dagster_project.exports.readers.counter import CounterReport, read_counter
from tests.unit.counter_reports import PR, PR_ROW, Save, answer, grid, refusal, tsv

NO_USAGE = "3030: No Usage Available for Requested Dates"
NOT_READY = "3031: Usage Not Ready for Requested Dates"
PARTIAL = "3040: Partial Data Returned"
ONE_MONTH = {"Unique_Item_Requests": {"2026-01": 4}}


def whole(report: CounterReport) -> list[tuple[str, str]]:
    """Month and count of the rows of months that the report holds whole."""
    return [(row["month"], row["n_uses"]) for _, row in report.rows if "is_whole" not in row]


def platform_answer(performance: object, *exceptions: dict[str, object]) -> str:
    split = {"Data_Type": "Journal", "Access_Method": "Regular", "Performance": performance}
    items = [{"Platform": "Shelf", "Attribute_Performance": [split]}] if performance else []
    return answer(items, list(exceptions), Report_ID="PR")


def test_no_usage_is_a_nought_for_every_month(save: Save) -> None:
    """A report that declares no usage loaded no rows, so its months counted as never delivered."""
    cells = grid(Exceptions=NO_USAGE, headings=PR[:5])
    report = read_counter(save(tsv(cells)))
    assert whole(report) == [("2026-01", "0"), ("2026-02", "0"), ("2026-03", "0")]
    assert {(row["platform"], row["metric_type"]) for _, row in report.rows} == {
        ("A fictional publisher", "Unique_Item_Requests")
    }
    assert any("no usage" in warning for warning in report.warnings)
    assert whole(read_counter(save(tsv(cells[:12])))) == whole(report)
    from_json = read_counter(save(platform_answer(None, {"Code": 3030, "Message": "No Usage Available"})))
    assert whole(from_json) == [("2026-01", "0"), ("2026-02", "0")]


def test_no_usage_is_of_the_platform_asked_for(save: Save) -> None:
    cells = grid(Exceptions=NO_USAGE, headings=PR[:5], Report_Filters="Platform=Shelf")
    assert {row["platform"] for _, row in read_counter(save(tsv(cells))).rows} == {"Shelf"}
    refused = refusal(save(tsv(grid(Exceptions=NO_USAGE, headings=PR[:5], Created_By=""))))
    assert (refused.rule, "which platform" in refused.message) == ("counter_no_counts", True)


def test_no_usage_beside_counts_is_no_nought(save: Save) -> None:
    assert len(read_counter(save(tsv(grid(PR_ROW, Exceptions=NO_USAGE)))).rows) == 3


def test_month_that_is_not_ready_is_missing_and_not_nought(save: Save) -> None:
    """A publisher fills months that are not ready with noughts."""
    row = [*PR_ROW[:4], "3", "1", "2", "0"]
    report = read_counter(save(tsv(grid(row, Exceptions=NOT_READY))))
    assert whole(report) == [("2026-01", "1"), ("2026-02", "2")]
    assert len(report.rows) == 3
    assert any("1 (2026-03 to 2026-03)" in warning and "never as 0" in warning for warning in report.warnings)
    no_longer_kept = read_counter(save(tsv(grid([*PR_ROW[:4], "5", "0", "2", "3"], Exceptions="3032: No Longer Kept"))))
    assert whole(no_longer_kept) == [("2026-02", "2"), ("2026-03", "3")]


def test_last_day_processed_says_which_months_are_whole(save: Save) -> None:
    """A month with counts may still be under way, and one without may be ready."""
    row = [*PR_ROW[:4], "4", "1", "0", "3"]
    report = read_counter(save(tsv(grid(row, Exceptions=f"{NOT_READY} (Last date processed is 2026-03-14)"))))
    assert whole(report) == [("2026-01", "1"), ("2026-02", "0")]
    not_ready = {"Code": 3031, "Message": "Usage Not Ready", "Data": "Last date processed is 2026-01-31"}
    from_json = read_counter(save(platform_answer({"Unique_Item_Requests": {"2026-01": 4, "2026-02": 1}}, not_ready)))
    assert whole(from_json) == [("2026-01", "4")]


def test_partial_data_hold_no_whole_month(save: Save) -> None:
    report = read_counter(save(tsv(grid(PR_ROW, Exceptions=PARTIAL))))
    assert (whole(report), len(report.rows)) == ([], 3)


def test_month_begun_or_ended_inside_the_period_is_not_whole(save: Save) -> None:
    report = read_counter(save(tsv(grid(PR_ROW, Reporting_Period="2026-01-15 to 2026-03-30"))))
    assert whole(report) == [("2026-02", "2")]


def test_month_without_a_column_is_warned_of(save: Save) -> None:
    report = read_counter(save(tsv(grid(PR_ROW[:7], headings=PR[:7]))))
    assert any("2026-03 to 2026-03" in warning for warning in report.warnings)


def test_report_asked_for_other_metrics_says_nothing_of_requests(save: Save) -> None:
    """A report of searches alone would read as a month without requests."""
    row = [*PR_ROW[:3], "Searches_Platform", *PR_ROW[4:]]
    assert whole(read_counter(save(tsv(grid(row, Metric_Types="Searches_Platform"))))) == []
    both = "Searches_Platform; Unique_Item_Requests"
    assert len(whole(read_counter(save(tsv(grid(row, Metric_Types=both)))))) == 3


def test_json_leaves_noughts_out_and_they_are_put_back(save: Save) -> None:
    report = read_counter(save(platform_answer(ONE_MONTH)))
    assert whole(report) == [("2026-01", "4"), ("2026-02", "0")]
    not_ready = read_counter(save(platform_answer(ONE_MONTH, {"Code": 3031, "Message": "Usage Not Ready"})))
    assert whole(not_ready) == [("2026-01", "4")]
    given_in_two = [
        {"Platform": "Shelf", "Attribute_Performance": [{"Performance": {"Unique_Item_Requests": {month: 1}}}]}
        for month in ("2026-01", "2026-02")
    ]
    assert len(read_counter(save(answer(given_in_two, Report_ID="PR"))).rows) == 2


def test_json_count_of_null_is_passed_on_to_be_rejected(save: Save) -> None:
    report = read_counter(save(platform_answer({"Unique_Item_Requests": {"2026-01": None, "2026-02": 3}})))
    assert [(row["month"], row["n_uses"]) for _, row in report.rows] == [("2026-01", "null"), ("2026-02", "3")]


@pytest.mark.parametrize("exception", ["", NOT_READY, PARTIAL])
def test_report_without_counts_is_refused(save: Save, exception: str) -> None:
    """Whether its months are noughts or missing cannot be told from it; it must not pass for either."""
    refused = refusal(save(tsv(grid(headings=PR, Exceptions=exception))))
    assert refused.rule == "counter_no_counts"
    assert ("missing, not as 0" in refused.message) == bool(exception)
    empty = refusal(save(tsv(grid([*PR_ROW[:4], "", "", "", ""], Exceptions=exception))))
    assert "Empty count cells, read as not given and not as zero: 3." in empty.message


def test_filters_tell_a_part_of_a_report_from_the_whole(save: Save) -> None:
    """The same filter is one text from every form, and a standard view needs none: its name says it."""
    filters = {"Data_Type": ["Journal", "Book"], "Begin_Date": "2026-01-01", "End_Date": "2026-02-28"}
    content = json.loads(platform_answer(ONE_MONTH))
    content["Report_Header"]["Report_Filters"] = filters
    from_json = read_counter(save(json.dumps(content)))
    from_tsv = read_counter(save(tsv(grid(PR_ROW, Report_Filters="Data_Type=Book|Journal"))))
    assert {row.get("filters") for report in (from_json, from_tsv) for _, row in report.rows} == {
        "Data_Type=Book|Journal"
    }
    assert any("filtered" in warning for warning in from_tsv.warnings)
    view = read_counter(save(tsv(grid(PR_ROW, Report_ID="PR_P1", Report_Filters="Access_Method=Regular"))))
    assert all("filters" not in row for _, row in view.rows)
