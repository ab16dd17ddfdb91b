"""Rounds of pay progression as HR lists them: one file a round, one row an employed practitioner, twice a year.

Belongs here: who could apply, who did and what was decided, at the levels of truths.py.
Does not belong here: whose habit it is to use evidence (resource_usage.py).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from dagster_project.samples.draws import Draws, Whole
from dagster_project.samples.months import Month, month_number
from dagster_project.samples.people import MANAGEMENT, InPost, Team
from dagster_project.samples.truths import APPLIED, APPLIED_WITH_HABIT, PENDING, PROGRESSED, SERVICES

HEADINGS = {
    "Panel": "round_id", "Date of panel": "round_date", "Employee number": "person_id", "Eligible?": "is_eligible",
    "Application received": "has_applied", "Portfolio complete at panel date": "has_portfolio",
    "Evidence shown by": "evidence_route", "Decision": "outcome", "Decision maker": "decision_maker_role",
    "Date of decision": "decided_on", "Reasons given": "has_reasons", "Reviewed by a person": "had_human_review",
}  # fmt: skip

ROUND_MONTHS = (4, 10)
PANEL_WEEKDAY = 10  # the panel sits on this weekday of the month, counted from 0
MONTHS_OF_SERVICE = 12  # fewer, and the policy does not let a person apply
COMPLETE = 800  # per mille of applications
ROUTES = (("Usage summary", 25), ("Case file examples", 35), ("Usage and case file", 30), ("No evidence", 10))


def write_month(
    folder: Path, month: Month, months: int, seed: int, present: list[InPost], teams: list[Team], habits: Whole
) -> list[Path]:
    """The file of the month's round; none in the months between."""
    if month.first.month not in ROUND_MONTHS:
        return []
    draws = Draws(seed, f"pay_progression/{month.text}")
    is_latest = months - month.index <= 12 // len(ROUND_MONTHS)
    path = folder / f"pay_progression_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for one in present:
            if one.is_at_month_end and one.role not in (*MANAGEMENT, "other") and not one.person.is_agency:
                level = SERVICES[teams[one.team].service].using.at(month.index, months)
                has_habit = int(habits[one.index]) < level
                panel = f"{month.weekdays[PANEL_WEEKDAY]:02}/{month.first:%m/%Y}"
                cells = _cells(draws, month, one, panel, has_habit, is_latest)
                writer.writerow([f"Round {month.text}", panel, one.person.payroll, *cells])
    return [path]


def _cells(draws: Draws, month: Month, one: InPost, panel: str, has_habit: bool, is_latest: bool) -> Iterator[str]:
    """Eligible, applied, portfolio, route, decision and the decision's record. Some of the latest round is pending."""
    is_eligible = month_number(month.first) - month_number(one.person.start) >= MONTHS_OF_SERVICE
    yield "Yes" if is_eligible else "No"
    if not is_eligible or not draws.chance(APPLIED_WITH_HABIT if has_habit else APPLIED):
        yield from ("No", *[""] * 7)
        return
    yield from ("Yes", "Yes" if draws.chance(COMPLETE) else "No", draws.weighted(ROUTES))
    is_granted = draws.chance(PROGRESSED)
    if is_latest and draws.chance(PENDING):
        yield from ("Awaiting decision", *[""] * 4)
        return
    yield from ("Awarded" if is_granted else "Not awarded", "Progression panel", panel, "Yes", "Yes")
