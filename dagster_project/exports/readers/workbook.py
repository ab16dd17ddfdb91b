"""Workbooks (XLSX, XLS, ODS) of a feed in plain columns: a register's own sheet, or the first with the feed's headings.

Belongs here: cells as text. Does not belong here: coercion; formulas (their stored results are read).
"""

import datetime
from pathlib import Path

import duckdb

from dagster_project.exports.contract import Contract
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.text_table import REFUSED_HEADING, TextTable, find_heading, load_rows
from dagster_project.exports.readers.workbook_guard import named_sheets


def read_workbook(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path) -> TextTable:
    """`text_rows` from the sheet named after the register, else the first that has the headings; raises RefusedFile."""
    refusal: RefusedFile | None = None
    sheets = named_sheets(path.read_bytes())
    own = [cells for name, cells in sheets.items() if contract.has_sheet(name)]
    for cells in own or sheets.values():
        rows = [[cell_text(cell) for cell in row] for row in cells]
        try:
            heading = find_heading(rows, contract)
        except RefusedFile as refused:
            if refused.rule == REFUSED_HEADING:  # no other sheet makes up for it
                raise
            if refusal is None or refusal.rule == "no_headings":  # the sheet that comes nearest says what is missing
                refusal = refused
            continue
        below = ((number, row) for number, row in enumerate(rows, start=1) if number > heading.row)
        return load_rows(connection, folder, "workbook", heading, below)
    raise refusal or RefusedFile("empty_file", "The workbook has no sheet.")


def cell_text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates as ISO, truth as yes or no, errors as empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    return str(cell)
