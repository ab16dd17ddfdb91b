"""The register of protected time: one file a month, one row a session a practitioner had booked.

Belongs here: who had learning time and what became of it, at the levels of truths.py.
Does not belong here: what the time was used for (resource_usage.py).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import MANAGEMENT, InPost, Team
from dagster_project.samples.truths import CANCELLED, NOT_RECORDED, SERVICES

HEADINGS = {
    "Booking reference": "session_id", "Worker ID": "person_id", "Date of session": "session_date",
    "Hours booked": "hours_booked", "What happened": "outcome", "Hours used": "hours_taken", "Displaced by": "reason",
}  # fmt: skip

REASONS = (("Duty rota", 34), ("New referral", 36), ("Court", 22), ("Other", 8))
CUT_SHORT = 150  # per mille of the sessions taken


def write_month(folder: Path, month: Month, seed: int, present: list[InPost], teams: list[Team]) -> Path:
    """The month's file."""
    draws = Draws(seed, f"protected_time/{month.text}")
    path = folder / f"protected_time_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for one in present:
            if one.days is None or one.role in (*MANAGEMENT, "other"):
                continue
            days = month.weekdays[month.n_weekdays_to[one.days[0] - 1] : month.n_weekdays_to[one.days[1]]]
            hours = 3 if one.person.fte_tenths == 10 else 2
            for _ in range(2):
                number += 1
                date = f"{draws.pick(days):02}/{month.first.month:02}/{month.first.year}"
                cells = _cells(draws, hours, SERVICES[teams[one.team].service].displaced)
                writer.writerow([f"PT-{month.text}-{number:05d}", one.person.payroll, date, *cells])
    return path


def _cells(draws: Draws, hours: int, displaced: int) -> Iterator[str]:
    """Hours booked, what happened, hours used and what displaced them."""
    yield str(hours)
    outcomes = [("", NOT_RECORDED), ("Cancelled by worker", CANCELLED), ("Cancelled for work", displaced)]
    outcome = draws.weighted([*outcomes, ("Used", 1000 - sum(share for _, share in outcomes))])
    yield outcome
    yield str(hours / 2 if draws.chance(CUT_SHORT) else hours) if outcome == "Used" else ""
    yield draws.weighted(REASONS) if outcome == "Cancelled for work" else ""
