"""The Plotly figure of a chart in rows, drawn in the reader's browser.

Belongs here: Plotly's data and layout of such charts. Does not belong here: numbers and labels (row_chart.py), what all
live figures share (live_chart.py).
"""

from dashboards.chart import GRID, LINE, QUIET, TEXT
from dashboards.live_chart import PLOTLY_CONFIG, TEMPLATE, plain
from dashboards.row_chart import BAR_HEIGHT, RowChart
from dashboards.row_drawing import FOOT, SIDE

ANCHORS = {"start": "left", "middle": "center", "end": "right"}
LOOKS: tuple[dict[str, object], ...] = (
    {"symbol": "square", "color": "#ffffff", "size": 13, "line": {"color": LINE, "width": 2}},
    {"symbol": "circle", "color": LINE, "size": 14, "line": {"width": 0}},
)
FILLS = (LINE, "#ffffff")


def rows_figure(spec: RowChart) -> dict[str, object]:
    """Data, layout and configuration: as high as its rows, a unit of the drawing a pixel."""
    top = spec.step_and_top[1]
    axis = {"fixedrange": True, "zeroline": False, "showgrid": False}
    layout = TEMPLATE | {
        "height": spec.height + FOOT,
        "margin": {"l": SIDE, "r": SIDE, "t": 0, "b": FOOT},
        "barmode": "stack",
        "xaxis": axis
        | {
            "range": [0, top],
            "tickvals": spec.ticks,
            "ticktext": [spec.tick_words(tick) for tick in spec.ticks],
            "tickfont": {"size": 13, "color": QUIET},
        },
        "yaxis": axis | {"range": [spec.height, 0], "visible": False},
        "shapes": _shapes(spec),
        "annotations": _annotations(spec),
    }
    return {"data": _pairs(spec) if spec.kind == "gap" else _bars(spec), "layout": layout, "config": PLOTLY_CONFIG}


def _pairs(spec: RowChart) -> list[dict[str, object]]:
    """The line between two groups is a shape; of each group its marks."""
    return [
        {
            "type": "scatter", "mode": "markers", "cliponaxis": False, "hoverinfo": "skip", "name": plain(name),
            "x": [place.row.marks[number].plotted for place in spec.places],
            "y": [place.track for place in spec.places],
            "marker": LOOKS[number] | {"opacity": 1},
        }
        for number, name in enumerate(spec.names)
    ]  # fmt: skip


def _bars(spec: RowChart) -> list[dict[str, object]]:
    return [
        {
            "type": "bar", "orientation": "h", "hoverinfo": "skip", "name": plain(name),
            "x": [place.row.marks[number].plotted for place in spec.places],
            "y": [place.track for place in spec.places],
            "width": BAR_HEIGHT,
            "marker": {"color": FILLS[number], "line": {"color": LINE, "width": 2}},
        }
        for number, name in enumerate(spec.names)
    ]  # fmt: skip


def _shapes(spec: RowChart) -> list[dict[str, object]]:
    """The axis's lines behind each row; of two groups the line between them; a ladder's rails."""
    found = [
        _line(tick, place.track - BAR_HEIGHT, tick, place.track + BAR_HEIGHT, QUIET if tick == 0 else GRID, 1)
        for place in spec.places
        for tick in spec.ticks
    ]
    if spec.kind == "gap":
        for place in spec.places:
            heights = [mark.plotted for mark in place.row.marks]
            found.append(_line(min(heights), place.track, max(heights), place.track, QUIET, 3))
    if spec.kind == "ladder":
        top = spec.step_and_top[1]
        found += [_line(side, 0, side, spec.height, QUIET, 1) for side in (0, top)]
    return found


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, width: int) -> dict[str, object]:
    return {
        "type": "line", "layer": "below", "x0": x0, "y0": y0, "x1": x1, "y1": y1,
        "line": {"color": colour, "width": width},
    }  # fmt: skip


def _annotations(spec: RowChart) -> list[dict[str, object]]:
    """Labels, what is written at the marks, and why a row has none."""
    found = []
    for place in spec.places:
        found += [_text(0, y, line, "start", 14, TEXT) for y, line in place.lines]
        found += [_text(x, y, words, anchor, 13, TEXT) for x, y, words, anchor in spec.words_of(place)]
    return found


def _text(x: float, y: float, words: str, anchor: str, size: int, colour: str) -> dict[str, object]:
    return {
        "x": x, "y": y, "text": plain(words), "xanchor": ANCHORS[anchor], "yanchor": "bottom", "yshift": -5,
        "showarrow": False, "font": {"size": size, "color": colour},
    }  # fmt: skip
