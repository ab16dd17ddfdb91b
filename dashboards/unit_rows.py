"""Services and teams of a measure as rows: figure, signal, small chart, place in the funnel; in the alphabet's order.

Belongs here: rows that metric pages and the page of services and teams both show. Does not belong here: any order by a
figure, any best or worst.
"""

from markupsafe import Markup

from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import TWELVE_MONTHS
from dashboards.chart import chart_spec
from dashboards.drawing import sparkline
from dashboards.figures import Figures, FunnelOfUnits, ShownValue
from dashboards.funnel_drawing import place_words
from dashboards.icons import change_icon
from dashboards.pages import Page, Series, cell, current
from dashboards.standing import standing
from dashboards.words import CHANGE_HEADS, name_words, signal_words

TOO_FEW = "not enough data"


def service_rows(figures: Figures, record: MetricRecord, series: Series) -> list[Page]:
    """The organisation and its services; none where the measure has no services."""
    if not series.has_services(record.metric_id):
        return []
    units = [("Whole organisation", "organisation", "all")]
    units += [(service, "service", service) for service in series.services([record.metric_id])]
    return [_unit_row(figures, record, series, *unit) for unit in units]


def _unit_row(figures: Figures, record: MetricRecord, series: Series, name: str, level: str, unit: str) -> Page:
    months = series.of(record.metric_id, level, unit)
    value = current(record, months, figures.month)
    where = standing(record, value, value)
    breaks = [each for each in figures.breaks if each.metric_id == record.metric_id]
    spec = chart_spec(record, months, figures.month, name, breaks)
    return {
        "name": name,
        "is_total": level == "organisation",
        **cell(record, value),
        "icon": change_icon(where.change, is_high=where.is_high) if where.change else Markup(""),
        "signal": CHANGE_HEADS[where.change] if where.change else _silence(record, value),
        "sparkline": sparkline(spec) if spec.newest is not None and record.cadence == "month" else Markup(""),
    }


def _silence(record: MetricRecord, value: ShownValue | None) -> str:
    if value is None or value.value is None:
        return TOO_FEW
    return name_words(signal_words(record, value.beside))


def team_rows(figures: Figures, record: MetricRecord) -> list[Page]:
    """Teams over twelve months, each with its place in the funnel where it has one."""
    funnel = funnel_of(figures, record.metric_id)
    places = {place.unit_id: place_words(place.position) for place in funnel.places} if funnel else {}
    found = [v for v in figures.details if v.metric_id == record.metric_id and v.period_type == TWELVE_MONTHS]
    return [
        {"name": value.unit_id, "is_total": False, "place": places.get(value.unit_id, TOO_FEW), **cell(record, value)}
        for value in sorted(found, key=lambda v: (v.unit_id.casefold(), v.unit_id))
    ]


def funnel_of(figures: Figures, metric_id: str) -> FunnelOfUnits | None:
    return next((each for each in figures.funnels if each.metric_id == metric_id), None)
