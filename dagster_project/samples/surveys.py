"""The staff survey as its tool exports it: one file a wave, nobody named.

Belongs here: how many respond and what they say, at the levels of truths.py, which know nothing of anybody's use.
Does not belong here: who responded; responses are numbered in an order of their own.

The spring wave comes as a row for each response and question, the autumn wave as the CSV that Qualtrics makes, with
three heading rows and a preview that nobody of the staff gave.
"""

import csv
from pathlib import Path

from dagster_project.exports.instruments import Item, shipped_items
from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.people import MANAGEMENT, InPost, Team
from dagster_project.samples.truths import AGREE, CONFIDENT, NO_TIME_FIRST, RESPONDED, RESTS_ON, SAYS_REGULAR
from dagster_project.samples.workforce import JOBS

HEADINGS = ["Survey wave", "Survey closed", "Response ID", "Job role", "Service area", "Question", "Response text"]
EMBEDDED = ["Wave", "Closing day", "ResponseId", "Role", "Service", "Status"]

LONG_MONTH, QUALTRICS_MONTH = 3, 9
CLOSING_WEEKDAY = 14  # the survey closes on this weekday of the month, counted from 0
LEFT_OUT = 40  # per mille of questions
OTHER_BARRIERS = (("No access", 20), ("Not confident", 25), ("Not useful for my work", 20), ("Not encouraged", 20),
                  ("Something else", 15))  # fmt: skip
AGREEING = (("Strongly agree", 30), ("Agree", 70))
NOT_AGREEING = (("Neither agree nor disagree", 40), ("Disagree", 45), ("Strongly disagree", 15))
CONFIDENCE = {True: (("Very", 30), ("Fairly", 70)), False: (("A little", 70), ("Not at all", 30))}

Answers = dict[str, str]


def write_month(folder: Path, month: Month, seed: int, present: list[InPost], teams: list[Team]) -> list[Path]:
    """The file of the month's wave; none in the months between."""
    if month.first.month not in (LONG_MONTH, QUALTRICS_MONTH):
        return []
    draws = Draws(seed, f"surveys/{month.text}")
    responses = sorted(
        (draws.below(10**9), one.role, teams[one.team].service_name)
        for one in present
        if one.is_at_month_end and one.days is not None and draws.chance(RESPONDED)
    )
    closed = f"{month.weekdays[CLOSING_WEEKDAY]:02}/{month.first:%m/%Y}"
    rows = [
        ([f"Staff survey {month.text}", closed, f"R{number:05}", JOBS[role][0], service], _answers(draws, role))
        for number, (_, role, service) in enumerate(responses, start=1)
    ]
    path = folder / f"survey_{month.text}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_long(rows) if month.first.month == LONG_MONTH else _qualtrics(rows))
    return [path]


def _long(rows: list[tuple[list[str], Answers]]) -> list[list[str]]:
    wording = {name: item.wording for name, item in shipped_items().items()}
    return [
        HEADINGS,
        *([*place, wording[item], answer] for place, answers in rows for item, answer in answers.items()),
    ]


def _qualtrics(rows: list[tuple[list[str], Answers]]) -> list[list[str]]:
    items = list(shipped_items().values())
    codes = [f"Q{number}" for number in range(1, len(items) + 1)]
    preview = [*rows[0][0][:2], "R_preview", *rows[0][0][3:], "Survey Preview", *("" for _ in items)] if rows else []
    return [
        [*EMBEDDED, *codes],
        [*EMBEDDED[:5], "Response Type", *(item.wording for item in items)],
        [f'{{"ImportId":"{name}"}}' for name in (*EMBEDDED, *codes)],
        preview,
        *([*place, "IP Address", *(answers.get(item.item, "") for item in items)] for place, answers in rows),
    ]


def _answers(draws: Draws, role: str) -> Answers:
    """What somebody in `role` is asked and answers, empty where it was left out."""
    group = "managers" if role in MANAGEMENT else "practitioners"
    return {
        item.item: "" if draws.chance(LEFT_OUT) else _answer(draws, item, group)
        for item in shipped_items().values()
        if group in item.asked_of or (role == "service_manager" and "leaders" in item.asked_of)
    }


def _answer(draws: Draws, item: Item, group: str) -> str:
    if item.item == "regular_use":
        return "Yes" if draws.chance(SAYS_REGULAR) else "No"
    if item.item == "first_barrier":
        return "Not enough time" if draws.chance(NO_TIME_FIRST) else draws.weighted(OTHER_BARRIERS)
    if item.item in RESTS_ON:
        return "Yes" if draws.chance(RESTS_ON[item.item]) else "No"
    if item.item in ("confident", "can_find"):
        return draws.weighted(CONFIDENCE[draws.chance(CONFIDENT)])
    practitioners, managers = AGREE[item.item]
    agrees = draws.chance(managers if group == "managers" else practitioners)
    return draws.weighted(AGREEING if agrees else NOT_AGREEING)
