"""A few faulty rows, planted one by one in finished files, each of which the feed's contract must reject.

Belongs here: what can be wrong by a contract, in which of the feed's files it is put, and the record of where.
Does not belong here: finding and changing a cell (faulty_files.py); faults of a whole file; rows that are unusual but
right (people.py).

A row is spoilt in place, so the number of rows stays as asked. No file gets more than one faulty row in a hundred, and
a file too small for one stays clean; unless every feed is to have faults, also where its file is then refused for them.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dagster_project.exports.coerce import TYPE_RULES
from dagster_project.exports.column import Column
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.samples.draws import Draws
from dagster_project.samples.faulty_files import FaultyFile, opened

MOST = 2  # of a feed, as long as few are planted
ROWS_FOR_EACH = 100
WRONG = {
    "date": "31/02/2020", "month": "Midsummer", "integer": "14 in all", "decimal": "about 2", "boolean": "Perhaps",
    "choice": "Not in the list",
}  # fmt: skip
NOT_PLAIN = "see www.fictional-council.example/page"


@dataclass(frozen=True)
class PlantedFault:
    """`line` as an editor shows it (headings are line 1); `column` and `rule` as the contract names them."""

    path: Path
    feed: str
    line: int
    column: str
    rule: str
    value: str


def plant_faults(out: Path, files: Iterable[Path], seed: int, *, in_every_feed: bool) -> list[PlantedFault]:
    """Spoil rows of `files`, which lie in `out/<feed>/`, in an order of their own for each seed and feed."""
    by_feed: dict[str, list[FaultyFile]] = defaultdict(list)
    for path in sorted(files):
        for file in opened(path, path.relative_to(out).parts[0], load_contracts()):
            by_feed[file.contract.feed].append(file)
    return [
        fault
        for feed, of_feed in sorted(by_feed.items())
        for fault in _plant(load_contracts()[feed], of_feed, Draws(seed, f"faults/{feed}"), in_every_feed)
    ]


def _plant(contract: Contract, files: list[FaultyFile], draws: Draws, is_everywhere: bool) -> list[PlantedFault]:
    """Faults of different kinds, each in a file that has room for it."""
    planted: list[PlantedFault] = []
    kinds = list(faults_of(contract).items())
    room = {file: file.n_rows if is_everywhere else file.n_rows // ROWS_FOR_EACH for file in files}
    while kinds and (is_everywhere or len(planted) < MOST):
        rule, columns = kinds.pop(draws.below(len(kinds)))
        roomy = [file for file in files if room[file] and not columns.keys().isdisjoint(file.columns)]
        if not roomy:
            continue
        file = draws.pick(roomy)
        name = next(name for name in columns if name in file.columns)
        taken = {fault.line for fault in planted if fault.path == file.path}
        line = file.spoil(name, columns[name], taken)
        if line is not None:
            room[file] -= 1
            planted.append(PlantedFault(file.path, contract.feed, line, name, rule, columns[name]))
    return planted


def faults_of(contract: Contract) -> dict[str, dict[str, str]]:
    """What a cell may hold to break a rule: {rule: {column: cell}}, by what the columns of the contract allow."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    subject = [contract.subject] if contract.subject else []
    for column in [*subject, *contract.columns]:
        if column.required:
            found["missing"].setdefault(column.name, "")
        if column.type in WRONG and column.otherwise is None:
            found[TYPE_RULES[column.type]].setdefault(column.name, WRONG[column.type])
        if column.is_plain:
            found["not_plain"].setdefault(column.name, NOT_PLAIN)
        if column.maximum is not None:
            found["above_maximum"].setdefault(column.name, _past(column, column.maximum, 1))
        if column.minimum is not None:
            found["below_minimum"].setdefault(column.name, _past(column, column.minimum, -1))
    return found


def _past(column: Column, bound: datetime.date | float, step: int) -> str:
    if isinstance(bound, datetime.date):
        return str(bound + datetime.timedelta(days=40 * step))
    return str(round(bound + step) if column.type == "integer" else bound + step)
