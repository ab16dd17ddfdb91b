"""COUNTER usage reports, releases 5 and 5.1, as publishers send them: TSV, CSV, XLSX or JSON.

Belongs here: telling the forms apart by what is in them, and the promise that no bytes raise anything but RefusedFile.
Does not belong here: the two forms (counter_tabular, counter_json), which report is counted (dbt).
"""

import re
from pathlib import Path

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_grid import XLS_MARK, decoded, text_grid, workbook_grids
from dagster_project.exports.readers.counter_header import ASK_AGAIN, no_header
from dagster_project.exports.readers.counter_json import read_json
from dagster_project.exports.readers.counter_report import CounterReport
from dagster_project.exports.readers.counter_tabular import has_header, read_tabular
from dagster_project.exports.readers.workbook_guard import ZIP_MARK

__all__ = ["CounterReport", "read_counter"]


def read_counter(path: Path) -> CounterReport:
    """The COUNTER report in `path`; raises RefusedFile for anything that is none, or none that can be trusted."""
    content = path.read_bytes()
    try:
        return read_content(content)
    except RefusedFile:
        raise
    except Exception as error:  # a fault nobody thought of is told to the sender as one, never as a traceback
        raise RefusedFile(
            "counter_unreadable", f"The file cannot be read as a COUNTER report ({type(error).__name__}). {ASK_AGAIN}"
        ) from None


def read_content(content: bytes) -> CounterReport:
    """The report in `content`, by what it begins with; raises RefusedFile."""
    if content.startswith((ZIP_MARK, XLS_MARK)):
        return read_workbook(content)
    text, warnings = decoded(content)
    text = text.replace("\0", "")
    start = text.lstrip()[:1]
    if not start:
        raise RefusedFile("counter_empty", f"The file is empty. {ASK_AGAIN}")
    if start == "<":
        raise markup(text)
    report = read_json(text) if start in "{[" else read_tabular(text_grid(text))
    report.warnings.extend(warnings)
    return report


def read_workbook(content: bytes) -> CounterReport:
    """The report on the one sheet that has a COUNTER header; raises RefusedFile."""
    reports = [grid for grid in workbook_grids(content) if has_header(grid)]
    if not reports:
        raise no_header()
    if len(reports) > 1:
        raise RefusedFile(
            "counter_several_reports",
            f"{len(reports)} sheets of the workbook are COUNTER reports. Save each as a file of its own.",
        )
    return read_tabular(reports[0])


def markup(text: str) -> RefusedFile:
    """The refusal of XML and web pages."""
    if re.search(r"counter|sushi", text[:5000], re.IGNORECASE) and not re.search(r"<html", text[:5000], re.IGNORECASE):
        return RefusedFile(
            "counter_release",
            "The file is XML, as COUNTER release 4 answered; releases 5 and 5.1 can be read, which are TSV, CSV, XLSX "
            f"or JSON. {ASK_AGAIN}",
        )
    return RefusedFile(
        "counter_unreadable",
        "The file is a web page or XML, not a report: the download gave a sign-in or error page. Sign in to the "
        "publisher's statistics site and download the report again.",
    )
