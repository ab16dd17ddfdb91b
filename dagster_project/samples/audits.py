"""The practice audits as the quality assurance tool exports them: one file a month, one row an audit.

Belongs here: whose work was audited and what was found, at the levels of truths.py.
Does not belong here: the case that was looked at; there is none.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import MANAGEMENT, InPost, Team
from dagster_project.samples.truths import ASKED, GOOD_NAMED, GOOD_NOT_NAMED, GOOD_TARGETED, SERVICES

HEADINGS = {
    "Audit number": "audit_id", "Worker ID": "person_id", "Date of audit": "audit_date",
    "Audit type": "sampling_method", "Evidence question asked?": "is_evidence_asked",
    "Names evidence": "is_evidence_named",
    "Source of evidence": "evidence_source", "Quality of evidence use": "evidence_quality",
    "Auditor grade": "first_grade", "Final grade": "moderated_grade",
}  # fmt: skip

AUDITED = 300  # per mille of the practitioners at work, each month
MODERATED, LOWERED = 400, 250
METHODS = (("Random sample", 60), ("Thematic", 27), ("Following a concern", 13))
SOURCES = (
    ("Research study", 22), ("Research study; Own experience", 10), ("Legislation", 20), ("Case law; Legislation", 12),
    ("Practice guidance", 24), ("Practice guidance; My manager", 12),
)  # fmt: skip
QUALITIES = (("0", 15), ("1", 35), ("2", 35), ("3", 15))
GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")
GOOD = (("Outstanding", 15), ("Good", 85))
NOT_GOOD = (("Requires improvement", 80), ("Inadequate", 20))


def write_month(folder: Path, month: Month, seed: int, present: list[InPost], teams: list[Team]) -> Path:
    """The month's file."""
    draws = Draws(seed, f"audits/{month.text}")
    path = folder / f"practice_audits_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        number = 0
        for one in present:
            if one.days is None or one.role in (*MANAGEMENT, "other") or not draws.chance(AUDITED):
                continue
            number += 1
            days = month.weekdays[month.n_weekdays_to[one.days[0] - 1] : month.n_weekdays_to[one.days[1]]]
            date = f"{draws.pick(days):02}/{month.first.month:02}/{month.first.year}"
            cells = _cells(draws, SERVICES[teams[one.team].service].naming)
            writer.writerow([f"QA-{month.text}-{number:04d}", one.person.payroll, date, *cells])
    return path


def _cells(draws: Draws, naming: int) -> Iterator[str]:
    """From the method to the grades. Whether the work names evidence is drawn before anybody asks."""
    method = draws.weighted(METHODS)
    yield method
    names_evidence = draws.chance(naming)
    is_asked = draws.chance(ASKED)
    yield "Yes" if is_asked else "No"
    if is_asked and names_evidence:
        yield from ("Yes", draws.weighted(SOURCES), draws.weighted(QUALITIES))
    else:
        yield from ("No" if is_asked else "", "", "")
    level = GOOD_TARGETED if method == METHODS[-1][0] else GOOD_NAMED if names_evidence else GOOD_NOT_NAMED
    grade = draws.weighted(GOOD if draws.chance(level) else NOT_GOOD)
    is_moderated = draws.chance(MODERATED)
    is_lowered = is_moderated and draws.chance(LOWERED)
    yield GRADES[max(0, GRADES.index(grade) - is_lowered)]
    yield grade if is_moderated else ""
