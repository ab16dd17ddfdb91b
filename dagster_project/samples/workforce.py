"""The workforce snapshot as HR sends it: one file a month, one row a post at the month's end.

Belongs here: HR's headings and words, and the months in which the file comes in another encoding or as a workbook.
Does not belong here: the people themselves (people.py).
"""

import csv
import datetime
from pathlib import Path

import xlsxwriter

from dagster_project.samples.months import Month, month_number
from dagster_project.samples.people import InPost, Team, manager_of, managers

HEADINGS = {
    "Snapshot month": "month", "Employee number": "person_id", "Position number": "post_id",
    "SWE number": "registration_number", "Employee name": "full_name", "Work email": "email", "Job title": "role",
    "Pay grade": "grade", "Spinal point": "pay_point", "FTE": "contracted_fte", "Contracted days": "contracted_days",
    "Available days": "available_days", "Team name": "team_id", "Service area": "service_id",
    "Line manager ID": "manager_person_id", "Start date": "start_date", "Date qualified": "qualification_date",
    "Qualification level": "qualification_route", "Team setting": "setting", "Agency worker": "is_agency",
}  # fmt: skip

# Job title, grade, lowest spinal point.
JOBS = {
    "social_worker": ("Social Worker", "Grade 9", 28),
    "newly_qualified": ("Newly Qualified Social Worker", "Grade 8", 24),
    "senior_social_worker": ("Senior Practitioner", "Grade 10", 32),
    "practice_educator": ("Practice Educator", "Grade 10", 32),
    "team_manager": ("Team Manager", "Grade 12", 40),
    "service_manager": ("Service Manager", "Grade 14", 48),
    "other": ("Family Support Worker", "Grade 6", 15),
}

ROUTES = ("Degree", "Masters", "Degree", "Dip SW", "Degree", "Step up", "Masters")
SETTINGS = {"Hospital and Reablement": "NHS trust", "Adults and Communities": "Integrated team"}

BOM_MONTH, CP1252_MONTH, WORKBOOK_MONTH = 1, 2, 3

Cell = str | float | datetime.date


def write_month(folder: Path, month: Month, present: list[InPost], teams: list[Team]) -> Path:
    """The month's file; the second to fourth months come as BOM, cp1252 and XLSX."""
    rows = _rows(month, present, teams)
    path = folder / f"hr_workforce_{month.text}.{'xlsx' if month.index == WORKBOOK_MONTH else 'csv'}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if month.index == WORKBOOK_MONTH:
        _write_workbook(path, month, rows)
    else:
        encoding = {BOM_MONTH: "utf-8-sig", CP1252_MONTH: "cp1252"}.get(month.index, "utf-8")
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows([month.short_name, *_dates_as_text(row[1:])] for row in rows)
    return path


def _rows(month: Month, present: list[InPost], teams: list[Team]) -> list[list[Cell]]:
    """In the order of teams and posts, as HR sorts them."""
    found = managers(present, teams)
    rows: list[tuple[int, int, list[Cell]]] = []
    for one in present:
        if one.is_at_month_end:
            tenths, second_team = one.person.fte_tenths, one.person.second_team
            first_tenths = tenths if second_team is None else 6
            post = 100_000 + one.person.post
            rows.append((one.team, post, _row(month, one, post, one.team, first_tenths, teams, found)))
            if second_team is not None:
                post += 600_000
                rows.append((second_team, post, _row(month, one, post, second_team, tenths - 6, teams, found)))
    return [row for _, _, row in sorted(rows, key=lambda row: row[:2])]


def _row(
    month: Month, one: InPost, post: int, team: int, tenths: int, teams: list[Team], found: dict[tuple[str, int], str]
) -> list[Cell]:
    person = one.person
    title, grade, lowest_point = JOBS[one.role]
    years = (month_number(month.first) - month_number(person.start)) // 12
    n_days = 0
    if one.days is not None:
        n_days = month.n_weekdays_to[one.days[1]] - month.n_weekdays_to[one.days[0] - 1]
    return [
        month.first,
        person.payroll,
        str(post),
        person.registration,
        person.name,
        person.email,
        title,
        grade,
        "" if person.is_agency else f"SCP {lowest_point + min(4, years)}",
        tenths / 10,
        len(month.weekdays) * tenths / 10,
        n_days * tenths / 10,
        teams[team].name,
        teams[team].service_name,
        manager_of(one, teams[one.team].service, found),
        person.start,
        person.qualified or "",
        "" if person.qualified is None else ROUTES[int(person.payroll[1:]) % len(ROUTES)],
        SETTINGS.get(teams[team].service_name, "Council"),
        "Yes" if person.is_agency else "No",
    ]


def _dates_as_text(row: list[Cell]) -> list[str | float]:
    return [f"{c.day:02}/{c.month:02}/{c.year}" if isinstance(c, datetime.date) else c for c in row]


def _write_workbook(path: Path, month: Month, rows: list[list[Cell]]) -> None:
    """Real dates in real date cells. The date of making is fixed, so that the bytes are the same every time."""
    workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    made_at = datetime.datetime(month.last.year, month.last.month, month.last.day, tzinfo=datetime.UTC)
    workbook.set_properties({"title": "Workforce snapshot", "created": made_at})
    sheet = workbook.add_worksheet("Workforce")
    as_month = workbook.add_format({"num_format": "mmm-yyyy"})
    as_date = workbook.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADINGS)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime.date):
                sheet.write_datetime(number, column, cell, as_date if column else as_month)
            else:
                sheet.write(number, column, cell)
    workbook.close()
