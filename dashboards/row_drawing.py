"""Drawings of charts in rows as SVG: two groups on one line, bars of a chain or a ladder, bars split into parts.

Belongs here: geometry and marks. Does not belong here: numbers and labels (row_chart.py), live figures (live_rows.py).
"""

from markupsafe import Markup

from dashboards.chart import GRID, LINE, QUIET, TEXT
from dashboards.drawing import Frame, drawn_line, drawn_svg, drawn_text
from dashboards.row_chart import BAR_HEIGHT, Place, RowChart

WIDTH, SIDE, FOOT = 400, 20, 26
BAR = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" stroke-width="2"/>')
DOT = Markup('<circle cx="{}" cy="{}" r="7" fill="{}"/>')
RAIL = 4  # how far a ladder's rails stand beside the axis


def row_drawing(spec: RowChart) -> Markup:
    """The chart; hidden from screen readers, which read its caption and the table."""
    frame = Frame(width=WIDTH, height=spec.height + FOOT, left=SIDE, right=SIDE, top=0, bottom=FOOT)
    top = spec.step_and_top[1]

    def x(height: float) -> float:
        return round(SIDE + (WIDTH - 2 * SIDE) * height / top, 2)

    marks: list[Markup] = []
    if spec.kind == "ladder":
        marks += [drawn_line(side, 0, side, spec.height, QUIET) for side in (SIDE - RAIL, WIDTH - SIDE + RAIL)]
    for place in spec.places:
        for tick in spec.ticks:
            colour = QUIET if tick == 0 else GRID
            marks.append(drawn_line(x(tick), place.track - BAR_HEIGHT, x(tick), place.track + BAR_HEIGHT, colour))
        marks += [_text(SIDE, y, line, "start", 14, TEXT) for y, line in place.lines]
        if spec.kind == "gap":
            left, right = sorted(x(mark.plotted) for mark in place.row.marks)
            marks += [drawn_line(left, place.track, right, place.track, QUIET, Markup('stroke-width="3"'))]
            marks += [_spot(number, x(mark.plotted), place) for number, mark in enumerate(place.row.marks)]
        else:
            marks += _bars(place, x(0), [x(mark.plotted) - x(0) for mark in place.row.marks])
        marks += [_text(x(at), y, words, anchor, 13, TEXT) for at, y, words, anchor in spec.words_of(place)]
    for tick in spec.ticks:
        anchor = {0: "start", top: "end"}.get(tick, "middle")
        marks.append(_text(x(tick), spec.height + 18, spec.tick_words(tick), anchor, 13, QUIET))
    return drawn_svg(frame, Markup('aria-hidden="true" font-family="Arial, Helvetica, sans-serif"'), marks)


def _spot(number: int, x: float, place: Place) -> Markup:
    """A hollow square for the first group, a dot for the second, so that colour says nothing alone."""
    if number:
        return DOT.format(x, place.track, LINE)
    return BAR.format(round(x - 6, 2), place.track - 6, 12, 12, "#fff", LINE)


def _bars(place: Place, left: float, widths: list[float]) -> list[Markup]:
    """One full bar, or a full and a hollow part."""
    found = []
    for width, fill in zip(widths, (LINE, "#fff"), strict=False):
        found.append(BAR.format(round(left, 2), place.track - BAR_HEIGHT // 2, round(width, 2), BAR_HEIGHT, fill, LINE))
        left += width
    return found


def _text(x: float, y: float, words: str, anchor: str, size: int, colour: str) -> Markup:
    return drawn_text(x, y, words, size, colour, Markup('text-anchor="{}"').format(anchor))
