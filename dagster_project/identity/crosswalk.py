"""From whatever an export names a person by to the person: exact, dated, and nobody where it could be two.

Belongs here: which identifier is whose and when, made of rows that are current, and raw rows with their people known.
Does not belong here: making pseudonyms (identifiers), clear text (vault), telling the data team (match).

ledger.crosswalk holds keyed pseudonyms only. It is made again from `raw` after each load of a feed that it rests on, so
a late snapshot, a correction and a file taken back all count for rows that came before them.
"""

from collections.abc import Iterable, Sequence

import duckdb

from dagster_project.exports.contract import Column, Contract
from dagster_project.identity.identifiers import TRANSLATED


def make_views(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Beside raw.<feed>, the same rows with people known, for each feed that names them by something else."""
    for contract in contracts:
        if contract.named_otherwise:
            connection.execute(f"create or replace view raw.{contract.known_table} as {_known_sql(contract)}")


def is_source(contract: Contract) -> bool:
    """Whether the feed says by what people are named: a snapshot of staff, or a register of identifiers."""
    return bool(contract.kinds_given) or contract.names_identifiers is not None


def refresh(connection: duckdb.DuckDBPyConnection, contracts: Sequence[Contract]) -> None:
    """Make ledger.crosswalk again and name the months of rows that are now about somebody else, for dbt."""
    sources = [_links_sql(contract) for contract in contracts if is_source(contract)]
    named = [contract for contract in contracts if contract.named_otherwise]
    connection.execute("begin")
    for contract in named:
        connection.execute(f"create or replace temp table known_{contract.feed} as {_months_sql(contract)}")
    connection.execute("delete from ledger.crosswalk")
    for source in sources:
        connection.execute(f"insert into ledger.crosswalk by name {source}")
    for contract in named:
        connection.execute(
            f"insert into ledger.touched_months select '{contract.feed}', month from ({_months_sql(contract)}) as now "
            f"full join known_{contract.feed} as before using (month) where now.people is distinct from before.people"
        )
        connection.execute(f"drop table known_{contract.feed}")
    connection.execute("commit")


def translation_sql(contract: Contract, column: Column) -> str:
    """SQL: given, day, n_people and person_id: whose the identifier was on a day that the feed has, null unless one.

    What a register states counts before what staff snapshots say. A month counts for all its days.
    """
    last = f"last_day({contract.period})" if contract.column(contract.period).type == "month" else contract.period
    return (
        f"select given, day, count(distinct person_id) as n_people, "
        f"case when count(distinct person_id) = 1 then any_value(person_id) end as person_id from ("
        f"select asked.given, asked.day, link.person_id from (select distinct {column.name} as given, "
        f"{contract.period} as day, {last} as last_day from raw.{contract.feed} "
        f"where starts_with({column.name}, '{TRANSLATED}')) as asked "
        f"join ledger.crosswalk as link on asked.given = link.given and asked.last_day >= link.valid_from "
        f"and (link.valid_to is null or asked.day <= link.valid_to) "
        f"qualify link.is_stated = bool_or(link.is_stated) over (partition by asked.given, asked.day)"
        f") group by given, day"
    )


def _known_sql(contract: Contract) -> str:
    columns = contract.named_otherwise
    joins = " ".join(
        f"left join ({translation_sql(contract, column)}) as _{column.name} "
        f"on t.{column.name} = _{column.name}.given and t.{contract.period} = _{column.name}.day"
        for column in columns
    )
    known = ", ".join(f"coalesce(_{column.name}.person_id, t.{column.name}) as {column.name}" for column in columns)
    return f"select t.* replace ({known}) from raw.{contract.feed} as t {joins}"


def _months_sql(contract: Contract) -> str:
    """Of each month, who its rows are about, as one number."""
    people = ", ".join(column.name for column in contract.named_otherwise)
    return (
        f"select cast(date_trunc('month', {contract.period}) as date) as month, "
        f"bit_xor(hash(_file_hash, _row_number, {people})) as people "
        f"from raw.{contract.known_table} where _superseded_by is null group by all"
    )


def _links_sql(contract: Contract) -> str:
    if contract.names_identifiers is not None:
        return _stated_sql(contract, contract.names_identifiers)
    return _seen_sql(contract)


def _stated_sql(contract: Contract, identifier: Column) -> str:
    person = next(column.name for column in contract.people if column is not identifier)
    return (
        f"select {identifier.name} as given, {person} as person_id, {identifier.identifier_column} as kind, "
        f"'{contract.feed}' as method, 'certain' as confidence, true as is_stated, valid_from, valid_to "
        f"from raw.{contract.feed} where _superseded_by is null"
    )


def _seen_sql(contract: Contract) -> str:
    """A link lasts from the first month it is seen in to the end of the last, or on where that is its sender's newest.

    That somebody has a name is less than that they were given a login: two people may have it, and only one be staff.
    """
    person = contract.people[0].name
    return (
        f"with seen as (select i.given, r.{person} as person_id, i.kind, date_trunc('month', r.{contract.period}) as "
        f"month, max(date_trunc('month', r.{contract.period})) over (partition by r._sender) as newest "
        f"from raw.{contract.feed} as r join ledger.identifiers as i "
        f"on i.feed = '{contract.feed}' and i.file_hash = r._file_hash and i.row_number = r._row_number "
        f"where r._superseded_by is null) "
        f"select given, person_id, kind, '{contract.feed}' as method, "
        f"case when kind = 'name' then 'likely' else 'certain' end as confidence, false as is_stated, "
        f"cast(min(month) as date) as valid_from, "
        f"case when not bool_or(month = newest) then last_day(max(month)) end as valid_to "
        f"from seen group by given, person_id, kind"
    )
