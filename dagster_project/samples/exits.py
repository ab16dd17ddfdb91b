"""The list of people who left, as HR keeps it: one file with everybody of the months covered.

Belongs here: how and why they went, at the levels of truths.py. Does not belong here: who left, and when (people.py).
"""

import csv
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.organisation import Organisation
from dagster_project.samples.truths import LEFT_FOR_DEVELOPMENT

HEADINGS = {
    "Employee number": "person_id", "Last working day": "leaving_date", "Reason for leaving": "leaving_kind",
    "Exit interview reason": "main_reason",
}  # fmt: skip

KINDS = (("Resignation", 78), ("Retired", 14), ("End of fixed term contract", 8))
REASONS = (("Caseload", 40), ("Pay and benefits", 15), ("Relationship with manager", 20), ("Family", 25))
NOT_GIVEN = 250  # per mille of those who resign


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """Everybody who left in the months covered."""
    draws, covered = Draws(made.seed, "exits"), made.covered
    path = out / "exits" / f"leavers_to_{covered[-1].text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for person in made.people:
            if person.leave is None or person.is_agency or not covered[0].first <= person.leave <= covered[-1].last:
                continue
            kind = draws.weighted(KINDS)
            reason = "No progression" if draws.chance(LEFT_FOR_DEVELOPMENT) else draws.weighted(REASONS)
            is_given = kind == KINDS[0][0] and not draws.chance(NOT_GIVEN)
            writer.writerow([person.payroll, f"{person.leave:%d/%m/%Y}", kind, reason if is_given else ""])
    return [path]
