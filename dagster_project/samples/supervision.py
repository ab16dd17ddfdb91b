"""The supervision records as the case system exports them: one file a month, one row a supervision.

Belongs here: who was supervised when, and what was answered about evidence at the levels of truths.py.
Does not belong here: notes of any kind; there are none.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost, Team, manager_of, managers
from dagster_project.samples.truths import BLANK_ANSWERS, CANCELLED, SERVICES

HEADINGS = {
    "Record ID": "supervision_id", "Worker ID": "person_id", "Supervisor ID": "supervisor_person_id",
    "Date of supervision": "supervision_date", "Supervision type": "supervision_kind", "Outcome": "status",
    "Duration": "duration_minutes", "Was evidence discussed": "is_evidence_discussed",
    "Source of evidence": "evidence_source",
}  # fmt: skip

KINDS = (("1:1", 80), ("Case supervision", 14), ("Group supervision", 6))
SOURCES = (
    ("Research study", 16), ("Research study; Own experience", 10), ("Legislation", 15), ("Case law", 8),
    ("Guidance", 24), ("Policies and procedures", 12), ("Own experience", 6), ("Own experience; My manager", 4),
    ("", 5),
)  # fmt: skip


def write_month(folder: Path, month: Month, months: int, seed: int, present: list[InPost], teams: list[Team]) -> Path:
    """The month's file."""
    rows = sorted(_rows(Draws(seed, f"supervision/{month.text}"), month, months, present, teams))
    path = folder / f"supervision_records_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number, (day, *cells) in enumerate(rows, start=1):
            worker, supervisor, *rest = cells
            date = f"{day:02}/{month.first.month:02}/{month.first.year}"
            writer.writerow([f"SV-{month.text}-{number:06d}", worker, supervisor, date, *rest])
    return path


def _rows(
    draws: Draws, month: Month, months: int, present: list[InPost], teams: list[Team]
) -> Iterator[tuple[int, str, str, str, str, str, str, str]]:
    """Day of the month, then the cells of HEADINGS but for the number and the date."""
    found = managers(present, teams)
    for one in present:
        service = teams[one.team].service
        supervisor = manager_of(one, service, found)
        if one.days is None or not supervisor:
            continue
        days = month.weekdays[month.n_weekdays_to[one.days[0] - 1] : month.n_weekdays_to[one.days[1]]]
        is_new = one.role == "newly_qualified"
        for _ in range(2 if is_new else 1):
            if draws.chance(60 if len(days) > 4 else 700):
                continue
            day, kind = draws.pick(days), draws.weighted(KINDS)
            if is_new and kind == "1:1":
                kind = "ASYE"
            if draws.chance(CANCELLED):
                yield day, one.person.payroll, supervisor, kind, "Cancelled", "", "", ""
                continue
            answer = ""
            if not draws.chance(BLANK_ANSWERS):
                answer = "Yes" if draws.chance(SERVICES[service].discussed.at(month.index, months)) else "No"
            source = draws.weighted(SOURCES) if answer == "Yes" else ""
            minutes = str(15 * draws.between(2, 7))
            yield day, one.person.payroll, supervisor, kind, "Completed", minutes, answer, source
