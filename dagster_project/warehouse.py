"""The DuckDB warehouse: its schemas, its ledger, and the small copy everything else reads.

Belongs here: opening it, the tables that are there before any feed, and the read copy.
Does not belong here: rows of any one feed (exports), models and metrics (dbt).

Open late and close early: while one process has the file open, no other can, and dbt is another. A run that does all
in one process keeps it open until dbt's turn (`kept_open`): opening takes longer than most of what is done with it.
"""

import datetime
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import duckdb

from dagster_project.exports.contract import Contract
from dagster_project.identity import crosswalk
from dagster_project.problems import StorageProblem, WarehouseBusy
from dagster_project.storage import DAMAGED

OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

# Of a new file: its text is packed in half the time and space of the format DuckDB writes by default.
STORAGE = {"storage_compatibility_version": "v1.5.0"}

LEDGER = """
create schema if not exists raw;
create schema if not exists rejected;
create schema if not exists ledger;
create or replace table ledger.feeds (
    feed varchar, title varchar, delivery varchar, due_days bigint, is_on boolean
);
create table if not exists ledger.joins (name varchar, is_on boolean);
create table if not exists ledger.models (code_version varchar);
create table if not exists ledger.run_parameters (run_id varchar, month date, as_at date);
create table if not exists ledger.touched_months (feed varchar, month date);
create table if not exists ledger.deliveries (
    feed varchar, file_hash varchar, sender varchar, layout varchar, status varchar, n_read bigint,
    n_accepted bigint, n_rejected bigint, first_month date, last_month date, delivered_at timestamp,
    batch_id varchar, message varchar
);
create table if not exists ledger.verdicts (
    run_id varchar, month date, gate varchar, rule varchar, severity varchar, holds varchar, is_passed boolean,
    n_failing bigint, message varchar
);
create table if not exists ledger.identifiers (
    feed varchar, file_hash varchar, row_number bigint, kind varchar, given varchar
);
create table if not exists ledger.crosswalk (
    given varchar, person_id varchar, kind varchar, method varchar, confidence varchar, is_stated boolean,
    valid_from date, valid_to date
);
create table if not exists ledger.renumbering (
    numbers varchar, given varchar, now_is varchar, changed_on date, old_until date
);
create table if not exists ledger.system_changes (
    feed varchar, old_sender varchar, new_sender varchar, first_month date
);
create table if not exists rejected.rows (
    feed varchar, file_hash varchar, row_number bigint, column_name varchar, rule varchar
);
"""

# SQL: of each feed the newest month that has current rows, and whether that is as new as the run's day asks for.
FRESHNESS = """
with newest as (select feed, max(month) as month from ledger.sender_months where is_current group by feed)
select
    f.feed, newest.month as newest_month,
    case
        when not f.is_on then 'off: no current assessment'
        when newest.month is null then 'never loaded'
        when f.due_days is null then 'occasional'
        when newest.month >= p.month then 'fresh'
        when p.as_at <= last_day(newest.month + interval 1 month) + cast(f.due_days as integer) then 'not due yet'
        else 'stale'
    end as freshness
from ledger.feeds as f cross join ledger.run_parameters as p left join newest on f.feed = newest.feed
"""

# What readers need; people stay behind in the warehouse.
READ_COPY_TABLES = (
    "ledger.feeds", "ledger.sender_months", "ledger.system_changes", "ledger.run_parameters", "ledger.deliveries",
    "ledger.verdicts", "rejected.rows",
    "metrics.fct_metric_values", "metrics.fct_metric_signals", "metrics.fct_series_breaks", "metrics.fct_data_quality",
    "metrics.fct_associations", "metrics.fct_agreement", "marts.dim_unit", "staging.stg_chart_changes",
    "metrics.fct_system_overlaps", "metrics.fct_gaps", "metrics.fct_conditions", "metrics.fct_quadrants",
    "marts.fct_published_rates",  # public figures
    "marts.fct_building_blocks", "marts.fct_comments",  # registers of roles, dates and plain words
)  # fmt: skip


