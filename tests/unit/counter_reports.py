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


IDENTIFIERS = ("DOI", "Proprietary_ID", "ISBN", "Print_ISSN", "Online_ISSN", "URI")
TITLE = ["Title", "Publisher", "Publisher_ID", "Platform", "DOI", "Proprietary_ID"]
JOURNAL = [*TITLE, "Print_ISSN", "Online_ISSN", "URI"]
BOOK = [*TITLE, "ISBN", "Print_ISSN", "Online_ISSN", "URI"]
DATABASE = ["Database", "Publisher", "Publisher_ID", "Platform", "Proprietary_ID"]
ARTICLE = [
    *("Item", "Publisher", "Publisher_ID", "Platform", "Authors", "Publication_Date", "Article_Version", "DOI"),
    *("Proprietary_ID", "Print_ISSN", "Online_ISSN", "URI", "Parent_Title", "Parent_DOI", "Parent_Print_ISSN"),
]
SPLIT = ["Data_Type", "YOP", "Access_Type", "Access_Method"]

R4 = """\
Journal Report 1 (R4),"Full-Text Article Requests by Month and Journal"
A fictional council

Period covered by Report:
2011-01-01 to 2011-02-28
Date run:
2011-03-21

Journal,Publisher,Platform,Journal DOI,Proprietary Identifier,Print ISSN,Online ISSN,Reporting Period Total,\
Reporting Period HTML,Reporting Period PDF,Jan-11,2011-02
Total for all journals,,Shelf,,,,,'1,016',0,16,'1,003',13
J of Care,A publisher,Shelf,,,0951-0079,,"1,016",0,16,"1,003",13
J of Law,A publisher,Shelf,,,1234-5678,,,,,,
"""
SUSHI = """<?xml version="1.0"?>
<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="http://www.niso.org/schemas/counter">
<UsageDateRange><Begin>2011-01-01</Begin><End>2011-02-28</End></UsageDateRange>
<c:Report Name="{report}" Version="4" Created="2011-03-21"><c:Vendor><c:Name>A publisher</c:Name></c:Vendor>
<c:ReportItems><c:ItemIdentifier><c:Type>Print_ISSN</c:Type><c:Value>0951-0079</c:Value></c:ItemIdentifier>
<c:ItemPlatform>Shelf</c:ItemPlatform><c:ItemName>J of Care</c:ItemName>
<c:ItemPerformance><c:Period><c:Begin>2011-02-01</c:Begin><c:End>2011-02-28</c:End></c:Period>{counts}
</c:ItemPerformance></c:ReportItems></c:Report></S:Envelope>
"""
SUSHI_ERROR = """<?xml version="1.0"?>
<sushi><Exception><Number>2000</Number><Message>Not authorised</Message></Exception></sushi>"""

# What stands before Metric_Type in every report and standard view of releases 5 and 5.1.
LAYOUTS: dict[str, list[str]] = {
    "PR": ["Platform", "Data_Type", "Access_Method"],
    "PR_P1": ["Platform", "Data_Type"],
    "DR": [*DATABASE, "Data_Type", "Access_Method"],
    "DR_D1": DATABASE,
    "DR_D2": DATABASE,
    "TR": [*BOOK, *SPLIT],
    "TR_B1": [*BOOK, "YOP"],
    "TR_B2": [*BOOK, "YOP"],
    "TR_B3": [*BOOK, "YOP", "Access_Type"],
    "TR_J1": JOURNAL,
    "TR_J2": JOURNAL,
    "TR_J3": [*JOURNAL, "Access_Type"],
    "TR_J4": [*JOURNAL, "YOP"],
    "IR": [*ARTICLE, *SPLIT],
    "IR_A1": [*ARTICLE, "Access_Type"],
    "IR_M1": ["Item", "Publisher", "Publisher_ID", "Platform", "DOI", "Proprietary_ID", "URI"],
}
CELLS = {
    **{"Data_Type": "Journal", "YOP": "2020", "Access_Type": "Controlled", "Access_Method": "Regular"},
    **{"DOI": "10.1/a", "Proprietary_ID": "P:1", "ISBN": "978-1", "Print_ISSN": "1234-5678", "URI": "https://x.org/a"},
    **{"Publication_Date": "2020-02-03", "Article_Version": "VoR", "Authors": "A Writer (ORCID:1)"},
    **{"Parent_Title": "J", "Parent_DOI": "10.1/j", "Parent_Print_ISSN": "8765-4321"},
}


def layout_row(report_id: str, number: int, counts: list[Any]) -> list[Any]:
    """A row of the report with a platform of its own, and a count for each of three months."""
    attributes = [f"Shelf {number}" if name == "Platform" else CELLS.get(name, name) for name in LAYOUTS[report_id]]
    return [*attributes, "Unique_Item_Requests", "", *counts]


def layout_grid(report_id: str, release: str, *counts: list[Any]) -> Grid:
    """The report in its tabular layout, with a row for each three counts, from row 15 on."""
    rows = [layout_row(report_id, number, given) for number, given in enumerate(counts)]
    return grid(*rows, headings=[*LAYOUTS[report_id], *PR[3:]], Report_ID=report_id, Release=release)


def layout_answer(report_id: str, release: str, *counts: list[Any]) -> str:
    """The same report as JSON; a count that is None is left out."""
    items = [_item(report_id, release, number, given) for number, given in enumerate(counts)]
    dates = {"Begin_Date": "2026-01-01", "End_Date": "2026-03-31"}
    filters: Any = [{"Name": name, "Value": day} for name, day in dates.items()] if release == "5" else dates
    return answer(items, Report_ID=report_id, Release=release, Report_Filters=filters)


def _item(report_id: str, release: str, number: int, counts: list[Any]) -> dict[str, Any]:
    cells = dict(zip(LAYOUTS[report_id], layout_row(report_id, number, []), strict=False))
    named = {name.removesuffix("_ID") if name == "Proprietary_ID" else name: text for name, text in cells.items()}
    ids = {name: text for name, text in named.items() if name in (*IDENTIFIERS, "Proprietary")}
    item: dict[str, Any] = {name: text for name, text in named.items() if name not in (*ids, *SPLIT)}
    split = {name: text for name, text in named.items() if name in SPLIT}
    by_month = {f"2026-0{month}": count for month, count in enumerate(counts, start=1) if count is not None}
    if release == "5.1":
        performance = {"Unique_Item_Requests": by_month}
        return {**item, "Item_ID": ids, "Attribute_Performance": [{**split, "Performance": performance}]}
    periods = [
        {
            "Period": {"Begin_Date": f"{month}-01", "End_Date": f"{month}-28"},
            "Instance": [{"Metric_Type": "Unique_Item_Requests", "Count": count}],
        }
        for month, count in by_month.items()
    ]
    listed = [{"Type": name, "Value": text} for name, text in ids.items()]
    return {**item, **split, "Item_ID": listed, "Performance": periods}


def refusal(path: Path) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        read_counter(path)
    return caught.value


def usage(report: CounterReport) -> set[tuple[tuple[str, str], ...]]:
    """The rows without their numbers, and without zero counts, which JSON reports leave out."""
    return {tuple(sorted(row.items())) for _, row in report.rows if row["n_uses"] != "0"}
