"""The first page: the level, a tile for each metric, the services, the feeds.

Belongs here: what the summary says and in which order. Does not belong here: any claim of change (a level is stated,
not a trend), any ranking of services.
"""

from collections import defaultdict

from markupsafe import Markup

from dagster_project.metric_records import MetricRecord
from dashboards.chart import chart_spec
from dashboards.drawing import sparkline
from dashboards.pages import Page, Series, cell, feed_row, newest, shown_records, small_numbers
from dashboards.read import Figures
from dashboards.words import (
    STATE_MEANINGS,
    STATE_WORDS,
    basis_words,
    month_words,
    name_words,
    noun_words,
    share_words,
    short_month,
    state_words,
    unit_words,
    value_words,
)


def summary_page(figures: Figures) -> Page:
    """The first page: the level, a tile for each metric, the services, the feeds."""
    series = Series(figures)
    records = shown_records(figures)
    by_service = [record for record in records if series.has_services(record.metric_id)]
    units = [("Whole organisation", "organisation", "all")] + [(s, "service", s) for s in series.services()]
    return {
        "headline": _headline(figures, records, series),
        "coverage": _coverage(figures, records, series),
        "tiles": [_tile(figures, record, series) for record in records],
        "service_columns": [record.title for record in by_service],
        "service_rows": [
            {
                "name": name,
                "is_total": level == "organisation",
                "cells": [cell(r, series.of(r.metric_id, level, unit).get(figures.month)) for r in by_service],
            }
            for name, level, unit in units
        ],
        "feeds": [feed_row(feed) for feed in figures.feeds],
        "glossary": _glossary(figures),
    }


def _headline(figures: Figures, records: list[MetricRecord], series: Series) -> str:
    """The level of the first share that has a figure, in words and digits."""
    for record in records:
        value = series.of(record.metric_id).get(figures.month)
        if record.kind == "proportion" and value is not None and value.value is not None:
            noun = noun_words(record)
            share = share_words(value.value) + (f" of {noun}" if noun else "")
            return f"{record.title}: {share}, {value_words(record, value.value)}"
    return f"No share can be shown for {month_words(figures.month)} yet"


def _coverage(figures: Figures, records: list[MetricRecord], series: Series) -> str:
    """How many metrics have a figure, and why the others have none; the numbers add up to all of them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for record in records:
        value = series.of(record.metric_id).get(figures.month)
        groups["" if value is not None and value.value is not None else state_words(value)].append(record.title)
    with_figure = len(groups.pop("", []))
    of = f"{with_figure} of {len(records)} measures {'has' if with_figure == 1 else 'have'} a figure"
    return ". ".join([f"{of} for {month_words(figures.month)}", *(_because(*item) for item in groups.items())]) + "."


def _because(words: str, titles: list[str]) -> str:
    return f"{name_words(words)}: {', '.join(titles)}"


def _tile(figures: Figures, record: MetricRecord, series: Series) -> Page:
    months = series.of(record.metric_id)
    value, now = newest(months, figures.month), months.get(figures.month)
    spec = chart_spec(record, months, figures.month, figures.organisation)
    is_current = value is not None and value.month == figures.month
    state = f"{month_words(figures.month)}: {state_words(now)}"
    if value is not None and not is_current:
        state += f". Shown: {month_words(value.month)}"
    return {
        "title": record.title,
        "metric_id": record.metric_id,
        "value": value_words(record, value.value) if value and value.value is not None else None,
        "unit": unit_words(record),
        "basis": basis_words(record, value) if value else "",
        "state": state,
        "is_current": is_current,
        "extent": name_words(spec.extent),
        "window": f"Rolling: covers {record.window}" if record.is_rolling else "",
        "sparkline": sparkline(spec) if spec.newest is not None else Markup(""),
        "first": short_month(spec.points[0].month),
        "last": short_month(spec.points[-1].month),
        "top": spec.tick_words(spec.top),
    }


def _glossary(figures: Figures) -> list[tuple[str, str]]:
    """The states that stand on the first page, with their meanings."""
    met = {value.value_state for value in figures.values if value.month == figures.month}
    meanings = {"suppressed": small_numbers(figures), **STATE_MEANINGS}
    return [(name_words(STATE_WORDS[state]), meaning) for state, meaning in meanings.items() if state in met]
