"""COUNTER usage reports, releases 4, 5 and 5.1, as publishers send them: TSV, CSV, XLSX, JSON or XML.

Belongs here: telling the forms apart by what is in them, and the promise that no bytes raise anything but RefusedFile.
Does not belong here: the forms (counter_tabular, counter_json, counter_release_4, counter_sushi), which report is
counted (dbt).
"""

from pathlib import Path

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.counter_grid import XLS_MARK, Grid, decoded, text_grid, workbook_grids
from dagster_project.exports.readers.counter_header import ASK_AGAIN, no_header
from dagster_project.exports.readers.counter_json import read_json
from dagster_project.exports.readers.counter_release_4 import is_release_4, read_release_4
from dagster_project.exports.readers.counter_report import CounterReport
from dagster_project.exports.readers.counter_sushi import is_sushi, read_sushi
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
        if not is_sushi(text):
            raise web_page()
        return read_sushi(content.strip())
    report = read_json(text) if start in "{[" else read_grid(text_grid(text))
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
    return read_grid(reports[0])


def read_grid(grid: Grid) -> CounterReport:
    """The tabular report in `grid`, by its release; raises RefusedFile."""
    return read_release_4(grid) if is_release_4(grid) else read_tabular(grid)


def web_page() -> RefusedFile:
    """The refusal of a web page."""
    return RefusedFile(
        "counter_unreadable",
        "The file is a web page or XML, not a report: the download gave a sign-in or error page. Sign in to the "
        "publisher's statistics site and download the report again.",
    )
