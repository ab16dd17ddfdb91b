"""The Ofsted Annex A workbook: its lists of referrals (3) and of children in need (6), as rows of one table.

Belongs here: which sheets are those lists, and putting their rows under one heading. Does not belong here: spellings of
headings (the contract), cells as text (workbook), how referrals and episodes are counted (dbt).

The other lists hold nothing that any measure needs, and are not read. A list is known by its headings, because sheets
are renamed.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from dagster_project.exports.contract import Contract, spelling
from dagster_project.exports.readers.text_table import Heading, TextTable, find_heading, load_rows
from dagster_project.exports.readers.workbook import cell_text
from dagster_project.exports.readers.workbook_guard import workbook_sheets

# The headings by which each list is known, and what a row of it is.
LISTS = {"referral": {"date of referral", "referral nfa?"}, "episode": {"cin start date", "case status"}}
NUMBERED_FROM = 100_000  # rows of a second list, so that a number is the place of one row

Rows = list[list[str]]


def lists_of(path: Path) -> dict[str, Rows]:
    """The lists of the workbook at `path` by what their rows are, as text; empty where it is no Annex A."""
    found: dict[str, Rows] = {}
    for sheet in workbook_sheets(path.read_bytes()):
        rows = [[without_code(cell_text(cell)) for cell in row] for row in sheet]
        headings = {spelling(cell) for cell in rows[0]} if rows else set()
        for record, known_by in LISTS.items():
            if known_by <= headings:
                found.setdefault(record, rows)
    return found


def without_code(cell: str) -> str:
    """The cell without the letter of a list of answers (`b) No`), and a closure's reason as its code alone."""
    text = re.sub(r"^[a-z]\)\s*", "", cell)
    code = re.match(r"RC\d\b", text)
    return code[0] if code else text


def read_lists(
    connection: duckdb.DuckDBPyConnection, lists: dict[str, Rows], contract: Contract, folder: Path
) -> TextTable:
    """`text_rows` of both lists, with the column `record`; raises RefusedFile."""
    headings = {record: find_heading(rows, contract) for record, rows in lists.items()}
    names = tuple(dict.fromkeys(name for heading in headings.values() for name in heading.named))
    numbered = {record: place * NUMBERED_FROM for place, record in enumerate(lists)}

    def rows() -> Iterator[tuple[int, list[str]]]:
        for record, cells in lists.items():
            heading = headings[record]
            for number, row in enumerate(cells[heading.row :], start=heading.row + 1):
                by_name = {name: cell for name, cell in zip(heading.columns, row, strict=False) if name}
                if any(cell.strip() for cell in row):
                    yield numbered[record] + number, [record, *(by_name.get(name, "") for name in names)]

    table = load_rows(connection, folder, "annex_a", Heading(0, ("record", *names)), rows())
    table.n_unused = sum(len(heading.columns) - len(heading.named) for heading in headings.values())
    table.warnings = [
        f"Rows of the list of {record}s are numbered on from {start}: row 2 of it is {start + 2}."
        for record, start in numbered.items()
        if start
    ]
    return table
