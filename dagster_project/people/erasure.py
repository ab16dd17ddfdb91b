"""Taking one person out of everything that is kept: archive, warehouse, vault, pages of their own.

Belongs here: when it must not be done, the order of steps, the record of it. Does not belong here: what is past its
time (retention), rewriting one file (rewriting).

Published editions stay: they hold totals only. Each step may be cut off at any point and done again: what was begun
stands, sealed, in vault/erasing.age until it is finished, and no run starts before that.
"""

import datetime
import json
import shutil
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from dagster_project import warehouse
from dagster_project.exports.contract import load_contracts
from dagster_project.files import private_folder, write_atomically
from dagster_project.home import Home
from dagster_project.identity.crosswalk import OtherNames
from dagster_project.identity.vault import former_pseudonyms, open_vault, take_out_of_vault
from dagster_project.people.characteristics import forget
from dagster_project.people.holdings import (
    about_people,
    deliveries_held,
    names_known,
    open_text,
    person_of,
    person_tables,
    rows_naming,
    staff_ids_of,
)
from dagster_project.people.issues import MANIFEST, all_issues, facts_of, is_kept, people_in
from dagster_project.people.records import challenges
from dagster_project.people.rewriting import clear_leftovers, drop_content, rewrite
from dagster_project.problems import SettingsProblem
from dagster_project.typed_yaml import load_typed_yaml

GROUNDS = ("no_longer_needed", "objection", "unlawful", "legal_obligation")  # Article 17(1) of the UK GDPR
UNFINISHED = "erasing.age"


class LegalHold(BaseModel):
    """Somebody whose records must be kept: by payroll number or pseudonym; `until` is empty while it is open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str = Field(min_length=1)
    reference: str = Field(min_length=1)
    set_by_role: str = Field(min_length=1)
    until: datetime.date | None = None


class LegalHolds(BaseModel):
    """legal_holds.yml of a home."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holds: list[LegalHold] = []


def people_on_hold(home: Home, as_at: datetime.date, role: str) -> dict[str, str]:
    """The reference of the hold by pseudonym; raises SettingsProblem naming the line of a mistake."""
    path = home.root / "legal_holds.yml"
    holds = load_typed_yaml(path, LegalHolds).holds if path.exists() else []
    return {
        person_of(home, hold.person, role): hold.reference
        for hold in holds
        if hold.until is None or hold.until >= as_at
    }


def erase(home: Home, who: str, ground: str, as_at: datetime.date, *, role: str) -> dict[str, int]:
    """Take the person out of every layer; what was taken. Raises SettingsProblem where it must not be done."""
    person = person_of(home, who, role)
    unfinished = home.vault.with_name(UNFINISHED)
    begun = {}
    if unfinished.exists():
        begun = json.loads(home.keys.open_bytes(unfinished.read_bytes(), "the erasure that was begun"))
        if person not in (begun["person"], *begun["givens"]):  # an old number is in no register any more
            raise SettingsProblem("Another erasure was cut off. Finish that one first, for the same person.")
        person = begun["person"]
    why = "erasure: whose they are"
    givens = frozenset(begun["givens"] if begun else names_known(home, person).givens)
    entries = open_vault(home.vault, home.keys, role=role, why=why, people=[person, *givens])
    pages = home.keys.page_ids([person, *former_pseudonyms(entries.get(person, {}))])
    if not begun:
        refuse(home, person, pages, as_at, role)
        begun = {"person": person, "givens": sorted(givens)}
        write_atomically(unfinished, home.keys.seal_bytes(json.dumps(begun).encode()))
    staff_ids = staff_ids_of(who, entries.values())
    others = OtherNames(givens, names_known(home, person).rows)
    taken = {
        "protected characteristics": forget(home, staff_ids),
        "rows of delivered files": from_archive(home, person, others),
        "rows of the warehouse": from_warehouse(home, person, others),
        "issued pages": from_pages(home, pages),
        "entries of the vault": take_out_of_vault(home.vault, home.keys, [person, *givens], role=role, why="erasure"),
    }
    write_down(home, role, ground, as_at, taken)
    unfinished.unlink()
    return taken


def refuse(home: Home, person: str, pages: set[str], as_at: datetime.date, role: str) -> None:
    """Raise SettingsProblem where a hold, a live challenge or an appeal period stands against it."""
    hold = people_on_hold(home, as_at, role).get(person)
    if hold is not None:
        raise SettingsProblem(f"Nothing was erased: the person's records are under legal hold ({hold}).")
    with warehouse.opened(home.warehouse) as connection:
        disputed = challenges(connection, load_contracts(), [person]).get(person, [])
    if any(each.answer is None for each in disputed):
        raise SettingsProblem("Nothing was erased: a challenge of theirs is open. Answer it first.")
    for issued in all_issues(home.hr / "rounds"):
        if not pages.isdisjoint(people_in(issued)) and is_kept(issued, as_at):
            until = facts_of(issued)["keep_until"]
            raise SettingsProblem(f"Nothing was erased: a pack they are in is kept for appeals until {until}.")


