"""What is past its time, by class and source: counted first, then deleted, with a report that a role signs.

Belongs here: what is due in each layer, the plan, carrying it out. Does not belong here: how long a class is kept
(purposes, config.yml), one person (erasure). People under legal hold keep their rows.

Every step may be cut off and done again. Published editions hold totals, and stay.
"""

import datetime
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb

from dagster_project import warehouse
from dagster_project.exports.archive import Delivery
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.exports.ingest import report_path
from dagster_project.exports.read import type_rows
from dagster_project.files import private_folder, write_atomically
from dagster_project.home import Home
from dagster_project.identity.vault import open_vault, take_out_of_vault
from dagster_project.people import characteristics
from dagster_project.people.erasure import people_on_hold, write_anew
from dagster_project.people.holdings import deliveries_held, lineage, open_text, person_tables
from dagster_project.people.issues import all_issues, is_kept
from dagster_project.people.own_pages import months_before
from dagster_project.people.records import has_table
from dagster_project.people.rewriting import clear_leftovers, drop_content, rewrite
from dagster_project.problems import SettingsProblem
from dagster_project.purposes import months_kept

PLAN = "retention_plan.json"
RUNS_KEPT_MONTHS = 3


@dataclass(frozen=True)
class Due:
    """How much of one source in one layer is past its time: `before` is the first day still kept."""

    layer: str
    source: str
    retention_class: str
    before: str
    n: int


def cutoffs(home: Home, contracts: Mapping[str, Contract], as_at: datetime.date) -> dict[str, datetime.date]:
    """By feed, the first month still kept; a feed that is kept for good has none."""
    kept = months_kept(home.settings.retention_months)
    return {
        feed: first_kept(home, as_at, contract.retention_class)
        for feed, contract in contracts.items()
        if kept[contract.retention_class] is not None
    }


def first_kept(home: Home, as_at: datetime.date, retention_class: str) -> datetime.date:
    """The first month still kept of a class that is not kept for good."""
    return months_before(as_at.replace(day=1), months_kept(home.settings.retention_months)[retention_class] or 0)


def retention(home: Home, as_at: datetime.date, *, role: str, is_applied: bool) -> list[Due]:
    """Plan, or carry out the plan just made; what is due by layer, source and class.

    Raises SettingsProblem where nothing like it was planned before, so that nobody deletes what nobody has seen.
    """
    due = plan(home, as_at, role)
    written = json.dumps({"as_at": as_at.isoformat(), "due": [asdict(each) for each in due]}, indent=1)
    path = home.state / PLAN
    if not is_applied:
        write_atomically(path, written.encode())
        return due
    if not path.exists() or path.read_text("utf-8") != written:
        raise SettingsProblem("Nothing was deleted: first run it without --apply for this day, and look at the counts.")
    carry_out(home, as_at, role)
    report = {**json.loads(written), "signed_off_by": role}
    write_atomically(home.logs / f"retention_{as_at}.json", json.dumps(report, indent=1).encode())
    path.unlink()
    return due


def plan(home: Home, as_at: datetime.date, role: str) -> list[Due]:
    contracts = load_contracts()
    firsts, on_hold = cutoffs(home, contracts, as_at), people_on_hold(home, as_at, role)
    with warehouse.opened(home.warehouse) as connection:
        kinds = {feed: (contracts[feed].retention_class, str(first)) for feed, first in firsts.items()}
        found = [
            Due("warehouse", table, *kinds[feed], count(connection, table, condition))
            for table, feed, condition in past_rows(connection, contracts, firsts, list(on_hold))
        ]
        for contract, delivery, is_whole in past_files(home, connection, contracts, firsts):
            layer = "archive, whole files" if is_whole else "archive, files in part"
            found.append(Due(layer, contract.feed, *kinds[contract.feed], 1))
            if report_path(home, delivery).exists() and is_whole:
                found.append(Due("rejected", contract.feed, *kinds[contract.feed], 1))
        gone = people_gone(home, connection, contracts, firsts, role)
    found.append(Due("vault", "people", "identity", str(as_at), len(gone - on_hold.keys())))
    before = first_kept(home, as_at, "equality")
    n_answers = len(characteristics.recorded_before(home, before, staff_on_hold(home, on_hold, role)))
    found.append(Due("sealed", characteristics.FEED, "equality", str(before), n_answers))
    found += [Due("pages", path.parent.name, "issued", str(as_at), 1) for path in past_issues(home, as_at)]
    found += [Due("runs", "dagster", "issued", str(as_at), 1) for _ in past_runs(home, as_at)]
    counted: dict[Due, int] = {}
    for each in found:
        key = replace(each, n=0)
        counted[key] = counted.get(key, 0) + each.n
    return [replace(each, n=n) for each, n in counted.items() if n]


