"""What a chart says in words: its message, its subtitle, its text alternative.

Belongs here: sentences made of the points of a chart. Does not belong here: the points (chart.py), layout.
"""

import datetime

from dagster_project.metric_records import MetricRecord
from dashboards.points import Point
from dashboards.words import MINIMUM_POINTS, month_words, short_month, unit_words, value_words


def message(record: MetricRecord, points: tuple[Point, ...], settled: int, month: datetime.date) -> str:
    """The level, plainly: no direction is claimed."""
    seen = [point for point in points if point.plotted is not None]
    if not seen:
        return f"No figures up to {month_words(month)}"
    newest = f"{seen[-1].shown} {unit_words(record)}".strip()
    latest = f"{newest} in {month_words(seen[-1].month)}{seen[-1].provisional}"
    span = extent(points, settled, record.cadence)
    return f"{latest}; {span}" if span else latest


def extent(points: tuple[Point, ...], settled: int, noun: str) -> str:
    """Between which figures the months lie, from where no figure is of both sides of a break any more."""
    whole = points[settled:]
    seen = [point for point in whole if point.plotted is not None]
    if len(seen) < 2:
        return ""
    low, high = (of(seen, key=lambda p: p.plotted or 0.0) for of in (min, max))
    span = f"in all {len(seen)} {noun}s" if len(seen) == len(whole) else f"in the {len(seen)} {noun}s with a figure"
    span += f" after the break, from {short_month(whole[0].month)}" if settled else ""
    return f"{low.shown} {span}" if low.shown == high.shown else f"{low.shown} to {high.shown} {span}"


def subtitle(record: MetricRecord, points: tuple[Point, ...], place: str) -> str:
    parts = [
        record.title + (f" ({unit_words(record)})" if unit_words(record) else ""),
        place,
        f"{short_month(points[0].month)} to {short_month(points[-1].month)}, by {record.cadence}",
    ]
    if record.is_rolling:
        parts.append(f"rolling: each point covers {record.window}, so points share data")
    seen = [point for point in points if point.plotted is not None]
    if record.has_signals and seen and seen[-1].centre is None:
        parts.append(f"run chart without limits: fewer than {MINIMUM_POINTS} comparable months")
    return "; ".join(parts)


def alternative(record: MetricRecord, points: tuple[Point, ...], broken: tuple[int, ...]) -> str:
    seen = [point for point in points if point.plotted is not None]
    if not seen:
        return f"{record.title}: no {record.cadence} has a figure yet."
    low, high = (of(seen, key=lambda p: p.plotted or 0.0) for of in (min, max))
    missing = len(points) - len(seen)
    noun = record.cadence
    without = f" {missing} {f'{noun} has' if missing == 1 else f'{noun}s have'} no figure." if missing else ""
    if seen[-1].lower is not None and seen[-1].upper is not None:
        without += f" Usual range {range_words(record, seen[-1])}."
    unusual = [point.label for point in points if point.unusual]
    if unusual:
        without += f" Unusual: {', '.join(unusual)}."
    if broken:
        without += f" The series breaks in {', '.join(points[n].label for n in broken)}."
    return (
        f"{record.title}, {short_month(points[0].month)} to {short_month(points[-1].month)}. "
        f"Newest {seen[-1].shown} ({seen[-1].label}){seen[-1].provisional}, lowest {low.shown} ({low.label}), "
        f"highest {high.shown} ({high.label}).{without}"
    )


def range_words(record: MetricRecord, point: Point) -> str:
    """The usual range of a month: "38% to 51%", empty where it has none."""
    if point.lower is None or point.upper is None:
        return ""
    return " to ".join(height_words(record, height) for height in (point.lower, point.upper))


def height_words(record: MetricRecord, height: float) -> str:
    """A height of a chart as a figure is written."""
    return value_words(record, height / 100 if record.kind == "proportion" else height)