def from_archive(home: Home, person: str, others: OtherNames) -> int:
    """Rewrite each delivered file that names the person; a file that is no table of its feed goes whole."""
    n_rows = 0
    with private_folder(home.state) as folder, duckdb.connect(config=warehouse.OFFLINE) as connection:
        for contract, delivery in deliveries_held(home, about_people(load_contracts())):
            clear_leftovers(home, delivery)
            text = open_text(home, connection, contract, delivery, folder)
            if text is None:
                drop_content(home, delivery, "erased: it could not be read, and may name somebody")
                continue
            named = rows_naming(connection, contract, text, home.keys, person, others, delivery.file_hash)
            subject = contract.subject.name if contract.subject else ""
            whole = named.pop(subject, set())
            if whole or any(named.values()):
                rewrite(home, connection, contract, delivery, text, drop=whole, blank=named)
                n_rows += len(whole.union(*named.values()))
    return n_rows


def from_warehouse(home: Home, person: str, others: OtherNames) -> int:
    """Delete the person's rows, empty the column where they are a third party, and write the file anew without them."""
    n_rows = 0
    with warehouse.opened(home.warehouse) as connection:
        connection.execute("begin")
        for feed, file_hash, row_number in others.rows:
            named = f"delete from raw.{feed} where _file_hash = ? and _row_number = ? returning 1"
            n_rows += len(connection.execute(named, [file_hash, row_number]).fetchall())
        names = [person, *others.givens]
        connection.execute("delete from ledger.identifiers where list_contains(?, given)", [names])
        connection.execute("delete from ledger.renumbering where list_contains(?, now_is)", [names])
        for table in person_tables(connection):
            if table.is_view:
                continue
            own = f'delete from {table.full_name} where list_contains(?, "{table.subject}") returning 1'
            n_rows += len(connection.execute(own, [names]).fetchall())
            for other in table.others:
                in_it = f'update {table.full_name} set "{other}" = null where list_contains(?, "{other}")'
                connection.execute(in_it, [names])
        connection.execute("commit")
    write_anew(home)
    return n_rows


def write_anew(home: Home) -> None:
    """A copy of the warehouse that holds what is in it and nothing that was, in the place of the old file."""
    path = home.warehouse
    part = path.with_name("anew.part")
    part.unlink(missing_ok=True)
    with warehouse.opened(path) as connection:
        connection.execute(f"attach '{str(part).replace(chr(39), chr(39) * 2)}' as anew")
        [name] = connection.execute("select current_database()").fetchone() or [""]
        connection.execute(f'copy from database "{name}" to anew')
        connection.execute("detach anew")
    part.replace(path)
    for old in ("before_rebuild.duckdb", "before_rebuild.duckdb.wal", f"{path.name}.wal"):
        path.with_name(old).unlink(missing_ok=True)


def from_pages(home: Home, pages: set[str]) -> int:
    """Take their pages out of the monthly issues; subject access and packs past their time go whole."""
    n_pages = 0
    for issued in all_issues(home.own_pages):
        for page in pages:
            n_pages += (issued / f"{page}.html").exists()
            (issued / f"{page}.html").unlink(missing_ok=True)
        lines = (issued / "deliver.csv").read_text("utf-8").splitlines(keepends=True)
        facts = facts_of(issued)
        facts["people"] = [each for each in people_in(issued) if each not in pages]
        facts["files"] = {
            name: file_hash
            for name, file_hash in facts["files"].items()  # type: ignore[attr-defined]
            if name.split(".")[0] not in pages
        }
        kept = "".join(line for line in lines if line.split(".")[0] not in pages)
        for name, text in (("deliver.csv", kept), (MANIFEST, json.dumps(facts, indent=1, sort_keys=True))):
            write_atomically(issued / name, text.encode())
            (issued / name).chmod(0o600)
    for issued in all_issues(home.hr):
        if not pages.isdisjoint(people_in(issued)):
            n_pages += 1
            shutil.rmtree(issued)
    for page in pages:
        shutil.rmtree(home.hr / "subject_access" / page, ignore_errors=True)
    return n_pages


def write_down(home: Home, role: str, ground: str, as_at: datetime.date, taken: dict[str, int]) -> None:
    """The record says that somebody was erased, never who."""
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / "erasures.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"as_at": str(as_at), "role": role, "ground": ground, **taken}) + "\n")


def refuse_while_unfinished(vault: Path) -> None:
    """No run may start while an erasure is half done: it would put rows back that the archive still has."""
    if vault.with_name(UNFINISHED).exists():
        raise SettingsProblem("An erasure was cut off. `practice-metrics erase` with the same person finishes it.")
