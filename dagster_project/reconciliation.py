"""A change of system: the months that the old and the new one both sent, compared.

Belongs here: metrics.fct_system_overlaps, and what it says in words. Does not belong here: which of the two counts
(identity/renumbering), where a series breaks (dbt).
"""

import datetime
from collections.abc import Mapping

import duckdb

from dagster_project.exports.contract import Contract

MONTHS_BEFORE = 12  # a new system brings its history along; so much of it is compared

TABLE = """
create or replace table metrics.fct_system_overlaps (
    feed varchar, first_month date, month date, n_old bigint, n_new bigint, n_both bigint, differing varchar[]
)
"""


def write_overlaps(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Replace metrics.fct_system_overlaps: one row a feed whose system changed and month that both systems sent.

    Counts are rows; `n_both` are of the same person, child or team on the same day (or in the same month, where the
    feed knows no days). `differing` says, a column each, of how many of those that each system has once it differs.
    """
    connection.execute(TABLE)
    changed = connection.execute("select distinct feed from ledger.system_changes order by all").fetchall()
    for contract in (contracts[feed] for (feed,) in changed if feed in contracts):
        compared = {column.name: column.header for column in contract.loaded if column.name not in _same(contract)}
        found = connection.execute(_overlaps_sql(contract, list(compared))).fetchall()
        rows = [
            (*counts, [f"{header} in {n}" for header, n in zip(compared.values(), differing, strict=True) if n])
            for *counts, differing in found
        ]
        if rows:
            connection.executemany("insert into metrics.fct_system_overlaps values (?, ?, ?, ?, ?, ?, ?)", rows)


def _same(contract: Contract) -> list[str]:
    """By which columns a row of one system is that of the other: whom it is about, when, and of which kind.

    Numbers of records are the systems' own, and stay out of it.
    """
    return [
        column.name
        for column in contract.loaded
        if column.name == contract.period
        or (column.is_keyed and column.required)
        or (column.name in contract.key and (column.type == "choice" or column.name in ("team_id", "service_id")))
    ]


def _overlaps_sql(contract: Contract, compared: list[str]) -> str:
    same = ", ".join(_same(contract))
    own = [name for name in compared if name not in contract.key]
    differs = dict.fromkeys(compared, "false") | {
        name: f"n_old = 1 and n_new = 1 and old_{name} is distinct from new_{name}" for name in own
    }
    values = "".join(
        f", any_value({name}) filter (where not is_new) as old_{name}, "
        f"any_value({name}) filter (where is_new) as new_{name}"
        for name in own
    )
    return (
        f"with sent as (select t.*, c.first_month as counts_from, t._sender = c.new_sender as is_new, "
        f"cast(date_trunc('month', t.{contract.period}) as date) as of_month from raw.{contract.feed}__renumbered as t "
        f"join ledger.system_changes as c on c.feed = '{contract.feed}' and t._sender in (c.old_sender, c.new_sender) "
        f"where t.{contract.period} >= c.first_month - interval {MONTHS_BEFORE} month), "
        f"both_sent as (select counts_from, of_month from sent group by all having bool_or(is_new) and "
        f"not bool_and(is_new)), "
        f"things as (select counts_from, of_month, {same}, count(*) filter (where not is_new) as n_old, "
        f"count(*) filter (where is_new) as n_new{values} from sent join both_sent using (counts_from, of_month) "
        f"group by counts_from, of_month, {same}) "
        f"select '{contract.feed}', counts_from, of_month, sum(n_old), sum(n_new), sum(least(n_old, n_new)), "
        f"[{', '.join(f'count(*) filter (where {rule})' for rule in differs.values())}] "
        f"from things group by counts_from, of_month order by all"
    )


OVERLAPS = (
    "select feed, title, first_month, month, n_old, n_new, n_both, differing from metrics.fct_system_overlaps "
    "join ledger.feeds using (feed) order by feed, month"
)


def overlaps(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Each month that both systems sent, as (feed, words), where that was asked."""
    is_there = connection.execute(
        "select 1 from information_schema.tables where table_name = 'fct_system_overlaps'"
    ).fetchone()
    if is_there is None:
        return []
    return [(feed, overlap_words(*row)) for feed, *row in connection.execute(OVERLAPS).fetchall()]


def overlap_words(
    title: str,
    first_month: datetime.date,
    month: datetime.date,
    n_old: int,
    n_new: int,
    n_both: int,
    differing: list[str],
) -> str:
    """What is said of a month that both systems sent."""
    counts = "the new system" if month >= first_month else "the old system"
    only = [f"{n:,} only in the {which}" for which, n in (("old", n_old - n_both), ("new", n_new - n_both)) if n]
    rest = f"; {', '.join(only)}" if only else ""
    columns = f" Of rows in both these differ: {', '.join(differing)}." if differing else ""
    return (
        f"{title}, {month:%B %Y}: two systems sent it, {n_old:,} rows in the old and {n_new:,} in the new, "
        f"{n_both:,} in both{rest}.{columns} It is counted once, from {counts}."
    )
