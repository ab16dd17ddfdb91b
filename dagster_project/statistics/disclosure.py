"""Small numbers are hidden: which metric values may be shown, and what else must be hidden to keep the rest safe.

Belongs here: primary and secondary suppression of metric values, as pure functions over plain values.
Does not belong here: reading the warehouse, the words a page shows for a hidden value, thresholds of metrics.

A value is one row of the common metric columns; all its numbers are hidden together. What counts is people, also where
a metric counts their events: twenty sessions of one person are about one person.
Primary: the value itself rests on too few people. Secondary: a hidden value could be worked out from a shown total,
so enough of its neighbours are hidden too. Sums are guarded within one metric and period: organisation = services,
service = teams, and one unit = the values of one breakdown. Twelve months of a unit are the sum of its months: where
one of them is hidden, the twelve are too, and so is enough of the teams that add up to them.
Of what no people are behind (`people` is 0: actions, role profiles, questions) nothing is hidden.
"""

import datetime
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from dagster_project.breakdowns import breakdowns
from dagster_project.statistics.disclosure_settings import DisclosureSettings

SUPPRESSED = "suppressed"
STATES_WITH_NUMBERS = frozenset({"observed", "too_few"})
TWELVE_MONTHS = "twelve_months"


@dataclass(frozen=True)
class MetricValue:
    """One row of the common metric columns; who is behind numerator and rest (None) not every metric knows."""

    metric_id: str
    period_type: str
    period_start: datetime.date
    period_end: datetime.date
    unit_level: str
    unit_id: str
    breakdown: str
    breakdown_value: str
    numerator: float | None
    denominator: float | None
    people: int | None
    numerator_people: int | None
    rest_people: int | None
    value: float | None
    value_state: str

    @property
    def month(self) -> datetime.date:
        """The month the value is reported for."""
        return self.period_end.replace(day=1)

    def without_numbers(self, value_state: str) -> Self:
        """The same cell, in this state."""
        return replace(
            self, numerator=None, denominator=None, people=None, numerator_people=None, rest_people=None, value=None,
            value_state=value_state,
        )  # fmt: skip


Value = TypeVar("Value", bound=MetricValue)


@dataclass(frozen=True)
class TeamService:
    """A team stood in a service in a month. A name used by teams of two services is in both."""

    month: datetime.date
    team_id: str
    service_id: str


_UnitMonth = tuple[str, str, str, datetime.date]


@dataclass(frozen=True)
class _Sum:
    """A value that its parts add up to; positions in the list of values."""

    total: int
    parts: tuple[int, ...]


def mask_values(
    values: Sequence[MetricValue],
    settings: DisclosureSettings,
    kinds: Mapping[str, str],
    team_services: Iterable[TeamService],
) -> list[MetricValue]:
    """`values` in their order, the hidden ones without numbers. `kinds` gives each metric's kind by its id.

    Who is behind the numerator and the rest has then been judged, and is left out of the others too.
    """
    if not settings.is_on:
        return list(values)
    groups: dict[tuple[str, str, datetime.date], list[int]] = defaultdict(list)
    for position, value in enumerate(values):
        groups[value.metric_id, value.period_type, value.period_start].append(position)
    services: dict[tuple[datetime.date, str], set[str]] = {}
    for row in team_services:
        services.setdefault((row.month, row.team_id), set()).add(row.service_id)
    masked = list(values)
    hidden_months: set[_UnitMonth] = set()
    for (metric_id, _, _), positions in sorted(groups.items(), key=lambda group: group[0][1] == TWELVE_MONTHS):
        group = [values[position] for position in positions]
        given_away = {place for place, value in enumerate(group) if _has_hidden_month(value, hidden_months)}
        hidden = _hidden_of_group(group, settings, kinds[metric_id] == "proportion", services, given_away)
        for place, position in enumerate(positions):
            masked[position] = without_hidden_numbers(group[place], place in hidden)
            if place in hidden and group[place].breakdown == "all":
                hidden_months.add((metric_id, group[place].unit_level, group[place].unit_id, group[place].month))
    return masked


