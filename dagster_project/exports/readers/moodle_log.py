"""Moodle's site log as it is downloaded: newest first, people by name, their ids only within the description.

Belongs here: what its events and descriptions mean for the feed `learning`. Does not belong here: names, addresses and
the context, which may hold titles; none of them is read. The log as a table of the database: moodle_table.

A person is known by the number of their account. The log does not say whether an updated completion was ticked or
cleared; it is taken for ticked.
"""

import re
from collections import Counter
from pathlib import Path

from dagster_project.exports.contract import Contract, spelling
from dagster_project.exports.readers.layouts import Events, Layout, rows_under
from dagster_project.exports.readers.learning_events import Entry, one_row_a_day

HEADINGS = {
    "time": ["Time"],
    "event": ["Event name"],
    "component": ["Component"],
    "description": ["Description"],
}
EVENTS = {
    "course module viewed": "viewed", "chapter viewed": "viewed", "quiz attempt submitted": "completed",
    "course activity completion updated": "completed", "course completed": "completed",
    "attendance taken": "completed",
}  # fmt: skip
MODES = {
    "quiz": "quiz", "lesson": "e_learning", "scorm package": "e_learning", "h5p": "e_learning", "page": "reading",
    "book": "reading", "file": "reading", "folder": "reading", "url": "reading", "course": "course",
    "face to face": "course", "video": "video",
}  # fmt: skip
FOR_WHOM = re.compile(r"for the user with id '(\d+)'")
WHO = re.compile(r"user with id '(\d+)'")
WHAT = re.compile(r"course module (?:with )?id '(\d+)'")
COURSE = re.compile(r"course with id '(\d+)'")
GUEST = "0"

NOBODY = "rows of guests, or that name no user in their description"
SILENT = "rows that say nothing of learning done (log-ins, reports, opening a course)"


def read_events(path: Path, contract: Contract, folder: Path) -> Events:
    """The rows of the feed `learning` in the log; raises RefusedFile."""
    n_left_out: Counter[str] = Counter()
    entries = []
    for number, cells in rows_under(path, contract, folder, HEADINGS):
        found = entry_of(number, cells)
        if isinstance(found, Entry):
            entries.append(found)
        else:
            n_left_out[found] += 1
    return one_row_a_day(entries[::-1], n_left_out)


def entry_of(number: int, cells: dict[str, str]) -> Entry | str:
    """What a row says, or in which words it is counted as left out."""
    description = cells["description"]
    who = FOR_WHOM.search(description) or WHO.search(description)
    if who is None or who[1] == GUEST:
        return NOBODY
    event, what, course = spelling(cells["event"]), WHAT.search(description), COURSE.search(description)
    if event not in EVENTS or (what is None and course is None):
        return SILENT
    activity = f"cm-{what[1]}" if what else f"course-{course[1] if course else ''}"
    component = "course" if event == "course completed" else spelling(cells["component"])
    day, _, _ = cells["time"].partition(",")
    return Entry(number, who[1], day, activity, MODES.get(component, "other"), EVENTS[event])


def recognises(start: str) -> bool:
    """Whether the headings of the log are in the first line."""
    first = f" {spelling(start.lstrip().split(chr(10), 1)[0])} "
    return all(f" {spelling(names[0])} " in first for names in HEADINGS.values())


LAYOUT = Layout("moodle_log", recognises, read_events)
