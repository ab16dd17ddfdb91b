"""What can be wrong with a file, in words for the person who sent it.

Belongs here: the refusal of a whole file, and the advice that goes with each rule a row can break.
Does not belong here: finding the faults (readers and coercion do).
"""

from collections.abc import Sequence
from dataclasses import dataclass


class RefusedFile(Exception):
    """The file as a whole cannot be used. `message` says what was found, where, and what to do.

    `problems` are the places of it, where they are known.
    """

    def __init__(self, rule: str, message: str, problems: Sequence["RowProblem"] = ()) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.problems = list(problems)


@dataclass(frozen=True)
class RowProblem:
    """One reason one row was rejected: `row` as an editor shows it, `column` by its contract name."""

    row: int
    column: str
    rule: str


ADVICE = {
    "missing": "This column must be filled. Fill it and send the file again.",
    "missing_here": "This column must be filled in a row like this one; `practice-metrics feeds NAME` says where.",
    "not_a_date": "Not a date that exists. Write it as 31/03/2026 or 2026-03-31.",
    "not_a_month": "Not a month. Write it as 2026-03 or Mar-2026.",
    "not_a_whole_number": "Not a whole number. Write digits only, for example 45.",
    "not_a_number": "Not a number. Write digits with a point, for example 0.6.",
    "not_a_figure": "Neither a number nor one of the department's symbols. Download the file again and do not edit it.",
    "not_yes_or_no": "Not a yes or no. Write yes or no.",
    "unknown_choice": "Not one of the words this column may hold. `practice-metrics feeds NAME` lists them.",
    "below_minimum": "Smaller than this column may be.",
    "above_maximum": "Larger than this column may be.",
    "too_long": "Longer than an identifier or name can be (200 characters). Is the column the right one?",
    "not_plain": "Write letters, numbers and plain punctuation only: no address, link, name or reference number.",
    "duplicate_key": "Another row of this file has the same key but says something else. Keep the right one.",
    "before_notice": "Dated before staff were given notice that use is counted. It must not be sent.",
    "not_a_log_line": "Not a line of the log, or one that is cut short. Take it out, or export the log again.",
    "not_a_statement": "Not an xAPI statement with an actor, a verb and an object. Export the statements again.",
    "not_in_schema": "It is missing, in the wrong place, or holds what the department's schema does not allow there. "
    "Correct it in the system the return is made in, and export again.",
    "ragged_row": "The row has more cells than the heading row. Look for a stray separator or quotation mark.",
}