def _has_hidden_month(value: MetricValue, hidden_months: Container[_UnitMonth]) -> bool:
    """Whether the value pools twelve months of which one is hidden; whoever knew both would know the month."""
    if value.period_type != TWELVE_MONTHS:
        return False
    first = value.month.year * 12 + value.month.month - 12
    months = (datetime.date(n // 12, n % 12 + 1, 1) for n in range(first, first + 12))
    return any((value.metric_id, value.unit_level, value.unit_id, month) in hidden_months for month in months)


def without_hidden_numbers(value: Value, is_hidden: bool) -> Value:
    """The value without its numbers where it is hidden, or in a state that has none."""
    if is_hidden:
        return value.without_numbers(SUPPRESSED)
    if value.value_state not in STATES_WITH_NUMBERS:
        return value.without_numbers(value.value_state)
    return replace(value, numerator_people=None, rest_people=None)


def _hidden_of_group(
    group: Sequence[MetricValue],
    settings: DisclosureSettings,
    is_proportion: bool,
    services: Mapping[tuple[datetime.date, str], set[str]],
    given_away: Iterable[int],
) -> set[int]:
    """Positions to hide, `given_away` among them. Built up from threshold 1: a higher threshold never shows more."""
    sums = list(_unit_sums(group, services)) + list(_breakdown_sums(group))
    hidden = set(given_away)
    for threshold in range(1, settings.threshold + 1):
        rule = _Rule(replace(settings, threshold=threshold), is_proportion)
        hidden |= {place for place, value in enumerate(group) if _has_numbers(value) and not rule.may_show(value)}
        while further := {place for each in sums if (place := _next_to_hide(group, each, hidden, rule)) is not None}:
            hidden |= further
    return hidden


@dataclass(frozen=True)
class _Rule:
    settings: DisclosureSettings
    is_proportion: bool

    def may_show(self, value: MetricValue) -> bool:
        """Primary: no count in the value is of 1 to `threshold` people."""
        if not _is_populated(value):
            return True
        parts = self._counts(value)
        if any(0 < part <= self.settings.threshold for part in parts):
            return False
        if not self.is_proportion:
            return True
        if not self.settings.zeros_ok and not all(parts):
            return False
        return _people(value) >= self.settings.minimum_denominator

    def protects(self, hidden: Sequence[MetricValue]) -> bool:
        """Whether a reader who knows only the sum of `hidden` knows a sum that is safe to know."""
        sums = [sum(parts) for parts in zip(*(self._counts(value) for value in hidden), strict=True)]
        if any(part <= self.settings.threshold for part in sums):
            return False
        return not self.is_proportion or sum(map(_people, hidden)) >= self.settings.minimum_denominator

    def _counts(self, value: MetricValue) -> tuple[float, ...]:
        """Of how many people the value, its numerator and its rest are; their events count where nobody knows.

        Those of other things (requests, full-time posts) are no secret.
        """
        if not self.is_proportion:
            return (float(value.people or 0),)
        numerator, denominator = value.numerator or 0.0, value.denominator or 0.0
        rest = round(denominator - numerator, 4)
        behind_numerator = numerator if value.numerator_people is None else float(value.numerator_people)
        behind_rest = rest if value.rest_people is None else float(value.rest_people)
        return _people(value), behind_numerator, behind_rest


def _next_to_hide(group: Sequence[MetricValue], each: _Sum, hidden: set[int], rule: _Rule) -> int | None:
    """The next value that has to be hidden so that `each` gives none away; None when it gives none away."""
    concealed = [place for place in each.parts if place in hidden]
    shown = sorted((place for place in each.parts if place not in hidden), key=lambda place: _size(group[place]))
    if each.total in hidden:  # all parts shown, or the shown parts and too little more, would give the total away
        is_enough = len(concealed) >= rule.settings.parts_hidden_with_total
        is_safe = not shown or (is_enough and rule.protects([group[place] for place in concealed]))
    else:
        is_safe = not concealed or (
            len(concealed) > 1 and (not shown or rule.protects([group[place] for place in concealed]))
        )
    if is_safe:
        return None
    return shown[0] if shown else each.total


def _unit_sums(group: Sequence[MetricValue], services: Mapping[tuple[datetime.date, str], set[str]]) -> Iterator[_Sum]:
    """Organisation = its services; a service = its teams; for each value of each breakdown."""
    parts: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for place, value in enumerate(group):
        if not _is_populated(value):
            continue
        slice_ = (value.breakdown, value.breakdown_value)
        if value.unit_level == "service":
            parts["organisation", "all", *slice_].append(place)
        elif value.unit_level == "team":
            for service in sorted(_services_of(value, services)):
                parts["service", service, *slice_].append(place)
    for place, value in enumerate(group):
        children = parts.get((value.unit_level, value.unit_id, value.breakdown, value.breakdown_value))
        if children and _is_populated(value):
            yield _Sum(place, tuple(children))


def _services_of(value: MetricValue, services: Mapping[tuple[datetime.date, str], set[str]]) -> set[str]:
    try:
        return services[value.month, value.unit_id]
    except KeyError:
        raise ValueError(
            f"disclosure: {value.metric_id} has a team of {value.month:%B %Y} that no service is given for, so its "
            "small numbers cannot be guarded; add the team's service for that month to marts.dim_unit"
        ) from None


def _breakdown_sums(group: Sequence[MetricValue]) -> Iterator[_Sum]:
    """One unit = the values of one breakdown."""
    parts: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    totals: dict[tuple[str, str], int] = {}
    for place, value in enumerate(group):
        if not _is_populated(value):
            continue
        if value.breakdown == "all":
            totals[value.unit_level, value.unit_id] = place
        else:
            parts[value.unit_level, value.unit_id, value.breakdown].append(place)
    for (level, unit, breakdown), places in parts.items():
        if breakdown in breakdowns().may_add_up:
            of_value = {group[place].breakdown_value: place for place in places} | {"all": totals.get((level, unit))}
            for name, values in breakdowns().may_add_up[breakdown].items():
                if (whole := of_value.get(name)) is not None:
                    yield _Sum(whole, tuple(part for value in values if (part := of_value.get(value)) is not None))
        elif (level, unit) in totals:
            total = totals[level, unit]
            yield _Sum(total, tuple(_within_total(group, total, places)))


def _within_total(group: Sequence[MetricValue], total: int, places: list[int]) -> list[int]:
    """The places that the total counts: where they add up to more, what stands apart is not in it."""
    if sum(group[place].people or 0 for place in places) <= (group[total].people or 0):
        return places
    apart = breakdowns().may_stand_apart
    return [place for place in places if not apart(group[place].breakdown, group[place].breakdown_value)]


def _has_numbers(value: MetricValue) -> bool:
    return value.value_state in STATES_WITH_NUMBERS


def _is_populated(value: MetricValue) -> bool:
    """Whether anyone is behind the value. Empty units and things hide nobody and protect nobody."""
    return _has_numbers(value) and value.people != 0 and bool(value.people or value.denominator)


def _people(value: MetricValue) -> float:
    """The different people behind the value; what it counts, where nobody knows."""
    return float((value.denominator or 0) if value.people is None else value.people)


def _size(value: MetricValue) -> tuple[float, float, str, str]:
    return value.people or 0, value.denominator or 0, value.unit_id, value.breakdown_value
