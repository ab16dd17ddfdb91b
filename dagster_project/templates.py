"""What people may send: the columns of a feed, and empty files to fill in, made from its contract.

Belongs here: rows that describe a contract, the empty CSV and workbook. Does not belong here: the contract itself.
"""

import csv
import datetime
from pathlib import Path
from typing import Any

from dagster_project.exports.contract import Column, Contract

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
    words = {"person": "payroll number, stored as a pseudonym", "identifier": "stored in the sealed vault only"}
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
        return "; ".join(" = ".join([choice, *spellings]) for choice, spellings in column.choices.items())
    bounds = [("at least", column.minimum), ("at most", column.maximum)]
    return ", ".join(
        f"{words} {bound:g}" if isinstance(bound, float) else f"{words} {bound}"
        for words, bound in bounds
        if bound is not None
    )


def write_templates(contract: Contract, folder: Path) -> list[Path]:
    """<feed>.csv with the headings, and <feed>.xlsx with them and a data dictionary sheet."""
    import xlsxwriter

    headers = [column.header for column in contract.columns]
    plain = folder / f"{contract.feed}.csv"
    with plain.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow(headers)
    workbook_path = folder / f"{contract.feed}.xlsx"
    with xlsxwriter.Workbook(workbook_path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": CREATED})
        data = workbook.add_worksheet("data")
        text = workbook.add_format({"num_format": "@"})
        data.set_column(0, len(headers) - 1, 18, text)
        data.freeze_panes(1, 0)
        for index, header in enumerate(headers):
            data.write_string(0, index, header)
        described = workbook.add_worksheet("dictionary")
        described.set_column(0, len(DICTIONARY) - 1, 32)
        for row, values in enumerate([dict(zip(DICTIONARY, DICTIONARY, strict=True)), *dictionary_rows(contract)]):
            for index, value in enumerate(values.values()):
                described.write_string(row, index, str(value))
    return [plain, workbook_path]


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
