"""What stands beside each metric value before anything is published: whether it is hidden, its interval, its signal.

Belongs here: reading the figures, applying the statistics to them, and the table `metrics.fct_metric_signals`.
Does not belong here: the statistics (statistics/), how good the data is (data_quality), words and pages (dashboards).

Signals and intervals are made of masked figures: a hidden month is a month without a figure, so that no mean, limit or
interval can give it away.
"""

import datetime
import importlib
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import duckdb

from dagster_project.data_quality import FigureKey
from dagster_project.masking import Masked, masked_figures
from dagster_project.metric_records import MetricRecord
from dagster_project.problems import SettingsProblem
from dagster_project.rolled_up import rolled_up_to
from dagster_project.statistics.data_quality import Rating
from dagster_project.statistics.disclosure import SUPPRESSED, MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings

log = logging.getLogger(__name__)

VALUES_SQL = """
select
    metric_id, period_type, period_start, period_end, unit_level, unit_id, breakdown, breakdown_value,
    cast(numerator as double), cast(denominator as double), people, numerator_people, rest_people, value,
    value_state
from metrics.fct_metric_values
order by
    metric_id, period_end, period_type, list_position(['organisation', 'service', 'team'], unit_level), unit_id,
    breakdown, breakdown_value
"""
TARGETS_SQL = "select metric_id, from_date, cast(value as double) from staging.stg_targets order by from_date"
CHANGES_SQL = "select metric_id, unit_id, month, change from staging.stg_chart_changes"
COMMENTED_SQL = "select metric_id from marts.fct_comments"

BREAKS_SQL = "select distinct metric_id, settled_month from metrics.fct_series_breaks"
KEY = (
    "metric_id", "period_type", "period_start", "unit_level", "unit_id", "breakdown", "breakdown_value",
)  # fmt: skip

_SeriesKey = tuple[str, str, str]  # metric, level, unit


@dataclass(frozen=True)
class Beside:
    """What stands beside one metric value. Everything but `is_hidden` and `quality` is None where it cannot be said.

    `lower` and `upper` are its 95% interval; `rolled_up_to` is the unit of which an opinion is told that is hidden here
    (rolled_up.py). The chart's fields are those of statistics.signals.Signal.
    """

    is_hidden: bool
    quality: str | None
    quality_reasons: str | None = None
    lower: float | None = None
    upper: float | None = None
    interval: str | None = None
    method: str | None = None
    n_points: int | None = None
    centre: float | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    rule: str | None = None
    variation: str | None = None
    assurance: str | None = None
    target: float | None = None
    rolled_up_to: str | None = None


NOTHING_BESIDE = Beside(is_hidden=False, quality=None)
NOTHING_ROLLED_UP: Mapping[int, str] = {}

SQL_TYPES = {
    "is_hidden": "boolean", "quality": "varchar", "quality_reasons": "varchar", "lower": "double", "upper": "double",
    "interval": "varchar",
    "method": "varchar", "n_points": "bigint", "centre": "double", "lower_limit": "double", "upper_limit": "double",
    "rule": "varchar", "variation": "varchar", "assurance": "varchar", "target": "double",
    "rolled_up_to": "varchar",
}  # fmt: skip


