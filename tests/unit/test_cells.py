"""Cells typed row by row and word by word are the same: how many rows a file has must not decide what they say."""

import datetime
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.cells import by_row, by_word
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.exports.readers.text_table import TextTable

CONTRACTS = load_contracts()
NOTICE = datetime.date(2026, 3, 1)
CELL = st.none() | st.sampled_from(
    ["", " ", "-", "n/a", "P1", "p1 ", "2026-03-31", "28/02/2026", "31/02/2026", "Mar-2026", "1", "0.6", "1e3", "yes",
     "No", "Completed", "cancelled", "video", "Article", "x" * 201, "it's", "\u00a0a\u00a0"]
)  # fmt: skip


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("pragma disable_optimizer")
        yield opened


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    contract=st.sampled_from(sorted(CONTRACTS.values(), key=lambda contract: contract.feed)),
    cells=st.lists(st.lists(CELL, min_size=30, max_size=30), min_size=1, max_size=6),
    n_columns=st.integers(1, 30),
)
def test_rows_and_words_give_the_same_cells(
    connection: duckdb.DuckDBPyConnection, contract: Contract, cells: list[list[str | None]], n_columns: int
) -> None:
    names = [column.name for column in contract.columns][:n_columns]
    connection.execute(f"create or replace temp table text_rows ({', '.join(f'{name} varchar' for name in names)})")
    connection.executemany(
        f"insert into text_rows values ({', '.join('?' * len(names))})", [row[: len(names)] for row in cells]
    )
    text = TextTable("delimited", names, "rowid + 2")
    wanted = ", ".join(f"{prefix}{column.name}" for column in contract.columns for prefix in ("", "_given_", "_rule_"))
    rows, words = [
        connection.execute(
            f"select _record, _row_number, {wanted} from ({typed(connection, contract, text, NOTICE)}) order by _record"
        ).fetchall()
        for typed in (by_row, by_word)
    ]
    assert len(rows) == len(cells)
    assert rows == words
