"""What people may send: the columns of a feed, and empty files to fill in, made from its contract.

Belongs here: rows that describe a contract, the empty CSV and workbook. Does not belong here: the contract itself.
"""

import csv
import datetime
from pathlib import Path
from typing import Any

from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.registers import DICTIONARY_SHEET, FOLDER

CREATED = datetime.datetime(2026, 1, 1)  # so that one contract always makes the same bytes
DICTIONARY = ("column", "kind", "required", "accepted_spellings", "values", "meaning", "purpose")


def dictionary_rows(contract: Contract) -> list[dict[str, Any]]:
    """The data dictionary of a feed, one mapping a column."""
    return [
        dict(zip(DICTIONARY, (
            column.header, kind(column), required(column, contract),
            "; ".join([column.name, *column.aliases]), allowed(column), column.description, column.purpose,
        ), strict=True))
        for column in contract.columns
    ]  # fmt: skip


def kind(column: Column) -> str:
    words = {"person": "payroll number, stored as a pseudonym", "identifier": "stored in the sealed vault only",
             "reference": "a number of the case system, stored as a pseudonym"}  # fmt: skip
    return words.get(column.type, column.type)


def required(column: Column, contract: Contract) -> str:
    if column.required:
        return "yes"
    where = " or ".join(
        f"{contract.column(name).header} is {' or '.join(choices)}" for name, choices in column.required_where.items()
    )
    return f"where {where}" if where else f"no ({default(column)})"


def default(column: Column) -> str:
    return "may be empty" if column.default is None else f"empty means {column.default}"


def allowed(column: Column) -> str:
    if column.choices:
        known = "; ".join(" = ".join([choice, *spellings]) for choice, spellings in column.choices.items())
        return f"one or several, separated by semicolons: {known}" if column.several else known
    bounds = [("at least", column.minimum), ("at most", column.maximum)]
    return ", ".join(
        f"{words} {bound:g}" if isinstance(bound, float) else f"{words} {bound}"
        for words, bound in bounds
        if bound is not None
    )


def write_templates(contract: Contract, folder: Path) -> list[Path]:
    """<feed>.csv with the headings, and <feed>.xlsx with them and a data dictionary sheet."""
    plain = folder / f"{contract.feed}.csv"
    with plain.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow([column.header for column in contract.columns])
    workbook = folder / f"{contract.feed}.xlsx"
    _write_workbook(workbook, {"data": contract}, dictionary_rows(contract))
    return [plain, workbook]


def write_register_template(contracts: dict[str, Contract], folder: Path) -> Path:
    """registers.xlsx: a sheet for each register with its headings, and a data dictionary of them all."""
    sheets = {contract.title: contract for contract in contracts.values() if contract.is_register}
    dictionary = [{"sheet": title} | row for title, contract in sheets.items() for row in dictionary_rows(contract)]
    workbook = folder / f"{FOLDER}.xlsx"
    _write_workbook(workbook, sheets, dictionary)
    return workbook


def _write_workbook(path: Path, sheets: dict[str, Contract], dictionary: list[dict[str, Any]]) -> None:
    """Sheets with the contracts' headings, their cells as text, and the rows of the data dictionary on one more."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": CREATED})
        text = workbook.add_format({"num_format": "@"})
        for name, contract in sheets.items():
            sheet = workbook.add_worksheet(name)
            sheet.set_column(0, len(contract.columns) - 1, 18, text)
            sheet.freeze_panes(1, 0)
            for index, column in enumerate(contract.columns):
                sheet.write_string(0, index, column.header)
        described = workbook.add_worksheet(DICTIONARY_SHEET)
        described.set_column(0, len(dictionary[0]) - 1, 32)
        for row, values in enumerate([list(dictionary[0]), *(list(each.values()) for each in dictionary)]):
            for index, value in enumerate(values):
                described.write_string(row, index, str(value))


def feed_rows(contracts: dict[str, Contract]) -> list[dict[str, Any]]:
    """The feeds, one mapping each."""
    return [
        {
            "feed": contract.feed,
            "title": contract.title,
            "delivery": contract.delivery,
            "due_days_after_month": contract.due_days,
            "needs_assessment": "yes" if contract.monitoring else "no",
            "owner": contract.owner,
            "about": contract.about,
        }
        for contract in contracts.values()
    ]
