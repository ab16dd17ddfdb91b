"""Chance that is the same every time.

Belongs here: the two sources of draws, one value at a time for people and whole arrays for use.
Does not belong here: what is drawn. Only `Random.random` and whole-number arithmetic are used: their results are
promised across Python and numpy versions, which those of shuffles, samples and floating-point functions are not.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")
Whole = NDArray[np.int64]

_STEP = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB


class Draws:
    """Draws one value at a time; each stream of a seed is a sequence of its own."""

    def __init__(self, seed: int, stream: str) -> None:
        self._next = Random(f"{seed}/{stream}").random  # noqa: S311 (made-up data, not a secret)

    def below(self, limit: int) -> int:
        return int(self._next() * limit)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def chance(self, per_mille: float) -> bool:
        return self._next() * 1000 < per_mille

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def weighted(self, items: Sequence[tuple[Item, int]]) -> Item:
        left = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]


def array_draws(seed: int, stream: int, index: Whole, limit: Whole | int) -> Whole:
    """A whole number below `limit` for every number of `index`: the same number always draws the same (splitmix64)."""
    start = np.uint64((seed * 1_000_003 + stream * 7_919 + 1) % 2**32 << 32)
    value = (index.astype(np.uint64) + start) * np.uint64(_STEP)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(_MIX_1)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(_MIX_2)
    value = (value ^ (value >> np.uint64(31))) >> np.uint64(32)
    return ((value * np.asarray(limit).astype(np.uint64)) >> np.uint64(32)).astype(np.int64)
