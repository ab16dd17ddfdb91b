"""From the numbers of an earlier system to those of today, and which system's rows count.

Belongs here: what the registers of old and new numbers and of changes of system come to, and raw rows under it. Does
not belong here: by what else a person is named (crosswalk), comparing two systems (reconciliation).

ledger.renumbering and ledger.system_changes are made again from `raw` with the crosswalk. A row of the new system is
under the new numbers already, so only what was changed after that system came is followed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from dagster_project.exports.contract import Contract

SYSTEM_CHANGES = "system_changes"
PERSON = "person_id"  # the numbers of every column of people


@dataclass(frozen=True)
class Changes:
    """What the registers name: kinds of numbers, by the column of feeds that holds them, and feeds."""

    numbers: frozenset[str] = frozenset()
    feeds: frozenset[str] = frozenset()

    def columns(self, contract: Contract) -> dict[str, str]:
        """The columns of the feed that may hold old numbers, and which numbers they are."""
        if contract.renumbers or contract.names_identifiers:
            return {}
        kinds = {column.name: PERSON if column.type == "person" else column.name for column in contract.loaded}
        return {name: kind for name, kind in kinds.items() if kind in self.numbers}

    def concern(self, contract: Contract) -> bool:
        return contract.feed in self.feeds or bool(self.columns(contract))


def is_register(contract: Contract) -> bool:
    return bool(contract.renumbers) or contract.feed == SYSTEM_CHANGES


def fill(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Make both tables again from the registers among `contracts`."""
    stated = [
        f"select '{kind}' as numbers, {old} as given, {new} as now_is, changed_on, old_until "
        f"from raw.{contract.feed} where _superseded_by is null and {old} <> {new}"
        for contract in contracts
        for kind, (old, new) in contract.renumbers.items()
    ]
    connection.execute("delete from ledger.renumbering; delete from ledger.system_changes")
    if stated:
        connection.execute(f"insert into ledger.renumbering by name {_followed_sql(' union all '.join(stated))}")
    if any(contract.feed == SYSTEM_CHANGES for contract in contracts):
        connection.execute(
            f"insert into ledger.system_changes select changed_feed, old_sender, new_sender, first_month "
            f"from raw.{SYSTEM_CHANGES} where _superseded_by is null"
        )


def _followed_sql(stated: str) -> str:
    """Each old number with what it is now, through every later change; none that has two new ones of the same day."""
    return (
        f"with recursive stated as (select numbers, given, changed_on, max(old_until) as old_until, "
        f"min(now_is) as now_is from ({stated}) group by all having count(distinct now_is) = 1), "
        f"followed as (select *, changed_on as last_change from stated union all "
        f"select f.numbers, f.given, f.changed_on, f.old_until, s.now_is, s.changed_on from followed as f "
        f"join stated as s on f.numbers = s.numbers and f.now_is = s.given and s.changed_on > f.last_change) "
        f"select numbers, given, changed_on, old_until, arg_max(now_is, last_change) as now_is from followed "
        f"group by all"
    )


def stated(connection: duckdb.DuckDBPyConnection) -> Changes:
    """What the two tables name."""
    numbers = connection.execute("select distinct numbers from ledger.renumbering").fetchall()
    feeds = connection.execute("select distinct feed from ledger.system_changes").fetchall()
    return Changes(frozenset(name for (name,) in numbers), frozenset(name for (name,) in feeds))


def person_of_today(connection: duckdb.DuckDBPyConnection, person: str) -> str:
    """The number of today of an old one that was never anybody else's; any other as it is."""
    found = connection.execute(
        f"select any_value(now_is) from ledger.renumbering where numbers = '{PERSON}' and given = ? "
        "having count(distinct now_is) = 1 and bool_and(old_until is null)",
        [person],
    ).fetchone()
    return str(found[0]) if found else person


def today_sql(contract: Contract, column: str, kind: str) -> str:
    """SQL: what a cell of a raw row `t` is today. Of several changes of one number the first after the row counts."""
    since = (
        f"coalesce((select max(first_month) from ledger.system_changes as c "
        f"where c.feed = '{contract.feed}' and c.new_sender = t._sender), date '0001-01-01')"
    )
    return (
        f"coalesce((select arg_min(r.now_is, r.changed_on) from ledger.renumbering as r where r.numbers = '{kind}' "
        f"and r.given = t.{column} and r.changed_on > {since} "
        f"and (r.old_until is null or t.{contract.period} <= r.old_until)), t.{column})"
    )


