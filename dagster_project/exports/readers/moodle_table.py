"""Moodle's log as a table, out of its database (`mdl_logstore_standard_log`): people and activities by their numbers.

Belongs here: what its events and components mean for the feed `learning`. Does not belong here: the site log, which is
downloaded (moodle_log).

Beside the extract's numbers (userid, courseid, relateduserid, timecreated) it must say what happened (eventname) and to
which activity (contextinstanceid). With the column `other` an updated completion is known to be ticked or cleared.
"""

import datetime
import re
from collections import Counter
from pathlib import Path

from dagster_project.exports.contract import Contract
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.layouts import Events, Layout, rows_under, uk_day
from dagster_project.exports.readers.learning_events import TAKEN_BACK, Entry, one_row_a_day
from dagster_project.exports.readers.moodle_log import GUEST, NOBODY, SILENT

WHO_AND_WHEN = ("userid", "courseid", "relateduserid", "timecreated")
WHAT = ("eventname", "contextinstanceid")
OPTIONAL = ("component", "other")

# By the last part of the event's name: what became of it, and whether it is about the related user.
EVENTS = {
    "course_module_viewed": ("viewed", False), "chapter_viewed": ("viewed", False),
    "attempt_submitted": ("completed", False), "course_module_completion_updated": ("completed", True),
    "course_completed": ("completed", True),
}  # fmt: skip
MODES = {
    "mod_quiz": "quiz", "mod_lesson": "e_learning", "mod_scorm": "e_learning", "mod_h5pactivity": "e_learning",
    "mod_page": "reading", "mod_book": "reading", "mod_resource": "reading", "mod_folder": "reading",
    "mod_url": "reading", "mod_facetoface": "course", "mod_video": "video",
}  # fmt: skip
CLEARED = re.compile(r"completionstate\W+(?:[si]:(?:\d+:)?)?\W*0\b")
NOTHING = ("", "0", "\\N", "NULL")


def read_events(path: Path, contract: Contract, folder: Path) -> Events:
    """The rows of the feed `learning` in the table; raises RefusedFile."""
    if not set(WHAT) <= columns_of(path.read_text("utf-8-sig", "replace")[:1000]):
        raise RefusedFile(
            "log_table",
            "This extract of the log's table says who and when, and not what. Extract eventname, component, "
            "contextinstanceid and other with it, or send the site log: the users' numbers are in its descriptions.",
        )
    headings = {name: [name] for name in (*WHO_AND_WHEN, *WHAT, *OPTIONAL)}
    n_left_out: Counter[str] = Counter()
    entries: list[tuple[str, Entry]] = []
    for number, cells in rows_under(path, contract, folder, headings, optional=OPTIONAL):
        found = entry_of(number, cells)
        if isinstance(found, Entry):
            entries.append((cells["timecreated"].zfill(12), found))
        else:
            n_left_out[found] += 1
    return one_row_a_day([entry for _, entry in sorted(entries, key=lambda each: each[0])], n_left_out)


def entry_of(number: int, cells: dict[str, str]) -> Entry | str:
    """What a row says, or in which words it is counted as left out."""
    event = cells["eventname"].rsplit("\\", 1)[-1]
    outcome, is_of_related = EVENTS.get(event, ("", False))
    person = cells["relateduserid"] if is_of_related and cells["relateduserid"] not in NOTHING else cells["userid"]
    if person in (*NOTHING, GUEST):
        return NOBODY
    if not outcome:
        return SILENT
    is_course = event == "course_completed"
    activity = f"course-{cells['courseid']}" if is_course else f"cm-{cells['contextinstanceid']}"
    if is_of_related and CLEARED.search(cells["other"]):
        outcome = TAKEN_BACK
    mode = "course" if is_course else MODES.get(cells["component"], "other")
    return Entry(number, person, day_of(cells["timecreated"]), activity, mode, outcome)


def day_of(text: str) -> str:
    """The day in the United Kingdom of a moment in seconds since 1970; what is none stays as it is."""
    try:
        return uk_day(datetime.datetime.fromtimestamp(int(text), datetime.UTC))
    except (ValueError, OverflowError, OSError):
        return text


def columns_of(start: str) -> set[str]:
    """The headings of the first line."""
    return {name.strip(' "').casefold() for name in start.lstrip().split("\n", 1)[0].strip().split(",")}


LAYOUT = Layout("moodle_table", lambda start: columns_of(start) >= set(WHO_AND_WHEN), read_events)
