"""Templates: what a person downloads, fills in and sends is what the reader takes."""

import csv
import zipfile
from pathlib import Path

import duckdb
import pytest
import python_calamine
import xlsxwriter

from dagster_project.exports.contract import Column, Contract, load_contracts
from dagster_project.exports.read import read_file
from dagster_project.exports.readers.text_table import find_heading
from dagster_project.templates import DICTIONARY, dictionary_rows, feed_rows, write_templates

CONTRACTS = load_contracts()
TABLES = [feed for feed, contract in CONTRACTS.items() if contract.reader in ("table", "cases")]
FILLED = {
    "text": "0042", "person": "A0042", "identifier": "Jo", "date": "2026-09-30", "month": "2026-09", "decimal": "1",
    "integer": "2", "boolean": "no", "reference": "C0042",
}  # fmt: skip


def filled(contract: Contract) -> list[str]:
    return [FILLED.get(column.type) or next(iter(column.choices)) for column in contract.columns]


def rejected(path: Path, contract: Contract, folder: Path) -> list[str]:
    reading = read_file(duckdb.connect(), path, contract, folder, max_rejected_share=1)
    assert reading.refusal is None, reading.refusal
    assert reading.n_read == 1
    return [f"{problem.column}: {problem.rule}" for problem in reading.problems]


@pytest.mark.parametrize("feed", TABLES)
def test_template_filled_in_by_hand_is_accepted(feed: str, tmp_path: Path) -> None:
    contract = CONTRACTS[feed]
    plain, workbook = write_templates(contract, tmp_path)
    assert (plain.name, workbook.name) == (f"{feed}.csv", f"{feed}.xlsx")
    with plain.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(filled(contract))
    assert rejected(plain, contract, tmp_path) == []
    sheets = python_calamine.CalamineWorkbook.from_path(workbook)
    pages = {name: sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names}
    with xlsxwriter.Workbook(workbook) as saved:
        for name, rows in pages.items():
            sheet = saved.add_worksheet(name)
            for number, row in enumerate([*rows, filled(contract)] if name == "data" else rows):
                sheet.write_row(number, 0, row)
    assert rejected(workbook, contract, tmp_path) == []


@pytest.mark.parametrize("feed", TABLES)
def test_empty_template_has_a_heading_row_and_no_rows(feed: str, tmp_path: Path) -> None:
    for path in write_templates(CONTRACTS[feed], tmp_path):
        reading = read_file(duckdb.connect(), path, CONTRACTS[feed], tmp_path, max_rejected_share=1)
        assert (reading.refusal and reading.refusal.rule) == "no_rows"


@pytest.mark.parametrize("feed", CONTRACTS)
def test_every_spelling_the_dictionary_lists_is_accepted(feed: str) -> None:
    contract = CONTRACTS[feed]
    listed = [row["accepted_spellings"].split("; ") for row in dictionary_rows(contract)]
    for index, spellings in enumerate(listed):
        for text in spellings:
            heading = [column.header for column in contract.columns]
            heading[index] = text
            assert find_heading([heading], contract).named == [column.name for column in contract.columns]


def column(kind: str, **more: object) -> Column:
    start = {"name": "x", "header": "X, as written", "type": kind, "description": "What", "purpose": "Why"}
    return Column.model_validate({**start, **more})


def contract_of(*columns: Column) -> Contract:
    return CONTRACTS["supervision"].model_copy(update={"feed": "other", "columns": list(columns)})


def test_dictionary_says_what_a_column_holds() -> None:
    (row,) = dictionary_rows(contract_of(column("decimal", required=True, minimum=0, maximum=1, aliases=["ex"])))
    assert tuple(row) == DICTIONARY
    assert list(row.values()) == [
        "X, as written", "decimal", "yes", "x; ex", "at least 0, at most 1", "What", "Why",
    ]  # fmt: skip
    choice = column("choice", default="a", choices={"a": ["one", "1"], "b": []})
    person, name = column("person", name="y", header="Y"), column("identifier", name="z", header="Z")
    rows = dictionary_rows(contract_of(choice, person, name))
    assert [(row["kind"], row["required"], row["values"]) for row in rows] == [
        ("choice", "no (empty means a)", "a = one = 1; b"),
        ("payroll number, stored as a pseudonym", "no (may be empty)", ""),
        ("stored in the sealed vault only", "no (may be empty)", ""),
    ]


def test_heading_with_a_comma_stays_one_heading(tmp_path: Path) -> None:
    plain, _ = write_templates(contract_of(column("text"), column("date", name="y", header="Y")), tmp_path)
    assert list(csv.reader(plain.read_text("utf-8-sig").splitlines())) == [["X, as written", "Y"]]


def test_template_opens_in_a_spreadsheet_as_utf8(tmp_path: Path) -> None:
    plain, _ = write_templates(CONTRACTS["workforce"], tmp_path)
    assert plain.read_bytes().startswith(b"\xef\xbb\xbfMonth,Staff ID,")


def test_one_contract_always_makes_the_same_bytes(tmp_path: Path) -> None:
    _, workbook = write_templates(CONTRACTS["workforce"], tmp_path)
    before = workbook.read_bytes()
    with zipfile.ZipFile(workbook) as archive:
        assert b"2026-01-01T00:00:00Z" in archive.read("docProps/core.xml"), "not the time of day"
    write_templates(CONTRACTS["workforce"], tmp_path)
    assert workbook.read_bytes() == before


def test_feeds_are_listed_with_what_a_sender_needs() -> None:
    rows = {row["feed"]: row for row in feed_rows(CONTRACTS)}
    assert list(rows) == list(CONTRACTS)
    assert rows["resource_usage"]["needs_assessment"] == "yes"
    assert rows["workforce"] | {"about": ""} == {
        "feed": "workforce", "title": "Workforce snapshot", "delivery": "snapshot", "due_days_after_month": 10,
        "needs_assessment": "no", "owner": "HR systems", "about": "",
    }  # fmt: skip
