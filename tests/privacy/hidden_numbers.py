"""What a reader could come across if a hidden figure were printed anywhere: its two counts together, its exact share.

Belongs here: the forms of a figure that are its own, and looking for them in files. Does not belong here: any claim.

A hidden 7 equals many a printed 7, so a count alone tells nothing. Looked for are forms that no shown figure has:
"13 of 57", the same two counts as fields or cells of one row, and shares to more places than chance repeats.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.privacy.leaks import layers

DIGITS = 6
FIELDS = ("Numerator", "Denominator")
WRITTEN = re.compile(r"(?<![\d.,])([\d,]+(?:\.\d)?) of ([\d,]+(?:\.\d)?)(?![\d%])")
IN_JSON = re.compile(r'"numerator":\s*([\d.]+),\s*"denominator":\s*([\d.]+)')
SHARES = re.compile(r"(?<![\d.])\d+\.\d{3,}")
OF_OTHER_THINGS = re.compile(
    r"Page \d+ of \d+|[\d,]+ of [\d,]+ (?:<progress|feeds|checks|measures|months|rows|services|teams)"
)
Row = Mapping[str, object]


def forms(row: Row) -> set[str]:
    """The forms of a figure by which it would be known; none where it has no numbers."""
    numerator, denominator = (float(str(row[name] or 0)) for name in ("numerator", "denominator"))
    if not denominator:
        return set()
    share = numerator / denominator
    exact = {_digits(each) for each in (share, 100 * share, round(100 * share, 4))}  # the last as charts have it
    return {
        _pair(numerator, denominator),
        *(each for each in exact if len(each.lstrip("0.").replace(".", "")) >= DIGITS),
    }


def leaked(
    paths: Iterable[Path], hidden: Iterable[Row], shown: Iterable[Row], apart: Iterable[str]
) -> dict[str, set[str]]:
    """{file: forms of hidden figures in it}, for the files that hold any.

    `apart` are forms that stand for other things.
    """
    known = {form for row in shown for form in (*forms(row), *_of_the_rest(row))}
    own = {form for row in hidden for form in forms(row)} - known - set(apart)
    return {str(path): found for path in paths if (found := told(path) & own)}


def told(path: Path) -> set[str]:
    """Everything in a file that has the form of a figure, of an archive or a PDF also inside."""
    text = " ".join(part.decode("utf-8", "ignore") for part in layers(path.read_bytes()))
    pairs = [*IN_JSON.findall(text), *_cells(path)]
    return in_words(text) | {_pair(float(str(n)), float(str(of))) for n, of in pairs}


def in_words(text: str) -> set[str]:
    """The pairs and shares of a text."""
    text = OF_OTHER_THINGS.sub(" ", " ".join(text.split()))
    pairs = ((n.replace(",", ""), of.replace(",", "")) for n, of in WRITTEN.findall(text))
    shares = {_digits(float(share)) for share in SHARES.findall(text)}
    return shares | {_pair(float(n), float(of)) for n, of in pairs if n and of}


def _cells(path: Path) -> Iterable[tuple[object, object]]:
    """The two counts of each row of a table to take away, whatever its columns are."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _of_rows(list(csv.reader(file)))
    elif path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            yield from _of_rows(book.get_sheet_by_name(name).to_python())


def _of_rows(rows: Sequence[Sequence[object]]) -> Iterable[tuple[object, object]]:
    head = next((row for row in rows if set(FIELDS) <= set(row)), None)
    if head is not None:
        places = [list(head).index(name) for name in FIELDS]
        for row in rows[rows.index(head) + 1 :]:
            if "" not in (found := tuple(row[place] for place in places)):
                yield found[0], found[1]


def _of_the_rest(row: Row) -> set[str]:
    """Who has seen "3 of 13" knows "10 of 13" and "13 of 13": charts in rows draw them."""
    numerator, denominator = (float(str(row[name] or 0)) for name in ("numerator", "denominator"))
    return forms({"numerator": denominator - numerator, "denominator": denominator}) | {_pair(denominator, denominator)}


def _pair(numerator: float, denominator: float) -> str:
    return f"{numerator:g} of {denominator:g}"


def _digits(share: float) -> str:
    return f"{share:.{DIGITS}g}"
