"""From whatever an export names a person by to the person: exact, dated, and nobody where it could be two.

Belongs here: which identifier is whose and when, made of rows that are current, and raw rows with their people known.
Does not belong here: making pseudonyms (identifiers), numbers that changed (renumbering), clear text (vault), telling
the data team (match).

ledger.crosswalk holds keyed pseudonyms only. It is made again from `raw` after each load of a feed that it rests on, so
a late snapshot, a correction and a file taken back all count for rows that came before them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from dagster_project.exports.contract import Column, Contract
from dagster_project.identity import renumbering
from dagster_project.identity.identifiers import OTHER

# Whose a link is, under the number that they have now.
RENUMBER = """
update ledger.crosswalk as link set person_id = number.now_is from ledger.renumbering as number
where number.numbers = 'person_id' and link.person_id = number.given
and (number.old_until is null or link.valid_from <= number.old_until)
"""


def make_views(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Beside raw.<feed>, its current rows with people known, under today's numbers."""
    changes = renumbering.stated(connection)
    for contract in contracts:
        table = renumbering.make_source(connection, contract, changes)
        known = _known_sql(contract, table) if contract.named_otherwise else _current_sql(table)
        renumbering.make_known(connection, contract, changes, known)


def is_source(contract: Contract) -> bool:
    """Whether the feed says by what people are named, or what numbers are now: staff, and registers of identifiers."""
    return bool(contract.kinds_given) or contract.names_identifiers is not None or renumbering.is_register(contract)


def refresh(connection: duckdb.DuckDBPyConnection, contracts: Sequence[Contract]) -> None:
    """Make ledger.crosswalk again and name the months of rows that are now about somebody else, for dbt."""
    sources = [_links_sql(each) for each in contracts if each.kinds_given or each.names_identifiers is not None]
    connection.execute("begin")
    changes = renumbering.stated(connection)
    named = [each for each in contracts if each.named_otherwise or changes.concern(each)]
    _remember(connection, named)
    renumbering.fill(connection, contracts)
    changes = renumbering.stated(connection)
    new = [each for each in contracts if changes.concern(each) and each not in named]
    _remember(connection, new)  # their views are those of before the registers named them
    connection.execute("delete from ledger.crosswalk")
    for source in sources:
        connection.execute(f"insert into ledger.crosswalk by name {source}")
    connection.execute(RENUMBER)
    make_views(connection, contracts)
    for contract in named + new:
        connection.execute(
            f"insert into ledger.touched_months select '{contract.feed}', month from ({_months_sql(contract)}) as now "
            f"full join known_{contract.feed} as before using (month) where now.people is distinct from before.people"
        )
        connection.execute(f"drop table known_{contract.feed}")
    connection.execute("commit")


def _remember(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    for contract in contracts:
        connection.execute(f"create or replace temp table known_{contract.feed} as {_months_sql(contract)}")


@dataclass(frozen=True)
class OtherNames:
    """By what else rows name one person: pseudonyms never anybody else's, and rows by (feed, file hash, number)."""

    givens: frozenset[str] = frozenset()
    rows: frozenset[tuple[str, str, int]] = frozenset()


def other_names(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract], person: str) -> OtherNames:
    """What the crosswalk knows of the person, and old numbers; rows about them, current and superseded."""
    found = connection.execute(
        "select given from ledger.crosswalk group by given having bool_and(person_id = $person) union "
        "select given from ledger.renumbering where numbers = 'person_id' group by given "
        "having bool_and(now_is = $person and old_until is null)", {"person": person},
    ).fetchall()  # fmt: skip
    rows: set[tuple[str, str, int]] = set()
    changes = renumbering.stated(connection)
    for contract in contracts:
        subject = contract.subject
        if subject is not None and subject.name in (columns := changes.columns(contract)):
            today = renumbering.today_sql(contract, subject.name, columns[subject.name])
            rows |= set(connection.execute(
                f"select '{contract.feed}', t._file_hash, t._row_number from raw.{contract.feed} as t "
                f"where {today} = ? and t.{subject.name} <> ?", [person, person],
            ).fetchall())  # fmt: skip
        for column in (each for each in contract.named_otherwise if each is contract.subject):
            rows |= set(connection.execute(
                f"select '{contract.feed}', t._file_hash, t._row_number from raw.{contract.feed} as t "
                f"join ({translation_sql(contract, column)}) as who "
                f"on t.{column.name} = who.given and t.{contract.period} = who.day where who.person_id = ?", [person],
            ).fetchall())  # fmt: skip
    return OtherNames(frozenset(given for (given,) in found), frozenset(rows))


