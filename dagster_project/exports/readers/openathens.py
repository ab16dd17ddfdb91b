"""OpenAthens reports by user: who was passed on to which resource on which day.

Belongs here: that a transfer is a sign-in and never a reading. Does not belong here: asking OpenAthens for reports.

OpenAthens publishes what its reports count (transfers to a resource, by hour, day or month in UTC) and not under which
headings they are downloaded; those here are the likely ones. A report under others is read as a plain table.
"""

import datetime
from pathlib import Path

from dagster_project.exports.contract import Contract, spelling
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.layouts import Events, Layout, rows_under, uk_day

HEADINGS = {
    "person_id": ["Username", "User", "User name", "Account", "Account name", "Staff ID", "Employee number"],
    "usage_date": ["Date", "Day", "Access date", "Timestamp", "Date time"],
    "resource_id": ["Resource", "Resource name", "Service provider"],
    "transfers": ["Transfers", "Number of transfers", "Accesses", "Transfer count"],
}


def read_events(path: Path, contract: Contract, folder: Path) -> Events:
    """The rows of the feed `resource_usage` in the report: a sign-in for each person, day and resource."""
    rows: dict[tuple[str, ...], tuple[int, dict[str, str]]] = {}
    has_person = False
    for number, cells in rows_under(path, contract, folder, HEADINGS, optional=["person_id"]):
        has_person = has_person or bool(cells["person_id"])
        if cells.pop("transfers") in ("", "0"):
            continue
        cells |= {"usage_date": day_of(cells["usage_date"]), "resource_type": "log_in"}
        rows.setdefault(tuple(cells.values()), (number, cells))
    if not has_person:
        raise RefusedFile(
            "no_people",
            "The report says how often a resource was opened, and not by whom. Ask OpenAthens for the report by user "
            "name; use without people comes from the publishers' COUNTER reports.",
        )
    return Events(list(rows.values()))


def day_of(text: str) -> str:
    """The day in the United Kingdom of a moment in UTC; a day stays as it is."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return uk_day(moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)) if len(text) > 10 else text


def recognises(start: str) -> bool:
    """Whether the first line has a resource and a number of transfers."""
    first = f" {spelling(start.lstrip().split(chr(10), 1)[0])} "
    counts, resources = ([spelling(name) for name in HEADINGS[found]] for found in ("transfers", "resource_id"))
    return all(any(f" {name} " in first for name in names) for names in (counts, resources))


LAYOUT = Layout("openathens", recognises, read_events)
