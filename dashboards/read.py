"""Figures for pages and reading commands, from the read copy of the warehouse.

Belongs here: reading metric values without the numbers that the run has hidden, and what stands beside them.
Does not belong here: states of feeds (read_feeds.py), the warehouse itself, rows about people, words and drawing.
"""

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from pydantic import BaseModel

from dagster_project.analysis import KEY, NUMBERS, Beside
from dagster_project.catalogue import live_feeds
from dagster_project.metric_records import MetricRecord
from dagster_project.problems import Problem
from dagster_project.statistics.disclosure import TWELVE_MONTHS, MetricValue
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dagster_project.warehouse import read_only
from dashboards.compared import AgreementOfMonth, AssociationOfPeriod
from dashboards.figures import (
    MONTHS_SHOWN,
    BuildingBlock,
    ChartDecision,
    Comment,
    ConditionOfService,
    Figures,
    GapOfWave,
    QuadrantOfService,
    SeriesBreak,
    ShownValue,
)
from dashboards.funnels import funnels_of
from dashboards.read_feeds import feed_states
from dashboards.words import months_back

VALUES_SQL = f"""
select
    v.metric_id, v.period_type, v.period_start, v.period_end, v.unit_level, v.unit_id, v.breakdown, v.breakdown_value,
    cast(v.numerator as double), cast(v.denominator as double), v.people, v.numerator_people, v.rest_people, v.value,
    v.value_state,
    {", ".join(f"s.{name}" for name in Beside.__dataclass_fields__)},
    {", ".join(f"s.shown_{name}" for name in NUMBERS)}
from metrics.fct_metric_values as v
inner join metrics.fct_metric_signals as s using ({", ".join(KEY)})
where $metric is null or metric_id = $metric
order by
    metric_id, v.period_end, period_type, list_position(['organisation', 'service', 'team'], unit_level), unit_id,
    breakdown, breakdown_value
"""

BREAKS_SQL = """
select metric_id, month, settled_month, feed, source_kind, source
from metrics.fct_series_breaks
where settled_month >= $first and month <= $month
order by all
"""

DECISIONS_SQL = """
select metric_id, unit_id, month, change, reason, decided_by, decided_on
from staging.stg_chart_changes
where month <= $month and (month >= $first or change = 'agreed')
order by all
"""

ASSOCIATIONS_SQL = """
select
    metric_id, question, period_end, state, by_construction, users, others, users_with, others_with, difference,
    difference_lower, difference_upper, detectable, ratio, ratio_lower, ratio_upper, stratified_difference,
    stratified_difference_lower, stratified_difference_upper
from metrics.fct_associations
where date_trunc('month', period_end) between $first and $month
order by all
"""

AGREEMENT_SQL = """
select month, state, n, observed, kappa, gwet, kappa_lower, kappa_upper, gwet_lower, gwet_upper
from metrics.fct_agreement
where month between $first and $month
order by all
"""

BLOCKS_SQL = """
select block, owner, due_date, done_date, funding_end_date, is_enabler_in_place, state, is_funding_overdue
from marts.fct_building_blocks
order by block, due_date nulls first, action_id
"""

COMMENTS_SQL = """
select metric_id, unit_id, month, cause, ask, owner_role, due_date, status
from marts.fct_comments
where month between $first and $month
order by metric_id, month, unit_id
"""

GAPS_SQL = """
select
    wave_date, item, wording, respondents, state, n_group, n_group_positive, n_practitioners,
    n_practitioners_positive, gap, gap_lower, gap_upper, is_small_sample, place
from metrics.fct_gaps
where date_trunc('month', wave_date) between $first and $month
order by wave_date desc, respondents desc, place nulls last, item
"""

CONDITIONS_SQL = """
select service_id, state, reasons, use_share, threshold
from metrics.fct_conditions
where month = $month and $first <= month
order by state desc, service_id
"""

QUADRANTS_SQL = """
select service_id, quadrant
from metrics.fct_quadrants
where month = $month and $first <= month
order by service_id
"""


class ReadProblem(Problem):
    """The read copy cannot answer; the message says what is missing and what to do."""


