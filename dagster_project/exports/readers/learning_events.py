"""What learning systems' logs have in common: many entries about one activity and day become one row.

Belongs here: which entry of a day has the last word, and the row of the feed `learning` that it makes.
Does not belong here: any system's own words (xapi, moodle_log), what is counted (dbt).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.layouts import Events

# An entry says no more than one to its right, and takes nothing from it; taking back overrules what stood before.
OUTCOMES = ("begun", "viewed", "completed")
TAKEN_BACK = "taken_back"


@dataclass(frozen=True)
class Entry:
    """One entry of a log, in the order in which it happened; texts as the contract reads them."""

    number: int
    person: str
    day: str
    activity: str
    mode: str
    outcome: str
    channel: str = "logged"
    minutes: str = ""
    score: str = ""


def one_row_a_day(entries: Sequence[Entry], n_left_out: dict[str, int]) -> Events:
    """A row for each person, day, activity, mode and channel; `n_left_out` counts what was left out, by its words.

    Raises RefusedFile where nothing is left.
    """
    last: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        key = (entry.person, entry.day, entry.activity, entry.mode, entry.channel)
        last[key] = last_word(last[key], entry) if key in last else entry
    left_out = [f"{n} {words}" for words, n in n_left_out.items() if n]
    if not last:
        raise RefusedFile(
            "no_learning",
            f"Nothing in the file is a person's learning: {'; '.join(left_out) or 'it is empty'}. Is it the right "
            "export?",
        )
    rows = [(entry.number, row_of(entry)) for entry in last.values()]
    told = [f"Left out: {'; '.join(left_out)}."] if left_out else []
    return Events(rows, warnings=told, n_entries=len(entries) + sum(n_left_out.values()))


def last_word(before: Entry, after: Entry) -> Entry:
    """What stands after a second entry about the same activity on the same day."""
    is_overruled = after.outcome in (TAKEN_BACK, "completed")
    if before.outcome == TAKEN_BACK:
        outcome = after.outcome if is_overruled else before.outcome
    else:
        outcome = TAKEN_BACK if after.outcome == TAKEN_BACK else max(before.outcome, after.outcome, key=OUTCOMES.index)
    longest = max(before.minutes, after.minutes, key=lambda minutes: float(minutes or 0))
    return replace(before, outcome=outcome, minutes=longest, score=after.score or before.score)


def row_of(entry: Entry) -> dict[str, str]:
    """The cells of the feed's row."""
    return {
        "person_id": entry.person, "learning_date": entry.day, "activity_id": entry.activity, "mode": entry.mode,
        "outcome": entry.outcome, "channel": entry.channel, "minutes": entry.minutes, "post_score": entry.score,
    }  # fmt: skip
