"""Whom the crosswalk could not tell: identifiers of exports that are nobody's, or more than one person's.

Belongs here: the list for the data team, with clear text out of the vault. Does not belong here: deciding who it is
(identity/crosswalk), and anything that leaders or senders read.
"""

from collections.abc import Mapping
from typing import Any

import duckdb

from dagster_project import warehouse
from dagster_project.exports.contract import Column, Contract
from dagster_project.home import Home
from dagster_project.identity.crosswalk import is_given_sql, translation_sql
from dagster_project.identity.identifiers import WORDS
from dagster_project.identity.vault import open_vault

COLUMNS = ("feed", "column", "kind", "identifier", "why", "rows", "first_day", "last_day", "candidates")

NOBODY = "no staff data and no register names it"
NOT_THEN = "it was somebody's, but not on these days"
SEVERAL = "it is several people's"


def unmatched(home: Home, contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """One mapping (COLUMNS) for each identifier that current rows name and that is not one person's on their days.

    Most rows first. Holds clear text, out of the vault, whose openings are logged. Raises KeyProblem without the key.
    """
    clear = open_vault(home.vault, home.keys, role="data team", why="naming identifiers that match nobody")
    found = []
    with warehouse.opened(home.warehouse) as connection:
        connection.execute(warehouse.LEDGER)
        for contract in contracts.values():
            for column in contract.named_otherwise:
                found += _of_column(connection, contract, column, clear)
    return sorted(found, key=lambda row: (-row["rows"], row["feed"], row["identifier"]))


def _of_column(
    connection: duckdb.DuckDBPyConnection, contract: Contract, column: Column, clear: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    connection.execute(f"create table if not exists raw.{contract.feed} ({warehouse.columns_sql(contract)})")
    rows = connection.execute(
        f"select t.{column.name}, count(*), min(t.{contract.period}), max(t.{contract.period}), max(who.n_people), "
        f"(select list(distinct person_id) from ledger.crosswalk where given = t.{column.name}) "
        f"from raw.{contract.feed} as t left join ({translation_sql(contract, column)}) as who "
        f"on t.{column.name} = who.given and t.{contract.period} = who.day "
        f"where t._superseded_by is null and {is_given_sql('t', column)} and who.person_id is null group by 1"
    ).fetchall()
    return [
        {
            "feed": contract.feed,
            "column": column.header,
            "kind": WORDS[clear.get(given, {}).get("kind", str(column.identifier))],
            "identifier": clear.get(given, {}).get("given", given),
            "why": SEVERAL if n_people else NOT_THEN if people else NOBODY,
            "rows": n_rows,
            "first_day": first,
            "last_day": last,
            "candidates": ", ".join(sorted(clear.get(person, {}).get("staff_id", person) for person in people or [])),
        }
        for given, n_rows, first, last, n_people, people in rows
    ]
