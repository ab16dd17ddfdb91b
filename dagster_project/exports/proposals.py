"""What headings and codes of a file nobody has described might mean, without showing what is in it.

Belongs here: likeness to what a contract accepts, and the shape of values. Does not belong here: keeping what is
accepted (mappings), reading files for loading (readers).

A heading is shown as it is. A value is shown only where it is nearly a code of the contract, which no name is; of all
others only the shape: every run of letters as A, every digit as 9.
"""

import csv
import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rapidfuzz import fuzz, process

from dagster_project.exports.contract import Column, Contract, spelling
from dagster_project.exports.mappings import CodeMapping, HeadingMapping, Mappings
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.delimited import SEPARATORS, inspect_bytes
from dagster_project.exports.readers.text_table import HEADING_SEARCH_ROWS
from dagster_project.exports.readers.workbook import cell_text
from dagster_project.exports.readers.workbook_guard import workbook_sheets
from dagster_project.problems import SettingsProblem

Rows = Sequence[Sequence[str]]

LIKE_ENOUGH = 80  # of 100; below it, headings that share a word with everything would be proposed for everything
ROWS_LOOKED_AT = 5_000
LONGEST_SHAPE = 30
SHORTEST = 3
KNOWN = 100
ALL = "all"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class Proposal:
    """A heading or code of the file and what it might mean; `means` is empty where nothing is like it.

    `likeness` is 0 to 100; 100 is what the contract knows already. `in_file` of a code without a meaning is its shape.
    """

    kind: str
    column: str
    in_file: str
    means: str
    likeness: int
    rows: int
    shape: str


def propose(path: Path, contract: Contract) -> list[Proposal]:
    """The headings of `path` in their order, each followed by its codes where it means a choice; raises RefusedFile."""
    rows, top = _table(path, contract)
    heading, below = rows[top], rows[top + 1 :]
    meant = _headings(heading, contract)
    found = []
    for index, text in enumerate(heading):
        if not text.strip():
            continue
        column, likeness = meant.get(index, (None, 0))
        values = [row[index].strip() for row in below if index < len(row) and row[index].strip()]
        name = column.name if column else ""
        found.append(Proposal("heading", name, text.strip(), name, likeness, len(values), _shapes(values)))
        if column and column.choices:
            found += _codes(column, values)
    return found


def accepted(
    found: Sequence[Proposal], texts: Sequence[str], valid_from: datetime.date | None, valid_to: datetime.date | None
) -> Mappings:
    """Those of `found` that `texts` name as listed, or all that mean something new; raises SettingsProblem."""
    new = [one for one in found if one.means and one.likeness < KNOWN]
    unknown = [text for text in texts if text != ALL and text not in {one.in_file for one in new}]
    if unknown:
        raise SettingsProblem(f"--accept {unknown[0]}: no proposal is listed for it; nothing was written")
    taken = [one for one in new if ALL in texts or one.in_file in texts]
    days = {"valid_from": valid_from, "valid_to": valid_to}
    return Mappings(
        headings=[HeadingMapping(heading=o.in_file, column=o.means, **days) for o in taken if o.kind == "heading"],
        codes=[CodeMapping(column=o.column, code=o.in_file, choice=o.means, **days) for o in taken if o.kind == "code"],
    )


def shape(value: str) -> str:
    """`value` with letters as A and digits as 9; a longer one is cut."""
    plain = re.sub(r"[^\W\d_]+", "A", re.sub(r"\d", "9", value))
    return plain if len(plain) <= LONGEST_SHAPE else f"{plain[:LONGEST_SHAPE]}..."


def _shapes(values: Sequence[str]) -> str:
    """The three most frequent shapes, each with its share."""
    common = Counter(map(shape, values)).most_common(3)
    return "; ".join(f"{text} {100 * n / len(values):.0f}%" for text, n in common)


def _headings(heading: Sequence[str], contract: Contract) -> dict[int, tuple[Column, int]]:
    """By place: the column a heading means or is most like; each column and each heading once, the likest first."""
    likest = sorted(
        (
            (-_likeness(text, column), index, column.name)
            for index, text in enumerate(heading)
            for column in contract.columns
            if text.strip()
        ),
    )
    found: dict[int, tuple[Column, int]] = {}
    taken: set[str] = set()
    for less, index, name in likest:
        if -less >= LIKE_ENOUGH and index not in found and name not in taken:
            found[index] = (contract.column(name), -less)
            taken.add(name)
    return found


def _likeness(text: str, column: Column) -> int:
    """0 to 100; by the words of the two, in any order, and by their letters. One or two letters are like nothing."""
    plain = spelling(text)
    if plain in column.spellings:
        return KNOWN
    best = process.extractOne(plain, column.spellings, scorer=fuzz.WRatio)
    return min(KNOWN - 1, round(best[1])) if best and len(plain) >= SHORTEST else 0


def _words(value: str, column: Column) -> list[str]:
    return [word for word in re.split(r"\s*[;,|\n]+\s*", value) if word] if column.several else [value]


def _codes(column: Column, values: Sequence[str]) -> list[Proposal]:
    """Codes of the file that the contract does not know, most frequent first; those like nothing by shape, together."""
    words = [word for value in values for word in _words(value, column)]
    unknown = Counter(word for word in words if spelling(word) not in column.codes)
    found, others = [], Counter[str]()
    for value, n in unknown.most_common():
        best = process.extractOne(spelling(value), list(column.codes), scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH)
        if best is None:
            others[shape(value)] += n
        else:
            found.append(
                Proposal(
                    "code", column.name, value, column.codes[best[0]], min(KNOWN - 1, round(best[1])), n, shape(value)
                )
            )
    return found + [Proposal("code", column.name, text, "", 0, n, text) for text, n in others.most_common()]


def _table(path: Path, contract: Contract) -> tuple[Rows, int]:
    """The file's rows and the place of its heading row, in the sheet or separation with most that is like a heading."""
    best: tuple[int, Rows, int] = (0, [], 0)
    for rows in _ways_to_read(path):
        for place, row in enumerate(rows[:HEADING_SEARCH_ROWS]):
            n_like = len(_headings(row, contract))
            if n_like > best[0]:
                best = (n_like, rows, place)
    if not best[0]:
        raise RefusedFile(
            "no_headings",
            f"No row of the first {HEADING_SEARCH_ROWS} has a heading like those of {contract.feed}. Is it a file of "
            "this feed?",
        )
    return best[1], best[2]


def _ways_to_read(path: Path) -> list[Rows]:
    """The first rows of the file, once for each sheet or separator."""
    if path.suffix.lower() in WORKBOOKS:
        return [
            [[cell_text(cell) for cell in row] for row in islice(sheet, ROWS_LOOKED_AT)]
            for sheet in workbook_sheets(path.read_bytes())
        ]
    encoding, _ = inspect_bytes(path)
    ways: list[Rows] = []
    for separator in SEPARATORS:
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            plain = (line.replace("\0", "") for line in file)
            ways.append(list(islice(csv.reader(plain, delimiter=separator), ROWS_LOOKED_AT)))
    return ways