NUMBERS = {
    "numerator": "double", "denominator": "double", "people": "bigint", "value": "double", "value_state": "varchar",
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A target of a metric; `value` is None where there is none from that day on."""

    metric_id: str
    from_date: datetime.date
    value: float | None


@dataclass(frozen=True)
class ChartChange:
    """A decision about a chart: change is rebase, baseline_end, ghost or, of no effect on it, agreed."""

    metric_id: str
    unit_id: str
    month: datetime.date
    change: str


@dataclass(frozen=True)
class BreakOfMetric:
    """The metric's figures before `month` and from it on cannot be compared."""

    metric_id: str
    month: datetime.date


def analyse(
    connection: duckdb.DuckDBPyConnection,
    *,
    records: Mapping[str, MetricRecord],
    disclosure: DisclosureSettings,
    month: datetime.date,
    quality: Mapping[FigureKey, Rating],
    earlier: Sequence[MetricValue] = (),
) -> Masked:
    """Write `metrics.fct_metric_signals`, a row for each metric value; what of figures and comparisons may be shown.

    `quality` is the rating of each figure's data; `earlier` are the values of the newest earlier edition, as
    it shows them. Where any hidden figure can be worked out from those shown, nothing may be published.
    """
    values = [MetricValue(*row) for row in connection.execute(VALUES_SQL).fetchall()]
    _refuse_without_record(values, records)
    found = masked_figures(connection, values, records, disclosure, month, earlier)
    targets = [Target(*row) for row in connection.execute(TARGETS_SQL).fetchall()]
    changes = [ChartChange(*row) for row in connection.execute(CHANGES_SQL).fetchall()]
    breaks = [BreakOfMetric(*row) for row in connection.execute(BREAKS_SQL).fetchall()]
    _tell_of_unknown("targets", (each.metric_id for each in targets), records)
    _tell_of_unknown("chart_changes", (each.metric_id for each in changes), records)
    _tell_of_unknown("comments", (each[0] for each in connection.execute(COMMENTED_SQL).fetchall()), records)
    rolled_up = rolled_up_to(connection, found.values, records)
    write(connection, found.values, beside(found.values, records, quality, targets, changes, breaks, rolled_up))
    return found


def import_statistics() -> None:
    """Import what the analysis calls, which takes seconds: scipy and statsmodels."""
    for name in ("agreement", "association", "edition_audit", "signals"):
        importlib.import_module(f"dagster_project.statistics.{name}")


def _refuse_without_record(values: Sequence[MetricValue], records: Mapping[str, MetricRecord]) -> None:
    without = sorted({value.metric_id for value in values} - set(records))
    if without:
        raise SettingsProblem(f"{without[0]} has values but no record met_{without[0]}.yml; write it and run again")


def _tell_of_unknown(register: str, metric_ids: Iterable[str], records: Mapping[str, MetricRecord]) -> None:
    n_unknown = sum(metric_id not in records for metric_id in metric_ids)
    if n_unknown:
        advice = "`practice-metrics metrics` names all measures"
        log.info("%s: %d rows name no measure and change nothing; %s", register, n_unknown, advice)


def beside(
    masked: Sequence[MetricValue],
    records: Mapping[str, MetricRecord],
    quality: Mapping[FigureKey, Rating],
    targets: Sequence[Target] = (),
    changes: Sequence[ChartChange] = (),
    breaks: Sequence[BreakOfMetric] = (),
    rolled_up: Mapping[int, str] = NOTHING_ROLLED_UP,
) -> list[Beside]:
    """What stands beside each of `masked`, in their order; `rolled_up` is by their places."""
    found = [
        Beside(
            value.value_state == SUPPRESSED,
            *_quality(value, quality),
            target=_target(value, targets),
            rolled_up_to=rolled_up.get(place),
        )
        for place, value in enumerate(masked)
    ]
    for place, interval in _intervals(masked, records).items():
        found[place] = replace(found[place], **interval)
    for (metric_id, _, unit_id), places in _series(masked, records).items():
        record = records[metric_id]
        of_chart = [change for change in changes if change.metric_id == metric_id and change.unit_id == unit_id]
        of_metric = [each.month for each in breaks if each.metric_id == metric_id]
        target = _in_force(targets, metric_id, max(places))
        for month, signal in _signals(masked, places, record, target, of_chart, of_metric).items():
            found[places[month]] = replace(found[places[month]], **signal)
    return found


def _quality(value: MetricValue, quality: Mapping[FigureKey, Rating]) -> tuple[str | None, str | None]:
    rating = quality.get((value.metric_id, value.period_type, value.month))
    return (rating.grade, "; ".join(rating.reasons)) if rating else (None, None)


def _intervals(masked: Sequence[MetricValue], records: Mapping[str, MetricRecord]) -> dict[int, dict[str, Any]]:
    """The 95% interval of each value that is told, by its place: all of one kind at once."""
    from dagster_project.statistics import intervals

    found: dict[int, dict[str, Any]] = {}
    for kind, method in (("wilson", intervals.wilson), ("byar", intervals.rate)):
        places = [p for p, v in enumerate(masked) if v.value is not None and records[v.metric_id].interval == kind]
        if not places:
            continue
        numerators = [masked[place].numerator or 0.0 for place in places]
        limits = method(numerators, [masked[place].denominator or 0.0 for place in places])
        for place, lower, upper in zip(places, limits.lower.tolist(), limits.upper.tolist(), strict=True):
            found[place] = {"lower": lower, "upper": upper, "interval": kind}
    return found


def _series(
    masked: Sequence[MetricValue], records: Mapping[str, MetricRecord]
) -> dict[_SeriesKey, dict[datetime.date, int]]:
    """Places of the months of each organisation's and service's series that may carry signals."""
    found: dict[_SeriesKey, dict[datetime.date, int]] = defaultdict(dict)
    for place, value in enumerate(masked):
        is_series = value.breakdown == "all" and value.period_type == "month" and value.unit_level != "team"
        if is_series and records[value.metric_id].has_signals:
            found[value.metric_id, value.unit_level, value.unit_id][value.month] = place
    return found


def _signals(
    masked: Sequence[MetricValue],
    places: Mapping[datetime.date, int],
    record: MetricRecord,
    target: float | None,
    changes: Sequence[ChartChange],
    breaks: Collection[datetime.date],
) -> dict[datetime.date, dict[str, Any]]:
    """What the chart of one series says, by month."""
    from dagster_project.statistics.signals import Changes, Series, signals_of

    months = _months(min(places), max(places))
    values = [masked[places[month]] if month in places else None for month in months]
    figures = [value if value and value.value is not None else None for value in values]
    is_share = record.kind == "proportion" and record.interval == "wilson"
    series = Series(
        [each.value if each else None for each in figures],
        [each.numerator if each else None for each in figures] if is_share else None,
        [each.denominator if each else None for each in figures] if is_share else None,
    )
    of_kind = {
        kind: [months.index(c.month) for c in changes if c.change == kind and c.month in months]
        for kind in ("rebase", "ghost", "baseline_end")
    }
    starts = [place for place, month in enumerate(months) if month in breaks]
    signals = signals_of(
        series,
        improvement=record.direction,
        target=target,
        changes=Changes(starts, of_kind["rebase"], of_kind["ghost"], max(of_kind["baseline_end"], default=None)),
    )
    return {
        month: {each.name: getattr(signal, each.name) for each in fields(signal)}
        for month, signal in zip(months, signals, strict=True)
        if signal is not None
    }


def _target(value: MetricValue, targets: Sequence[Target]) -> float | None:
    """The target that was in force in the value's month, beside the figures of whole units."""
    return _in_force(targets, value.metric_id, value.month) if value.breakdown == "all" else None


def _in_force(targets: Sequence[Target], metric_id: str, month: datetime.date) -> float | None:
    """The metric's target in that month: the newest that is in force on its first day."""
    known = [each.value for each in targets if each.metric_id == metric_id and each.from_date <= month]
    return known[-1] if known else None


def _months(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [datetime.date(number // 12, number % 12 + 1, 1) for number in range(start, end + 1)]


def write(connection: duckdb.DuckDBPyConnection, values: Sequence[MetricValue], found: Sequence[Beside]) -> None:
    """`metrics.fct_metric_signals`: the key of each metric value, what stands beside it, its numbers as shown."""
    shown = {f"shown_{name}": kind for name, kind in NUMBERS.items()}
    kinds = dict.fromkeys(KEY, "varchar") | {"period_start": "date"} | SQL_TYPES | shown
    columns = [[getattr(value, name) for value in values] for name in KEY]
    columns += [[getattr(each, name) for each in found] for name in SQL_TYPES]
    columns += [[getattr(value, name) for value in values] for name in NUMBERS]
    lists = ", ".join(f"unnest(?::{kind}[]) as {name}" for name, kind in kinds.items())
    connection.execute(f"create or replace table metrics.fct_metric_signals as select {lists}", columns)
