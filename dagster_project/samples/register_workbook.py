"""The workbook of registers of the fictional council, and HR's and the trainers' files that name people, as XLSX.

Belongs here: what the council wrote into them. Does not belong here: the figures they are about, targets and changes to
charts, which come as files of their own (registers.py).
"""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.organisation import Organisation, Staffed
from dagster_project.samples.people import MANAGEMENT, InPost, Team
from dagster_project.samples.truths import CONNECTED, LOW_USE
from dagster_project.samples.workbooks import Cell, write_workbook

Row = tuple[Cell, ...]

ACTIVITIES = (
    ("Research event", 30), ("Practice question", 24), ("Network", 10), ("Took part in a study", 10), ("Teaching", 8),
    ("Briefing", 10), ("Applied for a fellowship", 3), ("Host", 2), ("Publication", 3), ("Recommendation", 6),
    ("Enquiry from outside", 2), ("Facilitator advice", 20), ("Practice educator", 4),
)  # fmt: skip
NOBODYS = ("Recommendation", "Enquiry from outside", "Facilitator advice")
PROJECTS, OUTPUTS = ("Took part in a study", "Host"), ("Briefing", "Publication", "Recommendation")
ACTIVE = 50  # per mille of the practitioners at work, each month
COMPLETED, WITH_OBJECTIVE, ASSESSED = 850, 550, 35
TOPICS = ("Research", "Case law", "Practice guidance")
HELD = (("Held", 80), ("Cancelled", 12), ("Postponed", 8))


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """registers/registers.xlsx, and a file each of appraisals, learning needs and logins, over all months."""
    seed, staffed = made.seed, made.staffed
    registers = {
        "Action plan": list(_action_plan(staffed)),
        "Research activity": list(_research_activity(seed, staffed)),
        "Licences": list(_licences(staffed)),
        "Access accounts": list(_access_accounts(staffed)),
        "Role profiles and rewards": list(_role_profiles(staffed)),
        "Learning calendar": list(_learning_calendar(seed, staffed)),
        "Comments on figures": list(_comments(staffed[-1][0])),
        **_changes(staffed, made.teams),
    }
    return [
        write_workbook(out / "registers" / "registers.xlsx", registers),
        write_workbook(out / "appraisals" / "appraisals.xlsx", {"Export": list(_appraisals(seed, staffed))}),
        write_workbook(out / "learning_needs" / "learning_needs.xlsx", {"Export": list(_needs(seed, staffed))}),
        write_workbook(out / "identifiers" / "identifiers.xlsx", {"Export": list(_identifiers(staffed))}),
    ]


