"""A made-up feed of visits, files of it, and reading them.

Belongs here: its contract, its rows and what a reading left. Does not belong here: any claim.
"""

import csv
import io
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.read import Reading, read_file


def column(name: str, header: str, kind: Any = "text", **more: Any) -> Column:
    return Column(name=name, header=header, type=kind, description="d", purpose="p", **more)


CONTRACT = Contract(
    feed="visits", title="t", about="a", owner="o", controller="c", lawful_basis="l", retention_class="hr",
    audience=["hr"], domain="d",
    delivery="append", period="day", key=["visit_id"], due_days=5, monitoring=True,
    columns=[
        column("visit_id", "Visit ID", required=True),
        column("person_id", "Staff ID", "person", required=True),
        column("full_name", "Name", "identifier"),
        column("day", "Date", "date", required=True, minimum="2000-01-01"),
        column("minutes", "Minutes", "integer", minimum=1, maximum=600),
        column("team", "Team", default="none"),
    ],
)  # fmt: skip
HEAD = ["Visit ID", "Staff ID", "Name", "Date", "Minutes", "Team"]
GOOD = ["V1", "a1", "Jo Bloggs", "01/09/2026", "45", "North"]


class Reader:
    """`read_file` in one connection and one folder, and what it left in `typed_rows`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.connection = folder, duckdb.connect()

    def __call__(self, content: str | bytes, limit: float = 1, contract: Contract = CONTRACT, **more: Any) -> Reading:
        path = self.folder / "visits.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reading = read_file(self.connection, path, contract, self.folder, max_rejected_share=limit, **more)
        assert {left.name for left in self.folder.iterdir()} <= {"visits.csv", "utf8.csv", "rows.csv"}
        return reading

    @property
    def tables(self) -> set[str]:
        return {name for (name,) in self.connection.execute("select table_name from duckdb_tables()").fetchall()}

    def rows(self, columns: str = "_row_number, visit_id") -> list[tuple[Any, ...]]:
        return self.connection.execute(f"select {columns} from typed_rows order by _row_number").fetchall()


def text(*rows: list[str], head: list[str] = HEAD) -> str:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([head, *rows])
    return lines.getvalue()


def row(visit: str = "V1", **changes: str) -> list[str]:
    start = {**dict(zip(HEAD, GOOD, strict=True)), "Visit ID": visit}
    return list({**start, **{name.replace("_", " "): cell for name, cell in changes.items()}}.values())


def problems(reading: Reading) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.rule) for problem in reading.problems]
