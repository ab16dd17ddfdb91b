"""The page of one metric: its answer, its months, its services, what it means and how far it can be relied on.

Belongs here: what the page says. Does not belong here: the words of the definition, which are the metric's record.
"""

import datetime

from dagster_project.metric_records import CaveatWhere, MetricRecord
from dagster_project.statistics.disclosure import MetricValue
from dashboards.chart import chart_spec
from dashboards.drawing import full_chart
from dashboards.live_chart import plotly_figure
from dashboards.pages import Page, Series, break_words, cell, current, feed_row, newest, threshold_words
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
    breaks = [each for each in figures.breaks if each.metric_id == record.metric_id]
    spec = chart_spec(record, months, figures.month, figures.organisation, breaks)
    units = [("Whole organisation", "organisation", "all")] + [
        (s, "service", s) for s in series.services([record.metric_id])
    ]
    return {
        "title": record.title,
        "question": record.question,
        "answer": _answer(figures, record, months),
        "spec": spec,
        "drawing": full_chart(spec),
        "plotly": plotly_figure(spec),
        "value_heading": name_words(unit_words(record)) or "Figure",
        "basis_heading": parts_heading(record),
        "cadence": record.cadence,
        "period": month_words(shown.month if (shown := current(record, months, figures.month)) else figures.month),
        "services": [
            {
                "name": name,
                "is_total": level == "organisation",
                **cell(record, current(record, series.of(record.metric_id, level, unit), figures.month)),
            }
            for name, level, unit in units
            if series.has_services(record.metric_id)
        ],
        "definition": _definition(figures, record),
        "exclusions": record.exclusions,
        "caveats": [words for each in record.caveats if (words := _caveat(figures, each))],
        "changes": [(day_words(change.date), change.what) for change in record.changes],
        "state": state_words(current(record, months, figures.month)),
        "breaks": break_words(breaks),
        "parts": _parts(figures, record),
        "teams": _teams(figures, record),
        "sources": [feed_row(feed) for feed in figures.feeds if feed.feed in record.sources],
    }


def _caveat(figures: Figures, caveat: str | CaveatWhere) -> str:
    """A caveat, empty where what it is about is not in force."""
    if isinstance(caveat, str):
        return caveat
    return caveat.caveat if figures.thresholds[caveat.where] else ""


def _parts(figures: Figures, record: MetricRecord) -> list[Page]:
    """The organisation's newest figure by each breakdown: a table each."""
    found = [v for v in figures.details if v.metric_id == record.metric_id and v.period_type == record.cadence]
    return [
        {
            "name": name_words(breakdown).lower(),
            "period": month_words(rows[0].month),
            "rows": [
                {"name": name_words(value.breakdown_value), "is_total": False, **cell(record, value)} for value in rows
            ],
        }
        for breakdown in record.breakdowns
        if (rows := [value for value in found if value.breakdown == breakdown])
    ]


def _teams(figures: Figures, record: MetricRecord) -> Page:
    """Teams over twelve months, in the order of the alphabet."""
    found = [v for v in figures.details if v.metric_id == record.metric_id and v.period_type == "twelve_months"]
    return {
        "period": f"{month_words(found[0].period_start)} to {month_words(found[0].month)}" if found else "",
        "rows": [{"name": value.unit_id, "is_total": False, **cell(record, value)} for value in found],
    }


def _answer(figures: Figures, record: MetricRecord, months: dict[datetime.date, MetricValue]) -> str:
    value, now = newest(record, months, figures.month), current(record, months, figures.month)
    month = month_words(figures.month)
    if value is None or value.value is None:
        return f"No figure for {month}: {state_words(now)}."
    noun = f" of {noun_words(record)}" if noun_words(record) else f" {unit_words(record)}".rstrip()
    basis = parts_words(record, value) if record.kind == "proportion" else basis_words(record, value)
    level = f"{value_words(record, value.value)}{noun} in {month_words(value.month)}" + (
        f": {basis}." if basis else "."
    )
    if value is now:
        return level
    return f"No figure for {month}: {state_words(now)}. The newest is {level}"


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
