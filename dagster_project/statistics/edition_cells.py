"""The values of one metric as cells: the counts of each, the people behind them, and what readers know of each.

Belongs here: which counts a value has, and between what bounds a reader knows them to lie.
Does not belong here: what adds up to what (adding_up.py), what can be worked out (edition_audit.py).
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from dagster_project.statistics.adding_up import key_of
from dagster_project.statistics.disclosure import STATES_WITH_NUMBERS, MetricValue
from dagster_project.statistics.disclosure_audit import Bounds
from dagster_project.statistics.rounding import CountRule

Measure = Literal["numerator", "rest", "denominator", "people"]
MEASURES: tuple[Measure, ...] = ("numerator", "rest", "denominator", "people")
NUMERATOR, REST, DENOMINATOR, PEOPLE = range(4)
ADDING_UP = (NUMERATOR, DENOMINATOR, PEOPLE)  # the rest follows


def cell_of(place: int, number: int) -> int:
    return place * len(MEASURES) + number


def counts_of(value: MetricValue, is_proportion: bool) -> list[float]:
    """One count for each measure, 0 where there is none."""
    if value.value_state not in STATES_WITH_NUMBERS:
        return [0.0] * len(MEASURES)
    numerator, denominator = value.numerator or 0.0, value.denominator or 0.0
    rest = denominator - numerator if is_proportion else 0.0
    return [numerator, rest, denominator, float(value.people or 0)]


def people_behind(value: MetricValue) -> tuple[int, int, int, int]:
    """Different people behind each measure, 0 where nobody knows."""
    people = value.people or 0
    return value.numerator_people or 0, value.rest_people or 0, people, people


def unchanged_since(values: Sequence[MetricValue], earlier: Iterable[MetricValue]) -> set[int]:
    """Places whose true counts an earlier edition shows."""
    shown = {key_of(value): value for value in earlier if value.value_state in STATES_WITH_NUMBERS}
    return {
        place
        for place, value in enumerate(values)
        if (before := shown.get(key_of(value))) is not None and _numbers(before) == _numbers(value)
    }


def are_rounded(values: Sequence[MetricValue], shown: Sequence[MetricValue], places: Iterable[int]) -> bool:
    """Whether what an earlier edition showed of `places`, the true counts, may have been rounded to them by chance."""
    return all(_numbers(values[place]) == _numbers(shown[place]) for place in places)


def _numbers(value: MetricValue) -> tuple[float | None, float | None, int | None]:
    return value.numerator, value.denominator, value.people


def ranges_of(
    counts: Sequence[Sequence[float]],
    shown: Sequence[MetricValue],
    rule: CountRule,
    is_proportion: bool,
    largest: float,
) -> list[tuple[Bounds, Bounds, Bounds, Bounds]]:
    """Between what each count of a value that is `shown` rounded lies, as its readers know; the rest follows.

    Events of few people are shown as a count of so few is, so that nobody can say what they may be.
    """
    is_whole = [all(float(count).is_integer() for count in of_measure) for of_measure in zip(*counts, strict=True)]

    rules = dict.fromkeys((NUMERATOR, DENOMINATOR), rule if is_proportion else rule.of_things()) | {PEOPLE: rule}

    def known(number: int, count: float, told: float | None) -> Bounds:
        if told is None:
            return Bounds(0, 0)
        bounds = Bounds(*rules[number].range_of(told, is_whole[number]))
        return bounds if bounds.lowest <= count <= bounds.highest else Bounds(0, largest)

    def ranges(of_value: Sequence[float], value: MetricValue) -> tuple[Bounds, Bounds, Bounds, Bounds]:
        if value.value_state not in STATES_WITH_NUMBERS:
            return (Bounds(0, 0),) * 4
        numerator = known(NUMERATOR, of_value[NUMERATOR], value.numerator)
        denominator = known(DENOMINATOR, of_value[DENOMINATOR], value.denominator)
        rest = Bounds(max(0, denominator.lowest - numerator.highest), max(0, denominator.highest - numerator.lowest))
        return numerator, rest, denominator, known(PEOPLE, of_value[PEOPLE], value.people)

    return [ranges(*pair) for pair in zip(counts, shown, strict=True)]
