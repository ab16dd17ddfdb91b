"""The staff survey as its tool exports it: one file a wave, one row a response and question, nobody named.

Belongs here: how many respond and what they say, at the levels of truths.py, which know nothing of anybody's use.
Does not belong here: who responded; responses are numbered in an order of their own.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import InPost, Team
from dagster_project.samples.truths import NO_TIME_FIRST, RESPONDED, SAYS_REGULAR
from dagster_project.samples.workforce import JOBS

HEADINGS = {
    "Survey wave": "wave", "Survey closed": "wave_date", "Response ID": "response_id", "Job role": "role",
    "Service area": "service_id", "Question": "item", "Response text": "answer",
}  # fmt: skip

WAVE_MONTHS = (3, 9)
CLOSING_WEEKDAY = 14  # the survey closes on this weekday of the month, counted from 0
LEFT_OUT = 40  # per mille of questions
OTHER_BARRIERS = (("No access", 20), ("Not confident", 25), ("Not useful for my work", 20), ("Not encouraged", 20),
                  ("Something else", 15))  # fmt: skip
CONFIDENCE = ("Not at all", "A little", "Fairly", "Very")


def write_month(folder: Path, month: Month, seed: int, present: list[InPost], teams: list[Team]) -> list[Path]:
    """The file of the month's wave; none in the months between."""
    if month.first.month not in WAVE_MONTHS:
        return []
    draws = Draws(seed, f"surveys/{month.text}")
    responses = sorted(
        (draws.below(10**9), JOBS[one.role][0], teams[one.team].service_name)
        for one in present
        if one.is_at_month_end and one.days is not None and draws.chance(RESPONDED)
    )
    closed = f"{month.weekdays[CLOSING_WEEKDAY]:02}/{month.first:%m/%Y}"
    path = folder / f"survey_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number, (_, role, service) in enumerate(responses, start=1):
            for item, answer in _answers(draws):
                writer.writerow([f"Staff survey {month.text}", closed, f"R{number:05}", role, service, item, answer])
    return [path]


def _answers(draws: Draws) -> Iterator[tuple[str, str]]:
    """Each question with its answer, empty where it was left out."""
    is_regular = "Yes" if draws.chance(SAYS_REGULAR) else "No"
    barrier = "Not enough time" if draws.chance(NO_TIME_FIRST) else draws.weighted(OTHER_BARRIERS)
    for item, answer in (
        ("Do you regularly use evidence?", is_regular),
        ("What keeps you most from using evidence?", barrier),
        ("How confident are you in your decisions?", draws.pick(CONFIDENCE)),
    ):
        yield item, "" if draws.chance(LEFT_OUT) else answer