_kept: dict[Path, duckdb.DuckDBPyConnection] = {}


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection for writing; every one of a process has to be made with the same settings. Raises WarehouseBusy."""
    try:
        return duckdb.connect(str(path), config=OFFLINE | STORAGE)
    except duckdb.IOException as error:
        if "Could not set lock" not in str(error):
            raise
        raise WarehouseBusy(f"another process has {path.name} open; try again once it is closed") from None


@contextmanager
def kept_open(path: Path) -> Iterator[None]:
    """Keep the file open between its uses in this process, until the end or until it is let go."""
    with opened(path) as connection:
        _kept[path] = connection
        try:
            yield
        finally:
            let_go()


def let_go() -> None:
    """Close what is kept open: another process needs the file."""
    while _kept:
        _kept.popitem()[1].close()


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, for writing; raises WarehouseBusy where another process has it open."""
    if path not in _kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What a killed run spilled from memory may hold identifiers, and DuckDB leaves it lying.
        shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)
    connection = connect(path)
    try:
        connection.execute("set enable_progress_bar = false")  # DuckDB draws it into what a command prints
        yield connection
    finally:
        connection.close()


def prepare(
    connection: duckdb.DuckDBPyConnection,
    contracts: Iterable[Contract],
    is_on: dict[str, bool],
    run_id: str,
    month: datetime.date,
    as_at: datetime.date,
    joins: Mapping[str, bool] = MappingProxyType({}),
) -> None:
    """Make what is missing of the ledger and the raw tables, and write down this run's parameters.

    `joins`: which joins of recorded use with HR records the assessment allows now; one that is not named is off.
    """
    contracts = list(contracts)
    connection.execute(LEDGER)
    for contract in contracts:
        connection.execute(f"create table if not exists raw.{contract.feed} ({columns_sql(contract)})")
    crosswalk.make_views(connection, contracts)
    # A row covers its month once its day has come: a booking of next month says nothing of that month's records. As at
    # a day that is yet to come, all that was delivered counts as delivered by then. Nothing was delivered after the day
    # of the run, though a clock that was ahead may have written so.
    is_rehearsal = as_at > datetime.datetime.now(datetime.UTC).date()
    known_by = f"date '{as_at}'" if is_rehearsal else f"least(cast(_delivered_at as date), date '{as_at}')"
    months = " union all ".join(
        f"select distinct '{c.feed}' as feed, _sender as sender, "
        f"cast(date_trunc('month', {c.period}) as date) as month, "
        f"_superseded_by is null and cast({c.period} as date) <= {known_by} as is_current from raw.{c.feed}"
        for c in contracts
    )
    connection.execute(f"create or replace view ledger.sender_months as {months}")
    connection.execute(
        "create or replace view ledger.feed_months as "
        "select distinct feed, month from ledger.sender_months where is_current"
    )
    connection.execute("begin")
    connection.execute("delete from ledger.feeds")
    for contract in contracts:
        connection.execute(
            "insert into ledger.feeds values (?, ?, ?, ?, ?)",
            [contract.feed, contract.title, contract.delivery, contract.due_days, is_on[contract.feed]],
        )
    connection.execute("delete from ledger.joins")
    for name, is_allowed in joins.items():
        connection.execute("insert into ledger.joins values (?, ?)", [name, is_allowed])
    connection.execute("delete from ledger.run_parameters")
    connection.execute("insert into ledger.run_parameters values (?, ?, ?)", [run_id, month, as_at])
    connection.execute("commit")


def columns_sql(contract: Contract) -> str:
    return ", ".join(f"{name} {sql_type}" for name, sql_type in contract.raw_columns().items())


def write_read_copy(warehouse: Path, target: Path) -> None:
    """A compact copy of what reading commands and pages need, replaced whole, so that reading works during a run."""
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with opened(warehouse) as connection:
        connection.execute(f"attach '{str(unfinished).replace(chr(39), chr(39) * 2)}' as copy")
        existing = {
            f"{schema}.{table}"
            for schema, table in connection.execute(
                "select table_schema, table_name from information_schema.tables where table_catalog <> 'copy'"
            ).fetchall()
        }
        for name in READ_COPY_TABLES:
            if name in existing:
                connection.execute(f"create schema if not exists copy.{name.split('.')[0]}")
                connection.execute(f"create table copy.{name} as select * from {name}")
        connection.execute("detach copy")
    unfinished.replace(target)


@contextmanager
def read_only(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The read copy, for reading; raises StorageProblem where it is damaged."""
    try:
        with duckdb.connect(str(path), read_only=True, config=OFFLINE) as connection:
            yield connection
    except duckdb.Error as error:
        if not any(phrase in str(error) for phrase in DAMAGED):
            raise
        raise StorageProblem(f"{path.name} is damaged: run the month again, which makes it anew.") from error
