"""The tabular form of a COUNTER release 4 report: JR1, BR1, BR2 and DB1, whose counts keep names of their own.

Belongs here: the layout of release 4, and what its counts are called. Does not belong here: rows of usage, which
release 5 has too (counter_tabular), the XML form (counter_sushi).

Release 4 counted each click, release 5 counts an item once a session: the two are never added up, so no count of
release 4 has the name of a metric of release 5.
"""

import itertools
import re

from dagster_project.exports.contract import spelling
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_grid import Grid
from dagster_project.exports.readers.counter_header import ASK_AGAIN, Header, no_header, read_period, shown
from dagster_project.exports.readers.counter_report import CounterReport, finished_report
from dagster_project.exports.readers.counter_rows import (
    clean_text,
    known_name,
    read_month,
    refuse_other_months,
)
from dagster_project.exports.readers.counter_tabular import (
    Findings,
    Headings,
    missing_month_warnings,
    read_row,
    refuse_headings_twice,
    refuse_unread_months,
)

FIRST_CELL = re.compile(r"(.*?)\s*\(\s*R\s*4\s*\)", re.IGNORECASE)
REPORTS = {
    "journal report 1": "JR1",
    "book report 1": "BR1",
    "book report 2": "BR2",
    "database report 1": "DB1",
}
METRICS = {
    "JR1": "R4_Full_Text_Article_Requests",
    "BR1": "R4_Book_Title_Requests",
    "BR2": "R4_Book_Section_Requests",
}
HEADINGS = {
    **{spelling(name): "Title" for name in ("Journal", "Book", "Title")},
    **{spelling(name): "DOI" for name in ("Journal DOI", "Book DOI")},
    "issn": "Print_ISSN",
    "user activity": "Metric_Type",
}


def is_release_4(grid: Grid) -> bool:
    """Whether the first filled row says so."""
    return FIRST_CELL.search(_first_cell(grid)) is not None


def read_release_4(grid: Grid) -> CounterReport:
    """The report in `grid`; raises RefusedFile."""
    filled = [(number, [clean_text(cell) for cell in cells]) for number, cells in grid]
    filled = [(number, cells) for number, cells in filled if any(cells)]
    at = next((n for n, (_, cells) in enumerate(filled) if {"publisher", "platform"} <= set(map(spelling, cells))), 0)
    if not at:
        raise RefusedFile(
            "counter_no_headings",
            f"No row of headings with Publisher and Platform: the file breaks off above it. {ASK_AGAIN}",
        )
    header = _header(filled[:at])
    headings = _headings(*filled[at], header)
    findings = Findings()
    for number, cells in filled[at + 1 :]:
        read_row(number, cells, headings, header, findings)
    rows = [(number, release_4_row(header, row)) for number, row in findings.rows]
    return finished_report(header, rows, missing_month_warnings(headings, header) + findings.warnings())


def read_name(text: str) -> str:
    """`JR1` from `Journal Report 1`; raises RefusedFile for a report of release 4 that is not read."""
    report_id = REPORTS.get(spelling(text))
    if report_id is None:
        raise RefusedFile(
            "counter_report_id",
            f"The file says it is the release 4 report {shown(text)}; of release 4, {', '.join(REPORTS.values())} can "
            "be read. Ask the publisher for one of these, or for a report of release 5.1.",
        )
    return report_id


def release_4_row(header: Header, row: dict[str, str]) -> dict[str, str]:
    """The row with its count under the name release 4's counts have here."""
    given = row.get("metric_type", "")
    name = "R4_" + re.sub(r"[^A-Za-z]+", "_", given.title()).strip("_") if given else "-"
    return {**row, "metric_type": METRICS.get(header.report_id, name), "access_method": "Regular"}


def _first_cell(grid: Grid) -> str:
    return next((clean_text(cell) for _, cells in grid for cell in cells if cell.strip()), "")


def _header(rows: Grid) -> Header:
    """The header above the headings, where each label stands before or over its value; raises RefusedFile."""
    texts = [cell for _, cells in rows for cell in cells if cell]
    after = {spelling(label): text for label, text in itertools.pairwise(texts)}
    name = FIRST_CELL.search(texts[0])
    if name is None:
        raise no_header()
    begin, end = read_period(after.get("period covered by report:", ""))
    return Header(
        release="4",
        report_id=read_name(name[1]),
        created_at=after.get("date run:", ""),
        created_by="",
        begin=begin,
        end=end,
        exceptions=(),
        filters={},
    )


def _headings(row: int, cells: list[str], header: Header) -> Headings:
    """What each column holds; a first column without a heading holds titles. Raises RefusedFile."""
    attributes: dict[int, str] = {}
    months: list[tuple[int, str]] = []
    unread: list[int] = []
    total: int | None = None
    n_named = max(index for index, cell in enumerate(cells) if spelling(cell) in ("platform", "reporting period total"))
    for index, cell in enumerate(cells):
        name, month = HEADINGS.get(spelling(cell)) or known_name(cell), read_month(cell) or _changed_month(cell)
        if name == "Reporting_Period_Total":
            total = index
        elif name is not None or (index < n_named and (cell or index == 0)):
            attributes[index] = name or cell or "Title"
        elif month is not None:
            months.append((index, month))
        elif cell:
            unread.append(index)
    refuse_unread_months(row, cells, unread, len(months), header)
    refuse_headings_twice(row, list(attributes.values()), [month for _, month in months])
    if not months:
        raise RefusedFile("counter_no_months", f"Row {row} has no column for any month. {ASK_AGAIN}")
    refuse_other_months(header, [month for _, month in months])
    return Headings(row, attributes, months, total)


def _changed_month(heading: str) -> str | None:
    """The month of 11-Jan, which is Jan-11 after a spreadsheet; the period refuses it where it was a day."""
    found = re.fullmatch(r"([0-9]{2})-([A-Za-z]{3})", heading)
    return read_month(f"{found[2]}-{found[1]}") if found else None
