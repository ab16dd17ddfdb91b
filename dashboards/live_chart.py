"""The Plotly figure of a chart specification, drawn in the reader's browser.

Belongs here: Plotly's data, layout and configuration. Does not belong here: numbers and labels (chart.py), the script
that draws it (assets/charts.js).
"""

import html
from itertools import pairwise

from dashboards.chart import GAP, GRID, LINE, QUIET, TARGET, TEXT, UNUSUAL, ChartSpec, Gap

FONT = "Arial, Helvetica, sans-serif"

# No toolbar, no upload button, nothing that sends a figure anywhere.
PLOTLY_CONFIG: dict[str, object] = {
    "displayModeBar": False,
    "displaylogo": False,
    "doubleClick": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "showSendToCloud": False,
}


# What every live figure looks like before its own axes and labels.
TEMPLATE: dict[str, object] = {
    "font": {"family": FONT, "size": 14, "color": TEXT},
    "paper_bgcolor": "#ffffff",
    "plot_bgcolor": "#ffffff",
    "showlegend": False,
    "dragmode": False,
}


def plotly_figure(spec: ChartSpec) -> dict[str, object]:
    """Data, layout and configuration of the live figure. Text is plain: Plotly reads markup in labels."""
    n_points = len(spec.points)
    axis = {"fixedrange": True, "zeroline": False, "tickfont": {"size": 14, "color": TEXT}}
    layout = TEMPLATE | {
        "margin": {"l": 52, "r": spec.right_margin, "t": 16, "b": 48},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"family": FONT, "size": 14, "color": TEXT}},
        "xaxis": axis
        | {
            "range": [-0.5, n_points - 0.5],
            "showgrid": False,
            "showline": True,
            "linecolor": QUIET,
            "tickvals": spec.month_ticks,
            "ticktext": [plain(spec.points[n].label).replace(" ", "<br>") for n in spec.month_ticks],
        },
        "yaxis": axis
        | {
            "range": [0, spec.top],
            "gridcolor": GRID,
            "tickvals": spec.ticks,
            "ticktext": [plain(spec.tick_words(height)) for height in spec.ticks],
        },
        "shapes": [_gap_shape(gap) for gap in spec.gaps] + [_break_shape(place) for place in spec.breaks],
        "annotations": [_gap_label(gap) for gap in spec.gaps] + _labels(spec),
    }
    starts = [0, *spec.breaks, n_points]
    data = _limits(spec) + [_line(spec, range(start, end)) for start, end in pairwise(starts)]
    return {"data": data, "layout": layout, "config": PLOTLY_CONFIG}


def _line(spec: ChartSpec, places: range) -> dict[str, object]:
    """The points between two breaks of the series."""
    points = [spec.points[place] for place in places]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(places),
        "y": [point.plotted for point in points],
        "text": [plain(" · ".join(filter(None, (p.label, p.shown, p.basis, p.unusual)))) for p in points],
        "hovertemplate": "%{text}<extra></extra>",
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": LINE, "width": 2.5},
        "marker": {
            "color": [UNUSUAL if point.unusual else LINE for point in points],
            "symbol": ["square" if point.unusual else "circle" for point in points],
            "opacity": 1,
            "size": [11 if place == spec.newest else 6 for place in places],
            "line": {"width": 0},
        },
    }


def _limits(spec: ChartSpec) -> list[dict[str, object]]:
    """The mean, the limits and the target, without hover: their numbers are in the page's words."""
    drawn: list[tuple[str, list[tuple[float, float]]]] = [
        ("dash" if name in ("lower", "upper") else "solid", [(place, height) for place, height in line])
        for name, line in spec.lines
    ]
    if spec.target is not None:
        drawn.append(("dot", [(-0.5, spec.target), (len(spec.points) - 0.5, spec.target)]))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [place for place, _ in line],
            "y": [height for _, height in line],
            "hoverinfo": "skip",
            "line": {"color": TARGET if dash == "dot" else QUIET, "width": 1.2, "dash": dash},
        }
        for dash, line in drawn
    ]


def _break_shape(place: int) -> dict[str, object]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": place - 0.5,
        "x1": place - 0.5,
        "y0": 0,
        "y1": 1,
        "line": {"color": QUIET, "width": 1, "dash": "dash"},
    }


def _gap_shape(gap: Gap) -> dict[str, object]:
    return {
        "type": "rect",
        "layer": "below",
        "xref": "x",
        "yref": "paper",
        "x0": gap.first - 0.5,
        "x1": gap.last + 0.5,
        "y0": 0,
        "y1": 1,
        "fillcolor": GAP,
        "line": {"width": 0},
    }


def _gap_label(gap: Gap) -> dict[str, object]:
    return {
        "x": (gap.first + gap.last) / 2,
        "y": 0.5,
        "xref": "x",
        "yref": "paper",
        "text": plain(gap.words),
        "textangle": -90,
        "showarrow": False,
        "font": {"size": 12, "color": QUIET},
    }


def _labels(spec: ChartSpec) -> list[dict[str, object]]:
    """The names of the lines beside their ends; the newest figure is large and bold."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 4, "yanchor": "middle", "showarrow": False}
    fonts: dict[str, dict[str, object]] = {
        "newest": {"size": 18, "color": LINE, "weight": "bold"},
        "target": {"size": 13, "color": TARGET},
    }
    return [
        place | {"y": height, "text": plain(words), "font": fonts.get(name, {"size": 13, "color": QUIET})}
        for name, height, words in spec.labels
    ]


def plain(text: str) -> str:
    """Text in which Plotly finds no markup."""
    return html.escape(text, quote=False)
