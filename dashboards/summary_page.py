"""The first page: the level, a tile for each headline, every measure by theme, the services, the feeds.

Belongs here: what the summary says and in which order. Does not belong here: any claim of change (a level is stated,
not a trend), any ranking of services.
"""

from collections import defaultdict

from markupsafe import Markup

from dagster_project.exports.contract import load_contracts
from dagster_project.metric_records import MetricRecord
from dashboards.building_blocks import blocks_part
from dashboards.chart import chart_spec
from dashboards.drawing import sparkline
from dashboards.feeds_collected import feeds_collected
from dashboards.figures import Figures, ShownValue
from dashboards.pages import Page, Series, cell, current, feed_row, newest, shown_records, small_numbers
from dashboards.words import (
    ASSURANCE_WORDS,
    STATE_MEANINGS,
    STATE_WORDS,
    THEME_WORDS,
    basis_words,
    month_words,
    name_words,
    noun_words,
    provisional_words,
    share_words,
    short_month,
    signal_words,
    state_words,
    unit_words,
    value_words,
)


def summary_page(figures: Figures) -> Page:
    """The first page: the level, a tile for each headline, every measure by theme, the services, the feeds."""
    series = Series(figures)
    records = shown_records(figures)
    headlines = [record for record in figures.records.values() if record.is_headline and record in records]
    by_service = [record for record in headlines if series.has_services(record.metric_id)]
    units = [("Whole organisation", "organisation", "all")] + [
        (s, "service", s) for s in series.services([record.metric_id for record in by_service])
    ]
    return {
        "headline": _headline(figures, records, series),
        "coverage": _coverage(figures, records, series),
        "collected": feeds_collected(figures, load_contracts()),
        "tiles": [_tile(figures, record, series) for record in headlines],
        "themes": [_theme(figures, theme, records, series) for theme in THEME_WORDS],
        "service_columns": [record.title for record in by_service],
        "service_rows": [
            {
                "name": name,
                "is_total": level == "organisation",
                "cells": [cell(r, current(r, series.of(r.metric_id, level, unit), figures.month)) for r in by_service],
            }
            for name, level, unit in units
        ],
        "building_blocks": blocks_part(figures),
        "feeds": [feed_row(feed) for feed in figures.feeds],
        "glossary": _glossary(figures),
        "has_gaps": bool(figures.gaps),
    }


def _headline(figures: Figures, records: list[MetricRecord], series: Series) -> str:
    """The level of the first share that has a figure, in words and digits."""
    for record in records:
        value = current(record, series.of(record.metric_id), figures.month)
        if record.is_headline and record.kind == "proportion" and value is not None and value.value is not None:
            noun = noun_words(record)
            share = share_words(value.value) + (f" of {noun}" if noun else "")
            return f"{record.title}: {share}, {value_words(record, value.value)}{provisional_words(value.beside)}"
    return f"No share can be shown for {month_words(figures.month)} yet"


def _coverage(figures: Figures, records: list[MetricRecord], series: Series) -> str:
    """How many metrics have a figure, and why the others have none; the numbers add up to all of them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for record in records:
        value = current(record, series.of(record.metric_id), figures.month)
        groups["" if value is not None and value.value is not None else state_words(value)].append(record.title)
    with_figure = len(groups.pop("", []))
    of = f"{with_figure} of {len(records)} measures {'has' if with_figure == 1 else 'have'} a figure"
    return ". ".join([f"{of} for {month_words(figures.month)}", *(_because(*item) for item in groups.items())]) + "."


def _because(words: str, titles: list[str]) -> str:
    return f"{name_words(words)}: {', '.join(titles)}"


def _tile(figures: Figures, record: MetricRecord, series: Series) -> Page:
    months = series.of(record.metric_id)
    value, now = newest(record, months, figures.month), current(record, months, figures.month)
    breaks = [each for each in figures.breaks if each.metric_id == record.metric_id]
    spec = chart_spec(record, months, figures.month, figures.organisation, breaks)
    is_current = value is not None and value is now
    state = f"{month_words(now.month if now else figures.month)}: {state_words(now)}"
    if value is not None and not is_current:
        state += f". Shown: {month_words(value.month)}"
    return {
        "title": record.title,
        "metric_id": record.metric_id,
        "value": value_words(record, value.value) if value and value.value is not None else None,
        "unit": unit_words(record),
        "basis": basis_words(record, value) + provisional_words(value.beside) if value else "",
        "state": state,
        "signal": name_words(signal_words(record, value.beside)) if value and value.beside.variation else "",
        "target": _target(record, value),
        "is_current": is_current,
        "extent": name_words(spec.extent),
        "window": f"Rolling: covers {record.window}" if record.is_rolling else "",
        "sparkline": sparkline(spec) if spec.newest is not None else Markup(""),
        "first": short_month(spec.points[0].month),
        "last": short_month(spec.points[-1].month),
        "top": spec.tick_words(spec.top),
    }


def _target(record: MetricRecord, value: ShownValue | None) -> str:
    if value is None or value.beside.target is None or value.beside.assurance is None:
        return ""
    return f"Target {value_words(record, value.beside.target)}: {ASSURANCE_WORDS[value.beside.assurance]}"


def _theme(figures: Figures, theme: str, records: list[MetricRecord], series: Series) -> Page:
    """The measures of a theme, each with its newest figure and the month of it."""
    rows = []
    for record in records:
        if record.theme != theme:
            continue
        months = series.of(record.metric_id)
        value, now = newest(record, months, figures.month), current(record, months, figures.month)
        breaks = [each.month for each in figures.breaks if each.metric_id == record.metric_id]
        rows.append(
            {
                "metric_id": record.metric_id,
                "title": record.title,
                "cell": cell(record, value or now),
                "month": short_month(value.month) if value else "",
                "break": f"series broken {short_month(max(breaks))}" if breaks else "",
            }
        )
    return {"name": THEME_WORDS[theme], "rows": rows}


def _glossary(figures: Figures) -> list[tuple[str, str]]:
    """The states that stand on the first page, with their meanings."""
    met = {value.value_state for value in figures.values if value.month == figures.month}
    meanings = {"suppressed": small_numbers(figures), **STATE_MEANINGS}
    return [(name_words(STATE_WORDS[state]), meaning) for state, meaning in meanings.items() if state in met]
