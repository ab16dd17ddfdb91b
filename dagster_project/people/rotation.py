"""Other keys for a home: pseudonyms, seals and all that rests on them, with no link lost.

Belongs here: the order of steps. Does not belong here: what keys are (identity/keys), a home's other secrets.

Each step may be cut off and done again. The key file says that a rotation is under way, and until it is finished no
other command opens it. Pages as issued stay as they were: the vault links what they name people by.
"""

import datetime
import json
from pathlib import Path

import duckdb

from dagster_project import warehouse
from dagster_project.exports import archive
from dagster_project.exports.contract import load_contracts
from dagster_project.files import private_folder, sync_file, sync_folder
from dagster_project.home import Home
from dagster_project.identity.keys import Keys, begin_rotation, read_key_file, replace_key_file
from dagster_project.identity.vault import open_vault, rekey_vault
from dagster_project.people import characteristics
from dagster_project.people.erasure import refuse_while_unfinished, write_anew
from dagster_project.problems import KeyProblem

PSEUDONYM = "^[pir][0-9a-f]{20}$"


def rotate(home: Home, as_at: datetime.date, *, role: str) -> int:
    """Change both key files of the home; how many files were sealed anew. The same call finishes one cut off.

    Raises KeyProblem where the vault or the archive is another key's, and SettingsProblem while an erasure is
    unfinished: nothing is changed then.
    """
    refuse_while_unfinished(home.vault)
    opens_all(home, read_key_file(home.key_path, may_be_rotating=True), role)
    keys = begin_rotation(home.key_path)
    rekey_vault(home.vault, keys, people_known(home, keys), role=role)
    rekey_warehouse(home, keys)
    n_files = reseal_archive(home, keys)
    replace_key_file(home.key_path, keys.without_former)
    characteristics.rekey(home)
    write_down(home, role, as_at, n_files)
    return n_files


def opens_all(home: Home, keys: Keys, role: str) -> None:
    open_vault(home.vault, keys, role=role, why="change of the keys", people=[])
    for feed in load_contracts():
        archive.deliveries(home, feed, keys)


def people_known(home: Home, keys: Keys) -> set[str]:
    """The people of the warehouse, by their pseudonyms of before; nobody where it has the new ones already."""
    if not home.warehouse.exists():
        return set()
    with warehouse.opened(home.warehouse) as connection:
        if is_rekeyed(connection, keys):
            return set()
        columns = text_columns(connection)
        return {
            value for table, column in columns for value in pseudonyms_in(connection, table, column) if value[0] == "p"
        }


def rekey_warehouse(home: Home, keys: Keys) -> None:
    """Every pseudonym of every table under the newest layer, in one transaction; then the file without the old."""
    if not home.warehouse.exists():
        return
    with warehouse.opened(home.warehouse) as connection:
        if not is_rekeyed(connection, keys):
            connection.execute("begin")
            for table, column in text_columns(connection):
                old = pseudonyms_in(connection, table, column)
                if old:
                    connection.execute(
                        f'update {table} set "{column}" = new.value from (select unnest(?::varchar[]) as old, '
                        f'unnest(?::varchar[]) as value) as new where {table}."{column}" = new.old',
                        [old, [keys.rotated(value) for value in old]],
                    )
            connection.execute("insert into ledger.rotations values (?)", [keys.mark])
            connection.execute("commit")
    write_anew(home)


def is_rekeyed(connection: duckdb.DuckDBPyConnection, keys: Keys) -> bool:
    connection.execute("create schema if not exists ledger")
    connection.execute("create table if not exists ledger.rotations (mark varchar)")
    found = connection.execute("select 1 from ledger.rotations where mark = ?", [keys.mark]).fetchone()
    return found is not None


def text_columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Table and column, both ready for SQL, of everything that may hold a pseudonym."""
    return connection.execute(
        "select c.table_schema || '.' || c.table_name, c.column_name from information_schema.columns as c "
        "join information_schema.tables as t using (table_schema, table_name) "
        "where c.data_type = 'VARCHAR' and t.table_type = 'BASE TABLE' order by all"
    ).fetchall()


def pseudonyms_in(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[str]:
    rows = connection.execute(
        f'select distinct "{column}" from {table} where regexp_matches("{column}", $1)', [PSEUDONYM]
    ).fetchall()
    return [value for (value,) in rows]


def reseal_archive(home: Home, keys: Keys) -> int:
    """Seal every file of the archive that is not sealed anew yet; how many."""
    n_files = 0
    with private_folder(home.state) as folder:
        for path in sorted(home.archive.rglob("*.age")):
            clear = folder / "clear"
            try:
                keys.without_former.open_file(path, clear)
            except KeyProblem:
                reseal(path, clear, keys)
                n_files += 1
    return n_files


def reseal(path: Path, clear: Path, keys: Keys) -> None:
    keys.open_file(path, clear)
    part = path.with_name(f".{path.name}.part")
    keys.seal_file(clear, part)
    sync_file(part)
    part.replace(path)
    sync_folder(path.parent)


def write_down(home: Home, role: str, as_at: datetime.date, n_files: int) -> None:
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / "rotations.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"as_at": str(as_at), "role": role, "files_sealed_anew": n_files}) + "\n")
