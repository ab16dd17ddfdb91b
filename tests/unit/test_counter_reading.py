"""The COUNTER reader on tabular reports: what is read, and as what."""

import datetime

import pytest

from dagster_project.exports.readers.counter import read_counter
from tests.unit.counter_reports import PR, PR_ROW, TO_FEBRUARY, TR, Save, grid, refusal, tsv, usage, xlsx


def test_tsv_gives_a_row_a_month_under_contract_names(save: Save) -> None:
    report = read_counter(save("\ufeff" + tsv(grid(PR_ROW))))
    assert (report.release, report.report_id, report.created_at) == ("5.1", "PR", "2026-04-15T09:00:00Z")
    assert (report.first_month, report.last_month, report.warnings) == ("2026-01", "2026-03", [])
    assert [number for number, _ in report.rows] == [15, 15, 15]
    assert report.rows[1][1] == {
        "report_id": "PR",
        "release": "5.1",
        "platform": "Shelf",
        "item": "-",
        "data_type": "Journal",
        "access_method": "Regular",
        "metric_type": "Unique_Item_Requests",
        "created_at": "2026-04-15T09:00:00Z",
        "created_by": "A fictional publisher",
        "month": "2026-02",
        "n_uses": "2",
    }


@pytest.mark.parametrize("separator", [",", ";"])
def test_separator_is_told_from_content(save: Save, separator: str) -> None:
    quoted = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in grid(PR_ROW))
    assert usage(read_counter(save(quoted))) == usage(read_counter(save(tsv(grid(PR_ROW)))))


def test_period_split_by_an_unquoted_comma_is_put_together(save: Save) -> None:
    text = tsv(grid(PR_ROW)).replace("; End_Date", ", End_Date").replace("\t", ",")
    assert len(read_counter(save(text)).rows) == 3


def test_workbook_with_numbers_and_dates_reads_as_the_tsv(save: Save) -> None:
    headings = [*PR[:5], *(datetime.date(2026, month, 1) for month in (1, 2, 3))]
    cells = grid([*PR_ROW[:4], 6, 1, 2.0, 3], headings=headings)
    cells[2][1] = 5.1
    as_workbook = read_counter(save(xlsx([["Cover sheet"]], cells)))
    assert as_workbook == read_counter(save(tsv(grid(PR_ROW))))


def test_utf_16_and_windows_text_are_read(save: Save) -> None:
    """Excel saves "Unicode text" as UTF-16; a file in the Windows code page is read with a warning."""
    text = tsv(grid(["Société", *PR_ROW[1:]]))
    assert read_counter(save(text.encode("utf-16"))).rows == read_counter(save(text)).rows
    report = read_counter(save(text.encode("cp1252")))
    assert report.rows[0][1]["platform"] == "Société"
    assert any("UTF-8" in warning for warning in report.warnings)


def test_headings_and_header_names_are_read_in_any_spelling(save: Save) -> None:
    headings = [
        *TR[:1],
        "PUBLISHER",
        *TR[2:7],
        "Printed_ISSN",
        *TR[8:15],
        "Reporting_ Period_Total",
        "2026-01",
        "february 2026",
    ]
    row = ["A Title", "P", "", "Shelf", "", "", "", "1234-5678", "", "", "Journal", "2020", "Controlled", "regular"]
    row += ["unique item requests", "3", "1", "2"]
    text = tsv(grid(row, headings=headings, Report_ID="TR", Reporting_Period=TO_FEBRUARY)).replace(
        "Report_ID", "report id"
    )
    first = read_counter(save(text)).rows[0][1]
    assert first["item"] == "A Title | P | 1234-5678 | 2020 | Controlled"
    assert (first["metric_type"], first["access_method"]) == ("Unique_Item_Requests", "Regular")


def test_blank_rows_and_institution_columns_change_nothing(save: Save) -> None:
    cells = grid(PR_ROW)
    wide = [*cells[:13], [], ["Institution_Name", "Customer_ID", *PR], ["", ""], ["Council", "C1", *PR_ROW]]
    report = read_counter(save(tsv(wide)))
    assert usage(report) == usage(read_counter(save(tsv(cells))))
    assert report.rows[0][0] == 17


def test_several_institutions_are_refused(save: Save) -> None:
    """A consortium's report read as one council's would count the other members' use."""
    rows = [["Council", "C1", *PR_ROW], ["Another", "C2", *PR_ROW]]
    refused = refusal(save(tsv(grid(*rows, headings=["Institution_Name", "Customer_ID", *PR]))))
    assert refused.rule == "counter_several_institutions"
    assert "Another" not in refused.message


