"""What a reader can work out of hidden cells is found: exactly, or between bounds, and nothing else."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dagster_project.statistics.disclosure_audit import Bounds, Relation, exactly_recoverable, too_narrow

LARGEST = 1000.0


def test_single_hidden_part_is_its_total_less_the_others() -> None:
    sums = [Relation.of_sum(0, [1, 2, 3])]
    assert exactly_recoverable([60, None, 20, 30], sums) == {1}
    assert exactly_recoverable([60, None, None, 30], sums) == set()
    assert exactly_recoverable([None, 10, 20, 30], sums) == {0}


def test_cell_known_only_through_two_tables_is_found() -> None:
    """Rows and columns of 4 x 4 each hide two cells or more; one hidden cell is the only bridge between two squares."""
    square = [(0, 0), (0, 1), (1, 0), (1, 1)]
    other = [(row + 2, column + 2) for row, column in square]
    hidden = {*square, *other, (0, 2)}
    cells, sums = table(np.full((4, 4), 9), hidden)
    assert exactly_recoverable(cells, sums) == {2}
    assert exactly_recoverable(table(np.full((4, 4), 9), hidden - {(0, 2)})[0], sums) == set()


def table(counts: np.ndarray, hidden: set[tuple[int, int]]) -> tuple[list[float | None], list[Relation]]:
    """Cells of a two-way table row by row, then the totals of rows and of columns, and the sums of both."""
    rows, columns = counts.shape
    cells: list[float | None] = [
        None if place in hidden else float(counts[place]) for place in itertools.product(range(rows), range(columns))
    ]
    cells += [float(total) for total in (*counts.sum(axis=1), *counts.sum(axis=0))]
    end = rows * columns
    sums = [Relation.of_sum(end + row, range(row * columns, (row + 1) * columns)) for row in range(rows)]
    sums += [Relation.of_sum(end + rows + column, range(column, end, columns)) for column in range(columns)]
    return cells, sums


def test_two_hidden_parts_of_a_small_sum_lie_between_0_and_it() -> None:
    sums = [Relation.of_sum(0, [1, 2, 3])]
    cells = [60, None, None, 57]
    assert too_narrow(cells, sums, {1: 4.0}, largest=LARGEST) == {1: Bounds(0, 3)}
    assert too_narrow(cells, sums, {1: 3.0}, largest=LARGEST) == {}
    assert too_narrow(cells, sums, {}, largest=LARGEST) == {}


def test_part_that_others_leave_no_room_is_found_however_many_are_hidden() -> None:
    """Nobody can be in any of the three hidden parts."""
    sums = [Relation.of_sum(0, [1, 2, 3, 4])]
    narrow = too_narrow([30, None, None, None, 30], sums, {1: 1.0, 3: 1.0}, largest=LARGEST)
    assert narrow == {1: Bounds(0, 0), 3: Bounds(0, 0)}


def test_hidden_cell_that_nothing_adds_up_with_is_free() -> None:
    assert too_narrow([None, 5, None], [Relation.of_sum(1, [2])], {0: 4.0}, largest=LARGEST) == {}
    assert exactly_recoverable([None, 5, None], [Relation.of_sum(1, [2])]) == {2}


def test_published_cells_that_contradict_their_sums_are_an_error() -> None:
    with pytest.raises(ValueError, match="contradict"):
        too_narrow([10, None, None, 30], [Relation.of_sum(0, [1, 2, 3])], {1: 4.0}, largest=LARGEST)


small_tables = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.tuples(
        st.lists(st.integers(0, 6), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
            lambda counts: np.reshape(counts, shape)
        ),
        st.sets(st.tuples(st.integers(0, shape[0] - 1), st.integers(0, shape[1] - 1)), max_size=8),
    )
)


@settings(max_examples=60, deadline=None)
@given(small_tables)
def test_exact_recovery_is_that_of_the_null_space(drawn: tuple[np.ndarray, set[tuple[int, int]]]) -> None:
    """Against linear algebra in floating point, written down apart."""
    cells, sums = table(*drawn)
    hidden = [place for place, value in enumerate(cells) if value is None]
    matrix = np.array([[dict(each.terms).get(cell, 0) for cell in hidden] for each in sums], dtype=float)
    rank = np.linalg.matrix_rank(matrix) if hidden else 0
    known = {
        cell
        for place, cell in enumerate(hidden)
        if np.linalg.matrix_rank(np.vstack([matrix, np.eye(len(hidden))[place]])) == rank
    }
    assert exactly_recoverable(cells, sums) == known


@settings(max_examples=25, deadline=None)
@given(small_tables.filter(lambda drawn: 1 <= len(drawn[1]) <= 5), st.integers(1, 4))
def test_bounds_are_those_of_all_tables_there_could_be(
    drawn: tuple[np.ndarray, set[tuple[int, int]]], protection: int
) -> None:
    """Every way to fill the hidden cells is tried."""
    counts, hidden = drawn
    cells, sums = table(counts, hidden)
    places = [place for place, value in enumerate(cells) if value is None]
    columns = counts.shape[1]
    limits = [min(counts[p // columns].sum(), counts[:, p % columns].sum()) + 1 for p in places]
    assume(np.prod(limits) <= 2000)
    possible = []
    for values in itertools.product(*(range(limit) for limit in limits)):
        filled = counts.copy()
        filled.flat[places] = values
        if (filled.sum(axis=0) == counts.sum(axis=0)).all() and (filled.sum(axis=1) == counts.sum(axis=1)).all():
            possible.append(values)
    lowest, highest = np.min(possible, axis=0), np.max(possible, axis=0)
    narrow = too_narrow(cells, sums, dict.fromkeys(places, float(protection)), largest=LARGEST)
    assert set(narrow) == {p for p, lo, hi in zip(places, lowest, highest, strict=True) if hi - lo < protection}
    for place, bounds in narrow.items():
        number = places.index(place)
        assert (bounds.lowest, bounds.highest) == pytest.approx((lowest[number], highest[number]), abs=1e-6)
