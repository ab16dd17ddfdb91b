"""The Plotly figure of a funnel of teams, drawn in the reader's browser.

Belongs here: Plotly's data and layout of a funnel. Does not belong here: its limits (funnels.py), its sentences and its
drawing (funnel_drawing.py), what all live figures share (live_chart.py).
"""

from dashboards.chart import GRID, LINE, QUIET, TEXT, UNUSUAL
from dashboards.figures import FunnelOfUnits
from dashboards.funnel_drawing import FRAME, place_words
from dashboards.live_chart import FONT, PLOTLY_CONFIG, TEMPLATE, plain

LIMITS = ((1, "dash"), (2, "dash"), (3, "dot"), (4, "dot"))  # columns of its curve: 95%, 99.8%


def funnel_plotly(funnel: FunnelOfUnits) -> dict[str, object]:
    """Data, layout and configuration; shares in percent. A team tells its name and its place on hover."""
    axis = {"fixedrange": True, "zeroline": False, "tickfont": {"size": 14, "color": TEXT}, "rangemode": "tozero"}
    layout = TEMPLATE | {
        "height": FRAME.height,
        "margin": {"l": 52, "r": 52, "t": 14, "b": 48},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"family": FONT, "size": 14, "color": TEXT}},
        "xaxis": axis
        | {"showgrid": False, "title": {"text": "Size of the team over twelve months", "font": {"size": 14}}},
        "yaxis": axis | {"gridcolor": GRID, "ticksuffix": "%"},
        "annotations": [
            _name(funnel, funnel.curve[-1][4], "99.8%", "bottom"),
            _name(funnel, funnel.curve[-1][2], "95%", "middle"),
            _name(funnel, funnel.centre, "All", "middle"),
        ],
    }
    return {"data": [*_limits(funnel), _teams(funnel)], "layout": layout, "config": PLOTLY_CONFIG}


def _limits(funnel: FunnelOfUnits) -> list[dict[str, object]]:
    sizes = [row[0] for row in funnel.curve]
    lines = [([100 * row[column] for row in funnel.curve], dash) for column, dash in LIMITS]
    lines.append(([100 * funnel.centre] * len(sizes), "solid"))
    return [
        {
            "type": "scatter", "mode": "lines", "x": sizes, "y": [round(each, 4) for each in heights],
            "hoverinfo": "skip", "line": {"color": QUIET, "width": 1.2, "dash": dash},
        }
        for heights, dash in lines
    ]  # fmt: skip


def _teams(funnel: FunnelOfUnits) -> dict[str, object]:
    shares = [round(100 * place.share, 4) for place in funnel.places]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [place.denominator for place in funnel.places],
        "y": shares,
        "text": [
            plain(f"{place.unit_id} · {share:.0f}% · {place_words(place.position)}")
            for place, share in zip(funnel.places, shares, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
        "marker": {
            "color": [UNUSUAL if place.position else LINE for place in funnel.places],
            "symbol": ["square" if place.position else "circle" for place in funnel.places],
            "size": 10,
            "opacity": 1,
            "line": {"width": 0},
        },
    }


def _name(funnel: FunnelOfUnits, share: float, words: str, anchor: str) -> dict[str, object]:
    """The name of a line beside its end."""
    return {
        "x": funnel.curve[-1][0], "y": 100 * share, "text": words, "xanchor": "left", "xshift": 4, "yanchor": anchor,
        "showarrow": False, "font": {"size": 13, "color": QUIET},
    }  # fmt: skip
