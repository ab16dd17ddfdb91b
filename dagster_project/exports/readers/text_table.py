"""What every reader ends in: a DuckDB table of text, one column for each contract column the file has.

Belongs here: the table `text_rows`, how its rows are numbered, and finding the heading row.
Does not belong here: any one format (delimited, workbook, counter), any judgement of values (coercion).
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from rapidfuzz import fuzz

from dagster_project.exports.contract import Contract, spelling
from dagster_project.exports.problems import RefusedFile, RowProblem

HEADING_SEARCH_ROWS = 30
REFUSED_HEADING = "refused_heading"
OTHER_WORDING = "other_wording"
NEARLY = 85  # of 100 letters alike


@dataclass
class TextTable:
    """The table `text_rows` made from one file.

    `columns` are the contract columns it has; `row_number` is the SQL for a row's number as an editor shows it;
    `n_unused` counts the file's columns that no contract column names and that were dropped as they were read;
    `n_merged` the entries of a log that rows were put together from, or that said nothing, beyond one a row.
    """

    layout: str
    columns: list[str]
    row_number: str
    n_unused: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_merged: int = 0


@dataclass(frozen=True)
class Heading:
    """Where the heading row is (1-based) and which contract column each of its cells names (None: unused)."""

    row: int
    columns: tuple[str | None, ...]

    @property
    def named(self) -> list[str]:
        return [name for name in self.columns if name is not None]


def find_heading(rows: Sequence[Sequence[str]], contract: Contract) -> Heading:
    """The heading among the first rows of a file; raises RefusedFile naming the columns that are missing."""
    by_spelling = {text: column.name for column in contract.columns for text in column.spellings}
    candidates = [
        Heading(number, tuple(by_spelling.get(spelling(cell)) for cell in row))
        for number, row in enumerate(rows[:HEADING_SEARCH_ROWS], start=1)
    ]
    best = max(candidates, key=lambda heading: len(set(heading.named)), default=Heading(0, ()))
    if not best.named:
        expected = ", ".join(column.header for column in contract.columns if column.required)
        raise RefusedFile(
            "no_headings",
            f"No heading row of the feed {contract.feed} in the first {HEADING_SEARCH_ROWS} rows. "
            f"Expected at least: {expected}. Is the file in the right folder?",
        )
    refuse_headings(rows[: best.row], contract)
    refuse_near_headings(rows[best.row - 1], best, contract)
    twice = sorted({name for name in best.named if best.named.count(name) > 1})
    if twice:
        raise RefusedFile("heading_twice", f"Row {best.row}: two columns both mean {contract.column(twice[0]).header}.")
    missing = [c.header for c in contract.columns if c.required and c.name not in best.named]
    if missing:
        raise RefusedFile(
            "missing_columns",
            f"Row {best.row} has no column {', '.join(missing)}. Add it, or spell it as "
            f"`practice-metrics feeds {contract.feed}` lists.",
        )
    return best


def refuse_headings(rows: Sequence[Sequence[str]], contract: Contract) -> None:
    """Raise RefusedFile where a row down to the heading names what files of this feed must not hold.

    Written as one word they are the same: survey tools write `RecipientEmail`.
    """
    refused = {spelling(text).replace(" ", ""): text for text in contract.refused_headings}
    for number, row in enumerate(rows, start=1):
        words = {spelling(cell).replace(" ", "") for cell in row}
        found = sorted({refused[word] for word in words & refused.keys()})
        if found:
            raise RefusedFile(
                REFUSED_HEADING,
                f"Row {number} has the column {', '.join(found)}. {contract.title} must not say who a row is about. "
                "Take the column out where the file is made and send it again; nothing was loaded.",
            )


def refuse_near_headings(row: Sequence[str], heading: Heading, contract: Contract) -> None:
    """Raise RefusedFile where a heading that names no column is nearly that of one with `exact_heading`."""
    exact = [column for column in contract.columns if column.exact_heading]
    for number, (cell, name) in enumerate(zip(row, heading.columns, strict=True), start=1):
        near = next((column for column in exact if name is None and is_nearly(cell, column.header)), None)
        if near:
            raise RefusedFile(
                OTHER_WORDING,
                f"Row {heading.row}: the heading of column {number} is nearly, but not exactly: {near.header} "
                "Answers to different words cannot be compared: give the exact words, or bring the question as an item "
                "of its own.",
            )


def is_nearly(text: str, wording: str) -> bool:
    """Whether most letters of the two are alike (Levenshtein), though not all."""
    return NEARLY <= fuzz.ratio(spelling(text), spelling(wording)) < 100


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    layout: str,
    heading: Heading,
    rows: Iterable[tuple[int, Sequence[str]]],
) -> TextTable:
    """`text_rows` from numbered rows below `heading`; blank rows are left out, rows with extra cells are problems."""
    clear = folder / "rows.csv"
    width = len(heading.columns)
    used = [index for index, name in enumerate(heading.columns) if name is not None]
    problems: list[RowProblem] = []
    with clear.open("w", encoding="utf-8", errors="replace", newline="") as file:  # JSON may hold half a character
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[width:]):
                problems.append(RowProblem(number, "", "ragged_row"))
                continue
            writer.writerow([number, *(row[index] if index < len(row) else "" for index in used)])
    read_clean_csv(connection, clear, ["_row_number", *heading.named])
    clear.unlink()
    return TextTable(layout, heading.named, "cast(_row_number as bigint)", width - len(used), problems)


def read_clean_csv(connection: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[str]) -> None:
    """`text_rows` from a CSV this module wrote: no heading, every cell quoted."""
    types = ", ".join(f"'{name}': 'varchar'" for name in columns)
    connection.execute(
        "create or replace temp table text_rows as select * from read_csv(?, auto_detect=false, header=false, "
        f"delim=',', quote='\"', escape='\"', new_line='\\n', max_line_size=20000000, parallel=false, "
        f"columns={{{types}}})",
        [str(path)],
    )