def test_bad_counts_are_passed_on_and_thousands_are_read(save: Save) -> None:
    report = read_counter(save(tsv(grid([*PR_ROW[:5], "abc", "-3", "1,016"]))))
    assert [row["n_uses"] for _, row in report.rows] == ["abc", "-3", "1016"]


def test_empty_count_is_not_given_and_zero_is_a_count(save: Save) -> None:
    report = read_counter(save(tsv(grid([*PR_ROW[:4], "1", "", "0", "1"]))))
    assert [(row["month"], row["n_uses"]) for _, row in report.rows] == [("2026-02", "0"), ("2026-03", "1")]
    assert report.warnings == ["Empty count cells, read as not given and not as zero: 1."]


def test_totals_row_is_left_out_and_other_sums_are_warned_of(save: Save) -> None:
    other_sum = [*PR_ROW[:4], "7", "1", "2", "3"]
    rows = [
        other_sum,
        other_sum,
        ["Total", "", "", "Unique_Item_Requests", "12", "2", "4", "6"],
        ["Shelf", "", "", "TOTAL", 1, 1, 0, 0],
    ]
    report = read_counter(save(tsv(grid(*rows))))
    assert {number for number, _ in report.rows} == {15, 16}
    assert [warning.split(".")[0] for warning in report.warnings] == [
        "Rows of the publisher's own totals, left out: 2",
        "Rows whose Reporting_Period_Total is not the sum of their months: 2",
    ]


def test_journal_called_total_is_no_totals_row(save: Save) -> None:
    row = [
        "Total",
        "P",
        "",
        "Shelf",
        "",
        "",
        "",
        "1234-5678",
        "",
        "",
        "Journal",
        "",
        "",
        "Regular",
        "No_License",
        3,
        1,
        2,
    ]
    assert len(read_counter(save(tsv(grid(row, headings=TR, Report_ID="TR", Reporting_Period=TO_FEBRUARY)))).rows) == 2


def test_long_item_is_shortened_and_stays_apart(save: Save) -> None:
    rows = [[("A long title " * 30) + end, "P", "", "Shelf", *[""] * 10, "No_License", 3, 1, 2] for end in "ab"]
    report = read_counter(save(tsv(grid(*rows, headings=TR, Report_ID="TR", Reporting_Period=TO_FEBRUARY))))
    items = {row["item"] for _, row in report.rows}
    assert len(items) == 2
    assert all(len(item) <= 200 for item in items)


def test_access_method_comes_from_the_filter_or_is_warned_of(save: Save) -> None:
    """A report filtered to machine reading must not become people's reading by default."""
    headings, row = PR[:2] + PR[3:], PR_ROW[:2] + PR_ROW[3:]
    report = read_counter(
        save(tsv(grid(row, headings=headings, Report_Filters="Data_Type=Journal; Access_Method=TDM")))
    )
    assert {row["access_method"] for _, row in report.rows} == {"TDM"}
    report = read_counter(save(tsv(grid(row, headings=headings))))
    assert all("access_method" not in row for _, row in report.rows)
    assert any("TDM" in warning for warning in report.warnings)


def test_cut_row_is_warned_of(save: Save) -> None:
    assert any("cut short" in warning for warning in read_counter(save(tsv(grid(PR_ROW[:6])))).warnings)


def test_stray_quotation_mark_in_tsv_swallows_no_rows(save: Save) -> None:
    rows = [['"Shelf', *PR_ROW[1:]], ["Other", *PR_ROW[1:]], ['"Quoted, shelf"', *PR_ROW[1:]]]
    report = read_counter(save(tsv(grid(*rows))))
    assert [row["platform"] for _, row in report.rows[::3]] == ['"Shelf', "Other", "Quoted, shelf"]


def test_every_heading_of_a_month_is_read_or_refused(save: Save) -> None:
    """Months as publishers and spreadsheets write them; what could be a day or another language is refused."""
    for heading in [
        "Mar-2026",
        "March 2026",
        "mar-26",
        "2026-03",
        "2026/3",
        "2026-03-01",
        "03/2026",
        "3-2026",
        "MAR_2026",
    ]:
        report = read_counter(save(tsv(grid(PR_ROW, headings=[*PR[:7], heading]))))
        assert report.rows[2][1]["month"] == "2026-03", heading
    for heading in [
        "26-Mar",
        "Mrz-2026",
        "Marz 2026",
        "3/1/2026",
        "2026-13",
        "00/2026",
        "2026-03-26",
        "Mar",
        "Mar-1926",
    ]:
        assert refusal(save(tsv(grid(PR_ROW, headings=[*PR[:7], heading])))).rule == "counter_month_unreadable", heading