def make_source(connection: duckdb.DuckDBPyConnection, contract: Contract, changes: Changes) -> str:
    """The table whose current rows are the feed's, in `raw`: of two systems, each one's newest word on every event."""
    if contract.feed not in changes.feeds or contract.delivery == "snapshot":
        return contract.feed
    feed, key = contract.feed, ", ".join(f"t.{name}" for name in contract.key)
    connection.execute(
        f"create or replace view raw.{feed}__systems as select t.* replace (cast(null as varchar) as _superseded_by) "
        f"from raw.{feed} as t where t._superseded_by is null or exists (select 1 from ledger.system_changes as c "
        f"join raw.{feed} as o on o._file_hash = t._superseded_by where c.feed = '{feed}' and "
        f"((t._sender = c.old_sender and o._sender = c.new_sender) "
        f"or (t._sender = c.new_sender and o._sender = c.old_sender))) "
        f"qualify row_number() over (partition by {key}, t._sender order by t._delivered_at desc, "
        f"t._row_number desc) = 1"
    )
    return f"{feed}__systems"


def make_known(connection: duckdb.DuckDBPyConnection, contract: Contract, changes: Changes, people_known: str) -> None:
    """raw.<feed>__known: `people_known` (SQL of current rows) under today's numbers, each event of one system once.

    raw.<feed>__renumbered, where the registers concern the feed, has the rows of both systems.
    """
    feed = contract.feed
    if not changes.concern(contract):
        connection.execute(f"create or replace view raw.{contract.known_table} as {people_known}")
        return
    columns = changes.columns(contract)
    today = ", ".join(f"{today_sql(contract, name, kind)} as {name}" for name, kind in columns.items())
    replaced = f"replace ({today})" if columns else ""
    connection.execute(
        f"create or replace view raw.{feed}__renumbered as select t.* {replaced} from ({people_known}) as t"
    )
    of_sender = ["_sender"] if contract.delivery == "snapshot" else []
    of_day = [contract.period] if feed in changes.feeds else []
    key = ", ".join(f"t.{name}" for name in dict.fromkeys([*contract.event_key, *of_sender, *of_day]))
    connection.execute(
        f"create or replace view raw.{contract.known_table} as select t.* {_told_apart_sql(contract, changes)} "
        f"from raw.{feed}__renumbered as t where {_counts_sql(contract)} "
        f"qualify row_number() over (partition by {key} order by t._delivered_at desc, t._row_number desc) = 1"
    )


def _told_apart_sql(contract: Contract, changes: Changes) -> str:
    """SQL: the number of the old system's record with a mark, where the new one gives it to a record of another day."""
    numbers = [name for name in contract.key if contract.column(name).type == "text"]
    if contract.feed not in changes.feeds or contract.period in contract.key or not numbers:
        return ""
    same = " and ".join(f"o.{name} = t.{name}" for name in contract.key)
    is_reused = (
        f"exists (select 1 from ledger.system_changes as c join raw.{contract.feed}__renumbered as o "
        f"on o._sender = c.new_sender where c.feed = '{contract.feed}' and c.old_sender = t._sender and {same} "
        f"and o.{contract.period} <> t.{contract.period})"
    )
    return f"replace (case when {is_reused} then t.{numbers[0]} || ' (old)' else t.{numbers[0]} end as {numbers[0]})"


def _counts_sql(contract: Contract) -> str:
    """SQL: whether a row `t` is of the system that counts in its month.

    The old system counts before the first month, the new one from then on. What the new one says of an event before
    counts where the old one had it: a case of July that is closed in November.
    """
    month = f"date_trunc('month', t.{contract.period})"
    same = " and ".join(f"o.{name} = t.{name}" for name in dict.fromkeys([*contract.key, contract.period]))
    had = f"exists (select 1 from raw.{contract.feed}__renumbered as o where o._sender = c.old_sender and {same})"
    is_known = "false" if contract.delivery == "snapshot" else had
    change = f"select 1 from ledger.system_changes as c where c.feed = '{contract.feed}'"
    return (
        f"not exists ({change} and c.old_sender = t._sender and {month} >= c.first_month) "
        f"and not exists ({change} and c.new_sender = t._sender and {month} < c.first_month and not {is_known})"
    )
