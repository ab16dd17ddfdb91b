"""A few faulty rows, planted one by one in finished files, each of which the feed's contract must reject.

Belongs here: what is wrong, in which feed and file, and the record of where it was put.
Does not belong here: faults of a whole file; rows that are unusual but right (people.py).

A row is spoilt in place, so the number of rows stays as asked. No file gets more than one faulty row in a hundred; a
file too small for one stays clean, and so does the workbook.
"""

from dataclasses import dataclass
from pathlib import Path

from dagster_project.samples import (
    cases,
    cpd,
    learning,
    portfolios,
    protected_time,
    resource_usage,
    supervision,
    workforce,
    workload,
)


@dataclass(frozen=True)
class PlantedFault:
    """`line` as an editor shows it (headings are line 1); `column` and `rule` as the contract names them."""

    path: Path
    feed: str
    line: int
    column: str
    rule: str
    value: str


@dataclass(frozen=True)
class _Fault:
    """What to write in `column` of a row holding `inside`, in the file `twelfths` of the way through the feed's."""

    feed: str
    twelfths: int
    column: str
    rule: str
    value: str
    inside: str = ""


FAULTS = (
    _Fault("workforce", 1, "start_date", "not_a_date", "31/02/2021", ",Social Worker,"),
    _Fault("workforce", 4, "contracted_fte", "above_maximum", "1.4", ",Social Worker,"),
    _Fault("workforce", 7, "person_id", "missing", "", ",Family Support Worker,"),
    _Fault("workforce", 10, "available_days", "not_a_number", "15 days", ",Social Worker,"),
    _Fault("supervision", 2, "supervision_date", "not_a_date", "31/02/2020", ",Completed,"),
    _Fault("supervision", 5, "supervision_kind", "unknown_choice", "Walk and talk", ",Completed,"),
    _Fault("supervision", 8, "person_id", "missing", "", ",Completed,"),
    _Fault("supervision", 11, "duration_minutes", "above_maximum", "900", ",Completed,"),
    _Fault("protected_time", 4, "outcome", "unknown_choice", "Cancelled"),
    _Fault("protected_time", 9, "hours_booked", "above_maximum", "30"),
    _Fault("cases", 0, "start_date", "not_a_date", "31/02/2020"),
    _Fault("cases", 3, "is_nfa", "not_yes_or_no", "Perhaps"),
    _Fault("caseload", 0, "n_cases", "not_a_whole_number", "14 open"),
    _Fault("timeliness", 0, "kind", "unknown_choice", "Phone call"),
    _Fault("consultations", 0, "n_consultations", "above_maximum", "2400"),
    _Fault("resource_usage", 0, "usage_date", "not_a_date", "31/02/2020"),
    _Fault("resource_usage", 3, "resource_type", "unknown_choice", "Newsletter"),
    _Fault("resource_usage", 6, "person_id", "missing", ""),
    _Fault("resource_usage", 9, "mode", "unknown_choice", "Poster"),
    _Fault("learning", 0, "learning_date", "not_a_date", "31/06/2012"),
    _Fault("learning", 1, "mode", "unknown_choice", "Osmosis"),
    _Fault("cpd", 0, "entry_date", "not_a_date", "31/09/2020"),
    _Fault("case_file_examples", 0, "submitted_on", "not_a_date", "31/11/2020"),
)
HEADINGS = {
    "cases": cases.HEADINGS,
    "workforce": workforce.HEADINGS,
    "supervision": supervision.HEADINGS,
    "protected_time": protected_time.HEADINGS,
    "resource_usage": resource_usage.HEADINGS,
    "caseload": workload.CASELOAD,
    "timeliness": workload.TIMELINESS,
    "consultations": workload.CONSULTATIONS,
    "learning": learning.HEADINGS,
    "cpd": cpd.HEADINGS,
    "case_file_examples": portfolios.EXAMPLES,
}


def plant_faults(files: dict[str, list[tuple[Path, int]]]) -> list[PlantedFault]:
    """Spoil a row for each of FAULTS that finds room; `files` are a feed's files in order of month, with their rows."""
    planted: list[PlantedFault] = []
    for fault in (each for each in FAULTS if files[each.feed]):
        path, n_rows = files[fault.feed][len(files[fault.feed]) * fault.twelfths // 12]
        taken = {other.line for other in planted if other.path == path}
        if path.suffix == ".csv" and n_rows >= 100 * (len(taken) + 1):
            line = _spoil(path, n_rows, fault, taken)
            planted.append(PlantedFault(path, fault.feed, line, fault.column, fault.rule, fault.value))
    return planted


def _spoil(path: Path, n_rows: int, fault: _Fault, taken: set[int]) -> int:
    """Write the fault into the first fitting row of the file's second half; the number of the line."""
    column = list(HEADINGS[fault.feed].values()).index(fault.column)
    spoilt = path.with_name(f".{path.name}.part")
    line = 0
    with path.open("rb") as source, spoilt.open("wb") as target:
        for number, content in enumerate(source, start=1):
            fits = not line and number > 1 + n_rows // 2 and number not in taken and fault.inside.encode() in content
            if fits:
                line = number
                cells = content.split(b",")  # no cell of the samples holds a comma
                end = cells[-1][len(cells[-1].rstrip(b"\r\n")) :] if column == len(cells) - 1 else b""
                cells[column] = fault.value.encode() + end
                content = b",".join(cells)
            target.write(content)
    spoilt.replace(path)
    return line
