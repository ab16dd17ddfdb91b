"""One specification of a chart; the live figure, the data table and the drawings are all made from it.

Belongs here: numbers, labels, message and text alternative of a metric's series, and the palette of charts.
Does not belong here: masking (masking.py), the live figure (live_chart.py), drawings (drawing.py), layout (templates).
"""

import datetime
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from dagster_project.metric_records import MetricRecord
from dashboards.figures import MONTHS_SHOWN, SeriesBreak, ShownValue
from dashboards.words import (
    VARIATION_WORDS,
    interval_words,
    month_words,
    months_back,
    parts_words,
    provisional_words,
    short_month,
    state_words,
    unit_words,
    value_words,
)

LINE, TEXT, QUIET, GRID, GAP = "#12436d", "#0b0c0c", "#595959", "#dcdfe2", "#f3f2f1"
UNUSUAL = "#a8440e"
UNUSUAL_VARIATIONS = ("improvement", "concern", "neutral_high", "neutral_low")


@dataclass(frozen=True)
class Point:
    """One month. `plotted` is None where there is no figure; `shown` then says why.

    The lines of its chart are in the units of `plotted`, None where there are none. `unusual` says in which way.
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

    @property
    def label(self) -> str:
        return short_month(self.month)


@dataclass(frozen=True)
class Gap:
    """Months beside each other without a figure for the same reason; positions in the points."""

    first: int
    last: int
    words: str


@dataclass(frozen=True)
class ChartSpec:
    """What a chart says. `top` and `step` are in the units of `plotted`; the axis starts at nought."""

    metric_id: str
    message: str
    extent: str
    subtitle: str
    alt: str
    points: tuple[Point, ...]
    breaks: tuple[int, ...]
    target: float | None
    step: float
    top: float
    prefix: str
    suffix: str

    @property
    def ticks(self) -> list[float]:
        """Heights of the grid lines."""
        return [round(self.step * n, 6) for n in range(round(self.top / self.step) + 1)]

    def tick_words(self, height: float) -> str:
        return f"{self.prefix}{height:,.6g}{self.suffix}"

    @property
    def month_ticks(self) -> list[int]:
        """Positions of the labelled months: at most five, so that a telephone holds them, counted from the newest."""
        every = next(n for n in (1, 2, 3, 6, 12) if len(self.points) <= 5 * n)
        return list(range((len(self.points) - 1) % every, len(self.points), every))

    @property
    def right_margin(self) -> int:
        """Room for the newest figure, which stands beside its point."""
        return 24 + (11 * len(self.points[self.newest].shown) if self.newest is not None else 0)

    @property
    def newest(self) -> int | None:
        """Position of the newest figure."""
        return next((n for n in reversed(range(len(self.points))) if self.points[n].plotted is not None), None)

    @property
    def lines(self) -> list[tuple[str, list[tuple[int, float]]]]:
        """The mean and the limits, each in its unbroken parts: name of the line, place and height of each point."""
        found = []
        starts = [0, *self.breaks, len(self.points)]
        for name in ("centre", "lower", "upper"):
            for first, end in pairwise(starts):
                drawn = [
                    (n, height) for n in range(first, end) if (height := getattr(self.points[n], name)) is not None
                ]
                if len(drawn) > 1:
                    found.append((name, drawn))
        return found

    @property
    def gaps(self) -> list[Gap]:
        gaps = []
        for words, run in groupby(range(len(self.points)), key=self._gap_words):
            places = list(run)
            if words:
                gaps.append(Gap(places[0], places[-1], words))
        return gaps

    def _gap_words(self, place: int) -> str:
        point = self.points[place]
        return point.shown if point.plotted is None else ""


def chart_spec(
    record: MetricRecord,
    values: Mapping[datetime.date, ShownValue],
    month: datetime.date,
    place: str,
    breaks: Collection[SeriesBreak] = (),
) -> ChartSpec:
    """The series of one unit, up to `month`; it starts where the metric does.

    A metric that is not monthly has a point a wave, round or year.
    The line is broken where a source starts and again where figures have settled; what lies between is of neither side.
    """
    months = [months_back(month, n) for n in reversed(range(MONTHS_SHOWN))]
    if record.cadence != "month":
        months = sorted(each for each in values if each <= month) or [month]
    begun = [n for n, each in enumerate(months) if each in values and values[each].value_state != "not_collected"]
    points = tuple(_point(record, values.get(each), each) for each in months[begun[0] if begun else -1 :])
    settled = max((_place(points, each.settled_month) for each in breaks), default=0)
    broken = {_place(points, when) for each in breaks for when in (each.month, each.settled_month)}
    inside = tuple(sorted(broken - {0, len(points)}))
    beside = [values[point.month].beside for point in points if point.month in values]
    targets = [_height(record, each.target) for each in beside if each.target is not None]
    target = targets[-1] if targets else None
    heights = [height for p in points for height in (p.plotted, p.upper, target) if height is not None]
    highest = max(heights, default=0.0)
    step, top = _axis(highest, is_share=record.kind == "proportion")
    return ChartSpec(
        metric_id=record.metric_id,
        message=_message(record, points, settled, month),
        extent=_extent(points, settled, record.cadence),
        subtitle=_subtitle(record, points, place),
        alt=_alternative(record, points, inside),
        points=points,
        breaks=inside,
        target=target,
        step=step,
        top=top,
        prefix="£" if record.kind == "money" else "",
        suffix="%" if record.kind == "proportion" else "",
    )


def _place(points: tuple[Point, ...], month: datetime.date) -> int:
    """Position of the first point from `month` on; behind the last where there is none."""
    return sum(point.month < month for point in points)


def _point(record: MetricRecord, value: ShownValue | None, month: datetime.date) -> Point:
    if value is None or value.value is None:
        return Point(month, None, state_words(value), "")
    beside = value.beside
    return Point(
        month,
        _height(record, value.value),
        value_words(record, value.value),
        parts_words(record, value) + provisional_words(beside),
        interval_words(record, beside),
        VARIATION_WORDS[beside.variation] if beside.variation in UNUSUAL_VARIATIONS else "",
        *(_line(record, height) for height in (beside.centre, beside.lower_limit, beside.upper_limit)),
    )


def _height(record: MetricRecord, value: float) -> float:
    return round(value * 100 if record.kind == "proportion" else value, 4)


def _line(record: MetricRecord, height: float | None) -> float | None:
    """A line's height within what the measure can be: a limit beyond that says nothing."""
    if height is None:
        return None
    return max(0.0, _height(record, min(height, 1.0) if record.kind == "proportion" else height))


