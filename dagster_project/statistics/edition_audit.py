"""The audit of an edition: which hidden values can be worked out from those shown; hiding more until none can.

Belongs here: the cells of metric values, the audit over them, further hiding.
Does not belong here: what adds up to what (adding_up.py), the primary and secondary rules (disclosure.py), the
mathematics (disclosure_audit.py), holding a month.

What adds up is found in the true figures, apart from the rules that hid them: organisation = services, service = teams,
a unit = the values of one breakdown, twelve months = their months, numerator and rest = denominator, each wherever it
holds. A number that an earlier edition shows, and that has not changed since, is known to its readers.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from dagster_project.statistics.adding_up import ROUNDING, Sum, key_of, sums
from dagster_project.statistics.disclosure import STATES_WITH_NUMBERS, SUPPRESSED, MetricValue, TeamService
from dagster_project.statistics.disclosure_audit import Bounds, Relation, exactly_recoverable, too_narrow
from dagster_project.statistics.disclosure_settings import DisclosureSettings

Measure = Literal["numerator", "rest", "denominator", "people"]
MEASURES: tuple[Measure, ...] = ("numerator", "rest", "denominator", "people")
NUMERATOR, REST, DENOMINATOR, PEOPLE = range(4)
ADDING_UP = (NUMERATOR, DENOMINATOR, PEOPLE)  # the rest follows


@dataclass(frozen=True)
class Finding:
    """A hidden count that can be worked out: exactly (`bounds` is None), or to within `bounds`.

    `place` is the position of the metric value.
    """

    place: int
    measure: Measure
    bounds: Bounds | None


@dataclass(frozen=True)
class Known:
    """What the audit goes by, beside the values.

    `kinds` gives each metric's kind by its id. Bounds are sought for the values of `months`, exact recovery for all.
    `earlier` are the values of the newest earlier edition, as it shows them.
    """

    settings: DisclosureSettings
    kinds: Mapping[str, str]
    team_services: Sequence[TeamService]
    months: Collection[datetime.date]
    earlier: Sequence[MetricValue] = ()


def audit(values: Sequence[MetricValue], masked: Sequence[MetricValue], known: Known) -> list[Finding]:
    """What can be worked out of the suppressed values of `masked`, which stand for the true `values` one by one.

    Bounds are sought of metrics of which nothing can be worked out exactly: a count of 1 to `threshold` people is found
    where they lie less than the threshold apart. What an earlier edition shows is no secret, and not found again.
    """
    found: list[Finding] = []
    for metric, places in _metrics(values, known):
        hidden = {number for number, place in enumerate(places) if masked[place].value_state == SUPPRESSED}
        found += [replace(each, place=places[each.place]) for each in metric.findings(hidden)]
    return found


def hide_until_safe(
    values: Sequence[MetricValue], masked: Sequence[MetricValue], known: Known
) -> tuple[list[MetricValue], list[Finding]]:
    """`masked` with more hidden until nothing is found; what is found in the end forbids the edition."""
    safe, left = list(masked), []
    for metric, places in _metrics(values, known):
        hidden = {number for number, place in enumerate(places) if masked[place].value_state == SUPPRESSED}
        found = metric.findings(hidden)
        while further := {metric.next_to_hide(each.place, hidden) for each in found} - {None}:
            hidden |= {number for number in further if number is not None}
            found = metric.findings(hidden)
        for number in hidden:
            safe[places[number]] = safe[places[number]].without_numbers(SUPPRESSED)
        left += [replace(each, place=places[each.place]) for each in found]
    return safe, left


def _metrics(values: Sequence[MetricValue], known: Known) -> Iterator[tuple["_MetricAudit", list[int]]]:
    """Each metric by itself, with the places of its values: nothing adds up across metrics."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, value in enumerate(values):
        places[value.metric_id].append(place)
    earlier: dict[str, list[MetricValue]] = defaultdict(list)
    for value in known.earlier:
        earlier[value.metric_id].append(value)
    services: dict[tuple[datetime.date, str], list[str]] = defaultdict(list)
    for row in known.team_services:
        services[row.month, row.team_id].append(row.service_id)
    for metric_id, of_metric in places.items():
        some = [values[place] for place in of_metric]
        is_proportion = known.kinds[metric_id] == "proportion"
        shown_before = _unchanged_since(some, earlier[metric_id])
        yield _MetricAudit(some, known, is_proportion, list(sums(some, services)), shown_before), of_metric


