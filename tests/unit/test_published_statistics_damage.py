"""The department's files, damaged: every cell of a figure is accepted or rejected, or the file is refused in words."""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import Reading, read_file
from tests.unit.counter_reports import xlsx
from tests.unit.test_damage import DAMAGE, as_csv, damaged
from tests.unit.test_published_statistics import COUNCIL, ENGLAND, PLACE, REFERRALS

CONTRACT = load_contracts()["published_statistics"]
HEADINGS = next(csv.reader(io.StringIO(f"{PLACE},{REFERRALS}")))
FIGURES = ("12", "0", "1,234.5", "c", " Z ", "low", ":", "", "-")
NOT_FIGURES = ("1O", "about 5", "12%", "*", "-3", "NaN", "9" * 40, "c u", 'a "quoted" word')


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def read(connection: duckdb.DuckDBPyConnection, content: bytes, suffix: str) -> tuple[Reading, int]:
    """What `read_file` made of it, and the rows that were accepted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(content)
        reading = read_file(connection, path, CONTRACT, Path(folder), max_rejected_share=1)
    if reading.refusal is not None:
        assert reading.refusal.message.endswith(".")
        return reading, 0
    [(n_typed,)] = connection.execute("select count(*) from typed_rows").fetchall()
    assert reading.n_read == reading.n_accepted + reading.n_rejected
    assert n_typed <= reading.n_accepted
    assert (reading.n_rejected == 0) == (not reading.problems)
    return reading, n_typed


def content_of(form: str, *figures: list[str]) -> bytes:
    places = [next(csv.reader([line])) for line in (ENGLAND, COUNCIL)]
    rows = [HEADINGS, *([*place, *row] for place, row in zip(places, figures, strict=True))]
    return xlsx(rows) if form == ".xlsx" else as_csv(rows, ",", "utf-8")


CELLS = st.lists(st.sampled_from(FIGURES + NOT_FIGURES), min_size=6, max_size=6)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.sampled_from([".csv", ".xlsx"]), CELLS, CELLS)
def test_every_cell_that_is_no_figure_is_rejected_alone(
    connection: duckdb.DuckDBPyConnection, form: str, first: list[str], second: list[str]
) -> None:
    reading, n_accepted = read(connection, content_of(form, first, second), form)
    n_bad = sum(cell in NOT_FIGURES for cell in first + second)
    assert (reading.refusal, reading.n_read, reading.n_rejected, n_accepted) == (None, 12, n_bad, 12 - n_bad)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from([".csv", ".xlsx"]), DAMAGE)
def test_damaged_file_is_read_or_refused(
    connection: duckdb.DuckDBPyConnection, form: str, damage: list[tuple[int, int, bytes]]
) -> None:
    content = content_of(form, ["12", "c", "0", "3", "4", "z"], ["1", "2", "3", "4", "5", "6"])
    read(connection, damaged(content, damage), form)
