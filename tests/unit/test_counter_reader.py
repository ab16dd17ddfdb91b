"""The COUNTER reader, on small reports written here: what is read, what is refused and in which words."""

import datetime
import io
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter import CounterReport, read_counter

HEADER = {
    "Report_Name": "Platform Report",
    "Report_ID": "PR",
    "Release": "5.1",
    "Institution_Name": "A fictional council",
    "Institution_ID": "",
    "Metric_Types": "",
    "Report_Filters": "",
    "Report_Attributes": "Attributes_To_Show=Access_Method",
    "Exceptions": "",
    "Reporting_Period": "Begin_Date=2026-01-01; End_Date=2026-03-31",
    "Created": "2026-04-15T09:00:00Z",
    "Created_By": "A fictional publisher",
}
PR = [
    "Platform",
    "Data_Type",
    "Access_Method",
    "Metric_Type",
    "Reporting_Period_Total",
    "Jan-2026",
    "Feb-2026",
    "Mar-2026",
]
PR_ROW = ["Shelf", "Journal", "Regular", "Unique_Item_Requests", "6", "1", "2", "3"]
TR = [
    *("Title", "Publisher", "Publisher_ID", "Platform", "DOI", "Proprietary_ID", "ISBN", "Print_ISSN", "Online_ISSN"),
    *("URI", "Data_Type", "YOP", "Access_Type", "Access_Method", "Metric_Type", "Reporting_Period_Total"),
    *("Jan-2026", "Feb-2026"),
]
TO_FEBRUARY = "Begin_Date=2026-01-01; End_Date=2026-02-28"

Grid = list[list[Any]]
Save = Callable[[bytes | str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "report"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def grid(*rows: list[Any], headings: list[Any] = PR, **header: str) -> Grid:
    """A tabular report: the header, a blank row, the headings in row 14, and `rows` from row 15 on."""
    return [[name, text] for name, text in (HEADER | header).items()] + [[], headings, *rows]


def tsv(cells: Grid) -> str:
    return "\n".join("\t".join(map(str, row)) for row in cells) + "\n"


def xlsx(*sheets: Grid) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        for cells in sheets:
            sheet = workbook.add_worksheet()
            date = workbook.add_format({"num_format": "mmm-yyyy"})
            for row, values in enumerate(cells):
                for column, value in enumerate(values):
                    if isinstance(value, datetime.date):
                        sheet.write_datetime(row, column, value, date)
                    else:
                        sheet.write(row, column, value)
    return content.getvalue()


def answer(items: list[Any], exceptions: list[Any] | None = None, **header: Any) -> str:
    """A release 5.1 JSON answer for January and February 2026."""
    head = {
        "Release": "5.1",
        "Report_ID": "TR",
        "Created": HEADER["Created"],
        "Report_Filters": {"Begin_Date": "2026-01-01", "End_Date": "2026-02-28"},
    }
    extra = {"Exceptions": exceptions} if exceptions else {}
    return json.dumps({"Report_Header": head | extra | header, "Report_Items": items})


def refusal(path: Path) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read_counter(path)
    return caught.value


def usage(report: CounterReport) -> set[tuple[tuple[str, str], ...]]:
    """The rows without their numbers, and without zero counts, which JSON reports leave out."""
    return {tuple(sorted(row.items())) for _, row in report.rows if row["n_uses"] != "0"}


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


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        ("3031: Usage Not Ready for Requested Dates", "not all months"),
        ("3040: Partial Data (to 2026-02)", "not all months"),
    ],
)
def test_incomplete_report_is_read_with_a_warning(save: Save, exception: str, expected: str) -> None:
    report = read_counter(save(tsv(grid(PR_ROW, Exceptions=exception))))
    assert len(report.rows) == 3
    assert any(expected in warning for warning in report.warnings)


def test_no_usage_is_a_report_without_rows(save: Save) -> None:
    cells = grid(Exceptions="3030: No Usage Available for Requested Dates", headings=PR[:5])
    for content in (tsv(cells), answer([], [{"Code": 3030, "Message": "No Usage Available"}])):
        report = read_counter(save(content))
        assert (report.rows, report.exceptions) == ([], (3030,))
        assert any("no usage" in warning for warning in report.warnings)


