"""The page of one metric: its answer, its months, its services, what it means and how far it can be relied on.

Belongs here: what the page says. Does not belong here: the words of the definition, which are the metric's record.
"""

import datetime

from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import MetricValue
from dashboards.chart import chart_spec
from dashboards.drawing import full_chart
from dashboards.live_chart import plotly_figure
from dashboards.pages import Page, Series, cell, feed_row, newest, threshold_words
from dashboards.read import Figures
from dashboards.words import (
    basis_words,
    day_words,
    month_words,
    name_words,
    noun_words,
    parts_heading,
    parts_words,
    state_words,
    unit_words,
    value_words,
)


def metric_page(figures: Figures, record: MetricRecord) -> Page:
    """One metric: its answer, its months, its services, what it means and how far it can be relied on."""
    series = Series(figures)
    months = series.of(record.metric_id)
    spec = chart_spec(record, months, figures.month, figures.organisation)
    units = [("Whole organisation", "organisation", "all")] + [(s, "service", s) for s in series.services()]
    return {
        "title": record.title,
        "question": record.question,
        "answer": _answer(figures, record, months),
        "spec": spec,
        "drawing": full_chart(spec),
        "plotly": plotly_figure(spec),
        "value_heading": name_words(unit_words(record)) or "Figure",
        "basis_heading": parts_heading(record),
        "services": [
            {
                "name": name,
                "is_total": level == "organisation",
                **cell(record, series.of(record.metric_id, level, unit).get(figures.month)),
            }
            for name, level, unit in units
            if series.has_services(record.metric_id)
        ],
        "definition": _definition(figures, record),
        "exclusions": record.exclusions,
        "caveats": record.caveats,
        "changes": [(day_words(change.date), change.what) for change in record.changes],
        "state": state_words(months.get(figures.month)),
        "sources": [feed_row(feed) for feed in figures.feeds if feed.feed in record.sources],
    }


def _answer(figures: Figures, record: MetricRecord, months: dict[datetime.date, MetricValue]) -> str:
    value = newest(months, figures.month)
    month = month_words(figures.month)
    if value is None or value.value is None:
        return f"No figure for {month}: {state_words(months.get(figures.month))}."
    noun = f" of {noun_words(record)}" if noun_words(record) else f" {unit_words(record)}".rstrip()
    basis = parts_words(record, value) if record.kind == "proportion" else basis_words(record, value)
    level = f"{value_words(record, value.value)}{noun} in {month_words(value.month)}" + (
        f": {basis}." if basis else "."
    )
    if value.month == figures.month:
        return level
    return f"No figure for {month}: {state_words(months.get(figures.month))}. The newest is {level}"


def _definition(figures: Figures, record: MetricRecord) -> list[tuple[str, str]]:
    rows = [
        ("Counted (numerator)", record.numerator),
        ("Out of (denominator)", record.denominator),
        (
            "Window",
            f"Rolling: {record.window}, so neighbouring points share data" if record.is_rolling else record.window,
        ),
        (
            "Better is",
            {"increase": "higher", "decrease": "lower", "neutral": "neither higher nor lower"}[record.direction],
        ),
        ("Fewest for a figure", str(record.minimum_n)),
        ("Target", record.target_source or "none"),
        ("Owner", record.owner),
    ]
    for name in record.thresholds:
        if name not in figures.thresholds:
            raise ValueError(
                f"{record.metric_id}: threshold {name} has no value; add it to the vars of dbt_project.yml"
            )
        rows.append((f"{name_words(name)} in force", threshold_words(figures.thresholds[name])))
    return rows
