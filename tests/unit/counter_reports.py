"""Small COUNTER reports for tests to change: as rows, TSV, workbook and JSON.

Belongs here: building them and saving them. Does not belong here: any claim.
"""

import datetime
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

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
        "Created_By": HEADER["Created_By"],
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
