"""The four rules of an individuals chart: which points of a series are special causes, and in which direction.

Belongs here: the rules, on values and on where each stands against its chart's lines, in their order of precedence.
Does not belong here: lines, ghosts and segments (spc_lines.py), whether a signal is good or bad news (spc.py).

Source of the rules: NHSRplotthedots 0.2.2 and the Making Data Count SQL v2.5, which agree on them but for the groups
of points they are looked for in; those are arguments here.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple, TypeVar

Rule = Literal["outside_limits", "trend", "two_in_three", "shift"]
Zone = Literal["between", "beyond"]
Key = TypeVar("Key")

SHIFT_POINTS = 7
TREND_POINTS = 7


class Signal(NamedTuple):
    """A rule that a point meets; `direction` is +1 for above or rising, -1 for below or falling."""

    rule: Rule
    direction: int


class Standing(NamedTuple):
    """`side` of the centre line: -1, 0 on it, +1. `sigmas` that the point lies beyond: 0, 2 or 3."""

    side: int
    sigmas: int


def signals(
    values: Sequence[float],
    standings: Sequence[Standing],
    *,
    run_groups: Sequence[Hashable],
    trend_groups: Sequence[Hashable],
    zone: Zone,
) -> list[list[Signal]]:
    """Of each point the signals it is part of: outside the limits, trend, two in three, shift, in this order.

    All four sequences have one entry a point. A run (shift or two in three) stays within one of `run_groups`, a trend
    within one of `trend_groups`. A turning point ends one trend and starts another; the one it starts comes first.
    `zone`: whether two in three asks for points "between" 2 and 3 sigma, or anywhere "beyond" 2.
    """
    found: list[list[Signal]] = [[] for _ in values]
    for point, standing in enumerate(standings):
        if standing.sigmas == 3:
            found[point].append(Signal("outside_limits", standing.side))
    for point, direction in _trends(values, trend_groups):
        found[point].append(Signal("trend", direction))
    for point, direction in _twos_in_three(standings, run_groups, zone):
        found[point].append(Signal("two_in_three", direction))
    for point, direction in _shifts(standings, run_groups):
        found[point].append(Signal("shift", direction))
    return found


def _trends(values: Sequence[float], groups: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Points of 7 or more that each rise, or each fall; an equal pair breaks a trend. Later trends come first."""
    steps = [
        (values[point + 1] > values[point]) - (values[point + 1] < values[point])
        if groups[point] == groups[point + 1] else 0
        for point in range(len(values) - 1)
    ]  # fmt: skip
    for first, last, step in reversed(list(_runs(steps))):
        if step and last - first + 1 >= TREND_POINTS - 1:
            yield from ((point, step) for point in range(first, last + 2))


def _shifts(standings: Sequence[Standing], groups: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Points of 7 or more in a row on one side of the centre line; a point on the line breaks the run."""
    places = [(group, standing.side) for group, standing in zip(groups, standings, strict=True)]
    for first, last, (_, side) in _runs(places):
        if side and last - first + 1 >= SHIFT_POINTS:
            yield from ((point, side) for point in range(first, last + 1))


def _twos_in_three(standings: Sequence[Standing], groups: Sequence[Hashable], zone: Zone) -> Iterator[tuple[int, int]]:
    """The points near the limits, of three in a row on one side of which two or more are near the limits."""
    is_near = [standing.sigmas == 2 or (zone == "beyond" and standing.sigmas == 3) for standing in standings]
    flagged: dict[int, int] = {}
    for first in range(len(standings) - 2):
        window = range(first, first + 3)
        side = standings[first].side
        if (
            side
            and sum(is_near[first : first + 3]) >= 2
            and all(standings[point].side == side and groups[point] == groups[first] for point in window)
        ):
            flagged.update((point, side) for point in window if is_near[point])
    yield from flagged.items()


def _runs(keys: Sequence[Key]) -> Iterator[tuple[int, int, Key]]:
    """First place, last place and key of each run of equal keys."""
    first = 0
    for key, run in groupby(keys):
        last = first + sum(1 for _ in run) - 1
        yield first, last, key
        first = last + 1
