"""Where a home holds rows about people: every table with a person column, every delivered file, every issued page.

Belongs here: finding them, and what each table was made from. Does not belong here: what is done with them
(subject_access, erasure, retention).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from dagster_project import parsed_models, warehouse
from dagster_project.exports import archive
from dagster_project.exports.archive import Delivery
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.exports.ingest import moment
from dagster_project.exports.mappings import mapped
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.read import read_text
from dagster_project.exports.readers.text_table import TextTable
from dagster_project.home import Home
from dagster_project.identity.crosswalk import OtherNames, other_names
from dagster_project.identity.identifiers import PAYROLL, pseudonym
from dagster_project.identity.keys import Keys
from dagster_project.identity.renumbering import person_of_today
from dagster_project.identity.vault import former_pseudonyms, open_vault
from dagster_project.people.records import has_table

PERSON_ID = re.compile(r"p[0-9a-f]{20}")


def person_of(home: Home, text: str, role: str) -> str:
    """The pseudonym of a payroll number, or of somebody who had the pseudonym `text` under any key of the home.

    An old number is whoever has the new one, unless it may have been given out again: then it is whose it is today.
    """
    person = home.keys.person_id(text)
    if PERSON_ID.fullmatch(text):
        held = open_vault(home.vault, home.keys, role=role, why="whose a pseudonym is")
        person = next((each for each, entry in held.items() if text in former_pseudonyms(entry)), text)
    with warehouse.opened(home.warehouse) as connection:
        connection.execute(warehouse.LEDGER)
        return person_of_today(connection, person)


def staff_ids_of(who: str, entries: Iterable[Mapping[str, str]]) -> set[str]:
    """The payroll numbers of today and of before of a person asked for as `who`, by their entries in the vault."""
    known = {entry["staff_id"] for entry in entries if "staff_id" in entry}
    return known if PERSON_ID.fullmatch(who) else known | {who}


def names_known(home: Home, person: str) -> OtherNames:
    """By what else the person is named in what the warehouse holds."""
    with warehouse.opened(home.warehouse) as connection:
        connection.execute(warehouse.LEDGER)
        held = [each for each in load_contracts().values() if has_table(connection, "raw", each.feed)]
        return other_names(connection, held, person)


@dataclass(frozen=True)
class PersonTable:
    """A table or view with people in it: `subject` is the column a row is about, `others` are third parties."""

    schema: str
    name: str
    is_view: bool
    subject: str
    others: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


def person_tables(connection: duckdb.DuckDBPyConnection) -> list[PersonTable]:
    """Every table and view of the warehouse with a column `person_id` or `..._person_id`."""
    rows = connection.execute(
        "select c.table_schema, c.table_name, t.table_type = 'VIEW', list(c.column_name order by c.ordinal_position) "
        "from information_schema.columns as c join information_schema.tables as t using (table_schema, table_name) "
        "where c.column_name = 'person_id' or c.column_name like '%\\_person\\_id' escape '\\' "
        "group by all order by all"
    ).fetchall()
    found = []
    for schema, name, is_view, columns in rows:
        subject = "person_id" if "person_id" in columns else columns[0]
        others = tuple(column for column in columns if column != subject)
        found.append(PersonTable(schema, name, is_view, subject, others))
    return found


@cache
def lineage(manifest: Path = parsed_models.AT_INSTALL / "manifest.json") -> dict[str, frozenset[str]]:
    """The feeds each model was made from, by schema.table, as dbt knows them."""
    nodes = json.loads(manifest.read_text("utf-8"))
    made_of: dict[str, list[str]] = nodes["parent_map"]

    def feeds(node: str) -> frozenset[str]:
        if node.startswith("source."):
            _, _, schema, name = node.split(".")
            return frozenset([name]) if schema == "raw" else frozenset()
        return frozenset().union(*(feeds(parent) for parent in made_of.get(node, [])))

    return {
        f"{node['schema'].removeprefix('main_')}.{node['name']}": feeds(unique_id)
        for unique_id, node in nodes["nodes"].items()
        if unique_id.startswith("model.")
    }


def open_text(
    home: Home, connection: duckdb.DuckDBPyConnection, contract: Contract, delivery: Delivery, folder: Path
) -> TextTable | None:
    """Read a delivered file into `text_rows`, rejected rows and all; None where it is no table of the feed."""
    path = archive.open_archived(home, home.keys, delivery, folder)
    try:
        return read_text(connection, path, mapped(home, contract, moment(delivery).date()), folder)
    except (RefusedFile, duckdb.Error):
        return None
    finally:
        path.unlink()


def rows_naming(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    text: TextTable,
    keys: Keys,
    person: str,
    others: OtherNames,
    file_hash: str,
) -> dict[str, set[int]]:
    """By person column, the row numbers of `text_rows` in which it names `person`, by whatever it names people."""
    found: dict[str, set[int]] = {}
    contract = contract.of_layout(text.layout)
    for column in contract.people:
        if column.name in text.columns and not column.identifier_column:
            kind = column.identifier or PAYROLL
            named = connection.execute(f"select {text.row_number}, {column.name} from text_rows").fetchall()
            found[column.name] = {
                row
                for row, value in named
                if value
                and (
                    pseudonym(keys, kind, value) in {person, *others.givens}
                    or (column is contract.subject and (contract.feed, file_hash, row) in others.rows)
                )
            }
    return found


def deliveries_held(home: Home, contracts: Iterable[Contract]) -> Iterator[tuple[Contract, Delivery]]:
    """Every delivered file of the feeds that is still held, each contract as its sender names people."""
    for contract in contracts:
        for delivery in archive.deliveries(home, contract.feed, home.keys):
            if archive.content_path(home, delivery).exists():
                by_sender = contract.named_by(home.settings.named_by.get(delivery.feed, {}).get(delivery.sender))
                yield by_sender.of_layout(delivery.layout), delivery


def about_people(contracts: Mapping[str, Contract]) -> list[Contract]:
    return [contract for contract in contracts.values() if contract.people]