def translation_sql(contract: Contract, column: Column) -> str:
    """SQL: given, day, n_people and person_id: whose the identifier was on a day that the feed has, null unless one.

    What a register states counts before what staff snapshots say. A month counts for all its days.
    """
    last = f"last_day({contract.period})" if contract.column(contract.period).type == "month" else contract.period
    return (
        f"select given, day, count(distinct person_id) as n_people, "
        f"case when count(distinct person_id) = 1 then any_value(person_id) end as person_id from ("
        f"select asked.given, asked.day, link.person_id from (select distinct {column.name} as given, "
        f"{contract.period} as day, {last} as last_day from raw.{contract.feed} as t "
        f"where {is_given_sql('t', column)}) as asked "
        f"join ledger.crosswalk as link on asked.given = link.given and asked.last_day >= link.valid_from "
        f"and (link.valid_to is null or asked.day <= link.valid_to) "
        f"qualify link.is_stated = bool_or(link.is_stated) over (partition by asked.given, asked.day)"
        f") group by given, day"
    )


def is_given_sql(table: str, column: Column) -> str:
    """SQL: whether a cell is the pseudonym of something else than a payroll number."""
    return f"coalesce(starts_with({table}.{column.name}, '{OTHER}'), false)"


def _current_sql(table: str) -> str:
    return f"select * from raw.{table} where _superseded_by is null"


def _known_sql(contract: Contract, table: str) -> str:
    """Current rows. One that names somebody otherwise is the person's, unless the person has the same one already."""
    columns, key = contract.named_otherwise, contract.event_key
    joins = " ".join(
        f"left join ({translation_sql(contract, column)}) as _{column.name} "
        f"on t.{column.name} = _{column.name}.given and t.{contract.period} = _{column.name}.day"
        for column in columns
    )
    known = ", ".join(f"coalesce(_{column.name}.person_id, t.{column.name}) as {column.name}" for column in columns)
    is_given = f"({' or '.join(is_given_sql('t', column) for column in columns)})"
    same = " and ".join(f"t.{name} = known.{name}" for name in key)
    return (
        f"with known as (select t.* replace ({known}) from raw.{table} as t {joins} "
        f"where t._superseded_by is null and {is_given} qualify row_number() over (partition by "
        f"{', '.join(_name(name, columns) for name in key)} order by t._delivered_at, t._row_number) = 1), "
        f"twice as (select distinct {', '.join(f't.{name}' for name in key)} from raw.{table} as t "
        f"join known on {same} where t._superseded_by is null and not {is_given}) "
        f"select t.* from raw.{table} as t where t._superseded_by is null and not {is_given} "
        f"union all by name select * from known where not exists (select 1 from twice as t where {same})"
    )


def _name(name: str, columns: Sequence[Column]) -> str:
    """SQL: a column of the row with its people known."""
    is_person = any(column.name == name for column in columns)
    return f"coalesce(_{name}.person_id, t.{name})" if is_person else f"t.{name}"


def _months_sql(contract: Contract) -> str:
    """Of each month, which rows there are and who and what they are about, as one number."""
    columns = ", ".join(column.name for column in contract.loaded if column.is_keyed or column.name == "team_id")
    return (
        f"select cast(date_trunc('month', {contract.period}) as date) as month, "
        f"bit_xor(hash(_file_hash, _row_number, {columns or contract.period})) as people "
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
