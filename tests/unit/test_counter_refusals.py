"""The COUNTER reader on reports that cannot be used: which words the sender gets."""

import datetime
import io
import zipfile

import pytest

from dagster_project.exports.readers.counter import read_counter
from tests.unit.counter_reports import PR, PR_ROW, R4, SUSHI_ERROR, Save, answer, grid, refusal, tsv, xlsx

# fmt: off
REFUSED: dict[str, tuple[bytes | str, str, list[str]]] = {
    "nothing": ("", "counter_empty", ["empty"]),
    "another table": ("Name,Month\nA,B\n", "counter_no_header", ["Report_ID"]),
    "release 3": ('"Journal Report 1 (R3)"\n"Council"\n', "counter_release", ["Row 1", "release 3"]),
    "release 4 cut short": ('"Journal Report 1 (R4)"\n"Council"\n', "counter_no_headings", ["breaks off"]),
    "another report of release 4": (
        R4.replace("Journal Report 1", "Journal Report 5"), "counter_report_id", ["`Journal Report 5`", "JR1"],
    ),
    "release 4 without a period": (R4.replace("2011-01-01 to 2011-02-28", "2011"), "counter_period", ["`2011`"]),
    "release 4 with a month of another year": (R4.replace("Jan-11", "Jan-12"), "counter_period_mismatch", ["2012-01"]),
    "release 4 with a month that is none": (
        R4.replace("Jan-11", "Jänner"), "counter_month_unreadable", ["Row 9", "expected Jan-2011"],
    ),
    "release 4 refusing access": (SUSHI_ERROR, "counter_error_answer", ["2000", "`Not authorised`", "codes"]),
    "cut XML": (SUSHI_ERROR[:-9], "counter_unreadable", ["Line 2", "cut short"]),
    "XML of another kind": ("<?xml version='1.0'?><Report xmlns='counter'/>", "counter_release", ["release 4"]),
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
