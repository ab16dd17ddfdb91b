"""Workload as performance teams and managers send it: caseloads, work in time, consultations, and checks of access.

Belongs here: how many cases workers hold, how much work is done in time, how often managers are asked, whether access
works, at the levels of truths.py. Does not belong here: any case, child or visit; there is none.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import MANAGEMENT, InPost, Team, manager_of, managers
from dagster_project.samples.truths import CASES, CONSULTED, IN_TIME, SERVICES, SILENT_MANAGERS, UNCONNECTED

CASELOAD = {"Snapshot month": "month", "Worker ID": "person_id", "Open cases": "n_cases"}
TIMELINESS = {
    "Reporting month": "month", "Team name": "team_id", "Activity": "kind", "Due": "n_due",
    "Completed in timescale": "n_in_time",
}  # fmt: skip
CONSULTATIONS = {"Month": "month", "Line manager ID": "manager_person_id", "Ad hoc consultations": "n_consultations"}
ACCESS_CHECKS = {
    "Checked in": "month", "Service area": "service_id", "Access OK": "is_working", "Staff connected": "n_connected"
}  # fmt: skip

KINDS = (("Visit", 70), ("Assessment", 12), ("Review", 18))  # pieces of work for every ten practitioners

Written = dict[str, Path]


def write_month(out: Path, month: Month, seed: int, present: list[InPost], teams: list[Team]) -> Written:
    """The month's file of each of the four feeds."""
    draws = Draws(seed, f"workload/{month.text}")
    at_end = [one for one in present if one.is_at_month_end]
    date = f"{month.last.day:02}/{month.first:%m/%Y}"
    return {
        "caseload": _write(out / "caseload" / f"caseload_{month.text}.csv", CASELOAD, _cases(draws, date, at_end)),
        "timeliness": _write(
            out / "timeliness" / f"in_time_{month.text}.csv", TIMELINESS, _work(draws, date, at_end, teams)
        ),
        "consultations": _write(
            out / "consultations" / f"consultations_{month.text}.csv", CONSULTATIONS, _asked(draws, date, at_end, teams)
        ),
        "access_checks": _write(
            out / "access_checks" / f"access_{month.text}.csv", ACCESS_CHECKS, _access(date, at_end, teams)
        ),
    }


def _cases(draws: Draws, date: str, at_end: list[InPost]) -> Iterator[list[str]]:
    """Whoever is away holds none; managers hold none."""
    for one in at_end:
        if one.role in (*MANAGEMENT, "other"):
            continue
        held = CASES + draws.between(-6, 6) if one.days is not None else 0
        yield [date, one.person.payroll, str(held * one.person.fte_tenths // 10)]


def _work(draws: Draws, date: str, at_end: list[InPost], teams: list[Team]) -> Iterator[list[str]]:
    for number, team in enumerate(teams):
        size = sum(one.team == number and one.role not in (*MANAGEMENT, "other") for one in at_end)
        for kind, per_ten in KINDS:
            due = size * per_ten // 10
            in_time = sum(draws.chance(IN_TIME) for _ in range(due))
            if due:
                yield [date, team.name, kind, str(due), str(in_time)]


def _asked(draws: Draws, date: str, at_end: list[InPost], teams: list[Team]) -> Iterator[list[str]]:
    found = managers(at_end, teams)
    with_reports = {manager_of(one, teams[one.team].service, found) for one in at_end}
    for one in at_end:
        if one.person.payroll in with_reports and not draws.chance(SILENT_MANAGERS):
            yield [date, one.person.payroll, str(draws.between(CONSULTED // 2, CONSULTED * 3 // 2))]


def _access(date: str, at_end: list[InPost], teams: list[Team]) -> Iterator[list[str]]:
    for number, service in enumerate(SERVICES):
        size = sum(teams[one.team].service == number and one.role not in (*MANAGEMENT, "other") for one in at_end)
        yield [date, service.name, "Yes", str(size - size * UNCONNECTED // 1000)]


def _write(path: Path, headings: Mapping[str, str], rows: Iterable[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(headings), *rows])
    return path
