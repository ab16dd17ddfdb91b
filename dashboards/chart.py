"""One specification of a chart; the live figure, the data table and the drawings are all made from it.

Belongs here: lines, axes and labels of a metric's series, and the palette of charts.
Does not belong here: its points (points.py) and sentences (chart_words.py), the live figure (live_chart.py), drawings
(drawing.py), layout (templates).
"""

import datetime
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from dagster_project.metric_records import MetricRecord
from dashboards.chart_words import alternative, extent, message, range_words, subtitle
from dashboards.figures import MONTHS_SHOWN, SeriesBreak, ShownValue
from dashboards.points import Point, height_of, point_of
from dashboards.words import months_back

LINE, TEXT, QUIET, GRID, GAP = "#12436d", "#0b0c0c", "#595959", "#dcdfe2", "#f3f2f1"
UNUSUAL, TARGET = "#a8440e", "#801650"
LINE_WORDS = {"centre": "Mean", "lower": "Low", "upper": "High", "median": "Median"}
POINTS_FOR_MEDIAN = 5  # the median of fewer says little
LABEL_ROOM = 0.062  # of the height of the axis, so that no label of a line lies on another


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
    usual_range: str

    @property
    def ticks(self) -> list[float]:
        """Heights of the grid lines."""
        return [round(self.step * n, 6) for n in range(round(self.top / self.step) + 1)]

    def tick_words(self, height: float) -> str:
        return f"{self.prefix}{height:,.6g}{self.suffix}"

    def line_words(self, height: float) -> str:
        """The height of a line, no finer than a reader can see."""
        return self.tick_words(round(height, 1 if self.top <= 20 else 0))

    @property
    def month_ticks(self) -> list[int]:
        """Positions of the labelled months: at most five, so that a telephone holds them, counted from the newest."""
        every = next(n for n in (1, 2, 3, 6, 12) if len(self.points) <= 5 * n)
        return list(range((len(self.points) - 1) % every, len(self.points), every))

    @property
    def right_margin(self) -> int:
        """Room for the newest figure and the names of the lines, which stand beside their ends."""
        newest = 24 + (11 * len(self.points[self.newest].shown) if self.newest is not None else 0)
        return max([newest, *(16 + 7 * len(words) for name, _, words in self.labels if name != "newest")])

    @property
    def newest(self) -> int | None:
        """Position of the newest figure."""
        return next((n for n in reversed(range(len(self.points))) if self.points[n].plotted is not None), None)

    @property
    def lines(self) -> list[tuple[str, list[tuple[int, float]]]]:
        """The mean and the limits, each in its unbroken parts: name of the line, place and height of each point.

        Where a part has no limits, its median, as on a run chart.
        """
        found = []
        for first, end in pairwise([0, *self.breaks, len(self.points)]):
            part = [(n, point) for n, point in enumerate(self.points) if first <= n < end and point.plotted is not None]
            for name in ("centre", "lower", "upper"):
                drawn = [(n, height) for n, point in part if (height := getattr(point, name)) is not None]
                if len(drawn) > 1:
                    found.append((name, drawn))
            if len(part) >= POINTS_FOR_MEDIAN and all(point.centre is None for _, point in part):
                middle = median(point.plotted or 0.0 for _, point in part)
                found.append(("median", [(n, middle) for n, _ in part]))
        return found

    @property
    def labels(self) -> list[tuple[str, float, str]]:
        """What stands at the right of the chart: name of the line, height of its words, the words.

        Of lines only those that reach the newest figure are named. Heights are moved apart until no words overlap.
        """
        found = [
            (name, line[-1][1], f"{LINE_WORDS[name]} {self.line_words(line[-1][1])}")
            for name, line in self.lines
            if line[-1][0] == self.newest
        ]
        if self.target is not None:
            found.append(("target", self.target, f"Target {self.line_words(self.target)}"))
        if self.newest is not None:
            found.append(("newest", self.points[self.newest].plotted or 0.0, self.points[self.newest].shown))
        return _apart(found, self.top)

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
    points = tuple(point_of(record, values.get(each), each) for each in months[begun[0] if begun else -1 :])
    settled = max((_place(points, each.settled_month) for each in breaks), default=0)
    broken = {_place(points, when) for each in breaks for when in (each.month, each.settled_month)}
    inside = tuple(sorted(broken - {0, len(points)}))
    beside = [values[point.month].beside for point in points if point.month in values]
    targets = [height_of(record, each.target) for each in beside if each.target is not None]
    target = targets[-1] if targets else None
    heights = [height for p in points for height in (p.plotted, p.upper, target) if height is not None]
    newest = next((point for point in reversed(points) if point.plotted is not None), None)
    highest = max(heights, default=0.0)
    step, top = axis(highest, is_share=record.kind == "proportion")
    return ChartSpec(
        metric_id=record.metric_id,
        message=message(record, points, settled, month),
        extent=extent(points, settled, record.cadence),
        subtitle=subtitle(record, points, place),
        alt=alternative(record, points, inside),
        points=points,
        breaks=inside,
        target=target,
        step=step,
        top=top,
        prefix="£" if record.kind == "money" else "",
        suffix="%" if record.kind == "proportion" else "",
        usual_range=range_words(record, newest) if newest else "",
    )


def _apart(labels: list[tuple[str, float, str]], top: float) -> list[tuple[str, float, str]]:
    """The labels from below, each at least its room above the one before, and none above the chart."""
    room = LABEL_ROOM * top
    ordered = sorted(labels, key=lambda label: label[1])
    heights: list[float] = []
    for _, height, _ in ordered:
        heights.append(max(height, heights[-1] + room) if heights else height)
    over = max(0.0, heights[-1] - top) if heights else 0.0
    for n in reversed(range(len(heights))):
        highest = heights[n + 1] - room if n + 1 < len(heights) else top
        heights[n] = min(heights[n], highest) if over else heights[n]
    return [(name, round(height, 4), words) for (name, _, words), height in zip(ordered, heights, strict=True)]


def _place(points: tuple[Point, ...], month: datetime.date) -> int:
    """Position of the first point from `month` on; behind the last where there is none."""
    return sum(point.month < month for point in points)


def axis(highest: float, *, is_share: bool) -> tuple[float, float]:
    """Step and top of an axis from nought with about five round steps that hold `highest`."""
    if is_share:
        step = 2.0 if highest <= 10 else 5.0 if highest <= 25 else 10.0 if highest <= 50 else 20.0
    else:
        rough = max(highest, 1e-6) / 5
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= rough * 0.9999)
    top = step * max(1, math.ceil(highest / step - 1e-9))
    return step, min(top, 100.0) if is_share and highest <= 100 else top
