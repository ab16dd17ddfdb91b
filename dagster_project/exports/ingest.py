"""From the archive to the feed's incoming table: read what is new of a feed and stage it for the gate.

Belongs here: deliveries as the ledger sees them, pseudonyms at the door, what goes to the vault. Does not belong here:
judging rows (read), judging batches (expectations), moving them to `raw` (load).

A kill between any two statements loses nothing: a delivery without a row in ledger.deliveries is simply read again.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.exports import archive
from dagster_project.exports.archive import Delivery
from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.error_report import write_report
from dagster_project.exports.mappings import mapped
from dagster_project.exports.read import Reading, read_file
from dagster_project.files import private_folder
from dagster_project.home import Home
from dagster_project.identity.identifiers import PAYROLL, REFERENCE, pseudonym
from dagster_project.identity.vault import add_to_vault
from dagster_project.warehouse import columns_sql

PSEUDONYMS = "kind varchar, given varchar, pseudonym varchar"
MAX_NAME_BYTES = 200


Months = tuple[datetime.date | None, datetime.date | None]


@dataclass(frozen=True)
class Staged:
    """What staging a feed's new deliveries found: files staged for the gate, files refused, rows."""

    n_files: int = 0
    n_refused: int = 0
    n_accepted: int = 0
    n_rejected: int = 0


def notice_date(home: Home, contract: Contract) -> datetime.date | None:
    """The first day of use that may be counted, for monitoring feeds."""
    return home.assessment.notice_given_on if contract.monitoring and home.assessment else None


def stage(
    home: Home, connection: duckdb.DuckDBPyConnection, contract: Contract, batch_id: str, *, has_passed: bool = False
) -> Staged:
    """Read every delivery the ledger does not know into the feed's incoming table; refused files are reported at once.

    `has_passed` chooses: deliveries that passed their gate before, or those that never did.
    """
    connection.execute(f"create or replace temp table pseudonyms ({PSEUDONYMS})")
    connection.execute(f"drop table if exists raw.{contract.incoming}")
    connection.execute("delete from ledger.deliveries where feed = ? and status = 'staged'", [contract.feed])
    known = set(connection.execute(
        "select file_hash, delivered_at from ledger.deliveries "
        "where feed = ? and status in ('loaded', 'refused')", [contract.feed],
    ).fetchall())  # fmt: skip
    people: dict[str, dict[str, str]] = {}
    read: list[tuple[Delivery, Reading, Months]] = []
    with private_folder(home.state) as folder:
        for delivery in archive.deliveries(home, contract.feed, home.keys):
            is_known = (delivery.file_hash, moment(delivery)) in known
            if is_known or delivery.left_out is not None or delivery.has_passed != has_passed:
                continue
            read.append((delivery, *_stage_one(home, connection, contract, delivery, batch_id, folder, people)))
    if people:
        add_to_vault(home.vault, home.keys, people)
    connection.execute("begin")
    for delivery, reading, months in read:
        _record(connection, delivery, batch_id, reading, months)
    connection.execute("commit")
    connection.execute("drop table pseudonyms")
    return Staged(
        n_files=sum(reading.refusal is None for _, reading, _ in read),
        n_refused=sum(reading.refusal is not None for _, reading, _ in read),
        n_accepted=sum(reading.n_accepted for _, reading, _ in read),
        n_rejected=sum(reading.n_rejected for _, reading, _ in read),
    )


def moment(delivery: Delivery) -> datetime.datetime:
    """The moment of delivery (UTC, without zone), to the microsecond, so that it also orders deliveries."""
    return datetime.datetime.fromisoformat(delivery.delivered_at).replace(tzinfo=None)


def report_path(home: Home, delivery: Delivery) -> Path:
    """Where the sender finds the report on a file: under its own name, cut where a file system would refuse it."""
    name = delivery.file_name.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
    return home.rejected / delivery.feed / delivery.sender / f"{name}.{delivery.file_hash[:8]}.csv"


def _stage_one(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    delivery: Delivery,
    batch_id: str,
    folder: Path,
    people: dict[str, dict[str, str]],
) -> tuple[Reading, Months]:
    contract = contract.named_by(home.settings.named_by.get(delivery.feed, {}).get(delivery.sender))
    path = archive.open_archived(home, home.keys, delivery, folder)
    reading = read_file(
        connection, path, mapped(home, contract, moment(delivery).date()), folder,
        max_rejected_share=home.settings.max_rejected_share, notice_given_on=notice_date(home, contract),
        items=home.survey_items,
        schema=home.settings.schemas.get(contract.feed),
    )  # fmt: skip
    path.unlink()
    write_report(report_path(home, delivery), reading, contract)
    if reading.refusal is None:
        as_named = contract.of_layout(delivery.layout or reading.layout)
        for person, entry in _pseudonymise(home, connection, as_named).items():
            people[person] = {**people.get(person, {}), **entry}
        _note_identifiers(connection, as_named, delivery)
        _copy_to_incoming(connection, as_named, delivery, batch_id)
        return reading, _months(connection, contract)
    return reading, (None, None)


