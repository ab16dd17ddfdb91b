"""Forms of file beside the plain table: finding the one a file is in, and what its reader hands on.

Belongs here: what every such reader has in common. Does not belong here: any one form (xapi, moodle_log, access_log,
openathens); each is a module here that a contract names under `layouts` and that has one object `LAYOUT`.
"""

import datetime
import importlib
import zoneinfo
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.exports.contract import Column, Contract
from dagster_project.exports.problems import RowProblem
from dagster_project.exports.readers.delimited import find_layout, inspect_bytes, reencode, rows_below

UK = zoneinfo.ZoneInfo("Europe/London")
HEAD_BYTES = 20_000


@dataclass
class Events:
    """What a file holds for its feed: numbered rows of text by the contract's column, and what is wrong with others.

    A row's number is that of the first line or statement that it was made of; `n_entries` counts all of these, also
    those that were put together or left out.
    """

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_entries: int = 0


@dataclass(frozen=True)
class Layout:
    """A form of file: whether a file that begins with a text is in it, and its events (raises RefusedFile)."""

    name: str
    recognises: Callable[[str], bool]
    read_events: Callable[[Path, Contract, Path], Events]


def layout_of(path: Path, contract: Contract) -> Layout | None:
    """The first of the contract's layouts that knows the file by its beginning; None where it is a plain table."""
    if not contract.layouts:
        return None
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES).replace(b"\0", b"").decode("utf-8-sig", "replace").removeprefix("\ufffd\ufffd")
    for name in contract.layouts:
        layout: Layout = importlib.import_module(f"{__package__}.{name}").LAYOUT
        if layout.recognises(start):
            return layout
    return None


def rows_under(
    path: Path,
    contract: Contract,
    folder: Path,
    headings: Mapping[str, Sequence[str]],
    optional: Collection[str] = (),
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of delimited text as (number, cells by the names of `headings`); raises RefusedFile.

    The first heading of each name is what a refusal calls it. Names in `optional` have empty cells where the file has
    none of their headings.
    """
    columns = [
        Column(name=name, header=first, type="text", description=name, purpose=name, required=name not in optional,
               aliases=others)
        for name, (first, *others) in headings.items()
    ]  # fmt: skip
    encoding, _ = inspect_bytes(path)
    text = path if encoding == "utf-8" else reencode(path, encoding, folder / "utf8.csv")
    separator, heading = find_layout(text, contract.model_copy(update={"columns": columns}))
    for number, row in rows_below(text, separator, heading.row):
        cells = dict.fromkeys(headings, "")
        cells |= {name: cell.strip() for name, cell in zip(heading.columns, row, strict=False) if name}
        if any(cells.values()):
            yield number, cells


def uk_day(moment: datetime.datetime) -> str:
    """The day on which a moment lies in the United Kingdom; one without a zone is taken for local time."""
    try:
        return (moment.astimezone(UK) if moment.tzinfo else moment).date().isoformat()
    except OverflowError:  # the first or last day there is
        return moment.date().isoformat()
