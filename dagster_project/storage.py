"""What a disk does to a run, in one line: it is full, it may not be written, the warehouse on it is damaged.

Belongs here: telling such errors from bugs, whoever raises them (Python, DuckDB, SQLite, dbt). Does not belong here:
putting anything right (replay makes a damaged warehouse again).
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.problems import Problem, StorageProblem

FULL = (*map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)), "database or disk is full")
REFUSED = tuple(map(os.strerror, (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ESTALE)))
DAMAGED = (
    "not a valid DuckDB database", "Corrupt database file", "Could not read enough bytes", "has been invalidated",
)  # fmt: skip


@contextmanager
def problems_told() -> Iterator[None]:
    """Raise StorageProblem in place of an error that the disk is behind."""
    try:
        yield
    except Problem:
        raise
    except Exception as error:
        problem = storage_problem(error)
        if problem is None:
            raise
        raise problem from error


def storage_problem(error: Exception) -> StorageProblem | None:
    """What the disk did, None where it did nothing. Names a folder, never a file: people put names into those."""
    text = str(error)
    if reason := _found(FULL, text):
        return StorageProblem(
            f"The disk is full ({reason}): free some space, then run again; nothing delivered is lost."
        )
    if reason := _found(REFUSED, text):
        name = getattr(error, "filename", None)
        where = Path(os.fsdecode(name)).parent if isinstance(name, str | bytes) else "A folder of the home"
        return StorageProblem(
            f"{where}: {reason}. Let the account that runs this read and write there, then run again; nothing "
            "delivered is lost."
        )
    if _found(DAMAGED, text):
        return StorageProblem("The warehouse is damaged: `practice-metrics rebuild` makes it again from the archive.")
    return None


def _found(phrases: tuple[str, ...], text: str) -> str | None:
    return next((phrase for phrase in phrases if phrase in text), None)
