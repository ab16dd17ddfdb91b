"""What one series says: is this month unusual, and is the target within reach.

Belongs here: which chart a series gets, where it is cut, and the answer for each month. Does not belong here: the
charts (spc.py, p_prime_chart.py), where series and changes come from (analysis), words.

Signals need 13 points and never reach across a series break: each stretch between two breaks is a chart of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from dagster_project.statistics import p_prime_chart
from dagster_project.statistics.spc import Assurance, Improvement, PointType, XmrChart, xmr
from dagster_project.statistics.spc_rules import Rule

ChartMethod = Literal["xmr", "p_prime"]
Variation = PointType | Literal["left_out"]


@dataclass(frozen=True)
class Series:
    """One figure a month, in order of time and without gaps; None where there is none or it is hidden.

    `numerators` and `denominators` are given of proportions that count things, else None.
    """

    values: Sequence[float | None]
    numerators: Sequence[float | None] | None = None
    denominators: Sequence[float | None] | None = None


@dataclass(frozen=True)
class Changes:
    """What people have written down of a series; all places from 0.

    `breaks` start a chart of its own, `rebases` a new segment of a chart; `ghosts` are left out. The first points up to
    `baseline_end` set the lines of their chart; all, if None.
    """

    breaks: Collection[int] = ()
    rebases: Collection[int] = ()
    ghosts: Collection[int] = ()
    baseline_end: int | None = None


@dataclass(frozen=True)
class Signal:
    """What a chart says of one month. Lines and `variation` are None where nothing may be said.

    `assurance` stands at the newest month judged only. `n_points` counts the points of the chart.
    """

    method: ChartMethod
    n_points: int
    centre: float | None
    lower_limit: float | None
    upper_limit: float | None
    rule: Rule | None
    variation: Variation | None
    assurance: Assurance | None


def signals_of(
    series: Series, *, improvement: Improvement, target: float | None = None, changes: Changes | None = None
) -> list[Signal | None]:
    """A signal for each month of the series, None for months without a figure."""
    changes = changes or Changes()
    starts = [0, *sorted(set(changes.breaks) - {0}), len(series.values)]
    return [
        signal
        for first, end in pairwise(starts)
        for signal in _of_stretch(series, range(first, end), improvement, target, changes)
    ]


def _of_stretch(
    series: Series, places: range, improvement: Improvement, target: float | None, changes: Changes
) -> list[Signal | None]:
    values = [series.values[place] for place in places]
    rebases = [place - places.start for place in changes.rebases if place in places]
    ghosts = [place - places.start for place in changes.ghosts if place in places]
    chart: XmrChart
    if (
        series.numerators is not None
        and series.denominators is not None
        and changes.baseline_end not in places
        and p_prime_chart.is_better([series.denominators[place] for place in places])
    ):
        method: ChartMethod = "p_prime"
        chart = p_prime_chart.p_prime(
            [series.numerators[place] for place in places],
            [series.denominators[place] for place in places],
            improvement=improvement, target=target, rebase_at=rebases, ghost=ghosts,
        )  # fmt: skip
    else:
        method = "xmr"
        chart = xmr(
            values, improvement=improvement, target=target, rebase_at=rebases, ghost=ghosts,
            baseline=_baseline(values, ghosts, places, changes.baseline_end),
        )  # fmt: skip
    judged = [place for place, value in enumerate(values) if value is not None and place not in ghosts]
    return [
        Signal(
            method,
            chart.n_points,
            chart.mean[place],
            chart.lower[place],
            chart.upper[place],
            chart.rule[place],
            _variation(chart, place, place in ghosts),
            chart.assurance if judged and place == judged[-1] else None,
        )
        if value is not None
        else None
        for place, value in enumerate(values)
    ]


def _variation(chart: XmrChart, place: int, is_ghost: bool) -> Variation | None:
    if chart.variation is None:
        return None
    return "left_out" if is_ghost else chart.point_type[place]


def _baseline(
    values: Sequence[float | None], ghosts: Collection[int], places: range, baseline_end: int | None
) -> int | None:
    """How many judged points lie up to the end of the baseline; None where it ends in another chart."""
    if baseline_end is None or baseline_end not in places:
        return None
    first = values[: baseline_end - places.start + 1]
    return sum(value is not None and place not in ghosts for place, value in enumerate(first))
