"""The history a council sends when it starts: one file for all months before the last three, then a file a month.

Belongs here: putting months' files together. Does not belong here: what is in them.
"""

from pathlib import Path

MONTHLY = 3


def with_history(files: list[Path]) -> list[Path]:
    """`files` (one a month) with all but the last three put together in one."""
    older, newer = files[:-MONTHLY], files[-MONTHLY:]
    if len(older) < 2:
        return files
    first, last = older[0], older[-1]
    path = first.with_name(f"{first.stem}_to_{last.stem[-7:]}{first.suffix}")
    with path.open("wb") as together:
        for number, part in enumerate(older):
            heading, _, rows = part.read_bytes().partition(b"\n")
            together.write((b"" if number else heading + b"\n") + rows)
            part.unlink()
    return [path, *newer]
