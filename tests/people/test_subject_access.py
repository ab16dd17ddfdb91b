"""Subject access: everything, in every layer, and nobody else (P9)."""

import json
import re
from pathlib import Path

import pytest

from dagster_project import warehouse
from dagster_project.people.holdings import lineage, person_tables
from dagster_project.people.subject_access import write_subject_access
from dagster_project.problems import SettingsProblem
from tests.council import council
from tests.people.conftest import PeopleHome, words

ROLE = "Data protection officer"
Held = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def issued(people_home: PeopleHome) -> Path:
    return write_subject_access(people_home.home, "Z900005", council.AS_AT, role=ROLE)


@pytest.fixture(scope="module")
def held(issued: Path) -> Held:
    return {section["title"]: section for section in json.loads((issued / "held.json").read_text("utf-8"))}


def test_every_table_with_a_person_column_is_covered(people_home: PeopleHome, held: Held) -> None:
    """Looked for by value, in every text column of every table: no pseudonym stands where nobody would look for it."""
    with warehouse.opened(people_home.home.warehouse) as connection:
        known = {
            (table.full_name, column)
            for table in person_tables(connection)
            for column in (table.subject, *table.others)
        }
        columns = connection.execute(
            "select table_schema || '.' || table_name, column_name from information_schema.columns "
            "where data_type = 'VARCHAR' and table_schema <> 'information_schema'"
        ).fetchall()
        pseudonym = "regexp_matches({}, '^p[0-9a-f]{{20}}$')"
        found = {
            (table, column)
            for table, column in columns
            if connection.execute(f"select count(*) from {table} where {pseudonym.format(column)}").fetchone() != (0,)
        }
        eve = people_home.person("Z900005")
        with_eve = {
            table for table, column in found
            if connection.execute(f"select count(*) from {table} where {column} = ?", [eve]).fetchone() != (0,)
        }  # fmt: skip
    assert len(found) > 25
    assert found <= known
    assert {title.removeprefix("Table ") for title in held if title.startswith("Table ")} == with_eve


def test_every_layer_is_there_with_where_it_came_from(held: Held) -> None:
    assert held["Identity"]["rows"]
    titles = " ".join(held)
    for layer in ("Table raw.", "Table staging.", "Table intermediate.", "Table marts.", "Archive: "):
        assert layer in titles
    assert held["Table marts.fct_evidence_use_month"]["note"] == (
        "Made from: cpd, learning, learning_activities, resource_usage, supervision."
    )
    [first, *_] = [title for title in held if title == "Archive: Workforce snapshot"]
    assert re.fullmatch(r"File [0-9a-f]{8}, delivered 2026-11-\d\d by default\.", str(held[first]["note"]))


def test_rejected_row_is_in_the_copy_of_the_file(people_home: PeopleHome) -> None:
    """Lou's June 2025 says 1.4 of full time and was rejected: it is in no table, and in the archive all the same."""
    folder = write_subject_access(people_home.home, "Z900012", council.AS_AT, role=ROLE)
    sections = json.loads((folder / "held.json").read_text("utf-8"))
    of_archive = [row for each in sections if each["title"].startswith("Archive: Workforce") for row in each["rows"]]
    assert sum("1.4" in row for row in of_archive) == 1


def test_other_people_are_left_out(people_home: PeopleHome, issued: Path) -> None:
    text = (issued / "index.html").read_text("utf-8") + (issued / "held.json").read_text("utf-8")
    assert "another person" in text
    assert re.findall(r"p[0-9a-f]{20}", text.replace(people_home.person("Z900005"), "")) == []
    assert re.findall(r"Z9000(?!05)\d\d", text) == []
    assert not any(name in text for name in ("Ada Ashdown", "ida.", "Gus"))
    assert "Eve Elm" in words(text)


def test_pages_issued_about_the_person_are_beside_it(people_home: PeopleHome, tmp_path: Path) -> None:
    from dagster_project.people.own_pages import write_own_pages

    write_own_pages(people_home.home, council.MONTH, council.AS_AT.replace(day=25), role=ROLE)
    folder = write_subject_access(people_home.home, "Z900001", council.AS_AT, role=ROLE)
    assert [path.name for path in folder.glob("issued-*")] != []


def test_person_of_whom_nothing_is_held_is_told(people_home: PeopleHome) -> None:
    with pytest.raises(SettingsProblem, match="Nothing is held about this person"):
        write_subject_access(people_home.home, "nobody", council.AS_AT, role=ROLE)


def test_lineage_knows_the_feeds_behind_each_model() -> None:
    assert lineage()["intermediate.int_staff__months"] == {"workforce"}
    assert "pay_progression" in lineage()["intermediate.int_progression__evidence_use"]