def test_missing_month_column_and_part_month_are_warned_of(save: Save) -> None:
    report = read_counter(save(tsv(grid(PR_ROW[:7], headings=PR[:7], Reporting_Period="2026-01-01 to 2026-03-15"))))
    assert any("2026-03 to 2026-03" in warning for warning in report.warnings)
    assert any("inside a month" in warning for warning in report.warnings)


def test_cut_row_is_warned_of(save: Save) -> None:
    assert any("cut short" in warning for warning in read_counter(save(tsv(grid(PR_ROW[:6])))).warnings)


def test_stray_quotation_mark_in_tsv_swallows_no_rows(save: Save) -> None:
    rows = [['"Shelf', *PR_ROW[1:]], ["Other", *PR_ROW[1:]], ['"Quoted, shelf"', *PR_ROW[1:]]]
    report = read_counter(save(tsv(grid(*rows))))
    assert [row["platform"] for _, row in report.rows[::3]] == ['"Shelf', "Other", "Quoted, shelf"]


# fmt: off
REFUSED: dict[str, tuple[bytes | str, str, list[str]]] = {
    "nothing": ("", "counter_empty", ["empty"]),
    "another table": ("Name,Month\nA,B\n", "counter_no_header", ["Report_ID"]),
    "release 4": ('"Journal Report 1 (R4)"\n"Council"\n', "counter_release", ["Row 1", "release 4"]),
    "release 4 as XML": ("<?xml version='1.0'?><Report xmlns='counter'/>", "counter_release", ["release 4"]),
    "a sign-in page": ("<!DOCTYPE html><html>", "counter_unreadable", ["sign-in"]),
    "release 6": (tsv(grid(PR_ROW, Release="6")), "counter_release", ["`6`"]),
    "no release": (tsv(grid(PR_ROW, Release="")), "counter_release", ["no Release"]),
    "an unknown report": (tsv(grid(PR_ROW, Report_ID="ZZ")), "counter_report_id", ["`ZZ`", "PR"]),
    "no period": (tsv(grid(PR_ROW, Reporting_Period="all")), "counter_period", ["`all`", "Begin_Date"]),
    "no headings": (tsv(grid(PR_ROW)[:12]), "counter_no_headings", ["Metric_Type"]),
    "no platform": (tsv(grid(PR_ROW, headings=["Shelf", *PR[1:]])), "counter_no_headings", ["Row 14", "Platform"]),
    "no months": (tsv(grid(PR_ROW[:5], headings=PR[:5])), "counter_no_months", ["Row 14", "monthly details"]),
    "German months": (
        tsv(grid(PR_ROW, headings=[*PR[:7], "Mrz-2026"])), "counter_month_unreadable",
        ["Row 14", "`Mrz-2026`", "column 8 (H)", "expected Mar-2026"],
    ),
    "months a spreadsheet changed": (
        xlsx(grid(PR_ROW, headings=[*PR[:7], datetime.date(2026, 3, 26)])), "counter_month_unreadable",
        ["`2026-03-26`", "expected Mar-2026", "spreadsheet"],
    ),
    "months outside the period": (
        tsv(grid(PR_ROW, Reporting_Period="Begin_Date=2025-01-01; End_Date=2025-12-31")), "counter_period_mismatch",
        ["2025-01 to 2025-12", "2026-01 to 2026-03"],
    ),
    "a month twice": (
        tsv(grid(PR_ROW, headings=[*PR[:7], "2026-02"])), "counter_heading_twice", ["Row 14", "Feb-2026"],
    ),
    "a cell too many": (tsv(grid([*PR_ROW, "9"])), "counter_ragged_row", ["Row 15", "column 9 (I)", "row 14"]),
    "a quotation mark left open": (
        tsv(grid(['"Shelf', *PR_ROW[1:]], PR_ROW)).replace("\t", ","), "counter_unreadable",
        ["Row 15", "quotation mark"],
    ),
    "two reports": (xlsx(grid(PR_ROW), grid(PR_ROW)), "counter_several_reports", ["2 sheets"]),
    "no report in a workbook": (xlsx([["A", "B"]]), "counter_no_header", ["Report_ID"]),
    "a broken workbook": (xlsx(grid(PR_ROW))[:3000], "unreadable_workbook", ["cut short"]),
    "cut JSON": (answer([])[:-5], "counter_json_unreadable", ["line 1", "column"]),
    "another JSON": ('{"a": 1}', "counter_no_header", ["Report_ID"]),
    "an exception alone": (
        '{"Code": 1011, "Message": "Report Queued"}', "counter_error_answer", ["1011", "`Report Queued`", "hours"],
    ),
    "an exception in a list": ('[{"Code": 3030, "Message": "No Usage"}]', "counter_error_answer", ["3030", "months"]),
    "a header that says not authorised": (
        answer([], [{"Code": 2000, "Message": "Not Authorized"}]), "counter_error_answer",
        ["2000", "`Not Authorized`", "codes"],
    ),
    "items of the wrong shape": (
        answer([{"Attribute_Performance": 7}]), "counter_json_shape", ["report item 1", "a list"],
    ),
    "a JSON month outside the period": (
        answer([{"Platform": "S", "Attribute_Performance": [{"Performance": {"No_License": {"2027-01": 1}}}]}]),
        "counter_period_mismatch", ["2026-01 to 2026-02", "2027-01"],
    ),
    "a JSON month that is none": (
        answer([{"Platform": "S", "Attribute_Performance": [{"Performance": {"No_License": {"Jal-26": 1}}}]}]),
        "counter_month_unreadable", ["report item 1", "`Jal-26`"],
    ),
}
# fmt: on


