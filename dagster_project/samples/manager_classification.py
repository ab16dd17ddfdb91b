"""Managers' returns: how many of their direct reports regularly use evidence, at the end of each quarter.

Belongs here: who returns, as a count or (in one service of late) by name, and how far a view strays from habit.
Does not belong here: whose habit it is to use evidence (resource_usage.py).

One file a quarter for everybody, and for the last quarter one a manager: they lie in one folder, side by side.
"""

import csv
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from dagster_project.samples.draws import Draws, Whole
from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost, Team, manager_of, managers
from dagster_project.samples.truths import MISSEEN, NAMES_REPORTS, SERVICES, SILENT_MANAGERS

COUNT_HEADINGS = {
    "Month end": "month", "Line manager ID": "manager_person_id",
    "Reports regularly using evidence": "n_regular", "Number of direct reports": "n_reports",
}  # fmt: skip
NAMED_HEADINGS = {
    "Month end": "month", "Line manager ID": "manager_person_id", "Employee number": "person_id",
    "Uses evidence regularly": "is_regular",
}  # fmt: skip

QUARTER_ENDS = (3, 6, 9, 12)


def write_month(
    out: Path, month: Month, months: int, seed: int, present: list[InPost], teams: list[Team], habits: Whole
) -> list[Path]:
    """The files of the month's returns, under the folders of the two feeds; none but at a quarter's end."""
    if month.first.month not in QUARTER_ENDS:
        return []
    draws = Draws(seed, f"manager_classification/{month.text}")
    counts: list[list[str]] = []
    names: list[list[str]] = []
    date = f"{month.last.day:02}/{month.first:%m/%Y}"
    for manager, service, reports in _reports(present, teams):
        if draws.chance(SILENT_MANAGERS):
            continue
        level = SERVICES[service].using.at(month.index, months)
        there = [one for one in reports if _is_there(one, month)]
        seen = [(int(habits[one.index]) < level) != draws.chance(MISSEEN) for one in there]
        if SERVICES[service].name == NAMES_REPORTS and months - month.index <= 12:
            names += [
                [date, manager, one.person.payroll, "Yes" if sees else "No"]
                for one, sees in zip(there, seen, strict=True)
            ]
        else:
            counts.append([date, manager, str(sum(seen)), str(len(reports))])
    folder, name = out / "manager_classification", f"manager_returns_{month.text}"
    if months - month.index <= len(QUARTER_ENDS) - 1:
        files = [_write(folder / f"{name}_{n:02}.csv", COUNT_HEADINGS, [row]) for n, row in enumerate(counts, 1)]
    else:
        files = [_write(folder / f"{name}.csv", COUNT_HEADINGS, counts)] if counts else []
    if names:
        files.append(_write(out / "manager_classification_reports" / f"named_{name}.csv", NAMED_HEADINGS, names))
    return files


def _reports(present: list[InPost], teams: list[Team]) -> Iterable[tuple[str, int, list[InPost]]]:
    """Each manager with the service and the direct reports in post at the month's end."""
    found = managers(present, teams)
    services = {one.person.payroll: teams[one.team].service for one in present if one.person.payroll in found.values()}
    of_managers = sorted(
        (
            (manager_of(one, teams[one.team].service, found), one.index, one)
            for one in present
            if one.is_at_month_end and manager_of(one, teams[one.team].service, found)
        ),
        key=lambda row: row[:2],
    )
    for manager, rows in groupby(of_managers, key=lambda row: row[0]):
        yield manager, services[manager], [one for _, _, one in rows]


def _is_there(one: InPost, month: Month) -> bool:
    """Whether a person is not on long leave: at work for at least half of the month's weekdays."""
    if one.days is None:
        return False
    n_days = month.n_weekdays_to[one.days[1]] - month.n_weekdays_to[one.days[0] - 1]
    return 2 * n_days >= len(month.weekdays)


def _write(path: Path, headings: Iterable[str], rows: Iterable[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(headings), *rows])
    return path
