"""One delivered file into typed rows and typed problems; bad data never raises, it is told.

Belongs here: choosing the reader, typing the text, the rules that need the whole file (a key twice, too many rejected
rows). Does not belong here: where files come from (archive), rules that span files (expectations, load).
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.exports import coerce
from dagster_project.exports.cells import typed_cells
from dagster_project.exports.contract import Contract
from dagster_project.exports.instruments import Items, shipped_items
from dagster_project.exports.problems import RefusedFile, RowProblem
from dagster_project.exports.readers.annex_a import lists_of, read_lists
from dagster_project.exports.readers.census_xml import read_xml
from dagster_project.exports.readers.delimited import read_delimited
from dagster_project.exports.readers.dfe_statistics import as_downloaded, one_row_a_figure
from dagster_project.exports.readers.layouts import Layout, layout_of
from dagster_project.exports.readers.text_table import Heading, TextTable, load_rows
from dagster_project.exports.readers.workbook import read_workbook

SMALL_FILE = 4_000_000  # bytes; waking a second thread for each of its many short queries takes longer than it saves
TINY_FILE = 100_000  # bytes; finding the best plan for its queries takes longer than any plan
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass
class Reading:
    """What one file held: read = accepted + rejected, in rows that are not blank.

    The accepted rows stand in the table `typed_rows`: every contract column, people still by payroll number, and
    `_row_number`. A row that repeats another to the letter is accepted and stands there once. `refusal` is set where
    the file is refused whole; there is then no `typed_rows`.
    """

    layout: str | None = None
    n_read: int = 0
    n_rejected: int = 0
    n_unused_columns: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refusal: RefusedFile | None = None

    @property
    def n_accepted(self) -> int:
        return 0 if self.refusal else self.n_read - self.n_rejected


def read_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    contract: Contract,
    folder: Path,
    *,
    max_rejected_share: float,
    notice_given_on: datetime.date | None = None,
    items: Items | None = None,
    schema: Path | None = None,
) -> Reading:
    """Read `path` by `contract` into `typed_rows`; `folder` is private, for copies in clear.

    Rows of a monitoring feed dated before `notice_given_on` are rejected. `items` are the questions a survey may ask
    (default: those we ship). XML must fit `schema`, where there is one.
    """
    n_bytes = path.stat().st_size
    connection.execute("drop table if exists typed_rows")
    connection.execute("set threads = 1" if n_bytes < SMALL_FILE else "reset threads")
    if n_bytes < TINY_FILE:
        connection.execute("pragma disable_optimizer")
    try:
        return read_rows(connection, path, contract, folder, max_rejected_share, notice_given_on, items, schema)
    finally:
        connection.execute("pragma enable_optimizer")


def read_rows(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    contract: Contract,
    folder: Path,
    max_rejected_share: float,
    notice_given_on: datetime.date | None,
    items: Items | None,
    schema: Path | None,
) -> Reading:
    """The work of `read_file`."""
    reading = Reading()
    try:
        text = read_text(connection, path, contract, folder, items, schema)
        bad, n_bad = type_rows(connection, contract, text, notice_given_on)
    except RefusedFile as refused:
        reading.refusal, reading.problems = refused, refused.problems
        return reading
    except duckdb.Error as error:
        reading.refusal = RefusedFile("unreadable", f"The file cannot be read as a table ({type(error).__name__}).")
        return reading
    reading.layout, reading.warnings, reading.n_unused_columns = text.layout, text.warnings, text.n_unused
    reading.n_read = len(text.problems) + n_bad + _count(connection, "select count(*) from typed_rows")
    clashing, n_clashing = reject_key_clashes(connection, contract)
    reading.problems = sorted(text.problems + bad + clashing, key=lambda problem: (problem.row, problem.column))
    reading.n_rejected = len(text.problems) + n_bad + n_clashing
    reading.refusal = refusal_of_whole(reading, contract, max_rejected_share, text.n_merged)
    if reading.refusal:
        connection.execute("drop table typed_rows")
    return reading


def read_text(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    contract: Contract,
    folder: Path,
    items: Items | None = None,
    schema: Path | None = None,
) -> TextTable:
    """`text_rows` by the reader the contract and the file's suffix call for; raises RefusedFile."""
    if path.stat().st_size == 0:
        raise RefusedFile("empty_file", "The file is empty.")
    if contract.xml_record is not None and path.suffix.lower() == ".xml":
        return read_xml(connection, path, contract, folder, schema)
    if contract.reader == "counter":
        return read_counter_text(connection, path, contract, folder)
    if contract.reader == "cases":
        return read_cases(connection, path, contract, folder)
    if contract.reader == "dfe_statistics":
        table = read_table(connection, path, as_downloaded(contract), folder)
        return one_row_a_figure(connection, contract, table)
    if contract.reader == "survey":
        return read_survey_text(connection, path, contract, folder, shipped_items() if items is None else items)
    layout = layout_of(path, contract)
    if layout is not None:
        return read_layout(connection, path, contract, folder, layout)
    return read_table(connection, path, contract, folder)


def read_table(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path) -> TextTable:
    """`text_rows` of a file in plain columns, a workbook or delimited text; raises RefusedFile."""
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        return read_workbook(connection, path, contract, folder)
    return read_delimited(connection, path, contract, folder)