def _action_plan(staffed: Sequence[Staffed]) -> Iterator[Row]:
    """One block without an owner, one done late, one whose money ended a month ago."""
    first, last = staffed[0][0].first, staffed[-1][0]
    middle = staffed[len(staffed) // 2][0]
    ended = last.first - datetime.timedelta(days=1)
    ahead = last.last + datetime.timedelta(days=60)
    yield ("Action", "Building block", "Entered on", "Owner (role)", "Due", "Done", "Funding ends", "Enabler in place",
           "FTE of the post")  # fmt: skip
    yield ("1", "Research strategy", first, "Director", middle.first, middle.first, "", "Yes", "")
    yield ("2", "Sponsor", first, "Director", middle.first, first, "", "Yes", "")
    yield ("3", "Research budget", first, "Director", middle.last, "", "", "No", "")
    yield ("4", "Facilitator", first, "Principal social worker", middle.first, first, ended, "Yes", "0.5")
    yield ("5", "Library", first, "Library and knowledge service", middle.first, middle.last, "", "Yes", "")
    yield ("6", "Ethics", first, "Principal social worker", ahead, "", "", "No", "")
    yield ("7", "Fellowship", middle.first, "", ahead, "", "", "", "")
    yield ("8", "Training", middle.first, "Learning and development", last.last, last.first, ahead, "", "")
    yield ("9", "Universities", middle.first, "Principal social worker", last.last, "", "", "", "")


def _research_activity(seed: int, staffed: Sequence[Staffed]) -> Iterator[Row]:
    yield (
        "Entry", "Date", "Kind", "Staff ID", "Answered or completed on", "Cost", "Hours", "Turned into training",
    )  # fmt: skip
    draws = Draws(seed, "research_activity")
    number = 0
    for month, present in staffed:
        for one in _practitioners(present):
            if not draws.chance(ACTIVE):
                continue
            number += 1
            kind = draws.weighted(ACTIVITIES)
            day = _weekday(draws, month)
            answered = day + datetime.timedelta(days=draws.between(5, 45))
            is_answered = kind in ("Practice question", "Recommendation") and answered <= staffed[-1][0].last
            who = "" if kind in NOBODYS else one.person.payroll
            cost = 400 * draws.between(0, 8) if kind in PROJECTS and number % 3 else ""
            hours = draws.between(2, 12) if kind == "Teaching" else ""
            training = ("Yes" if draws.chance(300) else "No") if kind in OUTPUTS else ""
            yield (f"R{number:04}", day, kind, who, answered if is_answered else "", cost, hours, training)
    yield ("R-P1", staffed[0][0].first, "University agreement", "", "", "", "", "")


def _licences(staffed: Sequence[Staffed]) -> Iterator[Row]:
    yield ("Product", "From", "To", "Cost", "Seats", "COUNTER reports")
    for year in sorted({month.first.year for month, _ in staffed}):
        begins, ends = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        yield ("Fictional Journals", begins, ends, 9000, "", "Yes")
        yield (CONNECTED, begins, ends, 4000, 60, "No")


def _access_accounts(staffed: Sequence[Staffed]) -> Iterator[Row]:
    """Activated accounts rise from a half of the staff to three quarters."""
    yield (
        "Product", "Month", "Entitled", "Activated", "Seats used", "People with a transfer", "Digest subscribers",
        "Digest items opened",
    )  # fmt: skip
    for place, (month, present) in enumerate(staffed):
        n_staff = sum(one.is_at_month_end for one in present)
        n_activated = n_staff * (2 * len(staffed) + place) // (4 * len(staffed))
        yield (
            CONNECTED, month.first, n_staff, n_activated, min(60, 20 + 2 * place), n_activated * 3 // 5, n_staff // 3,
            n_staff // 3 + place,
        )  # fmt: skip


def _role_profiles(staffed: Sequence[Staffed]) -> Iterator[Row]:
    first, middle = staffed[0][0].first, staffed[len(staffed) // 2][0].first
    yield ("Kind", "Profile, grade or reward", "From", "To", "Asks for evidence or learning")
    for profile, asks_at_first, asks_later in (
        ("Social worker", "No", "Yes"), ("Senior social worker", "Yes", "Yes"), ("Newly qualified", "Yes", "Yes"),
        ("Practice educator", "Yes", "Yes"), ("Team manager", "No", "No"),
    ):  # fmt: skip
        yield ("Role profile", profile, first, "", asks_at_first)
        if asks_later != asks_at_first:
            yield ("Role profile", profile, middle, "", asks_later)
    for grade, asks in (("G7", "Yes"), ("G8", "Yes"), ("G9", "No")):
        yield ("Grade", grade, first, "", asks)
    for number, (month, _) in enumerate(staffed[::3], start=1):
        yield ("Reward", f"RW{number}", month.first, "", "")
    for number, (month, _) in enumerate(staffed[1::2], start=1):
        yield ("Vacancy", f"V{number}", month.first, "", "Yes" if number % 3 else "No")


def _learning_calendar(seed: int, staffed: Sequence[Staffed]) -> Iterator[Row]:
    yield ("Event", "Date", "Kind", "Outcome", "Invited", "Attended", "Kind of evidence")
    draws = Draws(seed, "learning_calendar")
    for month, present in staffed:
        n_invited = sum(one.days is not None for one in present)
        for kind, letter in (("Learning topic", "T"), ("Team day", "D")):
            outcome = draws.weighted(HELD)
            n_attended = n_invited * draws.between(45, 75) // 100 if outcome == "Held" else ""
            topic = TOPICS[month.first.month % len(TOPICS)] if letter == "T" else ""
            yield (f"{letter}-{month.text}", _weekday(draws, month), kind, outcome, n_invited, n_attended, topic)


def _comments(last: Month) -> Iterator[Row]:
    """One answers a figure that needs attention; another that does gets none."""
    due = last.last + datetime.timedelta(days=60)
    yield ("Measure", "Unit", "Month", "Cause", "Ask", "Owner (role)", "Due", "Status")
    yield (
        "protected_time_displaced", LOW_USE, last.first, "Demand",
        "Duty takes no booked session until the end of the quarter", "Head of service", due, "Started",
    )  # fmt: skip
    yield (
        "supervision_on_time", "all", last.first, "Vacancies",
        "Agree cover for two vacant team manager posts", "Principal social worker", due, "Open",
    )  # fmt: skip
    yield ("audits_naming_evidence", "all", last.first, "Not known yet", "", "Quality assurance lead", "", "Open")


def _changes(staffed: Sequence[Staffed], teams: Sequence[Team]) -> dict[str, list[Row]]:
    """What was called something else before the first month; no export of the samples says so any more."""
    first, present = staffed[0][0].first, staffed[0][1]
    return {
        "Old and new teams": [
            ("Old team", "New team", "Changed on", "Old one used until"),
            *((f"{team.name} (pool)", team.name, first, "") for team in teams[:2]),
        ],
        "Old and new staff numbers": [
            ("Old staff ID", "New staff ID", "Changed on", "Old one used until"),
            *((f"OLD-{one.person.payroll}", one.person.payroll, first, "") for one in present[:3]),
        ],
        "Old and new case numbers": [
            ("Old child ID", "New child ID", "Old family ID", "New family ID", "Changed on", "Old one used until"),
            *((f"K{number}", f"CH-{number:06d}", f"F{number}", f"FA-{number:06d}", first, "") for number in (1, 2)),
        ],
        "Changes of system": [
            ("Export", "Sender of the old system", "Sender of the new system", "First month of the new system"),
            ("Research register", "spreadsheet", "default", first),
            ("Appraisal records", "paper", "default", first),
        ],
    }


def _appraisals(seed: int, staffed: Sequence[Staffed]) -> Iterator[Row]:
    """Everybody once a year, in a month of their own."""
    yield ("Appraisal ID", "Employee number", "Appraisal date", "Appraisal status", "Evidence objective")
    draws = Draws(seed, "appraisals")
    number = 0
    for month, present in staffed:
        for one in present:
            if one.days is None or one.index % 12 != month.first.month - 1:
                continue
            number += 1
            status = "Completed" if draws.chance(COMPLETED) else "Saved for later"
            objective = "Yes" if draws.chance(WITH_OBJECTIVE) else "No"
            yield (f"AP{number:05}", one.person.payroll, _weekday(draws, month), status, objective)


def _needs(seed: int, staffed: Sequence[Staffed]) -> Iterator[Row]:
    yield ("Entry", "Employee number", "Date", "Kind", "Score", "Action begun on")
    draws = Draws(seed, "learning_needs")
    number = 0
    for month, present in staffed:
        for one in _practitioners(present):
            for kind in ("Needs assessment", "Quiz"):
                if draws.chance(ASSESSED):
                    number += 1
                    score = draws.between(40, 100) if kind == "Quiz" else ""
                    day = _weekday(draws, month)
                    yield (f"LN{number:05}", one.person.payroll, day, kind, score, "")
                    if kind == "Needs assessment":
                        acted = day + datetime.timedelta(days=draws.between(10, 90))
                        action = acted if acted <= staffed[-1][0].last else ""
                        yield (f"LN{number:05}-G", one.person.payroll, day, "Learning gap", "", action)


def _identifiers(staffed: Sequence[Staffed]) -> Iterator[Row]:
    """Logins of the library's proxy, of which a shared one was given to somebody else in the middle of the months."""
    first, middle = staffed[0][0].first, staffed[len(staffed) // 2][0].first
    yield ("Employee number", "Kind", "Identifier", "Valid from", "Valid to")
    one, other, *others = (each.person.payroll for each in staffed[0][1][:12])
    if middle > first:
        yield (one, "Library login", "duty1", first, middle - datetime.timedelta(days=1))
    yield (other, "Library login", "duty1", middle, "")
    for number, payroll in enumerate(others, start=1):
        yield (payroll, "Library login", f"reader{number}", first, "")


def _practitioners(present: Sequence[InPost]) -> list[InPost]:
    return [one for one in present if one.days is not None and one.role not in (*MANAGEMENT, "other")]


def _weekday(draws: Draws, month: Month) -> datetime.date:
    return month.first.replace(day=draws.pick(month.weekdays))
