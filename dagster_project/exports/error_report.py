"""What goes back to the sender: a small CSV that says which rows were rejected, why, and what to do.

Belongs here: the report's form. Does not belong here: any value from the file; a report names places, never people.
"""

import csv
import io
from pathlib import Path

from dagster_project.exports.contract import Contract
from dagster_project.exports.problems import ADVICE
from dagster_project.exports.read import Reading
from dagster_project.files import write_atomically

HEADINGS = ("row", "column", "rule", "message")


def error_rows(reading: Reading, contract: Contract) -> list[dict[str, object]]:
    """One mapping an error: row (None: the whole file), column as the template or the file spells it, rule, message."""
    headers = {column.name: column.header for column in contract.columns}
    whole = [] if reading.refusal is None else [(None, "", reading.refusal.rule, reading.refusal.message)]
    rows = [(p.row, headers.get(p.column, p.column), p.rule, ADVICE[p.rule]) for p in reading.problems]
    return [dict(zip(HEADINGS, row, strict=True)) for row in [*whole, *rows]]


def write_report(path: Path, reading: Reading, contract: Contract) -> None:
    """The sender's report at `path`, or none where there is nothing to say; an older one goes."""
    rows = error_rows(reading, contract)
    rows += [{"row": None, "column": "", "rule": "warning", "message": text} for text in reading.warnings]
    if not rows:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(path, text.getvalue().encode("utf-8-sig"))


def add_to_report(path: Path, rule: str, message: str) -> None:
    """One more line about the whole file, in a report of its own where there is none yet."""
    before = path.read_bytes() if path.exists() else b""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if not before:
        writer.writerow(HEADINGS)
    writer.writerow(("", "", rule, message))
    write_atomically(path, before + text.getvalue().encode("utf-8" if before else "utf-8-sig"))
