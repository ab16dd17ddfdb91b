"""The learning system's export: one file a month, one row an activity somebody did; and the register of activities.

Belongs here: who learnt what in which mode. Does not belong here: titles; what people record themselves (cpd.py).
"""

import csv
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.organisation import Organisation
from dagster_project.samples.people import InPost

HEADINGS = {
    "Learner ID": "person_id", "Completion date": "learning_date", "Activity code": "activity_id",
    "Learning mode": "mode", "Status": "outcome", "Kind of content": "content_kind", "Duration": "minutes",
    "Price": "cost", "Pre test": "pre_score", "Post test": "post_score", "Recorded by": "channel",
}  # fmt: skip

LEARNS = 160  # per mille of those at work, each month
DECLARED, OBSERVED, NOT_FINISHED = 200, 100, 90

# Code, mode, kind of content, minutes, price, weight.
ACTIVITIES = (
    ("LA-101", "Quiz", "Research summary", 10, 0, 18), ("LA-102", "Podcast", "Research summary", 25, 0, 14),
    ("LA-103", "Video", "Case law", 15, 0, 12), ("LA-104", "Handout", "Practice guide", 10, 0, 10),
    ("LA-105", "Group slot", "Practice guide", 10, 0, 10), ("LA-201", "E-learning", "Policy", 45, 0, 16),
    ("LA-202", "Workshop", "Evidence based practice", 180, 35, 10), ("LA-301", "Full day", "Law", 360, 120, 7),
    ("LA-302", "Conference", "Research study", 360, 210, 3),
)  # fmt: skip
TESTED = ("Quiz", "E-learning")
BOOKED = ("Workshop", "Full day", "Conference")


def write_month(folder: Path, month: Month, seed: int, present: list[InPost]) -> Path:
    """The month's file."""
    draws = Draws(seed, f"learning/{month.text}")
    path = folder / f"learning_records_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for one in present:
            if one.days is None or not draws.chance(LEARNS):
                continue
            days = month.weekdays[month.n_weekdays_to[one.days[0] - 1] : month.n_weekdays_to[one.days[1]]]
            date = f"{draws.pick(days):02}/{month.first.month:02}/{month.first.year}"
            writer.writerow([one.person.payroll, date, *_cells(draws)])
    return path


def _cells(draws: Draws) -> list[str]:
    """From the activity to who recorded it. What the register says of an activity is left to it in half of the rows."""
    code, mode, kind, minutes, price, _ = draws.weighted([(each, each[-1]) for each in ACTIVITIES])
    is_told = draws.chance(500)
    told = [kind, str(minutes), str(price)] if is_told else ["", "", ""]
    is_finished = not draws.chance(NOT_FINISHED)
    before = draws.between(20, 70)
    scores = [str(before), str(before + draws.between(0, 30))] if mode in TESTED and is_finished else ["", ""]
    channel = draws.weighted([("Self declared", DECLARED), ("Attendance list", OBSERVED), ("System", 700)])
    unfinished = "Cancelled" if mode in BOOKED else "In progress"
    return [code, mode, "Completed" if is_finished else unfinished, *told, *scores, channel]


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """The register of activities, offered from the first month on."""
    path = out / "learning_activities" / "learning_activities.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Activity code", "Available from", "Kind of content", "Duration", "Price"])
        for code, _, kind, minutes, price, _ in ACTIVITIES:
            writer.writerow([code, f"{made.covered[0].first:%d/%m/%Y}", kind, minutes, price])
    return [path]
