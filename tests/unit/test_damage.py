"""Files of every layout, damaged: read or refused in words, nothing lost, read = accepted + rejected.

Belongs here: COUNTER reports in every form and plain tables of every feed, as the path reads them. Does not belong
here: what one form's own faults are called (test_counter_refusals.py, test_delimited.py, test_workbook.py).
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.exports.read import Reading, read_file
from tests.unit.counter_reports import LAYOUTS, layout_answer, layout_grid, tsv, xlsx

CONTRACTS = load_contracts()
TABLES = [feed for feed, contract in CONTRACTS.items() if contract.reader == "table"]
DAMAGE = st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 40), st.binary(max_size=6)), min_size=1, max_size=5)


class Reader:
    """`read_file` in one connection; what it left in `typed_rows`."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def __call__(self, content: bytes, feed: str, suffix: str) -> Reading:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"file{suffix}"
            path.write_bytes(content)
            reading = read_file(self.connection, path, CONTRACTS[feed], Path(folder), max_rejected_share=1)
        if reading.refusal is None:
            # Rows that repeat another to the letter stand there once.
            assert 0 <= self.n_typed <= reading.n_accepted
            assert (self.n_typed == 0) == (reading.n_accepted == 0)
            assert reading.n_read == reading.n_accepted + reading.n_rejected
            assert (reading.n_rejected == 0) == (not reading.problems)
        else:
            assert reading.refusal.message.endswith((".", "?"))
        return reading

    @property
    def n_typed(self) -> int:
        return len(self.connection.execute("select 1 from typed_rows").fetchall())

    @property
    def numbers(self) -> set[int]:
        return {row for (row,) in self.connection.execute("select _row_number from typed_rows").fetchall()}


@pytest.fixture(scope="module")
def read() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.connection.close()


def damaged(content: bytes, damage: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, instead in damage:
        at %= len(content) + 1
        content = content[:at] + instead + content[at + length :]
    return content


def counter_form(form: str, report_id: str, release: str, counts: list[list[Any]]) -> bytes:
    if form == "json":
        return layout_answer(report_id, release, *counts).encode()
    cells = layout_grid(report_id, release, *([("" if n is None else n) for n in row] for row in counts))
    if form == "xlsx":
        return xlsx(cells)
    return (tsv(cells) if form == "tsv" else tsv(cells).replace("\t", ",")).encode()


COUNT = st.one_of(st.integers(0, 9999), st.none(), st.sampled_from(["abc", "-3", "1e3", "1.5", "\u0662", "9" * 30]))
FORMS = st.sampled_from(["tsv", "csv", "xlsx", "json"])
REPORTS = st.tuples(st.sampled_from(sorted(LAYOUTS)), st.sampled_from(["5", "5.1"]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(FORMS, REPORTS, st.lists(st.lists(COUNT, min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_count_of_a_counter_report_is_accepted_or_rejected(
    read: Reader, form: str, of: tuple[str, str], counts: list[list[Any]]
) -> None:
    """The noughts JSON leaves out are counts too, of items that have any."""
    reading = read(counter_form(form, *of, counts), "counter_usage", f".{form}")
    given_counts = [count for row in counts for count in row if count is not None]
    left_out = [1 for row in counts if any(n is not None for n in row) for n in row if n is None]
    n_expected = len(given_counts) + (len(left_out) if form == "json" else 0)
    if not given_counts:
        assert reading.refusal is not None
        assert reading.refusal.rule == "counter_no_counts"
        return
    assert reading.refusal is None, reading.refusal
    n_bad = sum(not isinstance(count, int) for count in given_counts)
    assert (reading.n_read, reading.n_rejected, read.n_typed) == (n_expected, n_bad, n_expected - n_bad)


@settings(max_examples=90, deadline=None, derandomize=True)
@given(FORMS, REPORTS, DAMAGE)
def test_damaged_counter_reports_are_read_or_refused(
    read: Reader, form: str, of: tuple[str, str], damage: list[tuple[int, int, bytes]]
) -> None:
    content = counter_form(form, *of, [[1, 2, 3], [0, 40, None]])
    read(damaged(content, damage), "counter_usage", f".{form}")


GOOD: dict[str, str] = {
    "text": "North", "integer": "1", "decimal": "1", "date": "01/09/2026", "month": "2026-09", "boolean": "yes",
    "person": "Z900001", "identifier": "Jo Bloggs", "reference": "C0042",
}  # fmt: skip
CELL = st.sampled_from([
    None, None, None, "", " ", "-", "n/a", "31/02/2026", "2026-09-01", "46266", "\u0663", "NaN", "1e9", "yes",
    "x" * 250, 'a "quoted" word', "two\nlines", "a;b,c\td", "\u200b", "=1+1", "#N/A",
])  # fmt: skip


def table(contract: Contract, spoilt: list[list[str | None]]) -> list[list[str]]:
    """The feed's headings, and a row for each of `spoilt`, whose cells replace good ones; cells too many stay."""
    n = len(contract.columns)
    good: list[str | None] = [
        next(iter(column.choices), "") or GOOD.get(column.type, "") for column in contract.columns
    ]
    rows = [[c if c is not None else g for c, g in zip(row[:n], good, strict=False)] + row[n:] for row in spoilt]
    headings = [column.header for column in contract.columns]
    return [headings, *([cell or "" for cell in row] for row in rows)]


def as_csv(rows: list[list[str]], separator: str, encoding: str) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return lines.getvalue().encode(encoding)


SPOILT = st.integers(0, 30).flatmap(lambda n: st.lists(CELL, min_size=n, max_size=n))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.sampled_from(TABLES), st.lists(SPOILT, min_size=1, max_size=5), st.sampled_from([",", ";", "\t", "|", "xlsx"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)  # fmt: skip
def test_every_filled_row_of_a_table_is_accepted_or_rejected(
    read: Reader, feed: str, spoilt: list[list[str | None]], form: str, encoding: str
) -> None:
    rows = table(CONTRACTS[feed], spoilt)
    content = xlsx(rows) if form == "xlsx" else as_csv(rows, form, encoding)
    reading = read(content, feed, ".xlsx" if form == "xlsx" else ".csv")
    filled = {number for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)}
    if reading.refusal is not None:
        assert not filled, reading.refusal
        return
    assert reading.n_read == len(filled)
    told = {problem.row for problem in reading.problems}
    assert read.numbers | told <= filled
    assert not read.numbers & told
    repeated = reading.n_accepted - read.n_typed
    assert len(filled) == len(read.numbers) + len(told) + repeated


PLAIN: list[list[str | None]] = [[None] * 30, [None, "a1"], [None, "a2", None, "x"]]


@settings(max_examples=90, deadline=None, derandomize=True)
@given(st.sampled_from(TABLES), st.sampled_from([",", "\t", "xlsx"]), DAMAGE)
def test_damaged_tables_are_read_or_refused(
    read: Reader, feed: str, form: str, damage: list[tuple[int, int, bytes]]
) -> None:
    rows = table(CONTRACTS[feed], PLAIN)
    content = xlsx(rows) if form == "xlsx" else as_csv(rows, form, "utf-8")
    read(damaged(content, damage), feed, ".xlsx" if form == "xlsx" else ".csv")
