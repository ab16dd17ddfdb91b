"""Which figures of the warehouse may be shown: small numbers hidden until none can be worked out, or counts rounded.

Belongs here: choosing between the two, and what the audit goes by. Does not belong here: the rules themselves
(statistics/disclosure, edition_audit, rounding), holding a month (steps).
"""

import datetime
from collections.abc import Mapping, Sequence

import duckdb

from dagster_project.metric_records import MetricRecord
from dagster_project.statistics.disclosure import MetricValue, TeamService, mask_values
from dagster_project.statistics.disclosure_settings import DisclosureSettings
from dagster_project.statistics.rounding import COUNT_RULES, rounded_values


def masked_values(
    connection: duckdb.DuckDBPyConnection,
    values: Sequence[MetricValue],
    records: Mapping[str, MetricRecord],
    disclosure: DisclosureSettings,
    month: datetime.date,
    earlier: Sequence[MetricValue],
) -> tuple[list[MetricValue], int]:
    """The values with small numbers hidden until none can be worked out, and how many can be still; or rounded."""
    if not disclosure.is_on:
        return list(values), 0
    kinds = {metric_id: record.kind for metric_id, record in records.items()}
    if disclosure.rounding:
        return rounded_values(values, COUNT_RULES[disclosure.rounding], kinds), 0
    from dagster_project.statistics.edition_audit import Known, hide_until_safe

    rows = connection.execute("select distinct month, team_id, service_id from marts.dim_unit").fetchall()
    teams = [TeamService(*row) for row in rows]
    masked = mask_values(values, disclosure, kinds, teams)
    months = {month} | {max((value.month for value in earlier), default=month)}
    known = Known(disclosure, kinds, teams, months, earlier)
    safe, findings = hide_until_safe(values, masked, known)
    return safe, len(findings)
