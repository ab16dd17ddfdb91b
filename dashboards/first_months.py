"""The first twelve months: what can be said of measures that have too few months for signals.

Belongs here: how far each measure is, its figures so far, from when a signal is possible. Does not belong here:
signals (statistics), measures whose export has not come (feeds_collected.py).
"""

from dashboards.figures import Figures
from dashboards.pages import Page, Series, cell, newest, shown_records
from dashboards.tiles import link
from dashboards.words import MINIMUM_POINTS, month_words, months_back, value_words

FIGURES_FOR_SPAN = 3  # two figures are no span


def first_months_page(figures: Figures) -> Page:
    """The measures on their way to signals, the furthest first; no rows where every one of them has its months."""
    return {"rows": _rows(figures), "needed": MINIMUM_POINTS}


def _rows(figures: Figures) -> list[Page]:
    series = Series(figures)
    found: list[tuple[int, Page]] = []
    for record in shown_records(figures):
        months = series.of(record.metric_id)
        value = newest(record, months, figures.month)
        if not record.has_signals or value is None or value.value is None or value.beside.variation is not None:
            continue
        n = value.beside.n_points or 0
        if n >= MINIMUM_POINTS:
            continue
        known = [each.value for _, each in sorted(months.items())[-n:] if each.value is not None] if n else []
        row = {
            **link(record),
            "cell": cell(record, value),
            "n": n,
            "span": (
                f"{value_words(record, min(known))} to {value_words(record, max(known))}"
                if len(known) >= FIGURES_FOR_SPAN
                else "too few months"
            ),
            "from": month_words(months_back(value.month, n - MINIMUM_POINTS)),
        }
        found.append((n, row))
    return [row for _, row in sorted(found, key=lambda each: -each[0])]
