"""What a reader can work out: hidden cells of a table from the published ones, knowing what adds up to what.

Belongs here: exact recovery and bounds of hidden cells, from cells and linear relations alone.
Does not belong here: which cells an edition has and how they add up (edition_audit.py), hiding (disclosure.py).

Independent of the rules by which cells were hidden: it knows published numbers, not hidden ones, and every cell is a
count that is not below 0. A reader who also knows the rule that hid a cell may know a little more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

Cells = Sequence[float | None]

PRIME = 2**31 - 1  # a product of two remainders fits into 64 bits
MARGIN = 1e-6  # of the linear programmes' arithmetic


@dataclass(frozen=True)
class Relation:
    """Cells that add up to nothing: (position, whole coefficient) pairs. A total counts -1, each of its parts 1."""

    terms: tuple[tuple[int, int], ...]

    @classmethod
    def of_sum(cls, total: int, parts: Iterable[int]) -> "Relation":
        return cls(((total, -1), *((part, 1) for part in parts)))


_Terms = dict[int, int]


@dataclass(frozen=True)
class Bounds:
    """The least and the greatest a hidden cell can be."""

    lowest: float
    highest: float


def exactly_recoverable(cells: Cells, relations: Iterable[Relation]) -> set[int]:
    """Hidden cells (None) that a linear combination of published ones gives, whatever their values are.

    A rank test: a cell is known where the relations, reduced to echelon form, leave it alone in a row.
    """
    known: dict[tuple[int, bytes], list[int]] = {}
    found: set[int] = set()
    for hidden, matrix in _linked(_binding(_hidden_terms(cells, relations))):
        key = (len(hidden), matrix.tobytes())
        if key not in known:
            known[key] = _alone(matrix)
        found.update(hidden[column] for column in known[key])
    return found


def _alone(matrix: NDArray[np.int64]) -> list[int]:
    """Columns alone in a row of the reduced echelon form, in exact arithmetic modulo a prime."""
    matrix = matrix % PRIME
    n_rows = 0
    for column in np.argsort((matrix != 0).sum(axis=0), kind="stable"):
        below = np.flatnonzero(matrix[n_rows:, column])
        if not below.size:
            continue
        pivot = n_rows + below[0]
        matrix[[n_rows, pivot]] = matrix[[pivot, n_rows]]
        row = matrix[n_rows] * pow(int(matrix[n_rows, column]), -1, PRIME) % PRIME
        matrix[n_rows] = 0
        others = np.flatnonzero(matrix[:, column])
        matrix[others] = (matrix[others] - matrix[others, column, None] * row) % PRIME
        matrix[n_rows] = row
        n_rows += 1
    is_alone = (matrix != 0).sum(axis=1) == 1
    return np.argmax(matrix[is_alone] != 0, axis=1).tolist() if is_alone.any() else []


def _hidden_terms(cells: Cells, relations: Iterable[Relation]) -> list[_Terms]:
    """The hidden part of each relation that has one."""
    rows = ({cell: weight for cell, weight in relation.terms if cells[cell] is None} for relation in relations)
    return [row for row in rows if row]


def _binding(rows: list[_Terms]) -> list[_Terms]:
    """Without relations of which two hidden cells are in no other: those can make up for anything, and stay unknown."""
    while True:
        uses = Counter(cell for row in rows for cell in row)
        binding = [row for row in rows if sum(uses[cell] == 1 for cell in row) < 2]
        if len(binding) == len(rows):
            return rows
        rows = binding


def _linked(rows: Sequence[_Terms]) -> Iterator[tuple[list[int], NDArray[np.int64]]]:
    """Sets of hidden cells that share relations, each with a row of coefficients for every relation."""
    labels = _labels(rows)
    members: dict[int, list[int]] = defaultdict(list)
    for cell, label in labels.items():
        members[label].append(cell)
    rows_of: dict[int, list[_Terms]] = defaultdict(list)
    for row in rows:
        rows_of[labels[next(iter(row))]].append(row)
    for label, hidden in members.items():
        column = {cell: place for place, cell in enumerate(hidden)}
        matrix = np.zeros((len(rows_of[label]), len(hidden)), dtype=np.int64)
        for place, row in enumerate(rows_of[label]):
            for cell, weight in row.items():
                matrix[place, column[cell]] = weight
        yield hidden, matrix


def _labels(rows: Sequence[_Terms]) -> dict[int, int]:
    """For each hidden cell the number of the set of cells it is linked with."""
    cells = sorted({cell for row in rows for cell in row})
    place = {cell: number for number, cell in enumerate(cells)}
    pairs = [(place[first], place[other]) for row in rows for first in [next(iter(row))] for other in row]
    starts, ends = zip(*pairs, strict=True) if pairs else ((), ())
    graph = sparse.coo_array((np.ones(len(pairs)), (starts, ends)), shape=(len(cells), len(cells)))
    _, numbers = sparse.csgraph.connected_components(graph, directed=False)
    return dict(zip(cells, numbers.tolist(), strict=True))


def too_narrow(
    cells: Cells,
    relations: Iterable[Relation],
    protection: Mapping[int, float],
    *,
    largest: float,
    within: Mapping[int, Bounds] | None = None,
) -> dict[int, Bounds]:
    """Hidden cells whose possible values lie less than their `protection` apart, with their bounds.

    `protection` names the cells to protect; `largest` is above anything a cell is believed to hold; `within` are the
    bounds between which a reader knows some to lie, as those that are shown rounded.

    Linear programmes (HiGHS). The first take all cells at once to opposite ends, and show of most that they are free
    enough; the next move the rest, each up or down by a fixed draw and no further than its protection; what is left is
    asked for by itself, one cell of every linked set at a time.
    Raises ValueError where the published cells contradict the relations.
    """
    relations = [relation for relation in relations if _hidden_terms(cells, [relation])]
    labels = _labels(_hidden_terms(cells, relations))
    concerned = {labels[cell] for cell in protection if cell in labels}
    linked = [relation for relation in relations if any(labels.get(cell) in concerned for cell, _ in relation.terms)]
    if not linked:
        return {}
    programme = _Programme(cells, linked, largest, within or {})
    random = np.random.default_rng(0)
    programme.scatter(random)

    def not_free(cells: Iterable[int]) -> list[int]:
        return [cell for cell in cells if programme.width(cell) < protection[cell] - MARGIN]

    left = not_free(cell for cell in protection if cell in programme.labels)
    n_before = len(left) + 1
    while left and len(left) < n_before:
        n_before = len(left)
        programme.spread({cell: protection[cell] for cell in left}, random.choice((-1, 1), n_before))
        left = not_free(left)
    narrow: dict[int, Bounds] = {}
    while left:
        asked = list({programme.labels[cell]: cell for cell in left}.values())
        programme.stretch(asked)
        left = not_free(left)
        narrow.update({cell: programme.bounds(cell) for cell in asked if cell in left})
        left = [cell for cell in left if cell not in asked]
    return narrow


class _Programme:
    """Relations over hidden cells, and how far each cell has been seen to move."""

    def __init__(
        self, cells: Cells, relations: Sequence[Relation], largest: float, within: Mapping[int, Bounds]
    ) -> None:
        rows = _hidden_terms(cells, relations)
        self.labels = _labels(rows)
        self._column = {cell: place for place, cell in enumerate(self.labels)}
        self._column_labels = np.array(list(self.labels.values()), dtype=int)
        self._row_labels = np.array([self.labels[next(iter(row))] for row in rows], dtype=int)
        entries = [(place, self._column[cell], w) for place, row in enumerate(rows) for cell, w in row.items()]
        places, columns, weights = zip(*entries, strict=True)
        self._matrix = sparse.csr_array((weights, (places, columns)), shape=(len(rows), len(self._column)))
        self._sums = np.array([-sum(w * (cells[cell] or 0) for cell, w in relation.terms) for relation in relations])
        known = [within.get(cell, Bounds(0, largest)) for cell in self.labels]
        self._bounds = np.array([(bounds.lowest, bounds.highest) for bounds in known])
        start = self._solved(np.zeros(len(self._column)), self._matrix, self._sums, self._bounds)
        self._lowest, self._highest = start.copy(), start.copy()

    def scatter(self, random: np.random.Generator) -> None:
        """Takes all cells at once to two opposite ends, by a random draw."""
        aim = random.normal(size=len(self._column))
        for sign in (1, -1):
            self._see(slice(None), self._solved(sign * aim, self._matrix, self._sums, self._bounds))

    def spread(self, protection: Mapping[int, float], signs: NDArray[np.int64]) -> None:
        """Moves each cell from where it was seen furthest the other way, up or down, as far as its protection."""
        columns = [self._column[cell] for cell in protection]
        n_cells, n_moved = len(self._column), len(columns)
        moves = sparse.eye_array(n_moved)
        takes = sparse.coo_array((-signs, (range(n_moved), columns)), shape=(n_moved, n_cells))
        origin = np.where(signs > 0, self._lowest[columns], self._highest[columns])
        found = self._solved(
            np.concatenate([np.zeros(n_cells), -np.ones(n_moved)]),
            sparse.hstack([self._matrix, sparse.coo_array((len(self._sums), n_moved))]),
            self._sums,
            np.concatenate([self._bounds, [(0, width) for width in protection.values()]]),
            A_ub=sparse.hstack([takes, moves]),
            b_ub=-signs * origin,
        )
        self._see(slice(None), found[:n_cells])

    def stretch(self, asked: Sequence[int]) -> None:
        """Takes the asked cells, one of each linked set, as low and as high as they go."""
        labels = [self.labels[cell] for cell in asked]
        rows, columns = np.isin(self._row_labels, labels), np.flatnonzero(np.isin(self._column_labels, labels))
        aim = np.isin(columns, [self._column[cell] for cell in asked]).astype(float)
        for sign in (1, -1):
            matrix = self._matrix[rows][:, columns]
            self._see(columns, self._solved(sign * aim, matrix, self._sums[rows], self._bounds[columns]))

    def _solved(self, aim: Any, matrix: Any, sums: Any, bounds: Any, **further: Any) -> Any:
        """The cells at the least of `aim`."""
        found = optimize.linprog(aim, A_eq=matrix, b_eq=sums, bounds=bounds, method="highs", **further)
        if found.x is None:
            raise ValueError(f"disclosure audit: the published figures contradict their sums ({found.message})")
        return found.x

    def _see(self, columns: Any, found: Any) -> None:
        self._lowest[columns] = np.minimum(self._lowest[columns], found)
        self._highest[columns] = np.maximum(self._highest[columns], found)

    def bounds(self, cell: int) -> Bounds:
        """The least and greatest seen; those that are possible, where the cell was asked for."""
        place = self._column[cell]
        return Bounds(float(self._lowest[place]), float(self._highest[place]))

    def width(self, cell: int) -> float:
        bounds = self.bounds(cell)
        return bounds.highest - bounds.lowest
