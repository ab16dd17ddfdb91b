"""What applicants put into their portfolios, and figures that people challenge: one file of each for all months.

Belongs here: case-file examples of everybody who applied in a round, challenges and their answers.
Does not belong here: who applied, and by which route (pay_progression.py).
"""

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

from dagster_project.samples import pay_progression
from dagster_project.samples.draws import Draws
from dagster_project.samples.months import Month

EXAMPLES = {
    "Staff ID": "person_id", "Example": "example_ref", "Submitted on": "submitted_on", "Evidence used": "source_kind",
    "Verified by": "verifier_role", "Verified on": "verified_on",
}  # fmt: skip
CHALLENGES = {
    "Challenge": "challenge_id", "Staff ID": "person_id", "Raised on": "raised_on", "Disputed feed": "disputed_feed",
    "Disputed month": "disputed_month", "Answer": "answer", "Answered on": "answered_on",
    "Answered by": "answered_by_role",
}  # fmt: skip

N_EXAMPLES = {
    "Usage summary": (1, 2),
    "Case file examples": (2, 4),
    "Usage and case file": (3, 4),
    "No evidence": (0, 0),
}
KINDS = (("Research", 30), ("Case law", 20), ("Legislation", 25), ("Practice guidance", 25))
VERIFIERS = (("Line manager", 60), ("Practice educator", 30), ("Principal social worker", 10))
VERIFIED = 850  # per mille of examples
DAYS_BEFORE_PANEL = (20, 200)

CHALLENGED = 60  # per mille of applicants of the latest round
DISPUTED = (("resource_usage", 50), ("supervision", 30), ("workforce", 20))
STILL_OPEN = 400  # per mille of challenges
ANSWERS = (("Upheld", 50), ("Not upheld", 35), ("Taken back", 15))


def applicants(round_file: Path) -> Iterator[tuple[str, datetime.date, str]]:
    """Payroll number, panel's day and route of everybody who applied."""
    with round_file.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            named = {pay_progression.HEADINGS[heading]: cell for heading, cell in row.items()}
            if named["has_applied"] == "Yes":
                panel = datetime.datetime.strptime(named["round_date"], "%d/%m/%Y").date()
                yield named["person_id"], panel, named["evidence_route"]


def write_examples(folder: Path, covered: list[Month], seed: int, rounds: list[Path]) -> list[Path]:
    """The file; none where there was no round."""
    draws = Draws(seed, "case_file_examples")
    rows: list[list[str]] = []
    for round_file in rounds:
        for payroll, panel, route in applicants(round_file):
            for _ in range(draws.between(*N_EXAMPLES[route])):
                submitted = panel - datetime.timedelta(days=draws.between(*DAYS_BEFORE_PANEL))
                cells = [payroll, f"EX-{len(rows) + 1:04}", f"{submitted:%d/%m/%Y}", draws.weighted(KINDS)]
                verified = submitted + datetime.timedelta(days=draws.between(1, 18))
                is_verified = draws.chance(VERIFIED)
                cells += [draws.weighted(VERIFIERS), f"{verified:%d/%m/%Y}"] if is_verified else ["", ""]
                rows.append(cells)
    path = folder / f"case_file_examples_to_{covered[-1].text}.csv"
    return [_write(path, EXAMPLES, rows)] if rows else []


def write_challenges(folder: Path, covered: list[Month], seed: int, rounds: list[Path]) -> list[Path]:
    """What applicants of the latest round said was wrong on their pages, before its panel; at least one is open."""
    draws = Draws(seed, "challenges")
    rows: list[list[str]] = []
    for payroll, panel, _ in applicants(rounds[-1]) if rounds else ():
        if rows and not draws.chance(CHALLENGED):
            continue
        raised = panel - datetime.timedelta(days=draws.between(8, 14))
        disputed = covered[max(0, len(covered) - draws.between(2, 6))]
        answered = raised + datetime.timedelta(days=draws.between(2, 7))
        cells = [f"CH-{len(rows) + 1}", payroll, f"{raised:%d/%m/%Y}", draws.weighted(DISPUTED), disputed.text]
        is_open = draws.chance(STILL_OPEN) or not rows
        rows.append(cells + (["", "", ""] if is_open else [draws.weighted(ANSWERS), f"{answered:%d/%m/%Y}", "HR"]))
    return [_write(folder / f"challenges_to_{covered[-1].text}.csv", CHALLENGES, rows)] if rows else []


def _write(path: Path, headings: dict[str, str], rows: list[list[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(headings), *rows])
    return path
