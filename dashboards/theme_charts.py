"""Charts of several measures, or of the parts of one, on the pages of themes: chains, ladders and mixes.

Belongs here: which figures charts.yml names, as rows. Does not belong here: how such a chart is drawn (row_drawing.py).
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.metric_records import MetricRecord, Theme
from dagster_project.typed_yaml import load_typed_yaml
from dashboards.figures import Figures, ShownValue
from dashboards.pages import Series, current
from dashboards.row_chart import Mark, Row, RowChart
from dashboards.words import count_words, month_words, name_words, parts_words, percent_words, state_words, value_words

CHARTS = Path(__file__).with_name("charts.yml")


class ThemeChart(BaseModel):
    """An entry of charts.yml. `first` names a chain's first row; `breakdown` and `parts` are of a mix."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,27}$")  # names a sheet of the workbook
    kind: Literal["chain", "ladder", "mix"]
    theme: Theme
    title: str
    measures: tuple[str, ...] = Field(min_length=1)
    counted: str
    first: str = ""
    breakdown: str = ""
    parts: tuple[str, ...] = ()


class ThemeCharts(BaseModel):
    """charts.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    charts: tuple[ThemeChart, ...]


@cache
def known_charts() -> tuple[ThemeChart, ...]:
    return load_typed_yaml(CHARTS, ThemeCharts).charts


def theme_charts(figures: Figures) -> dict[str, list[RowChart]]:
    """The charts of which these readers have every measure and any figure, by theme."""
    series = Series(figures)
    found: dict[str, list[RowChart]] = {}
    for chart in known_charts():
        if not set(chart.measures) <= figures.records.keys():
            continue
        records = [figures.records[name] for name in chart.measures]
        spec = {"chain": _chain, "ladder": _ladder, "mix": _mix}[chart.kind](chart, figures, records, series)
        if spec.has_marks:
            found.setdefault(chart.theme, []).append(spec)
    return found


def _now(figures: Figures, records: list[MetricRecord], series: Series) -> list[ShownValue | None]:
    """The values of one period: the newest of the first measure."""
    months = [series.of(record.metric_id) for record in records]
    first = current(records[0], months[0], figures.month)
    return [first, *(of_measure.get(first.month) if first else None for of_measure in months[1:])]


def _chain(chart: ThemeChart, figures: Figures, records: list[MetricRecord], series: Series) -> RowChart:
    """How many people are left at each step, each beside those it was asked of."""
    values = _now(figures, records, series)
    first = values[0]
    asked_first = first.denominator if first else None
    rows = [_row(chart.first, () if asked_first is None else _people(asked_first), first)]
    for record, value in zip(records, values, strict=True):
        if value is None or value.value is None or value.numerator is None or value.denominator is None:
            rows.append(Row(record.title, (), state_words(value)))
        else:
            asked = f"{value_words(record, value.value)} of {count_words(value.denominator)}"
            rows.append(Row(record.title, _people(value.numerator), asked))
    ends = [row.marks[0] for row in (rows[0], rows[-1]) if row.marks]
    message = (
        f"{rows[-1].label}: {ends[1].shown}; {rows[0].label.lower()}: {ends[0].shown}"
        if len(ends) == 2
        else f"{chart.title}: not every step may be shown"
    )
    return _spec(chart, figures, _month(figures, first), message, ("",), rows, chart.counted, "Step")


def _people(n: float) -> tuple[Mark, ...]:
    return (Mark("", n, count_words(n), n, n),)


def _row(label: str, marks: tuple[Mark, ...], value: ShownValue | None) -> Row:
    """A row, which says why where it has no marks."""
    return Row(label, marks, "" if marks else state_words(value))


def _ladder(chart: ThemeChart, figures: Figures, records: list[MetricRecord], series: Series) -> RowChart:
    """The share on each rung or above, the highest first."""
    values = _now(figures, records, series)
    rungs = zip(reversed(records), reversed(values), strict=True)
    rows = [_row(record.title, _share(record, value), value) for record, value in rungs]
    message = f"{rows[-1].label}: {rows[-1].words}"
    return _spec(chart, figures, _month(figures, values[0]), message, ("",), rows, "%", "Rung")


def _share(record: MetricRecord, value: ShownValue | None) -> tuple[Mark, ...]:
    if value is None or value.value is None or value.numerator is None or value.denominator is None:
        return ()
    shown = f"{value_words(record, value.value)} ({parts_words(record, value)})"
    return (Mark("", round(100 * value.value, 4), shown, value.numerator, value.denominator),)


def _mix(chart: ThemeChart, figures: Figures, records: list[MetricRecord], series: Series) -> RowChart:
    """A bar a part of the breakdown, split at the numerator, with its share of the whole; largest first."""
    [record] = records
    parts = [
        value
        for value in figures.details
        if (value.metric_id, value.breakdown) == (record.metric_id, chart.breakdown) and value.value_state != "not_due"
    ]
    parts.sort(key=lambda value: (-(value.denominator or 0.0), value.breakdown_value))
    [whole] = _now(figures, records, series)
    rows = [_part(chart, value, whole) for value in parts]
    largest = rows[0].label.lower() if rows and rows[0].marks else "none may be shown"
    n = f" of {count_words(whole.denominator)}" if whole and whole.denominator else ""
    message = f"Most often: {largest}, {count_words(parts[0].denominator or 0)}{n} {chart.counted}" if parts else ""
    return _spec(chart, figures, _month(figures, whole), message, chart.parts, rows, chart.counted, "Part")


def _part(chart: ThemeChart, value: ShownValue, whole: ShownValue | None) -> Row:
    """A part, with its share of the whole where both are told for one period."""
    row = _row(name_words(value.breakdown_value), _split(chart, value), value)
    if row.marks and value.denominator and whole and whole.denominator and whole.month == value.month:
        share = percent_words(value.denominator / whole.denominator)
        return replace(row, note=f"{share} of {count_words(whole.denominator)}")
    return row


def _split(chart: ThemeChart, value: ShownValue) -> tuple[Mark, ...]:
    if value.numerator is None or value.denominator is None:
        return ()
    sizes = (value.numerator, value.denominator - value.numerator)
    return tuple(
        Mark(name, size, count_words(size), size, value.denominator)
        for name, size in zip(chart.parts, sizes, strict=True)
    )


def _month(figures: Figures, value: ShownValue | None) -> str:
    return month_words(value.month if value else figures.month)


def _spec(
    chart: ThemeChart,
    figures: Figures,
    month: str,
    message: str,
    names: tuple[str, ...],
    rows: list[Row],
    unit: str,
    heading: str,
) -> RowChart:
    subtitle = f"{chart.title}; {chart.counted}; {figures.organisation}; {month}"
    return RowChart(chart.name, chart.kind, chart.title, message, subtitle, heading, names, tuple(rows), unit)
