"""How what is known of a person is written, the same on pages and in workbooks.

Belongs here: words for states. Does not belong here: pages, and any word that weighs one person against another.
"""

import datetime
from typing import TYPE_CHECKING

from dagster_project.people.records import Challenge

if TYPE_CHECKING:
    from dagster_project.people.hr_pack import Applicant

STATE_WORDS = {
    "shown": "shown by the evidence",
    "not_yet_shown": "not yet shown",
    "not_applicable": "not applicable",
    "cannot_be_known": "cannot be known from data",
}

OUTCOME_WORDS = {
    "progressed": "decided: progressed",
    "not_progressed": "decided: not progressed",
    "pending": "pending: not decided yet",
    "withdrawn": "withdrawn by the applicant",
    "past_progressed": "past round: progressed, from before human review was recorded",
    "past_not_progressed": "past round: not progressed, from before human review was recorded",
    None: "pending: nothing decided on record",
}

ANSWER_WORDS = {
    "corrected": "the figure was put right",
    "stands": "the figure stands",
    "withdrawn": "the challenge was taken back",
}


def application_words(each: "Applicant") -> str:
    outcome = each.application.values["outcome"]
    return OUTCOME_WORDS[None if outcome is None else str(outcome)]


def eligibility_words(each: "Applicant") -> str:
    state = {True: "yes", False: "no", None: "cannot be known from data"}[each.is_eligible]
    return f"{state}: {each.why_eligible}"


def dispute_words(challenge: Challenge) -> str:
    """A challenge as a mark: disputed since, or what the answer was."""
    of = f" of {challenge.month:%Y-%m}" if challenge.month else ""
    if challenge.answer is None:
        return f"Disputed{of} since {day(challenge.raised_on)}: the person says it is wrong, and it is not settled."
    answered = f" on {day(challenge.answered_on)}" if challenge.answered_on else ""
    return f"Challenged{of} on {day(challenge.raised_on)}; answered{answered}: {ANSWER_WORDS[challenge.answer]}."


def cell(value: object) -> str:
    """A value of a record in a table."""
    if value is None:
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return day(value)
    text = format(value.normalize(), "f") if hasattr(value, "normalize") else str(value)
    return text.replace("_", " ") if text.islower() else text


def day(value: datetime.date) -> str:
    return f"{value.day} {value:%B %Y}"