def carry_out(home: Home, as_at: datetime.date, role: str) -> None:
    """The archive first, so that no rebuild brings back what the warehouse has lost."""
    contracts = load_contracts()
    firsts, on_hold = cutoffs(home, contracts, as_at), people_on_hold(home, as_at, role)
    with private_folder(home.state) as folder, warehouse.opened(home.warehouse) as connection:
        for contract, delivery, is_whole in list(past_files(home, connection, contracts, firsts)):
            clear_leftovers(home, delivery)
            first = firsts[contract.feed]
            if is_whole and not on_hold:
                drop_content(home, delivery, "its retention has ended")
                report_path(home, delivery).unlink(missing_ok=True)
            elif contract.reader == "table":
                take_rows(home, connection, contract, delivery, first, set(on_hold), folder)
        gone = people_gone(home, connection, contracts, firsts, role)
        connection.execute("begin")
        for table, _, condition in list(past_rows(connection, contracts, firsts, list(on_hold))):
            connection.execute(f"delete from {table} where {condition}")
        connection.execute("commit")
    write_anew(home)
    stay = staff_on_hold(home, on_hold, role)
    characteristics.take_out(home, characteristics.recorded_before(home, first_kept(home, as_at, "equality"), stay))
    take_out_of_vault(home.vault, home.keys, gone - on_hold.keys(), role=role, why="retention")
    for path in [*past_issues(home, as_at), *past_runs(home, as_at)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def past_rows(
    connection: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    firsts: Mapping[str, datetime.date],
    on_hold: list[str],
) -> Iterator[tuple[str, str, str]]:
    """Table, the feed whose time decides, and the SQL of its rows that are past it."""
    held = ", ".join(f"'{person}'" for person in on_hold)
    for feed, first in firsts.items():
        subject = contracts[feed].subject
        if has_table(connection, "raw", feed):
            kept = f" and {subject.name} not in ({held})" if held and subject else ""
            yield f"raw.{feed}", feed, f"{contracts[feed].period} < date '{first}'{kept}"
    for table in person_tables(connection):
        behind = [feed for feed in lineage().get(table.full_name, ()) if feed in firsts]
        if not table.is_view and table.schema != "raw" and behind and has_month(connection, table.full_name):
            feed = max(behind, key=lambda feed: firsts[feed])  # what was made of several goes with the first that goes
            kept = f" and {table.subject} not in ({held})" if held else ""
            yield table.full_name, feed, f"month < date '{firsts[feed]}'{kept}"


def has_month(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return "month" in [row[0] for row in connection.execute(f"describe {table}").fetchall()]


def past_files(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    firsts: Mapping[str, datetime.date],
) -> Iterator[tuple[Contract, Delivery, bool]]:
    """Delivered files with rows past their time, and whether all of it is. One never read goes by its delivery."""
    months = dict(connection.execute(
        "select (feed, file_hash), (first_month, last_month) from ledger.deliveries"
    ).fetchall())  # fmt: skip
    for contract, delivery in deliveries_held(home, [contracts[feed] for feed in firsts]):
        delivered = datetime.date.fromisoformat(delivery.delivered_at[:10]).replace(day=1)
        first, last = months.get((contract.feed, delivery.file_hash), (None, None))
        if (last or delivered) < firsts[contract.feed]:
            yield contract, delivery, True
        elif first is not None and first < firsts[contract.feed] and contract.reader == "table":
            yield contract, delivery, False


def take_rows(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    delivery: Delivery,
    first: datetime.date,
    on_hold: set[str],
    folder: Path,
) -> None:
    """Keep of a delivered file the rows from `first` on, and those of people on hold; rows that were rejected go."""
    text = open_text(home, connection, contract, delivery, folder)
    if text is None:
        drop_content(home, delivery, "its retention has ended")
        return
    numbers = {row[0] for row in connection.execute(f"select {text.row_number} from text_rows").fetchall()}
    type_rows(connection, contract, text, None)
    subject = contract.subject.name if contract.subject else "null"
    rows = connection.execute(
        f"select _row_number, {contract.period} >= ?, {subject} from typed_rows", [first]
    ).fetchall()
    kept = {number for number, is_new, who in rows if is_new or (who and home.keys.person_id(who) in on_hold)}
    rewrite(home, connection, contract, delivery, text, drop=numbers - kept, blank={})
    if all(is_new for number, is_new, _ in rows if number in kept):  # a hold may end, and its rows are then due
        connection.execute(
            "update ledger.deliveries set first_month = greatest(first_month, ?) where feed = ? and file_hash = ?",
            [first, delivery.feed, delivery.file_hash],
        )


def people_gone(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    firsts: Mapping[str, datetime.date],
    role: str,
) -> set[str]:
    """People in the vault about whom no feed keeps a row."""
    present: set[str] = set()
    for feed, first in firsts.items():
        for column in contracts[feed].people:
            if has_table(connection, "raw", feed):
                query = f"select distinct {column.name} from raw.{feed} where {contracts[feed].period} >= ?"
                present |= {person for (person,) in connection.execute(query, [first]).fetchall()}
    return open_vault(home.vault, home.keys, role=role, why="retention").keys() - present


def staff_on_hold(home: Home, on_hold: Mapping[str, str], role: str) -> list[str]:
    """Their payroll numbers, by which alone their sealed answers are found."""
    if not on_hold:
        return []
    held = open_vault(home.vault, home.keys, role=role, why="retention: who is on hold", people=on_hold)
    return [entry["staff_id"] for entry in held.values() if "staff_id" in entry]


def past_issues(home: Home, as_at: datetime.date) -> list[Path]:
    return [path for tree in (home.hr, home.own_pages) for path in all_issues(tree) if not is_kept(path, as_at)]


def past_runs(home: Home, as_at: datetime.date) -> list[Path]:
    """What Dagster kept of runs that are over three months old; the indexes stay."""
    oldest = months_before(as_at, RUNS_KEPT_MONTHS)
    history, storage = home.state / "dagster" / "history" / "runs", home.state / "dagster" / "storage"
    found = [*history.glob("*-*.db*"), *storage.glob("*-*")]
    return [path for path in found if datetime.date.fromtimestamp(path.stat().st_mtime) < oldest]


def count(connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> int:
    row = connection.execute(f"select count(*) from {table} where {condition}").fetchone()
    return int(row[0]) if row else 0