def _axis(highest: float, *, is_share: bool) -> tuple[float, float]:
    """Step and top of an axis from nought with about five round steps that hold `highest`."""
    if is_share:
        step = 2.0 if highest <= 10 else 5.0 if highest <= 25 else 10.0 if highest <= 50 else 20.0
    else:
        rough = max(highest, 1e-6) / 5
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= rough * 0.9999)
    top = step * max(1, math.ceil(highest / step - 1e-9))
    return step, min(top, 100.0) if is_share and highest <= 100 else top


def _message(record: MetricRecord, points: tuple[Point, ...], settled: int, month: datetime.date) -> str:
    """The level, plainly: no direction is claimed."""
    seen = [point for point in points if point.plotted is not None]
    if not seen:
        return f"No figures up to {month_words(month)}"
    newest = f"{seen[-1].shown} {unit_words(record)}".strip()
    latest = f"{newest} in {month_words(seen[-1].month)}"
    extent = _extent(points, settled, record.cadence)
    return f"{latest}; {extent}" if extent else latest


def _extent(points: tuple[Point, ...], settled: int, noun: str) -> str:
    """Between which figures the months lie, from where no figure is of both sides of a break any more."""
    whole = points[settled:]
    seen = [point for point in whole if point.plotted is not None]
    if len(seen) < 2:
        return ""
    low, high = (of(seen, key=lambda p: p.plotted or 0.0) for of in (min, max))
    span = f"in all {len(seen)} {noun}s" if len(seen) == len(whole) else f"in the {len(seen)} {noun}s with a figure"
    span += f" after the break, from {short_month(whole[0].month)}" if settled else ""
    return f"{low.shown} {span}" if low.shown == high.shown else f"{low.shown} to {high.shown} {span}"


def _subtitle(record: MetricRecord, points: tuple[Point, ...], place: str) -> str:
    parts = [
        record.title + (f" ({unit_words(record)})" if unit_words(record) else ""),
        place,
        f"{short_month(points[0].month)} to {short_month(points[-1].month)}, by {record.cadence}",
    ]
    if record.is_rolling:
        parts.append(f"rolling: each point covers {record.window}, so points share data")
    return "; ".join(parts)


def _alternative(record: MetricRecord, points: tuple[Point, ...], broken: tuple[int, ...]) -> str:
    seen = [point for point in points if point.plotted is not None]
    if not seen:
        return f"{record.title}: no {record.cadence} has a figure yet."
    low, high = (of(seen, key=lambda p: p.plotted or 0.0) for of in (min, max))
    missing = len(points) - len(seen)
    noun = record.cadence
    without = f" {missing} {f'{noun} has' if missing == 1 else f'{noun}s have'} no figure." if missing else ""
    unusual = [point.label for point in points if point.unusual]
    if unusual:
        without += f" Unusual: {', '.join(unusual)}."
    if broken:
        without += f" The series breaks in {', '.join(points[n].label for n in broken)}."
    return (
        f"{record.title}, {short_month(points[0].month)} to {short_month(points[-1].month)}. "
        f"Newest {seen[-1].shown} ({seen[-1].label}), lowest {low.shown} ({low.label}), "
        f"highest {high.shown} ({high.label}).{without}"
    )
