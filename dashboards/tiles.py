"""Tiles of headlines and rows of measures on the summary.

Belongs here: what a tile and a row say. Does not belong here: which measures have one (summary_page.py).
"""

from collections.abc import Sequence

from markupsafe import Markup

from dagster_project.metric_records import MetricRecord
from dashboards.chart import ChartSpec, chart_spec
from dashboards.drawing import sparkline
from dashboards.figures import Figures, ShownValue
from dashboards.icons import standing_icons
from dashboards.pages import Page, Series, cell
from dashboards.standing import Standing
from dashboards.words import (
    basis_words,
    month_words,
    name_words,
    parts_words,
    provisional_words,
    quality_word,
    short_month,
    signal_words,
    state_words,
    unit_words,
    value_words,
)


def link(record: MetricRecord) -> Page:
    return {"title": record.title, "metric_id": record.metric_id}


def _spec(figures: Figures, record: MetricRecord, series: Series) -> ChartSpec:
    breaks = [each for each in figures.breaks if each.metric_id == record.metric_id]
    return chart_spec(record, series.of(record.metric_id), figures.month, figures.organisation, breaks)


def tile(figures: Figures, record: MetricRecord, series: Series, found: Sequence[Standing]) -> Page:
    each = next(one for one in found if one.record is record)
    value, now, spec = each.value, each.now, _spec(figures, record, series)
    is_current = value is not None and value is now
    state = f"{month_words(now.month if now else figures.month)}: {state_words(now)}"
    if value is not None and not is_current:
        state += f". Shown: {month_words(value.month)}"
    return {
        **link(record),
        "value": value_words(record, value.value) if value and value.value is not None else None,
        "unit": unit_words(record),
        "basis": basis_words(record, value) + provisional_words(value.beside) if value else "",
        "state": state,
        "usual": _usual_words(record, value, spec),
        "icons": standing_icons(each),
        "is_current": is_current,
        "extent": name_words(spec.extent),
        "window": f"Rolling: covers {record.window}" if record.is_rolling else "",
        "sparkline": sparkline(spec) if spec.newest is not None else Markup(""),
        "first": short_month(spec.points[0].month),
        "last": short_month(spec.points[-1].month),
        "top": spec.tick_words(spec.top),
        "companions": [
            companion(one)
            for one in found
            if one.record is not record
            and (one.record.shown_with == record.metric_id or one.record.metric_id == record.paired_with)
        ],
    }


def _usual_words(record: MetricRecord, value: ShownValue | None, spec: ChartSpec) -> str:
    """The usual range and the target: "Usual range 18% to 33%. Target 10%"."""
    parts = [f"Usual range {spec.usual_range}"] if spec.usual_range else []
    if value and value.beside.target is not None:
        parts.append(f"Target {value_words(record, value.beside.target)}")
    return ". ".join(parts)


def companion(each: Standing) -> Page:
    """Another measure on the tile of a headline, on a line of its own and never mixed with it."""
    record, value = each.record, each.value
    if value is None or value.value is None:
        return {**link(record), "words": state_words(each.now)}
    parts = parts_words(record, value)
    figure = value_words(record, value.value) + (f", {parts}" if parts else "")
    return {**link(record), "words": f"{figure} ({short_month(value.month)}){provisional_words(value.beside)}"}


def measure_row(figures: Figures, each: Standing, series: Series) -> Page:
    """One measure of the table, with its month, its chart and how good its data are."""
    record, value = each.record, each.value
    spec = _spec(figures, record, series)
    breaks = [one.month for one in figures.breaks if one.metric_id == record.metric_id]
    return {
        **link(record),
        "cell": cell(record, value or each.now),
        "month": short_month(value.month) if value else "",
        "break": f"series broken {short_month(max(breaks))}" if breaks else "",
        "sparkline": sparkline(spec) if spec.newest is not None else Markup(""),
        "icons": standing_icons(each),
        "silent": "" if each.change else _silence(each),
        "quality": quality_word(value),
    }


def _silence(each: Standing) -> str:
    """Why a measure has no icons."""
    if each.value is None or each.value.value is None:
        return ""
    if each.is_provisional:
        return "Provisional"
    return name_words(signal_words(each.record, each.value.beside))
