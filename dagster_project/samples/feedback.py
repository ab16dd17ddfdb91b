"""Forms that people the council supports filled in, and the yearly counts from court cases: a file a quarter, and one.

Belongs here: what forms and analyses say, at the levels of truths.py. Does not belong here: who filled in a form, which
case was analysed; nobody and none.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from dagster_project.samples.cases import first_day
from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month
from dagster_project.samples.organisation import Organisation
from dagster_project.samples.truths import CITED, EXPLAINED, SERVICES, UNDERSTOOD

HEADINGS = {
    "Form number": "response_id", "Date completed": "given_on", "Service area": "service_id",
    "Were the reasons explained to you?": "reasons_explained", "Did you understand why?": "understood_why",
    "Main theme": "theme",
}  # fmt: skip
COURT_HEADINGS = {
    "Year ending": "year_to", "Service area": "service_id", "Statements filed": "n_statements",
    "Statements citing research or case law": "n_citing", "Hearings accepted": "n_accepted",
    "Hearings criticised": "n_criticised", "Hearings absent": "n_absent",
}  # fmt: skip

QUARTER_ENDS = (3, 6, 9, 12)
LEFT_OUT = 50  # per mille of questions
THEMES = (
    ("Listened to", 24), ("Clear information", 20), ("Delay", 22), ("Change of social worker", 18),
    ("Practical help", 16),
)  # fmt: skip
NOT_YES = (("To some extent", 60), ("Not at all", 40))


def write_month(folder: Path, month: Month, seed: int, staff: int) -> list[Path]:
    """The forms of the quarter that ends with the month; none in the months between."""
    if month.first.month not in QUARTER_ENDS:
        return []
    draws = Draws(seed, f"feedback/{month.text}")
    date = f"{month.first:%m/%Y}"
    rows = (
        [f"F{number:05d}", f"{draws.pick(month.weekdays):02}/{date}", draws.pick(SERVICES).name,
         _answer(draws, EXPLAINED), _answer(draws, UNDERSTOOD), draws.weighted(THEMES)]
        for number in range(1, staff + 1)
    )  # fmt: skip
    return [_write(folder / f"feedback_forms_{month.text}.csv", HEADINGS, rows)]


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """Court analyses: the counts of the three years to the last 31 March that is over."""
    last = made.covered[-1]
    draws, first = Draws(made.seed, "court_analyses"), first_day(last)
    rows = []
    for year in range(first.year + 1, first.year + 4):
        for service in SERVICES:
            statements = draws.between(20, 40)
            citing = sum(draws.chance(CITED) for _ in range(statements))
            counts = [statements, citing, draws.between(8, 14), draws.between(5, 8), draws.between(5, 7)]
            rows.append([f"31/03/{year}", service.name, *map(str, counts)])
    return [_write(out / "court_analyses" / f"court_analyses_{last.text}.csv", COURT_HEADINGS, rows)]


def _answer(draws: Draws, level: int) -> str:
    if draws.chance(LEFT_OUT):
        return ""
    return "Fully" if draws.chance(level) else draws.weighted(NOT_YES)


def _write(path: Path, headings: Iterable[str], rows: Iterable[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
    return path