@pytest.mark.parametrize(("content", "rule", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refusal_says_what_where_and_what_to_do(save: Save, content: bytes | str, rule: str, words: list[str]) -> None:
    refused = refusal(save(content))
    assert refused.rule == rule
    assert [word for word in words if word not in refused.message] == []


def test_messages_never_repeat_cells(save: Save) -> None:
    """A cell may hold anything, also a name put there by mistake."""
    secret = "Jo Bloggs"
    rows = [
        [secret, secret, secret, "Metric", "9", secret, "1", "2"],
        ["Total", "", "", secret, "9", "1", "1", "1"],
        [secret],
    ]
    report = read_counter(save(tsv(grid(*rows))))
    assert not any(secret in warning for warning in report.warnings)
    assert secret not in refusal(save(tsv(grid(*rows, [*PR_ROW, secret])))).message


def test_stray_cell_far_away_is_refused_before_it_takes_all_memory(save: Save) -> None:
    """The workbook library ends the process when a sheet with one cell in its last corner does not fit in memory."""
    cells = grid(PR_ROW)
    content = io.BytesIO(xlsx(cells))
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", corner)
    far = io.BytesIO()
    with zipfile.ZipFile(far, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    refused = refusal(save(far.getvalue()))
    assert refused.rule == "workbook_too_large"
    assert "row 1048576" in refused.message


def test_release_51_json_reads_as_its_tabular_form(save: Save) -> None:
    """A report delivered once as JSON and once as TSV must not be counted as two."""
    row = [
        "A Title",
        "P",
        "ISNI:1",
        "Shelf",
        "10.1/a",
        "P:1",
        "978-1",
        "",
        "",
        "https://x.org/a",
        "Book",
        "2020",
        "Open",
    ]
    rows = [[*row, "Regular", "No_License", 3, 1, 2], [*row, "TDM", "No_License", 4, 4, 0]]
    item = {
        "Title": "A  Title",
        "Publisher": "P",
        "Publisher_ID": {"ISNI": ["1"]},
        "Platform": "Shelf",
        "Item_ID": {"DOI": "10.1/a", "Proprietary": "P:1", "ISBN": "978-1", "URI": "https://x.org/a"},
        "Attribute_Performance": [
            {
                **{"Data_Type": "Book", "YOP": "2020", "Access_Type": "Open", "Access_Method": method},
                "Performance": {"No_License": counts},
            }
            for method, counts in (("Regular", {"2026-01": 1, "2026-02": 2}), ("TDM", {"2026-01": 4}))
        ],
    }
    from_json = read_counter(save(answer([{"Platform": "Empty", "Title": "B"}, item])))
    from_tsv = read_counter(save(tsv(grid(*rows, headings=TR, Report_ID="TR", Reporting_Period=TO_FEBRUARY))))
    assert usage(from_json) == usage(from_tsv)
    assert {number for number, _ in from_json.rows} == {2}


def test_release_5_json_reads_as_its_tabular_form(save: Save) -> None:
    headings = [*TR[:11], "Section_Type", *TR[11:]]
    row = [
        "J",
        "P",
        "",
        "Shelf",
        "",
        "P:1",
        "",
        "1234-5678",
        "",
        "",
        "Journal",
        "Article",
        "2020",
        "Controlled",
        "Regular",
    ]
    item = {
        "Title": "J",
        "Publisher": "P",
        "Platform": "Shelf",
        "Item_ID": [{"Type": "Proprietary", "Value": "P:1"}, {"Type": "Print_ISSN", "Value": "1234-5678"}],
        **{"Data_Type": "Journal", "Section_Type": "Article", "YOP": 2020, "Access_Type": "Controlled"},
        "Access_Method": "Regular",
        "Performance": [
            {
                "Period": {"Begin_Date": f"2026-0{month}-01", "End_Date": f"2026-0{month}-28"},
                "Instance": [{"Metric_Type": "No_License", "Count": count}],
            }
            for month, count in ((1, 1), (2, 2))
        ],
    }
    filters = [{"Name": "Begin_Date", "Value": "2026-01-01"}, {"Name": "End_Date", "Value": "2026-02-28"}]
    from_json = read_counter(save(answer([item], Release="5", Report_Filters=filters)))
    cells = grid(
        [*row, "No_License", 3, 1, 2], headings=headings, Report_ID="TR", Release="5", Reporting_Period=TO_FEBRUARY
    )
    assert usage(from_json) == usage(read_counter(save(tsv(cells))))
    item["Performance"][0]["Period"]["End_Date"] = "2026-02-28"  # type: ignore[index]
    assert refusal(save(answer([item], Release="5", Report_Filters=filters))).rule == "counter_no_months"


def test_nested_items_read_as_the_tabular_item_report(save: Save) -> None:
    headings = [
        "Item",
        "Publisher",
        "Platform",
        "Authors",
        "Publication_Date",
        "Article_Version",
        "DOI",
        "Proprietary_ID",
    ]
    headings += ["Parent_Title", "Parent_Authors", "Parent_Data_Type", "Parent_DOI", "Parent_Print_ISSN", "Parent_URI"]
    headings += ["Data_Type", "YOP", "Access_Type", "Access_Method", "Metric_Type", "Jan-2026", "Feb-2026"]
    shared = ["Article", "2020", "Open", "Regular", "No_License", 1, 2]
    first = ["I1", "P", "Shelf", "A Writer (ORCID:1)", "2020-02-03", "VoR", "10.1/i", "P:1", "J", "B Writer", "Journal"]
    second = ["I2", "P", "Shelf", "", "", "", "", "P:2", *[""] * 6]
    rows = [[*first, "10.1/j", "1234-5678", "https://x.org/j", *shared], [*second, *shared]]
    from_tsv = read_counter(save(tsv(grid(*rows, headings=headings, Report_ID="IR", Reporting_Period=TO_FEBRUARY))))
    split = {"Data_Type": "Article", "YOP": "2020", "Access_Type": "Open", "Access_Method": "Regular"}
    performance = [{**split, "Performance": {"No_License": {"2026-01": 1, "2026-02": 2}}}]
    nested = [
        {
            "Title": "J",
            "Data_Type": "Journal",
            "Authors": [{"Name": "B Writer"}],
            "Item_ID": {"DOI": "10.1/j", "Print_ISSN": "1234-5678", "URI": "https://x.org/j"},
            "Items": [
                {
                    **{"Item": "I1", "Publisher": "P", "Platform": "Shelf", "Publication_Date": "2020-02-03"},
                    **{"Authors": [{"Name": "A Writer", "ORCID": "1"}], "Article_Version": "VoR"},
                    "Item_ID": {"DOI": "10.1/i", "Proprietary": "P:1"},
                    "Attribute_Performance": performance,
                }
            ],
        },
        {
            "Items": [
                {
                    **{"Item": "I2", "Publisher": "P", "Platform": "Shelf", "Item_ID": {"Proprietary": "P:2"}},
                    "Attribute_Performance": performance,
                }
            ]
        },
    ]
    assert usage(read_counter(save(answer(nested, Report_ID="IR")))) == usage(from_tsv)
    by_period = [
        {
            "Period": {"Begin_Date": begin, "End_Date": begin},
            "Instance": [{"Metric_Type": "No_License", "Count": count}],
        }
        for begin, count in (("2026-01-01", 1), ("2026-02-01", 2))
    ]
    flat = [
        {
            **{"Item": "I1", "Publisher": "P", "Platform": "Shelf", **split, "Performance": by_period},
            "Item_ID": [{"Type": "DOI", "Value": "10.1/i"}, {"Type": "Proprietary", "Value": "P:1"}],
            "Item_Dates": [{"Type": "Publication_Date", "Value": "2020-02-03"}],
            "Item_Attributes": [{"Type": "Article_Version", "Value": "VoR"}],
            "Item_Contributors": [{"Type": "Author", "Name": "A Writer"}],
            "Item_Parent": {
                **{"Item_Name": "J", "Data_Type": "Journal"},
                "Item_ID": [{"Type": "DOI", "Value": "10.1/j"}, {"Type": "Print_ISSN", "Value": "1234-5678"}],
            },
        },
        {**nested[1]["Items"][0], "Attribute_Performance": None, **split, "Performance": by_period},  # type: ignore[index]
    ]
    flat_rows = read_counter(save(answer(flat, Report_ID="IR", Release="5"))).rows
    assert {row["item"] for _, row in flat_rows} == {row["item"] for _, row in from_tsv.rows}


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


def read_bytes(content: bytes) -> CounterReport | None:
    """The report in `content`, None where it is refused in words; anything else raised fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        path.write_bytes(content)
        try:
            return read_counter(path)
        except RefusedFile as refused:
            told = refused
    assert told.rule.startswith("counter_") or "workbook" in told.rule
    assert told.message.endswith(".")
    return None


CELL = st.one_of(st.integers(0, 9999).map(str), st.sampled_from(["", "abc", "-3", "1,016", "0"]))
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ROWS, st.booleans())
def test_every_given_count_is_a_row_and_nothing_else_is(counts: list[list[str]], as_workbook: bool) -> None:
    """Read = rows accounted for: each filled count cell becomes one row, under its own row number and month."""
    cells = grid(*([f"Shelf {n}", *PR_ROW[1:4], "", *row] for n, row in enumerate(counts)))
    report = read_bytes(xlsx(cells) if as_workbook else tsv(cells).encode())
    assert report is not None
    expected = Counter(
        (number, f"2026-0{month}", count.replace(",", ""))
        for number, row in enumerate(counts, start=15)
        for month, count in enumerate(row, start=1)
        if count
    )
    assert Counter((number, row["month"], row["n_uses"]) for number, row in report.rows) == expected


VALID = [
    tsv(grid(PR_ROW, PR_ROW)).encode(),
    tsv(grid(PR_ROW, PR_ROW)).replace("\t", ",").encode("utf-16"),
    answer(
        [
            {
                **{"Title": "T", "Platform": "Shelf", "Item_ID": {"DOI": "10.1/a"}},
                "Attribute_Performance": [{"YOP": "2020", "Performance": {"No_License": {"2026-01": 1, "2026-02": 2}}}],
            }
        ]
    ).encode(),
    xlsx(grid(PR_ROW)),
]
DAMAGE = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=6)), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{", b"[", b"<", b"\xff\xfe"])
)
def test_random_bytes_are_refused_in_words(content: bytes, start: bytes) -> None:
    assert read_bytes(start + content) is None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(VALID), DAMAGE)
def test_damaged_reports_are_read_or_refused_in_words(content: bytes, damage: list[tuple[int, int, bytes]]) -> None:
    for at, length, instead in damage:
        at %= len(content) + 1
        content = content[:at] + instead + content[at + length :]
    report = read_bytes(content)
    assert report is None or all(row["month"] and row["n_uses"] for _, row in report.rows)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Items",
                    "Item_ID",
                    "Performance",
                    "Attribute_Performance",
                    "Period",
                    "Instance",
                    "Item_Parent",
                    "2026-01",
                    "Title",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(JSON, JSON)
def test_json_of_any_shape_is_read_or_refused_in_words(items: Any, exceptions: Any) -> None:
    read_bytes(answer([items], [exceptions]).encode())
    read_bytes(answer([{"Attribute_Performance": [{"Performance": {"No_License": items}}]}]).encode())
    read_bytes(json.dumps({"Report_Header": items, "Report_Items": exceptions}).encode())
    read_bytes(json.dumps(items).encode())
