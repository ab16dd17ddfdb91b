"""Which metric values may add up to which: units, breakdowns, and twelve months of their months.

Belongs here: the totals a value may be a part of, by its key. Does not belong here: whether the counts do add up, and
what can be worked out of that (edition_audit.py).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from dagster_project.breakdowns import breakdowns
from dagster_project.statistics.disclosure import TWELVE_MONTHS, MetricValue

ROUNDING = 1e-9

Sum = tuple[int, list[int]]  # a total and its parts, as places in a list of values
Key = tuple[str, str, datetime.date, str, str, str, str]


def key_of(value: MetricValue) -> Key:
    return (
        value.metric_id, value.period_type, value.period_start, value.unit_level, value.unit_id, value.breakdown,
        value.breakdown_value,
    )  # fmt: skip


def sums(
    values: Sequence[MetricValue],
    services: Mapping[tuple[datetime.date, str], Sequence[str]],
    parts_of: Mapping[Key, Sequence[Key]],
) -> Iterator[Sum]:
    """Every place with those that may add up to it, all of one kind, without what stands beside the total.

    `parts_of` names the parts of values that are no unit's, breakdown's or year's: groups of a comparison.
    """
    places = {key_of(value): place for place, value in enumerate(values)}
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, value in enumerate(values):
        for kind, key in _totals(value, services):
            if key in places:
                found[places[key], kind].append(place)
        if value.period_type == TWELVE_MONTHS:
            found[place, "months"] = [places[key] for key in _months(value) if key in places]
        if of_group := parts_of.get(key_of(value)):
            found[place, "compared"] = [places[key] for key in of_group if key in places]
    apart = _stand_apart(values, found)
    for (total, kind), places_of_parts in found.items():
        counted = [part for part in places_of_parts if kind not in apart or not _may_stand_apart(values[part])]
        if counted:
            yield total, counted


def _stand_apart(values: Sequence[MetricValue], found: Mapping[tuple[int, str], Sequence[int]]) -> set[str]:
    """The breakdowns of which some values stand beside the total: where they are counted in, it is too much somewhere.

    Decided for all totals at once. Nobody to count beside a single total would look as if all were counted in it.
    """
    return {
        kind
        for (total, kind), parts in found.items()
        if any(_may_stand_apart(values[part]) for part in parts)
        and sum(values[part].denominator or 0 for part in parts) > (1 + ROUNDING) * (values[total].denominator or 0)
    }


def _may_stand_apart(value: MetricValue) -> bool:
    return breakdowns().may_stand_apart(value.breakdown, value.breakdown_value)


def _totals(
    value: MetricValue, services: Mapping[tuple[datetime.date, str], Sequence[str]]
) -> Iterator[tuple[str, Key]]:
    """Kinds of sums within a period that the value may be a part of, with the total of each."""
    metric, period, start, level, unit, breakdown, breakdown_value = key_of(value)
    if level == "service":
        yield "services", (metric, period, start, "organisation", "all", breakdown, breakdown_value)
    if level == "team":
        for service in services.get((value.month, unit), ()):
            yield "teams", (metric, period, start, "service", service, breakdown, breakdown_value)
    if totals := breakdowns().may_add_up.get(breakdown):
        for total, values in totals.items():
            if breakdown_value in values:
                of = "all" if total == "all" else breakdown
                yield f"{breakdown} {total}", (metric, period, start, level, unit, of, total)
    elif breakdown != "all":
        yield breakdown, (metric, period, start, level, unit, "all", "all")


def _months(year: MetricValue) -> Iterator[Key]:
    """The twelve months that end with the value's own."""
    last = year.month.year * 12 + year.month.month - 1
    metric, _, _, *unit_and_breakdown = key_of(year)
    for number in range(last - 11, last + 1):
        yield (metric, "month", datetime.date(number // 12, number % 12 + 1, 1), *unit_and_breakdown)  # type: ignore[misc]
