"""The log of a resource that was used all along and is connected late: a file a month from its own sender.

Belongs here: the planted rise that is no change in practice (truths.py). Does not belong here: the use that changes
(resource_usage.py).
"""

import csv
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost
from dagster_project.samples.truths import CONNECTED, CONNECTED_SHARE, is_connected

HEADINGS = {"User ID": "person_id", "Access date": "usage_date", "Product": "resource_id", "Type": "resource_type"}


def write_month(folder: Path, month: Month, months: int, seed: int, present: list[InPost]) -> list[Path]:
    """The month's file; none before the log is connected."""
    if not is_connected(month.index, months):
        return []
    draws = Draws(seed, f"connected/{month.text}")
    path = folder / f"casebook_log_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for one in present:
            if one.days is None or not draws.chance(CONNECTED_SHARE):
                continue
            days = month.weekdays[month.n_weekdays_to[one.days[0] - 1] : month.n_weekdays_to[one.days[1]]]
            for day in sorted({draws.pick(days), draws.pick(days)}):
                date = f"{day:02}/{month.first.month:02}/{month.first.year}"
                writer.writerow([one.person.payroll, date, CONNECTED, "Case law"])
    return [path]
