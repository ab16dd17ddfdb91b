"""Funnels of teams and services: the shares that are shown, beside what chance alone would do to units of their size.

Belongs here: which values a funnel is made of, and its limits as plain numbers. Does not belong here: the limits
themselves (statistics/funnels), drawing (funnel_drawing.py). Units are never ranked: they stand in the order of the
alphabet.
"""

from collections.abc import Iterable, Mapping

from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import TWELVE_MONTHS
from dashboards.figures import FunnelOfUnits, ShownValue, UnitPlace

FEWEST_UNITS = 3  # of fewer nothing can be seen
SMALL = 30  # people below which normal limits are too wide on one side
CURVE_POINTS = 24


def funnels_of(details: Iterable[ShownValue], records: Mapping[str, MetricRecord]) -> tuple[FunnelOfUnits, ...]:
    """A funnel of the teams of each share over its twelve months, where enough of them may be shown.

    Made of masked values: a hidden team is in neither the points nor the overall share.
    """
    found = []
    for metric_id, record in records.items():
        if record.kind != "proportion" or record.interval != "wilson":
            continue
        units = [v for v in details if v.metric_id == metric_id and _is_team(v)]
        if len(units) >= FEWEST_UNITS:
            found.append(_funnel(metric_id, sorted(units, key=lambda v: (v.unit_id.casefold(), v.unit_id))))
    return tuple(each for each in found if each is not None)


def _is_team(value: ShownValue) -> bool:
    return (
        value.period_type == TWELVE_MONTHS
        and value.unit_level == "team"
        and value.breakdown == "all"
        and value.value is not None
        and bool(value.denominator)
        and (value.numerator or 0) <= (value.denominator or 0)
    )


def _funnel(metric_id: str, units: list[ShownValue]) -> FunnelOfUnits | None:
    import numpy as np

    from dagster_project.statistics.funnels import (
        MINIMUM_TEAMS,
        Method,
        arcsine_limits,
        exact_limits,
        normal_limits,
        proportion_funnel,
    )

    x = [value.numerator or 0.0 for value in units]
    n = [value.denominator or 0.0 for value in units]
    wanted: Method = "overdispersed" if len(units) >= MINIMUM_TEAMS else "exact" if min(n) < SMALL else "normal"
    funnel = proportion_funnel(x, n, wanted)
    if not 0 < funnel.centre < 1:
        return None
    sizes = np.unique(np.rint(np.linspace(max(1.0, min(n) * 0.8), max(n) * 1.1, CURVE_POINTS)))
    if funnel.overdispersion and funnel.method == "overdispersed":
        limits = arcsine_limits(sizes, funnel.centre, funnel.overdispersion.tau2)
    else:
        limits = (exact_limits if funnel.method == "exact" else normal_limits)(sizes, funnel.centre)
    columns = (sizes, limits.lower_95, limits.upper_95, limits.lower_998, limits.upper_998)
    return FunnelOfUnits(
        metric_id=metric_id,
        unit_level="team",
        centre=round(funnel.centre, 6),
        method=funnel.method,
        curve=tuple(tuple(round(float(each), 6) for each in row) for row in zip(*columns, strict=True)),  # type: ignore[misc]
        places=tuple(
            UnitPlace(unit_id=v.unit_id, share=round(a / b, 6), denominator=b, position=position)
            for v, a, b, position in zip(units, x, n, funnel.positions, strict=True)
        ),
    )
