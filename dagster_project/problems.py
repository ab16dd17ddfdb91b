"""What can stop a command, in one line for the person who typed it.

Belongs here: the kinds of stop and their exit codes.
Does not belong here: what is wrong with a file (exports/problems).
"""

BUG = 1  # the exit code of what is none of these


class Problem(Exception):
    """A command cannot go on; the message says what is wrong, where, and what to do."""

    exit_code = 2


class SettingsProblem(Problem):
    """A file people write, or an argument, is wrong."""


class KeyProblem(Problem):
    """The key file is missing, wrong or open to others."""


class StorageProblem(Problem):
    """The disk is full, may not be written, or holds a damaged file."""


class MonthHeld(Problem):
    """The month may not be published; `reasons` say why, one sentence each."""

    exit_code = 3

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(["The month is held:", *(f"- {reason}" for reason in reasons)]))
        self.reasons = reasons


class WarehouseBusy(Problem):
    """Another run holds the warehouse; the message says who, since when."""

    exit_code = 4