class _MetricAudit:
    """The values of one metric as cells, four counts each, and what they add up to. Places are positions in them."""

    def __init__(
        self,
        values: Sequence[MetricValue],
        known: Known,
        is_proportion: bool,
        sums: Sequence[Sum],
        shown_before: Container[int],
    ) -> None:
        self._settings = known.settings
        self._is_proportion = is_proportion
        self._is_bounded = [value.month in known.months for value in values]
        self._counts = [_counts(value, is_proportion) for value in values]
        self._people_behind = [_people_behind(value) for value in values]
        self._sums = [(total, parts, self._adding_up(total, parts)) for total, parts in sums]
        self._shown_before = shown_before
        of_people = slice(None) if is_proportion else slice(PEOPLE, None)
        self._largest = 10 * (1 + max(max(counts[of_people]) for counts in self._counts))

    def findings(self, suppressed: Container[int]) -> list[Finding]:
        hidden = [
            place for place in range(len(self._counts)) if place in suppressed and place not in self._shown_before
        ]
        cells: list[float | None] = [count for counts in self._counts for count in counts]
        for place in hidden:
            cells[_cell(place, NUMERATOR) : _cell(place + 1, NUMERATOR)] = [None] * len(MEASURES)
        between = list(self._between(set(hidden)))
        exact = exactly_recoverable(cells, between)
        if exact:
            return [_finding(cell, None) for cell in sorted(exact)]
        to_protect = (cell for place in hidden if self._is_bounded[place] for cell in self._small_cells(place))
        bounded = [
            relation
            for relation in between
            if all(self._is_bounded[cell // len(MEASURES)] for cell, _ in relation.terms)
        ]
        narrow = too_narrow(
            cells,
            [*bounded, *self._within(hidden)],
            dict.fromkeys(to_protect, float(self._settings.threshold)),
            largest=self._largest,
        )
        return [_finding(cell, bounds) for cell, bounds in sorted(narrow.items())]

    def next_to_hide(self, place: int, suppressed: Container[int]) -> int | None:
        """The smallest value shown beside `place`, or beside what that is linked with; None where there is none."""
        reached, edge = {place}, {place}
        while edge:
            near = {other for each in edge for other in self._beside.get(each, ())} - reached
            shown = [other for other in near if other not in suppressed and self._can_be_hidden(other)]
            if shown:
                return min(shown, key=self._size)
            edge = {other for other in near if other in suppressed}
            reached |= edge
        return None

    def _can_be_hidden(self, place: int) -> bool:
        """Whether anyone is behind the value, and no earlier edition shows it."""
        return place not in self._shown_before and any(self._size(place)[:2])

    def _size(self, place: int) -> tuple[float, float, int]:
        return self._counts[place][PEOPLE], self._counts[place][DENOMINATOR], place

    @cached_property
    def _beside(self) -> dict[int, set[int]]:
        """For each place the others that it adds up with."""
        beside: dict[int, set[int]] = defaultdict(set)
        for total, parts, measures in self._sums:
            if measures:
                for place in (total, *parts):
                    beside[place].update((total, *parts))
        return beside

    def _small_cells(self, place: int) -> Iterator[int]:
        """Cells of a hidden value that hold few people or their events, or nobody where nobody is a secret."""
        few = self._settings.threshold
        for number, (count, people) in enumerate(zip(self._counts[place], self._people_behind[place], strict=True)):
            is_of_people = self._is_proportion or number == PEOPLE
            is_secret_zero = not self._settings.zeros_ok and count == 0 and number in (NUMERATOR, REST)
            if is_of_people and (0 < count <= few or 0 < people <= few or is_secret_zero):
                yield _cell(place, number)

    def _within(self, hidden: Iterable[int]) -> Iterator[Relation]:
        for place in hidden:
            if self._is_proportion and self._is_bounded[place]:
                yield Relation.of_sum(_cell(place, DENOMINATOR), (_cell(place, NUMERATOR), _cell(place, REST)))

    def _between(self, hidden: Set[int]) -> Iterator[Relation]:
        """The sums in which any value is hidden, for each count that adds up."""
        for total, parts, measures in self._sums:
            if total in hidden or not hidden.isdisjoint(parts):
                for number in measures:
                    yield Relation.of_sum(_cell(total, number), (_cell(part, number) for part in parts))

    def _adding_up(self, total: int, parts: Iterable[int]) -> tuple[int, ...]:
        """Which of the counts of a sum do add up."""
        totals = [sum(counts) for counts in zip(*(self._counts[part] for part in parts), strict=True)]
        whole = self._counts[total]
        return tuple(n for n in ADDING_UP if abs(totals[n] - whole[n]) <= ROUNDING * max(1.0, whole[n]))


def _finding(cell: int, bounds: Bounds | None) -> Finding:
    return Finding(cell // len(MEASURES), MEASURES[cell % len(MEASURES)], bounds)


def _cell(place: int, number: int) -> int:
    return place * len(MEASURES) + number


def _counts(value: MetricValue, is_proportion: bool) -> list[float]:
    """One count for each measure, 0 where there is none."""
    if value.value_state not in STATES_WITH_NUMBERS:
        return [0.0] * len(MEASURES)
    numerator, denominator = value.numerator or 0.0, value.denominator or 0.0
    rest = denominator - numerator if is_proportion else 0.0
    return [numerator, rest, denominator, float(value.people or 0)]


def _people_behind(value: MetricValue) -> tuple[int, int, int, int]:
    """Different people behind each measure, 0 where nobody knows."""
    people = value.people or 0
    return value.numerator_people or 0, value.rest_people or 0, people, people


def _unchanged_since(values: Sequence[MetricValue], earlier: Iterable[MetricValue]) -> set[int]:
    """Places whose true counts an earlier edition shows."""
    shown = {key_of(value): value for value in earlier if value.value_state in STATES_WITH_NUMBERS}
    return {
        place
        for place, value in enumerate(values)
        if (before := shown.get(key_of(value))) is not None
        and (before.numerator, before.denominator, before.people) == (value.numerator, value.denominator, value.people)
    }
