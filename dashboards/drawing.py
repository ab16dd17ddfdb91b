"""Drawings of a chart specification as SVG: a sparkline for tiles, a full chart for print and pages without scripts.

Belongs here: geometry and marks. Does not belong here: numbers and labels (chart.py), colours of anything but charts.
Attributes only, no style rules and no scripts, so that the strictest content policy draws them.
"""

from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from dashboards.chart import GAP, GRID, LINE, QUIET, TARGET, TEXT, UNUSUAL, ChartSpec


@dataclass(frozen=True)
class Frame:
    """The plot area in drawing units, with the margins around it."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    def x(self, place: float, n: int) -> float:
        """Where the point at `place` of `n` stands; a single one stands at the right."""
        inner = self.width - self.left - self.right
        return round(self.left + inner * (place + 0.5) / n, 2)

    def y(self, plotted: float, top: float) -> float:
        inner = self.height - self.top - self.bottom
        return round(self.height - self.bottom - inner * plotted / top, 2)


SPARKLINE = Frame(width=240, height=72, left=0, right=0, top=5, bottom=1)
BAND = "#e6e9ec"
CHART = Frame(width=760, height=380, left=52, right=0, top=16, bottom=48)  # its right margin is the chart's own


def sparkline(spec: ChartSpec) -> Markup:
    """A small line from nought over its usual range, with the target dotted and the newest figure marked."""
    frame = SPARKLINE
    bounds = [
        drawn_line(0, frame.y(height, spec.top), frame.width, frame.y(height, spec.top), GRID)
        for height in (0, spec.top)
    ]
    target = [] if spec.target is None else [_target(spec.target, spec, frame, frame.width)]
    marks = [*_usual_range(spec, frame), *bounds, *target, *_series(spec, frame, width=2, dot=1.4, newest=4)]
    return drawn_svg(frame, Markup('role="img" aria-label="{}" class="spark"').format(spec.alt), marks)


def _usual_range(spec: ChartSpec, frame: Frame) -> list[Markup]:
    """Grey between the limits, in their unbroken parts."""
    bands = []
    limits = {name: [line for each, line in spec.lines if each == name] for name in ("lower", "upper")}
    for lower, upper in zip(limits["lower"], limits["upper"], strict=True):
        corners = [*lower, *reversed(upper)]
        points = " ".join(f"{frame.x(n, len(spec.points))},{frame.y(h, spec.top)}" for n, h in corners)
        bands.append(Markup('<polygon points="{}" fill="{}"/>').format(points, BAND))
    return bands


def _target(height: float, spec: ChartSpec, frame: Frame, right: float) -> Markup:
    y = frame.y(height, spec.top)
    return drawn_line(frame.left, y, right, y, TARGET, Markup('stroke-width="1.5" stroke-dasharray="2 3"'))


def full_chart(spec: ChartSpec) -> Markup:
    """The chart as the live one shows it; hidden from screen readers, which read the caption and the table."""
    frame, n = replace(CHART, right=spec.right_margin), len(spec.points)
    marks = []
    for gap in spec.gaps:
        left, right = frame.x(gap.first - 0.5, n), frame.x(gap.last + 0.5, n)
        height = frame.height - frame.top - frame.bottom
        marks.append(
            Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
                left, frame.top, round(right - left, 2), height, GAP
            )
        )
        middle, centre = round((left + right) / 2 + 4, 2), frame.top + height / 2
        turned = Markup('text-anchor="middle" transform="rotate(-90 {} {})"').format(middle, centre)
        marks.append(drawn_text(middle, centre, gap.words, 12, QUIET, turned))
    for height in spec.ticks:
        y = frame.y(height, spec.top)
        marks.append(drawn_line(frame.left, y, frame.width - frame.right, y, QUIET if height == 0 else GRID))
        marks.append(drawn_text(frame.left - 6, y + 5, spec.tick_words(height), 14, TEXT, Markup('text-anchor="end"')))
    for place in spec.breaks:
        x = frame.x(place - 0.5, n)
        marks.append(drawn_line(x, frame.top, x, frame.height - frame.bottom, QUIET, Markup('stroke-dasharray="4 4"')))
    for place in spec.month_ticks:
        for row, word in enumerate(spec.points[place].label.split()):
            y = frame.height - frame.bottom + 18 + 17 * row
            marks.append(drawn_text(frame.x(place, n), y, word, 14, TEXT, Markup('text-anchor="middle"')))
    marks += _lines(spec, frame)
    marks += _series(spec, frame, width=2.5, dot=3, newest=5.5)
    marks += [_label(*label, spec, frame) for label in spec.labels]
    return drawn_svg(frame, Markup('aria-hidden="true" font-family="Arial, Helvetica, sans-serif"'), marks)


def _lines(spec: ChartSpec, frame: Frame) -> list[Markup]:
    """The mean or median, the limits (dashed) and the target (dotted)."""
    n = len(spec.points)
    marks = []
    for name, line in spec.lines:
        points = " ".join(f"{frame.x(place, n)},{frame.y(height, spec.top)}" for place, height in line)
        dashes = Markup('stroke-dasharray="6 4"') if name in ("lower", "upper") else Markup("")
        marks.append(Markup('<polyline points="{}" fill="none" stroke="{}" {}/>').format(points, QUIET, dashes))
    if spec.target is not None:
        marks.append(_target(spec.target, spec, frame, frame.width - frame.right))
    return marks


def _label(name: str, height: float, words: str, spec: ChartSpec, frame: Frame) -> Markup:
    """The name of a line beside its end; the newest figure is large and bold."""
    x, y = frame.width - frame.right + 6, frame.y(height, spec.top) + 5
    if name == "newest":
        return drawn_text(x, y, words, 18, LINE, Markup('font-weight="bold"'))
    return drawn_text(x, y, words, 13, TARGET if name == "target" else QUIET, Markup('text-anchor="start"'))


def _series(spec: ChartSpec, frame: Frame, *, width: float, dot: float, newest: float) -> list[Markup]:
    """The line in its unbroken parts, and a dot a month; the newest figure and unusual ones stand out."""
    n = len(spec.points)
    runs: list[list[tuple[float, float]]] = [[]]
    plain, others = [], []
    for place, point in enumerate(spec.points):
        if point.plotted is None or place in spec.breaks:
            runs.append([])
        if point.plotted is None:
            continue
        x, y = frame.x(place, n), frame.y(point.plotted, spec.top)
        runs[-1].append((x, y))
        if point.unusual:
            others.append(_unusual_mark(x, y, newest if place == spec.newest else dot))
        elif place == spec.newest:
            others.append(Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"/>').format(x, y, newest, LINE))
        else:
            plain.append((x, y))
    lines = [
        Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round"/>').format(
            " ".join(f"{x},{y}" for x, y in run), LINE, width
        )
        for run in runs
        if len(run) > 1
    ]
    return [*lines, drawn_dots(plain, dot), *others]


def drawn_dots(spots: list[tuple[float, float]], radius: float) -> Markup:
    """Dots as one element, however many they are: lines of no length with round ends."""
    path = "".join(f"M{x},{y}h0" for x, y in spots)
    return Markup('<path d="{}" stroke="{}" stroke-width="{}" stroke-linecap="round"/>').format(path, LINE, 2 * radius)


def _unusual_mark(x: float, y: float, radius: float) -> Markup:
    """A square, so that colour does not say it alone."""
    side = round(2 * radius + 2, 2)
    corner = side / 2
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
        round(x - corner, 2), round(y - corner, 2), side, side, UNUSUAL
    )


def drawn_line(x1: float, y1: float, x2: float, y2: float, colour: str, more: Markup = Markup("")) -> Markup:  # noqa: B008
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" {}/>').format(x1, y1, x2, y2, colour, more)


def drawn_text(x: float, y: float, words: str, size: int, colour: str, more: Markup) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}" {}>{}</text>').format(x, y, size, colour, more, words)


def drawn_svg(frame: Frame, attributes: Markup, marks: list[Markup]) -> Markup:
    opening = Markup('<svg viewBox="0 0 {} {}" {} focusable="false">').format(frame.width, frame.height, attributes)
    return opening + Markup("").join(escape(mark) for mark in marks) + Markup("</svg>")
