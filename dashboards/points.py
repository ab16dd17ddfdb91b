"""The points of a chart: one period each, with the numbers every form of the chart is made from.

Belongs here: a metric's values as points. Does not belong here: axes and labels (chart.py), sentences (chart_words.py).
"""

import datetime
from dataclasses import dataclass

from dagster_project.metric_records import MetricRecord
from dashboards.figures import ShownValue
from dashboards.words import (
    VARIATION_WORDS,
    interval_words,
    parts_words,
    provisional_words,
    short_month,
    state_words,
    value_words,
)

UNUSUAL_VARIATIONS = ("improvement", "concern", "neutral_high", "neutral_low")


@dataclass(frozen=True)
class Point:
    """One month. `plotted` is None where there is no figure; `shown` then says why.

    The lines of its chart and the ends of its 95% interval (`least`, `most`) are in the units of `plotted`, None where
    there are none. `unusual` says in which way.
    """

    month: datetime.date
    plotted: float | None
    shown: str
    basis: str
    interval: str = ""
    unusual: str = ""
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    least: float | None = None
    most: float | None = None
    provisional: str = ""  # " (provisional)" where its data are weak

    @property
    def label(self) -> str:
        return short_month(self.month)


def point_of(record: MetricRecord, value: ShownValue | None, month: datetime.date) -> Point:
    if value is None or value.value is None:
        return Point(month, None, state_words(value), "")
    beside = value.beside
    return Point(
        month,
        height_of(record, value.value),
        value_words(record, value.value),
        parts_words(record, value) + provisional_words(beside),
        interval_words(record, beside),
        VARIATION_WORDS[beside.variation] if beside.variation in UNUSUAL_VARIATIONS else "",
        provisional=provisional_words(beside),
        centre=_line(record, beside.centre),
        lower=_line(record, beside.lower_limit),
        upper=_line(record, beside.upper_limit),
        numerator=value.numerator,
        denominator=value.denominator,
        least=None if beside.lower is None else height_of(record, beside.lower),
        most=None if beside.upper is None else height_of(record, beside.upper),
    )


def height_of(record: MetricRecord, value: float) -> float:
    return round(value * 100 if record.kind == "proportion" else value, 4)


def _line(record: MetricRecord, height: float | None) -> float | None:
    """A line's height within what the measure can be: a limit beyond that says nothing."""
    if height is None:
        return None
    return max(0.0, height_of(record, min(height, 1.0) if record.kind == "proportion" else height))
