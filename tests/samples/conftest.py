"""A year of samples of a fictional council, and every row of them read by its contract."""

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.read import read_file
from dagster_project.samples import Samples, generate_samples
from tests.samples.year import END, SHAPE


@pytest.fixture(scope="package")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return generate_samples(tmp_path_factory.mktemp("samples"), **SHAPE, end_month=END)


@pytest.fixture(scope="package")
def read(samples: Samples, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Every file read by its contract: a table of accepted rows for each feed, and `rejected`."""
    connection = duckdb.connect()
    connection.execute("create table rejected (path varchar, line bigint, column_name varchar, rule varchar)")
    folder = tmp_path_factory.mktemp("clear")
    for feed, contract in load_contracts().items():
        for path in [path for path in samples.files if path.parent.name == feed]:
            reading = read_file(connection, path, contract, folder, max_rejected_share=0.05)
            assert reading.refusal is None, f"{path.name}: {reading.refusal}"
            connection.execute(f"create table if not exists {feed} as select * from typed_rows limit 0")
            connection.execute(f"insert into {feed} select * from typed_rows")
            for problem in reading.problems:
                row = [str(path), problem.row, problem.column, problem.rule]
                connection.execute("insert into rejected values (?, ?, ?, ?)", row)
    return connection
