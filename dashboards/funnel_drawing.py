"""A funnel of teams as a drawing: a dot a team by its size, between the limits that chance alone seldom leaves.

Belongs here: geometry and marks of a funnel, and its sentences. Does not belong here: its limits (funnels.py).
"""

from markupsafe import Markup

from dashboards.chart import GRID, QUIET, TEXT, UNUSUAL, axis
from dashboards.drawing import Frame, drawn_dots, drawn_line, drawn_svg, drawn_text
from dashboards.figures import FunnelOfUnits

FRAME = Frame(width=760, height=320, left=52, right=78, top=14, bottom=44)
LIMIT = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-dasharray="{}"/>')
OUTSIDE = Markup('<rect x="{}" y="{}" width="11" height="11" fill="{}"/>')
METHODS = {
    "normal": "limits of the normal distribution",
    "exact": "exact binomial limits",
    "overdispersed": "limits widened by what teams differ beyond chance",
}
PLACES = {
    "low_998": "below the outer limits (99.8%)",
    "low_95": "below the inner limits (95%)",
    "high_998": "above the outer limits (99.8%)",
    "high_95": "above the inner limits (95%)",
    None: "within the limits",
}


def place_words(position: str | None) -> str:
    """Where a team lies."""
    return PLACES[position]


def funnel_words(funnel: FunnelOfUnits) -> str:
    """The text alternative: how many lie where, and round which share."""
    beyond = [place for place in funnel.places if place.position]
    named = "; ".join(f"{place.unit_id} {PLACES[place.position]}" for place in beyond)
    centre = f"{funnel.centre * 100:.0f}%"
    says = f"{len(funnel.places)} teams round {centre}, the share of all of them together; {METHODS[funnel.method]}. "
    return says + (f"Outside: {named}." if beyond else "All lie within the limits: they differ no more than by chance.")


def funnel_drawing(funnel: FunnelOfUnits) -> Markup:
    """The funnel; hidden from screen readers, which read its sentence and the table."""
    largest = funnel.curve[-1][0]
    shares = [each for row in funnel.curve for each in row[1:]] + [place.share for place in funnel.places]
    step, highest = axis(100 * max(shares), is_share=True)
    top = min(1.0, highest / 100)

    def x(size: float) -> float:
        return round(FRAME.left + (FRAME.width - FRAME.left - FRAME.right) * size / largest, 2)

    marks: list[Markup] = []
    for number in range(round(100 * top / step) + 1):
        y = FRAME.y(number * step / 100, top)
        marks.append(drawn_line(FRAME.left, y, FRAME.width - FRAME.right, y, GRID if number else QUIET))
        marks.append(drawn_text(FRAME.left - 6, y + 5, f"{number * step:.0f}%", 14, TEXT, Markup('text-anchor="end"')))
    for column, dashes in ((1, "6 4"), (2, "6 4"), (3, "2 3"), (4, "2 3")):
        points = " ".join(f"{x(row[0])},{FRAME.y(row[column], top)}" for row in funnel.curve)
        marks.append(LIMIT.format(points, QUIET, dashes))
    centre, right = FRAME.y(funnel.centre, top), FRAME.width - FRAME.right
    marks.append(drawn_line(FRAME.left, centre, right, centre, QUIET))
    for words, height in (("All", funnel.centre), ("95%", funnel.curve[-1][2]), ("99.8%", funnel.curve[-1][4])):
        marks.append(drawn_text(right + 6, FRAME.y(height, top) + 5, words, 13, QUIET, Markup('text-anchor="start"')))
    for place in funnel.places:
        if place.position:
            corner = (x(place.denominator) - 5.5, FRAME.y(place.share, top) - 5.5)
            marks.append(OUTSIDE.format(*corner, UNUSUAL))
    within = [place for place in funnel.places if not place.position]
    marks.append(drawn_dots([(x(place.denominator), FRAME.y(place.share, top)) for place in within], 4.5))
    size_step, _ = axis(largest, is_share=False)
    for number in range(1, int(largest // size_step) + 1):
        size = number * size_step
        y = FRAME.height - FRAME.bottom + 18
        marks.append(drawn_text(x(size), y, f"{size:,g}", 14, TEXT, Markup('text-anchor="middle"')))
    foot = Markup('text-anchor="start"')
    marks.append(drawn_text(FRAME.left, FRAME.height - 6, "Size of the team over twelve months", 13, QUIET, foot))
    return drawn_svg(
        FRAME,
        Markup('aria-hidden="true" font-family="Arial, Helvetica, sans-serif"'),
        marks,
    )
