"""No direct identifier of anybody is kept or said anywhere in clear, after whole runs."""

import sqlite3
import zipfile
import zlib
from pathlib import Path

import duckdb
import pytest

from dagster_project.home import Home
from dagster_project.identity.vault import open_vault
from tests.council import council
from tests.privacy.conftest import SamplesHome
from tests.privacy.leaks import identifiers, in_bytes, in_folders, needles, surnames

FOLDERS = ("warehouse", "archive", "rejected", "drafts", "published", "state", "logs", "vault")


def kept(home: Home) -> list[Path]:
    assert {path.name for path in home.root.iterdir() if path.is_dir()} == {*FOLDERS, "inbox"}
    return [home.root / name for name in FOLDERS]


def some_of_cases(people: set[str]) -> set[str]:
    """Of the hundreds of numbers of children and families every twentieth; they stand in columns, or they do not."""
    of_cases = sorted(text for text in people if text.startswith(("CH-", "FA-")))
    assert len(of_cases) > 500
    return people - set(of_cases) | set(of_cases[::20])


def test_council_leaves_no_identifier_behind(council_home: Home) -> None:
    people = identifiers(council.EXPORTS)
    assert {"Z900001", "Ada Ashdown", "ada.ashdown@council.example", "SW900001"} <= people
    of_cases = {text for text in people if text.startswith("LA77-")}
    of_census = {text for text in people if text.startswith("SW0000")}
    assert len(of_census) == 8
    assert (
        len(people - of_cases - of_census) == 4 * 14 - 1 + 1
    )  # one has no registration; one in a pay round is in no snapshot
    assert len(of_cases) == 26 + 2  # children and families
    assert in_folders(kept(council_home), needles(people)) == {}
    assert not [path for path in council_home.inbox.rglob("*") if path.is_file()]


@pytest.mark.whole_runs
def test_samples_leave_no_identifier_behind(samples_home: SamplesHome) -> None:
    people = some_of_cases(identifiers(samples_home.exports))
    assert len(people) > 150
    telling = surnames(people) | {text for text in people if " " not in text}
    assert in_folders(kept(samples_home.home), needles(telling)) == {}


@pytest.mark.whole_runs
def test_commands_say_no_identifier(samples_home: SamplesHome) -> None:
    people = some_of_cases(identifiers(samples_home.exports))
    forms = needles(people | surnames(people))
    said = {name: in_bytes(text.encode(), forms) for name, text in samples_home.said.items()}
    assert {name: found for name, found in said.items() if found} == {}
    assert all(samples_home.said.values())


@pytest.mark.whole_runs
def test_identifiers_are_in_the_sealed_vault(samples_home: SamplesHome) -> None:
    """What must be nowhere else is there: the search above looked for what the runs really read."""
    home = samples_home.home
    held = {
        value
        for entry in open_vault(home.vault, home.keys, role="test", why="test").values()
        for value in entry.values()
    }
    people = identifiers(samples_home.exports)
    assert surnames(held) == surnames(people)
    assert {text for text in people if "@" in text} <= held
    assert home.vault.read_bytes().startswith(b"age-encryption.org/")


@pytest.mark.parametrize(
    "form", ["Zoë Cragmere", "zoë cragmere", "ZOË CRAGMERE", "Cragmere, Zoë", "Zo\\u00eb Cragmere"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252"])
def test_search_finds_a_name_in_every_form(tmp_path: Path, form: str, encoding: str) -> None:
    (tmp_path / "f.bin").write_bytes(b"\x00before" + form.encode(encoding) + b"after")
    expected = {} if "\\" in form and encoding == "utf-16-le" else {f"{tmp_path.name}/f.bin": {"Zoë Cragmere"}}
    assert in_folders([tmp_path], needles({"Zoë Cragmere"})) == expected


def test_search_looks_into_archives_databases_and_names_of_files(tmp_path: Path) -> None:
    name = "Zoë Cragmere"
    with zipfile.ZipFile(tmp_path / "inner.zip", "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("xl/sharedStrings.xml", f"<t>{name}</t>" * 9)
    with zipfile.ZipFile(tmp_path / "outer.xlsx", "w", zipfile.ZIP_DEFLATED) as outer:
        outer.write(tmp_path / "inner.zip", "inner.zip")
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(
            "create schema raw; create table raw.people as select ? as full_name from range(5000)", [name]
        )
    with sqlite3.connect(tmp_path / "runs.db") as runs:
        runs.execute("create table snapshots (body blob)")
        runs.execute("insert into snapshots values (?)", [zlib.compress(name.encode() * 9)])
    runs.close()
    (tmp_path / f"{name}.csv").write_text("nothing")
    found = {path.split("/", 1)[1] for path in in_folders([tmp_path], needles({name}))}
    assert found == {"inner.zip", "outer.xlsx", "w.duckdb", "runs.db", f"{name}.csv"}


def test_search_tells_a_payroll_number_from_the_beginning_of_a_pseudonym() -> None:
    forms = needles({"P104739"})
    assert in_bytes(b"by P104739, and", forms) == {"P104739"}
    assert in_bytes(b"'p104739'", forms) == {"P104739"}
    assert in_bytes(b"p104739ab", forms) == set()