def read_survey_text(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path, items: Items
) -> TextTable:
    """`text_rows` of a survey, one row a response and question; raises RefusedFile."""
    from dagster_project.exports.readers.survey import as_sent, one_row_an_answer, with_one_heading

    sent = as_sent(contract, items)
    one_heading = None if path.suffix.lower() in WORKBOOK_SUFFIXES else with_one_heading(path, sent, folder)
    table = read_table(connection, one_heading or path, sent, folder)
    return one_row_an_answer(connection, contract, table, items, is_of_tool=one_heading is not None)


def read_cases(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path) -> TextTable:
    """`text_rows` of an Annex A workbook, or of a file in any other form; raises RefusedFile."""
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        lists = lists_of(path)
        if lists:
            return read_lists(connection, lists, contract, folder)
    return read_table(connection, path, contract, folder)


def read_counter_text(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path) -> TextTable:
    """`text_rows` of a COUNTER report: one row a cell of usage, numbered by the report's own row."""
    from dagster_project.exports.readers.counter import read_counter

    report = read_counter(path)
    names = [column.name for column in contract.columns]
    rows = ((number, [cells.get(name, "") for name in names]) for number, cells in report.rows)
    table = load_rows(connection, folder, f"counter_{report.release}", Heading(0, tuple(names)), rows)
    table.warnings = list(report.warnings)
    return table


def read_layout(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, folder: Path, layout: Layout
) -> TextTable:
    """`text_rows` of a file in one of the contract's layouts; raises RefusedFile."""
    events = layout.read_events(path, contract, folder)
    names = [column.name for column in contract.columns]
    rows = ((number, [cells.get(name, "") for name in names]) for number, cells in events.rows)
    table = load_rows(connection, folder, layout.name, Heading(0, tuple(names)), rows)
    table.problems, table.warnings = events.problems, events.warnings
    table.n_merged = max(0, events.n_entries - len(events.rows) - len(events.problems))
    return table


def type_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, text: TextTable, notice_given_on: datetime.date | None
) -> tuple[list[RowProblem], int]:
    """Make `typed_rows` of `text_rows` without blank rows and without rows that break a rule; these, and how many."""
    cells = typed_cells(connection, contract, text, notice_given_on)
    rules = {column.name: coerce.broken_rule_of_row(column) for column in contract.columns}
    broken = " or ".join(f"{rule} is not null" for rule in rules.values())
    given = " or ".join(f"_given_{name}" for name in text.columns)
    names = ", ".join(column.name for column in contract.columns)
    connection.execute(
        f"create or replace temp table typed_rows as select _record, _row_number, {names}, {broken} as _is_bad "
        f"from ({cells}) where {given}"
    )
    n_bad = _count(connection, "select count(*) from typed_rows where _is_bad")
    if not n_bad:
        return [], 0
    named = ", ".join(f"{{'name': '{name}', 'rule': {rule}}}" for name, rule in rules.items())
    rows = connection.execute(
        f"with broken as (select _row_number, unnest([{named}]) as problem from ({cells}) "
        "where _record in (select _record from typed_rows where _is_bad)) "
        "select distinct _row_number, problem.name, problem.rule from broken where problem.rule is not null"
    ).fetchall()
    connection.execute("delete from typed_rows where _is_bad")
    return [RowProblem(*row) for row in rows], n_bad


def reject_key_clashes(connection: duckdb.DuckDBPyConnection, contract: Contract) -> tuple[list[RowProblem], int]:
    """Rows of `typed_rows` that share a key: repeats to the letter are kept once, rows that differ all go."""
    key = ", ".join(contract.key)
    content = ", ".join(column.name for column in contract.columns)
    # Equal keys hash alike, and to compare hashes takes half the time.
    if not _count(connection, f"select count(*) - count(distinct hash({key})) from typed_rows"):
        return [], 0
    connection.execute(
        f"create or replace temp table shared_keys as select {key} from typed_rows group by {key} having count(*) > 1"
    )
    connection.execute(
        f"create or replace temp table sharing as "
        f"with sharing as (select * from typed_rows join shared_keys using ({key})), "
        f"contents as (select {key}, count(distinct row({content})) as n_contents from sharing group by {key}) "
        f"select _record, _row_number, n_contents, row_number() over (partition by {key} order by _record) as nth "
        f"from sharing join contents using ({key})"
    )
    rows = connection.execute("select _row_number from sharing where n_contents > 1").fetchall()
    connection.execute(
        "delete from typed_rows where _record in (select _record from sharing where n_contents > 1 or nth > 1)"
    )
    return [RowProblem(row, contract.key[-1], "duplicate_key") for (row,) in rows], len(rows)


def refusal_of_whole(
    reading: Reading, contract: Contract, max_rejected_share: float, n_merged: int
) -> RefusedFile | None:
    """Why the file is refused as a whole although it could be read, if so. Of a log, its entries are what is shared."""
    if reading.n_read == 0 and contract.reader != "counter":
        return RefusedFile("no_rows", "The file has a heading row and no rows below it.")
    n_judged = reading.n_read + n_merged
    if reading.n_rejected > Decimal(str(max_rejected_share)) * n_judged:
        return RefusedFile(
            "too_many_rejected",
            f"{reading.n_rejected} of {n_judged} rows break a rule; at most {100 * max_rejected_share:g}% may. "
            "Nothing of the file was loaded.",
        )
    return None


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