def read_figures(
    read_copy: Path,
    *,
    month: datetime.date,
    organisation: str,
    is_sample: bool,
    disclosure: DisclosureSettings,
    records: dict[str, MetricRecord],
    thresholds: Mapping[str, object],
    code_version: str,
    chased: Sequence[Mapping[str, object]] = (),
    next_report: datetime.date | None = None,
    year_ends: Sequence[tuple[str, datetime.date]] = (),
) -> Figures:
    """The masked figures of the months up to `month`; raises ReadProblem.

    `chased` are the rows of the chase list (chase.chase_rows), of which only numbers are kept.
    """
    first = months_back(month, MONTHS_SHOWN - 1)
    masked = [value for value in read_values(read_copy, records) if first <= value.month <= month]
    values = [value for value in masked if _is_of_series(value, records[value.metric_id])]
    known = {v.metric_id: v.month for v in values if v.unit_level == "organisation" and v.value is not None}
    details = [value for value in masked if value.month == known.get(value.metric_id) and _is_detail(value)]
    with _opened(read_copy) as connection:
        as_at = _one_row(connection, "select as_at from ledger.run_parameters")[0]
        n_checks, n_passed = _one_row(
            connection,
            "select count(*), count(*) filter (where is_passed) from ledger.verdicts "
            "where run_id in (select run_id from ledger.run_parameters)",
        )
        hashes = connection.execute(
            "select distinct feed, file_hash from ledger.deliveries where status = 'loaded' order by feed, file_hash"
        ).fetchall()
        span = {"first": first, "month": month}
        breaks = _all(connection, BREAKS_SQL, SeriesBreak, span)
        decisions = _all(connection, DECISIONS_SQL, ChartDecision, span)
        associations = _all(connection, ASSOCIATIONS_SQL, AssociationOfPeriod, span)
        agreement = _all(connection, AGREEMENT_SQL, AgreementOfMonth, span)
        blocks = _all(connection, BLOCKS_SQL, BuildingBlock, {})
        comments = _all(connection, COMMENTS_SQL, Comment, span)
        live = {} if is_sample else live_feeds(connection)
        conditions = _all(connection, CONDITIONS_SQL, ConditionOfService, span)
        quadrants = _all(connection, QUADRANTS_SQL, QuadrantOfService, span)
        gaps = _all(connection, GAPS_SQL, GapOfWave, span)
        feeds = feed_states(connection, month, as_at, chased)
    return Figures(
        organisation=organisation,
        is_sample=is_sample,
        month=month,
        as_at=as_at,
        feeds=tuple(feeds),
        n_checks=n_checks,
        n_checks_passed=n_passed,
        thresholds={name: thresholds[name] for name in sorted(thresholds)},
        disclosure=disclosure,
        code_version=code_version,
        data_fingerprint=hashlib.sha256(repr(hashes).encode()).hexdigest()[:16],
        records=records,
        values=tuple(values),
        details=tuple(details),
        breaks=breaks,
        decisions=decisions,
        associations=associations,
        agreement=agreement,
        building_blocks=blocks,
        comments=comments,
        gaps=gaps,
        funnels=funnels_of(details, records),
        next_report=next_report,
        year_ends=tuple(year_ends),
        conditions=conditions,
        quadrants=quadrants,
        live=live,
    )


Row = TypeVar("Row", bound=BaseModel)


def _all(
    connection: duckdb.DuckDBPyConnection, sql: str, kind: type[Row], span: Mapping[str, datetime.date]
) -> tuple[Row, ...]:
    """The rows of a query as models, whose fields are its columns in their order."""
    rows = connection.execute(sql, dict(span)).fetchall()
    return tuple(kind(**dict(zip(kind.model_fields, row, strict=True))) for row in rows)


def _is_of_series(value: MetricValue, record: MetricRecord) -> bool:
    return (
        value.period_type == record.cadence
        and value.unit_level in ("organisation", "service")
        and value.breakdown == "all"
    )


def _is_detail(value: MetricValue) -> bool:
    if value.period_type == TWELVE_MONTHS:
        return True
    return value.unit_level == "organisation" and value.breakdown != "all"


def read_values(
    read_copy: Path,
    records: Mapping[str, MetricRecord],
    *,
    month: datetime.date | None = None,
    metric: str | None = None,
    unmasked: bool = False,
) -> list[ShownValue]:
    """Metric values of all units, masked unless `unmasked` as the last run decided; raises ReadProblem.

    The twelve months of services and the organisation are not among them: they guard those of teams, and beside their
    own months they would give a hidden month away.
    """
    if metric is not None and metric not in records:
        raise ReadProblem(f"there is no metric {metric}; the metrics are {', '.join(records)}")
    with _opened(read_copy) as connection:
        rows = connection.execute(VALUES_SQL, {"metric": metric}).fetchall()
    values = [_shown_value(row, unmasked) for row in rows]
    return [
        value
        for value in values
        if (value.period_type != TWELVE_MONTHS or value.unit_level == "team")
        and (month is None or value.month == month.replace(day=1))
    ]


def _shown_value(row: tuple[Any, ...], unmasked: bool) -> ShownValue:
    """A row of VALUES_SQL: the value, what stands beside it, and its numbers as they are shown."""
    names, n_beside = list(MetricValue.__dataclass_fields__), len(Beside.__dataclass_fields__)
    of_value, beside = row[: len(names)], Beside(*row[len(names) : len(names) + n_beside])
    shown = {} if unmasked else dict(zip(NUMBERS, row[len(names) + n_beside :], strict=True))
    people_behind = {} if unmasked else {"numerator_people": None, "rest_people": None}
    return ShownValue(**dict(zip(names, of_value, strict=True)) | shown | people_behind, beside=beside)


@contextmanager
def _opened(read_copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not read_copy.exists():
        raise ReadProblem(f"{read_copy}: there is no read copy yet; `practice-metrics run` makes it")
    with read_only(read_copy) as connection:
        try:
            yield connection
        except duckdb.CatalogException as error:
            reason = str(error).splitlines()[0]
            raise ReadProblem(f"{read_copy}: {reason}; `practice-metrics run` makes the copy anew") from None


def _one_row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = connection.execute(sql).fetchone()
    if row is None:
        raise ReadProblem("ledger.run_parameters of the read copy is empty; `practice-metrics run` fills it")
    return row