def _months(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Months:
    """The first and last month of `typed_rows`."""
    month = f"cast(date_trunc('month', {contract.period}) as date)"
    first, last = connection.execute(f"select min({month}), max({month}) from typed_rows").fetchone() or (None, None)
    return first, last


def _pseudonymise(home: Home, connection: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, dict[str, str]]:
    """Add who and what is new in `typed_rows` to `pseudonyms`; return what belongs in the vault, by pseudonym."""
    clear: dict[str, dict[str, str]] = {}
    for column in [*contract.keyed, *contract.kinds_given]:
        found = connection.execute(
            f"select distinct {_kind(column)}, {column.name} from typed_rows where {column.name} is not null "
            f"and ({_kind(column)}, {column.name}) not in (select (kind, given) from pseudonyms)"
        ).fetchall()
        ids = [pseudonym(home.keys, kind, given) for kind, given in found]
        connection.execute(
            "insert into pseudonyms select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])",
            [[kind for kind, _ in found], [given for _, given in found], ids],
        )
        if column.type == "person" and (column.identifier or PAYROLL) != PAYROLL:
            clear |= {one: {"kind": kind, "given": given} for one, (kind, given) in zip(ids, found, strict=True)}
    if not contract.identifiers:
        return clear
    names = [column.name for column in contract.identifiers]
    rows = connection.execute(
        f"select p.pseudonym, p.given, {', '.join(f'max(t.{name})' for name in names)} from typed_rows as t "
        f"join pseudonyms as p on {_is_of(contract.people[0])} group by p.pseudonym, p.given"
    ).fetchall()
    for person_id, given, *values in rows:
        entry = clear.get(person_id, {"staff_id": given})
        clear[person_id] = entry | {n: v for n, v in zip(names, values, strict=True) if v}
    return clear


def _kind(column: Column) -> str:
    """SQL: by what a cell of the column names somebody, or whose number it is."""
    if column.type == "reference":
        return f"'{REFERENCE}{column.keyed_as or column.name}'"
    return column.identifier_column or f"'{column.identifier or PAYROLL}'"


def _is_of(column: Column, pseudonyms: str = "p") -> str:
    """SQL: whether a row of `pseudonyms` is who the column of `typed_rows` as t names."""
    kind = f"t.{column.identifier_column}" if column.identifier_column else _kind(column)
    return f"{pseudonyms}.kind = {kind} and {pseudonyms}.given = t.{column.name}"


def _note_identifiers(connection: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery) -> None:
    """Write down by what else each row names its person, as pseudonyms, for the crosswalk."""
    this_file = [contract.feed, delivery.file_hash]
    connection.execute("delete from ledger.identifiers where feed = ? and file_hash = ?", this_file)
    for column in contract.kinds_given:
        connection.execute(
            f"insert into ledger.identifiers select ?, ?, t._row_number, p.kind, p.pseudonym from typed_rows as t "
            f"join pseudonyms as p on {_is_of(column)}",
            this_file,
        )


def _copy_to_incoming(
    connection: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, batch_id: str
) -> None:
    """Append `typed_rows` to the incoming table. Until the ledger names the file as staged, nobody reads them."""
    joins = " ".join(f"left join pseudonyms as _{c.name} on {_is_of(c, f'_{c.name}')}" for c in contract.keyed)
    values = ", ".join(f"_{c.name}.pseudonym as {c.name}" if c.is_keyed else f"t.{c.name}" for c in contract.loaded)
    connection.execute(f"create table if not exists raw.{contract.incoming} ({columns_sql(contract)})")
    connection.execute(
        f"insert into raw.{contract.incoming} by name select {values}, ? as _file_hash, _row_number, "
        f"? as _delivered_at, ? as _batch_id, ? as _sender from typed_rows as t {joins}",
        [delivery.file_hash, moment(delivery), batch_id, delivery.sender],
    )


def _record(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, batch_id: str, reading: Reading, months: Months
) -> None:
    """One row in the ledger for the delivery, one in rejected.rows for each problem; places and rules, no values."""
    this_file = [delivery.feed, delivery.file_hash]
    connection.execute("delete from ledger.deliveries where feed = ? and file_hash = ?", this_file)
    connection.execute(
        "insert into ledger.deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*this_file, delivery.sender, reading.layout, "refused" if reading.refusal else "staged",
         reading.n_read, reading.n_accepted, reading.n_rejected, *months, moment(delivery), batch_id,
         reading.refusal.message if reading.refusal else "; ".join(reading.warnings) or None],
    )  # fmt: skip
    connection.execute("delete from rejected.rows where feed = ? and file_hash = ?", this_file)
    problems = reading.problems
    connection.execute(
        "insert into rejected.rows select ?, ?, unnest(?::bigint[]), unnest(?::varchar[]), unnest(?::varchar[])",
        [*this_file, [p.row for p in problems], [p.column for p in problems], [p.rule for p in problems]],
    )  # fmt: skip
