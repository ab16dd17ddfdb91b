"""What the warehouse holds about single people, row by row, each with the file and row it came from.

Belongs here: reading current rows, availability by month, CPD by year, what feeds cover, challenges. Does not belong
here: judging any of it (clauses), pages, rows that were superseded (subject_access).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from dagster_project.exports.contract import Contract, spelling

CHALLENGES = "challenges"


@dataclass(frozen=True)
class Record:
    """One current row about a person. `values` are those of every loaded column; `month` is that of its period."""

    feed: str
    month: datetime.date
    day: datetime.date
    values: dict[str, object]
    file_hash: str
    row_number: int

    @property
    def source(self) -> str:
        return f"{self.feed} {self.file_hash[:8]} row {self.row_number}"


@dataclass(frozen=True)
class StaffMonth:
    """A month in post: contracted fraction, days contracted and available, and the two as one scale (0 to 1)."""

    month: datetime.date
    role: str
    grade: str | None
    pay_point: str | None
    start_date: datetime.date
    contracted_fte: Decimal
    contracted_days: Decimal
    available_days: Decimal
    scale: Decimal


@dataclass(frozen=True)
class Challenge:
    """A figure somebody says is wrong; open while `answer` is None. A feed of None: it names none that we know."""

    feed: str | None
    month: datetime.date | None
    raised_on: datetime.date
    answer: str | None
    answered_on: datetime.date | None

    def is_about(self, feed: str, months: Collection[datetime.date]) -> bool:
        """Of a feed misspelt everything is disputed, rather than nothing."""
        return self.feed in (feed, None) and (self.month is None or self.month in months)


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = connection.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?", [schema, table]
    ).fetchone()
    return bool(found and found[0])


def records(
    connection: duckdb.DuckDBPyConnection, contract: Contract, people: Collection[str]
) -> dict[str, list[Record]]:
    """The feed's current rows about each of `people`, oldest first."""
    found: dict[str, list[Record]] = defaultdict(list)
    subject = contract.subject
    if subject is None or not has_table(connection, "raw", contract.known_table):
        return found
    names = [column.name for column in contract.loaded]
    rows = connection.execute(
        f"select {subject.name}, {contract.period}, _file_hash, _row_number, {', '.join(names)} "
        f"from raw.{contract.known_table} where _superseded_by is null "
        f"and {subject.name} in (select unnest(?::varchar[])) "
        f"order by {contract.period}, {', '.join(contract.key)}, _file_hash, _row_number",
        [list(people)],
    ).fetchall()
    for person, day, file_hash, row_number, *values in rows:
        held = dict(zip(names, values, strict=True))
        found[person].append(Record(contract.feed, day.replace(day=1), day, held, file_hash, row_number))
    return found


def staff_months(connection: duckdb.DuckDBPyConnection, people: Collection[str]) -> dict[str, list[StaffMonth]]:
    """The months in post of each of `people`, oldest first."""
    found: dict[str, list[StaffMonth]] = defaultdict(list)
    if not has_table(connection, "intermediate", "int_staff__months"):
        return found
    rows = connection.execute(
        "select person_id, month, role, grade, pay_point, start_date, contracted_fte, contracted_days, available_days, "
        "availability_scale from intermediate.int_staff__months where person_id in (select unnest(?::varchar[])) "
        "order by person_id, month",
        [list(people)],
    ).fetchall()
    for person, *values in rows:
        found[person].append(StaffMonth(*values))
    return found


def covered_months(connection: duckdb.DuckDBPyConnection) -> dict[str, set[datetime.date]]:
    """The months of each feed for which rows of anybody came."""
    found: dict[str, set[datetime.date]] = defaultdict(set)
    if has_table(connection, "ledger", "feed_months"):
        for feed, month in connection.execute("select feed, month from ledger.feed_months").fetchall():
            found[feed].add(month)
    return found


def registration_years(
    connection: duckdb.DuckDBPyConnection, people: Collection[str]
) -> dict[str, list[tuple[datetime.date, int, int]]]:
    """By person, each registration year's last day, different pieces of CPD, and entries reflected on with a peer."""
    found: dict[str, list[tuple[datetime.date, int, int]]] = {}
    if has_table(connection, "intermediate", "int_cpd__registration_years"):
        for person, end, n_pieces, n_peer in connection.execute(
            "select person_id, period_end, n_pieces, n_with_peer_reflection "
            "from intermediate.int_cpd__registration_years "
            "where person_id in (select unnest(?::varchar[])) order by person_id, period_end",
            [list(people)],
        ).fetchall():
            found.setdefault(person, []).append((end, n_pieces, n_peer))
    return found


def challenges(
    connection: duckdb.DuckDBPyConnection, contracts: dict[str, Contract], people: Collection[str]
) -> dict[str, list[Challenge]]:
    """The challenges of each of `people`, oldest first."""
    return {
        person: [
            Challenge(
                next(
                    (feed for feed in contracts if spelling(feed) == spelling(str(row.values["disputed_feed"]))), None
                ),
                row.values["disputed_month"],  # type: ignore[arg-type]
                row.day,
                row.values["answer"],  # type: ignore[arg-type]
                row.values["answered_on"],  # type: ignore[arg-type]
            )
            for row in rows
        ]
        for person, rows in records(connection, contracts[CHALLENGES], people).items()
    }
