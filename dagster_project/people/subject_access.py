"""Everything that is held about one person, in every layer, readable, with where it came from; others are left out.

Belongs here: gathering it and issuing it. Does not belong here: finding where people are (holdings), layout.
"""

import datetime
import json
from pathlib import Path
from typing import Any

import duckdb

from dagster_project import warehouse
from dagster_project.exports.contract import load_contracts
from dagster_project.files import private_folder
from dagster_project.home import Home
from dagster_project.identity.crosswalk import OtherNames
from dagster_project.identity.vault import former_pseudonyms, open_vault
from dagster_project.people.characteristics import answers_of
from dagster_project.people.holdings import (
    PersonTable,
    about_people,
    deliveries_held,
    lineage,
    names_known,
    open_text,
    person_of,
    person_tables,
    rows_naming,
    staff_ids_of,
)
from dagster_project.people.issues import after_months, all_issues, issue
from dagster_project.people.words import cell
from dagster_project.problems import SettingsProblem

SOMEBODY_ELSE = "another person"
MONTHS_KEPT = 6
Section = dict[str, Any]


def write_subject_access(home: Home, who: str, as_at: datetime.date, *, role: str) -> Path:
    """Issue a page and the same as JSON, owner-only; raises SettingsProblem where nothing is held about the person."""
    from dashboards.people_pages import subject_access_page

    person = person_of(home, who, role)
    others = names_known(home, person)
    asked = [person, *others.givens]
    entries = open_vault(home.vault, home.keys, role=role, why="subject access", people=asked)
    names = entries.get(person, {})
    with private_folder(home.state) as folder, warehouse.opened(home.warehouse) as connection:
        sections = [
            _identity(names),
            _answers(answers_of(home, staff_ids_of(who, entries.values()))),
            *_tables(connection, person),
            *_archive(home, connection, person, others, folder),
        ]
    pages = home.keys.page_ids([person, *former_pseudonyms(names)])
    issued = {
        f"issued/{'-'.join(path.relative_to(home.root).parts)}.html": (path / f"{page}.html").read_bytes()
        for path in all_issues(home.hr) + all_issues(home.own_pages)
        for page in pages
        if (path / f"{page}.html").exists()
    }
    if not any(section["rows"] for section in sections) and not issued:
        raise SettingsProblem("Nothing is held about this person in any layer.")
    files = {
        "index.html": subject_access_page(sections, sorted(issued), home.settings.organisation, as_at),
        "held.json": json.dumps(sections, indent=1).encode(),
        **{name.replace("/", "-"): content for name, content in issued.items()},
    }
    page = home.keys.page_id(person)
    facts = {"issued_to": role, "as_at": as_at, "keep_until": after_months(as_at, MONTHS_KEPT), "people": [page]}
    return issue(home.hr / "subject_access" / page, files, facts)


def _identity(names: dict[str, str]) -> Section:
    note = "Direct identifiers, in the sealed vault only. From the staff snapshots."
    return {"title": "Identity", "note": note, "headings": list(names), "rows": [list(names.values())] if names else []}


def _answers(answers: dict[str, str]) -> Section:
    note = "As given to HR; sealed under a key of their own, for the yearly fairness report only."
    rows = [list(answers.values())] if answers else []
    return {"title": "Protected characteristics", "note": note, "headings": list(answers), "rows": rows}


def _tables(connection: duckdb.DuckDBPyConnection, person: str) -> list[Section]:
    """Each table of the warehouse with rows about the person, or rows that name them."""
    made_of = lineage()
    found = []
    for table in person_tables(connection):
        headings, rows = table_rows(connection, table, person)
        if rows:
            feeds = sorted(made_of.get(table.full_name, {table.name}))
            note = (
                f"Made from: {', '.join(feeds)}."
                if table.schema != "raw"
                else "As delivered; the source is in the row."
            )
            found.append({"title": f"Table {table.full_name}", "note": note, "headings": headings, "rows": rows})
    return found


def table_rows(
    connection: duckdb.DuckDBPyConnection, table: PersonTable, person: str
) -> tuple[list[str], list[list[str]]]:
    """Headings and cells of the rows in which any column of the table holds the person; third parties are left out."""
    people = [table.subject, *table.others]
    condition = " or ".join(f'"{column}" = $1' for column in people)
    result = connection.execute(f"select * from {table.full_name} where {condition} order by all", [person])
    headings = [column[0] for column in result.description or []]
    rows = [
        [
            ("this person" if value == person else SOMEBODY_ELSE)
            if name in people and value is not None
            else cell(value)
            for name, value in zip(headings, row, strict=True)
        ]
        for row in result.fetchall()
    ]
    return headings, rows


def _archive(
    home: Home, connection: duckdb.DuckDBPyConnection, person: str, others: OtherNames, folder: Path
) -> list[Section]:
    """The rows of every delivered file that name the person, rejected ones and withdrawn files included."""
    found = []
    for contract, delivery in deliveries_held(home, about_people(load_contracts())):
        text = open_text(home, connection, contract, delivery, folder)
        named = (
            {}
            if text is None
            else rows_naming(connection, contract, text, home.keys, person, others, delivery.file_hash)
        )
        numbers = sorted(set().union(*named.values()))
        if text is None or not numbers:
            continue
        identifiers = {column.name for column in contract.identifiers}
        of_subject = named.get(contract.subject.name, set()) if contract.subject else set()
        rows = connection.execute(
            f"select {text.row_number} as number, {', '.join(text.columns)} from text_rows "
            "where number in (select unnest(?::bigint[])) order by number",
            [numbers],
        ).fetchall()
        people = {column.name for column in contract.people}
        cells = [
            [
                str(number),
                *(
                    SOMEBODY_ELSE
                    if (name in people and number not in named.get(name, set()) and value)
                    or (name in identifiers and number not in of_subject)
                    else value or ""
                    for name, value in zip(text.columns, values, strict=True)
                ),
            ]
            for number, *values in rows
        ]
        note = f"File {delivery.file_hash[:8]}, delivered {delivery.delivered_at[:10]} by {delivery.sender}."
        headings = ["row", *text.columns]
        found.append({"title": f"Archive: {contract.title}", "note": note, "headings": headings, "rows": cells})
    return found
