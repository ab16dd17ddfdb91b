"""The audit of an edition: which hidden values can be worked out from those shown; hiding more until none can.

Belongs here: the audit over the cells of metric values, further hiding.
Does not belong here: the cells (edition_cells.py), what adds up to what (adding_up.py), the primary and secondary rules
(disclosure.py), the mathematics (disclosure_audit.py), holding a month.

What adds up is found in the true figures, apart from the rules that hid them: organisation = services, service = teams,
a unit = the values of one breakdown, twelve months = their months, a group of a comparison = its parts, numerator and
rest = denominator, each wherever it holds. A number that an earlier edition shows, and that has not changed since, is
known to its readers. Of a rounded number they know between what bounds it lies, and it must not follow exactly.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from dagster_project.statistics.adding_up import ROUNDING, Key, Sum, key_of, sums
from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue, TeamService
from dagster_project.statistics.disclosure_audit import Bounds, Relation, exactly_recoverable, too_narrow
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dagster_project.statistics.edition_cells import (
    ADDING_UP,
    DENOMINATOR,
    MEASURES,
    NUMERATOR,
    PEOPLE,
    REST,
    Measure,
    are_rounded,
    cell_of,
    counts_of,
    people_behind,
    ranges_of,
    unchanged_since,
)
from dagster_project.statistics.rounding import rule_of


@dataclass(frozen=True)
class Finding:
    """A count that can be worked out, hidden or rounded: exactly (`bounds` is None), or to within `bounds`.

    `place` is the position of the metric value.
    """

    place: int
    measure: Measure
    bounds: Bounds | None


@dataclass(frozen=True)
class Known:
    """What the audit goes by, beside the values.

    `kinds` gives each metric's kind by its id. Bounds are sought for the values of `months`, exact recovery for all.
    `earlier` are the values of the newest earlier edition, as it shows them. `parts_of` names what groups of a
    comparison are made of; such a group, hidden itself, is no secret beside its parts.
    """

    settings: DisclosureSettings
    kinds: Mapping[str, str]
    team_services: Sequence[TeamService]
    months: Collection[datetime.date]
    earlier: Sequence[MetricValue] = ()
    parts_of: Mapping[Key, Sequence[Key]] = field(default_factory=dict)


def audit(values: Sequence[MetricValue], masked: Sequence[MetricValue], known: Known) -> list[Finding]:
    """What can be worked out of the values of `masked`, which stand for the true `values` one by one.

    Bounds are sought of metrics of which nothing can be worked out exactly: a hidden count of 1 to `threshold` people
    is found where they lie less than the threshold apart, a rounded one where they leave one whole number. What an
    earlier edition shows is no secret, and not found again.
    """
    found: list[Finding] = []
    for metric, places in _metrics(values, masked, known):
        hidden = {number for number, place in enumerate(places) if masked[place].value_state == SUPPRESSED}
        found += [replace(each, place=places[each.place]) for each in metric.findings(hidden)]
    return found


def hide_until_safe(
    values: Sequence[MetricValue], masked: Sequence[MetricValue], known: Known
) -> tuple[list[MetricValue], list[Finding]]:
    """`masked` with more hidden until nothing is found; what is found in the end forbids the edition."""
    safe, left = list(masked), []
    for metric, places in _metrics(values, masked, known):
        hidden = {number for number, place in enumerate(places) if masked[place].value_state == SUPPRESSED}
        found = metric.findings(hidden)
        while further := {metric.next_to_hide(each.place, hidden) for each in found} - {None}:
            hidden |= {number for number in further if number is not None}
            found = metric.findings(hidden)
        for number in hidden:
            safe[places[number]] = safe[places[number]].without_numbers(SUPPRESSED)
        left += [replace(each, place=places[each.place]) for each in found]
    return safe, left


def _metrics(
    values: Sequence[MetricValue], masked: Sequence[MetricValue], known: Known
) -> Iterator[tuple["_MetricAudit", list[int]]]:
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
        some, shown = [values[place] for place in of_metric], [masked[place] for place in of_metric]
        adding_up = list(sums(some, services, known.parts_of))
        yield _MetricAudit(some, shown, known, adding_up, earlier[metric_id]), of_metric


class _MetricAudit:
    """The values of one metric as cells, four counts each, and what they add up to. Places are positions in them."""

    def __init__(
        self,
        values: Sequence[MetricValue],
        shown: Sequence[MetricValue],
        known: Known,
        sums: Sequence[Sum],
        earlier: Sequence[MetricValue],
    ) -> None:
        self._settings = known.settings
        self._is_proportion = known.kinds[values[0].metric_id] == "proportion"
        self._is_bounded = [value.month in known.months for value in values]
        self._is_group = [key_of(value) in known.parts_of for value in values]
        self._counts = [counts_of(value, self._is_proportion) for value in values]
        self._people_behind = [people_behind(value) for value in values]
        self._sums = [(total, parts, self._adding_up(total, parts)) for total, parts in sums]
        self._bounded_sums = [
            each for each in self._sums if all(self._is_bounded[place] for place in (each[0], *each[1]))
        ]
        of_people = slice(None) if self._is_proportion else slice(PEOPLE, None)
        self._largest = 10 * (1 + max(max(counts[of_people]) for counts in self._counts))
        self._shown_before: Set[int] = unchanged_since(values, earlier)
        self._rounded_before: Set[int] = set()
        self._ranges: Sequence[Sequence[Bounds]] | None = None
        if known.settings.rounding:
            self._ranges = ranges_of(self._counts, shown, rule_of(known.settings), self._is_proportion, self._largest)
            if are_rounded(values, shown, self._shown_before):
                self._shown_before = set()
            self._rounded_before = unchanged_since(shown, earlier)

    def findings(self, suppressed: Container[int]) -> list[Finding]:
        hidden = {place for place in range(len(self._counts)) if place in suppressed}
        hidden -= self._shown_before | self._rounded_before
        cells, within = self._known_cells(hidden)
        unknown = hidden if self._ranges is None else set(range(len(self._counts)))
        exact = exactly_recoverable(cells, self._between(self._sums, unknown)) if self._are_some_exact(cells) else set()
        secret = {cell for cell in exact if not self._is_group[cell // len(MEASURES)]}
        if secret:
            return [_finding(cell, None) for cell in sorted(secret)]
        narrow = too_narrow(
            cells,
            [*self._between(self._bounded_sums, unknown), *self._within(unknown)],
            self._protection(cells, hidden),
            largest=self._largest,
            within=within,
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
        return place not in self._shown_before | self._rounded_before and any(self._size(place)[:2])

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

    def _known_cells(self, hidden: Container[int]) -> tuple[list[float | None], dict[int, Bounds]]:
        """Each cell's count, None where it is hidden or rounded, and the bounds of those that are rounded."""
        cells: list[float | None] = [count for counts in self._counts for count in counts]
        within: dict[int, Bounds] = {}
        for place in range(len(self._counts)):
            if place in hidden:
                cells[cell_of(place, NUMERATOR) : cell_of(place + 1, NUMERATOR)] = [None] * len(MEASURES)
            elif self._ranges is not None and place not in self._shown_before:
                for number, bounds in enumerate(self._ranges[place]):
                    if bounds.lowest < bounds.highest:
                        cells[cell_of(place, number)] = None
                        within[cell_of(place, number)] = bounds
        return cells, within

    def _are_some_exact(self, cells: Sequence[float | None]) -> bool:
        """Whether there are numbers to work with: where all are rounded or nought, nothing follows exactly."""
        return self._ranges is None or any(cells)

    def _protection(self, cells: Sequence[float | None], hidden: Iterable[int]) -> dict[int, float]:
        """How far apart the bounds of each cell of the months must lie."""
        if self._ranges is None:
            few = float(self._settings.threshold)
            places = (place for place in hidden if self._is_bounded[place] and not self._is_group[place])
            return {cell: few for place in places for cell in self._small_cells(place)}
        numbers = range(len(MEASURES)) if self._is_proportion else (PEOPLE,)
        places = (place for place, is_bounded in enumerate(self._is_bounded) if is_bounded)
        every = (cell_of(place, number) for place in places for number in numbers)
        return {cell: 1.0 for cell in every if cells[cell] is None}

    def _small_cells(self, place: int) -> Iterator[int]:
        """Cells of a hidden value that hold few people or their events, or nobody where nobody is a secret."""
        few = self._settings.threshold
        for number, (count, people) in enumerate(zip(self._counts[place], self._people_behind[place], strict=True)):
            is_of_people = self._is_proportion or number == PEOPLE
            is_secret_zero = not self._settings.zeros_ok and count == 0 and number in (NUMERATOR, REST)
            if is_of_people and (0 < count <= few or 0 < people <= few or is_secret_zero):
                yield cell_of(place, number)

    def _within(self, hidden: Iterable[int]) -> Iterator[Relation]:
        for place in hidden:
            if self._is_proportion and self._is_bounded[place]:
                yield Relation.of_sum(cell_of(place, DENOMINATOR), (cell_of(place, NUMERATOR), cell_of(place, REST)))

    def _between(
        self, sums: Iterable[tuple[int, Sequence[int], Sequence[int]]], hidden: Set[int]
    ) -> Iterator[Relation]:
        """The sums in which any value is hidden, for each count that adds up."""
        for total, parts, measures in sums:
            if total in hidden or not hidden.isdisjoint(parts):
                for number in measures:
                    yield Relation.of_sum(cell_of(total, number), (cell_of(part, number) for part in parts))

    def _adding_up(self, total: int, parts: Iterable[int]) -> tuple[int, ...]:
        """Which of the counts of a sum do add up."""
        totals = [sum(counts) for counts in zip(*(self._counts[part] for part in parts), strict=True)]
        whole = self._counts[total]
        return tuple(n for n in ADDING_UP if abs(totals[n] - whole[n]) <= ROUNDING * max(1.0, whole[n]))


def _finding(cell: int, bounds: Bounds | None) -> Finding:
    return Finding(cell // len(MEASURES), MEASURES[cell % len(MEASURES)], bounds)
