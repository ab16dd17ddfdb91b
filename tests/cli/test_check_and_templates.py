"""Trying a file before it is sent, and the templates people fill in."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.home import make_home
from tests.conftest import Cli
from tests.council import council

CONTRACTS = load_contracts()
TABLES = [feed for feed, contract in CONTRACTS.items() if contract.reader in ("table", "survey")]
# A process each; tests/unit/test_templates.py fills in the templates of registers, too.
BY_SYSTEMS = [feed for feed in TABLES if not CONTRACTS[feed].is_register]
EXAMPLES = {
    "date": "01/10/2026", "month": "2026-10", "decimal": "0.5", "integer": "2", "boolean": "Yes", "person": "Z900001",
    "identifier": "Made Upname", "text": "North", "reference": "C0042",
}  # fmt: skip


def checked(cli: Cli, path: Path, feed: str, *more: str | Path) -> tuple[int, dict[str, Any]]:
    done = cli("check", path, "--feed", feed, "--format", "json", *more, check=False)
    found = json.loads(done.stdout)
    assert list(found) == ["feed", "layout", "accepted", "rejected", "errors"]
    assert all(list(error) == ["row", "column", "rule", "message"] for error in found["errors"])
    assert "Z9000" not in done.stdout + done.stderr
    return done.returncode, found


def test_check_of_a_good_file_answers_0_and_no_errors(cli: Cli) -> None:
    for path in (council.EXPORTS / "workforce" / "2026-10.csv", council.EXPORTS / "supervision" / "2026-10.csv"):
        code, found = checked(cli, path, path.parent.name)
        assert (code, found["rejected"], found["errors"]) == (0, 0, [])
        assert found["accepted"] == len(path.read_text("utf-8").splitlines()) - 1
        assert found["layout"]


def test_check_of_a_rejected_row_answers_3_and_names_the_place(cli: Cli, tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", council.CONFIG)
    code, found = checked(cli, council.EXPORTS / "workforce" / "2025-06.csv", "workforce", "--home", home.root)
    assert (code, found["rejected"], found["accepted"]) == (3, 1, 12)
    [error] = found["errors"]
    assert (error["column"], error["rule"]) == ("Contracted FTE", "above_maximum")
    assert "1.4" in (council.EXPORTS / "workforce" / "2025-06.csv").read_text("utf-8").splitlines()[error["row"] - 1]


def test_check_outside_a_home_keeps_to_the_usual_limit_of_rejected_rows(cli: Cli) -> None:
    code, found = checked(cli, council.EXPORTS / "workforce" / "2025-06.csv", "workforce")
    assert (code, found["layout"], found["accepted"]) == (3, None, 0)
    assert [error["rule"] for error in found["errors"]] == ["too_many_rejected", "above_maximum"]
    assert found["errors"][0]["row"] is None


def test_check_knows_when_a_homes_staff_were_given_notice(cli: Cli, tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", council.CONFIG)
    council.write_assessment(home.root)
    path = council.EXPORTS / "resource_usage" / "2025-05.csv"
    assert checked(cli, path, "resource_usage")[0] == 0
    code, found = checked(cli, path, "resource_usage", "--home", home.root)
    assert (code, [error["rule"] for error in found["errors"]]) == (3, ["before_notice"])


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty_file"),
        (b"Month,Staff ID\n2026-10,Z900001\n", "missing_columns"),
        (b"Z900001,Ada Ashdown\nZ900003,Cal Croft\n", "no_headings"),
    ],
)
def test_check_of_a_file_refused_whole_says_why(cli: Cli, tmp_path: Path, content: bytes, rule: str) -> None:
    (tmp_path / "f.csv").write_bytes(content)
    code, found = checked(cli, tmp_path / "f.csv", "workforce")
    assert (code, found["layout"], found["accepted"]) == (3, None, 0)
    assert [(error["row"], error["rule"]) for error in found["errors"]] == [(None, rule)]
    assert "Ashdown" not in json.dumps(found)


def test_check_as_a_table_or_csv_shows_errors_and_counts(cli: Cli) -> None:
    path = council.EXPORTS / "supervision" / "2026-01_to_2026-09.csv"
    for form in ("table", "csv"):
        done = cli("check", path, "--feed", "supervision", "--format", form, check=False)
        assert done.returncode == 3
        assert "not_a_date" in done.stdout
        assert "supervision: layout" in done.stderr
        assert "1 rejected" in done.stderr


def test_feeds_lists_every_feed_and_every_column(cli: Cli) -> None:
    assert [row["feed"] for row in json.loads(cli("feeds", "--format", "json").stdout)] == list(CONTRACTS)
    for feed, contract in CONTRACTS.items():
        rows = list(csv.DictReader(cli("feeds", feed, "--format", "csv").stdout.splitlines()))
        assert [row["column"] for row in rows] == [column.header for column in contract.columns]
        assert all(row["meaning"] and row["purpose"] and row["accepted_spellings"] for row in rows)


def filled_row(contract: Contract) -> list[str]:
    """A row a person might write."""
    return [
        next(iter(column.choices)).replace("_", " ") if column.choices else EXAMPLES[column.type]
        for column in contract.columns
    ]


@pytest.mark.parametrize("feed", BY_SYSTEMS)
def test_filled_template_passes_its_check(cli: Cli, tmp_path: Path, feed: str) -> None:
    contract = CONTRACTS[feed]
    plain, workbook = (Path(line) for line in cli("template", feed, "--out", tmp_path / "new").stdout.splitlines())
    headers = [column.header for column in contract.columns]
    with plain.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [headers]
    with plain.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(filled_row(contract))
    assert checked(cli, plain, feed)[0] == 0

    opened = CalamineWorkbook.from_path(workbook)
    assert opened.sheet_names == ["data", "dictionary"]
    assert opened.get_sheet_by_name("data").to_python() == [headers]
    dictionary = opened.get_sheet_by_name("dictionary").to_python()
    assert [row[0] for row in dictionary[1:]] == headers
    with xlsxwriter.Workbook(tmp_path / "filled.xlsx") as filled:
        for name, rows in (("data", [headers, filled_row(contract)]), ("dictionary", dictionary)):
            sheet = filled.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    code, found = checked(cli, tmp_path / "filled.xlsx", feed)
    assert (code, found["accepted"]) == (0, 1)


@pytest.mark.parametrize("feed", BY_SYSTEMS)
def test_empty_template_is_no_file_to_send(cli: Cli, tmp_path: Path, feed: str) -> None:
    for path in cli("template", feed, "--out", tmp_path).stdout.splitlines():
        code, found = checked(cli, Path(path), feed)
        assert (code, [error["rule"] for error in found["errors"]]) == (3, ["no_rows"])


@pytest.mark.parametrize("feed", sorted(set(CONTRACTS) - set(TABLES)))
def test_feed_that_publishers_write_has_no_template(cli: Cli, tmp_path: Path, feed: str) -> None:
    done = cli("template", feed, "--out", tmp_path, check=False)
    assert (done.returncode, "send the files as their publisher gives them" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_registers_have_one_workbook_with_a_sheet_each(cli: Cli, tmp_path: Path) -> None:
    (path,) = cli("template", "registers", "--out", tmp_path / "new").stdout.splitlines()
    titles = [contract.title for contract in CONTRACTS.values() if contract.is_register]
    assert CalamineWorkbook.from_path(path).sheet_names == [*titles, "dictionary"]
